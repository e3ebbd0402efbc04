//! Both windows as they move with a stream.

use std::collections::VecDeque;

use slo_core::Result;
use slo_core::stats::Missing;

use super::compare::{Half, compare, inflation};
use super::critical::Critical;
use super::{Dependence, TTest};
use crate::any::AnyDetector;
use crate::detector::Detector;
use crate::stream::Stream;
use crate::t_test::Variances;
use crate::tail::Tail;
use crate::test_result::Exactness;
use crate::verdict::{Baseline, Reason, Side, Verdict};
use crate::window::MovingMoments;

/// The windows as they are for the next value.
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct TTestStream {
    plan: TTest,
    reference: MovingMoments,
    /// What lies between both windows, oldest first.
    gap: VecDeque<f64>,
    /// The test window without the next value.
    tested: MovingMoments,
    critical: Critical,
}

impl TTestStream {
    /// With fewer independent values than this, critical values are not known: the estimate of the dependence is worth
    /// too little.
    const LEAST_EFFECTIVE: f64 = 4.0;

    /// A window that holds fewer independent values is shorter than twenty decorrelation times.
    const SHORT: f64 = 20.0;

    pub(super) fn new(plan: TTest) -> Result<Self> {
        plan.check()?;
        let share = if plan.side == Side::Both { 0.5 * plan.alpha } else { plan.alpha };
        let (n, m) = (plan.reference as f64, plan.test as f64);
        let least = match (plan.dependence, plan.variances) {
            (Dependence::Independent, Variances::Equal) => n + m - 2.0,
            (Dependence::Independent, _) => n.min(m) - 1.0,
            (Dependence::Estimated, Variances::Equal) => 2.0 * Self::LEAST_EFFECTIVE - 2.0,
            (Dependence::Estimated, _) => Self::LEAST_EFFECTIVE - 1.0,
        };
        Ok(Self {
            plan,
            reference: MovingMoments::new(plan.reference, plan.missing)?,
            gap: VecDeque::new(),
            tested: MovingMoments::new(plan.test - 1, plan.missing)?,
            critical: Critical::new(share, least, n + m - 2.0),
        })
    }

    /// How many places it looks back.
    fn reach(&self) -> usize {
        self.plan.reference.saturating_add(self.plan.gap).saturating_add(self.plan.test - 1)
    }

    fn withheld(&self, place: (usize, f64), reason: Reason) -> Verdict {
        Verdict::withheld(place, self.threshold(), reason, self.reference.count()).over(self.reach())
    }

    /// How far the mean of the test window lies above the reference's, which comes with it, and what both windows say;
    /// none where an infinity is in one of them, or a difference exceeds every float.
    fn halves(&self, value: f64) -> Option<(f64, f64, Half, Half)> {
        let (center, above, deviation) = self.reference.distance(value)?;
        let n = self.reference.count();
        let reference = Half::independent(n, deviation * (n as f64).sqrt());
        let others = self.tested.count();
        let (difference, root) = if others == 0 {
            (above, 0.0)
        } else {
            let (_, distance, deviation) = self.tested.distance(value)?;
            let others = others as f64;
            let share = others / (others + 1.0);
            (above - distance * share, (deviation * others.sqrt()).hypot(distance * share.sqrt()))
        };
        let test = Half::independent(others + 1, root);
        let bounded = [center, difference, reference.root, test.root].iter().all(|part| part.is_finite());
        bounded.then_some((center, difference, reference, test))
    }

    /// How many values are worth one, in the window that shows more of it.
    fn inflation(&self, value: f64) -> Option<f64> {
        if self.plan.dependence == Dependence::Independent {
            return Some(1.0);
        }
        let reference: Vec<f64> = self.reference.values().collect();
        let test: Vec<f64> = self.tested.values().chain([value]).collect();
        Some(inflation(&reference)?.max(inflation(&test)?))
    }

