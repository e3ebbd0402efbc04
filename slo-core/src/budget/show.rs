//! A budget in words, and as it is written down.

use std::fmt;

use super::Budget;
use crate::method::Method;

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ratio, counted) = match self.method {
            Method::Occurrences => ("SLI", "events"),
            Method::Timeslices { .. } => ("good slices", "slices"),
            Method::RatioTimeslices { .. } => ("mean slice ratio", "slices"),
        };
        let Some(sli) = self.sli() else {
            return write!(f, "no traffic in {}", self.window);
        };
        write!(f, "{ratio} {:.4}% of {} over {}: ", sli * 100.0, self.objective, self.window)?;
        let (bad, allowed) = (self.bad(), self.allowed());
        write!(f, "{bad} of {allowed} allowed bad {counted}, {:.1}% of the budget", self.consumed() * 100.0)
    }
}

/// A budget as it is written down, with every figure that follows from its counts.
#[cfg(feature = "serde")]
mod written {
    use super::Budget;
    use crate::budget::Period;
    use crate::counts::Counts;
    use crate::error::{Error, Result};
    use crate::method::Method;
    use crate::method::written::RawMethod;
    use crate::objective::Objective;
    use crate::slices::Slices;
    use crate::time::Duration;
    use crate::window::Window;

    #[derive(serde::Serialize, serde::Deserialize)]
    pub(crate) struct Written {
        objective: Objective,
        window: Window,
        #[serde(flatten)]
        method: RawMethod,
        #[serde(skip_deserializing)]
        good: f64,
        bad: f64,
        total: f64,
        #[serde(skip_deserializing)]
        sli: Option<f64>,
        #[serde(skip_deserializing)]
        allowed: f64,
        #[serde(skip_deserializing)]
        consumed: f64,
        #[serde(skip_deserializing)]
        remaining: f64,
        #[serde(skip_deserializing)]
        burn_rate: Option<f64>,
        #[serde(skip_deserializing)]
        exhausted: bool,
        #[serde(skip_deserializing)]
        met: bool,
        #[serde(default)]
        slices: Option<Slices>,
        length: Duration,
        passed: Duration,
    }

    impl From<Budget> for Written {
        fn from(budget: Budget) -> Self {
            Self {
                objective: budget.objective,
                window: budget.window,
                method: budget.method.into(),
                good: budget.good(),
                // Rounding the two apart must not make more bad events than events.
                bad: budget.bad().min(budget.total()),
                total: budget.total(),
                sli: budget.sli(),
                allowed: budget.allowed(),
                consumed: budget.consumed(),
                remaining: budget.remaining(),
                burn_rate: budget.burn_rate(),
                exhausted: budget.exhausted(),
                met: budget.met(),
                slices: budget.slices,
                length: budget.period.length,
                passed: budget.period.passed,
            }
        }
    }

    impl TryFrom<Written> for Budget {
        type Error = Error;

        fn try_from(raw: Written) -> Result<Self> {
            let method = Method::try_from(raw.method)?;
            let counts = Counts::bad_total(raw.bad, raw.total)?;
            let period = Period { length: raw.length, passed: raw.passed };
            if period.passed < Duration::ZERO || period.passed > period.length {
                return Err(refuse("the time that has passed is no part of the period"));
            }
            let slices = raw.slices;
            match (method.slice(), slices) {
                (None, None) => {}
                (Some(_), Some(slices)) if slices.hold(&counts) => {}
                _ => return Err(refuse("its slices do not fit its method and its counts")),
            }
            Ok(Self::new(raw.objective, raw.window, method, counts, slices, period))
        }
    }

    fn refuse(reason: &str) -> Error {
        Error::State { reason: reason.to_owned() }
    }
}

#[cfg(feature = "serde")]
pub(super) use written::Written;
