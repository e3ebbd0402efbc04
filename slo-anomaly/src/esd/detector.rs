//! The test as a detector.

use slo_core::Result;
use slo_core::stats::Missing;

use super::kernel::{Removals, critical_values, outliers, p_value};
use super::{check_most, most_of};
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::normal_sample::{Present, check_level};
use crate::online::Online;
use crate::rolling::Rolling;
use crate::tail::Tail;
use crate::test_result::Exactness;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// Rosner's generalized ESD test as a detector: up to so many values of a normal sample are unusual.
///
/// # Method
///
/// As [`esd_test`](crate::esd_test), which says how many outliers there are. Each of them is then judged with the others
/// out of the way, and each other value among the others alone:
///
/// ```text
/// score = (x - mean) / s   over the values that are no outliers, and x
/// ```
///
/// The threshold is the critical value of the last outlier. An outlier's score is at least the statistic by which the
/// test found the last one. Its p-value is that of Grubbs' test on the same values, a bound: at most `alpha` is the
/// probability that a normal sample has any value flagged, approximately.
///
/// With [`GeneralizedEsd::rolling`] the newest value is flagged where the test finds it among the outliers of its window
/// and itself. That takes time in proportion to the window.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `max_outliers` | 10 | 1 or more; fewer than half of the values are taken | values |
/// | `alpha` | 0.05 | (0, 1) | probability of a false alarm, per sample |
/// | `side` | [`Side::Both`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, GeneralizedEsd, Grubbs};
///
/// // Two outliers hide each other from a test for one.
/// let values = [10.0, 11.0, 9.5, 10.5, 30.0, 10.2, 9.8, 29.0, 10.1];
/// assert_eq!(GeneralizedEsd::new().detect(&values)?.indices(), [4, 7]);
/// assert!(Grubbs::new().detect(&values)?.indices().is_empty());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Rosner, B. (1983). Percentage points for a generalized ESD many-outlier procedure. *Technometrics* 25(2), 165-172.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct GeneralizedEsd {
    /// How many values are unusual at most.
    pub max_outliers: usize,
    /// The probability that a normal sample has any value flagged, at most.
    pub alpha: f64,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for GeneralizedEsd {
    fn default() -> Self {
        Self::new()
    }
}

impl GeneralizedEsd {
    /// The test for up to ten outliers at level 0.05, on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, GeneralizedEsd};
    ///
    /// assert_eq!(GeneralizedEsd::new().detect(&[1.0, 2.0, 3.0, 2.0, 12.0])?.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { max_outliers: 10, alpha: 0.05, side: Side::Both, missing: Missing::Error }
    }

    /// How many values are unusual at most; 10 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, GeneralizedEsd};
    ///
    /// let values = [10.0, 11.0, 9.5, 10.5, 30.0, 10.2, 9.8, 29.0, 10.1];
    /// assert!(GeneralizedEsd::new().max_outliers(1).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn max_outliers(mut self, max_outliers: usize) -> Self {
        self.max_outliers = max_outliers;
        self
    }

    /// The probability that a normal sample has any value flagged, at most; 0.05 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, GeneralizedEsd};
    ///
    /// // 12 among these has p = 0.0036 at most.
    /// let values = [1.0, 2.0, 3.0, 2.0, 12.0];
    /// assert_eq!(GeneralizedEsd::new().alpha(0.01).detect(&values)?.indices(), [4]);
    /// assert!(GeneralizedEsd::new().alpha(0.001).detect(&values)?.indices().is_empty());
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
    /// use slo_anomaly::{Detector, GeneralizedEsd, Side};
    ///
    /// let values = [1.0, 2.0, 3.0, 2.0, 12.0];
    /// assert!(GeneralizedEsd::new().side(Side::Lower).detect(&values)?.indices().is_empty());
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
    /// use slo_anomaly::{Detector, GeneralizedEsd};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [1.0, 2.0, 3.0, f64::NAN, 2.0, 12.0];
    /// assert!(GeneralizedEsd::new().detect(&values).is_err());
    /// assert_eq!(GeneralizedEsd::new().missing(Missing::Skip).detect(&values)?.indices(), [5]);
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
    /// use slo_anomaly::{Detector, GeneralizedEsd};
    ///
    /// // The spike in the window does not hide the next one.
    /// let values = [10.0, 11.0, 9.5, 10.5, 10.2, 30.0, 9.8, 10.1, 29.0, 10.3];
    /// assert_eq!(GeneralizedEsd::new().rolling(8)?.detect(&values)?.indices(), [5, 8]);
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
    /// use slo_anomaly::{GeneralizedEsd, OnlineDetector};
    ///
    /// let mut online = GeneralizedEsd::new().online(8)?;
    /// online.observe_many(&[10.0, 11.0, 9.5, 10.5, 10.2])?;
    /// assert!(online.observe(30.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`GeneralizedEsd::rolling`].
    pub fn online(self, window: usize) -> Result<Online> {
        self.rolling(window)?.online()
    }

    /// What a score must exceed where nothing is found among `n` values, of which there are at least three.
    pub(crate) fn threshold(&self, n: usize) -> f64 {
        critical_values(n, self.side, self.alpha).next().unwrap_or(f64::INFINITY)
    }

    /// What the test finds in a sample of at least three finite values.
    fn find(&self, values: &[f64]) -> Found {
        let removals = Removals::new(values, most_of(values.len(), self.max_outliers), self.side);
        let critical: Vec<f64> =
            critical_values(values.len(), self.side, self.alpha).take(removals.taken.len().max(1)).collect();
        let count = outliers(&removals.taken, &critical);
        let threshold = critical.get(count.saturating_sub(1)).copied().unwrap_or(f64::INFINITY);
        let mut places: Vec<usize> = removals.taken.iter().take(count).map(|removal| removal.place).collect();
        places.sort_unstable();
        Found { rule: *self, removals, places, threshold }
    }

    /// The verdict on the newest value with those of its window, of which there are two or more, all finite.
    pub(crate) fn newest(&self, (index, value): (usize, f64), window: &[f64]) -> Verdict {
        let values: Vec<f64> = window.iter().copied().chain([value]).collect();
        let found = self.find(&values);
        let mut verdict = found.verdict(window.len(), value, index);
        if verdict.flagged {
            // What it was compared with does not hold the value itself.
            let count = found.places.len();
            let (_, center, scale) = found.removals.score(count, value);
            verdict.baseline = Baseline::of(center, scale, values.len() - count);
        }
        verdict
    }
}

