//! Windows over which objectives are held.

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core;
use crate::errors::{attempt, guard, shown};
use crate::time::{Instant, Span};

/// The last so much time, open on the left: ``(begin, end]``.
///
/// Args:
///     length: the length of time, such as ``"30d"``, a ``timedelta`` or seconds; above zero, up to 292 years.
///
/// Raises:
///     InvalidParameterError: if the length is not positive or does not fit.
///
/// Examples:
///     >>> slo.Window("30d").length
///     datetime.timedelta(days=30)
#[pyclass(module = "slo", frozen, eq, hash)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Window(pub(crate) core::Window);

#[pymethods]
impl Window {
    #[new]
    fn new(length: Span) -> PyResult<Self> {
        attempt(|| core::Window::rolling(length.0)).map(Self)
    }

    /// The window's length, a ``timedelta`` (whole microseconds).
    #[getter]
    fn length(&self) -> Span {
        Span(self.0.length())
    }

    /// Begin and end of the window at an instant, as aware ``datetime`` in UTC.
    ///
    /// Examples:
    ///     >>> from datetime import datetime, timezone
    ///     >>> begin, end = slo.Window("30d").period(datetime(2026, 1, 31, tzinfo=timezone.utc))
    ///     >>> begin.isoformat(), end.isoformat()
    ///     ('2026-01-01T00:00:00+00:00', '2026-01-31T00:00:00+00:00')
    fn period(&self, at: Instant) -> PyResult<(Instant, Instant)> {
        let (begin, end) = guard(|| self.0.period(at.0))?;
        Ok((Instant(begin), Instant(end)))
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Window('{}')", self.__str__()?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, (String,))> {
        Ok((py.get_type::<Self>(), (self.__str__()?,)))
    }
}

/// A window, or the length of one.
pub(crate) struct Length(pub(crate) core::Window);

impl<'py> FromPyObject<'_, 'py> for Length {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match given.cast::<Window>() {
            Ok(window) => Ok(Self(window.get().0)),
            Err(_) => Ok(Self(Window::new(given.extract()?)?.0)),
        }
    }
}
