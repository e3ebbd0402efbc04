//! What a service can promise given what it depends on, and what it must ask of that.

use super::bounds::{Bounds, Spread};
use super::check_limit;
use super::kernel::{self, Chance};
use super::member::check_share;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::objective::Objective;

/// The most services that are combined at once.
const MAX_SERVICES: usize = 1_000;

/// The availability of independent services in series: all are needed.
///
/// # Method
///
/// ```text
/// a = Π a_i
/// ```
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::serial(&[0.999, 0.999])?, 0.998_001);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] without a service; [`Error::InvalidParameter`] unless all lie between 0 and 1;
/// [`Error::LimitExceeded`] past 1,000.
pub fn serial(availabilities: &[f64]) -> Result<f64> {
    let services = chances("availability", availabilities)?;
    Ok(kernel::independent(services.len(), &services).good.value())
}

/// The availability of independent services in parallel: any is enough.
///
/// # Method
///
/// ```text
/// a = 1 - Π (1 - a_i)
/// ```
///
/// Next to 1 a float has no room for what is left: see [`parallel_unavailability`].
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::parallel(&[0.99, 0.9])?, 0.999);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`serial`].
pub fn parallel(availabilities: &[f64]) -> Result<f64> {
    Ok(kernel::independent(1, &chances("availability", availabilities)?).good.value())
}

/// The unavailability of independent services in series, from theirs.
///
/// # Method
///
/// ```text
/// u = 1 - Π (1 - u_i), by sums of products of u_i and 1 - u_i, all positive
/// ```
///
/// rounded once at the end, however small: nothing is taken from anything.
///
/// # Examples
///
/// ```
/// let u = slo_core::serial_unavailability(&[1e-18, 1e-18])?;
/// assert_eq!(u, 2e-18);
/// assert_eq!(1.0 - (1.0 - 1e-18) * (1.0 - 1e-18), 0.0, "floats do not get this right");
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`serial`].
pub fn serial_unavailability(unavailabilities: &[f64]) -> Result<f64> {
    Ok(kernel::independent(1, &chances("unavailability", unavailabilities)?).good.value())
}

/// The unavailability of independent services in parallel, from theirs.
///
/// # Method
///
/// ```text
/// u = Π u_i
/// ```
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::parallel_unavailability(&[0.001, 0.01])?, 1e-5);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`serial`].
pub fn parallel_unavailability(unavailabilities: &[f64]) -> Result<f64> {
    serial(unavailabilities).map_err(|error| match error {
        Error::InvalidParameter { value, reason, .. } => {
            Error::InvalidParameter { name: "unavailability", value, reason }
        }
        other => other,
    })
}

fn chances(name: &'static str, shares: &[f64]) -> Result<Vec<Chance>> {
    if shares.is_empty() {
        return Err(Error::TooShort { name, len: 0, needed: 1 });
    }
    check_limit("services", shares.len(), MAX_SERVICES)?;
    shares.iter().map(|share| Ok(Chance::of_good(check_share(name, *share)?))).collect()
}

/// What a service can promise that needs all its dependencies, made by [`achievable_target`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AchievableTarget {
    /// The target that is kept when failures never overlap, are independent, or overlap as far as they can.
    pub bounds: Bounds,
    /// The least of them, exactly; `None` where it does not fit 128 bits.
    pub worst_case: Option<Fraction>,
    /// The one for independent failures, exactly; `None` where it does not fit 128 bits.
    pub independent: Option<Fraction>,
}

