//! Slices against every completion of what is not known, and attributions against Shapley's definition.

use proptest::prelude::*;

use super::super::attribution::shares_of_maximum;
use super::*;
use crate::counts::Counts;
use crate::method::{Method, NoData};
use crate::series::{Axis, CountSeries};
use crate::slo::Slo;
use crate::time::{Duration, Timestamp};

fn minute(n: i64) -> Timestamp {
    Timestamp::from_nanos(n * 60_000_000_000)
}

fn by_slices() -> Slo {
    let method =
        Method::Timeslices { slice: Duration::from_minutes(1), slice_target: "95%".parse().unwrap() };
    Slo::new("99%".parse().unwrap(), "1h".parse().unwrap()).method(method).unwrap()
}

fn by_ratio() -> Slo {
    let method = Method::RatioTimeslices { slice: Duration::from_minutes(1) };
    Slo::new("99%".parse().unwrap(), "1h".parse().unwrap()).method(method).unwrap()
}

/// Slices of which 1 is bad, 0 good and 2 empty, from minute 1 on.
fn series(states: &[u8]) -> CountSeries {
    let axis = Axis::regular(minute(1), Duration::from_minutes(1));
    let bad: Vec<f64> = states.iter().map(|state| if *state == 1 { 10.0 } else { 0.0 }).collect();
    let total: Vec<f64> = states.iter().map(|state| if *state == 2 { 0.0 } else { 10.0 }).collect();
    CountSeries::bad_total(axis, &bad, &total).unwrap()
}

fn recorded(columns: &[Vec<u8>]) -> Vec<Member> {
    let member =
        |(name, states): (usize, &Vec<u8>)| Member::recorded(format!("m{name}"), by_slices(), series(states));
    columns.iter().enumerate().map(member).collect()
}

fn slices(combination: Combination, members: Vec<Member>) -> CompositeSlices {
    Composite::new(combination, members).unwrap().slices(minute(0), minute(1_000)).unwrap()
}

/// The states that the slices of a composite are in, by minute.
fn states(slices: &CompositeSlices, len: usize) -> Vec<u8> {
    let mut states = vec![2; len];
    for (time, share) in slices.times.iter().zip(&slices.bad_shares) {
        let place = usize::try_from(time.nanos() / 60_000_000_000 - 1).unwrap();
        states[place] = if share.is_nan() { 2 } else { u8::from(*share > 0.0) };
    }
    states
}

/// The Shapley value by its definition: the mean over all orders of what each adds when it joins.
fn shapley(n: usize, worth: &dyn Fn(usize) -> f64) -> Vec<f64> {
    fn orders(rest: &[usize]) -> Vec<Vec<usize>> {
        if rest.is_empty() {
            return vec![Vec::new()];
        }
        let with = |first: &usize| {
            let others: Vec<usize> = rest.iter().copied().filter(|other| other != first).collect();
            orders(&others).into_iter().map(|order| [vec![*first], order].concat()).collect::<Vec<_>>()
        };
        rest.iter().flat_map(with).collect()
    }
    let all = orders(&(0..n).collect::<Vec<_>>());
    let mut value = vec![0.0; n];
    for order in &all {
        let mut coalition = 0;
        for player in order {
            let before = worth(coalition);
            coalition |= 1 << player;
            value[*player] += (worth(coalition) - before) / all.len() as f64;
        }
    }
    value
}

#[test]
fn a_composite_of_one_spends_what_its_member_does() {
    let series = series(&[0, 1, 1, 2, 0, 1]);
    let member = Member::recorded("a", by_slices(), series.clone());
    let composite = Composite::all_of([member]).unwrap();
    let (ours, its) = (
        composite.budget_at(&by_slices(), minute(6)).unwrap(),
        by_slices().budget_at(&series, minute(6)).unwrap(),
    );
    assert_eq!(ours, its);
    assert_eq!((ours.bad(), ours.total()), (3.0, 5.0));
}

#[test]
fn what_an_empty_slice_is_belongs_to_the_member() {
    let columns = [vec![0, 2, 0], vec![0, 0, 1]];
    for (no_data, expected) in
        [(NoData::Skip, [0, 2, 1]), (NoData::Good, [0, 0, 1]), (NoData::Bad, [0, 1, 1])]
    {
        let slo = by_slices().no_data(no_data);
        let members =
            (columns.iter().zip(["a", "b"])).map(|(c, name)| Member::recorded(name, slo.clone(), series(c)));
        let all = Composite::all_of(members).unwrap().slices(minute(0), minute(3)).unwrap();
        assert_eq!(states(&all, 3), expected, "{no_data:?}");
    }
}

