//! What holds for every forecaster. A method is done when its line stands in `every_forecaster`, with each law that is
//! true of it: a Box-Cox power knows one unit, and calibrated intervals end at their horizon. `Croston`, which knows no
//! values below 0, has them among its own tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use conformance::{for_all, is_deterministic, permuted, survives_writing, values};
use proptest::prelude::*;
use slo_core::{Error, ErrorKind};
use slo_forecast::{
    Adjusted, AnyForecaster, AutoEts, Composition, Drift, Ema, Ensemble, Errors, Ets, EtsError, EtsSeason,
    EtsSpec, EtsTrend, Forecast, Forecaster, HoltWinters, Initial, Mean, Model, MstlForecaster, Naive,
    SeasonalNaive, StlForecaster, Theta, ThetaVariant,
};
use slo_testkit::{assert_all_close_absolute, assert_close_absolute};

/// Whether the values may change places.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Free,
    Time,
}

/// The laws of a name. Those of all methods need none.
macro_rules! law {
    // Of methods without factors and powers.
    (shift, $method:expr) => {
        #[test]
        fn another_zero_moves_the_forecast_with_it() {
            laws::shift(&$method)
        }
    };
    (scale, $method:expr) => {
        #[test]
        fn another_unit_scales_the_forecast_with_it() {
            laws::scaling(&$method)
        }
    };
    // Of methods that see what came last, and of those that do not.
    (time, $method:expr) => {
        #[test]
        fn values_in_another_order_tell_something_else() {
            laws::permutation(&$method, Order::Time)
        }
    };
    (free, $method:expr) => {
        #[test]
        fn values_in_another_order_tell_the_same() {
            laws::permutation(&$method, Order::Free)
        }
    };
    // Of methods that take further values.
    (online, $method:expr) => {
        #[test]
        fn a_refused_update_leaves_no_trace() {
            online::refusal(&$method)
        }
        #[test]
        fn a_model_survives_writing_and_goes_on() {
            online::writing(|values| $method.fit(values).unwrap());
        }
        #[test]
        fn a_model_does_not_grow() {
            online::bounded(|values| $method.fit(values).unwrap());
        }
    };
    // Of those that estimate nothing but what follows from the values in closed form.
    (closed, $method:expr) => {
        #[test]
        fn an_update_is_a_refit() {
            online::refit(&$method)
        }
    };
}

macro_rules! every_forecaster {
    ($($name:ident: $method:expr => $($law:ident)+;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn a_series_too_short_is_refused() { laws::shortest(&$method) }
            #[test]
            fn what_is_not_finite_is_refused_with_its_place() { laws::finite(&$method) }
            #[test]
            fn horizons_and_levels_that_mean_nothing_are_refused() { laws::requests(&$method) }
            #[test]
            fn a_constant_goes_on_for_certain() { laws::constant(&$method) }
            #[test]
            fn fitted_values_and_residuals_make_up_the_series() { laws::fitted(&$method) }
            #[test]
            fn a_longer_horizon_changes_no_earlier_step() { laws::horizons(&$method) }
            #[test]
            fn a_future_without_errors_is_the_forecast() { laws::path(&$method) }
            #[test]
            fn the_same_seed_gives_the_same_futures() { laws::futures(&$method) }
            #[test]
            fn intervals_lie_within_each_other_about_the_mean() { laws::intervals(&$method) }
            #[test]
            fn the_same_series_gives_the_same_forecast_on_any_thread() { laws::determinism(&$method) }
            #[test]
            fn the_method_and_its_forecast_survive_writing() { laws::writing(&$method) }
            #[test]
            fn it_is_one_of_any() { laws::any(&$method) }
            $(law!($law, $method);)+
        }
    )*};
}

every_forecaster! {
    adjusted: Adjusted::new(4, Naive::new()).unwrap().composition(Composition::Additive) => shift scale time online;
    auto_ets: AutoEts::new() => scale time online;
    drift: Drift::new() => shift scale time online closed;
    ema: Ema::alpha(0.3).unwrap() => shift scale time online closed;
    ensemble: Ensemble::new([Naive::new().into(), Drift::new().into()]) => shift scale time online closed;
    ets: Ets::new("AAN".parse().unwrap()) => shift scale time online;
    holt_winters: HoltWinters::new(4).unwrap() => shift scale time online;
    holt_winters_fixed: smoothing() => shift scale time online closed;
    mean: Mean::new() => shift scale free online closed;
    mstl: MstlForecaster::new(vec![3, 5]) => shift scale time;
    naive: Naive::new() => shift scale time online closed;
    seasonal_naive: SeasonalNaive::new(4).unwrap() => shift scale time online closed;
    simple_smoothing: HoltWinters::simple().alpha(0.3).unwrap().initial(Initial::Simple)
        => shift scale time online closed;
    stl: StlForecaster::new(4) => shift scale time;
    theta: Theta::new().variant(ThetaVariant::DynamicOptimised) => shift scale time online;
}

