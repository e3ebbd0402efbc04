mod promises;
mod workbook;

use std::f64::consts::LN_10;

use super::*;
use crate::Slo;
use proptest::prelude::*;
use slo_testkit::assert_close;

fn slo(target: &str) -> Slo {
    Slo::new(target.parse().unwrap(), "30d".parse().unwrap())
}

fn test(target: &str, alpha: f64, power_at: f64) -> SequentialTest {
    SequentialTest::new(&slo(target), alpha, power_at).unwrap()
}

#[test]
fn the_evidence_of_one_event_equals_forty_digit_references() {
    // mpmath at 40 digits: log(f), log((1 - f b) / (1 - b)) for b = 1 - target, of the decimals as written.
    for (target, power_at, bad, good) in [
        ("99.9%", 10.0, LN_10, -0.009_049_835_519_917_908),
        ("90%", 9.99, 2.301_584_592_660_462, -6.802_394_763_324_311),
        ("99.9999999999%", 14.4, 2.667_228_206_581_955, -1.340_000_000_010_318e-11),
        ("50%", 1.000_001, 9.999_995_000_003_333e-7, -1.000_000_500_000_333_3e-6),
        ("99%", 99.999_999, 4.605_170_175_988_091, -18.410_630_408_098_864),
    ] {
        let test = test(target, 0.01, power_at);
        assert_close(test.ln(Counts::bad_total(1.0, 1.0).unwrap()), bad, 1e-15);
        assert_close(test.ln(Counts::bad_total(0.0, 1.0).unwrap()), good, 1e-14);
    }
}

#[test]
fn the_alarm_comes_at_one_over_alpha_and_not_one_event_earlier() {
    // 10^k against 10^4: at the threshold, and one bad event below it.
    for restart in [Restart::Never, Restart::WhenCleared] {
        let mut at = test("99.9%", 1e-4, 10.0).restart(restart);
        assert!(!at.observe(3.0, 3.0).unwrap().alarm);
        assert!(at.observe(1.0, 1.0).unwrap().alarm);
        // A threshold just above what four bad events say.
        let mut above = test("99.9%", 0.999_999e-4, 10.0).restart(restart);
        assert!(!above.observe(4.0, 4.0).unwrap().alarm);
        assert!(above.observe(1.0, 1.0).unwrap().alarm);
    }
}

