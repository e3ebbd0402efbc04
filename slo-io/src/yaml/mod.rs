//! YAML and JSON text as a tree that knows where each part stands and how each number was written.

mod fields;

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Location, Options, RenderOptions, Spanned, UserMessageFormatter};
use slo_core::{Error, Result};

pub(crate) use fields::{Fields, Part};

use crate::place::{Place, check_size};

/// The longest text of specs that is read, in bytes.
pub const MAX_SPEC_BYTES: u64 = 1 << 20;

/// The longest key, in bytes: a path holds one for each level.
const MAX_KEY_BYTES: usize = 1024;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

impl Node {
    /// About how many bytes a copy of the node takes.
    pub(crate) fn bytes(&self) -> u64 {
        /// What a value takes beside its text.
        const VALUE: u64 = 64;
        VALUE
            + match &self.value {
                Value::Null | Value::Bool(_) => 0,
                Value::Number(text) | Value::Text(text) => text.len() as u64,
                Value::List(nodes) => nodes.iter().map(Self::bytes).sum(),
                Value::Map(entries) => {
                    entries.iter().map(|(key, node)| VALUE + key.name.len() as u64 + node.bytes()).sum()
                }
            }
    }

    /// The node as a JSON value, or the first number in it that JSON does not have.
    fn json(&self) -> std::result::Result<serde_json::Value, &Self> {
        use serde_json::Value as Json;
        Ok(match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(text) => Json::Number(text.parse().map_err(|_| self)?),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(nodes) => {
                Json::Array(nodes.iter().map(Self::json).collect::<std::result::Result<_, _>>()?)
            }
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, node)| Ok((key.name.clone(), node.json()?)));
                Json::Object(entries.collect::<std::result::Result<_, _>>()?)
            }
        })
    }
}

/// A value of YAML's core schema.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// Keys, each once, and their values.
    Map(Vec<(Key, Node)>),
}

/// A key and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) place: Place,
    pub(crate) name: String,
}

/// Reads every document of a text; empty ones are left out.
///
/// # Errors
///
/// [`Error::LimitExceeded`] above 1 MiB; [`Error::Parse`] where the text is not YAML, has a duplicate key, or would cost
/// more than the budget of [`options`].
pub(crate) fn read(text: &str) -> Result<Vec<Node>> {
    check_size("the text of the specs in bytes", text, MAX_SPEC_BYTES)?;
    let documents: Vec<Spanned<Raw>> =
        serde_saphyr::from_multiple_with_options(text, options()).map_err(|e| parse_error(&e))?;
    documents.into_iter().map(|document| node(document, text)).collect()
}

/// What a text may cost. A spec nests about 12 deep, and 1 MiB of specs has some 60,000 nodes.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 48,
            flow_nesting_limit: 48,
            max_documents: 4096,
            max_nodes: 250_000,
            max_events: 600_000,
            max_anchors: 1024,
            max_aliases: 1024,
            max_merge_keys: 1024,
            max_recorded_anchor_events: 20_000,
            max_recorded_anchor_bytes: 4 << 20,
            max_total_scalar_bytes: 4 << 20,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 20_000,
            max_replay_stack_depth: 16,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        // Refused with its path where a number is asked for.
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn parse_error(error: &serde_saphyr::Error) -> Error {
    let place = error.location().map(place).unwrap_or_default();
    let message = error.render_with_options(RenderOptions::new(&UserMessageFormatter));
    // The place has fields of its own.
    let suffix = format!(" at line {}, column {}", place.line, place.column);
    place.error(message.strip_suffix(&suffix).unwrap_or(&message))
}

fn place(location: Location) -> Place {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Place { line: number(location.line()), column: number(location.column()) }
}

/// A value as the parser gives it: of a number only that it is one, its text stands at its location.
enum Raw {
    Null,
    Bool(bool),
    Number,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_i128<E>(self, _: i128) -> std::result::Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_u128<E>(self, _: u128) -> std::result::Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> std::result::Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Raw, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Raw::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// The node of a raw value, no deeper than the parser's budget allows.
fn node(raw: Spanned<Raw>, source: &str) -> Result<Node> {
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool(value),
        Raw::Number => Value::Number(written(raw.defined, source).to_owned()),
        Raw::Text(text) => Value::Text(text),
        Raw::List(nodes) => Value::List(nodes.into_iter().map(|n| node(n, source)).collect::<Result<_>>()?),
        Raw::Map(entries) => {
            let entries = entries.into_iter().map(|(name, value)| Ok((key(name)?, node(value, source)?)));
            Value::Map(entries.collect::<Result<_>>()?)
        }
    };
    Ok(Node { place: place(raw.referenced), value })
}

fn key(raw: Spanned<String>) -> Result<Key> {
    let place = place(raw.referenced);
    if raw.value.len() > MAX_KEY_BYTES {
        return Err(place.error(format!("a key is longer than {MAX_KEY_BYTES} bytes")));
    }
    Ok(Key { place, name: raw.value })
}

/// The source text at a location.
fn written(location: Location, source: &str) -> &str {
    let span = location.span();
    let bytes = span.byte_offset().zip(span.byte_len()).and_then(|(offset, len)| {
        let begin = usize::try_from(offset).ok()?;
        source.get(begin..begin.checked_add(usize::try_from(len).ok()?)?)
    });
    bytes.unwrap_or_default().trim()
}

#[cfg(test)]
mod tests;
