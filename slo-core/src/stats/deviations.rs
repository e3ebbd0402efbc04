//! Sums of deviations from an anchor, and the moments that they give.
//!
//! With `d = x - anchor`, `Σd` and `Σd²` of `n` values give
//!
//! ```text
//! mean = anchor + Σd / n,   Σ(x - mean)² = Σd² - (Σd)² / n
//! ```
//!
//! The subtraction loses as many digits as the anchor is away from the mean: little where it is one of the values.
//! [`Plain`] sums are fast and say where that was too much ([`is_trusted`]); [`Careful`] ones then hold twice the
//! digits.

use crate::sum::{two_product, two_sum};

/// How many times the squares about the mean may be lost in those about the anchor: six bits of 53.
///
/// The anchor is then at most `√63` deviations from the mean, which no normal value ever is.
const CANCELLATION: f64 = 64.0;

/// Below this sum of squares, what each of them lost to underflow may count.
const SMALLEST: f64 = f64::from_bits((1023 - 960) << 52); // 2^-960

/// Above this sum of squares, the square of a sum may overflow.
const LARGEST: f64 = f64::from_bits((1023 + 960) << 52); // 2^960

/// The two sums, in floats.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Plain {
    pub(super) sum: f64,
    pub(super) squares: f64,
}

impl Plain {
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    pub(super) fn add(&mut self, value: f64, anchor: f64) {
        let deviation = value - anchor;
        self.sum += deviation;
        self.squares += deviation * deviation;
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, squares: self.squares + other.squares }
    }

    /// `mean - anchor` and the squares about the mean; `share` is `1 / n`.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    pub(super) fn about_mean(self, share: f64) -> (f64, f64) {
        let offset = self.sum * share;
        (offset, self.squares - self.sum * offset)
    }

    /// The spread of `count` values; at which scale it has to be computed instead, where these sums do not suffice.
    pub(super) fn spread(self, anchor: f64, count: f64) -> Result<Spread, Scale> {
        self.shared_spread(anchor, count, 1.0 / count)
    }

    /// The same where the caller knows `1 / count`.
    #[inline]
    pub(super) fn shared_spread(self, anchor: f64, count: f64, share: f64) -> Result<Spread, Scale> {
        let (offset, squares) = self.about_mean(share);
        if is_trusted(self.squares, squares) {
            return Ok(Spread { count, mean: anchor + offset, squares, scale: Scale::One });
        }
        Err(Scale::of(self.squares))
    }
}

/// Whether the squares about the mean are as good as those about the anchor that they were made from; never for what
/// is not finite.
#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
pub(super) fn is_trusted(about_anchor: f64, about_mean: f64) -> bool {
    let in_range = (about_anchor <= LARGEST) & ((about_anchor >= SMALLEST) | (about_anchor == 0.0));
    in_range & (about_mean * CANCELLATION >= about_anchor)
}

/// What values are multiplied by, so that their squares neither overflow nor vanish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    One,
    Up,
    Down,
}

impl Scale {
    /// Values that are so far apart that these are their squares.
    pub(super) fn of(squares: f64) -> Self {
        if squares > LARGEST {
            Self::Down
        } else if squares < SMALLEST {
            Self::Up
        } else {
            Self::One
        }
    }

    pub(super) const fn factor(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Up => f64::from_bits((1023 + 600) << 52), // 2^600
            Self::Down => f64::from_bits((1023 - 600) << 52), // 2^-600
        }
    }

    /// The reciprocal of the factor, which is exact.
    const fn unit(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Up => Self::Down.factor(),
            Self::Down => Self::Up.factor(),
        }
    }
}

/// The mean of some values, and the sum of squares about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    count: f64,
    pub(super) mean: f64,
    /// Of the values times the factor of `scale`.
    squares: f64,
    scale: Scale,
}

impl Spread {
    /// Whether there are more values than `ddof`.
    pub(super) fn has_degrees(self, ddof: usize) -> bool {
        self.count > ddof as f64
    }

    /// The variance: infinite where it does not fit a float, NaN where the divisor is not positive.
    pub(super) fn variance(self, ddof: usize) -> f64 {
        self.shared_variance(degrees_inverse(self.count, ddof))
    }

    /// The square root of the variance before that is rounded into the range of floats.
    pub(super) fn deviation(self, ddof: usize) -> f64 {
        self.shared_deviation(degrees_inverse(self.count, ddof))
    }

