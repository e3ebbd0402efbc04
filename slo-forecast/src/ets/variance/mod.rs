//! Mean and variance of what an exponential smoothing model says comes next.

mod effects;
mod linear;
mod product;

#[cfg(test)]
mod tests;

use super::{EtsError, EtsSeason, EtsSpec};
use crate::recursion::{Coefficients, States};

/// Mean and variance at each step ahead.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moments {
    pub(crate) mean: Vec<f64>,
    pub(crate) variance: Vec<f64>,
}

/// By which of the formulas the moments follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Everything is added: values are normal, with the variance of a sum of independent errors.
    One,
    /// Only the error is relative: the variance is that of a sum whose terms grow with the values before them.
    Two,
    /// The error is relative and the season a factor of a level and trend that are added.
    Three,
    /// There is no closed form.
    Open,
}

const fn class(spec: EtsSpec) -> Class {
    match (spec.error, spec.trend.is_multiplicative(), spec.season) {
        (EtsError::Additive, false, EtsSeason::None | EtsSeason::Additive) => Class::One,
        (EtsError::Multiplicative, false, EtsSeason::None | EtsSeason::Additive) => Class::Two,
        (EtsError::Multiplicative, false, EtsSeason::Multiplicative) => Class::Three,
        _ => Class::Open,
    }
}

/// The exact moments of the next `horizon` values, where there is a closed form: for a trend that is added, unless the
/// error is added to a season that is a factor.
///
/// # Method
///
/// With `q` for level and trend, `φ_j = φ + ... + φ^j` and `c_j = α + β φ_j + γ [m divides j]`:
///
/// ```text
/// A, {N, A, Ad}, {N, A}:  v_h = σ² (1 + Σ_{j<h} c_j²)
/// M, {N, A, Ad}, {N, A}:  θ_h = μ_h² + σ² Σ_{j<h} c_j² θ_{h-j},   v_h = (1 + σ²) θ_h - μ_h²
/// M, {N, A, Ad}, M:       moments of q_h s_h, with those of q weighted by the season's own errors
/// ```
///
/// The mean is the point forecast, except for the third kind from the second season on: there one error moves the level
/// and the season's figure alike, and the mean of their product is more than the product of their means by terms in
/// `γ σ²`. Errors are normal; of the third kind the fourth moment of the errors enters, so that for others it would
/// differ by terms in `γ² σ⁴`. Each step costs the same, whatever the period.
///
/// # References
///
/// Hyndman, R. J., Koehler, A. B., Ord, J. K. and Snyder, R. D. (2008). *Forecasting with Exponential Smoothing: The
/// State Space Approach*, chapter 6. Springer.
pub(crate) fn moments(
    spec: EtsSpec,
    coefficients: &Coefficients,
    states: &States,
    sigma2: f64,
    horizon: usize,
) -> Option<Moments> {
    match class(spec) {
        Class::One | Class::Two => Some(linear::moments(spec, coefficients, states, sigma2, horizon)),
        Class::Three => Some(product::moments(coefficients, states, sigma2, horizon)),
        Class::Open => None,
    }
}

/// The moments of any model to first order in its errors: the mean is the point forecast, the variance that of the
/// errors' effects as they are at the forecast.
///
/// # Method
///
/// ```text
/// v_h ≈ σ² Σ_{j≤h} (∂y_h / ∂e_j)²   at e = 0
/// ```
///
/// For errors that are added to states that are added, this is exact.
pub(crate) fn linearised(
    spec: EtsSpec,
    coefficients: &Coefficients,
    states: &States,
    sigma2: f64,
    horizon: usize,
) -> Moments {
    linear::linearised(spec, coefficients, states, sigma2, horizon)
}
