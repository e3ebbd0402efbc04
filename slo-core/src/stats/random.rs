//! Numbers that look random, the same in every run.
//!
//! The tests' own generator is not this one: what is tested must not move with what tests it.

use super::tails::normal_upper_quantile;

/// Draws from `SplitMix64`: the same on every machine.
///
/// # Examples
///
/// ```
/// use slo_core::stats::Random;
///
/// let (mut random, mut again) = (Random::new(7, 0), Random::new(7, 0));
/// assert_eq!(random.uniform(), again.uniform());
/// assert!(random.below(6) < 6);
/// ```
///
/// # References
///
/// Steele, G. L., Lea, D. and Flood, C. H. (2014). Fast splittable pseudorandom number generators. *OOPSLA '14*,
/// 453-472.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Random {
    state: u64,
}

impl Random {
    /// The sequence of a seed for one purpose: those of different purposes have nothing to do with one another.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Random;
    ///
    /// assert_ne!(Random::new(7, 0).uniform(), Random::new(7, 1).uniform());
    /// ```
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut of_purpose = Self { state: purpose };
        Self { state: seed ^ of_purpose.bits() }.split()
    }

    /// The sequence that begins at the next draw, far away from this one.
    fn split(mut self) -> Self {
        Self { state: self.bits() }
    }

    /// 64 random bits.
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A whole number below `limit`, each alike; 0 for a limit of 0.
    ///
    /// ```text
    /// ⌊bits · limit / 2⁶⁴⌋, drawn again while bits · limit mod 2⁶⁴ < 2⁶⁴ mod limit
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Random;
    ///
    /// let mut die = Random::new(1, 0);
    /// assert!((0..100).all(|_| die.below(6) < 6));
    /// ```
    ///
    /// # References
    ///
    /// Lemire, D. (2019). Fast random integer generation in an interval. *ACM Transactions on Modeling and Computer
    /// Simulation* 29(1), article 3.
    pub fn below(&mut self, limit: u64) -> u64 {
        let uneven = limit.wrapping_neg().checked_rem(limit).unwrap_or(0);
        loop {
            let product = u128::from(self.bits()) * u128::from(limit);
            let low = u64::try_from(product & u128::from(u64::MAX)).unwrap_or(0);
            if low >= uneven {
                return u64::try_from(product >> 64).unwrap_or(0);
            }
        }
    }

    /// An odd multiple of 2^-53 in (0, 1), so that every quantile of it is finite.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Random;
    ///
    /// let share = Random::new(1, 0).uniform();
    /// assert!(0.0 < share && share < 1.0);
    /// ```
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * f64::EPSILON
    }

    /// A draw from the standard normal distribution: what it exceeds with the probability [`uniform`](Self::uniform).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::Random;
    ///
    /// let mut random = Random::new(1, 0);
    /// let mean = (0..10_000).map(|_| random.normal()).sum::<f64>() / 1e4;
    /// assert!(mean.abs() < 0.03);
    /// ```
    pub fn normal(&mut self) -> f64 {
        normal_upper_quantile(self.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_those_of_the_published_generator() {
        // What Vigna's splitmix64.c gives for the seed 1234567.
        let mut random = Random { state: 1_234_567 };
        let bits = [0; 3].map(|_: u64| random.bits());
        assert_eq!(bits, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn uniform_numbers_stay_between_the_ends() {
        // The greatest and the least that there can be: 52 bits, all set or none.
        let at = |bits: u64| (bits as f64 + 0.5) * f64::EPSILON;
        assert_eq!(at(0), f64::EPSILON / 2.0);
        assert_eq!(at((1 << 52) - 1), 1.0 - f64::EPSILON / 2.0);
        let mut random = Random::new(0, 0);
        let draws: Vec<f64> = (0..10_000).map(|_| random.uniform()).collect();
        assert!(draws.iter().all(|u| *u > 0.0 && *u < 1.0));
        // Mean 1/2 and variance 1/12, each within five standard errors.
        let mean = draws.iter().sum::<f64>() / 1e4;
        let variance = draws.iter().map(|u| (u - 0.5).powi(2)).sum::<f64>() / 1e4;
        assert!((mean - 0.5).abs() < 0.0145 && (variance - 1.0 / 12.0).abs() < 0.0038);
    }

    #[test]
    fn purposes_and_seeds_have_sequences_of_their_own() {
        let firsts =
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(seed, purpose)| Random::new(seed, purpose).bits());
        for (place, first) in firsts.iter().enumerate() {
            assert!(!firsts[..place].contains(first));
        }
    }

    #[test]
    fn numbers_below_a_limit_come_alike() {
        for limit in [0, 1, 2, 3, 10, u64::MAX] {
            let mut random = Random::new(5, 0);
            assert!((0..1_000).all(|_| random.below(limit) <= limit.saturating_sub(1)), "{limit}");
        }
        let mut random = Random::new(7, 0);
        let mut seen = [0_u32; 6];
        for _ in 0..60_000 {
            seen[usize::try_from(random.below(6)).unwrap()] += 1;
        }
        // Five standard deviations of √(60000 · 1/6 · 5/6) = 91.
        assert!(seen.iter().all(|count| count.abs_diff(10_000) < 5 * 92), "{seen:?}");
        // A remainder of 64 bits by 3/4 of 2^64 would fall into the lower third every other time.
        let limit = 3 << 62;
        let low = (0..60_000).filter(|_| random.below(limit) < limit / 3).count();
        // Five standard deviations of √(60000 · 1/3 · 2/3) = 115.
        assert!(low.abs_diff(20_000) < 5 * 116, "{low}");
    }
}
