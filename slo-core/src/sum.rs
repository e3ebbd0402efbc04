//! Sums that lose nothing: a float and what rounding took from it.

use std::cmp::Ordering;

use crate::fraction::Fraction;

/// Up to here, every integer is a float.
pub(crate) const EXACT_LIMIT: f64 = 9_007_199_254_740_992.0; // 2^53

/// An unevaluated sum `hi + lo` with `|lo| <= ulp(hi)/2`: exact for integers up to 2^100, else to about 2^-104.
///
/// # References
///
/// Dekker, T. J. (1971). A floating-point technique for extending the available precision. *Numerische Mathematik* 18,
/// 224-242. Shewchuk, J. R. (1997). Adaptive precision floating-point arithmetic. *Discrete & Computational Geometry*
/// 18, 305-363.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    hi: f64,
    lo: f64,
}

impl Sum {
    pub(crate) const ZERO: Self = Self { hi: 0.0, lo: 0.0 };

    pub(crate) const fn new(value: f64) -> Self {
        Self { hi: value, lo: 0.0 }
    }

    /// The sum of a float and what rounding took from it, as [`high`](Self::high) and [`low`](Self::low) gave them.
    pub(crate) const fn from_parts(high: f64, low: f64) -> Self {
        Self { hi: high, lo: low }
    }

    /// The float of the sum.
    pub(crate) const fn high(self) -> f64 {
        self.hi
    }

    /// What rounding took from the float.
    pub(crate) const fn low(self) -> f64 {
        self.lo
    }

    pub(crate) fn from_integer(value: u128) -> Self {
        let hi = value as f64;
        // The conversion saturates only for values that round up to 2^128, where the rest is what is left below it.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "hi is an integer of at most 2^128"
        )]
        let rounded = hi as u128;
        let lo = if rounded >= value { -((rounded - value) as f64) } else { (value - rounded) as f64 };
        Self { hi, lo }
    }

    /// The nearest float.
    pub(crate) fn value(self) -> f64 {
        self.hi + self.lo
    }

    pub(crate) fn is_positive(self) -> bool {
        self.hi > 0.0
    }

    pub(crate) fn is_finite(self) -> bool {
        self.hi.is_finite()
    }

    #[inline]
    pub(crate) fn plus(self, other: Self) -> Self {
        let (hi, error) = two_sum(self.hi, other.hi);
        if self.lo == 0.0 && other.lo == 0.0 {
            return Self { hi, lo: error };
        }
        self.plus_with_rests(other, (hi, error))
    }

    fn plus_with_rests(self, other: Self, (hi, error): (f64, f64)) -> Self {
        let (lo, rest) = two_sum(self.lo, other.lo);
        let (hi, lo) = fast_two_sum(hi, error + lo);
        let (hi, lo) = fast_two_sum(hi, lo + rest);
        Self { hi, lo }
    }

    #[inline]
    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(Self { hi: -other.hi, lo: -other.lo })
    }

    /// The product with an integer, to about 2^-104; exact while it stays below 2^53.
    pub(crate) fn times(self, factor: u128) -> Self {
        let factor = Self::from_integer(factor);
        let (hi, error) = two_product(self.hi, factor.hi);
        let (hi, lo) = fast_two_sum(hi, error + (self.hi * factor.lo + self.lo * factor.hi));
        Self { hi, lo }
    }

    /// The quotient, within one unit in its last place; correctly rounded for plain floats.
    pub(crate) fn over(self, divisor: Self) -> f64 {
        let quotient = self.hi / divisor.hi;
        let (product, error) = two_product(quotient, divisor.hi);
        let rest = (self.hi - product) - error + (self.lo - quotient * divisor.lo);
        let corrected = quotient + rest / divisor.hi;
        if corrected.is_finite() { corrected } else { quotient }
    }

    /// The quotient to about 2^-104: its nearest float, and what that leaves.
    pub(crate) fn ratio(self, divisor: Self) -> Self {
        let hi = self.over(divisor);
        let product = divisor.scaled(hi);
        let (hi, lo) = fast_two_sum(hi, self.minus(product).value() / divisor.hi);
        Self { hi, lo }
    }

    /// The product with a power of two.
    pub(crate) fn scaled_by(self, unit: f64) -> Self {
        Self { hi: self.hi * unit, lo: self.lo * unit }
    }

    /// The product with a float, to about 2^-104.
    fn scaled(self, factor: f64) -> Self {
        let (hi, error) = two_product(self.hi, factor);
        let (hi, lo) = fast_two_sum(hi, error + self.lo * factor);
        Self { hi, lo }
    }

    /// The product to about 2^-104.
    pub(crate) fn product(self, other: Self) -> Self {
        let (hi, error) = two_product(self.hi, other.hi);
        let (hi, lo) = fast_two_sum(hi, error + (self.hi * other.lo + self.lo * other.hi));
        Self { hi, lo }
    }

    /// Which of two is greater.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.hi.total_cmp(&other.hi).then(self.lo.total_cmp(&other.lo))
    }

    /// Whether it is a float, with nothing left over.
    pub(crate) fn is_plain(self) -> bool {
        self.lo == 0.0
    }

    /// `self * fraction`, rounded once.
    pub(crate) fn share(self, fraction: Fraction) -> f64 {
        let unit = unit_of(self.hi);
        let product = self.scaled_by(unit).times(fraction.numerator());
        product.over(Self::from_integer(fraction.denominator())) / unit
    }

    /// `self / (whole * fraction)`, rounded once.
    pub(crate) fn over_share(self, whole: Self, fraction: Fraction) -> f64 {
        let (part, whole) = rescaled(self, whole);
        part.times(fraction.denominator()).over(whole.times(fraction.numerator()))
    }

    /// `whole * fraction - self`, rounded once.
    pub(crate) fn below_share(self, whole: Self, fraction: Fraction) -> f64 {
        let unit = unit_of(self.hi.max(whole.hi));
        let (part, whole) = (self.scaled_by(unit), whole.scaled_by(unit));
        let gap = whole.times(fraction.numerator()).minus(part.times(fraction.denominator()));
        gap.over(Self::from_integer(fraction.denominator())) / unit
    }

    /// How `self` compares with `whole * fraction`, exactly.
    ///
    /// # Method
    ///
    /// ```text
    /// self * q  against  p * whole,   fraction = p/q
    /// ```
    ///
    /// in floats while their rounding cannot decide, else as the sign of an exact expansion.
    pub(crate) fn cmp_share(self, whole: Self, fraction: Fraction) -> Ordering {
        let (part, whole) = rescaled(self, whole);
        let left = part.hi * fraction.denominator() as f64;
        let right = whole.hi * fraction.numerator() as f64;
        let doubt = 8.0 * f64::EPSILON * (left + right);
        if (left - right).abs() > doubt {
            return if left > right { Ordering::Greater } else { Ordering::Less };
        }
        let mut expansion = Expansion::default();
        for term in [part.hi, part.lo] {
            expansion.add_product(term, fraction.denominator());
        }
        for term in [whole.hi, whole.lo] {
            expansion.add_product(-term, fraction.numerator());
        }
        expansion.sign()
    }
}

