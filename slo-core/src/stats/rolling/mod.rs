//! Mean, variance and deviation over a moving window, as exact at the end of a year as at its beginning.

mod blocks;
mod careful;
mod census;
mod cursor;
mod extremes;
mod order;
mod powers;
mod queue;
mod rank;
mod ranks;
mod shape;
mod sliding;
mod sweep;

use crate::error::{Error, Result};
use crate::stats::Missing;
use crate::time::{Duration, Timestamp};
use blocks::{Blocks, Measure};
use queue::Queue;

pub use sliding::SlidingMoments;

/// Moments of the window that ends at each place of a series.
///
/// # Method
///
/// ```text
/// mean     = Σx / n
/// variance = Σ(x - mean)² / (n - ddof)
/// ```
///
/// over the finite values `x` of the last `w` places, or of the span `(t - w, t]`; the deviation is the root of the
/// variance. Sums are formed of deviations from a value of the window and nothing is ever subtracted from them: what
/// has left a window, however large, leaves no trace. A window whose sums cancel by more than six bits is computed
/// again in twice the precision.
///
/// The relative error of a variance is below 1e-12 in windows of up to ten thousand places, whatever the offset of the
/// values, and grows with the root of the length beyond; that of a mean is below 1e-15 of the greater of mean and
/// deviation, times that root. Equal values have a variance of exactly 0, and none is negative. Values so far apart
/// that their variance does not fit a float have an infinite one, and one below 1e-308 is rounded to what is left
/// there; their deviation is right all the same.
///
/// A place is NaN where fewer than `min_count` values are in the window, where an infinity is, and, for variance and
/// deviation, where no more than `ddof` values are.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | window | | at least 1, or a span above 0 | places or duration |
/// | `missing` | [`Missing::Error`] | | |
/// | `min_count` | the window, or 1 for a span | 1 to the window | values |
/// | `ddof` | 1 | any | values |
///
/// # Examples
///
/// ```
/// use slo_core::stats::rolling::Rolling;
///
/// let latency_ms = [12.0, 14.0, 10.0, 30.0];
/// let moments = Rolling::new(3)?.moments(&latency_ms)?;
/// assert!(moments.mean[1].is_nan());
/// assert_eq!(moments.mean[2..], [12.0, 18.0]);
/// assert_eq!(moments.deviation[2..], [2.0, 112_f64.sqrt()]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Chan, T. F., Golub, G. H., `LeVeque`, R. J. (1983). Algorithms for computing the sample variance. *The American
/// Statistician* 37(3), 242-247.
#[derive(Clone, Debug, PartialEq)]
pub struct Rolling {
    window: Window,
    missing: Missing,
    min_count: usize,
    ddof: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Window {
    /// The last so many places.
    Places(usize),
    /// From the listed place on, one for each place.
    Since(Vec<usize>),
}

impl Window {
    /// The first place of the window that ends at a place.
    #[allow(clippy::inline_always, reason = "it is asked for at every place")]
    #[inline(always)]
    fn start(&self, place: usize) -> usize {
        match self {
            Self::Places(window) => (place + 1).saturating_sub(*window),
            Self::Since(starts) => starts.get(place).copied().unwrap_or(place),
        }
    }

    /// How many places every full window has, if that is the same.
    fn places(&self) -> Option<usize> {
        match self {
            Self::Places(window) => Some(*window),
            Self::Since(_) => None,
        }
    }

    /// Refuses another number of values than that of the instants.
    fn check(&self, values: &[f64]) -> Result<()> {
        match self {
            Self::Places(_) => Ok(()),
            Self::Since(starts) => Error::check_lengths("times", starts.len(), "values", values.len()),
        }
    }
}

/// Mean and deviation of the window that ends at each place.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RollingMoments {
    /// The means.
    pub mean: Vec<f64>,
    /// The deviations.
    pub deviation: Vec<f64>,
}

impl Rolling {
    /// Windows of so many places, the current one included.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// assert_eq!(Rolling::new(2)?.mean(&[1.0, 3.0, 8.0])?[1..], [2.0, 5.5]);
    /// assert!(Rolling::new(0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of no places.
    pub fn new(window: usize) -> Result<Self> {
        let window = check_window(window)?;
        Ok(Self { window: Window::Places(window), missing: Missing::Error, min_count: window, ddof: 1 })
    }

