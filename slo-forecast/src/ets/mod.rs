//! Exponential smoothing in state space form: thirty models, one recursion.

mod intervals;
mod path;
mod spec;
mod states;
mod variance;

pub use intervals::Intervals;
pub use spec::{EtsError, EtsSeason, EtsSpec, EtsTrend};
#[allow(unused_imports, reason = "the kernels that take them follow")]
pub(crate) use states::{Coefficients, States};
