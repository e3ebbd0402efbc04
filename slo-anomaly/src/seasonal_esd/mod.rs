//! Values far from a season, and from what the others leave.

mod kernel;
#[cfg(test)]
mod tests;

use slo_core::decompose::Stl;
use slo_core::{Error, Result};

use crate::detection::Findings;
use crate::detector::{Detector, Reading, check_sample};
use crate::policy::Degenerate;
use crate::verdict::Side;

/// Several outliers of a seasonal series, one after the other: the seasonal hybrid ESD of Twitter.
///
/// # Method
///
/// ```text
/// y_i = x_i - S_i - median(x),   S the season of STL, the same in all cycles and robust
/// R_i = max |y - median(y)| / MAD(y) of what is left,  MAD = 1.4826 median |y - median(y)|;  the value is taken away
/// λ_i = t (n-i) / √((n-i-1+t²) (n-i+1)),  t the quantile of Student's t with n-i-1 degrees at 1 - α / (2 (n-i+1))
/// ```
///
/// The outliers are all values up to the last `R_i > λ_i`, of at most a share of all; on one side the quantile is at
/// `1 - α / (n-i+1)`. The trend is not taken out, deliberately: a level that rises is news. A score is the distance of
/// a value from the median of what is left without the outliers, in its MADs, on the side of `λ` where the decision is.
///
/// The constants are those of the mean and the deviation, with which the rule was derived: there is no p-value, and
/// independent normal values are flagged more often than `alpha` says. Only up to rounding, what is left may have no
/// spread: then the definition stops, which is [`Degenerate::NoAlarm`]; by default the values that differ are flagged,
/// if they are not more than the share.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `period` | | from 2 to half the number of values | values |
/// | `alpha` | 0.05 | strictly between 0 and 1 | probability |
/// | `max_share` | 0.1 | above 0, below 0.5; at least one value | share of all |
/// | `side` | [`Side::Both`] | | |
/// | `degenerate` | [`Degenerate::Alarm`] | not [`Degenerate::Floor`] | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, SeasonalEsd};
///
/// // A sawtooth of eight values; 5 is usual at its top and an anomaly at its foot.
/// let mut values: Vec<f64> = (0..96).map(|t| f64::from(t % 8) + 0.1 * f64::from(t * t % 7)).collect();
/// values[40] = 5.0;
/// assert_eq!(SeasonalEsd::new(8).detect(&values)?.indices(), [40]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hochenbaum, J., Vallis, O. S., Kejariwal, A. (2017). Automatic anomaly detection in the cloud via statistical
/// learning. arXiv:1704.07706. Rosner, B. (1983). Percentage points for a generalized ESD many-outlier procedure.
/// *Technometrics* 25(2), 165-172.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct SeasonalEsd {
    /// How many values a cycle has.
    pub period: usize,
    /// The level of each step of the test.
    pub alpha: f64,
    /// The greatest share of values that can be flagged.
    pub max_share: f64,
    /// The sides on which a value can be flagged.
    pub side: Side,
    /// What a value means that differs from others without spread.
    pub degenerate: Degenerate,
}

impl SeasonalEsd {
    /// At most a tenth of the values, at a level of 0.05, on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Side, SeasonalEsd};
    ///
    /// let rule = SeasonalEsd::new(1440);
    /// assert_eq!((rule.period, rule.alpha, rule.max_share, rule.side), (1440, 0.05, 0.1, Side::Both));
    /// ```
    pub const fn new(period: usize) -> Self {
        Self { period, alpha: 0.05, max_share: 0.1, side: Side::Both, degenerate: Degenerate::Alarm }
    }

    /// The level of each step of the test; 0.05 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SeasonalEsd};
    ///
    /// let mut values: Vec<f64> = (0..96).map(|t| f64::from(t % 8) + 0.1 * f64::from(t * t % 7)).collect();
    /// values[40] = 0.9;
    /// assert_eq!(SeasonalEsd::new(8).detect(&values)?.indices(), [40]);
    /// assert!(SeasonalEsd::new(8).alpha(1e-30).detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// The greatest share of values that can be flagged; 0.1 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SeasonalEsd};
    ///
    /// let mut values: Vec<f64> = (0..96).map(|t| f64::from(t % 8) + 0.1 * f64::from(t * t % 7)).collect();
    /// (values[40], values[70]) = (50.0, 60.0);
    /// assert_eq!(SeasonalEsd::new(8).detect(&values)?.indices(), [40, 70]);
    /// // One of 96 values is the most that may be flagged: the farther one.
    /// assert_eq!(SeasonalEsd::new(8).max_share(0.02).detect(&values)?.indices(), [70]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn max_share(mut self, max_share: f64) -> Self {
        self.max_share = max_share;
        self
    }

    /// The sides on which a value can be flagged; both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, SeasonalEsd, Side};
    ///
    /// let mut values: Vec<f64> = (0..96).map(|t| f64::from(t % 8) + 0.1 * f64::from(t * t % 7)).collect();
    /// (values[40], values[70]) = (5.0, -60.0);
    /// assert_eq!(SeasonalEsd::new(8).side(Side::Upper).detect(&values)?.indices(), [40]);
    /// assert_eq!(SeasonalEsd::new(8).side(Side::Lower).detect(&values)?.indices(), [70]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What a value means that differs from others without spread; an alarm by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Degenerate, Detector, SeasonalEsd};
    ///
    /// let mut values = [10.0; 96];
    /// values[50] = 1000.0;
    /// assert_eq!(SeasonalEsd::new(24).detect(&values)?.indices(), [50]);
    /// // As defined, the test stops where the median distance is 0.
    /// let defined = SeasonalEsd::new(24).degenerate(Degenerate::NoAlarm);
    /// assert!(defined.detect(&values)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn degenerate(mut self, degenerate: Degenerate) -> Self {
        self.degenerate = degenerate;
        self
    }

    /// How many of `n` values may be flagged.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share below one half of a length, rounded down"
    )]
    fn most(&self, n: usize) -> usize {
        (self.max_share * n as f64) as usize
    }
}

impl Detector for SeasonalEsd {
    fn name(&self) -> &'static str {
        "SeasonalEsd"
    }

    fn reading(&self) -> Reading {
        Reading::Series
    }

    fn check(&self) -> Result<()> {
        Stl::new(self.period).check()?;
        Error::check_fraction("alpha", self.alpha)?;
        if !(self.max_share > 0.0 && self.max_share < 0.5) {
            return Err(Error::invalid("max_share", self.max_share, "must lie strictly between 0 and 0.5"));
        }
        if matches!(self.degenerate, Degenerate::Floor { .. }) {
            let reason = "the test has no least scale; choose an alarm or none".to_owned();
            return Err(Error::Unsupported { what: "a floor of the scale".to_owned(), reason });
        }
        Ok(())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        check_sample(values, scores)?;
        let season = kernel::season(self.period, values)?;
        let most = self.most(values.len());
        if most == 0 {
            let reason = format!("allows none of {} values", values.len());
            return Err(Error::invalid("max_share", self.max_share, reason));
        }
        Ok(kernel::judge(self, most, values, &season, scores))
    }
}
