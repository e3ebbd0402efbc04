//! The search for smoothing parameters and first states of the least sum of squares.

#![allow(
    clippy::indexing_slicing,
    reason = "variables are counted once, and all slices have one place for each"
)]

use super::options::{Bounds, Convention};
use crate::level::best_level;
use crate::optimise::{Minimum, Options, minimise};
use crate::recursion::{Coefficients, Recursion, States, Tape, place, sum_of_squares};

/// Level, trend and season where they are factors: above this share of the largest value.
const POSITIVE: f64 = 1e-9;

/// Steps of each search before only the best goes on.
const FIRST_STEPS: u64 = 10;

/// The same where the damping is sought, along which the sum of squares falls slowly.
const DAMPED_STEPS: u64 = 40;

/// Steps of the best search.
const STEPS: u64 = 2_000;

/// Alphas of the grid that the search starts from.
const ALPHAS: [f64; 5] = [0.02, 0.1, 0.3, 0.6, 0.9];

/// Shares of what alpha leaves to beta and gamma, in the same grid.
const SHARES: [f64; 3] = [0.05, 0.4, 0.95];

/// Dampings, in the same grid; the last is the end of where it may lie.
const DAMPINGS: [f64; 4] = [0.81, 0.9, 0.97, 1.0];

/// By how much the sum of squares is moved to see how it bends, as a share of a variable's size.
const NUDGE: f64 = 1e-4;

/// The problem: a series in its own unit from the first place that is forecast, and what is sought.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) values: &'a [f64],
    pub(super) recursion: Recursion,
    /// How many seasonal states there are.
    pub(super) places: usize,
    pub(super) bounds: Bounds,
    pub(super) convention: Convention,
    /// What is fixed of alpha, beta, gamma and phi.
    pub(super) fixed: [Option<f64>; 4],
    /// Whether the first states are sought, too.
    pub(super) states: bool,
}

/// What a pass over the series leaves behind.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) tape: Tape,
    /// The states after the last value.
    pub(super) states: States,
    slopes: Vec<f64>,
}

impl Work {
    pub(super) fn new(problem: &Problem<'_>) -> Self {
        Self {
            tape: Tape::new(problem.recursion, problem.values),
            states: States::unseasonal(0.0, 0.0),
            slopes: vec![0.0; place::SEASON + problem.places],
        }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Alpha, beta, gamma and phi as the convention has them.
    pub(super) parameters: [f64; 4],
    pub(super) start: States,
    pub(super) converged: bool,
    pub(super) iterations: u64,
    pub(super) at_bounds: Vec<&'static str>,
}

impl Found {
    /// What needed no search.
    pub(super) const fn at(parameters: [f64; 4], start: States, at_bounds: Vec<&'static str>) -> Self {
        Self { parameters, start, converged: true, iterations: 0, at_bounds }
    }
}

/// The sum of squares of a search; of one that ended where there is none, more than any.
const fn reached(minimum: &Minimum) -> f64 {
    if minimum.value.is_nan() { f64::INFINITY } else { minimum.value }
}

pub(super) const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "phi"];

