//! Labelled series, candidates and cross-validation.

use ::slo::anomaly::evaluate::{self, CrossValidation};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use super::given::{labels, profile};
use super::results::{NabScore, Scored};
use crate::errors::{attempt, detached, guard, shown};
use crate::record::record_class;
use crate::values::{Column, count, read_only, tally, whole};

/// A series of which it is known where it is unusual.
///
/// Args:
///     name: what the series is called, with folders as in a path.
///     values: the values in order, shape (values,).
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///
/// Raises:
///     LengthMismatchError: unless there is one label for each value.
///     InvalidParameterError: for windows that overlap or reach past the end.
///
/// Examples:
///     >>> series = slo.anomaly.evaluate.Labelled("traffic/speed", [5, 5, 9, 5], [(2, 3)])
///     >>> series, series.group
///     (Labelled('traffic/speed', 4 values, 1 window), 'traffic')
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Labelled(evaluate::Labelled);

#[pymethods]
impl Labelled {
    #[new]
    fn new(name: String, values: &Bound<'_, PyAny>, labels: &Bound<'_, PyAny>) -> PyResult<Self> {
        let column = Column::new("values", values)?;
        let values = column.as_slice()?.to_vec();
        let labels = self::labels(values.len(), labels)?;
        attempt(|| evaluate::Labelled::new(name, values, labels)).map(Self)
    }

    /// The name, with folders as in a path.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The folder of the name: what comes before its last ``/``.
    #[getter]
    fn group(&self) -> &str {
        self.0.group()
    }

    /// The values in order, shape (values,), a copy that is read-only.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        read_only(py, self.0.values().to_vec())
    }

    /// The windows ``(begin, end)`` of indices without the end.
    #[getter]
    fn windows(&self) -> Vec<(usize, usize)> {
        self.0.labels().windows().iter().map(|window| (window.start, window.end)).collect()
    }

    /// How many values at the beginning NAB does not score: 15%, at most 750.
    #[getter]
    fn probation(&self) -> usize {
        self.0.probation()
    }

    fn __len__(&self) -> usize {
        self.0.values().len()
    }

    fn __repr__(&self) -> String {
        let windows = self.0.labels().windows().len();
        let plural = if windows == 1 { "" } else { "s" };
        format!("Labelled('{}', {} values, {windows} window{plural})", self.0.name(), self.0.values().len())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        let parts = (self.name(), self.values(py)?, self.windows());
        Ok((py.get_type::<Self>(), parts.into_pyobject(py)?))
    }
}

/// One detector with one setting, and its scores of every series of a corpus.
///
/// Args:
///     name: what the detector and its setting are called.
///     scores: an array for each series, the greater, the more unusual; NaN is never flagged.
///
/// Examples:
///     >>> level = slo.anomaly.evaluate.Candidate("level", [[1, 3, 3, 2, 5, 4]])
///     >>> level.held(2).scores[0]
///     array([  1.,   3., -inf, -inf,   5., -inf])
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Candidate(evaluate::Candidate);

#[pymethods]
impl Candidate {
    #[new]
    fn new(name: String, scores: Vec<Bound<'_, PyAny>>) -> PyResult<Self> {
        let column = |given| Column::new("scores", given)?.as_slice().map(<[f64]>::to_vec);
        let scores = scores.iter().map(column).collect::<PyResult<_>>()?;
        guard(|| evaluate::Candidate::new(name, scores)).map(Self)
    }

    /// What the detector and its setting are called.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The scores of each series, a list of read-only arrays.
    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyArray1<f64>>>> {
        self.0.scores().iter().map(|scores| read_only(py, scores.clone())).collect()
    }

    /// The same, where an alarm counts only if its score exceeds all of the ``count`` scores before it.
    ///
    /// Whatever the threshold, an alarm that goes on is then told once, unless it becomes worse.
    ///
    /// Args:
    ///     count: how many scores before, at least 0.
    ///
    /// Returns:
    ///     A ``Candidate``.
    ///
    /// Raises:
    ///     InvalidParameterError: for a negative count.
    fn held(&self, py: Python<'_>, #[pyo3(from_py_with = whole)] count: i64) -> PyResult<Self> {
        let count = self::count("count", count)?;
        detached(py, || Ok(self.0.clone().held(count))).map(Self)
    }

    fn __repr__(&self) -> String {
        format!("Candidate('{}', {} series)", self.0.name(), self.0.scores().len())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, Bound<'py, PyTuple>)> {
        Ok((py.get_type::<Self>(), (self.name(), self.scores(py)?).into_pyobject(py)?))
    }
}

/// A candidate at the threshold that is best on the whole corpus.
///
/// Examples:
///     >>> corpus = [slo.anomaly.evaluate.Labelled(name, [0] * 100, [(50, 60)]) for name in ("1", "2")]
///     >>> silent = slo.anomaly.evaluate.Candidate("silent", [[0] * 100] * 2)
///     >>> slo.anomaly.evaluate.cross_validate(corpus, [silent], folds=2).best
///     Setting('silent', threshold=inf, score=0.0)
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Setting(evaluate::Setting);

record_class! { Setting(evaluate::Setting), fields {
    /// What a score must exceed to be flagged; infinite where nothing is best flagged.
    threshold: f64,
    /// The NAB score.
    score: f64,
} {
    /// What the candidate is called.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    fn __repr__(&self) -> String {
        format!("Setting('{}', threshold={:?}, score={:?})", self.0.name, self.0.threshold, self.0.score)
    }
} }

