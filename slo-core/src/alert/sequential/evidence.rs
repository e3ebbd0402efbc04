//! What one event says of two rates.

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::objective::Objective;

/// The log likelihood ratios of a bad and of a good event, at a burn of `power_at` over a burn of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Evidence {
    bad: f64,
    good: f64,
}

impl Evidence {
    /// From exact fractions, refusing a burn of 1 or less and one at which every event is bad.
    pub(super) fn new(objective: Objective, power_at: f64) -> Result<Self> {
        let refuse = |reason: String| Error::invalid("power_at", power_at, reason);
        let power = Fraction::try_from(power_at);
        let power = power.map_err(|_| refuse("must be above 1, with at most 18 digits".to_owned()))?;
        let beyond = power.numerator().checked_sub(power.denominator()).filter(|beyond| *beyond > 0);
        let beyond = beyond.and_then(|beyond| Fraction::new(beyond, power.denominator()));
        let beyond = beyond.ok_or_else(|| refuse("must be above 1".to_owned()))?.to_f64();
        let budget = objective.budget();
        let good_at = power.times(budget)?.complement().filter(|good| !good.is_zero());
        let good_at = good_at.ok_or_else(|| {
            refuse(format!("must be below 1/{budget}, at which every event of {objective} is bad"))
        })?;
        // ln f, and ln((1 - f b) / (1 - b)) = ln(1 - b (f - 1) / (1 - b)): each from the form that keeps its digits.
        let bad = if beyond < 1.0 { beyond.ln_1p() } else { power.to_f64().ln() };
        let target = objective.target().to_f64();
        let loss = budget.to_f64() * beyond / target;
        let good = if loss < 0.5 { (-loss).ln_1p() } else { (good_at.to_f64() / target).ln() };
        Ok(Self { bad, good })
    }

    /// The log likelihood ratio of counts.
    pub(super) fn ln(self, counts: Counts) -> f64 {
        counts.bad() * self.bad + counts.good() * self.good
    }

    /// The most that these counts can have said on the way.
    #[cfg(feature = "serde")]
    pub(super) fn ln_most(self, counts: Counts) -> f64 {
        counts.bad() * self.bad
    }

    /// The share of bad events at which evidence neither grows nor falls.
    pub(super) fn balance(self) -> f64 {
        -self.good / (self.bad - self.good)
    }
}
