//! Results beside what their measures give to detectors that know nothing.

use ::slo::anomaly::evaluate::{self, Counting, Threshold};
use pyo3::prelude::*;

use super::given::Worth;
use crate::errors::shown;
use crate::record::record_class;
use crate::values::word;

const COUNTINGS: [(&str, Counting); 4] = [
    ("points", Counting::Points),
    ("point-adjusted", Counting::PointAdjusted),
    ("events", Counting::Events),
    ("affiliation", Counting::Affiliation),
];

/// What a measure says of some scores, beside what it says of detectors that know nothing.
///
/// Examples:
///     >>> slo.anomaly.evaluate.auc_roc([0.1, 0.3, 0.2, 0.9, 0.8, 0.0], [(3, 5)]).value
///     1.0
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Scored(pub(super) evaluate::Scored);

record_class! { Scored(evaluate::Scored), fields {
    /// What the measure says of the scores.
    value: f64,
    /// The mean of what it says of ten detectors that score at random, the same in every run.
    random: f64,
    /// What it says of a detector that finds nothing but the last value unusual.
    last_point: f64,
} {
    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Scored({})", shown(&self.0)?))
    }
} }

/// Areas under both curves, or the volumes of many of them.
///
/// Examples:
///     >>> slo.anomaly.evaluate.range_auc([0, 0, 1, 0], [(2, 3)], 0).pr.value
///     1.0
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Areas(pub(super) evaluate::Scored<evaluate::Areas>);

record_class! { Areas(evaluate::Scored<evaluate::Areas>) {
    /// Under precision over recall, a ``Scored``.
    #[getter]
    fn pr(&self) -> Scored {
        Scored(self.0.pr())
    }

    /// Under the share of true alarms over that of false ones, a ``Scored``.
    #[getter]
    fn roc(&self) -> Scored {
        Scored(self.0.roc())
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Areas(pr {}, roc {})", shown(&self.0.pr())?, shown(&self.0.roc())?))
    }
} }

/// Precision, recall and their harmonic mean.
///
/// Examples:
///     >>> slo.anomaly.evaluate.point_f1([0, 1, 1, 0], [(1, 2)], 0.5).value
///     PrecisionRecall(precision=0.5, recall=1.0, f1=0.6666666666666666)
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct PrecisionRecall(evaluate::PrecisionRecall);

record_class! { PrecisionRecall(evaluate::PrecisionRecall), fields {
    /// The share of alarms that are true; None without an alarm.
    precision: Option<f64>,
    /// The share of what is unusual that was found.
    recall: f64,
    /// Their harmonic mean, 0 without an alarm.
    f1: f64,
} {
    fn __repr__(&self) -> String {
        let precision = self.0.precision.map_or("None".to_owned(), |precision| format!("{precision:?}"));
        format!("PrecisionRecall(precision={precision}, recall={:?}, f1={:?})", self.0.recall, self.0.f1)
    }
} }

/// Precision, recall and F1 at a threshold, beside those of detectors that know nothing.
///
/// Examples:
///     >>> found = slo.anomaly.evaluate.events([0, 1, 0, 1, 0, 1, 1, 0, 0], [(1, 4), (7, 9)], 0.5)
///     >>> found.value.recall, found.warning
///     (0.5, None)
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Flagged(pub(super) evaluate::Flagged);

record_class! { Flagged(evaluate::Flagged) {
    /// What was counted: ``"points"``, ``"point-adjusted"``, ``"events"`` or ``"affiliation"``.
    #[getter]
    fn counting(&self) -> &'static str {
        word(&self.0.counting, &COUNTINGS)
    }

    /// Whether the threshold was given, or chosen with the labels.
    #[getter]
    fn chosen(&self) -> &'static str {
        chosen(self.0.chosen)
    }

    /// What a score must exceed to be flagged; infinite where nothing is best flagged.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// The measure of the scores, a ``PrecisionRecall``.
    #[getter]
    fn value(&self) -> PrecisionRecall {
        PrecisionRecall(self.0.scored.value)
    }

    /// The mean of ten detectors at random: each at its best threshold, or with as many flags.
    #[getter]
    fn random(&self) -> PrecisionRecall {
        PrecisionRecall(self.0.scored.random)
    }

    /// That of a detector that finds nothing but the last value unusual.
    #[getter]
    fn last_point(&self) -> PrecisionRecall {
        PrecisionRecall(self.0.scored.last_point)
    }

    /// What to know before believing the measure, or None.
    #[getter]
    fn warning(&self) -> Option<&'static str> {
        self.0.warning()
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Flagged({})", shown(&self.0)?))
    }
} }

/// NAB's score of a corpus at one threshold for all its series.
///
/// Examples:
///     >>> slo.anomaly.evaluate.nab([0] * 50 + [1] + [0] * 49, [(50, 60)], threshold=0.5).value
///     100.0
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct NabScore(pub(super) evaluate::NabScore);

record_class! { NabScore(evaluate::NabScore), fields {
    /// What a score must exceed to be flagged; infinite where nothing is best flagged.
    threshold: f64,
    /// How many windows there are to find.
    windows: usize,
} {
    /// What hits, false alarms and misses are worth: a profile's name, or three numbers.
    #[getter]
    fn profile(&self) -> Worth {
        Worth::of(self.0.profile)
    }

    /// Whether the threshold was given, or chosen with the labels.
    #[getter]
    fn chosen(&self) -> &'static str {
        chosen(self.0.chosen)
    }

    /// The score, 100 at best and 0 without a flag.
    #[getter]
    fn value(&self) -> f64 {
        self.0.scored.value
    }

    /// The mean of ten detectors that score at random.
    #[getter]
    fn random(&self) -> f64 {
        self.0.scored.random
    }

    /// That of a detector that finds nothing but the last value unusual.
    #[getter]
    fn last_point(&self) -> f64 {
        self.0.scored.last_point
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("NabScore({})", shown(&self.0)?))
    }
} }

fn chosen(threshold: Threshold) -> &'static str {
    match threshold {
        Threshold::Best => "best",
        Threshold::At(_) => "given",
    }
}
