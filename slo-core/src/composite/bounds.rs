//! What is known of a composite when its members are known and how they depend on each other is not.

use super::kernel::{self, Chance, ONE, greatest_of, least_of};
use super::member::Source;
use super::{Combination, Composite, Member};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::objective::Objective;

/// A quantity of a composite: the least and the greatest value that it can have, whatever its members have to do with
/// each other, and the value if they have nothing to do with each other.
///
/// # Examples
///
/// ```
/// use slo_core::{Composite, Member};
///
/// let both = Composite::all_of([Member::available("a", 0.9)?, Member::available("b", 0.8)?])?;
/// let bounds = both.availability()?;
/// assert_eq!((bounds.lower, bounds.independent, bounds.upper), (0.7, 0.72, 0.8));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bounds {
    /// The least value that some dependence gives.
    pub lower: f64,
    /// The value if all members are independent.
    pub independent: f64,
    /// The greatest value that some dependence gives.
    pub upper: f64,
}

/// The same of chances.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    worst: Chance,
    independent: Chance,
    best: Chance,
}

impl Spread {
    const fn sure(chance: Chance) -> Self {
        Self { worst: chance, independent: chance, best: chance }
    }

    pub(super) fn of_k(k: usize, worst: &[Chance], independent: &[Chance], best: &[Chance]) -> Self {
        let (worst, best) = (kernel::least(k, worst), kernel::most(k, best));
        let Chance { good, bad } = kernel::independent(k, independent);
        // It lies between them; each was rounded on its own.
        let good = least_of(greatest_of(good, worst.good), best.good);
        let bad = least_of(greatest_of(bad, best.bad), worst.bad);
        Self { worst, independent: Chance { good, bad }, best }
    }

    pub(super) fn availability(self) -> Bounds {
        self.map(|chance| chance.good.value())
    }

    pub(super) fn unavailability(self) -> Bounds {
        let Bounds { lower, independent, upper } = self.map(|chance| chance.bad.value());
        Bounds { lower: upper, independent, upper: lower }
    }

    fn map(self, of: impl Fn(Chance) -> f64) -> Bounds {
        Bounds { lower: of(self.worst), independent: of(self.independent), upper: of(self.best) }
    }
}

impl Composite {
    /// The availability that the members' counts and availabilities leave possible.
    ///
    /// # Method
    ///
    /// For `n` members of availability `a_i`, unavailability `u_i = 1 - a_i` and weight `w_i`:
    ///
    /// ```text
    /// all of     max(0, 1 - Σ u_i)   <=  Π a_i               <=  min a_i
    /// any of     max a_i             <=  1 - Π u_i           <=  min(1, Σ a_i)
    /// k of n     1 - M(n - k + 1, u) <=  Σ_{j >= k} p(j)     <=  M(k, a)
    /// weighted   Σ w_i a_i / Σ w_i      worst of   min a_i      sum of   max(0, 1 - Σ w_i u_i)
    ///
    /// M(k, x) = min(1, min_{0 <= r < k} Σ_{i <= n - r} x_(i) / (k - r)),   x_(1) <= x_(2) <= ...
    /// ```
    ///
    /// with `p` the Poisson binomial distribution of how many members are good, by its recurrence. The bounds are sharp:
    /// some joint distribution attains each. That none exceeds `M`: leave the `r` most likely events out; where at least
    /// `k` happen, at least `k - r` of the others do, and Markov's inequality says the rest. That one attains it: lay
    /// intervals of lengths `min(x_i, M)` one after the other around a circle of circumference `M`; every point is covered
    /// at least `k` times. All of and any of are the cases `k = n` and `k = 1`, the bounds of Boole and Fréchet.
    ///
    /// Availabilities and unavailabilities are both carried along, neither formed from the other, so that next to 1 no
    /// digit is lost. Bounds of a composite within another become the members' bounds there: as all three grow with each
    /// member and no member stands in two places, they stay sharp.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// // Two of three: at worst the failures never overlap in threes, at best they always do.
    /// let nodes = [0.9, 0.8, 0.7].into_iter().zip(["a", "b", "c"]);
    /// let nodes: Result<Vec<_>, _> = nodes.map(|(a, name)| Member::available(name, a)).collect();
    /// let bounds = Composite::k_of_n(2, nodes?)?.availability()?;
    /// // (0.1 + 0.2 + 0.3)/2 are without a majority at most; 0.504 + 0.398 have one if independent.
    /// assert_eq!((bounds.lower, bounds.independent, bounds.upper), (0.7, 0.902, 1.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Degenerate`] for a member of which nothing was counted; those of [`Slo::budget_at`](crate::Slo::budget_at)
    /// for a recorded one.
    ///
    /// # References
    ///
    /// Fréchet, M. (1935). Généralisation du théorème des probabilités totales. *Fundamenta Mathematicae* 25, 379-387.
    /// Rüger, B. (1978). Das maximale Signifikanzniveau des Tests "Lehne H0 ab, wenn k unter n gegebenen Tests zur
    /// Ablehnung führen". *Metrika* 25, 171-178. `McNaughton`, R. (1959). Scheduling with deadlines and loss functions.
    /// *Management Science* 6, 1-12 (the circle).
    pub fn availability(&self) -> Result<Bounds> {
        Ok(self.spread(&measured)?.availability())
    }

