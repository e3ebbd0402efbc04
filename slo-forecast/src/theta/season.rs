//! The season that is taken off beforehand.

use slo_core::Result;

use crate::seasonality::seasonality;

/// How a season is joined to the rest of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Composition {
    /// It is added.
    Additive,
    /// It multiplies: it swings with the level.
    #[default]
    Multiplicative,
}

/// A figure that repeats itself; an empty one is no season.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Season {
    pub(super) figure: Vec<f64>,
    pub(super) composition: Composition,
}

impl Season {
    /// That of the series, if it has one: more than two periods, and significant autocorrelation.
    pub(super) fn of(values: &[f64], period: usize, composition: Composition) -> Result<Self> {
        let none = Self::default();
        if period < 2 || values.len() / 2 < period || values.len() == 2 * period {
            return Ok(none);
        }
        if !seasonality(values, period)?.is_seasonal() {
            return Ok(none);
        }
        let positive = values.iter().all(|value| *value > 0.0);
        if composition == Composition::Multiplicative && positive {
            let figure = figure(values, period, |value, trend| value / trend);
            let mean = figure.iter().sum::<f64>() / period as f64;
            let figure: Vec<f64> = figure.iter().map(|index| index / mean).collect();
            if figure.iter().all(|index| index.is_finite() && *index > 1e-6) {
                return Ok(Self { figure, composition });
            }
        }
        let figure = figure(values, period, |value, trend| value - trend);
        let mean = figure.iter().sum::<f64>() / period as f64;
        let figure = figure.iter().map(|index| index - mean).collect();
        Ok(Self { figure, composition: Composition::Additive })
    }

    pub(super) fn is_none(&self) -> bool {
        self.figure.is_empty()
    }

    fn index(&self, place: u64) -> Option<f64> {
        let period = self.figure.len() as u64;
        let phase = place.checked_rem(period)?;
        self.figure.get(usize::try_from(phase).ok()?).copied()
    }

    /// The value at `place` without the season.
    pub(super) fn off(&self, place: u64, value: f64) -> f64 {
        match (self.index(place), self.composition) {
            (None, _) => value,
            (Some(index), Composition::Additive) => value - index,
            (Some(index), Composition::Multiplicative) => value / index,
        }
    }

    /// The value at `place` with the season.
    pub(super) fn on(&self, place: u64, value: f64) -> f64 {
        match (self.index(place), self.composition) {
            (None, _) => value,
            (Some(index), Composition::Additive) => value + index,
            (Some(index), Composition::Multiplicative) => value * index,
        }
    }

    /// What a unit of the adjusted series is in the series at `place`.
    pub(super) fn unit(&self, place: u64) -> f64 {
        match (self.index(place), self.composition) {
            (Some(index), Composition::Multiplicative) => index,
            _ => 1.0,
        }
    }

    #[cfg(feature = "serde")]
    pub(super) fn holds(&self) -> bool {
        let least = match self.composition {
            Composition::Additive => f64::NEG_INFINITY,
            Composition::Multiplicative => 0.0,
        };
        self.figure.iter().all(|index| index.is_finite() && *index > least)
    }
}

/// The mean of each phase relative to the centred moving average over a period.
#[allow(clippy::indexing_slicing, reason = "a window around a place from half a period on reaches that far")]
fn figure(values: &[f64], period: usize, relative: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let (half, even) = (period / 2, period % 2 == 0);
    let mut sums = vec![(0.0, 0_u64); period];
    for place in half..values.len() - half {
        let window = &values[place - half..=place + half];
        let mut sum: f64 = window.iter().sum();
        if even {
            sum -= 0.5 * (window[0] + window[period]);
        }
        let (phase, count) = &mut sums[place % period];
        *phase += relative(values[place], sum / period as f64);
        *count += 1;
    }
    sums.into_iter().map(|(sum, count)| sum / count as f64).collect()
}
