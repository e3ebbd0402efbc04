//! What the smoothing parameters may be.
#![allow(clippy::indexing_slicing, reason = "every index counts the coefficients of one polynomial")]

use super::problem::{Coupling, Ranges};
use super::spec::EtsSeason;
use crate::recursion::{Coefficients, Recursion};

/// How far a root may lie outside the unit circle and still count as on it, as in R's package forecast.
const ON_CIRCLE: f64 = 1e-10;

/// What the smoothing parameters of an exponential smoothing model may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum EtsBounds {
    /// Each is a share: level, trend and season are averages of what was and what came.
    ///
    /// ```text
    /// 0.0001 ≤ α ≤ 0.9999,  0.0001 ≤ β ≤ α,  0.0001 ≤ γ ≤ 1 - α,  0.8 ≤ φ ≤ 0.98
    /// ```
    #[default]
    Usual,
    /// What lets the first states be forgotten in time, shares or not.
    Admissible,
    /// Both conditions.
    Both,
}

impl EtsBounds {
    pub(super) const fn ranges(self) -> Ranges {
        match self {
            Self::Usual | Self::Both => Ranges {
                alpha: (1e-4, 0.9999),
                beta: (1e-4, 0.9999),
                gamma: (1e-4, 0.9999),
                phi: (0.8, 0.98),
                coupling: Coupling::Shares,
            },
            // The outermost values that the conditions leave to each for a φ in the range.
            Self::Admissible => Ranges {
                alpha: (1e-4, 2.0),
                beta: (-2.0, 4.0),
                gamma: (0.0, 2.0),
                phi: (0.5, 1.0),
                coupling: Coupling::None,
            },
        }
    }

    /// Whether the conditions of stability are to be checked.
    pub(super) const fn is_stable(self) -> bool {
        matches!(self, Self::Admissible | Self::Both)
    }
}

/// Whether the influence of a value on the states fades, for the recursion whose parts are added.
///
/// # Method
///
/// All roots of the moving average that the errors enter the values by lie within the unit circle:
///
/// ```text
/// (1 - φB)(1 - Bᵐ) + B (α (1 - φB) + φβ)(1 + B + ... + Bᵐ⁻¹) + γ Bᵐ (1 - φB)
/// ```
///
/// The conditions that R's package forecast checks have β in place of φβ.
///
/// # References
///
/// Hyndman, R. J., Akram, M. and Archibald, B. C. (2008). The admissible parameter space for exponential smoothing
/// models. *Annals of the Institute of Statistical Mathematics* 60, 407-426.
pub(super) fn is_stable(recursion: Recursion, coefficients: &Coefficients, period: usize) -> bool {
    let Coefficients { alpha, beta, gamma, phi } = *coefficients;
    // The trend's error reaches the values damped once.
    let beta = phi * beta;
    if !(0.0..=1.0 + 1e-8).contains(&phi) {
        return false;
    }
    if recursion.season == EtsSeason::None {
        let line =
            !recursion.trend.exists() || (alpha * (phi - 1.0) <= beta && beta <= (1.0 + phi) * (2.0 - alpha));
        return line && 1.0 - 1.0 / phi <= alpha && alpha <= 1.0 + 1.0 / phi;
    }
    if gamma < (1.0 - 1.0 / phi - alpha).max(0.0) || gamma > 1.0 + 1.0 / phi - alpha {
        return false;
    }
    let m = period as f64;
    if alpha < 1.0 - 1.0 / phi - gamma * (1.0 - m + phi + phi * m) / (2.0 * phi * m)
        || beta < -(1.0 - phi) * (gamma / m + alpha)
    {
        return false;
    }
    let repeated = alpha + beta - alpha * phi;
    let mut polynomial = vec![repeated; period + 2];
    polynomial[0] = phi * (1.0 - alpha - gamma);
    polynomial[1] = repeated + gamma - 1.0;
    polynomial[period] = alpha + beta - phi;
    polynomial[period + 1] = 1.0;
    roots_within(polynomial, 1.0 + ON_CIRCLE)
}

