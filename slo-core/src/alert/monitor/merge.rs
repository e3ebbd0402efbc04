//! Shards that recorded by themselves, as one.

use super::changes::{Changes, alert, note};
use super::ring::{Ring, plus};
use super::watch::View;
use super::{BudgetMonitor, Open};
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// A bucket that is no longer open, and what it holds.
type Bucket = (Timestamp, Counts);

impl BudgetMonitor {
    /// Takes in all that another monitor of the same objective, policy and resolution has counted.
    ///
    /// Afterwards the monitor is what it would be if all records had come to it: counts are added bucket by bucket, a
    /// bucket that either side has closed is closed, and the alerts are decided anew from the buckets of both. In
    /// whatever order shards are merged, integer counts give the same monitor, and fractional ones the same to rounding.
    ///
    /// What lies before the oldest bucket that both keep is not known any more. A rule is decided from the first bucket
    /// on whose long window lies wholly behind that; if its condition holds there, the alert keeps the begin that the
    /// shards know for it, the earlier one, and its burn rate and cost count from there.
    ///
    /// Returns the alerts of rules that fire now and did not before, and those that fired before and do not any more:
    /// with the end that the buckets of both give them, or, if by those they never fired, with the last closed bucket's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, BudgetMonitor, BurnRule, Counts, Duration, Slo, Timestamp};
    ///
    /// let minute = Timestamp::from_nanos(60_000_000_000);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new("2m".parse()?, "1m".parse()?, 10.0)?]);
    /// let mut one = BudgetMonitor::new(slo, policy, Duration::from_minutes(1))?;
    /// let mut other = one.clone();
    /// one.record(minute, Counts::bad_total(0.0, 100.0)?)?;
    /// other.record(minute, Counts::bad_total(30.0, 100.0)?)?;
    /// other.advance(minute)?;
    /// // By itself, the second shard burns thirty times too fast; both together, fifteen times.
    /// assert_eq!(other.firing()[0].burn, 30.0);
    /// assert_eq!(one.merge(&other)?.began[0].burn, 15.0);
    /// assert_eq!(one.budget().total(), 200.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if objective, policy or resolution differ; [`Error::OutOfRange`] past 10^300 events.
    /// Nothing is merged then.
    pub fn merge(&mut self, other: &Self) -> Result<Changes> {
        let refuse = |what: &str| Err(Error::invalid("other", what, "must be that of this monitor"));
        if self.slo != other.slo {
            return refuse(&other.slo.to_string());
        }
        if self.policy != other.policy {
            return refuse("a policy");
        }
        if self.resolution != other.resolution {
            return refuse(&other.resolution.to_string());
        }
        self.check_room(plus(other.ring.sum(), other.live().tail.map_or(Counts::default(), |(_, c)| c)))?;

        let (merged, history) = match (self.newest(), other.newest()) {
            (_, None) => return Ok(Changes::default()),
            (None, _) => {
                (Self { late: self.late, duplicate: self.duplicate, ..other.clone() }, Changes::default())
            }
            _ => self.merged(other),
        };
        let before = std::mem::replace(self, merged);
        Ok(self.changes_since(&before, &history))
    }

    /// Both as one, every bucket that both keep decided anew, and the alerts that this gave.
    fn merged(&self, other: &Self) -> (Self, Changes) {
        let closed = [self, other].into_iter().filter_map(Self::closed_until).max();
        let is_closed = |end: Timestamp| closed.is_some_and(|closed| end <= closed);
        let (buckets, open): (Vec<Bucket>, Vec<Bucket>) =
            joined(self.buckets(), other.buckets()).into_iter().partition(|(end, _)| is_closed(*end));

        let counted_before = plus(self.ring.before(self.ring.first()), other.ring.before(other.ring.first()));
        let known = self.ring.dropped().max(other.ring.dropped());
        let mut merged = Self {
            ring: Ring::after(self.buckets_kept(), counted_before, known),
            watches: self.watches.iter().map(super::Watch::anew).collect(),
            open: None,
            recorded: Counts::default(),
            clock: self.clock.max(other.clock),
            event: None,
            ..self.empty()
        };
        let mut replay = Replay {
            known,
            shards: [self, other],
            looked: vec![false; self.watches.len()],
            history: Changes::default(),
        };
        for (end, counts) in buckets {
            merged.decide(end, counts, &mut replay);
        }
        if let Some((end, counts)) = open.last() {
            let begin = end.saturating_sub(self.resolution);
            merged.open = Some(Open { begin, end: *end, before: Counts::default() });
            merged.recorded = *counts;
        }
        if let Some(clock) = merged.clock {
            merged.pass(clock, &mut replay.history);
        }
        (merged, replay.history)
    }

