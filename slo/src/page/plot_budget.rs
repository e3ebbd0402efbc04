//! The plot of the budget over time, with what happened meanwhile.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use slo_core::{Budget, Episode, Result};

use super::axis::{self, TimeAxis};
use super::canvas::{
    self, ACCENT, AMBER, Axis, Chart, Failure, INK, MUTED, Margins, RED, Root, SCALE, Screen,
};
use super::html::{self, Entry};
use super::thin::{Point, runs, thin};
use crate::report::{Incident, Report};
use crate::text;

/// How many rows of incidents there are at most above the plot.
const LANES: usize = 3;

/// Pixels that such a row is high.
const LANE: i32 = 22;

/// The budget left over time, the alerts behind it and the known incidents above it.
pub(super) fn figure(report: &Report) -> Result<String> {
    let title = "Budget left";
    let Some(time) = TimeAxis::of(report) else {
        return Ok(html::figure(title, "Too few instants so far: a line needs two.", &[], &[]));
    };
    let points = points(report, &time);
    let (lowest, last) = (lowest(&points), points.iter().rev().find(|point| !point.1.is_nan()));
    let Some(last) = last else {
        return Ok(html::figure(title, "No traffic so far: there is nothing to plot.", &[], &[]));
    };
    let window = report.slo.window();
    let over = match window.follows() {
        None => format!("over the {window} before each instant"),
        Some(_) => format!("at each instant in its period, {window}"),
    };
    let caption = format!("Share of the budget that is left {over}. {}.{}", time.describe(), filled(report));
    let label = format!(
        "Budget left over time: lowest {}, at the end {}",
        text::percent(lowest, 1),
        text::percent(last.1, 1)
    );
    let plot = Plot { report, time, points: &points, lowest };
    let drawings = Screen::ALL.map(|screen| plot.draw(screen, &label));
    let drawings: Vec<String> = drawings.into_iter().collect::<Result<_>>()?;
    Ok(html::figure(title, &caption, &legend(report, &time, lowest), &drawings))
}

/// The share of the budget left at each instant, a gap where its window holds no traffic.
fn points(report: &Report, time: &TimeAxis) -> Vec<Point> {
    let left = |budget: &Budget| budget.sli().map_or(f64::NAN, |_| 1.0 - budget.consumed());
    time.points(report, report.history.budgets.iter().map(left), left(&report.budget))
}

/// From when on the window is full of data, unless it always is.
fn filled(report: &Report) -> String {
    let full = report.history.coverage.iter().position(|coverage| *coverage > 0.99);
    match full.map(|place| report.history.times.get(place)) {
        Some(_) if full == Some(0) => String::new(),
        Some(Some(at)) => {
            format!(" The data fill the window from {} on.", at.to_utc().format("%Y-%m-%d %H:%M"))
        }
        _ => " The data do not fill the window yet.".to_owned(),
    }
}

fn lowest(points: &[Point]) -> f64 {
    points.iter().map(|point| point.1).fold(f64::INFINITY, f64::min)
}

fn legend(report: &Report, time: &TimeAxis, lowest: f64) -> Vec<Entry> {
    let entry = |swatch: &str, text: &str| (swatch.to_owned(), text.to_owned());
    let mut entries = vec![entry("accent", "left")];
    if lowest < 0.0 {
        entries.push(entry("area", "overspent"));
    }
    let mut severities: Vec<&str> = Vec::new();
    for episode in report.timeline.by_severity().iter().filter(|e| time.meets(e.begin, e.until)) {
        if !severities.contains(&episode.severity.as_str()) {
            severities.push(&episode.severity);
        }
    }
    let swatch = |severity: &str| if is_page(severity) { "band page" } else { "band ticket" };
    entries.extend(severities.iter().map(|severity| entry(swatch(severity), &format!("{severity} fires"))));
    if report.incidents.iter().any(|(incident, _)| time.meets(incident.begin, incident.end)) {
        entries.push(entry("incident", "known incident"));
    }
    entries
}

/// Whether a severity is the one that wakes somebody.
pub(super) fn is_page(severity: &str) -> bool {
    matches!(severity, "page" | "critical")
}

#[derive(Clone, Copy)]
struct Plot<'a> {
    report: &'a Report,
    time: TimeAxis,
    points: &'a [Point],
    lowest: f64,
}

