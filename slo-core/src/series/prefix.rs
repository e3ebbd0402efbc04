//! Running totals: every window's count is the difference of two of them.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::packed::PackedSums;
use crate::alert::Operator;
use crate::counts::{self, Counts};
use crate::error::Result;
use crate::fraction::Fraction;
use crate::sum::{EXACT_LIMIT, Sum};

/// Which two of good, bad and total a pair of columns holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pair {
    GoodTotal,
    BadTotal,
    GoodBad,
}

/// Running totals as plain floats, those of bad events before those of all events, in one allocation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlainSums(Vec<f64>);

/// The running totals of bad events, and those of all events.
#[derive(Clone, Copy)]
pub(crate) struct Plain<'a>([&'a [f64]; 2]);

impl PlainSums {
    pub(crate) fn read(&self) -> Plain<'_> {
        let (bad, total) = self.0.split_at(self.0.len() / 2);
        Plain([bad, total])
    }
}

/// Running totals that vector loops read: exact as floats, one more than there are points.
pub(crate) trait Columns: Copy {
    /// As many of them in a row as a loop has turns.
    type Piece: Copy;

    /// The totals from a place on; `None` beyond their end.
    fn piece(self, from: usize, len: usize) -> Option<Self::Piece>;

    /// The totals of before the beginning, at most [`NOTHING`] of them.
    fn nothing(len: usize) -> Option<Self::Piece>;

    /// What lies between two totals.
    type Difference: Copy;

    /// What lies between the totals at a place of one piece and those at the same place of another.
    fn difference(ago: Self::Piece, now: Self::Piece, place: usize) -> Self::Difference;

    /// Bad and all events of a difference.
    fn events(self, difference: Self::Difference) -> [f64; 2];

    /// Whether a window with this difference burns as fast as the limit asks.
    fn burns(self, difference: Self::Difference, limit: Limit) -> bool {
        limit.burns(self.events(difference))
    }

    /// Bad and all events of the points `from..to`.
    fn between(self, from: usize, to: usize) -> [f64; 2];
}

/// A threshold p/q and how it is compared, in floats that keep every product with a window's counts exact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) p: f64,
    pub(crate) q: f64,
    pub(crate) operator: Operator,
}

