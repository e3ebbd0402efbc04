//! Exact fractions: what a target, a factor or a share is before anything is rounded.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::time::Duration;

/// Digits, and decimal places, that a decimal may have.
const MAX_DIGITS: usize = 18;

/// An exact fraction, zero or greater, in lowest terms.
///
/// A float stands for the decimal that its shortest form shows, so `14.4` is 72/5 and not the binary fraction nearest
/// to it. Text is a decimal (`"14.4"`), a percentage (`"2%"`) or a fraction (`"7/30"`); a decimal has at most 18
/// significant digits and 18 decimal places.
///
/// # Examples
///
/// ```
/// use slo_core::Fraction;
///
/// let factor = Fraction::try_from(14.4)?;
/// assert_eq!(factor, "72/5".parse()?);
/// assert_eq!(factor.to_string(), "14.4");
/// assert_eq!("2%".parse::<Fraction>()?.to_f64(), 0.02);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: u128,
    denominator: u128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// One.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// A half.
    pub(crate) const HALF: Self = Self { numerator: 1, denominator: 2 };

    /// `numerator / denominator` in lowest terms; `None` when the denominator is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// assert_eq!(Fraction::new(6, 8), Fraction::new(3, 4));
    /// assert_eq!(Fraction::new(1, 0), None);
    /// ```
    pub fn new(numerator: u128, denominator: u128) -> Option<Self> {
        let divisor = greatest_common_divisor(numerator, denominator);
        (denominator > 0).then(|| Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// The numerator in lowest terms.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// assert_eq!("14.4".parse::<Fraction>()?.numerator(), 72);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn numerator(&self) -> u128 {
        self.numerator
    }

    /// The denominator in lowest terms.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// let share: Fraction = "2%".parse()?;
    /// assert_eq!(share.denominator(), 50);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn denominator(&self) -> u128 {
        self.denominator
    }

    /// The nearest float, to within one unit in its last place.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// assert_eq!("7/8".parse::<Fraction>()?.to_f64(), 0.875);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn to_f64(&self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// The exact product.
    ///
    /// # Method
    ///
    /// ```text
    /// a/b · c/d = (a/g · c/h) / (b/h · d/g),   g = gcd(a, d),   h = gcd(c, b)
    /// ```
    ///
    /// so that the terms come out lowest and nothing overflows that fits.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// // A burn of 14.4 at an objective of 99.9 %, as an error ratio.
    /// let threshold = "14.4".parse::<Fraction>()?.times("0.1%".parse()?)?;
    /// assert_eq!(threshold, "9/625".parse()?);
    /// assert_eq!(threshold.to_string(), "0.0144");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if its terms do not fit 128 bits.
    pub fn times(&self, other: Self) -> Result<Self> {
        let across = greatest_common_divisor(self.numerator, other.denominator);
        let down = greatest_common_divisor(other.numerator, self.denominator);
        let numerator = (self.numerator / across).checked_mul(other.numerator / down);
        let denominator = (self.denominator / down).checked_mul(other.denominator / across);
        match (numerator, denominator) {
            (Some(numerator), Some(denominator)) => Ok(Self { numerator, denominator }),
            _ => Err(Error::out_of_range(format!("the exact product of {self} and {other}"))),
        }
    }

    /// The exact sum.
    ///
    /// # Method
    ///
    /// ```text
    /// a/b + c/d = (a · d/g + c · b/g) / (b · d/g),   g = gcd(b, d)
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// let sum = "1/6".parse::<Fraction>()?.plus("1/3".parse()?)?;
    /// assert_eq!(sum, "0.5".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if a term on the way does not fit 128 bits.
    pub fn plus(&self, other: Self) -> Result<Self> {
        self.combined(other, u128::checked_add, "sum")
    }

    /// `1 - self`; `None` when the fraction exceeds one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// assert_eq!("99.9%".parse::<Fraction>()?.complement(), Fraction::new(1, 1_000));
    /// assert_eq!("14.4".parse::<Fraction>()?.complement(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn complement(&self) -> Option<Self> {
        let numerator = self.denominator.checked_sub(self.numerator)?;
        Some(Self { numerator, denominator: self.denominator })
    }

    /// Whether the fraction is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// assert!("0.00%".parse::<Fraction>()?.is_zero());
    /// assert_eq!(Fraction::ONE.complement().map(|none| none.is_zero()), Some(true));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn is_zero(&self) -> bool {
        self.numerator == 0
    }

    /// A positive length of time in nanoseconds.
    pub(crate) fn nanos(duration: Duration) -> Self {
        Self { numerator: u128::from(duration.nanos().unsigned_abs()), denominator: 1 }
    }

    /// The exact quotient.
    pub(crate) fn over(&self, divisor: Self) -> Result<Self> {
        let inverse = Self::new(divisor.denominator, divisor.numerator);
        self.times(inverse.ok_or_else(|| Error::out_of_range(format!("{self} divided by zero")))?)
    }

    /// The exact distance to another fraction, which way it may be.
    pub(crate) fn apart(&self, other: Self) -> Result<Self> {
        self.combined(other, |a, b| Some(a.abs_diff(b)), "difference")
    }

    /// Both over their least common denominator, joined.
    fn combined(
        &self,
        other: Self,
        join: impl Fn(u128, u128) -> Option<u128>,
        name: &'static str,
    ) -> Result<Self> {
        let common = greatest_common_divisor(self.denominator, other.denominator);
        let (mine, theirs) = (other.denominator / common, self.denominator / common);
        let joined = || {
            let numerator = join(self.numerator.checked_mul(mine)?, other.numerator.checked_mul(theirs)?)?;
            Self::new(numerator, self.denominator.checked_mul(mine)?)
        };
        joined().ok_or_else(|| Error::out_of_range(format!("the exact {name} of {self} and {other}")))
    }

    /// The fraction as a decimal, where it is one that can be read again.
    fn decimal(&self) -> Option<String> {
        let limit = u32::try_from(MAX_DIGITS).ok()?;
        let power = (0..=limit).map(|places| (places, 10_u128.pow(places)));
        let (places, scale) = power.into_iter().find(|(_, scale)| scale % self.denominator == 0)?;
        let digits = self.numerator.checked_mul(scale / self.denominator)?;
        let places = usize::try_from(places).ok()?;
        let text = format!("{digits:0width$}", width = places + 1);
        let (whole, decimals) = text.split_at(text.len() - places);
        let significant = whole.trim_start_matches('0').len() + places;
        let decimal = if places == 0 { whole.to_owned() } else { format!("{whole}.{decimals}") };
        (significant <= MAX_DIGITS).then_some(decimal)
    }

    /// Reads a decimal without sign or exponent.
    fn from_decimal(text: &str) -> std::result::Result<Self, &'static str> {
        const FORM: &str = "is not a decimal such as 0.999";
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = [whole, decimals].concat();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(FORM);
        }
        let decimals = decimals.trim_end_matches('0');
        let significant = [whole, decimals].concat();
        let significant = significant.trim_start_matches('0');
        if significant.len() > MAX_DIGITS || decimals.len() > MAX_DIGITS {
            return Err("has more than 18 significant digits or decimal places");
        }
        let numerator = if significant.is_empty() { 0 } else { significant.parse().map_err(|_| FORM)? };
        let denominator = std::iter::repeat_n(10_u128, decimals.len()).product();
        Self::new(numerator, denominator).ok_or(FORM)
    }
}

