use super::*;
use proptest::prelude::*;
use slo_testkit::{assert_all_close_absolute, assert_close_absolute};

const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// `Σ (1 - x_i)² + 100 (x_{i+1} - x_i²)²` over pairs: its minimum is 0, where all are 1.
fn rosenbrock(x: &[f64], gradient: &mut [f64]) -> f64 {
    let mut value = 0.0;
    for (x, g) in x.chunks_exact(2).zip(gradient.chunks_exact_mut(2)) {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        value += a * a + 100.0 * b * b;
        g[0] = -2.0 * a - 400.0 * x[0] * b;
        g[1] = 200.0 * b;
    }
    value
}

#[test]
fn the_valley_of_rosenbrock_is_followed_to_its_end() {
    // Few variables, and more than are kept densely.
    for variables in [2, 10, 400] {
        let start: Vec<f64> = (0..variables).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
        let found = minimise(&start, &vec![FREE; variables], &mut rosenbrock, Options::default());
        assert!(found.converged && found.at_bounds.is_empty(), "{variables}: {found:?}");
        assert_all_close_absolute(&found.point, &vec![1.0; variables], 1e-5);
        assert!(found.iterations < 200, "{}", found.iterations);
    }
}

#[test]
fn a_bound_that_holds_a_variable_back_is_reported() {
    // With x ≤ 0.5 the minimum is at x = 0.5, y = x².
    let found = minimise(&[-1.2, 1.0], &[(-2.0, 0.5), FREE], &mut rosenbrock, Options::default());
    assert!(found.converged);
    assert_eq!(found.at_bounds, [0]);
    assert_eq!(found.point[0], 0.5);
    assert_close_absolute(found.point[1], 0.25, 1e-6);
    assert_close_absolute(found.value, 0.25, 1e-10);
    // A variable that its bounds fix stays, and the other one is free.
    let found = minimise(&[3.0, 3.0], &[(-1.0, -1.0), FREE], &mut rosenbrock, Options::default());
    assert_eq!(found.at_bounds, [0]);
    assert_all_close_absolute(&found.point, &[-1.0, 1.0], 1e-6);
}

#[test]
fn a_wall_is_not_crossed() {
    // x - ln x, defined for positive x only, has its minimum at 1; the first step from 0.01 is towards 100.
    for start in [0.01, 30.0] {
        let mut objective = |x: &[f64], g: &mut [f64]| {
            g[0] = 1.0 - 1.0 / x[0];
            x[0] - x[0].ln()
        };
        let found = minimise(&[start], &[FREE], &mut objective, Options::default());
        assert!(found.converged);
        assert_close_absolute(found.point[0], 1.0, 1e-5);
    }
}

#[test]
fn a_search_that_cannot_begin_says_so() {
    let found = minimise(&[1.0], &[FREE], &mut |_, _| f64::NAN, Options::default());
    assert!(!found.converged && found.iterations == 0 && found.value == f64::INFINITY);
}

#[test]
fn a_search_ends_after_the_steps_it_is_given() {
    let options = Options { iterations: 3, ..Options::default() };
    let found = minimise(&[-1.2, 1.0], &[FREE; 2], &mut rosenbrock, options);
    assert!(!found.converged && found.iterations == 3);
}

#[test]
fn a_known_curvature_saves_steps() {
    // Half-axes from 1 to 1e-3: known curvatures make it a sphere.
    let weights: Vec<f64> = (0..10).map(|i| 10_f64.powf(f64::from(i) * 6.0 / 9.0)).collect();
    let inverse: Vec<f64> = weights.iter().map(|w| 1.0 / w).collect();
    let mut bowl = |x: &[f64], g: &mut [f64]| {
        for ((x, g), w) in x.iter().zip(g).zip(&weights) {
            *g = w * x;
        }
        x.iter().zip(&weights).map(|(x, w)| 0.5 * w * x * x).sum()
    };
    let blind = minimise(&[1.0; 10], &[FREE; 10], &mut bowl, Options::default());
    let options = Options { inverse_curvature: &inverse, ..Options::default() };
    let informed = minimise(&[1.0; 10], &[FREE; 10], &mut bowl, options);
    assert!(blind.converged && informed.converged);
    assert!(informed.iterations <= 2 && blind.iterations > 5, "{} {}", informed.iterations, blind.iterations);
}

proptest! {
    #[test]
    fn a_quadratic_in_a_box_ends_where_no_variable_wants_to_move(
        seeds in prop::collection::vec(-3.0..3.0_f64, 30), centre in prop::collection::vec(-2.0..2.0_f64, 5)
    ) {
        // (x - c)' A'A (x - c) / 2 + |x - c|²/2, in the box [-1, 1]^5.
        let rows: Vec<&[f64]> = seeds.chunks_exact(5).collect();
        let mut objective = |x: &[f64], g: &mut [f64]| {
            let away: Vec<f64> = x.iter().zip(&centre).map(|(x, c)| x - c).collect();
            g.copy_from_slice(&away);
            let mut value = 0.5 * away.iter().map(|a| a * a).sum::<f64>();
            for row in &rows {
                let along: f64 = row.iter().zip(&away).map(|(r, a)| r * a).sum();
                value += 0.5 * along * along;
                for (g, r) in g.iter_mut().zip(*row) {
                    *g += along * r;
                }
            }
            value
        };
        let found = minimise(&[0.0; 5], &[(-1.0, 1.0); 5], &mut objective, Options::default());
        prop_assert!(found.converged);
        for (x, g) in found.point.iter().zip(&found.gradient) {
            // The conditions of Karush, Kuhn and Tucker; the value is known to 1e-12, so the point to its root.
            let pushed = (*x == -1.0 && *g >= 0.0) || (*x == 1.0 && *g <= 0.0);
            prop_assert!(pushed || g.abs() < 1e-4, "{x} {g}");
        }
    }
}

#[test]
fn one_variable_is_found_inside_and_at_either_end() {
    // Brent's own example of chapter 5: the root of the derivative of Σ ((2i - 5)/(x - i²))² in (1, 4) is 3.0229153.
    let mut brent =
        |x: f64| (1..=20).map(|i| ((2.0 * f64::from(i) - 5.0) / (x - f64::from(i * i))).powi(2)).sum();
    let found = minimise_scalar(1.0, 4.0, &mut brent);
    assert!(found.converged && found.at_bounds.is_empty());
    assert_close_absolute(found.point[0], 3.022_915_3, 1e-6);
    let falling = minimise_scalar(-1.0, 2.0, &mut |x| -x);
    assert_eq!((falling.point[0], &falling.at_bounds[..]), (2.0, &[0][..]));
    let rising = minimise_scalar(-1.0, 2.0, &mut |x| x);
    assert_eq!((rising.point[0], &rising.at_bounds[..]), (-1.0, &[0][..]));
}

#[test]
fn one_variable_avoids_walls_and_takes_few_values() {
    let mut values = 0;
    let found = minimise_scalar(-1.0, 10.0, &mut |x| {
        values += 1;
        if x > 0.0 { x - x.ln() } else { f64::NAN }
    });
    assert_close_absolute(found.point[0], 1.0, 1e-7);
    assert_eq!(found.evaluations, values);
    assert!(values < 60, "{values}");
    let nowhere = minimise_scalar(0.0, 1.0, &mut |_| f64::NAN);
    assert_eq!(nowhere.value, f64::INFINITY);
}
