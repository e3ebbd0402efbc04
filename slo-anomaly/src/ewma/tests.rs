use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{assert_all_close, assert_close};

use super::*;
use crate::detector::OnlineDetector;
use crate::verdict::Reason;

const NIST: [f64; 20] = [
    52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6,
    52.4, 53.6, 52.1,
];

/// The averages that the handbook plots, from scores under steady limits.
fn averages(scores: &[f64], deviation: f64) -> Vec<f64> {
    scores.iter().map(|score| 50.0 + score * deviation * (0.3_f64 / 1.7).sqrt()).collect()
}

#[test]
fn the_handbooks_averages_are_reproduced() {
    // NIST/SEMATECH e-Handbook 6.3.2.4: λ = 0.3, target 50, s = 2.0539, L = 3; the averages are exact decimals.
    let known = Reference::Known { center: 50.0, deviation: 2.0539 };
    let chart = Ewma::new().smoothing(0.3).width(3.0).limits(EwmaLimits::Steady).reference(known);
    let found = chart.detect(&NIST).unwrap();
    let expected = [
        50.6,
        49.52,
        50.564,
        50.184_8,
        50.159_36,
        49.211_552,
        49.748_086_4,
        49.853_660_48,
        50.257_562_336,
        50.330_293_635_2,
    ];
    assert_all_close(&averages(&found.scores[..10], 2.0539), &expected, 1e-12);
    let printed = [
        50.111_21, 49.357_84, 49.520_49, 50.054_34, 49.378_04, 49.924_63, 50.727_24, 51.229_07, 51.940_35,
        51.988_24,
    ];
    for (average, printed) in averages(&found.scores[10..], 2.0539).iter().zip(printed) {
        assert!((average - printed).abs() < 5.1e-6, "{average} {printed}");
    }
    // Its limits, 52.588_4 and 47.411_5, are those of a rounded factor 0.42; all averages lie within.
    let baseline = chart.online().unwrap().score(50.0).unwrap().baseline;
    assert_close(50.0 + 3.0 * baseline.scale, 52.588_434, 1e-7);
    assert_eq!(found.indices(), [0_usize; 0]);
}

#[test]
fn exact_limits_are_wide_as_the_average_spreads() {
    let chart = Ewma::new().smoothing(0.3).reference(Reference::Known { center: 50.0, deviation: 2.0 });
    let found = chart.detect(&NIST[..2]).unwrap();
    // z₁ = 0.6, σ₁ = 0.3 · 2; z₂ = 0.3 · 47 + 0.7 · 50.6 - 50 = -0.48, σ₂² = 0.09 (1 + 0.49) · 4.
    assert_all_close(&found.scores, &[1.0, -0.48 / (0.36_f64 * 1.49).sqrt()], 1e-12);
}

#[test]
fn a_score_at_the_width_is_within_and_one_above_it_beyond() {
    let chart =
        Ewma::new().smoothing(1.0).width(2.0).reference(Reference::Known { center: 0.0, deviation: 1.0 });
    for (value, flagged) in [(2.0_f64.next_down(), false), (2.0, false), (2.0_f64.next_up(), true)] {
        assert_eq!(chart.detect(&[value]).unwrap().outliers.len(), usize::from(flagged));
        assert_eq!(chart.detect(&[-value]).unwrap().outliers.len(), usize::from(flagged));
    }
}

#[test]
fn the_reference_is_learnt_from_the_first_values_and_no_later_one() {
    let values = [1.0, 3.0, 2.0, 6.0, 7.0, 8.0];
    let chart = Ewma::new().smoothing(1.0).width(9.0).reference(Reference::Learnt { values: 3 });
    let found = chart.detect(&values).unwrap();
    assert!(found.scores[..3].iter().all(|score| score.is_nan()));
    // Mean 2, deviation 1.
    assert_all_close(&found.scores[3..], &[4.0, 5.0, 6.0], 1e-14);
    let mut online = chart.online().unwrap();
    let third = online.observe_many(&values[..3]).and_then(|_| online.score(6.0)).unwrap();
    assert_eq!((third.baseline.n, third.baseline.center), (3, 2.0));
}

#[test]
fn what_is_infinitely_far_is_flagged_and_moves_nothing() {
    let known = Reference::Known { center: 0.0, deviation: 1.0 };
    let chart = Ewma::new().reference(known).missing(Missing::Skip).after(AfterAlarm::Continue);
    let found = chart.detect(&[1.0, f64::INFINITY, f64::NAN, f64::NEG_INFINITY, 1.0]).unwrap();
    assert_eq!(found.indices(), [1, 3]);
    assert_eq!((found.scores[1], found.scores[3]), (f64::INFINITY, f64::NEG_INFINITY));
    assert_eq!(found.scores[4], chart.detect(&[1.0, 1.0]).unwrap().scores[1]);
    assert_eq!(found.outliers[0].reason, Reason::Beyond);
}

#[test]
fn a_reference_without_spread_alarms_at_what_differs() {
    let chart = Ewma::new().reference(Reference::Learnt { values: 3 });
    let found = chart.detect(&[7.0, 7.0, 7.0, 7.0, 7.1, 7.0]).unwrap();
    assert_eq!((found.indices(), found.scores[3], found.scores[5]), (vec![4], 0.0, 0.0));
    assert_eq!(found.outliers[0].reason, Reason::Degenerate);
    let silent = chart.degenerate(Degenerate::NoAlarm).detect(&[7.0, 7.0, 7.0, 7.0, 7.1]).unwrap();
    assert_eq!((silent.outliers.len(), silent.scores[4]), (0, 0.0));
    let wild = chart.detect(&[f64::MAX, f64::MIN, f64::MAX, 0.0]).unwrap();
    assert!(wild.outliers.is_empty() && wild.scores[3].is_nan());
}

