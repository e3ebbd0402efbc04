//! Burn rates, firing and alerts over a month of minutes, and over uneven and fractional counts.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench stops at a bad input; criterion writes its functions"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use slo::{AlertPolicy, Axis, CountSeries, Duration, Slo, Timestamp, burn_rates};
use slo_benches::{counts, series};

const MONTH: u32 = 43_200;

fn checkout() -> Slo {
    Slo::new("99.9%".parse().expect("a target"), "30d".parse().expect("a window"))
}

fn policy() -> AlertPolicy {
    AlertPolicy::google_sre(checkout().window()).expect("a policy")
}

fn kernels(criterion: &mut Criterion) {
    let (good, total) = counts(MONTH);
    let even = series(&good, &total).expect("counts");
    let firing = policy().firing(&checkout(), &even).expect("firing");
    assert_eq!(firing.iter().filter(|fires| **fires).count(), FIRING);

    let (slo, policy) = (checkout(), policy());
    criterion.bench_function("construct/43200/slo", |bencher| {
        bencher.iter(|| series(black_box(&good), black_box(&total)));
    });
    criterion.bench_function("firing/43200/slo", |bencher| {
        bencher.iter(|| policy.firing(&slo, black_box(&even)));
    });
    criterion.bench_function("construct+firing/43200/slo", |bencher| {
        bencher.iter(|| policy.firing(&slo, &series(black_box(&good), black_box(&total))?));
    });
    criterion.bench_function("evaluate/43200/slo", |bencher| {
        bencher.iter(|| policy.evaluate(&slo, black_box(&even), None));
    });
    let windows = policy.windows();
    criterion.bench_function("burn_rates/43200/slo", |bencher| {
        bencher.iter(|| burn_rates(black_box(&even), slo.objective(), &windows));
    });
    criterion.bench_function("history/43200/slo", |bencher| {
        bencher.iter(|| slo.history(black_box(&even), Some(Duration::from_hours(1))));
    });
    criterion.bench_function("resample/43200/slo", |bencher| {
        bencher.iter(|| black_box(&even).resample(Duration::from_minutes(5)));
    });
}

/// Points at which some rule fires on these counts, summed over the rules.
const FIRING: usize = 23_756;

fn slow_paths(criterion: &mut Criterion) {
    let (good, total) = counts(MONTH);
    let times: Vec<_> =
        (0..i64::from(MONTH)).map(|i| Timestamp::from_nanos(i * 60_000_000_000 + i % 7)).collect();
    let uneven = CountSeries::good_total(Axis::listed(times), &good, &total).expect("counts");
    criterion.bench_function("firing-uneven/43200/slo", |bencher| {
        bencher.iter(|| policy().firing(&checkout(), black_box(&uneven)));
    });
    let fractional: Vec<f64> = total.iter().map(|count| count + 0.1).collect();
    let fractional = series(&good, &fractional).expect("counts");
    criterion.bench_function("firing-fractional/43200/slo", |bencher| {
        bencher.iter(|| policy().firing(&checkout(), black_box(&fractional)));
    });
}

criterion_group!(benches, kernels, slow_paths);
criterion_main!(benches);
