use super::*;
use crate::fraction::Fraction;
use proptest::prelude::*;
use serde::Deserialize;
use slo_testkit::{assert_close, fixtures};

/// Hyndman and Fan's example of the R and numpy documentations' kind, ten values.
const TEN: [f64; 10] = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0];

fn at(values: &[f64], q: f64, number: u8) -> f64 {
    quantile(values, q, QuantileType::try_from(number).unwrap()).unwrap()
}

#[test]
fn all_types_agree_with_exact_arithmetic_and_with_numpy() {
    #[derive(Deserialize)]
    struct Sample {
        values: Vec<f64>,
    }
    #[derive(Deserialize)]
    struct Shares {
        q: Vec<f64>,
    }
    // fixtures/generate/quantile.py: rational arithmetic, compared with numpy's nine methods there.
    for case in fixtures::cases::<Sample, Shares, Vec<Vec<f64>>>("slo-core/quantile") {
        for (kind, expected) in QuantileType::ALL.into_iter().zip(&case.expected) {
            let actual = quantiles(&case.input.values, &case.parameters.q, kind).unwrap();
            case.assert_all_close(&format!("type {}", kind.number()), &actual, expected);
        }
    }
}

#[test]
fn hinges_agree_with_fivenum() {
    // R 4.2.2: fivenum(x)[c(2, 4)].
    let mut eleven = TEN.to_vec();
    eleven.push(100.0);
    assert_eq!(hinges(&TEN).unwrap(), (4.0, 29.0));
    assert_eq!(hinges(&eleven).unwrap(), (5.5, 33.0));
}

#[test]
fn hinges_are_the_medians_of_the_halves() {
    // Tukey's definition, by hand for each remainder of n by four.
    for (n, lower, upper) in
        [(1, 1.0, 1.0), (2, 1.0, 2.0), (3, 1.5, 2.5), (4, 1.5, 3.5), (5, 2.0, 4.0), (6, 2.0, 5.0)]
    {
        let values: Vec<f64> = (1..=n).map(f64::from).collect();
        assert_eq!(hinges(&values).unwrap(), (lower, upper), "{n}");
    }
    for n in 1..40 {
        let values: Vec<f64> = (1..=n).rev().map(f64::from).collect();
        let half = usize::try_from(n).unwrap().div_ceil(2);
        let sorted = Sorted::new(&values).unwrap();
        let expected = (
            median(&sorted.values()[..half]).unwrap(),
            median(&sorted.values()[values.len() - half..]).unwrap(),
        );
        assert_eq!(hinges(&values).unwrap(), expected, "{n}");
        assert_eq!(sorted.hinges(), expected, "{n}");
    }
}

#[test]
fn the_median_of_an_even_count_is_the_mean_of_the_two() {
    assert_eq!(median(&[1.0, 2.0, 3.0, 10.0]).unwrap(), 2.5);
    assert_eq!(median(&[1e308, 1.7e308]).unwrap(), 1.35e308);
    assert_eq!(median(&[5.0]).unwrap(), 5.0);
}

#[test]
fn every_type_returns_the_only_value() {
    for kind in QuantileType::ALL {
        for q in [0.0, f64::MIN_POSITIVE, 0.3, 0.5, 1.0] {
            assert_eq!(quantile(&[42.0], q, kind).unwrap(), 42.0);
        }
    }
}

#[test]
fn every_type_has_the_extremes_at_the_ends() {
    for kind in QuantileType::ALL {
        for values in [&TEN[..], &TEN[..2], &TEN[..3]] {
            assert_eq!(quantile(values, 0.0, kind).unwrap(), values[0]);
            assert_eq!(quantile(values, 1.0, kind).unwrap(), *values.last().unwrap());
        }
    }
}

