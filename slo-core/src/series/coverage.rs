//! How much of a time counts cover, and where nothing happened.

use super::CountSeries;
use crate::exclusion::Spans;
use crate::time::{Duration, Timestamp};

impl CountSeries {
    /// The share of the window `(begin, end]` that counts cover, 0 to 1.
    ///
    /// # Method
    ///
    /// A count covers the time since the one before it, at most twice the resolution `r`; the first
    /// covers `r`.
    ///
    /// ```text
    /// coverage = |∪ (t_i - c_i, t_i] ∩ (begin, end]| / (end - begin)   over   begin < t_i <= end,
    /// c_i = min(t_i - t_{i-1}, 2r),   c_0 = r
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// // Every minute, with a gap from 2 to 8 minutes: the count at 8 covers two of the six.
    /// let times = [0, 1, 2, 8, 9, 10].map(|m| Timestamp::from_nanos(m * 60_000_000_000));
    /// let series = CountSeries::bad_total(Axis::listed(times), &[0.0; 6], &[9.0; 6])?;
    /// assert_eq!(series.coverage(times[0], times[5]), 0.6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn coverage(&self, begin: Timestamp, end: Timestamp) -> f64 {
        let windows = std::iter::once((begin, end));
        self.coverages(windows, &Spans::default()).first().copied().unwrap_or(0.0)
    }

    /// The coverage of each window without what is excluded, in one pass over the counts.
    ///
    /// Of an excluded count nothing remains; of any other what it covers outside of the exclusions.
    pub(crate) fn coverages(
        &self,
        windows: impl Iterator<Item = (Timestamp, Timestamp)>,
        excluded: &Spans,
    ) -> Vec<f64> {
        let counts = |index: usize| self.times.get(index).is_some_and(|time| !excluded.holds(time));
        let reach = |index: usize| self.reach(index).filter(|_| counts(index));
        let mut covered = vec![0_i128];
        covered.extend((0..self.len()).scan(0, |sum, index| {
            *sum += reach(index).map_or(0, |(begin, end)| end - begin - excluded.between(begin, end));
            Some(*sum)
        }));
        let until = |count: usize| covered.get(count).copied().unwrap_or(0);
        let coverage = |(begin, end): (Timestamp, Timestamp)| {
            let (from, to) = self.range(begin, end);
            let (begin, end) = (i128::from(begin.nanos()), i128::from(end.nanos()));
            let expected = end - begin - excluded.between(begin, end);
            if end > begin && expected == 0 {
                return 1.0;
            }
            if expected <= 0 || from >= to {
                return 0.0;
            }
            // Of the counts in the window only the first can cover time before it.
            let before = reach(from).filter(|(first, _)| *first < begin);
            let before = before.map_or(0, |(first, _)| begin - first - excluded.between(first, begin));
            (until(to) - until(from) - before) as f64 / expected as f64
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

    /// The time `(begin, end]` in nanoseconds that the count at `index` covers.
    pub(crate) fn reach(&self, index: usize) -> Option<(i128, i128)> {
        let (time, resolution) = (self.times.get(index)?.nanos(), self.resolution()?.nanos());
        let previous = index.checked_sub(1).and_then(|before| self.times.get(before));
        let step = previous.map_or(resolution, |p| time.saturating_sub(p.nanos()));
        let step = step.min(resolution.saturating_mul(2));
        Some((i128::from(time) - i128::from(step), i128::from(time)))
    }
}
