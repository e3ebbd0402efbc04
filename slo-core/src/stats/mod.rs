//! Statistics that hold where naive ones fail.

pub(crate) mod tails;
