//! The surface that a plot is drawn on: its sizes, its colours, and the finished SVG element.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use slo_core::{Error, Result};

use super::axis::Tick;
use super::html::escape;
use super::thin::{Point, runs};

pub(super) type Root<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Failure = DrawingAreaErrorKind<std::io::Error>;
pub(super) type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

/// Units of the drawing in one pixel of the page, so that lines may lie between pixels.
pub(super) const SCALE: i32 = 2;

/// The pixels of the page that plotted text is high.
pub(super) const TEXT: i32 = 12;

// The style sheet knows the colours by these values, and gives the dark theme its own.
pub(super) const INK: RGBColor = RGBColor(0x1F, 0x29, 0x33);
pub(super) const MUTED: RGBColor = RGBColor(0x5B, 0x67, 0x75);
pub(super) const GRID: RGBColor = RGBColor(0xE3, 0xE7, 0xEC);
pub(super) const FAINT: RGBColor = RGBColor(0xC3, 0xCB, 0xD5);
pub(super) const ACCENT: RGBColor = RGBColor(0x00, 0x5F, 0x9E);
pub(super) const RED: RGBColor = RGBColor(0xC6, 0x28, 0x28);
pub(super) const AMBER: RGBColor = RGBColor(0xB4, 0x69, 0x00);
/// Lines in these colours are dashed.
pub(super) const RED_DASH: RGBColor = RGBColor(0xC6, 0x28, 0x29);
pub(super) const AMBER_DASH: RGBColor = RGBColor(0xB4, 0x69, 0x01);
pub(super) const EVEN_DASH: RGBColor = RGBColor(0x5B, 0x67, 0x76);

/// Okabe and Ito's colours for the colour-blind, without the yellow that white paper swallows.
///
/// Source: Okabe, M. & Ito, K. (2008). *Color Universal Design*.
pub(super) const LINES: [RGBColor; 7] = [
    RGBColor(0x56, 0xB4, 0xE9),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x8A, 0x8F, 0x98),
];

/// The screen that a drawing is made for: the page holds one for each and shows the one that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    Wide,
    Narrow,
}

impl Screen {
    pub(super) const ALL: [Self; 2] = [Self::Wide, Self::Narrow];

    /// One of two values.
    pub(super) fn either<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }

    pub(super) fn width(self) -> i32 {
        self.either(1000, 370)
    }

    /// How many points a line has at most.
    pub(super) fn points(self) -> usize {
        self.either(1200, 400)
    }
}

/// Pixels around the plotted area.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margins {
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
    pub(super) left: i32,
}

/// An axis from one value to another with ticks of its own.
#[derive(Clone)]
pub(super) struct Axis {
    scale: RangedCoordf64,
    ticks: Vec<Tick>,
}

impl Axis {
    pub(super) fn new(range: Range<f64>, ticks: Vec<Tick>) -> Self {
        Self { scale: range.into(), ticks }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.scale.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let bold = !hint.weight().allow_light_points();
        self.ticks.iter().filter(|_| bold).map(|tick| tick.at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.scale.range()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        self.ticks.iter().find(|tick| tick.at == *value).map_or_else(String::new, |tick| tick.label.clone())
    }
}

/// A drawing as an SVG element that scales with the page.
pub(super) fn svg(
    screen: Screen,
    height: i32,
    label: &str,
    paint: impl Fn(&Root<'_>) -> std::result::Result<(), Failure>,
) -> Result<String> {
    let size = ((screen.width() * SCALE).unsigned_abs(), (height * SCALE).unsigned_abs());
    let mut drawing = String::new();
    let root = SVGBackend::with_string(&mut drawing, size).into_drawing_area();
    let painted = paint(&root).and_then(|()| root.present());
    drop(root);
    painted.map_err(|error| Error::Unsupported { what: "a plot".to_owned(), reason: error.to_string() })?;
    // The backend's own width and height would keep the drawing from scaling.
    let from = drawing.find("viewBox").unwrap_or_default();
    let class = screen.either("wide", "narrow");
    let rest = drawing.get(from..).unwrap_or_default();
    Ok(format!("<svg class=\"{class}\" role=\"img\" aria-label=\"{}\" {rest}", escape(label)))
}

/// A chart with grid lines at the ticks of the vertical axis.
pub(super) fn chart<'a>(
    root: &Root<'a>,
    margins: Margins,
    x: Axis,
    y: Axis,
) -> std::result::Result<Chart<'a>, Failure> {
    let mut chart = ChartBuilder::on(root)
        .margin_top(margins.top * SCALE)
        .margin_right(margins.right * SCALE)
        .x_label_area_size(margins.bottom * SCALE)
        .y_label_area_size(margins.left * SCALE)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(stroke(GRID, 2))
        .axis_style(stroke(FAINT, 2))
        .set_all_tick_mark_size(4 * SCALE)
        .label_style(font(MUTED, FontStyle::Normal))
        .draw()?;
    Ok(chart)
}

