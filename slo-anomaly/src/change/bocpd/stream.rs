//! The posterior of the current run's length, one value after the other.

use slo_core::Result;
use slo_core::stats::Missing;

use super::posterior::{Belief, Run};
use super::{Bocpd, Prior};
use crate::any::AnyDetector;
use crate::change::sums::Centred;
use crate::stream::Stream;
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Verdict};

/// How many scales from the centre a value counts as at most.
const FARTHEST: f64 = 1e100;

/// All that is known after some values.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct BocpdStream {
    plan: Bocpd,
    /// The unit of the runs; none while it is learnt.
    unit: Option<Unit>,
    /// The first values, until the unit is known.
    first: Vec<f64>,
    /// The current run, as far as is known: the longest first.
    runs: Vec<Run>,
    /// How many values were taken in.
    taken: usize,
    /// How many were when a change was last reported; a run that begins later is news.
    reported: usize,
    /// The value that all were equal to so far.
    level: Option<f64>,
}

/// Where the values lie and how far apart.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Unit {
    center: f64,
    scale: f64,
}

impl Unit {
    /// The value in this unit.
    fn of(self, value: f64) -> f64 {
        ((value - self.center) / self.scale).clamp(-FARTHEST, FARTHEST)
    }

    /// That of the first values: their median, and the noise between neighbours.
    fn learnt(values: &[f64]) -> Self {
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let centred = Centred::about_median(&finite);
        let noise = centred.noise_variance().sqrt() * centred.unit;
        // A constant has no noise; a change is then anything that is more than rounding.
        let least = (centred.center.abs() * 1e-9).max(f64::MIN_POSITIVE);
        Self { center: centred.center, scale: noise.max(least).min(f64::MAX) }
    }
}

/// What a value makes of the runs.
struct Step {
    /// The probability of each run to go on, in the order of the runs, and of a new one.
    weights: Vec<f64>,
    new: f64,
    /// The probability that the current run began after the last report.
    score: f64,
}

impl BocpdStream {
    /// A stream that has seen nothing yet, of a plan that was checked.
    pub(super) fn new(plan: Bocpd) -> Self {
        let unit = match plan.prior {
            Prior::Learnt(_) => None,
            Prior::Given { center, scale } => Some(Unit { center, scale }),
        };
        Self { plan, unit, first: Vec::new(), runs: Vec::new(), taken: 0, reported: 1, level: None }
    }

    const fn belief(&self) -> Belief {
        Belief { weight: self.plan.weight, shape: self.plan.shape }
    }

    /// The runs in order, the longest first.
    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many values were taken in.
    pub(super) const fn taken(&self) -> usize {
        self.taken
    }

    /// The probability of each run after one value more.
    fn step(&self, value: f64) -> Step {
        let belief = self.belief();
        let hazard = 1.0 / self.plan.spacing;
        let mut weights: Vec<f64> = self.runs.iter().map(|run| belief.log_density(run, value)).collect();
        let new = belief.log_density(&belief.empty(), value);
        // The first run begins for certain.
        let hazard = if self.runs.is_empty() { 1.0 } else { hazard };
        let most = weights.iter().fold(new, |most, density| most.max(*density));
        for (weight, run) in weights.iter_mut().zip(&self.runs) {
            *weight = run.weight * (1.0 - hazard) * (*weight - most).exp();
        }
        let new = hazard * (new - most).exp();
        let total = weights.iter().sum::<f64>() + new;
        for weight in &mut weights {
            *weight /= total;
        }
        let new = new / total;
        // With this value, so many were taken in since the last report.
        let since = (self.taken + 1).saturating_sub(self.reported);
        let news = self.runs.iter().zip(&weights).filter(|(run, _)| run.length < since);
        let score = news.map(|(_, weight)| weight).sum::<f64>() + if since > 0 { new } else { 0.0 };
        Step { weights, new, score: score.min(1.0) }
    }

    /// Makes a value part of the runs.
    fn advance(&mut self, value: f64, step: &Step) {
        let belief = self.belief();
        let extended = self.runs.iter().zip(&step.weights);
        let mut runs: Vec<Run> = extended.map(|(run, weight)| belief.extended(run, value, *weight)).collect();
        runs.push(belief.extended(&belief.empty(), value, step.new));
        self.taken += 1;
        self.runs = runs;
        self.forget();
    }

    /// Leaves out the least probable runs, and lets those that are left add up to 1.
    fn forget(&mut self) {
        let mut weights: Vec<f64> = self.runs.iter().map(|run| run.weight).collect();
        weights.sort_unstable_by(|left, right| right.total_cmp(left));
        let most = weights.first().copied().unwrap_or(1.0);
        let kept = weights.get(self.plan.max_runs - 1).copied().unwrap_or(0.0);
        let least = kept.max(self.plan.truncation).min(most);
        let mut room = self.plan.max_runs;
        self.runs.retain(|run| {
            let keep = run.weight >= least && run.weight > 0.0 && room > 0;
            room -= usize::from(keep);
            keep
        });
        let total: f64 = self.runs.iter().map(|run| run.weight).sum();
        for run in &mut self.runs {
            run.weight /= total;
        }
    }

