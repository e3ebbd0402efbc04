use super::*;
use crate::change::NILE;
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_close};

/// The definition: every beginning of the last segment is tried for every end.
fn full(values: &[f64], cost: Cost, penalty: f64, min_size: usize) -> (f64, Vec<usize>) {
    let centred = cost.centred(values);
    let sums = Sums::new(cost, &centred);
    let len = values.len();
    let mut cheapest = vec![f64::INFINITY; len + 1];
    cheapest[0] = -penalty;
    let mut lasts = vec![0; len + 1];
    for end in min_size..=len {
        for begin in 0..=end - min_size {
            let whole = cheapest[begin] + sums.cost(begin, end) + penalty;
            if whole < cheapest[end] {
                (cheapest[end], lasts[end]) = (whole, begin);
            }
        }
    }
    let (mut indices, mut end) = (Vec::new(), lasts[len]);
    while end > 0 {
        indices.push(end);
        end = lasts[end];
    }
    indices.reverse();
    (cheapest[len], indices)
}

/// What is minimised.
fn objective(found: &ChangePoints) -> f64 {
    found.cost + found.penalty * found.indices.len() as f64
}

#[test]
fn the_nile_changed_in_1898() {
    // Cobb (1978); the sums of squares by R: `sum((Nile - mean(Nile))^2)`, and about both means.
    let found = Pelt::new().detect(&NILE).unwrap();
    assert_eq!(found.indices, [28]);
    assert_close(found.cost, 1_597_457.194_444_444_4, 1e-12);
    let whole = Pelt::new().penalty(1e9).detect(&NILE).unwrap();
    assert_close(whole.cost, 2_835_156.75, 1e-12);
    assert_close(found.segments[0].mean, 30_737.0 / 28.0, 1e-14);
    assert_eq!((found.segments[0].begin, found.segments[0].end, found.segments[1].end), (0, 28, 100));
}

#[test]
fn every_setter_changes_what_is_found() {
    let values: Vec<f64> = (0..60).map(|i| f64::from(i / 10 % 2 * 4 + i % 2)).collect();
    let found = |rule: Pelt| rule.detect(&values).unwrap().indices;
    assert_eq!(found(Pelt::new()), [10, 20, 30, 40, 50]);
    assert_eq!(found(Pelt::new().penalty(1e9)), [0_usize; 0]);
    assert_eq!(found(Pelt::new().min_size(20)), [30]);
    let wilder: Vec<f64> =
        (0..40).map(|i| f64::from(i % 2 * 2 - 1) * if i < 20 { 1.0 } else { 40.0 }).collect();
    let found_there = |rule: Pelt| rule.penalty(20.0).detect(&wilder).unwrap().indices;
    assert_eq!(found_there(Pelt::new().cost(Cost::Normal)), [20]);
    assert_ne!(found_there(Pelt::new()), [20]);
    assert_ne!(found(Pelt::new().min_size(1).penalty(0.1)), found(Pelt::new().penalty(0.1)));
}

#[test]
fn a_change_that_saves_no_more_than_the_penalty_is_none() {
    // One level costs 10 · 25 = 250.
    let values = [0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 10.0, 10.0, 10.0, 10.0];
    for (penalty, expected) in [(250.0_f64.next_down(), 1), (250.0, 0), (250.0_f64.next_up(), 0)] {
        assert_eq!(
            Pelt::new().penalty(penalty).detect(&values).unwrap().indices.len(),
            expected,
            "{penalty}"
        );
    }
}

#[test]
fn what_cannot_be_divided_is_one_segment_or_refused() {
    let kind = |rule: Pelt, values: &[f64]| rule.detect(values).unwrap_err().kind();
    assert_eq!(kind(Pelt::new(), &[]), ErrorKind::TooShort);
    assert_eq!(kind(Pelt::new(), &[1.0, f64::NAN]), ErrorKind::NonFinite);
    assert_eq!(kind(Pelt::new().min_size(0), &[1.0]), ErrorKind::InvalidParameter);
    for penalty in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(kind(Pelt::new().penalty(penalty), &[1.0]), ErrorKind::InvalidParameter);
    }
    assert_eq!(kind(Pelt::new().cost(Cost::Poisson), &[1.0, -1.0]), ErrorKind::InvalidCount);
    assert_eq!(kind(Pelt::new(), &vec![0.0; (1 << 18) + 1]), ErrorKind::LimitExceeded);
    assert_eq!(kind(Pelt::new().cost(Cost::Normal), &vec![0.0; (1 << 16) + 1]), ErrorKind::LimitExceeded);
    assert!(Pelt::new().detect(&vec![0.0; 1 << 18]).is_ok());
    for cost in [Cost::L2, Cost::Normal, Cost::Poisson] {
        for values in [&[7.0][..], &[7.0; 2], &[0.0; 50], &[1e300; 50], &[0.1; 3], &[1.0, 2.0, 3.0]] {
            for min_size in [2, 60, usize::MAX] {
                let found = Pelt::new().cost(cost).min_size(min_size).detect(values).unwrap();
                assert_eq!((found.indices.len(), found.segments.len()), (0, 1), "{cost:?} {values:?}");
                assert!(!found.cost.is_nan());
            }
        }
    }
}

