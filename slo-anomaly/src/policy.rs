//! What a detector does where its definition leaves a choice.

use slo_core::stats::quantile::Sorted;
use slo_core::{Error, Result};

use crate::order::median_and_mad_of;

/// What a value means that differs from a baseline without spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Degenerate {
    /// It is flagged, with an infinite score and a p-value of 0.
    #[default]
    Alarm,
    /// It is not flagged: score 0, p-value 1.
    NoAlarm,
    /// The scale is never less than `absolute` and `relative · |center|`; where both are 0, it alarms.
    Floor {
        /// The least scale, in the unit of the values, at least 0.
        absolute: f64,
        /// The least scale as a share of the size of the baseline's center, at least 0.
        relative: f64,
    },
}

impl Degenerate {
    pub(crate) fn check(self) -> Result<()> {
        let Self::Floor { absolute, relative } = self else { return Ok(()) };
        for (name, value) in [("absolute", absolute), ("relative", relative)] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(Error::invalid(name, value, "must be finite and at least 0"));
            }
        }
        Ok(())
    }

    /// The scale that scores are formed with.
    pub(crate) fn scale(self, scale: f64, center: f64) -> f64 {
        match self {
            Self::Floor { absolute, relative } => scale.max(absolute).max(relative * center.abs()),
            Self::Alarm | Self::NoAlarm => scale,
        }
    }

    /// The distance in units of the scale.
    pub(crate) fn score(self, distance: f64, scale: f64) -> f64 {
        if scale > 0.0 {
            distance / scale
        } else if distance == 0.0 || self == Self::NoAlarm {
            0.0
        } else {
            f64::INFINITY.copysign(distance)
        }
    }
}

/// Which values a moving baseline learns from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Learning {
    /// All of them: after a lasting change the new level becomes the baseline.
    #[default]
    All,
    /// Those that were not flagged: an anomaly does not hide the next, but a lasting change alarms for ever.
    Unflagged,
    /// All of them, those that were flagged moved to the limit that they exceed: a lasting change is learnt slowly.
    Winsorised,
}

/// Whether a value tells something about the next one, which makes the mean of many of them less sure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Dependence {
    /// It does not: values are independent.
    #[default]
    Independent,
    /// It may: how much is estimated from the values.
    Estimated,
}

/// Where scores are cut that have no distribution of their own.
///
/// No share of anomalies is ever assumed.
///
/// # Examples
///
/// ```
/// use slo_anomaly::Cut;
///
/// assert_eq!(Cut::default(), Cut::Mads(5.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Cut {
    /// Above this score.
    At(f64),
    /// So many robust deviations above the median of all scores: 1.4826 times the median distance from it.
    Mads(f64),
    /// So many of the greatest scores, and what equals the last of them.
    Top(usize),
}

impl Default for Cut {
    fn default() -> Self {
        Self::Mads(5.0)
    }
}

impl Cut {
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::At(score) if !score.is_finite() => Err(Error::invalid("cut", score, "must be finite")),
            Self::Mads(k) if !(k > 0.0 && k.is_finite()) => {
                Err(Error::invalid("cut", k, "must be positive and finite"))
            }
            Self::Top(0) => Err(Error::invalid("cut", 0, "must ask for at least 1 score")),
            Self::At(_) | Self::Mads(_) | Self::Top(_) => Ok(()),
        }
    }

    /// What a score must exceed among these, of which those that are not finite do not count; infinite without any.
    pub(crate) fn threshold(self, scores: &[f64]) -> f64 {
        if let Self::At(score) = self {
            return score;
        }
        let finite: Vec<f64> = scores.iter().copied().filter(|score| score.is_finite()).collect();
        let Ok(sorted) = Sorted::new(&finite) else { return f64::INFINITY };
        let sorted = sorted.values();
        match self {
            Self::At(score) => score,
            Self::Mads(k) => {
                let (median, mad) = median_and_mad_of(sorted);
                median + k * mad
            }
            Self::Top(count) => {
                let last = sorted.len().saturating_sub(count);
                sorted.get(last).map_or(f64::INFINITY, |score| score.next_down())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_scores_are_cut_with_what_equals_the_last() {
        let scores = [1.0, f64::NAN, 4.0, 2.0, 4.0, 3.0];
        let above = |cut: Cut| scores.iter().filter(|score| **score > cut.threshold(&scores)).count();
        assert_eq!(
            (above(Cut::Top(1)), above(Cut::Top(2)), above(Cut::Top(3)), above(Cut::Top(9))),
            (2, 2, 3, 5)
        );
    }

    #[test]
    fn a_cut_by_deviations_stands_that_many_above_the_median() {
        // Median 3, distances 2, 1, 0, 1, 2: their median is 1.
        let scores = [1.0, 2.0, 3.0, 4.0, 5.0];
        slo_testkit::assert_close(
            Cut::Mads(2.0).threshold(&scores),
            3.0 + 2.0 * 1.482_602_218_505_602,
            1e-15,
        );
        assert_eq!(Cut::At(0.5).threshold(&scores), 0.5);
        assert_eq!(Cut::Mads(5.0).threshold(&[]), f64::INFINITY);
    }

    #[test]
    fn what_cannot_cut_is_refused() {
        for cut in [Cut::At(f64::NAN), Cut::Mads(0.0), Cut::Mads(f64::INFINITY), Cut::Top(0)] {
            assert!(cut.check().is_err(), "{cut:?}");
        }
        assert!([Cut::At(-1.0), Cut::Mads(1e-9), Cut::Top(1)].iter().all(|cut| cut.check().is_ok()));
    }
}
