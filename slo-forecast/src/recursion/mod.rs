//! The recursion of level, trend and season, forwards and its derivative backwards.
//!
//! How the states go on does not depend on how the error enters, so fifteen recursions serve the thirty models of
//! exponential smoothing and Holt-Winters' method, and one more choice the latter as R has it.
//!
//! ```text
//! c = φ b  or  b^φ          what the trend makes of itself     q = l, l + c  or  l c       the value without season
//! f = q, q + s  or  q s     the value one step ahead           d = y - q, y - s - q  or  y / s - q
//! l' = q + α d              b' = c + β d  or  c + β d / l      s' = s + γ d,  s + γ (y / q - s)  or  s + γ (y / l' - s)
//! ```

mod factor;
mod line;
mod path;
mod scale;
mod states;
mod tape;

pub(crate) use scale::Scale;
pub(crate) use states::{Coefficients, States};
pub(crate) use tape::{Tape, sum_of_squares};

use slo_core::{Error, Result};

use crate::ets::{EtsSeason as Season, EtsTrend as Trend};
use tape::{Backward, Forward};

/// Which recursion: how the trend goes on, how the season enters and what it learns from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recursion {
    pub(crate) trend: Trend,
    pub(crate) season: Season,
    divisor: Divisor,
}

/// What a value is divided by to see its season, where the season is a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Divisor {
    /// What was expected of it without its season.
    Expected,
    /// The level that has learnt from it: R's convention.
    Updated,
}

/// Where each part of the gradient stands; the seasonal states follow.
pub(crate) mod place {
    pub(crate) const ALPHA: usize = 0;
    pub(crate) const BETA: usize = 1;
    pub(crate) const GAMMA: usize = 2;
    pub(crate) const PHI: usize = 3;
    pub(crate) const LEVEL: usize = 4;
    pub(crate) const TREND: usize = 5;
    pub(crate) const SEASON: usize = 6;
}

/// Calls the kernel compiled for a recursion, or the one for any of them: over missing values, and for what no method
/// asks for.
macro_rules! specialised {
    ($recursion:expr, $gaps:expr, $pass:expr) => {
        specialised! { $recursion, $gaps, $pass;
            line(None, None, Expected)
            line(None, Additive, Expected)
            line(None, Multiplicative, Expected)
            line(None, Multiplicative, Updated)
            line(Additive, None, Expected)
            line(Additive, Additive, Expected)
            line(Additive, Multiplicative, Expected)
            line(Additive, Multiplicative, Updated)
            line(AdditiveDamped, None, Expected)
            line(AdditiveDamped, Additive, Expected)
            line(AdditiveDamped, Multiplicative, Expected)
            factor(Multiplicative, None, Expected)
            factor(Multiplicative, Additive, Expected)
            factor(Multiplicative, Multiplicative, Expected)
            factor(MultiplicativeDamped, None, Expected)
            factor(MultiplicativeDamped, Additive, Expected)
            factor(MultiplicativeDamped, Multiplicative, Expected)
        }
    };
    ($recursion:expr, $gaps:expr, $pass:expr; $($kernel:ident($trend:ident, $season:ident, $divisor:ident))*) => {
        match ($recursion.trend, $recursion.season, $recursion.divisor) {
            $((Trend::$trend, Season::$season, Divisor::$divisor) if !$gaps => $pass.$kernel(
                Recursion { trend: Trend::$trend, season: Season::$season, divisor: Divisor::$divisor },
                false,
            ),)*
            (trend, ..) if trend.is_multiplicative() => $pass.factor($recursion, true),
            _ => $pass.line($recursion, true),
        }
    };
}

impl Recursion {
    /// The recursion whose season learns from what was expected.
    pub(crate) const fn new(trend: Trend, season: Season) -> Self {
        Self { trend, season, divisor: Divisor::Expected }
    }

    /// The recursion whose season is seen through such a divisor, if it is a factor.
    pub(crate) const fn divided_by(self, divisor: Divisor) -> Self {
        if self.has_factor_season() { Self { divisor, ..self } } else { self }
    }

    /// Whether there is a season.
    pub(crate) const fn is_seasonal(self) -> bool {
        !matches!(self.season, Season::None)
    }

    /// Whether the season is a factor.
    pub(crate) const fn has_factor_season(self) -> bool {
        matches!(self.season, Season::Multiplicative)
    }

