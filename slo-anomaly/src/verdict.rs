//! What a detector says about one value.

use std::fmt;

use slo_core::Figure;

use crate::tail::Tail;
use crate::test_result::Exactness;

/// A side of the baseline, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Side {
    /// Above and below.
    #[default]
    Both,
    /// Above only.
    Upper,
    /// Below only.
    Lower,
}

impl Side {
    /// Whether a score lies beyond the threshold on this side; never so if it is NaN.
    pub(crate) fn is_beyond(self, score: f64, threshold: f64) -> bool {
        match self {
            Self::Both => score.abs() > threshold,
            Self::Upper => score > threshold,
            Self::Lower => -score > threshold,
        }
    }

    /// How many ends of a sample are looked at.
    pub(crate) const fn ends(self) -> f64 {
        match self {
            Self::Both => 2.0,
            Self::Upper | Self::Lower => 1.0,
        }
    }
}

/// Why a verdict is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reason {
    /// The score does not exceed the threshold.
    Within,
    /// The score exceeds the threshold.
    Beyond,
    /// The score exceeds the threshold, but not what was seen of late.
    Held,
    /// The score exceeds the threshold, but too few others did so to confirm it.
    Unconfirmed,
    /// The score exceeds the threshold too soon after the last value that was flagged.
    Refractory,
    /// The value differs from a baseline without spread, so that no finite score can be formed.
    Degenerate,
    /// A window is shorter than twenty times its values take to become independent: how much they depend on one another
    /// is known too roughly. The verdict is flagged where the score exceeds a threshold all the same.
    TooShortForAutocorrelation,
    /// The baseline holds too few values for a verdict.
    WarmingUp,
    /// The value is NaN and was left out.
    Missing,
    /// The baseline holds an infinity, or spreads further than floats reach.
    Unbounded,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Both => "both",
            Self::Upper => "upper",
            Self::Lower => "lower",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Within => "within",
            Self::Beyond => "beyond",
            Self::Held => "held",
            Self::Unconfirmed => "unconfirmed",
            Self::Refractory => "refractory",
            Self::Degenerate => "degenerate",
            Self::TooShortForAutocorrelation => "too_short_for_autocorrelation",
            Self::WarmingUp => "warming_up",
            Self::Missing => "missing",
            Self::Unbounded => "unbounded",
        })
    }
}

/// What a value was compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Baseline {
    /// Where the baseline lies: its mean, its median, the middle of its box; NaN without a baseline.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub center: f64,
    /// How far it spreads, in the unit of the values: one unit of score; NaN without a baseline.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub scale: f64,
    /// How many values it holds.
    pub n: usize,
    /// How many places it looks back; none where it is no window.
    pub window: Option<usize>,
}

impl Baseline {
    /// A baseline that is no window.
    pub(crate) const fn of(center: f64, scale: f64, n: usize) -> Self {
        Self { center, scale, n, window: None }
    }

    /// Too few values to say anything.
    pub(crate) const fn without(n: usize) -> Self {
        Self::of(f64::NAN, f64::NAN, n)
    }
}

/// A detector's verdict on one value: decision, statistic and what they rest on.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Reason, Side, ThreeSigma};
///
/// let found = ThreeSigma::new().detect(&[1.0, 2.0, 3.0, 2.0, 12.0])?;
/// let verdict = &found.outliers[0];
/// assert_eq!((verdict.index, verdict.value, verdict.reason), (4, 12.0, Reason::Beyond));
/// // The others are 1, 2, 3, 2: mean 2, deviation √(2/3).
/// assert!((verdict.score - 10.0 / (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
/// assert_eq!(verdict.side, Some(Side::Upper));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
pub struct Verdict {
    /// The value's place in the series, or how many values an online detector saw before it.
    pub index: usize,
    /// The value.
    pub value: f64,
    /// How unusual it is, with a sign: above 0 above the baseline. NaN while warming up, for a missing value and
    /// without bounds.
    pub score: f64,
    /// What the size of the score must exceed for the value to be flagged.
    pub threshold: f64,
    /// Whether the value is an anomaly.
    pub flagged: bool,
    /// The side of the baseline on which the value lies, never both; none where it lies on neither or was not compared.
    pub side: Option<Side>,
    /// Why the value is flagged, or is not.
    pub reason: Reason,
    /// What the value was compared with.
    pub baseline: Baseline,
    pub(crate) tail: Tail,
}

