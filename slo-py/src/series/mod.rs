//! Counts over time, and the ways to get them.

mod columns;
mod options;

use numpy::PyArray1;
use numpy::datetime::{Datetime, units::Nanoseconds};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyTuple, PyType};

use columns::Columns;
pub(crate) use options::parse_comparison;
use options::{parse_between, parse_clamp, parse_label, resolved};

use crate::core::{self, Axis};
use crate::counts::Counts;
use crate::errors::{detached, guard};
use crate::json;
use crate::python;
use crate::time::{Instant, Span};
use crate::values::{Column, Flags, Matrix, Number, Pair, instants};

/// Good and total counts over time.
///
/// A count is a point mass at its instant: it belongs to a window ``(a, b]`` when ``a < t <= b``. Integer counts are
/// summed exactly. Columns are any array-like of real numbers (list, tuple, numpy, pandas, polars, pyarrow, anything
/// with an Arrow capsule); contiguous float64 is read where it lies.
///
/// Args:
///     times: the instants, strictly increasing: datetimes with a time zone, ``datetime64`` of any unit, integer Unix
///         nanoseconds, or a column of these; timestamps without a zone are UTC. Shape (points,).
///     good: events that counted as good, shape (points,).
///     bad: events that counted as bad, shape (points,).
///     total: all events, shape (points,). Exactly two of the three are given.
///     label: which end of its interval an instant names, ``"end"`` or ``"start"``.
///     resolution: the nominal length of an interval; the median step if None.
///
/// Raises:
///     UnorderedError: where an instant does not come after the one before it.
///     NonFiniteError: where a count is NaN or infinite, or an instant is missing.
///     InvalidCountError: where a count is negative, or a part greater than its total.
///     LengthMismatchError: for columns of unequal length.
///     InvalidParameterError: for an array that is not one-dimensional, or a choice that is none.
///     TypeError: for values that are not real numbers, or unless exactly two columns of counts are given.
///
/// Examples:
///     >>> c = slo.CountSeries([0, 60_000_000_000], good=[99, 40], total=[100, 50])
///     >>> c.counts
///     Counts(bad=11, total=150)
#[pyclass(module = "slo", frozen, eq)]
pub(crate) struct CountSeries {
    pub(crate) series: core::CountSeries,
    columns: PyOnceLock<Columns>,
}

impl PartialEq for CountSeries {
    fn eq(&self, other: &Self) -> bool {
        self.series == other.series
    }
}

impl CountSeries {
    pub(crate) fn from_core(series: core::CountSeries) -> Self {
        Self { series, columns: PyOnceLock::new() }
    }

    fn build(py: Python<'_>, axis: Axis, pair: &Pair<Bound<'_, PyAny>>) -> PyResult<Self> {
        let columns = pair.columns()?;
        let pair = columns.slices()?;
        detached(py, || match pair {
            Pair::GoodTotal(good, total) => core::CountSeries::good_total(axis, good, total),
            Pair::BadTotal(bad, total) => core::CountSeries::bad_total(axis, bad, total),
            Pair::GoodBad(good, bad) => core::CountSeries::good_bad(axis, good, bad),
        })
        .map(Self::from_core)
    }

    fn columns(&self, py: Python<'_>) -> PyResult<&Columns> {
        self.columns.get_or_try_init(py, || Columns::new(py, &self.series))
    }
}

#[pymethods]
impl CountSeries {
    #[new]
    #[pyo3(signature = (times, *, good=None, bad=None, total=None, label="end", resolution=None))]
    fn new(
        py: Python<'_>,
        times: &Bound<'_, PyAny>,
        good: Option<Bound<'_, PyAny>>,
        bad: Option<Bound<'_, PyAny>>,
        total: Option<Bound<'_, PyAny>>,
        label: &str,
        resolution: Option<Span>,
    ) -> PyResult<Self> {
        let pair = Pair::new(good, bad, total)?;
        let axis = Axis::listed(instants("times", times)?).label(parse_label(label)?);
        Self::build(py, resolved(axis, resolution), &pair)
    }

