//! Areas and volumes under curves that forgive being near.

use slo_core::{Error, Result};

use super::labels::{Labels, descending, rank};
use super::scored::{Mean, Scored, scored};

/// How many thresholds a curve is drawn through.
const THRESHOLDS: usize = 250;

/// The most steps that a volume may take.
const LIMIT: u64 = 20_000_000_000;

/// Areas under both curves, or the volumes of many of them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Areas<T = f64> {
    /// Under precision over recall.
    pub pr: T,
    /// Under the share of true alarms over that of false ones.
    pub roc: T,
}

impl Mean for Areas {
    fn mean(of: &[Self]) -> Self {
        let mean = |part: fn(&Self) -> f64| of.iter().map(part).sum::<f64>() / of.len() as f64;
        Self { pr: mean(|areas| areas.pr), roc: mean(|areas| areas.roc) }
    }
}

/// The areas under the range-based curves whose windows reach `window` values further.
///
/// # Method
///
/// A place d outside the windows, with d up to ℓ/2 rounded down, is unusual by √(1 - d/ℓ), by the sum over all windows
/// near it, and by at most 1. At 250 thresholds, the scores at the evenly spaced places ⌊k (n - 1)/249⌋ of their
/// descending order, with what is at least the threshold flagged:
///
/// ```text
/// T  flagged values inside the windows, P values inside them, R the sum of √(1 - d/ℓ) over the flagged ones outside
/// existence = windows with a flag within ℓ/2 of them / windows,      those that then meet counting as one
/// recall    = min((T + R)/(P + R/2), 1) · existence
/// precision = (T + R)/flagged,      false alarms = (flagged - T - R)/(n - P - R/2)
/// pr  = Σ (recall_k - recall_{k-1}) precision_k,      roc = the trapezoids of recall over false alarms, up to (1, 1)
/// ```
///
/// With `window` = 0 the curves are those of single values, times the share of windows that were found.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, range_auc};
///
/// // An alarm two values late, worth √(1 - 2/4).
/// let labels = Labels::new(9, &[(3, 5)])?;
/// let late = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0];
/// assert!(range_auc(&late, &labels, 0)?.value.pr < 0.25);
/// assert!(range_auc(&late, &labels, 4)?.value.pr > 0.45);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`vus`].
pub fn range_auc(scores: &[f64], labels: &Labels, window: usize) -> Result<Scored<Areas>> {
    check(labels, window)?;
    scored(scores, labels, |scores, labels| Volume::of(scores, labels, window).areas(window))
}

/// The volumes under the range-based curves: the mean areas over all windows from 0 to `window`.
///
/// # Method
///
/// ```text
/// volume = 1/(L + 1) Σ_{ℓ=0..L} area(ℓ)
/// ```
///
/// with the areas of [`range_auc`]. No threshold has to be chosen and no exact place has to be hit; a usual choice of
/// L is the series' period. One sort and O(250 + windows + values near them) steps for each ℓ.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, vus};
///
/// let labels = Labels::new(9, &[(3, 5)])?;
/// let found = vus(&[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], &labels, 4)?;
/// assert_eq!(found.value.pr, 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LengthMismatch`] unless there is one score for each label, [`Error::Degenerate`] unless some values are
/// unusual and some are not, [`Error::InvalidParameter`] for a window longer than the series, and
/// [`Error::LimitExceeded`] where windows and series are so long that it would take minutes.
///
/// # References
///
/// Paparrizos, J. et al. (2022). Volume under the surface: a new accuracy evaluation measure for time-series anomaly
/// detection. *Proceedings of the VLDB Endowment* 15(11), 2774-2787.
pub fn vus(scores: &[f64], labels: &Labels, window: usize) -> Result<Scored<Areas>> {
    check(labels, window)?;
    scored(scores, labels, |scores, labels| {
        let mut volume = Volume::of(scores, labels, window);
        let (mut pr, mut roc) = (0.0, 0.0);
        for width in 0..=window {
            let areas = volume.areas(width);
            pr += areas.pr;
            roc += areas.roc;
        }
        let count = window as f64 + 1.0;
        Areas { pr: pr / count, roc: roc / count }
    })
}

/// The volume under the range-based precision-recall curves.
///
/// # Method
///
/// ```text
/// 1/(L + 1) Σ_{ℓ=0..L} Σ_k (recall_k - recall_{k-1}) precision_k
/// ```
///
/// as [`vus`] and [`range_auc`] say it.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, vus_pr};
///
/// let labels = Labels::new(9, &[(3, 5)])?;
/// let perfect = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
/// assert_eq!(vus_pr(&perfect, &labels, 4)?.value, 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`vus`].
pub fn vus_pr(scores: &[f64], labels: &Labels, window: usize) -> Result<Scored> {
    vus(scores, labels, window).map(|scored| scored.pr())
}

