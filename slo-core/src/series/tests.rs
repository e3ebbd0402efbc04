use super::*;
use crate::error::Error;
use proptest::prelude::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}

fn listed(seconds: &[i64]) -> Axis {
    Axis::listed(seconds.iter().map(|s| at(*s)).collect::<Vec<_>>())
}

fn minutely(good: &[f64], total: &[f64]) -> Result<CountSeries> {
    CountSeries::good_total(Axis::regular(at(60), Duration::from_minutes(1)), good, total)
}

#[test]
fn a_window_is_open_on_the_left_and_closed_on_the_right() {
    // SEMANTICS 5.
    let series = minutely(&[1.0, 2.0, 4.0], &[1.0, 2.0, 4.0]).unwrap();
    for (begin, end, total) in
        [(60, 180, 6.0), (59, 180, 7.0), (60, 179, 2.0), (120, 120, 0.0), (180, 60, 0.0), (-9, 999, 7.0)]
    {
        assert_eq!(series.counts_between(at(begin), at(end)).total(), total, "({begin}, {end}]");
        assert_eq!(series.between(at(begin), at(end)).counts().total(), total, "({begin}, {end}]");
    }
}

#[test]
fn bad_input_is_refused_with_its_place() {
    type Refusal = fn(&Error) -> bool;
    let cases: [(&[f64], &[f64], Refusal); 7] = [
        (&[1.0], &[1.0, 2.0], |e| matches!(e, Error::LengthMismatch { left_len: 1, right_len: 2, .. })),
        (&[1.0, 3.0], &[1.0, 2.0], |e| matches!(e, Error::ExceedsTotal { index: 1, .. })),
        (&[-1.0, 3.0], &[1.0, 4.0], |e| matches!(e, Error::NegativeCount { index: 0, name: "good", .. })),
        (&[1.0, 3.0], &[1.0, -4.0], |e| matches!(e, Error::NegativeCount { index: 1, name: "total", .. })),
        (&[f64::NAN, 3.0], &[1.0, 4.0], |e| matches!(e, Error::NonFinite { index: 0, name: "good", .. })),
        (&[1.0, 3.0], &[1.0, f64::INFINITY], |e| {
            matches!(e, Error::NonFinite { index: 1, name: "total", .. })
        }),
        (&[0.0, 0.0], &[f64::MAX, f64::MAX], |e| matches!(e, Error::OutOfRange { .. })),
    ];
    for (good, total, expected) in cases {
        let error = minutely(good, total).unwrap_err();
        assert!(expected(&error), "{error}");
    }
}

#[test]
fn empty_and_tiny_series_are_defined() {
    let empty = minutely(&[], &[]).unwrap();
    assert!(empty.is_empty() && empty.first().is_none() && !empty.counts().has_traffic());
    assert!(empty.resample(Duration::from_hours(1)).unwrap().is_empty());
    let one = CountSeries::good_total(listed(&[7]), &[1.0], &[2.0]).unwrap();
    assert_eq!((one.len(), one.resolution(), one.coverage(at(0), at(60))), (1, None, 0.0));
}

#[test]
fn counters_restart_at_zero() {
    let axis = listed(&[0, 10, 20, 30]);
    let series = CountSeries::from_counters(
        axis.clone(),
        &[1.0, 2.0, 0.0, 1.0],
        &[10.0, 20.0, 5.0, 9.0],
        Clamp::Refuse,
    )
    .unwrap();
    let counts: Vec<_> = series.iter().map(|(t, c)| (t, c.bad(), c.total())).collect();
    assert_eq!(counts, [(at(10), 1.0, 10.0), (at(20), 0.0, 5.0), (at(30), 1.0, 4.0)]);

    let bad = [1.0, 20.0, 21.0, 22.0];
    let total = [10.0, 20.0, 30.0, 40.0];
    assert!(matches!(
        CountSeries::from_counters(axis.clone(), &bad, &total, Clamp::Refuse).unwrap_err(),
        Error::ExceedsTotal { index: 1, .. }
    ));
    let clamped = CountSeries::from_counters(axis, &bad, &total, Clamp::ToTotal).unwrap();
    assert_eq!((clamped.counts().bad(), clamped.counts().total()), (12.0, 30.0));
    assert!(CountSeries::from_counters(listed(&[0]), &[1.0], &[1.0], Clamp::Refuse).is_err());
}

