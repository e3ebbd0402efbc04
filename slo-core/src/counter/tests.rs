//! Against Prometheus' own test scripts, and at the borders.

use super::*;
use crate::time::Duration;

use Extrapolation::{Exact, Prometheus, Prometheus2};

mod laws;

const MINUTE: i64 = 60_000_000_000;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_nanos(minutes * MINUTE)
}

/// Values every so many minutes from 0 on.
fn every(step: i64, len: usize) -> Vec<Timestamp> {
    (0..len).map(|i| at(step * i64::try_from(i).unwrap())).collect()
}

/// `a+bxn` of the test scripts: n more values after the first.
fn line(first: f64, step: f64, more: usize) -> Vec<f64> {
    (0..=more).map(|i| first + step * i as f64).collect()
}

fn close(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{found} is not {expected}");
}

#[test]
fn increases_are_those_of_prometheus_test_scripts() {
    // functions.test, "Tests for increase()": every 5 minutes, asked at 50 minutes.
    let foo = line(0.0, 10.0, 10);
    let bar = [line(0.0, 18.0, 5), line(0.0, 18.0, 5)].concat();
    let times = every(5, 11);
    for (values, over_50, over_100) in [
        (foo, 100.0, 100.0),
        (bar[..11].to_vec(), 160.0, 162.0),
        (line(10.0, 10.0, 10), 100.0, 105.0),
        (line(1.0, 10.0, 10), 100.0, 101.0),
    ] {
        let samples = Samples::new(&times, &values).unwrap();
        close(increase(&samples, at(0), at(50), Prometheus).unwrap(), over_50);
        close(increase(&samples, at(-50), at(50), Prometheus).unwrap(), over_100);
    }
    // 0 1 2 3 2 3 4 over 30 minutes.
    let values = [0.0, 1.0, 2.0, 3.0, 2.0, 3.0, 4.0];
    let times = every(5, 7);
    let samples = Samples::new(&times, &values).unwrap();
    close(increase(&samples, at(0), at(30), Prometheus).unwrap(), 7.0);
}

#[test]
fn rates_are_those_of_prometheus_test_scripts() {
    // functions.test, "Tests for rate()".
    let times = every(5, 11);
    let middle = [line(0.0, 27.0, 4), line(0.0, 27.0, 5)].concat();
    close(rate(&Samples::new(&times, &middle).unwrap(), at(0), at(50), Prometheus).unwrap(), 0.08);
    let end: Vec<f64> = [line(0.0, 10.0, 9), vec![0.0, 10.0]].concat();
    let times_12 = every(5, 12);
    let end = Samples::new(&times_12, &end).unwrap();
    assert_eq!(rate(&end, at(45), at(50), Prometheus).unwrap(), None);
    assert_eq!(rate(&end, at(44), at(50), Prometheus).unwrap(), Some(0.0));
    let window = line(0.0, 80.0, 10);
    close(
        rate(&Samples::new(&times, &window).unwrap(), at(0), at(50), Prometheus).unwrap(),
        0.266_666_666_666_666_66,
    );
    // "Zero cutoff for left-side extrapolation": every 4 minutes, 20 minutes until minute 10.
    let times = every(4, 11);
    for (start, expected) in
        [(0.0, 0.5), (60.0, 0.55), (120.0, 0.6), (180.0, 0.6), (240.0, 0.6), (300.0, 0.6)]
    {
        let values = line(start, 240.0, 10);
        let samples = Samples::new(&times, &values).unwrap();
        close(rate(&samples, at(-10), at(10), Prometheus).unwrap(), expected);
        // And for the 20 minutes until minute 50, in which it plays no part.
        close(rate(&samples, at(30), at(50), Prometheus).unwrap(), 0.6);
    }
}

