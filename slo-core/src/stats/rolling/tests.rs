use super::*;
use proptest::prelude::*;
use slo_testkit::{Random, assert_all_close, assert_close};

/// Mean and variance in exact rational arithmetic, rounded at the end.
fn exact(values: &[f64], ddof: usize) -> (f64, f64) {
    // All values are integers of one power of two.
    let mut unit = 1.0;
    for value in values {
        while (value * unit).fract() != 0.0 {
            unit *= 2.0;
        }
    }
    #[allow(clippy::cast_possible_truncation, reason = "it is an integer")]
    let units = |x: &f64| (x * unit) as i128;
    let Some(first) = values.first().map(units) else { return (f64::NAN, f64::NAN) };
    let n = values.len() as i128;
    let (mut sum, mut squares) = (0, 0);
    for value in values {
        let deviation = units(value) - first;
        sum += deviation;
        squares += deviation * deviation;
    }
    let mean = (first * n + sum) as f64 / n as f64 / unit;
    let degrees = n - ddof as i128;
    let squares = (squares * n - sum * sum) as f64 / unit / unit;
    (mean, if degrees > 0 { squares / (n * degrees) as f64 } else { f64::NAN })
}

/// A metric with a period of a day of minutes, noise and rare spikes, in multiples of 2^-30.
fn metric(count: usize, offset: f64, amplitude: f64) -> Vec<f64> {
    let uniform = |seed| {
        let mut random = Random::seeded(seed);
        (0..count).map(|_| random.uniform()).collect::<Vec<f64>>()
    };
    let (noise, rare) = (uniform(1), uniform(2));
    let value = |index: usize| {
        let day = (index % 1440) as f64 / 720.0 - 1.0;
        let spike = if rare[index] < 1e-3 { 3.0 } else { 0.0 };
        offset + amplitude * (day * day + noise[index] - 0.5 + spike)
    };
    (0..count).map(value).map(|x| (x * 2_f64.powi(30)).round() * 2_f64.powi(-30)).collect()
}

fn deviation_of_all(values: &[f64]) -> f64 {
    exact(values, 0).1.sqrt()
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()))
}

/// What [`SlidingMoments`] says after each value, NaN where it says nothing.
fn streamed(window: usize, values: &[f64]) -> RollingMoments {
    let mut sliding = SlidingMoments::new(window).unwrap().missing(Missing::Skip);
    let (mean, deviation) = values
        .iter()
        .map(|value| {
            sliding.push(*value).unwrap();
            (sliding.mean().unwrap_or(f64::NAN), sliding.deviation(1).unwrap_or(f64::NAN))
        })
        .unzip();
    RollingMoments { mean, deviation }
}

/// The finite values of the window of so many places that ends at a place, and whether an infinity is among them.
fn window_at(values: &[f64], place: usize, window: usize) -> (Vec<f64>, bool) {
    let places = &values[(place + 1).saturating_sub(window)..=place];
    let finite = places.iter().copied().filter(|x| x.is_finite()).collect();
    (finite, places.iter().any(|x| x.is_infinite()))
}

#[test]
fn moments_equal_exact_rational_arithmetic_at_any_offset() {
    // Worst relative errors seen: variance 2e-14, mean 1e-16 of it.
    for (offset, amplitude) in
        [(0.0, 10.0), (100.0, 10.0), (-1e9, 10.0), (1e9, 10.0), (1e9, 1e-2), (1e6, 1e-4)]
    {
        let values = metric(30_000, offset, amplitude);
        for window in [2, 3, 60, 1440, 10_080] {
            let rolling = Rolling::new(window).unwrap();
            let (mean, variance) = (rolling.mean(&values).unwrap(), rolling.variance(&values).unwrap());
            for place in (window - 1..values.len()).step_by(1 + window / 7 + values.len() / 500) {
                let inside = &values[place + 1 - window..=place];
                let expected = exact(inside, 1);
                assert_close(variance[place], expected.1, 1e-12);
                let scale = expected.0.abs().max(deviation_of_all(inside));
                assert!((mean[place] - expected.0).abs() <= 1e-15 * (window as f64).sqrt() * scale);
            }
        }
    }
}

