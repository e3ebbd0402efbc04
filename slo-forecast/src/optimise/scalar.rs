//! The minimum of a function of one variable, by its values.

use super::Minimum;

/// One less the golden section.
const GOLDEN: f64 = 0.381_966_011_250_105_1;

/// The distance between abscissae that values can still tell apart near a minimum: the root of the rounding.
const RESOLUTION: f64 = 1.5e-8;

/// The most steps: sections alone reach the resolution in 40.
const STEPS: u64 = 100;

/// The minimum of a function between `lower` and `upper`, the ends included.
///
/// # Method
///
/// Parabolas through the three best points, golden sections where they do not help. A function with several minima
/// gives one of them.
///
/// # References
///
/// Brent, R. P. (1973). *Algorithms for Minimization without Derivatives*, chapter 5. Prentice-Hall.
pub(crate) fn minimise_scalar(lower: f64, upper: f64, objective: &mut dyn FnMut(f64) -> f64) -> Minimum {
    let mut evaluations = 0;
    let mut value_at = |x: f64| {
        evaluations += 1;
        let value = objective(x);
        if value.is_finite() { value } else { f64::INFINITY }
    };
    let (mut low, mut high) = (lower, upper);
    let mut best = low + GOLDEN * (high - low);
    let mut value = value_at(best);
    let (mut second, mut second_value, mut third, mut third_value) = (best, value, best, value);
    let (mut step, mut before_last): (f64, f64) = (0.0, 0.0);
    let (mut iterations, mut converged) = (0, false);
    while iterations < STEPS {
        let middle = f64::midpoint(low, high);
        let tolerance = RESOLUTION * best.abs().max(RESOLUTION * (upper - lower));
        if (best - middle).abs() + 0.5 * (high - low) <= 2.0 * tolerance {
            converged = true;
            break;
        }
        iterations += 1;
        let r = (best - second) * (value - third_value);
        let q = (best - third) * (value - second_value);
        let (p, q) = ((best - third) * q - (best - second) * r, 2.0 * (q - r));
        let parabola = -p / q;
        let useful = before_last.abs() > tolerance
            && parabola.is_finite()
            && parabola.abs() < 0.5 * before_last.abs()
            && (low < best + parabola && best + parabola < high);
        before_last = step;
        if useful {
            step = parabola;
            if (best + step - low).min(high - best - step) < 2.0 * tolerance {
                step = tolerance.copysign(middle - best);
            }
        } else {
            before_last = if best < middle { high - best } else { low - best };
            step = GOLDEN * before_last;
        }
        let trial = best + if step.abs() >= tolerance { step } else { tolerance.copysign(step) };
        let trial_value = value_at(trial);
        if trial_value <= value {
            *(if trial < best { &mut high } else { &mut low }) = best;
            (third, third_value, second, second_value) = (second, second_value, best, value);
            (best, value) = (trial, trial_value);
        } else {
            *(if trial < best { &mut low } else { &mut high }) = trial;
            if trial_value <= second_value || second == best {
                (third, third_value, second, second_value) = (second, second_value, trial, trial_value);
            } else if trial_value <= third_value || third == best || third == second {
                (third, third_value) = (trial, trial_value);
            }
        }
    }
    let mut at_bounds = Vec::new();
    for end in [lower, upper] {
        let there = value_at(end);
        if there <= value {
            (best, value, at_bounds) = (end, there, vec![0]);
        }
    }
    let point = vec![best];
    Minimum { point, value, gradient: Vec::new(), iterations, evaluations, converged, at_bounds }
}