impl Ord for Fraction {
    /// Compares exactly, whatever the size of the terms.
    ///
    /// # Method
    ///
    /// The whole parts decide; if they are equal, the inverses of what remains do, the other way round.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (*self, *other);
        let mut turned = false;
        loop {
            let wholes = (a.numerator / a.denominator).cmp(&(b.numerator / b.denominator));
            let rests = (a.numerator % a.denominator, b.numerator % b.denominator);
            let ordering = match (wholes, rests) {
                (Ordering::Equal, (0, _) | (_, 0)) => rests.0.cmp(&rests.1),
                (Ordering::Equal, (first, second)) => {
                    a = Self { numerator: a.denominator, denominator: first };
                    b = Self { numerator: b.denominator, denominator: second };
                    turned = !turned;
                    continue;
                }
                (decided, _) => decided,
            };
            return if turned { ordering.reverse() } else { ordering };
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

pub(crate) fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decimal() {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}/{}", self.numerator, self.denominator),
        }
    }
}

impl FromStr for Fraction {
    type Err = Error;

    /// Reads a decimal, a percentage or a fraction: `"14.4"`, `"2%"` or `"7/30"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// let month: Fraction = "7/30".parse()?;
    /// assert_eq!((month.numerator(), month.denominator()), (7, 30));
    /// assert!("1e-3".parse::<Fraction>().is_err() && "7/0".parse::<Fraction>().is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the text and what is wrong with it.
    fn from_str(text: &str) -> Result<Self> {
        let refuse = |reason: &str| Error::invalid("fraction", format!("{text:?}"), reason);
        if let Some((numerator, denominator)) = text.split_once('/') {
            let terms = (numerator.parse().ok(), denominator.parse().ok());
            let (Some(numerator), Some(denominator)) = terms else {
                return Err(refuse("is not a fraction such as 7/30"));
            };
            return Self::new(numerator, denominator).ok_or_else(|| refuse("has a denominator of zero"));
        }
        if let Some(percentage) = text.strip_suffix('%') {
            let hundredth = Self { numerator: 1, denominator: 100 };
            return Self::from_decimal(percentage.trim_end()).map_err(refuse)?.times(hundredth);
        }
        Self::from_decimal(text).map_err(refuse)
    }
}

impl TryFrom<f64> for Fraction {
    type Error = Error;

