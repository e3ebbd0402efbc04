//! One value after the other taken from an end of a sample, and how far each lies from what it leaves.

use crate::normal_sample::{Extreme, Moments, Trimmed, upper_quantile, upper_tail};
use crate::order::median_and_mad;
use crate::verdict::Side;

/// A value that was taken from a sample, as the most extreme one left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Removal {
    /// Its place in the sample.
    pub(crate) place: usize,
    /// The end that it was taken from, never both.
    pub(crate) side: Side,
    /// Its distance from the center in scales.
    pub(crate) statistic: f64,
    /// How many values there were, with it.
    pub(crate) n: usize,
    /// The center of those values.
    pub(crate) center: f64,
    /// Their scale.
    pub(crate) scale: f64,
    /// The statistic as a t with n - 2 degrees of freedom, were the value one chosen beforehand; NaN about the median.
    pub(crate) t: f64,
}

/// The values that were taken from a sample, and what was left each time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Removals {
    /// What was taken, in order.
    pub(crate) taken: Vec<Removal>,
    /// What is left after 0, 1, 2, ... values are gone, as distances.
    left: Vec<Moments>,
    sample: Trimmed,
}

impl Removals {
    /// Takes up to `most` values from a sample, each time the one furthest from the mean of what is left, on one side
    /// or on either; fewer where what is left has no spread.
    ///
    /// `most` is at least 1 and twice that less than the number of values.
    ///
    /// # Method
    ///
    /// ```text
    /// κ = (x - m') √((n-1)/n) / √Σ(y - m')²    over the others y of mean m'
    /// R = |x - mean| / s = (n-1)/√n · κ/√(1+κ²),   t = κ √(n-2)
    /// ```
    ///
    /// The moments of the others are the core's with those of the values that are still there, all of them formed by
    /// adding: what an outlier hides is not lost when it goes.
    pub(crate) fn new(values: &[f64], most: usize, side: Side) -> Self {
        let sample = Trimmed::new(values, most);
        // What the innermost so many values of an end add.
        let (lows, highs) = (running(&sample.lows), running(&sample.highs));
        let (mut low, mut high) = (0, 0);
        let mut moments = sample.core.with(at(&lows, most)).with(at(&highs, most));
        let (mut taken, mut left) = (Vec::with_capacity(most), vec![moments]);
        while low + high < most && moments.norm > 0.0 {
            let (Some(lowest), Some(highest)) = (sample.lows.get(low), sample.highs.get(high)) else { break };
            let (below, above) = (moments.mean - lowest.distance, highest.distance - moments.mean);
            let side = farther(side, below, above);
            let value = if side == Side::Upper { highest } else { lowest };
            if side == Side::Upper {
                high += 1;
            } else {
                low += 1;
            }
            let others = sample.core.with(at(&lows, most - low)).with(at(&highs, most - high));
            let kappa = kappa(value.distance, others);
            let n = moments.n;
            taken.push(Removal {
                place: value.place,
                side,
                statistic: residual(kappa, n),
                n: values.len() - low - high + 1,
                center: sample.value(moments.mean),
                scale: sample.length(moments.norm / (n - 1.0).sqrt()),
                t: kappa * (n - 2.0).sqrt(),
            });
            moments = others;
            left.push(moments);
        }
        Self { taken, left, sample }
    }

    /// How many values the sample has.
    pub(crate) fn len(&self) -> usize {
        self.sample.len()
    }

    /// A value among what is left after the first `count` values are gone, as one that was taken from that and itself.
    pub(crate) fn among(&self, count: usize, value: f64, place: usize) -> Removal {
        let others = self.left.get(count).copied().unwrap_or_default();
        let distance = self.sample.distance(value);
        let all = others.with(Moments::one(distance));
        let kappa = kappa(distance, others);
        Removal {
            place,
            side: farther(Side::Both, others.mean - distance, distance - others.mean),
            statistic: residual(kappa, all.n),
            n: self.sample.len() - count + 1,
            center: self.sample.value(all.mean),
            scale: self.sample.length(all.norm / others.n.sqrt()),
            t: kappa * (all.n - 2.0).sqrt(),
        }
    }

    /// How far a value lies from the mean of what is left after the first `count` values are gone, above 0 above it, in
    /// deviations of that; the mean and the deviation.
    pub(crate) fn score(&self, count: usize, value: f64) -> (f64, f64, f64) {
        let left = self.left.get(count).copied().unwrap_or_default();
        let scale = left.norm / (left.n - 1.0).sqrt();
        let distance = self.sample.distance(value) - left.mean;
        let score = if scale > 0.0 { distance / scale } else { 0.0 };
        (score, self.sample.value(left.mean), self.sample.length(scale))
    }
}

