//! Running totals of bad and of all events in one integer each.

use pulp::{Arch, Simd, WithSimd};

use super::prefix::Pair;

/// Below here a float's unit is at most 1/2: added to a count, it leaves the count as the lowest bits of the mantissa.
const SHIFT: f64 = 4_503_599_627_370_496.0; // 2^52

/// Tried first, because it suits a month of a thousand requests a second.
const HALF: u32 = 32;

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
    /// Sums two columns; `None` if a value is no count below 2^52, or if the totals do not fit 64 bits together.
    pub(super) fn new(pair: Pair, first: &[f64], second: &[f64]) -> Option<Self> {
        let (packed, whole) = Self::sum(pair, first, second, HALF)?;
        if whole.fit(HALF) {
            return Some(packed);
        }
        let shift = u64::BITS - whole.total.leading_zeros();
        let (packed, whole) = whole.fit(shift).then(|| Self::sum(pair, first, second, shift))??;
        whole.fit(shift).then_some(packed)
    }

    /// The totals and the whole of both columns; meaningless beyond what `fit` allows.
    fn sum(pair: Pair, first: &[f64], second: &[f64], shift: u32) -> Option<(Self, Whole)> {
        let arch = Arch::new();
        let mut sums = Vec::with_capacity(first.len() + 1);
        sums.push(0);
        let out = &mut sums;
        let whole = match pair {
            Pair::GoodTotal => arch.dispatch(Pack {
                first,
                second,
                shift,
                out,
                split: |good: u64, total: u64| (total.wrapping_sub(good), total),
            }),
            Pair::BadTotal => {
                arch.dispatch(Pack { first, second, shift, out, split: |bad, total| (bad, total) })
            }
            Pair::GoodBad => arch.dispatch(Pack {
                first,
                second,
                shift,
                out,
                split: |good: u64, bad| (bad, good.wrapping_add(bad)),
            }),
        }?;
        Some((Self { sums, shift }, whole))
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
}

impl Packed<'_> {
    /// Bad and all events of a difference of two places: exact, each below 2^52.
    #[inline]
    pub(crate) fn split(&self, difference: u64) -> [f64; 2] {
        // A float with the count as its lowest bits is 2^52 more than the count.
        let float = |count: u64| f64::from_bits(count | SHIFT.to_bits()) - SHIFT;
        [float(difference >> self.shift), float(difference & ((1 << self.shift) - 1))]
    }
}

/// The whole of both columns.
#[derive(Clone, Copy, Debug, Default)]
struct Whole {
    bad: u64,
    total: u64,
}

impl Whole {
    /// Whether both halves hold their totals, and floats with one bit to spare.
    fn fit(self, shift: u32) -> bool {
        let half = |bits: u32| 1_u64 << bits.min(52);
        shift < u64::BITS && self.total < half(shift) && self.bad < half(u64::BITS - shift)
    }
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
    type Output = Option<Whole>;

    #[allow(clippy::inline_always, reason = "only what is inlined here is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Option<Whole> {
        const BLOCK: usize = 512;
        let Self { first, second, shift, split, out } = self;
        let mut block = [0_u64; BLOCK];
        let (mut whole, mut rounded, mut large, mut running) = (Whole::default(), 0, 0, 0_u64);
        for (first, second) in first.chunks(BLOCK).zip(second.chunks(BLOCK)) {
            let block = block.get_mut(..first.len()).unwrap_or_default();
            let (mut bads, mut totals) = (0_u64, 0_u64);
            for ((place, a), b) in block.iter_mut().zip(first).zip(second) {
                // What is no integer does not come back; what is negative, infinite or NaN has bits above the 52nd.
                let (shifted_a, shifted_b) = (a + SHIFT, b + SHIFT);
                rounded |= ((shifted_a - SHIFT).to_bits() ^ a.to_bits())
                    | ((shifted_b - SHIFT).to_bits() ^ b.to_bits());
                let [a, b] = [shifted_a, shifted_b].map(|v| v.to_bits().wrapping_sub(SHIFT.to_bits()));
                let (bad, total) = split(a, b);
                large |= a | b | bad | total | total.wrapping_sub(bad);
                (bads, totals) = (bads.wrapping_add(bad), totals.wrapping_add(total));
                *place = (bad << shift).wrapping_add(total);
            }
            whole.bad = whole.bad.saturating_add(bads);
            whole.total = whole.total.saturating_add(totals);
            // Four at once: only one addition in four waits for the one before.
            let (fours, rest) = block.as_chunks::<4>();
            out.extend(fours.iter().flat_map(|[one, two, three, four]| {
                let (before, pair) = (running, one.wrapping_add(*two));
                running = before.wrapping_add(pair.wrapping_add(three.wrapping_add(*four)));
                [
                    before.wrapping_add(*one),
                    before.wrapping_add(pair),
                    before.wrapping_add(pair.wrapping_add(*three)),
                    running,
                ]
            }));
            out.extend(rest.iter().map(|more| {
                running = running.wrapping_add(*more);
                running
            }));
        }
        (rounded == 0 && large < 1 << 52).then_some(whole)
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
    fn the_halves_move_with_the_totals() {
        let two_to = |exponent: i32| 2_f64.powi(exponent);
        for (bad, total, shift) in [
            (1.0, two_to(32) - 1.0, Some(32)),
            (1.0, two_to(32), Some(33)),
            (two_to(31) - 1.0, two_to(32), Some(33)),
            (two_to(31), two_to(32), None),
            (two_to(12) - 1.0, two_to(51), Some(52)),
            (two_to(12), two_to(51), None),
            (0.0, two_to(52) - 1.0, Some(52)),
        ] {
            let packed = PackedSums::new(Pair::BadTotal, &[bad], &[total]);
            assert_eq!(packed.as_ref().map(|packed| packed.shift), shift, "{bad} of {total}");
            if let Some(packed) = packed {
                assert_eq!(packed.read().split(packed.sums[1]), [bad, total]);
            }
        }
    }

    proptest! {
        #[test]
        fn totals_are_those_of_128_bit_integers(
            counts in prop::collection::vec((0_u64..1 << 40, 0_u64..1 << 12), 0..1200),
            pair in prop::sample::select(PAIRS.to_vec()),
        ) {
            let (good, bad): (Vec<f64>, Vec<f64>) = counts.iter().map(|(g, b)| (*g as f64, *b as f64)).unzip();
            let total: Vec<f64> = good.iter().zip(&bad).map(|(g, b)| g + b).collect();
            let packed = match pair {
                Pair::GoodTotal => PackedSums::new(pair, &good, &total),
                Pair::BadTotal => PackedSums::new(pair, &bad, &total),
                Pair::GoodBad => PackedSums::new(pair, &good, &bad),
            };
            let (mut bads, mut totals) = (0_u128, 0_u128);
            let exact: Vec<[u128; 2]> = std::iter::once([0, 0]).chain(counts.iter().map(|(g, b)| {
                (bads, totals) = (bads + u128::from(*b), totals + u128::from(g + b));
                [bads, totals]
            })).collect();
            let bits = |count: u128| u128::BITS - count.leading_zeros();
            let fits = totals < 1 << 52 && bads < 1 << 52 && (bits(bads) + bits(totals).max(32) <= 64);
            prop_assert_eq!(packed.is_some(), fits);
            if let Some(packed) = packed {
                let found: Vec<[f64; 2]> = packed.sums.iter().map(|sum| packed.read().split(*sum)).collect();
                prop_assert_eq!(found, exact.iter().map(|sums| sums.map(|sum| sum as f64)).collect::<Vec<_>>());
            }
        }
    }
}
