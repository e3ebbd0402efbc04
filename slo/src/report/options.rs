//! What a report may be told beyond its objective and its counts.

use slo_core::{AlertPolicy, CountSeries, Duration, Error, Result, Timestamp};

/// A part of the traffic: its name and its own counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What the part is called, for example its labels.
    pub name: String,
    /// Its counts, which with those of the other parts make up the whole.
    pub counts: CountSeries,
}

/// Something known to have happened, to hold the alerts against.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Incident {
    /// What it was.
    pub name: String,
    /// When it began.
    pub begin: Timestamp,
    /// When it ended.
    pub end: Timestamp,
}

/// What a [`Report`](crate::Report) is to contain.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `at` | the last record | from the first record on | instant |
/// | `policy` | Google's recommended one for the objective's window | | |
/// | `level` | 0.95 | (0, 1) | share |
/// | `every` | the finest round step that makes at most 480 instants | positive | duration |
/// | `parts` | none | add up to the whole | counts |
/// | `incidents` | none | begin before end | |
///
/// # Examples
///
/// ```
/// use slo::{AlertPolicy, BurnRule, Duration, ReportOptions};
///
/// let rule = BurnRule::new(Duration::from_minutes(5), Duration::from_minutes(1), 6.0)?;
/// let options = ReportOptions::new().policy(AlertPolicy::new([rule])).level(0.99)?;
/// # Ok::<(), slo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReportOptions {
    pub(super) at: Option<Timestamp>,
    pub(super) policy: Option<AlertPolicy>,
    pub(super) level: f64,
    pub(super) every: Option<Duration>,
    pub(super) parts: Vec<Part>,
    pub(super) incidents: Vec<Incident>,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl ReportOptions {
    /// The defaults.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{Axis, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let series = CountSeries::bad_total(axis, &[0.0, 1.0], &[100.0; 2])?;
    /// let report = Report::new(&slo, &series, &ReportOptions::new())?;
    /// // Google's four rules, at the last record.
    /// assert_eq!((report.policy.rules().len(), report.at), (4, Timestamp::from_nanos(60_000_000_000)));
    /// # Ok::<(), slo::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { at: None, policy: None, level: 0.95, every: None, parts: Vec::new(), incidents: Vec::new() }
    }

    /// The instant that the report speaks of; later records are left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{Axis, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let series = CountSeries::bad_total(axis, &[1.0, 1.0, 50.0], &[100.0; 3])?;
    /// let before = ReportOptions::new().at(Timestamp::from_nanos(119_000_000_000));
    /// assert_eq!(Report::new(&slo, &series, &before)?.budget.consumed(), 1.0);
    /// # Ok::<(), slo::Error>(())
    /// ```
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// The policy that raises the alerts.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let rule = BurnRule::new("2m".parse()?, "1m".parse()?, 10.0)?;
    /// let options = ReportOptions::new().policy(AlertPolicy::new([rule]));
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// assert_eq!(Report::new(&slo, &series, &options)?.timeline.alerts()[0].burn, 15.0);
    /// # Ok::<(), slo::Error>(())
    /// ```
    #[must_use]
    pub fn policy(mut self, policy: AlertPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The confidence level of the intervals.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{Axis, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let series = CountSeries::bad_total(axis, &[0.0], &[100.0])?;
    /// let sli = Report::new(&slo, &series, &ReportOptions::new().level(0.99)?)?.sli_interval.unwrap();
    /// // n / (n + z²) with z = 2.576
    /// assert!((sli.lower - 100.0 / 106.635).abs() < 1e-4);
    /// # Ok::<(), slo::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside (0, 1).
    pub fn level(mut self, level: f64) -> Result<Self> {
        Error::check_fraction("level", level)?;
        self.level = level;
        Ok(self)
    }

    /// How often the history is taken, on a grid anchored at the Unix epoch.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{Axis, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// // The minutes from 0 to 60, taken every quarter of an hour.
    /// let series = CountSeries::bad_total(axis, &[0.0; 61], &[100.0; 61])?;
    /// let options = ReportOptions::new().every(Duration::from_minutes(15))?;
    /// assert_eq!(Report::new(&slo, &series, &options)?.history.times.len(), 5);
    /// # Ok::<(), slo::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless positive.
    pub fn every(mut self, every: Duration) -> Result<Self> {
        self.every = Some(every.check_positive("every")?);
        Ok(self)
    }

    /// The parts of the traffic, to say which of them burnt the budget.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{Axis, CountSeries, Duration, Part, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let read = CountSeries::bad_total(axis.clone(), &[1.0, 0.0], &[900.0; 2])?;
    /// let write = CountSeries::bad_total(axis, &[0.0, 3.0], &[100.0; 2])?;
    /// let whole = read.merge(&write)?;
    /// let part = |name: &str, counts| Part { name: name.to_owned(), counts };
    /// let options = ReportOptions::new().parts([part("read", read), part("write", write)]);
    /// let report = Report::new(&slo, &whole, &options)?;
    /// assert_eq!((report.shares[0].name.as_str(), report.shares[0].of_bad), ("write", 0.75));
    /// # Ok::<(), slo::Error>(())
    /// ```
    #[must_use]
    pub fn parts(mut self, parts: impl Into<Vec<Part>>) -> Self {
        self.parts = parts.into();
        self
    }

    /// Known incidents, to say how each was noticed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    /// use slo::{Incident, Report, ReportOptions};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let policy = AlertPolicy::new([BurnRule::new("2m".parse()?, "1m".parse()?, 10.0)?]);
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let [begin, end] = [10, 50].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let options = ReportOptions::new().policy(policy);
    /// let options = options.incidents([Incident { name: "outage".to_owned(), begin, end }])?;
    /// // The alert begins with the count at 60 seconds.
    /// let (_, detection) = &Report::new(&slo, &series, &options)?.incidents[0];
    /// assert_eq!(detection.delay, Some(Duration::from_seconds(50)));
    /// # Ok::<(), slo::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for one that ends before it begins.
    pub fn incidents(mut self, incidents: impl Into<Vec<Incident>>) -> Result<Self> {
        self.incidents = incidents.into();
        match self.incidents.iter().find(|incident| incident.end < incident.begin) {
            None => Ok(self),
            Some(Incident { name, begin, end }) => {
                Err(Error::invalid("incidents", name, format!("ends at {end}, before it begins at {begin}")))
            }
        }
    }
}
