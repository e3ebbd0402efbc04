//! What a value that is not a finite number means.

use crate::error::{Error, Result};

/// What a NaN or an infinity among the values means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Missing {
    /// It is refused, with its index.
    #[default]
    Error,
    /// A NaN is left out; an infinity makes every result NaN that it takes part in.
    Skip,
}

impl Missing {
    /// Refuses what is not finite, where that is what a missing value means.
    pub(crate) fn check(self, name: &'static str, values: &[f64]) -> Result<()> {
        match self {
            Self::Error => Error::check_finite(name, values),
            Self::Skip => Ok(()),
        }
    }
}
