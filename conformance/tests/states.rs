//! Models that were saved go on as they did, in every later version.
//!
//! `fixtures/slo-forecast/states/v1/<method>.json` holds a saved model of each method, what it forecast then, and what
//! it forecast after further values. These files are never written anew: a change that cannot read one breaks what
//! users have kept. A new method gets its file from `SLO_WRITE_STATES=1 cargo test -p conformance --test states`, which
//! writes what is not there.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use slo_core::ErrorKind;
use slo_core::stats::Missing;
use slo_forecast::{
    Adjusted, AnyForecaster, AnyModel, BoxCoxForecaster, Conformal, Croston, Decay, Decomposition, Drift,
    Ema, Ensemble, Ets, EtsSeason, Forecast, HoltWinters, Lambda, Mean, Model, MstlForecaster, Naive,
    SeasonalNaive, Snapshot, Stl, StlForecaster, StlOnline, StlSnapshot, StlUpdate, Theta,
};
use slo_testkit::assert_all_close_absolute;

const HORIZON: usize = 6;
const LEVELS: [f64; 2] = [0.8, 0.95];

/// Further values, which a model that takes such is given.
const LATER: [f64; 5] = [31.5, 30.25, 36.0, 33.125, 32.0];

/// A method for each name that a saved model may begin with.
fn methods() -> Vec<(&'static str, AnyForecaster)> {
    vec![
        ("adjusted", Adjusted::new(4, Drift::new()).unwrap().into()),
        ("box_cox_forecaster", BoxCoxForecaster::new(Drift::new(), Lambda::Fixed(0.5)).into()),
        ("conformal", Conformal::new(Drift::new(), HORIZON).unwrap().into()),
        ("croston", Croston::new().into()),
        ("drift", Drift::new().into()),
        ("ema", Ema::new(Decay::Span(5.0)).unwrap().into()),
        ("ensemble", Ensemble::new([Naive::new().into(), Drift::new().into()]).into()),
        ("ets", Ets::new("MAM".parse().unwrap()).period(4).into()),
        ("holt_winters", HoltWinters::new(4).unwrap().season(EtsSeason::Multiplicative).into()),
        ("mean", Mean::new().into()),
        ("mstl_forecaster", MstlForecaster::new(vec![4, 6]).into()),
        ("naive", Naive::new().into()),
        ("seasonal_naive", SeasonalNaive::new(4).unwrap().into()),
        ("stl_forecaster", StlForecaster::new(4).into()),
        ("theta", Theta::new().into()),
    ]
}

/// Positive values with a trend, a season of four and no other pattern.
fn values() -> Vec<f64> {
    (0..48_u32)
        .map(|place| {
            20.0 + f64::from(place) / 4.0 + f64::from(place % 4) + f64::from((place * 7919) % 101) / 64.0
        })
        .collect()
}

/// A saved model and what it said.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    source: String,
    state: Snapshot,
    expected: Said,
    /// After the further values; none for a model that takes no such.
    later: Option<Said>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    mean: Vec<f64>,
    standard_error: Vec<f64>,
    lower: Vec<Vec<f64>>,
    upper: Vec<Vec<f64>>,
}

impl Said {
    fn by(model: &AnyModel) -> Self {
        let forecast: Forecast = model.forecast(HORIZON, &LEVELS).unwrap();
        let [lower, upper] = [false, true].map(|upper| {
            let ends = forecast.bands().iter().map(|band| if upper { &band.upper } else { &band.lower });
            ends.cloned().collect()
        });
        let (mean, standard_error) = (forecast.mean().to_vec(), forecast.standard_error().to_vec());
        Self { mean, standard_error, lower, upper }
    }

    /// Another processor rounds sums in another order, nothing more (SEMANTICS 29).
    fn assert_is(&self, expected: &Self, name: &str) {
        let close = |found: &[f64], expected: &[f64]| {
            let scale = expected.iter().fold(1.0, |most: f64, value| value.abs().max(most));
            assert_all_close_absolute(found, expected, 1e-12 * scale);
        };
        assert_eq!(self.lower.len(), LEVELS.len(), "{name}");
        close(&self.mean, &expected.mean);
        close(&self.standard_error, &expected.standard_error);
        close(&self.lower.concat(), &expected.lower.concat());
        close(&self.upper.concat(), &expected.upper.concat());
    }
}

fn after_more(mut model: AnyModel) -> Option<AnyModel> {
    let online = model.as_online()?;
    for value in LATER {
        online.update(value).unwrap();
    }
    Some(model)
}

fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/slo-forecast/states/v1");
    folder.join(format!("{name}.json"))
}

