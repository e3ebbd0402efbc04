//! Mean and deviation of the last values.

use slo_core::Result;
use slo_core::stats::Missing;
use slo_core::stats::rolling::SlidingMoments;

use super::Total;
use crate::verdict::Baseline;

/// Mean and deviation of the last values, and the distance of another one from that mean.
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct MovingMoments {
    moments: SlidingMoments,
    /// The sum of the values, where the mean lies so far from 0 that rounding it would show.
    total: Option<Total>,
}

impl MovingMoments {
    pub(crate) fn new(window: usize, missing: Missing) -> Result<Self> {
        Ok(Self { moments: SlidingMoments::new(window)?.missing(missing), total: None })
    }

    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> Result<()> {
        // A window without room lets its oldest place go.
        let leaving = self.total.and(self.moments.leaving());
        self.moments.push(value)?;
        // Made only when the mean has gone well away, so that a window on the border is not summed again and again.
        let limit = if self.total.is_some() { FAR / 4.0 } else { FAR };
        self.total = self.lies_beyond(limit).then(|| {
            let (value, leaving) = (number(value), leaving.map_or(0.0, number));
            let mean = self.moments.mean().unwrap_or(0.0);
            let deviation = self.moments.deviation(0).unwrap_or(0.0);
            let slid = |mut total: Total| total.slide(value, leaving, mean, deviation).then_some(total);
            self.total.and_then(slid).unwrap_or_else(|| Total::of(self.moments.places().map(number)))
        });
        Ok(())
    }

    /// Whether the mean lies more than so many deviations from 0.
    fn lies_beyond(&self, limit: f64) -> bool {
        let (Some(mean), Some(variance)) = (self.moments.mean(), self.moments.variance(0)) else {
            return false;
        };
        let (square, reach) = (mean * mean, limit * limit * variance);
        if square.is_normal() && reach.is_normal() {
            return square > reach;
        }
        mean.abs() > limit * self.moments.deviation(0).unwrap_or(0.0)
    }

    pub(crate) fn count(&self) -> usize {
        self.moments.count()
    }

    pub(crate) fn places(&self) -> (usize, usize) {
        (self.moments.window(), self.moments.len())
    }

    /// The values, oldest first; what is not finite stands among them.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> {
        self.moments.places()
    }

    /// The value that leaves when the next one comes.
    pub(crate) fn leaving(&self) -> Option<f64> {
        self.moments.leaving()
    }

    /// The mean, a value's distance from it, and the deviation with divisor n; none without a value or bounds.
    pub(crate) fn distance(&self, value: f64) -> Option<(f64, f64, f64)> {
        let (center, deviation) = self.moments.mean().zip(self.moments.deviation(0))?;
        Some((center, value - center - self.correction(center), deviation))
    }

    /// What rounding took from the mean.
    fn correction(&self, mean: f64) -> f64 {
        self.total.map_or(0.0, |total| total.correction(mean, self.count()))
    }

    /// The baseline, its scale with divisor n - 1 and NaN where it holds an infinity, and a value's distance from it.
    #[inline]
    pub(crate) fn compare(&self, value: f64) -> (f64, Baseline) {
        let n = self.count();
        let (Some(center), Some(scale)) = (self.moments.mean(), self.moments.deviation(1)) else {
            return (f64::NAN, Baseline::without(n));
        };
        (value - center - self.correction(center), Baseline::of(center, scale, n))
    }
}

/// A mean this many deviations from 0 has lost a digit that a score shows: 2^-53 of 2^10 is 1e-13.
pub(crate) const FAR: f64 = 1024.0;

/// What has no number adds nothing.
fn number(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// Missing places are equal to each other.
impl PartialEq for MovingMoments {
    fn eq(&self, other: &Self) -> bool {
        self.moments == other.moments && self.total == other.total
    }
}

/// The window as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    moments: SlidingMoments,
    total: Option<Total>,
}

#[cfg(feature = "serde")]
impl From<MovingMoments> for Written {
    fn from(window: MovingMoments) -> Self {
        let MovingMoments { moments, total } = window;
        Self { moments, total }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for MovingMoments {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { moments, total } = written;
        let finite = || moments.places().filter(|place| place.is_finite());
        let size = finite().map(f64::abs).sum();
        let sound = total.is_none_or(|total| total.agrees(&Total::of(finite()), size));
        if !sound {
            let reason = "the window's values and their sum disagree".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { moments, total })
    }
}
