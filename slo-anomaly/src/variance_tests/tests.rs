use super::*;
use crate::{Exactness, Side, grubbs_test};
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_close};

const URANIUM: [f64; 8] = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];

/// R: `set.seed(1234); rnorm(10)`.
const R_NORMAL: [f64; 10] = [
    -1.207_065_749_385_421,
    0.277_429_242_110_660,
    1.084_441_176_683_056,
    -2.345_697_702_629_349,
    0.429_124_688_811_050,
    0.506_055_892_157_574,
    -0.574_739_960_134_649,
    -0.546_631_855_784_187,
    -0.564_451_999_093_283,
    -0.890_037_829_044_104,
];

fn normal(random: &mut Random, n: usize) -> Vec<f64> {
    (0..n).map(|_| random.normal()).collect()
}

#[test]
fn variance_test_equals_scipys_chi_squared() {
    // scipy 1.17.1: chi2.sf, cdf and ppf with df 7; held against variances of 240 and 400; mpmath to the last place.
    for (variance, side, p, critical, interval) in VARIANCES {
        let found = variance_test(&URANIUM, variance, side, 0.05).unwrap();
        assert_close(found.p_value, p, 1e-11);
        assert_close(found.critical.unwrap(), critical, 1e-11);
        let (low, high) = found.interval.unwrap();
        assert!(low == interval.0 || (low / interval.0 - 1.0).abs() < 1e-11);
        assert!(high == interval.1 || (high / interval.1 - 1.0).abs() < 1e-11);
        assert_eq!((found.degrees_of_freedom, found.exact()), (Some(7.0), true));
    }
}

