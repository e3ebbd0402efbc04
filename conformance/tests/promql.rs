//! The library's functions, held to Prometheus' own scripts, and the runner of these scripts, held to ours.
#![allow(clippy::expect_used, reason = "these are tests: they fail where a script cannot be read")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use conformance::promqltest::{Agreement, Outcome, Report, Tally, Verdict, run};
use slo_testkit::slo_cases;

/// Runs all scripts of a folder, in the order of their names.
fn run_folder(folder: &Path) -> Report {
    let files = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = files.map(|file| file.expect("the folder can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "test"));
    paths.sort();
    let mut report = Report::default();
    for path in paths {
        let script = fs::read_to_string(&path).expect("a script is text");
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        report.add(name, run(&script));
    }
    report
}

/// Shows a report even where the test passes: what is out of scope is never out of sight.
fn show(report: &Report) {
    // A closed standard error is no reason to fail.
    let _ = writeln!(io::stderr(), "{report}");
}

#[test]
fn the_library_does_as_prometheus_own_scripts_say() {
    let Some(cases) = slo_cases() else { return };
    let report = run_folder(&cases.join("promql"));
    show(&report);
    let total = report.total();

    // What stands out of scope must not grow unseen.
    for (script, least) in [("functions.test", 237), ("histograms.test", 181)] {
        if let Some(tally) = report.of(script) {
            assert!(tally.in_scope() >= least, "{script}: {} in scope:\n{report}", tally.in_scope());
        }
    }
    let in_scope = total.in_scope();
    assert!(in_scope > 0, "nothing is in scope:\n{report}");
    assert!(total.passed * 100 >= in_scope * 95, "fewer than 95 % of {in_scope} pass:\n{report}");

    // Prometheus allows 1e-6, and its scripts write some numbers with fewer digits than that needs. Where they write
    // more, the library is held to 1e-12.
    let Agreement { numbers, close, as_printed } = total.agreement;
    let loose = numbers - close - as_printed;
    assert!(loose * 100 <= numbers.max(100), "of {numbers} numbers {loose} agree to 1e-6 only:\n{report}");
}

/// One of our scripts.
fn script(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promql").join(name);
    fs::read_to_string(path).expect("the script is there")
}

/// The outcomes of one of our scripts.
fn own(name: &str) -> Vec<Outcome> {
    run(&script(name))
}

#[test]
fn a_script_that_is_right_passes() {
    let outcomes = own("passing.test");
    let tally = Tally::of(&outcomes);
    assert_eq!((tally.failed, tally.out_of_scope), (0, 0), "{outcomes:#?}");
    assert_eq!(tally.passed, 39, "{outcomes:#?}");
}

#[test]
fn a_script_that_is_wrong_fails_in_every_evaluation() {
    // A runner that cannot fail proves nothing: each evaluation here is wrong in a way of its own.
    let outcomes = own("failing.test");
    let passed: Vec<&Outcome> =
        outcomes.iter().filter(|o| !matches!(o.verdict, Verdict::Failed(_))).collect();
    assert!(passed.is_empty(), "{passed:#?}");
    assert_eq!(outcomes.len(), 27);
}

#[test]
fn what_is_out_of_scope_is_counted_by_its_category() {
    let mut report = Report::default();
    report.add("out_of_scope.test", own("out_of_scope.test"));
    let total = report.total();
    assert_eq!((total.passed, total.failed), (0, 0), "{report}");
    let categories: Vec<(&str, usize)> = report.categories().into_iter().collect();
    let expected = [
        ("aggregation topk", 1),
        ("anchored and smoothed selectors", 2),
        ("duration expressions", 1),
        ("fill modifiers", 1),
        ("function label_replace", 2),
        ("function time", 1),
        ("no series", 1),
        ("operators alone", 1),
        ("trim operators", 1),
    ];
    assert_eq!(categories, expected);
}

#[test]
fn malformed_lines_fail_by_name_and_stop_nothing() {
    let outcomes = own("malformed.test");
    let (last, malformed) = outcomes.split_last().expect("there are evaluations");
    assert!(matches!(last.verdict, Verdict::Passed(_)), "{last:?}");
    for outcome in malformed {
        let named = matches!(&outcome.verdict, Verdict::Failed(reason) if reason.starts_with("malformed: "));
        assert!(named, "{outcome:?}");
    }
    assert_eq!(malformed.len(), 9);
}

#[test]
fn no_piece_of_a_script_makes_the_runner_panic() {
    // Scripts cut off anywhere, and with any one byte of each line gone.
    for name in ["passing.test", "failing.test", "out_of_scope.test", "malformed.test"] {
        let script = script(name);
        for end in (0..script.len()).step_by(37).filter(|end| script.is_char_boundary(*end)) {
            run(&script[..end]);
        }
        for (number, line) in script.lines().enumerate() {
            let gone = (number * 7) % line.len().max(1);
            if line.is_char_boundary(gone) && line.is_char_boundary(gone + 1) && gone < line.len() {
                let changed = format!("{}{}", &line[..gone], &line[gone + 1..]);
                run(&script.replacen(line, &changed, 1));
            }
        }
    }
}

#[test]
fn a_report_shows_every_failure_and_every_category() {
    let mut report = Report::default();
    report.add("a.test", run("load 1m\n  a 1\n\neval instant at 0 a\n  a 2\n\neval instant at 0 abs(a)\n\neval instant at 0 a\n  a 1\n"));
    let text = report.to_string();
    assert!(text.contains("failed: a.test:4: a: "), "{text}");
    assert!(text.contains("out of scope: function abs: 1"), "{text}");
    let total = report.total();
    assert_eq!((total.passed, total.failed, total.out_of_scope, total.in_scope()), (1, 1, 1, 2));
    assert_eq!(total.agreement.close, 1);
}
