//! Gauss-Legendre quadrature.

use std::f64::consts::PI;

/// Nodes in [-1, 1] with their weights.
#[derive(Clone, Debug)]
pub(super) struct Rule(Vec<(f64, f64)>);

impl Rule {
    /// The rule that integrates polynomials of degree `2n - 1`, by Newton's iteration on the Legendre polynomial.
    pub(super) fn of(n: usize) -> Self {
        let size = n as f64;
        let node = |index: usize| {
            let mut x = (PI * (index as f64 + 0.75) / (size + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..100 {
                let (value, derivative) = legendre(n, x);
                slope = derivative;
                let step = value / derivative;
                x -= step;
                if step.abs() <= 1e-16 {
                    break;
                }
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        };
        Self((0..n).map(node).collect())
    }

    /// The same on an interval.
    pub(super) fn on(&self, low: f64, high: f64) -> Vec<(f64, f64)> {
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
        self.0.iter().map(|(x, weight)| (middle + half * x, half * weight)).collect()
    }
}

/// The Legendre polynomial of degree n and its derivative, inside (-1, 1).
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for degree in 2..=n {
        let degree = degree as f64;
        (before, value) = (value, ((2.0 * degree - 1.0) * x * value - (degree - 1.0) * before) / degree);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

/// The density of the standard normal distribution.
pub(super) fn density(x: f64) -> f64 {
    const FACTOR: f64 = 0.398_942_280_401_432_7; // 1/√2π
    FACTOR * (-0.5 * x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn a_polynomial_of_the_highest_degree_is_integrated_exactly() {
        // ∫ x^47 + x^46 over [0, 1] = 1/48 + 1/47, degree 2 · 24 - 1.
        let integral: f64 =
            Rule::of(24).on(0.0, 1.0).iter().map(|(x, weight)| weight * (x.powi(47) + x.powi(46))).sum();
        assert_close(integral, 1.0 / 48.0 + 1.0 / 47.0, 1e-13);
    }

    #[test]
    fn three_nodes_are_those_of_the_tables() {
        // Abramowitz and Stegun 25.4.30: 0 and √0.6 with weights 8/9 and 5/9.
        let nodes = Rule::of(3).on(-1.0, 1.0);
        let expected = [(0.6_f64.sqrt(), 5.0 / 9.0), (0.0, 8.0 / 9.0), (-0.6_f64.sqrt(), 5.0 / 9.0)];
        for ((x, weight), (node, wanted)) in nodes.into_iter().zip(expected) {
            assert!((x - node).abs() < 1e-15 && (weight - wanted).abs() < 1e-15, "{x} {weight}");
        }
    }

    #[test]
    fn a_thousand_nodes_have_weights_that_sum_to_the_interval() {
        let nodes = Rule::of(1024).on(-1.0, 1.0);
        assert_close(nodes.iter().map(|(_, weight)| weight).sum(), 2.0, 1e-12);
        assert!(nodes.iter().all(|(_, weight)| *weight > 0.0));
        assert!(nodes.is_sorted_by(|left, right| left.0 > right.0));
    }
}
