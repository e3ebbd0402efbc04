//! Several methods at once.

mod choice;
mod combination;
mod model;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

use crate::any::{AnyForecaster, AnyModel};
use crate::fitted::{Fitted, check_squares};
use crate::forecaster::{Forecaster, Model};
use crate::naive::Naive;
use crate::report::FitReport;

pub use combination::Combination;
pub use model::EnsembleModel;

/// Several methods at once, whose forecasts are combined at each step.
///
/// # Method
///
/// ```text
/// mean(h) = C(mean_1(h), ..., mean_k(h)),   standard error(h) = C(standard error_1(h), ..., standard error_k(h))
/// ```
///
/// with the [`Combination`] C. The standard errors are combined as they are, and not as those of independent errors:
/// the members see the same series, and what surprises one surprises all. For a mean, it is the same as combining the
/// quantiles of normal members. Futures are those of the members with common errors, in proportion to each member's own.
/// Intervals are normal.
///
/// [`default`](Self::default) chooses one to three members by the series. A period counts if the series has three cycles of
/// it, and none does unless the shortest is significant ([`seasonality`](crate::seasonality())) in the series or in what a
/// straight line leaves of it: a strong trend hides a season of few cycles.
///
/// | | first | second | third |
/// |---|---|---|---|
/// | no season | damped trend | dynamic optimised Theta | exponential smoothing, chosen automatically |
/// | one or several, the shortest of at most 24 places, and a steady trend | level, trend and season by the exponential smoothing "AAA" or "MAM" | | |
/// | one that repeats itself | the seasonal naive method | level and season by the exponential smoothing "ANA" | |
/// | one, otherwise | damped trend | dynamic optimised Theta on the series divided by its season | damped trend on the series less its season |
/// | several, the shortest of which repeats itself | the seasonal naive method of the shortest | the same on the series divided by its longest season | damped trend on the series less its longest season |
/// | several, otherwise | damped trend | dynamic optimised Theta on the series divided by its longest season | damped trend on the series less its longest season |
///
/// A trend is steady if the changes of the values from one season to the next leave more than nine tenths of themselves
/// when they are added up; of the two models, that of the lesser criterion of Akaike's, corrected, is the member. What
/// is not said above is without such a trend. A season repeats itself if values are nearer on average to those one
/// season ago than to the last ones of a season.
/// The damped trend is [`HoltWinters::damped`](crate::HoltWinters::damped) within the bounds of the state space models;
/// the automatic choice is [`AutoEts`](crate::AutoEts).
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `members` | | one or more | |
/// | `periods` | | >= 1; 1 is no season | places |
/// | [`combine`](Self::combine) | [`Combination::Median`] | | |
///
/// # Examples
///
/// ```
/// use slo_forecast::{Drift, Ensemble, Model, Naive};
///
/// let method = Ensemble::new([Naive::new().into(), Drift::new().into()]);
/// // 3 again, and 3 + 1.
/// assert_eq!(method.fit(&[1.0, 2.0, 3.0])?.forecast(1, &[])?.mean(), [3.5]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Makridakis, S., Spiliotis, E., Assimakopoulos, V. (2020). The M4 Competition: 100,000 time series and 61
/// forecasting methods. *International Journal of Forecasting* 36(1), 54-74.
///
/// Lichtendahl, K. C., Grushka-Cockayne, Y., Winkler, R. L. (2013). Is it better to average probabilities or
/// quantiles? *Management Science* 59(7), 1594-1611.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ensemble {
    members: Members,
    combination: Combination,
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
enum Members {
    Given(Vec<AnyForecaster>),
    Chosen { periods: Vec<usize> },
}

