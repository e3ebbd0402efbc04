use super::*;
use crate::forecaster::Online;
use proptest::prelude::*;
use slo_core::Timestamp;
use slo_testkit::assert_close;

/// What the weights say, summed the slow way: means, and variances with and without bias.
fn by_definition(ema: &Ema, times: Option<(&[Timestamp], Duration)>, values: &[f64]) -> Vec<[f64; 3]> {
    let stays = 1.0 - ema.alpha_value();
    let mut results = Vec::new();
    // The weight of each value so far, oldest first, in units of that of a new one.
    let mut seen: Vec<(f64, f64)> = Vec::new();
    let mut gap = 1.0;
    for (place, value) in values.iter().enumerate() {
        let fade = times.map_or(stays, |(times, halflife)| {
            let before = place.checked_sub(1).map_or(times[place], |before| times[before]);
            f64::exp2(-times[place].since(before).unwrap().seconds() / halflife.seconds())
        });
        if value.is_finite() {
            let factor = gap * fade;
            gap = 1.0;
            for (weight, _) in &mut seen {
                *weight *= factor;
            }
            let first = seen.is_empty();
            let share = if times.is_some() { 1.0 - factor } else { ema.alpha_value() };
            let new = if ema.weighting == Weighting::Recursive && !first { share } else { 1.0 };
            seen.push((new, *value));
            if ema.weighting == Weighting::Recursive {
                let sum: f64 = seen.iter().map(|(weight, _)| weight).sum();
                for (weight, _) in &mut seen {
                    *weight /= sum;
                }
            }
        } else if ema.missing == EmaMissing::Decay {
            gap *= fade;
        }
        if (seen.len() as u64) < ema.needed() {
            results.push([f64::NAN; 3]);
            continue;
        }
        let sum: f64 = seen.iter().map(|(weight, _)| weight).sum();
        let mean = seen.iter().map(|(weight, value)| weight * value).sum::<f64>() / sum;
        let squares: f64 = seen.iter().map(|(weight, value)| weight * (value - mean).powi(2)).sum();
        let pairs: f64 = (0..seen.len())
            .flat_map(|i| (0..seen.len()).map(move |j| (i, j)))
            .filter(|(i, j)| i != j)
            .map(|(i, j)| seen[i].0 * seen[j].0)
            .sum();
        let unbiased = if pairs > 0.0 { squares / sum * (sum * sum) / pairs } else { f64::NAN };
        results.push([mean, squares / sum, unbiased]);
    }
    results
}

fn column(rows: &[[f64; 3]], which: usize) -> Vec<f64> {
    rows.iter().map(|row| row[which]).collect()
}

/// Within 1e-13 of the largest value (or its square), and undefined at the same places.
fn assert_same(actual: &[f64], expected: &[f64], scale: f64) {
    for (place, (a, b)) in actual.iter().zip(expected).enumerate() {
        let same = (a - b).abs() <= 1e-13 * scale || (a.is_nan() && b.is_nan());
        assert!(same, "[{place}]: {a} is not {b}");
    }
}

/// Settings are read from the cases, which takes serde.
#[cfg(feature = "serde")]
mod recorded {
    use super::*;
    use slo_testkit::{assert_all_close_or_nan, fixtures};

    #[derive(serde::Deserialize)]
    struct Parameters {
        decay: Decay,
        weighting: Weighting,
        missing: EmaMissing,
        min_periods: u64,
        statistic: String,
        seconds: Option<Vec<i64>>,
    }

    #[test]
    fn smoothing_equals_the_recorded_answers_of_pandas() {
        for case in fixtures::cases::<Vec<Option<f64>>, Parameters, Vec<Option<f64>>>("slo-forecast/ema") {
            let numbers =
                |column: &[Option<f64>]| column.iter().map(|x| x.unwrap_or(f64::NAN)).collect::<Vec<_>>();
            let (values, expected) = (numbers(&case.input), numbers(&case.expected));
            let Parameters { decay, weighting, missing, min_periods, statistic, seconds } = &case.parameters;
            let ema =
                Ema::new(*decay).unwrap().weighting(*weighting).missing(*missing).min_periods(*min_periods);
            let times: Option<Vec<_>> = seconds
                .as_ref()
                .map(|seconds| seconds.iter().map(|s| Timestamp::from_nanos(s * 1_000_000_000)).collect());
            let actual = match (statistic.as_str(), &times) {
                ("mean", None) => ema.smooth(&values),
                ("mean", Some(times)) => ema.smooth_at(times, &values),
                ("variance", None) => ema.variance(&values, Bias::Unbiased),
                ("biased deviation", None) => ema.deviation(&values, Bias::Biased),
                _ => panic!("{}: no such statistic", case.name),
            };
            let actual = actual.unwrap();
            assert_all_close_or_nan(&actual, &expected, case.tolerance);
        }
    }
}

