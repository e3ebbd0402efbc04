//! The values that follow if the errors were these.

use super::{Coefficients, Recursion, Season, States};
use crate::ets::EtsError;

impl Recursion {
    /// The values that follow if the errors one step ahead were these: relative ones where the error is a factor.
    ///
    /// # Method
    ///
    /// ```text
    /// q = l, l + φ b or l b^φ        f = q, q + s or q s        d = e or f e        y = f + d
    /// δ = d, or d / s where the season is a factor
    /// l' = q + α δ
    /// b' = φ b + β δ, or b^φ + β δ / l where the trend is a factor
    /// s' = s + γ d, or s + γ (y / q - s) or s + γ (y / l' - s) where the season is a factor
    /// ```
    ///
    /// Level and trend of a trend that is a factor have to stay positive, and so has a season that an error is divided by.
    /// An innovation that would take such a state to 0 or below, or out of the range of floats, leaves it where the forecast
    /// had it: the value itself keeps its error. Values stay in the range of floats.
    ///
    /// The shorter of the two slices ends the path.
    pub(crate) fn path(
        self,
        error: EtsError,
        coefficients: &Coefficients,
        states: &States,
        innovations: &[f64],
        path: &mut [f64],
    ) {
        let mut season = states.season.clone();
        let (mut level, mut trend, mut next) = (states.level, states.trend, states.next);
        for (value, innovation) in path.iter_mut().zip(innovations) {
            let mut step = Step {
                recursion: self,
                error,
                coefficients,
                level,
                trend,
                season: season.get(next).copied(),
            };
            *value = step.take(*innovation);
            (level, trend) = (step.level, step.trend);
            if let (Some(figure), Some(updated)) = (season.get_mut(next), step.season) {
                *figure = updated;
                next = if next + 1 == season.len() { 0 } else { next + 1 };
            }
        }
    }
}

/// The states that one step reads and writes.
struct Step<'a> {
    recursion: Recursion,
    error: EtsError,
    coefficients: &'a Coefficients,
    level: f64,
    trend: f64,
    season: Option<f64>,
}

impl Step<'_> {
    /// The value that an error makes; the states become those after it.
    fn take(&mut self, error: f64) -> f64 {
        let Coefficients { alpha, beta, gamma, phi } = *self.coefficients;
        let has_factor_trend = self.recursion.trend.is_multiplicative();
        let (q, grown) = match (self.recursion.trend.exists(), has_factor_trend) {
            (false, _) => (self.level, self.trend),
            (true, false) => (finite(self.level + phi * self.trend), phi * self.trend),
            (true, true) => {
                let grown = positive(self.trend.powf(phi), self.trend);
                (positive(self.level * grown, self.level), grown)
            }
        };
        let updated = self.recursion.divides_by_updated();
        let is_relative = matches!(self.error, EtsError::Multiplicative);
        let added = match self.recursion.season {
            Season::Additive => self.season.unwrap_or(0.0),
            Season::None | Season::Multiplicative => 0.0,
        };
        // What the error is to the value, to level and trend, and to the season.
        let (value, of_level) = match (self.recursion.season, self.season) {
            (Season::Multiplicative, Some(s)) if is_relative => {
                // In R's convention the level that the value is divided by has taken its share of the error.
                let own = if updated { error * (1.0 - alpha) / (1.0 + alpha * error) } else { error };
                self.season = Some(finite(s + gamma * s * own));
                (finite(finite(q * s) * (1.0 + error)), q * error)
            }
            (Season::Multiplicative, Some(s)) => {
                let (own, divisor) =
                    if updated { (error * (1.0 - alpha), q + alpha * (error / s)) } else { (error, q) };
                self.season = Some(if divisor > 0.0 { positive(s + gamma * own / divisor, s) } else { s });
                (finite(finite(q * s) + error), error / s)
            }
            _ => {
                let forecast = finite(q + added);
                let error = if is_relative { finite(forecast * error) } else { error };
                self.season = self.season.map(|s| finite(s + gamma * error));
                (finite(forecast + error), error)
            }
        };
        let of_level = finite(of_level);
        let level = finite(q + alpha * of_level);
        if has_factor_trend {
            self.trend = positive(grown + beta * of_level / self.level, grown);
            self.level = positive(level, q);
        } else {
            self.trend =
                if self.recursion.trend.exists() { finite(grown + beta * of_level) } else { self.trend };
            self.level = level;
        }
        value
    }
}

/// The value, or the end of the range of floats that it is past.
fn finite(value: f64) -> f64 {
    value.clamp(-f64::MAX, f64::MAX)
}

/// The value if it is positive and a float, else the other one.
fn positive(value: f64, otherwise: f64) -> f64 {
    if value > 0.0 && value < f64::INFINITY { value } else { otherwise }
}
