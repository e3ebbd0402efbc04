//! Histograms of cumulative counts below upper bounds.

use crate::error::{Error, Result};

/// Cumulative counts that differ by less than this share of their sum are taken for equal.
const SMALL: f64 = 1e-12;

/// A quantile, and what had to be repaired for it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Quantile {
    /// The quantile.
    pub value: f64,
    /// What was repaired, if the counts fell somewhere.
    pub repair: Option<Repair>,
}

/// Buckets that held less than the ones below them, which cumulative counts cannot.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Repair {
    /// The upper bound of the lowest such bucket.
    pub lowest: f64,
    /// The upper bound of the highest one.
    pub highest: f64,
    /// The most that any of them lacked.
    pub largest: f64,
}

/// The quantile of a histogram of cumulative counts, that of Prometheus' classic histograms.
///
/// # Method
///
/// ```text
/// r = q N,   b = the first bucket with c_b >= r
/// u_{b-1} + (u_b - u_{b-1}) (r - c_{b-1}) / (c_b - c_{b-1}),   u_{-1} = 0, c_{-1} = 0
/// ```
///
/// In the last bucket, which has no upper bound, it is the bound below; in a first bucket that ends at or below 0 it is
/// that end. NaN for `q` NaN, no observation, fewer than two buckets, or a highest bound other than ∞; -∞ for `q < 0` and
/// ∞ for `q > 1`: these are Prometheus' answers. Bounds may come in any order and more than once, as texts of one number
/// make them: the counts of equal bounds are added. Counts that fall are raised to the ones below
/// ([`quantile_repaired`] says which).
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `q` | any | share of the observations |
/// | `bounds` | not NaN, the highest is ∞ | that of the observations |
/// | `cumulative` | one for each bound | observations at or below it |
///
/// # Examples
///
/// ```
/// use slo_core::histogram::quantile;
///
/// let bounds = [0.0, 2.0, 4.0, 6.0, f64::INFINITY];
/// let cumulative = [0.0, 1.0, 2.0, 3.0, 3.0];
/// assert_eq!(quantile(0.5, &bounds, &cumulative)?, 3.0);
/// assert_eq!(quantile(1.5, &bounds, &cumulative)?, f64::INFINITY);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`]; [`Error::TooShort`] without a bucket; [`Error::InvalidParameter`] for a bound that is NaN;
/// [`Error::NonFinite`] and [`Error::NegativeCount`] for what is not a count. With their places.
///
/// # References
///
/// Prometheus, *Query functions*, `histogram_quantile()`.
pub fn quantile(q: f64, bounds: &[f64], cumulative: &[f64]) -> Result<f64> {
    quantile_repaired(q, bounds, cumulative).map(|quantile| quantile.value)
}

/// As [`quantile`], with what had to be repaired for it.
///
/// Counts gathered at slightly different times may fall from one bucket to the next. Each such count is raised to the
/// one below; differences below 1e-12 of the counts, which rounding makes, are levelled without a word.
///
/// # Examples
///
/// ```
/// use slo_core::histogram::quantile_repaired;
///
/// let bounds = [0.1, 1.0, 10.0, 100.0, 1000.0, f64::INFINITY];
/// let found = quantile_repaired(0.5, &bounds, &[2.0, 1.0, 5.0, 4.0, 9.0, 8.0])?;
/// assert_eq!(found.value, 8.5);
/// let repair = found.repair.unwrap();
/// assert_eq!((repair.lowest, repair.highest, repair.largest), (1.0, f64::INFINITY, 1.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`quantile`].
///
/// # References
///
/// As [`quantile`].
pub fn quantile_repaired(q: f64, bounds: &[f64], cumulative: &[f64]) -> Result<Quantile> {
    let mut buckets = sorted(bounds, cumulative)?;
    let plain = |value: f64| Ok(Quantile { value, repair: None });
    if q.is_nan() {
        return plain(f64::NAN);
    }
    if q < 0.0 {
        return plain(f64::NEG_INFINITY);
    }
    if q > 1.0 {
        return plain(f64::INFINITY);
    }
    let repair = level(&mut buckets);
    Ok(match quantile_of(q, &buckets) {
        Some(value) => Quantile { value, repair },
        None => Quantile { value: f64::NAN, repair: None },
    })
}

