//! Whether a model has left nothing in its residuals, and whether one method beats another.

mod diebold_mariano;
mod jarque_bera;
mod ljung_box;
mod residuals;
#[cfg(test)]
mod tests;

pub use diebold_mariano::{Alternative, DieboldMariano, DieboldMarianoTest, LongRunVariance};
pub use jarque_bera::{JarqueBera, jarque_bera};
pub use ljung_box::{LjungBox, ljung_box};
pub use residuals::{ResidualDiagnostics, ResidualOutlier, ResidualReport, residual_diagnostics};
