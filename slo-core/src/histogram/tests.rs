//! Native histograms against Prometheus' own test scripts, classic ones of the same counts, and single observations.

use super::*;
use crate::counter::Extrapolation::{Exact, Prometheus, Prometheus2};
use crate::error::Error;
use crate::time::Timestamp;

mod laws;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn minutes(n: i64) -> Timestamp {
    Timestamp::from_nanos(n * 60_000_000_000)
}

fn close(found: f64, expected: f64) {
    let near = found == expected || (found - expected).abs() <= 1e-12 * expected.abs().max(1e-3);
    assert!(near || (found.is_nan() && expected.is_nan()), "{found} is not {expected}");
}

/// As `load_with_nhcb` makes it of cumulative counts.
fn custom(bounds: &[f64], cumulative: &[f64]) -> Native {
    let single: Vec<f64> =
        cumulative.iter().scan(0.0, |before, c| Some(c - std::mem::replace(before, *c))).collect();
    Native::custom(&bounds[..bounds.len() - 1]).unwrap().positive(0, &single).unwrap()
}

fn exponential(counts: &[f64]) -> Native {
    Native::exponential(0).unwrap().positive(0, counts).unwrap()
}

fn counts(histogram: &Native) -> Vec<f64> {
    histogram.buckets().iter().map(|b| b.count).collect()
}

#[test]
fn custom_buckets_have_the_quantiles_of_prometheus_test_scripts() {
    // histograms.test: testhistogram, testhistogram2 and testhistogram3 as loaded with nhcb.
    let positive = custom(&[0.1, 0.2, 1.0, INF], &[50.0, 70.0, 110.0, 120.0]);
    let negative = custom(&[-0.2, -0.1, 0.3, INF], &[10.0, 20.0, 20.0, 30.0]);
    for (q, above, below) in [
        (-0.1, -INF, -INF),
        (0.0, 0.0, -0.2),
        (0.2, 0.048, -0.2),
        (0.5, 0.15, -0.15),
        (0.8, 0.72, 0.3),
        (1.0, 1.0, 0.3),
        (1.01, INF, INF),
        (NAN, NAN, NAN),
    ] {
        close(positive.quantile(q), above);
        close(negative.quantile(q), below);
    }
    let second = custom(&[0.0, 2.0, 4.0, 6.0, INF], &[0.0, 1.0, 2.0, 3.0, 3.0]);
    for (q, expected) in [(1.0 / 6.0, 1.0), (0.5, 3.0), (5.0 / 6.0, 5.0)] {
        close(second.quantile(q), expected);
    }
    let positive = custom(&[0.0, 0.1, 0.2, 1.0, INF], &[0.0, 50.0, 70.0, 110.0, 110.0]);
    let negative = custom(&[-0.25, -0.2, -0.1, 0.3, INF], &[0.0, 10.0, 20.0, 20.0, 20.0]);
    for (q, above, below) in
        [(0.0, 0.0, -0.25), (0.25, 0.055, -0.225), (0.5, 0.125, -0.2), (0.75, 0.45, -0.15), (1.0, 1.0, -0.1)]
    {
        close(positive.quantile(q), above);
        close(negative.quantile(q), below);
    }
    // mixed: le 0.1, 0.2 and +Inf of 1, 1 and 4; every quantile asked for lies in the last bucket.
    let mixed = custom(&[0.1, 0.2, INF], &[1.0, 1.0, 4.0]);
    for q in [0.5, 0.75, 1.0] {
        close(mixed.quantile(q), 0.2);
    }
}

