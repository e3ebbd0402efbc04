//! Results as JSON: the core's own words for them.

use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::core::Error;
use crate::errors::{guard, raise};
use crate::python;

/// The value as JSON text.
pub(crate) fn text(value: &impl Serialize) -> PyResult<String> {
    guard(|| serde_json::to_string(value))?.map_err(|failure| raise(Error::out_of_range(failure.to_string())))
}

/// The value as what `json.loads` makes of its text.
pub(crate) fn dict<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    python::call(py, "json", "loads", (text(value)?,))
}

/// The value that [`text`] wrote.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    guard(|| serde_json::from_str(text))?.map_err(|failure| {
        let (line, column, message) = (failure.line(), failure.column(), failure.to_string());
        raise(Error::Parse { line, column, message })
    })
}