/// The volume under the range-based receiver operating characteristics.
///
/// # Method
///
/// The mean over ℓ = 0..L of the trapezoids of recall over false alarms, as [`vus`] and [`range_auc`] say it.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labels, vus_roc};
///
/// let labels = Labels::new(9, &[(3, 5)])?;
/// let perfect = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
/// assert_eq!(vus_roc(&perfect, &labels, 0)?.value, 1.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// As [`vus`].
pub fn vus_roc(scores: &[f64], labels: &Labels, window: usize) -> Result<Scored> {
    vus(scores, labels, window).map(|scored| scored.roc())
}

impl Scored<Areas> {
    /// The areas under precision over recall.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Labels, vus, vus_pr};
    ///
    /// let (labels, scores) = (Labels::new(4, &[(2, 3)])?, [0.0, 1.0, 0.5, 0.0]);
    /// assert_eq!(vus(&scores, &labels, 2)?.pr(), vus_pr(&scores, &labels, 2)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn pr(&self) -> Scored {
        Scored { value: self.value.pr, random: self.random.pr, last_point: self.last_point.pr }
    }

    /// The areas under the share of true alarms over that of false ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Labels, vus, vus_roc};
    ///
    /// let (labels, scores) = (Labels::new(4, &[(2, 3)])?, [0.0, 1.0, 0.5, 0.0]);
    /// assert_eq!(vus(&scores, &labels, 2)?.roc(), vus_roc(&scores, &labels, 2)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn roc(&self) -> Scored {
        Scored { value: self.value.roc, random: self.random.roc, last_point: self.last_point.roc }
    }
}

fn check(labels: &Labels, window: usize) -> Result<()> {
    if window > labels.len() {
        let reason = format!("must not be longer than the {} values", labels.len());
        return Err(Error::invalid("window", window, reason));
    }
    let reach = window.saturating_mul(labels.windows().len()).min(labels.len());
    let steps = (window as u64).saturating_mul((reach + THRESHOLDS) as u64);
    if steps > LIMIT {
        return Err(Error::LimitExceeded { what: "steps of the volume", value: steps, limit: LIMIT });
    }
    Ok(())
}

/// A place outside the windows that is near enough to one to count.
struct Near {
    /// The distance to the nearest window.
    first: usize,
    /// The distance to the next nearest.
    second: usize,
    /// The first threshold at which the place is flagged.
    bucket: usize,
}

/// What the curves of all widths share.
struct Volume {
    len: f64,
    /// How many values lie in windows.
    inside: f64,
    /// At each threshold, how many values are flagged.
    flagged: Vec<f64>,
    /// At each threshold, how many values in windows are flagged.
    hits: Vec<f64>,
    /// The places near windows, the nearest first.
    near: Vec<Near>,
    /// The first threshold at which each place is flagged.
    buckets: Vec<usize>,
    /// The windows: their ends, how far they are searched already, and the first threshold at which they are found.
    windows: Vec<Searched>,
}

struct Searched {
    start: usize,
    end: usize,
    reach: usize,
    bucket: usize,
}

impl Volume {
    fn of(scores: &[f64], labels: &Labels, window: usize) -> Self {
        let len = scores.len();
        let order = descending(scores);
        let at =
            |k: usize| order.get(k * (len - 1) / (THRESHOLDS - 1)).map_or(f64::NEG_INFINITY, |top| top.0);
        let thresholds: Vec<f64> = (0..THRESHOLDS).map(at).collect();
        // Scores and thresholds descend: the first threshold that is not above the score flags it.
        let bucket = |score: &f64| thresholds.partition_point(|threshold| *threshold > rank(*score));
        let buckets: Vec<usize> = scores.iter().map(bucket).collect();

        let window_of = labels.window_of();
        let (mut flagged, mut hits) = (vec![0.0; THRESHOLDS], vec![0.0; THRESHOLDS]);
        for (bucket, window) in buckets.iter().zip(&window_of) {
            count(&mut flagged, *bucket);
            if window.is_some() {
                count(&mut hits, *bucket);
            }
        }
        accumulate(&mut flagged);
        accumulate(&mut hits);

        let windows = labels.windows().iter().map(|window| {
            let bucket = buckets.get(window.clone()).and_then(|inside| inside.iter().min());
            let bucket = bucket.copied().unwrap_or(THRESHOLDS);
            Searched { start: window.start, end: window.end, reach: 0, bucket }
        });
        let windows = windows.collect();
        let near = near(labels, &buckets, window / 2);
        Self { len: len as f64, inside: labels.unusual() as f64, flagged, hits, near, buckets, windows }
    }

