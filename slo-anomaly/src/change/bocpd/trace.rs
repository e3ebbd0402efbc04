//! How long the current run was at each value of a series.

use std::fmt;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use super::stream::BocpdStream;
use crate::stream::Stream;

/// What was known of the current run at each value of a series.
///
/// # Examples
///
/// ```
/// use slo_anomaly::Bocpd;
///
/// let values: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
/// let runs = Bocpd::new().run_lengths(&values)?;
/// assert_eq!((runs.indices.as_slice(), runs.reported.as_slice()), (&[50][..], &[50][..]));
/// assert_eq!(runs.to_string(), "1 change in 80 values: 50");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct RunLengths {
    /// The first index of each new run: as it was most probable when the change was reported.
    pub indices: Vec<usize>,
    /// The index at which each change was reported.
    pub reported: Vec<usize>,
    /// The most probable length of the run, the value itself included; 0 before there is any.
    pub most_probable: Vec<usize>,
    /// The expected length of the run.
    pub expected: Vec<f64>,
}

impl fmt::Display for RunLengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.indices.len();
        let word = if count == 1 { "change" } else { "changes" };
        write!(f, "{count} {word} in {} values", self.most_probable.len())?;
        for (place, index) in self.indices.iter().take(5).enumerate() {
            write!(f, "{}{index}", if place == 0 { ": " } else { ", " })?;
        }
        f.write_str(if count > 5 { ", ..." } else { "" })
    }
}

/// Observes values in order and notes what is known after each.
pub(super) fn trace(mut stream: BocpdStream, values: &[f64]) -> Result<RunLengths> {
    if values.is_empty() {
        return Err(Error::TooShort { name: "values", len: 0, needed: 1 });
    }
    if stream.missing() == Missing::Error {
        Error::check_finite("values", values)?;
    }
    let (mut indices, mut reported) = (Vec::new(), Vec::new());
    let (mut most_probable, mut expected) = (Vec::new(), Vec::new());
    // The places of the values that were taken in.
    let mut places = Vec::new();
    let mut before = 1;
    for (index, value) in values.iter().enumerate() {
        let verdict = stream.judge((index, *value));
        stream.learn(*value, &verdict)?;
        if !value.is_nan() {
            places.push(index);
        }
        if verdict.flagged {
            // The most probable of the runs that are news.
            let since = stream.taken().saturating_sub(before);
            let news = stream.runs().iter().filter(|run| run.length <= since);
            let run = news.reduce(|best, run| if run.weight > best.weight { run } else { best });
            let length = run.map_or(1, |run| run.length);
            indices.push(places.get(places.len().saturating_sub(length)).copied().unwrap_or(index));
            reported.push(index);
            before = stream.taken();
        } else if stream.runs().is_empty() || verdict.score.is_nan() {
            before = stream.taken().max(1);
        }
        most_probable.push(stream.most_probable().map_or(0, |run| run.length));
        expected.push(stream.runs().iter().map(|run| run.weight * run.length as f64).sum());
    }
    Ok(RunLengths { indices, reported, most_probable, expected })
}
