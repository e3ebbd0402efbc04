//! The state of a detector, to be kept and resumed.

use slo_core::{Error, Result};

use crate::detector::OnlineDetector;
use crate::online::Online;

/// All that an [`OnlineDetector`] needs to go on: the next verdicts are the same, bit for bit.
///
/// With the feature `serde` it can be written down. What is read back is checked: [`Snapshot::restore`] refuses a state
/// that no detector could have got into, and one that a later version wrote.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{OnlineDetector, Tukey};
///
/// let mut online = Tukey::new().online(5)?;
/// online.observe_many(&[1.0, 2.0, 3.0, 4.0, 5.0])?;
/// let resumed = online.snapshot().restore()?;
/// assert_eq!(resumed.seen(), 5);
/// assert_eq!(resumed.score(9.0)?, online.score(9.0)?);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Snapshot {
    version: u32,
    detector: Saved,
}

/// The states of all kinds of detectors.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(untagged))]
enum Saved {
    Known(State),
    /// What could not be read: damaged, or of another version.
    #[cfg(feature = "serde")]
    Unknown(Anything),
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
enum State {
    Online(Box<Online>),
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

impl Snapshot {
    /// What states of this version look like.
    const VERSION: u32 = 1;

    pub(crate) fn of(online: Online) -> Self {
        Self { version: Self::VERSION, detector: Saved::Known(State::Online(Box::new(online))) }
    }

    /// The detector, where it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{OnlineDetector, ThreeSigma};
    ///
    /// let mut online = ThreeSigma::new().online(3)?;
    /// online.observe_many(&[1.0, 2.0, 3.0])?;
    /// let mut resumed = online.snapshot().restore()?;
    /// assert_eq!(resumed.observe(2.5)?, online.observe(2.5)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::State`] for what another version wrote, and for a state that is damaged.
    pub fn restore(self) -> Result<Box<dyn OnlineDetector>> {
        if self.version != Self::VERSION {
            let reason = format!("version {} is not this one's {}", self.version, Self::VERSION);
            return Err(Error::State { reason });
        }
        match self.detector {
            Saved::Known(State::Online(online)) => Ok(online),
            #[cfg(feature = "serde")]
            Saved::Unknown(Anything) => {
                Err(Error::State { reason: "it is not one that a detector can get into".to_owned() })
            }
        }
    }
}
