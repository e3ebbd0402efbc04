//! What a spec says, whatever format it was written in.

use std::collections::BTreeMap;
use std::fmt;

use slo_core::chrono::NaiveDateTime;
use slo_core::{Calendar, Comparison, Duration, Error, Fraction, Objective, Result, Slo, Window};

/// One objective of an SLO, with all that its SLO says.
///
/// An SLO with several objectives is several specs, equal but for [`objective`](Self::objective),
/// [`objective_name`](Self::objective_name), the limit of a threshold and the slices.
///
/// [`read_specs`](crate::read_specs) makes them; [`slo`](Self::slo) shows one at work.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Spec {
    /// The name of the SLO.
    pub name: String,
    /// The name of the SLO for people.
    pub display_name: Option<String>,
    /// What the SLO is about.
    pub description: Option<String>,
    /// The service it belongs to.
    pub service: String,
    /// Labels, each with one value or several.
    pub labels: BTreeMap<String, Vec<String>>,
    /// What is measured.
    pub indicator: Indicator,
    /// The target, as the exact decimal that was written.
    pub objective: Objective,
    /// The name of the objective for people.
    pub objective_name: Option<String>,
    /// Over which time the target is to be held.
    pub window: SpecWindow,
    /// What is counted against the target.
    pub budgeting: BudgetingMethod,
    /// What is valid but may not be what was meant, each with its path.
    pub warnings: Vec<String>,
}

/// What is measured.
///
/// # Examples
///
/// ```
/// use slo_core::Comparison;
/// use slo_io::{Indicator, Source};
///
/// let fast = Indicator::Threshold { source: Source::default(), comparison: Comparison::AtMost, limit: 0.2 };
/// let Indicator::Threshold { comparison, limit, .. } = fast else { unreachable!() };
/// assert!(comparison.holds(0.2, limit));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Indicator {
    /// Good or bad events among all events.
    Ratio {
        /// The events that are counted apart.
        part: RatioPart,
        /// All events.
        total: Source,
        /// Whether the sources are counters that only grow, and not counts per sample.
        counter: bool,
    },
    /// A ratio that the source has already formed.
    Raw {
        /// Where the ratio comes from.
        source: Source,
        /// What the ratio is a share of.
        kind: RawKind,
    },
    /// A measured value that is good on one side of a limit.
    Threshold {
        /// Where the value comes from.
        source: Source,
        /// How a good value compares with the limit.
        comparison: Comparison,
        /// The limit.
        limit: f64,
    },
}

/// The events that a ratio counts beside all events.
///
/// # Examples
///
/// ```
/// use slo_io::{RatioPart, Source};
///
/// assert_ne!(RatioPart::Good(Source::default()), RatioPart::Bad(Source::default()));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum RatioPart {
    /// The good ones.
    Good(Source),
    /// The bad ones.
    Bad(Source),
}

/// What a ratio that the source has formed is a share of.
///
/// # Examples
///
/// ```
/// use slo_io::{Indicator, RawKind, Source};
///
/// let errors = Indicator::Raw { source: Source::default(), kind: RawKind::Failure };
/// assert!(matches!(errors, Indicator::Raw { kind: RawKind::Failure, .. }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RawKind {
    /// Good events among all events.
    Success,
    /// Bad events among all events.
    Failure,
}

/// Where a metric comes from: a system and what to ask it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// The kind of system, such as `Prometheus`.
    pub kind: Option<String>,
    /// The name of a data source that is described elsewhere.
    pub reference: Option<String>,
    /// What to ask, as the system wants it.
    pub spec: serde_json::Map<String, serde_json::Value>,
}

impl Source {
    /// The text under `query`, where most systems have theirs.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::Source;
    ///
    /// let mut source = Source::default();
    /// assert_eq!(source.query(), None);
    /// source.spec.insert("query".to_owned(), "up".into());
    /// assert_eq!(source.query(), Some("up"));
    /// ```
    pub fn query(&self) -> Option<&str> {
        self.spec.get("query")?.as_str()
    }
}

/// Over which time a target is to be held.
///
/// # Examples
///
/// ```
/// use slo_io::SpecWindow;
///
/// assert_eq!(SpecWindow::Rolling("4w".parse()?).to_string(), "28d, rolling");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpecWindow {
    /// The time of this length before each instant.
    Rolling(Duration),
    /// Periods of the calendar, one after another.
    Calendar {
        /// How many units a period has.
        count: u32,
        /// The unit.
        unit: CalendarUnit,
        /// When the first period begins, in the time zone.
        start: NaiveDateTime,
        /// The IANA name of the time zone, as written.
        time_zone: String,
    },
}

/// A unit of the calendar; from the day on its length depends on the date.
///
/// # Examples
///
/// ```
/// use slo_io::CalendarUnit;
///
/// assert!(CalendarUnit::Week < CalendarUnit::Month);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalendarUnit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// From a time of day to the same on the next day.
    Day,
    /// Seven days.
    Week,
    /// From a day of a month to the same of the next month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

