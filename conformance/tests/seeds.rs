//! The seeds of the fuzz targets are replayed: what must hold for every text holds for these, among them each text for
//! which it once did not.

#[allow(unreachable_pub, reason = "a crate of its own, whose items are public there")]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus")
}

#[test]
fn what_must_hold_for_every_text_holds_for_the_seeds() {
    for (target, check) in fuzz::TARGETS {
        let mut seeds = 0;
        for entry in fs::read_dir(corpus().join(target)).unwrap() {
            let path = entry.unwrap().path();
            eprintln!("{}", path.display());
            // As the fuzzer does: of bytes that are no text the part before the first bad one.
            let bytes = fs::read(&path).unwrap();
            check(bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid()));
            seeds += 1;
        }
        assert!(seeds > 0, "{target} has no seed");
    }
}

#[test]
fn every_folder_of_seeds_is_that_of_a_target() {
    let entries = fs::read_dir(corpus()).unwrap();
    let folders: BTreeSet<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    let targets = fuzz::TARGETS.map(|(target, _)| target.into());
    assert_eq!(folders, BTreeSet::from(targets));
}
