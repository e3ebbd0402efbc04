use super::*;
use crate::Reason;
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{Random, assert_close};

/// A model that has seen `count` rows of independent normal numbers.
fn trained(plan: HalfSpaceTrees, count: usize, columns: usize) -> (HalfSpaceTreesModel, Random) {
    let mut random = Random::seeded(4);
    let mut model = plan.online(columns).unwrap();
    for _ in 0..count {
        let row: Vec<f64> = (0..columns).map(|_| random.normal()).collect();
        model.observe(&row).unwrap();
    }
    (model, random)
}

#[test]
fn one_box_halved_once_counts_what_falls_on_either_side() {
    // The range is halved at a point of its own: of 0 and 100 one on either side, whatever the point. A tenth of a window
    // of 2 is 0 rows, so every way goes to the end: 1 row, 1 halving: m = 1 · 2 / 2.
    let mut model =
        HalfSpaceTrees::new().trees(7).height(1).window(2).ranges(vec![(0.0, 100.0)]).online(1).unwrap();
    for value in [0.0, 100.0] {
        assert_eq!(model.observe(&[value]).unwrap().reason, Reason::WarmingUp);
    }
    assert_eq!(model.score(&[0.0]).unwrap(), 0.5);
    assert_eq!(model.score(&[1e300]).unwrap(), 0.5);
    // Two equal rows: in their half m = 2 · 2 / 2 = 2, in the other 0.
    model.observe(&[100.0]).unwrap();
    model.observe(&[100.0]).unwrap();
    assert_close(model.score(&[100.0]).unwrap(), 1.0 / 3.0, 1e-15);
    assert_eq!(model.score(&[0.0]).unwrap(), 1.0);
}

#[test]
fn evenly_spread_rows_have_at_most_half_the_score_and_distant_ones_far_more() {
    let mut random = Random::seeded(6);
    let mut model =
        HalfSpaceTrees::new().trees(200).window(5000).ranges(vec![(0.0, 1.0); 2]).online(2).unwrap();
    for _ in 0..5000 {
        model.observe(&[random.uniform(), random.uniform()]).unwrap();
    }
    // The trees look at a space up to twice as wide on a side, where nothing is; inside, boxes are denser than even.
    let (inside, outside) = (model.score(&[0.5, 0.5]).unwrap(), model.score(&[3.0, -3.0]).unwrap());
    assert!((0.05..0.5).contains(&inside) && outside > 0.7, "{inside} {outside}");
}

#[test]
fn planted_rows_score_above_nearly_all_others() {
    let (mut model, mut random) = trained(HalfSpaceTrees::new(), 1000, 3);
    let mut usual: Vec<f64> = (0..1000)
        .map(|_| model.observe(&[random.normal(), random.normal(), random.normal()]).unwrap().score)
        .collect();
    usual.sort_unstable_by(f64::total_cmp);
    let flagged = usual.iter().filter(|score| **score > 0.9).count();
    for row in [[8.0, 0.0, 0.0], [0.0, -8.0, 0.0], [6.0, 6.0, -6.0]] {
        let verdict = model.observe(&row).unwrap();
        assert!(verdict.score > usual[950], "{row:?}: {} {}", verdict.score, usual[950]);
    }
    assert!(flagged <= 2, "{flagged}");
}

#[test]
fn scoring_learns_nothing_and_foresees_the_verdict() {
    let (mut model, mut random) = trained(HalfSpaceTrees::new().window(40), 97, 2);
    for _ in 0..100 {
        let row = [random.normal(), random.normal()];
        let before = model.clone();
        let foreseen = model.score(&row).unwrap();
        assert_eq!(model, before);
        assert_eq!(model.observe(&row).unwrap().score, foreseen);
    }
}

