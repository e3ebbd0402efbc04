use super::*;
use proptest::prelude::*;
use slo_testkit::{Random, assert_close, assert_close_absolute};

fn moments(values: &[f64]) -> Moments {
    let mut moments = Moments::new();
    moments.extend(values).unwrap();
    moments
}

fn merged(parts: impl IntoIterator<Item = Moments>) -> Moments {
    let mut all = Moments::new();
    parts.into_iter().for_each(|part| all.merge(&part));
    all
}

/// Mean and squares about it of `offset + units[i] / scale`, from integers.
fn exact(offset: i64, units: &[i64], scale: f64) -> (f64, f64) {
    #[allow(clippy::cast_possible_truncation, reason = "a scale is an integer")]
    let scale_units = scale as i128;
    let n = units.len() as i128;
    let sum: i128 = units.iter().map(|x| i128::from(*x)).sum();
    let squares: i128 = units.iter().map(|x| i128::from(*x).pow(2)).sum();
    let mean = (i128::from(offset) * scale_units * n + sum) as f64 / (n * scale_units) as f64;
    (mean, (squares * n - sum * sum) as f64 / n as f64 / (scale * scale))
}

/// Integers in `-size..=size`.
fn integers(count: usize, size: i64) -> Vec<i64> {
    let mut random = Random::seeded(0);
    (0..count).map(|_| (random.bits() >> 32).cast_signed() % (2 * size + 1) - size).collect()
}

#[test]
fn a_million_values_at_an_offset_of_1e9_have_the_exact_moments() {
    // An amplitude of 1e-2 in steps of 2^-23, the last place of 1e9. Plain Welford is off by 1e-7 here.
    let units = integers(1_000_000, 83_886);
    let values: Vec<f64> = units.iter().map(|x| 1e9 + *x as f64 / 8_388_608.0).collect();
    let (mean, squares) = exact(1_000_000_000, &units, 8_388_608.0);
    let whole = moments(&values);
    assert_eq!(whole.mean(), Some(mean));
    assert_close(whole.variance(1).unwrap(), squares / 999_999.0, 1e-15);
    let parts = merged(values.chunks(777).map(moments));
    assert_eq!(parts.mean(), Some(mean));
    assert_close(parts.variance(1).unwrap(), squares / 999_999.0, 1e-15);
}

#[test]
fn the_first_value_may_be_far_from_all_others() {
    let units = integers(10_000, 1_000);
    let mut values: Vec<f64> = units.iter().map(|x| *x as f64).collect();
    values.insert(0, 2_f64.powi(50));
    let units = [&[1 << 50][..], &units].concat();
    let (mean, squares) = exact(0, &units, 1.0);
    assert_close(moments(&values).mean().unwrap(), mean, 1e-15);
    assert_close(moments(&values).variance(0).unwrap(), squares / 10_001.0, 1e-15);
}

#[test]
fn no_value_has_no_moments_and_one_has_a_mean() {
    let none = Moments::new();
    assert_eq!(
        (none.count(), none.mean(), none.variance(0), none.min(), none.max()),
        (0, None, None, None, None)
    );
    let one = moments(&[7.0]);
    assert_eq!((one.mean(), one.variance(0), one.variance(1)), (Some(7.0), Some(0.0), None));
    assert_eq!((one.min(), one.max()), (Some(7.0), Some(7.0)));
    let three = moments(&[1.0, 2.0, 3.0]);
    assert_eq!([1, 2, 3].map(|ddof| three.variance(ddof)), [Some(1.0), Some(2.0), None]);
}

#[test]
fn a_value_that_is_not_finite_is_refused_and_changes_nothing() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut some = moments(&[1.0, 2.0]);
        assert!(matches!(some.push(bad), Err(Error::NonFinite { name: "values", index: 2, .. })));
        assert!(matches!(some.extend(&[5.0, bad]), Err(Error::NonFinite { name: "values", index: 1, .. })));
        assert_eq!(some, moments(&[1.0, 2.0]));
    }
}

#[test]
fn equal_values_have_no_variance_at_all() {
    for value in [0.1, -1e9 / 3.0, f64::MAX, 5e-324] {
        let many = merged([moments(&[value; 10]), moments(&[value; 7])]);
        assert_eq!((many.mean(), many.variance(1), many.deviation(1)), (Some(value), Some(0.0), Some(0.0)));
    }
}

