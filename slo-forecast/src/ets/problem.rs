//! A fit as a search in a box: which variables are free, and what they mean.
#![allow(clippy::indexing_slicing, reason = "places come from the layout, which the vectors are made by")]

use super::bounds::is_stable;
use super::criterion::criterion;
use super::spec::{EtsError, EtsSeason as Season};
use crate::optimise::{Descent, Minimum};
use crate::recursion::{Coefficients, Recursion, States, Tape, place, sum_of_squares};

/// What the smoothing parameters may be, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ranges {
    pub(crate) alpha: (f64, f64),
    /// `beta` also stays below `alpha`, if the ranges are coupled.
    pub(crate) beta: (f64, f64),
    /// `gamma` also stays below `1 - alpha`, if the ranges are coupled.
    pub(crate) gamma: (f64, f64),
    pub(crate) phi: (f64, f64),
    pub(crate) coupling: Coupling,
}

/// Whether the gain of the level bounds those of trend and season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coupling {
    /// `beta < alpha` and `gamma < 1 - alpha`: each is a share of its room.
    Shares,
    /// Each stays in its own range.
    None,
}

/// A fit as a search: the series in units of its size, the recursion and what the parameters may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem<'a> {
    pub(crate) values: &'a [f64],
    pub(crate) recursion: Recursion,
    pub(crate) period: usize,
    pub(crate) error: EtsError,
    pub(crate) ranges: Ranges,
    /// Whether what a value says of the states has to fade.
    pub(crate) stable: bool,
}

/// A point of the search: coefficients and the states before the first value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) coefficients: Coefficients,
    pub(crate) states: States,
}

/// Where a search ended.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    pub(crate) coefficients: Coefficients,
    pub(crate) initial: States,
    pub(crate) minimum: Minimum,
    /// The names of the coefficients that a bound holds back.
    pub(crate) at_bounds: Vec<&'static str>,
}

/// Memory of one evaluation.
struct Workspace {
    tape: Tape,
    seeds: Vec<f64>,
    gradient: Vec<f64>,
    states: States,
    initial: States,
}

/// Where the free variables stand: `alpha` is the first.
#[derive(Clone, Copy)]
struct Layout {
    beta: Option<usize>,
    gamma: Option<usize>,
    phi: Option<usize>,
    level: usize,
    trend: Option<usize>,
    season: usize,
}

impl Layout {
    fn new(recursion: Recursion) -> Self {
        let mut count = 1;
        let mut place = |exists: bool| {
            count += usize::from(exists);
            exists.then_some(count - 1)
        };
        let trend = recursion.trend.exists();
        let (beta, gamma, phi) =
            (place(trend), place(recursion.season != Season::None), place(recursion.trend.is_damped()));
        let level = count;
        let season = level + 1 + usize::from(trend);
        Self { beta, gamma, phi, level, trend: trend.then_some(level + 1), season }
    }

    /// The names of these variables, but for those that are fixed.
    fn names(&self, places: &[usize], bounds: &[(f64, f64)]) -> Vec<&'static str> {
        let named = [(Some(0), "alpha"), (self.beta, "beta"), (self.gamma, "gamma"), (self.phi, "phi")];
        named
            .into_iter()
            .filter(|(at, _)| at.is_some_and(|at| places.contains(&at) && bounds[at].0 < bounds[at].1))
            .map(|(_, name)| name)
            .collect()
    }
}

impl Ranges {
    /// The room of `beta` and that of `gamma` beside `alpha`.
    fn rooms(&self, alpha: f64) -> ((f64, f64), (f64, f64)) {
        let ((beta_low, beta_high), (gamma_low, gamma_high)) = (self.beta, self.gamma);
        match self.coupling {
            Coupling::None => (self.beta, self.gamma),
            Coupling::Shares => {
                let (beta, gamma) = (beta_high.min(alpha), gamma_high.min(1.0 - alpha));
                ((beta_low, beta.max(beta_low)), (gamma_low, gamma.max(gamma_low)))
            }
        }
    }

    /// How the upper end of the room of `beta` and of `gamma` moves with `alpha`.
    fn slopes(&self, alpha: f64) -> (f64, f64) {
        match self.coupling {
            Coupling::None => (0.0, 0.0),
            Coupling::Shares => (
                if alpha < self.beta.1 && alpha > self.beta.0 { 1.0 } else { 0.0 },
                if 1.0 - alpha < self.gamma.1 && 1.0 - alpha > self.gamma.0 { -1.0 } else { 0.0 },
            ),
        }
    }
}

