//! Trend and season by local regression.

#[cfg(test)]
mod gap_tests;
mod kernel;
mod middle;
mod online;
#[cfg(test)]
mod online_tests;
mod plan;
mod prepared;
mod reach;
#[cfg(test)]
mod tests;

use super::decomposition::Decomposition;
use super::loess::Degree;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::stats::Missing;
pub use online::{StlOnline, StlPoint, StlSnapshot, StlUpdate};
pub(super) use prepared::{Prepared, check};

/// Over how many cycles a season may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum SeasonalWindow {
    /// It is smoothed over so many cycles, an odd number from 3 on.
    Span(usize),
    /// It is the same in all cycles.
    Periodic,
}

/// Whose defaults hold for what is not set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Preset {
    /// Those of R's `stats::stl`: fits at every tenth of a window, two passes, or one and 15 robust ones. Of an even
    /// number of residuals it takes two near the middle for the middle ones, as its sort leaves them.
    #[default]
    R,
    /// Those of statsmodels' `STL`: fits at every place, five passes, or two and 15 times two robust ones.
    Statsmodels,
}

/// Whether values far away from the fit count less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Robustness {
    /// All values count the same.
    #[default]
    Plain,
    /// The farther a value lies from the fit, the less it counts in the next pass.
    Robust,
}

/// A seasonal-trend decomposition by local regression: STL.
///
/// # Method
///
/// Each pass of the inner loop estimates the season from what the trend leaves and the trend from what the season
/// leaves:
///
/// ```text
/// C = loess of y - T over each phase's values, one cycle longer on both sides
/// L = loess of the moving averages of C over period, period and 3 values
/// S = C - L
/// T = loess of y - S
/// ```
///
/// The outer loop weighs each value by its remainder R = y - T - S, with h = 6 median |R|:
///
/// ```text
/// ω = (1 - (R / h)²)²,  1 for |R| <= h / 1000,  0 for |R| > 0.999 h
/// ```
///
/// A periodic season is the mean of S over all cycles. With [`Missing::Skip`] a NaN is a value of weight ω = 0 in every
/// fit: it is not filled in, windows keep their length in places, and trend and season are what the values around it say.
/// Its remainder is NaN. A longer window reaches over a longer gap.
///
/// Without weights, and fitted at every place, a fit over a long
/// window takes a time that does not depend on the window.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | | from 2 to half the number of values | values |
/// | `seasonal` | 7 | odd, at least 3, or periodic | cycles |
/// | `preset` | [`Preset::R`] | | |
/// | `trend` | least odd number from 1.5 period / (1 - 1.5 / seasonal) on | odd, at least 3 | values |
/// | `low_pass` | least odd number from the period on, for statsmodels above it | odd, at least 3 | values |
/// | `seasonal_degree` | constant, for statsmodels linear; constant if periodic | [`Degree`] | |
/// | `trend_degree` | linear | [`Degree`] | |
/// | `low_pass_degree` | that of the trend, for statsmodels linear | [`Degree`] | |
/// | `seasonal_jump` | a tenth of the window, rounded up, for statsmodels 1 | at least 1 | cycles |
/// | `trend_jump` | likewise | at least 1 | values |
/// | `low_pass_jump` | likewise | at least 1 | values |
/// | `robustness` | [`Robustness::Plain`] | | |
/// | `inner` | 2, robust 1; for statsmodels 5, robust 2 | 1 to 1000 | passes |
/// | `outer` | 0, robust 15 | at most 1000 | passes |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_core::decompose::Stl;
///
/// // A line and a season of four values of sum 0 are found, with passes enough.
/// let values: Vec<f64> = (0..48).map(|t| f64::from(t) + [0.0, 9.0, -3.0, -6.0][t as usize % 4]).collect();
/// let parts = Stl::new(4).periodic().inner(50).decompose(&values)?;
/// assert!((parts.trend[20] - 20.0).abs() < 1e-9);
/// assert!((parts.seasonal[21] - 9.0).abs() < 1e-9);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Cleveland, R. B., Cleveland, W. S., `McRae`, J. E., Terpenning, I. (1990). STL: a seasonal-trend decomposition
/// procedure based on loess. *Journal of Official Statistics* 6(1), 3-73.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Stl {
    /// How many values a cycle has.
    pub period: usize,
    /// Over how many cycles the season may change.
    pub seasonal: SeasonalWindow,
    /// Whose defaults hold for what is not set.
    pub preset: Preset,
    /// Over how many values the trend is smoothed.
    pub trend: Option<usize>,
    /// Over how many values what is no season is smoothed out of it.
    pub low_pass: Option<usize>,
    /// The degree of the local fits to the values of a phase.
    pub seasonal_degree: Option<Degree>,
    /// The degree of the local fits of the trend.
    pub trend_degree: Option<Degree>,
    /// The degree of the local fits that take what is no season out of it.
    pub low_pass_degree: Option<Degree>,
    /// Every how many cycles a phase is fitted; between, straight lines.
    pub seasonal_jump: Option<usize>,
    /// Every how many values the trend is fitted; between, straight lines.
    pub trend_jump: Option<usize>,
    /// Every how many values the low-pass filter is fitted; between, straight lines.
    pub low_pass_jump: Option<usize>,
    /// Whether values far away from the fit count less.
    pub robustness: Robustness,
    /// How often season and trend are estimated with the same weights.
    pub inner: Option<usize>,
    /// How often values are weighed anew.
    pub outer: Option<usize>,
    /// What a NaN means.
    #[cfg_attr(feature = "serde", serde(default))]
    pub missing: Missing,
}

