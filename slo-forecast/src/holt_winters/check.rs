//! What the settings amount to, and what they and the values may not be.

use slo_core::{Error, Result};

use super::kernel::{Parts, Season, Trend};
use super::{Convention, HoltWinters, Initial, start};
#[cfg(feature = "serde")]
use crate::ets::Intervals;
use crate::ets::{EtsSeason, EtsTrend};

impl HoltWinters {
    pub(super) const fn is_damped(&self) -> bool {
        matches!(self.trend, EtsTrend::AdditiveDamped | EtsTrend::MultiplicativeDamped)
    }

    pub(super) fn parts(&self) -> Parts {
        let trend = match self.trend {
            EtsTrend::None => Trend::None,
            EtsTrend::Additive | EtsTrend::AdditiveDamped => Trend::Additive,
            EtsTrend::Multiplicative | EtsTrend::MultiplicativeDamped => Trend::Multiplicative,
        };
        let season = match (self.season, self.convention) {
            (EtsSeason::None, _) => Season::None,
            (EtsSeason::Additive, _) => Season::Additive,
            (EtsSeason::Multiplicative, Convention::R) => Season::MultiplicativeNewLevel,
            (EtsSeason::Multiplicative, _) => Season::Multiplicative,
        };
        Parts { trend, season }
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
        let gamma = if matches!(self.season, EtsSeason::None) { Some(0.0) } else { gamma };
        let phi = if self.is_damped() { phi } else { Some(1.0) };
        [alpha, beta, gamma, phi]
    }

    pub(super) fn check(&self, parts: Parts) -> Result<()> {
        if parts.is_seasonal() && self.period < 2 {
            return Err(Error::invalid("period", self.period, "must be at least 2 where there is a season"));
        }
        if self.convention == Convention::R && (self.is_damped() || parts.trend == Trend::Multiplicative) {
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
            let period = if parts.is_seasonal() { self.period } else { 0 };
            Error::check_lengths("season", season.len(), "period", period)?;
            Error::check_finite("season", season)?;
            Error::check_finite("level", &[*level])?;
            Error::check_finite("trend", &[*trend])?;
            let factors = [
                (parts.trend == Trend::Multiplicative, "trend", std::slice::from_ref(trend)),
                (parts.season_is_factor(), "season", season.as_slice()),
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
    pub(super) fn needs(&self, parts: Parts) -> usize {
        let period = self.period;
        let [alpha, beta, gamma, phi] = self.effective();
        let sought = [alpha, beta, gamma, phi].iter().filter(|fixed| fixed.is_none()).count();
        match (self.initial_or_default(), self.convention, parts.is_seasonal()) {
            (Initial::Given { .. }, _, _) => sought + 1,
            // The recursion begins after what the start is made of, and leaves two errors to tell a variance from.
            (Initial::Heuristic, Convention::R, true) => period.saturating_mul(2),
            (Initial::Heuristic, Convention::R, false) => 3 + usize::from(parts.trend != Trend::None),
            (Initial::Heuristic, _, true) => start::heuristic_needs(period).max(period.saturating_mul(2)),
            (Initial::Heuristic, _, false) => start::LINE,
            (Initial::Simple | Initial::Legacy, _, true) => period.saturating_mul(2).max(sought + 1),
            (Initial::Simple | Initial::Legacy, _, false) => 2.max(sought + 1),
            (Initial::Estimated, _, seasonal) => {
                let states =
                    usize::from(parts.trend != Trend::None).saturating_add(if seasonal { period } else { 1 });
                let cycles = if seasonal { period.saturating_mul(2) } else { 2 };
                cycles.max(states.saturating_add(sought + 1))
            }
        }
    }

    pub(super) fn check_signs(values: &[f64], parts: Parts) -> Result<()> {
        if parts.trend != Trend::Multiplicative && !parts.season_is_factor() {
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
        method.check(method.parts())?;
        Ok(method)
    }
}
