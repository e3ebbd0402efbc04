//! Windows far from where the windows of a series usually lie.

use ::slo::anomaly::{self, Detector, Projection};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::class::detector_class;
use super::cut::{self, POINT_SCORES, cut};
use crate::core::Error;
use crate::errors::{attempt, raise, wrong_type};
use crate::values::{MISSING_VALUES, Number, choice, count_or_none, whole_or_none, word};

/// Principal components of all windows of a series: a window is unusual that lies where others do not.
///
/// Args:
///     window: how many values a window has, 2 to 512; the period of the series if None, 125 where it has none.
///     projection: what makes a window unusual: ``("mahalanobis", ridge)``, its distance in units of how far windows
///         spread each way, with a ridge of 0.001 by default; ``("residual", explained)``, what the components leave
///         that explain this share of the variance; ``"axes"``, what PyOD computes, and TSB-AD's Sub-PCA.
///     point_score: how a value is scored by the windows that hold it: by their ``"mean"``, their ``"max"``, or by the one
///         in whose middle it is, ``"centred"``.
///     cut: where scores are cut: ``("mads", k)``, so many robust deviations above their median, 5 by default;
///         ``("at", score)``; ``("top", count)``.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` scores no window that holds one.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for a window of more than 512 values.
///
/// Examples:
///     >>> import math
///     >>> values = [math.sin(t % 24 * 0.26) + 0.5 * (t == 300) for t in range(480)]
///     >>> slo.anomaly.SubPca(cut=("top", 1)).detect(values)
///     Detection(1 of 480 values flagged: 300)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct SubPca(pub(super) anomaly::SubPca);

fn projection(given: &Bound<'_, PyAny>) -> PyResult<Projection> {
    let expected = "(\"mahalanobis\", ridge), (\"residual\", explained) or \"axes\"";
    if let Ok(text) = given.cast::<PyString>() {
        return choice("projection", &text.to_cow()?, &[("axes", Projection::Axes)], &[]);
    }
    let (word, number): (String, Number) = given.extract().map_err(|_: PyErr| wrong_type(expected, given))?;
    match word.as_str() {
        "mahalanobis" => Ok(Projection::Mahalanobis { ridge: number.0 }),
        "residual" => Ok(Projection::Residual { explained: number.0 }),
        _ => Err(raise(Error::invalid("projection", format!("{word:?}"), format!("must be {expected}")))),
    }
}

/// What [`projection`] would read.
#[derive(IntoPyObject)]
enum Words {
    Word(&'static str),
    Number(&'static str, f64),
}

impl Words {
    fn of(chosen: Projection) -> Self {
        match chosen {
            Projection::Axes => Self::Word("axes"),
            Projection::Mahalanobis { ridge } => Self::Number("mahalanobis", ridge),
            Projection::Residual { explained } => Self::Number("residual", explained),
        }
    }

    fn shown(chosen: Projection) -> String {
        match Self::of(chosen) {
            Self::Word(word) => format!("'{word}'"),
            Self::Number(word, number) => format!("('{word}', {number:?})"),
        }
    }
}

detector_class! { whole SubPca(anomaly::SubPca) {
    #[new]
    #[pyo3(
        signature = (window=None, *, projection=None, point_score="mean", cut=None, missing="error"),
        text_signature = "(window=None, *, projection=('mahalanobis', 0.001), point_score='mean', cut=('mads', 5.0), \
                          missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole_or_none)] window: Option<i64>,
        projection: Option<&Bound<'_, PyAny>>,
        point_score: &str,
        cut: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut plan = anomaly::SubPca::new()
            .point_score(choice("point_score", point_score, &POINT_SCORES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        plan.window = count_or_none("window", window)?;
        if let Some(given) = projection {
            plan = plan.projection(self::projection(given)?);
        }
        if let Some(given) = cut {
            plan = plan.cut(self::cut(given)?);
        }
        attempt(|| plan.check())?;
        Ok(Self(plan))
    }

    /// How many values a window has; None for the period.
    #[getter]
    fn window(&self) -> Option<usize> {
        self.0.window
    }

    /// What makes a window unusual.
    #[getter]
    fn projection(&self) -> Words {
        Words::of(self.0.projection)
    }

    /// How a value is scored by the windows that hold it: ``"mean"``, ``"max"`` or ``"centred"``.
    #[getter]
    fn point_score(&self) -> &'static str {
        word(&self.0.point_score, &POINT_SCORES)
    }

    /// Where the scores are cut.
    #[getter]
    fn cut(&self) -> cut::Words {
        cut::Words::of(self.0.cut)
    }

    /// What a value means that is not finite: ``"error"`` or ``"skip"``.
    #[getter]
    fn missing(&self) -> &'static str {
        word(&self.0.missing, &MISSING_VALUES)
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::SubPca::new();
        let window = self.0.window.map_or("None".to_owned(), |window| window.to_string());
        let projection = (self.0.projection != usual.projection)
            .then(|| format!(", projection={}", Words::shown(self.0.projection)));
        let point_score = (self.0.point_score != usual.point_score)
            .then(|| format!(", point_score='{}'", self.point_score()));
        let cut = (self.0.cut != usual.cut).then(|| format!(", cut={}", cut::Words::shown(self.0.cut)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [projection, point_score, cut, missing].into_iter().flatten().collect::<String>();
        format!("SubPca(window={window}{extras})")
    }
} }
