//! Operators between numbers and vectors.

use std::collections::{BTreeMap, BTreeSet};

use slo_io::Labels;

use super::evaluate::{Answer, Element, Evaluator};
use super::labels::{NAME, only, with, without};
use super::native::{equal, is_custom};
use super::notes::Note;
use super::problem::{Attempt, Problem};
use super::storage::Value;
use super::syntax::{Binary, Matching, Side};

/// Changes the sign of an answer.
pub(super) fn negate(answer: Answer) -> Attempt<Answer> {
    match answer {
        Answer::Scalar(value) => Ok(Answer::Scalar(-value)),
        Answer::Vector(elements) => {
            let negative = elements.into_iter().map(|element| {
                let value = match element.value {
                    Value::Float(value) => Value::Float(-value),
                    Value::Histogram(h) => Value::Histogram(h.scale(-1.0).map_err(refused)?),
                    Value::Stale => Value::Stale,
                };
                Ok(Element { labels: element.labels, unnamed: true, value })
            });
            negative.collect::<Attempt<_>>().map(Answer::Vector)
        }
        _ => Err(Problem::malformed("only numbers and instant vectors have a sign")),
    }
}

fn refused(error: slo_core::Error) -> Problem {
    Problem::query(format!("the library refuses: {error}"))
}

fn is_comparison(operator: &str) -> bool {
    matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=")
}

/// What an operator between two values comes to.
enum Outcome {
    Value(Value),
    /// A comparison that holds, or does not.
    Holds(bool),
    /// Nothing: these kinds of values have no such operator.
    Nothing,
}

fn of_floats(operator: &str, a: f64, b: f64) -> Attempt<Outcome> {
    let value = match operator {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "%" => a % b,
        "^" => a.powf(b),
        "atan2" => a.atan2(b),
        "==" => return Ok(Outcome::Holds(a == b)),
        "!=" => return Ok(Outcome::Holds(a != b)),
        "<" => return Ok(Outcome::Holds(a < b)),
        "<=" => return Ok(Outcome::Holds(a <= b)),
        ">" => return Ok(Outcome::Holds(a > b)),
        ">=" => return Ok(Outcome::Holds(a >= b)),
        _ => return Err(Problem::malformed(format!("{operator} is between vectors"))),
    };
    Ok(Outcome::Value(Value::Float(value)))
}

/// One operator with what its notes are about.
struct Operation<'a> {
    evaluator: &'a Evaluator<'a>,
    operator: &'static str,
    as_number: bool,
    begin: usize,
}

/// Evaluates an operator; `begin` is the byte at which the expression begins.
pub(super) fn call(evaluator: &Evaluator<'_>, binary: &Binary, begin: usize, at: i64) -> Attempt<Answer> {
    let operation = Operation { evaluator, operator: binary.operator, as_number: binary.as_number, begin };
    let (left, right) = (evaluator.evaluate(&binary.left, at)?, evaluator.evaluate(&binary.right, at)?);
    match (left, right) {
        (Answer::Scalar(a), Answer::Scalar(b)) => match of_floats(binary.operator, a, b)? {
            Outcome::Value(Value::Float(value)) => Ok(Answer::Scalar(value)),
            Outcome::Holds(holds) => Ok(Answer::Scalar(f64::from(u8::from(holds)))),
            _ => Err(Problem::malformed("numbers give numbers")),
        },
        (Answer::Vector(elements), Answer::Scalar(b)) => {
            let b = Value::Float(b);
            operation.each(elements, |value| (value.clone(), b.clone()), Side::Left)
        }
        (Answer::Scalar(a), Answer::Vector(elements)) => {
            let a = Value::Float(a);
            operation.each(elements, |value| (a.clone(), value.clone()), Side::Right)
        }
        (Answer::Vector(a), Answer::Vector(b)) => match binary.operator {
            "and" | "or" | "unless" => Ok(Answer::Vector(sets(binary.operator, a, b, &binary.matching))),
            _ => operation.pairs(a, b, &binary.matching),
        },
        _ => Err(Problem::malformed(format!("{} is between numbers and instant vectors", binary.operator))),
    }
}

