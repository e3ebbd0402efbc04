//! What a service can promise given what it depends on, and what it must ask of that.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::results::{AchievableTarget, DependencyBudgets};
use crate::core::{self, BudgetSplit};
use crate::errors::{attempt, detached};
use crate::objective::Target;
use crate::values::{Column, Share, choice, count, whole};

/// The availability of independent services in series: all are needed.
///
/// Args:
///     availabilities: those of the services, each between 0 and 1, shape (services,).
///
/// Raises:
///     TooShortError: without a service.
///     InvalidParameterError: unless all lie between 0 and 1.
///     LimitExceededError: past 1,000.
///
/// Examples:
///     >>> slo.serial([0.999, 0.999])
///     0.998001
#[pyfunction]
pub(crate) fn serial(py: Python<'_>, availabilities: &Bound<'_, PyAny>) -> PyResult<f64> {
    combined(py, "availabilities", availabilities, core::serial)
}

/// The availability of independent services in parallel: any is enough.
///
/// Next to 1 a float has no room for what is left: see ``parallel_unavailability``.
///
/// Args:
///     availabilities: those of the services, each between 0 and 1, shape (services,).
///
/// Raises:
///     SloError: as ``serial``.
///
/// Examples:
///     >>> slo.parallel([0.99, 0.9])
///     0.999
#[pyfunction]
pub(crate) fn parallel(py: Python<'_>, availabilities: &Bound<'_, PyAny>) -> PyResult<f64> {
    combined(py, "availabilities", availabilities, core::parallel)
}

/// The unavailability of independent services in series, from theirs; however small, nothing is lost.
///
/// Args:
///     unavailabilities: those of the services, each between 0 and 1, shape (services,).
///
/// Raises:
///     SloError: as ``serial``.
///
/// Examples:
///     >>> slo.serial_unavailability([1e-18, 1e-18])
///     2e-18
#[pyfunction]
pub(crate) fn serial_unavailability(py: Python<'_>, unavailabilities: &Bound<'_, PyAny>) -> PyResult<f64> {
    combined(py, "unavailabilities", unavailabilities, core::serial_unavailability)
}

/// The unavailability of independent services in parallel, from theirs.
///
/// Args:
///     unavailabilities: those of the services, each between 0 and 1, shape (services,).
///
/// Raises:
///     SloError: as ``serial``.
///
/// Examples:
///     >>> slo.parallel_unavailability([0.001, 0.01])
///     1e-05
#[pyfunction]
pub(crate) fn parallel_unavailability(py: Python<'_>, unavailabilities: &Bound<'_, PyAny>) -> PyResult<f64> {
    combined(py, "unavailabilities", unavailabilities, core::parallel_unavailability)
}

fn combined(
    py: Python<'_>,
    name: &str,
    shares: &Bound<'_, PyAny>,
    combine: fn(&[f64]) -> core::Result<f64>,
) -> PyResult<f64> {
    let column = Column::new(name, shares)?;
    let shares = column.as_slice()?;
    detached(py, || combine(shares))
}

/// The target that a service can promise given its own and those of what it depends on, all of which it needs.
///
/// Args:
///     own: the target that the service itself would keep.
///     dependencies: the targets of what it depends on.
///
/// Returns:
///     An ``AchievableTarget``: whatever the failures have to do with each other, and if they have nothing.
///
/// Raises:
///     InvalidParameterError: for a target that is none.
///     LimitExceededError: past 1,000 dependencies.
///
/// Examples:
///     >>> slo.achievable_target("99.99%", ["99.95%"] * 3)
///     AchievableTarget(worst_case=0.9984, independent=0.9984008998000125, best_case=0.9995)
#[pyfunction]
pub(crate) fn achievable_target(
    py: Python<'_>,
    own: Target,
    dependencies: Vec<Target>,
) -> PyResult<AchievableTarget> {
    let dependencies: Vec<_> = dependencies.into_iter().map(|target| target.0).collect();
    detached(py, || core::achievable_target(own.0, &dependencies)).map(AchievableTarget)
}

const SPLITS: [(&str, Split); 4] = [
    ("with_own", Split::WithOwn),
    ("equal", Split::Equal),
    ("weighted", Split::Weighted),
    ("extra_nine", Split::ExtraNine),
];

#[derive(Clone, Copy)]
enum Split {
    WithOwn,
    Equal,
    Weighted,
    ExtraNine,
}

/// The error budget that each of n dependencies may have, so that the service keeps its objective whatever the failures
/// have to do with each other.
///
/// Args:
///     objective: the target of the service.
///     n: how many dependencies it has.
///     split: how the budget is shared. ``"with_own"``: equal parts for the service itself and each dependency.
///         ``"equal"``: equal parts for the dependencies alone. ``"weighted"``: by ``weights`` and ``own_weight``.
///         ``"extra_nine"``: a tenth for each dependency, and what is left for the service itself.
///     weights: the weight of each dependency, for ``"weighted"``.
///     own_weight: the weight of the service itself, for ``"weighted"``.
///
/// Returns:
///     ``DependencyBudgets``, which add up to the whole budget exactly.
///
/// Raises:
///     TooShortError: without a dependency.
///     LengthMismatchError: unless there is a weight for each.
///     InvalidParameterError: where a tenth for each is more than the whole, or all weights are 0.
///     TypeError: for weights without ``"weighted"``, or the other way round.
///
/// Examples:
///     >>> slo.dependency_budgets("99.9%", 4)
///     DependencyBudgets(own=0.0002, dependencies=[0.0002, 0.0002, 0.0002, 0.0002])
///     >>> slo.dependency_budgets("99.9%", 2, "extra_nine").targets
///     [Fraction(9999, 10000), Fraction(9999, 10000)]
#[pyfunction]
#[pyo3(signature = (objective, n, split="with_own", *, weights=None, own_weight=None))]
pub(crate) fn dependency_budgets(
    objective: Target,
    n: &Bound<'_, PyAny>,
    split: &str,
    weights: Option<Vec<Share>>,
    own_weight: Option<Share>,
) -> PyResult<DependencyBudgets> {
    let n = count("n", whole(n)?)?;
    let split = match (choice("split", split, &SPLITS, &[])?, weights, own_weight) {
        (Split::WithOwn, None, None) => BudgetSplit::WithOwn,
        (Split::Equal, None, None) => BudgetSplit::Equal,
        (Split::ExtraNine, None, None) => BudgetSplit::ExtraNine,
        (Split::Weighted, Some(weights), Some(own)) => BudgetSplit::Weighted {
            own: own.0,
            dependencies: weights.into_iter().map(|weight| weight.0).collect(),
        },
        _ => return Err(PyTypeError::new_err("weights= and own_weight= belong to split=\"weighted\"")),
    };
    attempt(|| core::dependency_budgets(objective.0, n, &split)).map(DependencyBudgets)
}
