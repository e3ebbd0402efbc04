//! Made-up series as scrapes see them, the same in every run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use slo_core::Timestamp;
use slo_core::counter::Samples;
use slo_testkit::Random;

/// The first instant of all data, in milliseconds since the Unix epoch.
pub(crate) const BASE: i64 = 1_700_000_000_000;

/// The last one.
const END: i64 = BASE + 3 * 3_600_000;

/// The finite upper bounds of the histograms.
const BOUNDS: [f64; 6] = [0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/// One series.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// `counter`, `gauge` or `histogram`.
    metric: &'static str,
    /// The label that tells it from others of its metric; the same for all buckets of a histogram.
    pub(crate) id: String,
    /// The upper bound of a bucket.
    bound: Option<f64>,
    times: Vec<Timestamp>,
    values: Vec<f64>,
}

/// All series of a test.
#[derive(Clone, Debug)]
pub(crate) struct Data(Vec<Series>);

/// The window of `seconds` that ends at `at`, which is in milliseconds.
pub(crate) fn window(at: i64, seconds: i64) -> (Timestamp, Timestamp) {
    (instant(at - seconds * 1000), instant(at))
}

fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_nanos(milliseconds * 1_000_000)
}

impl Series {
    pub(crate) fn samples(&self) -> Samples<'_> {
        Samples::new(&self.times, &self.values).expect("scrapes come one after the other")
    }
}

/// A whole number below `n`.
fn below(random: &mut Random, n: u64) -> i64 {
    i64::try_from(random.bits() % n).expect("n is small")
}

/// The times of scrapes every `step` milliseconds, each early or late by `jitter` at most, some missing; the first may
/// come late in the day and the last early.
fn scrapes(random: &mut Random, step: i64, jitter: i64) -> Vec<i64> {
    let (mut born, mut dead) = (BASE, END);
    if random.uniform() < 0.5 {
        born += below(random, 3_600_000);
    }
    if random.uniform() < 0.3 {
        dead -= below(random, 3_600_000);
    }
    let mut times = Vec::new();
    let mut at = born;
    while at <= dead {
        // A scrape fails, or the target is gone for a while.
        at += match random.uniform() {
            u if u < 0.005 => step * (5 + below(random, 60)),
            u if u < 0.03 => step * 2,
            _ => step,
        };
        let late = if jitter > 0 { below(random, 2 * jitter.unsigned_abs()) - jitter } else { 0 };
        // Even milliseconds: evaluations happen on odd ones.
        times.push((at + late) & !1);
    }
    times
}

/// What a counter grows by from one scrape to the next.
fn growth(random: &mut Random, kind: usize) -> f64 {
    match kind % 4 {
        // Rare, often nothing at all.
        0 => f64::from(u8::from(random.uniform() < 0.1)),
        // Requests.
        1 => (random.uniform() * 1000.0).floor(),
        // Seconds of work.
        2 => -random.uniform().max(1e-9).ln() * 3.7,
        // Bytes.
        _ => (random.uniform() * 1e9).floor(),
    }
}

fn counter(random: &mut Random, number: usize, times: &[i64]) -> Series {
    let mut value = if random.uniform() < 0.5 { 0.0 } else { (random.uniform() * 50.0).floor() };
    let values = times.iter().map(|_| {
        value += growth(random, number);
        if random.uniform() < 0.01 {
            value = growth(random, number);
        }
        value
    });
    let values = values.collect();
    series("counter", format!("c{number}"), None, times, values)
}

fn gauge(random: &mut Random, number: usize, times: &[i64]) -> Series {
    let scale = [1e-3, 1.0, 1e6][number % 3];
    let mut value = 20.0 * random.normal();
    // One of them measures nothing now and then.
    let values = times.iter().map(|_| {
        if random.uniform() < 0.7 {
            value += random.normal();
        }
        if number == 5 && random.uniform() < 0.02 {
            return f64::NAN;
        }
        value * scale
    });
    let values = values.collect();
    series("gauge", format!("g{number}"), None, times, values)
}

/// The buckets of a histogram, cumulative, all reset together.
fn histogram(random: &mut Random, number: usize, times: &[i64]) -> Vec<Series> {
    let mut counts = [0.0; BOUNDS.len() + 1];
    let mut rows: Vec<Vec<f64>> = vec![Vec::new(); counts.len()];
    for _ in times {
        if random.uniform() < 0.01 {
            counts = [0.0; BOUNDS.len() + 1];
        }
        for count in &mut counts {
            *count += (random.uniform() * 20.0).floor();
        }
        let mut total = 0.0;
        for (row, count) in rows.iter_mut().zip(counts) {
            total += count;
            row.push(total);
        }
    }
    let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
    rows.into_iter()
        .zip(bounds)
        .map(|(values, bound)| series("histogram", format!("h{number}"), Some(bound), times, values))
        .collect()
}

fn series(metric: &'static str, id: String, bound: Option<f64>, times: &[i64], values: Vec<f64>) -> Series {
    Series { metric, id, bound, times: times.iter().map(|t| instant(*t)).collect(), values }
}

impl Data {
    /// Scrapes that come early or late, fail, begin and end.
    pub(crate) fn irregular(seed: u64) -> Self {
        let random = &mut Random::seeded(seed);
        let mut all = Vec::new();
        for number in 0..12 {
            let step = [15_000, 30_000, 60_000][number % 3];
            let times = scrapes(random, step, step / 8);
            all.push(counter(random, number, &times));
        }
        for number in 0..6 {
            let times = scrapes(random, 15_000, 1_000);
            all.push(gauge(random, number, &times));
        }
        for number in 0..3 {
            let times = scrapes(random, 30_000, 500);
            all.extend(histogram(random, number, &times));
        }
        Self(all)
    }

    /// Scrapes every 15 s on the second.
    pub(crate) fn regular(seed: u64) -> Self {
        let random = &mut Random::seeded(seed);
        let times: Vec<i64> = (0..300).map(|n| BASE + n * 15_000).collect();
        Self((0..4).map(|number| counter(random, number, &times)).collect())
    }

    /// The series of a metric.
    pub(crate) fn of(&self, metric: &str) -> Vec<&Series> {
        self.0.iter().filter(|series| series.metric == metric).collect()
    }

    /// The buckets of every histogram, by its label.
    pub(crate) fn histograms(&self) -> BTreeMap<String, Vec<(f64, &Series)>> {
        let mut histograms: BTreeMap<String, Vec<(f64, &Series)>> = BTreeMap::new();
        for series in self.of("histogram") {
            let bound = series.bound.expect("a bucket has a bound");
            histograms.entry(series.id.clone()).or_default().push((bound, series));
        }
        histograms
    }

    /// All samples as `OpenMetrics` text: each series under a name of its own, its metric a label.
    pub(crate) fn open_metrics(&self) -> String {
        let mut text = String::new();
        for (number, series) in self.0.iter().enumerate() {
            let le = match series.bound {
                Some(bound) if bound.is_finite() => format!(",le=\"{bound}\""),
                Some(_) => ",le=\"+Inf\"".to_owned(),
                None => String::new(),
            };
            writeln!(text, "# TYPE series_{number} unknown").expect("a string can be written to");
            for (time, value) in series.times.iter().zip(&series.values) {
                let milliseconds = time.nanos() / 1_000_000;
                let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
                let Series { metric, id, .. } = series;
                writeln!(
                    text,
                    "series_{number}{{metric=\"{metric}\",id=\"{id}\"{le}}} {value:?} {seconds}.{rest:03}"
                )
                .expect("a string can be written to");
            }
        }
        text + "# EOF\n"
    }
}
