//! The values since the last gap, as they come.

use slo_core::Result;
use slo_core::stats::Missing;

use super::Restart;
use crate::any::AnyDetector;
use crate::stream::{AnyStream, Stream};
use crate::verdict::{Reason, Verdict};

/// What judges values since the last gap, and how many are missing right now.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct RestartStream {
    plan: Restart,
    inner: Box<AnyStream>,
    /// How many of the last values are missing in a row; no more are counted than make a gap.
    run: usize,
    /// How many values the detector saw since it began.
    judged: usize,
}

impl RestartStream {
    pub(super) fn new(plan: Restart) -> Result<Self> {
        let inner = Box::new(plan.detector.online()?.into_stream());
        Ok(Self { plan, inner, run: 0, judged: 0 })
    }

    /// How many are missing in a row with the next value.
    fn run_with(&self, value: f64) -> usize {
        if value.is_nan() { self.run.saturating_add(1) } else { 0 }
    }
}

impl Stream for RestartStream {
    fn detector(&self) -> AnyDetector {
        self.plan.clone().into()
    }

    fn missing(&self) -> Missing {
        self.inner.missing()
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        if self.run_with(place.1) > self.plan.after {
            return Verdict::withheld(place, self.inner.threshold(), Reason::Missing, 0);
        }
        self.inner.judge(place)
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        let run = self.run_with(value);
        if run <= self.plan.after {
            self.inner.learn(value, verdict)?;
            self.judged = self.judged.saturating_add(1);
            self.run = run;
        } else if self.run <= self.plan.after {
            *self = Self { run, ..Self::new(self.plan.clone())? };
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.inner.threshold()
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let gap = self.plan.after.saturating_add(1);
        let begun = self.judged == seen || self.judged.checked_add(gap).is_some_and(|least| least <= seen);
        let sound = if self.run > self.plan.after {
            // Within a gap nothing has begun.
            self.run == gap && self.judged == 0 && self.run <= seen
        } else {
            self.run <= self.judged
        };
        let skips = self.missing() == Missing::Skip || (self.run == 0 && self.judged == seen);
        begun && sound && skips && self.inner.is_after(self.judged)
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    restart: Restart,
    inner: Box<AnyStream>,
    run: usize,
    judged: usize,
}

#[cfg(feature = "serde")]
impl From<RestartStream> for Written {
    fn from(stream: RestartStream) -> Self {
        let RestartStream { plan, inner, run, judged } = stream;
        Self { restart: plan, inner, run, judged }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for RestartStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { restart, inner, run, judged } = written;
        crate::detector::Detector::check(&restart)?;
        if inner.detector() != *restart.detector {
            let reason = "its inner state is not that of its detector".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { plan: restart, inner, run, judged })
    }
}
