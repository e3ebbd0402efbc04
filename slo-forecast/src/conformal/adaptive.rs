//! Intervals of a stream that correct their own coverage.

use std::collections::VecDeque;

use slo_core::stats::tails::complement;
use slo_core::{Error, Result};

use super::scores::whole_part;

/// Scores that one stream may keep.
const MAX_WINDOW: usize = 1_000_000;

/// Intervals of a stream that widen after a miss and narrow after a hit, so that they hold the promised share of values
/// in the long run, whatever the values do: adaptive conformal inference.
///
/// # Method
///
/// ```text
/// interval: f ± the ⌈(m + 1) (1 - α_t)⌉-th smallest of the last m scores |y - f|
/// α_{t+1} = α_t + γ (α - [y_t outside]),   α = 1 - level,   α_1 = α
/// ```
///
/// Where the rank exceeds `m`, as for every `α_t <= 0`, the interval is the whole line; where `α_t >= 1` it is empty.
/// For any sequence whatever, after `T` values
///
/// ```text
/// |share outside - α| <= (max(α, 1 - α) + γ) / (γ T)
/// ```
///
/// An instance is for one number of steps ahead; several steps have one each.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `level` | | (0, 1) | share |
/// | `gamma` | 0.005 | (0, 1) | |
/// | `window` | 500 | 1 to 10^6 | values |
///
/// # Examples
///
/// ```
/// use slo_forecast::AdaptiveConformal;
///
/// let mut stream = AdaptiveConformal::new(0.5)?.gamma(0.1)?;
/// for (actual, forecast) in [(1.0, 0.0), (-3.0, 0.0), (2.0, 0.0)] {
///     stream.observe(actual, forecast)?;
/// }
/// // The first was in the whole line, the others outside or inside of the scores before: 0.55, 0.5, 0.55.
/// assert!((stream.alpha() - 0.5).abs() < 0.1);
/// assert_eq!(stream.interval(10.0)?.upper - 10.0, 10.0 - stream.interval(10.0)?.lower);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Gibbs, I. and Candès, E. (2021). Adaptive conformal inference under distribution shift. *Advances in Neural
/// Information Processing Systems* 34, proposition 4.1.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct AdaptiveConformal {
    level: f64,
    gamma: f64,
    window: usize,
    /// The last scores, oldest first.
    scores: VecDeque<f64>,
    /// The same in order of size.
    sorted: Vec<f64>,
    /// What the share outside has been corrected by, in steps of `γ`: values, and values outside.
    observed: u64,
    outside: u64,
}

/// The interval of one value of a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdaptiveInterval {
    /// The lower end; negative infinity where the interval is the whole line, positive infinity where it is empty.
    pub lower: f64,
    /// The upper end; infinity where the interval is the whole line, negative infinity where it is empty.
    pub upper: f64,
}

impl AdaptiveInterval {
    const EVERYTHING: Self = Self { lower: f64::NEG_INFINITY, upper: f64::INFINITY };
    const NOTHING: Self = Self { lower: f64::INFINITY, upper: f64::NEG_INFINITY };

    /// Whether a value lies in the interval, its ends included.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AdaptiveConformal;
    ///
    /// // Before any score the interval is the whole line.
    /// assert!(AdaptiveConformal::new(0.9)?.interval(0.0)?.holds(1e300));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn holds(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

impl AdaptiveConformal {
    /// A stream of intervals that are to hold this share of values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AdaptiveConformal;
    ///
    /// assert_eq!(AdaptiveConformal::new(0.95)?.alpha(), 0.05);
    /// assert!(AdaptiveConformal::new(95.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < level < 1`.
    pub fn new(level: f64) -> Result<Self> {
        Error::check_fraction("level", level)?;
        complement(level)?;
        let (scores, sorted) = (VecDeque::new(), Vec::new());
        Ok(Self { level, gamma: 0.005, window: 500, scores, sorted, observed: 0, outside: 0 })
    }

    /// How far one value moves `α_t`: greater follows changes faster and wavers more. Default 0.005.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AdaptiveConformal;
    ///
    /// let mut stream = AdaptiveConformal::new(0.9)?.gamma(0.5)?;
    /// stream.observe(1.0, 0.0)?;
    /// assert!((stream.alpha() - 0.15).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < gamma < 1`.
    pub fn gamma(self, gamma: f64) -> Result<Self> {
        Error::check_fraction("gamma", gamma)?;
        Ok(Self { gamma, ..self })
    }

    /// How many of the last scores are kept. Default 500.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AdaptiveConformal;
    ///
    /// let mut stream = AdaptiveConformal::new(0.5)?.window(1)?;
    /// stream.observe(9.0, 0.0)?;
    /// stream.observe(1.0, 0.0)?;
    /// assert_eq!(stream.interval(0.0)?.upper, 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for 0; [`Error::LimitExceeded`] past 10^6.
    pub fn window(mut self, window: usize) -> Result<Self> {
        if window == 0 {
            return Err(Error::invalid("window", window, "must be at least 1"));
        }
        if window > MAX_WINDOW {
            let (value, limit) = (window as u64, MAX_WINDOW as u64);
            return Err(Error::LimitExceeded { what: "scores of a stream", value, limit });
        }
        self.window = window;
        while self.scores.len() > window {
            self.forget();
        }
        Ok(self)
    }

