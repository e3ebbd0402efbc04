//! Minima in a box: of many variables by their gradient, of one by its values.
//!
//! Objectives are dimensionless, as logarithms of likelihoods are: tolerances count in their unit. A value that is not
//! finite is a wall, which no step crosses.

mod curvature;
mod line;
mod quasi_newton;
#[allow(dead_code, reason = "for methods that have one parameter left to find")]
mod scalar;

pub(crate) use quasi_newton::{Descent, minimise};
#[allow(unused_imports, reason = "for methods that have one parameter left to find")]
pub(crate) use scalar::minimise_scalar;

/// When a search ends, and what it knows before it begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options<'a> {
    /// The decrease that another step may still promise, in units of the objective or of its value if that is more.
    pub(crate) tolerance: f64,
    /// The most steps.
    pub(crate) iterations: u64,
    /// One over the second derivative by each variable, roughly; empty where nothing is known of it.
    pub(crate) inverse_curvature: &'a [f64],
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { tolerance: 1e-12, iterations: 1_000, inverse_curvature: &[] }
    }
}

/// Where a search ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Minimum {
    pub(crate) point: Vec<f64>,
    /// Not finite only if it was not so at the start.
    pub(crate) value: f64,
    /// The gradient there; empty where none was used.
    pub(crate) gradient: Vec<f64>,
    pub(crate) iterations: u64,
    /// How often the objective was evaluated.
    pub(crate) evaluations: u64,
    /// Whether no step promises more than the tolerance.
    pub(crate) converged: bool,
    /// The variables that a bound holds back.
    pub(crate) at_bounds: Vec<usize>,
}

#[cfg(test)]
mod tests;
