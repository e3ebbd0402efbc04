//! Held against statsforecast and R, and against what each method of the family is.

use std::collections::BTreeMap;

use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{assert_all_close, assert_all_close_absolute, assert_close, fixtures};

use super::smoothing::squares;
use super::*;
use crate::{AnyForecaster, Errors, Online};

#[derive(serde::Deserialize)]
struct Weights {
    demands: f64,
    intervals: f64,
    sums: f64,
}

#[derive(serde::Deserialize)]
struct Means {
    set: BTreeMap<String, BTreeMap<String, f64>>,
    classic: f64,
    adida: f64,
    imapa: f64,
}

fn of(variant: CrostonVariant) -> Croston {
    Croston::new().variant(variant)
}

fn set(variant: CrostonVariant, alpha: f64, beta: f64) -> Croston {
    of(variant).alpha(Smoothing::Set(alpha)).beta(Smoothing::Set(beta))
}

fn optimised(variant: CrostonVariant) -> Croston {
    of(variant).alpha(Smoothing::Optimised).beta(Smoothing::Optimised)
}

fn next(method: &Croston, values: &[f64]) -> f64 {
    method.fit(values).unwrap().forecast(1, &[]).unwrap().mean()[0]
}

fn variant_of(name: &str) -> CrostonVariant {
    serde_json::from_value(name.into()).unwrap()
}

/// Demand now and then.
fn rare() -> Vec<f64> {
    (0_u32..90).map(|t| if t * 7919 % 11 < 3 { f64::from(1 + t * 31 % 7) } else { 0.0 }).collect()
}

#[test]
fn given_weights_forecast_as_those_of_statsforecast() {
    for case in fixtures::cases::<Vec<f64>, Weights, Means>("slo-forecast/croston") {
        for (weights, means) in &case.expected.set {
            let (alpha, beta) = weights.split_once(',').unwrap();
            let (alpha, beta) = (alpha.parse().unwrap(), beta.parse().unwrap());
            assert_eq!(means.len(), CrostonVariant::ALL.len());
            for (name, mean) in means {
                let ours = next(&set(variant_of(name), alpha, beta), &case.input);
                case.assert_close(&format!("{name} {weights}"), ours, *mean);
            }
        }
    }
}

#[test]
fn the_best_weights_are_no_worse_than_those_of_statsforecast() {
    for case in fixtures::cases::<Vec<f64>, Weights, Means>("slo-forecast/croston") {
        let (values, theirs) = (&case.input, &case.parameters);
        let demands: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        let places = (1..).zip(values).filter(|(_, value)| **value > 0.0).map(|(place, _)| f64::from(place));
        let places: Vec<f64> = std::iter::once(0.0).chain(places).collect();
        let intervals: Vec<f64> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let model = optimised(CrostonVariant::Classic).fit(values).unwrap();
        let [(_, alpha), (_, beta)] = model.parameters()[..2] else { panic!() };
        let block = optimised(CrostonVariant::Adida).fit(values).unwrap();
        let State::Blocks(Blocks { lengths, .. }) = &block.state else { panic!() };
        let length = lengths[0].phases.len();
        let sums: Vec<f64> = values.rchunks_exact(length).rev().map(|block| block.iter().sum()).collect();
        for (numbers, ours, theirs) in [
            (&demands, alpha, theirs.demands),
            (&intervals, beta, theirs.intervals),
            (&sums, lengths[0].alpha, theirs.sums),
        ] {
            assert!((0.1..=0.3).contains(&ours));
            let [ours, theirs] = [ours, theirs].map(|weight| squares(numbers, 1.0, weight));
            assert!(ours <= theirs * (1.0 + 1e-14), "{}: {ours} and {theirs}", case.name);
        }
        // Of two numbers, the error is that of the second from the first with any weight.
        if sums.len() < 3 || demands.len() < 3 {
            continue;
        }
        // Golden sections end where two sums of squares are the same to a float, which their weights are to its root.
        let expected = &case.expected;
        for (variant, mean) in [
            (CrostonVariant::Classic, expected.classic),
            (CrostonVariant::Adida, expected.adida),
            (CrostonVariant::Imapa, expected.imapa),
        ] {
            assert_close(next(&optimised(variant), values), mean, 1e-6);
        }
    }
}

