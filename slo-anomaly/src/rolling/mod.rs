//! A detector with the values before each as its baseline.

mod moving;
mod sweep;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::dixon::Dixon;
use crate::mad::Mad;
use crate::multiplicity::Multiplicity;
use crate::online::Online;
use crate::policy::Learning;
use crate::stream;
use crate::test_result::Exactness;
use crate::three_sigma::{Censoring, Estimate, Inclusion, ThreeSigma};
use crate::tukey::Tukey;
use crate::verdict::{Baseline, Reason, Verdict};
use crate::window::Window;

pub(crate) use moving::RollingStream;

/// A detector whose baseline is the window of values before each: the causal form of a method.
///
/// Made by the `rolling` of a method, for example [`ThreeSigma::rolling`]. Its streaming form, [`Rolling::online`], gives the same
/// verdicts one value at a time.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | window | | at least 2 | values |
/// | `min_baseline` | 2 | 2 to the window | values |
/// | `learning` | [`Learning::All`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, ThreeSigma};
///
/// let daily = [12.1, 11.8, 12.4, 12.0, 30.0, 11.9, 12.2];
/// let found = ThreeSigma::new().rolling(4)?.detect(&daily)?;
/// assert_eq!(found.indices(), [4]);
/// // Nothing is known before the third value.
/// assert!(found.scores[1].is_nan() && !found.scores[2].is_nan());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub struct Rolling {
    method: Method,
    window: usize,
    min_baseline: usize,
    learning: Learning,
}

/// The methods that have a causal form.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum Method {
    /// Distances from the mean, or the median.
    ThreeSigma(ThreeSigma),
    /// Distances from the median.
    Mad(Mad),
    /// Distances from the box.
    Tukey(Tukey),
    /// The gap beside the value.
    Dixon(Dixon),
}

impl From<ThreeSigma> for Method {
    fn from(method: ThreeSigma) -> Self {
        Self::ThreeSigma(method)
    }
}

impl From<Mad> for Method {
    fn from(method: Mad) -> Self {
        Self::Mad(method)
    }
}

impl From<Tukey> for Method {
    fn from(method: Tukey) -> Self {
        Self::Tukey(method)
    }
}

impl From<Dixon> for Method {
    fn from(method: Dixon) -> Self {
        Self::Dixon(method)
    }
}

impl Method {
    fn as_detector(&self) -> &dyn Detector {
        match self {
            Self::ThreeSigma(method) => method,
            Self::Mad(method) => method,
            Self::Tukey(method) => method,
            Self::Dixon(method) => method,
        }
    }

    pub(crate) fn missing(&self) -> Missing {
        match self {
            Self::ThreeSigma(method) => method.missing,
            Self::Mad(method) => method.missing,
            Self::Tukey(method) => method.missing,
            Self::Dixon(_) => Missing::Error,
        }
    }

    /// What the size of a score must exceed with a baseline of `n` values.
    pub(crate) fn threshold(&self, n: usize) -> f64 {
        match self {
            Self::ThreeSigma(method) => method.threshold(n),
            Self::Mad(method) => method.k,
            Self::Tukey(method) => method.fence,
            Self::Dixon(method) => method.threshold(n),
        }
    }

    /// The value that just does not exceed the limit, on the side of one that does.
    fn limit(&self, verdict: &Verdict) -> f64 {
        let Baseline { center, scale, .. } = verdict.baseline;
        let reach = match self {
            Self::ThreeSigma(_) | Self::Mad(_) => scale * verdict.threshold,
            // The centre is the middle of a box as wide as the scale.
            Self::Tukey(_) => scale * (verdict.threshold + 0.5),
            // The centre is where the gap begins, the scale the range with the gap: what is left of it stands.
            Self::Dixon(_) => {
                scale * (1.0 - verdict.score.abs()) * verdict.threshold / (1.0 - verdict.threshold)
            }
        };
        center + reach.copysign(verdict.score)
    }

    /// The window that the method judges by, empty.
    pub(crate) fn window(&self, length: usize) -> Result<Window> {
        match self {
            Self::ThreeSigma(method) if method.scale.is_deviation() => {
                Window::moments(length, method.missing)
            }
            Self::ThreeSigma(_) | Self::Mad(_) | Self::Tukey(_) | Self::Dixon(_) => Window::order(length),
        }
    }

    /// The verdict on a value with a window of two values or more.
    fn judge(
        &self,
        place: (usize, f64),
        window: &Window,
        (n, threshold): (usize, f64),
        censoring: Censoring,
    ) -> Verdict {
        match (self, window) {
            (Self::Tukey(method), Window::Order(order)) => {
                method.verdict(place, order.quartiles(method.quartiles), n)
            }
            (Self::Mad(method), Window::Order(order)) => match order.bounded() {
                Some(sorted) => method.verdict(place, sorted),
                None => Verdict::withheld(place, threshold, Reason::Unbounded, n),
            },
            (Self::Dixon(method), Window::Order(order)) => {
                let exactness = match censoring {
                    Censoring::None => Exactness::Exact,
                    Censoring::Flagged => Exactness::Approximate,
                };
                method.verdict(place, order.finite(), threshold, exactness)
            }
            (Self::ThreeSigma(method), window) => {
                let (distance, baseline) = match window {
                    Window::Moments(moments) => moments.compare(place.1),
                    Window::Order(order) => order.compare(method.scale, place.1),
                };
                method.verdict(place, Estimate { distance, baseline }, threshold, censoring)
            }
            // `window` makes no such pair, and none is restored.
            (Self::Mad(_) | Self::Tukey(_) | Self::Dixon(_), Window::Moments(_)) => {
                Verdict::withheld(place, threshold, Reason::WarmingUp, n)
            }
        }
    }
}