    /// A series at the instants ``first``, ``first + step``, ``first + 2 step`` and so on: as many as there are counts.
    ///
    /// Args:
    ///     first: the first instant.
    ///     step: the distance of the instants, above zero.
    ///     good: events that counted as good, shape (points,).
    ///     bad: events that counted as bad, shape (points,).
    ///     total: all events, shape (points,). Exactly two of the three are given.
    ///     label: which end of its interval an instant names, ``"end"`` or ``"start"``.
    ///
    /// Raises:
    ///     InvalidParameterError: unless the step is positive.
    ///     SloError: as for ``CountSeries``.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1m", bad=[0, 3], total=[100, 100])
    ///     >>> c.times
    ///     array(['1970-01-01T00:00:00.000000000', '1970-01-01T00:01:00.000000000'],
    ///           dtype='datetime64[ns]')
    #[classmethod]
    #[pyo3(signature = (first, step, *, good=None, bad=None, total=None, label="end"))]
    fn regular(
        class: &Bound<'_, PyType>,
        first: Instant,
        step: Span,
        good: Option<Bound<'_, PyAny>>,
        bad: Option<Bound<'_, PyAny>>,
        total: Option<Bound<'_, PyAny>>,
        label: &str,
    ) -> PyResult<Self> {
        let axis = Axis::regular(first.0, step.0).label(parse_label(label)?);
        Self::build(class.py(), axis, &Pair::new(good, bad, total)?)
    }

    /// A series from two counters that only grow, except that a restart sets them back to 0.
    ///
    /// The first sample has nothing to be compared with: the series begins at the second.
    ///
    /// Args:
    ///     times: the instants of the samples, shape (samples,).
    ///     bad: the counter of bad events as it was read, shape (samples,).
    ///     total: the counter of all events as it was read, shape (samples,).
    ///     clamp: whether more bad than all events between two samples counts as all bad; else it is refused.
    ///
    /// Raises:
    ///     TooShortError: below two samples.
    ///     SloError: as for ``CountSeries``.
    ///
    /// Examples:
    ///     >>> times = [0, 60_000_000_000, 120_000_000_000]
    ///     >>> slo.CountSeries.from_counters(times, bad=[5, 7, 1], total=[100, 200, 50]).bad
    ///     array([2., 1.])
    #[classmethod]
    #[pyo3(signature = (times, *, bad, total, clamp=false))]
    fn from_counters(
        class: &Bound<'_, PyType>,
        times: &Bound<'_, PyAny>,
        bad: &Bound<'_, PyAny>,
        total: &Bound<'_, PyAny>,
        clamp: bool,
    ) -> PyResult<Self> {
        let axis = Axis::listed(instants("times", times)?);
        let (bad, total) = (Column::new("bad", bad)?, Column::new("total", total)?);
        let (bad, total) = (bad.as_slice()?, total.as_slice()?);
        let clamp = parse_clamp(clamp);
        detached(class.py(), || core::CountSeries::from_counters(axis, bad, total, clamp))
            .map(Self::from_core)
    }

    /// A series of one event a sample, good where the value compares with ``limit`` as asked.
    ///
    /// Args:
    ///     times: the instants of the samples, shape (samples,).
    ///     values: the samples, finite, shape (samples,).
    ///     op: ``"<"``, ``"<="``, ``">"`` or ``">="``, also ``"lt"``, ``"lte"``, ``"gt"`` or ``"gte"``.
    ///     limit: what the values are compared with, in their unit.
    ///
    /// Raises:
    ///     NonFiniteError: for a value or a limit that is NaN or infinite.
    ///     SloError: as for ``CountSeries``.
    ///
    /// Examples:
    ///     >>> times = [0, 60_000_000_000, 120_000_000_000]
    ///     >>> slo.CountSeries.from_threshold(times, [180, 200, 220], "<=", 200).good
    ///     array([1., 1., 0.])
    #[classmethod]
    fn from_threshold(
        class: &Bound<'_, PyType>,
        times: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
        op: &str,
        limit: Number,
    ) -> PyResult<Self> {
        let comparison = parse_comparison(op)?;
        let axis = Axis::listed(instants("times", times)?);
        let values = Column::new("values", values)?;
        let values = values.as_slice()?;
        detached(class.py(), || core::CountSeries::from_threshold(axis, values, comparison, limit.0))
            .map(Self::from_core)
    }