/// A line so many half pixels wide.
pub(super) fn stroke(color: RGBColor, halves: u32) -> ShapeStyle {
    ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: halves * SCALE.unsigned_abs() / 2 }
}

pub(super) fn font(color: RGBColor, style: FontStyle) -> TextStyle<'static> {
    // The backend divides a font's size by 1.24.
    let size = f64::from(TEXT * SCALE) * 1.24;
    let mut font = TextStyle::from((FontFamily::SansSerif, size, style).into_font());
    font.color = color.to_backend_color();
    font
}

/// Text at a point of the drawing.
pub(super) fn write(
    root: &Root<'_>,
    text: &str,
    at: (i32, i32),
    (h, v): (HPos, VPos),
    font: &TextStyle<'_>,
) -> std::result::Result<(), Failure> {
    root.draw_text(text, &font.pos(Pos::new(h, v)), at)
}

/// A filled rectangle between two corners of the drawing.
pub(super) fn fill(
    root: &Root<'_>,
    corners: [(i32, i32); 2],
    color: impl Color,
) -> std::result::Result<(), Failure> {
    root.draw(&Rectangle::new(corners, color.filled()))
}

/// A line through the points, broken at its gaps; a point alone is a dot.
pub(super) fn line(
    chart: &Chart<'_>,
    points: &[Point],
    style: ShapeStyle,
) -> std::result::Result<(), Failure> {
    let area = chart.plotting_area();
    for run in runs(points) {
        match run {
            [only] => area.draw(&Circle::new(*only, SCALE * 3 / 2, style.filled()))?,
            _ => area.draw(&PathElement::new(run, style))?,
        }
    }
    Ok(())
}

/// A name in at most so many characters, its middle left out: names of parts differ at either end.
pub(super) fn shortened(name: &str, most: usize) -> String {
    let letters = name.chars().count();
    if letters <= most {
        return name.to_owned();
    }
    let kept = most.saturating_sub(1);
    let head: String = name.chars().take(kept.div_ceil(2)).collect();
    let tail: String = name.chars().skip(letters - kept / 2).collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// About how wide a text is in the drawing: sans-serif letters are half as wide as high on average, capitals more.
pub(super) fn text_width(text: &str) -> i32 {
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 64);
    letters.saturating_mul(TEXT * SCALE * 11) / 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_knows_every_colour() {
        let fixed = [INK, MUTED, GRID, FAINT, ACCENT, RED, AMBER, RED_DASH, AMBER_DASH, EVEN_DASH];
        for color in fixed.iter().chain(&LINES) {
            let rule = format!("=\"#{:02X}{:02X}{:02X}\"]", color.0, color.1, color.2);
            assert!(super::super::STYLE.contains(&rule), "{rule}");
        }
    }

    #[test]
    fn a_drawing_scales_and_speaks() {
        let drawing = svg(Screen::Narrow, 100, "a \"b\"", |_| Ok(())).unwrap();
        assert!(drawing.starts_with(
            "<svg class=\"narrow\" role=\"img\" aria-label=\"a &quot;b&quot;\" viewBox=\"0 0 740 200\" xmlns="
        ));
        assert!(drawing.ends_with("</svg>\n"));
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(shortened("checkout", 8), "checkout");
        assert_eq!(shortened("checkout", 5), "ch…ut");
        assert_eq!(shortened("zone a, zone b", 9), "zone…ne b");
        assert_eq!(shortened("ééé", 2), "é…");
    }
}
