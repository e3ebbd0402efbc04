//! The plot of what is to come: how probably the budget has run out by when.

use plotters::prelude::*;
use slo_core::Result;
use slo_forecast::Exhaustion;

use super::axis::{self, TimeAxis};
use super::canvas::{self, ACCENT, Axis, Failure, MUTED, Margins, RED, Root, Screen};
use super::html;
use super::thin::Point;
use crate::report::Report;
use crate::text;

/// The probability that the budget has run out, over the time ahead; nothing without a forecast or a budget left.
pub(super) fn figure(report: &Report) -> Result<String> {
    let Some(ahead) = report.exhaustion.as_ref().filter(|ahead| !ahead.exhausted) else {
        return Ok(String::new());
    };
    let Some(time) = ahead.times.last().and_then(|end| TimeAxis::new(ahead.at, *end)) else {
        return Ok(String::new());
    };
    let chance = ahead.probability.last().copied().unwrap_or(0.0);
    let label = format!("Probability that the budget has run out, rising to {}", text::percent(chance, 1));
    let drawings = Screen::ALL.map(|screen| {
        canvas::svg(screen, screen.either(190, 170), &label, |root| paint(root, ahead, time, screen))
    });
    let drawings: Vec<String> = drawings.into_iter().collect::<Result<_>>()?;
    let caption = format!("{} {}", ahead.explain(), ahead.assumptions().join(" "));
    let legend = [
        ("over".to_owned(), "probability that the budget has run out".to_owned()),
        ("accent".to_owned(), "share of the budget consumed, on average".to_owned()),
    ];
    Ok(html::figure("What is to come", &caption, &legend, &drawings))
}

fn paint(
    root: &Root<'_>,
    ahead: &Exhaustion,
    time: TimeAxis,
    screen: Screen,
) -> std::result::Result<(), Failure> {
    let margins = Margins { top: 10, right: screen.either(110, 52), bottom: 26, left: screen.either(64, 56) };
    let most = ahead.consumed.iter().copied().fold(1.0, f64::max);
    let x = Axis::new(0.0..time.span(), time.ticks(screen.either(9, 4)));
    let chart = canvas::chart(root, margins, x, Axis::new(0.0..most * 1.02, axis::shares(0.0, most, 4.0)))?;
    let whole = PathElement::new(vec![(0.0, 1.0), (time.span(), 1.0)], canvas::stroke(MUTED, 2));
    chart.plotting_area().draw(&whole)?;
    let points = |values: &[f64]| -> Vec<Point> {
        ahead.times.iter().map(|at| time.place(*at)).zip(values.iter().copied()).collect()
    };
    canvas::line(&chart, &points(&ahead.consumed), canvas::stroke(ACCENT, 2))?;
    for area in AreaSeries::new(points(&ahead.probability), 0.0, RED.mix(0.13)) {
        chart.plotting_area().draw(&area)?;
    }
    canvas::line(&chart, &points(&ahead.probability), canvas::stroke(RED, 4))
}
