//! What holds for every combination, and what the ensemble without a list of its own makes of hard cases.

use proptest::prelude::*;
use slo_testkit::{Random, assert_all_close_absolute};

use super::*;
use crate::forecaster::Online;
use crate::{Drift, Errors, Mean, SeasonalNaive, Theta};

fn three() -> Ensemble {
    Ensemble::new([Naive::new().into(), Drift::new().into(), Mean::new().into()])
}

fn mean(method: &Ensemble, values: &[f64], horizon: usize) -> Vec<f64> {
    method.fit(values).unwrap().forecast(horizon, &[]).unwrap().mean().to_vec()
}

#[test]
fn each_combination_is_what_its_name_says() {
    // Naive 6, drift 6 + 5/3, mean 3.
    let values = [1.0, 2.0, 3.0, 6.0];
    let [naive, drift, level] = [6.0, 6.0 + 5.0 / 3.0, 3.0];
    assert_eq!(mean(&three(), &values, 1), [naive]);
    let average = mean(&three().combine(Combination::Mean), &values, 1)[0];
    assert!((average - (naive + drift + level) / 3.0).abs() < 1e-14);
    let weighted = mean(&three().combine(Combination::Weighted(vec![0.0, 6.0, 2.0])), &values, 1)[0];
    assert!((weighted - (0.75 * drift + 0.25 * level)).abs() < 1e-14);
    // The middle of two is their mean.
    let two = Ensemble::new([Naive::new().into(), Mean::new().into()]);
    assert_eq!(mean(&two, &values, 1), [4.5]);
}

#[test]
fn one_member_alone_is_itself() {
    let values = [3.0, 5.0, 4.0, 8.0, 6.0];
    for combination in [Combination::Median, Combination::Mean, Combination::Weighted(vec![2.0])] {
        let alone = Drift::new().fit(&values).unwrap().forecast(4, &[0.8]).unwrap();
        let model = Ensemble::new([Drift::new().into()]).combine(combination).fit(&values).unwrap();
        assert_eq!(model.forecast(4, &[0.8]).unwrap(), alone);
    }
}

#[test]
fn weights_that_mean_nothing_are_refused() {
    let fit = |weights: Vec<f64>| three().combine(Combination::Weighted(weights)).fit(&[1.0, 2.0, 4.0]);
    assert!(matches!(fit(vec![1.0, 2.0]), Err(Error::LengthMismatch { .. })));
    assert!(matches!(fit(vec![1.0, f64::NAN, 1.0]), Err(Error::NonFinite { .. })));
    for weights in [vec![1.0, -1.0, 1.0], vec![0.0; 3], vec![f64::MAX; 3]] {
        assert!(matches!(fit(weights), Err(Error::InvalidParameter { name: "weights", .. })));
    }
    assert!(fit(vec![0.0, 0.0, 1.0]).is_ok());
    assert!(matches!(
        Ensemble::new([]).fit(&[1.0, 2.0]),
        Err(Error::InvalidParameter { name: "members", .. })
    ));
    assert!(matches!(
        Ensemble::default(&[24, 0]).fit(&[1.0; 9]),
        Err(Error::InvalidParameter { name: "periods", .. })
    ));
}

#[test]
fn the_members_are_chosen_by_the_series() {
    let names = |values: &[f64], periods: &[usize]| -> Vec<&'static str> {
        Ensemble::default(periods).fit(values).unwrap().models().iter().map(Model::name).collect()
    };
    let noise = |t: usize| (t * 7919 % 101) as f64 / 10.0;
    let strong: Vec<f64> = (0..60).map(|t| 50.0 + 40.0 * f64::from(t % 4 == 0) + noise(t)).collect();
    let straying: Vec<f64> =
        (0..60).map(|t| 50.0 * (t as f64 / 9.0).sin() + 12.0 * f64::from(t % 4 == 0) + noise(t)).collect();
    let trended: Vec<f64> =
        (0..60).map(|t| 10.0 * t as f64 + 12.0 * f64::from(t % 4 == 0) + noise(t)).collect();
    assert_eq!(names(&strong, &[]), ["HoltWinters", "Theta", "Ets"]);
    assert_eq!(names(&strong, &[1]), ["HoltWinters", "Theta", "Ets"]);
    assert_eq!(names(&strong, &[4]), ["SeasonalNaive", "Ets"]);
    assert_eq!(names(&straying, &[4]), ["HoltWinters", "Adjusted", "Adjusted"]);
    assert_eq!(names(&trended, &[4]), ["Ets"]);
    assert_eq!(names(&trended, &[4, 12]), ["Ets"]);
    let members = |periods: &[usize]| Ensemble::default(periods).members(&strong).unwrap();
    // Three cycles are needed: 20 of 60 are, 21 are not; and the order of the periods does not matter.
    assert_eq!(members(&[4, 21]), members(&[4]));
    assert_ne!(members(&[4, 20]), members(&[4]));
    assert_eq!(members(&[20, 4, 4]), members(&[4, 20]));
    let again = SeasonalNaive::new(4).unwrap();
    assert_eq!(members(&[4, 20])[1], crate::Adjusted::new(20, again).unwrap().into());
}

