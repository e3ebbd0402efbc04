//! Another method on the series without its season.

use slo_core::decompose::Composition;
use slo_core::{Error, Result};

use crate::any::{AnyForecaster, AnyModel};
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, fitted_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Forecaster, Model, Online};
use crate::report::FitReport;
use crate::season::Season;

/// Another method on the series without its season, which its forecasts then get back.
///
/// # Method
///
/// The season is the figure of the classical decomposition
/// ([`Classical`](slo_core::decompose::Classical)), and it is taken off if there is one: more than two periods, and
/// [`seasonality`](crate::seasonality()) says so. Errors are in units of the adjusted series; the figure is taken as
/// known. With [`Naive`](crate::Naive), it is the method "Naive 2" of the M competitions.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | | >= 1; 1 is no season | places |
/// | `method` | | any | |
/// | [`composition`](Self::composition) | [`Composition::Multiplicative`] | | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Adjusted, Model, Naive};
///
/// let model = Adjusted::new(2, Naive::new())?.fit(&[2.0, 6.0].repeat(8))?;
/// assert_eq!(model.forecast(3, &[])?.mean(), [2.0, 6.0, 2.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Makridakis, S., Spiliotis, E., Assimakopoulos, V. (2020). The M4 Competition: 100,000 time series and 61
/// forecasting methods. *International Journal of Forecasting* 36(1), 54-74.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adjusted {
    period: usize,
    method: AnyForecaster,
    composition: Composition,
}

impl Adjusted {
    /// The method for series with seasons of so many places.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Adjusted, Drift};
    ///
    /// assert!(Adjusted::new(0, Drift::new()).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period of 0.
    pub fn new(period: usize, method: impl Into<AnyForecaster>) -> Result<Self> {
        check_period(period)?;
        Ok(Self { period, method: method.into(), composition: Composition::Multiplicative })
    }

    /// How the season is joined to the rest; the default is [`Composition::Multiplicative`].
    ///
    /// Where values are not above 0, it is added in any case.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Composition;
    /// use slo_forecast::{Adjusted, Model, Naive};
    ///
    /// let values = [2.0, 6.0].repeat(8);
    /// let model = Adjusted::new(2, Naive::new())?.composition(Composition::Additive).fit(&values)?;
    /// assert_eq!(model.forecast(2, &[])?.mean(), [2.0, 6.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn composition(mut self, composition: Composition) -> Self {
        self.composition = composition;
        self
    }

    /// Period, method and composition as they are set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Adjusted, Composition, Naive};
    ///
    /// let method = Adjusted::new(2, Naive::new())?;
    /// assert_eq!(method.settings(), (2, &Naive::new().into(), Composition::Multiplicative));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn settings(&self) -> (usize, &AnyForecaster, Composition) {
        (self.period, &self.method, self.composition)
    }

    /// The model of a series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Adjusted, Model, Naive};
    ///
    /// let model = Adjusted::new(2, Naive::new())?.fit(&[2.0, 6.0].repeat(8))?;
    /// assert_eq!((model.first_fitted(), model.sigma()), (1, 0.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period of 0, [`Error::NonFinite`], and those of the method.
    pub fn fit(&self, values: &[f64]) -> Result<AdjustedModel> {
        check_period(self.period)?;
        Fitted::check(values, 1)?;
        let season = Season::of(values, self.period, self.composition)?;
        let plain: Vec<f64> = (0..).zip(values).map(|(place, value)| season.off(place, *value)).collect();
        let model = self.method.fit(&plain)?;
        let first = model.first_fitted();
        let fitted = (first as u64..).zip(model.fitted()).map(|(place, value)| season.on(place, *value));
        let history = Fitted::new(values, first, fitted.collect());
        Ok(AdjustedModel { season, model, history })
    }
}

fn check_period(period: usize) -> Result<()> {
    if period == 0 { Err(Error::invalid("period", period, "must be at least 1")) } else { Ok(()) }
}

impl Forecaster for Adjusted {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// A series that was fitted by [`Adjusted`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Adjusted, Model, Naive, Online};
///
/// let mut model = Adjusted::new(2, Naive::new())?.fit(&[2.0, 6.0].repeat(8))?;
/// model.update(4.0)?;
/// assert_eq!(model.forecast(1, &[])?.mean(), [12.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct AdjustedModel {
    season: Season,
    model: AnyModel,
    history: Fitted,
}

impl AdjustedModel {
    /// The model of the series without its season.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Adjusted, Model, Naive};
    ///
    /// let model = Adjusted::new(2, Naive::new())?.fit(&[2.0, 6.0].repeat(8))?;
    /// assert_eq!(model.adjusted().forecast(2, &[])?.mean(), [4.0, 4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn adjusted(&self) -> &AnyModel {
        &self.model
    }
}

impl Model for AdjustedModel {
    fitted_parts!("Adjusted");

