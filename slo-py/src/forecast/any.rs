//! A method of any kind: as an argument of another one, and as an attribute of it.

use ::slo::forecast::AnyForecaster;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use super::adjusted::Adjusted;
use super::baselines::{Drift, Mean, Naive, SeasonalNaive};
use super::box_cox::BoxCoxForecaster;
use super::conformal::Conformal;
use super::croston::Croston;
use super::ema::Ema;
use super::ensemble::Ensemble;
use super::ets::{AutoEts, Ets};
use super::holt_winters::HoltWinters;
use super::stl_forecaster::{MstlForecaster, StlForecaster};
use super::theta::Theta;
use crate::core::Error;
use crate::errors::{raise, wrong_type};

macro_rules! methods {
    ($($name:ident,)+) => {
        /// The method that an object of Python is.
        pub(super) fn method(given: &Bound<'_, PyAny>) -> PyResult<AnyForecaster> {
            $(
                if let Ok(method) = given.cast::<$name>() {
                    return Ok(method.get().0.clone().into());
                }
            )+
            Err(wrong_type("a method of slo.forecast, such as slo.forecast.Drift()", given))
        }

        /// The object of Python that a method is.
        pub(super) fn object(py: Python<'_>, method: &AnyForecaster) -> PyResult<Py<PyAny>> {
            match method {
                $(AnyForecaster::$name(method) => $name((**method).clone()).into_py_any(py),)+
                _ => {
                    let reason = "it has no class of its own".to_owned();
                    Err(raise(Error::Unsupported { what: format!("{method:?}"), reason }))
                }
            }
        }
    };
}

methods! {
    Adjusted,
    AutoEts,
    BoxCoxForecaster,
    Conformal,
    Croston,
    Drift,
    Ema,
    Ensemble,
    Ets,
    HoltWinters,
    Mean,
    MstlForecaster,
    Naive,
    SeasonalNaive,
    StlForecaster,
    Theta,
}
