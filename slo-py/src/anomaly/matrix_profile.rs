//! Windows that resemble no other window of the series.

use ::slo::anomaly::{self, Detector};
use numpy::PyArray1;
use pyo3::prelude::*;

use super::class::detector_class;
use super::cut::{POINT_SCORES, Words, cut};
use crate::errors::{attempt, detached, guard, shown};
use crate::python;
use crate::record::record_class;
use crate::values::{Column, MISSING_VALUES, choice, count, read_only, whole, word};

/// The matrix profile: how far each window of a series is from the most similar other one, by shape.
///
/// Windows are compared after each was brought to mean 0 and deviation 1; those that begin less than a quarter of a
/// window apart are not compared. Distances lie between 0 and ``2 * sqrt(window)``; constants are at 0 from each other
/// and at ``sqrt(window)`` from the rest, as in stumpy. Accurate on any offset and after any spike, in ``O(n**2)``.
///
/// Args:
///     window: how many values a window has, at least 3.
///     point_score: how a value is scored by the windows that hold it: by their ``"mean"``, their ``"max"``, or by the one
///         in whose middle it is, ``"centred"``.
///     cut: where scores are cut: ``("mads", k)``, so many robust deviations above their median, 5 by default;
///         ``("at", score)``; ``("top", count)``.
///     missing: ``"error"`` refuses values that are not finite; ``"skip"`` compares no window that holds one.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> hourly = [float(hour % 12) for hour in range(96)]
///     >>> hourly[50] = 30.0
///     >>> profile = slo.anomaly.MatrixProfile(window=12).profile(hourly)
///     >>> profile
///     Profile(85 windows of 12: greatest distance 3.67 at 39)
///     >>> profile.discords(1)[0].index
///     39
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct MatrixProfile(pub(super) anomaly::MatrixProfile);

detector_class! { whole MatrixProfile(anomaly::MatrixProfile) {
    #[new]
    #[pyo3(
        signature = (window, *, point_score="mean", cut=None, missing="error"),
        text_signature = "(window, *, point_score='mean', cut=('mads', 5.0), missing='error')"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] window: i64,
        point_score: &str,
        cut: Option<&Bound<'_, PyAny>>,
        missing: &str,
    ) -> PyResult<Self> {
        let mut plan = anomaly::MatrixProfile::new(count("window", window)?)
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

    /// The nearest neighbour of each window, and of those the nearest before and after it.
    ///
    /// Args:
    ///     values: the values, oldest first, shape (values,).
    ///
    /// Returns:
    ///     A ``Profile`` of the ``values - window + 1`` windows.
    ///
    /// Raises:
    ///     NonFiniteError: with the index of the first value that is not finite, unless such are skipped.
    ///     TooShortError: unless two windows are far enough apart.
    ///
    /// Examples:
    ///     >>> values = [1, 4, 2, 5, 7, 6, 6.5, 102, 108, 104, 110]
    ///     >>> slo.anomaly.MatrixProfile(window=4).profile(values).left_indices
    ///     array([-1, -1,  0,  0,  1,  1,  2,  0])
    fn profile(&self, values: &Bound<'_, PyAny>) -> PyResult<Profile> {
        let column = Column::new("values", values)?;
        let slice = column.as_slice()?;
        detached(values.py(), || self.0.profile(slice)).map(Profile)
    }

    /// The causal form: the window that ends with each value against those of the ``history`` values up to it.
    ///
    /// Args:
    ///     history: how many values, enough for two windows that are apart.
    ///     cut: where scores are cut, ``("mads", k)`` or ``("at", score)``; 5 robust deviations above the median of
    ///         those before if None.
    ///
    /// Returns:
    ///     A ``RollingMatrixProfile``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a parameter outside its range.
    #[pyo3(signature = (history, *, cut=None))]
    fn rolling(
        &self,
        #[pyo3(from_py_with = whole)] history: i64,
        cut: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<RollingMatrixProfile> {
        RollingMatrixProfile::of(self.0.window, history, cut)
    }

    /// The causal form for values as they come, in a history of bounded size.
    ///
    /// Args:
    ///     history: how many values, enough for two windows that are apart.
    ///     cut: where scores are cut, ``("mads", k)`` or ``("at", score)``; 5 robust deviations above the median of
    ///         those before if None.
    ///
    /// Returns:
    ///     An ``Online``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a parameter outside its range.
    #[pyo3(signature = (history, *, cut=None))]
    fn online(
        &self,
        #[pyo3(from_py_with = whole)] history: i64,
        cut: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<super::online::Online> {
        self.rolling(history, cut)?.online()
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::MatrixProfile::new(self.0.window);
        let point_score = (self.0.point_score != usual.point_score)
            .then(|| format!(", point_score='{}'", self.point_score()));
        let cut = (self.0.cut != usual.cut).then(|| format!(", cut={}", Words::shown(self.0.cut)));
        let missing = (self.0.missing != usual.missing).then(|| format!(", missing='{}'", self.missing()));
        let extras = [point_score, cut, missing].into_iter().flatten().collect::<String>();
        format!("MatrixProfile(window={}{extras})", self.0.window)
    }
} }

/// The left matrix profile: how far the window that ends with a value is from the most similar one before it.
///
/// Made by ``MatrixProfile.rolling``. A value takes time in proportion to ``history``.
///
/// Args:
///     window: how many values a window has, at least 3.
///     history: of how many of the last values windows are compared.
///     cut: where scores are cut, ``("mads", k)`` or ``("at", score)``; 5 robust deviations above the median of those
///         before if None.
///
/// Raises:
///     InvalidParameterError: for a parameter outside its range.
///
/// Examples:
///     >>> values = [float(t * t % 12) for t in range(120)]
///     >>> values[80] = 30.0
///     >>> slo.anomaly.RollingMatrixProfile(6, 60).detect(values).indices[0]
///     np.int64(80)
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RollingMatrixProfile(pub(super) anomaly::RollingMatrixProfile);

impl RollingMatrixProfile {
    fn of(window: usize, history: i64, given: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut plan = anomaly::RollingMatrixProfile::new(window, count("history", history)?);
        if let Some(given) = given {
            plan = plan.cut(cut(given)?);
        }
        attempt(|| plan.check())?;
        Ok(Self(plan))
    }
}

detector_class! { causal RollingMatrixProfile(anomaly::RollingMatrixProfile) {
    #[new]
    #[pyo3(
        signature = (window, history, *, cut=None),
        text_signature = "(window, history, *, cut=('mads', 5.0))"
    )]
    fn new(
        #[pyo3(from_py_with = whole)] window: i64,
        #[pyo3(from_py_with = whole)] history: i64,
        cut: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Self::of(count("window", window)?, history, cut)
    }

    /// How many values a window has.
    #[getter]
    fn window(&self) -> usize {
        self.0.window
    }

    /// Of how many of the last values windows are compared.
    #[getter]
    fn history(&self) -> usize {
        self.0.history
    }

    /// Where the scores are cut.
    #[getter]
    fn cut(&self) -> Words {
        Words::of(self.0.cut)
    }

    fn __repr__(&self) -> String {
        let usual = anomaly::RollingMatrixProfile::new(self.0.window, self.0.history);
        let cut = (self.0.cut != usual.cut).then(|| format!(", cut={}", Words::shown(self.0.cut)));
        let (window, history) = (self.0.window, self.0.history);
        format!("RollingMatrixProfile(window={window}, history={history}{})", cut.unwrap_or_default())
    }
} }

