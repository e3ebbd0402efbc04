//! Counts of many series, one after the other in the same columns.

use super::prefix::Pair;
use super::{Axis, CountSeries};
use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp};

/// Good, bad or total counts of many series in two columns, each series from one offset to the next.
///
/// All series begin at the same instant and have the same step, but not the same length. The columns are borrowed: a
/// panel copies nothing.
///
/// # Examples
///
/// ```
/// use slo_core::{CountPanel, Duration, Timestamp};
///
/// let (bad, total) = ([1.0, 0.0, 5.0, 2.0, 0.0], [100.0; 5]);
/// let begin = Timestamp::from_nanos(0);
/// let panel = CountPanel::bad_total(begin, Duration::from_minutes(1), &bad, &total, &[0, 2, 5])?;
/// assert_eq!((panel.len(), panel.series(1)?.counts().bad()), (2, 7.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CountPanel<'a> {
    begin: Timestamp,
    step: Duration,
    pair: Pair,
    first: &'a [f64],
    second: &'a [f64],
    offsets: &'a [usize],
}

impl<'a> CountPanel<'a> {
    /// Series from columns of good and of all events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountPanel, Duration, Timestamp};
    ///
    /// let begin = Timestamp::from_nanos(0);
    /// let panel = CountPanel::good_total(begin, Duration::from_minutes(1), &[9.0; 4], &[10.0; 4], &[0, 4])?;
    /// assert_eq!(panel.series(0)?.counts().bad(), 4.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the step is positive and the offsets rise from 0 to the columns' length;
    /// [`Error::LengthMismatch`] for columns of unequal length.
    pub fn good_total(
        begin: Timestamp,
        step: Duration,
        good: &'a [f64],
        total: &'a [f64],
        offsets: &'a [usize],
    ) -> Result<Self> {
        Error::check_lengths("good", good.len(), "total", total.len())?;
        Self { begin, step, pair: Pair::GoodTotal, first: good, second: total, offsets }.checked()
    }

    /// Series from columns of bad and of all events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountPanel, Duration, Timestamp};
    ///
    /// let begin = Timestamp::from_nanos(0);
    /// // A series may be empty.
    /// let panel = CountPanel::bad_total(begin, Duration::from_minutes(1), &[1.0], &[10.0], &[0, 0, 1])?;
    /// assert!(panel.series(0)?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total).
    pub fn bad_total(
        begin: Timestamp,
        step: Duration,
        bad: &'a [f64],
        total: &'a [f64],
        offsets: &'a [usize],
    ) -> Result<Self> {
        Error::check_lengths("bad", bad.len(), "total", total.len())?;
        Self { begin, step, pair: Pair::BadTotal, first: bad, second: total, offsets }.checked()
    }

    /// Series from columns of good and of bad events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountPanel, Duration, Timestamp};
    ///
    /// let begin = Timestamp::from_nanos(0);
    /// let panel = CountPanel::good_bad(begin, Duration::from_minutes(1), &[9.0; 2], &[1.0; 2], &[0, 1, 2])?;
    /// assert_eq!(panel.series(1)?.counts().total(), 10.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total).
    pub fn good_bad(
        begin: Timestamp,
        step: Duration,
        good: &'a [f64],
        bad: &'a [f64],
        offsets: &'a [usize],
    ) -> Result<Self> {
        Error::check_lengths("good", good.len(), "bad", bad.len())?;
        Self { begin, step, pair: Pair::GoodBad, first: good, second: bad, offsets }.checked()
    }

    fn checked(self) -> Result<Self> {
        self.step.check_positive("step")?;
        Error::check_offsets(self.offsets, self.first.len())?;
        Ok(self)
    }