#[test]
fn events_of_one_instant_are_counted_together() {
    let series = CountSeries::from_events(&[at(1), at(1), at(3)], &[true, false, true]).unwrap();
    let counts: Vec<_> = series.iter().map(|(t, c)| (t, c.bad(), c.total())).collect();
    assert_eq!(counts, [(at(1), 1.0, 2.0), (at(3), 0.0, 1.0)]);
    assert!(matches!(
        CountSeries::from_events(&[at(2), at(1)], &[true, true]).unwrap_err(),
        Error::Unordered { index: 1, .. }
    ));
}

#[test]
fn coverage_counts_gaps_and_the_cut_at_the_edge() {
    // SEMANTICS 6: steps 60, 60, 60, 300 with resolution 60: the last count covers 120.
    let series = CountSeries::good_total(listed(&[60, 120, 180, 240, 540]), &[1.0; 5], &[1.0; 5]).unwrap();
    assert_eq!(series.coverage(at(0), at(600)), (4.0 * 60.0 + 120.0) / 600.0);
    assert_eq!(series.coverage(at(90), at(180)), 1.0);
    assert_eq!(series.coverage(at(480), at(540)), 1.0);
    assert_eq!(series.coverage(at(400), at(540)), 120.0 / 140.0);
    assert_eq!(series.coverage(at(0), at(0)), 0.0);
}

#[test]
fn fractional_counts_beside_huge_ones_can_be_merged_and_resampled() {
    // Past 2^51 times a record the running totals keep too little of it, but never more bad events than events.
    let axis = Axis::regular(at(60), Duration::from_minutes(1));
    let series = CountSeries::bad_total(axis, &[0.0, 0.0, 0.5], &[1e16, 0.2, 0.5]).unwrap();
    assert!(series.merge(&series.between(at(0), at(0))).is_ok());
    assert!(series.resample(Duration::from_minutes(2)).is_ok());
}

#[test]
fn resampling_sums_into_intervals_named_by_their_ends() {
    let series = CountSeries::good_total(listed(&[-30, 0, 1, 60, 61, 300]), &[1.0; 6], &[2.0; 6]).unwrap();
    let minutes = series.resample(Duration::from_minutes(1)).unwrap();
    let totals: Vec<_> = minutes.iter().map(|(t, c)| (t.nanos() / 1_000_000_000, c.total())).collect();
    assert_eq!(totals, [(0, 4.0), (60, 4.0), (120, 2.0), (300, 2.0)]);
    assert_eq!(minutes.resolution(), Some(Duration::from_minutes(1)));
}

proptest! {
    #[test]
    fn merging_is_commutative_and_keeps_every_event(
        a in prop::collection::btree_map(0_i64..50, (0_u32..9, 0_u32..9), 0..20),
        b in prop::collection::btree_map(0_i64..50, (0_u32..9, 0_u32..9), 0..20),
    ) {
        let series = |map: &std::collections::BTreeMap<i64, (u32, u32)>| {
            let times: Vec<i64> = map.keys().copied().collect();
            let (good, bad): (Vec<f64>, Vec<f64>) = map.values().map(|(g, b)| (f64::from(*g), f64::from(*b))).unzip();
            CountSeries::good_bad(listed(&times).resolution(Duration::from_seconds(1)), &good, &bad).unwrap()
        };
        let (a, b) = (series(&a), series(&b));
        let merged = a.merge(&b).unwrap();
        prop_assert_eq!(&merged, &b.merge(&a).unwrap());
        prop_assert_eq!(merged.counts(), a.counts().merge(&b.counts()).unwrap());
        let cut = at(25);
        let whole = merged.counts_between(at(-1), cut).merge(&merged.counts_between(cut, at(99))).unwrap();
        prop_assert_eq!(whole, merged.counts());
        prop_assert_eq!(merged.resample(Duration::from_seconds(7)).unwrap().counts(), merged.counts());
    }
}
