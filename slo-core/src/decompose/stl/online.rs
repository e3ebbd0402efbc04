//! The decomposition of a series that goes on.

use super::plan::Plan;
use super::prepared::{Prepared, check, present};
use super::reach::Reach;
use super::{SeasonalWindow, Stl};
use crate::decompose::decomposition::Decomposition;
#[cfg(feature = "serde")]
use crate::decompose::written::{missing, missing_one};
use crate::error::{Error, Result};
use crate::saved::Saved;

/// More values than this are not kept.
const MOST_KEPT: usize = 1 << 24;

/// More values than this are not counted: up to here floats tell places apart.
const MOST_VALUES: usize = 1 << 52;

/// What [`Stl`] finds in a series that goes on, exactly and in bounded memory.
///
/// # Method
///
/// All windows of a decomposition end somewhere: what a further value changes lies within a [reach](Self::reach) `R` of
/// the end, and what is decomposed without the values before a place is right from `R` after it on. With the half
/// `h = (q - 1) / 2` of each window `q` and fits at every `j`-th place, `I` passes, for seasonal, trend and low-pass
/// windows `s`, `t` and `l`:
///
/// ```text
/// R = p + I A,   A = (h_s + j_s - 1) p + h_l + h_t + j_l + j_t - 4
/// ```
///
/// So the last values, at least `2 R` of them and two periods more at most, are kept and decomposed anew with each further
/// one: a time and a memory that do not grow with the series. After each value, all that is said is what
/// [`Stl::decompose`] says of the whole series so far, but for rounding: within 1e-10 of the largest value, as sums are
/// formed in another order and about another centre.
///
/// Parts that no further value changes are settled. They are handed out once, by whole periods. There is one thing that
/// changes them still: [`Stl`] fits a line only where the places in a window deviate by more than a thousandth of the
/// range of the series, else a constant, as the programs that it follows do. In a series that has become so long, some
/// hundred times its windows, the decomposition of the whole has constants where it had lines: about gaps and at its
/// beginning, long settled, and at its end, where this form says the same.
///
/// A periodic season is a mean of all cycles, and a robust weight a share of the median of all remainders: any value
/// changes all parts. Both are refused.
///
/// # Examples
///
/// ```
/// use slo_core::decompose::Stl;
///
/// let values: Vec<f64> = (0..480).map(|t| f64::from(t % 24) + 0.1 * f64::from(t * t % 7)).collect();
/// let mut online = Stl::new(24).online(&values[..400])?;
/// for value in &values[400..] {
///     online.update(*value)?;
/// }
/// let (newest, parts) = (online.update(5.0)?.newest, Stl::new(24).decompose(&[&values[..], &[5.0]].concat())?);
/// assert!((newest.trend - parts.trend[480]).abs() < 1e-12 && (newest.seasonal - parts.seasonal[480]).abs() < 1e-12);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// As [`Stl`].
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub struct StlOnline {
    stl: Stl,
    plan: Plan,
    reach: Reach,
    observations: usize,
    /// The last values, from [`Self::start`] on.
    kept: Vec<f64>,
}

/// The parts of one value.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct StlPoint {
    /// The level that changes slowly.
    pub trend: f64,
    /// What repeats with the period.
    pub seasonal: f64,
    /// What both leave; NaN where the value is missing.
    #[cfg_attr(
        feature = "serde",
        serde(serialize_with = "missing_one::write", deserialize_with = "missing_one::read")
    )]
    pub remainder: f64,
}

/// What is known after further values.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct StlUpdate {
    /// The parts of the newest value.
    pub newest: StlPoint,
    /// The parts, final now, of the values that follow those that were settled before; mostly there are none.
    pub settled: Decomposition,
}

/// Equal parts; what is missing equals what is missing.
impl PartialEq for StlPoint {
    fn eq(&self, other: &Self) -> bool {
        self.trend == other.trend
            && self.seasonal == other.seasonal
            && is_same(self.remainder, other.remainder)
    }
}

