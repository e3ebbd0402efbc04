//! When a rule's condition holds in the course of an incident, to the nanosecond.

use std::cmp::Ordering;

use super::incident::Incident;
use crate::alert::rule::{BurnRule, Operator, TrafficCorrection};
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::slo::Slo;
use crate::sum::{Expansion, Sum};
use crate::time::Duration;

/// A stretch of time with its begin, and without an end while it goes on: nanoseconds from the incident's begin on.
pub(super) type Stretch = (i64, Option<i64>);

/// A stretch of constant traffic and errors, until the next one begins.
#[derive(Clone, Copy, Debug)]
struct Step {
    from: i64,
    rate: f64,
    during: bool,
}

/// What holds before and after an incident, and during it.
#[derive(Clone, Copy, Debug)]
struct ByTime<T> {
    without: T,
    during: T,
}

impl<T> ByTime<T> {
    const fn at(&self, during: bool) -> &T {
        if during { &self.during } else { &self.without }
    }
}

/// A rule in the course of an incident.
///
/// # Method
///
/// A window `w` burns above the threshold `θ` at time `t` iff its excess is positive:
///
/// ```text
/// E_w(t) = ∫ (e(u) - θ) q(u) du   over (t - w, t]
/// ```
///
/// Errors `e` and traffic `q` are constant between steps. So `E_w` is linear between the steps and the instants at which
/// the window leaves them, and its sign at whole nanoseconds, which is computed exactly, says where it changes.
#[derive(Debug)]
pub(super) struct Course {
    steps: Vec<Step>,
    windows: [i64; 2],
    /// `e - θ` before and during the incident: whether it is negative, and its size in the same unit.
    excess: ByTime<(bool, u128)>,
    operator: Operator,
    min_events: Fraction,
}

impl Course {
    pub(super) fn new(rule: &BurnRule, slo: &Slo, incident: &Incident) -> Result<Self> {
        rule.check_times()?;
        if rule.traffic_correction() != TrafficCorrection::None && incident.traffic.len() > 1 {
            return Err(Error::Unsupported {
                what: "the calculus of a rule that is corrected for traffic".to_owned(),
                reason: "its threshold moves with the traffic; under constant traffic it is that of the plain rule"
                    .to_owned(),
            });
        }
        if !rule.fewest_events().is_zero() && !incident.counted {
            let reason = "must be given in events per second for a rule with a least number of events";
            return Err(Error::invalid("traffic", "unknown", reason));
        }
        let threshold = rule.threshold(slo)?;
        Ok(Self {
            steps: steps(incident),
            windows: [rule.long().nanos(), rule.short().nanos()],
            excess: excess(threshold, incident)?,
            operator: rule.comparison(),
            min_events: rule.fewest_events(),
        })
    }

