//! Which rules fire at which point of a series.

use ndarray::{Array2, ArrayViewMut1};
use pulp::{Arch, Simd, WithSimd};

use super::decide::Decision;
use super::policy::AlertPolicy;
use super::rule::{BurnRule, Operator};
use crate::burn::{Trailing, fill_windows};
use crate::error::{Error, Result};
use crate::series::{Columns, CountSeries, Limit, Prefix};
use crate::slo::Slo;

/// One rule against one series.
pub(super) struct RuleOn<'a> {
    pub(super) rule: &'a BurnRule,
    pub(super) decision: Decision<'a>,
    pub(super) long: Trailing<'a>,
    pub(super) short: Trailing<'a>,
    series: &'a CountSeries,
}

impl<'a> RuleOn<'a> {
    pub(super) fn new(rule: &'a BurnRule, slo: &'a Slo, series: &'a CountSeries) -> Result<Self> {
        Ok(Self {
            rule,
            decision: Decision::new(rule, slo, series)?,
            long: Trailing::new(series, rule.long()),
            short: Trailing::new(series, rule.short()),
            series,
        })
    }

    /// Whether the rule fires at each point, which is false to begin with.
    pub(super) fn firing(&self, fires: &mut [bool]) {
        let prefix = self.series.prefix();
        let limit = Limit::new(self.decision.threshold(), self.rule.comparison(), prefix);
        let limit = limit.filter(|_| self.rule.is_plain());
        let windows = [self.short.points(), self.long.points()];
        if let (Some(limit), [Some(short), Some(long)]) = (limit, windows) {
            match prefix {
                Prefix::Packed(sums) => {
                    let sums = sums.read();
                    return match sums.halves(limit) {
                        Some(sums) => EvenRule { sums, limit, short, long }.firing(fires),
                        None => EvenRule { sums, limit, short, long }.firing(fires),
                    };
                }
                Prefix::Plain(sums) => {
                    return EvenRule { sums: sums.read(), limit, short, long }.firing(fires);
                }
                Prefix::Double { .. } => {}
            }
        }
        self.compare(fires);
    }

    /// Whether the rule fires at each point, by exact comparison of each window's counts.
    fn compare(&self, fires: &mut [bool]) {
        for ((point, at), fires) in self.series.times().enumerate().zip(fires) {
            *fires = self.decision.holds(at, || self.long.counts(point), || self.short.counts(point));
        }
    }
}

/// One rule on an even axis with running totals that are exact as floats.
///
/// # Method
///
/// ```text
/// q · bad(w] > p · total(w]   for both windows
/// ```
///
/// Both products are integers below 2^53 and so exact.
#[derive(Clone, Copy)]
struct EvenRule<C> {
    sums: C,
    limit: Limit,
    short: usize,
    long: usize,
}

impl<C: Columns> EvenRule<C> {
    fn firing(self, fires: &mut [bool]) {
        Arch::new().dispatch(EvenFiring { rule: self, fires });
    }

    /// Whether the rule fires at all of the points `from..to`, or at none of them; `None` if they must be looked at.
    ///
    /// # Method
    ///
    /// Running totals never fall. So a window that ends at one of these points holds no more events of a kind than there
    /// are from the first window's begin to the last one's end, and no fewer than from the last one's begin to the
    /// first one's end.
    #[allow(clippy::inline_always, reason = "it is asked for every few points")]
    #[inline(always)]
    fn verdict(&self, from: usize, to: usize) -> Option<bool> {
        let ends =
            |window: usize| ((from + 1).saturating_sub(window), to.saturating_sub(window).min(from + 1));
        let may_not = |window: usize| {
            let (first, last) = ends(window);
            let ([bad, _], [_, total]) = (self.sums.between(first, to), self.sums.between(last, from + 1));
            let Limit { p, q, operator } = self.limit;
            match operator {
                Operator::Above => bad * q <= total * p,
                Operator::AtLeast => (bad == 0.0) | (bad * q < total * p),
            }
        };
        let surely = |window: usize| {
            let (first, last) = ends(window);
            let ([_, total], [bad, least]) =
                (self.sums.between(first, to), self.sums.between(last, from + 1));
            (least > 0.0) & self.limit.burns([bad, total])
        };
        if may_not(self.long) || may_not(self.short) {
            return Some(false);
        }
        (surely(self.short) && surely(self.long)).then_some(true)
    }

