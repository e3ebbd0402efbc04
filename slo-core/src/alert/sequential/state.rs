//! A test as it is written down: to resume to the bit, and to refuse what no test can have come to.

use super::{MAX_TOTAL, Restart, Seen, SequentialTest};
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::objective::Objective;
use crate::sum::Sum;

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    objective: Objective,
    alpha: f64,
    power_at: f64,
    design_effect: f64,
    restart: Restart,
    observations: u64,
    counts: Parts,
    recent: Parts,
    ln_peak: f64,
    ln_recent_peak: f64,
}

/// Two sums, each as the nearest float and what it leaves out.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    bad: [f64; 2],
    total: [f64; 2],
}

impl From<Counts> for Parts {
    fn from(counts: Counts) -> Self {
        let parts = |sum: Sum| [sum.value(), sum.minus(Sum::new(sum.value())).value()];
        Self { bad: parts(counts.bad), total: parts(counts.total) }
    }
}

impl Parts {
    fn counts(&self) -> Result<Counts> {
        let sum = |[value, rest]: [f64; 2]| {
            let sum = Sum::new(value).plus(Sum::new(rest));
            let proper = (0.0..=MAX_TOTAL).contains(&value) && sum.value() == value;
            if proper { Ok(sum) } else { refuse("a count is none") }
        };
        let counts = Counts { bad: sum(self.bad)?, total: sum(self.total)? };
        if counts.good() >= 0.0 { Ok(counts) } else { refuse("there are more bad events than events") }
    }
}

fn refuse<T>(reason: &str) -> Result<T> {
    Err(Error::State { reason: reason.to_owned() })
}

impl From<SequentialTest> for State {
    fn from(test: SequentialTest) -> Self {
        let SequentialTest { objective, alpha, power_at, design_effect, restart, seen, .. } = test;
        let Seen { observations, counts, recent, ln_peak, ln_recent_peak } = seen;
        let (counts, recent) = (counts.into(), recent.into());
        Self {
            objective,
            alpha,
            power_at,
            design_effect,
            restart,
            observations,
            counts,
            recent,
            ln_peak,
            ln_recent_peak,
        }
    }
}

impl TryFrom<State> for SequentialTest {
    type Error = Error;

    fn try_from(state: State) -> Result<Self> {
        let State { objective, alpha, power_at, design_effect, restart, .. } = state;
        let test = Self::of(objective, alpha, power_at)?.design_effect(design_effect)?.restart(restart);
        let State { observations, counts, recent, ln_peak, ln_recent_peak, .. } = state;
        let (counts, recent) = (counts.counts()?, recent.counts()?);
        if (observations > 0) != counts.has_traffic() {
            return refuse("there are observations if and only if there are events");
        }
        let within = |part: Sum, whole: Sum| whole.minus(part).value() >= 0.0;
        let good = |counts: Counts| counts.total.minus(counts.bad);
        if !(within(recent.bad, counts.bad) && within(good(recent), good(counts))) {
            return refuse("there are more recent events than events");
        }
        if recent.has_traffic() && test.ln(recent) <= 0.0 {
            return refuse("the recent events are no evidence");
        }
        // No more than if every bad event had come first; with a little room for what rounding did.
        let most = test.evidence.ln_most(counts) / design_effect * (1.0 + 1e-12);
        for (peak, last) in [(ln_peak, counts), (ln_recent_peak, recent)] {
            if !(test.ln(last).max(0.0)..=most).contains(&peak) {
                return refuse("the greatest evidence does not fit the events");
            }
        }
        Ok(Self { seen: Seen { observations, counts, recent, ln_peak, ln_recent_peak }, ..test })
    }
}
