//! A state that is kept, and resumed by a later version.

use crate::error::{Error, Result};

/// A state to be kept and resumed, with the version of its form.
///
/// With the feature `serde` it is written as `{"version": 1, "state": ...}`. Reading tells nothing apart: what another
/// version wrote, or what is damaged, is refused by [`open`](Self::open), with an error of its own kind.
///
/// # Examples
///
/// ```
/// use slo_core::{ErrorKind, Saved};
///
/// let saved = Saved::new(1, 7.0);
/// assert_eq!(saved.clone().open(1)?, 7.0);
/// assert_eq!(saved.open(2).unwrap_err().kind(), ErrorKind::State);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(bound(deserialize = "T: serde::Deserialize<'de>"))
)]
pub struct Saved<T> {
    version: u32,
    // Another version may have called it something else.
    #[cfg_attr(feature = "serde", serde(default))]
    state: Held<T>,
}

/// What stands in the place of a state.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(untagged))]
enum Held<T> {
    Known(T),
    /// What could not be read: damaged, or of another version.
    #[cfg(feature = "serde")]
    Unknown(Anything),
}

#[cfg(feature = "serde")]
impl<T> Default for Held<T> {
    fn default() -> Self {
        Self::Unknown(Anything)
    }
}

/// Whatever stands there.
#[cfg(feature = "serde")]
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
struct Anything;

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Anything {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(from).map(|_| Self)
    }
}

impl<T> Saved<T> {
    /// A state of this version's form.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_core::Saved::new(3, "where we were").open(3)?, "where we were");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(version: u32, state: T) -> Self {
        Self { version, state: Held::Known(state) }
    }

    /// The state, for one who reads `version`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Saved;
    ///
    /// let error = Saved::new(2, ()).open(1).unwrap_err();
    /// assert!(error.to_string().contains("version 2 is not this one's 1"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::State`] for what another version wrote, and for a state that is damaged.
    pub fn open(self, version: u32) -> Result<T> {
        if self.version != version {
            let reason = format!("version {} is not this one's {version}", self.version);
            return Err(Error::State { reason });
        }
        match self.state {
            Held::Known(state) => Ok(state),
            #[cfg(feature = "serde")]
            Held::Unknown(Anything) => {
                Err(Error::State { reason: "it is damaged: nothing could have got into it".to_owned() })
            }
        }
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[track_caller]
    fn read(text: &str) -> Result<u8> {
        let saved: Saved<u8> =
            serde_json::from_str(text).map_err(|error| Error::State { reason: error.to_string() })?;
        saved.open(1)
    }

    #[test]
    fn a_state_is_written_beside_its_version_and_read_in_either_order() {
        let text = serde_json::to_string(&Saved::new(1, 7_u8)).unwrap();
        assert_eq!(text, r#"{"version":1,"state":7}"#);
        assert_eq!(read(&text).unwrap(), 7);
        assert_eq!(read(r#"{"state":7,"version":1}"#).unwrap(), 7);
    }

    #[test]
    fn another_version_and_a_damaged_state_are_told_apart() {
        let reason = |text: &str| match read(text).unwrap_err() {
            Error::State { reason } => reason,
            other => panic!("{other}"),
        };
        for version in [0, 2, u32::MAX] {
            let text = format!(r#"{{"version":{version},"state":{{"of":["another",null]}}}}"#);
            assert_eq!(reason(&text), format!("version {version} is not this one's 1"));
        }
        assert_eq!(reason(r#"{"version":2,"other":7}"#), "version 2 is not this one's 1");
        assert!(reason(r#"{"version":1}"#).starts_with("it is damaged"));
        for damaged in ["256", "-1", "1.5", "null", "{}", "[]", r#""7""#] {
            let text = format!(r#"{{"version":1,"state":{damaged}}}"#);
            assert!(reason(&text).starts_with("it is damaged"), "{damaged}");
        }
    }
}
