use proptest::prelude::*;
use slo_core::{ErrorKind, Slo};
use slo_testkit::{assert_close, assert_close_absolute};

use super::*;

fn counts(bad: f64, total: f64) -> Counts {
    Counts::bad_total(bad, total).unwrap()
}

fn named(parts: &[(f64, f64)]) -> Vec<(&'static str, Counts)> {
    const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    NAMES.into_iter().zip(parts).map(|(name, (bad, total))| (name, counts(*bad, *total))).collect()
}

/// Contributions by name.
fn attributed(before: &[(f64, f64)], after: &[(f64, f64)]) -> Vec<Contribution> {
    let mut found = attribute_burn(&named(before), &named(after)).unwrap().contributions;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Ten points of Gauss and Legendre on each of 60 pieces, denser towards both ends of (0, 1).
fn integral(of: impl Fn(f64) -> f64) -> f64 {
    const NODES: [(f64, f64); 5] = [
        (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
        (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
        (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
        (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
        (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
    ];
    // t = 3u² - 2u³ crowds the pieces where a part enters or leaves.
    let smooth = |u: f64| (u * u * (3.0 - 2.0 * u), 6.0 * u * (1.0 - u));
    let pieces = 60;
    (0..pieces)
        .flat_map(|piece| {
            let (half, middle) = (0.5 / f64::from(pieces), (f64::from(piece) + 0.5) / f64::from(pieces));
            NODES.iter().flat_map(move |(node, weight)| {
                [(middle - half * node, half * weight), (middle + half * node, half * weight)]
            })
        })
        .map(|(u, weight)| {
            let (t, slope) = smooth(u);
            weight * slope * of(t)
        })
        .sum()
}

/// Bad events and all, in one period.
type Period = (f64, f64);

/// A part's two periods.
type Part = (Period, Period);

/// The definition: what the ratio does on the straight line because of one part, as (change, rate).
fn by_quadrature(parts: &[Part], index: usize) -> (f64, f64) {
    let along = |from: f64, to: f64, t: f64| from + t * (to - from);
    let sum = |of: fn(&Part) -> (f64, f64), t: f64| -> f64 {
        parts.iter().map(of).map(|(from, to)| along(from, to, t)).sum()
    };
    let bad: fn(&Part) -> _ = |p| (p.0.0, p.1.0);
    let total: fn(&Part) -> _ = |p| (p.0.1, p.1.1);
    let ((a0, b0), (a1, b1)) = parts[index];
    let change = integral(|t| {
        let (all_bad, all) = (sum(bad, t), sum(total, t));
        (a1 - a0) / all - (b1 - b0) * all_bad / (all * all)
    });
    let rate = integral(|t| {
        let own = along(b0, b1, t);
        if own > 0.0 { (own * (a1 - a0) - along(a0, a1, t) * (b1 - b0)) / own / sum(total, t) } else { 0.0 }
    });
    (change, rate)
}

fn periods() -> impl Strategy<Value = Vec<Part>> {
    let counted = || {
        (0_u32..100_000, 0.0..=1.0_f64)
            .prop_map(|(total, ratio)| ((f64::from(total) * ratio).floor(), f64::from(total)))
    };
    prop::collection::vec((counted(), counted()), 1..8).prop_filter("no traffic", |parts| {
        parts.iter().any(|p| p.0.1 > 0.0) && parts.iter().any(|p| p.1.1 > 0.0)
    })
}

fn split(parts: &[Part]) -> (Vec<Period>, Vec<Period>) {
    parts.iter().copied().unzip()
}

proptest! {
    #[test]
    fn contributions_add_up_to_the_change(parts in periods()) {
        let (before, after) = split(&parts);
        let found = attribute_burn(&named(&before), &named(&after)).unwrap();
        let ratio = |counts: Counts| counts.error_ratio().unwrap();
        let greatest = found.contributions.iter().map(|part| part.change.abs()).fold(0.0, f64::max);
        assert_close_absolute(found.change, ratio(found.after) - ratio(found.before), 1e-15);
        let sum: f64 = found.contributions.iter().map(|part| part.change).sum();
        assert_close_absolute(sum, found.change, 1e-12 * greatest.max(found.change.abs()));
        for part in &found.contributions {
            assert_close_absolute(part.rate + part.mix, part.change, 4e-16 * (part.rate.abs() + part.mix.abs()));
        }
    }

    #[test]
    fn contributions_equal_the_integral_along_the_path(parts in periods()) {
        let (before, after) = split(&parts);
        let found = attributed(&before, &after);
        for (index, part) in found.iter().enumerate() {
            let (change, rate) = by_quadrature(&parts, index);
            // The quadrature loses places where the whole grows from a few events to a hundred thousand.
            assert_close_absolute(part.change, change, 1e-6);
            assert_close_absolute(part.rate, rate, 1e-5);
        }
    }

    #[test]
    fn what_an_exchange_of_the_periods_does_is_the_opposite(parts in periods()) {
        let (before, after) = split(&parts);
        let (there, back) = (attributed(&before, &after), attributed(&after, &before));
        for (there, back) in there.iter().zip(&back) {
            let scale = there.rate.abs() + there.mix.abs() + f64::MIN_POSITIVE;
            assert_close_absolute(there.change, -back.change, 1e-12 * scale.max(1e-3));
            assert_close_absolute(there.rate, -back.rate, 1e-12 * scale.max(1e-3));
        }
    }

    #[test]
    fn a_part_cut_in_proportion_has_its_contribution_cut_in_proportion(parts in periods()) {
        let (mut before, mut after) = split(&parts);
        let whole = attributed(&before, &after);
        // Quarters of what is a multiple of four.
        for counts in before.iter_mut().chain(&mut after) {
            *counts = (counts.0 * 4.0, counts.1 * 4.0);
        }
        let quarter = |counts: (f64, f64)| (counts.0 / 4.0, counts.1 / 4.0);
        let rest = |counts: (f64, f64)| (counts.0 * 0.75, counts.1 * 0.75);
        let (first_before, first_after) = (before[0], after[0]);
        before[0] = quarter(first_before);
        after[0] = quarter(first_after);
        before.push(rest(first_before));
        after.push(rest(first_after));
        let cut = attributed(&before, &after);
        let scale = whole.iter().map(|part| part.rate.abs() + part.mix.abs()).fold(1e-3, f64::max);
        assert_close_absolute(cut[0].change, 0.25 * whole[0].change, 1e-12 * scale);
        assert_close_absolute(cut[0].rate, 0.25 * whole[0].rate, 1e-12 * scale);
        let last = cut.last().unwrap();
        assert_close_absolute(last.change, 0.75 * whole[0].change, 1e-12 * scale);
    }
}

#[test]
fn contributions_equal_integrals_to_many_places_where_quadrature_has_them() {
    let cases: [&[Part]; 4] = [
        // Traffic grows a little: the series for small growth.
        &[((10.0, 1000.0), (40.0, 1010.0)), ((5.0, 500.0), (2.0, 520.0))],
        // At the edge between series and closed form.
        &[((10.0, 1000.0), (40.0, 1124.0)), ((5.0, 500.0), (2.0, 563.0)), ((0.0, 100.0), (1.0, 113.0))],
        // Traffic doubles, and falls to a third.
        &[((10.0, 1000.0), (40.0, 1900.0)), ((5.0, 500.0), (2.0, 1100.0))],
        &[((10.0, 1000.0), (4.0, 400.0)), ((5.0, 500.0), (2.0, 100.0))],
    ];
    for parts in cases {
        let (before, after) = split(parts);
        for (index, part) in attributed(&before, &after).iter().enumerate() {
            let (change, rate) = by_quadrature(parts, index);
            assert_close_absolute(part.change, change, 1e-14);
            assert_close_absolute(part.rate, rate, 1e-14);
        }
    }
}

#[test]
fn rate_and_mix_are_the_shapley_values_of_two_players_between_close_periods() {
    // The two players are all error ratios and all shares of the traffic; each enters first in one of two orders.
    let shapley = |before: &[(f64, f64)], after: &[(f64, f64)]| {
        let all = |parts: &[(f64, f64)]| parts.iter().map(|part| part.1).sum::<f64>();
        let value = |rates: &[(f64, f64)], shares: &[(f64, f64)]| -> f64 {
            let total = all(shares);
            rates.iter().zip(shares).map(|(r, w)| r.0 / r.1 * w.1 / total).sum()
        };
        let rate = 0.5
            * ((value(after, before) - value(before, before)) + (value(after, after) - value(before, after)));
        (rate, value(after, after) - value(before, before) - rate)
    };
    let before = [(10.0, 1000.0), (50.0, 500.0), (1.0, 2000.0)];
    let step = [(400.0, 3000.0), (-20.0, 250.0), (16.0, -500.0)];
    let mut last: Option<f64> = None;
    for halvings in 5..10 {
        let part = 0.5_f64.powi(halvings);
        let after: Vec<(f64, f64)> =
            before.iter().zip(step).map(|(from, by)| (from.0 + part * by.0, from.1 + part * by.1)).collect();
        let found = attributed(&before, &after);
        let (rate, mix) = shapley(&before, &after);
        let error = (found.iter().map(|part| part.rate).sum::<f64>() - rate).abs();
        assert_close_absolute(found.iter().map(|part| part.mix).sum::<f64>() - mix, 0.0, error + 1e-15);
        // Of the third order: half the step, an eighth of the distance.
        if let Some(last) = last {
            assert!((7.0..9.0).contains(&(last / error)), "{last} to {error}");
        }
        last = Some(error);
    }
}

#[test]
fn contributions_are_near_the_subset_shapley_values_of_the_parts() {
    // All 2^n coalitions of parts that have gone over to the second period; the path is their continuous version.
    let parts: [Part; 5] = [
        ((10.0, 1000.0), (20.0, 1100.0)),
        ((5.0, 500.0), (5.0, 450.0)),
        ((0.0, 100.0), (10.0, 120.0)),
        ((50.0, 5000.0), (40.0, 5500.0)),
        ((1.0, 10.0), (2.0, 10.0)),
    ];
    let ratio = |coalition: u32| {
        let chosen =
            parts.iter().enumerate().map(|(i, part)| if coalition >> i & 1 == 1 { part.1 } else { part.0 });
        let (bad, total) = chosen.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        bad / total
    };
    let factorial = |k: u32| (1..=k).map(f64::from).product::<f64>();
    let (before, after) = split(&parts);
    for (index, part) in attributed(&before, &after).iter().enumerate() {
        let others = (0..32_u32).filter(|coalition| coalition >> index & 1 == 0);
        let shapley: f64 = others
            .map(|coalition| {
                let size = coalition.count_ones();
                let weight = factorial(size) * factorial(4 - size) / factorial(5);
                weight * (ratio(coalition | 1 << index) - ratio(coalition))
            })
            .sum();
        assert_close_absolute(part.change, shapley, 2e-6);
        assert!(part.change.abs() > 1e-5);
    }
}

#[test]
fn a_part_that_enters_or_leaves_has_a_mix_and_no_rate() {
    let found =
        attributed(&[(10.0, 1000.0), (0.0, 0.0), (5.0, 50.0)], &[(10.0, 1000.0), (30.0, 100.0), (0.0, 0.0)]);
    assert_eq!((found[1].rate, found[2].rate), (0.0, 0.0));
    assert!(found[1].change > 0.0 && found[2].change < 0.0);
    // A name that is missing is a part without traffic.
    let (before, after) = (named(&[(10.0, 1000.0)]), named(&[(10.0, 1000.0), (30.0, 100.0)]));
    let found = attribute_burn(&before, &after).unwrap();
    assert_eq!(found.contributions[0].name, "b");
    assert!(!found.contributions[0].before.has_traffic());
}

#[test]
fn a_part_with_the_traffic_it_had_has_a_rate_and_no_mix() {
    // The others' traffic doubles: that it weighs less is their doing.
    let found = attributed(&[(1.0, 100.0), (3.0, 900.0)], &[(11.0, 100.0), (6.0, 1800.0)]);
    assert_eq!((found[0].rate, found[0].mix), (found[0].change, 0.0));
    assert!(found[1].rate.abs() < 1e-18 && found[1].mix < 0.0);
}

#[test]
fn a_part_without_any_traffic_contributes_nothing() {
    let found = attributed(&[(10.0, 1000.0), (0.0, 0.0)], &[(20.0, 1000.0), (0.0, 0.0)]);
    assert_eq!((found[1].change, found[1].rate, found[1].mix), (0.0, 0.0, 0.0));
}

#[test]
fn nothing_changes_between_equal_periods() {
    let parts = [(10.0, 1000.0), (3.0, 70.0)];
    for part in attributed(&parts, &parts) {
        assert_eq!((part.change, part.rate, part.mix), (0.0, 0.0, 0.0));
    }
}

#[test]
fn a_tiny_part_that_grows_has_no_effects_that_cancel() {
    // One event, a bad one, then a thousand with ten bad ones, beside a million good ones. The midpoint formula says
    // -495e-6 and +505e-6.
    let found = attributed(&[(1.0, 1.0), (0.0, 1e6)], &[(10.0, 1000.0), (0.0, 1e6)]);
    let part = &found[0];
    assert_close(part.change, 9e-6, 0.01);
    assert!(part.rate.abs() < 10e-6 && part.mix.abs() < 20e-6, "{part:?}");
    // (r₁ - r₀) w₀ w₁ / L(w₀, w₁) by hand, in events: -0.99 · ln 1000 · 1000/999.
    assert_close(part.rate * 1e6, -0.99 * 1000_f64.ln() * 1000.0 / 999.0, 2e-3);
}

#[test]
fn the_parts_are_ordered_by_what_they_raised() {
    let found = attribute_burn(
        &named(&[(10.0, 100.0), (10.0, 100.0), (10.0, 100.0)]),
        &named(&[(10.0, 100.0), (2.0, 100.0), (30.0, 100.0)]),
    );
    let names: Vec<_> = found.unwrap().contributions.into_iter().map(|part| part.name).collect();
    assert_eq!(names, ["c", "a", "b"]);
}

#[test]
fn counts_of_any_size_are_attributed() {
    let of = |unit: f64| {
        let scaled =
            |parts: &[(f64, f64)]| parts.iter().map(|p| (p.0 * unit, p.1 * unit)).collect::<Vec<_>>();
        attributed(&scaled(&[(1.0, 8.0), (1.0, 16.0)]), &scaled(&[(4.0, 8.0), (1.0, 32.0)]))
    };
    let expected = of(1.0);
    for unit in [2_f64.powi(-1000), 2_f64.powi(-500), 2_f64.powi(500), 2_f64.powi(1000)] {
        for (part, expected) in of(unit).iter().zip(&expected) {
            assert_close(part.change, expected.change, 1e-14);
            assert_close(part.rate, expected.rate, 1e-14);
        }
    }
}

#[test]
fn a_period_without_traffic_and_a_name_given_twice_are_refused() {
    let some = named(&[(1.0, 10.0)]);
    for (before, after, period) in [(&some, &named(&[(0.0, 0.0)]), "before"), (&some, &Vec::new(), "before")]
    {
        let error = attribute_burn(after, before).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Degenerate);
        assert!(error.to_string().starts_with(period), "{error}");
        assert!(attribute_burn(before, after).unwrap_err().to_string().starts_with("after"));
    }
    let twice = [some[0], some[0]];
    let error = attribute_burn(&twice, &some).unwrap_err();
    assert_eq!(error.to_string(), "before = a: must name each part once");
}

#[test]
fn contributions_over_a_budget_add_up_to_the_change_of_the_burn_rate() {
    let found =
        attribute_burn(&named(&[(1.0, 100.0), (0.0, 100.0)]), &named(&[(7.0, 100.0), (1.0, 100.0)])).unwrap();
    let slo = Slo::new("99%".parse().unwrap(), "1h".parse().unwrap());
    let burn = |counts| slo.budget(counts).burn_rate().unwrap();
    let sum: f64 = found.contributions.iter().map(|part| part.change / 0.01).sum();
    assert_close(sum, burn(found.after) - burn(found.before), 1e-13);
}

#[test]
fn an_explanation_names_five_parts_and_sums_up_the_others() {
    let before: Vec<(f64, f64)> = (0..8).map(|_| (1.0, 100.0)).collect();
    let after: Vec<(f64, f64)> = (0..8).map(|i| (1.0 + f64::from(i), 100.0)).collect();
    let text = attribute_burn(&named(&before), &named(&after)).unwrap().explain();
    assert_eq!(text.lines().count(), 7);
    assert!(text.ends_with("3 more: +0.375 together."), "{text}");
}

#[cfg(feature = "serde")]
#[test]
fn a_contribution_survives_as_text_and_one_that_does_not_add_up_is_not_read() {
    let part = &attributed(&[(1.0, 3.0), (0.0, 100.0)], &[(7.0, 100.0), (1.0, 100.0)])[0];
    let written = serde_json::to_string(part).unwrap();
    assert_eq!(&serde_json::from_str::<Contribution>(&written).unwrap(), part);
    let other = written.replace("\"change\":", "\"change\":1");
    assert!(serde_json::from_str::<Contribution>(&other).is_err());
    assert!(serde_json::from_str::<Contribution>(&written.replace("\"bad\":1.0", "\"bad\":-1.0")).is_err());
}
