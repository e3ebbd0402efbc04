//! Native histograms: what they are made of.

use super::bounds::{CUSTOM, check_schema, indices};
use super::combine::joined;
use crate::error::{Error, Result};

/// What a histogram says about a reset of its counts since the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Reset {
    /// Nothing: whether there was one shows in the counts.
    #[default]
    Unknown,
    /// There was one.
    Reset,
    /// There was none.
    NotReset,
    /// The counts may fall without a reset, and be below 0.
    Gauge,
}

/// One bucket with its borders.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bucket {
    /// The lower border.
    pub left: f64,
    /// The upper border.
    pub right: f64,
    /// The number of observations.
    pub count: f64,
}

/// Where the buckets end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Layout {
    /// At powers of `2^(2^-schema)`, mirrored below 0.
    Exponential(i32),
    /// At the given bounds, and at infinity.
    Custom(Vec<f64>),
}

/// A native histogram: counts in buckets of exponential or of custom bounds.
///
/// Made of setters, each of which checks what it is given. Counts below 0 belong to a gauge, which the difference of two
/// histograms is: [`Reset::Gauge`] comes before them.
///
/// # Method
///
/// ```text
/// bucket i of schema s:  (base^(i-1), base^i],   base = 2^(2^-s),   below 0 [-base^i, -base^(i-1))
/// ```
///
/// the zero bucket being `[-threshold, threshold]`. With custom bounds `u_0 < u_1 < …` bucket 0 is `(-∞, u_0]`, bucket
/// `i` is `(u_{i-1}, u_i]`, and the last is `(u_last, ∞]`.
///
/// # Examples
///
/// ```
/// use slo_core::histogram::Native;
///
/// // 3 observations in (0.5, 1], 1 in (1, 2].
/// let latency = Native::exponential(0)?.positive(0, &[3.0, 1.0])?.with_sum(4.0);
/// assert_eq!((latency.count(), latency.mean()), (4.0, 1.0));
/// assert_eq!(latency.quantile(0.75), 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Prometheus, *Native histograms* (specification).
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "super::text::Raw", into = "super::text::Raw")
)]
pub struct Native {
    pub(super) layout: Layout,
    pub(super) threshold: f64,
    pub(super) zero: f64,
    /// Populated buckets by number.
    pub(super) positive: Vec<(i32, f64)>,
    /// Populated buckets below 0 by number.
    pub(super) negative: Vec<(i32, f64)>,
    pub(super) sum: f64,
    /// The number of observations, where it is not that of the buckets.
    pub(super) observed: Option<f64>,
    pub(super) hint: Reset,
}

impl PartialEq for Native {
    fn eq(&self, other: &Self) -> bool {
        self.layout == other.layout
            && self.threshold == other.threshold
            && self.zero == other.zero
            && self.positive == other.positive
            && self.negative == other.negative
            && (self.sum == other.sum || (self.sum.is_nan() && other.sum.is_nan()))
            && self.count() == other.count()
            && self.hint == other.hint
    }
}

impl Native {
    /// An empty histogram with exponential buckets of a schema, -4 (the widest) to 8.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// // Schema 1: a bucket is √2 times as wide as the one below.
    /// let one = Native::exponential(1)?.positive(2, &[1.0])?;
    /// assert_eq!((one.buckets()[0].left, one.buckets()[0].right), (2f64.sqrt(), 2.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for another schema.
    pub fn exponential(schema: i32) -> Result<Self> {
        check_schema(schema)?;
        Ok(Self::empty(Layout::Exponential(schema)))
    }

    /// An empty histogram with the given upper bounds; the last bucket, up to infinity, comes by itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let latency = Native::custom(&[0.1, 0.2])?.positive(0, &[100.0, 90.0, 60.0])?;
    /// assert_eq!((latency.count(), latency.schema()), (250.0, -53));
    /// assert_eq!(latency.quantile(0.2), 0.05);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`]; [`Error::InvalidParameter`] unless the bounds increase strictly.
    pub fn custom(bounds: &[f64]) -> Result<Self> {
        Error::check_finite("bounds", bounds)?;
        if let Some([a, b]) = bounds.windows(2).find(|pair| matches!(pair, [a, b] if a >= b)) {
            return Err(Error::invalid("bounds", b, format!("must come after the bound {a} before it")));
        }
        Ok(Self::empty(Layout::Custom(bounds.to_vec())))
    }

