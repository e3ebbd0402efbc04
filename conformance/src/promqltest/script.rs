//! The commands of a script.

use slo_io::Labels;

use super::lexer::string;
use super::number::{duration, number, significant_digits};
use super::parser::expression;
use super::problem::{Attempt, Problem};
use super::series::{Described, StartTimes, series, start_times};
use super::storage::Load;
use super::syntax::Node;

/// A command, or why its lines are none, with the number of its first line.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) command: Attempt<Command>,
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    Clear,
    Load(Load),
    Evaluate(Box<Evaluation>),
}

/// An expression and what it should come to.
#[derive(Clone, Debug)]
pub(super) struct Evaluation {
    pub(super) expression: String,
    pub(super) node: Node,
    pub(super) when: When,
    pub(super) expected: Expected,
}

/// Times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    Instant(i64),
    Range { start: i64, end: i64, step: i64 },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Expected {
    pub(super) fail: Option<Words>,
    pub(super) ordered: bool,
    pub(super) warnings: Vec<Words>,
    pub(super) infos: Vec<Words>,
    pub(super) no_warning: bool,
    pub(super) no_info: bool,
    /// A number, and with how many digits it was written.
    pub(super) scalar: Option<(f64, Option<usize>)>,
    pub(super) text: Option<String>,
    /// Start, end and step of a range that an instant gives.
    pub(super) range: Option<(i64, i64, i64)>,
    pub(super) series: Vec<(Labels, Vec<Described>)>,
}

/// What a message should be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Words {
    Any,
    Exact(String),
    Pattern(String),
}

/// The commands of a script, in its order.
pub(super) fn commands(script: &str) -> Vec<Placed> {
    let lines: Vec<&str> =
        script.lines().map(str::trim).map(|l| if l.starts_with('#') { "" } else { l }).collect();
    let mut found = Vec::new();
    let mut rest = lines.iter().enumerate().map(|(n, line)| (n + 1, *line)).peekable();
    while let Some((line, first)) = rest.next() {
        if first.is_empty() {
            continue;
        }
        let word = first.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let mut block = Vec::new();
        if word.starts_with("load") || word.starts_with("eval") {
            while let Some((_, line)) = rest.next_if(|(_, line)| !line.is_empty()) {
                block.push(line);
            }
        }
        let command = match word.as_str() {
            "clear" => Ok(Command::Clear),
            _ if word.starts_with("load") => load(first, &block).map(Command::Load),
            _ if word.starts_with("eval") => {
                evaluation(first, &block).map(|e| Command::Evaluate(Box::new(e)))
            }
            _ => Err(Problem::malformed(format!("no command: {first:?}"))),
        };
        found.push(Placed { line, text: first.to_owned(), command });
    }
    found
}

fn load(first: &str, block: &[&str]) -> Attempt<Load> {
    let malformed =
        || Problem::malformed(format!("expected load <step> or load_with_nhcb <step>: {first:?}"));
    let (with_custom_histograms, step) = match first.split_once(char::is_whitespace) {
        Some(("load", step)) => (false, step),
        Some(("load_with_nhcb", step)) => (true, step),
        _ => return Err(malformed()),
    };
    let mut load = Load {
        step: duration(step.trim())?,
        with_custom_histograms,
        series: Vec::new(),
        refused: Vec::new(),
    };
    let mut default: Option<StartTimes> = None;
    let mut pending: Option<(Labels, StartTimes)> = None;
    for line in block {
        match start_times(line)? {
            Some((None, times)) => default = Some(times),
            Some((Some(labels), times)) => {
                if pending.replace((labels, times)).is_some() {
                    return Err(Problem::malformed("two lines of start times follow each other"));
                }
            }
            None => {
                let (labels, points) = match series(line) {
                    Ok(read) => read,
                    Err(problem) => {
                        pending = None;
                        load.refused.push(((*line).to_owned(), problem));
                        continue;
                    }
                };
                let starts = match pending.take() {
                    Some((named, times)) if named == labels && times.len() == points.len() => Some(times),
                    Some(_) => {
                        return Err(Problem::malformed(format!(
                            "the start times before {line:?} are not its own"
                        )));
                    }
                    None => default.clone(),
                };
                load.series.push((labels, points, starts));
            }
        }
    }
    if pending.is_some() {
        return Err(Problem::malformed("start times without their series"));
    }
    Ok(load)
}

