//! Windows against the period boundaries of nobl9-go, from outside the repository.
#![cfg(all(feature = "serde", feature = "tz"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a case that cannot be read fails the test")]

use std::fs;

use serde::Deserialize;
use slo_core::chrono::NaiveDateTime;
use slo_core::{Calendar, Duration, MonthEnd, Timestamp, Window, Zone};
use slo_testkit::slo_cases;

#[derive(Deserialize)]
struct Case {
    name: String,
    unit: String,
    count: u32,
    start_time: Option<String>,
    time_zone: Option<String>,
    timestamp: Timestamp,
    expected_begin: Timestamp,
    expected_end: Timestamp,
    kind: String,
}

impl Case {
    fn window(&self) -> Window {
        if self.kind == "rolling" {
            let unit = match self.unit.as_str() {
                "minute" => Duration::from_minutes(1),
                "hour" => Duration::from_hours(1),
                "day" => Duration::from_days(1),
                "week" => Duration::from_days(7),
                unit => panic!("a rolling window of {unit}s"),
            };
            return Window::rolling(Duration::from_nanos(unit.nanos() * i64::from(self.count))).unwrap();
        }
        let zone: Zone = self.time_zone.as_ref().unwrap().parse().unwrap();
        let start =
            NaiveDateTime::parse_from_str(self.start_time.as_ref().unwrap(), "%Y-%m-%d %H:%M:%S").unwrap();
        let calendar = Calendar::new(self.unit.parse().unwrap(), self.count).unwrap().start(start).unwrap();
        Window::calendar(calendar.zone(zone).month_end(MonthEnd::Overflow))
    }
}

/// Their periods are `[begin, end)`, so the question is which one is under way; counts belong to `(begin, end]`
/// (SEMANTICS 5), which differs for an instant on a boundary alone.
#[test]
fn periods_have_the_boundaries_that_nobl9_gives_them() {
    let Some(cases) = slo_cases() else { return };
    let text = fs::read_to_string(cases.join("calendar/time_window_cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    assert!(!cases.is_empty());
    for case in &cases {
        let window = case.window();
        let expected = (case.expected_begin, case.expected_end);
        assert_eq!(window.period(case.timestamp), expected, "{}: {window}", case.name);
        if case.kind == "calendar" && case.timestamp == case.expected_begin {
            assert_eq!(window.period_until(case.timestamp).1, case.timestamp, "{}: {window}", case.name);
        } else {
            assert_eq!(window.period_until(case.timestamp), expected, "{}: {window}", case.name);
        }
    }
}
