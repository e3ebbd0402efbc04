//! The search for the greatest likelihood: from several starts, and the best ones to their end.

use super::problem::{Problem, Solution, Start};
use super::spec::EtsSeason;
use super::start;
use super::states::Coefficients;

/// Where searches set out: `alpha`, `beta` and `gamma` as shares of their room.
///
/// Chosen as the fewest from which the best of 45 starts is reached for the thirty models on 29 series, most often
/// first: each of the later ones leads to maxima that no other one finds.
const STARTS: [(f64, f64, f64); 7] = [
    (0.8, 0.5, 0.9),
    (0.8, 0.05, 0.05),
    (0.15, 0.5, 0.05),
    (0.05, 0.95, 0.9),
    (0.97, 0.95, 0.9),
    (0.4, 0.05, 0.05),
    (0.05, 0.05, 0.9),
];

/// Shares that leave the states nearly where they are.
const STILL: (f64, f64, f64) = (0.01, 0.01, 0.01);

/// The damping that searches set out with.
const PHI: f64 = 0.95;

/// Steps of a first search, and how many of the best go on.
const FIRST_STEPS: u64 = 25;
const FINALISTS: usize = 3;

/// The most steps of a search to its end.
const STEPS: u64 = 2_000;

/// The change of twice the logarithm of the likelihood, by its size, at which a search ends.
const TOLERANCE: f64 = 1e-13;

/// Where a search sets out, and how far it goes.
#[derive(Clone, Debug)]
pub(super) enum Search {
    /// From a few places, the best of which goes on: enough to see whether a model is worth more.
    Brief,
    /// From all places.
    Whole,
    /// From what was known before.
    From(Start),
}

/// The places of a brief search, the first of all.
const FEW: usize = 3;

impl Search {
    /// How many places it sets out from, and how many of them go on.
    const fn extent(&self) -> (usize, usize) {
        match self {
            Self::Brief => (FEW, 1),
            Self::Whole | Self::From(_) => (STARTS.len(), FINALISTS),
        }
    }
}

/// The coefficients and states of the greatest likelihood found.
pub(super) fn best(problem: &Problem<'_>, search: &Search) -> Option<Solution> {
    let (places, finalists) = search.extent();
    let states = start::states(problem.recursion, problem.period, problem.values);
    let mut starts: Vec<Start> = Vec::with_capacity(places);
    for shares in STARTS.into_iter().take(places) {
        let start = Start { coefficients: coefficients(problem, shares), states: states.clone() };
        if !starts.contains(&start) {
            starts.push(start);
        }
    }
    let found = from(problem, &starts, finalists).filter(|found| found.minimum.value.is_finite());
    found.or_else(|| {
        // Where the values leap, a line through them may leave what is positive: a level that hardly moves does not.
        let coefficients = coefficients(problem, STILL);
        from(
            problem,
            &[Start { coefficients, states: start::flat(problem.recursion, problem.period, problem.values) }],
            1,
        )
    })
}

/// The best that is found from coefficients known from before, and from the states known with them if they belong to
/// the same first value.
pub(super) fn again(problem: &Problem<'_>, known: Start) -> Option<Solution> {
    let states = start::states(problem.recursion, problem.period, problem.values);
    from(problem, &[Start { coefficients: known.coefficients, states }, known], 2)
}

/// The best that is found from these starts, so many of which go on to their end; None if there is none.
fn from(problem: &Problem<'_>, starts: &[Start], finalists: usize) -> Option<Solution> {
    let mut tried: Vec<Solution> =
        starts.iter().map(|start| problem.search(start, TOLERANCE, FIRST_STEPS)).collect();
    tried.sort_by(|a, b| a.minimum.value.total_cmp(&b.minimum.value));
    tried.truncate(finalists);
    let mut iterations = 0;
    let finals = tried.into_iter().map(|first| {
        iterations += first.minimum.iterations;
        if first.minimum.converged {
            return first;
        }
        let start = Start { coefficients: first.coefficients, states: first.initial };
        let last = problem.search(&start, TOLERANCE, STEPS);
        iterations += last.minimum.iterations;
        last
    });
    let mut best = finals.min_by(|a, b| a.minimum.value.total_cmp(&b.minimum.value))?;
    best.minimum.iterations = iterations;
    Some(best)
}

/// Coefficients at these shares of their room, those that do not exist at what leaves them out.
fn coefficients(problem: &Problem<'_>, (level, trend, season): (f64, f64, f64)) -> Coefficients {
    let recursion = problem.recursion;
    Coefficients {
        alpha: level,
        beta: if recursion.trend.exists() { level * trend } else { 0.0 },
        gamma: if recursion.season == EtsSeason::None { 0.0 } else { (1.0 - level) * season },
        phi: if recursion.trend.is_damped() { PHI } else { 1.0 },
    }
}
