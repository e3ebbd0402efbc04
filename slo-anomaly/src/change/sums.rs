//! The cost of any segment, from sums over the values before each place.

use slo_core::stats::quantile::Sorted;
use slo_core::stats::two_sum;

use super::cost::Cost;
use super::points::Segment;
use crate::order::median_and_mad_of;

/// A number in twice the digits: its nearest float and what is left.
type Twofold = (f64, f64);

fn plus(left: Twofold, right: Twofold) -> Twofold {
    let (sum, rest) = two_sum(left.0, right.0);
    fast_two_sum(sum, rest + (left.1 + right.1))
}

fn minus(left: Twofold, right: Twofold) -> Twofold {
    plus(left, (-right.0, -right.1))
}

/// The sum of a float and a much smaller one.
fn fast_two_sum(large: f64, small: f64) -> Twofold {
    let sum = large + small;
    (sum, small - (sum - large))
}

fn square(number: Twofold) -> Twofold {
    let product = number.0 * number.0;
    let rest = number.0.mul_add(number.0, -product);
    fast_two_sum(product, 2.0 * number.0 * number.1 + rest)
}

fn divided(number: Twofold, divisor: f64) -> Twofold {
    let first = number.0 / divisor;
    let rest = (-first).mul_add(divisor, number.0) + number.1;
    fast_two_sum(first, rest / divisor)
}

/// Values about a level in their midst, in a unit in which no sum of squares leaves the range of floats.
pub(super) struct Centred {
    /// `(x - center) / unit`.
    pub(super) values: Vec<f64>,
    /// What was subtracted.
    pub(super) center: f64,
    /// A power of two; 1 unless the values spread over more than 10^100 or less than 10^-100.
    pub(super) unit: f64,
}

impl Centred {
    /// About the median, which is one of the values or lies between two: a constant becomes 0 throughout.
    pub(super) fn about_median(values: &[f64]) -> Self {
        let median = Sorted::new(values).map_or(0.0, |sorted| {
            let sorted = sorted.values();
            sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
        });
        Self::about(values, median)
    }

    pub(super) fn about(values: &[f64], center: f64) -> Self {
        // In quarters no distance overflows.
        let reach = values.iter().fold(0.0_f64, |most, value| most.max((value / 4.0 - center / 4.0).abs()));
        let unit = if reach == 0.0 || (1e-100..1e100).contains(&reach) { 1.0 } else { power_of_two(reach) };
        let there =
            |value: f64| if unit > 1.0 { value / unit - center / unit } else { (value - center) / unit };
        Self { values: values.iter().map(|value| there(*value)).collect(), center, unit }
    }

    /// The variance that neighbours differ by, in squares of the unit.
    ///
    /// From the median distance of first differences, which a few changes do not move; where most of them are equal,
    /// from their mean square.
    pub(super) fn noise_variance(&self) -> f64 {
        let neighbours = self.values.iter().zip(self.values.iter().skip(1));
        let differences: Vec<f64> = neighbours.map(|(before, after)| after - before).collect();
        let Ok(sorted) = Sorted::new(&differences) else { return 0.0 };
        let (_, mad) = median_and_mad_of(sorted.values());
        if mad > 0.0 {
            return mad * mad / 2.0;
        }
        let squares: f64 = differences.iter().map(|difference| difference * difference).sum();
        squares / differences.len() as f64 / 2.0
    }
}

/// The greatest power of two that is not above a positive normal number; the least normal one for what is smaller.
fn power_of_two(number: f64) -> f64 {
    f64::from_bits((number.to_bits() >> 52).max(1) << 52)
}

/// Sums over the first values, in twice the digits: no level that is left behind costs later segments any.
pub(super) struct Sums {
    cost: Cost,
    /// `Σ x` of the values before each place.
    firsts: Vec<Twofold>,
    /// `Σ x²` of the values before each place.
    seconds: Vec<Twofold>,
    /// The least variance of a segment, or the overall rate.
    parameter: f64,
}

