//! The benchmarks of the M4 competition, hourly and weekly, as its organisers' scripts compute them in R.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::collections::BTreeMap;
use std::path::Path;

use slo_core::decompose::{Classical, Composition};
use slo_forecast::{
    Convention, Ensemble, Forecaster, HoltWinters, Naive, SeasonalNaive, Theta, ThetaVariant, seasonality,
};
use slo_testkit::assert_close_absolute;

/// A series with what came after it.
struct Series {
    name: String,
    past: Vec<f64>,
    future: Vec<f64>,
}

/// The rows of a file: a name and numbers in quotes, and empty fields up to the length of the longest.
fn rows(path: &Path) -> BTreeMap<String, Vec<f64>> {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let mut fields = line.split(',').map(|field| field.trim().trim_matches('"'));
        let name = fields.next().unwrap().to_owned();
        (name, fields.filter(|field| !field.is_empty()).map(|field| field.parse().unwrap()).collect())
    };
    text.lines().skip(1).map(row).collect()
}

fn series(folder: &Path, set: &str) -> Vec<Series> {
    let [past, mut future] = ["train", "test"].map(|part| rows(&folder.join(format!("{set}-{part}.csv"))));
    past.into_iter()
        .map(|(name, past)| Series { future: future.remove(&name).unwrap(), name, past })
        .collect()
}

/// sMAPE in percent and MASE, as the competition defines them.
fn errors(series: &Series, forecast: &[f64], period: usize) -> [f64; 2] {
    let Series { past, future, .. } = series;
    let mean = |errors: Vec<f64>| errors.iter().sum::<f64>() / errors.len() as f64;
    let each = |error: fn(f64, f64) -> f64| future.iter().zip(forecast).map(|(y, f)| error(*y, *f)).collect();
    let scale = mean(past.iter().zip(&past[period..]).map(|(before, y)| (y - before).abs()).collect());
    [mean(each(|y, f| 200.0 * (y - f).abs() / (y.abs() + f.abs()))), mean(each(|y, f| (y - f).abs())) / scale]
}

/// The means of both over all series; what is below 0 counts as 0.
fn scores(all: &[Series], period: usize, forecast: impl Fn(&Series) -> Vec<f64>) -> [f64; 2] {
    let mut sums = [0.0; 2];
    for series in all {
        let forecast: Vec<f64> = forecast(series).iter().map(|value| value.max(0.0)).collect();
        assert_eq!(forecast.len(), series.future.len(), "{}", series.name);
        for (sum, error) in sums.iter_mut().zip(errors(series, &forecast, period)) {
            *sum += error / all.len() as f64;
        }
    }
    sums
}

fn owa(scores: [f64; 2], naive2: [f64; 2]) -> f64 {
    0.5 * (scores[0] / naive2[0] + scores[1] / naive2[1])
}

fn ahead(method: &dyn Forecaster, series: &[f64], horizon: usize) -> Vec<f64> {
    method.fit(series).unwrap().forecast(horizon, &[]).unwrap().mean().to_vec()
}

/// The forecast of the series without its season, which it then gets back, if it has one.
fn adjusted(method: &dyn Forecaster, period: usize, series: &Series) -> Vec<f64> {
    let Series { past, future, .. } = series;
    if period < 2 || past.len() < 3 * period || !seasonality(past, period).unwrap().is_seasonal() {
        return ahead(method, past, future.len());
    }
    let parts = Classical::new(period).composition(Composition::Multiplicative).decompose(past).unwrap();
    let plain: Vec<f64> = past.iter().zip(&parts.seasonal).map(|(y, season)| y / season).collect();
    let mut forecast = ahead(method, &plain, future.len());
    for (step, value) in forecast.iter_mut().enumerate() {
        *value *= parts.figure[(past.len() + step) % period];
    }
    forecast
}

fn naive2(all: &[Series], period: usize) -> [f64; 2] {
    scores(all, period, |series| adjusted(&Naive::new(), period, series))
}

/// The rows of R's table: sMAPE, MASE and OWA by set and method, rounded to four places.
fn table(folder: &Path) -> BTreeMap<(String, String), [f64; 3]> {
    let text = std::fs::read_to_string(folder.join("benchmarks.csv")).unwrap();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |i: usize| fields[i].parse().unwrap();
        ((fields[0].to_owned(), fields[1].to_owned()), [number(3), number(4), number(5)])
    };
    text.lines().skip(1).map(row).collect()
}

const SETS: [(&str, usize); 2] = [("Hourly", 24), ("Weekly", 1)];

#[test]
fn the_benchmarks_are_those_of_the_competition() {
    // Benchmarks and Evaluation.R of the M4 competition with R 4.2 and forecast 8.20.
    let Some(cases) = slo_testkit::slo_cases() else { return };
    let folder = cases.join("forecast/m4");
    let table = table(&folder);
    for (set, period) in SETS {
        let all = series(&folder, set);
        let base = naive2(&all, period);
        let seasonal = SeasonalNaive::new(period).unwrap();
        let simple = HoltWinters::simple().convention(Convention::Ets);
        let classic = Theta::new().variant(ThetaVariant::Classic);
        let rows = [
            ("Naive", scores(&all, period, |series| ahead(&Naive::new(), &series.past, series.future.len()))),
            ("sNaive", scores(&all, period, |series| ahead(&seasonal, &series.past, series.future.len()))),
            ("Naive2", base),
            ("SES", scores(&all, period, |series| adjusted(&simple, period, series))),
            ("Theta", scores(&all, period, |series| adjusted(&classic, period, series))),
        ];
        for (method, found) in rows {
            let mut expected = table[&(set.to_owned(), method.to_owned())];
            // Half of the third place.
            let mut room = [5e-4; 3];
            // R searches by a simplex that stops at a relative change of 1.5e-8, far from the best fit of a few series.
            // The same simplex from R's start (the mean of ten values, alpha 0.2) ends at R's 9.3651 and 9.4840; what
            // holds here is the least sum of squares, by a scan of alpha with the start of a regression in numpy.
            if let ("Weekly", Some(best)) =
                (set, [("SES", 9.363_964), ("Theta", 9.481_088)].iter().find(|row| row.0 == method))
            {
                expected[0] = best.1;
                room[0] = 5e-7;
            }
            for (place, value) in [found[0], found[1], owa(found, base)].into_iter().enumerate() {
                assert_close_absolute(value, expected[place], room[place]);
            }
        }
    }
}

#[test]
fn one_call_without_tuning_beats_the_benchmarks() {
    // The periods are those of the calendar: hours of a day and of a week, weeks of a year. DESIGN.md says how the
    // rules of the ensemble were chosen.
    let Some(cases) = slo_testkit::slo_cases() else { return };
    let folder = cases.join("forecast/m4");
    let table = table(&folder);
    for (set, period, periods, most) in [("Hourly", 24, &[24, 168][..], 0.60), ("Weekly", 1, &[52], 0.85)] {
        let all = series(&folder, set);
        let method = Ensemble::default(periods);
        let found = scores(&all, period, |series| ahead(&method, &series.past, series.future.len()));
        let found_owa = owa(found, naive2(&all, period));
        for rival in ["sNaive", "Theta", "Comb"] {
            let theirs = table[&(set.to_owned(), rival.to_owned())][2];
            assert!(found_owa < theirs, "{set}: {found_owa}, and {rival} {theirs}");
        }
        assert!(found_owa <= most, "{set}: {found_owa}");
    }
}
