//! Many records in one call.

use super::{BudgetMonitor, Changes, Duplicate};
use crate::counts::{self, Counts};
use crate::error::{Error, Result};
use crate::time::Timestamp;

impl BudgetMonitor {
    /// Records good events and all events at each instant, one after the other: all of them, or none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Duration, Slo, Timestamp};
    ///
    /// let times = [1, 2, 61].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// monitor.record_good_total(&times, &[9.0, 10.0, 8.0], &[10.0; 3])?;
    /// assert_eq!((monitor.budget().bad(), monitor.budget().total()), (3.0, 30.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is not a count, `good > total`, or unequal lengths, each with its place; else as [`record`](Self::record).
    pub fn record_good_total(&mut self, times: &[Timestamp], good: &[f64], total: &[f64]) -> Result<Changes> {
        Error::check_lengths("good", good.len(), "total", total.len())?;
        let counts = |index, good, total| {
            counts::check("good", index, good, total).and_then(|()| Counts::good_total(good, total))
        };
        self.record_each(times, ("total", good, total), counts)
    }

    /// Records bad events and all events at each instant, one after the other: all of them, or none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Duration, Slo, Timestamp};
    ///
    /// let times = [1, 2].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// assert!(monitor.record_bad_total(&times, &[1.0, 11.0], &[10.0; 2]).is_err());
    /// assert_eq!(monitor.budget().total(), 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`record_good_total`](Self::record_good_total).
    pub fn record_bad_total(&mut self, times: &[Timestamp], bad: &[f64], total: &[f64]) -> Result<Changes> {
        Error::check_lengths("bad", bad.len(), "total", total.len())?;
        let counts = |index, bad, total| {
            counts::check("bad", index, bad, total).and_then(|()| Counts::bad_total(bad, total))
        };
        self.record_each(times, ("total", bad, total), counts)
    }

    /// Records good events and bad events at each instant, one after the other: all of them, or none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, Duration, Slo, Timestamp};
    ///
    /// let times = [1, 2].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let mut monitor = BudgetMonitor::new(slo, AlertPolicy::new([]), Duration::from_minutes(1))?;
    /// monitor.record_good_bad(&times, &[9.0, 10.0], &[1.0, 0.0])?;
    /// assert_eq!(monitor.budget().total(), 20.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`record_good_total`](Self::record_good_total).
    pub fn record_good_bad(&mut self, times: &[Timestamp], good: &[f64], bad: &[f64]) -> Result<Changes> {
        Error::check_lengths("good", good.len(), "bad", bad.len())?;
        let counts = |index, good, bad| {
            counts::check_count("good", index, good)?;
            counts::check_count("bad", index, bad)?;
            Counts::good_bad(good, bad)
        };
        self.record_each(times, ("bad", good, bad), counts)
    }

    fn record_each(
        &mut self,
        times: &[Timestamp],
        (name, first, second): (&'static str, &[f64], &[f64]),
        counts: impl Fn(usize, f64, f64) -> Result<Counts>,
    ) -> Result<Changes> {
        Error::check_lengths("times", times.len(), name, second.len())?;
        let columns = first.iter().zip(second).enumerate();
        let counts = columns.map(|(index, (a, b))| counts(index, *a, *b)).collect::<Result<Vec<_>>>()?;
        if self.accepts(times, &counts) {
            return self.record_in_turn(times, &counts);
        }
        // Something may be refused half-way.
        let mut copy = self.clone();
        let changes = copy.record_in_turn(times, &counts)?;
        *self = copy;
        Ok(changes)
    }

    /// Whether nothing can be refused: the records come in order, and there are not too many events.
    fn accepts(&self, times: &[Timestamp], counts: &[Counts]) -> bool {
        let newest = match self.open {
            Some(open) => Some(open.begin),
            None => self.ring.last(),
        };
        let first = times.first().is_none_or(|first| newest.is_none_or(|newest| newest < *first));
        let last = times.last().is_none_or(|last| self.bucket(*last).is_ok());
        let events = counts.iter().fold(0.0, |sum, counts| sum + counts.total());
        let known = self.ring.sum().total().max(self.recorded.total());
        let adds = self.duplicate == Duplicate::Add;
        adds && first && last && times.is_sorted() && known + events < Self::MAX_EVENTS / 2.0
    }

    fn record_in_turn(&mut self, times: &[Timestamp], counts: &[Counts]) -> Result<Changes> {
        let mut changes = Changes::default();
        for (at, counts) in times.iter().zip(counts) {
            let more = self.record(*at, *counts)?;
            changes.began.extend(more.began);
            changes.ended.extend(more.ended);
        }
        Ok(changes)
    }
}
