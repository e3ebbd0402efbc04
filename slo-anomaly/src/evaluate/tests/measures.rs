use proptest::prelude::*;
use slo_testkit::{assert_close, assert_close_absolute};

use super::scored_labels;
use crate::evaluate::{
    Flagged, Labels, PrecisionRecall, Threshold, affiliation, auc_pr, auc_roc, events, point_adjusted_f1,
    point_f1,
};

type Literal = fn(&[bool], &[bool]) -> f64;
type Measure = fn(&[f64], &Labels, Threshold) -> slo_core::Result<Flagged>;

/// The values whose scores exceed a threshold.
fn flags(scores: &[f64], threshold: f64) -> Vec<bool> {
    scores.iter().map(|score| *score > threshold).collect()
}

fn f1(hits: f64, false_alarms: f64, missed: f64) -> f64 {
    2.0 * hits / (2.0 * hits + false_alarms + missed)
}

fn literal_points(flags: &[bool], truth: &[bool]) -> f64 {
    let count = |flag: bool, label: bool| {
        flags.iter().zip(truth).filter(|pair| *pair == (&flag, &label)).count() as f64
    };
    f1(count(true, true), count(true, false), count(false, true))
}

fn literal_adjusted(flags: &[bool], truth: &[bool]) -> f64 {
    let mut adjusted = flags.to_vec();
    for window in Labels::from_flags(truth).windows() {
        if flags[window.clone()].contains(&true) {
            adjusted[window.clone()].fill(true);
        }
    }
    literal_points(&adjusted, truth)
}

fn literal_events(flags: &[bool], truth: &[bool]) -> f64 {
    let (runs, windows) = (Labels::from_flags(flags), Labels::from_flags(truth));
    let hits = windows.windows().iter().filter(|w| flags[(*w).clone()].contains(&true)).count() as f64;
    let lost = runs.windows().iter().filter(|r| !truth[(*r).clone()].contains(&true)).count() as f64;
    f1(hits, lost, windows.windows().len() as f64 - hits)
}

/// The definition by integration: the mean over the middles of fine steps, of the share of fine steps that are as far.
fn literal_affiliation(flags: &[bool], truth: &[bool], steps: usize) -> (Option<f64>, f64) {
    let (windows, n) = (Labels::from_flags(truth), truth.len() as f64);
    let windows = windows.windows();
    let fine: Vec<f64> = (0..truth.len() * steps).map(|i| (i as f64 + 0.5) / steps as f64).collect();
    let flagged =
        |x: &f64| flags.iter().enumerate().any(|(i, flag)| *flag && (i as f64..i as f64 + 1.0).contains(x));
    let (mut precisions, mut recalls) = (vec![], vec![]);
    for (j, window) in windows.iter().enumerate() {
        let (start, end) = (window.start as f64, window.end as f64);
        let from = if j == 0 { 0.0 } else { f64::midpoint(windows[j - 1].end as f64, start) };
        let to = windows.get(j + 1).map_or(n, |next| f64::midpoint(end, next.start as f64));
        let zone: Vec<f64> = fine.iter().copied().filter(|x| *x > from && *x < to).collect();
        let alarms: Vec<f64> = zone.iter().copied().filter(flagged).collect();
        if alarms.is_empty() {
            recalls.push(0.0);
            continue;
        }
        let to_window = |x: f64| (start - x).max(x - end).max(0.0);
        let precision = alarms.iter().map(|x| {
            let own = to_window(*x);
            if own == 0.0 {
                1.0
            } else {
                zone.iter().filter(|z| to_window(**z) > own).count() as f64 / zone.len() as f64
            }
        });
        precisions.push(precision.sum::<f64>() / alarms.len() as f64);
        let inside: Vec<f64> = zone.iter().copied().filter(|y| *y > start && *y < end).collect();
        let recall = inside.iter().map(|y| {
            let own = alarms.iter().map(|x| (x - y).abs()).fold(f64::INFINITY, f64::min);
            if own == 0.0 {
                1.0
            } else {
                zone.iter().filter(|z| (**z - y).abs() > own).count() as f64 / zone.len() as f64
            }
        });
        recalls.push(recall.sum::<f64>() / inside.len() as f64);
    }
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    ((!precisions.is_empty()).then(|| mean(&precisions)), mean(&recalls))
}

