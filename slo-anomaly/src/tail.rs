//! Where a verdict's p-value comes from.

use slo_core::stats::tails::{Distribution, Normal, StudentT};

use crate::dixon::DixonTail;
use crate::test_result::Exactness;
use crate::verdict::Side;

/// Where a p-value comes from. It costs more than the verdict and is formed on demand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tail {
    /// No distribution is known.
    Unknown,
    /// The probability itself.
    Known { p: f64, exactness: Exactness },
    /// A tail of Student's t; with infinitely many degrees of freedom the normal one.
    Student { statistic: f64, degrees: f64, sides: Side, exactness: Exactness },
    /// That tail for a further value, so many of the deviations away that a sample of `n` was estimated to have.
    Further { deviations: f64, n: usize, of: Prediction, sides: Side, exactness: Exactness },
    /// A tail of one of Dixon's ratios.
    Dixon(DixonTail),
}

/// How a further value of a normal sample lies from a centre and a scale that were estimated from the sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prediction {
    /// n times the variance of the centre, in variances of the values.
    pub(crate) extra: f64,
    /// The share of the sample that a deviation would need to be as sure as the scale.
    pub(crate) efficiency: f64,
}

impl Prediction {
    /// `√(1 + extra/n)`, by which its distance spreads more than the values do.
    pub(crate) fn widening(self, n: usize) -> f64 {
        ((n as f64 + self.extra) / n as f64).sqrt()
    }

    /// The degrees of freedom of Student's t.
    pub(crate) fn degrees(self, n: usize) -> f64 {
        self.efficiency * (n as f64 - 1.0)
    }
}

impl Tail {
    pub(crate) fn probability(self) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Known { p, .. } => Some(p),
            Self::Dixon(tail) => Some(tail.probability()),
            Self::Student { statistic, degrees, sides, .. } => Some(student(statistic, degrees, sides)),
            Self::Further { deviations, n, of, sides, .. } => {
                Some(student(deviations / of.widening(n), of.degrees(n), sides))
            }
        }
    }
}

/// The probability of a statistic of Student's t at least as far out on these sides.
fn student(statistic: f64, degrees: f64, sides: Side) -> f64 {
    match StudentT::new(degrees) {
        Ok(student) => tail(&student, statistic, sides),
        Err(_) => tail(&Normal, statistic, sides),
    }
}

/// The probability of a statistic at least as far out on these sides.
fn tail(distribution: &impl Distribution, statistic: f64, sides: Side) -> f64 {
    match sides {
        Side::Both => 2.0 * distribution.sf(statistic.abs()),
        Side::Upper => distribution.sf(statistic),
        Side::Lower => distribution.cdf(statistic),
    }
}
