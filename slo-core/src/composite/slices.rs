//! Members whose slices of time are known: exactly what the whole was in each.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::vec::IntoIter;

use super::attribution::{self, Contribution};
use super::kernel::total;
use super::member::Source;
use super::{Combination, Composite, Member, check_limit};
use crate::budget::Budget;
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::method::Method;
use crate::series::{Axis, CountSeries};
use crate::slo::Slo;
use crate::sum::Sum;
use crate::time::{Duration, Timestamp};

/// The most slices that all members together may have.
const MAX_SLICES: usize = 50_000_000;

/// What a composite was in each slice of time, made by [`Composite::slices`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CompositeSlices {
    /// The length of a slice.
    pub slice: Duration,
    /// The ends of the slices of which some member knows something, in order.
    pub times: Vec<Timestamp>,
    /// How bad each was: 0 for a good one, 1 for a bad one, between them for one of which only shares were bad; NaN
    /// where the members that know something do not decide it.
    pub bad_shares: Vec<f64>,
    /// How many were good.
    pub good: u64,
    /// How many were bad, if only in part.
    pub bad: u64,
    /// How many are undecided.
    pub empty: u64,
    /// What each member contributed to the bad slices; a member that is a composite, as a whole.
    pub contributions: Vec<Contribution>,
    /// The slices as counts: bad of 1 at the slice's end, 0 of 0 where undecided. Whatever takes a series takes it.
    pub series: CountSeries,
}

/// The slices of one member that are yet to come, in order.
type Cursor = Peekable<IntoIter<(Timestamp, f64)>>;

impl Composite {
    /// What the whole was in each slice of time that ends in `(begin, end]`, from the members' slices.
    ///
    /// # Method
    ///
    /// A slice of a member is what its own objective says: good, bad, or nothing, where it is excluded, or held no event and
    /// [`NoData::Skip`](crate::NoData::Skip) stands. Of n members, k of which must be good, the whole is
    ///
    /// ```text
    /// good       if at least k are good
    /// bad        if more than n - k are bad
    /// undecided  otherwise: what the silent members were could change it
    /// ```
    ///
    /// all of being k = n and any of k = 1. So one bad member makes a slice bad for all of them, whether the others speak or
    /// not: OpenSLO's composite by time slices. The others go by the members that do speak, of badness `b_i` (0 or 1, or
    /// by ratio time slices the share of bad events):
    ///
    /// ```text
    /// weighted   Σ w_i b_i / Σ w_i      sum of   min(1, Σ w_i b_i)      worst of   max b_i
    /// ```
    ///
    /// A bad slice is contributed by the members that are bad in it, in equal parts where they decide together. That is the
    /// Shapley value: who is good adds nothing to any coalition, those who are bad are interchangeable, and the parts add
    /// up to the slice. Elsewhere in proportion to `w_i b_i`, and for the worst of them as
    /// [`contributions`](Self::contributions) says.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Composite, CountSeries, Duration, Member, Method, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let axis = || Axis::regular(Timestamp::from_nanos(60_000_000_000), minute);
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let slo = slo.method(Method::Timeslices { slice: minute, slice_target: "95%".parse()? })?;
    /// let a = CountSeries::bad_total(axis(), &[9.0, 9.0, 0.0, 0.0], &[10.0; 4])?;
    /// let b = CountSeries::bad_total(axis(), &[0.0, 9.0, 9.0, 0.0], &[10.0; 4])?;
    /// let members = [Member::recorded("a", slo.clone(), a), Member::recorded("b", slo, b)];
    ///
    /// let (begin, end) = (Timestamp::from_nanos(0), Timestamp::from_nanos(240_000_000_000));
    /// let both = Composite::all_of(members.clone())?.slices(begin, end)?;
    /// assert_eq!(both.bad_shares, [1.0, 1.0, 1.0, 0.0]);
    /// // One minute each, and half of the one that they share.
    /// assert_eq!(both.contributions[0].exact, Some("1.5".parse()?));
    /// let either = Composite::any_of(members)?.slices(begin, end)?;
    /// assert_eq!(either.bad_shares, [0.0, 1.0, 0.0, 0.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Degenerate`] for a member without a series; [`Error::InvalidParameter`] for one that is not counted by
    /// slices, by slices of another length, or by ratios where members decide together;
    /// [`Error::LimitExceeded`] past 5·10^7 slices of all members; those of [`Slo::counted`] for a series.
    pub fn slices(&self, begin: Timestamp, end: Timestamp) -> Result<CompositeSlices> {
        let mut lengths = None;
        self.check_slices(&mut lengths)?;
        let slice = lengths.unwrap_or_default();
        let mut cursors = Vec::new();
        self.cursors((begin, end), MAX_SLICES, &mut cursors)?;
        let mut times: Vec<Timestamp> =
            cursors.iter().flat_map(|slices| slices.iter().map(|(end, _)| *end)).collect();
        times.sort_unstable();
        times.dedup();

        let mut cursors: Vec<Cursor> =
            cursors.into_iter().map(|slices| slices.into_iter().peekable()).collect();
        let mut tally = Tally::new(self.members.len());
        let mut bad_shares = Vec::with_capacity(times.len());
        for time in &times {
            let members = self.members_at(*time, &mut cursors.iter_mut());
            let share = self.badness(&members);
            tally.count(self, share, &members);
            bad_shares.push(share.unwrap_or(f64::NAN));
        }
        let counts: Vec<Counts> = bad_shares
            .iter()
            .map(|share| Counts {
                bad: if share.is_nan() { Sum::ZERO } else { Sum::new(*share) },
                total: if share.is_nan() { Sum::ZERO } else { Sum::new(1.0) },
            })
            .collect();
        let series = CountSeries::from_exact(Axis::listed(times.clone()).resolution(slice), &counts)?;
        let contributions = tally.contributions(self, series.counts().bad());
        let Tally { good, bad, empty, .. } = tally;
        Ok(CompositeSlices { slice, times, bad_shares, good, bad, empty, contributions, series })
    }

