//! The minimum of a function of many variables in a box, by its gradient.

use super::curvature::{InverseHessian, dot};
use super::line::{Objective, Place, search};
use super::{Minimum, Options};

/// The decrease, in units of the value, that rounding can hide from a search.
const ROUNDING: f64 = 1e-9;

/// A step first goes so far that it promises at most so many times what the last one brought: far from a minimum the
/// promise of a whole step can be any size.
const MOST_PROMISED: f64 = 40.0;

/// The decrease of the last step, in units of the value, that is rounding.
const STILL: f64 = 4.0 * f64::EPSILON;

/// The minimum of `objective` in a box, from `start` on.
///
/// The objective writes its gradient and returns its value.
///
/// # Method
///
/// A quasi-Newton method on the variables that no bound holds back: those at a bound towards which the function falls
/// stay there, and the others take the step that is best given that they stay. Up to 128 variables the whole inverse
/// of the second derivatives is kept, beyond that the last 24 steps.
///
/// # References
///
/// Nocedal, J., Wright, S. J. (2006). *Numerical Optimization*, 2nd edition, chapters 6 and 7.
///
/// Kim, D., Sra, S., Dhillon, I. S. (2010). Tackling box-constrained optimization via a new projected quasi-Newton
/// approach. *SIAM Journal on Scientific Computing* 32(6), 3548-3563.
pub(crate) fn minimise(
    start: &[f64],
    bounds: &[(f64, f64)],
    objective: Objective<'_>,
    options: Options<'_>,
) -> Minimum {
    let mut descent = Descent::new(start, bounds, options.inverse_curvature, objective);
    descent.advance(options.tolerance, options.iterations, bounds, objective);
    descent.end(bounds)
}

/// A search that can pause and go on with all it has learnt.
#[derive(Debug)]
pub(crate) struct Descent {
    here: Place,
    there: Place,
    inverse: InverseHessian,
    held: Vec<bool>,
    direction: Vec<f64>,
    step: Vec<f64>,
    change: Vec<f64>,
    iterations: u64,
    evaluations: u64,
    last_decrease: f64,
    state: State,
}

/// Whether a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Going,
    Converged,
    /// No direction leads down, though the slope says that one does.
    Stuck,
}

impl Descent {
    /// A search from `start`, which knows as much of the inverse of the second derivatives as [`Options`] say.
    pub(crate) fn new(
        start: &[f64],
        bounds: &[(f64, f64)],
        inverse_curvature: &[f64],
        objective: Objective<'_>,
    ) -> Self {
        let inside = start.iter().zip(bounds).map(|(x, (lower, upper))| x.max(*lower).min(*upper)).collect();
        let mut here = Place::new(inside);
        here.evaluate(objective);
        let zeros = vec![0.0; start.len()];
        Self {
            there: here.clone(),
            here,
            inverse: InverseHessian::new(start.len(), inverse_curvature),
            held: vec![false; start.len()],
            direction: zeros.clone(),
            step: zeros.clone(),
            change: zeros,
            iterations: 0,
            evaluations: 1,
            last_decrease: f64::INFINITY,
            state: State::Going,
        }
    }

    /// The least value so far.
    pub(crate) const fn value(&self) -> f64 {
        self.here.value
    }

    /// How many steps it took.
    pub(crate) const fn iterations(&self) -> u64 {
        self.iterations
    }

    /// How often it evaluated the objective.
    pub(crate) const fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// Goes on until no step promises more than `tolerance`, in units of the value or of 1, for so many steps at most.
    pub(crate) fn advance(
        &mut self,
        tolerance: f64,
        steps: u64,
        bounds: &[(f64, f64)],
        objective: Objective<'_>,
    ) {
        let last = self.iterations.saturating_add(steps);
        if self.state == State::Converged {
            // By another tolerance, maybe.
            self.state = State::Going;
        }
        while self.state == State::Going && self.here.value.is_finite() && self.iterations < last {
            self.advance_once(tolerance, bounds, objective);
        }
    }

    fn advance_once(&mut self, tolerance: f64, bounds: &[(f64, f64)], objective: Objective<'_>) {
        hold(&self.here, bounds, &mut self.held);
        self.inverse.direction(&self.here.gradient, &self.held, &mut self.direction);
        let promise = -dot(&self.here.gradient, &self.direction);
        let unit = self.here.value.abs().max(1.0);
        let room = tolerance * unit;
        let settled = promise <= room && self.last_decrease <= room
            || promise <= ROUNDING * unit && self.last_decrease <= STILL * unit;
        if promise == 0.0 || (0.0 < promise && settled) {
            self.state = State::Converged;
            return;
        }
        let mut found = false;
        if promise > 0.0 {
            let size = self.direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
            let length = if self.inverse.has_scale() {
                (MOST_PROMISED * (self.last_decrease.max(0.0) + ROUNDING * unit) / promise).min(1.0)
            } else {
                size.recip().min(1.0)
            };
            let used;
            (used, found) = search(&self.here, &mut self.there, &self.direction, length, bounds, objective);
            self.evaluations += used;
        }
        if !found {
            // Nothing below in this direction: another one, unless this is already that of the gradient.
            if promise.abs() <= ROUNDING * unit {
                self.state = State::Converged;
            } else if self.inverse.is_fresh() {
                self.state = State::Stuck;
            } else {
                self.inverse.forget();
            }
            return;
        }
        self.iterations += 1;
        self.last_decrease = self.here.value - self.there.value;
        difference(&self.there.point, &self.here.point, &mut self.step);
        difference(&self.there.gradient, &self.here.gradient, &mut self.change);
        self.inverse.learn(&self.step, &self.change);
        std::mem::swap(&mut self.here, &mut self.there);
    }

    /// What was found.
    pub(crate) fn end(mut self, bounds: &[(f64, f64)]) -> Minimum {
        hold(&self.here, bounds, &mut self.held);
        let at_bounds =
            self.held.iter().enumerate().filter_map(|(place, held)| held.then_some(place)).collect();
        let Place { point, value, gradient } = self.here;
        Minimum {
            point,
            value,
            gradient,
            iterations: self.iterations,
            evaluations: self.evaluations,
            converged: self.state == State::Converged,
            at_bounds,
        }
    }
}

fn difference(to: &[f64], from: &[f64], out: &mut [f64]) {
    for ((out, to), from) in out.iter_mut().zip(to).zip(from) {
        *out = to - from;
    }
}

/// Notes which variables are at a bound towards which the function falls.
fn hold(place: &Place, bounds: &[(f64, f64)], held: &mut [bool]) {
    for (((held, x), g), (lower, upper)) in held.iter_mut().zip(&place.point).zip(&place.gradient).zip(bounds)
    {
        *held = (x <= lower && *g >= 0.0) || (x >= upper && *g <= 0.0);
    }
}
