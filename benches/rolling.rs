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
use slo::stats::quantile::QuantileType;
use slo::stats::rolling::{Rolling, SlidingMoments};
use slo::stats::sorted_window::SortedWindow;
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

fn order(criterion: &mut Criterion) {
    let values = errors();
    let mut out = vec![0.0; values.len()];
    let mut rows = vec![0.0; 3 * values.len()];
    for window in [60, 1440, 10_080] {
        let rolling = Rolling::new(window).expect("a window");
        rolling.median_into(&values, &mut out).expect("medians");
        let mut last: Vec<f64> = values.iter().rev().take(window).copied().collect();
        last.sort_unstable_by(f64::total_cmp);
        let half = last.iter().skip(window / 2 - 1).take(2).sum::<f64>() / 2.0;
        assert_eq!(out.last(), Some(&half));
        criterion.bench_function(&format!("rolling_median-{window}/1000000/slo"), |bencher| {
            bencher.iter(|| rolling.median_into(black_box(&values), &mut out));
        });
        criterion.bench_function(&format!("rolling_mad-{window}/1000000/slo"), |bencher| {
            bencher.iter(|| rolling.mad_into(black_box(&values), &mut out));
        });
    }
    let rolling = Rolling::new(1440).expect("a window");
    criterion.bench_function("rolling_quartiles-1440/1000000/slo", |bencher| {
        let quarters = [0.25, 0.5, 0.75];
        bencher
            .iter(|| rolling.quantiles_into(black_box(&values), &quarters, QuantileType::Linear, &mut rows));
    });
    for (name, write) in [
        ("rank", Rolling::rank_into as fn(&Rolling, &[f64], &mut [f64]) -> slo::Result<()>),
        ("max", Rolling::max_into),
        ("skewness", Rolling::skewness_into),
        ("z_score", Rolling::z_score_into),
    ] {
        criterion.bench_function(&format!("rolling_{name}-1440/1000000/slo"), |bencher| {
            bencher.iter(|| write(&rolling, black_box(&values), &mut out));
        });
    }
    for (name, read) in [
        ("median", SortedWindow::median as fn(&SortedWindow) -> slo::Result<f64>),
        ("mad", SortedWindow::mad),
    ] {
        criterion.bench_function(&format!("sorted_window_{name}-1440/1000000/slo"), |bencher| {
            bencher.iter(|| {
                let mut window = SortedWindow::new(1440).expect("a window");
                let mut sum = 0.0;
                for value in &values {
                    window.push(*value).expect("a number");
                    sum += read(&window).expect("a filled window");
                }
                sum
            });
        });
    }
}

criterion_group!(benches, windows, order, slow_paths, streams);
criterion_main!(benches);
