//! Which of the thirty models: error, trend, season.

use std::fmt;
use std::str::FromStr;

use slo_core::{Error, Result};

use crate::recursion::Recursion;

/// How the error of an exponential smoothing model enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum EtsError {
    /// `y = f + e`: errors of one size.
    Additive,
    /// `y = f (1 + e)`: errors that grow with the value.
    Multiplicative,
}

/// How the trend of an exponential smoothing model goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum EtsTrend {
    /// The level stays.
    None,
    /// The level grows by the trend at each step.
    Additive,
    /// The level grows by ever less: φ, φ², ... of the trend.
    AdditiveDamped,
    /// The level is multiplied by the trend at each step.
    Multiplicative,
    /// The level is multiplied by ever less: the trend to the powers φ, φ², ...
    MultiplicativeDamped,
}

impl EtsTrend {
    /// Whether there is a trend.
    pub(crate) const fn exists(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether the trend fades.
    pub(crate) const fn is_damped(self) -> bool {
        matches!(self, Self::AdditiveDamped | Self::MultiplicativeDamped)
    }

    /// Whether the trend is a factor.
    pub(crate) const fn is_multiplicative(self) -> bool {
        matches!(self, Self::Multiplicative | Self::MultiplicativeDamped)
    }
}

/// How the season of an exponential smoothing model enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum EtsSeason {
    /// There is none.
    None,
    /// It is added.
    Additive,
    /// It is multiplied.
    Multiplicative,
}

/// One of the thirty exponential smoothing models: error, trend, season.
///
/// It is written as in the literature: `A` additive, `M` multiplicative, `N` none, `d` for a damped trend.
///
/// # Examples
///
/// ```
/// use slo_forecast::{EtsError, EtsSeason, EtsSpec, EtsTrend};
///
/// let spec: EtsSpec = "MAdM".parse()?;
/// assert_eq!(spec.error, EtsError::Multiplicative);
/// assert_eq!(spec.trend, EtsTrend::AdditiveDamped);
/// assert_eq!(spec.season, EtsSeason::Multiplicative);
/// assert_eq!(spec.to_string(), "MAdM");
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Koehler, A. B., Ord, J. K. and Snyder, R. D. (2008). *Forecasting with Exponential Smoothing: The
/// State Space Approach*, table 2.1. Springer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct EtsSpec {
    /// How the error enters.
    pub error: EtsError,
    /// How the trend goes on.
    pub trend: EtsTrend,
    /// How the season enters.
    pub season: EtsSeason,
}

const ERRORS: [(EtsError, &str); 2] = [(EtsError::Additive, "A"), (EtsError::Multiplicative, "M")];
const TRENDS: [(EtsTrend, &str); 5] = [
    (EtsTrend::None, "N"),
    (EtsTrend::Additive, "A"),
    (EtsTrend::AdditiveDamped, "Ad"),
    (EtsTrend::Multiplicative, "M"),
    (EtsTrend::MultiplicativeDamped, "Md"),
];
const SEASONS: [(EtsSeason, &str); 3] =
    [(EtsSeason::None, "N"), (EtsSeason::Additive, "A"), (EtsSeason::Multiplicative, "M")];

impl EtsSpec {
    /// The model of these parts.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{EtsError, EtsSeason, EtsSpec, EtsTrend};
    ///
    /// let spec = EtsSpec::new(EtsError::Additive, EtsTrend::None, EtsSeason::None);
    /// assert_eq!(spec, "ANN".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(error: EtsError, trend: EtsTrend, season: EtsSeason) -> Self {
        Self { error, trend, season }
    }

    /// All thirty, by error, trend and season.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::EtsSpec;
    ///
    /// let names: Vec<String> = EtsSpec::all().map(|spec| spec.to_string()).collect();
    /// assert_eq!((names.len(), names[0].as_str(), names[29].as_str()), (30, "ANN", "MMdM"));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        ERRORS.into_iter().flat_map(|(error, _)| {
            TRENDS.into_iter().flat_map(move |(trend, _)| {
                SEASONS.into_iter().map(move |(season, _)| Self { error, trend, season })
            })
        })
    }

    /// Whether a part is multiplicative, so that every value has to be positive.
    pub(crate) const fn is_multiplicative(self) -> bool {
        matches!(self.error, EtsError::Multiplicative)
            || self.trend.is_multiplicative()
            || matches!(self.season, EtsSeason::Multiplicative)
    }

    /// How its states go on.
    pub(crate) const fn recursion(self) -> Recursion {
        Recursion::new(self.trend, self.season)
    }

    /// Whether there is a season.
    pub(crate) const fn is_seasonal(self) -> bool {
        !matches!(self.season, EtsSeason::None)
    }
}

impl fmt::Display for EtsSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = ERRORS.iter().find(|(part, _)| *part == self.error);
        let trend = TRENDS.iter().find(|(part, _)| *part == self.trend);
        let season = SEASONS.iter().find(|(part, _)| *part == self.season);
        let names = [error.map(|(_, name)| name), trend.map(|(_, name)| name), season.map(|(_, name)| name)];
        names.into_iter().flatten().try_for_each(|name| f.write_str(name))
    }
}

impl FromStr for EtsSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::all().find(|spec| spec.to_string() == text).ok_or_else(|| {
            Error::invalid(
                "spec",
                text,
                "must be error A or M, trend N, A, Ad, M or Md, season N, A or M: \"MAdM\"",
            )
        })
    }
}

#[cfg(feature = "serde")]
impl From<EtsSpec> for String {
    fn from(spec: EtsSpec) -> Self {
        spec.to_string()
    }
}

#[cfg(feature = "serde")]
impl TryFrom<String> for EtsSpec {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_thirty_are_read_as_they_are_written() {
        let specs: Vec<EtsSpec> = EtsSpec::all().collect();
        assert_eq!(specs.len(), 30);
        for (place, spec) in specs.iter().enumerate() {
            assert_eq!(spec.to_string().parse::<EtsSpec>().unwrap(), *spec);
            assert!(!specs[..place].contains(spec));
        }
    }

    #[test]
    fn what_is_no_model_is_refused_by_name() {
        for text in ["", "A", "AN", "NNN", "ZZZ", "ann", "ANNd", "AAdd", "ANN ", "ETS(A,N,N)", "MAdMM"] {
            let error = text.parse::<EtsSpec>().unwrap_err();
            assert!(matches!(&error, Error::InvalidParameter { name: "spec", value, .. } if value == text));
        }
    }
}
