//! The part of the page that one report has.

use std::fmt::Write as _;

use slo_core::Result;

use super::html::Column::{Figures, Words};
use super::html::{self, escape, note, table};
use super::{plot_ahead, plot_budget, plot_burn, plot_shares, plot_signals};
use crate::report::{Report, unit};
use crate::text;

/// Alerts that are told in a sentence each.
const SENTENCES: usize = 300;

/// What a report is called on the page.
pub(super) fn name(report: &Report) -> String {
    report.slo.label().map_or_else(|| report.slo.to_string(), str::to_owned)
}

/// The objective of a report whose name does not say it already.
pub(super) fn target(report: &Report) -> String {
    report
        .slo
        .label()
        .map_or_else(String::new, |_| format!("{} over {} ", report.slo.objective(), report.slo.window()))
}

/// A report with its figures, plots and tables.
pub(super) fn section(report: &Report, anchor: &str) -> Result<String> {
    let at = report.at.to_utc();
    Ok(format!(
        "<article id=\"{anchor}\">\n<h2>{}</h2>\n<p class=\"objective\">{}<span>at <time datetime=\"{}\">{}</time> \
         UTC</span></p>\n{}{}{}{}{}{}<div class=\"tables\">\n{}</div>\n</article>\n",
        escape(&name(report)),
        escape(&target(report)),
        at.format("%Y-%m-%dT%H:%M:%SZ"),
        at.format("%Y-%m-%d %H:%M:%S"),
        headline(report),
        plot_budget::figure(report)?,
        plot_burn::figure(report)?,
        plot_ahead::figure(report)?,
        plot_signals::figure(report)?,
        plot_shares::figure(report)?,
        tables(report),
    ))
}

