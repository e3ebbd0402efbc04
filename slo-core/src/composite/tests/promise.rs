//! What can be promised, and what must be asked.

use proptest::prelude::*;

use super::*;
use crate::objective::Objective;

fn objective(text: &str) -> Objective {
    text.parse().unwrap()
}

fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

#[test]
fn services_in_series_and_in_parallel() {
    assert_eq!(serial(&[0.9, 0.8, 0.5]).unwrap(), 0.36);
    assert_eq!(parallel(&[0.9, 0.8, 0.5]).unwrap(), 0.99);
    assert_eq!(serial_unavailability(&[0.1, 0.2, 0.5]).unwrap(), 0.64);
    assert_eq!(parallel_unavailability(&[0.1, 0.2, 0.5]).unwrap(), 0.01);
    assert_eq!((serial(&[1.0, 1.0]).unwrap(), serial(&[1.0, 0.0]).unwrap()), (1.0, 0.0));
    assert_eq!((parallel(&[0.0, 0.0]).unwrap(), parallel(&[1.0, 0.0]).unwrap()), (0.0, 1.0));
}

#[test]
fn a_thousand_services_of_twelve_nines_lose_nothing() {
    // mpmath at 50 digits: 1 - (1 - 1e-12)**1000 = 9.99999999500500...e-10.
    let series = serial_unavailability(&[1e-12; 1000]).unwrap();
    assert_eq!(series, 9.999_999_995_005e-10);
    assert_eq!(parallel_unavailability(&[1e-12; 10]).unwrap(), 1e-120);
    assert!(serial(&[0.9; 1001]).is_err());
}

#[test]
fn what_is_no_availability_is_refused_by_its_own_name() {
    for share in [-1e-9, 1.000_000_1, f64::NAN, f64::INFINITY] {
        for (compute, name) in [
            (serial as fn(&[f64]) -> Result<f64>, "availability ="),
            (parallel, "availability ="),
            (serial_unavailability, "unavailability ="),
            (parallel_unavailability, "unavailability ="),
        ] {
            let error = compute(&[0.5, share]).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
    }
    assert!(serial(&[]).is_err() && parallel_unavailability(&[]).is_err());
}

#[test]
fn a_promise_without_dependencies_is_ones_own() {
    let target = achievable_target(objective("99.9%"), &[]).unwrap();
    assert_eq!((target.worst_case, target.independent), (Some(fraction("0.999")), Some(fraction("0.999"))));
    assert_eq!((target.bounds.lower, target.bounds.upper), (0.999, 0.999));
}

#[test]
fn budgets_that_add_up_to_everything_leave_nothing_to_promise() {
    let half = objective("50%");
    for (dependencies, left) in [(0, "0.5"), (1, "0"), (2, "0")] {
        let target = achievable_target(half, &vec![half; dependencies]).unwrap();
        assert_eq!(target.worst_case, Some(fraction(left)), "{dependencies}");
        assert_eq!(target.bounds.lower, fraction(left).to_f64(), "{dependencies}");
    }
}

#[test]
fn what_does_not_fit_is_left_to_the_floats() {
    // Three targets of 18 digits have a product of 54.
    let long = objective("0.999999999999999999");
    let target = achievable_target(long, &[long, long]).unwrap();
    assert_eq!(target.independent, None);
    assert_eq!(target.worst_case, Some(fraction("0.999999999999999997")));
    assert_eq!(
        achievable_target(long, &[long]).unwrap().independent.map(|f| f.denominator()),
        Some(10_u128.pow(36))
    );
}

#[test]
fn each_split_shares_the_whole_budget() {
    let split = |n, split: &BudgetSplit| dependency_budgets(objective("99.9%"), n, split).unwrap();
    let weights =
        BudgetSplit::Weighted { own: fraction("2"), dependencies: vec![fraction("1"), fraction("1/2")] };
    for (n, how, own, each) in [
        (3, BudgetSplit::WithOwn, "0.00025", vec!["0.00025"; 3]),
        (4, BudgetSplit::Equal, "0", vec!["0.00025"; 4]),
        (2, weights, "1/1750", vec!["1/3500", "1/7000"]),
        (3, BudgetSplit::ExtraNine, "0.0007", vec!["0.0001"; 3]),
        (10, BudgetSplit::ExtraNine, "0", vec!["0.0001"; 10]),
    ] {
        let budgets = split(n, &how);
        let each: Vec<Fraction> = each.into_iter().map(fraction).collect();
        assert_eq!((budgets.own, &budgets.dependencies), (fraction(own), &each), "{how:?}");
        let sum = each.iter().try_fold(budgets.own, |sum, part| sum.plus(*part)).unwrap();
        assert_eq!(sum, fraction("0.001"), "{how:?}");
    }
    assert_eq!(BudgetSplit::default(), BudgetSplit::WithOwn);
}

#[test]
fn splits_that_are_none_are_refused() {
    let split = |n, split: &BudgetSplit| dependency_budgets(objective("99.9%"), n, split).unwrap_err();
    assert!(matches!(split(0, &BudgetSplit::Equal), Error::TooShort { .. }));
    assert!(matches!(
        split(11, &BudgetSplit::ExtraNine),
        Error::InvalidParameter { name: "dependencies", .. }
    ));
    assert!(matches!(split(1_001, &BudgetSplit::Equal), Error::LimitExceeded { .. }));
    let weighted = |weights: &[&str]| BudgetSplit::Weighted {
        own: fraction("0"),
        dependencies: weights.iter().map(|w| fraction(w)).collect(),
    };
    assert!(matches!(split(2, &weighted(&["1"])), Error::LengthMismatch { .. }));
    assert!(matches!(split(2, &weighted(&["0", "0"])), Error::InvalidParameter { name: "weights", .. }));
    assert!(dependency_budgets(objective("99.9%"), 2, &weighted(&["0", "1"])).is_ok());
}

proptest! {
    #[test]
    fn splitting_undoes_promising(digits in 1_u32..1_000_000, n in 1_usize..=10, extra in any::<bool>()) {
        let whole = Objective::new(f64::from(digits) / 1e6).unwrap();
        let split = if extra { BudgetSplit::ExtraNine } else { BudgetSplit::WithOwn };
        let budgets = dependency_budgets(whole, n, &split).unwrap();
        let errors = budgets.dependencies.iter().try_fold(budgets.own, |sum, part| sum.plus(*part)).unwrap();
        prop_assert_eq!(errors.complement(), Some(whole.target()));
    }

    #[test]
    fn a_promise_is_that_of_all_of_its_services(digits in prop::collection::vec(900_000_u32..1_000_000, 1..6)) {
        let objectives: Vec<Objective> = digits.iter().map(|d| Objective::new(f64::from(*d) / 1e6).unwrap()).collect();
        let (own, dependencies) = objectives.split_first().unwrap();
        let target = achievable_target(*own, dependencies).unwrap();
        let all = Composite::all_of(members(&digits.iter().map(|d| f64::from(*d) / 1e6).collect::<Vec<_>>())).unwrap();
        prop_assert_eq!(target.bounds, all.availability().unwrap());
        prop_assert_eq!(target.worst_case.unwrap().to_f64(), target.bounds.lower);
        if let Some(independent) = target.independent {
            // A fraction of large terms is a float to within one unit in its last place.
            prop_assert!((independent.to_f64() - target.bounds.independent).abs() <= f64::EPSILON);
        }
    }
}