fn evaluation(first: &str, block: &[&str]) -> Attempt<Evaluation> {
    let malformed = || {
        Problem::malformed(format!(
            "expected eval instant at <time> <query> or eval range from <start> to <end> step <step> <query>: {first:?}"
        ))
    };
    let (command, rest) = first.split_once(char::is_whitespace).ok_or_else(malformed)?;
    let mut expected = Expected::default();
    match command {
        "eval" => {}
        "eval_fail" => expected.fail = Some(Words::Any),
        "eval_warn" => expected.warnings.push(Words::Any),
        "eval_info" => expected.infos.push(Words::Any),
        "eval_ordered" => expected.ordered = true,
        _ => return Err(malformed()),
    }
    let (when, query) = instant(rest).or_else(|| range(rest)).ok_or_else(malformed)?;
    let is_instant = matches!(when, Ok(When::Instant(_)));
    for line in block {
        expected.line(line)?;
    }
    if is_instant && expected.range.is_none() && expected.series.iter().any(|(_, points)| points.len() > 1) {
        return Err(Problem::malformed("several points are expected of one instant"));
    }
    Ok(Evaluation { expression: query.to_owned(), node: expression(query)?, when: when?, expected })
}

/// The first word of a text, and what follows it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let (word, rest) = text.split_once(char::is_whitespace)?;
    Some((word, rest.trim_start()))
}

/// What follows a keyword and its value.
fn value<'a>(text: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (found, rest) = word(text)?;
    word(rest).filter(|_| found == keyword)
}

fn instant(text: &str) -> Option<(Attempt<When>, &str)> {
    let (kind, rest) = word(text)?;
    let (at, query) = value(rest, "at")?;
    (kind == "instant").then(|| (duration(at).map(When::Instant), query))
}

fn range(text: &str) -> Option<(Attempt<When>, &str)> {
    let (kind, rest) = word(text)?;
    let (start, rest) = value(rest, "from")?;
    let (end, rest) = value(rest, "to")?;
    let (step, query) = value(rest, "step")?;
    (kind == "range")
        .then(|| (span(start, end, step).map(|(start, end, step)| When::Range { start, end, step }), query))
}

fn span(start: &str, end: &str, step: &str) -> Attempt<(i64, i64, i64)> {
    let (start, end, step) = (duration(start)?, duration(end)?, duration(step)?);
    if end < start || step <= 0 || (end - start) / step > 1_000_000 {
        return Err(Problem::malformed("a range ends after it starts and has a step above 0"));
    }
    Ok((start, end, step))
}

impl Expected {
    /// Reads one line of what is expected.
    fn line(&mut self, line: &str) -> Attempt<()> {
        if let Some(rest) = line.strip_prefix("expected_fail_message") {
            self.fail = Some(Words::Exact(rest.trim().to_owned()));
        } else if let Some(rest) = line.strip_prefix("expected_fail_regexp") {
            self.fail = Some(Words::Pattern(rest.trim().to_owned()));
        } else if let Some(rest) = line.strip_prefix("expect range vector") {
            let read = value(rest, "from").and_then(|(start, rest)| {
                let (end, rest) = value(rest, "to")?;
                let step = rest.trim().strip_prefix("step")?.trim();
                Some((start, end, step))
            });
            let (start, end, step) =
                read.ok_or_else(|| Problem::malformed("expected from <start> to <end> step <step>"))?;
            self.range = Some(span(start, end, step)?);
        } else if let Some(rest) = line.strip_prefix("expect string") {
            let (content, length) = string(rest.trim())?;
            if length != rest.trim().len() {
                return Err(Problem::malformed("expected a string and nothing after it"));
            }
            self.text = Some(content);
        } else if let Some(rest) = line.strip_prefix("expect ") {
            self.statement(rest.trim())?;
        } else if let Ok(scalar) = number(line) {
            self.scalar = Some((scalar, significant_digits(line)));
        } else {
            self.series.push(series(line)?);
        }
        Ok(())
    }

