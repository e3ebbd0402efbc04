//! Counts from histograms: good is what took no longer than a limit.

use ndarray::ArrayView2;

use super::CountSeries;
use super::axis::Axis;
use super::build::Clamp;
use super::prefix::{Pair, Prefix};
use crate::counts::check_count;
use crate::error::{Error, Result};

/// Up to where an observation is good.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum UpTo {
    /// Up to a bound of the histogram: what is counted is what was observed.
    Bound(f64),
    /// Up to any value: between two bounds observations are taken to be spread evenly.
    Interpolated(f64),
}

impl CountSeries {
    /// A series from a histogram of cumulative counts that only grow, except that a restart sets them back to 0.
    ///
    /// # Method
    ///
    /// ```text
    /// total_i = increase of the bucket ∞,   good_i = increase of the bucket at the limit
    /// increase_i = c_i - c_{i-1}   if no bucket reads less than before   else c_i (all were reset together)
    /// ```
    ///
    /// As [`from_counters`](Self::from_counters) the series begins at the second sample. Between two bounds a
    /// [`UpTo::Interpolated`] takes observations to be spread evenly, from 0 in a first bucket that ends above. Buckets that
    /// are not asked for play no part: one that grew by less than the bucket below it, as buckets read at slightly
    /// different times do, changes no count. With [`Clamp::ToTotal`] more good observations than observations between
    /// two samples count as all good.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `axis` | the instants of the samples, at least two | |
    /// | `bounds` | increasing strictly, the last is ∞ | that of the observations |
    /// | `cumulative` | at least 0, one row for each instant and one column for each bound | observations at or below the bound |
    /// | `limit` | one of the bounds, or asked to be interpolated | that of the observations |
    /// | `clamp` | [`Clamp::Refuse`] or [`Clamp::ToTotal`] | |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::ndarray::array;
    /// use slo_core::{Axis, Clamp, CountSeries, Duration, UpTo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(15));
    /// let bounds = [0.1, 0.3, f64::INFINITY];
    /// // 90 of 100 within 0.3 s, and after a restart 19 of 20.
    /// let cumulative = array![[5.0, 10.0, 10.0], [60.0, 100.0, 110.0], [12.0, 19.0, 20.0]];
    /// let of = |limit| CountSeries::from_histogram(axis.clone(), &bounds, cumulative.view(), limit, Clamp::Refuse);
    /// let counts = of(UpTo::Bound(0.3))?.counts();
    /// assert_eq!((counts.good(), counts.total()), (109.0, 120.0));
    /// assert_eq!(of(UpTo::Interpolated(0.2))?.counts().good(), 88.0);
    /// let error = of(UpTo::Bound(0.2)).unwrap_err();
    /// assert!(error.to_string().contains("0.1 and 0.3"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a limit that is no bound, with the nearest ones; for one to be interpolated that lies
    /// above the highest finite bound or below what the histogram tells; for bounds that are NaN, do not increase or do not
    /// end at ∞. [`Error::LengthMismatch`]; [`Error::TooShort`] below two samples; else as
    /// [`good_total`](Self::good_total).
    pub fn from_histogram(
        axis: Axis,
        bounds: &[f64],
        cumulative: ArrayView2<'_, f64>,
        limit: UpTo,
        clamp: Clamp,
    ) -> Result<Self> {
        Error::check_lengths("bounds", bounds.len(), "cumulative", cumulative.ncols())?;
        check_bounds(bounds)?;
        let weights = weights(bounds, limit)?;
        let times = axis.times("cumulative", cumulative.nrows())?;
        if times.len() < 2 {
            return Err(Error::TooShort { name: "cumulative", len: times.len(), needed: 2 });
        }
        let width = bounds.len();
        for (index, &count) in cumulative.iter().enumerate() {
            check_count("cumulative", index / width.max(1), count)?;
        }
        let mut good = Vec::with_capacity(times.len());
        let mut total = Vec::with_capacity(times.len());
        for (before, after) in cumulative.rows().into_iter().zip(cumulative.rows().into_iter().skip(1)) {
            let reset = before.iter().zip(after).any(|(before, after)| after < before);
            let grown = |bucket: usize| {
                let [from, to] = [&before, &after].map(|row| row.get(bucket).copied().unwrap_or(0.0));
                if reset { to } else { to - from }
            };
            let whole = grown(width.saturating_sub(1));
            let part = weights.of(grown);
            good.push(if clamp == Clamp::ToTotal { part.min(whole) } else { part });
            total.push(whole);
        }
        let prefix = Prefix::new(Pair::GoodTotal, &good, &total).map_err(|error| error.later(1))?;
        Ok(Self { times: times.slice(1, times.len()), prefix })
    }
}

/// Which buckets' increases make up the good ones.
#[derive(Clone, Copy)]
enum Weights {
    One(usize),
    /// A bucket, none where observations begin, the next one, and the share between them.
    Between(Option<usize>, usize, f64),
}

impl Weights {
    fn of(self, grown: impl Fn(usize) -> f64) -> f64 {
        match self {
            Self::One(bucket) => grown(bucket),
            Self::Between(below, above, share) => {
                let below = below.map_or(0.0, &grown);
                below + (grown(above) - below).max(0.0) * share
            }
        }
    }
}

fn check_bounds(bounds: &[f64]) -> Result<()> {
    if bounds.last() != Some(&f64::INFINITY) {
        let last = bounds.last().map_or_else(|| "none".to_owned(), f64::to_string);
        return Err(Error::invalid(
            "bounds",
            last,
            "must end at infinity: that bucket counts all observations",
        ));
    }
    match bounds.windows(2).find(|pair| !matches!(pair, [a, b] if a < b)) {
        Some([a, b]) => Err(Error::invalid("bounds", b, format!("must come after the bound {a} before it"))),
        _ => Ok(()),
    }
}

fn weights(bounds: &[f64], limit: UpTo) -> Result<Weights> {
    let (UpTo::Bound(at) | UpTo::Interpolated(at)) = limit;
    let above = bounds.partition_point(|bound| *bound < at);
    let upper = bounds.get(above).copied().unwrap_or(f64::NAN);
    #[allow(clippy::float_cmp, reason = "a limit is a bound if it is the same number")]
    let is_bound = upper == at;
    if is_bound {
        return Ok(Weights::One(above));
    }
    let below = above.checked_sub(1).and_then(|i| bounds.get(i)).copied();
    let refuse = |reason: String| Err(Error::invalid("at", at, reason));
    if at.is_nan() {
        return refuse("must be a number".to_owned());
    }
    let between = match below {
        Some(below) => format!("{below} and {upper}"),
        None => format!("{upper}"),
    };
    if let UpTo::Bound(_) = limit {
        return refuse(format!("is no bound of the histogram; the nearest are {between}"));
    }
    let lower = match below {
        Some(below) => below,
        None if at > 0.0 => 0.0,
        None => {
            return refuse(format!("lies below the lowest bound {upper}, where the histogram tells nothing"));
        }
    };
    if upper == f64::INFINITY {
        return refuse(format!(
            "lies above the highest finite bound {lower}, where the histogram tells nothing"
        ));
    }
    Ok(Weights::Between(above.checked_sub(1), above, (at - lower) / (upper - lower)))
}

#[cfg(test)]
mod tests;
