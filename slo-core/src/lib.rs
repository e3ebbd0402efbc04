//! How much error may I still make, how fast am I making it, and when must someone be told?
//!
//! The exact arithmetic of service level objectives: counts of good and bad events over time, error budgets, burn
//! rates over many windows at once, and alert policies evaluated to the instant. State is counts and never ratios, an
//! objective is the decimal its user wrote, and every threshold is decided by cross-multiplying exact fractions.
//! [`stats`] holds the statistics that the crates above stand on.
//!
//! The crate reads no clock, no file and no environment, owns no thread and never prints.

mod adjustment;
mod alert;
mod budget;
mod burn;
mod composite;
pub mod counter;
mod counts;
pub mod decompose;
mod error;
mod exclusion;
mod figure;
mod fraction;
pub mod histogram;
mod history;
mod interval;
mod method;
mod objective;
pub mod over_time;
mod recommend;
mod saved;
mod series;
mod simulation;
mod slices;
mod slo;
pub mod stats;
mod sum;
#[cfg(feature = "serde")]
mod text;
mod time;
mod versions;
mod window;

pub use chrono;
pub use ndarray;

pub use adjustment::Adjustment;
pub use alert::{
    Alert, AlertPolicy, AlertTimeline, BudgetAlert, BudgetMonitor, BudgetRule, BurnRule, Changes, Condition,
    Demotion, Detection, Duplicate, Episode, Finding, FindingKind, Incident, Late, Operator, Outcome,
    PolicyScore, PolicySearch, Replay, Restart, Routing, SequentialTest, SequentialVerdict, SilentIncident,
    TrafficCorrection,
};
pub use budget::{Budget, Downtime};
pub use burn::burn_rates;
pub use composite::{
    AchievableTarget, Bounds, BudgetSplit, Combination, Composite, CompositeSlices, Contribution,
    DependencyBudgets, Member, achievable_target, dependency_budgets, parallel, parallel_unavailability,
    serial, serial_unavailability,
};
pub use counts::Counts;
pub use error::{Error, ErrorKind, Result};
pub use exclusion::{Exclusion, Recurrence, Straddling};
pub use figure::Figure;
pub use fraction::Fraction;
pub use history::History;
pub use interval::{Interval, IntervalMethod, IntervalOptions};
pub use method::{Method, MethodKind, NoData};
pub use objective::Objective;
pub use recommend::{CandidateTarget, TargetRecommendation, TargetRecommender};
pub use saved::Saved;
pub use series::{Axis, Clamp, Comparison, CountPanel, CountSeries, Label, TimeSeries, UpTo};
pub use simulation::{Simulated, Simulation};
pub use slices::{SliceReport, SliceState, Slices};
pub use slo::Slo;
pub use time::{Duration, Timestamp, Zone};
pub use versions::{SloVersions, VersionedBudget};
pub use window::{Calendar, CalendarUnit, MonthEnd, Window};
