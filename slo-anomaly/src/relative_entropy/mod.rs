//! Histograms of the last values that are like none before.

mod histograms;
mod stream;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::stats::tails::{ChiSquared, Distribution};
use slo_core::{Error, Result};

use histograms::{Bins, Histograms};
pub(crate) use stream::RelativeEntropyStream;

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_admitted};
use crate::online::Online;
use crate::stream::detect;
use crate::verdict::{Reason, Verdict};

/// Where the bins of a [`RelativeEntropy`] detector lie.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum BinRange {
    /// Between least and greatest of the first values, which are not judged, with two more bins for what lies outside.
    Probation {
        /// How many, at least 2.
        values: usize,
        /// By which share of itself the range is widened at each end, at least 0.
        widening: f64,
    },
    /// Between least and greatest of the whole series, as published: it looks ahead.
    Series,
}

impl Default for BinRange {
    fn default() -> Self {
        Self::Probation { values: 288, widening: 0.5 }
    }
}

/// Relative entropy of histograms: the last values are spread as no values before.
///
/// # Method
///
/// The last W values, in K bins, have the frequencies p̂. Each histogram that was new once is a reference `p_j`. If the
/// multinomial test rejects all of them, the window is flagged and becomes a reference itself:
///
/// ```text
/// score = min_j 2 W Σ p̂_i ln(p̂_i / p_ji)            flagged if score > χ²_{K-1} quantile at 1 - α
/// ```
///
/// A shape that was seen before is normal when it comes back; a new one alarms for the window or two that it takes to
/// pass by. The score is infinite if the window reaches a bin that each reference leaves empty.
///
/// With [`BinRange::Probation`] the bins are those of equal width between the ends of the widened range, one below and
/// one above it: K is `bins` + 2. Nothing but the past is looked at. With [`BinRange::Series`] they are those of the
/// detector of the Numenta benchmark: value x falls into bin `min(⌈(x - min)/(max - min) · bins⌉, bins - 1)`, and K is
/// `bins`.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `bins` | 5 | 2 to 1000 | |
/// | `window` | 52 | at least 2 | values |
/// | `alpha` | 0.01 | (0, 1) | probability of rejecting a reference |
/// | `range` | [`BinRange::Probation`] of 288 values, widened by 0.5 | | |
/// | `references` | 256 | at least 1 | histograms |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, BinRange, RelativeEntropy};
///
/// let detector = RelativeEntropy::new().window(4).range(BinRange::Probation { values: 8, widening: 0.0 });
/// let mut values = vec![0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
/// values.push(9.0);
/// let found = detector.detect(&values)?;
/// // 9 lies above all, where no window was before.
/// assert_eq!((found.indices(), found.scores[10]), (vec![10], f64::INFINITY));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Wang, C., Viswanathan, K., Choudur, L., Talwar, V., Satterfield, W., Schwan, K. (2011). Statistical techniques for
/// online anomaly detection in data centers. *IFIP/IEEE International Symposium on Integrated Network Management*,
/// 385-392.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct RelativeEntropy {
    /// How many bins the range is cut into.
    pub bins: usize,
    /// How many values a histogram holds.
    pub window: usize,
    /// The probability of rejecting a reference that a window is like.
    pub alpha: f64,
    /// Where the bins lie.
    pub range: BinRange,
    /// How many histograms are remembered at most.
    pub references: usize,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for RelativeEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl RelativeEntropy {
    /// The published settings, five bins, windows of 52 and α = 0.01, with bins that do not look ahead.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, RelativeEntropy};
    ///
    /// assert!(RelativeEntropy::new().is_causal());
    /// assert_eq!(RelativeEntropy::new().window, 52);
    /// ```
    pub const fn new() -> Self {
        Self {
            bins: 5,
            window: 52,
            alpha: 0.01,
            range: BinRange::Probation { values: 288, widening: 0.5 },
            references: 256,
            missing: Missing::Error,
        }
    }

    /// How many bins the range is cut into; 5 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, BinRange, RelativeEntropy};
    ///
    /// let detector = RelativeEntropy::new().window(2).range(BinRange::Probation { values: 4, widening: 0.0 });
    /// // Windows of 0 and 4, then of 0 and 3, which two bins do not tell apart.
    /// let values = [0.0, 4.0, 0.0, 4.0, 0.0, 3.0];
    /// assert_eq!(detector.detect(&values)?.indices(), [5]);
    /// assert!(detector.bins(2).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn bins(mut self, bins: usize) -> Self {
        self.bins = bins;
        self
    }

    /// How many values a histogram holds; 52 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, BinRange, RelativeEntropy};
    ///
    /// let detector = RelativeEntropy::new().range(BinRange::Series);
    /// let found = detector.window(3).detect(&[0.0, 1.0, 0.0, 1.0])?;
    /// // The first histogram is the first reference; nothing is judged before the second.
    /// assert!(found.scores[2].is_nan() && !found.scores[3].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn window(mut self, window: usize) -> Self {
        self.window = window;
        self
    }

    /// The probability of rejecting a reference that a window is like; 0.01 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, BinRange, RelativeEntropy};
    ///
    /// let detector = RelativeEntropy::new().range(BinRange::Series).window(4);
    /// // χ² with 4 degrees of freedom exceeds 13.28 with probability 0.01, 9.49 with 0.05.
    /// assert!((detector.detect(&[0.0, 1.0])?.threshold - 13.277).abs() < 1e-3);
    /// assert!((detector.alpha(0.05).detect(&[0.0, 1.0])?.threshold - 9.488).abs() < 1e-3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Where the bins lie; by default between least and greatest of the first 288 values, widened by half at each end.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, BinRange, Reading, RelativeEntropy};
    ///
    /// let published = RelativeEntropy::new().range(BinRange::Series);
    /// assert_eq!(published.reading(), Reading::Series);
    /// assert!(published.online().is_err());
    /// ```
    #[must_use]
    pub const fn range(mut self, range: BinRange) -> Self {
        self.range = range;
        self
    }

    /// How many histograms are remembered at most; 256 by default. A new one takes the place of the one that was longest
    /// not agreed with.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, BinRange, RelativeEntropy};
    ///
    /// let detector = RelativeEntropy::new().window(4).alpha(0.5).range(BinRange::Series);
    /// let values = [0.0, 0.0, 0.0, 0.0, 4.0, 4.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0];
    /// // Three 0s and one 4 are new at 4, and known when they come back at 10.
    /// assert_eq!(detector.detect(&values)?.indices(), [4, 6]);
    /// assert_eq!(detector.references(1).detect(&values)?.indices(), [4, 6, 10]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn references(mut self, references: usize) -> Self {
        self.references = references;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out, and an infinity falls into the outermost bin.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, BinRange, RelativeEntropy};
    /// use slo_core::stats::Missing;
    ///
    /// let detector = RelativeEntropy::new().window(2).range(BinRange::Series);
    /// assert!(detector.detect(&[0.0, f64::NAN, 4.0, 4.0]).is_err());
    /// assert_eq!(detector.missing(Missing::Skip).detect(&[0.0, f64::NAN, 0.0, 4.0])?.indices(), [3]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The detector for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{OnlineDetector, BinRange, RelativeEntropy};
    ///
    /// let range = BinRange::Probation { values: 4, widening: 0.0 };
    /// let mut online = RelativeEntropy::new().window(2).range(range).online()?;
    /// online.observe_many(&[0.0, 1.0, 0.0, 1.0])?;
    /// assert!(!online.observe(0.0)?.flagged);
    /// assert!(online.observe(9.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] with [`BinRange::Series`]; [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(&self) -> Result<Online> {
        self.check()?;
        match self.range {
            BinRange::Probation { .. } => Ok(Online::new(RelativeEntropyStream::new(*self))),
            BinRange::Series => {
                let reason =
                    "its bins lie between least and greatest of the whole series; give it a probation";
                let what = "RelativeEntropy one value at a time".to_owned();
                Err(Error::Unsupported { what, reason: reason.to_owned() })
            }
        }
    }

    /// How many bins there are with those outside the range.
    fn kinds(&self) -> usize {
        match self.range {
            BinRange::Probation { .. } => self.bins + 2,
            BinRange::Series => self.bins,
        }
    }

    /// What a score must exceed.
    fn critical(&self) -> f64 {
        let degrees = self.kinds() as f64 - 1.0;
        let quantile = ChiSquared::new(degrees).and_then(|chi| chi.upper_quantile(self.alpha));
        quantile.unwrap_or(f64::INFINITY)
    }
}

