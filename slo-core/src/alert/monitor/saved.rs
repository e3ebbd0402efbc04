//! A monitor as it is written down, and what is checked when it is read back.

use super::ring::{Ring, minus};
use super::watch::{Firing, Held, Watch};
use super::{BudgetMonitor, Duplicate, Late, Open};
use crate::alert::policy::AlertPolicy;
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::slo::Slo;
use crate::sum::Sum;
use crate::time::{Duration, Timestamp};

/// What states of this version look like.
const VERSION: u32 = 1;

/// A float, and what rounding took from it.
type RawSum = [f64; 2];

/// A monitor as it is written down.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(deserialize_with = "this_version")]
    version: u32,
    slo: Slo,
    policy: AlertPolicy,
    resolution: Duration,
    late: Late,
    duplicate: Duplicate,
    clock: Option<Timestamp>,
    /// The ends of the closed buckets, in resolutions.
    buckets: Vec<i64>,
    /// Bad events before each bucket, and those of all.
    bad: Vec<f64>,
    /// Events before each bucket, and those of all.
    total: Vec<f64>,
    /// What rounding took from these two; nothing if they are integers.
    rests: Option<Vec<[f64; 2]>>,
    /// The end of the last bucket that was dropped, in resolutions.
    dropped: Option<i64>,
    open: Option<RawOpen>,
    recorded: RawCounts,
    rules: Vec<RawState>,
}

