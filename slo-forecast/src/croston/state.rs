//! What the methods of the family know of a series, and how the next value changes it.

use std::collections::VecDeque;

use super::options::CrostonVariant;
use super::smoothing::Level;

/// The state after the values so far.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum State {
    /// Demand and interval are smoothed where there is demand.
    Intervals(Parts),
    /// Demand is smoothed where there is some, and its probability everywhere.
    Probability(Parts),
    /// Sums of blocks are smoothed.
    Blocks(Blocks),
}

/// Two smoothed numbers, and their weights.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Parts {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) size: Level,
    /// The interval, or the probability.
    pub(super) other: Level,
    /// The places since the last demand, or since the beginning.
    pub(super) since: u64,
}

impl Parts {
    pub(super) fn new(alpha: f64, beta: f64) -> Self {
        Self { alpha, beta, size: Level::default(), other: Level::default(), since: 0 }
    }
}

/// Blocks of one or several lengths, each ending with the last value.
///
/// There is a smoothed sum for each phase that blocks of one length can have: the next value ends a block of the next
/// phase, so that what is known of the others is kept until it is their turn again.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Blocks {
    pub(super) count: u64,
    /// The last values, as many as the longest block has.
    pub(super) window: VecDeque<f64>,
    pub(super) lengths: Vec<Sums>,
}

/// The smoothed sums of blocks of one length.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Sums {
    pub(super) alpha: f64,
    pub(super) phases: Vec<Level>,
}

impl Blocks {
    /// Of lengths in increasing order with their weights.
    pub(super) fn new(lengths: &[(usize, f64)]) -> Self {
        let sums =
            |(length, alpha): &(usize, f64)| Sums { alpha: *alpha, phases: vec![Level::default(); *length] };
        Self { count: 0, window: VecDeque::new(), lengths: lengths.iter().map(sums).collect() }
    }

    pub(super) fn longest(&self) -> usize {
        self.lengths.last().map_or(1, |sums| sums.phases.len())
    }

    fn take(&mut self, value: f64) {
        if self.window.len() == self.longest() {
            self.window.pop_front();
        }
        self.window.push_back(value);
        self.count += 1;
        let mut latest = self.window.iter().rev();
        let (mut sum, mut added) = (0.0, 0);
        for Sums { alpha, phases } in &mut self.lengths {
            let length = phases.len();
            if self.window.len() < length {
                break;
            }
            sum += latest.by_ref().take(length - added).sum::<f64>();
            added = length;
            if let Some(level) = phase(self.count, length).and_then(|phase| phases.get_mut(phase)) {
                *level = level.with(sum, *alpha);
            }
        }
    }

    fn sum(&self) -> f64 {
        self.window.iter().sum()
    }

    /// The mean over all lengths of what a place of the next block has; before there is a block, of what there is.
    fn rate(&self) -> f64 {
        let is_short = self.window.len() < self.longest();
        let so_far = if is_short { self.sum() / self.window.len().max(1) as f64 } else { 0.0 };
        let of = |Sums { phases, .. }: &Sums| {
            let level = phase(self.count, phases.len()).and_then(|phase| phases.get(phase)?.0);
            level.map_or(so_far, |level| level / phases.len() as f64)
        };
        self.lengths.iter().map(|sums| of(sums) / self.lengths.len() as f64).sum()
    }
}

/// Which of the phases blocks have that end after `count` values.
fn phase(count: u64, length: usize) -> Option<usize> {
    usize::try_from(count.checked_rem(length as u64)?).ok()
}

impl State {
    /// What is expected of the next place.
    pub(super) fn rate(&self, variant: CrostonVariant) -> f64 {
        match self {
            Self::Intervals(parts) => {
                let interval = parts.other.0.unwrap_or(1.0);
                variant.factor(parts.beta) * (parts.size.or_zero() / interval)
            }
            Self::Probability(parts) => parts.size.or_zero() * parts.other.or_zero(),
            Self::Blocks(blocks) => blocks.rate(),
        }
    }

    pub(super) fn take(&mut self, value: f64) {
        let demanded = value > 0.0;
        match self {
            Self::Intervals(parts) => {
                parts.since += 1;
                if demanded {
                    parts.size = parts.size.with(value, parts.alpha);
                    parts.other = parts.other.with(parts.since as f64, parts.beta);
                    parts.since = 0;
                }
            }
            Self::Probability(parts) => {
                if demanded {
                    parts.size = parts.size.with(value, parts.alpha);
                }
                parts.other = parts.other.with(f64::from(u8::from(demanded)), parts.beta);
            }
            Self::Blocks(blocks) => blocks.take(value),
        }
    }

    /// The largest sum that the next value is a part of.
    pub(super) fn sum_with(&self, value: f64) -> f64 {
        match self {
            Self::Intervals(_) | Self::Probability(_) => value,
            Self::Blocks(blocks) => blocks.sum() + value,
        }
    }

    #[cfg(feature = "serde")]
    pub(super) fn suits(&self, variant: CrostonVariant) -> bool {
        match self {
            Self::Intervals(_) => {
                matches!(variant, CrostonVariant::Classic | CrostonVariant::Sba | CrostonVariant::Sbj)
            }
            Self::Probability(_) => variant == CrostonVariant::Tsb,
            Self::Blocks(_) => matches!(variant, CrostonVariant::Adida | CrostonVariant::Imapa),
        }
    }

    /// The parameters by name.
    pub(super) fn parameters(&self) -> Vec<(&'static str, f64)> {
        let parts = |parts: &Parts, other| {
            vec![
                ("alpha", parts.alpha),
                ("beta", parts.beta),
                ("size", parts.size.or_zero()),
                (other, parts.other.or_zero()),
            ]
        };
        match self {
            Self::Intervals(found) => parts(found, "interval"),
            Self::Probability(found) => parts(found, "probability"),
            Self::Blocks(blocks) => vec![("block", blocks.longest() as f64)],
        }
    }

    #[cfg(feature = "serde")]
    pub(super) fn holds(&self, count: u64) -> bool {
        let weight = |weight: f64| (0.0..=1.0).contains(&weight);
        match self {
            Self::Intervals(Parts { alpha, beta, size, other, since }) => {
                let both = size.0.is_some() == other.0.is_some();
                weight(*alpha)
                    && weight(*beta)
                    && size.holds(0.0)
                    && other.holds(1.0)
                    && both
                    && *since <= count
            }
            Self::Probability(Parts { alpha, beta, size, other, .. }) => {
                let probability = other.0.is_none_or(weight);
                weight(*alpha) && weight(*beta) && size.holds(0.0) && probability
            }
            Self::Blocks(blocks) => {
                let lengths = blocks.lengths.iter().map(|sums| sums.phases.len());
                let seen = blocks.longest() as u64;
                blocks.count == count
                    && blocks.window.len() as u64 == count.min(seen)
                    && blocks.window.iter().all(|value| value.is_finite() && *value >= 0.0)
                    && !blocks.lengths.is_empty()
                    && lengths.clone().zip(lengths.skip(1)).all(|(shorter, longer)| shorter < longer)
                    && blocks.lengths.iter().all(|Sums { alpha, phases }| {
                        weight(*alpha) && !phases.is_empty() && phases.iter().all(|level| level.holds(0.0))
                    })
            }
        }
    }
}
