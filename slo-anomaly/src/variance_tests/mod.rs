//! Tests of variances: of one against a number, of one value by a known one, of one among many.

mod chi_squared;
mod cochran;
#[cfg(test)]
mod tests;
mod tietjen_moore;

pub use chi_squared::{chi_squared_outlier_test, variance_test};
pub use cochran::{cochran_test, cochran_variances_test};
pub use tietjen_moore::tietjen_moore_test;

/// The largest distance of a sample, a power of two above it, and the sum of squares about the mean divided by its
/// square: what squares need to stay within the floats.
fn squares(values: &[f64]) -> (f64, f64) {
    let moments = crate::normal_sample::Trimmed::of(values);
    (moments.0, moments.1)
}
