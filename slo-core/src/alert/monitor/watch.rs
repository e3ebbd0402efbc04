//! One rule as time goes by: whether its condition holds, since when, and whether it fires.

use super::ring::{Ring, minus, plus};
use crate::alert::rule::BurnRule;
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::slo::Slo;
use crate::sum::{EXACT_LIMIT, Sum};
use crate::time::{Duration, Timestamp};

/// Products of plain counts with rounded terms differ from the exact ones by less than this share.
const DOUBT: f64 = 16.0 * f64::EPSILON;

/// The closed buckets, and perhaps one more behind them that is taken as closed.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) ring: &'a Ring,
    pub(super) tail: Option<(Timestamp, Counts)>,
}

impl View<'_> {
    fn next(&self) -> usize {
        self.ring.next() + usize::from(self.tail.is_some())
    }

    fn end(&self, number: usize) -> Option<Timestamp> {
        match self.tail {
            Some((end, _)) if number == self.ring.next() => Some(end),
            _ => self.ring.end(number),
        }
    }

    /// Everything counted.
    pub(super) fn sum(&self) -> Counts {
        self.tail.map_or(self.ring.sum(), |(_, counts)| plus(self.ring.sum(), counts))
    }

    /// The counts of the buckets from a number on.
    pub(super) fn since(&self, number: usize) -> Counts {
        if number == self.next() {
            return Counts::default();
        }
        minus(self.sum(), self.ring.before(number))
    }

    /// The counts of the buckets that end after an instant.
    pub(super) fn after(&self, at: Timestamp) -> Counts {
        match self.tail {
            Some((end, _)) if end <= at => Counts::default(),
            _ => minus(self.sum(), self.ring.before(self.ring.after_instant(at))),
        }
    }
}

/// The instant so much later, if there is one.
#[inline]
fn later(at: Timestamp, by: Duration) -> Option<Timestamp> {
    at.nanos().checked_add(by.nanos()).map(Timestamp::from_nanos)
}

/// An alert that fires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Firing {
    pub(super) begin: Timestamp,
    /// The highest burn rate of the long window so far.
    pub(super) burn: f64,
    /// Bad events before those that the alert answers for.
    pub(super) before: Sum,
}

/// A condition that holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) since: Timestamp,
    /// Bad events before the long window that ended then.
    pub(super) before: Sum,
}

/// What happened to an alert, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Turn {
    Began(Timestamp),
    Ended(Firing, Timestamp),
}

impl Turn {
    pub(super) const fn at(&self) -> Timestamp {
        match self {
            Self::Began(at) | Self::Ended(_, at) => *at,
        }
    }
}

/// A rule's windows and its state.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    threshold: Fraction,
    /// The threshold's terms, rounded: what they leave in doubt is decided exactly.
    terms: (f64, f64),
    /// A share of bad events up to which the condition fails, a little below the threshold.
    calm: f64,
    /// A share of bad events above which it holds, a little above the threshold.
    brisk: f64,
    budget: Fraction,
    /// The budget's terms, rounded.
    budget_terms: (f64, f64),
    long: Duration,
    short: Duration,
    hold: Duration,
    keep_firing: Duration,
    /// The first bucket that the long window holds, and the first that the short one does, as of the last look at them.
    starts: [usize; 2],
    pub(super) held: Option<Held>,
    /// Since when the condition of a firing alert fails.
    pub(super) failed: Option<Timestamp>,
    pub(super) alert: Option<Firing>,
}

impl Watch {
    pub(super) fn new(rule: &BurnRule, slo: &Slo) -> Result<Self> {
        rule.check_times()?;
        if rule.long().nanos().checked_add(rule.hold_time().nanos()).is_none() {
            return Err(Error::out_of_range("the long window and the hold of a rule together"));
        }
        let (threshold, budget) = (rule.threshold(slo)?, slo.objective().budget());
        let terms = |fraction: Fraction| (fraction.numerator() as f64, fraction.denominator() as f64);
        let (numerator, denominator) = terms(threshold);
        // Without a budget no bad event is needed for the condition to hold.
        let calm = if threshold.is_zero() { -1.0 } else { numerator / denominator * (1.0 - DOUBT) };
        Ok(Self {
            threshold,
            terms: (numerator, denominator),
            calm,
            brisk: numerator / denominator * (1.0 + DOUBT),
            budget,
            budget_terms: terms(budget),
            long: rule.long(),
            short: rule.short(),
            hold: rule.hold_time(),
            keep_firing: rule.keep_firing_time(),
            starts: [0; 2],
            held: None,
            failed: None,
            alert: None,
        })
    }

