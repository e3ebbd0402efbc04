//! Changes as they happen.

use ::slo::anomaly::{self, Detector, Prior};
use numpy::PyArray1;
use pyo3::prelude::*;

use super::class::detector_class;
use super::pelt::places;
use crate::errors::{attempt, detached, shown, wrong_type};
use crate::record::record_class;
use crate::values::{Column, MISSING_VALUES, Number, choice, count, read_only, whole, word};

/// How long the current run was at each value of a series.
///
/// Made by ``Bocpd.run_lengths``.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RunLengths(anomaly::RunLengths);

record_class! { RunLengths(anomaly::RunLengths) {
    /// The first index of each new run: as it was most probable when the change was reported.
    #[getter]
    fn indices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.indices)
    }

    /// The index at which each change was reported.
    #[getter]
    fn reported<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.reported)
    }

    /// The most probable length of the run, the value itself included; 0 before there is any. Shape (values,).
    #[getter]
    fn most_probable<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.most_probable)
    }

    /// The expected length of the run, shape (values,).
    #[getter]
    fn expected<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.expected.clone())
    }

    fn __len__(&self) -> usize {
        self.0.most_probable.len()
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("RunLengths({})", shown(&self.0)?))
    }
} }

/// Bayesian online change-point detection: the probability that level or spread changed since the last report.
///
/// A run begins with probability ``1/spacing`` at each value; its values are normal, their mean and variance drawn anew.
/// The score of a value is the probability that the current run began after the last change that was reported; a value
/// whose score exceeds ``threshold`` reports one. A single spike is two changes. Memory and time are bounded by
/// ``max_runs``.
///
/// Args:
///     spacing: how many values lie between changes on average, above 1.
///     prior: from how many first values level and noise are learnt, 3 to 65,536; or both, ``(center, scale)``.
///     weight: how many values the belief about the level is worth, above 0.
///     shape: half as many values as the belief about the spread is worth, 0.01 to 1e6.
///     threshold: what the probability of a change must exceed, in (0, 1).
///     truncation: runs less probable than this are forgotten, 0 to 0.01.
///     max_runs: how many runs are followed at most, 2 to 65,536.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// References:
///     Adams, R. P. and MacKay, D. J. C. (2007). Bayesian online changepoint detection. arXiv:0710.3742.
///
/// Examples:
///     >>> values = [i * 7 % 5 + (0 if i < 50 else 12) for i in range(80)]
///     >>> slo.anomaly.Bocpd().detect(values)
///     Detection(1 of 80 values flagged: 50)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Bocpd(pub(super) anomaly::Bocpd);

/// A number of values, or a pair.
#[derive(IntoPyObject)]
enum Belief {
    Learnt(usize),
    Given(f64, f64),
}

fn prior(given: &Bound<'_, PyAny>) -> PyResult<Prior> {
    if let Ok((Number(center), Number(scale))) = given.extract::<(Number, Number)>() {
        return Ok(Prior::Given { center, scale });
    }
    let number =
        whole(given).map_err(|_| wrong_type("a number of values or a pair (center, scale)", given))?;
    count("prior", number).map(Prior::Learnt)
}

detector_class! { causal Bocpd(anomaly::Bocpd) {
    #[new]
    #[pyo3(
        signature = (
            spacing=Number(250.0), prior=None, *, weight=Number(0.01), shape=Number(1.0), threshold=Number(0.9),
            truncation=Number(1e-6), max_runs=256, missing="error"
        ),
        text_signature = "(spacing=250.0, prior=30, *, weight=0.01, shape=1.0, threshold=0.9, truncation=1e-06, max_runs=256, missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are the parameters of a Python function, most of them by name")]
    fn new(
        spacing: Number,
        prior: Option<&Bound<'_, PyAny>>,
        weight: Number,
        shape: Number,
        threshold: Number,
        truncation: Number,
        #[pyo3(from_py_with = whole)] max_runs: i64,
        missing: &str,
    ) -> PyResult<Self> {
        let mut rule = anomaly::Bocpd::new()
            .spacing(spacing.0)
            .weight(weight.0)
            .shape(shape.0)
            .threshold(threshold.0)
            .truncation(truncation.0)
            .max_runs(count("max_runs", max_runs)?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        if let Some(given) = prior {
            rule = rule.prior(self::prior(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many values lie between changes on average.
    #[getter]
    fn spacing(&self) -> f64 {
        self.0.spacing
    }

    /// From how many first values level and noise are learnt, or both as a pair.
    #[getter]
    fn prior(&self) -> Option<Belief> {
        match self.0.prior {
            Prior::Learnt(count) => Some(Belief::Learnt(count)),
            Prior::Given { center, scale } => Some(Belief::Given(center, scale)),
            _ => None,
        }
    }

    /// How many values the belief about the level is worth.
    #[getter]
    fn weight(&self) -> f64 {
        self.0.weight
    }

    /// Half as many values as the belief about the spread is worth.
    #[getter]
    fn shape(&self) -> f64 {
        self.0.shape
    }

    /// What the probability of a change must exceed.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// Runs less probable than this are forgotten.
    #[getter]
    fn truncation(&self) -> f64 {
        self.0.truncation
    }

    /// How many runs are followed at most.
    #[getter]
    fn max_runs(&self) -> usize {
        self.0.max_runs
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    /// How long ago the last change was, at each value, and where the changes were.
    ///
    /// Args:
    ///     values: the values, oldest first, shape (values,).
    ///
    /// Returns:
    ///     ``RunLengths``.
    ///
    /// Raises:
    ///     NonFiniteError: with the index of the first value that is not finite, unless such are skipped.
    ///     TooShortError: without a value.
    ///
    /// Examples:
    ///     >>> values = [i * 7 % 5 + (0 if i < 50 else 12) for i in range(80)]
    ///     >>> slo.anomaly.Bocpd().run_lengths(values).most_probable[[49, 79]]
    ///     array([50, 30])
    fn run_lengths(&self, values: &Bound<'_, PyAny>) -> PyResult<RunLengths> {
        let column = Column::new("values", values)?;
        let slice = column.as_slice()?;
        detached(values.py(), || self.0.run_lengths(slice)).map(RunLengths)
    }

    fn __repr__(&self) -> String {
        let prior = match self.0.prior {
            Prior::Given { center, scale } => format!("({center:?}, {scale:?})"),
            Prior::Learnt(count) => count.to_string(),
            _ => String::new(),
        };
        format!("Bocpd(spacing={:?}, prior={prior}, threshold={:?})", self.0.spacing, self.0.threshold)
    }
} }
