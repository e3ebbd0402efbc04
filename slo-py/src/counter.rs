//! `slo.counter`: increases and rates of counters.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::pymodule;

use crate::core::counter::{self, Extrapolation, Samples};
use crate::core::{Duration, Result, Timestamp};
use crate::errors::{attempt, detached};
use crate::time::{Instant, Span};
use crate::values::{Column, Number, choice, instants as listed, instants_or_none};

/// How the samples of a window become the increase over the window.
const EXTRAPOLATIONS: [(&str, Extrapolation); 3] = [
    ("prometheus", Extrapolation::Prometheus),
    ("prometheus2", Extrapolation::Prometheus2),
    ("none", Extrapolation::Exact),
];

/// Increases and rates of counters: as Prometheus estimates them, and as they were.
#[pymodule(submodule, name = "counter", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::{
        changes, delta, idelta, increase, increases, irate, is_stale, rate, rates, resets, value_at,
    };

    /// The value that says that a series has ended: a NaN of its own bits.
    #[pymodule_export]
    const STALE_NAN: f64 = crate::core::counter::STALE_NAN;
}

/// The columns that samples are made of.
struct Given<'py> {
    times: Vec<Timestamp>,
    values: Column<'py>,
    created: Option<Vec<Option<Timestamp>>>,
}

impl<'py> Given<'py> {
    fn new(
        times: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        created: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            times: listed("times", times)?,
            values: Column::new("values", values)?,
            created: created.map(|created| instants_or_none("created", created)).transpose()?,
        })
    }

    /// Runs a computation on the samples while other threads of the interpreter go on.
    fn ask<T: Send>(
        &self,
        py: Python<'_>,
        compute: impl FnOnce(&Samples<'_>) -> Result<T> + Send,
    ) -> PyResult<T> {
        let (times, values, created) = (&self.times, self.values.as_slice()?, &self.created);
        detached(py, || {
            let samples = Samples::new(times, values)?;
            compute(&match created {
                Some(created) => samples.created(created)?,
                None => samples,
            })
        })
    }
}

pub(crate) fn extrapolation(word: &str) -> PyResult<Extrapolation> {
    choice("extrapolate", word, &EXTRAPOLATIONS, &[])
}

/// By how much a counter grew in a window.
///
/// The last value less the first, and what was lost in every reset between them; then extrapolated to the window's borders.
/// Without extrapolation the increase of whole-number counters is a whole number, exact below 2^53.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); NaN and infinite ones are Prometheus' to answer, ``STALE_NAN`` is none.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     extrapolate: ``"prometheus"`` as version 3 does, ``"prometheus2"`` as version 2 over ``begin <= t <= end``,
///         ``"none"`` for what was counted between the first sample and the last.
///     created: when the counter of each sample began at 0, shape (samples,), ``NaT`` or None where that is unknown.
///
/// Returns:
///     The increase, None where the samples of the window do not tell: fewer than two, and none of known age.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     NonFiniteError, InvalidCountError: without extrapolation, for a value in the window that no counter reads.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> times = [15_000_000_000, 30_000_000_000, 45_000_000_000]
///     >>> slo.counter.increase(times, [100, 130, 20], 0, 60_000_000_000, extrapolate="none")
///     50.0
///     >>> slo.counter.increase(times, [100, 130, 160], 0, 60_000_000_000)
///     120.0
#[pyfunction]
#[pyo3(signature = (times, values, begin, end, extrapolate="prometheus", created=None))]
fn increase(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    begin: Instant,
    end: Instant,
    extrapolate: &str,
    created: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<f64>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, values, created)?;
    given.ask(py, |samples| counter::increase(samples, begin.0, end.0, how))
}

/// By how much a counter grew in a window, per second.
///
/// The increase by the length of the window; without extrapolation by the time from the first sample to the last.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); NaN and infinite ones are Prometheus' to answer, ``STALE_NAN`` is none.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     extrapolate: ``"prometheus"`` as version 3 does, ``"prometheus2"`` as version 2 over ``begin <= t <= end``,
///         ``"none"`` for what was counted between the first sample and the last.
///     created: when the counter of each sample began at 0, shape (samples,), ``NaT`` or None where that is unknown.
///
/// Returns:
///     The rate, None where the samples of the window do not tell.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     NonFiniteError, InvalidCountError: without extrapolation, for a value in the window that no counter reads.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> times = [15_000_000_000, 30_000_000_000, 45_000_000_000]
///     >>> slo.counter.rate(times, [100, 130, 160], 0, 60_000_000_000)
///     2.0
#[pyfunction]
#[pyo3(signature = (times, values, begin, end, extrapolate="prometheus", created=None))]
fn rate(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    begin: Instant,
    end: Instant,
    extrapolate: &str,
    created: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<f64>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, values, created)?;
    given.ask(py, |samples| counter::rate(samples, begin.0, end.0, how))
}

