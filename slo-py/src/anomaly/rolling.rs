//! A detector with the values before each as its baseline.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::LEARNING;
use crate::errors::attempt;
use crate::values::{choice, count, word};

/// A detector whose baseline is the window of values before each: the causal form of a method.
///
/// Made by a method's ``rolling``. Its ``online`` form gives the same verdicts one value at a time.
///
/// Examples:
///     >>> rolling = slo.anomaly.ThreeSigma().rolling(4)
///     >>> rolling
///     Rolling(ThreeSigma, window=4, min_baseline=2, learning='all')
///     >>> rolling.detect([12.1, 11.8, 12.4, 12.0, 30.0, 11.9, 12.2])
///     Detection(1 of 7 values flagged: 4)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Rolling(pub(super) anomaly::Rolling);

impl Rolling {
    /// The rolling form that a method makes, with the options that all of them have.
    pub(super) fn of(
        window: i64,
        min_baseline: i64,
        learning: &str,
        make: impl FnOnce(usize) -> crate::core::Result<anomaly::Rolling>,
    ) -> PyResult<Self> {
        let window = count("window", window)?;
        let least = count("min_baseline", min_baseline)?;
        let learning = choice("learning", learning, &LEARNING, &[])?;
        attempt(|| {
            let rolling = make(window)?.min_baseline(least).learning(learning);
            rolling.check()?;
            Ok(Self(rolling))
        })
    }
}

detector_class! { causal Rolling(anomaly::Rolling) {
    /// How many values before each are its baseline.
    #[getter]
    fn window(&self) -> usize {
        self.0.window()
    }

    /// How many values a baseline needs for a verdict.
    #[getter]
    fn min_baseline(&self) -> usize {
        self.0.least_baseline()
    }

    /// Which values the baseline learns from, ``"all"`` or ``"unflagged"``.
    #[getter]
    fn learning(&self) -> &'static str {
        word(&self.0.learns_from(), &LEARNING)
    }

    fn __repr__(&self) -> String {
        let (name, window, least) = (self.0.name(), self.window(), self.min_baseline());
        format!("Rolling({name}, window={window}, min_baseline={least}, learning='{}')", self.learning())
    }
} }
