//! When must someone be told? Rules on burn rates, policies of them, and what they say of data.

mod evaluate;
mod firing;
mod policy;
mod rule;
mod timeline;

pub use policy::AlertPolicy;
pub use rule::{BurnRule, Operator};
pub use timeline::{Alert, AlertTimeline, Detection, Episode};
