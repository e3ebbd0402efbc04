//! Where values are heading.

use super::Compensated;
use crate::counter::{Samples, is_stale, seconds};
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// The slope of the line through the samples, per second; none below two samples.
///
/// # Method
///
/// ```text
/// b = (Σ x y - Σ x Σ y / n) / (Σ x² - (Σ x)² / n),   x in seconds since the first sample
/// ```
///
/// with compensated sums. Of equal values it is exactly 0, of equal infinities NaN. All the samples count; take
/// [`Samples::between`] for those of a window.
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::Samples;
/// use slo_core::over_time::deriv;
///
/// let times = [0, 10, 20, 30].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
/// assert_eq!(deriv(&Samples::new(&times, &[5.0, 10.0, 15.0, 20.0])?), Some(0.5));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `deriv()`.
pub fn deriv(samples: &Samples<'_>) -> Option<f64> {
    line(
        samples,
        samples.times().iter().zip(samples.values()).find(|(_, y)| !is_stale(**y)).map(|(t, _)| *t)?,
    )
    .map(|line| line.slope)
}

/// The value that the line through the samples has `seconds` after `at`; none below two samples.
///
/// # Method
///
/// ```text
/// a + b seconds,   a = Σ y / n - b Σ x / n,   x in seconds since at,   b as deriv
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::Samples;
/// use slo_core::over_time::predict_linear;
///
/// let times = [0, 10, 20, 30].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
/// let free = Samples::new(&times, &[20.0, 15.0, 10.0, 5.0])?;
/// assert_eq!(predict_linear(&free, times[3], 10.0), Some(0.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Prometheus, *Query functions*, `predict_linear()`.
pub fn predict_linear(samples: &Samples<'_>, at: Timestamp, seconds: f64) -> Option<f64> {
    line(samples, at).map(|line| line.slope * seconds + line.intercept)
}

/// The level at the last value of Holt's linear smoothing; none below two values.
///
/// # Method
///
/// ```text
/// s_1 = x_1,   b_2 = x_2 - x_1,   s_i = α x_i + (1 - α)(s_{i-1} + b_i),   b_{i+1} = β (s_i - s_{i-1}) + (1 - β) b_i
/// ```
///
/// The result is `s_n`: no forecast, and no season.
///
/// # Parameters
///
/// | name | range | |
/// |---|---|---|
/// | `smoothing` | (0, 1) | `α`, the weight of a new value |
/// | `trend` | (0, 1) | `β`, the weight of a new step |
///
/// # Examples
///
/// ```
/// use slo_core::over_time::double_exponential_smoothing;
///
/// // A line is smoothed to itself, whatever the factors.
/// let level = double_exponential_smoothing(&[1.0, 3.0, 5.0, 7.0], 0.5, 0.25)?;
/// assert_eq!(level, Some(7.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] for a factor outside (0, 1).
///
/// # References
///
/// Prometheus, *Query functions*, `double_exponential_smoothing()`.
pub fn double_exponential_smoothing(values: &[f64], smoothing: f64, trend: f64) -> Result<Option<f64>> {
    Error::check_fraction("smoothing", smoothing)?;
    Error::check_fraction("trend", trend)?;
    let [first, second, ..] = values else { return Ok(None) };
    let (mut before, mut level, mut step) = (0.0, *first, second - first);
    for (index, value) in values.iter().enumerate().skip(1) {
        if index > 1 {
            step = trend * (level - before) + (1.0 - trend) * step;
        }
        (before, level) = (level, smoothing * value + (1.0 - smoothing) * (level + step));
    }
    Ok(Some(level))
}

struct Line {
    slope: f64,
    intercept: f64,
}

/// The least-squares line; its intercept is where it is at `origin`.
fn line(samples: &Samples<'_>, origin: Timestamp) -> Option<Line> {
    let points = || samples.times().iter().zip(samples.values()).filter(|(_, y)| !is_stale(**y));
    let (_, &first) = points().nth(1).and(points().next())?;
    let [mut n, mut xs, mut ys, mut products, mut squares] = [Compensated::default(); 5];
    for (time, &y) in points() {
        let x = seconds(origin, *time);
        n = n.plus(1.0);
        xs = xs.plus(x);
        ys = ys.plus(y);
        products = products.plus(x * y);
        squares = squares.plus(x * x);
    }
    #[allow(clippy::float_cmp, reason = "a line through equal values has no slope at all")]
    if points().all(|(_, &y)| y == first) {
        return Some(if first.is_infinite() {
            Line { slope: f64::NAN, intercept: f64::NAN }
        } else {
            Line { slope: 0.0, intercept: first }
        });
    }
    let [n, xs, ys, products, squares] = [n, xs, ys, products, squares].map(Compensated::value);
    let slope = (products - xs * ys / n) / (squares - xs * xs / n);
    Some(Line { slope, intercept: ys / n - slope * xs / n })
}