impl Limit {
    /// The limit for these totals; `None` if some product with a window's counts may be rounded.
    pub(crate) fn new(threshold: Fraction, operator: Operator, totals: &Prefix) -> Option<Self> {
        let (p, q) = (threshold.numerator() as f64, threshold.denominator() as f64);
        let whole = totals.whole().total();
        // The inclusive bounds are exact: below 2^53 every integer, and so every product of two, is a float.
        let exact = p < EXACT_LIMIT && q < EXACT_LIMIT && whole * p < EXACT_LIMIT && whole * q < EXACT_LIMIT;
        exact.then_some(Self { p, q, operator })
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    pub(crate) fn burns(self, [bad, total]: [f64; 2]) -> bool {
        match self.operator {
            Operator::Above => bad * self.q > total * self.p,
            Operator::AtLeast => (total > 0.0) & (bad * self.q >= total * self.p),
        }
    }
}

/// The most totals of before the beginning that there are in a piece.
pub(crate) const NOTHING: usize = 512;

impl<'a> Columns for Plain<'a> {
    type Piece = [&'a [f64]; 2];
    type Difference = [f64; 2];

    fn piece(self, from: usize, len: usize) -> Option<Self::Piece> {
        let [bad, total] = self.0;
        Some([bad.get(from..from + len)?, total.get(from..from + len)?])
    }

    fn nothing(len: usize) -> Option<Self::Piece> {
        static ZEROS: [f64; NOTHING] = [0.0; NOTHING];
        Some([ZEROS.get(..len)?; 2])
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(clippy::indexing_slicing, reason = "a loop's pieces have its length, so the checks are elided")]
    #[inline(always)]
    fn difference(ago: Self::Piece, now: Self::Piece, place: usize) -> [f64; 2] {
        [now[0][place] - ago[0][place], now[1][place] - ago[1][place]]
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn events(self, difference: [f64; 2]) -> [f64; 2] {
        difference
    }

    fn between(self, from: usize, to: usize) -> [f64; 2] {
        let at = |sums: &[f64], index: usize| sums.get(index).copied().unwrap_or(f64::NAN);
        self.0.map(|sums| at(sums, to) - at(sums, from))
    }
}

/// Exact running totals of bad and of all events, each beginning with 0: one more than there are points.
///
/// # Method
///
/// ```text
/// count of the points i..j = P[j] - P[i],   P[k] = x_0 + ... + x_{k-1}
/// ```
///
/// While every count is an integer: both columns in 64 bits if they fit, plain floats below 2^53. Else double-double.
#[derive(Clone, Debug)]
pub(crate) enum Prefix {
    Packed(PackedSums),
    Plain(PlainSums),
    Double { bad: Vec<Sum>, total: Vec<Sum> },
}

impl Prefix {
    /// Validates and sums two columns of equal length.
    pub(crate) fn new(pair: Pair, first: &[f64], second: &[f64]) -> Result<Self> {
        if let Some(packed) = PackedSums::new(pair, first, second) {
            return Ok(Self::Packed(packed));
        }
        match pair {
            Pair::GoodTotal => Self::plain(first, second, |good, total| (total - good, total)),
            Pair::BadTotal => Self::plain(first, second, |bad, total| (bad, total)),
            Pair::GoodBad => Self::plain(first, second, |good, bad| (bad, good + bad)),
        }
        .map_or_else(|| Self::double(pair, first, second), Ok)
    }

    /// Integers as floats; `None` if anything is no integer count.
    fn plain<F: Fn(f64, f64) -> (f64, f64) + Copy>(first: &[f64], second: &[f64], counts: F) -> Option<Self> {
        if !Arch::new().dispatch(AllPlain { first, second, counts }) {
            return None;
        }
        let mut sums = vec![0.0; 2 * (first.len() + 1)];
        let (bad, total) = sums.split_at_mut(first.len() + 1);
        let whole = fill_running(bad.get_mut(1..)?, total.get_mut(1..)?, first, second, counts);
        (whole < EXACT_LIMIT).then_some(Self::Plain(PlainSums(sums)))
    }

    /// The careful path: finds what is wrong and where, or sums in double-double.
    fn double(pair: Pair, first: &[f64], second: &[f64]) -> Result<Self> {
        let mut sums = Counts::default();
        let mut bad = vec![Sum::ZERO];
        let mut total = vec![Sum::ZERO];
        for (index, (&a, &b)) in first.iter().zip(second).enumerate() {
            let counts = match pair {
                Pair::GoodTotal => counts::check("good", index, a, b).and_then(|()| Counts::good_total(a, b)),
                Pair::BadTotal => counts::check("bad", index, a, b).and_then(|()| Counts::bad_total(a, b)),
                Pair::GoodBad => counts::check_count("good", index, a)
                    .and_then(|()| counts::check_count("bad", index, b))
                    .and_then(|()| Counts::good_bad(a, b)),
            }?;
            sums = sums.merge(&counts)?;
            bad.push(sums.bad);
            total.push(sums.total);
        }
        Ok(Self::Double { bad, total })
    }

    /// How many totals there are: one more than points.
    fn len(&self) -> usize {
        match self {
            Self::Packed(sums) => sums.read().sums.len(),
            Self::Plain(sums) => sums.0.len() / 2,
            Self::Double { bad, .. } => bad.len(),
        }
    }

    /// The counts of all points.
    pub(crate) fn whole(&self) -> Counts {
        self.at(self.len() - 1)
    }

    /// The running totals before point `index`.
    pub(crate) fn at(&self, index: usize) -> Counts {
        match self {
            Self::Packed(sums) => {
                let [bad, total] = sums.read().between(0, index).map(Sum::new);
                Counts { bad, total }
            }
            Self::Plain(sums) => {
                let [bad, total] = sums.read().between(0, index).map(Sum::new);
                Counts { bad, total }
            }
            Self::Double { bad, total } => {
                let at = |sums: &[Sum]| sums.get(index).copied().unwrap_or(Sum::new(f64::NAN));
                Counts { bad: at(bad), total: at(total) }
            }
        }
    }

    /// The counts of the points `from..to`.
    pub(crate) fn between(&self, from: usize, to: usize) -> Counts {
        let (before, after) = (self.at(from), self.at(to));
        Counts { bad: after.bad.minus(before.bad), total: after.total.minus(before.total) }
    }

    /// The running totals with nothing at the points of these ranges, which are in order and apart.
    pub(crate) fn without(&self, ranges: &[Range<usize>]) -> Self {
        match self {
            Self::Packed(sums) => Self::Packed(sums.without(ranges)),
            Self::Plain(sums) => {
                let Plain(columns) = sums.read();
                let cut = |sums: &[f64]| flattened(sums, ranges, |a, b| a - b);
                Self::Plain(PlainSums(columns.map(cut).concat()))
            }
            Self::Double { bad, total } => {
                let cut = |sums: &[Sum]| summed_again(sums, ranges);
                Self::Double { bad: cut(bad), total: cut(total) }
            }
        }
    }

    /// The running totals of the points `from..to` alone.
    pub(crate) fn slice(&self, from: usize, to: usize) -> Self {
        let before = self.at(from);
        match self {
            Self::Packed(sums) => Self::Packed(sums.slice(from, to)),
            Self::Plain(sums) => {
                let Plain([bad, total]) = sums.read();
                let cut = |sums: &[f64], base: Sum| -> Vec<f64> {
                    sums.get(from..=to).unwrap_or_default().iter().map(|s| s - base.value()).collect()
                };
                Self::Plain(PlainSums([cut(bad, before.bad), cut(total, before.total)].concat()))
            }
            Self::Double { bad, total } => {
                let cut = |sums: &[Sum], base: Sum| -> Vec<Sum> {
                    sums.get(from..=to).unwrap_or_default().iter().map(|s| s.minus(base)).collect()
                };
                Self::Double { bad: cut(bad, before.bad), total: cut(total, before.total) }
            }
        }
    }
}

/// The same counts, whatever holds them.
impl PartialEq for Prefix {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && (0..self.len()).all(|index| self.at(index) == other.at(index))
    }
}

/// Running totals that stand still over some ranges of points: what they grew there is taken from all that follow.
pub(super) fn flattened<T: Copy + Default>(
    sums: &[T],
    ranges: &[Range<usize>],
    minus: impl Fn(T, T) -> T,
) -> Vec<T> {
    let at = |index: usize| sums.get(index).copied().unwrap_or_default();
    let part = |from: usize, to: usize| sums.get(from..to).unwrap_or_default();
    let mut flat = Vec::with_capacity(sums.len());
    let mut taken = T::default();
    for Range { start, end } in ranges {
        flat.extend(part(flat.len(), start + 1).iter().map(|sum| minus(*sum, taken)));
        let still = minus(at(*start), taken);
        flat.resize(end + 1, still);
        // What follows goes on from here.
        taken = minus(at(*end), still);
    }
    flat.extend(part(flat.len(), sums.len()).iter().map(|sum| minus(*sum, taken)));
    flat
}

/// As [`flattened`], each point added anew: what rounding left in a range must not make events where there are none.
fn summed_again(sums: &[Sum], ranges: &[Range<usize>]) -> Vec<Sum> {
    let mut ranges = ranges.iter().peekable();
    let mut sum = Sum::ZERO;
    let points = sums.iter().zip(sums.iter().skip(1)).enumerate().map(|(point, (before, after))| {
        while ranges.next_if(|range| range.end <= point).is_some() {}
        if ranges.peek().is_none_or(|range| !range.contains(&point)) {
            sum = sum.plus(after.minus(*before));
        }
        sum
    });
    std::iter::once(Sum::ZERO).chain(points).collect()
}

/// Writes the running totals of both columns, which are exact in any order of addition, and returns the last total.
fn fill_running<F: Fn(f64, f64) -> (f64, f64)>(
    bads: &mut [f64],
    totals: &mut [f64],
    first: &[f64],
    second: &[f64],
    counts: F,
) -> f64 {
    let (mut bad, mut total) = (0.0, 0.0);
    let (inputs, rest) = (first.as_chunks::<4>(), second.as_chunks::<4>());
    let (bads, bads_rest) = bads.as_chunks_mut::<4>();
    let (totals, totals_rest) = totals.as_chunks_mut::<4>();
    for ((a, b), (bads, totals)) in inputs.0.iter().zip(rest.0).zip(bads.iter_mut().zip(totals)) {
        let [one, two, three, four] =
            [(a[0], b[0]), (a[1], b[1]), (a[2], b[2]), (a[3], b[3])].map(|(a, b)| counts(a, b));
        *bads = four_running(&mut bad, [one.0, two.0, three.0, four.0]);
        *totals = four_running(&mut total, [one.1, two.1, three.1, four.1]);
    }
    for ((a, b), (bad_place, total_place)) in
        inputs.1.iter().zip(rest.1).zip(bads_rest.iter_mut().zip(totals_rest))
    {
        let (more_bad, more) = counts(*a, *b);
        (bad, total) = (bad + more_bad, total + more);
        (*bad_place, *total_place) = (bad, total);
    }
    total
}

/// Four running totals at once: only one addition in four waits for the one before.
fn four_running(sum: &mut f64, [one, two, three, four]: [f64; 4]) -> [f64; 4] {
    let (before, pair) = (*sum, one + two);
    *sum = before + (pair + (three + four));
    [before + one, before + pair, before + (pair + three), *sum]
}

/// Whether two columns hold integers that are counts; past 2^52 it may say no.
struct AllPlain<'a, F> {
    first: &'a [f64],
    second: &'a [f64],
    counts: F,
}

impl<F: Fn(f64, f64) -> (f64, f64)> WithSimd for AllPlain<'_, F> {
    type Output = bool;

