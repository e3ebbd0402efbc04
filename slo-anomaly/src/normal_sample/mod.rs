//! What the outlier tests of normal samples share: moments that lose no digit to the outlier, and Student's tail.

mod moments;
mod student;
mod trimmed;

pub(crate) use moments::Moments;
pub(crate) use student::{upper_quantile, upper_tail};
pub(crate) use trimmed::{Extreme, Trimmed};
