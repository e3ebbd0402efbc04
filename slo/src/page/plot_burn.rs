//! The plot of the burn rates over time, against the limits of the rules.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use slo_core::{Duration, Result};

use super::axis::{self, Tick, TimeAxis};
use super::canvas::{
    self, AMBER, AMBER_DASH, Axis, Chart, EVEN_DASH, FAINT, Failure, INK, LINES, MUTED, Margins,
};
use super::canvas::{RED, RED_DASH, Root, SCALE, Screen, TEXT};
use super::html::{self, Entry};
use super::plot_budget::is_page;
use super::thin::thin;
use crate::report::Report;
use crate::text;

/// Decades shown below the lowest limit, whatever lower values there are.
const DECADES_BELOW: f64 = 1.0;

/// Where, in decades below the lowest labelled value, a burn rate of zero is drawn.
const ZERO_BELOW: f64 = 0.35;

/// The burn rate of each window over time on a logarithmic scale.
pub(super) fn figure(report: &Report) -> Result<String> {
    let title = "Burn rates over time";
    let Some(time) = TimeAxis::of(report) else {
        return Ok(html::figure(title, "Too few instants so far: a line needs two.", &[], &[]));
    };
    if report.burn_history.iter().all(Option::is_none) {
        return Ok(html::figure(title, "No traffic so far: there is nothing to plot.", &[], &[]));
    }
    let limits = limits(report);
    let scale = Scale::of(report, &limits);
    let plot = Plot { report, time, limits: &limits, scale };
    let highest = report.burn_history.iter().flatten().copied().fold(0.0, f64::max);
    let label = format!(
        "Burn rate of {} windows over time, up to {}",
        report.burn_rates.len(),
        text::number(highest)
    );
    let drawings = Screen::ALL.map(|screen| plot.draw(screen, &label));
    let drawings: Vec<String> = drawings.into_iter().collect::<Result<_>>()?;
    let caption = "Error ratio in units of the budget, over the window before each instant, on a logarithmic scale: at 1 \
                   a window spends exactly what it is allowed. Each point is the highest since the one before. Dashed: the limits of the alerts.";
    let caption = format!("{caption}{}", scale.cut(report));
    Ok(html::figure(title, &caption, &legend(report), &drawings))
}

/// A limit of the policy: its factor, and the severities it stands for.
#[derive(Clone, Debug, PartialEq)]
struct Limit {
    factor: f64,
    severities: Vec<String>,
}

impl Limit {
    fn urgent(&self) -> bool {
        self.severities.iter().any(|severity| is_page(severity))
    }

    fn label(&self, most: usize) -> String {
        let factor = text::number(self.factor);
        let room = most.saturating_sub(factor.chars().count() + 1).max(3);
        format!("{factor} {}", canvas::shortened(&self.severities.join(", "), room))
    }
}

/// The limits of the rules, the highest first, each factor once.
fn limits(report: &Report) -> Vec<Limit> {
    let mut limits: Vec<Limit> = Vec::new();
    for rule in report.policy.rules() {
        let (factor, severity) = (rule.factor().to_f64(), rule.severity_name().to_owned());
        match limits.iter_mut().find(|limit| limit.factor == factor) {
            None => limits.push(Limit { factor, severities: vec![severity] }),
            Some(limit) if limit.severities.contains(&severity) => {}
            Some(limit) => limit.severities.push(severity),
        }
    }
    limits.sort_by(|a, b| b.factor.total_cmp(&a.factor));
    limits
}

