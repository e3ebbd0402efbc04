use super::*;
use proptest::prelude::*;

const MINUTE: i64 = 60_000_000_000;

fn minutes(count: i64) -> Duration {
    Duration::from_minutes(count)
}

/// Calm minutes with 600 events expected in each.
fn calm(count: i64) -> Simulation {
    Simulation::new(minutes(count)).incidents(0.0)
}

/// The bad events of each bucket, and all of them.
fn counts(run: &Simulated) -> (Vec<f64>, Vec<f64>) {
    let step = run.series.resolution().unwrap();
    run.series
        .times()
        .map(|t| run.series.counts_between(t.saturating_sub(step), t))
        .map(|counts| (counts.bad(), counts.total()))
        .unzip()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let len = values.len() as f64;
    values.sum::<f64>() / len
}

/// Asserts that the values have this mean and this variance, each to five standard errors.
fn assert_moments(values: &[f64], expected: f64, variance: f64) {
    let moment = |power: i32| mean(values.iter().map(|x| (x - expected).powi(power)));
    let n = values.len() as f64;
    let found = mean(values.iter().copied());
    assert!((found - expected).abs() <= 5.0 * (variance / n).sqrt(), "mean {found}, expected {expected}");
    let (second, fourth) = (moment(2), moment(4));
    let error = ((fourth - second * second) / n).sqrt();
    assert!((second - variance).abs() <= 5.0 * error, "variance {second}, expected {variance}");
}

#[test]
fn counts_are_the_quantiles_that_scipy_has_of_the_same_numbers() {
    // SplitMix64 in Python, scipy 1.x's poisson.ppf, beta.ppf and binom.ppf.
    let total = [622.0, 632.0, 634.0, 627.0, 622.0, 590.0, 580.0, 627.0];
    let independent = calm(8).error_ratio(0.01);
    let bad = vec![3.0, 4.0, 3.0, 7.0, 4.0, 7.0, 6.0, 5.0];
    assert_eq!(counts(&independent.run(42).unwrap()), (bad, total.to_vec()));
    let together = independent.overdispersion(0.05);
    let bad = vec![0.0, 5.0, 0.0, 0.0, 2.0, 5.0, 8.0, 0.0];
    assert_eq!(counts(&together.run(42).unwrap()), (bad, total.to_vec()));
}

#[test]
fn incidents_are_those_that_python_draws_from_the_same_numbers() {
    let simulation = calm(2_000).error_ratio(0.001).overdispersion(0.01).incidents(40.0);
    let run = simulation.run(9).unwrap();
    let bounds: Vec<_> =
        run.incidents.iter().map(|(b, e)| (b.nanos() / MINUTE, e.nanos() / MINUTE)).collect();
    let expected =
        [(366, 385), (469, 498), (535, 549), (551, 559), (698, 732), (1_001, 1_010), (1_585, 1_595)];
    assert_eq!(bounds, expected);
    let severities = [
        0.384_370_077_836_794_33,
        0.012_716_888_375_250_732,
        0.112_307_017_405_384_85,
        0.809_367_663_245_345_6,
        0.275_068_881_949_376_5,
        0.023_721_451_992_172_46,
        0.430_509_199_449_837_2,
    ];
    slo_testkit::assert_all_close(&run.severities, &severities, 1e-14);
    assert_eq!((run.series.counts().bad(), run.series.counts().total()), (18_955.0, 1_200_558.0));
}

#[test]
fn traffic_is_poisson() {
    let (_, total) = counts(&calm(5_000).run(1).unwrap());
    assert_moments(&total, 600.0, 600.0);
    let (_, total) = counts(&calm(5_000).traffic(0.05).run(2).unwrap());
    assert_moments(&total, 3.0, 3.0);
}

#[test]
fn errors_have_the_variance_of_their_correlation() {
    // Of a Poisson number of events with mean m, bad ones have mean m e and variance m e + ρ m² e (1 - e).
    for (ratio, rho) in [(0.01, 0.0), (0.01, 0.02), (0.3, 0.5)] {
        let simulation = calm(8_000).error_ratio(ratio).overdispersion(rho);
        let (bad, _) = counts(&simulation.run(3).unwrap());
        assert_moments(&bad, 600.0 * ratio, 600.0 * ratio + rho * 360_000.0 * ratio * (1.0 - ratio));
    }
}

