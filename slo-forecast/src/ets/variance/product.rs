//! Moments of a level and trend that are added, times a season that is a factor, under relative errors.

use super::{Coefficients, Moments, States};

/// A symmetric matrix of level and trend: both variances about the covariance.
type Symmetric = [f64; 3];

/// What one step does to the moments of level and trend, weighted by the errors of one phase of the season.
///
/// # Method
///
/// With `x` level and trend, `x' = F x + g w'x e`, and the weight `W` of a phase, which the errors of that phase alone
/// multiply by `1 + γ e`: the mean `M = E[x W]` and `V = E[x x' W²] - M M'` follow
///
/// ```text
/// another phase:  M' = F M,   V' = F V F' + σ² g g' (w'P w)
/// this phase:     M' = B M,   V' = B V B' + σ² C P C' + 2 γ² σ⁴ g g' (w'P w)
/// P = V + M M',   B = F + γ σ² g w',   C = γ F + g w'
/// ```
///
/// for normal errors, whose fourth moment is `3 σ⁴`. All that is added is positive: nothing cancels.
#[derive(Clone, Copy, Debug)]
struct Step {
    phi: f64,
    gain: [f64; 2],
    gamma: f64,
    sigma2: f64,
}

impl Step {
    fn transition(&self) -> [[f64; 2]; 2] {
        [[1.0, self.phi], [0.0, self.phi]]
    }

    /// `a F + b g w'`.
    fn mixed(&self, a: f64, b: f64) -> [[f64; 2]; 2] {
        let ([f_level, f_trend], [g_level, g_trend]) = (self.transition(), self.gain);
        let row = |f: [f64; 2], g: f64| [a * f[0] + b * g, a * f[1] + b * g * self.phi];
        [row(f_level, g_level), row(f_trend, g_trend)]
    }

    /// `w'P w`.
    fn square(&self, [level, both, trend]: Symmetric) -> f64 {
        level + self.phi * (2.0 * both + self.phi * trend)
    }

    /// `g g'`.
    fn gains(&self) -> Symmetric {
        let [level, trend] = self.gain;
        [level * level, level * trend, trend * trend]
    }

    /// `V'` and `(M M')'` from `V` and `M M'`, in both of which they are linear.
    fn spread(&self, own_phase: bool, [v, n]: [Symmetric; 2]) -> [Symmetric; 2] {
        let p = sum(v, n);
        let (gamma, sigma2, square) = (self.gamma, self.sigma2, self.square(p));
        if own_phase {
            let (b, c) = (self.mixed(1.0, gamma * sigma2), self.mixed(gamma, 1.0));
            let fourth = 2.0 * gamma * gamma * sigma2 * sigma2 * square;
            let added = sum(scaled(sigma2, congruent(c, p)), scaled(fourth, self.gains()));
            [sum(congruent(b, v), added), congruent(b, n)]
        } else {
            let f = self.transition();
            [sum(congruent(f, v), scaled(sigma2 * square, self.gains())), congruent(f, n)]
        }
    }

    /// `M'` from `M`.
    fn mean(&self, own_phase: bool, mean: [f64; 2]) -> [f64; 2] {
        let matrix = if own_phase { self.mixed(1.0, self.gamma * self.sigma2) } else { self.transition() };
        times(matrix, mean)
    }
}

/// What a season does, from a step of the phase to that before the next one: the products of all its steps.
///
/// Linear maps are known from what they make of each unit.
struct Season {
    mean: [[f64; 2]; 2],
    /// The `V'` of units of `V`, then of units of `M M'`.
    spread: [[Symmetric; 3]; 2],
}

impl Season {
    fn new(step: &Step, period: usize) -> Self {
        const UNITS: [Symmetric; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let through = |unit: [Symmetric; 2]| {
            let [v, _] = (0..period).fold(unit, |at, place| step.spread(place == 0, at));
            v
        };
        let column = |unit| (0..period).fold(unit, |at, place| step.mean(place == 0, at));
        let ([a, c], [b, d]) = (column([1.0, 0.0]), column([0.0, 1.0]));
        Self {
            mean: [[a, b], [c, d]],
            spread: [
                UNITS.map(|unit| through([unit, [0.0; 3]])),
                UNITS.map(|unit| through([[0.0; 3], unit])),
            ],
        }
    }

    /// Mean and spread a season later.
    fn later(&self, (mean, v): ([f64; 2], Symmetric)) -> ([f64; 2], Symmetric) {
        let [of_v, of_n] = self.spread;
        let parts = of_v.into_iter().zip(v).chain(of_n.into_iter().zip(outer(mean)));
        (times(self.mean, mean), parts.fold([0.0; 3], |at, (unit, amount)| sum(at, scaled(amount, unit))))
    }
}

/// The third class.
pub(super) fn moments(coefficients: &Coefficients, states: &States, sigma2: f64, horizon: usize) -> Moments {
    let Coefficients { alpha, beta, gamma, phi } = *coefficients;
    let step = Step { phi, gain: [alpha, beta], gamma, sigma2 };
    let period = states.season.len();
    // In the first season no phase has had an error of its own yet.
    let first = std::iter::successors(Some(([states.level, states.trend], [0.0; 3])), |(mean, v)| {
        let [v, _] = step.spread(false, [*v, outer(*mean)]);
        Some((step.mean(false, *mean), v))
    });
    let mut phases: Vec<([f64; 2], Symmetric)> = first.take(period.min(horizon)).collect();
    let season = (horizon > period).then(|| Season::new(&step, period));

    let mut moments = Moments { mean: Vec::with_capacity(horizon), variance: Vec::with_capacity(horizon) };
    while moments.mean.len() < horizon && !phases.is_empty() {
        let figures = states.season.iter().cycle().skip(states.next);
        for (phase, figure) in phases.iter_mut().zip(figures).take(horizon - moments.mean.len()) {
            let (mean, v) = *phase;
            let p = sum(v, outer(mean));
            moments.mean.push(figure * (mean[0] + phi * mean[1]));
            moments.variance.push(figure * figure * (step.square(v) + sigma2 * step.square(p)));
            if let Some(season) = &season {
                *phase = season.later(*phase);
            }
        }
    }
    moments
}

fn times(matrix: [[f64; 2]; 2], vector: [f64; 2]) -> [f64; 2] {
    matrix.map(|row| row[0] * vector[0] + row[1] * vector[1])
}

/// `A P A'`.
fn congruent([[a, b], [c, d]]: [[f64; 2]; 2], [level, both, trend]: Symmetric) -> Symmetric {
    [
        a * a * level + 2.0 * a * b * both + b * b * trend,
        a * c * level + (a * d + b * c) * both + b * d * trend,
        c * c * level + 2.0 * c * d * both + d * d * trend,
    ]
}

fn outer([level, trend]: [f64; 2]) -> Symmetric {
    [level * level, level * trend, trend * trend]
}

fn sum(a: Symmetric, b: Symmetric) -> Symmetric {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

fn scaled(factor: f64, a: Symmetric) -> Symmetric {
    a.map(|part| factor * part)
}
