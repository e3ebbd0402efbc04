//! A rule as it is written down, checked when it is read.

use super::{BurnRule, Demotion, Operator, TrafficCorrection};
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::time::Duration;

/// A rule as it is written down.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Raw {
    long: Duration,
    short: Duration,
    factor: Fraction,
    severity: String,
    #[serde(default)]
    operator: Operator,
    #[serde(default)]
    budget_share: Option<Fraction>,
    #[serde(default)]
    hold: Duration,
    #[serde(default)]
    keep_firing: Duration,
    #[serde(default)]
    traffic: TrafficCorrection,
    #[serde(default = "none")]
    min_events: Fraction,
    #[serde(default)]
    demotion: Option<Demotion>,
}

const fn none() -> Fraction {
    Fraction::ZERO
}

impl From<BurnRule> for Raw {
    fn from(rule: BurnRule) -> Self {
        let BurnRule { long, short, factor, severity, operator, budget_share, hold, keep_firing, .. } = rule;
        let BurnRule { traffic, min_events, demotion, .. } = rule;
        Self {
            long,
            short,
            factor,
            severity,
            operator,
            budget_share,
            hold,
            keep_firing,
            traffic,
            min_events,
            demotion,
        }
    }
}

impl TryFrom<Raw> for BurnRule {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { long, short, factor, severity, operator, budget_share, hold, keep_firing, .. } = raw;
        let Raw { traffic, min_events, demotion, .. } = raw;
        let rule = Self::with_factor(long, short, factor)?.severity(severity).operator(operator);
        let rule =
            Self { budget_share, traffic, min_events, demotion, ..rule }.hold(hold).keep_firing(keep_firing);
        rule.check_times()?;
        Ok(rule)
    }
}
