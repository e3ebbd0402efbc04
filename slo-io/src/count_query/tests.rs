use super::*;
use proptest::prelude::*;

/// A counter sampled at whole seconds.
fn counter(labels: &[(&str, &str)], samples: &[(i64, f64)]) -> LabelledSeries {
    let times: Vec<Timestamp> = samples.iter().map(|(second, _)| at(*second)).collect();
    let values = samples.iter().map(|(_, value)| *value).collect();
    let series = TimeSeries::new(Axis::listed(times), values).unwrap();
    LabelledSeries::new(labels.iter().copied().collect(), series)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_nanos(second * 1_000_000_000)
}

/// The instants in seconds, with bad and all events.
fn rows(counts: &LabelledCounts) -> Vec<(i64, f64, f64)> {
    counts.counts.iter().map(|(time, c)| (time.nanos() / 1_000_000_000, c.bad(), c.total())).collect()
}

fn by_code(code: &str) -> CountQuery {
    CountQuery::bad(format!("n{{code=~{code:?}}}").parse().unwrap(), "n".parse().unwrap())
}

fn served() -> [LabelledSeries; 4] {
    [
        counter(
            &[("__name__", "n"), ("code", "200"), ("pod", "a")],
            &[(0, 10.0), (15, 20.0), (30, 5.0), (45, 6.0)],
        ),
        counter(&[("__name__", "n"), ("code", "200"), ("pod", "b")], &[(0, 0.0), (15, 1.0), (45, 4.0)]),
        // Born at 15 with a count of 3, which nothing tells when it was reached.
        counter(&[("__name__", "n"), ("code", "500"), ("pod", "a")], &[(15, 3.0), (30, 4.0), (45, 0.0)]),
        counter(&[("__name__", "up"), ("pod", "a")], &[(0, 1.0), (15, 1.0)]),
    ]
}

#[test]
fn increases_are_summed_instant_by_instant() {
    let all = by_code("5..").counts(&served()).unwrap();
    assert_eq!(all.len(), 1);
    assert!(all[0].labels.is_empty());
    assert_eq!(rows(&all[0]), [(15, 0.0, 11.0), (30, 1.0, 6.0), (45, 0.0, 4.0)]);
    assert_eq!(all[0].resets, [at(30), at(45)]);
    assert_eq!(all[0].counts.resolution(), Some("15s".parse().unwrap()));
}