/// With parameters that are fixed, so that an update is a refit.
fn smoothing() -> HoltWinters {
    let method = HoltWinters::new(4).unwrap().initial(Initial::Simple);
    method.alpha(0.3).unwrap().beta(0.1).unwrap().gamma(0.2).unwrap()
}

/// Those whose parts are factors know positive values only, and other units to rounding.
#[test]
fn a_positive_constant_goes_on_for_certain_where_parts_are_factors() {
    use EtsSeason::{Additive as AddedSeason, Multiplicative as SeasonFactor, None as NoSeason};
    use EtsTrend::{Additive, AdditiveDamped, Multiplicative, MultiplicativeDamped, None as NoTrend};

    let smoothing = |trend, season| {
        let method =
            if season == EtsSeason::None { HoltWinters::holt() } else { HoltWinters::new(4).unwrap() };
        method.trend(trend).season(season)
    };
    let mut methods: Vec<AnyForecaster> = Vec::new();
    for trend in [NoTrend, Additive, AdditiveDamped, Multiplicative, MultiplicativeDamped] {
        for season in [NoSeason, AddedSeason, SeasonFactor] {
            methods.push(smoothing(trend, season).into());
            for error in [EtsError::Additive, EtsError::Multiplicative] {
                let period = if season == NoSeason { 1 } else { 4 };
                methods.push(Ets::new(EtsSpec { error, trend, season }).period(period).into());
            }
        }
    }
    methods.push(AutoEts::new().period(4).into());
    methods.push(Adjusted::new(4, Naive::new()).unwrap().into());
    methods.push(StlForecaster::new(4).into());
    for method in methods {
        laws::constants(&method, &[0.1, 7.25, 1e9, 1e300, f64::MIN_POSITIVE]);
    }
}

mod laws {
    use super::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    pub(super) const HORIZON: usize = 9;
    pub(super) const LEVELS: [f64; 2] = [0.8, 0.95];

    /// Values without a pattern.
    pub(super) fn series(len: usize) -> Vec<f64> {
        (0..len).map(|i| ((i * 7919) % 1009) as f64 / 8.0).collect()
    }

    pub(super) fn ahead(method: &dyn Forecaster, values: &[f64]) -> Forecast {
        method.fit(values).unwrap().forecast(HORIZON, &LEVELS).unwrap()
    }

    pub(super) fn shortest(method: &dyn Forecaster) {
        let values = series(20);
        assert_eq!(method.fit(&[]).unwrap_err().kind(), ErrorKind::TooShort);
        let fits: Vec<bool> = (1..=20).map(|len| method.fit(&values[..len]).is_ok()).collect();
        let needed = fits.iter().position(|fits| *fits).unwrap() + 1;
        assert!(fits[needed - 1..].iter().all(|fits| *fits));
        for len in 1..needed {
            assert_eq!(method.fit(&values[..len]).unwrap_err().kind(), ErrorKind::TooShort, "{len} values");
        }
    }

