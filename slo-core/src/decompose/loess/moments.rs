//! Long spans without weights of the values, in a time that does not depend on the span.
//!
//! The weight of distance is a polynomial of degree 9 on each side, so that a fit is a combination of moments of the
//! values about it. With `Δ` the forward difference and `C` the binomial coefficient,
//!
//! ```text
//! q(r) = 1 - 3 (r/h)³ + 3 (r/h)⁶ - (r/h)⁹ = Σ_k Δᵏq(0) C(r, k),   q(d + t) = Σ_k Δᵏq(d) C(t, k)
//! A_k(x) = Σ_{j>=x} C(j - x, k) y_j = A_k(x+1) + A_{k-1}(x+1)
//! ```
//!
//! The recurrence only ever adds. It starts anew every `h` places, so that a value's rounding errors leave with it: a
//! window is the end of one such block and the beginning of the next, whose moments are about its first place. All
//! terms of `q` together are at most 8 where the weights reach 1, which is what is lost in digits. The weight's two cuts
//! concern few distances, which are corrected one by one.

use super::weights::{cube, tricube};
use super::{Degree, Shape};

/// Moments of the polynomial.
const INSIDE: usize = 10;

/// Those of the polynomial times the square of the distance.
const EDGE: usize = INSIDE + 2;

type Table = Vec<[f64; INSIDE]>;

/// The number of maps of `p` things onto `k`: `rᵖ = Σ_k ONTO[p][k] C(r, k)`.
const ONTO: [[f64; EDGE]; EDGE] = onto();

#[allow(clippy::indexing_slicing, reason = "both indices are below the size")]
const fn onto() -> [[f64; EDGE]; EDGE] {
    let mut table = [[0.0; EDGE]; EDGE];
    table[0][0] = 1.0;
    let mut p = 1;
    while p < EDGE {
        let mut k = 1;
        while k <= p {
            table[p][k] = k as f64 * (table[p - 1][k] + table[p - 1][k - 1]);
            k += 1;
        }
        p += 1;
    }
    table
}

/// What the weights of distance are, for every place of a series.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    shape: Shape,
    /// None where no whole span fits.
    inside: Option<Inside>,
    edge: Vec<Local>,
}

/// The weights about a place far from the ends.
#[derive(Clone, Debug)]
struct Inside {
    /// `Δᵏq(d)` at the distances `d = 0, ..., h`.
    differences: Table,
    /// `C(t, k)` for `t = 0, ..., h`.
    binomials: Table,
    /// Distances at which the weight is not `q`, and what it has more.
    cuts: Vec<(usize, f64)>,
    total: f64,
}

/// The weights about a place near an end, about that place.
#[derive(Clone, Copy, Debug)]
struct Local {
    h: f64,
    total: f64,
    mean: f64,
    /// What the fit moves by for each unit of the mean of places times values.
    slope: f64,
}

impl Moments {
    pub(super) fn new(shape: Shape) -> Self {
        let width = shape.span.min(shape.n);
        let places = if shape.span < shape.n { shape.half() } else { shape.n };
        let edge = (0..places).map(|place| Local::new(shape, width, place)).collect();
        Self { shape, inside: (shape.span < shape.n).then(|| Inside::new(shape.half())), edge }
    }

    /// Leaves out some of the first values: weights near an end do not depend on how far the other is.
    pub(super) const fn skip(&mut self, count: usize) {
        self.shape = self.shape.skip(count);
    }

    /// The fit at every place.
    #[allow(
        clippy::indexing_slicing,
        reason = "a span that is shorter than the series fits into it at both ends"
    )]
    pub(super) fn smooth(&self, y: &[f64], fit: &mut [f64]) {
        let Shape { n, span, .. } = self.shape;
        let Some(inside) = &self.inside else {
            return near_end(y, &self.edge, fit);
        };
        let half = self.shape.half();
        near_end(&y[..span], &self.edge, &mut fit[..half]);
        let end: Vec<f64> = y[n - span..].iter().rev().copied().collect();
        near_end(&end, &self.edge, &mut fit[n - half..]);
        fit[n - half..].reverse();
        inside.smooth(y, &mut fit[half..n - half]);
    }
}

