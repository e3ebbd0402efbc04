//! Cumulative sums of the distances from a target.

mod stream;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

pub(crate) use stream::CusumStream;

use crate::arl::{CusumRuns, check_shift, threshold_for};
use crate::chart::{AfterAlarm, Reference};
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::policy::Degenerate;
use crate::stream::detect;
use crate::verdict::Side;

/// The CUSUM chart: sums of the distances from the center that exceed a limit.
///
/// # Method
///
/// ```text
/// u_t   = (x_t - center) / deviation
/// C⁺_t  = max(0, C⁺_{t-1} + u_t - k)
/// C⁻_t  = max(0, C⁻_{t-1} - u_t - k)
/// score = C⁺_t if it is the greater, else -C⁻_t      flagged if |score| > h
/// ```
///
/// Of all rules with the same rate of false alarms it sees a shift of 2k deviations soonest (Moustakides 1986). It has no
/// p-value: what its false alarms cost is the [average run length](Cusum::arl), the mean number of values until one.
/// [`Cusum::for_arl`] chooses `h` by it. That figure holds for independent normal values and a known reference. A
/// reference learnt from few values has more false alarms: charts calibrated to 500 values with the default k raise one
/// per 311 values on average after learning from 100, one per 149 after learning from 30. The mean number of values up
/// to the first alarm hides this: it is 531 and 678, for a few lucky references wait very long.
///
/// A value infinitely far away is flagged by itself and leaves the sums as they are.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `k` | 0.5 | at least 0 | deviations |
/// | `h` | 5 | above 0 | deviations |
/// | `head_start` | 0 | 0 to 0.5 | share of `h` |
/// | `reference` | [`Reference::Learnt`] from 100 values | | |
/// | `side` | [`Side::Both`] | | |
/// | `after` | [`AfterAlarm::Reset`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Cusum, Detector, Reference};
///
/// let known = Reference::Known { center: 10.0, deviation: 1.0 };
/// let found = Cusum::new().reference(known).detect(&[10.0, 11.5, 12.0, 12.5, 12.0])?;
/// // 1 + 1.5 + 2 + 1.5 = 6 is beyond 5.
/// assert_eq!((found.indices(), found.scores[4]), (vec![4], 6.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Page, E. S. (1954). Continuous inspection schemes. *Biometrika* 41(1/2), 100-115. Lucas, J. M., Crosier, R. B. (1982).
/// Fast initial response for CUSUM quality-control schemes. *Technometrics* 24(3), 199-205. Moustakides, G. V. (1986).
/// Optimal stopping times for detecting changes in distributions. *Annals of Statistics* 14(4), 1379-1387. Vance, L. C.
/// (1986). Average run lengths of cumulative sum control charts for controlling normal means. *Journal of Quality
/// Technology* 18(3), 189-193.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Cusum {
    /// The slack, in deviations: half the shift to be seen.
    pub k: f64,
    /// What a sum must exceed, in deviations.
    pub h: f64,
    /// Where the sums start, as a share of `h`.
    pub head_start: f64,
    /// What the values are compared with.
    pub reference: Reference,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What the chart does after an alarm.
    pub after: AfterAlarm,
    /// What a value means that differs from a reference without spread.
    pub degenerate: Degenerate,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Cusum {
    fn default() -> Self {
        Self::new()
    }
}

