//! The beta distribution.

use super::incomplete_beta::{IncompleteBeta, Point};
use super::split::{Place, Split};
use super::{check_parameter, distribution};
use crate::error::Result;

/// The beta distribution, of a share of which `a - 1` successes and `b - 1` failures have been seen.
///
/// # Method
///
/// ```text
/// cdf(x) = I_x(a, b) = ∫₀ˣ u^(a-1) (1-u)^(b-1) du / B(a, b)
/// ```
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `a` | 1e-9 to 1e15 | |
/// | `b` | 1e-9 to 1e15 | |
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::{Beta, Distribution};
///
/// // Clopper and Pearson's upper bound after no failure in 1000: the rule of three.
/// let bound = Beta::new(1.0, 1000.0)?.upper_quantile(0.05)?;
/// assert!((bound - 0.00299).abs() < 5e-6);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
    share: IncompleteBeta,
}

impl Beta {
    /// Beta with density proportional to `x^(a-1) (1-x)^(b-1)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Beta, Distribution};
    ///
    /// // With b = 1 the distribution function is x^a.
    /// assert!((Beta::new(3.0, 1.0)?.cdf(0.5) - 0.125).abs() < 1e-16);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless both lie between 1e-9 and 1e15.
    pub fn new(a: f64, b: f64) -> Result<Self> {
        check_parameter("a", a)?;
        check_parameter("b", b)?;
        Ok(Self { a, b, share: IncompleteBeta::new(a, b) })
    }

    fn split(&self, x: f64) -> Split {
        if x.is_nan() {
            Split::UNDEFINED
        } else if x <= 0.0 {
            Split::ALL_ABOVE
        } else if x >= 1.0 {
            Split::NONE_ABOVE
        } else {
            self.share.split(&Point::share(self.a, self.b, x))
        }
    }

    fn locate(&self, place: Place) -> f64 {
        match place {
            Place::Start => 0.0,
            Place::End => 1.0,
            Place::Inside(side, mass) => {
                let odds = self.share.odds(side, mass);
                if odds.value <= 1.0 {
                    odds.value / (1.0 + odds.value)
                } else {
                    1.0 / (1.0 + 1.0 / odds.value)
                }
            }
        }
    }
}

distribution!(Beta);
