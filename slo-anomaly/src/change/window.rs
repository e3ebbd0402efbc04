//! Places whose two sides differ.

use slo_core::{Error, Result};

use super::cost::{Cost, check_penalty};
use super::points::ChangePoints;
use super::sums::Sums;

/// The changes of a series, each found from a window on either side of it.
///
/// # Method
///
/// ```text
/// gain(t) = C(t - window, t + window) - C(t - window, t) - C(t, t + window)
/// a change is at t if gain(t) > penalty and no gain within the window of t is greater
/// ```
///
/// Of equal gains the first counts. Time is proportional to the length, whatever the series; a change nearer than
/// `window` to another, or to an end, is seen late or not at all: [`Pelt`](crate::Pelt) weighs all divisions. The penalty
/// is that of [`Pelt`](crate::Pelt) unless it is given.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `window` | | at least 2 | values |
/// | `cost` | [`Cost::L2`] | | |
/// | `penalty` | from the noise | at least 0 | of the cost |
///
/// # Examples
///
/// ```
/// use slo_anomaly::WindowChange;
///
/// let values = [5.0, 6.0, 5.0, 6.0, 5.0, 25.0, 26.0, 25.0, 26.0, 25.0];
/// assert_eq!(WindowChange::new(4).detect(&values)?.indices, [5]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Truong, C., Oudre, L. and Vayatis, N. (2020). Selective review of offline change point detection methods. *Signal
/// Processing* 167, 107299, section 5.2.1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct WindowChange {
    /// How many values are compared on either side.
    pub window: usize,
    /// What changes.
    pub cost: Cost,
    /// What a change must save; from the noise if none.
    pub penalty: Option<f64>,
}

impl WindowChange {
    /// Changes of level between so many values before and as many after.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::WindowChange;
    ///
    /// assert!(WindowChange::new(2).detect(&[5.0, 6.0, 5.0, 6.0, 5.0, 6.0])?.indices.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(window: usize) -> Self {
        Self { window, cost: Cost::L2, penalty: None }
    }

    /// What changes; the level by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cost, WindowChange};
    ///
    /// let errors = [2.0, 1.0, 3.0, 2.0, 2.0, 1.0, 3.0, 2.0, 9.0, 7.0, 8.0, 6.0, 10.0, 8.0, 7.0, 9.0];
    /// assert_eq!(WindowChange::new(6).cost(Cost::Poisson).detect(&errors)?.indices, [8]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// What a change must save, in the unit of the cost; from the noise by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::WindowChange;
    ///
    /// // Two values on either side: one level costs 4 · 5² = 100, two levels nothing.
    /// let values = [0.0, 0.0, 0.0, 10.0, 10.0, 10.0];
    /// assert_eq!(WindowChange::new(2).penalty(99.0).detect(&values)?.indices, [3]);
    /// assert!(WindowChange::new(2).penalty(100.0).detect(&values)?.indices.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn penalty(mut self, penalty: f64) -> Self {
        self.penalty = Some(penalty);
        self
    }

    /// Refuses parameters outside their ranges; `detect` does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::WindowChange;
    ///
    /// assert!(WindowChange::new(2).check().is_ok() && WindowChange::new(1).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window below 2, and a penalty below 0 or not finite.
    pub fn check(&self) -> Result<()> {
        if self.window < 2 {
            return Err(Error::invalid("window", self.window, "must hold at least 2 values"));
        }
        check_penalty(self.penalty)
    }

    /// Where the series changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::WindowChange;
    ///
    /// let values = [1.0, 2.0, 1.0, 2.0, 9.0, 8.0, 9.0, 8.0, 1.0, 2.0, 1.0, 2.0];
    /// assert_eq!(WindowChange::new(3).penalty(50.0).detect(&values)?.indices, [4, 8]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`WindowChange::check`]; [`Error::TooShort`] below two windows; [`Error::NonFinite`] with the index of a value
    /// that is not finite; [`Error::NegativeCount`] with that of a negative one where values are counts.
    pub fn detect(&self, values: &[f64]) -> Result<ChangePoints> {
        self.check()?;
        self.cost.check(values)?;
        let (len, needed) = (values.len(), self.window.saturating_mul(2));
        if len < needed {
            return Err(Error::TooShort { name: "values", len, needed });
        }
        let centred = self.cost.centred(values);
        let (penalty, limit) = self.cost.penalties(self.penalty, &centred);
        let sums = Sums::new(self.cost, &centred);
        let gains: Vec<f64> = (self.window..=len - self.window)
            .map(|middle| {
                let (begin, end) = (middle - self.window, middle + self.window);
                sums.cost(begin, end) - sums.cost(begin, middle) - sums.cost(middle, end)
            })
            .collect();
        let mut bounds = vec![0];
        bounds.extend(peaks(&gains, limit, self.window).into_iter().map(|place| place + self.window));
        bounds.push(len);
        let pairs = bounds.iter().zip(bounds.iter().skip(1));
        let segments = pairs.map(|(begin, end)| sums.segment(*begin, *end, &centred)).collect();
        Ok(ChangePoints::of(segments, penalty))
    }
}

