//! One number out of several.

use slo_core::stats::quantile::median;
use slo_core::{Error, Result};

/// How the numbers of an ensemble's members become one.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Combination {
    /// The middle one, or the mean of the two middle ones: one member that has gone astray changes little.
    #[default]
    Median,
    /// Their mean.
    Mean,
    /// Their mean with these weights, one for each member; only their proportions count.
    Weighted(Vec<f64>),
}

impl Combination {
    /// Refuses weights that are none, or not as many as the members.
    pub(super) fn check(&self, members: usize) -> Result<()> {
        let Self::Weighted(weights) = self else { return Ok(()) };
        Error::check_lengths("weights", weights.len(), "members", members)?;
        Error::check_finite("weights", weights)?;
        if let Some(weight) = weights.iter().find(|weight| **weight < 0.0) {
            return Err(Error::invalid("weights", weight, "must not be negative"));
        }
        let sum: f64 = weights.iter().sum();
        if sum > 0.0 && sum.is_finite() {
            return Ok(());
        }
        Err(Error::invalid("weights", sum, "must have a positive finite sum"))
    }

    /// The combination of at least one number.
    pub(super) fn of(&self, numbers: &[f64]) -> f64 {
        match self {
            // What is no number is refused where forecasts are made.
            Self::Median => median(numbers).unwrap_or(f64::NAN),
            // Shares first: the sum of huge numbers may be no number.
            Self::Mean => numbers.iter().map(|number| number / numbers.len() as f64).sum(),
            Self::Weighted(weights) => {
                let sum: f64 = weights.iter().sum();
                numbers.iter().zip(weights).map(|(number, weight)| number * (weight / sum)).sum()
            }
        }
    }
}
