//! Which methods the ensemble without a list of its own has.

use slo_core::decompose::Composition;
use slo_core::{Error, Result};

use crate::adjusted::Adjusted;
use crate::any::AnyForecaster;
use crate::ets::{AutoEts, Ets, EtsError, EtsSeason, EtsSpec, EtsTrend};
use crate::forecaster::Model;
use crate::holt_winters::{Convention, HoltWinters};
use crate::line::line;
use crate::seasonal_naive::SeasonalNaive;
use crate::seasonality::seasonality;
use crate::theta::{Theta, ThetaVariant};

/// How many cycles a season needs to be believed in.
const CYCLES: usize = 3;

/// The share of the changes from season to season that has to be left when they are added up, for a steady trend.
const STEADY: f64 = 0.9;

/// The longest season whose every place is estimated, of a series with a steady trend.
const LONGEST: usize = 24;

/// The share of the values that what is left of a line exceeds, if it is not rounding.
const ROUNDING: f64 = 1e-12;

/// A level and a season that follow the values.
const LEVEL_AND_SEASON: EtsSpec =
    EtsSpec { error: EtsError::Additive, trend: EtsTrend::None, season: EtsSeason::Additive };

/// The one to three members for a series.
pub(super) fn members(values: &[f64], periods: &[usize]) -> Result<Vec<AnyForecaster>> {
    let optimised = Theta::new().variant(ThetaVariant::DynamicOptimised);
    let seasons = seasons(values, periods)?;
    let (Some(&shortest), Some(&longest)) = (seasons.first(), seasons.last()) else {
        return Ok(vec![trend(), optimised.into(), AutoEts::new().into()]);
    };
    if shortest <= LONGEST
        && is_steady(values, shortest)
        && let Some(method) = trend_and_season(values, shortest)
    {
        return Ok(vec![method.into()]);
    }
    let repeats = repeats(values, shortest);
    let again = || SeasonalNaive::new(shortest).map(AnyForecaster::from);
    let adjusted = |method: AnyForecaster, composition| {
        Adjusted::new(longest, method).map(|method| method.composition(composition).into())
    };
    if repeats && longest == shortest {
        return Ok(vec![again()?, Ets::new(LEVEL_AND_SEASON).period(shortest).into()]);
    }
    Ok(vec![
        if repeats { again()? } else { trend() },
        adjusted(if repeats { again()? } else { optimised.into() }, Composition::Multiplicative)?,
        adjusted(trend(), Composition::Additive)?,
    ])
}

/// A trend that levels off.
fn trend() -> AnyForecaster {
    HoltWinters::damped().convention(Convention::Ets).into()
}

/// Whether the values move one way from season to season, but for little.
fn is_steady(values: &[f64], period: usize) -> bool {
    let changes = || values.iter().zip(values.iter().skip(period)).map(|(before, value)| value - before);
    changes().sum::<f64>().abs() > STEADY * changes().map(f64::abs).sum::<f64>()
}

/// A level, a trend and a season that follow the values: added, or a season and errors in proportion, by the lesser
/// criterion.
fn trend_and_season(values: &[f64], period: usize) -> Option<Ets> {
    let kinds =
        [(EtsError::Additive, EtsSeason::Additive), (EtsError::Multiplicative, EtsSeason::Multiplicative)];
    let fitted = kinds.into_iter().filter_map(|(error, season)| {
        let method = Ets::new(EtsSpec { error, trend: EtsTrend::Additive, season }).period(period);
        // One that cannot be, for values below zero or too few of them, is none to choose.
        let model = method.fit(values).ok()?;
        // Without errors there is no likelihood, and nothing is better.
        let criterion = model.likelihood().map_or(f64::NEG_INFINITY, |of| of.aicc().unwrap_or(f64::INFINITY));
        Some((criterion, method))
    });
    fitted.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, method)| method)
}

/// The periods that the series has, increasing: none unless the shortest is significant. What is longer is not tested:
/// the shorter season is in its autocorrelations, and drowns them.
fn seasons(values: &[f64], periods: &[usize]) -> Result<Vec<usize>> {
    let mut seasons: Vec<usize> =
        periods.iter().copied().filter(|period| *period >= 2 && values.len() / CYCLES >= *period).collect();
    seasons.sort_unstable();
    seasons.dedup();
    if let Some(shortest) = seasons.first()
        && !(seasonality(values, *shortest)?.is_seasonal() || is_seasonal_about_line(values, *shortest)?)
    {
        seasons.clear();
    }
    Ok(seasons)
}

/// Whether what a line leaves of the values has a season. A strong trend is in all autocorrelations, and the chance that
/// they leave for that of a season of few cycles is more than it can exceed.
fn is_seasonal_about_line(values: &[f64], period: usize) -> Result<bool> {
    let (level, slope) = line(values);
    let left: Vec<f64> =
        values.iter().enumerate().map(|(t, y)| y - (level + slope * (t + 1) as f64)).collect();
    let size = |values: &[f64]| values.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
    // What is rounding has no season, nor what is no number.
    if left.iter().all(|y| y.is_finite()) && size(&left) > ROUNDING * size(values) {
        return Ok(seasonality(&left, period)?.is_seasonal());
    }
    Ok(false)
}

/// Whether the value one season ago is nearer on average than the last ones of a season.
fn repeats(values: &[f64], period: usize) -> bool {
    let change = |lag: usize| {
        let pairs = values.iter().zip(values.iter().skip(lag));
        pairs.map(|(before, value)| (value - before).abs()).sum::<f64>() / (values.len() - lag) as f64
    };
    change(period) < (1..=period).map(change).sum::<f64>() / period as f64
}

/// Refuses periods that mean nothing.
pub(super) fn check_periods(periods: &[usize]) -> Result<()> {
    match periods.iter().find(|period| **period == 0) {
        Some(period) => Err(Error::invalid("periods", period, "must be at least 1")),
        None => Ok(()),
    }
}
