//! How a budget went over time.

use crate::budget::Budget;
use crate::error::{Error, Result};
use crate::exclusion::Spans;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

/// Instants that one call may ask for.
const MAX_INSTANTS: u64 = 100_000_000;

/// The budget at a sequence of instants.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct History {
    /// The instants, in order.
    pub times: Vec<Timestamp>,
    /// The budget of the window that ends at each instant.
    pub budgets: Vec<Budget>,
    /// The share of that window, as far as it has passed and is not excluded, which counts cover, 0 to 1.
    pub coverage: Vec<f64>,
}

impl Slo {
    /// The budget of the window that ends at each instant of the series, or at each multiple of `every`.
    ///
    /// The grid is anchored at the Unix epoch and lies between the first and the last instant of the series. At the
    /// beginning of the data a window is evaluated on what it holds; its coverage says how much that is.
    ///
    /// # Method
    ///
    /// ```text
    /// budget of (t - window, t]   for t = k · every,   first <= t <= last
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(30));
    /// let series = CountSeries::bad_total(axis, &[0.0, 1.0, 1.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let history = slo.history(&series, Some(Duration::from_hours(1)))?;
    /// assert_eq!(history.times.len(), 2);
    /// assert_eq!(history.budgets[1].consumed(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `every` is positive; [`Error::LimitExceeded`] past 10^8 instants.
    pub fn history(&self, series: &CountSeries, every: Option<Duration>) -> Result<History> {
        self.history_at(series, series.instants(every)?)
    }

    /// The budget of the window that ends at each of these instants.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 1.0, 2.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "2m".parse()?);
    /// let history = slo.history_at(&series, vec![Timestamp::from_nanos(150_000_000_000)])?;
    /// // From 30 to 150 seconds: both counts that are not 0, and nothing yet of the last half minute.
    /// assert_eq!((history.budgets[0].bad(), history.coverage[0]), (3.0, 0.75));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`counted`](Self::counted).
    pub fn history_at(&self, series: &CountSeries, times: Vec<Timestamp>) -> Result<History> {
        let counted = self.counted_until(series, times.iter().copied().max())?;
        let periods = || times.iter().map(|at| self.window().period_until(*at));
        let begin = periods().map(|(begin, _)| begin).min();
        let end = periods().map(|(_, end)| end).max();
        let excluded = begin.zip(end).map_or_else(Spans::default, |(begin, end)| self.spans(begin, end));
        let budgets = times.iter().map(|at| self.budget_within(&counted, *at, &excluded)).collect();
        let coverage = self.coverages(series, &times);
        Ok(History { times, budgets, coverage })
    }
}

impl CountSeries {
    /// The instants of the series, or the multiples of `every` since the Unix epoch from its first to its last.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(30_000_000_000), Duration::from_seconds(45));
    /// let series = CountSeries::bad_total(axis, &[0.0; 4], &[1.0; 4])?;
    /// // Records at 30, 75, 120 and 165 seconds; minutes at 60 and 120.
    /// assert_eq!(series.instants(None)?.len(), 4);
    /// let minutes = series.instants(Some(Duration::from_minutes(1)))?;
    /// assert_eq!(minutes, [60, 120].map(|s| Timestamp::from_nanos(s * 1_000_000_000)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `every` is positive; [`Error::LimitExceeded`] past 10^8 instants.
    pub fn instants(&self, every: Option<Duration>) -> Result<Vec<Timestamp>> {
        match every {
            None => Ok(self.times().collect()),
            Some(every) => Ok(grid(self, every)?.collect()),
        }
    }
}

/// The multiples of `every` since the Unix epoch, from the first to the last instant of the series.
pub(crate) fn grid(
    series: &CountSeries,
    every: Duration,
) -> Result<impl ExactSizeIterator<Item = Timestamp> + Clone> {
    let step = every.check_positive("every")?.nanos();
    let first =
        series.first().map_or(1, |t| t.nanos().div_euclid(step) + i64::from(t.nanos().rem_euclid(step) > 0));
    let last = series.last().map_or(0, |t| t.nanos().div_euclid(step));
    let count = u64::try_from(i128::from(last) - i128::from(first) + 1).unwrap_or(0);
    if count > MAX_INSTANTS {
        return Err(Error::LimitExceeded {
            what: "instants of evaluation",
            value: count,
            limit: MAX_INSTANTS,
        });
    }
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Ok((0..count).map(move |index| Timestamp::from_nanos((first + i64::from(index)) * step)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Axis;

    fn series(seconds: &[i64]) -> CountSeries {
        let times: Vec<_> = seconds.iter().map(|s| Timestamp::from_nanos(s * 1_000_000_000)).collect();
        CountSeries::good_total(Axis::listed(times), &vec![1.0; seconds.len()], &vec![1.0; seconds.len()])
            .unwrap()
    }

    #[test]
    fn the_grid_lies_between_the_first_and_the_last_instant() {
        let count =
            |seconds: &[i64], every| grid(&series(seconds), Duration::from_seconds(every)).unwrap().count();
        for (seconds, every, expected) in [
            (&[0, 60][..], 60, 2),
            (&[1, 60], 60, 1),
            (&[1, 59], 60, 0),
            (&[-60, -1], 60, 1),
            (&[], 60, 0),
            (&[7], 7, 1),
        ] {
            assert_eq!(count(seconds, every), expected, "{seconds:?} every {every}");
        }
    }

    #[test]
    fn a_grid_too_fine_for_its_span_is_refused() {
        let long = series(&[0, 1_000_000]);
        assert!(matches!(grid(&long, Duration::from_nanos(1)).err(), Some(Error::LimitExceeded { .. })));
        assert!(grid(&long, Duration::ZERO).is_err());
    }

    #[test]
    fn history_at_the_data_equals_the_budget_at_each_instant() {
        let series = series(&[10, 20, 40, 70]);
        let slo = Slo::new("99%".parse().unwrap(), "30s".parse().unwrap());
        let history = slo.history(&series, None).unwrap();
        for (at, (budget, coverage)) in
            history.times.iter().zip(history.budgets.iter().zip(&history.coverage))
        {
            assert_eq!(*budget, slo.budget_at(&series, *at).unwrap());
            let (begin, end) = slo.window().period_until(*at);
            assert_eq!(*coverage, series.coverage(begin, end));
        }
    }
}
