//! When a budget runs out, as it is told.

use std::fmt;

use slo_core::{Duration, Slo, Timestamp};

use super::rates::Rates;

/// When the error budget of a window runs out; made by [`exhaustion`](super::exhaustion).
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
/// use slo_forecast::{ExhaustionOptions, exhaustion};
///
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
/// let series = CountSeries::bad_total(axis, &[0.0; 24], &[1000.0; 24])?;
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
/// let ahead = exhaustion(&slo, &series, &ExhaustionOptions::new())?;
/// // Not one error in a day: at this rate the budget lasts for ever, and it may have been luck.
/// assert_eq!(ahead.expected_time, None);
/// assert!(ahead.probability[239] > 0.0 && ahead.probability[239] < 0.5);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Exhaustion {
    /// The objective whose budget it is.
    pub slo: Slo,
    /// The instant that it was asked at.
    pub at: Timestamp,
    /// How far it looks ahead: as asked for, but at most the window's length, or to the end of a calendar's period.
    pub horizon: Duration,
    /// The probability with which [`interval`](Self::interval) holds the instant.
    pub level: f64,
    /// Whether the budget is exhausted already.
    pub exhausted: bool,
    /// When the budget runs out at exactly the mean rates; `None` if it does not within the horizon. Where events come
    /// at constant rates, it does not afterwards either once the horizon is as long as the window.
    pub expected_time: Option<Timestamp>,
    /// Until when it has run out with a probability of one half; `None` if that is beyond the horizon, or never.
    pub median_time: Option<Timestamp>,
    /// The earliest and the latest instant: it runs out before the one, or after the other, with a probability of
    /// `(1 - level) / 2` each. `None` if the first is beyond the horizon, and the second alone likewise.
    pub interval: Option<(Timestamp, Option<Timestamp>)>,
    /// The even steps of the horizon.
    pub times: Vec<Timestamp>,
    /// The share of the budget that is consumed at each step, at exactly the mean rates.
    pub consumed: Vec<f64>,
    /// The probability that the budget has run out at some instant until each step.
    pub probability: Vec<f64>,
    /// How far a probability may be off for the steps of the computation; 0 where it is exact.
    pub probability_error: f64,
    /// How fast events are taken to come.
    pub rates: Rates,
}

impl Exhaustion {
    /// The answer in a sentence.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 9.0], &[10.0; 2])?;
    /// let slo = Slo::new("90%".parse()?, "30d".parse()?);
    /// let told = exhaustion(&slo, &series, &ExhaustionOptions::new())?.explain();
    /// assert_eq!(told, "The error budget of 90% over 30d is exhausted at 1970-01-01T01:00:00Z.");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self) -> String {
        let (objective, window) = (self.slo.objective(), self.slo.window());
        if self.exhausted {
            return format!("The error budget of {objective} over {window} is exhausted at {}.", self.at);
        }
        let seen = match self.rates.lookback {
            Some(lookback) => format!("the rates of the last {lookback}"),
            None => "the given rates".to_owned(),
        };
        let chance = self.probability.last().copied().unwrap_or(0.0);
        let chance = match chance {
            certain if certain > 0.9995 => "almost certainly".to_owned(),
            none if none < 0.0005 => "with a probability below 0.1%".to_owned(),
            chance => format!("with a probability of {:.1}%", chance * 100.0),
        };
        let when = match (self.expected_time, self.interval) {
            (Some(expected), Some((earliest, latest))) => {
                let percent = self.level * 100.0;
                let latest = latest.map_or_else(
                    || "no end within the horizon".to_owned(),
                    |latest| format!("{}", Shown(latest)),
                );
                format!(
                    ", at exactly these rates at {} ({percent}%: {} to {latest})",
                    Shown(expected),
                    Shown(earliest)
                )
            }
            (Some(expected), None) => format!(", at exactly these rates at {}", Shown(expected)),
            (None, _) => ", at exactly these rates not at all".to_owned(),
        };
        format!(
            "At {seen} the error budget of {objective} over {window} runs out within {} {chance}{when}.",
            self.horizon
        )
    }

    /// What the answer rests on, a sentence for each.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 9.0], &[10.0; 2])?;
    /// let slo = Slo::new("90%".parse()?, "30d".parse()?);
    /// let rests_on = exhaustion(&slo, &series, &ExhaustionOptions::new())?.assumptions();
    /// assert!(rests_on[0].starts_with("Events go on coming at the rates of the last 2h"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn assumptions(&self) -> Vec<String> {
        let Rates { bad, total, dispersion, lookback, .. } = self.rates;
        let [bad, total] = [bad, total].map(per_second);
        let mut assumptions = vec![match lookback {
            Some(lookback) => format!(
                "Events go on coming at the rates of the last {lookback}: {bad} bad of {total} events a second."
            ),
            None => format!("Events come at the given rates: {bad} bad of {total} events a second."),
        }];
        let window = match self.slo.window().follows() {
            None => "old events leave the window, bad ones and good ones",
            Some(_) => "nothing leaves the period before its end",
        };
        assumptions.push(format!("Traffic is constant; {window}."));
        assumptions.push(if dispersion > 1.0 {
            format!("Bad events come in independent clusters of {dispersion:.3}.")
        } else {
            "Bad events come one by one, independently.".to_owned()
        });
        if lookback.is_some() {
            assumptions.push(
                "Their rate is as uncertain as a count of so many leaves it, from Jeffreys' prior."
                    .to_owned(),
            );
        }
        assumptions
    }
}

/// An instant to the second.
struct Shown(Timestamp);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.nanos();
        Timestamp::from_nanos(nanos - nanos.rem_euclid(1_000_000_000)).fmt(f)
    }
}

impl fmt::Display for Exhaustion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain())
    }
}

/// A rate to three significant digits.
fn per_second(rate: f64) -> String {
    if rate == 0.0 {
        return "0".to_owned();
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 12")]
    let decimals = (2.0 - rate.log10().floor()).clamp(0.0, 12.0) as usize;
    let digits = format!("{rate:.decimals$}");
    if decimals == 0 { digits } else { digits.trim_end_matches('0').trim_end_matches('.').to_owned() }
}
