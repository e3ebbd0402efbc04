//! Moments over moving windows and of streams: a million points.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench stops at a bad input; criterion writes its functions"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use slo::stats::Missing;
use slo::stats::online::Moments;
use slo::stats::rolling::{Rolling, SlidingMoments};
use slo_benches::counts;

const POINTS: u32 = 1_000_000;

/// Errors of each minute: noise, and a burst every 9,000 minutes.
fn errors() -> Vec<f64> {
    let (good, total) = counts(POINTS);
    total.iter().zip(good).map(|(total, good)| total - good).collect()
}

fn windows(criterion: &mut Criterion) {
    let values = errors();
    let (mut mean, mut deviation) = (vec![0.0; values.len()], vec![0.0; values.len()]);
    for window in [60, 1440, 10_080] {
        let rolling = Rolling::new(window).expect("a window");
        rolling.moments_into(&values, &mut mean, &mut deviation).expect("moments");
        let last: f64 = values.iter().rev().take(window).sum();
        assert!((mean.last().expect("a mean") * window as f64 - last).abs() < 1e-9 * last);
        criterion.bench_function(&format!("rolling_moments-{window}/1000000/slo"), |bencher| {
            bencher.iter(|| rolling.moments_into(black_box(&values), &mut mean, &mut deviation));
        });
    }
}

/// What the fast way does not take: a value that is missing, and blocks that begin with an outlier.
fn slow_paths(criterion: &mut Criterion) {
    let rolling = Rolling::new(60).expect("a window");
    let mut values = errors();
    values.iter_mut().step_by(60).for_each(|value| *value += 1e6);
    let (mut mean, mut deviation) = (vec![0.0; values.len()], vec![0.0; values.len()]);
    criterion.bench_function("rolling_moments-outliers/1000000/slo", |bencher| {
        bencher.iter(|| rolling.moments_into(black_box(&values), &mut mean, &mut deviation));
    });
    let skipping = rolling.missing(Missing::Skip);
    values.iter_mut().skip(500).take(1).for_each(|value| *value = f64::NAN);
    criterion.bench_function("rolling_moments-missing/1000000/slo", |bencher| {
        bencher.iter(|| skipping.moments_into(black_box(&values), &mut mean, &mut deviation));
    });
}

fn streams(criterion: &mut Criterion) {
    let values = errors();
    criterion.bench_function("sliding_moments-1440/1000000/slo", |bencher| {
        bencher.iter(|| {
            let mut sliding = SlidingMoments::new(1440).expect("a window");
            for value in &values {
                sliding.push(*value).expect("a number");
            }
            sliding.mean()
        });
    });
    criterion.bench_function("online_moments/1000000/slo", |bencher| {
        bencher.iter(|| {
            let mut moments = Moments::new();
            moments.extend(black_box(&values)).expect("numbers");
            moments.mean()
        });
    });
}

criterion_group!(benches, windows, slow_paths, streams);
criterion_main!(benches);
