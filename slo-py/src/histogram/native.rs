//! Native histograms.

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::core::histogram::{self, Reset};
use crate::errors::{attempt, guard};
use crate::json;
use crate::values::{Column, Number, Row, choice, whole, word};

const RESETS: [(&str, Reset); 4] = [
    ("unknown", Reset::Unknown),
    ("reset", Reset::Reset),
    ("not_reset", Reset::NotReset),
    ("gauge", Reset::Gauge),
];

/// A native histogram: counts in buckets of exponential or of custom bounds.
///
/// Bucket ``i`` of schema ``s`` is ``(base**(i-1), base**i]`` with ``base = 2**(2**-s)``, mirrored below 0. With custom
/// bounds bucket ``i`` ends at bound ``i``, and the last has no end.
///
/// Args:
///     schema: -4 (the widest buckets) to 8, or -53 for custom bounds.
///     bounds: the custom bounds, increasing.
///     positive: the counts of neighbouring buckets.
///     offset: the number of the first of them.
///     negative: the counts of neighbouring buckets below 0.
///     negative_offset: the number of the first of them.
///     zero_threshold: where the zero bucket ends.
///     zero_count: what it holds.
///     count: the number of observations; that of the buckets if None.
///     sum: the sum of all observations.
///     reset: what is known of a reset: ``"unknown"``, ``"reset"``, ``"not_reset"``, or ``"gauge"``, of which counts may fall
///         and be below 0.
///
/// Raises:
///     InvalidParameterError: for a schema, a bound or a bucket that is none.
///     NonFiniteError, InvalidCountError: for what is not a count.
///
/// Examples:
///     >>> h = slo.histogram.Native(0, positive=[3, 1], sum=4)
///     >>> h
///     Native(schema=0, count=4, mean=1, 2 buckets from 0.5 to 2)
///     >>> h.quantile(0.75), h.fraction(0, 1)
///     (1.0, 0.75)
#[pyclass(module = "slo.histogram", frozen, eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Native(pub(super) histogram::Native);

