use super::*;
use crate::report::{Incident, Part, ReportOptions};
use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_nanos(minutes * 60_000_000_000)
}

fn series(bad: &[f64], total: &[f64]) -> CountSeries {
    CountSeries::bad_total(Axis::regular(at(1), Duration::from_minutes(1)), bad, total).unwrap()
}

fn slo(name: &str) -> Slo {
    Slo::new("95%".parse().unwrap(), "1h".parse().unwrap()).name(name)
}

/// Two parts over two hours: the second fails entirely from minute 70 to 80, and nobody calls from 100 to 110.
fn report(name: &str, failing: &str) -> Report {
    let total: Vec<f64> = (1..=120).map(|m| if (100..110).contains(&m) { 0.0 } else { 5000.0 }).collect();
    let outage: Vec<f64> = (1..=120).map(|m| if (70..80).contains(&m) { 5000.0 } else { 0.0 }).collect();
    let hiccup: Vec<f64> = (1..=120).map(|m| f64::from(m == 90)).collect();
    let part = |name: &str, bad: &[f64]| Part { name: name.to_owned(), counts: series(bad, &total) };
    let parts = vec![part("read", &hiccup), part(failing, &outage)];
    let rule = |severity| {
        let (long, short) = (Duration::from_minutes(10), Duration::from_minutes(2));
        BurnRule::new(long, short, 4.0).unwrap().severity(severity)
    };
    let incident = Incident { name: format!("{name} outage"), begin: at(69), end: at(79) };
    let options = ReportOptions::new()
        .policy(AlertPolicy::new([rule("page"), rule("ticket")]))
        .incidents([incident])
        .unwrap()
        .parts(parts.clone());
    let whole = CountSeries::sum(parts.iter().map(|part| &part.counts)).unwrap();
    Report::new(&slo(name), &whole, &options).unwrap()
}

fn plain(name: &str, bad: &[f64], total: &[f64]) -> Report {
    Report::new(&slo(name), &series(bad, total), &ReportOptions::new()).unwrap()
}

