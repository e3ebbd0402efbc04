//! Values far from the median of those around them.

mod spread;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Degenerate;
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// Hampel's filter: a value is unusual if it lies more than k robust deviations from the median of those around it.
///
/// # Method
///
/// ```text
/// window of x_t = x_{t-h}, ..., x_{t+h}, shortened at both ends of the series
/// score_t       = (x_t - median) / (1.4826 MAD)                  MAD = median of |x - median|
///               = (x_t - median) / (1.2533 mean |x - median|)    where MAD is 0
/// flagged if |score| > k
/// ```
///
/// It looks ahead: the causal form is [`Mad::rolling`](crate::Mad::rolling), which has no lag but learns of a new level
/// later. The constants are not rounded. Takes `O(n log h)`.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `half` (h) | | at least 1 | values on each side |
/// | `k` | 3 | above 0 | robust deviations |
/// | `side` | [`Side::Both`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Hampel};
///
/// let values = [1.0, 3.0, 2.0, 4.0, 20.0, 5.0, 7.0, 6.0, 8.0];
/// let found = Hampel::new(2).detect(&values)?;
/// assert_eq!(found.indices(), [4]);
/// // The median of 2, 4, 20, 5, 7 is 5, their median distance from it 2.
/// assert!((found.scores[4] - 15.0 / (2.0 * 1.482_602_218_505_602)).abs() < 1e-14);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hampel, F. R. (1974). The influence curve and its role in robust estimation. *Journal of the American Statistical
/// Association* 69(346), 383-393. Pearson, R. K. (2002). Outliers in process modeling and identification. *IEEE
/// Transactions on Control Systems Technology* 10(1), 55-63.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Hampel {
    /// How many values on each side of one it is compared with.
    pub half: usize,
    /// How many robust deviations from the median a value is flagged.
    pub k: f64,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that differs from a window without spread.
    pub degenerate: Degenerate,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Hampel {
    /// Windows of so many values on each side, k = 3.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::Hampel::new(5).k, 3.0);
    /// ```
    pub const fn new(half: usize) -> Self {
        Self { half, k: 3.0, side: Side::Both, degenerate: Degenerate::Alarm, missing: Missing::Error }
    }

    /// How many robust deviations from the median a value is flagged; 3 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Hampel};
    ///
    /// let values = [1.0, 3.0, 2.0, 4.0, 20.0, 5.0, 7.0, 6.0, 8.0];
    /// // It is 5.06 deviations away.
    /// assert_eq!(Hampel::new(2).k(5.0).detect(&values)?.indices(), [4]);
    /// assert!(Hampel::new(2).k(5.1).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn k(mut self, k: f64) -> Self {
        self.k = k;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Hampel, Side};
    ///
    /// let values = [1.0, 3.0, 2.0, 4.0, 20.0, 5.0, 7.0, 6.0, 8.0];
    /// assert_eq!(Hampel::new(2).side(Side::Upper).detect(&values)?.indices(), [4]);
    /// assert!(Hampel::new(2).side(Side::Lower).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What a value means that differs from a window without spread; an alarm by default.
    ///
    /// The judged value stands in its window, which therefore has a spread, if only a small one, wherever it differs:
    /// a lone value among 2h equal ones has the score (2h + 1)/1.2533. What a floor is for are such windows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, Detector, Hampel};
    ///
    /// let values = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    /// let floor = Degenerate::Floor { absolute: 0.5, relative: 0.0 };
    /// assert!((Hampel::new(3).detect(&values)?.scores[3] - 7.0 / 1.253_314_137_315_500_3).abs() < 1e-14);
    /// assert_eq!(Hampel::new(3).degenerate(floor).detect(&values)?.scores[3], 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out and keeps its place; windows that hold an infinity judge nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Hampel};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [1.0, 3.0, f64::NAN, 4.0, 20.0, 5.0, 7.0, 6.0, 8.0];
    /// assert!(Hampel::new(2).detect(&values).is_err());
    /// assert_eq!(Hampel::new(2).missing(Missing::Skip).detect(&values)?.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The verdict on a value by the median of `n` values and their robust deviation; none where there are no such.
    fn verdict(&self, place: (usize, f64), (center, found): (f64, f64), n: usize) -> Option<Verdict> {
        let distance = place.1 - center;
        if !(distance.is_finite() && found.is_finite()) {
            return None;
        }
        let scale = self.degenerate.scale(found, center);
        let score = self.degenerate.score(distance, scale);
        let reason = (scale == 0.0 && distance != 0.0).then_some(Reason::Degenerate);
        let baseline = Baseline::of(center, scale, n);
        Some(Verdict::scored(place, score, (self.k, self.side), reason, baseline, Tail::UNKNOWN))
    }
}

impl Detector for Hampel {
    fn name(&self) -> &'static str {
        "Hampel"
    }

    fn reading(&self) -> Reading {
        Reading::Series
    }

    fn check(&self) -> Result<()> {
        if self.half == 0 {
            return Err(Error::invalid("half", self.half, "must hold at least 1 value"));
        }
        if !(self.k > 0.0 && self.k.is_finite()) {
            return Err(Error::invalid("k", self.k, "must be positive and finite"));
        }
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        if self.missing == Missing::Error {
            Error::check_finite("values", values)?;
        }
        // A window beyond both ends holds all values, however far it reaches.
        let half = self.half.min(values.len());
        let spreads = spread::around(values, half)?;
        let mut outliers = Vec::new();
        for ((place, score), spread) in values.iter().copied().enumerate().zip(scores).zip(spreads) {
            let verdict = self.verdict(place, (spread.center, spread.scale), spread.count);
            *score = verdict.map_or(f64::NAN, |verdict| verdict.score);
            outliers.extend(verdict.filter(|verdict| verdict.flagged));
        }
        Ok(Findings { outliers, threshold: self.k })
    }
}
