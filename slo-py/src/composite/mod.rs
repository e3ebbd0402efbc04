//! Objectives that are made of others.

pub(crate) mod promise;
pub(crate) mod results;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::budget::Budget;
use crate::core::{self, Combination};
use crate::counts::Counts;
use crate::errors::{attempt, detached, guard, shown};
use crate::json;
use crate::objective::Target;
use crate::python;
use crate::record::record_class;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::Instant;
use crate::values::{Number, Share};
use results::{Bounds, CompositeSlices, Contribution};

/// A member of a ``Composite``: its name, its weight, and what is known of it.
///
/// Args:
///     name: the name, which no other member of the composite has.
///     source: what the member is: an ``Slo``; a ``Composite``; or an availability such as ``"99.9%"`` or 0.999, which is
///         taken as it is.
///     counts: what was counted of an ``Slo``: the ``Counts`` of a window, a ``Budget``, or a ``CountSeries``.
///     weight: how much the member counts, such as 2, 0.5 or ``"25%"``.
///
/// Raises:
///     InvalidParameterError: for an availability outside 0 to 1.
///     TypeError: for counts of what is no ``Slo``.
///
/// Examples:
///     >>> slo.Member("database", slo.Slo("99.95%", "30d"), slo.Counts(bad=3, total=10_000))
///     Member('database')
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Member(core::Member);

record_class! { Member(core::Member): "The member" {
    #[new]
    #[pyo3(
        signature = (name, source, counts=None, *, weight=None),
        text_signature = "(name, source, counts=None, *, weight=1)"
    )]
    fn new(
        name: &str,
        source: Source<'_>,
        counts: Option<Known<'_>>,
        weight: Option<Share>,
    ) -> PyResult<Self> {
        let member = match (source, counts) {
            (Source::Slo(slo), counts) => {
                let slo = slo.get().0.clone();
                guard(|| match counts {
                    None => core::Member::target(name, slo),
                    Some(Known::Series(series)) => {
                        core::Member::recorded(name, slo, series.get().series.clone())
                    }
                    Some(Known::Counts(counts)) => core::Member::counted(name, slo, counts.get().0),
                    Some(Known::Budget(budget)) => core::Member::counted(name, slo, budget.get().0.counts()),
                })?
            }
            (Source::Composite(composite), None) => core::Member::nested(name, composite.get().0.clone()),
            (Source::Availability(Share(share)), None) => attempt(|| core::Member::exactly(name, share))?,
            (Source::Number(Number(availability)), None) => {
                attempt(|| core::Member::available(name, availability))?
            }
            (_, Some(_)) => return Err(PyTypeError::new_err("only an Slo has counts")),
        };
        Ok(Self(match weight {
            Some(Share(weight)) => member.weight(weight),
            None => member,
        }))
    }

    /// A member whose unavailability is given: the form that keeps its digits next to an availability of 1.
    ///
    /// Raises:
    ///     InvalidParameterError: unless it lies between 0 and 1.
    ///
    /// Examples:
    ///     >>> pair = [slo.Member.unavailable("a", 1e-12), slo.Member.unavailable("b", 2e-12)]
    ///     >>> slo.Composite.any_of(pair).unavailability.independent
    ///     2e-24
    #[classmethod]
    fn unavailable(_class: &Bound<'_, PyType>, name: &str, unavailability: Number) -> PyResult<Self> {
        attempt(|| core::Member::unavailable(name, unavailability.0)).map(Self)
    }

    /// The name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// How much the member counts, an exact ``fractions.Fraction``.
    #[getter]
    fn weight<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        results::fraction(py, self.0.share())
    }

    fn __repr__(&self) -> String {
        let weight = self.0.share();
        let weight = if weight == core::Fraction::ONE { String::new() } else { format!(", weight={weight}") };
        format!("Member({:?}{weight})", self.0.name()).replace('"', "'")
    }
} }

