//! The words, numbers and signs of an expression, each with its place.

use super::number::{duration_prefix, number, number_prefix};
use super::problem::{Attempt, Problem};

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword.
    Word(String),
    Number(f64),
    /// A duration in milliseconds.
    Duration(i64),
    /// The content of a string.
    Text(String),
    Sign(&'static str),
}

/// A token and the bytes it stands at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) begin: usize,
    pub(super) end: usize,
}

/// Longer signs before those they begin with.
const SIGNS: [&str; 26] = [
    "==", "!=", "<=", ">=", "=~", "!~", "</", ">/", "<", ">", "+", "-", "*", "/", "%", "^", "=", "(", ")",
    "{", "}", "[", "]", ",", ":", "@",
];

/// The tokens of an expression.
pub(super) fn tokens(text: &str) -> Attempt<Vec<Placed>> {
    let mut found = Vec::new();
    let (mut at, mut brackets) = (0, 0_usize);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let begin = at;
        let first = rest.chars().next().unwrap_or_default();
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (token, length) = if first.is_ascii_digit() || first == '.' {
            numeric(rest)?
        } else if matches!(first, '"' | '\'' | '`') {
            let (content, length) = string(rest)?;
            (Token::Text(content), length)
        } else if first.is_ascii_alphabetic() || first == '_' || first == ':' && brackets == 0 {
            // Inside brackets a colon parts the range of a subquery from its step.
            let belongs = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':' && brackets == 0;
            let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
            (Token::Word(rest.get(..length).unwrap_or_default().to_owned()), length)
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| Problem::malformed(format!("unexpected {first:?} at {begin}")))?;
            match sign {
                "[" => brackets += 1,
                "]" => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            (Token::Sign(sign), sign.len())
        };
        at += length;
        found.push(Placed { token, begin, end: at });
    }
    Ok(found)
}

/// The number or the duration with which a text begins.
fn numeric(text: &str) -> Attempt<(Token, usize)> {
    let follows_word = |length: usize| {
        text.get(length..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    };
    if let Some((milliseconds, length)) = duration_prefix(text).filter(|(_, length)| !follows_word(*length)) {
        return Ok((Token::Duration(milliseconds), length));
    }
    let run = text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let run = text.get(..run).unwrap_or_default();
    if let Some(value) = whole(run) {
        return Ok((Token::Number(value), run.len()));
    }
    let length = number_prefix(text);
    let digits = text.get(..length).unwrap_or_default();
    if length == 0 || follows_word(length) {
        return Err(Problem::malformed(format!("{text:?} does not begin with a number")));
    }
    number(digits).map(|value| (Token::Number(value), length))
}

/// A whole number in Go's ways of its own: `0x1f`, `017`, `1_000`.
fn whole(run: &str) -> Option<f64> {
    let bare = run.replace('_', "");
    let grouped = bare.len() < run.len() && !run.contains("__") && !run.ends_with('_');
    let value = if let Some(digits) = bare.strip_prefix("0x").or_else(|| bare.strip_prefix("0X")) {
        u32::from_str_radix(digits, 16).ok()?
    } else if bare.len() > 1 && bare.starts_with('0') {
        u32::from_str_radix(&bare, 8).ok()?
    } else {
        bare.parse().ok().filter(|_| grouped)?
    };
    (grouped || bare.len() == run.len()).then(|| f64::from(value))
}

/// The string with which a text begins, and its length with the quotes.
pub(super) fn string(text: &str) -> Attempt<(String, usize)> {
    let unterminated = || Problem::malformed("a string does not end");
    let quote = text.chars().next().ok_or_else(unterminated)?;
    let mut content = Vec::new();
    let mut rest = text.char_indices().skip(1);
    while let Some((at, c)) = rest.next() {
        if c == quote {
            // Prometheus takes strings of any bytes, and later refuses labels that are no text.
            return Ok((String::from_utf8_lossy(&content).into_owned(), at + 1));
        }
        if c != '\\' || quote == '`' {
            content.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let (_, kind) = rest.next().ok_or_else(unterminated)?;
        let mut code = |digits: usize, radix: u32, first: Option<char>| {
            let text: String = first.into_iter().chain(rest.by_ref().take(digits).map(|(_, c)| c)).collect();
            u32::from_str_radix(&text, radix).map_err(|_| Problem::malformed("a string has no such escape"))
        };
        let byte =
            |code: u32| u8::try_from(code).map_err(|_| Problem::malformed("a string has no such escape"));
        match kind {
            'n' => content.push(b'\n'),
            't' => content.push(b'\t'),
            'r' => content.push(b'\r'),
            'a' => content.push(0x07),
            'b' => content.push(0x08),
            'f' => content.push(0x0c),
            'v' => content.push(0x0b),
            'x' => content.push(byte(code(2, 16, None)?)?),
            '0'..='7' => content.push(byte(code(2, 8, Some(kind))?)?),
            'u' | 'U' => {
                let code = code(if kind == 'u' { 4 } else { 8 }, 16, None)?;
                let c =
                    char::from_u32(code).ok_or_else(|| Problem::malformed("a string has no such escape"))?;
                content.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            '\\' | '"' | '\'' | '`' => content.extend_from_slice(kind.encode_utf8(&mut [0; 4]).as_bytes()),
            _ => return Err(Problem::malformed(format!("a string has no escape \\{kind}"))),
        }
    }
    Err(unterminated())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Token> {
        tokens(text).unwrap().into_iter().map(|placed| placed.token).collect()
    }

    #[test]
    fn a_subquery_is_parted_by_its_colon_and_a_name_keeps_its_own() {
        assert_eq!(
            read("a:b[5m:1m]"),
            [
                Token::Word("a:b".into()),
                Token::Sign("["),
                Token::Duration(300_000),
                Token::Sign(":"),
                Token::Duration(60_000),
                Token::Sign("]")
            ]
        );
    }

    #[test]
    fn numbers_may_end_in_a_point() {
        assert_eq!(read("1./6."), [Token::Number(1.0), Token::Sign("/"), Token::Number(6.0)]);
        assert_eq!(read("0x1f 017 1_000 08"), [31.0, 15.0, 1000.0, 8.0].map(Token::Number));
    }

    #[test]
    fn strings_have_the_escapes_of_go() {
        assert_eq!(read(r#""a\"\x41\u00e9""#), [Token::Text("a\"Aé".into())]);
        assert_eq!(read(r"`\d`"), [Token::Text(r"\d".into())]);
        for text in [r#""open"#, r#""\q""#, r#""\x4"#, "\"\\"] {
            assert!(matches!(tokens(text), Err(Problem::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn what_is_no_token_is_malformed() {
        for text in ["a ; b", "5mm", "1foo", "$", "."] {
            assert!(matches!(tokens(text), Err(Problem::Malformed(_))), "{text}");
        }
    }
}
