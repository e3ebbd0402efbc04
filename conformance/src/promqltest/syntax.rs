//! What an expression is made of.

use slo_io::Selector;

/// An expression, and the byte at which it begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) begin: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Number(f64),
    Text(String),
    Select(Select),
    Subquery(Box<Subquery>),
    Call(String, Vec<Node>),
    Aggregate(Box<Aggregate>),
    Binary(Box<Binary>),
    Negative(Box<Node>),
    Paren(Box<Node>),
}

/// A selector, of instants or, with a range, of ranges.
#[derive(Clone, Debug)]
pub(super) struct Select {
    pub(super) selector: Selector,
    /// Its matchers one by one, the metric's name among them.
    pub(super) matchers: Vec<Matcher>,
    /// In milliseconds.
    pub(super) range: Option<i64>,
    pub(super) shift: Shift,
}

/// One condition on one label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matcher {
    pub(super) label: String,
    pub(super) operator: &'static str,
    pub(super) value: String,
}

/// What is looked at instead of the instant of evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shift {
    /// In milliseconds.
    pub(super) offset: i64,
    pub(super) at: Option<At>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum At {
    /// In milliseconds.
    Time(i64),
    Start,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Subquery {
    pub(super) inner: Node,
    pub(super) range: i64,
    pub(super) step: Option<i64>,
    pub(super) shift: Shift,
}

#[derive(Clone, Debug)]
pub(super) struct Aggregate {
    pub(super) name: String,
    pub(super) parameter: Option<Node>,
    pub(super) inner: Node,
    pub(super) grouping: Grouping,
}

/// Which labels tell groups apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Grouping {
    By(Vec<String>),
    Without(Vec<String>),
}

#[derive(Clone, Debug)]
pub(super) struct Binary {
    pub(super) operator: &'static str,
    pub(super) left: Node,
    pub(super) right: Node,
    /// Whether a comparison gives 0 and 1 instead of dropping what fails it.
    pub(super) as_number: bool,
    pub(super) matching: Matching,
}

/// Which elements of two vectors belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Matching {
    pub(super) on: bool,
    pub(super) labels: Vec<String>,
    /// The side that may have several elements for one of the other, and the labels it takes from there.
    pub(super) many: Option<(Side, Vec<String>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Node {
    /// The expression inside any parentheses.
    pub(super) fn bare(&self) -> &Self {
        match &self.kind {
            Kind::Paren(inner) => inner.bare(),
            _ => self,
        }
    }

    /// The expressions that this one is made of.
    pub(super) fn children(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Select(_) => Vec::new(),
            Kind::Subquery(subquery) => vec![&subquery.inner],
            Kind::Call(_, arguments) => arguments.iter().collect(),
            Kind::Aggregate(aggregate) => aggregate.parameter.iter().chain([&aggregate.inner]).collect(),
            Kind::Binary(binary) => vec![&binary.left, &binary.right],
            Kind::Negative(inner) | Kind::Paren(inner) => vec![inner],
        }
    }
}
