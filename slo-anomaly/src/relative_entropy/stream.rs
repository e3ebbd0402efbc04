//! The histograms as values come.

use slo_core::Result;
use slo_core::stats::Missing;

use super::{BinRange, Bins, Histograms, RelativeEntropy};
use crate::any::AnyDetector;
use crate::stream::Stream;
use crate::verdict::Verdict;

/// A detector with the histograms that it knows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct RelativeEntropyStream {
    plan: RelativeEntropy,
    threshold: f64,
    /// The values of the probation while it lasts.
    probation: Vec<f64>,
    bins: Option<Bins>,
    histograms: Histograms,
}

impl RelativeEntropyStream {
    pub(super) fn new(plan: RelativeEntropy) -> Self {
        let histograms = Histograms::new(plan.window, plan.kinds(), plan.references);
        Self { plan, threshold: plan.critical(), probation: Vec::new(), bins: None, histograms }
    }
}

impl Stream for RelativeEntropyStream {
    fn detector(&self) -> AnyDetector {
        self.plan.into()
    }

    fn missing(&self) -> Missing {
        self.plan.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        self.plan.judge(place, self.bins.as_ref(), &self.histograms, self.threshold)
    }

    fn learn(&mut self, value: f64, _verdict: &Verdict) -> Result<()> {
        if let Some(bins) = &self.bins {
            if let Some(bin) = bins.of(value) {
                self.histograms.push(bin, self.threshold);
            }
            return Ok(());
        }
        let BinRange::Probation { values, widening } = self.plan.range else { return Ok(()) };
        if value.is_finite() {
            self.probation.push(value);
        }
        if self.probation.len() == values {
            let bins = Bins::widened(&self.probation, self.plan.bins, widening);
            for bin in self.probation.drain(..).filter_map(|value| bins.of(value)) {
                self.histograms.push(bin, self.threshold);
            }
            self.probation.shrink_to_fit();
            self.bins = Some(bins);
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.threshold
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let BinRange::Probation { values, .. } = self.plan.range else { return false };
        let least = if self.bins.is_some() { values } else { self.probation.len() };
        least <= seen && self.histograms.taken() <= seen
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    plan: RelativeEntropy,
    probation: Vec<f64>,
    bins: Option<Bins>,
    recent: Vec<usize>,
    references: Vec<Vec<usize>>,
}

#[cfg(feature = "serde")]
impl From<RelativeEntropyStream> for Written {
    fn from(stream: RelativeEntropyStream) -> Self {
        let (recent, references) = stream.histograms.parts();
        let RelativeEntropyStream { plan, probation, bins, .. } = stream;
        Self { plan, probation, bins, recent, references }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for RelativeEntropyStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        use crate::detector::Detector as _;

        let Written { plan, probation, bins, recent, references } = written;
        plan.check()?;
        let fresh = Self::new(plan);
        let length = match plan.range {
            BinRange::Probation { values, .. } => values,
            BinRange::Series => 0,
        };
        let finite = probation.iter().all(|value| value.is_finite());
        let begun = match &bins {
            Some(bins) => {
                probation.is_empty() && bins.is_of(&plan) && recent.len() >= length.min(plan.window)
            }
            None => probation.len() < length && recent.is_empty(),
        };
        let histograms = fresh.histograms.of(recent, references).filter(|_| finite && begun);
        let Some(histograms) = histograms else {
            let reason = "these are no histograms of the detector".to_owned();
            return Err(slo_core::Error::State { reason });
        };
        Ok(Self { plan, threshold: fresh.threshold, probation, bins, histograms })
    }
}
