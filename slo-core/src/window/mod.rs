//! The stretch of time over which an objective is held.

mod rolling;

pub use rolling::Window;