#[test]
fn the_chi_squared_outlier_test_is_rs() {
    // R outliers 0.15: chisq.out.test of the same ten numbers.
    let found = chi_squared_outlier_test(&R_NORMAL, None, Side::Lower, 0.05).unwrap();
    assert_close(found.statistic, 3.884_219_706_33, 1e-11);
    // R's p is that of both sides.
    let both = chi_squared_outlier_test(&R_NORMAL, None, Side::Both, 0.05).unwrap();
    assert_close(both.p_value, 0.048_741_906_935_4, 1e-11);
    assert_close(found.p_value, both.p_value / 2.0, 1e-14);
    assert_eq!((both.index(), both.exactness), (Some(3), Exactness::Approximate));
    // The square of Grubbs' statistic.
    let grubbs = grubbs_test(&R_NORMAL, Side::Both, 0.05).unwrap();
    assert_close(both.statistic, grubbs.statistic.powi(2), 1e-13);
    let known = chi_squared_outlier_test(&R_NORMAL, Some(4.0), Side::Both, 0.05).unwrap();
    let ratio = both.statistic / known.statistic;
    assert_close(ratio, 4.0 / variance(&R_NORMAL), 1e-12);
    // 1.96² and, on one side, 1.645².
    assert_close(both.critical.unwrap(), 3.841_458_820_694_124, 1e-12);
    assert_close(found.critical.unwrap(), 2.705_543_454_095_404, 1e-12);
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

#[test]
fn samples_without_spread_and_at_the_ends_of_the_floats_are_judged() {
    assert_eq!(chi_squared_outlier_test(&[3.0; 5], None, Side::Both, 0.05).unwrap().p_value, 1.0);
    let flat = variance_test(&[3.0; 5], 1.0, Side::Both, 0.05).unwrap();
    assert_eq!((flat.statistic, flat.p_value, flat.interval), (0.0, 0.0, Some((0.0, 0.0))));
    assert_eq!(variance_test(&[3.0; 5], 1.0, Side::Upper, 0.05).unwrap().p_value, 1.0);
    let far = variance_test(&[1e308, -1e308], 1.0, Side::Upper, 0.05).unwrap();
    assert_eq!((far.statistic, far.p_value), (f64::INFINITY, 0.0));
    let offset: Vec<f64> = [0.25, 0.5, -0.125, 1.0].iter().map(|value| value + 1e9).collect();
    let found = variance_test(&offset, 1.0, Side::Upper, 0.05).unwrap().statistic;
    assert_close(
        found,
        variance_test(&[0.25, 0.5, -0.125, 1.0], 1.0, Side::Upper, 0.05).unwrap().statistic,
        1e-14,
    );
    let tiny = [1e-200, 3e-200, 2e-200, 7e-200];
    let groups = cochran_test(&[&tiny, &[0.0, 1e-200, 0.0, 1e-200]], 0.05).unwrap();
    assert!(groups.statistic > 0.9 && groups.statistic < 1.0);
    assert_eq!(cochran_test(&[&[1.0, 1.0], &[2.0, 2.0]], 0.05).unwrap().p_value, 1.0);
    assert_eq!(cochran_test(&[&[1.0, 1.0], &[2.0, 3.0]], 0.05).unwrap().p_value, 0.0);
    assert_eq!(tietjen_moore_test(&[2.0; 9], 2, Side::Both, 0.05, 99, 0).unwrap().p_value, 1.0);
}

#[test]
fn bad_input_is_refused() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let kind = |result: slo_core::Result<crate::TestResult>| result.unwrap_err().kind();
        assert_eq!(kind(variance_test(&URANIUM, bad, Side::Both, 0.05)), ErrorKind::InvalidParameter);
        assert_eq!(
            kind(chi_squared_outlier_test(&URANIUM, Some(bad), Side::Both, 0.05)),
            ErrorKind::InvalidParameter
        );
        assert_eq!(kind(variance_test(&URANIUM, 1.0, Side::Both, bad)), ErrorKind::InvalidParameter);
        assert_eq!(kind(cochran_test(&[&[1.0, 2.0], &[1.0, 2.0]], bad)), ErrorKind::InvalidParameter);
    }
    let kind = |result: slo_core::Result<crate::TestResult>| result.unwrap_err().kind();
    assert_eq!(kind(variance_test(&[1.0], 1.0, Side::Both, 0.05)), ErrorKind::TooShort);
    assert_eq!(kind(chi_squared_outlier_test(&[1.0, 2.0], None, Side::Both, 0.05)), ErrorKind::TooShort);
    assert_eq!(kind(cochran_test(&[&[1.0, 2.0]], 0.05)), ErrorKind::TooShort);
    assert_eq!(kind(cochran_test(&[&[1.0], &[2.0]], 0.05)), ErrorKind::TooShort);
    assert_eq!(kind(cochran_test(&[&[1.0, 2.0], &[2.0]], 0.05)), ErrorKind::LengthMismatch);
    assert_eq!(kind(cochran_test(&[&[1.0, 2.0], &[2.0, f64::NAN]], 0.05)), ErrorKind::NonFinite);
    for (outliers, draws) in [(0, 99), (4, 99), (usize::MAX, 99), (1, 98)] {
        let found = tietjen_moore_test(&URANIUM, outliers, Side::Both, 0.05, draws, 0);
        assert_eq!(kind(found), ErrorKind::InvalidParameter);
    }
    let found = tietjen_moore_test(&URANIUM, 1, Side::Both, 0.05, usize::MAX, 0);
    assert_eq!(kind(found), ErrorKind::LimitExceeded);
}

#[test]
fn cochrans_critical_values_are_the_tables() {
    // ISO 5725-2:1994, table 4, 5 %: k groups of n values.
    for (k, n, expected) in
        [(2, 3, 0.975), (3, 3, 0.871), (5, 2, 0.841), (10, 2, 0.602), (10, 5, 0.331), (20, 3, 0.270)]
    {
        let group: Vec<f64> = (0..n).map(f64::from).collect();
        let groups = vec![group.as_slice(); k];
        let found = cochran_test(&groups, 0.05).unwrap();
        assert!((found.critical.unwrap() - expected).abs() < 6e-4, "{k} {n} {:?}", found.critical);
        assert_close(found.statistic, 1.0 / k as f64, 1e-14);
        assert_eq!(found.exact(), k == 2);
    }
}

