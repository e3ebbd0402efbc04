//! What the settings amount to, and what they and the values may not be.

use slo_core::{Error, Result};

use super::{Convention, HoltWinters, Initial, start};
use crate::ets::EtsSeason;
#[cfg(feature = "serde")]
use crate::ets::{EtsTrend, Intervals};
use crate::recursion::{Divisor, Recursion};

impl HoltWinters {
    pub(super) const fn recursion(&self) -> Recursion {
        let divisor =
            if matches!(self.convention, Convention::R) { Divisor::Updated } else { Divisor::Expected };
        Recursion::new(self.trend, self.season).divided_by(divisor)
    }

    /// How many seasonal states there are.
    pub(super) const fn places(&self) -> usize {
        if matches!(self.season, EtsSeason::None) { 0 } else { self.period }
    }

    /// The place of the first value that is forecast: R's recursion begins after what its start is made of.
    pub(super) fn first(&self) -> usize {
        match (self.initial_or_default(), self.convention, self.places()) {
            (Initial::Heuristic, Convention::R, 0) => 1 + usize::from(self.trend.exists()),
            (Initial::Heuristic, Convention::R, period) => period,
            _ => 0,
        }
    }

    pub(super) fn initial_or_default(&self) -> Initial {
        match (&self.initial, self.convention) {
            (Some(initial), _) => initial.clone(),
            (None, Convention::R) => Initial::Heuristic,
            (None, _) => Initial::Estimated,
        }
    }

    /// What is fixed: by the caller, or by there being no such part.
    pub(super) fn effective(&self) -> [Option<f64>; 4] {
        let [alpha, beta, gamma, phi] = self.fixed;
        let beta = if self.trend.exists() { beta } else { Some(0.0) };
        let gamma = if self.places() == 0 { Some(0.0) } else { gamma };
        let phi = if self.trend.is_damped() { phi } else { Some(1.0) };
        [alpha, beta, gamma, phi]
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.recursion().is_seasonal() && self.period < 2 {
            return Err(Error::invalid("period", self.period, "must be at least 2 where there is a season"));
        }
        if self.convention == Convention::R && (self.trend.is_damped() || self.trend.is_multiplicative()) {
            let reason = "it has an additive trend without damping, or none".to_owned();
            return Err(Error::Unsupported { what: "this trend in R's convention".to_owned(), reason });
        }
        if let (Some(alpha), false) = (self.fixed[0], self.convention == Convention::R) {
            let [_, beta, gamma, _] = self.effective();
            if let Some(beta) = beta.filter(|beta| *beta > alpha) {
                return Err(Error::invalid("beta", beta, format!("must be at most alpha = {alpha}")));
            }
            if let Some(gamma) = gamma.filter(|gamma| *gamma > 1.0 - alpha) {
                return Err(Error::invalid(
                    "gamma",
                    gamma,
                    format!("must be at most 1 - alpha, alpha = {alpha}"),
                ));
            }
        }
        if let (Some(beta), Some(gamma), false) =
            (self.fixed[1], self.fixed[2], self.convention == Convention::R)
            && beta > 1.0 - gamma
        {
            let reason = format!("no alpha lies between it and 1 - gamma, gamma = {gamma}");
            return Err(Error::invalid("beta", beta, reason));
        }
        if let Some(Initial::Given { level, trend, season }) = &self.initial {
            Error::check_lengths("season", season.len(), "period", self.places())?;
            Error::check_finite("season", season)?;
            Error::check_finite("level", &[*level])?;
            Error::check_finite("trend", &[*trend])?;
            let factors = [
                (self.trend.is_multiplicative(), "trend", std::slice::from_ref(trend)),
                (self.recursion().has_factor_season(), "season", season.as_slice()),
            ];
            for (is_factor, name, states) in factors {
                if let Some(state) = states.iter().find(|state| is_factor && **state <= 0.0) {
                    return Err(Error::invalid(name, state, "must be positive where it is a factor"));
                }
            }
        }
        Ok(())
    }

    /// How many values a fit needs.
    pub(super) fn needs(&self) -> usize {
        let period = self.period;
        let [alpha, beta, gamma, phi] = self.effective();
        let sought = [alpha, beta, gamma, phi].iter().filter(|fixed| fixed.is_none()).count();
        match (self.initial_or_default(), self.convention, self.recursion().is_seasonal()) {
            (Initial::Given { .. }, _, _) => sought + 1,
            // The recursion begins after what the start is made of, and leaves two errors to tell a variance from.
            (Initial::Heuristic, Convention::R, true) => period.saturating_mul(2),
            (Initial::Heuristic, Convention::R, false) => 3 + usize::from(self.trend.exists()),
            (Initial::Heuristic, _, true) => start::heuristic_needs(period).max(period.saturating_mul(2)),
            (Initial::Heuristic, _, false) => start::LINE,
            (Initial::Simple | Initial::Legacy, _, true) => period.saturating_mul(2).max(sought + 1),
            (Initial::Simple | Initial::Legacy, _, false) => 2.max(sought + 1),
            (Initial::Estimated, _, seasonal) => {
                let states =
                    usize::from(self.trend.exists()).saturating_add(if seasonal { period } else { 1 });
                let cycles = if seasonal { period.saturating_mul(2) } else { 2 };
                cycles.max(states.saturating_add(sought + 1))
            }
        }
    }

    pub(super) fn check_signs(&self, values: &[f64]) -> Result<()> {
        if !self.recursion().has_factor() {
            return Ok(());
        }
        match values.iter().enumerate().find(|(_, y)| **y <= 0.0) {
            Some((index, value)) => {
                let reason = format!(
                    "must be positive where trend or season is a factor, and is not at place {index}"
                );
                Err(Error::invalid("values", value, reason))
            }
            None => Ok(()),
        }
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Raw {
    period: usize,
    trend: EtsTrend,
    season: EtsSeason,
    convention: Convention,
    initial: Option<Initial>,
    fixed: [Option<f64>; 4],
    intervals: Option<Intervals>,
}

#[cfg(feature = "serde")]
impl From<HoltWinters> for Raw {
    fn from(method: HoltWinters) -> Self {
        let HoltWinters { period, trend, season, convention, initial, fixed, intervals } = method;
        Self { period, trend, season, convention, initial, fixed, intervals }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for HoltWinters {
    type Error = Error;

    fn try_from(Raw { period, trend, season, convention, initial, fixed, intervals }: Raw) -> Result<Self> {
        if period == 0 {
            return Err(Error::invalid("period", period, "must be at least 1"));
        }
        let mut method = Self { period, trend, season, convention, initial, fixed: [None; 4], intervals };
        for (place, value) in fixed.into_iter().enumerate() {
            method = match value {
                Some(value) if place == 3 => method.phi(value)?,
                Some(value) => method.fix(place, value)?,
                None => method,
            };
        }
        method.check()?;
        Ok(method)
    }
}
