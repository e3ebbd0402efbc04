//! Objectives that are made of others: what is known of the whole when the parts are known.

mod apportion;
mod attribution;
mod bounds;
mod kernel;
mod member;
mod promise;
mod slices;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;

pub use attribution::Contribution;
pub use bounds::Bounds;
pub use member::Member;
pub use promise::{
    AchievableTarget, BudgetSplit, DependencyBudgets, achievable_target, dependency_budgets, parallel,
    parallel_unavailability, serial, serial_unavailability,
};
pub use slices::CompositeSlices;

use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::sum::Sum;
use member::Source;

/// The most members that a composite may have, those of its members counted in.
const MAX_MEMBERS: usize = 1_000;

/// The most composites that may lie within each other.
const MAX_DEPTH: usize = 32;

/// How the members of a composite make it good or bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Combination {
    /// Good while all members are: services in series.
    AllOf,
    /// Good while any member is: services in parallel.
    AnyOf,
    /// Good while at least so many members are.
    KOfN(usize),
    /// The mean of the members by weight: the request that is asked about goes to one of them.
    Weighted,
    /// As good as the least healthy member.
    WorstOf,
    /// The shortfalls of the members add up, each times its weight.
    SumOf,
}

impl fmt::Display for Combination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllOf => f.write_str("all of"),
            Self::AnyOf => f.write_str("any of"),
            Self::KOfN(k) => write!(f, "{k} of"),
            Self::Weighted => f.write_str("mean of"),
            Self::WorstOf => f.write_str("worst of"),
            Self::SumOf => f.write_str("sum of"),
        }
    }
}

/// A service level objective that is made of others, which may be composites themselves.
///
/// What can be said of the whole depends on what is known of the members:
///
/// | known | said |
/// |---|---|
/// | their targets | [`target`](Self::target): what the whole may promise |
/// | their counts or availabilities | [`availability`](Self::availability) and [`burn`](Self::burn), as bounds |
/// | their counts over time, by time slices | [`slices`](Self::slices) and [`budget_at`](Self::budget_at), exactly |
///
/// No two members of a composite, nor of those within it, may have one name: a service that stands in two places is not
/// independent of itself.
///
/// # Examples
///
/// ```
/// use slo_core::{Composite, Member};
///
/// // A shop needs its database and one of two replicas of a cache.
/// let cache = Composite::any_of([Member::available("cache-a", 0.99)?, Member::available("cache-b", 0.99)?])?;
/// let shop = Composite::all_of([Member::available("database", 0.999)?, Member::nested("cache", cache)])?;
/// let availability = shop.availability()?;
/// // If they fail independently, 0.999 · (1 - 0.01²); together at best and one after the other at worst.
/// assert_eq!(availability.independent, 0.998_900_1);
/// assert_eq!((availability.lower, availability.upper), (0.989, 0.999));
/// assert_eq!(shop.to_string(), "all of (database, any of (cache-a, cache-b))");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct Composite {
    combination: Combination,
    members: Vec<Member>,
    /// The members' weights as shares of the greatest; ones where weights do not scale.
    weights: Vec<Sum>,
}