/// What the test found.
struct Found {
    rule: GeneralizedEsd,
    removals: Removals,
    /// The places of the outliers, in order.
    places: Vec<usize>,
    threshold: f64,
}

impl Found {
    fn is_outlier(&self, place: usize) -> bool {
        self.places.binary_search(&place).is_ok()
    }

    /// The verdict on the value at a place, which its series counts as another.
    fn verdict(&self, place: usize, value: f64, index: usize) -> Verdict {
        let count = self.places.len();
        if !self.is_outlier(place) {
            let (score, center, scale) = self.removals.score(count, value);
            let baseline = Baseline::of(center, scale, self.removals.len() - count);
            let limit = (self.threshold, self.rule.side);
            let mut verdict =
                Verdict::scored((index, value), score, limit, Some(Reason::Within), baseline, Tail::UNKNOWN);
            // It may lie beyond the threshold where no more were looked for.
            verdict.flagged = false;
            return verdict;
        }
        let mut own = self.removals.among(count, value, place);
        // The last one that was taken is what makes outliers of all, and one at the other end may lie nearer.
        if let Some(last) = self.removals.taken.get(count - 1)
            && last.statistic > own.statistic
        {
            (own.statistic, own.t) = (last.statistic, last.t);
        }
        let score = if own.side == Side::Upper { own.statistic } else { -own.statistic };
        let tail = Tail::known(p_value(&own, self.rule.side), Exactness::UpperBound);
        let baseline = Baseline::of(own.center, own.scale, own.n);
        Verdict::scored((index, value), score, (self.threshold, self.rule.side), None, baseline, tail)
    }
}

impl Detector for GeneralizedEsd {
    fn name(&self) -> &'static str {
        "GeneralizedEsd"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        check_most(self.max_outliers)?;
        check_level(self.alpha)
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        let Some(present) = Present::new(values, self.missing, scores)? else {
            return Ok(Findings { outliers: Vec::new(), threshold: self.threshold(3) });
        };
        let found = self.find(&present.sample);
        let mut outliers = Vec::with_capacity(found.places.len());
        for (place, value) in present.sample.iter().enumerate() {
            let index = present.place(place);
            let verdict = found.verdict(place, *value, index);
            if let Some(score) = scores.get_mut(index) {
                *score = verdict.score;
            }
            if verdict.flagged {
                outliers.push(verdict);
            }
        }
        Ok(Findings { outliers, threshold: found.threshold })
    }
}
