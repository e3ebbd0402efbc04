//! What holds for every model of the crate.

use super::*;
use proptest::prelude::*;
use slo_core::Error;
use slo_testkit::assert_all_close;

fn methods() -> Vec<Box<dyn Forecaster>> {
    vec![
        Box::new(Naive::new()),
        Box::new(SeasonalNaive::new(4).unwrap()),
        Box::new(Drift::new()),
        Box::new(Mean::new()),
        Box::new(Ema::alpha(0.3).unwrap()),
        Box::new(Ema::span(7.0).unwrap().weighting(Weighting::Recursive)),
    ]
}

#[derive(serde::Deserialize)]
struct Series {
    frequency: f64,
    values: Vec<Option<f64>>,
}

#[derive(serde::Deserialize)]
struct Expected {
    mean: Vec<Option<f64>>,
    lower80: Vec<Option<f64>>,
    upper80: Vec<Option<f64>>,
    lower95: Vec<Option<f64>>,
    upper95: Vec<Option<f64>>,
}

#[derive(serde::Deserialize)]
struct Baselines {
    naive: Expected,
    drift: Expected,
    snaive: Expected,
    mean: Expected,
}

fn read<T: serde::de::DeserializeOwned>(path: std::path::PathBuf) -> std::collections::BTreeMap<String, T> {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_baselines_equal_those_of_r() {
    // R 4.2 with forecast 8.20: naive, rwf(drift = TRUE), snaive, meanf; printed to 15 digits.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let expected: std::collections::BTreeMap<String, Baselines> =
        read(folder.join("forecast/r_baselines.json"));
    let series: std::collections::BTreeMap<String, Series> = read(folder.join("forecast/series.json"));
    assert!(expected.len() > 8);
    for (name, baselines) in expected {
        let Series { frequency, values } = &series[&name];
        let values: Vec<f64> = values.iter().map(|value| value.unwrap()).collect();
        // A series of one value in ten years has no season.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of at least 1"
        )]
        let period = frequency.max(1.0) as usize;
        let models: [(Box<dyn Forecaster>, Expected); 4] = [
            (Box::new(Naive::new()), baselines.naive),
            (Box::new(Drift::new()), baselines.drift),
            (Box::new(SeasonalNaive::new(period).unwrap()), baselines.snaive),
            (Box::new(Mean::new()), baselines.mean),
        ];
        for (method, expected) in models {
            let model = method.fit(&values).unwrap();
            let forecast = model.forecast(expected.mean.len(), &[0.8, 0.95]).unwrap();
            let (low, high) = (&forecast.bands()[0], &forecast.bands()[1]);
            for (actual, expected) in [
                (forecast.mean(), &expected.mean),
                (&low.lower, &expected.lower80),
                (&low.upper, &expected.upper80),
                (&high.lower, &expected.lower95),
                (&high.upper, &expected.upper95),
            ] {
                // R has no seasonal intervals for the series of one value in ten years.
                for (actual, expected) in actual.iter().zip(expected.iter().flatten()) {
                    let close = (actual - expected).abs() <= 1e-8 * expected.abs().max(1.0);
                    assert!(close, "{name}, {}: {actual} is not {expected}", model.name());
                }
            }
        }
    }
}

#[test]
fn a_series_that_is_too_short_or_not_finite_is_refused() {
    for (method, needed) in methods().iter().zip([2, 5, 3, 2, 2, 2]) {
        let error = method.fit(&vec![1.0; needed - 1]).unwrap_err();
        assert_eq!(error, Error::TooShort { name: "values", len: needed - 1, needed }, "{method:?}");
        assert!(method.fit(&vec![1.0; needed]).is_ok(), "{method:?}");
        let error = method.fit(&[1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN]).unwrap_err();
        assert!(matches!(error, Error::NonFinite { index: 5, .. }), "{method:?}");
        assert!(matches!(method.fit(&[1e300, -1e300, 0.0, 1e300, 0.0, 2.0]), Err(Error::OutOfRange { .. })));
    }
    assert!(SeasonalNaive::new(0).is_err());
}

#[test]
fn a_refused_value_changes_nothing() {
    for method in methods() {
        let mut model = method.fit(&[1.0, 4.0, 2.0, 8.0, 5.0, 7.0]).unwrap();
        let before = model.forecast(5, &[0.9]).unwrap();
        let online = model.as_online().unwrap();
        assert!(matches!(online.update(f64::NAN), Err(Error::NonFinite { index: 6, .. })));
        assert!(online.update(1e300).is_err());
        assert_eq!(model.forecast(5, &[0.9]).unwrap(), before, "{method:?}");
        assert_eq!(model.observations(), 6);
    }
}

