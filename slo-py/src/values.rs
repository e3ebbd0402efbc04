//! Numbers, columns of numbers and instants, and choices, as Python writes them.

use numpy::datetime::{Datetime, units::Nanoseconds};
use numpy::ndarray::ArrayView2;
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArray};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList, PyString};

use crate::core::stats::Missing;
use crate::core::{Counts, Error, Fraction, Result, Timestamp};
use crate::errors::{attempt, detached, raise, wrong_type};
use crate::python;
use crate::time::{MISSING, unix_nanos};

/// A real number that is not a truth value.
#[derive(Clone, Copy)]
pub(crate) struct Number(pub(crate) f64);

impl<'py> FromPyObject<'_, 'py> for Number {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(float) = given.cast::<PyFloat>() {
            return Ok(Self(float.value()));
        }
        if is_truth_value(&given)? {
            return Err(wrong_type("a number", &given));
        }
        given.extract().map(Self).map_err(|refusal: PyErr| {
            if refusal.is_instance_of::<PyTypeError>(given.py()) {
                wrong_type("a number", &given)
            } else {
                raise(Error::invalid("number", &*given, "must fit a float"))
            }
        })
    }
}

/// Whether it is a truth value: Python's own `bool`, numpy's `bool` or, before version 2, `bool_`.
fn is_truth_value(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(given.get_type().name()?.to_cow()?.trim_end_matches('_') == "bool")
}

/// A whole number of any size: one that does not fit is as large, or as far below zero, as can be.
pub(crate) fn whole(given: &Bound<'_, PyAny>) -> PyResult<i64> {
    if is_truth_value(given)? {
        return Err(wrong_type("a whole number", given));
    }
    given.extract().or_else(|refusal: PyErr| {
        let py = given.py();
        if refusal.is_instance_of::<PyOverflowError>(py) {
            return Ok(if given.lt(0)? { i64::MIN } else { i64::MAX });
        }
        Err(wrong_type("a whole number", given))
    })
}

/// A seed: a whole number from 0 to 2^64 - 1.
pub(crate) fn seed(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    whole(given)?;
    let refusal =
        |_: PyErr| raise(Error::invalid("seed", given, "must be a whole number from 0 to 2^64 - 1"));
    given.extract().map_err(refusal)
}

/// As [`whole`], or nothing.
pub(crate) fn whole_or_none(given: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    if given.is_none() { Ok(None) } else { whole(given).map(Some) }
}

/// A number of things, which is not negative.
pub(crate) fn count(name: &'static str, given: i64) -> PyResult<usize> {
    usize::try_from(given).map_err(|_| raise(Error::invalid(name, given, "must not be negative")))
}

/// As [`count`], or nothing.
pub(crate) fn count_or_none(name: &'static str, given: Option<i64>) -> PyResult<Option<usize>> {
    given.map(|given| count(name, given)).transpose()
}

/// A number of things that may be more than memory could hold.
pub(crate) fn tally(name: &'static str, given: i64) -> PyResult<u64> {
    u64::try_from(given).map_err(|_| raise(Error::invalid(name, given, "must not be negative")))
}

/// A share of something: `0.02` or `"2%"`, exactly.
#[derive(Clone, Copy)]
pub(crate) struct Share(pub(crate) Fraction);

impl<'py> FromPyObject<'_, 'py> for Share {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = given.cast::<PyString>() {
            let text = text.to_cow()?;
            return attempt(|| text.parse()).map(Self);
        }
        let Number(share) = given.extract()?;
        attempt(|| Fraction::try_from(share)).map(Self)
    }
}

/// Two of a kind, such as a begin and an end: anything that has a length of 2 and places.
#[derive(Clone, Copy)]
pub(crate) struct Two<T>(pub(crate) T, pub(crate) T);

impl<'py, T> FromPyObject<'_, 'py> for Two<T>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !given.len().is_ok_and(|len| len == 2) {
            return Err(wrong_type("a pair", &given));
        }
        let at = |place: usize| given.get_item(place).map_err(|_| wrong_type("a pair", &given));
        Ok(Self(at(0)?.extract()?, at(1)?.extract()?))
    }
}

/// Things of several kinds, such as a name and two instants; too few or too many are of a wrong type.
#[derive(Clone)]
pub(crate) struct Row<T>(pub(crate) T);

impl<'py, T> FromPyObject<'_, 'py> for Row<T>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        given.extract().map(Self).map_err(|refusal: PyErr| {
            if refusal.get_type(py).is(py.get_type::<PyValueError>()) {
                PyTypeError::new_err(refusal.value(py).to_string())
            } else {
                refusal
            }
        })
    }
}

