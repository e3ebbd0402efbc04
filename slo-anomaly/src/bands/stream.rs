//! The bands as values come.

use std::collections::VecDeque;

use slo_core::Result;
use slo_core::stats::Missing;

use super::{BandRules, Bands};
use crate::any::AnyDetector;
use crate::stream::Stream;
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// The bands with the week that they look at; NaN stands where nothing counts.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Past", into = "Past")
)]
pub(crate) struct BandsStream {
    past: Past,
    /// The values of the long window that count, and the distances, in order of size; of the robust bands.
    sorted: [Vec<f64>; 2],
}

/// What came before the next value.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct Past {
    plan: Bands,
    /// The last hour but one value, zeros with it.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::ring"))]
    all: VecDeque<f64>,
    /// The last week of values that count.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::ring"))]
    counted: VecDeque<f64>,
    /// The deviations of the hours, or the distances from the medians, of the long window.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::ring"))]
    spreads: VecDeque<f64>,
    /// The distances from the medians of an hour a day and a week before; of the robust bands.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::ring"))]
    day: VecDeque<f64>,
    #[cfg_attr(feature = "serde", serde(with = "crate::float::ring"))]
    week: VecDeque<f64>,
}

impl PartialEq for Past {
    fn eq(&self, other: &Self) -> bool {
        let rings = |past: &Self| {
            [&past.all, &past.counted, &past.spreads, &past.day, &past.week]
                .map(|ring| ring.iter().map(|value| value.to_bits()).collect::<Vec<_>>())
        };
        self.plan == other.plan && rings(self) == rings(other)
    }
}

/// The bands at a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) level: f64,
    pub(super) middle: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
    /// What is remembered of its spread.
    pub(super) spread: f64,
    pub(super) n: usize,
}

/// The last `count` places up to the one `ago` places before the next, of those that there are.
fn window(ring: &VecDeque<f64>, ago: usize, count: usize) -> impl Iterator<Item = f64> + Clone + '_ {
    let end = (ring.len() + 1).saturating_sub(ago);
    let begin = end.saturating_sub(count);
    ring.range(begin..end.max(begin)).copied().filter(|value| !value.is_nan())
}

/// Mean, deviation with divisor n, and count; in two passes.
fn moments(values: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64, usize)> {
    let n = values.clone().count();
    if n == 0 {
        return None;
    }
    let count = n as f64;
    // Shares are summed, so that no sum overflows.
    let mean: f64 = values.clone().map(|value| value / count).sum();
    let greatest = values.clone().map(|value| (value - mean).abs()).fold(0.0, f64::max);
    if greatest == 0.0 {
        return Some((mean, 0.0, n));
    }
    let square: f64 = values.map(|value| ((value - mean) / greatest).powi(2)).sum();
    Some((mean, greatest * (square / count).sqrt(), n))
}

/// The median of a few values.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    middle(values.len(), |index| values.get(index).copied())
}

/// The median of sorted values.
fn middle(len: usize, at: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let upper = at(len / 2)?;
    if len % 2 == 1 { Some(upper) } else { Some(f64::midpoint(at(len / 2 - 1)?, upper)) }
}

/// The median of sorted values and one more.
fn median_with(sorted: &[f64], value: f64) -> f64 {
    let place = sorted.partition_point(|other| *other < value);
    let at = |index: usize| match index.cmp(&place) {
        std::cmp::Ordering::Less => sorted.get(index).copied(),
        std::cmp::Ordering::Equal => Some(value),
        std::cmp::Ordering::Greater => sorted.get(index - 1).copied(),
    };
    middle(sorted.len() + 1, at).unwrap_or(value)
}

/// Takes a value in at its place among sorted ones.
fn insert(sorted: &mut Vec<f64>, value: f64) {
    if !value.is_nan() {
        sorted.insert(sorted.partition_point(|other| *other < value), value);
    }
}

/// Takes out one that is equal.
fn remove(sorted: &mut Vec<f64>, value: f64) {
    let place = sorted.partition_point(|other| *other < value);
    if sorted.get(place) == Some(&value) {
        sorted.remove(place);
    }
}

/// Remembers a value in a ring of so many places, and returns the one that leaves.
fn remember(ring: &mut VecDeque<f64>, places: usize, value: f64) -> Option<f64> {
    ring.push_back(value);
    if ring.len() > places { ring.pop_front() } else { None }
}

