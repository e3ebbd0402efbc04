//! Measures of what is flagged at one threshold.

use std::fmt;

use slo_core::{Error, Result};

use super::affiliation::affiliation_of;
use super::labels::{Labels, descending};
use super::scored::{Mean, Scored, scored, scored_at};
use super::tally::{Adjusted, Events, Points, Tally};

/// Which score a value must exceed to be flagged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Threshold {
    /// The one that makes the measure greatest: what no detector at work can know.
    #[default]
    Best,
    /// This one.
    At(#[cfg_attr(feature = "serde", serde(with = "crate::float"))] f64),
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PrecisionRecall {
    /// The share of alarms that are true; none without an alarm.
    pub precision: Option<f64>,
    /// The share of what is unusual that was found.
    pub recall: f64,
    /// Their harmonic mean, 0 without an alarm.
    pub f1: f64,
}

impl PrecisionRecall {
    /// From alarms that are true, those that are false, and what was missed.
    fn of_counts((hits, false_alarms, missed): (f64, f64, f64)) -> Self {
        Self {
            precision: (hits + false_alarms > 0.0).then(|| hits / (hits + false_alarms)),
            recall: hits / (hits + missed),
            f1: 2.0 * hits / (2.0 * hits + false_alarms + missed),
        }
    }

    /// From both shares.
    pub(super) fn of_shares(precision: Option<f64>, recall: f64) -> Self {
        let harmonic = |precision: f64| {
            let sum = precision + recall;
            if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 }
        };
        Self { precision, recall, f1: precision.map_or(0.0, harmonic) }
    }
}

impl Mean for PrecisionRecall {
    fn mean(of: &[Self]) -> Self {
        let mean = |part: fn(&Self) -> f64| of.iter().map(part).sum::<f64>() / of.len() as f64;
        let precisions: Vec<f64> = of.iter().filter_map(|each| each.precision).collect();
        Self {
            precision: (!precisions.is_empty()).then(|| f64::mean(&precisions)),
            recall: mean(|each| each.recall),
            f1: mean(|each| each.f1),
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Counting {
    /// Each value by itself.
    Points,
    /// Each value, after one hit has credited its whole window.
    PointAdjusted,
    /// Windows found, and runs of flagged values that touch none.
    Events,
    /// How near alarms and windows are, compared with chance.
    Affiliation,
}

/// Precision, recall and F1 at a threshold, beside those of detectors that know nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Flagged {
    /// What was counted.
    pub counting: Counting,
    /// Where the threshold comes from.
    pub chosen: Threshold,
    /// What a score must exceed to be flagged; infinite where nothing is best flagged.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub threshold: f64,
    /// The measure beside what it gives to detectors that know nothing: those at random have a best threshold each, or
    /// flag as many values.
    pub scored: Scored<PrecisionRecall>,
}

impl Flagged {
    /// What to know before believing the measure.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Labels, Threshold, point_adjusted_f1, point_f1};
    ///
    /// let labels = Labels::new(6, &[(3, 5)])?;
    /// let scores = [0.1, 0.3, 0.2, 0.9, 0.8, 0.0];
    /// assert!(point_adjusted_f1(&scores, &labels, Threshold::Best)?.warning().is_some());
    /// assert!(point_f1(&scores, &labels, Threshold::At(0.5))?.warning().is_none());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn warning(&self) -> Option<&'static str> {
        match (self.counting, self.chosen) {
            (Counting::PointAdjusted, _) => Some(
                "one hit credits a whole window, so that chance does well: compare with the random value, and do not \
                 rank detectors by this",
            ),
            (_, Threshold::Best) => {
                Some("the threshold was chosen with the labels, which no detector at work has")
            }
            (_, Threshold::At(_)) => None,
        }
    }
}

impl fmt::Display for Flagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scored { value, random, last_point } = &self.scored;
        write!(f, "F1 {:.4} (random {:.4}, last point {:.4}), ", value.f1, random.f1, last_point.f1)?;
        match value.precision {
            Some(precision) => write!(f, "precision {precision:.4}, ")?,
            None => f.write_str("no alarm, ")?,
        }
        write!(f, "recall {:.4}", value.recall)?;
        self.warning().map_or(Ok(()), |warning| write!(f, "; {warning}"))
    }
}

