//! One method, fitted to many series.

use slo_core::{Error, Result};

use super::forecast::PanelForecast;
use super::{Series, each};
use crate::any::{AnyForecaster, AnyModel};
use crate::forecaster::Model;

/// Fits a method to each series of a panel, on all cores with the feature `parallel`.
///
/// # Method
///
/// Each series by itself, as [`AnyForecaster::fit`] does it: the models do not depend on the number of threads.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `method` | | |
/// | `values` | of all series, one after the other, each oldest first | |
/// | `offsets` | where each series begins, and after them the number of values | places |
///
/// # Examples
///
/// ```
/// use slo_core::ErrorKind;
/// use slo_forecast::{Drift, Model, fit_panel};
///
/// let panel = fit_panel(&Drift::new().into(), &[1.0, 2.0, 5.0, 7.0, 4.0, 4.0, 4.0], &[0, 3, 4, 7])?;
/// assert_eq!(panel.models[2].as_ref().map(|model| model.sigma()), Ok(0.0));
/// // The series of one value has no model; the others are not hurt.
/// let failed: Vec<_> = panel.failures().map(|(series, error)| (series, error.kind())).collect();
/// assert_eq!(failed, [(1, ErrorKind::TooShort)]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the offsets rise from 0 to the number of values. What a single series is refused
/// for stands in its place among the models.
pub fn fit_panel(method: &AnyForecaster, values: &[f64], offsets: &[usize]) -> Result<PanelFit> {
    let series = Series::new(values, offsets)?;
    let models = each((0..series.len()).collect(), |_, index| method.fit(series.get(index)));
    Ok(PanelFit { models })
}

/// The models of a panel's series; made by [`fit_panel`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Naive, fit_panel};
///
/// let panel = fit_panel(&Naive::new().into(), &[1.0, 2.0, 8.0, 6.0], &[0, 2, 4])?;
/// assert_eq!(panel.forecast(1, &[])?.mean().column(0).to_vec(), [2.0, 6.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PanelFit {
    /// The model of each series, or why it has none.
    pub models: Vec<Result<AnyModel>>,
}

impl PanelFit {
    /// The series that have no model, by their places in the panel, and why.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, fit_panel};
    ///
    /// let panel = fit_panel(&Naive::new().into(), &[1.0, 2.0, 8.0, f64::NAN], &[0, 2, 4])?;
    /// let why: Vec<String> = panel.failures().map(|(series, error)| format!("{series}: {error}")).collect();
    /// assert_eq!(why, ["1: values[1] = NaN is not finite"]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.models.iter().enumerate().filter_map(|(series, model)| Some((series, model.as_ref().err()?)))
    }

    /// What comes next in each series, on all cores with the feature `parallel`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Drift, fit_panel};
    ///
    /// let panel = fit_panel(&Drift::new().into(), &[1.0, 2.0, 5.0, 4.0, 4.0, 4.0], &[0, 3, 6])?;
    /// assert_eq!(panel.forecast(2, &[])?.mean().row(0).to_vec(), [7.0, 9.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`forecast_panel`](super::forecast_panel).
    pub fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<PanelForecast> {
        PanelForecast::of(self.models.len(), horizon, levels, |series| match self.models.get(series) {
            Some(Ok(model)) => model.forecast(horizon, levels),
            Some(Err(error)) => Err(error.clone()),
            None => Err(Error::out_of_range("the series")),
        })
    }
}