#[test]
fn settings_that_make_no_test_are_refused_by_name() {
    let name = |result: Result<SequentialTest>| match result {
        Err(Error::InvalidParameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    for alpha in [0.0, 1.0, -0.1, 5.0, f64::NAN, f64::INFINITY] {
        assert_eq!(name(SequentialTest::new(&slo("99%"), alpha, 10.0)), "alpha");
    }
    for power_at in [1.0, 0.5, 0.0, -2.0, 100.0, 101.0, f64::NAN, f64::INFINITY, 1e300] {
        assert_eq!(name(SequentialTest::new(&slo("99%"), 0.01, power_at)), "power_at", "{power_at}");
    }
    for power_at in [1.0_f64.next_up(), 99.999_999] {
        assert!(SequentialTest::new(&slo("99%"), 0.01, power_at).is_ok());
    }
    for factor in [0.0, 1.0_f64.next_down(), f64::NAN, f64::INFINITY] {
        assert_eq!(name(test("99%", 0.01, 10.0).design_effect(factor)), "design_effect");
    }
}

#[test]
fn what_is_no_count_is_refused_and_nothing_taken_in() {
    let mut test = test("99%", 0.01, 10.0);
    test.observe(1.0, 5.0).unwrap();
    let before = test.clone();
    for (bad, total) in [
        (2.0, 1.0),
        (-1.0, 1.0),
        (0.0, -1.0),
        (f64::NAN, 1.0),
        (0.0, f64::NAN),
        (0.0, f64::INFINITY),
        (0.0, 1e301),
        (1e301, 1e301),
    ] {
        assert!(test.observe(bad, total).is_err(), "{bad} of {total}");
        assert_eq!(test, before);
    }
    assert_eq!(test.observe(0.0, 0.0).unwrap(), before.verdict());
    assert_eq!(test, before);
    assert!(test.observe(0.0, 9e299).unwrap().ln_e_value.is_finite());
}

#[test]
fn evidence_beyond_the_doubles_keeps_its_logarithm() {
    let mut test = test("99.9%", 0.01, 10.0);
    let verdict = test.observe(1e12, 1e12).unwrap();
    assert_eq!((verdict.e_value, verdict.p_value), (f64::MAX, 0.0));
    assert_close(verdict.ln_e_value, 1e12 * 10.0_f64.ln(), 1e-15);
    test.reset();
    let verdict = test.observe(0.0, 1e12).unwrap();
    assert_eq!((verdict.e_value, verdict.p_value, verdict.alarm), (0.0, 1.0, false));
}

#[test]
fn a_p_value_is_what_an_alarm_is_decided_by() {
    let mut one = test("99%", 0.02, 5.0);
    for (bad, total) in [(1.0, 9.0), (0.0, 3.0), (2.0, 4.0), (0.0, 60.0), (3.0, 5.0)] {
        let verdict = one.observe(bad, total).unwrap();
        assert_eq!(verdict.alarm, verdict.p_value <= 0.02);
    }
    assert!(one.alarm());
}

#[test]
fn every_setting_changes_the_verdict() {
    let seen = |test: SequentialTest| {
        let mut test = test;
        test.observe(0.0, 1000.0).unwrap();
        test.observe(2.0, 2.0).unwrap()
    };
    let plain = seen(test("99%", 0.01, 10.0));
    assert!(!plain.alarm);
    assert!(seen(test("99%", 0.01, 10.0).restart(Restart::WhenCleared)).alarm);
    assert!(seen(test("99%", 0.99999, 10.0)).alarm != plain.alarm || plain.ln_e_value < 0.0);
    assert_ne!(seen(test("99%", 0.01, 5.0)).ln_e_value, plain.ln_e_value);
    assert_ne!(seen(test("99.5%", 0.01, 10.0)).ln_e_value, plain.ln_e_value);
    assert_ne!(seen(test("99%", 0.01, 10.0).design_effect(2.0).unwrap()).ln_e_value, plain.ln_e_value);
}

#[test]
fn evidence_stands_still_at_the_least_burn() {
    let test = test("99.9%", 0.01, 10.0);
    let bad = test.least_burn() * 1e-3 * 1e6;
    assert!(test.ln(Counts::bad_total(bad, 1e6).unwrap()).abs() < 1e-9);
    // (f - 1) / ln f as the budget vanishes; a little more where it does not.
    assert!((3.91..3.94).contains(&test.least_burn()), "{}", test.least_burn());
}

proptest! {
    #[test]
    fn within_the_budget_the_mean_factor_is_at_most_one(share in 0.0..1.0_f64, budget in 1_u32..400, reach in 0.001..0.999_f64) {
        // The step of the proof: 1 + (p - b)(f - 1)/(1 - b).
        let b = f64::from(budget) / 1_000.0;
        let target = Objective::new((1000.0 - f64::from(budget)) / 1_000.0).unwrap();
        // Between 1 and 1/b.
        let power = 1.0 + (1.0 / b - 1.0) * reach;
        let power = (power * 1e6).round() / 1e6;
        let test = SequentialTest::of(target, 0.01, power).unwrap();
        let factor = |bad| test.ln(Counts::bad_total(bad, 1.0).unwrap()).exp();
        let p = share * b;
        let mean = p * factor(1.0) + (1.0 - p) * factor(0.0);
        let exact = 1.0 + (p - b) * (power - 1.0) / (1.0 - b);
        prop_assert!((mean - exact).abs() < 1e-12 * power, "{} {}", mean, exact);
        prop_assert!(mean <= 1.0 + 1e-12);
        // An event that is bad in part counts no more than one that is bad with that chance.
        prop_assert!(factor(share) <= share * factor(1.0) + (1.0 - share) * factor(0.0) + 1e-12 * power);
    }

    #[test]
    fn evidence_is_that_of_the_sum_however_it_is_split(parts in prop::collection::vec((0_u32..5, 0_u32..500), 1..30)) {
        let mut split = test("99%", 0.01, 10.0);
        let (mut bad, mut total) = (0.0, 0.0);
        for (more, good) in &parts {
            let (more, good) = (f64::from(*more), f64::from(*good));
            split.observe(more, more + good).unwrap();
            (bad, total) = (bad + more, total + more + good);
        }
        let mut whole = test("99%", 0.01, 10.0);
        whole.observe(bad, total).unwrap();
        prop_assert_eq!(split.ln_e_value(), whole.ln_e_value());
        prop_assert!(split.p_value() <= whole.p_value());
    }

    #[test]
    fn the_detector_is_the_evidence_since_it_was_least(parts in prop::collection::vec((0_u32..3, 0_u32..300), 1..40)) {
        // C_t = max(C_{t-1}, 1) L_t, against the definition in logarithms.
        let mut test = test("99%", 0.01, 10.0).restart(Restart::WhenCleared);
        let (mut detector, mut peak) = (0.0_f64, 0.0_f64);
        for (bad, good) in parts {
            let (bad, total) = (f64::from(bad), f64::from(bad + good));
            let step = test.ln(Counts::bad_total(bad, total).unwrap());
            test.observe(bad, total).unwrap();
            detector = detector.max(0.0) + step;
            peak = peak.max(detector);
            prop_assert!((test.ln_detector() - detector.max(0.0)).abs() < 1e-9);
            prop_assert!(test.ln_detector() >= test.ln_e_value() - 1e-9);
        }
        if (peak - 100.0_f64.ln()).abs() > 1e-9 {
            prop_assert_eq!(test.alarm(), peak > 100.0_f64.ln());
        }
    }
}

#[cfg(feature = "serde")]
mod resumed {
    use super::*;

    fn json(test: &SequentialTest) -> serde_json::Value {
        serde_json::to_value(test).unwrap()
    }

    #[test]
    fn a_test_goes_on_to_the_bit_where_it_was_written_down() {
        for restart in [Restart::Never, Restart::WhenCleared] {
            let mut straight = test("99.9%", 1e-6, 7.3).restart(restart).design_effect(1.7).unwrap();
            let mut resumed = straight.clone();
            for step in 0..200_u32 {
                // Fractional counts, so that the sums have a part that a float leaves out.
                let total = 0.1 + f64::from(step % 7) * 33.3;
                let bad = if step % 5 == 0 { total * 0.013 } else { 0.0 };
                let verdict = straight.observe(bad, total).unwrap();
                let text = serde_json::to_string(&resumed).unwrap();
                resumed = serde_json::from_str(&text).unwrap();
                assert_eq!(resumed.observe(bad, total).unwrap(), verdict);
                assert_eq!(resumed, straight);
            }
        }
    }

    #[test]
    fn a_state_that_no_test_comes_to_is_refused() {
        let mut whole = test("99.9%", 0.01, 10.0);
        whole.observe(0.0, 5_000.0).unwrap();
        whole.observe(3.0, 30.0).unwrap();
        let proper = json(&whole);
        assert!(serde_json::from_value::<SequentialTest>(proper.clone()).is_ok());
        for (path, wrong) in [
            ("/observations", "0"),
            ("/alpha", "1.0"),
            ("/power_at", "1.0"),
            ("/power_at", "1000.0"),
            ("/design_effect", "0.5"),
            ("/counts/bad/0", "-1.0"),
            ("/counts/bad/0", "1e301"),
            ("/counts/bad/0", "2.0"),
            ("/counts/bad/1", "1.0"),
            ("/counts/total/0", "2.0"),
            ("/recent/bad/0", "4.0"),
            ("/recent/bad/0", "0.0"),
            ("/recent/total/0", "6000.0"),
            ("/recent/total/0", "4000.0"),
            ("/ln_peak", "-1.0"),
            ("/ln_peak", "7.0"),
            ("/ln_recent_peak", "7.0"),
            ("/ln_recent_peak", "1.0"),
            ("/ln_recent_peak", "null"),
        ] {
            let mut state = proper.clone();
            *state.pointer_mut(path).unwrap() = serde_json::from_str(wrong).unwrap();
            assert!(serde_json::from_value::<SequentialTest>(state).is_err(), "{path} = {wrong}");
        }
        let mut unknown = proper;
        unknown["more"] = 1.into();
        assert!(serde_json::from_value::<SequentialTest>(unknown).is_err());
    }
}
