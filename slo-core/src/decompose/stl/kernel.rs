//! The loops of the published program, on values of moderate size.

use super::middle::middle;
use super::plan::Plan;
use crate::decompose::loess::{Loess, Weights};
use crate::decompose::moving_average::moving_average;

/// Trend, season and weights.
pub(super) struct Fit {
    pub(super) trend: Vec<f64>,
    pub(super) seasonal: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

/// The smoothers of a plan for series of one length.
#[derive(Clone, Debug)]
pub(super) struct Smoothers {
    /// For the phases that occur once more than the others, and for those.
    seasonal: [Loess; 2],
    trend: Loess,
    low_pass: Loess,
}

impl Smoothers {
    /// Those for `n` values, at least two periods, which `before` others come before: whole periods of them.
    pub(super) fn new(plan: &Plan, before: usize, n: usize) -> Self {
        let seasonal = |len| {
            let cycles = before / plan.period;
            Loess::after(cycles, len, plan.seasonal, plan.seasonal_degree, plan.seasonal_jump)
        };
        Self {
            seasonal: [seasonal(n.div_ceil(plan.period)), seasonal(n / plan.period)],
            trend: Loess::after(before, n, plan.trend, plan.trend_degree, plan.trend_jump),
            low_pass: Loess::after(before, n, plan.low_pass, plan.low_pass_degree, plan.low_pass_jump),
        }
    }

    /// The smoother of a phase.
    fn phase(&self, phase: usize, plan: &Plan, n: usize) -> &Loess {
        let [longer, shorter] = &self.seasonal;
        if phase < n % plan.period { longer } else { shorter }
    }

    /// Leaves out some of the first values, whole periods, so that more than each window is left.
    fn skip(&mut self, count: usize, period: usize) {
        self.seasonal.iter_mut().for_each(|loess| loess.skip(count / period));
        self.trend.skip(count);
        self.low_pass.skip(count);
    }

    /// A place where season or trend has no value to be fitted to, and which of both.
    pub(super) fn unreached(&self, plan: &Plan, present: &[f64]) -> Option<(usize, &'static str)> {
        let mut own = Vec::new();
        let in_phase = |phase: usize| {
            gather(present, phase, plan.period, &mut own);
            let cycle = self.phase(phase, plan, present.len()).unreached(&own)?;
            Some((phase + cycle * plan.period, "season"))
        };
        let in_trend = || self.trend.unreached(present).map(|place| (place, "trend"));
        (0..plan.period).find_map(in_phase).or_else(in_trend)
    }
}

/// What the smoothers work on.
struct Loop<'a> {
    y: &'a [f64],
    present: Option<&'a [f64]>,
    plan: &'a Plan,
    smoothers: &'a Smoothers,
    fit: Fit,
    is_weighted: bool,
    /// The smoothed phases, one cycle longer on both sides.
    cycle: Vec<f64>,
    low: Vec<f64>,
    work: Vec<f64>,
}

/// Decomposes at least two periods of values; of those that are missing, `present` is 0 and `y` any number.
pub(super) fn decompose(y: &[f64], present: Option<&[f64]>, plan: &Plan, smoothers: &Smoothers) -> Fit {
    let mut state = Loop::new(y, present, plan, smoothers, vec![0.0; y.len()]);
    state.inner();
    for _ in 0..plan.outer {
        state.weigh();
        state.inner();
    }
    if plan.is_periodic {
        average_cycles(&mut state.fit.seasonal, plan.period);
    }
    state.fit
}

/// Decomposes the end of a series without weights, so long an end that it does not depend on what is before it.
///
/// What is before is felt `pass` places farther after each pass of the inner loop: so far the values are left out.
pub(super) fn decompose_end(
    y: &[f64],
    present: Option<&[f64]>,
    plan: &Plan,
    mut smoothers: Smoothers,
    pass: usize,
) -> Fit {
    let mut left_out = 0;
    let mut fit = Loop::new(y, present, plan, &smoothers, vec![0.0; y.len()]).one_pass();
    for passes in 1..plan.inner {
        let felt = passes * pass;
        let more = felt - felt % plan.period - left_out;
        left_out += more;
        smoothers.skip(more, plan.period);
        let rest = |values| <[f64]>::get(values, left_out..).unwrap_or_default();
        let trend = fit.trend.split_off(more);
        fit = Loop::new(rest(y), present.map(rest), plan, &smoothers, trend).one_pass();
    }
    fit
}

impl<'a> Loop<'a> {
    /// Before the first pass, with a trend to begin with.
    fn new(
        y: &'a [f64],
        present: Option<&'a [f64]>,
        plan: &'a Plan,
        smoothers: &'a Smoothers,
        trend: Vec<f64>,
    ) -> Self {
        let n = y.len();
        let weights = present.map_or_else(|| vec![1.0; n], <[f64]>::to_vec);
        Self {
            y,
            present,
            plan,
            smoothers,
            fit: Fit { trend, seasonal: vec![0.0; n], weights },
            is_weighted: present.is_some(),
            cycle: vec![0.0; n + 2 * plan.period],
            low: Vec::new(),
            work: vec![0.0; n],
        }
    }

