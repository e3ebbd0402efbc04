//! What must hold for every text that a parser is given: a function for each target, which panics where it does not.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use slo_anomaly::{
    AnyDetector, ChangePoints, Dbscan, Detection, Detector, EsdResult, HalfSpaceTrees, HalfSpaceTreesModel,
    HistogramModel, IsolationForestModel, MedianDistance, OnlineDetector, PanelDetection, Pelt, Profile,
    RowDetection, RowVerdict, RunLengths, Snapshot, TestResult, Verdict, WindowChange,
};
use slo_core::decompose::StlSnapshot;
use slo_core::stats::online::Moments;
use slo_core::stats::rolling::SlidingMoments;
use slo_core::stats::sorted_window::SortedWindow;
use slo_core::{
    AlertPolicy, BudgetMonitor, BurnRule, CountSeries, Counts, Duration, Error, Fraction, Objective, Result,
    Slo, Timestamp, Window,
};
use slo_forecast::{
    AdaptiveConformal, AnyForecaster, DriftModel, EmaModel, EmaState, Forecast, MeanModel, Model, NaiveModel,
    Online, SeasonalNaiveModel,
};
use slo_io::{CountQuery, Labels, Selector, from_json, read_prometheus, read_specs, to_json};

/// A target: panics where what must hold does not hold for a text.
pub type Target = fn(&str);

/// Every target under its name, which is also that of its folder of seeds.
pub const TARGETS: [(&str, Target); 10] = [
    ("duration", duration),
    ("timestamp", timestamp),
    ("fraction", fraction),
    ("objective", objective),
    ("selector", selector),
    ("prometheus", prometheus),
    ("specs", specs),
    ("json", json),
    ("state", state),
    ("forecasts", forecasts),
];

/// Durations, windows, and durations from a float: what is read is printed so that it can be read again.
pub fn duration(text: &str) {
    if let Some(duration) = printed_and_read_again::<Duration>(text) {
        let window = printed_and_read_again::<Window>(text);
        assert_eq!(window.map(|window| window.length()), Some(duration).filter(|d| d.is_positive()));
    }
    if let Some(duration) = from_float(text, Duration::from_seconds_f64) {
        printed_and_read_again::<Duration>(&duration.to_string());
    }
}

/// Instants, from text and from a float.
pub fn timestamp(text: &str) {
    printed_and_read_again::<Timestamp>(text);
    if let Some(timestamp) = from_float(text, Timestamp::from_unix_seconds) {
        assert_eq!(timestamp.to_string().parse(), Ok(timestamp), "{text:?}");
    }
}

/// Fractions, from text and from a float.
pub fn fraction(text: &str) {
    if let Some(fraction) = printed_and_read_again::<Fraction>(text) {
        assert_eq!(fraction.times(Fraction::ONE), Ok(fraction), "{text:?}");
        if let Some(rest) = fraction.complement() {
            assert_eq!(rest.complement(), Some(fraction), "{text:?}");
        }
    }
    if let Some(fraction) = from_float(text, Fraction::try_from) {
        assert_eq!(fraction.to_string().parse(), Ok(fraction), "{text:?}");
    }
}

/// Objectives, from text, from a share and from a percentage.
pub fn objective(text: &str) {
    let read = [
        printed_and_read_again::<Objective>(text),
        from_float(text, Objective::new),
        from_float(text, Objective::percent),
    ];
    for objective in read.into_iter().flatten() {
        assert_eq!(objective.to_string().parse(), Ok(objective), "{text:?}");
        assert_eq!(objective.budget().complement(), Some(objective.target()), "{text:?}");
    }
}

/// Selectors; none of them selects a series without labels.
pub fn selector(text: &str) {
    if let Some(selector) = printed_and_read_again::<Selector>(text) {
        assert!(!selector.matches(&Labels::default()), "{text:?}");
    }
}

/// Answers of Prometheus, and the counts that can be made of them.
pub fn prometheus(text: &str) {
    let Some(all) = accepted(text, read_prometheus(text)) else { return };
    for labelled in &all {
        let series = &labelled.series;
        assert!(selects_itself(&labelled.labels), "{}", labelled.labels);
        assert!(series.values().iter().all(|value| value.is_finite()));
        assert!(series.times().is_sorted() && series.times().len() == series.len());
        if let Some(increases) = accepted(text, series.increases()) {
            assert_eq!(increases.len(), series.len().saturating_sub(1));
            assert!(increases.values().iter().all(|increase| *increase >= 0.0));
        }
        assert!(series.resets().len() <= series.len());
    }
    for query in [CountQuery::good, CountQuery::bad] {
        let (Ok(part), Ok(total)) = ("part_total".parse(), "asked_total".parse()) else { return };
        let counts = accepted(text, query(part, total).by(["pod"]).counts(&all));
        for group in counts.into_iter().flatten() {
            let sums = group.counts.counts();
            assert!(0.0 <= sums.bad() && sums.bad() <= sums.total(), "{sums:?}");
        }
    }
}

