//! Several outliers, each the most extreme of what the others leave.

pub(crate) mod kernel;