impl Sums {
    /// Of values about their centre: for [`Cost::Poisson`], their mean.
    pub(super) fn new(cost: Cost, centred: &Centred) -> Self {
        const LEAST_SHARE: f64 = 1e-4;
        let parameter = match cost {
            Cost::L2 => 0.0,
            Cost::Normal => LEAST_SHARE * centred.noise_variance(),
            Cost::Poisson => centred.center / centred.unit,
        };
        let (mut first, mut second) = ((0.0, 0.0), (0.0, 0.0));
        let (mut firsts, mut seconds) = (vec![first], vec![second]);
        for value in &centred.values {
            first = plus(first, (*value, 0.0));
            second = plus(second, square((*value, 0.0)));
            firsts.push(first);
            seconds.push(second);
        }
        Self { cost, firsts, seconds, parameter }
    }

    /// The sums of values and of squares before each place, as floats.
    pub(super) fn rounded(&self) -> (Vec<f64>, Vec<f64>) {
        let rounded = |sums: &[Twofold]| sums.iter().map(|sum| sum.0).collect();
        (rounded(&self.firsts), rounded(&self.seconds))
    }

    #[allow(clippy::indexing_slicing, reason = "places lie between 0 and the number of values")]
    fn first(&self, begin: usize, end: usize) -> Twofold {
        minus(self.firsts[end], self.firsts[begin])
    }

    /// The place up to which the values lie farthest from their mean in sum, and that sum's size.
    pub(super) fn farthest(&self) -> (usize, f64) {
        let len = self.firsts.len() - 1;
        let whole = self.first(0, len);
        let mut farthest = (0, 0.0);
        for end in 1..len {
            let share = divided((whole.0 * end as f64, whole.1 * end as f64), len as f64);
            let size = minus(self.first(0, end), share).0.abs();
            if size > farthest.1 {
                farthest = (end, size);
            }
        }
        farthest
    }

    /// The sum of squared distances from the segment's mean.
    #[allow(clippy::indexing_slicing, reason = "places lie between 0 and the number of values")]
    fn about_mean(&self, begin: usize, end: usize) -> f64 {
        let second = minus(self.seconds[end], self.seconds[begin]);
        let explained = divided(square(self.first(begin, end)), (end - begin) as f64);
        minus(second, explained).0.max(0.0)
    }

    /// The cost of the values from `begin` to before `end`.
    pub(super) fn cost(&self, begin: usize, end: usize) -> f64 {
        let count = (end - begin) as f64;
        match self.cost {
            Cost::L2 => self.about_mean(begin, end),
            Cost::Normal => {
                let variance = self.about_mean(begin, end) / count;
                let least = variance.max(self.parameter);
                // All values are equal: nothing to choose between.
                if least > 0.0 { count * (least.ln() + (variance / least - 1.0)) } else { 0.0 }
            }
            Cost::Poisson => {
                // All counts are 0.
                if self.parameter <= 0.0 {
                    return 0.0;
                }
                let expected = count * self.parameter;
                let excess = (self.first(begin, end).0 / expected).max(-1.0);
                let logged = if excess > -1.0 { (1.0 + excess) * excess.ln_1p() } else { 0.0 };
                -2.0 * expected * (logged - excess)
            }
        }
    }

