//! Counts over time, and the ways to get them: columns, counters, thresholds, events.

mod axis;
mod prefix;
mod samples;

use std::collections::BTreeMap;

pub use axis::{Axis, Label};
pub(crate) use axis::{Grid, Times};
use prefix::Pair;
pub(crate) use prefix::Prefix;
pub use samples::{Comparison, TimeSeries};

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp};

/// Good and total counts over time, kept as exact running totals.
///
/// A count is a point mass at its instant: it belongs to a window `(a, b]` when `a < t <= b`. Integer counts are summed
/// exactly; fractional ones in double-double, so that a window's sum is right to one unit in its last place while the
/// whole total stays below 2^51 times the window's.
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Timestamp};
///
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
/// let series = CountSeries::good_total(axis, &[99.0, 100.0, 40.0], &[100.0, 100.0, 50.0])?;
/// let hour = series.counts();
/// assert_eq!((hour.bad(), hour.total()), (11.0, 250.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct CountSeries {
    times: Times,
    prefix: Prefix,
}

impl CountSeries {
    /// A series from good events and all events per instant.
    ///
    /// # Errors
    ///
    /// What is not a count, `good > total`, unequal lengths, or instants that do not increase, each with its place.
    pub fn good_total(axis: Axis, good: &[f64], total: &[f64]) -> Result<Self> {
        Self::build(axis, Pair::GoodTotal, ("good", good), ("total", total))
    }