#[test]
fn moments_are_those_of_prometheus_test_scripts() {
    // histograms.test: testhistogram3 at 50 minutes, sums 330 and 80.
    let positive = custom(&[0.0, 0.1, 0.2, 1.0, INF], &[0.0, 50.0, 70.0, 110.0, 110.0]).with_sum(330.0);
    let negative = custom(&[-0.25, -0.2, -0.1, 0.3, INF], &[0.0, 10.0, 20.0, 20.0, 20.0]).with_sum(80.0);
    for (histogram, count, sum, mean, deviation, variance) in [
        (&positive, 110.0, 330.0, 3.0, 2.743_546_145_874_979_5, 7.527_045_454_545_455),
        (&negative, 20.0, 80.0, 4.0, 4.187_667_907_081_458, 17.536_562_5),
    ] {
        assert_eq!((histogram.count(), histogram.sum(), histogram.mean()), (count, sum, mean));
        close(histogram.deviation(), deviation);
        close(histogram.variance(), variance);
    }
    assert_eq!(custom(&[1.0, INF], &[1.0, 2.0]).variance(), INF);
    assert!(Native::exponential(0).unwrap().mean().is_nan());
}

#[test]
fn custom_buckets_have_the_shares_of_prometheus_test_scripts() {
    let up = custom(&[1.0, 2.0, 3.0, INF], &[1.0, 3.0, 6.0, 100.0]);
    let down = custom(&[-3.0, -2.0, -1.0, INF], &[10.0, 12.0, 15.0, 100.0]);
    let crosses = custom(&[-2.0, -1.0, 0.0, 1.0, INF], &[5.0, 10.0, 15.0, 20.0, 100.0]);
    let fractional = custom(&[0.5, 1.0, INF], &[2.5, 7.5, 100.0]);
    let single = custom(&[INF], &[100.0]);
    let empty = custom(&[1.0, 2.0, 3.0, INF], &[0.0; 4]);
    let second = custom(&[0.0, 2.0, 4.0, 6.0, INF], &[0.0, 1.0, 2.0, 3.0, 3.0]);
    for (lower, upper, histogram, expected) in [
        (0.0, 1.5, &up, 0.02),
        (-4.0, -2.0, &down, 0.02),
        (-INF, -1.5, &down, 0.135),
        (-INF, INF, &up, 1.0),
        (-INF, INF, &down, 1.0),
        (4.0, 5.0, &up, 0.0),
        (0.0, 1.0, &down, 0.0),
        (2.0, 5.0, &up, 0.03),
        (400.0, INF, &up, 0.94),
        (2.0, 2.0, &up, 0.0),
        (3.0, 2.0, &up, 0.0),
        (0.0, 1.0, &single, 0.0),
        (0.0, 5.0, &empty, NAN),
        (2.0, 3.5, &up, 0.03),
        (0.5, 2.0, &up, 0.025),
        (1.0, 3.0, &up, 0.05),
        (0.1, 0.75, &fractional, 0.045),
        (-1.0, 1.0, &crosses, 0.1),
        (NAN, 1.0, &up, NAN),
        (0.0, NAN, &up, NAN),
        (-10.0, -5.0, &up, 0.0),
        (5.0, 10.0, &up, 0.0),
        (0.0, 4.0, &second, 0.666_666_666_666_666_6),
        (0.0, 3.5, &second, 0.583_333_333_333_333_4),
    ] {
        close(histogram.fraction(lower, upper), expected);
    }
}

#[test]
fn exponential_buckets_are_interpolated_on_the_logarithm() {
    // 5.6, by hand: 3 in (0.5, 1], 1 in (1, 2]; rank 1.2 of 4 is 0.4 into the first.
    let h = exponential(&[3.0, 1.0]);
    close(h.quantile(0.3), 0.5 * 2_f64.powf(0.4));
    close(h.quantile(0.875), 2_f64.sqrt());
    assert_eq!((h.quantile(0.0), h.quantile(1.0)), (0.5, 2.0));
    // Mirrored below 0.
    let below = Native::exponential(0).unwrap().negative(0, &[3.0, 1.0]).unwrap();
    close(below.quantile(0.7), -0.5 * 2_f64.powf(0.4));
    close(below.fraction(-2.0, -1.0), 0.25);
    close(below.fraction(-INF, -2_f64.sqrt()), 0.125);
}

