//! What holds for every distribution. A distribution is done when its line stands in `every_distribution`.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use conformance::{for_all, is_deterministic};
use proptest::prelude::*;
use slo_core::ErrorKind;
use slo_core::stats::tails::{Beta, Binomial, ChiSquared, Distribution, FisherF, Normal, Poisson, StudentT};

/// Where a distribution has its mass.
#[derive(Clone, Copy, PartialEq)]
enum Support {
    Line,
    /// From the first to the second number.
    Stretch(f64, f64),
    /// On whole numbers, from the first to the second.
    Counts(f64, f64),
}

impl Support {
    fn ends(self) -> (f64, f64) {
        match self {
            Self::Line => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Stretch(low, high) | Self::Counts(low, high) => (low, high),
        }
    }
}

macro_rules! every_distribution {
    ($($name:ident: $law:expr, $support:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn all_mass_lies_within_the_support() { laws::ends(&$law, $support) }
            #[test]
            fn what_is_no_probability_is_refused() { laws::refusal(&$law) }
            #[test]
            fn what_is_no_number_has_no_probability() { laws::no_number(&$law) }
            #[test]
            fn both_tails_make_up_everything() { laws::whole(&$law) }
            #[test]
            fn tails_are_monotone() { laws::monotone(&$law) }
            #[test]
            fn a_quantile_has_its_probability() { laws::quantile(&$law, $support) }
            #[test]
            fn the_same_input_gives_the_same_answer_on_any_thread() { laws::determinism(&$law) }
        }
    )*};
}

every_distribution! {
    normal: Normal, Support::Line;
    student_t: StudentT::new(7.0).unwrap(), Support::Line;
    student_t_of_many_degrees: StudentT::new(1e12).unwrap(), Support::Line;
    chi_squared: ChiSquared::new(4.0).unwrap(), Support::Stretch(0.0, f64::INFINITY);
    fisher_f: FisherF::new(3.0, 17.0).unwrap(), Support::Stretch(0.0, f64::INFINITY);
    beta: Beta::new(2.5, 0.5).unwrap(), Support::Stretch(0.0, 1.0);
    binomial: Binomial::new(1e6, 1e-3).unwrap(), Support::Counts(0.0, 1e6);
    poisson: Poisson::new(12.5).unwrap(), Support::Counts(0.0, f64::INFINITY);
}

mod laws {
    use super::*;

    /// A probability from anywhere in (0, 1), both far ends included.
    fn probability() -> impl Strategy<Value = f64> {
        let power = |low: f64| (low..0.0).prop_map(|power| 10_f64.powf(power));
        prop_oneof![0.001..0.999_f64, power(-280.0), power(-15.0).prop_map(|q| 1.0 - q)]
            .prop_filter("strictly inside", |p| *p > 0.0 && *p < 1.0)
    }

    pub(super) fn ends(law: &dyn Distribution, support: Support) {
        let (low, high) = support.ends();
        assert_eq!((law.quantile(0.0).unwrap(), law.quantile(1.0).unwrap()), (low, high));
        assert_eq!((law.upper_quantile(1.0).unwrap(), law.upper_quantile(0.0).unwrap()), (low, high));
        assert_eq!((law.sf(high), law.cdf(high), law.ln_cdf(high)), (0.0, 1.0, 0.0));
        assert_eq!((law.sf(f64::NEG_INFINITY), law.cdf(f64::NEG_INFINITY)), (1.0, 0.0));
        assert_eq!(law.ln_sf(f64::INFINITY), f64::NEG_INFINITY);
    }

    pub(super) fn refusal(law: &dyn Distribution) {
        for p in [-f64::MIN_POSITIVE, 1.0_f64.next_up(), f64::NAN, f64::INFINITY] {
            for refused in [law.quantile(p), law.upper_quantile(p)] {
                assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidParameter, "{p}");
            }
        }
    }

    pub(super) fn no_number(law: &dyn Distribution) {
        let x = f64::NAN;
        assert!([law.sf(x), law.cdf(x), law.ln_sf(x), law.ln_cdf(x)].iter().all(|p| p.is_nan()));
    }

    pub(super) fn whole(law: &dyn Distribution) {
        for_all(probability(), |p| {
            let x = law.quantile(p).unwrap();
            assert!((law.sf(x) + law.cdf(x) - 1.0).abs() <= 2.0 * f64::EPSILON, "{x:e}");
            for (ln, plain) in [(law.ln_sf(x), law.sf(x)), (law.ln_cdf(x), law.cdf(x))] {
                assert!((ln.exp() - plain).abs() <= 1e-12 * plain, "{x:e}: {ln:e} {plain:e}");
            }
        });
    }

    pub(super) fn monotone(law: &dyn Distribution) {
        for_all((probability(), probability()), |(p, q)| {
            let [x, y] = [p.min(q), p.max(q)].map(|p| law.quantile(p).unwrap());
            assert!(x <= y);
            assert!(law.cdf(x) <= law.cdf(y) * (1.0 + 1e-12) && law.sf(y) <= law.sf(x) * (1.0 + 1e-12));
        });
    }

    /// SEMANTICS 4: to 1e-12 where a distribution has a density, by the defining inequality on counts.
    pub(super) fn quantile(law: &dyn Distribution, support: Support) {
        for_all(probability(), |p| {
            let (below, above) = (law.quantile(p).unwrap(), law.upper_quantile(p).unwrap());
            let (less, more) = (p * (1.0 - 1e-12), p * (1.0 + 1e-12));
            if let Support::Counts(..) = support {
                assert!(law.cdf(below) >= less && law.cdf(below - 1.0) <= more, "{p:e}: {below}");
                assert!(law.sf(above) <= more && law.sf(above - 1.0) >= less, "{p:e}: {above}");
                return;
            }
            // The probability of the quantile, or of one of its neighbours, which rounding took instead.
            let apart = |x: f64, tail: &dyn Fn(f64) -> f64| {
                let near = [x.next_down().next_down(), x.next_up().next_up()].map(tail);
                near[0].min(near[1]) <= more && less <= near[0].max(near[1])
            };
            assert!(
                apart(below, &|x| law.cdf(x)) && apart(above, &|x| law.sf(x)),
                "{p:e}: {below:e} {above:e}"
            );
        });
    }

    pub(super) fn determinism(law: &dyn Distribution) {
        is_deterministic(|| {
            [0.01, 0.3, 0.999].map(|p| (law.quantile(p), law.upper_quantile(p), law.ln_sf(p)))
        });
    }
}
