//! Order statistics of every window of a series, stretch by stretch.

#![allow(
    clippy::inline_always,
    clippy::indexing_slicing,
    reason = "only what is inlined is compiled for the wider instructions; places lie below the number of values"
)]

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::Window;
use super::census::Census;
use super::cursor::Cursor;
use super::ranks::Ranks;
use crate::stats::mad::mad;
use crate::stats::quantile::{Position, QuantileType, between_each, middle};

/// A stretch holds the windows of so many times as many places as its first one has.
const STRETCH: usize = 8;

/// So many places at a time are finished together.
const BLOCK: usize = 128;

/// A stretch is not shorter than for windows of so many places.
const SHORTEST: usize = 64;

/// The places that the windows span which end at place `next` and after it, as many as are worth being ranked together.
pub(super) fn stretch(window: &Window, next: usize, len: usize) -> Range<usize> {
    let first = window.start(next);
    let longest = (next + 1 - first).max(window.places().unwrap_or(0)).max(SHORTEST);
    first..len.min(next.saturating_add(longest.saturating_mul(STRETCH)))
}

/// What is computed of the values in a window, with `N` cursors that stay near what it asks for.
pub(super) trait Statistic<const N: usize> {
    /// Reads what it is of `count` values, at least one, or NaN where there is none, for the so-manieth place of a block.
    fn read(&mut self, index: usize, ranks: &mut Ranks<'_>, cursors: &mut [Cursor; N], count: Option<usize>);

    /// Writes what was read for the places of a block.
    fn write(&mut self, block: Range<usize>);
}

/// Writes a statistic of every window.
pub(super) struct Sweep<'a, const N: usize, S> {
    pub(super) values: &'a [f64],
    pub(super) window: &'a Window,
    pub(super) min_count: usize,
    pub(super) statistic: S,
}

impl<const N: usize, S: Statistic<N>> Sweep<'_, N, S> {
    /// Writes the statistic; whether all values are finite.
    pub(super) fn run(self) -> bool {
        Arch::new().dispatch(self)
    }
}

impl<const N: usize, S: Statistic<N>> WithSimd for Sweep<'_, N, S> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<A: Simd>(self, _simd: A) -> bool {
        let Self { values, window, min_count, mut statistic } = self;
        let mut ranks = Ranks::default();
        let (mut next, mut finite) = (0, true);
        while next < values.len() {
            let places = stretch(window, next, values.len());
            let (first, end) = (places.start, places.end);
            ranks.load(&values[places]);
            finite &= ranks.are_finite();
            let (mut oldest, mut census) = (first, Census::default());
            for (index, value) in values[first..next].iter().enumerate() {
                census.come(*value);
                if let Some(rank) = ranks.rank(index) {
                    ranks.come(rank);
                }
            }
            let mut cursors = [Cursor::default(); N];
            // How many values every full window has, if that is known.
            let steady = if ranks.are_finite() { window.places() } else { None }.unwrap_or(usize::MAX);
            while next < end {
                let block = next..end.min(next + BLOCK);
                for (index, place) in block.clone().enumerate() {
                    let enough = if place - oldest == steady {
                        // One comes and one leaves: the usual case, without a question.
                        let (new, old) =
                            (ranks.finite_rank(place - first), ranks.finite_rank(oldest - first));
                        ranks.come(new);
                        ranks.leave(old);
                        for cursor in &mut cursors {
                            cursor.came(new);
                            cursor.left(old);
                        }
                        oldest += 1;
                        Some(steady)
                    } else {
                        if let Some(rank) = ranks.rank(place - first) {
                            ranks.come(rank);
                            for cursor in &mut cursors {
                                cursor.came(rank);
                            }
                        }
                        census.come(values[place]);
                        let start = window.start(place);
                        while oldest < start {
                            if let Some(rank) = ranks.rank(oldest - first) {
                                ranks.leave(rank);
                                for cursor in &mut cursors {
                                    cursor.left(rank);
                                }
                            }
                            census.leave(values[oldest]);
                            oldest += 1;
                        }
                        census.count(min_count)
                    };
                    statistic.read(index, &mut ranks, &mut cursors, enough);
                }
                next = block.end;
                statistic.write(block);
            }
        }
        finite
    }
}

