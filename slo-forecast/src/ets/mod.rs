//! Exponential smoothing in state space form: thirty models, one recursion.

mod auto;
mod bounds;
mod criterion;
mod fit;
mod intervals;
mod method;
mod model;
mod problem;
#[cfg(feature = "serde")]
mod saved;
mod spec;
mod start;
mod variance;

pub use auto::{AutoEts, Criterion, FactorTrends};
pub use bounds::EtsBounds;
pub(crate) use intervals::Fit;
pub use intervals::Intervals;
pub use method::Ets;
pub use model::{EtsCoefficients, EtsModel, EtsStates};
pub use spec::{EtsError, EtsSeason, EtsSpec, EtsTrend};

#[cfg(test)]
mod tests;
