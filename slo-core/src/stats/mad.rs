//! The median distance from the median, of values in order of size.

use super::quantile::middle;

/// The median of `count` values and their median distance from it, not scaled; `at` gives them in increasing order. None
/// without a value.
///
/// For values that are in order already, wherever they lie: in a window, or in a sample without one of them.
///
/// # Method
///
/// ```text
/// median |x - median(x)|
/// ```
///
/// In `O(log n)` calls: the middle half of the distances lies side by side, and bisection finds where it begins.
///
/// # Examples
///
/// ```
/// use slo_core::stats::median_and_mad;
///
/// let sorted = [1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0];
/// // The distances from 2 are 0, 0, 1, 1, 2, 4 and 7.
/// assert_eq!(median_and_mad(7, |rank| sorted[rank]), Some((2.0, 1.0)));
/// // Without the greatest value: 0, 0, 1, 1, 2 and 4.
/// assert_eq!(median_and_mad(6, |rank| sorted[rank]), Some((2.0, 1.0)));
/// assert_eq!(median_and_mad(0, |rank| sorted[rank]), None);
/// ```
pub fn median_and_mad(count: usize, at: impl Fn(usize) -> f64) -> Option<(f64, f64)> {
    let last = count.checked_sub(1)?;
    let median = middle(at(last / 2), at(count / 2));
    Some((median, mad(count, median, at)))
}

/// The median distance of `count` values, at least one, from their median; `at` gives them in increasing order.
///
/// # Method
///
/// The `h = ceil(n / 2)` values nearest to the median `m` stand side by side in `s_0 <= ... <= s_{n-1}`: from the least
/// `l` with `m - s_l <= s_{l+h} - m` on, which bisection finds in `O(log n)` calls. The distance of the farther end is
/// the `h`-th smallest; the one after it is that of a neighbour. It is infinite where it does not fit a float.
pub(super) fn mad(count: usize, median: f64, mut at: impl FnMut(usize) -> f64) -> f64 {
    let near = middle_distance(count, median, &mut at);
    if near.is_finite() {
        return near;
    }
    // Half of any distance fits a float, and halving loses nothing that counts beside one that does not.
    2.0 * middle_distance(count, median / 2.0, |index| at(index) / 2.0)
}

/// As [`mad`]; infinite where a distance that takes part does not fit a float.
fn middle_distance(count: usize, median: f64, mut at: impl FnMut(usize) -> f64) -> f64 {
    let nearest = count.div_ceil(2);
    let (mut below, mut most) = (0, count - nearest);
    while below < most {
        let trial = usize::midpoint(below, most);
        if median - at(trial) > at(trial + nearest) - median {
            below = trial + 1;
        } else {
            most = trial;
        }
    }
    let distance = (median - at(below)).max(at(below + nearest - 1) - median);
    if count % 2 == 1 || distance.is_infinite() {
        return distance;
    }
    let ahead = below.checked_sub(1).map_or(f64::INFINITY, |index| median - at(index));
    let behind = Some(below + nearest).filter(|index| *index < count);
    let next = behind.map_or(f64::INFINITY, |index| at(index) - median).min(ahead);
    if next.is_infinite() { next } else { middle(distance, next) }
}
