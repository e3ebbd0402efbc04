use super::*;
use crate::{Detection, OnlineDetector};
use proptest::prelude::*;
use slo_testkit::{assert_all_close, fixtures};

fn detect(rule: Tukey, values: &[f64]) -> Detection {
    rule.detect(values).unwrap()
}

#[derive(serde::Deserialize)]
struct Parameters {
    quartiles: String,
    fence: f64,
}

#[derive(serde::Deserialize)]
struct Expected {
    quartiles: [f64; 2],
    scores: Vec<f64>,
    outliers: Vec<usize>,
}

#[test]
fn boxes_and_outliers_are_those_of_r_and_numpy() {
    for case in fixtures::cases::<Vec<f64>, Parameters, Expected>("slo-anomaly/tukey") {
        let rule = Tukey::new().fence(case.parameters.fence);
        let rule = match case.parameters.quartiles.as_str() {
            "hinges" => rule.hinges(),
            number => rule.quantile(QuantileType::try_from(number.parse::<u8>().unwrap()).unwrap()),
        };
        let found = detect(rule, &case.input);
        case.assert_all_close("scores", &found.scores, &case.expected.scores);
        assert_eq!(found.indices(), case.expected.outliers, "{}", case.name);
        for outlier in &found.outliers {
            let [lower, upper] = case.expected.quartiles;
            case.assert_close("center", outlier.baseline.center, f64::midpoint(lower, upper));
            case.assert_close("scale", outlier.baseline.scale, upper - lower);
        }
    }
}

#[test]
fn a_value_on_a_fence_is_inside_it() {
    // R's `boxplot.stats`: outliers are strictly outside. The hinges of 0, 1, ..., 8 and the last are 2 and 6 or 7.
    let values = |last: f64| [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, last];
    for (last, flagged) in [(12.0_f64.next_down(), false), (12.0, false), (12.0_f64.next_up(), true)] {
        // Q1 = 2 and Q3 = 6: the fence stands at 12.
        let found = detect(Tukey::new(), &values(last));
        assert_eq!(found.indices().contains(&8), flagged, "{last}");
        assert_eq!(found.scores[8] > 1.5, flagged);
        let mirrored = values(last).map(|value| 1e6 - value * 1024.0);
        let beyond = 1e6 - 12.0 * 1024.0;
        let found = detect(Tukey::new(), &mirrored);
        assert_eq!(found.indices().contains(&8), mirrored[8] < beyond, "{last}");
    }
}

#[test]
fn rounding_does_not_move_a_value_across_a_fence() {
    // Neither 0.1 · 1.5 nor what is added to it is exact; the fence is where floats say it is.
    let quartiles = Some((0.1, 0.3));
    let fence: f64 = 0.3 + 1.5 * (0.3 - 0.1);
    for (value, flagged) in [(fence.next_down(), false), (fence, false), (fence.next_up(), true)] {
        let verdict = Tukey::new().verdict((0, value), quartiles, 9);
        assert_eq!((verdict.flagged, verdict.score > 1.5), (flagged, flagged));
    }
}

#[test]
fn inside_the_box_the_score_is_zero_and_outside_it_has_the_sides_sign() {
    let found = detect(Tukey::new(), &[0.0, 2.0, 4.0, 6.0, 8.0]);
    // The box reaches from 2 to 6.
    assert_eq!(found.scores, [-0.5, 0.0, 0.0, 0.0, 0.5]);
}

#[test]
fn a_box_without_width_is_what_the_policy_says() {
    let values = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0];
    let found = detect(Tukey::new(), &values);
    assert_eq!((found.indices(), found.scores[6]), (vec![6], f64::INFINITY));
    assert_eq!((found.outliers[0].reason, found.outliers[0].p_value()), (Reason::Degenerate, None));
    assert!(detect(Tukey::new().degenerate(Degenerate::NoAlarm), &values).indices().is_empty());
    let floor = Degenerate::Floor { absolute: 1.0, relative: 0.0 };
    assert_eq!(detect(Tukey::new().degenerate(floor), &values).scores[6], 2.0);
    assert_eq!(detect(Tukey::new(), &[4.0; 5]).scores, [0.0; 5]);
}

#[test]
fn both_of_two_equal_outliers_are_found() {
    let values = [1.0, 2.0, 3.0, 2.0, 1.0, 3.0, 2.0, 40.0, 40.0];
    assert_eq!(detect(Tukey::new(), &values).indices(), [7, 8]);
}

#[test]
fn few_values_have_a_box_and_none_is_refused() {
    assert!(matches!(Tukey::new().detect(&[]), Err(Error::TooShort { len: 0, needed: 1, .. })));
    assert_eq!(detect(Tukey::new(), &[3.0]).scores, [0.0]);
}

#[test]
fn what_is_not_finite_is_refused_with_its_place_or_left_out() {
    let refused = Tukey::new().detect(&[1.0, f64::NAN]);
    assert!(matches!(refused, Err(Error::NonFinite { name: "values", index: 1, .. })));
    let rule = Tukey::new().missing(Missing::Skip);
    let found = detect(rule, &[5.0, f64::NAN, 6.0, 5.0, 7.0, 6.0, 60.0]);
    assert!(found.scores[1].is_nan() && found.indices() == [6]);
    for values in [&[1.0, 2.0, f64::INFINITY][..], &[f64::NAN, f64::NAN]] {
        let found = detect(rule, values);
        assert!(found.outliers.is_empty() && found.scores.iter().all(|score| score.is_nan()));
    }
}

