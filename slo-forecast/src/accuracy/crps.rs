//! The continuous ranked probability score.

use std::f64::consts::PI;

use slo_core::stats::tails::{Distribution, Normal, StudentT};
use slo_core::{Error, Result};

use super::check_actual;
use super::sums::mean;
use crate::forecast::{Forecast, Law};

impl Forecast {
    /// The continuous ranked probability score of each step, in the unit of the values: smaller is better.
    ///
    /// The distance of the forecast distribution from what has come; for a point it is the absolute error.
    ///
    /// # Method
    ///
    /// ```text
    /// ∫ (F(x) - [y <= x])² dx = E |X - y| - E |X - X'| / 2
    /// normal:       σ (z (2 Φ(z) - 1) + 2 φ(z) - 1/√π),   z = (y - μ) / σ
    /// Student's t:  σ (z (2 F(z) - 1) + 2 f(z) (v + z²) / (v - 1) - 2 √v / (v - 1) B(1/2, v - 1/2) / B(1/2, v/2)²)
    /// ```
    ///
    /// That of simulated paths, and of calibrated intervals, is [`crps_sample`]'s: of the values of the paths, or of the
    /// mean and each score about it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Naive};
    ///
    /// // σ = √12.5, and the mean is met: 2 φ(0) - 1/√π = 0.23369.
    /// let forecast = Naive::new().fit(&[2.0, 5.0, 1.0])?.forecast(1, &[])?;
    /// assert!((forecast.crps(&[1.0])?[0] - 0.233695 * 12.5_f64.sqrt()).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] unless there is a value for each step, [`Error::NonFinite`];
    /// [`Error::Unsupported`] for Student's t with one degree of freedom or less, whose expectations do not exist, and
    /// for a law of transformed values, whose score has no formula;
    /// [`Error::OutOfRange`] where an error leaves the range of floats.
    ///
    /// # References
    ///
    /// Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation. *Journal of
    /// the American Statistical Association* 102(477), 359-378. Jordan, A., Krüger, F. and Lerch, S. (2019).
    /// Evaluating probabilistic forecasts with scoringRules. *Journal of Statistical Software* 90(12), appendix A.
    pub fn crps(&self, actual: &[f64]) -> Result<Vec<f64>> {
        check_actual(actual, self)?;
        let unsupported =
            |what: String, reason: &str| Err(Error::Unsupported { what, reason: reason.to_owned() });
        match self.law() {
            Law::StudentT { degrees_of_freedom: v } if v <= 1.0 => {
                let what = format!("the score of Student's t with {v} degrees of freedom");
                return unsupported(what, "it has a mean from more than one on");
            }
            Law::BoxCox { .. } => {
                return unsupported("the score of a transformed law".to_owned(), "score its simulated paths");
            }
            _ => {}
        }
        let score = |(step, actual): (usize, &f64)| {
            self.crps_at(step, *actual).ok_or_else(|| Error::out_of_range("the error of a forecast"))
        };
        actual.iter().enumerate().map(score).collect()
    }

    /// The score of one step; `None` where it does not exist.
    pub(crate) fn crps_at(&self, step: usize, actual: f64) -> Option<f64> {
        if let Some(draws) = self.draws(step) {
            let mut distances: Vec<f64> = draws.iter().map(|value| value - actual).collect();
            distances.sort_unstable_by(f64::total_cmp);
            return of_sorted(&distances);
        }
        let error = actual - self.mean().get(step)?;
        let unit = *self.standard_error().get(step)?;
        if matches!(self.law(), Law::BoxCox { .. }) {
            return None;
        }
        let z = error / unit;
        if !z.is_finite() {
            // The distribution is a point, beside such an error.
            return Some(error.abs()).filter(|error| error.is_finite());
        }
        let standard = match self.law() {
            Law::Normal => normal(z),
            Law::StudentT { degrees_of_freedom } => student_t(z, degrees_of_freedom)?,
            // Of the first two every step has draws, and the last has no formula.
            Law::Sample | Law::Conformal | Law::BoxCox { .. } => return None,
        };
        Some(unit * standard).filter(|score| score.is_finite())
    }
}

/// `z (2 Φ(z) - 1) + 2 φ(z) - 1/√π`.
fn normal(z: f64) -> f64 {
    let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
    z * (Normal.cdf(z) - Normal.sf(z)) + (2.0 * density - 1.0 / PI.sqrt())
}

