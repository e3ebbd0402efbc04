use std::slice::from_ref;

use proptest::prelude::*;
use slo_testkit::{Random, assert_close};

use crate::evaluate::{Candidate, CrossValidation, Labelled, Labels, Profile, Ranking, Threshold, nab};
use crate::{Degenerate, Side, ThreeSigma, Tukey};

/// Series of 400 values with one window each, and noise above which the window's first value stands by `height`.
fn corpus(heights: &[f64]) -> Vec<Labelled> {
    let mut random = Random::seeded(11);
    let series = |(number, height): (usize, &f64)| {
        let at = 100 + 20 * number;
        let mut values: Vec<f64> = (0..400).map(|_| random.uniform()).collect();
        values[at] += height;
        let name = format!("{}/{number}", if number % 2 == 0 { "even" } else { "odd" });
        Labelled::new(name, values, Labels::new(400, &[(at, at + 40)]).unwrap()).unwrap()
    };
    heights.iter().enumerate().map(series).collect()
}

fn level(corpus: &[Labelled]) -> Candidate {
    Candidate::by("level", corpus, |series| Ok(series.values().to_vec())).unwrap()
}

#[test]
fn a_threshold_is_chosen_without_the_series_that_it_scores() {
    // One series stands out by 0.5 only: whoever tunes on the others sets the threshold above it and misses it.
    let corpus = corpus(&[5.0, 5.0, 5.0, 0.5]);
    let report = CrossValidation::new().folds(4).repeats(1).run(&corpus, &[level(&corpus)]).unwrap();
    assert_eq!(report.best().score, 100.0);
    assert_close(report.mean, 75.0, 1e-12);
    assert!(
        report
            .to_string()
            .starts_with("NAB 75.00 ± 0.00 cross-validated (4 folds by series, 1 times), 100.00 in")
    );
}

#[test]
fn a_setting_is_chosen_without_the_series_that_it_scores() {
    let corpus = corpus(&[5.0; 4]);
    // A detector that is told the answer on one series and knows nothing of the others.
    let told = |which: usize| {
        let name = format!("told {which}");
        let scores = |series: &Labelled| {
            let at = series.labels().windows()[0].start;
            let known = series.name().ends_with(&which.to_string());
            Ok((0..400).map(|place| f64::from(u8::from(known && place == at))).collect())
        };
        Candidate::by(name, &corpus, scores).unwrap()
    };
    let candidates: Vec<Candidate> = (0..4).map(told).collect();
    let report = CrossValidation::new().folds(4).repeats(3).run(&corpus, &candidates).unwrap();
    // In sample each finds one window of four; held out, none of its own.
    assert_eq!((report.best().score, report.mean, report.settings_tried), (25.0, 0.0, 4));
}

#[test]
fn every_setter_changes_the_result() {
    let corpus = corpus(&[5.0, 0.12, 0.9, 0.5, 0.4, 0.3, 0.6]);
    let candidates = [level(&corpus), level(&corpus).held(7)];
    let base = CrossValidation::new();
    let run = |with: CrossValidation| with.run(&corpus, &candidates).unwrap();
    let usual = run(base);
    assert_ne!(run(base.folds(2)).mean, usual.mean);
    assert_ne!(run(base.repeats(3)).mean, usual.mean);
    assert_ne!(run(base.folds(2).seed(1)).mean, run(base.folds(2)).mean);
    assert_ne!(run(base.profile(Profile::LOW_FALSE_ALARMS)).mean, usual.mean);
    assert_ne!(run(base.vus_window(10)).vus_pr, usual.vus_pr);
    assert_eq!((run(base.tried(9)).settings_tried, run(base.tried(1)).settings_tried), (9, 2));
    assert_eq!(run(base), usual);
}

#[test]
fn the_report_holds_the_score_that_the_scorer_gives() {
    let corpus = corpus(&[5.0, 0.9, 0.5]);
    let held = level(&corpus).held(30);
    let report = CrossValidation::new().folds(3).run(&corpus, from_ref(&held)).unwrap();
    let pairs: Vec<_> =
        held.scores().iter().zip(&corpus).map(|(s, series)| (&**s, series.labels())).collect();
    let direct = nab(&pairs, Profile::STANDARD, Threshold::Best).unwrap();
    assert_eq!((report.nab, report.best().score), (direct, direct.scored.value));
}

