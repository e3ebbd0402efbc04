//! Sums of products about the mean: what every coefficient of two series is made of.

use std::borrow::Cow;

use slo_core::stats::two_sum;
use slo_core::{Error, Result};

/// Points that are summed before what rounding took from the sum is kept apart.
const BLOCK: usize = 1024;

/// Outside of these, squares may overflow or vanish: such values are first scaled by a power of two.
const LARGE: f64 = f64::from_bits((1023 + 400) << 52); // 2^400
const SMALL: f64 = 1.0 / LARGE;

/// Values whose squares can be summed: the given ones, or a copy scaled by a power of two.
#[derive(Debug)]
pub(crate) struct Sample<'a> {
    values: Cow<'a, [f64]>,
    mean: f64,
    low: f64,
    high: f64,
}

impl<'a> Sample<'a> {
    /// Refuses what is not finite; `name` is what the error calls it.
    pub(crate) fn new(name: &'static str, values: &'a [f64]) -> Result<Self> {
        let sample = Self::survey(Cow::Borrowed(values));
        let largest = sample.largest();
        if sample.mean.is_finite() && (SMALL..LARGE).contains(&largest)
            || largest == 0.0 && sample.mean == 0.0
        {
            return Ok(sample);
        }
        Error::check_finite(name, values)?;
        let scale = power_of_two_below(1.0 / largest);
        Ok(Self::survey(values.iter().map(|value| value * scale).collect()))
    }

    fn survey(values: Cow<'a, [f64]>) -> Self {
        let [low, high] = extremes(&values);
        let [sum] = sums::<1, 8>(&values, &values, |value, _| [value]);
        Self { mean: sum / values.len() as f64, values, low, high }
    }

    fn largest(&self) -> f64 {
        self.high.max(-self.low)
    }

    /// Refuses values that do not vary, or by no more than the rounding of their own size.
    ///
    /// The same constant, summed in one order and in another, differs by a few units in its last place; what eight of
    /// them hold is no movement that anything could be correlated with.
    pub(crate) fn varying(self, name: &'static str) -> Result<Self> {
        if self.is_constant() {
            let reason = format!("does not vary, from {} to {}", self.low, self.high);
            return Err(Error::Degenerate { name, reason });
        }
        Ok(self)
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.low == 0.0 && self.high == 0.0
    }

    pub(crate) fn is_constant(&self) -> bool {
        self.high - self.low <= 8.0 * f64::EPSILON * self.largest()
    }

    /// The values less their mean, scaled so that their squares add up to 1.
    pub(crate) fn standardised(&self) -> Vec<f64> {
        let first = self.mean;
        let [rest] = sums::<1, 8>(&self.values, &self.values, |value, _| [value - first]);
        let rest = rest / self.values.len() as f64;
        let mut centred: Vec<f64> = self.values.iter().map(|value| (value - first) - rest).collect();
        let [squares] = sums::<1, 8>(&centred, &centred, |value, _| [value * value]);
        let scale = 1.0 / squares.sqrt();
        for value in &mut centred {
            *value *= scale;
        }
        centred
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }
}

/// How close two samples are to one line, without the difference of two numbers that are nearly one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Closeness {
    /// The coefficient, in [-1, 1].
    pub(crate) coefficient: f64,
    /// One less the square of the coefficient, in [0, 1].
    pub(crate) unexplained: f64,
}

impl Closeness {
    /// Pearson's coefficient of two samples of one length that vary.
    ///
    /// ```text
    /// r = Sxy / √(Sxx Syy),    1 - |r| = ½ Σ (x'/√Sxx ∓ y'/√Syy)²,    x' = (x - m) - mean(x - m)
    /// ```
    pub(crate) fn about_means(x: &Sample<'_>, y: &Sample<'_>) -> Self {
        let (xs, ys, n) = (x.values(), y.values(), x.values.len() as f64);
        let (mx, my) = (x.mean, y.mean);
        let [dx, dy, xx, xy, yy] = sums::<5, 4>(xs, ys, |x, y| {
            let (x, y) = (x - mx, y - my);
            [x, y, x * x, x * y, y * y]
        });
        // The mean was rounded: dx and dy are what is left of it in all differences alike.
        let (dx, dy) = (dx / n, dy / n);
        let (xx, xy, yy) = (xx - n * dx * dx, xy - n * dx * dy, yy - n * dy * dy);
        Self::new(xx, xy, yy, |cx, cy| {
            let [e, ee] = sums::<2, 8>(xs, ys, |x, y| {
                let e = ((x - mx) - dx) * cx - ((y - my) - dy) * cy;
                [e, e * e]
            });
            ee - e * e / n
        })
    }

