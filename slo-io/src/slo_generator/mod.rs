//! The report of Google's slo-generator, version 2.6: field for field, as it is or as it should be.

mod figures;
mod number;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

#[cfg(doc)]
use slo_core::Error;
use slo_core::{Budget, Clamp, Duration, Result, Slo, Timestamp};

pub use figures::{Figures, Outcome, Verdict};
pub use number::Number;
pub use report::{GeneratorReport, human, window_seconds};
use report::{Invalid, Kind, Metadata, Valid};

/// Whether figures are as slo-generator has them or as they should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compat {
    /// Every field bit for bit as in version 2.6, mistakes included.
    #[default]
    Faithful,
    /// The same fields, from exact counts.
    Corrected,
}

/// A step of an error budget policy: a window, and how fast the budget may burn in it.
///
/// # Parameters
///
/// | name | default | unit |
/// |---|---|---|
/// | `name` | | |
/// | `window` | | time |
/// | `threshold` | | units of the budget |
/// | `messages` | `"ALERT"` and `"OK"` | |
///
/// # Examples
///
/// ```
/// use slo_io::{Measurement, SloGenerator, Step};
///
/// let step = Step::new("1 hour", "1h".parse()?, 9.0).messages("page somebody", "sleep well");
/// let report = SloGenerator::new(0.999).report(&step, &Measurement::Events(9_999.into(), 1.into()))?;
/// assert_eq!(report.message(), Some("sleep well"));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    name: String,
    window: Duration,
    threshold: f64,
    alert: String,
    ok: String,
}

impl Step {
    /// A step by its name, its window, and the burn rate above which it alerts.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::{Measurement, SloGenerator, Step};
    ///
    /// let burn_of_ten = Measurement::Events(990.into(), 10.into());
    /// for (threshold, alert) in [(9.0, true), (10.0, false)] {
    ///     let step = Step::new("1 hour", "1h".parse()?, threshold);
    ///     assert_eq!(SloGenerator::new(0.999).figures(&step, &burn_of_ten)?.unwrap().alert, alert);
    /// }
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn new(name: impl Into<String>, window: Duration, threshold: f64) -> Self {
        Self { name: name.into(), window, threshold, alert: "ALERT".to_owned(), ok: "OK".to_owned() }
    }

    /// What the report says where it alerts, and where the burn rate is at most 1.
    ///
    /// # Examples
    ///
    /// As for [`Step`].
    #[must_use]
    pub fn messages(mut self, alert: impl Into<String>, ok: impl Into<String>) -> Self {
        (self.alert, self.ok) = (alert.into(), ok.into());
        self
    }

    /// The message of a verdict.
    pub fn message(&self, verdict: Verdict) -> &str {
        match verdict {
            Verdict::Alert => &self.alert,
            Verdict::Ok => &self.ok,
            Verdict::Missed => Verdict::MISSED,
        }
    }
}

impl Verdict {
    /// What slo-generator says of a burn rate between 1 and the threshold.
    pub const MISSED: &'static str = "Missed for this measurement window, but not enough to alert";
}

/// What a backend measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Measurement {
    /// Nothing: `None`.
    Nothing,
    /// The SLI itself.
    Sli(Number),
    /// Good events and bad events.
    Events(Number, Number),
    /// Good events and valid events, of which slo-generator's backends make bad ones by subtraction.
    GoodValid(Number, Number),
    /// A tuple of another length than two.
    Tuple(usize),
    /// A tuple of two, one of which is no number.
    NotNumbers,
    /// Something else, by the name of its type.
    Other(String),
}

