use super::*;
use crate::{Drift, Errors, Law, Mean, Model, Naive, Online};
use proptest::prelude::*;
use serde::Deserialize;
use slo_core::ErrorKind;
use slo_testkit::{assert_all_close, assert_close, slo_cases};
use std::collections::BTreeMap;

type Formula = fn(f64) -> f64;

fn of(lambda: f64) -> BoxCox {
    BoxCox::new(lambda).unwrap()
}

#[test]
fn known_powers_are_what_they_say() {
    let values = [0.25, 1.0, 4.0, 1e10];
    let cases: [(f64, Formula); 5] = [
        (2.0, |x| (x * x - 1.0) / 2.0),
        (1.0, |x| x - 1.0),
        (0.5, |x| 2.0 * (x.sqrt() - 1.0)),
        (0.0, f64::ln),
        (-1.0, |x| 1.0 - 1.0 / x),
    ];
    for (lambda, formula) in cases {
        assert_all_close(&of(lambda).transform(&values).unwrap(), &values.map(formula), 1e-15);
    }
    // Bickel and Doksum's extension: -|x|^λ below 0.
    assert_eq!(of(0.5).transform(&[-9.0]).unwrap(), [-8.0]);
    assert_eq!(of(0.5).inverse(&[-8.0]).unwrap(), [-9.0]);
}

#[test]
fn near_the_logarithm_nothing_cancels() {
    // ln x + λ ln² x / 2 + λ² ln³ x / 6 + ..., where (x^λ - 1) / λ has lost all its digits.
    for lambda in [1e-4, 1e-8, 1e-12, 1e-18, 1e-22, 1e-300, -1e-300, -1e-22, -1e-12, -1e-4] {
        for x in [1.5, 20.0, 1e6, 0.01, 1.0 + 1e-9] {
            let t = lambda * f64::ln(x);
            let series = f64::ln(x) * (1.0 + t / 2.0 * (1.0 + t / 3.0 * (1.0 + t / 4.0 * (1.0 + t / 5.0))));
            let w = of(lambda).transform(&[x]).unwrap();
            assert_close(w[0], series, 1e-15);
            // e^w moves by w of its rounding.
            assert_close(of(lambda).inverse(&w).unwrap()[0], x, 1e-14);
        }
    }
    // The limit at which the power becomes the logarithm is none that can be seen, on either side.
    for lambda in [LOGARITHM, -LOGARITHM, LOGARITHM * 0.999_999, -LOGARITHM * 0.999_999, 0.0] {
        let ends = [f64::MIN_POSITIVE, f64::MAX];
        assert_all_close(&of(lambda).transform(&ends).unwrap(), &ends.map(f64::ln), 1e-15);
    }
}

#[test]
fn what_has_no_transform_is_refused_with_its_place() {
    let refused = |result: Result<Vec<f64>>, place: &str| {
        let error = result.unwrap_err();
        assert!(matches!(&error, Error::InvalidParameter { name: "values", .. }), "{error}");
        assert!(error.to_string().contains(place), "{error}");
    };
    for lambda in [0.0, -0.5, LOGARITHM / 2.0] {
        refused(of(lambda).transform(&[1.0, 2.0, 0.0, -1.0]), "place 2");
        refused(of(lambda).transform(&[1.0, -1.0]), "place 1");
        assert!(of(lambda).transform(&[f64::MIN_POSITIVE]).is_ok());
    }
    assert_eq!(of(LOGARITHM).transform(&[0.0]).unwrap(), [-1.0 / LOGARITHM]);
    // -1/λ = 2 is where infinity would go.
    refused(of(-0.5).inverse(&[1.0, 2.0]), "place 1");
    refused(of(-0.5).inverse(&[2.5]), "place 0");
    assert!(of(-0.5).inverse(&[2.0_f64.next_down()]).is_ok());
    for far in [f64::NAN, f64::INFINITY] {
        assert!(matches!(of(0.5).transform(&[1.0, far]), Err(Error::NonFinite { index: 1, .. })));
        assert!(matches!(of(0.5).inverse(&[far]), Err(Error::NonFinite { index: 0, .. })));
        assert!(BoxCox::new(far).is_err());
    }
    assert!(matches!(of(2.0).transform(&[1e200]), Err(Error::OutOfRange { .. })));
    assert!(matches!(of(0.0).inverse(&[710.0]), Err(Error::OutOfRange { .. })));
    assert_eq!(of(1.0).transform(&[]).unwrap(), [0.0; 0]);
}