    /// A series from a histogram of cumulative counts that only grow, except that a restart sets them back to 0.
    ///
    /// Good is what took no longer than ``at``: the increase of that bucket, of the increase of the last. A restart shows in
    /// any bucket that reads less than before, and sets back all. Buckets that are not asked for play no part.
    ///
    /// Args:
    ///     times: the instants of the samples, shape (samples,).
    ///     bounds: the upper bounds of the buckets, increasing, the last infinite, shape (buckets,).
    ///     cumulative: the observations at or below each bound as they were read, shape (samples, buckets).
    ///     at: up to where an observation is good: one of the bounds.
    ///     between: what to do with an ``at`` between two bounds: ``"refuse"``, or ``"interpolate"`` as if observations were
    ///         spread evenly there.
    ///     clamp: whether more good than all observations between two samples count as all good; else they are refused.
    ///
    /// Raises:
    ///     InvalidParameterError: for an ``at`` that is no bound, with the nearest ones; for bounds that do not increase or
    ///         do not end at infinity.
    ///     TooShortError: below two samples.
    ///     SloError: as for ``CountSeries``.
    ///
    /// Examples:
    ///     >>> times = [0, 60_000_000_000, 120_000_000_000]
    ///     >>> cumulative = [[5, 10, 10], [60, 100, 110], [12, 19, 20]]
    ///     >>> bounds = [0.1, 0.3, float("inf")]
    ///     >>> slo.CountSeries.from_histogram(times, bounds, cumulative, at=0.3).counts
    ///     Counts(bad=11, total=120)
    #[classmethod]
    #[pyo3(signature = (times, bounds, cumulative, *, at, between="refuse", clamp=false))]
    fn from_histogram(
        class: &Bound<'_, PyType>,
        times: &Bound<'_, PyAny>,
        bounds: &Bound<'_, PyAny>,
        cumulative: &Bound<'_, PyAny>,
        at: Number,
        between: &str,
        clamp: bool,
    ) -> PyResult<Self> {
        let limit = parse_between(between)?;
        let axis = Axis::listed(instants("times", times)?);
        let (bounds, rows) = (Column::new("bounds", bounds)?, Matrix::new("cumulative", cumulative)?);
        let (bounds, rows) = (bounds.as_slice()?, rows.view());
        let clamp = parse_clamp(clamp);
        detached(class.py(), || core::CountSeries::from_histogram(axis, bounds, rows, limit(at.0), clamp))
            .map(Self::from_core)
    }

    /// A series from single events, each good or bad; those of one instant are counted together.
    ///
    /// Args:
    ///     times: the instants of the events, in order, shape (events,).
    ///     good: truth values, shape (events,).
    ///
    /// Raises:
    ///     UnorderedError: where an instant comes before the one before it.
    ///     LengthMismatchError: for columns of unequal length.
    ///     TypeError: for values that are not truth values.
    ///
    /// Examples:
    ///     >>> slo.CountSeries.from_events([5, 5, 9], [True, False, True]).counts
    ///     Counts(bad=1, total=3)
    #[classmethod]
    fn from_events(
        class: &Bound<'_, PyType>,
        times: &Bound<'_, PyAny>,
        good: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let times = instants("times", times)?;
        let good = Flags::new("good", good)?;
        let good = good.as_slice()?;
        detached(class.py(), || core::CountSeries::from_events(&times, good)).map(Self::from_core)
    }

