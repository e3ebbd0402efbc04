//! The least and the greatest value of a moving window.

use std::cmp::Ordering;
use std::collections::VecDeque;

use super::Rolling;
use super::census::Census;
use crate::error::{Error, Result};

impl Rolling {
    /// The least value of each window.
    ///
    /// # Method
    ///
    /// A value that a later one does not exceed is the least of no window to come: only the others are kept, in a queue
    /// that rises from its head. A place costs constant time on average.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// assert_eq!(Rolling::new(2)?.min(&[3.0, 1.0, 2.0, 5.0])?[1..], [1.0, 1.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    ///
    /// # References
    ///
    /// Lemire, D. (2006). Streaming maximum-minimum filter using no more than three comparisons per element. *Nordic
    /// Journal of Computing* 13(4), 328-339.
    pub fn min(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut min = vec![0.0; values.len()];
        self.min_into(values, &mut min)?;
        Ok(min)
    }

    /// The greatest value of each window, found as the least is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// assert_eq!(Rolling::new(2)?.max(&[3.0, 1.0, 2.0, 5.0])?[1..], [3.0, 2.0, 5.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    pub fn max(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut max = vec![0.0; values.len()];
        self.max_into(values, &mut max)?;
        Ok(max)
    }

    /// As [`min`](Self::min), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut min = [0.0; 3];
    /// Rolling::new(2)?.min_into(&[3.0, 1.0, 2.0], &mut min)?;
    /// assert_eq!(min[1..], [1.0, 1.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean_into`](Self::mean_into).
    pub fn min_into(&self, values: &[f64], min: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "min", min.len())?;
        self.write_extremes(values, Ordering::Less, min)
    }

    /// As [`max`](Self::max), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut max = [0.0; 3];
    /// Rolling::new(2)?.max_into(&[3.0, 1.0, 2.0], &mut max)?;
    /// assert_eq!(max[1..], [3.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean_into`](Self::mean_into).
    pub fn max_into(&self, values: &[f64], max: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "max", max.len())?;
        self.write_extremes(values, Ordering::Greater, max)
    }

    /// Writes the value of each window beside which every other one is not `beyond`.
    fn write_extremes(&self, values: &[f64], beyond: Ordering, out: &mut [f64]) -> Result<()> {
        self.window.check(values)?;
        self.missing.check("values", values)?;
        let mut census = Census::default();
        let mut leaving = values.iter();
        let mut oldest = 0;
        // The places that may yet hold an extreme, with their values.
        let mut queue: VecDeque<(usize, f64)> = VecDeque::new();
        for (place, (value, out)) in values.iter().zip(out).enumerate() {
            census.come(*value);
            let start = self.window.start(place);
            for value in leaving.by_ref().take(start - oldest) {
                census.leave(*value);
            }
            oldest = start;
            if value.is_finite() {
                while queue.back().is_some_and(|(_, last)| last.total_cmp(value) != beyond) {
                    queue.pop_back();
                }
                queue.push_back((place, *value));
            }
            while queue.front().is_some_and(|(first, _)| *first < start) {
                queue.pop_front();
            }
            let extreme = queue.front().map(|(_, extreme)| *extreme);
            *out = census.count(self.min_count).and(extreme).unwrap_or(f64::NAN);
        }
        Ok(())
    }
}
