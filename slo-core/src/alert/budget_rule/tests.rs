use super::*;
use crate::{AlertPolicy, Axis, BurnRule, Comparison, Counts, Fraction};
use proptest::prelude::*;

fn minutes(count: i64) -> Duration {
    Duration::from_minutes(count)
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_nanos(minutes(minute).nanos())
}

fn share(text: &str) -> Fraction {
    text.parse().unwrap()
}

/// A budget of a tenth over ten minutes.
fn slo() -> Slo {
    Slo::new("90%".parse().unwrap(), "10m".parse().unwrap())
}

fn series(bad: &[f64], total: &[f64]) -> CountSeries {
    CountSeries::bad_total(Axis::regular(at(0), minutes(1)), bad, total).unwrap()
}

/// The minutes at which the condition holds.
fn held(condition: Condition, series: &CountSeries, metrics: &[(&str, &TimeSeries)]) -> Vec<i64> {
    let rule = BudgetRule::new(condition).unwrap();
    let alerts = rule.evaluate(&slo(), series, metrics, None).unwrap();
    let fires = |t: Timestamp| {
        alerts.iter().any(|alert| alert.begin <= t && alert.end.map_or(t <= alert.until, |end| t < end))
    };
    (-1..=60).filter(|minute| fires(at(*minute))).collect()
}

#[test]
fn remaining_below_is_decided_at_the_share() {
    // Of 100 events ten may be bad: 8, 9 and 10 bad leave 20, 10 and 0 %.
    let one = |bad| series(&[bad], &[100.0]);
    for (text, bad, holds) in [
        ("10%", 8.0, false),
        ("10%", 9.0, false),
        ("10%", 9.1, true),
        ("0", 10.0, false),
        ("0", 11.0, true),
        ("1", 0.0, false),
        ("1", 1.0, true),
    ] {
        let found = held(Condition::RemainingBelow { share: share(text) }, &one(bad), &[]);
        assert_eq!(!found.is_empty(), holds, "{text} {bad}");
    }
    assert!(held(Condition::RemainingBelow { share: share("1") }, &series(&[0.0], &[0.0]), &[]).is_empty());
}

#[test]
fn a_drop_is_decided_at_the_share_and_forgets_what_recovers() {
    // Consumed after each minute of 100 events: 0, 1/4 (5 of 20), 2/3 (20 of 30), 1/2 (20 of 40), 2/5 (20 of 50).
    let series = series(&[0.0, 5.0, 15.0, 0.0, 0.0], &[100.0; 5]);
    let drop = |text: &str, within| {
        held(Condition::Drop { share: share(text), within: minutes(within) }, &series, &[])
    };
    // From minute 1 to minute 2: 2/3 - 1/4 = 5/12.
    assert_eq!(drop("5/12", 1), [2]);
    assert_eq!(drop("4999/12000", 1), [2]);
    assert_eq!(drop("5001/12000", 1), [0; 0]);
    // Since before the data, nothing was consumed.
    assert_eq!(drop("1/4", 1), [1, 2]);
    assert_eq!(drop("2/5", 5), [2, 3, 4]);
    assert_eq!(drop("1/2", 3), [2, 3]);
}

#[test]
fn exhaustion_is_foreseen_from_the_present_burn_rate() {
    // In ten minutes of 100 events, 50 of the 100 that may fail did; at a burn of 1 the rest lasts 5 minutes.
    let mut bad = [4.5; 10];
    bad[9] = 9.5;
    let series = series(&bad, &[100.0; 10]);
    let within = |time: Duration, over| {
        held(Condition::ExhaustionWithin { time, over: minutes(over) }, &series, &[]).contains(&9)
    };
    // Over the last minute the burn is 0.95: 10 min · 0.5 / 0.95 = 315.79 s.
    for (seconds, expected) in [(315, false), (316, true)] {
        assert_eq!(within(Duration::from_seconds(seconds), 1), expected, "{seconds} s");
    }
    // Over all it is 0.5: exactly 10 minutes.
    for (nanos, expected) in [(0, false), (1, true), (-1, false)] {
        let time = Duration::from_nanos(minutes(10).nanos() + nanos);
        assert_eq!(within(time, 10), expected, "{nanos} ns");
    }
}

#[test]
fn an_exhausted_budget_is_exhausted_at_any_burn_rate() {
    let series = series(&[10.0, 0.0], &[50.0, 50.0]);
    let condition = Condition::ExhaustionWithin { time: Duration::from_nanos(1), over: minutes(1) };
    // 10 of 50 are above the 5, and 10 of 100 are the 10 that may fail; in the last minute none did.
    assert_eq!(held(condition.clone(), &series, &[]), [0, 1]);
    let spare = self::series(&[10.0, 0.0], &[50.0, 51.0]);
    assert_eq!(held(condition, &spare, &[]), [0]);
}

