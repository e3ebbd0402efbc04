//! How sure a share is that was counted from so many events.

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core;
use crate::core::{IntervalMethod, IntervalOptions};
use crate::json;
use crate::values::{Number, choice};

const METHODS: [(&str, IntervalMethod); 5] = [
    ("wilson", IntervalMethod::Wilson),
    ("clopper-pearson", IntervalMethod::ClopperPearson),
    ("jeffreys", IntervalMethod::Jeffreys),
    ("agresti-coull", IntervalMethod::AgrestiCoull),
    ("wald", IntervalMethod::Wald),
];

/// How an interval is formed, as the keywords of every method that gives one say it.
pub(crate) fn options(method: &str, design_effect: Number) -> PyResult<IntervalOptions> {
    Ok(choice("method", method, &METHODS, &[])?.design_effect(design_effect.0))
}

/// A confidence interval.
///
/// Args:
///     lower: the lower end.
///     upper: the upper end.
///     level: the confidence level, in (0, 1).
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Interval(pub(crate) core::Interval);

#[pymethods]
impl Interval {
    #[new]
    fn new(lower: Number, upper: Number, level: Number) -> Self {
        Self(core::Interval { lower: lower.0, upper: upper.0, level: level.0 })
    }

    /// The lower end.
    #[getter]
    fn lower(&self) -> f64 {
        self.0.lower
    }

    /// The upper end.
    #[getter]
    fn upper(&self) -> f64 {
        self.0.upper
    }

    /// The confidence level, in (0, 1).
    #[getter]
    fn level(&self) -> f64 {
        self.0.level
    }

    /// The interval as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The interval as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> String {
        let core::Interval { lower, upper, level } = self.0;
        format!("Interval(lower={lower}, upper={upper}, level={level})")
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (f64, f64, f64)) {
        (py.get_type::<Self>(), (self.0.lower, self.0.upper, self.0.level))
    }
}
