//! From errors and panics of the core to exceptions of the package.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict};

use crate::core::{Error, ErrorKind, Result};
use crate::time::Instant;

/// Runs a computation of the core; a panic in it becomes an `InternalError`.
pub(crate) fn guard<T>(compute: impl FnOnce() -> T) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(compute)).map_err(|panic| internal(&*panic))
}

/// As [`guard`], for a computation that refuses bad input.
pub(crate) fn attempt<T>(compute: impl FnOnce() -> Result<T>) -> PyResult<T> {
    guard(compute)?.map_err(raise)
}

/// As [`attempt`], while other threads of the interpreter go on.
pub(crate) fn detached<T: Send>(py: Python<'_>, compute: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    py.detach(|| catch_unwind(AssertUnwindSafe(compute))).map_err(|panic| internal(&*panic))?.map_err(raise)
}

/// The text that a value of the core shows itself as.
pub(crate) fn shown(value: &impl Display) -> PyResult<String> {
    guard(|| value.to_string())
}

/// The exception of the error's kind, with the error's fields as attributes.
pub(crate) fn raise(error: Error) -> PyErr {
    Python::attach(|py| {
        let details = details(py, &error);
        details
            .and_then(|details| exception(py, class(error.kind()), &error.to_string(), Some(&details)))
            .unwrap_or_else(|failure| failure)
    })
}

/// A `TypeError` that says what was expected and what came instead.
pub(crate) fn wrong_type(expected: &str, given: &Bound<'_, PyAny>) -> PyErr {
    match given.get_type().fully_qualified_name() {
        Ok(name) => PyTypeError::new_err(format!("must be {expected}, not {name}")),
        Err(failure) => failure,
    }
}

fn class(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidParameter => "InvalidParameterError",
        ErrorKind::TooShort => "TooShortError",
        ErrorKind::NonFinite => "NonFiniteError",
        ErrorKind::InvalidCount => "InvalidCountError",
        ErrorKind::LengthMismatch => "LengthMismatchError",
        ErrorKind::Unordered => "UnorderedError",
        ErrorKind::OutOfRange => "OutOfRangeError",
        ErrorKind::LimitExceeded => "LimitExceededError",
        ErrorKind::Parse => "ParseError",
        ErrorKind::Degenerate => "DegenerateError",
        ErrorKind::State => "StateError",
        ErrorKind::UnknownTimeZone => "UnknownTimeZoneError",
        ErrorKind::Unsupported => "UnsupportedError",
        _ => "SloError",
    }
}

fn details<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyDict>> {
    macro_rules! fields {
        ($($name:ident),*) => {
            [$((stringify!($name), $name.clone().into_py_any(py)?)),*].into_py_dict(py)
        };
    }
    match error {
        Error::InvalidParameter { name, value, reason } => fields!(name, value, reason),
        Error::TooShort { name, len, needed } => fields!(name, len, needed),
        Error::NonFinite { name, index, value } | Error::NegativeCount { name, index, value } => {
            fields!(name, index, value)
        }
        Error::ExceedsTotal { name, index, value, total } => fields!(name, index, value, total),
        Error::LengthMismatch { left, left_len, right, right_len } => {
            fields!(left, left_len, right, right_len)
        }
        Error::Unordered { index, previous, value } => {
            let (previous, value) = (Instant(*previous), Instant(*value));
            fields!(index, previous, value)
        }
        Error::Late { at, limit } => {
            let (value, previous) = (Instant(*at), Instant(*limit));
            fields!(value, previous)
        }
        Error::OutOfRange { what } => fields!(what),
        Error::LimitExceeded { what, value, limit } => fields!(what, value, limit),
        Error::Parse { line, column, message } => fields!(line, column, message),
        Error::Degenerate { name, reason } => fields!(name, reason),
        Error::State { reason } => fields!(reason),
        Error::UnknownTimeZone { name, known } => fields!(name, known),
        Error::Unsupported { what, reason } => fields!(what, reason),
        _ => Ok(PyDict::new(py)),
    }
}

/// A panic is a defect of the library: its message becomes an exception that names it so.
fn internal(panic: &(dyn Any + Send)) -> PyErr {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!("a defect in slo, please report it: {}", text.unwrap_or("no message"));
    Python::attach(|py| exception(py, "InternalError", &message, None).unwrap_or_else(|failure| failure))
}

fn exception(
    py: Python<'_>,
    class: &str,
    message: &str,
    details: Option<&Bound<'_, PyDict>>,
) -> PyResult<PyErr> {
    let class = py.import("slo.errors")?.getattr(class)?;
    Ok(PyErr::from_value(class.call((message,), details)?))
}
