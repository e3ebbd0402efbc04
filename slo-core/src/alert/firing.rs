//! Which rules fire at which point of a series.

use ndarray::Array2;

use super::policy::AlertPolicy;
use super::rule::{BurnRule, Operator};
use crate::burn::{Lag, Trailing, fill_lagged, plain_terms};
use crate::error::Result;
use crate::fraction::Fraction;
use crate::series::{CountSeries, Prefix};
use crate::slo::Slo;

/// Points that all rules look at before the next ones are fetched.
const TILE: usize = 8192;

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

    /// Whether the rule fires at each of the points from `from` on.
    pub(super) fn firing(&self, from: usize, fires: &mut [bool]) {
        if let (Prefix::Plain { bad, total }, Some(short), Some(long)) =
            (self.prefix, self.short.points(), self.long.points())
            && let Some((p, q)) = plain_terms(self.threshold, total)
        {
            let lags =
                [Lag::new(bad, short), Lag::new(total, short), Lag::new(bad, long), Lag::new(total, long)];
            match self.rule.comparison() {
                Operator::Above => {
                    fill_lagged(lags, from, fires, |[bad_short, total_short, bad_long, total_long]| {
                        (bad_short * q > total_short * p) & (bad_long * q > total_long * p)
                    });
                }
                Operator::AtLeast => {
                    fill_lagged(lags, from, fires, |[bad_short, total_short, bad_long, total_long]| {
                        let burns = (bad_short * q >= total_short * p) & (bad_long * q >= total_long * p);
                        burns & (total_short > 0.0) & (total_long > 0.0)
                    });
                }
            }
            return;
        }
        for (point, fires) in (from..).zip(fires) {
            let exceeds = |window: &Trailing<'_>| self.rule.exceeds(window.counts(point), self.threshold);
            *fires = exceeds(&self.short) && exceeds(&self.long);
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
        let mut fires = Array2::default((self.rules().len(), series.len()));
        let rules =
            self.rules().iter().map(|rule| RuleOn::new(rule, slo, series)).collect::<Result<Vec<_>>>()?;
        for from in (0..series.len()).step_by(TILE) {
            let to = (from + TILE).min(series.len());
            for (rule, mut row) in rules.iter().zip(fires.rows_mut()) {
                let tile = row.as_slice_mut().and_then(|row| row.get_mut(from..to));
                rule.firing(from, tile.unwrap_or_default());
            }
        }
        Ok(fires)
    }
}
