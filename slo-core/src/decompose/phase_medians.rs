//! The median of each phase of a cycle.

use crate::error::{Error, Result};
use crate::stats::Missing;
use crate::stats::quantile::{QuantileType, quantile};
use crate::stats::sorted_window::SortedWindow;

/// The median of the values of each phase: of `values[k]`, `values[k + period]` and so on for `k` below the period.
///
/// Half of the cycles may be disturbed without moving it far; a level that drifts is in it.
///
/// # Examples
///
/// ```
/// use slo_core::decompose::phase_medians;
/// use slo_core::stats::Missing;
///
/// let values = [1.0, 5.0, 2.0, 6.0, 1.5, 700.0];
/// assert_eq!(phase_medians(&values, 2, Missing::Error)?, [1.5, 6.0]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] for a period below 2, [`Error::TooShort`] for less than two periods, and
/// [`Error::NonFinite`] for a value that is not finite. With [`Missing::Skip`] a NaN is left out and an infinity refused;
/// a phase without a value has the median NaN.
pub fn phase_medians(values: &[f64], period: usize, missing: Missing) -> Result<Vec<f64>> {
    check_period(period)?;
    let needed = period.saturating_mul(2);
    if values.len() < needed {
        return Err(Error::TooShort { name: "values", len: values.len(), needed });
    }
    let is_bad = |value: &f64| !(value.is_finite() || missing == Missing::Skip && value.is_nan());
    if let Some(index) = values.iter().position(is_bad) {
        let value = values.get(index).copied().unwrap_or(f64::NAN);
        return Err(Error::NonFinite { name: "values", index, value });
    }
    let mut phase_values = Vec::new();
    let median = |phase: usize| {
        phase_values.clear();
        phase_values.extend(values.iter().skip(phase).step_by(period).filter(|value| !value.is_nan()));
        if phase_values.is_empty() {
            return Ok(f64::NAN);
        }
        quantile(&phase_values, 0.5, QuantileType::Linear)
    };
    (0..period).map(median).collect()
}

fn check_period(period: usize) -> Result<()> {
    if period < 2 {
        return Err(Error::invalid("period", period, "must be at least 2"));
    }
    Ok(())
}

/// The median of the last values of each phase of a stream: what the next value would be, were it like those.
///
/// Memory is bounded by period times cycles; a value takes `O(log cycles)` comparisons.
///
/// # Examples
///
/// ```
/// use slo_core::decompose::PhaseMedians;
///
/// let mut medians = PhaseMedians::new(2, 3)?;
/// for value in [1.0, 5.0, 2.0, 6.0, 1.5, 700.0] {
///     medians.push(Some(value))?;
/// }
/// // The next value has the phase of 1, 2 and 1.5.
/// assert_eq!((medians.count(), medians.median()), (3, Some(1.5)));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub struct PhaseMedians {
    period: usize,
    cycles: usize,
    seen: usize,
    /// One for each phase that has been seen.
    phases: Vec<SortedWindow>,
}

impl PhaseMedians {
    /// How many values all phases together may hold: a week of minutes over 1664 weeks.
    const MOST_VALUES: usize = 1 << 24;

    /// Nothing seen yet; each phase keeps its last `cycles` values.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::PhaseMedians;
    ///
    /// assert_eq!(PhaseMedians::new(24, 5)?.median(), None);
    /// assert!(PhaseMedians::new(1, 5).is_err() && PhaseMedians::new(24, 0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a period below 2 and for no cycle, [`Error::LimitExceeded`] for more than 2^24
    /// values.
    pub fn new(period: usize, cycles: usize) -> Result<Self> {
        check_period(period)?;
        if cycles == 0 {
            return Err(Error::invalid("cycles", cycles, "must be at least 1"));
        }
        let values = period.saturating_mul(cycles);
        if values > Self::MOST_VALUES {
            return Err(Error::LimitExceeded {
                what: "period times cycles",
                value: values as u64,
                limit: Self::MOST_VALUES as u64,
            });
        }
        Ok(Self { period, cycles, seen: 0, phases: Vec::new() })
    }

    /// How many values of the next value's phase are kept.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::PhaseMedians;
    ///
    /// let mut medians = PhaseMedians::new(2, 3)?;
    /// medians.push(Some(1.0))?;
    /// assert_eq!(medians.count(), 0);
    /// medians.push(Some(5.0))?;
    /// assert_eq!(medians.count(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn count(&self) -> usize {
        self.phase().map_or(0, SortedWindow::len)
    }

    /// The median of the values kept of the next value's phase; none without one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::PhaseMedians;
    ///
    /// let mut medians = PhaseMedians::new(2, 3)?;
    /// for value in [1.0, 5.0, 2.0, 6.0] {
    ///     medians.push(Some(value))?;
    /// }
    /// assert_eq!(medians.median(), Some(1.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn median(&self) -> Option<f64> {
        self.phase()?.quantile(0.5, QuantileType::Linear).ok()
    }

    /// Takes the next value in; `None` is one that is missing, which leaves its phase as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::PhaseMedians;
    ///
    /// let mut medians = PhaseMedians::new(2, 3)?;
    /// for value in [Some(1.0), Some(5.0), None] {
    ///     medians.push(value)?;
    /// }
    /// assert_eq!(medians.median(), Some(5.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] for a value that is not finite; nothing changes then.
    pub fn push(&mut self, value: Option<f64>) -> Result<()> {
        Error::check_finite("values", value.as_slice())?;
        let phase = self.seen % self.period;
        if phase >= self.phases.len() {
            self.phases.push(SortedWindow::new(self.cycles)?);
        }
        if let (Some(value), Some(phase)) = (value, self.phases.get_mut(phase)) {
            phase.push(value)?;
        }
        self.seen += 1;
        Ok(())
    }

    /// How many values came, those that were missing among them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::PhaseMedians;
    ///
    /// let mut medians = PhaseMedians::new(2, 3)?;
    /// medians.push(None)?;
    /// assert_eq!(medians.seen(), 1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn seen(&self) -> usize {
        self.seen
    }

    /// How many values a cycle has.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::PhaseMedians;
    ///
    /// assert_eq!(PhaseMedians::new(24, 5)?.period(), 24);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn period(&self) -> usize {
        self.period
    }

    /// How many values of each phase are kept.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::PhaseMedians;
    ///
    /// assert_eq!(PhaseMedians::new(24, 5)?.cycles(), 5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn cycles(&self) -> usize {
        self.cycles
    }

    fn phase(&self) -> Option<&SortedWindow> {
        self.phases.get(self.seen % self.period)
    }
}

