//! The incomplete gamma function, both sides of it, for every size of its arguments.

use super::density::{deviance, exp_excess, ln_gamma_1p, stirling_remainder};
use super::quadrature;
use super::solve::{self, Local, Positive};
use super::split::{Side, Split};

/// Below this shape the lower side is a short series.
const SERIES_BELOW: f64 = 20.0;

/// `P(a, x)` and `Q(a, x)` for one `a > 0`.
///
/// # Method
///
/// With `D = x^a e^-x / Γ(a)`, the density of the logarithm:
///
/// ```text
/// P = D/a Σ x^n / ((a+1) ... (a+n))                           x <= a < 20
/// P = x^a / Γ(a+1) (1 + a Σ (-x)^n / (n! (a+n))),  Q = 1 - P   a <= 1, x <= 1
/// P = D ∫ exp(-(a-x) s - x (e^-s - 1 + s)) ds                 x <= a
/// Q = D ∫ exp(-(x-a) s - x (e^s - 1 - s)) ds                  x > a
/// ```
///
/// the integrals from 0 to infinity by a fixed rule. `D` comes from the deviance `x - a - a ln(x/a)` and Stirling's
/// remainder. In the second line `1 - P` is `-expm1(ln P)`, with every term of `ln P` proportional to `a`.
///
/// # References
///
/// Loader, C. (2000). Fast and accurate computation of binomial probabilities. Didonato, A. R. and Morris, A. H.
/// (1986). Computation of the incomplete gamma function ratios and their inverse. *ACM Transactions on Mathematical
/// Software* 12(4), 377-393.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct IncompleteGamma {
    a: f64,
    /// `ln √(a / 2π) - δ(a)`.
    ln_scale: f64,
}

impl IncompleteGamma {
    /// For one `a > 0`.
    pub(super) fn new(a: f64) -> Self {
        Self { a, ln_scale: 0.5 * (a / std::f64::consts::TAU).ln() - stirling_remainder(a) }
    }

    /// `P` and `Q` at `x >= 0`.
    pub(super) fn split(&self, x: f64) -> Split {
        if x == 0.0 {
            return Split::ALL_ABOVE;
        }
        if x == f64::INFINITY {
            return Split::NONE_ABOVE;
        }
        self.split_at(Positive::new(x))
    }

    /// `P` and `Q` at a finite point that may be too small for a double.
    fn split_at(&self, x: Positive) -> Split {
        let a = self.a;
        if a <= 1.0 && x.value <= 1.0 {
            return Split::new(Side::Lower, self.ln_power(x));
        }
        let (ln_density, x) = (self.ln_density(x), x.value);
        if x > a {
            let integral = quadrature::integral(x - a, x, |s| (x - a) * s + x * exp_excess(s));
            Split::new(Side::Upper, ln_density + integral.ln())
        } else if a < SERIES_BELOW {
            Split::new(Side::Lower, ln_density + (rising_series(a, x) / a).ln())
        } else {
            let integral = quadrature::integral(a - x, x, |s| (a - x) * s + x * exp_excess(-s));
            Split::new(Side::Lower, ln_density + integral.ln())
        }
    }

    /// `ln D`.
    fn ln_density(&self, x: Positive) -> f64 {
        let a = self.a;
        self.ln_scale - a * deviance((x.value - a) / a, || x.ln_over(a))
    }

    /// `ln P` for `a <= 1`, `x <= 1`.
    fn ln_power(&self, x: Positive) -> f64 {
        let (mut term, mut sum, mut n) = (1.0, 0.0, 1.0);
        while n < 25.0 {
            term *= -x.value / n;
            sum += term / (self.a + n);
            n += 1.0;
        }
        self.a * x.ln - ln_gamma_1p(self.a) + (self.a * sum).ln_1p()
    }

    /// `ln D` at a finite `x > 0`.
    pub(super) fn ln_density_at(&self, x: f64) -> f64 {
        self.ln_density(Positive::new(x))
    }

    /// The `x` at which one side has this mass, for a mass in (0, 1/2].
    pub(super) fn point(&self, side: Side, mass: f64) -> Positive {
        let target = mass.ln();
        solve::root(self.guess(solve::score(side, mass)), side, |x| {
            let (ln_mass, ln_density) = (self.split_at(x).ln(side), self.ln_density(x));
            Local { excess: ln_mass - target, slope: (ln_density - ln_mass).exp(), drift: self.a - x.value }
        })
    }

    /// `ln x` at which the deviance is that of the normal score `z`.
    fn guess(&self, z: f64) -> f64 {
        let a = self.a;
        let depth = 0.5 * z * z / a;
        let mut v = solve::log_spread(z, a);
        for _ in 0..3 {
            let step = (exp_excess(v) - depth) / v.exp_m1();
            if step.is_finite() {
                v -= step;
            }
        }
        a.ln() + v
    }
}

/// `Σ x^n / ((a+1) ... (a+n))` from n = 0, for `x <= a`.
fn rising_series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, a + 1.0);
    while term > 1e-17 * sum {
        term *= x / n;
        sum += term;
        n += 1.0;
    }
    sum
}
