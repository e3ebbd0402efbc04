use super::*;
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
            assert_all_close_absolute(&saliency::map(&values, q), &naive(&values, q), 1e-11);
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

proptest! {
    #[test]
    fn the_score_has_a_greatest_value(values in prop::collection::vec(-9.0..9.0, 8..100), window in 2_usize..30) {
        for score in SpectralResidual::new().window(window).detect(&values).unwrap().scores {
            prop_assert!((-1.0..=window as f64 - 1.0 + 1e-12).contains(&score));
        }
    }
}
