//! Where the intervals of exponential smoothing come from.

use ::slo::forecast::Intervals;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::call::Call;
use crate::core::Error;
use crate::errors::raise;
use crate::values::{choice, count, seed, whole};

const INTERVALS: [(&str, Kind); 3] =
    [("analytic", Kind::Analytic), ("simulated", Kind::Simulated), ("bootstrap", Kind::Bootstrap)];

#[derive(Clone, Copy)]
enum Kind {
    Analytic,
    Simulated,
    Bootstrap,
}

/// The choice that a word, and the number of paths and the seed, make; None where there is no word.
pub(super) fn intervals(
    given: Option<&str>,
    paths: Option<&Bound<'_, PyAny>>,
    seed: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<Intervals>> {
    let kind = given.map(|word| choice("intervals", word, &INTERVALS, &[])).transpose()?;
    let paths = paths.map(|paths| whole(paths).and_then(|paths| count("paths", paths))).transpose()?;
    let seed = seed.map(self::seed).transpose()?;
    let drawn = |of: fn(usize, u64) -> Intervals| match Intervals::simulated() {
        Intervals::Simulated { paths: usual, seed: first } => {
            Some(of(paths.unwrap_or(usual), seed.unwrap_or(first)))
        }
        other => Some(other),
    };
    match kind {
        Some(Kind::Simulated) => Ok(drawn(|paths, seed| Intervals::Simulated { paths, seed })),
        Some(Kind::Bootstrap) => Ok(drawn(|paths, seed| Intervals::Bootstrap { paths, seed })),
        None | Some(Kind::Analytic) => {
            let useless = paths.map(|paths| ("paths", paths.to_string()));
            if let Some((name, value)) = useless.or(seed.map(|seed| ("seed", seed.to_string()))) {
                let reason = "must be left out unless intervals are \"simulated\" or \"bootstrap\"";
                return Err(raise(Error::invalid(name, value, reason)));
            }
            Ok(kind.map(|_| Intervals::Analytic))
        }
    }
}

/// A call with the options that make this choice, as JSON text has it.
pub(super) fn shown<'py>(call: Call<'py>, chosen: &Bound<'py, PyAny>) -> PyResult<Call<'py>> {
    let Ok(drawn) = chosen.cast::<PyDict>() else { return call.option("intervals", chosen) };
    drawn.iter().try_fold(call, |call, (kind, paths)| {
        let (count, seed) = (paths.get_item("paths")?, paths.get_item("seed")?);
        call.option("intervals", kind)?.option("paths", count)?.option("seed", seed)
    })
}
