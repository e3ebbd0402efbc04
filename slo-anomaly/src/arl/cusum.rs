//! Run lengths of cumulative sums.

use slo_core::Result;
use slo_core::stats::tails::{Distribution, Normal};

use super::quadrature::{Rule, density};
use super::{absorbed, finite, resolution};
use crate::verdict::Side;

/// A chart of cumulative sums on independent normal values of deviation 1.
///
/// # Method
///
/// ```text
/// L(s) = 1 + L(0) Φ(k - s - μ) + ∫₀ʰ L(y) φ(y + k - s - μ) dy
/// ```
///
/// for the sum upwards from s, by Nyström's method with Gauss-Legendre nodes. Of both sums, whenever one alarms the other
/// stands at 0. So with L₊ and L₋ of each alone (Lucas and Crosier 1982)
///
/// ```text
/// L(s₊, s₋) = (L₊(s₊) L₋(0) + L₊(0) L₋(s₋) - L₊(0) L₋(0)) / (L₊(0) + L₋(0))
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct CusumRuns {
    /// The slack, in deviations.
    pub(crate) slack: f64,
    /// What a sum must exceed, in deviations.
    pub(crate) limit: f64,
    /// Where the sums start, in deviations.
    pub(crate) start: f64,
    /// Which sums there are.
    pub(crate) side: Side,
}

/// Expected sums over the values until the alarm, from a node or from any state.
struct Solved {
    shift: f64,
    nodes: Vec<(f64, f64)>,
    /// From 0, then from each node.
    sums: Vec<f64>,
}

/// Both run lengths of a chart of two sums.
struct Pair {
    upper: Solved,
    lower: Solved,
}

impl CusumRuns {
    /// The run length from the start, the mean of the values shifted from the beginning.
    pub(crate) fn zero_state(&self, shift: f64) -> Result<f64> {
        let found = match self.side {
            Side::Upper => self.at(&self.solve(shift, |_| 1.0)?, self.start, 1.0),
            Side::Lower => self.at(&self.solve(-shift, |_| 1.0)?, self.start, 1.0),
            Side::Both => self.of_both(&self.pair(shift)?, self.start, self.start),
        };
        finite(found)
    }

    /// The run length from whatever state a chart without shift is in that starts anew after each alarm.
    pub(crate) fn steady_state(&self, shift: f64) -> Result<f64> {
        match self.side {
            Side::Upper => self.one_steady(shift),
            Side::Lower => self.one_steady(-shift),
            Side::Both => self.both_steady(shift),
        }
    }

    fn one_steady(&self, shift: f64) -> Result<f64> {
        let (calm, after) = (self.solve(0.0, |_| 1.0)?, self.solve(shift, |_| 1.0)?);
        let reached = |state: f64| self.at(&after, state, 1.0);
        let total = self.solve(0.0, reached)?;
        finite(self.at(&total, self.start, reached(self.start)) / self.at(&calm, self.start, 1.0))
    }

    /// Sums over a cycle of the two: those of one sum alone, less what it would add after an alarm of the other.
    fn both_steady(&self, shift: f64) -> Result<f64> {
        let after = self.pair(shift)?;
        let calm = self.solve(0.0, |_| 1.0)?;
        let (alone, afresh) = (self.at(&calm, self.start, 1.0), self.at(&calm, 0.0, 1.0));
        // Without a shift both sums are alike.
        let cycle = combined((alone, afresh), (alone, afresh));
        let other_first = (alone - cycle) / afresh;
        let share = |one: &Solved| -> Result<f64> {
            let reached = |state: f64| self.at(one, state, 1.0);
            let total = self.solve(0.0, reached)?;
            let from = |state: f64| self.at(&total, state, reached(state));
            Ok((from(self.start) - other_first * from(0.0)) / cycle)
        };
        let (upper, lower) = (share(&after.upper)?, share(&after.lower)?);
        let from_zero = |one: &Solved| self.at(one, 0.0, 1.0);
        finite(combined((upper, from_zero(&after.upper)), (lower, from_zero(&after.lower))))
    }

    fn pair(&self, shift: f64) -> Result<Pair> {
        Ok(Pair { upper: self.solve(shift, |_| 1.0)?, lower: self.solve(-shift, |_| 1.0)? })
    }

    fn of_both(&self, pair: &Pair, above: f64, below: f64) -> f64 {
        let from = |one: &Solved, state: f64| self.at(one, state, 1.0);
        combined(
            (from(&pair.upper, above), from(&pair.upper, 0.0)),
            (from(&pair.lower, below), from(&pair.lower, 0.0)),
        )
    }

    /// Expected sums of `gain` over the states before the alarm of the sum upwards.
    fn solve(&self, shift: f64, gain: impl Fn(f64) -> f64) -> Result<Solved> {
        let nodes = Rule::of(resolution(self.limit)?).on(0.0, self.limit);
        let states = || std::iter::once(0.0).chain(nodes.iter().map(|(state, _)| *state));
        let kernel = states().flat_map(|state| self.row(&nodes, state, shift)).collect();
        let leaving = states().map(|state| Normal.sf(self.limit + self.slack - state - shift)).collect();
        let sums = absorbed(kernel, leaving, states().map(gain).collect());
        Ok(Solved { shift, nodes, sums })
    }

    /// The probabilities from a state to 0 and to each node.
    fn row<'a>(&self, nodes: &'a [(f64, f64)], state: f64, shift: f64) -> impl Iterator<Item = f64> + 'a {
        let floor = self.slack - state - shift;
        let onto = move |(node, weight): &(f64, f64)| weight * density(node + floor);
        std::iter::once(Normal.cdf(floor)).chain(nodes.iter().map(onto))
    }

    /// The expected sum from any state, which itself gains so much.
    fn at(&self, solved: &Solved, state: f64, gain: f64) -> f64 {
        let row = self.row(&solved.nodes, state, solved.shift);
        gain + row.zip(&solved.sums).map(|(share, sum)| share * sum).sum::<f64>()
    }
}

/// The run length of two sums from those of each alone, from where it stands and from 0.
fn combined((upper, upper_zero): (f64, f64), (lower, lower_zero): (f64, f64)) -> f64 {
    // One that never alarms leaves the other alone.
    if !upper_zero.is_finite() {
        return lower;
    }
    if !lower_zero.is_finite() {
        return upper;
    }
    let weight = 1.0 / (1.0 + upper_zero / lower_zero);
    let rest = 1.0 / (1.0 + lower_zero / upper_zero);
    weight * upper + rest * (lower - lower_zero)
}
