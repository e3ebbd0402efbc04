//! The choices that make a series, as Python writes them.

use pyo3::prelude::*;

use crate::core::{Axis, Clamp, Comparison, Label, UpTo};
use crate::time::Span;
use crate::values::choice;

pub(super) fn resolved(axis: Axis, resolution: Option<Span>) -> Axis {
    resolution.into_iter().fold(axis, |axis, resolution| axis.resolution(resolution.0))
}

pub(super) fn parse_label(label: &str) -> PyResult<Label> {
    choice("label", label, &[("end", Label::End), ("start", Label::Start)], &[])
}

pub(crate) fn parse_comparison(op: &str) -> PyResult<Comparison> {
    let choices = [
        ("<", Comparison::Below),
        ("<=", Comparison::AtMost),
        (">", Comparison::Above),
        (">=", Comparison::AtLeast),
        ("lt", Comparison::Below),
        ("lte", Comparison::AtMost),
        ("gt", Comparison::Above),
        ("gte", Comparison::AtLeast),
    ];
    choice("op", op, &choices, &[])
}

pub(super) const fn parse_clamp(clamp: bool) -> Clamp {
    if clamp { Clamp::ToTotal } else { Clamp::Refuse }
}

/// What stands for a value up to which an observation is good.
pub(super) fn parse_between(between: &str) -> PyResult<fn(f64) -> UpTo> {
    let choices = [("refuse", UpTo::Bound as _), ("interpolate", UpTo::Interpolated as _)];
    choice("between", between, &choices, &[])
}
