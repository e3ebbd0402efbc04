//! Deviations from the mean, and the sums of their products at every lag.

use pulp::{Arch, Simd, WithSimd};

use crate::sum::{two_product, two_sum};

/// Values that are multiplied side by side.
const LANES: usize = 8;

/// How many values are met with those of every lag before the next ones are: together they stay in the cache.
const BLOCK: usize = 1024;

/// Deviations from the mean, times a power of two that keeps their squares in range.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deviations {
    pub(super) values: Vec<f64>,
    /// The power of two.
    pub(super) scale: f64,
}

impl Deviations {
    /// Those of finite values; `None` if all are equal.
    ///
    /// Differences from the first value carry the mean, so that an offset common to all takes no digits from them.
    pub(super) fn new(values: &[f64]) -> Option<Self> {
        let first = *values.first()?;
        let (least, greatest) =
            values.iter().fold((first, first), |(least, greatest), v| (least.min(*v), greatest.max(*v)));
        if least == greatest {
            return None;
        }
        let scale = scale_for(greatest / 2.0 - least / 2.0);
        let mut values: Vec<f64> = values.iter().map(|value| value * scale - first * scale).collect();
        let (mean, rest) = mean(&values);
        for value in &mut values {
            *value = (*value - mean) - rest;
        }
        Some(Self { values, scale })
    }

    /// `Σ d_t d_{t+k}` for the lags `k = 0, ..., max_lag`.
    pub(super) fn products(&self, max_lag: usize) -> Vec<f64> {
        Arch::new().dispatch(Products { values: &self.values, max_lag })
    }
}

/// A power of two that brings `size > 0` near 1, itself in range.
fn scale_for(size: f64) -> f64 {
    let exponent = (size.to_bits() >> 52) & 0x7ff; // Biased: 1023 stands for 2^0.
    f64::from_bits((2046 - exponent.clamp(23, 2023)) << 52)
}

/// The mean as a float and what rounding took from it; the sum is compensated.
fn mean(values: &[f64]) -> (f64, f64) {
    let (sum, rest) = values.iter().fold((0.0, 0.0), |(sum, rest), value| {
        let (sum, error) = two_sum(sum, *value);
        (sum, rest + error)
    });
    let n = values.len() as f64;
    let mean = sum / n;
    let (product, error) = two_product(mean, n);
    (mean, ((sum - product) - error + rest) / n)
}

struct Products<'a> {
    values: &'a [f64],
    max_lag: usize,
}

impl WithSimd for Products<'_> {
    type Output = Vec<f64>;

    /// Sums within a block are plain, in lanes; those of the blocks are added with compensation.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.max_lag + 1];
        let mut rest = self.values;
        while !rest.is_empty() {
            let (block, after) = rest.split_at(BLOCK.min(rest.len()));
            for (lag, (sum, lost)) in sums.iter_mut().enumerate() {
                let Some(later) = rest.get(lag..) else { break };
                let (next, error) = two_sum(*sum, dot(block, later));
                (*sum, *lost) = (next, *lost + error);
            }
            rest = after;
        }
        sums.into_iter().map(|(sum, lost)| sum + lost).collect()
    }
}

/// `Σ a_i b_i` over as many places as both have.
#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let len = a.len().min(b.len());
    let (a, a_rest) = a.split_at(len).0.as_chunks::<LANES>();
    let (b, b_rest) = b.split_at(len).0.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}
