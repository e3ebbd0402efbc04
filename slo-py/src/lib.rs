//! The native half of the Python package `slo`: it converts, and delegates to the Rust workspace.
//!
//! No arithmetic, no loop over values and no default of its own lives here. A file is one concept of the package:
//! `values` and `time` are what comes in, `errors` what goes wrong, `json` and `python` what is shown,
//! `record` and `shared` what classes have in common.

#![allow(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "what documents a Python object is a docstring, not Markdown"
)]

mod alert;
mod anomaly;
mod budget;
mod burn;
mod call;
mod composite;
mod correlate;
mod counter;
mod counts;
mod errors;
mod exclusion;
mod forecast;
mod histogram;
mod history;
mod interval;
mod io;
mod json;
mod objective;
mod over_time;
mod panel;
mod python;
mod recommend;
mod record;
mod report;
mod series;
mod shared;
mod simulation;
mod slices;
mod slo;
mod slo_generator;
mod stats;
mod time;
mod values;
mod versions;
mod window;

use ::slo::core;
use pyo3::prelude::pymodule;

/// The compiled half of `slo`; import `slo` instead.
#[pymodule(gil_used = false)]
mod _slo {
    #[pymodule_export]
    use crate::alert::budget_rule::{BudgetAlert, BudgetRule, Condition};
    #[pymodule_export]
    use crate::alert::lint::{Finding, SilentIncident};
    #[pymodule_export]
    use crate::alert::monitor::{BudgetMonitor, Changes};
    #[pymodule_export]
    use crate::alert::policy::AlertPolicy;
    #[pymodule_export]
    use crate::alert::records::{Alert, Detection, Episode};
    #[pymodule_export]
    use crate::alert::replay::{Outcome, Replay};
    #[pymodule_export]
    use crate::alert::routing::Routing;
    #[pymodule_export]
    use crate::alert::rule::BurnRule;
    #[pymodule_export]
    use crate::alert::search::PolicyScore;
    #[pymodule_export]
    use crate::alert::sequential::{SequentialTest, SequentialVerdict};
    #[pymodule_export]
    use crate::alert::timeline::AlertTimeline;
    #[pymodule_export]
    use crate::anomaly::evaluate::module as _evaluate;
    #[pymodule_export]
    use crate::anomaly::module as anomaly;
    #[pymodule_export]
    use crate::budget::{Budget, Downtime};
    #[pymodule_export]
    use crate::burn::burn_rates;
    #[pymodule_export]
    use crate::composite::promise::{
        achievable_target, dependency_budgets, parallel, parallel_unavailability, serial,
        serial_unavailability,
    };
    #[pymodule_export]
    use crate::composite::results::{
        AchievableTarget, Bounds, CompositeSlices, Contribution, DependencyBudgets,
    };
    #[pymodule_export]
    use crate::composite::{Composite, Member};
    #[pymodule_export]
    use crate::correlate::module as correlate;
    #[pymodule_export]
    use crate::counter::module as counter;
    #[pymodule_export]
    use crate::counts::Counts;
    #[pymodule_export]
    use crate::exclusion::{Adjustment, Exclusion, Straddling};
    #[pymodule_export]
    use crate::forecast::module as forecast;
    #[pymodule_export]
    use crate::histogram::module as histogram;
    #[pymodule_export]
    use crate::history::History;
    #[pymodule_export]
    use crate::interval::Interval;
    #[pymodule_export]
    use crate::io::{LabelledCounts, LabelledSeries, Spec, read_prometheus, read_specs};
    #[pymodule_export]
    use crate::objective::Objective;
    #[pymodule_export]
    use crate::over_time::module as over_time;
    #[pymodule_export]
    use crate::panel::evaluate_panel;
    #[pymodule_export]
    use crate::recommend::{CandidateTarget, TargetRecommendation, recommend_target};
    #[pymodule_export]
    use crate::report::{Anomaly, Report, Share, WindowBurn, page};
    #[pymodule_export]
    use crate::series::CountSeries;
    #[pymodule_export]
    use crate::simulation::{Simulated, Simulation};
    #[pymodule_export]
    use crate::slices::{SliceReport, Slices};
    #[pymodule_export]
    use crate::slo::Slo;
    #[pymodule_export]
    use crate::slo_generator::SloGenerator;
    #[pymodule_export]
    use crate::stats::module as stats;
    #[pymodule_export]
    use crate::versions::{SloVersions, VersionedBudget};
    #[pymodule_export]
    use crate::window::Window;

    /// The version of the package.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// The longest text of specs that is read, in bytes.
    #[pymodule_export]
    const MAX_SPEC_BYTES: u64 = slo::io::MAX_SPEC_BYTES;
}
