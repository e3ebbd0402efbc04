//! One-sided tails and critical values.

use std::f64::consts::PI;

use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_testkit::{assert_close_absolute, fixtures, slo_cases};

use super::*;

#[derive(serde::Deserialize)]
struct Cells {
    n: Vec<usize>,
    limit: Vec<f64>,
}

#[derive(serde::Deserialize)]
struct Named {
    ratio: String,
}

#[derive(serde::Deserialize)]
struct Printed {
    ratio: String,
    n: usize,
    alpha: f64,
}

fn named(name: &str) -> DixonRatio {
    DixonRatio::ALL.into_iter().find(|ratio| ratio.to_string() == name).unwrap()
}

#[test]
fn tails_equal_another_formula_at_128_bits_from_3_to_10_000_values() {
    let mut least = 1.0_f64;
    for case in fixtures::cases::<Cells, Named, Vec<f64>>("slo-anomaly/dixon") {
        let ratio = named(&case.parameters.ratio);
        let cells = case.input.n.iter().zip(&case.input.limit);
        let tails: Vec<f64> = cells.map(|(n, limit)| distribution(ratio, *n).sf(*limit)).collect();
        case.assert_all_close("sf", &tails, &case.expected);
        least = case.expected.iter().copied().fold(least, f64::min);
    }
    // Relative accuracy is held as deep as this.
    assert!(least < 1e-275, "{least}");
}

#[test]
fn three_values_have_a_closed_form_at_every_depth() {
    // P(r10 > R) = 3/π atan(√3 (1 - R) / (1 + R)), from the density 3√3 / (2π (R² - R + 1)).
    let three = distribution(DixonRatio::R10, 3);
    for r in [1e-12, 1e-3, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0 - 1e-6, 1.0 - 1e-10, 1.0 - 1e-15] {
        assert_close(three.sf(r), 3.0 / PI * (3.0_f64.sqrt() * (1.0 - r) / (1.0 + r)).atan(), 1e-12);
    }
}

#[test]
fn means_of_four_values_are_those_of_simulated_samples() {
    // E(r) = ∫ P(r > x) dx, by 400 midpoints, agrees with 100 000 simulated samples to 4 standard errors (fixed seed).
    for ratio in [DixonRatio::R11, DixonRatio::R20] {
        let four = distribution(ratio, 4);
        let mean = (0..400).map(|i| four.sf((f64::from(i) + 0.5) / 400.0)).sum::<f64>() / 400.0;
        let mut random = Random::seeded(4);
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..100_000 {
            let (upper, _) = ratios(&normal(&mut random, 4), ratio.reach());
            sum += upper;
            squares += upper * upper;
        }
        let (simulated, square) = (sum / 1e5, squares / 1e5);
        let error = ((square - simulated * simulated) / 1e5).sqrt();
        assert!((mean - simulated).abs() < 4.0 * error, "{ratio}: {mean} and {simulated} ± {error}");
    }
}

#[test]
fn the_ends_are_certain_and_impossible() {
    for ratio in DixonRatio::ALL {
        for n in [ratio.min_len(), 12, 100, 1000] {
            let law = distribution(ratio, n);
            assert_eq!((law.sf(-1.0), law.sf(0.0), law.sf(1.0), law.sf(2.0)), (1.0, 1.0, 0.0, 0.0));
            assert!(law.sf(f64::NAN).is_nan());
            // P(r > 0) is the integral of a density over everything.
            assert_close(law.sf(1e-300), 1.0, 1e-13);
        }
    }
}

#[test]
fn logarithms_go_on_where_doubles_end() {
    // The fall is that of a power: n - 2 of (1 - R) for r10.
    for n in [100, 1000] {
        let law = distribution(DixonRatio::R10, n);
        let fall = law.ln_sf(1.0 - 1e-7) - law.ln_sf(1.0 - 1e-6);
        // 1 - R is a double to 1e-10 here.
        assert_close(fall, (n - 2) as f64 * -(10.0_f64.ln()), 1e-5);
    }
}

#[test]
fn printed_critical_values_are_met_to_their_digits() {
    for case in fixtures::cases::<Vec<Printed>, (), Vec<f64>>("slo-anomaly/dixon_printed") {
        let critical =
            |cell: &Printed| distribution(named(&cell.ratio), cell.n).upper_quantile(cell.alpha).unwrap();
        let all: Vec<f64> = case.input.iter().map(critical).collect();
        case.assert_all_close("critical value", &all, &case.expected);
    }
}

