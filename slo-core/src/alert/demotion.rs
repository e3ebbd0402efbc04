//! Alerts of a rule that is milder while few events are bad, cut where its severity changes.

use super::evaluate::burn_at;
use super::timeline::Alert;
use crate::series::CountSeries;
use crate::slo::Slo;
use crate::sum::Sum;
use crate::time::{Duration, Timestamp};

/// The alert, cut at the instants at which the rule's severity changes.
///
/// The instants are those of evaluation: the multiples of `every`, else the records and the instants at which the long
/// window loses one.
pub(super) fn by_severity(
    alert: Alert,
    slo: &Slo,
    series: &CountSeries,
    every: Option<Duration>,
) -> Vec<Alert> {
    let Some(demotion) = alert.rule.demotion().cloned() else { return vec![alert] };
    let rule = alert.rule.clone();
    let in_long = |at: Timestamp| series.counts_between(at.saturating_sub(rule.long()), at);
    let is_few = |at: Timestamp| in_long(at).bad.cmp_share(Sum::new(1.0), demotion.at_most()).is_le();
    let mild = rule.clone().severity(demotion.severity());
    let named = |few: bool| if few { &mild } else { &rule };

    let mut pieces = vec![(alert.begin, is_few(alert.begin), burn_at(slo, &rule, series, alert.begin))];
    for at in instants(&alert, series, every) {
        let (few, burn) = (is_few(at), burn_at(slo, &rule, series, at));
        match pieces.last_mut() {
            Some((_, same, highest)) if *same == few => *highest = burn.max(*highest),
            _ => pieces.push((at, few, burn)),
        }
    }
    if let [(_, few, _)] = pieces[..] {
        return vec![Alert { rule: named(few).clone(), ..alert }];
    }
    let ends = pieces.iter().skip(1).map(|(begin, ..)| Some(*begin)).chain([alert.end]);
    let cut = pieces.iter().zip(ends);
    cut.map(|((begin, few, burn), end)| Alert::new(named(*few), slo, series, (*begin, end), *burn)).collect()
}

/// The instants of evaluation after the alert's begin and before its end.
fn instants(alert: &Alert, series: &CountSeries, every: Option<Duration>) -> Vec<Timestamp> {
    let axis = series.axis();
    let within = |at: &Timestamp| *at > alert.begin && alert.end.map_or(*at <= alert.until, |end| *at < end);
    if let Some(every) = every {
        let step = |at: &Timestamp| at.checked_add(every).ok();
        return std::iter::successors(step(&alert.begin), step).take_while(within).collect();
    }
    let long = alert.rule.long();
    // What a record adds, and what it takes away when the long window has passed over it.
    let times = |from: Timestamp, to: Timestamp, later: Duration| {
        let places = axis.count_until(from)..axis.count_until(to);
        places.filter_map(move |place| axis.get(place)?.checked_add(later).ok())
    };
    let records = times(alert.begin, alert.until, Duration::ZERO);
    let losses = times(alert.begin.saturating_sub(long), alert.until.saturating_sub(long), long);
    let mut instants: Vec<Timestamp> = records.chain(losses).filter(within).collect();
    instants.sort_unstable();
    instants.dedup();
    instants
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlertPolicy, Axis, BurnRule};

    fn minutes(count: i64) -> Duration {
        Duration::from_minutes(count)
    }

    /// What a rule over four minutes and one makes of these bad events of ten a minute at 90 %: severity, begin, end.
    fn alerts(bad: &[f64], rule: BurnRule, every: Option<Duration>) -> Vec<(String, i64, Option<i64>, f64)> {
        let axis = Axis::regular(Timestamp::from_nanos(0), minutes(1));
        let series = CountSeries::bad_total(axis, bad, &vec![10.0; bad.len()]).unwrap();
        let slo = Slo::new("90%".parse().unwrap(), "1h".parse().unwrap());
        let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, every).unwrap();
        let minute = |at: Timestamp| at.nanos() / minutes(1).nanos();
        let told =
            |a: &Alert| (a.rule.severity_name().to_owned(), minute(a.begin), a.end.map(minute), a.burn);
        timeline.alerts().iter().map(told).collect()
    }

    fn rule() -> BurnRule {
        BurnRule::new(minutes(4), minutes(1), 0.4).unwrap()
    }

    #[test]
    fn an_alert_is_milder_up_to_so_many_bad_events_and_not_above() {
        // Bad in the long window: 0, 3, 5, 6, 6.5, 5 and 5: it fires from minute 1 on.
        let bad = [0.0, 3.0, 2.0, 1.0, 0.5, 1.5, 2.0];
        let named = |name: &str, begin, end, burn| (name.to_owned(), begin, end, burn);
        assert_eq!(alerts(&bad, rule(), None), [named("page", 1, None, 5.0 / 3.0)]);
        let demoted = rule().demoted(5.0, "ticket").unwrap();
        let expected = [
            named("ticket", 1, Some(3), 5.0 / 3.0),
            named("page", 3, Some(5), 1.625),
            named("ticket", 5, None, 1.25),
        ];
        for every in [None, Some(minutes(1))] {
            assert_eq!(alerts(&bad, demoted.clone(), every), expected);
        }
        let always = rule().demoted(7.0, "ticket").unwrap();
        assert_eq!(alerts(&bad, always, None), [named("ticket", 1, None, 5.0 / 3.0)]);
    }

    #[test]
    fn a_severity_changes_when_the_long_window_forgets_between_records() {
        let times = [0, 10, 250, 300].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
        let series = CountSeries::bad_total(Axis::listed(times), &[3.0, 3.0, 5.0, 0.0], &[10.0; 4]).unwrap();
        let slo = Slo::new("90%".parse().unwrap(), "1h".parse().unwrap());
        let rule = BurnRule::new(minutes(5), minutes(4), 1.0).unwrap().demoted(8.0, "ticket").unwrap();
        let timeline = AlertPolicy::new([rule]).evaluate(&slo, &series, None).unwrap();
        let told: Vec<_> = timeline
            .alerts()
            .iter()
            .map(|a| (a.rule.severity_name(), a.begin.nanos() / 1_000_000_000))
            .collect();
        // Of 11 bad events, three are five minutes old at 300 s, where the last record is.
        assert_eq!(told, [("ticket", 0), ("page", 250), ("ticket", 300)]);
    }
}
