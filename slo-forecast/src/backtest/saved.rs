//! A backtest as it is written down, and read again.

use serde::{Deserialize, Serialize};
use slo_core::{Error, ErrorKind, Result};

use super::report::{BacktestReport, Failure, Fold, FoldForecast};
use crate::accuracy::Accuracy;

/// Every kind of error that a fold may fail with.
const KINDS: [ErrorKind; 8] = [
    ErrorKind::InvalidParameter,
    ErrorKind::TooShort,
    ErrorKind::NonFinite,
    ErrorKind::OutOfRange,
    ErrorKind::LimitExceeded,
    ErrorKind::Degenerate,
    ErrorKind::State,
    ErrorKind::Unsupported,
];

#[derive(Serialize, Deserialize)]
pub(super) struct RawReport {
    horizon: usize,
    gap: usize,
    folds: Vec<Fold>,
    accuracy: Accuracy,
    by_step: Vec<Accuracy>,
}

impl From<BacktestReport> for RawReport {
    fn from(BacktestReport { horizon, gap, folds, accuracy, by_step }: BacktestReport) -> Self {
        Self { horizon, gap, folds, accuracy, by_step }
    }
}

impl TryFrom<RawReport> for BacktestReport {
    type Error = Error;

    fn try_from(RawReport { horizon, gap, folds, accuracy, by_step }: RawReport) -> Result<Self> {
        let complete = |fold: &Fold| match &fold.outcome {
            Err(_) => true,
            Ok(FoldForecast { actual, mean, bands, .. }) => {
                let ends = bands.iter().flat_map(|band| [&band.lower, &band.upper]);
                [actual, mean].into_iter().chain(ends).all(|column| column.len() == horizon)
            }
        };
        if !(folds.iter().all(complete) && by_step.len() == horizon) {
            return Err(Error::State { reason: "a fold has a value for each step".to_owned() });
        }
        Ok(Self { horizon, gap, folds, accuracy, by_step })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct RawFold {
    origin: usize,
    start: usize,
    refitted: bool,
    forecast: Option<FoldForecast>,
    failure: Option<RawFailure>,
}

#[derive(Serialize, Deserialize)]
struct RawFailure {
    kind: String,
    message: String,
}

impl From<Fold> for RawFold {
    fn from(Fold { origin, start, refitted, outcome }: Fold) -> Self {
        let (forecast, failure) = match outcome {
            Ok(forecast) => (Some(forecast), None),
            Err(Failure { kind, message }) => (None, Some(RawFailure { kind: format!("{kind:?}"), message })),
        };
        Self { origin, start, refitted, forecast, failure }
    }
}

impl TryFrom<RawFold> for Fold {
    type Error = Error;

    fn try_from(RawFold { origin, start, refitted, forecast, failure }: RawFold) -> Result<Self> {
        let outcome = match (forecast, failure) {
            (Some(forecast), None) => Ok(forecast),
            (None, Some(RawFailure { kind, message })) => {
                let known = KINDS.into_iter().find(|known| format!("{known:?}") == kind);
                let unknown = || Error::State { reason: format!("{kind} is no kind of error") };
                Err(Failure { kind: known.ok_or_else(unknown)?, message })
            }
            _ => {
                let reason = "a fold has either a forecast or a failure".to_owned();
                return Err(Error::State { reason });
            }
        };
        Ok(Self { origin, start, refitted, outcome })
    }
}
