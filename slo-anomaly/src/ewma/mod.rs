//! An exponentially weighted moving average that leaves its limits.

mod stream;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

pub(crate) use stream::EwmaStream;

use crate::arl::{EwmaRuns, check_shift, threshold_for};
use crate::chart::{AfterAlarm, Reference};
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::policy::Degenerate;
use crate::stream::detect;
use crate::verdict::Side;

/// How wide the limits of an [`Ewma`] chart are at its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum EwmaLimits {
    /// As wide as the average of so many values spreads: early shifts are seen early.
    #[default]
    Exact,
    /// As wide as they become in the end.
    Steady,
}

/// The EWMA chart: an exponentially weighted moving average of the values that leaves its limits.
///
/// # Method
///
/// ```text
/// u_t   = (x_t - center) / deviation
/// z_t   = λ u_t + (1 - λ) z_{t-1},                   z_0 = 0
/// σ_t²  = λ/(2 - λ) · (1 - (1 - λ)^{2t})             the last factor is left out by EwmaLimits::Steady
/// score = z_t / σ_t                                  flagged if |score| > width
/// ```
///
/// The chart sees small lasting shifts that no single value shows. It has no p-value: what its false alarms cost is the
/// [average run length](Ewma::arl), the mean number of values until one. [`Ewma::for_arl`] chooses the width by it. That
/// figure holds for independent normal values and a known reference. A reference learnt from few values has more false
/// alarms: charts calibrated to 500 values with the default λ raise one per 315 values on average after learning from
/// 100, one per 151 after learning from 30. The mean number of values up to the first alarm hides this: it is 500 and
/// 722, for a few lucky references wait very long.
///
/// A value infinitely far away is flagged by itself and leaves the average as it is.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `smoothing` (λ) | 0.2 | (0, 1] | weight of the newest value |
/// | `width` | 2.864 | above 0 | deviations of the average |
/// | `reference` | [`Reference::Learnt`] from 100 values | | |
/// | `limits` | [`EwmaLimits::Exact`] | | |
/// | `side` | [`Side::Both`] | | |
/// | `after` | [`AfterAlarm::Reset`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Ewma, Reference};
///
/// let known = Reference::Known { center: 10.0, deviation: 1.0 };
/// let shifted = [10.2, 9.7, 10.1, 11.4, 11.2, 11.6, 11.5, 11.3];
/// let found = Ewma::new().reference(known).detect(&shifted)?;
/// // The first average is 0.2 · 0.2, its deviation 0.2.
/// assert!((found.scores[0] - 0.2).abs() < 1e-12);
/// assert_eq!(found.indices(), [7]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Roberts, S. W. (1959). Control chart tests based on geometric moving averages. *Technometrics* 1(3), 239-250. Crowder,
/// S. V. (1987). A simple method for studying run-length distributions of exponentially weighted moving average charts.
/// *Technometrics* 29(4), 401-407. Knoth, S. (2003). EWMA schemes with nonhomogeneous transition kernels. *Sequential
/// Analysis* 22(3), 241-255.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Ewma {
    /// The weight of the newest value.
    pub smoothing: f64,
    /// How many deviations of the average the limits lie from the center.
    pub width: f64,
    /// What the values are compared with.
    pub reference: Reference,
    /// How wide the limits are at the beginning.
    pub limits: EwmaLimits,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What the chart does after an alarm.
    pub after: AfterAlarm,
    /// What a value means that differs from a reference without spread.
    pub degenerate: Degenerate,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Ewma {
    fn default() -> Self {
        Self::new()
    }
}

