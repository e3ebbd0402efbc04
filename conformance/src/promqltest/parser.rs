//! From the text of an expression to what it is made of.

use super::lexer::{Placed, Token, tokens};
use super::problem::{Attempt, Problem};
use super::syntax::{
    Aggregate, At, Binary, Grouping, Kind, Matcher, Matching, Node, Select, Shift, Side, Subquery,
};

/// How deep expressions may be nested.
const MAX_DEPTH: usize = 128;

const AGGREGATIONS: [&str; 14] = [
    "sum",
    "avg",
    "count",
    "min",
    "max",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "count_values",
    "quantile",
    "limitk",
    "limit_ratio",
];
const WITH_PARAMETER: [&str; 6] = ["topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio"];

/// The binary operators, those that bind least first.
const OPERATORS: [(&str, u8); 18] = [
    ("or", 1),
    ("and", 2),
    ("unless", 2),
    ("==", 3),
    ("!=", 3),
    ("<=", 3),
    ("<", 3),
    (">=", 3),
    (">", 3),
    ("+", 4),
    ("-", 4),
    ("*", 5),
    ("/", 5),
    ("%", 5),
    ("atan2", 5),
    ("</", 5),
    (">/", 5),
    ("^", 6),
];
const POWER: u8 = 6;
const TRIM: [&str; 2] = ["</", ">/"];

/// Reads an expression.
pub(super) fn expression(text: &str) -> Attempt<Node> {
    let mut parser = Parser { text, tokens: tokens(text)?, next: 0, depth: 0 };
    let node = parser.binary(1)?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.unexpected("the end")),
    }
}

