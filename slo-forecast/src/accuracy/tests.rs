//! Measures against definitions, other libraries and M4's published benchmarks.

use super::*;
use crate::forecast::Law;
use crate::{Errors, Mean, Model, Naive, SeasonalNaive};
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_close, assert_close_absolute, fixtures, slo_cases};

#[derive(serde::Deserialize)]
struct Degrees {
    degrees_of_freedom: Option<f64>,
}

#[test]
fn the_score_is_the_integral_that_defines_it() {
    for case in fixtures::cases::<Vec<f64>, Degrees, Vec<f64>>("slo-forecast/crps") {
        let law = match case.parameters.degrees_of_freedom {
            None => Law::Normal,
            Some(degrees_of_freedom) => Law::StudentT { degrees_of_freedom },
        };
        for (z, expected) in case.input.iter().zip(&case.expected) {
            let forecast = Forecast::new(1, law, &[], |_| (3.0, 2.0)).unwrap();
            let found = forecast.crps(&[3.0 + 2.0 * z]).unwrap()[0];
            case.assert_close("crps", found, 2.0 * expected);
        }
    }
}

#[test]
fn many_degrees_of_freedom_make_the_score_normal() {
    // The two laws differ by about 1/v.
    for z in [0.0, 0.7, -4.0] {
        let score = |law| Forecast::new(1, law, &[], |_| (0.0, 1.0)).unwrap().crps(&[z]).unwrap()[0];
        assert_close(score(Law::StudentT { degrees_of_freedom: 1e12 }), score(Law::Normal), 1e-11);
    }
}

