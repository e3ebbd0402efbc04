//! Who burns the budget, and who changed how fast it burns.

use ::slo::correlate;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::budget::Budget;
use crate::core;
use crate::counts::Counts;
use crate::errors::{attempt, guard, shown, wrong_type};
use crate::json;
use crate::python;
use crate::record::record_class;
use crate::report::Share;
use crate::values::{Number, Pair};

/// What one part contributed to a change of the error ratio.
///
/// One of the ``contributions`` of a ``BurnChange``.
#[pyclass(module = "slo.correlate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Contribution(correlate::Contribution);

record_class! { Contribution(correlate::Contribution): "The contribution", fields {
    /// By how much it raised the error ratio of the whole: ``rate + mix``.
    change: f64,
    /// What its own error ratio did, at its share of the traffic.
    rate: f64,
    /// What its traffic did: all of what a part does that enters or leaves.
    mix: f64,
} {
    /// The part's name.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// Its counts in the first period, a ``Counts``; without traffic for a part that enters.
    #[getter]
    fn before(&self) -> Counts {
        Counts(self.0.before)
    }

    /// Its counts in the second period, a ``Counts``; without traffic for a part that leaves.
    #[getter]
    fn after(&self) -> Counts {
        Counts(self.0.after)
    }

    fn __repr__(&self) -> String {
        let correlate::Contribution { name, change, rate, mix, .. } = &self.0;
        format!("Contribution({name}: {change:+.4e} = {rate:+.4e} by its ratio {mix:+.4e} by its traffic)")
    }
} }

/// How the error ratio changed between two periods, and what each part contributed.
///
/// Made by ``attribute_burn``. Divided by an objective's budget, the ratios are burn rates.
///
/// Examples:
///     >>> found = slo.correlate.attribute_burn(
///     ...     before={"read": (9, 900), "write": (1, 100)}, after={"read": (9, 900), "write": (11, 100)}
///     ... )
///     >>> print(found.explain())
///     The error ratio went from 1% to 2% (+1 percentage points).
///     write: +1 (+1 by its own ratio, from 1% to 11%; +0 by its traffic, from 100 to 100 events).
///     read: +0 (+0 by its own ratio, from 1% to 1%; +0 by its traffic, from 900 to 900 events).
#[pyclass(module = "slo.correlate", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct BurnChange(correlate::BurnChange);

#[pymethods]
impl BurnChange {
    /// All counts of the first period, a ``Counts``.
    #[getter]
    fn before(&self) -> Counts {
        Counts(self.0.before)
    }

    /// All counts of the second period, a ``Counts``.
    #[getter]
    fn after(&self) -> Counts {
        Counts(self.0.after)
    }

    /// By how much the error ratio rose; the parts' contributions add up to it.
    #[getter]
    fn change(&self) -> f64 {
        self.0.change
    }

    /// What each part contributed, the greatest rise first: a list of ``Contribution``.
    #[getter]
    fn contributions(&self) -> Vec<Contribution> {
        self.0.contributions.iter().cloned().map(Contribution).collect()
    }

    /// What was found, in sentences: the whole, then the five parts that moved it most.
    fn explain(&self) -> PyResult<String> {
        guard(|| self.0.explain())
    }

    /// The change as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The change as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    /// A frame with one row for each part: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_correlate", "change_frame", (slf,))
    }

    /// The contributions as bars, split into rate and mix, drawn with matplotlib.
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
        python::call(slf.py(), "slo._present_correlate", "plot_change", (slf, ax))
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("BurnChange({})", shown(&self.0)?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_correlate", "change_html", (slf,))
    }

    #[classmethod]
    fn _restore(
        _class: &Bound<'_, PyType>,
        before: &Bound<'_, PyAny>,
        after: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        attribute_burn(before, after)
    }

    /// A change pickles as the question that it answers.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let (before, after) = (PyDict::new(py), PyDict::new(py));
        for part in &self.0.contributions {
            before.set_item(&part.name, Counts(part.before))?;
            after.set_item(&part.name, Counts(part.after))?;
        }
        Ok((py.get_type::<Self>().getattr("_restore")?, PyTuple::new(py, [before, after])?))
    }
}