impl Verdict {
    /// The verdict that a score asks for, or `reason` where there is no score.
    #[allow(clippy::inline_always, reason = "a verdict handed over through memory is waited for")]
    #[inline(always)]
    pub(crate) fn scored(
        (index, value): (usize, f64),
        score: f64,
        (threshold, sides): (f64, Side),
        reason: Option<Reason>,
        baseline: Baseline,
        tail: Tail,
    ) -> Self {
        let flagged = sides.is_beyond(score, threshold);
        // Nobody foresees on which side a value lies; that it lies on one, everybody.
        let nearer = std::hint::select_unpredictable(score > 0.0, Side::Upper, Side::Lower);
        let side = if score == 0.0 || score.is_nan() { None } else { Some(nearer) };
        let reason = reason.unwrap_or(if flagged { Reason::Beyond } else { Reason::Within });
        Self { index, value, score, threshold, flagged, side, reason, baseline, tail }
    }

    /// The verdict on a value by a score that has no side: how unusual it is, whichever way.
    pub(crate) fn unsided(
        (index, value): (usize, f64),
        score: f64,
        threshold: f64,
        baseline: Baseline,
        tail: Tail,
    ) -> Self {
        let flagged = score > threshold;
        let reason = if flagged { Reason::Beyond } else { Reason::Within };
        Self { index, value, score, threshold, flagged, side: None, reason, baseline, tail }
    }

    /// A value that cannot be judged.
    #[inline]
    pub(crate) fn withheld(place: (usize, f64), threshold: f64, reason: Reason, n: usize) -> Self {
        Self::scored(
            place,
            f64::NAN,
            (threshold, Side::Both),
            Some(reason),
            Baseline::without(n),
            Tail::UNKNOWN,
        )
    }

    /// The same verdict by a baseline that looks back so many places.
    #[inline]
    pub(crate) const fn over(mut self, window: usize) -> Self {
        self.baseline.window = Some(window);
        self
    }

    /// The probability of a value at least as unusual, were nothing unusual going on; none where it is not known.
    ///
    /// It is computed when it is asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// let found = ThreeSigma::new().detect(&[1.0, 2.0, 3.0, 2.0, 12.0])?;
    /// // T = 10 / √(2/3) / √(5/4) = √120 with 3 degrees of freedom.
    /// assert!((found.outliers[0].p_value().unwrap() - 0.001_629).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn p_value(&self) -> Option<f64> {
        self.tail.probability()
    }

    /// Whether the p-value is exact on independent normal values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Scale, ThreeSigma};
    ///
    /// let values = [1.0, 2.0, 3.0, 2.0, 12.0];
    /// assert!(ThreeSigma::new().detect(&values)?.outliers[0].exact());
    /// assert!(!ThreeSigma::new().scale(Scale::Mad).detect(&values)?.outliers[0].exact());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn exact(&self) -> bool {
        self.exactness() == Some(Exactness::Exact)
    }

    /// How the p-value relates to the probability that it stands for; none without one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Exactness, ThreeSigma, Tukey};
    ///
    /// let values = [1.0, 2.0, 3.0, 2.0, 12.0];
    /// assert_eq!(ThreeSigma::new().detect(&values)?.outliers[0].exactness(), Some(Exactness::Exact));
    /// assert_eq!(Tukey::new().detect(&values)?.outliers[0].exactness(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn exactness(&self) -> Option<Exactness> {
        self.tail.exactness()
    }

    /// The verdict in one sentence: value, baseline, score, threshold and p-value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// let found = ThreeSigma::new().detect(&[1.0, 2.0, 3.0, 2.0, 12.0])?;
    /// assert_eq!(
    ///     found.outliers[0].explain(),
    ///     "value 12 at 4 is flagged: above the baseline 2 (scale 0.816497, 4 values) by a score of 12.2474, \
    ///      beyond the threshold 3; p = 0.00162863, exact on independent normal values"
    /// );
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn explain(&self) -> String {
        self.to_string()
    }
}

impl PartialEq for Verdict {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
            && same(self.value, other.value)
            && same(self.score, other.score)
            && self.threshold == other.threshold
            && self.flagged == other.flagged
            && self.side == other.side
            && self.reason == other.reason
            && same(self.baseline.center, other.baseline.center)
            && same(self.baseline.scale, other.baseline.scale)
            && self.baseline.n == other.baseline.n
            && self.baseline.window == other.baseline.window
            && self.exactness() == other.exactness()
            && self.p_value() == other.p_value()
    }
}