/// Specs of SLOs, and what can be computed from them.
pub fn specs(text: &str) {
    for spec in accepted(text, read_specs(text)).into_iter().flatten() {
        assert!(!spec.name.is_empty() && !spec.window.to_string().is_empty());
        if let Some(slo) = accepted(text, spec.slo()) {
            assert_eq!(slo.objective(), spec.objective);
            assert!(slo.to_string().starts_with(&spec.name));
        }
        // The indicator's queries are texts of their own, with places of their own.
        let _ = CountQuery::from_indicator(&spec.indicator);
    }
}

/// Values as JSON: what is read is written so that it can be read again.
pub fn json(text: &str) {
    written_and_read_again::<BurnRule>(text);
    written_and_read_again::<AlertPolicy>(text);
    written_and_read_again::<CountSeries>(text);
    written_and_read_again::<Counts>(text);
    written_and_read_again::<Slo>(text);
}

/// States that a service keeps: what is read back goes on, and is refused or right, but never breaks.
pub fn state(text: &str) {
    written_and_read_again::<Forecast>(text);
    written_and_read_again::<Moments>(text);
    written_and_read_again::<SlidingMoments>(text);
    written_and_read_again::<SortedWindow>(text);
    if let Some(mut state) = accepted(text, from_json::<EmaState>(text)) {
        written_and_read_again::<EmaState>(text);
        for value in NEXT {
            let _ = state.observe(value);
        }
    }
    model::<DriftModel>(text);
    model::<EmaModel>(text);
    model::<MeanModel>(text);
    model::<NaiveModel>(text);
    model::<SeasonalNaiveModel>(text);
    let online = accepted(text, from_json::<Snapshot>(text).and_then(Snapshot::restore));
    if let Some(mut online) = online {
        written_and_read_again::<Snapshot>(text);
        for value in NEXT {
            let _ = online.observe(value);
        }
        accepted(text, online.snapshot().restore());
    }
    monitor(text);
    anomalies(text);
}

/// Forecasters and their fitted models of every kind, and a decomposition that goes on.
pub fn forecasts(text: &str) {
    written_and_read_again::<AnyForecaster>(text);
    if let Some(method) = accepted(text, from_json::<AnyForecaster>(text)) {
        accepted(text, method.fit(&NEXT));
    }
    written_and_read_again::<AdaptiveConformal>(text);
    let model = from_json::<slo_forecast::Snapshot>(text).and_then(slo_forecast::Snapshot::restore);
    if let Some(mut model) = accepted(text, model) {
        written_and_read_again::<slo_forecast::Snapshot>(text);
        for value in NEXT {
            accepted(text, model.forecast(3, &[0.95]));
            if let Some(online) = model.as_online() {
                accepted(text, online.update(value));
            }
        }
        assert!(accepted(text, model.snapshot().restore()).is_some(), "{text}");
    }
    let online = from_json::<StlSnapshot>(text).and_then(StlSnapshot::restore);
    if let Some(mut online) = accepted(text, online) {
        written_and_read_again::<StlSnapshot>(text);
        for value in NEXT {
            accepted(text, online.update(value));
        }
        assert_eq!(accepted(text, online.snapshot().restore()).as_ref(), Some(&online), "{text}");
    }
}

/// What detectors find, and models of rows: these score rows of as many numbers as they have columns.
fn anomalies(text: &str) {
    use slo_core::ndarray::Array2;

    written_and_read_again::<ChangePoints>(text);
    written_and_read_again::<Detection>(text);
    written_and_read_again::<EsdResult>(text);
    written_and_read_again::<PanelDetection>(text);
    written_and_read_again::<Profile>(text);
    written_and_read_again::<RowDetection>(text);
    written_and_read_again::<RowVerdict>(text);
    written_and_read_again::<RunLengths>(text);
    written_and_read_again::<TestResult>(text);
    written_and_read_again::<Verdict>(text);
    detector(text);
    let rows =
        |columns: usize| Array2::from_shape_fn((2, columns), |(row, _)| if row == 0 { 0.0 } else { 1e300 });
    if let Some(model) = model_of_rows::<HistogramModel>(text) {
        accepted(text, model.score(rows(model.columns()).view()));
    }
    if let Some(model) = model_of_rows::<IsolationForestModel>(text) {
        accepted(text, model.score(rows(model.columns()).view()));
    }
    if let Some(mut model) = model_of_rows::<HalfSpaceTreesModel>(text) {
        let mut scores = [0.0; 2];
        accepted(text, model.observe_into(rows(model.columns()).view(), &mut scores));
        assert!(scores.iter().all(|score| score.is_nan() || (0.0..=1.0).contains(score)), "{scores:?}");
        written_and_read_again::<HalfSpaceTreesModel>(&to_json(&model).unwrap_or_default());
    }
}

