//! Scores and orders that look random, the same in every run.

/// Draws from `SplitMix64`.
///
/// # References
///
/// Steele, G. L., Lea, D. and Flood, C. H. (2014). Fast splittable pseudorandom number generators. *OOPSLA '14*,
/// 453-472.
#[derive(Clone, Debug)]
pub(super) struct Draws {
    state: u64,
}

impl Draws {
    /// The sequence of a seed, far away from that of the next.
    pub(super) fn seeded(seed: u64) -> Self {
        let mut first = Self { state: seed };
        Self { state: first.bits() }
    }

    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Uniform scores in [0, 1).
    pub(super) fn scores(&mut self, len: usize) -> Vec<f64> {
        (0..len).map(|_| (self.bits() >> 11) as f64 * (f64::EPSILON / 2.0)).collect()
    }

    /// Puts items into random order: Fisher and Yates. The bias of the scaled product is below n / 2^64.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for rest in (2..=items.len()).rev() {
            let scaled = u128::from(self.bits()) * rest as u128;
            let pick = usize::try_from(scaled >> 64).unwrap_or(0);
            items.swap(rest - 1, pick);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_those_of_the_published_generator() {
        // What Vigna's splitmix64.c gives for the seed 1234567.
        let mut draws = Draws { state: 1_234_567 };
        let bits = [0; 3].map(|_: u64| draws.bits());
        assert_eq!(bits, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

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
    fn scores_fill_the_unit_interval_evenly() {
        let scores = Draws::seeded(0).scores(10_000);
        assert!(scores.iter().all(|score| (0.0..1.0).contains(score)));
        // Five standard errors of √(1/12/n).
        assert!((scores.iter().sum::<f64>() / 1e4 - 0.5).abs() < 0.0145);
    }
}
