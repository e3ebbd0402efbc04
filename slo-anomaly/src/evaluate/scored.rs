//! A measure beside what it gives to detectors that know nothing.

use std::fmt;

use slo_core::Result;

use super::draws::Draws;
use super::labels::Labels;

/// How many seeded random detectors a measure's random value is the mean of.
const RANDOM_DETECTORS: u64 = 10;

/// What a measure says of some scores, beside what it says of detectors that know nothing.
///
/// A measure by which these come out well is no measure to trust.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, auc_roc};
///
/// let labels = Labels::new(6, &[(3, 5)])?;
/// let scored = auc_roc(&[0.1, 0.3, 0.2, 0.9, 0.8, 0.0], &labels)?;
/// assert_eq!((scored.value, scored.last_point), (1.0, 0.375));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Scored<T = f64> {
    /// What the measure says of the scores.
    pub value: T,
    /// The mean of what it says of ten detectors that score at random, the same in every run.
    pub random: T,
    /// What it says of a detector that finds nothing but the last value unusual.
    pub last_point: T,
}

impl fmt::Display for Scored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, random, last_point } = self;
        write!(f, "{value:.4} (random {random:.4}, last point {last_point:.4})")
    }
}

/// What can be averaged over the random detectors.
pub(super) trait Mean: Sized {
    fn mean(of: &[Self]) -> Self;
}

impl Mean for f64 {
    fn mean(of: &[Self]) -> Self {
        of.iter().sum::<Self>() / of.len() as Self
    }
}

/// Measures the scores and the detectors that know nothing.
pub(super) fn scored<T: Mean>(
    scores: &[f64],
    labels: &Labels,
    measure: impl Fn(&[f64], &Labels) -> T,
) -> Result<Scored<T>> {
    labels.check(scores)?;
    let random: Vec<T> = (0..RANDOM_DETECTORS)
        .map(|seed| measure(&Draws::seeded(seed).scores(labels.len()), labels))
        .collect();
    Ok(Scored {
        value: measure(scores, labels),
        random: T::mean(&random),
        last_point: measure(&last_point(labels.len()), labels),
    })
}

/// The same at a threshold: the random detectors flag as many values, at random places.
pub(super) fn scored_at<T: Mean>(
    scores: &[f64],
    labels: &Labels,
    threshold: f64,
    measure: impl Fn(&[bool], &Labels) -> T,
) -> Result<Scored<T>> {
    labels.check(scores)?;
    let mut flags: Vec<bool> = scores.iter().map(|score| *score > threshold).collect();
    let value = measure(&flags, labels);
    let random: Vec<T> = (0..RANDOM_DETECTORS)
        .map(|seed| {
            Draws::seeded(seed).shuffle(&mut flags);
            measure(&flags, labels)
        })
        .collect();
    let last: Vec<bool> = last_point(labels.len()).iter().map(|score| *score > 0.0).collect();
    Ok(Scored { value, random: T::mean(&random), last_point: measure(&last, labels) })
}

/// The scores of a detector that finds nothing but the last value unusual.
pub(super) fn last_point(len: usize) -> Vec<f64> {
    let mut scores = vec![0.0; len];
    if let Some(last) = scores.last_mut() {
        *last = 1.0;
    }
    scores
}
