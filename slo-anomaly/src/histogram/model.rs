//! Histograms that are counted, and the rows that they judge.

use std::fmt;

use slo_core::ndarray::{ArrayView1, ArrayView2};
use slo_core::stats::quantile::Sorted;
use slo_core::{Error, Result};

use super::Edges;
use crate::rows::{check_rows, check_width};

/// The histograms of a [`Histogram`](crate::Histogram), which judge any rows.
///
/// # Examples
///
/// ```
/// use slo_anomaly::Histogram;
/// use slo_core::ndarray::array;
///
/// let model = Histogram::new().bins(3).fit(array![[0.0, 5.0], [1.0, 5.0], [6.0, 5.0]].view())?;
/// assert_eq!(model.to_string(), "histograms of 2 columns, 4 bins");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
pub struct HistogramModel {
    columns: Vec<Column>,
}

/// The histogram of one column.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Column {
    edges: Edges,
    /// Where each bin begins, and the last one ends; both ends belong to it. Of equal width, the ends alone.
    bounds: Vec<f64>,
    /// What a value in each bin adds to the score.
    scores: Vec<f64>,
    /// What a value outside adds.
    outside: f64,
}

impl Column {
    fn new(values: ArrayView1<'_, f64>, bins: usize, edges: Edges) -> Self {
        let present: Vec<f64> = values.iter().copied().collect();
        let (low, high) = present.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
        let bounds = match edges {
            // A constant has one bin, whatever its edges.
            _ if low == high => vec![low, high],
            Edges::EqualWidth => vec![low, high],
            Edges::EqualCount => quantiles(&present, bins, high),
        };
        let count = match edges {
            _ if low == high => 1,
            Edges::EqualWidth => bins,
            Edges::EqualCount => bounds.len() - 1,
        };
        let mut column = Self { edges, bounds, scores: vec![0.0; count], outside: 0.0 };
        for value in &present {
            if let Some(to_count) = column.bin(*value).and_then(|bin| column.scores.get_mut(bin)) {
                *to_count += 1.0;
            }
        }
        column.score_heights();
        column
    }

    /// Turns counts into what they add to a score.
    fn score_heights(&mut self) {
        const EMPTY: f64 = 0.5;
        let shares: Vec<f64> = match self.edges {
            Edges::EqualCount if self.scores.len() > 1 => {
                let pairs = self.bounds.iter().zip(self.bounds.iter().skip(1));
                let part = self.part();
                let width = |begin: f64, end: f64| (end * part - begin * part).max(f64::MIN_POSITIVE);
                pairs.map(|(begin, end)| width(*begin, *end)).collect()
            }
            _ => vec![1.0; self.scores.len()],
        };
        let height = |count: f64, width: f64| count.max(EMPTY).ln() - width.ln();
        let heights = self.scores.iter().zip(&shares).map(|(count, width)| height(*count, *width));
        let heights: Vec<f64> = heights.collect();
        let most = heights.iter().fold(f64::NEG_INFINITY, |most, height| most.max(*height));
        let mean_width = shares.iter().map(|width| width / shares.len() as f64).sum();
        self.outside = most - height(EMPTY, mean_width);
        self.scores = heights.into_iter().map(|height| most - height).collect();
    }

    /// What to take of all values so that no distance overflows; widths are compared with each other alone.
    fn part(&self) -> f64 {
        let ends = self.bounds.first().zip(self.bounds.last());
        if ends.is_some_and(|(low, high)| (high - low).is_finite()) { 1.0 } else { 0.5 }
    }

    /// The bin of a value; none outside.
    fn bin(&self, value: f64) -> Option<usize> {
        let (low, high) = (*self.bounds.first()?, *self.bounds.last()?);
        if !(low..=high).contains(&value) {
            return None;
        }
        let last = self.scores.len() - 1;
        if last == 0 {
            return Some(0);
        }
        let bin = match self.edges {
            Edges::EqualWidth => {
                let part = self.part();
                let share = (value * part - low * part) / (high * part - low * part);
                floor(share * self.scores.len() as f64)
            }
            Edges::EqualCount => self.bounds.partition_point(|bound| *bound <= value) - 1,
        };
        Some(bin.min(last))
    }

    fn score(&self, value: f64) -> f64 {
        self.bin(value).and_then(|bin| self.scores.get(bin)).copied().unwrap_or(self.outside)
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most the number of bins, and not negative"
)]
fn floor(place: f64) -> usize {
    place as usize
}

