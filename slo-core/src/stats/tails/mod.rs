//! Probabilities and quantiles that hold far into the tails.
//!
//! A p-value of 1e-40 is a number like any other here: every distribution computes the smaller of its two tails
//! directly, offers both in log space, and inverts them from either side. The relative error stays below 1e-12 for
//! probabilities from 1e-300 to 1 - 1e-16 and parameters from 1e-3 to 1e12, held by reference numbers of 60 digits.
//! Every call does a bounded amount of work, a few microseconds.
//!
//! ```
//! use slo_core::stats::tails::{Distribution, StudentT};
//!
//! // 1 - cdf would be 0 here.
//! let t = StudentT::new(1500.0)?;
//! assert!((t.sf(15.0) / 8.507625320931978e-48 - 1.0).abs() < 1e-12);
//! # Ok::<(), slo_core::Error>(())
//! ```

mod beta;
mod binomial;
mod chi_squared;
mod density;
mod discrete;
mod fisher_f;
mod incomplete_beta;
mod incomplete_gamma;
mod normal;
mod poisson;
mod quadrature;
mod solve;
mod split;
mod student_t;
mod student_tail;
#[cfg(test)]
mod tests;

pub use beta::Beta;
pub use binomial::Binomial;
pub use chi_squared::ChiSquared;
pub use fisher_f::FisherF;
pub use normal::Normal;
pub(crate) use normal::normal_upper_quantile;
pub use poisson::Poisson;
pub use student_t::StudentT;

use crate::error::{Error, Result};
use crate::fraction::Fraction;

/// A distribution with both of its tails.
///
/// Where `x` is no number, every probability is NaN: that is the one input without an answer. A probability smaller
/// than the doubles is 0, its logarithm is not.
pub trait Distribution: std::fmt::Debug + Send + Sync {
    /// The survival function, `P(X > x)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{ChiSquared, Distribution};
    ///
    /// // With two degrees of freedom it is e^(-x/2).
    /// let sf = ChiSquared::new(2.0)?.sf(200.0);
    /// assert!((sf / (-100.0_f64).exp() - 1.0).abs() < 1e-13);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    fn sf(&self, x: f64) -> f64;

    /// The distribution function, `P(X <= x)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Binomial, Distribution};
    ///
    /// // No head in ten tosses.
    /// assert!((Binomial::new(10.0, 0.5)?.cdf(0.0) - 1.0 / 1024.0).abs() < 1e-17);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    fn cdf(&self, x: f64) -> f64;

    /// `ln P(X > x)`, also where the probability itself is too small for a double.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{ChiSquared, Distribution};
    ///
    /// let chi_squared = ChiSquared::new(2.0)?;
    /// assert_eq!(chi_squared.sf(1e6), 0.0);
    /// assert!((chi_squared.ln_sf(1e6) + 5e5).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    fn ln_sf(&self, x: f64) -> f64;

    /// `ln P(X <= x)`, also where the probability itself is too small for a double.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Distribution, Poisson};
    ///
    /// // Nothing at all happens with probability e^-mean.
    /// assert!((Poisson::new(1000.0)?.ln_cdf(0.0) + 1000.0).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    fn ln_cdf(&self, x: f64) -> f64;

    /// The point with mass `p` at or below it; of a distribution on whole numbers the smallest `k` with
    /// `cdf(k) >= p`.
    ///
    /// `p = 0` gives the lower end of the support and `p = 1` its upper end, infinite ones included. A quantile
    /// beyond the doubles is an infinity, one below them 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{Distribution, Poisson, StudentT};
    ///
    /// // The Cauchy distribution's quartile is 1.
    /// assert!((StudentT::new(1.0)?.quantile(0.75)? - 1.0).abs() < 1e-15);
    /// // P(X <= 2) = 0.677, P(X <= 3) = 0.857.
    /// assert_eq!(Poisson::new(2.0)?.quantile(0.7)?, 3.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= p <= 1`.
    fn quantile(&self, p: f64) -> Result<f64>;

    /// The point with mass `p` above it; of a distribution on whole numbers the smallest `k` with `sf(k) <= p`.
    ///
    /// This is the critical value of a one-sided test at level `p`, with all the digits of a small `p`. `p = 0` gives
    /// the upper end of the support and `p = 1` its lower end.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::tails::{ChiSquared, Distribution};
    ///
    /// // -2 ln p with two degrees of freedom.
    /// let critical = ChiSquared::new(2.0)?.upper_quantile(1e-30)?;
    /// assert!((critical - 60.0 * 10.0_f64.ln()).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= p <= 1`.
    fn upper_quantile(&self, p: f64) -> Result<f64>;
}

/// The probability beyond each end of a two-sided interval, `(1 - level) / 2`, of the decimal that the level shows.
///
/// # Examples
///
/// ```
/// use slo_core::stats::tails::two_sided;
///
/// // (1.0 - 0.999999) / 2.0 is 5.0000000001437783e-7.
/// assert_eq!(two_sided(0.999999)?, 5e-7);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `0 < level < 1`.
pub fn two_sided(level: f64) -> Result<f64> {
    Error::check_fraction("level", level)?;
    Ok(complement(level)? / 2.0)
}

/// `1 - share`, of the decimal that the share shows.
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::stats::tails::complement(0.9)?, 0.1);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] for a number that no share is.
pub fn complement(share: f64) -> Result<f64> {
    Ok(Fraction::try_from(share)?.complement().unwrap_or(Fraction::ONE).to_f64())
}

/// The six methods of [`Distribution`] from `split(x)`, both sides of a point, and `locate(place)`, a quantile.
macro_rules! distribution {
    ($name:ty) => {
        impl $crate::stats::tails::Distribution for $name {
            fn sf(&self, x: f64) -> f64 {
                self.split(x).mass($crate::stats::tails::split::Side::Upper)
            }

            fn cdf(&self, x: f64) -> f64 {
                self.split(x).mass($crate::stats::tails::split::Side::Lower)
            }

            fn ln_sf(&self, x: f64) -> f64 {
                self.split(x).ln($crate::stats::tails::split::Side::Upper)
            }

            fn ln_cdf(&self, x: f64) -> f64 {
                self.split(x).ln($crate::stats::tails::split::Side::Lower)
            }

            fn quantile(&self, p: f64) -> $crate::error::Result<f64> {
                Ok(self.locate($crate::stats::tails::split::Place::below(p)?))
            }

            fn upper_quantile(&self, p: f64) -> $crate::error::Result<f64> {
                Ok(self.locate($crate::stats::tails::split::Place::above(p)?))
            }
        }
    };
}
use distribution;

/// The least and the greatest parameter of a continuous distribution; between them every number here is tested.
const PARAMETERS: std::ops::RangeInclusive<f64> = 1e-9..=1e15;

/// Refuses a parameter that lies outside [`PARAMETERS`].
fn check_parameter(name: &'static str, value: f64) -> Result<()> {
    if PARAMETERS.contains(&value) {
        return Ok(());
    }
    Err(Error::invalid(name, value, "must lie between 1e-9 and 1e15"))
}
