//! The last values of a stream, and all statistics of them.

use super::Missing;
use super::quantile::QuantileType;
use super::rolling::SlidingMoments;
use super::sorted_window::SortedWindow;
use crate::error::Result;

/// The last values of a stream, with their moments and in order of size.
///
/// Every statistic is that of [`Rolling`](super::rolling::Rolling) at the last value, bit for bit. To take a value in
/// costs `O(log w)` comparisons and one move of at most the window's memory; what is then asked for costs `O(log w)` at
/// most. There is no statistic, and so `None`, without a value, and where one is infinite.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | window | | at least 1 | places |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_core::stats::sliding_window::SlidingWindow;
///
/// let mut last = SlidingWindow::new(3)?;
/// for latency_ms in [900.0, 12.0, 16.0, 14.0] {
///     last.push(latency_ms)?;
/// }
/// assert_eq!((last.median(), last.mad(), last.max()), (Some(14.0), Some(2.0), Some(16.0)));
/// assert_eq!((last.mean(), last.deviation(1), last.rank()), (Some(14.0), Some(2.0), Some(2.0)));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "SlidingMoments", into = "SlidingMoments")
)]
pub struct SlidingWindow {
    moments: SlidingMoments,
    /// The finite ones among the places.
    sorted: SortedWindow,
}

impl SlidingWindow {
    /// An empty window of so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// assert_eq!(SlidingWindow::new(60)?.median(), None);
    /// assert!(SlidingWindow::new(0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a window of no places.
    pub fn new(window: usize) -> Result<Self> {
        Ok(Self { moments: SlidingMoments::new(window)?, sorted: SortedWindow::new(window)? })
    }

    /// What a value means that is not finite: refused by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Missing;
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?.missing(Missing::Skip);
    /// last.extend(&[1.0, 3.0, f64::NAN])?;
    /// // The missing value takes a place.
    /// assert_eq!((last.len(), last.count(), last.median()), (2, 1, Some(3.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.moments = self.moments.missing(missing);
        self
    }

    /// Takes the next value in; the oldest one leaves if the window is full.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?;
    /// last.push(1.0)?;
    /// assert_eq!(last.push(f64::NAN).unwrap_err().to_string(), "values[1] = NaN is not finite");
    /// assert_eq!(last.median(), Some(1.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`](crate::Error::NonFinite) for a value that is not finite, unless such are skipped; the window
    /// stays as it was. Its index counts the values that came before.
    pub fn push(&mut self, value: f64) -> Result<()> {
        let leaving = self.moments.leaving();
        self.moments.push(value)?;
        if leaving.is_some_and(f64::is_finite) {
            self.sorted.pop();
        }
        if value.is_finite() {
            self.sorted.push(value)?;
        }
        Ok(())
    }

    /// Takes values in one after the other.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?;
    /// assert!(last.extend(&[1.0, 3.0, f64::INFINITY]).is_err());
    /// // All or none.
    /// assert!(last.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`](crate::Error::NonFinite) with the first value that is not finite and its index among these,
    /// unless such are skipped; the window stays as it was.
    pub fn extend(&mut self, values: &[f64]) -> Result<()> {
        self.moments.admits().check("values", values)?;
        values.iter().try_for_each(|value| self.push(*value))
    }

    /// The median.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(4)?;
    /// last.extend(&[12.0, 14.0, 900.0, 13.0])?;
    /// assert_eq!(last.median(), Some(13.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn median(&self) -> Option<f64> {
        self.of(SortedWindow::median)
    }

    /// The quantile at the share `q`, as [`quantile`](super::quantile::quantile()) has it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(4)?;
    /// last.extend(&[4.0, 8.0, 6.0, 2.0])?;
    /// assert_eq!(last.quantile(0.25, QuantileType::Linear)?, Some(3.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 <= q <= 1`.
    pub fn quantile(&self, q: f64, kind: QuantileType) -> Result<Option<f64>> {
        super::quantile::check_share(q)?;
        Ok(self.of(|sorted| sorted.quantile(q, kind)))
    }

    /// The median distance from the median, not scaled.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(3)?;
    /// last.extend(&[10.0, 12.0, 900.0])?;
    /// assert_eq!(last.mad(), Some(2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mad(&self) -> Option<f64> {
        self.of(SortedWindow::mad)
    }

    /// The least value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?;
    /// last.extend(&[1.0, 7.0, 3.0])?;
    /// assert_eq!(last.min(), Some(3.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn min(&self) -> Option<f64> {
        self.of(SortedWindow::min)
    }

    /// The greatest value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?;
    /// last.extend(&[9.0, 7.0, 3.0])?;
    /// assert_eq!(last.max(), Some(7.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn max(&self) -> Option<f64> {
        self.of(SortedWindow::max)
    }

    /// The rank of the newest value, from 1 for the least; equal ones share the mean of theirs. None where the newest is
    /// missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(3)?;
    /// last.extend(&[7.0, 5.0, 5.0])?;
    /// assert_eq!(last.rank(), Some(1.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn rank(&self) -> Option<f64> {
        self.moments.newest().filter(|value| value.is_finite())?;
        self.of(SortedWindow::rank)
    }

    /// The mean.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?;
    /// last.extend(&[1e17, 1.0, 2.0])?;
    /// assert_eq!(last.mean(), Some(1.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mean(&self) -> Option<f64> {
        self.moments.mean()
    }

    /// The variance, divided by the number of values less `ddof`; none where that is not positive.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?;
    /// last.extend(&[1.0, 3.0])?;
    /// assert_eq!((last.variance(1), last.variance(0), last.variance(2)), (Some(2.0), Some(1.0), None));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn variance(&self, ddof: usize) -> Option<f64> {
        self.moments.variance(ddof)
    }

    /// The root of the [`variance`](Self::variance).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(3)?;
    /// last.extend(&[2.0, 4.0, 6.0])?;
    /// assert_eq!(last.deviation(1), Some(2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn deviation(&self, ddof: usize) -> Option<f64> {
        self.moments.deviation(ddof)
    }

    /// How many places the window has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// assert_eq!(SlidingWindow::new(60)?.window(), 60);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn window(&self) -> usize {
        self.moments.window()
    }

    /// How many of them are taken.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?;
    /// last.push(1.0)?;
    /// assert_eq!(last.len(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.moments.len()
    }

    /// Whether none is taken.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// assert!(SlidingWindow::new(2)?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Of how many values the statistics are: the finite ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Missing;
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut last = SlidingWindow::new(2)?.missing(Missing::Skip);
    /// last.push(f64::NAN)?;
    /// assert_eq!((last.len(), last.count()), (1, 0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn count(&self) -> usize {
        self.moments.count()
    }

    /// A statistic of the values in order, unless an infinity is among them.
    fn of(&self, statistic: impl FnOnce(&SortedWindow) -> Result<f64>) -> Option<f64> {
        // Without a value, and with an infinite one, there is no mean either.
        self.moments.mean()?;
        statistic(&self.sorted).ok()
    }
}