/// Where bins begin that hold equally many values, and where the last one ends.
fn quantiles(values: &[f64], bins: usize, high: f64) -> Vec<f64> {
    let Ok(sorted) = Sorted::new(values) else { return vec![high, high] };
    let sorted = sorted.values();
    let len = sorted.len();
    let bins = bins.min(len);
    let begins = (0..bins).filter_map(|bin| sorted.get(bin * len / bins)).copied();
    let mut bounds: Vec<f64> = begins.collect();
    bounds.push(high);
    // Equal values stay together; those that are greatest join the bin before.
    bounds.dedup();
    bounds
}

impl HistogramModel {
    /// Of rows that were checked.
    pub(super) fn new(rows: ArrayView2<'_, f64>, bins: usize, edges: Edges) -> Self {
        Self { columns: rows.columns().into_iter().map(|column| Column::new(column, bins, edges)).collect() }
    }

    /// How many numbers a row has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Histogram;
    /// use slo_core::ndarray::array;
    ///
    /// assert_eq!(Histogram::new().fit(array![[1.0, 2.0]].view())?.columns(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The score of each row, at least 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Histogram;
    /// use slo_core::ndarray::array;
    ///
    /// let rows = array![[0.0, 1.0], [0.0, 2.0], [9.0, 2.0]];
    /// // Heights 2 and 1 in both columns.
    /// let scores = Histogram::new().bins(2).fit(rows.view())?.score(rows.view())?;
    /// assert_eq!(scores, [2.0_f64.ln(), 0.0, 2.0_f64.ln()]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] for rows of another width; [`Error::TooShort`] without a row; [`Error::NonFinite`] with
    /// the place of the first row that holds a number that is not finite.
    pub fn score(&self, rows: ArrayView2<'_, f64>) -> Result<Vec<f64>> {
        let mut scores = vec![0.0; rows.nrows()];
        self.score_into(rows, &mut scores)?;
        Ok(scores)
    }

    /// Writes the score of each row.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Histogram;
    /// use slo_core::ndarray::array;
    ///
    /// let mut scores = [9.0];
    /// Histogram::new().fit(array![[1.0]].view())?.score_into(array![[1.0]].view(), &mut scores)?;
    /// assert_eq!(scores, [0.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`HistogramModel::score`], and [`Error::LengthMismatch`] unless there is one place for each row.
    pub fn score_into(&self, rows: ArrayView2<'_, f64>, scores: &mut [f64]) -> Result<()> {
        check_width(self.columns.len(), rows.ncols())?;
        check_rows(rows)?;
        Error::check_lengths("rows", rows.nrows(), "scores", scores.len())?;
        for (score, row) in scores.iter_mut().zip(rows.rows()) {
            *score = row.iter().zip(&self.columns).map(|(value, column)| column.score(*value)).sum();
        }
        Ok(())
    }
}

impl fmt::Display for HistogramModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bins: usize = self.columns.iter().map(|column| column.scores.len()).sum();
        let (columns, word) =
            (self.columns.len(), if self.columns.len() == 1 { "column" } else { "columns" });
        write!(f, "histograms of {columns} {word}, {bins} {}", if bins == 1 { "bin" } else { "bins" })
    }
}

/// A model as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    columns: Vec<Column>,
}

#[cfg(feature = "serde")]
impl From<HistogramModel> for Written {
    fn from(model: HistogramModel) -> Self {
        Self { columns: model.columns }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for HistogramModel {
    type Error = Error;

    fn try_from(Written { columns }: Written) -> Result<Self> {
        let sound = |column: &Column| {
            let rising = column.bounds.is_sorted_by(|left, right| left < right);
            let bins = column.scores.len();
            let fits = match column.edges {
                _ if bins == 1 => column.bounds.len() == 2 && column.bounds.is_sorted(),
                Edges::EqualWidth => bins > 1 && column.bounds.len() == 2 && rising,
                Edges::EqualCount => bins > 1 && column.bounds.len() == bins + 1 && rising,
            };
            let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
            fits && finite(&column.bounds)
                && finite(&column.scores)
                && column.scores.iter().all(|score| *score >= 0.0)
                && column.outside >= 0.0
        };
        if columns.is_empty() || !columns.iter().all(sound) {
            return Err(Error::State { reason: "its histograms are none that could be counted".to_owned() });
        }
        Ok(Self { columns })
    }
}