    /// The cosine of the angle between two samples of one length that are not zero.
    pub(crate) fn about_zero(x: &Sample<'_>, y: &Sample<'_>) -> Self {
        let (xs, ys) = (x.values(), y.values());
        let [xx, xy, yy] = sums::<3, 4>(xs, ys, |x, y| [x * x, x * y, y * y]);
        Self::new(xx, xy, yy, |cx, cy| {
            let [ee] = sums::<1, 8>(xs, ys, |x, y| {
                let e = x * cx - y * cy;
                [e * e]
            });
            ee
        })
    }

    /// The inverse hyperbolic tangent of the coefficient, infinite for points on one line.
    pub(crate) fn atanh(&self) -> f64 {
        if self.coefficient.abs() < 0.5 {
            return self.coefficient.atanh();
        }
        let magnitude = ((1.0 + self.coefficient.abs()) / self.unexplained.sqrt()).ln();
        magnitude.copysign(self.coefficient)
    }

    /// From the sums of products, and the squared distance of the two scaled by the factors it is given.
    fn new(xx: f64, xy: f64, yy: f64, distance: impl Fn(f64, f64) -> f64) -> Self {
        // What rounding alone leaves of the distance of two samples on one line.
        const ROUNDING: f64 = 2.0 * f64::EPSILON * f64::EPSILON;
        let (cx, cy) = (1.0 / xx.sqrt(), 1.0 / yy.sqrt());
        let coefficient = xy * (cx * cy);
        if coefficient.abs() < 0.5 {
            let unexplained = (1.0 - coefficient) * (1.0 + coefficient);
            return Self { coefficient, unexplained };
        }
        let gap = 0.5 * distance(cx, cy.copysign(coefficient)).max(0.0);
        let gap = if gap <= ROUNDING { 0.0 } else { gap };
        Self { coefficient: (1.0 - gap).copysign(coefficient), unexplained: gap * (2.0 - gap) }
    }
}

/// The least and the greatest value, both 0 of none.
fn extremes(values: &[f64]) -> [f64; 2] {
    let first = values.first().copied().unwrap_or(0.0);
    let (mut low, mut high) = ([first; 8], [first; 8]);
    let chunks = values.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *value < *low { *value } else { *low };
            *high = if *value > *high { *value } else { *high };
        }
    }
    let low = low.iter().chain(rest).copied().fold(first, f64::min);
    [low, high.iter().chain(rest).copied().fold(first, f64::max)]
}

/// Sums of the terms of all pairs: in lanes within blocks, compensated from block to block.
pub(crate) fn sums<const TERMS: usize, const LANES: usize>(
    x: &[f64],
    y: &[f64],
    terms: impl Fn(f64, f64) -> [f64; TERMS],
) -> [f64; TERMS] {
    let mut totals = [(0.0, 0.0); TERMS];
    for (x, y) in x.chunks(BLOCK).zip(y.chunks(BLOCK)) {
        let mut lanes = [[0.0; LANES]; TERMS];
        let (xs, ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
        let rest = xs.remainder().iter().zip(ys.remainder());
        for (x, y) in xs.zip(ys) {
            #[allow(clippy::indexing_slicing, reason = "both chunks have LANES values")]
            for lane in 0..LANES {
                let terms = terms(x[lane], y[lane]);
                for (lanes, term) in lanes.iter_mut().zip(terms) {
                    lanes[lane] += term;
                }
            }
        }
        let mut block = lanes.map(|lanes| lanes.iter().sum::<f64>());
        for (x, y) in rest {
            for (sum, term) in block.iter_mut().zip(terms(*x, *y)) {
                *sum += term;
            }
        }
        for ((sum, lost), term) in totals.iter_mut().zip(block) {
            let (total, error) = two_sum(*sum, term);
            (*sum, *lost) = (total, *lost + error);
        }
    }
    totals.map(|(sum, lost)| sum + lost)
}

/// The greatest power of two that is not above a positive number, at least 2^-1022 and at most 2^1000.
fn power_of_two_below(value: f64) -> f64 {
    f64::from_bits(value.clamp(f64::MIN_POSITIVE, 1e301).to_bits() & (0x7ff << 52))
}
