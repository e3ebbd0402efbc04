//! Scores and orders that look random, the same in every run.

use slo_core::stats::Random;

/// What the random numbers of this module are for.
const PURPOSE: u64 = 0x6576_616C;

/// Random scores and orders of a seed.
#[derive(Clone, Debug)]
pub(super) struct Draws(Random);

impl Draws {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(Random::new(seed, PURPOSE))
    }

    /// Uniform scores in (0, 1).
    pub(super) fn scores(&mut self, len: usize) -> Vec<f64> {
        (0..len).map(|_| self.0.uniform()).collect()
    }

    /// Puts items into random order: Fisher and Yates.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for rest in (2..=items.len()).rev() {
            let pick = usize::try_from(self.0.below(rest as u64)).unwrap_or(0);
            items.swap(rest - 1, pick);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_of_three_comes_alike() {
        let mut draws = Draws::seeded(3);
        let mut seen = std::collections::HashMap::new();
        for _ in 0..60_000 {
            let mut items = [0, 1, 2];
            draws.shuffle(&mut items);
            *seen.entry(items).or_insert(0_u32) += 1;
        }
        // Five standard deviations of √(60000 · 1/6 · 5/6) = 91.
        assert!(seen.len() == 6 && seen.values().all(|count| count.abs_diff(10_000) < 5 * 92), "{seen:?}");
    }

    #[test]
    fn seeds_have_scores_of_their_own() {
        assert_eq!(Draws::seeded(1).scores(3), Draws::seeded(1).scores(3));
        assert_ne!(Draws::seeded(1).scores(3), Draws::seeded(2).scores(3));
    }
}
