//! How many values pass on average before a chart alarms.

mod cusum;
mod ewma;
mod quadrature;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

pub(crate) use cusum::CusumRuns;
pub(crate) use ewma::EwmaRuns;

/// The greatest run length that a chart is calibrated to.
const LONGEST: f64 = 1e12;

/// Expected sums until absorption: the solution of `(I - K) x = b` for a substochastic K.
///
/// Row i of `kernel` holds the probabilities from state i to each state, `leaving[i]` that of absorption from there. The
/// diagonal is what is left of 1, so it is never read. Elimination adds, multiplies and divides numbers that are not
/// negative, and never subtracts: the result has all its digits however rare absorption is.
#[allow(clippy::indexing_slicing, reason = "rows and columns run over the states")]
fn absorbed(mut kernel: Vec<f64>, mut leaving: Vec<f64>, mut sums: Vec<f64>) -> Vec<f64> {
    let n = leaving.len();
    let mut outflow = vec![0.0; n];
    for state in (0..n).rev() {
        let (above, below) = kernel.split_at_mut(state * n);
        let row = &below[..state];
        outflow[state] = row.iter().sum::<f64>() + leaving[state];
        for other in 0..state {
            let share = above[other * n + state] / outflow[state];
            for (to, from) in above[other * n..other * n + state].iter_mut().zip(row) {
                *to += share * from;
            }
            leaving[other] += share * leaving[state];
            sums[other] += share * sums[state];
        }
    }
    for state in 0..n {
        let row = &kernel[state * n..state * n + state];
        let carried: f64 = row.iter().zip(&sums).map(|(share, sum)| share * sum).sum();
        sums[state] = (sums[state] + carried) / outflow[state];
    }
    sums
}

/// How many nodes resolve a normal density of deviation 1 on an interval of this length to the last digits.
///
/// # Errors
///
/// [`Error::LimitExceeded`] for more than 1024.
fn resolution(length: f64) -> Result<usize> {
    const MOST: u16 = 1024;
    // Three nodes a deviation reach 1e-13, found by doubling them; short intervals need a few more.
    let wanted = (3.0 * length).ceil() + 24.0;
    (24..=MOST).find(|nodes| f64::from(*nodes) >= wanted).map(usize::from).ok_or_else(|| {
        let value = wanted.to_string().parse().unwrap_or(u64::MAX);
        let what = "nodes of the integral equation for the run length";
        Error::LimitExceeded { what, value, limit: u64::from(MOST) }
    })
}

/// A run length that floats hold.
fn finite(run_length: f64) -> Result<f64> {
    if run_length.is_finite() { Ok(run_length) } else { Err(Error::out_of_range("the average run length")) }
}

/// Refuses a shift that is no number.
pub(crate) fn check_shift(shift: f64) -> Result<()> {
    if shift.is_finite() { Ok(()) } else { Err(Error::invalid("shift", shift, "must be finite")) }
}

/// The threshold at which the run length is `arl`, which grows with it from `least` on.
pub(crate) fn threshold_for(arl: f64, run_length: impl Fn(f64) -> Result<f64>) -> Result<f64> {
    const FIRST: f64 = 1e-3;
    if !(arl > 1.0 && arl <= LONGEST) {
        return Err(Error::invalid("arl", arl, "must be above 1 and at most 1e12"));
    }
    // On a log scale the run length is nearly a straight line.
    let excess = |threshold: f64| run_length(threshold).map(|found| (found / arl).ln());
    let (mut low, mut high) = ((FIRST, excess(FIRST)?), (2.0, excess(2.0)?));
    if low.1 > 0.0 {
        let reason = "this chart's run length is longer with any threshold";
        return Err(Error::invalid("arl", arl, reason));
    }
    while high.1 < 0.0 {
        low = high;
        high = (2.0 * high.0, excess(2.0 * high.0)?);
    }
    // The Illinois rule: a secant between the two, the weight of an end that stays halved.
    let (mut below, mut above) = (low.1, high.1);
    for _ in 0..100 {
        if high.0 - low.0 <= 1e-13 * high.0 {
            break;
        }
        let secant = (low.0 * above - high.0 * below) / (above - below);
        let middle = if secant > low.0 && secant < high.0 { secant } else { f64::midpoint(low.0, high.0) };
        let found = excess(middle)?;
        if found.abs() <= 1e-13 {
            return Ok(middle);
        }
        if found < 0.0 {
            low = (middle, found);
            below = found;
            above /= 2.0;
        } else {
            high = (middle, found);
            above = found;
            below /= 2.0;
        }
    }
    Ok(high.0)
}
