//! Values too many deviations away from the mean of the others.

mod leave_one_out;
mod limits;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

pub(crate) use limits::{Censoring, Estimate};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_admitted};
use crate::multiplicity::Multiplicity;
use crate::online::Online;
use crate::policy::Degenerate;
use crate::rolling::Rolling;
use crate::verdict::Side;

/// What a score must exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Limit {
    /// So many scales.
    K(f64),
    /// The score that values without an anomaly exceed with this probability, each.
    Alpha(f64),
}

/// What a baseline's centre and scale are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Scale {
    /// The mean, and the deviation with divisor n - 1.
    #[default]
    Sample,
    /// The mean, and the deviation with divisor n.
    Population,
    /// The median, and 1.4826 times the median distance from it: hardly moved by a few wild values.
    Mad,
    /// The median, and the interquartile range of type 7 over 1.349.
    Iqr,
    /// The median, and 1.4826 times the median distance from it of the values on the judged one's side: for skew.
    DoubleMad,
}

impl Scale {
    /// Whether the centre is a mean, and the scale a deviation.
    pub(crate) const fn is_deviation(self) -> bool {
        matches!(self, Self::Sample | Self::Population)
    }
}

/// Whether a value belongs to its own baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Inclusion {
    /// It is left out.
    #[default]
    LeaveOut,
    /// It is part of it, which limits its score to (n - 1)/√n.
    InSample,
}

/// The k-sigma rule: a value is unusual if it lies more than k deviations from the mean of the others.
///
/// # Method
///
/// ```text
/// score = (x - m) / s                flagged if |score| > k
/// T     = score / √(1 + 1/n)         p = 2 P(t_{n-1} > |T|)
/// ```
///
/// `m` and `s` are mean and deviation of a baseline of n other values: of all others in [`Detector::detect`], of the
/// window before the value in [`ThreeSigma::rolling`] and [`ThreeSigma::online`]. The value is never part of its own
/// baseline. Were it, its score could not exceed (n - 1)/√n, and no value among ten or fewer could ever reach 3;
/// [`Inclusion::InSample`] is that form, for comparison with other tools.
///
/// T is how far a further value of a normal sample lies from the estimates of that sample. So p is exact on independent
/// normal values, whatever n. The fixed k is not: of such values, 1 in 370 exceeds 3 with a long baseline, but 1 in 53
/// with ten values. A series with a point a minute then has four false alarms a day. [`ThreeSigma::alpha`] sets their
/// rate instead, and is exact for every n.
///
/// All deviations are formed from distances to a value of the baseline, not from the values, so that a large offset
/// costs no digits. One huge value spoils no baseline but those it belongs to. With a robust scale,
/// `T = score / √(1 + π/2n)` with 0.37 (n - 1) degrees of freedom, 0.16 (n - 1) with [`Scale::DoubleMad`], which is an
/// approximation for normal values.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `k` | 3 | above 0 | scales |
/// | `alpha`, instead of `k` | none | (0, 1) | probability of a false alarm, per value |
/// | `scale` | [`Scale::Sample`] | | |
/// | `inclusion` | [`Inclusion::LeaveOut`] | [`Inclusion::InSample`] with a deviation as scale | |
/// | `multiplicity` | [`Multiplicity::Each`] | the others with `alpha` and whole samples | |
/// | `side` | [`Side::Both`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, ThreeSigma};
///
/// // Ten values: with the last one inside its own baseline no score could exceed 2.85.
/// let errors = [3.0, 2.0, 4.0, 3.0, 2.0, 3.0, 4.0, 2.0, 3.0, 40.0];
/// let found = ThreeSigma::new().detect(&errors)?;
/// assert_eq!(found.indices(), [9]);
/// // The others: mean 26/9, deviation √(11/18).
/// assert!((found.scores[9] - (334.0 / 9.0) / (11.0_f64 / 18.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Whitmore, G. A. (1986). Prediction limits for a univariate normal observation. *The American Statistician* 40(2),
/// 141-143. Shiffler, R. E. (1988). Maximum z scores and outliers. *The American Statistician* 42(1), 79-80.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct ThreeSigma {
    /// What a score must exceed.
    pub limit: Limit,
    /// What a baseline's centre and scale are.
    pub scale: Scale,
    /// Whether a value belongs to its own baseline.
    pub inclusion: Inclusion,
    /// What `alpha` is the probability of where many values are judged.
    pub multiplicity: Multiplicity,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that differs from a baseline without spread.
    pub degenerate: Degenerate,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for ThreeSigma {
    fn default() -> Self {
        Self::new()
    }
}