/// The figures that an overview shows: SLI, spent, left and verdict, each with what stands behind it.
pub(super) fn figures(report: &Report) -> [(&'static str, String, String); 4] {
    let rows = report.budget_rows();
    let cell =
        |row: usize, place: usize| rows.get(row).and_then(|row| row.get(place)).cloned().unwrap_or_default();
    if report.budget.sli().is_none() {
        let none = || "–".to_owned();
        let silent = (none(), String::new());
        let [spent, left] = [silent.clone(), silent];
        return [
            ("SLI", none(), cell(0, 1)),
            ("Budget spent", spent.0, spent.1),
            ("Budget left", left.0, left.1),
            ("Verdict", "no traffic".to_owned(), firing(report)),
        ];
    }
    let unit = unit(&report.budget);
    let of = |row: usize| format!("{} of {} bad {unit} allowed", cell(row, 1), cell(2, 1));
    [
        ("SLI", cell(0, 1), cell(0, 3)),
        ("Budget spent", cell(3, 2), of(3)),
        ("Budget left", cell(4, 2), rest(report.budget.remaining(), unit)),
        ("Verdict", cell(4, 3), firing(report)),
    ]
}

/// How many more events or slices may be bad, or how many are bad beyond what is allowed.
fn rest(remaining: f64, unit: &str) -> String {
    if remaining < 0.0 {
        format!("{} bad {unit} too many", text::count(-remaining))
    } else {
        format!("{} more bad {unit} allowed", text::count(remaining))
    }
}

/// Which severities fire at the instant of the report.
fn firing(report: &Report) -> String {
    let episodes = report.timeline.by_severity().iter().filter(|episode| episode.end.is_none());
    let mut names: Vec<&str> = episodes.map(|episode| episode.severity.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { "no alert fires".to_owned() } else { format!("{} firing", names.join(" and ")) }
}

/// The class that colours a verdict.
pub(super) fn verdict_class(report: &Report) -> &'static str {
    if !report.budget.counts().has_traffic() {
        "silent"
    } else if !report.budget.met() {
        "missed"
    } else if report.budget.exhausted() {
        "spent"
    } else {
        "met"
    }
}

fn headline(report: &Report) -> String {
    let mut html = "<dl class=\"figures\">\n".to_owned();
    for (term, value, behind) in figures(report) {
        let (class, bar) = match term {
            "Verdict" => (format!("verdict {}", verdict_class(report)), String::new()),
            "Budget spent" if report.budget.counts().has_traffic() => {
                (String::new(), meter(report.budget.consumed()))
            }
            "Budget left" if report.budget.consumed() > 1.0 => ("negative".to_owned(), String::new()),
            _ => (String::new(), String::new()),
        };
        let (value, behind) = (escape(&value), escape(&behind));
        // Writing to a string cannot fail.
        let _ = writeln!(
            html,
            "<div><dt>{term}</dt><dd class=\"big {class}\">{value}</dd>{bar}<dd>{behind}</dd></div>"
        );
    }
    html + "</dl>\n"
}

/// A bar of the spent share: full at the whole budget, and beyond it the whole shrinks to make room for the excess.
fn meter(consumed: f64) -> String {
    let whole = 100.0 / consumed.max(1.0);
    let spent = consumed.min(1.0) * whole;
    let over = if consumed > 1.0 {
        format!(
            "<i class=\"excess\" style=\"left:{whole:.2}%\"></i><i class=\"mark\" style=\"left:{whole:.2}%\"></i>"
        )
    } else {
        String::new()
    };
    format!(
        "<dd class=\"meter\" role=\"img\" aria-label=\"{} of the budget spent\"><i class=\"fill\" \
         style=\"width:{spent:.2}%\"></i>{over}</dd>",
        text::percent(consumed, 1)
    )
}

fn tables(report: &Report) -> String {
    let budget = [Words("Quantity"), Figures("Value"), Figures("Of the budget"), Words("Behind it")];
    let burn = [Words("Window"), Figures("Burn rate"), Figures("Lowest limit")];
    let parts = [Words("Part"), Figures("Events"), Figures("Of the errors"), Figures("Of the budget")];
    let incidents = [Words("Incident"), Words("Begin (UTC)"), Words("Length"), Words("Noticed")];
    let anomalies = [
        Words("Signal"),
        Words("Begin (UTC)"),
        Words("Length"),
        Figures("At worst"),
        Words("What was usual"),
        Words("Reason"),
    ];
    let ahead = [Words("Until"), Figures("Probability"), Figures("Consumed then")];
    let quiet = [Words("Begin (UTC)"), Words("End (UTC)"), Figures("Length")];
    let optional = |title: &str, columns: &[html::Column], rows: &[Vec<String>]| {
        if rows.is_empty() { String::new() } else { table(title, columns, rows) }
    };
    let share_rows = report.share_rows();
    [
        table("Budget", &budget, &report.budget_rows()),
        table("Burn rates", &burn, &report.burn_rows()),
        rules(report),
        alerts(report),
        optional("Ahead", &ahead, &report.ahead_rows()),
        optional("Anomalies", &anomalies, &report.anomaly_rows()),
        optional("Known incidents", &incidents, &report.incident_rows()),
        optional("Burnt by", &parts, &share_rows),
        optional("No traffic", &quiet, &report.quiet_rows()),
    ]
    .concat()
}

fn list(title: &str, items: impl Iterator<Item = String>) -> String {
    let mut html = format!("<details><summary>{}</summary><ul>\n", escape(title));
    for item in items {
        // Writing to a string cannot fail.
        let _ = writeln!(html, "<li>{}</li>", escape(&item));
    }
    html + "</ul></details>\n"
}

/// The policy's rules.
fn rules(report: &Report) -> String {
    match report.policy.rules() {
        [] => note("The policy has no rules."),
        rules => list("The rules of the alerts", rules.iter().map(ToString::to_string)),
    }
}

/// The episodes in a table, and each alert in a sentence.
fn alerts(report: &Report) -> String {
    let columns = [
        Words("Severity"),
        Words("Begin (UTC)"),
        Words("End (UTC)"),
        Figures("Duration"),
        Figures("Highest burn"),
        Figures("Bad events"),
        Figures("Cost"),
    ];
    let all = report.timeline.alerts();
    if all.is_empty() {
        return "<h3>Alerts</h3>\n".to_owned() + &note("No alert has fired.");
    }
    let sentences = all.iter().take(SENTENCES).map(slo_core::Alert::explain);
    let title = if all.len() == 1 {
        "The alert in a sentence".to_owned()
    } else {
        format!("Each of the {} alerts in a sentence", all.len())
    };
    table("Alerts", &columns, &report.alert_rows())
        + &list(&title, sentences)
        + &html::more(all.len(), SENTENCES)
}