impl Plot<'_> {
    fn draw(&self, screen: Screen, label: &str) -> Result<String> {
        let lanes = lanes(&self.labels(screen), screen);
        let rows = lanes.iter().map(|lane| lane.row + 1).max().unwrap_or(0);
        let above = i32::try_from(rows).unwrap_or(0) * LANE;
        let margins = Margins {
            top: 10 + above,
            right: screen.either(110, 52),
            bottom: 26,
            left: screen.either(64, 56),
        };
        let height = screen.either(270, 230) + above;
        canvas::svg(screen, height, label, |root| self.paint(root, screen, margins, &lanes))
    }

    fn paint(
        &self,
        root: &Root<'_>,
        screen: Screen,
        margins: Margins,
        lanes: &[Lane],
    ) -> std::result::Result<(), Failure> {
        let ticks = axis::shares(self.lowest.min(0.0), 1.0, screen.either(6.0, 5.0));
        let floor = ticks.first().map_or(0.0, |tick| tick.at).min(0.0);
        // Room below, so that the zero line of a budget never overspent is seen as a line.
        let low = floor - if floor < 0.0 { 0.0 } else { 0.04 };
        let x = Axis::new(0.0..self.time.span(), self.time.ticks(screen.either(9, 4)));
        let chart = canvas::chart(root, margins, x, Axis::new(low..1.0, ticks))?;
        self.bands(root, &chart, low)?;
        self.curve(&chart, screen)?;
        let zero = PathElement::new(vec![(0.0, 0.0), (self.time.span(), 0.0)], canvas::stroke(INK, 3));
        chart.plotting_area().draw(&zero)?;
        self.last(root, &chart)?;
        incidents(root, &chart, lanes)
    }

    /// The episodes of alerts as bands, the urgent ones over the others.
    fn bands(&self, root: &Root<'_>, chart: &Chart<'_>, low: f64) -> std::result::Result<(), Failure> {
        let episodes =
            self.report.timeline.by_severity().iter().filter(|e| self.time.meets(e.begin, e.until));
        let (urgent, others): (Vec<&Episode>, Vec<&Episode>) = episodes.partition(|e| is_page(&e.severity));
        let x = |at| chart.backend_coord(&(self.time.place(at), 0.0)).0;
        let (_, top) = chart.backend_coord(&(0.0, 1.0));
        let (_, bottom) = chart.backend_coord(&(0.0, low));
        for (episodes, color) in [(others, AMBER), (urgent, RED)] {
            for (left, right) in merged(episodes.into_iter().map(|e| (x(e.begin), x(e.until)))) {
                canvas::fill(root, [(left, top), (right, bottom)], color.mix(0.13))?;
                canvas::fill(root, [(left, bottom - 3 * SCALE), (right, bottom)], color)?;
            }
        }
        Ok(())
    }

    /// The line, and the area between it and zero: what is left above, what is overspent below.
    fn curve(&self, chart: &Chart<'_>, screen: Screen) -> std::result::Result<(), Failure> {
        let points = thin(self.points, screen.points());
        for run in runs(&points).filter(|run| run.len() > 1) {
            let run = with_crossings(run);
            for (color, bound) in [(ACCENT, f64::max as fn(f64, f64) -> f64), (RED, f64::min)] {
                let side = run.iter().map(|(x, y)| (*x, bound(*y, 0.0)));
                if run.iter().any(|(_, y)| bound(*y, 0.0) != 0.0) {
                    for area in AreaSeries::new(side, 0.0, color.mix(0.16)) {
                        chart.plotting_area().draw(&area)?;
                    }
                }
            }
        }
        canvas::line(chart, &points, canvas::stroke(ACCENT, 4))
    }

    /// The value at the end, written beside it.
    fn last(&self, root: &Root<'_>, chart: &Chart<'_>) -> std::result::Result<(), Failure> {
        let Some(last) = self.points.last().filter(|point| !point.1.is_nan()) else { return Ok(()) };
        let (x, y) = chart.backend_coord(last);
        let color = if last.1 < 0.0 { RED } else { ACCENT };
        root.draw(&Circle::new((x, y), 3 * SCALE, color.filled()))?;
        let value = text::percent(last.1, 1);
        let value = if value.chars().count() > 8 { text::percent(last.1, 0) } else { value };
        let font = canvas::font(color, FontStyle::Bold);
        canvas::write(root, &value, (x + 7 * SCALE, y), (HPos::Left, VPos::Center), &font)
    }

    /// The incidents on the axis, in the order in which they began, their names shortened to fit.
    fn labels(&self, screen: Screen) -> Vec<(String, f64, f64)> {
        let known = self.report.incidents.iter().map(|(incident, _)| incident);
        let mut known: Vec<&Incident> = known.filter(|i| self.time.meets(i.begin, i.end)).collect();
        known.sort_by_key(|incident| incident.begin);
        let name = |incident: &Incident| canvas::shortened(&incident.name, screen.either(40, 22));
        let share = |at| self.time.place(at) / self.time.span();
        known.into_iter().map(|i| (name(i), share(i.begin), share(i.end))).collect()
    }
}

