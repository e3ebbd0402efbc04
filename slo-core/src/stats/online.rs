//! Moments of a stream, one value at a time, mergeable.

use crate::error::{Error, Result};
use crate::stats::deviations::{Careful, Scale, Spread};

/// Count, mean, variance and extremes of a stream of finite values, in constant memory.
///
/// # Method
///
/// ```text
/// mean     = c + Σ(x - c) / n
/// variance = (Σ(x - c)² - (Σ(x - c))² / n) / (n - ddof),   c the first value
/// ```
///
/// Both sums carry what rounding took from them, so they hold some 105 bits, of which the subtraction costs at most
/// `log2 n`: relative to exact arithmetic a mean is within 1e-15 of the greater of mean and deviation and a variance
/// within 1e-15 of itself, whatever the offset, up to 10^12 values. Merged parts give the moments of the whole to the
/// same error, in whatever order they are merged.
///
/// A variance that does not fit a float is infinite, and one below 1e-308 is rounded to what is left there; their
/// deviation is right all the same.
///
/// # Examples
///
/// ```
/// use slo_core::stats::online::Moments;
///
/// let (mut one, mut other) = (Moments::new(), Moments::new());
/// one.extend(&[2.0, 4.0, 4.0, 4.0])?;
/// other.extend(&[5.0, 5.0, 7.0, 9.0])?;
/// one.merge(&other);
/// assert_eq!((one.count(), one.mean(), one.variance(0)), (8, Some(5.0), Some(4.0)));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Ogita, T., Rump, S. M., Oishi, S. (2005). Accurate sum and dot product. *SIAM Journal on Scientific Computing* 26(6),
/// 1955-1988. Chan, T. F., Golub, G. H., `LeVeque`, R. J. (1983). Algorithms for computing the sample variance. *The
/// American Statistician* 37(3), 242-247.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Snapshot", into = "Snapshot")
)]
pub struct Moments {
    count: u64,
    extremes: Option<Extremes>,
    /// Of the values times the factor of the scale.
    sums: Careful,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Extremes {
    first: f64,
    min: f64,
    max: f64,
}

impl Extremes {
    fn of(value: f64) -> Self {
        Self { first: value, min: value, max: value }
    }

    fn with(self, other: Self) -> Self {
        Self { first: self.first, min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// The scale at which no square of a deviation from the first value overflows, and the greatest does not vanish.
    fn scale(self) -> Scale {
        const FAR: f64 = f64::from_bits((1023 + 450) << 52); // 2^450
        let farthest = (self.max - self.first).max(self.first - self.min);
        if farthest >= FAR {
            Scale::Down
        } else if farthest > 0.0 && farthest < 1.0 / FAR {
            Scale::Up
        } else {
            Scale::One
        }
    }
}

impl Moments {
    /// The moments of no value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// assert_eq!((Moments::new().count(), Moments::new().mean()), (0, None));
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a value in.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.push(1e17)?;
    /// moments.push(-1e17)?;
    /// moments.push(3.0)?;
    /// assert_eq!(moments.mean(), Some(1.0));
    /// assert!(moments.push(f64::NAN).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a value that is not finite, with the number of values before it as its index; nothing
    /// is taken in.
    pub fn push(&mut self, value: f64) -> Result<()> {
        if !value.is_finite() {
            let index = usize::try_from(self.count).unwrap_or(usize::MAX);
            return Err(Error::NonFinite { name: "values", index, value });
        }
        self.add(value);
        Ok(())
    }

    /// Takes values in, all or none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.extend(&[1.0, 3.0])?;
    /// assert!(moments.extend(&[5.0, f64::INFINITY]).is_err());
    /// assert_eq!((moments.count(), moments.mean()), (2, Some(2.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] with the first value that is not finite and its index among these.
    pub fn extend(&mut self, values: &[f64]) -> Result<()> {
        Error::check_finite("values", values)?;
        for value in values {
            self.add(*value);
        }
        Ok(())
    }

    fn add(&mut self, value: f64) {
        let one = Extremes::of(value);
        let extremes = self.extremes.map_or(one, |extremes| extremes.with(one));
        let scale = self.widen(extremes);
        self.sums.add(value * scale.factor(), extremes.first * scale.factor());
        self.count += 1;
    }

    /// Takes in all that another has taken in.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut shards = [[1.0, 2.0], [3.0, 6.0]].map(|values| {
    ///     let mut moments = Moments::new();
    ///     moments.extend(&values).map(|()| moments)
    /// });
    /// let [mut all, other] = [shards[0].clone()?, shards[1].clone()?];
    /// all.merge(&other);
    /// assert_eq!((all.mean(), all.max()), (Some(3.0), Some(6.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn merge(&mut self, other: &Self) {
        let Some(theirs) = other.extremes else { return };
        let Some(ours) = self.extremes else {
            *self = *other;
            return;
        };
        let mut other = *other;
        // At one scale, about one anchor.
        let merged = ours.with(theirs);
        let scale = self.widen(merged);
        other.widen_to(theirs, scale);
        let [to, from] = [ours.first, theirs.first].map(|anchor| anchor * scale.factor());
        self.sums = self.sums.plus(other.sums.moved(from, to, other.count as f64));
        self.count += other.count;
    }

    /// Makes these the extremes, and brings the sums to the scale that they need.
    fn widen(&mut self, extremes: Extremes) -> Scale {
        let scale = extremes.scale();
        self.widen_to(extremes, scale);
        scale
    }

    fn widen_to(&mut self, extremes: Extremes, scale: Scale) {
        let before = self.extremes.map_or(scale, Extremes::scale);
        if before != scale {
            self.sums = self.sums.scaled(scale.factor() / before.factor());
        }
        self.extremes = Some(extremes);
    }

    /// How many values were taken in.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.push(7.0)?;
    /// assert_eq!(moments.count(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean; none without a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.extend(&[1e9 + 1.0, 1e9 + 2.0])?;
    /// assert_eq!(moments.mean(), Some(1e9 + 1.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn mean(&self) -> Option<f64> {
        self.spread().map(|spread| spread.mean)
    }