/// The target that a service can promise given its own and those of what it depends on, all of which it needs.
///
/// # Method
///
/// ```text
/// worst case    max(0, 1 - Σ (1 - target_i))     whatever the failures have to do with each other
/// independent   Π target_i
/// best case     min target_i
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::achievable_target;
///
/// // The workbook's shape: a service at four nines with three dependencies at three nines and a half.
/// let dependencies = ["99.95%".parse()?; 3];
/// let target = achievable_target("99.99%".parse()?, &dependencies)?;
/// assert_eq!(target.worst_case, Some("99.84%".parse()?));
/// assert_eq!((target.bounds.lower, target.bounds.upper), (0.9984, 0.9995));
/// assert_eq!(target.independent.unwrap().to_string(), "0.9984008998000125");
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LimitExceeded`] past 1,000 dependencies.
pub fn achievable_target(own: Objective, dependencies: &[Objective]) -> Result<AchievableTarget> {
    check_limit("services", dependencies.len(), MAX_SERVICES)?;
    let services = || std::iter::once(&own).chain(dependencies);
    let chances: Vec<Chance> = services().map(|objective| Chance::of_objective(*objective)).collect();
    let bounds = Spread::of_k(chances.len(), &chances, &chances, &chances).availability();

    let errors = services().try_fold(Fraction::ZERO, |sum, objective| sum.plus(objective.budget()).ok());
    let worst_case = errors.map(|errors| errors.complement().unwrap_or(Fraction::ZERO));
    let independent =
        services().try_fold(Fraction::ONE, |product, objective| product.times(objective.target()).ok());
    Ok(AchievableTarget { bounds, worst_case, independent })
}

/// How a service shares its error budget with what it depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum BudgetSplit {
    /// Equal parts for the service itself and each dependency: n + 1 of them.
    #[default]
    WithOwn,
    /// Equal parts for the dependencies, and nothing for the service itself.
    Equal,
    /// Parts in proportion to weights.
    Weighted {
        /// The weight of the service itself.
        own: Fraction,
        /// The weight of each dependency.
        dependencies: Vec<Fraction>,
    },
    /// A tenth for each dependency, one more nine than the service has, and what is left for the service itself.
    ExtraNine,
}

/// What a service and each of its dependencies may spend, made by [`dependency_budgets`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DependencyBudgets {
    /// What is left for the service itself.
    pub own: Fraction,
    /// The error budget of each dependency.
    pub dependencies: Vec<Fraction>,
}

impl DependencyBudgets {
    /// The target of each dependency.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BudgetSplit, dependency_budgets};
    ///
    /// let budgets = dependency_budgets("99.9%".parse()?, 2, &BudgetSplit::ExtraNine)?;
    /// assert_eq!(budgets.targets(), ["99.99%".parse()?; 2]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn targets(&self) -> Vec<Fraction> {
        self.dependencies.iter().filter_map(Fraction::complement).collect()
    }
}

/// The error budget that each of n dependencies may have, so that the service keeps its objective whatever the failures
/// have to do with each other.
///
/// # Method
///
/// With `b = 1 - target` the budget to share, exactly:
///
/// | split | each dependency | the service itself |
/// |---|---|---|
/// | with own (default) | `b / (n + 1)` | `b / (n + 1)` |
/// | equal | `b / n` | 0 |
/// | weighted | `b w_i / (w + Σ w_j)` | `b w / (w + Σ w_j)` |
/// | extra nine | `b / 10` | `b (10 - n) / 10` |
///
/// The parts add up to `b`: [`achievable_target`] of the resulting targets is, at worst, the objective.
///
/// # Examples
///
/// ```
/// use slo_core::{BudgetSplit, dependency_budgets};
///
/// let budgets = dependency_budgets("99.9%".parse()?, 4, &BudgetSplit::default())?;
/// assert_eq!(budgets.dependencies, ["0.02%".parse()?; 4]);
/// assert_eq!(budgets.own, "0.02%".parse()?);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] without a dependency; [`Error::LengthMismatch`] unless there is a weight for each;
/// [`Error::InvalidParameter`] where a tenth for each is more than the whole, or all weights are 0;
/// [`Error::OutOfRange`] for weights whose sum or parts do not fit 128 bits; [`Error::LimitExceeded`] past 1,000.
///
/// # References
///
/// Treynor, B., Dahlin, M., Rau, V. and Beyer, B. (2017). The calculus of service availability. *ACM Queue* 15(2): the
/// rule of the extra 9.
pub fn dependency_budgets(objective: Objective, n: usize, split: &BudgetSplit) -> Result<DependencyBudgets> {
    if n == 0 {
        return Err(Error::TooShort { name: "dependencies", len: 0, needed: 1 });
    }
    check_limit("services", n, MAX_SERVICES)?;
    let whole = |parts: usize| {
        let parts = u128::try_from(parts).ok().and_then(|parts| Fraction::new(parts, 1));
        parts.ok_or_else(|| Error::out_of_range("a number of dependencies"))
    };
    let one = Fraction::ONE;
    let (own, weights) = match split {
        BudgetSplit::WithOwn => (one, vec![one; n]),
        BudgetSplit::Equal => (Fraction::ZERO, vec![one; n]),
        BudgetSplit::Weighted { own, dependencies } => {
            Error::check_lengths("dependencies", n, "weights", dependencies.len())?;
            (*own, dependencies.clone())
        }
        BudgetSplit::ExtraNine => {
            let Some(left) = 10_usize.checked_sub(n) else {
                return Err(Error::invalid("dependencies", n, "must be at most 10, for each takes a tenth"));
            };
            (whole(left)?, vec![one; n])
        }
    };
    let sum = weights.iter().try_fold(own, |sum, weight| sum.plus(*weight))?;
    if sum.is_zero() {
        return Err(Error::invalid("weights", sum, "must not all be 0"));
    }
    let part = |weight: Fraction| objective.budget().times(weight.over(sum)?);
    let dependencies = weights.into_iter().map(part).collect::<Result<_>>()?;
    Ok(DependencyBudgets { own: part(own)?, dependencies })
}
