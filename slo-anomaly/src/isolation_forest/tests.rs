use super::grow::average_path;
use super::*;
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::ndarray::{Array2, array};
use slo_testkit::{Random, assert_close, fixtures};

#[derive(serde::Deserialize)]
struct Parameters {
    trees: usize,
    sample: usize,
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

/// The ranks of scores, to compare orders.
fn ranks(scores: &[f64]) -> Vec<f64> {
    scores.iter().map(|score| scores.iter().filter(|other| *other < score).count() as f64).collect()
}

/// Pearson's coefficient.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (at_x, at_y) = (mean(x), mean(y));
    let product = |x: &[f64], at_x: f64, y: &[f64], at_y: f64| {
        x.iter().zip(y).map(|(x, y)| (x - at_x) * (y - at_y)).sum::<f64>()
    };
    product(x, at_x, y, at_y) / (product(x, at_x, x, at_x) * product(y, at_y, y, at_y)).sqrt()
}

/// The share of pairs of an anomaly and another row in which the anomaly scores higher.
fn area_under_curve(scores: &[f64], from: usize) -> f64 {
    let (usual, planted) = scores.split_at(from);
    let wins: usize = planted.iter().map(|score| usual.iter().filter(|other| *other < score).count()).sum();
    wins as f64 / (usual.len() * planted.len()) as f64
}

#[test]
fn scores_are_scikit_learns_up_to_chance() {
    for case in fixtures::cases::<Vec<Vec<f64>>, Parameters, Vec<f64>>("slo-anomaly/isolation_forest") {
        let rows = matrix(&case.input);
        let Parameters { trees, sample } = case.parameters;
        let model = IsolationForest::new().trees(trees).sample(sample).fit(rows.view()).unwrap();
        let scores = model.score(rows.view()).unwrap();
        case.assert_all_close("scores", &scores, &case.expected);
        assert!(correlation(&ranks(&scores), &ranks(&case.expected)) > 0.98, "{}", case.name);
        if case.name.ends_with("planted") {
            let (ours, theirs) = (area_under_curve(&scores, 285), area_under_curve(&case.expected, 285));
            // What one of 15 planted rows is worth against a few of the 285 others.
            assert!((ours - theirs).abs() < 0.005, "{ours} {theirs}");
        }
    }
}

#[test]
fn average_paths_are_of_exact_harmonic_numbers() {
    assert_eq!((average_path(0), average_path(1), average_path(2)), (0.0, 0.0, 1.0));
    // H(2) = 3/2, H(3) = 11/6; H(255) by mpmath.
    assert_close(average_path(3), 3.0 - 4.0 / 3.0, 1e-15);
    assert_close(average_path(4), 11.0 / 3.0 - 1.5, 1e-15);
    assert_close(average_path(256), 10.248_689_925_634_564, 1e-14);
}

#[test]
fn one_cut_sets_two_rows_apart_and_none_equal_ones() {
    let score =
        |rows: Array2<f64>| IsolationForest::new().fit(rows.view()).unwrap().score(rows.view()).unwrap();
    assert_eq!(score(array![[1.0], [2.0]]), [0.5, 0.5]);
    assert_eq!(score(array![[3.0, 4.0]]), [0.5]);
    assert_eq!(score(Array2::from_elem((300, 3), 7.0)), [0.5; 300]);
    // Of three, 0 and 1 and 9: the last is alone after one cut in 8 of 9 cases, else after two.
    let three = IsolationForest::new().trees(20_000).fit(array![[0.0], [1.0], [9.0]].view()).unwrap();
    let scores = three.score(array![[9.0], [1.0]].view()).unwrap();
    let path = |score: f64| -score.log2() * (3.0 - 4.0 / 3.0);
    // Standard errors are √(8/81/20000) = 0.0022.
    assert!((path(scores[0]) - 10.0 / 9.0).abs() < 0.007 && (path(scores[1]) - 2.0).abs() < 1e-12);
}

#[test]
fn a_constant_column_is_never_cut() {
    let rows =
        Array2::from_shape_fn((64, 3), |(row, column)| if column == 1 { (row * 7 % 64) as f64 } else { 5.0 });
    let narrow = rows.select(Axis(1), &[1]);
    let both = IsolationForest::new().trees(4000).detect_rows(rows.view()).unwrap();
    let one = IsolationForest::new().trees(4000).detect_rows(narrow.view()).unwrap();
    for (left, right) in both.scores.iter().zip(&one.scores) {
        assert!((left - right).abs() < 0.01);
    }
}

