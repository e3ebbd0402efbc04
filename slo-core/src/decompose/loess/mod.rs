//! Local regression on equally spaced values: a line, or a constant, through the neighbours of each point.
//!
//! ```text
//! w_j = (1 - (r_j / h)³)³ · ω_j,   r_j = |j - x|,   1 for r_j <= h / 1000,   0 for r_j > 0.999 h
//! ```
//!
//! `h` is the distance of the farthest of the `span` nearest values, and half of what the span has more than there
//! are. Without weights `ω` of the values the fit is linear with coefficients that only depend on where `x` stands:
//! inside, all points share them, and a long span is done by running moments (see [`moments`]). With weights it is made
//! of sums that have such coefficients (see [`weighted`]).

mod convolution;
mod moments;
#[cfg(test)]
pub(super) mod tests;
mod weighted;
mod weights;

use convolution::convolve;
use moments::Moments;
use weighted::{Tap, Weighted, taps};
use weights::{dot, finish, tricube};

/// The degree of the polynomials that are fitted locally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Degree {
    /// A constant: a weighted mean.
    Constant,
    /// A line.
    Linear,
}

/// From this span on running moments cost less than a sum over the span for each point.
const LONG: usize = 256;

/// What a fit looks at.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// How many values of the series come before those that are smoothed, and are not looked at.
    before: usize,
    n: usize,
    span: usize,
    degree: Degree,
}

/// A point, and the values `left..right` that it is fitted to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stop {
    x: f64,
    left: usize,
    right: usize,
}

impl Shape {
    /// How far a span reaches to each side inside.
    const fn half(self) -> usize {
        self.span / 2
    }

    /// That of what is left without some of the first values.
    const fn skip(self, count: usize) -> Self {
        Self { before: self.before + count, n: self.n.saturating_sub(count), ..self }
    }

    /// The span around a place, moved inwards at the ends.
    fn stop(self, place: usize) -> Stop {
        let x = place as f64;
        if self.span >= self.n {
            return Stop { x, left: 0, right: self.n };
        }
        let left = place.saturating_sub(self.half()).min(self.n - self.span);
        Stop { x, left, right: left + self.span }
    }

    /// What the span has more than there are values, halved.
    fn extra(self) -> f64 {
        (self.span.saturating_sub(self.n) / 2) as f64
    }

    /// How far the weights of distance reach.
    fn reach(self, stop: Stop) -> f64 {
        (stop.x - stop.left as f64).max(stop.right as f64 - 1.0 - stop.x) + self.extra()
    }

    /// The deviation of the places that a line needs more than: a share of the range of the whole series.
    fn least(self) -> f64 {
        0.001 * ((self.before + self.n) as f64 - 1.0)
    }

    /// The linear coefficients of the fit at a point; `false` if nothing has weight there.
    fn coefficients(self, stop: Stop, values: Option<&[f64]>, row: &mut Vec<f64>) -> bool {
        let h = self.reach(stop);
        row.clear();
        row.extend((stop.left..stop.right).map(|place| tricube((place as f64 - stop.x).abs(), h)));
        self.weighted(stop, values, row)
    }

    /// The linear coefficients, from the weights of distance in `row`.
    fn weighted(self, stop: Stop, values: Option<&[f64]>, row: &mut [f64]) -> bool {
        if let Some(values) = values.and_then(|values| values.get(stop.left..stop.right)) {
            for (weight, value) in row.iter_mut().zip(values) {
                *weight *= value;
            }
        }
        finish(row, stop.x - stop.left as f64, self.degree, self.least())
    }
}

/// How much each value counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights<'a> {
    /// From 0 on, 0 for what is missing.
    pub(super) values: &'a [f64],
    /// 1 for each value that there is and 0 for one that is missing, unless there are all.
    pub(super) present: Option<&'a [f64]>,
}

/// A smoother of `n >= 2` values: fits at every `jump`-th place and at the last, straight lines between them.
///
/// Where values come before these, every `jump`-th place is counted from the first of those.
#[derive(Clone, Debug)]
pub(super) struct Loess {
    shape: Shape,
    jump: usize,
    /// The weights of distance where a whole span fits around a point, and the coefficients that they make.
    kernel: Vec<f64>,
    inside: Vec<f64>,
    /// The weights of distance times powers of it, where every place is fitted.
    taps: Vec<Tap>,
    method: Plan,
}

/// How all places are fitted without weights of the values.
#[derive(Clone, Debug)]
enum Plan {
    /// Coefficients of each place whose span is moved, those before the inside first if there are any.
    Rows(Vec<Vec<f64>>),
    Moments(Moments),
    /// One after the other: there are few.
    Stops,
}

impl Loess {
    /// A smoother of a whole series.
    #[cfg(test)]
    pub(super) fn new(n: usize, span: usize, degree: Degree, jump: usize) -> Self {
        Self::after(0, n, span, degree, jump)
    }

