//! Held against R's `thetaf` and statsforecast, and against what every model of the family is.

use std::collections::BTreeMap;

use proptest::prelude::*;
use slo_testkit::{assert_all_close, assert_all_close_absolute, assert_close, fixtures};

use super::kernel::{Profile, profile};
use super::*;
use crate::Errors;
use crate::forecaster::Online;

#[derive(serde::Deserialize)]
struct Expected {
    mean: Vec<f64>,
    lower80: Vec<f64>,
    upper80: Vec<f64>,
    lower95: Vec<f64>,
    upper95: Vec<f64>,
    alpha: f64,
    drift: f64,
}

/// The series without its season, and from 0 on.
fn moved(model: &ThetaModel, values: &[f64]) -> Vec<f64> {
    (0..).zip(values).map(|(place, value)| model.season.off(place, *value) - model.origin).collect()
}

#[test]
fn r_is_met_and_its_simplex_beaten() {
    // R 4.2 with forecast 8.20, thetaf.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.join("forecast").join(name)).unwrap();
        serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&text).unwrap()
    };
    let (baselines, series) = (read("r_baselines.json"), read("series.json"));
    assert!(baselines.len() > 8);
    for (name, methods) in baselines {
        let theirs: Expected = serde_json::from_value(methods["theta"].clone()).unwrap();
        let values: Vec<f64> = serde_json::from_value(series[&name]["values"].clone()).unwrap();
        let period = serde_json::from_value::<f64>(series[&name]["frequency"].clone()).unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        let method = Theta::new().period(period.max(1.0) as usize);
        let ours = method.fit(&values).unwrap();
        assert_close(ours.parameters()[1].1, theirs.drift, 1e-12);
        let there = profile(&moved(&ours, &values), 0.0, theirs.alpha, Line::Fixed, Weight::Set(0.0));
        assert!(ours.squares <= there.squares * (1.0 + 1e-14), "{name}");
        // R's criterion is n ln(squares), and its simplex ends where that differs by 1.5e-8 of itself.
        let criterion = |squares: f64| values.len() as f64 * squares.ln();
        let short = criterion(there.squares) - criterion(ours.squares);
        assert!(short <= 1.5e-8 * criterion(there.squares), "{name}: {short}");

        // With R's own alpha and, where the series has no season, R's own start. Of the other starts, what is left is
        // that R searches for them, and stops.
        let ses = &methods["ses"];
        let start =
            if ses["alpha"] == theirs.alpha { ses["l"].as_f64().unwrap() - ours.origin } else { there.start };
        let there = Profile { start, ..there };
        let found =
            |_: &Problem<'_>| Found { alpha: theirs.alpha, profile: there, evaluations: 0, converged: true };
        let model = method.assemble(&values, ours.season.clone(), found).unwrap();
        let forecast = model.forecast(12, &[0.8, 0.95]).unwrap();
        assert_all_close(forecast.mean(), &theirs.mean, 1e-6);
        // R adds the width in units of the adjusted series to means that have their season back.
        let unit: Vec<f64> = (0..12).map(|step| model.season.unit(model.observations() + step)).collect();
        for (ends, expected) in [
            (&forecast.bands()[0].lower, &theirs.lower80),
            (&forecast.bands()[0].upper, &theirs.upper80),
            (&forecast.bands()[1].lower, &theirs.lower95),
            (&forecast.bands()[1].upper, &theirs.upper95),
        ] {
            for (step, end) in ends.iter().enumerate() {
                let width = (end - forecast.mean()[step]) / unit[step];
                assert_close(width, expected[step] - theirs.mean[step], 1e-6);
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct Settings {
    variant: ThetaVariant,
}

#[derive(serde::Deserialize)]
struct Found2016 {
    initial_smoothed: f64,
    alpha: f64,
    theta: f64,
    mean: Vec<f64>,
}

#[test]
fn the_models_are_those_of_statsforecast_and_the_fits_no_worse() {
    for case in fixtures::cases::<Vec<f64>, Settings, Found2016>("slo-forecast/theta") {
        let (values, variant, theirs) = (&case.input, case.parameters.variant, &case.expected);
        let (first, weight, line) = (values[0], 1.0 - 1.0 / theirs.theta, variant.line());
        let moved: Vec<f64> = values.iter().map(|value| value - first).collect();
        let slope = if line == Line::Fixed { crate::line::line(&moved).1 } else { 0.0 };
        // The line's value at the first place is a part of our start.
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let at_first = match line {
            Line::Fixed => mean - slope * (values.len() - 1) as f64 / 2.0,
            Line::Moving => first,
        };
        let start = theirs.initial_smoothed + weight * at_first - first;
        let mut state = State::new(start, slope);
        let mut squares = 0.0;
        for value in &moved {
            let error = value - state.level - weight * state.pull(theirs.alpha, line);
            squares += error * error;
            state.advance(theirs.alpha, line, *value);
        }
        let mut ahead = Vec::new();
        for _ in 0..theirs.mean.len() {
            let next = state.level + weight * state.pull(theirs.alpha, line);
            state.advance(theirs.alpha, line, next);
            ahead.push(next + first);
        }
        case.assert_all_close("mean", &ahead, &theirs.mean);
        let ours = Theta::new().variant(variant).fit(values).unwrap();
        assert!(ours.squares <= squares * (1.0 + 1e-12), "{}: {} and {squares}", case.name, ours.squares);
    }
}

/// The regression line and the smoothed line of θ = 2, as published.
fn as_published(values: &[f64], horizon: usize, model: &ThetaModel) -> Vec<f64> {
    let n = values.len() as f64;
    let b = crate::line::line(values).1;
    let a = values.iter().sum::<f64>() / n - b * (n - 1.0) / 2.0;
    let line = |t: f64| a + b * t;
    let z: Vec<f64> = values.iter().enumerate().map(|(t, y)| 2.0 * y - line(t as f64)).collect();
    // The smoothed line of 2 y less the line: half of it and half of the line are what we start from.
    let start = 2.0 * (model.origin + model.start) - line(0.0);
    let level = z.iter().fold(start, |level, z| level + model.alpha * (z - level));
    (0..horizon).map(|h| 0.5 * line(n + h as f64) + 0.5 * level).collect()
}

#[test]
fn the_classic_is_half_a_line_and_half_a_smoothed_one() {
    let values = [3.0, 4.0, 3.5, 5.0, 4.5, 6.0, 5.0, 7.0, 6.5, 7.0];
    let model = Theta::new().variant(ThetaVariant::Classic).fit(&values).unwrap();
    let mean = model.forecast(5, &[]).unwrap().mean().to_vec();
    assert_all_close(&mean, &as_published(&values, 5, &model), 1e-13);
}

#[test]
fn each_setting_changes_the_result() {
    let values: Vec<f64> = (0..40)
        .map(|t: usize| 20.0 + t as f64 + [4.0, -3.0, 1.0, -2.0][t % 4] * (t + 9) as f64 / 30.0)
        .collect();
    let mean = |method: Theta| method.fit(&values).unwrap().forecast(4, &[]).unwrap().mean().to_vec();
    let all = ThetaVariant::ALL.map(|variant| mean(Theta::new().period(4).variant(variant)));
    for (i, one) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|other| other != one), "{i}");
    }
    assert_ne!(mean(Theta::new()), mean(Theta::new().period(4)));
    let season = Theta::new().period(4);
    assert_ne!(mean(season), mean(season.composition(Composition::Additive)));
}