/// The medians as they are written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    period: usize,
    cycles: usize,
    seen: usize,
    phases: Vec<SortedWindow>,
}

#[cfg(feature = "serde")]
impl From<PhaseMedians> for Written {
    fn from(medians: PhaseMedians) -> Self {
        let PhaseMedians { period, cycles, seen, phases } = medians;
        Self { period, cycles, seen, phases }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for PhaseMedians {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { period, cycles, seen, phases } = written;
        let fresh = Self::new(period, cycles)?;
        // The phase has come so often, at most.
        let times = |phase: usize| (seen + period - 1 - phase) / period;
        let is_sound = seen.checked_add(period).is_some()
            && phases.len() == seen.min(period)
            && phases
                .iter()
                .enumerate()
                .all(|(phase, window)| window.window() == cycles && window.len() <= cycles.min(times(phase)));
        if !is_sound {
            let reason = format!("its phases are not those of period {period} after {seen} values");
            return Err(Error::State { reason });
        }
        Ok(Self { seen, phases, ..fresh })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_period_below_two_and_less_than_two_periods_are_refused() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert!(phase_medians(&values, 1, Missing::Error).is_err());
        assert_eq!(
            phase_medians(&values[..3], 2, Missing::Error),
            Err(Error::TooShort { name: "values", len: 3, needed: 4 })
        );
        assert_eq!(phase_medians(&values, 2, Missing::Error), Ok(vec![2.0, 3.0]));
        assert!(phase_medians(&values, usize::MAX, Missing::Error).is_err());
    }

    #[test]
    fn missing_values_are_refused_or_left_out_and_infinite_ones_refused() {
        let values = [1.0, f64::NAN, 3.0, f64::NAN];
        assert!(phase_medians(&values, 2, Missing::Error).is_err());
        let medians = phase_medians(&values, 2, Missing::Skip).unwrap();
        assert!(medians[0] == 2.0 && medians[1].is_nan());
        assert!(phase_medians(&[1.0, f64::INFINITY, 1.0, 1.0], 2, Missing::Skip).is_err());
    }

    #[test]
    fn memory_has_a_limit() {
        assert!(PhaseMedians::new(1 << 12, 1 << 12).is_ok());
        assert!(matches!(PhaseMedians::new(1 << 12, (1 << 12) + 1), Err(Error::LimitExceeded { .. })));
        assert!(PhaseMedians::new(usize::MAX, usize::MAX).is_err());
    }

    #[test]
    fn a_refused_value_changes_nothing() {
        let mut medians = PhaseMedians::new(2, 3).unwrap();
        medians.push(Some(1.0)).unwrap();
        let before = medians.clone();
        assert!(medians.push(Some(f64::NAN)).is_err());
        assert_eq!(medians, before);
    }

    proptest! {
        #[test]
        fn a_stream_knows_the_median_of_the_last_values_of_its_phase(
            values in prop::collection::vec(prop::option::weighted(0.8, -9_i32..9), 1..80),
            period in 2_usize..6,
            cycles in 1_usize..5,
        ) {
            let values: Vec<Option<f64>> = values.into_iter().map(|value| value.map(f64::from)).collect();
            let mut medians = PhaseMedians::new(period, cycles).unwrap();
            for (seen, value) in values.iter().enumerate() {
                let phase = (0..seen).rev().filter(|past| past % period == seen % period);
                let mut kept: Vec<f64> = phase.filter_map(|past| values[past]).take(cycles).collect();
                kept.sort_by(f64::total_cmp);
                prop_assert_eq!((medians.count(), medians.seen()), (kept.len(), seen));
                let middle = kept.len() / 2;
                let expected = (!kept.is_empty())
                    .then(|| if kept.len() % 2 == 1 { kept[middle] } else { f64::midpoint(kept[middle - 1], kept[middle]) });
                prop_assert_eq!(medians.median(), expected);
                medians.push(*value).unwrap();
            }
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_state_that_cannot_be_reached_is_refused() {
        let mut medians = PhaseMedians::new(3, 2).unwrap();
        for value in [1.0, 2.0, 3.0, 4.0] {
            medians.push(Some(value)).unwrap();
        }
        let text = serde_json::to_string(&medians).unwrap();
        assert_eq!(serde_json::from_str::<PhaseMedians>(&text).unwrap(), medians);
        for (from, to) in [
            ("\"seen\":4", "\"seen\":2"),
            ("\"seen\":4", "\"seen\":3"),
            ("\"seen\":4", "\"seen\":18446744073709551615"),
            ("\"period\":3", "\"period\":1"),
            ("\"period\":3", "\"period\":4"),
            ("\"cycles\":2,\"seen\"", "\"cycles\":3,\"seen\""),
        ] {
            assert!(text.contains(from), "{text}");
            assert!(
                serde_json::from_str::<PhaseMedians>(&text.replacen(from, to, 1)).is_err(),
                "{from} {to}"
            );
        }
    }
}