/// Data on which the options of the examples below differ.
macro_rules! setter {
    ($(#[$doc:meta])* $name:ident: $kind:ty, $example:literal) => {
        $(#[$doc])*
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_core::decompose::{Degree, Preset, Stl};
        ///
        /// let values: Vec<f64> = (0..40).map(|t| f64::from(t * t % 23)).collect();
        #[doc = $example]
        /// assert_ne!(set.decompose(&values)?.trend, Stl::new(4).decompose(&values)?.trend);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        #[must_use]
        pub const fn $name(mut self, $name: $kind) -> Self {
            self.$name = Some($name);
            self
        }
    };
}

impl Stl {
    /// The decomposition of R's `stats::stl` with a seasonal window of 7 cycles.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::{Preset, SeasonalWindow, Stl};
    ///
    /// let stl = Stl::new(24);
    /// assert_eq!((stl.period, stl.seasonal, stl.preset), (24, SeasonalWindow::Span(7), Preset::R));
    /// ```
    pub const fn new(period: usize) -> Self {
        Self {
            period,
            seasonal: SeasonalWindow::Span(7),
            preset: Preset::R,
            trend: None,
            low_pass: None,
            seasonal_degree: None,
            trend_degree: None,
            low_pass_degree: None,
            seasonal_jump: None,
            trend_jump: None,
            low_pass_jump: None,
            robustness: Robustness::Plain,
            inner: None,
            outer: None,
            missing: Missing::Error,
        }
    }

    /// Over how many cycles the season is smoothed; 7 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// // The longer the window, the less the season of one cycle follows its values.
    /// let values: Vec<f64> = (0..80).map(|t| f64::from(t % 4 * (t / 4 % 2))).collect();
    /// let range = |stl: Stl| stl.decompose(&values).map(|parts| (parts.seasonal[39] - parts.seasonal[43]).abs());
    /// assert!(range(Stl::new(4).seasonal(15))? < range(Stl::new(4).seasonal(3))?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn seasonal(mut self, span: usize) -> Self {
        self.seasonal = SeasonalWindow::Span(span);
        self
    }

    /// The season is the same in all cycles.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values: Vec<f64> = (0..40).map(|t| f64::from(t * t % 23)).collect();
    /// let parts = Stl::new(4).periodic().decompose(&values)?;
    /// assert_eq!(parts.seasonal[..4], parts.seasonal[36..]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn periodic(mut self) -> Self {
        self.seasonal = SeasonalWindow::Periodic;
        self
    }

    /// Whose defaults hold for what is not set; R's by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::{Preset, Stl};
    ///
    /// let values: Vec<f64> = (0..40).map(|t| f64::from(t * t % 23)).collect();
    /// let statsmodels = Stl::new(4).preset(Preset::Statsmodels);
    /// assert_ne!(statsmodels.decompose(&values)?, Stl::new(4).decompose(&values)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    setter!(
        /// Over how many values the trend is smoothed; the least odd number from 1.5 period / (1 - 1.5 / seasonal) on
        /// by default.
        trend: usize, "let set = Stl::new(4).trend(21);"
    );

    setter!(
        /// Over how many values what is no season is smoothed out of it; the least odd number from the period on by
        /// default, for statsmodels above the period.
        low_pass: usize, "let set = Stl::new(4).low_pass(9);"
    );

    setter!(
        /// The degree of the local fits to the values of a phase; constant by default, for statsmodels linear. A
        /// periodic season always has constants.
        seasonal_degree: Degree, "let set = Stl::new(4).seasonal_degree(Degree::Linear);"
    );

    setter!(
        /// The degree of the local fits of the trend; linear by default.
        trend_degree: Degree, "let set = Stl::new(4).trend_degree(Degree::Constant);"
    );

    setter!(
        /// The degree of the local fits that take what is no season out of it; that of the trend by default, for
        /// statsmodels linear.
        low_pass_degree: Degree, "let set = Stl::new(4).low_pass_degree(Degree::Constant);"
    );

    setter!(
        /// Every how many cycles a phase is fitted; a tenth of the window by default, for statsmodels 1.
        seasonal_jump: usize, "let set = Stl::new(4).seasonal_jump(3);"
    );

    setter!(
        /// Every how many values the trend is fitted; a tenth of the window by default, for statsmodels 1.
        trend_jump: usize, "let set = Stl::new(4).trend_jump(5);"
    );

    setter!(
        /// Every how many values the low-pass filter is fitted; a tenth of the window by default, for statsmodels 1.
        low_pass_jump: usize, "let set = Stl::new(4).low_pass_jump(5);"
    );

    /// Lets values far away from the fit count less.
    ///
    /// The first fit is a plain one: where a window is so short that a spike bends the fit of all its neighbours, they lose
    /// their weight with it, and the trend follows the spike. So does R's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let mut values: Vec<f64> = (0..96).map(|t| f64::from(t % 8) + 0.1 * f64::from(t * t % 7)).collect();
    /// values[30] = 1000.0;
    /// let parts = Stl::new(8).periodic().robust().decompose(&values)?;
    /// assert!(parts.weights[30] == 0.0 && parts.remainder[30] > 990.0 && parts.trend[30] < 5.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn robust(mut self) -> Self {
        self.robustness = Robustness::Robust;
        self
    }

    setter!(
        /// How often season and trend are estimated with the same weights; 2 by default, robust 1, for statsmodels 5
        /// and 2.
        inner: usize, "let set = Stl::new(4).inner(3);"
    );

    setter!(
        /// How often values are weighed anew; 0 by default, robust 15.
        outer: usize, "let set = Stl::new(4).outer(1);"
    );

    /// What a NaN means; it is refused by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    /// use slo_core::stats::Missing;
    ///
    /// // A line and a season are continued over a gap.
    /// let mut values: Vec<f64> = (0..48).map(|t| f64::from(t) + [0.0, 9.0, -3.0, -6.0][t as usize % 4]).collect();
    /// values[21] = f64::NAN;
    /// let parts = Stl::new(4).periodic().inner(50).missing(Missing::Skip).decompose(&values)?;
    /// assert!((parts.trend[21] + parts.seasonal[21] - 30.0).abs() < 1e-9 && parts.remainder[21].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The trend, the season and what they leave of each value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values = [3.0, 1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 4.0];
    /// let parts = Stl::new(2).periodic().inner(50).decompose(&values)?;
    /// // The line rises by 0.5: the first of two stands 2.5 above the second.
    /// assert!((parts.seasonal[0] - parts.seasonal[1] - 2.5).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for less than two periods, [`Error::NonFinite`] for a value that is not finite, or that is
    /// infinite where NaN may be missing, [`Error::Degenerate`] for gaps so long that a fit reaches no value,
    /// [`Error::OutOfRange`] where a part of huge values leaves the floats, and as [`Stl::check`].
    pub fn decompose(&self, values: &[f64]) -> Result<Decomposition> {
        Prepared::new(self, values.len())?.decompose(values)
    }
}
