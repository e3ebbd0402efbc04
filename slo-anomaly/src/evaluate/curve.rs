//! Areas under curves over all thresholds, point by point.

use slo_core::Result;

use super::labels::{Labels, descending};
use super::scored::{Scored, scored};

/// The area under the precision-recall curve, value by value: the average precision.
///
/// # Method
///
/// Over the distinct scores s from the greatest to the least, with what is at least s flagged:
///
/// ```text
/// area = Σ_s (recall_s - recall_s') precision_s,    s' the score before s
/// ```
///
/// A score that is NaN was not judged and ranks below all others. The random value is near the share of unusual
/// values.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, auc_pr};
///
/// // The unusual values rank first and third: 1/2 · 1 + 1/2 · 2/3.
/// let labels = Labels::new(4, &[(2, 4)])?;
/// assert!((auc_pr(&[0.1, 0.5, 0.9, 0.3], &labels)?.value - 5.0 / 6.0).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`](slo_core::Error::LengthMismatch) unless there is one score for each label, and
/// [`Error::Degenerate`](slo_core::Error::Degenerate) unless some values are unusual and some are not.
pub fn auc_pr(scores: &[f64], labels: &Labels) -> Result<Scored> {
    scored(scores, labels, |scores, labels| {
        let total = labels.unusual() as f64;
        let (mut area, mut before) = (0.0, 0.0);
        sweep(scores, labels, |hits, flagged| {
            area += (hits - before) / total * (hits / flagged);
            before = hits;
        });
        area
    })
}

/// The area under the receiver operating characteristic, value by value.
///
/// # Method
///
/// ```text
/// area = P(score of an unusual value > that of a usual one) + ½ P(they are equal)
/// ```
///
/// A score that is NaN was not judged and ranks below all others. The random value is near 1/2.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, auc_roc};
///
/// // Of the four pairs one is in the wrong order.
/// let labels = Labels::new(4, &[(2, 4)])?;
/// assert_eq!(auc_roc(&[0.1, 0.5, 0.9, 0.3], &labels)?.value, 0.75);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`](slo_core::Error::LengthMismatch) unless there is one score for each label, and
/// [`Error::Degenerate`](slo_core::Error::Degenerate) unless some values are unusual and some are not.
pub fn auc_roc(scores: &[f64], labels: &Labels) -> Result<Scored> {
    scored(scores, labels, |scores, labels| {
        let unusual = labels.unusual() as f64;
        let usual = labels.len() as f64 - unusual;
        let (mut pairs, mut hits_before, mut false_before) = (0.0, 0.0, 0.0);
        sweep(scores, labels, |hits, flagged| {
            let false_alarms = flagged - hits;
            pairs += (false_alarms - false_before) * (hits + hits_before) / 2.0;
            (hits_before, false_before) = (hits, false_alarms);
        });
        pairs / (unusual * usual)
    })
}

/// Tells, after each distinct score, how many unusual values and how many in all have at least that score.
fn sweep(scores: &[f64], labels: &Labels, mut at: impl FnMut(f64, f64)) {
    let window_of = labels.window_of();
    let order = descending(scores);
    let (mut hits, mut flagged) = (0.0, 0.0);
    for group in order.chunk_by(|left, right| left.0 == right.0) {
        let unusual = |place: usize| window_of.get(place).copied().flatten().is_some();
        hits += group.iter().filter(|(_, place)| unusual(*place)).count() as f64;
        flagged += group.len() as f64;
        at(hits, flagged);
    }
}
