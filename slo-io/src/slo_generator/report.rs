//! The report as slo-generator writes it down.

use std::collections::BTreeMap;

use serde::Serialize;
use slo_core::chrono::{DateTime, FixedOffset, SecondsFormat};
use slo_core::{Duration, Error, Result, Timestamp};

use super::{Figures, Number};
#[cfg(doc)]
use super::{SloGenerator, Step};

/// The seconds of a window, whole if they are.
pub fn window_seconds(window: Duration) -> Number {
    let nanos = window.nanos();
    if nanos % 1_000_000_000 == 0 {
        Number::Integer(nanos / 1_000_000_000)
    } else {
        Number::Float(window.seconds())
    }
}

/// Whole Unix seconds, and date and time as Python's `isoformat` writes them.
///
/// # Errors
///
/// [`Error::InvalidParameter`] for an offset of a day or more, or of part of a second.
pub fn human(at: Timestamp, utc_offset: Duration) -> Result<(i64, String)> {
    let refuse = || Error::invalid("utc_offset", utc_offset, "must be whole seconds, below a day either way");
    let seconds = utc_offset.nanos() / 1_000_000_000;
    let offset = i32::try_from(seconds).ok().filter(|_| utc_offset.nanos() % 1_000_000_000 == 0);
    let offset = offset.and_then(FixedOffset::east_opt).ok_or_else(refuse)?;
    let local: DateTime<FixedOffset> = at.to_utc().with_timezone(&offset);
    let whole_micros = at.nanos().rem_euclid(1_000_000_000) / 1_000 == 0;
    let digits = if whole_micros { SecondsFormat::Secs } else { SecondsFormat::Micros };
    // `int` drops the fraction, also of an instant before the epoch.
    Ok((at.nanos() / 1_000_000_000, local.to_rfc3339_opts(digits, false)))
}

/// A report of slo-generator's, valid or not.
///
/// It serialises to the JSON that slo-generator exports.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct GeneratorReport(pub(super) Kind);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Kind {
    Valid(Box<Valid>),
    Invalid(Invalid),
}

impl GeneratorReport {
    /// The figures; `None` if the report is invalid.
    ///
    /// # Examples
    ///
    /// As for [`SloGenerator`].
    pub fn figures(&self) -> Option<&Figures> {
        match &self.0 {
            Kind::Valid(valid) => Some(&valid.figures),
            Kind::Invalid(_) => None,
        }
    }

    /// What the window comes to, in words; `None` if the report is invalid.
    ///
    /// # Examples
    ///
    /// As for [`Step`].
    pub fn message(&self) -> Option<&str> {
        match &self.0 {
            Kind::Valid(valid) => Some(&valid.consequence_message),
            Kind::Invalid(_) => None,
        }
    }

    /// What makes the report invalid; `None` if it is valid.
    ///
    /// # Examples
    ///
    /// As for [`SloGenerator::report`].
    pub fn error(&self) -> Option<&str> {
        match &self.0 {
            Kind::Valid(_) => None,
            Kind::Invalid(Invalid { errors: [error], .. }) => Some(error),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Metadata {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) labels: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Invalid {
    pub(super) metadata: Metadata,
    pub(super) errors: [String; 1],
    pub(super) error_budget_policy_step_name: String,
    pub(super) valid: bool,
}

/// What a valid report is made from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Valid {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) goal: f64,
    pub(super) backend: String,
    pub(super) figures: Figures,
    pub(super) error_budget_policy_step_name: String,
    pub(super) error_budget_burn_rate_threshold: f64,
    pub(super) timestamp: i64,
    pub(super) timestamp_human: String,
    pub(super) window: Number,
    pub(super) consequence_message: String,
    pub(super) exporters: Vec<String>,
    pub(super) error_budget_policy: String,
    pub(super) metadata: Metadata,
}

impl Serialize for Valid {
    /// The fields in slo-generator's order.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("SLOReport", 27)?;
        macro_rules! write {
            ($($name:literal: $value:expr),+ $(,)?) => {$( fields.serialize_field($name, &$value)?; )+};
        }
        let figures = &self.figures;
        write! {
            "name": self.name,
            "description": self.description,
            "goal": self.goal,
            "backend": self.backend,
            "gap": figures.gap,
            "error_budget_policy_step_name": self.error_budget_policy_step_name,
            "error_budget_target": figures.error_budget_target,
            "error_budget_measurement": figures.error_budget_measurement,
            "error_budget_burn_rate": figures.error_budget_burn_rate,
            "error_budget_burn_rate_threshold": self.error_budget_burn_rate_threshold,
            "error_budget_minutes": figures.error_budget_minutes,
            "error_budget_remaining_minutes": figures.error_budget_remaining_minutes,
            "error_minutes": figures.error_minutes,
            "error_budget_consumed_ratio": figures.error_budget_consumed_ratio,
            "valid": true,
            "timestamp": self.timestamp,
            "timestamp_human": self.timestamp_human,
            "window": self.window,
            "alert": figures.alert,
            "consequence_message": self.consequence_message,
            "exporters": self.exporters,
            "error_budget_policy": self.error_budget_policy,
            "sli_measurement": figures.sli_measurement,
            "events_count": figures.events_count,
            "bad_events_count": figures.bad_events_count,
            "good_events_count": figures.good_events_count,
            "metadata": self.metadata,
        }
        let errors: [String; 0] = [];
        fields.serialize_field("errors", &errors)?;
        fields.end()
    }
}
