//! Fits that leave rounding only, and how likely those that leave more make a series.

use slo_testkit::assert_close;

use super::*;
use crate::forecaster::Online;

#[test]
fn what_is_met_to_rounding_has_converged() {
    let line = |slope: f64, len: u32| (0..len).map(|t| 10.0 + slope * f64::from(t)).collect::<Vec<f64>>();
    let growth = |factor: f64, len: i32| (0..len).map(|t| 10.0 * factor.powi(t)).collect::<Vec<f64>>();
    for season in [EtsSeason::None, EtsSeason::Additive, EtsSeason::Multiplicative] {
        for trend in [EtsTrend::Additive, EtsTrend::AdditiveDamped, EtsTrend::Multiplicative] {
            for len in [12, 13, 24, 60] {
                let base = if season == EtsSeason::None {
                    HoltWinters::holt()
                } else {
                    HoltWinters::new(4).unwrap()
                };
                let method = base.trend(trend).season(season);
                let series = if trend == EtsTrend::Multiplicative {
                    [growth(1.0, 24), growth(1.07, i32::try_from(len).unwrap()), growth(0.9, 24)]
                } else {
                    [line(0.0, len), line(0.1, len), line(-0.1, len)]
                };
                for values in series {
                    let model = method.fit(&values).unwrap();
                    let report = model.report();
                    assert!(
                        report.converged && report.warnings.is_empty(),
                        "{season:?} {trend:?} {values:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_likelihood_is_that_of_the_state_space_model_with_added_errors() {
    // Its own search is the oracle: both have one greatest likelihood, found to 1e-6.
    let values: Vec<f64> = (0..60_u32)
        .map(|t| 20.0 + 0.2 * f64::from(t) + f64::from(t % 4) + f64::from(t * 7919 % 101) / 50.0)
        .collect();
    for (method, spec, parameters) in [
        (HoltWinters::simple(), "ANN", 3),
        (HoltWinters::holt(), "AAN", 5),
        (HoltWinters::new(4).unwrap(), "AAA", 9),
    ] {
        let model = method.convention(Convention::Ets).fit(&values).unwrap();
        let period = if spec == "AAA" { 4 } else { 1 };
        let ets = crate::Ets::new(spec.parse().unwrap()).period(period).fit(&values).unwrap();
        let (found, expected) = (model.likelihood().unwrap(), ets.likelihood().unwrap());
        assert_close(found.log_likelihood, expected.log_likelihood, 1e-6);
        assert_eq!((found.parameters, found.observations), (parameters, 60));
        assert_eq!(expected.parameters, parameters);
        assert_eq!(model.states().season.len(), ets.states().season.len());
        // By the definition.
        let squares: f64 = model.residuals().iter().map(|e| e * e).sum();
        assert_close(found.log_likelihood, -30.0 * squares.ln(), 1e-12);
    }
}

#[test]
fn states_that_are_neither_sought_nor_known_have_no_likelihood() {
    let values = [3.0, 5.0, 4.0, 6.0, 7.0, 5.0, 8.0, 6.0, 9.0, 7.0, 9.0, 8.0];
    let with = |initial| HoltWinters::holt().initial(initial).fit(&values).unwrap();
    for initial in [Initial::Heuristic, Initial::Simple, Initial::Legacy] {
        assert_eq!(with(initial).likelihood(), None);
    }
    assert_eq!(HoltWinters::holt().convention(Convention::R).fit(&values).unwrap().likelihood(), None);
    // Known ones cost nothing: alpha, beta and the variance.
    let given = Initial::Given { level: 3.0, trend: 0.5, season: Vec::new() };
    let likelihood = with(given).likelihood().unwrap();
    assert_eq!(likelihood.parameters, 3);
    // What is met to rounding has none, whatever its unit.
    for slope in [1.0, 1e-200, 1e100] {
        let line: Vec<f64> = (0..12).map(|t| slope * f64::from(t)).collect();
        assert_eq!(HoltWinters::holt().fit(&line).unwrap().likelihood(), None);
    }
    assert!(
        HoltWinters::simple().fit(&[1e-200, 2e-200, 5e-200, 3e-200, 1e-200]).unwrap().likelihood().is_some()
    );
    // Further values are not in it, as they are not in the residuals.
    let mut model = with(Initial::Estimated);
    let before = model.likelihood();
    model.update(4.0).unwrap();
    assert_eq!(model.likelihood(), before);
}
