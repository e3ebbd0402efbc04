//! Sums of deviations in lanes that do not wait for one another.

#![allow(
    clippy::inline_always,
    clippy::indexing_slicing,
    reason = "only what is inlined is compiled for the wider instructions; lanes lie below their number"
)]

use pulp::{Arch, Simd, WithSimd};

/// How many parts of a sum do not wait for one another.
const LANES: usize = 8;

/// The sums of a sample about its first value, and about its mean.
///
/// ```text
/// offset = Σ(x - anchor) / n        rest = Σ d        squares = Σ d²        d = x - anchor - offset
/// ```
///
/// The rest is what rounding took from the offset. The bits do not depend on the instructions there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deviations {
    /// The first value.
    pub(super) anchor: f64,
    /// How far the mean lies above it.
    pub(super) offset: f64,
    /// The sum of deviations from both.
    pub(super) rest: f64,
    /// The sum of their squares.
    pub(super) squares: f64,
}

impl Deviations {
    /// The sums of these values.
    pub(super) fn of(values: &[f64]) -> Self {
        Arch::new().dispatch(Sums(values))
    }
}

struct Sums<'v>(&'v [f64]);

impl WithSimd for Sums<'_> {
    type Output = Deviations;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Deviations {
        let values = self.0;
        let anchor = values.first().copied().unwrap_or(0.0);
        let [sum] = sums(values, |value| [value - anchor]);
        let offset = sum / values.len() as f64;
        let [rest, squares] = sums(values, |value| {
            let deviation = (value - anchor) - offset;
            [deviation, deviation * deviation]
        });
        Deviations { anchor, offset, rest, squares }
    }
}

/// The sums of several terms of each value.
#[inline(always)]
fn sums<const N: usize>(values: &[f64], terms: impl Fn(f64) -> [f64; N]) -> [f64; N] {
    let mut sums = [[0.0; LANES]; N];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, value) in chunk.iter().enumerate() {
            for (sums, term) in sums.iter_mut().zip(terms(*value)) {
                sums[lane] += term;
            }
        }
    }
    if let Some(last) = values.last_chunk::<LANES>() {
        // The last values once more, those that were summed before as 0: no lane waits for another one.
        for (lane, value) in last.iter().enumerate() {
            let is_new = lane + rest.len() >= LANES;
            for (sums, term) in sums.iter_mut().zip(terms(*value)) {
                sums[lane] += if is_new { term } else { 0.0 };
            }
        }
    } else {
        for (lane, value) in rest.iter().enumerate() {
            for (sums, term) in sums.iter_mut().zip(terms(*value)) {
                sums[lane] += term;
            }
        }
    }
    sums.map(total)
}

/// The sum of the parts.
#[inline(always)]
fn total([a, b, c, d, e, f, g, h]: [f64; LANES]) -> f64 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
