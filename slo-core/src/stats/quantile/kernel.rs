//! Order statistics, by selection or from sorted values, and what lies between two of them.

use super::kind::{Position, QuantileType};
use crate::sum::{two_product, two_sum};

/// The quantiles of at least one value, which are put in another order. NaN if one value is infinite.
pub(super) fn select(values: &mut [f64], qs: &[f64], kind: QuantileType) -> Vec<f64> {
    if values.iter().any(|value| !value.is_finite()) {
        return vec![f64::NAN; qs.len()];
    }
    let positions: Vec<Position> = qs.iter().map(|q| kind.position(values.len(), *q)).collect();
    settle(values, &positions);
    positions.into_iter().map(|position| value_at(values, position)).collect()
}

/// Tukey's hinges of at least one finite value.
pub(super) fn select_hinges(values: &mut [f64]) -> (f64, f64) {
    let (lower, upper) = hinge_positions(values.len());
    settle(values, &[lower, upper]);
    (value_at(values, lower), value_at(values, upper))
}

/// The quantile of sorted finite values, at least one.
pub(crate) fn quantile_of_sorted(sorted: &[f64], q: f64, kind: QuantileType) -> f64 {
    value_at(sorted, kind.position(sorted.len(), q))
}

/// Tukey's hinges of sorted finite values, at least one.
pub(crate) fn hinges_of_sorted(sorted: &[f64]) -> (f64, f64) {
    let (lower, upper) = hinge_positions(sorted.len());
    (value_at(sorted, lower), value_at(sorted, upper))
}

/// Where the hinges of `n >= 1` values lie: `half` is twice their rank, counted from both ends.
fn hinge_positions(n: usize) -> (Position, Position) {
    let half = n.div_ceil(2) + 1;
    let (below, above) = (half / 2 - 1, half.div_ceil(2) - 1);
    let lower = Position { lower: below, upper: above, weight: 0.5 };
    (lower, Position { lower: n - 1 - above, upper: n - 1 - below, weight: 0.5 })
}

/// Brings the values of these positions to where sorting would.
fn settle(values: &mut [f64], positions: &[Position]) {
    let mut ranks: Vec<usize> = positions.iter().flat_map(|p| [p.lower, p.upper]).collect();
    ranks.sort_unstable();
    ranks.dedup();
    settle_ranks(values, 0, &ranks);
}

/// As [`settle`], for strictly increasing ranks; `first` is the rank of the first value.
///
/// The middle rank splits the values, and each part holds the ranks on its side: `O(n log(ranks))`.
fn settle_ranks(values: &mut [f64], first: usize, ranks: &[usize]) {
    let middle = ranks.len() / 2;
    let (below, from) = ranks.split_at(middle);
    let Some((rank, above)) = from.split_first() else { return };
    let Some(index) = rank.checked_sub(first).filter(|index| *index < values.len()) else { return };
    let (left, _, right) = values.select_nth_unstable_by(index, f64::total_cmp);
    settle_ranks(left, first, below);
    settle_ranks(right, rank + 1, above);
}

#[allow(clippy::indexing_slicing, reason = "a position of n values lies below n")]
fn value_at(values: &[f64], position: Position) -> f64 {
    between(values[position.lower], values[position.upper], position.weight)
}

/// `a + weight (b - a)` for `a <= b` and a weight in [0, 1], rounded once up to terms of 2^-104.
///
/// The difference and the product keep their rounding errors: so half of the way is the mean of both, whatever their
/// signs, and the result never leaves `[a, b]`.
pub(crate) fn between(a: f64, b: f64, weight: f64) -> f64 {
    let gap = b - a;
    // Half of any gap fits a float, and halving loses nothing that counts beside one that does not.
    if gap.is_finite() { along(a, b, weight) } else { 2.0 * along(a / 2.0, b / 2.0, weight) }
}

/// As [`between`], for a gap that fits a float. NaN for NaN.
#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
fn along(a: f64, b: f64, weight: f64) -> f64 {
    let (gap, gap_error) = two_sum(b, -a);
    let (step, step_error) = two_product(weight, gap);
    let (sum, sum_error) = two_sum(a, step);
    let way = sum + (sum_error + (step_error + weight * gap_error));
    let way = if way < a { a } else { way };
    let way = if way > b { b } else { way };
    // Nor is a half rounded twice among the subnormal floats.
    let way = if weight == 0.5 { middle(a, b) } else { way };
    let way = if weight == 1.0 { b } else { way };
    if (gap == 0.0) | (weight == 0.0) { a } else { way }
}

/// [`between`] at every place.
#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
pub(crate) fn between_each(lows: &[f64], highs: &[f64], weights: &[f64], out: &mut [f64]) {
    let mut wide = false;
    for (((a, b), weight), out) in lows.iter().zip(highs).zip(weights).zip(out.iter_mut()) {
        wide |= (b - a).is_infinite();
        *out = along(*a, *b, *weight);
    }
    if wide {
        let each = lows.iter().zip(highs).zip(weights).zip(out);
        each.for_each(|(((a, b), weight), out)| *out = between(*a, *b, *weight));
    }
}

/// [`between`] at a half, for `a <= b`: their mean.
#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
pub(crate) fn middle(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let mean = if sum.is_finite() { sum / 2.0 } else { a / 2.0 + b / 2.0 };
    if a == b { a } else { mean }
}
