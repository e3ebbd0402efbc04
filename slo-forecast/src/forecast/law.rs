//! How future values are distributed.

use std::sync::Arc;

use slo_core::stats::quantile::{QuantileType, Sorted};
use slo_core::stats::tails::{Distribution, Normal, StudentT, complement};
use slo_core::{Error, Result};

use super::Forecast;
use crate::box_cox::{BoxCox, Centre};
use crate::conformal::Scores;

/// How a future value is distributed about its mean, in standard errors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Law {
    /// As a standard normal variable.
    Normal,
    /// As Student's t: the variance is estimated from so few errors that it matters.
    StudentT {
        /// The degrees of freedom.
        degrees_of_freedom: f64,
    },
    /// As simulated paths are spread: no law of a formula.
    Sample,
    /// As the inverse Box-Cox transform of a forecast of transformed values.
    BoxCox {
        /// The transform's parameter.
        lambda: f64,
    },
    /// As the errors were from earlier origins of the series: by [`Conformal`](crate::Conformal).
    Conformal,
}

impl Law {
    /// The variance of a standardised value, where it has one.
    fn variance(self) -> Option<f64> {
        match self {
            Self::Normal | Self::Sample | Self::BoxCox { .. } | Self::Conformal => Some(1.0),
            Self::StudentT { degrees_of_freedom } => {
                (degrees_of_freedom > 2.0).then(|| degrees_of_freedom / (degrees_of_freedom - 2.0))
            }
        }
    }
}

/// What the quantiles of a forecast are taken from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// The normal law, about mean and standard error.
    Normal,
    /// Student's, about mean and standard error.
    StudentT(f64),
    /// The values of all paths at each step.
    Sample(Arc<[Sorted]>),
    /// A forecast of transformed values.
    Transformed(Arc<Transformed>),
    /// The errors from earlier origins at each step.
    Conformal(Arc<Scores>),
}

impl Source {
    /// That of a law that has a formula.
    pub(super) fn of_formula(law: Law) -> Result<Self> {
        match law {
            Law::Normal => Ok(Self::Normal),
            Law::StudentT { degrees_of_freedom } => {
                StudentT::new(degrees_of_freedom)?;
                Ok(Self::StudentT(degrees_of_freedom))
            }
            Law::Sample => Err(Error::State { reason: "a sample's law comes with its sample".to_owned() }),
            Law::BoxCox { .. } => {
                Err(Error::State { reason: "a transform's law comes with what is transformed".to_owned() })
            }
            Law::Conformal => {
                Err(Error::State { reason: "a calibrated law comes with its scores".to_owned() })
            }
        }
    }

    pub(super) fn law(&self) -> Law {
        match self {
            Self::Normal => Law::Normal,
            Self::StudentT(degrees_of_freedom) => Law::StudentT { degrees_of_freedom: *degrees_of_freedom },
            Self::Sample(_) => Law::Sample,
            Self::Transformed(transformed) => Law::BoxCox { lambda: transformed.box_cox.lambda() },
            Self::Conformal(_) => Law::Conformal,
        }
    }

    /// What each step exceeds with probability `tail` on the side of the sign, given mean and standard error.
    pub(super) fn beyond(
        &self,
        steps: impl Iterator<Item = (f64, f64)>,
        tail: f64,
        sign: f64,
    ) -> Result<Vec<f64>> {
        let critical = match self {
            Self::Normal => Normal.upper_quantile(tail)?,
            Self::StudentT(degrees_of_freedom) => StudentT::new(*degrees_of_freedom)?.upper_quantile(tail)?,
            Self::Sample(sample) => {
                let q = if sign < 0.0 { tail } else { complement(tail)? };
                return sample.iter().map(|step| step.quantile(q, QuantileType::Linear)).collect();
            }
            // The inverse transform is increasing: quantiles go where their values go.
            Self::Transformed(transformed) => {
                return transformed.back(&transformed.forecast.beyond(tail, sign)?);
            }
            Self::Conformal(scores) => {
                let end = |(step, (mean, error))| scores.beyond(step, mean, error, tail, sign);
                return steps.enumerate().map(end).collect();
            }
        };
        Ok(steps.map(|(mean, error)| mean + sign * critical * error).collect())
    }
}

/// A forecast of transformed values, and the way back.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Transformed {
    pub(super) forecast: Forecast,
    pub(super) box_cox: BoxCox,
    pub(super) centre: Centre,
}

impl Transformed {
    /// The inverse transforms of a value at each step.
    fn back(&self, values: &[f64]) -> Result<Vec<f64>> {
        self.box_cox.inverse_of_forecast(values, |index| format!("step {}", index + 1))
    }

    /// Centre and standard error at each step, in the values' own unit.
    pub(super) fn moments(&self) -> Result<(Vec<f64>, Vec<f64>)> {
        let Self { forecast, box_cox, centre } = self;
        let mean = match centre {
            Centre::Median => self.back(&forecast.quantile(0.5)?)?,
            Centre::BiasAdjusted => {
                let Some(variance) = forecast.law().variance() else {
                    return Err(Error::out_of_range("the variance that the bias is adjusted by"));
                };
                let steps = forecast.steps();
                steps.map(|(mean, error)| box_cox.adjusted(mean, variance * error * error)).collect()
            }
        };
        let error = forecast.steps().map(|(mean, error)| box_cox.error(mean, error)).collect();
        Ok((mean, error))
    }
}
