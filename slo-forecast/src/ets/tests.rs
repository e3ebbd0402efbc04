//! The gradient against two other ways to it, the fit against what has to hold of any maximum.

use proptest::prelude::*;
use slo_core::stats::Missing;
use slo_core::{Error, ErrorKind};
use slo_testkit::{Random, assert_all_close_absolute, assert_close, assert_close_absolute};

use super::criterion::criterion;
use super::*;
use crate::forecaster::{Model, Online};
use crate::recursion::{Coefficients, States, Tape, place};

mod auto;
mod gradient;

fn spec(name: &str) -> EtsSpec {
    name.parse().unwrap()
}

fn between(random: &mut Random, low: f64, high: f64) -> f64 {
    low + (high - low) * random.uniform()
}

/// A series with a trend, a season of four places and errors, all positive.
fn seasonal(n: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    (0..n)
        .map(|t| (20.0 + 0.4 * t as f64) * [1.2, 0.9, 0.7, 1.2][t % 4] * between(&mut random, 0.95, 1.05))
        .collect()
}

#[test]
fn all_thirty_models_are_fitted_and_forecast() {
    let values = seasonal(48, 1);
    for spec in EtsSpec::all() {
        let model = Ets::new(spec).period(4).fit(&values).unwrap();
        assert!(model.report().converged, "{spec}: {:?}", model.report());
        let likelihood = model.likelihood().unwrap();
        assert_eq!(likelihood.observations, 48);
        let season = if spec.is_seasonal() { 4 } else { 0 };
        let trend = u64::from(spec.trend.exists()) * 2 + u64::from(spec.trend.is_damped());
        assert_eq!(likelihood.parameters, 1 + trend + season + 1 + 1, "{spec}");
        let forecast = model.forecast(6, &[0.9]).unwrap();
        assert!(forecast.standard_error().iter().all(|s| *s > 0.0), "{spec}");
        let initial = model.initial();
        let centre = initial.season.iter().sum::<f64>();
        match spec.season {
            EtsSeason::None => assert!(initial.season.is_empty()),
            EtsSeason::Additive => assert_close_absolute(centre, 0.0, 1e-10),
            EtsSeason::Multiplicative => assert_close_absolute(centre, 4.0, 1e-10),
        }
    }
}

#[test]
fn the_likelihood_is_that_of_the_errors() {
    // Recomputed from what the model shows: residuals and fitted values, by its definition.
    let values = seasonal(40, 2);
    for spec in EtsSpec::all() {
        let model = Ets::new(spec).period(4).fit(&values).unwrap();
        let relative: Vec<f64> = model.residuals().iter().zip(model.fitted()).map(|(e, f)| e / f).collect();
        let (errors, logs) = match spec.error {
            EtsError::Additive => (model.residuals(), 0.0),
            EtsError::Multiplicative => (&relative[..], model.fitted().iter().map(|f| f.ln()).sum()),
        };
        let squares: f64 = errors.iter().map(|e| e * e).sum();
        let likelihood = model.likelihood().unwrap();
        assert_close(likelihood.log_likelihood, -20.0 * squares.ln() - logs, 1e-10);
        let freedom = 40.0 - (likelihood.parameters as f64 - 1.0);
        assert_close(model.sigma(), (squares / freedom).sqrt(), 1e-10);
        assert_all_close_absolute(model.innovations(), errors, 1e-12);
        let normal = likelihood.log_likelihood - 20.0 * ((std::f64::consts::TAU / 40.0).ln() + 1.0);
        assert_close(model.gaussian_log_likelihood().unwrap(), normal, 1e-12);
    }
}

#[test]
fn updating_is_running_over_the_longer_series() {
    let values = seasonal(60, 3);
    for spec in EtsSpec::all() {
        let mut model = Ets::new(spec).period(4).fit(&values[..41]).unwrap();
        let coefficients = model.coefficients;
        let mut states = model.initial.clone();
        let recursion = spec.recursion();
        recursion.forward(&values, &coefficients, &mut states, &mut Tape::new(recursion, &values));
        for value in &values[41..] {
            model.update(*value).unwrap();
        }
        assert_close(model.states.level, states.level, 1e-9);
        assert_close_absolute(model.states.trend, states.trend, 1e-9 * states.level);
        assert_all_close_absolute(&model.states.season, &states.season, 1e-9 * states.level);
        assert_eq!((model.states.next, model.observations()), (states.next, 60));
        assert_eq!(model.fitted().len(), 41);
    }
}

