//! What comes next, and how far it may be off.

mod law;

use std::sync::Arc;

use slo_core::stats::quantile::Sorted;
use slo_core::stats::tails::{complement, two_sided};
use slo_core::{Error, Result};

use self::law::{Source, Transformed};
use crate::box_cox::{BoxCox, Centre};
use crate::conformal::Scores;
use crate::paths::Paths;

pub use self::law::Law;

/// Steps that one forecast may have.
pub(crate) const MAX_HORIZON: usize = 10_000_000;

/// A prediction interval at each step.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Band {
    /// The probability with which the interval holds a step's value, in (0, 1).
    pub level: f64,
    /// The lower end at each step.
    pub lower: Vec<f64>,
    /// The upper end at each step.
    pub upper: Vec<f64>,
}

/// What comes next, and how far it may be off: each place is a step ahead, the first the next one.
///
/// # Method
///
/// ```text
/// lower, upper = mean ∓ c · standard_error,   P(law > c) = (1 - level) / 2
/// ```
///
/// with the level taken as the decimal it shows. Of simulated paths, the ends are the quantiles at `(1 ∓ level) / 2` of
/// each step's values, of type 7; of transformed values, they are the inverse transforms of the ends there.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Model, Naive};
///
/// // Steps of 3 and -4: σ = √(25/2).
/// let forecast = Naive::new().fit(&[2.0, 5.0, 1.0])?.forecast(2, &[0.95])?;
/// assert_eq!(forecast.mean(), [1.0, 1.0]);
/// assert_eq!(forecast.standard_error(), [12.5_f64.sqrt(), 5.0]);
/// assert!((forecast.bands()[0].upper[1] - (1.0 + 5.0 * 1.959964)).abs() < 1e-5);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct Forecast {
    mean: Vec<f64>,
    standard_error: Vec<f64>,
    source: Source,
    bands: Vec<Band>,
}

/// Refuses a horizon of 0, and one past the limit.
pub(crate) fn check_horizon(horizon: usize) -> Result<()> {
    if horizon == 0 {
        return Err(Error::invalid("horizon", horizon, "must be at least 1"));
    }
    if horizon > MAX_HORIZON {
        let (value, limit) = (horizon as u64, MAX_HORIZON as u64);
        return Err(Error::LimitExceeded { what: "steps ahead", value, limit });
    }
    Ok(())
}

impl Forecast {
    /// From mean and standard error at each step.
    pub(crate) fn new(
        horizon: usize,
        law: Law,
        levels: &[f64],
        step: impl Fn(usize) -> (f64, f64),
    ) -> Result<Self> {
        check_horizon(horizon)?;
        let (mean, standard_error) = (1..=horizon).map(step).unzip();
        Self::of_moments(mean, standard_error, law, levels)
    }

    /// From simulated paths: their mean, standard deviation and quantiles at each step.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Errors, Forecast, Law, Model, Naive};
    ///
    /// let paths = Naive::new().fit(&[0.0, 3.0, 0.0])?.simulate(1, 100, 0, Errors::Bootstrap)?;
    /// let forecast = Forecast::from_paths(&paths, &[0.9])?;
    /// assert_eq!(forecast.law(), Law::Sample);
    /// assert_eq!((forecast.bands()[0].lower[0], forecast.bands()[0].upper[0]), (-3.0, 3.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a level outside (0, 1); [`Error::OutOfRange`] where the squares of the values
    /// leave the range of floats.
    pub fn from_paths(paths: &Paths, levels: &[f64]) -> Result<Self> {
        Self::from_paths_about(paths, paths.mean(), levels)
    }

    /// Refuses a horizon and levels that no model would forecast.
    pub(crate) fn check_request(horizon: usize, levels: &[f64]) -> Result<()> {
        check_horizon(horizon)?;
        levels.iter().try_for_each(|level| Error::check_fraction("level", *level))
    }

    /// From simulated paths, whose mean is known better than they tell.
    pub(crate) fn from_paths_about(paths: &Paths, mean: Vec<f64>, levels: &[f64]) -> Result<Self> {
        let deviation = paths.standard_deviation();
        let sample = paths.steps().map(|step| Sorted::new(&step)).collect::<Result<_>>()?;
        Self::from_parts(mean, deviation, Source::Sample(sample), levels)
    }

    /// From all means and standard errors.
    pub(crate) fn of_moments(
        mean: Vec<f64>,
        standard_error: Vec<f64>,
        law: Law,
        levels: &[f64],
    ) -> Result<Self> {
        Self::from_parts(mean, standard_error, Source::of_formula(law)?, levels)
    }

