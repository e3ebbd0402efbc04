//! Changes as they happen: how long ago the last one was, as a probability.

mod posterior;
mod stream;
#[cfg(test)]
mod tests;
mod trace;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

pub(crate) use stream::BocpdStream;
pub use trace::RunLengths;

use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::stream::detect;

/// What is believed of a level before any of its values is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Prior {
    /// Learnt from so many first values: their median, and the noise between neighbours.
    Learnt(usize),
    /// Given.
    Given {
        /// Where levels lie.
        center: f64,
        /// How far values lie from their level.
        scale: f64,
    },
}

/// Bayesian online change-point detection: the probability that the level or spread changed since the last report.
///
/// # Method
///
/// A run begins with probability `1/spacing` at each value, and its values are normal with a mean and a variance that
/// are drawn anew for each. With `r` the number of values of the current run, the present one among them:
///
/// ```text
/// P(r = 1, x_1..t) = 1/spacing · p(x_t | prior) · Σ_r P(r, x_1..t-1)
/// P(r + 1, x_1..t) = (1 - 1/spacing) · p(x_t | the r values before) · P(r, x_1..t-1)
/// score = P(the current run began after the last report | x_1..t),    flagged if score > threshold
/// ```
///
/// In units of `scale` about `center`, a run's mean is `N(0, v / weight)` and its precision `1/v` is
/// `Gamma(shape, shape)`; so `p(x | r values)` is Student's t with `2 shape + r` degrees of freedom. The verdict's
/// baseline is the run that was most probable before the value: its mean, the deviation that it predicts, its length.
///
/// Of 28,200 independent normal values without a change one was reported; a level six deviations away is, within three
/// values. A single spike is two changes, there and back. The values should not depend on each other: where neighbours
/// resemble each other, drifts are reported as changes.
///
/// The `max_runs` most probable runs are followed, and none whose probability falls below `truncation`: memory and time
/// are bounded by `max_runs`. A value more than 10^100 scales away counts as one so far away. As long as all values are
/// equal the score is 0.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `spacing` | 250 | above 1 | values |
/// | `prior` | [`Prior::Learnt`]`(30)` | 3 to 65,536 | values |
/// | `weight` | 0.01 | above 0 | values |
/// | `shape` | 1 | 0.01 to 10^6 | |
/// | `threshold` | 0.9 | 0 to 1, exclusive | probability |
/// | `truncation` | 10^-6 | 0 to 0.01 | probability |
/// | `max_runs` | 256 | 2 to 65,536 | runs |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Bocpd, Detector};
///
/// let values: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
/// assert_eq!(Bocpd::new().detect(&values)?.indices(), [50]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Adams, R. P. and `MacKay`, D. J. C. (2007). Bayesian online changepoint detection. arXiv:0710.3742.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Bocpd {
    /// How many values lie between changes on average.
    pub spacing: f64,
    /// What is believed of a level before any of its values is seen.
    pub prior: Prior,
    /// How many values that belief about the level is worth.
    pub weight: f64,
    /// Half as many values as that belief about the spread is worth.
    pub shape: f64,
    /// What the probability of a change must exceed.
    pub threshold: f64,
    /// Runs less probable than this are forgotten.
    pub truncation: f64,
    /// How many runs are followed at most.
    pub max_runs: usize,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Bocpd {
    fn default() -> Self {
        Self::new()
    }
}

