//! What a model says of the series it was fitted to.

use std::sync::Arc;

use slo_core::{Error, Result};

/// Fitted values and residuals from the first place that has them, shared between copies of a model.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub(crate) struct Fitted(Arc<Parts>);

#[derive(Debug, PartialEq)]
struct Parts {
    first: usize,
    values: Vec<f64>,
    residuals: Vec<f64>,
}

impl Fitted {
    /// Refuses a series that is too short, or not finite.
    pub(crate) fn check(values: &[f64], needed: usize) -> Result<()> {
        if values.len() < needed {
            return Err(Error::TooShort { name: "values", len: values.len(), needed });
        }
        Error::check_finite("values", values)
    }

    /// The fitted values for the places from `first` on, and what is left of the series.
    pub(crate) fn new(series: &[f64], first: usize, values: Vec<f64>) -> Self {
        let residuals = series.iter().skip(first).zip(&values).map(|(y, fitted)| y - fitted).collect();
        Self(Arc::new(Parts { first, values, residuals }))
    }

    pub(crate) fn first(&self) -> usize {
        self.0.first
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.0.values
    }

    pub(crate) fn residuals(&self) -> &[f64] {
        &self.0.residuals
    }
}

/// Implements what a model has from its field `history`, and its name.
macro_rules! fitted_parts {
    ($name:literal) => {
        fn name(&self) -> &'static str {
            $name
        }

        fn first_fitted(&self) -> usize {
            self.history.first()
        }

        fn fitted(&self) -> &[f64] {
            self.history.values()
        }

        fn residuals(&self) -> &[f64] {
            self.history.residuals()
        }
    };
}

/// Implements what a model in closed form has from its fields `history` and `count`, and its name.
macro_rules! closed_form_parts {
    ($name:literal) => {
        $crate::fitted::fitted_parts!($name);

        fn observations(&self) -> u64 {
            self.count
        }

        fn report(&self) -> &$crate::report::FitReport {
            &$crate::report::CLOSED_FORM
        }

        fn as_online(&mut self) -> Option<&mut dyn $crate::forecaster::Online> {
            Some(self)
        }
    };
}

pub(crate) use {closed_form_parts, fitted_parts};

/// Refuses a value that is not finite; `index` is its place in the series.
pub(crate) fn check_next(index: u64, value: f64) -> Result<()> {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    if value.is_finite() { Ok(()) } else { Err(Error::NonFinite { name: "values", index, value }) }
}

/// A sum of squares that fits a float.
pub(crate) fn check_squares(squares: f64) -> Result<f64> {
    if squares.is_finite() { Ok(squares) } else { Err(Error::out_of_range("the variance of the errors")) }
}

/// Refuses a saved state unless what is said of it holds.
#[cfg(feature = "serde")]
pub(crate) fn check_state(holds: bool, reason: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::State { reason: reason.to_owned() }) }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    first: usize,
    values: Vec<f64>,
    residuals: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<Fitted> for Raw {
    fn from(Fitted(parts): Fitted) -> Self {
        Self { first: parts.first, values: parts.values.clone(), residuals: parts.residuals.clone() }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Fitted {
    type Error = Error;

    fn try_from(Raw { first, values, residuals }: Raw) -> Result<Self> {
        Error::check_lengths("values", values.len(), "residuals", residuals.len())?;
        Error::check_finite("values", &values)?;
        Error::check_finite("residuals", &residuals)?;
        Ok(Self(Arc::new(Parts { first, values, residuals })))
    }
}
