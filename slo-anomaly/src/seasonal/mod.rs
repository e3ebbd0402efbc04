//! Any detector on what the seasons of a series leave.

pub(crate) mod adjust;
mod stream;
#[cfg(test)]
mod tests;

use slo_core::decompose::{Mstl, PhaseMedians};
use slo_core::{Error, Result};

use crate::any::AnyDetector;
use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::online::Online;
use crate::verdict::Verdict;

pub(crate) use stream::SeasonalStream;

/// What the values of a seasonal series are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Adjust {
    /// The trend and the seasons of a robust decomposition of the whole series, the seasons the same in all cycles.
    #[default]
    Stl,
    /// The median of each phase over the whole series. A trend stays in what is left.
    Medians,
    /// The median of each phase over its last cycles before the value: nothing that comes later is looked at.
    PastMedians,
}

/// A detector behind a seasonal adjustment: it judges what the season leaves of each value.
///
/// # Method
///
/// ```text
/// rest = x - T - Σ S_i        by STL: trend and seasons of the whole series
/// rest = x - Σ m_i            by medians: m_i the median of the phase in period i of x - Σ_{j != i} m_j, in two passes
/// rest = x - Σ m_i            by past medians: m_i the median of the last `cycles` values x - Σ_{j < i} m_j of the phase
/// ```
///
/// Periods come in increasing order. The verdict is the inner detector's on `rest`; its value is the value, and its
/// baseline stands where the season is. By past medians a value is not judged before each of its phases has been seen
/// `min_cycles` times: of three, one anomaly cannot pass for the season. A missing value leaves its phase as it was.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `detector` | | any but another `Seasonal`; after past medians one that streams | |
/// | `periods` | | different, at least 2 | values |
/// | `by` | [`Adjust::Stl`] | | |
/// | `cycles` | 3 | at least 1, at most 2^24 with the period | cycles |
/// | `min_cycles` | `cycles` | 1 to `cycles` | cycles |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Seasonal, ThreeSigma};
///
/// // 5 is usual at the top of the sawtooth and an anomaly at its foot.
/// let mut values: Vec<f64> = (0..96).map(|t| f64::from(t % 8) + 0.1 * f64::from(t * t % 7)).collect();
/// values[40] = 5.0;
/// assert!(ThreeSigma::new().detect(&values)?.indices().is_empty());
/// assert_eq!(Seasonal::new(ThreeSigma::new(), [8]).detect(&values)?.indices(), [40]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Cleveland, R. B., Cleveland, W. S., `McRae`, J. E., Terpenning, I. (1990). STL: a seasonal-trend decomposition
/// procedure based on loess. *Journal of Official Statistics* 6(1), 3-73.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Seasonal {
    /// The detector that judges what the seasons leave.
    pub detector: AnyDetector,
    /// How many values the cycles have.
    pub periods: Vec<usize>,
    /// What the values are compared with.
    pub by: Adjust,
    /// Over how many cycles past medians look back.
    pub cycles: usize,
    /// How many values of a phase past medians need.
    pub min_cycles: Option<usize>,
}

impl Seasonal {
    /// The detector on what STL leaves of a series with these periods.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Adjust, Seasonal, Tukey};
    ///
    /// let rule = Seasonal::new(Tukey::new(), [24, 168]);
    /// assert_eq!((rule.periods, rule.by, rule.cycles), (vec![24, 168], Adjust::Stl, 3));
    /// ```
    pub fn new(detector: impl Into<AnyDetector>, periods: impl Into<Vec<usize>>) -> Self {
        Self {
            detector: detector.into(),
            periods: periods.into(),
            by: Adjust::Stl,
            cycles: 3,
            min_cycles: None,
        }
    }

