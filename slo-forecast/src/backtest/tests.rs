//! Nothing is known before it has come, and nothing that fails is lost.

use super::*;
use crate::accuracy::accuracy;
use crate::forecast::{Forecast, Law};
use crate::forecaster::Model;
use crate::report::FitReport;
use crate::{Drift, Ema, Mean, Naive, SeasonalNaive};
use proptest::prelude::*;
use slo_core::ErrorKind;

fn values(len: u32) -> Vec<f64> {
    (0..len).map(|t| f64::from(t * t % 23)).collect()
}

fn methods() -> Vec<Box<dyn Forecaster>> {
    vec![
        Box::new(Naive::new()),
        Box::new(SeasonalNaive::new(3).unwrap()),
        Box::new(Drift::new()),
        Box::new(Mean::new()),
        Box::new(Ema::alpha(0.3).unwrap()),
    ]
}

#[test]
fn pooled_figures_are_those_of_all_forecasts() {
    let series = values(40);
    let backtest = Backtest::new(3).unwrap().folds(4).unwrap().step(2).unwrap().levels(&[0.8, 0.95]).unwrap();
    let report = backtest.run(&Drift::new(), &series).unwrap();
    let (mut actual, mut mean) = (Vec::new(), Vec::new());
    for (k, fold) in report.folds.iter().enumerate() {
        assert_eq!(fold.origin, 40 - 3 - (3 - k) * 2);
        let found = fold.outcome.as_ref().unwrap();
        let direct = Drift::new().fit(&series[..fold.origin]).unwrap().forecast(3, &[0.8, 0.95]).unwrap();
        assert_eq!((&found.mean[..], &found.bands[..]), (direct.mean(), direct.bands()));
        let scale = ErrorScale::new(&series[..fold.origin], 1).unwrap();
        let expected = direct.accuracy(&series[fold.origin..fold.origin + 3], Some(&scale)).unwrap();
        assert_eq!(found.accuracy, expected);
        actual.extend_from_slice(&found.actual);
        mean.extend_from_slice(&found.mean);
    }
    let all = accuracy(&actual, &mean, None).unwrap();
    assert_eq!((report.accuracy.count, report.accuracy.mae, report.accuracy.rmse), (12, all.mae, all.rmse));
    let covered: f64 = report.by_step.iter().map(|step| step.intervals[1].coverage).sum();
    assert!((covered / 3.0 - report.accuracy.intervals[1].coverage).abs() < 1e-15);
    assert!(report.by_step.iter().all(|step| step.count == 4));
}

#[test]
fn a_series_holds_every_fold_or_is_refused() {
    let backtest = Backtest::new(2).unwrap().folds(3).unwrap().gap(1);
    // One value to know, a gap of one, two steps, and two further folds two places on each: 8.
    let error = backtest.run(&Naive::new(), &values(7)).unwrap_err();
    assert_eq!(error, Error::TooShort { name: "values", len: 7, needed: 8 });
    let report = backtest.run(&Naive::new(), &values(8)).unwrap();
    assert_eq!(report.folds.iter().map(|fold| fold.origin).collect::<Vec<_>>(), [1, 3, 5]);
    let rolling = backtest.window(Window::Rolling(5)).unwrap();
    assert_eq!(rolling.run(&Naive::new(), &values(11)).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(rolling.run(&Naive::new(), &values(12)).unwrap().folds[0].start, 0);
    let huge = Backtest::new(10_000_000).unwrap().folds(2).unwrap();
    assert_eq!(huge.run(&Naive::new(), &values(9)).unwrap_err().kind(), ErrorKind::LimitExceeded);
    let endless = Backtest::new(usize::MAX).unwrap().gap(usize::MAX);
    assert_eq!(endless.run(&Naive::new(), &values(9)).unwrap_err().kind(), ErrorKind::LimitExceeded);
    let far = Backtest::new(1).unwrap().step(usize::MAX).unwrap();
    assert_eq!(far.run(&Naive::new(), &values(9)).unwrap_err().kind(), ErrorKind::TooShort);
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    assert!(Backtest::new(0).is_err());
    let backtest = Backtest::new(1).unwrap();
    assert!(backtest.clone().folds(0).is_err() && backtest.clone().step(0).is_err());
    assert!(backtest.clone().window(Window::Rolling(0)).is_err() && backtest.clone().period(0).is_err());
    assert!(backtest.clone().refit(Refit::EveryNth(0)).is_err());
    assert!(backtest.clone().levels(&[0.9, 1.0]).is_err());
    let mut series = values(20);
    series[19] = f64::NAN;
    assert_eq!(backtest.run(&Naive::new(), &series).unwrap_err().kind(), ErrorKind::NonFinite);
}

#[test]
fn a_method_is_fitted_as_often_as_asked() {
    let series = values(30);
    let fitted = |refit| -> Vec<bool> {
        let backtest = Backtest::new(1).unwrap().folds(6).unwrap().refit(refit).unwrap();
        backtest.run(&Mean::new(), &series).unwrap().folds.iter().map(|fold| fold.refitted).collect()
    };
    assert_eq!(fitted(Refit::Every), [true; 6]);
    assert_eq!(fitted(Refit::EveryNth(1)), [true; 6]);
    assert_eq!(fitted(Refit::EveryNth(3)), [true, false, false, true, false, false]);
    assert_eq!(fitted(Refit::Never), [true, false, false, false, false, false]);
}

/// A method that fails where the last value is 13, and whose model takes no further values.
#[derive(Debug)]
struct Moody;

#[derive(Debug)]
struct MoodyModel(FitReport);

impl Forecaster for Moody {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        if values.last() == Some(&13.0) {
            return Err(Error::Degenerate { name: "values", reason: "unlucky".to_owned() });
        }
        Ok(Box::new(MoodyModel(FitReport::closed_form())))
    }
}

