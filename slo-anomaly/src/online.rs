//! A detector for values as they come.

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, OnlineDetector};
#[cfg(feature = "serde")]
use crate::policy::Learning;
use crate::rolling::Rolling;
use crate::snapshot::Snapshot;
use crate::verdict::Verdict;
use crate::window::Window;

/// The streaming form of a [`Rolling`] detector.
///
/// A value is first judged by the window before it and then joins that window. Memory is bounded by the window; a verdict
/// takes constant time on average, or `O(log window)` comparisons where values are kept in order.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{OnlineDetector, Reason, ThreeSigma};
///
/// let mut online = ThreeSigma::new().online(1440)?;
/// assert_eq!(online.observe(12.1)?.reason, Reason::WarmingUp);
/// online.observe_many(&[11.8, 12.4, 12.0])?;
/// let verdict = online.observe(30.0)?;
/// assert!(verdict.flagged && verdict.index == 4 && verdict.baseline.n == 4);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub struct Online {
    plan: Rolling,
    window: Window,
    seen: usize,
    /// How many values the window holds, and the threshold for so many.
    counted: (usize, f64),
}

impl Online {
    pub(crate) fn new(plan: Rolling) -> Result<Self> {
        let window = plan.method().window(plan.window())?;
        let counted = (0, plan.method().threshold(2));
        Ok(Self { plan, window, seen: 0, counted })
    }

    /// The detector whose streaming form it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Tukey;
    ///
    /// let rolling = Tukey::new().rolling(60)?;
    /// assert_eq!(*rolling.online()?.rolling(), rolling);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn rolling(&self) -> &Rolling {
        &self.plan
    }

    /// Refuses a value that is not finite, unless such are skipped; `offset` others come before it.
    fn admit(&self, value: f64, offset: usize) -> Result<()> {
        if value.is_finite() || self.plan.method().missing() == Missing::Skip {
            return Ok(());
        }
        Err(Error::NonFinite { name: "values", index: offset, value })
    }

    fn verdict(&self, value: f64) -> Verdict {
        self.plan.judge((self.seen, value), &self.window, self.counted)
    }

    /// Judges an admitted value and learns from it.
    fn take(&mut self, value: f64) -> Result<Verdict> {
        let verdict = self.verdict(value);
        self.seen += 1;
        if self.plan.learns(&verdict) {
            self.window.push(value)?;
            let n = self.window.count();
            if n != self.counted.0 {
                self.counted = (n, self.plan.method().threshold(n.max(2)));
            }
        }
        Ok(verdict)
    }

    /// Judges admitted values and learns from each, one after the other.
    pub(crate) fn fold(&mut self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        let mut outliers = Vec::new();
        for (value, score) in values.iter().zip(scores) {
            let verdict = self.take(*value)?;
            *score = verdict.score;
            if verdict.flagged {
                outliers.push(verdict);
            }
        }
        let threshold = self.plan.method().threshold(self.plan.window());
        Ok(Findings { outliers, threshold })
    }
}

impl OnlineDetector for Online {
    fn name(&self) -> &'static str {
        self.plan.name()
    }

    fn seen(&self) -> usize {
        self.seen
    }

    fn score(&self, value: f64) -> Result<Verdict> {
        self.admit(value, self.seen)?;
        Ok(self.verdict(value))
    }

    fn observe(&mut self, value: f64) -> Result<Verdict> {
        self.admit(value, self.seen)?;
        self.take(value)
    }

    fn observe_into(&mut self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        Error::check_lengths("values", values.len(), "scores", scores.len())?;
        for (offset, value) in values.iter().enumerate() {
            self.admit(*value, offset)?;
        }
        self.fold(values, scores)
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.clone())
    }
}

/// A detector as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rolling: Rolling,
    window: Window,
    seen: usize,
}

#[cfg(feature = "serde")]
impl From<Online> for Written {
    fn from(online: Online) -> Self {
        let Online { plan, window, seen, .. } = online;
        Self { rolling: plan, window, seen }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for Online {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { rolling, window, seen } = written;
        let fresh = Self::new(rolling)?;
        let (length, taken) = window.places();
        let sound = std::mem::discriminant(&window) == std::mem::discriminant(&fresh.window)
            && length == rolling.window()
            && taken <= seen
            && (taken == seen.min(length) || rolling.learns_from() == Learning::Unflagged);
        if !sound {
            let reason = format!("its window is not one of {} after {seen} values", rolling.name());
            return Err(Error::State { reason });
        }
        let n = window.count();
        let counted = (n, rolling.method().threshold(n.max(2)));
        Ok(Self { plan: rolling, window, seen, counted })
    }
}