#[test]
fn r_is_met() {
    // R 4.2 with forecast 8.20, croston(): alpha 0.1 for both, starts at the first demand and interval.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.join("forecast").join(name)).unwrap();
        serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&text).unwrap()
    };
    let (baselines, series) = (read("r_baselines.json"), read("series.json"));
    let mut compared = 0;
    for (name, methods) in baselines {
        let Ok(theirs) = serde_json::from_value::<Vec<f64>>(methods["croston"].clone()) else { continue };
        let values: Vec<f64> = serde_json::from_value(series[&name]["values"].clone()).unwrap();
        let forecast = Croston::new().fit(&values).unwrap().forecast(theirs.len(), &[]).unwrap();
        // Printed with 15 digits.
        assert_all_close(forecast.mean(), &theirs, 1e-13);
        compared += 1;
    }
    assert!(compared > 8);
}

#[test]
fn one_smoothing_in_the_hand() {
    // Demands 4, 8 at intervals 2, 4 with weights of a half: 6 over 3.
    let values = [0.0, 4.0, 0.0, 0.0, 0.0, 8.0];
    assert_eq!(next(&set(CrostonVariant::Classic, 0.5, 0.5), &values), 2.0);
    assert_eq!(next(&set(CrostonVariant::Sba, 0.5, 0.5), &values), 1.5);
    assert_close(next(&set(CrostonVariant::Sbj, 0.5, 0.5), &values), 4.0 / 3.0, 1e-15);
    // The probability is 0, then 1/2, 1/4, 1/8, 1/16, and 17/32.
    assert_eq!(next(&set(CrostonVariant::Tsb, 0.5, 0.5), &values), 6.0 * 17.0 / 32.0);
    // Blocks of three: 4 and 8.
    assert_eq!(next(&set(CrostonVariant::Adida, 0.5, 0.5), &values), 2.0);
    // Of one: 2, 1, 1/2, 1/4 and 4 1/8; of two: 4, 2 and 5; of three: 6.
    assert_close(next(&set(CrostonVariant::Imapa, 0.5, 0.5), &values), (4.125 + 2.5 + 2.0) / 3.0, 1e-15);
}

#[test]
fn each_setting_changes_the_forecast() {
    let mut seen = Vec::new();
    for variant in CrostonVariant::ALL {
        seen.push(next(&of(variant), &rare()));
        seen.push(next(&of(variant).alpha(Smoothing::Set(0.6)), &rare()));
        seen.push(next(&of(variant).alpha(Smoothing::Optimised), &rare()));
    }
    for variant in &CrostonVariant::ALL[..4] {
        seen.push(next(&of(*variant).beta(Smoothing::Set(0.6)), &rare()));
    }
    let count = seen.len();
    seen.sort_by(f64::total_cmp);
    seen.dedup();
    assert_eq!(seen.len(), count);
    for variant in &CrostonVariant::ALL[4..] {
        assert_eq!(next(&of(*variant).beta(Smoothing::Set(0.6)), &rare()), next(&of(*variant), &rare()));
    }
}

#[test]
fn blocks_are_as_long_as_intervals_and_halves_are_even() {
    let block = |values: &[f64]| of(CrostonVariant::Adida).fit(values).unwrap().parameters()[0].1;
    let demands = |places: &[usize]| -> Vec<f64> {
        (1..=20).map(|place| if places.contains(&place) { 2.0 } else { 0.0 }).collect()
    };
    for (places, length) in
        [(&[5][..], 5.0), (&[1, 5], 2.0), (&[1, 7], 4.0), (&[1, 2, 10], 3.0), (&[1, 2, 11], 4.0), (&[1], 1.0)]
    {
        assert_eq!(block(&demands(places)), length, "{places:?}");
    }
    let late = |place: usize| [vec![0.0; place - 1], vec![1.0]].concat();
    for variant in [CrostonVariant::Adida, CrostonVariant::Imapa] {
        assert!(of(variant).fit(&late(999)).is_ok() && of(variant).fit(&late(1000)).is_ok());
        assert!(matches!(
            of(variant).fit(&late(1001)),
            Err(Error::LimitExceeded { value: 1001, limit: 1000, .. })
        ));
    }
}