#[test]
fn a_damped_trend_goes_on_by_the_powers_of_its_damping() {
    // φ = 0.9, l = 0, b = 1: 0.9, 0.9 + 0.81, ... (a peer doubles the first term).
    let mut model = Ets::new(spec("AAdN")).phi(0.9).fit(&seasonal(20, 4)).unwrap();
    (model.states.level, model.states.trend) = (0.0, 1.0);
    let mean = model.forecast(5, &[]).unwrap().mean().to_vec();
    assert_all_close_absolute(&mean, &[0.9, 1.71, 2.439, 3.0951, 3.685_59], 1e-14);
}

#[test]
fn a_model_that_contains_another_is_as_likely() {
    // Without trend is the limit of a trend that is 0 and stays so: its least gain of 0.0001 costs next to nothing on
    // a series without trend. No room is left for a maximum that was missed.
    let values: Vec<f64> = {
        let mut random = Random::seeded(5);
        (0..60).map(|t| 50.0 + [4.0, -1.0, -3.0][t % 3] + between(&mut random, -2.0, 2.0)).collect()
    };
    let fit =
        |name| Ets::new(spec(name)).period(3).fit(&values).unwrap().likelihood().unwrap().log_likelihood;
    for (less, more) in
        [("ANN", "AAN"), ("ANN", "AAdN"), ("ANA", "AAA"), ("MNM", "MAM"), ("ANN", "ANA"), ("MNN", "MNM")]
    {
        assert!(fit(less) <= fit(more) + 0.05, "{less} {} {more} {}", fit(less), fit(more));
    }
}

#[test]
fn every_setter_changes_the_model() {
    let values = seasonal(40, 6);
    let method = Ets::new(spec("AAdA")).period(4);
    let base = method.fit(&values).unwrap();
    for other in [
        method.alpha(0.5),
        method.beta(0.2),
        method.gamma(0.01),
        method.phi(0.85),
        method.bounds(EtsBounds::Admissible),
        method.period(5),
        Ets::new(spec("AAA")).period(4),
    ] {
        let model = other.fit(&values).unwrap();
        assert_ne!(model.coefficients(), base.coefficients(), "{other:?}");
    }
    let mut gap = values.clone();
    gap[7] = f64::NAN;
    assert!(matches!(method.fit(&gap), Err(Error::NonFinite { index: 7, .. })));
    assert!(method.missing(Missing::Skip).fit(&gap).is_ok());
    gap[9] = f64::INFINITY;
    assert!(matches!(method.missing(Missing::Skip).fit(&gap), Err(Error::NonFinite { index: 9, .. })));
}

#[test]
fn wider_bounds_are_at_least_as_likely() {
    let values = seasonal(60, 7);
    for name in ["ANN", "AAN", "AAdN", "ANA", "AAA", "AAdA"] {
        let fit = |bounds| Ets::new(spec(name)).period(4).bounds(bounds).fit(&values).unwrap();
        let [usual, both, admissible] = [EtsBounds::Usual, EtsBounds::Both, EtsBounds::Admissible]
            .map(|b| fit(b).likelihood().unwrap().log_likelihood);
        assert!(both <= usual + 1e-6 && usual <= admissible + 1e-3, "{name}: {both} {usual} {admissible}");
    }
}

#[test]
fn what_a_model_has_no_use_for_is_refused() {
    let values = seasonal(40, 8);
    let refused = |method: Ets, parameter: &str| {
        let error = method.fit(&values).unwrap_err();
        assert!(matches!(&error, Error::InvalidParameter { name, .. } if *name == parameter), "{error}");
    };
    refused(Ets::new(spec("ANN")).beta(0.1), "beta");
    refused(Ets::new(spec("AAN")).gamma(0.1), "gamma");
    refused(Ets::new(spec("AAN")).phi(0.9), "phi");
    for bad in [-0.1, 1.000_1, f64::NAN, f64::INFINITY] {
        refused(Ets::new(spec("ANN")).alpha(bad), "alpha");
        refused(Ets::new(spec("AAN")).beta(bad), "beta");
    }
    refused(Ets::new(spec("AAdN")).phi(0.0), "phi");
    refused(Ets::new(spec("ANA")), "period");
    refused(Ets::new(spec("ANA")).period(0), "period");
    let error = Ets::new(spec("ANA")).period(86_401).fit(&values).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    assert_eq!(Ets::new(spec("ANA")).period(86_400).fit(&values).unwrap_err().kind(), ErrorKind::TooShort);
}

