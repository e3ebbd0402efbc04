//! Bounds against couplings drawn and built, and the laws of the algebra.

use proptest::prelude::*;

use super::super::Bounds;
use super::*;
use crate::counts::Counts;
use crate::slo::Slo;

/// What the last rounding of each side may leave between two figures of at most one.
const ROUNDING: f64 = f64::EPSILON;

fn within(value: f64, bounds: Bounds) -> bool {
    bounds.lower - ROUNDING <= value && value <= bounds.upper + ROUNDING
}

fn counted(parts: &[u64], whole: u64) -> Vec<Member> {
    let slo = Slo::new("99%".parse().unwrap(), "30d".parse().unwrap());
    let counts = |good: u64| Counts::good_total(good as f64, whole as f64).unwrap();
    let member =
        |(name, good): (usize, &u64)| Member::counted(format!("m{name}"), slo.clone(), counts(*good));
    parts.iter().enumerate().map(member).collect()
}

/// The greatest number of cells of a circle all of which at least `k` of these arcs cover, in units in which it is whole,
/// and the proof: arcs laid one after the other around it.
fn circle(k: usize, lengths: &[u64], cells: u64) -> u64 {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    let n = lengths.len();
    let circumference =
        (0..k).map(|r| sorted[..n - r].iter().sum::<u64>() / (k - r) as u64).min().unwrap().min(cells);
    let mut cover = vec![0; usize::try_from(circumference).unwrap()];
    let mut start = 0;
    for length in lengths {
        for _ in 0..*length.min(&circumference) {
            cover[start] += 1;
            start = (start + 1) % cover.len();
        }
    }
    assert!(cover.iter().all(|times| *times >= k), "the arcs leave a gap");
    circumference
}

#[test]
fn independent_members_follow_the_binomial_distribution() {
    // scipy 1.15, stats.binom.sf(k - 1, 5, 0.9).
    for (k, expected) in [(1, 0.99999), (2, 0.99954), (3, 0.99144), (4, 0.91854), (5, 0.59049)] {
        let bounds = Composite::k_of_n(k, members(&[0.9; 5])).unwrap().availability().unwrap();
        assert_eq!(bounds.independent, expected, "{k}");
    }
}

#[test]
fn nothing_is_lost_next_to_one() {
    let tiny: Vec<Member> =
        (0..3).map(|name| Member::unavailable(format!("m{name}"), 1e-100).unwrap()).collect();
    let two = Composite::k_of_n(2, tiny.clone()).unwrap().unavailability().unwrap();
    // u² (3 - 2u), and at most half of what three add up to.
    assert_eq!((two.lower, two.independent, two.upper), (0.0, 3e-200, 1.5e-100));
    let all = Composite::all_of(tiny).unwrap().unavailability().unwrap();
    assert_eq!((all.lower, all.independent, all.upper), (1e-100, 3e-100, 3e-100));
}

#[test]
fn openslo_ratio_timeslices_adds_shortfalls() {
    // OpenSLO: two members at 95 % make 90 %.
    let sum = Composite::sum_of(counted(&[95, 95], 100)).unwrap();
    assert_eq!(sum.availability().unwrap(), Bounds { lower: 0.9, independent: 0.9, upper: 0.9 });
    let nothing = Composite::sum_of(counted(&[40, 40], 100)).unwrap();
    assert_eq!((nothing.availability().unwrap().lower, nothing.unavailability().unwrap().upper), (0.0, 1.0));
}

#[test]
fn openslo_occurrences_burn_as_the_fastest_member_does() {
    // 3 % and 2 % of errors at 99 %: three and two budgets; the second counts twice.
    let [a, b] = <[Member; 2]>::try_from(counted(&[97, 98], 100)).unwrap();
    let plain = Composite::worst_of([a.clone(), b.clone()]).unwrap();
    assert_eq!(plain.fastest_burn().unwrap(), Some(3.0));
    let twice = Composite::worst_of([a.clone(), b.clone().weight("2".parse().unwrap())]).unwrap();
    assert_eq!(twice.fastest_burn().unwrap(), Some(4.0));
    // A weight on the way multiplies too.
    let inner = Composite::worst_of([b.weight("2".parse().unwrap())]).unwrap();
    let outer =
        Composite::worst_of([a, Member::nested("inner", inner).weight("3".parse().unwrap())]).unwrap();
    assert_eq!(outer.fastest_burn().unwrap(), Some(12.0));
    let quiet =
        Member::counted("quiet", Slo::new("99%".parse().unwrap(), "30d".parse().unwrap()), Counts::default());
    assert_eq!(Composite::worst_of([quiet]).unwrap().fastest_burn().unwrap(), None);
}

