//! The sums as values come.

use slo_core::Result;
use slo_core::stats::Missing;

use super::Cusum;
use crate::any::AnyDetector;
#[cfg(feature = "serde")]
use crate::chart::Learnt;
use crate::chart::{AfterAlarm, Aside, Standard, Standing};
use crate::stream::Stream;
use crate::tail::Tail;
use crate::verdict::{Side, Verdict};

/// A chart with its sums.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct CusumStream {
    chart: Cusum,
    standard: Standard,
    sums: Sums,
}

/// The sums upwards and downwards, in deviations.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Sums {
    upper: f64,
    lower: f64,
}

impl Sums {
    /// Where a chart starts; a side that it does not watch has no sum.
    fn first(chart: &Cusum) -> Self {
        let start = chart.head_start * chart.h;
        let of = |other: Side| if chart.side == other { 0.0 } else { start };
        Self { upper: of(Side::Lower), lower: of(Side::Upper) }
    }

    /// The sums after a value in deviations.
    fn after(self, chart: &Cusum, value: f64) -> Self {
        // A sum that floats cannot hold stays the greatest float.
        let sum = |sum: f64, value: f64, other: Side| {
            if chart.side == other { 0.0 } else { (sum + (value - chart.k)).clamp(0.0, f64::MAX) }
        };
        Self { upper: sum(self.upper, value, Side::Lower), lower: sum(self.lower, -value, Side::Upper) }
    }

    fn score(self) -> f64 {
        if self.upper >= self.lower { self.upper } else { -self.lower }
    }
}

impl CusumStream {
    pub(super) fn new(chart: Cusum) -> Self {
        Self { chart, standard: Standard::new(chart.reference, chart.degenerate), sums: Sums::first(&chart) }
    }
}

impl Stream for CusumStream {
    fn detector(&self) -> AnyDetector {
        self.chart.into()
    }

    fn missing(&self) -> Missing {
        self.chart.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let threshold = (self.chart.h, self.chart.side);
        match self.standard.stand(place.1) {
            Standing::At(value, baseline) => {
                let score = self.sums.after(&self.chart, value).score();
                Verdict::scored(place, score, threshold, None, baseline, Tail::UNKNOWN)
            }
            Standing::Aside(aside) => aside.verdict(place, threshold, self.standard.learnt()),
        }
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        match self.standard.stand(value) {
            Standing::Aside(Aside::Learning) => self.standard.learn(value)?,
            Standing::Aside(_) => {}
            Standing::At(value, _) => self.sums = self.sums.after(&self.chart, value),
        }
        if verdict.flagged && self.chart.after == AfterAlarm::Reset {
            self.sums = Sums::first(&self.chart);
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.chart.h
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        self.standard.is_after(seen, self.sums != Sums::first(&self.chart))
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    chart: Cusum,
    learnt: Learnt,
    sums: Sums,
}

#[cfg(feature = "serde")]
impl From<CusumStream> for Written {
    fn from(stream: CusumStream) -> Self {
        let CusumStream { chart, standard, sums } = stream;
        Self { chart, learnt: standard.into_learnt(), sums }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for CusumStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { chart, learnt, sums } = written;
        let could_be =
            |sum: f64, other: Side| sum >= 0.0 && sum.is_finite() && (chart.side != other || sum == 0.0);
        if !(could_be(sums.upper, Side::Lower) && could_be(sums.lower, Side::Upper)) {
            let reason = "these are no sums of the chart".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        let standard = Standard::resumed(chart.reference, chart.degenerate, learnt);
        Ok(Self { chart, standard, sums })
    }
}
