//! Quantiles, shares and moments of native histograms.

use super::native::{Bucket, Layout, Native};
use crate::over_time::Compensated;

impl Native {
    /// The quantile.
    ///
    /// # Method
    ///
    /// In exponential buckets observations are taken to be spread evenly over the logarithm, in the zero bucket and in
    /// custom ones evenly:
    ///
    /// ```text
    /// 2^(log2 l + (log2 u - log2 l) f)   or   l + (u - l) f,   f = (q N - what lies below) / the bucket's count
    /// ```
    ///
    /// counted from above if `q >= 0.5`. The zero bucket begins at 0 if there are only positive buckets, and ends there if
    /// there are only negative ones. In a custom bucket that has no end it is the bound that it has; the first one begins
    /// at 0 if it ends above. NaN without an observation in a bucket, and where the rank lies among observations of NaN;
    /// -∞ for `q < 0`, ∞ for `q > 1`, NaN for NaN.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.positive(1, &[2.0])?;
    /// // Halfway through (1, 2] on the scale of the logarithm.
    /// assert_eq!(h.quantile(0.5), 2f64.sqrt());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Prometheus, *Query functions*, `histogram_quantile()`.
    pub fn quantile(&self, q: f64) -> f64 {
        let total = self.count();
        if q < 0.0 {
            return f64::NEG_INFINITY;
        }
        if q > 1.0 {
            return f64::INFINITY;
        }
        let buckets = self.buckets();
        if q.is_nan() || total == 0.0 || buckets.is_empty() {
            return f64::NAN;
        }
        // Observations of NaN lie above all buckets: then only from below is what is counted right.
        let from_below = self.sum.is_nan() || q < 0.5;
        let rank = if from_below { q * total } else { (1.0 - q) * total };
        let ordered: Box<dyn Iterator<Item = &Bucket>> =
            if from_below { Box::new(buckets.iter()) } else { Box::new(buckets.iter().rev()) };
        let mut reached = 0.0;
        let mut bucket = Bucket { left: f64::NAN, right: f64::NAN, count: 0.0 };
        for next in ordered {
            bucket = *next;
            reached += next.count;
            if reached >= rank {
                break;
            }
        }
        if let Layout::Custom(bounds) = &self.layout {
            match bounds.first() {
                None => return f64::NAN,
                Some(first) if bucket.left == f64::NEG_INFINITY && *first <= 0.0 => return *first,
                _ if bucket.right == f64::INFINITY => return bucket.left,
                _ => {}
            }
        }
        let bucket = self.clipped(bucket);
        let reached = reached.min(total);
        if reached < rank {
            return if self.sum.is_nan() { f64::NAN } else { bucket.right };
        }
        let inside = if from_below { rank - (reached - bucket.count) } else { reached - rank };
        let share = inside / bucket.count;
        if self.is_linear(bucket) {
            return bucket.left + (bucket.right - bucket.left) * share;
        }
        let (left, right) = (libm::log2(bucket.left.abs()), libm::log2(bucket.right.abs()));
        if bucket.left > 0.0 {
            libm::exp2(left + (right - left) * share)
        } else {
            -libm::exp2(right + (left - right) * (1.0 - share))
        }
    }

    /// The share of observations between two values, observations of NaN counted among all.
    ///
    /// # Method
    ///
    /// As [`quantile`](Self::quantile) interpolates, the other way round. Within a custom bucket that has no end nothing
    /// can be said: of the last one all counts as above, of a first one without a beginning all counts as below. 0 where
    /// `lower` does not lie below `upper`; NaN for a NaN or without an observation.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.positive(0, &[3.0, 1.0])?;
    /// assert_eq!(h.fraction(0.0, 1.0), 0.75);
    /// // And half of the bucket (1, 2].
    /// assert_eq!(h.fraction(f64::NEG_INFINITY, 2f64.sqrt()), 0.875);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Prometheus, *Query functions*, `histogram_fraction()`.
    pub fn fraction(&self, lower: f64, upper: f64) -> f64 {
        let total = self.count();
        if total == 0.0 || lower.is_nan() || upper.is_nan() {
            return f64::NAN;
        }
        if lower >= upper {
            return 0.0;
        }
        let limit = if self.sum.is_nan() { self.bucketed() } else { total };
        let buckets: Vec<Bucket> = self.buckets().into_iter().map(|bucket| self.clipped(bucket)).collect();
        let rank = |value: f64| self.rank_of(value, &buckets).unwrap_or(limit).min(limit);
        (rank(upper) - rank(lower)) / total
    }

