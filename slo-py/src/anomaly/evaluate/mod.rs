//! `slo.anomaly.evaluate`: what it holds of compiled code.

mod given;
mod measures;
mod results;
mod runner;

use pyo3::prelude::pymodule;

/// How good is a detector, and would chance have done as well?
#[pymodule(submodule, name = "_evaluate", module = "slo")]
pub(crate) mod module {
    #[pymodule_export]
    use super::measures::{
        affiliation, auc_pr, auc_roc, events, nab, nab_corpus, point_adjusted_f1, point_f1, range_auc, vus,
        vus_pr, vus_roc,
    };
    #[pymodule_export]
    use super::results::{Areas, Flagged, NabScore, PrecisionRecall, Scored};
    #[pymodule_export]
    use super::runner::{Candidate, Labelled, Report, Setting, cross_validate};
}
