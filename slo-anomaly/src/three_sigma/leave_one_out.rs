//! Each value against all the others, in one pass there and one back.

use slo_core::stats::quantile::median_high;

use super::Scale;
use super::limits::{Censoring, Estimate};
use super::{Limit, ThreeSigma};
use crate::detection::Findings;
use crate::multiplicity::Multiplicity;
use crate::order;
use crate::verdict::Baseline;

/// Writes the score of each value, `scores` having a place for each.
#[allow(clippy::indexing_slicing, reason = "places are those of values, and there is a score for each")]
pub(super) fn detect(rule: &ThreeSigma, values: &[f64], scores: &mut [f64]) -> Findings {
    scores.fill(f64::NAN);
    let mut outliers = Vec::new();
    let places: Vec<usize> = (0..values.len()).filter(|place| !values[*place].is_nan()).collect();
    let others = places.len().saturating_sub(1).max(2);
    let mut threshold = rule.threshold(others);
    if let (Limit::Alpha(alpha), false) = (rule.limit, rule.multiplicity == Multiplicity::Each) {
        each(rule, values, &places, &mut |place, estimate| {
            scores[place] = rule.verdict((place, values[place]), estimate, threshold, Censoring::None).score;
        });
        let beyond =
            |critical: f64| scores.iter().filter(|score| rule.side.is_beyond(**score, critical)).count();
        let share =
            rule.multiplicity.share(places.len(), |share| beyond(rule.critical(alpha * share, others)));
        threshold = rule.critical(alpha * share, others);
    }
    each(rule, values, &places, &mut |place, estimate| {
        let verdict = rule.verdict((place, values[place]), estimate, threshold, Censoring::None);
        scores[place] = verdict.score;
        if verdict.flagged {
            outliers.push(verdict);
        }
    });
    outliers.sort_unstable_by_key(|outlier| outlier.index);
    Findings { outliers, threshold }
}

/// Visits each place with what is known of it by all others, of which there must be two.
fn each(rule: &ThreeSigma, values: &[f64], places: &[usize], judge: &mut dyn FnMut(usize, Estimate)) {
    if places.len() > 2 {
        if rule.scale.is_deviation() {
            by_moments(values, places, judge);
        } else {
            by_order(rule.scale, values, places, judge);
        }
    }
}

/// Mean and sum of squares about it of `n` values.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    n: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Both samples as one; nothing is subtracted that was added before.
    ///
    /// # References
    ///
    /// Chan, T. F., Golub, G. H. and `LeVeque`, R. J. (1983). Algorithms for computing the sample variance. *The American
    /// Statistician* 37(3), 242-247.
    fn with(self, other: Self) -> Self {
        let n = self.n + other.n;
        if n == 0.0 {
            return self;
        }
        let apart = other.mean - self.mean;
        let mean = self.mean + apart * (other.n / n);
        let squares = self.squares + other.squares + apart * apart * (self.n * other.n / n);
        Self { n, mean, squares }
    }

    fn with_value(self, value: f64) -> Self {
        self.with(Self { n: 1.0, mean: value, squares: 0.0 })
    }
}

/// Visits each place with the mean and the sample deviation of all others.
#[allow(clippy::indexing_slicing, reason = "places are those of values; there is a prefix for each")]
fn by_moments(values: &[f64], places: &[usize], judge: &mut dyn FnMut(usize, Estimate)) {
    let frame = Frame::of(values, places);
    let mut prefixes = Vec::with_capacity(places.len());
    let mut before = Moments::default();
    for place in places {
        prefixes.push(before);
        before = before.with_value(frame.enter(values[*place]));
    }
    let n = places.len() - 1;
    let mut after = Moments::default();
    for (place, prefix) in places.iter().zip(&prefixes).rev() {
        let value = frame.enter(values[*place]);
        let others = prefix.with(after);
        let scale = frame.leave((others.squares / (n as f64 - 1.0)).sqrt());
        let center = frame.anchor + frame.leave(others.mean);
        let distance = frame.leave(value - others.mean);
        judge(*place, Estimate { distance, baseline: Baseline::of(center, scale, n) });
        after = after.with_value(value);
    }
}

/// Values as distances from one in their middle, times powers of two that keep the squares within floats.
struct Frame {
    anchor: f64,
    before: f64,
    after: f64,
}

impl Frame {
    #[allow(clippy::indexing_slicing, reason = "places are those of values")]
    fn of(values: &[f64], places: &[usize]) -> Self {
        const LARGE: f64 = f64::from_bits((1023 + 400) << 52); // 2^400
        let power = |exponent: u64| f64::from_bits(exponent << 52);
        let mut sorted: Vec<f64> = places.iter().map(|place| values[*place]).collect();
        let anchor = median_high(&mut sorted).unwrap_or_default();
        let far = |value: &f64| (0.5 * value - 0.5 * anchor).abs();
        let farthest = sorted.iter().map(far).filter(|far| far.is_finite()).fold(0.0, f64::max);
        let (before, after) = if farthest > LARGE {
            (power(1023 - 600), 1.0)
        } else if farthest < 1.0 / LARGE && farthest > 0.0 {
            (1.0, power(1023 + 600))
        } else {
            (1.0, 1.0)
        };
        Self { anchor, before, after }
    }

    fn enter(&self, value: f64) -> f64 {
        (value * self.before - self.anchor * self.before) * self.after
    }

    fn leave(&self, distance: f64) -> f64 {
        distance / self.after / self.before
    }
}

/// Visits each place with the median of all others and their robust scale.
#[allow(
    clippy::indexing_slicing,
    reason = "order holds places of values, one more than others are asked for"
)]
fn by_order(scale: Scale, values: &[f64], places: &[usize], judge: &mut dyn FnMut(usize, Estimate)) {
    let mut ranked = places.to_vec();
    ranked.sort_unstable_by(|left, right| values[*left].total_cmp(&values[*right]));
    let n = ranked.len() - 1;
    for (rank, place) in ranked.iter().enumerate() {
        let other = |index: usize| values[ranked[index + usize::from(index >= rank)]];
        let (center, scale) = if other(0).is_finite() && other(n - 1).is_finite() {
            order::center_and_scale(scale, n, other, values[*place])
        } else {
            (f64::NAN, f64::NAN)
        };
        judge(
            *place,
            Estimate { distance: values[*place] - center, baseline: Baseline::of(center, scale, n) },
        );
    }
}