#[test]
fn labels_tell_the_counts_apart() {
    let by_pod = by_code("5..").by(["pod", "zone"]).counts(&served()).unwrap();
    let labels: Vec<String> = by_pod.iter().map(|counts| counts.labels.to_string()).collect();
    assert_eq!(labels, [r#"{pod="a"}"#, r#"{pod="b"}"#]);
    assert_eq!(rows(&by_pod[0]), [(15, 0.0, 10.0), (30, 1.0, 6.0), (45, 0.0, 1.0)]);
    assert_eq!(rows(&by_pod[1]), [(15, 0.0, 1.0), (45, 0.0, 3.0)]);
    assert_eq!((&by_pod[0].resets[..], &by_pod[1].resets[..]), (&[at(30), at(45)][..], &[][..]));
}

#[test]
fn good_and_bad_counters_give_the_same_counts() {
    let good = CountQuery::good("n{code!~\"5..\"}".parse().unwrap(), "n".parse().unwrap());
    assert_eq!(good.counts(&served()).unwrap(), by_code("5..").counts(&served()).unwrap());
}

#[test]
fn no_counter_of_bad_events_is_no_bad_event_but_good_ones_must_be_there() {
    let all = by_code("4..").counts(&served()).unwrap();
    assert_eq!((all[0].counts.counts().bad(), all[0].counts.counts().total()), (0.0, 21.0));
    for query in [
        CountQuery::good("n{code=\"204\"}".parse().unwrap(), "n".parse().unwrap()),
        CountQuery::bad("n".parse().unwrap(), "m".parse().unwrap()),
    ] {
        let message = query.counts(&served()).unwrap_err().to_string();
        assert!(message.contains("selects none of 4 series"), "{message}");
    }
}

#[test]
fn more_bad_events_than_events_are_refused_with_their_place() {
    let series = [
        counter(&[("__name__", "bad")], &[(0, 0.0), (15, 1.0), (30, 9.0)]),
        counter(&[("__name__", "all")], &[(0, 0.0), (15, 5.0), (30, 6.0)]),
    ];
    let query = CountQuery::bad("bad".parse().unwrap(), "all".parse().unwrap());
    let error = query.counts(&series).unwrap_err();
    assert_eq!(error, Error::ExceedsTotal { name: "bad", index: 1, value: 8.0, total: 1.0 });
    // Events where no counter of all events has a sample exceed the total of 0 there.
    let series = [
        counter(&[("__name__", "bad")], &[(0, 0.0), (20, 1.0)]),
        counter(&[("__name__", "all")], &[(0, 0.0), (15, 5.0), (30, 6.0)]),
    ];
    let error = query.counts(&series).unwrap_err();
    assert_eq!(error, Error::ExceedsTotal { name: "bad", index: 1, value: 1.0, total: 0.0 });
}

#[test]
fn a_counter_that_is_there_twice_or_negative_is_refused() {
    let [first, ..] = served();
    let message = by_code("5..").counts(&[first.clone(), first]).unwrap_err().to_string();
    assert!(message.contains("is there twice"), "{message}");
    let negative = [counter(&[("__name__", "n")], &[(0, -1.0), (15, 2.0)])];
    assert!(matches!(by_code("5..").counts(&negative), Err(Error::NegativeCount { index: 0, .. })));
}

#[test]
fn counters_of_one_sample_count_nothing() {
    let all = by_code("5..").counts(&[counter(&[("__name__", "n")], &[(0, 7.0)])]).unwrap();
    assert!(all[0].counts.is_empty() && all[0].resets.is_empty());
}

#[test]
fn only_ratios_of_counters_with_plain_selectors_make_a_query() {
    let source = |query: &str| {
        let mut source = Source::default();
        source.spec.insert("query".to_owned(), query.into());
        source
    };
    let ratio = |bad: &str, counter| Indicator::Ratio {
        part: RatioPart::Bad(source(bad)),
        total: source("n"),
        counter,
    };
    assert_eq!(CountQuery::from_indicator(&ratio("n{code=~\"5..\"}", true)), Ok(by_code("5..")));
    for (indicator, reason) in [
        (ratio("b", false), "counter: false"),
        (ratio("rate(b[5m])", true), "the function or aggregation rate"),
        (
            Indicator::Threshold { source: source("t"), comparison: slo_core::Comparison::Below, limit: 1.0 },
            "thresholdMetric",
        ),
    ] {
        let message = CountQuery::from_indicator(&indicator).unwrap_err().to_string();
        assert!(message.contains(reason), "{message}");
    }
    let nothing = Indicator::Ratio {
        part: RatioPart::Good(Source::default()),
        total: Source::default(),
        counter: true,
    };
    assert!(CountQuery::from_indicator(&nothing).is_err());
}

proptest! {
    #[test]
    fn grouping_loses_no_event(
        pods in prop::collection::vec(prop::collection::vec((0_u32..9, 0_u32..9), 1..12), 1..5),
    ) {
        let mut series = Vec::new();
        for (pod, increments) in pods.iter().enumerate() {
            let pod = pod.to_string();
            for code in ["200", "500"] {
                let mut value = 0.0;
                let samples: Vec<(i64, f64)> = (0_i64..).zip(increments).map(|(second, (good, bad))| {
                    value += f64::from(if code == "200" { *good } else { *bad });
                    (second, value)
                }).collect();
                series.push(counter(&[("__name__", "n"), ("code", code), ("pod", &pod)], &samples));
            }
        }
        let query = by_code("5..");
        let whole = &query.counts(&series).unwrap()[0].counts;
        let parts = query.by(["pod"]).counts(&series).unwrap();
        prop_assert_eq!(parts.len(), pods.len());
        let merged = CountSeries::sum(parts.iter().map(|part| &part.counts)).unwrap();
        prop_assert_eq!(&merged.counts(), &whole.counts());
        let bad: u32 = pods.iter().flat_map(|p| p.iter().skip(1)).map(|(_, bad)| bad).sum();
        prop_assert_eq!(whole.counts().bad(), f64::from(bad));
    }
}