impl Ensemble {
    /// These methods.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ensemble, Mean, Model};
    ///
    /// let model = Ensemble::new([Mean::new().into()]).fit(&[1.0, 2.0, 3.0])?;
    /// assert_eq!(model.forecast(1, &[])?.mean(), [2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn new(members: impl IntoIterator<Item = AnyForecaster>) -> Self {
        let members = Members::Given(members.into_iter().collect());
        Self { members, combination: Combination::Median }
    }

    /// The methods that suit the series: one call, and nothing to tune.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ensemble, Model};
    ///
    /// let values = [10.0, 20.0, 60.0, 30.0].repeat(6);
    /// let mean = Ensemble::default(&[4]).fit(&values)?.forecast(4, &[])?.mean().to_vec();
    /// assert!(mean.iter().zip(&values).all(|(mean, value)| (mean - value).abs() < 1e-9));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn default(periods: &[usize]) -> Self {
        Self { members: Members::Chosen { periods: periods.to_vec() }, combination: Combination::Median }
    }

    /// How forecasts are combined; the default is [`Combination::Median`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Combination, Drift, Ensemble, Model, Naive};
    ///
    /// let method = Ensemble::new([Naive::new().into(), Drift::new().into()]);
    /// let method = method.combine(Combination::Weighted(vec![3.0, 1.0]));
    /// assert_eq!(method.fit(&[1.0, 2.0, 3.0])?.forecast(1, &[])?.mean(), [3.25]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn combine(mut self, combination: Combination) -> Self {
        self.combination = combination;
        self
    }

    /// How forecasts are combined.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Combination, Ensemble};
    ///
    /// assert_eq!(Ensemble::default(&[24]).combination(), &Combination::Median);
    /// ```
    pub const fn combination(&self) -> &Combination {
        &self.combination
    }

    /// The periods that [`default`](Self::default) was given; None of an ensemble with a list of members.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ensemble, Naive};
    ///
    /// assert_eq!(Ensemble::default(&[24, 168]).periods(), Some(&[24, 168][..]));
    /// assert_eq!(Ensemble::new([Naive::new().into()]).periods(), None);
    /// ```
    pub fn periods(&self) -> Option<&[usize]> {
        match &self.members {
            Members::Given(_) => None,
            Members::Chosen { periods } => Some(periods),
        }
    }

    /// The members that [`new`](Self::new) was given; None of one that chooses them by the series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ensemble, Naive};
    ///
    /// assert_eq!(Ensemble::new([Naive::new().into()]).given(), Some(&[Naive::new().into()][..]));
    /// assert_eq!(Ensemble::default(&[24]).given(), None);
    /// ```
    pub fn given(&self) -> Option<&[AnyForecaster]> {
        match &self.members {
            Members::Given(members) => Some(members),
            Members::Chosen { .. } => None,
        }
    }

    /// The members for a series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AnyForecaster, Ensemble, SeasonalNaive};
    ///
    /// let members = Ensemble::default(&[4]).members(&[10.0, 20.0, 60.0, 30.0].repeat(6))?;
    /// assert_eq!(members[0], AnyForecaster::from(SeasonalNaive::new(4)?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for no member and for a period of 0; [`Error::NonFinite`].
    pub fn members(&self, values: &[f64]) -> Result<Vec<AnyForecaster>> {
        Error::check_finite("values", values)?;
        match &self.members {
            Members::Given(members) if members.is_empty() => {
                Err(Error::invalid("members", 0, "there must be at least one"))
            }
            Members::Given(members) => Ok(members.clone()),
            Members::Chosen { periods } => {
                choice::check_periods(periods)?;
                choice::members(values, periods)
            }
        }
    }

    /// The ensemble of the members for a series.
    pub(crate) fn settled(&self, values: &[f64]) -> Result<Self> {
        Ok(Self { members: Members::Given(self.members(values)?), combination: self.combination.clone() })
    }

    /// The model of a series: that of each member.
    ///
    /// A series too short for the members that [`default`](Self::default) chooses is continued by [`Naive`] alone, and
    /// the report says so.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Ensemble, Model};
    ///
    /// let model = Ensemble::default(&[24]).fit(&[5.0, 7.0])?;
    /// assert_eq!((model.forecast(1, &[])?.mean()[0], model.report().warnings.len()), (7.0, 1));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`members`](Self::members), of [`Combination::Weighted`], and of the members.
    pub fn fit(&self, values: &[f64]) -> Result<EnsembleModel> {
        let members = self.members(values)?;
        self.combination.check(members.len())?;
        let models: Result<Vec<AnyModel>> = members.iter().map(|member| member.fit(values)).collect();
        let chosen = matches!(self.members, Members::Chosen { .. });
        let (models, combination, warning) = match models {
            Err(Error::TooShort { .. }) if chosen => {
                let warning = "the series is too short for all but the naive method";
                (vec![Naive::new().fit(values)?.into()], Combination::Median, Some(warning))
            }
            models => (models?, self.combination.clone(), None),
        };
        let first = models.iter().map(Model::first_fitted).max().unwrap_or(0);
        let fitted: Vec<f64> = (first..values.len())
            .map(|place| {
                let of = |model: &AnyModel| {
                    place.checked_sub(model.first_fitted()).and_then(|at| model.fitted().get(at).copied())
                };
                combination.of(&models.iter().filter_map(of).collect::<Vec<_>>())
            })
            .collect();
        Error::check_finite("fitted", &fitted).map_err(|_| Error::out_of_range("the fitted values"))?;
        let history = Fitted::new(values, first, fitted);
        let squares = check_squares(history.residuals().iter().map(|error| error * error).sum())?;
        let report = report(&models, warning);
        Ok(EnsembleModel { models, combination, squares, count: values.len() as u64, history, report })
    }
}

/// What the members' reports come to.
fn report(models: &[AnyModel], warning: Option<&str>) -> FitReport {
    let each = |of: fn(&FitReport) -> &[String]| {
        models
            .iter()
            .flat_map(|model| of(model.report()).iter().map(|what| format!("{}: {what}", model.name())))
            .collect::<Vec<_>>()
    };
    let mut warnings = each(|report| &report.warnings);
    warnings.extend(warning.map(str::to_owned));
    FitReport {
        converged: models.iter().all(|model| model.report().converged),
        iterations: models.iter().map(|model| model.report().iterations).sum(),
        at_bounds: each(|report| &report.at_bounds),
        warnings,
    }
}

impl Forecaster for Ensemble {
    fn fit(&self, values: &[f64]) -> Result<Box<dyn Model>> {
        Ok(Box::new(self.fit(values)?))
    }
}
