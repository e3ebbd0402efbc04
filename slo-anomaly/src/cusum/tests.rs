use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::assert_all_close_absolute;

use super::*;
use crate::detector::OnlineDetector;

const MONTGOMERY: [f64; 30] = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34, 9.03, 11.47, 10.51, 9.4, 10.08, 9.37,
    10.62, 10.31, 8.52, 10.84, 10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31, 10.52,
];

const NIST: [f64; 20] = [
    324.925, 324.675, 324.725, 324.35, 325.35, 325.225, 324.125, 324.525, 325.225, 324.6, 324.625, 325.15,
    328.325, 327.25, 327.825, 328.5, 326.675, 327.775, 326.875, 328.35,
];

fn known(center: f64) -> Cusum {
    Cusum::new().reference(Reference::Known { center, deviation: 1.0 })
}

#[test]
fn montgomerys_table_is_reproduced() {
    // Introduction to Statistical Quality Control, table 9.2: the sums upwards, the first beyond 5 at period 29.
    let upper = [
        0.0, 0.0, 0.0, 1.16, 2.82, 2.5, 0.04, 1.0, 0.0, 0.0, 0.0, 0.97, 0.98, 0.0, 0.0, 0.0, 0.12, 0.0, 0.0,
        0.34, 0.74, 0.0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.3,
    ];
    let chart = known(10.0).side(Side::Upper).after(AfterAlarm::Continue);
    let found = chart.detect(&MONTGOMERY).unwrap();
    assert_all_close_absolute(&found.scores, &upper, 1e-12);
    assert_eq!(found.indices(), [28, 29]);
    let lower =
        [0.05, 1.56, 1.77, 0.0, 0.0, 0.0, 1.46, 0.0, 0.3, 0.0, 0.47, 0.0, 0.0, 0.1, 0.0, 0.13, 0.0, 0.0];
    let found = known(10.0).side(Side::Lower).detect(&MONTGOMERY[..18]).unwrap();
    let downwards: Vec<f64> = found.scores.iter().map(|score| -score).collect();
    assert_all_close_absolute(&downwards, &lower, 1e-12);
    // On both sides, starting anew after the alarm.
    let found = known(10.0).detect(&MONTGOMERY).unwrap();
    assert_eq!(found.indices(), [28]);
    assert_all_close_absolute(&found.scores[27..], &[4.47, 5.28, 0.02], 1e-12);
}

#[test]
fn the_handbooks_sums_are_reproduced() {
    // NIST/SEMATECH e-Handbook 6.3.2.3.1: target 325, k = 0.3175, h = 4.1959 in the unit of the values.
    let chart = known(325.0).k(0.3175).h(4.1959).after(AfterAlarm::Continue);
    let found = chart.detect(&NIST).unwrap();
    assert_eq!(found.indices(), (13..20).collect::<Vec<_>>());
    assert_all_close_absolute(
        &[found.scores[12], found.scores[13], found.scores[19]],
        &[3.0075, 4.94, 19.035],
        1e-11,
    );
}

#[test]
fn a_sum_at_the_limit_is_within_and_one_above_it_beyond() {
    let chart = known(0.0).k(0.0).h(2.0);
    for (value, flagged) in [(2.0_f64.next_down(), false), (2.0, false), (2.0_f64.next_up(), true)] {
        assert_eq!(chart.detect(&[value]).unwrap().outliers.len(), usize::from(flagged));
        assert_eq!(chart.detect(&[-value]).unwrap().outliers.len(), usize::from(flagged));
    }
}

#[test]
fn the_sums_start_ahead_again_after_an_alarm() {
    let found = known(0.0).head_start(0.5).detect(&[1.0, 3.0, 1.0]).unwrap();
    assert_eq!((found.scores.as_slice(), found.indices()), ([3.0, 5.5, 3.0].as_slice(), vec![1]));
}

#[test]
fn a_sum_beyond_the_floats_stays_the_greatest() {
    let chart = known(0.0).after(AfterAlarm::Continue).missing(Missing::Skip);
    let values = [f64::MAX, f64::MAX, f64::INFINITY, f64::NAN, f64::MIN, f64::MIN, f64::MIN];
    let found = chart.detect(&values).unwrap();
    assert_eq!(found.scores[1..3], [f64::MAX, f64::INFINITY]);
    assert!(found.scores[3].is_nan());
    assert_eq!(found.scores[6], f64::MIN);
}

