//! Both ratios r21, each of whose denominators ends where the other's numerator begins.

use std::f64::consts::PI;
use std::sync::OnceLock;

use super::normal::{Point, Tails, density};

/// What the second least value `p` and the second largest `q` leave to the others.
///
/// # Method
///
/// ```text
/// ∫_{x<p} ∫_{z>q} φ(x) φ(z) [Φ(min(q, β)) - Φ(max(p, α))]_+^m dz dx,    α = x + r (q - x),  β = z - r (z - p)
/// ```
///
/// `x` is the least value, `z` the largest, and all the `m` between `p` and `q` must lie between `α` and `β`. Beyond
/// `x = p - ρ w`, with `w = q - p` and `ρ = r / (1 - r)`, `α` is below `p`, so that a mass replaces the integral; up to
/// there all is smooth in
///
/// ```text
/// α = p + r w s,  β = q - r w t,    0 <= s, t <= 1,  s + t <= 1/r
/// ```
///
/// which for `r > 1/2` is a square without a corner. Either axis then has three parts, so that two halves of the corner's
/// side meet its edge in two triangles. All parts have the nodes of Gauss and Legendre, the triangles with weights of
/// their own: nothing is evaluated twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crossed {
    pub(super) r: f64,
    pub(super) m: u32,
}

/// How many nodes a part of an axis has.
const NODES: usize = 12;
/// What lies beyond an axis, and its one or three parts, filled up to whole lanes.
const PLACES: usize = (1 + 3 * NODES).next_multiple_of(LANES);
/// How many powers are formed at once.
const LANES: usize = 4;

/// An axis: the weight of each place, and the share of the mass between `p` and `q` that it takes away.
#[derive(Clone, Copy, Debug)]
struct Axis {
    weights: [f64; PLACES],
    taken: [f64; PLACES],
}

impl Crossed {
    /// The longest sample for which the nodes are close enough.
    pub(super) const MAX_LEN: usize = 30;

    /// The integral over the `m`-th power of the mass between `p` and `q`, which are `width` apart, and that mass.
    pub(super) fn share(&self, tails: &Tails, (p, q): (f64, f64), width: f64) -> (f64, f64) {
        let (p, q) = (tails.point(p), tails.point(q));
        let mass = p.until(&q, width);
        let reach = self.r / (1.0 - self.r) * width;
        let lower = self.axis(tails.above(reach - p.z), reach, |out, taken| {
            (
                density(p.z - out),
                p.until(&tails.point(p.z + self.r * width * taken), self.r * width * taken) / mass,
            )
        });
        let upper = self.axis(tails.above(reach + q.z), reach, |out, taken| {
            let limit: Point = tails.point(q.z - self.r * width * taken);
            (density(q.z + out), limit.until(&q, self.r * width * taken) / mass)
        });
        (self.sum(&lower, &upper), mass)
    }

    /// Up to where on an axis the limit of the other side cannot be met.
    fn corner(&self) -> f64 {
        (1.0 / self.r - 1.0).min(1.0)
    }

    /// An axis from what lies beyond it, and from density and share so far out and so far in.
    #[allow(clippy::indexing_slicing, reason = "the places are those of the three parts")]
    fn axis(&self, beyond: f64, reach: f64, at: impl Fn(f64, f64) -> (f64, f64)) -> Axis {
        let (rule, corner) = (Rule::shared(), self.corner());
        let mut axis = Axis { weights: [0.0; PLACES], taken: [0.0; PLACES] };
        axis.weights[0] = beyond;
        let half = 0.5 * (1.0 - corner);
        let parts = [(0.0, corner), (corner, half), (corner + half, half)];
        for (part, (begin, length)) in parts.into_iter().enumerate() {
            if length <= 0.0 {
                break;
            }
            for (index, (node, weight)) in rule.nodes.iter().zip(&rule.weights).enumerate() {
                let s = begin + length * node;
                let (density, taken) = at(reach * (1.0 - s), s);
                let place = 1 + part * NODES + index;
                axis.weights[place] = weight * length * reach * density;
                axis.taken[place] = taken;
            }
        }
        axis
    }

    /// The sum over both axes.
    #[allow(clippy::indexing_slicing, reason = "the places are those of the three parts")]
    fn sum(&self, lower: &Axis, upper: &Axis) -> f64 {
        let rule = Rule::shared();
        let places = if self.corner() < 1.0 { PLACES } else { 1 + NODES };
        let mut sum = 0.0;
        for place in 0..places {
            let left = 1.0 - lower.taken[place];
            let mut lanes = [0.0; LANES];
            for at in (0..places).step_by(LANES) {
                let bases: [f64; LANES] = std::array::from_fn(|lane| left - upper.taken[at + lane]);
                let powers = power(bases, self.m);
                for (lane, sum) in lanes.iter_mut().enumerate() {
                    *sum += rule.shares[place][at + lane] * upper.weights[at + lane] * powers[lane];
                }
            }
            let row: f64 = lanes.iter().sum();
            sum += lower.weights[place] * row;
        }
        sum
    }
}