#[test]
fn two_values_are_told_apart_as_each_type_says() {
    // By hand from the table of positions, n = 2, x = 0, 24.
    let expected = [
        (0.25, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 6.0, 0.0, 0.0]),
        (0.5, [0.0, 12.0, 0.0, 0.0, 12.0, 12.0, 12.0, 12.0, 12.0]),
        (0.625, [24.0, 24.0, 0.0, 6.0, 18.0, 21.0, 15.0, 19.0, 18.75]),
        (0.75, [24.0, 24.0, 24.0, 12.0, 24.0, 24.0, 18.0, 24.0, 24.0]),
    ];
    for (q, by_type) in expected {
        for (number, value) in (1..).zip(by_type) {
            assert_close(at(&[24.0, 0.0], q, number), value, 1e-15);
        }
    }
}

#[test]
fn a_whole_position_is_whole_for_every_decimal_and_ratio() {
    // The k-th of n at k/n by types 1, 2 and 4, at k/(n + 1) by 6, at (k - 1)/(n - 1) by 7: each exactly. The floats
    // nearest to these ratios miss them by half a unit, and n times them often misses k.
    for n in (2_u32..130).chain([360, 1000, 1440, 10_080]) {
        let values: Vec<f64> = (1..=n).map(f64::from).collect();
        let sorted = Sorted::new(&values).unwrap();
        let at = |q: f64, number: u8| sorted.quantile(q, QuantileType::try_from(number).unwrap()).unwrap();
        for k in 1..n {
            let rank = f64::from(k);
            let q = rank / f64::from(n);
            assert_eq!([1, 2, 4].map(|number| at(q, number)), [rank, rank + 0.5, rank], "{k} of {n}");
            assert_eq!(at(rank / (f64::from(n) + 1.0), 6), rank, "{k} of {n}");
            assert_eq!(at((rank - 1.0) / (f64::from(n) - 1.0), 7), rank, "{k} of {n}");
            let half = (rank + 0.5) / f64::from(n);
            let even = if k % 2 == 0 { rank } else { rank + 1.0 };
            assert_eq!([3, 5].map(|number| at(half, number)), [even, rank + 1.0], "{k} and a half of {n}");
        }
    }
}

#[test]
fn the_neighbours_of_a_whole_position_lie_on_their_own_sides() {
    for (n, q) in [(10, 0.1), (10, 0.3), (10, 0.7), (5, 0.2), (100, 0.29), (100, 0.57), (1000, 0.999)] {
        let values: Vec<f64> = (1..=n).map(f64::from).collect();
        let k = (f64::from(n) * q).round();
        assert_eq!([q.next_down(), q, q.next_up()].map(|q| at(&values, q, 1)), [k, k, k + 1.0], "{n} {q}");
        assert_eq!(
            [q.next_down(), q, q.next_up()].map(|q| at(&values, q, 2)),
            [k, k + 0.5, k + 1.0],
            "{n} {q}"
        );
    }
}

#[test]
fn a_share_that_was_computed_and_not_written_is_what_it_is() {
    // 0.1 + 0.2 is not the float 0.3 but the next, and stands for nothing that is 3/10: as numpy and R have it.
    assert_eq!(at(&TEN, 0.3, 1), TEN[2]);
    assert_eq!(at(&TEN, 0.1 + 0.2, 1), TEN[3]);
}

#[test]
fn values_at_the_ends_of_the_range_do_not_overflow() {
    let wide = [-1e308, 1e308];
    assert_eq!(at(&wide, 0.5, 7), 0.0);
    assert_eq!(at(&wide, 0.75, 7), 5e307);
    assert_eq!(at(&[f64::MIN, f64::MAX], 0.5, 2), 0.0);
    assert_eq!(at(&[f64::MAX, f64::MAX], 0.3, 7), f64::MAX);
    assert_eq!(at(&[f64::MIN_POSITIVE / 4.0, f64::MIN_POSITIVE], 0.0, 8), f64::MIN_POSITIVE / 4.0);
}

#[test]
fn what_lies_between_a_large_and_a_small_value_keeps_the_small_one() {
    // 1/2 (-1e16 + (1e16 + 2)) = 1: the difference of both, 2e16 + 2, is no float near which halving ends at 1.
    assert_eq!(at(&[-1e16, 1e16 + 2.0], 0.5, 7), 1.0);
}