#[test]
fn the_zero_bucket_ends_where_no_other_bucket_is() {
    let zero = || Native::exponential(0).unwrap().zero(0.5, 4.0).unwrap();
    let both = zero().positive(1, &[2.0]).unwrap().negative(1, &[2.0]).unwrap();
    assert_eq!((zero().quantile(0.25), both.quantile(0.5)), (-0.25, 0.0));
    let above = zero().positive(1, &[4.0]).unwrap();
    assert_eq!((above.quantile(0.25), above.fraction(-1.0, 0.25)), (0.25, 0.25));
    let below = zero().negative(1, &[4.0]).unwrap();
    assert_eq!((below.quantile(0.75), below.fraction(-0.25, 1.0)), (-0.25, 0.25));
    // A bucket that the threshold cuts begins there.
    let cut = Native::exponential(0).unwrap().zero(0.75, 1.0).unwrap().positive(0, &[1.0]).unwrap();
    assert_eq!(cut.buckets()[1], Bucket { left: 0.75, right: 1.0, count: 1.0 });
    // One wholly inside has no room left.
    let inside = Native::exponential(0).unwrap().zero(3.0, 1.0).unwrap().positive(0, &[1.0]).unwrap();
    assert_eq!(inside.buckets()[1], Bucket { left: 1.0, right: 1.0, count: 1.0 });
    assert!(!inside.quantile(0.9).is_nan());
}

#[test]
fn observations_of_nan_are_in_no_bucket() {
    // 4 of 5 in buckets: the ranks above them are unknown, the shares are of all five.
    let h = exponential(&[2.0, 2.0]).with_count(5.0).unwrap().with_sum(NAN);
    close(h.quantile(0.4), 1.0);
    close(h.quantile(0.8), 2.0);
    assert!(h.quantile(0.81).is_nan());
    assert_eq!((h.fraction(-INF, INF), h.fraction(0.0, 1.0)), (0.8, 0.4));
}

#[test]
fn the_outermost_buckets_end_with_the_floats() {
    for schema in -4..=8 {
        let (lowest, highest) = bounds::indices(schema);
        assert_eq!(bounds::upper(schema, highest), INF, "schema {schema}");
        assert_eq!(bounds::upper(schema, highest - 1), f64::MAX, "schema {schema}");
        assert!(bounds::upper(schema, highest - 2) < f64::MAX, "schema {schema}");
        assert!(bounds::upper(schema, lowest) >= 0.0 && bounds::upper(schema, lowest + 1) > 0.0);
        for out in [lowest - 1, highest + 1] {
            let refused = Native::exponential(schema).unwrap().positive(out, &[1.0]);
            assert!(
                matches!(refused, Err(Error::InvalidParameter { name: "bucket", .. })),
                "schema {schema}"
            );
        }
        assert!(Native::exponential(schema).unwrap().positive(highest, &[1.0]).is_ok());
    }
    assert!(Native::exponential(-5).is_err() && Native::exponential(9).is_err());
}

#[test]
fn borders_are_powers_to_the_last_place() {
    // 2^(1/2), 2^(1/4), 2^(3/8) from the tables of mathematics.
    assert_eq!(bounds::upper(1, 1), std::f64::consts::SQRT_2);
    close(bounds::upper(2, 1), 1.189_207_115_002_721);
    close(bounds::upper(3, 3), 1.296_839_554_651_009_7);
    assert_eq!([-1, 0, 1, 2].map(|i| bounds::upper(-1, i)), [0.25, 1.0, 4.0, 16.0]);
    // Each schema's bounds are among those of the next.
    for schema in -4..8 {
        for index in -6..6 {
            assert_eq!(bounds::upper(schema, index), bounds::upper(schema + 1, 2 * index));
        }
    }
}

