//! Where a value stands, in deviations from the center.

use slo_core::Result;
use slo_core::stats::online::Moments;

use super::Reference;
use crate::policy::Degenerate;
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// What a chart compares values with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standard {
    reference: Reference,
    degenerate: Degenerate,
    learnt: Learnt,
    /// None while it is being learnt.
    found: Option<Found>,
}

/// What was learnt from the first values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct Learnt {
    /// The first value, from which the others are measured: a large offset costs no digits.
    anchor: f64,
    /// Of the distances from it.
    moments: Moments,
}

/// A center, more exact than a float, and a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    anchor: f64,
    offset: f64,
    baseline: Baseline,
}

/// A value in deviations.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing {
    /// So many above the center, with what it is compared with.
    At(f64, Baseline),
    /// It moves no statistic.
    Aside(Aside),
}

/// Why a value moves no statistic.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aside {
    /// It is infinitely far away: an infinity, or different from a reference without spread.
    Apart(f64, Baseline),
    /// It is NaN.
    Missing,
    /// The reference is still being learnt.
    Learning,
    /// The reference spreads further than floats reach.
    Unbounded,
}

impl Learnt {
    /// Learns from a value unless it is missing, infinite or further from the first than floats reach.
    fn push(&mut self, value: f64) -> Result<()> {
        let anchor = if self.moments.count() == 0 { value } else { self.anchor };
        let distance = value - anchor;
        if !distance.is_finite() {
            return Ok(());
        }
        self.anchor = anchor;
        self.moments.push(distance)
    }

    fn count(&self) -> usize {
        usize::try_from(self.moments.count()).unwrap_or(usize::MAX)
    }
}

impl Standard {
    pub(crate) fn new(reference: Reference, degenerate: Degenerate) -> Self {
        Self::resumed(reference, degenerate, Learnt::default())
    }

    pub(crate) fn resumed(reference: Reference, degenerate: Degenerate, learnt: Learnt) -> Self {
        let mut standard = Self { reference, degenerate, learnt, found: None };
        standard.found = standard.find();
        standard
    }

    #[cfg(feature = "serde")]
    pub(crate) fn into_learnt(self) -> Learnt {
        self.learnt
    }

    /// The reference, once it is known.
    fn find(&self) -> Option<Found> {
        let n = self.learnt.count();
        let (anchor, offset, found) = match self.reference {
            Reference::Known { center, deviation } => (center, 0.0, deviation),
            Reference::Learnt { values } if n < values => return None,
            Reference::Learnt { .. } => {
                let moments = &self.learnt.moments;
                (self.learnt.anchor, moments.mean()?, moments.deviation(1)?)
            }
        };
        let center = anchor + offset;
        Some(Found {
            anchor,
            offset,
            baseline: Baseline::of(center, self.degenerate.scale(found, center), n),
        })
    }

    /// How many values were learnt from.
    pub(crate) fn learnt(&self) -> usize {
        self.learnt.count()
    }

    /// Learns from a value while the reference is not known.
    pub(crate) fn learn(&mut self, value: f64) -> Result<()> {
        self.learnt.push(value)?;
        self.found = self.find();
        Ok(())
    }

    /// Whether it can be that of a reference after so many values, of which at least one was `judged` or none.
    #[cfg(feature = "serde")]
    pub(crate) fn is_after(&self, seen: usize, judged: bool) -> bool {
        let learnt = match self.reference {
            Reference::Known { .. } => self.learnt == Learnt::default(),
            Reference::Learnt { values } => {
                self.learnt.anchor.is_finite() && self.learnt() <= values.min(seen)
            }
        };
        learnt && !(judged && (self.found.is_none() || seen <= self.learnt()))
    }

    pub(crate) fn stand(&self, value: f64) -> Standing {
        if value.is_nan() {
            return Standing::Aside(Aside::Missing);
        }
        let Some(Found { anchor, offset, baseline }) = self.found else {
            return Standing::Aside(Aside::Learning);
        };
        if !(baseline.scale.is_finite() && baseline.center.is_finite()) {
            return Standing::Aside(Aside::Unbounded);
        }
        let score = self.degenerate.score(value - anchor - offset, baseline.scale);
        if score.is_finite() {
            Standing::At(score, baseline)
        } else {
            Standing::Aside(Aside::Apart(score, baseline))
        }
    }
}

impl Aside {
    /// The verdict on such a value, so many others learnt from.
    pub(crate) fn verdict(self, place: (usize, f64), threshold: (f64, Side), learnt: usize) -> Verdict {
        let reason = match self {
            Self::Apart(score, baseline) => {
                let reason = (baseline.scale == 0.0).then_some(Reason::Degenerate);
                return Verdict::scored(place, score, threshold, reason, baseline, Tail::UNKNOWN);
            }
            Self::Missing => Reason::Missing,
            Self::Learning => Reason::WarmingUp,
            Self::Unbounded => Reason::Unbounded,
        };
        Verdict::withheld(place, threshold.0, reason, learnt)
    }
}
