//! Laws that tie the distributions to each other and to themselves.

use super::*;

/// Numbers of every size between two powers of ten.
fn sized(least: f64, greatest: f64) -> impl Strategy<Value = f64> {
    (least..greatest).prop_map(|power| 10_f64.powf(power))
}

/// A probability from anywhere in (0, 1), the far ends included.
fn probability() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1.0_f64, sized(-300.0, 0.0), sized(-16.0, 0.0).prop_map(|q| 1.0 - q)]
        .prop_filter("strictly inside", |&p| p > 0.0 && p < 1.0)
}

/// Any of the continuous distributions, parameters from 1e-6 to 1e15.
fn smooth() -> impl Strategy<Value = Box<dyn Distribution>> {
    (0..5_usize, sized(-6.0, 15.0), sized(-6.0, 15.0)).prop_map(|(which, a, b)| -> Box<dyn Distribution> {
        match which {
            0 => Box::new(Normal),
            1 => Box::new(StudentT::new(a).unwrap()),
            2 => Box::new(ChiSquared::new(a).unwrap()),
            3 => Box::new(FisherF::new(a, b).unwrap()),
            _ => Box::new(Beta::new(a, b).unwrap()),
        }
    })
}

/// Either of the distributions on whole numbers.
fn counting() -> impl Strategy<Value = Box<dyn Distribution>> {
    (0..2_usize, sized(0.0, 12.0), sized(-12.0, 0.0), 0.0..1.0_f64).prop_map(
        |(which, size, rare, p)| -> Box<dyn Distribution> {
            let p = if size.to_bits() & 1 == 0 { rare } else { p };
            match which {
                0 => Box::new(Poisson::new(size * rare).unwrap()),
                _ => Box::new(Binomial::new(size.floor(), p).unwrap()),
            }
        },
    )
}

/// `a` is within a relative 1e-12 of `b`, or both are too small to have all their digits.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs() + 1e-305
}

/// The double this many places above `x`.
fn places_up(x: f64, places: usize) -> f64 {
    (0..places).fold(x, |x, _| x.next_up())
}

