//! Closed buckets of bounded age: running totals in a ring.

use std::collections::VecDeque;

use crate::counts::Counts;
use crate::sum::{EXACT_LIMIT, Sum};
use crate::time::Timestamp;

/// A closed bucket: its end, and the running totals of everything before it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Slot {
    end: Timestamp,
    bad: f64,
    total: f64,
}

/// The closed buckets that some window may still look at, as running totals since the first record.
///
/// # Method
///
/// ```text
/// counts of the buckets i..j = P[j] - P[i],   P[k] = what was counted before bucket k
/// ```
///
/// Nothing is subtracted from a running total when a bucket is dropped, so that nothing drifts: these are the totals that
/// the prefix of a [`CountSeries`](crate::CountSeries) of all buckets holds, bit for bit. Buckets are numbered from the
/// first one ever closed.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    slots: VecDeque<Slot>,
    /// Whether all totals are integers below 2^53, which floats hold.
    plain: bool,
    /// What rounding took from the totals of each slot; none while they are plain.
    rests: VecDeque<[f64; 2]>,
    /// The number of the first slot.
    first: usize,
    /// Everything counted in closed buckets.
    sum: Counts,
    /// The end of the last bucket that was dropped.
    dropped: Option<Timestamp>,
    /// No bucket that ends later holds a bad event.
    bad_until: Timestamp,
}

impl Ring {
    /// Slots that are made room for at once.
    const ROOM: u64 = 1 << 16;

    /// A ring for so many buckets.
    pub(super) fn new(buckets: u64) -> Self {
        Self::after(buckets, Counts::default(), None)
    }

    /// A ring for so many buckets, before which so much was counted already.
    pub(super) fn after(buckets: u64, sum: Counts, dropped: Option<Timestamp>) -> Self {
        let room = usize::try_from(buckets.min(Self::ROOM)).unwrap_or_default();
        let slots = VecDeque::with_capacity(room);
        let bad_until = Timestamp::from_nanos(i64::MIN);
        Self { slots, plain: is_plain(sum), rests: VecDeque::new(), first: 0, sum, dropped, bad_until }
    }

    /// The ring of these buckets with the running totals before each, and of all.
    #[cfg(feature = "serde")]
    pub(super) fn restored(
        buckets: u64,
        ends: Vec<Timestamp>,
        totals: &[Counts],
        dropped: Option<Timestamp>,
    ) -> Self {
        let mut ring = Self::after(buckets, totals.last().copied().unwrap_or_default(), dropped);
        ring.plain = totals.iter().all(|counts| is_plain(*counts));
        for (end, before) in ends.into_iter().zip(totals) {
            ring.bad_until = end;
            ring.insert(ring.slots.len(), end, *before);
        }
        ring
    }

    /// The number of the first bucket that is kept.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// The number that the next bucket gets.
    pub(super) fn next(&self) -> usize {
        self.first + self.slots.len()
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The end of the last closed bucket.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.slots.back().map(|slot| slot.end)
    }

    /// The end of the last bucket that was dropped: what is later is known whole.
    pub(super) fn dropped(&self) -> Option<Timestamp> {
        self.dropped
    }

    /// Everything counted in closed buckets.
    pub(super) fn sum(&self) -> Counts {
        self.sum
    }

    /// Whether differences of the totals' floats are exact: integers below 2^53.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether no bucket that ends after an instant holds a bad event; otherwise one may.
    #[inline]
    pub(super) fn is_clean_after(&self, at: Timestamp) -> bool {
        self.bad_until <= at
    }

    /// The end of a bucket.
    pub(super) fn end(&self, number: usize) -> Option<Timestamp> {
        self.slot(number).map(|slot| slot.end)
    }

    /// Bad and all events of the buckets from a number on, if their floats tell.
    #[inline]
    pub(super) fn plain_since(&self, number: usize) -> Option<(f64, f64)> {
        self.slot(number).filter(|_| self.plain).map(|slot| self.since_slot(slot))
    }

    #[inline]
    fn since_slot(&self, slot: &Slot) -> (f64, f64) {
        (self.sum.bad.high() - slot.bad, self.sum.total.high() - slot.total)
    }

    /// Bad and all events of the buckets that end after an instant, if their floats tell.
    ///
    /// Moves `number` to the first of them, from one that is not behind it.
    #[inline]
    pub(super) fn plain_after(&self, number: &mut usize, at: Timestamp) -> Option<(f64, f64)> {
        let mut place = number.saturating_sub(self.first);
        loop {
            let slot = self.slots.get(place).filter(|_| self.plain)?;
            if slot.end > at {
                *number = self.first + place;
                return Some(self.since_slot(slot));
            }
            place += 1;
        }
    }

    /// The running totals before a bucket, those after the last one behind it.
    pub(super) fn before(&self, number: usize) -> Counts {
        let place = number.saturating_sub(self.first);
        let Some(slot) = self.slots.get(place) else { return self.sum };
        let [bad, total] = self.rests.get(place).copied().unwrap_or_default();
        Counts { bad: Sum::from_parts(slot.bad, bad), total: Sum::from_parts(slot.total, total) }
    }