#[test]
fn every_setter_changes_the_scores() {
    let score = |plan: HalfSpaceTrees| trained(plan, 600, 2).0.score(&[0.3, 1.1]).unwrap();
    let usual = score(HalfSpaceTrees::new());
    for plan in [
        HalfSpaceTrees::new().trees(24),
        HalfSpaceTrees::new().height(3),
        HalfSpaceTrees::new().window(200),
        HalfSpaceTrees::new().seed(1),
        HalfSpaceTrees::new().ranges(vec![(-9.0, 9.0); 2]),
    ] {
        assert_ne!(score(plan.clone()), usual, "{plan:?}");
    }
    let flagged = |threshold: f64| {
        trained(HalfSpaceTrees::new().threshold(threshold), 600, 2).0.observe(&[0.3, 1.1]).unwrap().flagged
    };
    assert!(flagged(usual.next_down()) && !flagged(usual));
}

#[test]
fn what_cannot_be_judged_is_refused_and_leaves_no_trace() {
    let (mut model, _) = trained(HalfSpaceTrees::new().window(10), 25, 2);
    let before = model.clone();
    for (row, kind) in [
        (&[1.0][..], ErrorKind::LengthMismatch),
        (&[1.0, 2.0, 3.0], ErrorKind::LengthMismatch),
        (&[1.0, f64::NAN], ErrorKind::NonFinite),
        (&[f64::INFINITY, 1.0], ErrorKind::NonFinite),
    ] {
        assert_eq!(model.observe(row).unwrap_err().kind(), kind);
        assert_eq!(model.score(row).unwrap_err().kind(), kind);
    }
    assert_eq!(model, before);
    let kind = |plan: HalfSpaceTrees| plan.online(2).unwrap_err().kind();
    for plan in [
        HalfSpaceTrees::new().trees(0),
        HalfSpaceTrees::new().trees(4097),
        HalfSpaceTrees::new().height(0),
        HalfSpaceTrees::new().height(17),
        HalfSpaceTrees::new().window(1),
        HalfSpaceTrees::new().threshold(1.0),
        HalfSpaceTrees::new().ranges(vec![(0.0, 1.0), (2.0, 2.0)]),
        HalfSpaceTrees::new().ranges(vec![(0.0, f64::INFINITY), (1.0, 2.0)]),
    ] {
        assert_eq!(kind(plan), ErrorKind::InvalidParameter);
    }
    assert_eq!(kind(HalfSpaceTrees::new().ranges(vec![(0.0, 1.0)])), ErrorKind::LengthMismatch);
    assert_eq!(kind(HalfSpaceTrees::new().trees(129).height(16)), ErrorKind::LimitExceeded);
    assert!(HalfSpaceTrees::new().trees(128).height(16).check().is_ok());
    assert_eq!(kind(HalfSpaceTrees::new().window(1 << 24)), ErrorKind::LimitExceeded);
    assert_eq!(HalfSpaceTrees::new().online(0).unwrap_err().kind(), ErrorKind::InvalidParameter);
}

#[test]
fn constant_columns_notice_another_value() {
    let mut model = HalfSpaceTrees::new().window(100).online(2).unwrap();
    for _ in 0..200 {
        model.observe(&[5.0, 0.0]).unwrap();
    }
    let usual = model.score(&[5.0, 0.0]).unwrap();
    for other in [[9.0, 0.0], [-9.0, 0.0], [5.0, 1.0], [5.0, -1.0]] {
        assert!(model.score(&other).unwrap() > 2.0 * usual, "{other:?}");
    }
    let mut wide = HalfSpaceTrees::new().window(2).online(1).unwrap();
    for value in [f64::MAX, -f64::MAX, f64::MAX, 0.0] {
        let score = wide.observe(&[value]).unwrap().score;
        assert!(score.is_nan() || (0.0..=1.0).contains(&score));
    }
}

