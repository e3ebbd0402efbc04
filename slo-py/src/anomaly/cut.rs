//! Where scores are cut, and how values get theirs from windows, as Python writes them.

use ::slo::anomaly::{Cut, PointScore};
use pyo3::prelude::*;

use crate::core::Error;
use crate::errors::{raise, wrong_type};
use crate::values::{Number, count, whole};

pub(super) const POINT_SCORES: [(&str, PointScore); 3] =
    [("mean", PointScore::Mean), ("max", PointScore::Max), ("centred", PointScore::Centred)];

/// A word with its number: ``("mads", 5)``, ``("at", 3.0)`` or ``("top", 10)``.
pub(super) fn cut(given: &Bound<'_, PyAny>) -> PyResult<Cut> {
    let expected = "(\"at\", score), (\"mads\", deviations) or (\"top\", count)";
    let (word, number): (String, Bound<'_, PyAny>) =
        given.extract().map_err(|_: PyErr| wrong_type(expected, given))?;
    Ok(match word.as_str() {
        "at" => Cut::At(number.extract::<Number>()?.0),
        "mads" => Cut::Mads(number.extract::<Number>()?.0),
        "top" => Cut::Top(count("cut", whole(&number)?)?),
        _ => return Err(raise(Error::invalid("cut", format!("{word:?}"), format!("must be {expected}")))),
    })
}

/// What [`cut`] would read.
#[derive(IntoPyObject)]
pub(super) enum Words {
    Number(&'static str, f64),
    Count(&'static str, usize),
}

impl Words {
    pub(super) fn of(cut: Cut) -> Self {
        match cut {
            Cut::At(score) => Self::Number("at", score),
            Cut::Mads(k) => Self::Number("mads", k),
            Cut::Top(count) => Self::Count("top", count),
        }
    }

    pub(super) fn shown(cut: Cut) -> String {
        match Self::of(cut) {
            Self::Number(word, number) => format!("('{word}', {number:?})"),
            Self::Count(word, count) => format!("('{word}', {count})"),
        }
    }
}
