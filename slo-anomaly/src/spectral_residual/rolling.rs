//! The spectral residual of the newest value, within those before it.

use std::collections::VecDeque;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use super::{SpectralResidual, saliency};
use crate::any::AnyDetector;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::policy::Cut;
use crate::stream::{self, Stream};
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Verdict};

/// The causal spectral residual: each value is judged within the last ones, of which it is the newest.
///
/// Made by [`SpectralResidual::rolling`].
///
/// # Method
///
/// The score of a value is that of the last of the `history` values up to it, by the method of [`SpectralResidual`] but
/// for one thing, as in the authors' code: the five values behind them are extrapolated from those before the newest. A
/// spike would be hidden by what its own slope leads to. Before there are so many, values are not judged. A value takes
/// `O(history log history)`.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `residual` | | [`SpectralResidual`], its `cut` at a score | |
/// | `history` | | 8 to 1,000,000 | values |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, SpectralResidual};
///
/// let mut values: Vec<f64> = (0..300).map(|t| (f64::from(t) * 0.3).sin()).collect();
/// values[250] += 3.0;
/// let plan = SpectralResidual::new();
/// let found = plan.rolling(200)?.detect(&values)?;
/// assert!(found.indices().contains(&250));
/// assert!(found.scores[250] > 3.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Ren, H. et al. (2019). Time-series anomaly detection service at Microsoft. *ACM SIGKDD*, 3009-3017.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct RollingSpectralResidual {
    /// How the last values are judged.
    pub residual: SpectralResidual,
    /// Among how many of the last values, the judged one is the newest of them.
    pub history: usize,
}

impl RollingSpectralResidual {
    /// The longest history.
    const LONGEST: usize = 1_000_000;

    /// The same method within so many of the last values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{RollingSpectralResidual, SpectralResidual};
    ///
    /// let plan = RollingSpectralResidual::new(SpectralResidual::new(), 1440);
    /// assert_eq!(plan, SpectralResidual::new().rolling(1440)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(residual: SpectralResidual, history: usize) -> Self {
        Self { residual, history }
    }

    /// The streaming form, which has seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{OnlineDetector, SpectralResidual};
    ///
    /// let mut online = SpectralResidual::new().rolling(60)?.online()?;
    /// let values: Vec<f64> = (0..60).map(|t| f64::from(t % 6)).collect();
    /// online.observe_many(&values)?;
    /// assert!(!online.score(0.0)?.flagged && online.score(30.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] or [`Error::LimitExceeded`] for a parameter outside its range.
    pub fn online(self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(ResidualStream::new(self)))
    }
}

impl SpectralResidual {
    /// The causal form: each value within the `history` values up to it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cut, SpectralResidual};
    ///
    /// assert!(SpectralResidual::new().rolling(8).is_ok());
    /// assert!(SpectralResidual::new().rolling(7).is_err());
    /// // A stream does not know its greatest scores.
    /// assert!(SpectralResidual::new().cut(Cut::Top(3)).rolling(60).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a history of fewer than 8 values, for scores that are not cut at a fixed one, and
    /// for a parameter outside its range; [`Error::LimitExceeded`] for a history of more than a million values.
    pub fn rolling(self, history: usize) -> Result<RollingSpectralResidual> {
        let rolling = RollingSpectralResidual::new(self, history);
        rolling.check()?;
        Ok(rolling)
    }
}

impl Detector for RollingSpectralResidual {
    fn name(&self) -> &'static str {
        "RollingSpectralResidual"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        self.residual.check()?;
        if self.history < saliency::LEAST {
            let reason = format!("must hold at least {} values", saliency::LEAST);
            return Err(Error::invalid("history", self.history, reason));
        }
        if self.history > Self::LONGEST {
            let (value, limit) = (self.history as u64, Self::LONGEST as u64);
            return Err(Error::LimitExceeded { what: "the values of a history", value, limit });
        }
        match self.residual.cut {
            Cut::At(_) => Ok(()),
            Cut::Mads(k) => Err(Error::invalid("cut", k, "a stream is cut at a fixed score")),
            Cut::Top(count) => {
                Err(Error::invalid("cut", count, "a stream does not know its greatest scores"))
            }
        }
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        stream::detect(ResidualStream::new(*self), values, scores)
    }
}

/// The last values, with the last one before it in place of each that is missing.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct ResidualStream {
    plan: RollingSpectralResidual,
    values: VecDeque<f64>,
}

impl ResidualStream {
    fn new(plan: RollingSpectralResidual) -> Self {
        Self { plan, values: VecDeque::new() }
    }

    /// How much the newest of a full history stands out; none before it is full.
    fn score(&self, value: f64) -> Option<f64> {
        let RollingSpectralResidual { residual, history } = self.plan;
        let old = (self.values.len() + 1).checked_sub(history)?;
        let values: Vec<f64> = self.values.iter().skip(old).copied().chain([value]).collect();
        let salient = saliency::map(&values, residual.frequencies, history - 1);
        let last = salient.get(history.saturating_sub(residual.window)..).unwrap_or_default();
        let mut scores = vec![0.0; last.len()];
        saliency::ratios(last, residual.window, &mut scores);
        scores.last().copied()
    }
}

impl Stream for ResidualStream {
    fn detector(&self) -> AnyDetector {
        self.plan.into()
    }

    fn missing(&self) -> Missing {
        self.plan.residual.missing
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let (threshold, n) = (self.threshold(), self.values.len());
        if !place.1.is_finite() {
            return Verdict::withheld(place, threshold, Reason::Missing, n);
        }
        match self.score(place.1) {
            None => Verdict::withheld(place, threshold, Reason::WarmingUp, n),
            Some(score) => {
                let baseline = Baseline::without(n);
                Verdict::unsided(place, score, threshold, baseline, Tail::UNKNOWN).over(self.plan.history)
            }
        }
    }

    fn learn(&mut self, value: f64, _: &Verdict) -> Result<()> {
        // Nothing stands in place of a value that is missing before the first one.
        let known = if value.is_finite() { Some(value) } else { self.values.back().copied() };
        if let Some(known) = known {
            if self.values.len() == self.plan.history {
                self.values.pop_front();
            }
            self.values.push_back(known);
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        // Others are refused.
        let Cut::At(score) = self.plan.residual.cut else { return f64::INFINITY };
        crate::subsequence::positive(score)
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let most = seen.min(self.plan.history);
        match self.missing() {
            Missing::Error => self.values.len() == most,
            Missing::Skip => self.values.len() <= most,
        }
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    plan: RollingSpectralResidual,
    values: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<ResidualStream> for Written {
    fn from(ResidualStream { plan, values }: ResidualStream) -> Self {
        Self { plan, values: values.into() }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for ResidualStream {
    type Error = Error;

    fn try_from(Written { plan, values }: Written) -> Result<Self> {
        plan.check()?;
        Error::check_finite("values", &values)?;
        Ok(Self { plan, values: values.into() })
    }
}
