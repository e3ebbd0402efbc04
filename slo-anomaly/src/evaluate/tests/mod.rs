//! Every measure against a literal transcription of its definition.

mod measures;
mod runner;
mod volume;

use std::fs;

use proptest::prelude::*;
use slo_testkit::slo_cases;

use super::{Labelled, Labels};

/// The series of the benchmark that come from outside, named as there; nothing without them.
pub(super) fn nab_files() -> Vec<Labelled> {
    let Some(folder) = slo_cases() else { return Vec::new() };
    let folder = folder.join("anomaly/NAB");
    let windows = fs::read_to_string(folder.join("combined_windows.json")).unwrap();
    let windows: std::collections::BTreeMap<String, Vec<(String, String)>> =
        serde_json::from_str(&windows).unwrap();
    windows.iter().map(|(name, windows)| nab_file(&folder.join("data"), name, windows)).collect()
}

fn nab_file(folder: &std::path::Path, name: &str, windows: &[(String, String)]) -> Labelled {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let (times, values): (Vec<&str>, Vec<f64>) = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(time, value)| (time, value.parse::<f64>().unwrap()))
        .unzip();
    let seconds = |time: &str| time.split('.').next().unwrap().to_owned();
    let at = |time: &str| times.iter().position(|other| seconds(other) == seconds(time)).unwrap();
    let windows: Vec<(usize, usize)> = windows.iter().map(|(begin, end)| (at(begin), at(end) + 1)).collect();
    Labelled::new(name, values.clone(), Labels::new(values.len(), &windows).unwrap()).unwrap()
}

/// Scores with ties, and labels of which some are and some are not.
pub(super) fn scored_labels(most: usize) -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    let pair = (0_i32..12, prop::bool::weighted(0.3));
    prop::collection::vec(pair, 2..most).prop_filter_map("labels that tell nothing apart", |pairs| {
        let scores =
            pairs.iter().map(|(score, _)| if *score == 11 { f64::NAN } else { f64::from(*score) - 4.0 });
        let labels: Vec<bool> = pairs.iter().map(|(_, label)| *label).collect();
        let both = labels.contains(&true) && labels.contains(&false);
        both.then(|| (scores.collect(), labels))
    })
}
