//! Values far from the polynomial through those around or before them.

use ::slo::anomaly::{self, Detector, Limit};
use pyo3::prelude::*;

use super::class::detector_class;
use super::cut::{self, POINT_SCORES, cut};
use super::options::{SIDES, Words, degenerate};
use crate::core::Error;
use crate::errors::{attempt, raise};
use crate::values::{MISSING_VALUES, Number, choice, count, count_or_none, whole, whole_or_none, word};

/// The polynomial through what surrounds each window: a window is unusual if it does not continue its surroundings.
///
/// The polynomial is fitted to the ten windows around each one without it; the score of a window is the root mean
/// square of what it leaves, in deviations of the whole series. TSB-AD's POLY at every place. ``rolling`` is the
/// causal form, with exact p-values.
///
/// Args:
///     window: how many values a window has; the period of the series if None, 125 where it has none.
///     degree: the polynomial's degree, 0 to 10.
///     point_score: how a value is scored by the windows that hold it: by their ``"mean"``, their ``"max"``, or by the one
///         in whose middle it is, ``"centred"``.
///     cut: where scores are cut: ``("mads", k)``, so many robust deviations above their median, 5 by default;
///         ``("at", score)``; ``("top", count)``.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` scores no window that holds one.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///     LimitExceededError: for a window of more than 100,000 values.
///
/// Examples:
///     >>> values = [(t - 150) ** 3 * 1e-4 + (5 if 140 <= t < 150 else 0) for t in range(300)]
///     >>> slo.anomaly.Polynomial(window=10, cut=("top", 1)).detect(values).indices
///     array([144, 145])
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Polynomial(pub(super) anomaly::Polynomial);

