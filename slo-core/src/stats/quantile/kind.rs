//! The nine definitions, and where each looks among sorted values.

use super::check_share;
use crate::error::{Error, Result};
use crate::sum::two_product;

/// One of the nine definitions of a sample quantile, numbered as Hyndman and Fan did.
///
/// # Method
///
/// With the values sorted as `x_1 <= ... <= x_n` and the position `h` split into its whole part `j` and the rest `g`:
///
/// ```text
/// type   h                      quantile
/// 1      n q                    x_j if g = 0, else x_{j+1}
/// 2      n q                    (x_j + x_{j+1}) / 2 if g = 0, else x_{j+1}
/// 3      n q - 1/2              x_j if g = 0 and j is even, else x_{j+1}
/// 4      n q                    x_j + g (x_{j+1} - x_j)
/// 5      n q + 1/2              likewise, as are all that follow
/// 6      (n + 1) q
/// 7      (n - 1) q + 1
/// 8      (n + 1/3) q + 1/3
/// 9      (n + 1/4) q + 3/8
/// ```
///
/// where `x_j` is `x_1` for `j < 1` and `x_n` for `j > n`.
///
/// **Whole positions.** A float stands for every real number that rounds to it, the decimal or the ratio `k/n` that
/// the caller wrote among them. Where `h` is an integer for one of these, it is that integer: with ten values `q = 0.7`
/// is at the seventh, with a hundred `q = 0.29` at the twenty-ninth, although neither 0.7 nor 0.29 is a float. Types 1
/// to 3 jump there; the others are exactly an order statistic.
///
/// # Examples
///
/// ```
/// use slo_core::stats::quantile::{QuantileType, quantile};
///
/// let values = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0];
/// assert_eq!(quantile(&values, 0.25, QuantileType::Linear)?, 4.75);
/// assert_eq!(quantile(&values, 0.25, QuantileType::Weibull)?, 3.5);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. *The American Statistician* 50(4),
/// 361-365.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "u8", into = "u8")
)]
pub enum QuantileType {
    /// Type 1: the smallest value that at least the share `q` of the values does not exceed. A value of the sample.
    InvertedCdf,
    /// Type 2: as type 1, with the mean of both neighbours where the share is met exactly.
    AveragedInvertedCdf,
    /// Type 3: the value whose rank is nearest to `n q`, the even rank of two. A value of the sample.
    ClosestObservation,
    /// Type 4: linear between the steps of the empirical distribution.
    InterpolatedInvertedCdf,
    /// Type 5: linear between the middles of those steps. Hazen's, used in hydrology.
    Hazen,
    /// Type 6: `x_k` lies at `k / (n + 1)`, the mean share below it. Weibull's; Minitab and SPSS have it.
    Weibull,
    /// Type 7: the extremes lie at 0 and 1. The default here as in R, numpy and pandas.
    #[default]
    Linear,
    /// Type 8: nearly unbiased for the median of each order statistic, whatever the distribution. Hyndman and Fan's
    /// own choice.
    MedianUnbiased,
    /// Type 9: nearly unbiased for the mean of each order statistic if the values are normal.
    NormalUnbiased,
}

impl QuantileType {
    /// All nine, in the order of their numbers.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    ///
    /// assert_eq!(QuantileType::ALL[6], QuantileType::default());
    /// ```
    pub const ALL: [Self; 9] = [
        Self::InvertedCdf,
        Self::AveragedInvertedCdf,
        Self::ClosestObservation,
        Self::InterpolatedInvertedCdf,
        Self::Hazen,
        Self::Weibull,
        Self::Linear,
        Self::MedianUnbiased,
        Self::NormalUnbiased,
    ];

