//! The season that is taken off beforehand.

use slo_core::Result;
use slo_core::decompose::{Classical, Composition};

use crate::seasonality::seasonality;

/// What an index has to exceed to be divided by.
const LEAST: f64 = 1e-6;

/// A figure that repeats itself; an empty one is no season.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Season {
    pub(crate) figure: Vec<f64>,
    pub(crate) composition: Composition,
}

impl Season {
    /// That of the series, if it has one: more than two periods, and significant autocorrelation.
    pub(crate) fn of(values: &[f64], period: usize, composition: Composition) -> Result<Self> {
        if period < 2 || values.len() / 2 < period || values.len() == 2 * period {
            return Ok(Self::default());
        }
        if !seasonality(values, period)?.is_seasonal() {
            return Ok(Self::default());
        }
        let figure =
            |composition| Ok(Classical::new(period).composition(composition).decompose(values)?.figure);
        let positive = values.iter().all(|value| *value > 0.0);
        if composition == Composition::Multiplicative && positive {
            let figure: Vec<f64> = figure(composition)?;
            if figure.iter().all(|index| *index > LEAST) {
                return Ok(Self { figure, composition });
            }
        }
        let composition = Composition::Additive;
        Ok(Self { figure: figure(composition)?, composition })
    }

    pub(crate) fn is_none(&self) -> bool {
        self.figure.is_empty()
    }

    fn index(&self, place: u64) -> Option<f64> {
        let period = self.figure.len() as u64;
        let phase = place.checked_rem(period)?;
        self.figure.get(usize::try_from(phase).ok()?).copied()
    }

    /// The value at `place` without the season.
    pub(crate) fn off(&self, place: u64, value: f64) -> f64 {
        match (self.index(place), self.composition) {
            (None, _) => value,
            (Some(index), Composition::Additive) => value - index,
            (Some(index), Composition::Multiplicative) => value / index,
        }
    }

    /// The value at `place` with the season.
    pub(crate) fn on(&self, place: u64, value: f64) -> f64 {
        match (self.index(place), self.composition) {
            (None, _) => value,
            (Some(index), Composition::Additive) => value + index,
            (Some(index), Composition::Multiplicative) => value * index,
        }
    }

    /// What a unit of the adjusted series is in the series at `place`.
    pub(crate) fn unit(&self, place: u64) -> f64 {
        match (self.index(place), self.composition) {
            (Some(index), Composition::Multiplicative) => index,
            _ => 1.0,
        }
    }

    #[cfg(feature = "serde")]
    pub(crate) fn holds(&self) -> bool {
        let least = match self.composition {
            Composition::Additive => f64::NEG_INFINITY,
            Composition::Multiplicative => 0.0,
        };
        self.figure.iter().all(|index| index.is_finite() && *index > least)
    }
}
