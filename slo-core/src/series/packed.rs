//! Running totals of bad and of all events in one integer each.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::prefix::{Columns, Limit, NOTHING, Pair, flattened};
use crate::alert::Operator;

/// Below here a float's unit is at most 1/2: added to a count, it leaves the count as the lowest bits of the mantissa.
const SHIFT: f64 = 4_503_599_627_370_496.0; // 2^52
const SHIFT_BITS: u32 = 52;

/// The low halves that are tried: a month of a thousand requests a second, then one of four hundred thousand.
const HALF: u32 = 32;
const WIDE: u32 = 40;

/// Exact running totals as integers: those of bad events above the lowest `shift` bits, those of all events in them.
///
/// Neither half ever decreases, so that the difference of two places borrows nothing: its halves are the differences
/// of the halves. Half as much memory as two columns of floats, and one chain of sums instead of two.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PackedSums {
    sums: Vec<u64>,
    shift: u32,
}

/// Both columns as they are read.
#[derive(Clone, Copy)]
pub(crate) struct Packed<'a> {
    pub(crate) sums: &'a [u64],
    shift: u32,
}

impl PackedSums {
    /// Sums two columns; `None` if a value is no count, or if the totals do not fit.
    pub(super) fn new(pair: Pair, first: &[f64], second: &[f64]) -> Option<Self> {
        match Self::sum(pair, first, second, HALF) {
            Err(Unpacked::TooLarge) => Self::sum(pair, first, second, WIDE).ok(),
            done => done.ok(),
        }
    }

    fn sum(pair: Pair, first: &[f64], second: &[f64], shift: u32) -> Result<Self, Unpacked> {
        let arch = Arch::new();
        let mut sums = Vec::with_capacity(first.len() + 1);
        sums.push(0);
        let out = &mut sums;
        match pair {
            Pair::GoodTotal => {
                let split = |good: u64, total: u64| (total.wrapping_sub(good), total);
                arch.dispatch(Pack { first, second, shift, split, out })
            }
            Pair::BadTotal => {
                arch.dispatch(Pack { first, second, shift, split: |bad, total| (bad, total), out })
            }
            Pair::GoodBad => {
                let split = |good: u64, bad| (bad, good.wrapping_add(bad));
                arch.dispatch(Pack { first, second, shift, split, out })
            }
        }?;
        Ok(Self { sums, shift })
    }

    pub(crate) fn read(&self) -> Packed<'_> {
        Packed { sums: &self.sums, shift: self.shift }
    }

    /// The running totals of the points `from..to` alone.
    pub(super) fn slice(&self, from: usize, to: usize) -> Self {
        let part = self.sums.get(from..=to).unwrap_or(&[0]);
        let before = part.first().copied().unwrap_or(0);
        Self { sums: part.iter().map(|sum| sum.wrapping_sub(before)).collect(), shift: self.shift }
    }

    /// The running totals with nothing at the points of these ranges, which are in order and apart.
    pub(super) fn without(&self, ranges: &[Range<usize>]) -> Self {
        Self { sums: flattened(&self.sums, ranges, u64::wrapping_sub), shift: self.shift }
    }
}

impl<'a> Columns for Packed<'a> {
    type Piece = &'a [u64];
    type Difference = u64;

    fn piece(self, from: usize, len: usize) -> Option<Self::Piece> {
        self.sums.get(from..from + len)
    }

    fn nothing(len: usize) -> Option<Self::Piece> {
        static ZEROS: [u64; NOTHING] = [0; NOTHING];
        ZEROS.get(..len)
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(clippy::indexing_slicing, reason = "a loop's pieces have its length, so the checks are elided")]
    #[inline(always)]
    fn difference(ago: Self::Piece, now: Self::Piece, place: usize) -> u64 {
        now[place].wrapping_sub(ago[place])
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn events(self, difference: u64) -> [f64; 2] {
        // A float with the count as its lowest bits is 2^52 more than the count.
        let float = |count: u64| f64::from_bits(count | SHIFT.to_bits()) - SHIFT;
        [float(difference >> self.shift), float(difference & ((1 << self.shift) - 1))]
    }

    fn between(self, from: usize, to: usize) -> [f64; 2] {
        let at = |index: usize| self.sums.get(index).copied().unwrap_or(0);
        self.events(at(to).wrapping_sub(at(from)))
    }
}

/// Packed totals with halves of 32 bits: their products with a limit below 2^32 need no floats.
#[derive(Clone, Copy)]
pub(crate) struct Halves<'a>(Packed<'a>);

