//! When counts were taken: evenly or at listed instants.

use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp};

/// Which end of its interval an instant names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Label {
    /// The instant at which the interval begins.
    Start,
    /// The instant at which the interval ends.
    #[default]
    End,
}

/// The instants of a series, before its values are known.
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Label, Timestamp};
///
/// let minute = Duration::from_minutes(1);
/// let axis = Axis::regular(Timestamp::from_nanos(0), minute).label(Label::Start);
/// let series = CountSeries::good_total(axis, &[9.0, 10.0], &[10.0, 10.0])?;
/// assert_eq!(series.first(), Some(Timestamp::from_nanos(60_000_000_000)));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    instants: Instants,
    resolution: Option<Duration>,
    label: Label,
}

#[derive(Clone, Debug, PartialEq)]
enum Instants {
    Regular { first: Timestamp, step: Duration },
    Listed(Vec<Timestamp>),
}

impl Axis {
    /// Instants `first`, `first + step`, `first + 2 step` and so on: as many as there are values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries};
    ///
    /// let axis = Axis::regular("2026-01-01T00:00:00Z".parse()?, Duration::from_hours(6));
    /// let series = TimeSeries::new(axis, vec![1.0, 2.0, 3.0])?;
    /// assert_eq!(series.times().last(), Some("2026-01-01T12:00:00Z".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn regular(first: Timestamp, step: Duration) -> Self {
        Self { instants: Instants::Regular { first, step }, resolution: None, label: Label::End }
    }

    /// The listed instants, which must increase strictly.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, TimeSeries, Timestamp};
    ///
    /// let times = [0, 10, 25].map(Timestamp::from_nanos);
    /// assert!(TimeSeries::new(Axis::listed(times), vec![1.0, 2.0, 3.0]).is_ok());
    /// let error = TimeSeries::new(Axis::listed([times[1], times[0]]), vec![1.0, 2.0]).unwrap_err();
    /// assert!(error.to_string().starts_with("times[1] = 1970-01-01T00:00:00Z does not come after"));
    /// ```
    pub fn listed(times: impl Into<Vec<Timestamp>>) -> Self {
        Self { instants: Instants::Listed(times.into()), resolution: None, label: Label::End }
    }

    /// The nominal length of the interval that a count stands for; else the median step.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    ///
    /// // One sample tells nothing of the time between samples, unless it is said.
    /// let axis = Axis::listed([Timestamp::from_nanos(0)]);
    /// assert_eq!(TimeSeries::new(axis.clone(), vec![7.0])?.resolution(), None);
    /// let axis = axis.resolution(Duration::from_seconds(15));
    /// assert_eq!(TimeSeries::new(axis, vec![7.0])?.resolution(), Some(Duration::from_seconds(15)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn resolution(mut self, resolution: Duration) -> Self {
        self.resolution = Some(resolution);
        self
    }

    /// Which end of its interval an instant names; `Label::Start` needs a resolution (a regular axis has one).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Label};
    ///
    /// let eight = "2026-01-01T08:00:00Z".parse()?;
    /// let axis = Axis::regular(eight, Duration::from_hours(1)).label(Label::Start);
    /// // The events from eight to nine are complete at nine.
    /// let series = CountSeries::good_bad(axis, &[57.0], &[3.0])?;
    /// assert_eq!(series.last(), Some("2026-01-01T09:00:00Z".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn label(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    /// The validated instants for the `len` values of a column called `name`.
    pub(super) fn times(self, name: &'static str, len: usize) -> Result<Times> {
        let given = self.resolution.map(|r| r.check_positive("resolution")).transpose()?;
        let times = match self.instants {
            Instants::Regular { first, step } => {
                Times::regular(first, step.check_positive("step")?, len, given)?
            }
            Instants::Listed(times) => Times::listed(times, given)?,
        };
        Error::check_lengths("times", times.len(), name, len)?;
        match (self.label, given.or(times.step())) {
            (Label::End, _) => Ok(times),
            (Label::Start, Some(resolution)) => times.shifted(resolution),
            (Label::Start, None) => {
                Err(Error::invalid("label", "start", "needs the resolution of the instants"))
            }
        }
    }
}

/// Strictly increasing instants and the nominal interval between them.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    grid: Grid,
    resolution: Option<Duration>,
}

