//! The stream of rows.

use std::fmt;

use slo_core::ndarray::ArrayView2;
use slo_core::{Error, Figure, Result};

use super::HalfSpaceTrees;
use super::forest::Forest;
use crate::online::after;
use crate::verdict::Reason;

/// What is said about one row of a stream.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{HalfSpaceTrees, Reason};
///
/// let verdict = HalfSpaceTrees::new().online(1)?.observe(&[1.0])?;
/// assert_eq!((verdict.index, verdict.reason), (0, Reason::WarmingUp));
/// assert_eq!(verdict.to_string(), "row 0 is not judged: no window is full yet");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct RowVerdict {
    /// How many rows were seen before.
    pub index: usize,
    /// How unusual the row is; NaN while warming up.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub score: f64,
    /// What the score must exceed for the row to be flagged.
    pub threshold: f64,
    /// Whether the row is an anomaly.
    pub flagged: bool,
    /// Why it is flagged, or is not.
    pub reason: Reason,
}

impl PartialEq for RowVerdict {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
            && (self.score == other.score || (self.score.is_nan() && other.score.is_nan()))
            && self.threshold == other.threshold
            && self.flagged == other.flagged
            && self.reason == other.reason
    }
}

impl fmt::Display for RowVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reason == Reason::WarmingUp {
            return write!(f, "row {} is not judged: no window is full yet", self.index);
        }
        let (verdict, place) = if self.flagged { ("is", "beyond") } else { ("is not", "within") };
        let (score, threshold) = (Figure(self.score), Figure(self.threshold));
        write!(
            f,
            "row {} {verdict} flagged: a score of {score}, {place} the threshold {threshold}",
            self.index
        )
    }
}

/// The trees of [`HalfSpaceTrees`] with what they have seen.
///
/// With the feature `serde` it can be written down, and goes on where it was: the next verdicts are the same, bit for
/// bit.
///
/// # Examples
///
/// ```
/// use slo_anomaly::HalfSpaceTrees;
///
/// let mut model = HalfSpaceTrees::new().window(50).online(2)?;
/// for i in 0..200 {
///     let i = f64::from(i);
///     model.observe(&[(0.618 * i).fract(), (0.414 * i).fract()])?;
/// }
/// assert!(model.observe(&[4.0, -2.0])?.flagged);
/// assert_eq!(model.to_string(), "25 trees of height 8 for rows of 2 columns, 201 seen");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub struct HalfSpaceTreesModel {
    plan: HalfSpaceTrees,
    columns: usize,
    seen: usize,
    state: State,
}

/// Before the ranges are known, and after.
#[derive(Clone, Debug, PartialEq)]
enum State {
    /// The rows of the first window, one after the other.
    First(Vec<f64>),
    Grown {
        ranges: Vec<(f64, f64)>,
        forest: Forest,
        /// How many rows this window holds.
        filled: usize,
        /// Whether there is a reference.
        ready: bool,
    },
}

impl HalfSpaceTreesModel {
    /// Of a plan that was checked.
    pub(super) fn new(plan: HalfSpaceTrees, columns: usize) -> Self {
        let state = match &plan.ranges {
            None => State::First(Vec::new()),
            Some(ranges) => {
                let (ranges, forest) = (ranges.clone(), Forest::new(&plan, ranges));
                State::Grown { ranges, forest, filled: 0, ready: false }
            }
        };
        Self { plan, columns, seen: 0, state }
    }

