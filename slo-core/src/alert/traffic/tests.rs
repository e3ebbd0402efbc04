use super::*;
use crate::{AlertPolicy, Axis, BurnRule, CountSeries, Duration, Operator, Slo, Timestamp};
use proptest::prelude::*;

fn minutes(count: i64) -> Duration {
    Duration::from_minutes(count)
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_nanos(minutes(minute).nanos())
}

fn series(bad: &[u32], total: &[u32]) -> CountSeries {
    let floats = |counts: &[u32]| counts.iter().map(|c| f64::from(*c)).collect::<Vec<_>>();
    CountSeries::bad_total(Axis::regular(at(0), minutes(1)), &floats(bad), &floats(total)).unwrap()
}

fn firing(rule: &BurnRule, slo: &Slo, series: &CountSeries) -> Vec<bool> {
    let policy = AlertPolicy::new([rule.clone()]);
    policy.firing(slo, series).unwrap().row(0).to_vec()
}

/// Bad and total events of the last so many minutes, as integers.
fn window(bad: &[u32], total: &[u32], at: usize, len: i64) -> (i128, i128) {
    let from = (at + 1).saturating_sub(usize::try_from(len).unwrap());
    let sum = |counts: &[u32]| counts[from..=at].iter().map(|c| i128::from(*c)).sum();
    (sum(bad), sum(total))
}

proptest! {
    /// The three published forms, each as its authors write it, in integers.
    #[test]
    fn three_published_forms_are_one(
        counts in prop::collection::vec((0_u32..20, 0_u32..20), 1..40),
        (short, long, whole) in (1_i64..8, 1_i64..12, 1_i64..30),
        factor in 1_i128..6,
        at_least in any::<bool>(),
    ) {
        let bad: Vec<u32> = counts.iter().map(|(b, _)| *b).collect();
        let total: Vec<u32> = counts.iter().map(|(b, g)| b + g).collect();
        let series = series(&bad, &total);
        let slo = Slo::new("90%".parse().unwrap(), crate::Window::rolling(minutes(whole)).unwrap());
        let operator = if at_least { Operator::AtLeast } else { Operator::Above };
        let factor_f64 = f64::from(u8::try_from(factor).unwrap());
        let rule = BurnRule::new(minutes(long), minutes(short), factor_f64).unwrap().operator(operator);
        let fires = |correction| firing(&rule.clone().traffic(correction), &slo, &series);
        let (by_long, by_each) = (fires(TrafficCorrection::LongWindow), fires(TrafficCorrection::EachWindow));

        // a/b against c/d for positive b and d.
        let beats = |(a, b): (i128, i128), (c, d): (i128, i128)| if at_least { a * d >= c * b } else { a * d > c * b };
        let (whole_len, long_len, short_len) = (i128::from(whole), i128::from(long), i128::from(short));
        for point in 0..bad.len() {
            let (_, n_p) = window(&bad, &total, point, whole);
            let (bad_l, n_l) = window(&bad, &total, point, long);
            let (bad_s, n_s) = window(&bad, &total, point, short);
            if n_s == 0 || n_l == 0 {
                prop_assert!(!by_long[point] && !by_each[point], "no ratio without traffic");
                continue;
            }
            if n_p == 0 {
                continue; // The rule's windows are longer than the objective's: no coefficient.
            }
            // slo-exporter: burn · k_L > factor, with k_L = (n_L · P/L) / n_P and a budget of 1/10.
            let coefficient = |(bad, n): (i128, i128), (n_w, w): (i128, i128)| {
                beats((10 * bad * n_w * whole_len, n * w * n_p), (factor, 1))
            };
            let exporter = coefficient((bad_l, n_l), (n_l, long_len)) && coefficient((bad_s, n_s), (n_l, long_len));
            // Pyrra: ratio > (n_P / n_L) · share · budget, with share = factor · L / P.
            let threshold = (n_p * factor * long_len, n_l * whole_len * 10);
            let pyrra = beats((bad_l, n_l), threshold) && beats((bad_s, n_s), threshold);
            // Sloth: (n_w/w) / (n_P/P) · ratio_w > factor · budget for each window w.
            let sloth = |(bad, n): (i128, i128), w: i128| beats((n * whole_len * bad, w * n_p * n), (factor, 10));
            let sloth = sloth((bad_l, n_l), long_len) && sloth((bad_s, n_s), short_len);
            // The share that is really spent: bad_L > share · budget · n_P.
            let spent = beats((bad_l * 10 * whole_len, n_p), (factor * long_len, 1));

            prop_assert_eq!(by_long[point], exporter);
            prop_assert_eq!(by_long[point], pyrra);
            prop_assert_eq!(by_each[point], sloth);
            prop_assert!(spent || !(by_long[point] || by_each[point]));
        }
    }

    #[test]
    fn steady_traffic_needs_no_correction(bad in prop::collection::vec(0_u32..=10, 30..80), factor in 1_u8..8) {
        // From the first full window on, every coefficient is 1.
        let series = series(&bad, &vec![10; bad.len()]);
        let slo = Slo::new("90%".parse().unwrap(), "30m".parse().unwrap());
        let rule = BurnRule::new(minutes(12), minutes(3), f64::from(factor)).unwrap();
        let plain = firing(&rule, &slo, &series);
        for correction in [TrafficCorrection::LongWindow, TrafficCorrection::EachWindow] {
            let corrected = firing(&rule.clone().traffic(correction), &slo, &series);
            prop_assert_eq!(&corrected[29..], &plain[29..]);
        }
    }

    #[test]
    fn alerts_begin_and_end_where_firing_says(
        counts in prop::collection::vec((0_u32..6, 0_u32..6), 1..60),
        least in 0_u8..20,
        correction in prop_oneof![
            Just(TrafficCorrection::None), Just(TrafficCorrection::LongWindow), Just(TrafficCorrection::EachWindow)
        ],
    ) {
        let bad: Vec<u32> = counts.iter().map(|(b, _)| *b).collect();
        let total: Vec<u32> = counts.iter().map(|(b, g)| b + g).collect();
        let series = series(&bad, &total);
        let slo = Slo::new("90%".parse().unwrap(), "20m".parse().unwrap());
        let rule = BurnRule::new(minutes(6), minutes(2), 2.0).unwrap().traffic(correction);
        let rule = rule.min_events(f64::from(least)).unwrap();
        let fires = firing(&rule, &slo, &series);
        let policy = AlertPolicy::new([rule]);
        for every in [None, Some(minutes(1))] {
            let timeline = policy.evaluate(&slo, &series, every).unwrap();
            let told: Vec<bool> = series.times().map(|t| !timeline.firing(t).is_empty()).collect();
            prop_assert_eq!(&told, &fires);
        }
    }
}