impl ThreeSigma {
    /// The rule with k = 3 on the sample deviation, on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// assert_eq!(ThreeSigma::new().detect(&[0.0, 1.0, 0.0, 1.0, 3.0])?.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {
            limit: Limit::K(3.0),
            scale: Scale::Sample,
            inclusion: Inclusion::LeaveOut,
            multiplicity: Multiplicity::Each,
            side: Side::Both,
            degenerate: Degenerate::Alarm,
            missing: Missing::Error,
        }
    }

    /// Flags values more than `k` scales away; 3 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// // 3 is 2.5/√(1/3) = 4.33 deviations from 0, 1, 0, 1.
    /// let values = [0.0, 1.0, 0.0, 1.0, 3.0];
    /// assert_eq!(ThreeSigma::new().k(4.3).detect(&values)?.indices(), [4]);
    /// assert!(ThreeSigma::new().k(4.4).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn k(mut self, k: f64) -> Self {
        self.limit = Limit::K(k);
        self
    }

    /// Flags values whose p-value is below `alpha`, instead of those more than k scales away.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// // T = 2.5/√(1/3)/√(5/4) = √15 with 3 degrees of freedom: p = 0.030.
    /// let values = [0.0, 1.0, 0.0, 1.0, 3.0];
    /// assert_eq!(ThreeSigma::new().alpha(0.05).detect(&values)?.indices(), [4]);
    /// assert!(ThreeSigma::new().alpha(0.01).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.limit = Limit::Alpha(alpha);
        self
    }

    /// What a baseline's centre and scale are; the sample's mean and deviation by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Scale, ThreeSigma};
    ///
    /// // Two wild values hide each other from the deviation, and not from the median distance.
    /// let values = [5.0, 6.0, 5.0, 7.0, 6.0, 5.0, 60.0, 61.0];
    /// assert!(ThreeSigma::new().detect(&values)?.indices().is_empty());
    /// assert_eq!(ThreeSigma::new().scale(Scale::Mad).detect(&values)?.indices(), [6, 7]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Whether a value belongs to its own baseline; by default it does not.
    ///
    /// The p-value is that of the value left out, and as exact: one score is a function of the other.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Inclusion, ThreeSigma};
    ///
    /// // However far out, one of ten values is never more than 9/√10 = 2.85 deviations from their mean.
    /// let errors = [3.0, 2.0, 4.0, 3.0, 2.0, 3.0, 4.0, 2.0, 3.0, 4e9];
    /// let found = ThreeSigma::new().inclusion(Inclusion::InSample).detect(&errors)?;
    /// assert!(found.outliers.is_empty() && (found.scores[9] - 9.0 / 10_f64.sqrt()).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn inclusion(mut self, inclusion: Inclusion) -> Self {
        self.inclusion = inclusion;
        self
    }

    /// What `alpha` is the probability of where a whole sample is judged; of each single false alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Multiplicity, ThreeSigma};
    ///
    /// // p = 0.030 of one value, but five are judged.
    /// let values = [0.0, 1.0, 0.0, 1.0, 3.0];
    /// let rule = ThreeSigma::new().alpha(0.05);
    /// assert_eq!(rule.detect(&values)?.indices(), [4]);
    /// assert!(rule.multiplicity(Multiplicity::Bonferroni).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn multiplicity(mut self, multiplicity: Multiplicity) -> Self {
        self.multiplicity = multiplicity;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Side, ThreeSigma};
    ///
    /// let values = [0.0, 1.0, 0.0, 1.0, -3.0];
    /// assert_eq!(ThreeSigma::new().side(Side::Lower).detect(&values)?.indices(), [4]);
    /// assert!(ThreeSigma::new().side(Side::Upper).detect(&values)?.indices().is_empty());
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
    /// use slo_anomaly::{Degenerate, Detector, ThreeSigma};
    ///
    /// let values = [0.0, 0.0, 0.0, 0.0, 1.0];
    /// assert_eq!(ThreeSigma::new().detect(&values)?.scores[4], f64::INFINITY);
    /// let floor = Degenerate::Floor { absolute: 0.5, relative: 0.0 };
    /// assert_eq!(ThreeSigma::new().degenerate(floor).detect(&values)?.scores[4], 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out, and keeps its place in a window. An infinity is judged, and nothing
    /// can be judged by a baseline that holds one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [0.0, 1.0, f64::NAN, 0.0, 1.0, 3.0];
    /// assert!(ThreeSigma::new().detect(&values).is_err());
    /// assert_eq!(ThreeSigma::new().missing(Missing::Skip).detect(&values)?.indices(), [5]);
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
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// let found = ThreeSigma::new().rolling(4)?.detect(&[0.0, 1.0, 0.0, 1.0, 3.0])?;
    /// assert!(found.scores[1].is_nan());
    /// assert!((found.scores[4] - 2.5 * 3.0_f64.sqrt()).abs() < 1e-15);
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
    /// use slo_anomaly::{OnlineDetector, ThreeSigma};
    ///
    /// let mut online = ThreeSigma::new().online(4)?;
    /// online.observe_many(&[0.0, 1.0, 0.0, 1.0])?;
    /// assert!(online.observe(3.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`ThreeSigma::rolling`].
    pub fn online(self, window: usize) -> Result<Online> {
        self.rolling(window)?.online()
    }
}

impl Detector for ThreeSigma {
    fn name(&self) -> &'static str {
        "ThreeSigma"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        match self.limit {
            Limit::K(k) if !(k > 0.0 && k.is_finite()) => {
                return Err(Error::invalid("k", k, "must be positive and finite"));
            }
            Limit::K(_) => {}
            Limit::Alpha(alpha) => Error::check_fraction("alpha", alpha)?,
        }
        if self.inclusion == Inclusion::InSample && !self.scale.is_deviation() {
            let reason = "needs a deviation as scale; `Mad` judges by the median of all values";
            return Err(Error::invalid("inclusion", "in-sample", reason));
        }
        if self.multiplicity != Multiplicity::Each && matches!(self.limit, Limit::K(_)) {
            return Err(Error::invalid("multiplicity", self.multiplicity, "needs alpha instead of k"));
        }
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_admitted(self.missing, values, scores)?;
        Ok(leave_one_out::detect(self, values, scores))
    }
}