    /// Whether trend or season is a factor.
    pub(crate) const fn has_factor(self) -> bool {
        self.trend.is_multiplicative() || self.has_factor_season()
    }

    /// Whether the season learns from what the updated level leaves of a value.
    pub(crate) const fn divides_by_updated(self) -> bool {
        matches!(self.divisor, Divisor::Updated)
    }

    /// Runs over `values`, a NaN among them being missing, and leaves the states after the last.
    pub(crate) fn forward(
        self,
        values: &[f64],
        coefficients: &Coefficients,
        states: &mut States,
        tape: &mut Tape,
    ) {
        let gaps = tape.has_gaps();
        let pass = Forward { values, coefficients: *coefficients, states, tape };
        specialised!(self, gaps, pass);
    }

    /// The derivative by the coefficients and the states from which [`forward`](Self::forward) set out, which have to
    /// begin with the first phase, of a function of the fitted values that has the derivatives `seeds` by them, 0
    /// where a value is missing.
    pub(crate) fn backward(
        self,
        values: &[f64],
        coefficients: &Coefficients,
        initial: &States,
        tape: &Tape,
        seeds: &[f64],
        gradient: &mut [f64],
    ) {
        let gaps = tape.has_gaps();
        let pass =
            Backward { values, coefficients: *coefficients, trend: initial.trend, tape, seeds, gradient };
        specialised!(self, gaps, pass);
    }

    /// The value one step ahead.
    pub(crate) fn ahead(self, phi: f64, states: &States) -> f64 {
        let (_, q) = self.grow(phi, states);
        let s = states.season.get(states.next).copied();
        match self.season {
            Season::None => q,
            Season::Additive => q + s.unwrap_or(0.0),
            Season::Multiplicative => q * s.unwrap_or(1.0),
        }
    }

    /// Goes one step on with the value `value`, or with what was to be expected where it is missing.
    pub(crate) fn step(self, coefficients: &Coefficients, states: &mut States, value: Option<f64>) {
        let Coefficients { alpha, beta, gamma, phi } = *coefficients;
        let (c, q) = self.grow(phi, states);
        let factor = self.has_factor_season();
        let s = states.season.get(states.next).copied().unwrap_or(if factor { 1.0 } else { 0.0 });
        let d = value.map_or(0.0, |y| if factor { y / s - q } else { y - s - q });
        let level = q + alpha * d;
        if let (Some(state), Some(y)) = (states.season.get_mut(states.next), value) {
            let divisor = if self.divides_by_updated() { level } else { q };
            *state = s + gamma * if factor { y / divisor - s } else { d };
        }
        let along = if self.trend.is_multiplicative() { d / states.level } else { d };
        if self.trend.exists() {
            states.trend = c + beta * along;
        }
        states.level = level;
        states.next = if states.next + 1 < states.season.len() { states.next + 1 } else { 0 };
    }

    /// Goes one step on, if what then holds of the states and the place of the season that has learnt is what `holds`
    /// asks for; leaves the states as they were if not.
    pub(crate) fn step_within(
        self,
        coefficients: &Coefficients,
        states: &mut States,
        value: f64,
        holds: impl FnOnce(&States, usize) -> bool,
    ) -> Result<()> {
        let (level, trend, next) = (states.level, states.trend, states.next);
        let figure = states.season.get(next).copied();
        self.step(coefficients, states, Some(value));
        if holds(states, next) {
            return Ok(());
        }
        (states.level, states.trend, states.next) = (level, trend, next);
        if let (Some(state), Some(figure)) = (states.season.get_mut(next), figure) {
            *state = figure;
        }
        Err(Error::out_of_range("the states after this value"))
    }

    /// What the trend makes of itself, and the level with it.
    fn grow(self, phi: f64, states: &States) -> (f64, f64) {
        let (l, b) = (states.level, states.trend);
        match self.trend {
            Trend::None => (b, l),
            Trend::Additive => (b, l + b),
            Trend::AdditiveDamped => (phi * b, l + phi * b),
            Trend::Multiplicative => (b, l * b),
            Trend::MultiplicativeDamped => ((phi * b.ln()).exp(), l * (phi * b.ln()).exp()),
        }
    }
}

#[cfg(test)]
mod tests;
