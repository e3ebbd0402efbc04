//! Reference numbers, and what holds for all distributions.

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use slo_testkit::{assert_close, fixtures};

use super::*;
use crate::ErrorKind;

#[derive(Deserialize)]
struct Points {
    x: Vec<f64>,
    deep: Vec<f64>,
}

#[derive(Deserialize)]
struct PointsExpected {
    sf: Vec<f64>,
    cdf: Vec<f64>,
    quantile: Vec<f64>,
    ln_deep: Vec<f64>,
}

#[derive(Deserialize)]
struct Counts {
    k: Vec<f64>,
    p: Vec<f64>,
}

#[derive(Deserialize)]
struct CountsExpected {
    sf: Vec<f64>,
    cdf: Vec<f64>,
}

#[derive(Deserialize)]
struct Df {
    df: f64,
}

#[derive(Deserialize)]
struct TwoDf {
    d1: f64,
    d2: f64,
}

#[derive(Deserialize)]
struct Shapes {
    a: f64,
    b: f64,
}

#[derive(Deserialize)]
struct Mean {
    mean: f64,
}

#[derive(Deserialize)]
struct Trials {
    trials: f64,
    p: f64,
}

/// The logarithm of a probability that is known together with its complement.
fn ln(p: f64, complement: f64) -> f64 {
    if p < 0.5 { p.ln() } else { (-complement).ln_1p() }
}

/// Holds both tails, their logarithms and both quantiles to the references of one distribution.
fn continuous<P: DeserializeOwned, D: Distribution>(name: &str, make: impl Fn(&P) -> D) {
    for case in fixtures::cases::<Points, P, PointsExpected>(&format!("slo-core/tails/{name}")) {
        let law = make(&case.parameters);
        let expected = &case.expected;
        let at = |f: &dyn Fn(f64) -> f64| case.input.x.iter().map(|&x| f(x)).collect::<Vec<f64>>();
        let logs = |p: &[f64], q: &[f64]| p.iter().zip(q).map(|(&p, &q)| ln(p, q)).collect::<Vec<f64>>();
        let close = |quantity: &str, actual: Vec<f64>, expected: &[f64]| {
            case.assert_all_close(quantity, &actual, expected);
        };
        close("sf", at(&|x| law.sf(x)), &expected.sf);
        close("cdf", at(&|x| law.cdf(x)), &expected.cdf);
        close("ln_sf", at(&|x| law.ln_sf(x)), &logs(&expected.sf, &expected.cdf));
        close("ln_cdf", at(&|x| law.ln_cdf(x)), &logs(&expected.cdf, &expected.sf));
        // A quantile belongs to the smaller tail, whose double says where the point is.
        let tails = expected.sf.iter().zip(&expected.cdf);
        let quantiles =
            tails.map(
                |(&sf, &cdf)| {
                    if cdf <= sf { law.quantile(cdf).unwrap() } else { law.upper_quantile(sf).unwrap() }
                },
            );
        close("quantile", quantiles.collect(), &expected.quantile);
        let deep = case.input.deep.iter().map(|&x| law.ln_sf(x).min(law.ln_cdf(x)));
        close("ln_deep", deep.collect(), &expected.ln_deep);
    }
}

/// Holds both tails and both quantiles to the references of one distribution on whole numbers.
fn discrete<P: DeserializeOwned, D: Distribution>(name: &str, make: impl Fn(&P) -> D) {
    for case in fixtures::cases::<Counts, P, CountsExpected>(&format!("slo-core/tails/{name}")) {
        let law = make(&case.parameters);
        let rows =
            case.input.k.iter().zip(&case.input.p).zip(case.expected.sf.iter().zip(&case.expected.cdf));
        for ((&k, &inside), (&sf, &cdf)) in rows {
            let close = |quantity: &str, actual: f64, expected: f64| {
                case.assert_close(&format!("{quantity}({k})"), actual, expected);
            };
            close("sf", law.sf(k), sf);
            close("cdf", law.cdf(k), cdf);
            close("ln_sf", law.ln_sf(k), ln(sf, cdf));
            close("ln_cdf", law.ln_cdf(k), ln(cdf, sf));
            assert_eq!(law.sf(k + 0.5), law.sf(k), "between whole numbers nothing happens");
            let found = if cdf <= sf { law.quantile(inside) } else { law.upper_quantile(inside) };
            assert_eq!(found, Ok(k), "{}: p = {inside:e}", case.name);
        }
    }
}

