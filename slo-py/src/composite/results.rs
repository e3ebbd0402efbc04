//! What is said of composites.

use numpy::PyArray1;
use numpy::datetime::{Datetime, units::Nanoseconds};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use super::Composite;
use crate::core::{self, Fraction};
use crate::errors::guard;
use crate::json;
use crate::python;
use crate::record::record_class;
use crate::series::CountSeries;
use crate::time::{Instant, Span};
use crate::values::{Number, datetime64, read_only};

/// An exact fraction as Python's own.
pub(super) fn fraction(py: Python<'_>, fraction: Fraction) -> PyResult<Bound<'_, PyAny>> {
    python::call(py, "fractions", "Fraction", (fraction.numerator(), fraction.denominator()))
}

/// A quantity of a composite: its least and its greatest value over all the ways in which the members may depend on each
/// other, and its value if they do not.
///
/// Args:
///     lower: the least value that some dependence gives.
///     independent: the value if all members are independent.
///     upper: the greatest value that some dependence gives.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Bounds(pub(crate) core::Bounds);

#[pymethods]
impl Bounds {
    #[new]
    fn new(lower: Number, independent: Number, upper: Number) -> Self {
        Self(core::Bounds { lower: lower.0, independent: independent.0, upper: upper.0 })
    }

    /// The least value that some dependence gives.
    #[getter]
    fn lower(&self) -> f64 {
        self.0.lower
    }

    /// The value if all members are independent.
    #[getter]
    fn independent(&self) -> f64 {
        self.0.independent
    }

    /// The greatest value that some dependence gives.
    #[getter]
    fn upper(&self) -> f64 {
        self.0.upper
    }

    /// The bounds as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The bounds as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> String {
        let core::Bounds { lower, independent, upper } = self.0;
        format!("Bounds(lower={lower:?}, independent={independent:?}, upper={upper:?})")
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (f64, f64, f64)) {
        (py.get_type::<Self>(), (self.0.lower, self.0.independent, self.0.upper))
    }
}

/// What a member contributed to the whole; made by ``Composite.contributions`` and ``Composite.slices``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Contribution(pub(crate) core::Contribution);

record_class! { Contribution(core::Contribution): "The contribution", fields {
    /// Its part. The parts of all members add up to the whole exactly, in any order.
    amount: f64,
    /// Its share of the whole; all shares add up to exactly 1, or are 0 where the whole is.
    share: f64,
} {
    /// The member's name.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// Its part before any rounding, a ``fractions.Fraction``, where it is one: known for whole slices.
    #[getter]
    fn exact<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.exact.map(|exact| fraction(py, exact)).transpose()
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let core::Contribution { name, amount, share, .. } = &self.0;
            format!("Contribution({name}: {amount:?}, {:.1}% of the whole)", share * 100.0)
        })
    }
} }

/// What a composite was in each slice of time; made by ``Composite.slices``.
///
/// All arrays are read-only, shape (slices,).
#[pyclass(module = "slo", frozen)]
pub(crate) struct CompositeSlices {
    data: core::CompositeSlices,
    made: (Composite, Instant, Instant),
    times: Py<PyArray1<Datetime<Nanoseconds>>>,
    bad_shares: Py<PyArray1<f64>>,
}

impl CompositeSlices {
    pub(super) fn new(
        py: Python<'_>,
        data: core::CompositeSlices,
        made: (Composite, Instant, Instant),
    ) -> PyResult<Self> {
        Ok(Self {
            times: read_only(py, data.times.iter().copied().map(datetime64).collect())?.unbind(),
            bad_shares: read_only(py, data.bad_shares.clone())?.unbind(),
            data,
            made,
        })
    }
}

#[pymethods]
impl CompositeSlices {
    /// The length of a slice, a ``timedelta``.
    #[getter]
    fn slice(&self) -> Span {
        Span(self.data.slice)
    }

    /// The ends of the slices of which some member knows something, ``datetime64[ns]`` in UTC.
    #[getter]
    fn times(&self, py: Python<'_>) -> Py<PyArray1<Datetime<Nanoseconds>>> {
        self.times.clone_ref(py)
    }

    /// How bad each slice was: 0 good, 1 bad, between them where only shares were bad; NaN where undecided.
    #[getter]
    fn bad_shares(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.bad_shares.clone_ref(py)
    }

