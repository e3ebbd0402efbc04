use chrono::{NaiveDate, NaiveDateTime};
use proptest::prelude::*;

use super::*;
use crate::time::Zone;

#[test]
fn a_window_of_no_length_is_refused() {
    for text in ["0s", "-1h", "1", ""] {
        assert!(text.parse::<Window>().is_err(), "{text}");
    }
    assert_eq!("1ns".parse::<Window>().unwrap().length(), Duration::from_nanos(1));
    assert!(Calendar::new(CalendarUnit::Day, 0).is_err());
    assert!(Calendar::new(CalendarUnit::Day, 1).unwrap().start(NaiveDateTime::MAX).is_err());
}

#[test]
fn a_window_before_the_first_instant_stays_at_it() {
    let at = Timestamp::from_nanos(i64::MIN + 5);
    assert_eq!("1h".parse::<Window>().unwrap().period_until(at).0.nanos(), i64::MIN);
}

const UNITS: [CalendarUnit; 5] =
    [CalendarUnit::Day, CalendarUnit::Week, CalendarUnit::Month, CalendarUnit::Quarter, CalendarUnit::Year];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn bounds(window: Window, instant: &str) -> (String, String) {
    let (begin, end) = window.period_until(at(instant));
    (begin.to_string(), end.to_string())
}

fn from(unit: CalendarUnit, start: &str) -> Calendar {
    Calendar::new(unit, 1).unwrap().start(local(start)).unwrap()
}

