//! What is wrong with a policy for an objective, before it is ever evaluated.

mod hole;

pub use hole::SilentIncident;

use super::policy::AlertPolicy;
use super::rule::{BurnRule, Operator};
use crate::fraction::Fraction;
use crate::slo::Slo;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum FindingKind {
    /// No error ratio reaches the factor times the budget: the rule can never fire.
    UnreachableFactor,
    /// A factor below 1 fires while the objective is being met.
    FactorBelowOne,
    /// The short window is as long as the long one, or longer.
    ShortNotShorter,
    /// A window is longer than the objective's own.
    WindowTooLong,
    /// Two rules have the same long and short window.
    DuplicateWindows,
    /// A single incident can spend more than the whole budget without an alert.
    SilentHole,
    /// The target is most likely a slip of the pen.
    UnlikelyTarget,
    /// Factor times budget do not fit 128 bits: the rule cannot be evaluated.
    InexactThreshold,
}

/// One thing that is wrong with a policy.
///
/// # Examples
///
/// ```
/// use slo_core::{AlertPolicy, FindingKind, Slo};
///
/// let slo = Slo::new("90%".parse()?, "30d".parse()?);
/// let findings = AlertPolicy::google_sre(slo.window())?.lint(&slo);
/// assert_eq!((findings[0].kind, findings[0].rule), (FindingKind::UnreachableFactor, Some(0)));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// The place of the rule in the policy; `None` where it is about the policy or the objective.
    pub rule: Option<usize>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The share of the budget that a [silent incident](SilentIncident) spends.
    pub cost: Option<f64>,
}

/// The target up to which it is taken for a slip: half of all events may fail.
const LOW: Fraction = Fraction::HALF;

/// The budget below which a target is taken for a slip: one event in a hundred million, a quarter of a second in a year.
const TINY_BUDGET: u128 = 100_000_000;

impl AlertPolicy {
    /// What is wrong with the policy for an objective; nothing, if all is well.
    ///
    /// # Method
    ///
    /// | finding | of | when |
    /// |---|---|---|
    /// | [`UnreachableFactor`](FindingKind::UnreachableFactor) | rule | factor · budget > 1, or = 1 under `>` |
    /// | [`FactorBelowOne`](FindingKind::FactorBelowOne) | rule | factor < 1 |
    /// | [`ShortNotShorter`](FindingKind::ShortNotShorter) | rule | short >= long |
    /// | [`WindowTooLong`](FindingKind::WindowTooLong) | rule | a window is longer than the objective's |
    /// | [`DuplicateWindows`](FindingKind::DuplicateWindows) | rule | an earlier rule has the same two windows |
    /// | [`InexactThreshold`](FindingKind::InexactThreshold) | rule | factor · budget does not fit 128 bits |
    /// | [`UnlikelyTarget`](FindingKind::UnlikelyTarget) | objective | target <= 1/2, or budget < 10^-8 |
    /// | [`SilentHole`](FindingKind::SilentHole) | policy | a [silent incident](Self::largest_silent_incident) costs more than the budget |
    ///
    /// All are decided exactly. Findings about rules come first, in the rules' order. The silent hole is looked for in
    /// policies of up to 32 rules. A window of no length cannot be made.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "28d".parse()?);
    /// assert!(AlertPolicy::google_sre("30d".parse()?)?.lint(&slo).is_empty());
    /// let findings = AlertPolicy::sloth(slo.window())?.lint(&slo);
    /// assert_eq!(
    ///     findings[0].message,
    ///     "rule 3 (ticket: burn > 14/15 over 3d and 6h) fires while the objective is being met: its factor is below 1"
    /// );
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn lint(&self, slo: &Slo) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (place, rule) in self.rules().iter().enumerate() {
            let about = |(kind, what): (FindingKind, String)| Finding {
                kind,
                rule: Some(place),
                message: format!("rule {place} ({rule}) {what}"),
                cost: None,
            };
            let earlier = self.rules().iter().take(place);
            findings.extend(of_rule(rule, slo).into_iter().chain(duplicate(rule, earlier)).map(about));
        }
        findings.extend(of_target(slo));
        findings.extend(self.hole(slo));
        findings
    }

    fn hole(&self, slo: &Slo) -> Option<Finding> {
        let silent = self.largest_silent_incident(slo).ok().filter(|silent| silent.cost > Fraction::ONE)?;
        let cost = silent.cost.to_f64();
        let message = format!(
            "an incident of {:.3}% errors over {} raises no alert and spends {:.1}% of the budget",
            silent.error_ratio.to_f64() * 100.0,
            silent.duration,
            cost * 100.0,
        );
        Some(Finding { kind: FindingKind::SilentHole, rule: None, message, cost: Some(cost) })
    }
}

fn of_rule(rule: &BurnRule, slo: &Slo) -> Vec<(FindingKind, String)> {
    let (factor, budget) = (rule.factor(), slo.objective().budget());
    let (long, short, whole) = (rule.long(), rule.short(), slo.window().length());
    let mut found = Vec::new();
    match rule.threshold(slo) {
        Err(_) => {
            let what =
                format!("cannot be evaluated: {factor} times the budget {budget} does not fit 128 bits");
            found.push((FindingKind::InexactThreshold, what));
        }
        Ok(threshold) => {
            let beyond = match rule.comparison() {
                Operator::Above => threshold >= Fraction::ONE,
                Operator::AtLeast => threshold > Fraction::ONE,
            };
            if beyond {
                let what = format!(
                    "can never fire: {factor} times the budget {budget} is an error ratio of {threshold}, and none is {} 1",
                    if threshold == Fraction::ONE { "above" } else { "even" },
                );
                found.push((FindingKind::UnreachableFactor, what));
            }
        }
    }
    if factor < Fraction::ONE {
        let what = "fires while the objective is being met: its factor is below 1".to_owned();
        found.push((FindingKind::FactorBelowOne, what));
    }
    if short >= long {
        let what = format!("has a short window of {short}, which is not shorter than the long one of {long}");
        found.push((FindingKind::ShortNotShorter, what));
    }
    if long.max(short) > whole {
        let what =
            format!("looks at {}, which is longer than the objective's window of {whole}", long.max(short));
        found.push((FindingKind::WindowTooLong, what));
    }
    found
}

fn duplicate<'a>(
    rule: &BurnRule,
    earlier: impl Iterator<Item = &'a BurnRule>,
) -> Option<(FindingKind, String)> {
    let same = |other: &BurnRule| (other.long(), other.short()) == (rule.long(), rule.short());
    let (place, _) = earlier.enumerate().find(|(_, other)| same(other))?;
    Some((FindingKind::DuplicateWindows, format!("has the windows of rule {place}")))
}

fn of_target(slo: &Slo) -> Option<Finding> {
    let (target, budget) = (slo.objective().target(), slo.objective().budget());
    let why = if target <= LOW {
        "lets half of all events fail or more"
    } else if Fraction::new(1, TINY_BUDGET).is_some_and(|tiny| budget < tiny) {
        "lets less than one event in a hundred million fail"
    } else {
        return None;
    };
    let message = format!("the target {} {why}: is it what was meant?", slo.objective());
    Some(Finding { kind: FindingKind::UnlikelyTarget, rule: None, message, cost: None })
}

#[cfg(test)]
mod tests;
