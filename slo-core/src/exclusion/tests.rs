use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use serde::Deserialize;
use slo_testkit::fixtures;

use super::*;
use crate::time::Duration;
use crate::time::Zone;
use crate::{Axis, CountSeries, Slo};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}

fn slo() -> Slo {
    Slo::new("99%".parse().unwrap(), "1h".parse().unwrap())
}

fn once(begin: i64, end: i64) -> Exclusion {
    Exclusion::new(at(begin), at(end)).unwrap()
}

fn again(begin: i64, end: i64, rule: &str) -> Exclusion {
    once(begin, end).recurring(rule.parse().unwrap())
}

/// A record a second, from 1 to `len`, each of ten events of which one is bad.
fn seconds(len: i64) -> CountSeries {
    let len = usize::try_from(len).unwrap();
    CountSeries::bad_total(Axis::regular(at(1), Duration::from_seconds(1)), &vec![1.0; len], &vec![10.0; len])
        .unwrap()
}

#[derive(Deserialize)]
struct Input {
    first: i64,
    begin: i64,
    end: i64,
}

#[derive(Deserialize)]
struct Parameters {
    rule: String,
    zone: String,
}

#[test]
fn recurrences_fall_where_dateutil_says() {
    for case in fixtures::cases::<Input, Parameters, Vec<i64>>("slo-core/recurrence") {
        if cfg!(not(feature = "tz")) && case.parameters.zone != "UTC" {
            continue;
        }
        let zone: Zone = case.parameters.zone.parse().unwrap();
        let rule: Recurrence = case.parameters.rule.parse().unwrap();
        let Input { first, begin, end } = case.input;
        // One nanosecond long: its occurrences are those that begin in [begin, end).
        let exclusion = Exclusion::new(at(first), Timestamp::from_nanos(at(first).nanos() + 1)).unwrap();
        let spans = exclusion.recurring(rule.zone(zone)).occurrences(at(begin + 1), at(end));
        let begins: Vec<i64> = spans.iter().map(|(begin, _)| begin.nanos() / 1_000_000_000).collect();
        assert_eq!(begins, case.expected, "{}: {}", case.name, case.parameters.rule);
    }
}