#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCounts {
    bad: RawSum,
    total: RawSum,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOpen {
    bucket: i64,
    before: RawCounts,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawState {
    held: Option<RawHeld>,
    failed: Option<Timestamp>,
    alert: Option<RawFiring>,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHeld {
    since: Timestamp,
    before: RawSum,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFiring {
    begin: Timestamp,
    burn: f64,
    before: RawSum,
}

fn this_version<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<u32, D::Error> {
    let version: u32 = serde::Deserialize::deserialize(from)?;
    if version == VERSION {
        return Ok(version);
    }
    Err(serde::de::Error::custom(format!("it is of version {version}, and this is version {VERSION}")))
}

const fn raw_sum(sum: Sum) -> RawSum {
    [sum.high(), sum.low()]
}

const fn raw_counts(counts: Counts) -> RawCounts {
    RawCounts { bad: raw_sum(counts.bad), total: raw_sum(counts.total) }
}

impl From<&Watch> for RawState {
    fn from(watch: &Watch) -> Self {
        let held = watch.held.map(|held| RawHeld { since: held.since, before: raw_sum(held.before) });
        let alert = watch.alert.map(|firing| {
            let Firing { begin, burn, before } = firing;
            RawFiring { begin, burn, before: raw_sum(before) }
        });
        Self { held, failed: watch.failed, alert }
    }
}

impl From<BudgetMonitor> for Raw {
    fn from(monitor: BudgetMonitor) -> Self {
        let BudgetMonitor { ring, open, recorded, .. } = &monitor;
        let bucket = |end: Timestamp| end.nanos() / monitor.resolution.nanos();
        let totals: Vec<Counts> = (ring.first()..=ring.next()).map(|number| ring.before(number)).collect();
        let rest = |counts: &Counts| [counts.bad.low(), counts.total.low()];
        Self {
            version: VERSION,
            clock: monitor.clock,
            buckets: (ring.first()..ring.next()).filter_map(|number| ring.end(number).map(bucket)).collect(),
            bad: totals.iter().map(|counts| counts.bad.high()).collect(),
            total: totals.iter().map(|counts| counts.total.high()).collect(),
            rests: (!ring.is_plain()).then(|| totals.iter().map(rest).collect()),
            dropped: ring.dropped().map(bucket),
            open: open.map(|open| RawOpen { bucket: bucket(open.end), before: raw_counts(open.before) }),
            recorded: raw_counts(*recorded),
            rules: monitor.watches.iter().map(RawState::from).collect(),
            resolution: monitor.resolution,
            late: monitor.late,
            duplicate: monitor.duplicate,
            slo: monitor.slo,
            policy: monitor.policy,
        }
    }
}

fn refuse<T>(reason: &str) -> Result<T> {
    Err(Error::State { reason: reason.to_owned() })
}

/// A sum of counts: finite, not negative, and rounded as sums are.
fn sum([high, low]: RawSum) -> Result<Sum> {
    let most = 4.0 * BudgetMonitor::MAX_EVENTS;
    if (0.0..=most).contains(&high) && low.is_finite() && high + low == high {
        return Ok(Sum::from_parts(high, low));
    }
    refuse("a sum is none")
}

/// Two sums, of bad and of all events.
fn counts(raw: RawCounts) -> Result<Counts> {
    let counts = Counts { bad: sum(raw.bad)?, total: sum(raw.total)? };
    if grows(Counts::default(), counts) {
        Ok(counts)
    } else {
        refuse("there are more bad events than events")
    }
}

/// Whether the step from one running total to the next is a count, up to what late corrections of fractional counts
/// round away.
fn grows(before: Counts, after: Counts) -> bool {
    let step = minus(after, before);
    let rounding = 1e-28 * after.total.value();
    let (bad, total) = (step.bad.value(), step.total.value());
    bad >= -rounding && total >= -rounding && step.total.minus(step.bad).value() >= -rounding
}

impl Raw {
    /// The end of the bucket of a number.
    fn end(&self, bucket: i64) -> Result<Timestamp> {
        let nanos = bucket.checked_mul(self.resolution.nanos());
        nanos.map_or_else(
            || refuse("a bucket's end does not fit an instant"),
            |n| Ok(Timestamp::from_nanos(n)),
        )
    }

    /// The closed buckets.
    fn ring(&self, empty: &BudgetMonitor) -> Result<Ring> {
        let len = self.buckets.len();
        let lengths = [self.bad.len(), self.total.len(), self.rests.as_ref().map_or(len + 1, Vec::len)];
        if lengths != [len + 1; 3] {
            return refuse("the columns of the buckets differ in length");
        }
        if !self.buckets.is_sorted_by(|a, b| a < b) {
            return refuse("the buckets are out of order");
        }
        let rests = self.rests.iter().flatten().copied().chain(std::iter::repeat([0.0; 2]));
        let totals = self.bad.iter().zip(&self.total).zip(rests);
        let totals: Vec<Counts> = totals
            .map(|((bad, total), [b, t])| counts(RawCounts { bad: [*bad, b], total: [*total, t] }))
            .collect::<Result<_>>()?;
        if !totals.is_sorted_by(|before, after| grows(*before, *after)) {
            return refuse("the running totals are none");
        }
        let ends = self.buckets.iter().map(|bucket| self.end(*bucket)).collect::<Result<Vec<_>>>()?;
        let dropped = self.dropped.map(|bucket| self.end(bucket)).transpose()?;
        let horizon = ends.last().map(|last| last.saturating_sub(empty.kept));
        let first = ends.first();
        let follows =
            |before: Option<Timestamp>| first.is_none_or(|first| before.is_none_or(|at| at < *first));
        if !follows(horizon) || !follows(dropped) || (first.is_none() && dropped.is_some()) {
            return refuse("the buckets lie too far apart");
        }
        if dropped.is_none() && totals.first().is_some_and(|totals| *totals != Counts::default()) {
            return refuse("something was counted before everything");
        }
        let ring = Ring::restored(empty.buckets_kept(), ends, &totals, dropped);
        if self.rests.is_none() && !ring.is_plain() {
            return refuse("what rounding took from the sums is missing");
        }
        Ok(ring)
    }

    /// The open bucket, behind the last closed one.
    fn open(&self, last: Option<Timestamp>, recorded: Counts) -> Result<Option<Open>> {
        let Some(open) = &self.open else { return Ok(None) };
        let (end, before) = (self.end(open.bucket)?, counts(open.before)?);
        if last.is_some_and(|last| end <= last) || !grows(before, recorded) {
            return refuse("the open bucket does not follow the closed ones");
        }
        Ok(Some(Open { begin: end.saturating_sub(self.resolution), end, before }))
    }
}

impl RawState {
    /// Sets a rule to the state that was written down.
    fn restore(self, watch: &mut Watch, clock: Option<Timestamp>, bad: Sum) -> Result<()> {
        let known = |at: Timestamp| clock.is_some_and(|clock| at <= clock);
        let before = |raw: RawSum| {
            let before = sum(raw)?;
            let rounding = 1e-28 * bad.value();
            if before.minus(bad).value() <= rounding {
                Ok(before)
            } else {
                refuse("an alert precedes its cause")
            }
        };
        let held = self.held.map(|held| Ok(Held { since: held.since, before: before(held.before)? }));
        let alert = self.alert.map(|alert| {
            let RawFiring { begin, burn, .. } = alert;
            Ok(Firing { begin, burn, before: before(alert.before)? })
        });
        let (held, alert) = (held.transpose()?, alert.transpose()?);
        let instants = [held.map(|held| held.since), self.failed, alert.map(|firing| firing.begin)];
        let burns = alert.is_none_or(|firing| firing.burn.is_finite() && firing.burn >= 0.0);
        // An alert fires because its condition holds, or held until then.
        let follows = self.failed.is_some() == (alert.is_some() && held.is_none());
        if !(instants.into_iter().flatten().all(known) && burns && follows) {
            return refuse("a rule is in a state that it cannot get into");
        }
        (watch.held, watch.failed, watch.alert) = (held, self.failed, alert);
        Ok(())
    }
}

impl TryFrom<Raw> for BudgetMonitor {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let mut monitor = Self::new(raw.slo.clone(), raw.policy.clone(), raw.resolution)?
            .late(raw.late)
            .duplicate(raw.duplicate);
        monitor.ring = raw.ring(&monitor)?;
        monitor.recorded = counts(raw.recorded)?;
        monitor.open = raw.open(monitor.ring.last(), monitor.recorded)?;
        monitor.clock = raw.clock;
        let in_time = match (monitor.clock, monitor.open, monitor.ring.last()) {
            (None, None, None) => true,
            (Some(clock), Some(open), _) => open.begin <= clock && clock <= open.end,
            (clock, None, last) => clock == last,
            (None, Some(_), _) => false,
        };
        if !in_time {
            return refuse("the clock is not in the newest bucket");
        }
        if raw.rules.len() != monitor.watches.len() {
            return refuse("the policy has another number of rules");
        }
        let (clock, bad) = (monitor.ring.last().and(monitor.clock), monitor.ring.sum().bad);
        for (watch, state) in monitor.watches.iter_mut().zip(raw.rules) {
            state.restore(watch, clock, bad)?;
        }
        monitor.look_again();
        Ok(monitor)
    }
}
