//! The text of a selector, read from left to right in one pass.

use regex::{Regex, RegexBuilder};
use slo_core::{Error, Result};

use super::{Matcher, Operator, Selector};
use crate::labels::{NAME, is_label_name, is_metric_name};
use crate::place::{Place, check_size};

/// The longest selector that is read, in bytes.
const MAX_BYTES: u64 = 64 << 10;

/// How many matchers there may be, each of which may hold a regular expression.
const MAX_MATCHERS: u64 = 64;

/// How long all regular expressions together may be, in bytes: a short one can stand for much work.
const MAX_PATTERN_BYTES: u64 = 4 << 10;

/// The largest program that a regular expression may compile to, in bytes.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// Reads a whole selector.
pub(super) fn selector(text: &str) -> Result<Selector> {
    check_size("the selector in bytes", text, MAX_BYTES)?;
    let mut cursor = Cursor { text, at: 0, pattern_bytes: 0 };
    cursor.skip_space();
    let begin = cursor.at;
    let mut matchers = Vec::new();
    let name = cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
    if !name.is_empty() {
        if !is_metric_name(name) {
            return Err(unsupported(&format!("the number {name:?}")));
        }
        matchers.push(Matcher::new(NAME, Operator::Equal, name.to_owned()));
        cursor.skip_space();
    }
    if cursor.skip("{") {
        cursor.matchers(&mut matchers)?;
    } else if name.is_empty() {
        return Err(cursor.unexpected_start());
    }
    cursor.skip_space();
    if !cursor.rest().is_empty() {
        return Err(cursor.unexpected_end(name));
    }
    if matchers.iter().all(|matcher| matcher.holds("")) {
        let message = "selects every series: at least one matcher must refuse the empty value";
        return Err(Place::of(text, begin).error(message));
    }
    Ok(Selector { matchers })
}

impl Matcher {
    /// A matcher without a regular expression.
    fn new(label: impl Into<String>, operator: Operator, value: String) -> Self {
        Self { label: label.into(), operator, value, regex: None }
    }

    /// The matcher with its expression compiled, if its operator has one.
    fn compiled(mut self) -> std::result::Result<Self, String> {
        if matches!(self.operator, Operator::Matches | Operator::DoesNotMatch) {
            let compile = |pattern: &str| -> std::result::Result<Regex, String> {
                let limited = RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).build();
                limited.map_err(|error| format!("regular expression {:?}: {}", self.value, reason(&error)))
            };
            // Alone first: `a)(b` would compile between the parentheses of the anchored form.
            compile(&self.value)?;
            self.regex = Some(compile(&format!("^(?s:{})$", self.value))?);
        }
        Ok(self)
    }
}

