//! How much of the recent past fell where a row falls, as rows come.

mod forest;
mod model;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

pub use model::{HalfSpaceTreesModel, RowVerdict};

/// Half-space trees: a row is unusual if few of the last window's rows fell into the same small box. For streams.
///
/// # Method
///
/// Each tree halves the space of rows `height` times, at every fork in a column of its own choice, in boxes around a
/// point of its own choice. It counts the rows of a window in every box; once a window is full, its counts become the
/// reference and the next begins.
///
/// ```text
/// m = mean over trees of r 2^k / window,    score = 1 / (1 + m)
/// ```
///
/// `r` is the reference count of the first box on a row's way, `k` halvings deep, that holds no more than a tenth of a
/// window, or of the last box. `m` compares the density there with that of rows spread evenly, for which it is 1 and the
/// score 0.5; where nothing was, the score is 1. The order of scores is that of the paper's, which are `m` up to a
/// factor. A row costs `trees · height` steps, and memory does not grow.
///
/// The ranges of the columns are given, or learnt from the first window, which is then the first reference. Until there
/// is one, rows are not judged. What lies outside a range counts as at its edge.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `trees` | 25 | 1 to 4096 | trees |
/// | `height` | 8 | 1 to 16, `trees · 2^(height + 1)` to 2^24 | halvings |
/// | `window` | 250 | 2 to 2^24 | rows |
/// | `seed` | 0 | | |
/// | `ranges` | learnt | low below high | a pair for each column |
/// | `threshold` | 0.9 | 0 to 1, exclusive | score |
///
/// # Examples
///
/// ```
/// use slo_anomaly::HalfSpaceTrees;
///
/// let mut model = HalfSpaceTrees::new().online(2)?;
/// for i in 0..500 {
///     let i = f64::from(i);
///     model.observe(&[(0.618 * i).fract(), (0.414 * i).fract()])?;
/// }
/// assert!(model.score(&[4.0, -2.0])? > 0.9);
/// assert!(model.score(&[0.5, 0.6])? < 0.5);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Tan, S. C., Ting, K. M. and Liu, T. F. (2011). Fast anomaly detection for streaming data. *International Joint
/// Conference on Artificial Intelligence*, 1511-1516.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct HalfSpaceTrees {
    /// How many trees there are.
    pub trees: usize,
    /// How many times each halves the space.
    pub height: usize,
    /// How many rows a reference holds.
    pub window: usize,
    /// What the trees are drawn from.
    pub seed: u64,
    /// Low and high end of each column; learnt from the first window if none.
    pub ranges: Option<Vec<(f64, f64)>>,
    /// What a score must exceed for a row to be flagged.
    pub threshold: f64,
}

impl Default for HalfSpaceTrees {
    fn default() -> Self {
        Self::new()
    }
}

