//! Moments of every window of a whole series at once, block by block.

use pulp::{Arch, Simd, WithSimd};

use super::careful::CarefulSums;
use crate::stats::deviations::{Plain, Spread, degrees_inverse, is_trusted};

/// What is written of how far values lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Variance,
    Deviation,
}

impl Measure {
    pub(super) fn of(self, spread: Spread, ddof: usize) -> f64 {
        match self {
            Self::Variance => spread.variance(ddof),
            Self::Deviation => spread.deviation(ddof),
        }
    }
}

/// The moments of every window of `window` places, all of them finite.
///
/// # Method
///
/// A window that ends in the block `[kw, (k + 1) w)` is a tail of the block before it and a head of this one. Both are
/// sums of deviations from the block's first value, which all those windows hold: one pass backwards over the block
/// before, one forwards over this one, one that puts them together. These are the sums of [`Queue`](super::queue::Queue),
/// bit for bit.
pub(super) struct Blocks<'v, 'o> {
    pub(super) values: &'v [f64],
    pub(super) window: usize,
    pub(super) min_count: usize,
    pub(super) ddof: usize,
    pub(super) measure: Measure,
    /// Where the means go, unless they are not wanted.
    pub(super) mean: Option<&'o mut [f64]>,
    /// Where the variances or deviations go, unless they are not wanted.
    pub(super) spread: Option<&'o mut [f64]>,
}

impl Blocks<'_, '_> {
    /// Writes the moments; false if some value is not finite, and what is written then means nothing.
    pub(super) fn write(self) -> bool {
        Arch::new().dispatch(self)
    }
}

impl WithSimd for Blocks<'_, '_> {
    type Output = bool;

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> bool {
        let Self { values, window, min_count, ddof, measure, mean, spread } = self;
        let len = window.min(values.len());
        let (mut means, mut spreads) = (Places::new(mean, len), Places::new(spread, len));
        let (mut before, mut rest) = values.split_at(len);
        // A value that is not finite spoils its own windows' sums; those of the first block may not be looked at.
        if !all_finite(before) {
            return false;
        }
        growing(before, min_count, ddof, measure, means.next(len), spreads.next(len));

        let mut sums = Sums::new(if rest.is_empty() { 0 } else { window });
        let factors = [1.0 / window as f64, degrees_inverse(window as f64, ddof)];
        while let Some(anchor) = rest.first().copied() {
            let (block, later) = rest.split_at(window.min(rest.len()));
            let (means, spreads) = (means.next(block.len()), spreads.next(block.len()));
            sums.sum(before, block, anchor);
            let trusted = match measure {
                Measure::Variance => sums.combine(anchor, factors, [means, spreads], |variance| variance),
                Measure::Deviation => sums.combine(anchor, factors, [means, spreads], f64::sqrt),
            };
            if !trusted {
                if !all_finite(block) {
                    return false;
                }
                sums.mend(before, block, anchor, |index, spread| {
                    if let (Some(to_mean), Some(to_spread)) = (means.get_mut(index), spreads.get_mut(index)) {
                        (*to_mean, *to_spread) = (spread.mean, measure.of(spread, ddof));
                    }
                });
            }
            (before, rest) = (block, later);
        }
        true
    }
}

/// Where a block's results go: its piece of the caller's memory, or the same scratch for all.
enum Places<'o> {
    Wanted(&'o mut [f64]),
    Scratch(Vec<f64>),
}

impl<'o> Places<'o> {
    fn new(wanted: Option<&'o mut [f64]>, block: usize) -> Self {
        wanted.map_or_else(|| Self::Scratch(vec![0.0; block]), Self::Wanted)
    }

    fn next(&mut self, len: usize) -> &mut [f64] {
        match self {
            Self::Wanted(rest) => {
                let (next, later) = std::mem::take(rest).split_at_mut_checked(len).unwrap_or_default();
                *rest = later;
                next
            }
            Self::Scratch(scratch) => scratch.get_mut(..len).unwrap_or_default(),
        }
    }
}