    /// The number of series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountPanel, Duration, Timestamp};
    ///
    /// let begin = Timestamp::from_nanos(0);
    /// let panel = CountPanel::bad_total(begin, Duration::from_minutes(1), &[0.0; 3], &[1.0; 3], &[0, 1, 3])?;
    /// assert_eq!(panel.len(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is no series at all.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountPanel, Duration, Timestamp};
    ///
    /// let begin = Timestamp::from_nanos(0);
    /// assert!(CountPanel::bad_total(begin, Duration::from_minutes(1), &[], &[], &[0])?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where each series begins, and where the last one ends.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountPanel, Duration, Timestamp};
    ///
    /// let begin = Timestamp::from_nanos(0);
    /// let panel = CountPanel::bad_total(begin, Duration::from_minutes(1), &[0.0; 3], &[1.0; 3], &[0, 1, 3])?;
    /// assert_eq!(panel.offsets(), [0, 1, 3]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn offsets(&self) -> &'a [usize] {
        self.offsets
    }

    /// One series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountPanel, Duration, Timestamp};
    ///
    /// let begin = Timestamp::from_nanos(0);
    /// let panel = CountPanel::bad_total(begin, Duration::from_minutes(1), &[0.0, 7.0], &[1.0; 2], &[0, 1, 2])?;
    /// assert_eq!(panel.series(0)?.counts().total(), 1.0);
    /// // The place of what is refused is that in the columns.
    /// assert_eq!(panel.series(1).unwrap_err().to_string(), "bad[1] = 7 exceeds total[1] = 1");
    /// assert!(panel.series(2).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] past the last series; as [`CountSeries::good_total`] for its counts.
    pub fn series(&self, index: usize) -> Result<CountSeries> {
        let ends = self.offsets.get(index).zip(self.offsets.get(index + 1));
        let column = |column: &'a [f64]| ends.and_then(|(from, to)| column.get(*from..*to));
        let (Some((from, _)), Some(first), Some(second)) = (ends, column(self.first), column(self.second))
        else {
            return Err(Error::invalid("index", index, format!("there are {} series", self.len())));
        };
        let axis = Axis::regular(self.begin, self.step);
        match self.pair {
            Pair::GoodTotal => CountSeries::good_total(axis, first, second),
            Pair::BadTotal => CountSeries::bad_total(axis, first, second),
            Pair::GoodBad => CountSeries::good_bad(axis, first, second),
        }
        .map_err(|error| error.later(*from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel<'a>(column: &'a [f64], offsets: &'a [usize]) -> Result<CountPanel<'a>> {
        CountPanel::good_bad(Timestamp::from_nanos(0), Duration::from_minutes(1), column, column, offsets)
    }

    #[test]
    fn offsets_rise_from_zero_to_the_length() {
        for offsets in [&[0, 2][..], &[0, 0, 2], &[0, 2, 2], &[0, 1, 2]] {
            assert!(panel(&[1.0; 2], offsets).is_ok(), "{offsets:?}");
        }
        for offsets in [&[][..], &[0], &[0, 1], &[0, 3], &[1, 2], &[0, 2, 1, 2]] {
            assert!(panel(&[1.0; 2], offsets).is_err(), "{offsets:?}");
        }
        assert!(panel(&[], &[0]).is_ok_and(|panel| panel.is_empty()));
    }

    #[test]
    fn columns_of_unequal_length_and_steps_of_none_are_refused() {
        let (begin, step) = (Timestamp::from_nanos(0), Duration::from_minutes(1));
        assert!(CountPanel::good_total(begin, step, &[1.0], &[1.0; 2], &[0, 1]).is_err());
        assert!(CountPanel::bad_total(begin, step, &[1.0], &[1.0; 2], &[0, 1]).is_err());
        assert!(CountPanel::good_bad(begin, step, &[1.0], &[1.0; 2], &[0, 1]).is_err());
        assert!(CountPanel::good_bad(begin, Duration::ZERO, &[1.0], &[1.0], &[0, 1]).is_err());
    }

    #[test]
    fn each_series_equals_one_that_stands_alone() {
        let (good, total) = ([9.0, 8.0, 0.5, 7.0], [10.0; 4]);
        let (begin, step) = (Timestamp::from_nanos(60), Duration::from_minutes(1));
        let panel = CountPanel::good_total(begin, step, &good, &total, &[0, 3, 4]).unwrap();
        for (index, (from, to)) in [(0, 3), (3, 4)].into_iter().enumerate() {
            let alone =
                CountSeries::good_total(Axis::regular(begin, step), &good[from..to], &total[from..to]);
            assert_eq!(panel.series(index).unwrap(), alone.unwrap());
        }
    }
}