    /// An empty histogram of a schema, with bounds exactly if it is that of custom ones, -53.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// assert_eq!(Native::of_schema(-53, Some(&[1.0, 5.0]))?, Native::custom(&[1.0, 5.0])?);
    /// assert_eq!(Native::of_schema(3, None)?, Native::exponential(3)?);
    /// assert!(Native::of_schema(3, Some(&[1.0])).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for another schema, for bounds of an exponential one and for custom buckets without; else
    /// as [`custom`](Self::custom).
    pub fn of_schema(schema: i32, bounds: Option<&[f64]>) -> Result<Self> {
        match (schema, bounds) {
            (CUSTOM, Some(bounds)) => Self::custom(bounds),
            (CUSTOM, None) => Err(Error::invalid("bounds", "none", "are needed for the schema -53")),
            (_, Some(bounds)) => Err(Error::invalid("bounds", bounds.len(), "belong to the schema -53")),
            (schema, None) => Self::exponential(schema),
        }
    }

    pub(super) fn empty(layout: Layout) -> Self {
        Self {
            layout,
            threshold: 0.0,
            zero: 0.0,
            positive: Vec::new(),
            negative: Vec::new(),
            sum: 0.0,
            observed: None,
            hint: Reset::Unknown,
        }
    }

    /// What is known of a reset; [`Reset::Unknown`] unless set. Comes before counts below 0, which only a gauge has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::{Native, Reset};
    ///
    /// assert!(Native::exponential(0)?.positive(0, &[-1.0]).is_err());
    /// let change = Native::exponential(0)?.hint(Reset::Gauge).positive(0, &[-1.0])?;
    /// assert_eq!(change.count(), -1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn hint(mut self, hint: Reset) -> Self {
        self.hint = hint;
        self
    }

    /// The zero bucket `[-threshold, threshold]` and its count; both 0 unless set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.zero(0.001, 5.0)?;
    /// assert_eq!(h.zero_bucket(), (0.001, 5.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a threshold that is not finite or below 0, and with custom bounds;
    /// [`Error::NonFinite`] and [`Error::NegativeCount`] for what is not a count.
    pub fn zero(mut self, threshold: f64, count: f64) -> Result<Self> {
        if matches!(self.layout, Layout::Custom(_)) {
            return Err(Error::invalid("zero", threshold, "custom bounds have no zero bucket"));
        }
        if !(threshold.is_finite() && threshold >= 0.0) {
            return Err(Error::invalid("threshold", threshold, "must be finite and not negative"));
        }
        self.check_counts("zero", &[count])?;
        (self.threshold, self.zero) = (threshold, count);
        Ok(self)
    }

    /// Adds counts to the buckets from number `offset` on; once for every run of neighbours.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// // (0.5, 1] and (1, 2], and far above them (16, 32].
    /// let h = Native::exponential(0)?.positive(0, &[3.0, 1.0])?.positive(5, &[2.0])?;
    /// let rights: Vec<f64> = h.buckets().iter().map(|b| b.right).collect();
    /// assert_eq!(rights, [1.0, 2.0, 32.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a bucket that no float is in or that the custom bounds do not have;
    /// [`Error::NonFinite`] and [`Error::NegativeCount`] for what is not a count, with its place.
    pub fn positive(mut self, offset: i32, counts: &[f64]) -> Result<Self> {
        self.check_counts("positive", counts)?;
        let added = self.numbered(offset, counts)?;
        self.positive = merged(&self.positive, &added, |a, b| a + b);
        Ok(self)
    }

    /// As [`positive`](Self::positive), for the buckets below 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.negative(0, &[1.0, 3.0])?;
    /// let borders: Vec<(f64, f64)> = h.buckets().iter().map(|b| (b.left, b.right)).collect();
    /// assert_eq!(borders, [(-2.0, -1.0), (-1.0, -0.5)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`positive`](Self::positive); [`Error::InvalidParameter`] with custom bounds, whose buckets are all positive.
    pub fn negative(mut self, offset: i32, counts: &[f64]) -> Result<Self> {
        if matches!(self.layout, Layout::Custom(_)) {
            return Err(Error::invalid(
                "negative",
                offset,
                "custom bounds have no buckets of their own below 0",
            ));
        }
        self.check_counts("negative", counts)?;
        let added = self.numbered(offset, counts)?;
        self.negative = merged(&self.negative, &added, |a, b| a + b);
        Ok(self)
    }

    /// The sum of all observations; 0 unless set. NaN once a NaN was observed, or both infinities.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.positive(0, &[2.0])?.with_sum(1.5);
    /// assert_eq!((h.sum(), h.mean()), (1.5, 0.75));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_sum(mut self, sum: f64) -> Self {
        self.sum = sum;
        self
    }

    /// The number of observations, those of NaN included, which are in no bucket; that of the buckets unless set.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.positive(0, &[2.0])?.with_count(3.0)?.with_sum(f64::NAN);
    /// assert!(h.quantile(0.9).is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] and [`Error::NegativeCount`] for what is not a count.
    pub fn with_count(mut self, count: f64) -> Result<Self> {
        self.check_counts("count", &[count])?;
        self.observed = Some(count);
        Ok(self)
    }

    fn check_counts(&self, name: &'static str, counts: &[f64]) -> Result<()> {
        if self.hint == Reset::Gauge {
            return Error::check_finite(name, counts);
        }
        counts
            .iter()
            .enumerate()
            .try_for_each(|(index, &count)| crate::counts::check_count(name, index, count))
    }

    /// The populated ones of the counts, with their buckets' numbers.
    fn numbered(&self, offset: i32, counts: &[f64]) -> Result<Vec<(i32, f64)>> {
        let number = |place: usize| i32::try_from(place).ok().and_then(|place| offset.checked_add(place));
        let Some(last) = counts.len().checked_sub(1) else { return Ok(Vec::new()) };
        self.check_number(offset)?;
        self.check_number(number(last).unwrap_or(i32::MAX))?;
        let populated = counts.iter().enumerate().filter(|(_, count)| **count != 0.0);
        Ok(populated.filter_map(|(place, count)| Some((number(place)?, *count))).collect())
    }

    /// The same with single buckets in any order.
    pub(super) fn placed(
        mut self,
        mut positive: Vec<(i32, f64)>,
        mut negative: Vec<(i32, f64)>,
    ) -> Result<Self> {
        for (name, side) in [("positive", &mut positive), ("negative", &mut negative)] {
            for bucket in side.iter() {
                self.check_number(bucket.0)?;
                self.check_counts(name, &[bucket.1])?;
            }
            side.sort_by_key(|bucket| bucket.0);
        }
        if matches!(self.layout, Layout::Custom(_)) && !negative.is_empty() {
            return Err(no_negative(negative.len()));
        }
        let own = |index: i32| index;
        self.positive = merged(&self.positive, &joined(&positive, own), |a, b| a + b);
        self.negative = merged(&self.negative, &joined(&negative, own), |a, b| a + b);
        Ok(self)
    }

    /// Refuses a bucket that is none.
    fn check_number(&self, number: i32) -> Result<()> {
        let (lowest, highest) = match &self.layout {
            Layout::Exponential(schema) => indices(*schema),
            Layout::Custom(bounds) => (0, i32::try_from(bounds.len()).unwrap_or(i32::MAX)),
        };
        if (lowest..=highest).contains(&number) {
            return Ok(());
        }
        Err(Error::invalid("bucket", number, format!("must lie between {lowest} and {highest}")))
    }
}

/// Buckets below 0 where custom bounds are.
fn no_negative(value: impl ToString) -> Error {
    Error::invalid("negative", value, "custom bounds have no buckets of their own below 0")
}

/// Both lists of numbered counts as one, each count made of both, without those that are 0.
pub(super) fn merged(
    left: &[(i32, f64)],
    right: &[(i32, f64)],
    combine: impl Fn(f64, f64) -> f64,
) -> Vec<(i32, f64)> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    let mut all = Vec::new();
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => a.0.min(b.0),
            (Some(one), None) | (None, Some(one)) => one.0,
            (None, None) => return all,
        };
        let a = left.next_if(|bucket| bucket.0 == next).map_or(0.0, |bucket| bucket.1);
        let b = right.next_if(|bucket| bucket.0 == next).map_or(0.0, |bucket| bucket.1);
        let count = combine(a, b);
        if count != 0.0 {
            all.push((next, count));
        }
    }
}
