//! Objectives that change: what a window across the change allowed.

use std::cmp::Ordering;
use std::fmt;

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::greatest_common_divisor;
use crate::objective::Objective;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::sum::{Sum, cmp_weighted};
use crate::time::{Duration, Timestamp};

/// An SLO whose target was revised: each count is held against the target that was in force when it was taken.
///
/// # Method
///
/// ```text
/// allowed = Σ_i (1 - target_i) · total_i,   consumed = bad / allowed
/// ```
///
/// over the versions i that a window reaches across. A revision at r holds for the counts of `t > r`, as a count tells of
/// the time before it.
///
/// Burn rates of any window across a change are had from [`burn_rate`](Self::burn_rate). An alert policy knows one
/// target: evaluate it with the SLO [`in_force`](Self::in_force) at the instant.
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Slo, SloVersions, Timestamp};
///
/// let at = |minute: i64| Timestamp::from_nanos(minute * 60_000_000_000);
/// let series = CountSeries::bad_total(Axis::regular(at(1), Duration::from_minutes(1)), &[3.0; 4], &[1_000.0; 4])?;
/// let slo = Slo::new("99%".parse()?, "4m".parse()?);
/// let versions = SloVersions::new(slo).revised(at(2), "99.9%".parse()?)?;
/// // 1 % of the first 2000 events and 0.1 % of the others.
/// let budget = versions.budget_at(&series, at(4))?;
/// assert_eq!((budget.allowed(), budget.bad()), (22.0, 12.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct SloVersions {
    slo: Slo,
    /// Later targets and since when they hold, in order.
    revisions: Vec<(Timestamp, Objective)>,
}

impl SloVersions {
    /// An SLO as it was in the beginning.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Slo, SloVersions, Timestamp};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// assert_eq!(SloVersions::new(slo.clone()).in_force(Timestamp::from_nanos(0)), slo);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(slo: Slo) -> Self {
        Self { slo, revisions: Vec::new() }
    }

    /// Another target from an instant on; revisions come in order of time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("99%".parse()?, "30d".parse()?)).revised(at(7), "99.9%".parse()?)?;
    /// assert!(versions.revised(at(7), "99.5%".parse()?).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unordered`] unless it comes after the revision before it.
    pub fn revised(mut self, at: Timestamp, objective: Objective) -> Result<Self> {
        if let Some((previous, _)) = self.revisions.last().copied().filter(|(last, _)| *last >= at) {
            return Err(Error::Unordered { index: self.revisions.len(), previous, value: at });
        }
        self.revisions.push((at, objective));
        Ok(self)
    }

    /// The revisions, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos(7);
    /// let versions = SloVersions::new(Slo::new("99%".parse()?, "30d".parse()?)).revised(at, "99.9%".parse()?)?;
    /// assert_eq!(versions.revisions(), [(at, "99.9%".parse()?)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn revisions(&self) -> &[(Timestamp, Objective)] {
        &self.revisions
    }

    /// The SLO that a count at an instant is held against.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("99%".parse()?, "30d".parse()?)).revised(at(7), "99.9%".parse()?)?;
    /// let targets = [at(7), at(8)].map(|at| versions.in_force(at).objective().to_string());
    /// assert_eq!(targets, ["99%", "99.9%"]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn in_force(&self, at: Timestamp) -> Slo {
        let before = self.revisions.partition_point(|(since, _)| *since < at);
        let revision = before.checked_sub(1).and_then(|last| self.revisions.get(last));
        let slo = self.slo.clone();
        match revision {
            Some((_, objective)) => slo.with_objective(*objective),
            None => slo,
        }
    }

    /// The budget of the window at an instant, as far as it has passed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, SloVersions, Timestamp};
    ///
    /// let at = |minute: i64| Timestamp::from_nanos(minute * 60_000_000_000);
    /// let series = CountSeries::bad_total(Axis::regular(at(1), Duration::from_minutes(1)), &[3.0; 4], &[100.0; 4])?;
    /// let slo = Slo::new("90%".parse()?, "2m".parse()?);
    /// let versions = SloVersions::new(slo).revised(at(3), "95%".parse()?)?;
    /// let budget = versions.budget_at(&series, at(4))?;
    /// assert_eq!((budget.allowed(), budget.consumed()), (15.0, 0.4));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Slo::counted`].
    pub fn budget_at(&self, series: &CountSeries, at: Timestamp) -> Result<VersionedBudget> {
        let (begin, _) = self.slo.window().period(at);
        Ok(self.between(&*self.slo.counted(series)?, begin, at))
    }

    /// The burn rate over the last `window` of time; `None` without traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// bad / Σ_i (1 - target_i) · total_i   over (at - window, at]
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, SloVersions, Timestamp};
    ///
    /// let at = |minute: i64| Timestamp::from_nanos(minute * 60_000_000_000);
    /// let series = CountSeries::bad_total(Axis::regular(at(1), Duration::from_minutes(1)), &[3.0; 4], &[100.0; 4])?;
    /// let slo = Slo::new("90%".parse()?, "1h".parse()?);
    /// let versions = SloVersions::new(slo).revised(at(3), "95%".parse()?)?;
    /// let burn = |minutes| versions.burn_rate(&series, Duration::from_minutes(minutes), at(4));
    /// assert_eq!((burn(1)?, burn(2)?), (Some(0.6), Some(0.4)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the window is positive; else as [`Slo::counted`].
    pub fn burn_rate(&self, series: &CountSeries, window: Duration, at: Timestamp) -> Result<Option<f64>> {
        let begin = at.saturating_sub(window.check_positive("window")?);
        Ok(self.between(&*self.slo.counted(series)?, begin, at).burn_rate())
    }

    /// The budget of `(begin, end]`.
    fn between(&self, counted: &CountSeries, begin: Timestamp, end: Timestamp) -> VersionedBudget {
        let later = self.revisions.iter().copied();
        let versions = std::iter::once((Timestamp::from_nanos(i64::MIN), self.slo.objective())).chain(later);
        let untils = self.revisions.iter().map(|(since, _)| *since).chain([Timestamp::from_nanos(i64::MAX)]);
        let spans = versions
            .zip(untils)
            .map(|((since, objective), until)| (since.max(begin), until.min(end), objective));
        let parts = spans.filter(|(begin, end, _)| begin < end);
        let parts = parts.map(|(begin, end, objective)| (objective, counted.counts_between(begin, end)));
        VersionedBudget { parts: parts.collect() }
    }
}

