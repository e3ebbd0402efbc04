//! Who burns the budget, and who changed how fast it burns.

mod change;
mod share;

pub use change::{BurnChange, Contribution, attribute_burn};
pub use share::{Share, shares};