/// The same decomposition of the same series.
impl PartialEq for StlOnline {
    fn eq(&self, other: &Self) -> bool {
        self.stl == other.stl
            && self.observations == other.observations
            && self.kept.iter().zip(&other.kept).all(|(left, right)| is_same(*left, *right))
    }
}

fn is_same(left: f64, right: f64) -> bool {
    left == right || left.is_nan() && right.is_nan()
}

impl Stl {
    /// The decomposition of a series that goes on after `history`.
    ///
    /// The parts of the history that are settled, the first [`settled`](StlOnline::settled) ones, are those of
    /// [`Stl::decompose`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let history: Vec<f64> = (0..48).map(|t| f64::from(t) + [0.0, 9.0, -3.0, -6.0][t as usize % 4]).collect();
    /// let mut online = Stl::new(4).online(&history)?;
    /// // The line goes on, and so does the season.
    /// let newest = online.update(48.0)?.newest;
    /// assert!((newest.trend - 48.0).abs() < 0.1 && newest.seasonal.abs() < 0.1);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for a periodic season and for robust weights, [`Error::LimitExceeded`] for windows so long
    /// that more than 16 777 216 values had to be kept, and as [`Stl::decompose`] of the history.
    pub fn online(&self, history: &[f64]) -> Result<StlOnline> {
        let mut online = StlOnline::begin(self, history.len())?;
        check(history, self.missing)?;
        if history.iter().any(|value| value.is_nan()) {
            Prepared::new(self, history.len())?.check_reach(&present(history))?;
        }
        online.kept = history.get(online.start()..).unwrap_or_default().to_vec();
        online.tail()?;
        Ok(online)
    }
}

impl StlOnline {
    /// The decomposition of a series of so many values, none of which is there yet.
    fn begin(stl: &Stl, observations: usize) -> Result<Self> {
        let plan = Plan::new(stl, observations)?;
        let refused = if stl.seasonal == SeasonalWindow::Periodic {
            Some(("a periodic season", "it is a mean of all cycles, a seasonal window is not"))
        } else if plan.outer > 0 {
            Some(("a robust decomposition", "its weights follow from the median of all remainders"))
        } else {
            None
        };
        if let Some((what, reason)) = refused {
            let (what, reason) = (format!("{what} of a series that goes on"), reason.to_owned());
            return Err(Error::Unsupported { what, reason });
        }
        let reach = plan.reach();
        let most = reach.whole.saturating_add(plan.period).saturating_mul(2);
        for (what, count, limit) in
            [("values to be kept", most, MOST_KEPT), ("values of a series", observations, MOST_VALUES)]
        {
            if count > limit {
                return Err(Error::LimitExceeded { what, value: count as u64, limit: limit as u64 });
            }
        }
        Ok(Self { stl: *stl, plan, reach, observations, kept: Vec::new() })
    }

