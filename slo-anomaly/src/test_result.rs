//! What a test of a whole sample says.

use std::fmt;

use slo_core::Figure;

use crate::verdict::Side;

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
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
#[non_exhaustive]
pub struct TestResult {
    /// The test's statistic; infinite where a sample without spread differs from what it is held against.
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
    pub interval: Option<(f64, f64)>,
    /// The degrees of freedom of the statistic's distribution.
    pub degrees_of_freedom: Option<f64>,
    /// The size of the effect in deviations.
    pub effect_size: Option<f64>,
    /// The standard error of the p-value, where it was simulated.
    pub standard_error: Option<f64>,
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
            standard_error: None,
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
        write!(f, "statistic {}, p = {}", Figure(self.statistic), Figure(self.p_value))?;
        if let Some(error) = self.standard_error {
            write!(f, " ± {}", Figure(error))?;
        }
        write!(f, " ({quality}, {sides})")?;
        if let Some(degrees) = self.degrees_of_freedom {
            write!(f, ", {} degrees of freedom", Figure(degrees))?;
        }
        if let Some(critical) = self.critical {
            write!(f, ", critical value {}", Figure(critical))?;
        }
        if let Some((lower, upper)) = self.interval {
            write!(f, ", interval {} to {}", Figure(lower), Figure(upper))?;
        }
        if let Some(effect) = self.effect_size {
            write!(f, ", effect {}", Figure(effect))?;
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

/// A result as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(with = "crate::float")]
    statistic: f64,
    p_value: f64,
    exactness: Exactness,
    side: Side,
    #[serde(with = "crate::float::maybe")]
    critical: Option<f64>,
    suspects: Vec<usize>,
    #[serde(with = "crate::float::pair")]
    interval: Option<(f64, f64)>,
    #[serde(with = "crate::float::maybe")]
    degrees_of_freedom: Option<f64>,
    #[serde(with = "crate::float::maybe")]
    effect_size: Option<f64>,
    standard_error: Option<f64>,
}

#[cfg(feature = "serde")]
impl From<TestResult> for Written {
    fn from(result: TestResult) -> Self {
        let TestResult { statistic, p_value, exactness, side, critical, suspects, .. } = result;
        let TestResult { interval, degrees_of_freedom, effect_size, standard_error, .. } = result;
        Self {
            statistic,
            p_value,
            exactness,
            side,
            critical,
            suspects,
            interval,
            degrees_of_freedom,
            effect_size,
            standard_error,
        }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for TestResult {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> slo_core::Result<Self> {
        let Written { statistic, p_value, exactness, side, critical, suspects, .. } = written;
        let Written { interval, degrees_of_freedom, effect_size, standard_error, .. } = written;
        let sound = !statistic.is_nan()
            && (0.0..=1.0).contains(&p_value)
            && !critical.is_some_and(f64::is_nan)
            && !effect_size.is_some_and(f64::is_nan)
            && interval.is_none_or(|(lower, upper)| lower <= upper)
            && degrees_of_freedom.is_none_or(|degrees| degrees > 0.0)
            && standard_error.is_none_or(|error| (0.0..1.0).contains(&error));
        if !sound {
            let reason = "the result of a test contradicts itself".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self {
            statistic,
            p_value,
            exactness,
            side,
            critical,
            suspects,
            interval,
            degrees_of_freedom,
            effect_size,
            standard_error,
        })
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    fn written(result: &TestResult) -> String {
        serde_json::to_string(result).unwrap_or_default()
    }

    #[test]
    fn what_is_written_is_read_back_infinite_ends_included() {
        let mut result =
            TestResult::new(f64::INFINITY, 0.0, Exactness::Exact, Side::Lower).suspects(vec![3, 1]);
        assert_eq!(serde_json::from_str::<TestResult>(&written(&result)).unwrap(), result);
        result.interval = Some((f64::NEG_INFINITY, 2.5));
        result.effect_size = Some(f64::NEG_INFINITY);
        result.degrees_of_freedom = Some(7.5);
        result.critical = Some(f64::INFINITY);
        result.standard_error = Some(0.001);
        assert_eq!(serde_json::from_str::<TestResult>(&written(&result)).unwrap(), result);
        assert_eq!(
            result.to_string(),
            "statistic inf, p = 0 ± 0.001 (exact, one side), 7.5 degrees of freedom, critical value inf, \
             interval -inf to 2.5, effect -inf, suspects 3 and 1"
        );
    }

    #[test]
    fn what_no_test_returns_is_refused() {
        let mut result = TestResult::new(2.0, 0.5, Exactness::UpperBound, Side::Both);
        result.interval = Some((1.0, 3.0));
        result.degrees_of_freedom = Some(2.0);
        let text = written(&result);
        for (sound, unsound) in [
            ("\"p_value\":0.5", "\"p_value\":1.5"),
            ("\"p_value\":0.5", "\"p_value\":-0.5"),
            ("\"statistic\":2.0", "\"statistic\":null"),
            ("[1.0,3.0]", "[3.0,1.0]"),
            ("\"degrees_of_freedom\":2.0", "\"degrees_of_freedom\":0.0"),
            ("\"standard_error\":null", "\"standard_error\":1.0"),
            ("\"upper_bound\"", "\"sure\""),
            ("\"effect_size\":null", "\"effect_size\":null,\"more\":1"),
        ] {
            assert!(text.contains(sound), "{text}");
            assert!(serde_json::from_str::<TestResult>(&text.replace(sound, unsound)).is_err(), "{unsound}");
        }
    }
}