#[test]
fn levels_are_held() {
    // SEMANTICS 25: what says exact holds its level within three Monte Carlo standard errors.
    let mut random = Random::seeded(25);
    let trials = 20_000;
    let room = |alpha: f64| 3.0 * (alpha * (1.0 - alpha) / f64::from(trials)).sqrt();
    for side in [Side::Both, Side::Upper, Side::Lower] {
        let hits = (0..trials)
            .filter(|_| variance_test(&normal(&mut random, 30), 1.0, side, 0.05).unwrap().p_value < 0.05)
            .count() as f64;
        assert!((hits / f64::from(trials) - 0.05).abs() < room(0.05), "{side}: {hits}");
    }
    let mut cochran = |k: usize, n: usize| {
        let found = (0..trials).map(|_| {
            let groups: Vec<Vec<f64>> = (0..k).map(|_| normal(&mut random, n)).collect();
            let groups: Vec<&[f64]> = groups.iter().map(Vec::as_slice).collect();
            cochran_test(&groups, 0.05).unwrap().p_value < 0.05
        });
        found.filter(|hit| *hit).count() as f64 / f64::from(trials)
    };
    // With four groups of three the critical value, 0.768, lies in the exact part; with ten of thirty it does not.
    assert!((cochran(4, 3) - 0.05).abs() < room(0.05));
    assert!(cochran(10, 30) < 0.05 + room(0.05));
}

#[test]
fn tietjen_and_moores_test_finds_nists_two_outliers() {
    // NIST/SEMATECH e-Handbook 1.3.5.17.2: E = 0.292, critical value 0.317 by its own simulation.
    let venus =
        [-1.40, -0.44, -0.30, -0.24, -0.22, -0.13, -0.05, 0.06, 0.10, 0.18, 0.20, 0.39, 0.48, 0.63, 1.01];
    let found = tietjen_moore_test(&venus, 2, Side::Both, 0.05, 20_000, 7).unwrap();
    assert_close(found.statistic, 0.291_999_394_699_858_8, 1e-12);
    assert!((found.critical.unwrap() - 0.317).abs() < 0.006, "{found}");
    assert_eq!((found.suspects.as_slice(), found.exactness), (&[0, 14][..], Exactness::Approximate));
    assert_eq!(found, tietjen_moore_test(&venus, 2, Side::Both, 0.05, 20_000, 7).unwrap());
    let other = tietjen_moore_test(&venus, 2, Side::Both, 0.05, 20_000, 8).unwrap();
    assert!(other != found && (other.p_value - found.p_value).abs() < 6.0 * found.standard_error.unwrap());
    let p = found.p_value;
    assert_close(found.standard_error.unwrap(), (p * (1.0 - p) / 20_000.0).sqrt(), 1e-14);
}

#[test]
fn one_outlier_at_once_is_grubbs() {
    // E_1 = 1 - n G²/(n-1)², whose p-value is exact here.
    for side in [Side::Both, Side::Upper, Side::Lower] {
        let mut values = R_NORMAL;
        values[3] = if side == Side::Upper { 3.0 } else { -3.0 };
        let grubbs = grubbs_test(&values, side, 0.05).unwrap();
        let found = tietjen_moore_test(&values, 1, side, 0.05, 200_000, 0).unwrap();
        assert_close(found.statistic, 1.0 - 10.0 * grubbs.statistic.powi(2) / 81.0, 1e-12);
        let error = found.standard_error.unwrap();
        assert!(grubbs.exact() && (found.p_value - grubbs.p_value).abs() < 3.0 * error, "{found} {grubbs}");
        assert_eq!(found.suspects, grubbs.suspects);
    }
}

/// Variance, side, p-value, critical value and interval.
type Row = (f64, Side, f64, f64, (f64, f64));

const VARIANCES: [Row; 6] = [
    (
        240.0,
        Side::Both,
        0.790_755_889_101_600_2,
        16.012_764_274_629_323,
        (109.857_770_796_461_76, 1_040.983_886_572_145_4),
    ),
    (
        240.0,
        Side::Upper,
        0.395_377_944_550_800_1,
        14.067_140_449_340_169,
        (125.052_180_564_708_38, f64::INFINITY),
    ),
    (240.0, Side::Lower, 0.604_622_055_449_199_9, 2.167_349_909_298_057, (0.0, 811.648_631_332_321_7)),
    (
        400.0,
        Side::Both,
        0.534_031_244_583_651_9,
        1.689_869_180_677_354_7,
        (109.857_770_796_461_76, 1_040.983_886_572_145_4),
    ),
    (
        400.0,
        Side::Upper,
        0.732_984_377_708_174,
        14.067_140_449_340_169,
        (125.052_180_564_708_38, f64::INFINITY),
    ),
    (400.0, Side::Lower, 0.267_015_622_291_825_96, 2.167_349_909_298_057, (0.0, 811.648_631_332_321_7)),
];
