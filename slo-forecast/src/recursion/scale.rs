//! A series in the unit of its size, so that every search meets numbers about 1.

use slo_core::{Error, Result};

use super::{Recursion, Season, States};
use crate::accuracy::unit;

/// What is taken off the values, and the power of two they are then divided by: going there and back is exact for most
/// series, so that another zero or unit of the values does not change a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) origin: f64,
    pub(crate) unit: f64,
}

/// Half the greatest unit.
const MOST: f64 = 1.0 / f64::MIN_POSITIVE;

impl Scale {
    /// The first value, or 0 where a part is a factor, and the greatest distance from it.
    pub(crate) fn of(values: &[f64], has_factor: bool) -> Self {
        let mut seen = values.iter().copied().filter(|y| !y.is_nan()).peekable();
        let origin = if has_factor { 0.0 } else { seen.peek().copied().unwrap_or(0.0) };
        // Half of each, as a difference of two huge values need not be a float.
        let most = seen.fold(0.0_f64, |most, y| most.max((0.5 * y - 0.5 * origin).abs()));
        let unit = if most > 0.0 { 2.0 * unit(most).min(MOST) } else { 1.0 };
        Self { origin, unit }
    }

    /// A value in this unit.
    pub(crate) fn shrink(self, y: f64) -> f64 {
        if self.origin == 0.0 { y / self.unit } else { 2.0 * ((0.5 * y - 0.5 * self.origin) / self.unit) }
    }

    /// The inverse of [`shrink`](Self::shrink): over half of each where the distance from the origin is no float though
    /// the sum is one.
    pub(crate) fn grow(self, y: f64) -> f64 {
        let sum = self.origin + self.unit * y;
        if sum.is_finite() { sum } else { 2.0 * (0.5 * self.origin + (0.5 * self.unit) * y) }
    }

    /// States in this unit.
    pub(crate) fn shrink_states(self, recursion: Recursion, states: &mut States) {
        states.level = self.shrink(states.level);
        Self::resize(recursion, states, |part| part / self.unit);
    }

    /// The inverse of [`shrink_states`](Self::shrink_states).
    ///
    /// Refuses what then is no number.
    pub(crate) fn grow_states(self, recursion: Recursion, states: &mut States) -> Result<()> {
        states.level = self.grow(states.level);
        Self::resize(recursion, states, |part| self.unit * part);
        if states.are_finite() { Ok(()) } else { Err(Error::out_of_range("the level, trend or season")) }
    }

    /// Resizes a trend and a season that are added.
    fn resize(recursion: Recursion, states: &mut States, size: impl Fn(f64) -> f64) {
        if !recursion.trend.is_multiplicative() {
            states.trend = size(states.trend);
        }
        if recursion.season == Season::Additive {
            for s in &mut states.season {
                *s = size(*s);
            }
        }
    }
}
