//! The ranks of the values of a stretch of a series, found out where they are asked for.

#![allow(
    clippy::inline_always,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "only what is inlined is compiled for the wider instructions; ranks and places lie below the length of \
              the stretch, which fits 32 bits"
)]

use super::cursor::{Bits, Cursor};

/// The rank of a place that holds no finite value.
pub(super) const NO_RANK: u32 = u32::MAX;

/// How many values share a bucket where they are spread evenly.
const CROWD: usize = 16;

/// Beyond so many buckets their counts would leave the nearest cache.
const MOST_BUCKETS: usize = 8192;

/// How many values are looked at before the buckets are laid out.
const SAMPLE: usize = 64;

/// The values of a stretch in buckets of rising value, and which of them are in the window.
///
/// # Method
///
/// A window's order statistics ask for the ranks of few of its values: those near the median, say. So values are only
/// dealt out into buckets, by one multiplication each, and a bucket is sorted when a rank in it is asked for: it is
/// then settled. A value in a bucket that is not settled has some rank of those of its bucket.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranks<'v> {
    values: &'v [f64],
    /// Whether all of them are.
    finite: bool,
    /// The bucket of each place.
    buckets: Vec<u16>,
    /// The first rank of each bucket, and behind the last one the number of ranks.
    starts: Vec<u32>,
    /// The next rank to deal out in each bucket.
    fill: Vec<u32>,
    /// The rank of each place.
    of_place: Vec<u32>,
    /// The place of each rank.
    at_rank: Vec<u32>,
    /// The ranks that are in the window.
    present: Bits,
    /// The ranks of buckets that are sorted.
    settled: Bits,
    /// The values of the settled ranks.
    sorted: Vec<f64>,
    scratch: Vec<Member>,
}

/// A value of a bucket that is being sorted.
#[derive(Clone, Copy, Debug)]
struct Member {
    key: u64,
    place: u32,
    present: bool,
}

impl<'v> Ranks<'v> {
    /// Deals out the values of a stretch; the window is empty.
    #[inline(always)]
    pub(super) fn load(&mut self, values: &'v [f64]) {
        self.values = values;
        let buckets = (values.len() / CROWD).clamp(1, MOST_BUCKETS);
        let Layout { low, high, scale, origin, last } = Layout::of(values, buckets);
        self.buckets.resize(values.len(), 0);
        let mut finite = true;
        for (bucket, value) in self.buckets.iter_mut().zip(values) {
            finite &= value.is_finite();
            // A NaN is neither below nor above: it is told apart later.
            let clamped = if *value < low { low } else { *value };
            let clamped = if clamped > high { high } else { clamped };
            let at = clamped * scale - origin;
            let at = if at > last { last } else { at };
            // The low bits of a number that is 2^52 and a bit are that bit.
            *bucket = (at + 4_503_599_627_370_496.0).to_bits() as u16;
        }
        self.present.clear(values.len());
        self.settled.clear(values.len());
        self.of_place.resize(values.len(), 0);
        self.at_rank.resize(values.len(), 0);
        self.starts.clear();
        self.starts.resize(buckets + 2, 0);
        self.sorted.resize(values.len(), 0.0);
        self.finite = finite;
        self.deal();
    }

    /// Gives each value a rank of its bucket.
    fn deal(&mut self) {
        let finite = self.finite;
        let counts = &mut self.starts[1..];
        for (bucket, value) in self.buckets.iter().zip(self.values) {
            if finite || value.is_finite() {
                counts[usize::from(*bucket)] += 1;
            }
        }
        let mut total = 0;
        for count in counts.iter_mut() {
            total += *count;
            *count = total;
        }
        self.fill.clear();
        self.fill.extend_from_slice(&self.starts);
        let each = self.buckets.iter().zip(self.values).zip(self.of_place.iter_mut());
        for (place, ((bucket, value), rank)) in (0..).zip(each) {
            if finite || value.is_finite() {
                let next = &mut self.fill[usize::from(*bucket)];
                *rank = *next;
                self.at_rank[*next as usize] = place;
                *next += 1;
            } else {
                *rank = NO_RANK;
            }
        }
    }

    /// The rank of a place, if it holds a finite value.
    #[inline(always)]
    pub(super) fn rank(&self, place: usize) -> Option<usize> {
        let rank = self.of_place[place];
        (rank != NO_RANK).then_some(rank as usize)
    }

    /// The rank of a place that is known to hold a finite value.
    #[inline(always)]
    pub(super) fn finite_rank(&self, place: usize) -> usize {
        self.of_place[place] as usize
    }

    /// Whether all values of the stretch are finite.
    pub(super) fn are_finite(&self) -> bool {
        self.finite
    }

    /// Lets a value come into the window.
    #[inline(always)]
    pub(super) fn come(&mut self, rank: usize) {
        self.present.insert(rank);
    }