#[test]
fn an_undecided_slice_is_what_the_own_objective_says() {
    let composite = Composite::all_of(recorded(&[vec![0, 2, 0], vec![0, 0, 1]])).unwrap();
    for (no_data, bad, total) in [(NoData::Skip, 1.0, 2.0), (NoData::Good, 1.0, 3.0), (NoData::Bad, 2.0, 3.0)]
    {
        let budget = composite.budget_at(&by_slices().no_data(no_data), minute(3)).unwrap();
        assert_eq!((budget.bad(), budget.total()), (bad, total), "{no_data:?}");
    }
}

#[test]
fn a_window_is_open_at_its_begin_and_closed_at_its_end() {
    let composite = Composite::all_of(recorded(&[vec![1; 10]])).unwrap();
    for (begin, end, bad) in [(0, 10, 10), (1, 10, 9), (0, 9, 9), (3, 4, 1), (4, 4, 0), (10, 99, 0)] {
        let slices = composite.slices(minute(begin), minute(end)).unwrap();
        assert_eq!((slices.bad, slices.good, slices.empty), (bad, 0, 0), "{begin} {end}");
    }
    let nothing = composite.slices(minute(20), minute(30)).unwrap();
    assert_eq!((nothing.contributions[0].amount, nothing.contributions[0].share), (0.0, 0.0));
}

#[test]
fn ratio_slices_add_their_shortfalls() {
    // OpenSLO RatioTimeslices: two members at 95 % make 90 %, slice by slice.
    let axis = || Axis::regular(minute(1), Duration::from_minutes(1));
    let member = |name: &str, bad: [f64; 2]| {
        Member::recorded(name, by_ratio(), CountSeries::bad_total(axis(), &bad, &[100.0; 2]).unwrap())
    };
    let members = || vec![member("a", [5.0, 60.0]), member("b", [5.0, 60.0])];
    let sum = slices(Combination::SumOf, members());
    assert_eq!(sum.bad_shares, [0.1, 1.0]);
    assert_eq!(sum.contributions.iter().map(|part| part.amount).collect::<Vec<_>>(), [0.55, 0.55]);
    assert_eq!(slices(Combination::Weighted, members()).bad_shares, [0.05, 0.6]);
    assert_eq!(slices(Combination::WorstOf, members()).bad_shares, [0.05, 0.6]);
    let weighed = vec![member("a", [5.0, 0.0]).weight("3".parse().unwrap()), member("b", [1.0, 0.0])];
    assert_eq!(slices(Combination::Weighted, weighed).bad_shares, [0.04, 0.0]);
}

#[test]
fn members_that_say_nothing_are_left_out_of_a_mean() {
    // Nobl9: whenDelayed Ignore.
    let columns = [vec![1, 1, 2], vec![0, 2, 2]];
    let mean = slices(Combination::Weighted, recorded(&columns));
    assert_eq!(mean.bad_shares[..2], [0.5, 1.0]);
    assert_eq!((mean.times.len(), mean.bad, mean.empty), (2, 2, 0));
}

#[test]
fn an_excluded_slice_says_nothing() {
    let slo = by_slices().exclude(crate::Exclusion::new(minute(0), minute(1)).unwrap());
    let members =
        [Member::recorded("a", slo, series(&[1, 0])), Member::recorded("b", by_slices(), series(&[0, 0]))];
    let all = Composite::all_of(members).unwrap().slices(minute(0), minute(2)).unwrap();
    assert_eq!(states(&all, 2), [2, 0]);
}

#[test]
fn the_slices_of_all_members_have_a_limit() {
    let composite = Composite::all_of(recorded(&[vec![1, 0], vec![0, 2], vec![0, 0]])).unwrap();
    for (limit, accepted) in [(4, false), (5, true), (6, true)] {
        let found = composite.cursors((minute(0), minute(9)), limit, &mut Vec::new());
        assert_eq!(found.is_ok(), accepted, "{limit}");
    }
}

