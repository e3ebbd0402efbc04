//! Values far from the polynomial through those around or before them.

mod basis;
mod blocks;
mod rolling;
mod stream;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Cut;
use crate::subsequence::{self, PointScore};

pub use rolling::RollingPolynomial;
pub(crate) use stream::PolynomialStream;

/// The greatest degree of a polynomial.
const GREATEST: usize = 10;

fn check_degree(degree: usize) -> Result<()> {
    if degree > GREATEST {
        return Err(Error::invalid("degree", degree, format!("must be at most {GREATEST}")));
    }
    Ok(())
}

/// The polynomial through what surrounds each window: a window is unusual if it does not continue its surroundings.
///
/// # Method
///
/// ```text
/// surroundings = the max(10 w, 100) values around a window of w, moved inwards at the ends, without the window
/// score of a window = √( Σ_window (x_t - f(t))² / w ) / s
/// ```
///
/// with f the polynomial fitted to the surroundings by least squares and s the deviation of the whole series (divisor
/// n), which makes the score free of units. That is TSB-AD's POLY at every place instead of at each w-th: its distance
/// between transforms of the block and of the polynomial is, by Parseval, the root mean square of their difference. A
/// value is scored by the windows that hold it, see [`PointScore`].
///
/// The window's own values have no part in the fit: they cannot bend it towards themselves. Where the surroundings hold
/// no more than `degree + 1` values, nothing is judged: scores are NaN. [`Polynomial::rolling`] is the causal form, with
/// exact p-values.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `degree` | 4 | 0 to 10 | |
/// | `window` (w) | the period, or 125 without one | 1 to 100,000 | values |
/// | `point_score` | [`PointScore::Mean`] | | |
/// | `cut` | 5 robust deviations | [`Cut`] | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Cut, Detector, Polynomial};
///
/// let mut values: Vec<f64> = (0..300).map(|t| f64::from(t - 150).powi(3) * 1e-4).collect();
/// values[140..150].iter_mut().for_each(|value| *value += 5.0);
/// let found = Polynomial::new().window(10).cut(Cut::Top(1)).detect(&values)?;
/// assert!((140..150).contains(&found.indices()[0]));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Li, Z., Ma, H., Mei, Y. (2007). A unifying method for outlier and change detection from data streams based on local
/// polynomial fitting. *PAKDD*, 150-161. Liu, Q., Paparrizos, J. (2024). The elephant in the room: towards a reliable
/// time-series anomaly detection benchmark. *Advances in Neural Information Processing
/// Systems* 37.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Polynomial {
    /// The polynomial's degree.
    pub degree: usize,
    /// How many values a window has; the period if none is given.
    pub window: Option<usize>,
    /// How a value is scored by the windows that hold it.
    pub point_score: PointScore,
    /// Where the scores are cut.
    pub cut: Cut,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Polynomial {
    fn default() -> Self {
        Self::new()
    }
}

impl Polynomial {
    /// The longest window.
    const LONGEST: usize = 100_000;

    /// Polynomials of degree 4 around windows of a period, cut at 5 robust deviations.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::Polynomial::new().degree, 4);
    /// ```
    pub const fn new() -> Self {
        Self {
            degree: 4,
            window: None,
            point_score: PointScore::Mean,
            cut: Cut::Mads(5.0),
            missing: Missing::Error,
        }
    }

    /// The polynomial's degree; 4 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Polynomial};
    ///
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t * t)).collect();
    /// let highest = |degree| -> slo_core::Result<f64> {
    ///     let scores = Polynomial::new().degree(degree).window(5).detect(&values)?.scores;
    ///     Ok(scores.into_iter().fold(0.0, f64::max))
    /// };
    /// // A parabola continues a parabola, but no line.
    /// assert!(highest(1)? > 0.1 && highest(2)? < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degree(mut self, degree: usize) -> Self {
        self.degree = degree;
        self
    }

    /// How many values a window has; the period of the series by default, 125 where it has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Polynomial};
    ///
    /// let values: Vec<f64> = (0..200).map(|t| f64::from(t * t % 23)).collect();
    /// let scores = |plan: Polynomial| plan.detect(&values).map(|found| found.scores);
    /// assert_ne!(scores(Polynomial::new().window(10))?, scores(Polynomial::new().window(20))?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn window(mut self, window: usize) -> Self {
        self.window = Some(window);
        self
    }

    /// How a value is scored by the windows that hold it; by their mean by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Polynomial, PointScore};
    ///
    /// let values: Vec<f64> = (0..200).map(|t| f64::from(t * t % 23)).collect();
    /// let scores = |plan: Polynomial| plan.window(10).detect(&values).map(|found| found.scores);
    /// assert!(scores(Polynomial::new().point_score(PointScore::Max))?[60] > scores(Polynomial::new())?[60]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn point_score(mut self, point_score: PointScore) -> Self {
        self.point_score = point_score;
        self
    }

    /// Where the scores are cut; 5 robust deviations above their median by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, Polynomial};
    ///
    /// let values: Vec<f64> = (0..200).map(|t| f64::from(t * t % 23)).collect();
    /// let found = Polynomial::new().window(10).cut(Cut::Top(1)).detect(&values)?;
    /// assert_eq!(found.indices().len(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] it counts as the last one before it where it is part of surroundings; the windows that
    /// hold it have no score.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Polynomial};
    /// use slo_core::stats::Missing;
    ///
    /// let mut values: Vec<f64> = (0..120).map(f64::from).collect();
    /// values[60] = f64::NAN;
    /// assert!(Polynomial::new().detect(&values).is_err());
    /// let scores = Polynomial::new().window(4).missing(Missing::Skip).detect(&values)?.scores;
    /// assert!(scores[60].is_nan() && !scores[61].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The causal form: each value against the polynomial through the `window` values before it.
    ///
    /// It has this one's degree; its other options are its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Polynomial};
    ///
    /// let values: Vec<f64> = (0..40).map(|t| f64::from(t) + f64::from(t % 3) + if t == 30 { 9.0 } else { 0.0 }).collect();
    /// assert_eq!(Polynomial::new().degree(1).rolling(12)?.detect(&values)?.indices(), [30]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of fewer than `degree + 3` values, and for a degree outside its range.
    pub fn rolling(self, window: usize) -> Result<RollingPolynomial> {
        let rolling = RollingPolynomial::new(window).degree(self.degree);
        rolling.check()?;
        Ok(rolling)
    }
}

impl Detector for Polynomial {
    fn name(&self) -> &'static str {
        "Polynomial"
    }

    fn reading(&self) -> Reading {
        Reading::Series
    }

    fn check(&self) -> Result<()> {
        check_degree(self.degree)?;
        match self.window {
            Some(0) => return Err(Error::invalid("window", 0, "must hold at least 1 value")),
            Some(window) if window > Self::LONGEST => {
                let (value, limit) = (window as u64, Self::LONGEST as u64);
                return Err(Error::LimitExceeded { what: "the values of a window", value, limit });
            }
            _ => {}
        }
        self.cut.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        let (filled, _) = subsequence::filled(self.missing, values)?;
        let window = subsequence::window_for(self.window, values, 1);
        match blocks::score(&filled, window, self.degree) {
            None => scores.fill(f64::NAN),
            Some(mut windows) => {
                subsequence::each_missing(values, window, |index| {
                    if let Some(score) = windows.get_mut(index) {
                        *score = f64::NAN;
                    }
                });
                self.point_score.over(&windows, window, scores);
            }
        }
        Ok(subsequence::cut(self.cut, values, scores))
    }
}