/// The F1 score of the flagged values, each by itself.
///
/// # Method
///
/// ```text
/// F1 = 2 hits/(2 hits + false alarms + missed)
/// ```
///
/// A value is flagged if its score exceeds the threshold; one that is NaN or -∞ never is.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, Threshold, point_f1};
///
/// let labels = Labels::new(6, &[(2, 5)])?;
/// let scores = [0.1, 0.4, 0.2, 0.9, 0.8, 0.0];
/// // Above 0.3: two of three found, one false alarm.
/// let found = point_f1(&scores, &labels, Threshold::At(0.3))?;
/// assert!((found.scored.value.f1 - 2.0 / 3.0).abs() < 1e-15);
/// // The best threshold is below 0.8 or 0.2: 4/5 without a false alarm, 6/7 with one.
/// let best = point_f1(&scores, &labels, Threshold::Best)?;
/// assert!((best.scored.value.f1 - 6.0 / 7.0).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`] unless there is one score for each label, [`Error::Degenerate`] unless some values are
/// unusual and some are not, [`Error::InvalidParameter`] for a threshold that is NaN.
pub fn point_f1(scores: &[f64], labels: &Labels, threshold: Threshold) -> Result<Flagged> {
    flagged(Counting::Points, scores, labels, threshold)
}

/// The F1 score after point adjustment, which flatters: one hit credits a whole window.
///
/// # Method
///
/// As [`point_f1`], but every value of a window counts as flagged once one of them is. In a long window chance finds
/// one value sooner or later; the random value beside the result says how soon.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, Threshold, point_adjusted_f1};
///
/// let labels = Labels::new(400, &[(200, 300)])?;
/// let one_hit: Vec<f64> = (0..400).map(|place| f64::from(u8::from(place == 250))).collect();
/// let found = point_adjusted_f1(&one_hit, &labels, Threshold::Best)?;
/// assert_eq!(found.scored.value.f1, 1.0);
/// assert!(found.scored.random.f1 > 0.9);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`point_f1`].
///
/// # References
///
/// Kim, S. et al. (2022). Towards a rigorous evaluation of time-series anomaly detection. *AAAI* 36(7), 7194-7201.
pub fn point_adjusted_f1(scores: &[f64], labels: &Labels, threshold: Threshold) -> Result<Flagged> {
    flagged(Counting::PointAdjusted, scores, labels, threshold)
}

/// Precision, recall and F1 of events: a window is found once, however often it is hit.
///
/// # Method
///
/// ```text
/// hits          windows with a flagged value
/// false alarms  runs of flagged values, none of which lies in a window
/// missed        windows without a flagged value
/// ```
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, Threshold, events};
///
/// let labels = Labels::new(9, &[(1, 4), (7, 9)])?;
/// // Two hits in the first window are one; a run beside it is a false alarm; the second window is missed.
/// let flags = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
/// let found = events(&flags, &labels, Threshold::At(0.5))?.scored.value;
/// assert_eq!((found.precision, found.recall, found.f1), (Some(0.5), 0.5, 0.5));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`point_f1`].
pub fn events(scores: &[f64], labels: &Labels, threshold: Threshold) -> Result<Flagged> {
    flagged(Counting::Events, scores, labels, threshold)
}

/// How near alarms and windows are to each other, compared with an alarm at a random place.
///
/// # Method
///
/// The series is cut half-way between windows; each window J has the zone E around it. With X uniform on E and I the
/// flagged values in E, each value an interval of length 1:
///
/// ```text
/// precision of J = mean over x in I of P(dist(X, J) > dist(x, J)), 1 inside J
/// recall of J    = mean over y in J of P(|X - y| > dist(y, I)), 0 without a flag in E
/// ```
///
/// Precision is the mean over the windows whose zone holds a flag, recall that over all. Chance gets a precision and
/// a recall of about one half, not 0. The best threshold is sought among 250 of evenly spaced rank.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, Threshold, affiliation};
///
/// // The worked zone of the paper, in minutes: windows and alarms in 90 minutes around the one from 20 to 40.
/// let labels = Labels::new(90, &[(20, 40)])?;
/// let mut flags = vec![0.0; 90];
/// flags[10..30].fill(1.0);
/// flags[85..].fill(1.0);
/// let found = affiliation(&flags, &labels, Threshold::At(0.5))?.scored.value;
/// assert!((found.precision.unwrap_or(0.0) - 0.672_222_222_222_222_2).abs() < 1e-15);
/// assert!((found.recall - 0.944_444_444_444_444_4).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`point_f1`].
///
/// # References
///
/// Huet, A., Navarro, J. M. and Rossi, D. (2022). Local evaluation of time series anomaly detection algorithms. *KDD*,
/// 635-645.
pub fn affiliation(scores: &[f64], labels: &Labels, threshold: Threshold) -> Result<Flagged> {
    flagged(Counting::Affiliation, scores, labels, threshold)
}

