//! The last values of a stream, kept in order of size.

use std::collections::VecDeque;

use crate::error::{Error, Result};
use crate::stats::mad::mad;
use crate::stats::quantile::{QuantileType, check_share, hinges_of_sorted, middle, quantile_of_sorted};

/// The last values of a stream, sorted at all times.
///
/// A push finds both places by bisection and moves what lies between them: `O(log w)` comparisons and one move of at
/// most the window's memory. A quantile takes constant time.
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::QuantileType;
/// use slo_core::stats::sorted_window::SortedWindow;
///
/// let mut window = SortedWindow::new(3)?;
/// for value in [5.0, 1.0, 3.0, 2.0] {
///     window.push(value)?;
/// }
/// assert_eq!(window.sorted(), [1.0, 2.0, 3.0]);
/// assert_eq!(window.quantile(0.5, QuantileType::Linear)?, 2.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Snapshot", into = "Snapshot")
)]
pub struct SortedWindow {
    window: usize,
    arrivals: VecDeque<f64>,
    sorted: Vec<f64>,
}

impl SortedWindow {
    /// An empty window of so many values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// assert!(SortedWindow::new(60)?.is_empty());
    /// assert!(SortedWindow::new(0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of no values.
    pub fn new(window: usize) -> Result<Self> {
        if window == 0 {
            return Err(Error::invalid("window", window, "must hold at least one value"));
        }
        // Memory grows with what arrives: a window may be set far longer than the stream.
        Ok(Self { window, arrivals: VecDeque::new(), sorted: Vec::new() })
    }

    /// Takes a value in, and returns the oldest one if that leaves.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(2)?;
    /// assert_eq!(window.push(7.0)?, None);
    /// assert_eq!(window.push(1.0)?, None);
    /// assert_eq!(window.push(4.0)?, Some(7.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a value that is not finite; the window stays as it was.
    pub fn push(&mut self, value: f64) -> Result<Option<f64>> {
        Error::check_finite("values", &[value])?;
        let leaves = if self.is_full() { self.arrivals.pop_front() } else { None };
        self.arrivals.push_back(value);
        match leaves {
            None => {
                let place = place(&self.sorted, value);
                self.sorted.insert(place, value);
            }
            Some(old) => replace(&mut self.sorted, old, value),
        }
        Ok(leaves)
    }