#[test]
fn what_is_no_histogram_is_refused() {
    let empty = || Native::exponential(0).unwrap();
    assert!(matches!(empty().positive(0, &[1.0, -1.0]), Err(Error::NegativeCount { index: 1, .. })));
    assert!(matches!(empty().negative(0, &[NAN]), Err(Error::NonFinite { name: "negative", .. })));
    assert!(matches!(empty().zero(-1.0, 1.0), Err(Error::InvalidParameter { name: "threshold", .. })));
    assert!(
        empty().zero(INF, 1.0).is_err() && empty().zero(NAN, 1.0).is_err() && empty().zero(1.0, INF).is_err()
    );
    assert!(matches!(empty().with_count(-1.0), Err(Error::NegativeCount { .. })));
    assert!(empty().hint(Reset::Gauge).with_count(-1.0).is_ok());
    assert!(empty().positive(i32::MAX, &[1.0, 1.0]).is_err());
    for bounds in [&[1.0, 1.0][..], &[2.0, 1.0], &[INF], &[NAN]] {
        assert!(Native::custom(bounds).is_err(), "{bounds:?}");
    }
    let own = || Native::custom(&[1.0]).unwrap();
    assert!(own().positive(0, &[1.0, 1.0]).is_ok() && own().positive(1, &[1.0, 1.0]).is_err());
    assert!(
        own().positive(-1, &[1.0]).is_err()
            && own().negative(0, &[1.0]).is_err()
            && own().zero(1.0, 1.0).is_err()
    );
    assert!(matches!(own().to_schema(0), Err(Error::Unsupported { .. })));
    assert!(matches!(own().add(&empty()), Err(Error::Unsupported { .. })));
    assert!(empty().to_schema(1).is_err() && empty().to_schema(-5).is_err() && empty().to_schema(0).is_ok());
    assert!(matches!(exponential(&[1e308]).scale(10.0), Err(Error::OutOfRange { .. })));
    assert!(exponential(&[1.0]).scale(INF).is_err());
}

#[test]
fn zero_buckets_are_widened_to_the_end_of_what_they_would_cut() {
    // Threshold 0.75 would cut the other's (0.5, 1]: both go to 1.
    let wide = Native::exponential(0).unwrap().zero(0.75, 1.0).unwrap();
    let narrow = Native::exponential(0)
        .unwrap()
        .zero(0.001, 2.0)
        .unwrap()
        .positive(0, &[3.0, 5.0])
        .unwrap()
        .negative(-1, &[7.0])
        .unwrap();
    for sum in [wide.add(&narrow).unwrap(), narrow.add(&wide).unwrap()] {
        assert_eq!((sum.zero_bucket(), sum.count()), ((1.0, 13.0), 18.0));
        assert_eq!(sum.buckets()[1..], [Bucket { left: 1.0, right: 2.0, count: 5.0 }]);
    }
    // An empty bucket is not in the way.
    let sum = wide.add(&exponential(&[0.0, 5.0])).unwrap();
    assert_eq!(sum.zero_bucket(), (0.75, 1.0));
}

#[test]
fn custom_bounds_that_both_have_remain() {
    // functions.test, idelta of http_requests_histogram{path="/g"}: bounds 1, then 1 and 10.
    let before = Native::custom(&[1.0]).unwrap().hint(Reset::Gauge).positive(0, &[2.0]).unwrap();
    let after = Native::custom(&[1.0, 10.0]).unwrap().hint(Reset::Gauge).positive(0, &[1.0]).unwrap();
    let change =
        idelta(&[minutes(10), minutes(15)], &[before, after], minutes(0), minutes(20)).unwrap().unwrap();
    assert_eq!(
        (change.bounds(), counts(&change), change.reset_hint()),
        (&[1.0][..], vec![-1.0], Reset::Gauge)
    );
}

