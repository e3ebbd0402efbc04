//! The windows, shares and factors that others recommend, as tables with their sources.

use super::rule::{BurnRule, TrafficCorrection};
use crate::error::Result;
use crate::fraction::Fraction;
use crate::time::Duration;

/// One rule by its share of the budget: share, long window, short window, severity.
pub(super) type ByShare = (&'static str, Duration, Duration, &'static str);

/// Google's recommended shares and windows.
///
/// Source: Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5, table 5-8 and the rules in the
/// text after it.
pub(super) const GOOGLE_SRE: [ByShare; 4] = [
    ("2%", Duration::from_hours(1), Duration::from_minutes(5), "page"),
    ("5%", Duration::from_hours(6), Duration::from_minutes(30), "page"),
    ("10%", Duration::from_days(1), Duration::from_hours(2), "ticket"),
    ("10%", Duration::from_days(3), Duration::from_hours(6), "ticket"),
];

/// Sloth's catalogue: the length of the objective's window, and the rules for it.
///
/// Source: slok/sloth, `internal/alert/windows/google-28d.yaml`, `google-30d.yaml`, and the seven days of
/// `examples/windows/7d.yaml`.
pub(super) const SLOTH: [(Duration, [ByShare; 4]); 3] = [
    (Duration::from_days(28), GOOGLE_SRE),
    (Duration::from_days(30), GOOGLE_SRE),
    (
        Duration::from_days(7),
        [
            ("8%", Duration::from_hours(1), Duration::from_minutes(5), "page"),
            ("12.5%", Duration::from_hours(6), Duration::from_minutes(30), "page"),
            ("20%", Duration::from_days(1), Duration::from_hours(2), "ticket"),
            ("42%", Duration::from_days(3), Duration::from_hours(6), "ticket"),
        ],
    ),
];

/// One of Pyrra's rules: the factor, and the parts of the objective's window that are its hold, its long and its short
/// window.
pub(super) struct PyrraRule {
    pub(super) factor: u128,
    pub(super) hold: i64,
    pub(super) long: i64,
    pub(super) short: i64,
    pub(super) severity: &'static str,
}

/// Pyrra's rules.
///
/// Source: pyrra-dev/pyrra, `slo/rules.go`, `Windows`.
pub(super) const PYRRA: [PyrraRule; 4] = [
    PyrraRule { factor: 14, hold: 20_160, long: 672, short: 8_064, severity: "critical" },
    PyrraRule { factor: 7, hold: 2_688, long: 112, short: 1_344, severity: "critical" },
    PyrraRule { factor: 2, hold: 672, long: 28, short: 336, severity: "warning" },
    PyrraRule { factor: 1, hold: 224, long: 7, short: 112, severity: "warning" },
];

/// One of slo-exporter's rules: factor, long window, short window, severity, and the bad events in the long window up to
/// which it is a mere warning.
type ExporterRule = (f64, Duration, Duration, &'static str, Option<f64>);

/// slo-exporter's rules, for its window of four weeks.
///
/// Source: seznam/slo-exporter, `prometheus/alerts/slo_burn_rate.yaml`. The rule over six hours takes the severity of few
/// events from the hour of the day there; here it is the one outside working hours.
const SLO_EXPORTER: [ExporterRule; 4] = [
    (13.44, Duration::from_hours(1), Duration::from_minutes(5), "critical", Some(5.0)),
    (5.6, Duration::from_hours(6), Duration::from_minutes(30), "critical", Some(10.0)),
    (2.8, Duration::from_days(1), Duration::from_hours(2), "warning", None),
    (1.0, Duration::from_days(3), Duration::from_hours(6), "warning", None),
];

/// The window of [`SLO_EXPORTER`].
const SLO_EXPORTER_WINDOW: Duration = Duration::from_days(28);

/// The rules of [`SLO_EXPORTER`].
pub(super) fn slo_exporter() -> Result<Vec<BurnRule>> {
    let rule = |(factor, long, short, severity, few): ExporterRule| {
        let share = spent(Fraction::try_from(factor)?, long, SLO_EXPORTER_WINDOW)?;
        let rule = BurnRule::from_share(SLO_EXPORTER_WINDOW, share, long, short)?;
        let rule = rule.severity(severity).traffic(TrafficCorrection::LongWindow);
        match few {
            Some(few) => rule.demoted(few, "warning"),
            None => Ok(rule),
        }
    };
    SLO_EXPORTER.into_iter().map(rule).collect()
}

/// The share of a window's budget that a burn rate spends within a while.
pub(super) fn spent(factor: Fraction, within: Duration, window: Duration) -> Result<Fraction> {
    factor.times(Fraction::nanos(within))?.over(Fraction::nanos(window))
}

/// A part of a length of time, to the nearest minute; half a minute is rounded up.
pub(super) fn to_the_minute(part: Duration) -> Duration {
    let minute = Duration::from_minutes(1).nanos();
    let minutes = part.nanos() / minute + i64::from(part.nanos() % minute >= minute / 2);
    Duration::from_nanos(minutes.saturating_mul(minute))
}
