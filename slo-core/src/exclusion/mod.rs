//! Times that an objective does not count.

mod occurrences;
mod recurrence;
mod spans;
mod straddling;
#[cfg(test)]
mod tests;

pub use recurrence::Recurrence;
pub(crate) use spans::Spans;
pub use straddling::Straddling;

use crate::error::{Error, Result};
use crate::time::Timestamp;

/// A time that an objective does not count: a maintenance window, once or again and again.
///
/// It takes away the counts at `begin < t <= end`, and that time from what coverage and slices expect. Like windows it is
/// open on the left: a count at its begin tells of the time before.
///
/// # Method
///
/// ```text
/// (begin_i, begin_i + (end - begin)]   for each occurrence i of the recurrence, begin_1 = begin
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Exclusion, Slo, Timestamp};
///
/// let at = |minute: i64| Timestamp::from_nanos(minute * 60_000_000_000);
/// let axis = Axis::regular(at(1), Duration::from_minutes(1));
/// let series = CountSeries::bad_total(axis, &[0.0, 40.0, 60.0, 1.0], &[100.0; 4])?;
/// let maintenance = Exclusion::new(at(1), at(3))?.reason("upgrade");
/// let slo = Slo::new("99%".parse()?, "1h".parse()?).exclude(maintenance);
/// // The counts at minutes 2 and 3 are taken away, and the one at the begin stays.
/// let budget = slo.budget_at(&series, at(4))?;
/// assert_eq!((budget.bad(), budget.total()), (1.0, 200.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct Exclusion {
    begin: Timestamp,
    end: Timestamp,
    recurrence: Option<Recurrence>,
    reason: String,
}

impl Exclusion {
    /// The time `(begin, end]`, once.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Timestamp};
    ///
    /// let [one, two] = [1, 2].map(Timestamp::from_nanos);
    /// assert_eq!(Exclusion::new(one, two)?.span(), (one, two));
    /// assert!(Exclusion::new(one, one).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it ends after it begins; [`Error::OutOfRange`] for more than 292 years.
    pub fn new(begin: Timestamp, end: Timestamp) -> Result<Self> {
        if end <= begin {
            return Err(Error::invalid("end", end, format!("must come after the begin, {begin}")));
        }
        end.since(begin)?;
        Ok(Self { begin, end, recurrence: None, reason: "maintenance".to_owned() })
    }

    /// Again and again, from its begin on.
    ///
    /// The begin itself is an occurrence only if the recurrence says so: a begin on Tuesday that recurs on Sundays
    /// first excludes the Sunday after it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Exclusion;
    ///
    /// // Two hours every Sunday.
    /// let (begin, end) = ("2026-01-04T02:00:00Z".parse()?, "2026-01-04T04:00:00Z".parse()?);
    /// let sundays = Exclusion::new(begin, end)?.recurring("FREQ=WEEKLY".parse()?);
    /// let spans = sundays.occurrences("2026-06-01T00:00:00Z".parse()?, "2026-06-10T00:00:00Z".parse()?);
    /// assert_eq!(spans, [("2026-06-07T02:00:00Z".parse()?, "2026-06-07T04:00:00Z".parse()?)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn recurring(mut self, recurrence: Recurrence) -> Self {
        self.recurrence = Some(recurrence);
        self
    }

    /// Why, for reports; `maintenance` unless it is said.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Timestamp};
    ///
    /// let [one, two] = [1, 2].map(Timestamp::from_nanos);
    /// assert_eq!(Exclusion::new(one, two)?.reason("upgrade").why(), "upgrade");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Begin and end, of the first occurrence where it recurs.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Timestamp};
    ///
    /// let span = (Timestamp::from_nanos(5), Timestamp::from_nanos(9));
    /// assert_eq!(Exclusion::new(span.0, span.1)?.span(), span);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn span(&self) -> (Timestamp, Timestamp) {
        (self.begin, self.end)
    }

    /// When it comes again, if it does.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Timestamp};
    ///
    /// let once = Exclusion::new(Timestamp::from_nanos(5), Timestamp::from_nanos(9))?;
    /// assert!(once.recurrence().is_none());
    /// assert_eq!(once.recurring("FREQ=DAILY".parse()?).recurrence().map(|r| r.to_string()), Some("FREQ=DAILY".into()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn recurrence(&self) -> Option<&Recurrence> {
        self.recurrence.as_ref()
    }

    /// Why.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Timestamp};
    ///
    /// let silent = Exclusion::new(Timestamp::from_nanos(5), Timestamp::from_nanos(9))?;
    /// assert_eq!(silent.why(), "maintenance");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn why(&self) -> &str {
        &self.reason
    }

    /// The occurrences that have time in common with `(begin, end]`, whole, in order of their begins.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Timestamp};
    ///
    /// let at = |nanos: i64| Timestamp::from_nanos(nanos);
    /// let exclusion = Exclusion::new(at(5), at(9))?;
    /// assert_eq!(exclusion.occurrences(at(8), at(20)), [(at(5), at(9))]);
    /// assert_eq!(exclusion.occurrences(at(9), at(20)), []);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn occurrences(&self, begin: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let length = self.end.saturating_since(self.begin);
        let begins = match &self.recurrence {
            None => vec![self.begin],
            // What ends after the range's begin begins at most its own length before it.
            Some(recurrence) => recurrence.begins(self.begin, begin.saturating_sub(length), end),
        };
        let spans = begins.into_iter().map(|begin| (begin, begin.saturating_add(length)));
        spans.filter(|span| span.0 < end && span.1 > begin).collect()
    }
}

/// An exclusion as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    begin: Timestamp,
    end: Timestamp,
    #[serde(default)]
    recurrence: Option<Recurrence>,
    #[serde(default)]
    zone: Option<crate::time::Zone>,
    #[serde(default)]
    reason: Option<String>,
}

#[cfg(feature = "serde")]
impl From<Exclusion> for Raw {
    fn from(exclusion: Exclusion) -> Self {
        let Exclusion { begin, end, recurrence, reason } = exclusion;
        let zone = recurrence.as_ref().map(Recurrence::clock);
        Self { begin, end, recurrence, zone, reason: Some(reason) }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Exclusion {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let exclusion = Self::new(raw.begin, raw.end)?;
        let zone = raw.zone.unwrap_or_default();
        let recurrence = raw.recurrence.map(|recurrence| recurrence.zone(zone));
        let reason = raw.reason.unwrap_or(exclusion.reason);
        Ok(Self { recurrence, reason, ..exclusion })
    }
}
