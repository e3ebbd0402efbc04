//! Moments of the last values of a stream.

use super::check_window;
use super::queue::Queue;
use crate::error::{Error, Result};
use crate::stats::Missing;
use crate::stats::deviations::Spread;

/// Moments of the last values of a stream, one value at a time.
///
/// They are those of [`Rolling`](super::Rolling), bit for bit, in constant time on average and in memory of at most four
/// floats a place of the window, or twelve where values cancel. Which bits a window has depends on its own values and on
/// how many came before them.
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
/// use slo_core::stats::rolling::SlidingMoments;
///
/// let mut last = SlidingMoments::new(3)?;
/// for latency_ms in [1e17, 12.0, 14.0, 10.0] {
///     last.push(latency_ms)?;
/// }
/// // The three values before whatever comes next.
/// assert_eq!((last.count(), last.mean(), last.deviation(1)), (3, Some(12.0), Some(2.0)));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Snapshot", into = "Snapshot")
)]
pub struct SlidingMoments {
    window: usize,
    missing: Missing,
    seen: usize,
    queue: Queue,
    spread: Option<Spread>,
}

impl SlidingMoments {
    /// An empty window of so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// assert_eq!(SlidingMoments::new(60)?.mean(), None);
    /// assert!(SlidingMoments::new(0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of no places.
    pub fn new(window: usize) -> Result<Self> {
        let window = check_window(window)?;
        Ok(Self { window, missing: Missing::Error, seen: 0, queue: Queue::default(), spread: None })
    }

    /// What a value means that is not finite: refused by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Missing;
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(2)?.missing(Missing::Skip);
    /// for value in [1.0, 3.0, f64::NAN] {
    ///     last.push(value)?;
    /// }
    /// // The missing value takes a place.
    /// assert_eq!((last.len(), last.count(), last.mean()), (2, 1, Some(3.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Takes the next value in; the oldest one leaves if the window is full.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(2)?;
    /// last.push(1.0)?;
    /// let error = last.push(f64::NAN).unwrap_err();
    /// assert_eq!(error.to_string(), "values[1] = NaN is not finite");
    /// assert_eq!(last.mean(), Some(1.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a value that is not finite, unless such are skipped; the window stays as it was. Its
    /// index counts the values that came before.
    #[inline]
    pub fn push(&mut self, value: f64) -> Result<()> {
        if self.missing == Missing::Error && !value.is_finite() {
            return Err(Error::NonFinite { name: "values", index: self.seen, value });
        }
        self.seen = self.seen.saturating_add(1);
        self.queue.push(value);
        if self.queue.len() > self.window {
            self.queue.pop();
        }
        self.spread = self.queue.spread();
        Ok(())
    }

    /// The place that the next value takes, if the window is full; a NaN or an infinity where no number stands.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(2)?;
    /// last.push(5.0)?;
    /// assert_eq!(last.leaving(), None);
    /// last.push(1.0)?;
    /// assert_eq!(last.leaving(), Some(5.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[inline]
    pub fn leaving(&self) -> Option<f64> {
        if self.len() < self.window { None } else { self.queue.places().next() }
    }

    /// The last place that was taken.
    pub(crate) fn newest(&self) -> Option<f64> {
        self.queue.places().next_back()
    }