#[test]
fn a_constant_is_forecast_without_error() {
    for method in methods() {
        let model = method.fit(&[0.75; 20]).unwrap();
        let forecast = model.forecast(9, &[0.99]).unwrap();
        // A weighted sum of a constant is rounded; the other methods only copy or subtract.
        let rounded = if model.name() == "Ema" { 1e-15 } else { 0.0 };
        assert_all_close(forecast.mean(), &[0.75; 9], rounded);
        assert_all_close(&forecast.bands()[0].upper, &[0.75; 9], rounded * 5.0);
    }
}

#[test]
fn all_values_are_fitted_from_the_first_fitted_place_on() {
    let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
    for method in methods() {
        let model = method.fit(&values).unwrap();
        let first = model.first_fitted();
        assert_eq!(model.fitted().len(), values.len() - first);
        let sums: Vec<f64> = model.fitted().iter().zip(model.residuals()).map(|(f, r)| f + r).collect();
        assert_all_close(&sums, &values[first..], 1e-15);
        assert!(model.report().converged && model.report().warnings.is_empty());
    }
}

/// Multiples of 2^-10 with amplitude up to 1000, so that shifts and scalings by powers of two are exact.
fn dyadic() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-1_024_000_i32..1_024_000).prop_map(|k| f64::from(k) / 1024.0), 7..40)
}

proptest! {
    #[test]
    fn updating_is_fitting_the_longer_series(values in dyadic(), split in 5_usize..7) {
        for method in methods() {
            let mut model = method.fit(&values[..split]).unwrap();
            for value in &values[split..] {
                model.as_online().unwrap().update(*value).unwrap();
            }
            let (updated, fitted) = (model.forecast(9, &[0.9]).unwrap(), method.fit(&values).unwrap().forecast(9, &[0.9]).unwrap());
            prop_assert_eq!(updated, fitted);
        }
    }

    #[test]
    fn a_shifted_series_has_a_shifted_forecast(values in dyadic()) {
        let shifted: Vec<f64> = values.iter().map(|y| y + 1e9).collect();
        let amplitude = values.iter().fold(1.0, |a: f64, y| a.max(y.abs()));
        for method in methods() {
            let (a, b) = (method.fit(&values).unwrap().forecast(5, &[0.95]).unwrap(), method.fit(&shifted).unwrap().forecast(5, &[0.95]).unwrap());
            for (a, b) in a.bands()[0].upper.iter().chain(a.mean()).zip(b.bands()[0].upper.iter().chain(b.mean())) {
                prop_assert!((a - (b - 1e9)).abs() <= 1e-6 * amplitude, "{method:?}: {a} and {b}");
            }
        }
    }

    #[test]
    fn a_scaled_series_has_a_scaled_forecast(values in dyadic(), power in -20_i32..20) {
        let scale = 2.0_f64.powi(power);
        let scaled: Vec<f64> = values.iter().map(|y| y * scale).collect();
        for method in methods() {
            let (a, b) = (method.fit(&values).unwrap().forecast(5, &[]).unwrap(), method.fit(&scaled).unwrap().forecast(5, &[]).unwrap());
            for (a, b) in a.mean().iter().zip(b.mean()) {
                prop_assert_eq!(a * scale, *b);
            }
        }
    }
}

#[cfg(feature = "serde")]
mod saved {
    use super::*;

