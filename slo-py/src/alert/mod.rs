//! When must someone be told: rules, policies, and what they say of data.

pub(crate) mod budget_rule;
mod calculus;
pub(crate) mod lint;
pub(crate) mod monitor;
pub(crate) mod policy;
pub(crate) mod records;
pub(crate) mod replay;
pub(crate) mod routing;
pub(crate) mod rule;
pub(crate) mod search;
pub(crate) mod sequential;
pub(crate) mod timeline;