#[derive(Deserialize)]
struct Series {
    frequency: f64,
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Chosen {
    bc_guerrero: f64,
    bc_loglik: Option<f64>,
}

#[test]
fn powers_are_those_that_r_chooses() {
    // forecast 8.20. Its search for Guerrero's ends within ε^(1/4) / 3 + √ε |λ|, thrice that after the last step; its
    // likelihood is taken on a grid of 0.05, of which the best place is next to the maximum.
    let Some(folder) = slo_cases() else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join("forecast").join(name)).unwrap();
    let series: BTreeMap<String, Series> = serde_json::from_str(&read("series.json")).unwrap();
    let chosen: BTreeMap<String, Chosen> = serde_json::from_str(&read("r_diff_tests.json")).unwrap();
    assert_eq!(chosen.len(), 11);
    for (name, chosen) in chosen {
        let Series { frequency, values } = &series[&name];
        // Ten years apart, a series has a tenth of a value in a year.
        let period = (1..=12).find(|period| *period as f64 >= *frequency).unwrap();
        let guerrero = BoxCox::guerrero(values, period).unwrap().lambda();
        assert!((guerrero - chosen.bc_guerrero).abs() < 1.3e-4, "{name}: {guerrero} {}", chosen.bc_guerrero);
        match chosen.bc_loglik {
            Some(expected) => {
                let likeliest = BoxCox::log_likelihood(values, period).unwrap().lambda();
                assert!((likeliest - expected).abs() < 0.05, "{name}: {likeliest} {expected}");
            }
            None => assert!(matches!(
                BoxCox::log_likelihood(values, period),
                Err(Error::InvalidParameter { name: "values", .. })
            )),
        }
    }
}

#[test]
fn a_power_is_found_again() {
    // Blocks of level L and spread proportional to L^(1 - λ), each with the same pattern: the criterion is 0 at λ.
    for lambda in [-0.8, -0.3, 0.0, 0.37, 1.0, 1.9] {
        let block = |level: f64| [-1.0, 0.5, 0.5].map(|z| level + 0.1 * level.powf(1.0 - lambda) * z);
        let values: Vec<f64> = [3.0, 1.0, 7.0, 12.0].into_iter().flat_map(block).collect();
        let found = BoxCox::guerrero(&values, 3).unwrap().lambda();
        assert!((found - lambda).abs() < 1e-7, "{lambda}: {found}");
        // The oldest values are those that fill no block.
        let longer: Vec<f64> = [900.0, 1.0].into_iter().chain(values).collect();
        assert!((BoxCox::guerrero(&longer, 3).unwrap().lambda() - lambda).abs() < 1e-7);
    }
    // Inverse transforms of a line and a season: no other power leaves nothing.
    for lambda in [-0.5, 0.0, 0.35, 1.0, 1.6] {
        let line: Vec<f64> = (0..24).map(|t| 1.0 + 0.01 * f64::from(t) + 0.1 * f64::from(t % 3)).collect();
        let values = of(lambda).inverse(&line).unwrap();
        let found = BoxCox::log_likelihood(&values, 3).unwrap().lambda();
        assert!((found - lambda).abs() < 1e-6, "{lambda}: {found}");
    }
}