/// The share of observations between two values, of a histogram of cumulative counts.
///
/// # Method
///
/// ```text
/// (r(upper) - r(lower)) / N,   r(v) = c_{b-1} + (c_b - c_{b-1}) (v - u_{b-1}) / (u_b - u_{b-1})   for u_{b-1} < v < u_b
/// ```
///
/// The first bucket begins at 0 if its bound is above 0, else at -∞. Within a bucket that has no end nothing can be said:
/// of the last one all counts as above, of a first one without a beginning all counts as below. 0 where `lower` does not
/// lie below `upper`; NaN without an observation, for a NaN, or if the highest bound is not ∞.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `lower`, `upper` | any, -∞ and ∞ too | that of the observations |
/// | `bounds`, `cumulative` | as for [`quantile`] | |
///
/// # Examples
///
/// ```
/// use slo_core::histogram::fraction;
///
/// let (bounds, cumulative) = ([1.0, 2.0, 3.0, f64::INFINITY], [1.0, 3.0, 6.0, 100.0]);
/// // All of the first bucket and half of the second.
/// assert_eq!(fraction(0.0, 1.5, &bounds, &cumulative)?, 0.02);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`quantile`].
///
/// # References
///
/// Prometheus, *Query functions*, `histogram_fraction()`.
pub fn fraction(lower: f64, upper: f64, bounds: &[f64], cumulative: &[f64]) -> Result<f64> {
    let buckets = sorted(bounds, cumulative)?;
    let total = match buckets.last() {
        Some((bound, total)) if *bound == f64::INFINITY && *total > 0.0 => *total,
        _ => return Ok(f64::NAN),
    };
    if lower.is_nan() || upper.is_nan() {
        return Ok(f64::NAN);
    }
    if lower >= upper {
        return Ok(0.0);
    }
    Ok((rank_of(upper, &buckets).min(total) - rank_of(lower, &buckets).min(total)) / total)
}

/// Buckets as (upper bound, cumulative count) by bound, those of equal bounds as one.
fn sorted(bounds: &[f64], cumulative: &[f64]) -> Result<Vec<(f64, f64)>> {
    Error::check_lengths("bounds", bounds.len(), "cumulative", cumulative.len())?;
    if bounds.is_empty() {
        return Err(Error::TooShort { name: "bounds", len: 0, needed: 1 });
    }
    if let Some(index) = bounds.iter().position(|b| b.is_nan()) {
        return Err(Error::invalid("bounds", f64::NAN, format!("at {index} must be a number or infinite")));
    }
    for (index, &count) in cumulative.iter().enumerate() {
        crate::counts::check_count("cumulative", index, count)?;
    }
    let mut buckets: Vec<(f64, f64)> = bounds.iter().copied().zip(cumulative.iter().copied()).collect();
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    buckets.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    Ok(buckets)
}

/// Raises counts that fall to the ones below; says which.
fn level(buckets: &mut [(f64, f64)]) -> Option<Repair> {
    let mut repair: Option<Repair> = None;
    let mut before = buckets.first().map_or(0.0, |b| b.1);
    for (bound, count) in buckets.iter_mut().skip(1) {
        if almost_equal(before, *count) {
            *count = before;
        } else if *count < before {
            let lack = before - *count;
            let known = repair.unwrap_or(Repair { lowest: *bound, highest: *bound, largest: lack });
            repair = Some(Repair { highest: *bound, largest: known.largest.max(lack), ..known });
            *count = before;
        } else {
            before = *count;
        }
    }
    repair
}

#[allow(clippy::float_cmp, reason = "equal counts are equal")]
fn almost_equal(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() / (a.abs() + b.abs()) < SMALL
}

/// The quantile of levelled buckets, if they have one.
fn quantile_of(q: f64, buckets: &[(f64, f64)]) -> Option<f64> {
    let (&(last, total), finite) = buckets.split_last()?;
    let &(highest, _) = finite.last()?;
    if last != f64::INFINITY || total == 0.0 {
        return None;
    }
    let rank = q * total;
    let place = finite.partition_point(|(_, count)| *count < rank);
    let Some(&(upper, count)) = finite.get(place) else { return Some(highest) };
    let (lower, below) = match place.checked_sub(1).and_then(|before| finite.get(before)) {
        Some(&before) => before,
        None if upper <= 0.0 => return Some(upper),
        None => (0.0, 0.0),
    };
    Some(lower + (upper - lower) * ((rank - below) / (count - below)))
}

/// How many observations lie below a value, as far as the buckets tell.
fn rank_of(value: f64, buckets: &[(f64, f64)]) -> f64 {
    let mut lower = if buckets.first().is_some_and(|b| b.0 > 0.0) { 0.0 } else { f64::NEG_INFINITY };
    let mut below = 0.0;
    for &(upper, count) in buckets {
        if lower >= value {
            return below;
        }
        if upper > value {
            return if lower == f64::NEG_INFINITY {
                count
            } else {
                below + (count - below) * (value - lower) / (upper - lower)
            };
        }
        (lower, below) = (upper, count);
    }
    below
}

#[cfg(test)]
mod tests;
