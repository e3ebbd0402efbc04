//! How events spend a budget: each for itself, or as slices of time.

use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::slo::Slo;
use crate::time::Duration;

/// How events spend the budget.
///
/// Slices are anchored at the Unix epoch and named by their ends: slice `k` is `(k·slice, (k + 1)·slice]`. Midnight in
/// a zone whose offset from UTC is no multiple of the slice falls into a slice; half an hour divides every offset
/// but those of a quarter of an hour.
///
/// # Examples
///
/// ```
/// use slo_core::{Method, Slo};
///
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
/// assert_eq!(slo.budgeting(), Method::Occurrences);
/// // A minute is good if at least 95 % of its events are, and 43.2 of the 43,200 minutes may be bad.
/// let slices = Method::Timeslices { slice: "1m".parse()?, slice_target: "95%".parse()? };
/// assert_eq!(slo.method(slices)?.to_string(), "99.9% over 30d by slices of 1m at 95%");
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// OpenSLO specification v1, `budgetingMethod`: `Occurrences`, `Timeslices` and `RatioTimeslices`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "written::RawMethod", into = "written::RawMethod")
)]
pub enum Method {
    /// Every event weighs the same.
    #[default]
    Occurrences,
    /// Every slice of time weighs the same, and is good or bad as a whole.
    Timeslices {
        /// The length of a slice.
        slice: Duration,
        /// The share of a slice's events that must be good for the slice to be good, in (0, 1].
        slice_target: Fraction,
    },
    /// Every slice of time weighs the same, and is as bad as the share of its events that are bad.
    RatioTimeslices {
        /// The length of a slice.
        slice: Duration,
    },
}

/// The kinds of [`Method`], without their slices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum MethodKind {
    /// [`Method::Occurrences`].
    #[default]
    Occurrences,
    /// [`Method::Timeslices`].
    Timeslices,
    /// [`Method::RatioTimeslices`].
    RatioTimeslices,
}

impl MethodKind {
    /// The method of this kind with these slices.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Method, MethodKind};
    ///
    /// let minute = Duration::from_minutes(1);
    /// let method = MethodKind::RatioTimeslices.with(Some(minute), None)?;
    /// assert_eq!(method, Method::RatioTimeslices { slice: minute });
    /// assert!(MethodKind::Timeslices.with(Some(minute), None).is_err(), "when is a slice good?");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] where the kind needs a slice or a slice target that is not given, or has none that
    /// is; for a slice that is not positive, or a slice target outside (0, 1].
    pub fn with(self, slice: Option<Duration>, slice_target: Option<Fraction>) -> Result<Method> {
        let method = match (self, slice, slice_target) {
            (Self::Occurrences, None, None) => Method::Occurrences,
            (Self::Timeslices, Some(slice), Some(slice_target)) => Method::Timeslices { slice, slice_target },
            (Self::RatioTimeslices, Some(slice), None) => Method::RatioTimeslices { slice },
            (Self::Occurrences, ..) => return Err(refuse("occurrences", "has no slice and no slice_target")),
            (Self::Timeslices, ..) => return Err(refuse("timeslices", "needs a slice and a slice_target")),
            (Self::RatioTimeslices, ..) => {
                return Err(refuse("ratio_timeslices", "needs a slice and has no slice_target"));
            }
        };
        method.checked()
    }
}

fn refuse(method: &str, reason: &str) -> Error {
    Error::invalid("method", method, reason)
}

impl Method {
    /// Its kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Method, MethodKind};
    ///
    /// assert_eq!(Method::default().kind(), MethodKind::Occurrences);
    /// ```
    pub const fn kind(&self) -> MethodKind {
        match self {
            Self::Occurrences => MethodKind::Occurrences,
            Self::Timeslices { .. } => MethodKind::Timeslices,
            Self::RatioTimeslices { .. } => MethodKind::RatioTimeslices,
        }
    }