/// A season of so many places, told by its first harmonic.
fn season(t: u32, period: u32) -> f64 {
    (f64::from(t) * std::f64::consts::TAU / f64::from(period)).sin()
}

#[test]
fn a_steady_trend_goes_on_with_its_season() {
    // What goes on is known: the line and the season themselves, up to the errors.
    let noise = |t: u32| f64::from(t * 7919 % 101) / 10.0 - 5.0;
    for slope in [-5.0, 5.0, 50.0] {
        let added = |t: u32| 3000.0 + slope * f64::from(t) + 200.0 * season(t, 24);
        let times = |t: u32| (20_000.0 + slope * f64::from(t)) * (1.0 + 0.2 * season(t, 24));
        for (truth, spec) in [(&added as &dyn Fn(u32) -> f64, "AAA"), (&times, "MAM")] {
            let values: Vec<f64> = (0..240).map(|t| truth(t) + noise(t)).collect();
            let model = Ensemble::default(&[24]).fit(&values).unwrap();
            let [AnyModel::Ets(member)] = model.models() else { panic!("{:?}", model.models()) };
            assert_eq!(member.spec().to_string(), spec, "slope {slope}");
            let forecast = model.forecast(48, &[]).unwrap();
            let off: f64 = (240..288).zip(forecast.mean()).map(|(t, mean)| (mean - truth(t)).abs()).sum();
            // The errors lie evenly within 5 of 0.
            assert!(off / 48.0 < 10.0, "{spec}, slope {slope}: {} off", off / 48.0);
        }
    }
}

#[test]
fn a_trend_is_steady_above_nine_tenths_and_up_to_24_places() {
    // Every second value up by 1 but one that goes down: 19 up and 1 down leave exactly 18 of 20.
    let steps = |up: usize| {
        let mut values = vec![0.0, 100.0];
        for k in 0..=up {
            values.push(values[k] + if k == up / 2 { -1.0 } else { 1.0 });
        }
        values
    };
    let is_ets = |values: &[f64], period: usize| {
        let members = Ensemble::default(&[period]).members(values).unwrap();
        matches!(members.as_slice(), [AnyForecaster::Ets(_)])
    };
    assert!(!is_ets(&steps(18), 2));
    assert!(!is_ets(&steps(19), 2));
    assert!(is_ets(&steps(20), 2));
    let trended = |period: u32| -> Vec<f64> {
        (0..12 * period).map(|t| f64::from(t) + 90.0 * season(t, period)).collect()
    };
    assert!(is_ets(&trended(24), 24));
    assert!(!is_ets(&trended(25), 25));
    // Of six values no model with trend and season can be estimated; others go on.
    assert!(!is_ets(&[0.0, 5.0, 1.0, 6.0, 2.0, 7.0], 2));
}

#[test]
fn hard_series_are_continued_or_refused_with_a_reason() {
    for periods in [&[][..], &[4], &[4, 12], &[usize::MAX]] {
        let method = Ensemble::default(periods);
        assert!(matches!(method.fit(&[1.0]), Err(Error::TooShort { .. })));
        let short = method.fit(&[1.0, 3.0]).unwrap();
        assert_eq!(
            (short.forecast(2, &[]).unwrap().mean(), short.report().warnings.len()),
            (&[3.0, 3.0][..], 1)
        );
        for values in
            [vec![0.0; 40], vec![7.5; 40], [1.0, -1.0].repeat(20), [vec![0.0; 39], vec![1.0]].concat()]
        {
            let forecast = method.fit(&values).unwrap().forecast(5, &[0.9]).unwrap();
            assert!(forecast.bands()[0].upper.iter().all(|end| end.is_finite()));
        }
        assert_eq!(mean(&method, &[7.5; 40], 3), [7.5; 3]);
        assert!(matches!(method.fit(&[1.0, f64::NAN, 2.0]), Err(Error::NonFinite { index: 1, .. })));
        // Where squares leave the range of floats; a season that repeats itself exactly leaves none.
        let huge = method.fit(&[1e308, -1e308].repeat(20));
        match huge {
            Ok(model) => assert_eq!(model.forecast(2, &[]).unwrap().mean(), [1e308, -1e308], "{periods:?}"),
            Err(error) => assert!(matches!(error, Error::OutOfRange { .. }), "{periods:?}: {error}"),
        }
    }
}

