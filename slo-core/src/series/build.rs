//! The ways to get counts over time: columns, counters, thresholds, events.

use super::CountSeries;
use super::axis::Axis;
use super::prefix::{Pair, Prefix};
use super::samples::{self, Comparison};
use crate::error::{Error, Result};
use crate::time::Timestamp;

impl CountSeries {
    /// A series from good events and all events per instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::good_total(axis.clone(), &[99.0, 98.0], &[100.0, 100.0])?;
    /// assert_eq!(series.counts().bad(), 3.0);
    /// let error = CountSeries::good_total(axis, &[99.0, 101.0], &[100.0, 100.0]).unwrap_err();
    /// assert_eq!(error.to_string(), "good[1] = 101 exceeds total[1] = 100");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is not a count, `good > total`, unequal lengths, or instants that do not increase, each with its
    /// place; a step or a resolution that is not positive, a start label without a resolution; a sum that is
    /// infinite, a span that does not fit 292 years.
    pub fn good_total(axis: Axis, good: &[f64], total: &[f64]) -> Result<Self> {
        Self::build(axis, Pair::GoodTotal, ("good", good), ("total", total))
    }

    /// A series from bad events and all events per instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 2.0], &[50.0, 30.0])?;
    /// assert_eq!(series.counts().sli(), Some(0.975));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total).
    pub fn bad_total(axis: Axis, bad: &[f64], total: &[f64]) -> Result<Self> {
        Self::build(axis, Pair::BadTotal, ("bad", bad), ("total", total))
    }

    /// A series from good events and bad events per instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::good_bad(axis, &[50.0, 28.0], &[0.0, 2.0])?;
    /// assert_eq!(series.counts().total(), 80.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total).
    pub fn good_bad(axis: Axis, good: &[f64], bad: &[f64]) -> Result<Self> {
        Self::build(axis, Pair::GoodBad, ("good", good), ("bad", bad))
    }

    /// A series from two counters that only grow, except that a restart sets them back to 0.
    ///
    /// # Method
    ///
    /// ```text
    /// increase_i = v_i - v_{i-1}   if v_i >= v_{i-1}   else v_i (the counter was reset)
    /// ```
    ///
    /// The first sample has nothing to be compared with: the series begins at the second. With `clamp`, more bad than
    /// all events between two samples (two counters read at slightly different times) counts as all bad.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `axis` | the instants of the samples, at least two | |
    /// | `bad` | at least 0 | events since the counter began |
    /// | `total` | at least 0 | events since the counter began |
    /// | `clamp` | [`Clamp::Refuse`] or [`Clamp::ToTotal`] | |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Clamp, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(15));
    /// let (errors, requests) = ([5.0, 6.0, 1.0], [900.0, 1_000.0, 50.0]);
    /// let series = CountSeries::from_counters(axis, &errors, &requests, Clamp::Refuse)?;
    /// // 1 of 100, and after the restart another 1 of 50.
    /// assert_eq!((series.counts().bad(), series.counts().total()), (2.0, 150.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`good_total`](Self::good_total); [`Error::TooShort`] below two samples.
    pub fn from_counters(axis: Axis, bad: &[f64], total: &[f64], clamp: Clamp) -> Result<Self> {
        Error::check_lengths("bad", bad.len(), "total", total.len())?;
        let times = axis.times("total", total.len())?;
        if times.len() < 2 {
            return Err(Error::TooShort { name: "total", len: times.len(), needed: 2 });
        }
        let total = samples::increases("total", total)?;
        let mut bad = samples::increases("bad", bad)?;
        if clamp == Clamp::ToTotal {
            for (bad, total) in bad.iter_mut().zip(&total) {
                *bad = bad.min(*total);
            }
        }
        let prefix = Prefix::new(Pair::BadTotal, &bad, &total).map_err(|error| error.later(1))?;
        Ok(Self { times: times.slice(1, times.len()), prefix })
    }

    /// A series of one event a sample, good where the value compares with `limit` as asked.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `axis` | as many instants as values | |
    /// | `values` | finite | that of `limit` |
    /// | `comparison` | the way in which a good value compares | |
    /// | `limit` | finite | that of `values` |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Comparison, CountSeries, Duration, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let latency_ms = [180.0, 200.0, 220.0];
    /// let series = CountSeries::from_threshold(axis, &latency_ms, Comparison::AtMost, 200.0)?;
    /// assert_eq!(series.counts().good(), 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a value or a limit; else as [`good_total`](Self::good_total).
    pub fn from_threshold(axis: Axis, values: &[f64], comparison: Comparison, limit: f64) -> Result<Self> {
        Error::check_finite("values", values)?;
        Error::check_finite("limit", &[limit])?;
        let good: Vec<f64> = values.iter().map(|v| f64::from(comparison.holds(*v, limit))).collect();
        Self::good_total(axis, &good, &vec![1.0; values.len()])
    }

    /// A series from single events, each good or bad; those of one instant are counted together.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{CountSeries, Timestamp};
    ///
    /// let times = [0, 1, 1, 1].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let series = CountSeries::from_events(&times, &[true, true, false, false])?;
    /// assert_eq!(series.len(), 2);
    /// assert_eq!(series.iter().last().map(|(_, counts)| (counts.good(), counts.bad())), Some((1.0, 2.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`]; [`Error::Unordered`] where an instant comes before the one before it.
    pub fn from_events(times: &[Timestamp], good: &[bool]) -> Result<Self> {
        Error::check_lengths("times", times.len(), "good", good.len())?;
        let mut instants: Vec<Timestamp> = Vec::new();
        let mut counts: Vec<(f64, f64)> = Vec::new();
        for (index, (&time, &good)) in times.iter().zip(good).enumerate() {
            match (instants.last(), counts.last_mut()) {
                (Some(&last), Some((goods, total))) if last == time => {
                    *goods += f64::from(good);
                    *total += 1.0;
                }
                (Some(&previous), _) if previous > time => {
                    return Err(Error::Unordered { index, previous, value: time });
                }
                _ => {
                    instants.push(time);
                    counts.push((f64::from(good), 1.0));
                }
            }
        }
        let (good, total): (Vec<f64>, Vec<f64>) = counts.into_iter().unzip();
        Self::good_total(Axis::listed(instants), &good, &total)
    }

    fn build(
        axis: Axis,
        pair: Pair,
        first: (&'static str, &[f64]),
        second: (&'static str, &[f64]),
    ) -> Result<Self> {
        Error::check_lengths(first.0, first.1.len(), second.0, second.1.len())?;
        let times = axis.times(second.0, second.1.len())?;
        Ok(Self { times, prefix: Prefix::new(pair, first.1, second.1)? })
    }
}

/// What to do with more bad events than events between two counter samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clamp {
    /// Refuse them, naming the place.
    #[default]
    Refuse,
    /// Count as many bad events as there were events.
    ToTotal,
}
