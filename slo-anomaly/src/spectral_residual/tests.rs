use super::*;
use crate::detector::OnlineDetector;
use crate::verdict::Reason;
use proptest::prelude::*;
use slo_testkit::{Random, assert_all_close_absolute};

/// The definition, with sums for transforms and logarithms with their phases.
fn naive(values: &[f64], q: usize) -> Vec<f64> {
    let n = values.len();
    let slope = (1..=5).map(|i| (values[n - 1] - values[n - 1 - i]) / i as f64).sum::<f64>() / 5.0;
    let mut x = values.to_vec();
    x.extend([values[n - 5] + slope * 5.0; 5]);
    let len = x.len();
    let mean = x.iter().sum::<f64>() / len as f64;
    let angle = |k: usize, t: usize| std::f64::consts::TAU * (k * t % len) as f64 / len as f64;
    let spectrum: Vec<(f64, f64)> = (0..len)
        .map(|k| {
            x.iter().enumerate().fold((0.0, 0.0), |(re, im), (t, v)| {
                (re + (v - mean) * angle(k, t).cos(), im - (v - mean) * angle(k, t).sin())
            })
        })
        .collect();
    let log = |k: usize| spectrum[k].0.hypot(spectrum[k].1).ln();
    let residual = |k: usize| {
        // The k-th of the len - 1 frequencies that are not 0, and its neighbours in a circle.
        let around = (0..q).map(|step| log(1 + (k - 1 + (len - 1) * q + step - q / 2) % (len - 1)));
        (log(k) - around.sum::<f64>() / q as f64).exp()
    };
    (0..n)
        .map(|t| {
            let (re, im) = (1..len).fold((0.0, 0.0), |(re, im), k| {
                let phase = spectrum[k].1.atan2(spectrum[k].0) + angle(k, t);
                (re + residual(k) * phase.cos(), im + residual(k) * phase.sin())
            });
            re.hypot(im) / len as f64
        })
        .collect()
}

#[test]
fn what_stands_out_is_what_the_definition_says() {
    let mut random = Random::seeded(2);
    for n in [8, 11, 27, 59, 64, 120] {
        let values: Vec<f64> = (0..n).map(|t| f64::from(t % 9) + random.normal()).collect();
        for q in [1, 3, 5] {
            // Logarithms of small amplitudes lose some digits in sums of n terms.
            assert_all_close_absolute(&saliency::map(&values, q, values.len()), &naive(&values, q), 1e-11);
        }
    }
}

#[test]
fn scores_are_ratios_to_the_mean_up_to_there() {
    let mut scores = [0.0; 5];
    saliency::ratios(&[1.0, 3.0, 2.0, 0.0, 7.0], 3, &mut scores);
    assert_all_close_absolute(&scores, &[0.0, 0.5, 0.0, -1.0, 4.0 / 3.0], 1e-15);
}

#[test]
fn seven_values_are_not_judged_and_eight_are() {
    let values = [1.0, 2.0, 1.0, 3.0, 1.0, 2.0, 1.0, 9.0];
    assert!(SpectralResidual::new().detect(&values[..7]).unwrap().scores.iter().all(|score| score.is_nan()));
    assert!(SpectralResidual::new().detect(&values).unwrap().scores.iter().all(|score| score.is_finite()));
}

#[test]
fn an_even_number_of_frequencies_and_a_window_of_one_are_refused() {
    assert!(SpectralResidual::new().frequencies(4).check().is_err());
    assert!(SpectralResidual::new().frequencies(0).check().is_err());
    assert!(SpectralResidual::new().window(1).check().is_err());
    assert!(SpectralResidual::new().cut(Cut::Mads(0.0)).check().is_err());
    assert!(SpectralResidual::new().frequencies(1).window(2).check().is_ok());
    // More frequencies than there are is all of them.
    assert!(
        SpectralResidual::new()
            .frequencies(usize::MAX)
            .detect(&[1.0, 2.0, 0.0, 1.0, 4.0, 1.0, 0.0, 2.0])
            .is_ok()
    );
}

