//! What is known of one run, and what it expects next.

use std::f64::consts::PI;

/// A run of values of one level, in units of the prior's scale about its centre.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Run {
    /// How many values it has.
    pub(super) length: usize,
    /// The probability that it is the current one.
    pub(super) weight: f64,
    /// The mean of its level.
    pub(super) mean: f64,
    /// The rate of its precision.
    pub(super) rate: f64,
}

/// The belief before a run's first value: `mean | v ~ N(0, v / weight)`, `1/v ~ Gamma(shape, shape)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Belief {
    pub(super) weight: f64,
    pub(super) shape: f64,
}

impl Belief {
    /// A run without a value.
    pub(super) const fn empty(self) -> Run {
        Run { length: 0, weight: 1.0, mean: 0.0, rate: self.shape }
    }

    /// The log-density that a run gives its next value.
    pub(super) fn log_density(self, run: &Run, value: f64) -> f64 {
        let shape = self.shape + run.length as f64 / 2.0;
        let spread = self.spread(run);
        let distance = value - run.mean;
        let far = distance / spread.sqrt();
        // Beyond 10^8 the 1 is lost in the square anyhow, which might overflow.
        let stretched = if far.abs() < 1e8 { (far * far).ln_1p() } else { 2.0 * far.abs().ln() };
        ln_gamma_half_step(shape) - 0.5 * (PI * spread).ln() - (shape + 0.5) * stretched
    }

    /// Degrees of freedom times the square of the predictive scale.
    fn spread(self, run: &Run) -> f64 {
        let weight = self.weight + run.length as f64;
        2.0 * run.rate * (weight + 1.0) / weight
    }

    /// The scale of what a run expects next.
    pub(super) fn predicted_scale(self, run: &Run) -> f64 {
        (self.spread(run) / (2.0 * self.shape + run.length as f64)).sqrt()
    }

    /// The run with one value more, of this probability.
    pub(super) fn extended(self, run: &Run, value: f64, weight: f64) -> Run {
        let count = self.weight + run.length as f64;
        let distance = value - run.mean;
        Run {
            length: run.length + 1,
            weight,
            mean: run.mean + distance / (count + 1.0),
            rate: run.rate + distance * distance * (count / (count + 1.0)) / 2.0,
        }
    }
}

/// `ln Γ(x + 1/2) - ln Γ(x)` for `x > 0`.
///
/// # Method
///
/// ```text
/// ½ ln x - 1/(8x) + 1/(192x³) - 1/(640x⁵) + 17/(14336x⁷) - 31/(18432x⁹)
/// ```
///
/// from 20 on, where the next term is below 10^-16; smaller `x` are raised by `Γ(x + 1) = x Γ(x)`.
fn ln_gamma_half_step(x: f64) -> f64 {
    const ASYMPTOTIC: f64 = 20.0;
    let (mut raised, mut factor) = (x, 1.0);
    while raised < ASYMPTOTIC {
        factor *= raised / (raised + 0.5);
        raised += 1.0;
    }
    let inverse = 1.0 / raised;
    let square = inverse * inverse;
    let series = -0.125
        + square
            * (1.0 / 192.0 + square * (-1.0 / 640.0 + square * (17.0 / 14336.0 - square * (31.0 / 18432.0))));
    0.5 * raised.ln() + inverse * series + factor.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::{assert_close, assert_close_absolute};

    #[test]
    fn half_steps_are_those_of_the_gamma_function() {
        // mpmath at 50 digits.
        for (x, expected) in [
            (0.5, -0.572_364_942_924_700_1),
            (1.0, -0.120_782_237_635_245_22),
            (1.5, 0.120_782_237_635_245_22),
            (5.0, 0.779_760_137_270_770_6),
            (20.0, 1.491_616_787_331_304),
            (100.25, 2.302_586_655_469_633),
        ] {
            assert_close_absolute(ln_gamma_half_step(x), expected, 4e-15);
        }
    }

    #[test]
    fn a_run_expects_students_t() {
        // scipy: t(df = 2 shape + n, loc, scale).logpdf for shape 1.5, weight 0.5 after 1, 2 and 4.
        let belief = Belief { weight: 0.5, shape: 1.5 };
        let mut run = belief.empty();
        for value in [1.0, 2.0, 4.0] {
            run = belief.extended(&run, value, 1.0);
        }
        // kappa = 3.5, mean = 7 / 3.5; rate = 1.5 + (21 - 3.5 · 4) / 2 = 5.
        assert_close(run.mean, 2.0, 1e-15);
        assert_close(run.rate, 5.0, 1e-15);
        let scale = (5.0_f64 * 4.5 / (3.0 * 3.5)).sqrt();
        assert_close(belief.predicted_scale(&run), scale, 1e-15);
        // Six degrees of freedom: density 15/16 / √6 · 6^... at the mean is Γ(3.5) / (Γ(3) √(6π)).
        let at_mean = (ln_gamma_half_step(3.0) - 0.5 * (6.0 * PI).ln()) - scale.ln();
        assert_close(belief.log_density(&run, 2.0), at_mean, 1e-14);
        let z: f64 = 1.5 / scale;
        assert_close(belief.log_density(&run, 3.5), at_mean - 3.5 * (z * z / 6.0).ln_1p(), 1e-14);
        assert!(belief.log_density(&run, 1e100).is_finite());
    }
}
