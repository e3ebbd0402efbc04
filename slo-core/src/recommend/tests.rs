use super::*;
use crate::stats::tails::{Binomial, Distribution};
use crate::{Axis, Timestamp};
use proptest::prelude::*;

const HOUR: Duration = Duration::from_hours(1);

fn hours(bad: &[f64], total: &[f64]) -> CountSeries {
    let axis = Axis::regular(Timestamp::from_nanos(0), HOUR);
    CountSeries::bad_total(axis, bad, total).unwrap()
}

fn recommender(window: &str) -> TargetRecommender {
    TargetRecommender::new(window.parse().unwrap())
}

fn objectives(targets: &[&str]) -> Vec<Objective> {
    targets.iter().map(|target| target.parse().unwrap()).collect()
}

#[test]
fn breaches_are_as_frequent_as_the_binomial_distribution_says() {
    // Blocks of one record each, drawn anywhere: a block of an hour's length holds exactly one record of an hourly series.
    // Every fifth hour is bad to the full: the bad hours of 24 are binomial, 20 % each.
    let bad: Vec<f64> = (0..100).map(|hour| if hour % 5 == 0 { 10.0 } else { 0.0 }).collect();
    let found = recommender("24h")
        .candidates(objectives(&["60%", "75%", "80%", "90%"]))
        .block(HOUR)
        .samples(20_000)
        .recommend(&hours(&bad, &[10.0; 100]))
        .unwrap();
    let binomial = Binomial::new(24.0, 0.2).unwrap();
    // The most bad hours of 24 that each target allows: 9.6, 6, 4.8 and 2.4.
    for (candidate, most) in found.candidates.iter().zip([9.0, 6.0, 4.0, 2.0]) {
        let exact = binomial.sf(most);
        // Five standard errors of 20 000 draws.
        let room = 5.0 * (exact * (1.0 - exact) / 20_000.0).sqrt();
        let drawn = candidate.breach_probability();
        assert!((drawn - exact).abs() < room, "{}: {drawn} for {exact}", candidate.objective);
        assert!(candidate.monte_carlo().unwrap().lower <= drawn);
    }
}

#[test]
fn an_hour_weighs_as_much_as_its_traffic() {
    // Half of all hours fail to a half, but hold a hundredth of the traffic: a mean of ratios would say 25 % bad; of the
    // events of any day 0.5 % are, which is 99.5 % met exactly.
    let (mut bad, mut total) = (Vec::new(), Vec::new());
    for _ in 0..48 {
        bad.extend([0.0, 5.0]);
        total.extend([990.0, 10.0]);
    }
    let found = recommender("7d").recommend(&hours(&bad, &total)).unwrap();
    assert_eq!(found.target(), Some("99.5%".parse().unwrap()));
}

#[test]
fn at_the_target_a_window_is_no_breach_and_one_event_beyond_it_is() {
    // SEMANTICS 10: met at equality. 24 hours, of 1000 events each; every draw of whole days is the same.
    for (bad, breached) in [(239.0, 0.0), (240.0, 0.0), (241.0, 1.0)] {
        let mut counts = vec![10.0; 48];
        for day in counts.chunks_mut(24) {
            day[3] += bad - 240.0;
        }
        let recommender = recommender("1d").candidates(objectives(&["99%"]));
        let found = recommender.recommend(&hours(&counts, &[1000.0; 48])).unwrap();
        assert_eq!(found.candidates[0].breach_probability(), breached, "{bad}");
        assert_eq!(found.target().is_some(), breached == 0.0);
    }
}

#[test]
fn a_probability_at_the_limit_is_rare_enough() {
    let bad: Vec<f64> = (0..96).map(|hour| if hour % 19 == 0 { 10.0 } else { 0.0 }).collect();
    let series = hours(&bad, &[10.0; 96]);
    let held = |limit: f64| {
        let recommender = recommender("24h").candidates(objectives(&["90%"])).block(HOUR).samples(1_000);
        recommender.limit(limit).recommend(&series).unwrap()
    };
    let breaches = held(0.5).candidates[0].breaches;
    assert!(breaches > 10 && breaches < 900, "{breaches}");
    for (more, acceptable) in [(0.0, true), (-0.5, false), (0.5, true)] {
        assert_eq!(held((breaches as f64 + more) / 1_000.0).candidates[0].acceptable, acceptable, "{more}");
    }
}

#[test]
fn the_block_decides_what_is_kept_together() {
    // One bad day of twenty: in blocks of a day a week holds it whole or not at all, in blocks of an hour always a little.
    let bad: Vec<f64> = (0..480).map(|hour| if hour / 24 == 7 { 10.0 } else { 0.0 }).collect();
    let series = hours(&bad, &[100.0; 480]);
    let probability = |block: Duration| {
        let recommender = recommender("7d").candidates(objectives(&["99%"])).block(block);
        recommender.recommend(&series).unwrap().candidates[0].breach_probability()
    };
    // Allowed are 168 of 16 800: 17 bad hours, of 8.4 expected.
    let (hourly, daily) = (probability(HOUR), probability(Duration::from_days(1)));
    let exact = Binomial::new(168.0, 0.05).unwrap().sf(16.0);
    assert!((hourly - exact).abs() < 0.01, "{hourly} for {exact}");
    assert!(daily > 5.0 * hourly, "{daily} {hourly}");
}

