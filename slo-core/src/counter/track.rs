//! Samples prepared for windows: where the counter was reset, and what it had counted until then.

use std::borrow::Cow;

use super::extrapolate::{Seen, seconds};
use super::{Extrapolation, Samples, is_stale};
use crate::counts::check_count;
use crate::error::{Error, Result};
use crate::sum::{EXACT_LIMIT, Sum};
use crate::time::Timestamp;

/// What is asked of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// The increase of a counter.
    Increase,
    /// The increase of a counter, per second.
    Rate,
    /// The difference of a gauge.
    Delta,
}

/// The samples that count, and where the counter was reset.
pub(super) struct Track<'a> {
    times: Cow<'a, [Timestamp]>,
    values: Cow<'a, [f64]>,
    created: Cow<'a, [Option<Timestamp>]>,
    /// The places of the samples that read a counter that was reset since the one before.
    resets: Vec<usize>,
    /// What was lost until each reset, as running totals from 0, if they are exact.
    lost: Option<Vec<f64>>,
    question: Question,
    extrapolation: Extrapolation,
}

impl<'a> Track<'a> {
    /// Leaves out marks of the series' end; refuses what exact answers cannot be made of.
    pub(super) fn new(
        samples: Samples<'a>,
        question: Question,
        extrapolation: Extrapolation,
    ) -> Result<Self> {
        if extrapolation == Extrapolation::Exact {
            check_exact(samples.values(), question)?;
        }
        let births = if extrapolation == Extrapolation::Prometheus2 { &[] } else { samples.births() };
        let (times, values, created) = if samples.values().iter().any(|v| is_stale(*v)) {
            let kept: Vec<usize> =
                samples.values().iter().enumerate().filter(|(_, v)| !is_stale(**v)).map(|(i, _)| i).collect();
            (picked(samples.times(), &kept), picked(samples.values(), &kept), picked(births, &kept))
        } else {
            (samples.times().into(), samples.values().into(), births.into())
        };
        let resets = if question == Question::Delta { Vec::new() } else { resets(&times, &values, &created) };
        let lost = exact_totals(&values, &resets);
        Ok(Self { times, values, created, resets, lost, question, extrapolation })
    }

    /// The places of the samples in the window, as first and one past the last, looked for from `hint` on.
    pub(super) fn range(&self, begin: Timestamp, end: Timestamp, hint: (usize, usize)) -> (usize, usize) {
        let closed = self.extrapolation == Extrapolation::Prometheus2;
        let from = advance(&self.times, hint.0, |t| if closed { t < begin } else { t <= begin });
        let to = advance(&self.times, hint.1, |t| t <= end);
        (from, to)
    }

    /// The answer for the window with the samples of `range`.
    pub(super) fn answer(&self, begin: Timestamp, end: Timestamp, range: (usize, usize)) -> Option<f64> {
        let (from, to) = range;
        let (first, last) = (*self.values.get(from)?, *self.values.get(to.checked_sub(1)?)?);
        let (first_time, last_time) = (*self.times.get(from)?, *self.times.get(to.checked_sub(1)?)?);
        let count = to.checked_sub(from).filter(|count| *count > 0)?;
        let created = self.created.get(from).copied().flatten().filter(|_| self.question != Question::Delta);
        if self.extrapolation == Extrapolation::Exact {
            let born = created.filter(|c| *c >= begin && *c <= first_time);
            if born.is_none() && count < 2 {
                return None;
            }
            let base = if born.is_some() { 0.0 } else { first };
            let gained = self.exact_gain(from, to, base, last);
            if self.question != Question::Rate {
                return Some(gained);
            }
            let interval = seconds(born.unwrap_or(first_time), last_time);
            return (interval > 0.0).then(|| gained / interval);
        }
        let mut gained = self.gain(from, to, last - first);
        let zero = (self.question != Question::Delta).then_some((first, gained));
        let seen = Seen { count, first_time, last_time, zero, created };
        let edges = if self.extrapolation == Extrapolation::Prometheus {
            seen.prometheus(begin, end)?
        } else {
            seen.prometheus2(begin, end)?
        };
        if edges.from_zero {
            gained += first;
        }
        let scale =
            if self.question == Question::Rate { edges.factor / seconds(begin, end) } else { edges.factor };
        Some(gained * scale)
    }

    /// `difference`, and what was lost in the resets between the samples, as floats in their order.
    fn gain(&self, from: usize, to: usize, difference: f64) -> f64 {
        let (after, until) = self.resets_between(from, to);
        if let Some((a, b)) = self.totals(after, until) {
            return difference + (b - a);
        }
        self.lost_in(after, until).fold(difference, |sum, value| sum + value)
    }

