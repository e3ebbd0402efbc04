//! The Page-Hinkley test for a change of the mean.

mod stream;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

pub(crate) use stream::PageHinkleyStream;

use crate::arl::{CusumRuns, check_shift, threshold_for};
use crate::chart::AfterAlarm;
use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::stream::detect;
use crate::verdict::Side;

/// The mean that a [`PageHinkley`] test measures distances from.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Mean {
    /// That of all values since the last alarm, the newest included.
    Running {
        /// How many values it needs for a verdict, at least 1.
        min_values: usize,
    },
    /// One that is known: the test is then a [`Cusum`](crate::Cusum) chart.
    Known(f64),
}

impl Default for Mean {
    fn default() -> Self {
        Self::Running { min_values: 30 }
    }
}

/// The Page-Hinkley test: how far the sum of distances from the mean has come from its extreme.
///
/// # Method
///
/// ```text
/// u_t   = (x_t - mean) / deviation
/// m⁺_t  = α m⁺_{t-1} + u_t - δ              PH⁺_t = m⁺_t - min(0, m⁺_1, ..., m⁺_t)
/// m⁻_t  = α m⁻_{t-1} + u_t + δ              PH⁻_t = max(0, m⁻_1, ..., m⁻_t) - m⁻_t
/// score = PH⁺_t if it is the greater, else -PH⁻_t    flagged if |score| > threshold
/// ```
///
/// δ is half the change to be seen, α a forgetting factor, 1 in Page's and Hinkley's definition. The deviation is 1
/// unless it is given: δ and the threshold are then in the unit of the values. Definition and defaults are those of
/// river's and scikit-multiflow's `PageHinkley` but for the forgetting factor, which is 0.9999 there.
///
/// The test has no p-value. With a known mean, and without forgetting, its [average run length](PageHinkley::arl) is
/// computed and [`PageHinkley::for_arl`] chooses the threshold by it. A running mean follows a change before the test
/// sees it, and has no such figure.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `delta` | 0.005 | at least 0 | deviations |
/// | `threshold` | 50 | above 0 | deviations |
/// | `forgetting` | 1 | (0, 1] | weight of the sum before |
/// | `mean` | [`Mean::Running`] of at least 30 values | | |
/// | `deviation` | 1 | above 0 | unit of the values |
/// | `side` | [`Side::Both`] | | |
/// | `after` | [`AfterAlarm::Reset`] | | |
/// | `missing` | [`Missing::Error`] | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Mean, PageHinkley};
///
/// let test = PageHinkley::new().mean(Mean::Known(0.0)).delta(0.5).threshold(4.0);
/// let found = test.detect(&[0.0, 2.0, 2.0, 2.0, 0.0])?;
/// assert_eq!((found.indices(), found.scores[3]), (vec![3], 4.5));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Page, E. S. (1954). Continuous inspection schemes. *Biometrika* 41(1/2), 100-115. Hinkley, D. V. (1971). Inference
/// about the change-point from cumulative sum tests. *Biometrika* 58(3), 509-523. Gama, J., Sebastião, R., Rodrigues,
/// P. P. (2013). On evaluating stream learning algorithms. *Machine Learning* 90(3), 317-346.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct PageHinkley {
    /// Half the change to be seen, in deviations.
    pub delta: f64,
    /// What the distance from the extreme must exceed, in deviations.
    pub threshold: f64,
    /// The weight of the sum before, value by value.
    pub forgetting: f64,
    /// What distances are measured from.
    pub mean: Mean,
    /// The unit of `delta` and `threshold`, in that of the values.
    pub deviation: f64,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What the test does after an alarm.
    pub after: AfterAlarm,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for PageHinkley {
    fn default() -> Self {
        Self::new()
    }
}

