//! What detectors share that score windows of a series instead of values.

use std::collections::VecDeque;

use slo_core::stats::Missing;
use slo_core::stats::autocorrelation::dominant_period;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::policy::Cut;
use crate::tail::Tail;
use crate::verdict::{Baseline, Verdict};

/// How a value is scored by the windows that hold it.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{MatrixProfile, PointScore};
///
/// assert_eq!(MatrixProfile::new(100).point_score, PointScore::Mean);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum PointScore {
    /// The mean of their scores: highest where most of them are unusual.
    #[default]
    Mean,
    /// The greatest of their scores: every value of an unusual window is unusual.
    Max,
    /// The score of the window whose middle it is, the first or last one near the ends: what TSB-AD does.
    Centred,
}

impl PointScore {
    /// The scores of `scores.len()` values by those of all windows of `window` values, NaN where no window has one.
    pub(crate) fn over(self, windows: &[f64], window: usize, scores: &mut [f64]) {
        match self {
            Self::Mean => mean(windows, window, scores),
            Self::Max => max(windows, window, scores),
            Self::Centred => {
                let lead = window / 2;
                for (place, score) in scores.iter_mut().enumerate() {
                    let middle = place.saturating_sub(lead).min(windows.len().saturating_sub(1));
                    *score = windows.get(middle).copied().unwrap_or(f64::NAN);
                }
            }
        }
    }
}

/// Sums over the windows that hold a value are made of sums from both ends of blocks: nothing is subtracted, so that a
/// huge score is forgotten with its window.
fn mean(windows: &[f64], window: usize, scores: &mut [f64]) {
    let add = |(sum, count): (f64, f64), score: &f64| {
        if score.is_nan() { (sum, count) } else { (sum + score, count + 1.0) }
    };
    let (mut ahead, mut behind) = (vec![(0.0, 0.0); windows.len()], vec![(0.0, 0.0); windows.len()]);
    for (block, (ahead, behind)) in
        windows.chunks(window).zip(ahead.chunks_mut(window).zip(behind.chunks_mut(window)))
    {
        let mut sum = (0.0, 0.0);
        for (score, ahead) in block.iter().zip(ahead) {
            sum = add(sum, score);
            *ahead = sum;
        }
        sum = (0.0, 0.0);
        for (score, behind) in block.iter().zip(behind).rev() {
            sum = add(sum, score);
            *behind = sum;
        }
    }
    for (place, score) in scores.iter_mut().enumerate() {
        // The windows from `first` to `last` hold the value: they reach into at most two blocks.
        let (first, last) = (place.saturating_sub(window - 1), place.min(windows.len().saturating_sub(1)));
        let at = |sums: &[(f64, f64)], index: usize| sums.get(index).copied().unwrap_or((0.0, 0.0));
        let (sum, count) = if first % window == 0 {
            at(&ahead, last)
        } else if first / window == last / window {
            windows.get(first..=last).unwrap_or_default().iter().fold((0.0, 0.0), add)
        } else {
            let (left, right) = (at(&behind, first), at(&ahead, last));
            (left.0 + right.0, left.1 + right.1)
        };
        *score = if count > 0.0 { sum / count } else { f64::NAN };
    }
}

fn max(windows: &[f64], window: usize, scores: &mut [f64]) {
    // The scores that a later, greater one has not made irrelevant: decreasing.
    let mut queue: VecDeque<(usize, f64)> = VecDeque::new();
    for (place, score) in scores.iter_mut().enumerate() {
        if let Some(next) = windows.get(place).filter(|next| !next.is_nan()) {
            while queue.back().is_some_and(|(_, last)| last <= next) {
                queue.pop_back();
            }
            queue.push_back((place, *next));
        }
        while queue.front().is_some_and(|(first, _)| first + window <= place) {
            queue.pop_front();
        }
        *score = queue.front().map_or(f64::NAN, |(_, greatest)| *greatest);
    }
}

/// The window of a series that has no period.
const CUSTOMARY: usize = 125;

/// Where a period is looked for, in places.
const PERIODS: (usize, usize) = (4, 300);

/// How much of a long series is looked at to find its period.
const LOOKED_AT: usize = 20_000;

/// The window that was asked for, or the period of the values: 125 where they have none, a quarter of them where that
/// is less, and never below `least`.
pub(crate) fn window_for(given: Option<usize>, values: &[f64], least: usize) -> usize {
    given.unwrap_or_else(|| {
        let seen = values.get(..LOOKED_AT).unwrap_or(values);
        let present: Vec<f64> = seen.iter().copied().filter(|value| value.is_finite()).collect();
        let found = dominant_period(&present, PERIODS.0, PERIODS.1).ok().flatten();
        found.unwrap_or(CUSTOMARY).min(values.len() / 4).max(least)
    })
}

/// The values with the last one before it in place of each that is missing, and whether there are such. An infinity
/// counts as missing.
pub(crate) fn filled(missing: Missing, values: &[f64]) -> Result<(Vec<f64>, bool)> {
    if missing == Missing::Error {
        Error::check_finite("values", values)?;
    }
    let mut last = values.iter().copied().find(|value| value.is_finite()).unwrap_or(0.0);
    let mut any = false;
    let filled = values.iter().map(|value| {
        if value.is_finite() {
            last = *value;
        } else {
            any = true;
        }
        last
    });
    Ok((filled.collect(), any))
}