#[test]
fn a_power_that_cannot_be_chosen_is_refused() {
    let guerrero = BoxCox::guerrero;
    let likeliest = BoxCox::log_likelihood;
    assert!(matches!(guerrero(&[1.0, 2.0], 0), Err(Error::InvalidParameter { name: "period", .. })));
    assert!(matches!(likeliest(&[1.0, 2.0, 3.0], 0), Err(Error::InvalidParameter { name: "period", .. })));
    assert!(matches!(guerrero(&[1.0, 2.0, 5.0], 1), Err(Error::TooShort { len: 3, needed: 4, .. })));
    assert!(guerrero(&[1.0, 2.0, 5.0, 9.0], 1).is_ok());
    assert!(matches!(guerrero(&[1.0; 9], 5), Err(Error::TooShort { needed: 10, .. })));
    assert!(matches!(guerrero(&[1.0], usize::MAX), Err(Error::TooShort { needed: usize::MAX, .. })));
    assert!(matches!(likeliest(&[1.0, 2.0], 1), Err(Error::TooShort { needed: 3, .. })));
    assert!(likeliest(&[1.0, 2.0, 5.0], 1).is_ok());
    assert!(matches!(likeliest(&[1.0; 8], 4), Err(Error::TooShort { needed: 9, .. })));
    assert!(matches!(guerrero(&[4.0; 8], 2), Err(Error::Degenerate { .. })));
    assert!(matches!(likeliest(&[4.0; 8], 2), Err(Error::Degenerate { .. })));
    assert!(matches!(guerrero(&[0.0, 0.0, 1.0, 2.0], 2), Err(Error::Degenerate { .. })));
    assert!(matches!(guerrero(&[0.0; 4], 2), Err(Error::Degenerate { .. })));
    assert!(guerrero(&[0.0, 0.0, 1.0, 2.0, 3.0, 9.0], 2).is_ok());
    assert!(matches!(
        guerrero(&[1.0, 2.0, -3.0, 4.0], 2),
        Err(Error::InvalidParameter { name: "values", .. })
    ));
    assert!(matches!(likeliest(&[1.0, 0.0, 3.0], 1), Err(Error::InvalidParameter { name: "values", .. })));
    assert!(matches!(guerrero(&[1.0, f64::NAN, 3.0, 4.0], 2), Err(Error::NonFinite { index: 1, .. })));
    // A series that touches 0 gets no logarithm.
    let with_zeros = guerrero(&[0.0, 0.2, 10.0, 90.0, 20.0, 160.0], 2).unwrap().lambda();
    assert_eq!(with_zeros, 0.05);
    // The ends of the range of floats.
    let far: Vec<f64> = [1.0, 2.0, 5.0, 3.0, 9.0, 4.0, 7.0].iter().map(|x| x * 1e307).collect();
    assert!(guerrero(&far, 1).is_ok() && likeliest(&far, 1).is_ok());
    // A spike, alternation and a line are series as any other.
    for values in
        [[1.0, 1.0, 1.0, 9.0, 1.0, 1.0], [1.0, 2.0, 1.0, 2.0, 1.0, 2.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]
    {
        assert!(guerrero(&values, 1).is_ok() && likeliest(&values, 1).is_ok());
    }
}

#[test]
fn intervals_are_transformed_back_end_by_end() {
    let values = [100.0, 120.0, 90.0, 140.0, 150.0];
    for lambda in [0.0, 0.4, 1.0, -0.2] {
        let back = of(lambda);
        let there = Naive::new().fit(&back.transform(&values).unwrap()).unwrap().forecast(4, &[0.8]).unwrap();
        let method = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(lambda));
        let here = method.fit(&values).unwrap().forecast(4, &[0.8]).unwrap();
        assert_eq!(here.law(), Law::BoxCox { lambda });
        assert_eq!(here.mean(), here.quantile(0.5).unwrap());
        assert_eq!(here.bands()[0].lower, back.inverse(&there.bands()[0].lower).unwrap());
        assert_eq!(here.bands()[0].upper, back.inverse(&there.bands()[0].upper).unwrap());
        assert_eq!(here.quantile(0.3).unwrap(), back.inverse(&there.quantile(0.3).unwrap()).unwrap());
        assert_eq!(here.quantile(0.9).unwrap(), here.bands()[0].upper);
        // Half of it is below the median, whatever the power.
        assert_all_close(here.mean(), &[150.0; 4], 1e-13);
    }
}

