//! What the outlier tests of normal samples share: moments that lose no digit to the outlier, and Student's tail.

mod moments;
mod trimmed;

use std::borrow::Cow;

use slo_core::stats::Missing;
use slo_core::stats::tails::{Distribution, StudentT};
use slo_core::{Error, Result};

use crate::detector::check_admitted;

pub(crate) use moments::Moments;
pub(crate) use trimmed::{Extreme, Frame, Trimmed};

/// Refuses a level that is no probability between 0 and 1.
pub(crate) fn check_level(alpha: f64) -> Result<()> {
    Error::check_fraction("alpha", alpha)
}

/// Refuses a sample of fewer than `needed` values, and one with a value that is not finite.
pub(crate) fn check_values(values: &[f64], needed: usize) -> Result<()> {
    if values.len() < needed {
        return Err(Error::TooShort { name: "values", len: values.len(), needed });
    }
    Error::check_finite("values", values)
}

/// `P(T > t)` with `v >= 1` degrees of freedom.
pub(crate) fn upper_tail(t: f64, v: f64) -> f64 {
    StudentT::new(v).map_or(f64::NAN, |student| student.sf(t))
}

/// The t above which there is the share `q` with `v >= 1` degrees of freedom.
pub(crate) fn upper_quantile(q: f64, v: f64) -> f64 {
    StudentT::new(v).and_then(|student| student.upper_quantile(q)).unwrap_or(f64::NAN)
}

/// Number, mean and spread of finite values, of which there is at least one; the mean as a distance from the first.
pub(crate) fn spread(values: &[f64]) -> Moments {
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    let frame = Frame::new(values.first().copied().unwrap_or(0.0), low, high);
    let moments = Moments::of_slice(values, |value| frame.distance(value));
    Moments { mean: frame.length(moments.mean), norm: frame.length(moments.norm), ..moments }
}

/// The values of a series that are there.
pub(crate) struct Present<'a> {
    pub(crate) sample: Cow<'a, [f64]>,
    /// Their places; none where nothing is missing.
    places: Option<Vec<usize>>,
}

impl<'a> Present<'a> {
    /// The values that are there, where they are at least three and none is infinite; scores are made NaN.
    pub(crate) fn new(values: &'a [f64], missing: Missing, scores: &mut [f64]) -> Result<Option<Self>> {
        check_admitted(missing, values, scores)?;
        scores.fill(f64::NAN);
        let gaps = values.iter().filter(|value| value.is_nan()).count();
        if values.len() - gaps < 3 || values.iter().any(|value| value.is_infinite()) {
            return Ok(None);
        }
        if gaps == 0 {
            return Ok(Some(Self { sample: Cow::Borrowed(values), places: None }));
        }
        let there = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
        let (places, sample) = there.map(|(place, value)| (place, *value)).unzip();
        Ok(Some(Self { sample: Cow::Owned(sample), places: Some(places) }))
    }

    /// The place in the series of one of them.
    pub(crate) fn place(&self, index: usize) -> usize {
        self.places.as_ref().map_or(index, |places| places.get(index).copied().unwrap_or(index))
    }
}
