//! The recursion of exponential smoothing, its sum of squared errors and that sum's exact gradient.
//!
//! # Method
//!
//! With the level `l`, the trend `b`, the season `s` of the place, and `∘` for `+` or `·`:
//!
//! ```text
//! q = l + φ b   or   l b^φ,      f = q ∘ s,      e = y - f,      g = (y ∘⁻¹ s) - q
//! l' = q + α g,      b' = φ b + β g   or   b^φ + β g / l
//! s' = s + γ ((y ∘⁻¹ q) - s)   or, in R's convention,   s + γ ((y ∘⁻¹ l') - s)
//! ```
//!
//! The adjoint runs back through the same steps: one pass gives the derivatives by every parameter and first state.

#![allow(
    clippy::indexing_slicing,
    reason = "arrays of one length, places below it, and phases below the period"
)]

use crate::ets::Coefficients;

/// The parts of a recursion that differ, so that each combination is compiled by itself.
pub(super) trait Shape {
    /// How the trend enters.
    const TREND: Trend;
    /// How the season enters.
    const SEASON: Season;
}

/// How the trend enters the recursion; damping is `phi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trend {
    None,
    Additive,
    Multiplicative,
}

/// How the season enters the recursion, and what its update divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Season {
    None,
    Additive,
    /// By what was expected of the level.
    Multiplicative,
    /// By the level as updated: R's convention.
    MultiplicativeNewLevel,
}

/// One combination of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) trend: Trend,
    pub(super) season: Season,
}

macro_rules! shapes {
    ($($name:ident: $trend:ident, $season:ident;)*) => {
        $(
            struct $name;
            impl Shape for $name {
                const TREND: Trend = Trend::$trend;
                const SEASON: Season = Season::$season;
            }
        )*

        impl Parts {
            /// The sum of squared errors, which leaves the errors and the last states in `work`.
            pub(super) fn squares(self, values: &[f64], at: &Start<'_>, work: &mut Work) -> f64 {
                match (self.trend, self.season) {
                    $((Trend::$trend, Season::$season) => forward::<$name>(values, at, work),)*
                }
            }

            /// The sum of squared errors and its gradient.
            pub(super) fn gradient(
                self, values: &[f64], at: &Start<'_>, work: &mut Work, gradient: &mut Gradient,
            ) -> f64 {
                match (self.trend, self.season) {
                    $((Trend::$trend, Season::$season) => {
                        let squares = forward::<$name>(values, at, work);
                        backward::<$name>(values, at, work, gradient);
                        squares
                    })*
                }
            }
        }
    };
}

shapes! {
    NN: None, None;
    NA: None, Additive;
    NM: None, Multiplicative;
    NR: None, MultiplicativeNewLevel;
    AN: Additive, None;
    AA: Additive, Additive;
    AM: Additive, Multiplicative;
    AR: Additive, MultiplicativeNewLevel;
    MN: Multiplicative, None;
    MA: Multiplicative, Additive;
    MM: Multiplicative, Multiplicative;
    MR: Multiplicative, MultiplicativeNewLevel;
}

/// Where a recursion starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start<'a> {
    pub(super) coefficients: Coefficients,
    pub(super) level: f64,
    pub(super) trend: f64,
    /// The season of the first places, in their order.
    pub(super) season: &'a [f64],
}

/// What a pass leaves behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Work {
    /// `q` at each place: what is expected of the level.
    base: Vec<f64>,
    /// `g` at each place: by how much the level was missed.
    gap: Vec<f64>,
    /// The trend before each place, damped where it is added.
    trend: Vec<f64>,
    /// The season that each place was expected with.
    seasons: Vec<f64>,
    /// The adjoint of the season.
    back: Vec<f64>,
    /// The level, trend and season after the last place; the season of phase `j` is that of place `j` modulo the period.
    pub(super) level: f64,
    pub(super) slope: f64,
    pub(super) season: Vec<f64>,
}

impl Work {
    pub(super) fn new(len: usize, period: usize) -> Self {
        let column = || vec![0.0; len];
        Self {
            base: column(),
            gap: column(),
            trend: column(),
            seasons: column(),
            back: vec![0.0; period],
            level: 0.0,
            slope: 0.0,
            season: vec![0.0; period],
        }
    }

