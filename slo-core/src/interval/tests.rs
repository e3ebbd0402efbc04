use super::*;
use crate::error::Result;
use proptest::prelude::*;
use slo_testkit::fixtures;

const METHODS: [IntervalMethod; 5] = [
    IntervalMethod::Wilson,
    IntervalMethod::ClopperPearson,
    IntervalMethod::Jeffreys,
    IntervalMethod::AgrestiCoull,
    IntervalMethod::Wald,
];

const NAMES: [&str; 5] = ["wilson", "clopper-pearson", "jeffreys", "agresti-coull", "wald"];

#[derive(serde::Deserialize)]
struct Input {
    successes: f64,
    trials: f64,
}

#[derive(serde::Deserialize)]
struct Parameters {
    level: f64,
}

#[derive(serde::Deserialize)]
struct MethodParameters {
    level: f64,
    method: String,
}

#[derive(serde::Deserialize)]
struct Expected {
    lower: f64,
    upper: f64,
}

#[derive(serde::Deserialize)]
struct ManyInputs(Vec<Input>);

#[test]
fn wilson_intervals_equal_sixty_digit_references() {
    for case in fixtures::cases::<Input, Parameters, Expected>("slo-core/wilson") {
        let interval =
            Interval::wilson(case.input.successes, case.input.trials, case.parameters.level).unwrap();
        case.assert_close("lower", interval.lower, case.expected.lower);
        case.assert_close("upper", interval.upper, case.expected.upper);
    }
}

#[test]
fn every_method_equals_sixty_digit_references() {
    let (mut cases, mut numbers) = (0, 0);
    for case in fixtures::cases::<ManyInputs, MethodParameters, Vec<Expected>>("slo-core/intervals") {
        let MethodParameters { level, method } = &case.parameters;
        let method = METHODS[NAMES.iter().position(|name| name == method).unwrap()];
        let found = case.input.0.iter().map(|of| Interval::of(of.successes, of.trials, *level, method));
        let found: Result<Vec<Interval>> = found.collect();
        let (lower, upper): (Vec<f64>, Vec<f64>) = found.unwrap().iter().map(|i| (i.lower, i.upper)).unzip();
        let expected: (Vec<f64>, Vec<f64>) = case.expected.iter().map(|e| (e.lower, e.upper)).unzip();
        case.assert_all_close("lower", &lower, &expected.0);
        case.assert_all_close("upper", &upper, &expected.1);
        (cases, numbers) = (cases + 1, numbers + 2 * lower.len());
    }
    assert!(cases == 25 && numbers > 1_500, "{cases} cases, {numbers} ends");
}

#[test]
fn the_figures_of_the_low_traffic_chapter_come_out() {
    // One failure in ten and none in a thousand at 95 %, as decimals in print.
    let wilson = Interval::of(1.0, 10.0, 0.95, IntervalMethod::Wilson).unwrap();
    assert_eq!(
        (format!("{:.4}", wilson.lower), format!("{:.4}", wilson.upper)),
        ("0.0179".into(), "0.4042".into())
    );
    let exact = Interval::of(1.0, 10.0, 0.95, IntervalMethod::ClopperPearson).unwrap();
    assert_eq!(format!("{:.5}", exact.lower), "0.00253");
    let none = Interval::of(0.0, 1_000.0, 0.95, IntervalMethod::Wilson).unwrap();
    assert_eq!(format!("{:.5}", none.upper), "0.00383");
}

#[test]
fn the_ends_are_exact_without_failures_and_without_successes() {
    for method in METHODS {
        for trials in [1.0, 10.0, 1e12] {
            for level in [0.5, 0.95, 0.999_999_999_999] {
                assert_eq!(Interval::of(0.0, trials, level, method).unwrap().lower, 0.0, "{method:?}");
                assert_eq!(Interval::of(trials, trials, level, method).unwrap().upper, 1.0, "{method:?}");
            }
        }
    }
}

