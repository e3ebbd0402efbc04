//! Bins, and the histograms that were seen.

use std::collections::VecDeque;

/// Which bin a value falls into.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Bins {
    low: f64,
    high: f64,
    count: usize,
    outside: Outside,
}

/// What becomes of values outside the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
enum Outside {
    /// They have a bin below and one above.
    Apart,
    /// There are none; bins are counted as the Numenta benchmark's detector does.
    None,
}

impl Bins {
    /// Bins between the ends of what these values span, widened by a share of it at each.
    pub(super) fn widened(values: &[f64], count: usize, widening: f64) -> Self {
        let (low, high) = ends(values).unwrap_or((0.0, 0.0));
        let margin = (high - low) * widening;
        let (low, high) = ((low - margin).max(f64::MIN), (high + margin).min(f64::MAX));
        Self { low, high, count, outside: Outside::Apart }
    }

    /// The published bins of a whole series; none for a constant one.
    pub(super) fn published(values: &[f64], count: usize) -> Option<Self> {
        let (low, high) = ends(values).filter(|(low, high)| low < high)?;
        Some(Self { low, high, count, outside: Outside::None })
    }

    /// The bin of a value, from 0; none for NaN.
    pub(super) fn of(&self, value: f64) -> Option<usize> {
        if value.is_nan() {
            return None;
        }
        match self.outside {
            Outside::Apart if value < self.low => Some(0),
            Outside::Apart if value > self.high => Some(self.count + 1),
            Outside::Apart => {
                let passed = (value - self.low) / self.step();
                // The last bin holds its upper end.
                Some(1 + (1..self.count).take_while(|edge| passed >= *edge as f64).count())
            }
            Outside::None => {
                let passed = ((value - self.low) / self.step()).ceil();
                Some((1..self.count).take_while(|edge| passed >= *edge as f64).count())
            }
        }
    }

    /// Whether they are bins of this detector.
    #[cfg(feature = "serde")]
    pub(super) fn is_of(&self, plan: &super::RelativeEntropy) -> bool {
        let finite = self.low.is_finite() && self.high.is_finite() && self.low <= self.high;
        finite && self.count == plan.bins && self.outside == Outside::Apart
    }

    /// The width of a bin.
    fn step(&self) -> f64 {
        let count = self.count as f64;
        let span = self.high - self.low;
        // A range that floats cannot hold is cut before it is formed.
        if span.is_finite() { span / count } else { self.high / count - self.low / count }
    }
}

/// Least and greatest of the finite values.
fn ends(values: &[f64]) -> Option<(f64, f64)> {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    finite.fold(None, |ends, value| {
        let (low, high) = ends.unwrap_or((value, value));
        Some((f64::min(low, value), f64::max(high, value)))
    })
}

/// The histogram of the last values, and those that it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Histograms {
    window: usize,
    most: usize,
    recent: VecDeque<usize>,
    counts: Vec<usize>,
    /// The one that was longest not agreed with first.
    references: Vec<Reference>,
    /// `n ln n` for each count that a bin can have, `ln n` beside it.
    logs: Vec<(f64, f64)>,
}

/// A histogram that was new once.
#[derive(Clone, Debug, PartialEq)]
struct Reference {
    counts: Vec<usize>,
    /// The logarithm of each count; minus infinity for an empty bin.
    logs: Vec<f64>,
}

impl Histograms {
    pub(super) fn new(window: usize, kinds: usize, most: usize) -> Self {
        Self {
            window,
            most,
            recent: VecDeque::new(),
            counts: vec![0; kinds],
            references: Vec::new(),
            logs: vec![(0.0, f64::NEG_INFINITY)],
        }
    }

    /// How many of the last values are held.
    pub(super) fn taken(&self) -> usize {
        self.recent.len()
    }

    /// The bins of the last values, and the references, for being written down.
    #[cfg(feature = "serde")]
    pub(super) fn parts(&self) -> (Vec<usize>, Vec<Vec<usize>>) {
        let references = self.references.iter().map(|reference| reference.counts.clone()).collect();
        (self.recent.iter().copied().collect(), references)
    }

