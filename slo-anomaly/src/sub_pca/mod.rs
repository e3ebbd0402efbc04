//! Windows far from where the windows of a series usually lie.

mod eigen;
mod projection;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Cut;
use crate::subsequence::{self, PointScore};

/// What makes a window unusual among all windows, of which the principal components are known.
///
/// With `p_k` the projection of the standardised window on the component with the k-th greatest eigenvalue `λ_k`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Projection {
    /// Its distance from the middle, in units of how far windows spread that way: `Σ p_k² / (λ_k + ridge λ_1)`.
    ///
    /// Shyu and others with a ridge of 0; a ridge keeps directions from counting in which hardly anything ever happens.
    Mahalanobis {
        /// The share of the greatest eigenvalue that is added to all, at least 0.
        ridge: f64,
    },
    /// What the first components that explain this share of the variance leave: `Σ p_k²` over the others.
    Residual {
        /// The share, strictly between 0 and 1.
        explained: f64,
    },
    /// What `PyOD` computes, and TSB-AD's Sub-PCA with it: `Σ |z - e_k| / (λ_k / Σλ)`, with the distance between the
    /// window z and the unit vector `e_k` as points.
    ///
    /// That is hardly more than the length of z: the eigenvalues weigh terms that are all nearly equal. The largest
    /// part of each vector is taken as positive, as scikit-learn does.
    Axes,
}

/// Principal components of all windows of a series: a window is unusual that lies where others do not.
///
/// # Method
///
/// ```text
/// Z = all windows as rows, each place standardised;  Zᵀ Z / K = E diag(λ) Eᵀ;  p = Eᵀ z
/// score of a window = Σ p_k² / (λ_k + ridge λ_1)
/// ```
///
/// or one of the other [`Projection`]s. Deviations have the divisor K, the number of windows, as `PyOD`'s do.
/// Components with eigenvalues below `2^-52 · w · λ_1` are left out: rounding made them. A value is scored by the
/// windows that hold it, see [`PointScore`]. All products of places are made along diagonals in `O(n w)`, in sums of
/// twice the digits; scoring takes `O(n w²)`.
///
/// A series with fewer than two windows is not judged: its scores are NaN.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `window` (w) | the period, or 125 without one | 2 to 512 | values |
/// | `projection` | [`Projection::Mahalanobis`] with a ridge of 0.001 | | |
/// | `point_score` | [`PointScore::Mean`] | | |
/// | `cut` | 5 robust deviations | [`Cut`] | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Cut, Detector, SubPca};
///
/// let mut values: Vec<f64> = (0..480).map(|t| (f64::from(t % 24) * 0.26).sin()).collect();
/// values[300] += 0.5;
/// let found = SubPca::new().cut(Cut::Top(1)).detect(&values)?;
/// assert_eq!(found.indices(), [300]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Shyu, M.-L. et al. (2003). A novel anomaly detection scheme based on principal component classifier. *IEEE ICDM
/// Workshop on Foundations and New Directions of Data Mining*. Liu, Q., Paparrizos, J. (2024). The elephant in the room:
/// towards a reliable time-series anomaly detection benchmark. *Advances in Neural Information
/// Processing Systems* 37.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct SubPca {
    /// How many values a window has; the period if none is given.
    pub window: Option<usize>,
    /// What makes a window unusual.
    pub projection: Projection,
    /// How a value is scored by the windows that hold it.
    pub point_score: PointScore,
    /// Where the scores are cut.
    pub cut: Cut,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for SubPca {
    fn default() -> Self {
        Self::new()
    }
}

impl SubPca {
    /// The longest window: time grows with its cube, too.
    const LONGEST: usize = 512;

    /// Windows of a period, by their Mahalanobis distance with a ridge of 0.001, cut at 5 robust deviations.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Projection, SubPca};
    ///
    /// assert_eq!(SubPca::new().projection, Projection::Mahalanobis { ridge: 0.001 });
    /// ```
    pub const fn new() -> Self {
        Self {
            window: None,
            projection: Projection::Mahalanobis { ridge: 0.001 },
            point_score: PointScore::Mean,
            cut: Cut::Mads(5.0),
            missing: Missing::Error,
        }
    }