impl PageHinkley {
    /// The test with δ = 0.005 and the threshold 50, in the unit of the values, by a running mean.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, PageHinkley};
    ///
    /// let mut values = vec![0.0; 40];
    /// values.extend([10.0; 10]);
    /// assert_eq!(PageHinkley::new().detect(&values)?.indices(), [45]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self {
            delta: 0.005,
            threshold: 50.0,
            forgetting: 1.0,
            mean: Mean::Running { min_values: 30 },
            deviation: 1.0,
            side: Side::Both,
            after: AfterAlarm::Reset,
            missing: Missing::Error,
        }
    }

    /// The test of values whose mean and deviation are known, with δ = 0.5 and one false alarm per `arl` values on
    /// average.
    ///
    /// [`PageHinkley::calibrated`] does so with other options.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cusum, PageHinkley};
    ///
    /// let test = PageHinkley::for_arl(500.0, 12.0, 0.3)?;
    /// assert_eq!(test.threshold, Cusum::for_arl(500.0)?.h);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a mean or a deviation outside its range, and unless `arl` is at most 1e12 and more
    /// than a test has whose threshold is 0.
    pub fn for_arl(arl: f64, mean: f64, deviation: f64) -> Result<Self> {
        Self::new().mean(Mean::Known(mean)).deviation(deviation).delta(0.5).calibrated(arl)
    }

    /// The same test with the threshold that gives one false alarm per `arl` values on average.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0)).delta(0.25).calibrated(1000.0)?;
    /// assert!((test.arl(0.0)? - 1000.0).abs() < 1e-6);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`PageHinkley::arl`], and [`Error::InvalidParameter`] as [`PageHinkley::for_arl`].
    pub fn calibrated(self, arl: f64) -> Result<Self> {
        self.check()?;
        let threshold = threshold_for(arl, |threshold| self.threshold(threshold).runs()?.zero_state(0.0))?;
        Ok(self.threshold(threshold))
    }

    /// The average run length: how many values pass until the first alarm, the mean shifted by `shift` deviations from
    /// the beginning.
    ///
    /// The values are independent and normal, with the mean that is known and the deviation that was given.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0)).delta(0.5).threshold(5.0);
    /// assert!((test.arl(0.0)? - 465.44).abs() < 0.005);
    /// assert!(PageHinkley::new().arl(0.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for a running mean and with forgetting; [`Error::InvalidParameter`] for a shift or a
    /// parameter outside its range; [`Error::LimitExceeded`] for a threshold above 333; [`Error::OutOfRange`] for a run
    /// length beyond the floats.
    pub fn arl(&self, shift: f64) -> Result<f64> {
        self.check()?;
        check_shift(shift)?;
        self.runs()?.zero_state(shift)
    }

    fn runs(&self) -> Result<CusumRuns> {
        if !(matches!(self.mean, Mean::Known(_)) && self.forgetting == 1.0) {
            let what = "the run length of this Page-Hinkley test".to_owned();
            let reason = "it is known for a known mean and a forgetting factor of 1".to_owned();
            return Err(Error::Unsupported { what, reason });
        }
        Ok(CusumRuns { slack: self.delta, limit: self.threshold, start: 0.0, side: self.side })
    }

    /// Half the change to be seen, in deviations; 0.005 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0));
    /// assert_eq!(test.delta(0.25).detect(&[1.0, 1.0])?.scores, [0.75, 1.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn delta(mut self, delta: f64) -> Self {
        self.delta = delta;
        self
    }

    /// What the distance from the extreme must exceed, in deviations; 50 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0));
    /// assert!(test.detect(&[4.0, 4.0])?.indices().is_empty());
    /// assert_eq!(test.threshold(6.0).detect(&[4.0, 4.0])?.indices(), [1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// The weight of the sum before, value by value; 1 by default: nothing is forgotten.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0)).delta(0.0).forgetting(0.5);
    /// assert_eq!(test.detect(&[1.0, 1.0, 1.0])?.scores, [1.0, 1.5, 1.75]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn forgetting(mut self, forgetting: f64) -> Self {
        self.forgetting = forgetting;
        self
    }

    /// What distances are measured from; the running mean of at least 30 values by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().delta(0.0).mean(Mean::Running { min_values: 2 });
    /// // The mean of 1 and 3 is 2, and 3 lies 1 above it.
    /// let scores = test.detect(&[1.0, 3.0])?.scores;
    /// assert!(scores[0].is_nan() && scores[1] == 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn mean(mut self, mean: Mean) -> Self {
        self.mean = mean;
        self
    }

    /// The unit of `delta` and `threshold`, in that of the values; 1 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0)).delta(0.0).deviation(0.5);
    /// assert_eq!(test.detect(&[1.0])?.scores, [2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn deviation(mut self, deviation: f64) -> Self {
        self.deviation = deviation;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mean, PageHinkley, Side};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0));
    /// assert_eq!(test.side(Side::Lower).detect(&[-60.0])?.indices(), [0]);
    /// assert!(test.side(Side::Upper).detect(&[-60.0])?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What the test does after an alarm; it starts anew by default, its running mean as well.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{AfterAlarm, Detector, Mean, PageHinkley};
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0));
    /// assert_eq!(test.detect(&[60.0, 0.0])?.indices(), [0]);
    /// assert_eq!(test.after(AfterAlarm::Continue).detect(&[60.0, 0.0])?.indices(), [0, 1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn after(mut self, after: AfterAlarm) -> Self {
        self.after = after;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out, and an infinity is flagged and moves nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, Mean, PageHinkley};
    /// use slo_core::stats::Missing;
    ///
    /// let test = PageHinkley::new().mean(Mean::Known(0.0));
    /// assert!(test.detect(&[f64::NAN, 60.0]).is_err());
    /// assert_eq!(test.missing(Missing::Skip).detect(&[f64::NAN, 60.0])?.indices(), [1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The test for values as they come.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Mean, OnlineDetector, PageHinkley};
    ///
    /// let mut online = PageHinkley::new().mean(Mean::Known(0.0)).online()?;
    /// assert!(!online.observe(30.0)?.flagged);
    /// assert!(online.observe(30.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(&self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(PageHinkleyStream::new(*self)))
    }
}

impl Detector for PageHinkley {
    fn name(&self) -> &'static str {
        "PageHinkley"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        if !(self.delta >= 0.0 && self.delta.is_finite()) {
            return Err(Error::invalid("delta", self.delta, "must be finite and at least 0"));
        }
        for (name, value) in [("threshold", self.threshold), ("deviation", self.deviation)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::invalid(name, value, "must be positive and finite"));
            }
        }
        if !(self.forgetting > 0.0 && self.forgetting <= 1.0) {
            return Err(Error::invalid("forgetting", self.forgetting, "must be above 0 and at most 1"));
        }
        match self.mean {
            Mean::Running { min_values: 0 } => Err(Error::invalid("min_values", 0, "must be at least 1")),
            Mean::Known(mean) if !mean.is_finite() => Err(Error::invalid("mean", mean, "must be finite")),
            Mean::Running { .. } | Mean::Known(_) => Ok(()),
        }
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        detect(PageHinkleyStream::new(*self), values, scores)
    }
}
