//! What the classes of plans and results have.

/// The methods of a class that holds one value of the core: its own, and those that every such class has.
///
/// With `checked` a value that is restored is checked as one that is made; the others check themselves.
macro_rules! record_class {
    (@check $value:ident checked) => { $crate::errors::attempt(|| $value.check())? };
    (@check $value:ident sound) => {};
    ($kind:ident $class:ident($value:ty) { $($own:tt)* }) => {
        #[pymethods]
        impl $class {
            $($own)*

            /// It as a dict.
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                $crate::json::dict(py, &self.0)
            }

            /// It as JSON text.
            fn to_json(&self) -> PyResult<String> {
                $crate::json::text(&self.0)
            }

            #[classmethod]
            fn _restore(_class: &Bound<'_, pyo3::types::PyType>, state: &str) -> PyResult<Self> {
                let value: $value = $crate::json::parse(state)?;
                $crate::anomaly::record::record_class!(@check value $kind);
                Ok(Self(value))
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((py.get_type::<Self>().getattr("_restore")?, (self.to_json()?,)))
            }
        }
    };
}
pub(super) use record_class;

use ::slo::anomaly::Cut;
use pyo3::prelude::*;

use crate::core::Error;
use crate::errors::{raise, wrong_type};
use crate::values::{Number, count, whole};

/// A seed: a whole number from 0 to 2^64 - 1.
pub(super) fn seed(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    whole(given)?;
    let refusal =
        |_: PyErr| raise(Error::invalid("seed", given, "must be a whole number from 0 to 2^64 - 1"));
    given.extract().map_err(refusal)
}

/// Where scores are cut: `("mads", 5.0)`, `("top", 3)` or `("at", 0.7)`.
pub(super) fn cut(given: &Bound<'_, PyAny>) -> PyResult<Cut> {
    let expected = "(\"mads\", k), (\"top\", count) or (\"at\", score)";
    let (word, amount): (String, Bound<'_, PyAny>) =
        given.extract().map_err(|_: PyErr| wrong_type(expected, given))?;
    match word.as_str() {
        "mads" => Ok(Cut::Mads(amount.extract::<Number>()?.0)),
        "at" => Ok(Cut::At(amount.extract::<Number>()?.0)),
        "top" => Ok(Cut::Top(count("cut", whole(&amount)?)?)),
        _ => Err(raise(Error::invalid("cut", format!("{word:?}"), format!("must be {expected}")))),
    }
}

/// What [`cut`] would read.
#[derive(IntoPyObject)]
pub(super) enum CutWords {
    Number(&'static str, f64),
    Count(&'static str, usize),
}

impl CutWords {
    pub(super) const fn of(cut: Cut) -> Self {
        match cut {
            Cut::Mads(k) => Self::Number("mads", k),
            Cut::At(score) => Self::Number("at", score),
            Cut::Top(count) => Self::Count("top", count),
        }
    }

    pub(super) fn shown(cut: Cut) -> String {
        match Self::of(cut) {
            Self::Number(word, number) => format!(", cut=('{word}', {number:?})"),
            Self::Count(word, count) => format!(", cut=('{word}', {count})"),
        }
    }
}
