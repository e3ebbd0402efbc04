//! One budget, one interval, one report.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench stops at a bad input; criterion writes its functions"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use slo::{Counts, Interval, Objective, Report, ReportOptions, Slo};
use slo_benches::{counts, series};

fn checkout() -> Slo {
    Slo::new("99.9%".parse().expect("a target"), "30d".parse().expect("a window"))
}

fn single_numbers(criterion: &mut Criterion) {
    let slo = checkout();
    let consumed = |good: f64| Counts::good_total(good, 1e6).map(|counts| slo.budget(counts).consumed());
    assert_eq!(consumed(998_700.0), Ok(1.3));
    criterion.bench_function("budget/1/slo", |bencher| {
        bencher.iter(|| consumed(black_box(998_700.0)));
    });

    let wilson = Interval::wilson(1.0, 10.0, 0.95).expect("an interval");
    // One failure in ten: published as [0.0179, 0.4042].
    assert!((wilson.lower - 0.0179).abs() < 5e-5 && (wilson.upper - 0.4042).abs() < 5e-5);
    criterion.bench_function("wilson/1/slo", |bencher| {
        bencher.iter(|| Interval::wilson(black_box(1.0), 10.0, 0.95));
    });
    criterion.bench_function("objective/1/slo", |bencher| {
        bencher.iter(|| black_box("99.95%").parse::<Objective>());
    });
}

fn report(criterion: &mut Criterion) {
    let (good, total) = counts(43_200);
    let series = series(&good, &total).expect("counts");
    let options = ReportOptions::new();
    let bad = Report::new(&checkout(), &series, &options).expect("a report").budget.bad();
    assert_eq!(bad, series.counts().bad());
    criterion.bench_function("report/43200/slo", |bencher| {
        bencher.iter(|| Report::new(&checkout(), black_box(&series), &options));
    });
}

criterion_group!(benches, single_numbers, report);
criterion_main!(benches);
