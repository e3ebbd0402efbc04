use proptest::prelude::*;
use slo_core::ErrorKind;

use super::*;
use crate::chart::Reference;
use crate::cusum::Cusum;
use crate::detector::OnlineDetector;

/// A level that rises at 300, falls back at 500 and lower at 700.
fn levels() -> Vec<f64> {
    let level = |i: u32| match i {
        300..500 => 6.0,
        700.. => -4.0,
        _ => 0.0,
    };
    (0..1000).map(|i| f64::from(i * 7919 % 1009) / 100.0 + level(i)).collect()
}

#[test]
fn drifts_are_found_where_river_finds_them() {
    // river 0.26.1, drift.PageHinkley with alpha, delta, threshold and mode as here.
    let cases: [(PageHinkley, &[usize]); 5] = [
        (PageHinkley::new().forgetting(0.9999), &[306, 506, 705]),
        (PageHinkley::new().threshold(20.0).delta(0.1), &[301, 501, 613, 646, 679, 709]),
        (PageHinkley::new().threshold(20.0).delta(0.1).forgetting(0.99), &[250, 302, 501, 703, 982]),
        (PageHinkley::new().threshold(30.0).delta(0.5).side(Side::Upper), &[304]),
        (PageHinkley::new().threshold(30.0).delta(0.5).side(Side::Lower), &[514, 705]),
    ];
    for (test, drifts) in cases {
        assert_eq!(test.detect(&levels()).unwrap().indices(), drifts, "{test:?}");
    }
}

#[test]
fn a_running_mean_needs_its_values() {
    let test = PageHinkley::new().mean(Mean::Running { min_values: 3 }).threshold(0.5);
    let found = test.detect(&[0.0, 9.0, 9.0]).unwrap();
    assert!(found.scores[..2].iter().all(|score| score.is_nan()));
    assert_eq!(found.indices(), [2]);
}

#[test]
fn what_is_infinitely_far_is_flagged_and_moves_nothing() {
    let test = PageHinkley::new().mean(Mean::Known(1.0)).missing(Missing::Skip).after(AfterAlarm::Continue);
    let found = test.detect(&[2.0, f64::INFINITY, f64::NAN, f64::NEG_INFINITY, 2.0]).unwrap();
    assert_eq!(found.indices(), [1, 3]);
    assert_eq!(found.scores[4], test.detect(&[2.0, 2.0]).unwrap().scores[1]);
    let far = test.detect(&[f64::MAX, f64::MAX, f64::MIN, f64::MIN, f64::MIN]).unwrap();
    assert!(far.scores.iter().all(|score| score.is_finite()));
}

#[test]
fn a_score_at_the_threshold_is_within_and_one_above_it_beyond() {
    let test = PageHinkley::new().mean(Mean::Known(0.0)).delta(0.0).threshold(2.0);
    for (value, flagged) in [(2.0_f64.next_down(), false), (2.0, false), (2.0_f64.next_up(), true)] {
        assert_eq!(test.detect(&[value]).unwrap().outliers.len(), usize::from(flagged));
        assert_eq!(test.detect(&[-value]).unwrap().outliers.len(), usize::from(flagged));
    }
}

#[test]
fn run_lengths_are_those_of_the_chart_of_sums() {
    // Page's definition: with a known mean the test is a CUSUM chart.
    let test = PageHinkley::new().mean(Mean::Known(3.0)).deviation(2.0).delta(0.25).threshold(6.0);
    let chart = Cusum::new().k(0.25).h(6.0);
    assert_eq!(test.arl(0.5).unwrap(), chart.arl(0.5).unwrap());
    assert_eq!(test.side(Side::Upper).arl(0.5).unwrap(), chart.side(Side::Upper).arl(0.5).unwrap());
    for test in [test.forgetting(0.99), test.mean(Mean::default())] {
        assert_eq!(test.arl(0.0).unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(test.calibrated(100.0).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn a_parameter_outside_its_range_is_refused() {
    let test = PageHinkley::new();
    let wrong = [
        test.delta(-1e-9),
        test.delta(f64::NAN),
        test.threshold(0.0),
        test.threshold(f64::INFINITY),
        test.deviation(0.0),
        test.forgetting(0.0),
        test.forgetting(1.0_f64.next_up()),
        test.mean(Mean::Running { min_values: 0 }),
        test.mean(Mean::Known(f64::NAN)),
    ];
    for test in wrong {
        let kinds = [
            test.online().unwrap_err().kind(),
            test.detect(&[1.0]).unwrap_err().kind(),
            test.arl(0.0).unwrap_err().kind(),
            test.calibrated(100.0).unwrap_err().kind(),
        ];
        assert_eq!(kinds, [ErrorKind::InvalidParameter; 4], "{test:?}");
    }
    assert!(
        PageHinkley::for_arl(100.0, f64::NAN, 1.0).is_err()
            && PageHinkley::for_arl(100.0, 0.0, -1.0).is_err()
    );
}

proptest! {
    #[test]
    fn with_a_known_mean_scores_are_those_of_the_chart_of_sums(
        values in prop::collection::vec(-30.0..30.0_f64, 1..100),
        delta in 0.0..1.0_f64,
    ) {
        let test = PageHinkley::new().mean(Mean::Known(0.5)).deviation(2.0).delta(delta).threshold(5.0);
        let chart =
            Cusum::new().reference(Reference::Known { center: 0.5, deviation: 2.0 }).k(delta);
        let (test, chart) = (test.detect(&values).unwrap(), chart.detect(&values).unwrap());
        prop_assert_eq!(test.indices(), chart.indices());
        for (score, wanted) in test.scores.iter().zip(&chart.scores) {
            prop_assert!((score - wanted).abs() <= 1e-12 * wanted.abs().max(1.0));
        }
    }

    #[test]
    fn scores_are_those_of_the_definition(
        values in prop::collection::vec(-30.0..30.0_f64, 1..60),
        forgetting in 0.5..1.0_f64,
    ) {
        let test = PageHinkley::new()
            .mean(Mean::Running { min_values: 1 })
            .forgetting(forgetting)
            .delta(0.1)
            .threshold(1e6);
        let found = test.detect(&values).unwrap();
        let (mut up, mut down, mut least, mut most) = (0.0, 0.0, 0.0_f64, 0.0_f64);
        for (t, score) in found.scores.iter().enumerate() {
            let mean = values[..=t].iter().sum::<f64>() / (t + 1) as f64;
            up = forgetting * up + values[t] - mean - 0.1;
            down = forgetting * down + values[t] - mean + 0.1;
            (least, most) = (least.min(up), most.max(down));
            let wanted = if up - least >= most - down { up - least } else { down - most };
            prop_assert!((score - wanted).abs() <= 1e-9, "{score} {wanted}");
        }
        prop_assert_eq!(test.online().unwrap().observe_many(&values).unwrap(), found);
    }
}