/// What a member is.
#[derive(FromPyObject)]
enum Source<'py> {
    Slo(Bound<'py, Slo>),
    Composite(Bound<'py, Composite>),
    Number(Number),
    Availability(Share),
}

/// What was counted of a member.
#[derive(FromPyObject)]
enum Known<'py> {
    Series(Bound<'py, CountSeries>),
    Counts(Bound<'py, Counts>),
    Budget(Bound<'py, Budget>),
}

/// Members as a list of ``Member`` or of tuples of a member's arguments, or as a dict by name.
struct Members(Vec<core::Member>);

impl<'py> FromPyObject<'_, 'py> for Members {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        let class = py.get_type::<Member>();
        let given = match given.cast::<PyDict>() {
            Ok(by_name) => by_name.items().into_any(),
            Err(_) => given.to_owned(),
        };
        let member = |item: PyResult<Bound<'py, PyAny>>| {
            let item = item?;
            if let Ok(member) = item.cast::<Member>() {
                return Ok(member.get().0.clone());
            }
            let arguments = item.cast::<PyTuple>().map_err(|_| {
                PyTypeError::new_err("members must be slo.Member, or tuples of name, source and counts")
            })?;
            Ok(class.call1(arguments)?.cast::<Member>()?.get().0.clone())
        };
        given.try_iter()?.map(member).collect::<PyResult<_>>().map(Self)
    }
}

/// A service level objective that is made of others, which may be composites themselves.
///
/// Made by ``Composite.all_of`` and its likes. Members are a list of ``Member``, or of tuples of its arguments, or a dict
/// from names to sources. What can be said depends on what is known of the members: of their targets ``target``; of
/// counts or availabilities ``availability``, as bounds; of series by time slices ``slices`` and ``budget``, exactly.
///
/// Examples:
///     >>> cache = slo.Composite.any_of({"cache-a": 0.99, "cache-b": 0.99})
///     >>> shop = slo.Composite.all_of([("database", 0.999), ("cache", cache)])
///     >>> shop.availability
///     Bounds(lower=0.989, independent=0.9989001, upper=0.999)
///     >>> shop
///     Composite(all of (database, any of (cache-a, cache-b)))
#[pyclass(module = "slo", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Composite(pub(crate) core::Composite);

impl Composite {
    fn new(combination: Combination, members: Members) -> PyResult<Self> {
        attempt(|| core::Composite::new(combination, members.0)).map(Self)
    }
}

#[pymethods]
impl Composite {
    /// Good while all members are: services in series.
    ///
    /// Raises:
    ///     TooShortError: without a member.
    ///     InvalidParameterError: for a name that is empty or stands in two places, or a weight where there is none.
    ///     LimitExceededError: past 1,000 members or 32 composites within each other.
    ///
    /// Examples:
    ///     >>> slo.Composite.all_of({"a": 0.9, "b": 0.8}).availability
    ///     Bounds(lower=0.7, independent=0.72, upper=0.8)
    #[classmethod]
    fn all_of(_class: &Bound<'_, PyType>, members: Members) -> PyResult<Self> {
        Self::new(Combination::AllOf, members)
    }

    /// Good while any member is: services in parallel.
    ///
    /// Raises:
    ///     SloError: as ``all_of``.
    ///
    /// Examples:
    ///     >>> slo.Composite.any_of({"a": 0.9, "b": 0.8}).availability
    ///     Bounds(lower=0.9, independent=0.98, upper=1.0)
    #[classmethod]
    fn any_of(_class: &Bound<'_, PyType>, members: Members) -> PyResult<Self> {
        Self::new(Combination::AnyOf, members)
    }

    /// Good while at least ``k`` members are.
    ///
    /// Raises:
    ///     InvalidParameterError: unless ``1 <= k <= len(members)``; otherwise as ``all_of``.
    ///
    /// Examples:
    ///     >>> slo.Composite.k_of_n(2, {"a": 0.9, "b": 0.8, "c": 0.7}).availability
    ///     Bounds(lower=0.7, independent=0.902, upper=1.0)
    #[classmethod]
    fn k_of_n(_class: &Bound<'_, PyType>, k: &Bound<'_, PyAny>, members: Members) -> PyResult<Self> {
        let k = crate::values::count("k", crate::values::whole(k)?)?;
        Self::new(Combination::KOfN(k), members)
    }

