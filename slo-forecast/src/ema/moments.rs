//! The recursions of the mean and of the variance, and how gaps let weights fade.

use super::settings::{Bias, EmaMissing, Weighting};

/// How many values the sum goes on from one anchor.
pub(super) const BLOCK: usize = 4;

/// What the recursions need of the settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) alpha: f64,
    /// The powers of the share that stays: `q, q², q³, q⁴`.
    pub(super) powers: [f64; BLOCK],
    pub(super) weighting: Weighting,
    pub(super) missing: EmaMissing,
    /// Whether weights fade by time.
    pub(super) timed: bool,
}

impl Terms {
    pub(super) fn new(alpha: f64, weighting: Weighting, missing: EmaMissing, timed: bool) -> Self {
        let stays = 1.0 - alpha;
        let square = stays * stays;
        let powers = [stays, square, square * stays, square * square];
        Self { alpha, powers, weighting, missing, timed }
    }

    /// The weight of a new value beside the mean of those before it, which has faded by this factor.
    fn recursive_share(&self, factor: f64) -> f64 {
        if self.timed { 1.0 - factor } else { self.alpha }
    }

    pub(super) fn stays(&self) -> f64 {
        self.powers[0]
    }
}

/// What a place of the series means for the moments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// A gap: the moments stay as they are.
    Gap,
    /// The first value.
    First,
    /// A value one place after the one before.
    Next,
    /// A value before which all weights have faded by this factor.
    After(f64),
}

/// By how much the weights have faded since the last value.
///
/// Fading is kept apart from the moments until the next value comes: it changes no mean, and however long a gap
/// lasts, nothing becomes 0/0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Pace {
    pub(super) started: bool,
    pub(super) faded: f64,
}

impl Pace {
    pub(super) const fn new() -> Self {
        Self { started: false, faded: 1.0 }
    }

    /// The next place; `factor` is what weights fade by until there, if that is not the usual.
    #[inline]
    pub(super) fn step(&mut self, terms: &Terms, value: f64, factor: Option<f64>) -> Step {
        match (value.is_finite(), self.started) {
            (false, _) => {
                if terms.missing == EmaMissing::Decay {
                    self.faded *= factor.unwrap_or(terms.stays());
                }
                Step::Gap
            }
            (true, false) => {
                *self = Self { started: true, faded: 1.0 };
                Step::First
            }
            (true, true) if factor.is_none() && self.faded == 1.0 => Step::Next,
            (true, true) => {
                let faded = std::mem::replace(&mut self.faded, 1.0);
                Step::After(faded * factor.unwrap_or(terms.stays()))
            }
        }
    }
}

/// The weighted sum of the values and the sum of their weights, the newest weight being alpha.
///
/// ```text
/// s' = q s + alpha x,   w' = q w + alpha,   mean = s / w
/// ```
///
/// from `s = w = 0`, or with all weight on the first value from `s = x_0, w = 1`, where `w` stays 1. The sum goes in
/// blocks: each place of a block is reached from the block's beginning, `q^(k+1) s + local`, so that a processor need
/// not wait for one place to compute the next. A stream does the same arithmetic as a batch. As long as all values are the
/// same, so is their mean, which the quotient would be to rounding only.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Level {
    /// The sum at the beginning of the block.
    pub(super) anchor: f64,
    /// What the block has added to it.
    pub(super) local: f64,
    /// How many values the block holds.
    pub(super) place: usize,
    /// The sum of the weights.
    pub(super) weight: f64,
    /// The value that all were so far, if they were.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub(super) only: Option<f64>,
}

impl Level {
    /// With the first value.
    pub(super) fn first(value: f64, terms: &Terms) -> Self {
        let level = match terms.weighting {
            Weighting::Recursive => Self::anchored(value, 1.0),
            Weighting::Adjusted => Self::anchored(terms.alpha * value, terms.alpha),
        };
        Self { only: Some(value), ..level }
    }

    pub(super) const fn anchored(anchor: f64, weight: f64) -> Self {
        Self { anchor, local: 0.0, place: 0, weight, only: None }
    }