#[derive(Clone, Debug)]
pub(crate) enum Grid {
    Regular { first: Timestamp, step: Duration, len: usize },
    Listed(Vec<Timestamp>),
}

/// The same instants, however they are held: a part of a regular axis may be too short to show its step.
impl PartialEq for Times {
    fn eq(&self, other: &Self) -> bool {
        self.resolution == other.resolution && self.iter().eq(other.iter())
    }
}

impl Times {
    fn regular(first: Timestamp, step: Duration, len: usize, resolution: Option<Duration>) -> Result<Self> {
        let steps =
            i64::try_from(len.saturating_sub(1)).map_err(|_| Error::out_of_range("the number of points"))?;
        let span = step.nanos().checked_mul(steps).map(Duration::from_nanos);
        first.checked_add(
            span.ok_or_else(|| Error::out_of_range(format!("a series of {len} steps of {step}")))?,
        )?;
        Ok(Self { grid: Grid::Regular { first, step, len }, resolution: resolution.or(Some(step)) })
    }

    pub(crate) fn listed(times: Vec<Timestamp>, resolution: Option<Duration>) -> Result<Self> {
        let ordered = |pair: &[Timestamp]| matches!(pair, [a, b] if a < b);
        if let Some(place) = times.windows(2).position(|pair| !ordered(pair)) {
            let at = |i: usize| times.get(i).copied().unwrap_or_default();
            return Err(Error::Unordered { index: place + 1, previous: at(place), value: at(place + 1) });
        }
        if let (Some(&first), Some(&last)) = (times.first(), times.last()) {
            last.since(first)?;
        }
        if let Some((first, step)) = even(&times) {
            return Self::regular(first, step, times.len(), resolution);
        }
        let resolution = resolution.or_else(|| median_step(&times));
        Ok(Self { grid: Grid::Listed(times), resolution })
    }

    /// Every instant moved to the end of an interval of length `resolution`.
    fn shifted(mut self, resolution: Duration) -> Result<Self> {
        if let Some(last) = self.last() {
            last.checked_add(resolution)?;
        }
        match &mut self.grid {
            Grid::Regular { first, .. } => *first = first.checked_add(resolution)?,
            Grid::Listed(times) => {
                for time in times {
                    *time = time.checked_add(resolution)?;
                }
            }
        }
        Ok(self)
    }

    pub(crate) fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(crate) fn resolution(&self) -> Option<Duration> {
        self.resolution
    }

