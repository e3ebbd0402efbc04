use super::*;
use crate::Degenerate;
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::ndarray::{Array2, array};
use slo_testkit::{Random, assert_close};

/// Which series are outside at the one time of a panel.
fn outside(epsilon: f64, values: &[f64]) -> Vec<usize> {
    let panel = Array2::from_shape_vec((values.len(), 1), values.to_vec()).unwrap();
    let rule = Dbscan::new().epsilon(epsilon).missing(Missing::Skip);
    rule.detect(panel.view()).unwrap().outliers.iter().map(|outlier| outlier.series).collect()
}

#[test]
fn crowds_are_those_of_augurs() {
    // The data set of augurs-outlier's tests at its first two reaches.
    let nan = f64::NAN;
    let all: Vec<usize> = (0..9).collect();
    let none: Vec<usize> = Vec::new();
    assert_eq!(outside(1.0, &[1., 2., 3., 4., 5., 6., 7., 8., 9.]), none);
    assert_eq!(outside(1.0, &[0., 3., 7., 11., 17., 24., 33., 40., 51.]), all);
    assert_eq!(outside(1.0, &[2.; 9]), none);
    assert_eq!(outside(2.0, &[0., 1., 3., 4., 5., 6., 9., 10., 15.]), [6, 7, 8]);
    assert_eq!(outside(1.0, &[-6., -5., -4., -16., -5., 15., -7., -8., -16.]), [3, 5, 8]);
    assert_eq!(outside(1.0, &[1., 2., 3., 4., 8., 12., 13., 14., 15.]), all);
    assert_eq!(outside(1.0, &[-2., nan, 21., 22., 23., nan, nan, 21., 24.]), [0]);
    assert_eq!(outside(1.0, &[nan; 9]), none);
    assert_eq!(outside(1.0, &[3., nan, 3., 1., 3., nan, nan, nan, nan]), [3]);
    assert_eq!(outside(1.0, &[1.0, 90.0]), none);
}

#[test]
fn a_value_at_the_reach_is_near_and_one_beyond_is_not() {
    for (last, expected) in [(4.0_f64.next_down(), 0), (4.0, 0), (4.0_f64.next_up(), 1)] {
        assert_eq!(outside(2.0, &[0.0, 1.0, 2.0, last]).len(), expected, "{last}");
    }
    // Half of them is not more than half.
    assert_eq!(outside(1.0, &[0.0, 1.0, 9.0, 10.0]).len(), 4);
    assert_eq!(outside(1.0, &[0.0, 1.0, 2.0, 9.0, 10.0]), [3, 4]);
}

#[test]
fn a_score_counts_deviations_on_its_own_side() {
    let panel = array![[-10.0], [-3.0], [-1.0], [0.0], [1.0], [2.0], [30.0]];
    let found = MedianDistance::new().detect(panel.view()).unwrap();
    let mut medians = super::median::Medians::default();
    let mut values: Vec<f64> = panel.iter().copied().collect();
    let median = medians.of(&mut values).unwrap();
    let mut above: Vec<f64> = values.iter().map(|value| value - median).filter(|d| *d >= 0.0).collect();
    let scale = 1.482_602_218_505_602 * medians.of(&mut above).unwrap();
    assert_close(found.scores()[[6, 0]], (30.0 - median) / scale, 1e-12);
    assert_close(found.upper[0].unwrap(), median + found.threshold * scale, 1e-12);
    assert_ne!(found.scores()[[0, 0]], found.scores()[[6, 0]]);
}

#[test]
fn sensitivities_are_those_of_augurs() {
    for (sensitivity, threshold) in [(0.0, 7.941_444_487), (0.25, 4.391_532_860_5), (1.0, 0.841_621_234)] {
        assert_close(MedianDistance::new().sensitivity(sensitivity).threshold, threshold, 1e-14);
    }
}

#[test]
fn what_is_no_panel_is_refused() {
    let kind = |panel: Array2<f64>| MedianDistance::new().detect(panel.view()).unwrap_err().kind();
    assert_eq!(kind(Array2::zeros((0, 3))), ErrorKind::TooShort);
    assert_eq!(kind(Array2::zeros((3, 0))), ErrorKind::TooShort);
    assert_eq!(kind(array![[1.0], [f64::NAN]]), ErrorKind::NonFinite);
    let skipping = Dbscan::new().missing(Missing::Skip);
    assert_eq!(skipping.detect(array![[f64::INFINITY]].view()).unwrap_err().kind(), ErrorKind::NonFinite);
    for rule in [MedianDistance::new().sensitivity(-0.1), MedianDistance::new().threshold(f64::INFINITY)] {
        assert_eq!(rule.check().unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
    for rule in [Dbscan::new().epsilon(-1.0), Dbscan::new().sensitivity(1.0), Dbscan::new().sensitivity(0.0)]
    {
        assert_eq!(rule.check().unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
}

#[test]
fn constants_are_never_outside() {
    for constant in [0.0, 0.1, 1e300] {
        let panel = Array2::from_elem((7, 4), constant);
        for across in [Across::Series, Across::Panel] {
            assert!(MedianDistance::new().across(across).detect(panel.view()).unwrap().outliers.is_empty());
        }
        assert!(Dbscan::new().detect(panel.view()).unwrap().outliers.is_empty());
    }
}

#[test]
fn intervals_end_where_a_series_comes_back() {
    let mut random = Random::seeded(1);
    let mut panel = Array2::from_shape_fn((20, 60), |_| random.normal());
    for time in (10..14).chain(58..60) {
        panel[[3, time]] += 100.0;
    }
    let found = MedianDistance::new().threshold(12.0).detect(panel.view()).unwrap();
    let planted = found.outliers.iter().find(|outlier| outlier.series == 3).unwrap();
    assert_eq!(planted.intervals, [(10, 14), (58, 60)]);
    assert_eq!(planted.to_string(), "series 3 from 10 to 14, 58 to 60");
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<PanelDetection>(&text).unwrap(), found);
}

proptest! {
    #[test]
    fn another_zero_and_another_unit_flag_the_same_series(
        values in prop::collection::vec(-100_i32..100, 12),
        shift in -50_i32..50,
        power in -20_i32..20,
    ) {
        let panel = Array2::from_shape_vec((6, 2), values.into_iter().map(f64::from).collect()).unwrap();
        let moved = panel.mapv(|value| (value + f64::from(shift)) * 2_f64.powi(power));
        let rule = Dbscan::new();
        prop_assert_eq!(&rule.detect(panel.view()).unwrap().outliers, &rule.detect(moved.view()).unwrap().outliers);
        let rule = MedianDistance::new().degenerate(Degenerate::NoAlarm);
        let (found, there) = (rule.detect(panel.view()).unwrap(), rule.detect(moved.view()).unwrap());
        for (left, right) in found.scores().iter().zip(there.scores().iter()) {
            prop_assert!((left - right).abs() <= 1e-9 * left.abs().max(1.0) || *left > 1e9);
        }
    }
}