#[test]
fn bad_input_is_refused() {
    let linear = QuantileType::Linear;
    assert_eq!(
        quantile(&[1.0, f64::NAN], 0.5, linear).unwrap_err().to_string(),
        "values[1] = NaN is not finite"
    );
    assert!(matches!(quantile(&[], 0.5, linear), Err(Error::TooShort { len: 0, needed: 1, .. })));
    for q in [-0.1, 1.1, f64::NAN, f64::INFINITY, 0.0_f64.next_down(), 1.0_f64.next_up()] {
        assert!(matches!(quantile(&TEN, q, linear), Err(Error::InvalidParameter { name: "q", .. })));
        assert!(Sorted::new(&TEN).unwrap().quantile(q, linear).is_err());
    }
    let error = quantiles(&TEN, &[0.5, 95.0], linear).unwrap_err();
    assert_eq!(error.to_string(), "q = 95: must lie between 0 and 1; for 95 percent write 0.95");
    assert!(hinges(&[]).is_err() && median(&[f64::INFINITY]).is_err());
    assert!(QuantileType::try_from(0).is_err() && QuantileType::try_from(10).is_err());
}

#[test]
fn a_skipped_nan_is_left_out_and_an_infinity_leaves_nothing() {
    let linear = QuantileType::Linear;
    let skip = |values: &[f64]| quantiles_with(values, &[0.0, 0.5], linear, Missing::Skip);
    assert_eq!(skip(&[f64::NAN, 3.0, 1.0]).unwrap(), [1.0, 2.0]);
    assert!(skip(&[1.0, f64::INFINITY]).unwrap().iter().all(|value| value.is_nan()));
    assert!(matches!(skip(&[f64::NAN]), Err(Error::TooShort { len: 0, .. })));
    assert!(quantile_with(&[f64::NEG_INFINITY], 0.5, linear, Missing::Skip).unwrap().is_nan());
}

#[test]
fn no_shares_have_no_quantiles() {
    assert_eq!(quantiles(&TEN, &[], QuantileType::Linear).unwrap(), [0.0; 0]);
}

#[cfg(feature = "serde")]
#[test]
fn a_type_is_written_as_its_number() {
    assert_eq!(serde_json::to_string(&QuantileType::Weibull).unwrap(), "6");
    assert_eq!(serde_json::from_str::<QuantileType>("7").unwrap(), QuantileType::Linear);
    assert!(serde_json::from_str::<QuantileType>("10").is_err());
}

/// The position by rational arithmetic on the decimal that `q` shows, in 24ths: 24 h.
fn exact_position(number: u8, n: u128, numerator: u128, denominator: u128) -> (i128, i128) {
    let (a, b) = match number {
        1 | 2 | 4 => (24 * n, 0),
        3 => (24 * n, -12),
        5 => (24 * n, 12),
        6 => (24 * n + 24, 0),
        7 => (24 * n - 24, 24),
        8 => (24 * n + 8, 8),
        _ => (24 * n + 6, 9),
    };
    let signed = |value: u128| i128::try_from(value).unwrap();
    (signed(a * numerator) + b * signed(denominator), signed(24 * denominator))
}

fn wide() -> impl Strategy<Value = f64> {
    prop_oneof![-1e3..1e3_f64, -1e308..1e308_f64, Just(0.0), -1e-300..1e-300_f64]
}

