//! What a gate remembers of the last values.

use std::collections::VecDeque;

use slo_core::Result;
use slo_core::stats::Missing;

use super::Gate;
use crate::any::AnyDetector;
use crate::stream::{AnyStream, Stream};
use crate::verdict::{Reason, Verdict};

/// A gate with what its detector said of late.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct GateStream {
    confirm: (usize, usize),
    hold: usize,
    refractory: usize,
    inner: Box<AnyStream>,
    /// How many values were seen.
    seen: usize,
    /// When the detector flagged one of the last `n - 1` values.
    flagged: VecDeque<usize>,
    /// Sizes of scores that no later one of the last `h` reaches, with their times: the first is the greatest.
    peaks: VecDeque<(usize, f64)>,
    /// When a value was last reported.
    reported: Option<usize>,
}

impl GateStream {
    pub(super) fn new(plan: &Gate) -> Result<Self> {
        Ok(Self {
            confirm: plan.confirm,
            hold: plan.hold,
            refractory: plan.refractory,
            inner: Box::new(plan.detector.online()?.into_stream()),
            seen: 0,
            flagged: VecDeque::new(),
            peaks: VecDeque::new(),
            reported: None,
        })
    }

    /// Why a value that the detector flags is not reported.
    fn withheld(&self, score: f64) -> Option<Reason> {
        if self.flagged.len() + 1 < self.confirm.0 {
            return Some(Reason::Unconfirmed);
        }
        if self.peaks.front().is_some_and(|(_, greatest)| *greatest >= score.abs()) {
            return Some(Reason::Held);
        }
        let rested = self.reported.is_none_or(|last| self.seen - last > self.refractory);
        (!rested).then_some(Reason::Refractory)
    }

    /// Remembers a score and whether the detector flagged it, and forgets what is too old for the next value.
    fn remember(&mut self, score: f64, flagged: bool) {
        let now = self.seen;
        self.seen = self.seen.saturating_add(1);
        if flagged {
            self.flagged.push_back(now);
        }
        let (confirm, hold, next) = (self.confirm.1 - 1, self.hold, self.seen);
        while self.flagged.front().is_some_and(|time| next - time > confirm) {
            self.flagged.pop_front();
        }
        if !score.is_nan() {
            while self.peaks.back().is_some_and(|(_, size)| *size <= score.abs()) {
                self.peaks.pop_back();
            }
            self.peaks.push_back((now, score.abs()));
        }
        while self.peaks.front().is_some_and(|(time, _)| next - time > hold) {
            self.peaks.pop_front();
        }
    }
}

impl Stream for GateStream {
    fn detector(&self) -> AnyDetector {
        let detector = Box::new(self.inner.detector());
        let (confirm, hold, refractory) = (self.confirm, self.hold, self.refractory);
        Gate { detector, confirm, hold, refractory }.into()
    }

    fn missing(&self) -> Missing {
        self.inner.missing()
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let verdict = self.inner.judge(place);
        match self.withheld(verdict.score) {
            Some(reason) if verdict.flagged => Verdict { flagged: false, reason, ..verdict },
            _ => verdict,
        }
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        // What the detector itself said.
        let own = self.inner.judge((verdict.index, value));
        self.inner.learn(value, &own)?;
        if verdict.flagged {
            self.reported = Some(self.seen);
        }
        self.remember(own.score, own.flagged);
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.inner.threshold()
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        self.seen == seen && self.inner.is_after(seen)
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    confirm: (usize, usize),
    hold: usize,
    refractory: usize,
    inner: Box<AnyStream>,
    seen: usize,
    flagged: Vec<usize>,
    times: Vec<usize>,
    #[serde(with = "crate::float::list")]
    sizes: Vec<f64>,
    reported: Option<usize>,
}

#[cfg(feature = "serde")]
impl From<GateStream> for Written {
    fn from(stream: GateStream) -> Self {
        let GateStream { confirm, hold, refractory, inner, seen, flagged, peaks, reported } = stream;
        let (times, sizes) = peaks.into_iter().unzip();
        Self { confirm, hold, refractory, inner, seen, flagged: flagged.into(), times, sizes, reported }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for GateStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { confirm, hold, refractory, inner, seen, flagged, times, sizes, reported } = written;
        let recent = |times: &[usize], most: usize| {
            times.iter().all(|time| *time < seen && seen - time <= most)
                && times.is_sorted_by(|earlier, later| earlier < later)
        };
        let sound = (1..=confirm.1).contains(&confirm.0)
            && recent(&flagged, confirm.1 - 1)
            && recent(&times, hold)
            && times.len() == sizes.len()
            && sizes.iter().all(|size| *size >= 0.0)
            && sizes.is_sorted_by(|earlier, later| earlier > later)
            && reported.is_none_or(|time| time < seen);
        if !sound {
            let reason = "it is no memory of the gate".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        let peaks = times.into_iter().zip(sizes).collect();
        Ok(Self { confirm, hold, refractory, inner, seen, flagged: flagged.into(), peaks, reported })
    }
}