    /// The budget that an objective of its own leaves the whole, at an instant: of the [`slices`](Self::slices) in the
    /// objective's window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Composite, CountSeries, Duration, Member, Method, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let axis = || Axis::regular(Timestamp::from_nanos(60_000_000_000), minute);
    /// let method = Method::Timeslices { slice: minute, slice_target: "95%".parse()? };
    /// let slo = Slo::new("90%".parse()?, "40m".parse()?).method(method)?;
    /// let a = CountSeries::bad_total(axis(), &[9.0, 9.0, 0.0, 0.0], &[10.0; 4])?;
    /// let b = CountSeries::bad_total(axis(), &[0.0, 9.0, 9.0, 0.0], &[10.0; 4])?;
    /// let both = Composite::all_of([Member::recorded("a", slo.clone(), a), Member::recorded("b", slo.clone(), b)])?;
    /// // 3 bad minutes of the 4 that 40 minutes at 90 % allow.
    /// let budget = both.budget_at(&slo, Timestamp::from_nanos(240_000_000_000))?;
    /// assert_eq!((budget.bad(), budget.allowed(), budget.consumed()), (3.0, 4.0, 0.75));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`slices`](Self::slices) and [`Slo::budget_at`].
    pub fn budget_at(&self, slo: &Slo, at: Timestamp) -> Result<Budget> {
        let (begin, end) = slo.window().period_until(at);
        slo.budget_at(&self.slices(begin, at.min(end))?.series, at)
    }

    /// Refuses members that have no slices, slices of different lengths, and shares where only yes and no decide.
    fn check_slices(&self, length: &mut Option<Duration>) -> Result<()> {
        for member in &self.members {
            let decided = match &member.source {
                Source::Nested { composite } => {
                    composite.check_slices(length)?;
                    composite.is_decided()
                }
                Source::Recorded { slo, .. } => {
                    let Some(slice) = slo.budgeting().slice() else {
                        let reason = format!("of member {:?} has no slices", member.name);
                        return Err(Error::invalid("method", "occurrences", reason));
                    };
                    let expected = *length.get_or_insert(slice);
                    if slice != expected {
                        let reason = format!("of member {:?}: others have {expected}", member.name);
                        return Err(Error::invalid("slice", slice, reason));
                    }
                    matches!(slo.budgeting(), Method::Timeslices { .. })
                }
                _ => return Err(member.lacks("has no series, and so no slices")),
            };
            if self.needed().is_some() && !decided {
                let reason = format!(
                    "of member {:?} may be bad in part, where {self} asks for yes or no",
                    member.name
                );
                return Err(Error::invalid("method", "ratio_timeslices", reason));
            }
        }
        Ok(())
    }

    /// Whether every slice is good or bad as a whole.
    fn is_decided(&self) -> bool {
        let decided = |member: &Member| match &member.source {
            Source::Nested { composite } => composite.is_decided(),
            Source::Recorded { slo, .. } => matches!(slo.budgeting(), Method::Timeslices { .. }),
            _ => false,
        };
        match self.combination {
            Combination::AllOf | Combination::AnyOf | Combination::KOfN(_) => true,
            Combination::WorstOf => self.members.iter().all(decided),
            Combination::Weighted | Combination::SumOf => false,
        }
    }

    /// The slices of the members that are no composites, in their order in the tree; no more of them than a limit.
    pub(super) fn cursors(
        &self,
        (begin, end): (Timestamp, Timestamp),
        limit: usize,
        cursors: &mut Vec<Vec<(Timestamp, f64)>>,
    ) -> Result<()> {
        for member in &self.members {
            match &member.source {
                Source::Nested { composite } => composite.cursors((begin, end), limit, cursors)?,
                Source::Recorded { slo, series } => {
                    let counted = slo.counted_until(series, Some(end))?;
                    let slices = counted
                        .iter()
                        .filter(|(time, counts)| *time > begin && *time <= end && counts.has_traffic());
                    cursors.push(slices.map(|(time, counts)| (time, counts.bad())).collect());
                    check_limit("slices of all members", cursors.iter().map(Vec::len).sum(), limit)?;
                }
                _ => return Err(member.lacks("has no series, and so no slices")),
            }
        }
        Ok(())
    }

