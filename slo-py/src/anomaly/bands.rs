//! Bands around the last hour or day.

use ::slo::anomaly::{self, BandRules, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, Number, choice, count, whole, word};

const RULES: [(&str, BandRules); 2] = [("adaptive", BandRules::Adaptive), ("robust", BandRules::Robust)];

/// The bands of Grafana's anomaly detection rules for Prometheus.
///
/// Around the mean of the last hour, or the median of the last day, wide enough for a day and a week ago. The score is
/// the distance from the middle in units of the band's distance on that side; beyond 1 the value is flagged. Values at
/// or below 0 do not count, as in the rules.
///
/// Args:
///     rules: ``"adaptive"``, means and deviations, or ``"robust"``, medians and median distances.
///     hour: how many values an hour has, 2 to 3600.
///     width: how many deviations, or median distances, the bands lie from the middle, above 0.
///     margin: their least distance, as a share of the middle, at least 0.
///     variation: the least deviation of an hour that counts, as a share of its mean, at least 0.
///     sparse: the least mean of the last hour with which a value counts, at least 0; the rules have 5/60 for requests.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` leaves NaN out and flags an infinity.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> requests = [100.0] * 100 + [160.0] + [100.0] * 19
///     >>> slo.anomaly.Bands().detect(requests)
///     Detection(1 of 120 values flagged: 100)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Bands(pub(super) anomaly::Bands);

detector_class! { causal Bands(anomaly::Bands) {
    #[new]
    #[pyo3(
        signature = (rules="adaptive", *, hour=60, width=Number(2.0), margin=Number(0.5), variation=Number(0.5),
                     sparse=Number(0.0), missing="error"),
        text_signature = "(rules='adaptive', *, hour=60, width=2.0, margin=0.5, variation=0.5, sparse=0.0, \
                          missing='error')"
    )]
    fn new(
        rules: &str,
        #[pyo3(from_py_with = whole)] hour: i64,
        width: Number,
        margin: Number,
        variation: Number,
        sparse: Number,
        missing: &str,
    ) -> PyResult<Self> {
        let bands = anomaly::Bands::new()
            .rules(choice("rules", rules, &RULES, &[])?)
            .hour(count("hour", hour)?)
            .width(width.0)
            .margin(margin.0)
            .variation(variation.0)
            .sparse(sparse.0)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        attempt(|| bands.check())?;
        Ok(Self(bands))
    }

    /// Which rules they follow, ``"adaptive"`` or ``"robust"``.
    #[getter]
    fn rules(&self) -> &'static str {
        word(&self.0.rules, &RULES)
    }

    /// How many values an hour has.
    #[getter]
    fn hour(&self) -> usize {
        self.0.hour
    }

    /// How many deviations, or median distances, the bands lie from the middle.
    #[getter]
    fn width(&self) -> f64 {
        self.0.width
    }

    /// Their least distance, as a share of the middle.
    #[getter]
    fn margin(&self) -> f64 {
        self.0.margin
    }

    /// The least deviation of an hour that counts, as a share of its mean.
    #[getter]
    fn variation(&self) -> f64 {
        self.0.variation
    }

    /// The least mean of the last hour with which a value counts.
    #[getter]
    fn sparse(&self) -> f64 {
        self.0.sparse
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let anomaly::Bands { hour, width, margin, .. } = self.0;
        format!("Bands('{}', hour={hour}, width={width:?}, margin={margin:?})", self.rules())
    }
} }
