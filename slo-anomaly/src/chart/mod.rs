//! What control charts share: what they compare with, and what they do after an alarm.

mod standing;

use slo_core::{Error, Result};

#[cfg(feature = "serde")]
pub(crate) use standing::Learnt;
pub(crate) use standing::{Aside, Standard, Standing};

/// What the values of a chart are compared with.
///
/// # Examples
///
/// ```
/// use slo_anomaly::Reference;
///
/// assert_eq!(Reference::default(), Reference::Learnt { values: 100 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Reference {
    /// A center and a deviation that are known, from a specification or from long experience.
    Known {
        /// Where the values lie while nothing is wrong.
        center: f64,
        /// How far they spread then, above 0; with 1 the chart's parameters are in the unit of the values.
        deviation: f64,
    },
    /// Mean and deviation of the first values, which are not judged: phase I.
    Learnt {
        /// How many, at least 2.
        values: usize,
    },
}

impl Default for Reference {
    fn default() -> Self {
        Self::Learnt { values: 100 }
    }
}

impl Reference {
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::Known { center, .. } if !center.is_finite() => {
                Err(Error::invalid("center", center, "must be finite"))
            }
            Self::Known { deviation, .. } if !(deviation > 0.0 && deviation.is_finite()) => {
                Err(Error::invalid("deviation", deviation, "must be positive and finite"))
            }
            Self::Learnt { values } if values < 2 => {
                Err(Error::invalid("reference", values, "must learn from at least 2 values"))
            }
            Self::Known { .. } | Self::Learnt { .. } => Ok(()),
        }
    }
}

/// What a chart does after an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum AfterAlarm {
    /// It starts anew: the mean number of values between false alarms is the run length.
    #[default]
    Reset,
    /// It goes on from where it stands: it alarms for as long as it lies beyond its limits.
    Continue,
}
