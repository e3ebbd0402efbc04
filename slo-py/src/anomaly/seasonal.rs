//! Any detector on what the seasons of a series leave.

use ::slo::anomaly::{self, Adjust, Detector};
use pyo3::prelude::*;

use super::class::{any_detector, detector_class};
use crate::errors::{attempt, wrong_type};
use crate::values::{choice, count, count_or_none, whole, whole_or_none, word};

const ADJUST: [(&str, Adjust); 3] =
    [("stl", Adjust::Stl), ("medians", Adjust::Medians), ("past-medians", Adjust::PastMedians)];

/// A detector behind a seasonal adjustment: it judges what the season leaves of each value.
///
/// Verdicts are on the values; the center of a baseline stands where the season is.
///
/// Args:
///     detector: any detector but another ``Seasonal``; after past medians one that streams.
///     period: how many values a cycle has, at least 2, or a list of several periods.
///     by: what values are compared with: trend and seasons of the whole series by robust ``"stl"``, the ``"medians"``
///         of their phase over the whole series, or the ``"past-medians"`` over the cycles before, which streams.
///     cycles: over how many cycles past medians look back, at least 1.
///     min_cycles: how many values of a phase past medians need, 1 to ``cycles``; all ``cycles`` if None.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     UnsupportedError: for past medians before a detector that looks at what comes later.
///
/// Examples:
///     >>> values = [float(t % 8) + 0.1 * (t * t % 7) for t in range(96)]
///     >>> values[40] = 5.0
///     >>> slo.anomaly.Seasonal(slo.anomaly.ThreeSigma(), period=8).detect(values)
///     Detection(1 of 96 values flagged: 40)
///     >>> rolling = slo.anomaly.ThreeSigma().rolling(48)
///     >>> online = slo.anomaly.Seasonal(rolling, period=8, by="past-medians").online()
///     >>> online.observe_many(values).indices
///     array([40])
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Seasonal(pub(super) anomaly::Seasonal);

/// One period, or a list of several.
fn periods(given: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
    let one = |given: &Bound<'_, PyAny>| count("period", whole(given)?);
    if let Ok(period) = whole(given) {
        return Ok(vec![count("period", period)?]);
    }
    let Ok(list) = given.try_iter() else {
        return Err(wrong_type("a whole number or a list of such", given));
    };
    list.map(|period| one(&period?)).collect()
}

detector_class! { causal Seasonal(anomaly::Seasonal) {
    #[new]
    #[pyo3(
        signature = (detector, period, *, by="stl", cycles=None, min_cycles=None),
        text_signature = "(detector, period, *, by='stl', cycles=3, min_cycles=None)"
    )]
    fn new(
        detector: &Bound<'_, PyAny>,
        period: &Bound<'_, PyAny>,
        by: &str,
        #[pyo3(from_py_with = whole_or_none)] cycles: Option<i64>,
        #[pyo3(from_py_with = whole_or_none)] min_cycles: Option<i64>,
    ) -> PyResult<Self> {
        let mut rule = anomaly::Seasonal::new(any_detector(detector)?, periods(period)?)
            .by(choice("by", by, &ADJUST, &[])?);
        if let Some(cycles) = count_or_none("cycles", cycles)? {
            rule = rule.cycles(cycles);
        }
        if let Some(least) = count_or_none("min_cycles", min_cycles)? {
            rule = rule.min_cycles(least);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many values the cycles have, as given: a list.
    #[getter]
    fn periods(&self) -> Vec<usize> {
        self.0.periods.clone()
    }

    /// What values are compared with: ``"stl"``, ``"medians"`` or ``"past-medians"``.
    #[getter]
    fn by(&self) -> &'static str {
        word(&self.0.by, &ADJUST)
    }

    /// Over how many cycles past medians look back.
    #[getter]
    fn cycles(&self) -> usize {
        self.0.cycles
    }

    /// How many values of a phase past medians need, if not all cycles.
    #[getter]
    fn min_cycles(&self) -> Option<usize> {
        self.0.min_cycles
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::Seasonal::new(self.0.detector.clone(), self.0.periods.clone());
        let cycles = (self.0.cycles != usual.cycles).then(|| format!(", cycles={}", self.0.cycles));
        let least = self.0.min_cycles.map(|least| format!(", min_cycles={least}"));
        let extras = [cycles, least].into_iter().flatten().collect::<String>();
        format!("Seasonal({}, period={:?}, by='{}'{extras})", self.0.detector.name(), self.0.periods, self.by())
    }
} }
