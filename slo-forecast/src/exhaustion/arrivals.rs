//! How many bad events are still to come: a Poisson process whose rate is not quite known.

use slo_core::Result;
use slo_core::stats::tails::{Beta, Distribution, Poisson};

/// Units of bad events that arrive as a Poisson process with a rate that has a Gamma distribution.
///
/// ```text
/// N(t) ~ negative binomial: mean μ = rate t, variance μ + c μ²;   Poisson where c = 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arrivals {
    /// Expected units a second.
    pub(super) rate: f64,
    /// The squared coefficient of variation of the rate.
    pub(super) doubt: f64,
}

impl Arrivals {
    /// The same events in units that are so many times larger.
    pub(super) fn in_units_of(self, events: f64) -> Self {
        Self { rate: self.rate / events, ..self }
    }

    /// `P(N(t) >= count)`.
    pub(super) fn at_least(&self, count: f64, seconds: f64) -> Result<f64> {
        let mean = self.rate * seconds;
        if count <= 0.0 {
            return Ok(1.0);
        }
        if mean <= 0.0 {
            return Ok(0.0);
        }
        if self.doubt <= 0.0 {
            return Ok(Poisson::new(mean)?.sf(count - 1.0));
        }
        let (known, odds) = (1.0 / self.doubt, self.doubt * mean);
        // I_x(count, known) at x = odds / (1 + odds), from the end of the interval that x or 1 - x is given exactly at.
        if odds < 1.0 {
            Ok(Beta::new(count, known)?.cdf(odds / (1.0 + odds)))
        } else {
            Ok(Beta::new(known, count)?.sf(1.0 / (1.0 + odds)))
        }
    }

    /// `P(N(t) = n)` for `n` below `until`.
    ///
    /// ```text
    /// P(n + 1) / P(n) = μ (1 + c n) / ((1 + c μ) (n + 1))
    /// ```
    ///
    /// from the largest one on, and scaled to the sum that the distribution function says.
    pub(super) fn below(&self, until: usize, seconds: f64) -> Result<Vec<f64>> {
        let mut masses = vec![0.0; until];
        let mean = self.rate * seconds;
        if mean <= 0.0 {
            masses.iter_mut().take(1).for_each(|mass| *mass = 1.0);
            return Ok(masses);
        }
        let scale = mean / (1.0 + self.doubt * mean);
        let ratio = |n: usize| scale * (1.0 + self.doubt * n as f64) / (n + 1) as f64;
        // The ratio falls below 1 at the mode.
        let mode = (mean * (1.0 - self.doubt)).max(0.0);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is limited by an index"
        )]
        let peak = mode.min(until.saturating_sub(1) as f64) as usize;
        let (left, right) = masses.split_at_mut(peak);
        let mut mass = 1.0;
        for (n, place) in (peak..).zip(right) {
            *place = mass;
            mass *= ratio(n);
        }
        mass = 1.0;
        for (n, place) in left.iter_mut().enumerate().rev() {
            mass /= ratio(n);
            *place = mass;
        }
        let tail = self.at_least(until as f64, seconds)?;
        let sum: f64 = masses.iter().sum();
        let scaled = (1.0 - tail).max(0.0) / sum;
        for mass in &mut masses {
            *mass *= scaled;
        }
        Ok(masses)
    }

    /// A count that is exceeded with a probability of at most 1e-15.
    pub(super) fn most(&self, seconds: f64) -> Result<f64> {
        let mut count = 1.0 + 2.0 * self.rate * seconds;
        while self.at_least(count, seconds)? > 1e-15 {
            count *= 1.25;
        }
        Ok(count.ceil())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn a_known_rate_gives_a_poisson_count() {
        let arrivals = Arrivals { rate: 0.5, doubt: 0.0 };
        let masses = arrivals.below(3, 4.0).unwrap();
        for (n, expected) in [1.0, 2.0, 2.0].into_iter().enumerate() {
            assert_close(masses[n], expected * (-2.0_f64).exp(), 1e-13);
        }
        assert_close(arrivals.at_least(1.0, 4.0).unwrap(), 1.0 - (-2.0_f64).exp(), 1e-13);
    }

    #[test]
    fn a_rate_of_exponential_distribution_gives_a_geometric_count() {
        // c = 1: P(n) = (1/(1+μ)) (μ/(1+μ))^n, P(N >= k) = (μ/(1+μ))^k; on both sides of odds 1.
        for mean in [0.25_f64, 3.0] {
            let arrivals = Arrivals { rate: mean, doubt: 1.0 };
            let share = mean / (1.0 + mean);
            for (n, mass) in arrivals.below(20, 1.0).unwrap().into_iter().enumerate() {
                assert_close(mass, (1.0 - share) * share.powi(i32::try_from(n).unwrap()), 1e-12);
                assert_close(
                    arrivals.at_least(n as f64, 1.0).unwrap(),
                    share.powi(i32::try_from(n).unwrap()),
                    1e-12,
                );
            }
        }
    }

    #[test]
    fn masses_and_tail_make_up_one() {
        for (rate, doubt) in [(1e-3, 2.0), (40.0, 0.0), (700.0, 0.01), (5000.0, 1e-4), (3.0, 2.0)] {
            let arrivals = Arrivals { rate, doubt };
            for until in [1, 7, 60, 900] {
                let sum: f64 = arrivals.below(until, 1.0).unwrap().iter().sum();
                assert!((sum + arrivals.at_least(until as f64, 1.0).unwrap() - 1.0).abs() < 1e-12);
            }
            assert!(arrivals.at_least(arrivals.most(1.0).unwrap(), 1.0).unwrap() <= 1e-15);
        }
    }

    #[test]
    fn without_a_rate_nothing_comes() {
        let none = Arrivals { rate: 0.0, doubt: 2.0 };
        assert_eq!(none.below(2, 9.0).unwrap(), [1.0, 0.0]);
        assert_eq!((none.at_least(0.0, 9.0).unwrap(), none.at_least(1.0, 9.0).unwrap()), (1.0, 0.0));
    }
}
