//! The test as a detector.

use slo_core::Result;
use slo_core::stats::Missing;

use super::{critical_value, exactness};
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::esd::kernel::{Removals, p_value, residual};
use crate::normal_sample::{Present, check_level};
use crate::online::Online;
use crate::rolling::Rolling;
use crate::tail::Tail;
use crate::test_result::Exactness;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// Grubbs' test as a detector: the most extreme value of a normal sample is unusual if it is so among so many.
///
/// # Method
///
/// ```text
/// score = (x - mean) / s   over all values, x among them
/// ```
///
/// In [`Detector::detect`] at most one value is flagged, the most extreme: where its score exceeds the critical value of
/// [`grubbs_test`](crate::grubbs_test), whose p-value the verdict has. So a normal sample has a value flagged with
/// probability `alpha`, however many values it has; no score can exceed `(n-1)/√n`.
///
/// In [`Grubbs::rolling`] and [`Grubbs::online`] the sample is a value and the window before it, and that value alone is
/// tested, by the same critical value. It was not chosen for being extreme, so that its p-value is the t-test's own,
///
/// ```text
/// p = 2 P(t_{n-2} > T),   T² = n (n-2) score² / ((n-1)² - n score²)
/// ```
///
/// exact on independent normal values, and it is flagged where `p < alpha/n`: of n values in a row, as many as the
/// window has with the newest, `alpha` are false alarms on average.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `alpha` | 0.05 | (0, 1) | probability of a false alarm, per sample |
/// | `side` | [`Side::Both`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Grubbs};
///
/// let latency_ms = [12.1, 11.8, 12.4, 12.0, 30.0, 11.9];
/// let found = Grubbs::new().alpha(0.01).detect(&latency_ms)?;
/// assert_eq!(found.indices(), [4]);
/// // NIST's table of critical values: 1.973 for n = 6 at 1 % on both sides.
/// assert!((found.threshold - 1.973).abs() < 1e-3);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Grubbs, F. E. (1969). Procedures for detecting outlying observations in samples. *Technometrics* 11(1), 1-21.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Grubbs {
    /// The probability that a normal sample has a value flagged.
    pub alpha: f64,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Grubbs {
    fn default() -> Self {
        Self::new()
    }
}

impl Grubbs {
    /// The test at level 0.05 on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Grubbs};
    ///
    /// assert_eq!(Grubbs::new().detect(&[1.0, 2.0, 3.0, 2.0, 12.0])?.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { alpha: 0.05, side: Side::Both, missing: Missing::Error }
    }

    /// The probability that a normal sample has a value flagged; 0.05 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Grubbs};
    ///
    /// // p = 0.0036.
    /// let values = [1.0, 2.0, 3.0, 2.0, 12.0];
    /// assert_eq!(Grubbs::new().alpha(0.01).detect(&values)?.indices(), [4]);
    /// assert!(Grubbs::new().alpha(0.001).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Grubbs, Side};
    ///
    /// let values = [1.0, 2.0, 3.0, 2.0, 12.0];
    /// assert!(Grubbs::new().side(Side::Lower).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out, and keeps its place in a window. Nothing is judged beside an infinity.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Grubbs};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [1.0, 2.0, 3.0, f64::NAN, 2.0, 12.0];
    /// assert!(Grubbs::new().detect(&values).is_err());
    /// assert_eq!(Grubbs::new().missing(Missing::Skip).detect(&values)?.indices(), [5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The test of each value among the `window` values before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Grubbs};
    ///
    /// let found = Grubbs::new().rolling(4)?.detect(&[1.0, 2.0, 3.0, 2.0, 12.0])?;
    /// assert_eq!(found.indices(), [4]);
    /// // Mean 4, deviation √(82/4), which the value itself is part of.
    /// assert!((found.scores[4] - 8.0 / 20.5_f64.sqrt()).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](slo_core::Error::InvalidParameter) for a window of fewer than 2 values, and for a
    /// parameter outside its range.
    pub fn rolling(self, window: usize) -> Result<Rolling> {
        Rolling::new(self, window)
    }

    /// The same for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Grubbs, OnlineDetector};
    ///
    /// let mut online = Grubbs::new().online(60)?;
    /// online.observe_many(&[1.0, 2.0, 3.0, 2.0])?;
    /// let verdict = online.observe(12.0)?;
    /// assert!(verdict.flagged && verdict.exact());
    /// // The t-test's: T² = 5·3·score²/(16 - 5 score²) with 3 degrees of freedom.
    /// assert!((verdict.p_value().unwrap() - 0.001_629).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Grubbs::rolling`].
    pub fn online(self, window: usize) -> Result<Online> {
        self.rolling(window)?.online()
    }

    /// What a score must exceed among `n` values, of which there are at least three.
    pub(crate) fn threshold(&self, n: usize) -> f64 {
        critical_value(n, self.side, self.alpha)
    }

    /// The verdict on a value at this distance from the mean of two or more others.
    pub(crate) fn newest(
        &self,
        place: (usize, f64),
        distance: f64,
        others: Baseline,
        threshold: f64,
        exactness: Exactness,
    ) -> Verdict {
        let too_far = distance.is_infinite() && place.1.is_finite();
        if !(others.scale.is_finite() && others.center.is_finite() && place.1.is_finite()) || too_far {
            return Verdict::withheld(place, threshold, Reason::Unbounded, others.n);
        }
        let n = others.n as f64 + 1.0;
        // T, how far a further value of the sample lies from it.
        let t = if distance == 0.0 { 0.0 } else { distance / others.scale * ((n - 1.0) / n).sqrt() };
        let score = residual((t / (n - 2.0).sqrt()).abs(), n).copysign(distance);
        let score = if t == 0.0 { 0.0 } else { score };
        let tail = Tail::student(t, n - 2.0, self.side, exactness);
        Verdict::scored(place, score, (threshold, self.side), None, others, tail)
    }
}

impl Detector for Grubbs {
    fn name(&self) -> &'static str {
        "Grubbs"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        check_level(self.alpha)
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        let Some(present) = Present::new(values, self.missing, scores)? else {
            return Ok(Findings { outliers: Vec::new(), threshold: self.threshold(3) });
        };
        let sample = &present.sample;
        let threshold = self.threshold(sample.len());
        let removals = Removals::new(sample, 1, self.side);
        let suspect = removals.taken.first();
        let mut outliers = Vec::new();
        for (place, value) in sample.iter().enumerate() {
            let index = present.place(place);
            let (mut score, center, scale) = removals.score(0, *value);
            if let Some(suspect) = suspect.filter(|suspect| suspect.place == place) {
                score = if suspect.side == Side::Upper { suspect.statistic } else { -suspect.statistic };
                let baseline = Baseline::of(center, scale, sample.len());
                let exactness = exactness(suspect.statistic, sample.len(), self.side);
                let tail = Tail::known(p_value(suspect, self.side), exactness);
                let verdict =
                    Verdict::scored((index, *value), score, (threshold, self.side), None, baseline, tail);
                outliers.extend(verdict.flagged.then_some(verdict));
            }
            if let Some(place) = scores.get_mut(index) {
                *place = score;
            }
        }
        Ok(Findings { outliers, threshold })
    }
}
