//! The greatest distance of a Brownian bridge from 0.

use std::f64::consts::PI;

/// The probability that a Brownian bridge strays at least as far from 0.
///
/// # Method
///
/// ```text
/// P(sup |B| >= x) = 2 Σ_{k>=1} (-1)^{k-1} e^{-2 k² x²} = 1 - √(2π)/x Σ_{k odd} e^{-k² π² / (8 x²)}
/// ```
///
/// The first sum is taken from 0.8 on, where four terms are more than floats hold; the second below, where it leaves at
/// least half.
///
/// # References
///
/// Kolmogorov, A. N. (1933). Sulla determinazione empirica di una legge di distribuzione. *Giornale dell'Istituto
/// Italiano degli Attuari* 4, 83-91.
pub(super) fn survival(x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x < 0.8 {
        let term = |k: f64| (-(k * PI / x).powi(2) / 8.0).exp();
        return 1.0 - (2.0 * PI).sqrt() / x * (term(1.0) + term(3.0) + term(5.0));
    }
    // Factored, so that the first term's digits survive however small it is.
    let first = -2.0 * x * x;
    let term = |k: f64| (first * (k * k - 1.0)).exp();
    2.0 * first.exp() * (1.0 - term(2.0) + term(3.0) - term(4.0) + term(5.0))
}

/// What the bridge strays beyond with probability `alpha`, in (0, 1).
pub(super) fn critical(alpha: f64) -> f64 {
    // Beyond 30 no probability is left that a float can hold.
    let (mut low, mut high) = (0.0, 30.0);
    for _ in 0..64 {
        let middle = f64::midpoint(low, high);
        if survival(middle) > alpha { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn tails_are_those_of_scipy() {
        // mpmath at 50 digits; scipy 1.17 `special.kolmogorov` has the same.
        for (x, expected) in [
            (0.3, 0.999_990_694_198_665_2),
            (0.5, 0.963_945_243_664_875_6),
            (0.8_f64.next_down(), 0.544_142_411_574_198_1),
            (0.8, 0.544_142_411_574_198_1),
            (1.0, 0.269_999_671_677_354_5),
            (1.358_098_639_322_550_7, 0.05),
            (3.0, 3.045_995_948_942_526e-8),
            (10.0, 2.767_793_053_473_475e-87),
        ] {
            assert_close(survival(x), expected, 1e-12);
        }
        assert_eq!((survival(0.0), survival(0.01), survival(f64::INFINITY)), (1.0, 1.0, 0.0));
    }

    #[test]
    fn critical_values_turn_back_into_their_probability() {
        // Smirnov's table: 1.3581 at 5%, 1.6276 at 1%.
        assert_close(critical(0.05), 1.358_098_639_322_550_7, 1e-13);
        assert_close(critical(0.01), 1.627_623_611_518_950_4, 1e-13);
        for alpha in [1e-12, 0.2, 0.6, 0.999] {
            assert_close(survival(critical(alpha)), alpha, 1e-10);
        }
    }
}
