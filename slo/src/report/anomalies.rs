//! When traffic and errors were unlike what they had just been.

use std::fmt;

use slo_anomaly::{Degenerate, Detector, Scale, Side, ThreeSigma, Verdict};
use slo_core::stats::quantile::median_high;
use slo_core::{CountSeries, Duration, Result, Slo, Timestamp};

use crate::text;

/// Intervals that are judged at most; finer records are counted together.
pub(super) const INTERVALS: i64 = 10_000;

/// The objective's window holds so many baselines.
const BASELINES: i64 = 30;

/// Intervals that a baseline has at least.
const SHORTEST: usize = 60;

/// The probability of any false alarm in a report, were the intervals independent and normal.
const FALSE_ALARM: f64 = 0.01;

/// What is watched in each interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Signal {
    /// How many events there were: too many or too few.
    Traffic,
    /// Which share of them was bad: too great a one.
    Errors,
}

impl Signal {
    /// A value of the signal as a person reads it.
    fn shown(self, value: f64) -> String {
        match self {
            Self::Traffic => text::count(if value.abs() < 10.0 { value } else { value.round() }),
            Self::Errors => text::percent(value, 2),
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Traffic => "traffic",
            Self::Errors => "error ratio",
        })
    }
}

/// A stretch of intervals in which a signal was unlike what it had been before each, at most one between two of them
/// excepted.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Anomaly {
    /// What was unusual.
    pub signal: Signal,
    /// The begin of the first interval.
    pub begin: Timestamp,
    /// The end of the last interval.
    pub end: Timestamp,
    /// How many of its intervals were unusual.
    pub intervals: usize,
    /// The verdict on the most unusual of them; its index is the interval's place in the signal.
    pub worst: Verdict,
}

impl Anomaly {
    /// What happened, in a sentence.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{Axis, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let total: Vec<f64> = (0..60).map(|minute| if minute < 50 { 990.0 + f64::from(minute % 21) } else { 7.0 }).collect();
    /// let series = CountSeries::bad_total(axis, &[0.0; 60], &total)?;
    /// let report = Report::new(&Slo::new("99%".parse()?, "1h".parse()?), &series, &ReportOptions::new())?;
    /// let sentence = report.anomalies[0].explain();
    /// assert!(sentence.starts_with("The traffic was unusually low for 10m from 1970-01-01 00:49:00 UTC on: at worst 7"));
    /// # Ok::<(), slo::Error>(())
    /// ```
    pub fn explain(&self) -> String {
        let Self { signal, begin, worst, .. } = self;
        let begin = begin.to_utc().format("%Y-%m-%d %H:%M:%S");
        let [usual, reason] = [self.usual(), self.reason()];
        format!(
            "The {signal} was unusually {} for {} from {begin} UTC on: at worst {} where {usual} was usual ({reason}).",
            if worst.score < 0.0 { "low" } else { "high" },
            text::duration(self.length()),
            signal.shown(worst.value),
        )
    }

    /// How long it lasted.
    pub(crate) fn length(&self) -> Duration {
        self.end.saturating_since(self.begin)
    }

    /// The most unusual value.
    pub(crate) fn value(&self) -> String {
        self.signal.shown(self.worst.value)
    }

    /// The baseline, as its mean and deviation.
    pub(crate) fn usual(&self) -> String {
        let baseline = self.worst.baseline;
        format!("{} ± {}", self.signal.shown(baseline.center), self.signal.shown(baseline.scale))
    }

    /// The statistic that made it unusual.
    pub(crate) fn reason(&self) -> String {
        let score = text::number(self.worst.score.abs());
        let p = self.worst.p_value().unwrap_or(f64::NAN);
        let p = if p < 1e-4 { format!("{p:.1e}") } else { text::number(p) };
        format!("{score} deviations, p ≈ {p}")
    }
}

/// The unusual stretches of both signals, in the order of their begins.
///
/// Each interval is compared with the median of those just before it, which a trouble shorter than half of them hardly
/// moves. The deviation is taken as at least what chance alone makes of
/// so many events: for the traffic as a Poisson count, for the errors at the rate that the objective allows. So steady
/// traffic and a few errors after none are not alarms. Intervals without traffic are left out: silence is told apart.
pub(super) fn anomalies(slo: &Slo, series: &CountSeries) -> Result<Vec<Anomaly>> {
    let Some(interval) = series.resolution() else { return Ok(Vec::new()) };
    let baseline = usize::try_from(slo.window().length().nanos() / BASELINES / interval.nanos().max(1));
    let baseline = baseline.unwrap_or(usize::MAX).clamp(SHORTEST, series.len().max(SHORTEST));
    let usual = usual_traffic(series);
    let budget = slo.objective().budget().to_f64();
    let noise = (budget * (1.0 - budget) / usual.max(1.0)).sqrt();

    let rule = ThreeSigma::new().scale(Scale::Mad).alpha(FALSE_ALARM / (2 * series.len()).max(1) as f64);
    let floor = |absolute| Degenerate::Floor { absolute, relative: 0.0 };
    let traffic = rule.degenerate(floor(usual.max(1.0).sqrt())).rolling(baseline)?;
    let errors = rule.side(Side::Upper).degenerate(floor(noise)).rolling(baseline)?;

    let counted = || series.iter().filter(|(_, counts)| counts.has_traffic());
    let totals = counted().map(|(time, counts)| (time, counts.total())).collect();
    let ratios = counted().map(|(time, counts)| (time, counts.bad() / counts.total())).collect();
    let mut found = stretches(Signal::Traffic, &traffic, totals, interval)?;
    found.extend(stretches(Signal::Errors, &errors, ratios, interval)?);
    found.sort_by_key(|anomaly| anomaly.begin);
    Ok(found)
}