    /// The error at each place.
    pub(super) fn errors(&self, parts: Parts) -> Vec<f64> {
        match parts.season {
            Season::None | Season::Additive => self.gap.clone(),
            // y - q s = (y / s - q) s.
            Season::Multiplicative | Season::MultiplicativeNewLevel => {
                self.gap.iter().zip(&self.seasons).map(|(g, s)| g * s).collect()
            }
        }
    }

    /// What was expected of each place.
    pub(super) fn expected(&self, parts: Parts) -> Vec<f64> {
        let pairs = self.base.iter().zip(&self.seasons);
        match parts.season {
            Season::None => self.base.clone(),
            Season::Additive => pairs.map(|(q, s)| q + s).collect(),
            Season::Multiplicative | Season::MultiplicativeNewLevel => pairs.map(|(q, s)| q * s).collect(),
        }
    }
}

/// The derivatives of the sum of squares.
#[derive(Clone, Debug, Default)]
pub(super) struct Gradient {
    pub(super) coefficients: [f64; 4],
    pub(super) level: f64,
    pub(super) trend: f64,
    pub(super) season: Vec<f64>,
}

/// One pass over the values.
#[inline]
fn forward<S: Shape>(values: &[f64], at: &Start<'_>, work: &mut Work) -> f64 {
    let Coefficients { alpha, beta, gamma, phi } = at.coefficients;
    let Work { base, gap, trend, seasons, season, .. } = work;
    season.copy_from_slice(at.season);
    let period = if matches!(S::SEASON, Season::None) { values.len().max(1) } else { season.len() };

    // An added trend is carried damped, and within the base: the step to the next place is then one multiplication
    // and one addition long.
    let (carry, gain) = (alpha + phi * beta, phi * beta);
    let keep = 1.0 - carry;
    let (mut q, mut b) = match S::TREND {
        Trend::None => (at.level, 0.0),
        Trend::Additive => (at.level + phi * at.trend, phi * at.trend),
        Trend::Multiplicative => (at.level, at.trend),
    };
    let mut squares = 0.0;
    let columns = base.chunks_mut(period).zip(gap.chunks_mut(period));
    let columns = columns.zip(trend.chunks_mut(period).zip(seasons.chunks_mut(period)));
    for (y, ((base, gap), (trend, seasons))) in values.chunks(period).zip(columns) {
        let len = y.len();
        let (base, gap, trend, seasons) =
            (&mut base[..len], &mut gap[..len], &mut trend[..len], &mut seasons[..len]);
        for i in 0..len {
            let y = y[i];
            let s = match S::SEASON {
                Season::None => 0.0,
                _ => season[i],
            };
            let u = match S::SEASON {
                Season::None => y,
                Season::Additive => y - s,
                Season::Multiplicative | Season::MultiplicativeNewLevel => y / s,
            };
            // Where the trend is a factor, `q` holds the level until here.
            let level = q;
            let factor = match S::TREND {
                Trend::Multiplicative => power(b, phi),
                _ => 1.0,
            };
            if matches!(S::TREND, Trend::Multiplicative) {
                q *= factor;
            }
            let g = u - q;
            let e = match S::SEASON {
                Season::None | Season::Additive => g,
                Season::Multiplicative | Season::MultiplicativeNewLevel => y - q * s,
            };
            squares += e * e;
            match S::SEASON {
                Season::None => {}
                Season::Additive => season[i] = s + gamma * e,
                Season::Multiplicative => season[i] = s + gamma * (y / q - s),
                Season::MultiplicativeNewLevel => season[i] = s + gamma * (y / (q + alpha * g) - s),
            }
            gap[i] = g;
            match S::SEASON {
                Season::None | Season::Additive => {}
                Season::Multiplicative | Season::MultiplicativeNewLevel => seasons[i] = s,
            }
            match S::TREND {
                Trend::None => {
                    base[i] = q;
                    q = (1.0 - alpha) * q + alpha * u;
                }
                Trend::Additive => {
                    base[i] = q;
                    trend[i] = b;
                    let faded = phi * b;
                    q = keep * q + (faded + carry * u);
                    b = faded + gain * g;
                }
                Trend::Multiplicative => {
                    base[i] = q;
                    trend[i] = b;
                    q += alpha * g;
                    b = factor + beta * g / level;
                }
            }
            if matches!(S::SEASON, Season::Additive) {
                seasons[i] = s;
            }
        }
    }
    (work.level, work.slope) = match S::TREND {
        Trend::None => (q, 0.0),
        // Damped once more than it was given: `b' = φ b + β g` is what remains after the last place.
        Trend::Additive => (q - b, if phi == 0.0 { 0.0 } else { b / phi }),
        Trend::Multiplicative => (q, b),
    };
    squares
}