/// Bands in the order of their begins, each wide enough to be seen, those that meet in the drawing as one.
pub(super) fn merged(bands: impl Iterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
    let mut merged: Vec<(i32, i32)> = Vec::new();
    for (left, right) in bands {
        let right = right.max(left + 3 * SCALE);
        match merged.last_mut() {
            Some(last) if left <= last.1 => last.1 = last.1.max(right),
            _ => merged.push((left, right)),
        }
    }
    merged
}

/// The points with one added wherever the line crosses zero.
fn with_crossings(run: &[Point]) -> Vec<Point> {
    let mut points: Vec<Point> = run.first().copied().into_iter().collect();
    for (a, b) in run.iter().zip(run.iter().skip(1)) {
        if a.1 * b.1 < 0.0 {
            points.push((a.0 + (b.0 - a.0) * (a.1 / (a.1 - b.1)), 0.0));
        }
        points.push(*b);
    }
    points
}

/// Where an incident stands: its row, its name if there is room, and its begin and end as shares of the axis.
#[derive(Clone, Debug, PartialEq)]
struct Lane {
    row: usize,
    name: Option<String>,
    begin: f64,
    end: f64,
}

/// Rows in which names do not collide; one that fits nowhere keeps its strip and loses its name.
fn lanes(labels: &[(String, f64, f64)], screen: Screen) -> Vec<Lane> {
    let mut free = [f64::NEG_INFINITY; LANES];
    let axis = f64::from((screen.width() - screen.either(174, 108)) * SCALE);
    let mut place = |(name, begin, end): &(String, f64, f64)| {
        let wide = f64::from(canvas::text_width(name)) / axis;
        let from = begin.min(1.0 - wide);
        match free.iter().position(|until| *until <= from) {
            Some(row) => {
                free.iter_mut().skip(row).take(1).for_each(|until| *until = (from + wide).max(*end) + 0.01);
                Lane { row, name: Some(name.clone()), begin: *begin, end: *end }
            }
            None => Lane { row: 0, name: None, begin: *begin, end: *end },
        }
    };
    labels.iter().map(&mut place).collect()
}

/// The incidents as strips above the plot, each with its name over it.
fn incidents(root: &Root<'_>, chart: &Chart<'_>, lanes: &[Lane]) -> std::result::Result<(), Failure> {
    let (x, y) = (chart.x_range(), chart.y_range());
    let font = canvas::font(MUTED, FontStyle::Normal);
    for lane in lanes {
        let (left, top) = chart.backend_coord(&(x.end * lane.begin, y.end));
        let (right, _) = chart.backend_coord(&(x.end * lane.end, y.end));
        let bottom = top - (4 + LANE * i32::try_from(lane.row).unwrap_or(0)) * SCALE;
        canvas::fill(root, [(left, bottom - 4 * SCALE), (right.max(left + 2 * SCALE), bottom)], MUTED)?;
        if let Some(name) = &lane.name {
            let (end, _) = chart.backend_coord(&(x.end, y.end));
            let at = left.min(end - canvas::text_width(name));
            canvas::write(root, name, (at, bottom - 6 * SCALE), (HPos::Left, VPos::Bottom), &font)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_meets_zero_where_the_line_does() {
        assert_eq!(
            with_crossings(&[(0.0, 1.0), (4.0, -3.0), (5.0, -1.0)]),
            [(0.0, 1.0), (1.0, 0.0), (4.0, -3.0), (5.0, -1.0)]
        );
        assert_eq!(with_crossings(&[(0.0, 0.0), (1.0, -1.0)]), [(0.0, 0.0), (1.0, -1.0)]);
    }

    #[test]
    fn bands_that_meet_are_one() {
        assert_eq!(merged([(0, 20), (10, 15), (20, 30), (40, 40)].into_iter()), [(0, 30), (40, 46)]);
    }

    #[test]
    fn names_of_incidents_do_not_collide() {
        let label = |begin: f64| ("database failover".to_owned(), begin, begin + 0.01);
        let rows = |begins: &[f64]| -> Vec<Option<usize>> {
            let labels: Vec<_> = begins.iter().map(|begin| label(*begin)).collect();
            lanes(&labels, Screen::Wide).into_iter().map(|lane| lane.name.map(|_| lane.row)).collect()
        };
        assert_eq!(rows(&[0.0, 0.5]), [Some(0), Some(0)]);
        assert_eq!(rows(&[0.2, 0.22, 0.24, 0.26]), [Some(0), Some(1), Some(2), None]);
    }
}
