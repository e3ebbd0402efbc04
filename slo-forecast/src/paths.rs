//! Simulated futures.

use slo_core::stats::Random;
use slo_core::stats::quantile::{QuantileType, quantile};
use slo_core::{Error, Result};

use crate::forecaster::Model;

/// Values that one simulation may have.
const MAX_VALUES: usize = 100_000_000;

/// How the errors of simulated futures are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Errors {
    /// From the normal distribution with the deviation of the model's errors.
    #[default]
    Normal,
    /// From the errors that the model made on the series it was fitted to, with replacement.
    Bootstrap,
}

/// Simulated futures, all of the same length; made by [`Model::simulate`].
///
/// # Examples
///
/// ```
/// use slo_forecast::{Errors, Model, Naive};
///
/// // The errors of this walk are 3 and -4: each future goes one of these two ways at each step.
/// let paths = Naive::new().fit(&[2.0, 5.0, 1.0])?.simulate(2, 100, 7, Errors::Bootstrap)?;
/// assert_eq!((paths.len(), paths.horizon()), (100, 2));
/// assert!(paths.iter().all(|path| path[0] == 4.0 || path[0] == -3.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    horizon: usize,
    values: Vec<f64>,
}

impl Paths {
    pub(crate) fn draw(
        model: &(impl Model + ?Sized),
        horizon: usize,
        paths: usize,
        seed: u64,
        errors: Errors,
    ) -> Result<Self> {
        for (name, value) in [("horizon", horizon), ("paths", paths)] {
            if value == 0 {
                return Err(Error::invalid(name, value, "must be at least 1"));
            }
        }
        let size = horizon.saturating_mul(paths);
        if size > MAX_VALUES {
            let (value, limit) = (size as u64, MAX_VALUES as u64);
            return Err(Error::LimitExceeded { what: "simulated values", value, limit });
        }
        let (past, sigma) = (model.innovations(), model.sigma());
        let mut innovations = vec![0.0; horizon];
        let mut values = vec![0.0; size];
        for (place, path) in values.chunks_exact_mut(horizon).enumerate() {
            // A sequence for each path: a longer future begins as a shorter one.
            let mut random = Random::new(seed, place as u64);
            for innovation in &mut innovations {
                *innovation = match errors {
                    Errors::Normal => sigma * random.normal(),
                    Errors::Bootstrap => any_of(past, &mut random),
                };
            }
            model.path(&innovations, path);
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Error::out_of_range("a simulated value"));
        }
        Ok(Self { horizon, values })
    }

    /// How many there are.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Errors, Model, Naive};
    ///
    /// assert_eq!(Naive::new().fit(&[2.0, 5.0])?.simulate(3, 4, 0, Errors::Normal)?.len(), 4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[allow(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.values.len() / self.horizon
    }

    /// How many steps each of them has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Errors, Model, Naive};
    ///
    /// assert_eq!(Naive::new().fit(&[2.0, 5.0])?.simulate(3, 4, 0, Errors::Normal)?.horizon(), 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn horizon(&self) -> usize {
        self.horizon
    }

    /// One after the other.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Errors, Model, Naive};
    ///
    /// // Without errors, all futures are one.
    /// let paths = Naive::new().fit(&[2.0, 2.0])?.simulate(3, 4, 0, Errors::Normal)?;
    /// assert!(paths.iter().all(|path| path == [2.0, 2.0, 2.0]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.horizon)
    }

    /// The values of all of them, one path after the other.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Errors, Model, Naive};
    ///
    /// let paths = Naive::new().fit(&[2.0, 2.0])?.simulate(3, 2, 0, Errors::Normal)?;
    /// assert_eq!(paths.values(), [2.0; 6]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Their mean at each step.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Drift, Errors, Model};
    ///
    /// let paths = Drift::new().fit(&[1.0, 2.0, 3.0])?.simulate(2, 10, 0, Errors::Normal)?;
    /// assert_eq!(paths.mean(), [4.0, 5.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mean(&self) -> Vec<f64> {
        self.steps().map(|step| moments(&step).0).collect()
    }

    /// Their standard deviation at each step, with the divisor `n - 1`; 0 for a single path.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Errors, Model, Naive};
    ///
    /// let paths = Naive::new().fit(&[0.0, 3.0, 0.0])?.simulate(1, 10_000, 0, Errors::Bootstrap)?;
    /// assert!((paths.standard_deviation()[0] - 3.0).abs() < 0.1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn standard_deviation(&self) -> Vec<f64> {
        self.steps().map(|step| moments(&step).1).collect()
    }

    /// Their quantile of type 7 at each step.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{Errors, Model, Naive};
    ///
    /// let paths = Naive::new().fit(&[0.0, 3.0, 0.0])?.simulate(1, 100, 0, Errors::Bootstrap)?;
    /// assert_eq!((paths.quantile(0.01)?, paths.quantile(0.99)?), (vec![-3.0], vec![3.0]));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= q <= 1`.
    pub fn quantile(&self, q: f64) -> Result<Vec<f64>> {
        self.steps().map(|step| quantile(&step, q, QuantileType::Linear)).collect()
    }

    /// The values of all paths at each step.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Vec<f64>> + '_ {
        (0..self.horizon).map(|step| self.values.iter().skip(step).step_by(self.horizon).copied().collect())
    }
}

fn any_of(values: &[f64], random: &mut Random) -> f64 {
    let place = usize::try_from(random.below(values.len() as u64)).unwrap_or(0);
    values.get(place).copied().unwrap_or_default()
}

/// Mean and standard deviation, in two passes about the first value.
pub(crate) fn moments(values: &[f64]) -> (f64, f64) {
    let (n, origin) = (values.len() as f64, values.first().copied().unwrap_or_default());
    let mean = values.iter().map(|value| value - origin).sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| value - origin - mean).map(|far| far * far).sum();
    (origin + mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
}
