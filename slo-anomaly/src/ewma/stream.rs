//! The moving average as values come.

use slo_core::Result;
use slo_core::stats::Missing;

use super::{Ewma, EwmaLimits};
use crate::any::AnyDetector;
#[cfg(feature = "serde")]
use crate::chart::Learnt;
use crate::chart::{AfterAlarm, Aside, Standard, Standing};
use crate::stream::Stream;
use crate::tail::Tail;
use crate::verdict::{Baseline, Verdict};

/// A chart with its average.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct EwmaStream {
    chart: Ewma,
    standard: Standard,
    /// In deviations from the center.
    average: f64,
    /// The share of the average's final variance that it has not reached.
    missing: f64,
    /// The deviation of the average in the end.
    deviation: f64,
}

impl EwmaStream {
    pub(super) fn new(chart: Ewma) -> Self {
        let deviation = (chart.smoothing / (2.0 - chart.smoothing)).sqrt();
        let standard = Standard::new(chart.reference, chart.degenerate);
        Self { chart, standard, average: 0.0, missing: Self::at_first(chart), deviation }
    }

    fn at_first(chart: Ewma) -> f64 {
        match chart.limits {
            EwmaLimits::Exact => 1.0,
            EwmaLimits::Steady => 0.0,
        }
    }

    /// The average and the missing share after a value in deviations.
    fn after(&self, value: f64) -> (f64, f64) {
        // Smaller shares change no limit, and the smallest floats are slow.
        const NOTHING: f64 = 1e-20;
        let rest = 1.0 - self.chart.smoothing;
        let missing = self.missing * rest * rest;
        (self.chart.smoothing * value + rest * self.average, if missing < NOTHING { 0.0 } else { missing })
    }
}

impl Stream for EwmaStream {
    fn detector(&self) -> AnyDetector {
        self.chart.into()
    }

    fn missing(&self) -> Missing {
        self.chart.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let threshold = (self.chart.width, self.chart.side);
        let (value, reference) = match self.standard.stand(place.1) {
            Standing::At(value, reference) => (value, reference),
            Standing::Aside(aside) => return aside.verdict(place, threshold, self.standard.learnt()),
        };
        let (average, missing) = self.after(value);
        let deviation = self.deviation * (1.0 - missing).sqrt();
        let baseline = Baseline { scale: reference.scale * deviation, ..reference };
        Verdict::scored(place, average / deviation, threshold, None, baseline, Tail::UNKNOWN)
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        match self.standard.stand(value) {
            Standing::At(value, _) => (self.average, self.missing) = self.after(value),
            Standing::Aside(Aside::Learning) => self.standard.learn(value)?,
            Standing::Aside(_) => {}
        }
        if verdict.flagged && self.chart.after == AfterAlarm::Reset {
            (self.average, self.missing) = (0.0, Self::at_first(self.chart));
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.chart.width
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let begun = self.average != 0.0 || self.missing != Self::at_first(self.chart);
        self.standard.is_after(seen, begun)
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    chart: Ewma,
    learnt: Learnt,
    average: f64,
    missing: f64,
}

#[cfg(feature = "serde")]
impl From<EwmaStream> for Written {
    fn from(stream: EwmaStream) -> Self {
        let EwmaStream { chart, standard, average, missing, .. } = stream;
        Self { chart, learnt: standard.into_learnt(), average, missing }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for EwmaStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { chart, learnt, average, missing } = written;
        let fresh = Self::new(chart);
        if !(average.is_finite() && (0.0..=fresh.missing).contains(&missing)) {
            let reason = "it is no average of the chart".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        let standard = Standard::resumed(chart.reference, chart.degenerate, learnt);
        Ok(Self { standard, average, missing, ..fresh })
    }
}
