//! Mean and spread of values that may lie anywhere within the floats.

/// The number of some values, their mean, and the root of the sum of squares about it.
///
/// The root and not the sum itself: squares of what lies 1e200 away overflow, those of what lies 1e-200 away vanish.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Moments {
    pub(crate) n: f64,
    pub(crate) mean: f64,
    pub(crate) norm: f64,
}

impl Moments {
    /// One value.
    pub(crate) const fn one(value: f64) -> Self {
        Self { n: 1.0, mean: value, norm: 0.0 }
    }

    /// All of these values.
    #[cfg(test)]
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        Self::of_slice(&values.collect::<Vec<_>>(), |value| value)
    }

    /// All `read(x)` of a slice, in two passes.
    ///
    /// ```text
    /// mean = m + Σ(x - m)/n,   Σ(x - mean)² = Σ(x - m)² - (Σ(x - m))²/n,   m = fl(Σx/n)
    /// ```
    pub(crate) fn of_slice(values: &[f64], read: impl Fn(f64) -> f64) -> Self {
        let (mut sums, mut sizes) = ([0.0; LANES], [0.0_f64; LANES]);
        let (chunks, rest) = values.as_chunks::<LANES>();
        for chunk in chunks {
            for ((value, sum), size) in chunk.iter().zip(&mut sums).zip(&mut sizes) {
                let value = read(*value);
                *sum += value;
                *size = if value.abs() > *size { value.abs() } else { *size };
            }
        }
        let read_rest = || rest.iter().map(|value| read(*value));
        let sum = sums.iter().sum::<f64>() + read_rest().sum::<f64>();
        let largest = sizes.iter().copied().chain(read_rest().map(f64::abs)).fold(0.0, f64::max);
        let n = values.len() as f64;
        if values.is_empty() {
            return Self::default();
        }
        if !(sum.is_finite() && largest < LARGE && (largest > 1.0 / LARGE || largest == 0.0)) {
            return Self::about(values.iter().map(|value| read(*value)), n, sum, largest);
        }
        let middle = sum / n;
        let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
        for chunk in chunks {
            for ((value, sum), square) in chunk.iter().zip(&mut sums).zip(&mut squares) {
                let distance = read(*value) - middle;
                *sum += distance;
                *square += distance * distance;
            }
        }
        let distances = || read_rest().map(|value| value - middle);
        let sum = sums.iter().sum::<f64>() + distances().sum::<f64>();
        let square =
            squares.iter().sum::<f64>() + distances().map(|distance| distance * distance).sum::<f64>();
        Self { n, mean: middle + sum / n, norm: (square - sum * (sum / n)).max(0.0).sqrt() }
    }

    /// `n` values with this sum and this largest size above 0, of which squares cannot be formed.
    fn about(values: impl Iterator<Item = f64> + Clone, n: f64, sum: f64, largest: f64) -> Self {
        let (unit, mut middle) = (unit_of(largest), sum / n);
        if !middle.is_finite() {
            middle = values.clone().map(|value| value * unit).sum::<f64>() / n / unit;
        }
        let (mut sum, mut square) = (0.0, 0.0);
        for value in values {
            let distance = (value - middle) * unit;
            sum += distance;
            square += distance * distance;
        }
        let norm = (square - sum * (sum / n)).max(0.0).sqrt() / unit;
        Self { n, mean: middle + sum / n / unit, norm }
    }

    /// Both as one. Nothing is subtracted that was added before, so that the smaller keeps its digits.
    ///
    /// # References
    ///
    /// Chan, T. F., Golub, G. H. and `LeVeque`, R. J. (1983). Algorithms for computing the sample variance. *The American
    /// Statistician* 37(3), 242-247.
    pub(crate) fn with(self, other: Self) -> Self {
        if other.n == 0.0 {
            return self;
        }
        if self.n == 0.0 {
            return other;
        }
        let n = self.n + other.n;
        let apart = other.mean - self.mean;
        Self {
            n,
            mean: self.mean + apart * (other.n / n),
            norm: self.norm.hypot(other.norm).hypot(apart * (self.n * (other.n / n)).sqrt()),
        }
    }
}

/// How many sums run side by side.
const LANES: usize = 8;

/// Beyond this, squares might overflow; below its inverse, they might vanish.
const LARGE: f64 = f64::from_bits((1023 + 400) << 52); // 2^400

/// A power of two that brings a positive number near 1, as far as floats allow.
fn unit_of(largest: f64) -> f64 {
    let exponent = (largest.to_bits() >> 52).clamp(1, 2040);
    f64::from_bits((2046 - exponent).min(2000) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of whole numbers, exactly: n² times the variance is a whole number.
    fn exact(values: &[i32]) -> (f64, f64) {
        let n = values.len() as i128;
        let sum: i128 = values.iter().map(|v| i128::from(*v)).sum();
        let squares: i128 = values.iter().map(|v| i128::from(*v) * i128::from(*v)).sum();
        (sum as f64 / n as f64, ((n * squares - sum * sum) as f64 / n as f64).sqrt())
    }

    #[test]
    fn nothing_and_one_value_have_no_spread() {
        assert_eq!(Moments::of(std::iter::empty()), Moments::default());
        assert_eq!(Moments::of([7.5].into_iter()), Moments::one(7.5));
        assert_eq!(Moments::default().with(Moments::one(7.5)), Moments::one(7.5));
        assert_eq!(Moments::one(7.5).with(Moments::default()), Moments::one(7.5));
    }

    #[test]
    fn the_smallest_and_the_largest_floats_have_a_spread() {
        for scale in [5e-324, 1e-320, 1e-300, 1e-160, 1.0, 1e160, 1e300] {
            let values = [scale, 3.0 * scale, 5.0 * scale];
            for found in [Moments::of(values.into_iter()), Moments::of_slice(&values, |value| value)] {
                // Norm √8 to the nearest float: of the smallest ones there is a third of it.
                let room = (2e-16 * scale).max(5e-324);
                assert!((found.norm - 8.0_f64.sqrt() * scale).abs() <= 2.0 * room, "{scale}: {found:?}");
                assert!((found.mean - 3.0 * scale).abs() <= room, "{scale}: {found:?}");
            }
        }
    }

    #[test]
    fn a_small_spread_is_kept_beside_a_huge_one() {
        let small = Moments::of([0.0, 1e-3].into_iter());
        let both = small.with(Moments::one(1e300));
        slo_testkit::assert_close(both.norm, (2.0_f64 / 3.0).sqrt() * 1e300, 1e-15);
        slo_testkit::assert_close(small.norm, 1e-3 / 2.0_f64.sqrt(), 1e-15);
    }

    proptest! {
        #[test]
        fn both_ways_are_the_exact_ones(values in prop::collection::vec(-1000..1000_i32, 1..60)) {
            let (mean, norm) = exact(&values);
            let floats: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            let (left, right) = floats.split_at(floats.len() / 2);
            let of = |values: &[f64]| Moments::of_slice(values, |value| value);
            for found in [
                of(&floats),
                Moments::of(floats.iter().copied()),
                of(left).with(of(right)),
            ] {
                prop_assert_eq!(found.n, floats.len() as f64);
                prop_assert!((found.mean - mean).abs() <= 1e-12);
                prop_assert!((found.norm - norm).abs() <= 1e-13 * norm, "{} {}", found.norm, norm);
            }
        }
    }
}