#[test]
fn a_window_with_fewer_events_never_fires() {
    let slo = Slo::new("90%".parse().unwrap(), "1h".parse().unwrap());
    let rule = BurnRule::new(minutes(2), minutes(1), 5.0).unwrap();
    let series = series(&[9, 9, 9], &[10, 11, 9]);
    for (least, expected) in [
        (0.0, [true, true, true]),
        // One below, at and above what the short window holds.
        (9.0, [true, true, true]),
        (10.0, [true, true, false]),
        (10.5, [false, true, false]),
        (11.0, [false, true, false]),
        (12.0, [false, false, false]),
    ] {
        assert_eq!(firing(&rule.clone().min_events(least).unwrap(), &slo, &series), expected, "{least}");
    }
    let long_only = BurnRule::new(minutes(1), minutes(2), 5.0).unwrap().min_events(21.0).unwrap();
    assert_eq!(firing(&long_only, &slo, &series), [false, false, false]);
}

#[test]
fn numbers_of_events_that_are_none_are_refused() {
    let rule = BurnRule::new(minutes(2), minutes(1), 5.0).unwrap();
    for events in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(rule.clone().min_events(events).is_err(), "{events}");
        assert!(rule.clone().demoted(events, "ticket").is_err(), "{events}");
    }
}

#[test]
fn a_corrected_rule_is_exact_at_its_share() {
    // A tenth of the budget of 100 bad events in ten minutes is ten, whatever the traffic of the last minute.
    let slo = Slo::new("90%".parse().unwrap(), "10m".parse().unwrap());
    let share = ["10%".parse().unwrap()][0];
    let rule = BurnRule::from_share(minutes(10), share, minutes(1), minutes(1)).unwrap();
    for (bad, above, at_least) in [(9, false, false), (10, false, true), (11, true, true)] {
        let totals = [100, 100, 100, 100, 100, 100, 100, 100, 180, 20];
        let series = series(&[0, 0, 0, 0, 0, 0, 0, 0, 0, bad], &totals);
        for correction in [TrafficCorrection::LongWindow, TrafficCorrection::EachWindow] {
            let fires =
                |operator| firing(&rule.clone().traffic(correction).operator(operator), &slo, &series)[9];
            assert_eq!((fires(Operator::Above), fires(Operator::AtLeast)), (above, at_least), "{bad}");
        }
        // The ratio alone, of at least 9 in 20, is far above the factor's.
        assert!(firing(&rule, &slo, &series)[9]);
    }
}
