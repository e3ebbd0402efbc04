//! Two series at every lag.

use ::slo::correlate::{self, CrossCorrelation, Method, Normalisation};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::effective;
use crate::core::Figure;
use crate::errors::{detached, guard, shown};
use crate::json;
use crate::python;
use crate::record::record_class;
use crate::values::{Column, choice, count, read_only, whole, word};

/// The lag at which two series go together best.
///
/// The ``best`` of a ``LaggedCorrelation``.
#[pyclass(module = "slo.correlate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct BestLag(correlate::BestLag);

record_class! { BestLag(correlate::BestLag): "The lag", fields {
    /// The lag in points; at a positive one x leads y.
    lag: i64,
    /// The coefficient there.
    coefficient: f64,
    /// The probability that any of the lags goes as far without dependence, corrected for the search; None where too
    /// few pairs are left.
    p_value: Option<f64>,
    /// The probability that this lag goes as far, had it been the only one looked at.
    p_at_lag: Option<f64>,
    /// How many pairs are left at this lag.
    n: usize,
    /// How many independent pairs would tell as much.
    n_effective: f64,
} {
    fn __repr__(&self) -> String {
        let correlate::BestLag { lag, coefficient, n, .. } = self.0;
        let p = self.0.p_value.map_or_else(|| "None".to_owned(), |p| Figure(p).to_string());
        format!("BestLag(lag={lag}, coefficient={}, p_value={p}, n={n})", Figure(coefficient))
    }
} }

/// The correlation of two series at every lag.
///
/// Made by ``cross_correlation``. The arrays are read-only, shape (lags,).
///
/// Examples:
///     >>> k = slo.correlate.cross_correlation([1, 9, 2, 8, 8, 1], [5, 1, 9, 2, 8, 8], max_lag=1)
///     >>> k.lags, k.best.lag
///     (array([-1,  0,  1]), 1)
///     >>> k.explain().partition(";")[0]
///     'Of the lags from -1 to 1, 1 has the greatest correlation, 0.87784: x leads y by 1 point. Lag k pairs x[t] with y[t + k]'
#[pyclass(module = "slo.correlate", frozen)]
pub(crate) struct LaggedCorrelation {
    found: correlate::LaggedCorrelation,
    lags: Py<PyArray1<i64>>,
    coefficients: Py<PyArray1<f64>>,
}

impl LaggedCorrelation {
    fn new(py: Python<'_>, found: correlate::LaggedCorrelation) -> PyResult<Self> {
        let lags = read_only(py, found.lags().collect())?.unbind();
        let coefficients = read_only(py, found.coefficients.clone())?.unbind();
        Ok(Self { found, lags, coefficients })
    }
}

#[pymethods]
impl LaggedCorrelation {
    /// The lags in points, from ``-max_lag`` to ``max_lag``: at a positive one x leads y, for lag k pairs x[t] with y[t + k].
    #[getter]
    fn lags(&self, py: Python<'_>) -> Py<PyArray1<i64>> {
        self.lags.clone_ref(py)
    }

    /// The coefficient at each lag; NaN where the pairs that are left do not vary, which happens with ``"overlap"`` alone.
    #[getter]
    fn coefficients(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.coefficients.clone_ref(py)
    }

    /// The lag with the greatest coefficient, up or down: a ``BestLag``.
    #[getter]
    fn best(&self) -> BestLag {
        BestLag(self.found.best)
    }

    /// What the sums of products were divided by: ``"biased"`` or ``"overlap"``.
    #[getter]
    fn normalisation(&self) -> &'static str {
        word(&self.found.normalisation, &NORMALISATIONS)
    }

    /// How many points the series have.
    #[getter]
    fn n(&self) -> usize {
        self.found.n
    }

    /// What was found, in sentences.
    fn explain(&self) -> PyResult<String> {
        guard(|| self.found.explain())
    }

    /// The correlation as a dict; None for NaN.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.found)
    }

    /// The correlation as JSON text; null for NaN.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.found)
    }

    /// A frame with one row for each lag: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_correlate", "lags_frame", (slf,))
    }

    /// The coefficients over the lags, drawn with matplotlib; the best lag is marked.
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
        python::call(slf.py(), "slo._present_correlate", "plot_lags", (slf, ax))
    }

    fn __len__(&self) -> usize {
        self.found.coefficients.len()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.found == other.found
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("LaggedCorrelation({})", shown(&self.found)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_correlate", "lags_html", (slf,))
    }

    #[classmethod]
    fn _restore(class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        Self::new(class.py(), json::parse(text)?)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,)))
    }
}

const METHODS: [(&str, Method); 3] =
    [("auto", Method::Auto), ("fft", Method::Fft), ("direct", Method::Direct)];

const NORMALISATIONS: [(&str, Normalisation); 2] =
    [("biased", Normalisation::Biased), ("overlap", Normalisation::Overlap)];

/// The correlation of two series at every lag up to a greatest one: who leads, and by how much?
///
/// At a positive lag x leads y: lag k pairs x[t] with y[t + k], so that the best lag of a cause and its effect is the
/// time from one to the other. The p-value of the best lag is corrected for the search over ``2 max_lag + 1`` lags
/// (Šidák), as if they were independent of each other: it is too great rather than too small.
///
/// Args:
///     x: the one series, shape (n,), finite.
///     y: the other, the same shape.
///     max_lag: the greatest lag in points, below n.
///     method: ``"fft"``, ``"direct"``, or ``"auto"`` for the faster one; they agree within 1e-12.
///     normalisation: ``"biased"``: means and deviations of the whole series, divided by n at every lag; ``"overlap"``:
///         Pearson's correlation of the pairs that are left at each lag.
///     effective: how p-values allow for series that depend on their own past: ``"bartlett"``, or ``"none"`` for
///         independent values.
///
/// Returns:
///     A ``LaggedCorrelation``.
///
/// Raises:
///     LengthMismatchError: unless both have one length.
///     TooShortError: below two points.
///     NonFiniteError: for NaN or an infinity, with the input and its index.
///     DegenerateError: for a series that does not vary by more than rounding.
///     InvalidParameterError: for a greatest lag that leaves no pairs (two for ``"overlap"``), or a word that is none.
///
/// Examples:
///     >>> x = [0, 1, 0, 5, 2, 0, 1, 0, 3, 0, 0, 1]
///     >>> y = [0, 0, 0, 0, 1, 0, 5, 2, 0, 1, 0, 3]
///     >>> slo.correlate.cross_correlation(x, y, max_lag=4).best.lag
///     3
#[pyfunction]
#[pyo3(signature = (x, y, max_lag=60, method="auto", normalisation="biased", effective="bartlett"))]
pub(crate) fn cross_correlation(
    py: Python<'_>,
    x: &Bound<'_, PyAny>,
    y: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] max_lag: i64,
    method: &str,
    normalisation: &str,
    effective: &str,
) -> PyResult<LaggedCorrelation> {
    let search = CrossCorrelation::new(count("max_lag", max_lag)?)
        .method(choice("method", method, &METHODS, &[])?)
        .normalisation(choice("normalisation", normalisation, &NORMALISATIONS, &[])?)
        .effective(self::effective(effective)?);
    let (x, y) = (Column::new("x", x)?, Column::new("y", y)?);
    let (x, y) = (x.as_slice()?, y.as_slice()?);
    let found = detached(py, || search.correlate(x, y))?;
    LaggedCorrelation::new(py, found)
}
