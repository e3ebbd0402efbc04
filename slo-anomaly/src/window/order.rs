//! The last values in order of size.

use std::collections::VecDeque;

use slo_core::Result;
use slo_core::stats::quantile::Sorted;
use slo_core::stats::sorted_window::SortedWindow;

use crate::order::center_and_scale;
use crate::three_sigma::Scale;
use crate::tukey::Quartiles;
use crate::verdict::Baseline;

/// The last values in order of size, with places that hold no number.
///
/// Such a hole is kept as the greatest float: no number is sorted behind it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct MovingOrder {
    sorted: SortedWindow,
    holes: VecDeque<Hole>,
}

/// A place without a number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Hole {
    /// How many places came after it.
    age: usize,
    /// Whether it holds an infinity.
    infinite: bool,
}

impl MovingOrder {
    pub(super) fn new(window: usize) -> Result<Self> {
        Ok(Self { sorted: SortedWindow::new(window)?, holes: VecDeque::new() })
    }

    pub(super) fn push(&mut self, value: f64) -> Result<()> {
        self.sorted.push(if value.is_finite() { value } else { f64::MAX })?;
        self.holes.iter_mut().for_each(|hole| hole.age += 1);
        if self.holes.front().is_some_and(|oldest| oldest.age >= self.sorted.window()) {
            self.holes.pop_front();
        }
        if !value.is_finite() {
            self.holes.push_back(Hole { age: 0, infinite: value.is_infinite() });
        }
        Ok(())
    }

    /// The finite values in order of size.
    pub(crate) fn finite(&self) -> &[f64] {
        let count = self.sorted.len() - self.holes.len();
        self.sorted.sorted().get(..count).unwrap_or_default()
    }

    #[cfg(feature = "serde")]
    pub(super) fn places(&self) -> (usize, usize) {
        (self.sorted.window(), self.sorted.len())
    }

    /// The finite values in order of size; none where an infinity is among them.
    pub(crate) fn bounded(&self) -> Option<&[f64]> {
        (!self.holds_infinity()).then(|| self.finite())
    }

    pub(crate) fn holds_infinity(&self) -> bool {
        self.holes.iter().any(|hole| hole.infinite)
    }

    /// The ends of the box that holds the middle half; none without a value or with an infinite one.
    pub(crate) fn quartiles(&self, kind: Quartiles) -> Option<(f64, f64)> {
        if self.holds_infinity() {
            return None;
        }
        if self.holes.is_empty() {
            return match kind {
                Quartiles::Type(kind) => {
                    self.sorted.quantile(0.25, kind).ok().zip(self.sorted.quantile(0.75, kind).ok())
                }
                Quartiles::Hinges => self.sorted.hinges().ok(),
            };
        }
        Sorted::new(self.finite()).ok().and_then(|sorted| kind.of(&sorted).ok())
    }

    /// The median and a robust scale, NaN where it holds an infinity, and a value's distance from the median.
    #[allow(clippy::indexing_slicing, reason = "indices below the count are asked for")]
    pub(crate) fn compare(&self, scale: Scale, value: f64) -> (f64, Baseline) {
        let finite = self.finite();
        let n = finite.len();
        if n == 0 || self.holds_infinity() {
            return (f64::NAN, Baseline::without(n));
        }
        let (center, scale) = center_and_scale(scale, n, |index| finite[index], value);
        (value - center, Baseline::of(center, scale, n))
    }
}

/// The window as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sorted: SortedWindow,
    holes: Vec<Hole>,
}

#[cfg(feature = "serde")]
impl From<MovingOrder> for Written {
    fn from(window: MovingOrder) -> Self {
        let MovingOrder { sorted, holes } = window;
        Self { sorted, holes: holes.into() }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for MovingOrder {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { sorted, holes } = written;
        let arrivals: Vec<f64> = sorted.arrivals().collect();
        let is_hole = |hole: &Hole| arrivals.iter().rev().nth(hole.age) == Some(&f64::MAX);
        if !(holes.is_sorted_by(|older, newer| older.age > newer.age) && holes.iter().all(is_hole)) {
            let reason = "the window's holes do not belong to its values".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { sorted, holes: holes.into() })
    }
}
