//! The middle of all pairs, found without forming them.

use crate::stats::quantile::middle;

/// The medcouple of values in increasing order, one at least.
pub(super) fn of_sorted(sorted: &[f64]) -> f64 {
    let pairs = Pairs::of(sorted);
    let count = pairs.above.len() as u64 * pairs.below.len() as u64;
    let lower = h(pairs.smallest(count.div_ceil(2)));
    if count % 2 == 1 { lower } else { f64::midpoint(lower, h(pairs.smallest(count / 2 + 1))) }
}

/// The kernel by the quotient of both distances: `(a - b) / (a + b) = (1 - b/a) / (1 + b/a)`.
fn h(quotient: f64) -> f64 {
    if quotient.is_infinite() { -1.0 } else { (1.0 - quotient) / (1.0 + quotient) }
}

/// The distances from the median on both sides, each from the smallest on. Those that are 0 stand on both sides.
struct Pairs {
    above: Vec<f64>,
    below: Vec<f64>,
    /// How many values equal the median.
    ties: usize,
}

impl Pairs {
    #[allow(clippy::indexing_slicing, reason = "there is a value")]
    fn of(sorted: &[f64]) -> Self {
        let (least, greatest) = (sorted[0], sorted[sorted.len() - 1]);
        // Half of any distance fits a float.
        let unit = if (greatest - least).is_finite() { 1.0 } else { 0.5 };
        let at = |index: usize| sorted[index] * unit;
        let median = middle(at((sorted.len() - 1) / 2), at(sorted.len() / 2));
        let distances = sorted.iter().map(|value| value * unit - median);
        let above: Vec<f64> = distances.clone().filter(|distance| *distance >= 0.0).collect();
        let below: Vec<f64> = distances.rev().filter(|distance| *distance <= 0.0).map(f64::abs).collect();
        let ties = above.partition_point(|distance| *distance == 0.0);
        Self { above, below, ties }
    }

    /// The quotient `below / above` that so many are not above: the smallest such float.
    fn smallest(&self, rank: u64) -> f64 {
        // Floats that are not negative are ordered as their bits are.
        let (mut low, mut high) = (0, f64::INFINITY.to_bits());
        while low < high {
            let trial = u64::midpoint(low, high);
            if self.up_to(f64::from_bits(trial)) >= rank {
                high = trial;
            } else {
                low = trial + 1;
            }
        }
        f64::from_bits(high)
    }

    /// How many quotients are not above a finite bound. They fall along one side and rise along the other, as rounded
    /// quotients do, too.
    fn up_to(&self, bound: f64) -> u64 {
        let ties = self.ties as u64;
        // Of pairs of zeros as many have the kernel 1 as -1, and one of each has 0.
        let mut count = ties * ties.saturating_sub(1) / 2 + if bound >= 1.0 { ties } else { 0 };
        let mut below = self.below.iter().peekable();
        let mut reached = 0;
        for above in self.above.iter().skip(self.ties) {
            while below.next_if(|below| *below / above <= bound).is_some() {
                reached += 1;
            }
            count += reached;
        }
        count
    }
}
