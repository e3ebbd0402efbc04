//! Sets of labels, changed.

use slo_io::Labels;

/// The label that holds a metric's name.
pub(super) const NAME: &str = "__name__";

/// The labels that say what a metric is, and go where its values become something else.
pub(super) const METADATA: [&str; 3] = [NAME, "__type__", "__unit__"];

/// All labels but some.
pub(super) fn without(labels: &Labels, names: &[&str]) -> Labels {
    labels.iter().filter(|(name, _)| !names.contains(name)).collect()
}

/// All labels, with one more or with another value.
pub(super) fn with(labels: &Labels, name: &str, value: &str) -> Labels {
    labels.iter().filter(|(known, _)| *known != name).chain([(name, value)]).collect()
}

/// Only some labels.
pub(super) fn only(labels: &Labels, names: &[String]) -> Labels {
    labels.restricted_to(names)
}
