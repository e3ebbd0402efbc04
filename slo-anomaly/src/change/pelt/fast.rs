//! The search for changes of level, many candidates with one instruction.

use pulp::{Arch, Simd, WithSimd};

use super::Centred;

/// As [`search`](super::search::search) with squared distances; nothing where rounding could matter.
///
/// # Method
///
/// With sums `A` and `B` of values and squares before each place, a division that ends in a segment from `s` to `t` costs
///
/// ```text
/// F(s) + penalty + B(t) - B(s) - (A(t) - A(s))² / (t - s)
/// ```
///
/// `B(t)` is common to all `s`. What is left takes three numbers of each candidate, which stand in arrays of their own;
/// candidates that lose are marked, and squeezed out when they have become many.
#[allow(clippy::indexing_slicing, reason = "places run from 0 to the number of values, for which there is room")]
pub(super) fn search(centred: &Centred, penalty: f64, min_size: usize) -> Option<Vec<u32>> {
    let values = &centred.values;
    let len = values.len();
    let (mut first, mut second) = (vec![0.0; len + 1], vec![0.0; len + 1]);
    let mean = values.iter().sum::<f64>() / len as f64;
    for (place, value) in values.iter().enumerate() {
        let deviation = value - mean;
        first[place + 1] = first[place] + deviation;
        second[place + 1] = second[place] + deviation * deviation;
    }
    // Each sum is off by at most its number of terms times the rounding of one; in effect by its root.
    let rounding = f64::EPSILON * (len as f64).sqrt() * second[len];
    if rounding > 1e-8 * penalty || !second[len].is_finite() {
        return None;
    }

    let arch = Arch::new();
    let squeeze_every = min_size.max(8);
    let mut cheapest = vec![f64::INFINITY; len + 1];
    cheapest[0] = -penalty;
    let mut lasts = vec![0_u32; len + 1];
    let mut candidates = Candidates::with_capacity(len);
    for end in min_size..=len {
        let begin = end - min_size;
        if cheapest[begin].is_finite() {
            candidates.push(begin, cheapest[begin] - second[begin], first[begin]);
        }
        let count = candidates.len();
        let (wholes, end_first) = (&mut candidates.wholes[..count], first[end]);
        let Candidates { costs, firsts, begins, .. } = &candidates.places;
        let least = arch.dispatch(Evaluate { costs, firsts, begins, wholes, end: end as f64, end_first });
        // The first of equals has the longest last segment.
        let best = wholes.iter().position(|whole| *whole == least).unwrap_or(0);
        lasts[end] = candidates.places.indices[best];
        cheapest[end] = least + second[end] + penalty;
        if end % squeeze_every == 0 && count > 32 {
            let limit = least + penalty + rounding;
            let losing = arch.dispatch(CountAbove { values: &candidates.wholes[..count], limit });
            if losing > count / 8 {
                candidates.squeeze(limit);
            }
        }
    }
    Some(lasts)
}