#[test]
fn members_that_do_not_fit_together_are_refused() {
    let whole = Slo::new("99%".parse().unwrap(), "1h".parse().unwrap());
    let five = Method::Timeslices { slice: Duration::from_minutes(5), slice_target: "95%".parse().unwrap() };
    let five = whole.clone().method(five).unwrap();
    let refused = |combination, other: Member| {
        let members = [Member::recorded("a", by_slices(), series(&[0])), other];
        Composite::new(combination, members).unwrap().slices(minute(0), minute(9)).unwrap_err().to_string()
    };
    let all = Combination::AllOf;
    for (other, reason) in [
        (Member::recorded("b", whole.clone(), series(&[0])), "has no slices"),
        (Member::recorded("b", five, series(&[0])), "others have 1m"),
        (Member::recorded("b", by_ratio(), series(&[0])), "yes or no"),
        (Member::target("b", by_slices()), "has no series"),
        (Member::counted("b", by_slices(), Counts::default()), "has no series"),
        (available(1, 0.5), "has no series"),
    ] {
        let error = refused(all, other);
        assert!(error.contains(reason), "{error}");
    }
    let mean =
        Composite::weighted([(Fraction::ONE, Member::recorded("c", by_slices(), series(&[0])))]).unwrap();
    assert!(refused(all, Member::nested("mean", mean.clone())).contains("yes or no"));
    let fits = [Member::recorded("a", by_slices(), series(&[0])), Member::nested("mean", mean)];
    assert!(Composite::worst_of(fits).unwrap().slices(minute(0), minute(9)).is_ok());
}

#[test]
fn a_nested_composite_pays_as_one_member() {
    // m0 alone, the pair alone (both of it), all together.
    let pair = Composite::any_of(recorded(&[vec![1, 0, 1, 1], vec![0, 0, 1, 1]])).unwrap();
    let own = Member::recorded("own", by_slices(), series(&[0, 1, 0, 1]));
    let all = slices(Combination::AllOf, vec![own, Member::nested("pair", pair)]);
    assert_eq!(states(&all, 4), [0, 1, 1, 1]);
    let parts: Vec<_> =
        all.contributions.iter().map(|part| (part.name.as_str(), part.exact.unwrap().to_f64())).collect();
    assert_eq!(parts, [("own", 1.5), ("pair", 1.5)]);
}

#[test]
fn the_worst_of_shares_is_paid_for_by_all_who_have_part_in_it() {
    // Runways of 1, 2 and 4: a third of the first unit each, half of the second, the rest alone.
    let parts = shares_of_maximum(&[2.0, 4.0, 1.0]);
    let expected = [1.0 / 3.0 + 0.5, 1.0 / 3.0 + 0.5 + 2.0, 1.0 / 3.0];
    assert_eq!(parts, expected);
}

prop_compose! {
    /// The states of up to four members over the same minutes.
    fn columns()(n in 1_usize..=4, len in 1_usize..12)(
        columns in prop::collection::vec(prop::collection::vec(0_u8..3, len), n),
    ) -> Vec<Vec<u8>> { columns }
}

/// Whether the whole is bad when exactly these members are.
fn bad(k: usize, n: usize, down: usize) -> bool {
    n - (down.count_ones() as usize) < k
}