#[test]
fn rules_are_read_and_printed() {
    for (text, printed) in [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("freq=weekly;byday=mo,tu", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("RRULE:FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2", "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR"),
        ("FREQ=YEARLY;COUNT=3;BYDAY=20MO", "FREQ=YEARLY;COUNT=3;BYDAY=20MO"),
        ("FREQ=HOURLY;UNTIL=20261231T235959", "FREQ=HOURLY;UNTIL=20261231T235959"),
        ("FREQ=WEEKLY;WKST=MO;INTERVAL=1", "FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYDAY=+1FR", "FREQ=MONTHLY;BYDAY=1FR"),
    ] {
        let rule: Recurrence = text.parse().unwrap();
        assert_eq!(rule.to_string(), printed);
        assert_eq!(printed.parse::<Recurrence>().unwrap(), rule);
    }
}

#[test]
fn what_is_no_rule_is_refused_with_what_is_wrong() {
    for (text, says) in [
        ("", "\"\" is not of the form NAME=VALUE"),
        ("FREQ", "is not of the form NAME=VALUE"),
        ("FREQ=DAILY;", "\"\" is not of the form NAME=VALUE"),
        ("INTERVAL=2", "FREQ is missing"),
        ("FREQ=FORTNIGHTLY", "FREQ=FORTNIGHTLY: is no frequency"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ is there twice"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0: must be a whole number from 1"),
        ("FREQ=DAILY;INTERVAL=+2", "INTERVAL=+2: must be a whole number from 1"),
        ("FREQ=DAILY;COUNT=4294967296", "COUNT=4294967296: must be a whole number from 1"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231T235959Z", "COUNT and UNTIL exclude each other"),
        ("FREQ=DAILY;UNTIL=20261231", "must be a date and a time such as"),
        ("FREQ=DAILY;UNTIL=20260231T000000Z", "must be a date and a time such as"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "must be a date and a time such as"),
        ("FREQ=DAILY;BYDAY=2MO", "BYDAY has numbers only with FREQ=MONTHLY or FREQ=YEARLY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "must be days of the week"),
        ("FREQ=MONTHLY;BYDAY=54MO", "must be days of the week"),
        ("FREQ=MONTHLY;BYDAY=MO,", "must be days of the week"),
        ("FREQ=MONTHLY;BYDAY=ü", "must be days of the week"),
        ("FREQ=DAILY;COLOUR=RED", "COLOUR is not a part of a recurrence"),
    ] {
        let error = text.parse::<Recurrence>().unwrap_err();
        assert!(
            matches!(&error, Error::InvalidParameter { name: "rrule", reason, .. } if reason.contains(says)),
            "{error}"
        );
    }
    for part in ["BYMONTHDAY=1", "BYMONTH=1", "BYSETPOS=1", "WKST=SU", "BYHOUR=1", "BYWEEKNO=1"] {
        let error = format!("FREQ=YEARLY;{part}").parse::<Recurrence>().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Unsupported);
        assert!(error.to_string().starts_with(part.split_once('=').unwrap().0), "{error}");
    }
    for text in ["FREQ=MINUTELY", "FREQ=SECONDLY", "FREQ=HOURLY;BYDAY=MO"] {
        assert!(matches!(text.parse::<Recurrence>(), Err(Error::Unsupported { .. })), "{text}");
    }
}

#[test]
fn an_exclusion_ends_after_it_begins() {
    assert!(Exclusion::new(at(1), at(1)).is_err());
    assert!(Exclusion::new(at(1), at(0)).is_err());
    assert!(Exclusion::new(Timestamp::from_nanos(i64::MIN), Timestamp::from_nanos(i64::MAX)).is_err());
}

#[test]
fn a_count_at_the_begin_stays_and_one_at_the_end_goes() {
    // SEMANTICS 5 and 7.
    let slo = slo().exclude(once(2, 4));
    let series = seconds(6);
    let counted = slo.counted(&series).unwrap();
    let totals: Vec<f64> = counted.iter().map(|(_, counts)| counts.total()).collect();
    assert_eq!(totals, [10.0, 10.0, 0.0, 0.0, 10.0, 10.0]);
    assert_eq!(slo.budget_at(&series, at(6)).unwrap().total(), 40.0);
    // One nanosecond decides.
    let shifted = |begin: i64, end: i64| {
        let span = [at(2).nanos() + begin, at(4).nanos() + end].map(Timestamp::from_nanos);
        Exclusion::new(span[0], span[1]).unwrap()
    };
    for (begin, end, total) in [(-1, 0, 30.0), (0, -1, 50.0), (1, 0, 40.0), (0, 1, 40.0)] {
        let slo = Slo::new("99%".parse().unwrap(), "1h".parse().unwrap()).exclude(shifted(begin, end));
        assert_eq!(slo.budget_at(&series, at(6)).unwrap().total(), total, "{begin} {end}");
    }
}

#[test]
fn without_an_exclusion_in_reach_the_series_is_lent() {
    let series = seconds(6);
    for slo in [slo(), slo().exclude(once(6, 9)), slo().exclude(once(-5, 0))] {
        assert!(matches!(slo.counted(&series).unwrap(), std::borrow::Cow::Borrowed(_)));
    }
    assert!(matches!(slo().exclude(once(5, 9)).counted(&series).unwrap(), std::borrow::Cow::Owned(_)));
    let nothing = CountSeries::from_events(&[], &[]).unwrap();
    assert!(slo().exclude(once(5, 9)).counted(&nothing).unwrap().is_empty());
}

#[test]
fn spans_are_merged_where_they_overlap_or_touch() {
    let slo = slo().exclude(once(5, 7)).exclude(once(1, 3)).exclude(once(3, 4)).exclude(once(6, 9));
    assert_eq!(slo.excluded(at(0), at(20)), [(at(1), at(4)), (at(5), at(9))]);
    assert_eq!(slo.excluded(at(2), at(6)), [(at(2), at(4)), (at(5), at(6))]);
    assert_eq!(slo.excluded(at(4), at(5)), []);
    assert_eq!(slo.excluded(at(9), at(2)), []);
}

#[test]
fn an_occurrence_longer_than_its_interval_covers_all_time_from_its_first_on() {
    let slo = slo().exclude(again(0, 200_000, "FREQ=DAILY"));
    let day = 86_400;
    assert_eq!(slo.excluded(at(100 * day), at(101 * day)), [(at(100 * day), at(101 * day))]);
    assert_eq!(slo.excluded(at(-day), at(10)), [(at(0), at(10))]);
}

#[test]
fn a_begin_that_its_rule_does_not_make_is_no_occurrence() {
    // 1970-01-01 is a Thursday; as dateutil has it.
    let sundays = again(0, 60, "FREQ=WEEKLY;COUNT=1;BYDAY=SU");
    assert_eq!(sundays.occurrences(at(-1), at(10_000_000)), [(at(3 * 86_400), at(3 * 86_400 + 60))]);
}

#[test]
fn until_is_the_last_instant_at_which_it_may_begin() {
    let count = |rule: &str| again(0, 60, rule).occurrences(at(-1), at(100_000_000)).len();
    assert_eq!(count("FREQ=DAILY;UNTIL=19700103T000000Z"), 3);
    assert_eq!(count("FREQ=DAILY;UNTIL=19700102T235959Z"), 2);
    assert_eq!(count("FREQ=HOURLY;UNTIL=19700101T020000Z"), 3);
    assert_eq!(count("FREQ=HOURLY;UNTIL=19691231T000000Z"), 0);
}

#[test]
fn the_ends_of_time_are_no_hindrance() {
    let ends = (Timestamp::from_nanos(i64::MIN), Timestamp::from_nanos(i64::MAX));
    for rule in
        ["FREQ=YEARLY", "FREQ=MONTHLY;INTERVAL=4294967295", "FREQ=WEEKLY;INTERVAL=600;COUNT=4294967295"]
    {
        let spans = again(0, 60, rule).occurrences(ends.0, ends.1);
        assert!(!spans.is_empty() && spans.iter().all(|(begin, end)| begin < end), "{rule}");
    }
    let late = Exclusion::new(Timestamp::from_nanos(i64::MAX - 5), ends.1).unwrap();
    assert_eq!(late.recurring("FREQ=DAILY".parse().unwrap()).occurrences(ends.0, ends.1).len(), 1);
}

#[test]
fn coverage_expects_nothing_of_excluded_time() {
    // SEMANTICS 6 and 7: ten seconds, of which five are excluded and three of the rest have records.
    let times: Vec<Timestamp> = [1, 2, 3, 7, 8].map(at).to_vec();
    let axis = Axis::listed(times).resolution(Duration::from_seconds(1));
    let series = CountSeries::bad_total(axis, &[0.0; 5], &[1.0; 5]).unwrap();
    let slo = Slo::new("99%".parse().unwrap(), "10s".parse().unwrap());
    // The record at 7 s covers two seconds.
    assert_eq!(slo.coverage(&series, at(10)), 0.6);
    assert_eq!(slo.clone().exclude(once(5, 10)).coverage(&series, at(10)), 3.0 / 5.0);
    // Half a second of what the record at 7 s covers is excluded, and it is not.
    let half = Exclusion::new(at(5), Timestamp::from_nanos(5_500_000_000)).unwrap();
    assert_eq!(slo.clone().exclude(half).coverage(&series, at(10)), 5.5 / 9.5);
    // A record that is excluded covers nothing, not even what lies before the exclusion.
    assert_eq!(slo.clone().exclude(once(6, 7)).coverage(&series, at(10)), 4.0 / 9.0);
    // The window begins within what its first record covers, and within an exclusion.
    assert_eq!(slo.clone().exclude(once(5, 6)).coverage(&series, at(16)), 2.0 / 10.0);
    assert_eq!(slo.clone().exclude(half_past_six()).coverage(&series, at(16)), 1.5 / 9.5);
    assert_eq!(slo.exclude(once(0, 10)).coverage(&series, at(10)), 1.0);
}

fn half_past_six() -> Exclusion {
    Exclusion::new(at(6), Timestamp::from_nanos(6_500_000_000)).unwrap()
}

#[test]
fn history_and_coverage_agree() {
    let slo = slo().exclude(again(10, 17, "FREQ=HOURLY")).exclude(once(30, 35));
    let series = seconds(100);
    let history = slo.history(&series, None).unwrap();
    for (place, time) in history.times.iter().enumerate() {
        assert_eq!(history.coverage[place], slo.coverage(&series, *time));
        assert_eq!(history.budgets[place], slo.budget_at(&series, *time).unwrap());
    }
    assert_eq!(history.budgets[99].total(), 880.0);
}

#[test]
fn records_that_an_exclusion_cuts_are_named() {
    let axis = Axis::regular(at(10), Duration::from_seconds(10));
    let series = CountSeries::bad_total(axis, &[0.0; 6], &[1.0; 6]).unwrap();
    let named = |slo: Slo| -> Vec<(i64, i64, i64)> {
        let seconds = |t: Timestamp| t.nanos() / 1_000_000_000;
        slo.straddling(&series).iter().map(|s| (seconds(s.at), seconds(s.begin), seconds(s.end))).collect()
    };
    assert_eq!(named(slo().exclude(once(10, 30))), []);
    assert_eq!(named(slo().exclude(once(11, 30))), [(20, 11, 30)]);
    assert_eq!(named(slo().exclude(once(10, 29))), [(30, 10, 29)]);
    assert_eq!(named(slo().exclude(once(12, 17))), [(20, 12, 17)]);
    // From before the first record's time, and past the last one.
    assert_eq!(named(slo().exclude(once(-5, 5))), [(10, -5, 5)]);
    assert_eq!(named(slo().exclude(once(55, 99))), [(60, 55, 99)]);
    // An edge within another exclusion is none.
    assert_eq!(named(slo().exclude(once(10, 25)).exclude(once(20, 40))), []);
    assert_eq!(named(slo()), []);
}

#[cfg(feature = "serde")]
#[test]
fn exclusions_are_written_and_read_back() {
    let slo = slo().exclude(again(0, 60, "FREQ=DAILY;COUNT=3").reason("backup")).exclude(once(5, 9));
    let text = serde_json::to_string(&slo).unwrap();
    assert_eq!(serde_json::from_str::<Slo>(&text).unwrap(), slo);
    assert!(text.contains(r#""recurrence":"FREQ=DAILY;COUNT=3","zone":"UTC","reason":"backup""#), "{text}");
    let reversed = text.replace("1970-01-01T00:01:00Z", "1969-01-01T00:01:00Z");
    assert!(serde_json::from_str::<Slo>(&reversed).is_err());
    // What was written before there were exclusions.
    let bare: Slo = serde_json::from_str(r#"{"name":null,"objective":"99%","window":"1h"}"#).unwrap();
    assert_eq!(bare, self::slo());
}

/// Whether a weekly or monthly rule falls on a date, day by day and by the words of RFC 5545.
fn falls_by_definition(
    rule: &str,
    interval: i64,
    numbers: &[(i64, u32)],
    start: NaiveDate,
    date: NaiveDate,
) -> bool {
    let monday = |date: NaiveDate| date - Days::new(u64::from(date.weekday().num_days_from_monday()));
    let weekday = i64::from(date.weekday().num_days_from_monday());
    if date < start {
        return false;
    }
    match rule {
        "DAILY" => (date - start).num_days() % interval == 0,
        "WEEKLY" => {
            (monday(date) - monday(start)).num_days() / 7 % interval == 0
                && numbers.iter().any(|(_, day)| i64::from(*day) == weekday)
        }
        _ => {
            let months = |date: NaiveDate| 12 * i64::from(date.year()) + i64::from(date.month0());
            let before = i64::from(date.day0()) / 7 + 1;
            let after = (i64::from(date.num_days_in_month()) - i64::from(date.day())) / 7 + 1;
            let on = |(number, day): &(i64, u32)| {
                i64::from(*day) == weekday && (*number == 0 || *number == before || -*number == after)
            };
            (months(date) - months(start)) % interval == 0 && numbers.iter().any(on)
        }
    }
}

proptest! {
    #[test]
    fn recurrences_fall_on_the_days_that_a_walk_finds(
        kind in 0_usize..3,
        interval in 1_i64..9,
        days in prop::collection::vec((-5_i64..6, 0_u32..7), 1..4),
        start in 0_i64..20_000,
        from in -2_000_i64..12_000,
        count in prop::option::of(1_usize..400),
    ) {
        const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let frequency = ["DAILY", "WEEKLY", "MONTHLY"][kind];
        let days: Vec<(i64, u32)> =
            days.into_iter().map(|(number, day)| (if kind == 2 { number } else { 0 }, day)).collect();
        let name = |(number, day): &(i64, u32)| {
            let number = if *number == 0 { String::new() } else { number.to_string() };
            format!("{number}{}", NAMES[usize::try_from(*day).unwrap()])
        };
        let counted = count.map_or(String::new(), |count| format!(";COUNT={count}"));
        let named = days.iter().map(name).collect::<Vec<_>>().join(",");
        let named = if kind > 0 { format!(";BYDAY={named}") } else { String::new() };
        let rule = format!("FREQ={frequency};INTERVAL={interval}{counted}{named}");
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let date = |day: i64| epoch + chrono::TimeDelta::days(day);
        let walk = (start..start + from.max(0) + 1_000)
            .filter(|day| falls_by_definition(frequency, interval, &days, date(start), date(*day)))
            .take(count.unwrap_or(usize::MAX));
        let (begin, end) = (start + from, start + from + 1_000);
        let expected: Vec<i64> = walk.filter(|day| (begin..end).contains(day)).collect();
        let exclusion = again(start * 86_400, start * 86_400 + 3_600, &rule);
        let spans = exclusion.occurrences(at(begin * 86_400), at(end * 86_400));
        let found: Vec<i64> = spans.iter().map(|(begin, _)| begin.nanos() / 1_000_000_000 / 86_400).collect();
        prop_assert_eq!(found, expected, "{}", rule);
    }

    #[test]
    fn budgets_and_coverage_without_exclusions_are_those_of_what_is_left(
        cuts in prop::collection::vec((0_i64..120, 1_i64..30), 0..6),
        counts in prop::collection::vec((0_u32..5, 0_u32..9), 1..100),
        tenths in any::<bool>(),
        window in 1_i64..60,
    ) {
        let scale = if tenths { 0.1 } else { 1.0 };
        let bad: Vec<f64> = counts.iter().map(|(bad, _)| f64::from(*bad) * scale).collect();
        let total: Vec<f64> = counts.iter().map(|(bad, good)| f64::from(bad + good) * scale).collect();
        let axis = Axis::regular(at(1), Duration::from_seconds(1));
        let series = CountSeries::bad_total(axis, &bad, &total).unwrap();
        let mut slo = Slo::new("99%".parse().unwrap(), Duration::from_seconds(window).to_string().parse().unwrap());
        for (begin, length) in &cuts {
            slo = slo.exclude(once(*begin, begin + length));
        }
        let gone = |t: i64| cuts.iter().any(|(begin, length)| *begin < t && t <= begin + length);
        let keep = |values: &[f64]| -> Vec<f64> {
            (1..).zip(values).map(|(t, v)| if gone(t) { 0.0 } else { *v }).collect()
        };
        let kept = CountSeries::bad_total(
            Axis::regular(at(1), Duration::from_seconds(1)), &keep(&bad), &keep(&total)).unwrap();
        let last = i64::try_from(counts.len()).unwrap();
        for end in 1..=last + 5 {
            let budget = slo.budget_at(&series, at(end)).unwrap();
            let counts = kept.counts_between(at(end - window), at(end));
            prop_assert!((budget.bad() - counts.bad()).abs() <= 1e-14 * counts.bad());
            prop_assert!((budget.total() - counts.total()).abs() <= 1e-14 * counts.total());
            prop_assert_eq!(budget.counts().has_traffic(), counts.has_traffic());
            // Second by second: each is expected unless it is excluded, and covered if it has a record.
            let expected: Vec<i64> = (end - window + 1..=end).filter(|t| !gone(*t)).collect();
            let covered = expected.iter().filter(|t| (1..=last).contains(*t)).count();
            let share = if expected.is_empty() { 1.0 } else { covered as f64 / expected.len() as f64 };
            prop_assert_eq!(slo.coverage(&series, at(end)), share);
        }
    }
}

#[cfg(feature = "tz")]
mod zones {
    use super::*;

    #[test]
    fn two_in_the_morning_stays_two_in_the_morning() {
        let begin: Timestamp = "2026-03-22T01:00:00Z".parse().unwrap();
        let end = begin.checked_add(Duration::from_hours(1)).unwrap();
        let rule: Recurrence = "FREQ=WEEKLY".parse().unwrap();
        let sundays =
            Exclusion::new(begin, end).unwrap().recurring(rule.zone("Europe/Prague".parse().unwrap()));
        let spans = sundays.occurrences(begin, begin.checked_add(Duration::from_days(20)).unwrap());
        let begins: Vec<String> = spans.iter().map(|(begin, _)| begin.to_string()).collect();
        // On the 29th there is no two o'clock: an hour after one in winter time, as RFC 5545 has it.
        assert_eq!(begins, ["2026-03-22T01:00:00Z", "2026-03-29T01:00:00Z", "2026-04-05T00:00:00Z"]);
        assert!(spans.iter().all(|(begin, end)| end.since(*begin).unwrap() == Duration::from_hours(1)));
    }

    #[test]
    fn hours_pass_as_time_does() {
        let begin: Timestamp = "2026-03-28T11:00:00Z".parse().unwrap();
        let end = begin.checked_add(Duration::from_minutes(1)).unwrap();
        let rule: Recurrence = "FREQ=HOURLY;INTERVAL=24;COUNT=2".parse().unwrap();
        let noon = Exclusion::new(begin, end).unwrap().recurring(rule.zone("Europe/Prague".parse().unwrap()));
        let spans = noon.occurrences(begin, begin.checked_add(Duration::from_days(9)).unwrap());
        assert_eq!(spans.last().unwrap().0.to_string(), "2026-03-29T11:00:00Z");
    }

    #[test]
    fn a_first_time_that_is_the_second_of_two_stays_it() {
        // 02:30 in winter time, an hour after 02:30 in summer time.
        let begin: Timestamp = "2026-10-25T01:30:00Z".parse().unwrap();
        let end = begin.checked_add(Duration::from_minutes(1)).unwrap();
        let rule: Recurrence = "FREQ=DAILY;UNTIL=20261026T023000".parse().unwrap();
        let nights =
            Exclusion::new(begin, end).unwrap().recurring(rule.zone("Europe/Prague".parse().unwrap()));
        let spans =
            nights.occurrences(Timestamp::from_nanos(0), begin.checked_add(Duration::from_days(9)).unwrap());
        let begins: Vec<String> = spans.iter().map(|(begin, _)| begin.to_string()).collect();
        assert_eq!(begins, ["2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"]);
    }
}
