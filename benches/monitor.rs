//! Records that come one by one: many to a bucket, one to a bucket, and what is asked in between.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench stops at a bad input; criterion writes its functions"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use slo::{AlertPolicy, BudgetMonitor, Counts, Duration, Slo, Timestamp};
use slo_benches::counts;

const MONTH: u32 = 43_200;

/// Alerts that begin in the month's counts: as many as `evaluate` finds.
const ALERTS: usize = 497;

type Record = (Timestamp, Counts);

fn empty() -> BudgetMonitor {
    let slo = Slo::new("99.9%".parse().expect("a target"), "30d".parse().expect("a window"));
    let policy = AlertPolicy::google_sre(slo.window()).expect("a policy");
    BudgetMonitor::new(slo, policy, Duration::from_minutes(1)).expect("a monitor")
}

/// One record a minute.
fn minutes() -> Vec<Record> {
    let (good, total) = counts(MONTH);
    let record = |(minute, (good, total)): (i64, (&f64, &f64))| {
        let counts = Counts::good_total(*good, *total).expect("counts");
        (Timestamp::from_nanos(minute * 60_000_000_000), counts)
    };
    (0..).zip(good.iter().zip(&total)).map(record).collect()
}

/// A hundred records a second for ten minutes, three in a thousand bad.
fn centiseconds(from: Timestamp) -> Vec<Record> {
    let record = |number: i64| {
        let at = from.checked_add(Duration::from_nanos(number * 10_000_000)).expect("an instant");
        let bad = if number % 333 == 0 { 1.0 } else { 0.0 };
        (at, Counts::bad_total(bad, 1.0).expect("counts"))
    };
    (1..=60_000).map(record).collect()
}

fn run(monitor: &mut BudgetMonitor, records: &[Record]) -> usize {
    let began = |(at, counts): &Record| monitor.record(*at, *counts).map_or(0, |changes| changes.began.len());
    records.iter().map(began).sum()
}

fn records(criterion: &mut Criterion) {
    let minutes = minutes();
    let mut full = empty();
    assert_eq!(run(&mut full, &minutes), ALERTS);
    let mut calm = empty();
    let quiet: Vec<Record> =
        minutes.iter().map(|(at, _)| (*at, Counts::bad_total(0.0, 1_000.0).expect("counts"))).collect();
    assert_eq!(run(&mut calm, &quiet), 0);
    let last = minutes.last().expect("a month").0;
    let stream = centiseconds(last);

    let mut group = criterion.benchmark_group("record");
    for (name, begin, records) in [
        ("100-a-second", &full, &stream),
        ("one-a-bucket", &empty(), &minutes),
        ("one-a-bucket-without-errors", &empty(), &quiet),
    ] {
        group.throughput(Throughput::Elements(u64::try_from(records.len()).expect("a number")));
        group.bench_function(format!("{name}/{}/slo", records.len()), |bencher| {
            bencher.iter_batched_ref(
                || begin.clone(),
                |monitor| run(monitor, black_box(records)),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

fn questions(criterion: &mut Criterion) {
    let mut full = empty();
    run(&mut full, &minutes());
    assert_eq!(full.series().expect("a series").len(), usize::try_from(MONTH).expect("a number"));
    criterion
        .bench_function("monitor-budget/43200/slo", |bencher| bencher.iter(|| black_box(&full).budget()));
    criterion.bench_function("monitor-next-change/43200/slo", |bencher| {
        bencher.iter(|| black_box(&full).next_change());
    });
    criterion.bench_function("monitor-clone/43200/slo", |bencher| bencher.iter(|| black_box(&full).clone()));
    criterion.bench_function("monitor-merge/43200/slo", |bencher| {
        bencher.iter_batched_ref(|| full.clone(), |one| one.merge(black_box(&full)), BatchSize::LargeInput);
    });
}

criterion_group!(benches, records, questions);
criterion_main!(benches);
