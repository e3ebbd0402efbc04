//! The Poisson distribution.

use super::density::log_deficit;
use super::discrete::{self, Counting};
use super::incomplete_gamma::IncompleteGamma;
use super::split::{Place, Split};
use super::{PARAMETERS, distribution};
use crate::error::{Error, Result};

/// The Poisson distribution, of how often something rare happens.
///
/// # Method
///
/// ```text
/// cdf(k) = Q(⌊k⌋ + 1, mean)
/// ```
///
/// the regularised upper incomplete gamma function. A quantile is the smallest whole number that meets its
/// inequality, found by Newton's steps on the log tail within a bracket; one that meets it to 64 units in the last
/// place meets it, so that `quantile(cdf(k))` is `k`.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `mean` | 0 to 1e15 | events |
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::{Distribution, Poisson};
///
/// // Three expected: ten or more happen once in 907 times.
/// let sf = Poisson::new(3.0)?.sf(9.0);
/// assert!((1.0 / sf - 907.0).abs() < 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poisson {
    mean: f64,
}

impl Poisson {
    /// Poisson with this mean; at mean 0 nothing ever happens.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Distribution, Poisson};
    ///
    /// assert!((Poisson::new(2.0)?.cdf(0.0) - (-2.0_f64).exp()).abs() < 1e-16);
    /// assert_eq!(Poisson::new(0.0)?.sf(0.0), 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= mean <= 1e15`.
    pub fn new(mean: f64) -> Result<Self> {
        if !(0.0..=*PARAMETERS.end()).contains(&mean) {
            return Err(Error::invalid("mean", mean, "must lie between 0 and 1e15"));
        }
        Ok(Self { mean })
    }

    fn split(&self, k: f64) -> Split {
        if k.is_nan() {
            Split::UNDEFINED
        } else if k < 0.0 {
            Split::ALL_ABOVE
        } else if k == f64::INFINITY {
            Split::NONE_ABOVE
        } else {
            IncompleteGamma::new(k.floor() + 1.0).split(self.mean).mirrored()
        }
    }

    fn locate(&self, place: Place) -> f64 {
        match place {
            _ if self.mean == 0.0 => 0.0,
            Place::Start => 0.0,
            Place::End => f64::INFINITY,
            Place::Inside(side, mass) => discrete::quantile(
                self,
                side,
                mass,
                discrete::Start { mean: self.mean, variance: self.mean, skew: 1.0 },
            ),
        }
    }
}

impl Counting for Poisson {
    fn end(&self) -> f64 {
        f64::INFINITY
    }

    fn both_sides(&self, k: f64) -> Split {
        self.split(k)
    }

    fn ln_mass(&self, k: f64) -> f64 {
        IncompleteGamma::new(k + 1.0).ln_density_at(self.mean) - self.mean.ln()
    }

    fn deviance(&self, k: f64) -> (f64, f64) {
        // k ln(k/m) - k + m.
        (k * log_deficit((self.mean - k) / k), (k / self.mean).ln())
    }
}

distribution!(Poisson);