impl Detector for RelativeEntropy {
    fn name(&self) -> &'static str {
        "RelativeEntropy"
    }

    fn reading(&self) -> Reading {
        match self.range {
            BinRange::Probation { .. } => Reading::Past,
            BinRange::Series => Reading::Series,
        }
    }

    fn check(&self) -> Result<()> {
        if !(2..=1000).contains(&self.bins) {
            return Err(Error::invalid("bins", self.bins, "must lie between 2 and 1000"));
        }
        if self.window < 2 {
            return Err(Error::invalid("window", self.window, "must hold at least 2 values"));
        }
        Error::check_fraction("alpha", self.alpha)?;
        if self.references == 0 {
            return Err(Error::invalid("references", 0, "must be at least 1"));
        }
        match self.range {
            BinRange::Probation { values, .. } if values < 2 => {
                Err(Error::invalid("range", values, "must be learnt from at least 2 values"))
            }
            BinRange::Probation { widening, .. } if !(widening >= 0.0 && widening.is_finite()) => {
                Err(Error::invalid("widening", widening, "must be finite and at least 0"))
            }
            BinRange::Probation { .. } | BinRange::Series => Ok(()),
        }
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        if matches!(self.range, BinRange::Probation { .. }) {
            return detect(RelativeEntropyStream::new(*self), values, scores);
        }
        check_admitted(self.missing, values, scores)?;
        let bins = Bins::published(values, self.bins);
        let mut histograms = Histograms::new(self.window, self.kinds(), self.references);
        let (threshold, mut outliers) = (self.critical(), Vec::new());
        for ((index, value), score) in values.iter().enumerate().zip(scores) {
            let verdict = self.judge((index, *value), bins.as_ref(), &histograms, threshold);
            *score = verdict.score;
            if let Some(bin) = bins.as_ref().and_then(|bins| bins.of(*value)) {
                histograms.push(bin, threshold);
            }
            if verdict.flagged {
                outliers.push(verdict);
            }
        }
        Ok(Findings { outliers, threshold })
    }
}

impl RelativeEntropy {
    /// The verdict on a value by the histograms before it; without bins nothing is judged.
    fn judge(
        &self,
        place: (usize, f64),
        bins: Option<&Bins>,
        histograms: &Histograms,
        threshold: f64,
    ) -> Verdict {
        let taken = histograms.taken();
        if place.1.is_nan() {
            return Verdict::withheld(place, threshold, Reason::Missing, taken);
        }
        let score = bins.and_then(|bins| bins.of(place.1)).and_then(|bin| histograms.score(bin));
        match score {
            Some(score) => {
                let baseline = crate::verdict::Baseline::without(self.window);
                Verdict::unsided(place, score, threshold, baseline, crate::tail::Tail::UNKNOWN)
                    .over(self.window)
            }
            None => Verdict::withheld(place, threshold, Reason::WarmingUp, taken),
        }
    }
}