#[test]
fn the_last_two_histograms_are_those_of_prometheus_test_scripts() {
    // functions.test, irate of http_requests_histogram /a, /f and /g at 20 minutes.
    let plain =
        |sum: f64, count: f64| Native::exponential(0).unwrap().with_sum(sum).with_count(count).unwrap();
    let times: Vec<Timestamp> = (0..6).map(|i| minutes(5 * i)).collect();
    let a: Vec<Native> = (0..6).map(|i| plain(2.0 + 3.0 * f64::from(i), 2.0 + 3.0 * f64::from(i))).collect();
    let found = irate(&times, &a, minutes(0), minutes(20)).unwrap().unwrap();
    assert_eq!((found.sum(), found.count(), found.reset_hint()), (0.01, 0.01, Reset::Gauge));
    let found = idelta(&times, &a, minutes(0), minutes(20)).unwrap().unwrap();
    assert_eq!((found.sum(), found.count()), (3.0, 3.0));
    let three = |bounds: &[f64]| Native::custom(bounds).unwrap().positive(0, &[3.0]).unwrap().with_sum(3.0);
    // From exponential to custom is a restart.
    let (times, f) = ([minutes(10), minutes(15)], [plain(1.0, 1.0), three(&[5.0, 10.0])]);
    let found = irate(&times, &f, minutes(0), minutes(20)).unwrap().unwrap();
    assert_eq!((found.sum(), counts(&found), found.bounds()), (0.01, vec![0.01], &[5.0, 10.0][..]));
    assert_eq!(idelta(&times, &f, minutes(0), minutes(20)).unwrap(), None);
    // Other bounds are not: what remains has none, and did not grow.
    let g = [three(&[1.0]), three(&[5.0, 10.0])];
    let found = irate(&times, &g, minutes(0), minutes(20)).unwrap().unwrap();
    assert_eq!((found.sum(), found.count(), found.bounds().len()), (0.0, 0.0, 0));
    assert_eq!(irate(&times, &g, minutes(10), minutes(20)).unwrap(), None);
}

#[test]
fn increases_are_those_of_prometheus_test_scripts() {
    // histograms.test, histogram_with_reset: every 5 minutes, 15 minutes until 10.
    let bounds = [1.0, 2.0, 4.0, 8.0, INF];
    let histograms = [
        custom(&bounds, &[1.0, 3.0, 8.0, 10.0, 10.0]).with_sum(36.0),
        custom(&bounds, &[3.0, 3.0, 5.0, 6.0, 6.0]).with_sum(16.0),
        custom(&bounds, &[9.0, 9.0, 12.0, 18.0, 18.0]).with_sum(61.0),
    ];
    let times = [minutes(0), minutes(5), minutes(10)];
    let found = increase(&times, &histograms, minutes(-5), minutes(10), Prometheus).unwrap().unwrap();
    assert_eq!((found.count(), found.sum(), found.reset_hint()), (27.0, 91.5, Reset::Gauge));
    assert_eq!(counts(&found), [13.5, 4.5, 9.0]);
    let exact = increase(&times, &histograms, minutes(-5), minutes(10), Exact).unwrap().unwrap();
    // 18 after the restart; what came before the first sample is unknown.
    assert_eq!((exact.count(), counts(&exact)), (18.0, vec![9.0, 3.0, 6.0]));
    // functions.test, delta of http_requests_gauge over 20 minutes.
    let gauges: Vec<Native> = (0..5)
        .map(|i| {
            let h = exponential(&[f64::from(i); 3]).hint(Reset::Gauge).with_sum(f64::from(i));
            h.with_count(2.0 * f64::from(i)).unwrap()
        })
        .collect();
    let times: Vec<Timestamp> = (0..5).map(|i| minutes(5 * i)).collect();
    let found = delta(&times, &gauges, minutes(0), minutes(20), Prometheus).unwrap().unwrap();
    assert_eq!((found.sum(), found.count(), counts(&found)), (4.0, 8.0, vec![4.0; 3]));
}

