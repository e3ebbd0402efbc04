//! What a test of a whole sample says.

use std::fmt;

use crate::verdict::{Short, Side};

/// How a p-value relates to the probability that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Exactness {
    /// It is that probability, on samples such as the test assumes.
    Exact,
    /// The probability is at most this.
    UpperBound,
    /// It is near that probability.
    Approximate,
}

impl fmt::Display for Exactness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::UpperBound => "upper_bound",
            Self::Approximate => "approximate",
        })
    }
}

/// What a test found: its statistic, how unusual that is, and what it was formed from.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Exactness, Side, TestResult};
///
/// let result = TestResult::new(2.5, 0.012, Exactness::Exact, Side::Both).critical(2.1).suspects(vec![7]);
/// assert_eq!(result.to_string(), "statistic 2.5, p = 0.012 (exact, both sides), critical value 2.1, suspect 7");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TestResult {
    /// The test's statistic; infinite where a sample without spread differs from what it is held against.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub statistic: f64,
    /// The probability of a statistic at least as extreme, were nothing unusual going on.
    pub p_value: f64,
    /// How the p-value relates to that probability.
    pub exactness: Exactness,
    /// The sides on which the test looks.
    pub side: Side,
    /// What the statistic is compared with at the level that was asked for.
    pub critical: Option<f64>,
    /// The places of the values in question, the most extreme first.
    pub suspects: Vec<usize>,
    /// The ends of the confidence interval of what the test is about.
    #[cfg_attr(feature = "serde", serde(with = "crate::float::ends", default))]
    pub interval: Option<(f64, f64)>,
    /// The degrees of freedom of the statistic's distribution.
    pub degrees_of_freedom: Option<f64>,
    /// The size of the effect in deviations.
    pub effect_size: Option<f64>,
}

impl TestResult {
    /// A statistic and its p-value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Exactness, Side, TestResult};
    ///
    /// assert!(TestResult::new(1.0, 0.3, Exactness::UpperBound, Side::Upper).suspects.is_empty());
    /// ```
    pub const fn new(statistic: f64, p_value: f64, exactness: Exactness, side: Side) -> Self {
        Self {
            statistic,
            p_value,
            exactness,
            side,
            critical: None,
            suspects: Vec::new(),
            interval: None,
            degrees_of_freedom: None,
            effect_size: None,
        }
    }

    /// With what the statistic is compared with.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Exactness, Side, TestResult};
    ///
    /// assert_eq!(TestResult::new(1.0, 0.3, Exactness::Exact, Side::Both).critical(2.1).critical, Some(2.1));
    /// ```
    #[must_use]
    pub const fn critical(mut self, critical: f64) -> Self {
        self.critical = Some(critical);
        self
    }

    /// With the places of the values in question.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Exactness, Side, TestResult};
    ///
    /// assert_eq!(TestResult::new(1.0, 0.3, Exactness::Exact, Side::Both).suspects(vec![3]).index(), Some(3));
    /// ```
    #[must_use]
    pub fn suspects(mut self, suspects: Vec<usize>) -> Self {
        self.suspects = suspects;
        self
    }

    /// The place of the value in question, the most extreme one of several; none where no single value is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Exactness, Side, TestResult};
    ///
    /// assert_eq!(TestResult::new(1.0, 0.3, Exactness::Exact, Side::Both).index(), None);
    /// ```
    pub fn index(&self) -> Option<usize> {
        self.suspects.first().copied()
    }

    /// Whether the p-value is exact.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Exactness, Side, TestResult};
    ///
    /// assert!(!TestResult::new(1.0, 0.3, Exactness::UpperBound, Side::Both).exact());
    /// ```
    pub fn exact(&self) -> bool {
        self.exactness == Exactness::Exact
    }
}

impl fmt::Display for TestResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides = if self.side == Side::Both { "both sides" } else { "one side" };
        let quality = match self.exactness {
            Exactness::Exact => "exact",
            Exactness::UpperBound => "at most",
            Exactness::Approximate => "approximate",
        };
        write!(f, "statistic {}, p = {} ({quality}, {sides})", Short(self.statistic), Short(self.p_value))?;
        if let Some(degrees) = self.degrees_of_freedom {
            write!(f, ", {} degrees of freedom", Short(degrees))?;
        }
        if let Some(critical) = self.critical {
            write!(f, ", critical value {}", Short(critical))?;
        }
        if let Some((lower, upper)) = self.interval {
            write!(f, ", interval {} to {}", Short(lower), Short(upper))?;
        }
        if let Some(effect) = self.effect_size {
            write!(f, ", effect {}", Short(effect))?;
        }
        for (count, place) in self.suspects.iter().enumerate() {
            match count {
                0 if self.suspects.len() > 1 => write!(f, ", suspects {place}")?,
                0 => write!(f, ", suspect {place}")?,
                _ => write!(f, " and {place}")?,
            }
        }
        Ok(())
    }
}