    /// Windows `(t - window, t]` at the instants of a series, one for each of its values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    /// use slo_core::{Duration, Timestamp};
    ///
    /// let times = [0, 30, 60, 300].map(|seconds| Timestamp::from_nanos(seconds * 1_000_000_000));
    /// let minute = Rolling::lasting(Duration::from_minutes(1), &times)?;
    /// // What came exactly a minute ago has left.
    /// assert_eq!(minute.mean(&[1.0, 3.0, 8.0, 7.0])?, [1.0, 2.0, 5.5, 7.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the window is positive; [`Error::Unordered`] unless the instants increase
    /// strictly.
    pub fn lasting(window: Duration, times: &[Timestamp]) -> Result<Self> {
        window.check_positive("window")?;
        let mut previous: Option<Timestamp> = None;
        let mut start = 0;
        let mut starts = Vec::with_capacity(times.len());
        for (index, value) in times.iter().copied().enumerate() {
            if let Some(previous) = previous.filter(|previous| *previous >= value) {
                return Err(Error::Unordered { index, previous, value });
            }
            previous = Some(value);
            while times
                .get(start)
                .is_some_and(|first| *first <= value.saturating_sub(window) && start < index)
            {
                start += 1;
            }
            starts.push(start);
        }
        Ok(Self { window: Window::Since(starts), missing: Missing::Error, min_count: 1, ddof: 1 })
    }

    /// What a value means that is not finite: refused by default.
    ///
    /// A window of places counts those that are skipped.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Missing;
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let gap = [1.0, f64::NAN, 3.0];
    /// assert!(Rolling::new(2)?.mean(&gap).is_err());
    /// assert_eq!(Rolling::new(2)?.missing(Missing::Skip).min_count(1)?.mean(&gap)?, [1.0, 1.0, 3.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// How many finite values a window needs, below which its place is NaN: by default all of a window of places, and 1
    /// for a span.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// assert_eq!(Rolling::new(3)?.min_count(1)?.mean(&[1.0, 3.0, 8.0])?, [1.0, 2.0, 4.0]);
    /// assert!(Rolling::new(3)?.min_count(4).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0, and for more than a window of places can hold.
    pub fn min_count(mut self, min_count: usize) -> Result<Self> {
        if min_count == 0 {
            return Err(Error::invalid("min_count", min_count, "must be at least 1"));
        }
        if let Window::Places(window) = self.window
            && min_count > window
        {
            let reason = format!("no window of {window} places holds so many values");
            return Err(Error::invalid("min_count", min_count, reason));
        }
        self.min_count = min_count;
        Ok(self)
    }

