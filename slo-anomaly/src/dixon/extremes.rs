//! The ends of a sample, and the ratios that they give.

use std::cmp::Ordering;

use super::ratio::DixonRatio;
use crate::verdict::{Baseline, Side};

/// The three least and the three greatest values of a sample of three or more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremes {
    least: [f64; 3],
    greatest: [f64; 3],
}

/// A ratio of one side with what it is formed of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) side: Side,
    /// Between 0 and 1; 0 where there is no gap, and so for a constant sample.
    pub(super) ratio: f64,
    /// The value in question.
    pub(super) suspect: f64,
    /// The other end of the gap, and the denominator.
    near: f64,
    range: f64,
}

impl Extremes {
    pub(super) fn of(values: &[f64]) -> Self {
        let mut ends = Self { least: [f64::INFINITY; 3], greatest: [f64::NEG_INFINITY; 3] };
        for value in values {
            insert(&mut ends.least, *value, Ordering::Less);
            insert(&mut ends.greatest, *value, Ordering::Greater);
        }
        ends
    }

    /// The ends of values in order of size with one more among them.
    pub(super) fn with(sorted: &[f64], value: f64) -> Self {
        let (head, tail) = (sorted.get(..3).unwrap_or(sorted), sorted.len().saturating_sub(3));
        let mut ends = Self::of(&[]);
        for value in head.iter().chain([&value]) {
            insert(&mut ends.least, *value, Ordering::Less);
        }
        for value in sorted.get(tail..).unwrap_or_default().iter().chain([&value]) {
            insert(&mut ends.greatest, *value, Ordering::Greater);
        }
        ends
    }

    /// The ratio of the upper side.
    pub(super) fn upper(&self, ratio: DixonRatio) -> Found {
        Self::found(Side::Upper, &self.greatest, &self.least, ratio)
    }

    /// The ratio of the lower side.
    pub(super) fn lower(&self, ratio: DixonRatio) -> Found {
        Self::found(Side::Lower, &self.least, &self.greatest, ratio)
    }

    /// The ratio of a side, the greater one of both; the upper one of two equals.
    pub(super) fn most(&self, ratio: DixonRatio, side: Side) -> Found {
        let (upper, lower) = (self.upper(ratio), self.lower(ratio));
        match side {
            Side::Lower => lower,
            Side::Both if lower.ratio > upper.ratio => lower,
            Side::Upper | Side::Both => upper,
        }
    }

    #[allow(clippy::indexing_slicing, reason = "a ratio reaches at most two places far")]
    fn found(side: Side, here: &[f64; 3], there: &[f64; 3], ratio: DixonRatio) -> Found {
        let (j, k) = ratio.reach();
        let (suspect, near, far) = (here[0], here[j], there[k]);
        let (mut gap, mut range) = ((suspect - near).abs(), (suspect - far).abs());
        if range.is_infinite() {
            // Halves of what is so far apart lose nothing.
            (gap, range) = ((0.5 * suspect - 0.5 * near).abs(), (0.5 * suspect - 0.5 * far).abs());
        }
        let ratio = if range > 0.0 { gap / range } else { 0.0 };
        Found { side, ratio, suspect, near, range }
    }
}

impl Found {
    /// The ratio with the sign of its side.
    pub(super) fn score(&self) -> f64 {
        if self.side == Side::Lower { -self.ratio } else { self.ratio }
    }

    /// Where the gap begins and the range that it is a part of, among `n` other values.
    pub(super) fn baseline(&self, n: usize) -> Baseline {
        Baseline::of(self.near, self.range, n)
    }
}

/// Puts a value in its place among the three that come first in an order.
fn insert(kept: &mut [f64; 3], value: f64, order: Ordering) {
    let mut value = value;
    for place in kept {
        if value.partial_cmp(place) == Some(order) {
            std::mem::swap(place, &mut value);
        }
    }
}
