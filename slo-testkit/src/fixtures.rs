//! Reference numbers as data: `fixtures/<crate>/<method>/<case>.json` at the root of the workspace.
//!
//! A file holds one case:
//!
//! ```json
//! {
//!   "source": "Wilson, E. B. (1927); mpmath at 60 digits",
//!   "input": { "successes": 1, "trials": 10 },
//!   "parameters": { "level": 0.95 },
//!   "expected": { "lower": 0.017876213095072903, "upper": 0.4041500267952385 },
//!   "tolerance": 1e-12
//! }
//! ```
//!
//! A tolerance looser than [`CLOSED_FORM`] needs a `"reason"`. Floats are read correctly rounded: what the generator
//! printed in its shortest form arrives bit for bit.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::close::{check, check_each};
use crate::comparison::Tolerance;
use crate::workspace_root;

/// The relative tolerance of a closed form; a looser one has to give its reason.
pub const CLOSED_FORM: f64 = 1e-10;

/// One reference case: what goes in, what must come out, how closely, and who says so.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Case<Input, Parameters, Expected> {
    /// Where the case stands below `fixtures/`, without `.json`: `slo-core/wilson/1-of-10`.
    #[serde(skip)]
    pub name: String,
    /// The data the method is given.
    pub input: Input,
    /// The method's settings.
    pub parameters: Parameters,
    /// The reference result.
    pub expected: Expected,
    /// The relative tolerance of the comparison, in [0, 1).
    pub tolerance: f64,
    /// Where the expected numbers come from.
    pub source: String,
    /// Why the tolerance is looser than [`CLOSED_FORM`], where it is.
    pub reason: Option<String>,
}

impl<Input, Parameters, Expected> Case<Input, Parameters, Expected> {
    /// Asserts that `actual` is within the case's tolerance of `expected`, as [`assert_close`](crate::assert_close)
    /// does; a failure names the case and the `quantity`.
    ///
    /// # Examples
    ///
    /// See [`cases`].
    ///
    /// # Panics
    ///
    /// If the values are not close.
    #[track_caller]
    pub fn assert_close(&self, quantity: &str, actual: f64, expected: f64) {
        check(&self.subject(quantity), actual, expected, Tolerance::Relative(self.tolerance));
    }

    /// Asserts that `actual` agrees with `expected` place by place to the case's tolerance, as
    /// [`assert_all_close`](crate::assert_all_close) does; a failure names the case and the `quantity`.
    ///
    /// # Examples
    ///
    /// See [`cases`].
    ///
    /// # Panics
    ///
    /// If the lengths differ or a place is not close.
    #[track_caller]
    pub fn assert_all_close(&self, quantity: &str, actual: &[f64], expected: &[f64]) {
        check_each(&self.subject(quantity), actual, expected, Tolerance::Relative(self.tolerance));
    }

    /// What opens the message of a failing assert.
    fn subject(&self, quantity: &str) -> String {
        format!("{}: {quantity}: ", self.name)
    }
}

/// The cases of one method, in the order of their file names.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `method` | | `<crate>/<method>`, a folder below `fixtures/` | |
///
/// The three type parameters say what `input`, `parameters` and `expected` hold; `()` reads `null`, for a method
/// without settings. JSON has neither NaN nor infinities: write `null` and read it as `Option<f64>`.
///
/// # Examples
///
/// ```
/// use serde::Deserialize;
/// use slo_testkit::fixtures;
///
/// #[derive(Deserialize)]
/// struct Sample {
///     successes: f64,
///     trials: f64,
/// }
///
/// #[derive(Deserialize)]
/// struct Settings {
///     level: f64,
/// }
///
/// #[derive(Deserialize)]
/// struct Bounds {
///     lower: f64,
///     upper: f64,
/// }
///
/// for case in fixtures::cases::<Sample, Settings, Bounds>("slo-core/wilson") {
///     let (sample, bounds) = (&case.input, &case.expected);
///     assert!(0.5 <= case.parameters.level && bounds.lower < bounds.upper);
///     if sample.successes == 0.0 {
///         case.assert_close("lower", 0.0, bounds.lower);
///     }
///     if sample.successes == sample.trials {
///         case.assert_all_close("bounds", &[bounds.lower, 1.0], &[bounds.lower, bounds.upper]);
///     }
/// }
/// ```
///
/// # Panics
///
/// If the folder is missing or holds no case, so that a test cannot pass over nothing; if it holds anything but
/// `.json` files (hidden ones aside); and, with the path, if a file is not a case of these types, has an empty
/// source, a tolerance outside [0, 1), or one looser than [`CLOSED_FORM`] without a reason.
#[track_caller]
pub fn cases<Input, Parameters, Expected>(
    method: &str,
) -> impl Iterator<Item = Case<Input, Parameters, Expected>> + use<Input, Parameters, Expected>
where
    Input: DeserializeOwned,
    Parameters: DeserializeOwned,
    Expected: DeserializeOwned,
{
    load(&workspace_root().join("fixtures"), method).into_iter()
}