/// The sign of `Σ sum · weight` over both lists, the second one subtracted, exactly.
pub(crate) fn cmp_weighted(left: &[(Sum, u128)], right: &[(Sum, u128)]) -> Ordering {
    let mut expansion = Expansion::default();
    let unit = unit_of(left.iter().chain(right).map(|(sum, _)| sum.hi.abs()).fold(0.0, f64::max));
    for (sign, terms) in [(1.0, left), (-1.0, right)] {
        for (sum, weight) in terms {
            let sum = sum.scaled_by(unit);
            for part in [sum.hi, sum.lo] {
                expansion.add_product(sign * part, *weight);
            }
        }
    }
    expansion.sign()
}

/// Both sums times one power of two, so that products with 128-bit integers neither overflow nor vanish.
fn rescaled(part: Sum, whole: Sum) -> (Sum, Sum) {
    let unit = unit_of(part.hi.max(whole.hi));
    (part.scaled_by(unit), whole.scaled_by(unit))
}

/// The power of two that brings a float where its products with 128-bit integers neither overflow nor vanish.
pub(crate) fn unit_of(value: f64) -> f64 {
    const LARGE: f64 = f64::from_bits((1023 + 600) << 52); // 2^600
    const SHRINK: f64 = f64::from_bits((1023 - 400) << 52); // 2^-400
    if value > LARGE {
        SHRINK
    } else if value < 1.0 / LARGE {
        1.0 / SHRINK
    } else {
        1.0
    }
}

/// How `a · b` compares with `c · d · fraction`, exactly, where `a` is part of `c` and `b` of `d`.
pub(crate) fn cmp_products([a, b]: [Sum; 2], [c, d]: [Sum; 2], fraction: Fraction) -> Ordering {
    let (a, c) = in_units_of(a, c);
    let (b, d) = in_units_of(b, d);
    let mut balance = Expansion::default();
    balance.add_products(a, b, fraction.denominator(), false);
    balance.add_products(c, d, fraction.numerator(), true);
    balance.sign()
}

/// Both sums times the power of two that brings the whole between 1 and 2, so that products neither overflow nor vanish.
pub(crate) fn in_units_of(part: Sum, whole: Sum) -> (Sum, Sum) {
    let exponent = (whole.hi.to_bits() >> 52) & 0x7FF;
    let unit = f64::from_bits(2046_u64.saturating_sub(exponent).clamp(1, 2046) << 52);
    let scale = |s: Sum| Sum { hi: s.hi * unit, lo: s.lo * unit };
    (scale(part), scale(whole))
}