    /// What the number of values is diminished by before the squares are divided by it: 1 by default, 0 for the
    /// variance of a whole population.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// assert_eq!(Rolling::new(2)?.variance(&[1.0, 3.0])?[1], 2.0);
    /// assert_eq!(Rolling::new(2)?.ddof(0).variance(&[1.0, 3.0])?[1], 1.0);
    /// // Two values, less two: there is nothing to divide by.
    /// assert!(Rolling::new(2)?.ddof(2).variance(&[1.0, 3.0])?[1].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn ddof(mut self, ddof: usize) -> Self {
        self.ddof = ddof;
        self
    }

    /// The mean of each window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// // The spike leaves no trace.
    /// assert_eq!(Rolling::new(2)?.mean(&[1e17, 1.0, 3.0, 4.0])?[2..], [2.0, 3.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a value that is not finite, unless such are skipped; [`Error::LengthMismatch`] unless
    /// there is a value for each instant of [`lasting`](Self::lasting).
    pub fn mean(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut mean = vec![0.0; values.len()];
        self.mean_into(values, &mut mean)?;
        Ok(mean)
    }

    /// The variance of each window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let offset = 1e9;
    /// let variance = Rolling::new(3)?.variance(&[offset + 1.0, offset + 2.0, offset + 3.0])?;
    /// assert_eq!(variance[2], 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    pub fn variance(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut variance = vec![0.0; values.len()];
        self.variance_into(values, &mut variance)?;
        Ok(variance)
    }

    /// The deviation of each window: the root of its variance.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// assert_eq!(Rolling::new(3)?.deviation(&[2.0, 4.0, 6.0])?[2], 2.0);
    /// // Its square does not fit a float, the deviation does.
    /// assert_eq!(Rolling::new(2)?.ddof(0).deviation(&[1e308, -1e308])?[1], 1e308);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    pub fn deviation(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut deviation = vec![0.0; values.len()];
        self.deviation_into(values, &mut deviation)?;
        Ok(deviation)
    }

    /// Mean and deviation of each window, for little more than one of them costs.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let moments = Rolling::new(2)?.moments(&[1.0, 1.0, 1.0])?;
    /// assert_eq!((moments.mean[2], moments.deviation[2]), (1.0, 0.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean).
    pub fn moments(&self, values: &[f64]) -> Result<RollingMoments> {
        let (mut mean, mut deviation) = (vec![0.0; values.len()], vec![0.0; values.len()]);
        self.moments_into(values, &mut mean, &mut deviation)?;
        Ok(RollingMoments { mean, deviation })
    }

    /// As [`mean`](Self::mean), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut mean = [0.0; 3];
    /// Rolling::new(2)?.mean_into(&[1.0, 3.0, 8.0], &mut mean)?;
    /// assert_eq!(mean[1..], [2.0, 5.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean), and [`Error::LengthMismatch`] unless there is a place for each value. What was written
    /// before an error means nothing.
    pub fn mean_into(&self, values: &[f64], mean: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "mean", mean.len())?;
        self.write(values, Measure::Variance, Some(mean), None)
    }

    /// As [`variance`](Self::variance), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut variance = [0.0; 3];
    /// Rolling::new(2)?.variance_into(&[1.0, 3.0, 5.0], &mut variance)?;
    /// assert_eq!(variance[1..], [2.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean_into`](Self::mean_into).
    pub fn variance_into(&self, values: &[f64], variance: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "variance", variance.len())?;
        self.write(values, Measure::Variance, None, Some(variance))
    }

    /// As [`deviation`](Self::deviation), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut deviation = [0.0; 3];
    /// Rolling::new(3)?.deviation_into(&[2.0, 4.0, 6.0], &mut deviation)?;
    /// assert_eq!(deviation[2], 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean_into`](Self::mean_into).
    pub fn deviation_into(&self, values: &[f64], deviation: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "deviation", deviation.len())?;
        self.write(values, Measure::Deviation, None, Some(deviation))
    }

    /// As [`moments`](Self::moments), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let (mut mean, mut deviation) = ([0.0; 3], [0.0; 3]);
    /// Rolling::new(3)?.moments_into(&[2.0, 4.0, 6.0], &mut mean, &mut deviation)?;
    /// assert_eq!((mean[2], deviation[2]), (4.0, 2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean_into`](Self::mean_into).
    pub fn moments_into(&self, values: &[f64], mean: &mut [f64], deviation: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "mean", mean.len())?;
        Error::check_lengths("values", values.len(), "deviation", deviation.len())?;
        self.write(values, Measure::Deviation, Some(mean), Some(deviation))
    }

    fn write(
        &self,
        values: &[f64],
        measure: Measure,
        mut mean: Option<&mut [f64]>,
        mut spread: Option<&mut [f64]>,
    ) -> Result<()> {
        let Self { min_count, ddof, .. } = *self;
        match &self.window {
            Window::Places(window) => {
                let (mean, spread) = (mean.as_deref_mut(), spread.as_deref_mut());
                let blocks = Blocks { values, window: *window, min_count, ddof, measure, mean, spread };
                if blocks.write() {
                    return Ok(());
                }
            }
            Window::Since(_) => self.window.check(values)?,
        }
        self.missing.check("values", values)?;
        self.write_each(values, measure, mean, spread);
        Ok(())
    }

    /// Writes the moments place by place, whatever the values and the windows.
    fn write_each(
        &self,
        values: &[f64],
        measure: Measure,
        mean: Option<&mut [f64]>,
        spread: Option<&mut [f64]>,
    ) {
        let mut queue = Queue::default();
        let mut means = mean.map(|mean| mean.iter_mut());
        let mut spreads = spread.map(|spread| spread.iter_mut());
        for (place, value) in values.iter().enumerate() {
            queue.push(*value);
            while place + 1 - queue.len() < self.window.start(place) {
                queue.pop();
            }
            let enough = queue.finite() >= self.min_count;
            let found = if enough { queue.spread() } else { None };
            if let Some(mean) = means.as_mut().and_then(Iterator::next) {
                *mean = found.map_or(f64::NAN, |found| found.mean);
            }
            if let Some(spread) = spreads.as_mut().and_then(Iterator::next) {
                *spread = found.map_or(f64::NAN, |found| measure.of(found, self.ddof));
            }
        }
    }
}

/// Refuses a window of no places.
fn check_window(window: usize) -> Result<usize> {
    if window == 0 {
        return Err(Error::invalid("window", window, "must hold at least one value"));
    }
    Ok(window)
}

#[cfg(test)]
mod tests;
