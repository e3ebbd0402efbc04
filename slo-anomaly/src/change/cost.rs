//! How badly one set of parameters describes a segment.

use slo_core::{Error, Result};

use super::sums::Centred;

/// What changes between segments, and how the cost of a segment without a change is measured.
///
/// Up to terms that every division into segments has in common, a cost is twice the negative log-likelihood of the
/// segment's best parameters; [`Cost::L2`] leaves out the division by the variance that all segments share.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Cost, Pelt};
///
/// // The level stays, the spread grows tenfold.
/// let calm = [0.1, -0.1, 0.2, -0.2, 0.1, -0.1, 0.2, -0.2, 0.1, -0.1];
/// let wild = calm.map(|value| 10.0 * value);
/// let values = [calm, calm, wild, wild].concat();
/// assert_eq!(Pelt::new().cost(Cost::Normal).detect(&values)?.indices, [20]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Cost {
    /// The level: the sum of squared distances from the segment's mean.
    #[default]
    L2,
    /// Level and spread of normal values: `m (ln v + s²/v - 1)`, where `s²` is the segment's variance with divisor `m`
    /// and `v` the greater of it and 10^-4 of the typical variance, so that a few equal values are no segment for ever.
    Normal,
    /// The rate of counts: `2 Σ (x̄ - x ln x̄)` over the segment's Poisson counts, 0 where all are the overall mean.
    Poisson,
}

impl Cost {
    /// The multiple of `ln n` that a change must save by default: one for each parameter of a segment, and two for its
    /// place (Zhang and Siegmund 2007).
    pub(super) const fn default_factor(self) -> f64 {
        match self {
            Self::L2 | Self::Poisson => 3.0,
            Self::Normal => 4.0,
        }
    }

    /// The longest series whose changes are searched: without any change the time grows with the square of the length.
    pub(super) const fn longest(self) -> usize {
        match self {
            Self::L2 => 1 << 18,
            Self::Normal | Self::Poisson => 1 << 16,
        }
    }

    /// The values about their median, of counts about their mean.
    pub(super) fn centred(self, values: &[f64]) -> Centred {
        match self {
            Self::L2 | Self::Normal => Centred::about_median(values),
            Self::Poisson => {
                // Shares of the count add up to a mean that does not overflow.
                let len = values.len() as f64;
                let mean: f64 = values.iter().map(|value| value / len).sum();
                let mean = mean.min(f64::MAX);
                Centred::within(values, mean, mean)
            }
        }
    }

    /// What a change must save, in the unit of the series and in that of the centred values.
    ///
    /// A penalty that was not given is formed in the latter: its own unit may be too small, or too large, for floats.
    pub(super) fn penalties(self, given: Option<f64>, centred: &Centred) -> (f64, f64) {
        let unit = match self {
            Self::L2 => (centred.unit, centred.unit),
            Self::Normal => (1.0, 1.0),
            Self::Poisson => (centred.unit, 1.0),
        };
        if let Some(penalty) = given {
            return (penalty, (penalty / unit.0 / unit.1).min(f64::MAX / 4.0));
        }
        let noise = if self == Self::L2 { centred.noise_variance() } else { 1.0 };
        let penalty = self.default_factor() * (centred.values.len() as f64).ln() * noise;
        match self {
            Self::L2 | Self::Normal => (penalty * unit.0 * unit.1, penalty),
            Self::Poisson => (penalty, penalty / unit.0),
        }
    }

    /// Refuses values that it does not describe.
    pub(super) fn check(self, values: &[f64]) -> Result<()> {
        Error::check_finite("values", values)?;
        if self != Self::Poisson {
            return Ok(());
        }
        match values.iter().position(|value| *value < 0.0) {
            None => Ok(()),
            Some(index) => {
                let value = values.get(index).copied().unwrap_or(f64::NAN);
                Err(Error::NegativeCount { name: "values", index, value })
            }
        }
    }
}

/// Refuses a penalty that is no number of at least 0.
pub(super) fn check_penalty(penalty: Option<f64>) -> Result<()> {
    match penalty {
        Some(penalty) if !(penalty >= 0.0 && penalty.is_finite()) => {
            Err(Error::invalid("penalty", penalty, "must be finite and at least 0"))
        }
        _ => Ok(()),
    }
}
