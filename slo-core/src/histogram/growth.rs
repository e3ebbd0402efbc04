//! What a native histogram grew by.

use super::native::{Layout, Native, Reset};
use crate::counter::{Edges, Extrapolation, Seen, check_ordered, check_window, seconds};
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// By how much a histogram of a counter grew in a window; none where its samples do not tell.
///
/// # Method
///
/// ```text
/// h_n - h_1 + Σ h_i over every i after which it was reset (Native::detect_reset)
/// ```
///
/// bucket by bucket over the samples of the window, in the coarsest schema among them, times what [`Extrapolation`] says
/// of the number of observations. The result is a gauge.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `times` | increasing strictly | |
/// | `histograms` | one for each instant | observations since the counter began |
/// | `begin`, `end` | `begin < end`; the window is `begin < t <= end` | |
/// | `extrapolation` | [`Extrapolation`] | |
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::Extrapolation;
/// use slo_core::histogram::{Native, increase};
///
/// let times = [10, 20, 30].map(Timestamp::from_nanos);
/// let of = |counts: &[f64]| Native::exponential(0)?.positive(1, counts);
/// // A restart between the second and the third.
/// let histograms = [of(&[2.0, 1.0])?, of(&[5.0, 2.0])?, of(&[1.0, 3.0])?];
/// let grown = increase(&times, &histograms, Timestamp::from_nanos(0), times[2], Extrapolation::Exact)?.unwrap();
/// let counts: Vec<f64> = grown.buckets().iter().map(|b| b.count).collect();
/// assert_eq!(counts, [4.0, 4.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`]; [`Error::Unordered`]; [`Error::InvalidParameter`] unless the window ends after it begins;
/// [`Error::OutOfRange`] for counts that become infinite. Where nothing is extrapolated, [`Error::Unsupported`] for
/// samples of both exponential and custom buckets; Prometheus has no result of them.
///
/// # References
///
/// Prometheus, *Query functions*, `increase()`.
pub fn increase(
    times: &[Timestamp],
    histograms: &[Native],
    begin: Timestamp,
    end: Timestamp,
    extrapolation: Extrapolation,
) -> Result<Option<Native>> {
    Ok(grown(times, histograms, (begin, end), true, extrapolation)?.map(|(grown, _)| grown))
}

/// By how much a histogram of a counter grew in a window, per second; none where its samples do not tell.
///
/// # Method
///
/// The [`increase`] by the window's length; without extrapolation by the time from the first to the last sample.
///
/// # Parameters
///
/// As [`increase`].
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::Extrapolation;
/// use slo_core::histogram::{Native, rate};
///
/// let times = [10, 20].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
/// let histograms =
///     [Native::exponential(0)?.positive(1, &[2.0])?, Native::exponential(0)?.positive(1, &[7.0])?];
/// let begin = Timestamp::from_nanos(0);
/// let each_second = rate(&times, &histograms, begin, times[1], Extrapolation::Exact)?.unwrap();
/// assert_eq!(each_second.count(), 0.5);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`increase`].
///
/// # References
///
/// Prometheus, *Query functions*, `rate()`.
pub fn rate(
    times: &[Timestamp],
    histograms: &[Native],
    begin: Timestamp,
    end: Timestamp,
    extrapolation: Extrapolation,
) -> Result<Option<Native>> {
    let grown = grown(times, histograms, (begin, end), true, extrapolation)?;
    grown.map(|(grown, length)| grown.divided(length)).transpose()
}

/// By how much a histogram that is a gauge changed in a window; none below two samples.
///
/// # Method
///
/// ```text
/// h_n - h_1
/// ```
///
/// bucket by bucket, times what [`Extrapolation`] says.
///
/// # Parameters
///
/// As [`increase`].
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::Extrapolation;
/// use slo_core::histogram::{Native, delta};
///
/// let times = [10, 20].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
/// let histograms =
///     [Native::exponential(0)?.positive(1, &[7.0])?, Native::exponential(0)?.positive(1, &[2.0])?];
/// let begin = Timestamp::from_nanos(0);
/// let change = delta(&times, &histograms, begin, times[1], Extrapolation::Exact)?.unwrap();
/// assert_eq!(change.count(), -5.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`increase`].
///
/// # References
///
/// Prometheus, *Query functions*, `delta()`.
pub fn delta(
    times: &[Timestamp],
    histograms: &[Native],
    begin: Timestamp,
    end: Timestamp,
    extrapolation: Extrapolation,
) -> Result<Option<Native>> {
    Ok(grown(times, histograms, (begin, end), false, extrapolation)?.map(|(grown, _)| grown))
}

/// The rate per second between the last two histograms of `begin < t <= end`; none below two.
///
/// # Method
///
/// ```text
/// (h_n - h_{n-1}) / (t_n - t_{n-1}),   h_n / (t_n - t_{n-1}) if it was reset between them
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::histogram::{Native, irate};
///
/// let times = [10, 20].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
/// let histograms =
///     [Native::exponential(0)?.positive(1, &[2.0])?, Native::exponential(0)?.positive(1, &[7.0])?];
/// let rate = irate(&times, &histograms, Timestamp::from_nanos(0), times[1])?.unwrap();
/// assert_eq!(rate.count(), 0.5);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`increase`] with Prometheus' extrapolation.
///
/// # References
///
/// Prometheus, *Query functions*, `irate()`.
pub fn irate(
    times: &[Timestamp],
    histograms: &[Native],
    begin: Timestamp,
    end: Timestamp,
) -> Result<Option<Native>> {
    let Some((before, last, length)) = last_two(times, histograms, (begin, end))? else { return Ok(None) };
    let gained = if last.detect_reset(before) {
        Some(last.clone().hint(Reset::Gauge))
    } else {
        difference(last, before)?
    };
    gained.map(|gained| gained.divided(length)).transpose()
}

