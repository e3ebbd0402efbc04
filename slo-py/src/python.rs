//! The package's Python half, each module imported when it is first needed.

use pyo3::call::PyCallArgs;
use pyo3::prelude::*;

/// Calls a function of a Python module.
pub(crate) fn call<'py>(
    py: Python<'py>,
    module: &str,
    function: &str,
    arguments: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import(module)?.getattr(function)?.call1(arguments)
}

/// Lets `slo._present` show an object: its tables, frames and plots are made there.
pub(crate) fn present<'py>(function: &str, shown: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    call(shown.py(), "slo._present", function, (shown,))
}
