//! Which member spent how much of what the whole spent.

use super::apportion::apportion;
use super::bounds::measured;
use super::kernel::Chance;
use super::member::Source;
use super::{Combination, Composite, Member};
use crate::budget::Budget;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::objective::Objective;
use crate::time::Timestamp;

/// What a member contributed to the whole.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Contribution {
    /// The member's name.
    pub name: String,
    /// Its part. The parts of all members add up to the whole exactly, in any order: what rounding leaves is given, in
    /// units of the whole's last bit, to those that lost most by it.
    pub amount: f64,
    /// Its share of the whole; all shares add up to exactly 1, or are 0 where the whole is.
    pub share: f64,
    /// Its part before any rounding, where that is a fraction of 128 bits: known for whole slices.
    pub exact: Option<Fraction>,
}

/// The contributions in proportion to sizes, which add up to the whole but for rounding.
pub(super) fn contributions(
    members: &[Member],
    whole: f64,
    sizes: &[f64],
    exact: impl Fn(usize) -> Option<Fraction>,
) -> Vec<Contribution> {
    let amounts = apportion(whole, sizes);
    let shares = apportion(if whole > 0.0 { 1.0 } else { 0.0 }, sizes);
    let parts = amounts.into_iter().zip(shares).enumerate();
    members
        .iter()
        .zip(parts)
        .map(|(member, (index, (amount, share)))| Contribution {
            name: member.name.clone(),
            amount,
            share,
            exact: exact(index),
        })
        .collect()
}

/// How the greatest of some sizes is shared by those who own them.
///
/// ```text
/// part_i = Σ_{j <= i} (x_j - x_{j-1}) / (n - j + 1),   x_0 = 0 <= x_1 <= ... <= x_n
/// ```
///
/// The Shapley value of the game whose worth is the greatest size of a coalition: of runways, the longest (Littlechild
/// and Owen 1973).
pub(super) fn shares_of_maximum(sizes: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    let size = |index: usize| sizes.get(index).copied().unwrap_or_default();
    order.sort_by(|a, b| size(*a).total_cmp(&size(*b)));
    let mut parts = vec![0.0; sizes.len()];
    let (mut before, mut sum) = (0.0, 0.0);
    for (rank, index) in order.iter().enumerate() {
        sum += (size(*index) - before) / (sizes.len() - rank) as f64;
        before = size(*index);
        if let Some(part) = parts.get_mut(*index) {
            *part = sum;
        }
    }
    parts
}

impl Composite {
    /// What each member contributes to the [`burn`](Self::burn) of the whole where that is greatest.
    ///
    /// # Method
    ///
    /// With `u_i` the greatest unavailability of member `i` and `w_i` its weight, in proportion to
    ///
    /// ```text
    /// weighted, sum of   w_i u_i
    /// all of             u_i, for the whole is worst when failures never overlap
    /// worst of           Σ_{j <= i} (u_j - u_{j-1}) / (n - j + 1),   u_1 <= u_2 <= ...
    /// ```
    ///
    /// the last being the Shapley value of the greatest: who is half as bad as the worst pays his part of that half.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let members = [Member::available("reads", 0.999)?, Member::available("writes", 0.997)?];
    /// let parts = Composite::all_of(members)?.contributions("99.2%".parse()?)?;
    /// // 0.4 % of errors at worst, where 0.8 % are allowed.
    /// assert_eq!((parts[0].amount, parts[1].amount), (0.125, 0.375));
    /// assert_eq!((parts[0].share, parts[1].share), (0.25, 0.75));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`availability`](Self::availability); [`Error::Unsupported`] where redundant members fail together or not at
    /// all, any of and k of n: [`slices`](Self::slices) know who failed with whom.
    ///
    /// # References
    ///
    /// Littlechild, S. C. and Owen, G. (1973). A simple expression for the Shapley value in a special case. *Management
    /// Science* 20, 370-372.
    pub fn contributions(&self, objective: Objective) -> Result<Vec<Contribution>> {
        let bad: Vec<f64> = self.spreads(&measured)?.iter().map(|s| s.unavailability().upper).collect();
        let sizes = match self.combination {
            Combination::AllOf | Combination::Weighted | Combination::SumOf => {
                self.weights.iter().zip(&bad).map(|(weight, bad)| weight.value() * bad).collect()
            }
            Combination::WorstOf => shares_of_maximum(&bad),
            Combination::AnyOf | Combination::KOfN(_) => {
                return Err(Error::Unsupported {
                    what: format!("attribution of the availability of {self}"),
                    reason: "redundant members spend only together; slices say when they did".to_owned(),
                });
            }
        };
        Ok(contributions(&self.members, self.burn(objective)?.upper, &sizes, |_| None))
    }

