//! Worked examples, and what other programs get wrong.

use super::*;

/// The lower side of ten bottles, in litres.
const LITRES: [f64; 10] = [0.189, 0.167, 0.187, 0.183, 0.186, 0.182, 0.181, 0.184, 0.181, 0.177];

/// R's `rnorm(10)` after `set.seed(1234)`.
const SEED_1234: [f64; 10] = [
    -1.207_065_749_385_421,
    0.277_429_242_110_660,
    1.084_441_176_683_056,
    -2.345_697_702_629_349,
    0.429_124_688_811_050,
    0.506_055_892_157_574,
    -0.574_739_960_134_649,
    -0.546_631_855_784_187,
    -0.564_451_999_093_283,
    -0.890_037_829_044_104,
];

#[test]
fn worked_examples_have_their_ratios_and_probabilities() {
    // Gauss-Legendre on 192 x 196 nodes, printed to these digits.
    let litres = [
        (DixonRatio::R10, 0.454_545_454_5, 0.029_073_079_578),
        (DixonRatio::R11, 0.5, 0.038_684_662_214),
        (DixonRatio::R12, 0.526_315_789_5, 0.055_493_789_849),
        (DixonRatio::R20, 0.636_363_636_4, 0.009_436_991_495),
        (DixonRatio::R21, 0.7, 0.012_402_960_953),
        (DixonRatio::R22, 0.736_842_105_3, 0.021_450_607_414),
    ];
    let seeded = [
        (DixonRatio::R10, 0.331_949_228_1, 0.118_299_676_8),
        (DixonRatio::R11, 0.399_274_311_5, 0.110_160_099_97),
        (DixonRatio::R12, 0.410_344_084_3, 0.154_071_011_1),
        (DixonRatio::R20, 0.424_373_451_0, 0.163_687_108_8),
        (DixonRatio::R21, 0.510_443_776_2, 0.149_297_758_4),
        (DixonRatio::R22, 0.524_595_692_3, 0.229_279_095_0),
    ];
    for (values, place, examples) in [(LITRES, 1, litres), (SEED_1234, 3, seeded)] {
        for (ratio, statistic, p) in examples {
            let result = dixon_test(&values, ratio, Side::Lower, 0.05).unwrap();
            assert_close(result.statistic, statistic, 2e-10);
            // Half a unit of the last digit printed.
            assert!((result.p_value - p).abs() < 6e-11, "{ratio}: {}", result.p_value);
            assert_eq!(
                (result.suspects.as_slice(), result.exactness),
                ([place].as_slice(), Exactness::Exact)
            );
        }
    }
}

#[test]
fn a_probability_below_the_last_column_of_a_table_is_not_zero() {
    // R's outliers 0.15 gives p = 0 for 20 values with Q = 0.6; the truth is 0.00216.
    let p = distribution(DixonRatio::R22, 20).sf(0.6);
    assert!((p - 0.002_16).abs() < 5e-6, "{p}");
    let p = distribution(DixonRatio::R22, 20).sf(0.9);
    assert!(p > 0.0 && p < 1e-8, "{p}");
}

#[test]
fn a_doubled_probability_never_folds_back() {
    // R's outliers 0.15 doubles p, and where that exceeds 1 gives 2 - p: the most ordinary samples look unusual.
    for ratio in DixonRatio::ALL {
        let law = distribution(ratio, 12);
        let mut last = 1.0;
        for r in (0..50).map(|step| f64::from(step) / 50.0) {
            let p = law.p_value(r, Side::Both);
            assert!(p <= last && p >= law.sf(r) * (1.0 - 1e-15), "{ratio} {r}: {p} after {last}");
            last = p;
        }
    }
}

#[test]
fn the_side_is_chosen_at_its_price() {
    // R's outliers 0.15 looks at whichever side is further out and reports a one-sided p.
    let result = dixon_test(&LITRES, DixonRatio::R10, Side::Both, 0.05).unwrap();
    assert_eq!(result.index(), Some(1));
    let one = distribution(DixonRatio::R10, 10).sf(result.statistic);
    assert!(result.p_value > 1.99 * one && result.p_value <= 2.0 * one);
}

#[test]
fn mc_bane_s_critical_values_are_met_to_the_accuracy_of_their_quadrature() {
    // dixonstat 0.1.0a0 gives 0.41185843 for r10 of ten at 5 %, and 0.49156133 at high order for r22 of twenty.
    let ten = distribution(DixonRatio::R10, 10).upper_quantile(0.05).unwrap();
    assert!((ten - 0.411_859_23).abs() < 5e-9 && (ten - 0.411_858_43).abs() < 1e-6);
    let twenty = distribution(DixonRatio::R22, 20).upper_quantile(0.025).unwrap();
    assert!((twenty - 0.491_562_46).abs() < 5e-9 && (twenty - 0.491_561_33).abs() < 2e-6);
}
