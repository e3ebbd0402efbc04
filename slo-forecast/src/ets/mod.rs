//! Exponential smoothing in state space form: thirty models, one recursion.

mod criterion;
mod kernel;
mod problem;
mod spec;
mod start;
mod states;

pub use spec::{EtsError, EtsSeason, EtsSpec, EtsTrend};
#[allow(unused_imports, reason = "the kernels that take them follow")]
pub(crate) use states::{Coefficients, States};
