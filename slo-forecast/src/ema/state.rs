//! Exponentially weighted moments, one value at a time.

use slo_core::{Error, Result, Timestamp};

use super::Ema;
#[cfg(feature = "serde")]
use super::moments::BLOCK;
use super::moments::{Level, Pace, Squares, Step};
use super::settings::Bias;

/// An exponentially weighted mean and variance that take one value at a time, in bounded memory.
///
/// Each mean equals, bit for bit, what [`Ema::smooth`] has at the same place, and each variance what
/// [`Ema::variance`] has.
///
/// # Examples
///
/// ```
/// use slo_forecast::Ema;
///
/// let mut state = Ema::span(3.0)?.online();
/// // Weights 1, 1/2, 1/4: (4 + 2/2 + 1/4) / (7/4) = 3.
/// let means: Vec<_> = [1.0, 2.0, 4.0].into_iter().map(|x| state.observe(x)).collect::<Result<_, _>>()?;
/// assert_eq!(means[2], Some(3.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct EmaState {
    ema: Ema,
    /// Values and gaps taken so far, and how many of them were values.
    places: u64,
    count: u64,
    last: Option<Timestamp>,
    pace: Pace,
    level: Level,
    squares: Squares,
}

impl EmaState {
    pub(super) fn new(ema: Ema) -> Self {
        let (pace, level, squares) = (Pace::new(), Level::anchored(0.0, 1.0), Squares::first(0.0));
        Self { ema, places: 0, count: 0, last: None, pace, level, squares }
    }

    /// Takes the next value and returns the mean; `None` below `min_periods` values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ema, EmaMissing};
    ///
    /// let mut state = Ema::alpha(0.5)?.missing(EmaMissing::Decay).online();
    /// assert_eq!(state.observe(f64::NAN)?, None);
    /// assert_eq!(state.observe(8.0)?, Some(8.0));
    /// assert_eq!(state.observe(f64::NAN)?, Some(8.0));
    /// // The gap has faded the 8 to a quarter: (8/4 + 3) / (1/4 + 1) = 4.
    /// assert_eq!(state.observe(3.0)?, Some(4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a gap, unless gaps are admitted; [`Error::InvalidParameter`] if weights fade by time.
    /// A refused value changes nothing.
    pub fn observe(&mut self, value: f64) -> Result<Option<f64>> {
        self.ema.check_places()?;
        self.check_value(value)?;
        self.take(value, None);
        Ok(self.mean())
    }

    /// Takes the next value at its instant and returns the mean; `None` below `min_periods` values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    /// use slo_forecast::Ema;
    ///
    /// let mut state = Ema::halflife_time(Duration::from_minutes(1))?.online();
    /// state.observe_at(Timestamp::from_nanos(0), 8.0)?;
    /// // Two minutes later the 8 weighs a quarter.
    /// assert_eq!(state.observe_at(Timestamp::from_nanos(120_000_000_000), 3.0)?, Some(4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a gap, unless gaps are admitted; [`Error::Unordered`] for an instant before the last
    /// one; [`Error::InvalidParameter`] unless weights fade by time. A refused value changes nothing.
    pub fn observe_at(&mut self, time: Timestamp, value: f64) -> Result<Option<f64>> {
        let halflife = self.ema.check_timed()?;
        self.check_value(value)?;
        if let Some(previous) = self.last.filter(|last| time < *last) {
            return Err(Error::Unordered { index: self.index(), previous, value: time });
        }
        let factor = self.last.map_or(1.0, |last| super::kernel::faded(last, time, halflife));
        self.last = Some(time);
        self.take(value, Some(factor));
        Ok(self.mean())
    }