    /// What is to be said about the values from `begin` to before `end`, in the unit of the series.
    pub(super) fn segment(&self, begin: usize, end: usize, centred: &Centred) -> Segment {
        let count = (end - begin) as f64;
        let mean = plus(divided(self.first(begin, end), count), (centred.center / centred.unit, 0.0)).0;
        let mean = mean * centred.unit;
        let deviation = (self.about_mean(begin, end) / count).sqrt() * centred.unit;
        let cost = match self.cost {
            Cost::L2 => self.cost(begin, end) * centred.unit * centred.unit,
            Cost::Normal => self.cost(begin, end) + 2.0 * count * centred.unit.ln(),
            Cost::Poisson => self.cost(begin, end) * centred.unit,
        };
        Segment { begin, end, mean, deviation, cost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn a_segments_cost_is_its_sum_of_squares_though_levels_lie_far_apart() {
        // By hand: 1, 2, 4 about 7/3 are 16/9 + 1/9 + 25/9 = 14/3, though 10^9 came before.
        let values = [1e9, 1e9 + 1.0, 1e9 + 5.0, 1.0, 2.0, 4.0];
        let centred = Centred::about_median(&values);
        let sums = Sums::new(Cost::L2, &centred);
        assert_close(sums.cost(3, 6), 14.0 / 3.0, 1e-14);
        assert_close(sums.cost(0, 3), 14.0, 1e-14);
        let segment = sums.segment(3, 6, &centred);
        assert_close(segment.mean, 7.0 / 3.0, 1e-15);
        assert_close(segment.deviation, (14.0_f64 / 9.0).sqrt(), 1e-14);
    }

    #[test]
    fn units_keep_squares_within_floats() {
        for scale in [1e-300, 1e-200, 1.0, 1e200, 4e307] {
            let values = [1.0, 2.0, 4.0].map(|value| value * scale);
            let centred = Centred::about_median(&values);
            let segment = Sums::new(Cost::L2, &centred).segment(0, 3, &centred);
            assert_close(segment.mean, 7.0 / 3.0 * scale, 1e-14);
            assert_close(segment.deviation / scale, (14.0_f64 / 9.0).sqrt(), 1e-13);
        }
        let widest = Centred::about_median(&[-f64::MAX, f64::MAX]);
        assert!(widest.values.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn noise_is_what_neighbours_differ_by() {
        // Differences 1, -1, ...: median 0 or 1, distances 1; without spread among them, their mean square.
        let steps = Centred::about_median(&[0.0, 0.0, 0.0, 0.0, 10.0, 10.0, 10.0, 10.0]);
        assert_close(steps.noise_variance(), 100.0 / 7.0 / 2.0, 1e-15);
        let mut random = slo_testkit::Random::seeded(11);
        let shifted: Vec<f64> =
            (0..10_000).map(|i| 3.0 * random.normal() + if i < 5000 { 0.0 } else { 1e6 }).collect();
        // Three standard errors of a median distance of so many: 1.17 · 2 / √n, and differences overlap.
        assert!((Centred::about_median(&shifted).noise_variance() / 9.0 - 1.0).abs() < 0.09);
        assert_eq!(Centred::about_median(&[7.0]).noise_variance(), 0.0);
    }

    #[test]
    fn likelihoods_are_those_of_the_distributions() {
        // Twice the negative log-likelihood without its constants: n ln s² for s² = 14/9.
        let centred = Centred::about_median(&[1.0, 2.0, 4.0]);
        assert_close(Sums::new(Cost::Normal, &centred).cost(0, 3), 3.0 * (14.0_f64 / 9.0).ln(), 1e-14);
        // Σ 2 (x̄ - x ln x̄) of 1, 2 and of 6 less that of all with mean 3.
        let centred = Centred::about(&[1.0, 2.0, 6.0], 3.0);
        let sums = Sums::new(Cost::Poisson, &centred);
        let part = |sum: f64, mean: f64, count: f64| 2.0 * (count * mean - sum * mean.ln());
        let relative = part(3.0, 1.5, 2.0) + 2.0 * 3.0 * 3.0_f64.ln() - 2.0 * 6.0;
        assert_close(sums.cost(0, 2), relative, 1e-13);
        assert_eq!(sums.cost(0, 3), 0.0);
        assert_eq!(Sums::new(Cost::Poisson, &Centred::about(&[0.0, 0.0], 0.0)).cost(0, 1), 0.0);
    }
}
