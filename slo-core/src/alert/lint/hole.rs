//! The costliest incident that a policy never tells of.

use crate::alert::policy::AlertPolicy;
use crate::alert::rule::BurnRule;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::slo::Slo;
use crate::time::Duration;

/// Rules up to which the search is made: it takes the third power of their number.
const MAX_RULES: usize = 32;

/// An incident that no rule tells of.
///
/// # Examples
///
/// ```
/// use slo_core::{AlertPolicy, BurnRule, Slo};
///
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
/// let policy = AlertPolicy::new([BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?]);
/// let silent = policy.largest_silent_incident(&slo)?;
/// // A burn just below 14.4 may go on for the whole month.
/// assert_eq!((silent.error_ratio, silent.cost), ("0.0144".parse()?, "14.4".parse()?));
/// assert_eq!(silent.duration, "30d".parse()?);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SilentIncident {
    /// Its share of errors, which it must stay below, or at most reach, to pass unnoticed.
    pub error_ratio: Fraction,
    /// How long it lasts, likewise; rounded down to the nanosecond.
    pub duration: Duration,
    /// The share of the objective's budget that it spends, exactly.
    pub cost: Fraction,
}

/// `constant + slope · e`, with the slope in nanoseconds.
#[derive(Clone, Copy)]
struct Line {
    constant: Fraction,
    slope: i128,
}

impl Line {
    /// The value at `e`, 0 if it is below.
    fn at(self, e: Fraction) -> Result<Fraction> {
        let Some(slope) = Fraction::new(self.slope.unsigned_abs(), 1) else { return Ok(self.constant) };
        let moved = slope.times(e)?;
        if self.slope >= 0 {
            self.constant.plus(moved)
        } else if moved >= self.constant {
            Ok(Fraction::ZERO)
        } else {
            self.constant.apart(moved)
        }
    }

    /// Where two lines meet, if they do at a positive place.
    fn meets(self, other: Self) -> Result<Option<Fraction>> {
        let steeper = self.slope - other.slope;
        if steeper == 0 || (self.constant < other.constant) != (steeper > 0) {
            return Ok(None);
        }
        let slope = Fraction::new(steeper.unsigned_abs(), 1).unwrap_or(Fraction::ONE);
        Ok(Some(self.constant.apart(other.constant)?.over(slope)?))
    }
}

/// Up to which `e · duration`, in nanoseconds, an incident of more than `threshold` errors passes a rule.
struct Limit {
    threshold: Fraction,
    lines: Vec<Line>,
}

impl Limit {
    /// # Method
    ///
    /// ```text
    /// e · D <= L · θ + max(0, e · h - S · (e - θ))
    /// ```
    fn new(rule: &BurnRule, slo: &Slo) -> Result<Self> {
        let threshold = rule.threshold(slo)?;
        let (long, short) = (rule.long().max(rule.short()), rule.long().min(rule.short()));
        let filled = threshold.times(Fraction::nanos(long))?;
        let mut lines = vec![Line { constant: filled, slope: 0 }];
        let hold = rule.hold_time();
        if hold.is_positive() {
            let constant = filled.plus(threshold.times(Fraction::nanos(short))?)?;
            lines.push(Line { constant, slope: i128::from(hold.nanos()) - i128::from(short.nanos()) });
        }
        Ok(Self { threshold, lines })
    }

    fn at(&self, e: Fraction) -> Result<Fraction> {
        let values = self.lines.iter().map(|line| line.at(e)).collect::<Result<Vec<_>>>()?;
        Ok(values.into_iter().max().unwrap_or(Fraction::ZERO))
    }
}

impl AlertPolicy {
    /// The costliest single incident that no rule tells of.
    ///
    /// It is one of constant errors, at constant traffic with enough events, that begins and ends within the objective's
    /// window and finds no other errors there.
    ///
    /// # Method
    ///
    /// An incident of errors `e` and length `D` is silent iff for each rule with windows `L`, `S` and hold `h` it stays
    /// below the threshold `θ` or is too short:
    ///
    /// ```text
    /// e <= θ   or   e · D <= L · θ + max(0, e · h - S · (e - θ))
    /// ```
    ///
    /// The cost `e · D / (budget · P)` is greatest at a threshold, at `e = 1`, or where two of these limits meet; all
    /// are tried, in exact fractions. Whether the limit itself is silent depends on the operator.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// // A burn of 1 for thirty days spends the budget and is never told.
    /// let silent = AlertPolicy::google_sre(slo.window())?.largest_silent_incident(&slo)?;
    /// assert_eq!((silent.error_ratio, silent.cost.to_f64()), ("0.001".parse()?, 1.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if an exact fraction does not fit 128 bits; [`Error::LimitExceeded`] past 32 rules.
    pub fn largest_silent_incident(&self, slo: &Slo) -> Result<SilentIncident> {
        if self.rules().len() > MAX_RULES {
            let value = u64::try_from(self.rules().len()).unwrap_or(u64::MAX);
            return Err(Error::LimitExceeded { what: "rules of a policy", value, limit: 32 });
        }
        let period = slo.window().length();
        let limits = self.rules().iter().map(|rule| Limit::new(rule, slo)).collect::<Result<Vec<_>>>()?;
        let whole = Line { constant: Fraction::ZERO, slope: i128::from(period.nanos()) };
        let lines: Vec<Line> =
            limits.iter().flat_map(|limit| limit.lines.iter().copied()).chain([whole]).collect();

        let mut places: Vec<Fraction> = vec![Fraction::ONE];
        places.extend(limits.iter().map(|limit| limit.threshold));
        for (place, line) in lines.iter().enumerate() {
            for other in lines.iter().skip(place + 1) {
                places.extend(line.meets(*other)?);
            }
        }
        places.retain(|e| *e <= Fraction::ONE && !e.is_zero());

        let mut largest = (Fraction::ZERO, Fraction::ONE);
        for e in places {
            let mut spent = whole.at(e)?;
            for limit in limits.iter().filter(|limit| limit.threshold < e) {
                spent = spent.min(limit.at(e)?);
            }
            if spent > largest.0 {
                largest = (spent, e);
            }
        }
        let (spent, error_ratio) = largest;
        let length = spent.over(error_ratio)?;
        let nanos = i64::try_from(length.numerator() / length.denominator()).unwrap_or(i64::MAX);
        let allowed = slo.objective().budget().times(Fraction::nanos(period))?;
        Ok(SilentIncident { error_ratio, duration: Duration::from_nanos(nanos), cost: spent.over(allowed)? })
    }
}
