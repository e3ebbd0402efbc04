//! Dixon's test, held against other computations.

mod detector;
mod errata;
mod exact;
mod peers;
mod two_sided;

use slo_testkit::{Random, assert_close};

use super::*;
use crate::test_result::Exactness;
use crate::verdict::Side;

/// The distribution of a ratio.
fn distribution(ratio: DixonRatio, n: usize) -> DixonDistribution {
    DixonDistribution::new(ratio, n).unwrap()
}

/// The ratios of a sample, upper and lower, by their definition.
fn ratios(values: &[f64], (j, k): (usize, usize)) -> (f64, f64) {
    let mut x = values.to_vec();
    x.sort_by(f64::total_cmp);
    let n = x.len() - 1;
    ((x[n] - x[n - j]) / (x[n] - x[k]), (x[j] - x[0]) / (x[n - k] - x[0]))
}

/// `n` normal numbers.
fn normal(random: &mut Random, n: usize) -> Vec<f64> {
    (0..n).map(|_| random.normal()).collect()
}
