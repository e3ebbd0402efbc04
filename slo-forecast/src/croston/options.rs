//! Which method of the family, and how it smooths.

use slo_core::{Error, Result};

/// Which method of Croston's family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum CrostonVariant {
    /// Croston's own: the smoothed demand over the smoothed interval. On average it is too high.
    #[default]
    Classic,
    /// Croston's, times `1 - β/2`: the approximation of Syntetos and Boylan.
    Sba,
    /// Croston's, times `1 - β/(2 - β)`: that of Shale, Boylan and Johnston, for demands of a Poisson process.
    Sbj,
    /// The smoothed demand times the smoothed probability of one, which also falls where there is none: the method of
    /// Teunter, Syntetos and Babai. It forgets what is not in demand any more.
    Tsb,
    /// The smoothed sums of blocks that are as long as an interval on average.
    Adida,
    /// The mean of the smoothed sums of blocks of all lengths up to that.
    Imapa,
}

impl CrostonVariant {
    /// Every variant.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::CrostonVariant::ALL.len(), 6);
    /// ```
    pub const ALL: [Self; 6] = [Self::Classic, Self::Sba, Self::Sbj, Self::Tsb, Self::Adida, Self::Imapa];

    /// What the quotient of the smoothed numbers is multiplied by.
    pub(super) fn factor(self, beta: f64) -> f64 {
        match self {
            Self::Sba => 1.0 - beta / 2.0,
            Self::Sbj => 1.0 - beta / (2.0 - beta),
            Self::Classic | Self::Tsb | Self::Adida | Self::Imapa => 1.0,
        }
    }
}

/// How fast simple smoothing learns.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Smoothing {
    /// The weight of the last number, in `[0, 1]`.
    Set(f64),
    /// The weight between 0.1 and 0.3 of the least squared errors one step ahead.
    Optimised,
}

impl Smoothing {
    pub(super) fn check(self, name: &'static str) -> Result<()> {
        match self {
            Self::Set(weight) if !(0.0..=1.0).contains(&weight) => {
                Err(Error::invalid(name, weight, "must lie in [0, 1]"))
            }
            Self::Set(_) | Self::Optimised => Ok(()),
        }
    }
}