#[test]
fn an_anchor_that_is_an_outlier_costs_no_digits() {
    // The first value of every block of 60 is far from all others: a job that runs on the hour.
    let mut values = metric(3_000, 1e9, 1e-2);
    values.iter_mut().step_by(60).for_each(|x| *x += 1e6);
    for window in [60, 120, 600] {
        let (mean, variance) = {
            let rolling = Rolling::new(window).unwrap();
            (rolling.mean(&values).unwrap(), rolling.variance(&values).unwrap())
        };
        for place in window - 1..values.len() {
            let expected = exact(&values[place + 1 - window..=place], 1);
            assert_close(variance[place], expected.1, 1e-12);
            assert_close(mean[place], expected.0, 1e-15);
        }
    }
}

#[test]
fn a_level_shift_costs_no_digits() {
    let mut values = metric(2_000, 0.0, 1e-2);
    values[777..].iter_mut().for_each(|x| *x += 1e7);
    let variance = Rolling::new(100).unwrap().variance(&values).unwrap();
    for place in 99..values.len() {
        assert_close(variance[place], exact(&values[place - 99..=place], 1).1, 1e-12);
    }
}

#[test]
fn what_has_left_a_window_leaves_no_trace() {
    // pandas 3.1 and bottleneck 1.6 stay wrong for ever after one spike of 1e12 has left.
    let calm = metric(2_000, 100.0, 10.0);
    for window in [2, 7, 60] {
        let expected = Rolling::new(window).unwrap().moments(&calm).unwrap();
        for spike in [1e12, 1e17, -1e300, f64::MAX, 1e-320] {
            for at in [0, 500, 59 * 7, 60 * 7, 61 * 7, 1_999] {
                let mut values = calm.clone();
                values[at] = spike;
                let found = Rolling::new(window).unwrap().moments(&values).unwrap();
                let after = (at + window).min(values.len());
                for (found, expected) in
                    [(&found.mean, &expected.mean), (&found.deviation, &expected.deviation)]
                {
                    assert!(same_bits(&found[..at], &expected[..at]));
                    assert!(same_bits(&found[after..], &expected[after..]));
                    assert!(found[at..after].iter().skip(window - 1).all(|x| x.is_finite()));
                }
            }
        }
    }
}

#[test]
fn an_infinity_spoils_the_windows_that_hold_it_and_no_other() {
    let calm = metric(300, 1e9, 10.0);
    for at in [0, 3, 19, 20, 21, 150, 299] {
        for infinity in [f64::INFINITY, f64::NEG_INFINITY] {
            let mut values = calm.clone();
            values[at] = infinity;
            let rolling = Rolling::new(20).unwrap().missing(Missing::Skip).min_count(19).unwrap();
            let variance = rolling.variance(&values).unwrap();
            for (place, variance) in variance.iter().enumerate().skip(19) {
                let (finite, infinite) = window_at(&values, place, 20);
                assert_eq!(infinite, (at..at + 20).contains(&place));
                assert_eq!(variance.is_nan(), infinite);
                if !infinite {
                    assert_close(*variance, exact(&finite, 1).1, 1e-12);
                }
            }
        }
    }
}

#[test]
fn equal_values_have_no_variance_at_all() {
    for value in [0.0, 0.1, -1e9 / 3.0, 1e300, f64::MAX, 5e-324] {
        let mut values = vec![3.0, -7.0];
        values.resize(100, value);
        let moments = Rolling::new(8).unwrap().moments(&values).unwrap();
        assert!(moments.deviation[9..].iter().all(|x| x.to_bits() == 0), "{value}");
        assert!(moments.mean[9..].iter().all(|x| *x == value), "{value}");
    }
}