    /// The unavailability that the members' counts and availabilities leave possible: as
    /// [`availability`](Self::availability), with all digits next to an availability of 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let three = ["a", "b", "c"].map(|name| Member::unavailable(name, 1e-9)).into_iter();
    /// let three = Composite::any_of(three.collect::<Result<Vec<_>, _>>()?)?.unavailability()?;
    /// assert_eq!((three.lower, three.upper), (0.0, 1e-9));
    /// assert!((three.independent / 1e-27 - 1.0).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub fn unavailability(&self) -> Result<Bounds> {
        Ok(self.spread(&measured)?.unavailability())
    }

    /// What the whole may promise when its members keep their targets: their [`availability`](Self::availability), were
    /// it exactly what they promise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member, Slo};
    ///
    /// let slo = |target: &str| Ok::<_, slo_core::Error>(Slo::new(target.parse()?, "30d".parse()?));
    /// let members = [Member::target("api", slo("99.9%")?), Member::target("database", slo("99.95%")?)];
    /// let target = Composite::all_of(members)?.target()?;
    /// assert_eq!((target.lower, target.independent, target.upper), (0.9985, 0.998_500_5, 0.999));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None of a valid composite: a given availability is its own target.
    pub fn target(&self) -> Result<Bounds> {
        Ok(self.spread(&promised)?.availability())
    }

    /// The burn rate of the whole against an objective of its own: by occurrences also the share of the budget that is
    /// consumed.
    ///
    /// # Method
    ///
    /// ```text
    /// burn = unavailability / (1 - target)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let both = Composite::all_of([Member::available("a", 0.999)?, Member::available("b", 0.9995)?])?;
    /// let burn = both.burn("99.5%".parse()?)?;
    /// // 0.1 % to 0.15 % of errors where 0.5 % are allowed.
    /// assert_eq!((burn.lower, burn.upper), (0.2, 0.3));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability).
    pub fn burn(&self, objective: Objective) -> Result<Bounds> {
        let spread = self.spread(&measured)?;
        let Bounds { lower, independent, upper } =
            spread.map(|chance| chance.bad.over_share(ONE, objective.budget()));
        Ok(Bounds { lower: upper, independent, upper: lower })
    }

    /// The chances of the whole from those of the members that are none.
    pub(super) fn spread(&self, of: &dyn Fn(&Member) -> Result<Chance>) -> Result<Spread> {
        let spreads = self.spreads(of)?;
        let [worst, independent, best] =
            [|s: &Spread| s.worst, |s: &Spread| s.independent, |s: &Spread| s.best]
                .map(|which| spreads.iter().map(which).collect::<Vec<Chance>>());
        Ok(match self.needed() {
            Some(k) => Spread::of_k(k, &worst, &independent, &best),
            None => Spread {
                worst: self.combined(&worst),
                independent: self.combined(&independent),
                best: self.combined(&best),
            },
        })
    }

    /// The chances of the members.
    pub(super) fn spreads(&self, of: &dyn Fn(&Member) -> Result<Chance>) -> Result<Vec<Spread>> {
        let spread = |member: &Member| match &member.source {
            Source::Nested { composite } => composite.spread(of),
            _ => of(member).map(Spread::sure),
        };
        self.members.iter().map(spread).collect()
    }

    /// What no dependence changes.
    fn combined(&self, members: &[Chance]) -> Chance {
        match self.combination {
            Combination::Weighted => kernel::mean(&self.weights, members),
            Combination::SumOf => kernel::shortfall(&self.weights, members),
            _ => kernel::worst(members),
        }
    }
}

/// What was measured of a member that is no composite.
pub(super) fn measured(member: &Member) -> Result<Chance> {
    let counts = match &member.source {
        Source::Given(given) => return Ok(given.0),
        Source::Counted { counts, .. } => Some(*counts),
        Source::Recorded { slo, series } => {
            series.last().map(|at| slo.budget_at(series, at)).transpose()?.map(|budget| budget.counts())
        }
        _ => return Err(member.lacks("has a target, and nothing was counted of it")),
    };
    let chance = counts.as_ref().and_then(Chance::of_counts);
    chance.ok_or_else(|| member.lacks("has no traffic, and so no availability"))
}

/// What a member promises that is no composite.
fn promised(member: &Member) -> Result<Chance> {
    match &member.source {
        Source::Target { slo } | Source::Counted { slo, .. } | Source::Recorded { slo, .. } => {
            Ok(Chance::of_objective(slo.objective()))
        }
        Source::Given(given) => Ok(given.0),
        Source::Nested { .. } => Err(member.lacks("is a composite")),
    }
}