#[test]
fn futures_are_about_the_forecast() {
    let values: Vec<f64> = (0_u32..60).map(|t| f64::from(t) + f64::from(t * 7919 % 101) / 10.0).collect();
    for combination in [Combination::Median, Combination::Mean] {
        let model = three().combine(combination).fit(&values).unwrap();
        let mut path = [f64::NAN; 6];
        model.path(&[0.0; 6], &mut path);
        let forecast = model.forecast(6, &[]).unwrap();
        assert_all_close_absolute(&path, forecast.mean(), 1e-12 * 70.0);
        assert_eq!(
            model.simulate(6, 9, 5, Errors::Normal).unwrap(),
            model.simulate(6, 9, 5, Errors::Normal).unwrap()
        );
    }
}

#[test]
fn a_refused_update_changes_no_member() {
    let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
    let mut model = Ensemble::new([Naive::new().into(), Theta::new().into()]).fit(&values).unwrap();
    let before = model.clone();
    assert!(model.update(f64::NAN).is_err());
    assert!(model.update(1e200).is_err());
    assert_eq!(model, before);
    model.update(9.0).unwrap();
    assert_eq!(model.observations(), 7);
}

proptest! {
    #[test]
    fn a_combination_lies_among_its_members(values in prop::collection::vec(-9.0..9.0_f64, 4..30)) {
        for combination in [Combination::Median, Combination::Mean, Combination::Weighted(vec![1.0, 0.0, 5.0])] {
            let model = three().combine(combination).fit(&values).unwrap();
            let whole = model.forecast(4, &[]).unwrap();
            let parts: Vec<_> = model.models().iter().map(|model| model.forecast(4, &[]).unwrap()).collect();
            for step in 0..4 {
                let means = parts.iter().map(|part| part.mean()[step]);
                let (low, high) = means.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), m| (l.min(m), h.max(m)));
                prop_assert!(low - 1e-12 <= whole.mean()[step] && whole.mean()[step] <= high + 1e-12);
            }
        }
    }

    #[test]
    fn an_update_of_closed_forms_is_a_fit_of_the_longer_series(values in prop::collection::vec(-9.0..9.0_f64, 6..30)) {
        let mut model = three().fit(&values[..4]).unwrap();
        for value in &values[4..] {
            model.update(*value).unwrap();
        }
        let found = three().fit(&values).unwrap();
        assert_all_close_absolute(
            model.forecast(3, &[]).unwrap().mean(), found.forecast(3, &[]).unwrap().mean(), 1e-12 * 9.0);
        prop_assert_eq!(model.observations(), found.observations());
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_one_goes_on_and_an_impossible_one_is_refused() {
    let method = Ensemble::default(&[2, 6]).combine(Combination::Weighted(vec![1.0, 2.0, 3.0]));
    let text = serde_json::to_string(&method).unwrap();
    assert_eq!(serde_json::from_str::<Ensemble>(&text).unwrap(), method);
    let values: Vec<f64> = (0_u32..40).map(|t| f64::from(20 + t % 2 * 9 + t * 7919 % 11)).collect();
    let model = method.fit(&values).unwrap();
    let text = serde_json::to_value(&model).unwrap();
    assert_eq!(serde_json::from_value::<EnsembleModel>(text.clone()).unwrap(), model);
    for (field, to) in [
        ("models", serde_json::json!([])),
        ("combination", serde_json::json!({ "weighted": [1.0] })),
        ("squares", (-1.0).into()),
        ("count", 41.into()),
    ] {
        let mut changed = text.clone();
        changed[field] = to;
        assert!(serde_json::from_value::<EnsembleModel>(changed).is_err(), "{field}");
    }
}

#[test]
fn a_season_under_a_strong_trend_is_found() {
    // Five days of hours that grow by several times the season: the oracle is how they were made.
    let season = |t: u32| 3.0 * (f64::from(t % 24) * std::f64::consts::TAU / 24.0).sin();
    let mut random = Random::seeded(5);
    let values: Vec<f64> =
        (0..120).map(|t| 100.0 + 0.3 * f64::from(t) + season(t) + 0.5 * random.normal()).collect();
    // The test of the raw series is that of the M4 competition, and misses it.
    assert!(!crate::seasonality(&values, 24).unwrap().is_seasonal());
    let forecast = mean(&Ensemble::default(&[24]), &values, 24);
    let expected: Vec<f64> = (120..144).map(|t| 100.0 + 0.3 * f64::from(t) + season(t)).collect();
    // Five noises of 0.5 tell each place of the season, and it is smoothed: one σ is all it may be off on average.
    let off = forecast.iter().zip(&expected).map(|(f, y)| (f - y).abs()).sum::<f64>() / 24.0;
    assert!(off < 0.5, "{off}");
}

#[test]
fn what_a_line_leaves_to_rounding_is_no_season() {
    for slope in [0.1, -3.3, 1e9] {
        let line: Vec<f64> = (0..96).map(|t| 0.7 + slope * f64::from(t)).collect();
        let found = mean(&Ensemble::default(&[24]), &line, 2);
        let without = mean(&Ensemble::default(&[]), &line, 2);
        assert_eq!(found, without);
    }
}
