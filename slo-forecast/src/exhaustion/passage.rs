//! When a count that only grows first reaches a boundary that moves.

use slo_core::Result;

use super::arrivals::Arrivals;

/// Probabilities below this are nothing.
const NOTHING: f64 = 1e-30;

/// A stretch of time that ends so many seconds from now, and what the count must stay below in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) until: f64,
    /// The lowest boundary of the stretch, its end included, in units.
    pub(super) lowest: usize,
    /// The boundary at its end.
    pub(super) last: usize,
    /// Whether the probability is asked for at its end.
    pub(super) asked: bool,
}

/// When within a cell the lowest boundary counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// At its end: no crossing is missed, and some are made up. Exact where the boundary stays the same until the end.
    Upper,
    /// At its begin, and the last boundary at its end: none is made up, and some are missed.
    Lower,
}

/// The probability that the count has reached the boundary by the end of each cell that is asked for.
///
/// # Method
///
/// Given that n units have come by t, their instants are independent and uniform, whatever their rate. So the
/// probability D(n, t) that they have reached the boundary follows from the binomial number of those that came last:
///
/// ```text
/// D(n, t') = Σ_j Binomial(j; n, (t' - t) / t') D(n - j, t)   below the boundary, 1 from it on
/// P(t) = Σ_n D(n, t) P(N(t) = n)
/// ```
///
/// # References
///
/// Noé, M. (1972). The calculation of distributions of two-sided Kolmogorov-Smirnov type statistics. *Annals of
/// Mathematical Statistics* 43(1), 58-64, for the recursion.
pub(super) fn reached(cells: &[Cell], arrivals: &Arrivals, states: usize, bound: Bound) -> Result<Vec<f64>> {
    let mut probabilities = Vec::new();
    // Of n units until now: the probability that they have reached the boundary.
    let mut given = vec![0.0; states];
    let mut next = given.clone();
    let (mut now, mut highest) = (0.0, 0.0_f64);
    for cell in cells {
        let end = match bound {
            Bound::Upper => cell.lowest,
            Bound::Lower => {
                given.iter_mut().skip(cell.lowest).for_each(|given| *given = 1.0);
                cell.last
            }
        };
        advance(&given, &mut next, (cell.until - now) / cell.until, end);
        (given, next) = (next, given);
        now = cell.until;
        if cell.asked {
            highest = highest.max(marginal(&given, end, arrivals, now)?).min(1.0);
            probabilities.push(highest);
        }
    }
    Ok(probabilities)
}

/// `Σ_n D(n) P(N = n)`.
fn marginal(given: &[f64], boundary: usize, arrivals: &Arrivals, seconds: f64) -> Result<f64> {
    let below = boundary.min(given.len());
    let masses = arrivals.below(below, seconds)?;
    let inside: f64 = given.iter().zip(&masses).map(|(given, mass)| given * mass).sum();
    // What exceeds all states has no probability to speak of.
    let outside = if boundary <= given.len() { arrivals.at_least(boundary as f64, seconds)? } else { 0.0 };
    Ok(inside + outside)
}

/// One step of the recursion, of which `share` of the time until its end has passed.
fn advance(given: &[f64], next: &mut [f64], share: f64, boundary: usize) {
    for (n, place) in next.iter_mut().enumerate() {
        *place = match given.get(n) {
            _ if n >= boundary => 1.0,
            // D rises with n: what is nothing for n is nothing for less.
            Some(0.0) => 0.0,
            _ => mixed(given, n, share),
        };
    }
}

/// `Σ_j Binomial(j; n, share) given[n - j]`.
fn mixed(given: &[f64], n: usize, share: f64) -> f64 {
    let at = |j: usize| n.checked_sub(j).and_then(|rest| given.get(rest)).copied().unwrap_or(0.0);
    if share >= 1.0 {
        return at(n);
    }
    let odds = share / (1.0 - share);
    let count = n as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to n")]
    let mode = ((count + 1.0) * share).floor().min(count) as usize;
    let (mut sum, mut weights) = (at(mode), 1.0);
    let mut weight = 1.0;
    for j in mode..n {
        weight *= (n - j) as f64 / (j + 1) as f64 * odds;
        if weight < 1e-18 {
            break;
        }
        weights += weight;
        sum += weight * at(j + 1);
    }
    weight = 1.0;
    for j in (1..=mode).rev() {
        weight *= j as f64 / ((n - j + 1) as f64 * odds);
        if weight < 1e-18 {
            break;
        }
        weights += weight;
        sum += weight * at(j - 1);
    }
    let mixed = sum / weights;
    if mixed < NOTHING { 0.0 } else { mixed.min(1.0) }
}
