//! What each slice of a period was.

use super::counted::{Slicing, ends_from};
use super::{Slices, ends_between};
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::method::NoData;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

/// The most slices that a report lists.
const MAX_LISTED: u64 = 10_000_000;

/// What a slice was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum SliceState {
    /// Enough of its events were good; by ratio time slices, all of them.
    Good,
    /// Too many of its events were bad; by ratio time slices, at least one.
    Bad,
    /// It held no event.
    Empty,
}

/// The slices of a period until an instant, one by one.
///
/// Made by [`Slo::slices`]. Slices that end while they are excluded are left out.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct SliceReport {
    /// The length of a slice.
    pub slice: Duration,
    /// The ends of the slices that are over, in order.
    pub times: Vec<Timestamp>,
    /// What each of them was.
    pub states: Vec<SliceState>,
    /// The share of good events of each; NaN for an empty one.
    pub ratios: Vec<f64>,
    /// How many were good.
    pub good: u64,
    /// How many were bad.
    pub bad: u64,
    /// How many were empty.
    pub empty: u64,
    /// The slices of the whole period as the budget counts them.
    pub slices: Slices,
    /// Begin and end of the longest run of slices that count as bad, the first of several; `None` without one.
    pub longest_bad_run: Option<(Timestamp, Timestamp)>,
}

impl SliceReport {
    /// The share of the listed slices that held events; 0 where none is over.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Method, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0; 4], &[9.0, 0.0, 9.0, 9.0])?;
    /// let minutes = Method::RatioTimeslices { slice: "1m".parse()? };
    /// let slo = Slo::new("99%".parse()?, "4m".parse()?).method(minutes)?;
    /// assert_eq!(slo.slices(&series, series.last().unwrap())?.coverage(), 0.75);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn coverage(&self) -> f64 {
        let observed = self.good + self.bad;
        if observed > 0 { observed as f64 / (observed + self.empty) as f64 } else { 0.0 }
    }

    /// Whether each slice was bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Method, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 1.0, 0.0], &[9.0, 9.0, 0.0])?;
    /// let minutes = Method::Timeslices { slice: "1m".parse()?, slice_target: "1".parse()? };
    /// let slo = Slo::new("99%".parse()?, "3m".parse()?).method(minutes)?;
    /// assert_eq!(slo.slices(&series, series.last().unwrap())?.mask(), [false, true, false]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mask(&self) -> Vec<bool> {
        self.states.iter().map(|state| *state == SliceState::Bad).collect()
    }
}

impl Slo {
    /// What each slice was of the period that holds an instant, as far as it is over then.
    ///
    /// # Method
    ///
    /// Slices are anchored at the Unix epoch, and one belongs to the period in which it ends. It is good if
    ///
    /// ```text
    /// good / total >= slice_target
    /// ```
    ///
    /// decided by cross-multiplication of counts, bad if not, and empty if it held no event. A run of bad slices ends at
    /// a good one, at one that is left out, and at an empty one unless [`NoData::Bad`] takes that for bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Method, SliceState, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(60_000_000_000), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[5.0, 6.0, 6.0, 0.0, 7.0], &[100.0, 100.0, 100.0, 0.0, 100.0])?;
    /// let method = Method::Timeslices { slice: "1m".parse()?, slice_target: "95%".parse()? };
    /// let slo = Slo::new("99%".parse()?, "5m".parse()?).method(method)?;
    /// let report = slo.slices(&series, series.last().unwrap())?;
    /// // 95 of 100 is good enough.
    /// use SliceState::{Bad, Empty, Good};
    /// assert_eq!(report.states, [Good, Bad, Bad, Empty, Bad]);
    /// assert_eq!((report.good, report.bad, report.empty), (1, 3, 1));
    /// let (begin, end) = report.longest_bad_run.unwrap();
    /// assert_eq!(end.since(begin)?, Duration::from_minutes(2));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] by occurrences, which have no slices; [`Error::LimitExceeded`] past 10^7 slices.
    pub fn slices(&self, series: &CountSeries, at: Timestamp) -> Result<SliceReport> {
        let Some(slicing) = Slicing::new(self.budgeting(), self.empty_slices()) else {
            return Err(Error::invalid("method", "occurrences", "has no slices"));
        };
        let slice = slicing.slice();
        let (begin, end) = self.window().period_until(at);
        let until = at.min(end);
        let count = ends_between(slice, begin, until);
        if count > MAX_LISTED {
            return Err(Error::LimitExceeded { what: "slices of time", value: count, limit: MAX_LISTED });
        }
        let excluded = self.spans(begin, end);
        let counted = self.events(series)?;
        let mut recorded = slicing.slices(&counted, until, &excluded)?.into_iter().peekable();
        while recorded.next_if(|slice| slice.end <= begin).is_some() {}

        let first = begin.nanos().div_euclid(slice.nanos()).saturating_add(1).saturating_mul(slice.nanos());
        let ends = ends_from(Timestamp::from_nanos(first), slice, count);
        let times: Vec<Timestamp> = ends.filter(|end| !excluded.holds(*end)).collect();
        let mut counts_at = |end: Timestamp| {
            recorded.next_if(|slice| slice.end == end).map_or_else(Counts::default, |slice| slice.counts)
        };
        let counts: Vec<Counts> = times.iter().map(|end| counts_at(*end)).collect();
        let states: Vec<SliceState> = counts.iter().map(|counts| slicing.state(counts)).collect();
        let [good, bad, empty] = numbers(&states);
        // Before the first slice with a record nothing is known.
        let since = series.first().and_then(|first| slicing.end_of(first));
        let counts_as_bad = |end: Timestamp, state: SliceState| match state {
            SliceState::Good => false,
            SliceState::Bad => true,
            SliceState::Empty => {
                self.empty_slices() == NoData::Bad && since.is_some_and(|since| end >= since)
            }
        };
        let bad_ones = times.iter().zip(&states).map(|(end, state)| (*end, counts_as_bad(*end, *state)));
        let longest_bad_run = longest_run(slice, bad_ones);
        let slices = self.budget_at(series, at)?.slices().unwrap_or(Slices::NONE);
        let ratios = counts.iter().map(|counts| counts.sli().unwrap_or(f64::NAN)).collect();
        Ok(SliceReport { slice, times, states, ratios, good, bad, empty, slices, longest_bad_run })
    }
}