/// Makes the report that slo-generator makes of an objective.
///
/// # Method
///
/// Faithfully, with `round` to so many decimal places:
///
/// ```text
/// sli  = round(good / (good + bad), 6)          gap  = sli - goal
/// burn = round((1 - sli) / (1 - goal), 1)       alert if burn > threshold
/// minutes of the budget, of errors and left over:  window · (1 - goal), window · (1 - sli) and window · gap, over 60
/// ```
///
/// each in floats, in this order. Corrected, the same fields come from counts by [`Budget`]. The differences:
///
/// | | faithful | corrected |
/// |---|---|---|
/// | alert | on the burn rate rounded to one place | decided exactly |
/// | sli, burn rate | rounded to 6 places and to 1 | not rounded |
/// | goal of 1 or above | burn rate 0 or negative, "OK" | refused |
/// | NaN and infinities | an error that is not caught | an invalid report that names them |
/// | fractional counts | truncated, each by itself | kept |
/// | one count missing (-1) | 0, but -1 in the least number of events | 0 |
/// | good missing (-1) of valid | bad = valid + 1 | bad = valid |
/// | good above valid | an invalid report | also, or clamped if asked for |
/// | negative counts | accepted where the SLI is a share | an invalid report |
/// | counts of a bare SLI | -1, -1 and -2 | -1 each |
///
/// # Parameters
///
/// | name | default | range |
/// |---|---|---|
/// | `goal` | | faithful: any; corrected: (0, 1) |
/// | `compat` | [`Compat::Faithful`] | |
/// | `min_valid_events` | 1 | |
/// | `clamp` | [`Clamp::Refuse`] | |
/// | `name`, `description`, `backend` | empty | |
/// | `policy` | `"default"` | |
/// | `exporters`, `labels` | none | |
/// | `at` | the Unix epoch | |
/// | `utc_offset` | zero | below a day either way |
///
/// # Examples
///
/// ```
/// use slo_io::{Compat, Measurement, SloGenerator, Step};
///
/// let month = Step::new("28 days", "28d".parse()?, 1.0);
/// let measured = Measurement::Events(9_995_000.into(), 5_000.into());
/// let report = SloGenerator::new(0.999).report(&month, &measured)?.figures().copied().unwrap();
/// assert_eq!(report.error_budget_target, 0.0010000000000000009);
/// assert_eq!(report.error_budget_remaining_minutes, 20.160000000002256);
///
/// let exact = SloGenerator::new(0.999).compat(Compat::Corrected);
/// let report = exact.report(&month, &measured)?.figures().copied().unwrap();
/// assert_eq!(report.error_budget_target, 0.001);
/// assert_eq!(report.error_budget_remaining_minutes, 20.16);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// google/slo-generator 2.6.0, `slo_generator/report.py`.
#[derive(Clone, Debug, PartialEq)]
pub struct SloGenerator {
    goal: f64,
    compat: Compat,
    minimum: f64,
    clamp: Clamp,
    name: String,
    description: String,
    backend: String,
    policy: String,
    exporters: Vec<String>,
    labels: BTreeMap<String, String>,
    at: Timestamp,
    utc_offset: Duration,
}

/// Generates the setters that only store, each with an example of what it does to the report.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty => $field:ident, $value:expr;)+) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $type) -> Self {
            self.$field = $value;
            self
        }
    )+};
}

