//! How good a method would have been.

mod report;
#[cfg(feature = "serde")]
mod saved;
#[cfg(test)]
mod tests;
pub(crate) mod walk;

use slo_core::stats::tails::two_sided;
use slo_core::{Error, Result};

use crate::accuracy::tally::Tally;
use crate::accuracy::{ErrorScale, check_period};
use crate::forecast::Band;
use crate::forecaster::Forecaster;
pub use report::{BacktestReport, Failure, Fold, FoldForecast};
use walk::Walk;

/// Values that all folds together may forecast.
const MAX_FORECASTS: usize = 10_000_000;

/// Which values before an origin a model is fitted to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Window {
    /// All of them.
    #[default]
    Expanding,
    /// The last so many.
    Rolling(usize),
}

impl Window {
    /// The first place of the window that ends before an origin.
    pub(crate) fn start(self, origin: usize) -> usize {
        match self {
            Self::Expanding => 0,
            Self::Rolling(len) => origin.saturating_sub(len),
        }
    }
}

/// At which origins parameters are estimated anew; at the others the model takes the values that have come since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Refit {
    /// At every origin.
    #[default]
    Every,
    /// At the first of every so many origins.
    EveryNth(usize),
    /// At the first origin alone.
    Never,
}

impl Refit {
    /// Refuses what is no policy.
    pub(crate) fn check(self) -> Result<Self> {
        match self {
            Self::EveryNth(0) => Err(Error::invalid("refit", 0, "must be at least 1")),
            _ => Ok(self),
        }
    }
}

/// How good a method would have been: it forecasts from several origins of a series, each time from what was known
/// there alone, and is held against what came.
///
/// # Method
///
/// ```text
/// origin_k = n - horizon - gap - (folds - 1 - k) step,   k = 0 .. folds - 1
/// known to fold k: y_1 .. y_origin,   held against: the `horizon` values from origin + gap on
/// ```
///
/// so that the last fold ends with the series. The scale of `mase`, `rmsse` and `msis` is that of each fold's own
/// training part.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `horizon` | | >= 1 | steps |
/// | `folds` | 5 | >= 1 | |
/// | `step` | `horizon` | >= 1 | places |
/// | `gap` | 0 | | places between what is known and what is measured |
/// | `window` | expanding | or the last so many values | |
/// | `refit` | every fold | every nth, never | |
/// | `levels` | 0.95 | (0, 1) each | share |
/// | `period` | 1 | >= 1 | places, of the scale |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Backtest, Naive};
///
/// // 3 and 4 are forecast for 4 and 8.
/// let report = Backtest::new(1)?.folds(2)?.run(&Naive::new(), &[1.0, 2.0, 3.0, 4.0, 8.0])?;
/// assert_eq!(report.accuracy.mae, 2.5);
/// assert_eq!(report.folds[1].origin, 4);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Tashman, L. J. (2000). Out-of-sample tests of forecasting accuracy: an analysis and review. *International Journal of
/// Forecasting* 16(4), 437-450.
#[derive(Clone, Debug, PartialEq)]
pub struct Backtest {
    horizon: usize,
    folds: usize,
    step: usize,
    gap: usize,
    window: Window,
    refit: Refit,
    levels: Vec<f64>,
    period: usize,
}

impl Backtest {
    /// Five folds that do not overlap, each with a horizon of so many steps.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Mean};
    ///
    /// let values: Vec<f64> = (0..30).map(f64::from).collect();
    /// let report = Backtest::new(2)?.run(&Mean::new(), &values)?;
    /// let origins: Vec<usize> = report.folds.iter().map(|fold| fold.origin).collect();
    /// assert_eq!(origins, [20, 22, 24, 26, 28]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a horizon of 0.
    pub fn new(horizon: usize) -> Result<Self> {
        Ok(Self {
            horizon: at_least_one("horizon", horizon)?,
            folds: 5,
            step: horizon,
            gap: 0,
            window: Window::Expanding,
            refit: Refit::Every,
            levels: vec![0.95],
            period: 1,
        })
    }

