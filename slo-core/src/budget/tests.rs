use super::*;
use crate::{IntervalMethod, Slo};
use proptest::prelude::*;

fn budget(target: &str, bad: f64, total: f64) -> Budget {
    let slo = Slo::new(target.parse().unwrap(), "30d".parse().unwrap());
    slo.budget(Counts::bad_total(bad, total).unwrap())
}

#[test]
fn without_traffic_nothing_is_spent() {
    // SEMANTICS 10; COMPARE.md D14: no traffic is not an exhausted budget.
    let none = budget("99.9%", 0.0, 0.0);
    assert_eq!((none.sli(), none.burn_rate(), none.consumed(), none.remaining()), (None, None, 0.0, 0.0));
    assert!(!none.exhausted() && none.met());
    assert_eq!(none.interval(0.95, IntervalMethod::Wilson).unwrap(), None);
    assert!(none.interval(95.0, IntervalMethod::Wilson).is_err());
}

#[test]
fn at_equality_a_budget_is_exhausted_and_met() {
    // SEMANTICS 10, at the threshold, one below, one above.
    for (bad, exhausted, met) in [(999.0, false, true), (1000.0, true, true), (1001.0, true, false)] {
        let budget = budget("99.9%", bad, 1e6);
        assert_eq!((budget.exhausted(), budget.met()), (exhausted, met), "{bad}");
    }
    assert!(!budget("99.9%", 0.0, 1e6).exhausted());
}

#[test]
fn a_target_with_ten_nines_is_not_rounded_away() {
    // COMPARE.md D3: 10 bad in 1e8 at 99.99999 % is the whole budget, not none of it.
    assert_eq!(budget("99.99999%", 10.0, 1e8).consumed(), 1.0);
    assert_eq!(budget("99.9999999999%", 1.0, 1e12).consumed(), 1.0);
}

#[test]
fn a_tiny_burn_lasts_beyond_the_representable_future() {
    // COMPARE.md D15: a burn of 1e-20 must not panic, an infinite one exhausts at once.
    let half = budget("99.9%", 500.0, 1e6);
    assert_eq!(half.time_to_exhaustion(1e-20).unwrap(), None);
    assert_eq!(half.time_to_exhaustion(f64::MIN_POSITIVE).unwrap(), None);
    assert_eq!(half.time_to_exhaustion(f64::INFINITY).unwrap(), Some(Duration::ZERO));
    assert!(half.time_to_exhaustion(f64::NAN).is_err());
    assert!(half.time_to_exhaustion(-1.0).is_err());
    assert_eq!(budget("99.9%", 1000.0, 1e6).time_to_exhaustion(0.0).unwrap(), Some(Duration::ZERO));
}

#[test]
fn an_affordable_burn_lasts_exactly_as_long() {
    let half = budget("99.9%", 500.0, 1e6);
    assert_eq!(half.affordable_burn(Duration::from_days(15)).unwrap(), 1.0);
    assert_eq!(half.time_to_exhaustion(1.0).unwrap(), Some(Duration::from_days(15)));
    assert_eq!(budget("99.9%", 2000.0, 1e6).affordable_burn(Duration::from_days(1)).unwrap(), 0.0);
    assert!(half.affordable_burn(Duration::ZERO).is_err());
}

#[test]
fn downtime_is_a_share_of_the_window_and_not_the_window() {
    // COMPARE.md D19: 99.9 % of 30 days allows 43.2 minutes, also while nothing has failed.
    let downtime = budget("99.9%", 0.0, 1e6).as_downtime();
    assert_eq!(
        (downtime.allowed, downtime.remaining),
        (Duration::from_seconds(2592), Duration::from_seconds(2592))
    );
    assert_eq!(budget("99.9%", 1500.0, 1e6).as_downtime().remaining, Duration::from_seconds(-1296));
}