    /// Lets a value leave the window.
    #[inline(always)]
    pub(super) fn leave(&mut self, rank: usize) {
        self.present.remove(rank);
    }

    /// The rank of the `k`-th smallest value of the window, from 0, which must exist: found by the cursor that is
    /// nearest to it.
    #[inline(always)]
    pub(super) fn seek<const N: usize>(
        &mut self,
        cursors: &mut [Cursor; N],
        cursor: usize,
        k: usize,
    ) -> usize {
        loop {
            let rank = cursors[cursor].seek(&self.present, k);
            if self.settled.contains(rank) {
                return rank;
            }
            *cursors = self.settle(rank, *cursors);
        }
    }

    /// The rank of the next greater value of the window, which must exist.
    #[inline(always)]
    pub(super) fn after<const N: usize>(&mut self, cursors: &mut [Cursor; N], rank: usize) -> usize {
        loop {
            let next = self.present.after(rank);
            if self.settled.contains(next) {
                return next;
            }
            *cursors = self.settle(next, *cursors);
        }
    }

    /// The rank of the next smaller value of the window, which must exist.
    #[inline(always)]
    pub(super) fn before<const N: usize>(&mut self, cursors: &mut [Cursor; N], rank: usize) -> usize {
        loop {
            let next = self.present.before(rank);
            if self.settled.contains(next) {
                return next;
            }
            *cursors = self.settle(next, *cursors);
        }
    }

    /// The value of a settled rank.
    #[inline(always)]
    pub(super) fn value(&self, rank: usize) -> f64 {
        self.sorted[rank]
    }

    /// The values of the window in increasing order.
    pub(super) fn window(&self) -> Vec<f64> {
        let present = (0..self.values.len()).filter(|rank| self.present.contains(*rank));
        let mut values: Vec<f64> = present.map(|rank| self.values[self.at_rank[rank] as usize]).collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    }

    /// Sorts the bucket of a rank, and gives the cursors back where they are right.
    ///
    /// They are handed over as values: so they stay in registers until this happens, which is rare.
    #[cold]
    #[inline(never)]
    fn settle<const N: usize>(&mut self, rank: usize, mut cursors: [Cursor; N]) -> [Cursor; N] {
        let bucket = usize::from(self.buckets[self.at_rank[rank] as usize]);
        let (from, to) = (self.starts[bucket] as usize, self.starts[bucket + 1] as usize);
        for cursor in &mut cursors {
            cursor.retreat(&self.present, from, to);
        }
        self.sort(from, to);
        cursors
    }

    /// Sorts the values of a bucket.
    fn sort(&mut self, from: usize, to: usize) {
        self.scratch.clear();
        self.scratch.extend((from..to).map(|rank| {
            let place = self.at_rank[rank];
            Member { key: key(self.values[place as usize]), place, present: self.present.contains(rank) }
        }));
        self.scratch.sort_unstable_by_key(|member| member.key);
        for (rank, member) in (from..to).zip(&self.scratch) {
            self.at_rank[rank] = member.place;
            self.of_place[member.place as usize] = rank as u32;
            self.sorted[rank] = self.values[member.place as usize];
            self.settled.insert(rank);
            if member.present {
                self.present.insert(rank);
            } else {
                self.present.remove(rank);
            }
        }
    }
}

/// A whole number that orders floats as [`f64::total_cmp`] does.
fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// How values are mapped to buckets: `clamp(x, low, high) * scale - origin`, at most `last`, rounded.
///
/// Each step keeps the order of values, whatever is rounded or clamped; only how evenly the buckets fill depends on it.
struct Layout {
    low: f64,
    high: f64,
    scale: f64,
    origin: f64,
    last: f64,
}

impl Layout {
    /// From the fifth to the ninety-fifth percentile of some values and a little beyond; what lies further out shares
    /// the outermost buckets.
    #[inline(never)]
    fn of(values: &[f64], buckets: usize) -> Self {
        let step = (values.len() / SAMPLE).max(1);
        let mut sample = [0.0; SAMPLE];
        let mut count = 0;
        for (to, value) in
            sample.iter_mut().zip(values.iter().step_by(step).filter(|value| value.is_finite()))
        {
            *to = *value;
            count += 1;
        }
        let sample = &mut sample[..count];
        sample.sort_unstable_by(f64::total_cmp);
        let trimmed = count / 20;
        let ends =
            |trimmed: usize| sample.get(trimmed).copied().zip(sample.iter().rev().nth(trimmed).copied());
        let (low, high) =
            ends(trimmed).filter(|(low, high)| low < high).or_else(|| ends(0)).unwrap_or_default();
        let beyond = (high - low) / 8.0;
        let (low, high) = ((low - beyond).max(f64::MIN), (high + beyond).min(f64::MAX));
        let last = buckets as f64;
        let scale = last / (high - low);
        let scale = if scale.is_finite() { scale } else { 0.0 };
        Self { low, high, scale, origin: low * scale, last }
    }
}
