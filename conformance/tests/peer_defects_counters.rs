//! Defects of peers in how they read counters and histograms, each named by its number, and what holds here instead.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use slo_core::counter::{Extrapolation, Samples, increase};
use slo_core::histogram::quantile_repaired;
use slo_core::ndarray::array;
use slo_core::{Axis, Clamp, CountSeries, Counts, Duration, Error, Objective, Slo, Timestamp, UpTo, Window};

fn second(at: i64) -> Timestamp {
    Timestamp::from_nanos(at * 1_000_000_000)
}

#[test]
fn d6_no_good_data_is_no_count_rather_than_minus_one() {
    // slo-generator: valid - good with good = NO_DATA (-1) gives valid + 1 bad events.
    let silent = Samples::new(&[], &[]).unwrap();
    for extrapolation in [Extrapolation::Prometheus, Extrapolation::Prometheus2, Extrapolation::Exact] {
        assert_eq!(increase(&silent, second(0), second(60), extrapolation).unwrap(), None);
    }
    assert!(matches!(Counts::good_total(-1.0, 100.0), Err(Error::NegativeCount { name: "good", .. })));
    // A series of a counter that never spoke is refused, and does not become bad events.
    let axis = Axis::listed([second(0), second(60)]);
    let error = CountSeries::from_counters(axis, &[], &[100.0, 200.0], Clamp::Refuse).unwrap_err();
    assert!(matches!(error, Error::LengthMismatch { .. }));
}

#[test]
fn d7_extrapolation_does_not_make_more_good_than_valid_events() {
    // slo-generator, issue 319: good and valid through `increase()`, "SLI is not between 0 and 1 (value = 1.000091)". Both
    // counters gained 20, all of it good. That of good events is old; that of valid ones was new, at 3 events when it was
    // first read, so Prometheus extrapolates it less far back.
    let times = [second(60), second(120), second(180)];
    let (good, valid) = ([1_000.0, 1_010.0, 1_020.0], [3.0, 13.0, 23.0]);
    let of = |values: &[f64], extrapolation| {
        increase(&Samples::new(&times, values).unwrap(), second(0), second(180), extrapolation)
            .unwrap()
            .unwrap()
    };
    let (good_found, valid_found) =
        (of(&good, Extrapolation::Prometheus), of(&valid, Extrapolation::Prometheus));
    assert!(good_found > valid_found, "{good_found} good of {valid_found} valid events");
    // Counted, both gained 20, and all of the budget is left.
    assert_eq!((of(&good, Extrapolation::Exact), of(&valid, Extrapolation::Exact)), (20.0, 20.0));
    let bad: Vec<f64> = vec![0.0; 3];
    let series = CountSeries::from_counters(Axis::listed(times), &bad, &valid, Clamp::Refuse).unwrap();
    let slo =
        Slo::new(Objective::percent(99.9).unwrap(), Window::rolling(Duration::from_minutes(3)).unwrap());
    let budget = slo.budget_at(&series, second(180)).unwrap();
    assert_eq!((budget.sli(), budget.total()), (Some(1.0), 20.0));
}

#[test]
fn d23_a_bucket_that_grew_less_than_the_one_below_it_drops_nothing() {
    // slo-exporter returns an error for the query's batch and drops the rest of it. Here 0.1 s was read after 0.2 s in the
    // second minute: 5 against 4 new observations.
    let bounds = [0.1, 0.2, 0.5, f64::INFINITY];
    let rows = array![[10.0, 10.0, 10.0, 10.0], [15.0, 14.0, 18.0, 20.0], [20.0, 22.0, 28.0, 30.0],];
    let axis = || Axis::regular(second(0), Duration::from_minutes(1));
    let of = |limit, clamp| CountSeries::from_histogram(axis(), &bounds, rows.view(), limit, clamp).unwrap();
    for (limit, good) in [(0.1, 10.0), (0.2, 12.0), (0.5, 18.0)] {
        let counts = of(UpTo::Bound(limit), Clamp::Refuse).counts();
        assert_eq!((counts.good(), counts.total()), (good, 20.0), "{limit} s");
    }
    // Where a bucket falls below the one before it, quantiles say what they repaired.
    let grown = [5.0, 4.0, 8.0, 10.0];
    let found = quantile_repaired(0.5, &bounds, &grown).unwrap();
    assert_eq!((found.value, found.repair.unwrap().lowest), (0.1, 0.2));
}
