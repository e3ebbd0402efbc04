//! How far forecasts were off, step by step, and what follows for the next one.

use slo_core::{Error, Result};

/// Whether errors above and below are taken to be alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Symmetry {
    /// They are: the size of an error is its score, and the mean lies in the middle of its interval.
    #[default]
    Symmetric,
    /// They are not: each end of an interval has its own errors, of which it needs twice as many.
    Signed,
}

/// In what unit errors are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Scaling {
    /// In that of the values: intervals are as wide as errors have been.
    #[default]
    None,
    /// In the standard error that the method itself stated: intervals widen where it is less sure.
    StandardError,
}

/// The scores of each step, in order of size.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub(crate) struct Scores {
    symmetry: Symmetry,
    scaling: Scaling,
    steps: Vec<Vec<f64>>,
}

impl Scores {
    /// From the finite errors of each step, as many of each; at least one step and one error.
    pub(super) fn new(mut steps: Vec<Vec<f64>>, symmetry: Symmetry, scaling: Scaling) -> Self {
        for step in &mut steps {
            if symmetry == Symmetry::Symmetric {
                for error in step.iter_mut() {
                    *error = error.abs();
                }
            }
            step.sort_unstable_by(f64::total_cmp);
        }
        Self { symmetry, scaling, steps }
    }

    /// How many steps have scores.
    pub(crate) fn horizon(&self) -> usize {
        self.steps.len()
    }

    /// How many scores each step has.
    pub(super) fn count(&self) -> usize {
        self.steps.first().map_or(0, Vec::len)
    }

    fn unit(&self, standard_error: f64) -> f64 {
        match self.scaling {
            Scaling::None => 1.0,
            Scaling::StandardError => standard_error,
        }
    }

    /// What is exceeded with probability `tail` at most on the side of the sign.
    ///
    /// Of `m` scores and a new one, exchangeable with them, the new one exceeds the `(m + 1 - j)`-th smallest with
    /// probability `j / (m + 1)` at most: `j = ⌊(m + 1) tail⌋`, or twice the tail for both sides at once.
    pub(crate) fn beyond(
        &self,
        step: usize,
        mean: f64,
        standard_error: f64,
        tail: f64,
        sign: f64,
    ) -> Result<f64> {
        let scores = self.steps.get(step).map(Vec::as_slice).unwrap_or_default();
        let shared = match self.symmetry {
            Symmetry::Symmetric => 2.0 * tail,
            Symmetry::Signed => tail,
        };
        let beyond = whole_part((scores.len() + 1) as f64 * shared);
        if beyond == 0 {
            let needed = least_scores(shared);
            return Err(Error::TooShort { name: "the scores of calibration", len: scores.len(), needed });
        }
        let from_below = match self.symmetry {
            Symmetry::Signed if sign < 0.0 => beyond.checked_sub(1),
            _ => scores.len().checked_sub(beyond),
        };
        let unit = self.unit(standard_error);
        let end = match (self.symmetry, from_below.and_then(|rank| scores.get(rank))) {
            (Symmetry::Symmetric, Some(score)) => mean + sign * unit * score,
            (Symmetry::Signed, Some(score)) => mean + unit * score,
            // An interval that need hold nothing.
            (_, None) => mean,
        };
        if end.is_finite() { Ok(end) } else { Err(Error::out_of_range("the end of an interval")) }
    }

    /// The mean with each of the errors, those of the other sign included where both are alike.
    pub(crate) fn draws(&self, step: usize, mean: f64, standard_error: f64) -> Vec<f64> {
        let (scores, unit) =
            (self.steps.get(step).map(Vec::as_slice).unwrap_or_default(), self.unit(standard_error));
        let above = scores.iter().map(|score| mean + unit * score);
        match self.symmetry {
            Symmetry::Signed => above.collect(),
            Symmetry::Symmetric => above.chain(scores.iter().map(|score| mean - unit * score)).collect(),
        }
    }
}

/// The whole part of a number, and the number itself where it misses a whole one by rounding.
pub(super) fn whole_part(number: f64) -> usize {
    let near = number.round();
    let whole = if (number - near).abs() <= 1e-12 * near { near } else { number.floor() };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of at most as many scores"
    )]
    let count = whole.max(0.0) as usize;
    count
}

/// How many scores a share of one of them and the new one needs: the least `m` with `(m + 1) share >= 1`.
fn least_scores(share: f64) -> usize {
    let guess = whole_part(1.0 / share);
    let enough = |count: usize| whole_part((count + 1) as f64 * share) >= 1;
    (guess.saturating_sub(2)..=guess.saturating_add(2)).find(|count| enough(*count)).unwrap_or(guess)
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    symmetry: Symmetry,
    scaling: Scaling,
    steps: Vec<Vec<f64>>,
}

#[cfg(feature = "serde")]
impl From<Scores> for Raw {
    fn from(Scores { symmetry, scaling, steps }: Scores) -> Self {
        Self { symmetry, scaling, steps }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Scores {
    type Error = Error;

    fn try_from(Raw { symmetry, scaling, steps }: Raw) -> Result<Self> {
        let count = steps.first().map_or(0, Vec::len);
        let whole = count > 0 && steps.iter().all(|step| step.len() == count);
        let ordered = steps.iter().flat_map(|step| step.windows(2)).all(<[f64]>::is_sorted);
        let mut values = steps.iter().flatten();
        let fit = values.all(|score| score.is_finite() && (symmetry == Symmetry::Signed || *score >= 0.0));
        if !(whole && ordered && fit) {
            let reason = "scores are finite, in order, and as many for each step".to_owned();
            return Err(Error::State { reason });
        }
        Ok(Self { symmetry, scaling, steps })
    }
}
