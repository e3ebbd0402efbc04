use proptest::prelude::*;
use slo_testkit::{Random, assert_close, assert_close_absolute};

use super::{NabScore, Profile, nab};
use crate::evaluate::tests::nab_files;
use crate::evaluate::{Labels, Threshold};

/// Scores, and the ends of the windows.
type Series = (Vec<f64>, Vec<(usize, usize)>);

/// The definition: every flag by itself, at one threshold.
fn literal(scores: &[f64], windows: &[(usize, usize)], profile: Profile, threshold: f64) -> (f64, usize) {
    let n = scores.len();
    let probation = (n * 15 / 100).min(750);
    let s = |p: f64| if p >= 3.0 { -1.0 } else { 2.0 / (1.0 + (5.0 * p).exp()) - 1.0 };
    let flagged = |i: usize| i >= probation && scores[i] > threshold;
    let mut total = 0.0;
    let mut findable = 0;
    for (begin, end) in windows.iter().copied() {
        if end <= probation {
            continue;
        }
        findable += 1;
        total += match (begin..end).find(|i| flagged(*i)) {
            Some(i) => profile.hit * s((i as f64 - begin as f64) / (end - begin) as f64 - 1.0) / s(-1.0),
            None => -profile.miss,
        };
    }
    for i in (0..n).filter(|i| flagged(*i) && !windows.iter().any(|(begin, end)| (*begin..*end).contains(i)))
    {
        let before = windows.iter().filter(|(_, end)| *end <= i).max_by_key(|(_, end)| *end);
        total += profile.false_alarm
            * before.map_or(-1.0, |(begin, end)| s((i - (end - 1)) as f64 / (end - begin - 1) as f64));
    }
    (total, findable)
}

fn literal_score(series: &[Series], profile: Profile, threshold: f64) -> f64 {
    let parts = series.iter().map(|(scores, windows)| literal(scores, windows, profile, threshold));
    let (total, windows) = parts.fold((0.0, 0), |(t, w), (total, windows)| (t + total, w + windows));
    let (null, perfect) = (-profile.miss * windows as f64, profile.hit * windows as f64);
    100.0 * (total - null) / (perfect - null)
}

fn score(series: &[Series], profile: Profile, threshold: Threshold) -> NabScore {
    let labels: Vec<Labels> = series.iter().map(|(s, w)| Labels::new(s.len(), w).unwrap()).collect();
    let pairs: Vec<(&[f64], &Labels)> = series.iter().zip(&labels).map(|((s, _), l)| (&**s, l)).collect();
    nab(&pairs, profile, threshold).unwrap()
}

/// Short series with ties, scores that were not judged, and windows anywhere.
fn series() -> impl Strategy<Value = Vec<Series>> {
    let one = (prop::collection::vec(0_i32..9, 30..70), prop::collection::btree_set(0_usize..30, 0..6));
    let one = one.prop_map(|(scores, cuts)| {
        let scores =
            scores.iter().map(|s| if *s == 8 { f64::NAN } else { f64::from(*s) }).collect::<Vec<f64>>();
        let cuts: Vec<usize> = cuts.into_iter().collect();
        let windows: Vec<(usize, usize)> = cuts.chunks_exact(2).map(|cut| (cut[0], cut[1])).collect();
        (scores, windows)
    });
    prop::collection::vec(one, 1..4).prop_filter("a window to find", |series| {
        series.iter().any(|(scores, windows)| windows.iter().any(|(_, end)| *end > scores.len() * 15 / 100))
            // Windows that touch are one; the transcription has them apart.
            && series.iter().all(|(_, windows)| windows.windows(2).all(|pair| pair[0].1 < pair[1].0))
    })
}

const PROFILES: [Profile; 3] = [Profile::STANDARD, Profile::LOW_FALSE_ALARMS, Profile::LOW_MISSES];

proptest! {
    #[test]
    fn the_score_equals_its_definition(series in series(), threshold in -1.0..9.0) {
        for profile in PROFILES {
            let found = score(&series, profile, Threshold::At(threshold)).scored.value;
            let literal = literal_score(&series, profile, threshold);
            prop_assert!((found - literal).abs() < 1e-10, "{found} {literal}");
        }
    }

    #[test]
    fn the_best_threshold_is_the_best_of_all(series in series()) {
        for profile in PROFILES {
            let best = score(&series, profile, Threshold::Best);
            let all = (-1..9).map(|t| literal_score(&series, profile, f64::from(t) + 0.5));
            let greatest = all.fold(f64::NEG_INFINITY, f64::max);
            prop_assert!((best.scored.value - greatest).abs() < 1e-10, "{best:?} {greatest}");
            let again = score(&series, profile, Threshold::At(best.threshold));
            prop_assert!((again.scored.value - best.scored.value).abs() < 1e-10);
        }
    }

    #[test]
    fn a_flag_in_the_probation_changes_nothing(at in 0_usize..15) {
        let flag = |places: &[usize]| (0..100).map(|i| f64::from(u8::from(places.contains(&i)))).collect::<Vec<f64>>();
        let with = [(flag(&[at, 40]), vec![(10, 14), (30, 50)])];
        let without = [(flag(&[40]), vec![(10, 14), (30, 50)])];
        let at = |series| score(series, Profile::STANDARD, Threshold::At(0.5));
        prop_assert_eq!(at(&with).scored.value, at(&without).scored.value);
        // The window that ends in the probation cannot be found and does not count.
        prop_assert_eq!(at(&with).windows, 1);
    }
}

