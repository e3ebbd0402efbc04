//! Objectives that change: what a window across the change allowed.

mod budget;

pub use budget::VersionedBudget;

use crate::error::{Error, Result};
use crate::objective::Objective;
use crate::series::CountSeries;
use crate::slo::Slo;
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
        let (begin, _) = self.slo.window().period_until(at);
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

#[cfg(test)]
mod tests;