impl Cusum {
    /// The chart with k = 0.5 and h = 5: one false alarm per 465 values, and a shift of one deviation seen after 10.4.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Cusum;
    ///
    /// let chart = Cusum::new();
    /// assert!((chart.arl(0.0)? - 465.4).abs() < 0.05 && (chart.arl(1.0)? - 10.38).abs() < 0.005);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {
            k: 0.5,
            h: 5.0,
            head_start: 0.0,
            reference: Reference::Learnt { values: 100 },
            side: Side::Both,
            after: AfterAlarm::Reset,
            degenerate: Degenerate::Alarm,
            missing: Missing::Error,
        }
    }

    /// The chart with k = 0.5 and one false alarm per `arl` values on average.
    ///
    /// [`Cusum::calibrated`] does so with other options.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Cusum;
    ///
    /// let chart = Cusum::for_arl(500.0)?;
    /// assert!((chart.h - 5.07).abs() < 0.005);
    /// assert!((chart.arl(0.0)? - 500.0).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `arl` is at most 1e12 and more than a chart has whose `h` is 0.
    pub fn for_arl(arl: f64) -> Result<Self> {
        Self::new().calibrated(arl)
    }

    /// The same chart with the `h` that gives one false alarm per `arl` values on average.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cusum, Side};
    ///
    /// // One sum alone alarms half as often as two.
    /// let chart = Cusum::new().side(Side::Upper).calibrated(1000.0)?;
    /// assert!((chart.h - Cusum::for_arl(500.0)?.h).abs() < 1e-9);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Cusum::for_arl`], and [`Error::InvalidParameter`] for another parameter outside its range;
    /// [`Error::LimitExceeded`] as [`Cusum::arl`].
    pub fn calibrated(self, arl: f64) -> Result<Self> {
        self.check()?;
        let h = threshold_for(arl, |h| self.h(h).runs().zero_state(0.0))?;
        Ok(self.h(h))
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
    /// use slo_anomaly::Cusum;
    ///
    /// // Lucas and Crosier (1982), table 1: 168 and 8.38, with a head start 149 and 5.29.
    /// let chart = Cusum::new().h(4.0);
    /// assert!((chart.arl(0.0)? - 168.0).abs() < 0.5 && (chart.arl(1.0)? - 8.38).abs() < 0.005);
    /// let chart = chart.head_start(0.5);
    /// assert!((chart.arl(0.0)? - 149.0).abs() < 0.5 && (chart.arl(1.0)? - 5.29).abs() < 0.005);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a shift or a parameter outside its range; [`Error::LimitExceeded`] for an `h`
    /// above 333, where the equation needs more than 1024 nodes; [`Error::OutOfRange`] for a run length beyond the
    /// floats.
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
    /// use slo_anomaly::Cusum;
    ///
    /// // The sums have gone some of the way when the shift comes.
    /// let chart = Cusum::new();
    /// assert!(chart.steady_arl(1.0)? < chart.arl(1.0)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Cusum::arl`].
    pub fn steady_arl(&self, shift: f64) -> Result<f64> {
        self.check()?;
        check_shift(shift)?;
        self.runs().steady_state(shift)
    }

    fn runs(&self) -> CusumRuns {
        CusumRuns { slack: self.k, limit: self.h, start: self.head_start * self.h, side: self.side }
    }

    /// The slack that each value's distance is lessened by, in deviations; 0.5 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cusum, Detector, Reference};
    ///
    /// let chart = Cusum::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.k(0.25).detect(&[1.0, 1.0])?.scores, [0.75, 1.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn k(mut self, k: f64) -> Self {
        self.k = k;
        self
    }

    /// What a sum must exceed, in deviations; 5 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cusum, Detector, Reference};
    ///
    /// let chart = Cusum::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.h(2.0).detect(&[2.0, 2.0])?.indices(), [1]);
    /// assert!(chart.h(3.0).detect(&[2.0, 2.0])?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn h(mut self, h: f64) -> Self {
        self.h = h;
        self
    }

    /// Where the sums start, also after an alarm, as a share of `h`; 0 by default.
    ///
    /// Half of it sees at once a shift that is there from the beginning, and costs little otherwise. More is not allowed:
    /// both sums could alarm together.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cusum, Detector, Reference};
    ///
    /// let chart = Cusum::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.head_start(0.5).detect(&[1.0])?.scores, [3.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn head_start(mut self, head_start: f64) -> Self {
        self.head_start = head_start;
        self
    }

    /// What the values are compared with; mean and deviation of the first 100 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cusum, Detector, Reference};
    ///
    /// let found = Cusum::new().reference(Reference::Learnt { values: 2 }).detect(&[0.0, 2.0, 1.0])?;
    /// assert!(found.scores[1].is_nan());
    /// assert_eq!(found.scores[2], 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn reference(mut self, reference: Reference) -> Self {
        self.reference = reference;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cusum, Detector, Reference, Side};
    ///
    /// let chart = Cusum::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.side(Side::Lower).detect(&[-7.0])?.indices(), [0]);
    /// assert!(chart.side(Side::Upper).detect(&[-7.0])?.indices().is_empty());
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
    /// use slo_anomaly::{AfterAlarm, Cusum, Detector, Reference};
    ///
    /// let chart = Cusum::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
    /// assert_eq!(chart.detect(&[7.0, 0.0])?.indices(), [0]);
    /// assert_eq!(chart.after(AfterAlarm::Continue).detect(&[7.0, 0.0])?.indices(), [0, 1]);
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
    /// use slo_anomaly::{Cusum, Degenerate, Detector, Reference};
    ///
    /// let chart = Cusum::new().reference(Reference::Learnt { values: 2 });
    /// assert_eq!(chart.detect(&[5.0, 5.0, 5.5])?.scores[2], f64::INFINITY);
    /// let floor = Degenerate::Floor { absolute: 0.25, relative: 0.0 };
    /// assert_eq!(chart.degenerate(floor).detect(&[5.0, 5.0, 5.5])?.scores[2], 1.5);
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
    /// use slo_anomaly::{Cusum, Detector, Reference};
    /// use slo_core::stats::Missing;
    ///
    /// let chart = Cusum::new().reference(Reference::Known { center: 0.0, deviation: 1.0 });
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
    /// use slo_anomaly::{Cusum, OnlineDetector, Reference};
    ///
    /// let known = Reference::Known { center: 0.0, deviation: 1.0 };
    /// let mut online = Cusum::new().reference(known).online()?;
    /// assert!(!online.observe(3.0)?.flagged);
    /// assert!(online.observe(3.5)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(&self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(CusumStream::new(*self)))
    }
}

impl Detector for Cusum {
    fn name(&self) -> &'static str {
        "Cusum"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        if !(self.k >= 0.0 && self.k.is_finite()) {
            return Err(Error::invalid("k", self.k, "must be finite and at least 0"));
        }
        if !(self.h > 0.0 && self.h.is_finite()) {
            return Err(Error::invalid("h", self.h, "must be positive and finite"));
        }
        if !(0.0..=0.5).contains(&self.head_start) {
            return Err(Error::invalid("head_start", self.head_start, "must lie between 0 and 0.5"));
        }
        self.reference.check()?;
        self.degenerate.check()
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        detect(CusumStream::new(*self), values, scores)
    }
}
