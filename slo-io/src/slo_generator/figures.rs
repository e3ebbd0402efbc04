//! The figures of a report: as slo-generator has them, and as they should be.

use std::cmp::Ordering;

use slo_core::{Budget, Clamp, Counts, Duration, Error, Fraction, Objective, Result, Slo, Window};

use super::number::{Number, rounded};
use super::{Compat, Measurement, SloGenerator, Step};

/// What no data is in slo-generator.
const NO_DATA: Number = Number::Integer(-1);

/// What a window comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The burn rate exceeds the threshold.
    Alert,
    /// The burn rate is at most 1.
    Ok,
    /// The burn rate is above 1, and not above the threshold.
    Missed,
}

/// The numbers of a report, by slo-generator's names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// The SLI less the goal.
    pub gap: f64,
    /// The share of events that may be bad.
    pub error_budget_target: f64,
    /// The share of events that were bad.
    pub error_budget_measurement: Number,
    /// The one divided by the other.
    pub error_budget_burn_rate: Number,
    /// The budget as minutes of the window.
    pub error_budget_minutes: f64,
    /// What is left of these minutes; negative when overspent.
    pub error_budget_remaining_minutes: f64,
    /// The errors made, as minutes of the window.
    pub error_minutes: f64,
    /// The share of the budget that is spent, in percent whatever its name says.
    pub error_budget_consumed_ratio: Number,
    /// Whether the burn rate exceeds the threshold.
    pub alert: bool,
    /// Which message the report carries.
    pub verdict: Verdict,
    /// The share of events that were good.
    pub sli_measurement: Number,
    /// All events.
    pub events_count: Number,
    /// The bad ones.
    pub bad_events_count: Number,
    /// The good ones.
    pub good_events_count: Number,
}

/// The figures of a measurement, or what makes it invalid.
pub type Outcome = std::result::Result<Figures, String>;

impl SloGenerator {
    /// The figures of a window, or the error of an invalid report.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::{Compat, Measurement, SloGenerator, Step};
    ///
    /// // 9.04 times the budget, against a threshold of 9: slo-generator rounds first, and stays silent.
    /// let hour = Step::new("1 hour", "1h".parse()?, 9.0);
    /// let measured = Measurement::Events(99_096.into(), 904.into());
    /// let report = SloGenerator::new(0.999);
    /// assert!(!report.figures(&hour, &measured)?.unwrap().alert);
    /// assert!(report.compat(Compat::Corrected).figures(&hour, &measured)?.unwrap().alert);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Faithful: [`Error::NonFinite`] for counts that it cannot make whole numbers of. Corrected:
    /// [`Error::InvalidParameter`] for a goal outside (0, 1), a window that is not positive, or a threshold that is
    /// negative, not finite or of more than 18 digits.
    pub fn figures(&self, step: &Step, measurement: &Measurement) -> Result<Outcome> {
        match self.compat {
            Compat::Faithful => self.faithful(step, measurement),
            Compat::Corrected => {
                let slo = Slo::new(Objective::new(self.goal)?, Window::rolling(step.window)?);
                match self.counted(measurement) {
                    Ok((counts, events)) => corrected(&slo.budget(counts), step, events).map(Ok),
                    Err(invalid) => Ok(Err(invalid)),
                }
            }
        }
    }

