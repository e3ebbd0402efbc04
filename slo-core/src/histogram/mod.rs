//! Quantiles and shares of histograms, classic and native, as Prometheus computes them.
//!
//! A classic histogram is a list of upper bounds with the cumulative count of each: [`quantile`], [`fraction`]. A
//! [`Native`] one keeps its buckets, exponential or with bounds of its own, and can be added, subtracted and extrapolated
//! as a counter can.

mod bounds;
mod classic;
mod combine;
mod estimate;
mod growth;
mod listed;
mod native;
mod read;
#[cfg(feature = "serde")]
mod text;

pub use classic::{Quantile, Repair, fraction, quantile, quantile_repaired};
pub use growth::{delta, idelta, increase, irate, rate};
pub use native::{Bucket, Native, Reset};

#[cfg(test)]
mod tests;