proptest! {
    #[test]
    fn spent_and_left_make_up_what_was_allowed(bad in 0_u32..1_000_000, more in 0_u32..1_000_000) {
        let budget = budget("99%", f64::from(bad), f64::from(bad) + f64::from(more));
        let sum = budget.remaining() + f64::from(bad);
        prop_assert!((sum - budget.allowed()).abs() <= 1e-9 * budget.allowed().max(1.0));
        prop_assert_eq!(budget.met(), budget.remaining() >= 0.0);
    }
}

#[test]
fn a_budget_of_one_in_a_million_million_and_less_is_exact() {
    // At the threshold, one below and one above; 1 - target in floats is off in its fourth digit at 1e-12.
    for (target, total) in [("99.9999999999%", 1e12), ("0.999999999999999999", 1e18)] {
        for (bad, exhausted, met) in [(0.0, false, true), (1.0, true, true), (2.0, true, false)] {
            let budget = budget(target, bad, total);
            assert_eq!(
                (budget.exhausted(), budget.met(), budget.allowed()),
                (exhausted, met, 1.0),
                "{target} {bad}"
            );
            assert_eq!((budget.consumed(), budget.remaining()), (bad, 1.0 - bad));
        }
    }
}

#[test]
fn sums_past_two_to_the_53_decide_by_one_event() {
    let two = |bad: f64, total: f64| Counts::bad_total(bad, total).unwrap();
    let large = two(9_007_199_254_740_992.0, 1.8e19);
    let slo = Slo::new("0.5".parse().unwrap(), "30d".parse().unwrap());
    let half = slo.budget(two(9e18, 1.8e19));
    assert!(half.exhausted() && half.met());
    let more = slo.budget(half.counts().merge(&two(1.0, 1.0)).unwrap());
    assert!(!more.met());
    assert_eq!(more.remaining(), -0.5);
    assert_eq!(large.merge(&two(1.0, 1.0)).unwrap().good(), large.good());
}

#[test]
fn a_projection_takes_counts_alone() {
    let budget = budget("99%", 1.0, 10.0);
    assert_eq!(budget.projected_allowed(0.0).unwrap(), 0.0);
    for total in [f64::NAN, f64::INFINITY, -1.0] {
        assert!(budget.projected_allowed(total).is_err(), "{total}");
    }
}

#[test]
fn slices_say_what_they_are() {
    let slo = Slo::new("99.9%".parse().unwrap(), "30d".parse().unwrap());
    let minutes =
        Method::Timeslices { slice: Duration::from_minutes(1), slice_target: "95%".parse().unwrap() };
    let counts = Counts::bad_total(12.0, 43_200.0).unwrap();
    let shown = |method| slo.clone().method(method).unwrap().budget(counts).to_string();
    assert_eq!(
        shown(minutes),
        "good slices 99.9722% of 99.9% over 30d: 12 of 43.2 allowed bad slices, 27.8% of the budget"
    );
    let mean = shown(Method::RatioTimeslices { slice: Duration::from_minutes(1) });
    assert!(mean.starts_with("mean slice ratio 99.9722% of 99.9% over 30d"), "{mean}");
}

#[test]
fn an_interval_of_slices_speaks_of_those_that_counted() {
    // A quarter of the slices counted, 10 of them bad: the share of the whole budget is a quarter of the burn rate.
    let slo = Slo::new("99%".parse().unwrap(), "400m".parse().unwrap());
    let minutes =
        Method::Timeslices { slice: Duration::from_minutes(1), slice_target: "95%".parse().unwrap() };
    let counts = Counts::bad_total(10.0, 100.0).unwrap();
    let (whole, slices) = (slo.budget(counts), slo.method(minutes).unwrap().budget(counts));
    assert_eq!((whole.consumed(), slices.consumed(), slices.burn_rate()), (10.0, 2.5, Some(10.0)));
    let (a, b) = (
        whole.consumed_interval(0.95, IntervalMethod::Wilson).unwrap().unwrap(),
        slices.consumed_interval(0.95, IntervalMethod::Wilson).unwrap().unwrap(),
    );
    assert!((a.lower / 4.0 - b.lower).abs() < 1e-12 && (a.upper / 4.0 - b.upper).abs() < 1e-12);
}

