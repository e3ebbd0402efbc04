//! Time in slices: which were good, which were bad, and which held nothing.

mod counted;
#[cfg(test)]
mod period_tests;
mod report;
#[cfg(test)]
mod tests;

pub(crate) use counted::Slicing;
pub use report::{SliceReport, SliceState};

use crate::counts::Counts;
use crate::exclusion::Spans;
use crate::time::{Duration, Timestamp};

/// How many slices a window or period has, and how many of them were counted.
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Method, Slo, Timestamp};
///
/// // Twenty minutes of an hour were counted.
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
/// let series = CountSeries::bad_total(axis, &[0.0; 20], &[9.0; 20])?;
/// let minutes = Method::RatioTimeslices { slice: "1m".parse()? };
/// let slo = Slo::new("99%".parse()?, "1h".parse()?).method(minutes)?;
/// let slices = slo.budget_at(&series, series.last().unwrap())?.slices().unwrap();
/// assert_eq!((slices.expected, slices.observed, slices.empty()), (60, 20, 40));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Slices {
    /// Slices of the whole window or period, those that are excluded left out, those to come included.
    pub expected: u64,
    /// Slices that counted as good or bad: those with events, and empty ones that `NoData` takes for good or bad.
    pub observed: u64,
    /// Slices that reach across the window's begin or its end: 0, 1 or 2. A slice belongs, whole, to the window in
    /// which it ends.
    pub partial: u64,
}

impl Slices {
    /// No slices at all.
    const NONE: Self = Self { expected: 0, observed: 0, partial: 0 };

    /// Expected slices that did not count, those to come included.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slices;
    ///
    /// assert_eq!(Slices { expected: 60, observed: 45, partial: 0 }.empty(), 15);
    /// ```
    pub const fn empty(&self) -> u64 {
        self.expected.saturating_sub(self.observed)
    }

    /// The share of the expected slices that counted; 0 where none is expected.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slices;
    ///
    /// assert_eq!(Slices { expected: 60, observed: 45, partial: 0 }.coverage(), 0.75);
    /// ```
    pub fn coverage(&self) -> f64 {
        if self.expected > 0 { self.observed as f64 / self.expected as f64 } else { 0.0 }
    }

    /// The slices of a window `(begin, end]` with its counts.
    pub(crate) fn of_window(
        slice: Duration,
        (begin, end): (Timestamp, Timestamp),
        excluded: &Spans,
        counts: &Counts,
    ) -> Self {
        let taken: u64 =
            excluded.within(begin, end).iter().map(|(from, to)| ends_between(slice, *from, *to)).sum();
        let expected = ends_between(slice, begin, end).saturating_sub(taken);
        let partial = [begin, end].map(|edge| u64::from(edge.nanos().rem_euclid(slice.nanos()) != 0));
        Self { expected, observed: number(counts), partial: partial.iter().sum() }
    }

    /// The slices of a window of this length, of which these were counted: at least as many as that.
    pub(crate) fn of_length(slice: Duration, length: Duration, counts: &Counts) -> Self {
        let (length, observed) = (length.nanos().unsigned_abs(), number(counts));
        let expected = (length / slice.nanos().unsigned_abs().max(1)).max(observed);
        Self { expected, observed, partial: 0 }
    }

    /// Whether they are those of these counts.
    #[cfg(feature = "serde")]
    pub(crate) fn hold(&self, counts: &Counts) -> bool {
        self.observed == number(counts) && self.observed <= self.expected && self.partial <= 2
    }
}

/// How many slices end in the window `(begin, end]`.
fn ends_between(slice: Duration, begin: Timestamp, end: Timestamp) -> u64 {
    let number = |at: Timestamp| i128::from(at.nanos().div_euclid(slice.nanos()));
    u64::try_from(number(end) - number(begin)).unwrap_or(0)
}

/// How many slices were counted: each counts one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count is not negative, and as many slices as can be held are fewer than 2^53"
)]
fn number(counts: &Counts) -> u64 {
    counts.total() as u64
}
