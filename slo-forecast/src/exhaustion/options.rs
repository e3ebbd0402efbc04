//! What may be said about the question when a budget runs out.

use slo_core::{Duration, Error, Result, Timestamp};

use super::rates::Rates;

/// Steps that a curve may have.
const MAX_STEPS: usize = 10_000;

/// Parts of the window of which the last is looked back upon by default.
const LOOKBACKS: i64 = 30;

/// How far to look ahead, and what to expect.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `horizon` | 30 days | above 0; at most the window counts | time |
/// | `lookback` | a thirtieth of the window | above 0; at most the data count | time |
/// | `rates` | those of the lookback | 0 <= bad <= total | events a second |
/// | `dispersion` | that of the lookback; 1 for given rates | >= 1 | events a cluster |
/// | `level` | 0.95 | (0, 1) | share |
/// | `at` | the last record | not before the first | instant |
/// | `steps` | 240 | 1 to 10 000; at most one a nanosecond | |
///
/// The horizon ends with the window: by then all that is known today has left it. The lookback is long enough to hold
/// the hours of a day, for a window of 30 days, and short enough to be of today.
///
/// # Examples
///
/// ```
/// use slo_core::Duration;
/// use slo_forecast::ExhaustionOptions;
///
/// let options = ExhaustionOptions::new().horizon(Duration::from_days(7))?.level(0.8)?;
/// assert_ne!(options, ExhaustionOptions::default());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExhaustionOptions {
    pub(super) horizon: Duration,
    pub(super) lookback: Option<Duration>,
    pub(super) rates: Option<Rates>,
    pub(super) dispersion: Option<f64>,
    pub(super) level: f64,
    pub(super) at: Option<Timestamp>,
    pub(super) steps: usize,
}

