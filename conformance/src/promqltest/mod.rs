//! Prometheus' own test scripts, run against the library's functions.
//!
//! The scripts are written in the language of `promql/promqltest`: `load` describes series, `eval` asks a `PromQL`
//! expression and says what it should come to. Here stands what is around the functions: a reader of the scripts, and an
//! evaluator of selectors, operators and aggregations. What is held to the scripts are `slo_core::counter`,
//! `slo_core::histogram` and `slo_core::over_time`, to which every function call is handed.
//!
//! An evaluation whose expression holds something else is out of scope, and counted under what it is.
//!
//! Prometheus runs every instant evaluation again as a range, and with its time written into the selectors: that tests
//! its evaluator, which keeps state from instant to instant. The one here keeps none.

mod aggregate;
mod binary;
mod classic;
mod compare;
mod evaluate;
mod instants;
mod labels;
mod lexer;
mod native;
mod notes;
mod number;
mod parser;
mod problem;
mod ranges;
mod report;
mod scope;
mod script;
mod series;
mod storage;
mod syntax;

use compare::{check, check_notes, says};
use evaluate::Evaluator;
use notes::Notes;
use script::{Command, Evaluation, When};
use storage::Storage;

pub use compare::Agreement;
pub use problem::Problem;
pub use report::{Report, Tally};

/// What became of one command of a script that says what should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The number of its line.
    pub line: usize,
    /// Its expression; its whole line where there is none.
    pub expression: String,
    /// Whether it came out as it should.
    pub verdict: Verdict,
}

/// Whether an evaluation came out as it should.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It did, with numbers that agree so well.
    Passed(Agreement),
    /// It did not, for this reason.
    Failed(String),
    /// It holds something that the library does not compute: the category under which it is counted.
    OutOfScope(String),
}

/// Runs a script.
///
/// # Examples
///
/// ```
/// use conformance::promqltest::{Verdict, run};
///
/// let script = "\
/// load 1m
///   requests_total 0+10x10
///
/// eval instant at 10m increase(requests_total[10m])
///   {} 100
///
/// eval instant at 10m increase(requests_total[10m])
///   {} 99
///
/// eval instant at 10m abs(requests_total)
///   {} 100
/// ";
/// let outcomes = run(script);
/// assert!(matches!(outcomes[0].verdict, Verdict::Passed(_)));
/// assert!(matches!(outcomes[1].verdict, Verdict::Failed(_)));
/// assert_eq!(outcomes[2].verdict, Verdict::OutOfScope("function abs".into()));
/// ```
pub fn run(script: &str) -> Vec<Outcome> {
    let mut storage = Storage::default();
    let mut outcomes = Vec::new();
    for placed in script::commands(script) {
        let (expression, verdict) = match placed.command {
            Ok(Command::Clear) => {
                storage.clear();
                continue;
            }
            Ok(Command::Load(load)) => {
                let refused = load.refused.iter().cloned();
                let failed = storage.load(&load).err().map(|problem| (placed.text, problem));
                for (expression, problem) in refused.chain(failed) {
                    outcomes.push(Outcome { line: placed.line, expression, verdict: verdict_of(problem) });
                }
                continue;
            }
            Ok(Command::Evaluate(evaluation)) => {
                let verdict = match scope::reason(&evaluation.node) {
                    Some(reason) => Verdict::OutOfScope(reason),
                    None => evaluate(&storage, &evaluation),
                };
                (evaluation.expression, verdict)
            }
            Err(problem) => (placed.text, verdict_of(problem)),
        };
        outcomes.push(Outcome { line: placed.line, expression, verdict });
    }
    outcomes
}

fn verdict_of(problem: Problem) -> Verdict {
    match problem {
        Problem::OutOfScope(category) => Verdict::OutOfScope(category),
        other => Verdict::Failed(other.to_string()),
    }
}

fn evaluate(storage: &Storage, evaluation: &Evaluation) -> Verdict {
    let (start, end, step) = match evaluation.when {
        When::Instant(at) => (at, at, 1),
        When::Range { start, end, step } => (start, end, step),
    };
    let notes = Notes::default();
    let evaluator = Evaluator { storage, query: (start, end), notes: &notes };
    let mut answers = Vec::new();
    let mut at = start;
    while at <= end {
        match evaluator.answer(&evaluation.node, at) {
            Ok(answer) => answers.push((at, answer)),
            Err(Problem::Query(message)) => return failed_query(evaluation, &message),
            Err(problem) => return verdict_of(problem),
        }
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    if evaluation.expected.fail.is_some() {
        return Verdict::Failed("the query was expected to fail".into());
    }
    let result = check_notes(&evaluation.expected, &notes).and_then(|()| check(evaluation, answers));
    result.map_or_else(Verdict::Failed, Verdict::Passed)
}

/// Whether a query that fails was expected to.
fn failed_query(evaluation: &Evaluation, message: &str) -> Verdict {
    let Some(words) = &evaluation.expected.fail else {
        return Verdict::Failed(format!("the query fails: {message}"));
    };
    match says(words, message) {
        Ok(true) => Verdict::Passed(Agreement::default()),
        Ok(false) => Verdict::Failed(format!("the query fails with {message:?}, not with {words:?}")),
        Err(error) => Verdict::Failed(error),
    }
}
