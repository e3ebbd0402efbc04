//! Exponential smoothing in state space form: thirty models, one recursion.

mod auto;
mod bounds;
mod criterion;
mod fit;
mod intervals;
mod kernel;
mod method;
mod model;
pub(crate) mod path;
mod problem;
mod scale;
mod spec;
mod start;
mod states;
mod variance;

pub use auto::{AutoEts, Criterion, FactorTrends};
pub use bounds::EtsBounds;
pub use intervals::Intervals;
pub use method::Ets;
pub use model::{EtsCoefficients, EtsModel, EtsStates};
pub use spec::{EtsError, EtsSeason, EtsSpec, EtsTrend};
pub(crate) use states::{Coefficients, States};

#[cfg(test)]
mod tests;
