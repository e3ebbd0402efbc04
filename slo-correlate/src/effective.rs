//! How many independent pairs tell as much as pairs that depend on their own past.

use std::fmt;

/// How a p-value and an interval allow for series that depend on their own past.
///
/// A smoothed series wanders: two of them drift together or apart for a while by chance alone. On pairs of independent
/// series in which each value keeps 0.9 of the one before, every second p-value that takes pairs for independent is
/// below 0.05.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Effective {
    /// Not at all: every pair counts.
    #[default]
    None,
    /// The effective number of pairs follows from the products of both autocorrelations.
    Bartlett,
    /// The coefficient is ranked among those of all circular shifts of one series against the other.
    Surrogate,
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Bartlett => "bartlett",
            Self::Surrogate => "surrogate",
        })
    }
}
