//! The division of a series into segments that costs least.

mod fast;
mod search;
#[cfg(test)]
mod tests;

use slo_core::{Error, Result};

use super::cost::{Cost, check_penalty};
use super::points::ChangePoints;
use super::sums::{Centred, Sums};

/// The changes of a series: the division into segments that costs least, of all there are.
///
/// # Method
///
/// ```text
/// minimise   Σ over segments C(segment) + penalty · changes,   each segment of at least min_size values
/// F(t) = min { F(s) + C(s, t) + penalty : s <= t - min_size }
/// s is dropped for all T >= t + min_size once F(s) + C(s, t) > F(t)
/// ```
///
/// Dropping loses nothing: from `t` on, a change at `t` costs less than none since `s`. With segments of at least
/// `min_size` that change can be made only from `t + min_size` on; dropped before, as elsewhere, the search is no longer
/// exact. Where divisions cost the same, the longest last segment is taken. Time is proportional to the length where
/// changes come at a steady pace, and to its square where there are none.
///
/// Without a penalty of its own, a change must save `3 σ² ln n` ([`Cost::L2`]), `4 ln n` ([`Cost::Normal`]) or `3 ln n`
/// ([`Cost::Poisson`]). `σ` is the noise between neighbours, 1.4826 times the median distance of first differences from
/// their median, over √2: changes do not add to it. Where most differences are equal it is their root mean square
/// instead. Of 1,000 independent normal values without a change, 0.5% of the series show one. Autocorrelation makes
/// neighbours more alike than the values are, so `σ` is too small and changes too many: give a `penalty` then.
///
/// The squared distances are summed about the median. Where levels lie so far apart that rounding might matter, sums are
/// kept in twice the digits, so that an offset of 10^9 changes nothing.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `cost` | [`Cost::L2`] | | |
/// | `penalty` | from the noise | at least 0 | of the cost |
/// | `min_size` | 2 | at least 1 | values |
///
/// # Examples
///
/// ```
/// use slo_anomaly::Pelt;
///
/// let found = Pelt::new().detect(&[5.0, 6.0, 5.0, 6.0, 5.0, 25.0, 26.0, 25.0, 26.0, 25.0])?;
/// assert_eq!(found.indices, [5]);
/// // Five values about 5.4 and five about 25.4: 1.2 each.
/// assert!((found.cost - 2.4).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Killick, R., Fearnhead, P. and Eckley, I. A. (2012). Optimal detection of changepoints with a linear computational
/// cost. *Journal of the American Statistical Association* 107(500), 1590-1598. Zhang, N. R. and Siegmund, D. O. (2007).
/// A modified Bayes information criterion with applications to the analysis of comparative genomic hybridization data.
/// *Biometrics* 63(1), 22-32.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Pelt {
    /// What changes between segments.
    pub cost: Cost,
    /// What a change must save; from the noise if none.
    pub penalty: Option<f64>,
    /// How many values a segment has at least.
    pub min_size: usize,
}

impl Default for Pelt {
    fn default() -> Self {
        Self::new()
    }
}