    /// What the values are compared with; trend and seasons by STL by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Adjust, Detector, Seasonal, ThreeSigma};
    ///
    /// // A line hides nothing from STL; it stays in what medians of phases leave.
    /// let mut values: Vec<f64> = (0..96).map(|t| f64::from(t) + 5.0 * f64::from(t % 8)).collect();
    /// values[40] += 30.0;
    /// let rule = Seasonal::new(ThreeSigma::new(), [8]);
    /// assert_eq!(rule.clone().detect(&values)?.indices(), [40]);
    /// assert!(rule.by(Adjust::Medians).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn by(mut self, by: Adjust) -> Self {
        self.by = by;
        self
    }

    /// Over how many cycles past medians look back; 3 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Adjust, OnlineDetector, Seasonal, ThreeSigma};
    ///
    /// let rule = Seasonal::new(ThreeSigma::new().rolling(8)?, [4]).by(Adjust::PastMedians).min_cycles(1);
    /// let values: Vec<f64> = (0..40).map(|t| f64::from(t * t % 23)).collect();
    /// let score = |rule: Seasonal| rule.online()?.observe_many(&values).map(|found| found.scores[39]);
    /// assert_ne!(score(rule.clone().cycles(1))?, score(rule.cycles(7))?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn cycles(mut self, cycles: usize) -> Self {
        self.cycles = cycles;
        self
    }

    /// How many values of a phase past medians need; all `cycles` by default.
    ///
    /// With fewer, a value is judged earlier; where the level drifts, medians of more and more values lag more and more.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Adjust, OnlineDetector, Reason, Seasonal, ThreeSigma};
    ///
    /// let rule = Seasonal::new(ThreeSigma::new().rolling(8)?, [4]).by(Adjust::PastMedians);
    /// // The inner detector needs two values itself.
    /// let values: Vec<f64> = (0..40).map(|t| f64::from(t * t % 23)).collect();
    /// let unjudged = |rule: Seasonal| {
    ///     let found = rule.online()?.observe_many(&values)?;
    ///     Ok::<_, slo_core::Error>(found.scores.iter().take_while(|score| score.is_nan()).count())
    /// };
    /// assert_eq!((unjudged(rule.clone())?, unjudged(rule.min_cycles(1))?), (14, 6));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn min_cycles(mut self, min_cycles: usize) -> Self {
        self.min_cycles = Some(min_cycles);
        self
    }

    /// The same for values as they come: by past medians, with a detector that streams.
    ///
    /// Memory is bounded by the periods times `cycles`; a value takes `O(log cycles)` comparisons and the inner
    /// detector's time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Adjust, OnlineDetector, Seasonal, ThreeSigma};
    ///
    /// let mut online = Seasonal::new(ThreeSigma::new().rolling(48)?, [8]).by(Adjust::PastMedians).online()?;
    /// for t in 0..96 {
    ///     online.observe(f64::from(t % 8) + 0.1 * f64::from(t * t % 7))?;
    /// }
    /// // The next value has the phase of the foot.
    /// assert!(!online.score(0.3)?.flagged && online.score(5.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] unless both the adjustment and the detector look at the past alone, and as
    /// [`Detector::check`].
    pub fn online(&self) -> Result<Online> {
        self.check()?;
        if self.by != Adjust::PastMedians {
            return Err(Error::Unsupported {
                what: "a seasonal adjustment by the whole series, one value at a time".to_owned(),
                reason: "it looks at what comes later; adjust by past medians".to_owned(),
            });
        }
        Ok(Online::new(SeasonalStream::new(self.clone())?))
    }

    /// How many values of a phase past medians need.
    fn least_cycles(&self) -> usize {
        self.min_cycles.unwrap_or(self.cycles)
    }

    /// The periods in increasing order.
    fn sorted_periods(&self) -> Vec<usize> {
        let mut periods = self.periods.clone();
        periods.sort_unstable();
        periods
    }
}

impl Detector for Seasonal {
    fn name(&self) -> &'static str {
        "Seasonal"
    }

    fn reading(&self) -> Reading {
        if self.by == Adjust::PastMedians { Reading::Past } else { Reading::Series }
    }

    fn check(&self) -> Result<()> {
        self.detector.check_wrapped()?;
        if let AnyDetector::Seasonal(_) = self.detector {
            let reason = "adjusts for seasons itself; give one of them several periods";
            return Err(Error::invalid("detector", self.detector.name(), reason));
        }
        Mstl::new(self.periods.clone()).check()?;
        for period in &self.periods {
            PhaseMedians::new(*period, self.cycles)?;
        }
        if let Some(least) = self.min_cycles.filter(|least| !(1..=self.cycles).contains(least)) {
            let reason = format!("must lie between 1 and the cycles, {}", self.cycles);
            return Err(Error::invalid("min_cycles", least, reason));
        }
        if self.by == Adjust::PastMedians && !self.detector.is_causal() {
            return Err(Error::Unsupported {
                what: format!("{} after past medians", self.detector.name()),
                reason: "it looks at what comes later; give it a window with `rolling`, if it has one"
                    .to_owned(),
            });
        }
        self.detector.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        let rest = match self.by {
            Adjust::Stl => adjust::by_stl(&self.sorted_periods(), values)?,
            Adjust::Medians => adjust::by_medians(&self.sorted_periods(), values)?,
            Adjust::PastMedians => {
                return crate::stream::detect(SeasonalStream::new(self.clone())?, values, scores);
            }
        };
        let mut findings = self.detector.detect_into(&rest, scores)?;
        for verdict in &mut findings.outliers {
            if let Some(value) = values.get(verdict.index) {
                *verdict = about(*verdict, *value);
            }
        }
        Ok(findings)
    }
}

/// The verdict on what a season left of a value, as one on the value.
fn about(verdict: Verdict, value: f64) -> Verdict {
    let mut verdict = verdict;
    verdict.baseline.center += value - verdict.value;
    verdict.value = value;
    verdict
}
