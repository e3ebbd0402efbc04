//! The left matrix profile, value by value.

use slo_core::{Error, Result};

use super::MatrixProfile;
use super::stream::ProfileStream;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::policy::Cut;
use crate::stream;

/// The left matrix profile: how far the window that ends with a value is from the most similar one before it.
///
/// Made by [`MatrixProfile::rolling`].
///
/// # Method
///
/// ```text
/// score_t = min d(i, j) over j < i - ⌈m/4⌉,   i = t - m + 1
/// ```
///
/// with the distance of [`MatrixProfile`], among the windows of the last `history` values. A value takes `O(history)`:
/// the products of the new window with those before come from the products of the window before it. They are made anew
/// every 256 values, in turn, and wherever they were made of something sixteen times as large: nothing drifts. The
/// distance to the neighbour that they name is computed from the definition. Windows whose deviations exceed 1e140 or
/// stay below 1e-140 count as constant.
///
/// A value is not judged before two windows are far enough apart. With [`Cut::Mads`] the threshold moves: it is that of
/// the last `history` scores before, of which there must be as many as a window has values. [`Cut::Top`] is no
/// threshold of a stream.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `window` (m) | | at least 3 | values |
/// | `history` | | `window + ⌈window/4⌉ + 1` to 1,000,000 | values |
/// | `cut` | 5 robust deviations | [`Cut`], but not the greatest ones | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, MatrixProfile, RollingMatrixProfile};
///
/// let mut values: Vec<f64> = (0..120).map(|t| f64::from(t * t % 12)).collect();
/// values[80] = 30.0;
/// let plan = MatrixProfile::new(6);
/// let found = RollingMatrixProfile::new(6, 200).detect(&values)?;
/// // The whole series known, these are the left distances.
/// assert!((found.scores[80] - plan.profile(&values)?.left_distances[75]).abs() < 1e-9);
/// assert_eq!(found.indices()[0], 80);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Yeh, C.-C. M. et al. (2016). Matrix Profile I. *IEEE ICDM*, 1317-1322, section III.F.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct RollingMatrixProfile {
    /// How many values a window has.
    pub window: usize,
    /// Of how many of the last values windows are compared, the judged one among them.
    pub history: usize,
    /// Where the scores are cut.
    pub cut: Cut,
}

impl RollingMatrixProfile {
    /// The longest history.
    const LONGEST: usize = 1_000_000;

    /// Windows of so many values among so many of the last ones, cut at 5 robust deviations.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::RollingMatrixProfile::new(60, 1440).history, 1440);
    /// ```
    pub const fn new(window: usize, history: usize) -> Self {
        Self { window, history, cut: Cut::Mads(5.0) }
    }

    /// Where the scores are cut; 5 robust deviations above the median of those before by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, Detector, RollingMatrixProfile};
    ///
    /// let mut values: Vec<f64> = (0..60).map(|t| f64::from(t * t % 12)).collect();
    /// values[50] = 30.0;
    /// let plan = RollingMatrixProfile::new(6, 60);
    /// assert!(plan.cut(Cut::At(1.0)).detect(&values)?.indices().contains(&50));
    /// assert!(plan.cut(Cut::At(5.0)).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self
    }

    /// The streaming form, which has seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, OnlineDetector, RollingMatrixProfile};
    ///
    /// let mut online = RollingMatrixProfile::new(4, 40).cut(Cut::At(1.0)).online()?;
    /// online.observe_many(&[0.0, 3.0, 1.0, 4.0, 0.0, 3.0, 1.0, 4.0, 0.0, 3.0, 1.0])?;
    /// assert!(!online.score(4.0)?.flagged && online.score(-4.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(ProfileStream::new(self)?))
    }

    /// How far apart two windows are at least that are compared.
    pub(super) fn apart(&self) -> usize {
        MatrixProfile::new(self.window).apart()
    }
}

impl Detector for RollingMatrixProfile {
    fn name(&self) -> &'static str {
        "RollingMatrixProfile"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        MatrixProfile::new(self.window).cut(self.cut).check()?;
        let least = self.window.saturating_add(self.apart());
        if self.history < least {
            let reason = format!("must hold at least {least} values, two windows that are apart");
            return Err(Error::invalid("history", self.history, reason));
        }
        if self.history > Self::LONGEST {
            let (value, limit) = (self.history as u64, Self::LONGEST as u64);
            return Err(Error::LimitExceeded { what: "the values of a history", value, limit });
        }
        if let Cut::Top(count) = self.cut {
            return Err(Error::invalid("cut", count, "a stream does not know its greatest scores"));
        }
        Ok(())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        stream::detect(ProfileStream::new(*self)?, values, scores)
    }
}
