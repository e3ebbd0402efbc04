//! Functions of histograms at an instant.

use std::collections::BTreeMap;

use slo_core::histogram::{self, Native};
use slo_io::Labels;

use super::evaluate::{Answer, Element, Evaluator};
use super::labels::{with, without};
use super::notes::Note;
use super::number::open_metrics_float;
use super::problem::{Attempt, Problem};
use super::storage::Value;
use super::syntax::{Kind, Node};

/// Calls a function by its name.
pub(super) fn call(evaluator: &Evaluator<'_>, name: &str, arguments: &[Node], at: i64) -> Attempt<Answer> {
    let read: fn(&Native) -> f64 = match name {
        "histogram_quantile" => return quantile(evaluator, arguments, at),
        "histogram_quantiles" => return quantiles(evaluator, arguments, at),
        "histogram_fraction" => return fraction(evaluator, arguments, at),
        "histogram_count" => Native::count,
        "histogram_sum" => Native::sum,
        "histogram_avg" => Native::mean,
        "histogram_stddev" => Native::deviation,
        "histogram_stdvar" => Native::variance,
        _ => return Err(Problem::out_of_scope(format!("function {name}"))),
    };
    let [argument] = arguments else { return Err(wrong_number(name)) };
    let elements = evaluator.vector(argument, at)?.into_iter().filter_map(|element| match &element.value {
        Value::Histogram(histogram) => Some(Element::float(element.labels, true, read(histogram))),
        _ => None,
    });
    Ok(Answer::Vector(elements.collect()))
}

fn wrong_number(name: &str) -> Problem {
    Problem::malformed(format!("{name} has another number of arguments"))
}

fn check_quantile(evaluator: &Evaluator<'_>, q: f64, node: &Node) {
    if !(0.0..=1.0).contains(&q) {
        evaluator.notes.add(Note::BadQuantile(q), "", node.begin);
    }
}

fn quantile(evaluator: &Evaluator<'_>, arguments: &[Node], at: i64) -> Attempt<Answer> {
    let [level, vector] = arguments else { return Err(wrong_number("histogram_quantile")) };
    let q = evaluator.scalar(level, at)?;
    check_quantile(evaluator, q, level);
    let parted = Parted::of(evaluator, vector, at)?;
    let places = (level.begin, vector.begin);
    Ok(Answer::Vector(parted.quantiles(evaluator, q, places)?))
}

fn quantiles(evaluator: &Evaluator<'_>, arguments: &[Node], at: i64) -> Attempt<Answer> {
    let [vector, label, levels @ ..] = arguments else { return Err(wrong_number("histogram_quantiles")) };
    let Kind::Text(label) = &label.bare().kind else {
        return Err(Problem::malformed("expected a label's name"));
    };
    let mut qs = Vec::new();
    for level in levels {
        let q = evaluator.scalar(level, at)?;
        check_quantile(evaluator, q, level);
        qs.push(q);
    }
    let parted = Parted::of(evaluator, vector, at)?;
    let mut elements = Vec::new();
    for q in qs {
        for element in parted.quantiles(evaluator, q, (vector.begin, vector.begin))? {
            let labels = with(&element.labels, label, &open_metrics_float(q));
            elements.push(Element { labels, ..element });
        }
    }
    Ok(Answer::Vector(elements))
}

fn fraction(evaluator: &Evaluator<'_>, arguments: &[Node], at: i64) -> Attempt<Answer> {
    let [low, high, vector] = arguments else { return Err(wrong_number("histogram_fraction")) };
    let (lower, upper) = (evaluator.scalar(low, at)?, evaluator.scalar(high, at)?);
    let parted = Parted::of(evaluator, vector, at)?;
    let mut elements = Vec::new();
    for (labels, native) in &parted.native {
        let value = native.fraction(lower, upper);
        if has_nans(native) && lower < upper {
            evaluator.notes.add(Note::FractionOfNans, labels.name(), low.begin);
        }
        elements.push(Element::float(labels.clone(), true, value));
    }
    for (labels, Buckets { bounds, cumulative }) in &parted.classic {
        let value = histogram::fraction(lower, upper, bounds, cumulative).map_err(refused)?;
        elements.push(Element::float(labels.clone(), true, value));
    }
    Ok(Answer::Vector(elements))
}

fn refused(error: slo_core::Error) -> Problem {
    Problem::query(format!("the library refuses: {error}"))
}

/// The buckets of a classic histogram, in the order of their series.
#[derive(Default)]
struct Buckets {
    bounds: Vec<f64>,
    cumulative: Vec<f64>,
}

/// The histograms of a vector, each kind by itself.
struct Parted {
    native: Vec<(Labels, Native)>,
    classic: BTreeMap<Labels, Buckets>,
}

impl Parted {
    fn of(evaluator: &Evaluator<'_>, vector: &Node, at: i64) -> Attempt<Self> {
        let mut parted = Self { native: Vec::new(), classic: BTreeMap::new() };
        for element in evaluator.vector(vector, at)? {
            let name = element.name().to_owned();
            match element.value {
                Value::Histogram(histogram) => parted.native.push((element.labels, histogram)),
                Value::Float(cumulative) => {
                    let text = element.labels.value("le");
                    let Ok(bound) = text.parse() else {
                        evaluator.notes.add(Note::BadBucketLabel { value: text }, &name, vector.begin);
                        continue;
                    };
                    let buckets = parted.classic.entry(without(&element.labels, &["le"])).or_default();
                    buckets.bounds.push(bound);
                    buckets.cumulative.push(cumulative);
                }
                Value::Stale => {}
            }
        }
        let Self { native, classic } = &mut parted;
        native.retain(|(labels, _)| {
            // Which of the two is meant cannot be told.
            let conflicts = classic.remove(labels).is_some();
            if conflicts {
                evaluator.notes.add(Note::MixedClassicAndNative, labels.name(), vector.begin);
            }
            !conflicts
        });
        Ok(parted)
    }

    /// The quantiles of all; the places are those of what native and classic histograms' notes are about.
    fn quantiles(&self, evaluator: &Evaluator<'_>, q: f64, places: (usize, usize)) -> Attempt<Vec<Element>> {
        let mut elements = Vec::new();
        for (labels, native) in &self.native {
            let value = native.quantile(q);
            if has_nans(native) && (0.0..=1.0).contains(&q) {
                let note = if value.is_nan() { Note::QuantileIsNan } else { Note::QuantileIsSkewed };
                evaluator.notes.add(note, labels.name(), places.0);
            }
            elements.push(Element::float(labels.clone(), true, value));
        }
        for (labels, Buckets { bounds, cumulative }) in &self.classic {
            let found = histogram::quantile_repaired(q, bounds, cumulative).map_err(refused)?;
            if let Some(repair) = found.repair {
                let note = Note::ForcedMonotonic {
                    lowest: repair.lowest,
                    highest: repair.highest,
                    largest: repair.largest,
                };
                evaluator.notes.add(note, labels.name(), places.1);
            }
            elements.push(Element::float(labels.clone(), true, found.value));
        }
        Ok(elements)
    }
}

/// Whether a histogram has counted observations that are no number: they are in its count and in no bucket.
fn has_nans(histogram: &Native) -> bool {
    let inside: f64 = histogram.buckets().iter().map(|bucket| bucket.count).sum();
    histogram.sum().is_nan() && inside < histogram.count()
}
