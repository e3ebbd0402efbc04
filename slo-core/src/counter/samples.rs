//! What a counter was seen to be, and when.

use crate::error::{Error, Result};
use crate::time::{Duration, Timestamp};

/// The value that says that a series has ended: a NaN of its own bits, as Prometheus writes it.
///
/// # Examples
///
/// ```
/// use slo_core::counter::{STALE_NAN, is_stale};
///
/// assert!(STALE_NAN.is_nan() && is_stale(STALE_NAN) && !is_stale(f64::NAN));
/// ```
pub const STALE_NAN: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether a value is the mark of a series' end, which no other NaN is.
///
/// # Examples
///
/// ```
/// use slo_core::counter::is_stale;
///
/// assert!(is_stale(f64::from_bits(0x7ff0_0000_0000_0002)));
/// assert!(!is_stale(f64::NAN));
/// ```
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_NAN.to_bits()
}

/// Values at strictly increasing instants, as a view of the caller's memory.
///
/// A value may be NaN or infinite, as Prometheus' may; what is computed of it is then NaN or infinite too, except that
/// [`Extrapolation::Exact`](super::Extrapolation::Exact) refuses it. The mark of a series' end ([`STALE_NAN`]) is no
/// sample: windows leave it out, and [`at`](Self::at) finds nothing there.
///
/// # Examples
///
/// ```
/// use slo_core::Timestamp;
/// use slo_core::counter::{Extrapolation, Samples, increase};
///
/// let times = [15, 30, 45].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
/// let requests = Samples::new(&times, &[100.0, 130.0, 20.0])?;
/// let (begin, end) = (Timestamp::from_nanos(0), Timestamp::from_nanos(60_000_000_000));
/// // 30, and after a restart another 20.
/// assert_eq!(increase(&requests, begin, end, Extrapolation::Exact)?, Some(50.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Samples<'a> {
    times: &'a [Timestamp],
    values: &'a [f64],
    created: &'a [Option<Timestamp>],
}

impl<'a> Samples<'a> {
    /// Values at instants.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::counter::Samples;
    /// use slo_core::{Error, Timestamp};
    ///
    /// let times = [1, 2, 2].map(Timestamp::from_nanos);
    /// assert!(matches!(Samples::new(&times, &[0.0; 3]), Err(Error::Unordered { index: 2, .. })));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`]; [`Error::Unordered`] unless the instants increase strictly.
    pub fn new(times: &'a [Timestamp], values: &'a [f64]) -> Result<Self> {
        Error::check_lengths("times", times.len(), "values", values.len())?;
        check_ordered(times)?;
        Ok(Self { times, values, created: &[] })
    }

    /// When the counter that each sample read had begun at 0, where that is known; unknown for all by default.
    ///
    /// With it a counter's first sample says how much was counted before it, and a restart shows even where the counter
    /// has overtaken its old value since. A counter that began after its sample is of unknown age.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    /// use slo_core::counter::{Extrapolation, Samples, increase};
    ///
    /// let times = [20, 30].map(Timestamp::from_nanos);
    /// let (begin, end) = (Timestamp::from_nanos(0), Timestamp::from_nanos(30));
    /// let samples = Samples::new(&times, &[7.0, 9.0])?;
    /// assert_eq!(increase(&samples, begin, end, Extrapolation::Exact)?, Some(2.0));
    /// // It was born inside the window, so the first seven count.
    /// let born = [Some(Timestamp::from_nanos(12)); 2];
    /// assert_eq!(increase(&samples.created(&born)?, begin, end, Extrapolation::Exact)?, Some(9.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] unless there is one for each sample.
    pub fn created(mut self, created: &'a [Option<Timestamp>]) -> Result<Self> {
        Error::check_lengths("times", self.times.len(), "created", created.len())?;
        self.created = created;
        Ok(self)
    }

    /// The samples with `begin < t <= end`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    /// use slo_core::counter::Samples;
    ///
    /// let times = [1, 2, 3].map(Timestamp::from_nanos);
    /// let samples = Samples::new(&times, &[10.0, 20.0, 30.0])?;
    /// assert_eq!(samples.between(times[0], times[2]).values(), [20.0, 30.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn between(&self, begin: Timestamp, end: Timestamp) -> Self {
        self.slice(self.times.partition_point(|t| *t <= begin), self.times.partition_point(|t| *t <= end))
    }

    /// The samples with `begin <= t <= end`, as Prometheus 2 selects them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    /// use slo_core::counter::Samples;
    ///
    /// let times = [1, 2, 3].map(Timestamp::from_nanos);
    /// let samples = Samples::new(&times, &[10.0, 20.0, 30.0])?;
    /// assert_eq!(samples.within(times[0], times[1]).values(), [10.0, 20.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn within(&self, begin: Timestamp, end: Timestamp) -> Self {
        self.slice(self.times.partition_point(|t| *t < begin), self.times.partition_point(|t| *t <= end))
    }

    /// The instants, in order.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    /// use slo_core::counter::Samples;
    ///
    /// let times = [1, 2].map(Timestamp::from_nanos);
    /// assert_eq!(Samples::new(&times, &[10.0, 20.0])?.times(), times);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn times(&self) -> &'a [Timestamp] {
        self.times
    }

    /// The values, oldest first, marks of the series' end included.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Timestamp;
    /// use slo_core::counter::Samples;
    ///
    /// let times = [1, 2].map(Timestamp::from_nanos);
    /// assert_eq!(Samples::new(&times, &[10.0, 20.0])?.values(), [10.0, 20.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// The value at `at`: that of the last sample in `at - lookback < t <= at`, none if the series has ended there.
    ///
    /// Prometheus looks back five minutes unless it is told otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::counter::{STALE_NAN, Samples};
    /// use slo_core::{Duration, Timestamp};
    ///
    /// let at = |minutes: i64| Timestamp::from_nanos(minutes * 60_000_000_000);
    /// let times = [at(0), at(20)];
    /// let samples = Samples::new(&times, &[7.0, STALE_NAN])?;
    /// let five = Duration::from_minutes(5);
    /// assert_eq!([0, 4, 5, 21].map(|minutes| samples.at(at(minutes), five)), [Some(7.0), Some(7.0), None, None]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn at(&self, at: Timestamp, lookback: Duration) -> Option<f64> {
        let index = self.times.partition_point(|t| *t <= at).checked_sub(1)?;
        let (time, value) = (*self.times.get(index)?, *self.values.get(index)?);
        (at.saturating_since(time) < lookback && !is_stale(value)).then_some(value)
    }

    /// When each sample's counter began, or nothing at all.
    pub(super) fn births(&self) -> &'a [Option<Timestamp>] {
        self.created
    }

    fn slice(&self, from: usize, to: usize) -> Self {
        let range = from..to.max(from);
        Self {
            times: self.times.get(range.clone()).unwrap_or_default(),
            values: self.values.get(range.clone()).unwrap_or_default(),
            created: self.created.get(range).unwrap_or_default(),
        }
    }
}

/// Refuses instants that do not increase strictly.
pub(crate) fn check_ordered(times: &[Timestamp]) -> Result<()> {
    match times.windows(2).position(|pair| matches!(pair, [a, b] if a >= b)) {
        None => Ok(()),
        Some(before) => {
            let at = |index: usize| times.get(index).copied().unwrap_or_default();
            Err(Error::Unordered { index: before + 1, previous: at(before), value: at(before + 1) })
        }
    }
}
