//! A service level objective: a target held over a window.

use std::borrow::Cow;
use std::fmt;

use crate::adjustment::{self, Adjustment};
#[cfg(any(feature = "serde", doc))]
use crate::error::Error;
use crate::error::Result;
use crate::exclusion::{Exclusion, Spans};
use crate::fraction::Fraction;
use crate::method::{Method, NoData};
use crate::objective::Objective;
use crate::series::CountSeries;
use crate::slices::Slicing;
use crate::time::{Duration, Timestamp};
use crate::window::Window;

/// A target held over a window, and the name it goes by.
///
/// # Examples
///
/// ```
/// use slo_core::Slo;
///
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).name("checkout");
/// assert_eq!(slo.to_string(), "checkout: 99.9% over 30d");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Raw"))]
pub struct Slo {
    name: Option<String>,
    objective: Objective,
    window: Window,
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub(crate) method: Method,
    pub(crate) no_data: NoData,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    exclusions: Vec<Exclusion>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    adjustments: Vec<Adjustment>,
}

impl Slo {
    /// An objective held over a window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Objective, Slo};
    ///
    /// let slo = Slo::new(Objective::new(0.995)?, "7d".parse()?);
    /// assert_eq!(slo.to_string(), "99.5% over 7d");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(objective: Objective, window: Window) -> Self {
        Self {
            name: None,
            objective,
            window,
            method: Method::Occurrences,
            no_data: NoData::Skip,
            exclusions: Vec::new(),
            adjustments: Vec::new(),
        }
    }

    /// The name that reports call it by.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slo;
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).name("checkout").name("payments");
    /// assert_eq!(slo.to_string(), "payments: 99.9% over 30d");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The name, if it has one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slo;
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.label(), None);
    /// assert_eq!(slo.name("checkout").label(), Some("checkout"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The target.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slo;
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.objective().budget(), "0.1%".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn objective(&self) -> Objective {
        self.objective
    }

    /// The same SLO with another target.
    pub(crate) fn with_objective(self, objective: Objective) -> Self {
        Self { objective, ..self }
    }

    /// The window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "4w".parse()?);
    /// assert_eq!(slo.window().length(), Duration::from_days(28));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The same objective without a time: see [`Exclusion`]. Those of several calls add up.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Slo, Timestamp};
    ///
    /// let at = Timestamp::from_nanos;
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let slo = slo.exclude(Exclusion::new(at(1), at(5))?).exclude(Exclusion::new(at(4), at(7))?);
    /// assert_eq!(slo.excluded(at(0), at(100)), [(at(1), at(7))]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn exclude(mut self, exclusion: Exclusion) -> Self {
        self.exclusions.push(exclusion);
        self
    }

    /// The same objective with a correction of what was counted: see [`Adjustment`]. Those of several calls add up.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Axis, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 9.0], &[100.0; 2])?;
    /// // Seven of the nine errors were a test's.
    /// let at = series.last().unwrap();
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?).adjust(Adjustment::new(at, 0.0, -7.0)?);
    /// let budget = slo.budget_at(&series, at)?;
    /// assert_eq!((budget.bad(), budget.total()), (2.0, 193.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn adjust(mut self, adjustment: Adjustment) -> Self {
        self.adjustments.push(adjustment);
        self
    }

    /// What the objective does not count, in the order in which it was said.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Slo, Timestamp};
    ///
    /// let freeze = Exclusion::new(Timestamp::from_nanos(1), Timestamp::from_nanos(5))?.reason("freeze");
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).exclude(freeze);
    /// assert_eq!(slo.exclusions()[0].why(), "freeze");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn exclusions(&self) -> &[Exclusion] {
        &self.exclusions
    }

    /// The corrections of what was counted, in the order in which they were said.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Slo, Timestamp};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert!(slo.adjustments().is_empty());
    /// let slo = slo.adjust(Adjustment::new(Timestamp::from_nanos(0), 5.0, 0.0)?);
    /// assert_eq!(slo.adjustments()[0].good(), 5.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn adjustments(&self) -> &[Adjustment] {
        &self.adjustments
    }

    /// The time within `(begin, end]` that the objective does not count: spans `(b, e]` in order that neither overlap
    /// nor touch.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Exclusion, Slo};
    ///
    /// let (begin, end) = ("2026-01-03T22:00:00Z".parse()?, "2026-01-04T04:00:00Z".parse()?);
    /// let nights = Exclusion::new(begin, end)?.recurring("FREQ=DAILY".parse()?);
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).exclude(nights);
    /// let midnight = "2026-02-01T00:00:00Z".parse()?;
    /// // Cut off at the end of what was asked for.
    /// let spans = slo.excluded("2026-01-31T12:00:00Z".parse()?, midnight);
    /// assert_eq!(spans, [("2026-01-31T22:00:00Z".parse()?, midnight)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn excluded(&self, begin: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        self.spans(begin, end).within(begin, end)
    }

    /// Whether a count at an instant is excluded.
    #[inline]
    pub(crate) fn excludes(&self, at: Timestamp) -> bool {
        let held = || self.spans(Timestamp::from_nanos(at.nanos().saturating_sub(1)), at).holds(at);
        !self.exclusions.is_empty() && held()
    }

    /// The exclusions that have time in common with `(begin, end]`, whole and merged.
    pub(crate) fn spans(&self, begin: Timestamp, end: Timestamp) -> Spans {
        Spans::merged(
            self.exclusions.iter().flat_map(|exclusion| exclusion.occurrences(begin, end)).collect(),
        )
    }

    /// The share of the window at an instant, as far as it has passed, that counts cover; excluded time is not expected.
    ///
    /// # Method
    ///
    /// ```text
    /// |covered \ excluded| / |(begin, at] \ excluded|   with (begin, end] the period of at
    /// ```
    ///
    /// with [`CountSeries::coverage`]'s covered time, of the records that are not excluded; 1 where all is excluded.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Exclusion, Slo, Timestamp};
    ///
    /// let at = |minute: i64| Timestamp::from_nanos(minute * 60_000_000_000);
    /// // Records of minutes 1 to 5, of an hour of which half is excluded.
    /// let series = CountSeries::bad_total(Axis::regular(at(1), Duration::from_minutes(1)), &[0.0; 5], &[9.0; 5])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// assert_eq!(slo.coverage(&series, at(60)), 5.0 / 60.0);
    /// let slo = slo.exclude(Exclusion::new(at(30), at(60))?);
    /// assert_eq!(slo.coverage(&series, at(60)), 5.0 / 30.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn coverage(&self, series: &CountSeries, at: Timestamp) -> f64 {
        self.coverages(series, &[at]).first().copied().unwrap_or(0.0)
    }

    /// The coverage of the window at each instant, in one pass over the counts.
    pub(crate) fn coverages(&self, series: &CountSeries, times: &[Timestamp]) -> Vec<f64> {
        let windows = times.iter().map(|at| (self.window.period_until(*at).0, *at));
        let begins = windows.clone().map(|(begin, _)| begin).chain(series.first()).min();
        let ends = times.iter().copied().chain(series.last()).max();
        let spans = begins.zip(ends).map_or_else(Spans::default, |(begin, end)| {
            // The first record covers time before it.
            let reach = series.resolution().unwrap_or_default();
            self.spans(begin.saturating_sub(reach), end)
        });
        series.coverages(windows, &spans)
    }

    /// The counts as the objective sees them: what budgets, burn rates and alerts are made from.
    ///
    /// # Method
    ///
    /// Adjustments are added first, then what lies in an exclusion is taken away: its records stay, with 0 events of 0.
    /// So time passes at them as it does at records of a quiet time: windows forget, alerts end, an even series stays
    /// even, and a record after an exclusion covers no more time than it counted.
    ///
    /// By a method of slices the rest becomes one count for each slice, at its end: by time slices bad 1 of 1 or 0 of 1,
    /// by ratio time slices the share of its events that were bad, of 1. These shares and their sums are kept to about
    /// 2^-104. Left out are slices that end while they are excluded, or after the last record, when they are not over;
    /// and those without an event, unless [`no_data`](Self::no_data) takes them for good or bad.
    ///
    /// A burn rate of slices is therefore the share of bad slices among those that counted. To have slices without data
    /// in its denominator, as Kibana does, take them for good.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Exclusion, Method, Slo, Timestamp};
    ///
    /// let at = |minute: i64| Timestamp::from_nanos(minute * 60_000_000_000);
    /// let axis = Axis::regular(at(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 2.0, 3.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "2m".parse()?);
    /// // With nothing excluded every event counts as it is.
    /// assert_eq!(*slo.counted(&series)?, series);
    /// let slo = slo.exclude(Exclusion::new(at(0), at(1))?);
    /// let bad: Vec<f64> = slo.counted(&series)?.iter().map(|(_, counts)| counts.bad()).collect();
    /// assert_eq!(bad, [1.0, 0.0, 3.0]);
    ///
    /// // Of the two minutes that are left the second has more than 2 % bad.
    /// let slo = slo.method(Method::Timeslices { slice: "1m".parse()?, slice_target: "98%".parse()? })?;
    /// let slices: Vec<_> = slo.counted(&series)?.iter().map(|(end, counts)| (end, counts.bad())).collect();
    /// assert_eq!(slices, [(at(0), 0.0), (at(2), 1.0)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for an adjustment that takes more than was counted in the record that it belongs to;
    /// [`Error::OutOfRange`] where one makes a count infinite, or the series longer than 292 years;
    /// [`Error::LimitExceeded`] where more than 10^7 slices would have to be taken for good or bad.
    pub fn counted<'a>(&self, series: &'a CountSeries) -> Result<Cow<'a, CountSeries>> {
        self.counted_until(series, None)
    }

    /// The counts as the objective sees them at an instant, which may come after the last record: slices go on.
    pub(crate) fn counted_until<'a>(
        &self,
        series: &'a CountSeries,
        at: Option<Timestamp>,
    ) -> Result<Cow<'a, CountSeries>> {
        let events = self.events(series)?;
        let Some(slicing) = Slicing::new(self.method, self.no_data) else { return Ok(events) };
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(events) };
        let until = at.map_or(last, |at| at.max(last));
        let spans = self.spans(first.saturating_sub(Duration::from_nanos(1)), until);
        Ok(Cow::Owned(slicing.counted(&events, until, &spans)?))
    }

    /// The events that count, before they are made slices.
    pub(crate) fn events<'a>(&self, series: &'a CountSeries) -> Result<Cow<'a, CountSeries>> {
        let series = adjustment::adjusted(series, &self.adjustments)?;
        let (Some(first), Some(last)) = (series.first(), series.last()) else { return Ok(series) };
        let spans = self.spans(first.saturating_sub(Duration::from_nanos(1)), last);
        if spans.as_slice().is_empty() {
            return Ok(series);
        }
        Ok(Cow::Owned(series.without(&spans)))
    }
}

