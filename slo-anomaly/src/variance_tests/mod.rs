//! Tests of variances: of one against a number, of one value by a known one, of one among many.

mod chi_squared;
mod cochran;
#[cfg(test)]
mod tests;
mod tietjen_moore;

pub use chi_squared::{chi_squared_outlier_test, variance_test};
pub use cochran::cochran_test;
pub use tietjen_moore::tietjen_moore_test;
