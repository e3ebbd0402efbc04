//! Methods as the calls that make them: what `repr` shows of one, and Python reads back.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;

use crate::json;

/// A call that is being written down: `Name(argument, option=value)`.
pub(crate) struct Call<'py> {
    py: Python<'py>,
    name: &'static str,
    arguments: Vec<String>,
}

impl<'py> Call<'py> {
    pub(crate) const fn new(py: Python<'py>, name: &'static str) -> Self {
        Self { py, name, arguments: Vec::new() }
    }

    /// With an argument that needs no name.
    pub(crate) fn argument(mut self, value: impl IntoPyObject<'py>) -> PyResult<Self> {
        self.arguments.push(self.shown(value)?);
        Ok(self)
    }

    /// With an option by its name.
    pub(crate) fn option(mut self, name: &str, value: impl IntoPyObject<'py>) -> PyResult<Self> {
        self.arguments.push(format!("{name}={}", self.shown(value)?));
        Ok(self)
    }

    pub(crate) fn end(self) -> String {
        format!("{}({})", self.name, self.arguments.join(", "))
    }

    fn shown(&self, value: impl IntoPyObject<'py>) -> PyResult<String> {
        Ok(value.into_bound_py_any(self.py)?.repr()?.to_string())
    }
}

/// The settings of a method that are not as usual: their names and values, as its JSON text has them.
pub(crate) fn changed<'py>(
    py: Python<'py>,
    method: &impl Serialize,
    usual: &impl Serialize,
) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let (method, usual) = (json::dict(py, method)?, json::dict(py, usual)?);
    let mut changed = Vec::new();
    for (name, value) in method.cast::<PyDict>()? {
        if !value.eq(usual.get_item(&name)?)? {
            changed.push((name.extract()?, value));
        }
    }
    Ok(changed)
}