/// The events of a middling interval with traffic.
fn usual_traffic(series: &CountSeries) -> f64 {
    let mut totals: Vec<f64> = series.iter().map(|(_, counts)| counts.total()).filter(|n| *n > 0.0).collect();
    median_high(&mut totals).unwrap_or_default()
}

/// The flagged intervals as stretches: one ends where two intervals in a row are not flagged, or the side changes.
fn stretches(
    signal: Signal,
    detector: &dyn Detector,
    points: Vec<(Timestamp, f64)>,
    interval: Duration,
) -> Result<Vec<Anomaly>> {
    if points.is_empty() {
        return Ok(Vec::new());
    }
    let (times, values): (Vec<Timestamp>, Vec<f64>) = points.into_iter().unzip();
    let mut found: Vec<Anomaly> = Vec::new();
    let mut last = None;
    for verdict in detector.detect(&values)?.outliers {
        let Some(end) = times.get(verdict.index).copied() else { continue };
        let follows = last.is_some_and(|(index, side)| verdict.index <= index + 2 && side == verdict.side);
        last = Some((verdict.index, verdict.side));
        if let Some(anomaly) = found.last_mut().filter(|_| follows) {
            (anomaly.end, anomaly.intervals) = (end, anomaly.intervals + 1);
            if verdict.score.abs() > anomaly.worst.score.abs() {
                anomaly.worst = verdict;
            }
        } else {
            let begin = end.saturating_sub(interval);
            found.push(Anomaly { signal, begin, end, intervals: 1, worst: verdict });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_core::Axis;

    fn found(bad: &[f64], total: &[f64]) -> Vec<Anomaly> {
        let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
        let series = CountSeries::bad_total(axis, bad, total).unwrap();
        anomalies(&Slo::new("99%".parse().unwrap(), "1h".parse().unwrap()), &series).unwrap()
    }

    /// 120 minutes of which those from `from` on have the values.
    fn with(usual: f64, from: usize, values: &[f64]) -> Vec<f64> {
        let mut series = vec![usual; 120];
        series.iter_mut().skip(from).zip(values).for_each(|(value, other)| *value = *other);
        series
    }

    #[test]
    fn what_chance_makes_of_so_many_events_is_no_anomaly() {
        // 900 events are 30 more or less by chance; 4 deviations are within what 240 values show.
        assert_eq!(found(&[0.0; 120], &with(900.0, 100, &[1020.0])), []);
        // One bad event in a hundred is what the objective allows.
        assert_eq!(found(&with(0.0, 100, &[1.0]), &[100.0; 120]), []);
    }

    #[test]
    fn silence_is_neither_an_anomaly_nor_what_is_usual() {
        let silent = with(900.0, 80, &[0.0; 35]);
        assert_eq!(found(&[0.0; 120], &silent), []);
        let after = with(900.0, 80, &[0.0, 0.0, 90.0]);
        let low = found(&[0.0; 120], &after);
        assert_eq!(
            low.iter().map(|a| (a.signal, a.worst.value)).collect::<Vec<_>>(),
            [(Signal::Traffic, 90.0)]
        );
    }

    #[test]
    fn a_stretch_bridges_one_ordinary_interval_and_ends_at_two() {
        let bad = with(0.0, 90, &[50.0, 80.0, 0.0, 50.0, 0.0, 0.0, 50.0]);
        let stretches = found(&bad, &[100.0; 120]);
        let minutes = |at: Timestamp| at.nanos() / 60_000_000_000;
        let told: Vec<_> =
            stretches.iter().map(|a| (minutes(a.begin), minutes(a.end), a.intervals)).collect();
        assert_eq!(told, [(89, 93, 3), (95, 96, 1)]);
        assert_eq!(stretches[0].worst.value, 0.8);
        // Chance makes √(0.01 · 0.99 / 100) of a hundred events at the allowed rate.
        assert!(stretches[1].explain().starts_with(
            "The error ratio was unusually high for 1m from 1970-01-01 01:35:00 UTC on: at worst 50.00% where 0.00% ± \
             0.99% was usual (50.3 deviations"
        ));
    }

    #[test]
    fn fewer_errors_than_usual_are_no_anomaly_but_less_traffic_is() {
        assert_eq!(found(&with(50.0, 100, &[0.0; 5]), &[100.0; 120]), []);
        let low = found(&[0.0; 120], &with(900.0, 100, &[90.0; 5]));
        assert!(low[0].explain().contains("unusually low for 5m"));
    }

    #[test]
    fn nothing_and_one_record_have_no_anomaly() {
        assert_eq!(found(&[], &[]), []);
        assert_eq!(found(&[1.0], &[1.0]), []);
        assert_eq!(found(&[0.0; 3], &[0.0; 3]), []);
    }
}
