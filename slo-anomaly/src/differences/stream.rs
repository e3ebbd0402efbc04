//! The steps as values come.

use slo_core::Result;
use slo_core::stats::Missing;

use super::Differences;
use crate::any::AnyDetector;
use crate::stream::{AnyStream, Stream};
use crate::verdict::{Reason, Verdict};

/// The value before the next, and what judges steps.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct DifferencesStream {
    /// NaN before the first value, and where the last is missing.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    last: f64,
    begun: bool,
    steps: Box<AnyStream>,
}

impl DifferencesStream {
    pub(super) fn new(plan: &Differences) -> Result<Self> {
        let steps = Box::new(plan.detector.online()?.into_stream());
        Ok(Self { last: f64::NAN, begun: false, steps })
    }

    /// The step to a value; one that floats cannot hold is the greatest that they do.
    fn step(&self, value: f64) -> f64 {
        let step = value - self.last;
        if value.is_finite() && self.last.is_finite() { step.clamp(f64::MIN, f64::MAX) } else { step }
    }
}

impl Stream for DifferencesStream {
    fn detector(&self) -> AnyDetector {
        Differences { detector: Box::new(self.steps.detector()) }.into()
    }

    fn missing(&self) -> Missing {
        self.steps.missing()
    }

    fn judge(&self, (index, value): (usize, f64)) -> Verdict {
        if !self.begun {
            let reason = if value.is_nan() { Reason::Missing } else { Reason::WarmingUp };
            return Verdict::withheld((index, value), self.steps.threshold(), reason, 0);
        }
        Verdict { value, ..self.steps.judge((index, self.step(value))) }
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        if self.begun {
            // The verdict as it was given on the step.
            let step = self.step(value);
            self.steps.learn(step, &Verdict { value: step, ..*verdict })?;
        }
        (self.begun, self.last) = (true, value);
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.steps.threshold()
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        self.begun == (seen > 0)
            && (self.begun || self.last.is_nan())
            && (self.last.is_finite() || !self.begun || self.missing() == Missing::Skip)
            && self.steps.is_after(seen.saturating_sub(1))
    }
}