    /// Hyndman and Fan's number, 1 to 9.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    ///
    /// assert_eq!(QuantileType::default().number(), 7);
    /// ```
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::InvertedCdf => 1,
            Self::AveragedInvertedCdf => 2,
            Self::ClosestObservation => 3,
            Self::InterpolatedInvertedCdf => 4,
            Self::Hazen => 5,
            Self::Weibull => 6,
            Self::Linear => 7,
            Self::MedianUnbiased => 8,
            Self::NormalUnbiased => 9,
        }
    }

    /// The place among `n` sorted values, from 0, at which the quantile at the share `q` lies.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    ///
    /// // A quarter of the way from the first of five values to the last, and Hazen's 5/4 - 1/2.
    /// assert_eq!(QuantileType::Linear.place(5, 0.25)?, 1.0);
    /// assert_eq!(QuantileType::Hazen.place(5, 0.25)?, 0.75);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] of no values, [`Error::InvalidParameter`] unless `0 <= q <= 1`.
    pub fn place(self, n: usize, q: f64) -> Result<f64> {
        if n == 0 {
            return Err(Error::TooShort { name: "values", len: 0, needed: 1 });
        }
        check_share(q)?;
        let Position { lower, upper, weight } = self.position(n, q);
        Ok(lower as f64 + weight * (upper - lower) as f64)
    }

    /// `(a, b, s)` in small integers with `h = (a q + b) / s` for `n` values.
    fn line(self, n: f64) -> (f64, f64, f64) {
        match self {
            Self::InvertedCdf | Self::AveragedInvertedCdf | Self::InterpolatedInvertedCdf => (n, 0.0, 1.0),
            Self::ClosestObservation => (2.0 * n, -1.0, 2.0),
            Self::Hazen => (2.0 * n, 1.0, 2.0),
            Self::Weibull => (n + 1.0, 0.0, 1.0),
            Self::Linear => (n - 1.0, 1.0, 1.0),
            Self::MedianUnbiased => (3.0 * n + 1.0, 1.0, 3.0),
            Self::NormalUnbiased => (8.0 * n + 2.0, 3.0, 8.0),
        }
    }

    /// The whole part and the rest of `h`; the rest is 0 where a real number that rounds to `q` makes `h` an integer.
    fn split(self, n: usize, q: f64) -> (f64, f64) {
        let (a, b, s) = self.line(n as f64);
        let (product, error) = two_product(a, q);
        let nearest = ((product + b) / s).round();
        // Exact where it decides: near an integer, both terms of the difference are close.
        let excess = (product - (s * nearest - b)) + error;
        let to_next = if excess > 0.0 { q - q.next_down() } else { q.next_up() - q };
        if excess.abs() <= a * (to_next / 2.0) {
            (nearest, 0.0)
        } else if excess > 0.0 {
            (nearest, excess / s)
        } else {
            (nearest - 1.0, 1.0 + excess / s)
        }
    }

    /// Where the quantile lies among `n >= 1` sorted values, for `q` in [0, 1].
    pub(crate) fn position(self, n: usize, q: f64) -> Position {
        let (j, g) = self.split(n, q);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an integer between 1 and n after the clamp"
        )]
        let index = |rank: f64| rank.clamp(1.0, n as f64) as usize - 1;
        let weight = match self {
            Self::InvertedCdf if g == 0.0 => 0.0,
            Self::AveragedInvertedCdf if g == 0.0 => 0.5,
            Self::ClosestObservation if g == 0.0 && j % 2.0 == 0.0 => 0.0,
            Self::InvertedCdf | Self::AveragedInvertedCdf | Self::ClosestObservation => 1.0,
            _ => g,
        };
        Position { lower: index(j), upper: index(j + 1.0), weight }
    }
}

impl TryFrom<u8> for QuantileType {
    type Error = Error;

    /// The type of that number.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    ///
    /// assert_eq!(QuantileType::try_from(6)?, QuantileType::Weibull);
    /// assert!(QuantileType::try_from(0).is_err() && QuantileType::try_from(10).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the number is one of 1 to 9.
    fn try_from(number: u8) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|kind| kind.number() == number);
        found.ok_or_else(|| Error::invalid("type", number, "must be one of Hyndman and Fan's types, 1 to 9"))
    }
}

impl From<QuantileType> for u8 {
    fn from(kind: QuantileType) -> Self {
        kind.number()
    }
}

/// Two places among sorted values, and how far from the first towards the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Position {
    /// The lower index, from 0.
    pub(crate) lower: usize,
    /// The upper index: the lower one, or the next.
    pub(crate) upper: usize,
    /// The share of the way, 0 to 1.
    pub(crate) weight: f64,
}
