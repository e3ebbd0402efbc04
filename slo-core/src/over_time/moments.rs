//! Sums, and what is made of them.

use super::Compensated;

/// The sum of the values; none of no value.
///
/// # Method
///
/// Neumaier's compensated sum: values that cancel leave what was between them.
///
/// # Examples
///
/// ```
/// use slo_core::over_time::sum;
///
/// assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), Some(2.0));
/// assert_eq!(sum(&[]), None);
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `sum_over_time()`. Neumaier, A. (1974). Rundungsfehleranalyse einiger Verfahren zur
/// Summation endlicher Summen. *Zeitschrift für Angewandte Mathematik und Mechanik* 54, 39-51.
pub fn sum(values: &[f64]) -> Option<f64> {
    values.first()?;
    Some(values.iter().fold(Compensated::default(), |sum, value| sum.plus(*value)).value())
}

/// The mean of the values; none of no value.
///
/// # Method
///
/// ```text
/// Σ x_i / n
/// ```
///
/// by a compensated sum; where that would overflow, by a running mean from there on.
///
/// # Examples
///
/// ```
/// use slo_core::over_time::avg;
///
/// assert_eq!(avg(&[1.0, 1e100, 1.0, -1e100]), Some(0.5));
/// assert_eq!(avg(&[1e308, 1e308, 1e308]), Some(1e308));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `avg_over_time()`.
pub fn avg(values: &[f64]) -> Option<f64> {
    let (&first, others) = values.split_first()?;
    let mut total = Compensated::new(first);
    for (before, value) in others.iter().enumerate() {
        let next = total.plus(*value);
        if next.is_infinite() {
            let mean = total.over((before + 1) as f64);
            return Some(running_mean(mean, before + 1, others.get(before..).unwrap_or_default()));
        }
        total = next;
    }
    // The sum and its rest apart: together they might not fit.
    Some(total.over(values.len() as f64).value())
}

/// The mean of `count` values and the others after them.
fn running_mean(mean: Compensated, count: usize, others: &[f64]) -> f64 {
    let step = |(mean, count): (Compensated, f64), value: &f64| {
        let next = count + 1.0;
        (mean.times(count / next).plus(value / next), next)
    };
    others.iter().fold((mean, count as f64), step).0.value()
}

/// The number of values; none of no value.
///
/// # Examples
///
/// ```
/// use slo_core::over_time::count;
///
/// assert_eq!(count(&[5.0, f64::NAN, 7.0]), Some(3.0));
/// assert_eq!(count(&[]), None);
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `count_over_time()`.
pub fn count(values: &[f64]) -> Option<f64> {
    values.first().map(|_| values.len() as f64)
}

/// The variance of the values as a whole population; none of no value.
///
/// # Method
///
/// ```text
/// δ_i = x_i - m_{i-1},   m_i = m_{i-1} + δ_i / i,   M_i = M_{i-1} + δ_i (x_i - m_i),   variance = M_n / n
/// ```
///
/// with compensated sums for `m` and `M`.
///
/// # Examples
///
/// ```
/// use slo_core::over_time::stdvar;
///
/// // The mean is 4.2.
/// assert!((stdvar(&[0.0, 8.0, 8.0, 2.0, 3.0]).unwrap() - 10.56).abs() < 1e-14);
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `stdvar_over_time()`. Welford, B. P. (1962). Note on a method for calculating corrected
/// sums of squares and products. *Technometrics* 4(3), 419-420.
pub fn stdvar(values: &[f64]) -> Option<f64> {
    values.first()?;
    let (mut mean, mut squares, mut count) = (Compensated::default(), Compensated::default(), 0.0);
    for value in values {
        count += 1.0;
        let delta = value - mean.value();
        mean = mean.plus(delta / count);
        squares = squares.plus(delta * (value - mean.value()));
    }
    Some(squares.value() / count)
}

/// The standard deviation of the values as a whole population; none of no value.
///
/// # Method
///
/// The square root of [`stdvar`].
///
/// # Examples
///
/// ```
/// use slo_core::over_time::stddev;
///
/// assert_eq!(stddev(&[1.0, 3.0]), Some(1.0));
/// assert_eq!(stddev(&[1.5990505637277868; 3]), Some(0.0));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `stddev_over_time()`.
pub fn stddev(values: &[f64]) -> Option<f64> {
    stdvar(values).map(f64::sqrt)
}
