mod bounds;
mod promise;
mod slices;

use super::*;

fn available(name: usize, availability: f64) -> Member {
    Member::available(format!("m{name}"), availability).unwrap()
}

fn members(availabilities: &[f64]) -> Vec<Member> {
    availabilities.iter().enumerate().map(|(name, a)| available(name, *a)).collect()
}

#[test]
fn k_lies_between_one_and_the_number_of_members() {
    for (k, accepted) in [(0, false), (1, true), (3, true), (4, false), (usize::MAX, false)] {
        assert_eq!(Composite::k_of_n(k, members(&[0.5; 3])).is_ok(), accepted, "{k}");
    }
}

#[test]
fn what_is_no_composite_is_refused() {
    let error = Composite::all_of([]).unwrap_err();
    assert_eq!(error, Error::TooShort { name: "members", len: 0, needed: 1 });
    let twice = Composite::all_of([available(0, 0.5), available(0, 0.6)]).unwrap_err();
    assert!(twice.to_string().contains("two members"), "{twice}");
    assert!(Composite::all_of([Member::available("", 0.5).unwrap()]).is_err());
    for share in [-0.1, 1.000_000_1, 99.9, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Member::available("a", share).is_err(), "{share}");
        assert!(Member::unavailable("a", share).is_err(), "{share}");
    }
    assert!(Member::available("a", 99.9).unwrap_err().to_string().contains("write 0.999"));
    for share in [0.0, -0.0, 1.0, 5e-324] {
        assert!(Member::available("a", share).is_ok(), "{share}");
    }
}

#[test]
fn a_name_may_not_stand_in_two_places_of_the_tree() {
    let inner = || Composite::any_of(members(&[0.5, 0.6])).unwrap();
    assert!(Composite::all_of([Member::nested("inner", inner()), available(1, 0.5)]).is_err());
    assert!(Composite::all_of([Member::nested("inner", inner()), available(2, 0.5)]).is_ok());
    assert!(Composite::all_of([Member::nested("m0", inner())]).is_err());
}

#[test]
fn weights_belong_to_those_combinations_that_weigh() {
    let weighed = |weight: &str| available(0, 0.5).weight(weight.parse().unwrap());
    for combination in [Combination::AllOf, Combination::AnyOf, Combination::KOfN(1)] {
        assert!(Composite::new(combination, [weighed("2")]).is_err(), "{combination:?}");
        assert!(Composite::new(combination, [weighed("1")]).is_ok(), "{combination:?}");
    }
    for combination in [Combination::Weighted, Combination::WorstOf, Combination::SumOf] {
        assert!(Composite::new(combination, [weighed("2")]).is_ok(), "{combination:?}");
        assert!(Composite::new(combination, [weighed("0")]).is_err(), "{combination:?}");
    }
}

#[test]
fn size_and_depth_have_limits() {
    assert!(Composite::all_of(members(&vec![0.5; MAX_MEMBERS])).is_ok());
    let error = Composite::all_of(members(&vec![0.5; MAX_MEMBERS + 1])).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { value: 1_001, limit: 1_000, .. }), "{error}");

    let mut deep = Composite::all_of([available(0, 0.5)]).unwrap();
    for level in 1..MAX_DEPTH {
        deep = Composite::all_of([Member::nested(format!("level {level}"), deep)]).unwrap();
    }
    assert_eq!(deep.availability().unwrap().lower, 0.5);
    let error = Composite::all_of([Member::nested("one too many", deep)]).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { value: 33, limit: 32, .. }), "{error}");
}

#[test]
fn a_composite_shows_its_tree() {
    let inner = Composite::k_of_n(2, members(&[0.5; 3])).unwrap();
    let outer = Composite::sum_of([
        Member::nested("inner", inner),
        Member::available("own", 0.5).unwrap().weight("1.5".parse().unwrap()),
    ]);
    assert_eq!(outer.unwrap().to_string(), "sum of (2 of (m0, m1, m2), own × 1.5)");
}

#[cfg(feature = "serde")]
#[test]
fn a_composite_is_written_down_and_read_again() {
    use crate::{Axis, CountSeries, Counts, Duration, Slo, Timestamp};

    let slo = Slo::new("99.9%".parse().unwrap(), "30d".parse().unwrap());
    let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    let series = CountSeries::bad_total(axis, &[1.0, 0.0], &[9.0, 9.0]).unwrap();
    let inner = Composite::k_of_n(
        1,
        [
            Member::target("target", slo.clone()),
            Member::counted("counted", slo.clone(), Counts::bad_total(1.0, 3.0).unwrap()),
        ],
    );
    let outer = Composite::weighted([
        ("2".parse().unwrap(), Member::nested("inner", inner.unwrap())),
        ("1/3".parse().unwrap(), Member::recorded("recorded", slo, series)),
        ("1".parse().unwrap(), Member::available("available", 0.999).unwrap()),
        ("1".parse().unwrap(), Member::unavailable("unavailable", 1e-30).unwrap()),
    ])
    .unwrap();
    let text = serde_json::to_string(&outer).unwrap();
    assert_eq!(serde_json::from_str::<Composite>(&text).unwrap(), outer, "{text}");
    assert!(text.contains(r#"{"name":"available","availability":0.999}"#), "{text}");
    // Whatever is read is held to the same rules.
    for (good, bad) in [("\"k_of_n\":1", "\"k_of_n\":0"), ("0.999", "99.9"), ("\"inner\"", "\"recorded\"")] {
        assert!(text.contains(good), "{good}");
        assert!(serde_json::from_str::<Composite>(&text.replace(good, bad)).is_err(), "{bad}");
    }
}
