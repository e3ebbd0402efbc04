//! Integrals of log-concave functions over a place and a distance.

use std::f64::consts::PI;

use super::event::{Event, Row};

/// Lattice steps in units of the function's narrowest widths about its peak.
const STEP: f64 = 0.46;
/// The longest step, where the function is wide.
const LONGEST: f64 = 0.55;
/// How far below the peak, in log, the function is left out.
const DEPTH: f64 = 34.0;
/// How much longer the steps become at most where fewer digits are asked for.
const COARSEST: f64 = 1.5;

/// The logarithm of the integral of an event's density, as far as it matters beside one whose logarithm is `beside`.
///
/// # Method
///
/// ```text
/// ∫∫ f(u, v) dv du ≈ h k Σ_a Σ_b f(u_a, v(t_b)) v'(t_b),    v(t) = s ln(1 + e^t)
/// ```
///
/// on a lattice without ends. `v(t)` makes what begins like a power of `v` end exponentially, and leaves what is far
/// away as it is, so that the trapezoidal rule converges exponentially in both directions. The density of order
/// statistics under linear constraints is log-concave (Prékopa), so that it has one peak; steps are 0.46 of its
/// widths there; and from the peak outwards, in a row and from row to row, it only falls: the sum ends where it is
/// e^-34 of the peak. What is even has its peak in the middle, and one half.
///
/// Where the integral is only to be added to a greater one, it may end earlier, and its steps may be longer, by what it
/// is smaller; if it is e^-34 of the other, nothing is left of it.
pub(super) fn ln_integral(event: &Event, beside: f64) -> f64 {
    let peak = Peak::of(event);
    let depth = DEPTH - (beside - peak.ln_estimate(event)).max(0.0);
    if depth <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let peak = peak.coarser((DEPTH / depth).sqrt().min(COARSEST));
    let mut lattice =
        Lattice { event, peak, negligible: (-depth).exp(), right: Vec::new(), left: Vec::new() };
    let (total, start) = lattice.row(0, 0);
    let upper = lattice.rows(1, start);
    let lower = if event.is_even() { upper } else { lattice.rows(-1, start) };
    peak.height + ((total.sum + upper + lower) * peak.steps.0 * peak.steps.1 * event.scale()).ln()
}

/// `v(t)` and the logarithm of its derivative.
fn softplus(t: f64) -> (f64, f64) {
    let rest = (-t.abs()).exp().ln_1p();
    (t.max(0.0) + rest, t.min(0.0) - rest)
}

/// Where the function peaks, how high, and the steps that resolve it.
#[derive(Clone, Copy, Debug)]
struct Peak {
    place: (f64, f64),
    height: f64,
    steps: (f64, f64),
}

impl Peak {
    /// Climbs to the peak, in six directions with ever shorter steps.
    fn of(event: &Event) -> Self {
        let scale = event.scale();
        let height = |(y, t): (f64, f64)| {
            let (v, ln_slope) = softplus(t);
            event.density(&event.row(y), scale * v).ln() + ln_slope
        };
        // What is even peaks in the middle, where only the distance is sought.
        let even = event.is_even();
        let (mut place, mut step) = ((if even { 0.0 } else { -1.5 }, 3.0), 1.0);
        let mut best = height(place);
        let mut width = (1.0, 1.0);
        while step > 0.008 {
            let (y, t) = place;
            let near = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, -1.0), (-1.0, 1.0)];
            let heights =
                near.map(
                    |(dy, dt)| {
                        if even && dy * dt != 0.0 { best } else { height((y + step * dy, t + step * dt)) }
                    },
                );
            // Second differences, kept from the last step at which the peak was held.
            let curvature = |up: f64, down: f64| (2.0 * best - up - down) / (step * step);
            let [up, down, right, left, ..] = heights;
            let found = near.iter().zip(heights).max_by(|(_, one), (_, other)| one.total_cmp(other));
            match found {
                Some((&(dy, dt), found)) if found > best => {
                    place = (y + step * dy, t + step * dt);
                    best = found;
                }
                _ => {
                    width = (curvature(up, down), curvature(right, left));
                    // Steps shorter than a fifth of the widths find no better peak.
                    if step * step * width.0.max(width.1) < 0.04 {
                        break;
                    }
                    step *= 0.5;
                }
            }
        }
        let step_of = |curvature: f64| (STEP / curvature.max(0.0).sqrt()).min(LONGEST);
        Self { place, height: best, steps: (step_of(width.0), step_of(width.1)) }
    }

    /// The logarithm of the integral, were it that of a normal density with these widths.
    fn ln_estimate(&self, event: &Event) -> f64 {
        let area = 2.0 * PI * self.steps.0 * self.steps.1 / (STEP * STEP);
        self.height + (area * event.scale()).ln()
    }

    /// The same with longer steps.
    fn coarser(self, factor: f64) -> Self {
        Self { steps: (self.steps.0 * factor, self.steps.1 * factor), ..self }
    }
}

