//! A known number of outliers at once.

use slo_core::stats::Random;
use slo_core::{Error, Result};

use crate::normal_sample::{Frame, Moments, check_level, check_values};
use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;

/// The most normal numbers that a simulation draws.
const LIMIT: u64 = 1_000_000_000;

/// Tietjen and Moore's test for exactly so many outliers in a normal sample.
///
/// # Method
///
/// ```text
/// E_k = Σ' (x - mean')² / Σ (x - mean)²
/// ```
///
/// with sums of squares of all, and of what is left without the `k` values furthest from the mean of all: the highest,
/// the lowest (both are Tietjen and Moore's `L_k`), or on either side. A small one speaks for outliers. Under which
/// circumstances it is so small by chance has no closed form: it is simulated, with as many normal samples as `draws`
/// says,
///
/// ```text
/// p = (1 + number of draws with E at most E_k) / (1 + draws),   standard error √(p (1-p)/draws)
/// ```
///
/// which the result carries, and the critical value is the quantile of the draws at `alpha`. The same seed gives the
/// same draws. The number of outliers has to be right: with fewer one of them hides another, with more a good value is
/// taken with them. [`esd_test`](crate::esd_test) needs only a bound.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `outliers` | 1 or more, fewer than half of the values | values |
/// | `side` | | |
/// | `alpha` | (0, 1) | level of the critical value |
/// | `draws` | 99 or more, with all values at most 1e9 numbers | samples |
/// | `seed` | any | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Side, tietjen_moore_test};
///
/// // NIST's measurements of the semidiameter of Venus: E = 0.292, critical value 0.317.
/// let venus = [
///     -1.40, -0.44, -0.30, -0.24, -0.22, -0.13, -0.05, 0.06, 0.10, 0.18, 0.20, 0.39, 0.48, 0.63, 1.01,
/// ];
/// let result = tietjen_moore_test(&venus, 2, Side::Both, 0.05, 10_000, 0)?;
/// assert!((result.statistic - 0.291_999).abs() < 1e-6);
/// assert!((result.critical.unwrap() - 0.317).abs() < 0.01);
/// assert!(result.p_value < 0.05 && result.standard_error.unwrap() < 0.003);
/// assert_eq!(result.suspects, [0, 14]);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] with fewer than three values, [`Error::NonFinite`] for one that is not finite,
/// [`Error::InvalidParameter`] for a parameter outside its range, and [`Error::LimitExceeded`] for more draws than are
/// reasonable.
///
/// # References
///
/// Tietjen, G. L. and Moore, R. H. (1972). Some Grubbs-type statistics for the detection of several outliers.
/// *Technometrics* 14(3), 583-597.
pub fn tietjen_moore_test(
    values: &[f64],
    outliers: usize,
    side: Side,
    alpha: f64,
    draws: usize,
    seed: u64,
) -> Result<TestResult> {
    check_level(alpha)?;
    check_values(values, 3)?;
    if outliers == 0 || 2 * outliers.min(values.len()) >= values.len() {
        let reason = format!("must lie between 1 and fewer than half of {} values", values.len());
        return Err(Error::invalid("outliers", outliers, reason));
    }
    if draws < 99 {
        return Err(Error::invalid("draws", draws, "must be at least 99"));
    }
    let numbers = u64::try_from(draws.saturating_mul(values.len())).unwrap_or(u64::MAX);
    if numbers > LIMIT {
        return Err(Error::LimitExceeded { what: "numbers drawn", value: numbers, limit: LIMIT });
    }
    let mut scratch = Scratch::default();
    let statistic = scratch.statistic(values, outliers, side);
    let suspects = scratch.order.iter().take(outliers).map(|(_, place)| *place).collect();
    let mut random = Random::new(seed, PURPOSE);
    let mut sample = vec![0.0; values.len()];
    let mut simulated: Vec<f64> = (0..draws)
        .map(|_| {
            for value in &mut sample {
                *value = normal(&mut random);
            }
            scratch.statistic(&sample, outliers, side).unwrap_or(1.0)
        })
        .collect();
    simulated.sort_unstable_by(f64::total_cmp);
    let count = draws as f64;
    let critical = simulated.get(rank(alpha, draws)).copied().unwrap_or(0.0);
    let Some(statistic) = statistic else {
        return Ok(TestResult::new(1.0, 1.0, Exactness::Exact, side).critical(critical));
    };
    let at_most = simulated.partition_point(|drawn| *drawn <= statistic) as f64;
    let p = (1.0 + at_most) / (1.0 + count);
    let mut result = TestResult::new(statistic, p, Exactness::Approximate, side).critical(critical);
    result.standard_error = Some((p * (1.0 - p) / count).sqrt());
    Ok(result.suspects(suspects))
}

/// The simulation's own sequence of random numbers.
const PURPOSE: u64 = 0x7469_6574_6a65_6e00;

/// The place of the quantile at `alpha` among sorted draws: the greatest with p at most alpha, if there is one.
fn rank(alpha: f64, draws: usize) -> usize {
    let share = |place: usize| (place as f64 + 2.0) / (draws as f64 + 1.0);
    let (mut low, mut high) = (0, draws);
    while low < high {
        let middle = usize::midpoint(low, high);
        if share(middle) <= alpha {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low.saturating_sub(1)
}

/// A standard normal number, one of the two that the polar method makes.
fn normal(random: &mut Random) -> f64 {
    loop {
        let (x, y) = (2.0 * random.uniform() - 1.0, 2.0 * random.uniform() - 1.0);
        let square = x * x + y * y;
        if square < 1.0 && square > 0.0 {
            return x * (-2.0 * square.ln() / square).sqrt();
        }
    }
}

/// What one statistic needs, kept for the next.
#[derive(Default)]
struct Scratch {
    /// How far out each value is, the furthest first, and its place.
    order: Vec<(f64, usize)>,
    rest: Vec<f64>,
}

impl Scratch {
    /// `E_k` of the values; none without spread.
    #[allow(
        clippy::indexing_slicing,
        reason = "places are those of values, and k is fewer than half of them"
    )]
    fn statistic(&mut self, values: &[f64], k: usize, side: Side) -> Option<f64> {
        let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
        let frame = Frame::new(values[0], low, high);
        let all = Moments::of_slice(values, |value| frame.distance(value));
        if all.norm == 0.0 {
            return None;
        }
        let outness = |value: f64| {
            let distance = frame.distance(value) - all.mean;
            match side {
                Side::Both => distance.abs(),
                Side::Upper => distance,
                Side::Lower => -distance,
            }
        };
        self.order.clear();
        self.order.extend(values.iter().enumerate().map(|(place, value)| (outness(*value), place)));
        self.order.select_nth_unstable_by(k, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.order[..k].sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let anchor = values[self.order[k].1];
        self.rest.clear();
        self.rest.extend(self.order[k..].iter().map(|(_, place)| values[*place]));
        // Measured from a value that is left: what was taken must not take its digits with it.
        let frame = Frame::new(anchor, low, high);
        let rest = Moments::of_slice(&self.rest, |value| frame.distance(value));
        let gone = self.order[..k].iter().fold(Moments::default(), |gone, (_, place)| {
            gone.with(Moments::one(frame.distance(values[*place])))
        });
        let ratio = rest.norm / rest.with(gone).norm;
        Some(ratio * ratio)
    }
}
