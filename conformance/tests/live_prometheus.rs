//! The library beside a running Prometheus: the same samples, the same questions, the same bits.
//!
//! Debian 12 packages version 2.42. Counters, gauges and classic histograms with resets, gaps, births, deaths and scrapes
//! that come early or late are written as `OpenMetrics`, made into blocks by `promtool`, and asked for over HTTP.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "these are tests: they fail where Prometheus cannot be run or answers something else"
)]

#[path = "live_prometheus/data.rs"]
mod data;
#[path = "live_prometheus/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};

use data::{BASE, Data, Series, window};
use server::Server;
use slo_core::counter::{self, Extrapolation, Samples};
use slo_core::{Timestamp, histogram, over_time};

/// The variable that says that Prometheus has to be there.
const REQUIRED: &str = "SLO_REQUIRE_PROMETHEUS";

/// Seconds.
const WINDOWS: [i64; 3] = [60, 300, 1800];

/// A running Prometheus with these samples; none, with a message, where it is not installed and need not be.
fn serve(data: &Data) -> Option<Server> {
    if Server::is_installed() {
        return Some(Server::start(&data.open_metrics()));
    }
    let required = env::var_os(REQUIRED).is_some_and(|value| value == "1");
    assert!(!required, "{REQUIRED} is 1, and no prometheus 2 with its promtool is on the path");
    let _ = writeln!(io::stderr(), "skipped: no prometheus 2 with its promtool is on the path");
    None
}

/// How many floats lie between two: 0 for the same one, and for NaN twice.
fn ulps(a: f64, b: f64) -> u64 {
    if a.is_nan() && b.is_nan() || a == b {
        return 0;
    }
    if a.is_nan() || b.is_nan() {
        return u64::MAX;
    }
    let ordered = |x: f64| {
        let bits = i128::from(x.abs().to_bits());
        if x.is_sign_negative() { -bits } else { bits }
    };
    u64::try_from((ordered(a) - ordered(b)).abs()).unwrap_or(u64::MAX)
}

