//! A series in the unit of its size, so that every search meets numbers about 1.

use super::criterion::{ROUNDING, sum_of_squares};
use super::spec::EtsSpec;
use super::states::States;

/// What is taken off the values, and the power of two they are then divided by: both are exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) origin: f64,
    pub(super) unit: f64,
}

impl Scale {
    /// The first value and the greatest distance from it; where a part is a factor, 0 and the greatest value. None
    /// where all values are the same, or none is there.
    pub(super) fn of(spec: EtsSpec, values: &[f64]) -> Option<Self> {
        let seen = || values.iter().filter(|y| !y.is_nan());
        let first = *seen().next()?;
        if seen().all(|y| *y == first) {
            return None;
        }
        let origin = if spec.is_multiplicative() { 0.0 } else { first };
        let most = seen().fold(0.0_f64, |most, y| most.max((y - origin).abs()));
        Some(Self { origin, unit: most.log2().floor().exp2() })
    }

    pub(super) fn shrink(self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|y| (y - self.origin) / self.unit).collect()
    }

    /// States in the unit of the series.
    pub(super) fn grow_states(self, spec: EtsSpec, states: &mut States) {
        states.level = self.origin + self.unit * states.level;
        if spec.trend.exists() && !spec.trend.is_multiplicative() {
            states.trend *= self.unit;
        }
        if spec.season == super::EtsSeason::Additive {
            for s in &mut states.season {
                *s *= self.unit;
            }
        }
    }

    /// The inverse of [`grow_states`](Self::grow_states).
    pub(super) fn shrink_states(self, spec: EtsSpec, states: &mut States) {
        let inverse = Self { origin: -self.origin / self.unit, unit: self.unit.recip() };
        inverse.grow_states(spec, states);
    }

    /// Whether errors in this unit are rounding only.
    pub(super) fn is_exact(errors: &[f64]) -> bool {
        // A hundred times the floor that the criterion works with.
        sum_of_squares(errors) <= 1e2 * ROUNDING * errors.len() as f64
    }
}