#[test]
fn a_window_that_is_no_multiple_of_the_block_has_its_whole_length() {
    let recommender = recommender("100h").candidates(objectives(&["99%"]));
    let series = hours(&[0.0; 72], &[1.0; 72]);
    let blocks = Blocks::new(&series, Duration::from_days(1), Duration::from_hours(100)).unwrap();
    assert_eq!(blocks.per_window(), 5);
    let mut random = Random::new(3, 0);
    for _ in 0..50 {
        assert_eq!(blocks.window(&mut random).unwrap().total(), 100.0);
    }
    assert!(recommender.recommend(&series).is_ok());
}

#[test]
fn dependencies_cap_the_target_at_their_product() {
    let series = hours(&[0.0; 72], &[100.0; 72]);
    let capped = |dependencies: &[&str]| {
        recommender("7d").dependencies(objectives(dependencies)).recommend(&series).unwrap()
    };
    for (dependencies, ceiling, target) in [
        (&[][..], None, "99.99%"),
        (&["99.9%"], Some(0.999), "99.9%"),
        (&["99.899%"], Some(0.99899), "99.5%"),
        // 0.9995² = 0.99900025
        (&["99.95%", "99.95%"], Some(0.999_000_25), "99.9%"),
        // 0.999^5 = 0.995009990004999
        (&["99.9%"; 5], Some(0.995_009_990_004_999), "99.5%"),
    ] {
        let found = capped(dependencies);
        assert_eq!(
            (found.ceiling, found.target()),
            (ceiling, Some(target.parse().unwrap())),
            "{dependencies:?}"
        );
    }
    // More terms than fit an exact fraction: (1 - 1e-12)^10.
    let many = capped(&["99.9999999999%"; 10]).ceiling.unwrap();
    assert!((many - (1.0 - 1e-11)).abs() < 1e-15);
}

#[test]
fn the_highest_acceptable_target_is_recommended_in_any_order() {
    let series = hours(&[0.0; 72], &[100.0; 72]);
    let found =
        recommender("7d").candidates(objectives(&["99%", "99.9%", "95%"])).recommend(&series).unwrap();
    assert_eq!(found.target(), Some("99.9%".parse().unwrap()));
    assert!(found.to_string().starts_with("99.9% over 7d; 99% broken in 0.0%; "), "{found}");
}

#[test]
fn what_cannot_be_drawn_from_is_refused() {
    let series = hours(&[1.0; 72], &[100.0; 72]);
    let ok = recommender("7d");
    for limit in [0.0, 1.0, -0.1, 5.0, f64::NAN] {
        assert!(ok.clone().limit(limit).recommend(&series).is_err(), "{limit}");
    }
    assert!(matches!(
        ok.clone().samples(0).recommend(&series),
        Err(Error::InvalidParameter { name: "samples", .. })
    ));
    assert!(matches!(
        ok.clone().candidates([]).recommend(&series),
        Err(Error::TooShort { name: "candidates", .. })
    ));
    assert!(ok.clone().block(Duration::ZERO).recommend(&series).is_err());
    // Two blocks of 36 hours, and not quite two of a nanosecond more.
    let half = Duration::from_hours(36);
    assert!(ok.clone().block(half).recommend(&series).is_ok());
    let longer = Duration::from_nanos(half.nanos() + 1);
    assert!(matches!(
        ok.clone().block(longer).recommend(&series),
        Err(Error::TooShort { len: 1, needed: 2, .. })
    ));
    for (samples, fits) in [(14_285_714, true), (14_285_715, false), (u64::MAX, false)] {
        // Seven blocks a window: at most 10^8 in all, which the one that fits is not asked to draw.
        let blocks = Blocks::new(&series, Duration::from_days(1), Duration::from_days(7)).unwrap();
        assert_eq!(blocks.per_window().saturating_mul(samples) <= MAX_DRAWS, fits);
        if !fits {
            let refused = ok.clone().samples(samples).recommend(&series);
            assert!(matches!(refused, Err(Error::LimitExceeded { limit: MAX_DRAWS, .. })));
        }
    }
    assert!(matches!(ok.recommend(&hours(&[0.0; 72], &[0.0; 72])), Err(Error::Degenerate { .. })));
    assert!(ok.recommend(&hours(&[], &[])).is_err());
    assert!(ok.recommend(&hours(&[1.0], &[1.0])).is_err());
}

proptest! {
    #[test]
    fn a_higher_target_is_breached_no_less_often(bad in prop::collection::vec(0_u32..40, 48..120), seed in any::<u64>()) {
        let bad: Vec<f64> = bad.into_iter().map(f64::from).collect();
        let series = hours(&bad, &vec![1_000.0; bad.len()]);
        let found = recommender("3d").samples(100).seed(seed).recommend(&series).unwrap();
        let breaches: Vec<u64> = found.candidates.iter().map(|candidate| candidate.breaches).collect();
        prop_assert!(breaches.is_sorted(), "{:?}", breaches);
        prop_assert_eq!(&recommender("3d").samples(100).seed(seed).recommend(&series).unwrap(), &found);
    }

    #[test]
    fn every_record_is_as_likely_as_any_other(at in 0_usize..48, seed in any::<u64>()) {
        // A circle: the mean over many blocks does not depend on where the record stands, ends included.
        let mut bad = vec![0.0; 48];
        bad[at] = 1.0;
        let series = hours(&bad, &[1.0; 48]);
        let blocks = Blocks::new(&series, Duration::from_days(1), Duration::from_days(1)).unwrap();
        let mut random = Random::new(seed, 0);
        let held: f64 = (0..400).map(|_| blocks.window(&mut random).unwrap().bad()).sum();
        // Half of the blocks of half the circle: six standard deviations of 10.
        prop_assert!((held - 200.0).abs() <= 60.0, "{}", held);
    }
}