#[test]
fn scores_do_not_depend_on_the_layout_of_the_rows() {
    let mut random = Random::seeded(3);
    let rows = Array2::from_shape_fn((500, 4), |_| random.normal());
    let columns = rows.t().to_owned();
    let model = IsolationForest::new().fit(rows.view()).unwrap();
    assert_eq!(model, IsolationForest::new().fit(columns.t()).unwrap());
    let scores = model.score(rows.view()).unwrap();
    assert_eq!(scores, model.score(columns.t()).unwrap());
    // 257 rows are a tile and a row; each is judged as if it were alone.
    for row in [0, 7, 8, 255, 256, 499] {
        let alone = model.score(rows.select(Axis(0), &[row]).view()).unwrap();
        assert_eq!(alone, [scores[row]]);
    }
}

#[test]
fn every_setter_changes_the_scores() {
    let values: Vec<f64> = (0..300).map(|i| f64::from(i * 7919 % 1009)).collect();
    let scores = |rule: IsolationForest| rule.detect(&values).unwrap();
    let usual = scores(IsolationForest::new());
    for rule in
        [IsolationForest::new().trees(99), IsolationForest::new().sample(255), IsolationForest::new().seed(1)]
    {
        assert_ne!(scores(rule).scores, usual.scores, "{rule:?}");
    }
    assert_eq!(scores(IsolationForest::new().cut(Cut::Top(3))).indices().len(), 3);
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let rows = array![[1.0, 2.0], [3.0, f64::NAN]];
    let forest = IsolationForest::new();
    let error = forest.detect_rows(rows.view()).unwrap_err();
    assert!(matches!(error, Error::NonFinite { name: "rows", index: 1, .. }), "{error}");
    assert_eq!(forest.fit(Array2::zeros((0, 3)).view()).unwrap_err().kind(), ErrorKind::TooShort);
    assert_eq!(forest.fit(Array2::zeros((3, 0)).view()).unwrap_err().kind(), ErrorKind::TooShort);
    let model = forest.fit(array![[1.0, 2.0], [3.0, 4.0]].view()).unwrap();
    assert_eq!(model.score(array![[1.0]].view()).unwrap_err().kind(), ErrorKind::LengthMismatch);
    assert_eq!(model.score(rows.view()).unwrap_err().kind(), ErrorKind::NonFinite);
    let kind = |forest: IsolationForest| forest.detect(&[1.0, 2.0]).unwrap_err().kind();
    assert_eq!(kind(forest.trees(0)), ErrorKind::InvalidParameter);
    assert_eq!(kind(forest.trees(65_537)), ErrorKind::InvalidParameter);
    assert_eq!(kind(forest.sample(1)), ErrorKind::InvalidParameter);
    assert_eq!(kind(forest.sample((1 << 24) + 1)), ErrorKind::InvalidParameter);
    assert_eq!(kind(forest.trees(256).sample((1 << 16) + 1)), ErrorKind::LimitExceeded);
    assert!(forest.trees(256).sample(1 << 16).detect(&[1.0, 2.0]).is_ok());
    assert_eq!(kind(forest.cut(Cut::Top(0))), ErrorKind::InvalidParameter);
}

#[test]
fn a_model_survives_writing_and_a_damaged_one_is_refused() {
    let mut random = Random::seeded(9);
    let rows = Array2::from_shape_fn((60, 3), |_| random.normal());
    let model = IsolationForest::new().trees(5).fit(rows.view()).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<IsolationForestModel>(&text).unwrap(), model);
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    let refused = |damage: &dyn Fn(&mut serde_json::Value)| {
        let mut damaged = whole.clone();
        damage(&mut damaged);
        serde_json::from_value::<IsolationForestModel>(damaged).is_err()
    };
    // A child before its parent would be a way without an end.
    assert!(refused(&|model| model["trees"][0]["children"][0] = 0.into()));
    assert!(refused(&|model| model["trees"][0]["children"][0] = 100_000.into()));
    assert!(refused(&|model| model["trees"][0]["columns"][0] = 3.into()));
    assert!(refused(&|model| model["trees"][0]["excesses"] = serde_json::json!([])));
    assert!(refused(&|model| model["trees"] = serde_json::json!([])));
    assert!(refused(&|model| model["columns"] = 0.into()));
    assert!(!refused(&|_| ()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn scores_are_shares_whatever_the_numbers(
        values in prop::collection::vec(prop::sample::select(vec![
            0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 1e300, f64::MAX, f64::MIN, f64::MAX.next_down(),
        ]), 1..60),
        seed in any::<u64>(),
    ) {
        let found = IsolationForest::new().trees(20).seed(seed).detect(&values).unwrap();
        prop_assert!(found.scores.iter().all(|score| *score > 0.0 && *score <= 1.0));
        // Equal values get equal scores.
        for (value, score) in values.iter().zip(&found.scores) {
            let first = values.iter().position(|other| other == value).unwrap();
            prop_assert_eq!(*score, found.scores[first]);
        }
    }
}
