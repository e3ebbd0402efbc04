//! The plot of traffic and errors over time, with what was unusual about them.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use slo_core::{Counts, Result};

use super::axis::{self, Tick, TimeAxis};
use super::canvas::{self, ACCENT, AMBER, Axis, Chart, Failure, INK, Margins, RED, Root, SCALE, Screen};
use super::html::{self, Entry};
use super::plot_budget::merged;
use super::thin::{Point, thin};
use crate::report::{Anomaly, Report, Signal};

/// Pixels between the top of a panel and its plot, where its name stands.
const HEAD: i32 = 24;

/// The error ratio and the traffic of each step over time, one below the other; nothing without traffic.
pub(super) fn figure(report: &Report) -> Result<String> {
    let (Some(time), true) = (TimeAxis::of(report), report.steps.iter().any(Counts::has_traffic)) else {
        return Ok(String::new());
    };
    let caption = format!(
        "Events since the instant before. {}",
        match report.anomalies.as_slice() {
            [] => "Nothing was unlike what it had just been.".to_owned(),
            [only] => only.explain(),
            many => format!("{} stretches were unlike what had just been; each has a row below.", many.len()),
        }
    );
    let label = format!("Errors and traffic over time, {}", counted(report.anomalies.len()));
    let drawings = Screen::ALL.map(|screen| draw(report, time, screen, &label));
    let drawings: Vec<String> = drawings.into_iter().collect::<Result<_>>()?;
    Ok(html::figure("Errors and traffic", &caption, &legend(report), &drawings))
}

fn counted(anomalies: usize) -> String {
    match anomalies {
        0 => "no anomaly".to_owned(),
        1 => "1 anomaly".to_owned(),
        many => format!("{many} anomalies"),
    }
}

fn legend(report: &Report) -> Vec<Entry> {
    let shown = |signal| report.anomalies.iter().any(|anomaly| anomaly.signal == signal);
    let entry = |class: &str, text: &str| (class.to_owned(), text.to_owned());
    let unusual = [
        (Signal::Errors, "band page", "unusual error ratio"),
        (Signal::Traffic, "band ticket", "unusual traffic"),
    ];
    unusual
        .into_iter()
        .filter(|(signal, ..)| shown(*signal))
        .map(|(_, class, text)| entry(class, text))
        .collect()
}

fn draw(report: &Report, time: TimeAxis, screen: Screen, label: &str) -> Result<String> {
    let panel = screen.either(150, 130);
    canvas::svg(screen, 2 * panel + 16, label, |root| {
        let panels = root.split_evenly((2, 1));
        for (root, signal) in panels.iter().zip([Signal::Errors, Signal::Traffic]) {
            Panel::new(report, time, signal).paint(root, screen)?;
        }
        Ok(())
    })
}

/// One signal with its own scale.
struct Panel<'a> {
    signal: Signal,
    anomalies: Vec<&'a Anomaly>,
    time: TimeAxis,
    points: Vec<Point>,
    highest: f64,
}

impl<'a> Panel<'a> {
    fn new(report: &'a Report, time: TimeAxis, signal: Signal) -> Self {
        let value = |counts: &Counts| match signal {
            Signal::Traffic => counts.total(),
            Signal::Errors if counts.has_traffic() => counts.bad() / counts.total(),
            Signal::Errors => f64::NAN,
        };
        // The first step reaches back to the beginning of time, and belongs to no plot.
        let instants = report.history.times.iter().zip(&report.steps).skip(1);
        let points: Vec<Point> = instants.map(|(at, counts)| (time.place(*at), value(counts))).collect();
        let highest = points.iter().map(|point| point.1).fold(0.0, f64::max);
        let seen = |anomaly: &&Anomaly| anomaly.signal == signal && time.meets(anomaly.begin, anomaly.end);
        Self { signal, anomalies: report.anomalies.iter().filter(seen).collect(), time, points, highest }
    }

    /// What the panel shows, and the scale that holds it.
    fn scale(&self) -> (&'static str, f64, Vec<Tick>) {
        match self.signal {
            Signal::Errors => {
                let highest = if self.highest > 0.0 { self.highest } else { 0.01 };
                ("Error ratio", highest, axis::shares(0.0, highest, 3.0))
            }
            Signal::Traffic => {
                let highest = self.highest.max(1.0);
                ("Events", highest, axis::counts(highest, 3.0))
            }
        }
    }

    fn paint(&self, root: &Root<'_>, screen: Screen) -> std::result::Result<(), Failure> {
        let margins =
            Margins { top: HEAD, right: screen.either(110, 52), bottom: 26, left: screen.either(64, 56) };
        let (name, highest, ticks) = self.scale();
        let x = Axis::new(0.0..self.time.span(), self.time.ticks(screen.either(9, 4)));
        let chart = canvas::chart(root, margins, x, Axis::new(0.0..highest * 1.04, ticks))?;
        self.bands(root, &chart, highest * 1.04)?;
        canvas::line(&chart, &thin(&self.points, screen.points()), canvas::stroke(ACCENT, 2))?;
        let left = margins.left * SCALE;
        let font = canvas::font(INK, FontStyle::Bold);
        canvas::write(root, name, (left, HEAD * SCALE / 2), (HPos::Left, VPos::Center), &font)
    }

    /// The unusual stretches behind the line.
    fn bands(&self, root: &Root<'_>, chart: &Chart<'_>, high: f64) -> std::result::Result<(), Failure> {
        let color = if self.signal == Signal::Errors { RED } else { AMBER };
        let x = |at| chart.backend_coord(&(self.time.place(at), 0.0)).0;
        let (_, top) = chart.backend_coord(&(0.0, high));
        let (_, bottom) = chart.backend_coord(&(0.0, 0.0));
        for (left, right) in merged(self.anomalies.iter().map(|anomaly| (x(anomaly.begin), x(anomaly.end)))) {
            canvas::fill(root, [(left, top), (right, bottom)], color.mix(0.22))?;
        }
        Ok(())
    }
}