    /// How many slices were good.
    #[getter]
    fn good(&self) -> u64 {
        self.data.good
    }

    /// How many slices were bad, if only in part.
    #[getter]
    fn bad(&self) -> u64 {
        self.data.bad
    }

    /// How many slices are undecided.
    #[getter]
    fn empty(&self) -> u64 {
        self.data.empty
    }

    /// What each member contributed to the bad slices: a list of ``Contribution`` that adds up exactly.
    #[getter]
    fn contributions(&self) -> Vec<Contribution> {
        self.data.contributions.iter().cloned().map(Contribution).collect()
    }

    /// The slices as counts, a ``CountSeries``: bad of 1 at the slice's end, 0 of 0 where undecided.
    #[getter]
    fn series(&self) -> CountSeries {
        CountSeries::from_core(self.data.series.clone())
    }

    /// The slices as a dict of lists and numbers; instants as text, None for NaN.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.data)
    }

    /// The same as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.data)
    }

    /// The slices as a table of ``time`` and ``bad_share``: a pandas or polars frame, whichever is in use.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_composite", "slices_frame", (slf,))
    }

    /// Draws how bad each slice was, over time.
    ///
    /// Args:
    ///     ax: the axes to draw on; new ones if None.
    ///
    /// Returns:
    ///     The axes.
    #[pyo3(signature = (ax=None))]
    fn plot<'py>(slf: &Bound<'py, Self>, ax: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_composite", "plot_slices", (slf, ax))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_composite", "slices_html", (slf,))
    }

    fn __len__(&self) -> usize {
        self.data.times.len()
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let core::CompositeSlices { slice, good, bad, empty, .. } = &self.data;
            format!("CompositeSlices({slice} slices: {good} good, {bad} bad, {empty} undecided)")
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let (composite, begin, end) = self.made.clone();
        let slices = composite.into_pyobject(py)?.getattr("slices")?;
        Ok((slices, (begin.0.nanos(), end.0.nanos()).into_pyobject(py)?))
    }
}

/// What a service can promise that needs all its dependencies; made by ``achievable_target``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct AchievableTarget(pub(crate) core::AchievableTarget);

record_class! { AchievableTarget(core::AchievableTarget): "The targets" {
    /// The target that is kept when failures never overlap, are independent, or overlap as far as they can: ``Bounds``.
    #[getter]
    fn bounds(&self) -> Bounds {
        Bounds(self.0.bounds)
    }

    /// The least of them, an exact ``fractions.Fraction``; None where it does not fit 128 bits.
    #[getter]
    fn worst_case<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.worst_case.map(|exact| fraction(py, exact)).transpose()
    }

    /// The one for independent failures, an exact ``fractions.Fraction``; None where it does not fit 128 bits.
    #[getter]
    fn independent<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.independent.map(|exact| fraction(py, exact)).transpose()
    }

    fn __repr__(&self) -> String {
        let core::Bounds { lower, independent, upper } = self.0.bounds;
        format!("AchievableTarget(worst_case={lower:?}, independent={independent:?}, best_case={upper:?})")
    }
} }

/// What a service and each of its dependencies may spend; made by ``dependency_budgets``.
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct DependencyBudgets(pub(crate) core::DependencyBudgets);

record_class! { DependencyBudgets(core::DependencyBudgets): "The budgets" {
    /// What is left for the service itself, an exact ``fractions.Fraction``.
    #[getter]
    fn own<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        fraction(py, self.0.own)
    }

    /// The error budget of each dependency, a list of exact ``fractions.Fraction``.
    #[getter]
    fn dependencies<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.dependencies.iter().map(|budget| fraction(py, *budget)).collect()
    }

    /// The target of each dependency, a list of exact ``fractions.Fraction``.
    #[getter]
    fn targets<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        guard(|| self.0.targets())?.into_iter().map(|target| fraction(py, target)).collect()
    }

    fn __repr__(&self) -> PyResult<String> {
        guard(|| {
            let budgets: Vec<String> = self.0.dependencies.iter().map(ToString::to_string).collect();
            format!("DependencyBudgets(own={}, dependencies=[{}])", self.0.own, budgets.join(", "))
        })
    }
} }