/// The double this many places below `x`.
fn places_down(x: f64, places: usize) -> f64 {
    (0..places).fold(x, |x, _| x.next_down())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn both_tails_make_up_everything(law in prop_oneof![smooth(), counting()], p in probability(), stretch in -3.0..3.0_f64) {
        let quantile = law.quantile(p).unwrap();
        for x in [quantile, quantile * stretch, quantile + stretch, 10_f64.powf(100.0 * stretch)] {
            let (sf, cdf) = (law.sf(x), law.cdf(x));
            prop_assert!((0.0..=1.0).contains(&sf) && (0.0..=1.0).contains(&cdf), "{law:?} at {x:e}: {sf} {cdf}");
            prop_assert!((sf + cdf - 1.0).abs() <= 2.0 * f64::EPSILON, "{law:?} at {x:e}: {sf} {cdf}");
            prop_assert!(close(law.ln_sf(x).exp(), sf) && close(law.ln_cdf(x).exp(), cdf), "{law:?} at {x:e}");
        }
    }

    #[test]
    fn tails_are_monotone(law in prop_oneof![smooth(), counting()], p in probability(), factor in 1.0..2.0_f64) {
        let x = law.quantile(p).unwrap();
        let y = if x < 0.0 { x / factor } else { x * factor };
        prop_assert!(law.sf(y) <= law.sf(x) * (1.0 + 1e-12), "{law:?}: {x:e} {y:e}");
        prop_assert!(law.cdf(y) * (1.0 + 1e-12) >= law.cdf(x), "{law:?}: {x:e} {y:e}");
    }

    #[test]
    fn a_quantile_has_its_probability_within_its_last_places(law in smooth(), p in probability()) {
        // Six units in the last place of x, and 1e-12 of the probability, whichever side asks.
        let x = law.quantile(p).unwrap();
        prop_assert!(!x.is_nan());
        if x.abs() > 1e-290 && x.is_finite() {
            let (below, above) = (places_down(x, 6), places_up(x, 6));
            prop_assert!(law.cdf(below) <= p * (1.0 + 1e-12) && law.cdf(above) >= p * (1.0 - 1e-12), "{law:?}: {p:e} {x:e}");
        }
        let x = law.upper_quantile(p).unwrap();
        prop_assert!(!x.is_nan());
        if x.abs() > 1e-290 && x.is_finite() {
            let (below, above) = (places_down(x, 6), places_up(x, 6));
            prop_assert!(law.sf(above) <= p * (1.0 + 1e-12) && law.sf(below) >= p * (1.0 - 1e-12), "{law:?}: {p:e} {x:e}");
        }
    }

    #[test]
    fn a_counting_quantile_is_the_smallest_that_meets_its_inequality(law in counting(), p in probability()) {
        let k = law.quantile(p).unwrap();
        prop_assert!(law.cdf(k) >= p * (1.0 - 1e-12) && law.cdf(k - 1.0) <= p * (1.0 + 1e-12), "{law:?}: {p:e} {k}");
        let k = law.upper_quantile(p).unwrap();
        prop_assert!(law.sf(k) <= p * (1.0 + 1e-12) && law.sf(k - 1.0) >= p * (1.0 - 1e-12), "{law:?}: {p:e} {k}");
    }

    #[test]
    fn a_counting_quantile_inverts_the_smaller_tail(law in counting(), p in probability()) {
        let k = law.quantile(p).unwrap();
        let (cdf, sf) = (law.cdf(k), law.sf(k));
        if (1e-290..=0.5).contains(&cdf) {
            prop_assert_eq!(law.quantile(cdf), Ok(k));
        }
        if (1e-290..=0.5).contains(&sf) {
            prop_assert_eq!(law.upper_quantile(sf), Ok(k));
        }
    }

    #[test]
    fn beta_is_its_own_mirror_image(a in sized(-3.0, 12.0), b in sized(-3.0, 12.0), share in 1..1_u32 << 20) {
        // A share of 2²⁰ and its complement are both exact.
        let x = f64::from(share) / f64::from(1 << 20);
        let (law, mirrored) = (Beta::new(a, b).unwrap(), Beta::new(b, a).unwrap());
        prop_assert!(close(law.sf(x), mirrored.cdf(1.0 - x)));
        prop_assert!((law.ln_sf(x) - mirrored.ln_cdf(1.0 - x)).abs() <= 1e-12 * law.ln_sf(x).abs());
    }

    #[test]
    fn f_is_the_reciprocal_of_f_with_its_degrees_exchanged(d1 in sized(-3.0, 12.0), d2 in sized(-3.0, 12.0), power in -60..60_i32) {
        let (law, reciprocal) = (FisherF::new(d1, d2).unwrap(), FisherF::new(d2, d1).unwrap());
        let f = 2_f64.powi(power);
        prop_assert!(close(law.sf(f), reciprocal.cdf(1.0 / f)));
    }

    #[test]
    fn the_square_of_t_is_f_with_one_degree(df in sized(-3.0, 12.0), t in 1..1_u32 << 26) {
        // Both t and t² are exact.
        let t = f64::from(t) / 1024.0;
        let (law, square) = (StudentT::new(df).unwrap(), FisherF::new(1.0, df).unwrap());
        prop_assert!(close(2.0 * law.sf(t), square.sf(t * t)));
        prop_assert_eq!(law.sf(-t), law.cdf(t));
    }

    #[test]
    fn the_square_of_a_normal_variable_is_chi_squared(t in 1..37 << 10_u32) {
        let t = f64::from(t) / 1024.0;
        prop_assert!(close(2.0 * Normal.sf(t), ChiSquared::new(1.0).unwrap().sf(t * t)));
    }

    #[test]
    fn poisson_counts_the_waiting_times_of_chi_squared(mean in sized(-3.0, 12.0), z in -8.0..8.0_f64) {
        let k = (mean + z * mean.sqrt()).floor().max(0.0);
        let waiting = ChiSquared::new(2.0 * (k + 1.0)).unwrap();
        prop_assert!(close(Poisson::new(mean).unwrap().cdf(k), waiting.sf(2.0 * mean)));
    }

    #[test]
    fn binomial_counts_the_order_statistics_of_beta(n in sized(0.0, 12.0), share in 1..1_u32 << 20, z in -8.0..8.0_f64) {
        let (n, p) = (n.floor(), f64::from(share) / f64::from(1 << 20));
        let k = (n * p + z * (n * p * (1.0 - p)).sqrt()).floor().clamp(0.0, n - 1.0);
        let (law, mirrored) = (Binomial::new(n, p).unwrap(), Binomial::new(n, 1.0 - p).unwrap());
        if n > 1.0 {
            prop_assert!(close(law.sf(k), Beta::new(k + 1.0, n - k).unwrap().cdf(p)));
        }
        prop_assert!(close(law.sf(k), mirrored.cdf(n - k - 1.0)), "successes are the failures of the mirror image");
    }

    #[test]
    fn one_more_count_adds_its_mass(mean in sized(-3.0, 2.5), k in 1..40_u32) {
        // P(X = k) = e^-m m^k / k!, formed by itself.
        let law = Poisson::new(mean).unwrap();
        let mass = (1..=k).fold((-mean).exp(), |mass, i| mass * (mean / f64::from(i)));
        let k = f64::from(k);
        let smaller = law.cdf(k).min(law.sf(k - 1.0));
        let step = if law.cdf(k) < 0.5 { law.cdf(k) - law.cdf(k - 1.0) } else { law.sf(k - 1.0) - law.sf(k) };
        prop_assert!((step - mass).abs() <= 1e-12 * smaller, "{step:e} {mass:e}");
    }
}
