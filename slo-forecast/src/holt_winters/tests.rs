//! Holt-Winters against R, statsmodels and its own laws.
use proptest::prelude::*;
use slo_testkit::{assert_all_close, assert_close};
use std::collections::BTreeMap;

use super::*;
use crate::forecaster::Online;
use crate::paths::Errors;

#[derive(serde::Deserialize)]
struct First {
    level: f64,
    trend: f64,
    season: Vec<f64>,
    kind: String,
}

#[derive(serde::Deserialize)]
struct Settings {
    convention: String,
    period: usize,
    trend: String,
    season: String,
    alpha: f64,
    beta: Option<f64>,
    gamma: Option<f64>,
    phi: Option<f64>,
    initial: Option<First>,
}

#[derive(serde::Deserialize)]
struct Expected {
    squares: f64,
    forecast: Vec<f64>,
    upper: Option<Vec<f64>>,
}

fn trend_named(name: &str) -> EtsTrend {
    match name {
        "none" => EtsTrend::None,
        "additive" => EtsTrend::Additive,
        "additive_damped" => EtsTrend::AdditiveDamped,
        _ => panic!("{name}"),
    }
}

fn season_named(name: &str) -> EtsSeason {
    match name {
        "none" => EtsSeason::None,
        "additive" => EtsSeason::Additive,
        "multiplicative" => EtsSeason::Multiplicative,
        _ => panic!("{name}"),
    }
}

fn method(settings: &Settings) -> HoltWinters {
    let base =
        if settings.period > 1 { HoltWinters::new(settings.period).unwrap() } else { HoltWinters::holt() };
    let convention = if settings.convention == "r" { Convention::R } else { Convention::Statsmodels };
    base.trend(trend_named(&settings.trend)).season(season_named(&settings.season)).convention(convention)
}

