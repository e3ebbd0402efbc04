use std::iter;

use proptest::prelude::*;
use slo_testkit::{Random, assert_close_absolute};

use super::{nab_files, scored_labels};
use crate::evaluate::{Areas, Labels, auc_pr, range_auc, vus, vus_pr, vus_roc};

/// The definition, place by place: nothing is remembered from one threshold or width to the next.
fn literal(scores: &[f64], labels: &Labels, width: usize) -> Areas {
    const THRESHOLDS: usize = 250;
    let n = scores.len();
    let reach = width / 2;
    let score = |i: usize| if scores[i].is_nan() { f64::NEG_INFINITY } else { scores[i] };
    let mut sorted: Vec<f64> = (0..n).map(score).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let windows = labels.windows();
    let inside = |i: usize| windows.iter().any(|window| window.contains(&i));
    let total = labels.unusual() as f64;
    let ramp = |i: usize| {
        let near = windows.iter().map(|window| {
            let distance = if i < window.start { window.start - i } else { i - (window.end - 1) };
            if distance <= reach { (1.0 - distance as f64 / width as f64).sqrt() } else { 0.0 }
        });
        if inside(i) { 0.0 } else { near.sum::<f64>().min(1.0) }
    };
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for window in windows {
        match groups.last_mut() {
            Some(last) if last.1 - 1 + reach >= window.start.saturating_sub(reach) => last.1 = window.end,
            _ => groups.push((window.start, window.end)),
        }
    }
    let (mut recalls, mut falses, mut precisions) = (vec![0.0], vec![0.0], vec![]);
    for k in 0..THRESHOLDS {
        let threshold = sorted[k * (n - 1) / (THRESHOLDS - 1)];
        let flagged: Vec<usize> = (0..n).filter(|i| score(*i) >= threshold).collect();
        let hits = flagged.iter().filter(|i| inside(**i)).count() as f64;
        let near: f64 = flagged.iter().map(|i| ramp(*i)).sum();
        let found = groups
            .iter()
            .filter(|(start, end)| flagged.iter().any(|i| *i + reach >= *start && *i < *end + reach));
        let existence = found.count() as f64 / groups.len() as f64;
        recalls.push(((hits + near) / (total + near / 2.0)).min(1.0) * existence);
        falses.push((flagged.len() as f64 - hits - near) / (n as f64 - total - near / 2.0));
        precisions.push((hits + near) / flagged.len() as f64);
    }
    let pr = (0..THRESHOLDS).map(|k| (recalls[k + 1] - recalls[k]) * precisions[k]).sum();
    recalls.push(1.0);
    falses.push(1.0);
    let roc = (0..=THRESHOLDS).map(|k| (falses[k + 1] - falses[k]) * (recalls[k + 1] + recalls[k]) / 2.0);
    Areas { pr, roc: roc.sum() }
}

fn literal_volume(scores: &[f64], labels: &Labels, window: usize) -> Areas {
    let all: Vec<Areas> = (0..=window).map(|width| literal(scores, labels, width)).collect();
    let mean = |part: fn(&Areas) -> f64| all.iter().map(part).sum::<f64>() / all.len() as f64;
    Areas { pr: mean(|areas| areas.pr), roc: mean(|areas| areas.roc) }
}