    pub(super) fn finite(method: &dyn Forecaster) {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in [0, 1, 19] {
                let mut values = series(20);
                values[place] = bad;
                let error = method.fit(&values).unwrap_err();
                assert!(
                    matches!(error, Error::NonFinite { name: "values", index, .. } if index == place),
                    "{error}"
                );
            }
        }
    }

    pub(super) fn requests(method: &dyn Forecaster) {
        let model = method.fit(&series(20)).unwrap();
        assert_eq!(model.forecast(0, &[]).unwrap_err().kind(), ErrorKind::InvalidParameter);
        assert_eq!(model.forecast(usize::MAX, &[]).unwrap_err().kind(), ErrorKind::LimitExceeded);
        for level in [0.0, 1.0, 95.0, -0.5, f64::NAN] {
            assert_eq!(
                model.forecast(1, &[level]).unwrap_err().kind(),
                ErrorKind::InvalidParameter,
                "{level}"
            );
        }
        assert_eq!(model.forecast(1, &[]).unwrap().mean().len(), 1);
    }

    pub(super) fn constant(method: &dyn Forecaster) {
        // The ends of the range of floats among them, and what no sum of binary shares is.
        let ends = [1e300, -1e308, f64::MAX, 5e-324, f64::MIN_POSITIVE];
        constants(method, &[&[0.0, -0.0, -7.25, 0.1, 1e9], &ends[..]].concat());
    }

    pub(super) fn constants(method: &dyn Forecaster, constants: &[f64]) {
        for constant in constants.iter().copied() {
            for len in 1..=30 {
                let model = match method.fit(&vec![constant; len]) {
                    Err(error) if error.kind() == ErrorKind::TooShort => continue,
                    model => model.unwrap_or_else(|error| panic!("{method:?}: {len} of {constant}: {error}")),
                };
                let forecast = model
                    .forecast(HORIZON, &LEVELS)
                    .unwrap_or_else(|error| panic!("{method:?}: {len} of {constant}: {error}"));
                for band in forecast.bands() {
                    for line in [&band.lower[..], forecast.mean(), &band.upper[..]] {
                        assert_eq!(line, [constant; HORIZON], "{method:?}: {len} of {constant}");
                    }
                }
                assert_eq!(forecast.standard_error(), [0.0; HORIZON], "{method:?}: {len} of {constant}");
                assert!(
                    model.residuals().iter().all(|residual| *residual == 0.0),
                    "{method:?}: {len} of {constant}"
                );
                assert!(model.report().converged, "{method:?}: {len} of {constant}");
            }
        }
    }

    pub(super) fn fitted(method: &dyn Forecaster) {
        for_all(values(10..80), |values| {
            let model = method.fit(&values).unwrap();
            let known = &values[model.first_fitted()..];
            assert_eq!((model.fitted().len(), model.residuals().len()), (known.len(), known.len()));
            assert_eq!(model.observations(), values.len() as u64);
            for ((value, fitted), residual) in known.iter().zip(model.fitted()).zip(model.residuals()) {
                assert_close_absolute(fitted + residual, *value, 1e-9);
            }
        });
    }

    pub(super) fn horizons(method: &dyn Forecaster) {
        for_all(values(10..80), |values| {
            let model = method.fit(&values).unwrap();
            let [short, long] = [3, 40].map(|horizon| model.forecast(horizon, &LEVELS).unwrap());
            assert_eq!(long.mean()[..3], *short.mean());
            for (long, short) in long.bands().iter().zip(short.bands()) {
                assert_eq!((&long.lower[..3], &long.upper[..3]), (&short.lower[..], &short.upper[..]));
            }
        });
    }

    pub(super) fn path(method: &dyn Forecaster) {
        for_all(values(10..80), |values| {
            let model = method.fit(&values).unwrap();
            let mut path = [f64::NAN; HORIZON];
            model.path(&[0.0; HORIZON], &mut path);
            let room = 1e-12 * amplitude(&values);
            assert_all_close_absolute(&path, model.forecast(HORIZON, &[]).unwrap().mean(), room);
        });
    }

    pub(super) fn futures(method: &dyn Forecaster) {
        let model = method.fit(&series(50)).unwrap();
        let draw = |seed, errors| model.simulate(HORIZON, 20, seed, errors).unwrap();
        for errors in [Errors::Normal, Errors::Bootstrap] {
            assert_eq!(draw(1, errors), draw(1, errors));
            assert_ne!(draw(1, errors), draw(2, errors));
        }
        for (horizon, paths) in [(0, 1), (1, 0)] {
            let error = model.simulate(horizon, paths, 0, Errors::Normal).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidParameter);
        }
        for (horizon, paths) in [(usize::MAX, 1), (1, usize::MAX), (10_001, 10_000)] {
            let error = model.simulate(horizon, paths, 0, Errors::Normal).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::LimitExceeded);
        }
        let forecast = Forecast::from_paths(&draw(1, Errors::Normal), &LEVELS).unwrap();
        survives_writing(&forecast);
    }

    pub(super) fn intervals(method: &dyn Forecaster) {
        for_all(values(10..80), |values| {
            let forecast = ahead(method, &values);
            let [inner, outer] = forecast.bands() else { panic!("one band for each level") };
            for (step, mean) in forecast.mean().iter().enumerate() {
                assert!(outer.lower[step] <= inner.lower[step] && inner.lower[step] <= *mean);
                assert!(*mean <= inner.upper[step] && inner.upper[step] <= outer.upper[step]);
            }
        });
    }

    /// The greatest size of a value.
    fn amplitude(values: &[f64]) -> f64 {
        values.iter().fold(0.0, |most, value| value.abs().max(most))
    }

    pub(super) fn shift(method: &dyn Forecaster) {
        for_all(values(10..80), |values| {
            let shifted: Vec<f64> = values.iter().map(|value| value + 1e9).collect();
            let (found, there) = (ahead(method, &values), ahead(method, &shifted));
            let room = 1e-6 * amplitude(&values);
            let moved: Vec<f64> = found.mean().iter().map(|mean| mean + 1e9).collect();
            assert_all_close_absolute(there.mean(), &moved, room);
            assert_all_close_absolute(there.standard_error(), found.standard_error(), room);
        });
    }

    pub(super) fn scaling(method: &dyn Forecaster) {
        for_all((values(10..80), -200..200_i32), |(values, power)| {
            let unit = 2_f64.powi(power);
            let scaled: Vec<f64> = values.iter().map(|value| value * unit).collect();
            let (found, there) = (ahead(method, &values), ahead(method, &scaled));
            let room = 1e-12 * amplitude(&values);
            let back = |numbers: &[f64]| numbers.iter().map(|number| number / unit).collect::<Vec<_>>();
            assert_all_close_absolute(&back(there.mean()), found.mean(), room);
            assert_all_close_absolute(&back(there.standard_error()), found.standard_error(), room);
        });
    }

    pub(super) fn permutation(method: &dyn Forecaster, order: Order) {
        if order == Order::Time {
            // The converse: such a method sees what came last.
            let mut reversed = series(20);
            reversed.reverse();
            assert_ne!(ahead(method, &reversed), ahead(method, &series(20)));
            return;
        }
        let places = Just((0..80).collect::<Vec<usize>>()).prop_shuffle();
        for_all((values(10..80), places), |(values, mut places)| {
            places.retain(|place| *place < values.len());
            let (found, there) = (ahead(method, &values), ahead(method, &permuted(&values, &places)));
            let room = 1e-12 * amplitude(&values);
            assert_all_close_absolute(there.mean(), found.mean(), room);
            assert_all_close_absolute(there.standard_error(), found.standard_error(), room);
        });
    }

    pub(super) fn determinism(method: &dyn Forecaster) {
        is_deterministic(|| ahead(method, &series(200)));
    }

    pub(super) fn any<F: Forecaster + Clone + Into<AnyForecaster>>(method: &F) {
        let any: AnyForecaster = method.clone().into();
        assert_eq!(ahead(&any, &series(50)), ahead(method, &series(50)));
        let model = any.fit(&series(50)).unwrap();
        assert_eq!(model.name(), method.fit(&series(50)).unwrap().name());
        survives_writing(&any);
        survives_writing(&model);
    }

    pub(super) fn writing<F: Forecaster + Serialize + DeserializeOwned + PartialEq + Debug>(method: &F) {
        survives_writing(method);
        survives_writing(&ahead(method, &series(30)));
    }
}

