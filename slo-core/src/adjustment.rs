//! Corrections of what was counted.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::series::{Axis, CountSeries};
use crate::time::Timestamp;

/// A correction of what was counted at an instant: events to be added, or taken away where negative.
///
/// # Method
///
/// It belongs to the record that counted the instant, and changes what that record holds:
///
/// ```text
/// record i of (t_i - c_i, t_i] ∋ at:   good_i + Σ good >= 0,   bad_i + Σ bad >= 0
/// ```
///
/// with `c_i` the time that a record covers, as in [`CountSeries::coverage`]. So no window can come to hold fewer than 0
/// events. Where no record counted the instant, what the adjustments of the instant add up to becomes a record of its
/// own; there is nothing to take away there.
///
/// # Examples
///
/// ```
/// use slo_core::{Adjustment, Axis, CountSeries, Duration, Slo, Timestamp};
///
/// let at = |second: i64| Timestamp::from_nanos(second * 1_000_000_000);
/// let minutes = CountSeries::good_bad(Axis::regular(at(60), Duration::from_minutes(1)), &[90.0; 2], &[10.0, 4.0])?;
/// let slo = Slo::new("90%".parse()?, "1h".parse()?);
///
/// // Ten seconds into the second minute: four errors that were none are good events after all.
/// let slo = slo.adjust(Adjustment::new(at(70), 4.0, -4.0)?.reason("retried with success"));
/// let budget = slo.budget_at(&minutes, at(120))?;
/// assert_eq!((budget.good(), budget.bad()), (184.0, 10.0));
///
/// let too_many = slo.adjust(Adjustment::new(at(120), 0.0, -1.0)?);
/// assert!(too_many.budget_at(&minutes, at(120)).is_err());
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
pub struct Adjustment {
    at: Timestamp,
    good: f64,
    bad: f64,
    reason: String,
}

impl Adjustment {
    /// So many more good and bad events at an instant, or fewer.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Timestamp};
    ///
    /// let adjustment = Adjustment::new(Timestamp::from_nanos(0), 0.0, -7.0)?;
    /// assert_eq!((adjustment.good(), adjustment.bad()), (0.0, -7.0));
    /// assert!(Adjustment::new(Timestamp::from_nanos(0), f64::NAN, 0.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] unless both are finite.
    pub fn new(at: Timestamp, good: f64, bad: f64) -> Result<Self> {
        Error::check_finite("good", &[good])?;
        Error::check_finite("bad", &[bad])?;
        // One zero, so that equal adjustments have equal hashes.
        Ok(Self { at, good: good + 0.0, bad: bad + 0.0, reason: "correction".to_owned() })
    }

    /// Why, for reports; `correction` unless it is said.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Timestamp};
    ///
    /// let adjustment = Adjustment::new(Timestamp::from_nanos(0), 0.0, -7.0)?.reason("load test");
    /// assert_eq!(adjustment.why(), "load test");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// The instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Timestamp};
    ///
    /// let at = Timestamp::from_nanos(7);
    /// assert_eq!(Adjustment::new(at, 1.0, 0.0)?.at(), at);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Good events to be added.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Timestamp};
    ///
    /// assert_eq!(Adjustment::new(Timestamp::from_nanos(0), 1.5, 0.0)?.good(), 1.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn good(&self) -> f64 {
        self.good
    }

    /// Bad events to be added.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Timestamp};
    ///
    /// assert_eq!(Adjustment::new(Timestamp::from_nanos(0), 1.5, 2.5)?.bad(), 2.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn bad(&self) -> f64 {
        self.bad
    }

    /// Why.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Adjustment, Timestamp};
    ///
    /// assert_eq!(Adjustment::new(Timestamp::from_nanos(0), 1.0, 0.0)?.why(), "correction");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn why(&self) -> &str {
        &self.reason
    }
}

/// Numbers are finite and zero has one sign: equality is an equivalence.
impl Eq for Adjustment {}

impl Hash for Adjustment {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.at, self.good.to_bits(), self.bad.to_bits(), &self.reason).hash(state);
    }
}

