//! The front door of the house: every question about a service level objective, asked in one place.
//!
//! The crate re-exports the five that do the work and joins them where a question needs several: a [`Report`] says
//! what an engineer would paste into an incident channel, and with the feature `page` as one HTML page with plots.

#[cfg(feature = "page")]
pub mod page;
mod panel;
mod report;
mod text;

pub use slo_anomaly as anomaly;
pub use slo_core as core;
pub use slo_core::*;
pub use slo_correlate as correlate;
pub use slo_forecast as forecast;
pub use slo_io as io;

pub use panel::evaluate_panel;
pub use report::{Anomaly, Incident, Part, Report, ReportOptions, Signal, WindowBurn};
pub use slo_correlate::Share;

/// The README's Rust is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