    /// From a forecast of transformed values, back to the values' own unit.
    pub(crate) fn transformed_back(
        forecast: Self,
        box_cox: BoxCox,
        centre: Centre,
        levels: &[f64],
    ) -> Result<Self> {
        let transformed = Transformed { forecast, box_cox, centre };
        let (mean, standard_error) = transformed.moments()?;
        Self::from_parts(mean, standard_error, Source::Transformed(Arc::new(transformed)), levels)
    }

    fn from_parts(mean: Vec<f64>, standard_error: Vec<f64>, source: Source, levels: &[f64]) -> Result<Self> {
        if !mean.iter().chain(&standard_error).all(|value| value.is_finite()) {
            return Err(Error::out_of_range("the forecast"));
        }
        let mut forecast = Self { mean, standard_error, source, bands: Vec::new() };
        forecast.bands = levels.iter().map(|level| forecast.band(*level)).collect::<Result<_>>()?;
        Ok(forecast)
    }

    /// The same forecast with intervals by scores, which there are for each step.
    pub(crate) fn calibrated(self, scores: Arc<Scores>, levels: &[f64]) -> Result<Self> {
        Self::from_parts(self.mean, self.standard_error, Source::Conformal(scores), levels)
    }

    /// Values as likely as each other at a step, counted from 0, where that is what is known of it.
    pub(crate) fn draws(&self, step: usize) -> Option<Vec<f64>> {
        match &self.source {
            Source::Conformal(scores) => {
                Some(scores.draws(step, *self.mean.get(step)?, *self.standard_error.get(step)?))
            }
            Source::Sample(sample) => Some(sample.get(step)?.values().to_vec()),
            Source::Normal | Source::StudentT(_) | Source::Transformed(_) => None,
        }
    }

    /// The forecast of a series that is higher by so much at each step, the first being step 0.
    pub(crate) fn shifted(self, by: impl Fn(usize) -> f64) -> Result<Self> {
        let levels: Vec<f64> = self.bands.iter().map(|band| band.level).collect();
        let mean = self.mean.iter().enumerate().map(|(step, mean)| mean + by(step)).collect();
        let moved = |(step, sample): (usize, &Sorted)| {
            let values: Vec<f64> = sample.values().iter().map(|value| value + by(step)).collect();
            Sorted::new(&values).map_err(|_| Error::out_of_range("the forecast"))
        };
        let source = match self.source {
            Source::Sample(steps) => {
                Source::Sample(steps.iter().enumerate().map(moved).collect::<Result<_>>()?)
            }
            Source::Transformed(_) => {
                let what = "a season added to a forecast of transformed values".to_owned();
                let reason = "transform the series before its season is taken out".to_owned();
                return Err(Error::Unsupported { what, reason });
            }
            formula => formula,
        };
        Self::from_parts(mean, self.standard_error, source, &levels)
    }

    /// The expected value at each step; of transformed values, what [`Centre`] says.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Drift, Model};
    ///
    /// let forecast = Drift::new().fit(&[1.0, 2.0, 5.0])?.forecast(2, &[])?;
    /// assert_eq!(forecast.mean(), [7.0, 9.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// In what unit the [`law`](Self::law) is standard at each step: the standard deviation, where it is normal or a
    /// sample, and to first order where values are transformed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Mean, Model};
    ///
    /// // s = 1, and the mean of three is itself uncertain: √(1 + 1/3).
    /// let forecast = Mean::new().fit(&[1.0, 2.0, 3.0])?.forecast(1, &[])?;
    /// assert_eq!(forecast.standard_error(), [(4.0_f64 / 3.0).sqrt()]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn standard_error(&self) -> &[f64] {
        &self.standard_error
    }

    /// How a value is distributed about its mean, in standard errors.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Law, Mean, Model};
    ///
    /// let forecast = Mean::new().fit(&[1.0, 2.0, 3.0])?.forecast(1, &[])?;
    /// assert_eq!(forecast.law(), Law::StudentT { degrees_of_freedom: 2.0 });
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn law(&self) -> Law {
        self.source.law()
    }

    /// The intervals, one for each level, in the order asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Naive};
    ///
    /// let forecast = Naive::new().fit(&[2.0, 5.0, 1.0])?.forecast(2, &[0.8, 0.95])?;
    /// assert_eq!(forecast.bands().iter().map(|band| band.level).collect::<Vec<_>>(), [0.8, 0.95]);
    /// assert!(forecast.bands()[1].lower[0] < forecast.bands()[0].lower[0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// The interval of another level.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Naive};
    ///
    /// let forecast = Naive::new().fit(&[2.0, 5.0, 1.0])?.forecast(2, &[0.8])?;
    /// assert_eq!(forecast.band(0.8)?, forecast.bands()[0]);
    /// assert!(forecast.band(80.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < level < 1`.
    pub fn band(&self, level: f64) -> Result<Band> {
        let tail = two_sided(level)?;
        Ok(Band { level, lower: self.beyond(tail, -1.0)?, upper: self.beyond(tail, 1.0)? })
    }

    /// The value that stays unexceeded with probability `q` at each step.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Model, Naive};
    ///
    /// let forecast = Naive::new().fit(&[2.0, 5.0, 1.0])?.forecast(2, &[0.8])?;
    /// assert_eq!(forecast.quantile(0.5)?, forecast.mean());
    /// assert_eq!(forecast.quantile(0.1)?, forecast.bands()[0].lower);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < q < 1`.
    pub fn quantile(&self, q: f64) -> Result<Vec<f64>> {
        Error::check_fraction("q", q)?;
        // The tail that is the smaller one is the one that is known exactly.
        let (tail, sign) = if q <= 0.5 { (q, -1.0) } else { (complement(q)?, 1.0) };
        self.beyond(tail, sign)
    }

    /// What is exceeded with probability `tail` on the side of the sign.
    fn beyond(&self, tail: f64, sign: f64) -> Result<Vec<f64>> {
        self.source.beyond(self.steps(), tail, sign)
    }

    fn steps(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.mean.iter().copied().zip(self.standard_error.iter().copied())
    }
}