/// Reads a metric with its labels, such as `up{job="api"}`, which is all of `text`.
pub(super) fn metric(text: &str) -> Attempt<Vec<(String, String)>> {
    let mut parser = Parser { text, tokens: tokens(text)?, next: 0, depth: 0 };
    let (matchers, _) = parser.matchers()?;
    if parser.peek().is_some() {
        return Err(parser.unexpected("the end of the metric"));
    }
    matchers
        .into_iter()
        .map(|m| match m.operator {
            "=" => Ok((m.label, m.value)),
            other => {
                Err(Problem::malformed(format!("a metric's label {} has the operator {other}", m.label)))
            }
        })
        .collect()
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    fn begin(&self) -> usize {
        self.tokens.get(self.next).map_or(self.text.len(), |placed| placed.begin)
    }

    /// The byte after the last token taken.
    fn end(&self) -> usize {
        self.next.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |placed| placed.end)
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let found = self.text.get(self.begin()..).filter(|rest| !rest.is_empty()).unwrap_or("the end");
        Problem::malformed(format!("expected {wanted} at {}, found {found}", self.begin()))
    }

    fn skip(&mut self, sign: &'static str) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &'static str) -> Attempt<()> {
        if self.skip(sign) { Ok(()) } else { Err(self.unexpected(sign)) }
    }

    fn is_word(&self, ahead: usize, word: &str) -> bool {
        matches!(self.tokens.get(self.next + ahead).map(|p| &p.token), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word))
    }

    fn skip_word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.next += usize::from(found);
        found
    }

    /// The operator that comes next, if it binds at least as strongly as `least`.
    fn operator(&self, least: u8) -> Option<(&'static str, u8)> {
        let is_next = |name: &str| match self.peek() {
            Some(Token::Sign(sign)) => *sign == name,
            Some(Token::Word(word)) => word.eq_ignore_ascii_case(name),
            _ => false,
        };
        OPERATORS.into_iter().find(|(name, binds)| *binds >= least && is_next(name))
    }

    fn binary(&mut self, least: u8) -> Attempt<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Problem::malformed(format!("nested deeper than {MAX_DEPTH}")));
        }
        let mut left = self.unary()?;
        while let Some((operator, binds)) = self.operator(least) {
            self.next += 1;
            if TRIM.contains(&operator) {
                return Err(Problem::out_of_scope("trim operators"));
            }
            let (as_number, matching) = self.modifiers()?;
            // A power binds to the right.
            let right = self.binary(if binds == POWER { POWER } else { binds + 1 })?;
            let begin = left.begin;
            let binary = Binary { operator, left, right, as_number, matching };
            left = Node { begin, kind: Kind::Binary(Box::new(binary)) };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn modifiers(&mut self) -> Attempt<(bool, Matching)> {
        let as_number = self.skip_word("bool");
        let mut matching = Matching::default();
        for (word, on) in [("on", true), ("ignoring", false)] {
            if self.is_word(0, word)
                && self.tokens.get(self.next + 1).map(|p| &p.token) == Some(&Token::Sign("("))
            {
                self.next += 1;
                matching.on = on;
                matching.labels = self.names()?;
                break;
            }
        }
        for (word, side) in [("group_left", Side::Left), ("group_right", Side::Right)] {
            if self.skip_word(word) {
                let labels = if self.peek() == Some(&Token::Sign("(")) { self.names()? } else { Vec::new() };
                matching.many = Some((side, labels));
            }
        }
        for word in ["fill", "fill_left", "fill_right"] {
            if self.is_word(0, word) {
                return Err(Problem::out_of_scope("fill modifiers"));
            }
        }
        Ok((as_number, matching))
    }

    /// Names in parentheses.
    fn names(&mut self) -> Attempt<Vec<String>> {
        self.expect("(")?;
        let mut names = Vec::new();
        while !self.skip(")") {
            match self.peek() {
                Some(Token::Word(name) | Token::Text(name)) => names.push(name.clone()),
                _ => return Err(self.unexpected("a label")),
            }
            self.next += 1;
            if !self.skip(",") && self.peek() != Some(&Token::Sign(")")) {
                return Err(self.unexpected(", or )"));
            }
        }
        Ok(names)
    }

    fn unary(&mut self) -> Attempt<Node> {
        let begin = self.begin();
        let negative = self.skip("-");
        if !negative && !self.skip("+") {
            return self.postfix();
        }
        // A sign binds as a product does: -2^2 is -(2^2).
        let inner = self.binary(POWER)?;
        let kind = match inner.kind {
            Kind::Number(value) => Kind::Number(if negative { -value } else { value }),
            _ if negative => Kind::Negative(Box::new(inner)),
            _ => Kind::Paren(Box::new(inner)),
        };
        Ok(Node { begin, kind })
    }

    fn postfix(&mut self) -> Attempt<Node> {
        let mut node = self.primary()?;
        loop {
            if self.skip("[") {
                node = self.range(node)?;
            } else if self.skip_word("offset") {
                let negative = self.skip("-");
                let _ = !negative && self.skip("+");
                let milliseconds = self.duration()?;
                shift(&mut node)?.offset = if negative { -milliseconds } else { milliseconds };
            } else if self.skip("@") {
                shift(&mut node)?.at = Some(self.instant()?);
            } else if self.is_word(0, "anchored") || self.is_word(0, "smoothed") {
                return Err(Problem::out_of_scope("anchored and smoothed selectors"));
            } else {
                return Ok(node);
            }
        }
    }

    /// What follows an opening bracket.
    fn range(&mut self, node: Node) -> Attempt<Node> {
        let range = self.duration()?;
        if self.skip(":") {
            let step = if self.skip("]") {
                None
            } else {
                let step = self.duration()?;
                self.close_range()?;
                Some(step)
            };
            if step.is_some_and(|step| step <= 0) {
                return Err(Problem::malformed("a subquery has a step above 0"));
            }
            let begin = node.begin;
            let subquery = Subquery { inner: node, range, step, shift: Shift::default() };
            return Ok(Node { begin, kind: Kind::Subquery(Box::new(subquery)) });
        }
        self.close_range()?;
        match node.kind {
            Kind::Select(select) if select.range.is_none() => {
                Ok(Node { begin: node.begin, kind: Kind::Select(Select { range: Some(range), ..select }) })
            }
            _ => Err(Problem::malformed("only a selector has a range")),
        }
    }

    fn close_range(&mut self) -> Attempt<()> {
        if self.skip("]") { Ok(()) } else { Err(self.duration_expression()) }
    }

    /// A duration in milliseconds, or a number of seconds.
    fn duration(&mut self) -> Attempt<i64> {
        let milliseconds = match self.peek() {
            Some(Token::Duration(milliseconds)) => *milliseconds,
            Some(Token::Number(seconds)) => milliseconds(*seconds)?,
            _ => return Err(self.duration_expression()),
        };
        self.next += 1;
        Ok(milliseconds)
    }

    /// Where a duration should be or end there may be more of one, computed.
    fn duration_expression(&self) -> Problem {
        match self.peek() {
            Some(Token::Sign("+" | "-" | "*" | "/" | "%" | "^" | "(") | Token::Word(_)) => {
                Problem::out_of_scope("duration expressions")
            }
            _ => self.unexpected("a duration"),
        }
    }

    /// The instant after an `@`.
    fn instant(&mut self) -> Attempt<At> {
        for (word, at) in [("start", At::Start), ("end", At::End)] {
            if self.skip_word(word) {
                self.expect("(")?;
                self.expect(")")?;
                return Ok(at);
            }
        }
        let negative = self.skip("-");
        let _ = !negative && self.skip("+");
        let Some(Token::Number(seconds)) = self.peek() else { return Err(self.unexpected("an instant")) };
        let milliseconds = milliseconds(*seconds)?;
        self.next += 1;
        Ok(At::Time(if negative { -milliseconds } else { milliseconds }))
    }

    fn primary(&mut self) -> Attempt<Node> {
        let begin = self.begin();
        let kind = match self.peek().cloned() {
            Some(Token::Number(value)) => {
                self.next += 1;
                Kind::Number(value)
            }
            Some(Token::Duration(milliseconds)) => {
                self.next += 1;
                Kind::Number(milliseconds as f64 / 1000.0)
            }
            Some(Token::Text(content)) => {
                self.next += 1;
                Kind::Text(content)
            }
            Some(Token::Sign("(")) => {
                self.next += 1;
                let inner = self.binary(1)?;
                self.expect(")")?;
                Kind::Paren(Box::new(inner))
            }
            Some(Token::Sign("{")) => self.select()?,
            Some(Token::Word(word)) => self.word(&word)?,
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(Node { begin, kind })
    }

    fn word(&mut self, word: &str) -> Attempt<Kind> {
        let lower = word.to_ascii_lowercase();
        if let Some(value) =
            [("inf", f64::INFINITY), ("nan", f64::NAN)].iter().find(|(name, _)| *name == lower)
        {
            self.next += 1;
            return Ok(Kind::Number(value.1));
        }
        let opens = self.tokens.get(self.next + 1).map(|p| &p.token) == Some(&Token::Sign("("));
        let grouped = ["by", "without"].iter().any(|word| self.is_word(1, word));
        if AGGREGATIONS.contains(&lower.as_str()) && (opens || grouped) {
            self.next += 1;
            return self.aggregate(lower);
        }
        if opens {
            self.next += 1;
            return Ok(Kind::Call(word.to_owned(), self.arguments()?));
        }
        self.select()
    }

    fn aggregate(&mut self, name: String) -> Attempt<Kind> {
        let mut grouping = self.grouping()?;
        let mut arguments = self.arguments()?;
        if grouping.is_none() {
            grouping = self.grouping()?;
        }
        let wanted = 1 + usize::from(WITH_PARAMETER.contains(&name.as_str()));
        let inner = arguments.pop().filter(|_| arguments.len() + 1 == wanted);
        let inner = inner.ok_or_else(|| Problem::malformed(format!("{name} takes {wanted} arguments")))?;
        let grouping = grouping.unwrap_or(Grouping::By(Vec::new()));
        Ok(Kind::Aggregate(Box::new(Aggregate { name, parameter: arguments.pop(), inner, grouping })))
    }

    fn grouping(&mut self) -> Attempt<Option<Grouping>> {
        if self.skip_word("by") {
            return self.names().map(|names| Some(Grouping::By(names)));
        }
        if self.skip_word("without") {
            return self.names().map(|names| Some(Grouping::Without(names)));
        }
        Ok(None)
    }

    fn arguments(&mut self) -> Attempt<Vec<Node>> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.skip(")") {
            arguments.push(self.binary(1)?);
            if !self.skip(",") && self.peek() != Some(&Token::Sign(")")) {
                return Err(self.unexpected(", or )"));
            }
        }
        Ok(arguments)
    }

    fn select(&mut self) -> Attempt<Kind> {
        let begin = self.begin();
        let (matchers, end) = self.matchers()?;
        let text = self.text.get(begin..end).unwrap_or_default();
        let selector = text.parse().map_err(|error| Problem::malformed(format!("{text}: {error}")))?;
        Ok(Kind::Select(Select { selector, matchers, range: None, shift: Shift::default() }))
    }

    /// The matchers of a selector, and the byte at which it ends.
    fn matchers(&mut self) -> Attempt<(Vec<Matcher>, usize)> {
        let mut matchers = Vec::new();
        let named = |value: String| Matcher { label: "__name__".into(), operator: "=", value };
        if let Some(Token::Word(name)) = self.peek() {
            matchers.push(named(name.clone()));
            self.next += 1;
        } else if self.peek() != Some(&Token::Sign("{")) {
            return Err(self.unexpected("a metric"));
        }
        if self.skip("{") {
            while !self.skip("}") {
                let (label, quoted) = match self.peek() {
                    Some(Token::Word(label)) => (label.clone(), false),
                    Some(Token::Text(label)) => (label.clone(), true),
                    _ => return Err(self.unexpected("a label")),
                };
                self.next += 1;
                let operator = ["=", "!=", "=~", "!~"].into_iter().find(|sign| self.skip(sign));
                match (operator, self.peek().cloned()) {
                    (Some(operator), Some(Token::Text(value))) => {
                        self.next += 1;
                        matchers.push(Matcher { label, operator, value });
                    }
                    (None, _) if quoted => matchers.push(named(label)),
                    _ => return Err(self.unexpected("a value in quotes")),
                }
                if !self.skip(",") && self.peek() != Some(&Token::Sign("}")) {
                    return Err(self.unexpected(", or }"));
                }
            }
        }
        Ok((matchers, self.end()))
    }
}

/// The shift of a selector or a subquery, which nothing else has.
fn shift(node: &mut Node) -> Attempt<&mut Shift> {
    match &mut node.kind {
        Kind::Select(select) => Ok(&mut select.shift),
        Kind::Subquery(subquery) => Ok(&mut subquery.shift),
        _ => Err(Problem::malformed("only a selector or a subquery has an offset or an @")),
    }
}

/// Whole milliseconds, rounded as Prometheus does.
fn milliseconds(seconds: f64) -> Attempt<i64> {
    let milliseconds = (seconds * 1000.0).round();
    if milliseconds.abs() >= 9e15 || milliseconds.is_nan() {
        return Err(Problem::malformed(format!("{seconds} s are too many")));
    }
    #[allow(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    Ok(milliseconds as i64)
}

#[cfg(test)]
mod tests;
