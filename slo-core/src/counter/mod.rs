//! Increases and rates of counters: as Prometheus estimates them, and as they were.
//!
//! A [`Samples`] is what was read and when; windows are left-open, `begin < t <= end`, as everywhere in this crate. What
//! a function answers where the samples of a window do not tell is `None`, as Prometheus then has no result.

mod change;
mod extrapolate;
mod increase;
mod samples;
mod track;

pub use change::{changes, idelta, irate, resets};
pub use extrapolate::Extrapolation;
pub(crate) use extrapolate::{Edges, Seen, seconds};
pub use increase::{delta, increase, increases, rate, rates};
pub(crate) use samples::check_ordered;
pub use samples::{STALE_NAN, Samples, is_stale};

use crate::error::{Error, Result};
use crate::time::Timestamp;

/// Refuses a window that is empty or runs backwards.
pub(crate) fn check_window(begin: Timestamp, end: Timestamp) -> Result<()> {
    if begin < end {
        return Ok(());
    }
    Err(Error::invalid("end", end, format!("must come after begin = {begin}")))
}

#[cfg(test)]
mod tests;
