//! Decompositions of series with missing values.

use proptest::prelude::*;
use slo_testkit::{Random, assert_all_close_absolute, assert_close_absolute};

use super::plan::Plan;
use super::*;
use crate::decompose::Mstl;
use crate::decompose::loess::tests::literal;
use crate::error::Error;

/// A wave, a walk and noise.
fn series(n: usize, period: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::seeded(seed);
    let mut level = 50.0;
    let mut next = |t: usize| {
        level += 0.1 * random.normal();
        level + 10.0 * (t as f64 / period as f64 * std::f64::consts::TAU).sin() + random.normal()
    };
    (0..n).map(&mut next).collect()
}

fn with_gaps(values: &[f64], gaps: impl IntoIterator<Item = usize>) -> Vec<f64> {
    let mut values = values.to_vec();
    gaps.into_iter().for_each(|gap| values[gap] = f64::NAN);
    values
}

/// The published loops by the definition of each fit, which does not look at what is missing.
fn slow(y: &[f64], plan: &Plan) -> [Vec<f64>; 3] {
    let (n, period) = (y.len(), plan.period);
    let present: Vec<f64> = y.iter().map(|value| if value.is_nan() { 0.0 } else { 1.0 }).collect();
    let mut weights = present.clone();
    let (mut trend, mut seasonal) = (vec![0.0; n], vec![0.0; n]);
    for outer in 0..=plan.outer {
        for _ in 0..plan.inner {
            let mut cycle = vec![0.0; n + 2 * period];
            for phase in 0..period {
                let places: Vec<usize> = (phase..n).step_by(period).collect();
                let own: Vec<f64> = places.iter().map(|t| y[*t] - trend[*t]).collect();
                let own_weights: Vec<f64> = places.iter().map(|t| weights[*t]).collect();
                for step in 0..places.len() + 2 {
                    let x = step as f64 - 1.0;
                    let fit = literal(&own, Some(&own_weights), plan.seasonal, plan.seasonal_degree, x);
                    cycle[phase + step * period] = fit.unwrap();
                }
            }
            let mut low = cycle.clone();
            for len in [period, period, 3] {
                low = low.windows(len).map(|window| window.iter().sum::<f64>() / len as f64).collect();
            }
            for t in 0..n {
                let fit = literal(&low, None, plan.low_pass, plan.low_pass_degree, t as f64).unwrap();
                seasonal[t] = cycle[t + period] - fit;
            }
            let rest: Vec<f64> = y.iter().zip(&seasonal).map(|(y, seasonal)| y - seasonal).collect();
            let fit = |t| literal(&rest, Some(&weights), plan.trend, plan.trend_degree, t as f64);
            trend = (0..n).map(|t| fit(t).unwrap()).collect();
        }
        if outer < plan.outer {
            let residuals: Vec<f64> = (0..n).map(|t| (y[t] - trend[t] - seasonal[t]).abs()).collect();
            let mut sorted: Vec<f64> = residuals.iter().copied().filter(|rest| !rest.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            let h = 3.0 * (sorted[sorted.len() / 2] + sorted[(sorted.len() - 1) / 2]);
            let bisquare = |rest: &f64| match rest / h {
                share if share <= 0.001 => 1.0,
                share if share <= 0.999 => (1.0 - share * share).powi(2),
                _ => 0.0,
            };
            weights =
                residuals.iter().zip(&present).map(|(rest, present)| present * bisquare(rest)).collect();
        }
    }
    [trend, seasonal, weights]
}

#[test]
fn parts_with_gaps_are_those_of_the_definition_that_does_not_look_there() {
    let values = series(96, 8, 3);
    let gaps = with_gaps(&values, [0, 13, 14, 15, 40, 48, 56, 95]);
    let stl = Stl::new(8).preset(Preset::Statsmodels).missing(Missing::Skip);
    let linear = stl.seasonal_degree(Degree::Constant).trend_degree(Degree::Constant);
    for stl in [stl, linear, stl.robust().outer(2), stl.seasonal(25).trend(191)] {
        let parts = stl.decompose(&gaps).unwrap();
        let [trend, seasonal, weights] = slow(&gaps, &Plan::new(&stl, 96).unwrap());
        assert_all_close_absolute(&parts.trend, &trend, 1e-10 * 70.0);
        assert_all_close_absolute(&parts.seasonal, &seasonal, 1e-10 * 70.0);
        assert_all_close_absolute(&parts.weights, &weights, 1e-9);
        for (place, value) in gaps.iter().enumerate() {
            assert_eq!(parts.remainder[place].is_nan(), value.is_nan());
            assert!(!value.is_nan() || parts.weights[place] == 0.0);
        }
    }
}

#[test]
fn a_line_and_a_season_go_on_over_gaps() {
    let truth: Vec<f64> = (0..120).map(|t| t as f64 + [0.0, 9.0, -3.0, -6.0][t % 4]).collect();
    // Of a line, the trend of seven places needs a value on both sides, two places away at most.
    let gaps = with_gaps(&truth, [0, 1, 17, 18, 19, 60, 64, 119]);
    for preset in [Preset::R, Preset::Statsmodels] {
        let stl = Stl::new(4).preset(preset).periodic().inner(60).missing(Missing::Skip);
        let parts = stl.decompose(&gaps).unwrap();
        for (place, value) in truth.iter().enumerate() {
            assert_close_absolute(parts.trend[place] + parts.seasonal[place], *value, 1e-9);
        }
    }
}

#[test]
fn a_gap_that_a_season_does_not_reach_over_is_refused_with_its_place() {
    // A window of 7 cycles gives weight to two on each side: four missing in a row are reached, five are not.
    let values = series(160, 8, 5);
    let stl = Stl::new(8).preset(Preset::Statsmodels).missing(Missing::Skip);
    let cycles = |count: usize| with_gaps(&values, (5..5 + count).map(|cycle| 3 + 8 * cycle));
    assert!(stl.decompose(&cycles(4)).is_ok());
    let Err(Error::Degenerate { name: "values", reason }) = stl.decompose(&cycles(5)) else { panic!() };
    assert!(reason.contains("season of period 8") && reason.contains("values[59]"), "{reason}");
}

#[test]
fn a_gap_that_the_trend_does_not_reach_over_is_refused_with_its_place() {
    // A window of 21 values gives weight to nine on each side: 18 missing in a row are reached, 19 are not.
    let values = series(240, 24, 5);
    let stl = Stl::new(24).preset(Preset::Statsmodels).trend(21).missing(Missing::Skip);
    assert!(stl.decompose(&with_gaps(&values, 100..118)).is_ok());
    let Err(Error::Degenerate { name: "values", reason }) = stl.decompose(&with_gaps(&values, 100..119))
    else {
        panic!()
    };
    assert!(reason.contains("trend") && reason.contains("values[109]"), "{reason}");
}

#[test]
fn what_is_missing_is_refused_unless_it_may_be() {
    let values = with_gaps(&series(48, 4, 1), [7]);
    let Err(Error::NonFinite { name: "values", index: 7, value }) = Stl::new(4).decompose(&values) else {
        panic!()
    };
    assert!(value.is_nan());
    assert!(matches!(Mstl::new(vec![4, 6]).decompose(&values), Err(Error::NonFinite { index: 7, .. })));
    let mut infinite = values.clone();
    infinite[9] = f64::NEG_INFINITY;
    let expected = Err(Error::NonFinite { name: "values", index: 9, value: f64::NEG_INFINITY });
    assert_eq!(Stl::new(4).missing(Missing::Skip).decompose(&infinite), expected);
    assert!(Mstl::new(vec![4, 6]).missing(Missing::Skip).decompose(&infinite).is_err());
    let nothing = [f64::NAN; 48];
    assert!(matches!(Stl::new(4).missing(Missing::Skip).decompose(&nothing), Err(Error::Degenerate { .. })));
}

#[test]
fn two_seasons_go_on_over_gaps() {
    let season = |t: usize, period: usize| (t % period) as f64 - (period - 1) as f64 / 2.0;
    let truth: Vec<f64> = (0..280).map(|t| season(t, 4) + season(t, 14)).collect();
    let gaps = with_gaps(&truth, (100..104).chain([0, 200, 279]));
    for mstl in [Mstl::new(vec![4, 14]), Mstl::new(vec![4, 14]).robust()] {
        let mstl = mstl.periodic().passes(20).missing(Missing::Skip);
        let parts = mstl.decompose(&gaps).unwrap();
        for (place, value) in truth.iter().enumerate() {
            let sum = parts.trend[place] + parts.seasonal[0][place] + parts.seasonal[1][place];
            // The passes of the two seasons approach their sum geometrically.
            assert_close_absolute(sum, *value, 1e-3);
            assert_eq!(parts.remainder[place].is_nan(), gaps[place].is_nan());
        }
    }
}

#[test]
fn strengths_are_those_of_the_values_that_there_are() {
    // As without the third value: by hand, remainder ±1 and seasonal ±2 orthogonal to it.
    let parts = Decomposition {
        trend: vec![7.0; 5],
        seasonal: vec![2.0, 2.0, 99.0, -2.0, -2.0],
        remainder: vec![1.0, -1.0, f64::NAN, 1.0, -1.0],
        weights: vec![1.0, 1.0, 0.0, 1.0, 1.0],
    };
    assert_eq!((parts.trend_strength(), parts.seasonal_strength()), (0.0, 0.8));
    assert_eq!(parts, parts.clone());
    let mut other = parts.clone();
    other.remainder[2] = 0.0;
    assert_ne!(parts, other);
}

#[cfg(feature = "serde")]
#[test]
fn what_is_missing_is_missing_in_writing() {
    let values = with_gaps(&series(28, 4, 1), [7]);
    let parts = Stl::new(4).missing(Missing::Skip).decompose(&values).unwrap();
    let text = serde_json::to_string(&parts).unwrap();
    assert!(text.contains("null"));
    assert_eq!(serde_json::from_str::<Decomposition>(&text).unwrap(), parts);
    // A value that counted cannot be missing.
    let (before, after) = text.split_once("\"weights\":[").unwrap();
    let counted = format!("{before}\"weights\":[{}", after.replacen("0.0", "1.0", 1));
    assert!(serde_json::from_str::<Decomposition>(&counted).is_err());
    let several = Mstl::new(vec![4, 7]).missing(Missing::Skip).decompose(&values).unwrap();
    let text = serde_json::to_string(&several).unwrap();
    assert_eq!(serde_json::from_str::<crate::decompose::MultipleDecomposition>(&text).unwrap(), several);
    let turned = text.replacen("[4,7]", "[7,4]", 1);
    assert!(serde_json::from_str::<crate::decompose::MultipleDecomposition>(&turned).is_err());
    // What was written before values could be missing.
    let text = serde_json::to_string(&Stl::new(4)).unwrap().replace(",\"missing\":\"error\"", "");
    assert_eq!(serde_json::from_str::<Stl>(&text).unwrap(), Stl::new(4));
}

proptest! {
    #[test]
    fn without_gaps_the_option_changes_no_bit(seed in 0_u64..1000, period in 2_usize..9, robust: bool) {
        let values = series(period * 6 + 1, period, seed);
        let stl = if robust { Stl::new(period).robust().outer(3) } else { Stl::new(period) };
        prop_assert_eq!(stl.missing(Missing::Skip).decompose(&values).unwrap(), stl.decompose(&values).unwrap());
        let mstl = Mstl::new(vec![period, period + 1]);
        let skipped = mstl.clone().missing(Missing::Skip).decompose(&values).unwrap();
        prop_assert_eq!(skipped, mstl.decompose(&values).unwrap());
    }

    #[test]
    fn known_values_with_their_parts_add_up_and_shift(
        seed in 0_u64..1000,
        period in 2_usize..9,
        gaps in prop::collection::vec(0_usize..60, 0..12),
        is_r: bool,
        robust: bool,
    ) {
        // SEMANTICS 24: multiples of 2^-10, so that a shift by 1e9 is exact.
        let n = period * 7 + 4;
        let mut random = Random::seeded(seed);
        let y: Vec<f64> = (0..n).map(|_| (random.normal() * 1024.0).round() / 8.0).collect();
        let y = with_gaps(&y, gaps.into_iter().filter(|gap| *gap < n));
        let stl = Stl::new(period).missing(Missing::Skip).preset(if is_r { Preset::R } else { Preset::Statsmodels });
        let stl = if robust { stl.robust().outer(3) } else { stl };
        let Ok(parts) = stl.decompose(&y) else { return Ok(()) };
        let shifted: Vec<f64> = y.iter().map(|value| value + 1e9).collect();
        let moved = stl.decompose(&shifted).unwrap();
        prop_assert_eq!(&moved.seasonal, &parts.seasonal);
        prop_assert_eq!(&moved.weights, &parts.weights);
        for (place, value) in y.iter().enumerate() {
            let sum = parts.trend[place] + parts.seasonal[place] + parts.remainder[place];
            prop_assert!(value.is_nan() && sum.is_nan() || (sum - value).abs() <= 1e-12 * 1000.0);
            prop_assert!(parts.trend[place].is_finite() && parts.seasonal[place].is_finite());
        }
    }
}
