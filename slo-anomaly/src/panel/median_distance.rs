//! Series far from the median of all, below or above.

use slo_core::ndarray::{Array2, ArrayView2, Axis};
use slo_core::stats::Missing;
use slo_core::{Error, Result};

use super::check_panel;
use super::detection::PanelDetection;
use super::median::Medians;
use crate::policy::Degenerate;

/// Which values of a panel are compared with each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Across {
    /// Those of one time: what all series do together is usual.
    #[default]
    Series,
    /// All of them, as `augurs` has it: a band that does not move.
    Panel,
}

/// Distances from the median of the series, in median distances of those on the same side.
///
/// # Method
///
/// ```text
/// score = (x - m) / (1.4826 · median of the distances above m)   above the median m
/// score = (m - x) / (1.4826 · median of the distances below m)   below it
/// flagged if score > threshold
/// ```
///
/// Medians are trimmed Harrell-Davis ones; a value at the median counts on both sides. A `sensitivity` s stands for the
/// threshold `7.941 - (7.941 - 0.842) √s`: from the normal quantile at 1 - 10^-15 down to that at 0.8.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `threshold` | 2.921 | above 0 | deviations |
/// | `across` | [`Across::Series`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::MedianDistance;
/// use slo_core::ndarray::Array2;
///
/// let mut panel = Array2::from_shape_fn((9, 20), |(series, time)| ((series * 7 + time * 3) % 10) as f64);
/// panel[[4, 15]] = 60.0;
/// let found = MedianDistance::new().threshold(5.0).detect(panel.view())?;
/// assert_eq!((found.outliers[0].series, found.outliers[0].intervals.as_slice()), (4, &[(15, 16)][..]));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Rosenmai, P. (2013). Using the median absolute deviation to find outliers. Akinshin, A. (2020). `DoubleMAD` outlier
/// detector based on the Harrell-Davis quantile estimator.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct MedianDistance {
    /// What a score must exceed.
    pub threshold: f64,
    /// Which values are compared with each other.
    pub across: Across,
    /// What a value means that differs from a side without spread.
    pub degenerate: Degenerate,
    /// What a value means that is NaN; an infinity is always refused.
    pub missing: Missing,
}

/// The thresholds at sensitivities 0 and 1.
const THRESHOLDS: [f64; 2] = [7.941_444_487, 0.841_621_234];

impl Default for MedianDistance {
    fn default() -> Self {
        Self::new()
    }
}

impl MedianDistance {
    /// A sensitivity of a half: a threshold of 2.921 deviations, at each time by itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MedianDistance;
    ///
    /// assert!((MedianDistance::new().threshold - 2.921).abs() < 1e-3);
    /// ```
    pub fn new() -> Self {
        let rule = Self {
            threshold: 0.0,
            across: Across::Series,
            degenerate: Degenerate::Alarm,
            missing: Missing::Error,
        };
        rule.sensitivity(0.5)
    }

    /// What a score must exceed, in deviations; 2.921 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MedianDistance;
    ///
    /// assert_eq!(MedianDistance::new().threshold(3.5).threshold, 3.5);
    /// ```
    #[must_use]
    pub const fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// The threshold that a sensitivity from 0 to 1 stands for.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MedianDistance;
    ///
    /// assert!(MedianDistance::new().sensitivity(0.9).threshold < MedianDistance::new().threshold);
    /// assert!(MedianDistance::new().sensitivity(1.5).check().is_err());
    /// ```
    #[must_use]
    pub fn sensitivity(mut self, sensitivity: f64) -> Self {
        let [least, most] = THRESHOLDS;
        let known = (0.0..=1.0).contains(&sensitivity);
        self.threshold = if known { least - (least - most) * sensitivity.sqrt() } else { f64::NAN };
        self
    }