#[test]
fn a_parameter_outside_its_range_is_refused() {
    let chart = Cusum::new();
    let wrong = [
        chart.k(-1e-9),
        chart.k(f64::INFINITY),
        chart.h(0.0),
        chart.h(f64::NAN),
        chart.head_start(-1e-9),
        chart.head_start(0.5_f64.next_up()),
        chart.reference(Reference::Learnt { values: 1 }),
        chart.degenerate(Degenerate::Floor { absolute: 0.0, relative: f64::NAN }),
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
    assert!(chart.k(0.0).head_start(0.5).check().is_ok());
    assert_eq!(chart.arl(f64::NAN).unwrap_err().kind(), ErrorKind::InvalidParameter);
}

#[test]
fn a_calibrated_chart_keeps_its_run_length_on_normal_values() {
    // SEMANTICS 25: within 5 %. 4000 false alarms have a standard error of 1.6 %.
    for head_start in [0.0, 0.5] {
        let chart = known(0.0).head_start(head_start).calibrated(200.0).unwrap();
        let mut random = slo_testkit::Random::seeded(31);
        let values: Vec<f64> = (0..800_000).map(|_| random.normal()).collect();
        let run_length = 800_000.0 / chart.detect(&values).unwrap().outliers.len() as f64;
        assert!((run_length - 200.0).abs() < 10.0, "{run_length}");
    }
}

#[test]
fn a_learnt_reference_has_the_false_alarms_that_the_documentation_states() {
    // One per 311 values after learning from 100, by quadrature over mean and variance; 1000 charts.
    let chart = Cusum::for_arl(500.0).unwrap();
    let mut random = slo_testkit::Random::seeded(32);
    let alarms: usize = (0..1000)
        .map(|_| {
            let values: Vec<f64> = (0..1100).map(|_| random.normal()).collect();
            chart.detect(&values).unwrap().outliers.len()
        })
        .sum();
    // Alarms of one chart hang together: 8 % is four standard errors.
    let run_length = 1e6 / alarms as f64;
    assert!((run_length - 311.0).abs() < 0.08 * 311.0, "{run_length}");
}

proptest! {
    #[test]
    fn sums_are_the_greatest_of_all_that_end_now(
        values in prop::collection::vec(-3.0..3.0_f64, 1..60),
        k in 0.0..1.0_f64,
    ) {
        let chart = known(0.25).k(k).after(AfterAlarm::Continue).side(Side::Upper);
        let found = chart.detect(&values).unwrap();
        for now in 0..values.len() {
            let sum = |from: usize| values[from..=now].iter().map(|value| value - 0.25 - k).sum::<f64>();
            let greatest = (0..=now).map(sum).fold(0.0, f64::max);
            prop_assert!((found.scores[now] - greatest).abs() < 1e-11);
        }
    }

    #[test]
    fn one_sum_stands_at_zero_when_the_other_alarms(
        values in prop::collection::vec(-6.0..6.0_f64, 1..200),
        head_start in 0.0..0.5_f64,
    ) {
        let both = known(0.0).h(3.0).head_start(head_start);
        let mut sums = [both.side(Side::Upper), both.side(Side::Lower)].map(|chart| chart.online().unwrap());
        for value in values {
            let [upper, lower] = sums.each_mut().map(|online| online.observe(value).unwrap());
            prop_assert!(!upper.flagged || lower.score == 0.0);
            prop_assert!(!lower.flagged || upper.score == 0.0);
            if upper.flagged || lower.flagged {
                sums = [both.side(Side::Upper), both.side(Side::Lower)].map(|chart| chart.online().unwrap());
            }
        }
    }

    #[test]
    fn run_lengths_fall_with_the_shift_and_rise_with_the_limit(
        k in 0.0..1.0_f64,
        h in 0.5..6.0_f64,
        shift in 0.0..3.0_f64,
    ) {
        let chart = Cusum::new().k(k).h(h);
        let run_length = chart.arl(shift).unwrap();
        prop_assert!(run_length >= 1.0 && chart.h(h + 0.1).arl(shift).unwrap() > run_length);
        prop_assert!(chart.arl(shift + 0.2).unwrap() < run_length);
        prop_assert!((chart.arl(-shift).unwrap() / run_length - 1.0).abs() < 1e-11);
        prop_assert!(chart.head_start(0.5).arl(shift).unwrap() < run_length);
    }
}