#[pymethods]
impl Native {
    #[new]
    #[pyo3(signature = (
        schema,
        *,
        bounds=None,
        positive=None,
        offset=0,
        negative=None,
        negative_offset=0,
        zero_threshold=Number(0.0),
        zero_count=Number(0.0),
        count=None,
        sum=Number(0.0),
        reset="unknown",
    ), text_signature = "(schema, *, bounds=None, positive=None, offset=0, negative=None, negative_offset=0, \
                         zero_threshold=0.0, zero_count=0.0, count=None, sum=0.0, reset=\"unknown\")")]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of its own")]
    fn new(
        #[pyo3(from_py_with = number)] schema: i32,
        bounds: Option<&Bound<'_, PyAny>>,
        positive: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = number)] offset: i32,
        negative: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = number)] negative_offset: i32,
        zero_threshold: Number,
        zero_count: Number,
        count: Option<Number>,
        sum: Number,
        reset: &str,
    ) -> PyResult<Self> {
        let column = |name: &str, given: Option<&Bound<'_, PyAny>>| -> PyResult<Vec<f64>> {
            Ok(match given {
                Some(given) => Column::new(name, given)?.as_slice()?.to_vec(),
                None => Vec::new(),
            })
        };
        let (bounds, reset) = (
            bounds.map(|given| column("bounds", Some(given))).transpose()?,
            choice("reset", reset, &RESETS, &[])?,
        );
        let (positive, negative) = (column("positive", positive)?, column("negative", negative)?);
        attempt(|| {
            let mut made = histogram::Native::of_schema(schema, bounds.as_deref())?.hint(reset);
            if (zero_threshold.0, zero_count.0) != (0.0, 0.0) {
                made = made.zero(zero_threshold.0, zero_count.0)?;
            }
            if !negative.is_empty() {
                made = made.negative(negative_offset, &negative)?;
            }
            made = made.positive(offset, &positive)?.with_sum(sum.0);
            match count {
                Some(count) => made.with_count(count.0),
                None => Ok(made),
            }
        })
        .map(Self)
    }

    /// The histogram of buckets listed with their borders, as Prometheus' HTTP API gives them.
    ///
    /// The list does not say which schema it has. If all borders are those of one exponential schema they are taken for such
    /// buckets, else for custom bounds.
    ///
    /// Args:
    ///     buckets: for each ``(rule, left, right, count)``, lowest first, with rule 0 for ``(left, right]``, 1 for
    ///         ``[left, right)``, 2 for ``(left, right)`` and 3 for the zero bucket ``[left, right]``.
    ///     count: the number of observations; that of the buckets if None.
    ///     sum: the sum of all observations.
    ///
    /// Raises:
    ///     SloError: for what are no buckets of one histogram.
    ///
    /// Examples:
    ///     >>> slo.histogram.Native.from_buckets([(3, -0.001, 0.001, 1), (0, 1, 2, 4)])
    ///     Native(schema=0, count=5, mean=0, 2 buckets from -0.001 to 2)
    #[classmethod]
    #[pyo3(signature = (buckets, *, count=None, sum=Number(0.0)), text_signature = "($cls, buckets, *, count=None, sum=0.0)")]
    fn from_buckets(
        _class: &Bound<'_, PyType>,
        buckets: Vec<Bucket<'_>>,
        count: Option<Number>,
        sum: Number,
    ) -> PyResult<Self> {
        let bucket = |Row((code, lower, upper, count)): Bucket<'_>| {
            // A code past the greatest is as unknown as that one.
            let code = u8::try_from(whole(&code)?).unwrap_or(u8::MAX);
            Ok((code, lower.0, upper.0, count.0))
        };
        let buckets: Vec<_> = buckets.into_iter().map(bucket).collect::<PyResult<_>>()?;
        attempt(|| {
            let made = histogram::Native::from_buckets(&buckets)?.with_sum(sum.0);
            match count {
                Some(count) => made.with_count(count.0),
                None => Ok(made),
            }
        })
        .map(Self)
    }

    /// Reads what ``to_json`` wrote.
    ///
    /// Args:
    ///     text: the JSON text.
    ///
    /// Raises:
    ///     ParseError: if it is no such text, or not that of a histogram.
    ///
    /// Examples:
    ///     >>> h = slo.histogram.Native(0, positive=[3, 1])
    ///     >>> slo.histogram.Native.from_json(h.to_json()) == h
    ///     True
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
        json::parse(text).map(Self)
    }

    /// The quantile.
    ///
    /// On the scale of the logarithm in exponential buckets, evenly in the zero bucket and in custom ones.
    ///
    /// Args:
    ///     q: the share of observations below it.
    ///
    /// Returns:
    ///     The quantile; NaN without an observation in a bucket, -inf below 0 and inf above 1.
    ///
    /// Examples:
    ///     >>> slo.histogram.Native(-53, bounds=[1, 2], positive=[0, 4]).quantile(0.5)
    ///     1.5
    fn quantile(&self, q: Number) -> PyResult<f64> {
        guard(|| self.0.quantile(q.0))
    }

    /// The share of observations between two values.
    ///
    /// Args:
    ///     lower: from where.
    ///     upper: up to where.
    ///
    /// Returns:
    ///     A share; NaN without an observation.
    ///
    /// Examples:
    ///     >>> slo.histogram.Native(0, positive=[3, 1]).fraction(0, 1)
    ///     0.75
    fn fraction(&self, lower: Number, upper: Number) -> PyResult<f64> {
        guard(|| self.0.fraction(lower.0, upper.0))
    }

    /// Both histograms together.
    ///
    /// Args:
    ///     other: a histogram of the same kind of bounds; of different schemas the coarser remains.
    ///
    /// Raises:
    ///     UnsupportedError: for exponential and custom buckets together.
    ///
    /// Examples:
    ///     >>> h = slo.histogram.Native(0, positive=[3, 1])
    ///     >>> h.add(h).count
    ///     8.0
    fn add(&self, other: &Self) -> PyResult<Self> {
        attempt(|| self.0.add(&other.0)).map(Self)
    }

    /// This histogram without the other: a gauge.
    ///
    /// Args:
    ///     other: a histogram of the same kind of bounds.
    ///
    /// Raises:
    ///     UnsupportedError: for exponential and custom buckets together.
    ///
    /// Examples:
    ///     >>> h = slo.histogram.Native(0, positive=[3, 1])
    ///     >>> h.subtract(h).count, h.subtract(h).reset
    ///     (0.0, 'gauge')
    fn subtract(&self, other: &Self) -> PyResult<Self> {
        attempt(|| self.0.subtract(&other.0)).map(Self)
    }

    /// All counts and the sum times a factor.
    ///
    /// Args:
    ///     factor: a finite number; below 0 the result is a gauge.
    ///
    /// Raises:
    ///     NonFiniteError: for another.
    ///
    /// Examples:
    ///     >>> slo.histogram.Native(0, positive=[3, 1]).scale(0.5).count
    ///     2.0
    fn scale(&self, factor: Number) -> PyResult<Self> {
        attempt(|| self.0.scale(factor.0)).map(Self)
    }

    /// The same in the wider buckets of a smaller schema.
    ///
    /// Args:
    ///     schema: the schema, not finer than the histogram's.
    ///
    /// Raises:
    ///     InvalidParameterError: for a schema that is finer, or none.
    ///     UnsupportedError: for custom bounds.
    ///
    /// Examples:
    ///     >>> slo.histogram.Native(1, positive=[3, 4], offset=1).to_schema(0).buckets
    ///     [(1.0, 2.0, 7.0)]
    fn to_schema(&self, #[pyo3(from_py_with = number)] schema: i32) -> PyResult<Self> {
        attempt(|| self.0.to_schema(schema)).map(Self)
    }

    /// Whether the counts were reset since another.
    ///
    /// Args:
    ///     previous: the histogram before this one.
    ///
    /// Returns:
    ///     Whether the hint says so or, if it says nothing, any count fell.
    ///
    /// Examples:
    ///     >>> before = slo.histogram.Native(0, positive=[3, 1])
    ///     >>> slo.histogram.Native(0, positive=[9, 0]).detect_reset(before)
    ///     True
    fn detect_reset(&self, previous: &Self) -> PyResult<bool> {
        guard(|| self.0.detect_reset(&previous.0))
    }

    /// The schema, -53 for custom bounds.
    #[getter]
    fn schema(&self) -> i32 {
        self.0.schema()
    }

    /// The custom bounds; none of exponential buckets.
    #[getter]
    fn bounds(&self) -> Vec<f64> {
        self.0.bounds().to_vec()
    }

    /// The number of observations.
    #[getter]
    fn count(&self) -> f64 {
        self.0.count()
    }

    /// The sum of all observations.
    #[getter]
    fn sum(&self) -> f64 {
        self.0.sum()
    }

    /// The mean, NaN without an observation.
    #[getter]
    fn mean(&self) -> f64 {
        self.0.mean()
    }

    /// The estimated variance, NaN without an observation.
    #[getter]
    fn variance(&self) -> f64 {
        self.0.variance()
    }

    /// The estimated standard deviation, NaN without an observation.
    #[getter]
    fn deviation(&self) -> f64 {
        self.0.deviation()
    }

    /// Where the zero bucket ends, and what it holds.
    #[getter]
    fn zero_bucket(&self) -> (f64, f64) {
        self.0.zero_bucket()
    }

    /// What is known of a reset.
    #[getter]
    fn reset(&self) -> &'static str {
        word(&self.0.reset_hint(), &RESETS)
    }

    /// For each bucket that holds something, lowest first: its lower border, its upper border and its count.
    #[getter]
    fn buckets(&self) -> Vec<(f64, f64, f64)> {
        self.0.buckets().into_iter().map(|bucket| (bucket.left, bucket.right, bucket.count)).collect()
    }

    /// The histogram as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::dict(py, &self.0)
    }

    /// The histogram as JSON text.
    fn to_json(&self) -> PyResult<String> {
        json::text(&self.0)
    }

    fn __repr__(&self) -> String {
        let (schema, count, buckets) = (self.0.schema(), self.0.count(), self.0.buckets());
        match (buckets.first(), buckets.last()) {
            (Some(first), Some(last)) => format!(
                "Native(schema={schema}, count={count}, mean={}, {} buckets from {} to {})",
                self.0.mean(),
                buckets.len(),
                first.left,
                last.right
            ),
            _ => format!("Native(schema={schema}, count={count}, no buckets)"),
        }
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json()?,)))
    }
}

/// A bucket as Prometheus' API gives it: which of its borders belong to it, the borders and the count.
type Bucket<'py> = Row<(Bound<'py, PyAny>, Number, Number, Number)>;

/// A whole number; one that is too large is as large as can be.
fn number(given: &Bound<'_, PyAny>) -> PyResult<i32> {
    let number = whole(given)?;
    Ok(i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX }))
}