#[test]
fn what_is_no_share_and_no_level_is_refused() {
    for method in METHODS {
        for (successes, trials, level) in [
            (1.0, 0.0, 0.95),
            (-1.0, 10.0, 0.95),
            (11.0, 10.0, 0.95),
            (10.0_f64.next_up(), 10.0, 0.95),
            (f64::NAN, 10.0, 0.95),
            (1.0, f64::NAN, 0.95),
            (1.0, f64::INFINITY, 0.95),
            (1.0, 1e301, 0.95),
            (1.0, 10.0, 0.0),
            (1.0, 10.0, 1.0),
            (1.0, 10.0, f64::NAN),
        ] {
            assert!(
                Interval::of(successes, trials, level, method).is_err(),
                "{successes} of {trials} at {level} by {method:?}"
            );
        }
        for factor in [1.0_f64.next_down(), 0.0, -1.0, f64::NAN, f64::INFINITY] {
            let message =
                Interval::of(1.0, 10.0, 0.95, method.design_effect(factor)).unwrap_err().to_string();
            assert!(message.starts_with("design_effect = "), "{message}");
        }
        assert!(Interval::of(1.0, 1e-300, 0.95, method.design_effect(1e100)).is_err());
    }
    let message = Interval::wilson(1.0, 10.0, 95.0).unwrap_err().to_string();
    assert!(message.contains("write 0.95"), "{message}");
    for method in [IntervalMethod::ClopperPearson, IntervalMethod::Jeffreys] {
        assert!(Interval::of(1.0, 9e14, 0.95, method).is_ok());
        let message = Interval::of(1.0, 1e15, 0.95, method).unwrap_err().to_string();
        assert!(message.starts_with("trials = "), "{message}");
    }
}

