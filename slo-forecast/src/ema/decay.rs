//! How fast the weight of a value fades.

use slo_core::{Duration, Error, Result};

/// How fast the weight of a value fades: by each place, or by time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Decay {
    /// The share of the newest value; what came before is weighted by the rest.
    Alpha(f64),
    /// `alpha = 2 / (span + 1)`.
    Span(f64),
    /// `alpha = 1 - 2^(-1 / halflife)`: after so many places a weight is half of what it was.
    Halflife(f64),
    /// `alpha = 1 / (1 + com)`, the centre of mass.
    Com(f64),
    /// After so much time a weight is half of what it was.
    HalflifeTime(Duration),
}

impl Decay {
    /// Refuses what is no rate of decay.
    pub(crate) fn check(self) -> Result<Self> {
        let refuse = |name, value: f64, reason| Err(Error::invalid(name, value, reason));
        match self {
            Self::Alpha(alpha) if !(alpha > 0.0 && alpha <= 1.0) => {
                refuse("alpha", alpha, "must lie above 0 and be at most 1")
            }
            Self::Span(span) if !(span >= 1.0 && span.is_finite()) => {
                refuse("span", span, "must be finite and at least 1")
            }
            Self::Halflife(halflife) if !(halflife > 0.0 && halflife.is_finite()) => {
                refuse("halflife", halflife, "must be finite and above 0")
            }
            Self::Com(com) if !(com >= 0.0 && com.is_finite()) => {
                refuse("com", com, "must be finite and at least 0")
            }
            Self::HalflifeTime(halflife) if !halflife.is_positive() => {
                Err(Error::invalid("halflife", halflife, "must be above 0"))
            }
            _ => Ok(self),
        }
    }

    /// The share of the newest value; with a halflife in time, the share a halflife after the value before it.
    pub(crate) fn alpha(self) -> f64 {
        match self {
            Self::Alpha(alpha) => alpha,
            Self::Span(span) => 2.0 / (span + 1.0),
            Self::Halflife(halflife) => -f64::exp_m1(-std::f64::consts::LN_2 / halflife),
            Self::Com(com) => 1.0 / (1.0 + com),
            Self::HalflifeTime(_) => 0.5,
        }
    }

    /// The halflife in time, if that is how weights fade.
    pub(crate) fn time(self) -> Option<Duration> {
        match self {
            Self::HalflifeTime(halflife) => Some(halflife),
            _ => None,
        }
    }
}
