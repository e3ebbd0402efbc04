//! Any method, and any model, for what wraps one or is told which one to use.

use slo_core::Result;

use crate::adjusted::{Adjusted, AdjustedModel};
use crate::box_cox::{BoxCoxForecaster, BoxCoxModel};
use crate::conformal::{Conformal, ConformalModel};
use crate::drift::{Drift, DriftModel};
use crate::ema::{Ema, EmaModel};
use crate::ensemble::{Ensemble, EnsembleModel};
use crate::ets::{AutoEts, Ets, EtsModel};
use crate::forecast::Forecast;
use crate::forecaster::{Forecaster, Model, Online};
use crate::holt_winters::{HoltWinters, HoltWintersModel};
use crate::likelihood::Likelihood;
use crate::mean::{Mean, MeanModel};
use crate::mstl_forecaster::{MstlForecaster, MstlForecasterModel};
use crate::naive::{Naive, NaiveModel};
use crate::report::FitReport;
use crate::seasonal_naive::{SeasonalNaive, SeasonalNaiveModel};
use crate::stl_forecaster::{StlForecaster, StlForecasterModel};
use crate::theta::{Theta, ThetaModel};

/// The methods and their models in one type each: those with a model of their own, then those that choose among others.
macro_rules! forecasters {
    (
        own: $($(#[$doc:meta])+ $method:ident: $model:ident,)+;
        chosen: $($(#[$choice_doc:meta])+ $choice:ident,)+
    ) => {
        /// A method, whichever it is.
        ///
        /// Made with `from` of any of them. It can be written down, and it can be part of another method.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_forecast::{AnyForecaster, Drift, Model, Naive};
        ///
        /// let next = [AnyForecaster::from(Naive::new()), Drift::new().into()].map(|method| {
        ///     method.fit(&[1.0, 2.0, 3.0]).and_then(|model| Ok(model.forecast(1, &[])?.mean()[0]))
        /// });
        /// assert_eq!(next, [Ok(3.0), Ok(4.0)]);
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(
            feature = "serde",
            derive(serde::Serialize, serde::Deserialize),
            serde(rename_all = "snake_case")
        )]
        #[non_exhaustive]
        pub enum AnyForecaster {
            $($(#[$doc])+ $method(Box<$method>),)+
            $($(#[$choice_doc])+ $choice(Box<$choice>),)+
        }

        /// A fitted model, whichever method made it.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_forecast::{AnyModel, Model, Naive};
        ///
        /// let model = AnyModel::from(Naive::new().fit(&[1.0, 2.0, 3.0])?);
        /// assert_eq!(model.name(), "Naive");
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(
            feature = "serde",
            derive(serde::Serialize, serde::Deserialize),
            serde(rename_all = "snake_case")
        )]
        #[non_exhaustive]
        pub enum AnyModel {
            $($(#[$doc])+ $method(Box<$model>),)+
        }

        $(
            impl From<$method> for AnyForecaster {
                fn from(method: $method) -> Self {
                    Self::$method(Box::new(method))
                }
            }

            impl From<$model> for AnyModel {
                fn from(model: $model) -> Self {
                    Self::$method(Box::new(model))
                }
            }
        )+
        $(
            impl From<$choice> for AnyForecaster {
                fn from(method: $choice) -> Self {
                    Self::$choice(Box::new(method))
                }
            }
        )+

        impl AnyForecaster {
            /// The model of a series, as the method fits it.
            ///
            /// # Examples
            ///
            /// ```
            /// use slo_forecast::{AnyForecaster, Mean, Model};
            ///
            /// let method = AnyForecaster::from(Mean::new());
            /// assert_eq!(method.fit(&[1.0, 2.0, 3.0])?.forecast(1, &[])?.mean(), [2.0]);
            /// # Ok::<(), slo_core::Error>(())
            /// ```
            ///
            /// # Errors
            ///
            /// As the method's.
            pub fn fit(&self, values: &[f64]) -> Result<AnyModel> {
                match self {
                    $(Self::$method(method) => Ok(AnyModel::from(method.fit(values)?)),)+
                    $(Self::$choice(method) => Ok(AnyModel::from(method.fit(values)?)),)+
                }
            }
        }

        impl AnyModel {
            fn inner(&self) -> &dyn Model {
                match self {
                    $(Self::$method(model) => &**model,)+
                }
            }

            fn inner_mut(&mut self) -> &mut dyn Model {
                match self {
                    $(Self::$method(model) => &mut **model,)+
                }
            }
        }
    };
}

forecasters! {
    own:
    /// Another method on the series without its season.
    Adjusted: AdjustedModel,
    /// Another method, on values that a power has made even.
    BoxCoxForecaster: BoxCoxModel,
    /// Another method with intervals by its own past errors.
    Conformal: ConformalModel,
    /// The last value, moved by the mean step.
    Drift: DriftModel,
    /// An exponentially weighted mean.
    Ema: EmaModel,
    /// Several methods at once.
    Ensemble: EnsembleModel,
    /// Exponential smoothing by likelihood.
    Ets: EtsModel,
    /// A level, a trend and a season that follow the values.
    HoltWinters: HoltWintersModel,
    /// The mean of all values.
    Mean: MeanModel,
    /// What several seasons leave by another method, and those seasons again.
    MstlForecaster: MstlForecasterModel,
    /// The last value.
    Naive: NaiveModel,
    /// The value one season ago.
    SeasonalNaive: SeasonalNaiveModel,
    /// What the season leaves by another method, and that season again.
    StlForecaster: StlForecasterModel,
    /// Smoothing along a line through the series.
    Theta: ThetaModel,
    ;
    chosen:
    /// Exponential smoothing by the model that the series itself chooses.
    AutoEts,
}

impl Forecaster for AnyForecaster {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}

impl Model for AnyModel {
    fn name(&self) -> &'static str {
        self.inner().name()
    }

    fn observations(&self) -> u64 {
        self.inner().observations()
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        self.inner().forecast(horizon, levels)
    }

    fn first_fitted(&self) -> usize {
        self.inner().first_fitted()
    }

    fn fitted(&self) -> &[f64] {
        self.inner().fitted()
    }

    fn residuals(&self) -> &[f64] {
        self.inner().residuals()
    }

    fn innovations(&self) -> &[f64] {
        self.inner().innovations()
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        self.inner().path(innovations, path);
    }

    fn likelihood(&self) -> Option<Likelihood> {
        self.inner().likelihood()
    }

    fn sigma(&self) -> f64 {
        self.inner().sigma()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.inner().parameters()
    }

    fn report(&self) -> &FitReport {
        self.inner().report()
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        self.inner_mut().as_online()
    }
}