#[test]
fn at_their_parameters_recursion_and_forecast_are_those_of_r_and_statsmodels() {
    let cases = slo_testkit::fixtures::cases::<Vec<f64>, Settings, Expected>("slo-forecast/holt_winters");
    let mut count = 0;
    for case in cases {
        let settings = &case.parameters;
        let mut fixed = method(settings).alpha(settings.alpha).unwrap();
        for (name, value) in [("beta", settings.beta), ("gamma", settings.gamma), ("phi", settings.phi)] {
            fixed = match (name, value) {
                (_, None) => fixed,
                ("beta", Some(beta)) => fixed.beta(beta).unwrap(),
                ("gamma", Some(gamma)) => fixed.gamma(gamma).unwrap(),
                (_, Some(phi)) => fixed.phi(phi).unwrap(),
            };
        }
        if let Some(First { level, trend, season, .. }) = &settings.initial {
            fixed = fixed.initial(Initial::Given { level: *level, trend: *trend, season: season.clone() });
        }
        let model = fixed.fit(&case.input).unwrap();
        case.assert_close("sum of squares", model.sum_of_squares(), case.expected.squares);
        let forecast = model.forecast(12, &[0.95]).unwrap();
        // Of a season, statsmodels forecasts eleven months rightly: it does not let the last value move the twelfth.
        let steps = case.expected.forecast.len();
        case.assert_all_close("forecast", &forecast.mean()[..steps], &case.expected.forecast);
        if let Some(upper) = &case.expected.upper {
            case.assert_all_close("upper", &forecast.bands()[0].upper, upper);
        }
        count += 1;
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn the_heuristic_start_is_that_of_statsmodels() {
    let mut count = 0;
    for case in slo_testkit::fixtures::cases::<Vec<f64>, Settings, Expected>("slo-forecast/holt_winters") {
        let Some(first) = case.parameters.initial.as_ref().filter(|first| first.kind == "heuristic") else {
            continue;
        };
        let model = method(&case.parameters).initial(Initial::Heuristic).fit(&case.input).unwrap();
        let Initial::Given { level, trend, season } = model.initial() else { panic!() };
        case.assert_close("level", level, first.level);
        case.assert_close("trend", trend, first.trend);
        case.assert_all_close("season", &season, &first.season);
        count += 1;
    }
    assert_eq!(count, 9);
}

#[test]
fn the_search_ends_no_higher_than_those_of_r_and_statsmodels() {
    for case in slo_testkit::fixtures::cases::<Vec<f64>, Settings, Expected>("slo-forecast/holt_winters") {
        let settings = &case.parameters;
        let initial = match &settings.initial {
            Some(first) if first.kind == "estimated" => Initial::Estimated,
            _ => Initial::Heuristic,
        };
        let model = method(settings).initial(initial).fit(&case.input).unwrap();
        let (ours, theirs) = (model.sum_of_squares(), case.expected.squares);
        assert!(ours <= theirs * (1.0 + 1e-6), "{}: {ours} is more than {theirs}", case.name);
        assert!(model.report().converged, "{}", case.name);
        if settings.convention == "r" {
            // R's search ends where the sum falls by less than 1.5e-8 of it: its parameters are its root's worth off.
            let theirs = [Some(settings.alpha), settings.beta, settings.gamma].into_iter().flatten();
            for ((name, ours), theirs) in model.parameters().into_iter().zip(theirs) {
                assert!((ours - theirs).abs() < 1e-4, "{}, {name}: {ours} and {theirs}", case.name);
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct Outside {
    sse: f64,
    params: BTreeMap<String, serde_json::Value>,
}

#[test]
fn no_case_of_statsmodels_ends_lower() {
    // statsmodels 0.15.0 on four series with 27 settings each; SLO_CASES names the folder.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let text = |name: &str| std::fs::read_to_string(folder.join("forecast").join(name)).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text("py_oracles.json")).unwrap();
    let series: serde_json::Value = serde_json::from_str(&text("series.json")).unwrap();
    let cases: BTreeMap<String, Outside> =
        serde_json::from_value(all["statsmodels_holtwinters"].clone()).unwrap();
    assert!(cases.len() >= 100);
    for (name, case) in cases {
        let parts: Vec<&str> = name.split('|').collect();
        let values: Vec<f64> = serde_json::from_value(series[parts[0]]["values"].clone()).unwrap();
        let period = usize::try_from(series[parts[0]]["frequency"].as_u64().unwrap()).unwrap();
        let trend = match (parts[1], parts[3]) {
            ("None", _) => EtsTrend::None,
            (_, "damped=True") => EtsTrend::AdditiveDamped,
            _ => EtsTrend::Additive,
        };
        let season = match parts[2] {
            "None" => EtsSeason::None,
            "add" => EtsSeason::Additive,
            _ => EtsSeason::Multiplicative,
        };
        let initial = match parts[4] {
            "estimated" => Initial::Estimated,
            "heuristic" => Initial::Heuristic,
            _ => Initial::Legacy,
        };
        let estimated = initial == Initial::Estimated;
        let method = HoltWinters::new(period).unwrap().trend(trend).season(season).initial(initial);
        let model = method.fit(&values).unwrap();
        let (ours, theirs) = (model.sum_of_squares(), case.sse);
        assert!(ours <= theirs * (1.0 + 1e-6), "{name}: {ours} is more than {theirs}");
        let Initial::Given { level, .. } = model.initial() else { panic!() };
        if !estimated {
            assert_close(level, case.params["initial_level"].as_f64().unwrap(), 1e-10);
        }
    }
}

fn wavy(n: u32) -> Vec<f64> {
    let mut random = slo_testkit::Random::seeded(5);
    (0..n)
        .map(|t| 50.0 + 0.2 * f64::from(t) + [6.0, -1.0, -8.0, 3.0][t as usize % 4] + random.normal())
        .collect()
}

#[test]
fn each_setter_changes_the_model() {
    let values = wavy(60);
    let base = HoltWinters::new(4).unwrap();
    let plain = base.fit(&values).unwrap();
    let others = [
        base.clone().trend(EtsTrend::AdditiveDamped),
        base.clone().season(EtsSeason::Multiplicative),
        base.clone().convention(Convention::R),
        base.clone().convention(Convention::Ets),
        base.clone().initial(Initial::Heuristic),
        base.clone().initial(Initial::Simple),
        base.clone().initial(Initial::Legacy),
        base.clone().initial(Initial::Given { level: 40.0, trend: 1.0, season: vec![0.0; 4] }),
        base.clone().alpha(0.5).unwrap(),
        base.clone().beta(0.02).unwrap(),
        base.clone().gamma(0.3).unwrap(),
        base.clone().trend(EtsTrend::AdditiveDamped).phi(0.85).unwrap(),
    ];
    let means: Vec<Vec<f64>> = others
        .iter()
        .map(|method| method.fit(&values).unwrap().forecast(5, &[]).unwrap().mean().to_vec())
        .collect();
    let plain = plain.forecast(5, &[]).unwrap();
    for (place, mean) in means.iter().enumerate() {
        assert_ne!(mean, plain.mean(), "{:?}", others[place]);
        for other in &means[..place] {
            assert_ne!(mean, other, "{:?}", others[place]);
        }
    }
}

#[test]
fn a_constant_is_met_exactly() {
    for value in [0.0, 0.75, -3.0, 1e308] {
        for method in
            [HoltWinters::simple(), HoltWinters::holt(), HoltWinters::damped(), HoltWinters::new(4).unwrap()]
        {
            let model = method.fit(&[value; 30]).unwrap();
            let forecast = model.forecast(9, &[0.99]).unwrap();
            assert_eq!(forecast.mean(), [value; 9], "{method:?}");
            assert_eq!(forecast.bands()[0].upper, [value; 9], "{method:?}");
            assert!(model.report().converged);
        }
    }
}

#[test]
fn a_line_goes_on() {
    let line: Vec<f64> = (0..40_u32).map(|t| 5.0 - 0.25 * f64::from(t)).collect();
    for method in [HoltWinters::holt(), HoltWinters::new(4).unwrap()] {
        let forecast = method.fit(&line).unwrap().forecast(3, &[]).unwrap();
        assert_all_close(forecast.mean(), &[-5.0, -5.25, -5.5], 1e-12);
    }
}

#[test]
fn growth_by_a_factor_goes_on() {
    let doubling: Vec<f64> = (0..12).map(|t| 2.0_f64.powi(t)).collect();
    let model = HoltWinters::holt().trend(EtsTrend::Multiplicative).fit(&doubling).unwrap();
    assert_all_close(model.forecast(2, &[]).unwrap().mean(), &[4096.0, 8192.0], 1e-9);
}

#[test]
fn what_has_no_model_is_refused() {
    let factor = HoltWinters::new(2).unwrap().season(EtsSeason::Multiplicative);
    let mut values = vec![1.0; 20];
    values[7] = 0.0;
    for method in [factor.clone(), HoltWinters::holt().trend(EtsTrend::Multiplicative)] {
        let Error::InvalidParameter { name, value, reason } = method.fit(&values).unwrap_err() else {
            panic!()
        };
        assert_eq!((name, value.as_str()), ("values", "0"));
        assert!(reason.contains("place 7"), "{reason}");
    }
    values[7] = f64::MIN_POSITIVE;
    assert!(factor.fit(&values).is_ok());
    values[7] = f64::NAN;
    assert!(matches!(factor.fit(&values), Err(Error::NonFinite { index: 7, .. })));
    // Twice the period, which is also one more than the 11 numbers that are estimated.
    let season = HoltWinters::new(6).unwrap();
    assert!(matches!(season.fit(&[1.0; 11]), Err(Error::TooShort { needed: 12, .. })));
    assert!(season.fit(&[1.0; 12]).is_ok());
    assert!(matches!(HoltWinters::simple().fit(&[1.0, 2.0]), Err(Error::TooShort { needed: 3, .. })));
    assert!(HoltWinters::simple().fit(&[1.0, 2.0, 1.5]).is_ok());
    assert!(matches!(HoltWinters::new(usize::MAX).unwrap().fit(&[1.0; 9]), Err(Error::TooShort { .. })));
    assert!(HoltWinters::new(0).is_err() && HoltWinters::new(1).is_err());
    assert!(HoltWinters::simple().season(EtsSeason::Additive).fit(&[1.0; 9]).is_err());
    let unknown = HoltWinters::damped().convention(Convention::R).fit(&[1.0; 20]);
    assert!(matches!(unknown, Err(Error::Unsupported { .. })));
    assert!(HoltWinters::holt().alpha(0.2).unwrap().beta(0.3).unwrap().fit(&[1.0; 20]).is_err());
    assert!(HoltWinters::holt().alpha(0.2).unwrap().beta(0.2).unwrap().fit(&wavy(20)).is_ok());
    let both = season.clone().alpha(0.5).unwrap();
    assert!(both.clone().gamma(0.6).unwrap().fit(&[1.0; 20]).is_err());
    assert!(both.gamma(0.5).unwrap().fit(&wavy(20)).is_ok());
    let short = season.initial(Initial::Given { level: 1.0, trend: 0.0, season: vec![0.0; 5] });
    assert!(matches!(short.fit(&[1.0; 20]), Err(Error::LengthMismatch { .. })));
    for bad in [-0.1, 1.1, f64::NAN] {
        let base = HoltWinters::holt;
        assert!(base().alpha(bad).is_err() && base().beta(bad).is_err() && base().gamma(bad).is_err());
        assert!(base().phi(bad).is_err());
    }
    assert!(HoltWinters::holt().phi(0.0).is_err());
    // Squares of errors near 1e308 are no floats.
    let huge: Vec<f64> = (0..20).map(|t| if t % 3 == 0 { 1e308 } else { -1e308 }).collect();
    assert!(matches!(HoltWinters::simple().fit(&huge), Err(Error::OutOfRange { .. })));
    let model = HoltWinters::new(4).unwrap().fit(&wavy(30)).unwrap();
    assert!(matches!(model.forecast(0, &[]), Err(Error::InvalidParameter { name: "horizon", .. })));
    assert!(matches!(model.forecast(1_000_000_000, &[]), Err(Error::LimitExceeded { .. })));
}

#[test]
fn spikes_and_alternation_are_fitted_or_say_so() {
    let mut spike = vec![1.0; 40];
    spike[20] = 1e6;
    let alternating: Vec<f64> = (0..40).map(|t| f64::from(t % 2)).collect();
    for values in [spike, alternating] {
        for trend in [EtsTrend::None, EtsTrend::Additive, EtsTrend::AdditiveDamped] {
            for season in [EtsSeason::None, EtsSeason::Additive] {
                let model = HoltWinters::new(7).unwrap().trend(trend).season(season).fit(&values).unwrap();
                assert!(model.report().converged || !model.report().warnings.is_empty());
                assert!(model.sum_of_squares().is_finite());
            }
        }
    }
}

#[test]
fn variances_are_those_of_the_moving_average_form() {
    // Hyndman et al. (2008), table 6.1: 1 + Σ c_j², c_j = α + β (φ + ... + φ^j) + γ [m divides j].
    let (alpha, beta, gamma, phi) = (0.3, 0.1, 0.2, 0.9);
    let start = Initial::Given { level: 0.0, trend: 0.0, season: vec![0.0; 3] };
    let method = HoltWinters::new(3).unwrap().trend(EtsTrend::AdditiveDamped).convention(Convention::Ets);
    let method = method.alpha(alpha).unwrap().beta(beta).unwrap().gamma(gamma).unwrap().phi(phi).unwrap();
    let model = method.initial(start).fit(&[1.0, -2.0, 1.5, 0.5]).unwrap();
    let forecast = model.forecast(8, &[]).unwrap();
    let mut variance = 1.0;
    let mut damped = 0.0;
    for (step, error) in (1..=8_i32).zip(forecast.standard_error()) {
        let error = error / model.sigma();
        assert_close(error * error, variance, 1e-13);
        damped += phi.powi(step);
        let c = alpha + beta * damped + if step % 3 == 0 { gamma } else { 0.0 };
        variance += c * c;
    }
}

#[test]
fn linearised_errors_are_those_of_simulated_paths() {
    // 20,000 paths know a deviation to 0.5 % (one standard error); linearising leaves terms of the squared relative
    // error, here below 0.1 %. Four standard errors and that are 2.1 %.
    let values: Vec<f64> =
        wavy(80).iter().enumerate().map(|(t, y)| y * [1.3, 1.0, 0.7, 1.0][t % 4]).collect();
    for (trend, convention) in [
        (EtsTrend::None, Convention::Statsmodels),
        (EtsTrend::Additive, Convention::Statsmodels),
        (EtsTrend::AdditiveDamped, Convention::Ets),
        (EtsTrend::Additive, Convention::R),
        (EtsTrend::Multiplicative, Convention::Statsmodels),
    ] {
        let method = HoltWinters::new(4).unwrap().trend(trend).season(EtsSeason::Multiplicative);
        let method = method.intervals(Intervals::Analytic);
        let method =
            method.convention(convention).alpha(0.3).unwrap().beta(0.05).unwrap().gamma(0.2).unwrap();
        let model = method.fit(&values).unwrap();
        let forecast = model.forecast(9, &[]).unwrap();
        let deviation = model.simulate(9, 20_000, 1, Errors::Normal).unwrap().standard_deviation();
        assert_all_close(&deviation, forecast.standard_error(), 0.021);
    }
}

#[test]
fn a_path_without_errors_is_the_forecast() {
    for season in [EtsSeason::None, EtsSeason::Additive, EtsSeason::Multiplicative] {
        for trend in [EtsTrend::None, EtsTrend::Additive, EtsTrend::AdditiveDamped, EtsTrend::Multiplicative]
        {
            let method = HoltWinters::new(4).unwrap().trend(trend).season(season);
            let model = method.fit(&wavy(50)).unwrap();
            let mut path = [0.0; 9];
            model.path(&[0.0; 9], &mut path);
            assert_all_close(&path, model.forecast(9, &[]).unwrap().mean(), 1e-12);
        }
    }
}

#[test]
fn a_refit_of_the_same_series_finds_the_same() {
    let values = wavy(60);
    let model = HoltWinters::new(4).unwrap().fit(&values).unwrap();
    let again = model.refit(&values).unwrap();
    // Both searches end where the sum falls by less than 1e-13 of it.
    assert_close(again.sum_of_squares(), model.sum_of_squares(), 1e-9);
    assert!(again.report().iterations < model.report().iterations);
}

proptest! {
    #[test]
    fn updating_is_filtering_the_longer_series(split in 20_usize..50, alpha in 0.05..0.5_f64, share in 0.0..1.0_f64) {
        let values = wavy(60);
        for season in [EtsSeason::None, EtsSeason::Additive, EtsSeason::Multiplicative] {
            for (trend, convention) in [
                (EtsTrend::None, Convention::Statsmodels),
                (EtsTrend::AdditiveDamped, Convention::Ets),
                (EtsTrend::Additive, Convention::R),
                (EtsTrend::Multiplicative, Convention::Statsmodels),
            ] {
                let method = HoltWinters::new(4).unwrap().trend(trend).season(season).convention(convention)
                    .initial(Initial::Heuristic).intervals(Intervals::Analytic)
                    .alpha(alpha).unwrap().beta(alpha * share).unwrap().gamma((1.0 - alpha) * share).unwrap().phi(0.9).unwrap();
                let whole = method.fit(&values).unwrap();
                let first = whole.initial();
                // The start is kept: R's recursion begins after what its start is made of.
                let mut model = method.fit(&values[..split]).unwrap();
                prop_assert_eq!(first, model.initial());
                for value in &values[split..] {
                    model.update(*value).unwrap();
                }
                let (a, b) = (model.forecast(6, &[0.9]).unwrap(), whole.forecast(6, &[0.9]).unwrap());
                for (a, b) in a.bands()[0].upper.iter().zip(&b.bands()[0].upper) {
                    prop_assert!((a - b).abs() <= 1e-9 * b.abs(), "{trend:?} {season:?} {a} {b}");
                }
                prop_assert_eq!(model.observations(), 60);
            }
        }
    }

    #[test]
    fn another_unit_of_two_to_a_power_scales_everything_exactly(power in -30_i32..30) {
        let (values, scale) = (wavy(40), 2.0_f64.powi(power));
        let scaled: Vec<f64> = values.iter().map(|y| y * scale).collect();
        for season in [EtsSeason::None, EtsSeason::Additive, EtsSeason::Multiplicative] {
            let method = HoltWinters::new(4).unwrap().season(season).intervals(Intervals::Analytic);
            let (a, b) = (method.fit(&values).unwrap(), method.fit(&scaled).unwrap());
            prop_assert_eq!(a.parameters(), b.parameters());
            let (a, b) = (a.forecast(5, &[]).unwrap(), b.forecast(5, &[]).unwrap());
            for (a, b) in a.mean().iter().chain(a.standard_error()).zip(b.mean().iter().chain(b.standard_error())) {
                prop_assert!((a * scale - b).abs() <= 1e-15 * b.abs());
            }
        }
    }

    #[test]
    fn another_zero_moves_the_forecast_of_additive_parts(shift in -1_000_000_000_i64..1_000_000_000) {
        // Multiples of 2^-10, so that the shift is exact.
        let values: Vec<f64> = wavy(40).iter().map(|y| (y * 1024.0).round() / 1024.0).collect();
        let moved: Vec<f64> = values.iter().map(|y| y + shift as f64).collect();
        for method in [HoltWinters::simple(), HoltWinters::holt(), HoltWinters::new(4).unwrap()] {
            let (a, b) = (method.fit(&values).unwrap(), method.fit(&moved).unwrap());
            prop_assert_eq!(a.parameters(), b.parameters());
            let (a, b) = (a.forecast(5, &[]).unwrap(), b.forecast(5, &[]).unwrap());
            for (a, b) in a.mean().iter().zip(b.mean()) {
                prop_assert!((a - (b - shift as f64)).abs() <= 1e-6 * 100.0);
            }
        }
    }

    #[test]
    fn no_neighbour_of_the_minimum_is_lower(k in 0_usize..3, step in prop::sample::select(vec![-1e-3, 1e-3])) {
        // The parameters are moved, the first states kept: a lower sum would be a search that ended too early.
        let values = wavy(60);
        let model = HoltWinters::new(4).unwrap().fit(&values).unwrap();
        let found: Vec<f64> = model.parameters().into_iter().map(|(_, value)| value).collect();
        let mut moved = found.clone();
        moved[k] = (moved[k] + step).clamp(0.0, 1.0);
        moved[1] = moved[1].min(moved[0]);
        moved[2] = moved[2].min(1.0 - moved[0]);
        let near = HoltWinters::new(4).unwrap().initial(model.initial()).alpha(moved[0]).unwrap().beta(moved[1]).unwrap()
            .gamma(moved[2]).unwrap().fit(&values).unwrap();
        prop_assert!(near.sum_of_squares() >= model.sum_of_squares() * (1.0 - 1e-12));
    }
}

#[test]
fn a_refused_value_changes_nothing() {
    let model = HoltWinters::new(4).unwrap().season(EtsSeason::Multiplicative).fit(&wavy(40)).unwrap();
    for (value, kind) in [(f64::NAN, 0), (0.0, 1), (-1.0, 1), (1e300, 2)] {
        let mut other = model.clone();
        let error = other.update(value).unwrap_err();
        assert!(match kind {
            0 => matches!(error, Error::NonFinite { index: 40, .. }),
            1 => matches!(error, Error::InvalidParameter { .. }),
            _ => matches!(error, Error::OutOfRange { .. }),
        });
        assert_eq!(other, model);
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_model_resumes_where_it_was_and_no_other_state_is_taken() {
    let model = HoltWinters::new(4).unwrap().trend(EtsTrend::AdditiveDamped).fit(&wavy(40)).unwrap();
    let text = serde_json::to_value(&model).unwrap();
    assert_eq!(serde_json::from_value::<HoltWintersModel>(text.clone()).unwrap(), model);
    let changed = |pointer: &str, to: serde_json::Value| {
        let mut text = text.clone();
        *text.pointer_mut(pointer).unwrap() = to;
        serde_json::from_value::<HoltWintersModel>(text)
    };
    for (pointer, to) in [
        ("/squares", serde_json::json!(-1.0)),
        ("/count", 9.into()),
        ("/parameters/0", 2.into()),
        ("/parameters/3", 0.into()),
        ("/states/season", serde_json::json!([1.0])),
        ("/states/next", 4.into()),
        ("/initial/season", serde_json::json!([])),
        ("/initial/first", 1.into()),
        ("/method/period", 1.into()),
        ("/method/fixed", serde_json::json!([2.0, null, null, null])),
    ] {
        assert!(changed(pointer, to).is_err(), "{pointer}");
    }
}

#[test]
fn a_season_twice_as_wide_as_any_float_is_met_exactly() {
    // From one value to the next it is 3.4e308, which is no float, though all values are.
    let values: Vec<f64> = (0..40).map(|t| if t % 2 == 0 { 1.7e308 } else { -1.7e308 }).collect();
    let model = HoltWinters::new(2).unwrap().fit(&values).unwrap();
    assert_eq!(model.fitted(), values);
    assert_eq!(model.forecast(4, &[]).unwrap().mean(), &values[..4]);
}