/// The adjoint of [`forward`], whose pass is in `work`.
#[inline]
fn backward<S: Shape>(values: &[f64], at: &Start<'_>, work: &mut Work, gradient: &mut Gradient) {
    let Coefficients { alpha, beta, gamma, phi } = at.coefficients;
    let Work { base, gap, trend, seasons, back, .. } = work;
    back.fill(0.0);
    let period = if matches!(S::SEASON, Season::None) { values.len().max(1) } else { back.len() };
    let (carry, gain) = (alpha + phi * beta, phi * beta);
    let keep = 1.0 - carry;

    // The derivatives by the base (the level, where the trend is a factor) and by the trend after the place.
    let (mut dq, mut db) = (0.0, 0.0);
    let (mut dalpha, mut dcarry, mut dgain, mut dgamma, mut dphi) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let columns = base.chunks(period).zip(gap.chunks(period));
    let columns = columns.zip(trend.chunks(period).zip(seasons.chunks(period)));
    for (y, ((base, gap), (trend, seasons))) in values.chunks(period).zip(columns).rev() {
        let len = y.len();
        let (base, gap, trend, seasons) = (&base[..len], &gap[..len], &trend[..len], &seasons[..len]);
        for i in (0..len).rev() {
            let (y, q, g) = (y[i], base[i], gap[i]);
            let level_of_place = q + g;
            // What the error and the season add to the derivatives by q and by g.
            let (mut by_q, mut by_g) = (0.0, 0.0);
            match S::SEASON {
                Season::None => by_g = 2.0 * g,
                Season::Additive => {
                    let ds = back[i];
                    dgamma += ds * g;
                    by_g = 2.0 * g + gamma * ds;
                }
                Season::Multiplicative => {
                    let (s, ds) = (seasons[i], back[i]);
                    let slope = 2.0 * (y - q * s);
                    let inverse = 1.0 / q;
                    let t = y * inverse;
                    dgamma += ds * (t - s);
                    by_q = -(s * slope + gamma * ds * t * inverse);
                    back[i] = (1.0 - gamma) * ds - q * slope;
                }
                Season::MultiplicativeNewLevel => {
                    let (s, ds) = (seasons[i], back[i]);
                    let slope = 2.0 * (y - q * s);
                    let level = q + alpha * g;
                    let t = y / level;
                    dgamma += ds * (t - s);
                    let by_level = -gamma * ds * t / level;
                    dalpha += by_level * g;
                    by_q = by_level - s * slope;
                    by_g = alpha * by_level;
                    back[i] = (1.0 - gamma) * ds - q * slope;
                }
            }
            let dg;
            match S::TREND {
                Trend::None => {
                    dg = alpha * dq + by_g;
                    dalpha += dq * g;
                    dq = (1.0 - alpha) * dq + (by_q - by_g);
                }
                Trend::Additive => {
                    let b = trend[i];
                    dg = carry * dq + (gain * db + by_g);
                    dcarry += dq * g;
                    dgain += db * g;
                    let sum = dq + db;
                    dphi += sum * b;
                    dq = keep * dq + (by_q - by_g - gain * db);
                    db = phi * sum;
                }
                Trend::Multiplicative => {
                    let b = trend[i];
                    let factor = power(b, phi);
                    let level = q / factor;
                    dg = alpha * dq + beta * db / level + by_g;
                    dalpha += dq * g;
                    dgain += db * g / level;
                    let dbase = dq - dg + by_q;
                    let dfactor = db + level * dbase;
                    dq = factor * dbase - beta * g / (level * level) * db;
                    db = dfactor * phi * factor / b;
                    if phi != 1.0 {
                        dphi += dfactor * factor * b.ln();
                    }
                }
            }
            match S::SEASON {
                Season::None => {}
                Season::Additive => back[i] -= dg,
                Season::Multiplicative | Season::MultiplicativeNewLevel => {
                    let s = seasons[i];
                    // y / s² = u / s, and u = q + g.
                    back[i] -= dg * (level_of_place / s);
                }
            }
        }
    }

    gradient.season.clear();
    gradient.season.extend_from_slice(back);
    let by_gains = [dalpha, dcarry, dgain, dgamma, dphi];
    collect(S::TREND, at, by_gains, (dq, db), gradient);
}