/// The places above a limit with nothing greater fewer than `reach` places away, and nothing equal before.
fn peaks(gains: &[f64], limit: f64, reach: usize) -> Vec<usize> {
    let mut peaks = Vec::new();
    // The places that may still be the greatest of a window, their gains falling.
    let mut falling = std::collections::VecDeque::new();
    let gain = |place: usize| gains.get(place).copied().unwrap_or(f64::NEG_INFINITY);
    let mut next = 0;
    for place in 0..gains.len() {
        let ahead = gains.len().min(place.saturating_add(reach));
        while next < ahead {
            while falling.back().is_some_and(|last| gain(*last) < gain(next)) {
                falling.pop_back();
            }
            falling.push_back(next);
            next += 1;
        }
        while falling.front().is_some_and(|first| first + reach <= place) {
            falling.pop_front();
        }
        if falling.front() == Some(&place) && gain(place) > limit {
            peaks.push(place);
        }
    }
    peaks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pelt;
    use crate::change::NILE;
    use proptest::prelude::*;
    use slo_core::ErrorKind;

    #[test]
    fn the_nile_changed_in_1898() {
        // Cobb (1978); the same place as the best division of all.
        assert_eq!(WindowChange::new(20).detect(&NILE).unwrap().indices, [28]);
        assert_eq!(Pelt::new().detect(&NILE).unwrap().indices, [28]);
    }

    #[test]
    fn every_setter_changes_what_is_found() {
        let steps: Vec<f64> = (0..60).map(|i| f64::from(i / 10 % 2 * 4 + i % 2)).collect();
        let found = |rule: WindowChange| rule.detect(&steps).unwrap().indices;
        assert_eq!(found(WindowChange::new(10)), [10, 20, 30, 40, 50]);
        assert_ne!(found(WindowChange::new(30)), found(WindowChange::new(10)));
        assert_eq!(found(WindowChange::new(10).penalty(1e9)), [0_usize; 0]);
        let wilder: Vec<f64> =
            (0..40).map(|i| f64::from(i % 2 * 2 - 1) * if i < 20 { 1.0 } else { 40.0 }).collect();
        let found = |rule: WindowChange| rule.penalty(20.0).detect(&wilder).unwrap().indices;
        assert_eq!(found(WindowChange::new(10).cost(Cost::Normal)), [20]);
        assert_ne!(found(WindowChange::new(10)), [20]);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let kind = |rule: WindowChange, values: &[f64]| rule.detect(values).unwrap_err().kind();
        assert_eq!(kind(WindowChange::new(1), &NILE), ErrorKind::InvalidParameter);
        assert_eq!(kind(WindowChange::new(51), &NILE), ErrorKind::TooShort);
        assert!(WindowChange::new(50).detect(&NILE).is_ok());
        assert_eq!(kind(WindowChange::new(usize::MAX), &NILE), ErrorKind::TooShort);
        assert_eq!(kind(WindowChange::new(2), &[0.0, 1.0, f64::NAN, 2.0]), ErrorKind::NonFinite);
        let counts = WindowChange::new(2).cost(Cost::Poisson);
        assert_eq!(kind(counts, &[0.0, 1.0, -1.0, 2.0]), ErrorKind::InvalidCount);
        assert!(WindowChange::new(2).detect(&[5.0; 9]).unwrap().indices.is_empty());
    }

    proptest! {
        #[test]
        fn peaks_are_those_of_the_definition(gains in prop::collection::vec(0_i32..6, 1..40), reach in 1_usize..9) {
            let gains: Vec<f64> = gains.into_iter().map(f64::from).collect();
            let near = |place: usize| place.saturating_sub(reach - 1)..gains.len().min(place + reach);
            let is_peak = |place: &usize| {
                let place = *place;
                gains[place] > 1.0
                    && near(place).all(|other| gains[other] < gains[place] || (gains[other] == gains[place] && other >= place))
            };
            prop_assert_eq!(peaks(&gains, 1.0, reach), (0..gains.len()).filter(is_peak).collect::<Vec<_>>());
        }
    }
}
