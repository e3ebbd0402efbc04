//! Each value against the polynomial through those before it.

use slo_core::stats::tails::{Distribution, StudentT};
use slo_core::{Error, Result};

use super::{PolynomialStream, check_degree};
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::policy::Degenerate;
use crate::stream;
use crate::three_sigma::Limit;
use crate::verdict::Side;

/// The next value of a polynomial: a value is unusual if it lies outside what the values before it predict.
///
/// Made by [`Polynomial::rolling`](super::Polynomial::rolling).
///
/// # Method
///
/// ```text
/// f     = polynomial of degree p through the w values before, by least squares
/// s²    = Σ (x - f)² / (w - p - 1) over those
/// score = (x_t - f(t)) / ( s √(1 + h) )
/// ```
///
/// with h the leverage of the next place. On independent normal values about a polynomial of that degree the score is
/// Student's t with w - p - 1 degrees of freedom: the p-value is exact, and `alpha` holds. Nothing is carried along but
/// the window, so nothing drifts; a value takes `O(w p)`. Where the values before deviate by no more than rounding does,
/// what differs is decided by `degenerate`. With degree 0 it is [`ThreeSigma`](crate::ThreeSigma)'s rule, with the
/// prediction's own deviation as the unit of the score.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `window` (w) | | `degree + 3` to 100,000 | values |
/// | `degree` (p) | 4 | 0 to 10 | |
/// | `limit` | k = 3 | above 0, alpha in (0, 1) | deviations of the prediction |
/// | `side` | [`Side::Both`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, RollingPolynomial};
///
/// // The line through 0, 1, 2, 4 leaves 0.2, -0.1, -0.4, 0.3 and goes on to 5; 7 is the next value instead.
/// let found = RollingPolynomial::new(4).degree(1).detect(&[0.0, 1.0, 2.0, 4.0, 7.0])?;
/// // s² = 0.3 / 2 and h = 1/4 + 2.5² / 5.
/// assert!((found.scores[4] - 2.0 / (0.15_f64 * 2.5).sqrt()).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Draper, N. R., Smith, H. (1998). *Applied Regression Analysis*, 3rd edition. Wiley, section 3.1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct RollingPolynomial {
    /// How many values before each the polynomial is fitted to.
    pub window: usize,
    /// The polynomial's degree.
    pub degree: usize,
    /// What a score must exceed.
    pub limit: Limit,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that differs from what leaves no doubt.
    pub degenerate: Degenerate,
}

impl RollingPolynomial {
    /// The longest window.
    const LONGEST: usize = 100_000;

    /// Polynomials of degree 4 through so many values, cut at 3 deviations of the prediction on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::RollingPolynomial::new(60).degree, 4);
    /// ```
    pub const fn new(window: usize) -> Self {
        Self { window, degree: 4, limit: Limit::K(3.0), side: Side::Both, degenerate: Degenerate::Alarm }
    }

    /// The polynomial's degree; 4 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, RollingPolynomial};
    ///
    /// let values: Vec<f64> = (0..30).map(|t| f64::from(t * t) + f64::from(t % 2)).collect();
    /// let scores = |degree| RollingPolynomial::new(10).degree(degree).detect(&values).map(|found| found.scores);
    /// assert!(scores(1)?[20] > 2.0 && scores(2)?[20].abs() < 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degree(mut self, degree: usize) -> Self {
        self.degree = degree;
        self
    }

    /// How many deviations of the prediction a score must exceed; 3 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, RollingPolynomial};
    ///
    /// let mut values: Vec<f64> = (0..30).map(|t| f64::from(t % 2)).collect();
    /// values[20] = 3.0;
    /// let rule = RollingPolynomial::new(10).degree(1);
    /// assert_eq!(rule.k(3.0).detect(&values)?.indices(), [20]);
    /// assert!(rule.k(9.0).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn k(mut self, k: f64) -> Self {
        self.limit = Limit::K(k);
        self
    }

    /// The probability with which each value without an anomaly is flagged all the same, in place of `k`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, RollingPolynomial};
    ///
    /// // Student's t with 10 - 1 - 1 degrees of freedom exceeds 3.355 with a probability of 1% on both sides.
    /// let rule = RollingPolynomial::new(10).degree(1).alpha(0.01);
    /// let threshold = rule.detect(&[1.0])?.threshold;
    /// assert!((threshold - 3.355).abs() < 5e-4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.limit = Limit::Alpha(alpha);
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, RollingPolynomial, Side};
    ///
    /// let mut values: Vec<f64> = (0..30).map(|t| f64::from(t % 2)).collect();
    /// values[20] = 9.0;
    /// let rule = RollingPolynomial::new(10).degree(1);
    /// assert_eq!(rule.side(Side::Upper).detect(&values)?.indices(), [20]);
    /// assert!(rule.side(Side::Lower).detect(&values[..21])?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What a value means that differs from what leaves no doubt; an alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, Detector, RollingPolynomial};
    ///
    /// let mut line: Vec<f64> = (0..12).map(f64::from).collect();
    /// line[11] = 12.0;
    /// let rule = RollingPolynomial::new(6).degree(1);
    /// assert_eq!(rule.detect(&line)?.indices(), [11]);
    /// assert!(rule.degenerate(Degenerate::NoAlarm).detect(&line)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// The streaming form, which has seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{OnlineDetector, RollingPolynomial};
    ///
    /// let mut online = RollingPolynomial::new(6).degree(1).online()?;
    /// online.observe_many(&[1.0, 2.1, 2.9, 4.0, 5.1, 5.9])?;
    /// assert!(!online.score(7.0)?.flagged && online.score(9.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(PolynomialStream::new(self)))
    }

    /// The degrees of freedom of a prediction.
    pub(super) fn degrees(&self) -> f64 {
        (self.window - self.degree - 1) as f64
    }

    /// What the size of a score must exceed.
    pub(super) fn threshold(&self) -> f64 {
        let alpha = match self.limit {
            Limit::K(k) => return k,
            Limit::Alpha(alpha) => alpha,
        };
        let share = if self.side == Side::Both { alpha / 2.0 } else { alpha };
        let critical = StudentT::new(self.degrees()).and_then(|student| student.upper_quantile(share));
        critical.unwrap_or(f64::INFINITY)
    }
}

impl Detector for RollingPolynomial {
    fn name(&self) -> &'static str {
        "RollingPolynomial"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        check_degree(self.degree)?;
        if self.window < self.degree + 3 {
            let reason = format!("must hold at least {} values for degree {}", self.degree + 3, self.degree);
            return Err(Error::invalid("window", self.window, reason));
        }
        if self.window > Self::LONGEST {
            let (value, limit) = (self.window as u64, Self::LONGEST as u64);
            return Err(Error::LimitExceeded { what: "the values of a window", value, limit });
        }
        match self.limit {
            Limit::K(k) if !(k > 0.0 && k.is_finite()) => {
                return Err(Error::invalid("k", k, "must be positive and finite"));
            }
            Limit::Alpha(alpha) => Error::check_fraction("alpha", alpha)?,
            Limit::K(_) => {}
        }
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        stream::detect(PolynomialStream::new(*self), values, scores)
    }
}
