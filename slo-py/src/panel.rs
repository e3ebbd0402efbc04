//! Many objectives in one call.

use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use crate::alert::policy::AlertPolicy;
use crate::core::{self, CountPanel};
use crate::errors::detached;
use crate::slo::Slo;
use crate::time::{Instant, Span};
use crate::values::{Pair, count, whole};

/// Whether each rule fires at each point of many series, which stand one after the other in the same columns.
///
/// Each series is decided by itself, as by ``AlertPolicy.firing``, on all cores; the answer does not depend on their
/// number. All series begin at ``first`` and have the same step, but not the same length.
///
/// Args:
///     offsets: where each series begins in the columns, and after them their length: whole numbers from 0 on, shape
///         (series + 1,).
///     slos: an ``Slo`` for each series, or one for all of them.
///     policy: the rules.
///     first: the first instant of every series.
///     step: the distance of the instants, above zero.
///     good: events that counted as good, shape (points,).
///     bad: events that counted as bad, shape (points,).
///     total: all events, shape (points,). Exactly two of the three are given.
///
/// Returns:
///     A bool array of shape (rules, points); False where either window holds no traffic.
///
/// Raises:
///     InvalidParameterError: unless the step is positive and the offsets rise from 0 to the number of points.
///     LengthMismatchError: for columns of unequal length, or another number of objectives.
///     SloError: as for ``CountSeries``, with the place in the columns.
///
/// Examples:
///     >>> p = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10)])
///     >>> objectives = [slo.Slo("99%", window="30d"), slo.Slo("90%", window="30d")]
///     >>> slo.evaluate_panel([0, 3, 5], objectives, p, first=0, step="1m", bad=[0, 30, 0, 30, 0], total=[100] * 5)
///     array([[False,  True, False, False, False]])
#[pyfunction]
#[pyo3(signature = (offsets, slos, policy, *, first, step, good=None, bad=None, total=None))]
#[allow(
    clippy::too_many_arguments,
    reason = "they are the parameters of a Python function, most of them by name"
)]
pub(crate) fn evaluate_panel<'py>(
    py: Python<'py>,
    offsets: &Bound<'py, PyAny>,
    slos: &Bound<'py, PyAny>,
    policy: &AlertPolicy,
    first: Instant,
    step: Span,
    good: Option<Bound<'py, PyAny>>,
    bad: Option<Bound<'py, PyAny>>,
    total: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyArray2<bool>>> {
    let offsets: Vec<usize> =
        offsets.try_iter()?.map(|offset| count("offsets", whole(&offset?)?)).collect::<PyResult<_>>()?;
    let slos: Vec<core::Slo> = match slos.cast::<Slo>() {
        Ok(one) => vec![one.get().0.clone()],
        Err(_) => {
            slos.try_iter()?.map(|slo| Ok(slo?.cast::<Slo>()?.get().0.clone())).collect::<PyResult<_>>()?
        }
    };
    let columns = Pair::new(good, bad, total)?.columns()?;
    let (first, step) = (first.0, step.0);
    let panel = match columns.slices()? {
        Pair::GoodTotal(good, total) => CountPanel::good_total(first, step, good, total, &offsets),
        Pair::BadTotal(bad, total) => CountPanel::bad_total(first, step, bad, total, &offsets),
        Pair::GoodBad(good, bad) => CountPanel::good_bad(first, step, good, bad, &offsets),
    };
    let panel = detached(py, || panel)?;
    let points = panel.offsets().last().copied().unwrap_or_default();
    let fires = PyArray2::zeros(py, [policy.0.rules().len(), points], false);
    let mut places = fires.try_readwrite()?;
    let view = places.as_array_mut();
    detached(py, || slo::evaluate_panel(&policy.0, &slos, &panel, view))?;
    Ok(fires)
}
