//! The state of a model, to be kept and resumed.

#[cfg(doc)]
use slo_core::Error;
use slo_core::{Result, Saved};

use crate::any::AnyModel;

/// All that a model needs to go on: its forecasts and updates are the same, bit for bit.
///
/// With the feature `serde` it can be written down. What is read back is checked: [`Snapshot::restore`] refuses a state
/// that no model could have got into, and one of another version. Versions of this crate read what earlier ones wrote.
///
/// # Examples
///
/// ```
/// use slo_forecast::{AnyModel, Drift, Model};
///
/// let model = AnyModel::from(Drift::new().fit(&[1.0, 2.0, 5.0])?);
/// let resumed = model.snapshot().restore()?;
/// assert_eq!(resumed.forecast(2, &[])?.mean(), [7.0, 9.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Snapshot(Saved<AnyModel>);

impl Snapshot {
    /// What states of this version look like.
    const VERSION: u32 = 1;

    /// The model, where it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AnyModel, Mean};
    ///
    /// let model = AnyModel::from(Mean::new().fit(&[1.0, 2.0, 3.0])?);
    /// assert_eq!(model.snapshot().restore()?, model);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::State`] for what another version wrote, and for a state that is damaged.
    pub fn restore(self) -> Result<AnyModel> {
        self.0.open(Self::VERSION)
    }
}

impl AnyModel {
    /// The state, to be kept and resumed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::{AnyModel, Model, Naive};
    ///
    /// let model = AnyModel::from(Naive::new().fit(&[1.0, 2.0, 8.0])?);
    /// assert_eq!(model.snapshot().restore()?.forecast(1, &[])?.mean(), [8.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(Saved::new(Snapshot::VERSION, self.clone()))
    }
}