#[test]
fn traffic_follows_the_day_and_the_week() {
    let friday = "2026-01-02T00:00:00Z".parse().unwrap();
    let cycle = Simulation::new(Duration::from_days(3)).begin(friday).daily(0.5).weekend(0.25);
    let cycle = cycle.step(Duration::from_hours(12)).traffic(1.0);
    // The middles of the buckets are six and eighteen o'clock, where the cycle is at its mean.
    let twelve_hours = 43_200.0;
    let expected: Vec<f64> = (0..6).map(|bucket| cycle.expected(bucket)).collect();
    let shares = [1.0, 1.0, 0.25, 0.25, 0.25, 0.25].map(|share| share * twelve_hours);
    slo_testkit::assert_all_close(&expected, &shares, 1e-15);
    // One bucket a day has its middle at noon.
    let daily = cycle.step(Duration::from_days(1));
    slo_testkit::assert_close(daily.expected(0), 86_400.0 * 1.5, 1e-15);
    slo_testkit::assert_close(daily.expected(3), 86_400.0 * 1.5, 1e-15);
    // Half a day later it is at midnight, and days before the epoch have weekends too: 1969-12-27 was a Saturday.
    let midnight = daily.begin("1969-12-26T12:00:00Z".parse().unwrap());
    slo_testkit::assert_close(midnight.expected(0), 86_400.0 * 0.5 * 0.25, 1e-15);
    slo_testkit::assert_close(midnight.expected(1), 86_400.0 * 0.5 * 0.25, 1e-15);
    slo_testkit::assert_close(midnight.expected(2), 86_400.0 * 0.5, 1e-15);
}

#[test]
fn incidents_come_and_last_as_asked() {
    let years = Simulation::new(Duration::from_days(7 * 500)).traffic(0.0).step(minutes(10)).incidents(2.0);
    let years = years.durations(minutes(30), minutes(480));
    let run = years.run(5).unwrap();
    let lengths: Vec<f64> =
        run.incidents.iter().map(|(b, e)| e.since(*b).unwrap().seconds() / 60.0).collect();
    // A log-uniform duration has the mean (480 - 30) / ln 16 = 162.3 minutes, and between two begins there is half a
    // week more: 967 of 500 weeks, give or take √967.
    let count = lengths.len() as f64;
    assert!((count - 967.0).abs() < 5.0 * 31.1, "{count}");
    let logs: Vec<f64> = lengths.iter().map(|length| (length / 30.0).log(16.0)).collect();
    assert!(lengths.iter().all(|length| (30.0..=480.0).contains(length)));
    // Rounded to 10 minutes, the shortest are off by up to 5 of 30, or 0.06 on this scale, but not to one side.
    assert!((mean(logs.iter().copied()) - 0.5).abs() < 5.0 * (1.0 / 12.0 / count).sqrt());
    let severities: Vec<f64> = run.severities.iter().map(|share| 1.0 + share.log10() / 2.0).collect();
    assert_moments(&severities, 0.5, 1.0 / 12.0);
    // In order, apart, and on the buckets.
    assert!(run.incidents.windows(2).all(|pair| pair[0].1 <= pair[1].0));
    assert!(
        run.incidents.iter().all(|(b, e)| b.nanos() % (10 * MINUTE) == 0 && e.nanos() % (10 * MINUTE) == 0)
    );
    // An incident of no bucket's length holds one.
    let short = years.durations(Duration::from_nanos(1), Duration::from_nanos(1)).run(5).unwrap();
    assert!(short.incidents.iter().all(|(b, e)| e.since(*b) == Ok(minutes(10))));
}

#[test]
fn an_incident_fails_its_buckets_and_no_other() {
    let run = calm(5_000).error_ratio(0.0).incidents(60.0).severities(0.5, 0.5).run(11).unwrap();
    let within: Vec<_> = run.incidents.iter().map(|(b, e)| run.series.counts_between(*b, *e)).collect();
    let bad: f64 = within.iter().map(crate::Counts::bad).sum();
    assert_eq!(bad, run.series.counts().bad());
    let total: f64 = within.iter().map(crate::Counts::total).sum();
    assert!((bad / total - 0.5).abs() < 5.0 * 0.5 / total.sqrt());
    // Already failing events cannot fail again: 1 - (1 - 0.2) · (1 - 0.5).
    let more = calm(5_000).error_ratio(0.2).incidents(60.0).severities(0.5, 0.5).run(11).unwrap();
    let counts: Vec<_> = more.incidents.iter().map(|(b, e)| more.series.counts_between(*b, *e)).collect();
    let ratio = counts.iter().map(crate::Counts::bad).sum::<f64>() / total;
    assert!((ratio - 0.6).abs() < 5.0 * 0.49 / total.sqrt());
}

