//! The search for the greatest likelihood: from several starts, and the best ones to their end.

use super::problem::{Problem, Searches, Solution, Start};
use super::spec::EtsSeason;
use super::start;
use crate::optimise::Descent;
use crate::recursion::Coefficients;

/// Where searches set out: `alpha`, then `beta` and `gamma` as shares of their room, and `phi`.
///
/// Chosen, with the steps below, for most maxima found at little cost over the thirty models on 47 series, and held
/// against as many others: 98 in 100 of the best that is known are found. The first three are the best three.
const STARTS: [(f64, f64, f64, f64); 6] = [
    (0.95, 0.3, 0.9, 0.9),
    (0.7, 0.02, 0.3, 0.97),
    (0.03, 0.02, 0.9, 0.97),
    (0.15, 0.9, 0.02, 0.85),
    (0.8, 0.5, 0.9, 0.95),
    (0.6, 0.02, 0.02, 0.95),
];

/// What leaves the states nearly where they are.
const STILL: (f64, f64, f64, f64) = (0.01, 0.01, 0.01, 0.95);

/// Steps of every search, after which only the best go on.
const FIRST_STEPS: u64 = 16;

/// The most steps of a search to its end.
const STEPS: u64 = 2_000;

/// What two searches differ by in value, at least, if they are not at the same place.
const SAME: f64 = 4e-3;

/// The changes of twice the logarithm of the likelihood, by its size, at which a search ends: one that is compared
/// with others, and the best.
const NEAR: f64 = 1e-9;
const TOLERANCE: f64 = 1e-16;

/// Where a search sets out, and how far it goes.
#[derive(Clone, Debug)]
pub(super) enum Search {
    /// From a few places, the best of which goes on: enough to see whether a model is worth more.
    Brief,
    /// The same, from where a model ended that differs in its errors alone, too.
    Beside(Start),
    /// From all places.
    Whole,
    /// From what was known before.
    From(Start),
}

/// The places of a brief search, the first of all.
const FEW: usize = 3;

/// Searches that a whole one takes to their end.
const FINALISTS: usize = 3;

impl Search {
    /// How many places it sets out from, and how many of them go on to their end at most.
    const fn extent(&self) -> (usize, usize) {
        match self {
            Self::Brief | Self::Beside(_) => (FEW, 1),
            Self::Whole | Self::From(_) => (STARTS.len(), FINALISTS),
        }
    }
}

/// The coefficients and states of the greatest likelihood found.
pub(super) fn best(problem: &Problem<'_>, search: &Search) -> Option<Solution> {
    let (places, finalists) = search.extent();
    let states = start::states(problem.recursion, problem.period, problem.values);
    let mut starts: Vec<Start> = match search {
        Search::Beside(known) => vec![known.clone()],
        _ => Vec::new(),
    };
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
    let mut searches = Searches::new(*problem);
    let mut live: Vec<Descent> = starts.iter().map(|start| searches.begin(start)).collect();
    for search in &mut live {
        searches.advance(search, NEAR, FIRST_STEPS);
    }
    live.sort_by(|a, b| a.value().total_cmp(&b.value()));
    // Some have met by now.
    live.dedup_by(|next, best| (next.value() - best.value()).abs() < SAME);
    let left_off = live.split_off(finalists.min(live.len()));
    for search in &mut live {
        searches.advance(search, NEAR, STEPS);
    }
    live.sort_by(|a, b| a.value().total_cmp(&b.value()));
    searches.advance(live.first_mut()?, TOLERANCE, STEPS);
    let all = || live.iter().chain(&left_off);
    let (iterations, evaluations) =
        (all().map(Descent::iterations).sum(), all().map(Descent::evaluations).sum());
    let mut solution = searches.end(live.swap_remove(0));
    solution.minimum.iterations = iterations;
    solution.minimum.evaluations = evaluations;
    Some(solution)
}

/// Coefficients at these shares of their room, those that do not exist at what leaves them out.
fn coefficients(problem: &Problem<'_>, (alpha, trend, season, phi): (f64, f64, f64, f64)) -> Coefficients {
    let recursion = problem.recursion;
    Coefficients {
        alpha,
        beta: if recursion.trend.exists() { alpha * trend } else { 0.0 },
        gamma: if recursion.season == EtsSeason::None { 0.0 } else { (1.0 - alpha) * season },
        phi: if recursion.trend.is_damped() { phi } else { 1.0 },
    }
}