#[test]
fn a_variance_past_all_floats_is_infinite_and_its_deviation_is_not() {
    let rolling = Rolling::new(2).unwrap();
    let values = [1e308, -1e308, 1e308];
    assert_eq!(rolling.variance(&values).unwrap()[1..], [f64::INFINITY; 2]);
    assert_eq!(rolling.mean(&values).unwrap()[1..], [0.0; 2]);
    let deviation = rolling.deviation(&values).unwrap();
    assert_close(deviation[1], 2_f64.sqrt() * 1e308, 1e-15);
    // Only twice the largest float has no deviation either: √2 · 1.8e308.
    assert_eq!(rolling.deviation(&[f64::MAX, f64::MIN]).unwrap()[1], f64::INFINITY);
    assert_close(rolling.ddof(0).deviation(&[f64::MAX, f64::MIN]).unwrap()[1], f64::MAX, 1e-15);
}

#[test]
fn a_variance_below_all_floats_is_zero_and_its_deviation_is_not() {
    let rolling = Rolling::new(2).unwrap();
    for size in [1e-150, 1e-155, 1e-160] {
        let values = [size, 3.0 * size, size];
        let deviation = rolling.deviation(&values).unwrap();
        assert_close(deviation[2], 2_f64.sqrt() * size, 1e-14);
        assert_close(rolling.mean(&values).unwrap()[2], 2.0 * size, 1e-15);
    }
    assert_eq!(rolling.variance(&[1e-170, 3e-170]).unwrap()[1], 0.0);
}

#[test]
fn a_place_is_defined_from_as_many_values_on_as_asked_for() {
    let values = [4.0, 2.0, 6.0, 8.0];
    let defined = |rolling: Rolling| {
        let moments = rolling.moments(&values).unwrap();
        let count = |column: &[f64]| column.iter().filter(|x| !x.is_nan()).count();
        (count(&moments.mean), count(&moments.deviation))
    };
    let rolling = |min_count| Rolling::new(3).unwrap().min_count(min_count).unwrap();
    assert_eq!([3, 2, 1].map(|n| defined(rolling(n))), [(2, 2), (3, 3), (4, 3)]);
    assert_eq!(defined(rolling(1).ddof(0)), (4, 4));
    assert_eq!([2, 3].map(|ddof| defined(rolling(1).ddof(ddof))), [(4, 2), (4, 0)]);
    assert_eq!(defined(Rolling::new(4).unwrap()), (1, 1));
    assert_eq!(defined(Rolling::new(5).unwrap()), (0, 0));
    assert_eq!(defined(Rolling::new(usize::MAX).unwrap().min_count(2).unwrap()), (3, 3));
    assert_eq!(defined(Rolling::new(1).unwrap()), (4, 0));
    assert_eq!(Rolling::new(1).unwrap().ddof(0).variance(&values).unwrap(), [0.0; 4]);
    assert_eq!(Rolling::new(1).unwrap().mean(&values).unwrap(), values);
    assert!(Rolling::new(3).unwrap().mean(&[]).unwrap().is_empty());
}

#[test]
fn parameters_out_of_range_are_refused() {
    assert!(Rolling::new(0).is_err() && SlidingMoments::new(0).is_err());
    let rolling = || Rolling::new(3).unwrap();
    assert!(rolling().min_count(0).is_err() && rolling().min_count(4).is_err());
    assert!(rolling().min_count(1).is_ok() && rolling().min_count(3).is_ok());
    assert!(Rolling::lasting(Duration::ZERO, &[]).is_err());
    let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
    for times in [[at(1), at(1)], [at(1), at(0)]] {
        let error = Rolling::lasting(Duration::from_seconds(1), &times).unwrap_err();
        assert_eq!(error, Error::Unordered { index: 1, previous: times[0], value: times[1] });
    }
    let lasting = Rolling::lasting(Duration::from_seconds(1), &[at(1)]).unwrap();
    assert!(matches!(lasting.mean(&[1.0, 2.0]), Err(Error::LengthMismatch { .. })));
    assert!(lasting.min_count(1_000).unwrap().mean(&[1.0]).unwrap()[0].is_nan());
    assert!(matches!(rolling().mean_into(&[1.0], &mut []), Err(Error::LengthMismatch { .. })));
}

