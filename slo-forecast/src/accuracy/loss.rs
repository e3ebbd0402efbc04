//! How good quantiles and intervals were that came from anywhere.

use slo_core::stats::tails::{complement, two_sided};
use slo_core::{Error, Result};

use super::IntervalAccuracy;
use super::scale::ErrorScale;
use super::sums::mean;
use super::tally::Tally;
use crate::forecast::Band;

/// The mean pinball loss of forecasts of the quantile at `q`: smaller is better, and the true quantile is best.
///
/// # Method
///
/// ```text
/// mean  q (y - f)  where y >= f,   (1 - q) (f - y)  where y < f
/// ```
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `actual` | finite, at least one value | |
/// | `forecast` | finite, of the same length | that of `actual` |
/// | `q` | (0, 1) | share |
///
/// # Examples
///
/// ```
/// use slo_forecast::pinball_loss;
///
/// // One below by 2, one above by 2: 0.9 · 2 and 0.1 · 2.
/// assert_eq!(pinball_loss(&[5.0, 1.0], &[3.0, 3.0], 0.9)?, 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `0 < q < 1`; [`Error::LengthMismatch`], [`Error::NonFinite`],
/// [`Error::TooShort`] without a value; [`Error::OutOfRange`] where an error leaves the range of floats.
///
/// # References
///
/// Koenker, R. and Bassett, G. (1978). Regression quantiles. *Econometrica* 46(1), 33-50.
pub fn pinball_loss(actual: &[f64], forecast: &[f64], q: f64) -> Result<f64> {
    Error::check_fraction("q", q)?;
    check_places(actual, &[("forecast", forecast)])?;
    let (above, below) = (q, complement(q)?);
    let loss = |(actual, forecast): (&f64, &f64)| {
        let error = actual - forecast;
        if error >= 0.0 { above * error } else { below * -error }
    };
    let losses: Vec<f64> = actual.iter().zip(forecast).map(loss).collect();
    if !losses.iter().all(|loss| loss.is_finite()) {
        return Err(Error::out_of_range("the error of a forecast"));
    }
    Ok(mean(losses.iter().copied()))
}

/// How good intervals were; see [`IntervalAccuracy`].
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `actual` | finite, at least one value | |
/// | `lower`, `upper` | finite, of the same length, `lower <= upper` | that of `actual` |
/// | `level` | (0, 1) | share |
/// | `scale` | of the training part, for `msis` | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{ErrorScale, interval_accuracy};
///
/// let scale = ErrorScale::new(&[1.0, 3.0], 1)?;
/// let of = interval_accuracy(&[3.0], &[1.0], &[5.0], 0.95, Some(&scale))?;
/// assert_eq!((of.coverage, of.score, of.msis), (1.0, 4.0, Some(2.0)));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `0 < level < 1` and the lower end of each interval is below the upper one;
/// [`Error::LengthMismatch`], [`Error::NonFinite`], [`Error::TooShort`] without a value; [`Error::OutOfRange`] where a
/// score leaves the range of floats.
pub fn interval_accuracy(
    actual: &[f64],
    lower: &[f64],
    upper: &[f64],
    level: f64,
    scale: Option<&ErrorScale>,
) -> Result<IntervalAccuracy> {
    two_sided(level)?;
    check_places(actual, &[("lower", lower), ("upper", upper)])?;
    if let Some((lower, upper)) = lower.iter().zip(upper).find(|(lower, upper)| lower > upper) {
        return Err(Error::invalid("lower", lower, format!("must not exceed the upper end, {upper}")));
    }
    let band = Band { level, lower: lower.to_vec(), upper: upper.to_vec() };
    // Only the interval is asked about: any point will do, and its error is 0.
    let tally = Tally::new(actual, actual, &[band], &vec![None; actual.len()], scale.copied());
    let accuracy = tally.accuracy()?;
    accuracy.intervals.first().copied().ok_or_else(|| Error::out_of_range("the intervals"))
}

/// Refuses columns that are not finite, or not all as long as the actual values.
fn check_places(actual: &[f64], columns: &[(&'static str, &[f64])]) -> Result<()> {
    for (name, column) in columns {
        Error::check_lengths("actual", actual.len(), name, column.len())?;
    }
    Error::check_finite("actual", actual)?;
    columns.iter().try_for_each(|(name, column)| Error::check_finite(name, column))?;
    if actual.is_empty() { Err(Error::TooShort { name: "actual", len: 0, needed: 1 }) } else { Ok(()) }
}