/// The series with all adjustments made.
pub(crate) fn adjusted<'a>(
    series: &'a CountSeries,
    adjustments: &[Adjustment],
) -> Result<Cow<'a, CountSeries>> {
    if adjustments.is_empty() {
        return Ok(Cow::Borrowed(series));
    }
    // What is added at each record's index, and at each instant that has no record.
    let mut records: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    let mut others: BTreeMap<Timestamp, (f64, f64)> = BTreeMap::new();
    for adjustment in adjustments {
        let sum = match record_of(series, adjustment.at) {
            Some(index) => records.entry(index).or_default(),
            None => others.entry(adjustment.at).or_default(),
        };
        *sum = (sum.0 + adjustment.good, sum.1 + adjustment.bad);
    }
    let changed = series.iter().enumerate().map(|(index, (at, counts))| match records.get(&index) {
        None => Ok(counts),
        Some(more) => changed(at, counts, *more),
    });
    let changed = series.with_counts(&changed.collect::<Result<Vec<_>>>()?)?;
    if others.is_empty() {
        return Ok(Cow::Owned(changed));
    }
    let own = others.iter().map(|(at, more)| self::changed(*at, Counts::default(), *more));
    let own = own.collect::<Result<Vec<_>>>()?;
    let axis = Axis::listed(others.into_keys().collect::<Vec<_>>());
    // The instants of adjustments say nothing about how often records are taken.
    let axis = series.resolution().into_iter().fold(axis, Axis::resolution);
    changed.merge(&CountSeries::from_counts(axis, &own)?).map(Cow::Owned)
}

/// The record that counted an instant.
fn record_of(series: &CountSeries, at: Timestamp) -> Option<usize> {
    let after = series.axis().count_until(at);
    let before = after.checked_sub(1);
    if before.and_then(|before| series.axis().get(before)) == Some(at) {
        return before;
    }
    series.reach(after).is_some_and(|(begin, _)| begin < i128::from(at.nanos())).then_some(after)
}

/// A record's counts with what is added to them, neither of them negative.
fn changed(at: Timestamp, counts: Counts, (good, bad): (f64, f64)) -> Result<Counts> {
    let sum = |name: &'static str, counted: f64, more: f64| {
        let sum = counted + more;
        if sum < 0.0 {
            let reason = format!("takes more than the {counted} {name} events counted until {at}");
            return Err(Error::invalid("adjustment", more, reason));
        }
        Ok(sum)
    };
    Counts::good_bad(sum("good", counts.good(), good)?, sum("bad", counts.bad(), bad)?)
}

/// An adjustment as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    at: Timestamp,
    good: f64,
    bad: f64,
    #[serde(default)]
    reason: Option<String>,
}

#[cfg(feature = "serde")]
impl From<Adjustment> for Raw {
    fn from(adjustment: Adjustment) -> Self {
        let Adjustment { at, good, bad, reason } = adjustment;
        Self { at, good, bad, reason: Some(reason) }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for Adjustment {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let adjustment = Self::new(raw.at, raw.good, raw.bad)?;
        let reason = raw.reason.unwrap_or(adjustment.reason);
        Ok(Self { reason, ..adjustment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Duration, Exclusion, Slo};
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    fn minutes(good: &[f64], bad: &[f64]) -> CountSeries {
        CountSeries::good_bad(Axis::regular(at(60), Duration::from_minutes(1)), good, bad).unwrap()
    }

    fn slo() -> Slo {
        Slo::new("90%".parse().unwrap(), "1h".parse().unwrap())
    }

    fn add(slo: Slo, seconds: i64, good: f64, bad: f64) -> Slo {
        slo.adjust(Adjustment::new(at(seconds), good, bad).unwrap())
    }

    fn counts(slo: &Slo, series: &CountSeries) -> Vec<(i64, f64, f64)> {
        let counted = slo.counted(series).unwrap();
        counted.iter().map(|(t, c)| (t.nanos() / 1_000_000_000, c.good(), c.bad())).collect()
    }

    #[test]
    fn an_adjustment_belongs_to_the_record_that_counted_its_instant() {
        let series = minutes(&[9.0, 9.0], &[1.0, 1.0]);
        for (second, expected) in [
            (1, [(60, 10.0, 3.0), (120, 9.0, 1.0)]),
            (60, [(60, 10.0, 3.0), (120, 9.0, 1.0)]),
            (61, [(60, 9.0, 1.0), (120, 10.0, 3.0)]),
            (120, [(60, 9.0, 1.0), (120, 10.0, 3.0)]),
        ] {
            assert_eq!(counts(&add(slo(), second, 1.0, 2.0), &series), expected, "{second}");
        }
    }

    #[test]
    fn where_nothing_was_counted_an_adjustment_is_a_record_of_its_own() {
        let axis = Axis::listed([60, 120, 180, 600].map(at));
        let series = CountSeries::good_bad(axis, &[9.0; 4], &[1.0; 4]).unwrap();
        // The record at 600 s covers two minutes: until 480 s nothing was counted.
        let slo = add(add(add(slo(), 480, 1.0, 2.0), 481, 1.0, 0.0), 700, 0.0, 5.0);
        let expected = [
            (60, 9.0, 1.0),
            (120, 9.0, 1.0),
            (180, 9.0, 1.0),
            (480, 1.0, 2.0),
            (600, 10.0, 1.0),
            (700, 0.0, 5.0),
        ];
        assert_eq!(counts(&slo, &series), expected);
        assert_eq!(slo.counted(&series).unwrap().resolution(), series.resolution());
        assert_eq!(counts(&add(self::slo(), 0, 1.0, 0.0), &series)[0], (0, 1.0, 0.0));
    }

    #[test]
    fn what_was_not_counted_cannot_be_taken_away() {
        // SEMANTICS 7: at what was counted, one more, one less.
        let series = minutes(&[9.0, 9.0], &[3.0, 1.0]);
        assert_eq!(counts(&add(slo(), 60, 0.0, -3.0), &series)[0], (60, 9.0, 0.0));
        assert_eq!(counts(&add(slo(), 60, -8.0, 0.0), &series)[0], (60, 1.0, 3.0));
        for slo in [add(slo(), 60, 0.0, -4.0), add(slo(), 60, -10.0, 0.0), add(slo(), 200, -1.0, 0.0)] {
            let error = slo.counted(&series).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name: "adjustment", .. }), "{error}");
        }
        let message = add(slo(), 70, 0.0, -4.0).counted(&series).unwrap_err().to_string();
        assert_eq!(
            message,
            "adjustment = -4: takes more than the 1 bad events counted until 1970-01-01T00:02:00Z"
        );
    }