/// Whether all roots of a polynomial, given by ascending coefficients with the last 1, lie within a radius: by the
/// recursion of Schur and Cohn, which lowers the degree while the first coefficient is less than the last.
fn roots_within(mut polynomial: Vec<f64>, radius: f64) -> bool {
    let mut power = 1.0;
    for coefficient in polynomial.iter_mut().rev() {
        *coefficient *= power;
        power /= radius;
    }
    while polynomial.len() > 1 {
        let last = polynomial.len() - 1;
        let reflection = polynomial[0] / polynomial[last];
        if reflection.abs() >= 1.0 || reflection.is_nan() {
            return false;
        }
        let reversed: Vec<f64> = polynomial.iter().rev().copied().collect();
        for (coefficient, other) in polynomial.iter_mut().zip(&reversed) {
            *coefficient -= reflection * other;
        }
        polynomial.remove(0);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ets::EtsTrend;

    #[test]
    fn roots_within_a_radius_are_told_from_those_beyond() {
        // (x - 0.5)(x + 0.9)(x - 0.2), and with 1.1 in place of 0.9.
        let cubic = |a: f64, b: f64, c: f64| vec![-a * b * c, a * b + a * c + b * c, -(a + b + c), 1.0];
        assert!(roots_within(cubic(0.5, -0.9, 0.2), 1.0));
        assert!(!roots_within(cubic(0.5, -1.1, 0.2), 1.0));
        assert!(roots_within(cubic(0.5, -1.1, 0.2), 1.2) && !roots_within(cubic(0.5, 0.9, 0.2), 0.8));
        // x² + 0.25: ±i/2.
        assert!(roots_within(vec![0.25, 0.0, 1.0], 0.51) && !roots_within(vec![0.25, 0.0, 1.0], 0.49));
    }

    /// Whether what the first states brought in becomes less over 2000 values of 0; None where that takes longer.
    fn fades(recursion: Recursion, c: &Coefficients, period: usize) -> Option<bool> {
        let mut season = vec![0.0; period];
        let (mut l, mut b) = (1.0_f64, 0.5);
        if let Some(s) = season.first_mut() {
            *s = 0.3;
        }
        let (mut early, mut late) = (0.0_f64, 0.0_f64);
        for t in 0..2_000 {
            let grown = if recursion.trend.exists() { c.phi * b } else { 0.0 };
            let s = if period > 0 { season[t % period] } else { 0.0 };
            let e = -(l + grown + s);
            (l, b) = (l + grown + c.alpha * e, grown + c.beta * e);
            if period > 0 {
                season[t % period] += c.gamma * e;
            }
            if !e.is_finite() {
                return Some(false);
            }
            match t {
                500..1_000 => early = early.max(e.abs()),
                1_500.. => late = late.max(e.abs()),
                _ => {}
            }
        }
        let stays = (0.9 * early..1.1 * early).contains(&late) && late > 1e-12;
        (!stays).then_some(late < early || late < 1e-12)
    }

    #[test]
    fn stable_coefficients_forget_where_they_began() {
        // The recursion itself, run on a grid.
        let mut seen = [0; 2];
        for (trend, season, period) in [
            (EtsTrend::None, EtsSeason::None, 0),
            (EtsTrend::AdditiveDamped, EtsSeason::None, 0),
            (EtsTrend::Additive, EtsSeason::Additive, 4),
            (EtsTrend::AdditiveDamped, EtsSeason::Additive, 3),
        ] {
            let recursion = Recursion::new(trend, season);
            for code in 0..7 * 7 * 5 {
                let (i, j, k) = (f64::from(code % 7), f64::from(code / 7 % 7), f64::from(code / 49));
                let c = Coefficients {
                    alpha: 0.131 + 0.317 * i,
                    beta: if trend.exists() { 0.0517 + 0.3119 * j } else { 0.0 },
                    gamma: if season == EtsSeason::None { 0.0 } else { 0.0731 + 0.233 * k },
                    phi: if trend.is_damped() { 0.9 } else { 1.0 },
                };
                let stable = is_stable(recursion, &c, period);
                let Some(fades) = fades(recursion, &c, period) else { continue };
                seen[usize::from(stable)] += 1;
                assert_eq!(stable, fades, "{recursion:?} {c:?}");
            }
        }
        assert!(seen[0] > 50 && seen[1] > 50, "{seen:?}");
    }
}
