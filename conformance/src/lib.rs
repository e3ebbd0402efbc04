//! What holds for the house as a whole: laws that no crate can keep or test alone, as integration tests under `tests/`,
//! one suite to a file. The library holds what several suites need.

#![allow(clippy::missing_panics_doc, clippy::expect_used, reason = "these are tests: they fail by panicking")]

pub mod promqltest;

use std::fmt::Debug;
use std::thread;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Cases that each law is tried on.
const CASES: u32 = 64;

/// Tries a law on many inputs, and shrinks the first that breaks it. The inputs are the same in every run.
#[track_caller]
pub fn for_all<S: Strategy>(inputs: S, law: impl Fn(S::Value)) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let tried = runner.run(&inputs, |input| {
        law(input);
        Ok(())
    });
    // The failure's `Display` shows the shrunk input; `expect` would show its `Debug`.
    let broken = tried.err().map(|failure| failure.to_string());
    assert_eq!(broken, None);
}

/// Values that a shift by 1e9 and a scaling by a power of two leave exact (SEMANTICS 24): multiples of 2^-10 of an
/// amplitude from 1 to 1000.
pub fn values(lengths: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    let value = |amplitude: i32| (-1024 * amplitude..=1024 * amplitude).prop_map(|v| f64::from(v) / 1024.0);
    (1..=1000_i32).prop_flat_map(move |amplitude| prop::collection::vec(value(amplitude), lengths.clone()))
}

/// The same values in the order of `places`.
pub fn permuted(values: &[f64], places: &[usize]) -> Vec<f64> {
    places.iter().filter_map(|place| values.get(*place)).copied().collect()
}

/// Holds that a value survives being written as JSON and read again.
#[track_caller]
pub fn survives_writing<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).expect("it can be written");
    let again: T = serde_json::from_str(&text).expect("what was written can be read");
    assert_eq!(&again, value, "{text}");
}

/// Holds that a computation gives the same on this thread, again on it, and on others at the same time.
#[track_caller]
pub fn is_deterministic<T: PartialEq + Debug + Send>(compute: impl Fn() -> T + Sync) {
    let first = compute();
    assert_eq!(compute(), first);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(&compute)).collect();
        for thread in threads {
            assert_eq!(thread.join().expect("no computation panics"), first);
        }
    });
}