/// The nearest neighbour of every window of a series, by shape.
///
/// Examples:
///     >>> profile = slo.anomaly.MatrixProfile(window=3).profile([0, 1, 2, 1, 0])
///     >>> profile.distances.round(3), profile.indices
///     (array([3.464,   nan, 3.464]), array([ 2, -1,  0]))
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Profile(anomaly::Profile);

/// Places, -1 for none.
fn places<'py>(py: Python<'py>, indices: &[Option<usize>]) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let place = |index: &Option<usize>| index.map_or(-1, |index| i64::try_from(index).unwrap_or(i64::MAX));
    read_only(py, indices.iter().map(place).collect())
}

record_class! { Profile(anomaly::Profile) {
    /// How many values a window has.
    #[getter]
    fn window(&self) -> usize {
        self.0.window
    }

    /// The distance of each window to its nearest neighbour; NaN for one with a missing value or without neighbours.
    #[getter]
    fn distances<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.distances.clone())
    }

    /// Where the nearest neighbour of each window begins; -1 without one.
    #[getter]
    fn indices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.indices)
    }

    /// The distance to the nearest of the windows before: what was known when the window ended.
    #[getter]
    fn left_distances<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.left_distances.clone())
    }

    /// Where that begins; -1 without one.
    #[getter]
    fn left_indices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.left_indices)
    }

    /// The distance to the nearest of the windows after.
    #[getter]
    fn right_distances<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.right_distances.clone())
    }

    /// Where that begins; -1 without one.
    #[getter]
    fn right_indices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        places(py, &self.0.right_indices)
    }

    /// The windows that are farthest from their neighbours, farthest first, no two of which overlap.
    ///
    /// Args:
    ///     count: how many at most.
    ///
    /// Returns:
    ///     A list of ``Discord``.
    ///
    /// Examples:
    ///     >>> slo.anomaly.MatrixProfile(window=3).profile([0, 1, 2, 1, 0]).discords(1)
    ///     [Discord(index=0, distance=3.4641, neighbour=2)]
    #[pyo3(signature = (count=1))]
    fn discords(&self, #[pyo3(from_py_with = whole)] count: i64) -> PyResult<Vec<Discord>> {
        let count = crate::values::count("count", count)?;
        guard(|| self.0.discords(count).into_iter().map(Discord).collect())
    }

    /// A frame with one row for each window: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_profile", "profile_frame", (slf,))
    }

    /// The distances, with the farthest windows, drawn with matplotlib.
    ///
    /// Args:
    ///     ax: the ``Axes`` to draw on; those of a new figure if None.
    ///
    /// Returns:
    ///     The ``Axes``.
    ///
    /// Raises:
    ///     UnsupportedError: if matplotlib is not installed.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_profile", "plot_profile", (slf, ax))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Profile({})", self.__str__()?))
    }
} }

/// A window that is unlike all others.
#[pyclass(module = "slo.anomaly", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Discord(anomaly::Discord);

record_class! { Discord(anomaly::Discord), fields {
    /// Where the window begins.
    index: usize,
    /// The distance to its nearest neighbour.
    distance: f64,
    /// Where that begins.
    neighbour: usize,
} {
    fn __repr__(&self) -> String {
        let anomaly::Discord { index, distance, neighbour } = self.0;
        format!("Discord(index={index}, distance={distance:.4}, neighbour={neighbour})")
    }
} }
