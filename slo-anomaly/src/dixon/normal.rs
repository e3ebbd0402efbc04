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

/// A number with what is farther out than it on its side of 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) z: f64,
    tail: f64,
}

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
        if z > -1.0 && z < Self::REACH {
            return self.above(z).ln();
        }
        if z < Self::REACH {
            return Normal.ln_sf(z);
        }
        // Laplace's continued fraction: so far out, twelve of its terms are all that a double holds.
        let fraction = (1..=12).rev().fold(z, |value, k| z + f64::from(k) / value);
        -0.5 * z * z - LN_SQRT_TWO_PI - fraction.ln()
    }

    /// A number with the smaller of the tails that it divides.
    pub(super) fn point(&self, z: f64) -> Point {
        Point { z, tail: self.beyond(z.abs()) }
    }
}

impl Point {
    /// `P(self < Z < end)`, relatively accurate however narrow the interval of this `width` is.
    pub(super) fn until(&self, end: &Self, width: f64) -> f64 {
        let middle = 0.5 * (self.z + end.z);
        if width * middle.abs().max(1.0) < 0.5 {
            return density(middle) * narrow(middle, width);
        }
        if end.z <= 0.0 {
            end.tail - self.tail
        } else if self.z >= 0.0 {
            self.tail - end.tail
        } else {
            1.0 - (self.tail + end.tail)
        }
    }
}

/// `φ(z)`.
pub(super) fn density(z: f64) -> f64 {
    (-0.5 * z * z - LN_SQRT_TWO_PI).exp()
}

/// The mass of a narrow interval over the density at its middle.
///
/// ```text
/// w Σ He_2k(c) (w/2)^2k / (2k+1)!
/// ```
fn narrow(middle: f64, width: f64) -> f64 {
    /// `1 / ((2k + 2) (2k + 3))`.
    const SHARES: [f64; 7] =
        [1.0 / 6.0, 1.0 / 20.0, 1.0 / 42.0, 1.0 / 72.0, 1.0 / 110.0, 1.0 / 156.0, 1.0 / 210.0];
    let (square, half) = (middle * middle, 0.25 * width * width);
    let (mut last, mut hermite, mut scale, mut sum) = (0.0, 1.0, 1.0, 1.0);
    for (k, share) in (0..7).map(f64::from).zip(SHARES) {
        // He_{2k+2} = (c² - 4k - 1) He_2k - 2k (2k - 1) He_{2k-2}.
        let next = (square - 4.0 * k - 1.0) * hermite - 2.0 * k * (2.0 * k - 1.0) * last;
        (last, hermite) = (hermite, next);
        scale *= half * share;
        sum += hermite * scale;
    }
    width * sum
}

#[cfg(test)]
mod tests {
    use slo_testkit::assert_close;

    use super::*;

    #[test]
    fn tails_and_their_logarithms_are_those_of_the_normal_distribution() {
        // slo_core's are held to 60 digits; about 10 the cells end, and 1/32 off a node they are worst.
        let tails = Tails::shared();
        for step in -1400_i32..1400 {
            let z = f64::from(step) / 100.0;
            assert_close(tails.above(z), Normal.sf(z), 2e-15);
            assert_close(tails.ln_above(z), Normal.ln_sf(z), 2e-15);
        }
        for z in [9.999_999, 10.0, 10.000_001, 50.0, 1e5, 1e100] {
            assert_close(tails.ln_above(z), Normal.ln_sf(z), 1e-15);
        }
    }

    #[test]
    fn narrow_intervals_lose_no_digits() {
        // Against the density at the middle, exact to w²/24 (c² - 1) relatively.
        let tails = Tails::shared();
        let between = |a: f64, b: f64, width: f64| tails.point(a).until(&tails.point(b), width);
        for c in [-9.0_f64, -3.0, -0.5, 0.0, 0.7, 4.0, 12.0, 30.0] {
            for w in [1e-300, 1e-20, 1e-9] {
                let expected = w * (-0.5 * c * c - LN_SQRT_TWO_PI).exp();
                assert_close(between(c - 0.5 * w, c + 0.5 * w, w), expected, 1e-15);
            }
            // Where the series hands over to differences, one of 0.5 is two of 0.25.
            let w = 0.5 / c.abs().max(1.0);
            let halves = between(c - 0.5 * w, c, 0.5 * w) + between(c, c + 0.5 * w, 0.5 * w);
            // Either end is rounded by up to |c| 2^-53, which is c² 2^-53 of the tail beyond it, of which the interval
            // has 0.4.
            let tolerance = 2e-15 + 6e-16 * c * c;
            assert_close(between(c - 0.5 * w, c + 0.5 * w, w), halves, tolerance);
        }
    }
}
