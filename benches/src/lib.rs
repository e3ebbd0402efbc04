//! The inputs that the benches share: counts with bursts of errors, the same bits on every machine.

use slo::{Axis, CountSeries, Duration, Result, Timestamp};

/// Good and total counts of so many minutes: about a thousand events each, a burst of errors every 9,000 minutes.
pub fn counts(points: u32) -> (Vec<f64>, Vec<f64>) {
    let total = |minute: u32| 950.0 + f64::from(scramble(minute) % 100);
    let bad =
        |minute: u32| f64::from(scramble(minute ^ 0x5555_5555) % if minute % 9_000 < 300 { 31 } else { 3 });
    (0..points).map(|minute| (total(minute) - bad(minute), total(minute))).unzip()
}

/// A number that looks random: the finaliser of `MurmurHash3`.
pub const fn scramble(seed: u32) -> u32 {
    let mixed = (seed ^ (seed >> 16)).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    mixed ^ (mixed >> 16)
}

/// The counts as a series of one-minute records.
///
/// # Errors
///
/// None for these counts.
pub fn series(good: &[f64], total: &[f64]) -> Result<CountSeries> {
    let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    CountSeries::good_total(axis, good, total)
}