    /// The verdict on a value with two full windows; none without bounds.
    fn compared(&self, place: (usize, f64)) -> Option<Verdict> {
        let plan = &self.plan;
        let (center, difference, reference, test) = self.halves(place.1)?;
        let inflation = self.inflation(place.1)?;
        let (reference, test) = (reference.worth(inflation), test.worth(inflation));
        let (found, degrees) = compare(plan.variances, &reference, &test);
        let scale = plan.degenerate.scale(found, center);
        if !scale.is_finite() {
            return None;
        }
        let score = plan.degenerate.score(difference, scale);
        let baseline = Baseline::of(center, scale, self.reference.count());
        if scale == 0.0 {
            let differs = plan.side.is_beyond(score, 0.0);
            let tail = Tail::degenerate(differs);
            let reason = (difference != 0.0).then_some(Reason::Degenerate);
            return Some(Verdict::scored(
                place,
                score,
                (self.threshold(), plan.side),
                reason,
                baseline,
                tail,
            ));
        }
        let effective = reference.effective.min(test.effective);
        let dependent = plan.dependence == Dependence::Estimated;
        let reason = (dependent && effective < Self::SHORT).then_some(Reason::TooShortForAutocorrelation);
        if dependent && effective < Self::LEAST_EFFECTIVE {
            let limit = (f64::INFINITY, plan.side);
            return Some(Verdict::scored(place, score, limit, reason, baseline, Tail::UNKNOWN));
        }
        let exact = plan.variances == Variances::Equal && !dependent && scale == found;
        let exactness = if exact { Exactness::Exact } else { Exactness::Approximate };
        let tail = Tail::student(score, degrees, plan.side, exactness);
        let limit = (self.critical.at(degrees), plan.side);
        Some(Verdict::scored(place, score, limit, reason, baseline, tail))
    }
}

impl Stream for TTestStream {
    fn detector(&self) -> AnyDetector {
        self.plan.into()
    }

    fn missing(&self) -> Missing {
        self.plan.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        if place.1.is_nan() {
            return self.withheld(place, Reason::Missing);
        }
        let (places, taken) = self.reference.places();
        if taken < places || self.reference.count() < 2 || self.tested.count() == 0 {
            return self.withheld(place, Reason::WarmingUp);
        }
        match self.compared(place) {
            Some(verdict) => verdict.over(self.reach()),
            None => self.withheld(place, Reason::Unbounded),
        }
    }

    fn learn(&mut self, value: f64, _: &Verdict) -> Result<()> {
        let leaving = self.tested.leaving();
        self.tested.push(value)?;
        self.gap.extend(leaving);
        if self.gap.len() > self.plan.gap
            && let Some(oldest) = self.gap.pop_front()
        {
            self.reference.push(oldest)?;
        }
        Ok(())
    }

    /// With the fewest degrees of freedom that full windows can have.
    fn threshold(&self) -> f64 {
        self.critical.highest()
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let tested = seen.min(self.plan.test - 1);
        let gap = (seen - tested).min(self.plan.gap);
        let reference = (seen - tested - gap).min(self.plan.reference);
        (self.tested.places().1, self.gap.len(), self.reference.places().1) == (tested, gap, reference)
    }
}

/// Missing places are equal to each other.
impl PartialEq for TTestStream {
    fn eq(&self, other: &Self) -> bool {
        let same = |(left, right): (&f64, &f64)| left == right || (left.is_nan() && right.is_nan());
        self.plan == other.plan
            && self.reference == other.reference
            && self.tested == other.tested
            && self.gap.len() == other.gap.len()
            && self.gap.iter().zip(&other.gap).all(same)
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    plan: TTest,
    reference: MovingMoments,
    #[serde(with = "crate::float::list")]
    gap: Vec<f64>,
    tested: MovingMoments,
}

#[cfg(feature = "serde")]
impl From<TTestStream> for Written {
    fn from(stream: TTestStream) -> Self {
        let TTestStream { plan, reference, gap, tested, .. } = stream;
        Self { plan, reference, gap: gap.into(), tested }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for TTestStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { plan, reference, gap, tested } = written;
        let fresh = Self::new(plan)?;
        let alike = |window: &MovingMoments, fresh: &MovingMoments| window.places().0 == fresh.places().0;
        let admitted = plan.missing == Missing::Skip || gap.iter().all(|value| value.is_finite());
        if !(alike(&reference, &fresh.reference) && alike(&tested, &fresh.tested) && admitted) {
            let reason = "its windows are not those of its test".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { reference, gap: gap.into(), tested, ..fresh })
    }
}