    fn faithful(&self, step: &Step, measurement: &Measurement) -> Result<Outcome> {
        let (sli, good, bad) = match validated(measurement, self.minimum) {
            Err(invalid) => return Ok(Err(invalid)),
            Ok(Data::Sli(sli)) => {
                let sli = match sli {
                    Number::Float(sli) => Number::Float(rounded(sli, 6)),
                    whole @ Number::Integer(_) => whole,
                };
                (sli, NO_DATA, NO_DATA)
            }
            Ok(Data::Events(good, bad)) => {
                let [good, bad] = [good, bad].map(|n| if n.is_no_data() { Number::Integer(0) } else { n });
                let sli = rounded(good.value() / good.plus(bad).value(), 6);
                (Number::Float(sli), good, bad)
            }
        };
        let window = step.window.seconds();
        let gap = sli.value() - self.goal;
        let target = 1.0 - self.goal;
        let measurement = match sli {
            Number::Integer(sli) => Number::Integer(1_i64.saturating_sub(sli)),
            Number::Float(sli) => Number::Float(1.0 - sli),
        };
        let burn = if target == 0.0 {
            Number::Integer(0)
        } else {
            Number::Float(rounded(measurement.value() / target, 1))
        };
        let consumed = if target > 0.0 {
            Number::Float(measurement.value() * 100.0 / target)
        } else {
            Number::Integer(0)
        };
        let truncated = |name: &'static str, count: Number| {
            count.truncated().ok_or(Error::NonFinite { name, index: 0, value: count.value() })
        };
        let alert = burn.value() > step.threshold;
        let figures = Figures {
            gap,
            error_budget_target: target,
            error_budget_measurement: measurement,
            error_budget_burn_rate: burn,
            error_budget_minutes: window * target / 60.0,
            error_budget_remaining_minutes: window * gap / 60.0,
            error_minutes: window * measurement.value() / 60.0,
            error_budget_consumed_ratio: consumed,
            alert,
            verdict: match (alert, burn.value() <= 1.0) {
                (true, _) => Verdict::Alert,
                (false, true) => Verdict::Ok,
                (false, false) => Verdict::Missed,
            },
            sli_measurement: sli,
            events_count: truncated("total", good.plus(bad))?,
            bad_events_count: truncated("bad", bad)?,
            good_events_count: truncated("good", good)?,
        };
        Ok(if (0.0..=1.0).contains(&sli.value()) { Ok(figures) } else { Err(not_a_share(sli)) })
    }

    /// The counts that a measurement means, and how many events there were, if it says.
    fn counted(&self, measurement: &Measurement) -> std::result::Result<(Counts, Option<Counts>), String> {
        let or_none = |n: &Number| if n.is_no_data() { 0.0 } else { n.value() };
        let counts = match measurement {
            // Faithfully, what is good of what is valid has become a pair by now.
            Measurement::GoodValid(good, valid) if !valid.is_no_data() => {
                let (good, valid) = (or_none(good), valid.value());
                let good = if self.clamp == Clamp::ToTotal && good > valid { valid } else { good };
                Counts::good_total(good, valid).map_err(|error| error.to_string())?
            }
            // A count that is missing is none, not one less: so the least number of events is that of those counted.
            Measurement::Events(good, bad) if !(good.is_no_data() && bad.is_no_data()) => {
                Counts::good_bad(or_none(good), or_none(bad)).map_err(|error| error.to_string())?
            }
            _ => {
                return match validated(measurement, self.minimum)? {
                    Data::Sli(sli) => Ok((share(sli)?, None)),
                    Data::Events(good, bad) => {
                        let counts = Counts::good_bad(good.value(), bad.value());
                        counts.map(|counts| (counts, Some(counts))).map_err(|error| error.to_string())
                    }
                };
            }
        };
        if !counts.has_traffic() || counts.total() < self.minimum {
            return Err(too_few(Number::from(counts.total()).plain(), self.minimum));
        }
        Ok((counts, Some(counts)))
    }
}

/// A share as counts: the decimal that it shows, as far as its terms are floats.
fn share(sli: Number) -> std::result::Result<Counts, String> {
    const EXACT: u128 = 1 << 53;
    let value = sli.value();
    let decimal = Fraction::try_from(value).ok().filter(|decimal| decimal.denominator() <= EXACT);
    let (good, total) = match decimal {
        Some(decimal) => (decimal.numerator() as f64, decimal.denominator() as f64),
        None => (value, 1.0),
    };
    Counts::good_total(good, total).map_err(|_| not_a_share(sli))
}

