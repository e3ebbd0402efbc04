//! Values far outside the box that holds the middle half of the others.

mod calibration;
#[cfg(test)]
mod tests;

use std::fmt;

use slo_core::stats::Missing;
use slo_core::stats::quantile::{QuantileType, Sorted};
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_admitted};
use crate::online::Online;
use crate::policy::Degenerate;
use crate::rolling::Rolling;
use crate::tail::Tail;
use crate::verdict::{Baseline, Reason, Side, Verdict};

pub use calibration::Rate;

/// How the ends of the box are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Quartiles {
    /// The quantiles at 1/4 and 3/4 of a type.
    Type(QuantileType),
    /// Tukey's hinges, the medians of both halves: what R's `boxplot.stats` has.
    Hinges,
}

impl Quartiles {
    /// The ends of the box of sorted values.
    pub(crate) fn of(self, sorted: &Sorted) -> Result<(f64, f64)> {
        match self {
            Self::Type(kind) => Ok((sorted.quantile(0.25, kind)?, sorted.quantile(0.75, kind)?)),
            Self::Hinges => Ok(sorted.hinges()),
        }
    }

    /// The places among `n` sorted values, from 0, at which the ends of the box lie.
    pub(crate) fn places(self, n: usize) -> Result<(f64, f64)> {
        match self {
            Self::Type(kind) => Ok((kind.place(n, 0.25)?, kind.place(n, 0.75)?)),
            Self::Hinges => {
                let lower = (n.div_ceil(2) as f64 - 1.0) / 2.0;
                Ok((lower, n as f64 - 1.0 - lower))
            }
        }
    }
}

/// Whether both fences stand equally far from the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Fences {
    /// They do.
    #[default]
    Symmetric,
    /// The fence is farther on the side of the longer tail, by the medcouple of the values.
    Skewed,
}

impl fmt::Display for Fences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Symmetric => "symmetric",
            Self::Skewed => "skewed",
        })
    }
}

impl Fences {
    /// How many times farther than by symmetric fences the lower and the upper one stand.
    fn stretches(self, sorted: &Sorted) -> (f64, f64) {
        match self {
            Self::Symmetric => (1.0, 1.0),
            Self::Skewed => {
                let skewness = sorted.medcouple();
                let (lower, upper) = if skewness >= 0.0 { (-4.0, 3.0) } else { (-3.0, 4.0) };
                ((lower * skewness).exp(), (upper * skewness).exp())
            }
        }
    }
}

/// Tukey's fences, the rule behind a box plot's separate dots: a value is unusual far outside the middle half.
///
/// # Method
///
/// ```text
/// IQR   = Q3 - Q1
/// score = (x - Q3) / IQR above the box, (x - Q1) / IQR below it, 0 inside
/// flagged if x < Q1 - fence · IQR or x > Q3 + fence · IQR, that is |score| > fence
/// ```
///
/// A value on a fence is not flagged. In [`Detector::detect`] the quartiles are those of all values, the judged one
/// among them, which moves them little; in [`Tukey::rolling`] and [`Tukey::online`] those of the window before it.
///
/// There is no p-value: the share of false alarms depends on the distribution, and on n and the type of the quartiles.
/// Of independent normal values 0.7% lie outside 1.5 with many of them, but 2.3% with 20 and type 7; at least one value
/// of 20 does so in 30% of samples, of 100 in 55%. A fence of 3 ("far out") leaves 2.3 of a million.
/// [`Tukey::false_alarms`] has the rate of any fence, [`Tukey::calibrated`] the fence of any rate.
///
/// Where one tail is longer, the other fence is never met and this one too often: [`Tukey::skew_adjusted`] moves both by
/// the medcouple MC, a robust skewness between -1 and 1,
///
/// ```text
/// score = (x - Q3) / (exp(3 MC) IQR) above the box, (x - Q1) / (exp(-4 MC) IQR) below it    MC >= 0
///         (x - Q3) / (exp(4 MC) IQR) above the box, (x - Q1) / (exp(-3 MC) IQR) below it    MC < 0
/// ```
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `fence` | 1.5 | above 0 | interquartile ranges |
/// | `quartiles` | type 7 | [`Quartiles`] | |
/// | `fences` | [`Fences::Symmetric`] | | |
/// | `side` | [`Side::Both`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Tukey};
///
/// let values = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0, 100.0];
/// // Type 7: Q1 = 5.5, Q3 = 33, so the upper fence is at 74.25.
/// assert_eq!(Tukey::new().detect(&values)?.indices(), [10]);
/// // Type 8: 4.5 and 35.67, a fence at 82.4. Type 6: 4 and 37, at 86.5.
/// assert_eq!(Tukey::new().quantile(8.try_into()?).detect(&values)?.indices(), [10]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Tukey, J. W. (1977). *Exploratory Data Analysis*. Addison-Wesley. Frigge, M., Hoaglin, D. C., Iglewicz, B. (1989).
/// Some implementations of the boxplot. *The American Statistician* 43(1), 50-54. Hubert, M. and Vandervieren, E. (2008).
/// An adjusted boxplot for skewed distributions. *Computational Statistics & Data Analysis* 52(12), 5186-5201.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Tukey {
    /// How many interquartile ranges outside the box the fences stand.
    pub fence: f64,
    /// How the ends of the box are found.
    pub quartiles: Quartiles,
    /// Whether both fences stand equally far from the box.
    pub fences: Fences,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that differs from a box without width.
    pub degenerate: Degenerate,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Tukey {
    fn default() -> Self {
        Self::new()
    }
}

