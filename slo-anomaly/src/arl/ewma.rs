//! Run lengths of moving averages.

use slo_core::stats::tails::{Distribution, Normal};
use slo_core::{Error, Result};

use super::quadrature::{Rule, density};
use super::{absorbed, finite, resolution};
use crate::verdict::Side;

/// A chart of exponentially weighted moving averages on independent normal values of deviation 1.
///
/// # Method
///
/// With constant limits (Crowder 1987), by Nyström's method with Gauss-Legendre nodes:
///
/// ```text
/// L(z) = 1 + 1/λ ∫ L(y) φ((y - (1 - λ) z)/λ - μ) dy        over -c ≤ y ≤ c
/// ```
///
/// With limits that widen, the same from step to step backwards from where they no longer do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EwmaRuns {
    /// The weight of the newest value.
    pub(crate) lambda: f64,
    /// Half the distance of the limits, in deviations of the average.
    pub(crate) width: f64,
    /// The limits there are.
    pub(crate) side: Side,
    /// How many steps the limits widen before they stand.
    pub(crate) widening: usize,
}

/// The nodes at one step, and what is expected from each.
#[derive(Clone)]
struct Step {
    nodes: Vec<(f64, f64)>,
    sums: Vec<f64>,
}

impl EwmaRuns {
    /// How many steps exact limits widen: until they differ by less than rounding does, or no run length is computed.
    pub(crate) fn widening(lambda: f64) -> usize {
        const EQUAL: f64 = 1e-15;
        const MOST: usize = 1 << 18;
        let (rest, mut left, mut steps) = ((1.0 - lambda) * (1.0 - lambda), 1.0, 0);
        while left > EQUAL && steps < MOST {
            left *= rest;
            steps += 1;
        }
        steps
    }

    /// The run length from the center, the mean of the values shifted from the beginning.
    pub(crate) fn zero_state(&self, shift: f64) -> Result<f64> {
        let chart = self.upwards();
        let shift = self.towards(shift);
        let steps = chart.backwards(shift, shift, |_, _| 1.0)?;
        finite(steps.first().map_or(f64::NAN, |first| chart.at(first, shift, 0.0, 1.0)))
    }

    /// The run length from whatever state a chart without shift is in that starts anew after each alarm.
    pub(crate) fn steady_state(&self, shift: f64) -> Result<f64> {
        let chart = self.upwards();
        let shift = self.towards(shift);
        let after = chart.backwards(shift, shift, |_, _| 1.0)?;
        let total = chart.backwards(0.0, shift, |step, index| {
            after.get(step).and_then(|step| step.sums.get(index)).copied().unwrap_or(f64::NAN)
        })?;
        let calm = self.zero_state(0.0)?;
        let whole = after.first().zip(total.first()).map(|(after, total)| {
            let here = chart.at(after, shift, 0.0, 1.0);
            chart.at(total, 0.0, 0.0, here)
        });
        finite(whole.unwrap_or(f64::NAN) / calm)
    }

    /// A chart of the lower limit is one of the upper limit upside down.
    fn upwards(&self) -> Self {
        let side = if self.side == Side::Lower { Side::Upper } else { self.side };
        Self { side, ..*self }
    }

    fn towards(&self, shift: f64) -> f64 {
        if self.side == Side::Lower { -shift } else { shift }
    }

    fn deviation(&self) -> f64 {
        (self.lambda / (2.0 - self.lambda)).sqrt()
    }

    /// Where the average can be without an alarm, after a step with this share of the final variance missing.
    fn interval(&self, missing: f64, lowest: f64) -> (f64, f64) {
        // So far out a normal average is seen less than once in 1e20.
        const FAR: f64 = 9.5;
        let high = self.width * self.deviation() * (1.0 - missing).sqrt();
        let low = if self.side == Side::Both { -high } else { lowest.min(0.0) - FAR * self.deviation() };
        (low, high)
    }

    /// Expected sums of what each state gains until the alarm, from the states after step 1, 2, ...
    ///
    /// The last step is the one whose limits stand. `shift` moves the values, `other` is one that the nodes have to suit
    /// as well.
    fn backwards(&self, shift: f64, other: f64, gain: impl Fn(usize, usize) -> f64) -> Result<Vec<Step>> {
        let lowest = shift.min(other);
        let (low, high) = self.interval(0.0, lowest);
        let nodes = resolution((high - low) / self.lambda)?;
        let last = self.widening;
        check_work(last, nodes)?;
        let rule = Rule::of(nodes);
        let mut step = self.standing(&rule.on(low, high), shift, |index| gain(last, index));
        let mut steps = vec![step.clone()];
        for number in (1..=last).rev() {
            let missing = (1.0 - self.lambda).powf(2.0 * number as f64);
            let (low, high) = self.interval(missing, lowest);
            let nodes = rule.on(low, high);
            let from =
                |(index, node): (usize, &(f64, f64))| self.at(&step, shift, node.0, gain(number - 1, index));
            let sums = nodes.iter().enumerate().map(from).collect();
            step = Step { nodes, sums };
            steps.push(step.clone());
        }
        steps.reverse();
        Ok(steps)
    }

    /// Expected sums where the limits stand.
    fn standing(&self, nodes: &[(f64, f64)], shift: f64, gain: impl Fn(usize) -> f64) -> Step {
        let (_, high) = self.interval(0.0, shift);
        let kernel = nodes.iter().flat_map(|(state, _)| self.row(nodes, *state, shift)).collect();
        let leaving = |(state, _): &(f64, f64)| {
            let kept = (1.0 - self.lambda) * state;
            let above = Normal.sf((high - kept) / self.lambda - shift);
            let below =
                if self.side == Side::Both { Normal.cdf((-high - kept) / self.lambda - shift) } else { 0.0 };
            above + below
        };
        let leaving = nodes.iter().map(leaving).collect();
        let sums = absorbed(kernel, leaving, (0..nodes.len()).map(gain).collect());
        Step { nodes: nodes.to_vec(), sums }
    }

    /// The probabilities from a state to each node.
    fn row<'a>(&self, nodes: &'a [(f64, f64)], state: f64, shift: f64) -> impl Iterator<Item = f64> + 'a {
        let (lambda, kept) = (self.lambda, (1.0 - self.lambda) * state);
        nodes.iter().map(move |(node, weight)| weight / lambda * density((node - kept) / lambda - shift))
    }

    /// The expected sum from any state one step earlier, which itself gains so much.
    fn at(&self, next: &Step, shift: f64, state: f64, gain: f64) -> f64 {
        let row = self.row(&next.nodes, state, shift);
        gain + row.zip(&next.sums).map(|(share, sum)| share * sum).sum::<f64>()
    }
}

/// Refuses what would take long: each step weighs every node against every other.
fn check_work(steps: usize, nodes: usize) -> Result<()> {
    const MOST: u64 = 1 << 26;
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let value = count(steps).saturating_mul(count(nodes)).saturating_mul(count(nodes));
    if value > MOST {
        let what = "steps times squared nodes of the run length with limits that widen";
        return Err(Error::LimitExceeded { what, value, limit: MOST });
    }
    Ok(())
}
