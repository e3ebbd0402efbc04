//! Sums of distances from a target.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::class::detector_class;
use super::options::{AFTER, Given, SIDES, Words, degenerate, reference};
use crate::errors::{attempt, detached};
use crate::values::{MISSING_VALUES, Number, choice, word};

/// The CUSUM chart: sums of the distances from the center that exceed a limit.
///
/// Upwards ``c = max(0, c + u - k)`` of the values u in deviations from the center, downwards likewise; the score is the
/// greater, with its sign. It has no p-value: what its false alarms cost is the average run length, ``arl``, and
/// ``for_arl`` chooses ``h`` by it, for independent normal values and a known reference. With 500 values between false
/// alarms asked for, a reference learnt from 100 values has one per 311.
///
/// Args:
///     k: the slack in deviations, at least 0: half the shift to be seen.
///     h: what a sum must exceed, in deviations, above 0.
///     head_start: where the sums start, as a share of ``h``, 0 to 0.5.
///     reference: how many of the first values center and deviation are learnt from, at least 2, or both as a pair
///         ``(center, deviation)`` if they are known; with a deviation of 1 ``k`` and ``h`` are in the unit of the values.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     after: what the chart does after an alarm: ``"reset"`` to start anew, or ``"continue"``.
///     degenerate: what a value means that differs from a reference without spread: ``"alarm"``, ``"no-alarm"``, or a
///         least deviation ``(absolute, relative)``, the second as a share of the size of the center.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out and flags an infinity.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> chart = slo.anomaly.Cusum(reference=(10.0, 1.0))
///     >>> chart.detect([10.0, 11.5, 12.0, 12.5, 12.0])
///     Detection(1 of 5 values flagged: 4)
///     >>> round(chart.arl(), 1), round(chart.arl(1.0), 2)
///     (465.4, 10.38)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Cusum(pub(super) anomaly::Cusum);

/// The chart with all options but the slack and the limit.
fn chart(
    head_start: Number,
    given: Option<&Bound<'_, PyAny>>,
    [side, after, missing]: [&str; 3],
    spreadless: Option<&Bound<'_, PyAny>>,
) -> PyResult<anomaly::Cusum> {
    let mut chart = anomaly::Cusum::new()
        .head_start(head_start.0)
        .side(choice("side", side, &SIDES, &[])?)
        .after(choice("after", after, &AFTER, &[])?)
        .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
    if let Some(given) = given {
        chart = chart.reference(reference(given)?);
    }
    if let Some(given) = spreadless {
        chart = chart.degenerate(degenerate(given)?);
    }
    Ok(chart)
}

detector_class! { causal Cusum(anomaly::Cusum) {
    #[new]
    #[pyo3(
        signature = (k=Number(0.5), h=Number(5.0), *, head_start=Number(0.0), reference=None, side="both",
                     after="reset", degenerate=None, missing="error"),
        text_signature = "(k=0.5, h=5.0, *, head_start=0.0, reference=100, side='both', after='reset', \
                          degenerate='alarm', missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn new(
        k: Number,
        h: Number,
        head_start: Number,
        reference: Option<&Bound<'_, PyAny>>,
        side: &str,
        after: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let chart = chart(head_start, reference, [side, after, missing], degenerate)?.k(k.0).h(h.0);
        attempt(|| chart.check())?;
        Ok(Self(chart))
    }

    /// The chart with the ``h`` that gives one false alarm per ``arl`` values on average.
    ///
    /// Args:
    ///     arl: how many values, at most 1e12 and more than a chart has whose ``h`` is 0.
    ///     k: the slack in deviations, at least 0.
    ///     head_start: as in the constructor.
    ///     reference: as in the constructor.
    ///     side: as in the constructor.
    ///     after: as in the constructor.
    ///     degenerate: as in the constructor.
    ///     missing: as in the constructor.
    ///
    /// Returns:
    ///     A ``Cusum``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a parameter outside its range.
    ///     LimitExceededError: where ``h`` were to exceed 333.
    ///
    /// Examples:
    ///     >>> round(slo.anomaly.Cusum.for_arl(500).h, 3)
    ///     5.071
    #[classmethod]
    #[pyo3(
        signature = (arl, *, k=Number(0.5), head_start=Number(0.0), reference=None, side="both", after="reset",
                     degenerate=None, missing="error"),
        text_signature = "($cls, arl, *, k=0.5, head_start=0.0, reference=100, side='both', after='reset', \
                          degenerate='alarm', missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn for_arl(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        arl: Number,
        k: Number,
        head_start: Number,
        reference: Option<&Bound<'_, PyAny>>,
        side: &str,
        after: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let chart = chart(head_start, reference, [side, after, missing], degenerate)?.k(k.0);
        detached(py, || chart.calibrated(arl.0)).map(Self)
    }

    /// The average run length: how many values pass until the first alarm.
    ///
    /// Args:
    ///     shift: by how many deviations the mean is shifted from the beginning.
    ///
    /// Returns:
    ///     The mean number of values, of independent normal ones and with a known reference.
    ///
    /// Raises:
    ///     InvalidParameterError: for a shift that is not finite.
    ///     LimitExceededError: for an ``h`` above 333.
    ///     RangeError: for a run length beyond the floats.
    #[pyo3(signature = (shift=Number(0.0)), text_signature = "($self, shift=0.0)")]
    fn arl(&self, py: Python<'_>, shift: Number) -> PyResult<f64> {
        detached(py, || self.0.arl(shift.0))
    }

    /// How many values pass from a shift until the next alarm, if the chart has run for long and starts anew after alarms.
    ///
    /// Args:
    ///     shift: by how many deviations the mean is shifted.
    ///
    /// Returns:
    ///     The mean number of values, of independent normal ones and with a known reference.
    ///
    /// Raises:
    ///     InvalidParameterError: for a shift that is not finite.
    ///     LimitExceededError: for an ``h`` above 333.
    ///     RangeError: for a run length beyond the floats.
    #[pyo3(signature = (shift=Number(0.0)), text_signature = "($self, shift=0.0)")]
    fn steady_arl(&self, py: Python<'_>, shift: Number) -> PyResult<f64> {
        detached(py, || self.0.steady_arl(shift.0))
    }

    /// The slack in deviations.
    #[getter]
    fn k(&self) -> f64 {
        self.0.k
    }

    /// What a sum must exceed, in deviations.
    #[getter]
    fn h(&self) -> f64 {
        self.0.h
    }

    /// Where the sums start, as a share of ``h``.
    #[getter]
    fn head_start(&self) -> f64 {
        self.0.head_start
    }

    /// How many values the reference is learnt from, or the known center and deviation.
    #[getter]
    fn reference(&self) -> Given {
        Given::of(self.0.reference)
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What the chart does after an alarm, ``"reset"`` or ``"continue"``.
    #[getter]
    fn after(&self) -> &'static str {
        word(&self.0.after, &AFTER)
    }

    /// What a value means that differs from a reference without spread.
    #[getter]
    fn degenerate(&self) -> Words {
        Words::of(self.0.degenerate)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let anomaly::Cusum { k, h, reference, .. } = self.0;
        let (reference, side) = (Given::shown(reference), self.side());
        format!("Cusum(k={k:?}, h={h:?}, reference={reference}, side='{side}')")
    }
} }