    /// A series from bad events and all events per instant.
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total).
    pub fn bad_total(axis: Axis, bad: &[f64], total: &[f64]) -> Result<Self> {
        Self::build(axis, Pair::BadTotal, ("bad", bad), ("total", total))
    }

    /// A series from good events and bad events per instant.
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total).
    pub fn good_bad(axis: Axis, good: &[f64], bad: &[f64]) -> Result<Self> {
        Self::build(axis, Pair::GoodBad, ("good", good), ("bad", bad))
    }

    /// A series from two counters that only grow, except that a restart sets them back to 0.
    ///
    /// # Method
    ///
    /// ```text
    /// increase_i = v_i - v_{i-1}   if v_i >= v_{i-1}   else v_i (the counter was reset)
    /// ```
    ///
    /// The first sample has nothing to be compared with: the series begins at the second. With `clamp`, more bad than
    /// all events between two samples (two counters read at slightly different times) counts as all bad.
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total); [`Error::TooShort`] below two samples.
    pub fn from_counters(axis: Axis, bad: &[f64], total: &[f64], clamp: Clamp) -> Result<Self> {
        Error::check_lengths("bad", bad.len(), "total", total.len())?;
        let times = axis.times("total", total.len())?;
        if times.len() < 2 {
            return Err(Error::TooShort { name: "total", len: times.len(), needed: 2 });
        }
        let total = samples::increases("total", total)?;
        let mut bad = samples::increases("bad", bad)?;
        if clamp == Clamp::ToTotal {
            for (bad, total) in bad.iter_mut().zip(&total) {
                *bad = bad.min(*total);
            }
        }
        let prefix = Prefix::new(Pair::BadTotal, &bad, &total)?;
        Ok(Self { times: times.slice(1, times.len()), prefix })
    }

    /// A series of one event a sample, good where the value compares with `limit` as asked.
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a value or a limit; else as [`good_total`](Self::good_total).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Comparison, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let latency_ms = [180.0, 200.0, 220.0];
    /// let series = CountSeries::from_threshold(axis, &latency_ms, Comparison::AtMost, 200.0)?;
    /// assert_eq!(series.counts().good(), 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn from_threshold(axis: Axis, values: &[f64], comparison: Comparison, limit: f64) -> Result<Self> {
        Error::check_finite("values", values)?;
        Error::check_finite("limit", &[limit])?;
        let good: Vec<f64> = values.iter().map(|v| f64::from(comparison.holds(*v, limit))).collect();
        Self::good_total(axis, &good, &vec![1.0; values.len()])
    }

    /// A series from single events, each good or bad; those of one instant are counted together.
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`]; [`Error::Unordered`] where an instant comes before the one before it.
    pub fn from_events(times: &[Timestamp], good: &[bool]) -> Result<Self> {
        Error::check_lengths("times", times.len(), "good", good.len())?;
        let mut instants: Vec<Timestamp> = Vec::new();
        let mut counts: Vec<(f64, f64)> = Vec::new();
        for (index, (&time, &good)) in times.iter().zip(good).enumerate() {
            match (instants.last(), counts.last_mut()) {
                (Some(&last), Some((goods, total))) if last == time => {
                    *goods += f64::from(good);
                    *total += 1.0;
                }
                (Some(&previous), _) if previous > time => {
                    return Err(Error::Unordered { index, previous, value: time });
                }
                _ => {
                    instants.push(time);
                    counts.push((f64::from(good), 1.0));
                }
            }
        }
        let (good, total): (Vec<f64>, Vec<f64>) = counts.into_iter().unzip();
        Self::good_total(Axis::listed(instants), &good, &total)
    }

    fn build(
        axis: Axis,
        pair: Pair,
        first: (&'static str, &[f64]),
        second: (&'static str, &[f64]),
    ) -> Result<Self> {
        Error::check_lengths(first.0, first.1.len(), second.0, second.1.len())?;
        let times = axis.times(second.0, second.1.len())?;
        Ok(Self { times, prefix: Prefix::new(pair, first.1, second.1)? })
    }

    /// The number of instants.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no instant at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first instant.
    pub fn first(&self) -> Option<Timestamp> {
        self.times.get(0)
    }

    /// The last instant.
    pub fn last(&self) -> Option<Timestamp> {
        self.times.last()
    }

    /// The nominal length of the interval that a count stands for; `None` if nothing tells.
    pub fn resolution(&self) -> Option<Duration> {
        self.times.resolution()
    }

    /// The instants, in order.
    pub fn times(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        self.times.iter()
    }

    /// The counts at each instant, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Timestamp, Counts)> + '_ {
        self.times.iter().enumerate().map(|(index, time)| (time, self.prefix.between(index, index + 1)))
    }

    /// The counts of the whole series.
    pub fn counts(&self) -> Counts {
        self.prefix.between(0, self.len())
    }

    /// The counts of the window `(begin, end]`.
    pub fn counts_between(&self, begin: Timestamp, end: Timestamp) -> Counts {
        let (from, to) = self.range(begin, end);
        self.prefix.between(from, to)
    }

    /// The part of the series in the window `(begin, end]`.
    #[must_use]
    pub fn between(&self, begin: Timestamp, end: Timestamp) -> Self {
        let (from, to) = self.range(begin, end);
        Self { times: self.times.slice(from, to), prefix: self.prefix.slice(from, to) }
    }

    /// The series up to an instant, with an empty record there if its last one comes before: time has passed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 1.0], &[1.0, 1.0])?;
    /// let later = series.until(Timestamp::from_nanos(60_000_000_000))?;
    /// assert_eq!((later.len(), later.counts()), (3, series.counts()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if the span does not fit 292 years.
    pub fn until(&self, at: Timestamp) -> Result<Self> {
        match self.last() {
            Some(last) if last < at => self.merge(&Self::bad_total(Axis::listed([at]), &[0.0], &[0.0])?),
            _ => Ok(self.between(Timestamp::from_nanos(i64::MIN), at)),
        }
    }

    /// The share of the window `(begin, end]` that counts cover, 0 to 1.
    ///
    /// # Method
    ///
    /// A count covers the time since the one before it, at most twice the resolution; the first covers one resolution.
    pub fn coverage(&self, begin: Timestamp, end: Timestamp) -> f64 {
        self.coverages(std::iter::once((begin, end))).first().copied().unwrap_or(0.0)
    }

    /// The coverage of each window, in one pass over the counts.
    pub(crate) fn coverages(&self, windows: impl Iterator<Item = (Timestamp, Timestamp)>) -> Vec<f64> {
        let mut covered = vec![0_i128];
        let reaches = (0..self.len()).map(|index| i128::from(self.reach(index).nanos()));
        covered.extend(reaches.scan(0, |sum, reach| {
            *sum += reach;
            Some(*sum)
        }));
        let until = |count: usize| covered.get(count).copied().unwrap_or(0);
        let coverage = |(begin, end): (Timestamp, Timestamp)| {
            let (from, to) = self.range(begin, end);
            let length = i128::from(end.nanos()) - i128::from(begin.nanos());
            if length <= 0 || from >= to {
                return 0.0;
            }
            // Of the counts in the window only the first can cover time before it.
            let first = self.times.get(from).map_or(0, |t| i128::from(t.nanos()) - i128::from(begin.nanos()));
            let before = (i128::from(self.reach(from).nanos()) - first).max(0);
            (until(to) - until(from) - before) as f64 / length as f64
        };
        windows.map(coverage).collect()
    }

    /// The stretches of at least `shortest` without a single event: from one record with events to the next, counting
    /// also from the first record and to the last.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::good_total(axis, &[5.0, 0.0, 0.0, 7.0], &[5.0, 0.0, 0.0, 7.0])?;
    /// let quiet = series.quiet(Duration::from_minutes(3));
    /// assert_eq!(quiet, [(Timestamp::from_nanos(0), Timestamp::from_nanos(180_000_000_000))]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn quiet(&self, shortest: Duration) -> Vec<(Timestamp, Timestamp)> {
        let busy = self.iter().filter(|(_, counts)| counts.has_traffic()).map(|(time, _)| time);
        let instants: Vec<Timestamp> = self.first().into_iter().chain(busy).chain(self.last()).collect();
        let pairs = instants.iter().zip(instants.iter().skip(1));
        pairs
            .filter(|(a, b)| b.nanos().saturating_sub(a.nanos()) >= shortest.nanos().max(1))
            .map(|(a, b)| (*a, *b))
            .collect()
    }

    /// The time that the count at `index` covers.
    fn reach(&self, index: usize) -> Duration {
        let (Some(time), Some(resolution)) = (self.times.get(index), self.resolution()) else {
            return Duration::ZERO;
        };
        let previous = index.checked_sub(1).and_then(|before| self.times.get(before));
        let twice = resolution.nanos().saturating_mul(2);
        let step = previous.map_or(resolution.nanos(), |p| time.nanos().saturating_sub(p.nanos()));
        Duration::from_nanos(step.min(twice))
    }

    /// The counts summed into intervals of length `resolution`, anchored at the Unix epoch and named by their ends.
    ///
    /// An interval without a count has none in the result either: no data stays no data.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the resolution is positive; [`Error::OutOfRange`] at the end of time.
    pub fn resample(&self, resolution: Duration) -> Result<Self> {
        let step = resolution.check_positive("resolution")?.nanos();
        let mut times: Vec<Timestamp> = Vec::new();
        let mut ends: Vec<usize> = Vec::new();
        for (index, time) in self.times.iter().enumerate() {
            // The interval's end is the least multiple of the step that is not before the instant.
            let ahead = (-time.nanos().rem_euclid(step)).rem_euclid(step);
            let end = time.checked_add(Duration::from_nanos(ahead))?;
            if times.last() == Some(&end) {
                ends.pop();
            } else {
                times.push(end);
            }
            ends.push(index + 1);
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let counts: Vec<Counts> =
            starts.zip(&ends).map(|(from, to)| self.prefix.between(from, *to)).collect();
        Self::from_counts(Axis::listed(times).resolution(resolution), &counts)
    }

    /// Both series together: counts at the same instant are added.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if a total is infinite or the joint span does not fit 292 years.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        Self::sum([self, other])
    }

    /// All the series together: counts at the same instant are added. The resolution is the finest given.
    ///
    /// # Errors
    ///
    /// As [`merge`](Self::merge).
    pub fn sum<'a>(series: impl IntoIterator<Item = &'a Self>) -> Result<Self> {
        let mut counts: BTreeMap<Timestamp, Counts> = BTreeMap::new();
        let mut resolution = None;
        for part in series {
            resolution = [resolution, part.resolution()].into_iter().flatten().min();
            for (time, more) in part.iter() {
                let sum = counts.entry(time).or_default();
                *sum = sum.merge(&more)?;
            }
        }
        let (times, counts): (Vec<Timestamp>, Vec<Counts>) = counts.into_iter().unzip();
        let axis = Axis::listed(times);
        Self::from_counts(resolution.into_iter().fold(axis, Axis::resolution), &counts)
    }

    fn from_counts(axis: Axis, counts: &[Counts]) -> Result<Self> {
        let bad: Vec<f64> = counts.iter().map(Counts::bad).collect();
        let total: Vec<f64> = counts.iter().map(Counts::total).collect();
        Self::bad_total(axis, &bad, &total)
    }

    /// The numbers of the first point after `begin` and of the first one after `end`.
    fn range(&self, begin: Timestamp, end: Timestamp) -> (usize, usize) {
        let to = self.times.count_until(end);
        (self.times.count_until(begin).min(to), to)
    }

    pub(crate) fn axis(&self) -> &Times {
        &self.times
    }

    pub(crate) fn prefix(&self) -> &Prefix {
        &self.prefix
    }
}

/// What to do with more bad events than events between two counter samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clamp {
    /// Refuse them, naming the place.
    #[default]
    Refuse,
    /// Count as many bad events as there were events.
    ToTotal,
}

/// A series as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    times: Vec<Timestamp>,
    resolution: Option<Duration>,
    bad: Vec<f64>,
    total: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<CountSeries> for Raw {
    fn from(series: CountSeries) -> Self {
        let (bad, total) = series.iter().map(|(_, counts)| (counts.bad(), counts.total())).unzip();
        Self { times: series.times().collect(), resolution: series.resolution(), bad, total }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for CountSeries {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let axis = Axis::listed(raw.times);
        Self::bad_total(raw.resolution.into_iter().fold(axis, Axis::resolution), &raw.bad, &raw.total)
    }
}

#[cfg(test)]
mod tests;
