//! Reading a tree by the names of its parts, with the path of each in every refusal.

use slo_core::{Error, Result};

use super::{Key, Node, Value};

const FINITE: &str = "a finite decimal number";

/// A node and the path that leads to it.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) path: String,
    pub(crate) node: &'a Node,
}

impl<'a> Part<'a> {
    /// The whole of a document.
    pub(crate) fn document(node: &'a Node) -> Self {
        Self { path: String::new(), node }
    }

    /// What is wrong here, after the path.
    pub(crate) fn error(&self, message: impl AsRef<str>) -> Error {
        let (path, message) = (&self.path, message.as_ref());
        let separator = if path.is_empty() { "" } else { ": " };
        self.node.place.error(format!("{path}{separator}{message}"))
    }

    /// A valid request for what is not computed; what it is, with its path and place.
    pub(crate) fn unsupported(&self, what: &str, reason: &str) -> Error {
        let place = self.node.place;
        Error::Unsupported {
            what: format!("{what} (line {}, column {}: {})", place.line, place.column, self.path),
            reason: reason.to_owned(),
        }
    }

    fn expected(&self, what: &str) -> Error {
        let found = match &self.node.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("{value}"),
            Value::Number(text) => format!("the number {text}"),
            Value::Text(text) => format!("the text {:?}", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    /// The fields of a mapping.
    pub(crate) fn fields(self) -> Result<Fields<'a>> {
        match &self.node.value {
            Value::Map(entries) => Ok(Fields { part: self, entries, read: Vec::new() }),
            _ => Err(self.expected("a mapping")),
        }
    }

    /// The items of a list.
    pub(crate) fn list(&self) -> Result<Vec<Part<'a>>> {
        let Value::List(nodes) = &self.node.value else { return Err(self.expected("a list")) };
        let item = |(index, node)| Part { path: format!("{}[{index}]", self.path), node };
        Ok(nodes.iter().enumerate().map(item).collect())
    }

    /// A text, which in YAML may also be what looks like a number or a boolean.
    pub(crate) fn text(&self) -> Result<String> {
        match &self.node.value {
            Value::Text(text) | Value::Number(text) => Ok(text.clone()),
            Value::Bool(value) => Ok(value.to_string()),
            _ => Err(self.expected("a text")),
        }
    }

    /// A number as it is written; a number in quotes is a text.
    pub(crate) fn number(&self) -> Result<&'a str> {
        match &self.node.value {
            Value::Number(text) => Ok(text),
            _ => Err(self.expected("a number")),
        }
    }

    /// A finite number in decimal.
    pub(crate) fn finite(&self) -> Result<f64> {
        let text = self.number()?;
        let value = text.parse().ok().filter(|value: &f64| value.is_finite());
        value.ok_or_else(|| self.expected(FINITE))
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Result<bool> {
        match self.node.value {
            Value::Bool(value) => Ok(value),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A mapping of whatever there is, as a JSON object.
    pub(crate) fn object(&self) -> Result<serde_json::Map<String, serde_json::Value>> {
        match self.node.json() {
            Ok(serde_json::Value::Object(object)) => Ok(object),
            Ok(_) => Err(self.expected("a mapping")),
            Err(node) => Err(Part { path: self.path.clone(), node }.expected(FINITE)),
        }
    }
}

/// A text short enough for a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
    }
}

/// The fields of a mapping and which of them have been read; the others are refused by [`finish`](Self::finish).
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    part: Part<'a>,
    entries: &'a [(Key, Node)],
    read: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The mapping itself.
    pub(crate) fn whole(&self) -> &Part<'a> {
        &self.part
    }

    fn path(&self, name: &str) -> String {
        if self.part.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.part.path) }
    }

    /// A field that may be missing; one without a value counts as missing.
    pub(crate) fn optional(&mut self, name: &'static str) -> Option<Part<'a>> {
        self.read.push(name);
        let (_, node) = self.entries.iter().find(|(key, _)| key.name == name)?;
        (node.value != Value::Null).then(|| Part { path: self.path(name), node })
    }

    /// A field that must be there.
    pub(crate) fn required(&mut self, name: &'static str) -> Result<Part<'a>> {
        self.optional(name).ok_or_else(|| self.part.error(format!("the field {name:?} is missing")))
    }

    /// Passes over a field that is not needed.
    pub(crate) fn ignore(&mut self, name: &'static str) {
        self.read.push(name);
    }

    /// Refuses the first field that nobody has asked for.
    pub(crate) fn finish(self) -> Result<()> {
        let unknown = self.entries.iter().find(|(key, _)| !self.read.contains(&key.name.as_str()));
        unknown.map_or(Ok(()), |(key, _)| {
            let known = self.read.join(", ");
            Err(key.place.error(format!("{}: is not a field here; known are {known}", self.path(&key.name))))
        })
    }

    /// All fields under their names.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'a str, Part<'a>)> {
        self.entries.iter().map(|(key, node)| (key.name.as_str(), Part { path: self.path(&key.name), node }))
    }
}
