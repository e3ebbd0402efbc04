//! A moving average that leaves its limits.

use ::slo::anomaly::{self, Detector, EwmaLimits};
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::class::detector_class;
use super::options::{AFTER, Given, SIDES, Words, degenerate, reference};
use crate::errors::{attempt, detached};
use crate::values::{MISSING_VALUES, Number, choice, word};

const LIMITS: [(&str, EwmaLimits); 2] = [("exact", EwmaLimits::Exact), ("steady", EwmaLimits::Steady)];

/// The EWMA chart: an exponentially weighted moving average of the values that leaves its limits.
///
/// ``z = smoothing * u + (1 - smoothing) * z`` of the values in deviations from the center; the score is z in its own
/// deviations. It has no p-value: what its false alarms cost is the average run length, ``arl``, and ``for_arl`` chooses
/// the width by it, for independent normal values and a known reference. With 500 values between false alarms asked for,
/// a reference learnt from 100 values has one per 315.
///
/// Args:
///     smoothing: the weight of the newest value, in (0, 1].
///     width: how many deviations of the average the limits lie from the center, above 0.
///     reference: how many of the first values center and deviation are learnt from, at least 2, or both as a pair
///         ``(center, deviation)`` if they are known.
///     limits: ``"exact"``, as wide as the average of so many values spreads, or ``"steady"``, as wide as in the end.
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
///     >>> chart = slo.anomaly.Ewma(reference=(10.0, 1.0))
///     >>> chart.detect([10.2, 9.7, 10.1, 11.4, 11.2, 11.6, 11.5, 11.3])
///     Detection(1 of 8 values flagged: 7)
///     >>> round(chart.arl(), 1), round(chart.arl(1.0), 2)
///     (370.1, 8.82)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Ewma(pub(super) anomaly::Ewma);

/// The chart with all options but the smoothing and the width.
fn chart(
    given: Option<&Bound<'_, PyAny>>,
    [limits, side, after, missing]: [&str; 4],
    spreadless: Option<&Bound<'_, PyAny>>,
) -> PyResult<anomaly::Ewma> {
    let mut chart = anomaly::Ewma::new()
        .limits(choice("limits", limits, &LIMITS, &[])?)
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

detector_class! { causal Ewma(anomaly::Ewma) {
    #[new]
    #[pyo3(
        signature = (smoothing=Number(0.2), width=Number(2.864), *, reference=None, limits="exact", side="both",
                     after="reset", degenerate=None, missing="error"),
        text_signature = "(smoothing=0.2, width=2.864, *, reference=100, limits='exact', side='both', after='reset', \
                          degenerate='alarm', missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn new(
        smoothing: Number,
        width: Number,
        reference: Option<&Bound<'_, PyAny>>,
        limits: &str,
        side: &str,
        after: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let chart = chart(reference, [limits, side, after, missing], degenerate)?;
        let chart = chart.smoothing(smoothing.0).width(width.0);
        attempt(|| chart.check())?;
        Ok(Self(chart))
    }

    /// The chart with the width that gives one false alarm per ``arl`` values on average.
    ///
    /// Args:
    ///     arl: how many values, above 1 and at most 1e12.
    ///     smoothing: the weight of the newest value, in (0, 1].
    ///     reference: as in the constructor.
    ///     limits: as in the constructor.
    ///     side: as in the constructor.
    ///     after: as in the constructor.
    ///     degenerate: as in the constructor.
    ///     missing: as in the constructor.
    ///
    /// Returns:
    ///     An ``Ewma``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a parameter outside its range.
    ///     LimitExceededError: for a smoothing so small that more than 1024 nodes were needed.
    ///
    /// Examples:
    ///     >>> round(slo.anomaly.Ewma.for_arl(500, smoothing=0.1, limits="steady").width, 3)
    ///     2.814
    #[classmethod]
    #[pyo3(
        signature = (arl, *, smoothing=Number(0.2), reference=None, limits="exact", side="both", after="reset",
                     degenerate=None, missing="error"),
        text_signature = "($cls, arl, *, smoothing=0.2, reference=100, limits='exact', side='both', after='reset', \
                          degenerate='alarm', missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn for_arl(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        arl: Number,
        smoothing: Number,
        reference: Option<&Bound<'_, PyAny>>,
        limits: &str,
        side: &str,
        after: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let chart = chart(reference, [limits, side, after, missing], degenerate)?.smoothing(smoothing.0);
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
    ///     LimitExceededError: for a smoothing so small that more than 1024 nodes were needed.
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
    ///     LimitExceededError: for a smoothing so small that more than 1024 nodes were needed.
    ///     RangeError: for a run length beyond the floats.
    #[pyo3(signature = (shift=Number(0.0)), text_signature = "($self, shift=0.0)")]
    fn steady_arl(&self, py: Python<'_>, shift: Number) -> PyResult<f64> {
        detached(py, || self.0.steady_arl(shift.0))
    }

    /// The weight of the newest value.
    #[getter]
    fn smoothing(&self) -> f64 {
        self.0.smoothing
    }

    /// How many deviations of the average the limits lie from the center.
    #[getter]
    fn width(&self) -> f64 {
        self.0.width
    }

    /// How many values the reference is learnt from, or the known center and deviation.
    #[getter]
    fn reference(&self) -> Given {
        Given::of(self.0.reference)
    }

    /// How wide the limits are at the beginning, ``"exact"`` or ``"steady"``.
    #[getter]
    fn limits(&self) -> &'static str {
        word(&self.0.limits, &LIMITS)
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
        let anomaly::Ewma { smoothing, width, reference, .. } = self.0;
        let (reference, side) = (Given::shown(reference), self.side());
        format!("Ewma(smoothing={smoothing:?}, width={width:?}, reference={reference}, side='{side}')")
    }
} }