impl fmt::Display for Slo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}: ")?;
        }
        write!(f, "{} over {}", self.objective, self.window)?;
        match self.method {
            Method::Occurrences => Ok(()),
            Method::Timeslices { slice, slice_target } => {
                let percent = Fraction::new(100, 1).and_then(|hundred| slice_target.times(hundred).ok());
                let (share, sign) = percent.map_or((slice_target, ""), |percent| (percent, "%"));
                write!(f, " by slices of {slice} at {share}{sign}")
            }
            Method::RatioTimeslices { slice } => write!(f, " by the mean ratio of slices of {slice}"),
        }
    }
}

/// An objective as it is written down; method and slices may be left out.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
struct Raw {
    #[serde(default)]
    name: Option<String>,
    objective: Objective,
    window: Window,
    #[serde(flatten)]
    method: crate::method::written::RawMethod,
    #[serde(default)]
    no_data: NoData,
    #[serde(default)]
    exclusions: Vec<Exclusion>,
    #[serde(default)]
    adjustments: Vec<Adjustment>,
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Slo {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let slo = Self::new(raw.objective, raw.window).no_data(raw.no_data).method(raw.method.try_into()?)?;
        Ok(Self { name: raw.name, exclusions: raw.exclusions, adjustments: raw.adjustments, ..slo })
    }
}
