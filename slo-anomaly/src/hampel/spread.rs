//! Median and robust deviation of the values around each one.

use slo_core::Result;
use slo_core::stats::Missing;
use slo_core::stats::rolling::Rolling;

use crate::mad::NORMAL_MEAN;
use crate::order::NORMAL;

/// What a value is compared with; NaN where there is nothing, or an infinity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) center: f64,
    pub(super) scale: f64,
    /// How many values were present.
    pub(super) count: usize,
}

/// The values within `half` places of each one, which are missing where they are not finite.
#[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
pub(super) fn around(values: &[f64], half: usize) -> Result<Vec<Around>> {
    let window = 2 * half + 1;
    let rolling = Rolling::new(window)?.missing(Missing::Skip).min_count(1)?;
    // With so many missing values behind the last, a window that ends with one has its middle `half` before it.
    let mut padded = values.to_vec();
    padded.resize(values.len() + half, f64::NAN);
    let (medians, mads) = (rolling.median(&padded)?, rolling.mad(&padded)?);
    let mut present = vec![0_usize];
    present.extend(values.iter().scan(0, |count, value| {
        *count += usize::from(!value.is_nan());
        Some(*count)
    }));
    let found = medians[half..].iter().zip(&mads[half..]).enumerate();
    let around = found.map(|(place, (center, mad))| {
        let (first, end) = (place.saturating_sub(half), (place + half + 1).min(values.len()));
        Around { center: *center, scale: NORMAL * mad, count: present[end] - present[first] }
    });
    let mut around: Vec<Around> = around.collect();
    mean_distances(values, half, &mut around);
    Ok(around)
}

/// The mean distance as the scale where the median one is 0.
///
/// Windows of one median are summed up together, by sums from both ends of blocks: nothing is subtracted. More than half
/// of such a window equals its median, so that no value lies in windows of more than four medians: all takes `O(n)`
/// besides sorting.
#[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
fn mean_distances(values: &[f64], half: usize, around: &mut [Around]) {
    let mut flat: Vec<usize> = (0..around.len()).filter(|place| around[*place].scale == 0.0).collect();
    flat.sort_by(|left, right| around[*left].center.total_cmp(&around[*right].center));
    let window = 2 * half + 1;
    let together = |left: &usize, right: &usize| {
        around[*left].center == around[*right].center && left < right && right - left <= window
    };
    let groups: Vec<Vec<usize>> = flat.chunk_by(together).map(<[usize]>::to_vec).collect();
    for group in groups {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (begin, end) = (first.saturating_sub(half), (last + half + 1).min(values.len()));
        let center = around[*first].center;
        // Divided first: no sum of distances that fit overflows.
        let shares: Vec<f64> = values[begin..end]
            .iter()
            .map(|value| if value.is_nan() { 0.0 } else { (value - center).abs() / window as f64 })
            .collect();
        let sums = Sums::of(&shares, window);
        for place in group {
            let (from, to) = (place.saturating_sub(half), (place + half + 1).min(values.len()));
            let count = around[place].count as f64;
            around[place].scale =
                NORMAL_MEAN * (sums.over(from - begin, to - begin) * (window as f64 / count));
        }
    }
}

/// Sums of the values of each block up to each place, and from each place on.
struct Sums {
    block: usize,
    up_to: Vec<f64>,
    from: Vec<f64>,
}

impl Sums {
    fn of(values: &[f64], block: usize) -> Self {
        let (mut up_to, mut from) = (values.to_vec(), values.to_vec());
        for block in up_to.chunks_mut(block) {
            let mut sum = 0.0;
            for value in block {
                sum += *value;
                *value = sum;
            }
        }
        for block in from.chunks_mut(block) {
            let mut sum = 0.0;
            for value in block.iter_mut().rev() {
                sum += *value;
                *value = sum;
            }
        }
        Self { block, up_to, from }
    }

    /// The sum of at most a block of values, one at least.
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    fn over(&self, first: usize, end: usize) -> f64 {
        let last = end - 1;
        if first / self.block != last / self.block {
            return self.from[first] + self.up_to[last];
        }
        if first.is_multiple_of(self.block) {
            return self.up_to[last];
        }
        // The end of the last block, which nothing follows.
        self.from[first]
    }
}