#[test]
fn the_first_power_changes_nothing() {
    let values = [1.0, 5.0, 2.0, 8.0];
    for centre in [Centre::Median, Centre::BiasAdjusted] {
        let plain = Drift::new().fit(&values).unwrap().forecast(3, &[0.9]).unwrap();
        let method = BoxCoxForecaster::new(Drift::new(), Lambda::Fixed(1.0)).centre(centre);
        let powered = method.fit(&values).unwrap().forecast(3, &[0.9]).unwrap();
        assert_all_close(powered.mean(), plain.mean(), 1e-14);
        assert_all_close(powered.standard_error(), plain.standard_error(), 1e-14);
        assert_all_close(&powered.bands()[0].upper, &plain.bands()[0].upper, 1e-14);
    }
}

#[test]
fn the_adjusted_mean_is_that_of_the_law_where_it_is_exact_and_the_published_formula_elsewhere() {
    // fpp3, section 5.6: e^w (1 + σ²/2) and (λ w + 1)^(1/λ) (1 + σ² (1 - λ) / (2 (λ w + 1)²)).
    for (lambda, w, variance) in [(0.3, 2.0, 0.5), (-0.3, 1.0, 0.1), (2.0, 3.0, 0.7), (0.5, 3.0, 4.0)] {
        let base: f64 = 1.0 + lambda * w;
        let formula = base.powf(1.0 / lambda) * (1.0 + variance * (1.0 - lambda) / (2.0 * base * base));
        assert_close(of(lambda).adjusted(w, variance), formula, 1e-14);
    }
    assert_close(of(0.0).adjusted(2.0, 0.5), 2.0_f64.exp() * 1.25, 1e-15);
    // Squares of a normal variable: the mean is μ² + σ², here (1 + w/2)² + σ²/4. By Simpson's rule over the law.
    let (w, sigma, steps) = (3.0, 2.0, 4_000);
    let mean: f64 = (0..=steps)
        .map(|place| {
            let z = -10.0 + 20.0 * f64::from(place) / f64::from(steps);
            let weight = if place % 2 == 0 { 2.0 } else { 4.0 };
            weight * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
                * (1.0 + 0.5 * (w + sigma * z)).powi(2)
        })
        .sum::<f64>()
        * 20.0
        / f64::from(steps)
        / 3.0;
    assert_close(of(0.5).adjusted(w, sigma * sigma), mean, 1e-12);
    // At the middle of the roots nothing has to be adjusted, nor divided by 0.
    assert_eq!((of(0.3).adjusted(-1.0 / 0.3, 1.0), of(0.5).adjusted(-2.0, 0.0)), (0.0, 0.0));
}

#[test]
fn the_centre_and_the_law_of_the_errors_tell() {
    let values = [100.0, 120.0, 90.0, 140.0, 150.0];
    let with = |centre| {
        let method = BoxCoxForecaster::new(Mean::new(), Lambda::Fixed(0.0)).centre(centre);
        method.fit(&values).unwrap().forecast(1, &[]).unwrap()
    };
    let (median, adjusted) = (with(Centre::Median), with(Centre::BiasAdjusted));
    assert!(adjusted.mean()[0] > median.mean()[0]);
    // Student's t with four degrees of freedom has twice the variance of its unit.
    let unit = median.standard_error()[0] / median.mean()[0];
    assert_close(adjusted.mean()[0], median.mean()[0] * (1.0 + unit * unit), 1e-14);
    // With two it has none.
    let method = BoxCoxForecaster::new(Mean::new(), Lambda::Fixed(0.0)).centre(Centre::BiasAdjusted);
    assert!(matches!(method.fit(&[1.0, 2.0, 4.0]).unwrap().forecast(1, &[]), Err(Error::OutOfRange { .. })));
    assert!(method.fit(&[1.0, 2.0, 4.0, 4.0]).unwrap().forecast(1, &[]).is_ok());
}

