//! What a counter grew by.

use super::track::{Question, Track};
use super::{Extrapolation, Samples, check_window};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::time::{Duration, Timestamp};

/// By how much a counter grew in a window; none where its samples do not tell.
///
/// # Method
///
/// ```text
/// v = x_n - x_1 + Σ x_i over every i after which the counter was reset:  x_{i+1} < x_i, or it began after t_i
/// ```
///
/// over the samples of the window, times what [`Extrapolation`] says. A counter known to have begun inside the window
/// ([`Samples::created`]) began at 0: its first value counts, and nothing is extrapolated before it. Where nothing is
/// extrapolated the increase of whole-number counters is a whole number, exact below 2^53; that of others is rounded
/// once. With Prometheus' extrapolation it is what Prometheus computes, NaN and infinite values included.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `samples` | at least two in the window, or one of known age | events since the counter began |
/// | `begin`, `end` | `begin < end`; the window is `begin < t <= end` | |
/// | `extrapolation` | [`Extrapolation`] | |
///
/// # Examples
///
/// ```
/// use slo_core::counter::{Extrapolation, Samples, increase};
/// use slo_core::{Duration, Timestamp};
///
/// // Ten events every five minutes for 50 minutes, asked for 100 minutes: Prometheus adds half an interval.
/// let times: Vec<Timestamp> = (0..=10).map(|i| Timestamp::from_nanos(i * 300_000_000_000)).collect();
/// let values: Vec<f64> = (0..=10).map(|i| f64::from(10 + 10 * i)).collect();
/// let samples = Samples::new(&times, &values)?;
/// let (begin, end) = (times[10].saturating_sub(Duration::from_minutes(100)), times[10]);
/// assert_eq!(increase(&samples, begin, end, Extrapolation::Prometheus)?, Some(105.0));
/// assert_eq!(increase(&samples, begin, end, Extrapolation::Exact)?, Some(100.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the window ends after it begins; where nothing is extrapolated, also
/// [`Error::NonFinite`] and [`Error::NegativeCount`] with the place of a value in the window that no counter reads.
///
/// # References
///
/// Prometheus, *Query functions*, `increase()`.
pub fn increase(
    samples: &Samples<'_>,
    begin: Timestamp,
    end: Timestamp,
    extrapolation: Extrapolation,
) -> Result<Option<f64>> {
    single(samples, begin, end, Question::Increase, extrapolation)
}

/// By how much a counter grew in a window, per second; none where its samples do not tell.
///
/// # Method
///
/// ```text
/// rate = increase / (end - begin)
/// ```
///
/// with Prometheus' extrapolation. Without it, the samples say nothing about the rest of the window: the rate is then
/// the mean one from the first sample (or from when the counter began, if that is known and in the window) to the last.
///
/// # Parameters
///
/// As [`increase`].
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::{Extrapolation, Samples, rate};
///
/// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
/// let times = [at(15), at(30), at(45)];
/// let samples = Samples::new(&times, &[100.0, 130.0, 160.0])?;
/// assert_eq!(rate(&samples, at(0), at(60), Extrapolation::Exact)?, Some(2.0));
/// assert_eq!(rate(&samples, at(0), at(60), Extrapolation::Prometheus)?, Some(2.0));
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
    samples: &Samples<'_>,
    begin: Timestamp,
    end: Timestamp,
    extrapolation: Extrapolation,
) -> Result<Option<f64>> {
    single(samples, begin, end, Question::Rate, extrapolation)
}

/// By how much a gauge changed in a window, up or down; none below two samples.
///
/// # Method
///
/// ```text
/// v = x_n - x_1
/// ```
///
/// over the samples of the window, times what [`Extrapolation`] says; no reset, and no zero that bounds it.
///
/// # Parameters
///
/// As [`increase`], with the values of a gauge.
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::{Extrapolation, Samples, delta};
///
/// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
/// let times = [at(10), at(20), at(30)];
/// let samples = Samples::new(&times, &[20.5, 19.0, 18.5])?;
/// assert_eq!(delta(&samples, at(0), at(30), Extrapolation::Exact)?, Some(-2.0));
/// // Ten more seconds before the first sample.
/// assert_eq!(delta(&samples, at(0), at(30), Extrapolation::Prometheus)?, Some(-3.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the window ends after it begins; where nothing is extrapolated, also
/// [`Error::NonFinite`] with the place of a value in the window.
///
/// # References
///
/// Prometheus, *Query functions*, `delta()`.
pub fn delta(
    samples: &Samples<'_>,
    begin: Timestamp,
    end: Timestamp,
    extrapolation: Extrapolation,
) -> Result<Option<f64>> {
    single(samples, begin, end, Question::Delta, extrapolation)
}

