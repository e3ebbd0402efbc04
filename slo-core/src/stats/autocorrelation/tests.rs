use super::*;
use crate::stats::tails::{Distribution, StudentT};
use proptest::prelude::*;
use serde::Deserialize;
use slo_testkit::{Random, assert_all_close_absolute, assert_close, fixtures};

fn mean_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean_of(x), mean_of(y));
    let sum = |f: fn(f64, f64) -> f64| x.iter().zip(y).map(|(x, y)| f(x - mx, y - my)).sum::<f64>();
    sum(|x, y| x * y) / (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt()
}

/// Whether `t` is significant at 5 %, from both sides.
fn is_significant(t: f64, df: f64) -> bool {
    2.0 * StudentT::new(df).unwrap().sf(t.abs()) < 0.05
}

/// The share of `pairs` pairs of independent series whose correlation is significant at 5 %.
fn false_correlations(seed: u64, phi: f64, n: usize, pairs: u32) -> f64 {
    let mut random = Random::seeded(seed);
    let found = (0..pairs).filter(|_| {
        let (x, y) = (random.autoregressive(phi, n), random.autoregressive(phi, n));
        let (r, df) = (correlation(&x, &y), effective_sample_size_pair(&x, &y).unwrap() - 2.0);
        is_significant(r * (df / (1.0 - r * r)).sqrt(), df)
    });
    found.count() as f64 / f64::from(pairs)
}

/// The share of `pairs` pairs of independent windows whose means differ significantly at 5 %.
fn false_shifts(seed: u64, phi: f64, n: usize, pairs: u32) -> f64 {
    let mut random = Random::seeded(seed);
    let found = (0..pairs).filter(|_| {
        let windows = [random.autoregressive(phi, n), random.autoregressive(phi, n)];
        let [a, b] = windows.each_ref().map(|window| SerialDependence::new(window).unwrap());
        let [u, v] = [&a, &b].map(|dependence| dependence.long_run_variance() / n as f64);
        let degrees = [(u, &a), (v, &b)].map(|(u, a)| u * u / (a.effective_sample_size() - 1.0));
        let t = (mean_of(&windows[0]) - mean_of(&windows[1])) / (u + v).sqrt();
        is_significant(t, (u + v) * (u + v) / (degrees[0] + degrees[1]))
    });
    found.count() as f64 / f64::from(pairs)
}

