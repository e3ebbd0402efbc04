//! From a distance and a baseline to a verdict.

use std::f64::consts::FRAC_PI_2;

use slo_core::stats::tails::{Distribution, StudentT};

use super::{Limit, Scale, ThreeSigma};
use crate::policy::Degenerate;
use crate::test_result::Exactness;
use crate::verdict::{Baseline, Reason, Side, Tail, Verdict};

/// What is known of a value's place before it is judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    /// The value less the baseline's centre, to more digits than their difference has.
    pub(crate) distance: f64,
    /// The baseline, its scale that of the sample.
    pub(crate) baseline: Baseline,
}

/// Whether the baseline is a sample of all values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Censoring {
    /// Every value belongs to it.
    None,
    /// Those that were flagged are left out: tails are no longer exact.
    Flagged,
}

impl ThreeSigma {
    /// What the size of a score must exceed with a baseline of `n` values.
    ///
    /// It falls with n.
    pub(crate) fn threshold(&self, n: usize) -> f64 {
        let alpha = match self.limit {
            Limit::K(k) => return k,
            Limit::Alpha(alpha) => alpha,
        };
        let share = if self.side == Side::Both { alpha / 2.0 } else { alpha };
        let (factor, degrees) = self.prediction(n);
        let critical = StudentT::new(degrees).and_then(|student| student.upper_quantile(share));
        critical.map_or(f64::INFINITY, |critical| critical / factor)
    }

    /// `T / score`, and the degrees of freedom of T.
    fn prediction(&self, n: usize) -> (f64, f64) {
        let n = n as f64;
        match self.scale {
            Scale::Sample => ((n / (n + 1.0)).sqrt(), n - 1.0),
            Scale::Population => (((n - 1.0) / (n + 1.0)).sqrt(), n - 1.0),
            Scale::Mad => ((n / (n + FRAC_PI_2)).sqrt(), MAD_EFFICIENCY * (n - 1.0)),
        }
    }

    /// The rule's own scale, from that of the sample.
    pub(crate) fn scaled(&self, deviation: f64, n: usize) -> f64 {
        match self.scale {
            Scale::Population => deviation * ((n as f64 - 1.0) / n as f64).sqrt(),
            Scale::Sample | Scale::Mad => deviation,
        }
    }

    /// The verdict on a value with a baseline of two values or more.
    pub(crate) fn verdict(
        &self,
        place: (usize, f64),
        estimate: Estimate,
        threshold: f64,
        censoring: Censoring,
    ) -> Verdict {
        let Estimate { distance, baseline: Baseline { center, scale, n, .. } } = estimate;
        let too_far = distance.is_infinite() && place.1.is_finite();
        if !(scale.is_finite() && center.is_finite()) || too_far {
            return Verdict::withheld(place, threshold, Reason::Unbounded, n);
        }
        let found = self.scaled(scale, n);
        let scale = self.degenerate.scale(found, center);
        let score = self.degenerate.score(distance, scale);
        let baseline = Baseline::of(center, scale, n);
        if scale > 0.0 {
            let (factor, degrees) = self.prediction(n);
            let exact = self.scale != Scale::Mad && scale == found && censoring == Censoring::None;
            let exactness = if exact { Exactness::Exact } else { Exactness::Approximate };
            let tail = Tail::Student { statistic: score * factor, degrees, sides: self.side, exactness };
            return Verdict::scored(place, score, (threshold, self.side), None, baseline, tail);
        }
        let differs = self.side.is_beyond(score, 0.0);
        let tail = Tail::Known { p: if differs { 0.0 } else { 1.0 }, exactness: Exactness::Approximate };
        let reason = (differs || (distance != 0.0 && self.degenerate == Degenerate::NoAlarm))
            .then_some(Reason::Degenerate);
        Verdict::scored(place, score, (threshold, self.side), reason, baseline, tail)
    }
}

/// The share of a normal sample's values that the deviation needs to be as sure as the median distance from the median.
const MAD_EFFICIENCY: f64 = 0.37;