mod online {
    use super::laws::{HORIZON, LEVELS, ahead, series};
    use super::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    pub(super) fn refit(method: &dyn Forecaster) {
        for_all((values(10..40), values(1..40)), |(past, future)| {
            let mut model = method.fit(&past).unwrap();
            let Some(online) = model.as_online() else { return };
            let mut whole = past.clone();
            for value in future {
                online.update(value).unwrap();
                whole.push(value);
                let (there, found) = (online.forecast(HORIZON, &LEVELS).unwrap(), ahead(method, &whole));
                let room = 1e-12 * whole.iter().fold(1.0, |most: f64, value| value.abs().max(most));
                assert_all_close_absolute(there.mean(), found.mean(), room);
                assert_all_close_absolute(there.standard_error(), found.standard_error(), room);
                assert_eq!(online.observations(), whole.len() as u64);
            }
        });
    }

    pub(super) fn refusal(method: &dyn Forecaster) {
        let mut model = method.fit(&series(20)).unwrap();
        let before = model.forecast(HORIZON, &LEVELS).unwrap();
        let Some(online) = model.as_online() else { return };
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = online.update(bad).unwrap_err();
            assert!(matches!(error, Error::NonFinite { index: 20, .. }), "{error}");
        }
        assert_eq!(online.observations(), 20);
        assert_eq!(online.forecast(HORIZON, &LEVELS).unwrap(), before);
    }

    pub(super) fn writing<M>(fit: impl Fn(&[f64]) -> M)
    where
        M: Model + Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let mut model = fit(&series(20));
        survives_writing(&model);
        let mut again: M = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
        for value in series(9) {
            for model in [&mut model, &mut again] {
                if let Some(online) = model.as_online() {
                    online.update(value).unwrap();
                }
            }
        }
        assert_eq!(again, model);
    }

    pub(super) fn bounded<M: Model + Serialize>(fit: impl Fn(&[f64]) -> M) {
        let mut model = fit(&series(20));
        let mut length = |updates: usize| {
            for value in series(updates) {
                if let Some(online) = model.as_online() {
                    online.update(value).unwrap();
                }
            }
            serde_json::to_string(&model).unwrap().len()
        };
        let early = length(20);
        // Numbers of more digits; nothing else.
        assert!(length(5000) < early + 100);
    }
}