#[test]
fn the_score_of_a_sample_is_the_mean_distance_less_half_the_spread() {
    // properscoring 0.1: crps_ensemble(1.5, [0.25, 3, -2, 7.5, 1]) and crps_ensemble(-9, ...).
    let sample = [0.25, 3.0, -2.0, 7.5, 1.0];
    let plain = |y: f64| {
        let far = |x: f64| sample.iter().map(|other| (other - x).abs()).sum::<f64>();
        far(y) / 5.0 - sample.iter().map(|x| far(*x)).sum::<f64>() / 50.0
    };
    for y in [1.5, -9.0, 1e6] {
        assert_close(crps_sample(y, &sample).unwrap(), plain(y), 1e-12);
    }
    assert_close(crps_sample(1.5, &sample).unwrap(), 0.81, 1e-14);
    assert_close(crps_sample(-9.0, &sample).unwrap(), 9.21, 1e-14);
    // One draw is a point.
    assert_eq!(crps_sample(1.0, &[-2.0]).unwrap(), 3.0);
    assert_eq!(crps_sample(1.0, &[]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(crps_sample(f64::NAN, &[1.0]).unwrap_err().kind(), ErrorKind::NonFinite);
    assert_eq!(crps_sample(1e308, &[-1e308]).unwrap_err().kind(), ErrorKind::OutOfRange);
}

#[test]
fn the_score_of_simulated_paths_is_nearly_that_of_their_law() {
    let model = Naive::new().fit(&[0.0, 1.0, -1.0, 2.0, 0.5]).unwrap();
    let paths = model.simulate(3, 20_000, 1, Errors::Normal).unwrap();
    let (sampled, exact) = (Forecast::from_paths(&paths, &[]).unwrap(), model.forecast(3, &[]).unwrap());
    let actual = [0.0, 4.0, 0.5];
    for (sampled, exact) in sampled.crps(&actual).unwrap().iter().zip(exact.crps(&actual).unwrap()) {
        // A standard error of about σ / √20000, σ at most 4.
        assert_close_absolute(*sampled, exact, 3.0 * 4.0 / 20_000.0_f64.sqrt());
    }
}

#[test]
fn one_degree_of_freedom_has_no_score() {
    let forecast = Mean::new().fit(&[1.0, 2.0]).unwrap().forecast(1, &[]).unwrap();
    assert_eq!(forecast.crps(&[1.0]).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(forecast.accuracy(&[1.0], None).unwrap().crps, None);
}

#[test]
fn scaled_errors_are_those_of_r() {
    // R 4.2.2 with forecast 8.20, accuracy() of a model of the first ten years of AirPassengers: MAE and MASE of the
    // training part and of the test part.
    let Some(folder) = slo_cases() else { return };
    let read = |file: &str| -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(folder.join("forecast").join(file)).unwrap()).unwrap()
    };
    let (series, accuracy) = (read("series.json"), read("r_misc.json")["accuracy"].clone());
    let values: Vec<f64> = serde_json::from_value(series["AirPassengers"]["values"].clone()).unwrap();
    let scale = ErrorScale::new(&values[..120], 12).unwrap();
    for part in ["Training set", "Test set"] {
        let [mae, mase] = ["MAE", "MASE"].map(|name| accuracy[part][name].as_f64().unwrap());
        // Fifteen digits were printed.
        assert_close(mae / scale.absolute(), mase, 1e-13);
    }
}

#[test]
fn measures_are_those_of_the_published_benchmarks_of_m4() {
    // The naive and the seasonal naive method on half of M4's hourly and weekly series, as R scores them with the
    // competition's own functions; printed to four digits.
    let Some(folder) = slo_cases() else { return };
    let folder = folder.join("forecast/m4");
    let rows = |file: &str| -> Vec<Vec<f64>> {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let value = |field: &str| field.trim_matches('"').parse::<f64>().ok();
        text.lines().skip(1).map(|line| line.split(',').skip(1).filter_map(value).collect()).collect()
    };
    for (set, period, seasonal, smape, mase) in [
        ("Hourly", 24, true, 13.9793, 1.2329),
        ("Hourly", 24, false, 43.0967, 11.9467),
        ("Weekly", 1, false, 9.5373, 2.9145),
    ] {
        let (train, test) = (rows(&format!("{set}-train.csv")), rows(&format!("{set}-test.csv")));
        let (mut smapes, mut mases) = (0.0, 0.0);
        for (train, test) in train.iter().zip(&test) {
            let method = SeasonalNaive::new(if seasonal { period } else { 1 }).unwrap();
            let forecast = method.fit(train).unwrap().forecast(test.len(), &[]).unwrap();
            let scale = ErrorScale::new(train, period).unwrap();
            let accuracy = forecast.accuracy(test, Some(&scale)).unwrap();
            smapes += accuracy.smape;
            mases += accuracy.mase.unwrap();
        }
        let count = train.len() as f64;
        assert_close_absolute(smapes / count, smape, 5.1e-5);
        assert_close_absolute(mases / count, mase, 5.1e-5);
    }
}

#[test]
fn what_does_not_exist_is_none() {
    let zeros = accuracy(&[0.0, 0.0], &[0.0, 1.0], None).unwrap();
    assert_eq!(
        (zeros.mape, zeros.mpe, zeros.wape, zeros.mase, zeros.rmsse, zeros.crps),
        (None, None, None, None, None, None)
    );
    // Both 0 counts 0, one of them 0 counts 200.
    assert_eq!((zeros.smape, zeros.mae), (100.0, 0.5));
    let flat = ErrorScale::new(&[3.0; 5], 1).unwrap();
    let against_flat = accuracy(&[1.0], &[1.0], Some(&flat)).unwrap();
    assert_eq!((against_flat.mase, against_flat.rmsse), (None, None));
    // A ratio that leaves the range of floats is none, either.
    assert_eq!(accuracy(&[5e-324], &[1e300], None).unwrap().mape, None);
}

#[test]
fn huge_values_have_their_measures() {
    let found = accuracy(&[1e308, -1e308], &[5e307, -5e307], None).unwrap();
    assert_eq!((found.mae, found.rmse, found.mean_error), (5e307, 5e307, 0.0));
    // 200 · 0.5 / 1.5.
    assert_close(found.smape, 200.0 / 3.0, 1e-15);
    assert_close(found.wape.unwrap(), 50.0, 1e-15);
    assert_eq!(accuracy(&[1e308], &[-1e308], None).unwrap_err().kind(), ErrorKind::OutOfRange);
}

#[test]
fn an_interval_holds_its_ends() {
    let of = |actual: f64| interval_accuracy(&[actual], &[1.0], &[3.0], 0.95, None).unwrap();
    assert_eq!((of(1.0).coverage, of(3.0).coverage), (1.0, 1.0));
    assert_eq!(of(3.0_f64.next_up()).coverage, 0.0);
    assert_eq!(of(1.0_f64.next_down()).coverage, 0.0);
    // M4's MSIS: 2 + 2/0.05 · 1, over a scale of 2.
    let scale = ErrorScale::new(&[0.0, 2.0], 1).unwrap();
    let missed = interval_accuracy(&[4.0], &[1.0], &[3.0], 0.95, Some(&scale)).unwrap();
    assert_eq!((missed.score, missed.msis), (42.0, Some(21.0)));
}

#[test]
fn what_means_nothing_is_refused() {
    assert_eq!(accuracy(&[], &[], None).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(accuracy(&[1.0], &[], None).unwrap_err().kind(), ErrorKind::LengthMismatch);
    let error = accuracy(&[1.0, f64::NAN], &[1.0, 1.0], None).unwrap_err();
    assert_eq!(error.to_string(), "actual[1] = NaN is not finite");
    assert!(accuracy(&[1.0], &[f64::INFINITY], None).unwrap_err().to_string().starts_with("forecast[0]"));
    assert_eq!(ErrorScale::new(&[1.0, 2.0], 0).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(
        ErrorScale::new(&[1.0, 2.0], 2).unwrap_err(),
        Error::TooShort { name: "train", len: 2, needed: 3 }
    );
    assert!(ErrorScale::new(&[1.0, 2.0, 3.0], 2).is_ok() && ErrorScale::new(&[1.0], usize::MAX).is_err());
    assert_eq!(ErrorScale::new(&[1e308, -1e308], 1).unwrap_err().kind(), ErrorKind::OutOfRange);
    for q in [0.0, 1.0, f64::NAN] {
        assert!(pinball_loss(&[1.0], &[1.0], q).is_err());
        assert!(interval_accuracy(&[1.0], &[1.0], &[1.0], q, None).is_err());
    }
    assert_eq!(pinball_loss(&[], &[], 0.5).unwrap_err().kind(), ErrorKind::TooShort);
    assert!(interval_accuracy(&[1.0], &[2.0], &[1.0], 0.5, None).is_err());
    assert!(interval_accuracy(&[1.0], &[1.0, 1.0], &[1.0], 0.5, None).is_err());
    let forecast = Naive::new().fit(&[1.0, 2.0]).unwrap().forecast(2, &[]).unwrap();
    assert_eq!(forecast.accuracy(&[1.0], None).unwrap_err().kind(), ErrorKind::LengthMismatch);
    assert_eq!(forecast.crps(&[1.0, f64::NAN]).unwrap_err().kind(), ErrorKind::NonFinite);
}

fn pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((-1e3..1e3_f64, -1e3..1e3_f64), 1..40)
}

proptest! {
    #[test]
    fn measures_keep_their_order(pairs in pairs()) {
        let (actual, forecast): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let found = accuracy(&actual, &forecast, None).unwrap();
        prop_assert!(found.mean_error.abs() <= found.mae * (1.0 + 1e-14) && found.mae <= found.rmse * (1.0 + 1e-14));
        prop_assert!((0.0..=200.0 * (1.0 + 1e-14)).contains(&found.smape));
        // Half of the absolute error is the pinball loss of the median.
        prop_assert!((pinball_loss(&actual, &forecast, 0.5).unwrap() - found.mae / 2.0).abs() <= 1e-12 * found.mae);
        // A point has its absolute error as its score.
        for (actual, forecast) in actual.iter().zip(&forecast) {
            prop_assert_eq!(crps_sample(*actual, &[*forecast]).unwrap(), (forecast - actual).abs());
        }
    }

    #[test]
    fn another_unit_changes_the_measures_that_have_one(pairs in pairs(), power in -300..300_i32) {
        let (actual, forecast): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let unit = 2_f64.powi(power);
        let scaled = |values: &[f64]| values.iter().map(|value| value * unit).collect::<Vec<_>>();
        let (a, b) = (accuracy(&actual, &forecast, None).unwrap(), accuracy(&scaled(&actual), &scaled(&forecast), None).unwrap());
        prop_assert_eq!((a.mae * unit, a.rmse * unit, a.mean_error * unit), (b.mae, b.rmse, b.mean_error));
        prop_assert_eq!((a.smape, a.mape, a.wape), (b.smape, b.mape, b.wape));
    }

    #[test]
    fn the_interval_score_is_made_of_two_pinball_losses(values in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64, 0.0..5.0_f64), 1..30)) {
        // Gneiting and Raftery (2007): score = 2/a (loss at a/2 of the lower end + loss at 1 - a/2 of the upper one).
        let (actual, ends): (Vec<f64>, Vec<(f64, f64)>) = values.iter().map(|(y, l, w)| (*y, (*l, l + w))).unzip();
        let (lower, upper): (Vec<f64>, Vec<f64>) = ends.into_iter().unzip();
        let score = interval_accuracy(&actual, &lower, &upper, 0.8, None).unwrap().score;
        let losses = pinball_loss(&actual, &lower, 0.1).unwrap() + pinball_loss(&actual, &upper, 0.9).unwrap();
        prop_assert!((score - losses * 10.0).abs() <= 1e-12 * score.max(1.0));
    }
}

#[test]
fn the_true_law_scores_best() {
    // Proper scores (Gneiting and Raftery 2007): of normal values, N(0, 1) has a lower mean score than its neighbours.
    let mut random = Random::seeded(2);
    let values: Vec<f64> = (0..4_000).map(|_| random.normal()).collect();
    let score = |mean: f64, unit: f64| {
        let forecast = Forecast::new(values.len(), Law::Normal, &[0.9], |_| (mean, unit)).unwrap();
        let accuracy = forecast.accuracy(&values, None).unwrap();
        (accuracy.crps.unwrap(), accuracy.intervals[0].score)
    };
    let (crps, interval) = score(0.0, 1.0);
    for (mean, unit) in [(0.3, 1.0), (-0.3, 1.0), (0.0, 1.3), (0.0, 0.7)] {
        assert!(score(mean, unit).0 > crps && score(mean, unit).1 > interval, "{mean}, {unit}");
    }
}