    /// How many values a window has; the period of the series by default, 125 where it has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SubPca};
    ///
    /// let values: Vec<f64> = (0..120).map(|t| f64::from(t * t % 24)).collect();
    /// let scores = |plan: SubPca| plan.detect(&values).map(|found| found.scores);
    /// assert_ne!(scores(SubPca::new().window(10))?, scores(SubPca::new().window(20))?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn window(mut self, window: usize) -> Self {
        self.window = Some(window);
        self
    }

    /// What makes a window unusual; the Mahalanobis distance with a ridge of 0.001 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Projection, SubPca};
    ///
    /// let values: Vec<f64> = (0..120).map(|t| f64::from(t * t % 23)).collect();
    /// let scores = |plan: SubPca| plan.window(8).detect(&values).map(|found| found.scores);
    /// let axes = SubPca::new().projection(Projection::Axes);
    /// assert_ne!(scores(SubPca::new())?, scores(axes)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn projection(mut self, projection: Projection) -> Self {
        self.projection = projection;
        self
    }

    /// How a value is scored by the windows that hold it; by their mean by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, PointScore, SubPca};
    ///
    /// let values: Vec<f64> = (0..120).map(|t| f64::from(t * t % 23)).collect();
    /// let scores = |plan: SubPca| plan.window(8).detect(&values).map(|found| found.scores);
    /// assert!(scores(SubPca::new().point_score(PointScore::Max))?[60] > scores(SubPca::new())?[60]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn point_score(mut self, point_score: PointScore) -> Self {
        self.point_score = point_score;
        self
    }

    /// Where the scores are cut; 5 robust deviations above their median by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, SubPca};
    ///
    /// let values: Vec<f64> = (0..120).map(|t| f64::from(t * t % 23)).collect();
    /// let found = SubPca::new().window(8).cut(Cut::At(0.0)).detect(&values)?;
    /// assert_eq!(found.indices().len(), 120);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] it counts as the last one before it where components are found; the windows that hold it
    /// have no score.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SubPca};
    /// use slo_core::stats::Missing;
    ///
    /// let mut values: Vec<f64> = (0..120).map(|t| f64::from(t % 12)).collect();
    /// values[60] = f64::NAN;
    /// assert!(SubPca::new().detect(&values).is_err());
    /// assert!(SubPca::new().missing(Missing::Skip).detect(&values)?.scores[60].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }
}

impl Detector for SubPca {
    fn name(&self) -> &'static str {
        "SubPca"
    }

    fn reading(&self) -> Reading {
        Reading::Series
    }

    fn check(&self) -> Result<()> {
        if let Some(window) = self.window {
            if window < 2 {
                return Err(Error::invalid("window", window, "must hold at least 2 values"));
            }
            if window > Self::LONGEST {
                let (value, limit) = (window as u64, Self::LONGEST as u64);
                return Err(Error::LimitExceeded { what: "the values of a window", value, limit });
            }
        }
        match self.projection {
            Projection::Mahalanobis { ridge } if !(ridge >= 0.0 && ridge.is_finite()) => {
                Err(Error::invalid("ridge", ridge, "must be finite and at least 0"))
            }
            Projection::Residual { explained } => Error::check_fraction("explained", explained),
            Projection::Mahalanobis { .. } | Projection::Axes => Ok(()),
        }?;
        self.cut.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        let (filled, _) = subsequence::filled(self.missing, values)?;
        let window = subsequence::window_for(self.window, values, 2);
        if values.len() > window {
            let mut windows = projection::score(&filled, window, self.projection);
            subsequence::each_missing(values, window, |index| {
                if let Some(score) = windows.get_mut(index) {
                    *score = f64::NAN;
                }
            });
            self.point_score.over(&windows, window, scores);
        } else {
            scores.fill(f64::NAN);
        }
        Ok(subsequence::cut(self.cut, values, scores))
    }
}