/// The distance of a value from the mean of others, in units in which it is a t over the root of its degrees of freedom.
fn kappa(distance: f64, others: Moments) -> f64 {
    let apart = (distance - others.mean).abs();
    if apart == 0.0 {
        return 0.0;
    }
    apart * (others.n / (others.n + 1.0)).sqrt() / others.norm
}

/// The end whose value lies farther away, among those that are looked at.
fn farther(sides: Side, below: f64, above: f64) -> Side {
    match sides {
        Side::Both if above < below => Side::Lower,
        Side::Both => Side::Upper,
        side => side,
    }
}

/// The same about the median, in units of 1.4826 times the median distance from it.
///
/// After sorting, what is left is a stretch of the sorted sample, so that a removal takes `O(log n)`.
pub(crate) fn robust_removals(values: &[f64], most: usize, side: Side) -> Vec<Removal> {
    let mut sorted: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    sorted.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let mut removals = Vec::with_capacity(most);
    let mut left = sorted.as_slice();
    while removals.len() < most {
        let (Some((&lowest, rest_above)), Some((&highest, rest_below))) =
            (left.split_first(), left.split_last())
        else {
            break;
        };
        let (center, scale) =
            median_and_mad(left.len(), |index| left.get(index).map_or(f64::NAN, |value| value.0));
        let no_spread = scale.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater);
        if no_spread {
            break;
        }
        let (below, above) = (center - lowest.0, highest.0 - center);
        let side = farther(side, below, above);
        let upper = side == Side::Upper;
        removals.push(Removal {
            place: if upper { highest.1 } else { lowest.1 },
            side,
            statistic: (if upper { above } else { below }) / scale,
            n: left.len(),
            center,
            scale,
            t: f64::NAN,
        });
        left = if upper { rest_below } else { rest_above };
    }
    removals
}

/// The critical value of each removal from a sample of `n`, the first one first.
///
/// ```text
/// λ = (n-1)/√n · t/√(n-2+t²),   P(t_{n-2} > t) = α/n, on both sides α/2n
/// ```
pub(crate) fn critical_values(n: usize, side: Side, alpha: f64) -> impl Iterator<Item = f64> {
    (3..=n).rev().map(move |n| {
        let n = n as f64;
        let t = upper_quantile(tail_share(n, side, alpha), n - 2.0);
        residual(t / (n - 2.0).sqrt(), n)
    })
}

/// The p-value of a removal on its own: at most this, were the sample normal without an outlier.
///
/// ```text
/// p = min(1, n P(t_{n-2} > t)), on both sides min(1, 2n P(t_{n-2} > t))
/// ```
pub(crate) fn p_value(removal: &Removal, side: Side) -> f64 {
    let n = removal.n as f64;
    (upper_tail(removal.t, n - 2.0) / tail_share(n, side, 1.0)).min(1.0)
}

/// How many values are outliers: all up to the last whose statistic exceeds its critical value.
pub(crate) fn outliers<'a>(removals: &[Removal], critical: impl IntoIterator<Item = &'a f64>) -> usize {
    let beyond = |(removal, critical): (&Removal, &f64)| removal.statistic > *critical;
    let pairs: Vec<bool> = removals.iter().zip(critical).map(beyond).collect();
    pairs.iter().rposition(|beyond| *beyond).map_or(0, |last| last + 1)
}

/// Each value's share of `alpha` on one side.
fn tail_share(n: f64, side: Side, alpha: f64) -> f64 {
    match side {
        Side::Both => alpha / (2.0 * n),
        Side::Upper | Side::Lower => alpha / n,
    }
}

/// `(n-1)/√n · κ/√(1+κ²)`: a distance from the mean in deviations, from one in terms of the others.
pub(crate) fn residual(kappa: f64, n: f64) -> f64 {
    let most = (n - 1.0) / n.sqrt();
    // A square of what is at most 1 cannot overflow, and one too small for a float adds nothing to 1.
    let length = |leg: f64| (1.0 + leg * leg).sqrt();
    if kappa < 1.0 { most * kappa / length(kappa) } else { most / length(1.0 / kappa) }
}

/// Moments of the innermost 0, 1, 2, ... values of an end.
fn running(end: &[Extreme]) -> Vec<Moments> {
    let mut moments = Moments::default();
    let inner = end.iter().rev().map(|value| {
        moments = moments.with(Moments::one(value.distance));
        moments
    });
    std::iter::once(Moments::default()).chain(inner).collect()
}

fn at(running: &[Moments], count: usize) -> Moments {
    running.get(count).copied().unwrap_or_default()
}