impl SloGenerator {
    /// Reports of an objective with this goal.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::{Measurement, SloGenerator, Step};
    ///
    /// let week = Step::new("7 days", "7d".parse()?, 1.5);
    /// let figures = SloGenerator::new(0.99).figures(&week, &Measurement::Sli(0.995.into()))?.unwrap();
    /// assert_eq!(figures.error_budget_burn_rate, 0.5.into());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn new(goal: f64) -> Self {
        Self {
            goal,
            compat: Compat::default(),
            minimum: 1.0,
            clamp: Clamp::default(),
            name: String::new(),
            description: String::new(),
            backend: String::new(),
            policy: "default".to_owned(),
            exporters: Vec::new(),
            labels: BTreeMap::new(),
            at: Timestamp::default(),
            utc_offset: Duration::ZERO,
        }
    }

    setters! {
        /// Whether figures are as slo-generator has them or as they should be.
        ///
        /// # Examples
        ///
        /// As for [`figures`](Self::figures).
        compat: Compat => compat, compat;
        /// The fewest events that make a report; slo-generator reads it from `MIN_VALID_EVENTS`.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_io::{Measurement, SloGenerator, Step};
        ///
        /// let (hour, few) = (Step::new("1 hour", "1h".parse()?, 9.0), Measurement::Events(3.into(), 1.into()));
        /// assert!(SloGenerator::new(0.99).figures(&hour, &few)?.is_ok());
        /// let invalid = SloGenerator::new(0.99).min_valid_events(5.0).figures(&hour, &few)?.unwrap_err();
        /// assert_eq!(invalid, "Not enough valid events (4) found. Minimum valid events: 5.");
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        min_valid_events: f64 => minimum, min_valid_events;
        /// What to do with more good events than valid ones, in corrected reports.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_io::{Compat, Measurement, SloGenerator, Step};
        /// use slo_core::Clamp;
        ///
        /// // An extrapolated increase of good events that exceeds that of all events.
        /// let (hour, measured) = (Step::new("1 hour", "1h".parse()?, 9.0), Measurement::GoodValid(1_000.09.into(), 1_000.into()));
        /// let report = SloGenerator::new(0.99).compat(Compat::Corrected);
        /// assert!(report.figures(&hour, &measured)?.is_err());
        /// let clamped = report.clamp(Clamp::ToTotal).figures(&hour, &measured)?.unwrap();
        /// assert_eq!(clamped.sli_measurement, 1.0.into());
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        clamp: Clamp => clamp, clamp;
        /// The objective's name, which is also its metadata's.
        ///
        /// # Examples
        ///
        /// As for [`at`](Self::at).
        name: impl Into<String> => name, name.into();
        /// What the objective is about.
        ///
        /// # Examples
        ///
        /// As for [`at`](Self::at).
        description: impl Into<String> => description, description.into();
        /// The backend that measured.
        ///
        /// # Examples
        ///
        /// As for [`at`](Self::at).
        backend: impl Into<String> => backend, backend.into();
        /// The error budget policy that the steps belong to.
        ///
        /// # Examples
        ///
        /// As for [`at`](Self::at).
        policy: impl Into<String> => policy, policy.into();
        /// The exporters that the report names.
        ///
        /// # Examples
        ///
        /// As for [`at`](Self::at).
        exporters: impl IntoIterator<Item = String> => exporters, exporters.into_iter().collect();
        /// The labels among the metadata.
        ///
        /// # Examples
        ///
        /// As for [`at`](Self::at).
        labels: impl IntoIterator<Item = (String, String)> => labels, labels.into_iter().collect();
        /// The instant of the measurement: the report has its whole Unix seconds, and date and time in `utc_offset`.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_core::Timestamp;
        /// use slo_io::{Measurement, SloGenerator, Step, to_json};
        ///
        /// let hour = Step::new("1 hour", "1h".parse()?, 9.0);
        /// let report = SloGenerator::new(0.99)
        ///     .name("checkout")
        ///     .description("99 % of orders are taken")
        ///     .backend("prometheus")
        ///     .policy("strict")
        ///     .exporters(["bigquery".to_owned()])
        ///     .labels([("team".to_owned(), "shop".to_owned())])
        ///     .at(Timestamp::from_unix_seconds(1.7e9)?)
        ///     .utc_offset("1h".parse()?)
        ///     .report(&hour, &Measurement::Sli(1.into()))?;
        /// let json = to_json(&report)?;
        /// for part in [
        ///     r#""name":"checkout","description":"99 % of orders are taken","goal":0.99,"backend":"prometheus""#,
        ///     r#""timestamp":1700000000,"timestamp_human":"2023-11-14T23:13:20+01:00","window":3600"#,
        ///     r#""exporters":["bigquery"],"error_budget_policy":"strict""#,
        ///     r#""metadata":{"name":"checkout","labels":{"team":"shop"}}"#,
        /// ] {
        ///     assert!(json.contains(part), "{json}");
        /// }
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        at: Timestamp => at, at;
        /// The offset from UTC of the date and time for people; slo-generator takes that of the machine it runs on.
        ///
        /// # Examples
        ///
        /// As for [`at`](Self::at).
        utc_offset: Duration => utc_offset, utc_offset;
    }

    /// The report of a window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::{Measurement, SloGenerator, Step};
    ///
    /// let hour = Step::new("1 hour", "1h".parse()?, 9.0);
    /// let report = SloGenerator::new(0.999).report(&hour, &Measurement::Nothing)?;
    /// assert_eq!(report.error(), Some("Backend returned None."));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`figures`](Self::figures); [`Error::InvalidParameter`] for an offset of a day or more.
    pub fn report(&self, step: &Step, measurement: &Measurement) -> Result<GeneratorReport> {
        self.with_figures(step, self.figures(step, measurement)?)
    }

    /// The report of a budget: its window, and the events or slices that it counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    /// use slo_io::SloGenerator;
    ///
    /// let budget = Slo::new("99.9%".parse()?, "28d".parse()?).budget(Counts::bad_total(5_000.0, 1e7)?);
    /// let report = SloGenerator::of_budget(&budget, "28 days", 1.0, SloGenerator::new)?;
    /// assert_eq!(report.figures().unwrap().error_minutes, 20.159999999997776);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`report`](Self::report).
    pub fn of_budget(
        budget: &Budget,
        step: &str,
        threshold: f64,
        options: impl FnOnce(f64) -> Self,
    ) -> Result<GeneratorReport> {
        let reporter = options(budget.objective().target().to_f64());
        let step = Step::new(step, budget.window().length(), threshold);
        reporter.with_figures(&step, reporter.figures_of(&step, budget)?)
    }

    /// The figures of a budget.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    /// use slo_io::{Compat, SloGenerator, Step};
    ///
    /// let budget = Slo::new("99.9%".parse()?, "28d".parse()?).budget(Counts::bad_total(5_000.0, 1e7)?);
    /// let step = Step::new("28 days", budget.window().length(), 1.0);
    /// let report = SloGenerator::new(0.999).compat(Compat::Corrected);
    /// assert_eq!(report.figures_of(&step, &budget)?.unwrap().error_minutes, 20.16);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`figures`](Self::figures).
    pub fn figures_of(&self, step: &Step, budget: &Budget) -> Result<Outcome> {
        let counts = budget.counts();
        let [good, bad] = [counts.good(), counts.bad()].map(|count| Number::from(count).plain());
        if self.compat == Compat::Corrected && counts.has_traffic() && counts.total() >= self.minimum {
            let by_count = Slo::new(budget.objective(), budget.window()).budget(counts);
            return figures::corrected(&by_count, step, Some(counts)).map(Ok);
        }
        self.figures(step, &Measurement::Events(good, bad))
    }

    fn with_figures(&self, step: &Step, outcome: Outcome) -> Result<GeneratorReport> {
        let metadata = Metadata {
            name: self.name.clone(),
            labels: (!self.labels.is_empty()).then(|| self.labels.clone()),
        };
        let figures = match outcome {
            Ok(figures) => figures,
            Err(error) => {
                return Ok(GeneratorReport(Kind::Invalid(Invalid {
                    metadata,
                    errors: [error],
                    error_budget_policy_step_name: step.name.clone(),
                    valid: false,
                })));
            }
        };
        let (timestamp, timestamp_human) = human(self.at, self.utc_offset)?;
        Ok(GeneratorReport(Kind::Valid(Box::new(Valid {
            name: self.name.clone(),
            description: self.description.clone(),
            goal: self.goal,
            backend: self.backend.clone(),
            figures,
            error_budget_policy_step_name: step.name.clone(),
            error_budget_burn_rate_threshold: step.threshold,
            timestamp,
            timestamp_human,
            window: window_seconds(step.window),
            consequence_message: step.message(figures.verdict).to_owned(),
            exporters: self.exporters.clone(),
            error_budget_policy: self.policy.clone(),
            metadata,
        }))))
    }
}