    /// How many numbers a row has.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::HalfSpaceTrees::new().online(4)?.columns(), 4);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// How many rows were observed.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_anomaly::HalfSpaceTrees::new().online(4)?.seen(), 0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn seen(&self) -> usize {
        self.seen
    }

    /// The score of a row, were it the next one; NaN until a window is full. Nothing is learnt from it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// let mut model = HalfSpaceTrees::new().window(50).online(1)?;
    /// assert!(model.score(&[3.0])?.is_nan());
    /// for i in 0..50 {
    ///     model.observe(&[f64::from(i * 7 % 11)])?;
    /// }
    /// assert!(model.score(&[5.0])? < model.score(&[60.0])?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] for a row of another width, and [`Error::NonFinite`] with the column of a number that is
    /// not finite.
    pub fn score(&self, row: &[f64]) -> Result<f64> {
        self.admit(row)?;
        Ok(match &self.state {
            State::Grown { forest, ready: true, .. } => self.of_mass(forest.mass(row, self.few())),
            State::First(_) | State::Grown { .. } => f64::NAN,
        })
    }

    /// The verdict on the next row, which is learnt from.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    ///
    /// let mut model = HalfSpaceTrees::new().window(50).online(1)?;
    /// for i in 0..50 {
    ///     model.observe(&[(0.618 * f64::from(i)).fract()])?;
    /// }
    /// let foreseen = model.score(&[6.0])?;
    /// let verdict = model.observe(&[6.0])?;
    /// assert_eq!((verdict.index, verdict.score, verdict.flagged), (50, foreseen, true));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`HalfSpaceTreesModel::score`]; nothing is learnt then.
    pub fn observe(&mut self, row: &[f64]) -> Result<RowVerdict> {
        self.admit(row)?;
        let seen = after(self.seen, 1)?;
        let score = self.learn(row);
        let (index, threshold) = (self.seen, self.plan.threshold);
        self.seen = seen;
        let flagged = score > threshold;
        let reason = match (score.is_nan(), flagged) {
            (true, _) => Reason::WarmingUp,
            (false, true) => Reason::Beyond,
            (false, false) => Reason::Within,
        };
        Ok(RowVerdict { index, score, threshold, flagged, reason })
    }

    /// Observes rows in order, and writes the score of each.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::HalfSpaceTrees;
    /// use slo_core::ndarray::Array2;
    ///
    /// let rows = Array2::from_shape_fn((60, 1), |(row, _)| (row * 7 % 11) as f64);
    /// let (mut model, mut scores) = (HalfSpaceTrees::new().window(50).online(1)?, [0.0; 60]);
    /// model.observe_into(rows.view(), &mut scores)?;
    /// assert!(scores[49].is_nan() && !scores[50].is_nan());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] for rows of another width, and unless there is one place for each row;
    /// [`Error::TooShort`] without a row; [`Error::NonFinite`] with the place of the first row that holds a number that
    /// is not finite. Nothing is learnt then.
    pub fn observe_into(&mut self, rows: ArrayView2<'_, f64>, scores: &mut [f64]) -> Result<()> {
        crate::rows::check_width(self.columns, rows.ncols())?;
        crate::rows::check_rows(rows)?;
        Error::check_lengths("rows", rows.nrows(), "scores", scores.len())?;
        let seen = after(self.seen, rows.nrows())?;
        let mut numbers = Vec::with_capacity(self.columns);
        for (row, score) in rows.rows().into_iter().zip(scores) {
            numbers.clear();
            numbers.extend(row);
            *score = self.learn(&numbers);
        }
        self.seen = seen;
        Ok(())
    }

    fn admit(&self, row: &[f64]) -> Result<()> {
        crate::rows::check_width(self.columns, row.len())?;
        Error::check_finite("row", row)
    }

    /// Counts a row, and says what its score was before.
    fn learn(&mut self, row: &[f64]) -> f64 {
        let (few, window) = (self.few(), self.plan.window);
        match &mut self.state {
            State::First(first) => {
                first.extend_from_slice(row);
                if first.len() == window * self.columns {
                    let first = std::mem::take(first);
                    self.begin(&first);
                }
                f64::NAN
            }
            State::Grown { forest, filled, ready, .. } => {
                let was_ready = *ready;
                let mass = forest.count(row, few);
                *filled += 1;
                if *filled == window {
                    forest.turn();
                    (*filled, *ready) = (0, true);
                }
                if was_ready { self.of_mass(mass) } else { f64::NAN }
            }
        }
    }

    /// Learns the ranges from the first window, which becomes the reference.
    fn begin(&mut self, first: &[f64]) {
        let ranges = learnt_ranges(first, self.columns);
        let mut forest = Forest::new(&self.plan, &ranges);
        for row in first.chunks_exact(self.columns) {
            forest.count(row, 0);
        }
        forest.turn();
        self.state = State::Grown { ranges, forest, filled: 0, ready: true };
    }

    /// So many rows in a box are too few to halve it again: a tenth of a window.
    fn few(&self) -> u32 {
        u32::try_from(self.plan.window / 10).unwrap_or(u32::MAX)
    }

    /// The score of a mass that all trees add up to.
    fn of_mass(&self, mass: f64) -> f64 {
        1.0 / (1.0 + mass / (self.plan.trees as f64 * self.plan.window as f64))
    }
}