/// Searches of one problem, which share their memory.
pub(super) struct Searches<'a> {
    problem: Problem<'a>,
    work: Workspace,
    layout: Layout,
    bounds: Vec<(f64, f64)>,
}

impl<'a> Searches<'a> {
    pub(super) fn new(problem: Problem<'a>) -> Self {
        let layout = Layout::new(problem.recursion);
        let season = vec![0.0; if problem.recursion.season == Season::None { 0 } else { problem.period }];
        let bounds = problem.bounds(layout, layout.season + season.len());
        let states = States { level: 0.0, trend: 0.0, season, next: 0 };
        let work = Workspace {
            tape: Tape::new(problem.recursion, problem.values),
            seeds: vec![0.0; problem.values.len()],
            gradient: vec![0.0; place::SEASON + states.season.len()],
            states: states.clone(),
            initial: states,
        };
        Self { problem, work, layout, bounds }
    }

    /// A search that sets out from `start`.
    pub(super) fn begin(&mut self, start: &Start) -> Descent {
        let Self { problem, work, layout, bounds } = self;
        let point = problem.point(*layout, start);
        let curvature = problem.inverse_curvature(*layout, work, start);
        Descent::new(&point, bounds, &curvature, &mut |point, gradient| {
            problem.evaluate(*layout, work, point, gradient)
        })
    }

    /// Goes on with a search.
    pub(super) fn advance(&mut self, search: &mut Descent, tolerance: f64, steps: u64) {
        let Self { problem, work, layout, bounds, .. } = self;
        search.advance(tolerance, steps, bounds, &mut |point, gradient| {
            problem.evaluate(*layout, work, point, gradient)
        });
    }

    /// What a search found.
    pub(super) fn end(&mut self, search: Descent) -> Solution {
        let minimum = search.end(&self.bounds);
        let coefficients = self.problem.coefficients(self.layout, &minimum.point);
        self.problem.states(self.layout, &minimum.point, &mut self.work.initial);
        let at_bounds = self.layout.names(&minimum.at_bounds, &self.bounds);
        Solution { coefficients, initial: self.work.initial.clone(), minimum, at_bounds }
    }
}