    /// The mean so far; `None` below `min_periods` values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// let mut state = Ema::alpha(0.5)?.min_periods(2).online();
    /// state.observe(1.0)?;
    /// assert_eq!(state.mean(), None);
    /// state.observe(4.0)?;
    /// assert_eq!(state.mean(), Some(3.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mean(&self) -> Option<f64> {
        (self.count >= self.ema.needed()).then(|| self.level.mean(&self.ema.terms()))
    }

    /// The weighted variance so far; `None` below `min_periods` values, and without bias while all weight is on one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Bias, Ema};
    ///
    /// let mut state = Ema::alpha(0.5)?.online();
    /// state.observe(1.0)?;
    /// assert_eq!((state.variance(Bias::Biased), state.variance(Bias::Unbiased)), (Some(0.0), None));
    /// state.observe(4.0)?;
    /// // Weights 1/3 and 2/3 about the mean 3: (4 + 2) / 3.
    /// assert_eq!(state.variance(Bias::Biased), Some(2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn variance(&self, bias: Bias) -> Option<f64> {
        if self.count >= self.ema.needed() { self.squares.variance(bias) } else { None }
    }

    /// The square root of [`variance`](Self::variance).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Bias, Ema};
    ///
    /// let mut state = Ema::alpha(0.5)?.online();
    /// state.observe(1.0)?;
    /// state.observe(4.0)?;
    /// assert_eq!(state.deviation(Bias::Biased), Some(2.0_f64.sqrt()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn deviation(&self, bias: Bias) -> Option<f64> {
        self.variance(bias).map(f64::sqrt)
    }

    /// How many values were taken, gaps aside.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ema, EmaMissing};
    ///
    /// let mut state = Ema::alpha(0.5)?.missing(EmaMissing::Ignore).online();
    /// state.observe(1.0)?;
    /// state.observe(f64::NAN)?;
    /// assert_eq!(state.count(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The method and its settings.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// let ema = Ema::alpha(0.1)?;
    /// assert_eq!(ema.online().ema(), ema);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn ema(&self) -> Ema {
        self.ema
    }

    fn check_value(&self, value: f64) -> Result<()> {
        if value.is_finite() || !self.ema.refuses_gaps() {
            return Ok(());
        }
        Err(Error::NonFinite { name: "values", index: self.index(), value })
    }

    fn index(&self) -> usize {
        usize::try_from(self.places).unwrap_or(usize::MAX)
    }

    /// Takes a value that was checked.
    fn take(&mut self, value: f64, factor: Option<f64>) {
        let terms = self.ema.terms();
        let step = self.pace.step(&terms, value, factor);
        self.level.take(step, value, &terms);
        self.squares.take(step, value, &terms);
        self.places += 1;
        self.count += u64::from(step != Step::Gap);
    }
}

/// A state as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    ema: Ema,
    places: u64,
    count: u64,
    last: Option<Timestamp>,
    pace: Pace,
    level: Level,
    squares: Squares,
}

#[cfg(feature = "serde")]
impl From<EmaState> for Raw {
    fn from(EmaState { ema, places, count, last, pace, level, squares }: EmaState) -> Self {
        Self { ema, places, count, last, pace, level, squares }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for EmaState {
    type Error = Error;

    fn try_from(Raw { ema, places, count, last, pace, level, squares }: Raw) -> Result<Self> {
        let refuse = |reason: &str| Err(Error::State { reason: reason.to_owned() });
        if count > places || pace.started != (count > 0) || (last.is_some() && ema.decay().time().is_none()) {
            return refuse("its counts contradict each other");
        }
        let Level { anchor, local, place, weight, only } = level;
        let Squares { mean, variance, weight: sum, pairs, squared, old } = squares;
        if ![anchor, local, mean, only.unwrap_or(mean)].iter().all(|value| value.is_finite())
            || place >= BLOCK
        {
            return refuse("a mean is not finite or a block too long");
        }
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let at_least_0 = |value: f64| value >= 0.0 && value.is_finite();
        if !share(pace.faded) || ![weight, sum, old].into_iter().all(positive) {
            return refuse("a weight is not positive");
        }
        if ![variance, pairs, squared].into_iter().all(at_least_0) {
            return refuse("a variance is negative or not finite");
        }
        Ok(Self { ema, places, count, last, pace, level, squares })
    }
}
