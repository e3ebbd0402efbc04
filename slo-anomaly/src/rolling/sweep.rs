//! All scores of a series at once, from the moments of every window.

use slo_core::Result;
use slo_core::stats::rolling::Rolling;

use crate::detection::Findings;
use crate::policy::Degenerate;
use crate::three_sigma::{Censoring, Estimate, ThreeSigma};
use crate::verdict::{Baseline, Verdict};
use crate::window::{FAR, Total};

/// Writes the score of each value, all of them finite, by the window before it.
pub(super) fn detect(
    rule: &ThreeSigma,
    (window, min_baseline): (usize, usize),
    values: &[f64],
    scores: &mut [f64],
) -> Result<Findings> {
    let threshold = rule.threshold(window);
    let (Some((_, earlier)), Some((first, scores))) = (values.split_last(), scores.split_first_mut()) else {
        return Ok(Findings { outliers: Vec::new(), threshold });
    };
    *first = f64::NAN;
    let mut deviations = vec![0.0; earlier.len()];
    // The moments of the window that ends before a value stand where its score will.
    Rolling::new(window)?.min_count(min_baseline)?.moments_into(earlier, scores, &mut deviations)?;
    let mut sweep = Sweep { rule, window, threshold, values, total: None, outliers: Vec::new() };
    for (block, (scores, deviations)) in scores.chunks_mut(BLOCK).zip(deviations.chunks(BLOCK)).enumerate() {
        sweep.block(1 + block * BLOCK, scores, deviations);
    }
    Ok(Findings { outliers: sweep.outliers, threshold })
}

/// How many scores are formed before they are looked at.
const BLOCK: usize = 512;

/// One pass over the moments of all windows.
struct Sweep<'a> {
    rule: &'a ThreeSigma,
    window: usize,
    threshold: f64,
    values: &'a [f64],
    /// The sum of the values of the window before this place, once it was needed.
    total: Option<(usize, Total)>,
    outliers: Vec<Verdict>,
}

impl Sweep<'_> {
    /// Makes scores of the means in `scores`, that of the value at `begin` first.
    #[allow(
        clippy::indexing_slicing,
        reason = "a block is no longer than its scratch; places are those of values"
    )]
    fn block(&mut self, begin: usize, scores: &mut [f64], deviations: &[f64]) {
        let values = &self.values[begin..begin + scores.len()];
        let mut formed = [0.0; BLOCK];
        let factor = self.rule.scaled(1.0, self.window);
        let (absolute, relative) = match self.rule.degenerate {
            Degenerate::Floor { absolute, relative } => (absolute, relative),
            Degenerate::Alarm | Degenerate::NoAlarm => (0.0, 0.0),
        };
        let mut plain = true;
        for (((formed, value), mean), deviation) in
            formed.iter_mut().zip(values).zip(&*scores).zip(deviations)
        {
            let scale = (deviation * factor).max(absolute).max(relative * mean.abs());
            *formed = (value - mean) / scale;
            plain &= (formed.abs() <= self.threshold) & (mean.abs() <= FAR * deviation);
        }
        if !plain || begin <= self.window {
            for (index, ((formed, mean), deviation)) in
                formed.iter_mut().zip(&*scores).zip(deviations).enumerate()
            {
                let usual = formed.abs() <= self.threshold && mean.abs() <= FAR * deviation;
                if !usual || begin + index <= self.window {
                    *formed = self.one(begin + index, *mean, *deviation);
                }
            }
        }
        scores.copy_from_slice(&formed[..scores.len()]);
    }

    /// The score of one value, and its verdict where it is flagged.
    #[allow(clippy::indexing_slicing, reason = "places are those of values")]
    fn one(&mut self, index: usize, mean: f64, deviation: f64) -> f64 {
        let value = self.values[index];
        let n = index.min(self.window);
        if mean.is_nan() {
            return f64::NAN;
        }
        let mut distance = value - mean;
        if mean.abs() > FAR * deviation {
            distance -= self.total(index, mean, deviation).correction(mean, n);
        }
        let estimate = Estimate { distance, baseline: Baseline::of(mean, deviation, n) };
        let mut verdict = self.rule.verdict((index, value), estimate, self.threshold, Censoring::None);
        // A shorter baseline has a higher threshold, which costs more than the score.
        if verdict.flagged && n < self.window {
            let threshold = self.rule.threshold(n);
            verdict = self.rule.verdict((index, value), estimate, threshold, Censoring::None);
        }
        if verdict.flagged {
            self.outliers.push(verdict.over(self.window));
        }
        verdict.score
    }

    /// The sum of the window before `index`, moved on from where it was, or made anew if that is less work.
    #[allow(clippy::indexing_slicing, reason = "places are those of values")]
    fn total(&mut self, index: usize, mean: f64, deviation: f64) -> Total {
        let anew = || Total::of(self.values[index.saturating_sub(self.window)..index].iter().copied());
        let total = match self.total {
            Some((at, mut total)) if index - at <= self.window / 2 => {
                let sound = (at..index).all(|next| {
                    let leaving = next.checked_sub(self.window).map_or(0.0, |oldest| self.values[oldest]);
                    total.slide(self.values[next], leaving, mean, deviation)
                });
                if sound { total } else { anew() }
            }
            _ => anew(),
        };
        self.total = Some((index, total));
        total
    }
}
