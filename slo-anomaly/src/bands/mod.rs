//! The adaptive and the robust bands of Grafana's rules for Prometheus.

mod stream;
#[cfg(test)]
mod tests;

use slo_core::stats::Missing;
use slo_core::{Error, Result};

pub(crate) use stream::BandsStream;

use crate::detection::Findings;
use crate::detector::{Detector, Reading};
use crate::online::Online;
use crate::stream::detect;

/// Which rules the [`Bands`] follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum BandRules {
    /// The mean of an hour, and deviations.
    #[default]
    Adaptive,
    /// The median of a day, and median distances.
    Robust,
}

/// The bands of Grafana's anomaly detection rules for Prometheus: around the last hour or day, wide enough for a day
/// and a week ago.
///
/// # Method
///
/// All windows end at the value and hold it. `sd` is the deviation with divisor n, `mad` the plain median distance.
///
/// ```text
/// adaptive  mid = mean_1h,   level = x
///           σ   = mean over 26h of sd_1h where sd_1h > 0.5 mean_1h
///           mid ± 2 σ,   mid ± 0.5 mid,   mean_1h ± 2 sd_1h of 23h30m and of 167h30m ago
/// robust    mid = median_1d, level = median_1h
///           mid ± 2 mad_1d,   mid ± 0.5 mid,   median_1h ± 2 mad_1h of 23h45m and of 167h45m ago
/// ```
///
/// The upper band is the highest of these, the lower band the lowest, and not below 0. In `mad` each value's distance
/// is that from the median at its own time. The score is the distance from the middle in units of the band's distance
/// on that side: a level beyond its band has a score beyond 1.
///
/// As in the rules, values at or below 0 do not count: the bands are for rates, durations and sizes. The rules look at
/// the seasons every five minutes and accept bands of two minutes ago; here both are those of the value's own time.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `rules` | [`BandRules::Adaptive`] | | |
/// | `hour` | 60 | 2 to 3600 | values an hour |
/// | `width` | 2 | above 0 | deviations, or median distances |
/// | `margin` | 0.5 | at least 0 | share of the middle |
/// | `variation` | 0.5 | at least 0 | least `sd`, as a share of the mean, that counts |
/// | `sparse` | 0 | at least 0 | least mean of the last hour, zeros with it, that values count with |
/// | `missing` | [`Missing::Error`] | | |
///
/// Shares of an hour that are no whole number of values are rounded down.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Bands, Detector};
///
/// let mut requests = vec![100.0; 120];
/// requests[100] = 160.0;
/// let found = Bands::new().detect(&requests)?;
/// assert_eq!(found.indices(), [100]);
/// // The mean of the hour is 101, the margin 50.5.
/// assert!((found.scores[100] - 59.0 / 50.5).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Grafana Labs. promql-anomaly-detection, rules/adaptive.yml and rules/robust.yml.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Bands {
    /// Which rules they follow.
    pub rules: BandRules,
    /// How many values an hour has.
    pub hour: usize,
    /// How many deviations, or median distances, the bands lie from the middle.
    pub width: f64,
    /// Their least distance, as a share of the middle.
    pub margin: f64,
    /// The least deviation that counts, as a share of the mean.
    pub variation: f64,
    /// The least mean of an hour with which its values count.
    pub sparse: f64,
    /// What a value means that is not finite.
    pub missing: Missing,
}

impl Default for Bands {
    fn default() -> Self {
        Self::new()
    }
}

impl Bands {
    /// The adaptive bands with a value a minute.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, BandRules};
    ///
    /// assert_eq!((Bands::new().rules, Bands::new().hour), (BandRules::Adaptive, 60));
    /// ```
    pub const fn new() -> Self {
        Self {
            rules: BandRules::Adaptive,
            hour: 60,
            width: 2.0,
            margin: 0.5,
            variation: 0.5,
            sparse: 0.0,
            missing: Missing::Error,
        }
    }

