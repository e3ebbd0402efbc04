use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{assert_all_close_absolute, assert_close, assert_close_absolute, fixtures};

use super::*;
use crate::correlation::Measure;

#[derive(serde::Deserialize)]
struct Input {
    x: Vec<f64>,
    y: Vec<f64>,
}

#[derive(serde::Deserialize)]
struct Parameters {
    max_lag: usize,
    normalisation: String,
}

const METHODS: [Method; 3] = [Method::Auto, Method::Fft, Method::Direct];

/// Integers below a thousand, the same for each seed.
fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..n)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 % 1000.0
        })
        .collect()
}

/// `x` as it was `lag` points before, and noise in the first ones' place.
fn delayed(x: &[f64], lag: usize) -> Vec<f64> {
    noise(99, lag).into_iter().chain(x.iter().copied()).take(x.len()).collect()
}

#[test]
fn coefficients_equal_sixty_digit_references() {
    for case in fixtures::cases::<Input, Parameters, Vec<Option<f64>>>("slo-correlate/cross_correlation") {
        let normalisation = match case.parameters.normalisation.as_str() {
            "biased" => Normalisation::Biased,
            other => {
                assert_eq!(other, "overlap");
                Normalisation::Overlap
            }
        };
        for method in METHODS {
            let search =
                CrossCorrelation::new(case.parameters.max_lag).normalisation(normalisation).method(method);
            let found = search.correlate(&case.input.x, &case.input.y).unwrap();
            assert_eq!(found.coefficients.len(), case.expected.len());
            for (lag, (actual, expected)) in found.lags().zip(found.coefficients.iter().zip(&case.expected)) {
                match expected {
                    Some(expected) => assert!(
                        (actual - expected).abs() <= 1e-12,
                        "{} lag {lag}: {actual} {expected}",
                        case.name
                    ),
                    None => assert!(actual.is_nan(), "{} lag {lag}: {actual}", case.name),
                }
            }
        }
    }
}

#[test]
fn a_delay_of_317_points_is_found_by_every_method() {
    let x = noise(1, 2000);
    let y = delayed(&x, 317);
    for method in METHODS {
        for normalisation in [Normalisation::Biased, Normalisation::Overlap] {
            let search = CrossCorrelation::new(400).method(method).normalisation(normalisation);
            let found = search.correlate(&x, &y).unwrap();
            assert_eq!((found.best.lag, found.best.n), (317, 1683), "{method:?} {normalisation:?}");
            assert_eq!(found.best.p_value, Some(0.0));
            assert!(found.explain().contains("x leads y by 317 points"));
            // The other way round, y leads.
            let found = search.correlate(&y, &x).unwrap();
            assert_eq!(found.best.lag, -317);
            assert!(found.explain().contains("y leads x by 317 points"));
        }
    }
}

#[test]
fn a_delay_in_as_much_noise_is_found_ninety_nine_times_in_a_hundred() {
    // A signal and noise of one power, a day in steps of five minutes.
    let found = (0..200).filter(|seed| {
        let x = noise(*seed, 288);
        let y: Vec<f64> = delayed(&x, 17).iter().zip(noise(seed + 1000, 288)).map(|(y, e)| y + e).collect();
        CrossCorrelation::new(60).correlate(&x, &y).unwrap().best.lag == 17
    });
    assert!(found.count() >= 198);
}

#[test]
fn the_best_of_many_lags_raises_no_more_false_alarms_than_it_says() {
    // Independent series in which each value keeps 0.9 of the one before.
    let wandering = |seed| {
        let mut last = 0.0;
        noise(seed, 388)
            .into_iter()
            .map(|e| {
                last = 0.9 * last + e;
                last
            })
            .skip(100)
            .collect::<Vec<_>>()
    };
    let alarms = |search: CrossCorrelation| {
        let alarmed = |seed: &u64| {
            let found = search.correlate(&wandering(seed * 2), &wandering(seed * 2 + 1)).unwrap();
            found.best.p_value.is_some_and(|p| p <= 0.05)
        };
        (0..200).filter(alarmed).count() as f64 / 200.0
    };
    let (allowed_for, naive) =
        (alarms(CrossCorrelation::new(30)), alarms(CrossCorrelation::new(30).effective(Effective::None)));
    assert!(allowed_for <= 0.08 && naive > 0.5, "{allowed_for} {naive}");
}

