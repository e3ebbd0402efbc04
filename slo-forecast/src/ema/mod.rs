//! The exponentially weighted mean.

mod batch;
mod decay;
mod kernel;
mod model;
mod moments;
mod settings;
mod state;

use slo_core::{Duration, Error, Result};

pub use decay::Decay;
pub use model::EmaModel;
use moments::Terms;
pub use settings::{Bias, EmaMissing, Weighting};
pub use state::EmaState;

use crate::fitted::Fitted;
use crate::forecaster::{Forecaster, Model};

/// The exponentially weighted mean, variance and deviation, and the flat forecast from it.
///
/// # Method
///
/// ```text
/// mean_t = Σ q^i x_{t-i} / Σ q^i,   q = 1 - alpha           (adjusted)
/// mean_0 = x_0,   mean_t = q mean_{t-1} + alpha x_t         (recursive)
/// ```
///
/// Both are `s_t / w_t` of `s_t = q s_{t-1} + alpha x_t` and `w_t = q w_{t-1} + alpha`, from `s = w = 0` or from
/// `s = x_0, w = 1`. The results are those of pandas' `ewm`, option for option.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | one of `alpha`, `span`, `halflife`, `com`, `halflife_time` | | (0, 1], >= 1, > 0, >= 0, > 0 | share, places, places, places, time |
/// | `weighting` | `Adjusted` | `Adjusted`, `Recursive` | |
/// | `missing` | `Error` | `Error`, `Decay`, `Ignore` | |
/// | `min_periods` | 1 | any; 0 is 1 | values |
///
/// # Examples
///
/// ```
/// use slo_forecast::Ema;
///
/// // Weights 1, 1/2, 1/4: (4 + 2/2 + 1/4) / (7/4) = 3.
/// let means = Ema::span(3.0)?.smooth(&[1.0, 2.0, 4.0])?;
/// assert_eq!((means[0], means[2]), (1.0, 3.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Roberts, S. W. (1959). Control chart tests based on geometric moving averages. *Technometrics* 1(3), 239-250.
/// Hyndman, R. J., Koehler, A. B., Ord, J. K., Snyder, R. D. (2008). *Forecasting with Exponential Smoothing*.
/// Springer, chapter 6 for the forecast.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct Ema {
    decay: Decay,
    weighting: Weighting,
    missing: EmaMissing,
    min_periods: u64,
}

impl Ema {
    /// With weights that fade as a [`Decay`] says; the constructors below have its variants' names.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Decay, Ema};
    ///
    /// assert_eq!(Ema::new(Decay::Span(19.0))?.alpha_value(), 0.1);
    /// assert!(Ema::new(Decay::Span(0.5)).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] outside the range of the table above.
    pub fn new(decay: Decay) -> Result<Self> {
        let decay = decay.check()?;
        Ok(Self { decay, weighting: Weighting::Adjusted, missing: EmaMissing::Error, min_periods: 1 })
    }

    /// With the share of the newest value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ema, Weighting};
    ///
    /// let means = Ema::alpha(0.25)?.weighting(Weighting::Recursive).smooth(&[0.0, 4.0, 4.0])?;
    /// assert_eq!(means, [0.0, 1.0, 1.75]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < alpha <= 1`.
    pub fn alpha(alpha: f64) -> Result<Self> {
        Self::new(Decay::Alpha(alpha))
    }

    /// With `alpha = 2 / (span + 1)`: as much memory as a plain mean of `span` values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// assert_eq!(Ema::span(3.0)?.alpha_value(), 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `span` is finite and at least 1.
    pub fn span(span: f64) -> Result<Self> {
        Self::new(Decay::Span(span))
    }

    /// With weights that are halved in so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// assert_eq!(Ema::halflife(1.0)?.alpha_value(), 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `halflife` is finite and above 0.
    pub fn halflife(halflife: f64) -> Result<Self> {
        Self::new(Decay::Halflife(halflife))
    }

    /// With the centre of mass of the weights so many places back.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// assert_eq!(Ema::com(3.0)?.alpha_value(), 0.25);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `com` is finite and at least 0.
    pub fn com(com: f64) -> Result<Self> {
        Self::new(Decay::Com(com))
    }

    /// With weights that are halved in so much time, for values at uneven instants.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Timestamp};
    /// use slo_forecast::Ema;
    ///
    /// let times = [0, 120].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    /// let means = Ema::halflife_time(Duration::from_minutes(1))?.smooth_at(&times, &[8.0, 3.0])?;
    /// // Two minutes later the 8 weighs a quarter: (8/4 + 3) / (1/4 + 1).
    /// assert_eq!(means, [8.0, 4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the halflife is positive.
    pub fn halflife_time(halflife: Duration) -> Result<Self> {
        Self::new(Decay::HalflifeTime(halflife))
    }