    fn sum(&self, terms: &Terms) -> f64 {
        let reach = self.place.checked_sub(1).and_then(|last| terms.powers.get(last));
        reach.map_or(self.anchor, |power| power * self.anchor + self.local)
    }

    pub(super) fn mean(&self, terms: &Terms) -> f64 {
        self.only.unwrap_or_else(|| self.sum(terms) / self.weight)
    }

    #[inline]
    pub(super) fn take(&mut self, step: Step, value: f64, terms: &Terms) {
        let only = self.only.filter(|only| *only == value);
        match step {
            Step::Gap => return,
            Step::First => return *self = Self::first(value, terms),
            Step::Next => {
                let added = terms.alpha * value;
                self.local = if self.place == 0 { added } else { terms.stays() * self.local + added };
                self.place += 1;
                self.weight = terms.stays() * self.weight + terms.alpha;
                if self.place == BLOCK {
                    *self = Self::anchored(self.sum(terms), self.weight);
                }
            }
            Step::After(factor) => {
                let faded = factor * self.sum(terms);
                *self = match terms.weighting {
                    Weighting::Adjusted => {
                        Self::anchored(faded + terms.alpha * value, factor * self.weight + terms.alpha)
                    }
                    Weighting::Recursive => {
                        let share = terms.recursive_share(factor);
                        Self::anchored((faded + share * value) / (factor + share), 1.0)
                    }
                };
            }
        }
        self.only = only;
    }
}

/// Weighted squares about the mean, and what corrects their bias.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Squares {
    pub(super) mean: f64,
    pub(super) variance: f64,
    /// The sum of the weights.
    pub(super) weight: f64,
    /// The sum of the products of each two weights, in either order.
    pub(super) pairs: f64,
    /// The sum of the squared weights.
    pub(super) squared: f64,
    /// The weight of all that came before beside that of a new value.
    pub(super) old: f64,
}

impl Squares {
    pub(super) const fn first(value: f64) -> Self {
        Self { mean: value, variance: 0.0, weight: 1.0, pairs: 0.0, squared: 1.0, old: 1.0 }
    }

    /// Takes a value.
    ///
    /// ```text
    /// m' = (o m + n x) / (o + n),   v' = (o (v + (m - m')²) + n (x - m')²) / (o + n)
    /// ```
    #[inline]
    pub(super) fn take(&mut self, step: Step, value: f64, terms: &Terms) {
        let factor = match step {
            Step::Gap => return,
            Step::First => return *self = Self::first(value),
            Step::Next => terms.stays(),
            Step::After(factor) => factor,
        };
        let new = match terms.weighting {
            Weighting::Adjusted => 1.0,
            Weighting::Recursive => terms.recursive_share(factor),
        };
        let (old, square) = (self.old * factor, factor * factor);
        let whole = old + new;
        let before = self.mean;
        if value != before {
            self.mean = (old * before + new * value) / whole;
        }
        let (moved, rest) = (before - self.mean, value - self.mean);
        self.variance = (old * (self.variance + moved * moved) + new * (rest * rest)) / whole;
        self.pairs = self.pairs * square + 2.0 * new * (self.weight * factor);
        self.squared = self.squared * square + new * new;
        self.weight = self.weight * factor + new;
        self.old = whole;
        if terms.weighting == Weighting::Recursive {
            self.weight /= whole;
            self.pairs /= whole * whole;
            self.squared /= whole * whole;
            self.old = 1.0;
        }
    }

    /// The variance; unbiased, it does not exist while all weight is on one value.
    ///
    /// ```text
    /// unbiased = v (Σw)² / ((Σw)² - Σw²)
    /// ```
    ///
    /// with the difference as the sum of `w_i w_j`, which does not cancel.
    pub(super) fn variance(&self, bias: Bias) -> Option<f64> {
        match bias {
            Bias::Biased => Some(self.variance),
            Bias::Unbiased => {
                (self.pairs > 0.0).then(|| self.variance * ((self.pairs + self.squared) / self.pairs))
            }
        }
    }
}