/// Attributes the change of an error ratio between two periods to the parts of the traffic.
///
/// The counts go from one period to the other along the straight line, and each part is given what the ratio does on
/// the way because of it (the Aumann-Shapley value, in closed form): the contributions add up to the change, without a
/// residual, without sampling and whatever the order of the parts. Each is ``rate``, what the part's own error ratio
/// did, plus ``mix``, what its traffic did.
///
/// Args:
///     before: the counts of each part in the first period: a mapping from its name to a ``Counts`` or a pair (bad,
///         total).
///     after: the same for the second period. A name that is missing in one had no traffic there.
///
/// Returns:
///     A ``BurnChange``.
///
/// Raises:
///     DegenerateError: for a period without traffic.
///     NonFiniteError: for NaN or an infinity.
///     InvalidCountError: for a negative count, or more bad events than all.
///
/// References:
///     Aumann, R. J. and Shapley, L. S. (1974). Values of Non-Atomic Games. Princeton.
///
/// Examples:
///     >>> found = slo.correlate.attribute_burn({"a": (5, 1000), "b": (5, 1000)}, {"a": (5, 1000), "b": (45, 1000)})
///     >>> found
///     BurnChange(0.5% to 2.5%, b +2, 2 parts)
///     >>> [(part.name, round(part.change, 6)) for part in found.contributions]
///     [('b', 0.02), ('a', 0.0)]
#[pyfunction]
pub(crate) fn attribute_burn(before: &Bound<'_, PyAny>, after: &Bound<'_, PyAny>) -> PyResult<BurnChange> {
    let (before, after) = (parts(before)?, parts(after)?);
    attempt(|| correlate::attribute_burn(&named(&before), &named(&after))).map(BurnChange)
}

/// What each part burnt of a budget, the one with most bad events first.
///
/// Args:
///     budget: that of the whole, a ``Budget``.
///     parts: the counts of each part: a mapping from its name to a ``Counts`` or a pair (bad, total). They have to add
///         up to the whole, exactly where all are integers.
///
/// Returns:
///     A list of ``slo.Share``.
///
/// Raises:
///     InvalidParameterError: for parts that do not add up to the whole.
///     NonFiniteError: for NaN or an infinity.
///     InvalidCountError: for a negative count, or more bad events than all.
///
/// Examples:
///     >>> budget = slo.Slo("99%", "1h").budget(bad=40, total=10_000)
///     >>> slo.correlate.shares(budget, {"read": (10, 9_000), "write": (30, 1_000)})
///     [Share(write: 30 bad, 75.0% of the errors), Share(read: 10 bad, 25.0% of the errors)]
#[pyfunction]
pub(crate) fn shares(budget: &Budget, parts: &Bound<'_, PyAny>) -> PyResult<Vec<Share>> {
    let parts = self::parts(parts)?;
    let shares = attempt(|| correlate::shares(&budget.0, &named(&parts)))?;
    Ok(shares.into_iter().map(Share).collect())
}

/// A part's counts, or its bad events and all.
#[derive(FromPyObject)]
enum Given {
    Counts(Py<Counts>),
    Pair(Number, Number),
}

fn parts(given: &Bound<'_, PyAny>) -> PyResult<Vec<(String, core::Counts)>> {
    let part = |item: PyResult<Bound<'_, PyAny>>| {
        let (name, given): (String, Given) = item?.extract()?;
        let counts = match given {
            Given::Counts(counts) => counts.get().0,
            Given::Pair(bad, total) => Pair::BadTotal(bad, total).counts()?,
        };
        Ok((name, counts))
    };
    if !given.hasattr("items")? {
        return Err(wrong_type("a mapping", given));
    }
    given.call_method0("items")?.try_iter()?.map(part).collect()
}

fn named(parts: &[(String, core::Counts)]) -> Vec<(&str, core::Counts)> {
    parts.iter().map(|(name, counts)| (name.as_str(), *counts)).collect()
}
