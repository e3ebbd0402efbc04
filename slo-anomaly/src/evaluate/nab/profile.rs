//! What hits, false alarms and misses are worth.

use slo_core::{Error, Result};

/// What hits, false alarms and misses are worth in NAB's score.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::Profile;
///
/// assert_eq!(Profile::default(), Profile::STANDARD);
/// assert_eq!(Profile::LOW_FALSE_ALARMS.false_alarm, 0.22);
/// ```
///
/// # References
///
/// Lavin, A. and Ahmad, S. (2015). Evaluating real-time anomaly detection algorithms: the Numenta anomaly benchmark.
/// *ICMLA*, 38-44; the weights are those of the benchmark's `config/profiles.json`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Profile {
    /// What the earliest hit of a window is worth, above 0.
    pub hit: f64,
    /// What a false alarm far from a window costs, at least 0.
    pub false_alarm: f64,
    /// What a window without a hit costs, at least 0.
    pub miss: f64,
}

impl Profile {
    /// Nine false alarms cost as much as a miss: 1, 0.11 and 1.
    pub const STANDARD: Self = Self { hit: 1.0, false_alarm: 0.11, miss: 1.0 };

    /// False alarms cost twice as much: 1, 0.22 and 1.
    pub const LOW_FALSE_ALARMS: Self = Self { false_alarm: 0.22, ..Self::STANDARD };

    /// Misses cost twice as much: 1, 0.11 and 2.
    pub const LOW_MISSES: Self = Self { miss: 2.0, ..Self::STANDARD };

    pub(super) fn check(&self) -> Result<()> {
        let Self { hit, false_alarm, miss } = *self;
        if !(hit > 0.0 && hit.is_finite()) {
            return Err(Error::invalid("hit", hit, "must be positive and finite"));
        }
        for (name, worth) in [("false_alarm", false_alarm), ("miss", miss)] {
            if !(worth >= 0.0 && worth.is_finite()) {
                return Err(Error::invalid(name, worth, "must be finite and at least 0"));
            }
        }
        Ok(())
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::STANDARD
    }
}