impl Composite {
    /// Good while all members are: services in series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let both = Composite::all_of([Member::available("a", 0.9)?, Member::available("b", 0.8)?])?;
    /// assert_eq!(both.availability()?.independent, 0.72);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn all_of(members: impl IntoIterator<Item = Member>) -> Result<Self> {
        Self::new(Combination::AllOf, members)
    }

    /// Good while any member is: services in parallel.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let either = Composite::any_of([Member::available("a", 0.9)?, Member::available("b", 0.8)?])?;
    /// assert_eq!(either.availability()?.independent, 0.98);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn any_of(members: impl IntoIterator<Item = Member>) -> Result<Self> {
        Self::new(Combination::AnyOf, members)
    }

    /// Good while at least `k` members are.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// // A quorum of three, each available half of the time: 3/8 + 1/8.
    /// let nodes = ["a", "b", "c"].map(|name| Member::available(name, 0.5)).into_iter();
    /// let quorum = Composite::k_of_n(2, nodes.collect::<Result<Vec<_>, _>>()?)?;
    /// assert_eq!(quorum.availability()?.independent, 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn k_of_n(k: usize, members: impl IntoIterator<Item = Member>) -> Result<Self> {
        Self::new(Combination::KOfN(k), members)
    }

    /// The mean of the members by weight: Elastic's `weightedAverage`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Fraction, Member};
    ///
    /// let [three, one] = ["3", "1"].map(|weight| weight.parse::<Fraction>());
    /// let mean = Composite::weighted([
    ///     (three?, Member::available("reads", 0.999)?),
    ///     (one?, Member::available("writes", 0.995)?),
    /// ])?;
    /// assert_eq!(mean.availability()?.independent, 0.998);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn weighted(members: impl IntoIterator<Item = (Fraction, Member)>) -> Result<Self> {
        let members = members.into_iter().map(|(weight, member)| member.weight(weight));
        Self::new(Combination::Weighted, members.collect::<Vec<_>>())
    }

    /// As good as the least healthy member: Elastic's `leastHealthy`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let worst = Composite::worst_of([Member::available("a", 0.9)?, Member::available("b", 0.8)?])?;
    /// assert_eq!(worst.availability()?.independent, 0.8);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn worst_of(members: impl IntoIterator<Item = Member>) -> Result<Self> {
        Self::new(Combination::WorstOf, members)
    }

    /// The shortfalls of the members add up, each times its weight: OpenSLO's `RatioTimeslices`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let sum = Composite::sum_of([Member::available("a", 0.95)?, Member::available("b", 0.95)?])?;
    /// assert_eq!(sum.availability()?.independent, 0.9);
    /// // With a weight of two, the second falls short by 10 %.
    /// let b = Member::available("b", 0.95)?.weight("2".parse()?);
    /// assert_eq!(Composite::sum_of([Member::available("a", 0.95)?, b])?.availability()?.independent, 0.85);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn sum_of(members: impl IntoIterator<Item = Member>) -> Result<Self> {
        Self::new(Combination::SumOf, members)
    }

    /// A composite of these members.
    ///
    /// # Parameters
    ///
    /// | combination | weights |
    /// |---|---|
    /// | all of, any of, k of n | none |
    /// | weighted | only their ratios matter |
    /// | worst of | multiply a member's burn rate in [`fastest_burn`](Self::fastest_burn), nothing else |
    /// | sum of | multiply a member's shortfall |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Combination, Composite, Member};
    ///
    /// let alone = Composite::new(Combination::KOfN(1), [Member::available("a", 0.9)?])?;
    /// assert_eq!(alone.availability()?.independent, 0.9);
    /// assert!(Composite::new(Combination::KOfN(2), [Member::available("a", 0.9)?]).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] without a member; [`Error::InvalidParameter`] unless `1 <= k <= n`, names are not empty and
    /// differ, and weights are above zero, and 1 where the combination has none; [`Error::LimitExceeded`] past 1,000
    /// members or 32 composites within each other; [`Error::OutOfRange`] for weights whose ratio does not fit 128 bits.
    pub fn new(combination: Combination, members: impl IntoIterator<Item = Member>) -> Result<Self> {
        let members: Vec<Member> = members.into_iter().collect();
        if members.is_empty() {
            return Err(Error::TooShort { name: "members", len: 0, needed: 1 });
        }
        if let Combination::KOfN(k) = combination
            && !(1..=members.len()).contains(&k)
        {
            let reason = format!("must lie between 1 and the number of members, {}", members.len());
            return Err(Error::invalid("k", k, reason));
        }
        let weightless =
            matches!(combination, Combination::AllOf | Combination::AnyOf | Combination::KOfN(_));
        for member in &members {
            if member.weight.is_zero() || weightless && member.weight != Fraction::ONE {
                let reason =
                    if weightless { "has no place here: the members count alike" } else { "must be above 0" };
                return Err(Error::invalid("weight", member.weight, reason));
            }
        }
        let weights = if combination == Combination::Weighted {
            shares_of_greatest(&members)?
        } else {
            members.iter().map(|member| kernel::sum(member.weight)).collect()
        };
        let composite = Self { combination, members, weights };
        composite.check_size()?;
        Ok(composite)
    }

    /// How the members make it good or bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Combination, Composite, Member};
    ///
    /// let both = Composite::all_of([Member::available("a", 0.9)?, Member::available("b", 0.8)?])?;
    /// assert_eq!(both.combination(), Combination::AllOf);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn combination(&self) -> Combination {
        self.combination
    }

    /// The members, in the order in which they were given.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let both = Composite::all_of([Member::available("a", 0.9)?, Member::available("b", 0.8)?])?;
    /// assert_eq!(both.members()[1].name(), "b");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// How many members must be good, where that is what decides.
    fn needed(&self) -> Option<usize> {
        match self.combination {
            Combination::AllOf => Some(self.members.len()),
            Combination::AnyOf => Some(1),
            Combination::KOfN(k) => Some(k),
            Combination::Weighted | Combination::WorstOf | Combination::SumOf => None,
        }
    }

    fn check_size(&self) -> Result<()> {
        let mut names = HashSet::new();
        let mut level = vec![self];
        let mut depth = 0;
        while !level.is_empty() {
            depth += 1;
            check_limit("composites within each other", depth, MAX_DEPTH)?;
            let mut below = Vec::new();
            for member in level.iter().flat_map(|composite| &composite.members) {
                if member.name.is_empty() || !names.insert(member.name.as_str()) {
                    let reason =
                        if member.name.is_empty() { "is empty" } else { "is the name of two members" };
                    return Err(Error::invalid("name", format!("{:?}", member.name), reason));
                }
                check_limit("members of a composite", names.len(), MAX_MEMBERS)?;
                if let Source::Nested { composite } = &member.source {
                    below.push(composite);
                }
            }
            level = below;
        }
        Ok(())
    }
}

fn check_limit(what: &'static str, value: usize, limit: usize) -> Result<()> {
    if value <= limit {
        return Ok(());
    }
    let wide = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Err(Error::LimitExceeded { what, value: wide(value), limit: wide(limit) })
}

/// The weights in units of the greatest, divided exactly: weights in another unit give the same numbers.
fn shares_of_greatest(members: &[Member]) -> Result<Vec<Sum>> {
    let weights = || members.iter().map(|member| member.weight);
    let greatest = weights().max().unwrap_or(Fraction::ONE);
    weights().map(|weight| Ok(kernel::sum(weight.over(greatest)?))).collect()
}

impl fmt::Display for Composite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (", self.combination)?;
        for (index, member) in self.members.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            match &member.source {
                Source::Nested { composite } => write!(f, "{comma}{composite}")?,
                _ => write!(f, "{comma}{}", member.name)?,
            }
            if member.weight != Fraction::ONE {
                write!(f, " × {}", member.weight)?;
            }
        }
        f.write_str(")")
    }
}

/// A composite as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    combination: Combination,
    members: Vec<Member>,
}

#[cfg(feature = "serde")]
impl From<Composite> for Raw {
    fn from(composite: Composite) -> Self {
        Self { combination: composite.combination, members: composite.members }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Composite {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::new(raw.combination, raw.members)
    }
}