    /// `last - base`, and what was lost in the resets between the samples, rounded once.
    fn exact_gain(&self, from: usize, to: usize, base: f64, last: f64) -> f64 {
        let (after, until) = self.resets_between(from, to);
        let difference = Sum::new(last).minus(Sum::new(base));
        if let Some((a, b)) = self.totals(after, until) {
            return difference.plus(Sum::new(b - a)).value();
        }
        self.lost_in(after, until).fold(difference, |sum, value| sum.plus(Sum::new(value))).value()
    }

    /// The numbers of the first reset after sample `from` and of the first one at or after `to`.
    fn resets_between(&self, from: usize, to: usize) -> (usize, usize) {
        (self.resets.partition_point(|r| *r <= from), self.resets.partition_point(|r| *r < to))
    }

    fn totals(&self, after: usize, until: usize) -> Option<(f64, f64)> {
        let lost = self.lost.as_deref()?;
        Some((*lost.get(after)?, *lost.get(until)?))
    }

    fn lost_in(&self, after: usize, until: usize) -> impl Iterator<Item = f64> + '_ {
        let places = self.resets.get(after..until).unwrap_or_default();
        places.iter().filter_map(|place| self.values.get(place.wrapping_sub(1)).copied())
    }
}

/// Refuses values that are not finite and, of a counter, below 0; marks of the series' end are no values.
fn check_exact(values: &[f64], question: Question) -> Result<()> {
    for (index, &value) in values.iter().enumerate().filter(|(_, v)| !is_stale(**v)) {
        if question != Question::Delta {
            check_count("values", index, value)?;
        } else if !value.is_finite() {
            return Err(Error::NonFinite { name: "values", index, value });
        }
    }
    Ok(())
}

fn picked<T: Copy>(from: &[T], places: &[usize]) -> Cow<'static, [T]> {
    places.iter().filter_map(|place| from.get(*place).copied()).collect()
}

/// The places of the samples that read a counter that was reset since the one before.
pub(super) fn resets(times: &[Timestamp], values: &[f64], created: &[Option<Timestamp>]) -> Vec<usize> {
    let mut places: Vec<usize> = values
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| matches!(pair, [a, b] if b < a))
        .map(|(i, _)| i + 1)
        .collect();
    if !created.is_empty() {
        let restarted =
            times.windows(2).zip(created.windows(2)).enumerate().filter(|(_, pairs)| match pairs {
                ([before, at], [old, new]) => is_restart(*old, *before, *new, *at),
                _ => false,
            });
        places.extend(restarted.map(|(i, _)| i + 1));
        places.sort_unstable();
        places.dedup();
    }
    places
}

/// Whether the counter read at `at` began after the one read at `before`.
///
/// One that began exactly at the sample before it did so only if that sample's counter is known to be older: a counter
/// of unknown age is often said to have begun at its first sample.
pub(super) fn is_restart(
    old: Option<Timestamp>,
    before: Timestamp,
    new: Option<Timestamp>,
    at: Timestamp,
) -> bool {
    match new {
        Some(new) if new < at && new > before => true,
        Some(new) if new == before => old.is_some_and(|old| old < before),
        _ => false,
    }
}

/// Running totals of what was lost in each reset, unless rounding could touch them.
fn exact_totals(values: &[f64], resets: &[usize]) -> Option<Vec<f64>> {
    let mut total = 0.0;
    let mut totals = vec![total];
    for place in resets {
        let value = *values.get(place.checked_sub(1)?)?;
        total += value;
        if value.fract() != 0.0 || total.abs() >= EXACT_LIMIT {
            return None;
        }
        totals.push(total);
    }
    let whole = |v: &f64| v.fract() == 0.0 && v.abs() + total.abs() < EXACT_LIMIT / 2.0;
    (resets.is_empty() || values.iter().all(whole)).then_some(totals)
}

/// The first place at or after `hint` whose instant does not satisfy `before`, or before it if none there does.
fn advance(times: &[Timestamp], hint: usize, before: impl Fn(Timestamp) -> bool) -> usize {
    if hint > 0 && !times.get(hint - 1).is_some_and(|t| before(*t)) {
        return times.partition_point(|t| before(*t));
    }
    let ahead = times.get(hint..).unwrap_or_default();
    hint + ahead.iter().take_while(|t| before(**t)).count()
}
