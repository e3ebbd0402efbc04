//! Where a recursion can start: level, trend and season of the first values.

#![allow(clippy::indexing_slicing, reason = "phases below the period, and lengths that were asked for")]

use slo_core::Result;
use slo_core::decompose::{Classical, ClassicalDecomposition, Composition};

use super::kernel::{Parts, Season, Trend};
use crate::line::line;

/// Values that fix level and trend of the heuristic, as the book has it.
pub(super) const LINE: usize = 10;

/// A start: the states before place `first`, the season in the order of the places from there on.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct States {
    pub(super) first: usize,
    pub(super) level: f64,
    pub(super) trend: f64,
    pub(super) season: Vec<f64>,
}

impl Parts {
    /// Whether what is a factor is positive in a start.
    pub(super) fn allow(self, start: &States) -> bool {
        let trend = self.trend != Trend::Multiplicative || (start.level > 0.0 && start.trend > 0.0);
        let season = !self.season_is_factor() || (start.level > 0.0 && start.season.iter().all(|s| *s > 0.0));
        trend && season
    }

    /// Whether the season is a factor.
    pub(super) const fn season_is_factor(self) -> bool {
        matches!(self.season, Season::Multiplicative | Season::MultiplicativeNewLevel)
    }

    /// Whether there is a season.
    pub(super) const fn is_seasonal(self) -> bool {
        !matches!(self.season, Season::None)
    }

    /// What is left of a value without its season, or without its trend.
    fn without(self, value: f64, part: f64) -> f64 {
        if self.season_is_factor() { value / part } else { value - part }
    }

    /// The trend of a line with this level and slope.
    fn slope(self, level: f64, slope: f64) -> f64 {
        match self.trend {
            Trend::None => 0.0,
            Trend::Additive => slope,
            Trend::Multiplicative => 1.0 + slope / level,
        }
    }

    /// Shifted so that its mean is 0, or scaled so that it is 1.
    fn normalised(self, mut season: Vec<f64>) -> Vec<f64> {
        let mean = season.iter().sum::<f64>() / season.len().max(1) as f64;
        for s in &mut season {
            *s = self.without(*s, mean);
        }
        season
    }
}

/// The start of R's `HoltWinters`: its classical decomposition of two cycles and the line through their trend, or the
/// first values where there is no season.
pub(super) fn of_r(values: &[f64], parts: Parts, period: usize) -> Result<States> {
    if !parts.is_seasonal() {
        let (level, trend, first) = match parts.trend {
            Trend::None => (values[0], 0.0, 1),
            Trend::Additive | Trend::Multiplicative => (values[1], values[1] - values[0], 2),
        };
        return Ok(States { first, level, trend, season: Vec::new() });
    }
    let (trend, season) = decompose(&values[..2 * period], parts, period)?;
    let (level, slope) = line(&trend);
    Ok(States { first: period, level, trend: if parts.trend == Trend::None { 0.0 } else { slope }, season })
}

/// The heuristic start of Hyndman et al. (2008), section 2.6: the season of up to five cycles, and the line through the
/// first ten values of their moving average.
pub(super) fn heuristic(values: &[f64], parts: Parts, period: usize) -> Result<States> {
    if !parts.is_seasonal() {
        let (level, slope) = line(&values[..LINE]);
        return Ok(States { first: 0, level, trend: parts.slope(level, slope), season: Vec::new() });
    }
    let cycles = (values.len() / period).min(5).max(heuristic_needs(period).div_ceil(period));
    let (trend, season) = decompose(&values[..values.len().min(cycles * period)], parts, period)?;
    let (level, slope) = line(&trend[..LINE]);
    Ok(States { first: 0, level, trend: parts.slope(level, slope), season })
}

/// Values that the heuristic needs for its ten of the moving average.
pub(super) const fn heuristic_needs(period: usize) -> usize {
    (period / 2 * 2).saturating_add(LINE)
}

/// The start of the first values: the mean of the first cycle, the growth to the second, and what is left of the first.
pub(super) fn simple(values: &[f64], parts: Parts, period: usize) -> States {
    if !parts.is_seasonal() {
        let trend = match parts.trend {
            Trend::None => 0.0,
            Trend::Additive => values[1] - values[0],
            Trend::Multiplicative => values[1] / values[0],
        };
        return States { first: 0, level: values[0], trend, season: Vec::new() };
    }
    let (cycle, next) = (&values[..period], &values[period..2 * period]);
    let mean = |cycle: &[f64]| cycle.iter().sum::<f64>() / period as f64;
    let level = mean(cycle);
    let trend = match parts.trend {
        Trend::None => 0.0,
        Trend::Additive => (mean(next) - level) / period as f64,
        Trend::Multiplicative => (mean(next) / level).powf((period as f64).recip()),
    };
    States { first: 0, level, trend, season: cycle.iter().map(|y| parts.without(*y, level)).collect() }
}

/// The start that statsmodels calls `legacy-heuristic`.
pub(super) fn legacy(values: &[f64], parts: Parts, period: usize) -> States {
    let simple = simple(values, parts, period);
    if !parts.is_seasonal() {
        return simple;
    }
    let firsts = values.iter().step_by(period);
    let level = firsts.clone().sum::<f64>() / firsts.count() as f64;
    States { level, season: values[..period].iter().map(|y| parts.without(*y, level)).collect(), ..simple }
}

/// The start of a series that does not change its ways: the line through all values and the season about it.
pub(super) fn steady(values: &[f64], parts: Parts, period: usize) -> States {
    if !parts.is_seasonal() && parts.trend == Trend::Multiplicative {
        // Growth by a factor is a line in logarithms.
        let logarithms: Vec<f64> = values.iter().map(|y| y.ln()).collect();
        let (level, slope) = line(&logarithms);
        return States { first: 0, level: level.exp(), trend: slope.exp(), season: Vec::new() };
    }
    let (mut level, mut slope) = line(values);
    if parts.trend == Trend::None {
        (level, slope) = (values.iter().sum::<f64>() / values.len() as f64, 0.0);
    }
    let mut season = Vec::new();
    if parts.is_seasonal() {
        season = vec![0.0; period];
        let mut counts = vec![0_u32; period];
        for (place, y) in values.iter().enumerate() {
            let phase = place % period;
            season[phase] += parts.without(*y, level + slope * (place + 1) as f64);
            counts[phase] += 1;
        }
        season.iter_mut().zip(&counts).for_each(|(s, count)| *s /= f64::from(*count));
        season = parts.normalised(season);
        let adjusted: Vec<f64> =
            values.iter().enumerate().map(|(place, y)| parts.without(*y, season[place % period])).collect();
        if parts.trend != Trend::None {
            (level, slope) = line(&adjusted);
        }
    }
    States { first: 0, level, trend: parts.slope(level, slope), season }
}

/// The centred moving average of one cycle, where it reaches, and the normalised means by phase of what it leaves.
fn decompose(values: &[f64], parts: Parts, period: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let composition =
        if parts.season_is_factor() { Composition::Multiplicative } else { Composition::Additive };
    let ClassicalDecomposition { mut trend, figure, .. } =
        Classical::new(period).composition(composition).decompose(values)?;
    trend.retain(|level| !level.is_nan());
    Ok((trend, figure))
}