#[derive(Deserialize)]
struct Series {
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Lags {
    max_lag: usize,
}

#[derive(Deserialize)]
struct Expected {
    acf: Vec<f64>,
    pacf: Vec<f64>,
    long_run_variance: f64,
    effective_sample_size: f64,
}

#[test]
fn series_agree_with_sixty_digits_and_with_statsmodels() {
    // fixtures/generate/autocorrelation.py: mpmath, compared with statsmodels 0.15.0 there.
    for case in fixtures::cases::<Series, Lags, Expected>("slo-core/autocorrelation") {
        let (values, max_lag, expected) = (&case.input.values, case.parameters.max_lag, &case.expected);
        assert_eq!(default_max_lag(values.len()), max_lag);
        case.assert_all_close("acf", &acf(values, max_lag).unwrap(), &expected.acf);
        case.assert_all_close("pacf", &pacf(values, max_lag).unwrap(), &expected.pacf);
        case.assert_close("long-run variance", ar_variance(values).unwrap(), expected.long_run_variance);
        let size = effective_sample_size(values).unwrap();
        case.assert_close("effective sample size", size, expected.effective_sample_size);
    }
}

#[test]
fn pairs_agree_with_sixty_digits() {
    #[derive(Deserialize)]
    struct Pair {
        x: Vec<f64>,
        y: Vec<f64>,
    }
    for case in fixtures::cases::<Pair, (), f64>("slo-core/effective_sample_size_pair") {
        let (x, y) = (&case.input.x, &case.input.y);
        case.assert_close("size", effective_sample_size_pair(x, y).unwrap(), case.expected);
        case.assert_close("size, exchanged", effective_sample_size_pair(y, x).unwrap(), case.expected);
    }
}

#[test]
fn classic_series_agree_with_r() {
    #[derive(Deserialize)]
    struct Reference {
        #[serde(default)]
        acf: Vec<f64>,
        #[serde(default)]
        pacf: Vec<f64>,
    }
    type ByName<T> = std::collections::BTreeMap<String, T>;
    fn read<T: serde::de::DeserializeOwned>(folder: &std::path::Path, file: &str) -> ByName<T> {
        let text = std::fs::read_to_string(folder.join("forecast").join(file)).unwrap();
        serde_json::from_str(&text).unwrap()
    }
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let series: ByName<Series> = read(&folder, "series.json");
    let reference: ByName<Reference> = read(&folder, "r_diff_tests.json");
    let mut compared = 0;
    for (name, Reference { acf: theirs, pacf: partial }) in
        reference.iter().filter(|(_, r)| !r.acf.is_empty())
    {
        let values = &series[name].values;
        // R 4.2.2, printed to 15 digits; its pacf starts at lag 1.
        assert_all_close_absolute(&acf(values, theirs.len() - 1).unwrap(), theirs, 1e-13);
        assert_all_close_absolute(&pacf(values, partial.len()).unwrap()[1..], partial, 1e-13);
        compared += 1;
    }
    assert_eq!(compared, 11);
}

#[test]
fn independent_pairs_of_slow_series_correlate_in_one_of_twenty() {
    // 2,000 pairs, AR(1) with phi = 0.9, n = 288: 4 to 6.5 % at the 5 % level; 53 % by the number of values.
    let share = false_correlations(1, 0.9, 288, 2000);
    assert!((0.04..=0.065).contains(&share), "{share}");
}

#[test]
fn short_and_independent_pairs_exceed_the_level_by_less_than_a_percent() {
    for (phi, n) in [(0.9, 50), (0.9, 100), (0.95, 100), (0.5, 20), (0.0, 20)] {
        let share = false_correlations(2, phi, n, 2000);
        // Three standard errors of 2,000 draws at 5 % are 1.5 %.
        assert!(share <= 0.06 + 0.015, "phi {phi}, n {n}: {share}");
    }
}

#[test]
fn means_of_slow_windows_differ_in_one_of_twenty() {
    // AR(1), phi = 0.9 estimated, both windows of 288: 3 to 8 % at the 5 % level.
    let share = false_shifts(3, 0.9, 288, 2000);
    assert!((0.03..=0.08).contains(&share), "{share}");
}

#[test]
fn the_size_of_a_long_autoregressive_series_is_that_of_its_theory() {
    // n (1 - phi) / (1 + phi); the standard error of the estimate is about 8 % of it.
    for (phi, n) in [(0.5, 10_000), (0.9, 20_000), (0.0, 1000)] {
        let size = effective_sample_size(&Random::seeded(4).autoregressive(phi, n)).unwrap();
        let theory = n as f64 * (1.0 - phi) / (1.0 + phi);
        assert!((size / theory - 1.0).abs() < 0.25, "{phi}: {size} against {theory}");
    }
}

#[test]
fn values_that_alternate_count_as_so_many_and_no_more() {
    let values = Random::seeded(5).autoregressive(-0.8, 500);
    let dependence = SerialDependence::new(&values).unwrap();
    assert_eq!(dependence.effective_sample_size(), 500.0);
    // Theory: 1 / (1 + 0.8)². The standard error of the estimate is about 10 % of it.
    let variance = dependence.long_run_variance();
    assert!((variance * 1.8 * 1.8 - 1.0).abs() < 0.4, "{variance}");
}

#[test]
fn one_more_lag_than_there_are_values_is_refused() {
    let values = [1.0, 2.0, 4.0];
    assert_eq!(acf(&values, 2).unwrap().len(), 3);
    for result in [acf(&values, 3), pacf(&values, 3), acf(&values, usize::MAX)] {
        assert!(matches!(result, Err(Error::InvalidParameter { name: "max_lag", .. })));
    }
}

#[test]
fn too_few_values_are_refused() {
    assert!(matches!(acf(&[], 0), Err(Error::TooShort { len: 0, needed: 2, .. })));
    assert!(matches!(acf(&[1.0], 0), Err(Error::TooShort { len: 1, needed: 2, .. })));
    assert_eq!(acf(&[1.0, 2.0], 1).unwrap(), [1.0, -0.5]);
    assert!(matches!(effective_sample_size(&[1.0, 2.0]), Err(Error::TooShort { len: 2, needed: 3, .. })));
    assert!(effective_sample_size(&[1.0, 2.0, 1.0]).is_ok());
}

#[test]
fn a_constant_is_degenerate_and_one_unit_more_is_not() {
    // Ten times 0.1 has a rounded mean other than 0.1.
    let mut values = [0.1; 10];
    for result in [acf(&values, 1), pacf(&values, 1)] {
        assert!(matches!(result, Err(Error::Degenerate { name: "values", .. })));
    }
    assert!(matches!(
        effective_sample_size_pair(&[1.0, 2.0, 3.0], &[1.0; 3]),
        Err(Error::Degenerate { name: "y", .. })
    ));
    values[3] = 0.1_f64.next_up();
    // One value apart from nine: deviations 0.9 and -0.1, products at lag 1: (7 · 0.01 - 2 · 0.09) / 0.9.
    assert_close(acf(&values, 1).unwrap()[1], -0.11 / 0.9, 1e-14);
}

#[test]
fn what_is_not_finite_is_refused_with_its_place() {
    let error = acf(&[1.0, f64::NAN, 2.0], 1).unwrap_err();
    assert_eq!(error.to_string(), "values[1] = NaN is not finite");
    let error = effective_sample_size_pair(&[1.0, 2.0, 3.0], &[1.0, f64::INFINITY, 3.0]).unwrap_err();
    assert_eq!(error.to_string(), "y[1] = inf is not finite");
}

#[test]
fn series_of_unequal_length_are_refused() {
    assert!(matches!(
        effective_sample_size_pair(&[1.0, 2.0, 3.0], &[1.0, 2.0]),
        Err(Error::LengthMismatch { left: "x", left_len: 3, right: "y", right_len: 2 })
    ));
}

#[test]
fn values_at_the_ends_of_the_range_have_autocorrelations() {
    let expected = acf(&[1.0, -1.0, 0.5, 0.25], 3).unwrap();
    for power in [1023, 1000, 300, -300, -1000, -1020] {
        let values = [1.0, -1.0, 0.5, 0.25].map(|value| value * 2_f64.powi(power));
        assert_eq!(acf(&values, 3).unwrap(), expected, "{power}");
    }
    assert_eq!(acf(&[0.0, 5e-324, 0.0], 1).unwrap(), acf(&[0.0, 1.0, 0.0], 1).unwrap());
    assert!(effective_sample_size(&[1e-200, 3e-200, 2e-200]).is_ok());
    assert!(matches!(ar_variance(&[1e200, 3e200, 2e200]), Err(Error::OutOfRange { .. })));
}

#[test]
fn the_customary_lag_is_exact_at_powers_of_ten() {
    // 10 log10 n by hand: 10^(lag/10) is reached at n itself.
    for (n, lag) in [(0, 0), (1, 0), (2, 1), (9, 8), (10, 9), (11, 10), (12, 10), (13, 11)] {
        assert_eq!(default_max_lag(n), lag, "{n}");
    }
    for (n, lag) in
        [(99, 19), (100, 20), (999, 29), (1000, 30), (1_000_000, 60), (999_999_999, 89), (1_000_000_000, 90)]
    {
        assert_eq!(default_max_lag(n), lag, "{n}");
    }
}

#[test]
fn blocks_and_lanes_sum_what_a_plain_loop_sums() {
    let values = Random::seeded(6).autoregressive(0.7, 3000);
    let deviations = Deviations::new(&values).unwrap();
    let products = deviations.products(2999);
    for lag in [0, 1, 7, 8, 9, 1000, 1023, 1024, 1025, 2040, 2990, 2999] {
        let plain: f64 = deviations.values.iter().zip(&deviations.values[lag..]).map(|(a, b)| a * b).sum();
        // 3,000 products, each with and summed to a rounding error.
        assert!((products[lag] - plain).abs() <= 3000.0 * f64::EPSILON * products[0], "{lag}");
    }
}

proptest! {
    #[test]
    fn autocorrelations_keep_their_bounds_and_ignore_shift_and_scale(
        values in prop::collection::vec((-1000_i32..1000).prop_map(f64::from), 3..60),
        shift in -1_000_000_i64..1_000_000,
        power in -30_i32..30,
    ) {
        let max_lag = values.len() - 1;
        let Ok(plain) = acf(&values, max_lag) else { return Ok(()) };
        prop_assert_eq!(plain[0], 1.0);
        prop_assert!(plain.iter().chain(&pacf(&values, max_lag).unwrap()).all(|r| r.abs() <= 1.0));
        let factor = 2_f64.powi(power);
        let moved: Vec<f64> = values.iter().map(|value| (value + shift as f64) * factor).collect();
        prop_assert_eq!(acf(&moved, max_lag).unwrap(), plain);
    }

    #[test]
    fn sizes_stay_within_their_bounds(values in prop::collection::vec(-5_i8..5, 6..80)) {
        let (x, y) = values.split_at(values.len() / 2);
        let [x, y] = [x, &y[..x.len()]].map(|half| half.iter().copied().map(f64::from).collect::<Vec<f64>>());
        let n = x.len() as f64;
        if let (Ok(a), Ok(b)) = (SerialDependence::new(&x), SerialDependence::new(&y)) {
            prop_assert!((2.0..=n).contains(&a.effective_sample_size()));
            prop_assert!((3.0..=n).contains(&a.effective_sample_size_with(&b).unwrap()));
            prop_assert!(a.long_run_variance() >= 0.0);
        }
    }
}
