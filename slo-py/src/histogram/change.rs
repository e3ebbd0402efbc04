//! What a window says of native histograms over time.

use pyo3::prelude::*;

use super::native::Native;
use crate::core::{Result, Timestamp, histogram};
use crate::counter::extrapolation;
use crate::errors::detached;
use crate::time::Instant;
use crate::values::instants;

/// Histograms at instants.
struct Given {
    times: Vec<Timestamp>,
    histograms: Vec<histogram::Native>,
}

impl Given {
    fn new(times: &Bound<'_, PyAny>, histograms: Vec<PyRef<'_, Native>>) -> PyResult<Self> {
        let histograms = histograms.into_iter().map(|h| h.0.clone()).collect();
        Ok(Self { times: instants("times", times)?, histograms })
    }

    fn ask(
        &self,
        py: Python<'_>,
        compute: impl FnOnce(&[Timestamp], &[histogram::Native]) -> Result<Option<histogram::Native>> + Send,
    ) -> PyResult<Option<Native>> {
        Ok(detached(py, || compute(&self.times, &self.histograms))?.map(Native))
    }
}

/// By how much a histogram of a counter grew in a window.
///
/// Bucket by bucket, through resets; then extrapolated to the window's borders. The result is a gauge.
///
/// Args:
///     times: the instants, increasing strictly, shape (samples,).
///     histograms: a ``Native`` for each.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     extrapolate: ``"prometheus"``, ``"prometheus2"`` or ``"none"``, as for ``slo.counter.increase``.
///
/// Returns:
///     A ``Native``, None where the samples of the window do not tell.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: unless there is a histogram for each.
///     UnsupportedError: without extrapolation, for exponential and custom buckets together.
///
/// Examples:
///     >>> read = [slo.histogram.Native(0, positive=[n]) for n in (2, 7)]
///     >>> slo.histogram.increase([10_000_000_000, 20_000_000_000], read, 0, 20_000_000_000, "none").count
///     5.0
#[pyfunction]
#[pyo3(signature = (times, histograms, begin, end, extrapolate="prometheus"))]
pub(crate) fn increase(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    histograms: Vec<PyRef<'_, Native>>,
    begin: Instant,
    end: Instant,
    extrapolate: &str,
) -> PyResult<Option<Native>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, histograms)?;
    given.ask(py, |times, histograms| histogram::increase(times, histograms, begin.0, end.0, how))
}

/// By how much a histogram of a counter grew in a window, per second.
///
/// The increase by the window's length; without extrapolation by the time from the first sample to the last.
///
/// Args:
///     times: the instants, increasing strictly, shape (samples,).
///     histograms: a ``Native`` for each.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     extrapolate: ``"prometheus"``, ``"prometheus2"`` or ``"none"``, as for ``slo.counter.increase``.
///
/// Returns:
///     A ``Native``, None where the samples of the window do not tell.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: unless there is a histogram for each.
///     UnsupportedError: without extrapolation, for exponential and custom buckets together.
///
/// Examples:
///     >>> read = [slo.histogram.Native(0, positive=[n]) for n in (2, 7)]
///     >>> slo.histogram.rate([10_000_000_000, 20_000_000_000], read, 0, 20_000_000_000, "none").count
///     0.5
#[pyfunction]
#[pyo3(signature = (times, histograms, begin, end, extrapolate="prometheus"))]
pub(crate) fn rate(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    histograms: Vec<PyRef<'_, Native>>,
    begin: Instant,
    end: Instant,
    extrapolate: &str,
) -> PyResult<Option<Native>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, histograms)?;
    given.ask(py, |times, histograms| histogram::rate(times, histograms, begin.0, end.0, how))
}

/// By how much a histogram that is a gauge changed in a window.
///
/// The last less the first, bucket by bucket, extrapolated to the window's borders.
///
/// Args:
///     times: the instants, increasing strictly, shape (samples,).
///     histograms: a ``Native`` for each.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     extrapolate: ``"prometheus"``, ``"prometheus2"`` or ``"none"``, as for ``slo.counter.increase``.
///
/// Returns:
///     A ``Native``, None below two samples in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: unless there is a histogram for each.
///     UnsupportedError: without extrapolation, for exponential and custom buckets together.
///
/// Examples:
///     >>> read = [slo.histogram.Native(0, positive=[n]) for n in (2, 7)]
///     >>> slo.histogram.delta([10_000_000_000, 20_000_000_000], read, 0, 20_000_000_000, "none").count
///     5.0
#[pyfunction]
#[pyo3(signature = (times, histograms, begin, end, extrapolate="prometheus"))]
pub(crate) fn delta(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    histograms: Vec<PyRef<'_, Native>>,
    begin: Instant,
    end: Instant,
    extrapolate: &str,
) -> PyResult<Option<Native>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, histograms)?;
    given.ask(py, |times, histograms| histogram::delta(times, histograms, begin.0, end.0, how))
}

/// The rate per second between the last two histograms of a window.
///
/// After a reset, the last one by the time between them.
///
/// Args:
///     times: the instants, increasing strictly, shape (samples,).
///     histograms: a ``Native`` for each.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///
/// Returns:
///     A ``Native``, None below two samples in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: unless there is a histogram for each.
///
/// Examples:
///     >>> read = [slo.histogram.Native(0, positive=[n]) for n in (2, 7)]
///     >>> slo.histogram.irate([10_000_000_000, 20_000_000_000], read, 0, 20_000_000_000).count
///     0.5
#[pyfunction]
#[pyo3(signature = (times, histograms, begin, end))]
pub(crate) fn irate(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    histograms: Vec<PyRef<'_, Native>>,
    begin: Instant,
    end: Instant,
) -> PyResult<Option<Native>> {
    let given = Given::new(times, histograms)?;
    given.ask(py, |times, histograms| histogram::irate(times, histograms, begin.0, end.0))
}

/// The change between the last two histograms of a window.
///
/// Down as well as up: it is for gauges.
///
/// Args:
///     times: the instants, increasing strictly, shape (samples,).
///     histograms: a ``Native`` for each.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///
/// Returns:
///     A ``Native``, None below two samples in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: unless there is a histogram for each.
///
/// Examples:
///     >>> read = [slo.histogram.Native(0, positive=[n]) for n in (2, 7)]
///     >>> slo.histogram.idelta([10_000_000_000, 20_000_000_000], read, 0, 20_000_000_000).count
///     5.0
#[pyfunction]
#[pyo3(signature = (times, histograms, begin, end))]
pub(crate) fn idelta(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    histograms: Vec<PyRef<'_, Native>>,
    begin: Instant,
    end: Instant,
) -> PyResult<Option<Native>> {
    let given = Given::new(times, histograms)?;
    given.ask(py, |times, histograms| histogram::idelta(times, histograms, begin.0, end.0))
}