    /// The same rule, of which nothing is known.
    pub(super) fn anew(&self) -> Self {
        Self { starts: [0; 2], held: None, failed: None, alert: None, ..self.clone() }
    }

    /// Looks at the windows again that end at an instant, after buckets before it have changed.
    pub(super) fn look_again(&mut self, ring: &Ring, at: Timestamp) {
        self.starts = [self.long, self.short].map(|window| ring.after_instant(at.saturating_sub(window)));
    }

    /// Whether nothing is to be decided at an instant up to which everything in the ring has been counted: the condition
    /// does not hold, nor does an alert fire, and two floats leave no doubt that this stays so.
    #[inline]
    pub(super) fn stays_calm(&mut self, ring: &Ring, at: Timestamp) -> bool {
        if self.held.is_some() || self.alert.is_some() {
            return false;
        }
        let from = at.saturating_sub(self.short);
        let is_calm = |(bad, total): (f64, f64)| bad <= self.calm * total;
        let [long, short] = &mut self.starts;
        if self.calm > 0.0 && ring.is_clean_after(from) || ring.plain_after(short, from).is_some_and(is_calm)
        {
            return true;
        }
        ring.plain_after(long, at.saturating_sub(self.long)).is_some_and(is_calm)
    }

    /// Whether at such an instant there is no more to do than to note the burn rate: the alert fires, and two floats for
    /// each window leave no doubt that its condition holds on.
    #[inline]
    pub(super) fn stays_burning(&mut self, rule: &BurnRule, ring: &Ring, at: Timestamp) -> bool {
        if self.held.is_none() || self.alert.is_none() || !rule.is_plain() {
            return false;
        }
        let (long_from, short_from) = (at.saturating_sub(self.long), at.saturating_sub(self.short));
        let [long, short] = &mut self.starts;
        let is_brisk = |(bad, total): &(f64, f64)| *bad > self.brisk * *total;
        let Some(_) = ring.plain_after(short, short_from).filter(is_brisk) else { return false };
        let counts = ring.plain_after(long, long_from).filter(is_brisk);
        let burn = counts.and_then(|counts| self.plain_burn(counts));
        let (Some(burn), Some(firing)) = (burn, &mut self.alert) else { return false };
        firing.burn = firing.burn.max(burn);
        true
    }

    /// The burn rate of plain counts, where integers that floats hold make it: rounded once, in the division.
    #[inline]
    fn plain_burn(&self, (bad, total): (f64, f64)) -> Option<f64> {
        let (numerator, denominator) = self.budget_terms;
        let (bad, allowed) = (bad * denominator, total * numerator);
        (allowed > 0.0 && bad.max(allowed) < EXACT_LIMIT).then(|| bad / allowed)
    }

    /// Decides at an instant up to which everything in the view has been counted.
    pub(super) fn close(&mut self, rule: &BurnRule, view: View<'_>, at: Timestamp) -> Option<Turn> {
        self.starts[1] = self.start_after(1, view, at);
        let mut holds = self.burns(rule, view, self.starts[1]);
        if holds {
            self.starts[0] = self.start_after(0, view, at);
            holds = self.burns(rule, view, self.starts[0]);
        }
        if !holds {
            self.fails(at);
        } else if self.held.is_none() {
            self.held = Some(Held { since: at, before: view.ring.before(self.starts[0]).bad });
            self.failed = None;
        }
        let turn = self.due().filter(|due| *due <= at).map(|due| self.turn(due));
        self.note_burn(view, at);
        turn
    }

