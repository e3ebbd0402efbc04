//! Cases from outside the repository, found through the environment.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::Location;
use std::path::PathBuf;

use crate::workspace_root;

/// The environment variable that names the folder.
const VARIABLE: &str = "SLO_CASES";

/// The folder of the cases from outside, which the environment variable `SLO_CASES` names; `None`, with a message on
/// standard error that names the caller, where it is unset or empty.
///
/// A relative path counts from the root of the workspace, not from the crate whose tests happen to run.
///
/// # Examples
///
/// ```
/// let Some(cases) = slo_testkit::slo_cases() else { return };
/// assert!(cases.is_dir());
/// ```
///
/// # Panics
///
/// If the variable names something that is not a folder: whoever sets it wants these tests to run.
#[track_caller]
pub fn slo_cases() -> Option<PathBuf> {
    let folder = folder(env::var_os(VARIABLE));
    if folder.is_none() {
        // The test harness captures `eprintln!` and shows it for failing tests only; a skipped test passes.
        // A closed standard error is no reason to fail.
        let _ = writeln!(io::stderr(), "skipped: {VARIABLE} is unset ({})", Location::caller());
    }
    folder
}

/// The folder that a value of the variable names.
#[track_caller]
fn folder(value: Option<OsString>) -> Option<PathBuf> {
    let folder = workspace_root().join(value.filter(|value| !value.is_empty())?);
    assert!(folder.is_dir(), "{VARIABLE} names {}, which is not a folder", folder.display());
    Some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unset_variable_skips() {
        assert_eq!(folder(None), None);
    }

    #[test]
    fn an_empty_variable_skips() {
        assert_eq!(folder(Some(OsString::new())), None);
    }

    #[test]
    fn an_absolute_path_is_taken_as_it_is() {
        let path = env::temp_dir();
        assert_eq!(folder(Some(path.clone().into())), Some(path));
    }

    #[test]
    fn a_relative_path_counts_from_the_root_of_the_workspace() {
        let expected = workspace_root().join("slo-testkit/src");
        assert_eq!(folder(Some("slo-testkit/src".into())), Some(expected));
    }

    #[test]
    #[should_panic(expected = "no-such-folder, which is not a folder")]
    fn a_path_to_nothing_is_refused() {
        let _ = folder(Some("no-such-folder".into()));
    }
}