#[test]
fn the_zero_of_a_counter_bounds_before_or_after_halving() {
    // Samples at 4 and 8 minutes; the window begins at -10, and the counter was 0 three minutes before its first sample:
    // Prometheus 3 goes back half an interval, Prometheus 2 to the zero.
    let (times, values) = ([at(4), at(8)], [180.0, 420.0]);
    let samples = Samples::new(&times, &values).unwrap();
    close(increase(&samples, at(-10), at(8), Prometheus).unwrap(), 240.0 * (4.0 + 2.0) / 4.0);
    close(increase(&samples, at(-10), at(8), Prometheus2).unwrap(), 240.0 * (4.0 + 3.0) / 4.0);
}

#[test]
fn borders_belong_to_the_window_as_each_version_has_it() {
    // SEMANTICS 18: left-open in version 3, closed in version 2.
    let times = every(5, 3);
    let samples = Samples::new(&times, &[0.0, 10.0, 20.0]).unwrap();
    assert_eq!(increase(&samples, at(0), at(5), Prometheus).unwrap(), None);
    assert_eq!(increase(&samples, at(0), at(5), Prometheus2).unwrap(), Some(10.0));
    assert_eq!(increase(&samples, at(0), at(5), Exact).unwrap(), None);
    let just_before = Timestamp::from_nanos(-1);
    assert_eq!(increase(&samples, just_before, at(5), Exact).unwrap(), Some(10.0));
    let just_short = Timestamp::from_nanos(5 * MINUTE - 1);
    assert_eq!(increase(&samples, just_before, just_short, Exact).unwrap(), None);
}

#[test]
fn a_gap_at_the_threshold_is_halved_and_one_below_is_not() {
    // Samples 100 s apart: 110 s is the threshold, to the bit 1.1 · 100.
    let second = |s: i64| Timestamp::from_nanos(s * 1_000_000_000);
    let times = [second(0), second(100), second(200)];
    let samples = Samples::new(&times, &[1000.0, 1010.0, 1020.0]).unwrap();
    let until = |end: Timestamp| {
        increase(&samples, Timestamp::from_nanos(-1_000_000), end, Prometheus).unwrap().unwrap()
    };
    let threshold = 100.0 * 1.1;
    assert!(threshold > 110.0, "so 110 s is below it");
    assert!((until(second(310)) - 20.0 * 310.001 / 200.0).abs() < 1e-12);
    assert!((until(Timestamp::from_nanos(310_001_000_000)) - 20.0 * 250.001 / 200.0).abs() < 1e-12);
}

#[test]
fn the_last_two_samples_are_those_of_prometheus_test_scripts() {
    // functions.test, "Tests for irate()" and "idelta()".
    let times = every(5, 12);
    let values = [line(0.0, 10.0, 5), line(0.0, 10.0, 5)].concat();
    let samples = Samples::new(&times, &values).unwrap();
    close(irate(&samples, at(0), at(50)).unwrap(), 0.033_333_333_333_333_33);
    assert_eq!(irate(&samples, at(-20), at(30)).unwrap(), Some(0.0));
    let times = every(5, 5);
    let samples = Samples::new(&times, &[1.0, f64::NAN, f64::NAN, 5.0, 11.0]).unwrap();
    let (rates, deltas): (Vec<_>, Vec<_>) = (0..5)
        .map(|i| {
            let (begin, end) = (Timestamp::from_nanos((5 * i - 15) * MINUTE - 1_000_000_000), at(5 * i));
            (irate(&samples, begin, end).unwrap(), idelta(&samples, begin, end).unwrap())
        })
        .unzip();
    assert!(rates[0].is_none() && rates[1..4].iter().all(|r| r.unwrap().is_nan()) && rates[4] == Some(0.02));
    assert!(
        deltas[0].is_none() && deltas[1..4].iter().all(|r| r.unwrap().is_nan()) && deltas[4] == Some(6.0)
    );
    for (values, expected) in [([0.0, 50.0, 100.0, 150.0], 50.0), ([0.0, 50.0, 100.0, 50.0], -50.0)] {
        let times = every(5, 4);
        let samples = Samples::new(&times, &values).unwrap();
        assert_eq!(idelta(&samples, at(0), at(20)).unwrap(), Some(expected));
    }
}

