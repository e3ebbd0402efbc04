//! What comes next in many series.

use slo_core::ndarray::{Array3, ArrayView2, ArrayView3, Axis, Slice};
use slo_core::{Error, Result};

use super::{Series, each};
use crate::any::AnyForecaster;
use crate::forecast::Forecast;
use crate::forecaster::Model;

/// Numbers that the forecasts of a panel may have: two gigabytes.
const MAX_NUMBERS: u64 = 250_000_000;

/// The lines of a series before the ends of its intervals: mean and standard error.
const LINES: usize = 2;

/// Fits a method to each series of a panel and forecasts it, on all cores with the feature `parallel`.
///
/// The numbers are those of [`fit_panel`](super::fit_panel) and [`PanelFit::forecast`](super::PanelFit::forecast), but
/// no model is kept.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `method` | | |
/// | `values` | of all series, one after the other, each oldest first | |
/// | `offsets` | where each series begins, and after them the number of values | places |
/// | `horizon` | at least 1 | steps |
/// | `levels` | each in (0, 1) | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Drift, forecast_panel};
///
/// let values = [1.0, 2.0, 5.0, 7.0, 4.0, 4.0, 4.0];
/// let panel = forecast_panel(&Drift::new().into(), &values, &[0, 3, 4, 7], 2, &[0.95])?;
/// assert_eq!(panel.mean().row(0).to_vec(), [7.0, 9.0]);
/// // The series of one value cannot be forecast; the others are not hurt.
/// assert_eq!(panel.failures().len(), 1);
/// assert!(panel.mean()[[1, 0]].is_nan());
/// assert_eq!(panel.upper()[[2, 0, 1]], 4.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the offsets rise from 0 to the number of values, for a horizon of 0 and for a
/// level outside (0, 1); [`Error::LimitExceeded`] for more than 2.5 10^8 numbers. What a single series is refused for
/// stands among the [`failures`](PanelForecast::failures).
pub fn forecast_panel(
    method: &AnyForecaster,
    values: &[f64],
    offsets: &[usize],
    horizon: usize,
    levels: &[f64],
) -> Result<PanelForecast> {
    let series = Series::new(values, offsets)?;
    PanelForecast::of(series.len(), horizon, levels, |index| {
        method.fit(series.get(index))?.forecast(horizon, levels)
    })
}

/// What comes next in each series of a panel, and how far it may be off.
///
/// Rows are series, in the order of the panel; where one failed its numbers are NaN, and
/// [`failures`](Self::failures) says why.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Naive, forecast_panel};
///
/// let panel = forecast_panel(&Naive::new().into(), &[2.0, 5.0, 1.0, 3.0, 3.0], &[0, 3, 5], 2, &[0.8, 0.95])?;
/// assert_eq!((panel.len(), panel.horizon(), panel.levels()), (2, 2, &[0.8, 0.95][..]));
/// assert_eq!(panel.standard_error().row(0).to_vec(), [12.5_f64.sqrt(), 5.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PanelForecast {
    levels: Vec<f64>,
    /// Of each series the mean, the standard errors, the lower end for each level, the upper end for each level.
    lines: Array3<f64>,
    failures: Vec<(usize, Error)>,
}

impl PanelForecast {
    pub(super) fn of(
        series: usize,
        horizon: usize,
        levels: &[f64],
        forecast: impl Fn(usize) -> Result<Forecast> + Sync,
    ) -> Result<Self> {
        Forecast::check_request(horizon, levels)?;
        let lines = LINES + 2 * levels.len();
        let numbers = (series as u64).saturating_mul(lines as u64).saturating_mul(horizon as u64);
        if numbers > MAX_NUMBERS {
            let what = "numbers in the forecasts of a panel";
            return Err(Error::LimitExceeded { what, value: numbers, limit: MAX_NUMBERS });
        }
        let mut numbers = vec![f64::NAN; series * lines * horizon];
        let outcomes = each(numbers.chunks_exact_mut(lines * horizon).collect(), |index, lines| {
            write(&forecast(index)?, lines);
            Ok(())
        });
        let failed = |(series, outcome): (usize, Result<()>)| Some((series, outcome.err()?));
        let failures = outcomes.into_iter().enumerate().filter_map(failed).collect();
        let lines = Array3::from_shape_vec((series, lines, horizon), numbers);
        let lines = lines.map_err(|_| Error::out_of_range("the forecasts of a panel"))?;
        Ok(Self { levels: levels.to_vec(), lines, failures })
    }