    /// The variance, from the reciprocal of its divisor.
    #[inline]
    pub(super) fn shared_variance(self, share: f64) -> f64 {
        let unit = self.scale.unit();
        self.squares * share * unit * unit
    }

    /// The deviation, from the reciprocal of the variance's divisor.
    #[inline]
    pub(super) fn shared_deviation(self, share: f64) -> f64 {
        (self.squares * share).sqrt() * self.scale.unit()
    }
}

/// `1 / (count - ddof)`, NaN unless that is positive.
pub(super) fn degrees_inverse(count: f64, ddof: usize) -> f64 {
    let degrees = count - ddof as f64;
    if degrees > 0.0 { 1.0 / degrees } else { f64::NAN }
}

/// The two sums, each with what rounding took from it: good to about `n² 2^-106` of what is summed.
///
/// # References
///
/// Ogita, T., Rump, S. M., Oishi, S. (2005). Accurate sum and dot product. *SIAM Journal on Scientific Computing* 26(6),
/// 1955-1988.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Careful {
    pub(super) sum: [f64; 2],
    pub(super) squares: [f64; 2],
}

impl Careful {
    pub(super) fn add(&mut self, value: f64, anchor: f64) {
        let (deviation, rest) = two_sum(value, -anchor);
        let (square, square_rest) = two_product(deviation, deviation);
        accumulate(&mut self.sum, deviation, rest);
        accumulate(&mut self.squares, square, square_rest + 2.0 * deviation * rest);
    }

    pub(super) fn plus(mut self, other: Self) -> Self {
        let Self { sum, squares } = other;
        accumulate(&mut self.sum, sum[0], sum[1]);
        accumulate(&mut self.squares, squares[0], squares[1]);
        self
    }

    /// The same of values times `factor`, a power of two.
    pub(super) fn scaled(self, factor: f64) -> Self {
        // One factor after the other: their product may be below all floats.
        Self { sum: self.sum.map(|s| s * factor), squares: self.squares.map(|s| s * factor * factor) }
    }

    /// The sums of `count` values about `to` instead of `from`.
    ///
    /// ```text
    /// Σ(d + δ) = Σd + n δ,   Σ(d + δ)² = Σd² + 2 δ Σd + n δ²,   δ = from - to
    /// ```
    pub(super) fn moved(mut self, from: f64, to: f64, count: f64) -> Self {
        let by: [f64; 2] = two_sum(from, -to).into();
        let total = product(by, [count, 0.0]);
        let cross = product(by, self.sum.map(|s| 2.0 * s));
        let square = product(by, total);
        accumulate(&mut self.sum, total[0], total[1]);
        accumulate(&mut self.squares, cross[0], cross[1]);
        accumulate(&mut self.squares, square[0], square[1]);
        self
    }

    /// The mean and the squares about it; what was summed and the anchor are multiples of the scale's factor.
    pub(super) fn spread(self, anchor: f64, count: f64, scale: Scale) -> Spread {
        let [sum, sum_rest] = normalised(self.sum);
        let [squares, squares_rest] = normalised(self.squares);
        // Σd / n and Σd · Σd / n, each as a float and a rest.
        let offset = sum / count;
        let (back, back_rest) = two_product(offset, count);
        let offset_rest = ((sum - back) - back_rest + sum_rest) / count;
        let lost = product([sum, sum_rest], [offset, offset_rest]);
        let (mean, mean_rest) = two_sum(anchor, offset);
        Spread {
            count,
            mean: (mean + (mean_rest + offset_rest)) / scale.factor(),
            squares: ((squares - lost[0]) + (squares_rest - lost[1])).max(0.0),
            scale,
        }
    }
}

/// Adds a float and its rest to a sum and its rest.
#[allow(clippy::inline_always, reason = "only what is inlined is compiled for fused multiplication")]
#[inline(always)]
pub(super) fn accumulate(total: &mut [f64; 2], value: f64, rest: f64) {
    let (sum, lost) = two_sum(total[0], value);
    *total = [sum, total[1] + (lost + rest)];
}

pub(super) fn normalised([sum, rest]: [f64; 2]) -> [f64; 2] {
    two_sum(sum, rest).into()
}

pub(super) fn product(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let (product, rest) = two_product(a[0], b[0]);
    [product, rest + (a[0] * b[1] + a[1] * b[0])]
}
