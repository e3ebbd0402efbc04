//! Weights of distance, and the coefficients of a local fit.

use super::Degree;

/// The weight at distance `r` of a neighbourhood that reaches to `h`.
pub(super) fn tricube(r: f64, h: f64) -> f64 {
    if r > 0.999 * h {
        0.0
    } else if r <= 0.001 * h {
        1.0
    } else {
        cube(1.0 - cube(r / h))
    }
}

/// The weight's formula, where it has no cuts.
pub(super) fn cube(x: f64) -> f64 {
    x * x * x
}

/// Makes weights of places into coefficients of the fit at the place `x` among them, of sum 1; `false` if all vanish.
///
/// A line is only fitted where the weighted deviation of the places exceeds `least`.
pub(super) fn finish(row: &mut [f64], x: f64, degree: Degree, least: f64) -> bool {
    let total: f64 = row.iter().sum();
    // Weights of values may be so small that they leave the floats.
    if total <= 0.0 || !(1.0 / total).is_finite() {
        return false;
    }
    for weight in row.iter_mut() {
        *weight /= total;
    }
    if degree == Degree::Constant {
        return true;
    }
    let places = |row: &[f64], term: &dyn Fn(f64) -> f64| -> f64 {
        row.iter().enumerate().map(|(place, weight)| weight * term(place as f64)).sum()
    };
    let mean = places(row, &|place| place);
    let variance = places(row, &|place| (place - mean) * (place - mean));
    if variance.sqrt() > least {
        let slope = (x - mean) / variance;
        for (place, weight) in row.iter_mut().enumerate() {
            *weight *= slope * (place as f64 - mean) + 1.0;
        }
    }
    true
}

/// `Σ a_j b_j`, in eight partial sums.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 8;
    let (a, b) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.0.iter().zip(b.0) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f64 = a.1.iter().zip(b.1).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}
