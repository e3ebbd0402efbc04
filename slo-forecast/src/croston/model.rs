//! Intermittent demand that was fitted.

#[cfg(feature = "serde")]
use slo_core::Error;
use slo_core::Result;

use super::state::State;
use super::{Croston, check_demand, check_step};
#[cfg(feature = "serde")]
use crate::fitted::check_state;
use crate::fitted::{Fitted, check_next, fitted_parts};
use crate::forecast::{Forecast, Law};
use crate::forecaster::{Model, Online};
use crate::report::FitReport;

/// A series that was fitted by [`Croston`].
///
/// An update keeps the weights and, of blocks, their lengths.
///
/// # Examples
///
/// ```
/// use slo_forecast::{Croston, Model, Online};
///
/// let mut model = Croston::new().fit(&[0.0, 0.0, 6.0])?;
/// for value in [0.0, 0.0, 6.0] {
///     model.update(value)?;
/// }
/// assert_eq!(model.forecast(1, &[])?.mean(), [2.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct CrostonModel {
    pub(super) method: Croston,
    pub(super) state: State,
    /// The sum of the squared errors one step ahead.
    pub(super) squares: f64,
    pub(super) count: u64,
    pub(super) history: Fitted,
    pub(super) report: FitReport,
}

impl CrostonModel {
    /// The method with its settings.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Croston;
    ///
    /// assert_eq!(Croston::new().fit(&[0.0, 3.0])?.method(), Croston::new());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn method(&self) -> Croston {
        self.method
    }

    fn rate(&self) -> f64 {
        self.state.rate(self.method.variant)
    }

    /// Takes a demand, or none, and tells what was expected.
    pub(super) fn take(&mut self, value: f64) -> Result<f64> {
        let expected = self.rate();
        // The first value was not expected from anything.
        let error = if self.count == 0 { 0.0 } else { value - expected };
        self.squares = check_step(self.squares + error * error, &self.state, value)?;
        self.state.take(value);
        self.count += 1;
        Ok(expected)
    }
}

impl Model for CrostonModel {
    fitted_parts!("Croston");

    fn observations(&self) -> u64 {
        self.count
    }

    fn forecast(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let (rate, sigma) = (self.rate(), self.sigma());
        Forecast::new(horizon, Law::Normal, levels, |_| (rate, sigma))
    }

    fn path(&self, innovations: &[f64], path: &mut [f64]) {
        let rate = self.rate();
        for (value, innovation) in path.iter_mut().zip(innovations) {
            *value = rate + innovation;
        }
    }

    fn sigma(&self) -> f64 {
        (self.squares / (self.count - 1) as f64).sqrt()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.state.parameters()
    }

    fn report(&self) -> &FitReport {
        &self.report
    }

    fn as_online(&mut self) -> Option<&mut dyn Online> {
        Some(self)
    }
}

impl Online for CrostonModel {
    fn update(&mut self, value: f64) -> Result<()> {
        check_next(self.count, value)?;
        check_demand(value)?;
        self.take(value).map(|_| ())
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    method: Croston,
    state: State,
    squares: f64,
    count: u64,
    history: Fitted,
    report: FitReport,
}

#[cfg(feature = "serde")]
impl From<CrostonModel> for Raw {
    fn from(CrostonModel { method, state, squares, count, history, report }: CrostonModel) -> Self {
        Self { method, state, squares, count, history, report }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for CrostonModel {
    type Error = Error;

    fn try_from(Raw { method, state, squares, count, history, report }: Raw) -> Result<Self> {
        method.check()?;
        check_state(count > 1, "it knows fewer values than it needs")?;
        check_state(squares.is_finite() && squares >= 0.0, "a sum is no sum of squares")?;
        check_state(state.suits(method.variant), "its state is that of another variant")?;
        check_state(state.holds(count), "no series leads to its state")?;
        check_state(history.first() == 1, "its fitted values begin elsewhere")?;
        Ok(Self { method, state, squares, count, history, report })
    }
}