#[cfg(feature = "serde")]
#[test]
fn what_was_written_is_read_again_and_what_contradicts_itself_refused() {
    let slo = Slo::new("99%".parse().unwrap(), "400m".parse().unwrap());
    let counts = Counts::bad_total(10.0, 100.0).unwrap();
    let slice = Duration::from_minutes(1);
    for method in [
        Method::Occurrences,
        Method::Timeslices { slice, slice_target: "95%".parse().unwrap() },
        Method::RatioTimeslices { slice },
    ] {
        let slo = slo.clone().method(method).unwrap().no_data(crate::NoData::Bad);
        let budget = slo.budget(counts);
        let text = serde_json::to_string(&budget).unwrap();
        assert_eq!(serde_json::from_str::<Budget>(&text).unwrap(), budget, "{text}");
        let text = serde_json::to_string(&slo).unwrap();
        assert_eq!(serde_json::from_str::<Slo>(&text).unwrap(), slo, "{text}");
    }
    let sound = serde_json::to_string(&slo.method(Method::RatioTimeslices { slice }).unwrap().budget(counts))
        .unwrap();
    for (part, wrong) in [
        (r#""expected":400"#, r#""expected":99"#),
        (r#""observed":100"#, r#""observed":99"#),
        (r#""partial":0"#, r#""partial":3"#),
        (r#""passed":"6h40m""#, r#""passed":"6h41m""#),
        (r#""passed":"6h40m""#, r#""passed":"-1m""#),
        (r#""bad":10.0"#, r#""bad":101.0"#),
        (r#""slice":"1m""#, r#""slice":"0s""#),
        (r#""method":"ratio_timeslices","slice":"1m""#, r#""method":"occurrences""#),
    ] {
        assert!(sound.contains(part), "{sound}");
        assert!(serde_json::from_str::<Budget>(&sound.replace(part, wrong)).is_err(), "{wrong}");
    }
    assert!(
        serde_json::from_str::<Slo>(
            r#"{"objective":"99%","window":"1m","method":"ratio_timeslices","slice":"2m"}"#
        )
        .is_err()
    );
    assert!(serde_json::from_str::<Slo>(r#"{"objective":"99%","window":"1m"}"#).is_ok());
}

proptest! {
    #[test]
    fn merging_budgets_counts_is_associative_and_adds(parts in prop::collection::vec((0_u32.., 0_u32..), 3)) {
        let counts: Vec<_> = parts.iter().map(|(g, b)| Counts::good_bad(f64::from(*g), f64::from(*b)).unwrap()).collect();
        let left = counts[0].merge(&counts[1]).unwrap().merge(&counts[2]).unwrap();
        let right = counts[0].merge(&counts[1].merge(&counts[2]).unwrap()).unwrap();
        prop_assert_eq!(left, right);
        let slo = Slo::new("99%".parse().unwrap(), "30d".parse().unwrap());
        let allowed: f64 = counts.iter().map(|counts| slo.budget(*counts).allowed()).sum();
        prop_assert!((allowed - slo.budget(left).allowed()).abs() <= 1e-12 * allowed);
    }

    #[test]
    fn a_burn_is_compared_as_integers_are(bad in 0_u32..1_000, more in 0_u32..100_000, tenths in 0_u32..300) {
        let total = u64::from(bad) + u64::from(more);
        let budget = budget("99.9%", f64::from(bad), total as f64);
        let factor = Fraction::new(tenths.into(), 10).unwrap();
        let expected = (u64::from(bad) * 10_000).cmp(&(u64::from(tenths) * total));
        prop_assert_eq!(budget.burn_against(factor).unwrap(), (total > 0).then_some(expected));
    }
}
