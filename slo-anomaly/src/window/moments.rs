//! Mean and deviation of the last values.

use std::collections::VecDeque;

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
    /// Every place, oldest first.
    places: VecDeque<f64>,
    total: Total,
}

impl MovingMoments {
    pub(crate) fn new(window: usize, missing: Missing) -> Result<Self> {
        let moments = SlidingMoments::new(window)?.missing(missing);
        Ok(Self { moments, places: VecDeque::new(), total: Total::default() })
    }

    pub(crate) fn push(&mut self, value: f64) -> Result<()> {
        self.moments.push(value)?;
        let full = self.places.len() == self.moments.window();
        let leaving = if full { self.places.pop_front() } else { None };
        self.places.push_back(value);
        // What has no number adds nothing.
        let number = |value: f64| if value.is_finite() { value } else { 0.0 };
        let leaving = leaving.map_or(0.0, number);
        let mean = self.moments.mean().unwrap_or(0.0);
        let deviation = self.moments.deviation(0).unwrap_or(0.0);
        if !self.total.slide(number(value), leaving, mean, deviation) {
            self.total = Total::of(self.places.iter().copied().map(number));
        }
        Ok(())
    }

    pub(crate) fn count(&self) -> usize {
        self.moments.count()
    }

    pub(crate) fn places(&self) -> (usize, usize) {
        (self.moments.window(), self.moments.len())
    }

    /// The values, oldest first; what is not finite stands among them.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> {
        self.places.iter().copied()
    }

    /// The value that leaves when the next one comes.
    pub(crate) fn leaving(&self) -> Option<f64> {
        if self.places.len() < self.moments.window() { None } else { self.places.front().copied() }
    }

    /// The mean, a value's distance from it, and the deviation with divisor n; none without a value or bounds.
    pub(crate) fn distance(&self, value: f64) -> Option<(f64, f64, f64)> {
        let (center, deviation) = self.moments.mean().zip(self.moments.deviation(0))?;
        let distance = value - center - self.total.correction(center, self.count());
        Some((center, distance, deviation))
    }

    /// The baseline, its scale with divisor n - 1 and NaN where it holds an infinity, and a value's distance from it.
    pub(crate) fn compare(&self, value: f64) -> (f64, Baseline) {
        let n = self.count();
        let (Some(center), Some(scale)) = (self.moments.mean(), self.moments.deviation(1)) else {
            return (f64::NAN, Baseline::without(n));
        };
        (value - center - self.total.correction(center, n), Baseline::of(center, scale, n))
    }
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
    #[serde(with = "crate::float::list")]
    places: Vec<f64>,
    total: Total,
}

#[cfg(feature = "serde")]
impl From<MovingMoments> for Written {
    fn from(window: MovingMoments) -> Self {
        let MovingMoments { moments, places, total } = window;
        Self { moments, places: places.into(), total }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for MovingMoments {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { moments, places, total } = written;
        let finite = || places.iter().copied().filter(|place| place.is_finite());
        let size = finite().map(f64::abs).sum();
        let sound = places.len() == moments.len()
            && finite().count() == moments.count()
            && total.agrees(&Total::of(finite()), size);
        if !sound {
            let reason = "the window's values and its sums disagree".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { moments, places: places.into(), total })
    }
}
