//! How far to go in one direction.

use super::curvature::dot;

/// The share of the decrease promised by the slope that a step has to keep.
const DECREASE: f64 = 1e-4;

/// The share of the slope that may be left after a step.
const SLOPE: f64 = 0.9;

/// What a value may rise by rounding, in its unit: near a minimum the slope still knows the way.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// Trials in one direction.
const TRIALS: usize = 40;

pub(super) type Objective<'a> = &'a mut dyn FnMut(&[f64], &mut [f64]) -> f64;

/// A point with its value and gradient.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) point: Vec<f64>,
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
}

impl Place {
    pub(super) fn new(point: Vec<f64>) -> Self {
        let gradient = vec![0.0; point.len()];
        Self { point, value: f64::INFINITY, gradient }
    }

    /// Evaluates the objective here; what is not finite in any part is a wall.
    pub(super) fn evaluate(&mut self, objective: Objective<'_>) {
        self.value = objective(&self.point, &mut self.gradient);
        if !(self.value.is_finite() && self.gradient.iter().all(|g| g.is_finite())) {
            self.value = f64::INFINITY;
        }
    }
}

/// Goes from `from` along `direction`, first by `length`, until the weak conditions of Wolfe hold; `to` is then the
/// place reached, and the number of evaluations is returned with whether it is lower than `from`.
///
/// Steps end at the bounds. Too long a step is cut by a parabola, too short a one is doubled.
///
/// # References
///
/// Lewis, A. S., Overton, M. L. (2013). Nonsmooth optimization via quasi-Newton methods. *Mathematical Programming*
/// 141, 135-163, algorithm 2.6.
pub(super) fn search(
    from: &Place,
    to: &mut Place,
    direction: &[f64],
    length: f64,
    bounds: &[(f64, f64)],
    objective: Objective<'_>,
) -> (u64, bool) {
    let slope = dot(&from.gradient, direction);
    let rounding = ROUNDING * from.value.abs().max(1.0);
    let (mut short, mut long, mut length) = (0.0, f64::INFINITY, length);
    let mut best: Option<Place> = None;
    let mut evaluations = 0;
    for _ in 0..TRIALS {
        let mut clipped = false;
        for (((x, origin), d), (lower, upper)) in
            to.point.iter_mut().zip(&from.point).zip(direction).zip(bounds)
        {
            let target = origin + length * d;
            *x = target.clamp(*lower, *upper);
            clipped |= *x != target;
        }
        if to.point == from.point {
            break;
        }
        to.evaluate(objective);
        evaluations += 1;
        let promised: f64 = from
            .gradient
            .iter()
            .zip(&to.point)
            .zip(&from.point)
            .map(|((g, x), origin)| g * (x - origin))
            .sum();
        if to.value > from.value + DECREASE * promised.min(0.0) + rounding || to.value == f64::INFINITY {
            long = length;
            let parabola = -0.5 * slope * length * length / (to.value - from.value - slope * length);
            let step = if to.value.is_finite() && short == 0.0 { parabola } else { 0.5 * (short + long) };
            length = step.clamp(short + 0.1 * (long - short), short + 0.6 * (long - short));
        } else if !clipped && dot(&to.gradient, direction) < SLOPE * slope {
            short = length;
            length = if long.is_finite() { 0.5 * (short + long) } else { 2.5 * length };
            if best.as_ref().is_none_or(|best| to.value < best.value) {
                best = Some(to.clone());
            }
        } else {
            return (evaluations, true);
        }
    }
    let found = best.is_some();
    if let Some(best) = best {
        *to = best;
    }
    (evaluations, found)
}