/// Calls `erase` with each window that holds a missing value.
pub(crate) fn each_missing(values: &[f64], window: usize, mut erase: impl FnMut(usize)) {
    let windows = (values.len() + 1).saturating_sub(window);
    let mut next = 0;
    for (place, _) in values.iter().enumerate().filter(|(_, value)| !value.is_finite()) {
        for index in next.max((place + 1).saturating_sub(window))..windows.min(place + 1) {
            erase(index);
        }
        next = next.max((place + 1).min(windows));
    }
}

/// A power of two that brings the greatest distance between finite values near 1, so that squares stay in range.
pub(crate) fn scale_for(values: &[f64]) -> f64 {
    let (least, greatest) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), v| (least.min(*v), greatest.max(*v)));
    let size = greatest / 2.0 - least / 2.0;
    if size.is_nan() || size <= 0.0 {
        return 1.0;
    }
    let exponent = (size.to_bits() >> 52) & 0x7ff; // Biased: 1023 stands for 2^0.
    f64::from_bits((2046 - exponent.clamp(23, 2023)) << 52)
}

/// Cuts the scores of values: those above the threshold are flagged.
pub(crate) fn cut(cut: Cut, values: &[f64], scores: &[f64]) -> Findings {
    let threshold = positive(cut.threshold(scores));
    let flagged = values.iter().zip(scores).enumerate().filter(|(_, (_, score))| **score > threshold);
    let verdict = |(index, (value, score)): (usize, (&f64, &f64))| {
        let baseline = Baseline::without(scores.len());
        Verdict::unsided((index, *value), *score, threshold, baseline, Tail::UNKNOWN)
    };
    Findings { outliers: flagged.map(verdict).collect(), threshold }
}

/// What a score that is 0 where nothing is unusual must exceed: more than nothing.
pub(crate) fn positive(threshold: f64) -> f64 {
    threshold.max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(point_score: PointScore, windows: &[f64], window: usize, len: usize) -> Vec<f64> {
        let score = |place: usize| {
            let holding: Vec<f64> = (0..windows.len())
                .filter(|first| (*first..first + window).contains(&place))
                .map(|first| windows[first])
                .filter(|score| !score.is_nan())
                .collect();
            match point_score {
                PointScore::Mean if holding.is_empty() => f64::NAN,
                PointScore::Mean => holding.iter().sum::<f64>() / holding.len() as f64,
                PointScore::Max => holding.iter().copied().reduce(f64::max).unwrap_or(f64::NAN),
                PointScore::Centred => windows[place.saturating_sub(window / 2).min(windows.len() - 1)],
            }
        };
        (0..len).map(score).collect()
    }

    proptest! {
        #[test]
        fn values_are_scored_by_the_windows_that_hold_them(
            scores in prop::collection::vec(prop_oneof![4 => 0.0..10.0, 1 => Just(f64::NAN)], 1..60),
            window in 1_usize..20,
        ) {
            let len = scores.len() + window - 1;
            for point_score in [PointScore::Mean, PointScore::Max, PointScore::Centred] {
                let mut found = vec![0.0; len];
                point_score.over(&scores, window, &mut found);
                slo_testkit::assert_all_close_or_nan(&found, &naive(point_score, &scores, window, len), 1e-13);
            }
        }

        #[test]
        fn windows_with_missing_values_are_met_once(
            missing in prop::collection::vec(prop::bool::weighted(0.2), 1..60),
            window in 1_usize..20,
        ) {
            let value = |missing: &bool| if *missing { f64::NAN } else { 1.0 };
            let values: Vec<f64> = missing.iter().map(value).collect();
            let mut met = Vec::new();
            each_missing(&values, window, |index| met.push(index));
            let expected: Vec<usize> = (0..(values.len() + 1).saturating_sub(window))
                .filter(|first| values[*first..first + window].iter().any(|value| value.is_nan()))
                .collect();
            prop_assert_eq!(met, expected);
        }
    }

    #[test]
    fn a_huge_score_is_forgotten_with_its_window() {
        let mut windows = vec![1.0; 50];
        windows[20] = 1e300;
        let mut scores = vec![0.0; 54];
        PointScore::Mean.over(&windows, 5, &mut scores);
        assert!(scores.iter().enumerate().all(|(place, score)| (20..25).contains(&place) || *score == 1.0));
    }

    #[test]
    fn a_window_is_the_period_where_there_is_one() {
        let periodic: Vec<f64> = (0..500).map(|t| f64::from(t % 24)).collect();
        assert_eq!(window_for(None, &periodic, 4), 24);
        assert_eq!(window_for(Some(7), &periodic, 4), 7);
        let line: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!(window_for(None, &line, 4), 125);
        assert_eq!(window_for(None, &line[..100], 4), 25);
        assert_eq!(window_for(None, &line[..3], 4), 4);
    }
}
