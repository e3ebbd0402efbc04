//! Detectors, forecasters and measures of dependence.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench stops at a bad input; criterion writes its functions"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use slo::anomaly::{Detector, OnlineDetector, ThreeSigma, Tukey};
use slo::correlate::{Correlator, CrossCorrelation, Pearson};
use slo::forecast::{Ema, ExhaustionOptions, exhaustion};
use slo::stats::quantile::{QuantileType, quantile};
use slo::stats::tails::{Distribution, StudentT};
use slo::{Axis, CountSeries, Duration, Slo, Timestamp};
use slo_benches::counts;

const POINTS: u32 = 1_000_000;

/// Events of each minute.
fn traffic(points: u32) -> Vec<f64> {
    counts(points).1
}

fn detectors(criterion: &mut Criterion) {
    let values = traffic(POINTS);
    let rule = ThreeSigma::new().rolling(1440).expect("a window");
    assert_eq!(rule.detect(&values).expect("scores").scores.len(), values.len());
    criterion.bench_function("three_sigma-1440/1000000/slo", |bencher| {
        bencher.iter(|| rule.detect(black_box(&values)));
    });
    let box_plot = Tukey::new().rolling(1440).expect("a window");
    let day = values.get(..43_200).expect("a month of minutes");
    criterion.bench_function("tukey-1440/43200/slo", |bencher| {
        bencher.iter(|| box_plot.detect(black_box(day)));
    });
    let mut online = ThreeSigma::new().online(1440).expect("a window");
    online.observe_many(day).expect("verdicts");
    assert_eq!(online.seen(), 43_200);
    criterion.bench_function("three_sigma-observe/1/slo", |bencher| {
        bencher.iter(|| online.observe(black_box(1000.0)));
    });
}

fn statistics(criterion: &mut Criterion) {
    let values = traffic(POINTS);
    assert!(quantile(&values, 0.95, QuantileType::Linear).expect("a quantile") > 0.0);
    criterion.bench_function("quantile/1000000/slo", |bencher| {
        bencher.iter(|| quantile(black_box(&values), 0.95, QuantileType::Linear));
    });
    let law = StudentT::new(1438.0).expect("degrees");
    assert!((law.sf(0.0) - 0.5).abs() < 1e-15);
    criterion.bench_function("student_t-sf/1/slo", |bencher| bencher.iter(|| law.sf(black_box(3.3))));
}

fn forecasts(criterion: &mut Criterion) {
    let values = traffic(POINTS);
    let ema = Ema::alpha(0.1).expect("a weight");
    assert_eq!(ema.smooth(&values).expect("means").len(), values.len());
    criterion.bench_function("ema/1000000/slo", |bencher| bencher.iter(|| ema.smooth(black_box(&values))));

    let (good, total) = counts(43_200);
    let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    let series = CountSeries::good_total(axis, &good, &total).expect("counts");
    let slo = Slo::new("90%".parse().expect("a target"), "30d".parse().expect("a window"));
    let options = ExhaustionOptions::new();
    assert_eq!(exhaustion(&slo, &series, &options).expect("a forecast").times.len(), 240);
    criterion.bench_function("exhaustion/43200/slo", |bencher| {
        bencher.iter(|| exhaustion(&slo, black_box(&series), &options));
    });
}

fn correlations(criterion: &mut Criterion) {
    let (good, total) = counts(100_000);
    let (x, y) = (total.get(..1440).expect("a day"), good.get(..1440).expect("a day"));
    assert!(Pearson::new().correlate(x, x).expect("a coefficient").coefficient == 1.0);
    criterion.bench_function("pearson/1440/slo", |bencher| {
        bencher.iter(|| Pearson::new().correlate(black_box(x), black_box(y)));
    });
    let lagged = CrossCorrelation::new(60);
    assert_eq!(lagged.correlate(x, x).expect("coefficients").best.lag, 0);
    criterion.bench_function("cross_correlation-60/1440/slo", |bencher| {
        bencher.iter(|| lagged.correlate(black_box(x), black_box(y)));
    });
}

criterion_group!(benches, detectors, statistics, forecasts, correlations);
criterion_main!(benches);