#[test]
fn hard_series_are_continued_or_refused_with_a_reason() {
    for method in CrostonVariant::ALL.iter().flat_map(|variant| [of(*variant), optimised(*variant)]) {
        for values in [vec![0.0; 2], vec![0.0; 40]] {
            let model = method.fit(&values).unwrap();
            let ahead = model.forecast(3, &[0.9]).unwrap();
            assert_eq!((ahead.mean(), &ahead.bands()[0].upper[..]), (&[0.0; 3][..], &[0.0; 3][..]));
            assert_eq!(model.report().warnings, ["there is no demand: all values are 0"]);
        }
        for values in
            [vec![5.0; 30], [0.0, 3.0].repeat(9), [vec![0.0; 30], vec![7.0]].concat(), vec![7.0, 0.0]]
        {
            let model = method.fit(&values).unwrap();
            assert!(model.forecast(3, &[0.9]).unwrap().bands()[0].upper.iter().all(|end| end.is_finite()));
            assert!(model.report().warnings.is_empty() && model.report().converged);
        }
        assert!(matches!(method.fit(&[1.0]), Err(Error::TooShort { needed: 2, .. })));
        assert!(matches!(method.fit(&[1.0, f64::NAN]), Err(Error::NonFinite { index: 1, .. })));
        assert!(matches!(method.fit(&[1.0, -1.0]), Err(Error::InvalidParameter { name: "values", .. })));
        assert!(method.fit(&[1.0, -0.0]).is_ok());
        assert!(matches!(method.fit(&[0.0, 1e308, 0.0, 1e308]), Err(Error::OutOfRange { .. })));
        let mut model = method.fit(&rare()).unwrap();
        let before = model.clone();
        for (bad, kind) in [
            (f64::NAN, ErrorKind::NonFinite),
            (-1.0, ErrorKind::InvalidParameter),
            (1e200, ErrorKind::OutOfRange),
        ] {
            assert_eq!(model.update(bad).unwrap_err().kind(), kind);
            assert_eq!(model, before);
        }
    }
    for bad in [-f64::MIN_POSITIVE, 1.0_f64.next_up(), f64::NAN] {
        assert!(matches!(
            Croston::new().alpha(Smoothing::Set(bad)).fit(&rare()),
            Err(Error::InvalidParameter { name: "alpha", .. })
        ));
        assert!(matches!(
            Croston::new().beta(Smoothing::Set(bad)).fit(&rare()),
            Err(Error::InvalidParameter { name: "beta", .. })
        ));
    }
    for weight in [0.0, 1.0] {
        assert!(
            CrostonVariant::ALL.iter().all(|variant| next(&set(*variant, weight, weight), &rare()) >= 0.0)
        );
    }
}

#[test]
fn a_bound_that_holds_a_weight_back_is_reported() {
    // Steps that stay ask for a fast weight, noise for a slow one.
    let steps: Vec<f64> = (0_u32..60).map(|t| f64::from(1 + t / 10 * 10)).collect();
    let noise: Vec<f64> = (0_u32..60).map(|t| f64::from(10 + t * 7919 % 11)).collect();
    for values in [steps, noise] {
        let report = of(CrostonVariant::Adida).alpha(Smoothing::Optimised).fit(&values).unwrap().report;
        assert_eq!(report.at_bounds, ["alpha"]);
        assert!(report.iterations > 0);
    }
    assert_eq!(Croston::new().fit(&rare()).unwrap().report.iterations, 0);
}

#[test]
fn the_standard_error_is_that_of_one_step_and_futures_are_about_the_forecast() {
    for variant in CrostonVariant::ALL {
        let model = of(variant).fit(&rare()).unwrap();
        let mean_square =
            model.residuals().iter().map(|error| error * error).sum::<f64>() / model.residuals().len() as f64;
        assert_close(model.sigma(), mean_square.sqrt(), 1e-14);
        let forecast = model.forecast(5, &[]).unwrap();
        assert_eq!(forecast.standard_error(), [model.sigma(); 5]);
        let mut path = [f64::NAN; 5];
        model.path(&[0.0; 5], &mut path);
        assert_eq!(path, forecast.mean());
        // 100,000 paths: three times the error of a deviation.
        let paths = model.simulate(5, 100_000, 3, Errors::Normal).unwrap();
        assert_all_close(&paths.standard_deviation(), forecast.standard_error(), 7e-3);
    }
}

fn demands(least: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![3 => Just(0.0), 1 => 0.5..20.0_f64], least..60)
}

