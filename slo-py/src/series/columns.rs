//! A series as arrays.

use numpy::PyArray1;
use numpy::datetime::{Datetime, units::Nanoseconds};
use pyo3::prelude::*;

use crate::core;
use crate::errors::detached;
use crate::values::{datetime64, read_only};

/// The series as arrays, made when first asked for.
pub(super) struct Columns {
    pub(super) times: Py<PyArray1<Datetime<Nanoseconds>>>,
    pub(super) good: Py<PyArray1<f64>>,
    pub(super) bad: Py<PyArray1<f64>>,
    pub(super) total: Py<PyArray1<f64>>,
}

impl Columns {
    pub(super) fn new(py: Python<'_>, series: &core::CountSeries) -> PyResult<Self> {
        let (times, good, bad, total) = detached(py, || {
            let (times, counts): (Vec<_>, Vec<core::Counts>) =
                series.iter().map(|(time, counts)| (datetime64(time), counts)).unzip();
            let column = |of: fn(&core::Counts) -> f64| counts.iter().map(of).collect::<Vec<_>>();
            Ok((times, column(core::Counts::good), column(core::Counts::bad), column(core::Counts::total)))
        })?;
        Ok(Self {
            times: read_only(py, times)?.unbind(),
            good: read_only(py, good)?.unbind(),
            bad: read_only(py, bad)?.unbind(),
            total: read_only(py, total)?.unbind(),
        })
    }
}