/// Versions as they are written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    slo: Slo,
    revisions: Vec<(Timestamp, Objective)>,
}

#[cfg(feature = "serde")]
impl From<SloVersions> for Raw {
    fn from(SloVersions { slo, revisions }: SloVersions) -> Self {
        Self { slo, revisions }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for SloVersions {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let first = Self::new(raw.slo);
        raw.revisions.into_iter().try_fold(first, |versions, (at, objective)| versions.revised(at, objective))
    }
}

/// The budget of a window in which the target changed, by occurrences.
///
/// # Method
///
/// ```text
/// allowed = Σ_i p_i · total_i / q = Σ_i (1 - target_i) · total_i,   q the least common denominator
/// ```
///
/// with one rounding at the end; what is exhausted or met is decided exactly.
///
/// # Examples
///
/// See [`SloVersions`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VersionedBudget {
    parts: Vec<(Objective, Counts)>,
}

impl VersionedBudget {
    /// What was counted under each target, in order of time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("90%".parse()?, "1h".parse()?)).revised(at(1), "95%".parse()?)?;
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// let totals: Vec<f64> = versions.budget_at(&series, at(2))?.parts().iter().map(|(_, c)| c.total()).collect();
    /// assert_eq!(totals, [1.0, 1.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn parts(&self) -> &[(Objective, Counts)] {
        &self.parts
    }

    /// Events that counted as bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("90%".parse()?, "1h".parse()?)).revised(at(1), "95%".parse()?)?;
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert_eq!(versions.budget_at(&series, at(2))?.bad(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn bad(&self) -> f64 {
        self.bad_sum().value()
    }

    /// All events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("90%".parse()?, "1h".parse()?)).revised(at(1), "95%".parse()?)?;
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert_eq!(versions.budget_at(&series, at(2))?.total(), 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn total(&self) -> f64 {
        self.parts.iter().fold(Sum::ZERO, |sum, (_, counts)| sum.plus(counts.total)).value()
    }

    /// How many events were allowed to be bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("90%".parse()?, "1h".parse()?)).revised(at(1), "95%".parse()?)?;
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert_eq!(versions.budget_at(&series, at(2))?.allowed(), 0.15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn allowed(&self) -> f64 {
        let (allowed, q) = self.scaled();
        allowed.over(Sum::from_integer(q))
    }

    /// The share of the budget that is spent; 0 without traffic.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("50%".parse()?, "1h".parse()?)).revised(at(1), "75%".parse()?)?;
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert_eq!(versions.budget_at(&series, at(2))?.consumed(), 1.0 / 0.75);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn consumed(&self) -> f64 {
        self.burn_rate().unwrap_or(0.0)
    }

    /// Bad events over what was allowed; `None` without traffic.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("50%".parse()?, "1h".parse()?));
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert_eq!(versions.budget_at(&series, at(2))?.burn_rate(), Some(1.0));
    /// assert_eq!(versions.budget_at(&series, at(0))?.burn_rate(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn burn_rate(&self) -> Option<f64> {
        let (allowed, q) = self.scaled();
        allowed.is_positive().then(|| self.bad_sum().times(q).over(allowed))
    }

    /// How many more events may be bad; negative when overspent.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("50%".parse()?, "1h".parse()?)).revised(at(1), "75%".parse()?)?;
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert_eq!(versions.budget_at(&series, at(2))?.remaining(), -0.25);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn remaining(&self) -> f64 {
        let (allowed, q) = self.scaled();
        allowed.minus(self.bad_sum().times(q)).over(Sum::from_integer(q))
    }

    /// Whether the whole budget is spent: at least as many bad events as allowed, and at least one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("50%".parse()?, "1h".parse()?));
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert!(versions.budget_at(&series, at(2))?.exhausted());
    /// assert!(!versions.budget_at(&series, at(1))?.exhausted());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn exhausted(&self) -> bool {
        self.bad_sum().is_positive() && self.compare().is_ge()
    }

    /// Whether the objective is met: at most as many bad events as allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Slo, SloVersions, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let versions = SloVersions::new(Slo::new("50%".parse()?, "1h".parse()?)).revised(at(1), "75%".parse()?)?;
    /// let series = CountSeries::from_events(&[at(1), at(2)], &[true, false])?;
    /// assert!(versions.budget_at(&series, at(1))?.met() && !versions.budget_at(&series, at(2))?.met());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn met(&self) -> bool {
        self.compare().is_le()
    }

    fn bad_sum(&self) -> Sum {
        self.parts.iter().fold(Sum::ZERO, |sum, (_, counts)| sum.plus(counts.bad))
    }

    /// The least common denominator of the budgets: all are decimals, so it divides a power of ten below 2^128.
    fn denominator(&self) -> u128 {
        let denominators = self.parts.iter().map(|(objective, _)| objective.budget().denominator());
        denominators.fold(1, |common, other| common / greatest_common_divisor(common, other) * other)
    }

    /// `Σ p_i · total_i` and q.
    fn scaled(&self) -> (Sum, u128) {
        let q = self.denominator();
        let allowed =
            self.weighted(q).into_iter().fold(Sum::ZERO, |sum, (total, p)| sum.plus(total.times(p)));
        (allowed, q)
    }

    /// The totals, each with the numerator of its budget over q.
    fn weighted(&self, q: u128) -> Vec<(Sum, u128)> {
        let numerator = |objective: &Objective| {
            let budget = objective.budget();
            q / budget.denominator() * budget.numerator()
        };
        self.parts.iter().map(|(objective, counts)| (counts.total, numerator(objective))).collect()
    }

    /// How the bad events compare with those allowed.
    fn compare(&self) -> Ordering {
        let q = self.denominator();
        let bad: Vec<(Sum, u128)> = self.parts.iter().map(|(_, counts)| (counts.bad, q)).collect();
        cmp_weighted(&bad, &self.weighted(q))
    }
}

