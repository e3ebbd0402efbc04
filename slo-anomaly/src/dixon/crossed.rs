//! Both ratios r21, each of whose denominators ends where the other's numerator might begin.

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
/// there it is smooth in
///
/// ```text
/// α = p + r w s,  β = q - r w t,    0 <= s, t <= 1,  s + t <= 1/r
/// ```
///
/// for `r > 1/2` a square without a corner, which is three rectangles and a triangle. Each has the points of Gauss and
/// Legendre.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crossed {
    pub(super) r: f64,
    pub(super) m: i32,
}

/// The two values with what lies between them.
#[derive(Clone, Copy, Debug)]
struct Ends {
    p: Point,
    q: Point,
    width: f64,
    mass: f64,
}

/// A point of one axis: its weight, and the share of the mass that it takes from its end.
type Node = (f64, f64);

impl Crossed {
    /// The longest sample for which the points are close enough.
    pub(super) const MAX_LEN: usize = 30;
    const POINTS: usize = 16;

    /// The integral over the `m`-th power of the mass between the two, and the logarithm of that mass.
    pub(super) fn share(&self, tails: &Tails, p: f64, q: f64, width: f64) -> (f64, f64) {
        let (p, q) = (tails.point(p), tails.point(q));
        let ends = Ends { p, q, width, mass: p.until(&q, width) };
        // From here on one side's limit may cross the other's.
        let corner = (1.0 / self.r - 1.0).min(1.0);
        let [lower, upper] = [true, false].map(|low| {
            let reach = self.r / (1.0 - self.r) * width;
            let beyond = if low { tails.above(reach - p.z) } else { tails.above(q.z + reach) };
            let mut first = self.axis(tails, &ends, low, (0.0, corner));
            first.push((beyond, 0.0));
            first
        });
        let mut sum = self.product(&lower, &upper);
        if corner < 1.0 {
            let left = self.axis(tails, &ends, true, (corner, 1.0));
            sum += self.product(&left, &upper)
                + self.product(&lower, &self.axis(tails, &ends, false, (corner, 1.0)));
            for (at, node) in gauss().iter().zip(left) {
                let end = 1.0 - (1.0 - corner) * at.0;
                sum += self.product(&[node], &self.axis(tails, &ends, false, (corner, end)));
            }
        }
        (sum, ends.mass.ln())
    }

    /// The points of a part of one axis.
    fn axis(&self, tails: &Tails, ends: &Ends, low: bool, (begin, end): (f64, f64)) -> Vec<Node> {
        let reach = self.r / (1.0 - self.r) * ends.width;
        let node = |&(at, weight): &(f64, f64)| {
            let s = begin + (end - begin) * at;
            let (out, taken) = (reach * (1.0 - s), self.r * ends.width * s);
            let (outer, mass) = if low {
                (ends.p.z - out, ends.p.until(&tails.point(ends.p.z + taken), taken))
            } else {
                (ends.q.z + out, tails.point(ends.q.z - taken).until(&ends.q, taken))
            };
            (weight * (end - begin) * reach * density(outer), mass / ends.mass)
        };
        gauss().iter().map(node).collect()
    }

    /// The sum over the points of two axes.
    fn product(&self, lower: &[Node], upper: &[Node]) -> f64 {
        let row = |(weight, taken): &Node| {
            let left = 1.0 - taken;
            weight
                * upper.iter().map(|(other, more)| other * (left - more).max(0.0).powi(self.m)).sum::<f64>()
        };
        lower.iter().map(row).sum()
    }
}

/// The points of Gauss and Legendre on [0, 1], with their weights.
fn gauss() -> &'static [Node] {
    static POINTS: OnceLock<Vec<Node>> = OnceLock::new();
    POINTS.get_or_init(|| {
        let n = Crossed::POINTS as f64;
        let root = |index: usize| {
            let mut x = (std::f64::consts::PI * (index as f64 + 0.75) / (n + 0.5)).cos();
            let mut slope = 1.0;
            // Newton's steps double the digits of an estimate that has three.
            for _ in 0..6 {
                let (mut last, mut value) = (1.0, x);
                for k in (2..=Crossed::POINTS).map(|k| k as f64) {
                    (last, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * last) / k);
                }
                slope = n * (x * value - last) / (x * x - 1.0);
                x -= value / slope;
            }
            (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
        };
        (0..Crossed::POINTS).map(root).collect()
    })
}
