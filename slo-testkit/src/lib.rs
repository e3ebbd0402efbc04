//! What the tests of this workspace share: asserts that say how far off a number is, reference numbers as data,
//! and numbers to try.
//!
//! - [`assert_close`] and its kin compare floats and, when they fail, print both numbers, their distance and the
//!   tolerance; over slices they name the first and the worst place.
//! - [`fixtures::cases`] iterates the reference cases of one method. A folder that is missing, empty or malformed
//!   fails the test, so that none can pass over nothing.
//! - [`slo_cases`] finds the cases that come from outside.
//! - [`Random`] draws numbers, the same in every run.
//!
//! The crate depends on no other crate of the workspace and is used by tests only.
#![allow(clippy::panic, reason = "an assert panics: that is how a test fails")]

mod close;
mod comparison;
pub mod fixtures;
mod outside;
mod random;

use std::path::Path;

pub use close::{
    assert_all_close, assert_all_close_absolute, assert_all_close_or_nan, assert_both_nan, assert_close,
    assert_close_absolute,
};
pub use outside::slo_cases;
pub use random::Random;

/// The folder that holds every crate of the workspace, and `fixtures/`.
fn workspace_root() -> &'static Path {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap_or(crate_folder)
}