    /// The variance: the squares about the mean over the count less `ddof`; none unless that is positive.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.push(1.0)?;
    /// assert_eq!(moments.variance(1), None);
    /// moments.push(3.0)?;
    /// assert_eq!((moments.variance(1), moments.variance(0)), (Some(2.0), Some(1.0)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn variance(&self, ddof: usize) -> Option<f64> {
        self.spread().filter(|spread| spread.has_degrees(ddof)).map(|spread| spread.variance(ddof))
    }

    /// The root of the [`variance`](Self::variance).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.extend(&[2.0, 4.0, 6.0])?;
    /// assert_eq!(moments.deviation(1), Some(2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn deviation(&self, ddof: usize) -> Option<f64> {
        self.spread().filter(|spread| spread.has_degrees(ddof)).map(|spread| spread.deviation(ddof))
    }

    /// The least value; none without one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.extend(&[2.0, -4.0, 6.0])?;
    /// assert_eq!(moments.min(), Some(-4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn min(&self) -> Option<f64> {
        self.extremes.map(|extremes| extremes.min)
    }

    /// The greatest value; none without one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::online::Moments;
    ///
    /// let mut moments = Moments::new();
    /// moments.extend(&[2.0, -4.0, 6.0])?;
    /// assert_eq!(moments.max(), Some(6.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn max(&self) -> Option<f64> {
        self.extremes.map(|extremes| extremes.max)
    }

    fn spread(&self) -> Option<Spread> {
        let extremes = self.extremes?;
        let scale = extremes.scale();
        Some(self.sums.spread(extremes.first * scale.factor(), self.count as f64, scale))
    }
}

/// The moments as they are written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    count: u64,
    first: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    /// The sum of deviations from the first value, and what rounding took from it.
    sum: [f64; 2],
    /// The same of their squares.
    squares: [f64; 2],
}

#[cfg(feature = "serde")]
impl From<Moments> for Snapshot {
    fn from(Moments { count, extremes, sums }: Moments) -> Self {
        let Careful { sum, squares } = sums;
        let first = extremes.map(|extremes| extremes.first);
        let (min, max) = (extremes.map(|extremes| extremes.min), extremes.map(|extremes| extremes.max));
        Self { count, first, min, max, sum, squares }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Snapshot> for Moments {
    type Error = Error;

    fn try_from(Snapshot { count, first, min, max, sum, squares }: Snapshot) -> Result<Self> {
        let refuse = |reason: &str| Err(Error::State { reason: reason.to_owned() });
        let sums = Careful { sum, squares };
        let extremes = match (count, first, min, max) {
            (0, None, None, None) if sums == Careful::default() => return Ok(Self::new()),
            (1.., Some(first), Some(min), Some(max)) => Extremes { first, min, max },
            _ => return refuse("a mean, extremes and sums are there if and only if values are"),
        };
        if !(extremes.min.is_finite() && extremes.max.is_finite()) {
            return refuse("an extreme is not finite");
        }
        if !(extremes.min <= extremes.first && extremes.first <= extremes.max) {
            return refuse("the first value lies outside the extremes");
        }
        // All deviations but the first one, which is 0, lie between these; with a little room for what rounding did.
        let (others, room) = ((count - 1) as f64, 1.0 + 1e-9);
        let factor = extremes.scale().factor();
        let [low, high] = [extremes.min, extremes.max].map(|x| x * factor - extremes.first * factor);
        let farthest = high.max(-low) * high.max(-low);
        let sum_fits = others * low * room <= sum[0] && sum[0] <= others * high * room;
        let squares_fit = farthest <= squares[0] * room
            && squares[0] <= others * farthest * room
            && sum[0] * sum[0] <= squares[0] * others * room;
        let rests_fit =
            sum[1].abs() <= others * high.max(-low) * 1e-9 && squares[1].abs() <= squares[0] * 1e-9;
        if !(sum_fits && squares_fit && rests_fit) {
            return refuse("the sums do not fit count and extremes");
        }
        Ok(Self { count, extremes: Some(extremes), sums })
    }
}

#[cfg(test)]
mod tests;