/// What is wrong with a regular expression: the last line of a message that draws it first.
fn reason(error: &regex::Error) -> String {
    let message = error.to_string();
    let last = message.lines().next_back().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// An expression that is more than a selector.
fn unsupported(seen: &str) -> Error {
    Error::Unsupported {
        what: format!("a PromQL expression ({seen})"),
        reason: "only plain series selectors are evaluated here".to_owned(),
    }
}

/// A text and how far it has been read.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// How long the regular expressions so far are.
    pattern_bytes: u64,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
    }

    fn skip(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn error(&self, message: impl Into<String>) -> Error {
        Place::of(self.text, self.at).error(message)
    }

    /// What stands here, for a message.
    fn seen(&self) -> String {
        self.rest().chars().next().map_or("the end".to_owned(), |c| format!("{c:?}"))
    }

    /// The text does not begin like a selector: is it another expression, or none at all?
    fn unexpected_start(&self) -> Error {
        match self.rest().chars().next() {
            Some(c @ ('(' | '-' | '+' | '.' | '"' | '\'' | '`')) => {
                unsupported(&format!("{c:?} at its beginning"))
            }
            _ => self.error(format!("expected a metric name or '{{', found {}", self.seen())),
        }
    }

    /// The text goes on after the selector: with more of an expression, or with anything else?
    fn unexpected_end(&self, name: &str) -> Error {
        let rest = self.rest();
        match rest.chars().next() {
            Some('(') => unsupported(&format!("the function or aggregation {name}")),
            Some('[') => unsupported("a range '['"),
            Some('@') => unsupported("the modifier '@'"),
            Some('+' | '-' | '*' | '/' | '%' | '^' | '=' | '!' | '<' | '>') => {
                unsupported(&format!("the operator {}", self.seen()))
            }
            Some(c) if c.is_ascii_alphabetic() => {
                let word = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                unsupported(&format!("the word {word:?}"))
            }
            _ => self.error(format!("expected the end of the selector, found {}", self.seen())),
        }
    }

    /// The matchers after an opening brace, and the closing one.
    fn matchers(&mut self, matchers: &mut Vec<Matcher>) -> Result<()> {
        loop {
            self.skip_space();
            if self.skip("}") {
                return Ok(());
            }
            let begin = self.at;
            let matcher = self.matcher()?;
            let names_metric = |m: &Matcher| m.label == NAME && m.operator == Operator::Equal;
            if names_metric(&matcher) && matchers.iter().any(names_metric) {
                return Err(Place::of(self.text, begin).error("the metric's name is given twice"));
            }
            matchers.push(matcher);
            let value = matchers.len() as u64;
            if value > MAX_MATCHERS {
                return Err(Error::LimitExceeded {
                    what: "the matchers of a selector",
                    value,
                    limit: MAX_MATCHERS,
                });
            }
            self.skip_space();
            if !self.skip(",") && !self.rest().starts_with('}') {
                return Err(self.error(format!("expected ',' or '}}', found {}", self.seen())));
            }
        }
    }

    /// `label="value"`, or since Prometheus 3 a metric's name in quotes.
    fn matcher(&mut self) -> Result<Matcher> {
        let quoted = self.rest().starts_with(['"', '\'', '`']);
        let label = if quoted {
            self.string()?
        } else {
            let label = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
            if !is_label_name(label) {
                return Err(self.error(format!("expected a label name or '}}', found {}", self.seen())));
            }
            label.to_owned()
        };
        self.skip_space();
        let operator = if self.skip("=~") {
            Operator::Matches
        } else if self.skip("!~") {
            Operator::DoesNotMatch
        } else if self.skip("!=") {
            Operator::NotEqual
        } else if self.skip("=") {
            Operator::Equal
        } else if quoted && self.rest().starts_with([',', '}']) {
            return Ok(Matcher::new(NAME, Operator::Equal, label));
        } else {
            return Err(self.error(format!("expected =, !=, =~ or !~, found {}", self.seen())));
        };
        self.skip_space();
        let begin = self.at;
        let value = self.string()?;
        if matches!(operator, Operator::Matches | Operator::DoesNotMatch) {
            self.pattern_bytes += value.len() as u64;
            if self.pattern_bytes > MAX_PATTERN_BYTES {
                return Err(Error::LimitExceeded {
                    what: "the regular expressions of a selector in bytes",
                    value: self.pattern_bytes,
                    limit: MAX_PATTERN_BYTES,
                });
            }
        }
        let matcher = Matcher::new(label, operator, value).compiled();
        matcher.map_err(|message| Place::of(self.text, begin).error(message))
    }

    /// A string in double, single or back quotes.
    fn string(&mut self) -> Result<String> {
        let begin = self.at;
        let unterminated = || Place::of(self.text, begin).error("the string does not end");
        let Some(quote) = self.rest().chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
            return Err(self.error(format!("expected a string in quotes, found {}", self.seen())));
        };
        self.at += 1;
        if quote == '`' {
            let raw = self.take_while(|c| c != '`').to_owned();
            return if self.skip("`") { Ok(raw) } else { Err(unterminated()) };
        }
        // An escape may stand for a single byte of a character, so the value is text only when it is whole.
        let mut value = Vec::new();
        loop {
            value.extend_from_slice(self.take_while(|c| c != quote && c != '\\' && c != '\n').as_bytes());
            match self.rest().chars().next() {
                Some('\\') => self.escape(quote, &mut value)?,
                Some(c) if c == quote => break self.at += 1,
                _ => return Err(Place::of(self.text, begin).error("the string does not end")),
            }
        }
        String::from_utf8(value).map_err(|_| Place::of(self.text, begin).error("the string is not UTF-8"))
    }

    /// An escape sequence inside quotes.
    fn escape(&mut self, quote: char, value: &mut Vec<u8>) -> Result<()> {
        let (len, bytes) = unescape(self.rest(), quote).ok_or_else(|| self.error(ESCAPES))?;
        value.extend_from_slice(&bytes);
        self.at += len;
        Ok(())
    }
}

const ESCAPES: &str = "no escape of PromQL, which are \\a \\b \\f \\n \\r \\t \\v \\\\ \\ooo \\xhh \\uhhhh \\Uhhhhhhhh and the quote's";

/// The length of the escape with which a text begins, and the bytes that it stands for; the escapes are those of Go.
fn unescape(text: &str, quote: char) -> Option<(usize, Vec<u8>)> {
    let kind = text.chars().nth(1)?;
    let number = |from: usize, digits: usize, radix: u32| {
        let digits = text.get(from..from + digits)?;
        let code =
            digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok())??;
        Some((from + digits.len(), code))
    };
    let byte = |(len, code): (usize, u32)| Some((len, vec![u8::try_from(code).ok()?]));
    let character = |(len, code): (usize, u32)| Some((len, char::from_u32(code)?.to_string().into_bytes()));
    let plain = match kind {
        '0'..='7' => return number(1, 3, 8).and_then(byte),
        'x' => return number(2, 2, 16).and_then(byte),
        'u' => return number(2, 4, 16).and_then(character),
        'U' => return number(2, 8, 16).and_then(character),
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' => b'\\',
        '"' if quote == '"' => b'"',
        '\'' if quote == '\'' => b'\'',
        _ => return None,
    };
    Some((2, vec![plain]))
}