    #[test]
    fn adjustments_of_one_record_count_together_in_any_order() {
        let series = minutes(&[9.0], &[3.0]);
        let first = add(add(slo(), 10, 0.0, -5.0), 50, 0.0, 4.0);
        let second = add(add(slo(), 50, 0.0, 4.0), 10, 0.0, -5.0);
        assert_eq!(counts(&first, &series), [(60, 9.0, 2.0)]);
        assert_eq!(counts(&first, &series), counts(&second, &series));
    }

    #[test]
    fn an_exclusion_takes_away_what_was_adjusted_too() {
        let series = minutes(&[9.0; 3], &[3.0; 3]);
        let slo = add(slo(), 90, 5.0, 0.0).exclude(Exclusion::new(at(60), at(120)).unwrap());
        assert_eq!(counts(&slo, &series), [(60, 9.0, 3.0), (120, 0.0, 0.0), (180, 9.0, 3.0)]);
    }

    #[test]
    fn sums_that_are_no_counts_are_refused() {
        let series = minutes(&[9.0], &[3.0]);
        assert!(add(add(slo(), 1, f64::MAX, 0.0), 1, f64::MAX, 0.0).counted(&series).is_err());
        assert!(add(add(slo(), 90, f64::MAX, 0.0), 90, 0.0, f64::MAX).counted(&series).is_err());
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Adjustment::new(at(0), value, 0.0).is_err());
            assert!(Adjustment::new(at(0), 0.0, value).is_err());
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn adjustments_are_written_and_read_back() {
        let slo = slo().adjust(Adjustment::new(at(60), -0.0, -3.0).unwrap().reason("load test"));
        let text = serde_json::to_string(&slo).unwrap();
        assert_eq!(serde_json::from_str::<Slo>(&text).unwrap(), slo);
        assert!(serde_json::from_str::<Slo>(&text.replace("-3.0", "\"many\"")).is_err());
    }

    proptest! {
        #[test]
        fn no_window_holds_fewer_than_none_and_the_whole_adds_up(
            records in prop::collection::vec((0_u32..9, 0_u32..9), 1..20),
            changes in prop::collection::vec((-100_i64..1_500, -5_i32..6, -5_i32..6), 0..6),
        ) {
            let (good, bad): (Vec<f64>, Vec<f64>) =
                records.iter().map(|(good, bad)| (f64::from(*good), f64::from(*bad))).unzip();
            let series = minutes(&good, &bad);
            let slo = changes.iter().fold(slo(), |slo, (second, good, bad)| {
                add(slo, *second, f64::from(*good), f64::from(*bad))
            });
            if let Ok(counted) = slo.counted(&series) {
                prop_assert!(counted.iter().all(|(_, c)| c.good() >= 0.0 && c.bad() >= 0.0));
                let more: (i32, i32) = changes.iter().fold((0, 0), |sum, c| (sum.0 + c.1, sum.1 + c.2));
                prop_assert_eq!(counted.counts().good(), series.counts().good() + f64::from(more.0));
                prop_assert_eq!(counted.counts().bad(), series.counts().bad() + f64::from(more.1));
            }
        }
    }
}