/// The derivatives by the parameters and the first level and trend, from those by what a pass carries.
fn collect(
    kind: Trend,
    at: &Start<'_>,
    [dalpha, dcarry, dgain, dgamma, dphi]: [f64; 5],
    (dq, db): (f64, f64),
    gradient: &mut Gradient,
) {
    let Coefficients { beta, phi, .. } = at.coefficients;
    match kind {
        Trend::None => {
            gradient.coefficients = [dalpha, 0.0, dgamma, 0.0];
            (gradient.level, gradient.trend) = (dq, 0.0);
        }
        Trend::Additive => {
            // carry = α + φ β and gain = φ β; the first base is l + φ b and the first trend φ b.
            let by_gain = dcarry + dgain;
            let by_phi = dphi + beta * by_gain + (dq + db) * at.trend;
            gradient.coefficients = [dalpha + dcarry, phi * by_gain, dgamma, by_phi];
            (gradient.level, gradient.trend) = (dq, phi * (dq + db));
        }
        Trend::Multiplicative => {
            gradient.coefficients = [dalpha, dgain, dgamma, dphi];
            (gradient.level, gradient.trend) = (dq, db);
        }
    }
}

/// `b^φ`, without a power where there is no damping.
#[inline]
fn power(b: f64, phi: f64) -> f64 {
    if phi == 1.0 { b } else { b.powf(phi) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alpha, beta, gamma and phi, level, trend, season.
    fn start(point: &[f64]) -> Start<'_> {
        let coefficients = Coefficients { alpha: point[0], beta: point[1], gamma: point[2], phi: point[3] };
        Start { coefficients, level: point[4], trend: point[5], season: &point[6..] }
    }

    #[test]
    fn the_gradient_is_that_of_central_differences() {
        // Errors of differences with a step of 1e-5: 1e-10 of the third derivatives and 1e-11 of the sum itself.
        let values: Vec<f64> = (0..50_u32)
            .map(|t| 20.0 + 0.1 * f64::from(t) + 3.0 * f64::from(t % 6) + f64::from(t * t % 7))
            .collect();
        let trends = [Trend::None, Trend::Additive, Trend::Multiplicative];
        let seasons =
            [Season::None, Season::Additive, Season::Multiplicative, Season::MultiplicativeNewLevel];
        for (trend, season) in trends.into_iter().flat_map(|trend| seasons.map(|season| (trend, season))) {
            for phi in [1.0, 0.9] {
                let parts = Parts { trend, season };
                let (beta, first) = match trend {
                    Trend::None => (0.0, 0.0),
                    Trend::Additive => (0.05, 0.2),
                    Trend::Multiplicative => (0.05, 1.01),
                };
                let mut point = vec![0.3, beta, 0.2, phi, 21.0, first];
                match season {
                    Season::None => {}
                    Season::Additive => point.extend([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]),
                    _ => point.extend([0.8, 0.9, 1.0, 1.1, 1.2, 1.3]),
                }
                let mut work = Work::new(values.len(), point.len() - 6);
                let mut gradient = Gradient::default();
                let squares = parts.gradient(&values, &start(&point), &mut work, &mut gradient);
                assert_eq!(squares, parts.squares(&values, &start(&point), &mut work));
                let slopes: Vec<f64> = gradient
                    .coefficients
                    .into_iter()
                    .chain([gradient.level, gradient.trend])
                    .chain(gradient.season.iter().copied())
                    .collect();
                for (k, slope) in slopes.iter().enumerate() {
                    // Damping is differentiated where there is any; where a part is missing, nothing is.
                    let missing = (k == 3 && phi == 1.0)
                        || (matches!(k, 1 | 3 | 5) && trend == Trend::None)
                        || (k == 2 && season == Season::None);
                    if missing {
                        continue;
                    }
                    let mut at = |step: f64| {
                        let mut moved = point.clone();
                        moved[k] += step;
                        parts.squares(&values, &start(&moved), &mut work)
                    };
                    let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                    let off = (difference - slope).abs() / difference.abs().max(1.0);
                    assert!(off < 1e-6, "{parts:?}, phi = {phi}, {k}: {slope} is not {difference}");
                }
            }
        }
    }
}
