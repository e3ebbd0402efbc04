//! Dixon's test as a detector.

use slo_core::{Error, Result};

use super::distribution::DixonDistribution;
use super::extremes::{Extremes, Found};
use super::ratio::DixonRatio;
use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::online::Online;
use crate::rolling::Rolling;
use crate::tail::Tail;
use crate::test_result::Exactness;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// Dixon's test of a sample's ends: a value is unusual if the gap beside it is a large part of the sample's range.
///
/// # Method
///
/// ```text
/// score = ± gap / range,    flagged if |score| exceeds the critical value
/// ```
///
/// of the greatest value, and negative of the least; all other values have score 0. `range` leaves out as many values as
/// [`DixonRatio`] says. In [`Detector::detect`] the values are one sample, and `alpha` is the probability that any value
/// of an independent normal sample is flagged, a bound where [`DixonDistribution::exactness`] says so. With
/// fewer values than the ratio needs, none is judged and all scores are NaN.
///
/// In [`Dixon::rolling`] and [`Dixon::online`] the sample is the window before a value with the value itself, and it is
/// the new value that is judged. Each of the n values is as likely to be the one at the end, so that
///
/// ```text
/// p = 2 P(r > |score|) / n        on both sides, half of it on one
/// ```
///
/// and `alpha` is the probability of a false alarm per value: exact for every ratio, and to be chosen smaller than for a
/// single sample. While the window fills, each new length costs a critical value, some milliseconds.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `alpha` | 0.05 | (0, 1) | probability of a false alarm, per sample; per value in a window |
/// | `ratio` | [`DixonRatio::Auto`] | | |
/// | `side` | [`Side::Both`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Dixon};
///
/// let litres = [0.189, 0.167, 0.187, 0.183, 0.186, 0.182, 0.181, 0.184, 0.181];
/// let found = Dixon::new().detect(&litres)?;
/// // r11 of nine values: (0.181 - 0.167) / (0.187 - 0.167) below, (0.189 - 0.187) / (0.189 - 0.181) above.
/// assert_eq!(found.indices(), [1]);
/// assert!((found.scores[1] + 0.7).abs() < 1e-12 && (found.scores[0] - 0.25).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Dixon, W. J. (1953). Processing data for outliers. *Biometrics* 9(1), 74-89.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Dixon {
    /// The probability of a false alarm.
    pub alpha: f64,
    /// Which gap over which range.
    pub ratio: DixonRatio,
    /// The sides on which a value can be flagged.
    pub side: Side,
}

impl Default for Dixon {
    fn default() -> Self {
        Self::new()
    }
}

