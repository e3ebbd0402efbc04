//! Sums, differences and coarser forms of native histograms.

use std::borrow::Cow;

use super::bounds::{check_schema, coarser, upper};
use super::native::{Layout, Native, Reset, merged};
use crate::error::{Error, Result};

impl Native {
    /// Both histograms together.
    ///
    /// # Method
    ///
    /// Bucket by bucket, in the coarser one's schema and with the wider one's zero bucket, widened on to the end of a
    /// populated bucket that it would cut. Of custom bounds only those that both have remain. Whole numbers are added
    /// exactly below 2^53.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let fine = Native::exponential(1)?.positive(1, &[3.0, 4.0])?;
    /// let coarse = Native::exponential(0)?.positive(1, &[10.0])?;
    /// // (1, √2] and (√2, 2] are the two halves of (1, 2].
    /// let both = fine.add(&coarse)?;
    /// assert_eq!((both.schema(), both.buckets()[0].count), (0, 17.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for exponential and custom buckets together; [`Error::OutOfRange`] for counts that become
    /// infinite.
    ///
    /// # References
    ///
    /// Prometheus, *Native histograms* (specification).
    pub fn add(&self, other: &Self) -> Result<Self> {
        let hint = match (self.hint, other.hint) {
            (a, b) if a == b => a,
            (Reset::Gauge, _) | (_, Reset::Gauge) => Reset::Gauge,
            _ => Reset::Unknown,
        };
        self.combined(other, |a, b| a + b, hint)
    }

    /// This histogram without the other: a gauge, in which counts may be below 0.
    ///
    /// # Method
    ///
    /// As [`add`](Self::add).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::{Native, Reset};
    ///
    /// let before = Native::exponential(0)?.positive(1, &[3.0, 1.0])?.with_sum(7.0);
    /// let after = Native::exponential(0)?.positive(1, &[5.0, 1.0])?.with_sum(10.0);
    /// let between = after.subtract(&before)?;
    /// assert_eq!((between.count(), between.sum(), between.reset_hint()), (2.0, 3.0, Reset::Gauge));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    ///
    /// # References
    ///
    /// As [`add`](Self::add).
    pub fn subtract(&self, other: &Self) -> Result<Self> {
        self.combined(other, |a, b| a - b, Reset::Gauge)
    }

    /// All counts and the sum times a factor; below 0 the result is a gauge.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.positive(1, &[3.0, 1.0])?.with_sum(7.0).scale(0.5)?;
    /// assert_eq!((h.count(), h.sum()), (2.0, 3.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for the factor; [`Error::OutOfRange`] for counts that become infinite.
    pub fn scale(&self, factor: f64) -> Result<Self> {
        Error::check_finite("factor", &[factor])?;
        self.mapped(|count| count * factor, if factor < 0.0 { Reset::Gauge } else { self.hint })
    }

    /// All counts and the sum by a divisor, which is not the same as times its inverse.
    pub(super) fn divided(&self, divisor: f64) -> Result<Self> {
        self.mapped(|count| count / divisor, self.hint)
    }

    /// The same in the wider buckets of a smaller schema.
    ///
    /// # Method
    ///
    /// ```text
    /// i -> ⌈i / 2^(schema - smaller)⌉
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(1)?.positive(1, &[3.0, 4.0, 5.0])?.to_schema(0)?;
    /// let counts: Vec<(f64, f64)> = h.buckets().iter().map(|b| (b.right, b.count)).collect();
    /// assert_eq!(counts, [(2.0, 7.0), (4.0, 5.0)]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a schema that is finer, or none; [`Error::Unsupported`] for custom bounds.
    pub fn to_schema(&self, schema: i32) -> Result<Self> {
        check_schema(schema)?;
        match self.layout {
            Layout::Custom(_) => Err(mixed()),
            Layout::Exponential(own) if schema > own => {
                Err(Error::invalid("schema", schema, format!("must not be finer than {own}")))
            }
            Layout::Exponential(_) => Ok(self.coarsened(schema)),
        }
    }

    /// Whether the counts were reset since `previous`.
    ///
    /// # Method
    ///
    /// As the hint says, if it is [`Reset::Reset`] or [`Reset::NotReset`]. Else if the number of observations or the count
    /// of any bucket fell, if buckets became finer or the zero bucket narrower, if the zero bucket now ends inside a
    /// bucket that was populated, or if bounds became custom or exponential.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let before = Native::exponential(0)?.positive(1, &[3.0, 1.0])?;
    /// // More observations, yet fewer in (2, 4].
    /// let after = Native::exponential(0)?.positive(1, &[9.0, 0.0])?;
    /// assert!(after.detect_reset(&before));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Prometheus, *Native histograms* (specification).
    pub fn detect_reset(&self, previous: &Self) -> bool {
        match self.hint {
            Reset::Reset => return true,
            Reset::NotReset => return false,
            Reset::Unknown | Reset::Gauge => {}
        }
        if self.count() < previous.count() {
            return true;
        }
        let (now, before) = match (&self.layout, &previous.layout) {
            (Layout::Custom(ours), Layout::Custom(theirs)) => {
                let bounds = common(ours, theirs);
                (Cow::Owned(self.rebounded(&bounds)), previous.rebounded(&bounds))
            }
            (Layout::Exponential(own), Layout::Exponential(old)) => {
                if own > old || self.threshold < previous.threshold {
                    return true;
                }
                let widened = previous.widened(self.threshold);
                if widened.threshold > self.threshold {
                    return true;
                }
                (Cow::Borrowed(self), widened.coarsened(*own))
            }
            _ => return true,
        };
        let fell = |now: &[(i32, f64)], before: &[(i32, f64)]| {
            !merged(now, before, |a, b| if a < b { 1.0 } else { 0.0 }).is_empty()
        };
        now.zero < before.zero
            || fell(&now.positive, &before.positive)
            || fell(&now.negative, &before.negative)
    }

