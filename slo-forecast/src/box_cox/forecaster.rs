//! A method on transformed values.

use slo_core::{Error, Result};

use super::{BoxCox, Centre};
use crate::any::{AnyForecaster, AnyModel};
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, fitted_parts};
use crate::forecast::Forecast;
use crate::forecaster::{Forecaster, Model, Online};
use crate::likelihood::Likelihood;
use crate::report::FitReport;

/// How the power of a transform is found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Lambda {
    /// It is this one.
    Fixed(f64),
    /// By [`BoxCox::guerrero`].
    Guerrero {
        /// The length of a season in places, at least 1.
        period: usize,
    },
    /// By [`BoxCox::log_likelihood`].
    LogLikelihood {
        /// The length of a season in places, at least 1.
        period: usize,
    },
}

impl Lambda {
    fn transform(self, values: &[f64]) -> Result<BoxCox> {
        match self {
            Self::Fixed(lambda) => BoxCox::new(lambda),
            Self::Guerrero { period } => BoxCox::guerrero(values, period),
            Self::LogLikelihood { period } => BoxCox::log_likelihood(values, period),
        }
    }
}

/// Another method, on values that a power has made even: its forecasts are transformed back.
///
/// # Method
///
/// Quantiles and ends of intervals are the inverse transforms of those of the transformed values, which they stay under
/// an increasing map. The mean is not: [`Centre`] says what stands for it. Standard errors are to first order. Fitted
/// values are inverse transforms, residuals the series less them; innovations, `sigma`, likelihood and parameters are
/// those of the transformed series.
///
/// For `λ < 0` no number has a transform of `-1/λ` or more. An end of an interval that comes to lie there is infinite in
/// truth; as forecasts are finite numbers, such a forecast is refused with its step. A greater `λ`, a lower level and a
/// shorter horizon are ways out, and all quantiles below that one exist.
///
/// # Parameters
///
/// | name | default | range |
/// |---|---|---|
/// | `lambda` | none | [`Lambda`]: a number, or how to find one |
/// | `centre` | [`Centre::Median`] | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{BoxCoxForecaster, Drift, Lambda, Model};
///
/// // Doubling is a line on the logarithmic scale.
/// let method = BoxCoxForecaster::new(Drift::new(), Lambda::Fixed(0.0));
/// let forecast = method.fit(&[1.0, 2.0, 4.0])?.forecast(2, &[])?;
/// assert!((forecast.mean()[1] - 16.0).abs() < 1e-13);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J., Athanasopoulos, G. (2021). *Forecasting: Principles and Practice*, 3rd edition, section 5.6.
/// <https://otexts.com/fpp3>
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BoxCoxForecaster {
    method: AnyForecaster,
    lambda: Lambda,
    centre: Centre,
}

impl BoxCoxForecaster {
    /// A method on values transformed by a power.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{BoxCoxForecaster, Lambda, Model, Naive};
    ///
    /// let method = BoxCoxForecaster::new(Naive::new(), Lambda::Guerrero { period: 2 });
    /// assert!(method.fit(&[2.0, 1.0, 8.0, 4.0, 60.0, 30.0])?.lambda().abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn new(method: impl Into<AnyForecaster>, lambda: Lambda) -> Self {
        Self { method: method.into(), lambda, centre: Centre::Median }
    }

    /// Which value of the law stands for the forecast; the median by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{BoxCoxForecaster, Centre, Lambda, Model, Naive};
    ///
    /// // √x goes from 0 to 2, its transform by 4: for λ = 1/2 the mean is more than the median by σ² / 4.
    /// let method = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(0.5)).centre(Centre::BiasAdjusted);
    /// assert_eq!(method.fit(&[0.0, 4.0])?.forecast(1, &[])?.mean(), [8.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn centre(mut self, centre: Centre) -> Self {
        self.centre = centre;
        self
    }

    /// The method, how the power is found, and which value stands for the forecast, as they are set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{BoxCoxForecaster, Centre, Lambda, Naive};
    ///
    /// let method = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(0.5));
    /// assert_eq!(method.settings(), (&Naive::new().into(), Lambda::Fixed(0.5), Centre::Median));
    /// ```
    pub const fn settings(&self) -> (&AnyForecaster, Lambda, Centre) {
        (&self.method, self.lambda, self.centre)
    }

    /// The model of a series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{BoxCoxForecaster, Lambda, Model, Naive};
    ///
    /// let model = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(0.5)).fit(&[1.0, 4.0, 9.0])?;
    /// assert_eq!((model.fitted(), model.residuals()), (&[1.0, 4.0][..], &[3.0, 5.0][..]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the transform, of the choice of its power, and of the method.
    pub fn fit(&self, values: &[f64]) -> Result<BoxCoxModel> {
        Error::check_finite("values", values)?;
        let box_cox = self.lambda.transform(values)?;
        let model = self.method.fit(&box_cox.transform(values)?)?;
        let first = model.first_fitted();
        let fitted =
            box_cox.inverse_of_forecast(model.fitted(), |index| format!("place {}", first + index))?;
        let history = Fitted::new(values, first, fitted);
        Ok(BoxCoxModel { model, box_cox, centre: self.centre, history })
    }
}

