//! Counts over time.

mod axis;
mod build;
mod coverage;
mod histogram;
mod packed;
mod panel;
mod prefix;
mod samples;

use std::collections::BTreeMap;

pub use axis::{Axis, Label};
pub(crate) use axis::{Grid, Times};
pub use build::Clamp;
pub use histogram::UpTo;
pub use panel::CountPanel;
use prefix::Pair;
pub(crate) use prefix::{Columns, Limit, NOTHING, Prefix};
pub use samples::{Comparison, TimeSeries};

use crate::counts::Counts;
#[cfg(any(feature = "serde", doc))]
use crate::error::Error;
use crate::error::Result;
use crate::exclusion::Spans;
use crate::sum::Sum;
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
    /// The number of instants.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// // Minutes without an event are records all the same.
    /// assert_eq!(CountSeries::bad_total(axis, &[0.0; 60], &[0.0; 60])?.len(), 60);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no instant at all.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::CountSeries;
    ///
    /// let nothing = CountSeries::from_events(&[], &[])?;
    /// assert!(nothing.is_empty() && !nothing.counts().has_traffic());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration};
    ///
    /// let midnight = "2026-01-01T00:00:00Z".parse()?;
    /// let axis = Axis::regular(midnight, Duration::from_minutes(1));
    /// assert_eq!(CountSeries::bad_total(axis.clone(), &[0.0; 2], &[9.0; 2])?.first(), Some(midnight));
    /// assert_eq!(CountSeries::bad_total(axis, &[], &[])?.first(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn first(&self) -> Option<Timestamp> {
        self.times.get(0)
    }

    /// The last instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration};
    ///
    /// let axis = Axis::regular("2026-01-01T00:00:00Z".parse()?, Duration::from_minutes(1));
    /// let hour = CountSeries::bad_total(axis, &[0.0; 61], &[9.0; 61])?;
    /// assert_eq!(hour.last(), Some("2026-01-01T01:00:00Z".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn last(&self) -> Option<Timestamp> {
        self.times.last()
    }

    /// The nominal length of the interval that a count stands for; `None` if nothing tells.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let times = [0, 60, 120, 600].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let series = CountSeries::bad_total(Axis::listed(times), &[0.0; 4], &[9.0; 4])?;
    /// assert_eq!(series.resolution(), Some(Duration::from_minutes(1)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn resolution(&self) -> Option<Duration> {
        self.times.resolution()
    }

    /// The instants, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Timestamp};
    ///
    /// let times = [5, 5, 7].map(Timestamp::from_nanos);
    /// let series = CountSeries::from_events(&times, &[true; 3])?;
    /// assert_eq!(series.times().map(Timestamp::nanos).collect::<Vec<_>>(), [5, 7]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn times(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        self.times.iter()
    }

    /// The counts at each instant, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 5.0, 2.0], &[100.0; 3])?;
    /// let worst = series.iter().map(|(_, counts)| counts.bad()).fold(0.0, f64::max);
    /// assert_eq!(worst, 5.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Timestamp, Counts)> + '_ {
        self.times.iter().enumerate().map(|(index, time)| (time, self.prefix.between(index, index + 1)))
    }

    /// The counts of the whole series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(1));
    /// // A naive sum of ten tenths is 0.9999999999999999.
    /// let series = CountSeries::bad_total(axis, &[0.1; 10], &[1.0; 10])?;
    /// assert_eq!(series.counts().bad(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn counts(&self) -> Counts {
        self.prefix.between(0, self.len())
    }

    /// The counts of the window `(begin, end]`.
    ///
    /// # Method
    ///
    /// ```text
    /// bad = Σ bad_i,   total = Σ total_i   over   begin < t_i <= end
    /// ```
    ///
    /// as a difference of running totals, whatever the window's length.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_nanos(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 2.0, 4.0, 8.0], &[10.0; 4])?;
    /// // Open on the left: the count at 1 is outside, the one at 3 inside.
    /// let counts = series.counts_between(Timestamp::from_nanos(1), Timestamp::from_nanos(3));
    /// assert_eq!((counts.bad(), counts.total()), (12.0, 20.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn counts_between(&self, begin: Timestamp, end: Timestamp) -> Counts {
        let (from, to) = self.range(begin, end);
        self.prefix.between(from, to)
    }

    /// The part of the series in the window `(begin, end]`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_nanos(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 2.0, 4.0, 8.0], &[10.0; 4])?;
    /// let part = series.between(Timestamp::from_nanos(1), Timestamp::from_nanos(3));
    /// assert_eq!((part.len(), part.first()), (2, Some(Timestamp::from_nanos(2))));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
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

    /// The counts summed into intervals of length `resolution`, anchored at the Unix epoch and named by their ends.
    ///
    /// An interval without a count has none in the result either: no data stays no data.
    ///
    /// # Method
    ///
    /// ```text
    /// t -> ⌈t / resolution⌉ · resolution
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(20));
    /// let series = CountSeries::bad_total(axis, &[1.0; 5], &[10.0; 5])?;
    /// // 0 s ends a minute, 20, 40 and 60 s make up the next, and 80 s belongs to the one until 120 s.
    /// let minutes = series.resample(Duration::from_minutes(1))?;
    /// assert_eq!(minutes.iter().map(|(_, counts)| counts.bad()).collect::<Vec<_>>(), [1.0, 3.0, 1.0]);
    /// assert_eq!(minutes.last(), Some(Timestamp::from_nanos(120_000_000_000)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the resolution is positive; [`Error::OutOfRange`] at the end of time.
    pub fn resample(&self, resolution: Duration) -> Result<Self> {
        let resolution = resolution.check_positive("resolution")?;
        let mut times: Vec<Timestamp> = Vec::new();
        let mut ends: Vec<usize> = Vec::new();
        for (index, time) in self.times.iter().enumerate() {
            let end = time.checked_add(time.short_of(resolution))?;
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
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Timestamp};
    ///
    /// let [one, two, three] = [1, 2, 3].map(Timestamp::from_nanos);
    /// let left = CountSeries::from_events(&[one, two], &[true, false])?;
    /// let right = CountSeries::from_events(&[two, three], &[false, true])?;
    /// let both = left.merge(&right)?;
    /// assert_eq!((both.len(), both.counts().total()), (3, 4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if a total is infinite or the joint span does not fit 292 years.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        Self::sum([self, other])
    }

    /// All the series together: counts at the same instant are added. The resolution is the finest given.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let region = |bad: f64| CountSeries::bad_total(axis.clone(), &[bad; 3], &[100.0; 3]);
    /// let regions = [region(1.0)?, region(0.0)?, region(5.0)?];
    /// assert_eq!(CountSeries::sum(&regions)?.counts().error_ratio(), Some(0.02));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
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

    /// The same instants with nothing counted within these spans.
    pub(crate) fn without(&self, spans: &Spans) -> Self {
        let ranges = spans.as_slice().iter().map(|(begin, end)| self.range(*begin, *end));
        let ranges: Vec<_> = ranges.map(|(from, to)| from..to).filter(|range| !range.is_empty()).collect();
        Self { times: self.times.clone(), prefix: self.prefix.without(&ranges) }
    }

    /// The same instants with other counts.
    pub(crate) fn with_counts(&self, counts: &[Counts]) -> Result<Self> {
        let (bad, total): (Vec<f64>, Vec<f64>) = counts.iter().map(bad_and_total).unzip();
        Ok(Self { times: self.times.clone(), prefix: Prefix::new(Pair::BadTotal, &bad, &total)? })
    }

    pub(crate) fn from_counts(axis: Axis, counts: &[Counts]) -> Result<Self> {
        let (bad, total): (Vec<f64>, Vec<f64>) = counts.iter().map(bad_and_total).unzip();
        Self::bad_total(axis, &bad, &total)
    }

    /// A series from counts that need not be floats, each of which holds at most as many bad events as events.
    pub(crate) fn from_exact(axis: Axis, counts: &[Counts]) -> Result<Self> {
        if counts.iter().all(|counts| counts.bad.is_plain() && counts.total.is_plain()) {
            return Self::from_counts(axis, counts);
        }
        let times = axis.times("total", counts.len())?;
        let mut sums = Counts::default();
        let (mut bad, mut total) = (vec![Sum::ZERO], vec![Sum::ZERO]);
        for more in counts {
            sums = sums.merge(more)?;
            bad.push(sums.bad);
            total.push(sums.total);
        }
        Ok(Self { times, prefix: Prefix::Double { bad, total } })
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

/// The counts as floats, of which rounding the two apart must not make more bad events than events.
fn bad_and_total(counts: &Counts) -> (f64, f64) {
    (counts.bad().min(counts.total()), counts.total())
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
        let (bad, total) = series.iter().map(|(_, counts)| bad_and_total(&counts)).unzip();
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
