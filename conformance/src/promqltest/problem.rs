//! Why a line of a script did not do what it says.

use std::fmt;

/// What kept a line from being read or a query from being answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text is none of the language.
    Malformed(String),
    /// The text means something that is not evaluated here: the category under which it is counted.
    OutOfScope(String),
    /// The query fails, as it may be expected to.
    Query(String),
}

impl Problem {
    /// Text that is none of the language.
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::Malformed(message.into())
    }

    /// Text that means something that is not evaluated here.
    pub(super) fn out_of_scope(category: impl Into<String>) -> Self {
        Self::OutOfScope(category.into())
    }

    /// A query that fails.
    pub(super) fn query(message: impl Into<String>) -> Self {
        Self::Query(message.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(message) => write!(f, "malformed: {message}"),
            Self::OutOfScope(category) => write!(f, "out of scope: {category}"),
            Self::Query(message) => write!(f, "the query fails: {message}"),
        }
    }
}

/// A result whose error is a [`Problem`].
pub(super) type Attempt<T> = Result<T, Problem>;