    /// The mean of the observations, NaN without one.
    ///
    /// # Method
    ///
    /// ```text
    /// sum / count
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::exponential(0)?.positive(0, &[3.0, 1.0])?.with_sum(5.0);
    /// assert_eq!(h.mean(), 1.25);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Prometheus, *Query functions*, `histogram_avg()`.
    pub fn mean(&self) -> f64 {
        self.sum / self.count()
    }

    /// The estimated variance of the observations, NaN without one.
    ///
    /// # Method
    ///
    /// ```text
    /// Σ c_b (m_b - mean)² / N,   m_b = √(l u) of an exponential bucket, (l + u)/2 of a custom one, 0 of the zero bucket
    /// ```
    ///
    /// It is infinite if a bucket without an end holds something.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::custom(&[0.0, 2.0, 4.0])?.positive(1, &[1.0, 1.0])?.with_sum(4.0);
    /// // 1 and 3 about 2.
    /// assert_eq!(h.variance(), 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Prometheus, *Query functions*, `histogram_stdvar()`.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let squares = self.buckets().iter().fold(Compensated::default(), |sum, bucket| {
            let middle = match self.layout {
                Layout::Custom(_) => f64::midpoint(bucket.left, bucket.right),
                Layout::Exponential(_) if bucket.left <= 0.0 && bucket.right >= 0.0 => 0.0,
                // Apart, so that neither the widest nor the narrowest buckets leave the range of floats.
                Layout::Exponential(_) => {
                    (bucket.left.abs().sqrt() * bucket.right.abs().sqrt()).copysign(bucket.right)
                }
            };
            sum.plus(bucket.count * (middle - mean) * (middle - mean))
        });
        squares.value() / self.count()
    }

    /// The estimated standard deviation of the observations, NaN without one.
    ///
    /// # Method
    ///
    /// The square root of the [`variance`](Self::variance).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::custom(&[0.0, 2.0, 4.0, 6.0])?.positive(1, &[1.0, 0.0, 1.0])?.with_sum(6.0);
    /// assert_eq!(h.deviation(), 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Prometheus, *Query functions*, `histogram_stddev()`.
    pub fn deviation(&self) -> f64 {
        self.variance().sqrt()
    }

    /// How many observations lie below a value; none if all buckets end at or below it.
    fn rank_of(&self, value: f64, buckets: &[Bucket]) -> Option<f64> {
        let mut below = 0.0;
        for bucket in buckets {
            if bucket.left >= value {
                return Some(below);
            }
            if bucket.right > value {
                return Some(below + bucket.count * self.share_below(value, *bucket));
            }
            below += bucket.count;
        }
        None
    }

    /// The share of a bucket's observations below a value inside it.
    fn share_below(&self, value: f64, bucket: Bucket) -> f64 {
        if bucket.left == f64::NEG_INFINITY {
            return 1.0;
        }
        if self.is_linear(bucket) {
            return (value - bucket.left) / (bucket.right - bucket.left);
        }
        let [left, right, at] = [bucket.left, bucket.right, value].map(|v| libm::log2(v.abs()));
        if value > 0.0 { (at - left) / (right - left) } else { 1.0 - (at - right) / (left - right) }
    }

    /// The bucket without what cannot be in it: below 0 of the zero bucket if no other bucket is there, and the like.
    fn clipped(&self, mut bucket: Bucket) -> Bucket {
        match self.layout {
            Layout::Custom(_) => {
                if bucket.left == f64::NEG_INFINITY && bucket.right > 0.0 {
                    bucket.left = 0.0;
                }
            }
            Layout::Exponential(_) if bucket.left < 0.0 && bucket.right > 0.0 => {
                match (self.negative.is_empty(), self.positive.is_empty()) {
                    (true, false) => bucket.left = 0.0,
                    (false, true) => bucket.right = 0.0,
                    _ => {}
                }
            }
            Layout::Exponential(_) => {}
        }
        bucket
    }

    fn is_linear(&self, bucket: Bucket) -> bool {
        matches!(self.layout, Layout::Custom(_)) || (bucket.left <= 0.0 && bucket.right >= 0.0)
    }
}
