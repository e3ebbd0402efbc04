//! Mean and squared deviations, one value at a time.

use crate::fitted::check_squares;
use slo_core::Result;

/// Mean and squared deviations about it.
///
/// # Method
///
/// Welford's, of the distances from the first value, so that a series far from 0 loses nothing.
///
/// # References
///
/// Welford, B. P. (1962). Note on a method for calculating corrected sums of squares and products. *Technometrics*
/// 4(3), 419-420.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Spread {
    origin: f64,
    count: u64,
    mean: f64,
    squares: f64,
}

impl Spread {
    pub(crate) const fn new(first: f64) -> Self {
        Self { origin: first, count: 1, mean: 0.0, squares: 0.0 }
    }

    pub(crate) fn with(self, value: f64) -> Result<Self> {
        let (distance, count) = (value - self.origin, self.count + 1);
        let above = distance - self.mean;
        let mean = self.mean + above / count as f64;
        let squares = check_squares(self.squares + above * (distance - mean))?;
        Ok(Self { count, mean, squares, ..self })
    }

    pub(crate) fn mean(&self) -> f64 {
        self.origin + self.mean
    }

    /// The variance with the divisor `count - 1`.
    pub(crate) fn variance(&self) -> f64 {
        self.squares / (self.count - 1) as f64
    }

    #[cfg(feature = "serde")]
    pub(crate) fn holds(&self, count: u64) -> bool {
        let finite = self.origin.is_finite() && self.mean.is_finite() && self.squares.is_finite();
        finite && self.squares >= 0.0 && self.count == count
    }
}
