//! How good is a detector, and would chance have done as well?
mod affiliation;
mod corpus;
mod cross_validation;
mod curve;
mod draws;
mod labels;
mod nab;
mod scored;
mod tally;
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
