//! Aggregations over the elements of a vector.

use std::collections::BTreeMap;

use slo_core::histogram::Native;
use slo_core::over_time;
use slo_io::Labels;

use super::evaluate::{Answer, Element, Evaluator};
use super::labels::{METADATA, only, without};
use super::native::is_custom;
use super::notes::Note;
use super::problem::{Attempt, Problem};
use super::ranges::{notes_on_sum, total};
use super::storage::Value;
use super::syntax::{Aggregate, Grouping};

/// The elements of one group, by kind.
#[derive(Default)]
struct Group {
    floats: Vec<f64>,
    histograms: Vec<Native>,
    /// The metrics of the histograms.
    names: Vec<String>,
}

/// Evaluates an aggregation.
pub(super) fn call(evaluator: &Evaluator<'_>, aggregate: &Aggregate, at: i64) -> Attempt<Answer> {
    let name = aggregate.name.as_str();
    let parameter = aggregate.parameter.as_ref().map(|node| evaluator.scalar(node, at)).transpose()?;
    if let (Some(q), Some(node)) = (parameter, &aggregate.parameter)
        && !(0.0..=1.0).contains(&q)
    {
        evaluator.notes.add(Note::BadQuantile(q), "", node.begin);
    }
    let mut groups: BTreeMap<Labels, Group> = BTreeMap::new();
    for element in evaluator.vector(&aggregate.inner, at)? {
        let metric = element.name().to_owned();
        let labels = if element.unnamed { without(&element.labels, &METADATA) } else { element.labels };
        let key = match &aggregate.grouping {
            Grouping::By(names) => only(&labels, names),
            Grouping::Without(names) => {
                without(&labels, &names.iter().map(String::as_str).chain(METADATA).collect::<Vec<_>>())
            }
        };
        let group = groups.entry(key).or_default();
        match element.value {
            Value::Float(value) => group.floats.push(value),
            Value::Histogram(histogram) => {
                group.histograms.push(histogram);
                group.names.push(metric);
            }
            Value::Stale => {}
        }
    }
    let mut elements = Vec::new();
    for (labels, group) in groups {
        let note = |note: Note<'_>, metric: &str| evaluator.notes.add(note, metric, aggregate.inner.begin);
        if let Some(value) = group.value(name, parameter, note)? {
            elements.push(Element { labels, unnamed: false, value });
        }
    }
    Ok(Answer::Vector(elements))
}

impl Group {
    fn value(
        &self,
        name: &str,
        parameter: Option<f64>,
        note: impl Fn(Note<'_>, &str),
    ) -> Attempt<Option<Value>> {
        let floats = &self.floats;
        match name {
            "count" => return Ok(Some(Value::Float((floats.len() + self.histograms.len()) as f64))),
            "group" => return Ok(Some(Value::Float(1.0))),
            "sum" | "avg" if !self.histograms.is_empty() => return self.histogram(name == "avg", note),
            _ => {}
        }
        if !self.histograms.is_empty() {
            note(Note::IgnoredInAggregation(name), "");
        }
        let value = match (name, parameter) {
            ("sum", _) => over_time::sum(floats),
            ("avg", _) => over_time::avg(floats),
            ("min", _) => over_time::min(floats),
            ("max", _) => over_time::max(floats),
            ("stddev", _) => over_time::stddev(floats),
            ("stdvar", _) => over_time::stdvar(floats),
            ("quantile", Some(q)) => over_time::quantile(q, floats),
            _ => return Err(Problem::out_of_scope(format!("aggregation {name}"))),
        };
        Ok(value.map(Value::Float))
    }

    fn histogram(&self, is_mean: bool, note: impl Fn(Note<'_>, &str)) -> Attempt<Option<Value>> {
        if !self.floats.is_empty() {
            note(Note::MixedInAggregation, "");
            return Ok(None);
        }
        let is_first = self.histograms.first().is_some_and(is_custom);
        let mut with_names = self.histograms.iter().zip(&self.names);
        if let Some((_, metric)) = with_names.find(|(h, _)| is_custom(h) != is_first) {
            note(Note::MixedSchemas, metric);
            return Ok(None);
        }
        for found in notes_on_sum(&self.histograms) {
            note(found, "");
        }
        total(&self.histograms, is_mean).map(|h| h.map(Value::Histogram))
    }
}