#[test]
fn a_written_model_goes_on_to_the_bit_and_a_damaged_one_is_refused() {
    for seen in [0, 1, 39, 40, 41, 79, 80, 97] {
        for plan in
            [HalfSpaceTrees::new().window(40), HalfSpaceTrees::new().window(40).ranges(vec![(-3.0, 3.0); 2])]
        {
            let (mut model, mut random) = trained(plan.trees(3).height(4), seen, 2);
            let text = serde_json::to_string(&model).unwrap();
            let mut again: HalfSpaceTreesModel = serde_json::from_str(&text).unwrap();
            assert_eq!(again, model, "{seen}");
            for _ in 0..90 {
                let row = [random.normal(), random.normal()];
                assert_eq!(again.observe(&row).unwrap(), model.observe(&row).unwrap());
            }
            let refused = |key: &str, value: serde_json::Value| {
                let mut damaged: serde_json::Value = serde_json::from_str(&text).unwrap();
                damaged[key] = value;
                serde_json::from_value::<HalfSpaceTreesModel>(damaged).is_err()
            };
            assert!(refused("version", 2.into()) && refused("seen", (seen + 1).into()));
            assert!(
                refused("columns", if seen == 0 { 0 } else { 3 }.into()) && refused("filled", 1000.into())
            );
            assert!(refused("latest", serde_json::json!([1])));
        }
    }
}

#[test]
fn extreme_ranges_have_boxes_within_the_floats() {
    let far = f64::MAX;
    for first in [[far, far, far], [-far, far, 0.0], [5e-324, 5e-324, 5e-324], [-5e-324, 0.0, 5e-324]] {
        let mut model = HalfSpaceTrees::new().trees(9).height(6).window(3).online(1).unwrap();
        for value in first {
            model.observe(&[value]).unwrap();
        }
        let again = serde_json::from_str::<HalfSpaceTreesModel>(&serde_json::to_string(&model).unwrap());
        assert_eq!(again.unwrap(), model, "{first:?}");
        // What lies at the other end of the floats falls elsewhere.
        let (there, here) = (model.score(&[-far]).unwrap(), model.score(&[first[0]]).unwrap());
        assert!(first[0] <= 0.0 || there > here, "{first:?}");
    }
}

#[test]
fn more_columns_than_trees_could_be_grown_for_are_refused() {
    let plan = HalfSpaceTrees::new().trees(4).height(1).window(2);
    assert!(plan.clone().online(1 << 22).is_ok());
    assert_eq!(plan.clone().online((1 << 22) + 1).unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert_eq!(plan.online(usize::MAX).unwrap_err().kind(), ErrorKind::LimitExceeded);
}

#[test]
fn a_model_that_can_count_no_further_refuses_and_learns_nothing() {
    let (model, _) = trained(HalfSpaceTrees::new().trees(2).height(2).window(2), 4, 1);
    let mut written = serde_json::to_value(&model).unwrap();
    let restored = |seen: usize, written: &mut serde_json::Value| {
        written["seen"] = seen.into();
        serde_json::from_value::<HalfSpaceTreesModel>(written.clone())
    };
    let most = usize::MAX / 2 - 1;
    assert!(restored(usize::MAX - 1, &mut written).is_err() && restored(most + 2, &mut written).is_err());
    let mut last = restored(most, &mut written).unwrap();
    assert_eq!(last.observe(&[1.0]).unwrap().index, most);
    let before = last.clone();
    assert_eq!(last.observe(&[1.0]).unwrap_err().kind(), ErrorKind::LimitExceeded);
    let rows = slo_core::ndarray::Array2::zeros((1, 1));
    assert_eq!(last.observe_into(rows.view(), &mut [0.0]).unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert_eq!(last, before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn scores_are_shares_and_memory_stays(values in prop::collection::vec(-1e3_f64..1e3, 30..120), seed in any::<u64>()) {
        let mut model = HalfSpaceTrees::new().trees(4).window(10).seed(seed).online(1).unwrap();
        for (index, value) in values.iter().enumerate() {
            let verdict = model.observe(&[*value]).unwrap();
            prop_assert_eq!(verdict.score.is_nan(), index < 10);
            prop_assert!(index < 10 || (0.0..=1.0).contains(&verdict.score));
        }
        prop_assert_eq!(model.seen(), values.len());
    }
}