/// A column of numbers: a view of the caller's memory where that holds floats side by side, else a converted copy.
pub(crate) struct Column<'py>(PyReadonlyArray1<'py, f64>);

impl<'py> Column<'py> {
    /// Accepts whatever `slo._arrays` does; `name` is what errors call it.
    pub(crate) fn new(name: &str, given: &Bound<'py, PyAny>) -> PyResult<Self> {
        // Not a class of its own above numpy's, such as the masked arrays, whose values are not all meant.
        if given.cast_exact::<PyUntypedArray>().is_ok()
            && let Ok(array) = given.cast::<PyArray1<f64>>()
            && let Ok(view) = array.try_readonly()
            && view.as_slice().is_ok()
        {
            return Ok(Self(view));
        }
        let array = python::call(given.py(), "slo._arrays", "values", (name, given))?;
        Ok(Self(array.cast::<PyArray1<f64>>()?.try_readonly()?))
    }

    pub(crate) fn as_slice(&self) -> PyResult<&[f64]> {
        Ok(self.0.as_slice()?)
    }
}

/// Rows of numbers, all of one length.
pub(crate) struct Matrix<'py>(PyReadonlyArray2<'py, f64>);

impl<'py> Matrix<'py> {
    /// Accepts whatever `slo._arrays` does; `name` is what errors call it.
    pub(crate) fn new(name: &str, given: &Bound<'py, PyAny>) -> PyResult<Self> {
        let array = python::call(given.py(), "slo._arrays", "matrix", (name, given))?;
        Ok(Self(array.cast::<PyArray2<f64>>()?.try_readonly()?))
    }

    pub(crate) fn view(&self) -> ArrayView2<'_, f64> {
        self.0.as_array()
    }
}

/// A column of truth values.
pub(crate) struct Flags<'py>(PyReadonlyArray1<'py, bool>);

impl<'py> Flags<'py> {
    /// Accepts whatever `slo._arrays` does; `name` is what errors call it.
    pub(crate) fn new(name: &str, given: &Bound<'py, PyAny>) -> PyResult<Self> {
        let array = python::call(given.py(), "slo._arrays", "flags", (name, given))?;
        Ok(Self(array.cast::<PyArray1<bool>>()?.try_readonly()?))
    }

    pub(crate) fn as_slice(&self) -> PyResult<&[bool]> {
        Ok(self.0.as_slice()?)
    }
}

/// Instants, of numpy's or any frame library's making, or a list of single ones.
pub(crate) fn instants(name: &'static str, given: &Bound<'_, PyAny>) -> PyResult<Vec<Timestamp>> {
    let nanos = nanoseconds(name, given)?;
    match nanos.iter().position(|nanos| *nanos == MISSING) {
        None => Ok(nanos.into_iter().map(Timestamp::from_nanos).collect()),
        Some(index) => Err(raise(Error::NonFinite { name, index, value: f64::NAN })),
    }
}

/// As [`instants`], where one that is missing is unknown.
pub(crate) fn instants_or_none(
    name: &'static str,
    given: &Bound<'_, PyAny>,
) -> PyResult<Vec<Option<Timestamp>>> {
    let known = |nanos: i64| (nanos != MISSING).then(|| Timestamp::from_nanos(nanos));
    Ok(nanoseconds(name, given)?.into_iter().map(known).collect())
}

/// Nanoseconds since the Unix epoch, [`MISSING`] for what is missing.
fn nanoseconds(name: &'static str, given: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    let array = python::call(given.py(), "slo._arrays", "instants", (name, given))?;
    match array.cast::<PyList>() {
        Ok(list) => list.iter().enumerate().map(|(index, item)| one_of(name, index, &item)).collect(),
        Err(_) => Ok(array.cast::<PyArray1<i64>>()?.to_vec()?),
    }
}

/// One instant of a list; a refusal says which.
fn one_of(name: &str, index: usize, item: &Bound<'_, PyAny>) -> PyResult<i64> {
    if item.is_none() {
        return Ok(MISSING);
    }
    unix_nanos(item).map_err(|refusal| {
        let py = item.py();
        if refusal.is_instance_of::<PyTypeError>(py) {
            return PyTypeError::new_err(format!("{name}[{index}] {}", refusal.value(py)));
        }
        match refusal.value(py).setattr("index", index) {
            Ok(()) => refusal,
            Err(failure) => failure,
        }
    })
}

/// A new array that is written place by place, while other threads of the interpreter go on, and what the writing gives.
///
/// Every place must be written: numpy does not clear it, which would cost a tenth of what is then computed.
pub(crate) fn written<T: Send>(
    py: Python<'_>,
    len: usize,
    write: impl FnOnce(&mut [f64]) -> Result<T> + Send,
) -> PyResult<(Bound<'_, PyArray1<f64>>, T)> {
    let array = unwritten(py, len)?;
    let mut places = array.try_readwrite()?;
    let slice = places.as_slice_mut()?;
    let found = detached(py, || write(slice))?;
    Ok((array, found))
}