impl BandsStream {
    pub(super) fn new(plan: Bands) -> Self {
        let past = Past {
            plan,
            all: VecDeque::new(),
            counted: VecDeque::new(),
            spreads: VecDeque::new(),
            day: VecDeque::new(),
            week: VecDeque::new(),
        };
        Self { past, sorted: [Vec::new(), Vec::new()] }
    }

    /// Whether a value counts.
    fn counts(&self, value: f64) -> bool {
        let plan = &self.past.plan;
        if !(value > 0.0 && value.is_finite()) {
            return false;
        }
        let hour = self.past.all.iter().copied().filter(|value| value.is_finite()).chain([value]);
        plan.sparse == 0.0 || moments(hour).is_some_and(|(mean, ..)| mean >= plan.sparse)
    }

    /// The bands at a value that counts.
    fn around(&self, value: f64) -> Around {
        match self.past.plan.rules {
            BandRules::Adaptive => self.adaptive(value),
            BandRules::Robust => self.robust(value),
        }
    }

    fn adaptive(&self, value: f64) -> Around {
        let Past { plan, counted, spreads, .. } = &self.past;
        let hour = window(counted, 1, plan.hour - 1).chain([value]);
        let (mean, deviation, n) = moments(hour).unwrap_or((value, 0.0, 1));
        let spread = if deviation > mean * plan.variation { deviation } else { f64::NAN };
        let smoothed =
            moments(window(spreads, 1, spreads.len()).chain([spread]).filter(|value| !value.is_nan()));
        let short = smoothed.map(|(spread, ..)| (mean, spread));
        let seasons = plan.offsets().map(|offset| {
            moments(window(counted, offset, plan.hour)).map(|(mean, deviation, _)| (mean, deviation))
        });
        self.between(value, mean, [short, seasons[0], seasons[1]], spread, n)
    }

    fn robust(&self, value: f64) -> Around {
        let Past { plan, counted, day, week, .. } = &self.past;
        let [values, distances] = &self.sorted;
        let center = median_with(values, value);
        let distance = (value - center).abs();
        let short = Some((center, median_with(distances, distance)));
        let hour = window(counted, 1, plan.hour - 1).chain([value]);
        let level = median(hour).unwrap_or(value);
        let season = |ring: &VecDeque<f64>, offset: usize| {
            let (center, newest) = self.season(offset);
            let center = center?;
            let distances = window(ring, 1, ring.len()).chain([newest]).filter(|value| !value.is_nan());
            Some((center, median(distances)?))
        };
        let [daily, weekly] = plan.offsets();
        let bands = [short, season(day, daily), season(week, weekly)];
        self.between(level, center, bands, distance, values.len() + 1)
    }

    /// The median of an hour so many places ago, and the distance of its newest value from it.
    fn season(&self, offset: usize) -> (Option<f64>, f64) {
        let Past { plan, counted, .. } = &self.past;
        let center = median(window(counted, offset, plan.hour));
        let newest = (counted.len() + 1).checked_sub(offset).and_then(|end| end.checked_sub(1));
        let newest = newest.and_then(|place| counted.get(place)).copied().unwrap_or(f64::NAN);
        (center, center.map_or(f64::NAN, |center| (newest - center).abs()))
    }

    /// The outermost of the bands around centers with their spreads, and of the margin around the middle.
    fn between(
        &self,
        level: f64,
        middle: f64,
        bands: [Option<(f64, f64)>; 3],
        spread: f64,
        n: usize,
    ) -> Around {
        let plan = &self.past.plan;
        let margin = middle * plan.margin;
        let (mut lower, mut upper) = (middle - margin, middle + margin);
        for (center, spread) in bands.into_iter().flatten() {
            lower = lower.min(center - plan.width * spread);
            upper = upper.max(center + plan.width * spread);
        }
        Around { level, middle, lower: lower.max(0.0), upper, spread, n }
    }
}

impl Around {
    /// The distance from the middle in units of the band's; it exceeds 1 exactly where the level lies beyond its band.
    pub(super) fn score(&self) -> (f64, f64) {
        let Self { level, middle, lower, upper, .. } = *self;
        let (distance, reach, beyond) = if level >= middle {
            (level - middle, upper - middle, level > upper)
        } else {
            (middle - level, middle - lower, level < lower)
        };
        let size = if distance == 0.0 {
            0.0
        } else if beyond {
            (distance / reach).max(1.0_f64.next_up())
        } else {
            (distance / reach).min(1.0)
        };
        (if level >= middle { size } else { -size }, reach)
    }
}

