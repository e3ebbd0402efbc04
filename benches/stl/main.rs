//! STL beside the crate `stlrs`, every place fitted: the same parts to rounding, and how much longer that takes.
//!
//! `cargo bench -p slo-benches --bench stl` writes `benches/stl/RESULTS.md`; with `-- --test` the parts of the short
//! series are compared and nothing is timed.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench stops at a bad input and says how far it is"
)]

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use slo::forecast::{Preset, Stl};
use slo_benches::scramble;
use stlrs::{StlParams, StlResult};

/// The version that the lock file holds.
const PEER: &str = "stlrs 0.4.0";

/// Each tool in turn, so many times; the median counts.
const ROUNDS: usize = 5;

/// A series and how it is decomposed.
struct Item {
    points: u32,
    period: usize,
    robust: bool,
}

const ITEMS: [Item; 3] = [
    Item { points: 10_000, period: 24, robust: false },
    Item { points: 10_000, period: 24, robust: true },
    Item { points: 43_200, period: 1440, robust: false },
];

/// Points up to which the parts are compared where nothing is timed.
const SHORT: u32 = 10_000;

impl Item {
    /// A level, a slow line, a wave and noise in `[-1, 1]`.
    fn values(&self) -> Vec<f64> {
        let turn = std::f64::consts::TAU / self.period as f64;
        (0..self.points)
            .map(|t| {
                let noise = f64::from(scramble(t)) / f64::from(u32::MAX) * 2.0 - 1.0;
                let t = f64::from(t);
                100.0 + 0.001 * t + 10.0 * (turn * t).sin() + noise
            })
            .collect()
    }

    fn ours(&self) -> Stl {
        let stl = Stl::new(self.period).preset(Preset::Statsmodels);
        if self.robust { stl.robust() } else { stl }
    }

    /// The same settings as those of the preset, one by one.
    fn theirs(&self, values: &[f64]) -> StlResult<f64> {
        StlParams::new()
            .seasonal_length(7)
            .low_pass_length(self.period + 1)
            .seasonal_degree(1)
            .seasonal_jump(1)
            .trend_jump(1)
            .low_pass_jump(1)
            .inner_loops(if self.robust { 2 } else { 5 })
            .robust(self.robust)
            .fit(values, self.period)
            .expect("two cycles")
    }

    /// The greatest difference between the parts of the two.
    fn difference(&self, values: &[f64]) -> f64 {
        let ours = self.ours().decompose(values).expect("two cycles");
        let theirs = self.theirs(values);
        let parts = [
            (&ours.trend, theirs.trend()),
            (&ours.seasonal, theirs.seasonal()),
            (&ours.remainder, theirs.remainder()),
        ];
        let apart = parts.into_iter().flat_map(|(ours, theirs)| ours.iter().zip(theirs));
        apart.map(|(ours, theirs)| (ours - theirs).abs()).fold(0.0, f64::max)
    }

    /// How long each takes.
    fn times(&self, values: &[f64]) -> (Duration, Duration) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(timed(|| self.ours().decompose(black_box(values))));
            theirs.push(timed(|| self.theirs(black_box(values))));
        }
        (median(ours), median(theirs))
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begin = Instant::now();
    black_box(work());
    begin.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn main() {
    let compared_only = std::env::args().any(|argument| argument == "--test");
    let mut table = format!(
        "# STL beside {PEER}\n\n\
         Every place fitted, statsmodels' settings, one thread, medians of {ROUNDS} rounds in turn; `cargo bench -p slo-benches --bench stl` \
         writes this.\n\n\
         | points | period | robust | slo, ms | {PEER}, ms | ratio | parts differ by |\n\
         |--:|--:|---|--:|--:|--:|--:|\n"
    );
    for item in ITEMS.iter().filter(|item| !compared_only || item.points <= SHORT) {
        let values = item.values();
        let difference = item.difference(&values);
        assert!(difference < 1e-9, "{} places, period {}: {difference:e}", item.points, item.period);
        if compared_only {
            continue;
        }
        let (ours, theirs) = item.times(&values);
        let Item { points, period, robust } = item;
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        let (ours, theirs) = (1e3 * ours.as_secs_f64(), 1e3 * theirs.as_secs_f64());
        let robust = if *robust { "yes" } else { "no" };
        writeln!(
            table,
            "| {points} | {period} | {robust} | {ours:.3} | {theirs:.1} | {ratio:.0}x | {difference:.0e} |"
        )
        .expect("a text grows");
    }
    if !compared_only {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/stl/RESULTS.md"), &table)
            .expect("a place to write");
        println!("{table}");
    }
}