#[test]
fn a_fixed_error_ratio_is_decided_exactly() {
    let condition = |over| Condition::ErrorRatioAbove { ratio: share("3%"), over: minutes(over) };
    let series = series(&[3.0, 3.0, 4.0, 0.0], &[100.0, 100.0, 100.0, 0.0]);
    assert_eq!(held(condition(1), &series, &[]), [2]);
    assert_eq!(held(condition(2), &series, &[]), [2, 3]);
}

#[test]
fn a_metric_holds_while_its_last_value_is_young_enough() {
    let queue = TimeSeries::new(Axis::listed([at(1), at(2), at(6)]), vec![5.0, 6.0, 7.0]).unwrap();
    let series = series(&[0.0; 10], &[1.0; 10]);
    let condition = |comparison, within| Condition::Metric {
        name: "queue".to_owned(),
        comparison,
        limit: 6.0,
        within: minutes(within),
    };
    let held = |condition| held(condition, &series, &[("queue", &queue)]);
    assert_eq!(held(condition(Comparison::AtLeast, 3)), [2, 3, 4, 6, 7, 8]);
    assert_eq!(held(condition(Comparison::Above, 1)), [6]);
    assert_eq!(held(condition(Comparison::Below, 100)), [1]);
    let rule = BudgetRule::new(condition(Comparison::Above, 1)).unwrap();
    let error = rule.evaluate(&slo(), &series, &[("other", &queue)], None).unwrap_err().to_string();
    assert_eq!(error, "metrics = \"queue\": is not among the metrics given");
}

#[test]
fn samples_of_a_metric_are_instants_of_evaluation() {
    let half = Timestamp::from_nanos(30_000_000_000);
    let queue = TimeSeries::new(Axis::listed([half]), vec![9.0]).unwrap();
    let condition = Condition::Metric {
        name: "queue".to_owned(),
        comparison: Comparison::Above,
        limit: 1.0,
        within: minutes(1),
    };
    let rule = BudgetRule::new(condition).unwrap().severity("ticket");
    let counts = series(&[0.0; 4], &[1.0; 4]);
    let alerts = rule.evaluate(&slo(), &counts, &[("queue", &queue)], None).unwrap();
    let expected = BudgetAlert { severity: "ticket".to_owned(), begin: half, end: Some(at(2)), until: at(2) };
    assert_eq!(alerts, std::slice::from_ref(&expected));
    // A grid of a minute sees it at its own instants only.
    let alerts = rule.evaluate(&slo(), &counts, &[("queue", &queue)], Some(minutes(1))).unwrap();
    assert_eq!(alerts, [BudgetAlert { begin: at(1), ..expected }]);
}

#[test]
fn what_still_holds_has_no_end() {
    let rule = BudgetRule::new(Condition::ErrorRatioAbove { ratio: share("0"), over: minutes(1) }).unwrap();
    let alerts = rule.evaluate(&slo(), &series(&[0.0, 1.0, 1.0], &[9.0; 3]), &[], None).unwrap();
    assert_eq!((alerts[0].begin, alerts[0].end, alerts[0].until), (at(1), None, at(2)));
}

#[test]
fn conditions_that_make_no_sense_are_refused() {
    let zero = Duration::ZERO;
    let burn = BurnRule::new(minutes(5), minutes(1), 1.0).unwrap();
    let metric = |limit, within| Condition::Metric {
        name: String::new(),
        comparison: Comparison::Below,
        limit,
        within,
    };
    for condition in [
        Condition::RemainingBelow { share: share("101%") },
        Condition::Drop { share: share("0"), within: minutes(1) },
        Condition::Drop { share: share("1"), within: zero },
        Condition::ExhaustionWithin { time: zero, over: minutes(1) },
        Condition::ExhaustionWithin { time: minutes(1), over: zero },
        Condition::ErrorRatioAbove { ratio: share("1"), over: minutes(1) },
        Condition::ErrorRatioAbove { ratio: share("0.5"), over: zero },
        Condition::Burn(burn.clone().hold(minutes(1))),
        Condition::Burn(burn.keep_firing(minutes(1))),
        metric(f64::NAN, minutes(1)),
        metric(1.0, zero),
        Condition::All(vec![]),
        Condition::Any(vec![Condition::Any(vec![])]),
    ] {
        assert!(BudgetRule::new(condition.clone()).is_err(), "{condition:?}");
    }
    let nested = |depth| {
        let first = Condition::RemainingBelow { share: share("1") };
        (0..depth).fold(first, |condition, _| Condition::All(vec![condition]))
    };
    assert!(BudgetRule::new(nested(16)).is_ok());
    assert!(matches!(BudgetRule::new(nested(17)), Err(Error::LimitExceeded { limit: 16, .. })));
}