/// A new array, of which every place will be written.
pub(crate) fn unwritten(py: Python<'_>, len: usize) -> PyResult<Bound<'_, PyArray1<f64>>> {
    Ok(python::call(py, "numpy", "empty", (len,))?.cast_into::<PyArray1<f64>>()?)
}

/// An array of numbers that nobody can write to.
pub(crate) fn read_only<T: numpy::Element>(
    py: Python<'_>,
    values: Vec<T>,
) -> PyResult<Bound<'_, PyArray1<T>>> {
    let array = PyArray1::from_vec(py, values);
    array.try_readwrite()?.make_nonwriteable();
    Ok(array)
}

/// An instant as numpy holds it.
pub(crate) fn datetime64(time: Timestamp) -> Datetime<Nanoseconds> {
    time.nanos().into()
}

/// Two of good, bad and total: each says what the third is.
pub(crate) enum Pair<T> {
    /// Good events and all events.
    GoodTotal(T, T),
    /// Bad events and all events.
    BadTotal(T, T),
    /// Good events and bad events.
    GoodBad(T, T),
}

impl<T> Pair<T> {
    /// The two that were given.
    pub(crate) fn new(good: Option<T>, bad: Option<T>, total: Option<T>) -> PyResult<Self> {
        match (good, bad, total) {
            (Some(good), None, Some(total)) => Ok(Self::GoodTotal(good, total)),
            (None, Some(bad), Some(total)) => Ok(Self::BadTotal(bad, total)),
            (Some(good), Some(bad), None) => Ok(Self::GoodBad(good, bad)),
            _ => Err(PyTypeError::new_err("give exactly two of good=, bad= and total=")),
        }
    }
}

impl Pair<Number> {
    /// The counts that the two numbers mean.
    pub(crate) fn counts(self) -> PyResult<Counts> {
        attempt(|| match self {
            Self::GoodTotal(Number(good), Number(total)) => Counts::good_total(good, total),
            Self::BadTotal(Number(bad), Number(total)) => Counts::bad_total(bad, total),
            Self::GoodBad(Number(good), Number(bad)) => Counts::good_bad(good, bad),
        })
    }
}

impl<'py> Pair<Bound<'py, PyAny>> {
    /// The same two as columns of numbers.
    pub(crate) fn columns(&self) -> PyResult<Pair<Column<'py>>> {
        Ok(match self {
            Self::GoodTotal(good, total) => {
                Pair::GoodTotal(Column::new("good", good)?, Column::new("total", total)?)
            }
            Self::BadTotal(bad, total) => {
                Pair::BadTotal(Column::new("bad", bad)?, Column::new("total", total)?)
            }
            Self::GoodBad(good, bad) => Pair::GoodBad(Column::new("good", good)?, Column::new("bad", bad)?),
        })
    }
}

impl Pair<Column<'_>> {
    /// The same two as slices.
    pub(crate) fn slices(&self) -> PyResult<Pair<&[f64]>> {
        Ok(match self {
            Self::GoodTotal(good, total) => Pair::GoodTotal(good.as_slice()?, total.as_slice()?),
            Self::BadTotal(bad, total) => Pair::BadTotal(bad.as_slice()?, total.as_slice()?),
            Self::GoodBad(good, bad) => Pair::GoodBad(good.as_slice()?, bad.as_slice()?),
        })
    }
}

/// The choice that a word names. A word of another version's vocabulary is told apart from no word at all.
pub(crate) fn choice<T: Copy>(
    name: &'static str,
    given: &str,
    choices: &[(&str, T)],
    elsewhere: &[&str],
) -> PyResult<T> {
    if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == given) {
        return Ok(*choice);
    }
    let words: Vec<String> = choices.iter().map(|(word, _)| format!("{word:?}")).collect();
    let words = words.join(", ");
    Err(raise(if elsewhere.contains(&given) {
        Error::Unsupported {
            what: format!("{name} = {given:?}"),
            reason: format!("this version has {words}"),
        }
    } else {
        Error::invalid(name, format!("{given:?}"), format!("must be one of {words}"))
    }))
}

/// The word for a choice; none is left out of its list.
pub(crate) fn word<T: PartialEq>(chosen: &T, choices: &[(&'static str, T)]) -> &'static str {
    choices.iter().find(|(_, choice)| choice == chosen).map_or("", |(word, _)| word)
}

/// What a value means that is not finite.
pub(crate) const MISSING_VALUES: [(&str, Missing); 2] = [("error", Missing::Error), ("skip", Missing::Skip)];