/// The increases over the windows of one length that end at each of `instants`, NaN where there is none.
///
/// # Method
///
/// Each is the [`increase`] over its window, to the bit. In time proportional to the samples and the instants, if these
/// are in order and the counter reads whole numbers; each reset in a window adds to the time of counters that do not.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `samples` | any | events since the counter began |
/// | `instants` | any, best in order | |
/// | `window` | positive | |
/// | `extrapolation` | [`Extrapolation`] | |
///
/// # Examples
///
/// ```
/// use slo_core::counter::{Extrapolation, Samples, increases};
/// use slo_core::{Duration, Timestamp};
///
/// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
/// let times = [at(10), at(20), at(30), at(40)];
/// let samples = Samples::new(&times, &[1.0, 4.0, 9.0, 16.0])?;
/// let window = Duration::from_seconds(20);
/// let found = increases(&samples, &[at(15), at(20), at(30), at(40)], window, Extrapolation::Exact)?;
/// // No two samples in the 20 seconds until 15; then 10 and 20, 20 and 30, 30 and 40.
/// assert!(found[0].is_nan());
/// assert_eq!(found[1..], [3.0, 5.0, 7.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the window is positive; where nothing is extrapolated, also [`Error::NonFinite`]
/// and [`Error::NegativeCount`] with the place of a value that no counter reads, after the first window's begin and
/// until the last one's end.
pub fn increases(
    samples: &Samples<'_>,
    instants: &[Timestamp],
    window: Duration,
    extrapolation: Extrapolation,
) -> Result<Vec<f64>> {
    many(samples, instants, window, Question::Increase, extrapolation)
}

/// The rates over the windows of one length that end at each of `instants`, NaN where there is none.
///
/// # Method
///
/// Each is the [`rate`] over its window, to the bit; in the time of [`increases`].
///
/// # Parameters
///
/// As [`increases`].
///
/// # Examples
///
/// ```
/// use slo_core::counter::{Extrapolation, Samples, rates};
/// use slo_core::{Duration, Timestamp};
///
/// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
/// let times = [at(10), at(20), at(30), at(40)];
/// let samples = Samples::new(&times, &[1.0, 4.0, 9.0, 16.0])?;
/// let found = rates(&samples, &[at(20), at(40)], Duration::from_seconds(20), Extrapolation::Exact)?;
/// assert_eq!(found, [0.3, 0.7]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`increases`].
pub fn rates(
    samples: &Samples<'_>,
    instants: &[Timestamp],
    window: Duration,
    extrapolation: Extrapolation,
) -> Result<Vec<f64>> {
    many(samples, instants, window, Question::Rate, extrapolation)
}

fn single(
    samples: &Samples<'_>,
    begin: Timestamp,
    end: Timestamp,
    question: Question,
    extrapolation: Extrapolation,
) -> Result<Option<f64>> {
    check_window(begin, end)?;
    let track = track(samples, begin, end, question, extrapolation)?;
    Ok(track.answer(begin, end, track.range(begin, end, (0, 0))))
}

fn many(
    samples: &Samples<'_>,
    instants: &[Timestamp],
    window: Duration,
    question: Question,
    extrapolation: Extrapolation,
) -> Result<Vec<f64>> {
    let window = window.check_positive("window")?;
    let (Some(first), Some(last)) = (instants.iter().min(), instants.iter().max()) else {
        return Ok(Vec::new());
    };
    let track = track(samples, first.saturating_sub(window), *last, question, extrapolation)?;
    let mut range = (0, 0);
    let answers = instants.iter().map(|&end| {
        let begin = end.saturating_sub(window);
        range = track.range(begin, end, range);
        track.answer(begin, end, range).unwrap_or(f64::NAN)
    });
    Ok(answers.collect())
}

/// The samples from `begin` to `end`; a refused value is named by its place among all of them.
fn track<'a>(
    samples: &Samples<'a>,
    begin: Timestamp,
    end: Timestamp,
    question: Question,
    extrapolation: Extrapolation,
) -> Result<Track<'a>> {
    let closed = extrapolation == Extrapolation::Prometheus2;
    let part = if closed { samples.within(begin, end) } else { samples.between(begin, end) };
    let offset = || samples.times().partition_point(|t| *t <= begin);
    Track::new(part, question, extrapolation).map_err(|error| error.later(offset()))
}