    /// The number of series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// assert_eq!(forecast_panel(&Naive::new().into(), &[1.0, 2.0, 8.0], &[0, 2, 3], 1, &[])?.len(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.lines.len_of(Axis(0))
    }

    /// Whether there is no series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// assert!(forecast_panel(&Naive::new().into(), &[], &[0], 1, &[])?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of steps ahead.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// assert_eq!(forecast_panel(&Naive::new().into(), &[1.0, 2.0], &[0, 2], 7, &[])?.horizon(), 7);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn horizon(&self) -> usize {
        self.lines.len_of(Axis(2))
    }

    /// The levels of the intervals, as asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// assert_eq!(forecast_panel(&Naive::new().into(), &[1.0, 2.0], &[0, 2], 1, &[0.8])?.levels(), [0.8]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn levels(&self) -> &[f64] {
        &self.levels
    }

    /// The expected values, shape (series, steps).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// let panel = forecast_panel(&Naive::new().into(), &[1.0, 2.0, 8.0, 6.0], &[0, 2, 4], 1, &[])?;
    /// assert_eq!(panel.mean().column(0).to_vec(), [2.0, 6.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mean(&self) -> ArrayView2<'_, f64> {
        self.lines.index_axis(Axis(1), 0)
    }

    /// The standard errors, shape (series, steps); as [`Forecast::standard_error`] of each series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// let panel = forecast_panel(&Naive::new().into(), &[1.0, 2.0, 8.0, 6.0], &[0, 2, 4], 1, &[])?;
    /// assert_eq!(panel.standard_error().column(0).to_vec(), [1.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn standard_error(&self) -> ArrayView2<'_, f64> {
        self.lines.index_axis(Axis(1), 1)
    }

    /// The lower ends of the intervals, shape (series, levels, steps).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// let panel = forecast_panel(&Naive::new().into(), &[1.0, 2.0, 8.0, 6.0], &[0, 2, 4], 1, &[0.95])?;
    /// assert!((panel.lower()[[1, 0, 0]] - (6.0 - 1.959964 * 2.0)).abs() < 1e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn lower(&self) -> ArrayView3<'_, f64> {
        self.lines.slice_axis(Axis(1), Slice::from(LINES..LINES + self.levels.len()))
    }

    /// The upper ends of the intervals, shape (series, levels, steps).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// let panel = forecast_panel(&Naive::new().into(), &[1.0, 2.0, 8.0, 6.0], &[0, 2, 4], 1, &[0.95])?;
    /// assert!((panel.upper()[[1, 0, 0]] - (6.0 + 1.959964 * 2.0)).abs() < 1e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn upper(&self) -> ArrayView3<'_, f64> {
        self.lines.slice_axis(Axis(1), Slice::from(LINES + self.levels.len()..))
    }

    /// The series that could not be forecast, by their places in the panel, and why.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// let panel = forecast_panel(&Naive::new().into(), &[1.0, 2.0, 8.0], &[0, 2, 3], 1, &[])?;
    /// let (series, error) = &panel.failures()[0];
    /// assert_eq!((*series, error.to_string().as_str()), (1, "values has 1 points, at least 2 are needed"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn failures(&self) -> &[(usize, Error)] {
        &self.failures
    }

    /// Takes the series of another panel behind its own: large panels can be forecast in parts.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// let part = |values| forecast_panel(&Naive::new().into(), values, &[0, 2], 1, &[]);
    /// let mut panel = part(&[1.0, 2.0])?;
    /// panel.append(part(&[8.0, 6.0])?)?;
    /// assert_eq!(panel.mean().column(0).to_vec(), [2.0, 6.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless both were asked for the same horizon and the same levels;
    /// [`Error::LimitExceeded`] for more than 2.5 10^8 numbers.
    pub fn append(&mut self, later: Self) -> Result<()> {
        if later.horizon() != self.horizon() {
            let reason = format!("must be {}, as that of the panel", self.horizon());
            return Err(Error::invalid("horizon", later.horizon(), reason));
        }
        if later.levels != self.levels {
            let reason = format!("must be {:?}, as those of the panel", self.levels);
            return Err(Error::invalid("levels", format!("{:?}", later.levels), reason));
        }
        let (before, numbers) =
            (self.len(), (self.lines.len() as u64).saturating_add(later.lines.len() as u64));
        if numbers > MAX_NUMBERS {
            let what = "numbers in the forecasts of a panel";
            return Err(Error::LimitExceeded { what, value: numbers, limit: MAX_NUMBERS });
        }
        let appended = self.lines.append(Axis(0), later.lines.view());
        appended.map_err(|_| Error::out_of_range("the forecasts of a panel"))?;
        self.failures.extend(later.failures.into_iter().map(|(series, error)| (before + series, error)));
        Ok(())
    }

    /// All numbers at once, shape (series, lines, steps), and why series failed; the lines are mean, standard error,
    /// the lower end for each level and the upper end for each level.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Naive, forecast_panel};
    ///
    /// let panel = forecast_panel(&Naive::new().into(), &[1.0, 2.0], &[0, 2], 1, &[0.95])?;
    /// let (lines, failures) = panel.into_parts();
    /// assert_eq!((lines.dim(), lines[[0, 0, 0]], failures.len()), ((1, 4, 1), 2.0, 0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn into_parts(self) -> (Array3<f64>, Vec<(usize, Error)>) {
        (self.lines, self.failures)
    }
}

/// A forecast, line after line.
fn write(forecast: &Forecast, lines: &mut [f64]) {
    let [lower, upper] = [false, true]
        .map(|upper| forecast.bands().iter().map(move |band| if upper { &band.upper } else { &band.lower }));
    let given = [forecast.mean(), forecast.standard_error()].into_iter();
    let given = given.chain(lower.map(Vec::as_slice)).chain(upper.map(Vec::as_slice));
    for (line, given) in lines.chunks_exact_mut(forecast.mean().len()).zip(given) {
        line.copy_from_slice(given);
    }
}
