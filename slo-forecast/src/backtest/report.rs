//! How good a method would have been, as it is told.

use std::fmt;

use slo_core::{Error, ErrorKind};

use crate::accuracy::Accuracy;
use crate::forecast::Band;

/// How good a method would have been; made by [`Backtest::run`](super::Backtest::run).
///
/// # Examples
///
/// ```
/// use slo_forecast::{Backtest, Drift};
///
/// let values: Vec<f64> = (0..30).map(|t| f64::from(t * t)).collect();
/// let report = Backtest::new(3)?.run(&Drift::new(), &values)?;
/// // A line falls behind a parabola, the more the farther it goes.
/// assert!(report.by_step[2].mae > report.by_step[0].mae);
/// assert_eq!(report.accuracy.count, 15);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "super::saved::RawReport", into = "super::saved::RawReport")
)]
#[non_exhaustive]
pub struct BacktestReport {
    /// How many steps each fold forecasts.
    pub horizon: usize,
    /// How many values after an origin are not measured.
    pub gap: usize,
    /// What was forecast from each origin, or why it could not be.
    pub folds: Vec<Fold>,
    /// The accuracy over all folds and steps.
    pub accuracy: Accuracy,
    /// The accuracy at each step, over all folds.
    pub by_step: Vec<Accuracy>,
}

/// What was forecast from one origin.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "super::saved::RawFold", into = "super::saved::RawFold")
)]
#[non_exhaustive]
pub struct Fold {
    /// How many values of the series were known: the place of the first one that was not.
    pub origin: usize,
    /// The first place that a fit at this origin uses.
    pub start: usize,
    /// Whether the model was fitted at this origin.
    pub refitted: bool,
    /// The forecast and how good it was, or why there is none.
    pub outcome: Result<FoldForecast, Failure>,
}

/// A forecast beside what came.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct FoldForecast {
    /// What came, from the origin and the gap on.
    pub actual: Vec<f64>,
    /// What was expected.
    pub mean: Vec<f64>,
    /// The intervals, one for each level.
    pub bands: Vec<Band>,
    /// How good the forecast was.
    pub accuracy: Accuracy,
}

/// Why there is no forecast from an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What kind of error it was.
    pub kind: ErrorKind,
    /// The error's text.
    pub message: String,
}

impl Failure {
    pub(super) fn new(error: &Error) -> Self {
        Self { kind: error.kind(), message: error.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl BacktestReport {
    /// The accuracy of each fold that has a forecast, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Naive};
    ///
    /// let report = Backtest::new(1)?.folds(2)?.run(&Naive::new(), &[1.0, 2.0, 3.0, 7.0])?;
    /// assert_eq!(report.by_fold().iter().map(|fold| fold.mae).collect::<Vec<_>>(), [1.0, 4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn by_fold(&self) -> Vec<&Accuracy> {
        self.folds.iter().filter_map(|fold| Some(&fold.outcome.as_ref().ok()?.accuracy)).collect()
    }

    /// The folds without a forecast, by their places among the folds.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::ErrorKind;
    /// use slo_forecast::{Backtest, Naive};
    ///
    /// // From one value alone nothing follows.
    /// let report = Backtest::new(1)?.folds(2)?.run(&Naive::new(), &[1.0, 2.0, 3.0])?;
    /// let failed: Vec<_> = report.failures().map(|(fold, failure)| (fold, failure.kind)).collect();
    /// assert_eq!(failed, [(0, ErrorKind::TooShort)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Failure)> {
        let folds = self.folds.iter().enumerate();
        folds.filter_map(|(place, fold)| Some((place, fold.outcome.as_ref().err()?)))
    }
}