#[test]
fn growth_is_extrapolated_as_each_version_does() {
    // Two of 3 and 5 observations a minute apart, of three minutes: the zero is a minute and a half before the first.
    let times = [minutes(2), minutes(3)];
    let histograms = [exponential(&[1.0]), exponential(&[5.0])];
    let ask = |begin: i64, extrapolation| {
        increase(&times, &histograms, minutes(begin), minutes(3), extrapolation).unwrap().map(|h| h.count())
    };
    // A quarter of a minute to the zero.
    close(ask(0, Prometheus).unwrap(), 4.0 * 1.25);
    // Version 2 goes half a minute back whatever the zero.
    close(ask(0, Prometheus2).unwrap(), 4.0 * 1.5);
    assert_eq!(
        (ask(0, Exact), ask(2, Exact), ask(2, Prometheus), ask(2, Prometheus2)),
        (Some(4.0), None, None, Some(4.0))
    );
    let per_second = rate(&times, &histograms, minutes(0), minutes(3), Prometheus).unwrap().unwrap();
    close(per_second.count(), 5.0 / 180.0);
}

#[test]
fn layouts_that_do_not_go_together_have_no_growth() {
    let times = [minutes(1), minutes(2), minutes(3)];
    let kept = |h: Native| h.hint(Reset::NotReset);
    let mixed = [exponential(&[1.0]), kept(custom(&[1.0, INF], &[1.0, 1.0])), kept(exponential(&[3.0]))];
    let ask = |extrapolation| increase(&times, &mixed, minutes(0), minutes(3), extrapolation);
    assert_eq!(ask(Prometheus).unwrap(), None);
    assert!(matches!(ask(Exact), Err(Error::Unsupported { .. })));
    // Before a reset any layout goes: it is not looked at.
    let restarted = [custom(&[1.0, INF], &[9.0, 9.0]), exponential(&[1.0]), exponential(&[3.0])];
    let found = increase(&times, &restarted, minutes(0), minutes(3), Exact).unwrap().unwrap();
    assert_eq!(found.count(), 3.0);
    assert!(increase(&times, &mixed[..2], minutes(0), minutes(3), Exact).is_err());
    assert!(increase(&times, &mixed, minutes(3), minutes(3), Exact).is_err());
}

#[test]
fn resets_are_seen_in_every_part() {
    let base = || Native::exponential(1).unwrap().zero(0.25, 4.0).unwrap().positive(0, &[3.0, 1.0]).unwrap();
    let more = |h: Native| h.with_count(100.0).unwrap();
    let previous = base();
    for (reset, now) in [
        (false, base()),
        (true, base().with_count(7.0).unwrap()),
        (true, more(base().zero(0.25, 3.0).unwrap())),
        (
            true,
            more(Native::exponential(1).unwrap().zero(0.25, 9.0).unwrap().positive(0, &[2.0, 9.0]).unwrap()),
        ),
        (true, more(Native::exponential(2).unwrap().zero(0.25, 9.0).unwrap())),
        (true, more(base().zero(0.125, 9.0).unwrap())),
        (true, more(custom(&[1.0, INF], &[9.0, 9.0]))),
        (true, base().hint(Reset::Reset)),
        (false, base().with_count(1.0).unwrap().hint(Reset::NotReset)),
        // Coarser buckets and a wider zero bucket, with all that they took in; with one observation less.
        (
            false,
            more(Native::exponential(0).unwrap().zero(0.25, 4.0).unwrap().positive(0, &[3.0, 1.0]).unwrap()),
        ),
        (
            true,
            more(Native::exponential(0).unwrap().zero(0.25, 4.0).unwrap().positive(0, &[2.0, 1.0]).unwrap()),
        ),
        (false, more(Native::exponential(1).unwrap().zero(1.0, 7.0).unwrap().positive(1, &[1.0]).unwrap())),
        (true, more(Native::exponential(1).unwrap().zero(1.0, 6.0).unwrap().positive(1, &[9.0]).unwrap())),
        // A zero bucket that ends inside (1, √2].
        (true, more(Native::exponential(1).unwrap().zero(1.1, 90.0).unwrap().positive(1, &[9.0]).unwrap())),
    ] {
        assert_eq!(now.detect_reset(&previous), reset, "{now:?}");
    }
}