    /// The run that is most probable; of equal ones the longest.
    pub(super) fn most_probable(&self) -> Option<&Run> {
        self.runs.iter().reduce(|best, run| if run.weight > best.weight { run } else { best })
    }

    /// What a value is compared with: the run that was most probable before it.
    fn baseline(&self, unit: Unit) -> Baseline {
        let empty = self.belief().empty();
        let run = self.most_probable().unwrap_or(&empty);
        let center = unit.center + run.mean * unit.scale;
        Baseline {
            center,
            scale: self.belief().predicted_scale(run) * unit.scale,
            n: run.length,
            window: None,
        }
    }

    /// Learns the unit from the first values, and takes them in; none of them is news.
    fn begin(&mut self) {
        let unit = Unit::learnt(&self.first);
        self.unit = Some(unit);
        for value in std::mem::take(&mut self.first) {
            let value = unit.of(value);
            let step = self.step(value);
            self.advance(value, &step);
        }
        self.reported = self.taken;
    }
}

impl Stream for BocpdStream {
    fn detector(&self) -> AnyDetector {
        self.plan.into()
    }

    fn missing(&self) -> Missing {
        self.plan.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let threshold = self.plan.threshold;
        if place.1.is_nan() {
            return Verdict::withheld(place, threshold, Reason::Missing, self.taken);
        }
        let Some(unit) = self.unit else {
            return Verdict::withheld(place, threshold, Reason::WarmingUp, self.first.len());
        };
        let is_level = self.taken == 0 || self.level == Some(place.1);
        let score = if is_level { 0.0 } else { self.step(unit.of(place.1)).score };
        Verdict::unsided(place, score, threshold, self.baseline(unit), Tail::UNKNOWN)
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        if value.is_nan() {
            return Ok(());
        }
        if self.taken == 0 && self.first.is_empty() {
            self.level = Some(value);
        } else if self.level != Some(value) {
            self.level = None;
        }
        if let Some(unit) = self.unit {
            let value = unit.of(value);
            let step = self.step(value);
            self.advance(value, &step);
            if verdict.flagged {
                self.reported = self.taken;
            }
        } else if let Prior::Learnt(count) = self.plan.prior {
            self.first.push(value);
            if self.first.len() >= count {
                self.begin();
            }
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.plan.threshold
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let so_far = self.taken + self.first.len();
        so_far == seen || (so_far < seen && self.plan.missing == Missing::Skip)
    }
}

/// A stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    plan: Bocpd,
    unit: Option<Unit>,
    #[serde(with = "crate::float::list")]
    first: Vec<f64>,
    runs: Vec<Run>,
    taken: usize,
    reported: usize,
    level: Option<f64>,
}

#[cfg(feature = "serde")]
impl From<BocpdStream> for Written {
    fn from(stream: BocpdStream) -> Self {
        let BocpdStream { plan, unit, first, runs, taken, reported, level } = stream;
        // An infinity is no level that a text could hold, and any other value ends it anyhow.
        let level = level.filter(|level| level.is_finite());
        Self { plan, unit, first, runs, taken, reported, level }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for BocpdStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        use crate::detector::Detector;

        let Written { plan, unit, first, runs, taken, reported, level } = written;
        plan.check()?;
        let warm = match (plan.prior, unit) {
            (Prior::Given { center, scale }, Some(unit)) => {
                unit == Unit { center, scale } && first.is_empty() && runs.is_empty() == (taken == 0)
            }
            (Prior::Learnt(count), None) => first.len() < count && runs.is_empty() && taken == 0,
            (Prior::Learnt(count), Some(unit)) => {
                let sound = unit.center.is_finite() && unit.scale > 0.0 && unit.scale.is_finite();
                sound && first.is_empty() && taken >= count && !runs.is_empty()
            }
            (Prior::Given { .. }, None) => false,
        };
        let total: f64 = runs.iter().map(|run| run.weight).sum();
        let sound_run = |run: &Run| {
            (1..=taken).contains(&run.length)
                && run.weight > 0.0
                && run.mean.abs() <= FARTHEST
                && run.rate >= plan.shape
                && run.rate.is_finite()
        };
        let sound = warm
            && runs.len() <= plan.max_runs
            && runs.is_sorted_by(|left, right| left.length > right.length)
            && runs.iter().all(sound_run)
            && (runs.is_empty() || (total - 1.0).abs() < 1e-9)
            && reported <= taken.max(1)
            && first.iter().all(|value| !value.is_nan())
            && level.is_none_or(f64::is_finite);
        if !sound {
            let reason = "its runs are not those of values seen one after the other".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { plan, unit, first, runs, taken, reported, level })
    }
}