#[test]
fn normal_tails_and_quantiles_equal_eighty_digit_references() {
    continuous("normal", |(): &()| Normal);
}

#[test]
fn student_tails_and_quantiles_equal_eighty_digit_references() {
    continuous("student_t", |p: &Df| StudentT::new(p.df).unwrap());
}

#[test]
fn chi_squared_tails_and_quantiles_equal_eighty_digit_references() {
    continuous("chi_squared", |p: &Df| ChiSquared::new(p.df).unwrap());
}

#[test]
fn f_tails_and_quantiles_equal_eighty_digit_references() {
    continuous("fisher_f", |p: &TwoDf| FisherF::new(p.d1, p.d2).unwrap());
}

#[test]
fn beta_tails_and_quantiles_equal_eighty_digit_references() {
    continuous("beta", |p: &Shapes| Beta::new(p.a, p.b).unwrap());
}

#[test]
fn poisson_tails_and_quantiles_equal_eighty_digit_references() {
    discrete("poisson", |p: &Mean| Poisson::new(p.mean).unwrap());
}

#[test]
fn binomial_tails_and_quantiles_equal_eighty_digit_references() {
    discrete("binomial", |p: &Trials| Binomial::new(p.trials, p.p).unwrap());
}

#[test]
fn logarithms_go_on_where_probabilities_end() {
    // P(Z > x) = φ(x) / x (1 - 1/x² + 3/x⁴ - ...).
    let x = 1e8_f64;
    assert_eq!(Normal.sf(x), 0.0);
    assert_close(Normal.ln_sf(x), -0.5 * x * x - (x * std::f64::consts::TAU.sqrt()).ln(), 1e-15);
    // Exactly known: e^(-x/2), x^a, q^n.
    assert_close(ChiSquared::new(2.0).unwrap().ln_sf(1e12), -5e11, 1e-15);
    assert_close(Beta::new(1e6, 1.0).unwrap().ln_cdf(0.5), -1e6 * std::f64::consts::LN_2, 1e-15);
    assert_close(Binomial::new(1e12, 0.5).unwrap().ln_cdf(0.0), -1e12 * std::f64::consts::LN_2, 1e-15);
    assert_close(Poisson::new(1e12).unwrap().ln_cdf(0.0), -1e12, 1e-15);
    assert_close(FisherF::new(2.0, 2e9).unwrap().ln_sf(1e9), -1e9 * 2_f64.ln(), 1e-14);
}

#[test]
fn halves_of_coin_tosses_equal_integer_arithmetic() {
    for n in [1_u32, 2, 9, 40, 52] {
        let law = Binomial::new(f64::from(n), 0.5).unwrap();
        let (mut choose, mut sum) = (1_u64, 0_u64);
        for k in 0..n {
            sum += choose;
            // Sums below 2⁵³ over a power of two are doubles.
            let cdf = sum as f64 / 2_f64.powi(n.cast_signed());
            assert_close(law.cdf(f64::from(k)), cdf, 1e-14);
            if cdf <= 0.5 {
                assert_eq!(law.quantile(cdf), Ok(f64::from(k)), "a tie belongs to the step that ends there");
                assert_eq!(law.quantile(cdf * (1.0 + 1e-12)), Ok(f64::from(k) + 1.0), "just past the tie");
            }
            choose = choose * u64::from(n - k) / u64::from(k + 1);
        }
    }
}

