use slo_core::decompose::{Mstl, Stl};
use slo_core::stats::Missing;
use slo_core::{Error, ErrorKind};
use slo_testkit::{Random, assert_all_close_absolute};

use super::*;
use crate::{Errors, Forecast, Law, Mean, MstlForecaster, Naive, SeasonalNaive};

fn series(n: usize) -> Vec<f64> {
    let mut random = Random::seeded(3);
    (0..n).map(|t| 0.1 * t as f64 + [0.0, 5.0, -2.0, -3.0][t % 4] + random.normal()).collect()
}

#[test]
fn a_forecast_is_the_inner_one_and_the_last_season_again() {
    // The definition of R's `stlf` (forecast 8.20): forecast.stl adds the last cycle to mean and bounds alike.
    let values = series(50);
    let parts = Stl::new(4).seasonal(11).decompose(&values).unwrap();
    let adjusted: Vec<f64> = values.iter().zip(&parts.seasonal).map(|(y, season)| y - season).collect();
    let inner = Drift::new().fit(&adjusted).unwrap().forecast(9, &[0.8, 0.95]).unwrap();
    let model = StlForecaster::new(4).fit(&values).unwrap();
    let forecast = model.forecast(9, &[0.8, 0.95]).unwrap();
    let season = |step: usize| parts.seasonal[46 + step % 4];
    let plus = |line: &[f64]| line.iter().enumerate().map(|(step, v)| v + season(step)).collect::<Vec<_>>();
    assert_eq!(forecast.mean(), plus(inner.mean()));
    assert_eq!(forecast.standard_error(), inner.standard_error());
    for (band, inner) in forecast.bands().iter().zip(inner.bands()) {
        assert_all_close_absolute(&band.lower, &plus(&inner.lower), 1e-13);
        assert_all_close_absolute(&band.upper, &plus(&inner.upper), 1e-13);
    }
    let components = model.components(9).unwrap();
    assert_eq!((components.adjusted, components.periods), (inner.mean().to_vec(), vec![4]));
    assert_eq!(components.seasonal, [(0..9).map(season).collect::<Vec<_>>()]);
}

#[test]
fn of_one_period_both_methods_are_one() {
    let values = series(60);
    let one = StlForecaster::new(4).fit(&values).unwrap().forecast(7, &[0.9]).unwrap();
    let several = MstlForecaster::new(vec![4]).fit(&values).unwrap().forecast(7, &[0.9]).unwrap();
    assert_all_close_absolute(several.mean(), one.mean(), 1e-12);
    assert_all_close_absolute(several.standard_error(), one.standard_error(), 1e-12);
}

#[test]
fn seasons_of_several_periods_add_up() {
    let values: Vec<f64> = (0..90).map(|t| f64::from(t % 4 * 3) + f64::from(t * t % 14)).collect();
    let model = MstlForecaster::new(vec![14, 4]).inner(Mean::new()).fit(&values).unwrap();
    let parts = Mstl::new(vec![14, 4]).decompose(&values).unwrap();
    let (forecast, components) = (model.forecast(30, &[]).unwrap(), model.components(30).unwrap());
    for step in 0..30 {
        let [short, long] = [parts.seasonal[0][86 + step % 4], parts.seasonal[1][76 + step % 14]];
        assert_eq!([components.seasonal[0][step], components.seasonal[1][step]], [short, long]);
        assert!((forecast.mean()[step] - (components.adjusted[step] + short + long)).abs() < 1e-13);
    }
}

#[test]
fn a_path_without_errors_is_the_mean_and_paths_have_the_intervals() {
    let model = StlForecaster::new(4).inner(Naive::new()).fit(&series(50)).unwrap();
    let (mut path, forecast) = (vec![0.0; 9], model.forecast(9, &[0.9]).unwrap());
    model.path(&[0.0; 9], &mut path);
    assert_all_close_absolute(&path, forecast.mean(), 1e-13);
    // 20,000 normal paths: the standard error of a mean is 0.007 deviations, of a 5 % quantile 0.015.
    let paths = model.simulate(9, 20_000, 7, Errors::Normal).unwrap();
    let sampled = Forecast::from_paths(&paths, &[0.9]).unwrap();
    for step in 0..9 {
        let unit = forecast.standard_error()[step];
        assert!((sampled.mean()[step] - forecast.mean()[step]).abs() < 0.03 * unit);
        assert!((sampled.bands()[0].lower[step] - forecast.bands()[0].lower[step]).abs() < 0.06 * unit);
    }
}

