//! Trend and season by moving averages, and the period of a series.

use ::slo::forecast;
use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core::decompose::{self, Composition};
use crate::errors::{attempt, detached};
use crate::python;
use crate::values::{Column, choice, count, read_only, whole, word};

const COMPOSITIONS: [(&str, Composition); 2] =
    [("additive", Composition::Additive), ("multiplicative", Composition::Multiplicative)];

/// The number of places after which values repeat themselves most.
///
/// The highest peak of the autocorrelations about the least-squares line, if it is more than chance; lags from 2 to half
/// the number of values are looked at.
///
/// Args:
///     y: the values at equal distances, oldest first, shape (values,).
///
/// Returns:
///     A number of places; None if the values do not repeat themselves.
///
/// Raises:
///     NonFiniteError: with the index of the first value that is not finite.
///
/// Examples:
///     >>> slo.forecast.dominant_period([t + 9 * (t % 24) for t in range(240)])
///     24
///     >>> slo.forecast.dominant_period([1, 2, 3, 4, 5, 6, 7, 8]) is None
///     True
#[pyfunction]
pub(crate) fn dominant_period(y: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let column = Column::new("values", y)?;
    let values = column.as_slice()?;
    detached(y.py(), || forecast::dominant_period(values))
}

/// The classical decomposition: a centred moving average is the trend, the mean of what it leaves in each phase the
/// season; R's ``decompose``.
///
/// Args:
///     period: how many values a cycle has, at least 2.
///     composition: ``"additive"``: the values are the sum of the parts; ``"multiplicative"``: their product.
///
/// Raises:
///     InvalidParameterError: for another word.
///
/// Examples:
///     >>> slo.forecast.Classical(2).decompose([3, 1, 4, 2, 5, 3]).figure
///     array([ 1.25, -1.25])
#[pyclass(module = "slo.forecast", frozen, eq)]
#[derive(PartialEq)]
pub(crate) struct Classical(decompose::Classical);

#[pymethods]
impl Classical {
    #[new]
    #[pyo3(signature = (period, composition="additive"))]
    fn new(#[pyo3(from_py_with = whole)] period: i64, composition: &str) -> PyResult<Self> {
        let composition = choice("composition", composition, &COMPOSITIONS, &[])?;
        Ok(Self(decompose::Classical::new(count("period", period)?).composition(composition)))
    }

    /// How many values a cycle has.
    #[getter]
    fn period(&self) -> usize {
        self.0.period
    }

    /// How the parts make up the values: ``"additive"`` or ``"multiplicative"``.
    #[getter]
    fn composition(&self) -> &'static str {
        word(&self.0.composition, &COMPOSITIONS)
    }

    /// Decomposes a series.
    ///
    /// Args:
    ///     y: the values, oldest first, shape (values,), at least two periods.
    ///
    /// Returns:
    ///     A ``ClassicalDecomposition``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a period below 2.
    ///     TooShortError: with less than two periods.
    ///     NonFiniteError: with the index of the first value that is not finite.
    ///     DegenerateError: for a product where an average is 0.
    ///
    /// Examples:
    ///     >>> slo.forecast.Classical(2, "multiplicative").decompose([3, 1, 3, 1, 3, 1]).seasonal
    ///     array([1.5, 0.5, 1.5, 0.5, 1.5, 0.5])
    fn decompose(&self, y: &Bound<'_, PyAny>) -> PyResult<ClassicalDecomposition> {
        let column = Column::new("values", y)?;
        let values = column.as_slice()?;
        let parts = detached(y.py(), || self.0.decompose(values))?;
        let column = |part: Vec<f64>| read_only(y.py(), part).map(Bound::unbind);
        Ok(ClassicalDecomposition {
            trend: column(parts.trend)?,
            figure: column(parts.figure)?,
            seasonal: column(parts.seasonal)?,
            remainder: column(parts.remainder)?,
        })
    }

    fn __repr__(&self) -> String {
        format!("Classical(period={}, composition='{}')", self.0.period, self.composition())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (usize, &'static str)) {
        (py.get_type::<Self>(), (self.0.period, self.composition()))
    }
}

/// Trend, season and what they leave; made by ``Classical.decompose``. All arrays are read-only.
///
/// Examples:
///     >>> parts = slo.forecast.Classical(2).decompose([3, 1, 4, 2, 5, 3])
///     >>> parts.trend
///     array([ nan, 2.25, 2.75, 3.25, 3.75,  nan])
#[pyclass(module = "slo.forecast", frozen)]
pub(crate) struct ClassicalDecomposition {
    /// The centred moving average, shape (values,); NaN within half a period of both ends, where it does not reach.
    #[pyo3(get)]
    trend: Py<PyArray1<f64>>,
    /// The season of each phase, the first value's phase first, shape (period,): a sum of 0, or a mean of 1.
    #[pyo3(get)]
    figure: Py<PyArray1<f64>>,
    /// The season of each value, shape (values,).
    #[pyo3(get)]
    seasonal: Py<PyArray1<f64>>,
    /// What trend and season leave, shape (values,); NaN where the trend is.
    #[pyo3(get)]
    remainder: Py<PyArray1<f64>>,
}

impl ClassicalDecomposition {
    fn columns(&self) -> [&Py<PyArray1<f64>>; 4] {
        [&self.trend, &self.figure, &self.seasonal, &self.remainder]
    }
}

#[pymethods]
impl ClassicalDecomposition {
    /// A frame with a column for each part but the figure: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_decompose", "classical_frame", (slf,))
    }

    /// The parts as a dict of lists; None for what does not exist.
    fn to_dict<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_decompose", "classical_dict", (slf,))
    }

    /// The parts as JSON text.
    fn to_json<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "json", "dumps", (Self::to_dict(slf)?,))
    }

    /// Trend, season and remainder, one below the other, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: three axes to draw on; new ones if None.
    ///
    /// Returns:
    ///     The axes.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_decompose", "plot_classical", (slf, ax))
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.trend.bind(py).len().unwrap_or_default()
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        for (left, right) in self.columns().into_iter().zip(other.columns()) {
            if !python::call(py, "numpy", "array_equal", (left, right, true))?.extract::<bool>()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (values, period) = (self.trend.bind(py).len()?, self.figure.bind(py).len()?);
        Ok(format!("ClassicalDecomposition({values} values, period={period})"))
    }

    #[classmethod]
    fn _restore(
        _class: &Bound<'_, PyType>,
        trend: Py<PyArray1<f64>>,
        figure: Py<PyArray1<f64>>,
        seasonal: Py<PyArray1<f64>>,
        remainder: Py<PyArray1<f64>>,
        py: Python<'_>,
    ) -> PyResult<Self> {
        let parts = Self { trend, figure, seasonal, remainder };
        for column in parts.columns() {
            let column = column.bind(py);
            if let Ok(writing) = column.try_readwrite() {
                writing.make_nonwriteable();
            }
        }
        let [len, seasonal, remainder] =
            [&parts.trend, &parts.seasonal, &parts.remainder].map(|column| column.bind(py).len());
        let (len, seasonal, remainder) = (len?, seasonal?, remainder?);
        attempt(|| {
            crate::core::Error::check_lengths("trend", len, "seasonal", seasonal)?;
            crate::core::Error::check_lengths("trend", len, "remainder", remainder)
        })?;
        Ok(parts)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let parts = self.columns().map(|column| column.clone_ref(py));
        Ok((
            py.get_type::<Self>().getattr("_restore")?,
            <(_, _, _, _)>::from(parts).into_pyobject(py)?.into_any(),
        ))
    }
}
