//! Parts that add up to their whole, to the last bit.

use super::kernel::total;
use crate::sum::Sum;

/// The parts of a whole in proportion to their sizes, rounded so that they add up to it exactly, in any order.
///
/// ```text
/// q = the whole's last bit,   n = whole / q,   n_i = floor(n · size_i / Σ size),   part_i = n_i · q
/// ```
///
/// and the units of `q` that are left over go, one each, to those with the largest remainders, the first of equal ones.
/// As every part is a multiple of `q` and every partial sum is at most the whole, no addition rounds.
pub(super) fn apportion(whole: f64, sizes: &[f64]) -> Vec<f64> {
    // In units of the largest one neither sum nor product leaves the range.
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    if !(whole > 0.0 && largest > 0.0) {
        return vec![0.0; sizes.len()];
    }
    let sizes: Vec<f64> = sizes.iter().map(|size| size / largest).collect();
    let sum = total(sizes.iter().copied().map(Sum::new)).value();
    let quantum = last_bit(whole);
    let units = whole / quantum;
    let ideal: Vec<f64> = sizes.iter().map(|size| units * (size / sum)).collect();
    let mut parts: Vec<f64> = ideal.iter().map(|units| units.floor()).collect();

    // Taken away one after the other, so that no difference leaves the integers that are floats.
    let mut left = parts.iter().fold(units, |left, part| left - part);
    let mut order: Vec<usize> =
        (0..parts.len()).filter(|i| sizes.get(*i).is_some_and(|s| *s > 0.0)).collect();
    let rest = |i: usize| ideal.get(i).map_or(0.0, |units| units - units.floor());
    order.sort_by(|a, b| rest(*b).total_cmp(&rest(*a)));
    // Rounded quotients may give away a few units too many: then those with the smallest remainders give one back.
    let step = if left < 0.0 { -1.0 } else { 1.0 };
    if left < 0.0 {
        order.reverse();
    }
    for index in order.iter().cycle() {
        if left == 0.0 {
            break;
        }
        if let Some(part) = parts.get_mut(*index)
            && *part + step >= 0.0
        {
            *part += step;
            left -= step;
        }
    }
    parts.into_iter().map(|units| units * quantum).collect()
}

/// The distance to the float before a positive one, which is a multiple of it: at most 2^53 of them.
fn last_bit(value: f64) -> f64 {
    value - f64::from_bits(value.to_bits() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_third_each_of_one_adds_up_to_one() {
        let parts = apportion(1.0, &[1.0; 3]);
        assert_eq!(parts.iter().sum::<f64>(), 1.0);
        // 2^53 = 3 · 3002399751580330 + 2: the first two of equal remainders take the units that are left.
        let unit = f64::EPSILON / 2.0;
        let units = [3_002_399_751_580_331.0, 3_002_399_751_580_331.0, 3_002_399_751_580_330.0];
        assert_eq!(parts, units.map(|n| n * unit));
    }

    #[test]
    fn nothing_is_nothing_each() {
        assert_eq!(apportion(0.0, &[1.0, 2.0]), [0.0, 0.0]);
        assert_eq!(apportion(5.0, &[0.0, 0.0]), [0.0, 0.0]);
        assert_eq!(apportion(5.0, &[0.0, 3.0]), [0.0, 5.0]);
        assert_eq!(apportion(5e-324, &[1.0, 1.0]), [5e-324, 0.0]);
        assert_eq!(apportion(f64::MAX, &[1e308, 1e308]).iter().sum::<f64>(), f64::MAX);
    }

    proptest! {
        #[test]
        fn parts_add_up_in_any_order(
            whole in prop_oneof![1e-9..1e9_f64, Just(5e-324), Just(1e300)],
            sizes in prop::collection::vec(prop_oneof![0.0..1.0_f64, 0.0..1e-12_f64, Just(0.0)], 1..40),
        ) {
            prop_assume!(sizes.iter().any(|size| *size > 0.0));
            let parts = apportion(whole, &sizes);
            prop_assert_eq!(parts.iter().sum::<f64>(), whole);
            prop_assert_eq!(parts.iter().rev().sum::<f64>(), whole);
            let sum: f64 = sizes.iter().sum();
            for (part, size) in parts.iter().zip(&sizes) {
                prop_assert!(*part >= 0.0 && (*size > 0.0 || *part == 0.0));
                // Half a unit for each rounding of the ideal part (size, sum, quotient, product), here and there, one
                // for the part's own, and one for what is given away or taken back.
                prop_assert!((part - whole * (size / sum)).abs() <= 8.0 * last_bit(whole));
            }
        }
    }
}
