use super::*;
use crate::text;
use slo_core::{Axis, BurnRule, Method};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_nanos(minutes * 60_000_000_000)
}

/// Two handlers over two hours; `write` fails entirely from minute 70 to 80, and nobody calls from 100 to 110.
fn parts() -> Vec<Part> {
    let part = |name: &str, bad: &dyn Fn(i64) -> f64| {
        let axis = Axis::regular(at(1), Duration::from_minutes(1));
        let total: Vec<f64> = (1..=120).map(|m| if (100..110).contains(&m) { 0.0 } else { 50.0 }).collect();
        let bad: Vec<f64> = (1..=120).map(bad).collect();
        Part { name: name.to_owned(), counts: CountSeries::bad_total(axis, &bad, &total).unwrap() }
    };
    let outage = |minute: i64| if (70..80).contains(&minute) { 50.0 } else { 0.0 };
    vec![part("read", &|minute| f64::from(minute == 90)), part("write", &outage)]
}

fn whole(parts: &[Part]) -> CountSeries {
    CountSeries::sum(parts.iter().map(|part| &part.counts)).unwrap()
}

fn slo() -> Slo {
    Slo::new("95%".parse().unwrap(), "1h".parse().unwrap()).name("api")
}

fn options() -> ReportOptions {
    let rule = BurnRule::new(Duration::from_minutes(10), Duration::from_minutes(2), 4.0).unwrap();
    ReportOptions::new().policy(AlertPolicy::new([rule]))
}

#[test]
fn shares_add_up_to_the_budget() {
    let parts = parts();
    let report = Report::new(&slo(), &whole(&parts), &options().parts(parts)).unwrap();
    let named: Vec<_> = report.shares.iter().map(|s| (s.name.as_str(), s.counts.bad())).collect();
    assert_eq!(named, [("write", 500.0), ("read", 1.0)]);
    assert_eq!(report.shares[0].of_bad, 500.0 / 501.0);
    let consumed: f64 = report.shares.iter().map(|s| s.consumed).sum();
    assert!((consumed - report.budget.consumed()).abs() < 1e-12);
}

#[test]
fn parts_that_do_not_add_up_are_refused() {
    let mut parts = parts();
    let series = whole(&parts);
    parts.pop();
    let error = Report::new(&slo(), &series, &options().parts(parts)).unwrap_err();
    assert!(error.to_string().contains("must add up"), "{error}");
}

#[test]
fn the_report_speaks_of_its_instant_alone() {
    let series = whole(&parts());
    let before = Report::new(&slo(), &series, &options().at(at(60))).unwrap();
    assert_eq!((before.budget.consumed(), before.timeline.alerts().len()), (0.0, 0));
    assert_eq!(before.history.times.last(), Some(&at(60)));
    let after = Report::new(&slo(), &series, &options()).unwrap();
    assert_eq!((after.at, after.timeline.alerts().len()), (at(120), 1));
    assert!(Report::new(&slo(), &series, &options().at(at(0))).is_err());
    let empty = series.between(at(0), at(0));
    assert!(matches!(Report::new(&slo(), &empty, &options()), Err(Error::TooShort { .. })));
}

#[test]
fn silence_and_incidents_are_named() {
    let incident =
        |name: &str, begin, end| Incident { name: name.to_owned(), begin: at(begin), end: at(end) };
    let options = options().incidents([incident("outage", 69, 79), incident("hiccup", 30, 31)]).unwrap();
    let report = Report::new(&slo(), &whole(&parts()), &options).unwrap();
    assert_eq!(report.quiet, [(at(99), at(110))]);
    let noticed: Vec<_> = report.incidents.iter().map(|(_, detection)| report.noticed(detection)).collect();
    // 4 x 5 % of ten minutes are 200 of 1,000 events: exceeded at the fifth bad minute, 74.
    assert_eq!(noticed, ["page after 5m", "no alert"]);
    assert!(super::ReportOptions::new().incidents([incident("back", 2, 1)]).is_err());
}

#[test]
fn an_alert_ends_also_after_the_last_record() {
    let axis = Axis::regular(at(1), Duration::from_minutes(1));
    let series = CountSeries::bad_total(axis, &[0.0, 30.0], &[100.0; 2]).unwrap();
    let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 2.0).unwrap();
    let options = ReportOptions::new().policy(AlertPolicy::new([rule])).at(at(60));
    let report = Report::new(&slo(), &series, &options).unwrap();
    let ends: Vec<_> = report.timeline.alerts().iter().map(|alert| alert.end).collect();
    assert_eq!(ends, [Some(at(3))]);
    assert_eq!(report, report.clone());
}