proptest! {
    #[test]
    fn a_slice_is_decided_when_every_completion_agrees(columns in columns(), k in 1_usize..=4) {
        let (n, len) = (columns.len(), columns[0].len());
        prop_assume!(k <= n);
        let found = states(&slices(Combination::KOfN(k), recorded(&columns)), len);
        for (place, found) in found.into_iter().enumerate() {
            let fits = |down: &usize| (0..n).all(|i| columns[i][place] == 2 || usize::from(columns[i][place]) == down >> i & 1);
            let outcomes: Vec<bool> = (0..1 << n).filter(fits).map(|down| bad(k, n, down)).collect();
            let expected = if outcomes.iter().all(|bad| *bad) { 1 } else if outcomes.iter().any(|bad| *bad) { 2 } else { 0 };
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn bad_slices_are_shared_as_shapley_says(columns in columns(), k in 1_usize..=4) {
        let (n, len) = (columns.len(), columns[0].len());
        prop_assume!(k <= n);
        let found = slices(Combination::KOfN(k), recorded(&columns));
        let states = states(&found, len);
        let mut expected = vec![0.0; n];
        for place in (0..len).filter(|place| states[*place] == 1) {
            // The game of a slice: a coalition's worth is whether its bad members alone, the silent ones taken for bad
            // too as far as they are needed, make the whole bad. Silent members are not blamed for what was not seen.
            let down: usize = (0..n).filter(|i| columns[*i][place] == 1).map(|i| 1 << i).sum();
            let worth = |coalition: usize| f64::from(u8::from(bad(k, n, coalition & down)));
            for (sum, part) in expected.iter_mut().zip(shapley(n, &worth)) {
                *sum += part;
            }
        }
        for (part, expected) in found.contributions.iter().zip(expected) {
            // The mean over up to 24 orders, by float additions.
            prop_assert!((part.amount - expected).abs() < 1e-12, "{:?} {}", part, expected);
        }
    }

    #[test]
    fn runways_are_shared_as_shapley_says(sizes in prop::collection::vec(0.0..1.0_f64, 1..=5)) {
        let worth = |coalition: usize| (0..sizes.len()).filter(|i| coalition >> i & 1 == 1).map(|i| sizes[i]).fold(0.0, f64::max);
        for (part, expected) in shares_of_maximum(&sizes).iter().zip(shapley(sizes.len(), &worth)) {
            // The mean over up to 120 orders, by float additions.
            prop_assert!((part - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn contributions_add_up_to_the_bad_slices(columns in columns(), k in 1_usize..=4, weights in prop::collection::vec(1_u128..9, 4)) {
        prop_assume!(k <= columns.len());
        let weighed = || -> Vec<Member> {
            recorded(&columns).into_iter().zip(&weights).map(|(m, w)| m.weight(Fraction::new(*w, 7).unwrap())).collect()
        };
        for combination in [Combination::AllOf, Combination::KOfN(k), Combination::WorstOf, Combination::Weighted, Combination::SumOf] {
            let decided = matches!(combination, Combination::AllOf | Combination::KOfN(_));
            let found = slices(combination, if decided { recorded(&columns) } else { weighed() });
            prop_assert_eq!(found.contributions.iter().map(|part| part.amount).sum::<f64>(), found.series.counts().bad());
            if decided || combination == Combination::WorstOf {
                let exact = found.contributions.iter().try_fold(Fraction::ZERO, |sum, part| sum.plus(part.exact.unwrap())).unwrap();
                prop_assert_eq!(exact, Fraction::new(u128::from(found.bad), 1).unwrap());
            }
        }
    }

    #[test]
    fn de_morgan_holds_slice_by_slice(columns in columns()) {
        let flip = |state: &u8| if *state == 2 { 2 } else { 1 - state };
        let flipped: Vec<Vec<u8>> = columns.iter().map(|column| column.iter().map(flip).collect()).collect();
        let len = columns[0].len();
        let all = states(&slices(Combination::AllOf, recorded(&columns)), len);
        let any = states(&slices(Combination::AnyOf, recorded(&flipped)), len);
        prop_assert_eq!(all.iter().map(flip).collect::<Vec<_>>(), any);
    }

    #[test]
    fn the_ends_of_k_of_n_and_the_worst_agree(columns in columns()) {
        let of = |combination| states(&slices(combination, recorded(&columns)), columns[0].len());
        prop_assert_eq!(of(Combination::AllOf), of(Combination::KOfN(columns.len())));
        prop_assert_eq!(of(Combination::AnyOf), of(Combination::KOfN(1)));
        if columns.iter().flatten().all(|state| *state < 2) {
            prop_assert_eq!(of(Combination::AllOf), of(Combination::WorstOf));
        }
    }

    #[test]
    fn bounds_hold_what_the_slices_show(columns in prop::collection::vec(prop::collection::vec(0_u8..2, 8), 1..=4), k in 1_usize..=4) {
        // Level (b) is one coupling of level (a).
        prop_assume!(k <= columns.len());
        let composite = Composite::k_of_n(k, recorded(&columns)).unwrap();
        let bounds = composite.availability().unwrap();
        let budget = composite.budget_at(&by_slices(), minute(8)).unwrap();
        let sli = budget.sli().unwrap();
        prop_assert!(bounds.lower - f64::EPSILON <= sli && sli <= bounds.upper + f64::EPSILON);
    }
}