impl Model for MoodyModel {
    fn name(&self) -> &'static str {
        "Moody"
    }
    fn observations(&self) -> u64 {
        0
    }
    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        Forecast::new(horizon, Law::Normal, levels, |_| (0.0, 1.0))
    }
    fn first_fitted(&self) -> usize {
        0
    }
    fn fitted(&self) -> &[f64] {
        &[]
    }
    fn residuals(&self) -> &[f64] {
        &[]
    }
    fn path(&self, _: &[f64], _: &mut [f64]) {}
    fn sigma(&self) -> f64 {
        1.0
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        Vec::new()
    }
    fn report(&self) -> &FitReport {
        &self.0
    }
}

#[test]
fn a_fold_that_fails_says_why_and_the_others_count() {
    let series = [1.0, 2.0, 13.0, 4.0, 5.0];
    let backtest = Backtest::new(1).unwrap().folds(4).unwrap();
    let report = backtest.clone().run(&Moody, &series).unwrap();
    let failures: Vec<_> = report.failures().map(|(fold, failure)| (fold, failure.clone())).collect();
    assert_eq!(failures.len(), 1);
    assert_eq!((failures[0].0, failures[0].1.kind), (2, ErrorKind::Degenerate));
    assert_eq!(failures[0].1.to_string(), "values: unlucky");
    // 2, 13 and 5 are forecast as 0.
    assert_eq!((report.accuracy.count, report.accuracy.mae), (3, 20.0 / 3.0));
    // A model that takes no further values can only be fitted again.
    let never = backtest.refit(Refit::Never).unwrap().run(&Moody, &series).unwrap();
    assert!(never.folds[0].outcome.is_ok());
    assert_eq!(never.folds[1].outcome.as_ref().unwrap_err().kind, ErrorKind::Unsupported);
    // Where nothing works, that is the answer.
    let all = Backtest::new(1).unwrap().folds(1).unwrap().run(&Moody, &[1.0, 13.0, 2.0]).unwrap_err();
    assert_eq!(all.kind(), ErrorKind::Degenerate);
}

proptest! {
    #[test]
    fn the_future_changes_nothing_before_it(
        series in prop::collection::vec(-1e3..1e3_f64, 40..60), from in 20_usize..40,
        other in prop::collection::vec(-1e6..1e6_f64, 60), step in 1_usize..4, gap in 0_usize..3, rolling in any::<bool>(), policy in 0_usize..3,
    ) {
        let mut changed = series.clone();
        changed[from..].copy_from_slice(&other[from..series.len()]);
        let window = if rolling { Window::Rolling(12) } else { Window::Expanding };
        let refit = [Refit::Every, Refit::EveryNth(2), Refit::Never][policy];
        let backtest = Backtest::new(2).unwrap().folds(6).unwrap().step(step).unwrap().gap(gap);
        let backtest = backtest.window(window).unwrap().refit(refit).unwrap();
        for method in methods() {
            let (a, b) = (backtest.run(&*method, &series).unwrap(), backtest.run(&*method, &changed).unwrap());
            for (a, b) in a.folds.iter().zip(&b.folds).filter(|(fold, _)| fold.origin <= from) {
                let (a, b) = (a.outcome.as_ref().unwrap(), b.outcome.as_ref().unwrap());
                prop_assert_eq!((&a.mean, &a.bands), (&b.mean, &b.bands), "{:?}", method);
            }
        }
    }

    #[test]
    fn closed_forms_need_no_refit(series in prop::collection::vec((-1_024_000_i32..1_024_000).prop_map(|k| f64::from(k) / 1024.0), 30..50)) {
        // With all values known, these models are those of a fit (SEMANTICS 24: multiples of 2^-10).
        let backtest = Backtest::new(3).unwrap().folds(5).unwrap();
        for method in methods() {
            let mut every = backtest.run(&*method, &series).unwrap();
            let never = backtest.clone().refit(Refit::Never).unwrap().run(&*method, &series).unwrap();
            every.folds.iter_mut().skip(1).for_each(|fold| fold.refitted = false);
            prop_assert_eq!(every, never);
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_report_is_read_as_it_was_written() {
    let report =
        Backtest::new(2).unwrap().folds(2).unwrap().run(&SeasonalNaive::new(3).unwrap(), &values(7)).unwrap();
    assert_eq!(report.failures().count(), 1);
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<BacktestReport>(&text).unwrap(), report);
    assert!(serde_json::from_str::<BacktestReport>(&text.replace("TooShort", "TooLong")).is_err());
    assert!(serde_json::from_str::<BacktestReport>(&text.replace("\"horizon\":2", "\"horizon\":3")).is_err());
}