impl Forecaster for BoxCoxForecaster {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

/// A model of transformed values that was fitted by [`BoxCoxForecaster`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{BoxCoxForecaster, Lambda, Model, Naive};
///
/// let model = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(0.5)).fit(&[1.0, 4.0])?;
/// // The walk of w = 2 (√x - 1) has made a step of 2.
/// assert_eq!((model.sigma(), model.parameters()), (2.0, vec![("lambda", 0.5)]));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct BoxCoxModel {
    model: AnyModel,
    box_cox: BoxCox,
    centre: Centre,
    history: Fitted,
}

impl BoxCoxModel {
    /// The power of the transform.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{BoxCoxForecaster, Lambda, Naive};
    ///
    /// let model = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(0.5)).fit(&[1.0, 4.0])?;
    /// assert_eq!(model.lambda(), 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn lambda(&self) -> f64 {
        self.box_cox.lambda()
    }
}

impl Model for BoxCoxModel {
    fitted_parts!("BoxCoxForecaster");

    fn observations(&self) -> u64 {
        self.model.observations()
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let forecast = self.model.forecast(horizon, &[])?;
        Forecast::transformed_back(forecast, self.box_cox, self.centre, levels)
    }

    fn innovations(&self) -> &[f64] {
        self.model.innovations()
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        self.model.path(innovations, path);
        for value in path {
            *value = self.box_cox.back_within(*value);
        }
    }

    fn sigma(&self) -> f64 {
        self.model.sigma()
    }

    fn likelihood(&self) -> Option<Likelihood> {
        self.model.likelihood()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let mut parameters = self.model.parameters();
        parameters.push(("lambda", self.lambda()));
        parameters
    }

    fn report(&self) -> &FitReport {
        self.model.report()
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        if self.model.as_online().is_some() { Some(self) } else { None }
    }
}

impl Online for BoxCoxModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.model.observations(), value)?;
        let transformed = self.box_cox.transform(&[value])?;
        let name = self.model.name();
        let Some(online) = self.model.as_online() else {
            return Err(Error::Unsupported {
                what: format!("an update of {name}"),
                reason: "it takes no further values".to_owned(),
            });
        };
        transformed.into_iter().try_for_each(|value| online.update(value))
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    model: AnyModel,
    box_cox: BoxCox,
    centre: Centre,
    history: Fitted,
}

#[cfg(feature = "serde")]
impl From<BoxCoxModel> for Raw {
    fn from(BoxCoxModel { model, box_cox, centre, history }: BoxCoxModel) -> Self {
        Self { model, box_cox, centre, history }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for BoxCoxModel {
    type Error = Error;

    fn try_from(Raw { model, box_cox, centre, history }: Raw) -> Result<Self> {
        let alike = (history.first(), history.values().len()) == (model.first_fitted(), model.fitted().len());
        check_state(alike, "both scales have the same fitted places")?;
        Ok(Self { model, box_cox, centre, history })
    }
}