    /// Reads what follows `expect`.
    fn statement(&mut self, text: &str) -> Attempt<()> {
        let (kind, rest) = word(text).unwrap_or((text, ""));
        let words = match rest.split_once(':') {
            None if rest.is_empty() => Words::Any,
            Some(("msg", message)) => Words::Exact(message.trim().to_owned()),
            Some(("regex", pattern)) => Words::Pattern(pattern.trim().to_owned()),
            _ => return Err(Problem::malformed(format!("expected msg: or regex: in {text:?}"))),
        };
        match kind {
            "fail" if self.fail.is_none() => self.fail = Some(words),
            "warn" => self.warnings.push(words),
            "info" => self.infos.push(words),
            "no_warn" if words == Words::Any => self.no_warning = true,
            "no_info" if words == Words::Any => self.no_info = true,
            "ordered" if words == Words::Any => self.ordered = true,
            _ => return Err(Problem::malformed(format!("nothing that can be expected: {text:?}"))),
        }
        if self.no_warning && !self.warnings.is_empty() || self.no_info && !self.infos.is_empty() {
            return Err(Problem::malformed("a note is expected and refused"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_a_command() {
        // The language's own reader makes comments empty lines before it looks for commands.
        let found = commands("load 1m\n  a 1\n  # b 2\n  c 3\nclear\n");
        let lines: Vec<usize> = found.iter().map(|placed| placed.line).collect();
        assert_eq!(lines, [1, 4, 5]);
        assert!(matches!(&found[0].command, Ok(Command::Load(load)) if load.series.len() == 1));
        assert!(matches!(&found[1].command, Err(Problem::Malformed(_))));
    }

    #[test]
    fn every_form_of_evaluation_is_read() {
        let read = |text: &str| match commands(text).remove(0).command {
            Ok(Command::Evaluate(evaluation)) => *evaluation,
            other => panic!("{other:?}"),
        };
        assert_eq!(read("eval instant at 1m30s a").when, When::Instant(90_000));
        assert_eq!(read("eval instant at 0 a").expression, "a");
        let range = read("eval range from 0 to 10m step 5m sum(a) + b\n {} 1 2 3");
        assert_eq!(range.when, When::Range { start: 0, end: 600_000, step: 300_000 });
        assert_eq!(range.expression, "sum(a) + b");
        assert_eq!(range.expected.series[0].1.len(), 3);
        assert_eq!(
            read("eval_fail instant at 0 a\n expected_fail_message x y").expected.fail,
            Some(Words::Exact("x y".into()))
        );
        assert_eq!(read("eval_warn instant at 0 a").expected.warnings, [Words::Any]);
        assert!(read("eval_ordered instant at 0 a").expected.ordered);
        let noted = read("eval instant at 0 a\n expect info regex: x.*: y\n expect no_warn\n a 1");
        assert_eq!(noted.expected.infos, [Words::Pattern("x.*: y".into())]);
        assert!(noted.expected.no_warning && !noted.expected.no_info);
        assert_eq!(read("eval instant at 0 \"a\"\n expect string \"b\"").expected.text.as_deref(), Some("b"));
        assert_eq!(read("eval instant at 0 1\n 1.50").expected.scalar, Some((1.5, Some(3))));
        let ranged = read("eval instant at 1m a[1m]\n expect range vector from 10s to 1m step 10s\n a 1 2");
        assert_eq!(ranged.expected.range, Some((10_000, 60_000, 10_000)));
    }

    #[test]
    fn malformed_commands_are_named() {
        for text in [
            "loop",
            "load",
            "load 5",
            "load_with_exemplars 5m",
            "load 5m\n a@st 0s\n",
            "load 5m\n a@st 0s\n b 1\n",
            "load 5m\n a@st 0s 0s\n a 1\n",
            "eval",
            "eval instant a",
            "eval instant at x a",
            "eval range from 5m to 1m step 1m a",
            "eval range from 0 to 1m step 0 a",
            "eval_never instant at 0 a",
            "eval instant at 0 a +",
            "eval instant at 0 a\n a 1 2",
            "eval instant at 0 a\n expect joy",
            "eval instant at 0 a\n expect warn\n expect no_warn",
            "eval instant at 0 a\n expect string b",
            "eval instant at 0 a\n expect range vector 1m",
        ] {
            let command = commands(text).remove(0).command;
            assert!(matches!(command, Err(Problem::Malformed(_))), "{text}: {command:?}");
        }
    }
}