#[test]
fn a_series_needs_one_value_more_than_there_are_numbers_to_estimate() {
    let values = seasonal(40, 9);
    for spec in EtsSpec::all() {
        let method = Ets::new(spec).period(4);
        let parameters = method.parameters();
        assert!(
            matches!(method.fit(&values[..parameters]), Err(Error::TooShort { needed, .. }) if needed == parameters + 1)
        );
        let model = method.fit(&values[..=parameters]).unwrap();
        assert!(model.forecast(3, &[0.9]).unwrap().mean().iter().all(|m| m.is_finite()), "{spec}");
        // A coefficient that is set is not estimated.
        assert!(method.alpha(0.5).fit(&values[..parameters]).is_ok(), "{spec}");
    }
}

#[test]
fn factors_need_positive_values() {
    for bad in [0.0, -1.0] {
        let mut values = seasonal(40, 10);
        values[5] = bad;
        for spec in EtsSpec::all() {
            let fit = Ets::new(spec).period(4).fit(&values);
            assert_eq!(fit.is_err(), spec.is_multiplicative(), "{spec}");
            if let Err(error) = fit {
                assert!(error.to_string().contains("place 5"), "{error}");
            }
        }
    }
    let mut model = Ets::new(spec("MNN")).fit(&seasonal(40, 10)).unwrap();
    let before = model.clone();
    assert!(model.update(0.0).is_err());
    assert_eq!(model, before);
}

#[test]
fn a_constant_goes_on_as_it_is() {
    for constant in [0.0, -7.25, 1e-300, 1e300] {
        for spec in EtsSpec::all().filter(|spec| constant > 0.0 || !spec.is_multiplicative()) {
            let model = Ets::new(spec).period(4).fit(&[constant; 20]).unwrap();
            let forecast = model.forecast(9, &[0.9]).unwrap();
            assert_eq!(forecast.mean(), [constant; 9], "{spec}");
            assert_eq!((forecast.standard_error(), model.sigma()), (&[0.0; 9][..], 0.0));
            assert!(
                model.likelihood().is_none()
                    && model.report().converged
                    && !model.report().warnings.is_empty()
            );
        }
    }
}

#[test]
fn a_line_goes_on_as_it_is() {
    let values: Vec<f64> = (0..30).map(|t| 5.0 + 3.0 * f64::from(t)).collect();
    for name in ["AAN", "AAA", "MAN", "MAM"] {
        let model = Ets::new(spec(name)).period(4).fit(&values).unwrap();
        let mean = model.forecast(3, &[]).unwrap().mean().to_vec();
        assert_all_close_absolute(&mean, &[95.0, 98.0, 101.0], 1e-6);
        assert!(model.report().converged, "{name} {:?}", model.report());
    }
}

#[test]
fn shapes_that_break_other_searches_end_in_a_model_or_a_typed_error() {
    let shapes: [(&str, Vec<f64>); 7] = [
        ("alternating", (0..40).map(|t| f64::from(t % 2) + 1.0).collect()),
        ("spike", (0..40).map(|t| if t == 20 { 1000.0 } else { 1.0 }).collect()),
        ("steps", (0..40).map(|t| if t < 20 { 1.0 } else { 1e6 }).collect()),
        ("tiny", (0..40).map(|t| 1e-300 * (1.0 + f64::from(t % 7))).collect()),
        ("growth", (0..40).map(|t| f64::from(t).exp()).collect()),
        ("huge", (0..40).map(|t| 1e307 * (1.0 + f64::from(t % 7))).collect()),
        ("opposite", (0..40).map(|t| if t % 2 == 0 { 1e308 } else { -1e308 }).collect()),
    ];
    for (name, values) in &shapes {
        for spec in EtsSpec::all() {
            match Ets::new(spec).period(4).fit(values) {
                Ok(model) => {
                    assert!(
                        model.sigma().is_finite() && model.fitted().iter().all(|f| f.is_finite()),
                        "{name} {spec}"
                    );
                    assert!(model.report().converged || !model.report().warnings.is_empty());
                    if let Ok(forecast) = model.forecast(5, &[0.9]) {
                        assert!(forecast.mean().iter().all(|m| m.is_finite()));
                    }
                }
                Err(error) => assert!(
                    matches!(
                        error.kind(),
                        ErrorKind::OutOfRange | ErrorKind::InvalidParameter | ErrorKind::Degenerate
                    ),
                    "{name} {spec}: {error}"
                ),
            }
        }
    }
}