    /// The counts of a bucket.
    pub(super) fn counts(&self, number: usize) -> Counts {
        minus(self.before(number + 1), self.before(number))
    }

    /// The number of the first bucket that ends after an instant.
    pub(super) fn after_instant(&self, at: Timestamp) -> usize {
        self.first + self.slots.partition_point(|slot| slot.end <= at)
    }

    #[inline]
    fn slot(&self, number: usize) -> Option<&Slot> {
        self.slots.get(number.wrapping_sub(self.first))
    }

    /// Closes a bucket behind all others, and drops those that end at or before `horizon`.
    pub(super) fn push(&mut self, end: Timestamp, counts: Counts, horizon: Timestamp) {
        self.drop_until(horizon);
        self.note_bad(end, counts);
        let sum = plus(self.sum, counts);
        self.make_room(counts, sum);
        self.slots.push_back(Slot { end, bad: self.sum.bad.high(), total: self.sum.total.high() });
        if !self.plain {
            self.rests.push_back([self.sum.bad.low(), self.sum.total.low()]);
        }
        self.sum = sum;
    }

    #[inline]
    fn note_bad(&mut self, end: Timestamp, counts: Counts) {
        let end = if counts.bad == Sum::ZERO { self.bad_until } else { end };
        self.bad_until = self.bad_until.max(end);
    }

    /// Drops the buckets that end at or before an instant.
    #[inline]
    fn drop_until(&mut self, horizon: Timestamp) {
        while let Some(slot) = self.slots.front().filter(|slot| slot.end <= horizon) {
            self.dropped = Some(slot.end);
            self.slots.pop_front();
            self.rests.pop_front();
            self.first += 1;
        }
    }

    /// Adds counts to a bucket that is closed already, or takes them away, and makes the bucket if there is none.
    ///
    /// Drops the buckets that end at or before `horizon`.
    pub(super) fn correct(&mut self, end: Timestamp, counts: Counts, horizon: Timestamp) {
        self.drop_until(horizon);
        self.note_bad(end, counts);
        let sum = plus(self.sum, counts);
        self.make_room(counts, sum);
        let behind = self.after_instant(end);
        if behind.checked_sub(1).and_then(|number| self.end(number)) != Some(end) {
            self.insert(behind - self.first, end, self.before(behind));
        }
        for number in self.after_instant(end)..self.next() {
            let corrected = plus(self.before(number), counts);
            let place = number - self.first;
            if let Some(slot) = self.slots.get_mut(place) {
                (slot.bad, slot.total) = (corrected.bad.high(), corrected.total.high());
            }
            if let Some(rest) = self.rests.get_mut(place) {
                *rest = [corrected.bad.low(), corrected.total.low()];
            }
        }
        self.sum = sum;
    }

    fn insert(&mut self, place: usize, end: Timestamp, before: Counts) {
        self.slots.insert(place, Slot { end, bad: before.bad.high(), total: before.total.high() });
        if !self.plain {
            self.rests.insert(place, [before.bad.low(), before.total.low()]);
        }
    }

    /// Sees to it that there is room for what rounding takes from totals up to a sum that more counts make.
    #[inline]
    fn make_room(&mut self, counts: Counts, sum: Counts) {
        // Of integers below 2^53 no sum below 2^53 is rounded.
        if self.plain && !(is_plain(counts) && sum.total.high() < EXACT_LIMIT) {
            self.make_room_for_rests();
        }
    }

    #[cold]
    fn make_room_for_rests(&mut self) {
        self.plain = false;
        self.rests = std::iter::repeat_n([0.0; 2], self.slots.len()).collect();
    }
}

impl PartialEq for Ring {
    /// Whether both hold the same buckets and totals, however they came to them.
    fn eq(&self, other: &Self) -> bool {
        let rests = |ring: &Self, place: usize| ring.rests.get(place).copied().unwrap_or_default();
        self.slots == other.slots
            && self.sum == other.sum
            && (0..self.len()).all(|place| rests(self, place) == rests(other, place))
    }
}

/// Whether counts are integers below 2^53, which floats hold.
#[inline]
fn is_plain(counts: Counts) -> bool {
    // Half a unit in the last place of a number of this size is 1/2: what is no integer is rounded to one.
    const SHIFT: f64 = EXACT_LIMIT / 2.0;
    let whole = |high: f64| (high.abs() + SHIFT) - SHIFT == high.abs() || high.abs() >= SHIFT;
    let plain = |sum: Sum| sum.low() == 0.0 && sum.high().abs() < EXACT_LIMIT && whole(sum.high());
    plain(counts.bad) && plain(counts.total)
}

#[inline]
pub(super) fn plus(a: Counts, b: Counts) -> Counts {
    Counts { bad: a.bad.plus(b.bad), total: a.total.plus(b.total) }
}

#[inline]
pub(super) fn minus(a: Counts, b: Counts) -> Counts {
    Counts { bad: a.bad.minus(b.bad), total: a.total.minus(b.total) }
}
