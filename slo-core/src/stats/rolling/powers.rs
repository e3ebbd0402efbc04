//! Sums of the first three powers of deviations, in twice the digits of a float.

#![allow(
    clippy::inline_always,
    clippy::indexing_slicing,
    reason = "only what is inlined is compiled for fused multiplication; windows lie within the values"
)]

use crate::stats::deviations::{accumulate, normalised, product};
use crate::sum::{two_product, two_sum};

/// Sums over some values `d` from an anchor: each a float and what rounding took from it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Powers {
    /// The greatest `|d|`.
    widest: f64,
    sum: [f64; 2],
    squares: [f64; 2],
    cubes: [f64; 2],
}

impl Powers {
    /// Takes in a deviation, a float and its rest.
    #[inline(always)]
    fn add(&mut self, [d, rest]: [f64; 2]) {
        let (square, lost) = two_product(d, d);
        let square_rest = lost + 2.0 * d * rest;
        let (cube, lost) = two_product(square, d);
        self.widest = self.widest.max(d.abs());
        accumulate(&mut self.sum, d, rest);
        accumulate(&mut self.squares, square, square_rest);
        accumulate(&mut self.cubes, cube, lost + (square_rest * d + square * rest));
    }

    #[inline(always)]
    fn plus(mut self, other: Self) -> Self {
        self.widest = self.widest.max(other.widest);
        accumulate(&mut self.sum, other.sum[0], other.sum[1]);
        accumulate(&mut self.squares, other.squares[0], other.squares[1]);
        accumulate(&mut self.cubes, other.cubes[0], other.cubes[1]);
        self
    }
}

/// Sums of the values of a window from one of them, with which all else is computed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Central {
    count: f64,
    anchor: f64,
    factor: f64,
    powers: Powers,
}

impl Central {
    /// The adjusted skewness; NaN of equal values, and below three.
    ///
    /// ```text
    /// Σ(x - m)² = Σd² - δ Σd,   Σ(x - m)³ = Σd³ - 3 δ Σd² + 2 δ² Σd,   δ = Σd / n
    /// ```
    pub(super) fn skewness(self) -> f64 {
        let Self { count: n, powers, .. } = self;
        if n < 3.0 || powers.widest == 0.0 {
            return f64::NAN;
        }
        let offset = self.offset();
        let [squares, cubes] = [powers.squares, powers.cubes].map(normalised);
        let about = self.squares(offset);
        let twice = product(offset, product(offset, powers.sum.map(|s| 2.0 * s)));
        let thrice = product(offset, squares.map(|s| -3.0 * s));
        let mut third = cubes;
        accumulate(&mut third, thrice[0], thrice[1]);
        accumulate(&mut third, twice[0], twice[1]);
        let third = third[0] + third[1];
        n * (n - 1.0).sqrt() / (n - 2.0) * (third / (about * about.sqrt()))
    }

    /// How many deviations a value of the window is above the mean; NaN for equal values, and where no more than `ddof`
    /// are in the window.
    pub(super) fn z_score(self, value: f64, ddof: usize) -> f64 {
        let degrees = self.count - ddof as f64;
        if degrees <= 0.0 || self.powers.widest == 0.0 {
            return f64::NAN;
        }
        let offset = self.offset();
        let mut distance: [f64; 2] = two_sum(value * self.factor, -self.anchor).into();
        accumulate(&mut distance, -offset[0], -offset[1]);
        (distance[0] + distance[1]) / (self.squares(offset) / degrees).sqrt()
    }

    /// `Σd / n`.
    fn offset(self) -> [f64; 2] {
        let [sum, rest] = normalised(self.powers.sum);
        let offset = sum / self.count;
        let (back, lost) = two_product(offset, self.count);
        [offset, ((sum - back) - lost + rest) / self.count]
    }

    /// The squares about the mean.
    fn squares(self, offset: [f64; 2]) -> f64 {
        let mut squares = self.powers.squares;
        let lost = product(offset, normalised(self.powers.sum));
        accumulate(&mut squares, -lost[0], -lost[1]);
        squares[0] + squares[1]
    }
}

/// Deviations within these bounds have cubes that neither overflow nor lose their rests.
const NARROWEST: f64 = f64::from_bits((1023 - 250) << 52); // 2^-250
const WIDEST: f64 = f64::from_bits((1023 + 320) << 52); // 2^320

/// What values are multiplied by: 1, or what brings deviations of any size within the bounds.
const FACTORS: [f64; 5] = [
    1.0,
    f64::from_bits((1023 - 500) << 52),
    f64::from_bits((1023 - 1000) << 52),
    f64::from_bits((1023 + 500) << 52),
    f64::from_bits((1023 + 1000) << 52),
];

/// The sums over each of the windows that hold a value, the anchor of all deviations.
///
/// What is before the anchor is summed once, from the anchor backwards, what follows it as it comes. Nothing is ever
/// subtracted, so a window's sums are made of its own values and nothing else.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut {
    /// The first value that was in a window, and the anchor.
    first: usize,
    at: usize,
    parts: [Option<Parts>; 5],
}

#[derive(Clone, Debug)]
struct Parts {
    anchor: f64,
    /// The sums over the so many values before the anchor.
    older: Vec<Powers>,
    /// The sums over the anchor and what follows, up to a value.
    newer: Powers,
    end: usize,
}

impl Cut {
    /// The sums over the values `first..end`, of which there is at least one; from call to call neither falls.
    #[inline(always)]
    pub(super) fn sums(&mut self, values: &[f64], first: usize, end: usize) -> Central {
        if first > self.at || self.parts[0].is_none() {
            *self = Self { first, at: end - 1, parts: std::mem::take(&mut self.parts) };
            self.parts.iter_mut().flatten().for_each(|parts| parts.older.clear());
        }
        let central = self.scaled(0, values, first, end);
        let widest = central.powers.widest;
        if widest == 0.0 || (NARROWEST..=WIDEST).contains(&widest) {
            return central;
        }
        let scale = match widest {
            _ if widest > WIDEST / FACTORS[1] => 2,
            _ if widest > WIDEST => 1,
            _ if widest >= NARROWEST / FACTORS[3] => 3,
            _ => 4,
        };
        self.scaled(scale, values, first, end)
    }

    /// The sums with all values multiplied by a factor.
    #[inline(always)]
    fn scaled(&mut self, scale: usize, values: &[f64], first: usize, end: usize) -> Central {
        let factor = FACTORS[scale];
        let deviation = |value: f64, anchor: f64| two_sum(value * factor, -anchor).into();
        let parts = self.parts[scale].get_or_insert_with(|| Parts {
            anchor: 0.0,
            older: Vec::new(),
            newer: Powers::default(),
            end: 0,
        });
        if parts.older.is_empty() {
            let anchor = values[self.at] * factor;
            let mut powers = Powers::default();
            parts.older.push(powers);
            parts.older.extend(values[self.first..self.at].iter().rev().map(|value| {
                powers.add(deviation(*value, anchor));
                powers
            }));
            (parts.anchor, parts.newer, parts.end) = (anchor, Powers::default(), self.at);
        }
        for value in &values[parts.end..end] {
            parts.newer.add(deviation(*value, parts.anchor));
        }
        parts.end = end;
        let powers = parts.older[self.at - first].plus(parts.newer);
        Central { count: (end - first) as f64, anchor: parts.anchor, factor, powers }
    }
}
