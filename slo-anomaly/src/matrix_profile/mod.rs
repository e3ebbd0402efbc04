//! Windows that resemble no other window of the series.

mod kernel;
mod profile;
mod rolling;
mod search;
mod stream;
#[cfg(test)]
mod tests;
mod windows;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Cut;
use crate::subsequence::{self, PointScore};

pub use profile::{Discord, Profile};
pub use rolling::RollingMatrixProfile;
pub(crate) use stream::ProfileStream;

/// The matrix profile: how far each window of a series is from the most similar other one.
///
/// # Method
///
/// ```text
/// d(i, j) = √Σ_q (z_i,q - z_j,q)² = √(2m (1 - r_ij)),   z_i,q = (x_{i+q} - mean_i) / deviation_i
/// profile_i = min d(i, j) over |i - j| > ⌈m/4⌉
/// ```
///
/// with windows of m values, the deviation of each by the divisor m, and r their correlation: shapes are compared,
/// whatever their level and size. The distance lies between 0 and 2√m. Windows whose values are all equal have no shape:
/// they are at distance 0 from each other and at √m from all others, as are shapes that 1/2 correlates. So does stumpy.
/// A window that spreads 2^-450 times less than the whole series counts as constant.
///
/// Correlations are found diagonal by diagonal, in `O(n²)`, by products that are made anew every 256 places and where
/// something huge has left a window: at any offset and after any spike they are good to 1e-11, nearly always to 1e-14.
/// The distance to the neighbour that they name is then computed from the definition, to the last digits; so where a
/// neighbour is not the nearest one, the nearest is hardly nearer: its d² is less by 2m · 1e-11 at most.
///
/// A value is scored by the windows that hold it, see [`PointScore`]; the whole profile is made by
/// [`MatrixProfile::profile`]. A series that is too short for two windows that are apart is not judged: its scores are
/// NaN.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `window` | | at least 3 | values |
/// | `point_score` | [`PointScore::Mean`] | | |
/// | `cut` | 5 robust deviations | [`Cut`] | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, MatrixProfile};
///
/// // Half a period comes twice: no value is out of range, but the shape is.
/// let wave = |t: i32| (std::f64::consts::TAU * f64::from(t) / 24.0).sin();
/// let values: Vec<f64> = (0..480).map(|t| wave(if t < 240 { t } else { t + 12 })).collect();
/// let found = MatrixProfile::new(24).detect(&values)?;
/// assert!(found.indices().iter().all(|index| (216..264).contains(index)));
/// assert!(found.indices().contains(&240));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Yeh, C.-C. M. et al. (2016). Matrix Profile I. *IEEE ICDM*, 1317-1322. Zimmerman, Z. et al. (2019). Matrix Profile
/// XIV: Scaling time series motif discovery with GPUs. *ACM Symposium on Cloud Computing*, 74-86.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct MatrixProfile {
    /// How many values a window has.
    pub window: usize,
    /// How a value is scored by the windows that hold it.
    pub point_score: PointScore,
    /// Where the scores are cut.
    pub cut: Cut,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl MatrixProfile {
    /// The fewest values of a window: two always have the same shape, or the opposite one.
    const LEAST: usize = 3;

    /// Windows of so many values, values scored by the mean of those that hold them, cut at 5 robust deviations.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, MatrixProfile};
    ///
    /// assert_eq!(MatrixProfile::new(60).cut, Cut::Mads(5.0));
    /// ```
    pub const fn new(window: usize) -> Self {
        Self { window, point_score: PointScore::Mean, cut: Cut::Mads(5.0), missing: Missing::Error }
    }

    /// How a value is scored by the windows that hold it; by their mean by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, MatrixProfile, PointScore};
    ///
    /// let mut values: Vec<f64> = (0..120).map(|t| f64::from(t % 12)).collect();
    /// values[60] = 20.0;
    /// let highest = |point_score| -> slo_core::Result<f64> {
    ///     let scores = MatrixProfile::new(12).point_score(point_score).detect(&values)?.scores;
    ///     Ok(scores.into_iter().fold(0.0, f64::max))
    /// };
    /// assert!(highest(PointScore::Max)? > highest(PointScore::Mean)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn point_score(mut self, point_score: PointScore) -> Self {
        self.point_score = point_score;
        self
    }

    /// Where the scores of the values are cut; 5 robust deviations above their median by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, MatrixProfile};
    ///
    /// let mut values: Vec<f64> = (0..120).map(|t| f64::from(t % 12)).collect();
    /// values[60] = 20.0;
    /// let found = MatrixProfile::new(12).cut(Cut::Top(1)).detect(&values)?;
    /// assert_eq!(found.indices().len(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] the windows that hold one are not compared, and have no distance.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MatrixProfile;
    /// use slo_core::stats::Missing;
    ///
    /// let mut values: Vec<f64> = (0..60).map(|t| f64::from(t % 12)).collect();
    /// values[30] = f64::NAN;
    /// assert!(MatrixProfile::new(12).profile(&values).is_err());
    /// let profile = MatrixProfile::new(12).missing(Missing::Skip).profile(&values)?;
    /// assert!(!profile.distances[18].is_nan() && profile.distances[19..=30].iter().all(|d| d.is_nan()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The causal form: the window that ends with each value against those of the `history` values up to it.
    ///
    /// It has this one's window; where scores are cut is its own to say.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, MatrixProfile};
    ///
    /// let mut values: Vec<f64> = (0..120).map(|t| f64::from(t * t % 12)).collect();
    /// values[80] = 30.0;
    /// let found = MatrixProfile::new(6).rolling(60)?.cut(Cut::At(1.0)).detect(&values)?;
    /// assert!(found.indices().contains(&80) && !found.indices().contains(&79));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the history holds two windows that are apart.
    pub fn rolling(self, history: usize) -> Result<RollingMatrixProfile> {
        let rolling = RollingMatrixProfile::new(self.window, history);
        rolling.check()?;
        Ok(rolling)
    }

    /// How far apart two windows are at least that are compared.
    fn apart(&self) -> usize {
        self.window.div_ceil(4) + 1
    }

    /// The nearest neighbour of each window, and of those the nearest before and after it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MatrixProfile;
    ///
    /// // The first window comes again, twice as large and 100 higher.
    /// let values = [1.0, 4.0, 2.0, 5.0, 7.0, 6.0, 6.5, 102.0, 108.0, 104.0, 110.0];
    /// let profile = MatrixProfile::new(4).profile(&values)?;
    /// assert_eq!((profile.indices[0], profile.left_indices[7]), (Some(7), Some(0)));
    /// assert!(profile.distances[0] < 1e-14);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of fewer than 3 values; [`Error::TooShort`] unless two windows are far
    /// enough apart; [`Error::NonFinite`] with the index of a value that is not finite, unless such are skipped.
    pub fn profile(&self, values: &[f64]) -> Result<Profile> {
        self.check()?;
        let needed = self.window.saturating_add(self.apart());
        if values.len() < needed {
            return Err(Error::TooShort { name: "values", len: values.len(), needed });
        }
        let (filled, any_missing) = subsequence::filled(self.missing, values)?;
        let mut windows = windows::Windows::new(&filled, self.window, subsequence::scale_for(&filled));
        if any_missing {
            subsequence::each_missing(values, self.window, |window| windows.erase(window));
        }
        let (left, right) = search::nearest(&windows, self.apart());
        let nearest = left.iter().zip(&right).map(|(left, right)| left.or_nearer(*right));
        let (indices, distances) = nearest.map(|n| (n.index, n.distance)).unzip();
        let (left_indices, left_distances) = left.iter().map(|n| (n.index, n.distance)).unzip();
        let (right_indices, right_distances) = right.iter().map(|n| (n.index, n.distance)).unzip();
        let window = self.window;
        Ok(Profile {
            window,
            distances,
            indices,
            left_distances,
            left_indices,
            right_distances,
            right_indices,
        })
    }
}

impl Detector for MatrixProfile {
    fn name(&self) -> &'static str {
        "MatrixProfile"
    }

    fn reading(&self) -> Reading {
        Reading::Series
    }

    fn check(&self) -> Result<()> {
        if self.window < Self::LEAST {
            let reason = format!("must hold at least {} values", Self::LEAST);
            return Err(Error::invalid("window", self.window, reason));
        }
        self.cut.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        match self.profile(values) {
            Ok(profile) => self.point_score.over(&profile.distances, self.window, scores),
            Err(Error::TooShort { .. }) => {
                subsequence::filled(self.missing, values)?;
                scores.fill(f64::NAN);
            }
            Err(error) => return Err(error),
        }
        Ok(subsequence::cut(self.cut, values, scores))
    }
}
