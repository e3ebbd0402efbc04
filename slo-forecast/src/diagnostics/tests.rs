//! Tests of residuals against R, definitions at 40 digits and their own promises.

use super::*;
use crate::{Ets, Mean, Model, Naive};
use serde::Deserialize;
use slo_core::ErrorKind;
use slo_core::stats::Missing;
use slo_testkit::{Random, fixtures};

#[derive(Deserialize)]
struct Lags {
    lags: usize,
    fitted_parameters: usize,
}

#[derive(Deserialize)]
struct Verdict {
    statistic: f64,
    p_value: f64,
}

#[derive(Deserialize)]
struct Shape {
    statistic: f64,
    p_value: f64,
    skewness: f64,
    kurtosis: f64,
}

#[derive(Deserialize)]
struct Pair {
    e1: Vec<f64>,
    e2: Vec<f64>,
}

#[derive(Deserialize)]
struct Options {
    horizon: usize,
    power: f64,
    variance: LongRunVariance,
    alternative: Alternative,
}

#[test]
fn ljung_and_boxs_statistic_is_that_of_r_and_of_the_definition() {
    for case in fixtures::cases::<Vec<f64>, Lags, Verdict>("slo-forecast/ljung_box") {
        let Lags { lags, fitted_parameters } = case.parameters;
        let found = ljung_box(&case.input, lags, fitted_parameters).unwrap();
        case.assert_close("statistic", found.statistic, case.expected.statistic);
        case.assert_close("p_value", found.p_value, case.expected.p_value);
    }
}

#[test]
fn jarque_and_beras_statistic_is_that_of_the_definition() {
    for case in fixtures::cases::<Vec<f64>, (), Shape>("slo-forecast/jarque_bera") {
        let found = jarque_bera(&case.input).unwrap();
        case.assert_close("statistic", found.statistic, case.expected.statistic);
        case.assert_close("p_value", found.p_value, case.expected.p_value);
        case.assert_close("skewness", found.skewness, case.expected.skewness);
        case.assert_close("kurtosis", found.kurtosis, case.expected.kurtosis);
    }
}

#[test]
fn diebold_and_marianos_statistic_is_that_of_r_and_of_the_definition() {
    for case in fixtures::cases::<Pair, Options, Verdict>("slo-forecast/diebold_mariano") {
        let Options { horizon, power, variance, alternative } = case.parameters;
        let test = DieboldMariano::new().horizon(horizon).unwrap().power(power).unwrap();
        let found =
            test.variance(variance).alternative(alternative).test(&case.input.e1, &case.input.e2).unwrap();
        case.assert_close("statistic", found.statistic, case.expected.statistic);
        case.assert_close("p_value", found.p_value, case.expected.p_value);
    }
}

