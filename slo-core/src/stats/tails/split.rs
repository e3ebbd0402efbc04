//! A probability and its complement, of which one is computed and the other follows without cancellation.

use crate::error::{Error, Result};

/// Which of the two tails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// At or below a point.
    Lower,
    /// Above it.
    Upper,
}

impl Side {
    /// The other tail.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Lower => Self::Upper,
            Self::Upper => Self::Lower,
        }
    }
}

/// The mass of a distribution on both sides of a point, kept as that of the side that was computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Split {
    side: Side,
    found: Found,
}

/// What was computed of a side.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Found {
    /// The logarithm of its mass, as exact as either side needs it: relatively where it is near 0, so that the other
    /// side is `-expm1` of it.
    Ln(f64),
    /// Its mass, where that is at most about a half, so that the other one has all its digits.
    Mass(f64),
}

impl Split {
    /// Everything lies above the point.
    pub(super) const ALL_ABOVE: Self = Self { side: Side::Lower, found: Found::Ln(f64::NEG_INFINITY) };

    /// Nothing lies above the point.
    pub(super) const NONE_ABOVE: Self = Self { side: Side::Upper, found: Found::Ln(f64::NEG_INFINITY) };

    /// What a point that is no number gives.
    pub(super) const UNDEFINED: Self = Self { side: Side::Lower, found: Found::Ln(f64::NAN) };

    /// A split from the logarithm of one side, which rounding may have carried past 0.
    pub(super) fn new(side: Side, ln: f64) -> Self {
        Self { side, found: Found::Ln(if ln > 0.0 { 0.0 } else { ln }) }
    }

    /// A split from the mass of the lesser side.
    pub(super) fn of_mass(side: Side, mass: f64) -> Self {
        Self { side, found: Found::Mass(mass) }
    }

    /// The mass of one side.
    pub(super) fn mass(self, side: Side) -> f64 {
        match self.found {
            Found::Ln(ln) if side == self.side => ln.exp(),
            Found::Ln(ln) => -ln.exp_m1(),
            Found::Mass(mass) if side == self.side => mass,
            // Of at most a half: no digit of the greater side is lost.
            Found::Mass(mass) => 1.0 - mass,
        }
    }

    /// The logarithm of the mass of one side.
    pub(super) fn ln(self, side: Side) -> f64 {
        match self.found {
            Found::Ln(ln) if side == self.side => ln,
            Found::Ln(ln) => ln_complement(ln),
            Found::Mass(mass) if side == self.side => mass.ln(),
            Found::Mass(mass) => (-mass).ln_1p(),
        }
    }
}

/// `ln(1 - e^l)` for `l <= 0`.
pub(super) fn ln_complement(l: f64) -> f64 {
    if l > -std::f64::consts::LN_2 { (-l.exp_m1()).ln() } else { (-l.exp()).ln_1p() }
}

impl Split {
    /// The split of the mirrored variable.
    pub(super) fn mirrored(self) -> Self {
        Self { side: self.side.other(), ..self }
    }
}

/// What a quantile is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// The lower end of the support.
    Start,
    /// The upper end of the support.
    End,
    /// The point that has a mass in (0, 1/2] on one side, which is how no digit of a probability is lost.
    Inside(Side, f64),
}

impl Place {
    /// The point with mass `p` at or below it.
    pub(super) fn below(p: f64) -> Result<Self> {
        Self::beside(Side::Lower, p)
    }

    /// The point with mass `p` above it.
    pub(super) fn above(p: f64) -> Result<Self> {
        Self::beside(Side::Upper, p)
    }

    fn beside(side: Side, p: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&p) {
            return Err(Error::invalid("p", p, "must lie between 0 and 1"));
        }
        Ok(if p == 0.0 || p == 1.0 {
            if (p == 0.0) == (side == Side::Lower) { Self::Start } else { Self::End }
        } else if p <= 0.5 {
            Self::Inside(side, p)
        } else {
            // Exact, as 1/2 < p < 1.
            Self::Inside(side.other(), 1.0 - p)
        })
    }
}
