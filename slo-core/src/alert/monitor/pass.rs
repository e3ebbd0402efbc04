//! Buckets that close, and time that passes.

use super::changes::{Changes, note};
use super::watch::View;
use super::{BudgetMonitor, Open};
use crate::counts::Counts;
use crate::error::Result;
use crate::time::Timestamp;

impl BudgetMonitor {
    /// Lets time pass up to an instant: buckets that end by then are closed, and alerts end.
    ///
    /// This is an empty record, and the word that none will come for the time up to it. It equals
    /// [`CountSeries::until`](crate::CountSeries::until). Time that has passed already passes no more: an earlier
    /// instant changes nothing, nor does any before the first record.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, BurnRule, Counts, Duration, Slo, Timestamp};
    ///
    /// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new("2m".parse()?, "1m".parse()?, 10.0)?]);
    /// let mut monitor = BudgetMonitor::new(slo, policy, Duration::from_seconds(10))?;
    /// monitor.record(at(7), Counts::bad_total(30.0, 100.0)?)?;
    /// // The bucket ends at 10, and leaves the short window a minute later.
    /// assert_eq!(monitor.advance(at(10))?.began[0].begin, at(10));
    /// assert_eq!(monitor.advance(at(95))?.ended[0].end, Some(at(70)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if the end of the instant's bucket does not fit an instant.
    pub fn advance(&mut self, at: Timestamp) -> Result<Changes> {
        let end = self.bucket(at)?;
        let Some(newest) = self.newest() else { return Ok(Changes::default()) };
        if self.clock.is_some_and(|clock| at < clock) || (end == newest && self.open.is_none()) {
            return Ok(Changes::default());
        }
        let mut changes = Changes::default();
        self.open_bucket(end, &mut changes);
        self.clock = self.clock.max(Some(at));
        if end == at {
            self.close(&mut changes);
        } else {
            self.pass(at, &mut changes);
        }
        Ok(changes.in_order())
    }

    /// The end of the bucket that an instant belongs to.
    pub(super) fn bucket(&self, at: Timestamp) -> Result<Timestamp> {
        // Mostly it is the next one, which takes no division.
        match self.open.map(|open| (open.end, open.end.nanos().checked_add(self.resolution.nanos()))) {
            Some((end, Some(next))) if end < at && at.nanos() <= next => Ok(Timestamp::from_nanos(next)),
            _ => at.ceil(self.resolution),
        }
    }

    /// How many buckets are kept at most.
    pub(super) fn buckets_kept(&self) -> u64 {
        self.kept.nanos().unsigned_abs().div_ceil(self.resolution.nanos().unsigned_abs())
    }

    /// The end of the newest bucket, open or closed.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.open.map(|open| open.end).or(self.ring.last())
    }

    /// Until when buckets are closed: those before the open one are, whether they hold anything or not.
    pub(super) fn closed_until(&self) -> Option<Timestamp> {
        self.open.map(|open| open.begin).max(self.ring.last())
    }

    /// Sees to it that the bucket with this end, which is not closed, is open.
    pub(super) fn open_bucket(&mut self, end: Timestamp, changes: &mut Changes) {
        if self.open.is_some_and(|open| open.end < end) {
            self.close(changes);
        }
        if self.open.is_none() {
            self.open = Some(Open { begin: end.saturating_sub(self.resolution), end, before: self.recorded });
        }
    }

    /// Closes the open bucket.
    fn close(&mut self, changes: &mut Changes) {
        let Some(open) = self.open.take() else { return };
        let counts = self.open_counts(open);
        self.enter(open.end, counts, changes);
    }

    /// Takes in a bucket behind all others, and decides.
    fn enter(&mut self, end: Timestamp, counts: Counts, changes: &mut Changes) {
        if self.event.is_some_and(|event| event < end) {
            self.pass_before(end, changes);
        }
        self.ring.push(end, counts, end.saturating_sub(self.kept));
        let Self { slo, policy, ring, watches, event, .. } = self;
        let view = View { ring, tail: None };
        *event = None;
        for (watch, rule) in watches.iter_mut().zip(policy.rules()) {
            if watch.stays_calm(ring, end) {
                continue;
            }
            if !watch.stays_burning(rule, ring, end)
                && let Some(turn) = watch.close(rule, view, end)
            {
                note(slo, rule, ring, watch, turn, changes);
            }
            if let Some(next) = watch.next_event(view) {
                *event = Some(event.map_or(next, |event| event.min(next)));
            }
        }
    }

    /// Lets time pass up to an instant, as far as the open bucket does not end.
    pub(super) fn pass(&mut self, at: Timestamp, changes: &mut Changes) {
        let after = Timestamp::from_nanos(at.nanos().saturating_add(1));
        let limit = self.open.map_or(after, |open| after.min(open.end));
        if self.event.is_some_and(|event| event < limit) {
            self.pass_before(limit, changes);
        }
    }

    #[cold]
    pub(super) fn pass_before(&mut self, limit: Timestamp, changes: &mut Changes) {
        let Self { slo, policy, ring, watches, event, .. } = self;
        let view = View { ring, tail: None };
        for (watch, rule) in watches.iter_mut().zip(policy.rules()) {
            while let Some(turn) = watch.pass(rule, view, limit) {
                note(slo, rule, ring, watch, turn, changes);
            }
        }
        *event = watches.iter().filter_map(|watch| watch.next_event(view)).min();
    }
}
