//! When must someone be told? Rules on burn rates, policies of them, and what they say of data.

mod evaluate;
mod firing;
mod policy;
mod rule;
mod sequential;
mod timeline;

pub use policy::AlertPolicy;
pub use rule::{BurnRule, Operator};
pub use sequential::{Restart, SequentialTest, SequentialVerdict};
pub use timeline::{Alert, AlertTimeline, Detection, Episode};