/// The vertical axis: decimal logarithms from `low` to `high`, and a floor below for zero.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// What the caption says of burn rates that lie below the scale.
    fn cut(self, report: &Report) -> String {
        let lowest = 10_f64.powf(self.low);
        let below = report.burn_history.iter().flatten().any(|burn| *burn > 0.0 && *burn < lowest);
        if below { format!(" Less than {} is drawn there.", text::number(lowest)) } else { String::new() }
    }

    fn of(report: &Report, limits: &[Limit]) -> Self {
        let marks = || limits.iter().map(|limit| limit.factor).chain([1.0]);
        let burns = || report.burn_history.iter().flatten().copied().filter(|burn| *burn > 0.0);
        let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min).log10();
        let lowest_mark = least(&mut marks());
        let low = least(&mut burns()).clamp(lowest_mark - DECADES_BELOW, lowest_mark - 0.15);
        let high = burns().chain(marks()).fold(1.0, f64::max).log10() + 0.12;
        Self { low: (low * 2.0).floor() / 2.0, high }
    }

    const fn floor(&self) -> f64 {
        self.low - ZERO_BELOW
    }

    /// Where a burn rate is drawn: NaN stays a gap, zero falls to the floor, what is below the axis to its lower end.
    fn place(&self, burn: f64) -> f64 {
        match burn {
            burn if burn > 0.0 => burn.log10().max(self.low),
            burn if burn.is_nan() => f64::NAN,
            _ => self.floor(),
        }
    }

    fn ticks(&self) -> Vec<Tick> {
        let mut ticks = vec![Tick::new(self.floor(), "0")];
        ticks.extend(axis::powers(self.low, self.high));
        ticks
    }
}

/// The objective's own window, if it is a length of time.
fn own(report: &Report) -> Option<Duration> {
    let window = report.slo.window();
    window.follows().is_none().then(|| window.length())
}

/// The colour of the line of each window, and how many half pixels wide it is: the objective's own stands out.
fn styles(report: &Report) -> Vec<(RGBColor, u32, String)> {
    let own = own(report);
    let mut next = LINES.iter().enumerate().cycle();
    let style = |burn: &crate::WindowBurn| match (Some(burn.window) == own)
        .then_some(())
        .map_or_else(|| next.next(), |()| None)
    {
        Some((place, color)) => (*color, if place < 2 { 2 } else { 3 }, format!("line-{place}")),
        None => (INK, 4, "ink".to_owned()),
    };
    report.burn_rates.iter().map(style).collect()
}

fn legend(report: &Report) -> Vec<Entry> {
    let own = own(report);
    let name = |burn: &crate::WindowBurn| {
        if Some(burn.window) == own {
            format!("{} (the objective's)", burn.window)
        } else {
            burn.window.to_string()
        }
    };
    styles(report)
        .into_iter()
        .zip(&report.burn_rates)
        .map(|((.., swatch), burn)| (swatch, name(burn)))
        .collect()
}

#[derive(Clone, Copy)]
struct Plot<'a> {
    report: &'a Report,
    time: TimeAxis,
    limits: &'a [Limit],
    scale: Scale,
}