    /// A smoother over an odd span of at least 3 of the last `n` values of a series, which `before` others come before.
    ///
    /// Its fits are those to the whole, but for the places near the first of the `n`.
    pub(super) fn after(before: usize, n: usize, span: usize, degree: Degree, jump: usize) -> Self {
        let shape = Shape { before, n, span, degree };
        let jump = jump.clamp(1, (before + n).saturating_sub(1).max(1));
        let h = shape.half() as f64;
        let kernel: Vec<f64> = if span < n {
            (0..span).map(|place| tricube((place as f64 - h).abs(), h)).collect()
        } else {
            Vec::new()
        };
        let total: f64 = kernel.iter().sum();
        // The line through a symmetric neighbourhood passes its middle at the mean: both degrees agree.
        let inside = kernel.iter().map(|weight| weight / total).collect();
        let method = if jump > 1 {
            Plan::Stops
        } else if span.min(n) > LONG {
            Plan::Moments(Moments::new(shape))
        } else {
            Plan::Rows(rows(shape))
        };
        let taps = if jump == 1 { taps(&kernel) } else { Vec::new() };
        Self { shape, jump, kernel, inside, taps, method }
    }

    /// The fit at every place.
    pub(super) fn smooth(&self, y: &[f64], fit: &mut [f64]) {
        match &self.method {
            Plan::Rows(rows) => self.smooth_by_rows(y, rows, fit),
            Plan::Moments(moments) => moments.smooth(y, fit),
            Plan::Stops => self.smooth_at_stops(y, None, fit),
        }
    }

    /// The fit at every place, each value with its own weight.
    ///
    /// A value without any neighbour of weight is its own fit; what is missing there is fitted to what there is.
    pub(super) fn smooth_weighted(&self, y: &[f64], weights: Weights<'_>, fit: &mut [f64]) {
        if self.jump > 1 || self.taps.is_empty() {
            return self.smooth_at_stops(y, Some(weights), fit);
        }
        let Shape { n, span, degree, .. } = self.shape;
        let half = self.shape.half();
        let products: Vec<f64> = weights.values.iter().zip(y).map(|(weight, value)| weight * value).collect();
        if let Some(inside) = fit.get_mut(half..n - half) {
            let least = self.shape.least();
            Weighted { taps: &self.taps, weights: weights.values, products: &products, degree, least }
                .fit(inside);
        }
        let mut row = Vec::with_capacity(span);
        for (place, fit) in fit.iter_mut().enumerate() {
            if place < half || place + half >= n || fit.is_nan() {
                *fit = self.fit_or_value(y, Some(weights), place, self.shape.stop(place), &mut row);
            }
        }
    }

    /// The places that are fitted, but for the last.
    fn stops(&self) -> impl Iterator<Item = usize> + use<> {
        let Shape { before, n, .. } = self.shape;
        let first = before.next_multiple_of(self.jump) - before;
        (0..first.min(1)).chain((first..n).step_by(self.jump))
    }

    /// A place that is to be fitted while all values that count there are missing.
    ///
    /// Where values come before these, the places whose span reaches there are not looked at.
    pub(super) fn unreached(&self, present: &[f64]) -> Option<usize> {
        let n = self.shape.n;
        let from = if self.shape.before > 0 { self.shape.half() } else { 0 };
        let has_none = |(place, stop): (usize, Stop)| {
            let reach = self.shape.reach(stop);
            let mut near = present.iter().enumerate().take(stop.right).skip(stop.left);
            let found =
                near.any(|(at, present)| *present > 0.0 && tricube((at as f64 - stop.x).abs(), reach) > 0.0);
            (!found).then_some(place)
        };
        let last = self.stops().last().unwrap_or(0);
        let end = Stop { x: (n - 1) as f64, ..self.shape.stop(last) };
        let stops = self.stops().map(|place| (place, self.shape.stop(place)));
        stops.chain([(n - 1, end)]).filter(|(place, _)| *place >= from).find_map(has_none)
    }

    /// One step before the first value and one after the last, and what is fitted there.
    fn ends(&self) -> [Stop; 2] {
        let Shape { n, span, .. } = self.shape;
        [
            Stop { x: -1.0, left: 0, right: span.min(n) },
            Stop { x: n as f64, left: n.saturating_sub(span), right: n },
        ]
    }

    /// The coefficients of the fits beyond both ends, where all values count the same.
    pub(super) fn ahead(&self) -> [Vec<f64>; 2] {
        self.ends().map(|stop| {
            let mut row = Vec::new();
            self.shape.coefficients(stop, None, &mut row);
            row
        })
    }

    /// The fits one step before the first value and one after the last, by their coefficients.
    pub(super) fn beyond(&self, y: &[f64], [before, after]: &[Vec<f64>; 2]) -> [f64; 2] {
        let [first, last] = self.ends();
        [dot(before, part(y, first)), dot(after, part(y, last))]
    }