    /// A condition that holds at the first instant that is looked at may have held before, as others say who did look.
    pub(super) fn carry_on<'a>(
        &mut self,
        others: impl Iterator<Item = &'a Self> + Clone,
        view: View<'_>,
        at: Timestamp,
    ) {
        let Some(held) = self.held else { return };
        let before = view.ring.before(view.ring.first()).bad;
        let earlier = others.clone().filter_map(|other| other.alert).map(|firing| firing.begin);
        if let Some(begin) = earlier.filter(|begin| *begin < at).min() {
            self.alert = Some(Firing { begin, burn: 0.0, before });
        } else {
            let earlier = others.filter_map(|other| other.held).map(|held| held.since);
            let since = earlier.fold(held.since, Timestamp::min);
            self.held = Some(if since < at { Held { since, before } } else { held });
            if self.alert.is_none()
                && let Some(due) = self.due().filter(|due| *due <= at)
            {
                self.turn(due);
            }
        }
        self.note_burn(view, at);
    }

    /// Lets time pass in which nothing is counted, up to the next change of the alert before `limit`.
    pub(super) fn pass(&mut self, rule: &BurnRule, view: View<'_>, limit: Timestamp) -> Option<Turn> {
        loop {
            let due = self.due();
            // A condition that fails when it would have held for long enough has not.
            match self.leaves(view).filter(|leaves| due.is_none_or(|due| *leaves <= due)) {
                Some(instant) if instant < limit => {
                    self.starts = [0, 1].map(|window| self.start_after(window, view, instant));
                    if !self.starts.iter().all(|start| self.burns(rule, view, *start)) {
                        self.fails(instant);
                    }
                }
                Some(_) => return None,
                None => {
                    let due = due.filter(|due| *due < limit)?;
                    let turn = self.turn(due);
                    self.note_burn(view, due);
                    return Some(turn);
                }
            }
        }
    }

    /// The next instant at which anything can change without a record; `None` if nothing can.
    #[inline]
    pub(super) fn next_event(&self, view: View<'_>) -> Option<Timestamp> {
        self.leaves(view).into_iter().chain(self.due()).min()
    }

    /// When the first data leave a window of a condition that holds.
    fn leaves(&self, view: View<'_>) -> Option<Timestamp> {
        self.held?;
        self.first_leaves(view)
    }

    /// When the first data leave a window, as far as that can be told.
    fn first_leaves(&self, view: View<'_>) -> Option<Timestamp> {
        let windows = self.starts.iter().zip([self.long, self.short]);
        let leaves = windows.filter_map(|(start, window)| later(view.end(*start)?, window));
        leaves.min()
    }

    /// When the alert begins or ends if its condition stays as it is.
    #[inline]
    fn due(&self) -> Option<Timestamp> {
        match (self.alert, self.held) {
            (Some(_), _) => later(self.failed?, self.keep_firing),
            (None, held) => later(held?.since, self.hold),
        }
    }

    /// The alert begins or ends.
    fn turn(&mut self, at: Timestamp) -> Turn {
        if let Some(firing) = self.alert.take() {
            self.failed = None;
            return Turn::Ended(firing, at);
        }
        let before = self.held.map_or(Sum::ZERO, |held| held.before);
        self.alert = Some(Firing { begin: at, burn: 0.0, before });
        Turn::Began(at)
    }

    /// The condition does not hold at an instant.
    fn fails(&mut self, at: Timestamp) {
        if self.held.take().is_some() && self.alert.is_some() {
            self.failed = Some(at);
        }
    }

    /// Notes how fast a firing alert burns.
    fn note_burn(&mut self, view: View<'_>, at: Timestamp) {
        let Some(firing) = self.alert else { return };
        self.starts[0] = self.start_after(0, view, at);
        let counts = view.since(self.starts[0]);
        let burn = if counts.has_traffic() { counts.bad.over_share(counts.total, self.budget) } else { 0.0 };
        self.alert = Some(Firing { burn: firing.burn.max(burn), ..firing });
    }

    /// The number of the first bucket that a window holds at an instant not before the last one that was asked for.
    #[inline]
    fn start_after(&self, window: usize, view: View<'_>, at: Timestamp) -> usize {
        let [long, short] = self.starts;
        let (start, length) = if window == 0 { (long, self.long) } else { (short, self.short) };
        let horizon = at.saturating_sub(length);
        let mut start = start.max(view.ring.first());
        while view.end(start).is_some_and(|end| end <= horizon) {
            start += 1;
        }
        start
    }

    /// Whether the buckets from a number on burn too fast.
    #[inline]
    fn burns(&self, rule: &BurnRule, view: View<'_>, start: usize) -> bool {
        if !rule.is_plain() && rule.is_quiet(view.since(start)) {
            return false;
        }
        if view.tail.is_none() && view.ring.is_plain() {
            let Some((bad, total)) = view.ring.plain_since(start) else { return false };
            if total <= 0.0 {
                return false;
            }
            let (left, right) = (bad * self.terms.1, total * self.terms.0);
            if (left - right).abs() > DOUBT * (left + right) {
                return left > right;
            }
        }
        rule.exceeds(view.since(start), self.threshold)
    }

    /// The earliest instant to which time must pass, at one go and without a record, for the alert to change.
    ///
    /// Time that passes looks at the condition where data leave a window while it holds, at the end of the open bucket,
    /// and at its own end where that is a multiple of `resolution`, which is also where the view ends.
    pub(super) fn next_change(
        &self,
        rule: &BurnRule,
        view: View<'_>,
        resolution: Duration,
    ) -> Option<Timestamp> {
        let mut watch = self.clone();
        let mut from = view.ring.last();
        if let Some((end, _)) = view.tail {
            let closed = View { tail: None, ..view };
            if let Some(turn) = watch.pass(rule, closed, end).or_else(|| watch.close(rule, view, end)) {
                return Some(turn.at());
            }
            from = Some(end);
        }
        let by_itself = watch.clone().pass(rule, view, Timestamp::from_nanos(i64::MAX)).map(|turn| turn.at());
        let seen = watch.first_seen(rule, view, (from?, resolution), by_itself);
        seen.or_else(|| {
            // At the end of a bucket the condition is looked at first, and may come back just when the alert would end.
            let at = by_itself?;
            let comes_back =
                at.nanos().rem_euclid(resolution.nanos()) == 0 && !watch.turns_at(rule, view, at);
            if comes_back { at.checked_add(Duration::from_nanos(1)).ok() } else { Some(at) }
        })
    }

    /// Whether the alert begins or ends by the end of an empty bucket.
    fn turns_at(&self, rule: &BurnRule, view: View<'_>, end: Timestamp) -> bool {
        let mut watch = self.clone();
        watch.pass(rule, view, end).or_else(|| watch.close(rule, view, end)).is_some()
    }

    /// The earliest end of an empty bucket at which the alert changes, up to a limit.
    fn first_seen(
        &self,
        rule: &BurnRule,
        view: View<'_>,
        (mut from, resolution): (Timestamp, Duration),
        limit: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let mut windows = self.clone();
        let mut grid = from.checked_add(resolution).ok()?;
        loop {
            windows.starts = [0, 1].map(|window| windows.start_after(window, view, from));
            let leaves = windows.first_leaves(view);
            // Until something leaves a window, the end of every bucket is like the first.
            if leaves.is_none_or(|leaves| grid < leaves) {
                if limit.is_some_and(|limit| grid > limit) {
                    return None;
                }
                if self.turns_at(rule, view, grid) {
                    return Some(grid);
                }
            }
            from = leaves.filter(|leaves| limit.is_none_or(|limit| *leaves <= limit))?;
            // Only what holds already can change, once neither window has anything bad to lose.
            let hopeless = |start: &usize| !view.since(*start).bad.is_positive();
            if self.held.is_none() && self.alert.is_none() && windows.starts.iter().any(hopeless) {
                return None;
            }
            grid = grid.max(from.ceil(resolution).ok()?);
        }
    }
}
