//! Reports as one HTML page that needs nothing but itself: styles inside, plots as SVG, no script.

mod axis;
mod canvas;
mod html;
mod plot_ahead;
mod plot_budget;
mod plot_burn;
mod plot_shares;
mod plot_signals;
mod section;
mod thin;

use std::fmt::Write as _;

use slo_core::Result;

use crate::report::Report;
use html::escape;

/// The style sheet, which knows the colours of the plots by their values.
const STYLE: &str = include_str!("style.css");

/// A complete HTML document of one section for each report: figures, plots over time, and tables.
///
/// The page loads nothing, runs nothing, prints well, and follows the reader's light or dark theme. Lines longer than
/// 1,200 points are thinned so that no peak is lost, and long lists are cut with a remark, so that the page stays small
/// whatever the series is long.
///
/// # Examples
///
/// ```
/// use slo::{Axis, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp, page};
///
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
/// let bad: Vec<f64> = (0..60).map(|minute| if minute < 50 { 0.0 } else { 4.0 }).collect();
/// let series = CountSeries::bad_total(axis, &bad, &[100.0; 60])?;
/// let slo = Slo::new("99%".parse()?, "1h".parse()?).name("checkout");
/// let report = Report::new(&slo, &series, &ReportOptions::new())?;
///
/// let page = page::render("Checkout, 1 January", &[report])?;
/// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("66.7%"));
/// # Ok::<(), slo::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Unsupported`](slo_core::Error::Unsupported) if a plot cannot be drawn, which no report is known to cause.
pub fn render(title: &str, reports: &[Report]) -> Result<String> {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<header><h1>{0}</h1></header>\n",
        escape(title)
    );
    page.push_str(&overview(reports));
    for (place, report) in reports.iter().enumerate() {
        page.push_str(&section::section(report, &anchor(place))?);
    }
    page.push_str(concat!(
        "<footer>Every figure is made from exact counts of events and rounded once, when shown. slo ",
        env!("CARGO_PKG_VERSION"),
        "</footer>\n</main>\n</body>\n</html>\n"
    ));
    Ok(page)
}

fn anchor(place: usize) -> String {
    format!("slo-{}", place + 1)
}

/// All reports in one table, when there are several.
fn overview(reports: &[Report]) -> String {
    match reports {
        [] => return html::note("There is no report."),
        [_] => return String::new(),
        _ => {}
    }
    let mut table =
        "<nav class=\"scroll\" aria-label=\"Overview\"><table>\n<thead><tr><th scope=\"col\">Objective</th>"
            .to_owned();
    let columns = reports.first().map(section::figures).into_iter().flatten();
    for (term, ..) in columns {
        let class = if term == "Verdict" { "" } else { " class=\"n\"" };
        // Writing to a string cannot fail, here and below.
        let _ = write!(table, "<th scope=\"col\"{class}>{term}</th>");
    }
    table.push_str("<th scope=\"col\">Alerts</th></tr></thead>\n<tbody>\n");
    for (place, report) in reports.iter().enumerate() {
        let [sli, spent, left, verdict] = section::figures(report);
        let _ = writeln!(
            table,
            "<tr><th scope=\"row\"><a href=\"#{}\">{}</a> <small>{}</small></th><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"verdict {}\">{}</td><td>{}</td></tr>",
            anchor(place),
            escape(&section::name(report)),
            escape(section::target(report).trim_end()),
            escape(&sli.1),
            escape(&spent.1),
            escape(&left.1),
            section::verdict_class(report),
            escape(&verdict.1),
            escape(&verdict.2),
        );
    }
    table + "</tbody></table></nav>\n"
}

#[cfg(test)]
mod tests;
