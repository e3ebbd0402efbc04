//! How far counts are from those of independent events.

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::series::CountSeries;
use crate::time::Duration;

impl CountSeries {
    /// How many times the variance of independent events the bad events have, by slices of time; at least 1.
    ///
    /// It is what [`IntervalOptions::design_effect`](crate::IntervalOptions::design_effect) takes. A slice should be
    /// longer than what ties events together, such as an incident: what reaches across slices is not seen. The estimate
    /// from `m` slices is itself uncertain by a share of about `√(2/m)`, and by more where few slices hold a bad event.
    ///
    /// # Method
    ///
    /// ```text
    /// max(1, m / (m - 1) · Σ (bad_i - p total_i)² / (p (1 - p) Σ total_i)),   p = Σ bad_i / Σ total_i
    /// ```
    ///
    /// over the `m` slices with traffic, anchored at the Unix epoch: the variance of a ratio of totals over that of a
    /// binomial share. With equal traffic it is Pearson's chi-square over its degrees of freedom.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Timestamp};
    ///
    /// // Every bad event of four hours fell into one of them: 4/3 · (9² + 3 · 3²) / (0.1 · 0.9 · 120).
    /// let axis = Axis::regular(Timestamp::from_nanos(3_600_000_000_000), Duration::from_hours(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 12.0, 0.0, 0.0], &[30.0; 4])?;
    /// let effect = series.design_effect(Duration::from_hours(1))?;
    /// assert!((effect - 4.0 / 3.0 * 108.0 / 10.8).abs() < 1e-12);
    /// // In one slice a day there is nothing to compare.
    /// assert!(series.design_effect(Duration::from_days(1)).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the slice is positive; [`Error::TooShort`] below two slices with traffic;
    /// [`Error::Degenerate`] if all events are good or all are bad.
    ///
    /// # References
    ///
    /// Rao, J. N. K., Scott, A. J. (1992). A simple method for the analysis of clustered binary data. *Biometrics*
    /// 48(2), 577-585.
    pub fn design_effect(&self, slice: Duration) -> Result<f64> {
        let slices = self.resample(slice)?;
        let counts = || slices.iter().map(|(_, counts)| counts).filter(Counts::has_traffic);
        let len = counts().count();
        if len < 2 {
            return Err(Error::TooShort { name: "slices with traffic", len, needed: 2 });
        }
        let whole = self.counts();
        let (Some(bad), Some(good)) = (whole.error_ratio(), whole.sli()) else {
            return Err(Error::Degenerate { name: "series", reason: "holds no traffic".to_owned() });
        };
        if bad == 0.0 || good == 0.0 {
            let kind = if bad == 0.0 { "good" } else { "bad" };
            let reason = format!("all events are {kind}, which tells nothing of how they vary");
            return Err(Error::Degenerate { name: "series", reason });
        }
        // Shares of the whole total, so that no square leaves the doubles.
        let total = whole.total();
        let squares: f64 = counts()
            .map(|slice| (slice.bad() - bad * slice.total()) / total.sqrt())
            .map(|deviation| deviation * deviation)
            .sum();
        let slices = len as f64;
        let effect = slices / (slices - 1.0) * (squares / (bad * good));
        if effect.is_finite() { Ok(effect.max(1.0)) } else { Err(Error::out_of_range("the design effect")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Interval, IntervalMethod, Timestamp};
    use slo_testkit::{Random, assert_close};

    fn hours(bad: &[f64], total: &[f64]) -> CountSeries {
        let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
        CountSeries::bad_total(axis, bad, total).unwrap()
    }

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn it_is_pearsons_chi_square_over_its_degrees_where_traffic_is_equal() {
        // scipy.stats.chi2_contingency([[3, 9, 1, 7], [47, 41, 49, 43]], correction=False).statistic = 8.888888888888888.
        let effect = hours(&[3.0, 9.0, 1.0, 7.0], &[50.0; 4]).design_effect(HOUR).unwrap();
        assert_close(effect, 8.888_888_888_888_888 / 3.0, 1e-14);
    }

    #[test]
    fn an_hour_of_much_traffic_weighs_as_much_as_its_traffic() {
        // m/(m-1) Σ(k - p n)² / (N p q) with p = 0.1, N = 1000: 2 (8² + 8²) / 90.
        let effect = hours(&[82.0, 18.0], &[900.0, 100.0]).design_effect(HOUR).unwrap();
        assert_close(effect, 2.0 * 128.0 / 90.0, 1e-14);
    }

    #[test]
    fn events_spread_more_evenly_than_chance_count_as_independent() {
        assert_eq!(hours(&[5.0; 10], &[100.0; 10]).design_effect(HOUR).unwrap(), 1.0);
    }

    #[test]
    fn the_slice_decides_what_is_seen() {
        // Within an hour minutes alternate, between hours nothing differs.
        let axis = Axis::regular(Timestamp::from_nanos(60_000_000_000), Duration::from_minutes(1));
        let bad: Vec<f64> = (0..240).map(|i| if i % 2 == 0 { 20.0 } else { 0.0 }).collect();
        let series = CountSeries::bad_total(axis, &bad, &[100.0; 240]).unwrap();
        assert_eq!(series.design_effect(HOUR).unwrap(), 1.0);
        // 240/239 · 240 · 10² / (0.1 · 0.9 · 24000)
        assert_close(
            series.design_effect(Duration::from_minutes(1)).unwrap(),
            240.0 / 239.0 * 24_000.0 / 2_160.0,
            1e-13,
        );
    }

    #[test]
    fn what_tells_nothing_is_refused() {
        assert!(matches!(
            hours(&[1.0], &[9.0]).design_effect(HOUR),
            Err(Error::TooShort { len: 1, needed: 2, .. })
        ));
        assert!(matches!(
            hours(&[1.0, 0.0], &[9.0, 0.0]).design_effect(HOUR),
            Err(Error::TooShort { len: 1, .. })
        ));
        for (bad, kind) in [(0.0, "good"), (9.0, "bad")] {
            let error = hours(&[bad; 3], &[9.0; 3]).design_effect(HOUR).unwrap_err();
            assert!(error.to_string().contains(kind), "{error}");
        }
        assert!(hours(&[1.0; 3], &[9.0; 3]).design_effect(Duration::ZERO).is_err());
        assert!(hours(&[], &[]).design_effect(HOUR).is_err());
        assert!(hours(&[1.0, 1e300, 1.0], &[2e307; 3]).design_effect(HOUR).is_ok_and(f64::is_finite));
    }

    #[test]
    fn groups_that_fail_together_are_found_and_their_interval_covers() {
        // Groups of m that fail as one: the effect is m, whatever the share; 4000 hours of 50 groups.
        let mut random = Random::seeded(11);
        let m = 8.0;
        let mut bad = Vec::new();
        for _ in 0..4_000 {
            bad.push(m * (0..50).filter(|_| random.uniform() < 0.02).count() as f64);
        }
        let series = hours(&bad, &vec![50.0 * m; bad.len()]);
        let effect = series.design_effect(HOUR).unwrap();
        // Five standard errors of √(2/m) of it.
        assert!((effect / m - 1.0).abs() < 5.0 * (2.0_f64 / 4_000.0).sqrt(), "{effect}");
        let interval = |design_effect| {
            let options = IntervalMethod::Wilson.design_effect(design_effect);
            Interval::of(400.0, 20_000.0, 0.95, options).unwrap()
        };
        let width = |interval: Interval| interval.upper - interval.lower;
        // √8 times as wide, but for the z² beside the counts.
        assert!((width(interval(8.0)) / width(interval(1.0)) / 8.0_f64.sqrt() - 1.0).abs() < 0.01);
    }
}