/// Equal, or both missing.
fn same(left: f64, right: f64) -> bool {
    left == right || (left.is_nan() && right.is_nan())
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Baseline { center, scale, n, .. } = self.baseline;
        let baseline = format_args!("the baseline {} (scale {}, {n} values)", Figure(center), Figure(scale));
        write!(f, "value {} at {} ", Figure(self.value), self.index)?;
        match self.reason {
            Reason::WarmingUp => return write!(f, "is not judged: the baseline holds only {n} values"),
            Reason::Missing => return f.write_str("is missing and left out"),
            Reason::Unbounded => return f.write_str("is not judged: the baseline holds an infinity"),
            Reason::Within
            | Reason::Beyond
            | Reason::Held
            | Reason::Unconfirmed
            | Reason::Refractory
            | Reason::TooShortForAutocorrelation
            | Reason::Degenerate => {}
        }
        f.write_str(if self.flagged { "is flagged" } else { "is not flagged" })?;
        match self.side {
            _ if center.is_nan() => {}
            Some(Side::Upper) => write!(f, ": above {baseline}")?,
            Some(Side::Lower) => write!(f, ": below {baseline}")?,
            _ => write!(f, ": at {baseline}")?,
        }
        if self.reason == Reason::Degenerate {
            f.write_str(", which has no spread to measure the difference by")?;
        } else {
            let within = match self.reason {
                Reason::Within => true,
                Reason::TooShortForAutocorrelation => !self.flagged,
                _ => false,
            };
            let place = if within { "within" } else { "beyond" };
            let (score, threshold) = (Figure(self.score), Figure(self.threshold));
            write!(f, " by a score of {score}, {place} the threshold {threshold}")?;
        }
        f.write_str(match self.reason {
            Reason::Held => " but not beyond what was seen of late",
            Reason::Unconfirmed => ", which too few others confirm",
            Reason::Refractory => ", too soon after the last",
            Reason::TooShortForAutocorrelation => ", by a window short of twenty decorrelation times",
            _ => "",
        })?;
        match self.p_value() {
            None => Ok(()),
            Some(p) => {
                let quality = match self.exactness() {
                    Some(Exactness::Exact) => "exact on independent normal values",
                    Some(Exactness::UpperBound) => "an upper bound",
                    Some(Exactness::Approximate) | None => "approximate",
                };
                write!(f, "; p = {}, {quality}", Figure(p))
            }
        }
    }
}

/// A verdict as it is written down, the p-value with it.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Written {
    index: usize,
    #[serde(with = "crate::float")]
    value: f64,
    #[serde(with = "crate::float")]
    score: f64,
    #[serde(with = "crate::float")]
    threshold: f64,
    flagged: bool,
    side: Option<Side>,
    reason: Reason,
    baseline: Baseline,
    p_value: Option<f64>,
    exactness: Option<Exactness>,
}

#[cfg(feature = "serde")]
impl From<Verdict> for Written {
    fn from(verdict: Verdict) -> Self {
        let (p_value, exactness) = (verdict.p_value(), verdict.exactness());
        let Verdict { index, value, score, threshold, flagged, side, reason, baseline, .. } = verdict;
        Self { index, value, score, threshold, flagged, side, reason, baseline, p_value, exactness }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for Verdict {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> slo_core::Result<Self> {
        let Written { index, value, score, threshold, flagged, side, reason, baseline, p_value, exactness } =
            written;
        let judged = !matches!(reason, Reason::WarmingUp | Reason::Missing | Reason::Unbounded);
        let sound = !threshold.is_nan()
            && (threshold >= 0.0 || side.is_none())
            && side != Some(Side::Both)
            && score.is_nan() != judged
            && !(flagged && score.abs() <= threshold)
            && p_value.is_none_or(|p| (0.0..=1.0).contains(&p))
            && p_value.is_some() == exactness.is_some();
        if !sound {
            let reason = format!("the verdict at {index} contradicts itself");
            return Err(slo_core::Error::State { reason });
        }
        let tail = match (p_value, exactness) {
            (Some(p), Some(exactness)) => Tail::known(p, exactness),
            _ => Tail::UNKNOWN,
        };
        Ok(Self { index, value, score, threshold, flagged, side, reason, baseline, tail })
    }
}
