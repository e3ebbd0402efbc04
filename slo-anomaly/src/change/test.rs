//! Whether a series changed at all.

use slo_core::stats::autocorrelation::SerialDependence;
use slo_core::{Error, Result};

use super::cost::Cost;
use super::kolmogorov;
use super::sums::{Centred, Sums};
use crate::policy::Dependence;
use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;

/// Tests whether the level of a series changed once, at a place unknown.
///
/// # Method
///
/// ```text
/// S_k = Σ_{i<=k} (x_i - x̄),    statistic = max_k |S_k| / (σ √n)
/// p = P(sup |B| >= statistic + 0.5826 / √n_eff) for a Brownian bridge B
/// ```
///
/// The suspect is the first index of the new level, where `|S_k|` is greatest, of equal ones the first. The p-value is
/// that of long series, where sums overshoot a border that the bridge meets (Siegmund 1985). Of independent normal
/// values it is right from 100 on. The stronger the autocorrelation, the fewer of the changes that it allows are found:
/// at 5% and a lag-1 correlation of 0.9, in 2.1% of series of 576 values that have none. A constant has the statistic 0
/// and p = 1.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Dependence, change_point_test};
///
/// let result = change_point_test(&[1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 8.0, 9.0, 8.0, 9.0, 8.0, 9.0], Dependence::Independent, 0.05)?;
/// assert_eq!(result.index(), Some(6));
/// // S_6 = 6 · 3.5 = 21 against √(150 / 11) √12.
/// assert!((result.statistic - 21.0 / (150.0_f64 / 11.0 * 12.0).sqrt()).abs() < 1e-14);
/// assert!(result.p_value < 0.01 && result.critical.is_some_and(|critical| critical < result.statistic));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] below 3 values; [`Error::NonFinite`] with the index of a value that is not finite;
/// [`Error::InvalidParameter`] for an `alpha` outside (0, 1).
///
/// # References
///
/// Page, E. S. (1955). A test for a change in a parameter occurring at an unknown point. *Biometrika* 42(3/4), 523-527.
/// Siegmund, D. (1985). *Sequential Analysis*. Springer. Csörgő, M. and Horváth, L. (1997). *Limit Theorems in
/// Change-Point Analysis*. Wiley.
pub fn change_point_test(values: &[f64], dependence: Dependence, alpha: f64) -> Result<TestResult> {
    const MIN_LEN: usize = 3;
    Error::check_fraction("alpha", alpha)?;
    Error::check_finite("values", values)?;
    let len = values.len();
    if len < MIN_LEN {
        return Err(Error::TooShort { name: "values", len, needed: MIN_LEN });
    }
    let centred = Centred::about_median(values);
    let result = |statistic: f64, effective: f64| {
        // A walk of so many steps overshoots a border that the bridge would meet.
        let unseen = OVERSHOOT / effective.sqrt();
        let p = kolmogorov::survival(statistic + unseen);
        let critical = (kolmogorov::critical(alpha) - unseen).max(0.0);
        TestResult::new(statistic, p, Exactness::Approximate, Side::Both).critical(critical)
    };
    if centred.values.iter().all(|value| *value == 0.0) {
        return Ok(TestResult { p_value: 1.0, ..result(0.0, len as f64) });
    }
    let sums = Sums::new(Cost::L2, &centred);
    let (place, sum) = sums.farthest();
    let (variance, effective) = match dependence {
        Dependence::Independent => (sums.cost(0, len) / (len - 1) as f64, len as f64),
        Dependence::Estimated => {
            let serial = SerialDependence::new(&centred.values)?;
            (serial.long_run_variance(), serial.effective_sample_size())
        }
    };
    let statistic = sum / (variance * len as f64).sqrt();
    Ok(result(statistic, effective).suspects(vec![place]))
}