#[test]
fn a_season_needs_more_than_two_periods_and_an_additive_one_is_said_to_be() {
    let season = |len: usize, lift: f64| -> Vec<f64> {
        (0..len).map(|t| [5.0, -3.0, 1.0, -3.0][t % 4] + lift + (t * t % 7) as f64 / 10.0).collect()
    };
    let found = |values: &[f64]| Theta::new().period(4).fit(values).unwrap();
    assert!(found(&season(8, 9.0)).season.is_none());
    assert_eq!(found(&season(40, 9.0)).season.figure.len(), 4);
    assert!(found(&season(40, 9.0)).report().warnings.is_empty());
    let added = found(&season(40, 0.0));
    assert_eq!((added.season.composition, added.report().warnings.len()), (Composition::Additive, 1));
    assert!(Theta::new().period(usize::MAX).fit(&season(40, 9.0)).unwrap().season.is_none());
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let method = Theta::new();
    assert!(matches!(method.fit(&[1.0, 2.0, 3.0]), Err(Error::TooShort { needed: 4, .. })));
    assert!(method.fit(&[1.0, 2.0, 3.0, 5.0]).is_ok());
    assert!(matches!(method.period(0).fit(&[1.0; 9]), Err(Error::InvalidParameter { name: "period", .. })));
    assert!(matches!(method.fit(&[1.0, 2.0, f64::NAN, 4.0]), Err(Error::NonFinite { index: 2, .. })));
    for variant in ThetaVariant::ALL {
        let huge = [1e308, -1e308, 1e308, -1e308, 1e308];
        assert!(matches!(method.variant(variant).fit(&huge), Err(Error::OutOfRange { .. })), "{variant:?}");
        for values in [vec![0.0; 9], [1.0, -1.0].repeat(5), [vec![0.0; 8], vec![1.0]].concat()] {
            for period in [1, 2, 4] {
                let model = method.variant(variant).period(period).fit(&values).unwrap();
                let forecast = model.forecast(3, &[0.9]).unwrap();
                assert!(
                    forecast.bands()[0].lower.iter().all(|end| end.is_finite()),
                    "{variant:?} {values:?}"
                );
            }
        }
        let constant = method.variant(variant).fit(&[7.25; 9]).unwrap().forecast(3, &[0.9]).unwrap();
        assert_eq!((constant.mean(), constant.standard_error()), (&[7.25; 3][..], &[0.0; 3][..]));
    }
}