    /// The share of its events that makes a slice good; `None` unless by time slices.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Method;
    ///
    /// let method = Method::Timeslices { slice: "1m".parse()?, slice_target: "95%".parse()? };
    /// assert_eq!(method.slice_target(), Some("19/20".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn slice_target(&self) -> Option<Fraction> {
        match *self {
            Self::Timeslices { slice_target, .. } => Some(slice_target),
            _ => None,
        }
    }

    /// The length of a slice; `None` by occurrences.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Method};
    ///
    /// let minute = Duration::from_minutes(1);
    /// assert_eq!(Method::RatioTimeslices { slice: minute }.slice(), Some(minute));
    /// assert_eq!(Method::Occurrences.slice(), None);
    /// ```
    pub const fn slice(&self) -> Option<Duration> {
        match *self {
            Self::Occurrences => None,
            Self::Timeslices { slice, .. } | Self::RatioTimeslices { slice } => Some(slice),
        }
    }

    /// The method, if its slice has a length and its slice target is a share above zero.
    pub(crate) fn checked(self) -> Result<Self> {
        if let Some(slice) = self.slice() {
            slice.check_positive("slice")?;
        }
        if let Self::Timeslices { slice_target, .. } = self
            && (slice_target.is_zero() || slice_target.complement().is_none())
        {
            let reason = "must be above 0 and at most 1; for 95 percent write \"95%\" or 0.95";
            return Err(Error::invalid("slice_target", slice_target, reason));
        }
        Ok(self)
    }
}

/// What a slice without a single event is.
///
/// Which slices are empty is known only between the first record of a series and the last one, or the later instant
/// that is asked about: before its first record a series says nothing, whatever the choice.
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Method, NoData, Slo, Timestamp};
///
/// let minute = Duration::from_minutes(1);
/// let axis = Axis::regular(Timestamp::from_nanos(0), minute);
/// let series = CountSeries::bad_total(axis, &[0.0, 0.0, 9.0], &[10.0, 0.0, 10.0])?;
/// let method = Method::Timeslices { slice: minute, slice_target: "95%".parse()? };
/// let slo = Slo::new("99%".parse()?, "1h".parse()?).method(method)?;
/// let slices = |slo: &Slo| slo.counted(&series).map(|s| (s.counts().bad(), s.counts().total()));
/// assert_eq!(slices(&slo)?, (1.0, 2.0));
/// assert_eq!(slices(&slo.clone().no_data(NoData::Good))?, (1.0, 3.0));
/// assert_eq!(slices(&slo.no_data(NoData::Bad))?, (2.0, 3.0));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum NoData {
    /// Neither good nor bad: it spends nothing, and stays among the slices that were expected.
    #[default]
    Skip,
    /// A good slice.
    Good,
    /// A bad slice.
    Bad,
}

impl Slo {
    /// How events spend the budget; by occurrences unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Method, Slo};
    ///
    /// let minutes = Method::Timeslices { slice: "1m".parse()?, slice_target: "95%".parse()? };
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).method(minutes)?;
    /// // 12 bad minutes of the 43.2 that 30 days allow.
    /// let budget = slo.budget(Counts::bad_total(12.0, 43_200.0)?);
    /// assert_eq!((budget.allowed(), budget.remaining()), (43.2, 31.2));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless the slice is longer than zero and at most the window, and the slice target
    /// above 0 and at most 1.
    pub fn method(mut self, method: Method) -> Result<Self> {
        if let Some(slice) = method.checked()?.slice()
            && slice > self.window().length()
        {
            return Err(Error::invalid("slice", slice, format!("exceeds the window of {}", self.window())));
        }
        self.method = method;
        Ok(self)
    }

    /// What a slice without an event is: neither good nor bad unless said otherwise. By occurrences it says nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{NoData, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.empty_slices(), NoData::Skip);
    /// assert_eq!(slo.no_data(NoData::Bad).empty_slices(), NoData::Bad);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn no_data(mut self, no_data: NoData) -> Self {
        self.no_data = no_data;
        self
    }

    /// How events spend the budget.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Method, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.budgeting(), Method::Occurrences);
    /// let method = Method::RatioTimeslices { slice: "1m".parse()? };
    /// assert_eq!(slo.method(method)?.budgeting(), method);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn budgeting(&self) -> Method {
        self.method
    }

    /// What a slice without an event is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{NoData, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).no_data(NoData::Good);
    /// assert_eq!(slo.empty_slices(), NoData::Good);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn empty_slices(&self) -> NoData {
        self.no_data
    }
}