/// The least and the greatest number of each column; about a constant, as far as it is from 0.
fn learnt_ranges(rows: &[f64], columns: usize) -> Vec<(f64, f64)> {
    let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); columns];
    for row in rows.chunks_exact(columns) {
        for ((low, high), value) in ranges.iter_mut().zip(row) {
            (*low, *high) = (low.min(*value), high.max(*value));
        }
    }
    for (low, high) in &mut ranges {
        if low == high {
            let reach = if *low == 0.0 { 1.0 } else { (low.abs() / 2.0).max(f64::MIN_POSITIVE) };
            (*low, *high) = ((*low - reach).max(f64::MIN), (*high + reach).min(f64::MAX));
        }
    }
    ranges
}

impl fmt::Display for HalfSpaceTreesModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HalfSpaceTrees { trees, height, .. } = self.plan;
        let column = if self.columns == 1 { "column" } else { "columns" };
        write!(
            f,
            "{trees} trees of height {height} for rows of {} {column}, {} seen",
            self.columns, self.seen
        )
    }
}

/// A model as it is written down: the counts; the boxes follow from plan and ranges.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    plan: HalfSpaceTrees,
    columns: usize,
    seen: usize,
    first: Vec<f64>,
    ranges: Option<Vec<(f64, f64)>>,
    filled: usize,
    ready: bool,
    /// The counts of the smallest boxes, tree by tree; larger ones hold what their halves hold.
    reference: Vec<u32>,
    latest: Vec<u32>,
}

/// What states of this version look like.
#[cfg(feature = "serde")]
const VERSION: u32 = 1;

#[cfg(feature = "serde")]
impl From<HalfSpaceTreesModel> for Written {
    fn from(model: HalfSpaceTreesModel) -> Self {
        let HalfSpaceTreesModel { plan, columns, seen, state } = model;
        let mut written = Self {
            version: VERSION,
            plan,
            columns,
            seen,
            first: Vec::new(),
            ranges: None,
            filled: 0,
            ready: false,
            reference: Vec::new(),
            latest: Vec::new(),
        };
        match state {
            State::First(first) => written.first = first,
            State::Grown { ranges, forest, filled, ready } => {
                for leaf in forest.leaves() {
                    written.reference.push(leaf.reference);
                    written.latest.push(leaf.latest);
                }
                (written.ranges, written.filled, written.ready) = (Some(ranges), filled, ready);
            }
        }
        written
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for HalfSpaceTreesModel {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let damaged = |reason: &str| Error::State { reason: reason.to_owned() };
        let Written { version, plan, columns, seen, first, ranges, filled, ready, reference, latest } =
            written;
        if version != VERSION {
            return Err(damaged("another version wrote it"));
        }
        let window = plan.window;
        let mut model = plan.online(columns)?;
        model.seen = after(seen, 0).map_err(|_| damaged("it has seen more rows than can be counted"))?;
        let Some(ranges) = ranges else {
            let sound = model.plan.ranges.is_none()
                && (seen < window && filled == 0 && !ready)
                && (reference.is_empty() && latest.is_empty())
                && Some(first.len()) == seen.checked_mul(columns)
                && first.iter().all(|value| value.is_finite());
            if !sound {
                return Err(damaged("its first rows are not as many as were seen"));
            }
            model.state = State::First(first);
            return Ok(model);
        };
        let finite = |(low, high): &(f64, f64)| low < high && low.is_finite() && high.is_finite();
        let sound = ranges.len() == columns
            && ranges.iter().all(finite)
            && model.plan.ranges.as_ref().is_none_or(|given| *given == ranges)
            && first.is_empty()
            && filled == seen % window
            && ready == (seen >= window);
        if !sound {
            return Err(damaged("its ranges or its numbers of rows are not those of its plan"));
        }
        let mut forest = Forest::new(&model.plan, &ranges);
        let held = (if ready { window } else { 0 }, filled);
        if !forest.refill(&reference, &latest, held) {
            return Err(damaged("its counts are not those of the rows that were seen"));
        }
        model.state = State::Grown { ranges, forest, filled, ready };
        Ok(model)
    }
}