#[test]
fn each_way_to_say_how_fast_weights_fade_gives_its_alpha() {
    assert_eq!(Ema::span(19.0).unwrap().alpha_value(), 0.1);
    assert_eq!(Ema::com(9.0).unwrap().alpha_value(), 0.1);
    assert_close(Ema::halflife(3.0).unwrap().alpha_value(), 1.0 - 0.5_f64.cbrt(), 1e-15);
    // A halflife of 1e12 places: 1 - 2^-h would keep four digits.
    assert_close(Ema::halflife(1e12).unwrap().alpha_value(), std::f64::consts::LN_2 * 1e-12, 1e-12);
}

#[test]
fn what_is_no_rate_of_decay_is_refused_at_its_boundary() {
    for (decay, taken) in [
        (Decay::Alpha(0.0), false),
        (Decay::Alpha(f64::MIN_POSITIVE), true),
        (Decay::Alpha(1.0), true),
        (Decay::Alpha(1.0_f64.next_up()), false),
        (Decay::Alpha(f64::NAN), false),
        (Decay::Span(1.0_f64.next_down()), false),
        (Decay::Span(1.0), true),
        (Decay::Span(f64::INFINITY), false),
        (Decay::Halflife(0.0), false),
        (Decay::Halflife(f64::MIN_POSITIVE), true),
        (Decay::Com(0.0), true),
        (Decay::Com(-f64::MIN_POSITIVE), false),
        (Decay::HalflifeTime(Duration::ZERO), false),
        (Decay::HalflifeTime(Duration::from_nanos(1)), true),
    ] {
        assert_eq!(Ema::new(decay).is_ok(), taken, "{decay:?}");
    }
}

