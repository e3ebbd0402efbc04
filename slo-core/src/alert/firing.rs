//! Which rules fire at which point of a series.

use ndarray::Array2;
use pulp::{Arch, Simd, WithSimd};

use super::policy::AlertPolicy;
use super::rule::{BurnRule, Operator};
use crate::burn::{Trailing, fill_ago, plain_terms};
use crate::error::Result;
use crate::fraction::Fraction;
use crate::series::{CountSeries, Prefix};
use crate::slo::Slo;

/// One rule against one series.
pub(super) struct RuleOn<'a> {
    pub(super) rule: &'a BurnRule,
    pub(super) threshold: Fraction,
    pub(super) long: Trailing<'a>,
    pub(super) short: Trailing<'a>,
    prefix: &'a Prefix,
}

impl<'a> RuleOn<'a> {
    pub(super) fn new(rule: &'a BurnRule, slo: &Slo, series: &'a CountSeries) -> Result<Self> {
        Ok(Self {
            rule,
            threshold: rule.threshold(slo)?,
            long: Trailing::new(series, rule.long()),
            short: Trailing::new(series, rule.short()),
            prefix: series.prefix(),
        })
    }

    /// Whether the rule fires at each point, which is false to begin with.
    pub(super) fn firing(&self, fires: &mut [bool]) {
        match self.even() {
            Some(rule) => Arch::new().dispatch(EvenFiring { rule, fires }),
            None => self.compare(fires),
        }
    }

    /// Whether the rule fires at each point, by exact comparison of each window's counts.
    fn compare(&self, fires: &mut [bool]) {
        for (point, fires) in fires.iter_mut().enumerate() {
            let exceeds = |window: &Trailing<'_>| self.rule.exceeds(window.counts(point), self.threshold);
            *fires = exceeds(&self.short) && exceeds(&self.long);
        }
    }

    /// The rule in the form that vectors decide, where the series allows it.
    fn even(&self) -> Option<EvenRule<'a>> {
        let Prefix::Plain(sums) = self.prefix else { return None };
        let (bad, total) = sums.columns();
        let (p, q) = plain_terms(self.threshold, total)?;
        let [short, long] = [self.short.points()?, self.long.points()?];
        Some(EvenRule { bad, total, p, q, short, long, operator: self.rule.comparison() })
    }
}

/// One rule on an even axis with plain running totals.
///
/// # Method
///
/// ```text
/// D[k] = q · bad[k] - p · total[k],   a window burns above the threshold iff D[now] > D[before]
/// ```
///
/// Every `D` is an integer below 2^53 and so exact.
struct EvenRule<'a> {
    bad: &'a [f64],
    total: &'a [f64],
    p: f64,
    q: f64,
    short: usize,
    long: usize,
    operator: Operator,
}

impl EvenRule<'_> {
    /// Whether some long window that ends at one of the points `from..to` may burn above the threshold.
    ///
    /// # Method
    ///
    /// Running totals never fall. So none of these windows holds more bad events than there are from the first window's
    /// begin to the last one's end, nor fewer events than there are from the last one's begin to the first one's end.
    fn may_fire(&self, from: usize, to: usize) -> bool {
        let at = |sums: &[f64], index: usize| sums.get(index).copied().unwrap_or(f64::NAN);
        let bad = at(self.bad, to) - at(self.bad, (from + 1).saturating_sub(self.long));
        let total = at(self.total, from + 1) - at(self.total, to.saturating_sub(self.long));
        match self.operator {
            Operator::Above => bad * self.q > total * self.p,
            Operator::AtLeast => bad * self.q >= total * self.p,
        }
    }

    /// Decides the points from `from` on, one by one.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn decide(&self, from: usize, fires: &mut [bool]) {
        let Self { bad, total, p, q, short, long, operator } = *self;
        let excess = |bad: f64, total: f64| q * bad - p * total;
        match operator {
            Operator::Above => {
                fill_ago([bad, total], [0, short, long], from, fires, |[now, short, long]| {
                    let now = excess(now[0], now[1]);
                    (now > excess(short[0], short[1])) & (now > excess(long[0], long[1]))
                });
            }
            Operator::AtLeast => {
                fill_ago([bad, total], [0, short, long], from, fires, |[now, short, long]| {
                    let counted = (now[1] > short[1]) & (now[1] > long[1]);
                    let now = excess(now[0], now[1]);
                    counted & (now >= excess(short[0], short[1])) & (now >= excess(long[0], long[1]))
                });
            }
        }
    }
}

