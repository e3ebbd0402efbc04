//! Native histograms from buckets listed with their borders.

use super::bounds::{COARSEST, FINEST, indices, upper};
use super::native::{Layout, Native};
use crate::error::{Error, Result};

/// How far a border may be from that of its schema, as a share: texts of 17 digits round twice.
const ROUNDING: f64 = 1e-13;

impl Native {
    /// The histogram of buckets listed with their borders, as Prometheus' HTTP API gives them; empty ones may be missing.
    ///
    /// # Method
    ///
    /// A bucket is `(rule, left, right, count)`, its rule being 0 for `(left, right]`, 1 for `[left, right)`, 2 for
    /// `(left, right)` and 3 for `[left, right]`, which only the zero bucket is. The list says neither which schema it has
    /// nor where empty custom buckets end. If all borders are those of one exponential schema they are taken for such
    /// buckets, else for custom bounds. The sum is not among them: see [`with_sum`](Self::with_sum).
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::histogram::Native;
    ///
    /// let h = Native::from_buckets(&[(1, -2.0, -1.0, 3.0), (3, -0.001, 0.001, 1.0), (0, 1.0, 2.0, 4.0)])?;
    /// assert_eq!((h.schema(), h.zero_bucket(), h.count()), (0, (0.001, 1.0), 8.0));
    /// let h = Native::from_buckets(&[(0, f64::NEG_INFINITY, 0.1, 3.0), (0, 0.1, 0.25, 4.0)])?;
    /// assert_eq!(h.bounds(), [0.1, 0.25]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for another rule, borders that are NaN or do not increase, buckets that overlap or are
    /// out of order, a closed bucket that is not centred at 0, and buckets half open above among custom ones;
    /// [`Error::NonFinite`] and [`Error::NegativeCount`] for what is not a count.
    pub fn from_buckets(buckets: &[(u8, f64, f64, f64)]) -> Result<Self> {
        check_listed(buckets)?;
        let closed = buckets.iter().find(|b| b.0 == 3);
        let threshold = closed.map_or(0.0, |b| b.2);
        if let Some(schema) =
            (COARSEST..=FINEST).rev().find_map(|schema| numbered(schema, buckets, threshold))
        {
            let (schema, numbers) = schema;
            let of = |below: bool| {
                let side = buckets.iter().zip(&numbers).filter(|(bucket, _)| (bucket.0 == 1) == below);
                side.filter_map(|(bucket, number)| Some(((*number)?, bucket.3))).collect()
            };
            let zeroed = Self::exponential(schema)?.zero(threshold, closed.map_or(0.0, |b| b.3))?;
            return zeroed.placed(of(false), of(true));
        }
        if let Some(&(rule, left, ..)) = buckets.iter().find(|b| b.0 == 1 || b.0 == 3) {
            let reason =
                format!("of the bucket from {left} belongs to exponential buckets, which these are not");
            return Err(Error::invalid("rule", rule, reason));
        }
        let mut bounds: Vec<f64> =
            buckets.iter().flat_map(|b| [b.1, b.2]).filter(|b| b.is_finite()).collect();
        bounds.dedup();
        let place =
            |right: f64| i32::try_from(bounds.partition_point(|bound| *bound < right)).unwrap_or(i32::MAX);
        let numbered = buckets.iter().map(|bucket| (place(bucket.2), bucket.3)).collect();
        Self::empty(Layout::Custom(bounds.clone())).placed(numbered, Vec::new())
    }
}

fn check_listed(buckets: &[(u8, f64, f64, f64)]) -> Result<()> {
    let mut end = f64::NEG_INFINITY;
    for (index, &(rule, left, right, count)) in buckets.iter().enumerate() {
        if rule > 3 {
            return Err(Error::invalid("rule", rule, format!("at {index} must be 0, 1, 2 or 3")));
        }
        #[allow(clippy::float_cmp, reason = "the zero bucket is given by one number and its negative")]
        let is_zero_bucket = rule == 3 && -left == right && right >= 0.0 && right.is_finite();
        if rule == 3 && !is_zero_bucket {
            return Err(Error::invalid("rule", rule, format!("at {index} is for a bucket from -z to z")));
        }
        if !(left < right || is_zero_bucket) {
            return Err(Error::invalid("right", right, format!("at {index} must come after left = {left}")));
        }
        if left < end {
            return Err(Error::invalid(
                "left",
                left,
                format!("at {index} must not come before the border {end} before it"),
            ));
        }
        end = right;
        crate::counts::check_count("count", index, count)?;
    }
    Ok(())
}

/// The numbers of the buckets in a schema (none of the zero bucket), if all their borders are its own.
fn numbered(schema: i32, buckets: &[(u8, f64, f64, f64)], threshold: f64) -> Option<(i32, Vec<Option<i32>>)> {
    let number = |&(rule, left, right, _): &(u8, f64, f64, f64)| match rule {
        3 => Some(None),
        1 => place(schema, -right, -left, threshold).map(Some),
        _ => place(schema, left, right, threshold).map(Some),
    };
    Some((schema, buckets.iter().map(number).collect::<Option<_>>()?))
}

/// The number of the positive bucket with these borders.
fn place(schema: i32, left: f64, right: f64, threshold: f64) -> Option<i32> {
    if !(left >= 0.0 && right > 0.0) {
        return None;
    }
    let (lowest, highest) = indices(schema);
    // 2^(index 2^-schema) = right; beyond the greatest float there is one more.
    let position =
        if right == f64::INFINITY { f64::from(highest) } else { libm::ldexp(libm::log2(right), schema) };
    #[allow(clippy::cast_possible_truncation, reason = "a number of at most 2^19")]
    let index = position.round() as i32;
    if index < lowest || index > highest {
        return None;
    }
    let near = |a: f64, b: f64| a == b || (a - b).abs() <= ROUNDING * b.abs();
    let below = upper(schema, index - 1);
    let begins = near(left, below) || (left == threshold && below < threshold);
    (begins && near(right, upper(schema, index))).then_some(index)
}
