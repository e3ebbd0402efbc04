//! `OpenSLO` v1 time windows and their durations.

use slo_core::chrono::NaiveDateTime;
use slo_core::{Duration, Result};

use crate::spec::{CalendarUnit, SpecWindow};
use crate::yaml::Part;

/// A whole number and a unit: the form of all durations in `OpenSLO`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shorthand {
    count: u32,
    unit: CalendarUnit,
}

impl Shorthand {
    /// Reads `5m`, `28d`, `1M` and the like.
    pub(super) fn read(part: &Part<'_>) -> Result<Self> {
        let text = part.text()?;
        let refuse = |reason: &str| part.error(format!("{text:?} {reason}"));
        let unit = match text.chars().next_back() {
            Some('m') => CalendarUnit::Minute,
            Some('h') => CalendarUnit::Hour,
            Some('d') => CalendarUnit::Day,
            Some('w') => CalendarUnit::Week,
            Some('M') => CalendarUnit::Month,
            Some('Q') => CalendarUnit::Quarter,
            Some('Y') => CalendarUnit::Year,
            _ => return Err(refuse("has no unit; durations are m, h, d, w, M, Q or Y, such as 28d")),
        };
        let digits = text.get(..text.len() - 1).unwrap_or_default();
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        match digits.parse() {
            Ok(0) => Err(refuse("has no length")),
            Ok(count) if is_number => Ok(Self { count, unit }),
            _ if is_number => Err(refuse("is too long")),
            _ => Err(refuse("is not a whole number and a unit, such as 28d")),
        }
    }

    /// The length, where it does not depend on a date.
    pub(super) fn exact(self, part: &Part<'_>) -> Result<Duration> {
        let unit = match self.unit {
            CalendarUnit::Minute => Duration::from_minutes(1),
            CalendarUnit::Hour => Duration::from_hours(1),
            CalendarUnit::Day => Duration::from_days(1),
            CalendarUnit::Week => Duration::from_days(7),
            CalendarUnit::Month | CalendarUnit::Quarter | CalendarUnit::Year => {
                let reason = "months, quarters and years have no fixed length; write days, such as 30d, or let the window \
                              follow the calendar";
                return Err(part.error(format!("{}: {reason}", part.text()?)));
            }
        };
        let nanos = unit.nanos().checked_mul(i64::from(self.count));
        nanos.map(Duration::from_nanos).ok_or_else(|| part.error("is longer than 292 years"))
    }
}

/// Reads the one time window of an SLO.
pub(super) fn read(part: Part<'_>, warnings: &mut Vec<String>) -> Result<SpecWindow> {
    let windows = part.list()?;
    let [window] = windows.as_slice() else {
        return Err(part.error(format!("has {} windows; an SLO has exactly one", windows.len())));
    };
    let mut fields = window.clone().fields()?;
    let duration = fields.required("duration")?;
    let length = Shorthand::read(&duration)?;
    let is_rolling = fields.optional("isRolling").map_or(Ok(false), |part| part.boolean())?;
    let calendar = fields.optional("calendar");
    fields.finish()?;
    if length.unit == CalendarUnit::Minute {
        warnings.push(format!(
            "{}: {} is in minutes; M is the unit of months",
            duration.path,
            duration.text()?
        ));
    }
    match (is_rolling, calendar) {
        (true, None) => Ok(SpecWindow::Rolling(length.exact(&duration)?)),
        (false, Some(calendar)) => period(calendar, length),
        (true, Some(calendar)) => {
            Err(calendar.error("stands in a rolling window, which follows no calendar"))
        }
        (false, None) => {
            Err(window.error("the field \"calendar\" is missing; a window that is not rolling needs one"))
        }
    }
}

/// A window that follows the calendar.
fn period(calendar: Part<'_>, length: Shorthand) -> Result<SpecWindow> {
    let mut fields = calendar.fields()?;
    let start = fields.required("startTime")?;
    let zone = fields.required("timeZone")?;
    fields.finish()?;

    let text = start.text()?;
    let parsed = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").ok();
    // The format's fields may be shorter than two digits when read, but not when written.
    let time = parsed.filter(|time| time.to_string() == text).ok_or_else(|| {
        start.error(format!("{text:?} is not a date and a time such as 2022-01-31 12:00:00"))
    })?;
    let time_zone = zone.text()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    if time_zone.is_empty() || !time_zone.chars().all(is_name) {
        return Err(zone.error(format!("{time_zone:?} is not the name of a time zone such as Europe/Prague")));
    }
    Ok(SpecWindow::Calendar { count: length.count, unit: length.unit, start: time, time_zone })
}