    /// Lets the oldest value leave, and returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(2)?;
    /// window.push(7.0)?;
    /// window.push(1.0)?;
    /// assert_eq!(window.pop(), Some(7.0));
    /// assert_eq!(window.sorted(), [1.0]);
    /// assert_eq!((window.pop(), window.pop()), (Some(1.0), None));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn pop(&mut self) -> Option<f64> {
        let oldest = self.arrivals.pop_front()?;
        let place = place(&self.sorted, oldest);
        if place < self.sorted.len() {
            self.sorted.remove(place);
        }
        Some(oldest)
    }

    /// The quantile at the share `q` of the values now in the window, as [`quantile`](super::quantile::quantile()) has
    /// it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(4)?;
    /// for value in [9.0, 4.0, 8.0, 6.0, 2.0] {
    ///     window.push(value)?;
    /// }
    /// assert_eq!(window.quantile(0.25, QuantileType::Linear)?, 3.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= q <= 1`; [`Error::TooShort`] for an empty window.
    pub fn quantile(&self, q: f64, kind: QuantileType) -> Result<f64> {
        check_share(q)?;
        self.check_filled()?;
        Ok(quantile_of_sorted(&self.sorted, q, kind))
    }

    /// The median of the values now in the window, that of [`Rolling::median`](super::rolling::Rolling::median).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(3)?;
    /// for latency_ms in [900.0, 12.0, 14.0, 13.0] {
    ///     window.push(latency_ms)?;
    /// }
    /// assert_eq!(window.median()?, 13.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for an empty window.
    pub fn median(&self) -> Result<f64> {
        let count = self.len();
        self.check_filled()?;
        Ok(middle(at(&self.sorted, (count - 1) / 2), at(&self.sorted, count / 2)))
    }

    /// The median distance from the median of the values now in the window, not scaled: that of
    /// [`Rolling::mad`](super::rolling::Rolling::mad), in `O(log w)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(5)?;
    /// for latency_ms in [10.0, 12.0, 11.0, 900.0, 14.0] {
    ///     window.push(latency_ms)?;
    /// }
    /// // About 12: 2, 0, 1, 888, 2.
    /// assert_eq!(window.mad()?, 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for an empty window.
    pub fn mad(&self) -> Result<f64> {
        let median = self.median()?;
        Ok(mad(self.len(), median, |index| at(&self.sorted, index)))
    }

    /// The least value now in the window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(2)?;
    /// assert!(window.min().is_err());
    /// window.push(7.0)?;
    /// window.push(9.0)?;
    /// assert_eq!(window.min()?, 7.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for an empty window.
    pub fn min(&self) -> Result<f64> {
        self.check_filled()?;
        Ok(at(&self.sorted, 0))
    }

    /// The greatest value now in the window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(2)?;
    /// window.push(9.0)?;
    /// window.push(7.0)?;
    /// assert_eq!(window.max()?, 9.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for an empty window.
    pub fn max(&self) -> Result<f64> {
        self.check_filled()?;
        Ok(at(&self.sorted, self.len() - 1))
    }

    /// The rank of the newest value among those now in the window, from 1 for the least; equal ones share the mean of
    /// theirs.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(3)?;
    /// for value in [7.0, 5.0, 5.0] {
    ///     window.push(value)?;
    /// }
    /// assert_eq!(window.rank()?, 1.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for an empty window.
    pub fn rank(&self) -> Result<f64> {
        let newest = self.arrivals.back().copied();
        let newest = newest.ok_or(Error::TooShort { name: "window", len: 0, needed: 1 })?;
        // Zeros of both signs are equal.
        let below = self.sorted.partition_point(|value| *value < newest);
        let up_to = self.sorted.partition_point(|value| *value <= newest);
        Ok(below as f64 + (up_to - below + 1) as f64 / 2.0)
    }

    /// Tukey's hinges of the values now in the window, as [`hinges`](super::quantile::hinges()) has them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(5)?;
    /// for value in [5.0, 1.0, 4.0, 2.0, 3.0] {
    ///     window.push(value)?;
    /// }
    /// assert_eq!(window.hinges()?, (2.0, 4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for an empty window.
    pub fn hinges(&self) -> Result<(f64, f64)> {
        self.check_filled()?;
        Ok(hinges_of_sorted(&self.sorted))
    }

    /// The values now in the window, in increasing order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(2)?;
    /// window.push(7.0)?;
    /// window.push(1.0)?;
    /// assert_eq!(window.sorted(), [1.0, 7.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn sorted(&self) -> &[f64] {
        &self.sorted
    }

    /// The values now in the window, oldest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(2)?;
    /// window.push(7.0)?;
    /// window.push(1.0)?;
    /// assert!(window.arrivals().eq([7.0, 1.0]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn arrivals(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.arrivals.iter().copied()
    }

    /// How many values the window holds once it is full.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// assert_eq!(SortedWindow::new(60)?.window(), 60);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn window(&self) -> usize {
        self.window
    }

    /// How many values the window holds now.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(60)?;
    /// window.push(1.0)?;
    /// assert_eq!(window.len(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether nothing has arrived.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// assert!(SortedWindow::new(60)?.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Whether the next value makes the oldest one leave.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(1)?;
    /// assert!(!window.is_full());
    /// window.push(1.0)?;
    /// assert!(window.is_full());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.sorted.len() == self.window
    }

    /// Forgets all values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::sorted_window::SortedWindow;
    ///
    /// let mut window = SortedWindow::new(2)?;
    /// window.push(7.0)?;
    /// window.clear();
    /// assert!(window.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn clear(&mut self) {
        self.arrivals.clear();
        self.sorted.clear();
    }

    fn check_filled(&self) -> Result<()> {
        if self.is_empty() {
            return Err(Error::TooShort { name: "window", len: 0, needed: 1 });
        }
        Ok(())
    }
}

/// The value at an index below their number.
#[allow(clippy::indexing_slicing, reason = "indices below the number of values are asked for")]
fn at(sorted: &[f64], index: usize) -> f64 {
    sorted[index]
}

/// The first place in `sorted` whose value is not below `value`, zeros told apart by their sign.
fn place(sorted: &[f64], value: f64) -> usize {
    sorted.partition_point(|other| other.total_cmp(&value).is_lt())
}

/// Puts `new` into its place instead of `old`, which `sorted` holds: what lies between moves by one.
fn replace(sorted: &mut [f64], old: f64, new: f64) {
    let (from, to) = (place(sorted, old), place(sorted, new));
    let target = if from < to {
        sorted.copy_within(from + 1..to, from);
        to - 1
    } else {
        sorted.copy_within(to..from, to + 1);
        to
    };
    if let Some(slot) = sorted.get_mut(target) {
        *slot = new;
    }
}

/// The window as it is written down: the order of size follows from the values.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    window: usize,
    values: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<SortedWindow> for Snapshot {
    fn from(window: SortedWindow) -> Self {
        Self { window: window.window, values: window.arrivals.into() }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Snapshot> for SortedWindow {
    type Error = Error;

    fn try_from(Snapshot { window, values }: Snapshot) -> Result<Self> {
        let refuse = |reason: String| Error::State { reason };
        if window == 0 {
            return Err(refuse("a window holds at least one value".to_owned()));
        }
        if values.len() > window {
            return Err(refuse(format!("{} values in a window of {window}", values.len())));
        }
        Error::check_finite("values", &values).map_err(|error| refuse(error.to_string()))?;
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Self { window, arrivals: values.into(), sorted })
    }
}

#[cfg(test)]
mod tests;
