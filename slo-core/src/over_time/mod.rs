//! What the values of a window come to, as Prometheus' functions over time compute it.
//!
//! These take the samples that a window holds ([`Samples::between`](crate::counter::Samples::between)) and answer as
//! Prometheus does, NaN and infinite values included; of no value, `None`, where Prometheus has no result. For statistics
//! that refuse what is not finite see [`stats`](crate::stats).

mod compensated;
mod moments;
mod order;
mod trend;

pub(crate) use compensated::Compensated;
pub use moments::{avg, count, stddev, stdvar, sum};
pub use order::{first, last, mad, max, min, present, quantile};
pub use trend::{deriv, double_exponential_smoothing, predict_linear};

#[cfg(test)]
mod tests;