/// A series with trend, noise and perhaps a season of four.
fn noisy() -> Vec<f64> {
    (0_u32..60).map(|t| 50.0 + 0.4 * f64::from(t) + f64::from((t * 7919) % 101) / 10.0).collect()
}

#[test]
fn intervals_are_those_of_simulated_futures() {
    // 200,000 paths: the standard deviation is known to 0.16%, and 0.5% is three times that.
    let values = noisy();
    for variant in ThetaVariant::ALL {
        let model = Theta::new().variant(variant).fit(&values).unwrap();
        let paths = model.simulate(6, 200_000, 1, Errors::Normal).unwrap();
        assert_all_close(&paths.standard_deviation(), model.forecast(6, &[]).unwrap().standard_error(), 5e-3);
    }
}

#[test]
fn the_first_step_has_the_error_of_one_step_whatever_the_horizon() {
    let values = noisy();
    for variant in ThetaVariant::ALL {
        let model = Theta::new().variant(variant).fit(&values).unwrap();
        let [short, long] = [1, 50].map(|horizon| model.forecast(horizon, &[]).unwrap().standard_error()[0]);
        assert_eq!((short, long), (model.sigma(), model.sigma()));
    }
}

proptest! {
    #[test]
    fn no_alpha_is_better(values in prop::collection::vec(-9.0..9.0_f64, 4..60), alpha in 0.0..1.0_f64, w in 0.0..1.0_f64) {
        for variant in ThetaVariant::ALL.into_iter().skip(1) {
            let model = Theta::new().variant(variant).fit(&values).unwrap();
            let (low, high) = variant.bounds();
            let moved = moved(&model, &values);
            let slope = if variant.line() == Line::Fixed { crate::line::line(&moved).1 } else { 0.0 };
            let weight = if variant.estimated() == 3 { w } else { 0.5 };
            let there = profile(&moved, slope, low + alpha * (high - low), variant.line(), Weight::Set(weight));
            prop_assert!(model.squares <= there.squares * (1.0 + 1e-9) + 1e-12, "{variant:?} {} {}", model.squares, there.squares);
        }
    }

    #[test]
    fn an_update_is_the_longer_series_with_the_same_parameters(
        values in prop::collection::vec(1.0..9.0_f64, 20..60),
        split in 12_usize..20,
        period in 1_usize..5,
    ) {
        for variant in ThetaVariant::ALL {
            let method = Theta::new().variant(variant).period(period);
            let mut model = method.fit(&values[..split]).unwrap();
            let (alpha, weight, start, slope) = (model.alpha, model.weight, model.start, model.state.slope);
            for value in &values[split..] {
                model.update(*value).unwrap();
            }
            let slope = if variant.line() == Line::Fixed { slope } else { 0.0 };
            let mut state = State::new(start, slope);
            for value in moved(&model, &values) {
                state.advance(alpha, variant.line(), value);
            }
            prop_assert_eq!(model.state, state);
            let next = model.season.on(state.count, model.origin + state.level + weight * state.pull(alpha, variant.line()));
            let mean = model.forecast(1, &[]).unwrap().mean()[0];
            prop_assert!((mean - next).abs() < 1e-12 * next.abs().max(1.0));
        }
    }

    #[test]
    fn what_was_expected_moves_no_forecast(values in prop::collection::vec(1.0..9.0_f64, 8..40), period in 1_usize..4) {
        for variant in ThetaVariant::ALL {
            let mut model = Theta::new().variant(variant).period(period).fit(&values).unwrap();
            let before = model.forecast(6, &[]).unwrap();
            let mut path = [f64::NAN; 6];
            model.path(&[0.0; 6], &mut path);
            assert_all_close_absolute(&path, before.mean(), 1e-12 * 9.0);
            model.update(before.mean()[0]).unwrap();
            assert_all_close_absolute(model.forecast(5, &[]).unwrap().mean(), &before.mean()[1..], 1e-11 * 9.0);
        }
    }

    #[test]
    fn another_zero_and_another_unit_go_through(values in prop::collection::vec(-1024_i32..1024, 6..40), power in -60_i32..60) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let there = |factor: f64, shift: f64| values.iter().map(|y| y * factor + shift).collect::<Vec<_>>();
        for variant in ThetaVariant::ALL {
            let mean = |values: &[f64]| Theta::new().variant(variant).fit(values).unwrap().forecast(4, &[]).unwrap().mean().to_vec();
            let unit = 2.0_f64.powi(power);
            let (plain, shifted) = (mean(&values), mean(&there(1.0, 1e9)));
            let scaled: Vec<f64> = mean(&there(unit, 0.0)).iter().map(|mean| mean / unit).collect();
            assert_all_close_absolute(&scaled, &plain, 1e-9);
            let shifted: Vec<f64> = shifted.iter().map(|mean| mean - 1e9).collect();
            // SEMANTICS 24: 1e-6 of the amplitude.
            assert_all_close_absolute(&shifted, &plain, 1e-6 * 1024.0);
        }
    }

    #[test]
    fn a_refit_is_no_worse_than_where_it_began(values in prop::collection::vec(1.0..9.0_f64, 20..60)) {
        for variant in ThetaVariant::ALL.into_iter().skip(1) {
            let first = Theta::new().variant(variant).fit(&values[..15]).unwrap();
            let again = first.refit(&values).unwrap();
            let moved = moved(&again, &values);
            let slope = if variant.line() == Line::Fixed { crate::line::line(&moved).1 } else { 0.0 };
            let stayed = profile(&moved, slope, first.alpha, variant.line(), variant.weight());
            prop_assert!(again.squares <= stayed.squares * (1.0 + 1e-9) + 1e-12);
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_model_goes_on_and_an_impossible_one_is_refused() {
    let mut model = Theta::new().period(4).variant(ThetaVariant::DynamicOptimised).fit(&noisy()).unwrap();
    let text = serde_json::to_value(&model).unwrap();
    let mut again: ThetaModel = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(again, model);
    model.update(80.0).unwrap();
    again.update(80.0).unwrap();
    assert_eq!(again, model);
    for (field, to) in [("alpha", 2.0), ("weight", -0.5), ("squares", -1.0)] {
        let mut changed = text.clone();
        changed[field] = to.into();
        assert!(serde_json::from_value::<ThetaModel>(changed).is_err(), "{field}");
    }
    let mut changed = text;
    changed["state"]["count"] = 3.into();
    assert!(serde_json::from_value::<ThetaModel>(changed).is_err());
}
