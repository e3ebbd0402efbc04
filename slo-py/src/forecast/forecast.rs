//! What comes next, and how far it may be off.

use ::slo::forecast::{self, AnyModel, Band};
use numpy::ndarray::Array2;
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::model::{ERRORS, simulated};
use crate::core::{Error, Figure};
use crate::errors::{attempt, guard, raise, wrong_type};
use crate::json;
use crate::python;
use crate::values::{Number, choice, count, read_only, seed, whole};

/// One level, or a list of several.
pub(crate) enum Levels {
    One(Number),
    Many(Vec<Number>),
}

impl<'py> FromPyObject<'_, 'py> for Levels {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match given.extract() {
            Ok(one) => Ok(Self::One(one)),
            Err(refusal) => match given.extract() {
                Ok(many) => Ok(Self::Many(many)),
                // A number that is refused is told why; what is neither, what it must be.
                Err(_) if !refusal.is_instance_of::<PyTypeError>(given.py()) => Err(refusal),
                Err(_) => Err(wrong_type("a number or a list of numbers", &given)),
            },
        }
    }
}

impl Levels {
    pub(super) fn list(&self) -> Vec<f64> {
        match self {
            Self::One(level) => vec![level.0],
            Self::Many(levels) => levels.iter().map(|level| level.0).collect(),
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self, Self::Many(_))
    }
}

/// What comes next, and how far it may be off: each place is a step ahead, the first the next one.
///
/// Made by ``Model.forecast``. All arrays are read-only.
///
/// Examples:
///     >>> slo.forecast.Naive().fit([2, 5, 1]).forecast(2)
///     Forecast(horizon=2, mean=1..1, level=0.95)
#[pyclass(module = "slo.forecast", frozen, eq)]
pub(crate) struct Forecast {
    data: forecast::Forecast,
    /// Whether levels were asked for as a list, so that the ends of intervals are matrices.
    many: bool,
    /// What made it, for simulated futures.
    model: AnyModel,
}

/// Equal forecasts may come from different models.
impl PartialEq for Forecast {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data && self.many == other.many
    }
}

impl Forecast {
    pub(super) fn new(data: forecast::Forecast, many: bool, model: AnyModel) -> Self {
        Self { data, many, model }
    }

    pub(super) fn data(&self) -> &forecast::Forecast {
        &self.data
    }

    pub(super) fn many(&self) -> bool {
        self.many
    }

    fn ends<'py>(&self, py: Python<'py>, of: fn(&Band) -> &Vec<f64>) -> PyResult<Bound<'py, PyAny>> {
        match (self.data.bands(), self.many) {
            ([band], false) => Ok(read_only(py, of(band).clone())?.into_any()),
            (bands, _) => {
                let values = bands.iter().flat_map(|band| of(band).iter().copied()).collect();
                matrix(py, bands.len(), self.data.mean().len(), values)
            }
        }
    }
}

pub(super) fn matrix(
    py: Python<'_>,
    rows: usize,
    columns: usize,
    values: Vec<f64>,
) -> PyResult<Bound<'_, PyAny>> {
    let matrix = Array2::from_shape_vec((rows, columns), values);
    let matrix = matrix.map_err(|_| raise(Error::out_of_range("the intervals")))?;
    let matrix = PyArray2::from_owned_array(py, matrix);
    matrix.try_readwrite()?.make_nonwriteable();
    Ok(matrix.into_any())
}

