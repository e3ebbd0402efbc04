//! Burn rates over many trailing windows at once: differences of exact running totals, no sum made twice.

use std::ops::Range;

use ndarray::Array2;
use pulp::{Arch, Simd, WithSimd};

use crate::alert::Operator;
use crate::counts::Counts;
use crate::error::Result;
use crate::fraction::Fraction;
use crate::objective::Objective;
use crate::series::{Columns, CountSeries, Grid, Limit, NOTHING, Prefix};
use crate::time::{Duration, Timestamp};

/// The burn rate of every trailing window at every instant: shape (windows, points), NaN where a window holds no
/// traffic.
///
/// # Method
///
/// ```text
/// burn(w, t) = bad(t - w, t] / total(t - w, t] / (1 - target)
/// ```
///
/// At the beginning of the series a window is evaluated on what it holds.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `series` | any length | events |
/// | `objective` | (0, 1) | share of good events |
/// | `windows` | positive, in any order | duration |
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Timestamp, burn_rates};
///
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
/// let series = CountSeries::bad_total(axis, &[0.0, 1.0, 0.0], &[100.0, 100.0, 0.0])?;
/// let burn = burn_rates(&series, "99%".parse()?, &[Duration::from_minutes(1), Duration::from_minutes(2)])?;
/// assert_eq!(burn.row(1).to_vec(), [0.0, 0.5, 1.0]);
/// assert!(burn[[0, 2]].is_nan());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a window that is not positive.
///
/// # References
///
/// Beyer, B. et al. (2018). *The Site Reliability Workbook*. O'Reilly, chapter 5.
pub fn burn_rates(series: &CountSeries, objective: Objective, windows: &[Duration]) -> Result<Array2<f64>> {
    let budget = objective.budget();
    let mut rates = Array2::zeros((windows.len(), series.len()));
    for (window, mut row) in windows.iter().zip(rates.rows_mut()) {
        let trailing = Trailing::new(series, window.check_positive("window")?);
        if let Some(row) = row.as_slice_mut() {
            trailing.burn_rates(budget, 0, row);
        }
    }
    Ok(rates)
}

/// A trailing window at every instant of a series.
pub(crate) struct Trailing<'a> {
    prefix: &'a Prefix,
    starts: Starts,
}

/// The first point that a window holds at each point.
enum Starts {
    /// The window holds the same number of points everywhere, as far as there are so many.
    Points(usize),
    /// Listed, where the instants are uneven.
    Listed(Vec<usize>),
}

impl Starts {
    fn new(series: &CountSeries, window: Duration) -> Self {
        match series.axis().grid() {
            // t - k·step > t - w for k < w/step: as many points as steps begin within the window.
            Grid::Regular { step, .. } => {
                let steps = window.nanos().unsigned_abs().div_ceil(step.nanos().unsigned_abs());
                Self::Points(usize::try_from(steps).unwrap_or(usize::MAX))
            }
            Grid::Listed(times) => {
                let mut start = 0;
                let outside = |index: usize, at: Timestamp| {
                    times.get(index).is_some_and(|t| *t <= at.saturating_sub(window))
                };
                let first_inside = |at: &Timestamp| {
                    while outside(start, *at) {
                        start += 1;
                    }
                    start
                };
                Self::Listed(times.iter().map(first_inside).collect())
            }
        }
    }

    fn at(&self, point: usize) -> usize {
        match self {
            Self::Points(points) => (point + 1).saturating_sub(*points),
            Self::Listed(starts) => starts.get(point).copied().unwrap_or(point),
        }
    }
}

impl<'a> Trailing<'a> {
    pub(crate) fn new(series: &'a CountSeries, window: Duration) -> Self {
        Self { prefix: series.prefix(), starts: Starts::new(series, window) }
    }

    /// How many points the window holds, where it is the same number everywhere.
    pub(crate) fn points(&self) -> Option<usize> {
        match self.starts {
            Starts::Points(points) => Some(points),
            Starts::Listed(_) => None,
        }
    }

    /// The first point that the window holds at a point.
    pub(crate) fn start(&self, point: usize) -> usize {
        self.starts.at(point)
    }

    /// The counts of the window at a point.
    pub(crate) fn counts(&self, point: usize) -> Counts {
        self.prefix.between(self.starts.at(point), point + 1)
    }

    /// The burn rates at the points from `from` on; a place without traffic becomes NaN.
    fn burn_rates(&self, budget: Fraction, from: usize, rates: &mut [f64]) {
        let limit = Limit::new(budget, Operator::Above, self.prefix);
        if let (Some(points), Some(Limit { p, q, .. })) = (self.points(), limit) {
            let arch = Arch::new();
            match self.prefix {
                Prefix::Packed(sums) => {
                    return arch.dispatch(EvenRates { sums: sums.read(), points, p, q, from, rates });
                }
                Prefix::Plain(sums) => {
                    return arch.dispatch(EvenRates { sums: sums.read(), points, p, q, from, rates });
                }
                Prefix::Double { .. } => {}
            }
        }
        for (point, rate) in (from..).zip(rates) {
            let counts = self.counts(point);
            *rate = if counts.has_traffic() { counts.bad.over_share(counts.total, budget) } else { f64::NAN };
        }
    }