impl Default for ExhaustionOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl ExhaustionOptions {
    /// The defaults.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[1.0; 48], &[9e3; 48])?;
    /// let slo = Slo::new("99%".parse()?, "60d".parse()?);
    /// let ahead = exhaustion(&slo, &series, &ExhaustionOptions::new())?;
    /// assert_eq!((ahead.times.len(), ahead.horizon), (240, Duration::from_days(30)));
    /// assert_eq!(ahead.rates.lookback, Some(Duration::from_days(2)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {
            horizon: Duration::from_days(30),
            lookback: None,
            rates: None,
            dispersion: None,
            level: 0.95,
            at: None,
            steps: 240,
        }
    }

    /// How far to look ahead; no further than the window's length.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0; 4], &[9.0; 4])?;
    /// let slo = Slo::new("99%".parse()?, "7d".parse()?);
    /// let day = ExhaustionOptions::new().horizon(Duration::from_days(1))?;
    /// assert_eq!(exhaustion(&slo, &series, &day)?.horizon, Duration::from_days(1));
    /// assert_eq!(exhaustion(&slo, &series, &ExhaustionOptions::new())?.horizon, Duration::from_days(7));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the horizon is positive.
    pub fn horizon(mut self, horizon: Duration) -> Result<Self> {
        self.horizon = positive("horizon", horizon)?;
        Ok(self)
    }

    /// How long to look back for the rates; no further than the data reach. Time without records is time without
    /// events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[9.0, 0.0, 0.0, 36.0], &[3600.0; 4])?;
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let options = ExhaustionOptions::new().lookback(Duration::from_hours(1))?;
    /// assert_eq!(exhaustion(&slo, &series, &options)?.rates.bad, 0.01);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the lookback is positive.
    pub fn lookback(mut self, lookback: Duration) -> Result<Self> {
        self.lookback = Some(positive("lookback", lookback)?);
        Ok(self)
    }

    /// Rates that are known, in events a second, instead of those of a lookback: then the rate is in no doubt, and
    /// errors come one by one unless [`dispersion`](Self::dispersion) says otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0; 4], &[3600.0; 4])?;
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// // Were every second event bad from now on: 144 + t/100 = t/2 after 293.9 seconds.
    /// let ahead = exhaustion(&slo, &series, &ExhaustionOptions::new().rates(0.5, 1.0)?)?;
    /// let after = ahead.expected_time.unwrap().since(ahead.at)?;
    /// assert!((after.seconds() - 144.0 / 0.49).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= bad <= total` and both are finite.
    pub fn rates(mut self, bad: f64, total: f64) -> Result<Self> {
        self.rates = Some(Rates::given(bad, total)?);
        Ok(self)
    }

    /// How many bad events come together on average.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[1.0; 24], &[200.0; 24])?;
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let options = ExhaustionOptions::new().rates(1.0 / 3600.0, 200.0 / 3600.0)?;
    /// // One bad event at a time, at half of what is allowed, hardly ever exhausts the budget; forty at a time may.
    /// let one = exhaustion(&slo, &series, &options)?.probability[239];
    /// let forty = exhaustion(&slo, &series, &options.dispersion(40.0)?)?.probability[239];
    /// assert!(one < 1e-3 && forty > 0.3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it is finite and at least 1.
    pub fn dispersion(mut self, dispersion: f64) -> Result<Self> {
        if !(dispersion >= 1.0 && dispersion.is_finite()) {
            return Err(Error::invalid("dispersion", dispersion, "must be finite and at least 1"));
        }
        self.dispersion = Some(dispersion);
        Ok(self)
    }

    /// The probability with which the interval holds the instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 0.0, 4.0, 4.0], &[1000.0; 4])?;
    /// let slo = Slo::new("99.5%".parse()?, "30d".parse()?);
    /// let options = ExhaustionOptions::new().lookback(Duration::from_hours(2))?.horizon(Duration::from_days(9))?;
    /// let earliest = |level| Ok(exhaustion(&slo, &series, &options.level(level)?)?.interval.unwrap().0);
    /// assert!(earliest(0.9)? < earliest(0.5)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < level < 1`.
    pub fn level(mut self, level: f64) -> Result<Self> {
        Error::check_fraction("level", level)?;
        self.level = level;
        Ok(self)
    }

    /// The instant that the question is asked at; later records are left out.
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
    /// assert!(exhaustion(&slo, &series, &ExhaustionOptions::new())?.exhausted);
    /// let before = ExhaustionOptions::new().at(Timestamp::from_nanos(0));
    /// assert!(!exhaustion(&slo, &series, &before)?.exhausted);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// How many even steps the horizon is divided into, each of a nanosecond at least.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    /// use slo_forecast::{ExhaustionOptions, exhaustion};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0; 2], &[10.0; 2])?;
    /// let slo = Slo::new("90%".parse()?, "30d".parse()?);
    /// let ahead = exhaustion(&slo, &series, &ExhaustionOptions::new().steps(30)?)?;
    /// assert_eq!(ahead.times[0].since(ahead.at)?, Duration::from_days(1));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0; [`Error::LimitExceeded`] past 10 000.
    pub fn steps(mut self, steps: usize) -> Result<Self> {
        if steps == 0 {
            return Err(Error::invalid("steps", steps, "must be at least 1"));
        }
        if steps > MAX_STEPS {
            let (value, limit) = (steps as u64, MAX_STEPS as u64);
            return Err(Error::LimitExceeded { what: "steps ahead", value, limit });
        }
        self.steps = steps;
        Ok(self)
    }

    /// The lookback for a window of this length.
    pub(super) fn lookback_of(&self, window: Duration) -> Result<Duration> {
        match self.lookback {
            Some(lookback) => Ok(lookback),
            None => positive("lookback", Duration::from_nanos((window.nanos() / LOOKBACKS).max(1))),
        }
    }
}

fn positive(name: &'static str, length: Duration) -> Result<Duration> {
    if length.is_positive() { Ok(length) } else { Err(Error::invalid(name, length, "must be positive")) }
}
