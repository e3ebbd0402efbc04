//! Native histograms: what they hold.

use super::bounds::{CUSTOM, upper};
use super::native::{Bucket, Layout, Native, Reset};

impl Native {
    /// The number of observations.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// assert_eq!(Native::exponential(0)?.zero(0.1, 1.0)?.positive(3, &[2.0])?.count(), 3.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn count(&self) -> f64 {
        self.observed.unwrap_or_else(|| self.bucketed())
    }

    /// The sum of all observations.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// assert_eq!(Native::exponential(0)?.sum(), 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The schema, -53 for custom bounds.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// assert_eq!([Native::exponential(3)?.schema(), Native::custom(&[1.0])?.schema()], [3, -53]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn schema(&self) -> i32 {
        match self.layout {
            Layout::Exponential(schema) => schema,
            Layout::Custom(_) => CUSTOM,
        }
    }

    /// The custom bounds; none of exponential buckets.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// assert_eq!(Native::custom(&[1.0, 5.0])?.bounds(), [1.0, 5.0]);
    /// assert!(Native::exponential(0)?.bounds().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn bounds(&self) -> &[f64] {
        match &self.layout {
            Layout::Exponential(_) => &[],
            Layout::Custom(bounds) => bounds,
        }
    }

    /// The threshold and the count of the zero bucket.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// assert_eq!(Native::exponential(0)?.zero_bucket(), (0.0, 0.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn zero_bucket(&self) -> (f64, f64) {
        (self.threshold, self.zero)
    }

    /// What is known of a reset.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::{Native, Reset};
    ///
    /// assert_eq!(Native::exponential(0)?.reset_hint(), Reset::Unknown);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn reset_hint(&self) -> Reset {
        self.hint
    }

    /// The buckets that hold something, lowest first. Next to the zero bucket they begin at its threshold.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::{Bucket, Native};
    ///
    /// let h = Native::exponential(0)?.zero(0.75, 4.0)?.positive(0, &[3.0])?.negative(1, &[1.0])?;
    /// let expected = [
    ///     Bucket { left: -2.0, right: -1.0, count: 1.0 },
    ///     Bucket { left: -0.75, right: 0.75, count: 4.0 },
    ///     Bucket { left: 0.75, right: 1.0, count: 3.0 },
    /// ];
    /// assert_eq!(h.buckets(), expected);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn buckets(&self) -> Vec<Bucket> {
        let mirrored = self.negative.iter().rev().map(|&(index, count)| {
            let (left, right) = self.borders(index);
            Bucket { left: -right, right: -left, count }
        });
        let zero = (self.zero != 0.0).then_some(Bucket {
            left: -self.threshold,
            right: self.threshold,
            count: self.zero,
        });
        let positive = self.positive.iter().map(|&(index, count)| {
            let (left, right) = self.borders(index);
            Bucket { left, right, count }
        });
        mirrored.chain(zero).chain(positive).collect()
    }

    /// The borders of positive bucket `index`.
    fn borders(&self, index: i32) -> (f64, f64) {
        match &self.layout {
            Layout::Exponential(schema) => {
                let (left, right) = (upper(*schema, index - 1), upper(*schema, index));
                (left.max(self.threshold.min(right)), right)
            }
            Layout::Custom(bounds) => {
                let at = |index: Option<usize>| index.and_then(|i| bounds.get(i)).copied();
                let index = usize::try_from(index).ok();
                let left = at(index.and_then(|i| i.checked_sub(1))).unwrap_or(f64::NEG_INFINITY);
                (left, at(index).unwrap_or(f64::INFINITY))
            }
        }
    }

    /// The number of observations in buckets.
    pub(super) fn bucketed(&self) -> f64 {
        let side = |buckets: &[(i32, f64)]| buckets.iter().map(|b| b.1).sum::<f64>();
        side(&self.negative) + self.zero + side(&self.positive)
    }
}
