//! Moments of models whose forecast is linear in the states, and of any other to first order.

use super::effects::Effects;
use super::{Class, Coefficients, EtsError, EtsSeason, EtsSpec, Moments, States, class};

/// The forecasts if no error came: level and trend, the season's figure, and both together, at each step.
fn points(
    spec: EtsSpec,
    coefficients: &Coefficients,
    states: &States,
    horizon: usize,
) -> impl Iterator<Item = (f64, f64, f64)> {
    let (phi, level, trend) = (coefficients.phi, states.level, states.trend);
    let neutral = if matches!(spec.season, EtsSeason::Multiplicative) { 1.0 } else { 0.0 };
    let figures = states.season.iter().copied().cycle().skip(states.next);
    let mut figures = figures.take(if spec.is_seasonal() { horizon } else { 0 });
    let mut damped = 0.0;
    (0..horizon).map(move |_| {
        // φ + φ² + ... by Horner's rule, which is exact for φ = 1.
        damped = phi * (1.0 + damped);
        let q = match (spec.trend.exists(), spec.trend.is_multiplicative()) {
            (false, _) => level,
            (true, false) => level + damped * trend,
            (true, true) => level * trend.powf(damped),
        };
        let s = figures.next().unwrap_or(neutral);
        (q, s, if matches!(spec.season, EtsSeason::Multiplicative) { q * s } else { q + s })
    })
}

/// The first two classes: the season is none or added, and so is the trend.
pub(super) fn moments(
    spec: EtsSpec,
    coefficients: &Coefficients,
    states: &States,
    sigma2: f64,
    horizon: usize,
) -> Moments {
    let mut effects = Effects::new(coefficients, states.season.len());
    let relative = class(spec) == Class::Two;
    let steps = points(spec, coefficients, states, horizon).map(|(_, _, mean)| {
        // E y² is θ for a relative error; the variance is put together so that μ² does not cancel.
        let earlier = effects.sum(1.0, 1.0);
        let (error, variance) = if relative {
            let error = sigma2 * (mean * mean + earlier);
            (error, error + earlier)
        } else {
            (sigma2, sigma2 + earlier)
        };
        effects.advance(error, error, error);
        (mean, variance)
    });
    let (mean, variance) = steps.unzip();
    Moments { mean, variance }
}

/// Any class, to first order in the errors.
pub(super) fn linearised(
    spec: EtsSpec,
    coefficients: &Coefficients,
    states: &States,
    sigma2: f64,
    horizon: usize,
) -> Moments {
    let mut effects = Effects::new(coefficients, states.season.len());
    let factor = matches!(spec.season, EtsSeason::Multiplicative);
    let steps = points(spec, coefficients, states, horizon).map(|(q, s, mean)| {
        let error2 =
            if matches!(spec.error, EtsError::Multiplicative) { sigma2 * mean * mean } else { sigma2 };
        // An error is worth 1/s to the level and 1/q to the season if the season is a factor; a trend that is a factor
        // carries on relative changes of the level.
        let [of_level, of_season] = if factor { [s, q] } else { [1.0, 1.0] };
        let carried = if spec.trend.is_multiplicative() { q } else { 1.0 };
        let variance = error2 + effects.sum(of_level * carried, of_season);
        let (u, v) = (1.0 / (of_level * carried), 1.0 / of_season);
        effects.advance(error2 * u * u, error2 * u * v, error2 * v * v);
        (mean, variance)
    });
    let (mean, variance) = steps.unzip();
    Moments { mean, variance }
}
