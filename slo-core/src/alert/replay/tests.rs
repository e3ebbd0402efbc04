use super::*;
use crate::{Axis, BurnRule, Operator};
use proptest::prelude::*;

mod shapes;

const MINUTE: i64 = 60_000_000_000;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_nanos(minutes * MINUTE)
}

fn minutes(count: i64) -> Duration {
    Duration::from_minutes(count)
}

fn rule(long: i64, short: i64, factor: f64) -> BurnRule {
    BurnRule::new(minutes(long), minutes(short), factor).unwrap()
}

fn slo() -> Slo {
    Slo::new("90%".parse().unwrap(), "1h".parse().unwrap())
}

/// An hour of a hundred events a minute, all of them bad in the minutes after these instants.
fn hour(bad_minutes: impl IntoIterator<Item = i64>) -> CountSeries {
    let mut bad = [0.0; 60];
    for minute in bad_minutes {
        bad[usize::try_from(minute).unwrap()] = 100.0;
    }
    CountSeries::bad_total(Axis::regular(at(1), minutes(1)), &bad, &[100.0; 60]).unwrap()
}

#[test]
fn an_alert_matches_until_one_long_window_after_the_incident() {
    // SEMANTICS 14: the alert fires from minute 21 to minute 26, after a long window of 4 minutes of which more than
    // a tenth, 1 minute of 4, was bad.
    let policy = AlertPolicy::new([rule(4, 4, 1.0)]);
    let series = hour([20, 21]);
    let alert = policy.evaluate(&slo(), &series, None).unwrap().alerts()[0].clone();
    assert_eq!((alert.begin, alert.end), (at(21), Some(at(26))));
    let delay =
        |begin, end| policy.replay(&slo(), &series, &[(begin, end)], None).unwrap().outcomes()[0].delay;
    let just = Duration::from_nanos(1);
    // [21, 26) meets [., 17 + 4) not, and one nanosecond more it does.
    assert_eq!(delay(at(10), at(17)), None);
    assert_eq!(delay(at(10), at(17).checked_add(just).unwrap()), Some(minutes(11)));
    // It fires until 26, exclusively.
    assert_eq!(delay(at(26), at(30)), None);
    assert_eq!(delay(at(26).saturating_sub(just), at(30)), Some(Duration::from_nanos(1 - 5 * MINUTE)));
    // An incident of no length is one all the same.
    assert_eq!(delay(at(21), at(21)), Some(Duration::ZERO));
}

#[test]
fn alerts_of_one_severity_count_once_and_match_by_any_of_their_rules() {
    // Minute 20 is bad. The quick rule fires from 21 to 22, the slow one from 21 to 31.
    let policy = AlertPolicy::new([rule(1, 1, 5.0), rule(10, 10, 0.5), rule(1, 1, 5.0).severity("ticket")]);
    let replay = policy.replay(&slo(), &hour([20]), &[(at(20), at(21)), (at(25), at(26))], None).unwrap();
    let alerts: Vec<_> = replay.alerts().iter().map(|a| (a.severity.as_str(), a.begin, a.end)).collect();
    assert_eq!(alerts, [("page", at(21), Some(at(31))), ("ticket", at(21), Some(at(22)))]);
    // Only the slow rule still fires during the second incident, and the ticket matches none of its time.
    assert_eq!(replay.detection_times(), [Some(minutes(1)), Some(Duration::ZERO)]);
    assert_eq!(replay.outcomes()[1].delay, Some(minutes(-4)));
    assert_eq!(replay.reset_times(), [Some(minutes(10)), Some(minutes(5))]);
    assert_eq!((replay.precision(), replay.recall()), (Some(1.0), Some(1.0)));
}

#[test]
fn a_rule_reaches_as_far_as_its_own_long_window() {
    // The incident ends at 11. At 21 the slow rule, of 10 minutes, may no longer be its doing; one of 11 may.
    for (long, expected) in [(10, None), (11, Some(minutes(11)))] {
        let policy = AlertPolicy::new([rule(1, 1, 5.0), rule(long, 10, 0.5)]);
        let replay = policy.replay(&slo(), &hour([20]), &[(at(10), at(11))], None).unwrap();
        assert_eq!(replay.detection_times(), [expected], "{long}");
    }
}

#[test]
fn what_still_fires_has_no_reset_time() {
    let policy = AlertPolicy::new([rule(1, 1, 5.0)]);
    let replay = policy.replay(&slo(), &hour(50..60), &[(at(50), at(60))], None).unwrap();
    assert_eq!((replay.detection_times(), replay.reset_times()), (vec![Some(minutes(1))], vec![None]));
}

