//! What a detector does where its definition leaves a choice.

use slo_core::{Error, Result};

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
}