impl Dixon {
    /// The test at 5 % on both sides, with the ratio that suits the number of values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Dixon};
    ///
    /// assert_eq!(Dixon::new().detect(&[1.0, 1.1, 0.9, 1.0, 5.0])?.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { alpha: 0.05, ratio: DixonRatio::Auto, side: Side::Both }
    }

    /// The probability of a false alarm; 0.05 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Dixon};
    ///
    /// // r10 = 3/4 of five values: p = 0.032.
    /// let values = [0.0, 0.0, 1.0, 0.5, 4.0];
    /// assert_eq!(Dixon::new().alpha(0.05).detect(&values)?.indices(), [4]);
    /// assert!(Dixon::new().alpha(0.01).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Which gap over which range; what suits the number of values by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Dixon, DixonRatio};
    ///
    /// // The second outlier hides the first one from r10, not from r20.
    /// let values = [0.0, 0.1, 0.2, 0.3, 0.4, 9.0, 9.5];
    /// assert!(Dixon::new().ratio(DixonRatio::R10).detect(&values)?.indices().is_empty());
    /// assert_eq!(Dixon::new().ratio(DixonRatio::R20).detect(&values)?.indices(), [6]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn ratio(mut self, ratio: DixonRatio) -> Self {
        self.ratio = ratio;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Dixon, Side};
    ///
    /// let values = [1.0, 1.1, 0.9, 1.0, 5.0];
    /// assert_eq!(Dixon::new().side(Side::Upper).detect(&values)?.indices(), [4]);
    /// assert!(Dixon::new().side(Side::Lower).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// The same test of each value among the `window` values before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Dixon};
    ///
    /// let found = Dixon::new().alpha(0.001).rolling(5)?.detect(&[1.0, 1.1, 0.9, 1.0, 1.2, 9.0])?;
    /// assert_eq!(found.indices(), [5]);
    /// // (9 - 1.2) / (9 - 0.9)
    /// assert!((found.scores[5] - 7.8 / 8.1).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of fewer than 2 values, and for a parameter outside its range;
    /// [`Error::LimitExceeded`] for a window of 10 000 values or more.
    pub fn rolling(self, window: usize) -> Result<Rolling> {
        Rolling::new(self, window)
    }

    /// The same test for values as they come, each among the `window` values before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Dixon, OnlineDetector};
    ///
    /// let mut online = Dixon::new().alpha(0.001).online(5)?;
    /// online.observe_many(&[1.0, 1.1, 0.9, 1.0, 1.2])?;
    /// assert!(online.observe(9.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Dixon::rolling`].
    pub fn online(self, window: usize) -> Result<Online> {
        self.rolling(window)?.online()
    }

    /// Refuses a window longer than what the distribution is computed for.
    pub(crate) fn check_window(window: usize) -> Result<()> {
        let limit = DixonDistribution::MAX_LEN - 1;
        if window > limit {
            let (value, limit) = (window as u64, limit as u64);
            return Err(Error::LimitExceeded { what: "a window of Dixon's test", value, limit });
        }
        Ok(())
    }

    /// What the size of a new value's ratio must exceed with `n` values before it; infinite with too few.
    pub(crate) fn threshold(&self, n: usize) -> f64 {
        let count = n.saturating_add(1);
        let Ok(distribution) = DixonDistribution::new(self.ratio, count) else { return f64::INFINITY };
        let share = (self.alpha * count as f64 / self.side.ends()).min(1.0);
        // Where each value at an end is flagged that has a gap beside it at all.
        distribution.upper_quantile(share).map_or(f64::INFINITY, |limit| limit.max(f64::MIN_POSITIVE))
    }

    /// The verdict on a new value with the finite ones before it, in order of size.
    pub(crate) fn verdict(
        &self,
        place: (usize, f64),
        sorted: &[f64],
        threshold: f64,
        exactness: Exactness,
    ) -> Verdict {
        let n = sorted.len();
        let Ok(distribution) = DixonDistribution::new(self.ratio, n + 1) else {
            return Verdict::withheld(place, threshold, Reason::WarmingUp, n);
        };
        let ends = Extremes::with(sorted, place.1);
        let (upper, lower) = (ends.upper(distribution.ratio()), ends.lower(distribution.ratio()));
        let at = |found: &Found| found.suspect == place.1;
        let found = match (at(&upper), at(&lower)) {
            (true, _) => upper,
            (false, true) => lower,
            (false, false) => {
                let middle = sorted.get(n / 2).copied().unwrap_or(f64::NAN);
                let baseline = Baseline::of(middle, upper.baseline(n).scale, n);
                let tail = Tail::known(1.0, exactness);
                return Verdict::scored(place, 0.0, (threshold, self.side), None, baseline, tail);
            }
        };
        let tail = Tail::dixon_of_one(distribution, found.ratio, self.side, exactness);
        Verdict::scored(place, found.score(), (threshold, self.side), None, found.baseline(n), tail)
    }
}

impl Detector for Dixon {
    fn name(&self) -> &'static str {
        "Dixon"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        Error::check_fraction("alpha", self.alpha)
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        Error::check_finite("values", values)?;
        if values.len() < self.ratio.min_len() {
            scores.fill(f64::NAN);
            return Ok(Findings { outliers: Vec::new(), threshold: f64::INFINITY });
        }
        let distribution = DixonDistribution::new(self.ratio, values.len())?;
        let threshold = distribution.critical_value(self.alpha, self.side)?;
        let exactness = distribution.exactness(self.side);
        let ends = Extremes::of(values);
        let (upper, lower) = (ends.upper(distribution.ratio()), ends.lower(distribution.ratio()));
        let mut outliers = Vec::new();
        for ((index, value), score) in values.iter().enumerate().zip(scores) {
            *score = 0.0;
            let Some(found) = [upper, lower].into_iter().find(|end| end.suspect == *value) else { continue };
            *score = found.score();
            let tail = Tail::dixon(distribution, found.ratio, self.side, exactness);
            let verdict = Verdict::scored(
                (index, *value),
                found.score(),
                (threshold, self.side),
                None,
                found.baseline(values.len() - 1),
                tail,
            );
            if verdict.flagged {
                outliers.push(verdict);
            }
        }
        Ok(Findings { outliers, threshold })
    }
}
