//! The test's sums as values come.

use slo_core::Result;
use slo_core::stats::Missing;

use super::{Mean, PageHinkley};
use crate::any::AnyDetector;
use crate::chart::AfterAlarm;
use crate::stream::Stream;
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Side, Verdict};

/// A test with its sums.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct PageHinkleyStream {
    test: PageHinkley,
    sums: Sums,
}

/// What is known since the last alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Sums {
    count: usize,
    /// The first value: the mean is kept as a distance from it.
    anchor: f64,
    offset: f64,
    upper: Extreme,
    lower: Extreme,
}

/// A sum upwards with the least that it was, 0 included; for the sum downwards, both upside down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Extreme {
    sum: f64,
    least: f64,
}

impl Extreme {
    fn after(self, test: &PageHinkley, distance: f64) -> Self {
        let sum = (test.forgetting * self.sum + (distance - test.delta)).clamp(f64::MIN, f64::MAX);
        let least = self.least.min(sum);
        if test.forgetting < 1.0 {
            return Self { sum, least };
        }
        // Nothing is forgotten: only the difference counts, and it has all its digits when both are small.
        Self { sum: (sum - least).min(f64::MAX), least: 0.0 }
    }

    fn height(self) -> f64 {
        (self.sum - self.least).min(f64::MAX)
    }
}

impl Sums {
    /// The sums after a finite value; none where its distance is infinite.
    fn after(self, test: &PageHinkley, value: f64) -> Option<Self> {
        let mut next = Self { count: self.count.saturating_add(1), ..self };
        match test.mean {
            Mean::Known(mean) => next.anchor = mean,
            Mean::Running { .. } => {
                if self.count == 0 {
                    next.anchor = value;
                }
                next.offset += (value - next.anchor - self.offset) / next.count as f64;
            }
        }
        let distance = (value - next.anchor - next.offset) / test.deviation;
        if !distance.is_finite() {
            return None;
        }
        if test.side != Side::Lower {
            next.upper = self.upper.after(test, distance);
        }
        if test.side != Side::Upper {
            next.lower = self.lower.after(test, -distance);
        }
        Some(next)
    }

    fn score(&self) -> f64 {
        let (upper, lower) = (self.upper.height(), self.lower.height());
        if upper >= lower { upper } else { -lower }
    }
}

impl PageHinkleyStream {
    pub(super) fn new(test: PageHinkley) -> Self {
        Self { test, sums: Sums::default() }
    }
}

impl Stream for PageHinkleyStream {
    fn detector(&self) -> AnyDetector {
        self.test.into()
    }

    fn missing(&self) -> Missing {
        self.test.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let threshold = (self.test.threshold, self.test.side);
        if place.1.is_nan() {
            return Verdict::withheld(place, threshold.0, Reason::Missing, self.sums.count);
        }
        let next = self.sums.after(&self.test, place.1);
        let sums = next.unwrap_or(self.sums);
        if let Mean::Running { min_values } = self.test.mean
            && (sums.count < min_values || sums.count == 0)
        {
            return Verdict::withheld(place, threshold.0, Reason::WarmingUp, sums.count);
        }
        let (center, n) = match self.test.mean {
            Mean::Running { .. } => (sums.anchor + sums.offset, sums.count),
            Mean::Known(mean) => (mean, 0),
        };
        let baseline = Baseline::of(center, self.test.deviation, n);
        let score = match next {
            Some(sums) => sums.score(),
            None => f64::INFINITY.copysign(place.1 - center),
        };
        Verdict::scored(place, score, threshold, None, baseline, Tail::UNKNOWN)
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        if let Some(next) = self.sums.after(&self.test, value) {
            self.sums = next;
        }
        if verdict.flagged && self.test.after == AfterAlarm::Reset {
            self.sums = Sums::default();
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.test.threshold
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        self.sums.count <= seen && (self.sums.count > 0 || self.sums == Sums::default())
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    test: PageHinkley,
    sums: Sums,
}

#[cfg(feature = "serde")]
impl From<PageHinkleyStream> for Written {
    fn from(stream: PageHinkleyStream) -> Self {
        let PageHinkleyStream { test, sums } = stream;
        Self { test, sums }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for PageHinkleyStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { test, sums } = written;
        let sound =
            |Extreme { sum, least }: Extreme| sum.is_finite() && least <= sum.min(0.0) && least >= f64::MIN;
        let known = matches!(test.mean, Mean::Known(mean) if sums.count > 0 && sums.anchor != mean);
        if !(sums.anchor.is_finite() && sums.offset.is_finite() && sound(sums.upper) && sound(sums.lower))
            || known
        {
            let reason = "these are no sums of the test".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { test, sums })
    }
}