/// Every case in `root`/`method`; all are read before the first is handed out, so that a malformed last one does not
/// hide behind a failing first.
#[track_caller]
fn load<I, P, E>(root: &Path, method: &str) -> Vec<Case<I, P, E>>
where
    I: DeserializeOwned,
    P: DeserializeOwned,
    E: DeserializeOwned,
{
    let folder = root.join(method);
    let paths = case_files(&folder).unwrap_or_else(|problem| panic!("{}: {problem}", folder.display()));
    let mut cases = Vec::with_capacity(paths.len());
    for path in paths {
        let case = fs::read_to_string(&path).map_err(|e| e.to_string()).and_then(|text| parse(&text));
        let case: Case<I, P, E> = case.unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        cases.push(Case { name: format!("{method}/{stem}"), ..case });
    }
    cases
}

/// The case files of a folder, in name order.
fn case_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| e.to_string())? {
        let entry = entry.map_err(|e| e.to_string())?;
        let (path, name) = (entry.path(), entry.file_name());
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "json") {
            return Err(format!("{} is not a case: cases end in .json", name.display()));
        }
        paths.push(path);
    }
    if paths.is_empty() {
        return Err("the folder holds no case".to_owned());
    }
    paths.sort();
    Ok(paths)
}

/// One case from its text, nameless.
fn parse<I, P, E>(text: &str) -> Result<Case<I, P, E>, String>
where
    I: DeserializeOwned,
    P: DeserializeOwned,
    E: DeserializeOwned,
{
    let case: Case<I, P, E> = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let tolerance = case.tolerance;
    if case.source.trim().is_empty() {
        return Err("the source is empty".to_owned());
    }
    if !(0.0..1.0).contains(&tolerance) {
        return Err(format!("the tolerance {tolerance:e} lies outside [0, 1)"));
    }
    if tolerance > CLOSED_FORM && case.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(format!(
            "the tolerance {tolerance:e} is looser than {CLOSED_FORM:e} and gives no reason"
        ));
    }
    Ok(case)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Scalars = Case<f64, f64, f64>;

    /// A folder below the system's temporary one, gone when dropped.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("slo-testkit-{}-{name}", std::process::id()));
            fs::create_dir_all(path.join("crate/method")).unwrap();
            Self(path)
        }

        fn with(self, file: &str, text: &str) -> Self {
            fs::write(self.0.join("crate/method").join(file), text).unwrap();
            self
        }

        fn cases(&self) -> Vec<Scalars> {
            load(&self.0, "crate/method")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            // A folder left behind is the operating system's to clean, and no reason to fail.
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// A case whose tail (tolerance, reason) is `tail`.
    fn text(tail: &str) -> String {
        format!(r#"{{"input": 1, "parameters": 2, "expected": 3, "source": "by hand", {tail}}}"#)
    }

    fn problem(text: &str) -> String {
        parse::<f64, f64, f64>(text).unwrap_err()
    }

    #[test]
    fn cases_come_in_name_order_with_their_names() {
        let case = text(r#""tolerance": 0"#);
        let folder = Folder::new("order").with("b.json", &case).with("a.json", &case).with(".hidden", "");
        let names: Vec<String> = folder.cases().into_iter().map(|case| case.name).collect();
        assert_eq!(names, ["crate/method/a", "crate/method/b"]);
    }

    #[test]
    fn every_part_of_a_case_is_read() {
        let case: Scalars = parse(&text(r#""tolerance": 1e-6, "reason": "an optimiser""#)).unwrap();
        assert_eq!((case.input, case.parameters, case.expected), (1.0, 2.0, 3.0));
        assert_eq!((case.tolerance, case.source.as_str()), (1e-6, "by hand"));
        assert_eq!(case.reason.as_deref(), Some("an optimiser"));
    }

    #[test]
    fn floats_arrive_bit_for_bit() {
        // serde_json misreads both by one unit unless its feature `float_roundtrip` is on.
        let text = r#"{"input": [31.245270191439438, 121.48791951161945], "parameters": null, "expected": null,
            "source": "the same decimals read by rustc", "tolerance": 0}"#;
        let case: Case<Vec<f64>, (), ()> = parse(text).unwrap();
        assert_eq!(case.input, [31.245_270_191_439_438, 121.487_919_511_619_45]);
    }

    #[test]
    fn the_closed_form_tolerance_needs_no_reason() {
        assert!(parse::<f64, f64, f64>(&text(r#""tolerance": 1e-10"#)).is_ok());
    }

    #[test]
    fn a_looser_tolerance_needs_a_reason() {
        let looser = CLOSED_FORM.next_up();
        assert!(problem(&text(&format!(r#""tolerance": {looser}"#))).contains("gives no reason"));
        assert!(problem(&text(r#""tolerance": 1e-6, "reason": " ""#)).contains("gives no reason"));
        assert!(parse::<f64, f64, f64>(&text(r#""tolerance": 1e-6, "reason": "an optimiser""#)).is_ok());
    }

    #[test]
    fn a_tolerance_that_means_nothing_is_refused() {
        assert!(problem(&text(r#""tolerance": 1, "reason": "none""#)).contains("lies outside [0, 1)"));
        assert!(problem(&text(r#""tolerance": -1e-12"#)).contains("lies outside [0, 1)"));
    }

    #[test]
    fn an_empty_source_is_refused() {
        let text = r#"{"input": 1, "parameters": 2, "expected": 3, "source": " ", "tolerance": 0}"#;
        assert_eq!(problem(text), "the source is empty");
    }

    #[test]
    fn a_misspelt_part_is_refused() {
        assert!(problem(&text(r#""tolerence": 1e-12"#)).contains("unknown field `tolerence`"));
    }

    #[test]
    fn a_missing_part_is_refused() {
        assert!(problem(r#"{"input": 1, "parameters": 2}"#).contains("missing field `expected`"));
    }

    #[test]
    fn parts_of_the_wrong_type_are_refused() {
        let case = text(r#""tolerance": 0"#);
        assert!(parse::<Vec<f64>, f64, f64>(&case).unwrap_err().contains("invalid type"));
    }

    #[test]
    #[should_panic(expected = "broken.json: expected value at line 1 column 1")]
    fn a_malformed_file_is_named_by_its_path() {
        Folder::new("malformed").with("broken.json", "?").cases();
    }

    #[test]
    #[should_panic(expected = "the folder holds no case")]
    fn an_empty_folder_is_refused() {
        Folder::new("empty").cases();
    }

    #[test]
    #[should_panic(expected = "fixtures/slo-testkit/no_such_method: ")]
    fn a_missing_folder_is_refused_by_its_path() {
        let _ = cases::<f64, f64, f64>("slo-testkit/no_such_method");
    }

    #[test]
    #[should_panic(expected = "notes.txt is not a case: cases end in .json")]
    fn a_file_that_would_be_passed_over_is_refused() {
        Folder::new("stray").with("notes.txt", "").with("a.json", &text(r#""tolerance": 0"#)).cases();
    }

    #[test]
    #[should_panic(expected = "crate/method/a: mean: not close: actual 3.5, expected 3.0")]
    fn a_failing_comparison_names_the_case_and_the_quantity() {
        let folder = Folder::new("scalar").with("a.json", &text(r#""tolerance": 1e-12"#));
        for case in folder.cases() {
            case.assert_close("mean", 3.5, case.expected);
        }
    }

    #[test]
    #[should_panic(expected = "crate/method/a: means: 1 of 2 places are not close\n  first [1]: actual 3.5")]
    fn a_failing_comparison_of_arrays_names_the_case_and_the_place() {
        let folder = Folder::new("array").with("a.json", &text(r#""tolerance": 1e-12"#));
        for case in folder.cases() {
            case.assert_all_close("means", &[3.0, 3.5], &[3.0, 3.0]);
        }
    }
}