#[pymethods]
impl Forecast {
    /// The expected value at each step, shape (horizon,).
    #[getter]
    fn mean<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.data.mean().to_vec())
    }

    /// The standard deviation of the error at each step, shape (horizon,); for Student's t, the unit of its quantiles.
    #[getter]
    fn standard_error<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.data.standard_error().to_vec())
    }

    /// The lower end of the interval, shape (horizon,); for a list of levels, shape (levels, horizon).
    #[getter]
    fn lower<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.ends(py, |band| &band.lower)
    }

    /// The upper end of the interval, shape (horizon,); for a list of levels, shape (levels, horizon).
    #[getter]
    fn upper<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.ends(py, |band| &band.upper)
    }

    /// The level, or the list of levels.
    #[getter]
    fn level<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match (self.data.bands(), self.many) {
            ([band], false) => Ok(band.level.into_pyobject(py)?.into_any()),
            (bands, _) => bands.iter().map(|band| band.level).collect::<Vec<_>>().into_pyobject(py),
        }
    }

    /// The values that stay unexceeded with probability ``q``.
    ///
    /// Args:
    ///     q: a probability in (0, 1), or a list of several.
    ///
    /// Returns:
    ///     An array of shape (horizon,); for a list, shape (probabilities, horizon).
    ///
    /// Raises:
    ///     InvalidParameterError: for a probability outside (0, 1).
    ///
    /// Examples:
    ///     >>> f = slo.forecast.Naive().fit([2, 5, 1]).forecast(2)
    ///     >>> f.quantiles([0.1, 0.5, 0.9]).round(2)
    ///     array([[-3.53, -5.41],
    ///            [ 1.  ,  1.  ],
    ///            [ 5.53,  7.41]])
    fn quantiles<'py>(&self, py: Python<'py>, q: Levels) -> PyResult<Bound<'py, PyAny>> {
        let rows =
            attempt(|| q.list().iter().map(|q| self.data.quantile(*q)).collect::<Result<Vec<_>, _>>())?;
        match <[Vec<f64>; 1]>::try_from(rows) {
            Ok([row]) if !q.is_list() => Ok(read_only(py, row)?.into_any()),
            Ok([row]) => matrix(py, 1, self.data.mean().len(), row),
            Err(rows) => matrix(py, rows.len(), self.data.mean().len(), rows.concat()),
        }
    }

    /// Simulated futures of the same model over the same steps; its parameters are taken as known.
    ///
    /// Args:
    ///     n: how many, at least 1.
    ///     seed: the same seed gives the same futures.
    ///     errors: ``"normal"``, or ``"bootstrap"`` for the errors that the model made, with replacement.
    ///
    /// Returns:
    ///     An array of shape (n, horizon).
    ///
    /// Raises:
    ///     InvalidParameterError: for a number of 0.
    ///     LimitExceededError: past 10^8 values.
    ///
    /// Examples:
    ///     >>> f = slo.forecast.Naive().fit([0, 3, 0]).forecast(2)
    ///     >>> f.paths(3, seed=1).shape
    ///     (3, 2)
    #[pyo3(signature = (n=1000, seed=0, errors="normal"))]
    fn paths<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = whole)] n: i64,
        #[pyo3(from_py_with = seed)] seed: u64,
        errors: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let errors = choice("errors", errors, &ERRORS, &[])?;
        simulated(py, &self.model, [self.data.mean().len(), count("n", n)?], seed, errors)
    }

    /// The forecast as a dict of lists.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.data)
    }

    /// The forecast as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.data)
    }

    /// A frame with one row for each step: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_forecast", "forecast_frame", (slf,))
    }

    /// Mean and intervals over the steps ahead, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: the ``Axes`` to draw on; those of a new figure if None.
    ///
    /// Returns:
    ///     The ``Axes``.
    ///
    /// Raises:
    ///     UnsupportedError: if matplotlib is not installed.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_forecast", "plot_forecast", (slf, ax))
    }

    fn __len__(&self) -> usize {
        self.data.mean().len()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let level = self.level(py)?.repr()?;
        let mean = self.data.mean();
        guard(|| {
            let [first, last] =
                [mean.first(), mean.last()].map(|value| Figure(value.copied().unwrap_or(f64::NAN)));
            format!("Forecast(horizon={}, mean={first}..{last}, level={level})", mean.len())
        })
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_forecast", "forecast_html", (slf,))
    }

    #[classmethod]
    fn _restore(_class: &Bound<'_, PyType>, text: &str, many: bool, model: &str) -> PyResult<Self> {
        Ok(Self::new(json::parse(text)?, many, json::parse(model)?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String, bool, String))> {
        let parts = (self.to_json()?, self.many, json::text(&self.model)?);
        Ok((py.get_type::<Self>().getattr("_restore")?, parts))
    }
}