#[cfg(feature = "serde")]
#[test]
fn what_was_written_is_checked_again() {
    let rule = BudgetRule::new(Condition::Drop { share: share("5%"), within: minutes(60) }).unwrap();
    let text = serde_json::to_string(&rule).unwrap();
    assert_eq!(text, r#"{"condition":{"drop":{"share":"0.05","within":"1h"}},"severity":"page"}"#);
    assert_eq!(serde_json::from_str::<BudgetRule>(&text).unwrap(), rule);
    assert!(serde_json::from_str::<BudgetRule>(&text.replace("0.05", "0")).is_err());
}

proptest! {
    #[test]
    fn joined_conditions_are_the_logic_of_their_parts(
        counts in prop::collection::vec((0_u32..8, 0_u32..20), 1..40),
        within in 1_i64..15,
        factor in 1_u8..5,
    ) {
        let (bad, total): (Vec<f64>, Vec<f64>) = counts.iter().map(|(b, g)| (f64::from(*b), f64::from(b + g))).unzip();
        let series = series(&bad, &total);
        let burn = BurnRule::new(minutes(within), minutes(1), f64::from(factor)).unwrap();
        let first = Condition::Burn(burn.clone());
        let second = Condition::Drop { share: share("20%"), within: minutes(within) };
        let holds = |condition| held(condition, &series, &[]);
        let (a, b) = (holds(first.clone()), holds(second.clone()));
        let both = holds(Condition::All(vec![first.clone(), second.clone()]));
        let either = holds(Condition::Any(vec![first, second]));
        for minute in 0..i64::try_from(bad.len()).unwrap() {
            prop_assert_eq!(both.contains(&minute), a.contains(&minute) && b.contains(&minute));
            prop_assert_eq!(either.contains(&minute), a.contains(&minute) || b.contains(&minute));
        }
        let fires = AlertPolicy::new([burn]).firing(&slo(), &series).unwrap();
        for (minute, fires) in fires.row(0).iter().enumerate() {
            prop_assert_eq!(a.contains(&i64::try_from(minute).unwrap()), *fires);
        }
    }

    #[test]
    fn budgets_are_decided_as_in_rational_arithmetic(
        counts in prop::collection::vec((0_u32..8, 0_u32..20), 1..40),
        (share_of_twelve, within, over, time) in (1_i128..=12, 1_i64..15, 1_i64..6, 1_i64..30),
    ) {
        let (bad, total): (Vec<f64>, Vec<f64>) = counts.iter().map(|(b, g)| (f64::from(*b), f64::from(b + g))).unzip();
        let series = series(&bad, &total);
        let twelfths = Fraction::new(share_of_twelve.unsigned_abs(), 12).unwrap();
        let below = held(Condition::RemainingBelow { share: twelfths }, &series, &[]);
        let drop = held(Condition::Drop { share: twelfths, within: minutes(within) }, &series, &[]);
        let soon = held(Condition::ExhaustionWithin { time: minutes(time), over: minutes(over) }, &series, &[]);
        let whole = [0, 1].map(|column| {
            let count = |(b, g): &(u32, u32)| i128::from(if column == 0 { *b } else { b + g });
            counts.iter().map(count).collect::<Vec<_>>()
        });
        let window = |end: i64, len: i64| {
            let places = (end - len + 1).max(0)..(end + 1).min(i64::try_from(bad.len()).unwrap());
            let sum = |counts: &[i128]| places.clone().map(|m| counts[usize::try_from(m).unwrap()]).sum::<i128>();
            (sum(&whole[0]), sum(&whole[1]))
        };
        for minute in 0..i64::try_from(bad.len()).unwrap() {
            // consumed = 10 · bad / total
            let (b1, n1) = window(minute, 10);
            let (b0, n0) = window(minute - within, 10);
            let expected = n1 > 0 && 12 * (n1 - 10 * b1) < share_of_twelve * n1;
            prop_assert_eq!(below.contains(&minute), expected, "remaining at {}", minute);
            let (c0, d0) = if n0 > 0 { (10 * b0, n0) } else { (0, 1) };
            let expected = n1 > 0 && 12 * (10 * b1 * d0 - c0 * n1) >= share_of_twelve * n1 * d0;
            prop_assert_eq!(drop.contains(&minute), expected, "drop at {}", minute);
            let (bw, nw) = window(minute, over);
            // (1 - 10 b1 / n1) · 10 min < time · 10 bw / nw
            let linear = n1 > 0 && nw > 0 && (n1 - 10 * b1) * 10 * nw < i128::from(time) * 10 * bw * n1;
            let expected = linear || (b1 > 0 && 10 * b1 >= n1);
            prop_assert_eq!(soon.contains(&minute), expected, "exhaustion at {}", minute);
        }
        // The same in the words of a budget.
        let last = series.last().unwrap();
        let (b, n) = window(i64::try_from(bad.len()).unwrap() - 1, 10);
        let budget = slo().budget(Counts::bad_total(b as f64, n as f64).unwrap());
        prop_assert_eq!(slo().budget_at(&series, last).unwrap().exhausted(), budget.exhausted());
    }
}