impl Ewma {
    /// The chart with λ = 0.2 and limits for one false alarm per 370 values, which is what 3 deviations give single
    /// values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Ewma;
    ///
    /// assert!((Ewma::new().arl(0.0)? - 370.4).abs() < 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {
            smoothing: 0.2,
            width: 2.864,
            reference: Reference::Learnt { values: 100 },
            limits: EwmaLimits::Exact,
            side: Side::Both,
            after: AfterAlarm::Reset,
            degenerate: Degenerate::Alarm,
            missing: Missing::Error,
        }
    }

    /// The chart with λ = 0.2 and one false alarm per `arl` values on average.
    ///
    /// [`Ewma::calibrated`] does so with other options.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Ewma;
    ///
    /// let chart = Ewma::for_arl(500.0)?;
    /// assert!((chart.arl(0.0)? - 500.0).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `arl` lies above 1 and is at most 1e12.
    pub fn for_arl(arl: f64) -> Result<Self> {
        Self::new().calibrated(arl)
    }

    /// The same chart with the width that gives one false alarm per `arl` values on average.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Ewma, EwmaLimits};
    ///
    /// // Crowder (1989): λ = 0.1 needs 2.814 for 500.
    /// let chart = Ewma::new().smoothing(0.1).limits(EwmaLimits::Steady).calibrated(500.0)?;
    /// assert!((chart.width - 2.814).abs() < 5e-4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `arl` lies above 1 and is at most 1e12, and for another parameter outside its
    /// range; [`Error::LimitExceeded`] as [`Ewma::arl`].
    pub fn calibrated(self, arl: f64) -> Result<Self> {
        self.check()?;
        let width = threshold_for(arl, |width| self.width(width).runs().zero_state(0.0))?;
        Ok(self.width(width))
    }

    /// The average run length: how many values pass until the first alarm, the mean shifted by `shift` deviations from
    /// the beginning.
    ///
    /// The values are independent and normal and the reference is known. The integral equation is solved to about ten
    /// digits.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Ewma, EwmaLimits};
    ///
    /// // Lucas and Saccucci (1990), table 3: 500 and 17.5.
    /// let chart = Ewma::new().smoothing(0.5).width(3.071).limits(EwmaLimits::Steady);
    /// assert!((chart.arl(0.0)? - 500.0).abs() < 0.5);
    /// assert!((chart.arl(1.0)? - 17.5).abs() < 0.05);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a shift or a parameter outside its range; [`Error::LimitExceeded`] where λ is so
    /// small, below 3e-4 with limits of 3 deviations, that the equation needs more than 1024 nodes, or, below about 0.007
    /// with exact limits, that these widen for too many steps;
    /// [`Error::OutOfRange`] for a run length beyond the floats.
    pub fn arl(&self, shift: f64) -> Result<f64> {
        self.check()?;
        check_shift(shift)?;
        self.runs().zero_state(shift)
    }

    /// How many values pass from a shift until the next alarm, if the chart has run for long before, starting anew after
    /// each false alarm: the cyclical steady state.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Ewma, EwmaLimits};
    ///
    /// // Exact limits see early shifts sooner than late ones.
    /// let chart = Ewma::new();
    /// assert!(chart.steady_arl(1.0)? > chart.arl(1.0)?);
    /// // Steady ones are the other way round.
    /// let chart = chart.limits(EwmaLimits::Steady);
    /// assert!(chart.steady_arl(1.0)? < chart.arl(1.0)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Ewma::arl`].
    pub fn steady_arl(&self, shift: f64) -> Result<f64> {
        self.check()?;
        check_shift(shift)?;
        self.runs().steady_state(shift)
    }

    fn runs(&self) -> EwmaRuns {
        let widening = match self.limits {
            EwmaLimits::Exact => EwmaRuns::widening(self.smoothing),
            EwmaLimits::Steady => 0,
        };
        EwmaRuns { lambda: self.smoothing, width: self.width, side: self.side, widening }
    }

    /// The weight of the newest value; 0.2 by default. The less, the smaller the shifts that are seen.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Ewma, Reference};
    ///
    /// let known = Reference::Known { center: 0.0, deviation: 1.0 };
    /// // With λ = 1 nothing is remembered.
    /// assert_eq!(Ewma::new().smoothing(1.0).reference(known).detect(&[1.0, 2.0])?.scores, [1.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn smoothing(mut self, smoothing: f64) -> Self {
        self.smoothing = smoothing;
        self
    }

    /// How many deviations of the average the limits lie from the center; 2.864 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Ewma, Reference};
    ///
    /// let chart = Ewma::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.width(2.9).detect(&[3.0])?.indices(), [0]);
    /// assert!(chart.width(3.1).detect(&[3.0])?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// What the values are compared with; mean and deviation of the first 100 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Ewma, Reference};
    ///
    /// let found = Ewma::new().reference(Reference::Learnt { values: 2 }).detect(&[0.0, 2.0, 1.0])?;
    /// assert!(found.scores[1].is_nan());
    /// assert_eq!(found.scores[2], 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn reference(mut self, reference: Reference) -> Self {
        self.reference = reference;
        self
    }

    /// How wide the limits are at the beginning; exactly as wide as the average spreads by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Ewma, EwmaLimits, Reference};
    ///
    /// let chart = Ewma::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.detect(&[4.0])?.indices(), [0]);
    /// // 0.2 · 4 is 2.4 of the final deviation 1/3.
    /// assert!((chart.limits(EwmaLimits::Steady).detect(&[4.0])?.scores[0] - 2.4).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn limits(mut self, limits: EwmaLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Ewma, Reference, Side};
    ///
    /// let chart = Ewma::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.side(Side::Lower).detect(&[-4.0])?.indices(), [0]);
    /// assert!(chart.side(Side::Upper).detect(&[-4.0])?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What the chart does after an alarm; it starts anew by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{AfterAlarm, Detector, Ewma, Reference};
    ///
    /// let chart = Ewma::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.detect(&[9.0, 0.0])?.indices(), [0]);
    /// assert_eq!(chart.after(AfterAlarm::Continue).detect(&[9.0, 0.0])?.indices(), [0, 1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn after(mut self, after: AfterAlarm) -> Self {
        self.after = after;
        self
    }

    /// What a value means that differs from a reference without spread; an alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, Detector, Ewma, Reference};
    ///
    /// let chart = Ewma::new().reference(Reference::Learnt { values: 2 });
    /// assert_eq!(chart.detect(&[5.0, 5.0, 5.5])?.scores[2], f64::INFINITY);
    /// let floor = Degenerate::Floor { absolute: 0.5, relative: 0.0 };
    /// assert!((chart.degenerate(floor).detect(&[5.0, 5.0, 5.5])?.scores[2] - 1.0).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out, and an infinity is flagged and moves nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Ewma, Reference};
    /// use slo_core::stats::Missing;
    ///
    /// let chart = Ewma::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert!(chart.detect(&[f64::NAN, 9.0]).is_err());
    /// assert_eq!(chart.missing(Missing::Skip).detect(&[f64::NAN, 9.0])?.indices(), [1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The chart for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Ewma, OnlineDetector, Reference};
    ///
    /// let known = Reference::Known { center: 0.0, deviation: 1.0 };
    /// let mut online = Ewma::new().reference(known).online()?;
    /// assert!(!online.observe(1.0)?.flagged);
    /// assert!(online.observe(4.5)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(&self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(EwmaStream::new(*self)))
    }
}

impl Detector for Ewma {
    fn name(&self) -> &'static str {
        "Ewma"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        if !(self.smoothing > 0.0 && self.smoothing <= 1.0) {
            return Err(Error::invalid("smoothing", self.smoothing, "must be above 0 and at most 1"));
        }
        if !(self.width > 0.0 && self.width.is_finite()) {
            return Err(Error::invalid("width", self.width, "must be positive and finite"));
        }
        self.reference.check()?;
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        detect(EwmaStream::new(*self), values, scores)
    }
}
