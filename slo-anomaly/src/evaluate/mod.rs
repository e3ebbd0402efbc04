//! How good is a detector, and would chance have done as well?
//!
//! Every result carries what its measure gives to detectors that know nothing: ten that score at random, and one that
//! finds nothing but the last value unusual. No function reads a file or a clock, and the random scores are the same
//! in every run.
//!
//! | measure | asks | chance gets |
//! |---|---|---|
//! | [`vus_pr`], [`vus_roc`] | are places near windows ranked first, at any threshold? | the share of unusual values, 1/2 |
//! | [`auc_pr`], [`auc_roc`] | are the very values ranked first? | the share of unusual values, 1/2 |
//! | [`nab`] | are windows found early, with few false alarms? | 10 to 20, at its best threshold |
//! | [`events`] | are windows found, and alarms in windows? | little |
//! | [`affiliation`] | how near are alarms and windows? | about 1/2 |
//! | [`point_f1`] | are the very values flagged? | up to twice the share over one more than it |
//! | [`point_adjusted_f1`] | is one value of each window flagged? | up to nearly 1: do not rank by it |
//!
//! Settings and thresholds that were chosen with the labels flatter. [`CrossValidation`] chooses them on some series
//! and scores the others, and reports both numbers and how many settings were tried.
//!
//! ```
//! use slo_anomaly::evaluate::{Labels, Threshold, events, vus_pr};
//!
//! let labels = Labels::new(200, &[(120, 130)])?;
//! let scores: Vec<f64> = (0..200).map(|place| if place == 122 { 9.0 } else { 1.0 }).collect();
//! let found = vus_pr(&scores, &labels, 10)?;
//! assert!(found.value > found.random);
//! assert_eq!(events(&scores, &labels, Threshold::At(3.0))?.scored.value.f1, 1.0);
//! # Ok::<(), slo_core::Error>(())
//! ```

mod affiliation;
mod corpus;
mod cross_validation;
mod curve;
mod draws;
mod labels;
mod nab;
mod scored;
mod tally;
#[cfg(test)]
mod tests;
mod threshold;
mod volume;

pub use corpus::{Candidate, Labelled, Ranking};
pub use cross_validation::{CrossValidation, Report, Setting};
pub use curve::{auc_pr, auc_roc};
pub use labels::Labels;
pub use nab::{NabScore, Profile, nab};
pub use scored::Scored;
pub use threshold::{
    Counting, Flagged, PrecisionRecall, Threshold, affiliation, events, point_adjusted_f1, point_f1,
};
pub use volume::{Areas, range_auc, vus, vus_pr, vus_roc};
