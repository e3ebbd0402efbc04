//! How good forecasts were, once what they forecast has come.

use ::slo::forecast::{self, ErrorScale};
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::forecast::Forecast;
use crate::core::{Figure, Result};
use crate::errors::{detached, guard};
use crate::json;
use crate::record::record_class;
use crate::values::{Column, Number, count, whole};

/// The scale of a training part, if there is one.
fn scale(train: Option<&[f64]>, period: usize) -> Result<Option<ErrorScale>> {
    train.map(|train| ErrorScale::new(train, period)).transpose()
}

/// How good a forecast was.
///
/// Errors are ``actual - forecast``. With a ``Forecast``, its intervals and its law are measured, too. Scaled errors need
/// the training part: their unit is how far that is from its own last season.
///
/// Args:
///     actual: what came, shape (steps,).
///     forecast: a ``Forecast``, or points, shape (steps,).
///     train: the values that were known, oldest first, for ``mase``, ``rmsse`` and ``msis``.
///     period: the length of a season in places, at least 1.
///
/// Returns:
///     An ``Accuracy``.
///
/// Raises:
///     InvalidParameterError: for a period of 0.
///     LengthMismatchError: unless there is a value for each step.
///     NonFiniteError: with the index of the first value that is not finite.
///     OutOfRangeError: where an error leaves the range of floats.
///     TooShortError: without a value, or unless ``train`` has more than a season.
///
/// Examples:
///     >>> slo.forecast.accuracy([2, 0], [2, 3], train=[1, 3, 1])
///     Accuracy(count=2, mae=1.5, rmse=2.12132, smape=100, mase=0.75)
#[pyfunction]
#[pyo3(signature = (actual, forecast, train=None, period=1))]
pub(crate) fn accuracy(
    actual: &Bound<'_, PyAny>,
    forecast: &Bound<'_, PyAny>,
    train: Option<&Bound<'_, PyAny>>,
    #[pyo3(from_py_with = whole)] period: i64,
) -> PyResult<Accuracy> {
    let (py, period) = (actual.py(), count("period", period)?);
    let column = Column::new("actual", actual)?;
    let values = column.as_slice()?;
    let train = train.map(|train| Column::new("train", train)).transpose()?;
    let train = train.as_ref().map(Column::as_slice).transpose()?;
    if let Ok(forecast) = forecast.cast::<Forecast>() {
        let forecast = forecast.get();
        let many = forecast.many();
        let found = detached(py, || forecast.data().accuracy(values, scale(train, period)?.as_ref()))?;
        return Ok(Accuracy { data: found, many });
    }
    let points = Column::new("forecast", forecast)?;
    let points = points.as_slice()?;
    let found = detached(py, || forecast::accuracy(values, points, scale(train, period)?.as_ref()))?;
    Ok(Accuracy { data: found, many: false })
}

/// How good intervals of one level were.
///
/// Args:
///     actual: what came, shape (steps,).
///     lower: the lower ends, shape (steps,).
///     upper: the upper ends, shape (steps,).
///     level: the probability with which they were to hold a value, in (0, 1).
///     train: the values that were known, oldest first, for ``msis``.
///     period: the length of a season in places, at least 1.
///
/// Returns:
///     An ``IntervalAccuracy``.
///
/// Raises:
///     InvalidParameterError: for a level outside (0, 1), or a lower end above its upper one.
///     LengthMismatchError: unless all are of one length.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: without a value, or unless ``train`` has more than a season.
///
/// Examples:
///     >>> slo.forecast.interval_accuracy([1, 7], lower=[1, 1], upper=[5, 5], level=0.5)
///     IntervalAccuracy(level=0.5, coverage=0.5, width=4, score=8)
#[pyfunction]
#[pyo3(signature = (actual, lower, upper, level=Number(0.95), train=None, period=1), text_signature = "(actual, lower, upper, level=0.95, train=None, period=1)")]
pub(crate) fn interval_accuracy(
    actual: &Bound<'_, PyAny>,
    lower: &Bound<'_, PyAny>,
    upper: &Bound<'_, PyAny>,
    level: Number,
    train: Option<&Bound<'_, PyAny>>,
    #[pyo3(from_py_with = whole)] period: i64,
) -> PyResult<IntervalAccuracy> {
    let (py, period) = (actual.py(), count("period", period)?);
    let columns =
        (Column::new("actual", actual)?, Column::new("lower", lower)?, Column::new("upper", upper)?);
    let (actual, lower, upper) = (columns.0.as_slice()?, columns.1.as_slice()?, columns.2.as_slice()?);
    let train = train.map(|train| Column::new("train", train)).transpose()?;
    let train = train.as_ref().map(Column::as_slice).transpose()?;
    detached(py, || {
        forecast::interval_accuracy(actual, lower, upper, level.0, scale(train, period)?.as_ref())
    })
    .map(IntervalAccuracy)
}

