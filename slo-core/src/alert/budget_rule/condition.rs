//! Conditions on budgets, error ratios and metrics, and how they are joined.

use std::fmt;

use crate::alert::decide::Decision;
use crate::alert::rule::BurnRule;
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::series::{Comparison, CountSeries, TimeSeries};
use crate::slo::Slo;
use crate::sum::{Expansion, in_units_of};
use crate::time::{Duration, Timestamp};

/// How deep conditions may be joined.
const MAX_DEPTH: usize = 16;

/// Something that holds at an instant or does not.
///
/// # Method
///
/// With the budget `b`, the objective's window `P` that ends at the instant, and `consumed = bad_P / (b · total_P)`:
///
/// ```text
/// RemainingBelow     1 - consumed < share
/// Drop               consumed(t) - consumed(t - within) >= share
/// ExhaustionWithin   (1 - consumed) · P / (bad_w / total_w / b) < time, or the budget is exhausted;  w = over
/// ErrorRatioAbove    bad_w / total_w > ratio,  w = over
/// ```
///
/// All of these are decided exactly, from counts. None holds without traffic in the window that it divides by; before any
/// traffic nothing is consumed.
///
/// # Examples
///
/// ```
/// use slo_core::{BudgetRule, BurnRule, Comparison, Condition};
///
/// // A fast burn, but only while the budget is short or the queue is long.
/// let short = Condition::RemainingBelow { share: "25%".parse()? };
/// let queue = Condition::Metric {
///     name: "queue".to_owned(),
///     comparison: Comparison::Above,
///     limit: 1000.0,
///     within: "5m".parse()?,
/// };
/// let burn = Condition::Burn(BurnRule::new("1h".parse()?, "5m".parse()?, 6.0)?);
/// let rule = BudgetRule::new(Condition::All(vec![burn, Condition::Any(vec![short, queue])]))?;
/// assert_eq!(
///     rule.to_string(),
///     "page: burn > 6 over 1h and 5m and (less than 25% of the budget remains or queue > 1000)"
/// );
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Condition {
    /// Less than a share of the budget remains; a share of 0 means that it is overspent.
    RemainingBelow {
        /// The share, at most 1.
        share: Fraction,
    },
    /// The remaining share of the budget fell by so much, or more.
    Drop {
        /// By how much of the whole budget, above 0.
        share: Fraction,
        /// Since so long ago.
        within: Duration,
    },
    /// The budget is exhausted, or will be before so long at the present burn rate.
    ExhaustionWithin {
        /// How long it must last.
        time: Duration,
        /// The window of the present burn rate.
        over: Duration,
    },
    /// The error ratio of a window is above a fixed one.
    ErrorRatioAbove {
        /// The fixed ratio, below 1.
        ratio: Fraction,
        /// The window.
        over: Duration,
    },
    /// A burn rule's condition holds. A hold and a time to fire on are the alert's, not the condition's: the rule must
    /// have none.
    Burn(BurnRule),
    /// The last value of a metric compares so with a limit; without a value it does not.
    Metric {
        /// The metric's name among those that are given with the counts.
        name: String,
        /// How the value must compare with the limit.
        comparison: Comparison,
        /// The limit, finite.
        limit: f64,
        /// How old the value may be: younger than this.
        within: Duration,
    },
    /// All of these hold; at least one.
    All(Vec<Self>),
    /// Some of these hold; at least one.
    Any(Vec<Self>),
}

/// What a condition is decided on.
pub(super) struct Scene<'a> {
    pub(super) slo: &'a Slo,
    pub(super) series: &'a CountSeries,
    pub(super) metrics: &'a [(&'a str, &'a TimeSeries)],
}