#[test]
fn a_perfect_detector_has_100_and_a_silent_one_0() {
    let perfect: Vec<f64> = (0..200).map(|i| f64::from(u8::from(i == 50 || i == 150))).collect();
    let windows = vec![(50, 60), (150, 170)];
    for profile in PROFILES {
        let at =
            |scores: &[f64]| score(&[(scores.to_vec(), windows.clone())], profile, Threshold::At(0.5)).scored;
        assert_eq!(at(&perfect).value, 100.0);
        assert_eq!(at(&[0.0; 200]).value, 0.0);
        assert!(at(&perfect).random < 60.0);
    }
}

#[test]
fn a_later_hit_is_worth_less_and_a_second_one_nothing() {
    let at = |places: &[usize]| {
        let scores = (0..200).map(|i| f64::from(u8::from(places.contains(&i)))).collect();
        score(&[(scores, vec![(100, 120)])], Profile::STANDARD, Threshold::At(0.5)).scored.value
    };
    // Half-way: tanh(5/4)/tanh(5/2) of a hit.
    let half_way = 1.25_f64.tanh() / 2.5_f64.tanh();
    assert_close(at(&[110]), 50.0 * (1.0 + half_way), 1e-13);
    assert_eq!(at(&[110, 111, 119]), at(&[110]));
    assert!(at(&[109]) > at(&[110]) && at(&[100]) == 100.0);
}

#[test]
fn corpora_without_a_window_and_bad_profiles_are_refused() {
    let labels = Labels::new(40, &[(0, 6)]).unwrap();
    let one =
        |profile, threshold| nab(&[(&[0.0; 40], &labels)], profile, threshold).map_err(|e| e.to_string());
    assert!(one(Profile::STANDARD, Threshold::Best).unwrap_err().contains("probation"));
    assert!(one(Profile::STANDARD, Threshold::At(f64::NAN)).unwrap_err().contains("threshold"));
    let profiles = [
        ("hit", Profile { hit: 0.0, ..Profile::STANDARD }),
        ("false_alarm", Profile { false_alarm: -0.1, ..Profile::STANDARD }),
        ("miss", Profile { miss: f64::INFINITY, ..Profile::STANDARD }),
    ];
    for (name, profile) in profiles {
        assert!(one(profile, Threshold::Best).unwrap_err().contains(name));
    }
    assert!(nab(&[(&[0.0; 39], &labels)], Profile::STANDARD, Threshold::Best).is_err());
    assert!(nab(&[], Profile::STANDARD, Threshold::Best).is_err());
}

#[test]
fn the_benchmark_scores_as_its_definition_does() {
    let files = nab_files();
    if files.is_empty() {
        return;
    }
    let mut random = Random::seeded(9);
    // Differences with jitter, so that hardly two scores tie.
    let series: Vec<Series> = files
        .iter()
        .map(|file| {
            let spread = file.values().iter().fold(1.0_f64, |most, value| most.max(value.abs()));
            let before = std::iter::once(&file.values()[0]).chain(file.values());
            let scores = file
                .values()
                .iter()
                .zip(before)
                .map(|(x, y)| (x - y).abs() / spread + 1e-6 * random.uniform());
            (scores.collect(), file.labels().windows().iter().map(|w| (w.start, w.end)).collect())
        })
        .collect();
    assert_eq!(series.iter().map(|(_, windows)| windows.len()).sum::<usize>(), 59);
    let best = score(&series, Profile::STANDARD, Threshold::Best);
    assert_eq!(best.windows, 59);
    let literal = literal_score(&series, Profile::STANDARD, best.threshold);
    assert_close_absolute(best.scored.value, literal, 1e-9);
    for (profile, part) in PROFILES.into_iter().zip(series.chunks(9)) {
        let at = score(part, profile, Threshold::At(0.2)).scored.value;
        assert_close_absolute(at, literal_score(part, profile, 0.2), 1e-9);
    }
}
