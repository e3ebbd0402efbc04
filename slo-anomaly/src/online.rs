//! A detector for values as they come.

use slo_core::{Error, Result};

use crate::any::AnyDetector;
use crate::detection::Findings;
use crate::detector::{Detector, OnlineDetector};
use crate::snapshot::Snapshot;
use crate::stream::{AnyStream, Stream, admit};
use crate::verdict::Verdict;

/// The streaming form of any causal detector.
///
/// A value is first judged by those before it and then joins them. Memory is bounded. A verdict takes constant time on
/// average, or `O(log window)` comparisons where values are kept in order.
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
    stream: AnyStream,
    seen: usize,
}

impl Online {
    /// A stream whose method was checked, and which has seen nothing yet.
    pub(crate) fn new(stream: impl Into<AnyStream>) -> Self {
        Self { stream: stream.into(), seen: 0 }
    }

    /// The detector whose streaming form it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Tukey;
    ///
    /// let rolling = Tukey::new().rolling(60)?;
    /// assert_eq!(rolling.online()?.detector(), rolling.into());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn detector(&self) -> AnyDetector {
        self.stream.detector()
    }

    /// What it knows, to be part of another stream.
    pub(crate) fn into_stream(self) -> AnyStream {
        self.stream
    }
}

impl OnlineDetector for Online {
    fn name(&self) -> &'static str {
        self.detector().name()
    }

    fn seen(&self) -> usize {
        self.seen
    }

    fn score(&self, value: f64) -> Result<Verdict> {
        admit(self.stream.missing(), self.seen, value)?;
        Ok(self.stream.judge((self.seen, value)))
    }

    fn observe(&mut self, value: f64) -> Result<Verdict> {
        let seen = after(self.seen, 1)?;
        // Asked for success instead of taken apart: the verdict is written once, to where it is wanted.
        let verdict = self.stream.take((self.seen, value));
        if verdict.is_ok() {
            self.seen = seen;
        }
        verdict
    }

    fn observe_into(&mut self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        Error::check_lengths("values", values.len(), "scores", scores.len())?;
        for (index, value) in values.iter().enumerate() {
            admit(self.stream.missing(), index, *value)?;
        }
        let seen = after(self.seen, values.len())?;
        let findings = self.stream.fold(self.seen, values, scores)?;
        self.seen = seen;
        Ok(findings)
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.clone())
    }
}

/// How many values or rows have come once `more` have: half of what an index can count, so that no index overflows.
pub(crate) fn after(seen: usize, more: usize) -> Result<usize> {
    const MOST: usize = usize::MAX / 2;
    seen.checked_add(more).filter(|seen| *seen <= MOST).ok_or_else(|| {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Error::LimitExceeded {
            what: "values of one stream",
            value: count(seen.saturating_add(more)),
            limit: count(MOST),
        }
    })
}

/// A detector as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    stream: AnyStream,
    seen: usize,
}

#[cfg(feature = "serde")]
impl From<Online> for Written {
    fn from(online: Online) -> Self {
        let Online { stream, seen } = online;
        Self { stream, seen }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for Online {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { stream, seen } = written;
        stream.detector().check()?;
        if after(seen, 0).is_err() || !stream.is_after(seen) {
            let reason = format!("it is no state of {} after {seen} values", stream.detector().name());
            return Err(Error::State { reason });
        }
        Ok(Self { stream, seen })
    }
}
