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
            level: self.zero + self.size * start.level,
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