#[test]
fn a_power_is_chosen_from_the_series() {
    let values = [2.0, 1.0, 8.0, 4.0, 60.0, 30.0, 50.0, 25.0, 9.0];
    let chosen = |lambda| BoxCoxForecaster::new(Naive::new(), lambda).fit(&values).unwrap().lambda();
    assert_eq!(chosen(Lambda::Fixed(0.7)), 0.7);
    assert_eq!(chosen(Lambda::Guerrero { period: 2 }), BoxCox::guerrero(&values, 2).unwrap().lambda());
    assert_eq!(
        chosen(Lambda::LogLikelihood { period: 2 }),
        BoxCox::log_likelihood(&values, 2).unwrap().lambda()
    );
    assert_ne!(chosen(Lambda::Guerrero { period: 2 }), chosen(Lambda::Guerrero { period: 3 }));
    assert_ne!(chosen(Lambda::LogLikelihood { period: 2 }), chosen(Lambda::LogLikelihood { period: 3 }));
}

#[test]
fn a_model_goes_on_and_simulates_in_the_values_unit() {
    let method = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(0.0));
    let mut model = method.fit(&[1.0, 2.0, 4.0]).unwrap();
    let longer = method.fit(&[1.0, 2.0, 4.0, 3.0]).unwrap();
    model.as_online().unwrap().update(3.0).unwrap();
    assert_eq!(model.forecast(3, &[0.9]).unwrap(), longer.forecast(3, &[0.9]).unwrap());
    // A value without a logarithm changes nothing.
    let before = model.clone();
    assert!(matches!(model.update(0.0), Err(Error::InvalidParameter { .. })));
    assert!(matches!(model.update(f64::NAN), Err(Error::NonFinite { index: 4, .. })));
    assert_eq!(model, before);

    let mut path = [0.0; 2];
    model.path(&[2.0_f64.ln(), 1e9], &mut path);
    assert_close(path[0], 6.0, 1e-15);
    assert_eq!(path[1], f64::MAX);
    let futures = model.simulate(2, 20_000, 0, Errors::Normal).unwrap();
    let exact = model.forecast(2, &[]).unwrap();
    for q in [0.1, 0.5, 0.9] {
        // The quantile's own error is about 0.01 of a deviation of the logarithm, 0.7 and 1.
        for (sampled, exact) in futures.quantile(q).unwrap().iter().zip(exact.quantile(q).unwrap()) {
            assert!((sampled / exact).ln().abs() < 0.05, "{q}");
        }
    }
}

#[test]
fn a_forecast_past_the_last_transform_is_refused() {
    // 1/x near 0 and uncertain: with λ = -1 half of all futures are past infinity.
    let method = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(-1.0));
    let model = method.fit(&[1.0, 1e6, 1.0, 1e6]).unwrap();
    assert!(matches!(model.forecast(1, &[0.9]), Err(Error::OutOfRange { .. })));
}