/// By how much a gauge changed in a window, up or down.
///
/// The last value less the first, extrapolated to the window's borders.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); NaN and infinite ones are Prometheus' to answer, ``STALE_NAN`` is none.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     extrapolate: ``"prometheus"`` as version 3 does, ``"prometheus2"`` as version 2 over ``begin <= t <= end``,
///         ``"none"`` for what was counted between the first sample and the last.
///
/// Returns:
///     The change, None below two samples in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     NonFiniteError, InvalidCountError: without extrapolation, for a value in the window that no counter reads.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> times = [15_000_000_000, 30_000_000_000, 45_000_000_000]
///     >>> slo.counter.delta(times, [20.5, 19, 18.5], 0, 60_000_000_000, "none")
///     -2.0
#[pyfunction]
#[pyo3(signature = (times, values, begin, end, extrapolate="prometheus"))]
fn delta(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    begin: Instant,
    end: Instant,
    extrapolate: &str,
) -> PyResult<Option<f64>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, values, None)?;
    given.ask(py, |samples| counter::delta(samples, begin.0, end.0, how))
}

/// The rate per second between the last two samples of a window.
///
/// After a reset, the last value by the time between them.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); NaN and infinite ones are Prometheus' to answer, ``STALE_NAN`` is none.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     created: when the counter of each sample began at 0, shape (samples,), ``NaT`` or None where that is unknown.
///
/// Returns:
///     The rate, None below two samples in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> times = [10_000_000_000, 20_000_000_000]
///     >>> slo.counter.irate(times, [100, 150], 0, 20_000_000_000)
///     5.0
#[pyfunction]
#[pyo3(signature = (times, values, begin, end, created=None))]
fn irate(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    begin: Instant,
    end: Instant,
    created: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<f64>> {
    let given = Given::new(times, values, created)?;
    given.ask(py, |samples| counter::irate(samples, begin.0, end.0))
}

/// The change between the last two samples of a window.
///
/// Down as well as up: it is for gauges.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); NaN and infinite ones are Prometheus' to answer, ``STALE_NAN`` is none.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///
/// Returns:
///     The change, None below two samples in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> slo.counter.idelta([10, 20, 30], [100, 150, 40], 0, 30)
///     -110.0
#[pyfunction]
#[pyo3(signature = (times, values, begin, end))]
fn idelta(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    begin: Instant,
    end: Instant,
) -> PyResult<Option<f64>> {
    let given = Given::new(times, values, None)?;
    given.ask(py, |samples| counter::idelta(samples, begin.0, end.0))
}

/// How often a counter was reset in a window.
///
/// The number of samples that read less than the one before, or a counter that began after it.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); NaN and infinite ones are Prometheus' to answer, ``STALE_NAN`` is none.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///     created: when the counter of each sample began at 0, shape (samples,), ``NaT`` or None where that is unknown.
///
/// Returns:
///     The number, None without a sample in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> slo.counter.resets([1, 2, 3, 4], [3, 0, 1, 0], 0, 4)
///     2.0
#[pyfunction]
#[pyo3(signature = (times, values, begin, end, created=None))]
fn resets(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    begin: Instant,
    end: Instant,
    created: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<f64>> {
    let given = Given::new(times, values, created)?;
    given.ask(py, |samples| counter::resets(samples, begin.0, end.0))
}

/// How often a value changed in a window.
///
/// The number of samples that differ from the one before; NaN does not differ from NaN.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); NaN and infinite ones are Prometheus' to answer, ``STALE_NAN`` is none.
///     begin: where the window begins, which does not belong to it.
///     end: where it ends, which does.
///
/// Returns:
///     The number, None without a sample in the window.
///
/// Raises:
///     InvalidParameterError: unless the window ends after it begins.
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> slo.counter.changes([1, 2, 3, 4], [3, 3, 1, 3], 0, 4)
///     2.0
#[pyfunction]
#[pyo3(signature = (times, values, begin, end))]
fn changes(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    begin: Instant,
    end: Instant,
) -> PyResult<Option<f64>> {
    let given = Given::new(times, values, None)?;
    given.ask(py, |samples| counter::changes(samples, begin.0, end.0))
}

/// The increases over the windows of one length that end at each of some instants.
///
/// Each is the ``increase`` over its window, to the bit. In time proportional to the samples and the instants, if these are
/// in order and the counter reads whole numbers.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,).
///     instants: where the windows end, shape (windows,), best in order.
///     window: the length of the windows.
///     extrapolate: ``"prometheus"`` as version 3 does, ``"prometheus2"`` as version 2 over ``begin <= t <= end``,
///         ``"none"`` for what was counted between the first sample and the last.
///     created: when the counter of each sample began at 0, shape (samples,), ``NaT`` or None where that is unknown.
///
/// Returns:
///     An array of shape (windows,); NaN where the samples of a window do not tell.
///
/// Raises:
///     InvalidParameterError: unless the window is positive.
///     NonFiniteError, InvalidCountError: without extrapolation, for a value between the windows' first begin and last
///         end that no counter reads.
///     UnorderedError: unless the instants of the samples increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> times = [10, 20, 30, 40]
///     >>> slo.counter.increases(times, [1, 4, 9, 16], [15, 20, 30, 40], "20ns", "none")
///     array([nan,  3.,  5.,  7.])
#[pyfunction]
#[pyo3(signature = (times, values, instants, window, extrapolate="prometheus", created=None))]
fn increases<'py>(
    py: Python<'py>,
    times: &Bound<'py, PyAny>,
    values: &Bound<'py, PyAny>,
    instants: &Bound<'py, PyAny>,
    window: Span,
    extrapolate: &str,
    created: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, values, created)?;
    let ends = listed("instants", instants)?;
    let window: Duration = window.0;
    let found = given.ask(py, |samples| counter::increases(samples, &ends, window, how))?;
    Ok(PyArray1::from_vec(py, found))
}