impl Pelt {
    /// Changes of level, in segments of at least 2 values, for which noise does not account.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Pelt;
    ///
    /// assert!(Pelt::new().detect(&[5.0, 6.0, 5.0, 6.0, 5.0, 6.0])?.indices.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { cost: Cost::L2, penalty: None, min_size: 2 }
    }

    /// What changes between segments; the level by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Cost, Pelt};
    ///
    /// // Two errors a minute, then eight: as counts, that is no accident.
    /// let errors = [2.0, 1.0, 3.0, 2.0, 2.0, 1.0, 3.0, 2.0, 9.0, 7.0, 8.0, 6.0, 10.0, 8.0];
    /// assert_eq!(Pelt::new().cost(Cost::Poisson).detect(&errors)?.indices, [8]);
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
    /// use slo_anomaly::Pelt;
    ///
    /// // One level costs 10 · 5² = 250, two levels nothing.
    /// let values = [0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 10.0, 10.0, 10.0, 10.0];
    /// assert_eq!(Pelt::new().penalty(249.0).detect(&values)?.indices, [5]);
    /// assert!(Pelt::new().penalty(250.0).detect(&values)?.indices.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn penalty(mut self, penalty: f64) -> Self {
        self.penalty = Some(penalty);
        self
    }

    /// How many values a segment has at least; 2 by default, so that a single spike is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Pelt;
    ///
    /// let values = [0.0, 0.0, 0.0, 0.0, 90.0, 0.0, 0.0, 0.0];
    /// assert_eq!(Pelt::new().penalty(100.0).min_size(1).detect(&values)?.indices, [4, 5]);
    /// assert!(Pelt::new().penalty(3000.0).min_size(3).detect(&values)?.indices.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn min_size(mut self, min_size: usize) -> Self {
        self.min_size = min_size;
        self
    }

    /// Refuses parameters outside their ranges; `detect` does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Pelt;
    ///
    /// assert!(Pelt::new().check().is_ok());
    /// assert!(Pelt::new().min_size(0).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a penalty below 0 or not finite, and a `min_size` of 0.
    pub fn check(&self) -> Result<()> {
        check_penalty(self.penalty)?;
        if self.min_size == 0 {
            return Err(Error::invalid("min_size", self.min_size, "must be at least 1"));
        }
        Ok(())
    }

    /// Where the series changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Pelt;
    ///
    /// let found = Pelt::new().detect(&[1.0, 2.0, 1.0, 2.0, 9.0, 8.0, 9.0, 8.0, 1.0, 2.0, 1.0, 2.0])?;
    /// assert_eq!(found.indices, [4, 8]);
    /// assert_eq!(found.segments[1].mean, 8.5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Pelt::check`]; [`Error::TooShort`] without a value; [`Error::NonFinite`] with the index of a value that is
    /// not finite; [`Error::NegativeCount`] with that of a negative one where values are counts;
    /// [`Error::LimitExceeded`] above 262,144 values, for [`Cost::Normal`] and [`Cost::Poisson`] 65,536: without
    /// changes the time grows with the square of the length.
    pub fn detect(&self, values: &[f64]) -> Result<ChangePoints> {
        self.check()?;
        self.cost.check(values)?;
        if values.is_empty() {
            return Err(Error::TooShort { name: "values", len: 0, needed: 1 });
        }
        let (len, longest) = (values.len(), self.cost.longest());
        if len > longest {
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            return Err(Error::LimitExceeded { what: "values", value: count(len), limit: count(longest) });
        }
        let centred = self.cost.centred(values);
        let (penalty, limit) = self.cost.penalties(self.penalty, &centred);
        let sums = Sums::new(self.cost, &centred);
        let lasts = self.lasts(&centred, &sums, limit);
        let segments = segments(&lasts).into_iter().map(|(begin, end)| sums.segment(begin, end, &centred));
        Ok(ChangePoints::of(segments.collect(), penalty))
    }

    /// For each number of first values, where the last segment of their cheapest division begins.
    fn lasts(&self, centred: &Centred, sums: &Sums, penalty: f64) -> Vec<u32> {
        let len = centred.values.len();
        let pairs = centred.values.iter().zip(centred.values.iter().skip(1));
        if pairs.into_iter().all(|(left, right)| left == right) || len < self.min_size.saturating_mul(2) {
            return vec![0; len + 1];
        }
        if self.cost == Cost::L2
            && let Some(lasts) = fast::search(sums, penalty, self.min_size)
        {
            return lasts;
        }
        search::search(len, penalty, self.min_size, |begin, end| sums.cost(begin, end))
    }
}

/// Begin and end of each segment, in order.
fn segments(lasts: &[u32]) -> Vec<(usize, usize)> {
    let mut segments = Vec::new();
    let mut end = lasts.len().saturating_sub(1);
    while end > 0 {
        // Each last segment begins before it ends, so this comes to 0.
        let begin = lasts.get(end).and_then(|begin| usize::try_from(*begin).ok()).unwrap_or(0);
        segments.push((begin, end));
        end = begin;
    }
    segments.reverse();
    segments
}
