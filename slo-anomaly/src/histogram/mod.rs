//! How thinly spread the others are where a row's numbers lie, column by column.

mod model;
#[cfg(test)]
mod tests;

use slo_core::ndarray::{ArrayView1, ArrayView2, Axis};
use slo_core::{Error, Result};

pub use model::HistogramModel;

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Cut;
use crate::rows::{RowDetection, check_rows, cut_column};

/// Where the bins of a histogram begin and end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Edges {
    /// All bins are equally wide.
    #[default]
    EqualWidth,
    /// All bins hold equally many values, where ties allow it: narrow where values are dense.
    EqualCount,
}

/// Histogram-based outlier score: a row is unusual if its numbers lie where few others do, each column by itself.
///
/// # Method
///
/// ```text
/// score = Σ over columns of ln(greatest height / height of the row's bin)
/// ```
///
/// A bin's height is its count over its width. A bin without a value, and what lies outside all bins, counts as if it
/// held half a value. The score is 0 where a row is in the fullest bin of every column; that columns depend on each other
/// is not seen. The cheapest of the detectors of rows: time is proportional to rows times columns. There is no p-value.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `bins` | `⌈√n⌉` | 1 to 2^20 | bins a column |
/// | `edges` | [`Edges::EqualWidth`] | | |
/// | `cut` | [`Cut::Mads`]`(5)` | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Histogram};
///
/// // Bins of width 2: heights 4, 0, 0, 0, 1.
/// let found = Histogram::new().bins(5).detect(&[0.0, 1.0, 1.0, 0.5, 10.0])?;
/// assert_eq!(found.scores, [0.0, 0.0, 0.0, 0.0, 4.0_f64.ln()]);
/// assert_eq!(found.indices(), [4]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Goldstein, M. and Dengel, A. (2012). Histogram-based outlier score (HBOS): a fast unsupervised anomaly detection
/// algorithm. *KI-2012: Poster and Demo Track*, 59-63.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Histogram {
    /// How many bins a column has; the root of the number of rows if none.
    pub bins: Option<usize>,
    /// Where the bins begin and end.
    pub edges: Edges,
    /// Where the scores are cut.
    pub cut: Cut,
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl Histogram {
    /// Bins of equal width, as many as the root of the number of rows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Histogram};
    ///
    /// assert_eq!(Histogram::new().detect(&[5.0; 9])?.scores, [0.0; 9]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { bins: None, edges: Edges::EqualWidth, cut: Cut::Mads(5.0) }
    }

    /// How many bins a column has; `⌈√n⌉` by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Histogram};
    ///
    /// // Two bins: 3 values below 5, 1 above.
    /// assert_eq!(Histogram::new().bins(2).detect(&[0.0, 1.0, 4.0, 10.0])?.scores[3], 3.0_f64.ln());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn bins(mut self, bins: usize) -> Self {
        self.bins = Some(bins);
        self
    }

    /// Where the bins begin and end; equally wide by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Edges, Histogram};
    ///
    /// // Two values from 0 to 4, two from 4 to 10: heights 2/4 and 2/6.
    /// let found = Histogram::new().bins(2).edges(Edges::EqualCount).detect(&[0.0, 1.0, 4.0, 10.0])?;
    /// assert!((found.scores[3] - 1.5_f64.ln()).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn edges(mut self, edges: Edges) -> Self {
        self.edges = edges;
        self
    }

    /// Where the scores are cut; five robust deviations above their median by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, Histogram};
    ///
    /// let found = Histogram::new().cut(Cut::Top(1)).detect(&[0.0, 1.0, 1.0, 0.5, 10.0])?;
    /// assert_eq!(found.indices(), [4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// Counts the rows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Histogram;
    /// use slo_core::ndarray::array;
    ///
    /// let model = Histogram::new().bins(5).fit(array![[0.0], [1.0], [1.0], [0.5], [10.0]].view())?;
    /// // In an empty bin, and outside: half a value against 4.
    /// assert_eq!(model.score(array![[5.0], [99.0]].view())?, [8.0_f64.ln(), 8.0_f64.ln()]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range; [`Error::LimitExceeded`] for more than 2^24 bins in
    /// all columns; [`Error::TooShort`] without a row or a column; [`Error::NonFinite`] with the place of the first row
    /// that holds a number that is not finite.
    pub fn fit(&self, rows: ArrayView2<'_, f64>) -> Result<HistogramModel> {
        const MOST: usize = 1 << 24;
        self.check()?;
        check_rows(rows)?;
        let len = rows.nrows();
        let root = len.isqrt();
        let bins = self.bins.unwrap_or(if root * root == len { root } else { root + 1 });
        let all = bins.saturating_mul(rows.ncols());
        if all > MOST {
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            return Err(Error::LimitExceeded { what: "bins", value: count(all), limit: count(MOST) });
        }
        Ok(HistogramModel::new(rows, bins, self.edges))
    }

    /// Counts some rows and judges the same ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Histogram;
    /// use slo_core::ndarray::Array2;
    ///
    /// let mut rows = Array2::from_shape_fn((200, 2), |(row, column)| ((row * 7 + column * 3) % 11) as f64);
    /// rows[[150, 1]] = 90.0;
    /// assert_eq!(Histogram::new().detect_rows(rows.view())?.indices(), [150]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Histogram::fit`].
    pub fn detect_rows(&self, rows: ArrayView2<'_, f64>) -> Result<RowDetection> {
        let scores = self.fit(rows)?.score(rows)?;
        Ok(RowDetection::of(scores, self.cut))
    }
}

impl Detector for Histogram {
    fn name(&self) -> &'static str {
        "Histogram"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        match self.bins {
            Some(bins) if !(1..=1 << 20).contains(&bins) => {
                Err(Error::invalid("bins", bins, "must lie between 1 and 1,048,576"))
            }
            _ => self.cut.check(),
        }
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        Error::check_finite("values", values)?;
        let column = ArrayView1::from(values).insert_axis(Axis(1));
        self.fit(column)?.score_into(column, scores)?;
        Ok(cut_column(self.cut, values, scores))
    }
}