#[test]
fn a_written_forecast_is_checked_when_it_is_read() {
    let method = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(0.5));
    let forecast = method.fit(&[1.0, 4.0, 2.0]).unwrap().forecast(2, &[0.9]).unwrap();
    let text = serde_json::to_string(&forecast).unwrap();
    assert_eq!(serde_json::from_str::<crate::Forecast>(&text).unwrap(), forecast);
    let broken = [
        text.replace(r#""law":{"box_cox":{"lambda":0.5}}"#, r#""law":"normal""#),
        text.replace(r#""box_cox":0.5"#, r#""box_cox":0.4"#),
        text.replace(r#""transformed""#, r#""other""#),
        text.replace(r#""levels":[0.9]"#, r#""levels":[9]"#),
    ];
    for broken in broken {
        assert_ne!(broken, text);
        assert!(serde_json::from_str::<crate::Forecast>(&broken).is_err(), "{broken}");
    }
}

proptest! {
    #[test]
    fn the_inverse_undoes_the_transform(lambda in -2.0_f64..2.0, logarithm in -3.0_f64..3.0) {
        let x = logarithm.exp();
        let w = of(lambda).transform(&[x]).unwrap();
        // 1 + λ w = x^λ has a rounding of ε (1 + x^-λ), which the power 1/λ multiplies by 1/λ, or ln by |ln x|.
        let amplified = (1.0 + x.powf(-lambda)) * (logarithm.abs() + 1.0 + 1.0 / lambda.abs().max(0.1));
        assert_close(of(lambda).inverse(&w).unwrap()[0], x, 4.0 * f64::EPSILON * amplified);
    }

    #[test]
    fn the_transform_keeps_the_order(lambda in -2.0_f64..2.0, a in 0.01_f64..100.0, b in 0.01_f64..100.0) {
        prop_assume!((a - b).abs() > 1e-9);
        let w = of(lambda).transform(&[a, b]).unwrap();
        prop_assert_eq!(a < b, w[0] < w[1]);
    }

    #[test]
    fn below_zero_the_transform_is_that_of_the_size(lambda in 0.05_f64..2.0, x in -100.0_f64..-0.01) {
        let w = of(lambda).transform(&[x, -x]).unwrap();
        // Both lie about -1/λ.
        assert_close(w[0] + 1.0 / lambda, -(w[1] + 1.0 / lambda), 1e-12);
        assert_close(of(lambda).inverse(&w).unwrap()[0], x, 1e-12);
    }

    #[test]
    fn another_unit_changes_no_choice(values in prop::collection::vec(1.0_f64..9.0, 8..20), power in -60_i32..60) {
        let scaled: Vec<f64> = values.iter().map(|x| x * 2.0_f64.powi(power)).collect();
        for choose in [BoxCox::guerrero, BoxCox::log_likelihood] {
            let (plain, scaled) = (choose(&values, 2).unwrap().lambda(), choose(&scaled, 2).unwrap().lambda());
            // A minimum is known to the root of the rounding of its value, and flat ones to less.
            prop_assert!((plain - scaled).abs() < 1e-4, "{plain} {scaled}");
        }
    }

    #[test]
    fn quantiles_do_not_cross(lambda in 0.0_f64..1.5, values in prop::collection::vec(1.0_f64..9.0, 3..9)) {
        let method = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(lambda));
        let forecast = method.fit(&values).unwrap().forecast(3, &[]).unwrap();
        let quantiles: Vec<_> = [0.01, 0.2, 0.5, 0.7, 0.99].iter().map(|q| forecast.quantile(*q).unwrap()).collect();
        for pair in quantiles.windows(2) {
            prop_assert!(pair[0].iter().zip(&pair[1]).all(|(low, high)| low <= high));
        }
    }
}

#[test]
fn an_end_beyond_the_last_transform_is_refused_with_its_step_and_a_way_out() {
    // w = 2 (1 - 1/√x) goes from 1 up by steps of ±0.4: 1.5 at x = 16, and by √h · 0.4 · 1.96 past 2 from h = 1 on; at the
    // level 0.5 (0.674) from the fourth step on: 1.5 + 0.27 √3 = 1.97, 1.5 + 0.27 √4 = 2.04.
    let back = of(-0.5);
    let values = back.inverse(&[1.1, 1.5, 1.1, 1.5, 1.1, 1.5]).unwrap();
    let model = BoxCoxForecaster::new(Naive::new(), Lambda::Fixed(-0.5)).fit(&values).unwrap();
    assert!(model.forecast(3, &[0.5]).is_ok());
    for (horizon, level, step) in [(4, 0.5, 4), (9, 0.5, 4), (1, 0.95, 1)] {
        let error = model.forecast(horizon, &[level]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfRange);
        let told = error.to_string();
        assert!(told.contains(&format!("at step {step}")) && told.contains("a lower level"), "{told}");
    }
    // The median and all that is below it exist.
    assert!(model.forecast(9, &[]).unwrap().quantile(0.01).is_ok());
}