/// An exact sum of floats as non-overlapping components, smallest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expansion(Vec<f64>);

impl Expansion {
    /// Adds `a * b * factor` without error, for sums whose product neither overflows nor vanishes.
    pub(crate) fn add_products(&mut self, a: Sum, b: Sum, factor: u128, negative: bool) {
        for (left, right) in [(a.hi, b.hi), (a.hi, b.lo), (a.lo, b.hi), (a.lo, b.lo)] {
            let (product, error) = two_product(if negative { -left } else { left }, right);
            self.add_product(error, factor);
            self.add_product(product, factor);
        }
    }

    /// Adds `value * factor` without error.
    pub(crate) fn add_product(&mut self, value: f64, factor: u128) {
        const DIGIT: u128 = (1 << 53) - 1;
        for shift in [0_u32, 53, 106] {
            let digit = ((factor >> shift) & DIGIT) as f64;
            let scale = 2_f64.powi(shift.cast_signed());
            let (product, error) = two_product(value, digit * scale);
            self.add(error);
            self.add(product);
        }
    }

    fn add(&mut self, value: f64) {
        if value == 0.0 {
            return;
        }
        let mut carry = value;
        self.0.retain_mut(|component| {
            (carry, *component) = two_sum(carry, *component);
            *component != 0.0
        });
        if carry != 0.0 {
            self.0.push(carry);
        }
    }

    /// The sign of the whole: that of its largest component.
    pub(crate) fn sign(&self) -> Ordering {
        let largest = self.0.iter().rev().find(|c| **c != 0.0);
        largest.map_or(Ordering::Equal, |c| c.total_cmp(&0.0))
    }
}