/// What of the library answers to a function of Prometheus.
type Ours = fn(&Samples<'_>, Timestamp, Timestamp) -> Option<f64>;

/// The library's counterpart of a function of ranges, in a mode.
fn growth(
    name: &str,
    samples: &Samples<'_>,
    begin: Timestamp,
    end: Timestamp,
    mode: Extrapolation,
) -> Option<f64> {
    let function = match name {
        "increase" => counter::increase,
        "rate" => counter::rate,
        _ => counter::delta,
    };
    function(samples, begin, end, mode).expect("the samples are in order")
}

/// Whether the two versions differ in a counter although no sample lies on a border of its window.
///
/// Both begin a series that was born in the window half a step before its first sample, and neither below 0. Version 2
/// looks first at where the counter was 0, and takes that as near up to 1.1 steps; version 3 goes half a step first. So
/// they differ where 0 lies between half a step and 1.1 steps before the first sample.
fn versions_differ(samples: &Samples<'_>, begin: Timestamp, end: Timestamp) -> bool {
    let inside = samples.between(begin, end);
    let (Some(first), Some(last)) = (inside.times().first(), inside.times().last()) else { return false };
    let grown = growth("increase", samples, begin, end, Extrapolation::Exact);
    let (Some(grown), Some(value)) = (grown.filter(|grown| *grown > 0.0), inside.values().first()) else {
        return false;
    };
    let seconds = |from: Timestamp, to: Timestamp| to.saturating_since(from).seconds();
    let step = seconds(*first, *last) / (inside.times().len() as f64 - 1.0);
    let to_zero = seconds(*first, *last) * (value / grown);
    seconds(begin, *first) >= 1.1 * step && to_zero > step / 2.0 && to_zero < 1.1 * step
}

/// The values that a function over time takes.
fn values(samples: &Samples<'_>, begin: Timestamp, end: Timestamp) -> Vec<f64> {
    samples.between(begin, end).values().to_vec()
}

/// Functions over counters beside the extrapolating ones, over gauges, and how many floats their results may be apart.
///
/// Counting, picking and the difference of two samples leave nothing to round differently.
const EXACT: [(&str, Ours); 10] = [
    ("irate(%)", |s, a, b| counter::irate(s, a, b).expect("in order")),
    ("idelta(%)", |s, a, b| counter::idelta(s, a, b).expect("in order")),
    ("resets(%)", |s, a, b| counter::resets(s, a, b).expect("in order")),
    ("changes(%)", |s, a, b| counter::changes(s, a, b).expect("in order")),
    ("count_over_time(%)", |s, a, b| over_time::count(&values(s, a, b))),
    ("last_over_time(%)", |s, a, b| over_time::last(&values(s, a, b))),
    ("present_over_time(%)", |s, a, b| over_time::present(&values(s, a, b))),
    ("min_over_time(%)", |s, a, b| over_time::min(&values(s, a, b))),
    ("max_over_time(%)", |s, a, b| over_time::max(&values(s, a, b))),
    ("quantile_over_time(0.9, %)", |s, a, b| over_time::quantile(0.9, &values(s, a, b))),
];

/// Functions that sum: the order and the compensation of their sums may differ, so they are held to a share of the
/// result. Prometheus 2 keeps a running mean where version 3 and the library divide a sum.
const ROUNDED: [(&str, Ours); 7] = [
    ("sum_over_time(%)", |s, a, b| over_time::sum(&values(s, a, b))),
    ("avg_over_time(%)", |s, a, b| over_time::avg(&values(s, a, b))),
    ("stdvar_over_time(%)", |s, a, b| over_time::stdvar(&values(s, a, b))),
    ("stddev_over_time(%)", |s, a, b| over_time::stddev(&values(s, a, b))),
    ("deriv(%)", |s, a, b| over_time::deriv(&s.between(a, b))),
    ("predict_linear(%, 3600)", |s, a, b| over_time::predict_linear(&s.between(a, b), b, 3600.0)),
    ("holt_winters(%, 0.3, 0.1)", |s, a, b| {
        over_time::double_exponential_smoothing(&values(s, a, b), 0.3, 0.1)
            .expect("the factors are between 0 and 1")
    }),
];

/// The largest distance of any result of a function, and how many results there were.
#[derive(Default)]
struct Distances(BTreeMap<String, (u64, f64, usize)>);

impl Distances {
    fn add(&mut self, function: &str, ours: f64, theirs: f64) {
        let entry = self.0.entry(function.to_owned()).or_insert((0, 0.0, 0));
        entry.0 = entry.0.max(ulps(ours, theirs));
        if ours != theirs && !(ours.is_nan() && theirs.is_nan()) {
            entry.1 = entry.1.max((ours - theirs).abs() / theirs.abs());
        }
        entry.2 += 1;
    }

    fn show(&self, title: &str) {
        let mut text =
            format!("{title}\n{:<40}{:>10}{:>12}{:>12}\n", "function", "results", "ulps", "relative");
        for (function, (ulps, relative, results)) in &self.0 {
            let row = format!("{function:<40}{results:>10}{ulps:>12}{relative:>12.1e}\n");
            text.push_str(&row);
        }
        let _ = writeln!(io::stderr(), "{text}");
    }

    fn check(&self, function: &str, most: u64) {
        let (ulps, _, results) = self.0.get(function).expect("it was asked for");
        assert!(*results >= 100, "{function}: only {results} results");
        assert!(*ulps <= most, "{function}: {ulps} ulps");
    }

    fn check_relative(&self, function: &str, most: f64) {
        let (_, relative, results) = self.0.get(function).expect("it was asked for");
        assert!(*results >= 100, "{function}: only {results} results");
        assert!(*relative <= most, "{function}: {relative:e}");
    }
}

/// The instants at which everything is evaluated.
#[derive(Clone, Copy)]
struct Grid {
    /// Milliseconds.
    start: i64,
    end: i64,
    step: i64,
}

impl Grid {
    fn instants(self) -> impl Iterator<Item = i64> {
        (0..).map(move |n| self.start + n * self.step).take_while(move |at| *at <= self.end)
    }
}

/// The theirs of an expression: by series and by instant.
type Theirs = BTreeMap<String, BTreeMap<i64, f64>>;

/// Compares one function on every series whose name begins with `metric`, and holds that both sides answer at the same
/// instants.
fn compare(
    distances: &mut Distances,
    title: &str,
    theirs: &Theirs,
    series: &[&Series],
    grid: Grid,
    mut ours: impl FnMut(&Samples<'_>, i64) -> Option<f64>,
) {
    for one in series {
        let samples = one.samples();
        let empty = BTreeMap::new();
        let answers = theirs.get(&one.id).unwrap_or(&empty);
        for at in grid.instants() {
            match (ours(&samples, at), answers.get(&at)) {
                (Some(ours), Some(theirs)) => distances.add(title, ours, *theirs),
                (None, None) => {}
                (ours, theirs) => panic!("{title} of {} at {at}: {ours:?} beside {theirs:?}", one.id),
            }
        }
    }
}

#[test]
fn the_library_answers_as_a_running_prometheus_does() {
    let data = Data::irregular(20_240_229);
    let Some(server) = serve(&data) else { return };
    // Samples lie on even milliseconds, evaluations and the beginnings of their windows on odd ones.
    let grid = Grid { start: BASE + 1_200_001, end: BASE + 3 * 3_600_000 + 600_001, step: 67_000 };
    let mut distances = Distances::default();
    let mut born = 0;
    for seconds in WINDOWS {
        let asked = |function: &str, metric: &str| {
            let query = function.replace('%', &format!("{{metric=\"{metric}\"}}[{seconds}s]"));
            server.range(&query, grid.start, grid.end, grid.step)
        };
        let counters = data.of("counter");
        for name in ["increase", "rate"] {
            let theirs = asked(&format!("{name}(%)"), "counter");
            compare(
                &mut distances,
                &format!("{name} Prometheus2"),
                &theirs,
                &counters,
                grid,
                |samples, at| {
                    let (begin, end) = window(at, seconds);
                    growth(name, samples, begin, end, Extrapolation::Prometheus2)
                },
            );
            compare(
                &mut distances,
                &format!("{name} Prometheus"),
                &theirs,
                &counters,
                grid,
                |samples, at| {
                    let (begin, end) = window(at, seconds);
                    let three = growth(name, samples, begin, end, Extrapolation::Prometheus);
                    if !versions_differ(samples, begin, end) {
                        return three;
                    }
                    // Here version 2, which the server is, looks further back.
                    born += 1;
                    let two = growth(name, samples, begin, end, Extrapolation::Prometheus2);
                    assert!(three < two, "{name} at {at}: {three:?} beside {two:?}");
                    two
                },
            );
        }
        let gauges = data.of("gauge");
        let theirs = asked("delta(%)", "gauge");
        for mode in [Extrapolation::Prometheus2, Extrapolation::Prometheus] {
            compare(&mut distances, &format!("delta {mode:?}"), &theirs, &gauges, grid, |samples, at| {
                let (begin, end) = window(at, seconds);
                growth("delta", samples, begin, end, mode)
            });
        }
        for (function, ours) in EXACT.iter().chain(&ROUNDED) {
            for (metric, series) in [("counter", &counters), ("gauge", &gauges)] {
                let theirs = asked(function, metric);
                compare(&mut distances, function, &theirs, series, grid, |samples, at| {
                    let (begin, end) = window(at, seconds);
                    ours(samples, begin, end)
                });
            }
        }
        for q in [0.0, 0.5, 0.99] {
            let theirs = asked(&format!("histogram_quantile({q}, rate(%))"), "histogram");
            quantiles(&mut distances, &theirs, &data, grid, seconds, q);
        }
    }
    distances.show("beside Prometheus 2.42, samples off the evaluation instants");

    // That they differ at all has to be seen, and to be rare.
    assert!((20..=400).contains(&born), "{born} results tell the versions apart");
    // The same operations in the same order.
    for name in ["increase", "rate", "delta"] {
        distances.check(&format!("{name} Prometheus2"), 1);
        distances.check(&format!("{name} Prometheus"), 1);
    }
    distances.check("histogram_quantile", 1);
    for (function, _) in EXACT {
        distances.check(function, 1);
    }
    for (function, _) in ROUNDED {
        distances.check_relative(function, 1e-10);
    }
}

/// Compares the quantiles of all histograms.
fn quantiles(distances: &mut Distances, theirs: &Theirs, data: &Data, grid: Grid, seconds: i64, q: f64) {
    for (id, buckets) in data.histograms() {
        let answers = theirs.get(&id).cloned().unwrap_or_default();
        for at in grid.instants() {
            let (begin, end) = window(at, seconds);
            let rates: Vec<(f64, f64)> = buckets
                .iter()
                .filter_map(|(bound, series)| {
                    let rate = growth("rate", &series.samples(), begin, end, Extrapolation::Prometheus2)?;
                    Some((*bound, rate))
                })
                .collect();
            let (bounds, cumulative): (Vec<f64>, Vec<f64>) = rates.into_iter().unzip();
            match (bounds.is_empty(), answers.get(&at)) {
                (false, Some(theirs)) => {
                    let ours = histogram::quantile(q, &bounds, &cumulative).expect("there are buckets");
                    distances.add("histogram_quantile", ours, *theirs);
                }
                (true, None) => {}
                (_, theirs) => {
                    panic!("histogram_quantile({q}) of {id} at {at}: {bounds:?} beside {theirs:?}")
                }
            }
        }
    }
}

#[test]
fn version_2_counts_a_sample_at_the_beginning_of_a_window_and_version_3_does_not() {
    // SEMANTICS 18: here samples lie on the evaluation instants and on the beginnings of their windows.
    let data = Data::regular(7);
    let Some(server) = serve(&data) else { return };
    let grid = Grid { start: BASE + 1_200_000, end: BASE + 3_600_000, step: 30_000 };
    let mut distances = Distances::default();
    let mut differ = 0;
    for name in ["increase", "rate", "delta"] {
        let theirs =
            server.range(&format!("{name}({{metric=\"counter\"}}[300s])"), grid.start, grid.end, grid.step);
        let counters = data.of("counter");
        compare(&mut distances, name, &theirs, &counters, grid, |samples, at| {
            let (begin, end) = window(at, 300);
            let two = growth(name, samples, begin, end, Extrapolation::Prometheus2);
            differ += usize::from(two != growth(name, samples, begin, end, Extrapolation::Prometheus));
            two
        });
    }
    distances.show("beside Prometheus 2.42, samples on the evaluation instants");
    for name in ["increase", "rate", "delta"] {
        distances.check(name, 1);
    }
    // A window of 300 s holds 21 samples 15 s apart in version 2, and 20 in version 3.
    assert!(differ >= 100, "only {differ} results tell the versions apart");
}

#[test]
fn ulps_count_the_floats_between() {
    assert_eq!(ulps(1.0, 1.0_f64.next_up()), 1);
    assert_eq!(ulps(-0.0, 0.0), 0);
    assert_eq!(ulps(f64::from_bits(1), -f64::from_bits(1)), 2);
    assert_eq!(ulps(f64::NAN, f64::NAN), 0);
    assert_eq!(ulps(f64::NAN, 1.0), u64::MAX);
}