impl Plot<'_> {
    fn draw(&self, screen: Screen, label: &str) -> Result<String> {
        let margins =
            Margins { top: 10, right: screen.either(110, 74), bottom: 26, left: screen.either(64, 42) };
        canvas::svg(screen, screen.either(330, 270), label, |root| self.paint(root, screen, margins))
    }

    fn paint(&self, root: &Root<'_>, screen: Screen, margins: Margins) -> std::result::Result<(), Failure> {
        let Scale { high, .. } = self.scale;
        let x = Axis::new(0.0..self.time.span(), self.time.ticks(screen.either(9, 4)));
        // Half a line of room below, so that a line along zero is seen whole.
        let low = self.scale.floor() - 0.01 * (high - self.scale.floor());
        let chart = canvas::chart(root, margins, x, Axis::new(low..high, self.scale.ticks()))?;
        self.marks(&chart)?;
        self.lines(&chart, screen)?;
        self.labels(root, &chart, screen)
    }

    /// The level of even spending, and the limits.
    fn marks(&self, chart: &Chart<'_>) -> std::result::Result<(), Failure> {
        let across = |burn: f64, style: ShapeStyle| {
            let y = burn.log10();
            chart.plotting_area().draw(&PathElement::new(vec![(0.0, y), (self.time.span(), y)], style))
        };
        across(1.0, canvas::stroke(FAINT, 3))?;
        for limit in self.limits {
            across(limit.factor, canvas::stroke(if limit.urgent() { RED_DASH } else { AMBER_DASH }, 2))?;
        }
        if self.limits.iter().all(|limit| limit.factor != 1.0) {
            across(1.0, canvas::stroke(EVEN_DASH, 2))?;
        }
        Ok(())
    }

    /// The lines, the shortest window's below the others.
    fn lines(&self, chart: &Chart<'_>, screen: Screen) -> std::result::Result<(), Failure> {
        let rows = self.report.burn_history.rows().into_iter().zip(&self.report.burn_rates);
        for ((row, last), (color, halves, _)) in rows.zip(styles(self.report)) {
            let last = self.scale.place(last.burn.unwrap_or(f64::NAN));
            let points = self.time.points(
                self.report,
                row.iter().map(|burn| self.scale.place(burn.unwrap_or(f64::NAN))),
                last,
            );
            canvas::line(
                chart,
                &thin(&points, screen.points()),
                canvas::stroke(color, screen.either(halves, halves - 1)),
            )?;
        }
        Ok(())
    }

    /// What each mark stands for, at the right, moved apart where the marks are close.
    fn labels(&self, root: &Root<'_>, chart: &Chart<'_>, screen: Screen) -> std::result::Result<(), Failure> {
        let most = screen.either(16, 10);
        let place = |burn: f64| chart.backend_coord(&(self.time.span(), burn.log10()));
        let color = |limit: &Limit| if limit.urgent() { RED } else { AMBER };
        let mut labels: Vec<(f64, String, RGBColor)> =
            self.limits.iter().map(|limit| (limit.factor, limit.label(most), color(limit))).collect();
        if labels.iter().all(|(factor, ..)| *factor != 1.0) {
            labels.push((1.0, "1 even".to_owned(), MUTED));
        }
        labels.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (_, bottom) = chart.backend_coord(&(0.0, self.scale.floor()));
        let wanted: Vec<i32> = labels.iter().map(|(factor, ..)| place(*factor).1).collect();
        for ((factor, label, color), y) in labels.iter().zip(apart(&wanted, (TEXT + 2) * SCALE, bottom)) {
            let font = canvas::font(*color, FontStyle::Normal);
            canvas::write(root, label, (place(*factor).0 + 7 * SCALE, y), (HPos::Left, VPos::Center), &font)?;
        }
        Ok(())
    }
}

/// Places from above to below, each at least `gap` under the one before it, none below `bottom` if that can be helped.
fn apart(wanted: &[i32], gap: i32, bottom: i32) -> Vec<i32> {
    let mut places: Vec<i32> = Vec::new();
    for want in wanted {
        places.push(places.last().map_or(*want, |above| *want.max(&(above + gap))));
    }
    let mut limit = bottom;
    for place in places.iter_mut().rev() {
        *place = (*place).min(limit);
        limit = *place - gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_apart_and_above_the_floor() {
        assert_eq!(apart(&[10, 40, 80], 14, 200), [10, 40, 80]);
        assert_eq!(apart(&[10, 12, 13], 14, 200), [10, 24, 38]);
        assert_eq!(apart(&[90, 95, 99], 14, 100), [72, 86, 100]);
        assert!(apart(&[], 14, 100).is_empty());
    }

    #[test]
    fn zero_lies_below_every_burn_rate_and_nan_nowhere() {
        let scale = Scale { low: -2.0, high: 1.0 };
        assert_eq!(scale.place(0.1), -1.0);
        assert_eq!(scale.place(1e-9), -2.0);
        assert!(scale.place(0.0) < -2.0 && scale.place(f64::NAN).is_nan());
        assert_eq!(scale.ticks()[0], Tick::new(scale.place(0.0), "0"));
    }
}