#[test]
fn resets_and_changes_are_those_of_prometheus_test_scripts() {
    // functions.test, "Testdata for resets() and changes()": asked at 50 minutes.
    let times = every(5, 10);
    let foo = [1.0, 2.0, 3.0, 0.0, 1.0, 0.0, 0.0, 1.0, 2.0, 0.0];
    let bar = [1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    let biz = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let ask = |values: &[f64], minutes: i64| {
        let samples = Samples::new(&times, values).unwrap();
        let (begin, end) = (at(50 - minutes), at(50));
        (resets(&samples, begin, end).unwrap(), changes(&samples, begin, end).unwrap())
    };
    let expected = [
        (5, [None; 3], [None; 3]),
        (10, [Some(0.0); 3], [Some(0.0); 3]),
        (20, [Some(1.0), Some(0.0), Some(0.0)], [Some(2.0), Some(2.0), Some(0.0)]),
        (30, [Some(1.0), Some(0.0), Some(0.0)], [Some(3.0), Some(4.0), Some(0.0)]),
        (32, [Some(2.0), Some(1.0), Some(0.0)], [Some(4.0), Some(5.0), Some(1.0)]),
        (50, [Some(3.0), Some(1.0), Some(0.0)], [Some(7.0), Some(8.0), Some(1.0)]),
    ];
    for (minutes, resets, changes) in expected {
        let found = [&foo, &bar, &biz].map(|values| ask(values, minutes));
        assert_eq!(found.map(|f| f.0), resets, "{minutes} minutes");
        if minutes != 32 {
            assert_eq!(found.map(|f| f.1), changes, "{minutes} minutes");
        }
    }
    // x{a="b"} NaN NaN NaN and x{a="c"} 0 NaN 0.
    let times = every(5, 3);
    for (values, expected) in [([f64::NAN; 3], 0.0), ([0.0, f64::NAN, 0.0], 2.0)] {
        assert_eq!(changes(&Samples::new(&times, &values).unwrap(), at(-5), at(15)).unwrap(), Some(expected));
    }
}

#[test]
fn deltas_are_those_of_prometheus_test_scripts() {
    // functions.test, "Tests for delta()".
    let times = every(5, 5);
    for (values, expected) in [(line(0.0, 50.0, 4), 200.0), (line(200.0, -50.0, 4), -200.0)] {
        let samples = Samples::new(&times, &values).unwrap();
        close(delta(&samples, at(0), at(20), Prometheus).unwrap(), expected);
        assert_eq!(delta(&samples, at(0), at(20), Exact).unwrap(), Some(expected * 0.75));
    }
}

#[test]
fn marks_of_the_end_are_no_samples() {
    let times = every(1, 5);
    let values = [10.0, 20.0, STALE_NAN, 25.0, STALE_NAN];
    let samples = Samples::new(&times, &values).unwrap();
    for extrapolation in [Prometheus, Prometheus2, Exact] {
        let without = [times[0], times[1], times[3]];
        let kept = Samples::new(&without, &[10.0, 20.0, 25.0]).unwrap();
        let ask = |samples| increase(samples, at(-1), at(4), extrapolation).unwrap();
        assert_eq!(ask(&samples), ask(&kept));
    }
    assert_eq!(resets(&samples, at(-1), at(4)).unwrap(), Some(0.0));
    assert_eq!(changes(&samples, at(-1), at(4)).unwrap(), Some(2.0));
    assert_eq!(idelta(&samples, at(-1), at(4)).unwrap(), Some(5.0));
    assert_eq!(irate(&samples, at(1), at(2)).unwrap(), None);
    let five = Duration::from_minutes(5);
    assert_eq!([1, 2, 3, 4].map(|m| samples.at(at(m), five)), [Some(20.0), None, Some(25.0), None]);
}

#[test]
fn a_value_is_looked_for_less_far_back_than_the_lookback() {
    // Prometheus 3 excludes the sample exactly that old.
    let times = [at(0)];
    let samples = Samples::new(&times, &[7.0]).unwrap();
    let five = Duration::from_minutes(5);
    let ask = |nanos: i64| samples.at(Timestamp::from_nanos(nanos), five);
    assert_eq!([-1, 0, 5 * MINUTE - 1, 5 * MINUTE].map(ask), [None, Some(7.0), Some(7.0), None]);
    // At the beginning of time too, where looking back ends.
    let earliest = [Timestamp::from_nanos(i64::MIN)];
    let samples = Samples::new(&earliest, &[7.0]).unwrap();
    assert_eq!(samples.at(earliest[0], five), Some(7.0));
}

#[test]
fn a_birth_inside_the_window_counts_from_zero() {
    // 5.4: one sample then suffices, nothing is extrapolated before the birth, and after a single sample nothing either.
    let (times, values) = ([at(4), at(5)], [30.0, 40.0]);
    let born = |minute: i64| [Some(at(minute)); 2];
    let ask = |minute: i64, begin: i64, len: usize, extrapolation| {
        let (births, samples) = (born(minute), Samples::new(&times[..len], &values[..len]).unwrap());
        increase(&samples.created(&births[..len]).unwrap(), at(begin), at(10), extrapolation).unwrap()
    };
    assert_eq!(ask(3, 0, 1, Prometheus), Some(30.0));
    // Both samples: half of the minute between them after the last, of two minutes since the birth.
    close(ask(3, 0, 2, Prometheus), 40.0 * 2.5 / 2.0);
    assert_eq!(ask(3, 0, 2, Exact), Some(40.0));
    // The border is not inside for Prometheus; for what was counted since it is.
    assert_eq!((ask(3, 3, 1, Prometheus), ask(3, 3, 1, Exact)), (None, Some(30.0)));
    assert_eq!((ask(2, 3, 1, Prometheus), ask(2, 3, 1, Exact)), (None, None));
    // Born at the first sample or, which cannot be, after it.
    assert_eq!((ask(4, 0, 1, Prometheus), ask(4, 0, 1, Exact)), (None, Some(30.0)));
    assert_eq!((ask(6, 0, 1, Prometheus), ask(6, 0, 1, Exact)), (None, None));
    // Prometheus 2 knows of no births, and a gauge has none.
    assert_eq!(ask(3, 0, 1, Prometheus2), None);
    let births = born(3);
    let one = Samples::new(&times[..1], &values[..1]).unwrap().created(&births[..1]).unwrap();
    assert_eq!(delta(&one, at(0), at(10), Exact).unwrap(), None);
    // The rate is over what was seen: 40 in the two minutes since the birth.
    let births = born(3);
    let both = Samples::new(&times, &values).unwrap().created(&births).unwrap();
    assert_eq!(rate(&both, at(0), at(10), Exact).unwrap(), Some(40.0 / 120.0));
}

#[test]
fn a_restart_shows_even_where_the_counter_has_overtaken_itself() {
    let times = every(1, 3);
    let values = [10.0, 12.0, 15.0];
    let ask = |created: [Option<Timestamp>; 3]| {
        let samples = Samples::new(&times, &values).unwrap().created(&created).unwrap();
        let grown = increase(&samples, at(-1), at(2), Exact).unwrap().unwrap();
        (
            grown,
            resets(&samples, at(-1), at(2)).unwrap().unwrap(),
            irate(&samples, at(-1), at(2)).unwrap().unwrap(),
        )
    };
    let long_ago = Some(at(-60));
    assert_eq!(ask([long_ago; 3]), (5.0, 0.0, 3.0 / 60.0));
    // Between the last two samples: 12 - 10 and 15.
    let between = Some(Timestamp::from_nanos(MINUTE + 1));
    assert_eq!(ask([long_ago, long_ago, between]), (17.0, 1.0, 15.0 / 60.0));
    // Exactly at the sample before: a restart if that one is known to be older, else only of unknown age.
    assert_eq!(ask([long_ago, long_ago, Some(at(1))]), (17.0, 1.0, 15.0 / 60.0));
    assert_eq!(ask([None, None, Some(at(1))]), (5.0, 0.0, 3.0 / 60.0));
    assert_eq!(ask([long_ago, Some(at(1)), Some(at(1))]).1, 0.0);
    // Not a birth at all: at the sample itself.
    assert_eq!(ask([long_ago, long_ago, Some(at(2))]), (5.0, 0.0, 3.0 / 60.0));
}

#[test]
fn what_no_counter_reads_is_refused_where_it_matters() {
    let times = every(1, 4);
    let ask = |values: [f64; 4], begin: i64, extrapolation| {
        increase(&Samples::new(&times, &values).unwrap(), at(begin), at(3), extrapolation)
    };
    let nan = [f64::NAN, 1.0, 2.0, 3.0];
    assert!(matches!(ask(nan, -1, Exact), Err(Error::NonFinite { name: "values", index: 0, .. })));
    assert_eq!(ask(nan, 0, Exact).unwrap(), Some(2.0));
    assert!(ask(nan, -1, Prometheus).unwrap().unwrap().is_nan());
    let negative = [1.0, 2.0, -3.0, 3.0];
    assert!(matches!(ask(negative, 0, Exact), Err(Error::NegativeCount { index: 2, value: -3.0, .. })));
    let samples = Samples::new(&times, &negative).unwrap();
    assert_eq!(delta(&samples, at(-1), at(3), Exact).unwrap(), Some(2.0));
    let instants = [at(2), at(3)];
    let batch = increases(&samples, &instants, Duration::from_minutes(2), Exact);
    assert!(matches!(batch, Err(Error::NegativeCount { index: 2, .. })));
    assert!(matches!(
        increase(&samples, at(3), at(3), Exact),
        Err(Error::InvalidParameter { name: "end", .. })
    ));
    assert!(increases(&samples, &instants, Duration::ZERO, Exact).is_err());
    assert!(increases(&samples, &[], Duration::from_minutes(1), Exact).unwrap().is_empty());
    assert!(matches!(Samples::new(&times, &[1.0]), Err(Error::LengthMismatch { .. })));
    assert!(Samples::new(&times, &negative).unwrap().created(&[None]).is_err());
}

#[test]
fn whole_numbers_beyond_a_float_are_summed_with_one_rounding() {
    // 2^53 + 1 is not a float: three increases whose plain sum loses two.
    let big = 9_007_199_254_740_992.0;
    let times = every(1, 4);
    let values = [0.0, big, 1.0, 2.0];
    let samples = Samples::new(&times, &values).unwrap();
    assert_eq!(increase(&samples, at(-1), at(3), Exact).unwrap(), Some(big + 2.0));
    // Fractions: ten tenths.
    let times = every(1, 21);
    let values: Vec<f64> = (0..21).map(|i| if i % 2 == 0 { 0.0 } else { 0.1 }).collect();
    let samples = Samples::new(&times, &values).unwrap();
    assert_eq!(increase(&samples, at(-1), at(20), Exact).unwrap(), Some(1.0));
}

#[test]
fn the_ends_of_time_are_windows_too() {
    let times = [Timestamp::from_nanos(i64::MIN), Timestamp::from_nanos(0), Timestamp::from_nanos(i64::MAX)];
    let samples = Samples::new(&times, &[1.0, 2.0, 4.0]).unwrap();
    for extrapolation in [Prometheus, Prometheus2, Exact] {
        assert!(increase(&samples, times[0], times[2], extrapolation).unwrap().unwrap() >= 2.0);
        let all = increases(&samples, &times, Duration::from_nanos(i64::MAX), extrapolation).unwrap();
        assert_eq!(all.len(), 3);
    }
}
