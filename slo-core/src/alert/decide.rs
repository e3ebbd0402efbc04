//! Whether a rule's condition holds at an instant, with all that the rule asks for.

use crate::counts::Counts;
use crate::error::Result;
use crate::fraction::Fraction;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::sum::cmp_products;
use crate::time::{Duration, Timestamp};

use super::catalogue::spent;
use super::rule::{BurnRule, Operator, TrafficCorrection};

/// A rule, and what it decides by on one series.
pub(super) struct Decision<'a> {
    rule: &'a BurnRule,
    slo: &'a Slo,
    series: &'a CountSeries,
    threshold: Fraction,
    /// The bad events of the long and of the short window, as shares of all events in the objective's own window, from
    /// which a corrected rule fires.
    shares: [Fraction; 2],
}

impl<'a> Decision<'a> {
    pub(super) fn new(rule: &'a BurnRule, slo: &'a Slo, series: &'a CountSeries) -> Result<Self> {
        let threshold = rule.threshold(slo)?;
        let share = |window: Duration| match rule.traffic_correction() {
            TrafficCorrection::None => Ok(threshold),
            _ => spent(threshold, window, slo.window().length()),
        };
        Ok(Self { rule, slo, series, threshold, shares: [share(rule.long())?, share(rule.short())?] })
    }

    pub(super) const fn threshold(&self) -> Fraction {
        self.threshold
    }

    /// Whether the condition holds at an instant.
    pub(super) fn holds_at(&self, at: Timestamp) -> bool {
        let counts = |window: Duration| self.series.counts_between(at.saturating_sub(window), at);
        self.holds(at, || counts(self.rule.long()), || counts(self.rule.short()))
    }

    /// Whether the condition holds at an instant, of which the windows' counts are known.
    pub(super) fn holds(&self, at: Timestamp, long: impl Fn() -> Counts, short: impl Fn() -> Counts) -> bool {
        if !self.rule.fewest_events().is_zero() && (self.rule.is_quiet(short()) || self.rule.is_quiet(long()))
        {
            return false;
        }
        match self.rule.traffic_correction() {
            TrafficCorrection::None => {
                self.rule.exceeds(short(), self.threshold) && self.rule.exceeds(long(), self.threshold)
            }
            correction => self.holds_corrected(correction, at, long(), short()),
        }
    }

    /// # Method
    ///
    /// ```text
    /// long:                     bad_L > share_L · total_P
    /// short, each window:       bad_S > share_S · total_P
    /// short, the long window:   bad_S · total_L > share_L · total_P · total_S
    /// ```
    fn holds_corrected(
        &self,
        correction: TrafficCorrection,
        at: Timestamp,
        long: Counts,
        short: Counts,
    ) -> bool {
        let whole = self.slo.budget_of(self.series, at).counts().total;
        let [share, own] = self.shares;
        let in_long = long.bad.cmp_share(whole, share);
        let in_short = match correction {
            TrafficCorrection::EachWindow => short.bad.cmp_share(whole, own),
            _ => cmp_products([short.bad, long.total], [short.total, whole], share),
        };
        match self.rule.comparison() {
            Operator::Above => in_long.is_gt() && in_short.is_gt(),
            Operator::AtLeast => {
                in_long.is_ge() && in_short.is_ge() && long.has_traffic() && short.has_traffic()
            }
        }
    }
}