    /// The parts of the steps in `(from, to]`: traffic, length and whether it is the incident's.
    fn parts(&self, from: i64, to: i64) -> impl Iterator<Item = (f64, u64, bool)> + '_ {
        let first = self.steps.partition_point(|step| step.from <= from).saturating_sub(1);
        let ends = self.steps.iter().skip(first + 1).map(|step| step.from).chain([i64::MAX]);
        let steps = self.steps.iter().skip(first).zip(ends);
        steps.take_while(move |(step, _)| step.from < to).map(move |(step, end)| {
            let (begin, end) = (step.from.max(from), end.min(to));
            (step.rate, end.abs_diff(begin.min(end)), step.during)
        })
    }

    /// The sign of a window's excess.
    fn excess(&self, window: i64, at: i64) -> Ordering {
        let mut sum = Expansion::default();
        for (rate, length, during) in self.parts(at.saturating_sub(window), at) {
            let (negative, size) = *self.excess.at(during);
            sum.add_products(Sum::new(rate), Sum::from_integer(u128::from(length)), size, negative);
        }
        sum.sign()
    }

    /// Whether a window holds traffic, and as many events as the rule wants.
    fn has_traffic(&self, window: i64, at: i64) -> bool {
        const NANOS: u128 = 1_000_000_000;
        let parts = || self.parts(at.saturating_sub(window), at);
        if self.min_events.is_zero() {
            return parts().any(|(rate, length, _)| rate > 0.0 && length > 0);
        }
        let mut sum = Expansion::default();
        for (rate, length, _) in parts() {
            let length = Sum::from_integer(u128::from(length));
            sum.add_products(Sum::new(rate), length, self.min_events.denominator(), false);
        }
        sum.add_products(Sum::new(1.0), Sum::from_integer(NANOS), self.min_events.numerator(), true);
        sum.sign().is_ge()
    }

    /// Whether a window burns too fast for an operator.
    fn burns(&self, window: i64, at: i64, operator: Operator) -> bool {
        let excess = self.excess(window, at);
        match operator {
            Operator::Above => excess.is_gt() && (self.min_events.is_zero() || self.has_traffic(window, at)),
            Operator::AtLeast => excess.is_ge() && self.has_traffic(window, at),
        }
    }

    fn holds_for(&self, at: i64, operator: Operator) -> bool {
        self.windows.iter().all(|window| self.burns(*window, at, operator))
    }

    /// Whether the condition holds.
    pub(super) fn holds(&self, at: i64) -> bool {
        self.holds_for(at, self.operator)
    }

    /// The limit at which a condition begins to hold, of which this is the first nanosecond.
    pub(super) fn began(&self, at: i64) -> i64 {
        // The limit itself need not hold: not above a threshold, and not without traffic.
        let limit = at.saturating_sub(1);
        let enough = |window| self.min_events.is_zero() || self.has_traffic(window, limit);
        let reached = |window: &i64| self.excess(*window, limit).is_ge() && enough(*window);
        let reached = at > 0 && self.windows.iter().all(reached);
        if reached { limit } else { at }
    }

    /// The limit until which a condition holds, of which this is the first nanosecond without.
    pub(super) fn ended(&self, at: i64) -> i64 {
        // At a threshold, the limit itself holds still, unless it is for lack of traffic that the condition fails.
        let limit = at.saturating_sub(1);
        let reached = self.operator == Operator::AtLeast && !self.holds_for(limit, Operator::Above);
        let traffic = || self.windows.iter().all(|window| self.has_traffic(*window, at));
        if reached && traffic() { limit } else { at }
    }

    /// The stretches from the incident's begin on in which the condition holds, in order and apart from each other.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        let mut bends: Vec<i64> = vec![0];
        for step in self.steps.iter().skip(1) {
            bends.extend(self.windows.iter().map(|window| step.from.saturating_add(*window)));
            bends.push(step.from);
        }
        bends.retain(|bend| *bend >= 0);
        bends.sort_unstable();
        bends.dedup();

        let mut found: Vec<Stretch> = Vec::new();
        let mut push = |begin: i64, end: Option<i64>| match found.last_mut() {
            Some((_, last)) if *last == Some(begin) => *last = end,
            _ => found.push((begin, end)),
        };
        for (from, to) in bends.iter().zip(bends.iter().skip(1)) {
            let [long, short] = self.windows.map(|window| self.within(window, [*from, *to]));
            let (begin, end) = (long.0.max(short.0), long.1.min(short.1));
            if begin < end {
                push(begin, Some(end));
            }
        }
        if let Some(last) = bends.last().filter(|last| self.holds(**last)) {
            push(*last, None);
        }
        found
    }

    /// Where a window burns too fast between two bends, the second left out: from the first place until the second.
    fn within(&self, window: i64, [begin, end]: [i64; 2]) -> (i64, i64) {
        let burns = |at: i64| self.burns(window, at, self.operator);
        match (burns(begin), burns(end)) {
            (true, true) => (begin, end),
            (true, false) => (begin, first(begin, end, |at| !burns(at))),
            (false, true) => (first(begin, end, burns), end),
            (false, false) => (end, begin),
        }
    }

    /// Bad and all events in `(from, to]`, in the unit of the traffic times nanoseconds.
    pub(super) fn events(&self, from: i64, to: i64, incident: &Incident) -> (f64, f64) {
        let [without, during] = [incident.baseline, incident.error_ratio].map(|ratio| ratio.to_f64());
        let ratios = ByTime { without, during };
        self.parts(from, to).fold((0.0, 0.0), |(bad, total), (rate, length, during)| {
            let events = rate * length as f64;
            (bad + *ratios.at(during) * events, total + events)
        })
    }
}

/// The first place after `begin` and up to `end` for which `is` is true, where it is false for `begin`, true for `end`
/// and changes once.
pub(super) fn first(begin: i64, end: i64, is: impl Fn(i64) -> bool) -> i64 {
    let (mut without, mut with) = (begin, end);
    while with - without > 1 {
        let middle = without + (with - without) / 2;
        if is(middle) {
            with = middle;
        } else {
            without = middle;
        }
    }
    with
}

/// Traffic and errors from long before the incident on.
fn steps(incident: &Incident) -> Vec<Step> {
    let last = incident.lasting.map(Duration::nanos);
    let mut bounds: Vec<i64> = incident.traffic.iter().skip(1).map(|(from, _)| from.nanos()).collect();
    bounds.extend([i64::MIN, 0].into_iter().chain(last));
    bounds.sort_unstable();
    bounds.dedup();
    let rate = |at: i64| {
        let place = incident.traffic.partition_point(|(from, _)| from.nanos() <= at).saturating_sub(1);
        incident.traffic.get(place).map_or(0.0, |(_, rate)| *rate)
    };
    let step =
        |from| Step { from, rate: rate(from), during: from >= 0 && last.is_none_or(|last| from < last) };
    bounds.into_iter().map(step).collect()
}

/// Both ratios less the threshold, in one unit: whether it is negative, and its size.
fn excess(threshold: Fraction, incident: &Incident) -> Result<ByTime<(bool, u128)>> {
    let apart = |ratio: Fraction| Ok::<_, Error>((ratio < threshold, ratio.apart(threshold)?));
    let (below, without) = apart(incident.baseline)?;
    let (worse_below, during) = apart(incident.error_ratio)?;
    // Only their proportion matters: during / without.
    let sizes = if without.is_zero() {
        (0, u128::from(!during.is_zero()))
    } else {
        let proportion = during.over(without)?;
        (proportion.denominator(), proportion.numerator())
    };
    Ok(ByTime { without: (below, sizes.0), during: (worse_below, sizes.1) })
}