/// Quantiles at several shares, each into its row.
pub(super) struct Quantiles<'o, const N: usize> {
    kind: QuantileType,
    qs: [f64; N],
    /// Where the quantiles lie among `count` values.
    positions: [Position; N],
    count: usize,
    /// What was read at each place of a block: two values, and how far from the first towards the second.
    lows: [[f64; BLOCK]; N],
    highs: [[f64; BLOCK]; N],
    weights: [[f64; BLOCK]; N],
    rows: [&'o mut [f64]; N],
}

impl<'o, const N: usize> Quantiles<'o, N> {
    pub(super) fn new(qs: [f64; N], kind: QuantileType, rows: [&'o mut [f64]; N]) -> Self {
        let (positions, none) = (positions(qs, kind, 1), [[f64::NAN; BLOCK]; N]);
        Self { kind, qs, positions, count: 1, lows: none, highs: none, weights: none, rows }
    }

    /// Reads the values on both sides of one of the quantiles.
    #[inline(always)]
    fn find(&mut self, which: usize, index: usize, ranks: &mut Ranks<'_>, cursors: &mut [Cursor; N]) {
        let position = self.positions[which];
        let lower = ranks.seek(cursors, which, position.lower);
        let upper = if position.upper == position.lower { lower } else { ranks.after(cursors, lower) };
        self.lows[which][index] = ranks.value(lower);
        self.highs[which][index] = ranks.value(upper);
        self.weights[which][index] = position.weight;
    }
}

/// Where quantiles lie among so many values.
#[inline(never)]
fn positions<const N: usize>(qs: [f64; N], kind: QuantileType, count: usize) -> [Position; N] {
    qs.map(|q| kind.position(count, q))
}

impl<const N: usize> Statistic<N> for Quantiles<'_, N> {
    #[inline(always)]
    fn read(&mut self, index: usize, ranks: &mut Ranks<'_>, cursors: &mut [Cursor; N], count: Option<usize>) {
        let Some(count) = count else {
            self.lows.iter_mut().chain(&mut self.highs).for_each(|side| side[index] = f64::NAN);
            return;
        };
        if count != self.count {
            self.count = count;
            self.positions = positions(self.qs, self.kind, count);
        }
        // Written out, so that the cursors stay in registers.
        if N > 0 {
            self.find(0, index, ranks, cursors);
        }
        if N > 1 {
            self.find(1, index, ranks, cursors);
        }
        if N > 2 {
            self.find(2, index, ranks, cursors);
        }
    }

    #[inline(always)]
    fn write(&mut self, block: Range<usize>) {
        for which in 0..N {
            let out = &mut self.rows[which][block.clone()];
            between_each(&self.lows[which], &self.highs[which], &self.weights[which], out);
        }
    }
}

/// The median distance from the median.
pub(super) struct Mad<'o> {
    /// How many values are below the nearest ones.
    below: usize,
    /// What was read at each place of a block.
    found: [f64; BLOCK],
    out: &'o mut [f64],
}

/// The cursor at the median, and those at both ends of the values that are nearest to it.
const MIDDLE: usize = 0;
const LOW: usize = 1;
const HIGH: usize = 2;

/// After so many steps of one value, an end is looked for by bisection.
const STEPS: usize = 16;

impl<'o> Mad<'o> {
    pub(super) fn new(out: &'o mut [f64]) -> Self {
        Self { below: 0, found: [f64::NAN; BLOCK], out }
    }

