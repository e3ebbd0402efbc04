//! Prometheus' answers and specs: text in, counts and objectives out.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench stops at a bad input; criterion writes its functions"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use slo::io::{CountQuery, read_prometheus, read_specs};

const SERIES: u32 = 10;
const SAMPLES: u32 = 1_000;

const SPEC: &str = include_str!("../examples/prometheus-api.yaml");

/// A matrix of counters, one for each handler and code, that grow by 7 and by 1 every 15 s.
fn answer() -> String {
    let counter = |handler: u32, code: &str, step: u32| {
        let samples: Vec<String> =
            (0..SAMPLES).map(|i| format!("[{}.615,\"{}\"]", 15 * i, step * i)).collect();
        let labels = format!(r#"{{"__name__":"requests_total","handler":"/{handler}","code":"{code}"}}"#);
        format!(r#"{{"metric":{labels},"values":[{}]}}"#, samples.join(","))
    };
    let series: Vec<String> = (0..SERIES / 2)
        .flat_map(|handler| [counter(handler, "200", 7), counter(handler, "500", 1)])
        .collect();
    format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{}]}}}}"#, series.join(","))
}

fn prometheus(criterion: &mut Criterion) {
    let text = answer();
    let series = read_prometheus(&text).expect("an answer");
    let bad = r#"requests_total{code=~"5.."}"#.parse().expect("a selector");
    let query = CountQuery::bad(bad, "requests_total".parse().expect("a selector")).by(["handler"]);
    let counted = query.counts(&series).expect("counts");
    let whole = counted.iter().map(|part| part.counts.counts());
    assert_eq!(whole.map(|counts| counts.total()).sum::<f64>(), f64::from(8 * SERIES / 2 * (SAMPLES - 1)));

    criterion.bench_function("read_prometheus/10000/slo", |bencher| {
        bencher.iter(|| read_prometheus(black_box(&text)));
    });
    criterion.bench_function("count_query/10000/slo", |bencher| {
        bencher.iter(|| query.counts(black_box(&series)));
    });
}

fn specs(criterion: &mut Criterion) {
    assert_eq!(read_specs(SPEC).expect("specs").len(), 2);
    criterion.bench_function("read_specs/2/slo", |bencher| {
        bencher.iter(|| read_specs(black_box(SPEC)));
    });
}

criterion_group!(benches, prometheus, specs);
criterion_main!(benches);
