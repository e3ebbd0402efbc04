//! Normal values for tests, the same on every run.

/// `SplitMix64` (Steele, Lea, Flood 2014) and the polar method (Marsaglia, Bray 1964).
pub(crate) struct Normal {
    state: u64,
    kept: Option<f64>,
}

impl Normal {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: seed, kept: None }
    }

    /// Uniform in [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 * f64::EPSILON / 2.0
    }

    pub(crate) fn next(&mut self) -> f64 {
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
}
