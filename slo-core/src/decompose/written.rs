//! Decompositions as they are written down: a remainder that is missing is written as none.

use super::decomposition::{Decomposition, MultipleDecomposition};
use crate::error::{Error, Result};

/// What is missing: NaN in memory, none in writing.
pub(super) mod missing {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::decompose) fn write<S: Serializer>(values: &[f64], writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_seq(values.iter().map(|value| (!value.is_nan()).then_some(*value)))
    }

    pub(in crate::decompose) fn read<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<f64>, D::Error> {
        let values = Vec::<Option<f64>>::deserialize(reader)?;
        Ok(values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())
    }
}

/// As [`missing`], for one value.
pub(super) mod missing_one {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::decompose) fn write<S: Serializer>(value: &f64, writer: S) -> Result<S::Ok, S::Error> {
        (!value.is_nan()).then_some(*value).serialize(writer)
    }

    pub(in crate::decompose) fn read<'de, D: Deserializer<'de>>(reader: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(reader)?.unwrap_or(f64::NAN))
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    trend: Vec<f64>,
    seasonal: Vec<f64>,
    #[serde(deserialize_with = "missing::read")]
    remainder: Vec<f64>,
    weights: Vec<f64>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenMultiple {
    trend: Vec<f64>,
    periods: Vec<usize>,
    seasonal: Vec<Vec<f64>>,
    #[serde(deserialize_with = "missing::read")]
    remainder: Vec<f64>,
    weights: Vec<f64>,
}

impl TryFrom<Written> for Decomposition {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { trend, seasonal, remainder, weights } = written;
        check(&trend, [&seasonal], &remainder, &weights)?;
        Ok(Self { trend, seasonal, remainder, weights })
    }
}

impl TryFrom<WrittenMultiple> for MultipleDecomposition {
    type Error = Error;

    fn try_from(written: WrittenMultiple) -> Result<Self> {
        let WrittenMultiple { trend, periods, seasonal, remainder, weights } = written;
        let increase = periods.iter().zip(periods.iter().skip(1)).all(|(left, right)| left < right);
        if !increase || periods.len() != seasonal.len() {
            return Err(contradiction("its periods do not increase, one for each season"));
        }
        check(&trend, &seasonal, &remainder, &weights)?;
        Ok(Self { trend, periods, seasonal, remainder, weights })
    }
}

/// Refuses parts that do not belong to one series.
fn check<'a>(
    trend: &[f64],
    seasonal: impl IntoIterator<Item = &'a Vec<f64>>,
    remainder: &'a [f64],
    weights: &'a [f64],
) -> Result<()> {
    let mut others = seasonal.into_iter().map(Vec::as_slice).chain([remainder, weights]);
    if others.any(|part| part.len() != trend.len()) {
        return Err(contradiction("the parts of the decomposition differ in length"));
    }
    let counts = |(rest, weight): (&f64, &f64)| rest.is_nan() && *weight != 0.0;
    if remainder.iter().zip(weights).any(counts) {
        return Err(contradiction("a value that is missing has a weight"));
    }
    Ok(())
}

fn contradiction(reason: &str) -> Error {
    Error::State { reason: reason.to_owned() }
}
