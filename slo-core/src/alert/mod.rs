//! When must someone be told? Rules on burn rates, policies of them, and what they say of data.

mod evaluate;
mod firing;
mod hold;
mod multiples;
mod policy;
mod replay;
mod rule;
mod search;
mod sequential;
mod timeline;

pub use policy::AlertPolicy;
pub use replay::{Outcome, Replay};
pub use rule::{BurnRule, Operator};
pub use search::{PolicyScore, PolicySearch};
pub use sequential::{Restart, SequentialTest, SequentialVerdict};
pub use timeline::{Alert, AlertTimeline, Detection, Episode};
