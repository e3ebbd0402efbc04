//! The chi-squared distribution.

use super::incomplete_gamma::IncompleteGamma;
use super::split::{Place, Split};
use super::{check_parameter, distribution};
use crate::error::Result;

/// The chi-squared distribution, of a sum of squares of independent standard normal variables.
///
/// # Method
///
/// ```text
/// sf(x) = Q(df/2, x/2)
/// ```
///
/// the regularised upper incomplete gamma function.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `df` | 1e-9 to 1e15 | degrees of freedom |
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::{ChiSquared, Distribution};
///
/// // The table of critical values: 18.307 at 5 % with 10 degrees of freedom.
/// let critical = ChiSquared::new(10.0)?.upper_quantile(0.05)?;
/// assert!((critical - 18.307).abs() < 5e-4);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquared {
    half: IncompleteGamma,
}

impl ChiSquared {
    /// Chi-squared with this many degrees of freedom.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{ChiSquared, Distribution};
    ///
    /// // With two degrees of freedom the median is 2 ln 2.
    /// assert!((ChiSquared::new(2.0)?.quantile(0.5)? - 2.0 * 2.0_f64.ln()).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `1e-9 <= df <= 1e15`.
    pub fn new(df: f64) -> Result<Self> {
        check_parameter("df", df)?;
        Ok(Self { half: IncompleteGamma::new(0.5 * df) })
    }

    fn split(&self, x: f64) -> Split {
        if x.is_nan() { Split::UNDEFINED } else { self.half.split(0.5 * x.max(0.0)) }
    }

    fn locate(&self, place: Place) -> f64 {
        match place {
            Place::Start => 0.0,
            Place::End => f64::INFINITY,
            Place::Inside(side, mass) => self.half.point(side, mass).times(2.0),
        }
    }
}

distribution!(ChiSquared);