    /// The median distance of `count` values.
    ///
    /// # Method
    ///
    /// With the values in order, `s_0 <= ... <= s_{n-1}`, the `h = ceil(n / 2)` nearest to the median `m` stand side by
    /// side: from the least `l` with `m - s_l <= s_{l+h} - m` on. The distance of the farther end is the `h`-th
    /// smallest; the one after it is that of a neighbour. From place to place `l` moves by about one.
    #[inline(always)]
    fn distance(&mut self, ranks: &mut Ranks<'_>, cursors: &mut [Cursor; 3], count: usize) -> f64 {
        let center = ranks.seek(cursors, MIDDLE, (count - 1) / 2);
        let even = count.is_multiple_of(2);
        let mut median = ranks.value(center);
        if even {
            let upper = ranks.after(cursors, center);
            median = middle(median, ranks.value(upper));
        }
        let nearest = count.div_ceil(2);
        let most = count - nearest;
        let start = self.below.min(most);
        let mut below = start;
        let mut low = ranks.seek(cursors, LOW, below);
        // The last of the nearest, and the one behind it, if there is one.
        let mut high = ranks.seek(cursors, HIGH, below + nearest - 1);
        let mut behind = if below < most { Some(ranks.after(cursors, high)) } else { None };
        // Where the least `l` is looked for if it is far from where it was.
        let mut range = None;

        while let Some(next) = behind
            && median - ranks.value(low) > ranks.value(next) - median
        {
            if below == start + STEPS {
                range = Some((below + 1, most));
                break;
            }
            below += 1;
            low = ranks.after(cursors, low);
            high = next;
            behind = if below < most { Some(ranks.after(cursors, high)) } else { None };
        }
        if below == start {
            while below > 0 {
                let ahead = ranks.before(cursors, low);
                if median - ranks.value(ahead) > ranks.value(high) - median {
                    break;
                }
                if below + STEPS == start {
                    range = Some((0, below - 1));
                    break;
                }
                below -= 1;
                low = ahead;
                behind = Some(high);
                high = ranks.before(cursors, high);
            }
        }
        if let Some((mut from, mut to)) = range {
            while from < to {
                let trial = usize::midpoint(from, to);
                let low = ranks.seek(cursors, LOW, trial);
                let behind = ranks.seek(cursors, HIGH, trial + nearest);
                if median - ranks.value(low) > ranks.value(behind) - median {
                    from = trial + 1;
                } else {
                    to = trial;
                }
            }
            below = from;
            low = ranks.seek(cursors, LOW, below);
            high = ranks.seek(cursors, HIGH, below + nearest - 1);
            behind = if below < most { Some(ranks.after(cursors, high)) } else { None };
        }
        self.below = below;
        let distance = larger(median - ranks.value(low), ranks.value(high) - median);
        let mut next = if even { f64::INFINITY } else { distance };
        if even && let Some(behind) = behind {
            next = ranks.value(behind) - median;
        }
        if even && below > 0 {
            let ahead = ranks.before(cursors, low);
            next = smaller(next, median - ranks.value(ahead));
        }
        if !next.is_finite() || !distance.is_finite() {
            return far(ranks, median, count);
        }
        if even { middle(distance, next) } else { distance }
    }
}

/// The median distance of `count` values of which some are so far apart that the distance does not fit a float.
#[cold]
#[inline(never)]
fn far(ranks: &mut Ranks<'_>, median: f64, count: usize) -> f64 {
    let present = ranks.window();
    mad(count, median, |index| present[index])
}

#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

impl Statistic<3> for Mad<'_> {
    #[inline(always)]
    fn read(&mut self, index: usize, ranks: &mut Ranks<'_>, cursors: &mut [Cursor; 3], count: Option<usize>) {
        self.found[index] = match count {
            Some(count) => self.distance(ranks, cursors, count),
            None => f64::NAN,
        };
    }

    #[inline(always)]
    fn write(&mut self, block: Range<usize>) {
        let len = block.len();
        self.out[block].copy_from_slice(&self.found[..len]);
    }
}
