//! What a record, or time that passed, changed.

use super::ring::Ring;
use super::watch::{Firing, Turn, View, Watch};
use crate::alert::rule::BurnRule;
use crate::alert::timeline::Alert;
use crate::slo::Slo;
use crate::time::Timestamp;

/// The alerts that a record, or time that passed, made begin or end.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Changes {
    /// The alerts that began, as they were then, in the order in which they began.
    pub began: Vec<Alert>,
    /// The alerts that ended, in the order in which they ended. One may have begun in the same step.
    pub ended: Vec<Alert>,
}

impl Changes {
    /// Whether nothing began and nothing ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Changes;
    ///
    /// assert!(Changes::default().is_empty());
    /// ```
    pub const fn is_empty(&self) -> bool {
        self.began.is_empty() && self.ended.is_empty()
    }

    pub(super) fn in_order(mut self) -> Self {
        self.began.sort_by_key(|alert| alert.begin);
        self.ended.sort_by_key(|alert| alert.end);
        self
    }
}

/// Adds what happened to an alert to the changes.
#[cold]
pub(super) fn note(
    slo: &Slo,
    rule: &BurnRule,
    ring: &Ring,
    watch: &Watch,
    turn: Turn,
    changes: &mut Changes,
) {
    match turn {
        Turn::Began(_) => {
            changes.began.extend(watch.alert.map(|firing| alert(slo, rule, ring, firing, None)));
        }
        Turn::Ended(firing, end) => changes.ended.push(alert(slo, rule, ring, firing, Some(end))),
    }
}

/// The alert that fires, or ended just now.
pub(super) fn alert(
    slo: &Slo,
    rule: &BurnRule,
    ring: &Ring,
    firing: Firing,
    end: Option<Timestamp>,
) -> Alert {
    let Firing { begin, burn, before } = firing;
    let until = end.or(ring.last().max(Some(begin))).unwrap_or(begin);
    let view = View { ring, tail: None };
    let whole = view.after(slo.window().period_until(until).0);
    Alert::counted(rule, slo, (begin, end, until), burn, (ring.sum().bad.minus(before), whole))
}