#[test]
fn an_offset_and_a_unit_move_no_change() {
    let mut random = Random::seeded(3);
    let noise: Vec<f64> = (0..300).map(|_| (random.normal() * 1024.0).round() / 1024.0).collect();
    let step = |i: usize, size: f64| if (100..200).contains(&i) { size } else { 0.0 };
    let near: Vec<f64> = noise.iter().enumerate().map(|(i, value)| value + step(i, 8.0)).collect();
    let expected = Pelt::new().detect(&near).unwrap();
    assert_eq!(expected.indices, [100, 200]);
    let shifted: Vec<f64> = near.iter().map(|value| value + 1e9).collect();
    let found = Pelt::new().detect(&shifted).unwrap();
    assert_eq!(found.indices, expected.indices);
    assert_close(found.cost, expected.cost, 1e-12);
    for power in [-1000, -900, -40, 40, 900, 1000] {
        let scaled: Vec<f64> = near.iter().map(|value| value * 2_f64.powi(power)).collect();
        assert_eq!(Pelt::new().detect(&scaled).unwrap().indices, expected.indices, "{power}");
    }
    // A level of 10^9 costs the digits that tell a step of 8 from noise, unless they are kept.
    let mut towering = near.clone();
    towering.extend(noise.iter().map(|value| value + 1e9));
    assert_eq!(Pelt::new().detect(&towering).unwrap().indices, [100, 200, 300]);
    let huge: Vec<f64> = (0..40).map(|i| if i < 20 { -f64::MAX } else { f64::MAX }).collect();
    assert_eq!(Pelt::new().detect(&huge).unwrap().indices, [20]);
}

#[test]
fn noise_alone_changes_seldom() {
    // At the documented share of 0.5%, 100 series show at most 3 with a probability of 99.8%.
    let mut random = Random::seeded(8);
    let mut changed = |cost: Cost, n: usize, series: usize| {
        let rule = Pelt::new().cost(cost);
        let mut draw = || -> Vec<f64> { (0..n).map(|_| random.normal()).collect() };
        (0..series).filter(|_| !rule.detect(&draw()).unwrap().indices.is_empty()).count()
    };
    let shares = [changed(Cost::L2, 1000, 100), changed(Cost::Normal, 200, 100)];
    assert!(shares.iter().all(|share| *share <= 3), "{shares:?}");
}

#[test]
fn more_candidates_than_are_squeezed_at_once_leave_the_best_division() {
    let mut random = Random::seeded(31);
    for (n, step, penalty) in [(1500, 150, 12.0), (1500, 1500, 12.0), (800, 40, 40.0)] {
        let values: Vec<f64> = (0..n).map(|i| f64::from((3 * (i / step)) % 7) + random.normal()).collect();
        for min_size in [1, 2, 9, 33] {
            let found = Pelt::new().penalty(penalty).min_size(min_size).detect(&values).unwrap();
            let (least, indices) = full(&values, Cost::L2, penalty, min_size);
            assert_eq!(found.indices, indices);
            assert_close(objective(&found), least, 1e-11);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_division_costs_less(
        levels in prop::collection::vec((0_u8..6, 1_usize..30), 1..9),
        min_size in 1_usize..12,
        penalty in prop::sample::select(vec![0.0, 0.3, 2.0, 9.0, 60.0]),
        seed in 0_u64..1000,
    ) {
        // ruptures #342: a search with segments of at least some length dropped beginnings too early.
        let mut random = Random::seeded(seed);
        let values: Vec<f64> = levels
            .iter()
            .flat_map(|(level, count)| vec![f64::from(*level); *count])
            .map(|level| (level + random.normal()).abs())
            .collect();
        prop_assume!(values.len() >= min_size);
        for cost in [Cost::L2, Cost::Normal, Cost::Poisson] {
            let found = Pelt::new().cost(cost).penalty(penalty).min_size(min_size).detect(&values).unwrap();
            let (least, indices) = full(&values, cost, penalty, min_size);
            let room = 1e-9 * (1.0 + least.abs());
            if cost == Cost::L2 {
                prop_assert!((objective(&found) - least).abs() <= room, "{cost:?} {least} {found:?} {indices:?}");
            }
            prop_assert_eq!(&found.indices, &indices);
        }
    }

    #[test]
    fn whole_numbers_tie_and_the_longest_last_segment_wins(
        values in prop::collection::vec(0_i32..4, 1..60),
        min_size in 1_usize..5,
        penalty in 0_i32..4,
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        prop_assume!(values.len() >= min_size);
        let found = Pelt::new().penalty(f64::from(penalty)).min_size(min_size).detect(&values).unwrap();
        let (least, _) = full(&values, Cost::L2, f64::from(penalty), min_size);
        prop_assert!((objective(&found) - least).abs() <= 1e-9 * (1.0 + least));
        prop_assert!(found.segments.iter().all(|segment| segment.end - segment.begin >= min_size.min(values.len())));
    }
}
