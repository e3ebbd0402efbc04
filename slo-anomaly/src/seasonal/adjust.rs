//! What the seasons of a whole series leave.

use slo_core::decompose::{Mstl, Stl, phase_medians};
use slo_core::stats::Missing;
use slo_core::stats::quantile::{QuantileType, quantile};
use slo_core::stats::sorted_window::SortedWindow;
use slo_core::{Error, Result};

use crate::order::NORMAL;

/// What the robust passes may leave of the largest distance in the season: no spread is finer.
pub(crate) const ROUNDING: f64 = 1e-9;

/// The least window of a trend that a value stands out from: that of period 4.
const TREND: usize = 7;

/// How often the medians of several periods are taken.
const PASSES: usize = 2;

/// The values about their median, so that an offset common to all takes no digits from what is done to them.
pub(crate) fn centered(values: &[f64]) -> Result<Vec<f64>> {
    Error::check_finite("values", values)?;
    let median = quantile(values, 0.5, QuantileType::Linear)?;
    let rest: Vec<f64> = values.iter().map(|value| value - median).collect();
    match rest.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(Error::out_of_range(format!("the distance of values[{index}] from the median"))),
        None => Ok(rest),
    }
}

/// The largest of finite values, whatever its sign.
pub(crate) fn size(values: &[f64]) -> f64 {
    values.iter().filter(|value| value.is_finite()).fold(0.0, |size: f64, value| size.max(value.abs()))
}

/// What the trend and the seasons of a robust decomposition leave; periods in increasing order.
///
/// A spike that bends the first, plain fit of all values around it would be followed by the trend: what is far outside
/// is cut before, and given back to what is left.
pub(super) fn by_stl(periods: &[usize], values: &[f64]) -> Result<Vec<f64>> {
    let centered = centered(values)?;
    let excess = excess(periods, &centered)?;
    let cut: Vec<f64> = centered.iter().zip(&excess).map(|(value, excess)| value - excess).collect();
    let mut remainder = match periods {
        [period] => {
            let stl = Stl::new(*period).periodic().robust();
            // The usual window would follow every value of so short a period.
            let stl = if *period < 4 { stl.trend(TREND) } else { stl };
            stl.decompose(&cut)?.remainder
        }
        periods => Mstl::new(periods.to_vec()).periodic().robust().decompose(&cut)?.remainder,
    };
    for (rest, excess) in remainder.iter_mut().zip(excess) {
        *rest += excess;
    }
    Ok(settled(remainder, size(&centered)))
}

/// How much of each value lies farther than six deviations from medians of its phase and of the values around it.
///
/// A line is taken out first, by the median rise over the longest period.
fn excess(periods: &[usize], values: &[f64]) -> Result<Vec<f64>> {
    let period = periods.iter().copied().max().unwrap_or(1);
    let rises: Vec<f64> = values.iter().zip(values.iter().skip(period)).map(|(from, to)| to - from).collect();
    if rises.is_empty() || rises.iter().any(|rise| !rise.is_finite()) {
        return Ok(vec![0.0; values.len()]);
    }
    let slope = quantile(&rises, 0.5, QuantileType::Linear)? / period as f64;
    let level: Vec<f64> = values.iter().enumerate().map(|(t, value)| value - slope * t as f64).collect();
    let rest = by_medians(periods, &level)?;
    let around = running_medians(&rest, period.max(TREND))?;
    let rest: Vec<f64> = rest.iter().zip(around).map(|(rest, around)| rest - around).collect();
    let distances: Vec<f64> = rest.iter().map(|rest| rest.abs()).collect();
    let limit = 6.0 * NORMAL * quantile(&distances, 0.5, QuantileType::Linear)?;
    Ok(rest.into_iter().map(|rest| rest - rest.clamp(-limit, limit)).collect())
}

/// The medians of the `window` values around each, moved inwards at the ends.
fn running_medians(values: &[f64], window: usize) -> Result<Vec<f64>> {
    let window = window.min(values.len());
    let mut sorted = SortedWindow::new(window)?;
    let mut medians = Vec::with_capacity(values.len());
    for value in values {
        sorted.push(*value)?;
        if sorted.is_full() {
            medians.push(sorted.quantile(0.5, QuantileType::Linear)?);
        }
    }
    let last = medians.len().saturating_sub(1);
    let at = |place: usize| medians.get(place.saturating_sub(window / 2).min(last)).copied().unwrap_or(0.0);
    Ok((0..values.len()).map(at).collect())
}

/// What the medians of the phases leave; a missing value stays one.
pub(super) fn by_medians(periods: &[usize], values: &[f64]) -> Result<Vec<f64>> {
    let mut rest = values.to_vec();
    let mut medians: Vec<Vec<f64>> = periods.iter().map(|period| vec![0.0; *period]).collect();
    let passes = if periods.len() == 1 { 1 } else { PASSES };
    for _ in 0..passes {
        for (period, medians) in periods.iter().zip(&mut medians) {
            for (rest, median) in rest.iter_mut().zip(medians.iter().cycle()) {
                *rest += median;
            }
            *medians = phase_medians(&rest, *period, Missing::Skip)?;
            // A phase without a value has no median and nothing to take it from.
            medians.iter_mut().filter(|median| median.is_nan()).for_each(|median| *median = 0.0);
            for (rest, median) in rest.iter_mut().zip(medians.iter().cycle()) {
                *rest -= median;
            }
        }
    }
    if let Some(index) = rest.iter().position(|value| value.is_infinite()) {
        return Err(Error::out_of_range(format!("the distance of values[{index}] from the season")));
    }
    Ok(rest)
}

/// The remainder, without what the decomposition rounded where it has no other spread.
fn settled(mut remainder: Vec<f64>, size: f64) -> Vec<f64> {
    let rounding = ROUNDING * size;
    let small = remainder.iter().filter(|value| value.abs() <= rounding).count();
    if 2 * small > remainder.len() {
        remainder.iter_mut().filter(|value| value.abs() <= rounding).for_each(|value| *value = 0.0);
    }
    remainder
}
