//! Statistics that hold where naive ones fail: far in the tails, on huge offsets, after a spike has left a window.

pub mod autocorrelation;
mod deviations;
pub mod fourier;
mod mad;
mod missing;
pub mod online;
pub mod quantile;
mod random;
pub mod rolling;
pub mod sliding_window;
pub mod sorted_window;
pub mod tails;

pub use crate::sum::two_sum;
pub use mad::median_and_mad;
pub use missing::Missing;
pub use random::Random;
