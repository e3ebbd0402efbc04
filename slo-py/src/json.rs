//! Results as JSON: the core's own words for them.

use ::slo::io::{from_json, to_json};
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errors::attempt;
use crate::python;

/// The value as JSON text.
pub(crate) fn text(value: &impl Serialize) -> PyResult<String> {
    attempt(|| to_json(value))
}

/// The value as what `json.loads` makes of its text.
pub(crate) fn dict<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    python::call(py, "json", "loads", (text(value)?,))
}

/// The value that [`text`] wrote.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    attempt(|| from_json(text))
}