#[test]
fn lags_lie_between_the_parameters_and_the_residuals() {
    let residuals = [1.0, -2.0, 0.5, 3.0, -1.0];
    for (lags, fitted, holds) in
        [(0, 0, false), (1, 0, true), (4, 0, true), (5, 0, false), (3, 3, false), (4, 3, true)]
    {
        assert_eq!(ljung_box(&residuals, lags, fitted).is_ok(), holds, "{lags} lags, {fitted} parameters");
    }
    assert_eq!(ljung_box(&[1.0], 1, 0).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(ljung_box(&[1.0; 9], 1, 0).unwrap_err().kind(), ErrorKind::Degenerate);
    assert_eq!(ljung_box(&[1.0, f64::NAN], 1, 0).unwrap_err().kind(), ErrorKind::NonFinite);
    assert_eq!(jarque_bera(&[1.0]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(jarque_bera(&[2.0; 9]).unwrap_err().kind(), ErrorKind::Degenerate);
    assert_eq!(jarque_bera(&[1e308, -1e308]).unwrap_err().kind(), ErrorKind::OutOfRange);
    // Powers of such values fit no float; the shape is that of 1, 2 and 4.
    let small = jarque_bera(&[1.0, 2.0, 4.0]).unwrap();
    let huge = jarque_bera(&[2_f64.powi(1000), 2_f64.powi(1001), 2_f64.powi(1002)]).unwrap();
    assert_eq!(small, huge);
}

#[test]
fn equal_losses_and_short_series_are_refused() {
    let test = DieboldMariano::new();
    assert_eq!(test.test(&[1.0; 5], &[1.0; 5]).unwrap_err().kind(), ErrorKind::Degenerate);
    assert_eq!(test.test(&[2.0; 5], &[1.0; 5]).unwrap_err().kind(), ErrorKind::Degenerate);
    assert_eq!(test.test(&[1.0], &[2.0]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(test.test(&[1.0, 2.0], &[2.0]).unwrap_err().kind(), ErrorKind::LengthMismatch);
    assert_eq!(test.test(&[1e200, 2.0], &[2.0, 1.0]).unwrap_err().kind(), ErrorKind::OutOfRange);
    let (e1, e2) = ([1.0, 3.0, 2.0, 5.0], [1.0, 2.0, 2.5, 1.0]);
    let bartlett = test.variance(LongRunVariance::Bartlett);
    for (horizon, fits) in [(3, true), (4, false), (usize::MAX, false)] {
        assert_eq!(bartlett.horizon(horizon).unwrap().test(&e1, &e2).is_ok(), fits, "{horizon}");
    }
    for power in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(test.power(power).is_err());
    }
    assert!(test.horizon(0).is_err());
}

#[test]
fn exchanging_the_methods_turns_the_sign() {
    let mut random = Random::seeded(8);
    let [e1, e2]: [Vec<f64>; 2] = [0, 1].map(|_| (0..30).map(|_| random.normal()).collect());
    let test = DieboldMariano::new().horizon(3).unwrap().variance(LongRunVariance::Bartlett);
    let (there, back) = (test.test(&e1, &e2).unwrap(), test.test(&e2, &e1).unwrap());
    assert!((there.statistic + back.statistic).abs() < 1e-14 && (there.p_value - back.p_value).abs() < 1e-14);
    let less = test.alternative(Alternative::Less).test(&e1, &e2).unwrap().p_value;
    let greater = test.alternative(Alternative::Greater).test(&e1, &e2).unwrap().p_value;
    assert!((less + greater - 1.0).abs() < 1e-14);
}

#[test]
fn tests_of_independent_errors_reject_as_often_as_they_say() {
    // 2 000 samples of 200; 3 σ of 0.05 is 0.0146. Both laws are those of many values: 0.01 of room for 200.
    let mut random = Random::seeded(6);
    let (mut dependent, mut better) = (0, 0);
    for _ in 0..2_000 {
        let [e1, e2]: [Vec<f64>; 2] = [0, 1].map(|_| (0..200).map(|_| random.normal()).collect());
        dependent += u32::from(ljung_box(&e1, 10, 0).unwrap().p_value < 0.05);
        better += u32::from(DieboldMariano::new().test(&e1, &e2).unwrap().p_value < 0.05);
    }
    for rejected in [dependent, better] {
        assert!((f64::from(rejected) / 2_000.0 - 0.05).abs() < 0.0146 + 0.01, "{rejected}");
    }
}

#[test]
fn a_report_names_bias_dependence_and_outliers() {
    let mut random = Random::seeded(3);
    let mut residuals: Vec<f64> = (0..200).map(|_| random.normal()).collect();
    let clean = ResidualDiagnostics::new().check_residuals(&residuals).unwrap();
    assert!(clean.is_clean() && clean.outliers.is_empty(), "{}", clean.explain());
    residuals[17] = 40.0;
    let spiked = ResidualDiagnostics::new().check_residuals(&residuals).unwrap();
    assert_eq!(spiked.outliers.iter().map(|outlier| outlier.index).collect::<Vec<_>>(), [17]);
    assert!(spiked.jarque_bera.unwrap().p_value < 1e-10 && spiked.explain().contains("are not normal"));
    let biased: Vec<f64> = residuals.iter().map(|residual| residual + 5.0).collect();
    let biased = ResidualDiagnostics::new().check_residuals(&biased).unwrap();
    assert!(!biased.is_clean() && biased.explain().contains("are biased"));
    let dependent = ResidualDiagnostics::new().check_residuals(&random.autoregressive(0.9, 200)).unwrap();
    assert!(
        !dependent.is_clean() && dependent.explain().contains("depend on their past"),
        "{}",
        dependent.explain()
    );
}

#[test]
fn places_are_those_of_the_series_and_equal_residuals_say_so() {
    // Residuals begin at place 1 of a naive model.
    let mut values = vec![0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    values.push(90.0);
    let report = residual_diagnostics(&Naive::new().fit(&values).unwrap()).unwrap();
    assert_eq!(report.outliers[0].index, 10);
    // More than half are equal: the mean deviation decides.
    let spike = [[0.0; 19].as_slice(), &[1.0]].concat();
    let report = ResidualDiagnostics::new().check_residuals(&spike).unwrap();
    assert_eq!(report.outliers.len(), 1);
    let constant = ResidualDiagnostics::new().check_residuals(&[2.0; 20]).unwrap();
    assert!(!constant.is_clean() && constant.mean_p_value.is_none());
    assert!(constant.explain().starts_with("All 20 residuals are 2"));
    let report = residual_diagnostics(&Mean::new().fit(&[5.0; 20]).unwrap()).unwrap();
    assert!(report.is_clean());
    assert_eq!(ResidualDiagnostics::new().check_residuals(&[1.0]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(
        ResidualDiagnostics::new().check_residuals(&[1e200, -1e200]).unwrap_err().kind(),
        ErrorKind::OutOfRange
    );
    let too_many = ResidualDiagnostics::new().lags(20).unwrap();
    assert_eq!(too_many.check_residuals(&spike).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert!(ResidualDiagnostics::new().lags(0).is_err() && ResidualDiagnostics::new().period(0).is_err());
    // Three residuals have a fifth of none: there is no lag to look at.
    assert_eq!(ResidualDiagnostics::new().check_residuals(&[1.0, 2.0, 4.0]).unwrap().ljung_box, None);
}

#[test]
fn errors_in_proportion_are_tested_as_shares() {
    // A level that grows a hundredfold, with independent normal errors of 10 % of it: the oracle is the simulation.
    let mut random = Random::seeded(11);
    let mut level = 100.0;
    let grow = |_| {
        level *= 1.02;
        level * (1.0 + 0.1 * random.normal())
    };
    let values: Vec<f64> = (0..240).map(grow).collect();
    let model = Ets::new("MMN".parse().unwrap()).fit(&values).unwrap();
    let report = residual_diagnostics(&model).unwrap();
    let of_shares = ResidualDiagnostics::new().check_residuals(model.innovations()).unwrap();
    assert_eq!(report, of_shares);
    assert!(report.jarque_bera.unwrap().p_value > 0.05, "{}", report.explain());
    // In the unit of the series they look anything but normal.
    let in_units = ResidualDiagnostics::new().check_residuals(model.residuals()).unwrap();
    assert!(in_units.jarque_bera.unwrap().p_value < 1e-6 && in_units.outliers.len() > 10);
}

#[test]
fn where_a_value_is_missing_there_is_nothing_to_test() {
    let mut random = Random::seeded(12);
    let mut values: Vec<f64> = (0..60).map(|_| 50.0 + random.normal()).collect();
    values[40] = 90.0;
    for gap in [7, 20] {
        values[gap] = f64::NAN;
    }
    let model = Ets::new("ANN".parse().unwrap()).missing(Missing::Skip).fit(&values).unwrap();
    let report = residual_diagnostics(&model).unwrap();
    assert_eq!((report.count, report.outliers[0].index), (58, 40));
}
