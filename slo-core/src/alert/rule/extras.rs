//! What a rule may ask beyond two windows and a factor: unusual traffic, few events and few bad events.

use super::{BurnRule, Demotion, TrafficCorrection};
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::sum::Sum;

impl BurnRule {
    /// Whether the rule takes into account that its windows may hold more or less than the usual traffic; not unless
    /// said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, TrafficCorrection};
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 13.44)?.traffic(TrafficCorrection::LongWindow);
    /// assert_eq!(rule.to_string(), "page: burn > 13.44 over 1h and 5m, corrected for traffic");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn traffic(mut self, correction: TrafficCorrection) -> Self {
        self.traffic = correction;
        self
    }

    /// The fewest events that each window must hold for the rule to fire; 0 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let axis = Axis::regular(Timestamp::from_nanos(0), minute);
    /// let series = CountSeries::bad_total(axis, &[5.0, 5.0], &[9.0, 10.0])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let rule = BurnRule::new(minute, minute, 10.0)?.min_events(10.0)?;
    /// let firing = AlertPolicy::new([rule]).firing(&slo, &series)?;
    /// assert_eq!(firing.row(0).to_vec(), [false, true]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it is finite and at least 0, with at most 18 digits.
    pub fn min_events(mut self, events: f64) -> Result<Self> {
        self.min_events = count("min_events", events)?;
        Ok(self)
    }

    /// Another, milder severity while the long window holds at most so many bad events; none unless said otherwise.
    ///
    /// An alert changes its severity at the instants of evaluation at which the number of bad events passes the limit: it
    /// ends, and one of the other severity begins.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let axis = Axis::regular(Timestamp::from_nanos(0), minute);
    /// let series = CountSeries::bad_total(axis, &[5.0, 6.0], &[10.0, 10.0])?;
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let rule = BurnRule::new(minute, minute, 10.0)?.severity("critical").demoted(5.0, "warning")?;
    /// let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None)?;
    /// let severities: Vec<&str> = timeline.alerts().iter().map(|alert| alert.rule.severity_name()).collect();
    /// assert_eq!(severities, ["warning", "critical"]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the limit is finite and at least 0, with at most 18 digits.
    pub fn demoted(mut self, at_most: f64, severity: impl Into<String>) -> Result<Self> {
        self.demotion = Some(Demotion::new(count("at_most", at_most)?, severity.into()));
        Ok(self)
    }

    /// How the rule takes unusual traffic into account.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, TrafficCorrection};
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.traffic_correction(), TrafficCorrection::None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn traffic_correction(&self) -> TrafficCorrection {
        self.traffic
    }

    /// The fewest events that each window must hold, exactly.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Fraction};
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.fewest_events(), Fraction::ZERO);
    /// assert_eq!(rule.min_events(2.5)?.fewest_events(), "5/2".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn fewest_events(&self) -> Fraction {
        self.min_events
    }

    /// The milder severity for few bad events, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::BurnRule;
    ///
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// assert_eq!(rule.demotion(), None);
    /// assert!(rule.demoted(5.0, "ticket")?.demotion().is_some());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn demotion(&self) -> Option<&Demotion> {
        self.demotion.as_ref()
    }

    /// Whether a window holds fewer events than the rule needs to fire.
    pub(in crate::alert) fn is_quiet(&self, counts: Counts) -> bool {
        counts.total.cmp_share(Sum::new(1.0), self.min_events).is_lt()
    }

    /// Whether two windows and a factor are all that decides.
    pub(in crate::alert) fn is_plain(&self) -> bool {
        self.traffic == TrafficCorrection::None && self.min_events.is_zero()
    }
}

/// A number of events, as the decimal it shows.
fn count(name: &'static str, events: f64) -> Result<Fraction> {
    let refuse = |_| Error::invalid(name, events, "must be finite and at least 0, with at most 18 digits");
    Fraction::try_from(events).map_err(refuse)
}
