//! The zero and the size in which a series is smoothed.

use super::kernel::{Parts, Trend};
use super::start::States;

/// The zero and the size in which a series is smoothed: both are such that going there and back is exact for most
/// series, so that another zero or unit of the values does not change the search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) zero: f64,
    pub(super) size: f64,
}

impl Unit {
    pub(super) fn of(values: &[f64], parts: Parts) -> Self {
        let free = parts.trend != Trend::Multiplicative && !parts.season_is_factor();
        let zero = if free { values.first().copied().unwrap_or(0.0) } else { 0.0 };
        // Half of each, as a difference of two huge values need not be a float.
        let most = values.iter().fold(0.0_f64, |most, y| most.max((0.5 * y - 0.5 * zero).abs()));
        let size = if most > 0.0 { 2.0_f64.powi(exponent(most) + 1) } else { 1.0 };
        Self { zero, size }
    }

    pub(super) fn inwards(&self, y: f64) -> f64 {
        if self.zero == 0.0 { y / self.size } else { 2.0 * ((0.5 * y - 0.5 * self.zero) / self.size) }
    }

    /// The way back; over half of each where the distance from the zero is no float though the sum is one.
    pub(super) fn outwards(&self, f: f64) -> f64 {
        let sum = self.zero + self.size * f;
        if sum.is_finite() { sum } else { 2.0 * (0.5 * self.zero + (0.5 * self.size) * f) }
    }

    pub(super) fn start_inwards(&self, start: &States, parts: Parts) -> States {
        States {
            first: start.first,
            level: self.inwards(start.level),
            trend: match parts.trend {
                Trend::None => 0.0,
                Trend::Additive => start.trend / self.size,
                Trend::Multiplicative => start.trend,
            },
            season: start
                .season
                .iter()
                .map(|s| if parts.season_is_factor() { *s } else { s / self.size })
                .collect(),
        }
    }

    pub(super) fn start_outwards(&self, start: &States, parts: Parts) -> States {
        States {
            first: start.first,
            level: self.outwards(start.level),
            trend: if parts.trend == Trend::Additive { self.size * start.trend } else { start.trend },
            season: start
                .season
                .iter()
                .map(|s| if parts.season_is_factor() { *s } else { s * self.size })
                .collect(),
        }
    }
}

/// The exponent of the power of two at or below a positive number, within those that have an inverse.
fn exponent(value: f64) -> i32 {
    let bits = i32::try_from((value.to_bits() >> 52) & 0x7ff).unwrap_or(0);
    (bits - 1023).clamp(-1000, 1000)
}

#[cfg(test)]
mod tests {
    use crate::{HoltWinters, Model};

    #[test]
    fn a_season_twice_as_wide_as_any_float_is_met_exactly() {
        // From one value to the next it is 3.4e308, which is no float, though all values are.
        let values: Vec<f64> = (0..40).map(|t| if t % 2 == 0 { 1.7e308 } else { -1.7e308 }).collect();
        let model = HoltWinters::new(2).unwrap().fit(&values).unwrap();
        assert_eq!(model.fitted(), values);
        assert_eq!(model.forecast(4, &[]).unwrap().mean(), &values[..4]);
    }

    #[test]
    fn another_zero_is_left_as_it_was_found_to_the_last_bit() {
        for zero in [5e-324, 0.1, 1e300, f64::MAX] {
            let unit = super::Unit { zero, size: 1.0 };
            assert_eq!(unit.outwards(0.0), zero);
        }
    }
}