/// The score of Student's t in its own unit; `None` without a mean.
///
/// With `g(a) = Γ(a + 1/2) / Γ(a)`, `1 / B(1/2, v/2) = g(v/2) / √π` and `B(1/2, v - 1/2) = √π / g(v - 1/2)`.
fn student_t(z: f64, v: f64) -> Option<f64> {
    let law = StudentT::new(v).ok().filter(|_| v > 1.0)?;
    let g = gamma_ratio(v / 2.0);
    // f(z) (v + z²), which neither overflows nor cancels.
    let density = g * (v / PI).sqrt() * ((1.0 - v) / 2.0 * (z * z / v).ln_1p()).exp();
    let spread = (v / PI).sqrt() * g * g / gamma_ratio(v - 0.5);
    Some(z * (law.cdf(z) - law.sf(z)) + 2.0 * (density - spread) / (v - 1.0))
}

/// `Γ(a + 1/2) / Γ(a)` for `a > 0`, to the last places.
///
/// ```text
/// √x (1 + 1/64 x⁻² - 19/8192 x⁻⁴ + 631/524288 x⁻⁶ - ...),   x = a - 1/4,
/// ```
///
/// from 20 on, and below by `Γ(a + 1/2) / Γ(a) = a / (a + 1/2) · Γ(a + 3/2) / Γ(a + 1)`.
fn gamma_ratio(a: f64) -> f64 {
    let (mut a, mut below) = (a, 1.0);
    while a < 20.0 {
        below *= a / (a + 0.5);
        a += 1.0;
    }
    let x = a - 0.25;
    let u = 1.0 / (x * x);
    let series =
        u * (1.0 / 64.0 - u * (19.0 / 8_192.0 - u * (631.0 / 524_288.0 - u * (174_317.0 / 134_217_728.0))));
    below * x.sqrt() * (1.0 + series)
}

/// The continuous ranked probability score of a sample, each value of it as likely as the others.
///
/// # Method
///
/// ```text
/// mean |x_i - y| - Σ_i Σ_j |x_i - x_j| / (2 n²)
/// ```
///
/// the double sum from the values in order of size, in `O(n log n)`.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `actual` | finite | |
/// | `sample` | finite, at least one value, in any order | that of `actual` |
///
/// # Examples
///
/// ```
/// use slo_forecast::crps_sample;
///
/// // |0 - 1| and |4 - 1|, less half of the mean distance of two draws.
/// assert_eq!(crps_sample(1.0, &[4.0, 0.0])?, 2.0 - 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`], [`Error::TooShort`] without a sample; [`Error::OutOfRange`] where a difference leaves the
/// range of floats.
///
/// # References
///
/// Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation. *Journal of the
/// American Statistical Association* 102(477), 359-378, section 4.2.
pub fn crps_sample(actual: f64, sample: &[f64]) -> Result<f64> {
    Error::check_finite("actual", &[actual])?;
    Error::check_finite("sample", sample)?;
    if sample.is_empty() {
        return Err(Error::TooShort { name: "sample", len: 0, needed: 1 });
    }
    let mut distances: Vec<f64> = sample.iter().map(|x| x - actual).collect();
    distances.sort_unstable_by(f64::total_cmp);
    of_sorted(&distances).ok_or_else(|| Error::out_of_range("the score of a sample"))
}

/// The score of distances from the actual value in increasing order; `None` where it does not fit a float.
///
/// `Σ_i Σ_j |d_i - d_j| / (2 n²)` is the mean of `d_i (2 i - n - 1) / n`, for `i` from 1 on.
pub(super) fn of_sorted(distances: &[f64]) -> Option<f64> {
    let n = distances.len() as f64;
    let term = |(below, d): (usize, &f64)| {
        // Both sums at once: of distances on one side of the actual value nearly all cancels.
        let beside = (2.0 * below as f64 + 1.0 - n) / n;
        d.abs() - d * beside
    };
    let terms: Vec<f64> = distances.iter().enumerate().map(term).collect();
    let finite = terms.iter().all(|term| term.is_finite()) && !terms.is_empty();
    finite.then(|| mean(terms.iter().copied())).filter(|score| score.is_finite())
}