/// The mean pinball loss of forecasts of the quantile at ``q``: smaller is better, and the true quantile is best.
///
/// Args:
///     actual: what came, shape (steps,).
///     forecast: the quantiles that were forecast, shape (steps,).
///     q: the probability with which they were to stay unexceeded, in (0, 1).
///
/// Raises:
///     InvalidParameterError: for a probability outside (0, 1).
///     LengthMismatchError: unless both are of one length.
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: without a value.
///
/// Examples:
///     >>> slo.forecast.pinball_loss([5, 1], [3, 3], 0.9)
///     1.0
#[pyfunction]
pub(crate) fn pinball_loss(
    actual: &Bound<'_, PyAny>,
    forecast: &Bound<'_, PyAny>,
    q: Number,
) -> PyResult<f64> {
    let columns = (Column::new("actual", actual)?, Column::new("forecast", forecast)?);
    let (values, points) = (columns.0.as_slice()?, columns.1.as_slice()?);
    detached(actual.py(), || forecast::pinball_loss(values, points, q.0))
}

/// The continuous ranked probability score of a sample, each value of it as likely as the others.
///
/// Args:
///     actual: what came.
///     sample: what could have come, shape (values,).
///
/// Raises:
///     NonFiniteError: with the index of the first value that is not finite.
///     TooShortError: without a sample.
///
/// Examples:
///     >>> slo.forecast.crps_sample(1, [4, 0])
///     1.0
#[pyfunction]
pub(crate) fn crps_sample(actual: Number, sample: &Bound<'_, PyAny>) -> PyResult<f64> {
    let column = Column::new("sample", sample)?;
    let values = column.as_slice()?;
    detached(sample.py(), || forecast::crps_sample(actual.0, values))
}

/// One figure, or one for each level.
#[derive(IntoPyObject)]
pub(crate) enum Figures {
    None(Option<f64>),
    One(f64),
    Many(Vec<Option<f64>>),
}

/// How good forecasts were; made by ``accuracy`` and ``backtest``.
///
/// A figure that does not exist is None: a relative error where an actual value is 0, a scaled one without a training
/// part.
///
/// Examples:
///     >>> a = slo.forecast.accuracy([2, 4], [3, 1])
///     >>> a.mean_error, a.mae, a.mape, a.smape
///     (1.0, 2.0, 62.5, 80.0)
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Accuracy {
    pub(super) data: forecast::Accuracy,
    /// Whether levels were asked for as a list.
    pub(super) many: bool,
}

impl Accuracy {
    fn figures(&self, of: fn(&forecast::IntervalAccuracy) -> Option<f64>) -> Figures {
        match (&self.data.intervals[..], self.many) {
            ([interval], false) => of(interval).map_or(Figures::None(None), Figures::One),
            ([], false) => Figures::None(None),
            (intervals, _) => Figures::Many(intervals.iter().map(of).collect()),
        }
    }
}

#[pymethods]
impl Accuracy {
    /// How many places were measured.
    #[getter]
    fn count(&self) -> usize {
        self.data.count
    }

    /// The mean error: above 0 where forecasts were too low.
    #[getter]
    fn mean_error(&self) -> f64 {
        self.data.mean_error
    }

