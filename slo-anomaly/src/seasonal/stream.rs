//! The medians of each phase's last values, and the detector of what they leave.

use slo_core::Result;
use slo_core::decompose::PhaseMedians;
use slo_core::stats::Missing;

use super::{Seasonal, about};
use crate::any::AnyDetector;
use crate::stream::{AnyStream, Stream};
use crate::verdict::{Reason, Verdict};

/// A seasonal detector with all that it knows of the values before.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct SeasonalStream {
    plan: Seasonal,
    /// For each period, in increasing order.
    medians: Vec<PhaseMedians>,
    inner: AnyStream,
    /// How many values the inner detector saw.
    judged: usize,
}

impl SeasonalStream {
    /// Nothing seen yet; the plan has been checked.
    pub(super) fn new(plan: Seasonal) -> Result<Self> {
        let medians = plan.sorted_periods().into_iter().map(|period| PhaseMedians::new(period, plan.cycles));
        let medians = medians.collect::<Result<_>>()?;
        let inner = plan.detector.online()?.into_stream();
        Ok(Self { plan, medians, inner, judged: 0 })
    }

    /// What the next value would be without noise; none while a phase has too few values.
    fn season(&self) -> Option<f64> {
        let season: Option<f64> = self.medians.iter().map(|medians| self.median(medians)).sum();
        season.filter(|season| season.is_finite())
    }

    fn median(&self, medians: &PhaseMedians) -> Option<f64> {
        medians.median().filter(|_| medians.count() >= self.plan.least_cycles())
    }

    /// How many values the phase has that has the fewest.
    fn count(&self) -> usize {
        self.medians.iter().map(PhaseMedians::count).min().unwrap_or(0)
    }
}

/// What a season leaves of a value; two ends of the floats are no further apart than floats reach.
fn rest(value: f64, season: f64) -> f64 {
    if value.is_finite() { (value - season).clamp(f64::MIN, f64::MAX) } else { value }
}

impl Stream for SeasonalStream {
    fn detector(&self) -> AnyDetector {
        self.plan.clone().into()
    }

    fn missing(&self) -> Missing {
        self.inner.missing()
    }

    fn judge(&self, (index, value): (usize, f64)) -> Verdict {
        let Some(season) = self.season() else {
            let reason = if value.is_nan() { Reason::Missing } else { Reason::WarmingUp };
            return Verdict::withheld((index, value), self.inner.threshold(), reason, self.count());
        };
        about(self.inner.judge((index, rest(value, season))), value)
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        if let Some(season) = self.season() {
            // The inner detector learns from its own verdict, not from one that was moved.
            let rest = rest(value, season);
            let own = self.inner.judge((verdict.index, rest));
            self.inner.learn(rest, &own)?;
            self.judged += 1;
        }
        // Each period learns from what the shorter ones leave; what leaves the floats is as good as missing.
        let least = self.plan.least_cycles();
        let mut rest = Some(value);
        for medians in &mut self.medians {
            let known = medians.median().filter(|_| medians.count() >= least);
            medians.push(rest.filter(|rest| rest.is_finite()))?;
            rest = rest.zip(known).map(|(rest, median)| rest - median);
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.inner.threshold()
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let longest = self.medians.iter().map(PhaseMedians::period).max().unwrap_or(0);
        let warm = longest.saturating_mul(self.plan.least_cycles());
        self.medians.iter().all(|medians| medians.seen() == seen)
            && self.judged <= seen.saturating_sub(warm)
            && self.inner.is_after(self.judged)
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    seasonal: Seasonal,
    medians: Vec<PhaseMedians>,
    inner: AnyStream,
    judged: usize,
}

#[cfg(feature = "serde")]
impl From<SeasonalStream> for Written {
    fn from(stream: SeasonalStream) -> Self {
        let SeasonalStream { plan, medians, inner, judged } = stream;
        Self { seasonal: plan, medians, inner, judged }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for SeasonalStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { seasonal, medians, inner, judged } = written;
        crate::detector::Detector::check(&seasonal)?;
        let fresh = Self::new(seasonal)?;
        let shape = |medians: &[PhaseMedians]| -> Vec<_> {
            medians.iter().map(|medians| (medians.period(), medians.cycles())).collect()
        };
        if shape(&medians) != shape(&fresh.medians) || inner.detector() != fresh.plan.detector {
            let reason = "its medians or its inner state are not those of its detector".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { medians, inner, judged, ..fresh })
    }
}