/// How a method is written down: the same words as the parameters of Python's `Slo`.
#[cfg(feature = "serde")]
pub(crate) mod written {
    use super::{Duration, Error, Fraction, Method, MethodKind, Result};

    #[derive(serde::Serialize, serde::Deserialize)]
    pub(crate) struct RawMethod {
        #[serde(default)]
        method: MethodKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slice: Option<Duration>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slice_target: Option<Fraction>,
    }

    impl From<Method> for RawMethod {
        fn from(method: Method) -> Self {
            Self { method: method.kind(), slice: method.slice(), slice_target: method.slice_target() }
        }
    }

    impl TryFrom<RawMethod> for Method {
        type Error = Error;

        fn try_from(raw: RawMethod) -> Result<Self> {
            raw.method.with(raw.slice, raw.slice_target)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slo(method: Method) -> Result<Slo> {
        Slo::new("99%".parse().unwrap(), "1h".parse().unwrap()).method(method)
    }

    #[test]
    fn a_slice_lies_between_nothing_and_the_window() {
        for (nanos, accepted) in
            [(-1, false), (0, false), (1, true), (3_600_000_000_000, true), (3_600_000_000_001, false)]
        {
            let slice = Duration::from_nanos(nanos);
            assert_eq!(slo(Method::RatioTimeslices { slice }).is_ok(), accepted, "{slice}");
            let slice_target = Fraction::ONE;
            assert_eq!(slo(Method::Timeslices { slice, slice_target }).is_ok(), accepted, "{slice}");
        }
    }

    #[test]
    fn a_slice_target_of_one_is_accepted_and_one_above_or_none_at_all_refused() {
        // OpenSLO: timeSliceTarget in (0, 1].
        let slice = Duration::from_minutes(1);
        for (target, accepted) in [
            ("0", false),
            ("0.000000000000000001", true),
            ("1", true),
            ("100%", true),
            ("1.01", false),
            ("95", false),
        ] {
            let slice_target = target.parse().unwrap();
            assert_eq!(slo(Method::Timeslices { slice, slice_target }).is_ok(), accepted, "{target}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_was_written_is_read_again_and_what_is_no_method_refused() {
        let slice = Duration::from_minutes(1);
        for method in [
            Method::Occurrences,
            Method::Timeslices { slice, slice_target: "95%".parse().unwrap() },
            Method::RatioTimeslices { slice },
        ] {
            let text = serde_json::to_string(&method).unwrap();
            assert_eq!(serde_json::from_str::<Method>(&text).unwrap(), method, "{text}");
        }
        assert_eq!(serde_json::from_str::<Method>("{}").unwrap(), Method::Occurrences);
        for text in [
            r#"{"method": "occurrences", "slice": "1m"}"#,
            r#"{"method": "timeslices", "slice": "1m"}"#,
            r#"{"method": "timeslices", "slice_target": "0.95"}"#,
            r#"{"method": "timeslices", "slice": "0s", "slice_target": "0.95"}"#,
            r#"{"method": "timeslices", "slice": "1m", "slice_target": "0"}"#,
            r#"{"method": "ratio_timeslices"}"#,
            r#"{"method": "ratio_timeslices", "slice": "1m", "slice_target": "0.95"}"#,
            r#"{"method": "calendar"}"#,
        ] {
            assert!(serde_json::from_str::<Method>(text).is_err(), "{text}");
        }
    }
}
