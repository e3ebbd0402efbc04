//! How much of a time counts cover, and where nothing happened.

use super::CountSeries;
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
}
