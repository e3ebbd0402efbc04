//! Dixon's ratios: the gap beside an end of a sample over the sample's range.

mod crossed;
mod detector;
mod distribution;
mod event;
mod extremes;
mod lattice;
mod memory;
mod normal;
mod ratio;
mod sample_test;
mod table;

pub use detector::Dixon;
pub use distribution::DixonDistribution;
pub use ratio::DixonRatio;
pub use sample_test::dixon_test;
pub use table::DixonTable;

#[cfg(test)]
mod tests;
