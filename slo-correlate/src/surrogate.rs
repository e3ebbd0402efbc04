//! A coefficient among those of all circular shifts.

use crate::lags::{Method, lagged_products};
use crate::products::Sample;

/// Shifted coefficients that equal the given one up to this count as reaching it: with series of one period they are
/// the same number, and rounding must not decide.
const TIE: f64 = 1e-12;

/// The effective number of pairs, and the p-value, from the coefficients of y shifted around by 1 to n - 1 points.
pub(crate) fn test(x: &Sample<'_>, y: &Sample<'_>, coefficient: f64) -> (f64, Option<f64>) {
    let n = x.values().len();
    // Lag s of the circle is lag s of the line and lag s - n, which holds what wraps around.
    let line = lagged_products(&x.standardised(), &y.standardised(), n - 1, Method::Auto);
    let (behind, ahead) = line.split_at(n - 1);
    let shifted = || behind.iter().zip(ahead.iter().skip(1)).map(|(wrapped, straight)| wrapped + straight);
    let reaching = shifted().filter(|r| r.abs() >= coefficient.abs() - TIE).count();
    let mean_square = shifted().map(|r| r * r).sum::<f64>() / (n - 1) as f64;
    let n_effective = (1.0 + 1.0 / mean_square).clamp(1.0, n as f64);
    (n_effective, Some((1 + reaching) as f64 / n as f64))
}
