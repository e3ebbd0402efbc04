//! Which of a detector's alarms are reported.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::{any_detector, detector_class};
use crate::errors::{attempt, wrong_type};
use crate::values::{count, whole};

/// Any causal detector, of whose alarms only some are reported.
///
/// A value that the detector flags stays flagged if at least m of the last n values were flagged, its score is the
/// greatest of the last ``hold`` values, and none of the last ``refractory`` values stayed flagged. The others keep their
/// scores, and say why they are not reported: ``"unconfirmed"``, ``"held"`` or ``"refractory"``.
///
/// Args:
///     detector: what judges the values, a causal detector.
///     confirm: how many of how many of the last values must be flagged, ``(m, n)`` with 1 <= m <= n.
///     hold: over how many of the last values a score must be the greatest.
///     refractory: for how many values after one that is reported none is.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     UnsupportedError: for a detector that looks at the whole series.
///
/// Examples:
///     >>> values = [0.0, 1.0, 0.0, 1.0, 9.0, 99.0, 0.0]
///     >>> rule = slo.anomaly.ThreeSigma().rolling(4)
///     >>> rule.detect(values)
///     Detection(2 of 7 values flagged: 4, 5)
///     >>> slo.anomaly.Gate(rule, refractory=1).detect(values)
///     Detection(1 of 7 values flagged: 4)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Gate(pub(super) anomaly::Gate);

/// How many of how many.
fn share(given: &Bound<'_, PyAny>) -> PyResult<(usize, usize)> {
    let refusal = |_: PyErr| wrong_type("two whole numbers (m, n)", given);
    let (flagged, of): (Bound<'_, PyAny>, Bound<'_, PyAny>) = given.extract().map_err(refusal)?;
    Ok((count("confirm", whole(&flagged)?)?, count("confirm", whole(&of)?)?))
}

detector_class! { causal Gate(anomaly::Gate) {
    #[new]
    #[pyo3(
        signature = (detector, *, confirm=None, hold=0, refractory=0),
        text_signature = "(detector, *, confirm=(1, 1), hold=0, refractory=0)"
    )]
    fn new(
        detector: &Bound<'_, PyAny>,
        confirm: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = whole)] hold: i64,
        #[pyo3(from_py_with = whole)] refractory: i64,
    ) -> PyResult<Self> {
        let detector = any_detector(detector)?;
        let (hold, refractory) = (count("hold", hold)?, count("refractory", refractory)?);
        let mut gate = attempt(|| anomaly::Gate::new(detector))?.hold(hold).refractory(refractory);
        if let Some(given) = confirm {
            let (flagged, of) = share(given)?;
            gate = gate.confirm(flagged, of);
        }
        attempt(|| gate.check())?;
        Ok(Self(gate))
    }

    /// How many of how many of the last values must be flagged.
    #[getter]
    fn confirm(&self) -> (usize, usize) {
        self.0.confirm
    }

    /// Over how many of the last values a score must be the greatest.
    #[getter]
    fn hold(&self) -> usize {
        self.0.hold
    }

    /// For how many values after one that is reported none is.
    #[getter]
    fn refractory(&self) -> usize {
        self.0.refractory
    }

    fn __repr__(&self) -> String {
        let anomaly::Gate { confirm, hold, refractory, .. } = &self.0;
        let name = self.0.detector.name();
        format!("Gate({name}, confirm={confirm:?}, hold={hold}, refractory={refractory})")
    }
} }
