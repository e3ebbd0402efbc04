//! A test of means as a detector: the newest values against those before them.

mod compare;
mod critical;
mod moving;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use super::Variances;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::policy::Degenerate;
use crate::policy::Dependence;
use crate::stream;
use crate::verdict::Side;

pub(crate) use moving::TTestStream;

/// The t-test as a detector: has the mean of the newest values moved away from that of a window before them?
///
/// # Method
///
/// ```text
/// x_1 ... x_r | gap | y_1 ... y_t        y_t is the value that is judged
/// Welch     t = (ȳ - x̄) / √(e + f),   e = s²/r of x, f = s²/t of y,   (e + f)² / (e²/(r-1) + f²/(t-1)) degrees of freedom
/// Student   t = (ȳ - x̄) / (s √(1/r + 1/t)),   s² pooled,   r + t - 2
/// ```
///
/// The score is `t`, the baseline's center the reference's mean and its scale the standard error of the difference. A
/// value is flagged where `|t|` exceeds its critical value. Means and deviations slide: a verdict takes constant time.
///
/// The p-value is that of one test. Student's is exact on independent normal values; tests of windows that overlap
/// depend on one another, so that false alarms come in runs.
///
/// **Values that depend on one another.** On a series with lag-1 correlation 0.9 either test raises an alarm for half
/// of all values at a level of 5%. With [`Dependence::Estimated`] a window of `n` values counts as
///
/// ```text
/// ν = n / max(n_x/ν_x, n_y/ν_y)
/// ```
///
/// of them, `ν_x` and `ν_y` being the effective sample sizes of both windows by
/// [`SerialDependence`](slo_core::stats::autocorrelation::SerialDependence): the stronger dependence counts for both, as
/// a short window shows less of it than there is. `ν` takes the place of `n` in standard error and degrees of freedom.
/// A verdict then takes time proportional to `n √n`.
///
/// A window shorter than twenty decorrelation times, `ν < 20`, gives the verdict the reason
/// [`Reason::TooShortForAutocorrelation`](crate::Reason::TooShortForAutocorrelation); with `ν < 4` its threshold is
/// infinite and it has no p-value. Of simulated series without a change, lag-1 correlation 0 to 0.99, this flags at
/// most 6% of verdicts at a level of 5%, for references of 50 values or more and tests of 10 or more; at 0.9 and two
/// windows of 288 it is 4%.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `reference` | | at least 2; 50 where dependence is estimated | values |
/// | `test` | | at least 2; 10 where dependence is estimated | values |
/// | `gap` | 0 | | values |
/// | `variances` | [`Variances::Unequal`] | or [`Variances::Equal`] | |
/// | `dependence` | [`Dependence::Independent`] | | |
/// | `alpha` | 0.001 | (0, 1) | probability of a false alarm, per value |
/// | `side` | [`Side::Both`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | a floor is one of the standard error | |
/// | `missing` | [`Missing::Error`] | [`Missing::Skip`] for independent values alone | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, TTest};
///
/// let latency_ms = [12.0, 11.0, 13.0, 12.0, 11.0, 13.0, 12.0, 15.0, 16.0, 15.0];
/// let found = TTest::new(6, 2).alpha(0.05).detect(&latency_ms)?;
/// // The first two windows are full with the eighth value; from the ninth on the newest two lie beyond.
/// assert!(found.scores[6].is_nan());
/// assert_eq!(found.indices(), [8, 9]);
/// // 15.5 against 11, 13, 12, 11, 13, 12: variances 1/2 and 4/5, t = 3.5 / √(1/4 + 2/15).
/// assert!((found.scores[8] - 3.5 / (0.25_f64 + 2.0 / 15.0).sqrt()).abs() < 1e-13);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
/// involved. *Biometrika* 34(1/2), 28-35. Zwiers, F. W. and von Storch, H. (1995). Taking serial correlation into account
/// in tests of the mean. *Journal of Climate* 8(2), 336-351.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct TTest {
    /// How many values the test window is compared with.
    pub reference: usize,
    /// How many values, the newest of them the one that is judged, are compared with the reference.
    pub test: usize,
    /// How many values lie between both windows.
    pub gap: usize,
    /// How the spreads of both windows are put together.
    pub variances: Variances,
    /// Whether values are taken to be independent.
    pub dependence: Dependence,
    /// The probability of a false alarm, per value.
    pub alpha: f64,
    /// Where a mean can be flagged.
    pub side: Side,
    /// What a difference means between windows without spread.
    pub degenerate: Degenerate,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl TTest {
    /// The fewest values that show how they depend on one another: fewer of them hide it too often.
    const LEAST_REFERENCE: usize = 50;
    const LEAST_TEST: usize = 10;

    /// Welch's test of the newest `test` values against the `reference` values before them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, TTest};
    ///
    /// assert!(TTest::new(288, 12).check().is_ok());
    /// assert!(TTest::new(288, 1).check().is_err());
    /// ```
    pub const fn new(reference: usize, test: usize) -> Self {
        Self {
            reference,
            test,
            gap: 0,
            variances: Variances::Unequal,
            dependence: Dependence::Independent,
            alpha: 0.001,
            side: Side::Both,
            degenerate: Degenerate::Alarm,
            missing: Missing::Error,
        }
    }

    /// How many values lie between both windows; none by default.
    ///
    /// A change that comes slowly spoils a reference that is next to it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, TTest};
    ///
    /// let creeping = [0.0, 1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    /// let near = TTest::new(4, 2).alpha(0.05);
    /// assert_ne!(near.detect(&creeping)?.scores[9], near.gap(4).detect(&creeping)?.scores[9]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn gap(mut self, gap: usize) -> Self {
        self.gap = gap;
        self
    }

    /// How the spreads of both windows are put together; each its own by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, TTest, Variances};
    ///
    /// // One value out of two spoils their own deviation, not the pooled one.
    /// let values = [12.0, 11.0, 13.0, 12.0, 11.0, 13.0, 12.0, 11.0, 13.0, 12.0, 30.0];
    /// let welch = TTest::new(9, 2).alpha(0.05);
    /// assert!(welch.detect(&values)?.indices().is_empty());
    /// assert_eq!(welch.variances(Variances::Equal).detect(&values)?.indices(), [10]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn variances(mut self, variances: Variances) -> Self {
        self.variances = variances;
        self
    }

    /// Whether values are taken to be independent; they are by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Dependence, Detector, TTest};
    ///
    /// // A slow swing is no change of level.
    /// let swing: Vec<f64> = (0..240).map(|t| (f64::from(t) / 20.0).sin()).collect();
    /// let test = TTest::new(60, 20);
    /// assert!(!test.detect(&swing)?.indices().is_empty());
    /// assert!(test.dependence(Dependence::Estimated).detect(&swing)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn dependence(mut self, dependence: Dependence) -> Self {
        self.dependence = dependence;
        self
    }

    /// The probability of a false alarm, per value; 0.001 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, TTest, Variances};
    ///
    /// // t(0.975; 10) = 2.228.
    /// let test = TTest::new(6, 6).variances(Variances::Equal).alpha(0.05);
    /// assert!((test.detect(&[1.0])?.threshold - 2.228).abs() < 5e-4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Where a mean can be flagged; on both sides by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Side, TTest};
    ///
    /// let values = [2.0, 3.0, 2.0, 3.0, 2.0, 3.0, 90.0, 91.0];
    /// assert_eq!(TTest::new(6, 2).detect(&values)?.indices(), [7]);
    /// assert!(TTest::new(6, 2).side(Side::Lower).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What a difference means between windows without spread; an alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, Detector, TTest};
    ///
    /// let step = [5.0, 5.0, 5.0, 5.0, 6.0, 6.0];
    /// assert_eq!(TTest::new(4, 2).detect(&step)?.indices(), [5]);
    /// assert!(TTest::new(4, 2).degenerate(Degenerate::NoAlarm).detect(&step)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// What a value means that is not finite; refused by default.
    ///
    /// A NaN that is skipped keeps its place in the windows and is not judged; beside an infinity nothing is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, TTest};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [2.0, 3.0, f64::NAN, 3.0, 2.0, 3.0, 90.0, 91.0];
    /// assert!(TTest::new(6, 2).detect(&values).is_err());
    /// assert_eq!(TTest::new(6, 2).missing(Missing::Skip).detect(&values)?.indices(), [7]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The streaming form, which has seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, OnlineDetector, TTest};
    ///
    /// let test = TTest::new(4, 2).alpha(0.01);
    /// let values = [2.0, 3.0, 2.0, 3.0, 90.0, 91.0];
    /// assert_eq!(test.online()?.observe_many(&values)?, test.detect(&values)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(self) -> Result<Online> {
        Ok(Online::new(TTestStream::new(self)?))
    }
}

impl Detector for TTest {
    fn name(&self) -> &'static str {
        "TTest"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        let (least_reference, least_test) = match self.dependence {
            Dependence::Independent => (2, 2),
            Dependence::Estimated => (Self::LEAST_REFERENCE, Self::LEAST_TEST),
        };
        for (name, window, least) in
            [("reference", self.reference, least_reference), ("test", self.test, least_test)]
        {
            if window < least {
                return Err(Error::invalid(name, window, format!("must hold at least {least} values")));
            }
        }
        if let Variances::Trimmed(trim) = self.variances {
            return Err(Error::invalid("variances", trim, "windows that slide are not trimmed"));
        }
        Error::check_fraction("alpha", self.alpha)?;
        if self.dependence == Dependence::Estimated && self.missing == Missing::Skip {
            let reason = "places without a value hide how values depend on one another";
            return Err(Error::invalid("missing", "skip", reason));
        }
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        stream::detect(TTestStream::new(*self)?, values, scores)
    }
}