/// The names of all models that there are, in the words of the refusal of one that is not.
fn names() -> Vec<String> {
    let refusal = serde_json::from_str::<AnyModel>(r#"{"none of them":0}"#).unwrap_err().to_string();
    refusal.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_kind_of_model_has_a_stored_state() {
    let mut known: Vec<&str> = methods().into_iter().map(|(name, _)| name).collect();
    known.sort_unstable();
    let mut names = names();
    names.sort_unstable();
    assert_eq!(known, names, "each needs its line in `methods`");
}

#[test]
fn a_stored_model_forecasts_and_goes_on_as_it_did() {
    for (name, method) in methods() {
        let file = path(name);
        if std::env::var_os("SLO_WRITE_STATES").is_some() && !file.exists() {
            let model = method.fit(&values()).unwrap();
            let stored = Stored {
                source: "this library, when the method was new".to_owned(),
                state: model.snapshot(),
                expected: Said::by(&model),
                later: after_more(model).as_ref().map(Said::by),
            };
            fs::write(&file, serde_json::to_string_pretty(&stored).unwrap() + "\n").unwrap();
        }
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let stored: Stored = serde_json::from_str(&text).unwrap();
        let model = stored.state.restore().unwrap();
        Said::by(&model).assert_is(&stored.expected, name);
        match (after_more(model), stored.later) {
            (Some(model), Some(expected)) => Said::by(&model).assert_is(&expected, name),
            (None, None) => {}
            (model, _) => panic!("{name} took further values once: {}", model.is_none()),
        }
    }
}

#[test]
fn a_state_of_another_version_or_a_damaged_one_is_refused() {
    for (name, method) in methods() {
        let sound = serde_json::to_value(method.fit(&values()).unwrap().snapshot()).unwrap();
        let restored =
            |state: serde_json::Value| serde_json::from_value::<Snapshot>(state).unwrap().restore();
        assert!(restored(sound.clone()).is_ok(), "{name}");
        for version in [0, 2, u32::MAX] {
            let mut other = sound.clone();
            other["version"] = version.into();
            let error = restored(other).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::State, "{name}");
            assert!(error.to_string().contains(&format!("version {version} ")), "{error}");
        }
        let mut damaged = sound.clone();
        damaged["state"] = serde_json::json!({ name: {} });
        assert_eq!(restored(damaged).unwrap_err().kind(), ErrorKind::State, "{name}");
        let mut unknown = sound;
        unknown["state"] = serde_json::json!({ "none of them": unknown["state"][name] });
        assert_eq!(restored(unknown).unwrap_err().kind(), ErrorKind::State, "{name}");
    }
}

/// A decomposition that went on, and what it said.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredParts {
    source: String,
    state: StlSnapshot,
    expected: Decomposition,
    /// With one further value after the other.
    later: Vec<StlUpdate>,
}

impl StoredParts {
    fn by(mut online: StlOnline) -> Self {
        Self {
            source: "this library, when the method was new".to_owned(),
            state: online.snapshot(),
            expected: online.tail().unwrap(),
            later: LATER.map(|value| online.update(value).unwrap()).to_vec(),
        }
    }
}

#[test]
fn a_stored_decomposition_goes_on_as_it_did() {
    let file = path("stl_online");
    if std::env::var_os("SLO_WRITE_STATES").is_some() && !file.exists() {
        let mut values = values();
        values[37] = f64::NAN;
        let stl = Stl::new(4).seasonal(5).trend(5).inner(1).missing(Missing::Skip);
        let stored = StoredParts::by(stl.online(&values).unwrap());
        fs::write(&file, serde_json::to_string_pretty(&stored).unwrap() + "\n").unwrap();
    }
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let stored: StoredParts = serde_json::from_str(&text).unwrap();
    let found = StoredParts::by(stored.state.restore().unwrap());
    // Another processor rounds sums in another order, nothing more (SEMANTICS 29).
    let close = |found: &[f64], expected: &[f64]| {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-12 * 40.0 || found.is_nan() && expected.is_nan());
        }
        assert_eq!(found.len(), expected.len());
    };
    let parts = |found: &Decomposition, expected: &Decomposition| {
        close(&found.trend, &expected.trend);
        close(&found.seasonal, &expected.seasonal);
        close(&found.remainder, &expected.remainder);
        close(&found.weights, &expected.weights);
    };
    parts(&found.expected, &stored.expected);
    assert!(
        found.later.len() == LATER.len() && found.later.iter().any(|update| !update.settled.trend.is_empty())
    );
    for (found, expected) in found.later.iter().zip(&stored.later) {
        parts(&found.settled, &expected.settled);
        let newest =
            |update: &StlUpdate| [update.newest.trend, update.newest.seasonal, update.newest.remainder];
        close(&newest(found), &newest(expected));
    }
}