    /// Learns the next value, and says what is known with it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values: Vec<f64> = (0..100).map(|t| f64::from(t * t % 23)).collect();
    /// let mut online = Stl::new(4).online(&values[..50])?;
    /// let mut settled = online.settled();
    /// for value in &values[50..] {
    ///     settled += online.update(*value)?.settled.trend.len();
    ///     assert_eq!(settled, online.settled());
    /// }
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Stl::decompose`] of all values so far; places are counted from the first of them. A value that is refused
    /// changes nothing. Where a gap becomes so long that [`Error::Degenerate`] refuses every further value, there is no
    /// decomposition of the whole: one of what comes after the gap has to begin.
    pub fn update(&mut self, value: f64) -> Result<StlUpdate> {
        self.learn(&[value])
    }

    /// Learns the next values, oldest first, with one decomposition after the last of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values: Vec<f64> = (0..100).map(|t| f64::from(t * t % 23)).collect();
    /// let mut online = Stl::new(4).online(&values[..8])?;
    /// let update = online.update_all(&values[8..])?;
    /// let parts = Stl::new(4).decompose(&values)?;
    /// assert_eq!((online.observations(), update.settled.trend.len()), (100, online.settled()));
    /// assert!((update.newest.trend - parts.trend[99]).abs() < 1e-12);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`StlOnline::update`]; then none of the values is learnt. [`Error::TooShort`] where there are none.
    pub fn update_all(&mut self, values: &[f64]) -> Result<StlUpdate> {
        if values.is_empty() {
            return Err(Error::TooShort { name: "values", len: 0, needed: 1 });
        }
        self.learn(values)
    }

    fn learn(&mut self, values: &[f64]) -> Result<StlUpdate> {
        let (held, start, settled) = (self.kept.len(), self.start(), self.settled());
        check(values, self.stl.missing).map_err(|error| match error {
            Error::NonFinite { name, index, value } => {
                Error::NonFinite { name, index: self.observations + index, value }
            }
            other => other,
        })?;
        let after = Self::begin(&self.stl, self.observations.saturating_add(values.len()))?;
        self.kept.extend_from_slice(values);
        // The newest value is right with fewer than all that are kept.
        let is_short = values.len() < self.plan.period && after.settled() == settled;
        let from = if is_short { after.newest_start() } else { start };
        let parts = match self.parts(start, from) {
            Ok(parts) => parts,
            Err(error) => {
                self.kept.truncate(held);
                return Err(error);
            }
        };
        self.kept.drain(..after.start() - start);
        self.observations = after.observations;
        let last = |part: &[f64]| part.last().copied().unwrap_or(f64::NAN);
        let newest = StlPoint {
            trend: last(&parts.trend),
            seasonal: last(&parts.seasonal),
            remainder: last(&parts.remainder),
        };
        Ok(StlUpdate { newest, settled: self.between(&parts, settled, after.settled()) })
    }

    /// The parts of the values from [`settled`](Self::settled) on, which further values may change.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values: Vec<f64> = (0..100).map(|t| f64::from(t * t % 23)).collect();
    /// let (online, parts) = (Stl::new(4).online(&values)?, Stl::new(4).decompose(&values)?);
    /// let tail = online.tail()?;
    /// assert_eq!(online.settled() + tail.trend.len(), 100);
    /// for (found, expected) in tail.trend.iter().zip(&parts.trend[online.settled()..]) {
    ///     assert!((found - expected).abs() < 1e-12);
    /// }
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] where a part of huge values leaves the floats.
    pub fn tail(&self) -> Result<Decomposition> {
        let start = self.start();
        let parts = self.parts(start, start)?;
        Ok(self.between(&parts, self.settled(), self.observations))
    }

    /// The last parts that follow from what is kept, of which `start` is the first place, from a place on.
    fn parts(&self, start: usize, from: usize) -> Result<Decomposition> {
        let values = self.kept.get(from - start..).unwrap_or_default();
        Prepared::after(from, values.len(), self.plan.clone(), self.stl.missing)
            .decompose_end(values, self.reach.pass)
    }

    /// How many values there were, those of the history included.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let mut online = Stl::new(2).online(&[1.0, 3.0, 1.0, 3.0])?;
    /// online.update(1.5)?;
    /// assert_eq!(online.observations(), 5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn observations(&self) -> usize {
        self.observations
    }

    /// How many of the values, from the first on, have parts that no further value changes: whole periods.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let values: Vec<f64> = (0..200).map(|t| f64::from(t * t % 23)).collect();
    /// let (more, fewer) = (Stl::new(4).decompose(&values)?, Stl::new(4).decompose(&values[..100])?);
    /// let settled = Stl::new(4).online(&values[..100])?.settled();
    /// assert!(settled + 4 > 100 - Stl::new(4).online(&values)?.reach());
    /// for place in 0..settled {
    ///     assert!((more.trend[place] - fewer.trend[place]).abs() < 1e-12);
    /// }
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn settled(&self) -> usize {
        if self.observations / 2 < self.reach.whole {
            return 0;
        }
        let settled = self.observations - self.reach.whole;
        settled - settled % self.plan.period
    }

    /// How many of the last values have parts that the next value may change, once there are twice as many.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let stl = Stl::new(4).seasonal(7).trend(7).low_pass(5).inner(2);
    /// // 4 + 2 (3 * 4 + 2 + 3 + 1 + 1 - 4)
    /// assert_eq!(stl.online(&[0.0; 8])?.reach(), 34);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn reach(&self) -> usize {
        self.reach.whole
    }

    /// The decomposition that goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let stl = Stl::new(2).trend(7);
    /// assert_eq!(stl.online(&[1.0, 3.0, 1.0, 3.0])?.decomposition(), stl);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn decomposition(&self) -> Stl {
        self.stl
    }

    /// The state, to be kept and resumed.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let mut online = Stl::new(2).online(&[1.0, 3.0, 1.0, 3.0])?;
    /// let mut resumed = online.snapshot().restore()?;
    /// assert_eq!(resumed.update(2.0)?, online.update(2.0)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn snapshot(&self) -> StlSnapshot {
        StlSnapshot(Saved::new(StlSnapshot::VERSION, self.clone()))
    }

    /// The parts from one place of the series to another, of those up to its end.
    fn between(&self, parts: &Decomposition, from: usize, to: usize) -> Decomposition {
        let first = self.observations - parts.trend.len();
        let part = |part: &[f64]| {
            part.get(from.max(first) - first..to.max(first) - first).unwrap_or_default().to_vec()
        };
        Decomposition {
            trend: part(&parts.trend),
            seasonal: part(&parts.seasonal),
            remainder: part(&parts.remainder),
            weights: part(&parts.weights),
        }
    }

    /// The first place that is kept: whole periods before the first one that is not settled, as the phases are, and the
    /// reach at least, which lies within the two.
    const fn start(&self) -> usize {
        let (reach, period) = (self.reach.whole, self.plan.period);
        self.settled().saturating_sub(reach.next_multiple_of(period))
    }

    /// The last place, whole periods from the first, from which on the newest value follows from what is kept.
    const fn newest_start(&self) -> usize {
        let start = self.observations.saturating_sub(self.reach.newest);
        start - start % self.plan.period
    }
}

/// All that a [`StlOnline`] needs to go on: what it says next is the same, bit for bit.
///
/// With the feature `serde` it can be written down. What is read back is checked: [`StlSnapshot::restore`] refuses a
/// state that nothing could have got into, and one of another version.
///
/// # Examples
///
/// ```
/// use slo_core::decompose::Stl;
///
/// let online = Stl::new(2).online(&[1.0, 3.0, 1.0, 3.0])?;
/// assert_eq!(online.snapshot().restore()?, online);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct StlSnapshot(Saved<StlOnline>);

impl StlSnapshot {
    /// What states of this version look like.
    const VERSION: u32 = 1;

    /// The decomposition, where it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// let online = Stl::new(2).online(&[1.0, 3.0, 1.0, 3.0])?;
    /// assert_eq!(online.snapshot().restore()?.observations(), 4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::State`] for what another version wrote, and for a state that is damaged.
    pub fn restore(self) -> Result<StlOnline> {
        self.0.open(Self::VERSION)
    }
}

#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    stl: Stl,
    observations: usize,
    #[serde(serialize_with = "missing::write", deserialize_with = "missing::read")]
    kept: Vec<f64>,
}

#[cfg(feature = "serde")]
impl From<StlOnline> for Written {
    fn from(StlOnline { stl, observations, kept, .. }: StlOnline) -> Self {
        Self { stl, observations, kept }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for StlOnline {
    type Error = Error;

    fn try_from(Written { stl, observations, kept }: Written) -> Result<Self> {
        let mut online = Self::begin(&stl, observations)?;
        if kept.len() != observations - online.start() {
            return Err(Error::State { reason: "it does not keep the values that it would".to_owned() });
        }
        online.kept = kept;
        // It decomposes what it would.
        online.tail()?;
        Ok(online)
    }
}
