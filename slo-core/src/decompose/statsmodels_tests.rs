//! Every decomposition that statsmodels printed.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use slo_testkit::assert_all_close_absolute;

use super::*;

#[derive(Deserialize)]
struct Series {
    frequency: f64,
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Recorded {
    statsmodels_decomp: BTreeMap<String, BTreeMap<String, Vec<Option<f64>>>>,
}

#[test]
fn every_decomposition_is_that_of_statsmodels() {
    // statsmodels 0.15.0, `STL`, `MSTL` and `seasonal_decompose` with their defaults.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let read = |name: &str| fs::read_to_string(folder.join("forecast").join(name)).unwrap();
    let series: BTreeMap<String, Series> = serde_json::from_str(&read("series.json")).unwrap();
    let recorded: Recorded = serde_json::from_str(&read("py_oracles.json")).unwrap();
    let mut seen = [0; 3];
    for (name, expected) in recorded.statsmodels_decomp {
        let [method, of, variant] = name.splitn(3, '_').collect::<Vec<_>>().try_into().unwrap();
        let Series { frequency, values } = &series[of];
        let room = 1e-10 * values.iter().fold(0.0, |size: f64, value| size.max(value.abs()));
        // What a centred average does not reach is NaN here and nothing there.
        let close = |found: &[f64], part: &str| {
            let expected = &expected[part];
            let is_same = |(found, expected): (&f64, &Option<f64>)| found.is_nan() == expected.is_none();
            assert!(found.iter().zip(expected).all(is_same), "{name} {part}");
            let known: Vec<f64> = found.iter().copied().filter(|value| !value.is_nan()).collect();
            let expected: Vec<f64> = expected.iter().copied().flatten().collect();
            assert_all_close_absolute(&known, &expected, room);
        };
        let period = [4, 12, 336].into_iter().find(|period| f64::from(*period) == *frequency).unwrap();
        let period = usize::try_from(period).unwrap();
        match method {
            "STL" => {
                let stl = Stl::new(period).preset(Preset::Statsmodels);
                let stl = if variant == "robustTrue" { stl.robust() } else { stl };
                let parts = stl.decompose(values).unwrap();
                close(&parts.trend, "trend");
                close(&parts.seasonal, "seasonal");
                close(&parts.remainder, "resid");
                let weights: Vec<f64> = expected["weights"].iter().copied().map(Option::unwrap).collect();
                // A weight moves by up to 9 times as much as the residual in units of its median.
                assert_all_close_absolute(&parts.weights, &weights, 1e-9);
                seen[0] += 1;
            }
            "MSTL" => {
                let mstl = Mstl::new(vec![48, 336]).preset(Preset::Statsmodels);
                let parts = mstl.decompose(values).unwrap();
                close(&parts.trend, "trend");
                close(&parts.seasonal[0], "seasonal48");
                close(&parts.seasonal[1], "seasonal336");
                close(&parts.remainder, "resid");
                seen[1] += 1;
            }
            _ => {
                let is_product = variant == "multiplicative";
                let composition =
                    if is_product { Composition::Multiplicative } else { Composition::Additive };
                let parts = Classical::new(period).composition(composition).decompose(values).unwrap();
                close(&parts.trend, "trend");
                close(&parts.seasonal, "seasonal");
                seen[2] += 1;
            }
        }
    }
    assert_eq!(seen, [6, 1, 6]);
}