impl Scene<'_> {
    fn over(&self, at: Timestamp, window: Duration) -> Counts {
        self.series.counts_between(at.saturating_sub(window), at)
    }

    fn budget(&self, at: Timestamp) -> Counts {
        self.slo.budget_of(self.series, at).counts()
    }

    pub(super) fn metric(&self, name: &str) -> Result<&TimeSeries> {
        let found = self.metrics.iter().find(|(given, _)| *given == name);
        let (_, metric) = found.ok_or_else(|| {
            Error::invalid("metrics", format!("{name:?}"), "is not among the metrics given")
        })?;
        Ok(metric)
    }
}

impl Condition {
    /// Refuses what can never hold, or cannot be decided.
    pub(super) fn check(&self, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            let value = u64::try_from(depth).unwrap_or(u64::MAX);
            return Err(Error::LimitExceeded { what: "depth of a condition", value, limit: 16 });
        }
        match self {
            Self::RemainingBelow { share } if *share > Fraction::ONE => {
                Err(Error::invalid("share", share, "must be at most 1"))
            }
            Self::Drop { share, .. } if share.is_zero() => {
                Err(Error::invalid("share", share, "must be positive"))
            }
            Self::ErrorRatioAbove { ratio, .. } if *ratio >= Fraction::ONE => {
                Err(Error::invalid("ratio", ratio, "must be below 1"))
            }
            Self::RemainingBelow { .. } => Ok(()),
            Self::Drop { within, .. } => within.check_positive("within").map(|_| ()),
            Self::ExhaustionWithin { time, over } => {
                time.check_positive("time")?;
                over.check_positive("over").map(|_| ())
            }
            Self::ErrorRatioAbove { over, .. } => over.check_positive("over").map(|_| ()),
            Self::Burn(rule) => {
                for (name, time) in [("hold", rule.hold_time()), ("keep_firing", rule.keep_firing_time())] {
                    if time != Duration::ZERO {
                        return Err(Error::invalid(name, time, "belongs to an alert, not to a condition"));
                    }
                }
                Ok(())
            }
            Self::Metric { limit, within, .. } => {
                if !limit.is_finite() {
                    return Err(Error::invalid("limit", limit, "must be finite"));
                }
                within.check_positive("within").map(|_| ())
            }
            Self::All(parts) | Self::Any(parts) => {
                if parts.is_empty() {
                    return Err(Error::TooShort { name: "conditions", len: 0, needed: 1 });
                }
                parts.iter().try_for_each(|part| part.check(depth + 1))
            }
        }
    }

    /// The metrics that are asked for, each as often as it is.
    pub(super) fn metrics<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Metric { name, .. } => found.push(name),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.metrics(found)),
            _ => {}
        }
    }

    /// Whether the condition holds at an instant.
    pub(super) fn holds(&self, scene: &Scene<'_>, at: Timestamp) -> Result<bool> {
        let budget = scene.slo.objective().budget();
        Ok(match self {
            Self::RemainingBelow { share } => {
                // bad > (1 - share) · b · total
                let spent = share.complement().unwrap_or(Fraction::ZERO).times(budget)?;
                let counts = scene.budget(at);
                counts.bad.cmp_share(counts.total, spent).is_gt()
            }
            Self::Drop { share, within } => {
                dropped([scene.budget(at.saturating_sub(*within)), scene.budget(at)], share.times(budget)?)
            }
            Self::ExhaustionWithin { time, over } => {
                let parts = Fraction::nanos(scene.slo.window().length()).over(Fraction::nanos(*time))?;
                exhausted([scene.budget(at), scene.over(at, *over)], budget, parts)?
            }
            Self::ErrorRatioAbove { ratio, over } => {
                let counts = scene.over(at, *over);
                counts.bad.cmp_share(counts.total, *ratio).is_gt()
            }
            Self::Burn(rule) => Decision::new(rule, scene.slo, scene.series)?.holds_at(at),
            Self::Metric { name, comparison, limit, within } => {
                scene.metric(name)?.latest(at, *within).is_some_and(|value| comparison.holds(value, *limit))
            }
            Self::All(parts) => {
                for part in parts {
                    if !part.holds(scene, at)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Any(parts) => {
                for part in parts {
                    if part.holds(scene, at)? {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }
}

/// Whether the consumed share rose by `spent`, as a share of all events, or more.
///
/// # Method
///
/// ```text
/// q · bad_1 · total_0 - q · bad_0 · total_1 - p · total_0 · total_1 >= 0,   spent = p/q
/// ```
fn dropped([before, now]: [Counts; 2], spent: Fraction) -> bool {
    if !now.has_traffic() {
        return false;
    }
    if !before.has_traffic() {
        return now.bad.cmp_share(now.total, spent).is_ge();
    }
    let (bad_before, before) = in_units_of(before.bad, before.total);
    let (bad_now, now) = in_units_of(now.bad, now.total);
    let mut rise = Expansion::default();
    rise.add_products(bad_now, before, spent.denominator(), false);
    rise.add_products(bad_before, now, spent.denominator(), true);
    rise.add_products(before, now, spent.numerator(), true);
    rise.sign().is_ge()
}

/// Whether the budget is exhausted, or will be before the window's length over `parts` at the burn rate of `recent`.
///
/// # Method
///
/// ```text
/// n · p · total_P · total_w - n · q · bad_P · total_w - m · q · bad_w · total_P < 0,   budget = p/q,  parts = n/m
/// ```
fn exhausted([whole, recent]: [Counts; 2], budget: Fraction, parts: Fraction) -> Result<bool> {
    if whole.bad.is_positive() && whole.bad.cmp_share(whole.total, budget).is_ge() {
        return Ok(true);
    }
    if !whole.has_traffic() || !recent.has_traffic() {
        return Ok(false);
    }
    let times = |a: u128, b: u128| {
        a.checked_mul(b).ok_or_else(|| Error::out_of_range(format!("the exact product of {a} and {b}")))
    };
    let (p, q, n, m) = (budget.numerator(), budget.denominator(), parts.numerator(), parts.denominator());
    let (bad, whole) = in_units_of(whole.bad, whole.total);
    let (bad_recent, recent) = in_units_of(recent.bad, recent.total);
    let mut left = Expansion::default();
    left.add_products(whole, recent, times(n, p)?, false);
    left.add_products(bad, recent, times(n, q)?, true);
    left.add_products(bad_recent, whole, times(m, q)?, true);
    Ok(left.sign().is_lt())
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: &Fraction| {
            let hundredfold = Fraction::new(100, 1).and_then(|hundred| share.times(hundred).ok());
            hundredfold.map_or_else(|| share.to_string(), |percentage| format!("{percentage}%"))
        };
        match self {
            Self::RemainingBelow { share } => {
                write!(f, "less than {} of the budget remains", percent(share))
            }
            Self::Drop { share, within } => {
                write!(f, "the budget fell by {} or more within {within}", percent(share))
            }
            Self::ExhaustionWithin { time, over } => {
                write!(f, "the budget lasts less than {time} at the burn rate over {over}")
            }
            Self::ErrorRatioAbove { ratio, over } => {
                write!(f, "more than {} errors over {over}", percent(ratio))
            }
            Self::Burn(rule) => {
                let (operator, factor) = (rule.comparison(), rule.factor());
                write!(f, "burn {operator} {factor} over {} and {}", rule.long(), rule.short())
            }
            Self::Metric { name, comparison, limit, .. } => {
                let symbol = match comparison {
                    Comparison::Below => "<",
                    Comparison::AtMost => "<=",
                    Comparison::Above => ">",
                    Comparison::AtLeast => ">=",
                };
                write!(f, "{name} {symbol} {limit}")
            }
            Self::All(parts) => joined(f, parts, " and "),
            Self::Any(parts) => joined(f, parts, " or "),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(word)?;
        }
        match part {
            Condition::All(_) | Condition::Any(_) => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}