    fn combined(&self, other: &Self, combine: impl Fn(f64, f64) -> f64, hint: Reset) -> Result<Self> {
        let (left, right) = match (&self.layout, &other.layout) {
            (Layout::Custom(ours), Layout::Custom(theirs)) => {
                let bounds = common(ours, theirs);
                (self.rebounded(&bounds), other.rebounded(&bounds))
            }
            (Layout::Exponential(ours), Layout::Exponential(theirs)) => {
                let schema = *ours.min(theirs);
                // Widening either may cut a populated bucket of the other, at most once for each of their buckets.
                let mut threshold = self.threshold.max(other.threshold);
                loop {
                    let (left, right) = (self.widened(threshold), other.widened(threshold));
                    let wider = left.threshold.max(right.threshold);
                    if wider <= threshold {
                        break (left.coarsened(schema), right.coarsened(schema));
                    }
                    threshold = wider;
                }
            }
            _ => return Err(mixed()),
        };
        let count = combine(self.count(), other.count());
        Self {
            zero: combine(left.zero, right.zero),
            positive: merged(&left.positive, &right.positive, &combine),
            negative: merged(&left.negative, &right.negative, &combine),
            sum: combine(self.sum, other.sum),
            observed: Some(count),
            hint,
            ..left
        }
        .checked()
    }

    fn mapped(&self, change: impl Fn(f64) -> f64, hint: Reset) -> Result<Self> {
        let side = |buckets: &[(i32, f64)]| merged(buckets, &[], |count, _| change(count));
        Self {
            layout: self.layout.clone(),
            threshold: self.threshold,
            zero: change(self.zero),
            positive: side(&self.positive),
            negative: side(&self.negative),
            sum: change(self.sum),
            observed: Some(change(self.count())),
            hint,
        }
        .checked()
    }

    /// Refuses counts that have become infinite.
    fn checked(self) -> Result<Self> {
        let sides = self.positive.iter().chain(&self.negative).map(|b| b.1);
        if sides.chain([self.zero, self.count()]).all(f64::is_finite) {
            return Ok(self);
        }
        Err(Error::out_of_range("a count of a histogram"))
    }

    /// The same with a zero bucket that reaches at least to `threshold`, and on to the end of a bucket that it would cut.
    fn widened(&self, threshold: f64) -> Self {
        let Layout::Exponential(schema) = self.layout else { return self.clone() };
        if threshold <= self.threshold {
            return self.clone();
        }
        // By distance from 0, buckets of either sign end at the same places: the highest one cut decides.
        let ends =
            self.positive.iter().chain(&self.negative).map(|(index, _)| (*index, upper(schema, *index)));
        let cut = ends.filter(|(index, end)| upper(schema, index - 1) < threshold && *end > threshold);
        let threshold = cut.map(|(_, end)| end).fold(threshold, f64::max);
        let split = |buckets: &[(i32, f64)]| {
            let inside = |bucket: &&(i32, f64)| upper(schema, bucket.0 - 1) < threshold;
            let moved: f64 = buckets.iter().filter(inside).map(|bucket| bucket.1).sum();
            let kept: Vec<(i32, f64)> = buckets.iter().filter(|bucket| !inside(bucket)).copied().collect();
            (moved, kept)
        };
        let ((near, positive), (near_below, negative)) = (split(&self.positive), split(&self.negative));
        Self { threshold, zero: self.zero + (near + near_below), positive, negative, ..self.clone() }
    }

    /// The same in the buckets of a schema that is not finer.
    fn coarsened(&self, schema: i32) -> Self {
        let Layout::Exponential(own) = self.layout else { return self.clone() };
        let joined = |buckets: &[(i32, f64)]| joined(buckets, |index| coarser(index, own, schema));
        Self {
            layout: Layout::Exponential(schema),
            positive: joined(&self.positive),
            negative: joined(&self.negative),
            ..self.clone()
        }
    }

    /// The same with some of the custom bounds.
    fn rebounded(&self, bounds: &[f64]) -> Self {
        let own = self.bounds();
        let number = |index: i32| {
            let end = usize::try_from(index).ok().and_then(|i| own.get(i)).copied().unwrap_or(f64::INFINITY);
            i32::try_from(bounds.partition_point(|bound| *bound < end)).unwrap_or(i32::MAX)
        };
        Self {
            layout: Layout::Custom(bounds.to_vec()),
            positive: joined(&self.positive, number),
            ..self.clone()
        }
    }
}

/// The buckets under new numbers, in the same order, those of one number as one and none that is 0.
pub(super) fn joined(buckets: &[(i32, f64)], number: impl Fn(i32) -> i32) -> Vec<(i32, f64)> {
    let mut all: Vec<(i32, f64)> = Vec::new();
    for (index, count) in buckets {
        let index = number(*index);
        match all.last_mut() {
            Some(last) if last.0 == index => last.1 += count,
            _ => all.push((index, *count)),
        }
    }
    all.retain(|bucket| bucket.1 != 0.0);
    all
}

/// The bounds that both have.
fn common(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().copied().filter(|bound| right.binary_search_by(|b| b.total_cmp(bound)).is_ok()).collect()
}

/// Exponential and custom buckets where only one kind goes.
pub(super) fn mixed() -> Error {
    Error::Unsupported {
        what: "a histogram of both exponential and custom buckets".to_owned(),
        reason: "either kind goes with its own only".to_owned(),
    }
}