    /// The step of a regular axis.
    pub(crate) fn step(&self) -> Option<Duration> {
        match self.grid {
            Grid::Regular { step, .. } => Some(step),
            Grid::Listed(_) => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.grid {
            Grid::Regular { len, .. } => *len,
            Grid::Listed(times) => times.len(),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<Timestamp> {
        match &self.grid {
            Grid::Regular { first, step, len } => (index < *len).then(|| first.nth(*step, index)),
            Grid::Listed(times) => times.get(index).copied(),
        }
    }

    pub(crate) fn last(&self) -> Option<Timestamp> {
        self.len().checked_sub(1).and_then(|last| self.get(last))
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }

    /// How many instants are at most `at`.
    pub(crate) fn count_until(&self, at: Timestamp) -> usize {
        match &self.grid {
            Grid::Listed(times) => times.partition_point(|t| *t <= at),
            Grid::Regular { first, step, len } => {
                let since = i128::from(at.nanos()) - i128::from(first.nanos());
                let steps = since.div_euclid(i128::from(step.nanos()));
                usize::try_from(steps + 1).map_or(0, |count| count.min(*len))
            }
        }
    }

    /// How many instants come before `at`.
    pub(crate) fn count_before(&self, at: Timestamp) -> usize {
        at.nanos().checked_sub(1).map_or(0, |before| self.count_until(Timestamp::from_nanos(before)))
    }

    /// The instants number `from..to`.
    pub(crate) fn slice(&self, from: usize, to: usize) -> Self {
        let grid = match &self.grid {
            Grid::Listed(times) => Grid::Listed(times.get(from..to).unwrap_or_default().to_vec()),
            Grid::Regular { first, step, .. } => {
                Grid::Regular { first: first.nth(*step, from), step: *step, len: to.saturating_sub(from) }
            }
        };
        Self { grid, resolution: self.resolution }
    }
}

/// First instant and step, if the instants (at least two) are evenly spaced.
fn even(times: &[Timestamp]) -> Option<(Timestamp, Duration)> {
    let [first, second, ..] = times else { return None };
    let step = second.since(*first).ok()?;
    times.windows(2).all(|pair| matches!(pair, [a, b] if b.since(*a) == Ok(step))).then_some((*first, step))
}

/// The median of the steps, the lower one of an even number.
fn median_step(times: &[Timestamp]) -> Option<Duration> {
    let mut steps: Vec<i64> =
        times.windows(2).filter_map(|p| Some(p.last()?.nanos() - p.first()?.nanos())).collect();
    let middle = steps.len().checked_sub(1)? / 2;
    let (_, median, _) = steps.select_nth_unstable(middle);
    Some(Duration::from_nanos(*median))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(times: &[i64]) -> Vec<Timestamp> {
        times.iter().map(|s| Timestamp::from_nanos(s * 1_000_000_000)).collect()
    }

    #[test]
    fn even_listed_instants_become_regular() {
        let times = Times::listed(seconds(&[5, 10, 15]), None).unwrap();
        assert_eq!(times.step(), Some(Duration::from_seconds(5)));
        assert_eq!(times.iter().collect::<Vec<_>>(), seconds(&[5, 10, 15]));
    }

    #[test]
    fn the_same_instants_are_equal_however_they_are_held() {
        let step = Some(Duration::from_seconds(5));
        let regular = Times::listed(seconds(&[5, 10, 15]), None).unwrap();
        for (from, to) in [(0, 3), (1, 3), (1, 2), (2, 2)] {
            let part = regular.slice(from, to);
            assert_eq!(part, Times::listed(part.iter().collect(), step).unwrap(), "{from}..{to}");
        }
        assert_ne!(regular.slice(0, 1), regular.slice(1, 2));
        assert_ne!(regular.slice(0, 1), Times::listed(seconds(&[5]), None).unwrap());
    }

    #[test]
    fn unsorted_and_repeated_instants_are_refused_with_their_place() {
        for times in [[1, 3, 2], [1, 2, 2]] {
            let error = Times::listed(seconds(&times), None).unwrap_err();
            assert!(matches!(error, Error::Unordered { index: 2, .. }), "{error}");
        }
    }

    #[test]
    fn the_resolution_of_uneven_instants_is_the_median_step() {
        let times = Times::listed(seconds(&[0, 10, 20, 25, 100]), None).unwrap();
        assert_eq!(times.resolution(), Some(Duration::from_seconds(10)));
        let times = Times::listed(seconds(&[7]), None).unwrap();
        assert_eq!(times.resolution(), None);
    }

    #[test]
    fn counting_until_an_instant_agrees_on_both_grids() {
        let even = Times::listed(seconds(&[5, 10, 15]), None).unwrap();
        let listed = Times { grid: Grid::Listed(seconds(&[5, 10, 15])), resolution: None };
        for at in 0..20 {
            let at = Timestamp::from_nanos(at * 1_000_000_000);
            assert_eq!(even.count_until(at), listed.count_until(at), "{at}");
        }
        assert_eq!(even.count_until(Timestamp::from_nanos(i64::MIN)), 0);
        assert_eq!(even.count_until(Timestamp::from_nanos(i64::MAX)), 3);
    }

    #[test]
    fn a_start_label_needs_a_resolution() {
        assert!(Axis::listed(seconds(&[0, 1, 7])).label(Label::Start).times("total", 3).is_err());
        let axis =
            Axis::listed(seconds(&[0, 1, 7])).label(Label::Start).resolution(Duration::from_seconds(1));
        assert_eq!(axis.times("total", 3).unwrap().iter().collect::<Vec<_>>(), seconds(&[1, 2, 8]));
    }

    #[test]
    fn spans_that_do_not_fit_are_refused() {
        let ends = [Timestamp::from_nanos(i64::MIN), Timestamp::from_nanos(i64::MAX)];
        assert!(Times::listed(ends.to_vec(), None).is_err());
        assert!(Axis::regular(ends[1], Duration::from_nanos(1)).times("total", 2).is_err());
        assert!(Axis::regular(ends[1], Duration::from_nanos(1)).times("total", 1).is_ok());
        assert!(Axis::regular(ends[0], Duration::ZERO).times("total", 1).is_err());
    }
}
