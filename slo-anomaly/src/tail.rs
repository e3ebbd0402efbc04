//! Where a verdict's p-value comes from.

use slo_core::stats::tails::{Distribution, Normal, StudentT};

use crate::dixon::{DixonDistribution, DixonRatio};
use crate::test_result::Exactness;
use crate::verdict::Side;

/// Where a p-value comes from. It costs more than the verdict and is formed on demand.
///
/// Numbers stand beside the law, not inside it: a choice between fields of unlike shapes is handed over through memory,
/// which takes longer than most verdicts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail {
    law: Law,
    sides: Side,
    exactness: Exactness,
    /// What is judged by the law, or the probability itself where it is known.
    statistic: f64,
    degrees: f64,
    n: usize,
}

/// What a statistic is distributed by.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Law {
    /// No distribution is known.
    Unknown,
    /// The statistic is the probability.
    Known,
    /// Student's t; with infinitely many degrees of freedom the normal one.
    Student,
    /// The same for a further value, so many of the deviations away that a sample of `n` was estimated to have.
    Further(Prediction),
    /// One of Dixon's ratios, at whichever end.
    Dixon(DixonRatio),
    /// One of Dixon's ratios, where it is one value of the sample that is judged.
    DixonOfOne(DixonRatio),
}

/// What a further value of a normal sample is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Prediction {
    /// The sample's mean and deviation.
    Mean,
    /// The sample's median and a robust scale.
    Median,
    /// The sample's median and a robust scale of the values on one side of it.
    Half,
}

impl Prediction {
    /// n times the variance of the centre, in variances of the values.
    const fn extra(self) -> f64 {
        match self {
            Self::Mean => 1.0,
            Self::Median | Self::Half => std::f64::consts::FRAC_PI_2,
        }
    }

    /// The share of the sample that a deviation would need to be as sure as the scale.
    const fn efficiency(self) -> f64 {
        match self {
            Self::Mean => 1.0,
            Self::Median => 0.37,
            // One half's distances vary with the quartile and the median: 0.455 / (2 · 1.456).
            Self::Half => 0.16,
        }
    }

    /// `√(1 + extra/n)`, by which its distance spreads more than the values do.
    pub(crate) fn widening(self, n: usize) -> f64 {
        ((n as f64 + self.extra()) / n as f64).sqrt()
    }

    /// The degrees of freedom of Student's t.
    pub(crate) fn degrees(self, n: usize) -> f64 {
        self.efficiency() * (n as f64 - 1.0)
    }
}

impl Tail {
    /// No distribution is known.
    pub(crate) const UNKNOWN: Self = Self {
        law: Law::Unknown,
        sides: Side::Both,
        exactness: Exactness::Approximate,
        statistic: f64::NAN,
        degrees: f64::NAN,
        n: 0,
    };

    /// The probability itself.
    pub(crate) const fn known(p: f64, exactness: Exactness) -> Self {
        Self { law: Law::Known, exactness, statistic: p, ..Self::UNKNOWN }
    }

    /// A value by a baseline without spread, which differs from it or does not.
    pub(crate) const fn degenerate(differs: bool) -> Self {
        Self::known(if differs { 0.0 } else { 1.0 }, Exactness::Approximate)
    }

    /// A tail of Student's t.
    pub(crate) const fn student(statistic: f64, degrees: f64, sides: Side, exactness: Exactness) -> Self {
        Self { law: Law::Student, sides, exactness, statistic, degrees, n: 0 }
    }

    /// That tail for a further value, so many of the deviations away that a sample of `n` was estimated to have.
    pub(crate) const fn further(
        deviations: f64,
        n: usize,
        prediction: Prediction,
        sides: Side,
        exactness: Exactness,
    ) -> Self {
        Self { law: Law::Further(prediction), sides, exactness, statistic: deviations, degrees: f64::NAN, n }
    }

    /// A tail of a Dixon ratio of the sample's greatest value, its least one, or whichever is farther out.
    pub(crate) const fn dixon(of: DixonDistribution, ratio: f64, sides: Side, exactness: Exactness) -> Self {
        let (law, n) = (Law::Dixon(of.ratio()), of.sample_len());
        Self { law, sides, exactness, statistic: ratio, degrees: f64::NAN, n }
    }

    /// A tail of a Dixon ratio of one value of the sample, which may or may not be an end of it.
    pub(crate) const fn dixon_of_one(
        of: DixonDistribution,
        ratio: f64,
        sides: Side,
        exactness: Exactness,
    ) -> Self {
        Self { law: Law::DixonOfOne(of.ratio()), ..Self::dixon(of, ratio, sides, exactness) }
    }

    /// The p-value; none where no distribution is known.
    pub(crate) fn probability(self) -> Option<f64> {
        let Self { law, sides, statistic, degrees, n, .. } = self;
        // Their ratio and length were those of a distribution.
        let dixon = |ratio| DixonDistribution::new(ratio, n).ok();
        match law {
            Law::Unknown => None,
            Law::Known => Some(statistic),
            Law::Student => Some(student(statistic, degrees, sides)),
            Law::Further(of) => Some(student(statistic / of.widening(n), of.degrees(n), sides)),
            Law::Dixon(ratio) => Some(dixon(ratio)?.p_value(statistic, sides)),
            Law::DixonOfOne(ratio) => Some(sides.ends() * dixon(ratio)?.sf(statistic) / n as f64),
        }
    }

    /// How the p-value relates to the probability that it stands for; none without one.
    pub(crate) fn exactness(self) -> Option<Exactness> {
        (self.law != Law::Unknown).then_some(self.exactness)
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
