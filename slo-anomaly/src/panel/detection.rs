//! What is said about the series of a panel.

use std::fmt;

use slo_core::ndarray::{Array2, ArrayView2};

/// A series that is flagged, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct SeriesOutlier {
    /// The series' place in the panel.
    pub series: usize,
    /// Where it lies outside: from the first of each pair of places to before the second.
    pub intervals: Vec<(usize, usize)>,
}

impl fmt::Display for SeriesOutlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "series {} from", self.series)?;
        for (count, (begin, end)) in self.intervals.iter().enumerate() {
            write!(f, "{} {begin} to {end}", if count == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// The score of every series at every time, the series that are flagged, and the band of the others.
///
/// # Examples
///
/// ```
/// use slo_anomaly::Dbscan;
/// use slo_core::ndarray::array;
///
/// let panel = array![[1.0, 1.1, 1.2], [1.1, 1.0, 1.1], [1.2, 1.2, 9.0]];
/// let found = Dbscan::new().epsilon(0.5).detect(panel.view())?;
/// assert_eq!(found.to_string(), "1 of 3 series flagged: 2");
/// assert_eq!(found.outliers[0].intervals, [(2, 3)]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
#[non_exhaustive]
pub struct PanelDetection {
    /// The series that are flagged, in order.
    pub outliers: Vec<SeriesOutlier>,
    /// What a score must exceed.
    pub threshold: f64,
    /// The low end of the band at each time; none where there is no band.
    pub lower: Vec<Option<f64>>,
    /// The high end of the band at each time.
    pub upper: Vec<Option<f64>>,
    scores: Array2<f64>,
}

impl PanelDetection {
    pub(super) fn of(scores: Array2<f64>, threshold: f64, band: Vec<Option<(f64, f64)>>) -> Self {
        let lower = band.iter().map(|band| band.map(|(lower, _)| lower)).collect();
        let upper = band.iter().map(|band| band.map(|(_, upper)| upper)).collect();
        Self { outliers: outliers(scores.view(), threshold), threshold, lower, upper, scores }
    }

    /// The score of each series at each time, NaN for a missing value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Dbscan;
    /// use slo_core::ndarray::array;
    ///
    /// let found = Dbscan::new().epsilon(2.0).detect(array![[1.0], [2.0], [9.0]].view())?;
    /// // The third lies 7 from the others: 3.5 times as far as it may.
    /// assert_eq!(found.scores(), array![[0.0], [0.0], [3.5]]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn scores(&self) -> ArrayView2<'_, f64> {
        self.scores.view()
    }
}

/// The series above the threshold, and where.
fn outliers(scores: ArrayView2<'_, f64>, threshold: f64) -> Vec<SeriesOutlier> {
    let mut outliers = Vec::new();
    for (series, scores) in scores.rows().into_iter().enumerate() {
        let mut intervals: Vec<(usize, usize)> = Vec::new();
        for (time, _) in scores.iter().enumerate().filter(|(_, score)| **score > threshold) {
            match intervals.last_mut() {
                Some((_, end)) if *end == time => *end = time + 1,
                _ => intervals.push((time, time + 1)),
            }
        }
        if !intervals.is_empty() {
            outliers.push(SeriesOutlier { series, intervals });
        }
    }
    outliers
}

impl fmt::Display for PanelDetection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        write!(f, "{} of {} series flagged", self.outliers.len(), self.scores.nrows())?;
        for (count, outlier) in self.outliers.iter().take(SHOWN).enumerate() {
            write!(f, "{}{}", if count == 0 { ": " } else { ", " }, outlier.series)?;
        }
        f.write_str(if self.outliers.len() > SHOWN { ", ..." } else { "" })
    }
}

/// A detection as it is written down: the scores series by series.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    outliers: Vec<SeriesOutlier>,
    threshold: f64,
    lower: Vec<Option<f64>>,
    upper: Vec<Option<f64>>,
    series: usize,
    #[serde(with = "crate::float::list")]
    scores: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<PanelDetection> for Written {
    fn from(detection: PanelDetection) -> Self {
        let PanelDetection { outliers, threshold, lower, upper, scores } = detection;
        let (series, scores) = (scores.nrows(), scores.iter().copied().collect());
        Self { outliers, threshold, lower, upper, series, scores }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for PanelDetection {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> slo_core::Result<Self> {
        let damaged =
            || slo_core::Error::State { reason: "its series do not follow from its scores".to_owned() };
        let Written { outliers, threshold, lower, upper, series, scores } = written;
        let times = lower.len();
        let scores = Array2::from_shape_vec((series, times), scores).map_err(|_| damaged())?;
        if upper.len() != times || self::outliers(scores.view(), threshold) != outliers {
            return Err(damaged());
        }
        Ok(Self { outliers, threshold, lower, upper, scores })
    }
}