/// One rule's decisions at all points, which are false to begin with.
struct EvenFiring<'a, 'f> {
    rule: EvenRule<'a>,
    fires: &'f mut [bool],
}

impl WithSimd for EvenFiring<'_, '_> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined here is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { rule, fires } = self;
        // Blocks are short beside the window, so that the bounds are sharp, and are looked at again in smaller pieces.
        let block = (rule.long / 2).clamp(32, 1024);
        let piece = (block / 8).clamp(32, 128);
        let len = fires.len();
        for from in (0..len).step_by(block) {
            let to = (from + block).min(len);
            if !rule.may_fire(from, to) {
                continue;
            }
            let mut pieces = (from..to).step_by(piece).map(|from| (from, (from + piece).min(to)));
            let first = pieces.find(|(from, to)| rule.may_fire(*from, *to));
            let last = pieces.rfind(|(from, to)| rule.may_fire(*from, *to)).or(first);
            if let (Some((from, _)), Some((_, to))) = (first, last) {
                rule.decide(from, fires.get_mut(from..to).unwrap_or_default());
            }
        }
    }
}

impl AlertPolicy {
    /// Whether each rule fires at each instant: shape (rules, points).
    ///
    /// # Method
    ///
    /// ```text
    /// bad(w] · q > p · total(w]   for both windows w,   p/q = factor · (1 - target) in lowest terms
    /// ```
    ///
    /// decided exactly, with `>=` under [`Operator::AtLeast`]; without traffic in either window a rule does
    /// not fire.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let rule = BurnRule::new(Duration::from_minutes(2), Duration::from_minutes(1), 10.0)?;
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[0.0, 30.0, 0.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let firing = AlertPolicy::new([rule]).firing(&slo, &series)?;
    /// assert_eq!(firing.row(0).to_vec(), [false, true, false]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if an exact threshold does not fit 128 bits.
    pub fn firing(&self, slo: &Slo, series: &CountSeries) -> Result<Array2<bool>> {
        let series = &*slo.counted(series)?;
        let mut fires = Array2::from_elem((self.rules().len(), series.len()), false);
        for (rule, row) in self.rules().iter().zip(fires.rows_mut()) {
            RuleOn::new(rule, slo, series)?.firing(row.into_slice().unwrap_or_default());
        }
        Ok(fires)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Duration, Timestamp};
    use proptest::prelude::*;

    fn minutes(count: u32) -> Duration {
        Duration::from_minutes(i64::from(count))
    }

    proptest! {
        #[test]
        fn passing_over_and_vectors_decide_as_exact_comparison_does(
            // Stretches of so many minutes with so many bad events of so many.
            stretches in prop::collection::vec((1_usize..400, 0_u32..30, 0_u32..30), 0..20),
            (short, long) in (1_u32..40, 1_u32..900),
            factor in 1_u32..30,
            operator in prop_oneof![Just(Operator::Above), Just(Operator::AtLeast)],
        ) {
            let counts = stretches.iter().flat_map(|(len, bad, good)| std::iter::repeat_n((*bad, *good), *len));
            let (bad, good): (Vec<f64>, Vec<f64>) = counts.map(|(b, g)| (f64::from(b), f64::from(g))).unzip();
            let axis = Axis::regular(Timestamp::from_nanos(0), minutes(1));
            let series = CountSeries::good_bad(axis, &good, &bad).unwrap();
            let slo = Slo::new("97%".parse().unwrap(), "30d".parse().unwrap());
            let rule = BurnRule::new(minutes(long), minutes(short), f64::from(factor)).unwrap().operator(operator);

            let on = RuleOn::new(&rule, &slo, &series).unwrap();
            prop_assert!(on.even().is_some());
            let mut exact = vec![false; series.len()];
            on.compare(&mut exact);
            let fast = AlertPolicy::new([rule.clone()]).firing(&slo, &series).unwrap();
            prop_assert_eq!(fast.row(0).to_vec(), exact);
        }
    }
}
