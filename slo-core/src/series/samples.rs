//! Sampled values over time: gauges and counters as they are read.

use super::axis::{Axis, Times};
use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp};

/// How a value must compare with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Comparison {
    /// `value < limit`.
    Below,
    /// `value <= limit`.
    AtMost,
    /// `value > limit`.
    Above,
    /// `value >= limit`.
    AtLeast,
}

impl Comparison {
    /// Whether `value` compares with `limit` this way.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Comparison;
    ///
    /// assert!(Comparison::AtMost.holds(200.0, 200.0) && !Comparison::Below.holds(200.0, 200.0));
    /// assert!(!Comparison::AtLeast.holds(f64::NAN, 200.0));
    /// ```
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Below => value < limit,
            Self::AtMost => value <= limit,
            Self::Above => value > limit,
            Self::AtLeast => value >= limit,
        }
    }
}

/// Finite values at strictly increasing instants.
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
///
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(5));
/// let requests = TimeSeries::new(axis, vec![10.0, 14.0, 3.0])?;
/// // The counter was reset between the last two samples.
/// assert_eq!(requests.increases()?.values(), [4.0, 3.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSeries {
    times: Times,
    values: Vec<f64>,
}

impl TimeSeries {
    /// A series of `values`, one for each instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, Error, TimeSeries, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(5));
    /// assert_eq!(TimeSeries::new(axis.clone(), vec![0.2, 0.3])?.len(), 2);
    /// let error = TimeSeries::new(axis, vec![0.2, f64::NAN]).unwrap_err();
    /// assert!(matches!(error, Error::NonFinite { index: 1, .. }));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`], [`Error::LengthMismatch`] or [`Error::Unordered`], with the place;
    /// [`Error::InvalidParameter`] for a step or a resolution that is not positive, or a start label without
    /// a resolution; [`Error::OutOfRange`] if the span does not fit 292 years.
    pub fn new(axis: Axis, values: Vec<f64>) -> Result<Self> {
        Error::check_finite("values", &values)?;
        Ok(Self { times: axis.times("values", values.len())?, values })
    }

    /// The values, oldest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(5));
    /// let latency = TimeSeries::new(axis, vec![0.25, 0.75])?;
    /// assert_eq!(latency.values().iter().sum::<f64>(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The instants, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(5));
    /// let seconds: Vec<i64> =
    ///     TimeSeries::new(axis, vec![1.0; 3])?.times().map(|t| t.nanos() / 1_000_000_000).collect();
    /// assert_eq!(seconds, [0, 5, 10]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn times(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        self.times.iter()
    }

    /// The nominal time between samples; `None` if nothing tells.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    ///
    /// // Scraped every ten seconds, with one scrape missed: the median step.
    /// let times = [0, 10, 20, 40].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let series = TimeSeries::new(Axis::listed(times), vec![1.0; 4])?;
    /// assert_eq!(series.resolution(), Some(Duration::from_seconds(10)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn resolution(&self) -> Option<Duration> {
        self.times.resolution()
    }

    /// The number of samples.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// assert_eq!(TimeSeries::new(axis, vec![0.0; 1_440])?.len(), 1_440);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no sample.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, TimeSeries};
    ///
    /// assert!(TimeSeries::new(Axis::listed([]), vec![])?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// By how much a counter grew since the sample before, from the second sample on; a reset begins again at 0.
    ///
    /// # Method
    ///
    /// ```text
    /// increase_i = v_i - v_{i-1}   if v_i >= v_{i-1}   else v_i
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(15));
    /// let requests = TimeSeries::new(axis, vec![100.0, 130.0, 130.0, 20.0])?;
    /// // The last increase is at least the 20 since the reset.
    /// assert_eq!(requests.increases()?.values(), [30.0, 0.0, 20.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NegativeCount`] if a sample is below 0, which no counter is.
    pub fn increases(&self) -> Result<Self> {
        let values = increases("values", &self.values)?;
        Ok(Self { times: self.times.slice(1.min(self.len()), self.len()), values })
    }

    /// The instants at which a counter reads less than before: it was reset since.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(15));
    /// let requests = TimeSeries::new(axis, vec![100.0, 130.0, 130.0, 20.0])?;
    /// assert_eq!(requests.resets(), [Timestamp::from_nanos(45_000_000_000)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn resets(&self) -> Vec<Timestamp> {
        let fell = self.values.windows(2).map(|pair| matches!(pair, [a, b] if b < a));
        self.times.iter().skip(1).zip(fell).filter_map(|(time, fell)| fell.then_some(time)).collect()
    }

    /// The last value in `(at - within, at]`.
    pub(crate) fn latest(&self, at: Timestamp, within: Duration) -> Option<f64> {
        let place = self.times.count_until(at).checked_sub(1)?;
        let fresh = self.times.get(place)? > at.saturating_sub(within);
        self.values.get(place).copied().filter(|_| fresh)
    }
}

/// `v_i - v_{i-1}`, or `v_i` after a reset; one value fewer than samples.
pub(super) fn increases(name: &'static str, samples: &[f64]) -> Result<Vec<f64>> {
    for (index, &value) in samples.iter().enumerate() {
        crate::counts::check_count(name, index, value)?;
    }
    let increase = |pair: &[f64]| match pair {
        [before, after] if after >= before => after - before,
        [_, after] => *after,
        _ => 0.0,
    };
    Ok(samples.windows(2).map(increase).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_second() -> Axis {
        Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(1))
    }

    #[test]
    fn comparisons_are_exact_at_the_limit() {
        use Comparison::{Above, AtLeast, AtMost, Below};
        for (comparison, below, at, above) in [
            (Below, true, false, false),
            (AtMost, true, true, false),
            (Above, false, false, true),
            (AtLeast, false, true, true),
        ] {
            let held = [1.0, 2.0, 3.0].map(|value| comparison.holds(value, 2.0));
            assert_eq!(held, [below, at, above], "{comparison:?}");
        }
    }

    #[test]
    fn resets_are_named_by_the_first_sample_after_them() {
        let series = TimeSeries::new(every_second(), vec![5.0, 5.0, 0.0, 7.0, 1.0]).unwrap();
        let seconds: Vec<i64> = series.resets().iter().map(|t| t.nanos() / 1_000_000_000).collect();
        assert_eq!(seconds, [2, 4]);
        assert_eq!(series.increases().unwrap().values(), [0.0, 0.0, 7.0, 1.0]);
    }

    #[test]
    fn short_series_have_no_increase() {
        for values in [vec![], vec![3.0]] {
            let series = TimeSeries::new(every_second(), values).unwrap();
            assert!(series.increases().unwrap().is_empty());
            assert!(series.resets().is_empty());
        }
    }

    #[test]
    fn values_that_are_not_finite_are_refused_with_their_place() {
        let error = TimeSeries::new(every_second(), vec![1.0, f64::NAN]).unwrap_err();
        assert!(matches!(error, Error::NonFinite { index: 1, .. }));
        let error = TimeSeries::new(every_second(), vec![1.0, -1.0]).unwrap().increases().unwrap_err();
        assert!(matches!(error, Error::NegativeCount { index: 1, .. }));
    }
}
