//! What a pass over a series takes and leaves behind.

use super::{Coefficients, Recursion, States};
use crate::ets::EtsTrend as Trend;

/// What one pass over a series leaves behind: all that the way back needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    /// The values one step ahead.
    pub(crate) fitted: Vec<f64>,
    /// The values less those; 0 where one is missing.
    pub(crate) errors: Vec<f64>,
    /// The values one step ahead without their season.
    pub(crate) unseasonal: Vec<f64>,
    /// The seasonal states, one over them and one over what the season learns through, where the season is a factor.
    pub(super) season: Vec<f64>,
    pub(super) season_inverse: Vec<f64>,
    pub(super) divisor_inverse: Vec<f64>,
    /// Trends after each step of a damped line; levels and trends before it, and what becomes of them, of factors.
    pub(super) trend: Vec<f64>,
    pub(super) level: Vec<f64>,
    pub(super) growth: Vec<f64>,
    /// Logarithms of a damped factor before each step.
    pub(super) log: Vec<f64>,
    /// Whether the season learns through the values without season.
    through_unseasonal: bool,
    /// Whether values are missing.
    gaps: bool,
}

impl Tape {
    /// A tape for passes over `values`.
    pub(crate) fn new(recursion: Recursion, values: &[f64]) -> Self {
        let of = |needed: bool| vec![0.0; if needed { values.len() } else { 0 }];
        let factor = recursion.has_factor_season();
        let ratio = recursion.trend.is_multiplicative();
        Self {
            fitted: of(true),
            errors: of(true),
            unseasonal: of(factor || ratio),
            season: of(factor),
            season_inverse: of(factor),
            divisor_inverse: of(factor),
            trend: of(recursion.trend.is_damped() || ratio),
            level: of(ratio),
            growth: of(ratio),
            log: of(recursion.trend == Trend::MultiplicativeDamped),
            through_unseasonal: factor && !recursion.divides_by_updated(),
            gaps: values.iter().any(|value| value.is_nan()),
        }
    }

    /// One over the seasonal states and one over the values without season, if the season is a factor that learns
    /// through these.
    pub(crate) fn inverses(&self) -> Option<(&[f64], &[f64])> {
        self.through_unseasonal.then_some((&self.season_inverse, &self.divisor_inverse))
    }

    /// Whether values are missing.
    pub(crate) const fn has_gaps(&self) -> bool {
        self.gaps
    }
}

/// The sum of the squares: four sums beside each other, each waiting for itself only.
pub(crate) fn sum_of_squares(values: &[f64]) -> f64 {
    let chunks = values.chunks_exact(4);
    let rest: f64 = chunks.remainder().iter().map(|x| x * x).sum();
    let lanes = chunks.fold([0.0; 4], |mut lanes, chunk| {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += x * x;
        }
        lanes
    });
    lanes.iter().sum::<f64>() + rest
}

/// One pass over a series.
pub(super) struct Forward<'a> {
    pub(super) values: &'a [f64],
    pub(super) coefficients: Coefficients,
    pub(super) states: &'a mut States,
    pub(super) tape: &'a mut Tape,
}

/// The way back.
pub(super) struct Backward<'a> {
    pub(super) values: &'a [f64],
    pub(super) coefficients: Coefficients,
    /// The trend before the first value.
    pub(super) trend: f64,
    pub(super) tape: &'a Tape,
    pub(super) seeds: &'a [f64],
    pub(super) gradient: &'a mut [f64],
}

/// Runs the body for each place forwards: the place in the series and the seasonal state beside it.
macro_rules! forwards {
    ($recursion:expr, $states:expr, $n:expr, |$t:ident, $state:ident| $body:block) => {{
        let (mut start, mut phase) = (0, $states.next);
        let mut none = [0.0_f64];
        while start < $n {
            if $recursion.is_seasonal() {
                let run = ($states.season.len() - phase).min($n - start);
                for ($t, $state) in (start..).zip(&mut $states.season[phase..phase + run]) $body
                start += run;
                phase = if phase + run < $states.season.len() { phase + run } else { 0 };
            } else {
                let $state = &mut none[0];
                for $t in 0..$n $body
                start = $n;
            }
        }
        $states.next = phase;
    }};
}

/// Runs the body for each place backwards, from the first phase on.
macro_rules! backwards {
    ($recursion:expr, $states:expr, $n:expr, |$t:ident, $state:ident| $body:block) => {{
        let mut none = [0.0_f64];
        if $recursion.is_seasonal() {
            let period = $states.len();
            let (mut end, mut run) = ($n, $n % period);
            while end > 0 {
                let start = end - run;
                for ($state, $t) in $states[..run].iter_mut().zip(start..end).rev() $body
                (end, run) = (start, period);
            }
        } else {
            let $state = &mut none[0];
            for $t in (0..$n).rev() $body
        }
    }};
}

pub(super) use {backwards, forwards};
