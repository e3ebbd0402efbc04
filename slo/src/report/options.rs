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
    pub const fn new() -> Self {
        Self { at: None, policy: None, level: 0.95, every: None, parts: Vec::new(), incidents: Vec::new() }
    }

    /// The instant that the report speaks of; later records are left out.
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// The policy that raises the alerts.
    #[must_use]
    pub fn policy(mut self, policy: AlertPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The confidence level of the intervals.
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
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless positive.
    pub fn every(mut self, every: Duration) -> Result<Self> {
        self.every = Some(every.check_positive("every")?);
        Ok(self)
    }

    /// The parts of the traffic, to say which of them burnt the budget.
    #[must_use]
    pub fn parts(mut self, parts: impl Into<Vec<Part>>) -> Self {
        self.parts = parts.into();
        self
    }

    /// Known incidents, to say how each was noticed.
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