    /// What weight the first value has; [`Weighting::Adjusted`] by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ema, Weighting};
    ///
    /// let recursive = Ema::alpha(0.5)?.weighting(Weighting::Recursive);
    /// assert_eq!(recursive.smooth(&[0.0, 3.0])?[1], 1.5);
    /// assert_eq!(recursive.weighting(Weighting::Adjusted).smooth(&[0.0, 3.0])?[1], 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn weighting(mut self, weighting: Weighting) -> Self {
        self.weighting = weighting;
        self
    }

    /// What a value that is not a finite number means; [`EmaMissing::Error`] by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ema, EmaMissing};
    ///
    /// let (ema, values) = (Ema::alpha(0.5)?, [8.0, f64::NAN, 3.0]);
    /// assert!(ema.smooth(&values).is_err());
    /// assert_eq!(ema.missing(EmaMissing::Decay).smooth(&values)?, [8.0, 8.0, 4.0]);
    /// assert_eq!(ema.missing(EmaMissing::Ignore).smooth(&[6.0, f64::NAN, 3.0])?, [6.0, 6.0, 4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: EmaMissing) -> Self {
        self.missing = missing;
        self
    }

    /// How many values must be there before there is a result; 1 by default, and 0 means 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// let means = Ema::alpha(0.5)?.min_periods(2).smooth(&[0.0, 3.0])?;
    /// assert!(means[0].is_nan() && means[1] == 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn min_periods(mut self, values: u64) -> Self {
        self.min_periods = values;
        self
    }

    /// The share of the newest value; where weights fade by time, its share a halflife after the one before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// assert_eq!(Ema::span(9.0)?.alpha_value(), 0.2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn alpha_value(&self) -> f64 {
        self.decay.alpha()
    }

    /// How fast weights fade, as it was given.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Decay, Ema};
    ///
    /// assert_eq!(Ema::span(20.0)?.decay(), Decay::Span(20.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn decay(&self) -> Decay {
        self.decay
    }

    /// The same, one value at a time.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Ema;
    ///
    /// let ema = Ema::alpha(0.3)?;
    /// let mut state = ema.online();
    /// for (value, mean) in [2.0, 9.0, 4.0].into_iter().zip(ema.smooth(&[2.0, 9.0, 4.0])?) {
    ///     assert_eq!(state.observe(value)?, Some(mean));
    /// }
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn online(&self) -> EmaState {
        EmaState::new(*self)
    }

    /// The model that forecasts the last mean, from values without gaps.
    ///
    /// # Method
    ///
    /// ```text
    /// forecast(h) = mean_n,   standard error(h) = σ √(1 + (h - 1) alpha²),   σ² = Σ e_t² / (n - 1)
    /// ```
    ///
    /// with the one-step errors `e_t = x_t - mean_{t-1}`. The standard error is that of simple exponential smoothing as a
    /// state space model, ETS(A,N,N) with this alpha: it assumes that the errors are independent, normal and of one
    /// variance, and that the level moves by `alpha e_t`. Nothing is optimised. Adjusted weights move the level by
    /// more at the beginning; the formula is theirs once they have settled, after about `1 / alpha` values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ema, Model, Weighting};
    ///
    /// let model = Ema::alpha(0.5)?.weighting(Weighting::Recursive).fit(&[0.0, 4.0, 6.0])?;
    /// // Levels 0, 2, 4; errors 4 and 4.
    /// let forecast = model.forecast(5, &[0.95])?;
    /// assert_eq!((forecast.mean()[4], forecast.standard_error()[4]), (4.0, 32.0_f64.sqrt()));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] below two values, or below `min_periods`; [`Error::NonFinite`];
    /// [`Error::InvalidParameter`] if weights fade by time.
    ///
    /// # References
    ///
    /// Hyndman, R. J., Koehler, A. B., Ord, J. K., Snyder, R. D. (2008). *Forecasting with Exponential Smoothing*.
    /// Springer, table 6.1.
    pub fn fit(&self, values: &[f64]) -> Result<EmaModel> {
        self.check_places()?;
        let needed = usize::try_from(self.min_periods.max(2)).unwrap_or(usize::MAX);
        Fitted::check(values, needed)?;
        EmaModel::fit(*self, values)
    }

    fn check_places(&self) -> Result<()> {
        match self.decay.time() {
            None => Ok(()),
            Some(halflife) => Err(Error::invalid(
                "halflife",
                halflife,
                "is a length of time and needs the instants of the values",
            )),
        }
    }

    fn check_timed(&self) -> Result<Duration> {
        let reason = "takes no instants: only a halflife that is a length of time does";
        self.decay.time().ok_or_else(|| Error::invalid("alpha", self.alpha_value(), reason))
    }

    fn refuses_gaps(&self) -> bool {
        self.missing == EmaMissing::Error
    }

    fn needed(&self) -> u64 {
        self.min_periods.max(1)
    }

    fn terms(&self) -> Terms {
        Terms::new(self.alpha_value(), self.weighting, self.missing, self.decay.time().is_some())
    }
}

impl Forecaster for Ema {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// The settings as they are written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    decay: Decay,
    weighting: Weighting,
    missing: EmaMissing,
    min_periods: u64,
}

#[cfg(feature = "serde")]
impl From<Ema> for Raw {
    fn from(Ema { decay, weighting, missing, min_periods }: Ema) -> Self {
        Self { decay, weighting, missing, min_periods }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Ema {
    type Error = Error;

    fn try_from(Raw { decay, weighting, missing, min_periods }: Raw) -> Result<Self> {
        Ok(Self::new(decay)?.weighting(weighting).missing(missing).min_periods(min_periods))
    }
}

#[cfg(test)]
mod tests;