    /// Which values are compared with each other; those of one time by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Across, MedianDistance};
    /// use slo_core::ndarray::Array2;
    ///
    /// // All rise together: usual at each time, unusual among all values.
    /// let panel = Array2::from_shape_fn((9, 30), |(series, time)| series as f64 + if time == 29 { 500.0 } else { 0.0 });
    /// let found = |rule: MedianDistance| rule.detect(panel.view()).map(|found| found.outliers.len());
    /// assert_eq!((found(MedianDistance::new())?, found(MedianDistance::new().across(Across::Panel))?), (0, 9));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn across(mut self, across: Across) -> Self {
        self.across = across;
        self
    }

    /// What a value means that differs from a side without spread; an alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, MedianDistance};
    /// use slo_core::ndarray::array;
    ///
    /// let panel = array![[1.0], [1.0], [1.0], [1.0], [1.0], [2.0], [1.0]];
    /// assert_eq!(MedianDistance::new().detect(panel.view())?.outliers.len(), 1);
    /// let rule = MedianDistance::new().degenerate(Degenerate::NoAlarm);
    /// assert!(rule.detect(panel.view())?.outliers.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// What a NaN means; an error by default. With [`Missing::Skip`] it is left out, and its score is NaN.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MedianDistance;
    /// use slo_core::ndarray::array;
    /// use slo_core::stats::Missing;
    ///
    /// let panel = array![[1.0], [2.0], [3.0], [f64::NAN]];
    /// assert!(MedianDistance::new().detect(panel.view()).is_err());
    /// assert!(MedianDistance::new().missing(Missing::Skip).detect(panel.view())?.scores()[[3, 0]].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Refuses parameters outside their ranges; `detect` does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MedianDistance;
    ///
    /// assert!(MedianDistance::new().check().is_ok() && MedianDistance::new().threshold(0.0).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a threshold that is not positive and finite, and a floor below 0.
    pub fn check(&self) -> Result<()> {
        if !(self.threshold > 0.0 && self.threshold.is_finite()) {
            let reason = "must be positive and finite, and a sensitivity must lie between 0 and 1";
            return Err(Error::invalid("threshold", self.threshold, reason));
        }
        self.degenerate.check()
    }

    /// Judges each series at each time; `values` has a row for each series and a column for each time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MedianDistance;
    /// use slo_core::ndarray::array;
    ///
    /// let panel = array![[1.0], [2.0], [3.0], [4.0], [5.0], [40.0], [2.5]];
    /// assert_eq!(MedianDistance::new().detect(panel.view())?.outliers[0].series, 5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`MedianDistance::check`]; [`Error::TooShort`] without a series or a time; [`Error::NonFinite`] with the first
    /// series that holds a value that is not finite, unless it is NaN and such are skipped.
    pub fn detect(&self, values: ArrayView2<'_, f64>) -> Result<PanelDetection> {
        self.check()?;
        check_panel(values, self.missing)?;
        let mut medians = Medians::default();
        let bands: Vec<Option<Band>> = match self.across {
            Across::Series => {
                let times = values.axis_iter(Axis(1));
                times.map(|values| Band::of(values.iter().copied(), &mut medians, self.degenerate)).collect()
            }
            Across::Panel => {
                vec![Band::of(values.iter().copied(), &mut medians, self.degenerate); values.ncols()]
            }
        };
        let mut scores = Array2::from_elem(values.dim(), f64::NAN);
        for (series, mut scores) in values.rows().into_iter().zip(scores.rows_mut()) {
            for ((value, band), score) in series.iter().zip(&bands).zip(scores.iter_mut()) {
                if let (Some(band), false) = (band, value.is_nan()) {
                    *score = band.score(*value, self.degenerate);
                }
            }
        }
        let ends = bands.iter().map(|band| band.as_ref().map(|band| band.ends(self.threshold)));
        let ends = ends.collect();
        Ok(PanelDetection::of(scores, self.threshold, ends))
    }
}

/// The median and the deviation on either side of it.
#[derive(Clone, Copy)]
struct Band {
    median: f64,
    below: f64,
    above: f64,
}

impl Band {
    /// Of values, of which NaN do not count; none without any.
    fn of(values: impl Iterator<Item = f64>, medians: &mut Medians, degenerate: Degenerate) -> Option<Self> {
        const NORMAL: f64 = 1.482_602_218_505_602;
        let mut present: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        let median = medians.of(&mut present)?;
        let mut deviation = |side: f64| {
            let distances =
                present.iter().map(|value| (value - median) * side).filter(|distance| *distance >= 0.0);
            let mut distances: Vec<f64> = distances.collect();
            let distance = medians.of(&mut distances).unwrap_or(0.0);
            degenerate.scale(NORMAL * distance, median)
        };
        Some(Self { median, below: deviation(-1.0), above: deviation(1.0) })
    }

    fn score(self, value: f64, degenerate: Degenerate) -> f64 {
        let scale = if value < self.median { self.below } else { self.above };
        degenerate.score((value - self.median).abs(), scale)
    }

    fn ends(self, threshold: f64) -> (f64, f64) {
        (self.median - threshold * self.below, self.median + threshold * self.above)
    }
}
