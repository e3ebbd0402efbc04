//! How fast events have come of late.

use slo_core::{CountSeries, Duration, Error, Result, Slo, Timestamp};

/// Parts of the lookback whose errors are compared to see how clustered they are.
const BUCKETS: i64 = 30;

/// How fast events come, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rates {
    /// Bad events a second.
    pub bad: f64,
    /// All events a second.
    pub total: f64,
    /// How many bad events come together on average; 1 where each comes by itself.
    pub dispersion: f64,
    /// How long the events were counted, if the rates were counted.
    pub lookback: Option<Duration>,
    /// The bad events counted, if the rates were counted.
    pub counted: Option<f64>,
}

impl Rates {
    /// Rates that are given.
    pub(super) fn given(bad: f64, total: f64) -> Result<Self> {
        let rate = |name, value: f64| {
            let taken = value >= 0.0 && value.is_finite();
            if taken { Ok(()) } else { Err(Error::invalid(name, value, "must be finite and at least 0")) }
        };
        rate("bad", bad)?;
        rate("total", total)?;
        if bad > total {
            return Err(Error::invalid("bad", bad, format!("must be at most the {total} of all events")));
        }
        Ok(Self { bad, total, dispersion: 1.0, lookback: None, counted: None })
    }

    /// Rates counted over the last `lookback`, as far as there are data and as the objective does not exclude it.
    pub(super) fn counted(
        slo: &Slo,
        series: &CountSeries,
        at: Timestamp,
        lookback: Duration,
    ) -> Result<Self> {
        let first = series.first().unwrap_or(at);
        // Without a resolution nothing tells how long the first record counted.
        let start = first.saturating_sub(series.resolution().unwrap_or(Duration::ZERO));
        let begin = at.saturating_sub(lookback).max(start);
        let whole = at.since(begin)?;
        let excluded = slo.excluded(begin, at).into_iter().map(|(from, to)| to.nanos() - from.nanos());
        let length = Duration::from_nanos(whole.nanos() - excluded.sum::<i64>());
        if !length.is_positive() {
            return Err(Error::TooShort { name: "series", len: series.len(), needed: 2 });
        }
        let counts = series.counts_between(begin, at);
        let (bad, total) = (counts.bad(), counts.total());
        Ok(Self {
            bad: bad / length.seconds(),
            total: total / length.seconds(),
            dispersion: dispersion(series, begin, whole, (bad, total)),
            lookback: Some(length),
            counted: Some(bad),
        })
    }

    /// How many independent clusters of bad events were counted; `None` where the rates are known.
    pub(super) fn clusters(&self) -> Option<f64> {
        self.counted.map(|bad| bad / self.dispersion)
    }
}