#[test]
fn probabilities_at_the_ends_of_the_support_are_exact() {
    let (t, chi, f) =
        (StudentT::new(3.0).unwrap(), ChiSquared::new(3.0).unwrap(), FisherF::new(3.0, 4.0).unwrap());
    let (beta, binomial, poisson) =
        (Beta::new(2.0, 3.0).unwrap(), Binomial::new(10.0, 0.25).unwrap(), Poisson::new(2.0).unwrap());
    let infinity = f64::INFINITY;
    let laws: [(&dyn Distribution, f64, f64); 7] = [
        (&Normal, -infinity, infinity),
        (&t, -infinity, infinity),
        (&chi, 0.0, infinity),
        (&f, 0.0, infinity),
        (&beta, 0.0, 1.0),
        (&binomial, 0.0, 10.0),
        (&poisson, 0.0, infinity),
    ];
    for (law, start, end) in laws {
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (Ok(start), Ok(end)));
        assert_eq!((law.upper_quantile(0.0), law.upper_quantile(1.0)), (Ok(end), Ok(start)));
        assert_eq!((law.sf(end), law.cdf(end)), (0.0, 1.0));
        assert_eq!((law.ln_sf(end), law.ln_cdf(end)), (-infinity, 0.0));
        let below = start - 1.0;
        assert_eq!((law.sf(below), law.cdf(below)), (1.0, 0.0));
        assert_eq!((law.ln_sf(below), law.ln_cdf(below)), (0.0, -infinity));
        for value in [law.sf(f64::NAN), law.cdf(f64::NAN), law.ln_sf(f64::NAN), law.ln_cdf(f64::NAN)] {
            assert!(value.is_nan(), "what is no number has no probability");
        }
        for p in [-1e-300, 1.0 + f64::EPSILON, f64::NAN, f64::INFINITY] {
            assert_eq!(law.quantile(p).unwrap_err().kind(), ErrorKind::InvalidParameter);
            assert_eq!(law.upper_quantile(p).unwrap_err().kind(), ErrorKind::InvalidParameter);
        }
    }
    assert_eq!((Normal.quantile(0.5), t.quantile(0.5)), (Ok(0.0), Ok(0.0)));
}

#[test]
fn distributions_of_one_number_have_it_as_every_quantile() {
    let (never, always, none) = (Binomial::new(5.0, 0.0), Binomial::new(5.0, 1.0), Binomial::new(0.0, 0.5));
    for (law, value) in [(never, 0.0), (always, 5.0), (none, 0.0)] {
        let law = law.unwrap();
        for p in [0.0, 1e-300, 0.5, 1.0] {
            assert_eq!((law.quantile(p), law.upper_quantile(p)), (Ok(value), Ok(value)));
        }
        assert_eq!((law.cdf(value - 1.0), law.cdf(value), law.sf(value)), (0.0, 1.0, 0.0));
    }
    let silent = Poisson::new(0.0).unwrap();
    assert_eq!(
        (silent.quantile(1.0), silent.upper_quantile(1e-300), silent.cdf(0.0)),
        (Ok(0.0), Ok(0.0), 1.0)
    );
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    for bad in [0.0, -1.0, 0.9e-9, 1.1e15, f64::NAN, f64::INFINITY] {
        let errors = [
            StudentT::new(bad).unwrap_err(),
            ChiSquared::new(bad).unwrap_err(),
            FisherF::new(bad, 1.0).unwrap_err(),
            FisherF::new(1.0, bad).unwrap_err(),
            Beta::new(bad, 1.0).unwrap_err(),
            Beta::new(1.0, bad).unwrap_err(),
        ];
        for (error, name) in errors.iter().zip(["df", "df", "d1", "d2", "a", "b"]) {
            assert!(error.to_string().starts_with(&format!("{name} = ")), "{error}");
        }
    }
    for good in [1e-9, 1e15] {
        assert!(StudentT::new(good).is_ok() && Beta::new(good, good).is_ok());
    }
    for trials in [-1.0, 0.5, 2_f64.powi(53) + 2.0, f64::NAN, f64::INFINITY] {
        assert!(Binomial::new(trials, 0.5).is_err(), "{trials} trials");
    }
    assert!(Binomial::new(2_f64.powi(53), 0.5).is_ok());
    for p in [-0.1, 1.1, f64::NAN] {
        assert!(Binomial::new(10.0, p).is_err(), "p = {p}");
    }
    for mean in [-1e-300, 1.1e15, f64::NAN, f64::INFINITY] {
        assert!(Poisson::new(mean).is_err(), "mean = {mean}");
    }
}

mod properties;
