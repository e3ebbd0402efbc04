//! The period that a series repeats itself with, whatever its trend.

use slo_core::stats::autocorrelation;
use slo_core::{Error, Result};

/// What is left of a line by rounding, in units of the last place of its greatest value.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// The number of places after which values, oldest first, repeat themselves most; none if they do not.
///
/// # Method
///
/// The least-squares line is taken off, so that a trend does not hide the period; then the highest peak of the
/// autocorrelations counts, if it is more than chance:
///
/// ```text
/// the lag k, 2 <= k <= n/2, with the greatest r_k among those with r_k > r_{k-1}, r_k > r_{k+1} and r_k > 2/√n
/// ```
///
/// Of eleven series that R's `findfrequency` is told of, both say the same of ten: 12 for `AirPassengers`, `nottem` and
/// `USAccDeaths`, 4 for `UKgas`, 10 for `lynx` and none for `LakeHuron`, `Nile`, `WWWusage`, `lh` and `uspop`. Of
/// `sunspot.year`, whose cycles take 9 to 14 years, R says 11 and the highest peak 10. R compares the height of a
/// spectrum with 10, in the square of the values' unit; here another unit changes nothing.
///
/// # Examples
///
/// ```
/// use slo_forecast::dominant_period;
///
/// let growing: Vec<f64> = (0..240).map(|hour| f64::from(hour) + 9.0 * f64::from(hour % 24)).collect();
/// assert_eq!(dominant_period(&growing)?, Some(24));
/// let line: Vec<f64> = (0..240).map(|hour| 0.1 * f64::from(hour)).collect();
/// assert_eq!(dominant_period(&line)?, None);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NonFinite`] with the index of a value that is not finite.
pub fn dominant_period(values: &[f64]) -> Result<Option<usize>> {
    Error::check_finite("values", values)?;
    let size = values.iter().fold(0.0, |most: f64, value| value.abs().max(most));
    let rest = detrended(values, size);
    let left = rest.iter().fold(0.0, |most: f64, value| value.abs().max(most));
    if left <= ROUNDING || values.len() < 4 {
        return Ok(None);
    }
    autocorrelation::dominant_period(&rest, 2, values.len() / 2)
}

/// The values, in the unit of the greatest, less their least-squares line.
fn detrended(values: &[f64], size: f64) -> Vec<f64> {
    let unit = if size > 0.0 { size } else { 1.0 };
    let n = values.len() as f64;
    let mean = values.iter().map(|value| value / unit).sum::<f64>() / n;
    let places = || (0..values.len()).map(|place| place as f64 - (n - 1.0) / 2.0);
    let products: f64 = places().zip(values).map(|(place, value)| place * (value / unit - mean)).sum();
    let slope = products / (n * (n * n - 1.0) / 12.0).max(1.0);
    places().zip(values).map(|(place, value)| (value / unit - mean) - slope * place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;
    use slo_testkit::slo_cases;
    use std::collections::BTreeMap;

    #[derive(Deserialize)]
    struct Series {
        values: Vec<f64>,
    }

    #[derive(Deserialize)]
    struct Told {
        findfrequency: usize,
    }

    #[test]
    fn periods_are_those_that_r_finds_but_for_the_sunspots() {
        let Some(cases) = slo_cases() else { return };
        let read = |name: &str| std::fs::read_to_string(cases.join("forecast").join(name)).unwrap();
        let series: BTreeMap<String, Series> = serde_json::from_str(&read("series.json")).unwrap();
        let told: BTreeMap<String, Told> = serde_json::from_str(&read("r_diff_tests.json")).unwrap();
        assert_eq!(told.len(), 11);
        for (name, told) in told {
            let found = dominant_period(&series[&name].values).unwrap();
            let expected = if name == "sunspot.year" { 10 } else { told.findfrequency };
            assert_eq!(found.unwrap_or(1), expected, "{name}");
        }
    }

    #[test]
    fn what_repeats_nothing_has_no_period() {
        for values in [&[][..], &[1.0], &[1.0, 2.0], &[1.0, 2.0, 3.0], &[7.5; 100], &[0.0; 9]] {
            assert_eq!(dominant_period(values), Ok(None), "{values:?}");
        }
        for slope in [1e-300, 0.1, 1e300] {
            let line: Vec<f64> = (0..99).map(|place| slope * f64::from(place)).collect();
            assert_eq!(dominant_period(&line), Ok(None), "{slope}");
        }
        let alternating: Vec<f64> = (0..99).map(|place| f64::from(place % 2) * f64::MAX).collect();
        assert_eq!(dominant_period(&alternating), Ok(Some(2)));
        assert!(matches!(dominant_period(&[1.0, f64::NAN]), Err(Error::NonFinite { index: 1, .. })));
    }

    proptest! {
        #[test]
        fn another_unit_and_another_line_change_nothing(
            shape in prop::collection::vec(-64_i32..64, 3..9),
            slope in -20_i32..20,
            power in -300..300_i32,
        ) {
            let n = 12 * shape.len();
            let wave: Vec<f64> = (0..n).map(|place| f64::from(shape[place % shape.len()])).collect();
            let found = dominant_period(&wave).unwrap();
            let scaled: Vec<f64> = wave.iter().map(|value| value * 2_f64.powi(power)).collect();
            prop_assert_eq!(dominant_period(&scaled).unwrap(), found);
            let tilted: Vec<f64> = (0..n).map(|place| wave[place] + f64::from(slope) * place as f64).collect();
            let there = dominant_period(&tilted).unwrap();
            prop_assert_eq!(there, found);
            if let Some(period) = found {
                prop_assert!((2..=n / 2).contains(&period));
            }
        }
    }
}