#[test]
fn a_series_goes_best_with_itself_at_lag_zero() {
    let x = noise(3, 100);
    for method in METHODS {
        let found = CrossCorrelation::new(99).method(method).correlate(&x, &x).unwrap();
        assert_eq!(found.best.lag, 0);
        assert_close_absolute(found.best.coefficient, 1.0, 1e-14);
    }
}

#[test]
fn equally_good_lags_give_the_one_nearest_to_zero_and_then_the_positive_one() {
    // A period of 4 about its mean: lags 4, 0 and -4 pair alike but for the ends, 2 and -2 just the other way round.
    let x = [1.0, 0.0, -1.0, 0.0].repeat(25);
    let y = [0.0, 1.0, 0.0, -1.0].repeat(25);
    for method in METHODS {
        let search = CrossCorrelation::new(8).method(method).normalisation(Normalisation::Overlap);
        assert_eq!(search.correlate(&x, &y).unwrap().best.lag, 1, "{method:?}");
        assert_eq!(search.correlate(&x, &x).unwrap().best.lag, 0, "{method:?}");
    }
    // Biased, lags 1 and -1 lose one pair each, of which both products are 0.
    let found =
        CrossCorrelation::new(1).correlate(&[0.0, 1.0, 0.0, -1.0, 0.0], &[0.0, 0.0, 1.0, 0.0, 0.0]).unwrap();
    assert_eq!(found.best.lag, 1);
    assert_close(found.coefficients[0], -found.coefficients[2], 1e-15);
}

#[test]
fn a_lag_that_leaves_no_pairs_is_refused() {
    let (x, y) = (noise(1, 10), noise(2, 10));
    for (normalisation, most) in [(Normalisation::Biased, 9), (Normalisation::Overlap, 8)] {
        let search = |lag| CrossCorrelation::new(lag).normalisation(normalisation).correlate(&x, &y);
        assert_eq!(search(most).unwrap().coefficients.len(), 2 * most + 1);
        let error = search(most + 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidParameter);
        assert!(error.to_string().starts_with(&format!("max_lag = {}", most + 1)), "{error}");
    }
    assert!(CrossCorrelation::new(usize::MAX).correlate(&x, &y).is_err());
    assert_eq!(CrossCorrelation::new(0).correlate(&x, &y).unwrap().coefficients.len(), 1);
}

#[test]
fn shifts_are_no_surrogates_for_a_search_over_shifts() {
    let (x, y) = (noise(1, 10), noise(2, 10));
    let error = CrossCorrelation::new(2).effective(Effective::Surrogate).correlate(&x, &y).unwrap_err();
    assert!(error.to_string().starts_with("effective = surrogate"), "{error}");
}

