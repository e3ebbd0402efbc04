//! Series outside the crowd.

use slo_core::ndarray::{Array2, ArrayView2, Axis};
use slo_core::stats::Missing;
use slo_core::{Error, Result};

use super::check_panel;
use super::detection::PanelDetection;

/// At each time, the series that are not in the crowd: more than half of them, each near to the next.
///
/// # Method
///
/// The values of a time are put in order. The crowd is the longest stretch in which none is further than `epsilon` from
/// the next, if it holds more than half of them.
///
/// ```text
/// score = distance from the crowd / epsilon,    flagged if score > 1
/// ```
///
/// Where there is no crowd, every series has an infinite score; two series or fewer are never judged and score 0. Without
/// an `epsilon` it follows from a `sensitivity` s and the span of all values: `1.1 (1 - s) (max - min)`, s at most 0.999.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `epsilon` | from the sensitivity | above 0 | of the values |
/// | `sensitivity` | 0.5 | 0 to 1, exclusive | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::Dbscan;
/// use slo_core::ndarray::array;
///
/// let panel = array![[1.0, 1.1, 1.2], [1.1, 1.0, 1.1], [1.2, 1.2, 9.0]];
/// let found = Dbscan::new().epsilon(0.5).detect(panel.view())?;
/// assert_eq!((found.outliers[0].series, found.outliers[0].intervals.as_slice()), (2, &[(2, 3)][..]));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Ester, M., Kriegel, H.-P., Sander, J. and Xu, X. (1996). A density-based algorithm for discovering clusters in large
/// spatial databases with noise. *KDD-96*, 226-231.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Dbscan {
    /// How far the next one may be; from the sensitivity if none.
    pub epsilon: Option<f64>,
    /// How near series must be to each other, as a share of the span of all values.
    pub sensitivity: f64,
    /// What a value means that is NaN; an infinity is always refused.
    pub missing: Missing,
}

impl Default for Dbscan {
    fn default() -> Self {
        Self::new()
    }
}

impl Dbscan {
    /// A sensitivity of a half.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Dbscan;
    /// use slo_core::ndarray::array;
    ///
    /// // The span is 100, so 55 away is near enough, 60 is not.
    /// let found = Dbscan::new().detect(array![[0.0, 0.0], [0.0, 0.0], [0.0, 40.0], [55.0, 100.0]].view())?;
    /// assert_eq!(found.outliers[0].intervals, [(1, 2)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { epsilon: None, sensitivity: 0.5, missing: Missing::Error }
    }

    /// How far the next one may be, in the unit of the values; from the sensitivity by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Dbscan;
    /// use slo_core::ndarray::array;
    ///
    /// let panel = array![[0.0], [1.0], [2.0], [4.0]];
    /// assert!(Dbscan::new().epsilon(2.0).detect(panel.view())?.outliers.is_empty());
    /// assert_eq!(Dbscan::new().epsilon(1.5).detect(panel.view())?.outliers[0].series, 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = Some(epsilon);
        self
    }

    /// How near series must be to each other; 0.5 by default, nearer for more.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Dbscan;
    /// use slo_core::ndarray::array;
    ///
    /// let panel = array![[0.0], [1.0], [2.0], [4.0]];
    /// assert!(Dbscan::new().detect(panel.view())?.outliers.is_empty());
    /// // 1.1 · 0.3 · 4 = 1.32
    /// assert_eq!(Dbscan::new().sensitivity(0.7).detect(panel.view())?.outliers[0].series, 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn sensitivity(mut self, sensitivity: f64) -> Self {
        self.sensitivity = sensitivity;
        self
    }

    /// What a NaN means; an error by default. With [`Missing::Skip`] it is left out, and its score is NaN.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Dbscan;
    /// use slo_core::ndarray::array;
    /// use slo_core::stats::Missing;
    ///
    /// let panel = array![[1.0], [2.0], [3.0], [f64::NAN]];
    /// assert!(Dbscan::new().detect(panel.view()).is_err());
    /// assert!(Dbscan::new().missing(Missing::Skip).detect(panel.view())?.scores()[[3, 0]].is_nan());
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
    /// use slo_anomaly::Dbscan;
    ///
    /// assert!(Dbscan::new().check().is_ok() && Dbscan::new().epsilon(0.0).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for an epsilon that is not positive and finite, and a sensitivity outside (0, 1).
    pub fn check(&self) -> Result<()> {
        match self.epsilon {
            Some(epsilon) if !(epsilon > 0.0 && epsilon.is_finite()) => {
                Err(Error::invalid("epsilon", epsilon, "must be positive and finite"))
            }
            _ => Error::check_fraction("sensitivity", self.sensitivity),
        }
    }

    /// Judges each series at each time; `values` has a row for each series and a column for each time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Dbscan;
    /// use slo_core::ndarray::array;
    ///
    /// let found = Dbscan::new().epsilon(2.0).detect(array![[1.0], [2.0], [9.0]].view())?;
    /// assert_eq!((found.lower[0], found.upper[0]), (Some(0.0), Some(3.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Dbscan::check`]; [`Error::TooShort`] without a series or a time; [`Error::NonFinite`] with the first series
    /// that holds a value that is not finite, unless it is NaN and such are skipped.
    pub fn detect(&self, values: ArrayView2<'_, f64>) -> Result<PanelDetection> {
        self.check()?;
        check_panel(values, self.missing)?;
        let epsilon = self.epsilon.unwrap_or_else(|| self.reach(values));
        let mut scores = Array2::from_elem(values.dim(), f64::NAN);
        let mut bands = Vec::with_capacity(values.ncols());
        let mut sorted = Vec::with_capacity(values.nrows());
        for (values, mut scores) in values.axis_iter(Axis(1)).zip(scores.axis_iter_mut(Axis(1))) {
            sorted.clear();
            sorted.extend(values.iter().copied().filter(|value| !value.is_nan()));
            sorted.sort_unstable_by(f64::total_cmp);
            let crowd = crowd(&sorted, epsilon);
            for (value, score) in values.iter().zip(scores.iter_mut()).filter(|(value, _)| !value.is_nan()) {
                *score = match crowd {
                    _ if sorted.len() <= FEW => 0.0,
                    None => f64::INFINITY,
                    Some((low, high)) => (low - value).max(value - high).max(0.0) / epsilon,
                };
            }
            bands.push(crowd.map(|(low, high)| (low - epsilon / 2.0, high + epsilon / 2.0)));
        }
        Ok(PanelDetection::of(scores, 1.0, bands))
    }

    /// The reach that the sensitivity stands for.
    fn reach(&self, values: ArrayView2<'_, f64>) -> f64 {
        const MOST: f64 = 0.999;
        let present = values.iter().filter(|value| !value.is_nan());
        let (low, high) = present.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
        // Quarters do not overflow; where all values are equal, or none is there, nothing is apart.
        let span = high / 4.0 - low / 4.0;
        let reach = 1.1 * (1.0 - self.sensitivity.min(MOST)) * span;
        (4.0 * reach).clamp(f64::MIN_POSITIVE, f64::MAX)
    }
}

/// So few series have no crowd.
const FEW: usize = 2;

/// The ends of the stretch that holds more than half of the sorted values; none if there is none, or too few values.
fn crowd(sorted: &[f64], epsilon: f64) -> Option<(f64, f64)> {
    if sorted.len() <= FEW {
        return None;
    }
    let mut stretches = sorted.chunk_by(|left, right| right - left <= epsilon);
    let crowd = stretches.find(|stretch| 2 * stretch.len() > sorted.len())?;
    Some((*crowd.first()?, *crowd.last()?))
}
