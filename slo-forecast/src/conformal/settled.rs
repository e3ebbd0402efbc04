//! A method as it chose on a series.

use slo_core::Result;

use crate::any::{AnyForecaster, AnyModel};

/// The method with what it chose by a series as given: the members of an ensemble, the model of a choice among several.
///
/// Left to choose again on half of the series it may be another method there, one that knows no longer season for
/// instance, and its errors say nothing of those to come.
pub(super) fn settled(method: &AnyForecaster, model: &AnyModel, values: &[f64]) -> Result<AnyForecaster> {
    match (method, model) {
        (AnyForecaster::Ensemble(ensemble), _) => Ok(ensemble.settled(values)?.into()),
        (AnyForecaster::AutoEts(_), AnyModel::Ets(model)) => Ok((*model.method()).into()),
        _ => Ok(method.clone()),
    }
}
