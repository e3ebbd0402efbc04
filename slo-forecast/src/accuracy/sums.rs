//! Means that neither overflow nor lose what is small beside what is large.

use slo_core::stats::two_sum;

/// The bits of a float's exponent.
const EXPONENT: u64 = 0x7FF0_0000_0000_0000;

/// The greatest size among the values.
fn most(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |most, value| value.abs().max(most))
}

/// The power of two at or below a size, by which it is divided without rounding.
pub(crate) fn unit(size: f64) -> f64 {
    f64::from_bits(size.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

/// The compensated sum.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, lost) = values.fold((0.0, 0.0), |(sum, lost), value| {
        let (sum, rest) = two_sum(sum, value);
        (sum, lost + rest)
    });
    sum + lost
}

/// The mean of finite values, at least one.
pub(super) fn mean(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let (unit, count) = (unit(most(values.clone())), values.len() as f64);
    sum(values.map(|value| value / unit)) / count * unit
}

/// The root of the mean square of finite values, at least one.
pub(super) fn root_mean_square(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let (unit, count) = (unit(most(values.clone())), values.len() as f64);
    (sum(values.map(|value| (value / unit) * (value / unit))) / count).sqrt() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_hold_where_sums_and_squares_do_not_fit() {
        let (huge, tiny) = ([1e308, 1e308, -1e308], [3e-320, 3e-320]);
        assert_eq!(mean(huge[..2].iter().copied()), 1e308);
        assert_eq!(root_mean_square(huge.iter().copied()), 1e308);
        assert_eq!(root_mean_square(tiny.iter().copied()), 3e-320);
        assert_eq!((mean([0.0; 3].into_iter()), root_mean_square([0.0; 3].into_iter())), (0.0, 0.0));
    }

    #[test]
    fn what_is_small_is_not_lost_beside_what_is_large() {
        assert_eq!(mean([1e16, 1.0, 1.0, -1e16].into_iter()), 0.5);
    }
}
