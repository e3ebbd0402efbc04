//! The shape of the workspace, as DESIGN.md lays it down: who may depend on whom, on what, behind which feature, and
//! what every manifest says.
//!
//! The manifests are read through `cargo metadata`; what it leaves out, from the files.
#![allow(clippy::expect_used, reason = "these are tests: they fail where the workspace cannot be read")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

const EDITION: &str = "2024";
const RUST_VERSION: &str = "1.89";
const LICENSE: &str = "MIT OR Apache-2.0";

/// What one crate may be.
struct Charter {
    name: &'static str,
    /// The crates of the workspace that it may depend on: those below it, never those beside it.
    below: &'static [&'static str],
    /// The crates from outside that it may depend on.
    outside: &'static [&'static str],
    /// Those of them that must be optional: a user who does not ask for the feature does not build them.
    optional: &'static [&'static str],
    /// Its features, beside `default`.
    features: &'static [&'static str],
    published: bool,
}

const CORE: &[&str] = &["slo-core"];
const THE_FIVE: &[&str] = &["slo-core", "slo-anomaly", "slo-forecast", "slo-correlate", "slo-io"];
const THE_SIX: &[&str] = &["slo-core", "slo-anomaly", "slo-forecast", "slo-correlate", "slo-io", "slo"];

/// DESIGN.md, "The house" and "Dependencies"; the features are SEMANTICS 30.
const HOUSE: [Charter; 10] = [
    Charter {
        name: "slo-core",
        below: &[],
        outside: &["chrono", "chrono-tz", "libm", "ndarray", "pulp", "serde", "thiserror"],
        optional: &["chrono-tz", "serde"],
        features: &["serde", "tz"],
        published: true,
    },
    Charter {
        name: "slo-anomaly",
        below: CORE,
        outside: &["ndarray", "pulp", "rayon", "realfft", "serde"],
        optional: &["rayon", "serde"],
        features: &["parallel", "serde"],
        published: true,
    },
    Charter {
        name: "slo-forecast",
        below: CORE,
        outside: &["ndarray", "pulp", "rayon", "realfft", "serde"],
        optional: &["rayon", "serde"],
        features: &["neural", "parallel", "serde"],
        published: true,
    },
    Charter {
        name: "slo-correlate",
        below: CORE,
        outside: &["gemm", "ndarray", "pulp", "rayon", "realfft", "serde"],
        optional: &["rayon", "serde"],
        features: &["parallel", "serde"],
        published: true,
    },
    Charter {
        name: "slo-io",
        below: CORE,
        outside: &["csv", "regex", "serde", "serde-saphyr", "serde_json"],
        optional: &[],
        features: &[],
        published: true,
    },
    Charter {
        name: "slo",
        below: THE_FIVE,
        outside: &["ndarray", "plotters", "rayon", "serde"],
        optional: &["plotters", "rayon", "serde"],
        features: &["neural", "page", "parallel", "serde", "tz"],
        published: true,
    },
    Charter {
        name: "slo-py",
        below: &["slo"],
        outside: &["numpy", "pyo3", "serde"],
        optional: &[],
        features: &[],
        published: true,
    },
    Charter {
        name: "slo-testkit",
        below: &[],
        outside: &["serde", "serde_json"],
        optional: &[],
        features: &[],
        published: false,
    },
    Charter {
        name: "conformance",
        below: &["slo-core", "slo-anomaly", "slo-forecast", "slo-correlate", "slo-io", "slo", "slo-testkit"],
        outside: DEVELOPMENT,
        optional: &[],
        features: &[],
        published: false,
    },
    Charter {
        name: "slo-benches",
        below: THE_SIX,
        outside: &["criterion", "stlrs"],
        optional: &[],
        features: &[],
        published: false,
    },
];

/// What tests and benches may use from outside, beside what their crate depends on anyway.
const DEVELOPMENT: &[&str] = &["approx", "criterion", "insta", "proptest", "serde", "serde_json"];

/// The crate of the workspace that tests may use although it does not lie below them.
const TESTKIT: &str = "slo-testkit";

#[derive(Deserialize)]
struct Workspace {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    edition: String,
    rust_version: Option<String>,
    license: Option<String>,
    /// The registries it may be published to; absent where that is any.
    publish: Option<Vec<String>>,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<Kind>,
    optional: bool,
    /// The folder, of a dependency inside the workspace.
    path: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Dev,
    Build,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    src_path: PathBuf,
}

