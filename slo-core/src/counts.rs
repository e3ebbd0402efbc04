//! Counts of good and bad events: the state from which every ratio is made, once, at the end.

use crate::error::{Error, Result};
use crate::sum::Sum;

/// How many events there were, and how many of them were bad.
///
/// # Examples
///
/// ```
/// use slo_core::Counts;
///
/// let counts = Counts::good_total(998_700.0, 1_000_000.0)?;
/// assert_eq!(counts.bad(), 1_300.0);
/// assert_eq!(counts.sli(), Some(0.9987));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct Counts {
    pub(crate) bad: Sum,
    pub(crate) total: Sum,
}

impl Counts {
    /// Counts from good events and all events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// assert_eq!(Counts::good_total(995.0, 1_000.0)?.sli(), Some(0.995));
    /// assert!(Counts::good_total(1_001.0, 1_000.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`], [`Error::NegativeCount`], or [`Error::ExceedsTotal`] if `good > total`.
    pub fn good_total(good: f64, total: f64) -> Result<Self> {
        check("good", 0, good, total)?;
        Ok(Self { bad: Sum::new(total).minus(Sum::new(good)), total: Sum::new(total) })
    }

    /// Counts from bad events and all events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// assert_eq!(Counts::bad_total(3.0, 1_000.0)?, Counts::good_total(997.0, 1_000.0)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`], [`Error::NegativeCount`], or [`Error::ExceedsTotal`] if `bad > total`.
    pub fn bad_total(bad: f64, total: f64) -> Result<Self> {
        check("bad", 0, bad, total)?;
        Ok(Self { bad: Sum::new(bad), total: Sum::new(total) })
    }

    /// Counts from good events and bad events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// // Counts need not be integers: an extrapolated increase is one, too.
    /// assert_eq!(Counts::good_bad(99.7, 0.6)?.total(), 100.3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`], [`Error::NegativeCount`], or [`Error::OutOfRange`] if their sum is infinite.
    pub fn good_bad(good: f64, bad: f64) -> Result<Self> {
        check_count("good", 0, good)?;
        check_count("bad", 0, bad)?;
        Self { bad: Sum::new(bad), total: Sum::new(good).plus(Sum::new(bad)) }.checked()
    }

    /// Events that counted as good.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// // Beyond 2^53 not every integer is a float; nothing is lost all the same.
    /// let counts = Counts::good_bad(9_007_199_254_740_992.0, 1.0)?;
    /// assert_eq!(counts.good(), 9_007_199_254_740_992.0);
    /// assert_ne!(counts.total() - counts.bad(), counts.good());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn good(&self) -> f64 {
        self.total.minus(self.bad).value()
    }

    /// Events that counted as bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// assert_eq!(Counts::good_total(997.0, 1_000.0)?.bad(), 3.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn bad(&self) -> f64 {
        self.bad.value()
    }

    /// All events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// assert_eq!(Counts::good_bad(997.0, 3.0)?.total(), 1_000.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn total(&self) -> f64 {
        self.total.value()
    }

    /// The service level indicator, good over total; `None` without traffic.
    ///
    /// # Method
    ///
    /// ```text
    /// sli = (total - bad) / total
    /// ```
    ///
    /// rounded once.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// assert_eq!(Counts::bad_total(1.0, 8.0)?.sli(), Some(0.875));
    /// assert_eq!(Counts::bad_total(0.0, 0.0)?.sli(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn sli(&self) -> Option<f64> {
        self.has_traffic().then(|| self.total.minus(self.bad).over(self.total))
    }

    /// Bad over total; `None` without traffic.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// assert_eq!(Counts::good_bad(7.0, 1.0)?.error_ratio(), Some(0.125));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn error_ratio(&self) -> Option<f64> {
        self.has_traffic().then(|| self.bad.over(self.total))
    }

    /// Whether anything was counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// assert!(Counts::good_bad(0.0, 1.0)?.has_traffic());
    /// assert!(!Counts::default().has_traffic());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn has_traffic(&self) -> bool {
        self.total.is_positive()
    }

    /// The counts of both together.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Counts;
    ///
    /// // A small region with many errors, a large one with few: the ratio is made once, from all events.
    /// let (small, large) = (Counts::bad_total(9.0, 10.0)?, Counts::bad_total(1.0, 990.0)?);
    /// assert_eq!(small.merge(&large)?.error_ratio(), Some(0.01));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if a sum is infinite.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        Self { bad: self.bad.plus(other.bad), total: self.total.plus(other.total) }.checked()
    }

    fn checked(self) -> Result<Self> {
        if self.total.is_finite() { Ok(self) } else { Err(Error::out_of_range("the total count")) }
    }
}

/// Refuses a part or a total that is not a count, and a part greater than its total.
pub(crate) fn check(name: &'static str, index: usize, value: f64, total: f64) -> Result<()> {
    check_count(name, index, value)?;
    check_count("total", index, total)?;
    if value <= total { Ok(()) } else { Err(Error::ExceedsTotal { name, index, value, total }) }
}

/// Refuses a value that is not a count: finite and at least 0.
pub(crate) fn check_count(name: &'static str, index: usize, value: f64) -> Result<()> {
    if !value.is_finite() {
        return Err(Error::NonFinite { name, index, value });
    }
    if value < 0.0 {
        return Err(Error::NegativeCount { name, index, value });
    }
    Ok(())
}

/// Counts as they are written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    bad: f64,
    total: f64,
}

#[cfg(feature = "serde")]
impl From<Counts> for Raw {
    fn from(counts: Counts) -> Self {
        Self { bad: counts.bad(), total: counts.total() }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Counts {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        Self::bad_total(raw.bad, raw.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_a_count_is_refused_with_its_value() {
        for value in [f64::NAN, f64::INFINITY, -1.0, -1e-300] {
            assert!(Counts::good_total(value, 10.0).is_err(), "{value}");
            assert!(Counts::bad_total(1.0, value).is_err(), "{value}");
            assert!(Counts::good_bad(value, 1.0).is_err(), "{value}");
        }
        let error = Counts::good_total(11.0, 10.0).unwrap_err();
        assert_eq!(error, Error::ExceedsTotal { name: "good", index: 0, value: 11.0, total: 10.0 });
        assert!(Counts::good_total(10.0, 10.0).is_ok());
        assert!(Counts::good_bad(f64::MAX, f64::MAX).is_err());
    }

    #[test]
    fn no_traffic_has_no_ratio() {
        let none = Counts::default();
        assert_eq!((none.sli(), none.error_ratio(), none.good()), (None, None, 0.0));
    }

    #[test]
    fn fractional_counts_keep_every_part() {
        // COMPARE.md D5b: good 99.7 and bad 0.6 must not be truncated to 99 and 0.
        let counts = Counts::good_bad(99.7, 0.6).unwrap();
        assert_eq!((counts.good(), counts.bad(), counts.total()), (99.7, 0.6, 100.3));
    }

    proptest! {
        #[test]
        fn merging_integers_is_associative(a in 0_u32.., b in 0_u32.., c in 0_u32..) {
            let [a, b, c] = [a, b, c].map(|n| Counts::good_bad(f64::from(n), f64::from(n / 3)).unwrap());
            let left = a.merge(&b).unwrap().merge(&c).unwrap();
            let right = a.merge(&b.merge(&c).unwrap()).unwrap();
            prop_assert_eq!(left, right);
        }
    }
}