impl Stream for BandsStream {
    fn detector(&self) -> AnyDetector {
        self.past.plan.into()
    }

    fn missing(&self) -> Missing {
        self.past.plan.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let n = self.sorted.first().map_or(0, Vec::len);
        if place.1 == f64::INFINITY {
            let baseline = Baseline::without(n);
            return Verdict::scored(place, f64::INFINITY, (1.0, Side::Both), None, baseline, Tail::UNKNOWN);
        }
        if !self.counts(place.1) {
            return Verdict::withheld(place, 1.0, Reason::Missing, n);
        }
        let around = self.around(place.1);
        let (score, scale) = around.score();
        let baseline = Baseline::of(around.middle, scale, around.n);
        let window = match self.past.plan.rules {
            BandRules::Adaptive => self.past.plan.hour,
            BandRules::Robust => self.past.plan.long(),
        };
        Verdict::scored(place, score, (1.0, Side::Both), None, baseline, Tail::UNKNOWN).over(window)
    }

    fn learn(&mut self, value: f64, _verdict: &Verdict) -> Result<()> {
        let counts = self.counts(value);
        let spread = if counts { self.around(value).spread } else { f64::NAN };
        let plan = self.past.plan;
        let (hour, long, [daily, weekly]) = (plan.hour, plan.long(), plan.offsets());
        let (by_day, by_week) = (self.season(daily).1, self.season(weekly).1);
        let kept = if counts { value } else { f64::NAN };
        let robust = plan.rules == BandRules::Robust;
        if robust {
            remember(&mut self.past.day, hour - 1, by_day);
            remember(&mut self.past.week, hour - 1, by_week);
            let [values, distances] = &mut self.sorted;
            insert(values, kept);
            insert(distances, spread);
            // The long window holds one place less: the next value is the last.
            let leaves = (self.past.counted.len() + 1).checked_sub(long);
            if let Some(old) = leaves.and_then(|place| self.past.counted.get(place)) {
                remove(values, *old);
            }
        }
        remember(&mut self.past.all, hour - 1, if value.is_finite() { value } else { f64::NAN });
        remember(&mut self.past.counted, weekly + hour, kept);
        let old = remember(&mut self.past.spreads, long - 1, spread);
        if let (true, Some(old)) = (robust, old) {
            remove(&mut self.sorted[1], old);
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        1.0
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let Past { plan, all, counted, spreads, day, week } = &self.past;
        let (hour, weekly) = (plan.hour, plan.offsets()[1]);
        let seasonal = if plan.rules == BandRules::Robust { seen.min(hour - 1) } else { 0 };
        all.len() == seen.min(hour - 1)
            && counted.len() == seen.min(weekly + hour)
            && spreads.len() == seen.min(plan.long() - 1)
            && day.len() == seasonal
            && week.len() == seasonal
    }
}

#[cfg(feature = "serde")]
impl From<BandsStream> for Past {
    fn from(stream: BandsStream) -> Self {
        stream.past
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Past> for BandsStream {
    type Error = slo_core::Error;

    fn try_from(past: Past) -> Result<Self> {
        use crate::detector::Detector as _;

        past.plan.check()?;
        let finite = |ring: &VecDeque<f64>| ring.iter().all(|value| !value.is_infinite());
        let positive = past.counted.iter().all(|value| value.is_nan() || *value > 0.0);
        let spread = [&past.spreads, &past.day, &past.week];
        let sized = spread.into_iter().all(|ring| ring.iter().all(|value| value.is_nan() || *value >= 0.0));
        if !(positive
            && sized
            && finite(&past.all)
            && finite(&past.counted)
            && spread.into_iter().all(finite))
        {
            let reason = "these are no values that the bands can remember".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        let mut sorted = [Vec::new(), Vec::new()];
        if past.plan.rules == BandRules::Robust {
            let long = past.plan.long() - 1;
            sorted = [window(&past.counted, 1, long).collect(), window(&past.spreads, 1, long).collect()];
            for values in &mut sorted {
                values.sort_unstable_by(f64::total_cmp);
            }
        }
        Ok(Self { past, sorted })
    }
}
