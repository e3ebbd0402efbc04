//! What holds for detectors that see one value after the other.

use super::*;

type Start<'a> = &'a dyn Fn() -> Box<dyn OnlineDetector>;

fn observe_all(online: &mut dyn OnlineDetector, values: &[f64]) -> Detection {
    let verdicts: Vec<_> = values.iter().map(|value| online.observe(*value).unwrap()).collect();
    Detection {
        first: verdicts.first().map_or(0, |verdict| verdict.index),
        scores: verdicts.iter().map(|verdict| verdict.score).collect(),
        threshold: verdicts.last().map_or(0.0, |verdict| verdict.threshold),
        outliers: verdicts.into_iter().filter(|verdict| verdict.flagged).collect(),
    }
}

/// The snapshot as a service stores it.
fn stored(online: &dyn OnlineDetector) -> String {
    serde_json::to_string(&online.snapshot()).unwrap()
}

fn resumed(text: &str) -> Box<dyn OnlineDetector> {
    serde_json::from_str::<Snapshot>(text).unwrap().restore().unwrap()
}

pub(crate) fn equals(rolling: &dyn Detector, start: Start<'_>) {
    for_all(values(1..120), |values| {
        let expected = rolling.detect(&values).unwrap();
        assert_same_verdicts(&observe_all(&mut *start(), &values), &expected, 1e-12);
        assert_same_verdicts(&start().observe_many(&values).unwrap(), &expected, 1e-12);
    });
}

pub(crate) fn purity(start: Start<'_>) {
    for_all(values(1..60), |values| {
        let mut online = start();
        for value in values {
            let before = stored(&*online);
            let foreseen = online.score(value).unwrap();
            assert_eq!(stored(&*online), before);
            assert_eq!(online.observe(value).unwrap(), foreseen);
        }
    });
}

pub(crate) fn refusal(start: Start<'_>) {
    let mut online = start();
    observe_all(&mut *online, &[1.0, 2.0, 4.0, 3.0]);
    let before = stored(&*online);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(online.score(bad).unwrap_err().kind(), ErrorKind::NonFinite);
        let error = online.observe(bad).unwrap_err();
        assert!(matches!(error, Error::NonFinite { index: 4, .. }), "{error}");
        assert_eq!(online.observe_many(&[5.0, bad]).unwrap_err().kind(), ErrorKind::NonFinite);
        assert_eq!(stored(&*online), before);
    }
}

pub(crate) fn snapshots(start: Start<'_>) {
    for_all((values(2..80), 0_usize..80), |(values, pause)| {
        let pause = pause.min(values.len());
        let mut online = start();
        observe_all(&mut *online, &values[..pause]);
        let mut again = resumed(&stored(&*online));
        assert_eq!(again.seen(), online.seen());
        for value in &values[pause..] {
            assert_eq!(again.observe(*value).unwrap(), online.observe(*value).unwrap());
        }
        assert_eq!(stored(&*again), stored(&*online));
    });
}

pub(crate) fn versions(start: Start<'_>) {
    let text = stored(&*start());
    let version = text.find("\"version\":1").unwrap();
    let newer = format!("{}\"version\":2{}", &text[..version], &text[version + 11..]);
    let restored = serde_json::from_str::<Snapshot>(&newer).map(Snapshot::restore);
    assert!(restored.map_or(true, |restored| restored.is_err_and(|e| e.kind() == ErrorKind::State)));
}

pub(crate) fn bounded(start: Start<'_>) {
    let mut online = start();
    let mut longest = |turns: usize| {
        let values: Vec<f64> = (0..turns * W).map(|i| ((i * 7919) % 1009) as f64 / 4.0).collect();
        observe_all(&mut *online, &values);
        stored(&*online).len()
    };
    let early = longest(100);
    // The count of values seen grows by digits; nothing else does.
    assert!(longest(300) < early + early / 4);
}

pub(crate) fn forgetting(start: Start<'_>) {
    for_all((values(W..W + 1), values(1..40)), |(recent, past)| {
        let (mut old, mut young) = (start(), start());
        observe_all(&mut *old, &past);
        observe_all(&mut *old, &recent);
        observe_all(&mut *young, &recent);
        let (old, young) = (old.score(3.5).unwrap(), young.score(3.5).unwrap());
        let room = 1e-12 * young.score.abs().max(1.0);
        assert!(old.score == young.score || (old.score - young.score).abs() <= room, "{old} {young}");
    });
}
