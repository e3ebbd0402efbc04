//! What depends on the order of values, in time or by size.

use std::cmp::Ordering;

/// The first value, that is the oldest; none of no value.
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::over_time::first(&[3.0, 1.0, 2.0]), Some(3.0));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `first_over_time()`.
pub fn first(values: &[f64]) -> Option<f64> {
    values.first().copied()
}

/// The last value, that is the newest; none of no value.
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::over_time::last(&[3.0, 1.0, 2.0]), Some(2.0));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `last_over_time()`.
pub fn last(values: &[f64]) -> Option<f64> {
    values.last().copied()
}

/// 1 where there is a value at all; none of no value.
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::over_time::present(&[0.0]), Some(1.0));
/// assert_eq!(slo_core::over_time::present(&[]), None);
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `present_over_time()`.
pub fn present(values: &[f64]) -> Option<f64> {
    values.first().map(|_| 1.0)
}

/// The least value that is not NaN, NaN if all are; none of no value.
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::over_time::min(&[3.0, f64::NAN, 2.0]), Some(2.0));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `min_over_time()`.
pub fn min(values: &[f64]) -> Option<f64> {
    values.iter().copied().reduce(|least, value| if value < least || least.is_nan() { value } else { least })
}

/// The greatest value that is not NaN, NaN if all are; none of no value.
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::over_time::max(&[2.0, f64::NAN, 3.0]), Some(3.0));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `max_over_time()`.
pub fn max(values: &[f64]) -> Option<f64> {
    values.iter().copied().reduce(|most, value| if value > most || most.is_nan() { value } else { most })
}

/// The quantile of the values; none of no value.
///
/// # Method
///
/// ```text
/// r = q (n - 1),   (1 - w) x_(⌊r⌋) + w x_(⌊r⌋+1),   w = r - ⌊r⌋
/// ```
///
/// over the values by size from number 0, NaN before all others: type 7 of Hyndman and Fan. Below 0 it is -∞, above 1 ∞,
/// of NaN NaN, as Prometheus has it; [`stats::quantile`](crate::stats::quantile) refuses these.
///
/// # Examples
///
/// ```
/// use slo_core::over_time::quantile;
///
/// assert_eq!(quantile(0.75, &[0.0, 4.0, 1.0]), Some(2.5));
/// assert_eq!(quantile(-1.0, &[0.0, 4.0, 1.0]), Some(f64::NEG_INFINITY));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `quantile_over_time()`.
pub fn quantile(q: f64, values: &[f64]) -> Option<f64> {
    values.first()?;
    let mut sorted = values.to_vec();
    sort(&mut sorted);
    Some(quantile_of_sorted(q, &sorted))
}

/// The median distance of the values from their median, NaN if a value is; none of no value.
///
/// # Method
///
/// ```text
/// median |x_i - median x|
/// ```
///
/// not scaled to the deviation of a normal distribution.
///
/// # Examples
///
/// ```
/// // The median is 2; the distances are 2, 4, 0, 1, 997, 1 and 0.
/// assert_eq!(slo_core::over_time::mad(&[4.0, 6.0, 2.0, 1.0, 999.0, 1.0, 2.0]), Some(1.0));
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `mad_over_time()`.
pub fn mad(values: &[f64]) -> Option<f64> {
    values.first()?;
    if values.iter().any(|v| v.is_nan()) {
        return Some(f64::NAN);
    }
    let mut sorted = values.to_vec();
    sort(&mut sorted);
    let median = quantile_of_sorted(0.5, &sorted);
    for value in &mut sorted {
        *value = (*value - median).abs();
    }
    sort(&mut sorted);
    Some(quantile_of_sorted(0.5, &sorted))
}

/// By size, NaN before all others.
fn sort(values: &mut [f64]) {
    values.sort_unstable_by(|a, b| match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => a.total_cmp(b),
    });
}

/// The quantile of at least one sorted value.
fn quantile_of_sorted(q: f64, sorted: &[f64]) -> f64 {
    if q.is_nan() || sorted.is_empty() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    let rank = q * (sorted.len() - 1) as f64;
    let weight = rank - rank.floor();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number below the number of values"
    )]
    let below = rank.floor() as usize;
    let at = |place: usize| sorted.get(place).or(sorted.last()).copied().unwrap_or(f64::NAN);
    at(below) * (1.0 - weight) + at(below + 1) * weight
}