#[test]
fn critical_values_from_outside_are_met_to_their_digits() {
    let Some(folder) = slo_cases() else {
        eprintln!("skipped: SLO_CASES is not set");
        return;
    };
    let table = std::fs::read_to_string(folder.join("anomaly/dixon_exact_one_sided.csv")).unwrap();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        let ratio = named(parts[0]);
        let (n, alpha, critical): (usize, f64, f64) =
            (parts[1].parse().unwrap(), parts[2].parse().unwrap(), parts[3].parse().unwrap());
        assert_close_absolute(distribution(ratio, n).upper_quantile(alpha).unwrap(), critical, 5.01e-9);
        count += 1;
    }
    assert_eq!(count, 248);
}

#[test]
fn quantiles_invert_tails() {
    for ratio in DixonRatio::ALL {
        for n in [ratio.min_len(), 30, 1000] {
            let law = distribution(ratio, n);
            for p in [0.999, 0.5, 0.05, 1e-3, 1e-12, 1e-100] {
                let x = law.upper_quantile(p).unwrap();
                // 1e-10 of the quantile, or the doubles next to it, change the tail by at least this.
                let (above, below) = (law.sf(x - 1e-10), law.sf((x + 1e-10).min(1.0)));
                assert!(below <= p && p <= above, "{ratio} {n} {p}: {x}");
            }
            assert_eq!((law.upper_quantile(0.0).unwrap(), law.upper_quantile(1.0).unwrap()), (1.0, 0.0));
        }
    }
    let law = distribution(DixonRatio::R10, 10);
    for p in [-0.1, 1.1, f64::NAN] {
        assert_eq!(law.upper_quantile(p).unwrap_err().kind(), ErrorKind::InvalidParameter);
    }
    for alpha in [0.0, 1.0, 5.0, f64::NAN] {
        let refused = law.critical_value(alpha, Side::Both).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidParameter);
    }
}

#[test]
fn samples_too_short_or_too_long_are_refused() {
    for ratio in DixonRatio::ALL {
        let least = ratio.min_len();
        assert!(DixonDistribution::new(ratio, least).is_ok());
        assert_eq!(DixonDistribution::new(ratio, least - 1).unwrap_err().kind(), ErrorKind::TooShort);
        assert!(DixonDistribution::new(ratio, 10_000).is_ok());
        assert_eq!(DixonDistribution::new(ratio, 10_001).unwrap_err().kind(), ErrorKind::LimitExceeded);
    }
}

#[test]
fn tables_keep_their_promise() {
    for (ratio, n) in [
        (DixonRatio::R10, 3),
        (DixonRatio::R10, 30),
        (DixonRatio::R11, 4),
        (DixonRatio::R11, 9),
        (DixonRatio::R12, 5),
        (DixonRatio::R20, 4),
        (DixonRatio::R20, 12),
        (DixonRatio::R21, 31),
        (DixonRatio::R22, 6),
        (DixonRatio::R22, 14),
        (DixonRatio::R22, 100),
        (DixonRatio::R22, 1000),
    ] {
        let law = distribution(ratio, n);
        let table = law.tabulate();
        for r in (0..60).map(|step| f64::from(step) / 60.0 + 0.003) {
            assert_close(table.sf(r), law.sf(r), 1e-10);
            assert_close(table.p_value(r, Side::Both), law.p_value(r, Side::Both), 1e-10);
        }
        assert_eq!((table.sf(0.0), table.sf(1.0), table.sf(-1.0)), (1.0, 0.0, 1.0));
        assert!(table.sf(f64::NAN).is_nan() && table.p_value(f64::NAN, Side::Both).is_nan());
        let critical = law.critical_value(0.01, Side::Both).unwrap();
        assert_close_absolute(table.critical_value(0.01, Side::Both).unwrap(), critical, 1e-9);
        let quantile = law.upper_quantile(0.01).unwrap();
        assert_close_absolute(table.upper_quantile(0.01).unwrap(), quantile, 1e-9);
        assert!(table.upper_quantile(2.0).is_err() && table.critical_value(1.0, Side::Both).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn tails_fall(ratio in prop::sample::select(&DixonRatio::ALL), n in 6_usize..200, r in 0.0..0.98_f64) {
        let law = distribution(ratio, n);
        prop_assert!(law.ln_sf(r) > law.ln_sf(r + 0.01));
        prop_assert!(law.p_value(r, Side::Both) <= (2.0 * law.sf(r)).min(1.0) * (1.0 + 1e-14));
        prop_assert!(law.p_value(r, Side::Both) >= law.sf(r));
    }
}
