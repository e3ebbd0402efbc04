//! What an error is measured against.

use slo_core::{Error, Result};

use super::sums::{mean, root_mean_square};

/// How far a series is from its own last season: the unit of scaled errors.
///
/// # Method
///
/// ```text
/// absolute = mean |y_t - y_{t-m}|,   root_square = √(mean (y_t - y_{t-m})²)
/// ```
///
/// over the training part, with `m = 1` for series without a season. A scaled error below 1 is one that beats the
/// seasonal naive forecast one step ahead in that part.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `train` | finite, more than `period` values | |
/// | `period` | >= 1 | places |
///
/// # Examples
///
/// ```
/// use slo_forecast::ErrorScale;
///
/// // Steps of 3 and -4.
/// let scale = ErrorScale::new(&[2.0, 5.0, 1.0], 1)?;
/// assert_eq!((scale.absolute(), scale.root_square()), (3.5, 12.5_f64.sqrt()));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J. and Koehler, A. B. (2006). Another look at measures of forecast accuracy. *International Journal of
/// Forecasting* 22(4), 679-688.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ErrorScale {
    absolute: f64,
    root_square: f64,
}

impl ErrorScale {
    /// The scale of a training part.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::ErrorScale;
    ///
    /// let scale = ErrorScale::new(&[1.0, 8.0, 4.0, 4.0], 2)?;
    /// assert_eq!(scale.absolute(), 3.5);
    /// assert!(ErrorScale::new(&[1.0, 8.0], 2).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period of 0; [`Error::TooShort`], [`Error::NonFinite`];
    /// [`Error::OutOfRange`] where a difference leaves the range of floats.
    pub fn new(train: &[f64], period: usize) -> Result<Self> {
        check_period(period)?;
        if train.len() <= period {
            let needed = period.saturating_add(1);
            return Err(Error::TooShort { name: "train", len: train.len(), needed });
        }
        Error::check_finite("train", train)?;
        let steps: Vec<f64> = train.iter().skip(period).zip(train).map(|(y, before)| y - before).collect();
        let absolute = mean(steps.iter().map(|step| step.abs()));
        let root_square = root_mean_square(steps.iter().copied());
        if !(absolute.is_finite() && root_square.is_finite()) {
            return Err(Error::out_of_range("the scale of the training part"));
        }
        Ok(Self { absolute, root_square })
    }

    /// The mean absolute change over a season; 0 where each season is the last one again.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::ErrorScale::new(&[1.0, 2.0, 1.0, 2.0], 2)?.absolute(), 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn absolute(&self) -> f64 {
        self.absolute
    }

    /// The root of the mean square change over a season.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::ErrorScale::new(&[0.0, 3.0, 2.0], 2)?.root_square(), 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn root_square(&self) -> f64 {
        self.root_square
    }
}

/// Refuses a season of no places.
pub(crate) fn check_period(period: usize) -> Result<()> {
    if period == 0 { Err(Error::invalid("period", period, "must be at least 1")) } else { Ok(()) }
}
