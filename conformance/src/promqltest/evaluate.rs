//! Answers to expressions at one instant.

use slo_io::Labels;

use super::labels::{METADATA, without};
use super::notes::Notes;
use super::problem::{Attempt, Problem};
use super::scope::is_of_ranges;
use super::storage::{Point, Storage, Value, between, latest};
use super::syntax::{At, Kind, Node, Select, Shift, Subquery};
use super::{aggregate, binary, instants, ranges};

/// How far apart the points of a subquery without a step are, in milliseconds.
const DEFAULT_STEP: i64 = 60_000;

/// How many instants a subquery may evaluate.
const MAX_INSTANTS: i64 = 100_000;

/// One element of a vector.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) labels: Labels,
    /// Whether the name goes once nothing needs it any more.
    pub(super) unnamed: bool,
    pub(super) value: Value,
}

/// A series in a range.
#[derive(Clone, Debug)]
pub(super) struct Range {
    pub(super) labels: Labels,
    pub(super) unnamed: bool,
    pub(super) points: Vec<Point>,
}

/// The series of a range, and its borders: `begin < t <= end`, in milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    pub(super) series: Vec<Range>,
    pub(super) begin: i64,
    pub(super) end: i64,
}

/// What an expression comes to.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Scalar(f64),
    Text(String),
    Vector(Vec<Element>),
    Matrix(Matrix),
}

/// Evaluates expressions over what a script has loaded.
pub(super) struct Evaluator<'a> {
    pub(super) storage: &'a Storage,
    /// The first and the last instant of the query, in milliseconds.
    pub(super) query: (i64, i64),
    pub(super) notes: &'a Notes,
}

impl Element {
    pub(super) fn float(labels: Labels, unnamed: bool, value: f64) -> Self {
        Self { labels, unnamed, value: Value::Float(value) }
    }

    /// The metric's name, for annotations.
    pub(super) fn name(&self) -> &str {
        self.labels.name()
    }
}

impl Evaluator<'_> {
    /// The answer at `at`, with names dropped as they are in the end.
    pub(super) fn answer(&self, node: &Node, at: i64) -> Attempt<Answer> {
        let answer = self.evaluate(node, at)?;
        let named = |labels: Labels, unnamed| if unnamed { without(&labels, &METADATA) } else { labels };
        Ok(match answer {
            Answer::Vector(elements) => {
                let mut seen = std::collections::BTreeSet::new();
                let mut kept = Vec::new();
                for element in elements {
                    let labels = named(element.labels, element.unnamed);
                    if !seen.insert(labels.clone()) {
                        return Err(Problem::query("vector cannot contain metrics with the same labelset"));
                    }
                    kept.push(Element { labels, unnamed: false, value: element.value });
                }
                Answer::Vector(kept)
            }
            other => other,
        })
    }

    pub(super) fn evaluate(&self, node: &Node, at: i64) -> Attempt<Answer> {
        match &node.kind {
            Kind::Number(value) => Ok(Answer::Scalar(*value)),
            Kind::Text(content) => Ok(Answer::Text(content.clone())),
            Kind::Paren(inner) => self.evaluate(inner, at),
            Kind::Negative(inner) => binary::negate(self.evaluate(inner, at)?),
            Kind::Select(select) => Ok(self.select(select, at)),
            Kind::Subquery(subquery) => self.subquery(subquery, at).map(Answer::Matrix),
            Kind::Call(name, arguments) if is_of_ranges(name) => ranges::call(self, name, arguments, at),
            Kind::Call(name, arguments) => instants::call(self, name, arguments, at),
            Kind::Aggregate(aggregate) => aggregate::call(self, aggregate, at),
            Kind::Binary(binary) => binary::call(self, binary, node.begin, at),
        }
    }

    /// The answer to an argument that has to be a number.
    pub(super) fn scalar(&self, node: &Node, at: i64) -> Attempt<f64> {
        match self.evaluate(node, at)? {
            Answer::Scalar(value) => Ok(value),
            _ => Err(Problem::malformed("expected a number as argument")),
        }
    }

    /// The answer to an argument that has to be a vector.
    pub(super) fn vector(&self, node: &Node, at: i64) -> Attempt<Vec<Element>> {
        match self.evaluate(node, at)? {
            Answer::Vector(elements) => Ok(elements),
            _ => Err(Problem::malformed("expected an instant vector as argument")),
        }
    }

    /// The answer to an argument that has to be a range.
    pub(super) fn matrix(&self, node: &Node, at: i64) -> Attempt<Matrix> {
        match self.evaluate(node, at)? {
            Answer::Matrix(matrix) => Ok(matrix),
            _ => Err(Problem::malformed("expected a range vector as argument")),
        }
    }

    /// The instant that a shift looks at.
    fn shifted(&self, shift: Shift, at: i64) -> i64 {
        let base = match shift.at {
            None => at,
            Some(At::Time(time)) => time,
            Some(At::Start) => self.query.0,
            Some(At::End) => self.query.1,
        };
        base.saturating_sub(shift.offset)
    }

    fn select(&self, select: &Select, at: i64) -> Answer {
        let end = self.shifted(select.shift, at);
        let found = self.storage.select(&select.selector);
        let Some(range) = select.range else {
            let elements = found.filter_map(|(labels, points)| {
                let value = latest(points, end)?.value.clone();
                Some(Element { labels: labels.clone(), unnamed: false, value })
            });
            return Answer::Vector(elements.collect());
        };
        let begin = end.saturating_sub(range);
        let series = found.map(|(labels, points)| Range {
            labels: labels.clone(),
            unnamed: false,
            points: between(points, begin, end),
        });
        let series = series.filter(|range| !range.points.is_empty()).collect();
        Answer::Matrix(Matrix { series, begin, end })
    }

    /// The inner expression at the multiples of the step in the range.
    fn subquery(&self, subquery: &Subquery, at: i64) -> Attempt<Matrix> {
        let end = self.shifted(subquery.shift, at);
        let begin = end.saturating_sub(subquery.range);
        let step = subquery.step.unwrap_or(DEFAULT_STEP);
        let mut time = begin.div_euclid(step).saturating_add(1).saturating_mul(step);
        if end.saturating_sub(time) / step > MAX_INSTANTS {
            return Err(Problem::query(format!("a subquery of more than {MAX_INSTANTS} instants")));
        }
        let mut series: Vec<Range> = Vec::new();
        while time <= end {
            let elements = match self.evaluate(&subquery.inner, time)? {
                Answer::Vector(elements) => elements,
                Answer::Scalar(value) => vec![Element::float(Labels::default(), false, value)],
                _ => return Err(Problem::malformed("a subquery is of instants")),
            };
            for Element { labels, unnamed, value } in elements {
                let known =
                    series.iter().position(|range| range.labels == labels && range.unnamed == unnamed);
                let point = Point { time, value, start: None };
                match known.and_then(|place| series.get_mut(place)) {
                    Some(range) => range.points.push(point),
                    None => series.push(Range { labels, unnamed, points: vec![point] }),
                }
            }
            time = time.saturating_add(step);
        }
        Ok(Matrix { series, begin, end })
    }
}
