//! Windows that few others of the series are near to.

use ::slo::anomaly::{self, Comparison, Detector, Nearness};
use pyo3::prelude::*;

use super::class::detector_class;
use super::cut::{POINT_SCORES, Words, cut};
use crate::errors::attempt;
use crate::values::{MISSING_VALUES, choice, count, whole, word};

/// The distance of each window of a series to the k most similar others: what comes k times is no anomaly.
///
/// Windows are compared that begin more than a quarter of one apart. A window with fewer than k such others has no score;
/// a series takes time with the square of its length, and may have 100,000 values.
///
/// Args:
///     window: how many values a window has, at least 1, 3 for shapes.
///     neighbours: how many of the nearest windows count, 1 to 64.
///     comparison: what of two windows is compared, their ``"values"``, or their ``"shapes"``: each less its mean and in
///         units of its deviation.
///     nearness: how the distances make a score, by their ``"mean"`` or by the ``"farthest"``, the k-th.
///     point_score: how a value is scored by the windows that hold it: by their ``"mean"``, their ``"max"``, or by the one
///         in whose middle it is, ``"centred"``.
///     cut: where scores are cut: ``("mads", k)``, so many robust deviations above their median, 5 by default;
///         ``("at", score)``; ``("top", count)``.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` scores no window that holds one.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> values = [20 if t % 120 in (60, 61, 62) else t % 12 for t in range(240)]
///     >>> plan = slo.anomaly.NearestSubsequence(12, cut=("at", 5.0))
///     >>> plan.detect(values)
///     Detection(0 of 240 values flagged)
///     >>> 61 in slo.anomaly.NearestSubsequence(12, 2, cut=("at", 5.0)).detect(values).indices
///     True
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct NearestSubsequence(pub(super) anomaly::NearestSubsequence);

const COMPARISONS: [(&str, Comparison); 2] = [("values", Comparison::Values), ("shapes", Comparison::Shapes)];

const NEARNESS: [(&str, Nearness); 2] = [("mean", Nearness::Mean), ("farthest", Nearness::Farthest)];

detector_class! { whole NearestSubsequence(anomaly::NearestSubsequence) {
    #[new]
    #[pyo3(
        signature = (
            window, neighbours=1, *, comparison="values", nearness="mean", point_score="mean", cut=None, missing="error"
        ),
        text_signature = "(window, neighbours=1, *, comparison='values', nearness='mean', point_score='mean', \
                          cut=('mads', 5.0), missing='error')"
    )]
    #[allow(clippy::too_many_arguments, reason = "they are keywords")]
    fn new(
        #[pyo3(from_py_with = whole)] window: i64,
        #[pyo3(from_py_with = whole)] neighbours: i64,
        comparison: &str,
        nearness: &str,
        point_score: &str,
        cut: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut plan = anomaly::NearestSubsequence::new(count("window", window)?)
            .neighbours(count("neighbours", neighbours)?)
            .comparison(choice("comparison", comparison, &COMPARISONS, &[])?)
            .nearness(choice("nearness", nearness, &NEARNESS, &[])?)
            .point_score(choice("point_score", point_score, &POINT_SCORES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        if let Some(given) = cut {
            plan = plan.cut(self::cut(given)?);
        }
        attempt(|| plan.check())?;
        Ok(Self(plan))
    }

    /// How many values a window has.
    #[getter]
    fn window(&self) -> usize {
        self.0.window
    }

    /// How many of the nearest windows count.
    #[getter]
    fn neighbours(&self) -> usize {
        self.0.neighbours
    }

    /// What of two windows is compared: ``"values"`` or ``"shapes"``.
    #[getter]
    fn comparison(&self) -> &'static str {
        word(&self.0.comparison, &COMPARISONS)
    }

    /// How the distances make a score: ``"mean"`` or ``"farthest"``.
    #[getter]
    fn nearness(&self) -> &'static str {
        word(&self.0.nearness, &NEARNESS)
    }

    /// How a value is scored by the windows that hold it: ``"mean"``, ``"max"`` or ``"centred"``.
    #[getter]
    fn point_score(&self) -> &'static str {
        word(&self.0.point_score, &POINT_SCORES)
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
        let (plan, usual) = (&self.0, anomaly::NearestSubsequence::new(self.0.window));
        let comparison =
            (plan.comparison != usual.comparison).then(|| format!(", comparison='{}'", self.comparison()));
        let nearness = (plan.nearness != usual.nearness).then(|| format!(", nearness='{}'", self.nearness()));
        let point_score = (plan.point_score != usual.point_score).then(|| format!(", point_score='{}'", self.point_score()));
        let cut = (plan.cut != usual.cut).then(|| format!(", cut={}", Words::shown(plan.cut)));
        let missing = (plan.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [comparison, nearness, point_score, cut, missing].into_iter().flatten().collect::<String>();
        format!("NearestSubsequence({}, neighbours={}{extras})", plan.window, plan.neighbours)
    }
} }
