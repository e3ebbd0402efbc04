//! The values of a moving window, and sums over them from which nothing is ever subtracted.

use std::collections::VecDeque;

use super::careful::CarefulSums;
use crate::stats::deviations::{Plain, Spread, degrees_inverse};

/// The places of a window in order, with their sums: a queue of two stacks.
///
/// # Method
///
/// The window is cut in two. Of the older part the sums over its `k` newest values are kept for each `k`, of the newer
/// part the sum over all. What leaves makes `k` one less; what comes is added to the newer part. When the older part is
/// used up, everything but the newest value becomes the older part, and that value the anchor of all deviations: it is
/// in every window until the same happens again. So a window's sums are made of its own values and nothing else,
/// whatever stood before it, and a place costs constant time on average.
///
/// With windows of `w` places the cuts lie at the multiples of `w`, which is how [`Blocks`](super::blocks::Blocks)
/// computes the same bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// Every place, oldest first; one NaN and one infinity stand for all.
    places: VecDeque<f64>,
    finite: usize,
    infinite: usize,
    anchor: f64,
    /// The sums over the so many newest values of the older part.
    older: Vec<Plain>,
    /// How many values of the older part are still in the window.
    left: usize,
    newer: Plain,
    careful: CarefulSums,
    shares: Shares,
}

/// What sums of so many values are divided by: a division takes longer than all else that a place costs.
#[derive(Clone, Copy, Debug, Default)]
struct Shares {
    finite: usize,
    /// `1/n` and `1/(n-1)`.
    of: [f64; 2],
}

impl Queue {
    /// How many places are in the window.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// How many finite values are in the window.
    pub(super) fn finite(&self) -> usize {
        self.finite
    }

    /// Lets a place come; one without a number is NaN.
    #[inline]
    pub(super) fn push(&mut self, value: f64) {
        if value.is_finite() {
            if self.finite == 0 {
                self.begin(value);
            }
            self.places.push_back(value);
            self.finite += 1;
            self.newer.add(value, self.anchor);
            self.careful.add(value);
        } else if value.is_infinite() {
            self.places.push_back(f64::INFINITY);
            self.infinite += 1;
        } else {
            self.places.push_back(f64::NAN);
        }
    }

    /// Lets the oldest place leave.
    #[inline]
    pub(super) fn pop(&mut self) {
        let Some(oldest) = self.places.front() else { return };
        if oldest.is_finite() {
            if self.left == 0 {
                self.cut();
            }
            // Nothing is left of an older part where the newest value was the only one.
            self.left = self.left.saturating_sub(1);
            self.finite -= 1;
        } else if oldest.is_infinite() {
            self.infinite -= 1;
        }
        self.places.pop_front();
    }

    /// Makes everything but the newest value the older part.
    fn cut(&mut self) {
        let Some(anchor) = values(&self.places).next_back() else { return };
        self.begin(anchor);
        self.newer.add(anchor, anchor);
        self.left = self.finite - 1;
        self.fill_older(1);
    }

    /// Begins both parts anew, about this anchor.
    fn begin(&mut self, anchor: f64) {
        self.anchor = anchor;
        self.older.clear();
        self.left = 0;
        self.newer = Plain::default();
        self.careful = CarefulSums::default();
    }

    /// Sums over the tails of the older part, behind which so many values make up the newer one.
    fn fill_older(&mut self, newer: usize) {
        let anchor = self.anchor;
        let mut sums = Plain::default();
        self.older.push(sums);
        let with = |value: &f64| {
            sums.add(*value, anchor);
            sums
        };
        if self.finite == self.places.len() {
            // Without holes their number is known, and there is room for all.
            let older = self.finite.saturating_sub(newer);
            self.older.extend(self.places.make_contiguous().iter().take(older).rev().map(with));
        } else {
            let finite = self.places.iter().filter(|place| place.is_finite());
            self.older.extend(finite.rev().skip(newer).map(with));
        }
    }

    /// The spread of the values in the window, if there are any and none is infinite.
    #[inline]
    pub(super) fn spread(&mut self) -> Option<Spread> {
        if self.finite == 0 || self.infinite > 0 {
            return None;
        }
        let (anchor, left, count) = (self.anchor, self.left, self.finite as f64);
        if self.shares.finite != self.finite {
            self.shares = Shares { finite: self.finite, of: [0, 1].map(|ddof| degrees_inverse(count, ddof)) };
        }
        let older = self.older.get(left).copied().unwrap_or_default();
        Some(older.plus(self.newer).shared_spread(anchor, count, self.shares.of[0]).unwrap_or_else(|scale| {
            let newer = self.finite - left;
            let parts = || (values(&self.places).rev().skip(newer), values(&self.places).skip(left));
            self.careful.spread(scale, anchor, parts, left, count)
        }))
    }

    /// `1/n` or `1/(n-1)` for the `n` values of the last spread.
    #[inline]
    pub(super) fn share(&self, ddof: usize) -> Option<f64> {
        self.shares.of.get(ddof).copied()
    }

    /// The places, oldest first.
    pub(super) fn places(&self) -> impl DoubleEndedIterator<Item = f64> {
        self.places.iter().copied()
    }

    /// How many values of the window belong to its older part.
    #[cfg(feature = "serde")]
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// The window of these places, cut behind the `left` oldest values; nothing if it cannot be cut there.
    #[cfg(feature = "serde")]
    pub(super) fn restored(places: impl Iterator<Item = f64>, left: usize) -> Option<Self> {
        let mut queue = Self::default();
        queue.places.extend(places);
        queue.finite = values(&queue.places).count();
        queue.infinite = queue.places().filter(|place| place.is_infinite()).count();
        if queue.finite == 0 {
            return (left == 0).then_some(queue);
        }
        let anchor = values(&queue.places).nth(left)?;
        queue.begin(anchor);
        values(&queue.places).skip(left).for_each(|value| queue.newer.add(value, anchor));
        queue.left = left;
        queue.fill_older(queue.finite - left);
        Some(queue)
    }
}

/// The finite ones among the places.
fn values(places: &VecDeque<f64>) -> impl DoubleEndedIterator<Item = f64> {
    places.iter().copied().filter(|place| place.is_finite())
}

/// Two windows are equal if they hold the same and go on alike; a NaN equals a NaN here.
impl PartialEq for Queue {
    fn eq(&self, other: &Self) -> bool {
        self.left == other.left && self.places().map(f64::to_bits).eq(other.places().map(f64::to_bits))
    }
}
