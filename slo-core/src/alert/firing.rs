//! Which rules fire at which point of a series.

use ndarray::Array2;
use pulp::{Arch, Simd, WithSimd};

use super::policy::AlertPolicy;
use super::rule::{BurnRule, Operator};
use crate::burn::{Trailing, plain_terms};
use crate::error::Result;
use crate::fraction::Fraction;
use crate::series::{CountSeries, Prefix};
use crate::slo::Slo;

/// Points that are decided at once: few enough for the nearest caches.
const TILE: usize = 4096;

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
            threshold: rule.factor().times(slo.objective().budget())?,
            long: Trailing::new(series, rule.long()),
            short: Trailing::new(series, rule.short()),
            prefix: series.prefix(),
        })
    }

    /// Whether the rule fires at each point.
    fn firing(&self, fires: &mut [bool]) {
        if let (Prefix::Plain { bad, total }, Some(short), Some(long)) =
            (self.prefix, self.short.points(), self.long.points())
            && let Some((p, q)) = plain_terms(self.threshold, total)
        {
            let operator = self.rule.comparison();
            return Arch::new().dispatch(EvenFiring { bad, total, p, q, short, long, operator, fires });
        }
        for (point, fires) in fires.iter_mut().enumerate() {
            let exceeds = |window: &Trailing<'_>| self.rule.exceeds(window.counts(point), self.threshold);
            *fires = exceeds(&self.short) && exceeds(&self.long);
        }
    }
}

/// The decision on an even axis with plain running totals.
///
/// # Method
///
/// ```text
/// D[k] = q · bad[k] - p · total[k],   a window burns above the threshold iff D[now] > D[before]
/// ```
///
/// Every `D` is an integer below 2^53 and so exact: a window costs one comparison.
struct EvenFiring<'a> {
    bad: &'a [f64],
    total: &'a [f64],
    p: f64,
    q: f64,
    short: usize,
    long: usize,
    operator: Operator,
    fires: &'a mut [bool],
}

impl WithSimd for EvenFiring<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { bad, total, p, q, operator, fires, .. } = self;
        let [short, long] = [self.short, self.long].map(|points| points.min(fires.len()));
        let mut excess = Recent::new(short.max(long));
        let mut traffic = match operator {
            Operator::Above => Recent::new(0),
            Operator::AtLeast => Recent::new(short.max(long)),
        };
        // The running totals begin with a 0 that stands for no point.
        let tiles = bad.get(1..).unwrap_or_default().chunks(TILE).zip(total.get(1..).unwrap_or_default().chunks(TILE));
        for (fires, (bad, total)) in fires.chunks_mut(TILE).zip(tiles) {
            let len = fires.len();
            for (excess, (bad, total)) in excess.advance(len).iter_mut().zip(bad.iter().zip(total)) {
                *excess = q * bad - p * total;
            }
            let (now, [short_ago, long_ago]) = excess.seen_from(len, [short, long]);
            match operator {
                Operator::Above => {
                    for (fires, (now, (short, long))) in fires.iter_mut().zip(now.iter().zip(short_ago.iter().zip(long_ago))) {
                        *fires = (now > short) & (now > long);
                    }
                }
                Operator::AtLeast => {
                    traffic.advance(len).copy_from_slice(total);
                    let (total, [total_short, total_long]) = traffic.seen_from(len, [short, long]);
                    let burns = now.iter().zip(short_ago.iter().zip(long_ago));
                    let counted = total.iter().zip(total_short.iter().zip(total_long));
                    for (fires, ((now, (short, long)), (total, (none, nothing)))) in fires.iter_mut().zip(burns.zip(counted)) {
                        *fires = (now >= short) & (now >= long) & (total > none) & (total > nothing);
                    }
                }
            }
        }
    }
}

/// A running quantity over the present tile and as far back as the longest window reaches; 0 before the beginning.
struct Recent {
    values: Vec<f64>,
    reach: usize,
    len: usize,
}

impl Recent {
    #[inline(always)]
    fn new(reach: usize) -> Self {
        Self { values: vec![0.0; reach + TILE], reach, len: 0 }
    }

    /// Makes the present tile the past, and gives place to the next one.
    #[inline(always)]
    fn advance(&mut self, len: usize) -> &mut [f64] {
        self.values.copy_within(self.len..self.len + self.reach, 0);
        self.len = len;
        self.values.get_mut(self.reach..self.reach + len).unwrap_or_default()
    }

    /// The present tile, and what it was so many points before.
    #[inline(always)]
    fn seen_from<const N: usize>(&self, len: usize, ago: [usize; N]) -> (&[f64], [&[f64]; N]) {
        let cut = |from: usize| self.values.get(from..from + len).unwrap_or_default();
        (cut(self.reach), ago.map(|points| cut(self.reach - points)))
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
    /// decided exactly; without traffic in either window a rule does not fire.
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
        let mut fires = Array2::from_elem((self.rules().len(), series.len()), false);
        for (rule, mut row) in self.rules().iter().zip(fires.rows_mut()) {
            RuleOn::new(rule, slo, series)?.firing(row.as_slice_mut().unwrap_or_default());
        }
        Ok(fires)
    }
}
