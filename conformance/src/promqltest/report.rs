//! How many evaluations of which script came out how.

use std::collections::BTreeMap;
use std::fmt;

use super::compare::Agreement;
use super::{Outcome, Verdict};

/// The outcomes of several scripts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    scripts: Vec<(String, Vec<Outcome>)>,
}

/// Outcomes, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Evaluations in scope that came out as they should.
    pub passed: usize,
    /// Evaluations in scope that did not.
    pub failed: usize,
    /// Evaluations out of scope.
    pub out_of_scope: usize,
    /// How the numbers of those that passed agree.
    pub agreement: Agreement,
}

impl Report {
    /// Adds the outcomes of a script.
    pub fn add(&mut self, script: impl Into<String>, outcomes: Vec<Outcome>) {
        self.scripts.push((script.into(), outcomes));
    }

    /// The counts of all scripts together.
    pub fn total(&self) -> Tally {
        self.scripts.iter().fold(Tally::default(), |mut total, (_, outcomes)| {
            total.add(&Tally::of(outcomes));
            total
        })
    }

    /// The counts of one script; none where it was not run.
    pub fn of(&self, script: &str) -> Option<Tally> {
        self.scripts.iter().find(|(name, _)| name == script).map(|(_, outcomes)| Tally::of(outcomes))
    }

    /// How often evaluations were out of scope, by category.
    pub fn categories(&self) -> BTreeMap<&str, usize> {
        let mut categories = BTreeMap::new();
        for (_, outcome) in self.outcomes() {
            if let Verdict::OutOfScope(category) = &outcome.verdict {
                *categories.entry(category.as_str()).or_insert(0) += 1;
            }
        }
        categories
    }

    /// All outcomes with their scripts' names.
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        self.scripts.iter().flat_map(|(script, outcomes)| outcomes.iter().map(|o| (script.as_str(), o)))
    }
}

impl Tally {
    /// Counts outcomes.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            match &outcome.verdict {
                Verdict::Passed(agreement) => {
                    tally.passed += 1;
                    tally.agreement.add(*agreement);
                }
                Verdict::Failed(_) => tally.failed += 1,
                Verdict::OutOfScope(_) => tally.out_of_scope += 1,
            }
        }
        tally
    }

    /// How many evaluations are in scope.
    pub fn in_scope(&self) -> usize {
        self.passed + self.failed
    }

    fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.out_of_scope += other.out_of_scope;
        self.agreement.add(other.agreement);
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        let Agreement { numbers, close, as_printed } = self.agreement;
        let (passed, failed, out) = (self.passed, self.failed, self.out_of_scope);
        writeln!(f, "{name:<28}{passed:>8}{failed:>8}{out:>14}{numbers:>10}{close:>10}{as_printed:>12}")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (script, passed, failed, out) = ("script", "passed", "failed", "out of scope");
        writeln!(
            f,
            "{script:<28}{passed:>8}{failed:>8}{out:>14}{:>10}{:>10}{:>12}",
            "numbers", "1e-12", "as printed"
        )?;
        for (name, outcomes) in &self.scripts {
            Tally::of(outcomes).row(f, name)?;
        }
        self.total().row(f, "all")?;
        for (category, times) in self.categories() {
            writeln!(f, "out of scope: {category}: {times}")?;
        }
        for (script, outcome) in self.outcomes() {
            if let Verdict::Failed(reason) = &outcome.verdict {
                writeln!(f, "failed: {script}:{}: {}: {reason}", outcome.line, outcome.expression)?;
            }
        }
        Ok(())
    }
}
