//! A model that is written down, and checked where it is read.

use slo_core::{Error, Result};

use super::method::Ets;
use super::model::{EtsModel, hold};
use crate::fitted::{Fitted, check_state};
use crate::likelihood::Likelihood;
use crate::recursion::{Coefficients, States};
use crate::report::FitReport;

/// All of a model, as it is written.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Raw {
    method: Ets,
    coefficients: Coefficients,
    initial: States,
    states: States,
    squares: f64,
    seen: u64,
    count: u64,
    likelihood: Option<Likelihood>,
    history: Fitted,
    own: Option<Vec<f64>>,
    report: FitReport,
}

impl From<EtsModel> for Raw {
    fn from(model: EtsModel) -> Self {
        let EtsModel { method, coefficients, initial, states, squares, seen, count, .. } = model;
        let EtsModel { likelihood, history, own, report, .. } = model;
        Self { method, coefficients, initial, states, squares, seen, count, likelihood, history, own, report }
    }
}

impl TryFrom<Raw> for EtsModel {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let Raw { method, coefficients, initial, states, squares, seen, count, .. } = raw;
        let Raw { likelihood, history, own, report, .. } = raw;
        method.check()?;
        let Coefficients { alpha, beta, gamma, phi } = coefficients;
        let finite = alpha.is_finite() && beta.is_finite() && gamma.is_finite() && phi > 0.0 && phi <= 1.0;
        check_state(finite, "a coefficient is none")?;
        let places = method.places();
        for states in [&initial, &states] {
            check_state(
                states.holds() && states.season.len() == places,
                "a state is no number or has no place",
            )?;
        }
        check_state(squares.is_finite() && squares >= 0.0, "a sum is no sum of squares")?;
        let known = history.values().len();
        check_state(
            history.first() == 0
                && known as u64 <= count
                && seen <= count
                && method.parameters() as u64 <= seen,
            "its counts contradict each other",
        )?;
        if let Some(own) = &own {
            Error::check_finite("own", own)?;
            check_state(own.len() <= known && !own.is_empty(), "it has more errors than values")?;
        }
        let likely = likelihood.is_none_or(|l| l.log_likelihood.is_finite() && l.observations <= seen);
        check_state(likely, "its likelihood is none")?;
        let model = Self {
            method,
            coefficients,
            initial,
            states,
            squares,
            seen,
            count,
            likelihood,
            history,
            own,
            report,
        };
        let held = (0..places.max(1)).all(|place| hold(model.spec(), &model.states, place));
        check_state(held, "a factor is not positive")?;
        Ok(model)
    }
}