/// The rates over the windows of one length that end at each of some instants.
///
/// Each is the ``rate`` over its window, to the bit. In time proportional to the samples and the instants, if these are
/// in order and the counter reads whole numbers.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,).
///     instants: where the windows end, shape (windows,), best in order.
///     window: the length of the windows.
///     extrapolate: ``"prometheus"`` as version 3 does, ``"prometheus2"`` as version 2 over ``begin <= t <= end``,
///         ``"none"`` for what was counted between the first sample and the last.
///     created: when the counter of each sample began at 0, shape (samples,), ``NaT`` or None where that is unknown.
///
/// Returns:
///     An array of shape (windows,); NaN where the samples of a window do not tell.
///
/// Raises:
///     InvalidParameterError: unless the window is positive.
///     NonFiniteError, InvalidCountError: without extrapolation, for a value between the windows' first begin and last
///         end that no counter reads.
///     UnorderedError: unless the instants of the samples increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> times = [10_000_000_000, 20_000_000_000, 30_000_000_000, 40_000_000_000]
///     >>> slo.counter.rates(times, [1, 4, 9, 16], [20_000_000_000, 40_000_000_000], "20s", "none")
///     array([0.3, 0.7])
#[pyfunction]
#[pyo3(signature = (times, values, instants, window, extrapolate="prometheus", created=None))]
fn rates<'py>(
    py: Python<'py>,
    times: &Bound<'py, PyAny>,
    values: &Bound<'py, PyAny>,
    instants: &Bound<'py, PyAny>,
    window: Span,
    extrapolate: &str,
    created: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let how = extrapolation(extrapolate)?;
    let given = Given::new(times, values, created)?;
    let ends = listed("instants", instants)?;
    let window: Duration = window.0;
    let found = given.ask(py, |samples| counter::rates(samples, &ends, window, how))?;
    Ok(PyArray1::from_vec(py, found))
}

/// The value that a series has at an instant: that of the last sample before it that is not too old.
///
/// Args:
///     times: the instants of the samples, increasing strictly, shape (samples,).
///     values: what was read, shape (samples,); ``STALE_NAN`` says that the series has ended.
///     at: the instant.
///     lookback: how old the sample must not be; Prometheus' default is five minutes.
///
/// Returns:
///     The value, None if the series has none there.
///
/// Raises:
///     UnorderedError: unless the instants increase strictly.
///     LengthMismatchError: for columns of unequal length.
///
/// Examples:
///     >>> slo.counter.value_at([0, 60_000_000_000], [7, 8], 90_000_000_000, "5m")
///     8.0
#[pyfunction]
fn value_at(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    at: Instant,
    lookback: Span,
) -> PyResult<Option<f64>> {
    Given::new(times, values, None)?.ask(py, |samples| Ok(samples.at(at.0, lookback.0)))
}

/// Whether a value is the mark of a series' end, which no other NaN is.
///
/// Args:
///     value: a number.
///
/// Returns:
///     Whether it is.
///
/// Examples:
///     >>> slo.counter.is_stale(slo.counter.STALE_NAN), slo.counter.is_stale(float("nan"))
///     (True, False)
#[pyfunction]
fn is_stale(value: Number) -> PyResult<bool> {
    attempt(|| Ok(counter::is_stale(value.0)))
}
