//! The choices that detectors share, as Python writes them.

use ::slo::anomaly::{AfterAlarm, Degenerate, Learning, Reference, Side};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::wrong_type;
use crate::values::{Number, choice, count, whole, word};

pub(super) const SIDES: [(&str, Side); 3] =
    [("both", Side::Both), ("upper", Side::Upper), ("lower", Side::Lower)];

pub(super) const LEARNING: [(&str, Learning); 3] =
    [("all", Learning::All), ("unflagged", Learning::Unflagged), ("winsorised", Learning::Winsorised)];

const DEGENERATE: [(&str, Degenerate); 2] = [("alarm", Degenerate::Alarm), ("no-alarm", Degenerate::NoAlarm)];

/// A word, or a floor as a pair of numbers.
pub(super) fn degenerate(given: &Bound<'_, PyAny>) -> PyResult<Degenerate> {
    if let Ok(text) = given.cast::<PyString>() {
        return choice("degenerate", &text.to_cow()?, &DEGENERATE, &[]);
    }
    let expected = "\"alarm\", \"no-alarm\" or a floor (absolute, relative)";
    let (absolute, relative): (Number, Number) =
        given.extract().map_err(|_: PyErr| wrong_type(expected, given))?;
    Ok(Degenerate::Floor { absolute: absolute.0, relative: relative.0 })
}

/// What [`degenerate`] would read.
#[derive(IntoPyObject)]
pub(super) enum Words {
    Word(&'static str),
    Floor(f64, f64),
}

impl Words {
    pub(super) fn of(chosen: Degenerate) -> Self {
        match chosen {
            Degenerate::Floor { absolute, relative } => Self::Floor(absolute, relative),
            Degenerate::Alarm | Degenerate::NoAlarm => Self::Word(word(&chosen, &DEGENERATE)),
        }
    }

    pub(super) fn shown(chosen: Degenerate) -> String {
        match Self::of(chosen) {
            Self::Word(word) => format!("'{word}'"),
            Self::Floor(absolute, relative) => format!("({absolute:?}, {relative:?})"),
        }
    }
}

pub(super) const AFTER: [(&str, AfterAlarm); 2] =
    [("reset", AfterAlarm::Reset), ("continue", AfterAlarm::Continue)];

/// A number of values to learn from, or a known center and deviation.
pub(super) fn reference(given: &Bound<'_, PyAny>) -> PyResult<Reference> {
    if let Ok((center, deviation)) = given.extract::<(Number, Number)>() {
        return Ok(Reference::Known { center: center.0, deviation: deviation.0 });
    }
    let expected = "a number of values to learn from, or a known (center, deviation)";
    let values = whole(given).map_err(|_: PyErr| wrong_type(expected, given))?;
    Ok(Reference::Learnt { values: count("reference", values)? })
}

/// What [`reference`] would read.
#[derive(IntoPyObject)]
pub(super) enum Given {
    Learnt(usize),
    Known(f64, f64),
}

impl Given {
    pub(super) fn of(chosen: Reference) -> Self {
        match chosen {
            Reference::Learnt { values } => Self::Learnt(values),
            Reference::Known { center, deviation } => Self::Known(center, deviation),
        }
    }

    pub(super) fn shown(chosen: Reference) -> String {
        match Self::of(chosen) {
            Self::Learnt(values) => values.to_string(),
            Self::Known(center, deviation) => format!("({center:?}, {deviation:?})"),
        }
    }
}