    /// What one pass makes of the trend.
    fn one_pass(mut self) -> Fit {
        self.pass();
        self.fit
    }

    /// Season and trend, each from what the other leaves.
    fn inner(&mut self) {
        for _ in 0..self.plan.inner {
            self.pass();
        }
    }

    fn pass(&mut self) {
        subtract(self.y, &self.fit.trend, &mut self.work);
        self.smooth_phases();
        self.low.clone_from(&self.cycle);
        let mut ends = Vec::new();
        moving_average(&mut self.low, self.plan.period, &mut ends);
        moving_average(&mut self.low, self.plan.period, &mut ends);
        moving_average(&mut self.low, 3, &mut ends);
        self.smoothers.low_pass.smooth(&self.low, &mut self.work);
        let cycle = self.cycle.get(self.plan.period..).unwrap_or_default();
        subtract(cycle, &self.work, &mut self.fit.seasonal);
        subtract(self.y, &self.fit.seasonal, &mut self.work);
        let trend = &self.smoothers.trend;
        if self.is_weighted {
            let weights = Weights { values: &self.fit.weights, present: self.present };
            trend.smooth_weighted(&self.work, weights, &mut self.fit.trend);
        } else {
            trend.smooth(&self.work, &mut self.fit.trend);
        }
    }

    /// Smooths the values of each phase, and one more before and after them.
    fn smooth_phases(&mut self) {
        let period = self.plan.period;
        let (mut values, mut weights, mut present, mut fit) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        // Of all phases of one length, these are the same.
        let [longer, shorter] = self.smoothers.seasonal.each_ref().map(|loess| (loess, loess.ahead()));
        for phase in 0..period {
            gather(&self.work, phase, period, &mut values);
            let (loess, ahead) = if phase < self.y.len() % period { &longer } else { &shorter };
            fit.clear();
            fit.resize(values.len(), 0.0);
            let own = self.is_weighted.then(|| {
                gather(&self.fit.weights, phase, period, &mut weights);
                let present = self.present.map(|all| {
                    gather(all, phase, period, &mut present);
                    present.as_slice()
                });
                Weights { values: &weights, present }
            });
            let [before, after] = match own {
                None => {
                    loess.smooth(&values, &mut fit);
                    loess.beyond(&values, ahead).map(Some)
                }
                Some(weights) => {
                    loess.smooth_weighted(&values, weights, &mut fit);
                    loess.beyond_weighted(&values, weights.values)
                }
            };
            // Without any weight, the neighbour's fit.
            let before = before.or_else(|| fit.first().copied());
            let after = after.or_else(|| fit.last().copied());
            let places = self.cycle.iter_mut().skip(phase).step_by(period);
            for (place, fit) in places.zip(before.iter().chain(&fit).chain(&after)) {
                *place = *fit;
            }
        }
    }

    /// Bisquare weights: 0 from six median residuals on, and where there is no value.
    fn weigh(&mut self) {
        let Fit { trend, seasonal, weights } = &mut self.fit;
        for (((weight, y), trend), seasonal) in weights.iter_mut().zip(self.y).zip(trend).zip(seasonal) {
            *weight = (y - (*trend + *seasonal)).abs();
        }
        let mut residuals = match self.present {
            None => weights.clone(),
            Some(present) => {
                let pairs = weights.iter().zip(present).filter(|(_, present)| **present > 0.0);
                pairs.map(|(residual, _)| *residual).collect()
            }
        };
        let h = 3.0 * middle(&mut residuals, self.plan.preset);
        for weight in weights.iter_mut() {
            let r = *weight;
            *weight = if r <= 0.001 * h {
                1.0
            } else if r <= 0.999 * h {
                let share = r / h;
                (1.0 - share * share) * (1.0 - share * share)
            } else {
                0.0
            };
        }
        for (weight, present) in weights.iter_mut().zip(self.present.unwrap_or_default()) {
            *weight *= present;
        }
        self.is_weighted = true;
    }
}

fn subtract(left: &[f64], right: &[f64], out: &mut [f64]) {
    for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
        *out = left - right;
    }
}

fn gather(values: &[f64], phase: usize, period: usize, out: &mut Vec<f64>) {
    out.clear();
    out.extend(values.iter().skip(phase).step_by(period));
}

/// Each phase's mean in place of its values.
fn average_cycles(seasonal: &mut [f64], period: usize) {
    let mut values = Vec::new();
    for phase in 0..period {
        gather(seasonal, phase, period, &mut values);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        for value in seasonal.iter_mut().skip(phase).step_by(period) {
            *value = mean;
        }
    }
}