#[test]
fn numbers_at_the_edge_of_the_doubles_have_finite_ends_in_order() {
    for method in METHODS {
        let trials: &[f64] = if matches!(method, IntervalMethod::ClopperPearson | IntervalMethod::Jeffreys) {
            &[1e-300, 1e-10, 1e-3, 1.0, 9.9e14]
        } else {
            &[1e-300, 1e-10, 1e-3, 1.0, 1e300]
        };
        for trials in trials {
            for share in [0.0, 1e-300, 1e-12, 0.3, 0.5, 1.0 - f64::EPSILON, 1.0] {
                for level in [1e-12, 0.5, 0.999_999_999_999] {
                    let Interval { lower, upper, .. } =
                        Interval::of(trials * share, *trials, level, method).unwrap();
                    assert!(
                        0.0 <= lower && lower <= upper && upper <= 1.0,
                        "{share} of {trials} at {level} by {method:?}: {lower} to {upper}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_design_effect_widens_every_interval() {
    for method in METHODS {
        let width = |options: IntervalOptions| {
            let Interval { lower, upper, .. } = Interval::of(30.0, 1_000.0, 0.95, options).unwrap();
            upper - lower
        };
        assert!(width(method.design_effect(4.0)) > 1.9 * width(method.into()), "{method:?}");
        assert_eq!(width(method.design_effect(1.0)), width(method.into()));
    }
}

/// The probabilities of 0 to `n` successes.
fn binomial(n: usize, p: f64) -> Vec<f64> {
    if p > 0.5 {
        return binomial(n, 1.0 - p).into_iter().rev().collect();
    }
    let mut masses = vec![(n as f64 * (-p).ln_1p()).exp()];
    for k in 0..n {
        let ratio = (n - k) as f64 / (k + 1) as f64 * (p / (1.0 - p));
        masses.push(masses[k] * ratio);
    }
    masses
}

/// The probability that the interval from a random count holds `p`.
fn coverage(masses: &[f64], intervals: &[Interval], p: f64) -> f64 {
    let held = masses.iter().zip(intervals).filter(|(_, i)| i.lower <= p && p <= i.upper);
    held.map(|(mass, _)| mass).sum()
}

fn intervals(n: usize, level: f64, options: impl Into<IntervalOptions>) -> Vec<Interval> {
    let options = options.into();
    (0..=n).map(|k| Interval::of(k as f64, n as f64, level, options).unwrap()).collect()
}

#[test]
fn clopper_and_pearson_hold_their_level_for_every_share() {
    // The definition of the method; the sum itself is right to about 1e-13.
    for (n, level) in [(1, 0.95), (7, 0.9), (30, 0.95), (60, 0.99), (200, 0.5)] {
        let intervals = intervals(n, level, IntervalMethod::ClopperPearson);
        // Coverage jumps at the ends of the intervals: both sides of each are tried, and shares between.
        let ends = intervals.iter().flat_map(|i| [i.lower, i.upper]);
        let shares = ends.flat_map(|p| [p * (1.0 - 1e-9), p * (1.0 + 1e-9)]);
        for p in shares.chain((1..500).map(|i| f64::from(i) / 500.0)).filter(|p| *p > 0.0 && *p < 1.0) {
            let held = coverage(&binomial(n, p), &intervals, p);
            assert!(held >= level - 1e-9, "n {n}, p {p}: {held}");
        }
    }
}

#[test]
fn wilson_and_jeffreys_hold_their_level_on_average_and_wald_does_not() {
    // Brown, Cai and DasGupta 2001, section 4: mean coverage over uniform p. Below, the mean over 999 shares, which
    // differs from the integral by less than 1e-3; they show 0.95 to within 0.005 for Wilson and Jeffreys from n = 20.
    for n in [20, 50, 100] {
        let mean = |method| {
            let intervals = intervals(n, 0.95, method);
            let held = (1..1_000).map(|i| f64::from(i) / 1_000.0);
            held.map(|p| coverage(&binomial(n, p), &intervals, p)).sum::<f64>() / 999.0
        };
        assert!((mean(IntervalMethod::Wilson) - 0.95).abs() < 0.006, "{n}");
        assert!((mean(IntervalMethod::Jeffreys) - 0.95).abs() < 0.006, "{n}");
        assert!(mean(IntervalMethod::AgrestiCoull) > 0.95, "{n}");
        assert!(mean(IntervalMethod::ClopperPearson) > 0.96, "{n}");
        assert!(mean(IntervalMethod::Wald) < 0.94, "{n}");
    }
}

#[test]
fn wald_is_sure_of_what_it_has_not_seen() {
    // At 99.9 % and a thousand events 36.8 % of all windows show no failure, and [0, 0] does not hold 0.001.
    let masses = binomial(1_000, 0.001);
    let held = |method| coverage(&masses, &intervals(1_000, 0.95, method), 0.001);
    assert!(held(IntervalMethod::Wald) <= 1.0 - 0.999_f64.powi(1_000));
    // The others hold it up to two failures, and up to three: 92 % and 98 % of a Poisson distribution of mean 1.
    let up_to = |k: usize| masses.iter().take(k + 1).sum::<f64>();
    assert_eq!(held(IntervalMethod::Wilson), up_to(2));
    assert_eq!(held(IntervalMethod::ClopperPearson), up_to(3));
    assert_eq!(held(IntervalMethod::Jeffreys), up_to(3));
}

#[test]
fn a_design_effect_restores_the_coverage_that_groups_take_away() {
    // 50 groups of 20 events, each group's share beta(a, b) distributed: intraclass correlation 1 / (a + b + 1).
    let (a, b, size, groups) = (0.9, 8.1, 20_usize, 50);
    let effect = 1.0 + (size - 1) as f64 / (a + b + 1.0);
    // Beta-binomial masses by their ratios, and their fifty-fold convolution.
    let mut one = vec![1.0];
    for k in 0..size {
        let (k, n) = (k as f64, size as f64);
        one.push(one.last().unwrap() * (n - k) * (k + a) / ((k + 1.0) * (n - k - 1.0 + b)));
    }
    let whole: f64 = one.iter().sum();
    let mut masses = vec![1.0];
    for _ in 0..groups {
        let mut next = vec![0.0; masses.len() + size];
        for (i, left) in masses.iter().enumerate() {
            for (j, right) in one.iter().enumerate() {
                next[i + j] += left * right / whole;
            }
        }
        masses = next;
    }
    let p = a / (a + b);
    let n = size * groups;
    let independent = coverage(&masses, &intervals(n, 0.95, IntervalMethod::Wilson), p);
    let honest = coverage(&masses, &intervals(n, 0.95, IntervalMethod::Wilson.design_effect(effect)), p);
    assert!(independent < 0.80, "{independent}");
    assert!((honest - 0.95).abs() < 0.01, "{honest}");
}

proptest! {
    #[test]
    fn failures_are_successes_mirrored(k in 0_u32..500, more in 0_u32..500, level in 0.01..0.999_f64) {
        // By symmetry of every formula; 1 - end rounds to within 2^-53 of 1.
        let (k, n) = (f64::from(k), f64::from(k) + f64::from(more).max(1.0));
        for method in METHODS {
            let (good, bad) =
                (Interval::of(n - k, n, level, method).unwrap(), Interval::of(k, n, level, method).unwrap());
            prop_assert!((good.lower - (1.0 - bad.upper)).abs() < 1e-13, "{method:?}");
            prop_assert!((good.upper - (1.0 - bad.lower)).abs() < 1e-13, "{method:?}");
        }
    }

    #[test]
    fn an_interval_holds_its_share_and_grows_with_the_level(k in 0_u32..500, more in 0_u32..500, level in 0.5..0.99_f64) {
        let (k, n) = (f64::from(k), f64::from(k) + f64::from(more).max(1.0));
        for method in METHODS {
            let narrow = Interval::of(k, n, level, method).unwrap();
            let wide = Interval::of(k, n, level + 0.005, method).unwrap();
            prop_assert!(narrow.lower <= k / n && k / n <= narrow.upper, "{method:?}");
            prop_assert!(wide.lower <= narrow.lower && narrow.upper <= wide.upper, "{method:?}");
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn names_are_those_of_the_literature() {
    for (method, name) in METHODS.iter().zip(NAMES) {
        assert_eq!(serde_json::to_string(method).unwrap(), format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<IntervalMethod>(&format!("\"{name}\"")).unwrap(), *method);
    }
}
