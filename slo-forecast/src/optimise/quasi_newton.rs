//! The minimum of a function of many variables in a box, by its gradient.

use super::curvature::{InverseHessian, dot};
use super::line::{Objective, Place, search};
use super::{Minimum, Options};

/// The decrease, in units of the value, that rounding can hide from a search.
const ROUNDING: f64 = 1e-9;

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
    let inside = start.iter().zip(bounds).map(|(x, (lower, upper))| x.max(*lower).min(*upper)).collect();
    let mut here = Place::new(inside);
    here.evaluate(objective);
    let mut there = here.clone();
    let mut inverse = InverseHessian::new(start.len(), options.inverse_curvature);
    let mut direction = vec![0.0; start.len()];
    let (mut evaluations, mut iterations, mut converged) = (1, 0, false);
    let mut last_decrease = f64::INFINITY;
    while here.value.is_finite() && iterations < options.iterations {
        let held = held(&here, bounds);
        inverse.direction(&here.gradient, &held, &mut direction);
        let promise = -dot(&here.gradient, &direction);
        let unit = here.value.abs().max(1.0);
        if promise == 0.0
            || (promise <= options.tolerance * unit && last_decrease <= options.tolerance * unit)
        {
            converged = promise >= 0.0;
            if converged {
                break;
            }
        }
        let mut found = false;
        if promise > 0.0 {
            let size = direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
            let length = if inverse.has_scale() { 1.0 } else { size.recip().min(1.0) };
            let used;
            (used, found) = search(&here, &mut there, &direction, length, bounds, objective);
            evaluations += used;
        }
        if !found {
            // Nothing below in this direction: another one, unless this is already that of the gradient.
            if inverse.is_fresh() || promise.abs() <= ROUNDING * unit {
                converged = promise <= ROUNDING * unit;
                break;
            }
            inverse.forget();
            continue;
        }
        iterations += 1;
        last_decrease = here.value - there.value;
        let step: Vec<f64> = there.point.iter().zip(&here.point).map(|(to, from)| to - from).collect();
        let change: Vec<f64> =
            there.gradient.iter().zip(&here.gradient).map(|(to, from)| to - from).collect();
        inverse.learn(&step, &change);
        std::mem::swap(&mut here, &mut there);
    }
    let at_bounds = held_places(&here, bounds);
    let Place { point, value, gradient } = here;
    Minimum { point, value, gradient, iterations, evaluations, converged, at_bounds }
}

/// Which variables are at a bound towards which the function falls.
fn held(place: &Place, bounds: &[(f64, f64)]) -> Vec<bool> {
    place
        .point
        .iter()
        .zip(&place.gradient)
        .zip(bounds)
        .map(|((x, g), (lower, upper))| (x <= lower && *g >= 0.0) || (x >= upper && *g <= 0.0))
        .collect()
}

fn held_places(place: &Place, bounds: &[(f64, f64)]) -> Vec<usize> {
    held(place, bounds).iter().enumerate().filter_map(|(place, held)| held.then_some(place)).collect()
}