    /// How bad each member was in the slice that ends at an instant; `None` for one that says nothing.
    fn members_at<'a>(
        &self,
        time: Timestamp,
        cursors: &mut impl Iterator<Item = &'a mut Cursor>,
    ) -> Vec<Option<f64>> {
        let mut badness = Vec::with_capacity(self.members.len());
        for member in &self.members {
            badness.push(match &member.source {
                Source::Nested { composite } => {
                    // As a trait object: the depth of the tree is no type.
                    let cursors: &mut dyn Iterator<Item = &'a mut Cursor> = cursors;
                    let members = composite.members_at(time, &mut { cursors });
                    composite.badness(&members)
                }
                _ => cursors
                    .next()
                    .and_then(|slices| slices.next_if(|(end, _)| *end == time))
                    .map(|(_, bad)| bad),
            });
        }
        badness
    }

    /// How bad the whole was when its members were so bad.
    fn badness(&self, members: &[Option<f64>]) -> Option<f64> {
        if let Some(needed) = self.needed() {
            let number = |bad: bool| members.iter().flatten().filter(|b| (**b > 0.0) == bad).count();
            return if number(false) >= needed {
                Some(0.0)
            } else if number(true) > members.len() - needed {
                Some(1.0)
            } else {
                None
            };
        }
        let known = || self.weights.iter().zip(members).filter_map(|(weight, bad)| Some((*weight, (*bad)?)));
        known().next()?;
        let sum = || total(known().map(|(weight, bad)| weight.product(Sum::new(bad))));
        Some(match self.combination {
            Combination::Weighted => sum().over(total(known().map(|(weight, _)| weight))).min(1.0),
            Combination::SumOf => sum().value().min(1.0),
            _ => known().map(|(_, bad)| bad).fold(0.0, f64::max),
        })
    }
}

/// What was counted of slices, and whose doing it was.
struct Tally {
    good: u64,
    bad: u64,
    empty: u64,
    /// For each member, how many slices it made bad together with so many in all.
    shared: Vec<BTreeMap<usize, u64>>,
    /// For each member, its parts of slices that are bad in part.
    parts: Vec<Sum>,
}

impl Tally {
    fn new(members: usize) -> Self {
        let (shared, parts) = (vec![BTreeMap::new(); members], vec![Sum::ZERO; members]);
        Self { good: 0, bad: 0, empty: 0, shared, parts }
    }

    fn count(&mut self, composite: &Composite, share: Option<f64>, members: &[Option<f64>]) {
        match share {
            None => self.empty += 1,
            Some(share) if share > 0.0 => {
                self.bad += 1;
                if composite.is_decided() {
                    let bad = |member: &Option<f64>| member.is_some_and(|bad| bad > 0.0);
                    let together = members.iter().filter(|member| bad(member)).count();
                    for (shared, _) in self.shared.iter_mut().zip(members).filter(|(_, member)| bad(member)) {
                        *shared.entry(together).or_default() += 1;
                    }
                } else {
                    for (part, size) in self.parts.iter_mut().zip(composite.parts(share, members)) {
                        *part = part.plus(Sum::new(size));
                    }
                }
            }
            Some(_) => self.good += 1,
        }
    }

    fn contributions(&self, composite: &Composite, whole: f64) -> Vec<Contribution> {
        let exact = |index: usize| {
            if !composite.is_decided() {
                return None;
            }
            self.shared.get(index)?.iter().try_fold(Fraction::ZERO, |sum, (together, slices)| {
                let part = Fraction::new(u128::from(*slices), u128::try_from(*together).ok()?)?;
                sum.plus(part).ok()
            })
        };
        let of_shared = |shared: &BTreeMap<usize, u64>| {
            let parts = shared
                .iter()
                .map(|(together, slices)| Sum::new(*slices as f64).ratio(Sum::new(*together as f64)));
            parts.fold(Sum::ZERO, Sum::plus)
        };
        let sizes: Vec<f64> = (self.shared.iter().zip(&self.parts))
            .map(|(shared, parts)| of_shared(shared).plus(*parts).value())
            .collect();
        attribution::contributions(&composite.members, whole, &sizes, exact)
    }
}

impl Composite {
    /// The members' parts of a slice that is bad to this share.
    fn parts(&self, share: f64, members: &[Option<f64>]) -> Vec<f64> {
        let bad = members.iter().map(|bad| bad.unwrap_or_default());
        if self.combination == Combination::WorstOf {
            return attribution::shares_of_maximum(&bad.collect::<Vec<f64>>());
        }
        let sizes: Vec<f64> =
            self.weights.iter().zip(bad).map(|(weight, bad)| weight.value() * bad).collect();
        let sum: f64 = sizes.iter().sum();
        sizes.into_iter().map(|size| share * (size / sum)).collect()
    }
}