impl Operation<'_> {
    /// The operator between each element and a number.
    fn each(
        &self,
        elements: Vec<Element>,
        operands: impl Fn(&Value) -> (Value, Value),
        vector: Side,
    ) -> Attempt<Answer> {
        let mut kept = Vec::new();
        for element in elements {
            let (a, b) = operands(&element.value);
            let outcome = self.apply(&a, &b)?;
            // A comparison that holds keeps the element, on whichever side it stood.
            let own = if vector == Side::Left { a } else { b };
            let unnamed = element.unnamed || !is_comparison(self.operator) || self.as_number;
            kept.extend(self.kept(outcome, own).map(|value| Element {
                labels: element.labels,
                unnamed,
                value,
            }));
        }
        Ok(Answer::Vector(kept))
    }

    fn kept(&self, outcome: Outcome, own: Value) -> Option<Value> {
        match outcome {
            Outcome::Value(value) => Some(value),
            Outcome::Holds(holds) if self.as_number => Some(Value::Float(f64::from(u8::from(holds)))),
            Outcome::Holds(true) => Some(own),
            Outcome::Holds(false) | Outcome::Nothing => None,
        }
    }

    fn apply(&self, a: &Value, b: &Value) -> Attempt<Outcome> {
        let operator = self.operator;
        match (a, b) {
            (Value::Float(a), Value::Float(b)) => of_floats(operator, *a, *b),
            (Value::Histogram(a), Value::Histogram(b)) => match operator {
                "==" => Ok(Outcome::Holds(equal(a, b))),
                "!=" => Ok(Outcome::Holds(!equal(a, b))),
                "+" | "-" if is_custom(a) != is_custom(b) => {
                    self.evaluator.notes.add(Note::IncompatibleBuckets(operator), "", self.begin);
                    Ok(Outcome::Nothing)
                }
                "+" | "-" => {
                    let word = if operator == "+" { "addition" } else { "subtraction" };
                    if a.bounds() != b.bounds() {
                        self.evaluator.notes.add(Note::Reconciled(word), "", self.begin);
                    }
                    let result = if operator == "+" { a.add(b) } else { a.subtract(b) };
                    result.map(|h| Outcome::Value(Value::Histogram(h))).map_err(refused)
                }
                _ => Ok(self.incompatible("histogram", "histogram")),
            },
            (Value::Histogram(h), Value::Float(factor)) if matches!(operator, "*" | "/") => {
                let factor = if operator == "*" { *factor } else { 1.0 / factor };
                h.scale(factor).map(|h| Outcome::Value(Value::Histogram(h))).map_err(refused)
            }
            (Value::Float(factor), Value::Histogram(h)) if operator == "*" => {
                h.scale(*factor).map(|h| Outcome::Value(Value::Histogram(h))).map_err(refused)
            }
            (Value::Histogram(_), _) => Ok(self.incompatible("histogram", "float")),
            (_, Value::Histogram(_)) => Ok(self.incompatible("float", "histogram")),
            _ => Ok(Outcome::Nothing),
        }
    }

    fn incompatible(&self, left: &str, right: &str) -> Outcome {
        let note = Note::IncompatibleOperands { left, operator: self.operator, right };
        self.evaluator.notes.add(note, "", self.begin);
        Outcome::Nothing
    }

    /// The operator between the elements of two vectors that belong together.
    fn pairs(&self, left: Vec<Element>, right: Vec<Element>, matching: &Matching) -> Attempt<Answer> {
        let many_side = matching.many.as_ref().map_or(Side::Left, |many| many.0);
        let (many, one) = if many_side == Side::Left { (left, right) } else { (right, left) };
        let mut ones: BTreeMap<Labels, Element> = BTreeMap::new();
        for element in one {
            if ones.insert(signature(&element, matching), element).is_some() {
                return Err(Problem::query("found duplicate series for the match group"));
            }
        }
        let mut matched = BTreeSet::new();
        let mut kept = Vec::new();
        for element in many {
            let key = signature(&element, matching);
            let Some(other) = ones.get(&key) else { continue };
            let (a, b) = match many_side {
                Side::Left => (&element.value, &other.value),
                Side::Right => (&other.value, &element.value),
            };
            let outcome = self.apply(a, b)?;
            // A comparison keeps what stands on its left.
            let Some(value) = self.kept(outcome, a.clone()) else { continue };
            if matching.many.is_none() && !matched.insert(key) {
                return Err(Problem::query(
                    "multiple matches for labels: many-to-one matching must be explicit",
                ));
            }
            let unnamed = element.unnamed || !is_comparison(self.operator) || self.as_number;
            let labels = result_labels(&element.labels, &other.labels, matching);
            kept.push(Element { labels, unnamed, value });
        }
        let labels: BTreeSet<&Labels> = kept.iter().map(|element| &element.labels).collect();
        if labels.len() < kept.len() {
            return Err(Problem::query(
                "multiple matches for labels: grouping labels must ensure unique matches",
            ));
        }
        Ok(Answer::Vector(kept))
    }
}

/// The labels by which elements belong together.
fn signature(element: &Element, matching: &Matching) -> Labels {
    if matching.on {
        return only(&element.labels, &matching.labels);
    }
    let ignored: Vec<&str> = matching.labels.iter().map(String::as_str).chain([NAME]).collect();
    without(&element.labels, &ignored)
}

fn result_labels(many: &Labels, one: &Labels, matching: &Matching) -> Labels {
    match &matching.many {
        Some((_, included)) => {
            included.iter().fold(many.clone(), |labels, name| with(&labels, name, one.value(name)))
        }
        None if matching.on => only(many, &matching.labels),
        None => without(many, &matching.labels.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

fn sets(operator: &str, left: Vec<Element>, right: Vec<Element>, matching: &Matching) -> Vec<Element> {
    let keys =
        |elements: &[Element]| elements.iter().map(|e| signature(e, matching)).collect::<BTreeSet<_>>();
    if operator == "or" {
        let known = keys(&left);
        let more = right.into_iter().filter(|e| !known.contains(&signature(e, matching)));
        return left.into_iter().chain(more).collect();
    }
    let known = keys(&right);
    let wanted = operator == "and";
    left.into_iter().filter(|e| known.contains(&signature(e, matching)) == wanted).collect()
}