    /// The burn rate of the member that burns fastest by its own objective, times its weight: OpenSLO's composite by
    /// occurrences. `None` where no member has traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// max_i w_i · burn_i
    /// ```
    ///
    /// over the members, those of composites within included with all weights above them; of a recorded member in the
    /// window that ends with its series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Counts, Member, Slo};
    ///
    /// let slo = |target: &str| Ok::<_, slo_core::Error>(Slo::new(target.parse()?, "30d".parse()?));
    /// // 5 % of errors are one budget for the first and half of one for the second, which counts threefold.
    /// let a = Member::counted("a", slo("95%")?, Counts::bad_total(5.0, 100.0)?);
    /// let b = Member::counted("b", slo("90%")?, Counts::bad_total(5.0, 100.0)?).weight("3".parse()?);
    /// assert_eq!(Composite::worst_of([a, b])?.fastest_burn()?, Some(1.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Degenerate`] for a member without counts; those of [`Slo::budget_at`](crate::Slo::budget_at) for a
    /// recorded one.
    pub fn fastest_burn(&self) -> Result<Option<f64>> {
        let mut fastest: Option<f64> = None;
        for member in &self.members {
            let burn = match &member.source {
                Source::Nested { composite } => composite.fastest_burn()?,
                _ => member.budget(None)?.burn_rate(),
            };
            if let Some(burn) = burn.map(|burn| burn * member.weight.to_f64()) {
                fastest = Some(fastest.map_or(burn, |fastest| fastest.max(burn)));
            }
        }
        Ok(fastest)
    }

    /// The availability of the whole if a member counted as down for as long as its budget is exhausted: Nobl9's
    /// composite by error budget state.
    ///
    /// It is 1 or 0 where members decide together (all of, any of, k of n, worst of), and a share where they are weighed.
    /// A recorded member's budget is that of the instant; a counted one's that of its counts.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Counts, Member, Slo, Timestamp};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let spent = Member::counted("spent", slo.clone(), Counts::bad_total(1.0, 100.0)?);
    /// let sound = Member::counted("sound", slo, Counts::bad_total(0.0, 100.0)?).weight("3".parse()?);
    /// let mean = Composite::weighted([("1".parse()?, spent.clone()), ("3".parse()?, sound)])?;
    /// let now = Timestamp::from_nanos(0);
    /// assert_eq!(mean.budget_state(now)?, 0.75);
    /// assert_eq!(Composite::all_of([spent])?.budget_state(now)?, 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fastest_burn`](Self::fastest_burn).
    pub fn budget_state(&self, at: Timestamp) -> Result<f64> {
        let state = |member: &Member| {
            let sound = !member.budget(Some(at))?.exhausted();
            Ok(if sound { Chance::GOOD } else { Chance::GOOD.flipped() })
        };
        // Chances of 0 and 1 do not depend on each other.
        Ok(self.spread(&state)?.availability().independent)
    }
}

impl Member {
    /// The budget of a member that is no composite, at an instant or at the end of its series.
    fn budget(&self, at: Option<Timestamp>) -> Result<Budget> {
        match &self.source {
            Source::Counted { slo, counts } => Ok(slo.budget(*counts)),
            Source::Recorded { slo, series } => match at.or(series.last()) {
                Some(at) => slo.budget_at(series, at),
                None => Ok(slo.budget(series.counts())),
            },
            _ => Err(self.lacks("has no counts, and so no budget")),
        }
    }
}
