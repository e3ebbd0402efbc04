//! False alarms where many values are judged at once.

use ::slo::anomaly::{self, Multiplicity};
use numpy::PyArray1;
use pyo3::prelude::*;

use crate::errors::attempt;
use crate::values::{Column, choice};

pub(super) const MULTIPLICITIES: [(&str, Multiplicity); 3] = [
    ("each", Multiplicity::Each),
    ("bonferroni", Multiplicity::Bonferroni),
    ("benjamini-hochberg", Multiplicity::BenjaminiHochberg),
];

/// The p-values that, held against a level each, decide for all of them together.
///
/// Args:
///     p_values: probabilities, shape (tests,).
///     multiplicity: ``"bonferroni"`` makes the level the probability of any false alarm, ``"benjamini-hochberg"`` the
///         expected share of false alarms among the alarms, ``"each"`` leaves the p-values as they are.
///
/// Returns:
///     An array of shape (tests,), in the order of ``p_values``.
///
/// Raises:
///     InvalidParameterError: for a value that is no probability.
///
/// Examples:
///     >>> slo.anomaly.adjusted_p_values([0.02, 0.01, 0.5, 0.03])
///     array([0.04, 0.04, 0.5 , 0.04])
#[pyfunction]
#[pyo3(signature = (p_values, multiplicity="benjamini-hochberg"))]
pub(crate) fn adjusted_p_values<'py>(
    p_values: &Bound<'py, PyAny>,
    multiplicity: &str,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let column = Column::new("p_values", p_values)?;
    let multiplicity = choice("multiplicity", multiplicity, &MULTIPLICITIES, &[])?;
    let values = column.as_slice()?;
    let adjusted = attempt(|| anomaly::adjusted_p_values(values, multiplicity))?;
    Ok(PyArray1::from_vec(p_values.py(), adjusted))
}
