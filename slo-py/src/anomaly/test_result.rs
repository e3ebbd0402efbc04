//! What a test of a whole sample says.

use ::slo::anomaly;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::options::SIDES;
use crate::core::Result;
use crate::errors::{detached, guard, shown};
use crate::python;
use crate::record::record_class;
use crate::values::{Column, word};

/// What a test found: its statistic, how unusual that is, and what it was formed from.
///
/// ``str(result)`` says it in one sentence.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct TestResult(pub(crate) anomaly::TestResult);

impl TestResult {
    /// Lets a test look at a column, which errors call `name`.
    pub(super) fn of(
        name: &str,
        given: &Bound<'_, PyAny>,
        test: impl FnOnce(&[f64]) -> Result<anomaly::TestResult> + Send,
    ) -> PyResult<Self> {
        let column = Column::new(name, given)?;
        let values = column.as_slice()?;
        detached(given.py(), || test(values)).map(Self)
    }
}

record_class! { TestResult(anomaly::TestResult), fields {
    /// The test's statistic; infinite where a sample without spread differs from what it is held against.
    statistic: f64,
    /// What the statistic is compared with at the level that was asked for; None where no level was.
    critical: Option<f64>,
    /// The probability of a statistic at least as extreme, were nothing unusual going on.
    p_value: f64,
    /// The ends ``(lower, upper)`` of the confidence interval of what the test is about; None without one.
    interval: Option<(f64, f64)>,
    /// The degrees of freedom of the statistic's distribution; None where it has none.
    degrees_of_freedom: Option<f64>,
    /// The size of the effect in deviations; None where the test is about none.
    effect_size: Option<f64>,
    /// The standard error of the p-value where it was simulated, else None.
    standard_error: Option<f64>,
} {
    /// It is no test that a test runner should collect.
    #[classattr]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __test__: bool = false;

    /// Whether the p-value is that probability, on samples such as the test assumes.
    #[getter]
    fn exact(&self) -> bool {
        self.0.exact()
    }

    /// How the p-value relates to that probability: ``"exact"``, ``"upper_bound"`` or ``"approximate"``.
    #[getter]
    fn exactness(&self) -> PyResult<String> {
        shown(&self.0.exactness)
    }

    /// The sides on which the test looks: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// The index of the value in question, the most extreme one of several; None where no single value is.
    #[getter]
    fn index(&self) -> Option<usize> {
        self.0.index()
    }

    /// The indices of the values in question, the most extreme first, as a tuple.
    #[getter]
    fn suspects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.suspects)
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| format!("TestResult({})", self.0))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_anomaly", "test_html", (slf,))
    }
} }