/// What a row adds up to.
#[derive(Clone, Copy, Debug)]
struct Total {
    sum: f64,
    highest: f64,
}

/// The function on its lattice, relative to its peak.
struct Lattice<'a> {
    event: &'a Event,
    peak: Peak,
    /// The height below which a side ends.
    negligible: f64,
    /// `v` and the logarithm of its derivative at the columns 0, 1, ...
    right: Vec<(f64, f64)>,
    /// The same at the columns -1, -2, ...
    left: Vec<(f64, f64)>,
}

impl Lattice<'_> {
    /// The rows from the first on one side of the peak's on.
    fn rows(&mut self, direction: i32, start: i32) -> f64 {
        let (mut sum, mut before, mut start, mut row) = (0.0, f64::INFINITY, start, direction);
        loop {
            let (total, highest_at) = self.row(row, start);
            sum += total.sum;
            if total.highest < self.negligible && total.highest <= before {
                return sum;
            }
            (before, start, row) = (total.highest, highest_at, row + direction);
        }
    }

    /// One row from a column near its highest outwards; also which that is.
    fn row(&mut self, row: i32, start: i32) -> (Total, i32) {
        let row = self.event.row(self.peak.place.0 + f64::from(row) * self.peak.steps.0);
        let first = self.relative(&row, start);
        let (mut total, mut at) = (Total { sum: first, highest: first }, start);
        for direction in [1, -1] {
            let (mut before, mut column) = (first, start + direction);
            loop {
                let height = self.relative(&row, column);
                if height < self.negligible && height <= before {
                    break;
                }
                total.sum += height;
                if height > total.highest {
                    (total.highest, at) = (height, column);
                }
                (before, column) = (height, column + direction);
            }
        }
        (total, at)
    }

    /// The height over that of the peak.
    fn relative(&mut self, row: &Row, column: i32) -> f64 {
        let (v, ln_slope) = self.column(column);
        let density = self.event.density(row, v);
        (density.ln + ln_slope - self.peak.height).exp() * density.factor
    }

    /// A column's `v`, formed when it is first needed.
    fn column(&mut self, column: i32) -> (f64, f64) {
        let Peak { place, steps, .. } = self.peak;
        let (side, index, direction) = match usize::try_from(column) {
            Ok(index) => (&mut self.right, index, 1.0),
            Err(_) => (&mut self.left, usize::try_from(-1 - column).unwrap_or(0), -1.0),
        };
        let first = if direction > 0.0 { 0.0 } else { -1.0 };
        while side.len() <= index {
            let offset = first + direction * side.len() as f64;
            let (v, ln_slope) = softplus(place.1 + offset * steps.1);
            side.push((self.event.scale() * v, ln_slope));
        }
        side.get(index).copied().unwrap_or((0.0, f64::NEG_INFINITY))
    }
}
