//! Labels, thresholds and profiles as Python writes them.

use ::slo::anomaly::evaluate::{Labels, Profile, Threshold};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::{attempt, wrong_type};
use crate::python;
use crate::values::{Number, choice, count};

const PROFILES: [(&str, Profile); 3] = [
    ("standard", Profile::STANDARD),
    ("low-false-alarms", Profile::LOW_FALSE_ALARMS),
    ("low-misses", Profile::LOW_MISSES),
];

/// Windows `(begin, end)`, or one truth value or 0 or 1 for each of `len` values.
pub(super) fn labels(len: usize, given: &Bound<'_, PyAny>) -> PyResult<Labels> {
    let array = python::call(given.py(), "slo._arrays", "labels", ("labels", given))?;
    if let Ok(flags) = array.cast::<PyArray1<bool>>() {
        return Ok(Labels::from_flags(flags.try_readonly()?.as_slice()?));
    }
    let windows = array.cast::<PyArray2<i64>>()?.try_readonly()?;
    let place = |place: i64| count("windows", place);
    let window = |window: &[i64]| match window {
        [begin, end] => Ok((place(*begin)?, place(*end)?)),
        _ => Err(wrong_type("windows (begin, end)", given)),
    };
    let windows: Vec<(usize, usize)> = windows.as_slice()?.chunks(2).map(window).collect::<PyResult<_>>()?;
    attempt(|| Labels::new(len, &windows))
}

/// A number, or nothing for the best.
pub(super) fn threshold(given: Option<Number>) -> Threshold {
    given.map_or(Threshold::Best, |given| Threshold::At(given.0))
}

/// A profile's word, or what a hit, a false alarm and a miss are worth.
pub(super) fn profile(given: &Bound<'_, PyAny>) -> PyResult<Profile> {
    if let Ok(text) = given.cast::<PyString>() {
        return choice("profile", &text.to_cow()?, &PROFILES, &[]);
    }
    let (hit, false_alarm, miss): (Number, Number, Number) =
        given.extract().map_err(|_: PyErr| wrong_type("a profile's name or three numbers", given))?;
    Ok(Profile { hit: hit.0, false_alarm: false_alarm.0, miss: miss.0 })
}

/// What [`profile`] would read.
#[derive(IntoPyObject)]
pub(super) enum Worth {
    Word(&'static str),
    Numbers(f64, f64, f64),
}

impl Worth {
    pub(super) fn of(profile: Profile) -> Self {
        match PROFILES.iter().find(|(_, known)| *known == profile) {
            Some((word, _)) => Self::Word(word),
            None => Self::Numbers(profile.hit, profile.false_alarm, profile.miss),
        }
    }
}
