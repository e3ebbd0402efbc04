//! From events to slices: each slice becomes one count at its end.

use super::report::SliceState;
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::exclusion::Spans;
use crate::method::{Method, NoData};
use crate::series::{Axis, CountSeries};
use crate::sum::Sum;
use crate::time::{Duration, Timestamp};

/// The most slices that are made where there are no records.
const MAX_SLICES: u64 = 10_000_000;

/// How events become slices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slicing {
    method: Method,
    slice: Duration,
    no_data: NoData,
}

/// A slice that is over: its end, and its counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    pub(super) end: Timestamp,
    pub(super) counts: Counts,
}

impl Slicing {
    /// The way of a method; `None` where it makes no slices.
    pub(crate) fn new(method: Method, no_data: NoData) -> Option<Self> {
        method.slice().map(|slice| Self { method, slice, no_data })
    }

    pub(super) const fn slice(self) -> Duration {
        self.slice
    }

    /// The slices that are over at `until` as counts of one each, without those that end while they are excluded.
    pub(crate) fn counted(
        self,
        series: &CountSeries,
        until: Timestamp,
        excluded: &Spans,
    ) -> Result<CountSeries> {
        let slices = self.slices(series, until, excluded)?;
        let counts: Vec<(Timestamp, Counts)> = slices
            .iter()
            .filter_map(|slice| Some((slice.end, Counts { bad: self.bad(slice)?, total: Sum::new(1.0) })))
            .collect();
        let times: Vec<Timestamp> = counts.iter().map(|(end, _)| *end).collect();
        let counts: Vec<Counts> = counts.into_iter().map(|(_, counts)| counts).collect();
        CountSeries::from_exact(Axis::listed(times).resolution(self.slice), &counts)
    }

    /// The slices that are over at `until`, in order: those with a record, and where empty ones count, all from the
    /// first one with a record on.
    pub(super) fn slices(
        self,
        series: &CountSeries,
        until: Timestamp,
        excluded: &Spans,
    ) -> Result<Vec<Slice>> {
        let mut slices = self.recorded(series, until);
        if self.no_data != NoData::Skip {
            slices = self.filled(slices, until)?;
        }
        if !excluded.as_slice().is_empty() {
            slices.retain(|slice| !excluded.holds(slice.end));
        }
        Ok(slices)
    }

    /// The slices in which there is a record.
    fn recorded(self, series: &CountSeries, until: Timestamp) -> Vec<Slice> {
        let mut slices: Vec<Slice> = Vec::new();
        let mut from = 0;
        let mut times = series.times().enumerate().peekable();
        while let Some((index, time)) = times.next() {
            let Some(end) = self.end_of(time).filter(|end| *end <= until) else { break };
            if times.peek().is_some_and(|(_, next)| *next <= end) {
                continue;
            }
            slices.push(Slice { end, counts: series.prefix().between(from, index + 1) });
            from = index + 1;
        }
        slices
    }

    /// Every slice from the first of these until the last one that is over.
    fn filled(self, slices: Vec<Slice>, until: Timestamp) -> Result<Vec<Slice>> {
        let Some(first) = slices.first().map(|slice| slice.end) else { return Ok(slices) };
        let count = super::ends_between(self.slice, first, until).saturating_add(1);
        if count > MAX_SLICES {
            return Err(Error::LimitExceeded { what: "slices of time", value: count, limit: MAX_SLICES });
        }
        let mut recorded = slices.into_iter().peekable();
        let ends = ends_from(first, self.slice, count);
        Ok(ends
            .map(|end| {
                let nothing = Slice { end, counts: Counts::default() };
                recorded.next_if(|slice| slice.end == end).unwrap_or(nothing)
            })
            .collect())
    }

    /// The end of the slice to which an instant belongs: the least multiple of the slice that is not before it. `None`
    /// at the end of time.
    pub(super) fn end_of(self, time: Timestamp) -> Option<Timestamp> {
        time.nanos().checked_add(time.short_of(self.slice).nanos()).map(Timestamp::from_nanos)
    }

    /// Whether a slice is good, bad or empty: decided by cross-multiplication of its counts.
    pub(super) fn state(self, counts: &Counts) -> SliceState {
        if !counts.has_traffic() {
            return SliceState::Empty;
        }
        let bad = match self.method {
            Method::Timeslices { slice_target, .. } => {
                let good = counts.total.minus(counts.bad);
                good.cmp_share(counts.total, slice_target).is_lt()
            }
            _ => counts.bad.is_positive(),
        };
        if bad { SliceState::Bad } else { SliceState::Good }
    }

    /// How bad a slice counts, 0 to 1; `None` if it does not count.
    fn bad(self, slice: &Slice) -> Option<Sum> {
        let counts = &slice.counts;
        match (self.state(counts), self.method) {
            (SliceState::Empty, _) => match self.no_data {
                NoData::Skip => None,
                NoData::Good => Some(Sum::ZERO),
                NoData::Bad => Some(Sum::new(1.0)),
            },
            (SliceState::Bad, Method::RatioTimeslices { .. }) => Some(counts.bad.ratio(counts.total)),
            (SliceState::Bad, _) => Some(Sum::new(1.0)),
            (SliceState::Good, _) => Some(Sum::ZERO),
        }
    }
}

/// So many ends of slices, from the first one on.
pub(super) fn ends_from(first: Timestamp, slice: Duration, count: u64) -> impl Iterator<Item = Timestamp> {
    (0..count).scan(first.nanos(), move |end, _| {
        let this = *end;
        *end = end.saturating_add(slice.nanos());
        Some(Timestamp::from_nanos(this))
    })
}
