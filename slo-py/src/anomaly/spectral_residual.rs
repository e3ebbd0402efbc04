//! What stands out of a series once everything that repeats is taken away.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::cut::{Words, cut};
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, choice, count, whole, word};

/// The spectral residual: a value is unusual if it stands out once the usual amplitude of every frequency is divided out.
///
/// The saliency map of Ren and others (2019), and as the score how many times a value of it is above the mean of the
/// ``window`` values up to it. Level and unit change nothing; the length may be any number.
///
/// Args:
///     frequencies: over how many frequencies the logarithm of the amplitude is averaged, odd.
///     window: over how many values, the judged one last, what stands out is averaged, at least 2.
///     cut: where scores are cut: ``("at", score)``, at 3 by default; ``("mads", k)``, so many robust deviations above
///         their median; ``("top", count)``.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` takes the last value before one instead, and
///         does not score it.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> import math
///     >>> values = [math.sin(0.3 * t) + 5 + (t == 300) for t in range(480)]
///     >>> 300 in slo.anomaly.SpectralResidual().detect(values).indices
///     True
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct SpectralResidual(pub(super) anomaly::SpectralResidual);

detector_class! { whole SpectralResidual(anomaly::SpectralResidual) {
    #[new]
    #[pyo3(
        signature = (frequencies=3, window=21, *, cut=None, missing="error"),
        text_signature = "(frequencies=3, window=21, *, cut=('at', 3.0), missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] frequencies: i64,
        #[pyo3(from_py_with = whole)] window: i64,
        cut: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut plan = anomaly::SpectralResidual::new()
            .frequencies(count("frequencies", frequencies)?)
            .window(count("window", window)?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        if let Some(given) = cut {
            plan = plan.cut(self::cut(given)?);
        }
        attempt(|| plan.check())?;
        Ok(Self(plan))
    }

    /// The causal form: each value within the ``history`` values up to it.
    ///
    /// Args:
    ///     history: of how many values the judged one is the newest, 8 to 1,000,000.
    ///
    /// Returns:
    ///     A ``RollingSpectralResidual``.
    ///
    /// Raises:
    ///     InvalidParameterError: for too short a history, and unless scores are cut ``("at", score)``.
    ///     LimitExceededError: for a history of more than a million values.
    fn rolling(&self, #[pyo3(from_py_with = whole)] history: i64) -> PyResult<RollingSpectralResidual> {
        let history = count("history", history)?;
        attempt(|| self.0.rolling(history)).map(RollingSpectralResidual)
    }

    /// Over how many frequencies the logarithm of the amplitude is averaged.
    #[getter]
    fn frequencies(&self) -> usize {
        self.0.frequencies
    }

    /// Over how many values, the judged one last, what stands out is averaged.
    #[getter]
    fn window(&self) -> usize {
        self.0.window
    }

    /// Where the scores are cut.
    #[getter]
    fn cut(&self) -> Words {
        Words::of(self.0.cut)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::SpectralResidual::new();
        let cut = (self.0.cut != usual.cut).then(|| format!(", cut={}", Words::shown(self.0.cut)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [cut, missing].into_iter().flatten().collect::<String>();
        let (frequencies, window) = (self.0.frequencies, self.0.window);
        format!("SpectralResidual(frequencies={frequencies}, window={window}{extras})")
    }
} }

/// The causal spectral residual: each value is judged within the last ones, of which it is the newest.
///
/// Made by ``SpectralResidual.rolling``. The values behind the newest are extrapolated from those before it, so that a
/// spike does not hide itself. Before there are ``history`` values, none is judged.
///
/// Examples:
///     >>> import math
///     >>> values = [math.sin(0.3 * t) + 3 * (t == 250) for t in range(300)]
///     >>> 250 in slo.anomaly.SpectralResidual().rolling(200).detect(values).indices
///     True
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RollingSpectralResidual(pub(super) anomaly::RollingSpectralResidual);

detector_class! { causal RollingSpectralResidual(anomaly::RollingSpectralResidual) {
    /// How the last values are judged.
    #[getter]
    fn residual(&self) -> SpectralResidual {
        SpectralResidual(self.0.residual)
    }

    /// Of how many values the judged one is the newest.
    #[getter]
    fn history(&self) -> usize {
        self.0.history
    }

    fn __repr__(&self) -> String {
        format!("RollingSpectralResidual({}, history={})", self.residual().__repr__(), self.0.history)
    }
} }