#[test]
fn a_member_without_counts_has_a_target_and_no_availability() {
    let slo = Slo::new("99.9%".parse().unwrap(), "30d".parse().unwrap());
    let quiet = Member::counted("quiet", slo.clone(), Counts::default());
    for (member, reason) in [(Member::target("a", slo), "nothing was counted"), (quiet, "no traffic")] {
        let composite = Composite::all_of([member]).unwrap();
        assert_eq!(composite.target().unwrap().lower, 0.999);
        let error = composite.availability().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    assert!(Composite::all_of(members(&[0.5])).unwrap().fastest_burn().is_err());
}

#[test]
fn an_exhausted_member_is_down_by_its_budget_state() {
    // At 99 % the first is at its budget, which is exhausted; one error fewer is not.
    let now = crate::Timestamp::from_nanos(0);
    let state = |parts: &[u64], combination| {
        Composite::new(combination, counted(parts, 100)).unwrap().budget_state(now).unwrap()
    };
    assert_eq!(state(&[99, 100], Combination::AllOf), 0.0);
    assert_eq!(state(&[100, 100], Combination::AllOf), 1.0);
    assert_eq!(state(&[99, 100], Combination::AnyOf), 1.0);
    assert_eq!(state(&[99, 98, 100], Combination::KOfN(2)), 0.0);
    assert_eq!(state(&[99, 100, 100], Combination::KOfN(2)), 1.0);
    assert_eq!(state(&[99, 100, 100, 100], Combination::Weighted), 0.75);
    assert_eq!(state(&[99, 100], Combination::WorstOf), 0.0);
}

#[test]
fn redundant_members_cannot_be_told_apart_by_their_availability() {
    let error =
        Composite::any_of(members(&[0.5, 0.5])).unwrap().contributions("99%".parse().unwrap()).unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
}

prop_compose! {
    /// Masses of the atoms of a joint distribution of up to five members: atom i has those good whose bits it has.
    fn joint()(n in 1_usize..=5)(
        n in Just(n),
        masses in prop::collection::vec(prop_oneof![Just(0_u64), 0_u64..100], 1 << n),
    ) -> (usize, Vec<u64>) { (n, masses) }
}

proptest! {
    #[test]
    fn every_coupling_lies_within_the_bounds((n, masses) in joint(), k in 1_usize..=5) {
        let whole: u64 = masses.iter().sum();
        prop_assume!(k <= n && whole > 0);
        let mass = |of: &dyn Fn(usize) -> bool| masses.iter().enumerate().filter(|(atom, _)| of(*atom)).map(|(_, m)| m).sum::<u64>();
        let parts: Vec<u64> = (0..n).map(|i| mass(&|atom| atom >> i & 1 == 1)).collect();
        let good = mass(&|atom| atom.count_ones() as usize >= k);
        let composite = Composite::k_of_n(k, counted(&parts, whole)).unwrap();
        prop_assert!(within(good as f64 / whole as f64, composite.availability().unwrap()));
        prop_assert!(within((whole - good) as f64 / whole as f64, composite.unavailability().unwrap()));
    }

    #[test]
    fn a_coupling_attains_each_bound(parts in prop::collection::vec(0_u64..=20, 1..=5), k in 1_usize..=5) {
        // In sixtieths every circumference is whole.
        let (n, whole) = (parts.len(), 20 * 60);
        prop_assume!(k <= n);
        let parts: Vec<u64> = parts.iter().map(|part| part * 60).collect();
        let bounds = Composite::k_of_n(k, counted(&parts, whole)).unwrap().availability().unwrap();
        prop_assert_eq!(bounds.upper, circle(k, &parts, whole) as f64 / whole as f64);
        let down: Vec<u64> = parts.iter().map(|part| whole - part).collect();
        let left = whole - circle(n - k + 1, &down, whole);
        prop_assert_eq!(bounds.lower, left as f64 / whole as f64);
    }

    #[test]
    fn independence_equals_enumeration(parts in prop::collection::vec(0_u64..=10, 1..=5), k in 1_usize..=5) {
        prop_assume!(k <= parts.len());
        let share = |atom: usize| parts.iter().enumerate().map(|(i, p)| if atom >> i & 1 == 1 { *p } else { 10 - p }).product::<u64>();
        let good: u64 = (0..1 << parts.len()).filter(|atom: &usize| atom.count_ones() as usize >= k).map(share).sum();
        let whole = 10_u64.pow(u32::try_from(parts.len()).unwrap());
        let composite = Composite::k_of_n(k, counted(&parts, 10)).unwrap();
        let (bounds, down) = (composite.availability().unwrap(), composite.unavailability().unwrap());
        prop_assert_eq!(bounds.independent, good as f64 / whole as f64);
        prop_assert_eq!(down.independent, (whole - good) as f64 / whole as f64);
        prop_assert!(bounds.lower <= bounds.independent && bounds.independent <= bounds.upper);
        prop_assert!(down.lower <= down.independent && down.independent <= down.upper);
    }

    #[test]
    fn all_of_and_any_of_are_the_ends_of_k_of_n(a in prop::collection::vec(0.0..=1.0_f64, 1..12)) {
        let bounds = |combination| Composite::new(combination, members(&a)).unwrap().availability().unwrap();
        prop_assert_eq!(bounds(Combination::AllOf), bounds(Combination::KOfN(a.len())));
        prop_assert_eq!(bounds(Combination::AnyOf), bounds(Combination::KOfN(1)));
        // Fréchet's best case of all is the worst member, Boole's worst case of all is what shortfalls leave.
        prop_assert_eq!(bounds(Combination::AllOf).upper, bounds(Combination::WorstOf).independent);
        prop_assert_eq!(bounds(Combination::AllOf).lower, bounds(Combination::SumOf).independent);
    }

    #[test]
    fn de_morgan_turns_all_of_into_any_of(a in prop::collection::vec(0.0..=1.0_f64, 1..12), k in 1_usize..12) {
        prop_assume!(k <= a.len());
        let down: Vec<Member> = a.iter().enumerate().map(|(name, a)| Member::unavailable(format!("m{name}"), *a).unwrap()).collect();
        let up = Composite::k_of_n(k, members(&a)).unwrap().availability().unwrap();
        let down = Composite::k_of_n(a.len() - k + 1, down).unwrap().unavailability().unwrap();
        // Sums in another order, rounded once at their end.
        for (up, down) in [(up.lower, down.lower), (up.independent, down.independent), (up.upper, down.upper)] {
            prop_assert!((up - down).abs() <= ROUNDING, "{} {}", up, down);
        }
    }

    #[test]
    fn order_leaves_no_trace(a in prop::collection::vec(0.0..=1.0_f64, 1..12), k in 1_usize..12, turn in 0_usize..12) {
        prop_assume!(k <= a.len());
        for combination in [Combination::KOfN(k), Combination::Weighted, Combination::WorstOf, Combination::SumOf] {
            let mut members = members(&a);
            let straight = Composite::new(combination, members.clone()).unwrap();
            members.rotate_left(turn % a.len());
            members.reverse();
            let turned = Composite::new(combination, members).unwrap();
            prop_assert_eq!(straight.availability().unwrap(), turned.availability().unwrap());
            prop_assert_eq!(straight.unavailability().unwrap(), turned.unavailability().unwrap());
        }
    }

    #[test]
    fn a_better_member_makes_no_composite_worse(a in prop::collection::vec(0.0..=1.0_f64, 1..8), k in 1_usize..8, which in 0_usize..8, more in 0.0..=1.0_f64) {
        prop_assume!(k <= a.len());
        for combination in [Combination::KOfN(k), Combination::Weighted, Combination::WorstOf, Combination::SumOf] {
            let before = Composite::new(combination, members(&a)).unwrap().availability().unwrap();
            let mut better = a.clone();
            let place = &mut better[which % a.len()];
            *place = place.max(more);
            let after = Composite::new(combination, members(&better)).unwrap().availability().unwrap();
            for (before, after) in [(before.lower, after.lower), (before.independent, after.independent), (before.upper, after.upper)] {
                prop_assert!(before <= after + ROUNDING, "{} {}", before, after);
            }
        }
    }

    #[test]
    fn one_member_is_the_whole(a in 0.0..=1.0_f64) {
        for combination in [Combination::AllOf, Combination::AnyOf, Combination::Weighted, Combination::WorstOf, Combination::SumOf] {
            let alone = Composite::new(combination, members(&[a])).unwrap();
            prop_assert_eq!(alone.availability().unwrap(), Bounds { lower: a, independent: a, upper: a });
            let around = Composite::new(combination, [Member::nested("alone", alone)]).unwrap();
            prop_assert_eq!(around.availability().unwrap(), Bounds { lower: a, independent: a, upper: a });
        }
    }

    #[test]
    fn only_the_ratios_of_weights_matter(parts in prop::collection::vec((0.0..=1.0_f64, 1_u128..1000), 1..8), scale in 1_u128..1000, over in 1_u128..1000) {
        let weighted = |scale: Fraction| {
            let weight = |w: u128| Fraction::new(w, 1).unwrap().times(scale).unwrap();
            let members = parts.iter().enumerate().map(|(name, (a, w))| (weight(*w), available(name, *a)));
            Composite::weighted(members).unwrap().availability().unwrap()
        };
        prop_assert_eq!(weighted(Fraction::ONE), weighted(Fraction::new(scale, over).unwrap()));
    }

    #[test]
    fn nested_bounds_hold_every_independent_pair_of_couplings((n, masses) in joint(), (m, others) in joint()) {
        // Two composites, each with any dependence within: whatever it is, all of both lies within the bounds of the tree.
        let (whole, total): (u64, u64) = (masses.iter().sum(), others.iter().sum());
        prop_assume!(whole > 0 && total > 0);
        let parts = |n: usize, masses: &[u64]| -> Vec<u64> {
            (0..n).map(|i| masses.iter().enumerate().filter(|(atom, _)| atom >> i & 1 == 1).map(|(_, m)| m).sum()).collect()
        };
        let left = Composite::any_of(counted(&parts(n, &masses), whole)).unwrap();
        let renamed = counted(&parts(m, &others), total).into_iter().enumerate();
        let right = Composite::all_of(renamed.map(|(i, member)| Member { name: format!("r{i}"), ..member })).unwrap();
        let tree = Composite::all_of([Member::nested("left", left), Member::nested("right", right)]).unwrap();
        let either = (whole - masses[0]) as f64 / whole as f64;
        let both = others[(1 << m) - 1] as f64 / total as f64;
        let bounds = tree.availability().unwrap();
        prop_assert!(within(either * both, bounds) && within(either.min(both), bounds));
        prop_assert!(within((either + both - 1.0).max(0.0), bounds));
    }

    #[test]
    fn contributions_add_up_to_the_burn(a in prop::collection::vec(0.0..=1.0_f64, 1..12), scale in 0.9..1.0_f64) {
        let a: Vec<f64> = a.iter().map(|a| scale + a * (1.0 - scale)).collect();
        let objective = "99.9%".parse().unwrap();
        for combination in [Combination::AllOf, Combination::Weighted, Combination::WorstOf, Combination::SumOf] {
            let composite = Composite::new(combination, members(&a)).unwrap();
            let parts = composite.contributions(objective).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.amount).sum::<f64>(), composite.burn(objective).unwrap().upper);
            let shares: f64 = parts.iter().map(|part| part.share).sum();
            prop_assert_eq!(shares, if a.iter().all(|a| *a == 1.0) { 0.0 } else { 1.0 });
        }
    }
}