impl SpecWindow {
    /// The window to be computed with; `None` for calendar windows of minutes or hours.
    ///
    /// A month without the start's day ends with its last day.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTimeZone`]; [`Error::InvalidParameter`] for a start outside the years 1677 to 2262.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::{CalendarUnit, SpecWindow};
    ///
    /// let start = "2022-01-31T00:00:00".parse().unwrap();
    /// let month = SpecWindow::Calendar { count: 1, unit: CalendarUnit::Month, start, time_zone: "UTC".into() };
    /// let (begin, end) = month.window()?.unwrap().period_until("2022-02-10T00:00:00Z".parse()?);
    /// assert_eq!((begin.to_string().as_str(), end.to_string().as_str()), ("2022-01-31T00:00:00Z", "2022-02-28T00:00:00Z"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn window(&self) -> Result<Option<Window>> {
        match self {
            Self::Rolling(length) => Window::rolling(*length).map(Some),
            Self::Calendar { count, unit, start, time_zone } => {
                let Some(unit) = unit.of_calendar() else { return Ok(None) };
                let calendar = Calendar::new(unit, *count)?.start(*start)?.zone(time_zone.parse()?);
                Ok(Some(Window::calendar(calendar)))
            }
        }
    }
}

impl CalendarUnit {
    /// The unit as windows have it.
    const fn of_calendar(self) -> Option<slo_core::CalendarUnit> {
        match self {
            Self::Minute | Self::Hour => None,
            Self::Day => Some(slo_core::CalendarUnit::Day),
            Self::Week => Some(slo_core::CalendarUnit::Week),
            Self::Month => Some(slo_core::CalendarUnit::Month),
            Self::Quarter => Some(slo_core::CalendarUnit::Quarter),
            Self::Year => Some(slo_core::CalendarUnit::Year),
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Month => 'M',
            Self::Quarter => 'Q',
            Self::Year => 'Y',
        }
    }
}

impl fmt::Display for SpecWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling(length) => write!(f, "{length}, rolling"),
            Self::Calendar { count, unit, start, time_zone } => {
                write!(f, "{count}{} from {start} in {time_zone}", unit.letter())
            }
        }
    }
}

/// What is counted against a target.
///
/// # Examples
///
/// ```
/// use slo_io::BudgetingMethod;
///
/// let (target, slice) = ("0.95".parse()?, "1m".parse()?);
/// assert_ne!(BudgetingMethod::Timeslices { target, slice }, BudgetingMethod::RatioTimeslices { slice });
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BudgetingMethod {
    /// Events.
    Occurrences,
    /// Slices of time, each good or bad.
    Timeslices {
        /// The share of good events from which a slice is good; at most one.
        target: Fraction,
        /// The length of a slice.
        slice: Duration,
    },
    /// The mean of the ratios of all slices.
    RatioTimeslices {
        /// The length of a slice.
        slice: Duration,
    },
}

impl Spec {
    /// The SLO that the spec describes, to be computed with.
    ///
    /// Its name is the spec's, followed by the objective's in parentheses if it has one.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for a calendar window of minutes or hours, for `Timeslices` and for `RatioTimeslices`;
    /// [`Error::UnknownTimeZone`] for a name that is none, or that needs the feature `tz`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::read_specs;
    ///
    /// let specs = read_specs(r#"
    /// apiVersion: openslo/v1
    /// kind: SLO
    /// metadata: {name: search}
    /// spec:
    ///   service: shop
    ///   indicator:
    ///     metadata: {name: latency}
    ///     spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: search_seconds}}}}
    ///   budgetingMethod: Occurrences
    ///   timeWindow: [{duration: 4w, isRolling: true}]
    ///   objectives:
    ///     - {displayName: fast, op: lte, value: 0.2, target: 0.9}
    ///     - {displayName: bearable, op: lt, value: 1, targetPercent: 99.5}
    /// "#)?;
    /// let slos = [specs[0].slo()?, specs[1].slo()?];
    /// assert_eq!(slos[0].to_string(), "search (fast): 90% over 28d");
    /// assert_eq!(slos[1].to_string(), "search (bearable): 99.5% over 28d");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn slo(&self) -> Result<Slo> {
        let refuse = |what: String, reason: &str| {
            Err(Error::Unsupported {
                what: format!("{what} of SLO {}", self.name),
                reason: reason.to_owned(),
            })
        };
        let method = match self.budgeting {
            BudgetingMethod::Occurrences => None,
            BudgetingMethod::Timeslices { .. } => Some("Timeslices"),
            BudgetingMethod::RatioTimeslices { .. } => Some("RatioTimeslices"),
        };
        if let Some(method) = method {
            return refuse(format!("the budgetingMethod {method}"), "budgets are counted in Occurrences");
        }
        let Some(window) = self.window.window()? else {
            return refuse(
                format!("the calendar window {}", self.window),
                "calendar windows have days or longer",
            );
        };
        let name = match &self.objective_name {
            Some(objective) => format!("{} ({objective})", self.name),
            None => self.name.clone(),
        };
        Ok(Slo::new(self.objective, window).name(name))
    }
}