#[test]
fn every_unit_has_its_period() {
    let expected = [
        ("2026-05-13T00:00:00Z", "2026-05-14T00:00:00Z"),
        // A Monday, and the next.
        ("2026-05-11T00:00:00Z", "2026-05-18T00:00:00Z"),
        ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"),
        ("2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ];
    for (unit, (begin, end)) in UNITS.into_iter().zip(expected) {
        let window = Window::calendar(Calendar::new(unit, 1).unwrap());
        assert_eq!(bounds(window, "2026-05-13T10:00:00Z"), (begin.to_owned(), end.to_owned()), "{unit}");
    }
}

#[test]
fn counts_of_units_are_counted_from_the_start() {
    let half = Calendar::new(CalendarUnit::Quarter, 2).unwrap();
    let two_years = Calendar::new(CalendarUnit::Year, 2).unwrap();
    for (calendar, begin, end) in [
        (half, "2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        (half.start(local("2025-03-01T00:00:00")).unwrap(), "2026-03-01T00:00:00Z", "2026-09-01T00:00:00Z"),
        (two_years, "2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z"),
        (
            two_years.start(local("2035-01-01T00:00:00")).unwrap(),
            "2025-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
        ),
    ] {
        let window = Window::calendar(calendar);
        assert_eq!(bounds(window, "2026-05-13T10:00:00Z"), (begin.to_owned(), end.to_owned()), "{window}");
    }
}

#[test]
fn a_boundary_belongs_to_the_period_that_ends_there_and_to_the_one_that_is_under_way_from_there() {
    // SEMANTICS 5.
    let months = Window::calendar(Calendar::new(CalendarUnit::Month, 1).unwrap());
    let [january, february, march] =
        ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"].map(at);
    let before = Timestamp::from_nanos(february.nanos() - 1);
    let after = Timestamp::from_nanos(february.nanos() + 1);
    assert_eq!(months.period_until(before), (january, february));
    assert_eq!(months.period_until(february), (january, february));
    assert_eq!(months.period_until(after), (february, march));
    assert_eq!(months.period(before), (january, february));
    assert_eq!(months.period(february), (february, march));
    assert_eq!(months.period(after), (february, march));
}

#[test]
fn the_thirty_first_is_clamped_without_drift_or_overflows() {
    let begins = |calendar: Calendar| -> Vec<String> {
        let window = Window::calendar(calendar);
        let mut instant = at("2026-01-31T00:00:00Z");
        let step = |_| {
            instant = window.period(instant).1;
            instant.to_string().get(..10).unwrap().to_owned()
        };
        (0..6).map(step).collect()
    };
    let months = from(CalendarUnit::Month, "2026-01-31T00:00:00");
    assert_eq!(
        begins(months),
        ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31"]
    );
    assert_eq!(
        begins(months.month_end(MonthEnd::Overflow)),
        ["2026-03-03", "2026-03-31", "2026-05-01", "2026-05-31", "2026-07-01", "2026-07-31"]
    );
}

#[test]
fn leap_days_are_clamped_or_overflow() {
    let years = from(CalendarUnit::Year, "2024-02-29T12:00:00");
    for (month_end, end, next) in [
        (MonthEnd::Clamp, "2025-02-28T12:00:00Z", "2028-02-29T12:00:00Z"),
        (MonthEnd::Overflow, "2025-03-01T12:00:00Z", "2028-02-29T12:00:00Z"),
    ] {
        let window = Window::calendar(years.month_end(month_end));
        assert_eq!(bounds(window, "2025-01-01T00:00:00Z").1, end);
        assert_eq!(bounds(window, "2028-01-01T00:00:00Z").1, next);
    }
    let february = Window::calendar(Calendar::new(CalendarUnit::Month, 1).unwrap());
    for (instant, days) in [("2028-02-02", 29), ("2026-02-02", 28), ("2100-02-02", 28), ("2000-02-02", 29)] {
        assert_eq!(february.length_at(at(&format!("{instant}T00:00:00Z"))), Duration::from_days(days));
    }
}

#[test]
fn mean_lengths_are_those_of_four_centuries() {
    for (unit, count) in [
        (CalendarUnit::Day, 146_097),
        (CalendarUnit::Week, 20_871),
        (CalendarUnit::Month, 4_800),
        (CalendarUnit::Quarter, 1_600),
        (CalendarUnit::Year, 400),
    ] {
        let length = |count| Window::calendar(Calendar::new(unit, count).unwrap()).length();
        // 400 years are longer than a duration can be: a fourth is a whole number of seconds.
        assert_eq!(
            i128::from(length(1).nanos()) * i128::from(count),
            146_097 * 86_400 * 1_000_000_000,
            "{unit}"
        );
        assert_eq!(length(3).nanos(), 3 * length(1).nanos());
        assert_eq!(
            length(u32::MAX),
            Duration::from_seconds(i64::from(u32::MAX).saturating_mul(unit.seconds()))
        );
    }
}

#[test]
fn starts_are_read_from_text() {
    let months = Calendar::new(CalendarUnit::Month, 1).unwrap();
    for text in ["2022-01-31 05:45:00", "2022-01-31T05:45:00", "2022-01-31 5:45:00"] {
        assert_eq!(months.starting(text).unwrap().starts_at(), local("2022-01-31T05:45:00"), "{text}");
    }
    assert_eq!(months.starting("2022-01-31").unwrap().starts_at(), local("2022-01-31T00:00:00"));
    for text in
        ["", "2022-02-30", "31.1.2022", "2022-01-31T05:45:00Z", "2022-01-31T05:45:00+01:00", "9999-01-01"]
    {
        assert!(months.starting(text).is_err(), "{text}");
    }
}

#[test]
fn text_says_the_calendar() {
    let months = Calendar::new(CalendarUnit::Month, 1).unwrap();
    for (calendar, text) in [
        (months, "1 calendar month in UTC"),
        (Calendar::new(CalendarUnit::Week, 2).unwrap(), "2 calendar weeks in UTC"),
        (
            from(CalendarUnit::Month, "2022-01-31T12:00:00").month_end(MonthEnd::Overflow),
            "1 calendar month in UTC from 2022-01-31 12:00:00, overflowing",
        ),
    ] {
        assert_eq!(Window::calendar(calendar).to_string(), text);
    }
}

#[test]
fn the_ends_of_time_saturate() {
    for unit in UNITS {
        for count in [1, 7, u32::MAX] {
            let window = Window::calendar(Calendar::new(unit, count).unwrap());
            let (begin, end) = window.period_until(Timestamp::from_nanos(i64::MIN));
            assert_eq!(begin.nanos(), i64::MIN, "{window}");
            assert!(begin <= end);
            let (begin, end) = window.period(Timestamp::from_nanos(i64::MAX));
            assert_eq!(end.nanos(), i64::MAX, "{window}");
            assert!(begin <= end && window.length_at(end).is_positive());
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn windows_are_written_readably_and_read_back() {
    let rolling: Window = "30d".parse().unwrap();
    assert_eq!(serde_json::to_string(&rolling).unwrap(), "\"30d\"");
    let month = Window::calendar(from(CalendarUnit::Month, "2022-01-31T12:00:00"));
    let text = serde_json::to_string(&month).unwrap();
    let expected =
        r#"{"unit":"month","count":1,"start":"2022-01-31T12:00:00","zone":"UTC","month_end":"clamp"}"#;
    assert_eq!(text, expected);
    for window in [rolling, month] {
        let text = serde_json::to_string(&window).unwrap();
        assert_eq!(serde_json::from_str::<Window>(&text).unwrap(), window);
    }
    for (from, to) in [
        ("\"count\":1", "\"count\":0"),
        ("2022-01-31T", "2022-02-31T"),
        ("2022-01-31T", "9999-01-31T"),
        ("\"UTC\"", "\"Moon\""),
        ("month\"", "lunation\""),
        ("\"count\":1", "\"counts\":1,\"count\":1"),
    ] {
        assert!(serde_json::from_str::<Window>(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
    assert!(serde_json::from_str::<Window>("\"0s\"").is_err());
}

/// A zone with rules, where there are zones.
fn zone(name: &str) -> Zone {
    if cfg!(feature = "tz") { name.parse().unwrap() } else { Zone::UTC }
}

const ZONES: [&str; 10] = [
    "UTC",
    "Europe/Prague",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Juneau",
    "Asia/Manila",
    "Africa/Casablanca",
    "Antarctica/Troll",
];

fn calendars() -> impl Strategy<Value = Calendar> {
    let start = (1_800_i32..2_200, 1_u32..=366, 0_u32..86_400);
    let parts =
        (prop::sample::select(&UNITS[..]), 1_u32..40, start, prop::sample::select(&ZONES[..]), any::<bool>());
    parts.prop_map(|(unit, count, (year, day, second), name, clamp)| {
        let date = NaiveDate::from_yo_opt(year, day).unwrap_or(NaiveDate::from_yo_opt(year, 1).unwrap());
        let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
        let month_end = if clamp { MonthEnd::Clamp } else { MonthEnd::Overflow };
        let calendar = Calendar::new(unit, count).unwrap().start(date.and_time(time)).unwrap();
        calendar.zone(zone(name)).month_end(month_end)
    })
}

proptest! {
    #[test]
    fn periods_tile_time(calendar in calendars(), nanos in any::<i64>()) {
        let window = Window::calendar(calendar);
        let instant = Timestamp::from_nanos(nanos);
        let (begin, end) = window.period_until(instant);
        prop_assert!(begin < instant && instant <= end);
        prop_assert_eq!(window.period_until(end), (begin, end));
        prop_assert_eq!(window.period_until(Timestamp::from_nanos(begin.nanos() + 1)), (begin, end));
        prop_assert_eq!(window.period(begin), (begin, end));
        if end.nanos() < i64::MAX {
            let next = window.period_until(Timestamp::from_nanos(end.nanos() + 1));
            prop_assert_eq!(next.0, end);
            prop_assert_eq!(window.period(end), next);
        }
        if begin.nanos() > i64::MIN {
            prop_assert_eq!(window.period_until(begin).1, begin);
        }
    }

    #[test]
    fn a_period_is_as_long_as_its_units_and_two_days_at_most_more_or_less(
        calendar in calendars(),
        seconds in -6_000_000_000_i64..7_000_000_000,
    ) {
        let window = Window::calendar(calendar);
        let length = window.length_at(Timestamp::from_nanos(seconds * 1_000_000_000)).nanos();
        let units = i64::from(calendar.count());
        let day = Duration::from_days(1).nanos();
        let (least, most) = match calendar.unit() {
            CalendarUnit::Day => (units, units),
            CalendarUnit::Week => (7 * units, 7 * units),
            CalendarUnit::Month => (28 * units, 31 * units),
            CalendarUnit::Quarter => (90 * units - units / 4, 92 * units),
            CalendarUnit::Year => (365 * units, 366 * units),
        };
        // Clocks move by a day at most, at a date line; an overflow and a clamp by another three.
        let slack = if calendar.at_month_end() == MonthEnd::Overflow { 4 } else { 1 };
        prop_assert!(length >= (least - slack) * day && length <= (most + slack) * day, "{}", length / day);
    }

    #[test]
    fn both_rules_agree_up_to_the_twenty_eighth(calendar in calendars(), nanos in any::<i64>()) {
        use chrono::Datelike;
        prop_assume!(calendar.starts_at().day() <= 28);
        let period = |month_end| Window::calendar(calendar.month_end(month_end)).period_until(Timestamp::from_nanos(nanos));
        prop_assert_eq!(period(MonthEnd::Clamp), period(MonthEnd::Overflow));
    }

    #[test]
    fn a_boundary_has_the_local_time_of_the_start(calendar in calendars(), nanos in -4_000_000_000_000_000_000_i64..4_000_000_000_000_000_000) {
        let (begin, _) = Window::calendar(calendar).period_until(Timestamp::from_nanos(nanos));
        let shown = calendar.clock().local(begin);
        // Unless clocks skipped it, the boundary is where they show the start's time of day.
        if calendar.clock().instant(shown.date().and_time(calendar.starts_at().time())) == begin {
            prop_assert_eq!(calendar.clock().instant(shown), begin);
        } else {
            prop_assert_ne!(shown.time(), calendar.starts_at().time());
        }
    }
}

#[cfg(feature = "tz")]
mod zones {
    use super::*;

    fn days(name: &str, start: &str) -> Window {
        Window::calendar(from(CalendarUnit::Day, start).zone(name.parse().unwrap()))
    }

    #[test]
    fn days_have_23_or_25_hours_where_clocks_change() {
        let window = days("Europe/Prague", "1970-01-01T00:00:00");
        for (noon, hours) in [("2026-03-28", 24), ("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)]
        {
            assert_eq!(
                window.length_at(at(&format!("{noon}T12:00:00Z"))),
                Duration::from_hours(hours),
                "{noon}"
            );
        }
        let lord_howe = days("Australia/Lord_Howe", "1970-01-01T00:00:00");
        assert_eq!(lord_howe.length_at(at("2026-04-04T20:00:00Z")), Duration::from_minutes(24 * 60 + 30));
        let months = Window::calendar(
            Calendar::new(CalendarUnit::Month, 1).unwrap().zone("Europe/Prague".parse().unwrap()),
        );
        assert_eq!(
            bounds(months, "2026-03-10T00:00:00Z"),
            ("2026-02-28T23:00:00Z".into(), "2026-03-31T22:00:00Z".into())
        );
        assert_eq!(months.to_string(), "1 calendar month in Europe/Prague");
    }

    #[test]
    fn a_boundary_that_clocks_skip_or_show_twice_follows_rfc_5545() {
        let window = days("Europe/Prague", "2026-01-01T02:30:00");
        // Skipped: 02:30 with the winter's offset, which clocks call 03:30.
        assert_eq!(
            bounds(window, "2026-03-29T00:00:00Z"),
            ("2026-03-28T01:30:00Z".into(), "2026-03-29T01:30:00Z".into())
        );
        assert_eq!(bounds(window, "2026-03-29T12:00:00Z").1, "2026-03-30T00:30:00Z");
        // Twice: the first.
        assert_eq!(bounds(window, "2026-10-24T12:00:00Z").1, "2026-10-25T00:30:00Z");
        assert_eq!(window.length_at(at("2026-10-25T12:00:00Z")), Duration::from_hours(25));
    }

    #[test]
    fn a_day_that_a_zone_skipped_has_no_length_and_holds_nothing() {
        // Samoa went from 29 to 31 December 2011.
        let window = days("Pacific/Apia", "1970-01-01T00:00:00");
        let boundary = at("2011-12-30T10:00:00Z");
        assert_eq!(window.period_until(boundary), (at("2011-12-29T10:00:00Z"), boundary));
        assert_eq!(window.period(boundary), (boundary, at("2011-12-31T10:00:00Z")));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_zone_is_written_by_its_name() {
        let window = days("Europe/Prague", "1970-01-01T00:00:00");
        let text = serde_json::to_string(&window).unwrap();
        assert!(text.contains(r#""zone":"Europe/Prague""#), "{text}");
        assert_eq!(serde_json::from_str::<Window>(&text).unwrap(), window);
    }
}
