//! The search for changes of level, many candidates with one instruction.

use pulp::{Arch, Simd, WithSimd};

use crate::change::sums::Sums;

/// As [`search`](super::search::search) with squared distances; nothing where rounding could matter.
///
/// # Method
///
/// With sums `A` and `B` of values and squares before each place, a division that ends in a segment from `s` to `t` costs
///
/// ```text
/// F(s) + penalty + B(t) - B(s) - (A(t) - A(s))² / (t - s)
/// ```
///
/// `B(t)` is common to all `s`. What is left takes three numbers of each candidate, which stand in arrays of their own;
/// candidates that lose are marked, and squeezed out when they have become many.
#[allow(
    clippy::indexing_slicing,
    reason = "places run from 0 to the number of values, for which there is room"
)]
pub(super) fn search(sums: &Sums, penalty: f64, min_size: usize) -> Option<Vec<u32>> {
    let (firsts, seconds) = sums.rounded();
    let len = firsts.len() - 1;
    // Rounded sums are off by half a unit in their last place. As (Σx)² <= n Σx², what is made of them is off by less
    // than this.
    let rounding = 4.0 * f64::EPSILON * (len as f64).sqrt() * seconds[len];
    if !(rounding <= TRUSTED_SHARE * penalty && penalty.is_finite()) {
        return None;
    }

    let arch = Arch::new();
    let squeeze_every = min_size.max(8);
    let mut cheapest = vec![f64::INFINITY; len + 1];
    cheapest[0] = 0.0;
    let mut lasts = vec![0_u32; len + 1];
    let mut candidates = Candidates::default();
    for end in min_size..=len {
        let begin = end - min_size;
        if cheapest[begin].is_finite() {
            // The first segment is no change.
            let change = if begin == 0 { 0.0 } else { penalty };
            candidates.push(begin, cheapest[begin] + change - seconds[begin], firsts[begin]);
        }
        let least = arch.dispatch(candidates.evaluate(end as f64, firsts[end]));
        lasts[end] = candidates.first_at(least);
        cheapest[end] = least + seconds[end];
        if end % squeeze_every == 0 && candidates.len() > FEW {
            let limit = least + penalty + rounding;
            let losing = arch.dispatch(CountAbove { values: &candidates.wholes, limit });
            if losing > candidates.len() / 8 {
                candidates.squeeze(limit);
            }
        }
    }
    Some(lasts)
}

/// The share of the penalty by which rounding may move the cost of a division.
const TRUSTED_SHARE: f64 = 1e-6;

/// So few candidates are not worth squeezing.
const FEW: usize = 32;

/// The places where the last segment may begin, in order.
#[derive(Default)]
struct Candidates {
    /// `F(s) + penalty - B(s)`.
    costs: Vec<f64>,
    /// `A(s)`.
    firsts: Vec<f64>,
    /// `s`.
    begins: Vec<f64>,
    /// `s` again.
    indices: Vec<u32>,
    /// Those that may be left out from `min_size` ends after they were marked on.
    marked: Vec<bool>,
    /// What each made of the end last looked at.
    wholes: Vec<f64>,
}

impl Candidates {
    fn len(&self) -> usize {
        self.costs.len()
    }

    fn push(&mut self, begin: usize, cost: f64, first: f64) {
        self.costs.push(cost);
        self.firsts.push(first);
        self.begins.push(begin as f64);
        self.indices.push(u32::try_from(begin).unwrap_or(u32::MAX));
        self.marked.push(false);
        self.wholes.push(0.0);
    }

    fn evaluate(&mut self, end: f64, end_first: f64) -> Evaluate<'_> {
        let Self { costs, firsts, begins, wholes, .. } = self;
        Evaluate { costs, firsts, begins, wholes, end, end_first }
    }

    /// The first candidate with this cost: of equals, the one with the longest last segment.
    fn first_at(&self, least: f64) -> u32 {
        let best = self.wholes.iter().position(|whole| *whole == least).unwrap_or(0);
        self.indices.get(best).copied().unwrap_or(0)
    }

    /// Leaves out those that were marked before, and marks those above the limit.
    #[allow(
        clippy::indexing_slicing,
        reason = "all lists have one length, and `kept` does not overtake `place`"
    )]
    fn squeeze(&mut self, limit: f64) {
        let mut kept = 0;
        for place in 0..self.len() {
            let keep = !self.marked[place];
            let loses = self.wholes[place] > limit;
            self.costs[kept] = self.costs[place];
            self.firsts[kept] = self.firsts[place];
            self.begins[kept] = self.begins[place];
            self.indices[kept] = self.indices[place];
            self.marked[kept] = loses;
            kept += usize::from(keep);
        }
        self.costs.truncate(kept);
        self.firsts.truncate(kept);
        self.begins.truncate(kept);
        self.indices.truncate(kept);
        self.marked.truncate(kept);
        self.wholes.truncate(kept);
    }
}

/// Writes what each candidate makes of an end, and returns the least.
struct Evaluate<'a> {
    costs: &'a [f64],
    firsts: &'a [f64],
    begins: &'a [f64],
    wholes: &'a mut [f64],
    end: f64,
    end_first: f64,
}

impl WithSimd for Evaluate<'_> {
    type Output = f64;

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Self { costs, firsts, begins, wholes, end, end_first } = self;
        let (cost_lanes, cost_rest) = S::as_simd_f64s(costs);
        let (first_lanes, first_rest) = S::as_simd_f64s(firsts);
        let (begin_lanes, begin_rest) = S::as_simd_f64s(begins);
        let (whole_lanes, whole_rest) = S::as_mut_simd_f64s(wholes);
        let (ends, end_firsts) = (simd.splat_f64s(end), simd.splat_f64s(end_first));
        let mut least = simd.splat_f64s(f64::INFINITY);
        for (((cost, first), begin), whole) in
            cost_lanes.iter().zip(first_lanes).zip(begin_lanes).zip(whole_lanes)
        {
            let sum = simd.sub_f64s(end_firsts, *first);
            let explained = simd.div_f64s(simd.mul_f64s(sum, sum), simd.sub_f64s(ends, *begin));
            *whole = simd.sub_f64s(*cost, explained);
            least = simd.min_f64s(least, *whole);
        }
        let mut least = simd.reduce_min_f64s(least);
        for (((cost, first), begin), whole) in
            cost_rest.iter().zip(first_rest).zip(begin_rest).zip(whole_rest)
        {
            let sum = end_first - first;
            *whole = cost - sum * sum / (end - begin);
            least = least.min(*whole);
        }
        least
    }
}

/// Counts the values above a limit.
struct CountAbove<'a> {
    values: &'a [f64],
    limit: f64,
}

impl WithSimd for CountAbove<'_> {
    type Output = usize;

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> usize {
        self.values.iter().fold(0, |count, value| count + usize::from(*value > self.limit))
    }
}