#[test]
fn values_of_every_size_have_moments() {
    let huge = moments(&[1.0, 1e308, -1e308, 2.0]);
    assert_eq!(huge.variance(0), Some(f64::INFINITY));
    assert_close(huge.deviation(0).unwrap(), 1e308 / 2_f64.sqrt(), 1e-15);
    // What is 1e-308 of the largest value is below its last place, and so is the mean.
    assert_close_absolute(huge.mean().unwrap(), 0.0, 1e276);
    let all = merged([moments(&[f64::MIN; 3]), moments(&[f64::MAX; 3])]);
    assert_close(all.deviation(0).unwrap(), f64::MAX, 1e-15);
    for size in [1e-130, 1e-140, 1e-160, 1e-290] {
        let tiny = merged([moments(&[size, 3.0 * size]), moments(&[size, 3.0 * size])]);
        assert_close(tiny.deviation(0).unwrap(), size, 1e-14);
        let grown = merged([tiny, moments(&[1.0, 3.0])]);
        assert_close(grown.variance(1).unwrap(), (10.0 - 16.0 / 6.0) / 5.0, 1e-15);
    }
}

/// Streams cut in parts: multiples of 2^-10 at an offset.
fn parts() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let value = prop_oneof![
        9 => (-1_000_000_i32..1_000_000).prop_map(|units| 1e9 + f64::from(units) / 1024.0),
        1 => (-1_000_000_i32..1_000_000).prop_map(f64::from),
    ];
    prop::collection::vec(prop::collection::vec(value, 0..20), 1..6)
}

/// Whether both are one but for rounding.
fn alike(a: &Moments, b: &Moments) -> bool {
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 4.0 * f64::EPSILON * a.abs(),
        (a, b) => a == b,
    };
    (a.count(), a.min(), a.max()) == (b.count(), b.min(), b.max())
        && close(a.mean(), b.mean())
        && close(a.variance(0), b.variance(0))
        && close(a.deviation(1), b.deviation(1))
}

proptest! {
    #[test]
    fn merged_parts_are_the_whole_in_any_order(parts in parts()) {
        let whole = moments(&parts.concat());
        let each = parts.iter().map(|part| moments(part));
        prop_assert!(alike(&merged(each.clone()), &whole));
        prop_assert!(alike(&merged(each.rev()), &whole));
    }

    #[test]
    fn merging_is_associative_and_nothing_is_neutral(parts in parts()) {
        let [a, b, c] = [0, 1, 2].map(|i| moments(parts.get(i).map_or(&[], Vec::as_slice)));
        prop_assert!(alike(&merged([merged([a, b]), c]), &merged([a, merged([b, c])])));
        prop_assert_eq!(merged([a, Moments::new()]), a);
        prop_assert_eq!(merged([Moments::new(), a]), a);
    }

    #[test]
    fn values_of_every_size_leave_no_nan(values in prop::collection::vec(any::<f64>().prop_filter("finite", |x| x.is_finite()), 2..30), at in 0_usize..30) {
        let (left, right) = values.split_at(at.min(values.len()));
        for all in [moments(&values), merged([moments(left), moments(right)])] {
            let (low, high) = (all.min().unwrap(), all.max().unwrap());
            let slack = 1e-14 * low.abs().max(high.abs());
            prop_assert!((low - slack..=high + slack).contains(&all.mean().unwrap()));
            prop_assert!(all.variance(1).unwrap() >= 0.0);
            prop_assert!(all.deviation(0).unwrap() <= (high / 2.0 - low / 2.0) * (1.0 + 1e-14));
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_is_written_down_goes_on_with_the_same_bits(parts in parts(), size in prop_oneof![Just(1.0), Just(1e290), Just(1e-100)]) {
        let scaled = parts.iter().map(|part| part.iter().map(|x| x * size).collect::<Vec<_>>());
        let all = merged(scaled.map(|part| moments(&part)));
        let again: Moments = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
        prop_assert_eq!(again, all);
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_damaged_state_is_refused() {
    let resume = |text: &str| serde_json::from_str::<Moments>(text);
    let sound = r#"{"count":2,"first":1.0,"min":1.0,"max":3.0,"sum":[2.0,0.0],"squares":[4.0,0.0]}"#;
    assert_eq!(serde_json::to_string(&moments(&[1.0, 3.0])).unwrap(), sound);
    assert!(resume(sound).is_ok());
    for (from, to, reason) in [
        ("\"count\":2", "\"count\":0", "if and only if"),
        ("\"count\":2", "\"count\":1", "sums do not fit"),
        ("\"first\":1.0", "\"first\":null", "if and only if"),
        ("\"first\":1.0", "\"first\":4.0", "outside the extremes"),
        ("\"max\":3.0", "\"max\":0.0", "outside the extremes"),
        ("[2.0,0.0]", "[5.0,0.0]", "sums do not fit"),
        ("[2.0,0.0]", "[-1.0,0.0]", "sums do not fit"),
        ("[2.0,0.0]", "[2.0,2.0]", "sums do not fit"),
        ("[4.0,0.0]", "[1.0,0.0]", "sums do not fit"),
        ("[4.0,0.0]", "[3.9,0.0]", "sums do not fit"),
        ("[4.0,0.0]", "[9.0,0.0]", "sums do not fit"),
        ("\"count\"", "\"number\"", "unknown field"),
    ] {
        let error = resume(&sound.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(reason), "{from} -> {to}: {error}");
    }
}