#[test]
fn bad_series_are_refused_with_their_names() {
    let y = noise(2, 4);
    let search = CrossCorrelation::new(1);
    assert_eq!(search.correlate(&[1.0; 4], &y).unwrap_err().kind(), ErrorKind::Degenerate);
    assert_eq!(search.correlate(&[1.0], &[2.0]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(search.correlate(&y[..3], &y).unwrap_err().kind(), ErrorKind::LengthMismatch);
    let error = search.correlate(&[1.0, f64::NAN, 2.0, 3.0], &y).unwrap_err();
    assert_eq!(error.to_string(), "x[1] = NaN is not finite");
}

#[test]
fn the_p_value_is_that_of_the_pairs_left_and_then_corrected() {
    let x = noise(4, 60);
    let y: Vec<f64> = delayed(&x, 3).iter().zip(noise(5, 60)).map(|(y, e)| y + 3.0 * e).collect();
    let found = CrossCorrelation::new(5).effective(Effective::None).correlate(&x, &y).unwrap();
    let lag = usize::try_from(found.best.lag).unwrap();
    let alone = Pearson::new().correlate(&x[..60 - lag], &y[lag..]).unwrap();
    assert_eq!((found.best.p_at_lag, alone.measure), (alone.p_value, Measure::Pearson));
    let p = alone.p_value.unwrap();
    assert_close(found.best.p_value.unwrap(), 1.0 - (1.0 - p).powi(11), 1e-9);
    // A p-value far below ε is multiplied, and not lost.
    assert_close(corrected(1e-100, 121), 121e-100, 1e-12);
    assert_eq!(corrected(1.0, 121), 1.0);
}

#[test]
fn two_pairs_that_are_left_have_no_p_value() {
    let found = CrossCorrelation::new(2).correlate(&[0.0, 0.0, 0.0, 1.0], &[0.0, 5.0, 0.0, 0.0]).unwrap();
    assert_eq!((found.best.lag, found.best.n, found.best.p_value), (-2, 2, None));
    assert!(found.explain().contains("too few for a p-value"));
}

#[cfg(feature = "serde")]
#[test]
fn what_was_found_survives_as_text_and_nothing_else_is_read() {
    let quiet = [vec![0.0; 6], vec![1.0, 3.0, 2.0]].concat();
    let search = CrossCorrelation::new(6).normalisation(Normalisation::Overlap);
    let found = search.correlate(&quiet, &noise(1, 9)).unwrap();
    assert!(found.coefficients.iter().any(|r| r.is_nan()));
    let written = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<LaggedCorrelation>(&written).unwrap(), found);
    for (from, to) in [
        ("\"max_lag\":6", "\"max_lag\":5"),
        ("\"n\":9", "\"n\":5"),
        ("null", "2.0"),
        ("\"lag\":", "\"lag\":7"),
    ] {
        assert!(serde_json::from_str::<LaggedCorrelation>(&written.replacen(from, to, 1)).is_err(), "{to}");
    }
    let written = serde_json::to_string(&search).unwrap();
    assert_eq!(serde_json::from_str::<CrossCorrelation>(&written).unwrap(), search);
    assert_eq!(
        serde_json::from_str::<CrossCorrelation>(r#"{"max_lag":3}"#).unwrap(),
        CrossCorrelation::new(3)
    );
}

proptest! {
    #[test]
    fn methods_agree_at_any_offset(
        pairs in prop::collection::vec((-1_000_000..1_000_000_i32, -1_000_000..1_000_000_i32), 3..200),
        lag in 0.0..1.0_f64,
        offset in prop::sample::select(vec![0.0, 1e9]),
        overlap in any::<bool>(),
    ) {
        let of = |value: i32| f64::from(value) / 1024.0 + offset;
        let (x, y): (Vec<_>, Vec<_>) = pairs.into_iter().map(|(x, y)| (of(x), of(y))).unzip();
        prop_assume!(x.iter().any(|v| *v != x[0]) && y.iter().any(|v| *v != y[0]));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the length")]
        let max_lag = (lag * (x.len() - 1) as f64) as usize;
        let normalisation = if overlap { Normalisation::Overlap } else { Normalisation::Biased };
        let search = CrossCorrelation::new(max_lag).normalisation(normalisation);
        let [fft, direct] = [Method::Fft, Method::Direct].map(|method| search.method(method).correlate(&x, &y).unwrap());
        let shown = |found: &LaggedCorrelation| found.coefficients.iter().map(|r| if r.is_nan() { 9.0 } else { *r }).collect::<Vec<_>>();
        assert_all_close_absolute(&shown(&fft), &shown(&direct), 1e-12);
        prop_assert_eq!(fft.best.lag, direct.best.lag);
    }

    #[test]
    fn an_exchange_of_the_series_reverses_the_lags(
        pairs in prop::collection::vec((-1000..1000_i32, -1000..1000_i32), 8..60),
    ) {
        let (x, y): (Vec<_>, Vec<_>) = pairs.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).unzip();
        prop_assume!(x.iter().any(|v| *v != x[0]) && y.iter().any(|v| *v != y[0]));
        let search = CrossCorrelation::new(6);
        let there = search.correlate(&x, &y).unwrap();
        let mut back = search.correlate(&y, &x).unwrap().coefficients;
        back.reverse();
        assert_all_close_absolute(&there.coefficients, &back, 1e-14);
    }
}
