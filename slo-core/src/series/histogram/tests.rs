//! Counts from histograms, by hand and against counted observations.

use ndarray::{Array2, array};
use proptest::prelude::*;

use super::*;
use crate::time::{Duration, Timestamp};

const INF: f64 = f64::INFINITY;

fn every_minute() -> Axis {
    Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1))
}

fn of(bounds: &[f64], rows: &Array2<f64>, limit: UpTo, clamp: Clamp) -> Result<CountSeries> {
    CountSeries::from_histogram(every_minute(), bounds, rows.view(), limit, clamp)
}

fn good_total(series: &CountSeries) -> Vec<(f64, f64)> {
    series.iter().map(|(_, counts)| (counts.good(), counts.total())).collect()
}

#[test]
fn the_increase_of_the_bucket_at_the_limit_is_good() {
    let rows = array![[1.0, 2.0, 3.0], [4.0, 8.0, 10.0], [4.0, 8.0, 11.0]];
    for (limit, expected) in
        [(0.1, [(3.0, 7.0), (0.0, 1.0)]), (0.5, [(6.0, 7.0), (0.0, 1.0)]), (INF, [(7.0, 7.0), (1.0, 1.0)])]
    {
        let series = of(&[0.1, 0.5, INF], &rows, UpTo::Bound(limit), Clamp::Refuse).unwrap();
        assert_eq!(good_total(&series), expected, "{limit}");
        assert_eq!(series.first(), Some(Timestamp::from_nanos(60_000_000_000)));
    }
}

#[test]
fn a_restart_that_one_bucket_shows_resets_them_all() {
    // After the restart 9 of 12: the bucket at the limit has overtaken its old value, the total has not.
    let rows = array![[5.0, 20.0], [9.0, 12.0]];
    let series = of(&[0.1, INF], &rows, UpTo::Bound(0.1), Clamp::Refuse).unwrap();
    assert_eq!(good_total(&series), [(9.0, 12.0)]);
    // And the other way round.
    let rows = array![[5.0, 6.0], [4.0, 12.0]];
    let series = of(&[0.1, INF], &rows, UpTo::Bound(0.1), Clamp::Refuse).unwrap();
    assert_eq!(good_total(&series), [(4.0, 12.0)]);
}

#[test]
fn more_good_than_all_is_refused_with_its_place_or_clamped() {
    let rows = array![[5.0, 5.0], [9.0, 9.0], [12.0, 11.0]];
    let error = of(&[0.1, INF], &rows, UpTo::Bound(0.1), Clamp::Refuse).unwrap_err();
    assert_eq!(error, Error::ExceedsTotal { name: "good", index: 2, value: 3.0, total: 2.0 });
    let series = of(&[0.1, INF], &rows, UpTo::Bound(0.1), Clamp::ToTotal).unwrap();
    assert_eq!(good_total(&series), [(4.0, 4.0), (2.0, 2.0)]);
}

#[test]
fn a_limit_that_is_no_bound_is_refused_or_interpolated_by_name() {
    let bounds = [1.0, 3.0, INF];
    let rows = array![[0.0, 0.0, 0.0], [4.0, 8.0, 10.0]];
    let error = of(&bounds, &rows, UpTo::Bound(2.0), Clamp::Refuse).unwrap_err().to_string();
    assert_eq!(error, "at = 2: is no bound of the histogram; the nearest are 1 and 3");
    let error = of(&bounds, &rows, UpTo::Bound(0.5), Clamp::Refuse).unwrap_err().to_string();
    assert!(error.ends_with("the nearest are 1"));
    for (at, good) in [(2.0, 6.0), (1.0, 4.0), (3.0, 8.0), (0.5, 2.0), (2.5, 7.0)] {
        let series = of(&bounds, &rows, UpTo::Interpolated(at), Clamp::Refuse).unwrap();
        assert_eq!(series.counts().good(), good, "{at}");
    }
    for at in [3.5, 0.0, -1.0, f64::NAN] {
        let refused = of(&bounds, &rows, UpTo::Interpolated(at), Clamp::Refuse);
        assert!(matches!(refused, Err(Error::InvalidParameter { name: "at", .. })), "{at}");
    }
    assert!(of(&[-1.0, 3.0, INF], &rows, UpTo::Interpolated(-2.0), Clamp::Refuse).is_err());
}

#[test]
fn what_is_no_histogram_is_refused() {
    let rows = array![[0.0, 1.0], [1.0, 2.0]];
    let ask =
        |bounds: &[f64], rows: &Array2<f64>| of(bounds, rows, UpTo::Bound(1.0), Clamp::Refuse).unwrap_err();
    assert!(matches!(ask(&[1.0], &rows), Error::LengthMismatch { .. }));
    assert!(matches!(ask(&[1.0, 2.0], &rows), Error::InvalidParameter { name: "bounds", .. }));
    assert!(matches!(ask(&[INF, INF], &rows), Error::InvalidParameter { name: "bounds", .. }));
    assert!(matches!(ask(&[f64::NAN, INF], &rows), Error::InvalidParameter { name: "bounds", .. }));
    assert!(matches!(ask(&[], &Array2::zeros((2, 0))), Error::InvalidParameter { name: "bounds", .. }));
    assert!(matches!(ask(&[1.0, INF], &array![[0.0, 1.0]]), Error::TooShort { needed: 2, .. }));
    let broken = array![[0.0, 1.0], [1.0, f64::NAN]];
    assert!(matches!(ask(&[1.0, INF], &broken), Error::NonFinite { index: 1, .. }));
    assert!(matches!(
        ask(&[1.0, INF], &array![[0.0, 1.0], [-1.0, 2.0]]),
        Error::NegativeCount { index: 1, .. }
    ));
}

proptest! {
    #[test]
    fn good_are_the_observations_up_to_the_limit(
        minutes in prop::collection::vec((prop::collection::vec(0.0_f64..4.0, 0..8), prop::bool::weighted(0.2)), 2..12),
        bound in 0_usize..4,
    ) {
        let bounds = [1.0, 2.0, 3.0, INF];
        let mut rows = Array2::zeros((minutes.len(), bounds.len()));
        let (mut counts, mut expected) = ([0.0; 4], Vec::new());
        for (index, (observations, restart)) in minutes.iter().enumerate() {
            let before = counts;
            let new = bounds.map(|bound| observations.iter().filter(|o| **o <= bound).count() as f64);
            // A restart that every bucket overtakes at once is seen by no one: then there is none.
            let seen = *restart && new.iter().zip(before).any(|(new, before)| *new < before);
            let from = if seen { [0.0; 4] } else { before };
            for ((count, from), new) in counts.iter_mut().zip(from).zip(new) {
                *count = from + new;
            }
            rows.row_mut(index).assign(&ndarray::aview1(&counts));
            if index > 0 {
                expected.push((counts[bound] - from[bound], counts[3] - from[3]));
            }
        }
        let series = of(&bounds, &rows, UpTo::Bound(bounds[bound]), Clamp::Refuse).unwrap();
        prop_assert_eq!(good_total(&series), expected);
    }
}
