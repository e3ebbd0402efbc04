//! How few random cuts set a row apart from the others.

mod grow;
mod model;
#[cfg(test)]
mod tests;

use slo_core::ndarray::{ArrayView2, Axis};
use slo_core::{Error, Result};

pub use model::IsolationForestModel;

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Cut;
use crate::rows::{RowDetection, check_rows, cut_column};

/// Isolation forest: a row is unusual if few random cuts set it apart from the others.
///
/// # Method
///
/// Each tree takes `sample` rows without replacement and cuts them at a random place of a random column, among those in
/// which they differ, until each is alone, all are equal, or `⌈log2 sample⌉` cuts are made.
///
/// ```text
/// score = 2^(-E[h] / c(ψ)),    c(n) = 2 H(n - 1) - 2 (n - 1) / n
/// ```
///
/// `h` is the number of cuts on a row's way, and `c(k)` more where it ends among `k` rows; `c(ψ)` is the length of an
/// average way in a tree of `ψ` rows, with exact harmonic numbers `H`. A score near 1 is an anomaly, below 0.5 is usual,
/// and rows that are all equal have 0.5. Scores have no known distribution: [`Cut`] says where they are cut.
///
/// The seed determines the trees, on every machine. Up to `sample` rows their order plays no part.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `trees` | 100 | 1 to 65,536 | trees |
/// | `sample` | 256 | 2 to 2^24, `trees · sample` to 2^24 | rows |
/// | `seed` | 0 | | |
/// | `cut` | [`Cut::Mads`]`(5)` | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, IsolationForest};
///
/// let mut latency_ms: Vec<f64> = (0..100).map(|i| 12.0 + f64::from(i * 7 % 11) / 10.0).collect();
/// latency_ms[60] = 30.0;
/// assert_eq!(IsolationForest::new().detect(&latency_ms)?.indices(), [60]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Liu, F. T., Ting, K. M. and Zhou, Z.-H. (2008). Isolation forest. *IEEE International Conference on Data Mining*,
/// 413-422.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct IsolationForest {
    /// How many trees there are.
    pub trees: usize,
    /// How many rows each tree sees.
    pub sample: usize,
    /// What the trees are drawn from.
    pub seed: u64,
    /// Where the scores are cut.
    pub cut: Cut,
}

impl Default for IsolationForest {
    fn default() -> Self {
        Self::new()
    }
}

impl IsolationForest {
    /// A hundred trees of 256 rows each.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, IsolationForest};
    ///
    /// let scores = IsolationForest::new().detect(&[5.0; 40])?.scores;
    /// assert_eq!(scores, [0.5; 40]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { trees: 100, sample: 256, seed: 0, cut: Cut::Mads(5.0) }
    }

    /// How many trees there are; 100 by default. More make the scores steadier.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, IsolationForest};
    ///
    /// let values: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 11)).collect();
    /// let few = IsolationForest::new().trees(3).detect(&values)?;
    /// assert_ne!(few.scores, IsolationForest::new().detect(&values)?.scores);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn trees(mut self, trees: usize) -> Self {
        self.trees = trees;
        self
    }

    /// How many rows each tree sees; 256 by default. Fewer keep clustered anomalies from hiding each other.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, IsolationForest};
    ///
    /// let values: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 11)).collect();
    /// let small = IsolationForest::new().sample(8).detect(&values)?;
    /// assert_ne!(small.scores, IsolationForest::new().detect(&values)?.scores);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn sample(mut self, sample: usize) -> Self {
        self.sample = sample;
        self
    }

    /// What the trees are drawn from; 0 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, IsolationForest};
    ///
    /// let values: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 11)).collect();
    /// let scores = |seed: u64| IsolationForest::new().seed(seed).detect(&values).map(|found| found.scores);
    /// assert_eq!(scores(1)?, scores(1)?);
    /// assert_ne!(scores(1)?, scores(2)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Where the scores are cut; five robust deviations above their median by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, IsolationForest};
    ///
    /// let values = [1.0, 1.1, 0.9, 1.2, 1.0, 4.0, 1.1, 0.8];
    /// assert_eq!(IsolationForest::new().cut(Cut::Top(1)).detect(&values)?.indices(), [5]);
    /// assert!(IsolationForest::new().cut(Cut::At(0.99)).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// Grows the trees.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::IsolationForest;
    /// use slo_core::ndarray::{Array2, array};
    ///
    /// let usual = Array2::from_shape_fn((300, 2), |(row, column)| ((row * 7 + column * 3) % 11) as f64);
    /// let model = IsolationForest::new().fit(usual.view())?;
    /// let scores = model.score(array![[5.0, 5.0], [40.0, 5.0]].view())?;
    /// assert!(scores[0] < scores[1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range; [`Error::LimitExceeded`] for more than 2^24 rows in
    /// all trees; [`Error::TooShort`] without a row or a column; [`Error::NonFinite`] with the place of the first row
    /// that holds a number that is not finite.
    pub fn fit(&self, rows: ArrayView2<'_, f64>) -> Result<IsolationForestModel> {
        self.check()?;
        check_rows(rows)?;
        let most = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
        if rows.nrows() > most || rows.ncols() > most {
            return Err(Error::out_of_range("the number of rows or columns"));
        }
        Ok(grow::grow(self, rows))
    }

    /// Grows the trees from some rows and judges the same ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::IsolationForest;
    /// use slo_core::ndarray::Array2;
    ///
    /// let mut rows = Array2::from_shape_fn((200, 2), |(row, column)| ((row * 7 + column * 3) % 11) as f64);
    /// rows[[150, 1]] = 90.0;
    /// assert_eq!(IsolationForest::new().detect_rows(rows.view())?.indices(), [150]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`IsolationForest::fit`].
    pub fn detect_rows(&self, rows: ArrayView2<'_, f64>) -> Result<RowDetection> {
        let scores = self.fit(rows)?.score(rows)?;
        Ok(RowDetection::of(scores, self.cut))
    }
}

impl Detector for IsolationForest {
    fn name(&self) -> &'static str {
        "IsolationForest"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        const TREES: usize = 1 << 16;
        const ROWS: usize = 1 << 24;
        if !(1..=TREES).contains(&self.trees) {
            return Err(Error::invalid("trees", self.trees, "must lie between 1 and 65,536"));
        }
        if !(2..=ROWS).contains(&self.sample) {
            return Err(Error::invalid("sample", self.sample, "must lie between 2 and 16,777,216"));
        }
        let rows = self.trees.saturating_mul(self.sample);
        if rows > ROWS {
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            return Err(Error::LimitExceeded {
                what: "rows in all trees",
                value: count(rows),
                limit: count(ROWS),
            });
        }
        self.cut.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        Error::check_finite("values", values)?;
        let column = slo_core::ndarray::ArrayView1::from(values).insert_axis(Axis(1));
        self.fit(column)?.score_into(column, scores)?;
        Ok(cut_column(self.cut, values, scores))
    }
}
