use std::collections::BTreeMap;
use std::fs;

use slo_testkit::assert_all_close_absolute;

use super::*;

#[test]
fn seasons_of_two_periods_are_those_of_r() {
    // R 4.2.2, forecast 8.20: mstl.
    let Some(folder) = slo_testkit::slo_cases() else { return };
    let text = fs::read_to_string(folder.join("forecast/r_mstl.json")).unwrap();
    let cases: BTreeMap<String, BTreeMap<String, Vec<f64>>> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 4);
    for (name, case) in cases {
        let values: Vec<f64> = if name.ends_with("lambda0") {
            case["Data"].iter().map(|v| v.ln()).collect()
        } else {
            case["Data"].clone()
        };
        let seasons: BTreeMap<usize, &Vec<f64>> = case
            .iter()
            .filter_map(|(name, values)| Some((name.strip_prefix("Seasonal")?.parse().ok()?, values)))
            .collect();
        let mut mstl = Mstl::new(seasons.keys().copied().collect());
        if name.ends_with("robust") {
            mstl = mstl.robust();
        }
        let parts = mstl.decompose(&values).unwrap();
        let size = values.iter().fold(0.0, |size: f64, value| size.max(value.abs()));
        for (seasonal, expected) in parts.seasonal.iter().zip(seasons.values()) {
            assert_all_close_absolute(seasonal, expected, 1e-10 * size);
        }
        assert_all_close_absolute(&parts.trend, &case["Trend"], 1e-10 * size);
        assert_all_close_absolute(&parts.remainder, &case["Remainder"], 1e-10 * size);
    }
}
