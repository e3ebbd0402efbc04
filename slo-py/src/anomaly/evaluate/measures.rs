//! The measures of scores against labels.

use ::slo::anomaly::evaluate::{self, Labels};
use pyo3::prelude::*;

use super::given::{labels, profile, threshold};
use super::results::{Areas, Flagged, NabScore, Scored};
use crate::core::Result;
use crate::errors::detached;
use crate::values::{Column, Number, count, whole};

/// Lets other threads of the interpreter go on while scores are measured.
fn measured<T: Send>(
    scores: &Bound<'_, PyAny>,
    given: &Bound<'_, PyAny>,
    measure: impl FnOnce(&[f64], &Labels) -> Result<T> + Send,
) -> PyResult<T> {
    let scores_column = Column::new("scores", scores)?;
    let scores = scores_column.as_slice()?;
    let labels = labels(scores.len(), given)?;
    detached(given.py(), || measure(scores, &labels))
}

/// The area under the precision-recall curve, value by value: the average precision.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN was not judged and ranks below all others.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///
/// Returns:
///     A ``Scored``; the random value is near the share of unusual values.
///
/// Raises:
///     LengthMismatchError: unless there is one score for each label.
///     DegenerateError: unless some values are unusual and some are not.
///     InvalidParameterError: for windows that overlap or reach past the end.
///
/// Examples:
///     >>> round(slo.anomaly.evaluate.auc_pr([0.1, 0.5, 0.9, 0.3], [0, 0, 1, 1]).value, 6)
///     0.833333
#[pyfunction]
pub(crate) fn auc_pr(scores: &Bound<'_, PyAny>, labels: &Bound<'_, PyAny>) -> PyResult<Scored> {
    measured(scores, labels, evaluate::auc_pr).map(Scored)
}

/// The area under the receiver operating characteristic, value by value.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN was not judged and ranks below all others.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///
/// Returns:
///     A ``Scored``; the random value is near 1/2.
///
/// Raises:
///     SloError: as ``auc_pr``.
///
/// Examples:
///     >>> slo.anomaly.evaluate.auc_roc([0.1, 0.5, 0.9, 0.3], [(2, 4)]).value
///     0.75
#[pyfunction]
pub(crate) fn auc_roc(scores: &Bound<'_, PyAny>, labels: &Bound<'_, PyAny>) -> PyResult<Scored> {
    measured(scores, labels, evaluate::auc_roc).map(Scored)
}

/// The areas under the range-based curves whose windows reach ``window`` values further.
///
/// A place d outside the windows, up to half of ``window``, is unusual by the root of 1 - d/window; recall counts the
/// share of windows that were found at all. 250 thresholds of evenly spaced rank.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,).
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     window: how far the windows reach, 0 to the number of values.
///
/// Returns:
///     An ``Areas`` with ``pr`` and ``roc``.
///
/// Raises:
///     SloError: as ``vus``.
///
/// Examples:
///     >>> late = [0, 0, 0, 0, 0, 0, 1, 0, 0]
///     >>> [round(slo.anomaly.evaluate.range_auc(late, [(3, 5)], window).pr.value, 3) for window in (0, 4)]
///     [0.222, 0.612]
#[pyfunction]
pub(crate) fn range_auc(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] window: i64,
) -> PyResult<Areas> {
    let window = count("window", window)?;
    measured(scores, labels, |scores, labels| evaluate::range_auc(scores, labels, window)).map(Areas)
}

/// The volumes under the range-based curves: the mean areas over all windows from 0 to ``window``.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN was not judged and ranks below all others.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     window: how far the windows reach at most, such as the series' period; 0 to the number of values.
///
/// Returns:
///     An ``Areas`` with ``pr`` and ``roc``.
///
/// Raises:
///     LengthMismatchError: unless there is one score for each label.
///     DegenerateError: unless some values are unusual and some are not.
///     InvalidParameterError: for a window longer than the series, or labels that are none.
///     LimitExceededError: where windows and series are so long that it would take minutes.
///
/// Examples:
///     >>> slo.anomaly.evaluate.vus([0, 0, 0, 1, 1, 0, 0, 0, 0], [(3, 5)], 4).pr.value
///     1.0
#[pyfunction]
pub(crate) fn vus(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] window: i64,
) -> PyResult<Areas> {
    let window = count("window", window)?;
    measured(scores, labels, |scores, labels| evaluate::vus(scores, labels, window)).map(Areas)
}