proptest! {
    #[test]
    fn measures_at_a_threshold_equal_their_definitions((scores, truth) in scored_labels(30), threshold in -5.0..8.0) {
        let labels = Labels::from_flags(&truth);
        let flags = flags(&scores, threshold);
        let cases: [(Measure, Literal); 3] =
            [(point_f1, literal_points), (point_adjusted_f1, literal_adjusted), (events, literal_events)];
        for (measure, literal) in cases {
            let found = measure(&scores, &labels, Threshold::At(threshold)).unwrap();
            prop_assert!((found.scored.value.f1 - literal(&flags, &truth)).abs() < 1e-15);
            let PrecisionRecall { precision, recall, f1 } = found.scored.value;
            match precision {
                Some(precision) if precision + recall > 0.0 => {
                    prop_assert!((f1 - 2.0 * precision * recall / (precision + recall)).abs() < 1e-12);
                }
                _ => prop_assert_eq!(f1, 0.0),
            }
        }
    }

    #[test]
    fn the_best_threshold_is_the_best_of_all((scores, truth) in scored_labels(30)) {
        let labels = Labels::from_flags(&truth);
        for measure in [point_f1 as Measure, point_adjusted_f1, events, affiliation] {
            let best = measure(&scores, &labels, Threshold::Best).unwrap();
            let tried = (-6..9).map(|t| f64::from(t) + 0.5);
            let f1s = tried.map(|t| measure(&scores, &labels, Threshold::At(t)).unwrap().scored.value.f1);
            let greatest = f1s.fold(0.0, f64::max);
            prop_assert!((best.scored.value.f1 - greatest).abs() < 1e-15, "{best:?} {greatest}");
            let again = measure(&scores, &labels, Threshold::At(best.threshold)).unwrap();
            prop_assert_eq!(again.scored.value, best.scored.value);
        }
    }

    #[test]
    fn areas_equal_their_definitions((scores, truth) in scored_labels(30)) {
        let labels = Labels::from_flags(&truth);
        let score = |i: usize| if scores[i].is_nan() { f64::NEG_INFINITY } else { scores[i] };
        let of = |label: bool| (0..truth.len()).filter(|i| truth[*i] == label).collect::<Vec<_>>();
        let (unusual, usual) = (of(true), of(false));
        let won = |i: usize, j: usize| if score(i) > score(j) { 1.0 } else if score(i) == score(j) { 0.5 } else { 0.0 };
        let pairs: f64 = unusual.iter().flat_map(|i| usual.iter().map(move |j| (*i, *j))).map(|(i, j)| won(i, j)).sum();
        let roc = pairs / (unusual.len() * usual.len()) as f64;
        prop_assert!((auc_roc(&scores, &labels).unwrap().value - roc).abs() < 1e-12);
        // Each unusual value adds the precision at its own score.
        let precision = |i: &usize| {
            let flagged = (0..truth.len()).filter(|j| score(*j) >= score(*i));
            let (hits, all) = flagged.fold((0.0, 0.0), |(h, a), j| (h + f64::from(u8::from(truth[j])), a + 1.0));
            hits / all
        };
        let pr = unusual.iter().map(precision).sum::<f64>() / unusual.len() as f64;
        prop_assert!((auc_pr(&scores, &labels).unwrap().value - pr).abs() < 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn affiliation_equals_its_definition_by_integration((scores, truth) in scored_labels(14), threshold in -5.0..8.0) {
        const STEPS: usize = 60;
        let labels = Labels::from_flags(&truth);
        let found = affiliation(&scores, &labels, Threshold::At(threshold)).unwrap().scored.value;
        let (precision, recall) = literal_affiliation(&flags(&scores, threshold), &truth, STEPS);
        // Sums over steps of 1/60 stand for integrals: they are off by a few steps in the shortest zone, one value long.
        let tolerance = 3.0 / STEPS as f64;
        prop_assert_eq!(found.precision.is_some(), precision.is_some());
        if let (Some(found), Some(literal)) = (found.precision, precision) {
            prop_assert!((found - literal).abs() < tolerance, "{found} {literal}");
        }
        prop_assert!((found.recall - recall).abs() < tolerance, "{} {recall}", found.recall);
    }
}

#[test]
fn affiliation_gives_the_numbers_of_the_paper() {
    // Huet et al. 2022, the worked example, in minutes: its second window has 0.672222 and 0.944444. For the first, by
    // hand: zone 0 to 30, alarms 5-6, 7-10 inside, 11-12 with P = 1 - (10 + d)/30 from d = 1 to 2, mean 0.616667, and
    // recall 1 - (2 · 0..5 ramp). For the third: zone 120 to 180 with three alarms, all outside.
    let labels = Labels::new(180, &[(0, 10), (50, 70), (170, 175)]).unwrap();
    let mut flags = vec![0.0; 180];
    for range in [5..6, 7..10, 11..12, 40..60, 115..130, 135..140, 165..170] {
        flags[range].fill(1.0);
    }
    let found = affiliation(&flags, &labels, Threshold::At(0.5)).unwrap().scored.value;
    // Window 1: alarms of 5 in all, of which 4 inside and 1 outside.
    let first = (4.0 + 1.0 - 11.5 / 30.0) / 5.0;
    // Window 3: 5 on the right margin, 170 - 120 = 50 on the left one, zone 60. Alarms at distances 40-50, 30-35, 0-5.
    let third = (10.0 * (1.0 - (5.0 + 5.0 + 45.0) / 60.0)
        + 5.0 * (1.0 - (5.0 + 5.0 + 32.5) / 60.0)
        + (5.0 * (1.0 - 5.0 / 60.0) - 25.0 / 60.0))
        / 20.0;
    assert_close(found.precision.unwrap(), (first + 0.672_222_222_222_222_2 + third) / 3.0, 1e-14);
    // Window 1: y in 0-5 at distance 5 - y: 2 d up to y >= d, else y + d = 5: ∫ 2d over 0..2.5 + 5 · 2.5. Between 6 and
    // 7: d up to ½ on both sides.
    let first = 1.0 - ((6.25 + 12.5) + 2.0 * 0.25) / 30.0 / 10.0;
    // Window 3: y in 170-175 at d = 0..5 behind the last alarm: 2 d while y + d < 180, always.
    let third = 1.0 - 25.0 / 60.0 / 5.0;
    assert_close(found.recall, (first + 0.944_444_444_444_444_4 + third) / 3.0, 1e-14);
}

#[test]
fn affiliation_flatters_chance_and_says_so() {
    let labels = Labels::new(1000, &[(300, 320), (700, 720)]).unwrap();
    let alarm: Vec<f64> = (0..1000).map(|i| f64::from(u8::from(i % 100 == 0))).collect();
    let found = affiliation(&alarm, &labels, Threshold::At(0.5)).unwrap();
    // Huet 2022: a random alarm has an expected precision of one half.
    let random = found.scored.random.precision.unwrap();
    assert!((random - 0.5).abs() < 0.1, "{random}");
}

#[test]
fn point_adjustment_makes_chance_look_good_and_events_do_not() {
    // Kim et al. 2022: in long windows a random score reaches a high adjusted F1.
    let labels = Labels::new(4000, &[(1000, 1170), (3000, 3170)]).unwrap();
    let scores: Vec<f64> = (0..4000).map(f64::from).collect();
    let adjusted = point_adjusted_f1(&scores, &labels, Threshold::Best).unwrap();
    let plain = point_f1(&scores, &labels, Threshold::Best).unwrap();
    assert!(adjusted.scored.random.f1 > 0.85, "{adjusted}");
    assert!(plain.scored.random.f1 < 0.2, "{plain}");
    assert!(adjusted.to_string().contains("one hit credits a whole window"));
    assert!(plain.to_string().contains("chosen with the labels"));
}

#[test]
fn nothing_flagged_has_no_precision() {
    let labels = Labels::new(6, &[(2, 4)]).unwrap();
    for measure in [point_f1 as Measure, point_adjusted_f1, events, affiliation] {
        let found = measure(&[0.0; 6], &labels, Threshold::At(0.0)).unwrap().scored.value;
        assert_eq!((found.precision, found.recall, found.f1), (None, 0.0, 0.0));
    }
}

#[test]
fn at_the_threshold_is_not_above_it() {
    let labels = Labels::new(3, &[(1, 2)]).unwrap();
    let scores = [0.0, 1.0, 0.0];
    let at = |threshold: f64| point_f1(&scores, &labels, Threshold::At(threshold)).unwrap().scored.value.f1;
    assert_eq!((at(1.0_f64.next_down()), at(1.0), at(1.0_f64.next_up())), (1.0, 0.0, 0.0));
}

#[test]
fn scores_that_were_not_judged_are_never_flagged() {
    let labels = Labels::new(4, &[(0, 2)]).unwrap();
    let scores = [f64::NAN, f64::NEG_INFINITY, 0.5, 1.0];
    // All that could be flagged is false.
    let best = point_f1(&scores, &labels, Threshold::Best).unwrap();
    assert_eq!((best.threshold, best.scored.value.f1), (f64::INFINITY, 0.0));
    let labels = Labels::new(4, &[(3, 4)]).unwrap();
    let best = point_f1(&[0.0, 0.0, 1.0, f64::INFINITY], &labels, Threshold::Best).unwrap();
    assert_eq!((best.threshold, best.scored.value.f1), (f64::MAX, 1.0));
}

#[test]
fn bad_input_is_refused_by_name() {
    let labels = Labels::new(4, &[(1, 2)]).unwrap();
    let refusal = |error: slo_core::Error| error.to_string();
    assert!(refusal(auc_pr(&[0.0; 3], &labels).unwrap_err()).contains("scores"));
    assert!(refusal(auc_pr(&[0.0; 4], &Labels::new(4, &[]).unwrap()).unwrap_err()).contains("labels"));
    assert!(refusal(auc_pr(&[0.0; 4], &Labels::new(4, &[(0, 4)]).unwrap()).unwrap_err()).contains("labels"));
    assert!(refusal(auc_roc(&[], &Labels::default()).unwrap_err()).contains("labels"));
    assert!(refusal(events(&[0.0; 4], &labels, Threshold::At(f64::NAN)).unwrap_err()).contains("threshold"));
    for windows in [&[(2, 2)][..], &[(3, 2)], &[(3, 5)], &[(0, 2), (1, 3)], &[(0, 2), (0, 2)]] {
        assert!(refusal(Labels::new(4, windows).unwrap_err()).contains("windows"), "{windows:?}");
    }
    assert!(Labels::new(4, &[(3, 4), (0, 1)]).is_ok());
}

#[test]
fn the_last_point_alone_ranks_by_luck() {
    // anomaly.md 3.3: the last value of 4031, 343 of them unusual and the last among them, has an area of .501458.
    let labels = Labels::new(4031, &[(4031 - 343, 4031)]).unwrap();
    let scores = vec![0.0; 4031];
    assert_close_absolute(auc_roc(&scores, &labels).unwrap().last_point, 0.501_458, 5e-7);
    // And .087758 under precision and recall: 1/343 + 342/343 · 343/4031.
    assert_close_absolute(auc_pr(&scores, &labels).unwrap().last_point, 0.087_758, 5e-7);
}