    /// The areas of one width; widths must not descend.
    fn areas(&mut self, width: usize) -> Areas {
        let reach = width / 2;
        let existence = self.existence(reach);

        // A place within reach of two windows counts as much as one inside: each is worth at least √½.
        let mut ramp = vec![0.0; THRESHOLDS];
        let worth: Vec<f64> = (0..=reach).map(|d| (1.0 - d as f64 / width.max(1) as f64).sqrt()).collect();
        for place in self.near.iter().take_while(|place| place.first <= reach) {
            let worth = if place.second <= reach { Some(&1.0) } else { worth.get(place.first) };
            if let (Some(sum), Some(worth)) = (ramp.get_mut(place.bucket), worth) {
                *sum += worth;
            }
        }
        accumulate(&mut ramp);

        let (mut pr, mut roc) = (0.0, 0.0);
        let (mut recall_before, mut false_before) = (0.0, 0.0);
        for (((flagged, hits), ramp), existence) in
            self.flagged.iter().zip(&self.hits).zip(&ramp).zip(&existence)
        {
            let positive = self.inside + ramp / 2.0;
            let found = hits + ramp;
            let recall = (found / positive).min(1.0) * existence;
            let false_alarms = (flagged - found) / (self.len - positive);
            pr += (recall - recall_before) * (found / flagged);
            roc += (false_alarms - false_before) * (recall + recall_before) / 2.0;
            (recall_before, false_before) = (recall, false_alarms);
        }
        Areas { pr, roc: roc + (1.0 - false_before) * (1.0 + recall_before) / 2.0 }
    }

    /// At each threshold, the share of windows with a flag within reach; those that then meet count as one.
    fn existence(&mut self, reach: usize) -> Vec<f64> {
        for window in &mut self.windows {
            for distance in window.reach + 1..=reach {
                let before = window.start.checked_sub(distance).and_then(|place| self.buckets.get(place));
                let after = self.buckets.get(window.end - 1 + distance);
                for bucket in before.into_iter().chain(after) {
                    window.bucket = window.bucket.min(*bucket);
                }
            }
            window.reach = reach;
        }
        let mut found = vec![0.0; THRESHOLDS];
        let mut groups = 0.0;
        // Reaches meet where a place lies within both: (end - 1) + reach >= start - reach.
        for group in self.windows.chunk_by(|left, right| left.end - 1 + 2 * reach >= right.start) {
            groups += 1.0;
            count(&mut found, group.iter().map(|window| window.bucket).min().unwrap_or(THRESHOLDS));
        }
        accumulate(&mut found);
        for share in &mut found {
            *share /= groups;
        }
        found
    }
}

/// The places outside the windows and within reach of one, the nearest first.
fn near(labels: &Labels, buckets: &[usize], reach: usize) -> Vec<Near> {
    let windows = labels.windows();
    let mut near = Vec::new();
    // Of the windows on either side the two nearest can be the two nearest of all.
    for gap in 0..=windows.len() {
        let before = |back: usize| gap.checked_sub(back).and_then(|number| windows.get(number));
        let (last, next) = (before(1), windows.get(gap));
        let begin = last.map_or(0, |window| window.end);
        let end = next.map_or(labels.len(), |window| window.start);
        let mut push = |place: usize, bucket: usize| {
            let behind = [last, before(2)].into_iter().flatten().map(|window| place - (window.end - 1));
            let ahead = [next, windows.get(gap + 1)].into_iter().flatten().map(|window| window.start - place);
            let (mut first, mut second) = (usize::MAX, usize::MAX);
            for distance in behind.chain(ahead) {
                if distance < first {
                    (first, second) = (distance, first);
                } else {
                    second = second.min(distance);
                }
            }
            if first <= reach {
                near.push(Near { first, second, bucket });
            }
        };
        for (place, bucket) in buckets.iter().enumerate().take(end).skip(begin) {
            push(place, *bucket);
        }
    }
    near.sort_by_key(|place| place.first);
    near
}

fn count(counts: &mut [f64], bucket: usize) {
    if let Some(count) = counts.get_mut(bucket) {
        *count += 1.0;
    }
}

/// Replaces each number by the sum of those up to it.
fn accumulate(numbers: &mut [f64]) {
    let mut sum = 0.0;
    for number in numbers {
        sum += *number;
        *number = sum;
    }
}
