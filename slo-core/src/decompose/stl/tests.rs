use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use serde::Deserialize;
use slo_testkit::{Random, assert_all_close_absolute, assert_close, fixtures};

use super::plan::Plan;
use super::*;
use crate::error::Error;

fn size(y: &[f64]) -> f64 {
    y.iter().fold(0.0, |size: f64, value| size.max(value.abs()))
}

#[derive(Deserialize)]
struct ByR {
    #[serde(rename = "s.window")]
    window: serde_json::Value,
    robust: bool,
    win: BTreeMap<String, usize>,
    deg: BTreeMap<String, usize>,
    jump: BTreeMap<String, usize>,
    inner: usize,
    outer: usize,
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    remainder: Vec<f64>,
    weights: Vec<f64>,
}

#[derive(Deserialize)]
struct Series {
    frequency: f64,
    values: Vec<f64>,
}

#[test]
fn whole_decompositions_are_those_of_r() {
    // R 4.2.2, stats::stl, printed with 15 digits: 26 decompositions of four series.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let read = |name: &str| fs::read_to_string(folder.join("forecast").join(name)).unwrap();
    let series: BTreeMap<String, Series> = serde_json::from_str(&read("series.json")).unwrap();
    let cases: BTreeMap<String, ByR> = serde_json::from_str(&read("r_stats_stl.json")).unwrap();
    assert_eq!(cases.len(), 26);
    for (name, case) in cases {
        let series = &series[name.split('_').next().unwrap()];
        let period = [4, 12].into_iter().find(|period| f64::from(*period) == series.frequency).unwrap();
        let mut stl = Stl::new(usize::try_from(period).unwrap());
        stl = match case.window.as_u64() {
            Some(window) => stl.seasonal(usize::try_from(window).unwrap()),
            None => stl.periodic(),
        };
        if case.robust {
            stl = stl.robust();
        }
        let degree = |of: &str| if case.deg[of] == 1 { Degree::Linear } else { Degree::Constant };
        if name.ends_with("jump1") {
            stl = stl.seasonal_degree(degree("s")).seasonal_jump(1).trend_jump(1).low_pass_jump(1);
        }
        let plan = Plan::new(&stl, series.values.len()).unwrap();
        assert_eq!(
            (
                plan.seasonal,
                plan.trend,
                plan.low_pass,
                plan.seasonal_jump,
                plan.trend_jump,
                plan.low_pass_jump
            ),
            (case.win["s"], case.win["t"], case.win["l"], case.jump["s"], case.jump["t"], case.jump["l"]),
            "{name}"
        );
        assert_eq!(
            (plan.inner, plan.outer, plan.seasonal_degree, plan.trend_degree, plan.low_pass_degree),
            (case.inner, case.outer, degree("s"), degree("t"), degree("l")),
            "{name}"
        );
        let parts = stl.decompose(&series.values).unwrap();
        let tolerance = 1e-10 * size(&series.values);
        assert_all_close_absolute(&parts.seasonal, &case.seasonal, tolerance);
        assert_all_close_absolute(&parts.trend, &case.trend, tolerance);
        assert_all_close_absolute(&parts.remainder, &case.remainder, tolerance);
        assert_all_close_absolute(&parts.weights, &case.weights, 1e-9);
    }
}

