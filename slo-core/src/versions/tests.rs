use super::*;
use crate::{Axis, Calendar, CalendarUnit, Exclusion, Window};
use proptest::prelude::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}

fn seconds(bad: &[f64], total: &[f64]) -> CountSeries {
    CountSeries::bad_total(Axis::regular(at(1), Duration::from_seconds(1)), bad, total).unwrap()
}

fn versions(target: &str, window: &str) -> SloVersions {
    SloVersions::new(Slo::new(target.parse().unwrap(), window.parse().unwrap()))
}

#[test]
fn a_count_at_the_instant_of_a_revision_belongs_to_the_target_before() {
    // SEMANTICS 5: a count at t tells of the time before t.
    let versions = versions("90%", "1h").revised(at(2), "99%".parse().unwrap()).unwrap();
    let series = seconds(&[0.0; 3], &[100.0; 3]);
    for (end, allowed) in [(1, 10.0), (2, 20.0), (3, 21.0)] {
        assert_eq!(versions.budget_at(&series, at(end)).unwrap().allowed(), allowed, "{end}");
    }
    assert_eq!(versions.in_force(at(2)).objective().to_string(), "90%");
    assert_eq!(versions.in_force(Timestamp::from_nanos(at(2).nanos() + 1)).objective().to_string(), "99%");
}

#[test]
fn the_greatest_and_the_least_counts_are_weighed_as_any_other() {
    let versions = versions("50%", "1h").revised(at(1), "75%".parse().unwrap()).unwrap();
    for unit in [f64::MIN_POSITIVE, 2_f64.powi(1020)] {
        let budget = versions.budget_at(&seconds(&[0.0, unit], &[unit, 2.0 * unit]), at(2)).unwrap();
        assert_eq!((budget.allowed(), budget.remaining()), (unit, 0.0), "{unit}");
        assert_eq!((budget.burn_rate(), budget.exhausted(), budget.met()), (Some(1.0), true, true), "{unit}");
    }
}

#[test]
fn equality_exhausts_and_meets_across_a_change_as_it_does_within_one_target() {
    // SEMANTICS 10; D11 and D12 of the peers: 0.001 · 1000 + 0.0003 · 10 000 = 4 is no sum of rounded products.
    let versions = versions("99.9%", "1h").revised(at(1), "99.97%".parse().unwrap()).unwrap();
    for (bad, exhausted, met) in [(3.0, false, true), (4.0, true, true), (5.0, true, false)] {
        let budget = versions.budget_at(&seconds(&[0.0, bad], &[1e3, 1e4]), at(2)).unwrap();
        assert_eq!((budget.exhausted(), budget.met()), (exhausted, met), "{bad}");
        assert_eq!((budget.allowed(), budget.remaining(), budget.consumed()), (4.0, 4.0 - bad, bad / 4.0));
    }
    // SEMANTICS 3: past 2^53 one event still decides.
    let huge = 2_f64.powi(60);
    let versions = self::versions("50%", "1h").revised(at(1), "75%".parse().unwrap()).unwrap();
    let budget = |bad| versions.budget_at(&seconds(&[0.0, bad], &[huge, huge]), at(2)).unwrap();
    let allowed = huge / 2.0 + huge / 4.0;
    assert!(budget(allowed).exhausted() && budget(allowed).met());
    assert!(!budget(allowed - 256.0).exhausted() && !budget(allowed + 256.0).met());
}

#[test]
fn no_traffic_allows_nothing_and_spends_nothing() {
    let versions = versions("90%", "1h").revised(at(1), "99%".parse().unwrap()).unwrap();
    let budget = versions.budget_at(&seconds(&[], &[]), at(2)).unwrap();
    assert_eq!((budget.allowed(), budget.consumed(), budget.burn_rate()), (0.0, 0.0, None));
    assert!(budget.met() && !budget.exhausted());
}

#[test]
fn windows_exclusions_and_the_clock_are_those_of_the_slo() {
    let day = Window::calendar(Calendar::new(CalendarUnit::Day, 1).unwrap());
    let slo = Slo::new("90%".parse().unwrap(), day);
    let slo = slo.exclude(Exclusion::new(at(0), at(1)).unwrap());
    let versions = SloVersions::new(slo).revised(at(2), "99%".parse().unwrap()).unwrap();
    let series = seconds(&[7.0, 1.0, 2.0, 3.0], &[100.0; 4]);
    let budget = versions.budget_at(&series, at(3)).unwrap();
    assert_eq!((budget.bad(), budget.total(), budget.allowed()), (3.0, 200.0, 11.0));
    assert_eq!(versions.burn_rate(&series, Duration::from_seconds(2), at(4)).unwrap(), Some(2.5));
    assert!(versions.burn_rate(&series, Duration::ZERO, at(4)).is_err());
}

#[test]
fn the_finest_targets_have_a_common_denominator() {
    let [fine, odd] = ["99.999999999999999%", "0.333333333333333333"].map(|text| text.parse().unwrap());
    let versions = SloVersions::new(Slo::new(fine, "1h".parse().unwrap())).revised(at(1), odd).unwrap();
    let budget = versions.budget_at(&seconds(&[0.0; 2], &[1e17, 1e18]), at(2)).unwrap();
    assert_eq!(budget.allowed(), 666_666_666_666_666_668.0);
}

#[cfg(feature = "serde")]
#[test]
fn versions_are_written_and_read_back() {
    let versions = versions("90%", "1h").revised(at(2), "99%".parse().unwrap()).unwrap();
    let versions = versions.revised(at(5), "95%".parse().unwrap()).unwrap();
    let text = serde_json::to_string(&versions).unwrap();
    assert_eq!(serde_json::from_str::<SloVersions>(&text).unwrap(), versions);
    assert!(serde_json::from_str::<SloVersions>(&text.replace(":00:05Z", ":00:01Z")).is_err());
}

proptest! {
    #[test]
    fn revisions_that_change_nothing_leave_the_budget_as_it_is(
        counts in prop::collection::vec((0_u32..50, 0_u32..5_000), 1..40),
        cuts in prop::collection::btree_set(0_i64..40, 0..5),
        digits in 1_u32..10_000,
    ) {
        let bad: Vec<f64> = counts.iter().map(|(bad, _)| f64::from(*bad)).collect();
        let total: Vec<f64> = counts.iter().map(|(bad, good)| f64::from(bad + good)).collect();
        let series = seconds(&bad, &total);
        let target: Objective = format!("0.9{digits:04}").parse().unwrap();
        let slo = Slo::new(target, "20s".parse().unwrap());
        let same = cuts.iter().try_fold(SloVersions::new(slo.clone()), |v, cut| v.revised(at(*cut), target));
        let same = same.unwrap();
        for end in 0..45 {
            let (one, many) = (slo.budget_at(&series, at(end)).unwrap(), same.budget_at(&series, at(end)).unwrap());
            prop_assert_eq!(one.allowed(), many.allowed());
            prop_assert_eq!(one.burn_rate(), many.burn_rate());
            prop_assert_eq!(one.remaining(), many.remaining());
            prop_assert_eq!((one.exhausted(), one.met()), (many.exhausted(), many.met()));
        }
    }
}