impl<'a> Packed<'a> {
    /// The totals as halves, if they and the limit are such.
    pub(crate) fn halves(self, limit: Limit) -> Option<Halves<'a>> {
        let half = f64::from(u32::MAX);
        (self.shift == HALF && limit.p <= half && limit.q <= half).then_some(Halves(self))
    }
}

impl<'a> Columns for Halves<'a> {
    type Piece = &'a [u64];
    type Difference = u64;

    fn piece(self, from: usize, len: usize) -> Option<Self::Piece> {
        self.0.piece(from, len)
    }

    fn nothing(len: usize) -> Option<Self::Piece> {
        Packed::nothing(len)
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn difference(ago: Self::Piece, now: Self::Piece, place: usize) -> u64 {
        Packed::difference(ago, now, place)
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn events(self, difference: u64) -> [f64; 2] {
        self.0.events(difference)
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both terms are integers below 2^32"
    )]
    #[inline(always)]
    fn burns(self, difference: u64, limit: Limit) -> bool {
        // Masked, so that the compiler sees products of 32 bits, for which vectors have one instruction.
        const LOW: u64 = u32::MAX as u64;
        let (bad, total) = (difference >> HALF, difference & LOW);
        let (spent, allowed) = (bad * (limit.q as u64 & LOW), total * (limit.p as u64 & LOW));
        match limit.operator {
            Operator::Above => spent > allowed,
            Operator::AtLeast => (total > 0) & (spent >= allowed),
        }
    }

    fn between(self, from: usize, to: usize) -> [f64; 2] {
        self.0.between(from, to)
    }
}

/// Why two columns were not packed.
enum Unpacked {
    /// Some value is no integer, is negative or not finite, or a part exceeds its total.
    NoCount,
    /// A half is too small.
    TooLarge,
}

/// Packs two columns of integers, and sums them up in the same pass.
struct Pack<'a, F> {
    first: &'a [f64],
    second: &'a [f64],
    shift: u32,
    split: F,
    out: &'a mut Vec<u64>,
}