#[test]
fn a_sample_is_moved_with_its_mean() {
    let paths = Naive::new().fit(&[0.0, 3.0, 0.0]).unwrap().simulate(2, 50, 0, Errors::Bootstrap).unwrap();
    let plain = Forecast::from_paths(&paths, &[0.9]).unwrap();
    let moved = plain.clone().shifted(|step| 10.0 * (step + 1) as f64).unwrap();
    assert_eq!(moved.law(), Law::Sample);
    for step in 0..2 {
        let by = 10.0 * (step + 1) as f64;
        assert_eq!(moved.mean()[step], plain.mean()[step] + by);
        assert_eq!(moved.bands()[0].upper[step], plain.bands()[0].upper[step] + by);
        assert_eq!(moved.quantile(0.3).unwrap()[step], plain.quantile(0.3).unwrap()[step] + by);
    }
    assert_eq!(plain.shifted(|_| f64::INFINITY).unwrap_err().kind(), ErrorKind::OutOfRange);
}

#[test]
fn what_cannot_be_decomposed_or_fitted_is_refused() {
    let values = series(50);
    assert!(matches!(
        StlForecaster::new(4).fit(&values[..7]),
        Err(Error::TooShort { name: "values", len: 7, needed: 8 })
    ));
    assert!(StlForecaster::new(4).fit(&values[..8]).is_ok());
    assert_eq!(StlForecaster::new(1).fit(&values).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(MstlForecaster::new(vec![]).fit(&values).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(StlForecaster::new(usize::MAX).fit(&values).unwrap_err().kind(), ErrorKind::TooShort);
    // The inner method's own limits.
    let inner = SeasonalNaive::new(40).unwrap();
    assert!(matches!(
        StlForecaster::new(4).inner(inner).fit(&values[..40]),
        Err(Error::TooShort { needed: 41, .. })
    ));
    let mut gap = values.clone();
    gap[9] = f64::NAN;
    let method = StlForecaster::new(4).stl(Stl::new(4).missing(Missing::Skip));
    assert!(matches!(method.fit(&gap), Err(Error::NonFinite { index: 9, .. })));
    let model = StlForecaster::new(4).fit(&values).unwrap();
    assert_eq!(model.components(0).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(model.components(1_000_000_000).unwrap_err().kind(), ErrorKind::LimitExceeded);
}

#[test]
fn a_method_may_hold_another_of_its_kind() {
    let values = series(60);
    let nested = StlForecaster::new(4).inner(StlForecaster::new(6)).fit(&values).unwrap();
    assert_eq!(nested.forecast(5, &[]).unwrap().mean().len(), 5);
    let within =
        |count: usize| (1..count).fold(StlForecaster::new(4), |inner, _| StlForecaster::new(4).inner(inner));
    assert!(within(8).check().is_ok());
    assert_eq!(
        within(9).fit(&values),
        Err(Error::LimitExceeded { what: "methods within each other", value: 9, limit: 8 })
    );
    assert!(MstlForecaster::new(vec![4]).inner(within(8)).check().is_err());
}

#[cfg(feature = "serde")]
#[test]
fn a_model_that_contradicts_itself_is_refused() {
    let model = StlForecaster::new(4).fit(&series(50)).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<StlForecasterModel>(&text).unwrap(), model);
    let (head, _) = text.rsplit_once("\"count\":50").unwrap();
    assert!(serde_json::from_str::<StlForecasterModel>(&format!("{head}\"count\":51}}")).is_err());
    let seasons = text.find("\"seasons\":[[").unwrap() + "\"seasons\":[[".len();
    let end = text[seasons..].find(']').unwrap();
    for season in ["", "1.0"] {
        let broken = format!("{}{season}{}", &text[..seasons], &text[seasons + end..]);
        assert!(serde_json::from_str::<StlForecasterModel>(&broken).is_err(), "{season}");
    }
}
