//! What the season leaves, and the values that are farthest from the middle of it.

use slo_core::Result;
use slo_core::decompose::Stl;

use super::SeasonalEsd;
use crate::detection::Findings;
use crate::esd::kernel::{critical_values, outliers, robust_removals};
use crate::order::median_and_mad_of;
use crate::policy::Degenerate;
use crate::seasonal::adjust::{ROUNDING, centered, size};
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// A series without its season and its median.
pub(super) struct Adjusted {
    values: Vec<f64>,
    /// What differs by less does not differ.
    rounding: f64,
}

/// What the season and the median of all values leave.
pub(super) fn season(period: usize, values: &[f64]) -> Result<Adjusted> {
    let mut rest = centered(values)?;
    let parts = Stl::new(period).periodic().robust().decompose(&rest)?;
    let rounding = ROUNDING * size(&rest);
    for (rest, seasonal) in rest.iter_mut().zip(&parts.seasonal) {
        *rest -= seasonal;
    }
    Ok(Adjusted { values: rest, rounding })
}

/// Judges every value, of which at most `most >= 1` may be outliers, less than half of all.
pub(super) fn judge(
    rule: &SeasonalEsd,
    most: usize,
    values: &[f64],
    adjusted: &Adjusted,
    scores: &mut [f64],
) -> Findings {
    let rest = &adjusted.values;
    // One for each number of values that may be left, the last one after all removals.
    let critical: Vec<f64> = critical_values(rest.len(), rule.side, rule.alpha).take(most + 1).collect();
    let taken = taken(rule, most, adjusted, &critical);
    let left = Left::without(adjusted, &taken);
    let threshold = critical.get(taken.len()).copied().unwrap_or(f64::INFINITY);
    let mut is_taken = vec![false; rest.len()];
    for place in taken {
        if let Some(is_taken) = is_taken.get_mut(place) {
            *is_taken = true;
        }
    }
    let mut outliers = Vec::new();
    let places = values.iter().copied().enumerate().zip(rest).zip(is_taken);
    for (((place, rest), is_taken), score) in places.zip(scores) {
        let verdict = left.verdict(place, *rest, is_taken, (threshold, rule.side));
        *score = verdict.score;
        if verdict.flagged {
            outliers.push(verdict);
        }
    }
    Findings { outliers, threshold }
}

/// The places of the outliers.
fn taken(rule: &SeasonalEsd, most: usize, adjusted: &Adjusted, critical: &[f64]) -> Vec<usize> {
    let mut removals = robust_removals(&adjusted.values, most, rule.side);
    let steps = removals.iter().take_while(|removal| removal.scale > adjusted.rounding).count();
    removals.truncate(steps);
    let mut places: Vec<usize> = removals.iter().map(|removal| removal.place).collect();
    if steps < most && rule.degenerate == Degenerate::Alarm {
        // What is left has no spread: is what differs from it little enough to be an exception?
        let left = Left::without(adjusted, &places);
        let mut is_left = vec![true; adjusted.values.len()];
        for place in &places {
            if let Some(is_left) = is_left.get_mut(*place) {
                *is_left = false;
            }
        }
        let values = adjusted.values.iter().zip(is_left).enumerate();
        let differing: Vec<usize> = values
            .filter(|(_, (value, is_left))| {
                *is_left && rule.side.is_beyond(*value - left.center, adjusted.rounding)
            })
            .map(|(place, _)| place)
            .collect();
        if !differing.is_empty() && steps + differing.len() <= most {
            places.extend(differing);
            return places;
        }
    }
    places.truncate(outliers(&removals, critical));
    places
}

/// What is left once some values are taken away: their middle and their spread, 0 where it is no more than rounding.
struct Left {
    center: f64,
    scale: f64,
    n: usize,
    rounding: f64,
}

impl Left {
    fn without(adjusted: &Adjusted, taken: &[usize]) -> Self {
        let mut left: Vec<f64> = adjusted.values.clone();
        for place in taken {
            if let Some(value) = left.get_mut(*place) {
                *value = f64::NAN;
            }
        }
        left.retain(|value| !value.is_nan());
        left.sort_unstable_by(f64::total_cmp);
        let (center, scale) = median_and_mad_of(&left);
        let rounding = adjusted.rounding;
        Self { center, scale: if scale > rounding { scale } else { 0.0 }, n: left.len(), rounding }
    }

    /// The verdict on a value of which `rest` was left, its score on the side of the threshold of the decision.
    fn verdict(
        &self,
        (index, value): (usize, f64),
        rest: f64,
        is_taken: bool,
        (threshold, side): (f64, Side),
    ) -> Verdict {
        let distance = rest - self.center;
        let differs = distance.abs() > self.rounding;
        let mut score = if self.scale > 0.0 {
            distance / self.scale
        } else if differs && is_taken {
            f64::INFINITY.copysign(distance)
        } else {
            0.0
        };
        if is_taken && !side.is_beyond(score, threshold) {
            score = threshold.next_up().copysign(distance);
        } else if !is_taken && side.is_beyond(score, threshold) {
            score = threshold.copysign(distance);
        }
        let reason = (self.scale == 0.0 && differs).then_some(Reason::Degenerate);
        // The middle moves with the season.
        let baseline = Baseline::of(value - distance, self.scale, self.n);
        Verdict::scored((index, value), score, (threshold, side), reason, baseline, Tail::UNKNOWN)
    }
}