proptest! {
    #[test]
    fn the_forecast_lies_between_nothing_and_the_largest_demand(values in demands(2), place in 0..6_usize) {
        let most = values.iter().fold(0.0_f64, |most, value| most.max(*value));
        for method in [of(CrostonVariant::ALL[place]), optimised(CrostonVariant::ALL[place])] {
            let rate = next(&method, &values);
            prop_assert!(0.0 <= rate && rate <= most * (1.0 + 1e-12));
        }
    }

    #[test]
    fn a_fitted_value_is_the_forecast_of_the_values_before(values in demands(8), place in 0..4_usize) {
        let method = of(CrostonVariant::ALL[place]);
        let model = method.fit(&values).unwrap();
        for (before, fitted) in (1..).zip(model.fitted()).skip(1) {
            assert_close(next(&method, &values[..before]), *fitted, 1e-12);
        }
    }

    #[test]
    fn an_update_is_a_filter_of_the_longer_series(
        values in demands(8), more in demands(1), place in 0..6_usize
    ) {
        let mut model = of(CrostonVariant::ALL[place]).fit(&values).unwrap();
        let lengths = model.parameters();
        let mut whole = values;
        for value in more {
            model.update(value).unwrap();
            whole.push(value);
        }
        let mut anew = of(CrostonVariant::ALL[place]).fit(&whole).unwrap();
        if let State::Blocks(blocks) = &anew.state && blocks.longest() as f64 != lengths[0].1 {
            // Lengths are parameters: the same ones over the longer series.
            let State::Blocks(known) = &model.state else { panic!() };
            let same: Vec<(usize, f64)> = known.lengths.iter().map(|sums| (sums.phases.len(), sums.alpha)).collect();
            let mut blocks = State::Blocks(Blocks::new(&same));
            for value in &whole {
                blocks.take(*value);
            }
            anew.state = blocks;
        } else {
            assert_close(model.sigma(), anew.sigma(), 1e-9);
        }
        let [found, anew] = [model, anew].map(|model| model.forecast(2, &[]).unwrap().mean().to_vec());
        assert_all_close_absolute(&found, &anew, 1e-9);
    }

    #[test]
    fn another_unit_scales_the_forecast_with_it(values in demands(2), power in -200..200_i32, place in 0..6_usize) {
        let unit = 2_f64.powi(power);
        let scaled: Vec<f64> = values.iter().map(|value| value * unit).collect();
        let method = optimised(CrostonVariant::ALL[place]);
        assert_close(next(&method, &scaled) / unit, next(&method, &values), 1e-12);
    }

    #[test]
    fn a_block_of_one_is_simple_smoothing(values in prop::collection::vec(0.5..20.0_f64, 2..40)) {
        let level = values.iter().skip(1).fold(values[0], |level, value| level + 0.1 * (value - level));
        for variant in [CrostonVariant::Adida, CrostonVariant::Imapa, CrostonVariant::Tsb, CrostonVariant::Classic] {
            assert_close(next(&of(variant), &values), level, 1e-13);
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_one_goes_on_and_an_impossible_one_is_refused() {
    for variant in CrostonVariant::ALL {
        let method = optimised(variant);
        let text = serde_json::to_string(&AnyForecaster::from(method)).unwrap();
        assert_eq!(serde_json::from_str::<AnyForecaster>(&text).unwrap(), method.into());
        let model = method.fit(&rare()).unwrap();
        let text = serde_json::to_value(&model).unwrap();
        let mut again: CrostonModel = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(again, model);
        again.update(3.0).unwrap();
        let refused = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut changed = text.clone();
            change(&mut changed);
            assert!(changed != text && serde_json::from_value::<CrostonModel>(changed).is_err());
        };
        refused(&|saved| saved["squares"] = (-1.0).into());
        refused(&|saved| saved["count"] = 1.into());
        refused(&|saved| saved["history"]["first"] = 2.into());
        refused(&|saved| saved["method"]["alpha"] = serde_json::json!({ "set": 1.5 }));
        refused(&|saved| {
            saved["method"]["variant"] = if variant == CrostonVariant::Tsb { "sba" } else { "tsb" }.into();
        });
        match &model.state {
            State::Blocks(_) => {
                refused(&|saved| saved["state"]["blocks"]["count"] = 7.into());
                refused(&|saved| saved["state"]["blocks"]["window"] = serde_json::json!([1.0]));
                refused(&|saved| saved["state"]["blocks"]["lengths"] = serde_json::json!([]));
                refused(&|saved| saved["state"]["blocks"]["lengths"][0]["phases"][0] = (-1.0).into());
            }
            State::Intervals(_) => {
                refused(&|saved| saved["state"]["intervals"]["other"] = 0.5.into());
                refused(&|saved| saved["state"]["intervals"]["size"] = serde_json::Value::Null);
                refused(&|saved| saved["state"]["intervals"]["since"] = 91.into());
            }
            State::Probability(_) => {
                refused(&|saved| saved["state"]["probability"]["other"] = 1.5.into());
                refused(&|saved| saved["state"]["probability"]["alpha"] = (-0.5).into());
            }
        }
    }
}
