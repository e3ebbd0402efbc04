//! Records that come late or twice.

use super::BudgetMonitor;
use super::ring::{minus, plus};
use super::watch::View;
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// What to do with a record for a bucket that is closed.
///
/// A record for a bucket that no window looks at any more is refused in any case: nothing is lost silently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Late {
    /// Count it where it belongs: from now on budgets, burn rates and alerts know of it, but no alert of the past is
    /// revised. It costs as many steps as there are buckets after its own.
    #[default]
    Accept,
    /// Refuse it.
    Reject,
}

/// What to do with a second record for a bucket that holds events already.
///
/// Buckets are what is kept, so that two records are of the same time if they are of the same bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Duplicate {
    /// Add it: each record is a part of its bucket.
    #[default]
    Add,
    /// Refuse it, if it has events: each record is a whole bucket, and comes once.
    Reject,
    /// Let it stand instead: each record is a whole bucket, of which the last word holds.
    Replace,
}

impl BudgetMonitor {
    /// Counts events in a bucket that is closed.
    pub(super) fn record_late(&mut self, at: Timestamp, end: Timestamp, counts: Counts) -> Result<()> {
        self.check_late(at, end)?;
        self.check_room(counts)?;
        let counts = self.counted(end, counts);
        let behind = self.ring.after_instant(end);
        let known = behind.checked_sub(1).filter(|number| self.ring.end(*number) == Some(end));
        let there = known.map_or(Counts::default(), |number| self.ring.counts(number));
        let kept = self.without_duplicate(end, there, there, counts)?;
        let more = minus(plus(kept, counts), there);
        let horizon = self.closed_until().unwrap_or(end).saturating_sub(self.kept);
        self.ring.correct(end, more, horizon);
        for (watch, rule) in self.watches.iter_mut().zip(self.policy.rules()) {
            let from = |since: Timestamp| since.saturating_sub(rule.long());
            if let Some(held) = watch.held.as_mut().filter(|held| end <= from(held.since)) {
                held.before = held.before.plus(more.bad);
            }
            let from = |begin: Timestamp| begin.saturating_sub(rule.reach());
            if let Some(firing) = watch.alert.as_mut().filter(|firing| end <= from(firing.begin)) {
                firing.before = firing.before.plus(more.bad);
            }
        }
        self.look_again();
        Ok(())
    }

    /// Brings the rules' windows in line with a ring of which a part has changed.
    pub(super) fn look_again(&mut self) {
        let Some(at) = self.ring.last().max(self.clock) else { return };
        let view = View { ring: &self.ring, tail: None };
        for watch in &mut self.watches {
            watch.look_again(&self.ring, at);
        }
        self.event = self.watches.iter().filter_map(|watch| watch.next_event(view)).min();
    }

    /// Refuses a record for a closed bucket where it must be.
    pub(super) fn check_late(&self, at: Timestamp, end: Timestamp) -> Result<()> {
        let limit = match self.late {
            Late::Reject => self.closed_until(),
            Late::Accept => self.closed_until().map(|closed| closed.saturating_sub(self.kept)),
        };
        match limit {
            Some(limit) if end <= limit => Err(Error::Late { at, limit }),
            _ => Ok(()),
        }
    }

    /// What of `sum` stays when `more` comes for a bucket that makes `there` of it.
    pub(super) fn without_duplicate(
        &self,
        end: Timestamp,
        there: Counts,
        sum: Counts,
        more: Counts,
    ) -> Result<Counts> {
        match self.duplicate {
            Duplicate::Reject if there.has_traffic() && more.has_traffic() => {
                let reason = "holds events already, and a second record is to be refused";
                Err(Error::invalid("bucket", end, reason))
            }
            Duplicate::Replace => Ok(minus(sum, there)),
            _ => Ok(sum),
        }
    }

    /// Refuses counts with which there would be more events than sums are made for.
    pub(super) fn check_room(&self, counts: Counts) -> Result<()> {
        let most = self.ring.sum().total.high().max(self.recorded.total.high());
        if most + counts.total.high() > Self::MAX_EVENTS {
            return Err(Error::out_of_range("the number of events"));
        }
        Ok(())
    }
}
