//! What is known about the dependence of two series.

use std::fmt;

use slo_core::{Figure, Interval};

use crate::effective::Effective;

/// What a coefficient measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Measure {
    /// Pearson's product-moment coefficient: how close the points lie to one line.
    Pearson,
    /// The cosine of the angle between both, about zero and not about their means.
    Cosine,
}

impl Measure {
    /// Its name, as it begins a sentence.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pearson => "Pearson's correlation",
            Self::Cosine => "The cosine",
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pearson => "pearson",
            Self::Cosine => "cosine",
        })
    }
}

/// A coefficient, how surprising it is, and how sure.
///
/// # Examples
///
/// ```
/// use slo_correlate::{Correlator, Pearson};
///
/// let found = Pearson::new().correlate(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0])?;
/// assert!((found.coefficient - 0.8).abs() < 1e-15);
/// // With four points, a coefficient is uniform on (-1, 1) where there is no dependence: p = 1 - |r|.
/// assert!((found.p_value.unwrap_or(1.0) - 0.2).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", deny_unknown_fields)
)]
#[non_exhaustive]
pub struct Correlation {
    /// What the coefficient measures.
    pub measure: Measure,
    /// The coefficient, in [-1, 1].
    pub coefficient: f64,
    /// The probability of a coefficient as far from 0, either way, without dependence; `None` where the measure has no
    /// such probability, or the points are too few for one.
    pub p_value: Option<f64>,
    /// A confidence interval for the coefficient; `None` where it does not exist.
    pub interval: Option<Interval>,
    /// How many pairs there are.
    pub n: usize,
    /// How many independent pairs would tell as much.
    pub n_effective: f64,
    /// How the pairs' dependence on their own past was allowed for.
    pub effective: Effective,
}

impl Correlation {
    /// What was found, in sentences.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::{Correlator, Pearson};
    ///
    /// let found = Pearson::new().correlate(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0])?;
    /// let text = found.explain();
    /// assert!(text.starts_with("Pearson's correlation of 4 pairs is 0.8: they rise together."), "{text}");
    /// assert!(text.contains("p = 0.2"), "{text}");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn explain(&self) -> String {
        let Self { measure, coefficient, n, .. } = self;
        let direction = match coefficient {
            r if *r > 0.0 => "they rise together",
            r if *r < 0.0 => "one falls as the other rises",
            _ => "neither follows the other",
        };
        let what = format!("{} of {n} pairs is {}: {direction}.", measure.name(), Figure(*coefficient));
        let chance = match self.p_value {
            Some(p) => {
                format!(
                    " Without any dependence, one as far from 0 has p = {}{}",
                    Figure(p),
                    self.assumption()
                )
            }
            None => self.why_no_p_value(),
        };
        let interval = self.interval.map_or_else(String::new, |Interval { lower, upper, level }| {
            format!(" The {}% interval is {} to {}.", Figure(level * 100.0), Figure(lower), Figure(upper))
        });
        format!("{what}{chance}{interval}")
    }

    fn assumption(&self) -> String {
        match self.effective {
            Effective::None => ", if the pairs are independent of each other.".to_owned(),
            Effective::Bartlett => {
                format!(", the pairs telling as much as {:.1} independent ones.", self.n_effective)
            }
            Effective::Surrogate => {
                format!(
                    ", among itself and the {} other circular shifts of the second.",
                    self.n.saturating_sub(1)
                )
            }
        }
    }

    fn why_no_p_value(&self) -> String {
        match self.measure {
            Measure::Pearson => format!(
                " They tell as much as {:.1} independent ones: too few for a p-value.",
                self.n_effective
            ),
            Measure::Cosine => " It has no p-value.".to_owned(),
        }
    }
}

/// One line: the coefficient, its p-value and the pairs.
impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.measure, Figure(self.coefficient))?;
        if let Some(p) = self.p_value {
            write!(f, ", p={}", Figure(p))?;
        }
        write!(f, ", n={}", self.n)?;
        if self.effective != Effective::None {
            write!(f, ", effectively {:.1}", self.n_effective)?;
        }
        Ok(())
    }
}

/// A correlation as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    measure: Measure,
    coefficient: f64,
    p_value: Option<f64>,
    interval: Option<Interval>,
    n: usize,
    n_effective: f64,
    effective: Effective,
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Correlation {
    type Error = slo_core::Error;

    fn try_from(raw: Raw) -> slo_core::Result<Self> {
        let Raw { measure, coefficient, p_value, interval, n, n_effective, effective } = raw;
        let refuse = |reason: &str| Err(slo_core::Error::State { reason: reason.to_owned() });
        if !(-1.0..=1.0).contains(&coefficient) {
            return refuse("a coefficient lies between -1 and 1");
        }
        if p_value.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return refuse("a p-value lies between 0 and 1");
        }
        if interval.is_some_and(|i| !(-1.0 <= i.lower && i.lower <= i.upper && i.upper <= 1.0)) {
            return refuse("an interval of a coefficient lies between -1 and 1");
        }
        if let Some(interval) = interval {
            slo_core::Error::check_fraction("level", interval.level)?;
        }
        if !(n_effective > 0.0 && n_effective.is_finite()) {
            return refuse("an effective number of pairs is positive");
        }
        Ok(Self { measure, coefficient, p_value, interval, n, n_effective, effective })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_shown_without_needless_places() {
        let interval = Some(Interval { lower: 0.25, upper: 0.5, level: 0.95 });
        let found = Correlation {
            measure: Measure::Pearson,
            coefficient: 0.4,
            p_value: Some(0.01),
            interval,
            n: 100,
            n_effective: 30.0,
            effective: Effective::Bartlett,
        };
        let text = found.explain();
        assert!(
            text.contains("as much as 30.0 independent ones. The 95% interval is 0.25 to 0.5."),
            "{text}"
        );
        assert_eq!(found.to_string(), "pearson 0.4, p=0.01, n=100, effectively 30.0");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_correlation_that_no_data_have_is_not_read() {
        let written = r#"{"measure":"pearson","coefficient":0.5,"p_value":0.1,"interval":null,"n":9,"n_effective":9.0,"effective":"none"}"#;
        let read: Correlation = serde_json::from_str(written).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
        for (from, to) in [
            ("\"coefficient\":0.5", "\"coefficient\":1.5"),
            ("\"p_value\":0.1", "\"p_value\":-0.1"),
            ("null", r#"{"lower":0.9,"upper":0.1,"level":0.95}"#),
            ("null", r#"{"lower":0.1,"upper":0.9,"level":95.0}"#),
            ("\"n_effective\":9.0", "\"n_effective\":0.0"),
        ] {
            assert!(serde_json::from_str::<Correlation>(&written.replace(from, to)).is_err(), "{to}");
        }
    }
}