    fn again<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
        serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
    }

    /// The model with one field of its text replaced, if it is still one.
    fn changed<T: serde::Serialize + serde::de::DeserializeOwned>(
        model: &T,
        path: &[&str],
        to: serde_json::Value,
    ) -> Result<T, serde_json::Error> {
        let mut text = serde_json::to_value(model).unwrap();
        let field = path.iter().fold(&mut text, |value, key| &mut value[*key]);
        assert!(!field.is_null(), "{path:?}");
        *field = to;
        serde_json::from_value(text)
    }

    #[test]
    fn models_and_forecasts_resume_where_they_were() {
        let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
        let naive = Naive::new().fit(&values).unwrap();
        assert_eq!(again(&naive), naive);
        let seasonal = SeasonalNaive::new(2).unwrap().fit(&values).unwrap();
        assert_eq!(again(&seasonal), seasonal);
        let drift = Drift::new().fit(&values).unwrap();
        assert_eq!(again(&drift), drift);
        let mean = Mean::new().fit(&values).unwrap();
        assert_eq!(again(&mean), mean);
        let ema = Ema::alpha(0.1).unwrap().fit(&values).unwrap();
        assert_eq!(again(&ema), ema);
        let forecast = mean.forecast(3, &[0.5, 0.95]).unwrap();
        assert_eq!(again(&forecast), forecast);
        for method in [Ema::alpha(0.1).unwrap(), Ema::span(3.0).unwrap().min_periods(2)] {
            assert_eq!(again(&method), method);
        }
        assert_eq!(again(&SeasonalNaive::new(2).unwrap()), SeasonalNaive::new(2).unwrap());
    }

    #[test]
    fn a_state_that_no_fit_could_have_left_is_refused() {
        let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
        let naive = Naive::new().fit(&values).unwrap();
        assert!(changed(&naive, &["squares"], (-1.0).into()).is_err());
        assert!(changed(&naive, &["count"], 1.into()).is_err());
        let seasonal = SeasonalNaive::new(2).unwrap().fit(&values).unwrap();
        assert!(changed(&seasonal, &["season"], serde_json::json!([])).is_err());
        assert!(changed(&seasonal, &["count"], 2.into()).is_err());
        let drift = Drift::new().fit(&values).unwrap();
        assert!(changed(&drift, &["steps", "count"], 9.into()).is_err());
        let mean = Mean::new().fit(&values).unwrap();
        assert!(changed(&mean, &["spread", "squares"], (-1.0).into()).is_err());
        assert!(changed(&mean, &["history", "values"], serde_json::json!([1.0])).is_err());
        let ema = Ema::alpha(0.1).unwrap().fit(&values).unwrap();
        for (path, to) in [
            (&["level"][..], serde_json::json!(0.0)),
            (&["state", "level", "place"], 4.into()),
            (&["state", "squares", "weight"], 0.into()),
            (&["state", "squares", "variance"], (-1).into()),
            (&["state", "pace", "faded"], 2.into()),
            (&["state", "pace", "started"], false.into()),
            (&["state", "ema", "decay"], serde_json::json!({ "alpha": 2.0 })),
        ] {
            assert!(changed(&ema, path, to).is_err(), "{path:?}");
        }
        let forecast = mean.forecast(3, &[0.5]).unwrap();
        assert!(changed(&forecast, &["levels"], serde_json::json!([95.0])).is_err());
        assert!(changed(&forecast, &["standard_error"], serde_json::json!([1, 1, -1])).is_err());
        assert!(changed(&forecast, &["mean"], serde_json::json!([1])).is_err());
        assert!(serde_json::from_str::<SeasonalNaive>(r#"{"period": 0}"#).is_err());
    }
}

proptest! {
    #[test]
    fn errors_of_a_future_are_those_that_the_model_would_make(
        values in prop::collection::vec(-1e3..1e3_f64, 9..40),
        innovations in prop::collection::vec(-10.0..10.0_f64, 12),
    ) {
        // Of the methods whose forecasts follow from the past values alone, not from means over all of them.
        let methods: [Box<dyn Forecaster>; 3] = [
            Box::new(Naive::new()),
            Box::new(SeasonalNaive::new(4).unwrap()),
            Box::new(Ema::span(7.0).unwrap().weighting(Weighting::Recursive)),
        ];
        for method in methods {
            let mut model = method.fit(&values).unwrap();
            let mut path = vec![0.0; innovations.len()];
            model.path(&innovations, &mut path);
            let online = model.as_online().unwrap();
            for (value, innovation) in path.iter().zip(&innovations) {
                let expected = online.forecast(1, &[]).unwrap().mean()[0] + innovation;
                prop_assert!((value - expected).abs() <= 1e-10, "{value} {expected}");
                online.update(*value).unwrap();
            }
        }
    }
}

#[test]
fn simulated_futures_are_spread_as_the_formulas_say() {
    // 40,000 paths: their deviations are known to 1 / sqrt(2 * 40,000), 0.35%; four of these, and as many of the means.
    let values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 23)).collect();
    let methods: [Box<dyn Forecaster>; 3] = [
        Box::new(Naive::new()),
        Box::new(SeasonalNaive::new(4).unwrap()),
        Box::new(Ema::span(7.0).unwrap().weighting(Weighting::Recursive)),
    ];
    for method in methods {
        let model = method.fit(&values).unwrap();
        let expected = model.forecast(9, &[0.9]).unwrap();
        for errors in [Errors::Normal, Errors::Bootstrap] {
            let paths = model.simulate(9, 40_000, 1, errors).unwrap();
            let (means, spreads) = (paths.mean(), paths.standard_deviation());
            for step in 0..9 {
                let deviation = expected.standard_error()[step];
                // Errors of the past have a mean of their own, which drawing them again carries along.
                let bias = if errors == Errors::Normal { 0.0 } else { 9.0 * bias(&*model) };
                let (mean, spread) = (means[step], spreads[step]);
                assert!((mean - expected.mean()[step]).abs() <= 4.0 * deviation / 200.0 + bias, "{method:?}");
                if errors == Errors::Normal {
                    assert!(
                        (spread / deviation - 1.0).abs() <= 4.0 * 0.0035,
                        "{method:?} {spread} {deviation}"
                    );
                }
            }
            let forecast = Forecast::from_paths(&paths, &[0.9]).unwrap();
            assert_eq!(forecast.bands()[0].upper, paths.quantile(0.95).unwrap());
        }
    }
}

/// The size of the mean of a model's errors.
fn bias(model: &dyn Model) -> f64 {
    (model.innovations().iter().sum::<f64>() / model.innovations().len() as f64).abs()
}
