//! A sum of a moving window's values, and what rounding took from it.

use slo_core::stats::two_sum;

/// The sum of the last values, to twice the digits of a float.
///
/// A mean is rounded where the values are, and on a large offset that is many of the digits by which they differ. The
/// rest of the sum gives them back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Total {
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    sum: f64,
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    rest: f64,
}

impl Total {
    /// A value this many times as large as what is left leaves more behind than its digits.
    const HUGE: f64 = 1_073_741_824.0; // 2^30

    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut total = Self::default();
        values.for_each(|value| total.add(value));
        total
    }

    pub(crate) fn add(&mut self, value: f64) {
        let (sum, rest) = two_sum(self.sum, value);
        self.sum = sum;
        self.rest += rest;
    }

    /// Takes in `value`, and lets `leaving` go from a window whose mean and deviation are now these.
    ///
    /// False if the sum has to be made anew: what left was so large that its traces would show, or no float holds it.
    pub(crate) fn slide(&mut self, value: f64, leaving: f64, mean: f64, deviation: f64) -> bool {
        self.add(value);
        self.add(-leaving);
        leaving.abs() <= Self::HUGE * (mean.abs() + deviation) && (self.sum + self.rest).is_finite()
    }

    /// What is to be subtracted from `value - mean`, `mean` being that of `n` values rounded to a float.
    pub(crate) fn correction(&self, mean: f64, n: usize) -> f64 {
        const UPPER_HALF: u64 = !((1 << 27) - 1);
        let n = n as f64;
        // Both parts of the mean have so few digits that their products with n are exact.
        let upper = f64::from_bits(mean.to_bits() & UPPER_HALF);
        let lower = mean - upper;
        let correction = (((self.sum - n * upper) - n * lower) + self.rest) / n;
        if correction.is_finite() { correction } else { 0.0 }
    }

    /// Whether both are the same sum, but for rounding of terms of this size.
    #[cfg(feature = "serde")]
    pub(crate) fn agrees(&self, other: &Self, size: f64) -> bool {
        let apart = ((self.sum - other.sum) + (self.rest - other.rest)).abs();
        // What overflows is made anew with the next value.
        apart <= size * f64::EPSILON * f64::EPSILON.sqrt() || !(other.sum + other.rest).is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_gives_back_what_rounding_took_from_a_mean() {
        // The mean 1e9 + 1/3 · 2^-10 is rounded to a multiple of 2^-23.
        let values = [1e9, 1e9, 1e9 + 1.0 / 1024.0];
        let total = Total::of(values.into_iter());
        let mean = 1e9 + 1.0 / 3072.0;
        let third = 1.0 / 3072.0;
        slo_testkit::assert_close(mean - 1e9 + total.correction(mean, 3), third, 1e-13);
    }

    #[test]
    fn what_left_no_trace_can_stay_of_is_asked_to_be_summed_anew() {
        let mut total = Total::of([1e30, 1.0].into_iter());
        assert!(!total.slide(2.0, 1e30, 1.5, 0.7));
        let mut total = Total::of([1e9, 1.0].into_iter());
        assert!(total.slide(2.0, 1e9, 1.5, 0.7));
        assert_eq!(total.correction(1.5, 2), 0.0);
    }
}