#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
fn all_finite(values: &[f64]) -> bool {
    values.iter().fold(true, |all, value| all & value.is_finite())
}

/// The first block, whose windows are still filling up.
fn growing(
    values: &[f64],
    min_count: usize,
    ddof: usize,
    measure: Measure,
    means: &mut [f64],
    spreads: &mut [f64],
) {
    let Some(anchor) = values.first().copied() else { return };
    let mut sums = Plain::default();
    let mut careful = CarefulSums::default();
    for (index, ((value, mean), spread)) in values.iter().zip(means).zip(spreads).enumerate() {
        sums.add(*value, anchor);
        careful.add(*value);
        (*mean, *spread) = if index + 1 < min_count {
            (f64::NAN, f64::NAN)
        } else {
            let count = (index + 1) as f64;
            let found = sums.spread(anchor, count).unwrap_or_else(|scale| {
                let parts = || (std::iter::empty(), values.iter().copied().take(index + 1));
                careful.spread(scale, anchor, parts, 0, count)
            });
            (found.mean, measure.of(found, ddof))
        };
    }
}

/// The sums of a block: over its tails about the next block's anchor, or over its heads about its own.
///
/// Sum and squares stand side by side, so that one instruction adds and one stores both.
struct Sums {
    /// For each place of the block before, the sums from there to its end; then those over nothing.
    tails: Vec<Plain>,
    /// For each place of this block, the sums from its beginning to there.
    heads: Vec<Plain>,
}

impl Sums {
    fn new(window: usize) -> Self {
        Self { tails: vec![Plain::default(); window + 1], heads: vec![Plain::default(); window] }
    }

    /// The tails of the block before and the heads of this one.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn sum(&mut self, before: &[f64], block: &[f64], anchor: f64) {
        let (mut tail, mut head) = (Plain::default(), Plain::default());
        let tails = before.iter().zip(self.tails.iter_mut()).rev();
        let heads = block.iter().zip(self.heads.iter_mut());
        if before.len() == block.len() {
            // The two chains of additions run side by side.
            for ((old, to_tail), (new, to_head)) in tails.zip(heads) {
                tail.add(*old, anchor);
                *to_tail = tail;
                head.add(*new, anchor);
                *to_head = head;
            }
        } else {
            for (old, to_tail) in tails {
                tail.add(*old, anchor);
                *to_tail = tail;
            }
            for (new, to_head) in heads {
                head.add(*new, anchor);
                *to_head = head;
            }
        }
    }

    /// The sums over the windows that end at each place of the block: a head, and the tail behind as many places.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn windows(&self) -> impl Iterator<Item = Plain> {
        self.tails.iter().skip(1).zip(&self.heads).map(|(tail, head)| tail.plus(*head))
    }

    /// Writes means, and what `finish` makes of variances; false where some cannot be trusted.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn combine(
        &self,
        anchor: f64,
        [share, degrees]: [f64; 2],
        [means, spreads]: [&mut [f64]; 2],
        finish: impl Fn(f64) -> f64,
    ) -> bool {
        let mut trusted = true;
        for (window, (mean, spread)) in self.windows().zip(means.iter_mut().zip(spreads)) {
            let (offset, about_mean) = window.about_mean(share);
            trusted &= is_trusted(window.squares, about_mean);
            (*mean, *spread) = (anchor + offset, finish(about_mean * degrees));
        }
        trusted
    }

    /// The spreads of the windows whose plain sums cannot be trusted, with their places in the block.
    #[inline(never)]
    fn mend(&self, before: &[f64], block: &[f64], anchor: f64, mut write: impl FnMut(usize, Spread)) {
        let count = before.len() as f64;
        let mut careful = CarefulSums::default();
        for (index, (value, window)) in block.iter().zip(self.windows()).enumerate() {
            careful.add(*value);
            if let Err(scale) = window.spread(anchor, count) {
                let parts = || (before.iter().rev().copied(), block.iter().copied().take(index + 1));
                write(index, careful.spread(scale, anchor, parts, before.len() - 1 - index, count));
            }
        }
    }
}