/// What a random walk of standard normal steps overshoots a far border by on average (Siegmund 1985).
const OVERSHOOT: f64 = 0.582_597_157_939_010_7;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::NILE;
    use slo_core::ErrorKind;
    use slo_testkit::{Random, assert_close};

    #[test]
    fn the_nile_changed_after_28_years() {
        // R: `cumsum(Nile - mean(Nile))[28]` is 4995.2; `sd(Nile)` is 169.2275.
        let found = change_point_test(&NILE, Dependence::Independent, 0.01).unwrap();
        assert_eq!(found.index(), Some(28));
        let deviation = (2_835_156.75_f64 / 99.0).sqrt();
        assert_close(found.statistic, 4_995.2 / (deviation * 10.0), 1e-12);
        assert_close(found.p_value, kolmogorov::survival(found.statistic + OVERSHOOT / 10.0), 1e-12);
        assert_close(found.critical.unwrap(), 1.627_623_611_518_950_3 - OVERSHOOT / 10.0, 1e-13);
        assert_eq!((found.exactness, found.side), (Exactness::Approximate, Side::Both));
    }

    #[test]
    fn the_level_that_is_asked_for_moves_the_critical_value_alone() {
        let at = |alpha: f64| change_point_test(&NILE, Dependence::Independent, alpha).unwrap();
        assert_eq!(at(0.05).p_value, at(0.01).p_value);
        assert!(at(0.05).critical < at(0.01).critical);
    }

    #[test]
    fn neighbours_that_resemble_each_other_make_a_change_less_sure() {
        let drifting = Random::seeded(5).autoregressive(0.9, 300);
        let p = |dependence: Dependence| change_point_test(&drifting, dependence, 0.05).unwrap().p_value;
        assert!(p(Dependence::Estimated) > 10.0 * p(Dependence::Independent));
    }

    #[test]
    fn without_a_change_few_series_seem_to_have_one() {
        // 3 Monte Carlo standard errors of 5% in 1,000 series are 2.1%. Strong autocorrelation makes the test careful:
        // in 2,000 series of 576 with phi = 0.9 it rejected 2.1%, of 288 0.8%.
        let mut random = Random::seeded(2);
        for (dependence, n, phi, least, most) in [
            (Dependence::Independent, 100, 0.0, 0.029, 0.071),
            (Dependence::Independent, 500, 0.0, 0.029, 0.071),
            (Dependence::Estimated, 100, 0.0, 0.029, 0.071),
            (Dependence::Estimated, 288, 0.5, 0.01, 0.071),
            (Dependence::Estimated, 576, 0.9, 0.005, 0.06),
        ] {
            let rejects = (0..1000).filter(|_| {
                let values = random.autoregressive(phi, n);
                change_point_test(&values, dependence, 0.05).unwrap().p_value < 0.05
            });
            let share = rejects.count() as f64 / 1000.0;
            assert!((least..=most).contains(&share), "{dependence:?} {n} {phi}: {share}");
        }
    }

    #[test]
    fn a_constant_has_not_changed_and_what_is_no_series_is_refused() {
        for constant in [0.0, 0.1, 1e300] {
            let found = change_point_test(&[constant; 20], Dependence::Estimated, 0.05).unwrap();
            assert_eq!((found.statistic, found.p_value, found.index()), (0.0, 1.0, None));
        }
        let kind = |values: &[f64], alpha: f64| {
            change_point_test(values, Dependence::Estimated, alpha).unwrap_err().kind()
        };
        assert_eq!(kind(&[1.0, 2.0], 0.05), ErrorKind::TooShort);
        assert!(change_point_test(&[1.0, 2.0, 4.0], Dependence::Estimated, 0.05).is_ok());
        assert_eq!(kind(&[1.0, 2.0, f64::INFINITY], 0.05), ErrorKind::NonFinite);
        assert_eq!(kind(&NILE, 1.0), ErrorKind::InvalidParameter);
    }

    #[test]
    fn an_offset_or_a_unit_changes_no_p_value() {
        let expected = change_point_test(&NILE, Dependence::Independent, 0.05).unwrap();
        let shifted = NILE.map(|value| value + 1e9);
        let scaled = NILE.map(|value| value * 2_f64.powi(1000));
        for values in [shifted, scaled] {
            let found = change_point_test(&values, Dependence::Independent, 0.05).unwrap();
            assert_close(found.p_value, expected.p_value, 1e-10);
            assert_eq!(found.index(), expected.index());
        }
    }
}
