//! The values before the next one, and the polynomial through them.

use std::collections::VecDeque;

use slo_core::Result;
use slo_core::stats::Missing;

use super::RollingPolynomial;
use super::basis::Basis;
use crate::any::AnyDetector;
use crate::stream::Stream;
use crate::subsequence::scale_for;
use crate::tail::Tail;
use crate::test_result::Exactness;
use crate::verdict::{Baseline, Reason, Verdict};

/// What rounding of a value leaves of it at most, in units of the greatest one: what deviates by no more is exact.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// A rolling polynomial with the window before the next value.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct PolynomialStream {
    plan: RollingPolynomial,
    values: VecDeque<f64>,
    /// Over the window and the place behind it, orthonormal over the window.
    basis: Basis,
    threshold: f64,
}

impl PolynomialStream {
    /// Of a plan that was checked.
    pub(super) fn new(plan: RollingPolynomial) -> Self {
        let basis = Basis::new(plan.window + 1, plan.degree, |place| place < plan.window);
        Self { plan, values: VecDeque::new(), basis, threshold: plan.threshold() }
    }
}

impl Stream for PolynomialStream {
    fn detector(&self) -> AnyDetector {
        self.plan.into()
    }

    fn missing(&self) -> Missing {
        Missing::Error
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let (plan, n) = (&self.plan, self.values.len());
        if n < plan.window {
            return Verdict::withheld(place, self.threshold, Reason::WarmingUp, n);
        }
        let mut before: Vec<f64> = self.values.iter().copied().collect();
        // Squares stay in range, whatever the unit.
        let scale = scale_for(&before);
        for value in &mut before {
            *value *= scale;
        }
        let anchor = before.last().copied().unwrap_or_default();
        let shares = self.basis.fit(&before, anchor, [0..n, n..n]);
        let squares: f64 = before
            .iter()
            .enumerate()
            .map(|(at, value)| {
                let gap = (value - anchor) - self.basis.value(&shares, at);
                gap * gap
            })
            .sum();
        let forecast = self.basis.value(&shares, n);
        let spread = (1.0 + self.basis.leverage(n)).sqrt();
        let rounding = ROUNDING * before.iter().fold(0.0, |greatest: f64, value| greatest.max(value.abs()));
        let exactly = |size: f64, room: f64| if size.abs() <= room { 0.0 } else { size };
        let deviation = exactly((squares / plan.degrees()).sqrt(), rounding) * spread / scale;
        let center = (anchor + forecast) / scale;
        let found = ((place.1 * scale - anchor) - forecast) / scale;
        if !(center.is_finite() && deviation.is_finite() && found.is_finite()) {
            return Verdict::withheld(place, self.threshold, Reason::Unbounded, n);
        }
        let distance = if deviation == 0.0 { exactly(found, rounding * spread / scale) } else { found };
        let scale = plan.degenerate.scale(deviation, center);
        let score = plan.degenerate.score(distance, scale);
        let baseline = Baseline::of(center, scale, n);
        let limits = (self.threshold, plan.side);
        let verdict = if scale > 0.0 {
            let exactness = if scale == deviation { Exactness::Exact } else { Exactness::Approximate };
            let tail = Tail::student(score, plan.degrees(), plan.side, exactness);
            Verdict::scored(place, score, limits, None, baseline, tail)
        } else {
            let differs = plan.side.is_beyond(score, 0.0);
            let tail = Tail::degenerate(differs);
            let reason = (distance != 0.0).then_some(Reason::Degenerate);
            Verdict::scored(place, score, limits, reason, baseline, tail)
        };
        verdict.over(plan.window)
    }

    fn learn(&mut self, value: f64, _verdict: &Verdict) -> Result<()> {
        if self.values.len() == self.plan.window {
            self.values.pop_front();
        }
        self.values.push_back(value);
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.threshold
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        self.values.len() == seen.min(self.plan.window)
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    plan: RollingPolynomial,
    values: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<PolynomialStream> for Written {
    fn from(stream: PolynomialStream) -> Self {
        let PolynomialStream { plan, values, .. } = stream;
        Self { plan, values: values.into() }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for PolynomialStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        use crate::detector::Detector;
        let Written { plan, values } = written;
        plan.check()?;
        slo_core::Error::check_finite("values", &values)?;
        if values.len() > plan.window {
            let reason = "its window holds more values than it has places".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { values: values.into(), ..Self::new(plan) })
    }
}