#[test]
fn a_parameter_outside_its_range_is_refused() {
    let chart = Ewma::new();
    let wrong = [
        chart.smoothing(0.0),
        chart.smoothing(1.0_f64.next_up()),
        chart.smoothing(f64::NAN),
        chart.width(0.0),
        chart.width(f64::INFINITY),
        chart.reference(Reference::Learnt { values: 1 }),
        chart.reference(Reference::Known { center: f64::NAN, deviation: 1.0 }),
        chart.reference(Reference::Known { center: 0.0, deviation: 0.0 }),
        chart.degenerate(Degenerate::Floor { absolute: -1.0, relative: 0.0 }),
    ];
    for chart in wrong {
        let kinds = [
            chart.online().unwrap_err().kind(),
            chart.detect(&[1.0]).unwrap_err().kind(),
            chart.arl(0.0).unwrap_err().kind(),
            chart.steady_arl(0.0).unwrap_err().kind(),
            chart.calibrated(100.0).unwrap_err().kind(),
        ];
        assert_eq!(kinds, [ErrorKind::InvalidParameter; 5], "{chart:?}");
    }
    assert_eq!(chart.arl(f64::NAN).unwrap_err().kind(), ErrorKind::InvalidParameter);
}

#[test]
fn a_calibrated_chart_keeps_its_run_length_on_normal_values() {
    // SEMANTICS 25: within 5 %. 4000 false alarms have a standard error of 1.6 %.
    let chart = Ewma::for_arl(200.0).unwrap().reference(Reference::Known { center: 3.0, deviation: 2.0 });
    let mut random = slo_testkit::Random::seeded(21);
    let values: Vec<f64> = (0..800_000).map(|_| 3.0 + 2.0 * random.normal()).collect();
    let alarms = chart.detect(&values).unwrap().outliers.len();
    let run_length = 800_000.0 / alarms as f64;
    assert!((run_length - 200.0).abs() < 10.0, "{run_length}");
}

#[test]
fn a_learnt_reference_has_the_false_alarms_that_the_documentation_states() {
    // One per 315 values after learning from 100, by quadrature over mean and variance; 2000 charts.
    let chart = Ewma::for_arl(500.0).unwrap();
    let mut random = slo_testkit::Random::seeded(22);
    let alarms: usize = (0..1000)
        .map(|_| {
            let values: Vec<f64> = (0..1100).map(|_| random.normal()).collect();
            chart.detect(&values).unwrap().outliers.len()
        })
        .sum();
    // Alarms of one chart hang together: 8 % is four standard errors.
    let run_length = 1e6 / alarms as f64;
    assert!((run_length - 315.0).abs() < 0.08 * 315.0, "{run_length}");
}

#[test]
fn ten_million_updates_leave_the_state_as_small_and_as_exact() {
    let known = Reference::Known { center: 0.0, deviation: 1.0 };
    let chart = Ewma::new().reference(known).width(1e3);
    let mut scores = [0.0; 1000];
    let values: Vec<f64> = (0..1000).map(|i| f64::from(i * 7919 % 1009) / 1009.0 - 0.5).collect();
    let mut online = chart.online().unwrap();
    let mut first = 0.0;
    for turn in 0..10_000 {
        online.observe_into(&values, &mut scores).unwrap();
        if turn == 1 {
            first = scores[999];
        }
    }
    assert_close(scores[999], first, 1e-14);
    assert_eq!(online.seen(), 10_000_000);
}

proptest! {
    #[test]
    fn scores_are_those_of_the_definition(
        values in prop::collection::vec(-1e3..1e3_f64, 1..60),
        lambda in 0.01..1.0_f64,
    ) {
        let known = Reference::Known { center: 5.0, deviation: 2.0 };
        let chart = Ewma::new().smoothing(lambda).reference(known).after(AfterAlarm::Continue);
        let found = chart.detect(&values).unwrap();
        for t in 1..=values.len() {
            let weight = |age: usize| lambda * (1.0 - lambda).powf(age as f64);
            let average: f64 = (0..t).map(|age| weight(age) * (values[t - 1 - age] - 5.0) / 2.0).sum();
            let variance: f64 = (0..t).map(|age| weight(age).powi(2)).sum();
            let wanted = average / variance.sqrt();
            prop_assert!((found.scores[t - 1] - wanted).abs() <= 1e-11 * wanted.abs().max(1.0));
        }
    }

    #[test]
    fn run_lengths_fall_with_the_shift_and_rise_with_the_width(
        lambda in 0.1..1.0_f64,
        width in 1.0..3.5_f64,
        shift in 0.0..3.0_f64,
    ) {
        let chart = Ewma::new().smoothing(lambda).width(width).limits(EwmaLimits::Steady);
        let run_length = chart.arl(shift).unwrap();
        prop_assert!(run_length >= 1.0);
        prop_assert!(chart.arl(shift + 0.2).unwrap() < run_length);
        prop_assert!(chart.width(width + 0.1).arl(shift).unwrap() > run_length);
        prop_assert!((chart.arl(-shift).unwrap() / run_length - 1.0).abs() < 1e-11);
    }
}