    fn observations(&self) -> u64 {
        self.model.observations()
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        if self.season.is_none() {
            return self.model.forecast(horizon, levels);
        }
        let plain = self.model.forecast(horizon, &[])?;
        // Of a sample, its mean and deviation are kept: its steps have units of their own from here on.
        let law = if plain.law() == Law::Sample { Law::Normal } else { plain.law() };
        let known = self.observations();
        Forecast::new(horizon, law, levels, |step| {
            let of = |numbers: &[f64]| numbers.get(step - 1).copied().unwrap_or(f64::NAN);
            let place = known + step as u64 - 1;
            let mean = self.season.on(place, of(plain.mean()));
            (mean, of(plain.standard_error()) * self.season.unit(place))
        })
    }

    fn sigma(&self) -> f64 {
        self.model.sigma()
    }

    fn innovations(&self) -> &[f64] {
        self.model.innovations()
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        self.model.path(innovations, path);
        for (place, value) in (self.observations()..).zip(path) {
            *value = self.season.on(place, *value);
        }
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.model.parameters()
    }

    fn report(&self) -> &FitReport {
        self.model.report()
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        if self.model.as_online().is_some() { Some(self) } else { None }
    }
}

impl Online for AdjustedModel {
    fn update(&mut self, value: f64) -> Result<()> {
        let place = self.observations();
        check_next(place, value)?;
        let plain = self.season.off(place, value);
        self.model.as_online().map_or(Ok(()), |model| model.update(plain))
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    season: Season,
    model: AnyModel,
    history: Fitted,
}

#[cfg(feature = "serde")]
impl From<AdjustedModel> for Raw {
    fn from(AdjustedModel { season, model, history }: AdjustedModel) -> Self {
        Self { season, model, history }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for AdjustedModel {
    type Error = Error;

    fn try_from(Raw { season, model, history }: Raw) -> Result<Self> {
        check_state(season.holds(), "its season is none")?;
        check_state(history.first() == model.first_fitted(), "its parts begin at different places")?;
        Error::check_lengths("fitted", history.values().len(), "adjusted", model.fitted().len())?;
        Ok(Self { season, model, history })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Errors, Naive, Theta};
    use slo_testkit::{assert_all_close, assert_all_close_absolute};

    fn seasonal() -> Vec<f64> {
        (0_u32..40).map(|t| f64::from(30 + t % 4 * 10) * (1.0 + f64::from(t * 31 % 7) / 50.0)).collect()
    }

    #[test]
    fn it_is_what_theta_does_itself() {
        let (inside, around) = (Theta::new().period(4), Adjusted::new(4, Theta::new()).unwrap());
        for composition in [Composition::Additive, Composition::Multiplicative] {
            let inside = inside.composition(composition).fit(&seasonal()).unwrap();
            let around = around.clone().composition(composition).fit(&seasonal()).unwrap();
            let [a, b] = [inside.forecast(9, &[0.9]).unwrap(), around.forecast(9, &[0.9]).unwrap()];
            assert_all_close(a.mean(), b.mean(), 1e-14);
            assert_all_close(&a.bands()[0].upper, &b.bands()[0].upper, 1e-14);
            assert_all_close(inside.fitted(), around.fitted(), 1e-14);
        }
    }

    #[test]
    fn without_a_season_it_is_the_method_alone() {
        let values = [4.0, 6.0, 5.0, 9.0, 8.0, 8.5, 12.0, 11.0, 14.0];
        for period in [1, 5, usize::MAX] {
            let model = Adjusted::new(period, Naive::new()).unwrap().fit(&values).unwrap();
            let alone = Naive::new().fit(&values).unwrap();
            assert_eq!(model.forecast(3, &[0.8]).unwrap(), alone.forecast(3, &[0.8]).unwrap());
        }
    }

    #[test]
    fn futures_and_updates_go_by_the_season() {
        let method = Adjusted::new(4, Naive::new()).unwrap();
        let mut model = method.fit(&seasonal()).unwrap();
        // 100,000 paths: three times the error of a deviation.
        let paths = model.simulate(5, 100_000, 3, Errors::Normal).unwrap();
        let before = model.forecast(5, &[]).unwrap();
        assert_all_close(&paths.standard_deviation(), before.standard_error(), 7e-3);
        model.update(before.mean()[0]).unwrap();
        assert_all_close_absolute(model.forecast(4, &[]).unwrap().mean(), &before.mean()[1..], 1e-12 * 80.0);
        assert_eq!(model.observations(), 41);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_saved_one_goes_on_and_an_impossible_one_is_refused() {
        let model = Adjusted::new(4, Naive::new()).unwrap().fit(&seasonal()).unwrap();
        let text = serde_json::to_value(&model).unwrap();
        assert_eq!(serde_json::from_value::<AdjustedModel>(text.clone()).unwrap(), model);
        let mut changed = text.clone();
        changed["season"]["figure"][0] = (-1.0).into();
        assert!(serde_json::from_value::<AdjustedModel>(changed).is_err());
        let mut changed = text;
        changed["history"]["first"] = 2.into();
        assert!(serde_json::from_value::<AdjustedModel>(changed).is_err());
        let method = r#"{"period": 0, "method": {"naive": {}}, "composition": "additive"}"#;
        assert!(serde_json::from_str::<Adjusted>(method).unwrap().fit(&seasonal()).is_err());
    }
}