/// A forecast as it is written down: its intervals follow from the rest.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    mean: Vec<f64>,
    standard_error: Vec<f64>,
    law: Law,
    levels: Vec<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sample: Option<Vec<Vec<f64>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transformed: Option<Transformed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scores: Option<Scores>,
}

#[cfg(feature = "serde")]
impl From<Forecast> for Raw {
    fn from(forecast: Forecast) -> Self {
        let levels = forecast.bands.iter().map(|band| band.level).collect();
        let law = forecast.law();
        let (mut sample, mut transformed, mut scores) = (None, None, None);
        match forecast.source {
            Source::Normal | Source::StudentT(_) => {}
            Source::Sample(steps) => sample = Some(steps.iter().map(|step| step.values().to_vec()).collect()),
            Source::Transformed(of) => transformed = Some(Transformed::clone(&of)),
            Source::Conformal(of) => scores = Some(Scores::clone(&of)),
        }
        let Forecast { mean, standard_error, .. } = forecast;
        Self { mean, standard_error, law, levels, sample, transformed, scores }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Forecast {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { mean, standard_error, law, levels, sample, transformed, scores } = raw;
        Error::check_lengths("mean", mean.len(), "standard_error", standard_error.len())?;
        if mean.is_empty() || standard_error.iter().any(|error| *error < 0.0) {
            return Err(Error::State { reason: "a forecast has steps and no negative errors".to_owned() });
        }
        let source = match (sample, transformed, scores) {
            (None, None, None) => Source::of_formula(law)?,
            (Some(sample), None, None) => {
                Error::check_lengths("mean", mean.len(), "sample", sample.len())?;
                Source::Sample(sample.iter().map(|step| Sorted::new(step)).collect::<Result<_>>()?)
            }
            (None, Some(transformed), None) => {
                Error::check_lengths("mean", mean.len(), "transformed", transformed.forecast.mean.len())?;
                Source::Transformed(Arc::new(transformed))
            }
            (None, None, Some(scores)) => {
                if scores.horizon() < mean.len() {
                    return Err(Error::State { reason: "every step has scores".to_owned() });
                }
                Source::Conformal(Arc::new(scores))
            }
            _ => {
                return Err(Error::State { reason: "a forecast has one law".to_owned() });
            }
        };
        if source.law() != law {
            return Err(Error::State {
                reason: "a forecast's law is that of what it is made from".to_owned(),
            });
        }
        Self::from_parts(mean, standard_error, source, &levels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn horizons_and_levels_that_mean_nothing_are_refused() {
        let forecast = |horizon, levels: &[f64]| Forecast::new(horizon, Law::Normal, levels, |_| (0.0, 1.0));
        assert!(matches!(forecast(0, &[]), Err(Error::InvalidParameter { name: "horizon", .. })));
        assert!(matches!(forecast(MAX_HORIZON + 1, &[]), Err(Error::LimitExceeded { .. })));
        for level in [0.0, 1.0, 95.0, f64::NAN] {
            assert!(forecast(1, &[level]).is_err(), "{level}");
        }
        assert!(forecast(1, &[0.5, 0.999_999]).is_ok());
        assert!(Forecast::new(1, Law::Normal, &[], |_| (f64::INFINITY, 1.0)).is_err());
    }

    #[test]
    fn quantiles_are_the_ends_of_intervals() {
        for law in [Law::Normal, Law::StudentT { degrees_of_freedom: 3.0 }] {
            let forecast = Forecast::new(3, law, &[0.98], |step| (step as f64, 2.0)).unwrap();
            assert_eq!(forecast.quantile(0.01).unwrap(), forecast.bands()[0].lower);
            assert_eq!(forecast.quantile(0.99).unwrap(), forecast.bands()[0].upper);
        }
    }
}