    /// From how many origins to forecast. Default 5.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Naive};
    ///
    /// let report = Backtest::new(1)?.folds(3)?.run(&Naive::new(), &[1.0; 9])?;
    /// assert_eq!(report.folds.len(), 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0.
    pub fn folds(self, folds: usize) -> Result<Self> {
        Ok(Self { folds: at_least_one("folds", folds)?, ..self })
    }

    /// How far one origin lies from the next. Default: the horizon, so that no value is forecast twice.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Naive};
    ///
    /// let report = Backtest::new(4)?.folds(2)?.step(1)?.run(&Naive::new(), &[1.0; 9])?;
    /// assert_eq!((report.folds[0].origin, report.folds[1].origin), (4, 5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0.
    pub fn step(self, step: usize) -> Result<Self> {
        Ok(Self { step: at_least_one("step", step)?, ..self })
    }

    /// How many values after an origin are not measured, nor known: what comes in while a forecast is being acted upon.
    /// Default 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Drift};
    ///
    /// // From 1, 2, 3 on: two steps are passed over, the third is held against 7.
    /// let report = Backtest::new(1)?.folds(1)?.gap(2).run(&Drift::new(), &[1.0, 2.0, 3.0, 0.0, 0.0, 7.0])?;
    /// assert_eq!(report.accuracy.mean_error, 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn gap(self, gap: usize) -> Self {
        Self { gap, ..self }
    }

    /// Which values before an origin a model is fitted to. Default all.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Mean, Window};
    ///
    /// let values = [9.0, 1.0, 3.0, 2.0];
    /// let report = Backtest::new(1)?.folds(1)?.window(Window::Rolling(2))?.run(&Mean::new(), &values)?;
    /// assert_eq!(report.accuracy.mae, 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of no values.
    pub fn window(self, window: Window) -> Result<Self> {
        if window == Window::Rolling(0) {
            return Err(Error::invalid("window", 0, "must be at least 1"));
        }
        Ok(Self { window, ..self })
    }

    /// At which origins parameters are estimated anew. Default at every one.
    ///
    /// A model that is updated keeps what it knows: a rolling window counts where it is fitted.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Mean, Refit, Window};
    ///
    /// let values = [9.0, 1.0, 2.0, 0.0];
    /// let backtest = Backtest::new(1)?.folds(2)?.window(Window::Rolling(2))?;
    /// // The mean of 1 and 2 alone, or that of all three, is held against 0.
    /// assert_eq!(backtest.clone().run(&Mean::new(), &values)?.by_fold()[1].mae, 1.5);
    /// assert_eq!(backtest.refit(Refit::Never)?.run(&Mean::new(), &values)?.by_fold()[1].mae, 4.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for every 0th.
    pub fn refit(self, refit: Refit) -> Result<Self> {
        Ok(Self { refit: refit.check()?, ..self })
    }

    /// The levels of the intervals that are measured. Default 0.95.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Naive};
    ///
    /// let values: Vec<f64> = (0..30).map(|t| f64::from(t * 7 % 11)).collect();
    /// let report = Backtest::new(2)?.levels(&[0.5, 0.8])?.run(&Naive::new(), &values)?;
    /// assert_eq!(report.accuracy.intervals.len(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless each lies in (0, 1).
    pub fn levels(self, levels: &[f64]) -> Result<Self> {
        for level in levels {
            two_sided(*level)?;
        }
        Ok(Self { levels: levels.to_vec(), ..self })
    }

    /// The length of a season, for the scale of scaled errors. Default 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, Naive};
    ///
    /// let values = [0.0, 5.0, 1.0, 6.0, 2.0, 7.0];
    /// let backtest = Backtest::new(1)?.folds(1)?;
    /// // The error is 5, against steps of 4.5 on average, and against seasons that rise by 1.
    /// assert_eq!(backtest.clone().run(&Naive::new(), &values)?.accuracy.mase, Some(5.0 / 4.5));
    /// assert_eq!(backtest.period(2)?.run(&Naive::new(), &values)?.accuracy.mase, Some(5.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0.
    pub fn period(self, period: usize) -> Result<Self> {
        check_period(period)?;
        Ok(Self { period, ..self })
    }

    /// How good a method would have been on a series.
    ///
    /// A fold whose model cannot be fitted, updated or asked says why in its place; pooled figures are those of the
    /// others.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Backtest, SeasonalNaive};
    ///
    /// let values = [1.0, 2.0, 1.0, 2.0, 1.0, 5.0];
    /// let report = Backtest::new(2)?.folds(2)?.run(&SeasonalNaive::new(2)?, &values)?;
    /// // The first fold knows a season only, and cannot be fitted.
    /// assert_eq!(report.failures().count(), 1);
    /// assert_eq!(report.by_step[1].mae, 3.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] unless every fold knows a value, or a whole window; [`Error::NonFinite`];
    /// [`Error::LimitExceeded`] past 10^7 forecasts; the first fold's error where every fold fails.
    pub fn run(&self, method: &dyn Forecaster, values: &[f64]) -> Result<BacktestReport> {
        let origins = self.origins(values.len())?;
        Error::check_finite("values", values)?;
        let mut walk = Walk::new(method, values, self.window, self.refit);
        let (mut pooled, mut by_step) = (Tally::default(), vec![Tally::default(); self.horizon]);
        let (mut folds, mut first_error) = (Vec::with_capacity(origins.len()), None);
        for origin in origins {
            let start = self.window.start(origin);
            let outcome = self.fold(&mut walk, origin).map(|(tally, refitted, forecast)| {
                pooled.append(&tally);
                by_step.iter_mut().enumerate().for_each(|(step, into)| into.append_place(&tally, step));
                (refitted, forecast)
            });
            folds.push(match outcome {
                Ok((refitted, forecast)) => Fold { origin, start, refitted, outcome: Ok(forecast) },
                Err(error) => {
                    let outcome = Err(Failure::new(&error));
                    first_error.get_or_insert(error);
                    Fold { origin, start, refitted: false, outcome }
                }
            });
        }
        if let (Some(error), true) = (first_error, folds.iter().all(|fold| fold.outcome.is_err())) {
            return Err(error);
        }
        let by_step = by_step.iter().map(Tally::accuracy).collect::<Result<_>>()?;
        Ok(BacktestReport {
            horizon: self.horizon,
            gap: self.gap,
            folds,
            accuracy: pooled.accuracy()?,
            by_step,
        })
    }

    fn fold(&self, walk: &mut Walk<'_>, origin: usize) -> Result<(Tally, bool, FoldForecast)> {
        let scale = ErrorScale::new(walk.training_part(origin), self.period).ok();
        let actual = walk.coming(origin + self.gap, self.horizon);
        let (model, refitted) = walk.at(origin)?;
        let forecast = model.forecast(self.gap + self.horizon, &self.levels)?;
        let tally = forecast.tally(actual, self.gap, scale);
        let after = |ends: &[f64]| ends.get(self.gap..).unwrap_or_default().to_vec();
        let bands = forecast.bands().iter().map(|band| Band {
            level: band.level,
            lower: after(&band.lower),
            upper: after(&band.upper),
        });
        let of_fold = FoldForecast {
            actual: actual.to_vec(),
            mean: after(forecast.mean()),
            bands: bands.collect(),
            accuracy: tally.accuracy()?,
        };
        Ok((tally, refitted, of_fold))
    }

    /// The origins in a series of so many values, first to last.
    fn origins(&self, len: usize) -> Result<Vec<usize>> {
        let forecasts = self.gap.saturating_add(self.horizon).saturating_mul(self.folds);
        if forecasts > MAX_FORECASTS {
            let (value, limit) = (forecasts as u64, MAX_FORECASTS as u64);
            return Err(Error::LimitExceeded { what: "forecasts of all folds", value, limit });
        }
        let reach = (self.folds - 1).saturating_mul(self.step);
        let known = match self.window {
            Window::Expanding => 1,
            Window::Rolling(window) => window,
        };
        let ahead = self.gap + self.horizon;
        let needed = ahead.saturating_add(reach).saturating_add(known);
        if len < needed {
            return Err(Error::TooShort { name: "values", len, needed });
        }
        let first = len - ahead - reach;
        Ok((0..self.folds).map(|fold| first + fold * self.step).collect())
    }
}

fn at_least_one(name: &'static str, value: usize) -> Result<usize> {
    if value == 0 { Err(Error::invalid(name, value, "must be at least 1")) } else { Ok(value) }
}
