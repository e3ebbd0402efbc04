//! Windows that few others of the series are near to.

mod search;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Cut;
use crate::subsequence::{self, PointScore};

/// What of two windows is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Comparison {
    /// Their values: level and size count.
    #[default]
    Values,
    /// Their shapes: each window less its mean, in units of its deviation, as [`MatrixProfile`](crate::MatrixProfile)
    /// does.
    Shapes,
}

/// How the distances to the nearest windows make a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Nearness {
    /// Their mean.
    #[default]
    Mean,
    /// The greatest: the distance to the k-th nearest.
    Farthest,
}

/// The distance of each window of a series to the k most similar others: what comes k times is no anomaly.
///
/// # Method
///
/// ```text
/// d(i, j)          = √Σ_q (x_{i+q} - x_{j+q})²
/// score of window i = mean, or greatest, of the k smallest d(i, j) over |i - j| > ⌈w/4⌉
/// ```
///
/// With [`Comparison::Shapes`] each window is taken less its mean and in units of its deviation; there windows of equal
/// values are at distance 0 from each other and √w from all others. With k = 1 that is the
/// [`MatrixProfile`](crate::MatrixProfile), which is faster. An anomaly that comes twice is near its twin: it takes
/// k = 2 to see it. The k nearest may overlap each other.
///
/// All pairs are compared diagonal by diagonal, in `O(n²)` for any w. Squares are summed up within blocks and nothing is
/// subtracted from them; products of shapes are made anew every 256 places and where something huge has left a window,
/// and the distances to the neighbours that they name are computed from the definition.
///
/// A value is scored by the windows that hold it, see [`PointScore`]. A window that has fewer than k others to be compared
/// with has no score, and a series of which all are such is not judged: its scores are NaN.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `window` (w) | | at least 1, 3 for shapes | values |
/// | `neighbours` (k) | 1 | 1 to 64 | windows |
/// | `comparison` | [`Comparison::Values`] | | |
/// | `nearness` | [`Nearness::Mean`] | | |
/// | `point_score` | [`PointScore::Mean`] | | |
/// | `cut` | 5 robust deviations | [`Cut`] | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Cut, Detector, NearestSubsequence};
///
/// // The same burst twice: one neighbour hides it, the second does not.
/// let mut values: Vec<f64> = (0..240).map(|t| f64::from(t % 12)).collect();
/// for t in [60, 180] {
///     values[t..t + 4].fill(20.0);
/// }
/// let plan = NearestSubsequence::new(12).cut(Cut::At(1.0));
/// assert!(plan.detect(&values)?.indices().is_empty());
/// assert!(plan.neighbours(2).detect(&values)?.indices().contains(&61));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Ramaswamy, S., Rastogi, R. and Shim, K. (2000). Efficient algorithms for mining outliers from large data sets. *ACM
/// SIGMOD*, 427-438. Keogh, E., Lin, J. and Fu, A. (2005). HOT SAX: efficiently finding the most unusual time series
/// subsequence. *IEEE ICDM*, 226-233.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct NearestSubsequence {
    /// How many values a window has.
    pub window: usize,
    /// How many of the nearest windows count.
    pub neighbours: usize,
    /// What of two windows is compared.
    pub comparison: Comparison,
    /// How the distances to the nearest windows make a score.
    pub nearness: Nearness,
    /// How a value is scored by the windows that hold it.
    pub point_score: PointScore,
    /// Where the scores are cut.
    pub cut: Cut,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl NearestSubsequence {
    /// The most neighbours that count.
    const MOST: usize = 64;

    /// The longest series: time grows with its square.
    const LONGEST: usize = 100_000;

    /// The nearest one of windows of so many values as they are, cut at 5 robust deviations.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Comparison, NearestSubsequence};
    ///
    /// let plan = NearestSubsequence::new(60);
    /// assert_eq!((plan.neighbours, plan.comparison), (1, Comparison::Values));
    /// ```
    pub const fn new(window: usize) -> Self {
        Self {
            window,
            neighbours: 1,
            comparison: Comparison::Values,
            nearness: Nearness::Mean,
            point_score: PointScore::Mean,
            cut: Cut::Mads(5.0),
            missing: Missing::Error,
        }
    }

    /// How many of the nearest windows count; 1 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, NearestSubsequence, PointScore};
    ///
    /// // Windows of one value, and the nearest at least two places away: 1 and 2 from 0 are.
    /// let values = [0.0, 9.0, 1.0, 9.0, 2.0];
    /// let plan = NearestSubsequence::new(1);
    /// assert_eq!(plan.detect(&values)?.scores[0], 1.0);
    /// assert_eq!(plan.neighbours(2).detect(&values)?.scores[0], 1.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn neighbours(mut self, neighbours: usize) -> Self {
        self.neighbours = neighbours;
        self
    }

    /// What of two windows is compared; their values by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Comparison, Detector, NearestSubsequence};
    ///
    /// // The same shape at another level.
    /// let values: Vec<f64> = (0..48).map(|t| f64::from(t * t % 12 + t / 24 * 100)).collect();
    /// let plan = NearestSubsequence::new(12).neighbours(3);
    /// let highest = |plan: NearestSubsequence| -> slo_core::Result<f64> {
    ///     Ok(plan.detect(&values)?.scores.into_iter().fold(0.0, f64::max))
    /// };
    /// assert!(highest(plan)? > 100.0 && highest(plan.comparison(Comparison::Shapes))? < 5.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn comparison(mut self, comparison: Comparison) -> Self {
        self.comparison = comparison;
        self
    }

    /// How the distances to the nearest windows make a score; by their mean by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, NearestSubsequence, Nearness};
    ///
    /// let values = [0.0, 9.0, 1.0, 9.0, 2.0];
    /// let plan = NearestSubsequence::new(1).neighbours(2);
    /// assert_eq!(plan.nearness(Nearness::Farthest).detect(&values)?.scores[0], 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn nearness(mut self, nearness: Nearness) -> Self {
        self.nearness = nearness;
        self
    }

    /// How a value is scored by the windows that hold it; by their mean by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, NearestSubsequence, PointScore};
    ///
    /// let mut values: Vec<f64> = (0..120).map(|t| f64::from(t % 12)).collect();
    /// values[60] = 20.0;
    /// // Some window holds both values, but not every one that holds the one before it.
    /// let rule = NearestSubsequence::new(12);
    /// let greatest = rule.point_score(PointScore::Max).detect(&values)?.scores;
    /// assert_eq!(greatest[59], greatest[60]);
    /// assert!(rule.point_score(PointScore::Mean).detect(&values)?.scores[59] < greatest[59]);
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
    /// use slo_anomaly::{Cut, Detector, NearestSubsequence};
    ///
    /// let mut values: Vec<f64> = (0..120).map(|t| f64::from(t % 12)).collect();
    /// values[60] = 20.0;
    /// assert_eq!(NearestSubsequence::new(12).cut(Cut::Top(1)).detect(&values)?.indices(), [60]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] the windows that hold one are not compared, and have no score.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, NearestSubsequence};
    /// use slo_core::stats::Missing;
    ///
    /// let mut values: Vec<f64> = (0..60).map(|t| f64::from(t % 12)).collect();
    /// values[30] = f64::NAN;
    /// assert!(NearestSubsequence::new(12).detect(&values).is_err());
    /// let scores = NearestSubsequence::new(12).missing(Missing::Skip).detect(&values)?.scores;
    /// assert!(scores[30].is_nan() && scores[31] == 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }
}