impl Rolling {
    pub(crate) fn new(method: impl Into<Method>, window: usize) -> Result<Self> {
        let rolling = Self { method: method.into(), window, min_baseline: 2, learning: Learning::All };
        rolling.check()?;
        Ok(rolling)
    }

    /// How many values a baseline needs for a verdict; 2 by default.
    ///
    /// With a fixed threshold the first verdicts rest on little: of independent normal values, one in four exceeds k = 3
    /// with a baseline of two. Ask for more, or give [`ThreeSigma::alpha`], which is exact for every number.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// let rolling = ThreeSigma::new().rolling(4)?;
    /// let values = [1.0, 1.5, 9.0, 1.0, 1.2, 1.1];
    /// assert_eq!(rolling.detect(&values)?.indices(), [2]);
    /// assert!(rolling.min_baseline(4).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn min_baseline(mut self, min_baseline: usize) -> Self {
        self.min_baseline = min_baseline;
        self
    }

    /// Which values the baseline learns from; all by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Learning, ThreeSigma};
    ///
    /// // A spike in the baseline hides the next one.
    /// let values = [1.0, 1.5, 1.2, 1.3, 50.0, 50.0];
    /// let rolling = ThreeSigma::new().rolling(4)?;
    /// assert_eq!(rolling.detect(&values)?.indices(), [4]);
    /// assert_eq!(rolling.learning(Learning::Unflagged).detect(&values)?.indices(), [4, 5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn learning(mut self, learning: Learning) -> Self {
        self.learning = learning;
        self
    }

    /// How many values before each are its baseline.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::Tukey::new().rolling(60)?.window(), 60);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn window(&self) -> usize {
        self.window
    }

    /// How many values a baseline needs for a verdict.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::Tukey::new().rolling(60)?.min_baseline(30).least_baseline(), 30);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn least_baseline(&self) -> usize {
        self.min_baseline
    }

    /// Which values the baseline learns from.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Learning, Tukey};
    ///
    /// assert_eq!(Tukey::new().rolling(60)?.learns_from(), Learning::All);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn learns_from(&self) -> Learning {
        self.learning
    }

    /// The streaming form, which has seen nothing yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, OnlineDetector, ThreeSigma};
    ///
    /// let rolling = ThreeSigma::new().rolling(4)?.min_baseline(3);
    /// let values = [12.1, 11.8, 12.4, 12.0, 30.0];
    /// assert_eq!(rolling.online()?.observe_many(&values)?.indices(), rolling.detect(&values)?.indices());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(RollingStream::new(self)?))
    }

    fn censoring(&self) -> Censoring {
        match self.learning {
            Learning::All => Censoring::None,
            Learning::Unflagged | Learning::Winsorised => Censoring::Flagged,
        }
    }

    /// What joins the baseline of a value with this verdict; none if nothing does.
    fn learns(&self, verdict: &Verdict) -> Option<f64> {
        match self.learning {
            Learning::Unflagged if verdict.flagged => None,
            Learning::Winsorised if verdict.flagged => Some(self.method.limit(verdict)),
            Learning::All | Learning::Unflagged | Learning::Winsorised => Some(verdict.value),
        }
    }

    /// The verdict on a value by the window before it, with the threshold of its count of values.
    fn judge(&self, place: (usize, f64), window: &Window, counted: (usize, f64)) -> Verdict {
        let (n, threshold) = counted;
        if place.1.is_nan() {
            return Verdict::withheld(place, threshold, Reason::Missing, n);
        }
        if n < self.min_baseline {
            return Verdict::withheld(place, threshold, Reason::WarmingUp, n);
        }
        self.method.judge(place, window, counted, self.censoring()).over(self.window)
    }
}

impl Detector for Rolling {
    fn name(&self) -> &'static str {
        self.method.as_detector().name()
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        self.method.as_detector().check()?;
        if self.window < 2 {
            return Err(Error::invalid("window", self.window, "must hold at least 2 values"));
        }
        if matches!(self.method, Method::Dixon(_)) {
            Dixon::check_window(self.window)?;
        }
        if !(2..=self.window).contains(&self.min_baseline) {
            let reason = format!("must lie between 2 and the window of {}", self.window);
            return Err(Error::invalid("min_baseline", self.min_baseline, reason));
        }
        if let Method::ThreeSigma(rule) = self.method
            && rule.multiplicity != Multiplicity::Each
        {
            let reason = "is of a whole sample; of a series nobody knows how many values will come";
            return Err(Error::invalid("multiplicity", rule.multiplicity, reason));
        }
        Ok(())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        match &self.method {
            Method::ThreeSigma(rule)
                if rule.scale.is_deviation()
                    && rule.inclusion == Inclusion::LeaveOut
                    && self.learning == Learning::All
                    && values.iter().all(|value| value.is_finite()) =>
            {
                sweep::detect(rule, (self.window, self.min_baseline), values, scores)
            }
            _ => stream::detect(RollingStream::new(*self)?, values, scores),
        }
    }
}

/// A rolling detector as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: Method,
    window: usize,
    min_baseline: usize,
    learning: Learning,
}

#[cfg(feature = "serde")]
impl From<Rolling> for Written {
    fn from(rolling: Rolling) -> Self {
        let Rolling { method, window, min_baseline, learning } = rolling;
        Self { method, window, min_baseline, learning }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for Rolling {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { method, window, min_baseline, learning } = written;
        let rolling = Self { method, window, min_baseline, learning };
        rolling.check()?;
        Ok(rolling)
    }
}