#[test]
fn listed_buckets_are_recognised_by_their_borders() {
    for schema in -4..=8 {
        let h = Native::exponential(schema)
            .unwrap()
            .zero(1e-30, 2.0)
            .unwrap()
            .positive(-3, &[1.0, 0.0, 2.0])
            .unwrap()
            .negative(1, &[5.0])
            .unwrap();
        let listed: Vec<(u8, f64, f64, f64)> = h
            .buckets()
            .iter()
            .map(|b| {
                (
                    if b.left < 0.0 && b.right > 0.0 { 3 } else { u8::from(b.right < 0.0) },
                    b.left,
                    b.right,
                    b.count,
                )
            })
            .collect();
        assert_eq!(Native::from_buckets(&listed).unwrap(), h, "schema {schema}");
    }
    let h = custom(&[0.1, 0.25, 0.5, INF], &[1.0, 3.0, 3.0, 7.0]);
    let listed: Vec<(u8, f64, f64, f64)> =
        h.buckets().iter().map(|b| (0, b.left, b.right, b.count)).collect();
    assert_eq!(Native::from_buckets(&listed).unwrap(), h);
    assert_eq!(Native::from_buckets(&[]).unwrap().count(), 0.0);
    for refused in [
        vec![(4, 1.0, 2.0, 1.0)],
        vec![(0, 2.0, 1.0, 1.0)],
        vec![(0, NAN, 1.0, 1.0)],
        vec![(0, 1.0, 2.0, -1.0)],
        vec![(0, 1.0, 2.0, 1.0), (0, 1.5, 3.0, 1.0)],
        vec![(0, 2.0, 4.0, 1.0), (0, 1.0, 2.0, 1.0)],
        vec![(3, -1.0, 2.0, 1.0)],
        vec![(1, -2.0, -1.0, 1.0), (0, 0.1, 0.7, 1.0)],
    ] {
        assert!(Native::from_buckets(&refused).is_err(), "{refused:?}");
    }
}

#[cfg(feature = "serde")]
#[test]
fn what_is_written_down_is_read_again_and_checked() {
    let h = exponential(&[1.0, 0.0, 2.0]).zero(0.1, 3.0).unwrap().negative(2, &[1.0]).unwrap();
    for h in
        [h.clone().with_sum(NAN), h.clone().with_sum(-INF), h.with_sum(1.5), custom(&[1.0, INF], &[1.0, 2.0])]
    {
        let text = serde_json::to_string(&h).unwrap();
        assert_eq!(serde_json::from_str::<Native>(&text).unwrap(), h, "{text}");
    }
    let written = r#"{"schema":0,"count":1.0,"sum":1.5,"zero_threshold":0.0,"zero_count":0.0,"positive":[[0,1.0]],"negative":[],"reset":"unknown"}"#;
    assert_eq!(serde_json::from_str::<Native>(written).unwrap(), exponential(&[1.0]).with_sum(1.5));
    for (from, to) in [
        (r#""schema":0"#, r#""schema":9"#),
        ("[[0,1.0]]", "[[0,-1.0]]"),
        ("[[0,1.0]]", "[[99999,1.0]]"),
        (r#""sum":1.5"#, r#""sum":"much""#),
        (r#""schema":0"#, r#""schema":-53,"bounds":[2.0,1.0]"#),
        (r#""schema":0"#, r#""bounds":[2.0],"schema":0"#),
        (r#""zero_count":0.0"#, r#""zero_count":-1.0"#),
        (r#""count":1.0"#, r#""count":-1.0"#),
    ] {
        let broken = written.replace(from, to);
        assert_ne!(broken, written);
        assert!(serde_json::from_str::<Native>(&broken).is_err(), "{broken}");
    }
}