impl From<SlidingWindow> for SlidingMoments {
    fn from(window: SlidingWindow) -> Self {
        window.moments
    }
}

impl TryFrom<SlidingMoments> for SlidingWindow {
    type Error = crate::Error;

    /// The window of the same places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    /// use slo_core::stats::sliding_window::SlidingWindow;
    ///
    /// let mut moments = SlidingMoments::new(3)?;
    /// for value in [4.0, 9.0, 1.0] {
    ///     moments.push(value)?;
    /// }
    /// assert_eq!(SlidingWindow::try_from(moments)?.median(), Some(4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None: every such window has its order.
    fn try_from(moments: SlidingMoments) -> Result<Self> {
        let mut sorted = SortedWindow::new(moments.window())?;
        for value in moments.places().filter(|value| value.is_finite()) {
            sorted.push(value)?;
        }
        Ok(Self { moments, sorted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rolling::Rolling;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = Vec<f64>> {
        let place = prop_oneof![
            8 => (-4_i8..4).prop_map(f64::from),
            8 => -1.0..1.0_f64,
            2 => any::<f64>(),
            2 => Just(f64::NAN),
            1 => Just(f64::NEG_INFINITY),
        ];
        prop::collection::vec(place, 0..120)
    }

    proptest! {
        #[test]
        fn a_stream_has_the_bits_of_the_batch(values in places(), window in 1_usize..20, q in 0.0..=1.0_f64) {
            let rolling = Rolling::new(window).unwrap().missing(Missing::Skip).min_count(1).unwrap();
            let kind = QuantileType::Hazen;
            let batch = [
                rolling.median(&values),
                rolling.quantile(&values, q, kind),
                rolling.mad(&values),
                rolling.min(&values),
                rolling.max(&values),
                rolling.rank(&values),
                rolling.mean(&values),
                rolling.deviation(&values),
                rolling.variance(&values),
            ].map(|column| column.unwrap());
            let mut last = SlidingWindow::new(window).unwrap().missing(Missing::Skip);
            for (place, value) in values.iter().enumerate() {
                last.push(*value).unwrap();
                let found = [
                    last.median(),
                    last.quantile(q, kind).unwrap(),
                    last.mad(),
                    last.min(),
                    last.max(),
                    last.rank(),
                    last.mean(),
                    last.deviation(1),
                    last.variance(1),
                ];
                for (which, found) in found.into_iter().enumerate() {
                    let expected = batch[which][place];
                    prop_assert_eq!(found.is_none(), expected.is_nan(), "{}", which);
                    // A variance is computed by two ways whose last bits may differ.
                    let same = found.is_none_or(|found| found.to_bits() == expected.to_bits());
                    prop_assert!(same || which == 8, "{}: {:?} {}", which, found, expected);
                }
            }
        }
    }

    #[test]
    fn a_refused_value_changes_nothing() {
        let mut last = SlidingWindow::new(2).unwrap();
        last.extend(&[1.0, 2.0]).unwrap();
        let before = last.clone();
        assert!(last.push(f64::NAN).is_err() && last.extend(&[3.0, f64::INFINITY]).is_err());
        assert_eq!(last, before);
        assert!(last.quantile(1.5, QuantileType::Linear).is_err());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_window_resumes_from_its_snapshot_and_a_damaged_one_is_refused() {
        let mut last = SlidingWindow::new(3).unwrap().missing(Missing::Skip);
        last.extend(&[4.0, f64::NAN, 1.0, f64::INFINITY, 2.0]).unwrap();
        let text = serde_json::to_string(&last).unwrap();
        let mut resumed: SlidingWindow = serde_json::from_str(&text).unwrap();
        assert_eq!(resumed, last);
        for value in [7.0, 8.0] {
            last.push(value).unwrap();
            resumed.push(value).unwrap();
            assert_eq!(resumed, last);
        }
        assert_eq!(resumed.median(), Some(7.0));
        assert!(
            serde_json::from_str::<SlidingWindow>(&text.replace("\"window\":3", "\"window\":2")).is_err()
        );
    }
}