    /// A series from columns of a data frame of any library, or of a mapping of columns.
    ///
    /// Args:
    ///     frame: the frame; lazy ones are collected (with narwhals installed).
    ///     time: the name of the column of instants.
    ///     good: the name of the column of good events.
    ///     bad: the name of the column of bad events.
    ///     total: the name of the column of all events. Exactly two of the three are given.
    ///     label: which end of its interval an instant names, ``"end"`` or ``"start"``.
    ///     resolution: the nominal length of an interval; the median step if None.
    ///
    /// Raises:
    ///     InvalidParameterError: for a column that the frame does not have.
    ///     SloError: as for ``CountSeries``.
    ///
    /// Examples:
    ///     >>> frame = {"t": [0, 1], "ok": [9, 10], "all": [10, 10]}
    ///     >>> len(slo.CountSeries.from_frame(frame, time="t", good="ok", total="all"))
    ///     2
    #[classmethod]
    #[pyo3(signature = (frame, *, time, good=None, bad=None, total=None, label="end", resolution=None))]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of the Python signature")]
    fn from_frame(
        class: &Bound<'_, PyType>,
        frame: &Bound<'_, PyAny>,
        time: Bound<'_, PyString>,
        good: Option<Bound<'_, PyString>>,
        bad: Option<Bound<'_, PyString>>,
        total: Option<Bound<'_, PyString>>,
        label: &str,
        resolution: Option<Span>,
    ) -> PyResult<Self> {
        let columns = python::call(class.py(), "slo._arrays", "columns", (frame, time, good, bad, total))?;
        let (times, good, bad, total): (Bound<'_, PyAny>, _, _, _) = columns.extract()?;
        Self::new(class.py(), &times, good, bad, total, label, resolution)
    }

    /// The counts of the whole series, a ``Counts``.
    #[getter]
    fn counts(&self) -> PyResult<Counts> {
        guard(|| self.series.counts()).map(Counts)
    }

    /// The instants, ``datetime64[ns]`` in UTC, read-only, shape (points,).
    #[getter]
    fn times(&self, py: Python<'_>) -> PyResult<Py<PyArray1<Datetime<Nanoseconds>>>> {
        Ok(self.columns(py)?.times.clone_ref(py))
    }

    /// The good events at each instant, read-only, shape (points,).
    #[getter]
    fn good(&self, py: Python<'_>) -> PyResult<Py<PyArray1<f64>>> {
        Ok(self.columns(py)?.good.clone_ref(py))
    }

    /// The bad events at each instant, read-only, shape (points,).
    #[getter]
    fn bad(&self, py: Python<'_>) -> PyResult<Py<PyArray1<f64>>> {
        Ok(self.columns(py)?.bad.clone_ref(py))
    }

    /// All events at each instant, read-only, shape (points,).
    #[getter]
    fn total(&self, py: Python<'_>) -> PyResult<Py<PyArray1<f64>>> {
        Ok(self.columns(py)?.total.clone_ref(py))
    }

    /// The nominal length of the interval that a count stands for, a ``timedelta``; None if nothing tells.
    #[getter]
    fn resolution(&self) -> Option<Span> {
        self.series.resolution().map(Span)
    }

    /// The counts summed into intervals of one length, anchored at the Unix epoch and named by their ends.
    ///
    /// An interval without a count has none in the result either: no data stays no data.
    ///
    /// Raises:
    ///     InvalidParameterError: unless the resolution is positive.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "30s", bad=[1, 2, 3], total=[9, 9, 9])
    ///     >>> c.resample("1m").bad
    ///     array([1., 5.])
    fn resample(&self, py: Python<'_>, resolution: Span) -> PyResult<Self> {
        detached(py, || self.series.resample(resolution.0)).map(Self::from_core)
    }

    /// How many times the variance of independent events the bad events have, by slices of time; at least 1.
    ///
    /// What ``design_effect`` of an interval takes. A slice should be longer than what ties events together, such as an
    /// incident: what reaches across slices is not seen.
    ///
    /// Args:
    ///     slice: the length of a slice, anchored at the Unix epoch.
    ///
    /// Raises:
    ///     InvalidParameterError: unless the slice is positive.
    ///     TooShortError: below two slices with traffic.
    ///     DegenerateError: if all events are good or all are bad.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries.regular(0, "1h", bad=[0, 12, 0, 0], total=[30, 30, 30, 30])
    ///     >>> round(c.design_effect("1h"), 3)
    ///     13.333
    fn design_effect(&self, py: Python<'_>, slice: Span) -> PyResult<f64> {
        detached(py, || self.series.design_effect(slice.0))
    }

    /// The part of the series in the window ``(begin, end]``.
    ///
    /// Examples:
    ///     >>> c = slo.CountSeries([10, 20, 30], bad=[1, 2, 3], total=[9, 9, 9])
    ///     >>> c.between(10, 30).bad
    ///     array([2., 3.])
    fn between(&self, py: Python<'_>, begin: Instant, end: Instant) -> PyResult<Self> {
        detached(py, || Ok(self.series.between(begin.0, end.0))).map(Self::from_core)
    }

    /// All the series together: counts at the same instant are added.
    ///
    /// Args:
    ///     series: an iterable of ``CountSeries``.
    ///
    /// Raises:
    ///     OutOfRangeError: if a total is infinite, or the joint span does not fit 292 years.
    ///
    /// Examples:
    ///     >>> a = slo.CountSeries([10, 20], bad=[1, 2], total=[9, 9])
    ///     >>> slo.CountSeries.sum([a, a, a]).bad
    ///     array([3., 6.])
    #[classmethod]
    fn sum(class: &Bound<'_, PyType>, series: &Bound<'_, PyAny>) -> PyResult<Self> {
        let parts: Vec<Bound<'_, Self>> =
            series.try_iter()?.map(|part| Ok(part?.cast_into::<Self>()?)).collect::<PyResult<_>>()?;
        let parts: Vec<&core::CountSeries> = parts.iter().map(|part| &part.get().series).collect();
        detached(class.py(), || core::CountSeries::sum(parts)).map(Self::from_core)
    }

    /// Both series together: counts at the same instant are added.
    ///
    /// Raises:
    ///     OutOfRangeError: if a total is infinite, or the joint span does not fit 292 years.
    ///
    /// Examples:
    ///     >>> a = slo.CountSeries([10, 20], bad=[1, 2], total=[9, 9])
    ///     >>> a.merge(slo.CountSeries([20, 30], bad=[5, 6], total=[9, 9])).bad
    ///     array([1., 7., 6.])
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        detached(py, || self.series.merge(&other.series)).map(Self::from_core)
    }

