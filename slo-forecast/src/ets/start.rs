//! Where the search for the states begins: season, level and trend from the first cycles.

use slo_core::decompose::Classical;

use super::spec::EtsSeason as Season;
use crate::line::{line, mean};
use crate::recursion::{Recursion, States};

/// Cycles that the seasonal figure is averaged over.
const CYCLES: usize = 4;

/// Level, trend and season before the first value.
///
/// # Method
///
/// The season is the mean of the values of a phase over the first cycles, each value less, or over, the centred
/// moving average about it, or the line through the cycle where there is but one. Level and trend are those of the
/// least squares line through the first values without season.
pub(super) fn states(recursion: Recursion, period: usize, values: &[f64]) -> States {
    let season = match recursion.season {
        Season::None => Vec::new(),
        kind => figure(kind, period, values),
    };
    let unseasonal: Vec<f64> = values
        .iter()
        .enumerate()
        .map(|(t, y)| match (recursion.season, season.get(t % period.max(1))) {
            (Season::Additive, Some(s)) => y - s,
            (Season::Multiplicative, Some(s)) => y / s,
            _ => *y,
        })
        .take((2 * period).max(10))
        .collect();
    let (level, slope) = if recursion.trend.exists() {
        line(&unseasonal)
    } else {
        (mean(unseasonal.iter().copied().filter(|y| y.is_finite())), 0.0)
    };
    let (level, trend) = if recursion.trend.is_multiplicative() {
        // A line that is not positive has no growth rate.
        let typical = mean(unseasonal.iter().copied().filter(|y| y.is_finite()));
        let level = if level > 0.1 * typical { level } else { typical };
        (level, (1.0 + slope / level).clamp(0.5, 2.0))
    } else {
        (level, slope)
    };
    States { level, trend, season, next: 0 }
}

/// The mean of all values, and neither trend nor season.
pub(super) fn flat(recursion: Recursion, period: usize, values: &[f64]) -> States {
    let neutral = |is_factor: bool| if is_factor { 1.0 } else { 0.0 };
    let places = if recursion.season == Season::None { 0 } else { period };
    States {
        level: mean(values.iter().copied().filter(|y| y.is_finite())),
        trend: neutral(recursion.trend.is_multiplicative()),
        season: vec![neutral(recursion.season == Season::Multiplicative); places],
        next: 0,
    }
}

/// One seasonal state for each phase, of sum 0 or mean 1.
fn figure(kind: Season, period: usize, values: &[f64]) -> Vec<f64> {
    let head = values.get(..((CYCLES + 1) * period).min(values.len())).unwrap_or(values);
    let smooth = trend(head, period);
    let apart = |y: f64, trend: f64| if kind == Season::Multiplicative { y / trend } else { y - trend };
    let empty = if kind == Season::Multiplicative { 1.0 } else { 0.0 };
    let mut figure: Vec<f64> = (0..period)
        .map(|phase| {
            let of_phase = || head.iter().zip(&smooth).skip(phase).step_by(period);
            let known = || of_phase().map(|(y, trend)| apart(*y, *trend)).filter(|s| s.is_finite());
            if known().next().is_some() { mean(known()) } else { empty }
        })
        .collect();
    if kind == Season::Multiplicative {
        for s in &mut figure {
            *s = s.max(1e-2);
        }
        let centre = mean(figure.iter().copied());
        for s in &mut figure {
            *s /= centre;
        }
    } else {
        let centre = mean(figure.iter().copied());
        for s in &mut figure {
            *s -= centre;
        }
    }
    figure
}

/// The centred moving average over one period, a NaN where it does not reach; the line through everything where
/// there are not two periods, or not all values.
fn trend(values: &[f64], period: usize) -> Vec<f64> {
    Classical::new(period).decompose(values).map_or_else(
        |_| {
            let (level, slope) = line(values);
            (1..=values.len()).map(|t| level + slope * t as f64).collect()
        },
        |parts| parts.trend,
    )
}
