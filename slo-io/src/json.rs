//! Values of the workspace as JSON and back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use slo_core::{Error, Result};

use crate::place::Place;

/// The value as JSON text; a NaN or an infinity, which JSON has no word for, becomes `null`.
///
/// # Examples
///
/// ```
/// use slo_core::{BurnRule, Duration};
///
/// let rule = BurnRule::new(Duration::from_hours(1), Duration::from_minutes(5), 14.4)?;
/// let text = slo_io::to_json(&rule)?;
/// assert!(text.starts_with(r#"{"long":"1h","short":"5m","factor":"14.4""#));
/// assert_eq!(slo_io::from_json::<BurnRule>(&text)?, rule);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Unsupported`] for a value that has no JSON form, such as a map whose keys are no text.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Unsupported { what: "the value".to_owned(), reason: error.to_string() })
}

/// The value that JSON text holds.
///
/// # Errors
///
/// [`Error::Parse`] with line and column, also where a value is out of its range.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| json_error(&error))
}

/// What is wrong with a JSON text, and where.
pub(crate) fn json_error(error: &serde_json::Error) -> Error {
    let place = Place { line: error.line(), column: error.column() };
    let message = error.to_string();
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    place.error(message.strip_suffix(&suffix).unwrap_or(&message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_json_is_refused_with_its_place() {
        let error = from_json::<Vec<f64>>("[1,\n 2,,3]").unwrap_err();
        assert_eq!(error.to_string(), "line 2, column 4: expected value");
    }

    #[test]
    fn a_value_out_of_its_range_is_refused() {
        assert!(matches!(from_json::<slo_core::Objective>("\"100%\""), Err(Error::Parse { .. })));
    }

    #[test]
    fn what_is_not_finite_becomes_null() {
        assert_eq!(to_json(&[1.5, f64::NAN, f64::INFINITY]).unwrap(), "[1.5,null,null]");
    }
}