detector_class! { whole Polynomial(anomaly::Polynomial) {
    #[new]
    #[pyo3(
        signature = (window=None, *, degree=4, point_score="mean", cut=None, missing="error"),
        text_signature = "(window=None, *, degree=4, point_score='mean', cut=('mads', 5.0), missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole_or_none)] window: Option<i64>,
        #[pyo3(from_py_with = whole)] degree: i64,
        point_score: &str,
        cut: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut plan = anomaly::Polynomial::new()
            .degree(count("degree", degree)?)
            .point_score(choice("point_score", point_score, &POINT_SCORES, &[])?)
            .missing(choice("missing", missing, &MISSING_VALUES, &[])?);
        plan.window = count_or_none("window", window)?;
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

    /// The polynomial's degree.
    #[getter]
    fn degree(&self) -> usize {
        self.0.degree
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

    /// The causal form: each value against the polynomial of the same degree through the ``window`` values before it.
    ///
    /// Args:
    ///     window: how many values, at least ``degree + 3``.
    ///
    /// Returns:
    ///     A ``RollingPolynomial`` with its other options as they are by default.
    ///
    /// Raises:
    ///     InvalidParameterError: for a window out of range.
    fn rolling(&self, #[pyo3(from_py_with = whole)] window: i64) -> PyResult<RollingPolynomial> {
        let window = count("window", window)?;
        attempt(|| self.0.rolling(window)).map(RollingPolynomial)
    }

    /// The causal form for values as they come.
    ///
    /// Args:
    ///     window: how many values, at least ``degree + 3``.
    ///
    /// Returns:
    ///     An ``Online``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a window out of range.
    fn online(&self, #[pyo3(from_py_with = whole)] window: i64) -> PyResult<super::online::Online> {
        self.rolling(window)?.online()
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::Polynomial::new();
        let window = self.0.window.map_or("None".to_owned(), |window| window.to_string());
        let point_score = (self.0.point_score != usual.point_score)
            .then(|| format!(", point_score='{}'", self.point_score()));
        let cut = (self.0.cut != usual.cut).then(|| format!(", cut={}", cut::Words::shown(self.0.cut)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [point_score, cut, missing].into_iter().flatten().collect::<String>();
        format!("Polynomial(window={window}, degree={}{extras})", self.0.degree)
    }
} }

/// The next value of a polynomial: a value is unusual if it lies outside what the values before it predict.
///
/// The score is the distance from the prediction in deviations of the prediction: Student's t with
/// ``window - degree - 1`` degrees of freedom on independent normal values about a polynomial, so that the p-value is
/// exact.
///
/// Args:
///     window: how many values before each the polynomial is fitted to, at least ``degree + 3``.
///     degree: the polynomial's degree, 0 to 10.
///     k: how many deviations of the prediction a score must exceed, above 0.
///     alpha: the probability of a false alarm, per value, in (0, 1): instead of ``k``.
///     side: ``"both"``, ``"upper"`` or ``"lower"``: where a value can be flagged.
///     degenerate: what a value means that differs from what leaves no doubt: ``"alarm"``, ``"no-alarm"``, or a least
///         deviation ``(absolute, relative)``.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range, or ``k`` and ``alpha`` together.
///     LimitExceededError: for a window of more than 100,000 values.
///
/// Examples:
///     >>> found = slo.anomaly.RollingPolynomial(4, degree=1).detect([0, 1, 2, 4, 7])
///     >>> round(found.scores[4], 3), found.outliers[0].exact
///     (np.float64(3.266), True)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RollingPolynomial(pub(super) anomaly::RollingPolynomial);

detector_class! { causal RollingPolynomial(anomaly::RollingPolynomial) {
    #[new]
    #[pyo3(
        signature = (window, *, degree=4, k=Number(3.0), alpha=None, side="both", degenerate=None),
        text_signature = "(window, *, degree=4, k=3.0, alpha=None, side='both', degenerate='alarm')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] window: i64,
        #[pyo3(from_py_with = whole)] degree: i64,
        k: Number,
        alpha: Option<Number>,
        side: &str,
        degenerate: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut rule = anomaly::RollingPolynomial::new(count("window", window)?)
            .degree(count("degree", degree)?)
            .k(k.0)
            .side(choice("side", side, &SIDES, &[])?);
        let is_default = rule.limit == anomaly::RollingPolynomial::new(0).limit;
        if let Some(Number(alpha)) = alpha {
            if !is_default {
                return Err(raise(Error::invalid("alpha", alpha, "give either k or alpha")));
            }
            rule = rule.alpha(alpha);
        }
        if let Some(given) = degenerate {
            rule = rule.degenerate(self::degenerate(given)?);
        }
        attempt(|| rule.check())?;
        Ok(Self(rule))
    }

    /// How many values before each the polynomial is fitted to.
    #[getter]
    fn window(&self) -> usize {
        self.0.window
    }

    /// The polynomial's degree.
    #[getter]
    fn degree(&self) -> usize {
        self.0.degree
    }

    /// How many deviations of the prediction a score must exceed; None where ``alpha`` decides.
    #[getter]
    fn k(&self) -> Option<f64> {
        match self.0.limit {
            Limit::K(k) => Some(k),
            Limit::Alpha(_) => None,
        }
    }

    /// The probability of a false alarm, per value; None where ``k`` decides.
    #[getter]
    fn alpha(&self) -> Option<f64> {
        match self.0.limit {
            Limit::K(_) => None,
            Limit::Alpha(alpha) => Some(alpha),
        }
    }

    /// Where a value can be flagged: ``"both"``, ``"upper"`` or ``"lower"``.
    #[getter]
    fn side(&self) -> &'static str {
        word(&self.0.side, &SIDES)
    }

    /// What a value means that differs from what leaves no doubt.
    #[getter]
    fn degenerate(&self) -> Words {
        Words::of(self.0.degenerate)
    }

    fn __repr__(&self) -> String {
        let limit = match self.0.limit {
            Limit::K(k) => format!("k={k:?}"),
            Limit::Alpha(alpha) => format!("alpha={alpha:?}"),
        };
        let usual = anomaly::RollingPolynomial::new(self.0.window);
        let side = (self.0.side != usual.side).then(|| format!(", side='{}'", self.side()));
        let degenerate = (self.0.degenerate != usual.degenerate)
            .then(|| format!(", degenerate={}", Words::shown(self.0.degenerate)));
        let extras = [side, degenerate].into_iter().flatten().collect::<String>();
        format!("RollingPolynomial(window={}, degree={}, {limit}{extras})", self.0.window, self.0.degree)
    }
} }
