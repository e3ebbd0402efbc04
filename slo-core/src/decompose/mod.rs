//! Trend, season and the rest of a series.

mod classical;
mod decomposition;
mod loess;
mod moving_average;
mod mstl;
mod phase_medians;
#[cfg(test)]
mod statsmodels_tests;
mod stl;
#[cfg(feature = "serde")]
mod written;

pub use classical::{Classical, ClassicalDecomposition, Composition};
pub use decomposition::{Decomposition, MultipleDecomposition};
pub use loess::Degree;
pub use mstl::Mstl;
pub use phase_medians::{PhaseMedians, phase_medians};
pub use stl::{Preset, Robustness, SeasonalWindow, Stl, StlOnline, StlPoint, StlSnapshot, StlUpdate};