/// `a + b`, and exactly what rounding took from it.
///
/// # Examples
///
/// ```
/// assert_eq!(slo_core::stats::two_sum(1e16, 1.0), (1e16, 1.0));
/// ```
///
/// # References
///
/// Knuth, D. E. (1997). *The Art of Computer Programming*, volume 2, 3rd edition. Addison-Wesley, section 4.2.2.
#[inline]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// `a + b` and its rounding error, for `|a| >= |b|` or `a = 0`.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// `a * b` and its rounding error.
#[inline]
pub(crate) fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fraction(numerator: u128, denominator: u128) -> Fraction {
        Fraction::new(numerator, denominator).unwrap()
    }

    #[test]
    fn integers_past_two_to_the_53_are_summed_exactly() {
        let sum = Sum::new(1e25).plus(Sum::new(1.0));
        assert_eq!(sum.minus(Sum::new(1e25)), Sum::new(1.0));
    }

    #[test]
    fn shares_of_the_greatest_and_of_the_least_counts_are_as_of_any_other() {
        let budget = fraction(1, 10_u128.pow(12));
        for unit in [f64::MIN_POSITIVE, 1.0, 2_f64.powi(1000)] {
            let (bad, total) = (Sum::new(3.0 * unit), Sum::new(4.0 * unit));
            assert_eq!(bad.over_share(total, budget), 7.5e11, "{unit}");
            assert_eq!(total.share(fraction(1, 4)), unit, "{unit}");
            assert_eq!(bad.below_share(total, fraction(1, 2)), -unit, "{unit}");
        }
        let most = Sum::new(f64::MAX);
        assert_eq!(most.share(fraction(10_u128.pow(18) - 1, 10_u128.pow(18))), f64::MAX * (1.0 - 1e-18));
        assert_eq!(most.below_share(most, Fraction::ONE), 0.0);
    }

    #[test]
    fn one_unit_in_the_last_place_decides() {
        let budget = fraction(1, 1000);
        let total = Sum::from_integer(10_u128.pow(24));
        for (bad, expected) in [
            (10_u128.pow(21) - 1, Ordering::Less),
            (10_u128.pow(21), Ordering::Equal),
            (10_u128.pow(21) + 1, Ordering::Greater),
        ] {
            assert_eq!(Sum::from_integer(bad).cmp_share(total, budget), expected, "{bad}");
        }
    }

    #[test]
    fn huge_and_tiny_counts_are_compared_without_overflow() {
        let precise = fraction(1, 10_u128.pow(36));
        assert_eq!(Sum::new(1e308).cmp_share(Sum::new(1e308), precise), Ordering::Greater);
        assert_eq!(Sum::new(5e-324).cmp_share(Sum::new(5e-324), fraction(1, 1)), Ordering::Equal);
        assert_eq!(Sum::new(5e-324).cmp_share(Sum::new(1e-323), fraction(1, 2)), Ordering::Equal);
    }

    proptest! {
        #[test]
        fn products_of_integers_are_exact(a in 0_u64..1 << 50, b in 0_u64..1 << 50, c in 0_u64..1 << 20) {
            // Integers of up to 2^100 are sums without a rest.
            let product = Sum::new(a as f64).product(Sum::new(b as f64));
            prop_assert_eq!(product, Sum::from_integer(u128::from(a) * u128::from(b)));
            let a = a >> 20;
            let product = Sum::from_integer(u128::from(a) * u128::from(b)).product(Sum::new(c as f64));
            prop_assert_eq!(product, Sum::from_integer(u128::from(a) * u128::from(b) * u128::from(c)));
        }

        #[test]
        fn order_equals_that_of_integers(a in 0_u128..1 << 100, b in 0_u128..1 << 100) {
            prop_assert_eq!(Sum::from_integer(a).order(&Sum::from_integer(b)), a.cmp(&b));
            prop_assert_eq!(Sum::from_integer(a).order(&Sum::from_integer(a + 1)), Ordering::Less);
        }

        #[test]
        fn comparison_equals_integer_arithmetic(bad in 0_u64..1 << 53, total in 0_u64..1 << 53, p in 1_u128..1 << 60, q in 1_u128..1 << 60) {
            let ratio = fraction(p, q);
            let expected = (u128::from(bad) * ratio.denominator()).cmp(&(u128::from(total) * ratio.numerator()));
            prop_assert_eq!(Sum::new(bad as f64).cmp_share(Sum::new(total as f64), ratio), expected);
        }

        #[test]
        fn comparison_at_equality_is_equal(k in 1_u64..1 << 40, p in 1_u128..1 << 12, q in 1_u128..1 << 12) {
            let (part, whole) = (u128::from(k) * p, u128::from(k) * q);
            prop_assert_eq!(Sum::from_integer(part).cmp_share(Sum::from_integer(whole), fraction(p, q)), Ordering::Equal);
            prop_assert_eq!(Sum::from_integer(part + 1).cmp_share(Sum::from_integer(whole), fraction(p, q)), Ordering::Greater);
            prop_assert_eq!(Sum::from_integer(part - 1).cmp_share(Sum::from_integer(whole), fraction(p, q)), Ordering::Less);
        }

        #[test]
        fn products_of_sums_are_added_exactly(a in 0_u64..1 << 40, b in 0_u64..1 << 40, f in 1_u128..1 << 30, off in -1_i8..2) {
            // a·b·f - (a·b·f + off) has the sign of -off.
            let mut balance = Expansion::default();
            balance.add_products(Sum::new(a as f64), Sum::new(b as f64), f, false);
            let other = (u128::from(a) * u128::from(b) * f).checked_add_signed(i128::from(off));
            prop_assume!(other.is_some());
            balance.add_products(Sum::new(1.0), Sum::new(1.0), other.unwrap_or(0), true);
            prop_assert_eq!(balance.sign(), 0.cmp(&off));
        }

        #[test]
        fn comparison_of_products_equals_integer_arithmetic(
            (a, c, b, d) in (0_u64..1 << 30, 0_u64..1 << 30, 0_u64..1 << 30, 0_u64..1 << 30),
            p in 1_u128..1 << 30,
            q in 1_u128..1 << 30,
            scale in prop_oneof![Just(1.0), Just(1e150), Just(2_f64.powi(-300))],
        ) {
            let wide = |value: u64| Sum::new(value as f64 * scale);
            let ratio = fraction(p, q);
            let exact = (u128::from(a) * u128::from(b) * ratio.denominator())
                .cmp(&(u128::from(c) * u128::from(d) * ratio.numerator()));
            if scale <= 1.0 {
                prop_assert_eq!(cmp_products([wide(a), wide(b)], [wide(c), wide(d)], ratio), exact);
            }
            let equal = cmp_products([wide(a), wide(b)], [wide(a), wide(b)], Fraction::ONE);
            prop_assert_eq!(equal, Ordering::Equal);
        }

        #[test]
        fn integer_sums_are_exact(values in prop::collection::vec(0_u64..u64::MAX, 1..50)) {
            let sum = values.iter().fold(Sum::ZERO, |sum, v| sum.plus(Sum::from_integer(u128::from(*v))));
            let exact: u128 = values.iter().map(|v| u128::from(*v)).sum();
            prop_assert_eq!(sum, Sum::from_integer(exact));
        }

        #[test]
        fn a_quotient_of_floats_is_correctly_rounded(a in 0.0..1e12_f64, b in 1e-3..1e12_f64) {
            prop_assert_eq!(Sum::new(a).over(Sum::new(b)), a / b);
        }
    }
}
