//! The window that moves with a stream.

use slo_core::Result;
use slo_core::stats::Missing;

use super::Rolling;
use crate::any::AnyDetector;
use crate::stream::Stream;
use crate::verdict::Verdict;
use crate::window::Window;

/// A rolling detector with the window before the next value.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct RollingStream {
    plan: Rolling,
    window: Window,
    /// How many values the window holds, and the threshold for so many.
    counted: (usize, f64),
}

impl RollingStream {
    pub(super) fn new(plan: Rolling) -> Result<Self> {
        let window = plan.method.window(plan.window)?;
        let counted = (0, plan.method.threshold(2));
        Ok(Self { plan, window, counted })
    }
}

impl Stream for RollingStream {
    fn detector(&self) -> AnyDetector {
        self.plan.into()
    }

    fn missing(&self) -> Missing {
        self.plan.method.missing()
    }

    #[allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]
    #[inline(always)]
    fn judge(&self, place: (usize, f64)) -> Verdict {
        self.plan.judge(place, &self.window, self.counted)
    }

    #[allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]
    #[inline(always)]
    fn learn(&mut self, _: f64, verdict: &Verdict) -> Result<()> {
        let Some(value) = self.plan.learns(verdict) else { return Ok(()) };
        self.window.push(value)?;
        let n = self.window.count();
        if n != self.counted.0 {
            self.counted = (n, self.plan.method.threshold(n.max(2)));
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.plan.method.threshold(self.plan.window)
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let (length, taken) = self.window.places();
        taken <= seen && (taken == seen.min(length) || self.plan.learning == super::Learning::Unflagged)
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rolling: Rolling,
    window: Window,
}

#[cfg(feature = "serde")]
impl From<RollingStream> for Written {
    fn from(stream: RollingStream) -> Self {
        let RollingStream { plan, window, .. } = stream;
        Self { rolling: plan, window }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for RollingStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { rolling, window } = written;
        let fresh = Self::new(rolling)?;
        let alike = std::mem::discriminant(&window) == std::mem::discriminant(&fresh.window);
        if !(alike && window.places().0 == rolling.window) {
            let reason = "its window is not the one of its method".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        let n = window.count();
        Ok(Self { plan: rolling, window, counted: (n, rolling.method.threshold(n.max(2))) })
    }
}