impl Package {
    /// The dependencies of the built crate: normal ones and those of its build script.
    fn dependencies(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| dependency.kind != Some(Kind::Dev))
    }

    fn dev_dependencies(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| dependency.kind == Some(Kind::Dev))
    }

    /// The root file of the library, where the crate has one.
    fn library(&self) -> Option<&PathBuf> {
        let is_library = |target: &&Target| target.kind.iter().any(|kind| kind.ends_with("lib"));
        self.targets.iter().find(is_library).map(|target| &target.src_path)
    }
}

impl Dependency {
    fn is_ours(&self) -> bool {
        self.path.is_some()
    }
}

/// The packages of the workspace, without their dependencies.
fn workspace() -> Vec<Package> {
    // Cargo runs tests in the folder of their crate, and so finds the workspace they stand in.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let workspace: Workspace =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints its format 1");
    workspace.packages
}

/// Fails with what `breaches` finds in any crate of the house that exists. One that does not, or one too many, is
/// named by `the_workspace_has_exactly_the_crates_of_the_house` alone.
#[track_caller]
fn hold<Breaches>(breaches: impl Fn(&Charter, &Package) -> Breaches)
where
    Breaches: IntoIterator<Item = String>,
{
    let packages = workspace();
    let found: Vec<String> = HOUSE
        .iter()
        .filter_map(|charter| Some((charter, packages.iter().find(|package| package.name == charter.name)?)))
        .flat_map(|(charter, package)| breaches(charter, package))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The first paragraph of a crate's documentation; empty where the file does not begin with one.
fn opening_paragraph(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//! "));
    lines.collect::<Vec<_>>().join(" ")
}

/// Whether a manifest holds `line` in its section `header`.
fn section_holds(manifest: &str, header: &str, line: &str) -> bool {
    let section = manifest.lines().map(str::trim).skip_while(|&l| l != header).skip(1);
    section.take_while(|l| !l.starts_with('[')).any(|l| l == line)
}

#[test]
fn the_workspace_has_exactly_the_crates_of_the_house() {
    let packages = workspace();
    let members: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let house: BTreeSet<&str> = HOUSE.iter().map(|charter| charter.name).collect();
    let missing: Vec<&&str> = house.difference(&members).collect();
    let foreign: Vec<&&str> = members.difference(&house).collect();
    assert!(
        missing.is_empty() && foreign.is_empty(),
        "missing from the workspace: {missing:?}; not in DESIGN.md: {foreign:?}"
    );
}

#[test]
fn dependencies_between_crates_point_one_way() {
    hold(|charter, package| {
        let upwards = package.dependencies().filter(|d| d.is_ours() && !charter.below.contains(&&*d.name));
        upwards
            .map(|d| format!("{} depends on {}, which does not lie below it", package.name, d.name))
            .collect::<Vec<_>>()
    });
}

#[test]
fn tests_use_the_testkit_and_the_crates_below_theirs_only() {
    hold(|charter, package| {
        // A crate beside itself is itself with the features that its tests need.
        let allowed =
            |d: &Dependency| d.name == TESTKIT || d.name == package.name || charter.below.contains(&&*d.name);
        let upwards = package.dev_dependencies().filter(|d| d.is_ours() && !allowed(d));
        upwards
            .map(|d| format!("the tests of {} use {}, which does not lie below it", package.name, d.name))
            .collect::<Vec<_>>()
    });
}

#[test]
fn the_testkit_depends_on_nothing_of_the_workspace() {
    hold(|_, package| {
        let ours = package.dependencies.iter().filter(|d| package.name == TESTKIT && d.is_ours());
        ours.map(|d| format!("{} depends on {}", package.name, d.name)).collect::<Vec<_>>()
    });
}

#[test]
fn dependencies_from_outside_are_those_of_the_design() {
    hold(|charter, package| {
        let unlisted =
            package.dependencies().filter(|d| !d.is_ours() && !charter.outside.contains(&&*d.name));
        unlisted
            .map(|d| format!("{} depends on {}, which DESIGN.md does not give it", package.name, d.name))
            .collect::<Vec<_>>()
    });
}

#[test]
fn tests_use_nothing_from_outside_but_what_the_design_lists() {
    hold(|charter, package| {
        let allowed = |d: &Dependency| DEVELOPMENT.contains(&&*d.name) || charter.outside.contains(&&*d.name);
        let unlisted = package.dev_dependencies().filter(|d| !d.is_ours() && !allowed(d));
        unlisted
            .map(|d| {
                format!("the tests of {} use {}, which DESIGN.md does not give them", package.name, d.name)
            })
            .collect::<Vec<_>>()
    });
}

#[test]
fn dependencies_behind_a_feature_are_optional() {
    hold(|charter, package| {
        let forced = package.dependencies().filter(|d| !d.optional && charter.optional.contains(&&*d.name));
        forced
            .map(|d| format!("{} depends on {} without a feature to leave it out", package.name, d.name))
            .collect::<Vec<_>>()
    });
}

#[test]
fn features_are_those_of_semantics_30() {
    hold(|charter, package| {
        let allowed = |name: &str| name == "default" || charter.features.contains(&name);
        let unlisted = package.features.keys().filter(|name| !allowed(name));
        unlisted
            .map(|name| {
                format!("{} has the feature {name}, which SEMANTICS 30 does not give it", package.name)
            })
            .collect::<Vec<_>>()
    });
}

#[test]
fn every_crate_has_the_edition_the_rust_version_and_the_license_of_the_house() {
    hold(|_, package| {
        let said = [
            ("edition", Some(package.edition.as_str()), EDITION),
            ("rust-version", package.rust_version.as_deref(), RUST_VERSION),
            ("license", package.license.as_deref(), LICENSE),
        ];
        let wrong = said.into_iter().filter(|&(_, actual, expected)| actual != Some(expected));
        wrong
            .map(|(key, actual, expected)| {
                format!("{} has the {key} {}, not {expected}", package.name, actual.unwrap_or("(none)"))
            })
            .collect::<Vec<_>>()
    });
}

#[test]
fn exactly_the_crates_for_users_can_be_published() {
    hold(|charter, package| {
        let published = package.publish.as_ref().is_none_or(|registries| !registries.is_empty());
        (published != charter.published).then(|| {
            let should = if charter.published { "should be" } else { "should not be" };
            format!("{} {should} publishable", package.name)
        })
    });
}

#[test]
fn every_crate_inherits_the_lints_of_the_workspace() {
    hold(|_, package| {
        let manifest = fs::read_to_string(&package.manifest_path).expect("cargo has just read this manifest");
        let inherits = section_holds(&manifest, "[lints]", "workspace = true");
        (!inherits).then(|| format!("{} has no `[lints] workspace = true`", package.manifest_path.display()))
    });
}

#[test]
fn every_library_opens_with_a_paragraph_that_says_what_it_is() {
    hold(|_, package| {
        let path = package.library()?;
        let source = fs::read_to_string(path).expect("cargo has just found this file");
        let paragraph = opening_paragraph(&source);
        let is_prose = paragraph.ends_with(['.', '?', '!']);
        (!is_prose).then(|| format!("{} does not begin with a paragraph of crate docs", path.display()))
    });
}

#[test]
fn no_charter_contradicts_the_layers() {
    // The table itself: a crate lies below another only if it stands before it, or is the testkit.
    for (place, charter) in HOUSE.iter().enumerate() {
        for &name in charter.below {
            let stands_before = HOUSE.iter().take(place).any(|earlier| earlier.name == name);
            assert!(stands_before, "{name} is listed below {} but stands after it", charter.name);
        }
        let stray = charter.optional.iter().find(|name| !charter.outside.contains(name));
        assert_eq!(stray, None, "{}: optional, but not a dependency", charter.name);
    }
}

#[test]
fn a_section_ends_where_the_next_begins() {
    let manifest = "[lints]\nrust = 1\n\n[other]\nworkspace = true\n";
    assert!(!section_holds(manifest, "[lints]", "workspace = true"));
    assert!(section_holds(manifest, "[other]", "workspace = true"));
}

#[test]
fn an_opening_paragraph_ends_at_the_first_empty_line() {
    assert_eq!(opening_paragraph("//! Two\n//! lines.\n//!\n//! More.\nuse std;\n"), "Two lines.");
    assert_eq!(opening_paragraph("mod first;\n//! Late.\n"), "");
}