impl Problem<'_> {
    /// The least sum of squares from the starts on.
    pub(super) fn solve(&self, starts: &[([f64; 4], States)], work: &mut Work) -> Found {
        let first_steps = if self.variables().contains(&3) { DAMPED_STEPS } else { FIRST_STEPS };
        // The best of the starts with one damping each: there may be a minimum at either end of where that may lie.
        let mut best: Vec<(f64, Minimum, States)> = Vec::new();
        let mut iterations = 0;
        for (parameters, start) in starts {
            let found = self.search(*parameters, start, first_steps, work);
            iterations += found.iterations;
            match best.iter_mut().find(|(phi, ..)| *phi == parameters[3]) {
                Some(best) if reached(&found) < reached(&best.1) => {
                    *best = (parameters[3], found, start.clone());
                }
                Some(_) => {}
                None => best.push((parameters[3], found, start.clone())),
            }
        }
        let ends = best.into_iter().map(|(_, minimum, start)| {
            let (parameters, start) = self.read(&minimum.point, &start);
            if minimum.converged {
                return (minimum, start);
            }
            let minimum = self.search(parameters, &start, STEPS, work);
            iterations += minimum.iterations;
            (minimum, start)
        });
        let Some((minimum, start)) = ends.min_by(|(a, _), (b, _)| reached(a).total_cmp(&reached(b))) else {
            let nowhere = States::unseasonal(f64::NAN, f64::NAN);
            return Found { converged: false, ..Found::at([f64::NAN; 4], nowhere, Vec::new()) };
        };
        let (parameters, start) = self.read(&minimum.point, &start);
        let names = self.variables();
        Found {
            parameters,
            start,
            converged: minimum.converged,
            iterations,
            at_bounds: minimum
                .at_bounds
                .iter()
                .filter_map(|place| names.get(*place).map(|k| NAMES[*k]))
                .collect(),
        }
    }

    /// Whether alpha and the level are all that is sought.
    pub(super) fn is_simple(&self) -> bool {
        self.states
            && !(self.recursion.trend.exists() || self.recursion.is_seasonal())
            && self.fixed[0].is_none()
    }

    /// The best alpha and level.
    pub(super) fn best_alpha(&self, start: States) -> ([f64; 4], States) {
        let best = best_level(self.values, self.bounds.low, 1.0 - self.bounds.low);
        ([best.alpha, 0.0, 0.0, 1.0], States { level: best.first, ..start })
    }

    /// Whether anything is sought.
    pub(super) fn seeks_any(&self) -> bool {
        self.states || !self.variables().is_empty()
    }

    /// The parameters sought that lie at an end of where they may.
    pub(super) fn ends(&self, parameters: [f64; 4]) -> Vec<&'static str> {
        let (low, phi) = (self.bounds.low, self.bounds.phi);
        let ends = [(low, 1.0 - low), (low, 1.0 - low), (low, 1.0 - low), phi];
        let at_end = |k: &usize| parameters[*k] <= ends[*k].0 || parameters[*k] >= ends[*k].1;
        self.variables().into_iter().filter(at_end).map(|k| NAMES[k]).collect()
    }

    /// The parameters of a coarse grid that suit a start best: those of the two or three best
    /// alphas at each damping.
    pub(super) fn best_of_grid(&self, start: States) -> Vec<([f64; 4], States)> {
        let variables = self.variables();
        let few = !(self.states && self.recursion.is_seasonal());
        let shares = |k: usize| -> &[f64] {
            match k {
                _ if !variables.contains(&k) => &[0.0],
                0 => &ALPHAS,
                // What costs little is looked at closely.
                3 => &DAMPINGS,
                _ if few => &SHARES,
                _ => &SHARES[..2],
            }
        };
        let mut work = Work::new(self);
        let mut found: Vec<(f64, [f64; 4])> = Vec::new();
        for phi in shares(3) {
            let first = found.len();
            for alpha in shares(0) {
                let mut best = (f64::INFINITY, [f64::NAN; 4]);
                for beta in shares(1) {
                    for gamma in shares(2) {
                        let all = [*alpha, *beta, *gamma, phi.clamp(self.bounds.phi.0, self.bounds.phi.1)];
                        let point: Vec<f64> = variables.iter().map(|k| all[*k]).collect();
                        let parameters = self.parameters(&point, &variables);
                        let squares = self.squares(parameters, &start, &mut work);
                        // A start that is not finite anywhere still is one: the search then says that it failed.
                        if squares < best.0 || best.1[0].is_nan() {
                            best = (if squares.is_nan() { f64::INFINITY } else { squares }, parameters);
                        }
                    }
                }
                found.push(best);
            }
            found[first..].sort_by(|a, b| a.0.total_cmp(&b.0));
            found.truncate(first + if few { 3 } else { 2 });
        }
        found.into_iter().map(|(_, parameters)| (parameters, start.clone())).collect()
    }

    /// The smoothing parameters that are sought, in their order.
    pub(super) fn variables(&self) -> Vec<usize> {
        let trend = self.recursion.trend;
        let exists = [true, trend.exists(), self.recursion.is_seasonal(), trend.is_damped()];
        (0..4).filter(|k| exists[*k] && self.fixed[*k].is_none()).collect()
    }

    /// The sum of squares at these parameters.
    pub(super) fn squares(&self, parameters: [f64; 4], start: &States, work: &mut Work) -> f64 {
        let coefficients = self.convention.gains(parameters, self.recursion);
        work.states.clone_from(start);
        self.recursion.forward(self.values, &coefficients, &mut work.states, &mut work.tape);
        sum_of_squares(&work.tape.errors)
    }

    fn search(&self, parameters: [f64; 4], start: &States, steps: u64, work: &mut Work) -> Minimum {
        let variables = self.variables();
        let point = self.write(parameters, start, &variables);
        let box_ = self.box_of(start, &variables);
        // The objective is divided by its first value: the search counts in multiples of that.
        let first = self.squares(parameters, start, work);
        let unit = if first.is_finite() && first > 0.0 { first } else { 1.0 };
        let curvature = self.curvature(&point, start, &variables, &box_, unit, work);
        let mut current = start.clone();
        let mut objective = |x: &[f64], gradient: &mut [f64]| {
            let parameters = self.read_into(x, &variables, &mut current);
            let squares = self.squares(parameters, &current, work);
            let coefficients = self.convention.gains(parameters, self.recursion);
            let Work { tape, slopes, .. } = &mut *work;
            // Seeds that are the errors give the derivative of minus half the sum of squares.
            self.recursion.backward(self.values, &coefficients, &current, tape, &tape.errors, slopes);
            self.slopes(parameters, x, slopes, &variables, gradient);
            for g in gradient.iter_mut() {
                *g *= -2.0 / unit;
            }
            squares / unit
        };
        let options = Options { tolerance: 1e-13, iterations: steps, inverse_curvature: &curvature };
        let mut minimum = minimise(&point, &box_, &mut objective, options);
        minimum.value *= unit;
        minimum
    }

    /// One over the second derivative by each variable, from how the errors change with it.
    fn curvature(
        &self,
        point: &[f64],
        start: &States,
        variables: &[usize],
        box_: &[(f64, f64)],
        unit: f64,
        work: &mut Work,
    ) -> Vec<f64> {
        let globals =
            variables.len() + if self.states { 1 + usize::from(self.recursion.trend.exists()) } else { 0 };
        let mut current = start.clone();
        let mut errors = |x: &[f64]| {
            let parameters = self.read_into(x, variables, &mut current);
            self.squares(parameters, &current, work);
            work.tape.errors.clone()
        };
        let before = errors(point);
        let mut moved = point.to_vec();
        let mut inverse = |moved: &[f64], step: f64, count: f64| {
            let squares: f64 =
                errors(moved).iter().zip(&before).map(|(a, b)| ((a - b) / step) * ((a - b) / step)).sum();
            let inverse = 0.5 * unit * count / squares;
            if inverse.is_finite() && inverse > 0.0 { inverse } else { 1.0 }
        };
        let mut curvature = Vec::with_capacity(point.len());
        for k in 0..globals {
            let room = box_[k].1 - box_[k].0;
            let size = if room.is_finite() { room } else { 1.0 };
            let step = if point[k] + NUDGE * size > box_[k].1 { -NUDGE * size } else { NUDGE * size };
            moved[k] += step;
            curvature.push(inverse(&moved, step, 1.0));
            moved[k] = point[k];
        }
        // The states of the season bend alike: they are moved together, by turns up and down.
        let season = point.len() - globals;
        if season > 0 {
            for (turn, x) in moved[globals..].iter_mut().enumerate() {
                *x += if turn % 2 == 0 { NUDGE } else { -NUDGE };
            }
            let shared = inverse(&moved, NUDGE, season as f64);
            curvature.resize(point.len(), shared);
        }
        curvature
    }

    /// Where the variables may lie.
    fn box_of(&self, start: &States, variables: &[usize]) -> Vec<(f64, f64)> {
        let low = self.bounds.low;
        let mut bounds: Vec<(f64, f64)> = variables
            .iter()
            .map(|k| match k {
                0 => {
                    let above =
                        if self.convention == Convention::R { 0.0 } else { self.fixed[1].unwrap_or(0.0) };
                    let below =
                        if self.convention == Convention::R { 0.0 } else { self.fixed[2].unwrap_or(0.0) };
                    (low.max(above), (1.0 - low).min(1.0 - below))
                }
                3 => self.bounds.phi,
                _ => (0.0, 1.0),
            })
            .collect();
        if self.states {
            let free = (f64::NEG_INFINITY, f64::INFINITY);
            let factor = (POSITIVE, f64::INFINITY);
            let trend_is_factor = self.recursion.trend.is_multiplicative();
            let season_is_factor = self.recursion.has_factor_season();
            bounds.push(if trend_is_factor || season_is_factor { factor } else { free });
            if self.recursion.trend.exists() {
                bounds.push(if trend_is_factor { factor } else { free });
            }
            bounds.extend(start.season.iter().map(|_| if season_is_factor { factor } else { free }));
        }
        bounds
    }

    /// The variables of parameters and states.
    fn write(&self, [alpha, beta, gamma, phi]: [f64; 4], start: &States, variables: &[usize]) -> Vec<f64> {
        let low = self.bounds.low;
        let share =
            |value: f64, room: f64| if room > 0.0 { ((value - low) / room).clamp(0.0, 1.0) } else { 0.0 };
        let mut point: Vec<f64> = variables
            .iter()
            .map(|k| match (k, self.convention) {
                (0, _) => alpha,
                (1, Convention::R) => beta,
                (2, Convention::R) => gamma,
                (1, _) => share(beta, alpha - low),
                (2, _) => share(gamma, 1.0 - alpha - low),
                _ => phi,
            })
            .collect();
        if self.states {
            point.push(start.level);
            if self.recursion.trend.exists() {
                point.push(start.trend);
            }
            point.extend(&start.season);
        }
        point
    }

    /// Parameters and states of the variables.
    fn read(&self, point: &[f64], start: &States) -> ([f64; 4], States) {
        let mut current = start.clone();
        let parameters = self.read_into(point, &self.variables(), &mut current);
        (parameters, current)
    }

    /// The parameters of the variables, shares of what the couplings leave.
    fn parameters(&self, point: &[f64], variables: &[usize]) -> [f64; 4] {
        let mut shares = self.fixed.map(|fixed| fixed.unwrap_or(0.0));
        if self.fixed[3].is_none() {
            shares[3] = 1.0;
        }
        for (k, x) in variables.iter().zip(point) {
            shares[*k] = *x;
        }
        let [alpha, mut beta, mut gamma, phi] = shares;
        if self.convention != Convention::R {
            let low = self.bounds.low;
            if variables.contains(&1) {
                beta = low + beta * (alpha - low);
            }
            if variables.contains(&2) {
                gamma = low + gamma * (1.0 - alpha - low);
            }
        }
        [alpha, beta, gamma, phi]
    }

    fn read_into(&self, point: &[f64], variables: &[usize], current: &mut States) -> [f64; 4] {
        if self.states {
            let mut states = point[variables.len()..].iter();
            current.level = states.next().copied().unwrap_or(f64::NAN);
            if self.recursion.trend.exists() {
                current.trend = states.next().copied().unwrap_or(f64::NAN);
            }
            current.season.iter_mut().zip(states).for_each(|(s, x)| *s = *x);
        }
        self.parameters(point, variables)
    }

    /// The derivatives by the variables, from those by gains and states.
    fn slopes(
        &self,
        [alpha, beta, gamma, _]: [f64; 4],
        point: &[f64],
        slopes: &[f64],
        variables: &[usize],
        gradient: &mut [f64],
    ) {
        let (mut by_alpha, by_phi) = (slopes[place::ALPHA], slopes[place::PHI]);
        let (by_trend, by_season) = (slopes[place::BETA], slopes[place::GAMMA]);
        // By alpha, beta and gamma of the convention.
        let (mut by_beta, mut by_gamma) = (by_trend, by_season);
        if self.convention.beta_is_share() {
            by_alpha += by_trend * beta;
            by_beta = by_trend * alpha;
        }
        if self.convention.gamma_is_share(self.recursion) {
            by_alpha -= by_season * gamma;
            by_gamma = by_season * (1.0 - alpha);
        }
        // By the shares of what the couplings leave.
        let low = self.bounds.low;
        let coupled = self.convention != Convention::R;
        for (place, k) in variables.iter().enumerate() {
            if coupled && *k == 1 {
                by_alpha += by_beta * point[place];
            }
            if coupled && *k == 2 {
                by_alpha -= by_gamma * point[place];
            }
        }
        for (place, k) in variables.iter().enumerate() {
            gradient[place] = match (k, coupled) {
                (0, _) => by_alpha,
                (1, false) => by_beta,
                (2, false) => by_gamma,
                (1, true) => by_beta * (alpha - low),
                (2, true) => by_gamma * (1.0 - alpha - low),
                _ => by_phi,
            };
        }
        if self.states {
            let rest = &mut gradient[variables.len()..];
            rest[0] = slopes[place::LEVEL];
            let mut next = 1;
            if self.recursion.trend.exists() {
                rest[1] = slopes[place::TREND];
                next = 2;
            }
            rest[next..].copy_from_slice(&slopes[place::SEASON..]);
        }
    }
}

impl Convention {
    /// The gains of the error that these parameters mean.
    pub(super) fn gains(self, [alpha, beta, gamma, phi]: [f64; 4], recursion: Recursion) -> Coefficients {
        Coefficients {
            alpha,
            beta: if self.beta_is_share() { alpha * beta } else { beta },
            gamma: if self.gamma_is_share(recursion) { gamma * (1.0 - alpha) } else { gamma },
            phi,
        }
    }

    /// Whether beta is a share of the level's change, and so multiplied by alpha.
    pub(super) const fn beta_is_share(self) -> bool {
        matches!(self, Self::R | Self::Statsmodels)
    }

    /// Whether gamma is a share of what the level leaves of the error.
    fn gamma_is_share(self, recursion: Recursion) -> bool {
        self == Self::R && !recursion.has_factor_season()
    }
}
