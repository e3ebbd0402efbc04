//! Targets as exact decimals.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use crate::core::{self, Fraction};
use crate::errors::{attempt, guard, shown, wrong_type};
use crate::python;
use crate::values::Number;

/// A target share of good events, strictly between 0 and 1, as an exact decimal.
///
/// The same objective written as a share, as text or as a percentage is the same number and decides alike. A float is
/// taken as the decimal that its shortest form shows.
///
/// Args:
///     target: ``"99.9%"``, ``0.999``, a ``decimal.Decimal`` or an ``Objective``.
///
/// Raises:
///     InvalidParameterError: if the target is not strictly between 0 and 1, or has more than 18 digits.
///     TypeError: if it is neither text nor a number.
///
/// Examples:
///     >>> slo.Objective("99.9%") == slo.Objective(0.999) == slo.Objective.percent(99.9)
///     True
///     >>> slo.Objective("99.9%").budget
///     Decimal('0.001')
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Objective(pub(crate) core::Objective);

#[pymethods]
impl Objective {
    #[new]
    fn new(target: Target) -> Self {
        Self(target.0)
    }

    /// An objective from a percentage such as 99.9.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``0 < percentage < 100``.
    ///
    /// Examples:
    ///     >>> slo.Objective.percent(99.95)
    ///     Objective('99.95%')
    #[classmethod]
    fn percent(_class: &Bound<'_, PyType>, percentage: Number) -> PyResult<Self> {
        attempt(|| core::Objective::percent(percentage.0)).map(Self)
    }

    /// The target share of good events, as an exact ``decimal.Decimal``.
    #[getter]
    fn target<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal(py, self.0.target())
    }

    /// The share of events that may be bad, ``1 - target``, as an exact ``decimal.Decimal``.
    #[getter]
    fn budget<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal(py, guard(|| self.0.budget())?)
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Objective('{}')", self.__str__()?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, (String,))> {
        Ok((py.get_type::<Self>(), (self.__str__()?,)))
    }
}

fn decimal(py: Python<'_>, fraction: Fraction) -> PyResult<Bound<'_, PyAny>> {
    // A percentage has two places more than the text of a fraction may have.
    let scale = |places: &u32| 10_u128.pow(*places);
    let places = (0..=38).find(|places| scale(places) % fraction.denominator() == 0).unwrap_or(0);
    let digits = fraction.numerator() * (scale(&places) / fraction.denominator());
    python::call(py, "decimal", "Decimal", (format!("{digits}E-{places}"),))
}

/// Whatever says what the target is.
pub(crate) struct Target(pub(crate) core::Objective);

impl<'py> FromPyObject<'_, 'py> for Target {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        const EXPECTED: &str = "a target such as \"99.9%\" or 0.999";
        if let Ok(objective) = given.cast::<Objective>() {
            return Ok(Self(objective.get().0));
        }
        let text = if let Ok(text) = given.cast::<PyString>() {
            Some(text.to_cow()?.into_owned())
        } else if given.get_type().name()? == "Decimal" {
            Some(given.call_method1("__format__", ("f",))?.extract()?)
        } else {
            None
        };
        match text {
            Some(text) => attempt(|| text.parse()),
            None => match given.extract() {
                Ok(Number(target)) => attempt(|| core::Objective::new(target)),
                Err(refusal) if refusal.is_instance_of::<PyTypeError>(given.py()) => {
                    Err(wrong_type(EXPECTED, &given))
                }
                Err(refusal) => Err(refusal),
            },
        }
        .map(Self)
    }
}
