//! How far a forecast may be off.

#![allow(clippy::indexing_slicing, reason = "phases below the period")]

use super::kernel::{Parts, Season, Trend};
use crate::ets::{Coefficients, States};

/// The expected values of the next places and the variances of their errors, for errors of variance 1.
///
/// # Method
///
/// An error `e` moves level, trend and the season of its place by gains; the states it has moved are then carried on as
/// the recursion, linearised about its forecast, carries them. With `P` their covariance, `x` the derivatives of the
/// next value by the states, `A` those of the next states by the states and `g` the gains:
///
/// ```text
/// var = 1 + x' P x,   P' = A P A' + g g'
/// ```
///
/// With additive parts that is the exact `1 + Σ c_j²`, `c_j = α + β (φ + ... + φ^j) + γ [m divides j]`.
#[derive(Debug)]
pub(super) struct Spread {
    parts: Parts,
    coefficients: Coefficients,
    states: States,
    /// Variances and covariance of level and trend.
    level: f64,
    both: f64,
    trend: f64,
    /// For each phase: its variance, and its covariances with level and trend.
    season: Vec<[f64; 3]>,
}

impl Spread {
    pub(super) fn new(parts: Parts, coefficients: Coefficients, states: &States) -> Self {
        let season = vec![[0.0; 3]; states.season.len()];
        Self { parts, coefficients, states: states.clone(), level: 0.0, both: 0.0, trend: 0.0, season }
    }

    /// The next place: what is expected there, and the variance about it.
    pub(super) fn step(&mut self) -> (f64, f64) {
        let Coefficients { alpha, beta, gamma, phi } = self.coefficients;
        let States { level, trend, next, .. } = self.states;
        // The base q, its derivative by the trend, and that of q and of the next trend by level and trend.
        let (q, by_level, by_trend, next_trend) = match self.parts.trend {
            Trend::None => (level, 1.0, 0.0, 0.0),
            Trend::Additive => (level + phi * trend, 1.0, phi, phi),
            Trend::Multiplicative => {
                let factor = trend.powf(phi);
                (level * factor, factor, level * phi * factor / trend, phi * factor / trend)
            }
        };
        let seasonal = self.parts.is_seasonal();
        let s = if seasonal { self.states.season[next] } else { 0.0 };
        let factor = self.parts.season_is_factor();
        let (mean, by_q, by_s) = if factor { (q * s, s, q) } else { (q + s, 1.0, 1.0) };

        // Level and trend go on to the base and the next trend.
        let base = by_level * by_level * self.level
            + 2.0 * by_level * by_trend * self.both
            + by_trend * by_trend * self.trend;
        let both = next_trend * (by_level * self.both + by_trend * self.trend);
        let slope = next_trend * next_trend * self.trend;
        for [_, with_level, with_trend] in &mut self.season {
            *with_level = by_level * *with_level + by_trend * *with_trend;
            *with_trend *= next_trend;
        }
        let mut variance = 1.0 + by_q * by_q * base;
        if seasonal {
            let [own, with_base, _] = self.season[next];
            variance += by_s * (by_s * own + 2.0 * by_q * with_base);
        }

        // What the error of this place adds. Where the season is a factor, a unit of error is 1 / s of level.
        let unit = if factor { s.recip() } else { 1.0 };
        let per_level = if self.parts.trend == Trend::Multiplicative { level.recip() } else { 1.0 };
        let (to_level, to_trend) = (alpha * unit, beta * unit * per_level);
        self.level = base + to_level * to_level;
        self.both = both + to_level * to_trend;
        self.trend = slope + to_trend * to_trend;
        if seasonal {
            let to_season = self.gain(gamma, alpha, q);
            let [own, with_level, with_trend] = self.season[next];
            self.season[next] = [
                own + to_season * to_season,
                with_level + to_level * to_season,
                with_trend + to_trend * to_season,
            ];
            self.states.next = if next + 1 == self.season.len() { 0 } else { next + 1 };
        }
        self.states.level = q;
        self.states.trend = match self.parts.trend {
            Trend::None => trend,
            Trend::Additive => phi * trend,
            Trend::Multiplicative => trend.powf(phi),
        };
        (mean, variance)
    }

    /// By how much a unit of error moves the season.
    fn gain(&self, gamma: f64, alpha: f64, q: f64) -> f64 {
        match self.parts.season {
            Season::None => 0.0,
            Season::Additive => gamma,
            Season::Multiplicative => gamma / q,
            // y / l' with l' = q + α e / s: the level has taken its part of the error.
            Season::MultiplicativeNewLevel => gamma * (1.0 - alpha) / q,
        }
    }
}
