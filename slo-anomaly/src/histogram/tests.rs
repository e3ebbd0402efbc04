use super::*;
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::ndarray::{Array2, array};
use slo_testkit::{Random, assert_all_close};

#[test]
fn heights_are_counts_over_widths() {
    // Counts 1, 3, 0 and 1 of four bins of width 1; in the order of the values.
    let scores = Histogram::new().bins(4).detect(&[0.0, 1.0, 1.5, 1.9, 4.0]).unwrap().scores;
    let third = 3.0_f64.ln();
    assert_all_close(&scores, &[third, 0.0, 0.0, 0.0, third], 1e-15);
    // Two from 0 to 1.5, three from 1.5 to 4: heights 2/1.5 and 3/2.5.
    let scores =
        Histogram::new().bins(2).edges(Edges::EqualCount).detect(&[0.0, 1.0, 1.5, 1.9, 4.0]).unwrap().scores;
    let lower = (2.0 / 1.5 / (3.0 / 2.5_f64)).ln();
    assert_all_close(&scores, &[0.0, 0.0, lower, lower, lower], 1e-14);
}

#[test]
fn a_value_on_an_edge_belongs_to_the_bin_that_begins_there() {
    let model =
        Histogram::new().bins(2).fit(array![[0.0], [1.0], [1.0], [2.0], [2.0], [2.0]].view()).unwrap();
    // One below 1, five from 1 on.
    let scores =
        model.score(array![[1.0_f64.next_down()], [1.0], [2.0], [2.0_f64.next_up()]].view()).unwrap();
    assert_all_close(&scores, &[5.0_f64.ln(), 0.0, 0.0, 10.0_f64.ln()], 1e-15);
}

#[test]
fn as_many_bins_as_the_root_of_the_values_are_made() {
    for (count, bins) in [(1, 1), (3, 2), (4, 2), (5, 3), (9, 3), (10, 4)] {
        let rows = Array2::from_shape_fn((count, 1), |(row, _)| row as f64);
        let shown = Histogram::new().fit(rows.view()).unwrap().to_string();
        let word = if bins == 1 { "bin" } else { "bins" };
        assert_eq!(shown, format!("histograms of 1 column, {bins} {word}"));
    }
}

#[test]
fn equal_values_share_a_bin_and_a_constant_scores_nothing() {
    let ties = [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0];
    let scores = Histogram::new().bins(4).edges(Edges::EqualCount).detect(&ties).unwrap().scores;
    assert!(scores[..5].iter().all(|score| *score == scores[0]) && scores[6] == scores[8]);
    for edges in [Edges::EqualWidth, Edges::EqualCount] {
        for constant in [0.0, 1e300, -5e-324] {
            let found = Histogram::new().edges(edges).detect(&[constant; 30]).unwrap();
            assert!(found.scores.iter().all(|score| *score == 0.0) && found.indices().is_empty());
        }
    }
}

#[test]
fn every_setter_changes_the_scores_and_planted_rows_are_found() {
    let mut random = Random::seeded(2);
    let mut rows = Array2::from_shape_fn((400, 3), |_| random.normal());
    rows[[77, 2]] = 30.0;
    let usual = Histogram::new().detect_rows(rows.view()).unwrap();
    assert!(usual.indices().contains(&77) && usual.outliers.len() < 8, "{usual}");
    assert_ne!(Histogram::new().bins(9).detect_rows(rows.view()).unwrap().scores, usual.scores);
    let dynamic = Histogram::new().edges(Edges::EqualCount).detect_rows(rows.view()).unwrap();
    assert_ne!(dynamic.scores, usual.scores);
    assert_eq!(Histogram::new().cut(Cut::Top(1)).detect_rows(rows.view()).unwrap().indices(), [77]);
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let kind = |plan: Histogram, rows: Array2<f64>| plan.detect_rows(rows.view()).unwrap_err().kind();
    assert_eq!(kind(Histogram::new(), Array2::zeros((0, 1))), ErrorKind::TooShort);
    assert_eq!(kind(Histogram::new(), array![[1.0], [f64::NAN]]), ErrorKind::NonFinite);
    assert_eq!(kind(Histogram::new().bins(0), array![[1.0]]), ErrorKind::InvalidParameter);
    assert_eq!(kind(Histogram::new().bins((1 << 20) + 1), array![[1.0]]), ErrorKind::InvalidParameter);
    assert_eq!(kind(Histogram::new().bins(1 << 20), Array2::zeros((2, 17))), ErrorKind::LimitExceeded);
    let model = Histogram::new().fit(array![[1.0, 2.0]].view()).unwrap();
    assert_eq!(model.score(array![[1.0]].view()).unwrap_err().kind(), ErrorKind::LengthMismatch);
}

proptest! {
    #[test]
    fn scores_are_not_negative_and_models_survive_writing(
        values in prop::collection::vec(prop::sample::select(vec![
            0.0, -0.0, 1.0, 2.0, 5e-324, 1e300, f64::MAX, -f64::MAX, 3.0, 4.0,
        ]), 1..50),
        bins in 1_usize..9,
        edges in prop::sample::select(vec![Edges::EqualWidth, Edges::EqualCount]),
    ) {
        let rows = Array2::from_shape_vec((values.len(), 1), values).unwrap();
        let model = Histogram::new().bins(bins).edges(edges).fit(rows.view()).unwrap();
        let scores = model.score(rows.view()).unwrap();
        prop_assert!(scores.iter().all(|score| *score >= 0.0 && score.is_finite()));
        prop_assert!(scores.contains(&0.0));
        let text = serde_json::to_string(&model).unwrap();
        prop_assert_eq!(&serde_json::from_str::<HistogramModel>(&text).unwrap(), &model);
    }
}