    /// The mean absolute error.
    #[getter]
    fn mae(&self) -> f64 {
        self.data.mae
    }

    /// The root of the mean squared error.
    #[getter]
    fn rmse(&self) -> f64 {
        self.data.rmse
    }

    /// The mean error in percent of the actual value; None if one of those is 0.
    #[getter]
    fn mpe(&self) -> Option<f64> {
        self.data.mpe
    }

    /// The mean absolute error in percent of the actual value; None if one of those is 0.
    #[getter]
    fn mape(&self) -> Option<f64> {
        self.data.mape
    }

    /// The mean absolute error in percent of the mean size of actual value and forecast: 0 to 200, as in M4.
    #[getter]
    fn smape(&self) -> f64 {
        self.data.smape
    }

    /// The sum of absolute errors in percent of the sum of absolute actual values; None if they are all 0.
    #[getter]
    fn wape(&self) -> Option<f64> {
        self.data.wape
    }

    /// The mean absolute error over the scale of the training part; None without one, or where that is 0.
    #[getter]
    fn mase(&self) -> Option<f64> {
        self.data.mase
    }

    /// As ``mase``, of root mean squares.
    #[getter]
    fn rmsse(&self) -> Option<f64> {
        self.data.rmsse
    }

    /// The mean continuous ranked probability score; None where only points were forecast.
    #[getter]
    fn crps(&self) -> Option<f64> {
        self.data.crps
    }

    /// The share of values that the intervals held; a list for a list of levels, None without intervals.
    #[getter]
    fn coverage(&self) -> Figures {
        self.figures(|interval| Some(interval.coverage))
    }

    /// The mean scaled interval score of M4; a list for a list of levels, None without intervals or scale.
    #[getter]
    fn msis(&self) -> Figures {
        self.figures(|interval| interval.msis)
    }

    /// How good the intervals were, for each level.
    #[getter]
    fn intervals(&self) -> Vec<IntervalAccuracy> {
        self.data.intervals.iter().copied().map(IntervalAccuracy).collect()
    }

    /// The figures as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.data)
    }

    /// The figures as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.data)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let forecast::Accuracy { count, mae, rmse, smape, mase, intervals, .. } = &self.data;
            let [mae, rmse, smape] = [*mae, *rmse, *smape].map(Figure);
            let mase = mase.map_or_else(String::new, |mase| format!(", mase={}", Figure(mase)));
            let coverage: Vec<String> =
                intervals.iter().map(|of| format!("{} at {}", Figure(of.coverage), of.level)).collect();
            let coverage = if coverage.is_empty() {
                String::new()
            } else {
                format!(", coverage={}", coverage.join(", "))
            };
            format!("Accuracy(count={count}, mae={mae}, rmse={rmse}, smape={smape}{mase}{coverage})")
        })
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, text: &str, many: bool) -> PyResult<Self> {
        Ok(Self { data: json::parse(text)?, many })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String, bool))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?, self.many)))
    }
}

/// How good the intervals of one level were.
///
/// Examples:
///     >>> slo.forecast.interval_accuracy([4], [1], [3], train=[0, 2]).msis
///     21.0
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct IntervalAccuracy(forecast::IntervalAccuracy);

record_class! { IntervalAccuracy(forecast::IntervalAccuracy): "The result", fields {
    /// The probability with which the intervals were to hold a value.
    level: f64,
    /// The share of values that they held, ends included.
    coverage: f64,
    /// Their mean width.
    width: f64,
    /// Their mean score (Winkler), in the unit of the values: smaller is better.
    score: f64,
    /// The mean score over the scale of the training part; None without one, or where that is 0.
    msis: Option<f64>,
} {
    fn __repr__(&self) -> String {
        let forecast::IntervalAccuracy { level, coverage, width, score, .. } = self.0;
        let [coverage, width, score] = [coverage, width, score].map(Figure);
        format!("IntervalAccuracy(level={level}, coverage={coverage}, width={width}, score={score})")
    }
} }