#[test]
fn a_simulation_has_the_buckets_that_fit_its_length() {
    let buckets =
        |length: i64| Simulation::new(Duration::from_nanos(length)).run(0).map(|run| run.series.len());
    assert!(buckets(MINUTE - 1).is_err());
    assert_eq!((buckets(MINUTE), buckets(2 * MINUTE - 1), buckets(2 * MINUTE)), (Ok(1), Ok(1), Ok(2)));
    let nanos =
        |count: i64| Simulation::new(Duration::from_nanos(count)).step(Duration::from_nanos(1)).check();
    assert_eq!(nanos(10_000_000), Ok(10_000_000));
    assert!(matches!(nanos(10_000_001), Err(Error::LimitExceeded { .. })));
}

#[test]
fn parameters_outside_their_range_are_refused_by_name() {
    let s = calm(1);
    let nan = f64::NAN;
    let below = Duration::from_nanos(-1);
    for (name, refused) in [
        ("step", s.step(Duration::ZERO)),
        ("step", s.step(below)),
        ("length", Simulation::new(Duration::ZERO)),
        ("length", Simulation::new(below)),
        ("traffic", s.traffic(-1.0)),
        ("traffic", s.traffic(nan)),
        ("traffic", s.traffic(f64::INFINITY)),
        ("traffic", s.traffic(1e12)),
        ("daily", s.daily(-0.1)),
        ("daily", s.daily(1.1)),
        ("daily", s.daily(nan)),
        ("weekend", s.weekend(-0.1)),
        ("weekend", s.weekend(f64::INFINITY)),
        ("weekend", s.weekend(nan)),
        ("error_ratio", s.error_ratio(-0.1)),
        ("error_ratio", s.error_ratio(1.1)),
        ("error_ratio", s.error_ratio(nan)),
        ("overdispersion", s.overdispersion(-0.1)),
        ("overdispersion", s.overdispersion(1.0)),
        ("overdispersion", s.overdispersion(nan)),
        ("overdispersion", s.overdispersion(1e-17)),
        ("incidents", s.incidents(-1.0)),
        ("incidents", s.incidents(f64::INFINITY)),
        ("incidents", s.incidents(nan)),
        ("durations", s.durations(Duration::ZERO, minutes(1))),
        ("durations", s.durations(minutes(2), minutes(1))),
        ("severities", s.severities(0.0, 1.0)),
        ("severities", s.severities(0.5, 0.4)),
        ("severities", s.severities(0.5, 1.1)),
        ("severities", s.severities(nan, 1.0)),
        ("severities", s.severities(0.5, nan)),
    ] {
        let message = refused.run(0).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{name} = ")), "{name}: {message}");
    }
    let late = s.begin(Timestamp::from_nanos(i64::MAX - 1));
    assert!(matches!(late.run(0), Err(Error::OutOfRange { .. })));
    // The ends of the ranges are within them.
    for allowed in [
        s.daily(1.0).weekend(0.0),
        s.error_ratio(1.0).overdispersion(0.5),
        s.error_ratio(0.0).overdispersion(0.5),
        s.traffic(5e11 / 60.0),
        s.severities(1.0, 1.0).durations(minutes(1), minutes(1)).incidents(1e6),
    ] {
        assert_eq!(allowed.run(0).map(|run| run.series.len()), Ok(1), "{allowed:?}");
    }
}

proptest! {
    // Thousands of quantiles each.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_changed_changes_nothing_else(seed in any::<u64>(), ratio in 0.0..0.1_f64, severity in 0.01..0.5_f64) {
        let base = Simulation::new(minutes(300)).incidents(100.0).error_ratio(ratio).severities(severity, severity);
        let run = base.run(seed).unwrap();
        let (bad, total) = counts(&run);
        let errors = base.error_ratio(2.0 * ratio).run(seed).unwrap();
        let severe = base.severities(2.0 * severity, 2.0 * severity).run(seed).unwrap();
        prop_assert_eq!((&errors.incidents, &severe.incidents), (&run.incidents, &run.incidents));
        for other in [errors, severe] {
            let (more, same) = counts(&other);
            prop_assert_eq!(&same, &total);
            // By inversion, a greater probability never means fewer errors.
            prop_assert!(more.iter().zip(&bad).all(|(more, bad)| more >= bad));
        }
        let calm = base.incidents(0.0).run(seed).unwrap();
        prop_assert_eq!(counts(&calm).1, total);
    }
}