#[test]
fn without_alerts_or_incidents_shares_are_unknown() {
    let policy = AlertPolicy::new([rule(1, 1, 5.0)]);
    let silent = policy.replay(&slo(), &hour([]), &[(at(3), at(4))], None).unwrap();
    assert_eq!((silent.precision(), silent.recall(), silent.alerts_per_week()), (None, Some(0.0), Some(0.0)));
    assert_eq!(silent.to_string(), "0 of 1 incidents detected, 0 of 0 alerts false");
    let calm = policy.replay(&slo(), &hour([4]), &[], None).unwrap();
    // One alert in an hour.
    assert_eq!((calm.precision(), calm.recall(), calm.alerts_per_week()), (Some(0.0), None, Some(168.0)));
    let nothing = CountSeries::from_events(&[], &[]).unwrap();
    let empty = policy.replay(&slo(), &nothing, &[(at(0), at(1))], None).unwrap();
    assert_eq!((empty.recall(), empty.alerts_per_week()), (Some(0.0), None));
    assert_eq!(empty.budget_lost(), [0.0]);
}

#[test]
fn an_incident_must_not_end_before_it_begins() {
    let policy = AlertPolicy::new([rule(1, 1, 5.0)]);
    let error = policy.replay(&slo(), &hour([4]), &[(at(0), at(1)), (at(2), at(1))], None).unwrap_err();
    let message =
        "incidents = 1970-01-01T00:02:00Z to 1970-01-01T00:01:00Z at 1: must not end before it begins";
    assert_eq!(error.to_string(), message);
    let always = (Timestamp::from_nanos(i64::MIN), Timestamp::from_nanos(i64::MAX));
    let replay = policy.replay(&slo(), &hour([4]), &[always], None).unwrap();
    assert_eq!(replay.precision(), Some(1.0));
}

#[test]
fn a_grid_detects_at_its_first_instant_at_or_after() {
    let policy = AlertPolicy::new([rule(10, 10, 0.5)]);
    for (every, expected) in [(None, 1), (Some(1), 1), (Some(2), 2), (Some(5), 5)] {
        let replay = policy.replay(&slo(), &hour([20]), &[(at(20), at(21))], every.map(minutes)).unwrap();
        assert_eq!(replay.detection_times(), [Some(minutes(expected))], "{every:?}");
    }
}

proptest! {
    #[test]
    fn matching_equals_the_definition_taken_pair_by_pair(
        bad in prop::collection::vec(0_i64..60, 0..25),
        incidents in prop::collection::vec((0_i64..64, 0_i64..12), 0..8),
        rules in prop::collection::vec((1_i64..9, 1_i64..9, 1_u32..9, 0_i64..4, any::<bool>()), 1..5),
    ) {
        let rules: Vec<_> = rules.iter().map(|(long, short, factor, keep, page)| {
            let severity = if *page { "page" } else { "ticket" };
            rule(*long, *short, f64::from(*factor)).severity(severity).keep_firing(minutes(*keep))
        }).collect();
        let policy = AlertPolicy::new(rules);
        let series = hour(bad);
        let incidents: Vec<_> = incidents.iter().map(|(begin, len)| (at(*begin), at(begin + len))).collect();
        let replay = policy.replay(&slo(), &series, &incidents, None).unwrap();

        let timeline = policy.evaluate(&slo(), &series, None).unwrap();
        let belongs = |alert: &crate::Alert, episode: &Episode| {
            alert.rule.severity_name() == episode.severity
                && alert.begin >= episode.begin
                && episode.end.is_none_or(|end| alert.begin < end)
        };
        let matches = |episode: &Episode, (begin, end): (Timestamp, Timestamp)| {
            timeline.alerts().iter().filter(|alert| belongs(alert, episode)).any(|alert| {
                let reach = end.checked_add(alert.rule.long()).unwrap();
                alert.begin < reach && alert.end.is_none_or(|ended| ended > begin)
            })
        };
        let firsts: Vec<Option<usize>> = incidents
            .iter()
            .map(|incident| timeline.by_severity().iter().position(|episode| matches(episode, *incident)))
            .collect();
        prop_assert_eq!(replay.outcomes().iter().map(|o| o.alert).collect::<Vec<_>>(), firsts);
        let unfounded: Vec<_> = timeline
            .by_severity()
            .iter()
            .filter(|episode| !incidents.iter().any(|incident| matches(episode, *incident)))
            .collect();
        prop_assert_eq!(replay.false_alerts(), unfounded);
    }
}