#[test]
fn fences_outside_their_range_are_refused() {
    for fence in [0.0, -1.5, f64::NAN, f64::INFINITY] {
        let refused = Tukey::new().fence(fence).detect(&[1.0]).unwrap_err();
        assert!(matches!(refused, Error::InvalidParameter { name: "fence", .. }));
    }
}

#[test]
fn a_window_of_all_other_values_has_the_box_of_their_sample() {
    let before = [9.0, 4.0, 7.0, 1.0, 2.0, 8.0, 3.0];
    for rule in [Tukey::new(), Tukey::new().quantile(QuantileType::Hazen), Tukey::new().hinges()] {
        let mut online = rule.online(7).unwrap();
        online.observe_many(&before).unwrap();
        let sorted = Sorted::new(&before).unwrap();
        let (lower, upper) = rule.quartiles.of(&sorted).unwrap();
        let verdict = online.score(30.0).unwrap();
        assert_eq!(verdict.score, (30.0 - upper) / (upper - lower));
        assert_eq!((verdict.baseline.n, verdict.threshold), (7, 1.5));
    }
}

#[test]
fn skewed_fences_are_those_of_the_adjusted_box_plot() {
    // numpy's quartiles, statsmodels' medcouple 127/224 and the exponents of Hubert and Vandervieren (2008), which are
    // the defaults of robustbase's `adjbox`.
    let seconds = [0.1, 0.2, 0.4, 0.5, 0.9, 1.3, 1.9, 2.8, 4.1, 6.0, 9.5, 30.0];
    let mut expected = [0.0; 12];
    expected[..3].copy_from_slice(&[
        -0.883_415_986_111_169_2,
        -0.647_838_389_814_857_3,
        -0.176_683_197_222_233_75,
    ]);
    expected[9..].copy_from_slice(&[
        0.063_436_998_377_153_83,
        0.219_247_169_829_812_27,
        1.131_849_602_623_954_6,
    ]);
    let found = detect(Tukey::new().skew_adjusted(), &seconds);
    assert_all_close(&found.scores, &expected, 1e-13);
    assert!(found.outliers.is_empty());
    let negative = seconds.map(|value| -value);
    let there = detect(Tukey::new().skew_adjusted(), &negative);
    assert_all_close(&there.scores, &expected.map(|score| -score), 1e-13);
    // The fence of 30 itself, and one just nearer.
    let score = found.scores[11];
    assert!(detect(Tukey::new().skew_adjusted().fence(score.next_up()), &seconds).indices().is_empty());
    assert_eq!(detect(Tukey::new().skew_adjusted().fence(score * (1.0 - 1e-12)), &seconds).indices(), [11]);
}

#[test]
fn skewed_fences_have_no_window_and_no_known_rate() {
    let rule = Tukey::new().skew_adjusted();
    let refusals = [
        rule.rolling(20).unwrap_err(),
        rule.online(20).unwrap_err(),
        rule.false_alarms(20, Rate::Point).unwrap_err(),
        rule.calibrated(0.05, 20, Rate::Point).unwrap_err(),
    ];
    for refusal in refusals {
        assert!(matches!(refusal, Error::InvalidParameter { name: "fences", .. }), "{refusal}");
    }
}

proptest! {
    #[test]
    fn upside_down_skewed_fences_change_their_places(values in prop::collection::vec(-1e3..1e3_f64, 1..60)) {
        let rule = Tukey::new().skew_adjusted();
        let negative: Vec<f64> = values.iter().map(|value| -value).collect();
        let mirrored: Vec<f64> = detect(rule, &negative).scores.iter().map(|score| -score).collect();
        assert_all_close(&detect(rule, &values).scores, &mirrored, 1e-9);
    }

    #[test]
    fn a_shift_and_a_change_of_unit_change_no_score(
        values in prop::collection::vec((-1_024_000i32..1_024_000).prop_map(|v| f64::from(v) / 1024.0), 1..60)
    ) {
        let found = detect(Tukey::new(), &values);
        let moved: Vec<f64> = values.iter().map(|value| value * 4.0 + 1e9).collect();
        assert_all_close(&detect(Tukey::new(), &moved).scores, &found.scores, 1e-9);
    }

    #[test]
    fn the_order_of_a_sample_does_not_matter(
        (values, shuffled) in prop::collection::vec(-50i32..50, 1..40).prop_flat_map(|values| {
            let places: Vec<usize> = (0..values.len()).collect();
            (Just(values), Just(places).prop_shuffle())
        })
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let moved: Vec<f64> = shuffled.iter().map(|place| values[*place]).collect();
        let (found, moved) = (detect(Tukey::new(), &values), detect(Tukey::new(), &moved));
        for (to, from) in shuffled.iter().enumerate() {
            prop_assert_eq!(found.scores[*from], moved.scores[to]);
        }
    }
}