fn flagged(counting: Counting, scores: &[f64], labels: &Labels, chosen: Threshold) -> Result<Flagged> {
    labels.check(scores)?;
    let (threshold, scored) = match chosen {
        Threshold::At(threshold) => {
            if threshold.is_nan() {
                return Err(Error::invalid("threshold", threshold, "must be a number"));
            }
            let at = |flags: &[bool], labels: &Labels| of_flags(counting, flags, labels);
            (threshold, scored_at(scores, labels, threshold, at)?)
        }
        Threshold::Best => {
            let best = |scores: &[f64], labels: &Labels| best(counting, scores, labels);
            (best(scores, labels).0, scored(scores, labels, |scores, labels| best(scores, labels).1)?)
        }
    };
    Ok(Flagged { counting, chosen, threshold, scored })
}

fn of_flags(counting: Counting, flags: &[bool], labels: &Labels) -> PrecisionRecall {
    fn counted<T: Tally>(flags: &[bool], labels: &Labels) -> PrecisionRecall {
        let mut tally = T::new(labels);
        for (place, _) in flags.iter().enumerate().filter(|(_, flag)| **flag) {
            tally.add(place);
        }
        PrecisionRecall::of_counts(tally.counts())
    }
    match counting {
        Counting::Points => counted::<Points>(flags, labels),
        Counting::PointAdjusted => counted::<Adjusted>(flags, labels),
        Counting::Events => counted::<Events>(flags, labels),
        Counting::Affiliation => affiliation_of(flags, labels),
    }
}

/// The greatest threshold with the greatest F1, and what it gives.
fn best(counting: Counting, scores: &[f64], labels: &Labels) -> (f64, PrecisionRecall) {
    fn counted<T: Tally>(scores: &[f64], labels: &Labels) -> (f64, PrecisionRecall) {
        let mut tally = T::new(labels);
        let mut best = (f64::INFINITY, PrecisionRecall::of_counts(tally.counts()));
        for group in descending(scores).chunk_by(|left, right| left.0 == right.0) {
            for (_, place) in group {
                tally.add(*place);
            }
            let found = PrecisionRecall::of_counts(tally.counts());
            let score = group.first().map_or(f64::NEG_INFINITY, |first| first.0);
            if found.f1 > best.1.f1 && score > f64::NEG_INFINITY {
                best = (score.next_down(), found);
            }
        }
        best
    }
    match counting {
        Counting::Points => counted::<Points>(scores, labels),
        Counting::PointAdjusted => counted::<Adjusted>(scores, labels),
        Counting::Events => counted::<Events>(scores, labels),
        Counting::Affiliation => best_affiliation(scores, labels),
    }
}

fn best_affiliation(scores: &[f64], labels: &Labels) -> (f64, PrecisionRecall) {
    const THRESHOLDS: usize = 250;
    let order = descending(scores);
    let mut best = (f64::INFINITY, affiliation_of(&vec![false; scores.len()], labels));
    let mut before = f64::INFINITY;
    for k in 0..THRESHOLDS {
        let place = k * (scores.len() - 1) / (THRESHOLDS - 1);
        let threshold = order.get(place).map_or(f64::NEG_INFINITY, |top| top.0).next_down();
        if threshold == before || threshold == f64::NEG_INFINITY {
            continue;
        }
        before = threshold;
        let flags: Vec<bool> = scores.iter().map(|score| *score > threshold).collect();
        let found = affiliation_of(&flags, labels);
        if found.f1 > best.1.f1 {
            best = (threshold, found);
        }
    }
    best
}