impl HalfSpaceTrees {
    /// 25 trees of height 8, windows of 250 rows, ranges learnt from the first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// assert_eq!(HalfSpaceTrees::new().online(3)?.columns(), 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { trees: 25, height: 8, window: 250, seed: 0, ranges: None, threshold: 0.9 }
    }

    /// How many trees there are; 25 by default. More make the scores steadier.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// assert!(HalfSpaceTrees::new().trees(50).check().is_ok());
    /// ```
    #[must_use]
    pub const fn trees(mut self, trees: usize) -> Self {
        self.trees = trees;
        self
    }

    /// How many times each tree halves the space; 8 by default. More halvings make smaller boxes.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// assert!(HalfSpaceTrees::new().height(12).check().is_ok());
    /// ```
    #[must_use]
    pub const fn height(mut self, height: usize) -> Self {
        self.height = height;
        self
    }

    /// How many rows a reference holds; 250 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// let mut model = HalfSpaceTrees::new().window(3).online(1)?;
    /// let judged: Vec<bool> =
    ///     (0..4).map(|i| Ok(!model.observe(&[f64::from(i)])?.score.is_nan())).collect::<Result<_, slo_core::Error>>()?;
    /// assert_eq!(judged, [false, false, false, true]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn window(mut self, window: usize) -> Self {
        self.window = window;
        self
    }

    /// What the trees are drawn from; 0 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// let trees = |seed: u64| HalfSpaceTrees::new().seed(seed).ranges(vec![(0.0, 1.0)]).online(1);
    /// assert_eq!(trees(1)?, trees(1)?);
    /// assert_ne!(trees(1)?, trees(2)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Low and high end of each column; learnt from the first window by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// let mut model = HalfSpaceTrees::new().window(2).ranges(vec![(0.0, 100.0)]).online(1)?;
    /// model.observe(&[49.0])?;
    /// model.observe(&[51.0])?;
    /// assert!(model.score(&[50.0])? < model.score(&[95.0])?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn ranges(mut self, ranges: Vec<(f64, f64)>) -> Self {
        self.ranges = Some(ranges);
        self
    }

    /// What a score must exceed for a row to be flagged; 0.9 by default: a ninth of an even density.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// let mut model = HalfSpaceTrees::new().window(2).threshold(0.999).ranges(vec![(0.0, 100.0)]).online(1)?;
    /// model.observe(&[49.0])?;
    /// model.observe(&[51.0])?;
    /// assert_eq!(model.observe(&[50.0])?.threshold, 0.999);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// Refuses parameters outside their ranges; [`HalfSpaceTrees::online`] does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// assert!(HalfSpaceTrees::new().check().is_ok());
    /// assert!(HalfSpaceTrees::new().window(1).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the first one, and [`Error::LimitExceeded`] for more than 2^24 boxes in all
    /// trees.
    pub fn check(&self) -> Result<()> {
        let within = |name: &'static str, value: usize, most: usize, least: usize| {
            let reason = || format!("must lie between {least} and {most}");
            if (least..=most).contains(&value) { Ok(()) } else { Err(Error::invalid(name, value, reason())) }
        };
        within("trees", self.trees, 4096, 1)?;
        within("height", self.height, 16, 1)?;
        within("window", self.window, MOST, 2)?;
        limit("boxes in all trees", self.trees << (self.height + 1))?;
        Error::check_fraction("threshold", self.threshold)?;
        for (low, high) in self.ranges.iter().flatten() {
            if !(low < high && low.is_finite() && high.is_finite()) {
                let reason = "must be finite, the low end below the high one";
                return Err(Error::invalid("ranges", format!("({low}, {high})"), reason));
            }
        }
        Ok(())
    }

    /// Trees for rows of so many columns, which have seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// let mut model = HalfSpaceTrees::new().online(2)?;
    /// assert!(model.observe(&[1.0, 2.0])?.score.is_nan());
    /// assert_eq!(model.seen(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`HalfSpaceTrees::check`]; [`Error::InvalidParameter`] for no column; [`Error::LengthMismatch`] for another
    /// number of ranges; [`Error::LimitExceeded`] for more than 2^24 numbers in a window whose ranges are to be learnt.
    pub fn online(self, columns: usize) -> Result<HalfSpaceTreesModel> {
        self.check()?;
        if columns == 0 {
            return Err(Error::invalid("columns", columns, "must be at least 1"));
        }
        match &self.ranges {
            Some(ranges) => Error::check_lengths("ranges", ranges.len(), "columns", columns)?,
            None => limit("numbers in a window", self.window.saturating_mul(columns))?,
        }
        Ok(HalfSpaceTreesModel::new(self, columns))
    }
}

/// The most of anything that is kept.
const MOST: usize = 1 << 24;

fn limit(what: &'static str, count: usize) -> Result<()> {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    if count > MOST {
        return Err(Error::LimitExceeded { what, value: number(count), limit: number(MOST) });
    }
    Ok(())
}
