//! Simple smoothing of the parts that demand is taken apart into.

use super::options::Smoothing;
use crate::optimise::minimise_scalar;

/// Between what weights the best one is looked for.
const RANGE: (f64, f64) = (0.1, 0.3);

/// Into how many parts the range is scanned before the deepest valley is followed.
const PARTS: u32 = 40;

/// A weight, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) weight: f64,
    pub(super) evaluations: u64,
    pub(super) at_bound: bool,
    pub(super) converged: bool,
}

/// What is smoothed so far; nothing before the first number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub(super) struct Level(pub(super) Option<f64>);

impl Level {
    pub(super) fn with(self, value: f64, weight: f64) -> Self {
        Self(Some(self.0.map_or(value, |level| level + weight * (value - level))))
    }

    /// 0 before the first number.
    pub(super) fn or_zero(self) -> f64 {
        self.0.unwrap_or(0.0)
    }

    #[cfg(feature = "serde")]
    pub(super) fn holds(self, least: f64) -> bool {
        self.0.is_none_or(|level| level.is_finite() && level >= least)
    }
}

/// The weight for such numbers.
pub(super) fn weight(smoothing: Smoothing, numbers: &[f64]) -> Found {
    match smoothing {
        Smoothing::Set(weight) => Found { weight, evaluations: 0, at_bound: false, converged: true },
        Smoothing::Optimised => best(numbers),
    }
}

/// The sum of the squared errors one step ahead, in units of the largest number.
pub(super) fn squares(numbers: &[f64], unit: f64, weight: f64) -> f64 {
    let (mut level, mut sum) = (Level::default(), 0.0);
    for number in numbers {
        if let Some(expected) = level.0 {
            let error = (number - expected) / unit;
            sum += error * error;
        }
        level = level.with(*number, weight);
    }
    sum
}

fn best(numbers: &[f64]) -> Found {
    let (least, most) = RANGE;
    let unit = numbers.iter().fold(0.0_f64, |unit, number| unit.max(number.abs()));
    if unit == 0.0 {
        return Found { weight: least, evaluations: 0, at_bound: true, converged: true };
    }
    let at = |part: u32| {
        if part >= PARTS { most } else { least + (most - least) * f64::from(part) / f64::from(PARTS) }
    };
    let deepest = (0..=PARTS)
        .map(|part| (part, squares(numbers, unit, at(part))))
        .fold((0, f64::INFINITY), |best, (part, value)| if value < best.1 { (part, value) } else { best })
        .0;
    let (low, high) = (at(deepest.saturating_sub(1)), at(deepest + 1));
    let found = minimise_scalar(low, high, &mut |weight| squares(numbers, unit, weight));
    let weight = found.point.first().copied().unwrap_or(at(deepest)).clamp(least, most);
    Found {
        weight,
        evaluations: found.evaluations + u64::from(PARTS) + 1,
        at_bound: weight <= least || weight >= most,
        converged: found.converged,
    }
}
