//! A decomposition of series of one length.

use super::Stl;
use super::kernel::{self, Fit, Smoothers};
use super::plan::Plan;
use crate::decompose::decomposition::{Decomposition, unit};
use crate::error::{Error, Result};
use crate::stats::Missing;
use crate::stats::quantile::median_high;

/// What several decompositions of series of one length share.
#[derive(Clone, Debug)]
pub(in crate::decompose) struct Prepared {
    plan: Plan,
    smoothers: Smoothers,
    missing: Missing,
    /// How many values of the series come before those that are decomposed.
    before: usize,
}

impl Prepared {
    /// For `n` values.
    pub(in crate::decompose) fn new(stl: &Stl, n: usize) -> Result<Self> {
        Ok(Self::after(0, n, Plan::new(stl, n)?, stl.missing))
    }

    /// For the last `n` values of a series, at least two periods, which `before` others come before: whole periods of
    /// them. What is near the first of the `n` is not what it is in the whole.
    pub(super) fn after(before: usize, n: usize, plan: Plan, missing: Missing) -> Self {
        let smoothers = Smoothers::new(&plan, before, n);
        Self { plan, smoothers, missing, before }
    }

    /// The parts of `n` values.
    pub(in crate::decompose) fn decompose(&self, values: &[f64]) -> Result<Decomposition> {
        let given = self.given(values)?;
        let fit = kernel::decompose(&given.y, given.present.as_deref(), &self.plan, &self.smoothers);
        given.parts(values, fit)
    }

    /// The parts of the last of `n` values, which are those of the whole series, where the first are felt `pass` places
    /// farther after each pass.
    pub(super) fn decompose_end(self, values: &[f64], pass: usize) -> Result<Decomposition> {
        if self.before == 0 {
            return self.decompose(values);
        }
        let given = self.given(values)?;
        let Self { plan, smoothers, .. } = self;
        let fit = kernel::decompose_end(&given.y, given.present.as_deref(), &plan, smoothers, pass);
        given.parts(values, fit)
    }

    /// The values as they are worked on.
    fn given(&self, values: &[f64]) -> Result<Given> {
        check(values, self.missing)?;
        let unit = unit(values);
        let mut known: Vec<f64> =
            values.iter().filter(|value| !value.is_nan()).map(|value| value * unit).collect();
        let has_gaps = known.len() < values.len();
        // Local fits follow every shift. About one of the values, none is lost in the size of a level.
        let centre = median_high(&mut known).unwrap_or_default();
        let about = |value: &f64| if value.is_nan() { 0.0 } else { value * unit - centre };
        let y: Vec<f64> = values.iter().map(about).collect();
        let present = has_gaps.then(|| present(values));
        if let Some(present) = &present {
            self.check_reach(present)?;
        }
        Ok(Given { y, present, unit, centre })
    }

    /// Refuses gaps so long that something is to be fitted to no value.
    pub(super) fn check_reach(&self, present: &[f64]) -> Result<()> {
        let Some((index, part)) = self.smoothers.unreached(&self.plan, present) else { return Ok(()) };
        let (period, index) = (self.plan.period, self.before + index);
        let reason = format!(
            "no value is known that the {part} of period {period} could be fitted to at values[{index}]"
        );
        Err(Error::Degenerate { name: "values", reason })
    }
}

/// Values in units of moderate size, about one of them.
struct Given {
    y: Vec<f64>,
    /// Unless all values are there.
    present: Option<Vec<f64>>,
    unit: f64,
    centre: f64,
}

impl Given {
    /// What was fitted to the values, or to the last of them, as the parts of these.
    fn parts(&self, values: &[f64], fit: Fit) -> Result<Decomposition> {
        let Self { unit, centre, .. } = *self;
        let first = values.len() - fit.trend.len();
        let values = values.get(first..).unwrap_or_default();
        let pairs = values.iter().zip(self.y.iter().skip(first));
        let rest = |((value, y), (trend, seasonal)): ((&f64, &f64), (&f64, &f64))| {
            if value.is_nan() { f64::NAN } else { (y - seasonal - trend) / unit }
        };
        let remainder = pairs.zip(fit.trend.iter().zip(&fit.seasonal)).map(rest).collect();
        let parts = Decomposition {
            trend: fit.trend.into_iter().map(|value| (value + centre) / unit).collect(),
            seasonal: fit.seasonal.into_iter().map(|value| value / unit).collect(),
            remainder,
            weights: fit.weights,
        };
        let finite = |part: &[f64]| part.iter().all(|value| value.is_finite());
        let gaps_alone =
            parts.remainder.iter().zip(values).all(|(rest, value)| rest.is_finite() || value.is_nan());
        if !(finite(&parts.trend) && finite(&parts.seasonal) && gaps_alone) {
            return Err(Error::out_of_range("a part of the decomposition"));
        }
        Ok(parts)
    }
}

/// 1 for each value that there is and 0 for each that is missing.
pub(super) fn present(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| if value.is_nan() { 0.0 } else { 1.0 }).collect()
}

/// Refuses the first value that is no number and not missing either.
pub(in crate::decompose) fn check(values: &[f64], missing: Missing) -> Result<()> {
    if missing == Missing::Error {
        return Error::check_finite("values", values);
    }
    match values.iter().position(|value| value.is_infinite()) {
        Some(index) => {
            let value = values.get(index).copied().unwrap_or(f64::NAN);
            Err(Error::NonFinite { name: "values", index, value })
        }
        None => Ok(()),
    }
}
