//! The binomial distribution.

use super::density::log_deficit;
use super::discrete::{self, Counting};
use super::distribution;
use super::incomplete_beta::{IncompleteBeta, Point};
use super::split::{Place, Split};
use crate::error::{Error, Result};

/// The largest number of trials: beyond, doubles skip whole numbers.
const MAX_TRIALS: f64 = 9_007_199_254_740_992.0;

/// The binomial distribution, of the successes in independent trials.
///
/// # Method
///
/// ```text
/// sf(k) = I_p(⌊k⌋ + 1, n - ⌊k⌋)
/// ```
///
/// the regularised incomplete beta function. A quantile is the smallest whole number that meets its inequality, found
/// by Newton's steps on the log tail within a bracket; one that meets it to 64 units in the last place meets it, so
/// that `quantile(cdf(k))` is `k`.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `trials` | whole, 0 to 2⁵³ | events |
/// | `p` | 0 to 1 | probability of a success |
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::{Binomial, Distribution};
///
/// // A million requests at 99.9 %: 1,100 failures or more come once in 1,044 times.
/// let sf = Binomial::new(1e6, 0.001)?.sf(1099.0);
/// assert!((1.0 / sf - 1044.0).abs() < 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binomial {
    trials: f64,
    p: f64,
}

impl Binomial {
    /// Binomial with this many trials, each a success with probability `p`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Binomial, Distribution};
    ///
    /// // Six or more heads in ten tosses: 386 of 1024.
    /// assert!((Binomial::new(10.0, 0.5)?.sf(5.0) - 386.0 / 1024.0).abs() < 1e-15);
    /// assert!(Binomial::new(10.5, 0.5).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `trials` is a whole number from 0 to 2⁵³ and `0 <= p <= 1`.
    pub fn new(trials: f64, p: f64) -> Result<Self> {
        if !(0.0..=MAX_TRIALS).contains(&trials) || trials.fract() != 0.0 {
            return Err(Error::invalid("trials", trials, "must be a whole number from 0 to 2^53"));
        }
        if !(0.0..=1.0).contains(&p) {
            return Err(Error::invalid("p", p, "must lie between 0 and 1"));
        }
        Ok(Self { trials, p })
    }

    fn split(&self, k: f64) -> Split {
        let (n, p, k) = (self.trials, self.p, k.floor());
        if k.is_nan() {
            Split::UNDEFINED
        } else if k < 0.0 {
            Split::ALL_ABOVE
        } else if k >= n || p == 0.0 {
            Split::NONE_ABOVE
        } else if p == 1.0 {
            Split::ALL_ABOVE
        } else {
            let (a, b) = (k + 1.0, n - k);
            IncompleteBeta::new(a, b).split(&Point::share(a, b, p)).mirrored()
        }
    }

    fn locate(&self, place: Place) -> f64 {
        let (n, p) = (self.trials, self.p);
        match place {
            _ if n == 0.0 || p == 0.0 => 0.0,
            _ if p == 1.0 => n,
            Place::Start => 0.0,
            Place::End => n,
            Place::Inside(side, mass) => {
                let q = 1.0 - p;
                let start = discrete::Start { mean: n * p, variance: n * p * q, skew: q - p };
                discrete::quantile(self, side, mass, start)
            }
        }
    }
}

impl Counting for Binomial {
    fn end(&self) -> f64 {
        self.trials
    }

    fn both_sides(&self, k: f64) -> Split {
        self.split(k)
    }

    fn ln_mass(&self, k: f64) -> f64 {
        let (a, b) = (k + 1.0, self.trials - k);
        IncompleteBeta::new(a, b).ln_density_at(&Point::share(a, b, self.p)) - (self.p * b).ln()
    }

    fn deviance(&self, k: f64) -> (f64, f64) {
        // k ln(k / np) + j ln(j / nq) for j failures.
        let (j, p, q) = (self.trials - k, self.p, 1.0 - self.p);
        let (successes, failures) = (self.trials * p, self.trials * q);
        let deviance = k * log_deficit((successes - k) / k) + j * log_deficit((failures - j) / j);
        (deviance, (k / successes).ln() - (j / failures).ln())
    }
}

distribution!(Binomial);
