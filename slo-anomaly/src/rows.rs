//! Rows of several numbers each, and what is said about them.

use std::fmt;

use slo_core::ndarray::ArrayView2;
use slo_core::stats::quantile::Sorted;
use slo_core::{Error, Figure, Result};

use crate::detection::Findings;
use crate::order::median_and_mad_of;
use crate::policy::Cut;
use crate::tail::Tail;
use crate::verdict::{Baseline, Verdict};

/// A row that is flagged.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RowOutlier {
    /// The row's place.
    pub index: usize,
    /// How unusual it is: more than the threshold.
    pub score: f64,
}

impl fmt::Display for RowOutlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} with a score of {}", self.index, Figure(self.score))
    }
}

/// The score of every row, and the rows that are flagged.
///
/// # Examples
///
/// ```
/// use slo_anomaly::IsolationForest;
/// use slo_core::ndarray::Array2;
///
/// let mut rows = Array2::from_shape_fn((200, 2), |(row, column)| ((row * 7 + column * 3) % 11) as f64);
/// rows[[150, 1]] = 90.0;
/// let found = IsolationForest::new().detect_rows(rows.view())?;
/// assert_eq!(found.indices(), [150]);
/// assert!(found.outliers[0].score > found.threshold);
/// assert_eq!(found.to_string(), "1 of 200 rows flagged: 150");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
#[non_exhaustive]
pub struct RowDetection {
    /// The rows that are flagged, in order.
    pub outliers: Vec<RowOutlier>,
    /// The score of each row: the higher, the more unusual.
    pub scores: Vec<f64>,
    /// What a score must exceed.
    pub threshold: f64,
}

impl RowDetection {
    /// The rows whose scores the cut leaves above.
    pub(crate) fn of(scores: Vec<f64>, cut: Cut) -> Self {
        let threshold = cut.threshold(&scores);
        Self { outliers: outliers(&scores, threshold), scores, threshold }
    }

    /// The places of the rows that are flagged.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, IsolationForest};
    /// use slo_core::ndarray::array;
    ///
    /// let rows = array![[0.0, 1.0], [0.1, 1.1], [0.2, 0.9], [9.0, 9.0], [0.1, 0.9]];
    /// let found = IsolationForest::new().cut(Cut::Top(1)).detect_rows(rows.view())?;
    /// assert_eq!(found.indices(), [3]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn indices(&self) -> Vec<usize> {
        self.outliers.iter().map(|outlier| outlier.index).collect()
    }
}

/// The rows above a threshold.
fn outliers(scores: &[f64], threshold: f64) -> Vec<RowOutlier> {
    let rows = scores.iter().enumerate().filter(|(_, score)| **score > threshold);
    rows.map(|(index, score)| RowOutlier { index, score: *score }).collect()
}

impl fmt::Display for RowDetection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        write!(f, "{} of {} rows flagged", self.outliers.len(), self.scores.len())?;
        for (count, outlier) in self.outliers.iter().take(SHOWN).enumerate() {
            write!(f, "{}{}", if count == 0 { ": " } else { ", " }, outlier.index)?;
        }
        f.write_str(if self.outliers.len() > SHOWN { ", ..." } else { "" })
    }
}

/// A detection as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    outliers: Vec<RowOutlier>,
    #[serde(with = "crate::float::list")]
    scores: Vec<f64>,
    #[serde(with = "crate::float")]
    threshold: f64,
}

#[cfg(feature = "serde")]
impl From<RowDetection> for Written {
    fn from(detection: RowDetection) -> Self {
        let RowDetection { outliers, scores, threshold } = detection;
        Self { outliers, scores, threshold }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for RowDetection {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { outliers, scores, threshold } = written;
        if self::outliers(&scores, threshold) != outliers || scores.iter().any(|score| score.is_nan()) {
            let reason = "the rows that are flagged are not those above the threshold".to_owned();
            return Err(Error::State { reason });
        }
        Ok(Self { outliers, scores, threshold })
    }
}

/// Cuts the scores of a single column of finite values, each compared with their median and median distance.
pub(crate) fn cut_column(cut: Cut, values: &[f64], scores: &[f64]) -> Findings {
    let threshold = cut.threshold(scores);
    let (center, scale) =
        Sorted::new(values).map_or((f64::NAN, f64::NAN), |sorted| median_and_mad_of(sorted.values()));
    let baseline = Baseline::of(center, scale, values.len());
    let judged = values.iter().copied().enumerate().zip(scores);
    let verdicts =
        judged.map(|(place, score)| Verdict::unsided(place, *score, threshold, baseline, Tail::UNKNOWN));
    Findings { outliers: verdicts.filter(|verdict| verdict.flagged).collect(), threshold }
}

/// Refuses rows without a number, and the first row with one that is not finite.
pub(crate) fn check_rows(rows: ArrayView2<'_, f64>) -> Result<()> {
    for (name, len) in [("rows", rows.nrows()), ("columns", rows.ncols())] {
        if len == 0 {
            return Err(Error::TooShort { name, len, needed: 1 });
        }
    }
    for (index, row) in rows.rows().into_iter().enumerate() {
        if let Some(value) = row.iter().copied().find(|value| !value.is_finite()) {
            return Err(Error::NonFinite { name: "rows", index, value });
        }
    }
    Ok(())
}

/// Refuses rows of another width than was learnt.
pub(crate) fn check_width(learnt: usize, given: usize) -> Result<()> {
    Error::check_lengths("columns learnt", learnt, "columns", given)
}