    /// The share of the window ``(begin, end]`` that counts cover, 0 to 1.
    ///
    /// A count covers the time since the one before it, at most twice the resolution; the first covers one resolution.
    fn coverage(&self, py: Python<'_>, begin: Instant, end: Instant) -> PyResult<f64> {
        detached(py, || Ok(self.series.coverage(begin.0, end.0)))
    }

    /// The series as a dict of ``times`` (text), ``resolution``, ``bad`` and ``total``.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.series)
    }

    /// The series as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.series)
    }

    /// A frame of ``time``, ``good``, ``bad`` and ``total``: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("series_frame", slf)
    }

    fn __len__(&self) -> usize {
        self.series.len()
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let (Some(first), Some(last)) = (self.series.first(), self.series.last()) else {
                return "CountSeries(no points)".to_owned();
            };
            let (points, counts) = (self.series.len(), self.series.counts());
            let plural = if points == 1 { "" } else { "s" };
            format!(
                "CountSeries({points} point{plural}, {first} to {last}, {} bad of {})",
                counts.bad(),
                counts.total()
            )
        })
    }

    #[classmethod]
    fn _restore(
        class: &Bound<'_, PyType>,
        times: &Bound<'_, PyAny>,
        bad: &Bound<'_, PyAny>,
        total: &Bound<'_, PyAny>,
        resolution: Option<&str>,
    ) -> PyResult<Self> {
        let resolution = resolution.map(|text| PyString::new(class.py(), text).extract()).transpose()?;
        let (bad, total) = (Some(bad.clone()), Some(total.clone()));
        Self::new(class.py(), times, None, bad, total, "end", resolution)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let resolution = self.series.resolution().map(|resolution| resolution.to_string());
        let state = (self.times(py)?, self.bad(py)?, self.total(py)?, resolution).into_pyobject(py)?;
        Ok((py.get_type::<Self>().getattr("_restore")?, state))
    }
}