    #[allow(clippy::inline_always, reason = "only what is inlined here is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> bool {
        let improper = self.first.iter().zip(self.second).map(|(&a, &b)| {
            let (bad, total) = (self.counts)(a, b);
            u64::from(!(is_integer(a) & is_integer(b) & (bad >= 0.0) & (bad <= total)))
        });
        improper.sum::<u64>() == 0
    }
}

/// Whether a number in 0..2^52 is an integer, without a call that older processors lack an instruction for.
#[inline]
fn is_integer(value: f64) -> bool {
    const SHIFT: f64 = EXACT_LIMIT / 2.0;
    (value + SHIFT) - SHIFT == value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integers_are_packed_or_plain_and_everything_else_is_summed_with_care() {
        let layout = |good: &[f64], total: &[f64]| match Prefix::new(Pair::GoodTotal, good, total) {
            Ok(Prefix::Packed(_)) => "packed",
            Ok(Prefix::Plain(_)) => "plain",
            Ok(Prefix::Double { .. }) => "double",
            Err(_) => "refused",
        };
        assert_eq!(layout(&[1.0, 2.0], &[1.0, 3.0]), "packed");
        assert_eq!(layout(&[0.0], &[EXACT_LIMIT / 2.0 - 1.0]), "plain");
        assert_eq!(layout(&[0.0], &[EXACT_LIMIT]), "double");
        assert_eq!(layout(&[0.0, 0.0], &[EXACT_LIMIT - 2.0, 2.0]), "double");
        assert_eq!(layout(&[0.5, 2.0], &[1.0, 3.0]), "double");
        assert_eq!(layout(&[2.0], &[1.0]), "refused");
    }

    #[test]
    fn the_same_counts_are_equal_in_every_layout() {
        let (bad, total) = ([1.0, 0.0, 4.0], [2.0, 0.0, 9.0]);
        let packed = Prefix::new(Pair::BadTotal, &bad, &total).unwrap();
        let plain = Prefix::plain(&bad, &total, |bad, total| (bad, total)).unwrap();
        assert_eq!(packed, plain);
        assert_eq!(packed, Prefix::double(Pair::BadTotal, &bad, &total).unwrap());
        assert_ne!(packed, Prefix::new(Pair::BadTotal, &bad, &[2.0, 0.0, 8.0]).unwrap());
        assert_ne!(packed, Prefix::new(Pair::BadTotal, &bad[..2], &total[..2]).unwrap());
    }

    #[test]
    fn a_burst_leaves_no_trace() {
        // Windows of true zeros have total exactly 0, and integers after a burst of 1e14 stay what they are.
        for burst in [1e14, 1e25, 1e14 + 0.5] {
            let total = [burst, 0.0, 0.0, 3.0, 0.0];
            let bad = [burst, 0.0, 0.0, 1.0, 0.0];
            let prefix = Prefix::new(Pair::BadTotal, &bad, &total).unwrap();
            assert_eq!(prefix.between(1, 3).total(), 0.0);
            assert_eq!((prefix.between(1, 5).bad(), prefix.between(1, 5).total()), (1.0, 3.0));
        }
    }

    #[test]
    fn nothing_remains_of_fractional_counts_that_are_taken_away() {
        // SEMANTICS 1: a window without a positive count has total exactly 0.
        let total = [1e10 + 0.1, 0.0, 1e-7, 3.3e9, 1.0 / 3.0, 0.0, 1e9, 0.7, 0.0, 0.002];
        let prefix = Prefix::new(Pair::BadTotal, &total, &total).unwrap().without(&[2..5, 6..8]);
        assert_eq!(prefix.between(1, 9).total(), 0.0);
        assert!(!prefix.between(1, 9).has_traffic());
        assert_eq!((prefix.between(0, 9).total(), prefix.between(8, 10).total()), (1e10 + 0.1, 0.002));
    }

    proptest! {
        #[test]
        fn both_forms_forget_the_same(
            counts in prop::collection::vec((0_u32..1000, 0_u32..1000), 1..50),
            cuts in prop::collection::vec(0_usize..50, 0..8),
        ) {
            let good: Vec<f64> = counts.iter().map(|(g, _)| f64::from(*g)).collect();
            let bad: Vec<f64> = counts.iter().map(|(_, b)| f64::from(*b)).collect();
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= counts.len()).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let ranges: Vec<_> = cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
            let gone = |point: usize| ranges.iter().any(|range| range.contains(&point));
            let keep = |values: &[f64]| -> Vec<f64> {
                values.iter().enumerate().map(|(point, v)| if gone(point) { 0.0 } else { *v }).collect()
            };
            let kept = Prefix::new(Pair::GoodBad, &keep(&good), &keep(&bad)).unwrap();
            prop_assert_eq!(&Prefix::new(Pair::GoodBad, &good, &bad).unwrap().without(&ranges), &kept);
            let plain = Prefix::plain(&good, &bad, |good, bad| (bad, good + bad)).unwrap();
            let double = Prefix::double(Pair::GoodBad, &good, &bad).unwrap();
            prop_assert_eq!(&plain.without(&ranges), &kept);
            prop_assert_eq!(&double.without(&ranges), &kept);
        }

        #[test]
        fn every_layout_agrees(counts in prop::collection::vec((0_u32..1000, 0_u32..1000), 0..50), cut in 0_usize..50) {
            let good: Vec<f64> = counts.iter().map(|(g, _)| f64::from(*g)).collect();
            let bad: Vec<f64> = counts.iter().map(|(_, b)| f64::from(*b)).collect();
            let packed = Prefix::new(Pair::GoodBad, &good, &bad).unwrap();
            let plain = Prefix::plain(&good, &bad, |good, bad| (bad, good + bad)).unwrap();
            let double = Prefix::double(Pair::GoodBad, &good, &bad).unwrap();
            let cut = cut.min(counts.len());
            prop_assert_eq!(packed.slice(cut, counts.len()).whole(), packed.between(cut, counts.len()));
            for other in [plain, double] {
                prop_assert_eq!(&packed, &other);
                prop_assert_eq!(packed.between(cut, counts.len()), other.between(cut, counts.len()));
                prop_assert_eq!(packed.slice(cut, counts.len()), other.slice(cut, counts.len()));
            }
        }
    }
}
