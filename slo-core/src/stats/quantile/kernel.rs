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
fn between(a: f64, b: f64, weight: f64) -> f64 {
    if a == b || weight == 0.0 {
        return a;
    }
    if weight == 1.0 {
        return b;
    }
    let (gap, gap_error) = two_sum(b, -a);
    if !gap.is_finite() {
        return 2.0 * between(a / 2.0, b / 2.0, weight);
    }
    let (step, step_error) = two_product(weight, gap);
    let (sum, sum_error) = two_sum(a, step);
    (sum + (sum_error + (step_error + weight * gap_error))).clamp(a, b)
}