#[test]
fn every_option_changes_the_report() {
    let series = whole(&parts());
    let report = |options: ReportOptions| Report::new(&slo(), &series, &options).unwrap();
    let default = report(options());
    assert_ne!(report(options().level(0.5).unwrap()).sli_interval, default.sli_interval);
    assert_eq!(report(options().every(Duration::from_hours(1)).unwrap()).history.times, [at(60), at(120)]);
    assert_eq!(report(ReportOptions::new()).policy, AlertPolicy::google_sre(slo().window()).unwrap());
    assert_eq!(default.history.times.len(), 120);
    assert_eq!(default.burn_history.dim(), (3, 120));
    // The history of every hour still shows the highest burn within the hour.
    let hourly = report(options().every(Duration::from_hours(1)).unwrap());
    assert_eq!(hourly.burn_history.row(0).to_vec(), [Some(0.0), Some(10.0)]);
    assert!(ReportOptions::new().level(95.0).is_err() && ReportOptions::new().every(Duration::ZERO).is_err());
}

#[test]
fn a_long_history_is_thinned_to_round_steps() {
    let axis = Axis::regular(at(0), Duration::from_seconds(5));
    let series = CountSeries::bad_total(axis, &vec![0.0; 10_000], &vec![1.0; 10_000]).unwrap();
    let report = Report::new(&slo(), &series, &ReportOptions::new()).unwrap();
    assert!(report.history.times.len() <= 480);
    assert_eq!(report.history.times[1].since(report.history.times[0]).unwrap(), Duration::from_minutes(5));
}

#[test]
fn the_text_tells_the_story() {
    let parts = parts();
    let incident = Incident { name: "outage".to_owned(), begin: at(69), end: at(79) };
    let options = options().incidents([incident]).unwrap().parts(parts.clone());
    let text = Report::new(&slo(), &whole(&parts), &options).unwrap().to_string();
    let expected = "\
api: 95% over 1h, at 1970-01-01 02:00:00 UTC

  SLI      89.98%           89.12% to 90.78% (95% confidence)
  events    5,000           100.0% of the window covered
  allowed     250   100.0%  as much as 3m of complete outage
  spent       501   200.4%  184.4% to 217.7% (95% confidence)
  left       -251  -100.4%  objective missed

Burn rates
   2m  0.00  limit 4
  10m  0.00  limit 4
   1h  2.00

Alerts
  page  01:14:00  01:21:00  7m  burn up to 10.0  500 bad  166.7% of the budget

Burnt by
  write  500 bad of 2,500  99.8% of the errors  200.0% of the budget
  read     1 bad of 2,500   0.2% of the errors    0.4% of the budget

Anomalies
  error ratio  01:09:00  for 10m  50.00%  usual 0.00% ± 2.18%  22.9 deviations, p ≈ 5.9e-17

Known incidents
  outage  01:09:00  for 10m  page after 5m

No traffic
  01:39:00  01:50:00  11m
";
    assert_eq!(text, expected);
}

#[test]
fn what_is_ahead_is_told_until_the_budget_is_spent() {
    // 2 bad of 120 in an hour where 6 are allowed.
    let bad: Vec<f64> = (0..60).map(|minute| f64::from(u8::from(minute % 30 == 7))).collect();
    let axis = || Axis::regular(at(1), Duration::from_minutes(1));
    let report = |bad: &[f64]| {
        let series = CountSeries::bad_total(axis(), bad, &vec![2.0; bad.len()]).unwrap();
        Report::new(&slo(), &series, &ReportOptions::new()).unwrap()
    };
    let alive = report(&bad);
    let ahead = alive.exhaustion.as_ref().unwrap();
    assert_eq!((ahead.at, ahead.horizon), (alive.at, Duration::from_hours(1)));
    let rows = alive.ahead_rows();
    assert_eq!(
        rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(),
        ["within 7m30s", "within 15m", "within 30m", "within 1h"]
    );
    assert_eq!(rows[3][1], format!("{} exhausted", text::percent(ahead.probability[239], 1)));
    assert!(alive.to_string().contains("\nAhead\n  within 7m30s  "));

    assert!(report(&[2.0; 60]).ahead_rows().is_empty());
    // One record does not say how fast events come.
    let axis = Axis::listed([at(1)]);
    let single = CountSeries::bad_total(axis, &[1.0], &[2.0]).unwrap();
    assert_eq!(Report::new(&slo(), &single, &ReportOptions::new()).unwrap().exhaustion, None);
}

