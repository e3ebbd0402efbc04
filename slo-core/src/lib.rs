//! How much error may I still make, how fast am I making it, and when must someone be told?
//!
//! The exact arithmetic of service level objectives: counts of good and bad events over time, error budgets, burn
//! rates over many windows at once, and alert policies evaluated to the instant. State is counts and never ratios, an
//! objective is the decimal its user wrote, and every threshold is decided by cross-multiplying exact fractions.
//!
//! The crate reads no clock, no file and no environment, owns no thread and never prints.

mod counts;
mod error;
mod fraction;
mod objective;
mod series;
mod sum;
#[cfg(feature = "serde")]
mod text;
mod time;

pub use chrono;
pub use ndarray;

pub use counts::Counts;
pub use error::{Error, ErrorKind, Result};
pub use fraction::Fraction;
pub use objective::Objective;
pub use series::{Axis, Clamp, Comparison, CountSeries, Label, TimeSeries};
pub use time::{Duration, Timestamp};
