//! `slo.correlate`: what it holds.

mod burn;
mod correlation;
mod lags;

use ::slo::correlate::Effective;
use pyo3::prelude::*;

use crate::values::choice;

/// What moved together, and what is burning the budget?
#[pymodule(submodule, name = "correlate", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::burn::{BurnChange, Contribution, attribute_burn, shares};
    #[pymodule_export]
    use super::correlation::{Correlation, cosine, pearson};
    #[pymodule_export]
    use super::lags::{BestLag, LaggedCorrelation, cross_correlation};
}

/// How p-values allow for series that depend on their own past.
fn effective(word: &str) -> PyResult<Effective> {
    let choices =
        [("none", Effective::None), ("bartlett", Effective::Bartlett), ("surrogate", Effective::Surrogate)];
    choice("effective", word, &choices, &[])
}