/// The figures of a budget: exact counts, rounded once, and never before a decision.
pub(super) fn corrected(budget: &Budget, step: &Step, events: Option<Counts>) -> Result<Figures> {
    let counts = budget.counts();
    let threshold = Fraction::try_from(step.threshold)
        .map_err(|_| Error::invalid("threshold", step.threshold, "must be a decimal of at least 0"))?;
    let exceeds = |factor: Fraction| Ok::<_, Error>(budget.burn_against(factor)? == Some(Ordering::Greater));
    let alert = exceeds(threshold)?;
    let verdict = match (alert, exceeds(Fraction::ONE)?) {
        (true, _) => Verdict::Alert,
        (false, false) => Verdict::Ok,
        (false, true) => Verdict::Missed,
    };
    // A difference of counts keeps the digits that a difference of two ratios near one loses.
    let gap = if counts.has_traffic() { budget.remaining() / counts.total() } else { 0.0 };
    let window = step.window.seconds() / 60.0;
    let share = budget.objective().budget();
    let measured = counts.error_ratio().unwrap_or(0.0);
    let count =
        |count: fn(&Counts) -> f64| events.map_or(NO_DATA, |events| Number::from(count(&events)).plain());
    Ok(Figures {
        gap,
        error_budget_target: share.to_f64(),
        error_budget_measurement: measured.into(),
        error_budget_burn_rate: budget.burn_rate().unwrap_or(0.0).into(),
        error_budget_minutes: in_minutes(step.window, share),
        error_budget_remaining_minutes: window * gap,
        error_minutes: window * measured,
        error_budget_consumed_ratio: (budget.burn_rate().unwrap_or(0.0) * 100.0).into(),
        alert,
        verdict,
        sli_measurement: counts.sli().unwrap_or(0.0).into(),
        events_count: count(Counts::total),
        bad_events_count: count(Counts::bad),
        good_events_count: count(Counts::good),
    })
}

/// A share of a window, in minutes.
fn in_minutes(window: Duration, share: Fraction) -> f64 {
    const MINUTE: u128 = 60_000_000_000;
    let whole = Fraction::new(window.nanos().unsigned_abs().into(), MINUTE);
    let exact = whole.and_then(|whole| whole.times(share).ok());
    exact.map_or(window.seconds() / 60.0 * share.to_f64(), |exact| exact.to_f64())
}

/// What is measured, once it is known to be numbers.
enum Data {
    Sli(Number),
    Events(Number, Number),
}

/// slo-generator's validation, in its order and its words.
fn validated(measurement: &Measurement, minimum: f64) -> std::result::Result<Data, String> {
    let (good, bad) = match measurement {
        Measurement::Nothing => return Err("Backend returned None.".to_owned()),
        Measurement::Other(kind) => {
            return Err(format!(
                "Backend method returned an object of type {kind}. It should instead return a tuple (good_count, \
                 bad_count) or a numeric SLI value (float / int)."
            ));
        }
        Measurement::Tuple(len) => {
            return Err(format!("Backend method returned a tuple with {len} items.Expected 2 items."));
        }
        Measurement::NotNumbers => {
            return Err("Backend method returned a tuple with some elements having a type different than float or int"
                .to_owned());
        }
        Measurement::Sli(sli) if sli.is_no_data() => return Err("Backend returned NO_DATA (-1).".to_owned()),
        Measurement::Sli(sli) => return Ok(Data::Sli(*sli)),
        Measurement::Events(good, bad) => (*good, *bad),
        Measurement::GoodValid(good, valid) => (*good, valid.minus(*good)),
    };
    if good.is_no_data() && bad.is_no_data() {
        return Err(format!(
            "Backend method returned a valid tuple ({good}, {bad}) but the good and bad count is NO_DATA (-1)."
        ));
    }
    let total = good.plus(bad);
    if total.value() < minimum {
        return Err(too_few(total, minimum));
    }
    Ok(Data::Events(good, bad))
}

fn too_few(total: Number, minimum: f64) -> String {
    let minimum = Number::from(minimum).plain();
    format!("Not enough valid events ({total}) found. Minimum valid events: {minimum}.")
}

fn not_a_share(sli: Number) -> String {
    format!("SLI is not between 0 and 1 (value = {sli})")
}