#[derive(Deserialize)]
struct Input {
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Settings {
    period: usize,
    #[serde(default)]
    seasonal: Option<usize>,
    #[serde(default)]
    trend: Option<usize>,
    #[serde(default)]
    low_pass: Option<usize>,
    #[serde(default)]
    degrees: Option<[usize; 3]>,
    #[serde(default)]
    jumps: Option<[usize; 3]>,
    #[serde(default)]
    inner: Option<usize>,
    #[serde(default)]
    outer: Option<usize>,
    preset: String,
    robust: bool,
}

impl Settings {
    fn stl(&self) -> Stl {
        let preset = if self.preset == "r" { Preset::R } else { Preset::Statsmodels };
        let mut stl = Stl::new(self.period).preset(preset);
        stl.seasonal = self.seasonal.map_or(SeasonalWindow::Periodic, SeasonalWindow::Span);
        (stl.trend, stl.low_pass, stl.inner, stl.outer) = (self.trend, self.low_pass, self.inner, self.outer);
        if let Some(degrees) = self.degrees {
            let [s, t, l] = degrees.map(|d| Some(if d == 1 { Degree::Linear } else { Degree::Constant }));
            (stl.seasonal_degree, stl.trend_degree, stl.low_pass_degree) = (s, t, l);
        }
        if let Some(jumps) = self.jumps {
            let [s, t, l] = jumps.map(Some);
            (stl.seasonal_jump, stl.trend_jump, stl.low_pass_jump) = (s, t, l);
        }
        if self.robust { stl.robust() } else { stl }
    }
}

#[derive(Deserialize)]
struct Parts {
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    weights: Vec<f64>,
}

#[test]
fn decompositions_are_those_of_r_and_of_statsmodels() {
    // The tolerance is a share of the largest value, of which all parts are made.
    for case in fixtures::cases::<Input, Settings, Parts>("slo-core/stl") {
        let parts = case.parameters.stl().decompose(&case.input.values).unwrap();
        let tolerance = case.tolerance * size(&case.input.values);
        assert_all_close_absolute(&parts.seasonal, &case.expected.seasonal, tolerance);
        assert_all_close_absolute(&parts.trend, &case.expected.trend, tolerance);
        // A weight moves by up to 9 times as much as the residual in units of its median.
        assert_all_close_absolute(&parts.weights, &case.expected.weights, 1e-9);
    }
}

fn seasonal_walk(n: usize, period: usize) -> Vec<f64> {
    let mut random = Random::seeded(n as u64);
    let mut level = 100.0;
    let mut next = |t: usize| {
        level += 0.1 * random.normal();
        level + 10.0 * (t as f64 / period as f64 * std::f64::consts::TAU).sin() + random.normal()
    };
    (0..n).map(&mut next).collect()
}

#[test]
fn less_than_two_periods_are_refused() {
    let y = seasonal_walk(24, 12);
    assert!(Stl::new(12).decompose(&y).is_ok());
    assert_eq!(
        Stl::new(12).decompose(&y[..23]),
        Err(Error::TooShort { name: "values", len: 23, needed: 24 })
    );
    assert!(matches!(Stl::new(usize::MAX).decompose(&y), Err(Error::TooShort { .. })));
    assert!(matches!(Stl::new(2).decompose(&[]), Err(Error::TooShort { .. })));
}

#[test]
fn what_is_not_finite_is_refused_with_its_place() {
    let mut y = seasonal_walk(24, 12);
    y[7] = f64::INFINITY;
    assert_eq!(
        Stl::new(12).decompose(&y),
        Err(Error::NonFinite { name: "values", index: 7, value: f64::INFINITY })
    );
}

#[test]
fn parameters_outside_their_ranges_are_refused() {
    let stl = Stl::new(12);
    let refused = [
        Stl::new(0),
        Stl::new(1),
        stl.seasonal(1),
        stl.seasonal(8),
        stl.trend(1),
        stl.trend(22),
        stl.low_pass(0),
        stl.low_pass(14),
        stl.seasonal_jump(0),
        stl.trend_jump(0),
        stl.low_pass_jump(0),
        stl.inner(0),
        stl.inner(1001),
        stl.outer(1001),
    ];
    assert!(refused.iter().all(|stl| stl.check().is_err() && stl.decompose(&[0.0; 48]).is_err()));
    let taken = [Stl::new(2), stl.seasonal(3), stl.trend(3), stl.low_pass(3), stl.outer(0), stl.inner(1000)];
    assert!(taken.iter().all(|stl| stl.check().is_ok()));
}

#[test]
fn settings_beyond_any_series_do_no_harm() {
    let y = seasonal_walk(30, 7);
    let most = usize::MAX;
    let extreme = Stl::new(7).seasonal(most).trend(most).low_pass(most).seasonal_jump(most).trend_jump(most);
    for stl in [extreme, extreme.preset(Preset::Statsmodels), extreme.robust().low_pass_jump(most)] {
        let parts = stl.decompose(&y).unwrap();
        assert!(parts.trend.iter().all(|value| (50.0..150.0).contains(value)));
    }
}

#[test]
fn a_constant_is_trend_alone() {
    for stl in
        [Stl::new(4), Stl::new(4).preset(Preset::Statsmodels), Stl::new(4).robust(), Stl::new(4).periodic()]
    {
        let parts = stl.decompose(&[5.0; 30]).unwrap();
        assert_all_close_absolute(&parts.trend, &[5.0; 30], 1e-13);
        assert_all_close_absolute(&parts.seasonal, &[0.0; 30], 1e-13);
        assert_eq!(Stl::new(4).decompose(&[0.0; 30]).unwrap().trend, [0.0; 30]);
    }
}

#[test]
fn a_spike_on_a_constant_makes_no_season() {
    // twitter/AnomalyDetection #67: a constant with one spike had anomalies at the same phase of other cycles.
    let mut y = vec![10.0; 96];
    y[50] = 1000.0;
    let parts = Stl::new(24).periodic().robust().decompose(&y).unwrap();
    // Fifteen passes leave 2e-8 of the 990 that the first one smears.
    assert_all_close_absolute(&parts.seasonal, &[0.0; 96], 1e-7);
    assert_close(parts.remainder[50], 990.0, 1e-9);
    assert_eq!(parts.weights[50], 0.0);
}

#[test]
fn huge_and_tiny_values_are_decomposed_as_any_others() {
    let y = seasonal_walk(48, 12);
    let plain = Stl::new(12).robust().decompose(&y).unwrap();
    for exponent in [-1000, -500, 500, 1000] {
        let factor = 2.0_f64.powi(exponent);
        let scaled: Vec<f64> = y.iter().map(|value| value * factor).collect();
        let parts = Stl::new(12).robust().decompose(&scaled).unwrap();
        let trend: Vec<f64> = plain.trend.iter().map(|value| value * factor).collect();
        assert_eq!((parts.trend, parts.weights), (trend, plain.weights.clone()));
        assert_eq!(parts.remainder.len(), 48);
    }
    let mut huge = [f64::MAX, -f64::MAX].repeat(6);
    huge[0] = -f64::MAX;
    let parts = Stl::new(2).periodic().decompose(&huge);
    assert!(matches!(parts, Err(Error::OutOfRange { .. })), "{parts:?}");
}

#[test]
fn strengths_are_shares_of_the_variance_that_is_explained() {
    // By hand: remainder ±1 (variance 1); seasonal ±2 orthogonal to it (with it 5); the trend is a constant.
    let parts = Decomposition {
        trend: vec![7.0; 4],
        seasonal: vec![2.0, 2.0, -2.0, -2.0],
        remainder: vec![1.0, -1.0, 1.0, -1.0],
        weights: vec![1.0; 4],
    };
    assert_eq!((parts.trend_strength(), parts.seasonal_strength()), (0.0, 0.8));
}

proptest! {
    #[test]
    fn parts_add_up_and_follow_shifts_and_scales(
        seed in 0_u64..1000,
        period in 2_usize..9,
        cycles in 2_usize..9,
        extra in 0_usize..9,
        robust: bool,
        preset_r: bool,
    ) {
        // SEMANTICS 24: multiples of 2^-10, so that a shift by 1e9 is exact.
        let n = period * cycles + extra % period;
        let mut random = Random::seeded(seed);
        let y: Vec<f64> = (0..n).map(|_| (random.normal() * 1024.0).round() / 8.0).collect();
        let mut stl = Stl::new(period).preset(if preset_r { Preset::R } else { Preset::Statsmodels });
        if robust {
            stl = stl.robust().outer(3);
        }
        let parts = stl.decompose(&y).unwrap();
        for (place, value) in y.iter().enumerate() {
            let sum = parts.trend[place] + parts.seasonal[place] + parts.remainder[place];
            prop_assert!((sum - value).abs() <= 1e-12 * size(&y));
            prop_assert!((0.0..=1.0).contains(&parts.weights[place]));
        }
        let shifted: Vec<f64> = y.iter().map(|value| value + 1e9).collect();
        let moved = stl.decompose(&shifted).unwrap();
        prop_assert_eq!(&moved.seasonal, &parts.seasonal);
        prop_assert_eq!(&moved.remainder, &parts.remainder);
        prop_assert_eq!(&moved.weights, &parts.weights);
        let doubled: Vec<f64> = y.iter().map(|value| 2.0 * value).collect();
        let twice = stl.decompose(&doubled).unwrap();
        let expected: Vec<f64> = parts.remainder.iter().map(|value| 2.0 * value).collect();
        prop_assert_eq!(twice.remainder, expected);
    }
}

#[cfg(feature = "serde")]
#[test]
fn what_is_written_is_read_and_parts_of_unequal_length_are_refused() {
    let stl = Stl::new(4).robust().trend(9);
    let parts = stl.decompose(&seasonal_walk(20, 4)).unwrap();
    let text = serde_json::to_string(&parts).unwrap();
    assert_eq!(serde_json::from_str::<Decomposition>(&text).unwrap(), parts);
    assert!(
        serde_json::from_str::<Decomposition>(&text.replacen("\"weights\":[", "\"weights\":[1.0,", 1))
            .is_err()
    );
    let text = serde_json::to_string(&stl).unwrap();
    assert_eq!(serde_json::from_str::<Stl>(&text).unwrap(), stl);
}