impl Detector for NearestSubsequence {
    fn name(&self) -> &'static str {
        "NearestSubsequence"
    }

    fn reading(&self) -> Reading {
        Reading::Series
    }

    fn check(&self) -> Result<()> {
        let least = match self.comparison {
            Comparison::Values => 1,
            Comparison::Shapes => 3,
        };
        if self.window < least {
            return Err(Error::invalid("window", self.window, format!("must hold at least {least} values")));
        }
        if !(1..=Self::MOST).contains(&self.neighbours) {
            let reason = format!("must lie between 1 and {}", Self::MOST);
            return Err(Error::invalid("neighbours", self.neighbours, reason));
        }
        self.cut.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        if values.len() > Self::LONGEST {
            let (value, limit) = (values.len() as u64, Self::LONGEST as u64);
            return Err(Error::LimitExceeded { what: "the values of a series", value, limit });
        }
        let (filled, _) = subsequence::filled(self.missing, values)?;
        if values.len() < self.window {
            scores.fill(f64::NAN);
        } else {
            let mut held = vec![true; values.len() + 1 - self.window];
            subsequence::each_missing(values, self.window, |window| {
                if let Some(held) = held.get_mut(window) {
                    *held = false;
                }
            });
            let windows = search::score(self, &filled, &held);
            self.point_score.over(&windows, self.window, scores);
        }
        Ok(subsequence::cut(self.cut, values, scores))
    }
}
