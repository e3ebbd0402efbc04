//! What the errors of earlier steps do to a later one, in constant time for each step.

use super::Coefficients;

/// Sums over all earlier steps of squared effects, which move on one step at a time.
///
/// # Method
///
/// An error that moves level and trend by `u` and its own phase of the season by `v` is felt `j` steps later as
/// `Q (α + β φ_j) u + R γ v [m divides j]`. Squared and summed, that takes the sums of `u²`, `φ_j u²` and `φ_j² u²` over
/// all steps, and for each phase those of `u v`, `φ_j u v` and `v²`. From `φ_{j+1} = φ (1 + φ_j)` and
/// `φ_{j+m} = φ_m + φ^m φ_j` each sum follows from those of the step, or the season, before.
#[derive(Debug)]
pub(super) struct Effects {
    coefficients: Coefficients,
    /// `Σ φ_j^k u²` for k = 0, 1, 2.
    level: [f64; 3],
    /// `Σ u v`, `Σ φ_j u v` and `Σ v²` of each phase.
    season: Vec<[f64; 3]>,
    /// The phase of this step.
    phase: usize,
    /// `φ_m` and `φ^m`.
    over_season: [f64; 2],
}

impl Effects {
    /// Before the first step; a period of 0 is no season.
    pub(super) fn new(coefficients: &Coefficients, period: usize) -> Self {
        let phi = coefficients.phi;
        let over_season = (0..period).fold([0.0, 1.0], |[sum, power], _| [phi * (1.0 + sum), power * phi]);
        Self {
            coefficients: *coefficients,
            level: [0.0; 3],
            season: vec![[0.0; 3]; period],
            phase: 0,
            over_season,
        }
    }

    /// The squared effects on this step of all before it: `Q` is what a unit of level is worth here, `R` a unit of
    /// season.
    pub(super) fn sum(&self, q: f64, r: f64) -> f64 {
        let Coefficients { alpha, beta, gamma, .. } = self.coefficients;
        let [u2, phi_u2, phi2_u2] = self.level;
        let level = alpha * alpha * u2 + 2.0 * alpha * beta * phi_u2 + beta * beta * phi2_u2;
        let [uv, phi_uv, v2] = self.season.get(self.phase).copied().unwrap_or_default();
        q * q * level + 2.0 * q * r * gamma * (alpha * uv + beta * phi_uv) + r * r * gamma * gamma * v2
    }

    /// Goes on to the next step, after an error of this one with these mean squares: `u²`, `u v`, `v²`.
    pub(super) fn advance(&mut self, u2: f64, uv: f64, v2: f64) {
        let phi = self.coefficients.phi;
        let [zeroth, first, second] = self.level;
        let zeroth = zeroth + u2;
        self.level = [zeroth, phi * (zeroth + first), phi * phi * (zeroth + 2.0 * first + second)];

        let period = self.season.len();
        if let Some([zeroth, first, squares]) = self.season.get_mut(self.phase) {
            let [sum, power] = self.over_season;
            *zeroth += uv;
            *first = sum * *zeroth + power * *first;
            *squares += v2;
            self.phase = if self.phase + 1 == period { 0 } else { self.phase + 1 };
        }
    }
}
