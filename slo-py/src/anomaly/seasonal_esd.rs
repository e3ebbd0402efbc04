//! Values far from a season, and from what the others leave.

use ::slo::anomaly::{self, Detector};
use pyo3::prelude::*;

use super::class::detector_class;
use super::options::{SIDES, Words, degenerate};
use crate::errors::attempt;
use crate::values::{Number, choice, count, whole, word};

/// Several outliers of a seasonal series, one after the other: the seasonal hybrid ESD of Twitter's AnomalyDetection.
///
/// The season of a robust STL and the median are taken out; then the value farthest from the median of what is left,
/// in median distances, is taken away, and so on. The outliers are all up to the last that lies beyond its critical
/// value. There is no p-value: independent normal values are flagged more often than ``alpha`` says.
///
/// Args:
///     period: how many values a cycle has, from 2 to half the number of values.
///     alpha: the level of each step, strictly between 0 and 1.
///     max_share: the greatest share of values that can be flagged, above 0, below 0.5; at least one value.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     degenerate: what values mean that differ from others without spread: ``"alarm"``, or ``"no-alarm"``, with which
///         the test stops there, as it is defined.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> values = [float(t % 8) + 0.1 * (t * t % 7) for t in range(96)]
///     >>> values[40] = 5.0
///     >>> slo.anomaly.SeasonalEsd(period=8).detect(values)
///     Detection(1 of 96 values flagged: 40)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct SeasonalEsd(pub(super) anomaly::SeasonalEsd);

detector_class! { whole SeasonalEsd(anomaly::SeasonalEsd) {
    #[new]
    #[pyo3(
        signature = (period, *, alpha=None, max_share=None, side="both", degenerate=None),
        text_signature = "(period, *, alpha=0.05, max_share=0.1, side='both', degenerate='alarm')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] period: i64,
        alpha: Option<Number>,
        max_share: Option<Number>,
        side: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut rule =
            anomaly::SeasonalEsd::new(count("period", period)?).side(choice("side", side, &SIDES, &[])?);
        if let Some(alpha) = alpha {
            rule = rule.alpha(alpha.0);
        }
        if let Some(share) = max_share {
            rule = rule.max_share(share.0);
        }
        if let Some(given) = degenerate {
            rule = rule.degenerate(self::degenerate(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many values a cycle has.
    #[getter]
    fn period(&self) -> usize {
        self.0.period
    }

    /// The level of each step of the test.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha
    }

    /// The greatest share of values that can be flagged.
    #[getter]
    fn max_share(&self) -> f64 {
        self.0.max_share
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What values mean that differ from others without spread.
    #[getter]
    fn degenerate(&self) -> Words {
        Words::of(self.0.degenerate)
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::SeasonalEsd::new(self.0.period);
        let side = (self.0.side != usual.side).then(|| format!(", side='{}'", self.side()));
        let degenerate = (self.0.degenerate != usual.degenerate)
            .then(|| format!(", degenerate={}", Words::shown(self.0.degenerate)));
        let extras = [side, degenerate].into_iter().flatten().collect::<String>();
        let (period, alpha, share) = (self.0.period, self.0.alpha, self.0.max_share);
        format!("SeasonalEsd(period={period}, alpha={alpha:?}, max_share={share:?}{extras})")
    }
} }
