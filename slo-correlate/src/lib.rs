//! What moved together, what is burning the budget, what caused it, and have we seen it before?
//!
//! - A [`Correlator`] says how two series depend on each other: [`Pearson`], with p-values that allow for series that
//!   depend on their own past, and [`Cosine`].
//! - [`CrossCorrelation`] says which of two series leads, and by how much.
//! - [`shares`] says who burnt a budget, [`attribute_burn`] who changed how fast it burns.

mod burn;
mod correlation;
mod correlator;
mod cosine;
mod effective;
mod lags;
mod pearson;
mod products;
mod surrogate;

pub use burn::{BurnChange, Contribution, Share, attribute_burn, shares};
pub use correlation::{Correlation, Measure};
pub use correlator::Correlator;
pub use cosine::Cosine;
pub use effective::Effective;
pub use lags::{BestLag, CrossCorrelation, LaggedCorrelation, Method, Normalisation};
pub use pearson::Pearson;
