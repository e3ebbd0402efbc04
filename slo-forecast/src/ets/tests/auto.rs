//! The automatic choice: which models are looked at, which one wins, and what has none.

use super::*;
use crate::likelihood::Likelihood;

fn specs(method: AutoEts, values: &[f64]) -> Vec<String> {
    let mut names: Vec<String> =
        method.compare(values).unwrap().iter().map(|model| model.spec().to_string()).collect();
    names.sort();
    names
}

#[test]
fn the_models_of_bounded_variance_are_compared() {
    // R's package forecast allows the same fifteen, and four more with trends that are factors.
    let values = seasonal(48, 11);
    let usual = ["AAA", "AAN", "AAdA", "AAdN", "ANA", "ANN", "MAA", "MAM", "MAN", "MAdA", "MAdM", "MAdN"];
    let mut expected: Vec<&str> = usual.into_iter().chain(["MNA", "MNM", "MNN"]).collect();
    expected.sort_unstable();
    assert_eq!(specs(AutoEts::new().period(4), &values), expected);
    expected.extend(["MMM", "MMN", "MMdM", "MMdN"]);
    expected.sort_unstable();
    let included = AutoEts::new().period(4).factor_trends(FactorTrends::Included);
    assert_eq!(specs(included, &values), expected);
    // Without a season, and where a value is not positive.
    assert_eq!(specs(AutoEts::new(), &values), ["AAN", "AAdN", "ANN", "MAN", "MAdN", "MNN"]);
    for least in [0.0, -1.0] {
        let mut values = values.clone();
        values[7] = least;
        assert_eq!(specs(AutoEts::new(), &values), ["AAN", "AAdN", "ANN"]);
    }
}

#[test]
fn a_season_needs_two_whole_ones() {
    let values = seasonal(24, 12);
    for (period, is_seasonal) in [(11, true), (12, true), (13, false), (24, false), (25, false)] {
        let found = specs(AutoEts::new().period(period), &values);
        assert_eq!(found.iter().any(|name| name.ends_with('A')), is_seasonal, "{period}: {found:?}");
    }
    let error = AutoEts::new().period(0).fit(&values).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { name: "period", .. }), "{error}");
}

#[test]
fn the_first_is_the_cheapest_by_the_criterion_that_is_set() {
    let values = seasonal(40, 13);
    for criterion in [Criterion::Aicc, Criterion::Aic, Criterion::Bic] {
        let method = AutoEts::new().period(4).criterion(criterion);
        let models = method.compare(&values).unwrap();
        let cost: Vec<f64> =
            models.iter().map(|model| criterion.of(&model.likelihood().unwrap()).unwrap()).collect();
        assert!(cost.is_sorted(), "{cost:?}");
        assert_eq!(method.fit(&values).unwrap(), models[0]);
        // What comes near the best is as good as the whole search makes it.
        let own = Ets::new(models[0].spec()).period(4).fit(&values).unwrap().likelihood().unwrap();
        let found = models[0].likelihood().unwrap();
        assert!(found.log_likelihood >= own.log_likelihood - 1e-9);
    }
    // Two parameters cost Schwarz more than Akaike from eight values on.
    let likelihood = Likelihood { log_likelihood: -10.0, parameters: 2, observations: 8 };
    assert!(Criterion::Bic.of(&likelihood) > Criterion::Aic.of(&likelihood));
}

#[test]
fn every_setter_of_the_choice_changes_something() {
    let values = seasonal(40, 14);
    let base = AutoEts::new().period(4);
    let costs = |method: AutoEts| -> Vec<f64> {
        let models = method.compare(&values).unwrap();
        models.iter().map(|model| model.likelihood().unwrap().log_likelihood).collect()
    };
    for other in [
        base.period(5),
        base.factor_trends(FactorTrends::Included),
        base.bounds(EtsBounds::Admissible),
        // Schwarz' order of fifteen models is another one.
        base.criterion(Criterion::Bic),
    ] {
        assert_ne!(costs(other), costs(base), "{other:?}");
    }
    let mut gap = values.clone();
    gap[9] = f64::NAN;
    assert!(matches!(base.fit(&gap), Err(Error::NonFinite { index: 9, .. })));
    assert_eq!(base.missing(Missing::Skip).fit(&gap).unwrap().likelihood().unwrap().observations, 39);
}

#[test]
fn series_without_errors_have_the_simplest_model_that_makes_none() {
    for (values, name) in [(vec![5.0; 12], "ANN"), (vec![0.0; 12], "ANN"), (vec![-3.0; 12], "ANN")] {
        let model = AutoEts::new().fit(&values).unwrap();
        assert_eq!((model.spec().to_string().as_str(), model.likelihood()), (name, None));
        assert_eq!(model.forecast(2, &[]).unwrap().mean(), [values[0]; 2]);
    }
    let line: Vec<f64> = (0..20).map(|t| f64::from(t) - 4.0).collect();
    let model = AutoEts::new().fit(&line).unwrap();
    assert_eq!(model.spec().to_string(), "AAN");
    assert_all_close_absolute(model.forecast(2, &[]).unwrap().mean(), &[16.0, 17.0], 1e-6);
}

#[test]
fn what_no_model_can_be_fitted_to_is_refused() {
    for values in [&[][..], &[1.0], &[1.0, 2.0], &[1.0, 2.0, 4.0]] {
        let error = AutoEts::new().period(4).fit(values).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooShort, "{error}");
    }
    // One more than the three numbers of the simplest model.
    assert!(AutoEts::new().fit(&[1.0, 2.0, 4.0, 3.0]).is_ok());
    let missing = AutoEts::new().missing(Missing::Skip).fit(&[f64::NAN; 12]).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::TooShort, "{missing}");
    let infinite = AutoEts::new().fit(&[1.0, 2.0, f64::INFINITY, 3.0, 4.0]).unwrap_err();
    assert!(matches!(infinite, Error::NonFinite { index: 2, .. }));
}