#[test]
fn all_weight_on_the_newest_value_repeats_the_series() {
    let values = [3.0, -1.0, 7.5, 2.0, 9.0, 0.25];
    for weighting in [Weighting::Adjusted, Weighting::Recursive] {
        assert_eq!(Ema::alpha(1.0).unwrap().weighting(weighting).smooth(&values).unwrap(), values);
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let ema = Ema::alpha(0.5).unwrap();
    for value in [f64::NAN, f64::INFINITY] {
        assert!(matches!(ema.smooth(&[1.0, value]), Err(Error::NonFinite { index: 1, .. })));
    }
    assert!(matches!(ema.smooth_into(&[1.0], &mut []), Err(Error::LengthMismatch { .. })));
    let times = [0, 10, 5].map(Timestamp::from_nanos);
    assert!(matches!(ema.smooth_at(&times, &[1.0; 3]), Err(Error::InvalidParameter { .. })));
    let timed = Ema::halflife_time(Duration::from_seconds(1)).unwrap();
    assert!(matches!(timed.smooth_at(&times, &[1.0; 3]), Err(Error::Unordered { index: 2, .. })));
    assert!(matches!(timed.smooth_at(&times, &[1.0; 2]), Err(Error::LengthMismatch { .. })));
    assert!(timed.smooth(&[1.0]).is_err() && timed.variance(&[1.0], Bias::Biased).is_err());
    assert!(timed.online().observe(1.0).is_err() && timed.fit(&[1.0, 2.0]).is_err());
    let mut state = timed.online();
    state.observe_at(times[1], 1.0).unwrap();
    let before = state.clone();
    assert!(matches!(state.observe_at(times[2], 1.0), Err(Error::Unordered { index: 1, .. })));
    assert!(state.observe_at(times[1], f64::NAN).is_err());
    assert_eq!(state, before);
}

#[test]
fn a_gap_however_long_leaves_the_mean_where_it_was() {
    // 0.1^2000 is no float: a weight that vanished would leave 0/0.
    let mut values = vec![f64::NAN; 2002];
    (values[0], values[2001]) = (7.3, 9.0);
    for weighting in [Weighting::Adjusted, Weighting::Recursive] {
        let ema = Ema::alpha(0.9).unwrap().missing(EmaMissing::Decay).weighting(weighting);
        let means = ema.smooth(&values).unwrap();
        assert!(means[..2001].iter().all(|mean| *mean == 7.3));
        assert_close(means[2001], 9.0, 1e-15);
    }
}

#[test]
fn huge_values_do_not_overflow_the_mean() {
    let values = [f64::MAX, -f64::MAX, f64::MAX, f64::MAX, f64::MAX, f64::MAX];
    for weighting in [Weighting::Adjusted, Weighting::Recursive] {
        let means = Ema::alpha(0.01).unwrap().weighting(weighting).smooth(&values).unwrap();
        assert!(means.iter().all(|mean| mean.is_finite()), "{means:?}");
    }
}

#[test]
fn a_constant_has_no_variance() {
    let ema = Ema::alpha(0.3).unwrap();
    for bias in [Bias::Biased, Bias::Unbiased] {
        let variances = ema.variance(&[0.1; 50], bias).unwrap();
        assert!(variances[1..].iter().all(|variance| *variance == 0.0));
    }
}

#[test]
fn the_error_of_the_forecast_grows_as_that_of_simple_exponential_smoothing() {
    let model = Ema::alpha(0.2).unwrap().fit(&[1.0, 3.0, 2.0, 5.0]).unwrap();
    let forecast = model.forecast(26, &[0.95]).unwrap();
    assert_eq!(forecast.standard_error()[0], model.sigma());
    // 1 + 25 · 0.04 = 2.
    assert_close(forecast.standard_error()[25], model.sigma() * 2.0_f64.sqrt(), 1e-14);
    assert!(Ema::alpha(0.2).unwrap().min_periods(5).fit(&[1.0; 4]).is_err());
}

fn choices() -> impl Strategy<Value = Ema> {
    let decay = prop_oneof![
        (0.01..=1.0).prop_map(Decay::Alpha),
        (1.0..50.0).prop_map(Decay::Span),
        (0.2..30.0).prop_map(Decay::Halflife),
        (0.0..30.0).prop_map(Decay::Com),
    ];
    let weighting = prop_oneof![Just(Weighting::Adjusted), Just(Weighting::Recursive)];
    let missing = prop_oneof![Just(EmaMissing::Decay), Just(EmaMissing::Ignore)];
    (decay, weighting, missing, 0_u64..4).prop_map(|(decay, weighting, missing, periods)| {
        Ema::new(decay).unwrap().weighting(weighting).missing(missing).min_periods(periods)
    })
}

fn series() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![8 => -100.0..100.0, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
    prop::collection::vec(value, 0..60)
}

proptest! {
    #[test]
    fn every_choice_equals_the_definition(ema in choices(), values in series()) {
        let expected = by_definition(&ema, None, &values);
        assert_same(&ema.smooth(&values).unwrap(), &column(&expected, 0), 100.0);
        assert_same(&ema.variance(&values, Bias::Biased).unwrap(), &column(&expected, 1), 1e4);
        let unbiased = ema.variance(&values, Bias::Unbiased).unwrap();
        for (actual, expected) in unbiased.iter().zip(column(&expected, 2)) {
            let same = (actual - expected).abs() <= 1e-11 * expected.abs().max(1e4);
            prop_assert!(same || (actual.is_nan() && expected.is_nan()), "{actual} is not {expected}");
        }
    }

    #[test]
    fn weights_that_fade_by_time_equal_the_definition(
        values in series(), gaps in prop::collection::vec(0_i64..5_000_000_000, 60), ignore in any::<bool>(),
        recursive in any::<bool>(),
    ) {
        let halflife = Duration::from_seconds(2);
        let missing = if ignore { EmaMissing::Ignore } else { EmaMissing::Decay };
        let weighting = if recursive { Weighting::Recursive } else { Weighting::Adjusted };
        let ema = Ema::halflife_time(halflife).unwrap().missing(missing).weighting(weighting);
        let times: Vec<_> = gaps.iter().take(values.len())
            .scan(0, |t, gap| { *t += gap; Some(Timestamp::from_nanos(*t)) }).collect();
        let expected = by_definition(&ema, Some((&times, halflife)), &values);
        assert_same(&ema.smooth_at(&times, &values).unwrap(), &column(&expected, 0), 100.0);
        assert_same(&ema.variance_at(&times, &values, Bias::Biased).unwrap(), &column(&expected, 1), 1e4);
        let mut state = ema.online();
        for ((time, value), mean) in times.iter().zip(&values).zip(ema.smooth_at(&times, &values).unwrap()) {
            let online = state.observe_at(*time, *value).unwrap().unwrap_or(f64::NAN);
            prop_assert_eq!(online.to_bits(), mean.to_bits());
        }
    }

    #[test]
    fn a_stream_equals_the_batch_bit_for_bit(ema in choices(), values in series(), plain in any::<bool>()) {
        let values: Vec<f64> = values.into_iter().filter(|x| !plain || x.is_finite()).collect();
        let means = ema.smooth(&values).unwrap();
        let variances = ema.variance(&values, Bias::Unbiased).unwrap();
        let mut state = ema.online();
        for (place, value) in values.iter().enumerate() {
            let mean = state.observe(*value).unwrap().unwrap_or(f64::NAN);
            prop_assert_eq!(mean.to_bits(), means[place].to_bits());
            let variance = state.variance(Bias::Unbiased).unwrap_or(f64::NAN);
            prop_assert_eq!(variance.to_bits(), variances[place].to_bits());
            #[cfg(feature = "serde")]
            {
                let text = serde_json::to_string(&state).unwrap();
                state = serde_json::from_str(&text).unwrap();
            }
        }
    }

    #[test]
    fn a_long_stream_equals_the_batch_after_its_weights_have_settled(
        alpha in 0.05..1.0, seed in 0_u64..1000, adjusted in any::<bool>(),
    ) {
        let weighting = if adjusted { Weighting::Adjusted } else { Weighting::Recursive };
        let ema = Ema::alpha(alpha).unwrap().weighting(weighting);
        let values: Vec<f64> = (0..2000_u64).map(|i| ((i + seed).wrapping_mul(2_654_435_761) % 1009) as f64 - 500.0).collect();
        let means = ema.smooth(&values).unwrap();
        let mut state = ema.online();
        for (value, mean) in values.iter().zip(&means) {
            prop_assert_eq!(state.observe(*value).unwrap(), Some(*mean));
        }
        // The recursion as it stands in the books.
        let (mut serial, mut weight) = if adjusted { (0.0, 0.0) } else { (values[0], 1.0) };
        for (place, (value, mean)) in values.iter().zip(&means).enumerate() {
            if adjusted || place > 0 {
                serial = (1.0 - alpha) * serial + alpha * value;
                weight = (1.0 - alpha) * weight + alpha;
            }
            prop_assert!((serial / weight - mean).abs() <= 1e-13 * 500.0, "{} is not {}", mean, serial / weight);
        }
    }

    #[test]
    fn an_updated_model_is_one_fitted_to_the_longer_series(ema in choices(), values in prop::collection::vec(-9.0..9.0, 4..40)) {
        let ema = ema.missing(EmaMissing::Error);
        let (head, tail) = values.split_at(values.len() - 2);
        prop_assume!(head.len() as u64 >= ema.needed().max(2));
        let mut model = ema.fit(head).unwrap();
        for value in tail {
            model.update(*value).unwrap();
        }
        prop_assert_eq!(model.forecast(5, &[0.9]).unwrap(), ema.fit(&values).unwrap().forecast(5, &[0.9]).unwrap());
    }
}

#[test]
fn a_constant_is_its_own_mean_exactly() {
    // The oracle is the definition: a weighted mean of equal values. pandas leaves its mean alone where it is the value.
    for constant in [0.0, 0.1, -7.3, 1e300, f64::MAX, -1e308, 5e-324] {
        for ema in [Ema::alpha(0.3), Ema::span(1e6), Ema::alpha(1.0)].map(Result::unwrap) {
            for weighting in [Weighting::Adjusted, Weighting::Recursive] {
                for missing in [EmaMissing::Error, EmaMissing::Decay, EmaMissing::Ignore] {
                    let ema = ema.weighting(weighting).missing(missing);
                    let mut values = vec![constant; 300];
                    if missing != EmaMissing::Error {
                        values[7] = f64::NAN;
                    }
                    assert_eq!(ema.smooth(&values).unwrap(), [constant; 300]);
                    assert_eq!(ema.variance(&values, Bias::Biased).unwrap(), [0.0; 300]);
                }
            }
        }
    }
    let times: Vec<Timestamp> = (0..50).map(|t| Timestamp::from_nanos(t * t * 1_000_000_000)).collect();
    let timed = Ema::halflife_time(Duration::from_minutes(1)).unwrap();
    assert_eq!(timed.smooth_at(&times, &[0.1; 50]).unwrap(), [0.1; 50]);
}

#[test]
fn after_a_constant_a_mean_is_what_it_was() {
    // One more value, or one less, before the first that differs: at, below and above the end of a block.
    for len in 1..=12 {
        let mut values = vec![0.1; len];
        values.push(3.7);
        values.extend([2.0, 0.1, 0.1, 5.0, 1.0]);
        for weighting in [Weighting::Adjusted, Weighting::Recursive] {
            let ema = Ema::alpha(0.3).unwrap().weighting(weighting);
            let mut state = ema.online();
            for (value, mean) in values.iter().zip(ema.smooth(&values).unwrap()) {
                assert_eq!(state.observe(*value).unwrap(), Some(mean), "{len}");
            }
            // By the definition.
            let terms = values.iter().rev().enumerate().map(|(age, value)| {
                let oldest = weighting == Weighting::Recursive && age + 1 == values.len();
                let weight = 0.7_f64.powi(i32::try_from(age).unwrap()) * if oldest { 1.0 } else { 0.3 };
                (weight, value)
            });
            let (sum, whole) =
                terms.fold((0.0, 0.0), |(s, w), (weight, value)| (s + weight * value, w + weight));
            assert_close(state.mean().unwrap(), sum / whole, 1e-14);
        }
    }
}
