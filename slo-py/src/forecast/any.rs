//! A method of any kind, told by its class.

use ::slo::forecast::AnyForecaster;
use pyo3::prelude::*;

use super::adjusted::Adjusted;
use super::baselines::{Drift, Mean, Naive, SeasonalNaive};
use super::box_cox::BoxCoxForecaster;
use super::ema::Ema;
use super::ensemble::Ensemble;
use super::holt_winters::HoltWinters;
use super::theta::Theta;
use crate::errors::wrong_type;

/// The method that an object of Python is, for what takes any.
pub(super) fn method(given: &Bound<'_, PyAny>) -> PyResult<AnyForecaster> {
    macro_rules! known {
        ($($class:ident),+) => {$(
            if let Ok(method) = given.cast::<$class>() {
                return Ok(method.get().0.clone().into());
            }
        )+};
    }
    known!(Adjusted, BoxCoxForecaster, Drift, Ema, Ensemble, HoltWinters, Mean, Naive, SeasonalNaive, Theta);
    Err(wrong_type("a method of slo.forecast", given))
}