/// The volume under the range-based precision-recall curves.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,).
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     window: how far the windows reach at most, such as the series' period; 0 to the number of values.
///
/// Returns:
///     A ``Scored``.
///
/// Raises:
///     SloError: as ``vus``.
///
/// Examples:
///     >>> slo.anomaly.evaluate.vus_pr([0, 0, 0, 1, 1, 0, 0, 0, 0], [(3, 5)], 4).value
///     1.0
#[pyfunction]
pub(crate) fn vus_pr(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] window: i64,
) -> PyResult<Scored> {
    let window = count("window", window)?;
    measured(scores, labels, |scores, labels| evaluate::vus_pr(scores, labels, window)).map(Scored)
}

/// The volume under the range-based receiver operating characteristics.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,).
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     window: how far the windows reach at most, such as the series' period; 0 to the number of values.
///
/// Returns:
///     A ``Scored``.
///
/// Raises:
///     SloError: as ``vus``.
///
/// Examples:
///     >>> slo.anomaly.evaluate.vus_roc([0, 0, 0, 1, 1, 0, 0, 0, 0], [(3, 5)], 0).value
///     1.0
#[pyfunction]
pub(crate) fn vus_roc(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = whole)] window: i64,
) -> PyResult<Scored> {
    let window = count("window", window)?;
    measured(scores, labels, |scores, labels| evaluate::vus_roc(scores, labels, window)).map(Scored)
}

/// Precision, recall and F1 of the flagged values, each by itself.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN is never flagged.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     threshold: what a score must exceed to be flagged; the best there is if None, which no detector at work knows.
///
/// Returns:
///     A ``Flagged``.
///
/// Raises:
///     LengthMismatchError: unless there is one score for each label.
///     DegenerateError: unless some values are unusual and some are not.
///     InvalidParameterError: for a threshold that is NaN, or labels that are none.
///
/// Examples:
///     >>> slo.anomaly.evaluate.point_f1([0.1, 0.4, 0.2, 0.9, 0.8, 0.0], [(2, 5)], 0.3).value.recall
///     0.6666666666666666
#[pyfunction]
#[pyo3(signature = (scores, labels, threshold=None))]
pub(crate) fn point_f1(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    threshold: Option<Number>,
) -> PyResult<Flagged> {
    let at = self::threshold(threshold);
    measured(scores, labels, |scores, labels| evaluate::point_f1(scores, labels, at)).map(Flagged)
}

/// Precision, recall and F1 after point adjustment, which flatters: one hit credits a whole window.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN is never flagged.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     threshold: what a score must exceed to be flagged; the best there is if None, which no detector at work knows.
///
/// Returns:
///     A ``Flagged`` with a ``warning``: compare with its ``random``.
///
/// Raises:
///     SloError: as ``point_f1``.
///
/// Examples:
///     >>> found = slo.anomaly.evaluate.point_adjusted_f1([0] * 250 + [1] + [0] * 149, [(200, 300)])
///     >>> found.value.f1, found.random.f1 > 0.9
///     (1.0, True)
#[pyfunction]
#[pyo3(signature = (scores, labels, threshold=None))]
pub(crate) fn point_adjusted_f1(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    threshold: Option<Number>,
) -> PyResult<Flagged> {
    let at = self::threshold(threshold);
    measured(scores, labels, |scores, labels| evaluate::point_adjusted_f1(scores, labels, at)).map(Flagged)
}

/// Precision, recall and F1 of events: a window is found once, however often it is hit.
///
/// A false alarm is a run of flagged values, none of which lies in a window.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN is never flagged.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     threshold: what a score must exceed to be flagged; the best there is if None, which no detector at work knows.
///
/// Returns:
///     A ``Flagged``.
///
/// Raises:
///     SloError: as ``point_f1``.
///
/// Examples:
///     >>> slo.anomaly.evaluate.events([0, 1, 0, 1, 0, 1, 1, 0, 0], [(1, 4), (7, 9)], 0.5).value
///     PrecisionRecall(precision=0.5, recall=0.5, f1=0.5)
#[pyfunction]
#[pyo3(signature = (scores, labels, threshold=None))]
pub(crate) fn events(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    threshold: Option<Number>,
) -> PyResult<Flagged> {
    let at = self::threshold(threshold);
    measured(scores, labels, |scores, labels| evaluate::events(scores, labels, at)).map(Flagged)
}