    /// The share of values that is now left outside in the hope that it will be `1 - level` in the end.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::AdaptiveConformal::new(0.9)?.alpha(), 0.1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn alpha(&self) -> f64 {
        let alpha = complement(self.level).unwrap_or(f64::NAN);
        // Counted, not summed: a long stream loses nothing.
        alpha + self.gamma * (alpha * self.observed as f64 - self.outside as f64)
    }

    /// The share of the values so far that their intervals held; `None` before the first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AdaptiveConformal;
    ///
    /// let mut stream = AdaptiveConformal::new(0.5)?;
    /// assert_eq!(stream.coverage(), None);
    /// stream.observe(1.0, 0.0)?;
    /// stream.observe(2.0, 0.0)?;
    /// assert_eq!(stream.coverage(), Some(0.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn coverage(&self) -> Option<f64> {
        let (observed, outside) = (self.observed, self.outside);
        (observed > 0).then(|| (observed - outside) as f64 / observed as f64)
    }

    /// The share of values that intervals are to hold.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::AdaptiveConformal::new(0.9)?.level(), 0.9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn level(&self) -> f64 {
        self.level
    }

    /// How many values came.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_forecast::AdaptiveConformal::new(0.9)?.observed(), 0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn observed(&self) -> u64 {
        self.observed
    }

    /// The interval about the next forecast.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AdaptiveConformal;
    ///
    /// let mut stream = AdaptiveConformal::new(0.5)?.gamma(0.01)?;
    /// for actual in [1.0, 2.0, 3.0] {
    ///     stream.observe(actual, 0.0)?;
    /// }
    /// // α is 0.495 by now, and ⌈4 · 0.505⌉ is 3.
    /// let interval = stream.interval(7.0)?;
    /// assert_eq!((interval.lower, interval.upper), (4.0, 10.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`].
    pub fn interval(&self, forecast: f64) -> Result<AdaptiveInterval> {
        Error::check_finite("forecast", &[forecast])?;
        Ok(self.about(forecast))
    }

    fn about(&self, forecast: f64) -> AdaptiveInterval {
        let alpha = self.alpha();
        if alpha >= 1.0 {
            return AdaptiveInterval::NOTHING;
        }
        // ⌈(m + 1) (1 - α)⌉ is m + 1 - ⌊(m + 1) α⌋.
        let beyond = whole_part((self.sorted.len() + 1) as f64 * alpha.max(0.0));
        if beyond == 0 {
            return AdaptiveInterval::EVERYTHING;
        }
        let score = self.sorted.len().checked_sub(beyond).and_then(|rank| self.sorted.get(rank));
        let score = score.copied().unwrap_or(0.0);
        AdaptiveInterval { lower: forecast - score, upper: forecast + score }
    }

    /// Takes what came for a forecast; gives the interval that there was about it.
    ///
    /// In logarithmic time, and moves of at most `window` scores.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::AdaptiveConformal;
    ///
    /// let mut stream = AdaptiveConformal::new(0.5)?;
    /// assert!(stream.observe(1.0, 0.0)?.holds(1.0));
    /// assert!(!stream.observe(2.0, 0.0)?.holds(2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`]; [`Error::OutOfRange`] where the error leaves the range of floats. What is refused changes
    /// nothing.
    pub fn observe(&mut self, actual: f64, forecast: f64) -> Result<AdaptiveInterval> {
        Error::check_finite("actual", &[actual])?;
        Error::check_finite("forecast", &[forecast])?;
        let score = (actual - forecast).abs();
        if score.is_infinite() {
            return Err(Error::out_of_range("the error of a forecast"));
        }
        let interval = self.about(forecast);
        self.observed += 1;
        self.outside += u64::from(!interval.holds(actual));
        if self.scores.len() >= self.window {
            self.forget();
        }
        self.scores.push_back(score);
        let rank = self.sorted.partition_point(|other| *other < score);
        self.sorted.insert(rank, score);
        Ok(interval)
    }

    /// Drops the oldest score.
    fn forget(&mut self) {
        if let Some(oldest) = self.scores.pop_front() {
            let rank = self.sorted.partition_point(|other| *other < oldest);
            if rank < self.sorted.len() {
                self.sorted.remove(rank);
            }
        }
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Raw {
    level: f64,
    gamma: f64,
    window: usize,
    scores: VecDeque<f64>,
    observed: u64,
    outside: u64,
}

#[cfg(feature = "serde")]
impl From<AdaptiveConformal> for Raw {
    fn from(stream: AdaptiveConformal) -> Self {
        let AdaptiveConformal { level, gamma, window, scores, observed, outside, .. } = stream;
        Self { level, gamma, window, scores, observed, outside }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for AdaptiveConformal {
    type Error = Error;

    fn try_from(Raw { level, gamma, window, scores, observed, outside }: Raw) -> Result<Self> {
        let stream = Self::new(level)?.gamma(gamma)?.window(window)?;
        let kept = scores.len() <= window && scores.len() as u64 <= observed && outside <= observed;
        if !(kept && scores.iter().all(|score| *score >= 0.0 && score.is_finite())) {
            return Err(Error::State { reason: "its scores or counts contradict each other".to_owned() });
        }
        let mut sorted: Vec<f64> = scores.iter().copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Self { scores, sorted, observed, outside, ..stream })
    }
}
