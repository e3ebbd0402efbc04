//! Native histograms as they are written down.

use super::bounds::CUSTOM;
use super::native::{Layout, Native, Reset};
use crate::error::Error;

/// A sum that may not be finite, which JSON has no numbers for.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Sum {
    Number(f64),
    Word(String),
}

/// A native histogram as it is written down.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Raw {
    schema: i32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bounds: Vec<f64>,
    count: f64,
    sum: Sum,
    zero_threshold: f64,
    zero_count: f64,
    positive: Vec<(i32, f64)>,
    negative: Vec<(i32, f64)>,
    reset: Reset,
}

impl From<Native> for Raw {
    fn from(histogram: Native) -> Self {
        let (count, schema) = (histogram.count(), histogram.schema());
        Self {
            schema,
            count,
            sum: if histogram.sum.is_finite() {
                Sum::Number(histogram.sum)
            } else {
                Sum::Word(histogram.sum.to_string())
            },
            zero_threshold: histogram.threshold,
            zero_count: histogram.zero,
            bounds: match histogram.layout {
                Layout::Exponential(_) => Vec::new(),
                Layout::Custom(bounds) => bounds,
            },
            positive: histogram.positive,
            negative: histogram.negative,
            reset: histogram.hint,
        }
    }
}

impl TryFrom<Raw> for Native {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let sum = match raw.sum {
            Sum::Number(sum) => sum,
            Sum::Word(word) => word
                .parse()
                .map_err(|_| Error::invalid("sum", &word, "must be a number, NaN, inf or -inf"))?,
        };
        let bounds = (raw.schema == CUSTOM || !raw.bounds.is_empty()).then_some(&*raw.bounds);
        let mut histogram = Self::of_schema(raw.schema, bounds)?.hint(raw.reset);
        if raw.schema != CUSTOM || raw.zero_count != 0.0 || raw.zero_threshold != 0.0 {
            histogram = histogram.zero(raw.zero_threshold, raw.zero_count)?;
        }
        histogram = histogram.placed(raw.positive, raw.negative)?;
        histogram.with_sum(sum).with_count(raw.count)
    }
}