fn model_of_rows<M: DeserializeOwned + Serialize + Debug + PartialEq>(text: &str) -> Option<M> {
    written_and_read_again::<M>(text);
    accepted(text, from_json::<M>(text))
}

/// A detector that is read back judges a few values, or refuses; what streams goes on from a snapshot.
fn detector(text: &str) {
    written_and_read_again::<AnyDetector>(text);
    written_and_read_again::<Dbscan>(text);
    written_and_read_again::<HalfSpaceTrees>(text);
    written_and_read_again::<MedianDistance>(text);
    if let Some(pelt) = accepted(text, from_json::<Pelt>(text)) {
        accepted(text, pelt.detect(&NEXT));
    }
    if let Some(window) = accepted(text, from_json::<WindowChange>(text)) {
        accepted(text, window.detect(&NEXT));
    }
    let Some(detector) = accepted(text, from_json::<AnyDetector>(text)) else { return };
    accepted(text, detector.check());
    if let Some(found) = accepted(text, detector.detect(&NEXT)) {
        assert_eq!(found.scores.len(), NEXT.len());
    }
    let Some(mut online) = accepted(text, detector.online()) else { return };
    for value in NEXT {
        accepted(text, online.observe(value));
    }
    assert!(accepted(text, online.snapshot().restore()).is_some(), "{text}");
}

/// What comes after a state that was read.
const NEXT: [f64; 5] = [1.0, -1e300, 1e300, 0.0, 1.0];

/// A monitor that is read back takes records, late and early, lets time pass, and merges.
fn monitor(text: &str) {
    written_and_read_again::<BudgetMonitor>(text);
    let Some(mut monitor) = accepted(text, from_json::<BudgetMonitor>(text)) else { return };
    let begin = monitor.decided().unwrap_or_default();
    for (bad, later) in [(1.0, 1), (0.5, 0), (7.0, -1), (0.0, i64::MAX / 4), (1e299, 60_000_000_000)] {
        let Some(at) = accepted(text, begin.checked_add(Duration::from_nanos(later))) else { continue };
        if let Some(counts) = accepted(text, Counts::bad_total(bad, bad + 1.0)) {
            accepted(text, monitor.record(at, counts));
        }
        if let Some(next) = monitor.next_change().filter(|next| *next < Timestamp::from_nanos(i64::MAX / 2)) {
            accepted(text, monitor.clone().advance(next));
        }
        assert!(
            monitor.budget().total() >= 0.0 && monitor.burn_rates().len() == monitor.policy().windows().len()
        );
    }
    let copy = monitor.clone();
    accepted(text, monitor.merge(&copy));
    accepted(text, monitor.series());
    let written = to_json(&monitor);
    let again = written.clone().and_then(|written| from_json::<BudgetMonitor>(&written));
    assert_eq!(again.as_ref(), Ok(&monitor), "written as {written:?}");
}

/// A model that is read back forecasts and takes further values.
fn model<M: Model + Online + DeserializeOwned + Serialize + PartialEq>(text: &str) {
    written_and_read_again::<M>(text);
    let Some(mut model) = accepted(text, from_json::<M>(text)) else { return };
    for value in NEXT {
        accepted(text, model.forecast(3, &[0.95]));
        accepted(text, model.update(value));
    }
}

/// Whether labels are printed as a selector that selects them, unless there are none or too many for one.
fn selects_itself(labels: &Labels) -> bool {
    match labels.to_string().parse::<Selector>() {
        Ok(selector) => selector.matches(labels),
        Err(error) => labels.is_empty() || matches!(error, Error::LimitExceeded { .. }),
    }
}

/// The value that a text stands for, if it is one.
fn printed_and_read_again<T>(text: &str) -> Option<T>
where
    T: FromStr<Err = Error> + Display + Debug + PartialEq,
{
    let value: T = accepted(text, text.parse())?;
    let printed = value.to_string();
    assert_eq!(printed.parse().as_ref(), Ok(&value), "{text:?} is printed as {printed:?}");
    Some(value)
}

/// Reads a value that is there, and again what it is written as.
fn written_and_read_again<T>(text: &str)
where
    T: DeserializeOwned + Serialize + Debug + PartialEq,
{
    if let Some(value) = accepted(text, from_json::<T>(text)) {
        let written = to_json(&value);
        let again = written.clone().and_then(|written| from_json(&written));
        assert_eq!(again.as_ref(), Ok(&value), "written as {written:?}");
    }
}

/// What `read` makes of a text that is a float.
fn from_float<T>(text: &str, read: impl Fn(f64) -> Result<T>) -> Option<T> {
    accepted(text, read(text.parse().ok()?))
}

/// What was read, or nothing where it was refused: for a reason, and at a place inside the text.
fn accepted<T>(text: &str, read: Result<T>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            if let Error::Parse { line, .. } = error {
                let lines = text.split(['\n', '\r']).count();
                assert!(line <= lines, "{text:?} has {lines} lines: {error}");
            }
            None
        }
    }
}