#[test]
fn the_first_value_that_is_not_finite_is_named_wherever_it_stands() {
    for (len, window) in [(3, 10), (10, 10), (11, 10), (35, 10), (35, 1)] {
        for at in 0..len {
            for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let mut values = metric(len, 1.0, 1.0);
                values[at] = bad;
                values[len - 1] = bad;
                let error = Rolling::new(window).unwrap().moments(&values).unwrap_err();
                assert!(
                    matches!(error, Error::NonFinite { name: "values", index, .. } if index == at),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn a_span_holds_what_came_after_its_beginning_until_now() {
    let times = [0, 10, 20, 29, 30, 31].map(|s| Timestamp::from_nanos(s * 1_000_000_000));
    let values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
    let mean =
        |seconds| Rolling::lasting(Duration::from_seconds(seconds), &times).unwrap().mean(&values).unwrap();
    assert_all_close(&mean(10), &[1.0, 2.0, 4.0, 6.0, 12.0, 56.0 / 3.0], 1e-15);
    assert_all_close(&mean(11), &[1.0, 1.5, 3.0, 6.0, 28.0 / 3.0, 56.0 / 3.0], 1e-15);
    assert_eq!(mean(1), values);
}

/// Places of many kinds: multiples of 2^-10, gaps, and what is far larger.
fn places() -> impl Strategy<Value = Vec<f64>> {
    let place = prop_oneof![
        20 => (-1_000_000_i32..1_000_000).prop_map(|units| f64::from(units) / 1024.0),
        3 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        2 => (-1_000_000_i32..1_000_000).prop_map(|units| f64::from(units) * 1024.0),
    ];
    prop::collection::vec(place, 0..120)
}

/// Floats of every size.
fn wild() -> impl Strategy<Value = Vec<f64>> {
    let float = prop_oneof![
        4 => any::<f64>().prop_filter("finite", |x| x.is_finite()),
        2 => (-300..300_i32, 1..9_i32).prop_map(|(power, digit)| f64::from(digit) * 10_f64.powi(power)),
        3 => -1.0..1.0_f64,
        1 => prop_oneof![Just(f64::MAX), Just(f64::MIN), Just(0.0), Just(-0.0), Just(5e-324)],
    ];
    prop::collection::vec(float, 0..80)
}

proptest! {
    #[test]
    fn a_stream_has_the_bits_of_the_batch(values in places(), window in 1_usize..30) {
        let rolling = Rolling::new(window).unwrap().missing(Missing::Skip).min_count(1).unwrap();
        let (batch, stream) = (rolling.moments(&values).unwrap(), streamed(window, &values));
        prop_assert!(same_bits(&batch.mean, &stream.mean) && same_bits(&batch.deviation, &stream.deviation));
    }

    #[test]
    fn a_stream_has_the_bits_of_the_batch_for_floats_of_every_size(values in wild(), window in 1_usize..30) {
        let rolling = Rolling::new(window).unwrap().min_count(1).unwrap();
        let (batch, stream) = (rolling.moments(&values).unwrap(), streamed(window, &values));
        prop_assert!(same_bits(&batch.mean, &stream.mean) && same_bits(&batch.deviation, &stream.deviation));
    }

    #[test]
    fn no_finite_value_makes_a_nan_and_no_variance_is_negative(values in wild(), window in 2_usize..30) {
        let rolling = Rolling::new(window).unwrap().min_count(1).unwrap().ddof(0);
        let (moments, variance) = (rolling.moments(&values).unwrap(), rolling.variance(&values).unwrap());
        for (place, (variance, (mean, deviation))) in variance.iter().zip(moments.mean.iter().zip(&moments.deviation)).enumerate() {
            let (inside, _) = window_at(&values, place, window);
            let (low, high) = inside.iter().fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
            let slack = 1e-14 * low.abs().max(high.abs());
            prop_assert!((low - slack..=high + slack).contains(mean));
            prop_assert!(*variance >= 0.0 && *deviation >= 0.0);
            // Popoviciu: no deviation is above half the range.
            prop_assert!(*deviation <= (high / 2.0 - low / 2.0) * (1.0 + 1e-12));
            prop_assert!(inside.len() == 1 || low == high || *deviation > 0.0 || high - low < 1e-150);
        }
    }

    #[test]
    fn skipping_is_leaving_out(values in places(), window in 1_usize..30, min_count in 1_usize..30, ddof in 0_usize..3) {
        let min_count = min_count.min(window);
        let rolling = Rolling::new(window).unwrap().missing(Missing::Skip).min_count(min_count).unwrap().ddof(ddof);
        let (mean, variance) = (rolling.mean(&values).unwrap(), rolling.variance(&values).unwrap());
        for (place, (mean, variance)) in mean.iter().zip(&variance).enumerate() {
            let (inside, infinite) = window_at(&values, place, window);
            if infinite || inside.len() < min_count {
                prop_assert!(mean.is_nan() && variance.is_nan());
                continue;
            }
            let expected = exact(&inside, ddof);
            prop_assert!((mean - expected.0).abs() <= 1e-15 * expected.0.abs().max(deviation_of_all(&inside)));
            prop_assert_eq!(variance.is_nan(), expected.1.is_nan());
            prop_assert!(expected.1.is_nan() || (variance - expected.1).abs() <= 1e-13 * expected.1);
        }
    }

    #[test]
    fn a_span_over_even_instants_is_a_window_of_places(values in places(), window in 1_u8..30) {
        let minute = |index: i64| Timestamp::from_nanos(60_000_000_000 * index);
        let times: Vec<_> = (0..).map(minute).take(values.len()).collect();
        let places = Rolling::new(window.into()).unwrap().min_count(1).unwrap().missing(Missing::Skip);
        let span = Rolling::lasting(Duration::from_minutes(window.into()), &times).unwrap().missing(Missing::Skip);
        let (places, span) = (places.moments(&values).unwrap(), span.moments(&values).unwrap());
        prop_assert!(same_bits(&places.mean, &span.mean) && same_bits(&places.deviation, &span.deviation));
    }

    #[test]
    fn a_span_over_uneven_instants_is_each_window_by_itself(
        units in prop::collection::vec(-1_000_000_i32..1_000_000, 0..60),
        gaps in prop::collection::vec(1_i64..9, 60),
        window in 1_i64..40,
    ) {
        let values: Vec<f64> = units.iter().map(|units| 1e9 + f64::from(*units) / 1024.0).collect();
        let times: Vec<_> = gaps.iter().scan(0, |t, gap| { *t += gap; Some(Timestamp::from_nanos(*t)) }).take(values.len()).collect();
        let rolling = Rolling::lasting(Duration::from_nanos(window), &times).unwrap().ddof(0);
        let variance = rolling.variance(&values).unwrap();
        for (place, now) in times.iter().enumerate() {
            let held = times[..=place].iter().filter(|t| now.nanos() - t.nanos() < window).count();
            let expected = exact(&values[place + 1 - held..=place], 0).1;
            prop_assert!((variance[place] - expected).abs() <= 1e-12 * expected);
        }
    }

    #[test]
    fn a_shift_by_1e9_changes_no_deviation(units in prop::collection::vec(-1_000_000_i32..1_000_000, 2..200), window in 2_usize..30) {
        let values: Vec<f64> = units.iter().map(|units| f64::from(*units) / 1024.0).collect();
        let shifted: Vec<f64> = values.iter().map(|x| x + 1e9).collect();
        let rolling = Rolling::new(window).unwrap();
        let (a, b) = (rolling.moments(&values).unwrap(), rolling.moments(&shifted).unwrap());
        // Every deviation from the anchor is exact in both.
        prop_assert!(same_bits(&a.deviation, &b.deviation));
        for (a, b) in a.mean.iter().zip(&b.mean).skip(window - 1) {
            prop_assert!((b - 1e9 - a).abs() <= 2.4e-7, "{a} {b}");
        }
    }

    #[test]
    fn a_power_of_two_scales_exactly(values in places(), window in 1_usize..30, power in -400_i32..400) {
        let factor = 2_f64.powi(power);
        let scaled: Vec<f64> = values.iter().map(|x| x * factor).collect();
        let rolling = Rolling::new(window).unwrap().missing(Missing::Skip);
        let (a, b) = (rolling.moments(&values).unwrap(), rolling.moments(&scaled).unwrap());
        let times = |column: &[f64]| column.iter().map(|x| x * factor).collect::<Vec<_>>();
        prop_assert!(same_bits(&times(&a.mean), &b.mean) && same_bits(&times(&a.deviation), &b.deviation));
    }
}

#[test]
fn a_refused_value_changes_nothing() {
    let mut sliding = SlidingMoments::new(2).unwrap();
    sliding.push(1.0).unwrap();
    let before = sliding.clone();
    let error = sliding.push(f64::INFINITY).unwrap_err();
    assert_eq!(error, Error::NonFinite { name: "values", index: 1, value: f64::INFINITY });
    assert_eq!(sliding, before);
}

#[test]
fn a_window_without_a_number_says_nothing() {
    let mut sliding = SlidingMoments::new(2).unwrap().missing(Missing::Skip);
    for value in [5.0, f64::NAN, f64::NAN] {
        sliding.push(value).unwrap();
    }
    assert_eq!((sliding.len(), sliding.count(), sliding.mean(), sliding.variance(0)), (2, 0, None, None));
    sliding.push(7.0).unwrap();
    assert_eq!((sliding.count(), sliding.mean(), sliding.variance(0)), (1, Some(7.0), Some(0.0)));
    sliding.push(f64::INFINITY).unwrap();
    assert_eq!((sliding.count(), sliding.mean(), sliding.variance(0)), (1, None, None));
}

#[cfg(feature = "serde")]
mod snapshots {
    use super::*;

    proptest! {
        #[test]
        fn a_window_that_is_resumed_goes_on_with_the_same_bits(values in places(), window in 1_usize..30, at in 0_usize..120) {
            let (before, after) = values.split_at(at.min(values.len()));
            let mut sliding = SlidingMoments::new(window).unwrap().missing(Missing::Skip);
            for value in before {
                sliding.push(*value).unwrap();
            }
            let text = serde_json::to_string(&sliding).unwrap();
            let mut resumed: SlidingMoments = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&resumed, &sliding);
            for value in after {
                sliding.push(*value).unwrap();
                resumed.push(*value).unwrap();
                prop_assert_eq!(&resumed, &sliding);
            }
        }
    }

    #[test]
    fn a_damaged_state_is_refused() {
        let resume = |text: &str| serde_json::from_str::<SlidingMoments>(text);
        let sound =
            r#"{"window":3,"missing":"skip","seen":4,"values":[1.0,null,null],"infinite":[2],"older":0}"#;
        assert_eq!(serde_json::to_string(&resume(sound).unwrap()).unwrap(), sound);
        for (from, to, reason) in [
            ("\"window\":3", "\"window\":0", "at least one value"),
            ("\"window\":3", "\"window\":2", "3 values in a window of 2"),
            ("\"window\":3", "\"window\":4", "3 values in a window of 4"),
            ("\"seen\":4", "\"seen\":2", "3 values in a window of 3 after 2"),
            ("\"skip\"", "\"error\"", "would have been refused"),
            ("[2]", "[0]", "values[0] is not an infinity"),
            ("[2]", "[2,2]", "values[2] is not an infinity"),
            ("[2]", "[3]", "values[3] is not an infinity"),
            ("\"older\":0", "\"older\":1", "cut behind the first 1"),
        ] {
            let error = resume(&sound.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(reason), "{from} -> {to}: {error}");
        }
        assert!(resume(&sound.replace("\"older\":0", "\"older\":0,\"more\":1")).is_err());
    }
}