impl Inside {
    fn new(half: usize) -> Self {
        let h = half as f64;
        let mut first = [0.0; INSIDE];
        for (power, factor) in [(0, 1.0), (3, -3.0), (6, 3.0), (9, -1.0)] {
            // One division after the other: the power of a long span may leave the floats before its share does.
            let unit = (0..power).fold(factor, |unit, _| unit / h);
            for (difference, onto) in first.iter_mut().zip(ONTO.get(power).into_iter().flatten()) {
                *difference += unit * onto;
            }
        }
        let binomials: Table = (0..=half).map(binomials).collect();
        let shift = |row: &[f64; INSIDE]| {
            let mut shifted = [0.0; INSIDE];
            for (order, shifted) in shifted.iter_mut().enumerate() {
                *shifted = first
                    .iter()
                    .skip(order)
                    .zip(row)
                    .map(|(difference, binomial)| difference * binomial)
                    .sum();
            }
            shifted
        };
        let differences = binomials.iter().map(shift).collect();
        let total = tricube(0.0, h) + 2.0 * (1..half).map(|r| tricube(r as f64, h)).sum::<f64>();
        Self { differences, binomials, cuts: cuts(h, half - 1), total }
    }

    /// The fits around which a whole span of `y` fits.
    #[allow(
        clippy::indexing_slicing,
        reason = "the fits are the middle of the values, half a span from both ends"
    )]
    fn smooth(&self, y: &[f64], fit: &mut [f64]) {
        let half = self.binomials.len() - 1;
        let (mut after, mut before) = (vec![0.0; y.len()], vec![0.0; y.len()]);
        let mirrored: Vec<f64> = y.iter().rev().copied().collect();
        self.one_sided(y, &mut after);
        self.one_sided(&mirrored, &mut before);
        for (place, fit) in fit.iter_mut().enumerate() {
            let x = place + half;
            let sides = after[x] + (before[y.len() - 1 - x] - y[x]);
            let cut: f64 = self.cuts.iter().map(|(r, more)| more * (y[x - r] + y[x + r])).sum();
            *fit = (sides + cut) / self.total;
        }
    }

    /// `Σ_{r=0}^{h-1} q(r) y_{x+r}` at each `x` for which there are so many values.
    #[allow(clippy::indexing_slicing, reason = "a block begins and ends within the values")]
    fn one_sided(&self, y: &[f64], out: &mut [f64]) {
        let half = self.binomials.len() - 1;
        for start in (0..y.len()).step_by(half) {
            let end = (start + half).min(y.len());
            let mut moments = [0.0; INSIDE];
            for place in (start..end).rev() {
                step(&mut moments, y[place]);
                out[place] = combine(&self.differences[0], &moments);
            }
            if start == 0 {
                continue;
            }
            // The windows that end in this block began in the one before.
            let mut moments = [0.0; INSIDE];
            for taken in 1..half.min(end - start + 1) {
                let value = y[start + taken - 1];
                for (moment, binomial) in moments.iter_mut().zip(&self.binomials[taken - 1]) {
                    *moment += binomial * value;
                }
                out[start + taken - half] += combine(&self.differences[half - taken], &moments);
            }
        }
    }
}

impl Local {
    /// The weights about a place among `width` values.
    fn new(shape: Shape, width: usize, place: usize) -> Self {
        let (x, last) = (place as f64, width as f64 - 1.0);
        let h = x.max(last - x) + shape.extra();
        // The moments of r + 1 ones, the farthest at the distance r, are C(r + 1, k + 1).
        let ones = |r: usize| {
            let mut moments = [0.0; EDGE];
            let mut binomial = 1.0;
            for (order, moment) in moments.iter_mut().enumerate() {
                binomial *= (r as f64 + 1.0 - order as f64).max(0.0) / (order as f64 + 1.0);
                *moment = binomial;
            }
            moments
        };
        let (after, before) = (width - 1 - place, place);
        let (right, left) = (sums(&ones(after), h), sums(&ones(before), h));
        let [mut total, mut first, mut second] =
            [right[0] + (left[0] - 1.0), right[1] - left[1], right[2] + left[2]];
        for (r, more) in cuts(h, before.max(after)) {
            let (above, below) = (if r <= after { more } else { 0.0 }, if r <= before { more } else { 0.0 });
            let r = r as f64;
            total += above + below;
            first += r * (above - below);
            second += r * r * (above + below);
        }
        let mean = first / total;
        let variance = second / total - mean * mean;
        let is_line = shape.degree == Degree::Linear && variance.sqrt() > shape.least();
        Self { h, total, mean, slope: if is_line { -mean / variance } else { 0.0 } }
    }
}