    /// Decides the points from `from` on, one by one.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn decide(&self, from: usize, fires: &mut [bool]) {
        fill_windows(self.sums, [self.short, self.long], from, fires, |[short, long]| {
            self.sums.burns(short, self.limit) & self.sums.burns(long, self.limit)
        });
    }
}

/// One rule's decisions at all points, which are false to begin with.
struct EvenFiring<'f, C> {
    rule: EvenRule<C>,
    fires: &'f mut [bool],
}

impl<C: Columns> WithSimd for EvenFiring<'_, C> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined here is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { rule, fires } = self;
        // Blocks are short beside the window, so that the bounds are sharp, and are looked at again in smaller pieces.
        let block = (rule.long / 2).clamp(32, 1024);
        let piece = (block / 8).clamp(32, 128);
        for (number, fires) in fires.chunks_mut(block).enumerate() {
            let begin = number * block;
            if let Some(all) = rule.verdict(begin, begin + fires.len()) {
                if all {
                    fires.fill(true);
                }
                continue;
            }
            for (number, fires) in fires.chunks_mut(piece).enumerate() {
                let from = begin + number * piece;
                match rule.verdict(from, from + fires.len()) {
                    Some(false) => {}
                    Some(true) => fires.fill(true),
                    None => rule.decide(from, fires),
                }
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
    /// not fire. This is the condition at each instant by itself: a rule's hold, and how long it fires on, are
    /// [`evaluate`](Self::evaluate)'s.
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
        let rows = fires.rows_mut().into_iter().filter_map(ArrayViewMut1::into_slice);
        self.mark(slo, series, rows)?;
        Ok(fires)
    }

    /// Marks where each rule fires in one row a rule, which are false to begin with: [`firing`](Self::firing) without
    /// an array of its own.
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
    /// let mut row = [false; 3];
    /// AlertPolicy::new([rule]).firing_into(&slo, &series, &mut [&mut row])?;
    /// assert_eq!(row, [false, true, false]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`firing`](Self::firing); [`Error::LengthMismatch`] unless there is a row for each rule and a place for each
    /// point.
    pub fn firing_into(&self, slo: &Slo, series: &CountSeries, rows: &mut [&mut [bool]]) -> Result<()> {
        let series = &*slo.counted(series)?;
        Error::check_lengths("rules", self.rules().len(), "rows", rows.len())?;
        for row in &*rows {
            Error::check_lengths("series", series.len(), "row", row.len())?;
        }
        self.mark(slo, series, rows.iter_mut().map(|row| &mut **row))
    }

    fn mark<'r>(
        &self,
        slo: &Slo,
        series: &CountSeries,
        rows: impl Iterator<Item = &'r mut [bool]>,
    ) -> Result<()> {
        self.rules().iter().zip(rows).try_for_each(|(rule, row)| {
            RuleOn::new(rule, slo, series)?.firing(row);
            Ok(())
        })
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
            // Totals that fit 64 bits together, and such as do not.
            scale in prop_oneof![Just(1.0), Just(2_f64.powi(26))],
        ) {
            let counts = stretches.iter().flat_map(|(len, bad, good)| std::iter::repeat_n((*bad, *good), *len));
            let (bad, good): (Vec<f64>, Vec<f64>) = counts.map(|(b, g)| (f64::from(b) * scale, f64::from(g) * scale)).unzip();
            let axis = Axis::regular(Timestamp::from_nanos(0), minutes(1));
            let series = CountSeries::good_bad(axis, &good, &bad).unwrap();
            let slo = Slo::new("97%".parse().unwrap(), "30d".parse().unwrap());
            let rule = BurnRule::new(minutes(long), minutes(short), f64::from(factor)).unwrap().operator(operator);

            let on = RuleOn::new(&rule, &slo, &series).unwrap();
            prop_assert!(Limit::new(on.decision.threshold(), operator, on.series.prefix()).is_some());
            let mut exact = vec![false; series.len()];
            on.compare(&mut exact);
            let fast = AlertPolicy::new([rule.clone()]).firing(&slo, &series).unwrap();
            prop_assert_eq!(fast.row(0).to_vec(), exact);
        }
    }
}