impl Tukey {
    /// Fences at 1.5 interquartile ranges by quantiles of type 7, on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Tukey};
    ///
    /// assert_eq!(Tukey::new().detect(&[5.0, 6.0, 5.0, 7.0, 6.0, 60.0])?.indices(), [5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {
            fence: 1.5,
            quartiles: Quartiles::Type(QuantileType::Linear),
            fences: Fences::Symmetric,
            side: Side::Both,
            degenerate: Degenerate::Alarm,
            missing: Missing::Error,
        }
    }

    /// How many interquartile ranges outside the box the fences stand; 1.5 by default, 3 for what is "far out".
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Tukey};
    ///
    /// // The box reaches from 2 to 4, the fences stand at 7 and at 10.
    /// let values = [1.0, 2.0, 3.0, 4.0, 8.0];
    /// assert_eq!(Tukey::new().detect(&values)?.indices(), [4]);
    /// assert!(Tukey::new().fence(3.0).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn fence(mut self, fence: f64) -> Self {
        self.fence = fence;
        self
    }

    /// The type of the quantiles at 1/4 and 3/4; 7 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Tukey};
    /// use slo_core::stats::quantile::QuantileType;
    ///
    /// // With five values the third quartile of type 6 lies half way to the greatest one.
    /// let values = [1.0, 2.0, 3.0, 4.0, 8.0];
    /// assert!(Tukey::new().quantile(QuantileType::Weibull).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn quantile(mut self, kind: QuantileType) -> Self {
        self.quartiles = Quartiles::Type(kind);
        self
    }

    /// Tukey's hinges as the ends of the box instead of quantiles, as R's `boxplot.stats` has them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Tukey};
    ///
    /// // Hinges 2 and 8, fence at 17; quartiles of type 7: 2.25 and 7, fence at 14.125.
    /// let values = [1.0, 2.0, 3.0, 4.0, 8.0, 15.0];
    /// assert_eq!(Tukey::new().detect(&values)?.indices(), [5]);
    /// assert!(Tukey::new().hinges().detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn hinges(mut self) -> Self {
        self.quartiles = Quartiles::Hinges;
        self
    }

    /// Fences that stand farther from the box on the side of the longer tail: Hubert and Vandervieren's adjusted box
    /// plot, R's `adjbox` in package robustbase.
    ///
    /// It needs all values of a sample: it has no rolling form, nor a known rate of false alarms.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Tukey};
    ///
    /// // Durations have a long tail. The medcouple is 0.57: the upper fence stands 5.5 times as far away.
    /// let seconds = [0.1, 0.2, 0.4, 0.5, 0.9, 1.3, 1.9, 2.8, 4.1, 6.0, 9.5, 30.0];
    /// assert_eq!(Tukey::new().detect(&seconds)?.indices(), [11]);
    /// assert!(Tukey::new().skew_adjusted().detect(&seconds)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn skew_adjusted(mut self) -> Self {
        self.fences = Fences::Skewed;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Side, Tukey};
    ///
    /// let values = [5.0, 6.0, 5.0, 7.0, 6.0, -60.0];
    /// assert_eq!(Tukey::new().side(Side::Lower).detect(&values)?.indices(), [5]);
    /// assert!(Tukey::new().side(Side::Upper).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What a value means that differs from a box without width; an alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, Detector, Tukey};
    ///
    /// // More than half of an error count is 0: the box has no width.
    /// let errors = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    /// assert_eq!(Tukey::new().detect(&errors)?.indices(), [5]);
    /// assert!(Tukey::new().degenerate(Degenerate::NoAlarm).detect(&errors)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out, and keeps its place in a window. In a window, an infinity is judged,
    /// and nothing can be judged by a baseline that holds one; a whole sample that holds one has no box.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Tukey};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [5.0, 6.0, f64::NAN, 5.0, 7.0, 6.0, 60.0];
    /// assert!(Tukey::new().detect(&values).is_err());
    /// assert_eq!(Tukey::new().missing(Missing::Skip).detect(&values)?.indices(), [6]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The same fences around the `window` values before each.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Tukey};
    ///
    /// let rolling = Tukey::new().rolling(5)?.min_baseline(5);
    /// let found = rolling.detect(&[1.0, 2.0, 3.0, 4.0, 5.0, 9.0])?;
    /// // The box of the five before reaches from 2 to 4.
    /// assert_eq!((found.indices(), found.scores[5]), (vec![5], 2.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window of fewer than 2 values, for fences that follow the skewness, and for a
    /// parameter outside its range.
    pub fn rolling(self, window: usize) -> Result<Rolling> {
        Rolling::new(self, window)
    }

    /// The same fences for values as they come, around the `window` values before each.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{OnlineDetector, Tukey};
    ///
    /// let mut online = Tukey::new().online(5)?;
    /// online.observe_many(&[1.0, 2.0, 3.0, 4.0, 5.0])?;
    /// assert!(!online.score(7.0)?.flagged && online.score(7.1)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Tukey::rolling`].
    pub fn online(self, window: usize) -> Result<Online> {
        self.rolling(window)?.online()
    }

    /// The verdict on a value with a box that `n` values made.
    pub(crate) fn verdict(&self, place: (usize, f64), quartiles: Option<(f64, f64)>, n: usize) -> Verdict {
        self.stretched(place, quartiles, (1.0, 1.0), n)
    }

    /// The verdict by fences that stand so many times farther below and above the box.
    fn stretched(
        &self,
        place: (usize, f64),
        quartiles: Option<(f64, f64)>,
        stretches: (f64, f64),
        n: usize,
    ) -> Verdict {
        let Some((lower, upper)) = quartiles else {
            return Verdict::withheld(place, self.fence, Reason::Unbounded, n);
        };
        let width = upper - lower;
        if !width.is_finite() {
            return Verdict::withheld(place, self.fence, Reason::Unbounded, n);
        }
        let value = place.1;
        let center = f64::midpoint(lower, upper);
        let scale = self.degenerate.scale(width, center);
        let (outside, stretch) = if value > upper {
            (value - upper, stretches.1)
        } else if value < lower {
            (value - lower, stretches.0)
        } else {
            (0.0, 1.0)
        };
        let score = self.degenerate.score(outside, stretch * scale);
        let score =
            if scale > 0.0 { self.fenced(score, value, (lower, upper), stretch * scale) } else { score };
        let reason = (scale == 0.0 && outside != 0.0).then_some(Reason::Degenerate);
        let baseline = Baseline::of(center, scale, n);
        Verdict::scored(place, score, (self.fence, self.side), reason, baseline, Tail::UNKNOWN)
    }

    /// The score, on the side of the fence on which the value is: rounding must not move it across.
    fn fenced(&self, score: f64, value: f64, (lower, upper): (f64, f64), scale: f64) -> f64 {
        let reach = self.fence * scale;
        if value > upper + reach || value < lower - reach {
            score.abs().max(self.fence.next_up()).copysign(score)
        } else {
            score.clamp(-self.fence, self.fence)
        }
    }
}

impl Detector for Tukey {
    fn name(&self) -> &'static str {
        "Tukey"
    }

    fn reading(&self) -> Reading {
        Reading::Sample
    }

    fn check(&self) -> Result<()> {
        if !(self.fence > 0.0 && self.fence.is_finite()) {
            return Err(Error::invalid("fence", self.fence, "must be positive and finite"));
        }
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_admitted(self.missing, values, scores)?;
        let present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        // A box cannot be drawn where there is no value, or an infinite one.
        let Ok(sorted) = Sorted::new(&present) else { return Ok(Findings::none(scores, self.fence)) };
        let (quartiles, stretches) = (self.quartiles.of(&sorted)?, self.fences.stretches(&sorted));
        let judge = |place| self.stretched(place, Some(quartiles), stretches, present.len());
        Ok(Findings::of_each(values, scores, self.fence, judge))
    }
}
