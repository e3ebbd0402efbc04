//! Where a recursion can start: level, trend and season of the first values.

#![allow(clippy::indexing_slicing, reason = "phases below the period, and lengths that were asked for")]

use slo_core::Result;
use slo_core::decompose::{Classical, ClassicalDecomposition, Composition};

use crate::ets::EtsTrend as Trend;
use crate::line::line;
use crate::recursion::{Recursion, States};

/// Values that fix level and trend of the heuristic, as the book has it.
pub(super) const LINE: usize = 10;

impl Recursion {
    /// Whether what is a factor is positive in a start.
    pub(super) fn allow(self, start: &States) -> bool {
        (!self.has_factor() || start.level > 0.0)
            && (!self.trend.is_multiplicative() || start.trend > 0.0)
            && (!self.has_factor_season() || start.season.iter().all(|s| *s > 0.0))
    }

    /// What is left of a value without its season, or without its trend.
    fn without(self, value: f64, part: f64) -> f64 {
        if self.has_factor_season() { value / part } else { value - part }
    }

    /// The trend of a line with this level and slope.
    fn slope(self, level: f64, slope: f64) -> f64 {
        match self.trend {
            Trend::None => 0.0,
            Trend::Additive | Trend::AdditiveDamped => slope,
            Trend::Multiplicative | Trend::MultiplicativeDamped => 1.0 + slope / level,
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
pub(super) fn of_r(values: &[f64], recursion: Recursion, period: usize) -> Result<States> {
    if !recursion.is_seasonal() {
        let (level, trend) = match recursion.trend {
            Trend::None => (values[0], 0.0),
            _ => (values[1], values[1] - values[0]),
        };
        return Ok(States::unseasonal(level, trend));
    }
    let (trend, season) = decompose(&values[..2 * period], recursion, period)?;
    let (level, slope) = line(&trend);
    Ok(States { level, trend: recursion.slope(level, slope), season, next: 0 })
}

/// The heuristic start of Hyndman et al. (2008), section 2.6: the season of up to five cycles, and the line through the
/// first ten values of their moving average.
pub(super) fn heuristic(values: &[f64], recursion: Recursion, period: usize) -> Result<States> {
    if !recursion.is_seasonal() {
        let (level, slope) = line(&values[..LINE]);
        return Ok(States::unseasonal(level, recursion.slope(level, slope)));
    }
    let cycles = (values.len() / period).min(5).max(heuristic_needs(period).div_ceil(period));
    let (trend, season) = decompose(&values[..values.len().min(cycles * period)], recursion, period)?;
    let (level, slope) = line(&trend[..LINE]);
    Ok(States { level, trend: recursion.slope(level, slope), season, next: 0 })
}

/// Values that the heuristic needs for its ten of the moving average.
pub(super) const fn heuristic_needs(period: usize) -> usize {
    (period / 2 * 2).saturating_add(LINE)
}

/// The start of the first values: the mean of the first cycle, the growth to the second, and what is left of the first.
pub(super) fn simple(values: &[f64], recursion: Recursion, period: usize) -> States {
    if !recursion.is_seasonal() {
        let trend = match recursion.trend {
            Trend::None => 0.0,
            Trend::Additive | Trend::AdditiveDamped => values[1] - values[0],
            Trend::Multiplicative | Trend::MultiplicativeDamped => values[1] / values[0],
        };
        return States::unseasonal(values[0], trend);
    }
    let (cycle, next) = (&values[..period], &values[period..2 * period]);
    let mean = |cycle: &[f64]| cycle.iter().sum::<f64>() / period as f64;
    let level = mean(cycle);
    let trend = match recursion.trend {
        Trend::None => 0.0,
        Trend::Additive | Trend::AdditiveDamped => (mean(next) - level) / period as f64,
        Trend::Multiplicative | Trend::MultiplicativeDamped => {
            (mean(next) / level).powf((period as f64).recip())
        }
    };
    States { level, trend, season: cycle.iter().map(|y| recursion.without(*y, level)).collect(), next: 0 }
}

/// The start that statsmodels calls `legacy-heuristic`.
pub(super) fn legacy(values: &[f64], recursion: Recursion, period: usize) -> States {
    let simple = simple(values, recursion, period);
    if !recursion.is_seasonal() {
        return simple;
    }
    let firsts = values.iter().step_by(period);
    let level = firsts.clone().sum::<f64>() / firsts.count() as f64;
    States {
        level,
        season: values[..period].iter().map(|y| recursion.without(*y, level)).collect(),
        ..simple
    }
}

/// The start of a series whose values are all the same, which it meets exactly.
pub(super) fn constant(values: &[f64], recursion: Recursion, places: usize) -> States {
    let neutral = |is_factor: bool| if is_factor { 1.0 } else { 0.0 };
    States {
        level: values[0],
        trend: neutral(recursion.trend.is_multiplicative()),
        season: vec![neutral(recursion.has_factor_season()); places],
        next: 0,
    }
}

/// The start of a series that does not change its ways: the line through all values and the season about it.
pub(super) fn steady(values: &[f64], recursion: Recursion, period: usize) -> States {
    if !recursion.is_seasonal() && recursion.trend.is_multiplicative() {
        // Growth by a factor is a line in logarithms.
        let logarithms: Vec<f64> = values.iter().map(|y| y.ln()).collect();
        let (level, slope) = line(&logarithms);
        return States::unseasonal(level.exp(), slope.exp());
    }
    let (mut level, mut slope) = line(values);
    if !recursion.trend.exists() {
        (level, slope) = (values.iter().sum::<f64>() / values.len() as f64, 0.0);
    }
    let mut season = Vec::new();
    if recursion.is_seasonal() {
        season = vec![0.0; period];
        let mut counts = vec![0_u32; period];
        for (place, y) in values.iter().enumerate() {
            let phase = place % period;
            season[phase] += recursion.without(*y, level + slope * (place + 1) as f64);
            counts[phase] += 1;
        }
        season.iter_mut().zip(&counts).for_each(|(s, count)| *s /= f64::from(*count));
        season = recursion.normalised(season);
        let adjusted: Vec<f64> = values
            .iter()
            .enumerate()
            .map(|(place, y)| recursion.without(*y, season[place % period]))
            .collect();
        if recursion.trend.exists() {
            (level, slope) = line(&adjusted);
        }
    }
    States { level, trend: recursion.slope(level, slope), season, next: 0 }
}

/// The centred moving average of one cycle, where it reaches, and the normalised means by phase of what it leaves.
fn decompose(values: &[f64], recursion: Recursion, period: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let composition =
        if recursion.has_factor_season() { Composition::Multiplicative } else { Composition::Additive };
    let ClassicalDecomposition { mut trend, figure, .. } =
        Classical::new(period).composition(composition).decompose(values)?;
    trend.retain(|level| !level.is_nan());
    Ok((trend, figure))
}
