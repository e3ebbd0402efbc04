//! How a budget went over time.

use numpy::PyArray1;
use numpy::datetime::{Datetime, units::Nanoseconds};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use serde::Serialize;

use crate::core::{self, Budget};
use crate::errors::{detached, guard};
use crate::json;
use crate::python;
use crate::slo::Slo;
use crate::values::{Column, datetime64, instants, read_only};

/// The budget at a sequence of instants, each array with one place for each instant.
///
/// Made by ``Slo.history``. All arrays are read-only, shape (instants,); NaN marks what does not exist without traffic.
///
/// Examples:
///     >>> c = slo.CountSeries.regular(0, "30m", bad=[0, 1, 1], total=[100, 100, 100])
///     >>> h = slo.Slo("99%", window="1h").history(c)
///     >>> h.consumed
///     array([0. , 0.5, 1. ])
///     >>> h.coverage
///     array([0.5, 1. , 1. ])
#[pyclass(module = "slo", frozen)]
pub(crate) struct History {
    slo: Slo,
    data: core::History,
    columns: Columns,
}

struct Columns {
    times: Py<PyArray1<Datetime<Nanoseconds>>>,
    sli: Py<PyArray1<f64>>,
    bad: Py<PyArray1<f64>>,
    total: Py<PyArray1<f64>>,
    consumed: Py<PyArray1<f64>>,
    remaining: Py<PyArray1<f64>>,
    burn_rate: Py<PyArray1<f64>>,
    coverage: Py<PyArray1<f64>>,
}

impl History {
    pub(crate) fn new(py: Python<'_>, slo: Slo, history: core::History) -> PyResult<Self> {
        let column = |of: fn(&Budget) -> f64| -> PyResult<Py<PyArray1<f64>>> {
            let values = detached(py, || Ok(history.budgets.iter().map(of).collect()))?;
            Ok(read_only(py, values)?.unbind())
        };
        let columns = Columns {
            times: read_only(py, history.times.iter().copied().map(datetime64).collect())?.unbind(),
            sli: column(|budget| budget.sli().unwrap_or(f64::NAN))?,
            bad: column(|budget| budget.counts().bad())?,
            total: column(|budget| budget.counts().total())?,
            consumed: column(Budget::consumed)?,
            remaining: column(Budget::remaining)?,
            burn_rate: column(|budget| budget.burn_rate().unwrap_or(f64::NAN))?,
            coverage: read_only(py, history.coverage.clone())?.unbind(),
        };
        Ok(Self { slo, data: history, columns })
    }
}

/// The columns as they are written down.
#[derive(Serialize)]
struct Lists<'a> {
    slo: &'a core::Slo,
    times: &'a [core::Timestamp],
    sli: Vec<Option<f64>>,
    bad: Vec<f64>,
    total: Vec<f64>,
    consumed: Vec<f64>,
    remaining: Vec<f64>,
    burn_rate: Vec<Option<f64>>,
    coverage: &'a [f64],
}

impl History {
    fn lists(&self) -> Lists<'_> {
        fn column<T>(budgets: &[Budget], of: impl Fn(&Budget) -> T) -> Vec<T> {
            budgets.iter().map(of).collect()
        }
        let core::History { times, budgets, coverage } = &self.data;
        Lists {
            slo: &self.slo.0,
            times,
            sli: column(budgets, Budget::sli),
            bad: column(budgets, |budget| budget.counts().bad()),
            total: column(budgets, |budget| budget.counts().total()),
            consumed: column(budgets, Budget::consumed),
            remaining: column(budgets, Budget::remaining),
            burn_rate: column(budgets, Budget::burn_rate),
            coverage,
        }
    }
}

#[pymethods]
impl History {
    /// The objective whose history it is.
    #[getter]
    fn slo(&self) -> Slo {
        self.slo.clone()
    }

    /// The instants, ``datetime64[ns]`` in UTC.
    #[getter]
    fn times(&self, py: Python<'_>) -> Py<PyArray1<Datetime<Nanoseconds>>> {
        self.columns.times.clone_ref(py)
    }

    /// Good over total of the window that ends at each instant; NaN without traffic.
    #[getter]
    fn sli(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.columns.sli.clone_ref(py)
    }

    /// The bad events of the window that ends at each instant.
    #[getter]
    fn bad(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.columns.bad.clone_ref(py)
    }

    /// All events of the window that ends at each instant.
    #[getter]
    fn total(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.columns.total.clone_ref(py)
    }

    /// The share of the budget that is spent at each instant; 0 without traffic.
    #[getter]
    fn consumed(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.columns.consumed.clone_ref(py)
    }

    /// How many more events may be bad at each instant; negative when overspent.
    #[getter]
    fn remaining(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.columns.remaining.clone_ref(py)
    }

    /// The burn rate over the window that ends at each instant; NaN without traffic.
    #[getter]
    fn burn_rate(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.columns.burn_rate.clone_ref(py)
    }

    /// The share of the window that counts cover at each instant, 0 to 1.
    #[getter]
    fn coverage(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.columns.coverage.clone_ref(py)
    }

    /// The columns as a dict of lists; instants as text, None for NaN.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &guard(|| self.lists())?)
    }

    /// The columns as JSON text; null for NaN.
    fn to_json(&self) -> PyResult<String> {
        json::text(&guard(|| self.lists())?)
    }

    /// A frame with one row for each instant: pandas if installed, else polars.
    ///
    /// Raises:
    ///     UnsupportedError: if neither is installed.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("history_frame", slf)
    }

    /// The consumed share of the budget over time, drawn with matplotlib.
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
        python::call(slf.py(), "slo._present", "plot_history", (slf, ax))
    }

    fn __len__(&self) -> usize {
        self.data.times.len()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.slo == other.slo && self.data == other.data
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let (Some(first), Some(last), Some(budget)) =
                (self.data.times.first(), self.data.times.last(), self.data.budgets.last())
            else {
                return format!("History({}, no instants)", self.slo.0);
            };
            let (instants, consumed) = (self.data.times.len(), budget.consumed() * 100.0);
            format!(
                "History({}, {instants} instants, {first} to {last}, consumed={consumed:.1}%)",
                self.slo.0
            )
        })
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::present("history_html", slf)
    }

    #[classmethod]
    fn _restore(
        class: &Bound<'_, PyType>,
        slo: &Slo,
        times: &Bound<'_, PyAny>,
        bad: &Bound<'_, PyAny>,
        total: &Bound<'_, PyAny>,
        coverage: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let times = instants("times", times)?;
        let [bad, total, coverage] = [("bad", bad), ("total", total), ("coverage", coverage)]
            .map(|(name, column)| Column::new(name, column));
        let (bad, total, coverage) = (bad?, total?, coverage?);
        let (bad, total, coverage) = (bad.as_slice()?, total.as_slice()?, coverage.as_slice()?);
        let history = detached(class.py(), || {
            let counts = bad.iter().zip(total).map(|(bad, total)| core::Counts::bad_total(*bad, *total));
            let budgets = counts.zip(&times).map(|(counts, at)| Ok(slo.0.budget_so_far(counts?, *at)));
            let budgets = budgets.collect::<core::Result<_>>()?;
            Ok(core::History { times, budgets, coverage: coverage.to_vec() })
        })?;
        Self::new(class.py(), slo.clone(), history)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let state = (self.slo(), self.times(py), self.bad(py), self.total(py), self.coverage(py));
        Ok((py.get_type::<Self>().getattr("_restore")?, state.into_pyobject(py)?))
    }
}