    /// Objective, policy and options, with nothing counted.
    fn empty(&self) -> Self {
        Self {
            slo: self.slo.clone(),
            policy: self.policy.clone(),
            ring: Ring::new(0),
            open: None,
            watches: Vec::new(),
            ..*self
        }
    }

    /// All buckets that are kept, the open one last.
    fn buckets(&self) -> Vec<Bucket> {
        let closed = (self.ring.first()..self.ring.next())
            .filter_map(|number| Some((self.ring.end(number)?, self.ring.counts(number))));
        closed.chain(self.live().tail).collect()
    }

    /// Takes in a bucket behind all others, and decides the rules whose windows are known whole.
    fn decide(&mut self, end: Timestamp, counts: Counts, replay: &mut Replay<'_>) {
        if self.event.is_some_and(|event| event < end) {
            self.pass_before(end, &mut replay.history);
        }
        self.ring.push(end, counts, end.saturating_sub(self.kept));
        let Self { slo, policy, ring, watches, event, .. } = self;
        let view = View { ring, tail: None };
        let looked = replay.looked.iter_mut().enumerate();
        for ((watch, rule), (place, looked)) in watches.iter_mut().zip(policy.rules()).zip(looked) {
            if replay.known.is_some_and(|known| end.saturating_sub(rule.long()) < known) {
                continue;
            }
            if let Some(turn) = watch.close(rule, view, end) {
                note(slo, rule, ring, watch, turn, &mut replay.history);
            }
            if !*looked && replay.known.is_some() {
                let states = replay.shards.into_iter().filter_map(|shard| shard.watches.get(place));
                watch.carry_on(states, view, end);
            }
            *looked = true;
        }
        *event = watches.iter().filter_map(|watch| watch.next_event(view)).min();
    }

    /// What is different from what was before, by the history of the buckets since.
    fn changes_since(&self, before: &Self, history: &Changes) -> Changes {
        let mut changes = Changes::default();
        let rules = self.policy.rules().iter().zip(self.watches.iter().zip(&before.watches));
        for (rule, (now, then)) in rules {
            match (then.alert, now.alert) {
                (None, Some(firing)) => {
                    changes.began.push(alert(&self.slo, rule, &self.ring, firing, None));
                }
                (Some(firing), None) => {
                    let known =
                        history.ended.iter().rev().find(|ended| {
                            ended.rule == *rule && ended.end.is_some_and(|end| firing.begin < end)
                        });
                    let last = self.ring.last().max(Some(firing.begin));
                    let revised = || alert(&self.slo, rule, &before.ring, firing, last);
                    changes.ended.push(known.cloned().unwrap_or_else(revised));
                }
                _ => {}
            }
        }
        changes.in_order()
    }
}

/// Buckets that are decided anew.
struct Replay<'a> {
    /// What lies before this is not known.
    known: Option<Timestamp>,
    shards: [&'a BudgetMonitor; 2],
    /// Whether each rule was looked at.
    looked: Vec<bool>,
    /// The alerts so far.
    history: Changes,
}

/// The buckets of both, counts of the same bucket added.
fn joined(ours: Vec<Bucket>, theirs: Vec<Bucket>) -> Vec<Bucket> {
    let mut joined: Vec<Bucket> = Vec::with_capacity(ours.len().max(theirs.len()));
    let (mut ours, mut theirs) = (ours.into_iter().peekable(), theirs.into_iter().peekable());
    loop {
        let next = match (ours.peek(), theirs.peek()) {
            (Some(a), Some(b)) if a.0 <= b.0 => ours.next(),
            (Some(_), None) => ours.next(),
            (_, Some(_)) => theirs.next(),
            (None, None) => return joined,
        };
        let Some((end, counts)) = next else { return joined };
        match joined.last_mut() {
            Some((last, sum)) if *last == end => *sum = plus(*sum, counts),
            _ => joined.push((end, counts)),
        }
    }
}
