//! Every `OpenSLO` file among the cases from outside is read, or refused for a reason that is written down here.

use std::io;
use std::path::{Path, PathBuf};

use slo_io::read_specs;

/// Why a file may be refused: what it has in its text, and what the refusal says.
const REFUSED: [(&str, &str); 3] = [
    ("openslo/v1alpha", "is not supported: openslo/v1 is read"),
    ("openslo.com/v2alpha", "is not supported: openslo/v1 is read"),
    // Objects that refer to others which only a configuration of several files would bring together.
    ("indicatorRef: my-sli", "there is no SLI \"my-sli\" in this text"),
];

#[test]
fn every_openslo_file_is_read_or_refused_for_a_known_reason() {
    let Some(cases) = slo_testkit::slo_cases() else { return };
    let mut specs = 0;
    for folder in ["openslo", "openslo-go-sdk"] {
        for path in files(&cases.join("specs").join(folder)).unwrap() {
            let text = std::fs::read_to_string(&path).unwrap();
            match read_specs(&text) {
                Ok(read) => specs += read.len(),
                Err(error) => {
                    let message = error.to_string();
                    let known = |(has, says): &(&str, &str)| text.contains(has) && message.contains(says);
                    assert!(REFUSED.iter().any(known), "{}: {message}", path.display());
                }
            }
        }
    }
    assert!(specs > 0, "no spec was read");
}

#[test]
fn every_file_of_another_format_is_refused() {
    let Some(cases) = slo_testkit::slo_cases() else { return };
    for folder in ["pyrra", "slo-generator", "sloth"] {
        for path in files(&cases.join("specs").join(folder)).unwrap() {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(read_specs(&text).is_err(), "{}", path.display());
        }
    }
}

/// The files under a folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