#[test]
fn the_volume_equals_its_definition_on_the_benchmark() {
    // The definition at 250 thresholds and every width is slow: the first 2000 values of a few files.
    let files = nab_files();
    let mut compared = 0;
    for (number, file) in files.iter().enumerate() {
        let cut: Vec<(usize, usize)> = file.labels().windows().iter().map(|w| (w.start, w.end)).collect();
        let len = file.values().len().min(2000);
        let cut: Vec<(usize, usize)> = cut.into_iter().filter(|(_, end)| *end < len).collect();
        if cut.is_empty() || number % 3 != 0 {
            continue;
        }
        let labels = Labels::new(len, &cut).unwrap();
        let values = &file.values()[..len];
        let scores: Vec<f64> =
            iter::once(f64::NAN).chain(values.windows(2).map(|pair| (pair[1] - pair[0]).abs())).collect();
        let (fast, slow) = (vus(&scores, &labels, 12).unwrap().value, literal_volume(&scores, &labels, 12));
        assert_close_absolute(fast.pr, slow.pr, 1e-10);
        assert_close_absolute(fast.roc, slow.roc, 1e-10);
        compared += 1;
    }
    assert!(files.is_empty() || compared >= 3, "{compared}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn areas_of_every_width_equal_their_definition((scores, flags) in scored_labels(60), width in 0_usize..40) {
        let labels = Labels::from_flags(&flags);
        let width = width.min(labels.len());
        let (fast, slow) = (range_auc(&scores, &labels, width).unwrap().value, literal(&scores, &labels, width));
        prop_assert!((fast.pr - slow.pr).abs() < 1e-12, "{} {}", fast.pr, slow.pr);
        prop_assert!((fast.roc - slow.roc).abs() < 1e-12, "{} {}", fast.roc, slow.roc);
    }

    #[test]
    fn the_volume_is_the_mean_of_its_areas((scores, flags) in scored_labels(40), window in 0_usize..12) {
        let labels = Labels::from_flags(&flags);
        let window = window.min(labels.len());
        let mean = (0..=window)
            .map(|width| range_auc(&scores, &labels, width).unwrap().value.pr)
            .sum::<f64>() / (window as f64 + 1.0);
        prop_assert!((vus_pr(&scores, &labels, window).unwrap().value - mean).abs() < 1e-12);
    }

    #[test]
    fn only_the_order_of_scores_matters((scores, flags) in scored_labels(40)) {
        let labels = Labels::from_flags(&flags);
        let stretched: Vec<f64> = scores.iter().map(|score| (score * 0.7).exp()).collect();
        prop_assert_eq!(vus(&scores, &labels, 2).unwrap().value, vus(&stretched, &labels, 2).unwrap().value);
    }
}

#[test]
fn a_perfect_detector_fills_the_volume_of_width_nothing() {
    let labels = Labels::new(300, &[(100, 120), (200, 210)]).unwrap();
    let truth: Vec<f64> =
        (0..300).map(|i| f64::from(u8::from((100..120).contains(&i) || (200..210).contains(&i)))).collect();
    let found = range_auc(&truth, &labels, 0).unwrap().value;
    assert_close_absolute(found.pr, 1.0, 1e-12);
    assert_close_absolute(found.roc, 1.0, 1e-12);
}

#[test]
fn chance_stays_near_the_share_of_unusual_values() {
    // The expectation of the average precision of a random order is near the share, 1 in 10.
    let labels = Labels::new(4000, &[(1000, 1200), (3000, 3200)]).unwrap();
    let scores: Vec<f64> = {
        let mut random = Random::seeded(5);
        (0..4000).map(|_| random.uniform()).collect()
    };
    let found = vus_pr(&scores, &labels, 20).unwrap();
    assert!((found.value - 0.1).abs() < 0.03 && (found.random - 0.1).abs() < 0.02, "{found:?}");
    assert!((vus_roc(&scores, &labels, 20).unwrap().value - 0.5).abs() < 0.05);
    assert!((auc_pr(&scores, &labels).unwrap().random - 0.1).abs() < 0.02);
}

#[test]
fn windows_beyond_the_series_and_hours_of_work_are_refused() {
    let labels = Labels::new(10, &[(2, 4)]).unwrap();
    assert!(vus_pr(&[0.0; 10], &labels, 10).is_ok());
    assert!(vus_pr(&[0.0; 10], &labels, 11).unwrap_err().to_string().contains("window"));
    let many: Vec<(usize, usize)> = (0..200_000).map(|i| (2 * i, 2 * i + 1)).collect();
    let labels = Labels::new(400_000, &many).unwrap();
    assert!(matches!(
        vus_pr(&vec![0.0; 400_000], &labels, 400_000),
        Err(slo_core::Error::LimitExceeded { .. })
    ));
}