    /// What [`Histograms::parts`] gave; none if that is impossible.
    #[cfg(feature = "serde")]
    pub(super) fn of(mut self, recent: Vec<usize>, references: Vec<Vec<usize>>) -> Option<Self> {
        if recent.len() > self.window || references.len() > self.most {
            return None;
        }
        for bin in &recent {
            *self.counts.get_mut(*bin)? += 1;
        }
        self.recent = recent.into();
        self.count_to(self.taken());
        for counts in references {
            let total = counts.iter().try_fold(0_usize, |total, count| total.checked_add(*count));
            if counts.len() != self.counts.len() || total != Some(self.window) || self.taken() < self.window {
                return None;
            }
            self.count_to(self.window);
            self.remember(counts);
        }
        (self.references.is_empty() == (self.taken() < self.window)).then_some(self)
    }

    /// The least statistic with the value of this bin as the newest; none before there is a reference.
    pub(super) fn score(&self, bin: usize) -> Option<f64> {
        self.nearest(bin).map(|(_, score)| score)
    }

    /// The nearest reference, and the statistic of the multinomial test against it.
    #[allow(
        clippy::indexing_slicing,
        reason = "bins lie below the number of counts, counts below that of logs"
    )]
    fn nearest(&self, bin: usize) -> Option<(usize, f64)> {
        let leaves = self.recent.front().filter(|_| self.taken() == self.window).copied();
        let count =
            |kind: usize| self.counts[kind] + usize::from(kind == bin) - usize::from(Some(kind) == leaves);
        let entropy: f64 = (0..self.counts.len())
            .map(|kind| {
                let count = count(kind);
                // A bin may come to hold one more than ever before.
                self.logs.get(count).map_or_else(|| count as f64 * (count as f64).ln(), |logs| logs.0)
            })
            .sum();
        let statistic = |reference: &Reference| {
            let cross: f64 = reference
                .logs
                .iter()
                .enumerate()
                .filter(|(kind, _)| count(*kind) > 0)
                .map(|(kind, log)| count(kind) as f64 * log)
                .sum();
            // 2 W Σ p ln(p/q) = 2 Σ n (ln n - ln m); rounding may bring equal ones below 0.
            (2.0 * (entropy - cross)).max(0.0)
        };
        let scores = self.references.iter().map(statistic).enumerate();
        scores.min_by(|left, right| left.1.total_cmp(&right.1))
    }

    /// Takes in a value's bin. A window that no reference is like becomes one.
    #[allow(clippy::indexing_slicing, reason = "bins lie below the number of counts")]
    pub(super) fn push(&mut self, bin: usize, threshold: f64) {
        let nearest = self.nearest(bin);
        if self.taken() == self.window
            && let Some(oldest) = self.recent.pop_front()
        {
            self.counts[oldest] -= 1;
        }
        self.recent.push_back(bin);
        self.counts[bin] += 1;
        self.count_to(self.taken());
        if self.taken() < self.window {
            return;
        }
        match nearest {
            Some((agreed, score)) if score <= threshold => {
                // The newest stand last.
                self.references[agreed..].rotate_left(1);
            }
            _ => {
                if self.references.len() == self.most {
                    self.references.remove(0);
                }
                self.remember(self.counts.clone());
            }
        }
    }

    fn remember(&mut self, counts: Vec<usize>) {
        let log = |count: &usize| self.logs.get(*count).map_or(f64::NEG_INFINITY, |logs| logs.1);
        let logs = counts.iter().map(log).collect();
        self.references.push(Reference { counts, logs });
    }

    /// Knows the logarithms of counts up to this one.
    fn count_to(&mut self, greatest: usize) {
        while self.logs.len() <= greatest {
            let count = self.logs.len() as f64;
            self.logs.push((count * count.ln(), count.ln()));
        }
    }
}
