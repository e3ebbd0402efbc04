//! Numbers that look random, the same in every run.

/// Draws from `SplitMix64` (Steele, Lea and Flood 2014) and, of normal numbers, the polar method (Marsaglia and Bray
/// 1964).
///
/// # Examples
///
/// ```
/// let mut random = slo_testkit::Random::seeded(7);
/// let mean = (0..10_000).map(|_| random.normal()).sum::<f64>() / 10_000.0;
/// assert!(mean.abs() < 0.05);
/// ```
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
    kept: Option<f64>,
}

impl Random {
    /// The sequence of a seed.
    pub const fn seeded(seed: u64) -> Self {
        Self { state: seed, kept: None }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A multiple of 2^-53 in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * f64::EPSILON / 2.0
    }

    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.kept = Some(y * factor);
                return x * factor;
            }
        }
    }

    /// A stationary series of `n` normal numbers, `x_t = phi x_{t-1} + e_t` with `e_t` standard.
    pub fn autoregressive(&mut self, phi: f64, n: usize) -> Vec<f64> {
        let mut value = self.normal() / (1.0 - phi * phi).sqrt();
        let mut step = || {
            value = phi * value + self.normal();
            value
        };
        (0..n).map(|_| step()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_those_of_the_published_generator() {
        // What Vigna's splitmix64.c gives for the seed 1234567.
        let mut random = Random::seeded(1_234_567);
        let bits = [0; 3].map(|_: u64| random.bits());
        assert_eq!(bits, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn normal_numbers_have_the_moments_of_normal_numbers() {
        let mut random = Random::seeded(3);
        let numbers: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let moment = |power: i32| numbers.iter().map(|x| x.powi(power)).sum::<f64>() / 1e5;
        // Five standard errors: √(1/n), √(2/n) and √(96/n).
        assert!(moment(1).abs() < 0.016 && (moment(2) - 1.0).abs() < 0.023 && (moment(4) - 3.0).abs() < 0.16);
    }

    #[test]
    fn an_autoregressive_series_keeps_phi_of_what_was_before() {
        let series = Random::seeded(5).autoregressive(0.9, 100_000);
        let lagged = series.iter().zip(&series[1..]).map(|(x, y)| x * y).sum::<f64>();
        let phi = lagged / series.iter().map(|x| x * x).sum::<f64>();
        assert!((phi - 0.9).abs() < 0.01);
    }
}
