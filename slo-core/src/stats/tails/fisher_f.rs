//! Fisher's F distribution.

use super::incomplete_beta::{IncompleteBeta, Point};
use super::solve::Positive;
use super::split::{Place, Split};
use super::{check_parameter, distribution};
use crate::error::Result;

/// Fisher's F distribution, of a ratio of two independent mean squares.
///
/// # Method
///
/// ```text
/// cdf(f) = I_x(d1/2, d2/2),   x = d1 f / (d1 f + d2)
/// ```
///
/// the regularised incomplete beta function, which is given `x`, `1 - x` and the exact `f - 1`.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `d1` | 1e-9 to 1e15 | degrees of freedom of the numerator |
/// | `d2` | 1e-9 to 1e15 | degrees of freedom of the denominator |
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::{Distribution, FisherF};
///
/// // The table of critical values: F(0.95; 3, 10) = 3.708.
/// let critical = FisherF::new(3.0, 10.0)?.upper_quantile(0.05)?;
/// assert!((critical - 3.708).abs() < 5e-4);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FisherF {
    d1: f64,
    d2: f64,
    share: IncompleteBeta,
}

impl FisherF {
    /// F with these degrees of freedom of numerator and denominator.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Distribution, FisherF};
    ///
    /// // Two and two: P(F > f) = 1 / (1 + f).
    /// assert!((FisherF::new(2.0, 2.0)?.sf(1e9) * (1e9 + 1.0) - 1.0).abs() < 1e-14);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless both lie between 1e-9 and 1e15.
    pub fn new(d1: f64, d2: f64) -> Result<Self> {
        check_parameter("d1", d1)?;
        check_parameter("d2", d2)?;
        Ok(Self { d1, d2, share: IncompleteBeta::new(0.5 * d1, 0.5 * d2) })
    }

    fn split(&self, f: f64) -> Split {
        if f.is_nan() {
            Split::UNDEFINED
        } else if f <= 0.0 {
            Split::ALL_ABOVE
        } else if f == f64::INFINITY {
            Split::NONE_ABOVE
        } else {
            let beyond = if f >= 1.0 { (f - 1.0) / f } else { f - 1.0 };
            self.share.split(&Point::ratio(0.5 * self.d1, 0.5 * self.d2, Positive::new(f), beyond))
        }
    }

    fn locate(&self, place: Place) -> f64 {
        match place {
            Place::Start => 0.0,
            Place::End => f64::INFINITY,
            Place::Inside(side, mass) => self.share.odds(side, mass).times(self.d2 / self.d1),
        }
    }
}

distribution!(FisherF);
