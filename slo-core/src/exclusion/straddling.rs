//! Records that an exclusion cuts in two.

use std::collections::BTreeSet;

use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::Timestamp;

/// A record whose time an exclusion covers in part: its events cannot be told apart, so it is taken away or kept whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Straddling {
    /// The record's instant, the end of the time that it counted.
    pub at: Timestamp,
    /// When the exclusion begins.
    pub begin: Timestamp,
    /// When the exclusion ends.
    pub end: Timestamp,
    /// Why that time is excluded.
    pub reason: String,
}

impl Slo {
    /// The records that an exclusion begins or ends within, by instant: finer records, or other times, would tell.
    ///
    /// # Method
    ///
    /// ```text
    /// t_i - c_i < e < t_i   for an exclusion's begin or end e that lies in no other exclusion
    /// ```
    ///
    /// with `c_i` the time that the record covers, as in [`CountSeries::coverage`]. Nothing is prorated: a record
    /// belongs to an exclusion iff its instant does.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Exclusion, Slo, Timestamp};
    ///
    /// let at = |second: i64| Timestamp::from_nanos(second * 1_000_000_000);
    /// let minutes = CountSeries::bad_total(Axis::regular(at(60), Duration::from_minutes(1)), &[0.0; 5], &[9.0; 5])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?).exclude(Exclusion::new(at(90), at(240))?.reason("upgrade"));
    /// let straddling = slo.straddling(&minutes);
    /// // The begin lies within the second minute; the end is the fourth's.
    /// assert_eq!(straddling.len(), 1);
    /// assert_eq!((straddling[0].at, straddling[0].reason.as_str()), (at(120), "upgrade"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn straddling(&self, series: &CountSeries) -> Vec<Straddling> {
        let (Some(first), Some(last)) = (series.first(), series.last()) else { return Vec::new() };
        let begin = first.saturating_sub(series.resolution().unwrap_or_default());
        let spans = self.spans(begin, last);
        let mut found = BTreeSet::new();
        for exclusion in self.exclusions() {
            for span in exclusion.occurrences(begin, last) {
                let edges = [span.0, span.1].into_iter().filter(|edge| spans.has_edge(*edge));
                for at in edges.filter_map(|edge| cut(series, edge)) {
                    let reason = exclusion.why().to_owned();
                    found.insert(Straddling { at, begin: span.0, end: span.1, reason });
                }
            }
        }
        found.into_iter().collect()
    }
}

/// The instant of the record within whose time an instant lies.
fn cut(series: &CountSeries, edge: Timestamp) -> Option<Timestamp> {
    let index = series.axis().count_until(edge);
    let (begin, _) = series.reach(index)?;
    let ends_there = index.checked_sub(1).and_then(|before| series.axis().get(before)) == Some(edge);
    (begin < i128::from(edge.nanos()) && !ends_there).then(|| series.axis().get(index)).flatten()
}
