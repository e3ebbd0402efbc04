//! Which methods the ensemble without a list of its own has.

use slo_core::decompose::Composition;
use slo_core::{Error, Result};

use crate::adjusted::Adjusted;
use crate::any::AnyForecaster;
use crate::ets::{AutoEts, Ets, EtsError, EtsSeason, EtsSpec, EtsTrend};
use crate::holt_winters::{Convention, HoltWinters};
use crate::seasonal_naive::SeasonalNaive;
use crate::seasonality::seasonality;
use crate::theta::{Theta, ThetaVariant};

/// How many cycles a season needs to be believed in.
const CYCLES: usize = 3;

/// A level and a season that follow the values.
const LEVEL_AND_SEASON: EtsSpec =
    EtsSpec { error: EtsError::Additive, trend: EtsTrend::None, season: EtsSeason::Additive };

/// The two or three members for a series.
pub(super) fn members(values: &[f64], periods: &[usize]) -> Result<Vec<AnyForecaster>> {
    let optimised = Theta::new().variant(ThetaVariant::DynamicOptimised);
    let seasons = seasons(values, periods)?;
    let (Some(&shortest), Some(&longest)) = (seasons.first(), seasons.last()) else {
        return Ok(vec![trend(), optimised.into(), AutoEts::new().into()]);
    };
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

/// The periods that the series has, increasing: none unless the shortest is significant. What is longer is not tested:
/// the shorter season is in its autocorrelations, and drowns them.
fn seasons(values: &[f64], periods: &[usize]) -> Result<Vec<usize>> {
    let mut seasons: Vec<usize> =
        periods.iter().copied().filter(|period| *period >= 2 && values.len() / CYCLES >= *period).collect();
    seasons.sort_unstable();
    seasons.dedup();
    if let Some(shortest) = seasons.first()
        && !seasonality(values, *shortest)?.is_seasonal()
    {
        seasons.clear();
    }
    Ok(seasons)
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