/// Begin and end of the longest run of marked slices that follow each other, the first of several.
fn longest_run(
    slice: Duration,
    slices: impl Iterator<Item = (Timestamp, bool)>,
) -> Option<(Timestamp, Timestamp)> {
    let mut longest: Option<(Timestamp, Timestamp)> = None;
    let mut run: Option<(Timestamp, Timestamp)> = None;
    let length = |(begin, end): (Timestamp, Timestamp)| end.saturating_since(begin);
    for (end, marked) in slices {
        let begin = end.saturating_sub(slice);
        run = match run {
            _ if !marked => None,
            Some((first, last)) if last == begin => Some((first, end)),
            _ => Some((begin, end)),
        };
        if let Some(run) = run
            && longest.is_none_or(|longest| length(run) > length(longest))
        {
            longest = Some(run);
        }
    }
    longest
}

/// How many are good, bad and empty.
fn numbers(states: &[SliceState]) -> [u64; 3] {
    let number = |state: SliceState| states.iter().map(|s| u64::from(*s == state)).sum();
    [SliceState::Good, SliceState::Bad, SliceState::Empty].map(number)
}

/// A report as it is written down: the ratio of an empty slice is null.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    slice: Duration,
    times: Vec<Timestamp>,
    states: Vec<SliceState>,
    ratios: Vec<Option<f64>>,
    good: u64,
    bad: u64,
    empty: u64,
    slices: Slices,
    longest_bad_run: Option<(Timestamp, Timestamp)>,
}

#[cfg(feature = "serde")]
impl From<SliceReport> for Raw {
    fn from(report: SliceReport) -> Self {
        let SliceReport { slice, times, states, ratios, good, bad, empty, slices, longest_bad_run } = report;
        let ratios = ratios.into_iter().map(|ratio| (!ratio.is_nan()).then_some(ratio)).collect();
        Self { slice, times, states, ratios, good, bad, empty, slices, longest_bad_run }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for SliceReport {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { slice, times, states, ratios, good, bad, empty, slices, longest_bad_run } = raw;
        slice.check_positive("slice")?;
        Error::check_lengths("times", times.len(), "states", states.len())?;
        Error::check_lengths("times", times.len(), "ratios", ratios.len())?;
        let fits = |(state, ratio): (&SliceState, &Option<f64>)| match ratio {
            None => *state == SliceState::Empty,
            Some(ratio) => *state != SliceState::Empty && (0.0..=1.0).contains(ratio),
        };
        let sound = [good, bad, empty] == numbers(&states)
            && states.iter().zip(&ratios).all(fits)
            && times.is_sorted_by(|a, b| a < b);
        if !sound {
            return Err(Error::State { reason: "its slices contradict each other".to_owned() });
        }
        let ratios = ratios.into_iter().map(|ratio| ratio.unwrap_or(f64::NAN)).collect();
        Ok(Self { slice, times, states, ratios, good, bad, empty, slices, longest_bad_run })
    }
}