/// Pearson's index of dispersion of the bad events of equal parts of the lookback, at least 1.
///
/// ```text
/// Σ (bad_i - e_i)² / e_i / (parts - 1),   e_i = bad · total_i / total
/// ```
///
/// So that a busy hour with more errors than a quiet one is not taken for a cluster.
fn dispersion(series: &CountSeries, begin: Timestamp, length: Duration, (bad, total): (f64, f64)) -> f64 {
    let edge = |part: i64| {
        let nanos = i128::from(length.nanos()) * i128::from(part) / i128::from(BUCKETS);
        let nanos = i64::try_from(nanos).unwrap_or(i64::MAX);
        begin.checked_add(Duration::from_nanos(nanos)).unwrap_or(begin)
    };
    let (mut sum, mut parts) = (0.0, 0.0);
    for part in 0..BUCKETS {
        let counts = series.counts_between(edge(part), edge(part + 1));
        let expected = bad * (counts.total() / total);
        if expected > 0.0 {
            let off = counts.bad() - expected;
            sum += off * off / expected;
            parts += 1.0;
        }
    }
    if parts > 1.0 { (sum / (parts - 1.0)).max(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_core::Axis;

    fn minutes(bad: &[f64], total: &[f64]) -> CountSeries {
        let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
        CountSeries::bad_total(axis, bad, total).unwrap()
    }

    fn slo() -> Slo {
        Slo::new("99%".parse().unwrap(), "1h".parse().unwrap())
    }

    fn counted(series: &CountSeries, lookback: i64) -> Rates {
        Rates::counted(&slo(), series, series.last().unwrap(), Duration::from_minutes(lookback)).unwrap()
    }

    #[test]
    fn the_lookback_ends_where_the_data_begin() {
        let series = minutes(&[1.0, 2.0, 3.0], &[60.0; 3]);
        let rates = counted(&series, 2);
        assert_eq!((rates.bad, rates.total), (5.0 / 120.0, 1.0));
        // The first record counted one minute before its instant.
        let rates = counted(&series, 1000);
        assert_eq!((rates.bad, rates.lookback), (6.0 / 180.0, Some(Duration::from_minutes(3))));
    }

    #[test]
    fn excluded_time_is_not_counted_over() {
        // SEMANTICS 7: two of four minutes are excluded, with what was counted in them.
        let at = |minute: i64| Timestamp::from_nanos(minute * 60_000_000_000);
        let slo = slo().exclude(slo_core::Exclusion::new(at(0), at(2)).unwrap());
        let series = minutes(&[1.0, 20.0, 30.0, 1.0], &[60.0; 4]);
        let counts = slo.counted(&series).unwrap();
        let rates = Rates::counted(&slo, &counts, at(3), Duration::from_minutes(9)).unwrap();
        assert_eq!(
            (rates.bad, rates.total, rates.lookback),
            (2.0 / 120.0, 1.0, Some(Duration::from_minutes(2)))
        );
        let all = slo.exclude(slo_core::Exclusion::new(at(-9), at(9)).unwrap());
        let refused = Rates::counted(&all, &counts, at(3), Duration::from_minutes(9)).unwrap_err();
        assert!(matches!(refused, Error::TooShort { .. }));
    }

    #[test]
    fn one_record_of_unknown_length_says_no_rate() {
        let axis = Axis::listed([Timestamp::from_nanos(0)]);
        let series = CountSeries::bad_total(axis.clone(), &[1.0], &[2.0]).unwrap();
        let at = Timestamp::from_nanos(0);
        let error = Rates::counted(&slo(), &series, at, Duration::from_hours(1)).unwrap_err();
        assert!(matches!(error, Error::TooShort { len: 1, needed: 2, .. }));
        let series =
            CountSeries::bad_total(axis.resolution(Duration::from_seconds(10)), &[1.0], &[2.0]).unwrap();
        assert_eq!(Rates::counted(&slo(), &series, at, Duration::from_hours(1)).unwrap().total, 0.2);
    }

    #[test]
    fn errors_that_come_together_are_dispersed_and_those_that_follow_the_traffic_are_not() {
        let total: Vec<f64> = (0..60).map(|i| if i < 30 { 100.0 } else { 900.0 }).collect();
        let even: Vec<f64> = total.iter().map(|total| total / 100.0).collect();
        assert_eq!(counted(&minutes(&even, &total), 60).dispersion, 1.0);
        let mut burst = vec![0.0; 60];
        burst[7] = 60.0;
        // All 60 in one of 30 parts of equal traffic: ((60 - 2)² + 29 · 4) / 2 / 29 = 60.
        assert_eq!(counted(&minutes(&burst, &[100.0; 60]), 60).dispersion, 60.0);
        assert_eq!(counted(&minutes(&[0.0; 60], &total), 60).dispersion, 1.0);
    }

    #[test]
    fn given_rates_must_be_rates() {
        for (bad, total) in [(-1.0, 2.0), (1.0, f64::NAN), (3.0, 2.0), (f64::INFINITY, f64::INFINITY)] {
            assert!(Rates::given(bad, total).is_err());
        }
        assert_eq!(Rates::given(2.0, 2.0).unwrap().clusters(), None);
    }
}
