//! From a distance and a baseline to a verdict.

use slo_core::stats::tails::{Distribution, StudentT};

use super::{Inclusion, Limit, Scale, ThreeSigma};
use crate::policy::Degenerate;
use crate::tail::{Prediction, Tail};
use crate::test_result::Exactness;
use crate::verdict::{Baseline, Reason, Side, Verdict};

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
    /// What the size of a score must exceed with a baseline of `n` other values.
    ///
    /// It falls with n.
    pub(crate) fn threshold(&self, n: usize) -> f64 {
        match self.limit {
            Limit::K(k) => k,
            Limit::Alpha(alpha) => self.critical(alpha, n),
        }
    }

    /// The score that one value without an anomaly exceeds with probability `alpha`.
    pub(super) fn critical(&self, alpha: f64, n: usize) -> f64 {
        let share = if self.side == Side::Both { alpha / 2.0 } else { alpha };
        let prediction = self.prediction();
        let student = StudentT::new(prediction.degrees(n));
        student.and_then(|student| student.upper_quantile(share)).map_or(f64::INFINITY, |critical| {
            let (distance, scale) = self.measured(critical * prediction.widening(n), 1.0, n);
            distance / scale
        })
    }

    /// How a further value of a normal sample lies from the rule's estimates of that sample.
    const fn prediction(&self) -> Prediction {
        match self.scale {
            Scale::Sample | Scale::Population => Prediction::Mean,
            Scale::Mad | Scale::Iqr => Prediction::Median,
            Scale::DoubleMad => Prediction::Half,
        }
    }

    /// Distance and scale by the rule's own baseline, from those by the `n` other values and their sample deviation.
    ///
    /// ```text
    /// d' = d n/N        s'² = (s² (n - 1) + d² n/N) / (N - 1)        N = n + 1
    /// ```
    #[allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]
    #[inline(always)]
    fn measured(&self, distance: f64, deviation: f64, n: usize) -> (f64, f64) {
        let n = n as f64;
        let (distance, deviation, n) = match self.inclusion {
            Inclusion::LeaveOut => (distance, deviation, n),
            Inclusion::InSample => {
                let all = n + 1.0;
                let spread = (deviation * ((n - 1.0) / n).sqrt()).hypot(distance / all.sqrt());
                (distance * (n / all), spread, all)
            }
        };
        (
            distance,
            if self.scale == Scale::Population { deviation * ((n - 1.0) / n).sqrt() } else { deviation },
        )
    }

    /// The rule's own scale of `n` other values, from their sample deviation.
    pub(crate) fn scaled(&self, deviation: f64, n: usize) -> f64 {
        self.measured(0.0, deviation, n).1
    }

    /// The verdict on a value with a baseline of two values or more.
    #[allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]
    #[inline(always)]
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
        let (measured, found) = self.measured(distance, scale, n);
        let included = usize::from(self.inclusion == Inclusion::InSample);
        let center = center + (distance - measured);
        let others = scale;
        let scale = self.degenerate.scale(found, center);
        let score = self.degenerate.score(measured, scale);
        let baseline = Baseline::of(center, scale, n + included);
        if scale > 0.0 {
            let is_floored = scale > found;
            let is_exact = self.scale.is_deviation() && !is_floored && censoring == Censoring::None;
            let exactness = if is_exact { Exactness::Exact } else { Exactness::Approximate };
            let deviations = distance / if is_floored { scale } else { others };
            let tail = Tail::further(deviations, n, self.prediction(), self.side, exactness);
            return Verdict::scored(place, score, (threshold, self.side), None, baseline, tail);
        }
        let differs = self.side.is_beyond(score, 0.0);
        let tail = Tail::degenerate(differs);
        let reason = (differs || (distance != 0.0 && self.degenerate == Degenerate::NoAlarm))
            .then_some(Reason::Degenerate);
        Verdict::scored(place, score, (threshold, self.side), reason, baseline, tail)
    }
}