/// A setter of one field: its summary, its example and its name.
macro_rules! setters {
    ($($(#[$doc:meta])+ $name:ident: $type:ty;)+) => {
        $(
            $(#[$doc])+
            #[must_use]
            pub const fn $name(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            }
        )+
    };
}

impl Bocpd {
    /// A change every 250 values, levels as far apart as ten deviations, learnt from the first 30 values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bocpd, Detector};
    ///
    /// let steady: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5)).collect();
    /// assert!(Bocpd::new().detect(&steady)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {
            spacing: 250.0,
            prior: Prior::Learnt(30),
            weight: 0.01,
            shape: 1.0,
            threshold: 0.9,
            truncation: 1e-6,
            max_runs: 256,
            missing: Missing::Error,
        }
    }

    setters! {
        /// How many values lie between changes on average; 250 by default.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector};
        ///
        /// let values: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
        /// let score = |rule: Bocpd| rule.detect(&values).map(|found| found.scores[50]);
        /// assert!(score(Bocpd::new().spacing(1e6))? < score(Bocpd::new())?);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        spacing: f64;
        /// What is believed of a level before any of its values is seen; learnt from the first 30 by default.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector, Prior};
        ///
        /// let values = [0.1, -0.2, 0.3, 0.0, -0.1, 0.2, 9.0, 9.1, 8.9, 9.2];
        /// let given = Prior::Given { center: 0.0, scale: 1.0 };
        /// assert_eq!(Bocpd::new().prior(given).detect(&values)?.indices(), [6]);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        prior: Prior;
        /// How many values the belief about the level is worth; 0.01 by default: levels spread ten times as far as
        /// values.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector};
        ///
        /// // Where levels may lie anywhere, it takes more to believe in a new one.
        /// let values: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 6.0 }).collect();
        /// let score = |rule: Bocpd| rule.detect(&values).map(|found| found.scores[50]);
        /// assert!(score(Bocpd::new().weight(1e-6))? < score(Bocpd::new())?);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        weight: f64;
        /// Half as many values as the belief about the spread is worth; 1 by default.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector};
        ///
        /// let values: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 6.0 }).collect();
        /// let score = |rule: Bocpd| rule.detect(&values).map(|found| found.scores[50]);
        /// assert_ne!(score(Bocpd::new().shape(20.0))?, score(Bocpd::new())?);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        shape: f64;
        /// What the probability of a change must exceed; 0.9 by default.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector};
        ///
        /// let values: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
        /// // As good as certain takes until the second value of the new level, or longer.
        /// assert!(Bocpd::new().threshold(0.999_999).detect(&values)?.indices()[0] > 50);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        threshold: f64;
        /// Runs less probable than this are forgotten; 10^-6 by default.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector};
        ///
        /// let values: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
        /// assert_eq!(Bocpd::new().truncation(0.0).detect(&values)?.indices(), [50]);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        truncation: f64;
        /// How many runs are followed at most, the most probable ones; 256 by default.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector};
        ///
        /// let values: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
        /// assert_eq!(Bocpd::new().max_runs(8).detect(&values)?.indices(), [50]);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        max_runs: usize;
        /// What a value means that is not finite; an error by default. With [`Missing::Skip`] a NaN is left out, and an
        /// infinity is far away.
        ///
        /// # Examples
        ///
        /// ```
        /// use slo_anomaly::{Bocpd, Detector};
        /// use slo_core::stats::Missing;
        ///
        /// let mut values: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
        /// values[40] = f64::NAN;
        /// assert!(Bocpd::new().detect(&values).is_err());
        /// assert_eq!(Bocpd::new().missing(Missing::Skip).detect(&values)?.indices(), [50]);
        /// # Ok::<(), slo_core::Error>(())
        /// ```
        missing: Missing;
    }

    /// The same for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bocpd, OnlineDetector};
    ///
    /// let mut online = Bocpd::new().online()?;
    /// for i in 0..50 {
    ///     online.observe(f64::from(i * 7 % 5))?;
    /// }
    /// assert!(online.score(14.0)?.flagged && !online.score(2.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(BocpdStream::new(self)))
    }

    /// How long ago the last change was, at each value, and where the changes were.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Bocpd;
    ///
    /// let values: Vec<f64> = (0..80).map(|i| f64::from(i * 7 % 5) + if i < 50 { 0.0 } else { 12.0 }).collect();
    /// let runs = Bocpd::new().run_lengths(&values)?;
    /// assert_eq!(runs.indices, [50]);
    /// assert_eq!((runs.most_probable[49], runs.most_probable[79]), (50, 30));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Detector::detect`].
    pub fn run_lengths(&self, values: &[f64]) -> Result<RunLengths> {
        self.check()?;
        trace::trace(BocpdStream::new(*self), values)
    }
}

impl Detector for Bocpd {
    fn name(&self) -> &'static str {
        "Bocpd"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        const MOST: usize = 1 << 16;
        let within = |name: &'static str, value: f64, sound: bool, range: &str| {
            if sound { Ok(()) } else { Err(Error::invalid(name, value, range)) }
        };
        let spacing = self.spacing;
        within("spacing", spacing, spacing > 1.0 && spacing.is_finite(), "must be above 1 and finite")?;
        let (weight, shape) = (self.weight, self.shape);
        within("weight", weight, (1e-9..=1e9).contains(&weight), "must lie between 1e-9 and 1e9")?;
        within("shape", shape, (0.01..=1e6).contains(&shape), "must lie between 0.01 and 1e6")?;
        Error::check_fraction("threshold", self.threshold)?;
        let truncation = self.truncation;
        within("truncation", truncation, (0.0..=0.01).contains(&truncation), "must lie between 0 and 0.01")?;
        if !(2..=MOST).contains(&self.max_runs) {
            return Err(Error::invalid("max_runs", self.max_runs, "must lie between 2 and 65,536"));
        }
        match self.prior {
            Prior::Learnt(count) if !(3..=MOST).contains(&count) => {
                Err(Error::invalid("prior", count, "must be learnt from 3 to 65,536 values"))
            }
            Prior::Learnt(_) => Ok(()),
            Prior::Given { center, scale } => {
                within("center", center, center.is_finite(), "must be finite")?;
                within("scale", scale, scale > 0.0 && scale.is_finite(), "must be positive and finite")
            }
        }
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        detect(BocpdStream::new(*self), values, scores)
    }
}
