//! When must someone be told? Rules on burn rates, policies of them, and what they say of data.

mod budget_rule;
mod calculus;
mod catalogue;
mod decide;
mod demotion;
mod evaluate;
mod firing;
mod hold;
mod lint;
mod monitor;
mod multiples;
mod policy;
mod replay;
mod routing;
mod rule;
mod search;
mod sequential;
mod timeline;
mod traffic;

pub use budget_rule::{BudgetAlert, BudgetRule, Condition};
pub use calculus::Incident;
pub use lint::{Finding, FindingKind, SilentIncident};
pub use monitor::{BudgetMonitor, Changes, Duplicate, Late};
pub use policy::AlertPolicy;
pub use replay::{Outcome, Replay};
pub use routing::Routing;
pub use rule::{BurnRule, Operator};
pub use search::{PolicyScore, PolicySearch};
pub use sequential::{Restart, SequentialTest, SequentialVerdict};
pub use timeline::{Alert, AlertTimeline, Detection, Episode};
pub use traffic::{Demotion, TrafficCorrection};