/// In-sample and cross-validated scores together, with the number of settings they were chosen from.
///
/// Examples:
///     >>> corpus = [slo.anomaly.evaluate.Labelled(name, [0] * 100, [(50, 60)]) for name in ("1", "2")]
///     >>> silent = slo.anomaly.evaluate.Candidate("silent", [[0] * 100] * 2)
///     >>> slo.anomaly.evaluate.cross_validate(corpus, [silent], folds=2).mean
///     0.0
#[pyclass(module = "slo.anomaly.evaluate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Report(evaluate::Report);

record_class! { Report(evaluate::Report), fields {
    /// How many series the corpus has.
    series: usize,
    /// How many settings were tried in all.
    settings_tried: usize,
    /// Into how many parts the series were dealt.
    folds: usize,
    /// How often they were dealt.
    repeats: usize,
    /// The mean cross-validated score.
    mean: f64,
    /// Its standard deviation over the repetitions.
    deviation: f64,
    /// The score where each folder is scored by what is best on the others; None with one folder.
    leave_one_group_out: Option<f64>,
    /// How far the windows of the volume under the surface reach.
    vus_window: usize,
} {
    /// Every candidate's score in sample, a tuple in the order given.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.settings.iter().cloned().map(Setting))
    }

    /// The candidate with the best score in sample.
    #[getter]
    fn best(&self) -> Setting {
        Setting(self.0.best().clone())
    }

    /// The best candidate's score in sample, a ``NabScore`` beside those of detectors that know nothing.
    #[getter]
    fn nab(&self) -> NabScore {
        NabScore(self.0.nab)
    }

    /// The best candidate's volume under the precision-recall surface, the mean over all series with a window.
    #[getter]
    fn vus_pr(&self) -> Scored {
        Scored(self.0.vus_pr)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Report({})", shown(&self.0)?))
    }
} }

/// Scores candidates with settings and threshold chosen on other series than those that are scored.
///
/// The series are dealt into ``folds`` parts at random, ``repeats`` times. Each part is scored by the candidate and the
/// threshold with the best NAB score on all other parts.
///
/// Args:
///     corpus: the ``Labelled`` series.
///     candidates: one ``Candidate`` for each setting.
///     folds: into how many parts the series are dealt, 2 to the number of series.
///     repeats: how often, 1 to 10 000.
///     seed: what the dealing begins with.
///     profile: ``"standard"``, ``"low-false-alarms"``, ``"low-misses"``, or three numbers, as in ``nab``.
///     vus_window: how far the windows of the volume under the surface reach.
///     tried: how many settings were tried in all, before these candidates were left.
///
/// Returns:
///     A ``Report``.
///
/// Raises:
///     TooShortError: for fewer than two series, or without a candidate.
///     InvalidParameterError: for a parameter outside its range.
///     LengthMismatchError: for candidates of another corpus.
///     DegenerateError: without a window to find.
///
/// Examples:
///     >>> corpus = [slo.anomaly.evaluate.Labelled(f"{at}", range(200), [(at, at + 20)]) for at in (90, 120, 150)]
///     >>> told = [slo.anomaly.evaluate.Candidate(f"told {k}", [[k == j and i == 90 + 30 * j for i in range(200)]
///     ...     for j in range(3)]) for k in range(3)]
///     >>> report = slo.anomaly.evaluate.cross_validate(corpus, told, folds=3)
///     >>> round(report.best.score, 3), report.mean, report.settings_tried
///     (33.333, 0.0, 3)
#[pyfunction]
#[pyo3(
    signature = (
        corpus, candidates, *, folds=None, repeats=None, seed=None, profile=None, vus_window=None, tried=None
    ),
    text_signature = "(corpus, candidates, *, folds=5, repeats=20, seed=0, profile='standard', vus_window=100, tried=0)"
)]
#[allow(clippy::too_many_arguments, reason = "they are keywords")]
pub(crate) fn cross_validate(
    py: Python<'_>,
    corpus: Vec<PyRef<'_, Labelled>>,
    candidates: Vec<PyRef<'_, Candidate>>,
    folds: Option<&Bound<'_, PyAny>>,
    repeats: Option<&Bound<'_, PyAny>>,
    seed: Option<&Bound<'_, PyAny>>,
    profile: Option<&Bound<'_, PyAny>>,
    vus_window: Option<&Bound<'_, PyAny>>,
    tried: Option<&Bound<'_, PyAny>>,
) -> PyResult<Report> {
    let number = |name, given: &Bound<'_, PyAny>| count(name, whole(given)?);
    let mut options = CrossValidation::new();
    if let Some(given) = folds {
        options = options.folds(number("folds", given)?);
    }
    if let Some(given) = repeats {
        options = options.repeats(number("repeats", given)?);
    }
    if let Some(given) = seed {
        options = options.seed(tally("seed", whole(given)?)?);
    }
    if let Some(given) = profile {
        options = options.profile(self::profile(given)?);
    }
    if let Some(given) = vus_window {
        options = options.vus_window(number("vus_window", given)?);
    }
    if let Some(given) = tried {
        options = options.tried(number("tried", given)?);
    }
    let corpus: Vec<evaluate::Labelled> = corpus.iter().map(|series| series.0.clone()).collect();
    let candidates: Vec<evaluate::Candidate> =
        candidates.iter().map(|candidate| candidate.0.clone()).collect();
    detached(py, || options.run(&corpus, &candidates)).map(Report)
}