    /// The highest burn rate at these points; 0 without traffic.
    pub(crate) fn highest_burn(&self, budget: Fraction, points: Range<usize>) -> f64 {
        const TILE: usize = 256;
        let mut tile = [0.0; TILE];
        let mut highest = 0.0;
        for from in points.clone().step_by(TILE) {
            let rates = tile.get_mut(..TILE.min(points.end - from)).unwrap_or_default();
            self.burn_rates(budget, from, rates);
            highest = rates.iter().fold(highest, |highest: f64, rate| highest.max(*rate));
        }
        highest
    }
}

/// Burn rates on an even axis, from running totals that are exact as floats.
struct EvenRates<'r, C> {
    sums: C,
    points: usize,
    p: f64,
    q: f64,
    from: usize,
    rates: &'r mut [f64],
}

impl<C: Columns> WithSimd for EvenRates<'_, C> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { sums, points, p, q, from, rates } = self;
        fill_windows(sums, [points], from, rates, |[difference]| {
            let [bad, total] = sums.events(difference);
            bad * q / (total * p)
        });
    }
}

/// Writes `value` of what lies within so many points, at the points from `from` on.
#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
pub(crate) fn fill_windows<C: Columns, const N: usize, T>(
    sums: C,
    windows: [usize; N],
    from: usize,
    out: &mut [T],
    value: impl Fn([C::Difference; N]) -> T,
) {
    let mut rest = out;
    let mut begin = from;
    while !rest.is_empty() {
        // As far as each window either reaches back to the beginning all the time, or not at all.
        let reaching = windows.into_iter().filter(|window| *window > begin).min();
        let len = reaching.map_or(rest.len(), |until| rest.len().min(until - begin).min(NOTHING));
        let (out, later) = std::mem::take(&mut rest).split_at_mut(len);
        let ago = windows
            .map(|window| if window > begin { C::nothing(len) } else { sums.piece(begin + 1 - window, len) });
        let Some(now) = sums.piece(begin + 1, len) else { return };
        let ago = ago.map(|ago| ago.unwrap_or(now));
        for (point, out) in out.iter_mut().enumerate() {
            *out = value(ago.map(|ago| C::difference(ago, now, point)));
        }
        (rest, begin) = (later, begin + len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Axis;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    /// Burn rates by the definition, each window summed by itself.
    fn by_definition(series: &CountSeries, objective: Objective, window: Duration) -> Vec<f64> {
        let burn = |t: Timestamp| {
            let counts = series.counts_between(t.saturating_sub(window), t);
            crate::Slo::new(objective, "1h".parse().unwrap()).budget(counts).burn_rate().unwrap_or(f64::NAN)
        };
        series.times().map(burn).collect()
    }

    fn same(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
    }

    #[test]
    fn a_window_that_is_no_multiple_of_the_step_holds_what_began_within_it() {
        let axis = Axis::regular(at(0), Duration::from_seconds(10));
        let series = CountSeries::bad_total(axis, &[1.0; 5], &[1.0; 5]).unwrap();
        for (window, points) in [(1, 1.0), (10, 1.0), (11, 2.0), (20, 2.0), (49, 5.0), (5000, 5.0)] {
            let trailing = Trailing::new(&series, Duration::from_seconds(window));
            assert_eq!(trailing.counts(4).total(), points, "{window} s");
        }
    }

    #[test]
    fn windows_must_be_positive() {
        let axis = Axis::regular(at(0), Duration::from_seconds(10));
        let series = CountSeries::bad_total(axis, &[1.0], &[1.0]).unwrap();
        for window in [Duration::ZERO, Duration::from_seconds(-1)] {
            assert!(burn_rates(&series, "99%".parse().unwrap(), &[window]).is_err());
        }
        assert!(burn_rates(&series, "99%".parse().unwrap(), &[]).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn every_path_equals_the_definition(
            counts in prop::collection::vec((0_u32..50, 0_u32..50), 0..60),
            gaps in prop::collection::vec(1_i64..4, 60),
            window in 1_i64..40,
            fractional in any::<bool>(),
            even in any::<bool>(),
        ) {
            let scale = if fractional { 0.1 } else { 1.0 };
            let (good, bad): (Vec<f64>, Vec<f64>) = counts.iter().map(|(g, b)| (f64::from(*g) * scale, f64::from(*b) * scale)).unzip();
            let times: Vec<_> = gaps.iter().scan(0, |t, gap| { *t += if even { 2 } else { *gap }; Some(at(*t)) }).take(counts.len()).collect();
            let series = CountSeries::good_bad(Axis::listed(times), &good, &bad).unwrap();
            let objective = "99.9%".parse().unwrap();
            let window = Duration::from_seconds(window);
            let rates = burn_rates(&series, objective, &[window]).unwrap();
            prop_assert!(same(&rates.row(0).to_vec(), &by_definition(&series, objective, window)));
        }
    }
}
