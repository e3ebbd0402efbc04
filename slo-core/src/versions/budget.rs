//! The budget of a window across a change of the target.

use std::cmp::Ordering;
use std::fmt;

use crate::counts::Counts;
use crate::fraction::greatest_common_divisor;
use crate::objective::Objective;
use crate::sum::{Sum, cmp_weighted, unit_of};

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
/// See [`SloVersions`](crate::SloVersions).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VersionedBudget {
    pub(super) parts: Vec<(Objective, Counts)>,
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
        let (allowed, _, q, unit) = self.scaled();
        allowed.over(Sum::from_integer(q)) / unit
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
        let (allowed, bad, ..) = self.scaled();
        allowed.is_positive().then(|| bad.over(allowed))
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
        let (allowed, bad, q, unit) = self.scaled();
        allowed.minus(bad).over(Sum::from_integer(q)) / unit
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

    /// `Σ p_i · total_i`, `q · bad`, both times a unit that keeps them within the floats, then q and the unit.
    fn scaled(&self) -> (Sum, Sum, u128, f64) {
        let q = self.denominator();
        let totals = self.weighted(q);
        let unit = unit_of(totals.iter().map(|(total, _)| total.high()).fold(0.0, f64::max));
        let allowed = totals.into_iter().map(|(total, p)| total.scaled_by(unit).times(p));
        (allowed.fold(Sum::ZERO, Sum::plus), self.bad_sum().scaled_by(unit).times(q), q, unit)
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
