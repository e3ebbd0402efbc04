//! The annotations that a query's answer carries.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::number::go_float;

/// Annotations, each once, in Prometheus' words.
#[derive(Debug, Default)]
pub(super) struct Notes(RefCell<BTreeSet<String>>);

/// What an annotation says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Note<'a> {
    BadBucketLabel { value: &'a str },
    BadQuantile(f64),
    ConflictingResets(&'a str),
    ForcedMonotonic { lowest: f64, highest: f64, largest: f64 },
    FractionOfNans,
    IgnoredInAggregation(&'a str),
    IgnoredInRange,
    IncompatibleOperands { left: &'a str, operator: &'a str, right: &'a str },
    IncompatibleBuckets(&'a str),
    MixedClassicAndNative,
    MixedInAggregation,
    MixedInRange,
    MixedSchemas,
    NotACounter,
    NotAGauge,
    PossiblyNoCounter,
    QuantileIsNan,
    QuantileIsSkewed,
    Reconciled(&'a str),
    StartsOverlap,
}

impl Notes {
    /// Adds a note about the expression that begins at byte `begin`, and about the metric `name` where it has one.
    pub(super) fn add(&self, note: Note<'_>, name: &str, begin: usize) {
        let text = format!("PromQL {} (1:{})", note.text(name), begin + 1);
        self.0.borrow_mut().insert(text);
    }

    /// The texts of one kind: `warning` or `info`.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<String> {
        let start = format!("PromQL {kind}: ");
        self.0.borrow().iter().filter(|text| text.starts_with(&start)).cloned().collect()
    }
}

impl Note<'_> {
    fn text(self, name: &str) -> String {
        let of_name = if name.is_empty() { String::new() } else { format!(" for metric name {name:?}") };
        let mixed = "warning: encountered a mix of histograms and floats for";
        let layouts = "warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name";
        let quantile = "info: input to histogram_quantile";
        let observed = "has NaN observations,";
        match self {
            Self::BadBucketLabel { value } => {
                format!(
                    "warning: bucket label \"le\" is missing or has a malformed value of {value:?}{of_name}"
                )
            }
            Self::BadQuantile(q) => {
                format!("warning: quantile value should be between 0 and 1, got {}", go_float(q))
            }
            Self::ConflictingResets(of) => {
                format!("warning: conflicting counter resets during histogram {of}")
            }
            Self::ForcedMonotonic { lowest, highest, largest } => format!(
                "{quantile} needed to be fixed for monotonicity (see \
                 https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile){of_name}, from \
                 buckets {} to {}, with a max diff of {}",
                go_float(lowest),
                go_float(highest),
                go_float(largest)
            ),
            Self::FractionOfNans => {
                format!(
                    "info: input to histogram_fraction {observed} which are excluded from all fractions{of_name}"
                )
            }
            Self::IgnoredInAggregation(of) => format!("info: ignored histogram in {of} aggregation"),
            Self::IgnoredInRange => format!(
                "info: ignored histograms in a range containing both floats and histograms for metric name {name:?}"
            ),
            Self::IncompatibleOperands { left, operator, right } => format!(
                "info: incompatible sample types encountered for binary operator {operator:?}: {left} {operator} {right}"
            ),
            Self::IncompatibleBuckets(operator) => {
                format!("warning: incompatible bucket layout encountered for binary operator {operator}")
            }
            Self::MixedClassicAndNative => {
                format!("warning: vector contains a mix of classic and native histograms{of_name}")
            }
            Self::MixedInAggregation => format!("{mixed} aggregation"),
            Self::MixedInRange => format!("{mixed} metric name {name:?}"),
            Self::MixedSchemas => format!("{layouts} {name:?}"),
            Self::NotACounter => format!("warning: this native histogram metric is not a counter: {name:?}"),
            Self::NotAGauge => format!("warning: this native histogram metric is not a gauge: {name:?}"),
            Self::PossiblyNoCounter => format!(
                "info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {name:?}"
            ),
            Self::QuantileIsNan => format!("{quantile} {observed} result is NaN{of_name}"),
            Self::QuantileIsSkewed => format!("{quantile} {observed} result is skewed higher{of_name}"),
            Self::Reconciled(during) => {
                format!("info: mismatched custom buckets were reconciled during {during}")
            }
            Self::StartsOverlap => format!("warning: start timestamps overlap{of_name}"),
        }
    }
}
