use super::*;
use crate::OnlineDetector;
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_close_absolute, fixtures};

#[derive(serde::Deserialize)]
struct Parameters {
    spacing: f64,
    center: f64,
    scale: f64,
    weight: f64,
    shape: f64,
}

#[derive(serde::Deserialize)]
struct Expected {
    expected: Vec<f64>,
    since_begin: Vec<f64>,
}

#[test]
fn run_lengths_are_those_of_the_whole_posterior() {
    for case in fixtures::cases::<Vec<f64>, Parameters, Expected>("slo-anomaly/bocpd") {
        let Parameters { spacing, center, scale, weight, shape } = case.parameters;
        let rule = Bocpd::new()
            .spacing(spacing)
            .prior(Prior::Given { center, scale })
            .weight(weight)
            .shape(shape)
            .truncation(0.0)
            .threshold(0.999_999_999_999);
        let runs = rule.run_lengths(&case.input).unwrap();
        case.assert_all_close("expected", &runs.expected, &case.expected.expected);
        // Without a report, news is every run that began after the first value.
        let scores = rule.detect(&case.input).unwrap().scores;
        for (score, wanted) in scores.iter().zip(&case.expected.since_begin) {
            assert_close_absolute(*score, *wanted, 1e-10);
        }
    }
}

/// Levels 0 and 6 in turn, of so many values each, with a noise of 1.
fn steps(seed: u64, count: usize, each: usize) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    (0..count * each)
        .map(|i| random.normal() + if (i / each).is_multiple_of(2) { 0.0 } else { 6.0 })
        .collect()
}

#[test]
fn changes_are_reported_at_once_and_placed_where_they_were() {
    let mut needless = 0;
    for seed in 0..20 {
        let values = steps(seed, 4, 100);
        let runs = Bocpd::new().run_lengths(&values).unwrap();
        for truth in [100, 200, 300] {
            let found =
                runs.reported.iter().position(|reported| (truth..truth + 3).contains(reported)).unwrap();
            assert!(runs.indices[found].abs_diff(truth) <= 1, "{seed}");
        }
        needless += runs.indices.len() - 3;
        assert_eq!(Bocpd::new().detect(&values).unwrap().indices(), runs.reported);
    }
    // 60 runs of 100 values: what noise looks like a change for a moment.
    assert!(needless <= 3, "{needless}");
}

#[test]
fn independent_values_without_a_change_report_few() {
    // A change every 250 values is believed in, yet 14,100 values that are judged hold none.
    let mut random = Random::seeded(17);
    let mut reports = 0;
    for _ in 0..30 {
        let values: Vec<f64> = (0..500).map(|_| random.normal()).collect();
        reports += Bocpd::new().detect(&values).unwrap().outliers.len();
    }
    assert!(reports <= 2, "{reports}");
}

#[test]
fn forgetting_improbable_runs_moves_no_probability_by_much() {
    let values = steps(4, 3, 120);
    let whole = Bocpd::new().truncation(0.0).max_runs(65_536).detect(&values).unwrap();
    let bounded = Bocpd::new().detect(&values).unwrap();
    assert_eq!(whole.indices(), bounded.indices());
    for (left, right) in whole.scores.iter().zip(&bounded.scores) {
        // 256 runs of less than 10^-6 each are 2.6e-4 together; each is forgotten once.
        assert!(left.is_nan() && right.is_nan() || (left - right).abs() < 1e-3, "{left} {right}");
    }
    let few = Bocpd::new().max_runs(2).detect(&values).unwrap();
    assert_ne!(few.scores[100], bounded.scores[100]);
}

#[test]
fn values_that_are_all_equal_never_change_and_any_other_does() {
    let mut values = vec![5.0; 60];
    let found = Bocpd::new().detect(&values).unwrap();
    assert!(found.indices().is_empty() && found.scores[59] == 0.0 && found.scores[29].is_nan());
    values[50] = 5.000_1;
    assert_eq!(Bocpd::new().detect(&values).unwrap().indices()[0], 50);
}

#[test]
fn what_is_out_of_range_is_refused() {
    let kind = |rule: Bocpd| rule.detect(&[1.0; 40]).unwrap_err().kind();
    for rule in [
        Bocpd::new().spacing(1.0),
        Bocpd::new().spacing(f64::INFINITY),
        Bocpd::new().prior(Prior::Learnt(2)),
        Bocpd::new().prior(Prior::Learnt(65_537)),
        Bocpd::new().prior(Prior::Given { center: f64::NAN, scale: 1.0 }),
        Bocpd::new().prior(Prior::Given { center: 0.0, scale: 0.0 }),
        Bocpd::new().weight(0.0),
        Bocpd::new().shape(0.0),
        Bocpd::new().threshold(1.0),
        Bocpd::new().truncation(0.02),
        Bocpd::new().max_runs(1),
    ] {
        assert_eq!(kind(rule), ErrorKind::InvalidParameter, "{rule:?}");
    }
    assert!(
        Bocpd::new().spacing(1.0_f64.next_up()).prior(Prior::Learnt(3)).detect(&[1.0, 2.0, 1.0, 2.0]).is_ok()
    );
    assert_eq!(Bocpd::new().run_lengths(&[]).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(Bocpd::new().run_lengths(&[1.0, f64::NAN]).unwrap_err().kind(), ErrorKind::NonFinite);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_value_leaves_the_range_of_probabilities(
        values in prop::collection::vec(prop::sample::select(vec![
            0.0, 1.0, -1.0, 1e-300, 1e300, -f64::MAX, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324,
        ]), 1..80),
    ) {
        let rule = Bocpd::new().prior(Prior::Learnt(5)).missing(Missing::Skip);
        let runs = rule.run_lengths(&values).unwrap();
        prop_assert!(runs.expected.iter().all(|length| (0.0..=80.0 + 1e-9).contains(length)));
        let mut online = rule.online().unwrap();
        for value in &values {
            let verdict = online.observe(*value).unwrap();
            prop_assert!(verdict.score.is_nan() || (0.0..=1.0).contains(&verdict.score));
        }
    }
}