/// `Σ q y`, `Σ q r y` and `Σ q r² y` by the moments on one side.
fn sums(moments: &[f64; EDGE], h: f64) -> [f64; 3] {
    // The moments of powers of r / h.
    let mut powers = [0.0; EDGE];
    let mut unit = 1.0;
    for (power, onto) in powers.iter_mut().zip(&ONTO) {
        *power = unit * onto.iter().zip(moments).map(|(onto, moment)| onto * moment).sum::<f64>();
        unit /= h;
    }
    let [p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11] = powers;
    let weigh = |a: f64, b: f64, c: f64, d: f64| a - 3.0 * b + 3.0 * c - d;
    [weigh(p0, p3, p6, p9), h * weigh(p1, p4, p7, p10), h * h * weigh(p2, p5, p8, p11)]
}

/// The fits at the first places of `y`, each to all of it.
#[allow(clippy::indexing_slicing, reason = "there are at most as many places as values")]
fn near_end(y: &[f64], places: &[Local], fit: &mut [f64]) {
    let mut after = vec![[0.0; EDGE]; places.len()];
    let mut moments = [0.0; EDGE];
    for place in (0..y.len()).rev() {
        step(&mut moments, y[place]);
        if let Some(after) = after.get_mut(place) {
            *after = moments;
        }
    }
    let mut moments = [0.0; EDGE];
    for (place, (local, fit)) in places.iter().zip(fit).enumerate() {
        step(&mut moments, y[place]);
        let (right, left) = (sums(&after[place], local.h), sums(&moments, local.h));
        let (mut plain, mut times) = (right[0] + (left[0] - y[place]), right[1] - left[1]);
        for (r, more) in cuts(local.h, place.max(y.len() - 1 - place)) {
            let above = y.get(place + r).map_or(0.0, |value| more * value);
            let below = place.checked_sub(r).map_or(0.0, |place| more * y[place]);
            plain += above + below;
            times += r as f64 * (above - below);
        }
        let (level, product) = (plain / local.total, times / local.total);
        *fit = level + local.slope * (product - local.mean * level);
    }
}

/// Distances of 1 to `last` at which the weight is not the polynomial, and what it has more there.
fn cuts(h: f64, last: usize) -> Vec<(usize, f64)> {
    let more = |r: usize| (r, tricube(r as f64, h) - cube(1.0 - cube(r as f64 / h)));
    let near = (1..=last).take_while(|r| *r as f64 <= 0.001 * h);
    let far = (1..=last).rev().take_while(|r| *r as f64 > 0.999 * h);
    near.chain(far).map(more).collect()
}

/// The moments about the place before, whose value is `value`.
fn step<const N: usize>(moments: &mut [f64; N], value: f64) {
    let mut carried = value;
    for moment in moments {
        let old = *moment;
        *moment += carried;
        carried = old;
    }
}

fn combine(differences: &[f64; INSIDE], moments: &[f64; INSIDE]) -> f64 {
    differences.iter().zip(moments).map(|(difference, moment)| difference * moment).sum()
}

/// `C(t, k)` for each order `k`.
fn binomials(t: usize) -> [f64; INSIDE] {
    let mut row = [1.0; INSIDE];
    let mut last = 1.0;
    for (order, binomial) in row.iter_mut().enumerate().skip(1) {
        last *= (t as f64 - (order as f64 - 1.0)).max(0.0) / order as f64;
        *binomial = last;
    }
    row
}
