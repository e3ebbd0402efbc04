//! A detector with the values before each as its baseline.

mod method;
mod moving;
mod sweep;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::online::Online;
use crate::policy::Learning;
use crate::stream;
use crate::three_sigma::{Censoring, Inclusion};
use crate::verdict::{Reason, Verdict};
use crate::window::Window;
use method::Method;

pub(crate) use moving::RollingStream;

/// A detector whose baseline is the window of values before each: the causal form of a method.
///
/// Made by the `rolling` of a method, for example [`ThreeSigma::rolling`](crate::ThreeSigma::rolling). Its streaming
/// form, [`Rolling::online`], gives the same verdicts one value at a time.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | window | | at least 2 | values |
/// | `min_baseline` | 2 | 2 to the window | values |
/// | `learning` | [`Learning::All`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, ThreeSigma};
///
/// let daily = [12.1, 11.8, 12.4, 12.0, 30.0, 11.9, 12.2];
/// let found = ThreeSigma::new().rolling(4)?.detect(&daily)?;
/// assert_eq!(found.indices(), [4]);
/// // Nothing is known before the third value.
/// assert!(found.scores[1].is_nan() && !found.scores[2].is_nan());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub struct Rolling {
    method: Method,
    window: usize,
    min_baseline: usize,
    learning: Learning,
}

impl Rolling {
    pub(crate) fn new(method: impl Into<Method>, window: usize) -> Result<Self> {
        let rolling = Self { method: method.into(), window, min_baseline: 2, learning: Learning::All };
        rolling.check()?;
        Ok(rolling)
    }

    /// How many values a baseline needs for a verdict; 2 by default.
    ///
    /// With a fixed threshold the first verdicts rest on little: of independent normal values, one in four exceeds k =
    /// 3 with a baseline of two. Ask for more, or give [`ThreeSigma::alpha`](crate::ThreeSigma::alpha), which is exact
    /// for every number.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// let rolling = ThreeSigma::new().rolling(4)?;
    /// let values = [1.0, 1.5, 9.0, 1.0, 1.2, 1.1];
    /// assert_eq!(rolling.detect(&values)?.indices(), [2]);
    /// assert!(rolling.min_baseline(4).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn min_baseline(mut self, min_baseline: usize) -> Self {
        self.min_baseline = min_baseline;
        self
    }

    /// Which values the baseline learns from; all by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Learning, ThreeSigma};
    ///
    /// // A spike in the baseline hides the next one.
    /// let values = [1.0, 1.5, 1.2, 1.3, 50.0, 50.0];
    /// let rolling = ThreeSigma::new().rolling(4)?;
    /// assert_eq!(rolling.detect(&values)?.indices(), [4]);
    /// assert_eq!(rolling.learning(Learning::Unflagged).detect(&values)?.indices(), [4, 5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn learning(mut self, learning: Learning) -> Self {
        self.learning = learning;
        self
    }

    /// How many values before each are its baseline.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::Tukey::new().rolling(60)?.window(), 60);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn window(&self) -> usize {
        self.window
    }

    /// How many values a baseline needs for a verdict.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::Tukey::new().rolling(60)?.min_baseline(30).least_baseline(), 30);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn least_baseline(&self) -> usize {
        self.min_baseline
    }

    /// Which values the baseline learns from.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Learning, Tukey};
    ///
    /// assert_eq!(Tukey::new().rolling(60)?.learns_from(), Learning::All);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn learns_from(&self) -> Learning {
        self.learning
    }

    /// The streaming form, which has seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, OnlineDetector, ThreeSigma};
    ///
    /// let rolling = ThreeSigma::new().rolling(4)?.min_baseline(3);
    /// let values = [12.1, 11.8, 12.4, 12.0, 30.0];
    /// assert_eq!(rolling.online()?.observe_many(&values)?.indices(), rolling.detect(&values)?.indices());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(RollingStream::new(self)?))
    }

    fn censoring(&self) -> Censoring {
        match self.learning {
            Learning::All => Censoring::None,
            Learning::Unflagged | Learning::Winsorised => Censoring::Flagged,
        }
    }

    /// What joins the baseline of a value with this verdict; none if nothing does.
    #[allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]
    #[inline(always)]
    fn learns(&self, verdict: &Verdict) -> Option<f64> {
        match self.learning {
            Learning::Unflagged if verdict.flagged => None,
            Learning::Winsorised if verdict.flagged => {
                let Verdict { score, threshold, baseline, .. } = *verdict;
                Some(baseline.center + self.method.reach(score, threshold, baseline).copysign(score))
            }
            Learning::All | Learning::Unflagged | Learning::Winsorised => Some(verdict.value),
        }
    }

    /// The verdict on a value by the window before it, with the threshold of its count of values.
    #[allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]
    #[inline(always)]
    fn judge(&self, place: (usize, f64), window: &Window, counted: (usize, f64)) -> Verdict {
        let (n, threshold) = counted;
        if place.1.is_nan() {
            return Verdict::withheld(place, threshold, Reason::Missing, n);
        }
        if n < self.min_baseline {
            return Verdict::withheld(place, threshold, Reason::WarmingUp, n);
        }
        self.method.judge(place, window, counted, self.censoring(), self.window)
    }
}

impl Detector for Rolling {
    fn name(&self) -> &'static str {
        self.method.as_detector().name()
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        self.method.as_detector().check()?;
        if self.window < 2 {
            return Err(Error::invalid("window", self.window, "must hold at least 2 values"));
        }
        if !(2..=self.window).contains(&self.min_baseline) {
            let reason = format!("must lie between 2 and the window of {}", self.window);
            return Err(Error::invalid("min_baseline", self.min_baseline, reason));
        }
        self.method.check_window(self.window)?;
        Ok(())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        match &self.method {
            Method::ThreeSigma(rule)
                if rule.scale.is_deviation()
                    && rule.inclusion == Inclusion::LeaveOut
                    && self.learning == Learning::All
                    && values.iter().all(|value| value.is_finite()) =>
            {
                sweep::detect(rule, (self.window, self.min_baseline), values, scores)
            }
            _ => stream::detect(RollingStream::new(*self)?, values, scores),
        }
    }
}

/// A rolling detector as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: Method,
    window: usize,
    min_baseline: usize,
    learning: Learning,
}

#[cfg(feature = "serde")]
impl From<Rolling> for Written {
    fn from(rolling: Rolling) -> Self {
        let Rolling { method, window, min_baseline, learning } = rolling;
        Self { method, window, min_baseline, learning }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for Rolling {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { method, window, min_baseline, learning } = written;
        let rolling = Self { method, window, min_baseline, learning };
        rolling.check()?;
        Ok(rolling)
    }
}