    /// Which rules they follow; the adaptive ones by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, Detector, BandRules};
    ///
    /// let mut latency = vec![1.0; 120];
    /// latency[100] = 1.6;
    /// // One value moves no median.
    /// assert_eq!(Bands::new().detect(&latency)?.indices(), [100]);
    /// assert!(Bands::new().rules(BandRules::Robust).detect(&latency)?.indices().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn rules(mut self, rules: BandRules) -> Self {
        self.rules = rules;
        self
    }

    /// How many values an hour has; 60 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, Detector};
    ///
    /// let bands = Bands::new().hour(4);
    /// // Of the last four, 1 to 4, the mean is 2.5.
    /// assert!((bands.detect(&[9.0, 1.0, 2.0, 3.0, 4.0])?.scores[4] - 1.2).abs() < 1.0);
    /// assert_eq!(bands.online()?.detector(), bands.into());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn hour(mut self, hour: usize) -> Self {
        self.hour = hour;
        self
    }

    /// How many deviations, or median distances, the bands lie from the middle; 2 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, Detector};
    ///
    /// let bands = Bands::new().margin(0.0).variation(0.0);
    /// // The mean of 1 and 3 is 2, their deviation 1: the first was 0, and half of 1 counts.
    /// assert_eq!(bands.detect(&[1.0, 3.0])?.scores[1], 1.0 / (2.0 * 1.0));
    /// assert_eq!(bands.width(4.0).detect(&[1.0, 3.0])?.scores[1], 1.0 / (4.0 * 1.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// The least distance of the bands, as a share of the middle; 0.5 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, Detector};
    ///
    /// // The mean is 2, the value 1 above it.
    /// assert_eq!(Bands::new().margin(0.25).variation(9.0).detect(&[1.0, 3.0])?.scores[1], 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn margin(mut self, margin: f64) -> Self {
        self.margin = margin;
        self
    }

    /// The least deviation of an hour that counts, as a share of its mean; 0.5 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, Detector};
    ///
    /// // The deviation is 1, half the mean, which is not more than half of it.
    /// let values = [1.0, 3.0];
    /// assert_eq!(Bands::new().detect(&values)?.scores[1], 1.0);
    /// assert_eq!(Bands::new().variation(0.4).detect(&values)?.scores[1], 0.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn variation(mut self, variation: f64) -> Self {
        self.variation = variation;
        self
    }

    /// The least mean of the last hour with which a value counts; 0 by default. The rules have 5/60 for request rates.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, Detector};
    ///
    /// let rare = [0.0, 0.0, 0.0, 1.0];
    /// assert_eq!(Bands::new().detect(&rare)?.scores[3], 0.0);
    /// assert!(Bands::new().sparse(0.3).detect(&rare)?.scores[3].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn sparse(mut self, sparse: f64) -> Self {
        self.sparse = sparse;
        self
    }

    /// What a value means that is not finite; an error by default.
    ///
    /// With [`Missing::Skip`] a NaN is left out and keeps its place, and an infinity is flagged and counts nowhere.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, Detector};
    /// use slo_core::stats::Missing;
    ///
    /// let values = [1.0, f64::NAN, 1.0, 9.0];
    /// assert!(Bands::new().detect(&values).is_err());
    /// assert_eq!(Bands::new().missing(Missing::Skip).detect(&values)?.scores[2], 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The bands for values as they come. They remember a week.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Bands, OnlineDetector};
    ///
    /// let mut online = Bands::new().online()?;
    /// online.observe_many(&[100.0; 60])?;
    /// assert!(online.observe(160.0)?.flagged);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn online(&self) -> Result<Online> {
        self.check()?;
        Ok(Online::new(BandsStream::new(*self)))
    }

    /// How many values ago the windows of a day and of a week ago end.
    fn offsets(&self) -> [usize; 2] {
        match self.rules {
            BandRules::Adaptive => [self.hour * 47 / 2, self.hour * 335 / 2],
            BandRules::Robust => [self.hour * 95 / 4, self.hour * 671 / 4],
        }
    }

    /// How many values the long window holds: the deviations of 26 hours, the values of a day.
    fn long(&self) -> usize {
        match self.rules {
            BandRules::Adaptive => 26 * self.hour,
            BandRules::Robust => 24 * self.hour,
        }
    }
}

impl Detector for Bands {
    fn name(&self) -> &'static str {
        "Bands"
    }

    fn reading(&self) -> Reading {
        Reading::Past
    }

    fn check(&self) -> Result<()> {
        if !(2..=3600).contains(&self.hour) {
            return Err(Error::invalid("hour", self.hour, "must lie between 2 and 3600 values"));
        }
        if !(self.width > 0.0 && self.width.is_finite()) {
            return Err(Error::invalid("width", self.width, "must be positive and finite"));
        }
        for (name, value) in [("margin", self.margin), ("variation", self.variation), ("sparse", self.sparse)]
        {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(Error::invalid(name, value, "must be finite and at least 0"));
            }
        }
        Ok(())
    }

    fn detect_into(&self, values: &[f64], scores: &mut [f64]) -> Result<Findings> {
        self.check()?;
        detect(BandsStream::new(*self), values, scores)
    }
}