/// The change between the last two histograms of `begin < t <= end`; none below two.
///
/// # Method
///
/// ```text
/// h_n - h_{n-1}
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::histogram::{Native, idelta};
///
/// let times = [10, 20].map(Timestamp::from_nanos);
/// let histograms =
///     [Native::exponential(0)?.positive(1, &[7.0])?, Native::exponential(0)?.positive(1, &[2.0])?];
/// let change = idelta(&times, &histograms, Timestamp::from_nanos(0), times[1])?.unwrap();
/// assert_eq!(change.count(), -5.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`increase`] with Prometheus' extrapolation.
///
/// # References
///
/// Prometheus, *Query functions*, `idelta()`.
pub fn idelta(
    times: &[Timestamp],
    histograms: &[Native],
    begin: Timestamp,
    end: Timestamp,
) -> Result<Option<Native>> {
    match last_two(times, histograms, (begin, end))? {
        Some((before, last, _)) => difference(last, before),
        None => Ok(None),
    }
}

type Window = (Timestamp, Timestamp);

fn check(times: &[Timestamp], histograms: &[Native], (begin, end): Window) -> Result<()> {
    Error::check_lengths("times", times.len(), "histograms", histograms.len())?;
    check_ordered(times)?;
    check_window(begin, end)
}

fn last_two<'a>(
    times: &[Timestamp],
    histograms: &'a [Native],
    (begin, end): Window,
) -> Result<Option<(&'a Native, &'a Native, f64)>> {
    check(times, histograms, (begin, end))?;
    let to = times.partition_point(|t| *t <= end);
    let (Some([early, late]), Some([before, last])) = (
        times.get(..to).and_then(|t| t.last_chunk::<2>()),
        histograms.get(..to).and_then(|h| h.last_chunk::<2>()),
    ) else {
        return Ok(None);
    };
    Ok((*early > begin).then(|| (before, last, seconds(*early, *late))))
}

/// What a later histogram has more, none if their buckets do not go together.
fn difference(later: &Native, earlier: &Native) -> Result<Option<Native>> {
    match later.subtract(earlier) {
        Ok(gained) => Ok(Some(gained)),
        Err(Error::Unsupported { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The growth over the window, and the seconds that it is a rate over.
fn grown(
    times: &[Timestamp],
    histograms: &[Native],
    window: Window,
    is_counter: bool,
    extrapolation: Extrapolation,
) -> Result<Option<(Native, f64)>> {
    check(times, histograms, window)?;
    let (begin, end) = window;
    let closed = extrapolation == Extrapolation::Prometheus2;
    let from = times.partition_point(|t| if closed { *t < begin } else { *t <= begin });
    let to = times.partition_point(|t| *t <= end).max(from);
    let part = histograms.get(from..to).unwrap_or_default();
    let (Some(&first_time), Some(&last_time), [first, .., _]) =
        (times.get(from), to.checked_sub(1).and_then(|last| times.get(last)), part)
    else {
        return Ok(None);
    };
    let gained = match gained(part, is_counter) {
        Err(Error::Unsupported { .. }) if extrapolation != Extrapolation::Exact => return Ok(None),
        gained => gained?,
    };
    // Prometheus 2 knows no zero of histograms.
    let zero = (is_counter && !closed).then(|| (first.count(), gained.count()));
    let seen = Seen { count: part.len(), first_time, last_time, zero, created: None };
    let edges = match extrapolation {
        Extrapolation::Prometheus => seen.prometheus(begin, end),
        Extrapolation::Prometheus2 => seen.prometheus2(begin, end),
        Extrapolation::Exact => return Ok(Some((gained, seconds(first_time, last_time)))),
    };
    let Some(Edges { factor, .. }) = edges else { return Ok(None) };
    Ok(Some((gained.scale(factor)?, seconds(begin, end))))
}

/// The growth from the first to the last of at least two histograms.
fn gained(histograms: &[Native], is_counter: bool) -> Result<Native> {
    let ([first, others @ ..], [.., last]) = (histograms, histograms) else {
        return Err(Error::TooShort { name: "histograms", len: 0, needed: 2 });
    };
    if !is_counter {
        return last.subtract(first);
    }
    // One that was reset right after is of no interest, nor are its buckets.
    let ignored = others.first().is_some_and(|second| second.detect_reset(first));
    let empty = |like: &Native| Native::empty(like.layout.clone());
    let start = if ignored { others.first().map_or_else(|| first.clone(), empty) } else { first.clone() };
    let mut schema = coarsest(&start, last);
    for middle in others {
        if is_custom(middle) != is_custom(last) {
            return Err(super::combine::mixed());
        }
        schema = schema.min(coarsest(middle, last));
    }
    let base = if is_custom(last) { last.clone() } else { last.to_schema(schema)? };
    let mut gained = base.subtract(&start)?;
    let mut before = &start;
    for next in others {
        if next.detect_reset(before) {
            gained = gained.add(before)?;
        }
        before = next;
    }
    Ok(gained.hint(Reset::Gauge))
}

fn is_custom(histogram: &Native) -> bool {
    matches!(histogram.layout, Layout::Custom(_))
}

fn coarsest(a: &Native, b: &Native) -> i32 {
    a.schema().min(b.schema())
}
