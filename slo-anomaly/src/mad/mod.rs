//! Values far from the median in units of the median distance from it.

#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::stats::quantile::Sorted;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_admitted};
use crate::online::Online;
use crate::order::median_and_mad_of;
use crate::policy::Degenerate;
use crate::rolling::Rolling;
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// The modified z-score: a value is unusual if it lies more than k robust deviations from the median.
///
/// # Method
///
/// ```text
/// score = (x - median) / (1.4826 MAD)              MAD = median of |x - median|
///       = (x - median) / (1.2533 mean |x - median|)   where more than half of the values are equal and MAD is 0
/// flagged if |score| > k
/// ```
///
/// The constants 1/Φ⁻¹(3/4) and √(π/2) make both scales those of normal values; they are not rounded. In
/// [`Detector::detect`] the median is that of all values, the judged one among them; in [`Mad::rolling`] and
/// [`Mad::online`] that of the window before it, which is the causal form of Hampel's filter.
///
/// Up to half of the values may be wild without moving the rest out of sight. Error counts are often 0 more than half
/// of the time: there the mean distance takes over, and only a value that differs from a constant is left to
/// [`Mad::degenerate`].
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `k` | 3.5 | above 0 | robust deviations |
/// | `side` | [`Side::Both`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Mad};
///
/// // Uranium measurements of the NIST handbook: (245.57 - 201.37)/(1.4826 · 0.995) = 29.962.
/// let measured = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];
/// let found = Mad::new().detect(&measured)?;
/// assert_eq!(found.indices(), [7]);
/// assert!((found.scores[7] - 29.962_258_25).abs() < 1e-8);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Iglewicz, B. and Hoaglin, D. C. (1993). *How to Detect and Handle Outliers*. ASQC Quality Press. Hampel, F. R.
/// (1974). The influence curve and its role in robust estimation. *Journal of the American Statistical Association*
/// 69(346), 383-393.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Mad {
    /// How many robust deviations from the median a value is flagged.
    pub k: f64,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that differs from a baseline without spread.
    pub degenerate: Degenerate,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Mad {
    fn default() -> Self {
        Self::new()
    }
}

impl Mad {
    /// The rule with k = 3.5, on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mad};
    ///
    /// assert_eq!(Mad::new().detect(&[5.0, 6.0, 5.0, 7.0, 6.0, 60.0])?.indices(), [5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { k: 3.5, side: Side::Both, degenerate: Degenerate::Alarm, missing: Missing::Error }
    }

    /// How many robust deviations from the median a value is flagged; 3.5 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mad};
    ///
    /// // Median 3, median distance 1: 8 is 5/1.4826 = 3.37 deviations away.
    /// let values = [1.0, 2.0, 3.0, 4.0, 8.0];
    /// assert!(Mad::new().detect(&values)?.indices().is_empty());
    /// assert_eq!(Mad::new().k(3.3).detect(&values)?.indices(), [4]);
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
    /// use slo_anomaly::{Detector, Mad, Side};
    ///
    /// let values = [5.0, 6.0, 5.0, 7.0, 6.0, -60.0];
    /// assert_eq!(Mad::new().side(Side::Lower).detect(&values)?.indices(), [5]);
    /// assert!(Mad::new().side(Side::Upper).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What a value means that differs from a baseline without spread; an alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, Detector, Mad};
    ///
    /// let values = [0.0, 0.0, 0.0, 0.0, 1.0];
    /// let floor = Degenerate::Floor { absolute: 0.5, relative: 0.0 };
    /// assert_eq!(Mad::new().degenerate(floor).detect(&values)?.scores[4], 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out, and keeps its place in a window. In a window, an infinity is judged,
    /// and nothing can be judged by a baseline that holds one; a whole sample that holds one has no distances.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mad};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [5.0, 6.0, f64::NAN, 5.0, 7.0, 6.0, 60.0];
    /// assert!(Mad::new().detect(&values).is_err());
    /// assert_eq!(Mad::new().missing(Missing::Skip).detect(&values)?.indices(), [6]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The same rule with the `window` values before each as its baseline.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mad};
    ///
    /// let found = Mad::new().rolling(5)?.min_baseline(5).detect(&[1.0, 2.0, 3.0, 4.0, 5.0, 9.0])?;
    /// assert!((found.scores[5] - 6.0 / 1.482_602_218_505_602).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of fewer than 2 values, and for a parameter outside its range.
    pub fn rolling(self, window: usize) -> Result<Rolling> {
        Rolling::new(self, window)
    }

    /// The same rule for values as they come, with the `window` values before each as its baseline.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Mad, OnlineDetector};
    ///
    /// let mut online = Mad::new().online(5)?;
    /// online.observe_many(&[1.0, 2.0, 3.0, 4.0, 5.0])?;
    /// assert!(!online.score(8.0)?.flagged && online.score(8.2)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Mad::rolling`].
    pub fn online(self, window: usize) -> Result<Online> {
        self.rolling(window)?.online()
    }

    /// The verdict on a value by sorted ones, which are finite.
    pub(crate) fn verdict(&self, place: (usize, f64), sorted: &[f64]) -> Verdict {
        match Spread::of(sorted) {
            Some(spread) => self.verdict_by(place, spread, sorted.len()),
            None => Verdict::withheld(place, self.k, Reason::Unbounded, sorted.len()),
        }
    }

    fn verdict_by(&self, place: (usize, f64), Spread { center, scale: found }: Spread, n: usize) -> Verdict {
        let distance = place.1 - center;
        if distance.is_infinite() && place.1.is_finite() {
            return Verdict::withheld(place, self.k, Reason::Unbounded, n);
        }
        let scale = self.degenerate.scale(found, center);
        let score = self.degenerate.score(distance, scale);
        let reason = (scale == 0.0 && distance != 0.0).then_some(Reason::Degenerate);
        let baseline = Baseline::of(center, scale, n);
        Verdict::scored(place, score, (self.k, self.side), reason, baseline, Tail::UNKNOWN)
    }
}

/// √(π/2), by which the deviation of normal values exceeds their mean distance.
pub(crate) const NORMAL_MEAN: f64 = 1.253_314_137_315_500_3;

/// The median of a sample, and a robust deviation from it.
#[derive(Clone, Copy, Debug)]
struct Spread {
    center: f64,
    scale: f64,
}

impl Spread {
    /// None where the values spread further than floats reach, or there are none.
    fn of(sorted: &[f64]) -> Option<Self> {
        if sorted.is_empty() {
            return None;
        }
        let (center, mut scale) = median_and_mad_of(sorted);
        if scale == 0.0 {
            let n = sorted.len() as f64;
            // Divided first: no sum of distances that fit overflows.
            scale = NORMAL_MEAN * sorted.iter().map(|value| (value - center).abs() / n).sum::<f64>();
        }
        (center.is_finite() && scale.is_finite()).then_some(Self { center, scale })
    }
}

impl Detector for Mad {
    fn name(&self) -> &'static str {
        "Mad"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        if !(self.k > 0.0 && self.k.is_finite()) {
            return Err(Error::invalid("k", self.k, "must be positive and finite"));
        }
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_admitted(self.missing, values, scores)?;
        let present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let spread = Sorted::new(&present).ok().and_then(|sorted| Spread::of(sorted.values()));
        let Some(spread) = spread else { return Ok(Findings::none(scores, self.k)) };
        let judge = |place| self.verdict_by(place, spread, present.len());
        Ok(Findings::of_each(values, scores, self.k, judge))
    }
}