/// How near alarms and windows are to each other, compared with an alarm at a random place.
///
/// Chance gets a precision and a recall of about one half.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN is never flagged.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     threshold: what a score must exceed to be flagged; the best of 250 if None, which no detector at work knows.
///
/// Returns:
///     A ``Flagged``.
///
/// Raises:
///     SloError: as ``point_f1``.
///
/// Examples:
///     >>> flags = [0] * 10 + [1] * 20 + [0] * 55 + [1] * 5
///     >>> found = slo.anomaly.evaluate.affiliation(flags, [(20, 40)], 0.5).value
///     >>> round(found.precision, 6), round(found.recall, 6)
///     (0.672222, 0.944444)
#[pyfunction]
#[pyo3(signature = (scores, labels, threshold=None))]
pub(crate) fn affiliation(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    threshold: Option<Number>,
) -> PyResult<Flagged> {
    let at = self::threshold(threshold);
    measured(scores, labels, |scores, labels| evaluate::affiliation(scores, labels, at)).map(Flagged)
}

/// The score of the Numenta anomaly benchmark for one series: early hits count more.
///
/// The first 15% of the series, at most 750 values, are not scored.
///
/// Args:
///     scores: the greater, the more unusual, shape (values,); NaN is never flagged.
///     labels: windows ``(begin, end)`` of indices without the end, or a truth value or 0 or 1 for each value.
///     profile: ``"standard"``, ``"low-false-alarms"``, ``"low-misses"``, or what a hit, a false alarm and a miss are
///         worth as three numbers.
///     threshold: what a score must exceed to be flagged; the best there is if None, as the benchmark does.
///
/// Returns:
///     A ``NabScore``.
///
/// Raises:
///     LengthMismatchError: unless there is one score for each label.
///     DegenerateError: without a window that reaches past the values that are not scored.
///     InvalidParameterError: for a profile that rewards mistakes, a threshold that is NaN, or labels that are none.
///
/// Examples:
///     >>> flags = [0] * 20 + [1] + [0] * 29 + [1] + [0] * 49
///     >>> round(slo.anomaly.evaluate.nab(flags, [(50, 60)], threshold=0.5).value, 6)
///     94.5
#[pyfunction]
#[pyo3(
    signature = (scores, labels, *, profile=None, threshold=None),
    text_signature = "(scores, labels, *, profile='standard', threshold=None)"
)]
pub(crate) fn nab(
    scores: &Bound<'_, PyAny>,
    labels: &Bound<'_, PyAny>,
    profile: Option<&Bound<'_, PyAny>>,
    threshold: Option<Number>,
) -> PyResult<NabScore> {
    let profile = profile.map_or_else(|| Ok(evaluate::Profile::default()), self::profile)?;
    let at = self::threshold(threshold);
    measured(scores, labels, |scores, labels| evaluate::nab(&[(scores, labels)], profile, at)).map(NabScore)
}

/// The score of the Numenta anomaly benchmark for many series with one threshold.
///
/// Args:
///     series: pairs of scores and labels, each as ``nab`` takes them.
///     profile: ``"standard"``, ``"low-false-alarms"``, ``"low-misses"``, or what a hit, a false alarm and a miss are
///         worth as three numbers.
///     threshold: what a score must exceed to be flagged; the best there is if None, as the benchmark does.
///
/// Returns:
///     A ``NabScore``.
///
/// Raises:
///     SloError: as ``nab``.
///
/// Examples:
///     >>> found = [0] * 50 + [1] + [0] * 49
///     >>> slo.anomaly.evaluate.nab_corpus([(found, [(50, 60)]), ([0] * 100, [(50, 60)])]).value
///     50.0
#[pyfunction]
#[pyo3(
    signature = (series, *, profile=None, threshold=None),
    text_signature = "(series, *, profile='standard', threshold=None)"
)]
pub(crate) fn nab_corpus(
    series: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
    profile: Option<&Bound<'_, PyAny>>,
    threshold: Option<Number>,
    py: Python<'_>,
) -> PyResult<NabScore> {
    let profile = profile.map_or_else(|| Ok(evaluate::Profile::default()), self::profile)?;
    let at = self::threshold(threshold);
    let columns: Vec<Column<'_>> =
        series.iter().map(|(scores, _)| Column::new("scores", scores)).collect::<PyResult<_>>()?;
    let scores: Vec<&[f64]> = columns.iter().map(Column::as_slice).collect::<PyResult<_>>()?;
    let labels: Vec<Labels> = scores
        .iter()
        .zip(&series)
        .map(|(scores, (_, given))| labels(scores.len(), given))
        .collect::<PyResult<_>>()?;
    let pairs: Vec<(&[f64], &Labels)> = scores.into_iter().zip(&labels).collect();
    detached(py, || evaluate::nab(&pairs, profile, at)).map(NabScore)
}