#[test]
fn missing_values_enter_nothing() {
    // A model with its coefficients set, run by hand over the gap: the level stays where nothing is known.
    let values = [4.0, 8.0, f64::NAN, f64::NAN, 6.0];
    let model = Ets::new(spec("ANN")).alpha(0.5).missing(Missing::Skip).fit(&values).unwrap();
    let level = model.initial().level;
    let second = 0.5 * level + 2.0;
    let third = 0.5 * second + 4.0;
    assert_all_close_absolute(model.fitted(), &[level, second, third, third, third], 1e-12);
    assert_eq!(model.innovations().len(), 3);
    assert_eq!(&model.residuals()[2..4], [0.0; 2]);
    let errors = [4.0 - level, 8.0 - second, 6.0 - third];
    assert_all_close_absolute(model.innovations(), &errors, 1e-12);
    assert_eq!((model.observations(), model.likelihood().unwrap().observations), (5, 3));
    let all = Ets::new(spec("ANN")).missing(Missing::Skip).fit(&[f64::NAN; 30]).unwrap_err();
    assert_eq!(all.kind(), ErrorKind::TooShort);
    for spec in EtsSpec::all() {
        let mut values = seasonal(48, 11);
        for place in [0, 1, 13, 30, 47] {
            values[place] = f64::NAN;
        }
        let mut model = Ets::new(spec).period(4).missing(Missing::Skip).fit(&values).unwrap();
        assert!(model.report().converged, "{spec}");
        // Passing over a place is forecasting one step further.
        let ahead = model.forecast(2, &[]).unwrap().mean()[1];
        model.update(f64::NAN).unwrap();
        let open = spec.trend.is_multiplicative()
            || (spec.season == EtsSeason::Multiplicative && spec.error == EtsError::Additive);
        if !open {
            assert_close(model.forecast(1, &[]).unwrap().mean()[0], ahead, 1e-12);
        }
    }
}

#[test]
fn a_search_from_the_maximum_stays_there() {
    let values = seasonal(48, 12);
    for spec in EtsSpec::all() {
        let model = Ets::new(spec).period(4).fit(&values).unwrap();
        let again = model.refit(&values).unwrap();
        let [a, b] = [&model, &again].map(|m| m.likelihood().unwrap().log_likelihood);
        assert!((a - b).abs() < 1e-6, "{spec}: {a} {b}");
        assert!(again.report().iterations <= model.report().iterations);
    }
}

#[test]
fn a_long_season_is_fitted() {
    let period = 168;
    let mut random = Random::seeded(13);
    let values: Vec<f64> = (0..4 * period)
        .map(|t| {
            100.0
                + 30.0 * (std::f64::consts::TAU * t as f64 / period as f64).sin()
                + between(&mut random, -5.0, 5.0)
        })
        .collect();
    let model = Ets::new(spec("ANA")).period(period).fit(&values).unwrap();
    assert!(model.report().converged, "{:?}", model.report());
    assert!(model.sigma() < 5.0, "{}", model.sigma());
}