    /// The mean of the members by weight, of which only the ratios matter: Elastic's ``weightedAverage``.
    ///
    /// Args:
    ///     members: a list of pairs of weight and member.
    ///
    /// Raises:
    ///     InvalidParameterError: for a weight of 0; otherwise as ``all_of``.
    ///
    /// Examples:
    ///     >>> slo.Composite.weighted([(3, ("reads", 0.999)), (1, ("writes", 0.995))]).availability.independent
    ///     0.998
    #[classmethod]
    fn weighted(class: &Bound<'_, PyType>, members: Vec<(Share, Bound<'_, PyAny>)>) -> PyResult<Self> {
        let mut weighed = Vec::with_capacity(members.len());
        for (Share(weight), member) in members {
            let Members(one) = (member,).into_pyobject(class.py())?.extract()?;
            weighed.extend(one.into_iter().map(|member| member.weight(weight)));
        }
        Self::new(Combination::Weighted, Members(weighed))
    }

    /// As good as the least healthy member: Elastic's ``leastHealthy``. Weights multiply burn rates in ``fastest_burn``.
    ///
    /// Raises:
    ///     SloError: as ``all_of``.
    ///
    /// Examples:
    ///     >>> slo.Composite.worst_of({"a": 0.9, "b": 0.8}).availability.independent
    ///     0.8
    #[classmethod]
    fn worst_of(_class: &Bound<'_, PyType>, members: Members) -> PyResult<Self> {
        Self::new(Combination::WorstOf, members)
    }

    /// The shortfalls of the members add up, each times its weight: OpenSLO's ``RatioTimeslices``.
    ///
    /// Raises:
    ///     SloError: as ``all_of``.
    ///
    /// Examples:
    ///     >>> slo.Composite.sum_of({"a": 0.95, "b": 0.95}).availability.independent
    ///     0.9
    #[classmethod]
    fn sum_of(_class: &Bound<'_, PyType>, members: Members) -> PyResult<Self> {
        Self::new(Combination::SumOf, members)
    }

    /// How the members combine: ``"all_of"``, ``"any_of"``, ``"k_of_n"``, ``"weighted"``, ``"worst_of"`` or ``"sum_of"``.
    #[getter]
    fn combination(&self) -> &'static str {
        match self.0.combination() {
            Combination::AllOf => "all_of",
            Combination::AnyOf => "any_of",
            Combination::KOfN(_) => "k_of_n",
            Combination::Weighted => "weighted",
            Combination::WorstOf => "worst_of",
            Combination::SumOf => "sum_of",
        }
    }

    /// The members, a list of ``Member`` in the order in which they were given.
    #[getter]
    fn members(&self) -> Vec<Member> {
        self.0.members().iter().cloned().map(Member).collect()
    }

    /// The ``Bounds`` of the availability that the members' counts and availabilities leave possible; sharp.
    ///
    /// Raises:
    ///     DegenerateError: for a member of which nothing was counted.
    #[getter]
    fn availability(&self, py: Python<'_>) -> PyResult<Bounds> {
        detached(py, || self.0.availability()).map(Bounds)
    }

    /// The ``Bounds`` of the unavailability, with all digits next to an availability of 1.
    ///
    /// Raises:
    ///     DegenerateError: for a member of which nothing was counted.
    #[getter]
    fn unavailability(&self, py: Python<'_>) -> PyResult<Bounds> {
        detached(py, || self.0.unavailability()).map(Bounds)
    }

    /// The ``Bounds`` of what the whole may promise when its members keep their targets.
    #[getter]
    fn target(&self, py: Python<'_>) -> PyResult<Bounds> {
        detached(py, || self.0.target()).map(Bounds)
    }

    /// The ``Bounds`` of the burn rate against an objective of the whole: the unavailability in units of its budget.
    ///
    /// Raises:
    ///     DegenerateError: for a member of which nothing was counted.
    ///
    /// Examples:
    ///     >>> slo.Composite.all_of({"a": 0.999, "b": 0.9995}).burn("99.5%")
    ///     Bounds(lower=0.2, independent=0.2999, upper=0.3)
    fn burn(&self, py: Python<'_>, objective: Target) -> PyResult<Bounds> {
        detached(py, || self.0.burn(objective.0)).map(Bounds)
    }

    /// What each member contributes to the burn rate of the whole where that is greatest.
    ///
    /// Returns:
    ///     A list of ``Contribution``, whose amounts add up to ``burn(objective).upper`` exactly.
    ///
    /// Raises:
    ///     DegenerateError: for a member of which nothing was counted.
    ///     UnsupportedError: for ``any_of`` and ``k_of_n``, whose members spend only together: ask ``slices``.
    ///
    /// Examples:
    ///     >>> parts = slo.Composite.all_of({"reads": 0.999, "writes": 0.997}).contributions("99.2%")
    ///     >>> [(part.name, part.amount, part.share) for part in parts]
    ///     [('reads', 0.125, 0.25), ('writes', 0.375, 0.75)]
    fn contributions(&self, py: Python<'_>, objective: Target) -> PyResult<Vec<Contribution>> {
        let parts = detached(py, || self.0.contributions(objective.0))?;
        Ok(parts.into_iter().map(Contribution).collect())
    }

    /// The burn rate of the member that burns fastest by its own objective, times its weight: OpenSLO's composite by
    /// occurrences. None where no member has traffic.
    ///
    /// Raises:
    ///     DegenerateError: for a member without counts.
    ///
    /// Examples:
    ///     >>> a = slo.Member("a", slo.Slo("95%", "30d"), slo.Counts(bad=5, total=100))
    ///     >>> b = slo.Member("b", slo.Slo("90%", "30d"), slo.Counts(bad=5, total=100), weight=3)
    ///     >>> slo.Composite.worst_of([a, b]).fastest_burn()
    ///     1.5
    fn fastest_burn(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        detached(py, || self.0.fastest_burn())
    }

    /// The availability of the whole if a member counted as down for as long as its budget is exhausted: Nobl9's
    /// composite by error budget state.
    ///
    /// Raises:
    ///     DegenerateError: for a member without counts.
    ///
    /// Examples:
    ///     >>> spent = ("spent", slo.Slo("99%", "30d"), slo.Counts(bad=1, total=100))
    ///     >>> sound = ("sound", slo.Slo("99%", "30d"), slo.Counts(bad=0, total=100))
    ///     >>> slo.Composite.weighted([(1, spent), (3, sound)]).budget_state(at=0)
    ///     0.75
    fn budget_state(&self, py: Python<'_>, at: Instant) -> PyResult<f64> {
        detached(py, || self.0.budget_state(at.0))
    }

    /// What the whole was in each slice of time that ends in ``(begin, end]``, from the members' series.
    ///
    /// Members are ``Slo`` by ``"timeslices"`` (or, where they are weighed, ``"ratio_timeslices"``) of one ``slice``. A
    /// slice is decided when no member that says nothing could change it.
    ///
    /// Raises:
    ///     DegenerateError: for a member without a series.
    ///     InvalidParameterError: for members whose slices do not fit together.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("99%", "1h", method="timeslices", slice="1m", slice_target="95%")
    ///     >>> a = slo.CountSeries.regular(60_000_000_000, "1m", bad=[9, 9, 0, 0], total=[10] * 4)
    ///     >>> b = slo.CountSeries.regular(60_000_000_000, "1m", bad=[0, 9, 9, 0], total=[10] * 4)
    ///     >>> slices = slo.Composite.all_of([("a", s, a), ("b", s, b)]).slices(0, 240_000_000_000)
    ///     >>> slices
    ///     CompositeSlices(1m slices: 1 good, 3 bad, 0 undecided)
    ///     >>> [part.exact for part in slices.contributions]
    ///     [Fraction(3, 2), Fraction(3, 2)]
    fn slices(&self, py: Python<'_>, begin: Instant, end: Instant) -> PyResult<CompositeSlices> {
        let slices = detached(py, || self.0.slices(begin.0, end.0))?;
        CompositeSlices::new(py, slices, (self.clone(), begin, end))
    }

    /// The budget that an objective of its own leaves the whole, at an instant: of the slices in its window.
    ///
    /// Raises:
    ///     SloError: as ``slices`` and ``Slo.budget``.
    ///
    /// Examples:
    ///     >>> s = slo.Slo("90%", "40m", method="timeslices", slice="1m", slice_target="95%")
    ///     >>> a = slo.CountSeries.regular(60_000_000_000, "1m", bad=[9, 9, 0, 0], total=[10] * 4)
    ///     >>> b = slo.CountSeries.regular(60_000_000_000, "1m", bad=[0, 9, 9, 0], total=[10] * 4)
    ///     >>> slo.Composite.all_of([("a", s, a), ("b", s, b)]).budget(s, at=240_000_000_000).consumed
    ///     0.75
    #[pyo3(signature = (slo, at))]
    fn budget(&self, py: Python<'_>, slo: &Slo, at: Instant) -> PyResult<Budget> {
        detached(py, || self.0.budget_at(&slo.0, at.0)).map(Budget)
    }

    /// The composite as a dict of ``combination`` and ``members``.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The composite as JSON text, which ``from_json`` reads.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    /// The composite that ``to_json`` wrote.
    ///
    /// Raises:
    ///     ParseError: for text that is no composite.
    ///
    /// Examples:
    ///     >>> composite = slo.Composite.all_of({"a": 0.9, "b": 0.8})
    ///     >>> slo.Composite.from_json(composite.to_json()) == composite
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        json::parse(text).map(Self)
    }

    /// The members as a table of ``member`` and ``weight``: a pandas or polars frame, whichever is in use.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::call(slf.py(), "slo._present_composite", "members_frame", (slf,))
    }

    fn __str__(&self) -> PyResult<String> {
        shown(&self.0)
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("Composite({})", shown(&self.0)?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}