#[test]
fn a_report_on_a_period_of_the_calendar_counts_from_its_begin() {
    let calendar = slo_core::Calendar::new(slo_core::CalendarUnit::Day, 1).unwrap();
    let slo = Slo::new("95%".parse().unwrap(), slo_core::Window::calendar(calendar));
    let parts = parts();
    // The first 30 minutes belong to the day before.
    let shifted: Vec<Part> = parts
        .iter()
        .map(|part| {
            let axis = Axis::regular(at(-29), Duration::from_minutes(1));
            let (bad, total): (Vec<f64>, Vec<f64>) =
                part.counts.iter().map(|(_, counts)| (counts.bad(), counts.total())).unzip();
            Part { name: part.name.clone(), counts: CountSeries::bad_total(axis, &bad, &total).unwrap() }
        })
        .collect();
    let series = whole(&shifted);
    let report = Report::new(&slo, &series, &options().parts(shifted)).unwrap();
    assert_eq!((report.budget.bad(), report.budget.total()), (501.0, 8_000.0));
    assert_eq!(report.coverage, 1.0);
    assert_eq!(report.shares.iter().map(|share| share.counts.total()).sum::<f64>(), 8_000.0);
    // The policy's windows alone: a day of the calendar is no length of time before an instant.
    let windows: Vec<Duration> = report.burn_rates.iter().map(|burn| burn.window).collect();
    assert_eq!(windows, [Duration::from_minutes(2), Duration::from_minutes(10)]);
    let ahead = report.exhaustion.as_ref().unwrap();
    assert_eq!(ahead.at.checked_add(ahead.horizon).unwrap(), at(24 * 60));
    assert!(report.to_string().contains("1 calendar day in UTC"), "{report}");
}

#[test]
fn what_is_excluded_is_not_reported() {
    // SEMANTICS 7: the outage from minute 70 to 80 is a maintenance window.
    let maintenance = slo_core::Exclusion::new(at(69), at(79)).unwrap();
    let slo = slo().exclude(maintenance);
    let parts = parts();
    let report = Report::new(&slo, &whole(&parts), &options().parts(parts)).unwrap();
    assert_eq!((report.budget.bad(), report.budget.total()), (1.0, 4_000.0));
    assert!(report.timeline.alerts().is_empty());
    assert_eq!(report.coverage, 1.0);
    assert_eq!(report.steps.iter().map(Counts::bad).sum::<f64>(), 1.0);
    assert!(report.burn_history.iter().flatten().all(|burn| *burn < 1.0));
    assert_eq!(report.shares.iter().map(|share| share.counts.bad()).sum::<f64>(), 1.0);
}

#[test]
fn parts_are_shared_out_without_corrections() {
    let correction = slo_core::Adjustment::new(at(90), 0.0, -1.0).unwrap();
    let parts = parts();
    let report = Report::new(&slo().adjust(correction), &whole(&parts), &options().parts(parts)).unwrap();
    assert_eq!(report.budget.bad(), 500.0);
    assert_eq!(report.shares.iter().map(|share| share.counts.bad()).sum::<f64>(), 501.0);
}

#[test]
fn a_budget_of_slices_speaks_of_slices() {
    let method =
        Method::Timeslices { slice: Duration::from_minutes(1), slice_target: "90%".parse().unwrap() };
    let slo = slo().method(method).unwrap();
    let report = Report::new(&slo, &whole(&parts()), &options()).unwrap();
    // Half of the events fail in minutes 70 to 80; ten minutes are silent, and stay in the denominator.
    assert_eq!((report.budget.bad(), report.budget.total(), report.budget.allowed()), (10.0, 50.0, 3.0));
    let text = report.to_string();
    assert!(text.contains("\n  slices") && !text.contains("\n  events"), "{text}");
    #[cfg(feature = "page")]
    {
        let page = crate::page::render("api", &[report]).unwrap();
        assert!(page.contains("10 of 3 bad slices allowed") && page.contains("7 bad slices too many"));
        // What is left is of the whole period's slices, on the plot as in the table.
        assert!(page.contains("at the end -233.3%"), "{page}");
    }
}