    /// The decimal that the float's shortest round-trip form shows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Fraction;
    ///
    /// assert_eq!(Fraction::try_from(0.1)?, "1/10".parse()?);
    /// assert!(Fraction::try_from(-0.1).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if the value is negative, not finite, or has more than 18 decimal places.
    fn try_from(value: f64) -> Result<Self> {
        if !value.is_finite() || value.is_sign_negative() {
            return Err(Error::invalid("fraction", value, "must be finite and at least 0"));
        }
        Self::from_decimal(&value.to_string()).map_err(|reason| Error::invalid("fraction", value, reason))
    }
}

#[cfg(feature = "serde")]
crate::text::serde_text!(Fraction);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_float_is_the_decimal_it_shows() {
        for (value, numerator, denominator) in
            [(14.4, 72, 5), (0.001, 1, 1000), (6.0, 6, 1), (0.0, 0, 1), (1e-18, 1, 10_u128.pow(18))]
        {
            let fraction = Fraction::try_from(value).unwrap();
            assert_eq!((fraction.numerator(), fraction.denominator()), (numerator, denominator));
        }
    }

    #[test]
    fn eighteen_digits_are_read_and_nineteen_refused() {
        assert!("0.999999999999999999".parse::<Fraction>().is_ok());
        assert!("0.9999999999999999999".parse::<Fraction>().is_err());
        assert!("123456789012345678".parse::<Fraction>().is_ok());
        assert!("1234567890123456789".parse::<Fraction>().is_err());
        assert!(Fraction::try_from(1e-19).is_err());
    }

    #[test]
    fn text_that_is_no_decimal_is_refused() {
        for text in ["", ".", "%", "-1", "+1", "1e3", "0x1", "1/0", "1/", "a/b", "1,5", "NaN", "inf"] {
            assert!(text.parse::<Fraction>().is_err(), "{text}");
        }
        for value in [f64::NAN, f64::INFINITY, -0.1, -0.0] {
            assert!(Fraction::try_from(value).is_err(), "{value}");
        }
    }

    #[test]
    fn a_product_past_128_bits_is_refused() {
        let large = Fraction::new(u128::MAX, 1).unwrap();
        assert!(large.times(Fraction::new(2, 1).unwrap()).is_err());
        assert_eq!(large.times(Fraction::new(1, u128::MAX).unwrap()).unwrap(), Fraction::ONE);
    }

    #[test]
    fn sums_and_distances_are_exact() {
        let [third, quarter] = ["1/3", "1/4"].map(|text| text.parse::<Fraction>().unwrap());
        assert_eq!(third.plus(quarter).unwrap(), "7/12".parse().unwrap());
        assert_eq!(third.apart(quarter).unwrap(), quarter.apart(third).unwrap());
        assert_eq!(third.apart(quarter).unwrap(), "1/12".parse().unwrap());
        assert_eq!(third.over(quarter).unwrap(), "4/3".parse().unwrap());
        assert!(third.over(Fraction::ZERO).is_err());
        let large = Fraction::new(u128::MAX, 1).unwrap();
        assert!(large.plus(Fraction::ONE).is_err());
        assert!(large.plus(Fraction::ZERO).is_ok());
    }

    #[test]
    fn a_sum_past_128_bits_is_refused() {
        let large = Fraction::new(u128::MAX - 1, 1).unwrap();
        assert_eq!(large.plus(Fraction::ONE).unwrap(), Fraction::new(u128::MAX, 1).unwrap());
        assert!(large.plus(Fraction::new(2, 1).unwrap()).is_err());
        assert!(Fraction::new(1, u128::MAX).unwrap().plus(Fraction::new(1, 2).unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn order_is_that_of_cross_products(a in 0_u128..1 << 60, b in 1_u128..1 << 60, c in 0_u128..1 << 60, d in 1_u128..1 << 60) {
            let (left, right) = (Fraction::new(a, b).unwrap(), Fraction::new(c, d).unwrap());
            prop_assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
            prop_assert_eq!(left.cmp(&left), Ordering::Equal);
        }

        #[test]
        fn order_holds_for_the_largest_terms(a in (1_u128 << 126).., b in 1_u128.., by in 1_u128..1000) {
            let low = Fraction::new(a, b).unwrap();
            let high = Fraction::new(a.saturating_add(by), b).unwrap();
            prop_assert_eq!(low.cmp(&high), if a == u128::MAX { Ordering::Equal } else { Ordering::Less });
        }

        #[test]
        fn a_part_and_its_rest_are_one(numerator in 0_u128..1 << 60, more in 0_u128..1 << 60) {
            let part = Fraction::new(numerator, (numerator + more).max(1)).unwrap();
            prop_assert_eq!(part.plus(part.complement().unwrap()).unwrap(), Fraction::ONE);
        }

        #[test]
        fn text_round_trips(numerator in 0_u128..1 << 90, denominator in 1_u128..1 << 60) {
            let fraction = Fraction::new(numerator, denominator).unwrap();
            prop_assert_eq!(fraction.to_string().parse::<Fraction>().unwrap(), fraction);
        }

        #[test]
        fn a_float_round_trips(value in 1e-3..1e9_f64) {
            let value = (value * 1e6).round() / 1e6;
            prop_assert_eq!(Fraction::try_from(value).unwrap().to_f64(), value);
        }
    }
}
