//! Where in a text something stands.

use slo_core::Error;

/// A line and a column, both from 1; 0 where the format has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Place {
    /// The place of the character that begins at byte `offset`, or of the end.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Self { line, column }
    }

    /// What is wrong here.
    pub(crate) fn error(self, message: impl Into<String>) -> Error {
        Error::Parse { line: self.line, column: self.column, message: message.into() }
    }
}

/// Refuses a text longer than `limit` bytes.
pub(crate) fn check_size(what: &'static str, text: &str, limit: u64) -> slo_core::Result<()> {
    let value = text.len() as u64;
    if value <= limit { Ok(()) } else { Err(Error::LimitExceeded { what, value, limit }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let text = "ab\nčd";
        let at = |offset| Place::of(text, offset);
        assert_eq!([at(0), at(2)].map(|p| (p.line, p.column)), [(1, 1), (1, 3)]);
        assert_eq!([at(3), at(5), at(99)].map(|p| (p.line, p.column)), [(2, 1), (2, 2), (2, 3)]);
    }

    #[test]
    fn a_text_is_as_long_as_the_limit_at_most() {
        assert!(check_size("text", "abc", 3).is_ok());
        assert_eq!(
            check_size("text", "abcd", 3),
            Err(Error::LimitExceeded { what: "text", value: 4, limit: 3 })
        );
    }
}