impl<F: Fn(u64, u64) -> (u64, u64)> WithSimd for Pack<'_, F> {
    type Output = Result<(), Unpacked>;

    #[allow(clippy::inline_always, reason = "only what is inlined here is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Self::Output {
        const BLOCK_BITS: u32 = 9;
        let Self { first, second, shift, split, out } = self;
        let mut block = [0_u64; 1 << BLOCK_BITS];
        let (mut rounded, mut bad_bits, mut total_bits) = (0, 0, 0);
        let (mut whole_bad, mut whole, mut running) = (0_u64, 0_u64, 0_u64);
        for (first, second) in first.chunks(block.len()).zip(second.chunks(block.len())) {
            let block = block.get_mut(..first.len()).unwrap_or_default();
            for ((place, a), b) in block.iter_mut().zip(first).zip(second) {
                // What is no integer does not come back; what is negative, infinite or NaN has bits above the 52nd.
                let (shifted_a, shifted_b) = (a + SHIFT, b + SHIFT);
                rounded |= ((shifted_a - SHIFT).to_bits() ^ a.to_bits())
                    | ((shifted_b - SHIFT).to_bits() ^ b.to_bits());
                let [a, b] = [shifted_a, shifted_b].map(|v| v.to_bits().wrapping_sub(SHIFT.to_bits()));
                let (bad, total) = split(a, b);
                bad_bits |= bad;
                total_bits |= total | total.wrapping_sub(bad);
                *place = (bad << shift).wrapping_add(total);
            }
            let before = running;
            // Four at once: only one addition in four waits for the one before.
            let (fours, rest) = block.as_chunks::<4>();
            out.extend(fours.iter().flat_map(|[one, two, three, four]| {
                let (before, pair) = (running, one.wrapping_add(*two));
                running = before.wrapping_add(pair.wrapping_add(three.wrapping_add(*four)));
                let three = before.wrapping_add(pair.wrapping_add(*three));
                [before.wrapping_add(*one), before.wrapping_add(pair), three, running]
            }));
            out.extend(rest.iter().map(|more| {
                running = running.wrapping_add(*more);
                running
            }));
            let more = running.wrapping_sub(before);
            whole_bad = whole_bad.saturating_add(more >> shift);
            whole = whole.saturating_add(more & ((1 << shift) - 1));
        }
        let bits = |value: u64| u64::BITS - value.leading_zeros();
        if rounded != 0 || bits(bad_bits | total_bits) > SHIFT_BITS {
            return Err(Unpacked::NoCount);
        }
        // No half of a block overflows, so that the sums of the blocks are right and tell whether the whole does.
        let fits =
            |value_bits: u64, sum: u64, half: u32| bits(value_bits) + BLOCK_BITS <= half && bits(sum) <= half;
        if fits(total_bits, whole, shift) && fits(bad_bits, whole_bad, u64::BITS - shift) {
            Ok(())
        } else {
            Err(Unpacked::TooLarge)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAIRS: [Pair; 3] = [Pair::GoodTotal, Pair::BadTotal, Pair::GoodBad];

    fn packs(pair: Pair, first: f64, second: f64) -> bool {
        PackedSums::new(pair, &[1.0, first], &[1.0, second]).is_some()
    }

    #[test]
    fn what_is_no_integer_count_is_not_packed() {
        for pair in PAIRS {
            for value in
                [0.5, -1.0, 1e-300, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, SHIFT]
            {
                assert!(!packs(pair, value, 9.0), "{pair:?} {value}");
                assert!(!packs(pair, 1.0, value), "{pair:?} {value}");
            }
            assert!(packs(pair, 0.0, 0.0) && packs(pair, 1.0, 1.0));
        }
        // A part that exceeds its total.
        assert!(!packs(Pair::GoodTotal, 10.0, 9.0) && !packs(Pair::BadTotal, 10.0, 9.0));
        assert!(packs(Pair::GoodBad, 10.0, 9.0));
        // Many infinities together must not wrap around to something small.
        assert!(PackedSums::new(Pair::BadTotal, &[0.0; 1500], &[f64::INFINITY; 1500]).is_none());
    }

    #[test]
    fn a_half_holds_all_but_one_bit_too_many() {
        let two_to = |exponent: i32| 2_f64.powi(exponent);
        // So many points of one kind: the sums decide, and what one block of them may come to.
        for (points, bad, total, shift) in [
            (512, 1.0, two_to(23) - 1.0, Some(HALF)),
            (512, 1.0, two_to(23), Some(WIDE)),
            (513, 1.0, two_to(23) - 1.0, Some(WIDE)),
            (512, 1.0, two_to(31) - 1.0, Some(WIDE)),
            (512, 1.0, two_to(31), None),
            (513, 1.0, two_to(31) - 1.0, None),
            (512, two_to(15) - 1.0, two_to(30), Some(WIDE)),
            (512, two_to(15), two_to(30), None),
            (513, two_to(15) - 1.0, two_to(30), None),
        ] {
            let packed = PackedSums::new(Pair::BadTotal, &vec![bad; points], &vec![total; points]);
            assert_eq!(packed.as_ref().map(|packed| packed.shift), shift, "{points} times {bad} of {total}");
            if let Some(packed) = packed {
                let whole = [bad * points as f64, total * points as f64];
                assert_eq!(packed.read().between(0, points), whole);
            }
        }
    }

    proptest! {
        #[test]
        fn totals_are_those_of_128_bit_integers(
            counts in prop::collection::vec((0_u64..1 << 31, 0_u64..1 << 15), 0..1200),
            pair in prop::sample::select(PAIRS.to_vec()),
            smaller in 0_u32..20,
        ) {
            let counts: Vec<_> = counts.iter().map(|(good, bad)| (good >> smaller, bad >> smaller)).collect();
            let (good, bad): (Vec<f64>, Vec<f64>) = counts.iter().map(|(g, b)| (*g as f64, *b as f64)).unzip();
            let total: Vec<f64> = good.iter().zip(&bad).map(|(g, b)| g + b).collect();
            let packed = match pair {
                Pair::GoodTotal => PackedSums::new(pair, &good, &total),
                Pair::BadTotal => PackedSums::new(pair, &bad, &total),
                Pair::GoodBad => PackedSums::new(pair, &good, &bad),
            };
            let (mut bads, mut totals) = (0_u128, 0_u128);
            let exact: Vec<[f64; 2]> = std::iter::once([0.0, 0.0]).chain(counts.iter().map(|(g, b)| {
                (bads, totals) = (bads + u128::from(*b), totals + u128::from(g + b));
                [bads as f64, totals as f64]
            })).collect();
            prop_assert!(packed.is_some() || totals >= 1 << WIDE || bads >= 1 << (64 - WIDE) || smaller == 0);
            if let Some(packed) = packed {
                let found: Vec<[f64; 2]> = packed.sums.iter().map(|sum| packed.read().events(*sum)).collect();
                prop_assert_eq!(found, exact);
            }
        }
    }
}
