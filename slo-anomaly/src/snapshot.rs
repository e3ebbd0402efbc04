//! The state of a detector, to be kept and resumed.

#[cfg(doc)]
use slo_core::Error;
use slo_core::{Result, Saved};

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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Snapshot(Saved<State>);

/// The states of all kinds of detectors.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
enum State {
    Online(Box<Online>),
}

impl Snapshot {
    /// What states of this version look like.
    const VERSION: u32 = 1;

    pub(crate) fn of(online: Online) -> Self {
        Self(Saved::new(Self::VERSION, State::Online(Box::new(online))))
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
        let State::Online(online) = self.0.open(Self::VERSION)?;
        Ok(online)
    }
}
