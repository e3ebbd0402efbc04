//! The plot of what each part of the traffic burnt.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use slo_core::Result;
use slo_correlate::Share;

use super::canvas::{self, FAINT, Failure, INK, MUTED, RED, Root, SCALE, Screen, TEXT};
use super::html;
use crate::report::Report;
use crate::text;

/// Parts that have a bar of their own.
const MOST: usize = 12;

/// A row of the plot.
#[derive(Clone, Debug, PartialEq)]
struct Bar {
    name: String,
    bad: f64,
    total: f64,
    of_bad: f64,
}

/// The bad events of each part beside all of its events; nothing without parts.
pub(super) fn figure(report: &Report) -> Result<String> {
    if report.shares.is_empty() {
        return Ok(String::new());
    }
    let bars = bars(&report.shares);
    let drawings = Screen::ALL.map(|screen| draw(&bars, screen));
    let drawings: Vec<String> = drawings.into_iter().collect::<Result<_>>()?;
    let caption = "Bad events of each part with its share of all of them, and all events of the part on a scale of \
                   their own: a long red bar beside a short grey one is where to look.";
    let legend =
        [("over".to_owned(), "bad events".to_owned()), ("faint".to_owned(), "all events".to_owned())];
    Ok(html::figure("Who burnt it", caption, &legend, &drawings))
}

/// The greatest shares, and the others in one.
fn bars(shares: &[Share]) -> Vec<Bar> {
    let bar = |s: &Share| Bar {
        name: s.name.clone(),
        bad: s.counts.bad(),
        total: s.counts.total(),
        of_bad: s.of_bad,
    };
    let mut bars: Vec<Bar> = shares.iter().take(MOST).map(bar).collect();
    if let Some(rest) = shares.get(MOST..).filter(|rest| !rest.is_empty()) {
        let sum = |of: fn(&Share) -> f64| rest.iter().map(of).sum();
        bars.push(Bar {
            name: format!("{} others", rest.len()),
            bad: sum(|s| s.counts.bad()),
            total: sum(|s| s.counts.total()),
            of_bad: sum(|s| s.of_bad),
        });
    }
    bars
}

fn draw(bars: &[Bar], screen: Screen) -> Result<String> {
    let row = screen.either(30, 56);
    let rows = i32::try_from(bars.len()).unwrap_or(0);
    let first = bars.first().map_or("", |bar| bar.name.as_str());
    let label = format!("Bad events by part: {first} burnt most");
    canvas::svg(screen, rows * row + 8, &label, |root| {
        bars.iter().zip(0..).try_for_each(|(bar, place)| {
            let top = place * row + 4;
            match screen {
                Screen::Wide => beside(root, bars, bar, top),
                Screen::Narrow => below(root, bars, bar, top),
            }
        })
    })
}

/// How many units of the drawing a bar is long.
fn length(value: f64, greatest: f64, most: i32) -> i32 {
    let share = if greatest > 0.0 { value / greatest } else { 0.0 };
    #[allow(clippy::cast_possible_truncation, reason = "between 0 and the length of the longest bar")]
    let length = (share.clamp(0.0, 1.0) * f64::from(most)).ceil() as i32;
    length
}

fn greatest(bars: &[Bar], of: fn(&Bar) -> f64) -> f64 {
    bars.iter().map(of).fold(0.0, f64::max)
}

fn bad(bar: &Bar) -> String {
    format!("{}  ({})", text::count(bar.bad), text::percent(bar.of_bad, 1))
}

/// A bar from a point to the right, and its number at its end.
fn bar(
    root: &Root<'_>,
    (left, middle): (i32, i32),
    (long, thick): (i32, i32),
    (number, color, ink): (&str, RGBColor, RGBColor),
) -> std::result::Result<(), Failure> {
    canvas::fill(root, [(left, middle - thick), (left + long, middle + thick)], color)?;
    let font = canvas::font(ink, FontStyle::Normal);
    canvas::write(root, number, (left + long + 7 * SCALE, middle), (HPos::Left, VPos::Center), &font)
}

/// Name, bad and total beside each other.
fn beside(root: &Root<'_>, bars: &[Bar], row: &Bar, top: i32) -> std::result::Result<(), Failure> {
    let middle = (top + 15) * SCALE;
    let name = canvas::shortened(&row.name, 27);
    let font = canvas::font(INK, FontStyle::Normal);
    canvas::write(root, &name, (200 * SCALE, middle), (HPos::Right, VPos::Center), &font)?;
    let long = length(row.bad, greatest(bars, |bar| bar.bad), 350 * SCALE);
    bar(root, (212 * SCALE, middle), (long, 9 * SCALE), (&bad(row), RED, INK))?;
    let long = length(row.total, greatest(bars, |bar| bar.total), 160 * SCALE);
    bar(root, (730 * SCALE, middle), (long, 9 * SCALE), (&text::count(row.total), FAINT, MUTED))
}

/// The name, below it bad, below that the total.
fn below(root: &Root<'_>, bars: &[Bar], row: &Bar, top: i32) -> std::result::Result<(), Failure> {
    let font = canvas::font(INK, FontStyle::Bold);
    let name = canvas::shortened(&row.name, 44);
    canvas::write(root, &name, (0, (top + TEXT / 2) * SCALE), (HPos::Left, VPos::Center), &font)?;
    let long = length(row.bad, greatest(bars, |bar| bar.bad), 220 * SCALE);
    bar(root, (0, (top + 22) * SCALE), (long, 6 * SCALE), (&bad(row), RED, INK))?;
    let long = length(row.total, greatest(bars, |bar| bar.total), 220 * SCALE);
    bar(root, (0, (top + 37) * SCALE), (long, 4 * SCALE), (&text::count(row.total), FAINT, MUTED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_core::Counts;

    fn share(name: &str, bad: f64) -> Share {
        let counts = Counts::bad_total(bad, 100.0).unwrap();
        Share { name: name.to_owned(), counts, of_bad: bad / 100.0, consumed: 0.0 }
    }

    #[test]
    fn the_parts_beyond_the_greatest_are_summed() {
        let mut shares: Vec<Share> = (0..MOST).map(|i| share(&i.to_string(), 7.0)).collect();
        assert_eq!(bars(&shares).len(), MOST);
        shares.extend([share("x", 3.0), share("y", 2.0)]);
        let bars = bars(&shares);
        let others = Bar { name: "2 others".to_owned(), bad: 5.0, total: 200.0, of_bad: 0.05 };
        assert_eq!((bars.len(), bars.last()), (MOST + 1, Some(&others)));
    }

    #[test]
    fn bars_are_as_long_as_their_share_of_the_greatest() {
        assert_eq!((length(5.0, 10.0, 100), length(0.0, 10.0, 100), length(0.0, 0.0, 100)), (50, 0, 0));
        // Something is never drawn as nothing.
        assert_eq!(length(1e-9, 10.0, 100), 1);
    }
}
