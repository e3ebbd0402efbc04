//! What happens between two samples.

use super::extrapolate::seconds;
use super::track::{is_restart, resets as reset_places};
use super::{Samples, check_window, is_stale};
use crate::error::Result;
use crate::time::Timestamp;

/// The rate per second between the last two samples of `begin < t <= end`; none below two.
///
/// # Method
///
/// ```text
/// (x_n - x_{n-1}) / (t_n - t_{n-1}),   x_n / (t_n - t_{n-1}) if the counter was reset between them
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::{Samples, irate};
///
/// let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
/// let times = [at(10), at(20), at(30)];
/// let samples = Samples::new(&times, &[100.0, 150.0, 40.0])?;
/// assert_eq!(irate(&samples, at(0), at(20))?, Some(5.0));
/// assert_eq!(irate(&samples, at(0), at(30))?, Some(4.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless the window ends after it begins.
///
/// # References
///
/// Prometheus, *Query functions*, `irate()`.
pub fn irate(samples: &Samples<'_>, begin: Timestamp, end: Timestamp) -> Result<Option<f64>> {
    check_window(begin, end)?;
    Ok(last_two(&samples.between(begin, end)).map(|[before, last]| {
        let reset =
            last.value < before.value || is_restart(before.created, before.time, last.created, last.time);
        let gained = if reset { last.value } else { last.value - before.value };
        gained / seconds(before.time, last.time)
    }))
}

/// The change between the last two samples of `begin < t <= end`; none below two.
///
/// # Method
///
/// ```text
/// x_n - x_{n-1}
/// ```
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::{Samples, idelta};
///
/// let times = [10, 20, 30].map(Timestamp::from_nanos);
/// let samples = Samples::new(&times, &[100.0, 150.0, 40.0])?;
/// assert_eq!(idelta(&samples, Timestamp::from_nanos(0), times[2])?, Some(-110.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`irate`].
///
/// # References
///
/// Prometheus, *Query functions*, `idelta()`.
pub fn idelta(samples: &Samples<'_>, begin: Timestamp, end: Timestamp) -> Result<Option<f64>> {
    check_window(begin, end)?;
    Ok(last_two(&samples.between(begin, end)).map(|[before, last]| last.value - before.value))
}

/// How often the counter was reset in `begin < t <= end`; none without a sample.
///
/// # Method
///
/// The number of samples that read less than the one before, or a counter that began after it.
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::{Samples, resets};
///
/// let times = [1, 2, 3, 4, 5].map(Timestamp::from_nanos);
/// let samples = Samples::new(&times, &[3.0, 0.0, 1.0, 0.0, 0.0])?;
/// assert_eq!(resets(&samples, Timestamp::from_nanos(0), times[4])?, Some(2.0));
/// assert_eq!(resets(&samples, times[0], times[2])?, Some(0.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`irate`].
///
/// # References
///
/// Prometheus, *Query functions*, `resets()`.
pub fn resets(samples: &Samples<'_>, begin: Timestamp, end: Timestamp) -> Result<Option<f64>> {
    check_window(begin, end)?;
    let seen = fresh(&samples.between(begin, end));
    let times: Vec<Timestamp> = seen.iter().map(|s| s.time).collect();
    let values: Vec<f64> = seen.iter().map(|s| s.value).collect();
    let created: Vec<Option<Timestamp>> = seen.iter().map(|s| s.created).collect();
    Ok((!seen.is_empty()).then(|| reset_places(&times, &values, &created).len() as f64))
}

/// How often the value changed in `begin < t <= end`; none without a sample.
///
/// # Method
///
/// The number of samples that differ from the one before; NaN does not differ from NaN.
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::{Samples, changes};
///
/// let times = [1, 2, 3, 4].map(Timestamp::from_nanos);
/// let samples = Samples::new(&times, &[0.0, f64::NAN, f64::NAN, 0.0])?;
/// assert_eq!(changes(&samples, Timestamp::from_nanos(0), times[3])?, Some(2.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`irate`].
///
/// # References
///
/// Prometheus, *Query functions*, `changes()`.
pub fn changes(samples: &Samples<'_>, begin: Timestamp, end: Timestamp) -> Result<Option<f64>> {
    check_window(begin, end)?;
    let seen = fresh(&samples.between(begin, end));
    let differs = |pair: &&[Sample]| matches!(pair, [a, b] if a.value != b.value && !(a.value.is_nan() && b.value.is_nan()));
    Ok((!seen.is_empty()).then(|| seen.windows(2).filter(differs).count() as f64))
}

#[derive(Clone, Copy)]
struct Sample {
    time: Timestamp,
    value: f64,
    created: Option<Timestamp>,
}

fn sample(samples: &Samples<'_>, index: usize) -> Option<Sample> {
    let (time, value) = (*samples.times().get(index)?, *samples.values().get(index)?);
    let created = samples.births().get(index).copied().flatten();
    (!is_stale(value)).then_some(Sample { time, value, created })
}

/// The samples without the marks of the series' end.
fn fresh(samples: &Samples<'_>) -> Vec<Sample> {
    (0..samples.times().len()).filter_map(|index| sample(samples, index)).collect()
}

/// The last two samples that are no marks of the series' end.
fn last_two(samples: &Samples<'_>) -> Option<[Sample; 2]> {
    let mut latest = (0..samples.times().len()).rev().filter_map(|index| sample(samples, index));
    let (last, before) = (latest.next()?, latest.next()?);
    Some([before, last])
}