    /// The fits there with weights of the values; `None` where nothing has weight.
    pub(super) fn beyond_weighted(&self, y: &[f64], weights: &[f64]) -> [Option<f64>; 2] {
        let (stops, mut row) = (self.ends(), Vec::new());
        let weights = Some(weights);
        stops.map(|stop| self.shape.coefficients(stop, weights, &mut row).then(|| dot(&row, part(y, stop))))
    }

    /// Leaves out some of the first values, so that more than a span is left: they come before the others then.
    pub(super) fn skip(&mut self, count: usize) {
        self.shape = self.shape.skip(count);
        if let Plan::Moments(moments) = &mut self.method {
            moments.skip(count);
        }
    }

    fn smooth_by_rows(&self, y: &[f64], rows: &[Vec<f64>], fit: &mut [f64]) {
        let Shape { n, span, .. } = self.shape;
        let (before, after) = if span < n { (self.shape.half(), self.shape.half()) } else { (n, 0) };
        let firsts = rows.len() - after;
        if firsts == 0 {
            // Nobody asks for what is near a first value that is none.
            for (fit, value) in fit.iter_mut().zip(y).take(before) {
                *fit = *value;
            }
        }
        for (place, row) in rows.iter().enumerate() {
            let place = if place < firsts { place } else { place - firsts + n - after };
            if let Some(fit) = fit.get_mut(place) {
                *fit = dot(row, part(y, self.shape.stop(place)));
            }
        }
        if span < n
            && let Some(inside) = fit.get_mut(before..n - before)
        {
            convolve(&self.inside, y, inside);
        }
    }

    fn smooth_at_stops(&self, y: &[f64], weights: Option<Weights<'_>>, fit: &mut [f64]) {
        let (shape, n) = (self.shape, self.shape.n);
        let mut row = Vec::new();
        let mut at = |place: usize, stop: Stop| self.fit_or_value(y, weights, place, stop, &mut row);
        let mut last = (0, shape.stop(0), 0.0);
        for place in self.stops() {
            let stop = shape.stop(place);
            let value = at(place, stop);
            join(fit, (last.0, last.2), (place, value));
            last = (place, stop, value);
        }
        if last.0 + 1 != n {
            // As in the published program, the last place is fitted to the values of the stop before it.
            let value = at(n - 1, Stop { x: (n - 1) as f64, ..last.1 });
            join(fit, (last.0, last.2), (n - 1, value));
        }
    }

    fn fit_or_value(
        &self,
        y: &[f64],
        weights: Option<Weights<'_>>,
        place: usize,
        stop: Stop,
        row: &mut Vec<f64>,
    ) -> f64 {
        if let Some(fit) = self.fit(y, weights.map(|weights| weights.values), stop, row) {
            return fit;
        }
        let present = weights.and_then(|weights| weights.present);
        let is_missing = present.and_then(|present| present.get(place)) == Some(&0.0);
        let fit = if is_missing { self.fit(y, present, stop, row) } else { None };
        fit.or_else(|| y.get(place).copied()).unwrap_or(0.0)
    }

    fn fit(&self, y: &[f64], weights: Option<&[f64]>, stop: Stop, row: &mut Vec<f64>) -> Option<f64> {
        let y = part(y, stop);
        let is_inside =
            self.shape.span < self.shape.n && stop.x - stop.left as f64 == self.shape.half() as f64;
        if !is_inside {
            return self.shape.coefficients(stop, weights, row).then(|| dot(row, y));
        }
        if weights.is_none() {
            return Some(dot(&self.inside, y));
        }
        row.clear();
        row.extend_from_slice(&self.kernel);
        self.shape.weighted(stop, weights, row).then(|| dot(row, y))
    }
}

/// The values that a point is fitted to.
fn part(y: &[f64], stop: Stop) -> &[f64] {
    y.get(stop.left..stop.right).unwrap_or_default()
}

/// The straight line from one fit to a later one, which is written; so is the first where both are one.
fn join(fit: &mut [f64], from: (usize, f64), to: (usize, f64)) {
    if let Some(between) = fit.get_mut(from.0..to.0) {
        let slope = (to.1 - from.1) / (to.0 - from.0).max(1) as f64;
        for (steps, fit) in between.iter_mut().enumerate().skip(1) {
            *fit = from.1 + slope * steps as f64;
        }
    }
    if let Some(fit) = fit.get_mut(to.0) {
        *fit = to.1;
    }
}

/// The coefficients of the places around which no whole span fits; of those alone at the end, where values come before.
fn rows(shape: Shape) -> Vec<Vec<f64>> {
    let places = if shape.span < shape.n { shape.half() } else { shape.n };
    let after = if shape.span < shape.n { shape.n - places..shape.n } else { 0..0 };
    let firsts = if shape.before > 0 && shape.span < shape.n { 0 } else { places };
    let row = |place: usize| {
        let mut row = Vec::new();
        shape.coefficients(shape.stop(place), None, &mut row);
        row
    };
    (0..firsts).chain(after).map(row).collect()
}
