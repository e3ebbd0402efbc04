//! Any method, as an argument of another one.

use ::slo::forecast::AnyForecaster;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use super::baselines::{Drift, Mean, Naive, SeasonalNaive};
use super::ema::Ema;
use super::stl_forecaster::{MstlForecaster, StlForecaster};
use crate::core::Error;
use crate::errors::{raise, wrong_type};

macro_rules! methods {
    ($($name:ident,)+) => {
        /// The method that an object of Python holds.
        pub(super) fn method(given: &Bound<'_, PyAny>) -> PyResult<AnyForecaster> {
            $(
                if let Ok(method) = given.cast::<$name>() {
                    return Ok(method.get().0.clone().into());
                }
            )+
            Err(wrong_type("a method of slo.forecast, such as slo.forecast.Drift()", given))
        }

        /// The object of Python that holds a method.
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

methods! { Drift, Ema, Mean, MstlForecaster, Naive, SeasonalNaive, StlForecaster, }