/// Multiples of 2^-10, so that shifts and scalings by powers of two are exact.
fn dyadic() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((1_024_i32..1_024_000).prop_map(|k| f64::from(k) / 1024.0), 14..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn another_unit_scales_the_model(values in dyadic(), power in -40_i32..40) {
        let unit = 2_f64.powi(power);
        let scaled: Vec<f64> = values.iter().map(|y| y * unit).collect();
        for name in ["ANN", "AAdA", "MAM", "MMdN", "AMM"] {
            let method = Ets::new(spec(name)).period(3);
            let (a, b) = (method.fit(&values).unwrap(), method.fit(&scaled).unwrap());
            prop_assert_eq!(a.coefficients(), b.coefficients());
            prop_assert_eq!(a.initial().level * unit, b.initial().level);
            let [a, b] = [a, b].map(|m| m.likelihood().map(|l| l.log_likelihood));
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert!((a - b - values.len() as f64 * unit.ln()).abs() < 1e-9 * a.abs().max(1e3));
            }
        }
    }

    #[test]
    fn another_zero_moves_an_additive_model(values in dyadic()) {
        let shifted: Vec<f64> = values.iter().map(|y| y + 1e9).collect();
        for name in ["ANN", "AAN", "ANA", "AAdA"] {
            let method = Ets::new(spec(name)).period(3);
            let (a, b) = (method.fit(&values).unwrap(), method.fit(&shifted).unwrap());
            prop_assert_eq!(a.coefficients(), b.coefficients());
            prop_assert_eq!(a.likelihood(), b.likelihood());
        }
    }

    #[test]
    fn coefficients_stay_within_the_usual_bounds(values in dyadic()) {
        for spec in EtsSpec::all() {
            let model = Ets::new(spec).period(3).fit(&values).unwrap();
            let c = model.coefficients();
            prop_assert!((1e-4..=0.9999).contains(&c.alpha));
            prop_assert!(c.beta.is_none_or(|beta| (1e-4..=c.alpha).contains(&beta)));
            prop_assert!(c.gamma.is_none_or(|gamma| 1e-4 <= gamma && gamma <= 1.0 - c.alpha));
            prop_assert!(c.phi.is_none_or(|phi| (0.8..=0.98).contains(&phi)));
        }
    }
}

#[cfg(feature = "serde")]
mod saved {
    use super::*;

    #[test]
    fn a_model_resumes_where_it_was_and_a_broken_one_is_refused() {
        let values = seasonal(41, 14);
        for spec in EtsSpec::all() {
            let model = Ets::new(spec).period(4).fit(&values).unwrap();
            let text = serde_json::to_string(&model).unwrap();
            assert_eq!(serde_json::from_str::<EtsModel>(&text).unwrap(), model);
            let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
            for (path, to) in [
                (vec!["states", "level"], serde_json::json!(null)),
                (vec!["states", "next"], serde_json::json!(9)),
                (vec!["initial", "season"], serde_json::json!([1.0])),
                (vec!["squares"], serde_json::json!(-1.0)),
                (vec!["seen"], serde_json::json!(99)),
                (vec!["count"], serde_json::json!(3)),
                (vec!["coefficients", "phi"], serde_json::json!(0.0)),
                (vec!["method", "spec"], serde_json::json!("XYZ")),
                (vec!["method", "alpha"], serde_json::json!(2.0)),
                (vec!["own"], serde_json::json!([])),
            ] {
                let mut broken = whole.clone();
                let field = path.iter().fold(&mut broken, |value, key| &mut value[*key]);
                *field = to;
                assert!(serde_json::from_value::<EtsModel>(broken).is_err(), "{spec} {path:?}");
            }
        }
    }
}

#[test]
fn a_search_ends_where_rounding_leaves_no_way_down() {
    // Trends that are factors: the slope of the likelihood is wrong by more than the search is asked to settle to.
    for seed in 0..30 {
        let mut random = Random::seeded(seed);
        let values: Vec<f64> = (0..400)
            .map(|t| {
                let place = std::f64::consts::TAU * f64::from(t) / 24.0;
                let noise = (0..12).map(|_| random.uniform()).sum::<f64>() - 6.0;
                (4.0 + 0.15 * place.sin() + 0.06 * (2.0 * place).cos() + 0.02 * noise).exp()
            })
            .collect();
        let report = Ets::new(spec("MMM")).period(24).fit(&values).unwrap().report().clone();
        assert!(report.converged && report.iterations < 500, "{seed}: {report:?}");
    }
}
