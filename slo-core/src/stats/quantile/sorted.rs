//! Values sorted once, for any number of quantiles.

use super::{QuantileType, check_share, kernel, present};
use crate::error::Result;
use crate::stats::Missing;

/// Finite values in increasing order, at least one: each quantile of them takes constant time.
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::{QuantileType, Sorted};
///
/// let sorted = Sorted::new(&[3.0, 1.0, 2.0])?;
/// assert_eq!(sorted.values(), [1.0, 2.0, 3.0]);
/// assert_eq!(sorted.quantile(0.5, QuantileType::Linear)?, 2.0);
/// assert_eq!(sorted.quantile(0.75, QuantileType::Linear)?, 2.5);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    values: Vec<f64>,
}

impl Sorted {
    /// Sorts a copy of the values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::Sorted;
    ///
    /// assert_eq!(Sorted::new(&[2.0, -1.0])?.values(), [-1.0, 2.0]);
    /// assert!(Sorted::new(&[]).is_err() && Sorted::new(&[f64::NAN]).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`](crate::Error::NonFinite) with the index of a value that is not finite;
    /// [`Error::TooShort`](crate::Error::TooShort) without values.
    pub fn new(values: &[f64]) -> Result<Self> {
        let mut values = present(values, Missing::Error)?;
        values.sort_unstable_by(f64::total_cmp);
        Ok(Self { values })
    }

    /// The values, in increasing order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::Sorted;
    ///
    /// assert_eq!(Sorted::new(&[2.0, 3.0, 1.0])?.values(), [1.0, 2.0, 3.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The quantile at the share `q`: [`quantile`](super::quantile()) of the same values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::{QuantileType, Sorted};
    ///
    /// let sorted = Sorted::new(&[4.0, 8.0, 6.0, 2.0])?;
    /// assert_eq!(sorted.quantile(0.25, QuantileType::Linear)?, 3.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 <= q <= 1`.
    pub fn quantile(&self, q: f64, kind: QuantileType) -> Result<f64> {
        check_share(q)?;
        Ok(kernel::quantile_of_sorted(&self.values, q, kind))
    }

    /// Tukey's hinges: [`hinges`](super::hinges()) of the same values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::Sorted;
    ///
    /// assert_eq!(Sorted::new(&[1.0, 2.0, 3.0, 4.0, 5.0])?.hinges(), (2.0, 4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn hinges(&self) -> (f64, f64) {
        kernel::hinges_of_sorted(&self.values)
    }
}
