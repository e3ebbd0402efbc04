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

/// Points that are decided at once: few enough that all rules find them in the nearest cache.
const TILE: usize = 1024;

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

    /// Whether the rule fires at each point, by exact comparison of each window's counts.
    fn firing(&self, fires: &mut [bool]) {
        for (point, fires) in fires.iter_mut().enumerate() {
            let exceeds = |window: &Trailing<'_>| self.rule.exceeds(window.counts(point), self.threshold);
            *fires = exceeds(&self.short) && exceeds(&self.long);
        }
    }

    /// The rule in the form that needs one comparison a window, where the series allows it.
    fn even(&self, len: usize) -> Option<EvenRule> {
        let Prefix::Plain { total, .. } = self.prefix else { return None };
        let (p, q) = plain_terms(self.threshold, total)?;
        let [short, long] = [self.short.points()?, self.long.points()?].map(|points| points.min(len));
        let reach = short.max(long);
        let traffic = (self.rule.comparison() == Operator::AtLeast).then(|| Recent::new(reach));
        Some(EvenRule { p, q, short, long, excess: Recent::new(reach), traffic })
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
/// Every `D` is an integer below 2^53 and so exact: a window costs one comparison.
struct EvenRule {
    p: f64,
    q: f64,
    short: usize,
    long: usize,
    excess: Recent,
    /// The running total, which at equality must have grown too.
    traffic: Option<Recent>,
}

/// All the rules of a policy on the same running totals.
struct EvenFiring<'a, 'f> {
    bad: &'a [f64],
    total: &'a [f64],
    rules: Vec<(EvenRule, &'f mut [bool])>,
}

impl WithSimd for EvenFiring<'_, '_> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined here is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { bad, total, mut rules } = self;
        // The running totals begin with a 0 that stands for no point.
        let tiles = bad
            .get(1..)
            .unwrap_or_default()
            .chunks(TILE)
            .zip(total.get(1..).unwrap_or_default().chunks(TILE));
        for (tile, (bad, total)) in tiles.enumerate() {
            for (rule, fires) in &mut rules {
                let fires = fires.chunks_mut(TILE).nth(tile).unwrap_or_default();
                rule.decide(bad, total, fires);
            }
        }
    }
}

impl EvenRule {
    /// Decides the points of the next tile.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn decide(&mut self, bad: &[f64], total: &[f64], fires: &mut [bool]) {
        let Self { p, q, short, long, excess, traffic } = self;
        for (excess, (bad, total)) in excess.advance(bad.len()).iter_mut().zip(bad.iter().zip(total)) {
            *excess = *q * bad - *p * total;
        }
        let [now, short_ago, long_ago] = excess.ago([0, *short, *long]);
        let burns = now.iter().zip(short_ago.iter().zip(long_ago));
        let Some(traffic) = traffic else {
            for (fires, (now, (short, long))) in fires.iter_mut().zip(burns) {
                *fires = (now > short) & (now > long);
            }
            return;
        };
        traffic.advance(total.len()).copy_from_slice(total);
        let [total, total_short, total_long] = traffic.ago([0, *short, *long]);
        let counted = total.iter().zip(total_short.iter().zip(total_long));
        for (fires, ((now, (short, long)), (total, (none, nothing)))) in
            fires.iter_mut().zip(burns.zip(counted))
        {
            *fires = (now >= short) & (now >= long) & (total > none) & (total > nothing);
        }
    }
}

/// A running quantity over the present tile and as far back as the longest window reaches; 0 before the beginning.
struct Recent {
    values: Vec<f64>,
    reach: usize,
    /// The present tile begins here.
    begin: usize,
    len: usize,
}

impl Recent {
    /// Tiles between two moves of what is still needed to the front.
    const TILES: usize = 8;

    fn new(reach: usize) -> Self {
        Self { values: vec![0.0; reach + Self::TILES * TILE], reach, begin: reach, len: 0 }
    }

    /// Makes the present tile part of the past, and gives place to the next one.
    fn advance(&mut self, len: usize) -> &mut [f64] {
        self.begin += self.len;
        self.len = len;
        if self.begin + len > self.values.len() {
            self.values.copy_within(self.begin - self.reach..self.begin, 0);
            self.begin = self.reach;
        }
        self.values.get_mut(self.begin..self.begin + len).unwrap_or_default()
    }

    /// The present tile as it was so many points before.
    fn ago<const N: usize>(&self, points: [usize; N]) -> [&[f64]; N] {
        points.map(|points| {
            self.values.get(self.begin - points..self.begin - points + self.len).unwrap_or_default()
        })
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
        let mut rules = Vec::new();
        for (rule, row) in self.rules().iter().zip(fires.rows_mut()) {
            let rule = RuleOn::new(rule, slo, series)?;
            let row = row.into_slice().unwrap_or_default();
            match rule.even(row.len()) {
                Some(rule) => rules.push((rule, row)),
                None => rule.firing(row),
            }
        }
        if let Prefix::Plain { bad, total } = series.prefix() {
            Arch::new().dispatch(EvenFiring { bad, total, rules });
        }
        Ok(fires)
    }
}