/// Every opening tag has its closing one, in order.
fn assert_balanced(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let from = page.find("<body>").unwrap();
    for piece in page[from..].split('<').skip(1) {
        let (tag, _) = piece.split_once('>').unwrap();
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some("html") => {}
            Some(closing) => assert_eq!(open.pop(), Some(closing), "{piece}"),
            None if tag.ends_with('/') => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn names_are_text_and_never_markup() {
    let evil = "<script>alert(\"1\")</script>";
    let report = report(evil, evil);
    let page = render(&format!("{evil}&'"), &[report.clone(), report]).unwrap();
    assert!(!page.contains("<script"), "{page}");
    // The title, twice; each report's heading, its line in the overview, its plot and its tables.
    assert!(page.matches("&lt;script&gt;").count() >= 10);
    assert!(page.contains("<title>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;</title>"));
    assert_balanced(&page);
}

#[test]
fn the_page_refers_to_nothing_outside_itself() {
    let page = render("page", &[report("api", "write")]).unwrap();
    let alone = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for outside in ["http:", "https:", "//", "src=", "@import", "url(", "<link", "<script", "<img", "<iframe"]
    {
        assert!(!alone.contains(outside), "{outside}");
    }
}

#[test]
fn whatever_the_terminal_says_stands_on_the_page() {
    let report = report("api", "write");
    let page = render("page", std::slice::from_ref(&report)).unwrap();
    let rows = [
        report.budget_rows(),
        report.burn_rows(),
        report.alert_rows(),
        report.share_rows(),
        report.anomaly_rows(),
        report.incident_rows(),
        report.quiet_rows(),
    ];
    for rows in rows {
        assert!(!rows.is_empty());
        for cell in rows.concat() {
            assert!(page.contains(&format!(">{}<", escape(&cell))) || cell.is_empty(), "{cell}");
        }
    }
    for alert in report.timeline.alerts() {
        assert!(page.contains(&escape(&alert.explain())));
    }
    for rule in report.policy.rules() {
        assert!(page.contains(&escape(&rule.to_string())));
    }
}

#[test]
fn a_plot_each_shows_budget_burn_rates_signals_and_parts() {
    let page = render("page", &[report("api", "write")]).unwrap();
    // Each once for a wide and once for a narrow screen.
    assert_eq!(page.matches("<svg class=\"wide\" role=\"img\" aria-label=").count(), 4);
    assert_eq!(page.matches("<svg class=\"narrow\" role=\"img\" aria-label=").count(), 4);
    // 50,001 bad of 500,000, of which 25,000 are allowed.
    for label in [
        "Budget left over time: lowest -100.0%, at the end -100.0%",
        "Burn rate of 3 windows over time, up to 10",
        "Errors and traffic over time, 1 anomaly",
        "Bad events by part: write burnt most",
    ] {
        assert!(page.contains(label), "{label}");
    }
    for text in [
        "4 page, ticket\n",
        "page fires",
        "ticket fires",
        "known incident",
        "unusual error ratio",
        "The error ratio was unusually high for 10m from 1970-01-01 01:09:00 UTC on: at worst 50.00%",
        "overspent",
        "50,000  (100.0%)\n",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn a_report_without_parts_has_no_plot_of_them() {
    let page = render("page", &[plain("api", &[1.0, 0.0, 2.0], &[10.0; 3])]).unwrap();
    assert_eq!(page.matches("<svg class=\"wide\"").count(), 3);
    assert!(!page.contains("Who burnt it") && !page.contains("Burnt by"));
    assert_balanced(&page);
}

#[test]
fn what_is_to_come_is_shown_while_there_is_budget_left() {
    // Two bad events in the last hour, where three are allowed.
    let bad: Vec<f64> = (1..=120).map(|m| f64::from(u8::from(m % 40 == 0))).collect();
    let report = plain("api", &bad, &[1.0; 120]);
    let ahead = report.exhaustion.as_ref().unwrap();
    assert!(!ahead.exhausted && *ahead.probability.last().unwrap() > 0.01);
    let page = render("page", std::slice::from_ref(&report)).unwrap();
    assert!(page.contains(&escape(&ahead.explain())) && page.contains("within 1h"));
    assert!(page.contains("aria-label=\"Probability that the budget has run out, rising to "));
    assert_balanced(&page);
    let spent = render("page", &[plain("api", &[1.0, 0.0, 2.0], &[10.0; 3])]).unwrap();
    assert!(!spent.contains("What is to come"));
}

#[test]
fn reports_of_little_or_no_traffic_say_so() {
    let silent = render("page", &[plain("api", &[0.0; 9], &[0.0; 9])]).unwrap();
    assert!(silent.contains("No traffic so far") && silent.contains("no traffic in the window"));
    let single = render("page", &[plain("api", &[1.0], &[3.0])]).unwrap();
    assert!(single.contains("Too few instants so far") && single.contains("66.67%"));
    let perfect = render("page", &[plain("api", &[0.0; 9], &[3.0; 9])]).unwrap();
    assert!(perfect.contains("No alert has fired.") && perfect.contains("verdict met"));
    let none = render("page", &[]).unwrap();
    assert!(none.contains("There is no report."));
    for page in [silent, single, perfect, none] {
        assert!(!page.contains("NaN") && !page.contains("inf%") && !page.contains("<script"));
        assert_balanced(&page);
    }
}

#[test]
fn the_end_of_the_line_is_the_figure_above_it() {
    // A history every hour ends before the report's instant, the plot does not.
    let bad: Vec<f64> = (1..=150).map(|m| if m > 140 { 40.0 } else { 0.0 }).collect();
    let options = ReportOptions::new().every(Duration::from_hours(1)).unwrap();
    let report = Report::new(&slo("api"), &series(&bad, &[100.0; 150]), &options).unwrap();
    // 400 of 6,000 are bad, 300 are allowed.
    let left = "-33.3%";
    let page = render("page", &[report]).unwrap();
    assert!(page.contains(&format!("<dd class=\"big negative\">{left}</dd>")));
    assert!(page.contains(&format!("at the end {left}\"")) && page.contains(&format!(">\n{left}\n</text>")));
}

#[test]
fn several_reports_begin_with_an_overview() {
    let page = render("page", &[report("api", "write"), plain("web", &[0.0; 9], &[3.0; 9])]).unwrap();
    for piece in ["<a href=\"#slo-1\">api</a>", "<a href=\"#slo-2\">web</a>", "<article id=\"slo-2\">"] {
        assert!(page.contains(piece), "{piece}");
    }
    assert!(!render("page", &[report("api", "write")]).unwrap().contains("<nav"));
}

#[test]
fn a_long_history_makes_no_long_page() {
    let page = |len: usize| {
        let bad: Vec<f64> = (0..len).map(|i| f64::from(u8::from(i % 7 == 0))).collect();
        let options = ReportOptions::new().every(Duration::from_minutes(1)).unwrap();
        let report = Report::new(&slo("api"), &series(&bad, &vec![9.0; len]), &options).unwrap();
        render("page", &[report]).unwrap().len()
    };
    let (short, long) = (page(1200), page(24_000));
    assert!(long < 2 * short, "{short} {long}");
}

#[test]
fn a_period_of_the_calendar_has_a_page() {
    let calendar = slo_core::Calendar::new(slo_core::CalendarUnit::Day, 1).unwrap();
    let slo = Slo::new("95%".parse().unwrap(), slo_core::Window::calendar(calendar));
    let report = Report::new(&slo, &series(&[1.0; 30], &[100.0; 30]), &ReportOptions::new()).unwrap();
    let page = render("day", &[report]).unwrap();
    assert_balanced(&page);
    assert!(page.contains("left at each instant in its period, 1 calendar day in UTC"));
    assert!(!page.contains("(the objective's)"));
}
