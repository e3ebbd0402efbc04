//! The normal distribution where it is asked for thousands of times.

use std::sync::OnceLock;

use slo_core::stats::tails::{Distribution, Normal};

/// `ln √(2π)`.
pub(super) const LN_SQRT_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// Expansions of the upper tail about the multiples of 1/16 from 0 to 10.
///
/// ```text
/// Q(z + d) = Q(z) - φ(z) Σ (-1)^k He_k(z) d^(k+1) / (k+1)!,    |d| <= 1/32
/// ```
///
/// Thirteen terms leave out less than 1e-17 of the tail.
#[derive(Debug)]
pub(super) struct Tails(Box<[[f64; Tails::TERMS]]>);

impl Tails {
    const TERMS: usize = 14;
    const PER_UNIT: f64 = 16.0;
    const REACH: f64 = 10.0;
    const CELLS: u16 = 162;
    /// Three halves of 2^52: a number added to it is rounded to a whole one.
    const WHOLE: f64 = 6_755_399_441_055_744.0;

    /// The one set of expansions, made when it is first asked for.
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Tails> = OnceLock::new();
        SHARED.get_or_init(|| Self((0..Self::CELLS).map(Self::expansion).collect()))
    }

    /// The coefficients about `cell / 16`.
    fn expansion(cell: u16) -> [f64; Self::TERMS] {
        let z = f64::from(cell) / Self::PER_UNIT;
        let mut coefficients = [Normal.sf(z); Self::TERMS];
        // (-1)^k He_k(z) / (k+1)!, from the recurrence He_{k+1} = z He_k - k He_{k-1}.
        let (mut last, mut hermite, mut scale) = (0.0, 1.0, -(-0.5 * z * z - LN_SQRT_TWO_PI).exp());
        for (k, coefficient) in (0_u16..).map(f64::from).zip(&mut coefficients[1..]) {
            scale /= k + 1.0;
            *coefficient = scale * hermite;
            (last, hermite) = (hermite, z * hermite - k * last);
            scale = -scale;
        }
        coefficients
    }

    /// `P(Z > z)` for `z >= 0`.
    pub(super) fn beyond(&self, z: f64) -> f64 {
        if z >= Self::REACH || z.is_nan() {
            return Normal.sf(z);
        }
        // The nearest cell: the low bits of a number so large that its last place is a whole one.
        let shifted = z * Self::PER_UNIT + Self::WHOLE;
        let distance = z - (shifted - Self::WHOLE) / Self::PER_UNIT;
        let cell = usize::try_from(shifted.to_bits() & 0xFF).unwrap_or(0);
        match self.0.get(cell) {
            Some(terms) => terms.iter().rev().fold(0.0, |sum, term| sum * distance + term),
            None => Normal.sf(z),
        }
    }

    /// `P(Z > z)`.
    pub(super) fn above(&self, z: f64) -> f64 {
        if z < 0.0 { 1.0 - self.beyond(-z) } else { self.beyond(z) }
    }

    /// `ln P(Z > z)`, also where the probability is too small for a double.
    pub(super) fn ln_above(&self, z: f64) -> f64 {
        if z > -1.0 && z < Self::REACH { self.above(z).ln() } else { Normal.ln_sf(z) }
    }

    /// `P(a < Z < b)`, relatively accurate however narrow the interval of this `width` is.
    pub(super) fn between(&self, a: f64, b: f64, width: f64) -> f64 {
        let middle = 0.5 * (a + b);
        if width * middle.abs().max(1.0) < 0.5 {
            return density(middle) * narrow(middle, width);
        }
        if b <= 0.0 {
            self.beyond(-b) - self.beyond(-a)
        } else if a >= 0.0 {
            self.beyond(a) - self.beyond(b)
        } else {
            1.0 - (self.beyond(-a) + self.beyond(b))
        }
    }
}

/// `φ(z)`.
fn density(z: f64) -> f64 {
    (-0.5 * z * z - LN_SQRT_TWO_PI).exp()
}

/// The mass of a narrow interval over the density at its middle.
///
/// ```text
/// w Σ He_2k(c) (w/2)^2k / (2k+1)!
/// ```
fn narrow(middle: f64, width: f64) -> f64 {
    let (square, half) = (middle * middle, 0.25 * width * width);
    let (mut last, mut hermite, mut scale, mut sum) = (0.0, 1.0, 1.0, 1.0);
    for k in (0..7).map(f64::from) {
        // He_{2k+2} = (c² - 4k - 1) He_2k - 2k (2k - 1) He_{2k-2}.
        let next = (square - 4.0 * k - 1.0) * hermite - 2.0 * k * (2.0 * k - 1.0) * last;
        (last, hermite) = (hermite, next);
        scale *= half / ((2.0 * k + 2.0) * (2.0 * k + 3.0));
        sum += hermite * scale;
    }
    width * sum
}