/// Whole powers, by squares.
fn power(bases: [f64; LANES], exponent: u32) -> [f64; LANES] {
    let (mut results, mut squares, mut left) = ([1.0; LANES], bases, exponent);
    while left > 0 {
        if left % 2 == 1 {
            results.iter_mut().zip(squares).for_each(|(result, square)| *result *= square);
        }
        squares = squares.map(|square| square * square);
        left /= 2;
    }
    results
}

/// Nodes and weights on [0, 1].
#[derive(Debug)]
struct Rule {
    nodes: [f64; NODES],
    weights: [f64; NODES],
    /// What of the product of two places' weights counts: all, for the triangles below the diagonal `s + t = 1` of two
    /// parts their own share, and nothing beyond.
    shares: [[f64; PLACES]; PLACES],
}

impl Rule {
    /// The one rule, made when it is first asked for.
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Rule> = OnceLock::new();
        SHARED.get_or_init(Self::new)
    }

    #[allow(clippy::indexing_slicing, reason = "remainders lie within")]
    fn new() -> Self {
        let points: [(f64, f64); NODES] = std::array::from_fn(gauss_legendre);
        let (nodes, weights) = (points.map(|point| point.0), points.map(|point| point.1));
        let polynomial = |own: f64, x: f64| -> f64 {
            nodes.iter().filter(|node| **node != own).map(|node| (x - node) / (own - node)).product()
        };
        // ∫_0^1 l_i(s) ∫_0^(1-s) l_j(t) dt ds = w_i ∫_0^(1-s_i) l_j(t) dt: the degree is within what the rule integrates.
        let triangle: [[f64; NODES]; NODES] = nodes.map(|s| {
            std::array::from_fn(|j| {
                let (own, weight) = points[j];
                let inner = points.iter().map(|(t, share)| share * polynomial(own, t * (1.0 - s)));
                (1.0 - s) * inner.sum::<f64>() / weight
            })
        });
        // The first part meets all of the other axis; each half of the corner's side the one before the other in full,
        // and then a triangle.
        let part = |place: usize| place.saturating_sub(1) / NODES;
        let within = |place: usize| place.checked_sub(1).map(|place| place % NODES);
        let shares = std::array::from_fn(|s| {
            std::array::from_fn(|t| match (part(s), part(t)) {
                (0, _) | (_, 0) | (1, 1) => 1.0,
                (1, 2) | (2, 1) => within(s).zip(within(t)).map_or(0.0, |(i, j)| triangle[i][j]),
                _ => 0.0,
            })
        });
        Self { nodes, weights, shares }
    }
}

/// A node of the rule of Gauss and Legendre on [0, 1], and its weight.
fn gauss_legendre(index: usize) -> (f64, f64) {
    let n = NODES as f64;
    let (mut x, mut slope) = ((PI * (index as f64 + 0.75) / (n + 0.5)).cos(), 1.0);
    // Each of Newton's steps doubles the digits of an estimate that has three.
    for _ in 0..5 {
        let (mut last, mut value) = (1.0, x);
        for k in (2..=NODES).map(|k| k as f64) {
            (last, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * last) / k);
        }
        slope = n * (x * value - last) / (x * x - 1.0);
        x -= value / slope;
    }
    (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
}

#[cfg(test)]
mod tests {
    use slo_testkit::assert_close;

    use super::*;

    #[test]
    fn the_rule_is_exact_for_polynomials_on_the_interval_and_on_the_triangle() {
        // ∫ s^a = 1/(a+1), and ∫∫ s^a t^b over s + t < 1 is a! b! / (a+b+2)!.
        let rule = Rule::shared();
        let factorial = |k: i32| (1..=k).map(f64::from).product::<f64>();
        for a in 0..12 {
            let line: f64 = rule.nodes.iter().zip(&rule.weights).map(|(s, w)| w * s.powi(2 * a)).sum();
            assert_close(line, 1.0 / f64::from(2 * a + 1), 1e-13);
            for b in 0..12 - a {
                let mut sum = 0.0;
                for i in 0..NODES {
                    for j in 0..NODES {
                        let value = rule.nodes[i].powi(a) * rule.nodes[j].powi(b);
                        sum += rule.weights[i]
                            * rule.weights[j]
                            * rule.shares[1 + NODES + i][1 + 2 * NODES + j]
                            * value;
                    }
                }
                let expected = factorial(a) * factorial(b) / factorial(a + b + 2);
                // What cancels on the triangle are terms of the order of the square's integral, 1/((a+1)(b+1)).
                assert!((sum - expected).abs() < 1e-14, "{a} {b}: {sum} and {expected}");
            }
        }
    }

    #[test]
    fn powers_are_products() {
        for exponent in [1, 2, 7, 26] {
            let expected = std::iter::repeat_n(-0.9, exponent as usize).product::<f64>();
            assert_close(power([-0.9; LANES], exponent)[LANES - 1], expected, 1e-14);
        }
    }
}