    /// The places, oldest first; one NaN and one infinity stand for all.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(2)?;
    /// for value in [5.0, 1.0, 2.0] {
    ///     last.push(value)?;
    /// }
    /// assert_eq!(last.places().collect::<Vec<_>>(), [1.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn places(&self) -> impl Iterator<Item = f64> {
        self.queue.places()
    }

    /// What a value means that is not finite.
    pub(crate) fn admits(&self) -> Missing {
        self.missing
    }

    /// How many places the window has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// assert_eq!(SlidingMoments::new(60)?.window(), 60);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn window(&self) -> usize {
        self.window
    }

    /// How many of them are taken.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(2)?;
    /// last.push(1.0)?;
    /// assert_eq!(last.len(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether none is taken.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// assert!(SlidingMoments::new(2)?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Of how many values the moments are: the finite ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Missing;
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(2)?.missing(Missing::Skip);
    /// last.push(f64::NAN)?;
    /// assert_eq!((last.len(), last.count()), (1, 0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[inline]
    pub fn count(&self) -> usize {
        self.queue.finite()
    }

    /// The mean of the values in the window; none without a value, or where one is infinite.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(2)?;
    /// for value in [5.0, 1.0, 2.0] {
    ///     last.push(value)?;
    /// }
    /// assert_eq!(last.mean(), Some(1.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[inline]
    pub fn mean(&self) -> Option<f64> {
        self.spread.map(|spread| spread.mean)
    }

    /// The variance of the values in the window, divided by their number less `ddof`; none where that is not positive,
    /// or where a value is infinite.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(3)?;
    /// last.push(1.0)?;
    /// assert_eq!(last.variance(1), None);
    /// last.push(3.0)?;
    /// assert_eq!((last.variance(1), last.variance(0)), (Some(2.0), Some(1.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[inline]
    pub fn variance(&self, ddof: usize) -> Option<f64> {
        let spread = self.spread.filter(|spread| spread.has_degrees(ddof))?;
        Some(
            self.queue
                .share(ddof)
                .map_or_else(|| spread.variance(ddof), |share| spread.shared_variance(share)),
        )
    }

    /// The root of the [`variance`](Self::variance).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::SlidingMoments;
    ///
    /// let mut last = SlidingMoments::new(3)?;
    /// for value in [2.0, 4.0, 6.0] {
    ///     last.push(value)?;
    /// }
    /// assert_eq!(last.deviation(1), Some(2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[inline]
    pub fn deviation(&self, ddof: usize) -> Option<f64> {
        let spread = self.spread.filter(|spread| spread.has_degrees(ddof))?;
        Some(
            self.queue
                .share(ddof)
                .map_or_else(|| spread.deviation(ddof), |share| spread.shared_deviation(share)),
        )
    }
}

/// The window as it is written down: its sums follow from its values and from where it is cut.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    window: usize,
    missing: Missing,
    seen: usize,
    /// The places, oldest first; none where no number stands.
    values: Vec<Option<f64>>,
    /// Which of those hold an infinity.
    infinite: Vec<usize>,
    /// How many of the finite values belong to the older part.
    older: usize,
}

#[cfg(feature = "serde")]
impl From<SlidingMoments> for Snapshot {
    fn from(sliding: SlidingMoments) -> Self {
        let SlidingMoments { window, missing, seen, queue, .. } = sliding;
        let values = queue.places().map(|place| place.is_finite().then_some(place)).collect();
        let infinite = queue
            .places()
            .enumerate()
            .filter(|(_, place)| place.is_infinite())
            .map(|(index, _)| index)
            .collect();
        Self { window, missing, seen, values, infinite, older: queue.left() }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Snapshot> for SlidingMoments {
    type Error = Error;

    fn try_from(snapshot: Snapshot) -> Result<Self> {
        let Snapshot { window, missing, seen, values, infinite, older } = snapshot;
        let refuse = |reason: String| Err(Error::State { reason });
        if window == 0 {
            return refuse("a window holds at least one value".to_owned());
        }
        if values.len() != window.min(seen) {
            return refuse(format!("{} values in a window of {window} after {seen}", values.len()));
        }
        if missing == Missing::Error && values.iter().any(Option::is_none) {
            return refuse("a value is missing that would have been refused".to_owned());
        }
        let mut places: Vec<f64> = values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        if places.iter().any(|place| place.is_infinite()) {
            return refuse("an infinity stands where a number is expected".to_owned());
        }
        for index in infinite {
            match places.get_mut(index) {
                Some(place) if place.is_nan() => *place = f64::INFINITY,
                _ => return refuse(format!("values[{index}] is not an infinity")),
            }
        }
        let Some(mut queue) = Queue::restored(places.into_iter(), older) else {
            return refuse(format!("its values cannot be cut behind the first {older}"));
        };
        let spread = queue.spread();
        Ok(Self { window, missing, seen, queue, spread })
    }
}