#[test]
fn folders_are_left_out_one_at_a_time() {
    let corpus = corpus(&[5.0, 0.5, 5.0, 0.5]);
    let report = CrossValidation::new().folds(2).run(&corpus, &[level(&corpus)]).unwrap();
    // What is tuned on the high ones misses the low ones; what is tuned on the low ones alarms early in the high ones.
    let tuned = |which: usize| {
        let half: Vec<Labelled> = corpus.iter().skip(which).step_by(2).cloned().collect();
        let scores: Vec<(&[f64], &Labels)> = half.iter().map(|s| (s.values(), s.labels())).collect();
        nab(&scores, Profile::STANDARD, Threshold::Best).unwrap().threshold
    };
    let halves = [(0, tuned(1)), (1, tuned(0))].map(|(which, threshold)| {
        let half: Vec<Labelled> = corpus.iter().skip(which).step_by(2).cloned().collect();
        let scores: Vec<(&[f64], &Labels)> = half.iter().map(|s| (s.values(), s.labels())).collect();
        nab(&scores, Profile::STANDARD, Threshold::At(threshold)).unwrap().scored.value
    });
    assert_close(report.leave_one_group_out.unwrap(), halves.iter().sum::<f64>() / 2.0, 1e-12);
}

#[test]
fn rankings_read_the_scores_of_a_detector() {
    let values = vec![5.0, 6.0, 5.5, -40.0, 5.2, 5.7];
    let corpus = [Labelled::new("a", values, Labels::new(6, &[(3, 4)]).unwrap()).unwrap()];
    let detector = ThreeSigma::new().degenerate(Degenerate::Alarm).side(Side::Both);
    let at = |ranking: Ranking| Candidate::of("z", &detector, ranking, &corpus).unwrap().scores()[0].clone();
    assert!(at(Ranking::Upper)[3] < -30.0);
    assert_eq!(at(Ranking::Size)[3], -at(Ranking::Upper)[3]);
    assert_eq!(at(Ranking::Lower)[3], -at(Ranking::Upper)[3]);
    assert_eq!(at(Ranking::Flags), [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    assert_eq!(Ranking::default(), Ranking::Size);
}

#[test]
fn what_cannot_be_cross_validated_is_refused() {
    let corpus = corpus(&[5.0, 5.0]);
    let level = level(&corpus);
    let base = CrossValidation::new().folds(2);
    let refusal = |with: CrossValidation, candidates: &[Candidate]| {
        with.run(&corpus, candidates).unwrap_err().to_string()
    };
    assert!(refusal(base.folds(1), from_ref(&level)).contains("folds"));
    assert!(refusal(base.folds(3), from_ref(&level)).contains("folds"));
    assert!(refusal(base.repeats(0), from_ref(&level)).contains("repeats"));
    assert!(refusal(base.repeats(10_001), from_ref(&level)).contains("repeats"));
    assert!(refusal(base.vus_window(401), from_ref(&level)).contains("window"));
    assert!(refusal(base, &[]).contains("candidates"));
    assert!(base.run(&corpus[..1], from_ref(&level)).unwrap_err().to_string().contains("corpus"));
    let other = Candidate::by("other", &corpus[..1], |series| Ok(series.values().to_vec())).unwrap();
    assert!(refusal(base, &[other]).contains("scores"));
    assert!(
        refusal(base.profile(Profile { hit: 0.0, ..Profile::STANDARD }), from_ref(&level)).contains("hit")
    );
    assert!(Candidate::by("short", &corpus, |_| Ok(vec![])).is_err());
    assert!(Candidate::of("fence", &Tukey::new().fence(-1.0), Ranking::Size, &corpus).is_err());
    let silent: Vec<Labelled> = corpus
        .iter()
        .map(|s| Labelled::new(s.name(), s.values().to_vec(), Labels::new(400, &[]).unwrap()).unwrap())
        .collect();
    assert!(base.run(&silent, &[level]).unwrap_err().to_string().contains("probation"));
}

proptest! {
    #[test]
    fn held_scores_exceed_all_of_those_before(scores in prop::collection::vec(0_i32..6, 1..40), count in 0_usize..9) {
        let values: Vec<f64> = scores.iter().map(|s| if *s == 5 { f64::NAN } else { f64::from(*s) }).collect();
        let series = Labelled::new("a", values.clone(), Labels::new(values.len(), &[]).unwrap()).unwrap();
        let held = Candidate::by("x", &[series], |series| Ok(series.values().to_vec())).unwrap().held(count);
        for (place, value) in values.iter().enumerate() {
            let before = &values[place.saturating_sub(count)..place];
            let kept = before.iter().all(|other| other.is_nan() || value > other) && (!value.is_nan() || before.is_empty());
            let found = held.scores()[0][place];
            prop_assert!(if kept { found == *value || found.is_nan() } else { found == f64::NEG_INFINITY || found.is_nan() },
                "{place} {value} {found}");
        }
    }
}
