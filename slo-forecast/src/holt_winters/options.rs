//! The choices of Holt-Winters smoothing.

#[cfg(doc)]
use super::HoltWinters;

/// Whose Holt-Winters it is: what beta and gamma mean, within what bounds they are sought, and how the season learns.
///
/// The level learns alike in all: `l' = q + α (y ∘⁻¹ s - q)` with `q` what was expected of it. With `e` the error, and
/// additive trend and season:
///
/// | | R | Statsmodels | Ets |
/// |---|---|---|---|
/// | trend | `b' = φ b + α β e` | `b' = φ b + α β e` | `b' = φ b + β e` |
/// | season | `s' = s + γ (y - l' - s)` | `s' = s + γ e` | `s' = s + γ e` |
/// | alpha | `[0, 1]` | `[0, 1]` | `[0.0001, 0.9999]` |
/// | beta | `[0, 1]` | `[0, α]` | `[0.0001, α]` |
/// | gamma | `[0, 1]` | `[0, 1 - α]` | `[0.0001, 1 - α]` |
/// | phi | | `[0.8, 0.995]` | `[0.8, 0.98]` |
/// | first states | a decomposition of two cycles | estimated | estimated |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Convention {
    /// That of R's function `HoltWinters`, which knows neither damping nor a multiplicative trend.
    R,
    /// That of the class `ExponentialSmoothing` of statsmodels.
    #[default]
    Statsmodels,
    /// That of the state space models: the parameters are the gains of the error.
    Ets,
}

/// Where level, trend and season begin.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Initial {
    /// From the first values. In R's convention: a classical decomposition of two cycles with the line through its
    /// trend, or the first two values where there is no season; the recursion begins after what it was made of. In the
    /// others: the season of up to five cycles, and the line through the first ten values of their moving average
    /// (Hyndman et al. 2008, section 2.6).
    Heuristic,
    /// From the first cycles alone: the mean of the first, the growth to the second, and what is left of the first.
    Simple,
    /// As statsmodels' `legacy-heuristic`: as [`Simple`](Self::Simple), but the level is the mean of the first place of
    /// all cycles.
    Legacy,
    /// Where the sum of squares is least.
    Estimated,
    /// These, as they were before the first value.
    Given {
        /// The level.
        level: f64,
        /// The trend, which is ignored where there is none.
        trend: f64,
        /// The season of the first places, in their order; empty where there is none.
        season: Vec<f64>,
    },
}

/// Within what bounds parameters are sought.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// How near alpha, beta and gamma come to their limits.
    pub(super) low: f64,
    pub(super) phi: (f64, f64),
}

impl Convention {
    pub(super) const fn bounds(self) -> Bounds {
        let (low, phi) = match self {
            Self::R => (0.0, (1.0, 1.0)),
            Self::Statsmodels => (0.0, (0.8, 0.995)),
            Self::Ets => (1e-4, (0.8, 0.98)),
        };
        Bounds { low, phi }
    }
}