#[test]
fn planted_spikes_are_the_highest_scores() {
    let mut random = Random::seeded(6);
    let mut values: Vec<f64> =
        (0..1440).map(|t| 10.0 * (f64::from(t) * 0.05).sin() + 0.3 * random.normal()).collect();
    (values[400], values[900]) = (values[400] + 6.0, values[900] - 6.0);
    let found = SpectralResidual::new().cut(Cut::Top(2)).detect(&values).unwrap();
    assert_eq!(found.indices(), [400, 900]);
}

#[test]
fn a_value_is_not_judged_before_the_history_is_full() {
    let mut online = SpectralResidual::new().rolling(8).unwrap().online().unwrap();
    for value in [1.0, 2.0, 1.0, 3.0, 1.0, 2.0, 1.0] {
        assert_eq!(online.observe(value).unwrap().reason, Reason::WarmingUp);
    }
    assert!(online.observe(9.0).unwrap().score.is_finite());
}

#[test]
fn what_cannot_roll_is_refused_by_name() {
    let name = |plan: SpectralResidual, history| match plan.rolling(history).unwrap_err() {
        Error::InvalidParameter { name, .. } => name,
        Error::LimitExceeded { limit: 1_000_000, .. } => "limit",
        other => panic!("{other}"),
    };
    let plan = SpectralResidual::new();
    assert_eq!((name(plan, 7), name(plan, 1_000_001)), ("history", "limit"));
    assert_eq!((name(plan.cut(Cut::Mads(5.0)), 60), name(plan.cut(Cut::Top(1)), 60)), ("cut", "cut"));
    assert_eq!(name(plan.frequencies(2), 60), "frequencies");
}

#[test]
fn a_missing_value_counts_as_the_last_one_before_it() {
    let plan = SpectralResidual::new().missing(Missing::Skip).rolling(10).unwrap();
    let mut values: Vec<f64> = (0..30).map(|t| f64::from(t * 5 % 7)).collect();
    values[15] = values[14];
    let expected = plan.detect(&values).unwrap().scores;
    values[15] = f64::NAN;
    let mut found = plan.detect(&values).unwrap().scores;
    assert!(found[15].is_nan());
    found[15] = expected[15];
    slo_testkit::assert_all_close_or_nan(&found, &expected, 0.0);
    // Before the first value nothing can stand in.
    let late: Vec<f64> = [f64::NAN, f64::INFINITY].into_iter().chain(values.iter().copied()).collect();
    let found = plan.detect(&late).unwrap().scores;
    slo_testkit::assert_all_close_or_nan(&found[2..], &plan.detect(&values).unwrap().scores, 0.0);
}

#[test]
fn a_spike_is_seen_as_it_comes() {
    // Extrapolated from itself it would hide: its score would be below 0.
    let mut values: Vec<f64> = (0..300).map(|t| (f64::from(t) * 0.3).sin()).collect();
    values[250] += 3.0;
    for history in [60, 150, 250] {
        let plan = SpectralResidual::new();
        let found = plan.rolling(history).unwrap().detect(&values).unwrap();
        assert!(found.indices().contains(&250), "{history} {}", found.scores[250]);
        let whole = plan.detect(&values[251 - history..=250]).unwrap().scores[history - 1];
        assert!(whole < 0.0, "{whole}");
    }
}

proptest! {
    #[test]
    fn the_newest_value_is_judged_by_its_history_alone(
        values in prop::collection::vec(-9.0..9.0, 12..60),
        history in 8_usize..30,
        window in 2_usize..40,
    ) {
        let rolling = SpectralResidual::new().window(window).rolling(history).unwrap();
        let expected: Vec<f64> = (1..=values.len())
            .map(|end| match end.checked_sub(history) {
                None => f64::NAN,
                Some(first) => {
                    let salient = saliency::map(&values[first..end], 3, history - 1);
                    let mut scores = vec![0.0; history];
                    saliency::ratios(&salient, window, &mut scores);
                    scores[history - 1]
                }
            })
            .collect();
        slo_testkit::assert_all_close_or_nan(&rolling.detect(&values).unwrap().scores, &expected, 0.0);
    }

    #[test]
    fn the_score_has_a_greatest_value(values in prop::collection::vec(-9.0..9.0, 8..100), window in 2_usize..30) {
        for score in SpectralResidual::new().window(window).detect(&values).unwrap().scores {
            prop_assert!((-1.0..=window as f64 - 1.0 + 1e-12).contains(&score));
        }
    }
}
