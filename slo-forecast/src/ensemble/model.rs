//! A fitted ensemble.

#[cfg(feature = "serde")]
use slo_core::Error;
use slo_core::Result;

use super::Combination;
use crate::any::AnyModel;
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, check_squares, fitted_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Model, Online};
use crate::report::FitReport;

/// A series that was fitted by an [`Ensemble`](super::Ensemble).
///
/// It takes further values if all its members do.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Drift, Ensemble, Model, Naive, Online};
///
/// let mut model = Ensemble::new([Naive::new().into(), Drift::new().into()]).fit(&[1.0, 2.0, 3.0])?;
/// model.update(4.0)?;
/// assert_eq!(model.forecast(1, &[])?.mean(), [4.5]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct EnsembleModel {
    pub(super) models: Vec<AnyModel>,
    pub(super) combination: Combination,
    /// The sum of the squared errors of the combination one step ahead.
    pub(super) squares: f64,
    pub(super) count: u64,
    pub(super) history: Fitted,
    pub(super) report: FitReport,
}

impl EnsembleModel {
    /// The members' models.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Drift, Ensemble, Model, Naive};
    ///
    /// let model = Ensemble::new([Naive::new().into(), Drift::new().into()]).fit(&[1.0, 2.0, 3.0])?;
    /// assert_eq!(model.models()[1].name(), "Drift");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn models(&self) -> &[AnyModel] {
        &self.models
    }
}

impl Model for EnsembleModel {
    fitted_parts!("Ensemble");

    fn observations(&self) -> u64 {
        self.count
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let members: Vec<Forecast> =
            self.models.iter().map(|model| model.forecast(horizon, &[])).collect::<Result<_>>()?;
        let combined = |step: usize, of: fn(&Forecast) -> &[f64]| {
            let numbers: Vec<f64> =
                members.iter().filter_map(|member| of(member).get(step - 1).copied()).collect();
            self.combination.of(&numbers)
        };
        Forecast::new(horizon, Law::Normal, levels, |step| {
            (combined(step, Forecast::mean), combined(step, Forecast::standard_error))
        })
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let sigma = self.sigma();
        let futures: Vec<Vec<f64>> = self
            .models
            .iter()
            .map(|model| {
                // A certain past has errors of 0, whatever they are a share of.
                let share = if sigma > 0.0 { model.sigma() / sigma } else { 0.0 };
                let own: Vec<f64> = innovations.iter().map(|error| error * share).collect();
                let mut future = vec![0.0; path.len()];
                model.path(&own, &mut future);
                future
            })
            .collect();
        for (step, value) in path.iter_mut().enumerate() {
            let numbers: Vec<f64> = futures.iter().filter_map(|future| future.get(step).copied()).collect();
            *value = self.combination.of(&numbers);
        }
    }

    fn sigma(&self) -> f64 {
        (self.squares / (self.count - self.history.first() as u64) as f64).sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.models.iter().flat_map(Model::parameters).collect()
    }

    fn report(&self) -> &FitReport {
        &self.report
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        if self.models.iter_mut().all(|model| model.as_online().is_some()) { Some(self) } else { None }
    }
}

impl Online for EnsembleModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        let expected = self.forecast(1, &[])?.mean().first().copied().unwrap_or(f64::NAN);
        let error = value - expected;
        let squares = check_squares(self.squares + error * error)?;
        // A member may refuse what another one has taken: all of them or none.
        let mut models = self.models.clone();
        for model in models.iter_mut().filter_map(Model::as_online) {
            model.update(value)?;
        }
        (self.models, self.squares, self.count) = (models, squares, self.count + 1);
        Ok(())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    models: Vec<AnyModel>,
    combination: Combination,
    squares: f64,
    count: u64,
    history: Fitted,
    report: FitReport,
}

#[cfg(feature = "serde")]
impl From<EnsembleModel> for Raw {
    fn from(EnsembleModel { models, combination, squares, count, history, report }: EnsembleModel) -> Self {
        Self { models, combination, squares, count, history, report }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for EnsembleModel {
    type Error = Error;

    fn try_from(Raw { models, combination, squares, count, history, report }: Raw) -> Result<Self> {
        combination.check(models.len())?;
        check_state(!models.is_empty(), "it has no member")?;
        check_state(
            models.iter().all(|model| model.observations() == count),
            "its members know different series",
        )?;
        check_state(squares.is_finite() && squares >= 0.0, "a sum is no sum of squares")?;
        check_state(count > history.first() as u64, "it knows fewer values than it needs")?;
        Ok(Self { models, combination, squares, count, history, report })
    }
}