impl fmt::Display for VersionedBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let targets: Vec<String> = self.parts.iter().map(|(objective, _)| objective.to_string()).collect();
        write!(f, "{} of {} allowed bad events under {}", self.bad(), self.allowed(), targets.join(", then "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Calendar, CalendarUnit, Exclusion, Window};
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    fn seconds(bad: &[f64], total: &[f64]) -> CountSeries {
        CountSeries::bad_total(Axis::regular(at(1), Duration::from_seconds(1)), bad, total).unwrap()
    }

    fn versions(target: &str, window: &str) -> SloVersions {
        SloVersions::new(Slo::new(target.parse().unwrap(), window.parse().unwrap()))
    }

    #[test]
    fn a_count_at_the_instant_of_a_revision_belongs_to_the_target_before() {
        // SEMANTICS 5: a count at t tells of the time before t.
        let versions = versions("90%", "1h").revised(at(2), "99%".parse().unwrap()).unwrap();
        let series = seconds(&[0.0; 3], &[100.0; 3]);
        for (end, allowed) in [(1, 10.0), (2, 20.0), (3, 21.0)] {
            assert_eq!(versions.budget_at(&series, at(end)).unwrap().allowed(), allowed, "{end}");
        }
        assert_eq!(versions.in_force(at(2)).objective().to_string(), "90%");
        assert_eq!(
            versions.in_force(Timestamp::from_nanos(at(2).nanos() + 1)).objective().to_string(),
            "99%"
        );
    }

    #[test]
    fn equality_exhausts_and_meets_across_a_change_as_it_does_within_one_target() {
        // SEMANTICS 10; D11 and D12 of the peers: 0.001 · 1000 + 0.0003 · 10 000 = 4 is no sum of rounded products.
        let versions = versions("99.9%", "1h").revised(at(1), "99.97%".parse().unwrap()).unwrap();
        for (bad, exhausted, met) in [(3.0, false, true), (4.0, true, true), (5.0, true, false)] {
            let budget = versions.budget_at(&seconds(&[0.0, bad], &[1e3, 1e4]), at(2)).unwrap();
            assert_eq!((budget.exhausted(), budget.met()), (exhausted, met), "{bad}");
            assert_eq!(
                (budget.allowed(), budget.remaining(), budget.consumed()),
                (4.0, 4.0 - bad, bad / 4.0)
            );
        }
        // SEMANTICS 3: past 2^53 one event still decides.
        let huge = 2_f64.powi(60);
        let versions = self::versions("50%", "1h").revised(at(1), "75%".parse().unwrap()).unwrap();
        let budget = |bad| versions.budget_at(&seconds(&[0.0, bad], &[huge, huge]), at(2)).unwrap();
        let allowed = huge / 2.0 + huge / 4.0;
        assert!(budget(allowed).exhausted() && budget(allowed).met());
        assert!(!budget(allowed - 256.0).exhausted() && !budget(allowed + 256.0).met());
    }

    #[test]
    fn no_traffic_allows_nothing_and_spends_nothing() {
        let versions = versions("90%", "1h").revised(at(1), "99%".parse().unwrap()).unwrap();
        let budget = versions.budget_at(&seconds(&[], &[]), at(2)).unwrap();
        assert_eq!((budget.allowed(), budget.consumed(), budget.burn_rate()), (0.0, 0.0, None));
        assert!(budget.met() && !budget.exhausted());
    }

    #[test]
    fn windows_exclusions_and_the_clock_are_those_of_the_slo() {
        let day = Window::calendar(Calendar::new(CalendarUnit::Day, 1).unwrap());
        let slo = Slo::new("90%".parse().unwrap(), day);
        let slo = slo.exclude(Exclusion::new(at(0), at(1)).unwrap());
        let versions = SloVersions::new(slo).revised(at(2), "99%".parse().unwrap()).unwrap();
        let series = seconds(&[7.0, 1.0, 2.0, 3.0], &[100.0; 4]);
        let budget = versions.budget_at(&series, at(3)).unwrap();
        assert_eq!((budget.bad(), budget.total(), budget.allowed()), (3.0, 200.0, 11.0));
        assert_eq!(versions.burn_rate(&series, Duration::from_seconds(2), at(4)).unwrap(), Some(2.5));
        assert!(versions.burn_rate(&series, Duration::ZERO, at(4)).is_err());
    }

    #[test]
    fn the_finest_targets_have_a_common_denominator() {
        let [fine, odd] = ["99.999999999999999%", "0.333333333333333333"].map(|text| text.parse().unwrap());
        let versions = SloVersions::new(Slo::new(fine, "1h".parse().unwrap())).revised(at(1), odd).unwrap();
        let budget = versions.budget_at(&seconds(&[0.0; 2], &[1e17, 1e18]), at(2)).unwrap();
        assert_eq!(budget.allowed(), 666_666_666_666_666_668.0);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn versions_are_written_and_read_back() {
        let versions = versions("90%", "1h").revised(at(2), "99%".parse().unwrap()).unwrap();
        let versions = versions.revised(at(5), "95%".parse().unwrap()).unwrap();
        let text = serde_json::to_string(&versions).unwrap();
        assert_eq!(serde_json::from_str::<SloVersions>(&text).unwrap(), versions);
        assert!(serde_json::from_str::<SloVersions>(&text.replace(":00:05Z", ":00:01Z")).is_err());
    }

    proptest! {
        #[test]
        fn revisions_that_change_nothing_leave_the_budget_as_it_is(
            counts in prop::collection::vec((0_u32..50, 0_u32..5_000), 1..40),
            cuts in prop::collection::btree_set(0_i64..40, 0..5),
            digits in 1_u32..10_000,
        ) {
            let bad: Vec<f64> = counts.iter().map(|(bad, _)| f64::from(*bad)).collect();
            let total: Vec<f64> = counts.iter().map(|(bad, good)| f64::from(bad + good)).collect();
            let series = seconds(&bad, &total);
            let target: Objective = format!("0.9{digits:04}").parse().unwrap();
            let slo = Slo::new(target, "20s".parse().unwrap());
            let same = cuts.iter().try_fold(SloVersions::new(slo.clone()), |v, cut| v.revised(at(*cut), target));
            let same = same.unwrap();
            for end in 0..45 {
                let (one, many) = (slo.budget_at(&series, at(end)).unwrap(), same.budget_at(&series, at(end)).unwrap());
                prop_assert_eq!(one.allowed(), many.allowed());
                prop_assert_eq!(one.burn_rate(), many.burn_rate());
                prop_assert_eq!(one.remaining(), many.remaining());
                prop_assert_eq!((one.exhausted(), one.met()), (many.exhausted(), many.met()));
            }
        }
    }
}