impl Problem<'_> {
    /// The criterion at a point, and its gradient.
    fn evaluate(&self, layout: Layout, work: &mut Workspace, point: &[f64], gradient: &mut [f64]) -> f64 {
        let coefficients = self.coefficients(layout, point);
        if self.stable && !is_stable(self.recursion, &coefficients, self.period) {
            return f64::INFINITY;
        }
        self.states(layout, point, &mut work.initial);
        work.states.clone_from(&work.initial);
        self.recursion.forward(self.values, &coefficients, &mut work.states, &mut work.tape);
        let value = criterion(self.error, self.recursion, self.values, &work.tape, &mut work.seeds);
        if !value.is_finite() {
            return value;
        }
        let raw = &mut work.gradient;
        self.recursion.backward(self.values, &coefficients, &work.initial, &work.tape, &work.seeds, raw);
        self.chain(layout, point, raw, gradient);
        value
    }

    /// From the derivatives by coefficients and states to those by the variables.
    fn chain(&self, layout: Layout, point: &[f64], raw: &[f64], gradient: &mut [f64]) {
        let alpha = point[0];
        let ((beta_low, beta_high), (gamma_low, gamma_high)) = self.ranges.rooms(alpha);
        let (beta_slope, gamma_slope) = self.ranges.slopes(alpha);
        gradient[0] = raw[place::ALPHA];
        if let Some(at) = layout.beta {
            gradient[0] += raw[place::BETA] * beta_slope * point[at];
            gradient[at] = raw[place::BETA] * (beta_high - beta_low);
        }
        if let Some(at) = layout.gamma {
            gradient[0] += raw[place::GAMMA] * gamma_slope * point[at];
            gradient[at] = raw[place::GAMMA] * (gamma_high - gamma_low);
        }
        if let Some(at) = layout.phi {
            gradient[at] = raw[place::PHI];
        }
        gradient[layout.level] = raw[place::LEVEL];
        if let Some(at) = layout.trend {
            gradient[at] = raw[place::TREND];
        }
        let (by_season, out) = (&raw[place::SEASON..], &mut gradient[layout.season..]);
        let mean = by_season.iter().sum::<f64>() / by_season.len().max(1) as f64;
        for (out, by) in out.iter_mut().zip(by_season) {
            *out = by - mean;
        }
    }

    fn coefficients(&self, layout: Layout, point: &[f64]) -> Coefficients {
        let alpha = point[0];
        let (beta, gamma) = self.ranges.rooms(alpha);
        let within = |(low, high): (f64, f64), share: f64| (low + (high - low) * share).min(high);
        Coefficients {
            alpha,
            beta: layout.beta.map_or(0.0, |at| within(beta, point[at])),
            gamma: layout.gamma.map_or(0.0, |at| within(gamma, point[at])),
            phi: layout.phi.map_or(1.0, |at| point[at]),
        }
    }

    /// The states, the seasonal ones moved to sum 0 or mean 1.
    fn states(&self, layout: Layout, point: &[f64], states: &mut States) {
        states.level = point[layout.level];
        if let Some(at) = layout.trend {
            states.trend = point[at];
        }
        let season = &point[layout.season..];
        let centre = if self.recursion.season == Season::Multiplicative { 1.0 } else { 0.0 };
        let shift = centre - season.iter().sum::<f64>() / season.len().max(1) as f64;
        for (state, free) in states.season.iter_mut().zip(season) {
            *state = free + shift;
        }
    }

    fn point(&self, layout: Layout, start: &Start) -> Vec<f64> {
        let Start { coefficients, states } = start;
        let alpha = coefficients.alpha.clamp(self.ranges.alpha.0, self.ranges.alpha.1);
        let (beta, gamma) = self.ranges.rooms(alpha);
        let share = |(low, high): (f64, f64), value: f64| {
            if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 }
        };
        let mut point = vec![0.0; layout.season];
        point[0] = alpha;
        for (at, value) in [
            (layout.beta, share(beta, coefficients.beta)),
            (layout.gamma, share(gamma, coefficients.gamma)),
            (layout.phi, coefficients.phi),
            (Some(layout.level), states.level),
            (layout.trend, states.trend),
        ] {
            if let Some(at) = at {
                point[at] = value;
            }
        }
        point.extend_from_slice(&states.season);
        point
    }

    fn bounds(&self, layout: Layout, variables: usize) -> Vec<(f64, f64)> {
        let mut bounds = vec![(f64::NEG_INFINITY, f64::INFINITY); variables];
        bounds[0] = self.ranges.alpha;
        let share = |(low, high): (f64, f64)| if high > low { (0.0, 1.0) } else { (0.0, 0.0) };
        for (at, range) in [
            (layout.beta, share(self.ranges.beta)),
            (layout.gamma, share(self.ranges.gamma)),
            (layout.phi, self.ranges.phi),
        ] {
            if let Some(at) = at {
                bounds[at] = range;
            }
        }
        bounds
    }

    /// One over the second derivatives, roughly: those of a moving average for the coefficients, and for the states
    /// how long an error in them is felt.
    fn inverse_curvature(&self, layout: Layout, work: &mut Workspace, start: &Start) -> Vec<f64> {
        let Coefficients { alpha, beta, gamma, .. } = start.coefficients;
        let alpha = alpha.max(1e-4);
        work.states.clone_from(&start.states);
        self.recursion.forward(self.values, &start.coefficients, &mut work.states, &mut work.tape);
        let errors = sum_of_squares(&work.tape.errors);
        let n = self.values.len() as f64;
        let variance = if errors.is_finite() && errors > 0.0 { errors / n } else { 1.0 };
        let felt = |gain: f64, most: f64| (1.0 / (gain * (2.0 - gain)).max(1e-9)).min(most);
        let cycles = n / self.period.max(1) as f64;
        let level = felt(alpha, n);
        let mut inverse =
            vec![0.5 * variance / felt(gamma, cycles); layout.season + start.states.season.len()];
        inverse[0] = 0.5 / (n * level.min(100.0));
        inverse[layout.level] = 0.5 * variance / level;
        if let Some(at) = layout.beta {
            inverse[at] = 0.5 / (n * felt(beta / alpha, 100.0));
        }
        if let Some(at) = layout.gamma {
            inverse[at] = 0.5 / (n * felt(gamma, cycles) * (1.0 - alpha).powi(2).max(1e-3));
        }
        if let Some(at) = layout.phi {
            inverse[at] = 0.05 / n;
        }
        if let Some(at) = layout.trend {
            inverse[at] = 0.5 * variance / (level * felt(beta / alpha, n) / alpha).min(n * n * n / 3.0);
        }
        inverse
    }
}