proptest! {
    #[test]
    fn positions_equal_rational_arithmetic(n in 1_usize..2000, thousandths in 0_u32..=1000, number in 1_u8..=9) {
        let q = f64::from(thousandths) / 1000.0;
        let decimal = Fraction::try_from(q).unwrap();
        let (numerator, denominator) =
            exact_position(number, n as u128, decimal.numerator(), decimal.denominator());
        let rest = numerator.rem_euclid(denominator);
        let j = numerator.div_euclid(denominator);
        let position = QuantileType::try_from(number).unwrap().position(n, q);
        let clamped = |rank: i128| usize::try_from(rank.clamp(1, n as i128)).unwrap() - 1;
        prop_assert_eq!((position.lower, position.upper), (clamped(j), clamped(j + 1)));
        let whole = rest == 0;
        match number {
            1 => prop_assert_eq!(position.weight, if whole { 0.0 } else { 1.0 }),
            2 => prop_assert_eq!(position.weight, if whole { 0.5 } else { 1.0 }),
            3 => prop_assert_eq!(position.weight, if whole && j % 2 == 0 { 0.0 } else { 1.0 }),
            _ => {
                // The weight is that of the float, which misses the decimal by at most half a unit.
                let expected = rest as f64 / denominator as f64;
                prop_assert!((position.weight - expected).abs() <= (n + 1) as f64 * f64::EPSILON / 2.0);
                prop_assert_eq!(position.weight == 0.0, whole);
            }
        }
    }

    #[test]
    fn selection_equals_sorting(
        values in prop::collection::vec(prop_oneof![wide(), (-3_i8..3).prop_map(f64::from)], 1..60),
        qs in prop::collection::vec(0.0..=1.0_f64, 0..6),
    ) {
        let sorted = Sorted::new(&values).unwrap();
        for kind in QuantileType::ALL {
            let expected: Vec<f64> = qs.iter().map(|q| sorted.quantile(*q, kind).unwrap()).collect();
            prop_assert_eq!(quantiles(&values, &qs, kind).unwrap(), expected);
        }
        prop_assert_eq!(hinges(&values).unwrap(), sorted.hinges());
    }

    #[test]
    fn a_quantile_never_falls_as_the_share_grows(
        values in prop::collection::vec(wide(), 1..20),
        a in 0.0..=1.0_f64,
        step in prop_oneof![Just(f64::EPSILON), Just(1e-12), 0.0..1.0_f64],
    ) {
        let b = (a + step).min(1.0);
        for kind in QuantileType::ALL {
            let [low, next, high] = [a, a.next_up().min(b), b].map(|q| quantile(&values, q, kind).unwrap());
            prop_assert!(low <= next && next <= high, "type {}: {} {} {}", kind.number(), low, next, high);
        }
    }

    #[test]
    fn a_quantile_lies_between_its_neighbours_and_equal_ones_are_exact(value in wide(), n in 1_usize..9, q in 0.0..=1.0_f64) {
        for kind in QuantileType::ALL {
            prop_assert_eq!(quantile(&vec![value; n], q, kind).unwrap(), value);
        }
    }

    #[test]
    fn the_median_is_the_quantile_at_a_half(values in prop::collection::vec(wide(), 1..20)) {
        for number in [2, 5, 6, 7, 8, 9] {
            prop_assert_eq!(at(&values, 0.5, number), median(&values).unwrap());
        }
        let sorted = Sorted::new(&values).unwrap();
        let middle = (sorted.values()[(values.len() - 1) / 2], sorted.values()[values.len() / 2]);
        prop_assert_eq!(median(&values).unwrap(), middle.0.midpoint(middle.1));
    }

    #[test]
    fn powers_of_two_scale_through(values in prop::collection::vec(-1e3..1e3_f64, 1..20), q in 0.0..=1.0_f64, shift in -40_i32..40) {
        let factor = 2_f64.powi(shift);
        let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
        for kind in QuantileType::ALL {
            prop_assert_eq!(quantile(&scaled, q, kind).unwrap(), quantile(&values, q, kind).unwrap() * factor);
        }
    }
}

#[test]
fn the_place_of_a_quantile_is_the_quantile_of_places() {
    for n in 1..30_u8 {
        let places: Vec<f64> = (0..n).map(f64::from).collect();
        for kind in QuantileType::ALL {
            for q in [0.0, 0.1, 0.25, 0.5, 0.9, 1.0] {
                let found = kind.place(places.len(), q).unwrap();
                assert_close(found, quantile(&places, q, kind).unwrap(), 1e-15);
            }
        }
    }
    assert!(QuantileType::Linear.place(0, 0.5).is_err());
    assert!(QuantileType::Linear.place(5, 1.0_f64.next_up()).is_err());
    assert!(QuantileType::Linear.place(5, 0.0_f64.next_down()).is_err());
}
